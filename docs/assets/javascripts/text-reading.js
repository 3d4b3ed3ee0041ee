// @ts-check
/*
 * Text from a reader's file, as the checks of this site see it: the same as macros/formats/base/reading.py and
 * spelling.py, so that a page and the command line say the same. `window.vagText`; nothing here draws or keeps
 * anything.
 *
 * Columns and lengths count characters (code points), not the units of JavaScript's strings.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { number, upTo } = window.vagDom;
  const { isPublished, masked } = window.vagKeys;
  const SHOWN = 80;
  const COMPARED = 64;
  const CONTROL = /[\x00-\x1f\x7f-\x9f\p{Surrogate}]+/gu;
  /* White space as Python's str.strip() has it. */
  const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const IS_BLANK = new RegExp(`[${BLANK}]`);
  const FILLED = new RegExp(`[^${BLANK}]+`, "g");
  const DECLARED = /^<\?xml[^>]{0,200}?encoding[ \t-\r]*=[ \t-\r]*["']([A-Za-z0-9._-]{1,40})["']/;
  const WRONG = "\ufffd";
  /* How files of some encodings begin, byte by byte: with a byte order mark, or with the first letter of XML. */
  const ORDER_MARKS = [
    ["utf-8", "\xef\xbb\xbf"],
    ["utf-32", "\xff\xfe\0\0"],
    ["utf-32", "\0\0\xfe\xff"],
    ["utf-16le", "\xff\xfe"],
    ["utf-16be", "\xfe\xff"],
  ];
  const MARKS = [...ORDER_MARKS, ["utf-16le", "<\0"], ["utf-16be", "\0<"]];
  /* What a file that bears no mark may declare. Bytes that spell the declaration in ASCII are not UTF-16. */
  const NAMED = new Map([
    ["utf-8", "utf-8"],
    ["utf8", "utf-8"],
    ["us-ascii", "utf-8"],
    ["utf-16", "utf-8"],
    ["windows-1252", "windows-1252"],
    ["iso-8859-1", "windows-1252"],
  ]);
  const TITLES = new Map([
    ["utf-8", "UTF-8"],
    ["utf-16le", "UTF-16"],
    ["utf-16be", "UTF-16"],
    ["windows-1252", "Windows-1252"],
  ]);
  /* Bytes that Windows-1252 gives to no letter, as browsers read them. */
  const UNUSED = /[\x81\x8d\x8f\x90\x9d]/;

  /* Input that no rule can be checked on: the id of a rule, and the place and values of its finding. */
  class Unreadable extends Error {
    /**
     * @param {string} rule
     * @param {Record<string, Word>} values from the file
     * @param {number | null} line
     * @param {number | null} column
     * @param {Record<string, Word>} said words of ours
     */
    constructor(rule, values, line = null, column = null, said = {}) {
      super(rule);
      this.rule = rule;
      this.values = values;
      this.line = line;
      this.column = column;
      this.said = said;
    }
  }

  const tooLarge = (count, what) => {
    throw new Unreadable("too-large", { size: `${number(count)} ${what}` });
  };

  const strip = (text, blank = IS_BLANK) => {
    let [start, end] = [0, text.length];
    while (start < end && blank.test(text[start])) start += 1;
    while (end > start && blank.test(text[end - 1])) end -= 1;
    return text.slice(start, end);
  };

  const lower = (text) => text.toLowerCase();
  const without = (text, end) => (end && text.endsWith(end) ? text.slice(0, -end.length) : text);

  /* The first characters of a text, and how many characters it has. */
  const first = (text, most) => [...text.slice(0, 2 * most)].slice(0, most).join("");
  const length = (text) => text.length - (text.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0);

  /*
   * A place whose column is worked out when a finding needs it: lines may be long. They begin at `from`, in the column
   * `base`.
   */
  class Place {
    constructor(text, line, at, from = 0, base = 1) {
      this.text = text;
      this.line = line;
      this.at = at;
      this.from = from;
      this.base = base;
    }

    get column() {
      return length(this.text.slice(this.from, this.at)) + this.base;
    }
  }

  /* Line and column, both from 1, of an offset in a text. */
  const placesOf = (text) => {
    const starts = [0];
    /** @type {number[]} */
    const pairs = [];
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

  // Keys --------------------------------------------------------------------------------------------------------------

  const mask = (key) => (isPublished(key) ? key : "•••••-".repeat(4) + key.slice(-5)).toUpperCase();

  /* Text from a file as messages show it: clipped, on one line, every key masked. */
  const quote = (text) => {
    const flat = masked(first(text, 4 * SHOWN)).replace(CONTROL, " ");
    return length(flat) > SHOWN ? `${first(flat, SHOWN)}…` : flat;
  };

  // Names that are probably meant -------------------------------------------------------------------------------------

  /* How many letters to put in and take out to make one word of another; Infinity for more than `most`. */
  const distance = (one, other, most) => {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (const [above, letter] of one.entries()) {
      const next = [above + 1];
      let least = above + 1;
      for (const [at, wanted] of other.entries()) {
        next.push(letter === wanted ? row[at] : 1 + Math.min(row[at + 1], next[at]));
        if (next[at + 1] < least) least = next[at + 1];
      }
      if (least > most) return Infinity;
      row = next;
    }
    return row[other.length];
  };

  /* The name that is probably meant; of two that are as near, the first in the alphabet. Letter case does not count. */
  const nearest = (given, names, cutoff = 0.75) => {
    const word = [...first(given, COMPARED).toLowerCase()];
    let [best, found] = [cutoff, /** @type {string | null} */ (null)];
    for (const name of [...names].sort()) {
      const letters = [...name.toLowerCase()];
      const all = letters.length + word.length;
      // Not one less for the sake of what 1 - 0.8 is to a computer.
      const most = Math.floor((1 - best) * all + 1e-9);
      if (Math.abs(letters.length - word.length) > most) continue;
      const near = all ? 1 - distance(letters, word, most) / all : 1;
      if (near > best || (near === best && found === null)) [best, found] = [near, name];
    }
    return found;
  };

  // Files -------------------------------------------------------------------------------------------------------------

  const encodingOf = (bytes, marks) => {
    const start = String.fromCharCode(...bytes.subarray(0, 4));
    return marks.find(([, mark]) => start.startsWith(mark))?.[0];
  };

  /* The encoding that a byte order mark names, if the file has one. */
  const markOf = (data) => data instanceof Uint8Array && encodingOf(data, ORDER_MARKS)?.slice(0, 6).toUpperCase();

  /* The encoding that the declaration of XML names, else UTF-8. */
  const declaredIn = (bytes) => {
    const start = Math.max(0, bytes.findIndex((byte) => byte !== 32 && (byte < 9 || byte > 13)));
    const [, name = "utf-8"] = String.fromCharCode(...bytes.subarray(start, start + 500)).match(DECLARED) ?? [];
    const encoding = NAMED.get(name.toLowerCase());
    if (!encoding) throw new Unreadable("encoding", { encoding: name }, 1);
    return encoding;
  };

  const decoded = (bytes) => {
    const encoding = encodingOf(bytes, MARKS) ?? declaredIn(bytes);
    if (encoding === "utf-32") throw new Unreadable("encoding", { encoding: "UTF-32" }, 1);
    const read = (fatal) => new TextDecoder(encoding, { fatal, ignoreBOM: true }).decode(bytes);
    let before;
    try {
      const text = read(true);
      const unused = encoding === "windows-1252" ? text.search(UNUSED) : -1;
      if (unused < 0) return text;
      before = text.slice(0, unused);
    } catch {
      // The same again, with a mark where it fails.
      before = read(false).split(WRONG)[0];
    }
    throw new Unreadable("encoding", { encoding: TITLES.get(encoding) }, before.split("\n").length);
  };

  /* Text of a file without its byte order mark. Throws Unreadable. */
  const decode = (data, most) => {
    const isText = typeof data === "string";
    const size = isText && data.length > most ? length(data) : data.length;
    if (size > most) tooLarge(size, isText ? "characters" : "bytes");
    const text = (isText ? data : decoded(data)).replace(/^\ufeff/, "");
    if (!strip(text)) throw new Unreadable("empty-file", {}, 1);
    const lone = text.search(/\p{Surrogate}/u);
    if (lone >= 0) throw new Unreadable("encoding", { encoding: "UTF-8" }, placesOf(text)(lone).line);
    return text;
  };

  window.vagText = {
    BLANK,
    FILLED,
    IS_BLANK,
    Place,
    Unreadable,
    decode,
    first,
    length,
    lower,
    markOf,
    mask,
    nearest,
    placesOf,
    quote,
    strip,
    tooLarge,
    without,
  };
})();
