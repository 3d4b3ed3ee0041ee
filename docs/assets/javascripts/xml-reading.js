/*
 * XML as a small tree whose elements and attributes know where they begin: the same as macros/formats/base/xml_tree.py. Adds
 * `readXml` and `NOT_XML` to window.vagText.
 *
 * A mistake gets the line, the column and, for most, the words that the parser of the command line (libxml2) has. The
 * parsers of browsers differ in all three: a quotation mark that is missing, a common mistake, some of them notice at the
 * end of the file only.
 *
 * There is no DTD: a DOCTYPE is refused before anything is read, so there is nothing to fetch and nothing to expand.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { BLANK, Unreadable, first, placesOf, strip, tooLarge } = window.vagText;

  const START =
    "A-Z_a-z\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}";
  const NAME = new RegExp(`[:${START}][-.0-9:\\xb7\\u0300-\\u036f\\u203f\\u2040${START}]*`, "uy");
  const QUALIFIED = new RegExp(`^[^:]+(:[${START}][^:]*)?$`, "u");
  const WHITE = /[ \t\r\n]/;
  const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
  const ADDRESS = /^(?:[\w.~:/?#@!$&'()*+,;=-]|%[\da-f]{2})*$/i;
  const XMLNS = "http://www.w3.org/2000/xmlns/";
  const XML = "http://www.w3.org/XML/1998/namespace";
  const BEFORE_ROOT = new RegExp(`[${BLANK}]+|<\\?[^]*?\\?>|<!--[^]*?-->`, "y");
  const ENTITIES = { __proto__: null, amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  const MALFORMED = "Malformed XML declaration";
  const DEEPEST = 256;
  const LONGEST_NAME = 50_000;
  const QUOTED = 50;

  const local = (name) => name.slice(name.indexOf(":") + 1);

  class XmlElement {
    constructor(name, offset) {
      Object.assign(this, { name, offset, attributes: new Map(), children: [], parts: [""] });
    }

    /* Value of an attribute, or null. */
    get(name) {
      return this.attributes.get(name)?.value ?? null;
    }

    /* Where an attribute begins, or the element when it has none of that name. */
    at(name) {
      return this.attributes.get(name)?.offset ?? this.offset;
    }

    all(name) {
      return this.children.filter((child) => child.name === name);
    }

    *walk() {
      yield this;
      for (const child of this.children) yield* child.walk();
    }

    /* Character data directly inside, white space left out at both ends of each piece. */
    get text() {
      const pieces = this.parts.map((part) => strip(part.replace(/\r\n?/g, "\n"), WHITE));
      return pieces.filter(Boolean).join(" ");
    }
  }

  const limit = (text, mark, most, what) => {
    const found = text.split(mark).length - 1;
    if (found > most) tooLarge(found, what);
  };

  const scan = (text, placeOf) => {
    const open = [];
    const wrong = text.search(NOT_XML);
    let at = 0;
    let top = null;

    const fail = (detail, where = at) => {
      const { line, column } = placeOf(where);
      throw new Unreadable("not-well-formed", { detail: detail.replace(/\n/g, " ") }, line, column);
    };
    const take = (pattern) => {
      pattern.lastIndex = at;
      const found = pattern.exec(text)?.[0] ?? "";
      at += found.length;
      return found;
    };
    const blanks = () => take(/[ \t\r\n]*/y);
    const ahead = (words) => text.startsWith(words, at);
    const inTag = () => text[at] !== ">" && !ahead("/>");
    const began = (element) => `${local(element.name)} line ${placeOf(element.offset).line}`;

    /* Go on to `end`, or to the end of the file; fail at the first character on the way that XML does not have. */
    const pass = (end) => {
      const begin = at;
      at = end < 0 ? text.length : end;
      if (wrong >= begin && wrong < at) fail(`Char 0x${text.codePointAt(wrong).toString(16).toUpperCase()} out of allowed range`, wrong);
      return text.slice(begin, at);
    };

    const name = () => {
      const found = take(NAME);
      return found.length > LONGEST_NAME ? fail("Name too long: NCName") : found;
    };

    const qualified = () => {
      const found = name();
      if (found && !QUALIFIED.test(found)) fail(`Failed to parse QName '${found}'`);
      return found;
    };

    const characterReference = () => {
      const hexadecimal = text[at + 1] === "x";
      at += hexadecimal ? 2 : 1;
      const digits = take(hexadecimal ? /[\da-f]*/iy : /\d*/y);
      if (text[at] !== ";") fail(`CharRef: invalid ${hexadecimal ? "hexadecimal" : "decimal"} value`);
      at += 1;
      const code = parseInt(digits || "0", hexadecimal ? 16 : 10);
      const letter = code < 0x110000 ? String.fromCodePoint(code) : "\0";
      return NOT_XML.test(letter) ? fail(`xmlParseCharRef: invalid xmlChar value ${digits}`) : letter;
    };

    const reference = () => {
      at += 1;
      if (text[at] === "#") return characterReference();
      const entity = name();
      if (!entity) fail("xmlParseEntityRef: no name");
      if (text[at] !== ";") fail("EntityRef: expecting ';'");
      at += 1;
      return ENTITIES[entity] ?? fail(`Entity '${entity}' not defined`);
    };

    const value = () => {
      const quote = text[at];
      if (quote !== '"' && quote !== "'") fail("AttValue: \" or ' expected");
      at += 1;
      let found = "";
      for (;;) {
        const begin = at;
        take(quote === '"' ? /[^"&<]*/y : /[^'&<]*/y);
        const end = at;
        at = begin;
        found += pass(end).replace(/\r\n|[\t\r\n]/g, " ");
        if (at >= text.length) fail("AttValue: ' expected");
        if (text[at] === "<") fail("Unescaped '<' not allowed in attributes values");
        if (text[at] === quote) break;
        found += reference();
      }
      at += 1;
      return found;
    };

    /* Every prefix must be declared, and no attribute may stand twice, by whatever prefix. */
    const resolve = ({ name: own, attributes, spaces }, twice) => {
      for (const [full, { value: address }] of attributes) {
        const [word, prefix = ""] = full.split(":");
        const isOurs = prefix === "xmlns" || address === XMLNS || (prefix === "xml") !== (address === XML);
        if (word !== "xmlns") continue;
        if (isOurs || (prefix && !address) || !ADDRESS.test(address)) fail(`${full}: '${address}' is not a valid URI`);
        spaces.set(prefix, address);
      }
      const expanded = (full) => {
        const [prefix, rest] = full.split(":");
        if (!rest || prefix === "xml" || prefix === "xmlns") return full;
        if (!spaces.has(prefix)) fail(`Namespace prefix ${prefix} is not defined`);
        return `${rest} ${spaces.get(prefix)}`;
      };
      const seen = new Set();
      const again = twice ?? [...attributes.keys()].map(expanded).find((name) => seen.has(name) || !seen.add(name));
      if (again) fail(`Attribute ${again} redefined`);
      expanded(own);
    };

    const startTag = () => {
      const parent = open.at(-1);
      const begin = at;
      at += 1;
      const element = new XmlElement(qualified(), begin);
      if (!element.name) fail("StartTag: invalid element name");
      element.spaces = new Map(parent?.spaces);
      let twice = null;
      blanks();
      while (at < text.length && inTag() && (text[at] >= " " || WHITE.test(text[at]))) {
        const attribute = { offset: at, name: qualified() };
        if (!attribute.name) fail("error parsing attribute name");
        blanks();
        if (text[at] !== "=") fail(`Specification mandates value for attribute ${local(attribute.name)}`);
        at += 1;
        blanks();
        attribute.value = value();
        if (element.attributes.has(attribute.name)) twice ??= attribute.name;
        element.attributes.set(attribute.name, attribute);
        if (inTag() && !blanks()) fail("attributes construct error");
      }
      resolve(element, twice);
      if (open.length >= DEEPEST) fail("Excessive depth in document");
      if (at >= text.length || inTag()) fail(`Couldn't find end of Start Tag ${began(element)}`);
      if (parent) {
        parent.children.push(element);
        parent.parts.push("");
      } else top = element;
      if (ahead("/>")) at += 2;
      else {
        at += 1;
        open.push(element);
      }
    };

    const endTag = () => {
      const element = open.pop();
      at += 2;
      const found = name() || "unparsable";
      blanks();
      if (text[at] !== ">") fail("expected '>'");
      at += 1;
      if (found !== element.name) fail(`Opening and ending tag mismatch: ${began(element)} and ${found}`);
    };

    const comment = () => {
      at += 4;
      const end = text.indexOf("--", at);
      const content = pass(end);
      if (end < 0) fail("Comment not terminated");
      // The parser of the command line is two characters further when there was a letter beyond ASCII.
      const where = /^[ -~\s]*$/.test(content) ? end : end + 2;
      if (text[end + 2] !== ">") fail(`Double hyphen within comment: <!--${first(content, QUOTED)}`, where);
      at += 3;
    };

    const instruction = () => {
      at += 2;
      const target = name();
      if (target === "xml") fail("XML declaration allowed only at the start of the document");
      if (!target || /^xml$/i.test(target) || target.includes(":")) fail("Invalid PI name");
      if (!ahead("?>") && !blanks()) fail(`ParsePI: PI ${target} space expected`);
      const end = text.indexOf("?>", at);
      pass(end);
      if (end < 0) fail(`ParsePI: PI ${target} never end ...`);
      at += 2;
    };

    const section = () => {
      at += 9;
      const end = text.indexOf("]]>", at);
      const content = pass(end);
      if (end < 0) fail("CData section not finished");
      at += 3;
      return content;
    };

    const characters = () => {
      const begin = at;
      const bracket = take(/[^<&]*/y).indexOf("]]>");
      const end = bracket < 0 ? at : begin + bracket;
      at = begin;
      const found = pass(end);
      if (bracket >= 0) fail("Sequence ']]>' not allowed in content");
      return found;
    };

    const content = () => {
      const { parts } = open.at(-1);
      if (at >= text.length) fail(`Premature end of data in tag ${began(open.at(-1))}`);
      if (ahead("<!--")) parts.push(comment() ?? "");
      else if (ahead("<![CDATA[")) parts[parts.length - 1] += section();
      else if (ahead("<?")) parts.push(instruction() ?? "");
      else if (ahead("</")) endTag();
      else if (text[at] === "<") startTag();
      else parts[parts.length - 1] += text[at] === "&" ? reference() : characters();
    };

    /* One part of the XML declaration, such as version="1.0": its value, or null when the part is not there. */
    const declared = (part, pattern, isNeeded = true) => {
      if (!ahead(part)) return null;
      at += part.length;
      blanks();
      if (text[at] !== "=") fail(MALFORMED);
      at += 1;
      blanks();
      const quote = text[at];
      if (quote !== '"' && quote !== "'") fail(MALFORMED);
      at += 1;
      const found = take(pattern);
      if ((!found && isNeeded) || text[at] !== quote) fail(MALFORMED);
      at += 1;
      return found;
    };

    /* Whether the declaration ends here, or goes on after a blank. */
    const ends = () => {
      if (!ahead("?>") && !blanks()) fail(MALFORMED);
      return ahead("?>");
    };

    const declaration = () => {
      at += 5;
      blanks();
      if (!/^1\./.test(declared("version", /\d(?:\.\d*)?/y, false))) fail(MALFORMED);
      if (!ends() && (declared("encoding", /[A-Za-z][\w.-]*/y) === null || !ends())) {
        declared("standalone", /yes|no/y);
        blanks();
        if (!ahead("?>")) fail(MALFORMED);
      }
      at += 2;
    };

    const around = () => {
      for (;;) {
        blanks();
        if (ahead("<?")) instruction();
        else if (ahead("<!--")) comment();
        else return;
      }
    };

    if (/^<\?xml[ \t\r\n]/.test(text)) declaration();
    around();
    if (text[at] !== "<") fail("Start tag expected, '<' not found");
    startTag();
    while (open.length) content();
    around();
    if (at < text.length) fail("Extra content at the end of the document");
    return top;
  };

  /* The root element of a text. Throws Unreadable for anything that is not XML or is not safe to read. */
  const readXml = (text, most) => {
    limit(text, "<", most.tags, "tags");
    limit(text, "=", most.attributes, "attributes");
    const placeOf = placesOf(text);
    let at = 0;
    for (BEFORE_ROOT.lastIndex = 0; BEFORE_ROOT.test(text); ) at = BEFORE_ROOT.lastIndex;
    if (text.startsWith("<!DOCTYPE", at)) {
      const { line, column } = placeOf(at);
      throw new Unreadable("document-type", {}, line, column);
    }
    return scan(text, placeOf);
  };

  Object.assign(window.vagText, { NOT_XML, readXml });
})();
