/*
 * Text from a reader's file, as the checks of this site see it: the same as macros/samples/reading.py, keys.py, spelling.py
 * and xml_tree.py, so that a page and the command line say the same. `window.vagText`; nothing here draws or keeps anything.
 *
 * Columns and lengths count characters (code points), not the units of JavaScript's strings.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const SHOWN = 80;
  const COMPARED = 64;
  const KEY = /[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){4}/g;
  const CONTROL = /[\x00-\x1f\x7f-\x9f\p{Surrogate}]+/gu;
  /* White space as Python's str.strip() has it. */
  const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  const DECLARED = /^<\?xml[^>]{0,200}?encoding[ \t-\r]*=[ \t-\r]*["']([A-Za-z0-9._-]{1,40})["']/;
  const WRONG = "\ufffd";
  /* How files of some encodings begin, byte by byte. */
  const MARKS = [
    ["utf-8", "\xef\xbb\xbf"],
    ["utf-32-le", "\xff\xfe\0\0"],
    ["utf-32-be", "\0\0\xfe\xff"],
    ["utf-16-le", "\xff\xfe"],
    ["utf-16-be", "\xfe\xff"],
    ["utf-16-le", "<\0"],
    ["utf-16-be", "\0<"],
  ];

  /* Input that no rule can be checked on: the id of a rule, and the place and values of its finding. */
  class Unreadable extends Error {
    constructor(rule, values, line = null, column = null) {
      super(rule);
      Object.assign(this, { rule, values, line, column });
    }
  }

  const strip = (text, blank = BLANK) => {
    let [start, end] = [0, text.length];
    while (start < end && blank.test(text[start])) start += 1;
    while (end > start && blank.test(text[end - 1])) end -= 1;
    return text.slice(start, end);
  };

  /* The first characters of a text, and how many characters it has. */
  const first = (text, most) => [...text.slice(0, 2 * most)].slice(0, most).join("");
  const count = (text) => text.length - (text.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0);

  /* How many of some sorted numbers are at most `number`. */
  const upTo = (sorted, number) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  /* Line and column, both from 1, of an offset in a text. */
  const placesOf = (text) => {
    const [starts, pairs] = [[0], []];
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === 10) starts.push(at + 1);
      else if (unit >> 10 === 0x36) pairs.push(at);
    }
    return (offset) => {
      const line = upTo(starts, offset);
      const start = starts[line - 1];
      return { line, column: offset - start + 1 - (upTo(pairs, offset - 1) - upTo(pairs, start - 1)) };
    };
  };

  // Keys ----------------------------------------------------------------------------------------------------------------

  const mask = (key) => "•••••-".repeat(4) + key.slice(-5).toUpperCase();

  /* Text with every product key masked that is not among the published ones. */
  const masked = (text, published = null) => text.replace(KEY, (key) => (published?.has(key.toUpperCase()) ? key : mask(key)));

  /* Text from a file as messages show it: clipped, on one line, every key masked. */
  const quote = (text) => {
    const flat = masked(first(text, 4 * SHOWN)).replace(CONTROL, " ");
    return count(flat) > SHOWN ? `${first(flat, SHOWN)}…` : flat;
  };

  // Names that are probably meant: difflib.get_close_matches of Python, with n=1 ------------------------------------------

  const longestMatch = (one, places, [low, high, from, to]) => {
    let best = [low, from, 0];
    let lengths = new Map();
    for (let i = low; i < high; i += 1) {
      const next = new Map();
      for (const j of places.get(one[i]) ?? []) {
        if (j < from || j >= to) continue;
        const length = (lengths.get(j - 1) ?? 0) + 1;
        next.set(j, length);
        if (length > best[2]) best = [i - length + 1, j - length + 1, length];
      }
      lengths = next;
    }
    return best;
  };

  const matching = (one, places, [low, high, from, to]) => {
    const [i, j, length] = longestMatch(one, places, [low, high, from, to]);
    if (!length) return 0;
    return length + matching(one, places, [low, i, from, j]) + matching(one, places, [i + length, high, j + length, to]);
  };

  /* SequenceMatcher(None, one, other).ratio() */
  const similarity = (one, other) => {
    const places = new Map();
    other.forEach((letter, at) => places.set(letter, [...(places.get(letter) ?? []), at]));
    return (2 * matching(one, places, [0, one.length, 0, other.length])) / (one.length + other.length);
  };

  const nearest = (given, names, cutoff = 0.75) => {
    const word = [...first(given, COMPARED).toLowerCase()];
    const all = new Map([...names].map((each) => [each.toLowerCase(), each]));
    let [best, found] = [0, null];
    for (const name of all.keys()) {
      const letters = [...name];
      if ((2 * Math.min(letters.length, word.length)) / (letters.length + word.length) < cutoff) continue;
      const ratio = similarity(letters, word);
      if (ratio >= cutoff && (ratio > best || (ratio === best && name > found))) [best, found] = [ratio, name];
    }
    return found === null ? null : all.get(found);
  };

  // Files -----------------------------------------------------------------------------------------------------------------

  /* Browsers read these encodings as Windows does, with a character for every byte; Python does not. */
  const eightBit = (bytes, encoding) => {
    const decoder = new TextDecoder(encoding.replace("iso", "iso-").replace("cp", "windows-"));
    const letters = Array.from({ length: 256 }, (_, byte) => {
      const plain = String.fromCharCode(byte);
      if (byte < 128 || (encoding.startsWith("iso") && byte < 0xa0)) return plain;
      const read = decoder.decode(Uint8Array.of(byte));
      return encoding === "ascii" || (read === plain && byte < 0xa0) ? WRONG : read;
    });
    return Array.from(bytes, (byte) => letters[byte]).join("");
  };

  const declaredIn = (bytes, encodings) => {
    const start = Math.max(0, bytes.findIndex((byte) => byte !== 32 && (byte < 9 || byte > 13)));
    const [, name] = String.fromCharCode(...bytes.subarray(start, start + 500)).match(DECLARED) ?? [];
    if (!name) return "utf-8";
    const alias = name.toLowerCase().replace(/[^a-z0-9.]+/g, "_").replace(/^_|_$/g, "");
    const found = Object.keys(encodings).find((each) => encodings[each].split(" ").includes(alias));
    if (!found) throw new Unreadable("encoding", { encoding: name }, 1);
    // Bytes that spell the declaration in ASCII are not UTF-16, whatever they declare.
    return found.startsWith("utf-16") ? "utf-8" : found;
  };

  const decoded = (bytes, encodings) => {
    const start = String.fromCharCode(...bytes.subarray(0, 4));
    const encoding = MARKS.find(([, mark]) => start.startsWith(mark))?.[0] ?? declaredIn(bytes, encodings);
    const isUnicode = encoding.startsWith("utf-");
    const decode = (fatal) => new TextDecoder(encoding.replace(/-(.e)$/, "$1"), { fatal, ignoreBOM: true }).decode(bytes);
    let text;
    try {
      text = isUnicode ? decode(true) : eightBit(bytes, encoding);
      if (isUnicode || !text.includes(WRONG)) return text;
    } catch {
      // The same again, with a mark where it fails; only UTF-32 fails everywhere.
      text = encoding.startsWith("utf-32") ? WRONG : decode(false);
    }
    throw new Unreadable("encoding", { encoding: encoding.toUpperCase() }, text.split(WRONG)[0].split("\n").length);
  };

  /* Text of a file, a string or a Uint8Array, without its byte order mark. Throws Unreadable. */
  const decode = (data, most, encodings) => {
    const isText = typeof data === "string";
    const size = isText && data.length > most ? count(data) : data.length;
    if (size > most) throw new Unreadable("too-large", { size: `${size.toLocaleString("en-US")} ${isText ? "characters" : "bytes"}` });
    const text = (isText ? data : decoded(data, encodings)).replace(/^\ufeff/, "");
    if (!strip(text)) throw new Unreadable("empty-file", {}, 1);
    const lone = text.search(/\p{Surrogate}/u);
    if (lone >= 0) throw new Unreadable("encoding", { encoding: "UTF-8" }, placesOf(text)(lone).line);
    return text;
  };

  // XML -------------------------------------------------------------------------------------------------------------------

  /*
   * XML as a small tree whose elements and attributes know where they begin. A mistake gets the line, the column and, for
   * most, the words that the parser of the command line (libxml2) has. The parsers of browsers differ in all three: a
   * quotation mark that is missing, a common mistake, some of them notice at the end of the file only.
   *
   * There is no DTD: a DOCTYPE is refused before anything is read, so there is nothing to fetch and nothing to expand.
   */

  const START =
    "A-Z_a-z\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}";
  const NAME = new RegExp(`[:${START}][-.0-9:\\xb7\\u0300-\\u036f\\u203f\\u2040${START}]*`, "uy");
  const QUALIFIED = new RegExp(`^[^:]+(:[${START}][^:]*)?$`, "u");
  const WHITE = /[ \t\r\n]/;
  const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
  const ADDRESS = /^(?:[\w.~:/?#@!$&'()*+,;=-]|%[\da-f]{2})*$/i;
  const XMLNS = "http://www.w3.org/2000/xmlns/";
  const XML = "http://www.w3.org/XML/1998/namespace";
  const BEFORE_ROOT = new RegExp(`${BLANK.source}+|<\\?[^]*?\\?>|<!--[^]*?-->`, "y");
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
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
    if (found > most) throw new Unreadable("too-large", { size: `${found.toLocaleString("en-US")} ${what}` });
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

  window.vagText = { NOT_XML, Unreadable, decode, first, mask, masked, nearest, placesOf, quote, readXml, strip };
})();
