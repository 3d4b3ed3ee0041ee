/*
 * Text from a reader's file, as the checks of this site see it: the same as macros/formats/base/reading.py and
 * spelling.py, so that a page and the command line say the same. `window.vagText`; nothing here draws or keeps anything.
 *
 * Columns and lengths count characters (code points), not the units of JavaScript's strings.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { number } = window.vagDom;
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
    ["utf-32-le", "\xff\xfe\0\0"],
    ["utf-32-be", "\0\0\xfe\xff"],
    ["utf-16-le", "\xff\xfe"],
    ["utf-16-be", "\xfe\xff"],
  ];
  const MARKS = [...ORDER_MARKS, ["utf-16-le", "<\0"], ["utf-16-be", "\0<"]];

  /* Input that no rule can be checked on: the id of a rule, and the place and values of its finding. */
  class Unreadable extends Error {
    constructor(rule, values, line = null, column = null) {
      super(rule);
      Object.assign(this, { rule, values, line, column });
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

  /* A place whose column is worked out when a finding needs it: lines may be long. They begin at `from`, in the column `base`. */
  class Place {
    constructor(text, line, at, from = 0, base = 1) {
      Object.assign(this, { text, line, at, from, base });
    }

    get column() {
      return length(this.text.slice(this.from, this.at)) + this.base;
    }
  }

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

  const mask = (key) => (isPublished(key) ? key : "•••••-".repeat(4) + key.slice(-5)).toUpperCase();

  /* Text from a file as messages show it: clipped, on one line, every key masked. */
  const quote = (text) => {
    const flat = masked(first(text, 4 * SHOWN)).replace(CONTROL, " ");
    return length(flat) > SHOWN ? `${first(flat, SHOWN)}…` : flat;
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

  const encodingOf = (bytes, marks) => {
    const start = String.fromCharCode(...bytes.subarray(0, 4));
    return marks.find(([, mark]) => start.startsWith(mark))?.[0];
  };

  /* The encoding that a byte order mark names, if the file has one. */
  const markOf = (data) => typeof data !== "string" && encodingOf(data, ORDER_MARKS)?.slice(0, 6).toUpperCase();

  const decoded = (bytes, encodings) => {
    const encoding = encodingOf(bytes, MARKS) ?? declaredIn(bytes, encodings);
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
    const size = isText && data.length > most ? length(data) : data.length;
    if (size > most) tooLarge(size, isText ? "characters" : "bytes");
    const text = (isText ? data : decoded(data, encodings)).replace(/^\ufeff/, "");
    if (!strip(text)) throw new Unreadable("empty-file", {}, 1);
    const lone = text.search(/\p{Surrogate}/u);
    if (lone >= 0) throw new Unreadable("encoding", { encoding: "UTF-8" }, placesOf(text)(lone).line);
    return text;
  };

  window.vagText = {
    BLANK, FILLED, IS_BLANK, Place, Unreadable, decode, first, length, lower, markOf, mask, nearest, placesOf, quote, strip, tooLarge, without,
  };
})();
