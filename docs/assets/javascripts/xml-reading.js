// @ts-check
/*
 * XML as a small tree whose elements and attributes know where they begin: the same as macros/formats/base/xml_tree.py.
 * `window.vagXml`.
 *
 * What is no XML gets one of the reasons that both sides have words for (`xml` in the data of the page), and the place
 * where reading stopped. The parsers of browsers have words and places of their own, each others.
 *
 * There is no DTD: a DOCTYPE is refused before anything is read, so there is nothing to fetch and nothing to expand.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { fill } = window.vagDom;
  const { BLANK, Unreadable, placesOf, quote, strip, tooLarge } = window.vagText;

  const START =
    "A-Z_a-z\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f" +
    "\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}";
  const NAME = new RegExp(`[:${START}][-.0-9:\\xb7\\u0300-\\u036f\\u203f\\u2040${START}]*`, "uy");
  const QUALIFIED = new RegExp(`^[^:]+(:[${START}][^:]*)?$`, "u");
  const WHITE = /[ \t\r\n]/;
  const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
  const ADDRESS = /^(?:[a-z][a-z\d+.-]*:|(?![^/?#]*:))(?:[\w.~:/?#@!$&'()*+,;=-]|%[\da-f]{2})*$/i;
  const XMLNS = "http://www.w3.org/2000/xmlns/";
  const XML = "http://www.w3.org/XML/1998/namespace";
  const BEFORE_ROOT = new RegExp(`[${BLANK}]+|<\\?[^]*?\\?>|<!--[^]*?-->`, "y");
  const ENTITIES = new Map(Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }));
  /* Limits that the parser of the command line has as well. */
  const DEEPEST = 256;
  const LONGEST_NAME = 50_000;

  /** Prefixes that an element declares, and where those above it are found. */
  class Spaces {
    /** @param {Spaces | null} above */
    constructor(above) {
      this.above = above;
      /** @type {Map<string, string>} */
      this.own = new Map();
    }

    /**
     * @param {string} prefix
     * @returns {string | undefined}
     */
    find(prefix) {
      return this.own.get(prefix) ?? this.above?.find(prefix);
    }
  }

  /** @implements {XmlElement} */
  class Element {
    /**
     * @param {string} name
     * @param {number} offset
     * @param {Spaces | null} above
     */
    constructor(name, offset, above) {
      this.name = name;
      this.offset = offset;
      /** @type {Map<string, XmlAttribute>} */
      this.attributes = new Map();
      /** @type {Element[]} */
      this.children = [];
      this.parts = [""];
      this.spaces = new Spaces(above);
    }

    /** Value of an attribute, or null. */
    get(name) {
      return this.attributes.get(name)?.value ?? null;
    }

    /** Where an attribute begins, or the element when it has none of that name. */
    at(name) {
      return this.attributes.get(name)?.offset ?? this.offset;
    }

    all(name) {
      return this.children.filter((child) => child.name === name);
    }

    /** This element and everything below it, in the order of the file. */
    *walk() {
      /** @type {Element[]} */
      const waiting = [this];
      for (let one = waiting.pop(); one; one = waiting.pop()) {
        yield one;
        waiting.push(...one.children.toReversed());
      }
    }

    /** Character data directly inside, white space left out at both ends of each piece. */
    get text() {
      const pieces = this.parts.map((part) => strip(part.replace(/\r\n?/g, "\n"), WHITE));
      return pieces.filter(Boolean).join(" ");
    }
  }

  const limit = (text, mark, most, what) => {
    const found = text.split(mark).length - 1;
    if (found > most) tooLarge(found, what);
  };

  /** A text that is read from left to right, and how far that is. */
  class Scanner {
    /**
     * @param {string} text
     * @param {Record<string, string>} reasons words for each, with names in braces
     */
    constructor(text, reasons) {
      this.text = text;
      this.reasons = reasons;
      this.at = 0;
      this.wrong = text.search(NOT_XML);
      /** @type {Unread | null} */
      this.doubted = null;
      this.placeOf = placesOf(text);
    }

    /**
     * @param {string} reason
     * @param {Record<string, string>} values from the file
     */
    problem(reason, values = {}, where = this.at) {
      const { line, column } = this.placeOf(where);
      const quoted = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, quote(value)]));
      const detail = fill(this.reasons[reason], quoted);
      // Told by the line alone: the two parsers stop in different columns.
      const isRough = reason === "comment" || reason === "prefix";
      return new Unreadable("not-well-formed", {}, line, isRough ? null : column, { detail });
    }

    /**
     * Stop here. A character that XML does not have is to blame wherever it stands.
     * @param {string} reason
     * @param {Record<string, string>} values from the file
     * @returns {never}
     */
    fail(reason, values = {}, where = this.at) {
      const code = this.text.codePointAt(where);
      if (code === undefined || !NOT_XML.test(String.fromCodePoint(code))) throw this.problem(reason, values, where);
      throw this.problem("character", { code: code.toString(16).toUpperCase().padStart(4, "0") }, where);
    }

    /** A prefix that nothing declares is told when there is nothing else. */
    doubt() {
      this.doubted ??= this.problem("prefix");
    }

    take(pattern) {
      pattern.lastIndex = this.at;
      const found = pattern.exec(this.text)?.[0] ?? "";
      this.at += found.length;
      return found;
    }

    /** Go on behind a mark, which must stand here. */
    expect(mark, reason) {
      if (this.mark !== mark) this.fail(reason);
      this.at += 1;
    }

    /** Go on behind a quotation mark, which must stand here. Gives which one it is. */
    quotation(reason) {
      const { mark } = this;
      if (mark !== '"' && mark !== "'") this.fail(reason);
      this.at += 1;
      return mark;
    }

    blanks() {
      return this.take(/[ \t\r\n]*/y);
    }

    ahead(words) {
      return this.text.startsWith(words, this.at);
    }

    get mark() {
      return this.text[this.at];
    }

    get isInTag() {
      return this.mark !== ">" && !this.ahead("/>");
    }

    /** Go on to `end`, or to the end of the file; fail at the first character on the way that XML does not have. */
    pass(end) {
      const { at: begin, text, wrong } = this;
      this.at = end < 0 ? text.length : end;
      if (wrong >= begin && wrong < this.at) this.fail("character", {}, wrong);
      return text.slice(begin, this.at);
    }

    /** Go on behind the next `end`, or fail where there is none. Gives what stands before it. */
    until(end, reason) {
      const found = this.text.indexOf(end, this.at);
      const content = this.pass(found);
      if (found < 0) this.fail(reason);
      this.at += end.length;
      return content;
    }

    name() {
      const found = this.take(NAME);
      return found.length > LONGEST_NAME ? this.fail("limit") : found;
    }

    qualified() {
      const found = this.name();
      if (found && !QUALIFIED.test(found)) this.doubt();
      return found;
    }

    characterReference() {
      const hexadecimal = this.text[this.at + 1] === "x";
      this.at += hexadecimal ? 2 : 1;
      const digits = this.take(hexadecimal ? /[\da-f]*/iy : /\d*/y);
      this.expect(";", "reference");
      const code = parseInt(digits || "0", hexadecimal ? 16 : 10);
      const letter = code < 0x110000 ? String.fromCodePoint(code) : "\0";
      return NOT_XML.test(letter) ? this.fail("reference") : letter;
    }

    reference() {
      this.at += 1;
      if (this.mark === "#") return this.characterReference();
      const entity = this.name();
      if (!entity) this.fail("reference");
      this.expect(";", "reference");
      return ENTITIES.get(entity) ?? this.fail("reference");
    }

    /** The value of an attribute. */
    value() {
      const quote = this.quotation("attribute");
      let found = "";
      for (;;) {
        const begin = this.at;
        this.take(quote === '"' ? /[^"&<]*/y : /[^'&<]*/y);
        const end = this.at;
        this.at = begin;
        found += this.pass(end).replace(/\r\n|[\t\r\n]/g, " ");
        if (this.at >= this.text.length || this.mark === "<") this.fail("attribute");
        if (this.mark === quote) break;
        found += this.reference();
      }
      this.at += 1;
      return found;
    }

    comment() {
      this.at += 4;
      this.until("--", "comment");
      if (this.mark !== ">") this.fail("comment", {}, this.at - 2);
      this.at += 1;
    }

    instruction() {
      this.at += 2;
      const target = this.name();
      if (target === "xml") this.fail("late");
      if (!target || /^xml$/i.test(target)) this.fail("instruction");
      if (target.includes(":")) this.doubt();
      if (!this.ahead("?>") && !this.blanks()) this.fail("instruction");
      this.until("?>", "instruction");
    }

    section() {
      this.at += 9;
      return this.until("]]>", "section");
    }

    characters() {
      const begin = this.at;
      const bracket = this.take(/[^<&]*/y).indexOf("]]>");
      const end = bracket < 0 ? this.at : begin + bracket;
      this.at = begin;
      const found = this.pass(end);
      if (bracket >= 0) this.fail("section");
      return found;
    }

    /** One part of the XML declaration, such as version="1.0": its value, or null when the part is not there. */
    declared(part, pattern, isNeeded = true) {
      if (!this.ahead(part)) return null;
      this.at += part.length;
      this.blanks();
      this.expect("=", "declaration");
      this.blanks();
      const quote = this.quotation("declaration");
      const found = this.take(pattern);
      if ((!found && isNeeded) || this.mark !== quote) this.fail("declaration");
      this.at += 1;
      return found;
    }

    /** Whether the declaration ends here, or goes on after a blank. */
    ends() {
      if (!this.ahead("?>") && !this.blanks()) this.fail("declaration");
      return this.ahead("?>");
    }

    declaration() {
      this.at += 5;
      this.blanks();
      if (!/^1\./.test(this.declared("version", /\d(?:\.\d*)?/y, false) ?? "")) this.fail("declaration");
      if (!this.ends() && (this.declared("encoding", /[A-Za-z][\w.-]*/y) === null || !this.ends())) {
        this.declared("standalone", /yes|no/y);
        this.blanks();
        if (!this.ahead("?>")) this.fail("declaration");
      }
      this.at += 2;
    }

    /** Comments and instructions before the root or behind it. */
    around() {
      for (;;) {
        this.blanks();
        if (this.ahead("<?")) this.instruction();
        else if (this.ahead("<!--")) this.comment();
        else return;
      }
    }
  }

  /** Note a prefix that an attribute declares, if it is one that does. */
  const declare = (scanner, spaces, { name, value: address }) => {
    const [word, prefix = ""] = name.split(":");
    if (word !== "xmlns") return;
    const isOurs = prefix === "xmlns" || address === XMLNS || (prefix === "xml") !== (address === XML);
    if (isOurs || (prefix && !address) || !ADDRESS.test(address)) scanner.doubt();
    spaces.own.set(prefix, address);
  };

  /** Every prefix must be declared, and no attribute may stand twice by way of two prefixes. */
  const resolve = (scanner, { name: own, attributes, spaces }) => {
    const expanded = (full) => {
      const [prefix, rest] = full.split(":");
      if (!rest || prefix === "xml" || prefix === "xmlns") return full;
      const address = spaces.find(prefix);
      if (address === undefined) scanner.doubt();
      return address === undefined ? full : `${rest} ${address}`;
    };
    if (new Set([...attributes.keys()].map(expanded)).size < attributes.size) scanner.doubt();
    expanded(own);
  };

  /** A start tag, with its attributes, below the elements that are open. */
  const startTag = (scanner, open) => {
    const parent = open.at(-1);
    const begin = scanner.at;
    scanner.at += 1;
    const element = new Element(scanner.qualified(), begin, parent?.spaces ?? null);
    if (!element.name) scanner.fail("tag");
    let twice = "";
    scanner.blanks();
    while (scanner.at < scanner.text.length && scanner.isInTag && (scanner.mark >= " " || WHITE.test(scanner.mark))) {
      const offset = scanner.at;
      const name = scanner.qualified();
      if (!name) scanner.fail("attribute");
      scanner.blanks();
      scanner.expect("=", "attribute");
      scanner.blanks();
      const value = scanner.value();
      if (element.attributes.has(name)) twice ||= name;
      if (/^xmlns(?::|$)/.test(twice)) scanner.fail("twice", { name: twice });
      else declare(scanner, element.spaces, { name, value });
      element.attributes.set(name, { name, offset, value });
      if (scanner.isInTag && !scanner.blanks()) scanner.fail("attribute");
    }
    if (twice) scanner.fail("twice", { name: twice });
    resolve(scanner, element);
    if (open.length >= DEEPEST) scanner.fail("limit");
    if (scanner.at >= scanner.text.length || scanner.isInTag) scanner.fail("tag");
    if (parent) {
      parent.children.push(element);
      parent.parts.push("");
    }
    if (scanner.ahead("/>")) scanner.at += 2;
    else {
      scanner.at += 1;
      open.push(element);
    }
    return element;
  };

  const unclosed = (scanner, { name, offset }) =>
    scanner.fail("unclosed", { name, line: String(scanner.placeOf(offset).line) });

  const endTag = (scanner, open) => {
    const element = open.pop();
    scanner.at += 2;
    const found = scanner.name();
    scanner.blanks();
    scanner.expect(">", "tag");
    if (found !== element.name) unclosed(scanner, element);
  };

  /** What comes next inside the element that was opened last. */
  const content = (scanner, open) => {
    const inner = open.at(-1);
    const { parts } = inner;
    const add = (found) => {
      parts[parts.length - 1] += found;
    };
    if (scanner.at >= scanner.text.length) unclosed(scanner, inner);
    if (scanner.ahead("<!--")) parts.push(scanner.comment() ?? "");
    else if (scanner.ahead("<![CDATA[")) add(scanner.section());
    else if (scanner.ahead("<?")) parts.push(scanner.instruction() ?? "");
    else if (scanner.ahead("</")) endTag(scanner, open);
    else if (scanner.mark === "<") startTag(scanner, open);
    else add(scanner.mark === "&" ? scanner.reference() : scanner.characters());
  };

  /** The root element of a text. Throws Unreadable for anything that is not XML or is not safe to read. */
  const readXml = (text, { most, xml: reasons }) => {
    limit(text, "<", most.tags, "tags");
    limit(text, "=", most.attributes, "attributes");
    const scanner = new Scanner(text, reasons);
    let at = 0;
    for (BEFORE_ROOT.lastIndex = 0; BEFORE_ROOT.test(text);) at = BEFORE_ROOT.lastIndex;
    if (text.startsWith("<!DOCTYPE", at)) {
      const { line, column } = scanner.placeOf(at);
      throw new Unreadable("document-type", {}, line, column);
    }
    if (/^<\?xml[ \t\r\n]/.test(text)) scanner.declaration();
    scanner.around();
    if (scanner.mark !== "<") scanner.fail("start");
    /** @type {Element[]} */
    const open = [];
    const root = startTag(scanner, open);
    while (open.length) content(scanner, open);
    scanner.around();
    if (scanner.doubted) throw scanner.doubted;
    if (scanner.at < text.length) scanner.fail("end", { name: root.name });
    return root;
  };

  window.vagXml = { NOT_XML, readXml };
})();
