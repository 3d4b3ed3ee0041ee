// @ts-check
/*
 * YAML as an organization's file needs it: keys with values, lists, texts and numbers, and JSON. What it takes means
 * the same as in macros/catalog/strict_yaml.py. It refuses all else that YAML has, with the line and what to write
 * instead; so a file that it refuses may still be one that a build reads.
 *
 *   window.vagYaml.read(text, words)  { data, lines, problems }: keys with values are a Map, a decimal is a Decimal
 *
 * Loaded when a reader opens a file: who fills in the form needs none of it.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { fill, number } = window.vagDom;
  const { Decimal } = window.vagYaml;
  const [MOST_DIGITS, MOST_DEPTH, MOST_VALUES, LONGEST_KEY] = [30, 40, 50_000, 1_000];
  const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\p{Surrogate}\ufdd0-\ufdef\ufeff\ufffe\uffff]/u;
  const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
  const DECIMAL = /^-?(?:0|[1-9][0-9]*)\.[0-9]+$/;
  const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?$/;
  const WORDS = new Map([["", null], ["null", null], ["~", null], ["true", true], ["false", false]]);
  const ESCAPES = {
    ...{ 0: "\0", a: "\x07", b: "\b", t: "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b", " ": " ", '"': '"' },
    ...{ "/": "/", "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029" },
  };
  const DIGITS = { x: 2, u: 4, U: 8 };
  /* What begins something of YAML that no organization's file needs, with the name of the sentence that says so. */
  const REFUSED = {
    "&": "anchor",
    "*": "anchor",
    "!": "tag",
    "|": "block",
    ">": "block",
    "%": "sign",
    "@": "sign",
    "`": "sign",
    ",": "sign",
    "]": "sign",
    "}": "sign",
  };

  /* Ends the reading: nothing can be said of what follows. */
  class Unread extends Error {}

  const whole = (text) => {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value + 0 || 0 : BigInt(text);
  };

  const nameOf = (sign) => `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

  /** @type {(text: string, words: Record<string, string>) => Data} */
  const read = (text, words) => {
    const rows = text.split(/\r\n|\n|\r/);
    const lines = new Map();
    /** @type {Data[]} */
    const problems = [];
    let values = 0;

    const problem = (at, path, message) => problems.push({ line: at, path, message });
    /** @returns {never} */
    const stop = (at, path, name, slots = {}) => {
      problem(at, path, fill(words[name], slots));
      throw new Unread(name);
    };

    const counted = (at, path) => {
      values += 1;
      if (path.length > MOST_DEPTH) stop(at, path.slice(0, 3), "deep", { most: MOST_DEPTH });
      if (values > MOST_VALUES) stop(at, path.slice(0, 3), "many", { most: number(MOST_VALUES) });
      const key = JSON.stringify(path);
      if (!lines.has(key)) lines.set(key, at);
    };

    const check = (value, at, path, name = "character") => {
      const found = FORBIDDEN.exec(value);
      if (found) problem(at, path, fill(words[name], { sign: nameOf(found[0]) }));
      return value;
    };

    const plain = (value, at, path) => {
      if (value.length > MOST_DIGITS && NUMBER.test(value)) {
        problem(at, path, fill(words.digits, { most: MOST_DIGITS, given: value }));
        return null;
      }
      if (WORDS.has(value)) return WORDS.get(value);
      if (INTEGER.test(value)) return whole(value);
      return DECIMAL.test(value) ? new Decimal(Number(value)) : value;
    };

    /* A text in quotes that begins at a place of a row: its value, and the place behind it. */
    const quoted = (row, from, at, path, isKey = false) => {
      const quote = row[from];
      let [value, place] = ["", from + 1];
      for (;;) {
        const sign = row[place];
        if (sign === undefined) stop(at, path, "open-quote");
        if (sign === quote && quote === "'" && row[place + 1] === "'") {
          value += "'";
          place += 2;
        } else if (sign === quote) {
          return { value: isKey ? value : check(value, at, path), end: place + 1 };
        } else if (sign === "\\" && quote === '"') {
          const name = row[place + 1] ?? "";
          const digits = row.slice(place + 2, place + 2 + (DIGITS[name] ?? 0));
          if (Object.hasOwn(ESCAPES, name)) {
            value += ESCAPES[name];
          } else {
            const isHex = DIGITS[name] === digits.length && /^[0-9A-Fa-f]+$/.test(digits);
            const code = isHex ? parseInt(digits, 16) : Infinity;
            if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) stop(at, path, "escape");
            value += String.fromCodePoint(code);
          }
          place += 2 + digits.length;
        } else {
          value += sign;
          place += 1;
        }
      }
    };

    /* Nothing but a comment may stand behind a value. */
    const ended = (row, from, at, path) => {
      const rest = row.slice(from);
      if (!/^ *$|^ +#/.test(rest)) stop(at, path, rest.includes("\t") ? "tab" : "behind");
    };

    const unusual = (row, from, at, path) => {
      const sign = row[from];
      if (Object.hasOwn(REFUSED, sign)) stop(at, path, REFUSED[sign]);
      if ("?:-".includes(sign) && !/[A-Za-z0-9.]/.test(row[from + 1] ?? "")) stop(at, path, "sign");
    };

    // Between brackets, over any number of rows ----------------------------------------------------------------------

    const between = (first, from, path) => {
      let [at, place] = [first, from];
      const skip = () => {
        for (;;) {
          const row = rows[at] ?? stop(rows.length, path, "open-bracket");
          while (row[place] === " " || row[place] === "\t") place += 1;
          const isComment = row[place] === "#" && (place === 0 || /[ \t]/.test(row[place - 1]));
          if (place < row.length && !isComment) {
            if (place === 0 && /^(?:---|\.\.\.)/.test(row)) stop(at + 1, path, "document");
            return;
          }
          [at, place] = [at + 1, 0];
        }
      };
      /* A text: in quotes, or plain up to a sign that ends it. */
      const word = (own, isKey = false) => {
        const row = rows[at];
        if (row[place] === '"' || row[place] === "'") {
          const { value, end } = quoted(row, place, at + 1, own, isKey);
          place = end;
          return { text: value, isPlain: false };
        }
        unusual(row, place, at + 1, own);
        if (row[place] === ":") stop(at + 1, own, "sign");
        const end = row.slice(place).search(/:(?: |$)| #|[,[\]{}?\t]|$/);
        const raw = row.slice(place, place + end);
        const value = raw.replace(/ +$/, "");
        if (!value || value.endsWith(":") || /^["#]/.test(value)) stop(at + 1, own, "bracket");
        place += raw.length;
        return { text: check(value, at + 1, own), isPlain: true };
      };
      const list = (own) => {
        const found = [];
        place += 1;
        for (;;) {
          skip();
          if (rows[at][place] === "]") break;
          found.push(node([...own, found.length]));
          skip();
          if (rows[at][place] === "]") break;
          if (rows[at][place] !== ",") stop(at + 1, own, "bracket");
          place += 1;
        }
        place += 1;
        return found;
      };
      const map = (own) => {
        const found = new Map();
        place += 1;
        for (;;) {
          skip();
          if (rows[at][place] === "}") break;
          const [row, start] = [at, place];
          const { text: key, isPlain } = word(own, true);
          while (rows[at][place] === " ") place += 1;
          const isKey = rows[at][place] === ":" && (!isPlain || /^:(?: |$)/.test(rows[at].slice(place)));
          if (!isKey || place - start > LONGEST_KEY) stop(row + 1, own, "bracket");
          place += 1;
          const [isFirst, below] = keyed(found, key, row + 1, own);
          skip();
          const value = node(below);
          if (isFirst) found.set(key, value);
          skip();
          if (rows[at][place] === "}") break;
          if (rows[at][place] !== ",") stop(at + 1, own, "bracket");
          place += 1;
        }
        place += 1;
        return found;
      };
      const node = (own) => {
        counted(at + 1, own);
        const sign = rows[at][place];
        if (sign === "[") return list(own);
        if (sign === "{") return map(own);
        const row = at + 1;
        const { text: value, isPlain } = word(own);
        return isPlain ? plain(value, row, own) : value;
      };
      const value = node(path);
      return { value, at, place };
    };

    /* A key stands for the first time, or once more: what is below it then has a path of its own. */
    const keyed = (_, key, at, path) => {
      const own = [...path, key];
      const name = JSON.stringify(own);
      check(key, at, path, "key-character");
      if (lines.has(name)) {
        problem(at, own, fill(words.twice, { first: lines.get(name) }));
        return /** @type {[boolean, Data[]]} */ ([false, [...path, `${key} (again)`]]);
      }
      lines.set(name, at);
      return /** @type {[boolean, Data[]]} */ ([true, own]);
    };

    // By lines and their indentation ---------------------------------------------------------------------------------

    const TEXT = /^ *[^ #]/;
    let here = 0;

    /* The next row that is neither empty nor a comment, and its indentation; -1 at the end. */
    const next = (path) => {
      while (here < rows.length && !TEXT.test(rows[here])) here += 1;
      if (here >= rows.length) return -1;
      const indent = rows[here].search(/[^ ]/);
      if (rows[here][indent] === "\t") stop(here + 1, path, "tab");
      if (indent === 0 && /^(?:---|\.\.\.)(?: |$)/.test(rows[here])) stop(here + 1, path, "document");
      if (indent === 0 && rows[here][0] === "%") stop(here + 1, path, "sign");
      return indent;
    };
    const isItem = (row, indent) => row[indent] === "-" && /^-(?: |$)/.test(row.slice(indent));

    /* A value in the rest of a row, from its first sign on. `indent` is that of what it belongs to. */
    const inRow = (from, indent, path) => {
      const [row, at] = [rows[here], here + 1];
      const sign = row[from];
      let value;
      if (sign === "[" || sign === "{") {
        const found = between(here, from, path);
        ended(rows[found.at], found.place, found.at + 1, path);
        here = found.at + 1;
        value = found.value;
      } else if (sign === '"' || sign === "'") {
        counted(at, path);
        const found = quoted(row, from, at, path);
        ended(row, found.end, at, path);
        here += 1;
        value = found.value;
      } else {
        counted(at, path);
        unusual(row, from, at, path);
        const raw = row.slice(from).replace(/ #.*$/, "").replace(/ +$/, "");
        if (raw.includes("\t")) stop(at, path, "tab");
        if (/:(?: |$)/.test(raw)) stop(at, path, "colon");
        here += 1;
        value = plain(check(raw, at, path), at, path);
      }
      if (next(path) > indent) stop(here + 1, path, "goes-on");
      return value;
    };

    const keyIn = (indent, path) => {
      const [row, at] = [rows[here], here + 1];
      if (row[indent] === '"' || row[indent] === "'") {
        const { value, end } = quoted(row, indent, at, path, true);
        const [colon] = /^ *:(?= |$)/.exec(row.slice(end)) ?? stop(at, path, "key");
        return { key: value, end: end + colon.length };
      }
      unusual(row, indent, at, path);
      if (/^[[{]/.test(row.slice(indent))) stop(at, path, "key");
      const raw = row.slice(indent).replace(/ #.*$/, "");
      const found = /^(.*?) *:(?= |$)/.exec(raw);
      if (!found || !found[1] || found[0].length > LONGEST_KEY) stop(at, path, raw.includes("\t") ? "tab" : "key");
      if (found[1].includes("\t")) stop(at, path, "tab");
      return { key: found[1], end: indent + found[0].length };
    };

    /* A value below its key or its dash; nothing stands there when the next row belongs to something further out. */
    const below = (indent, path, at, isKey) => {
      here += 1;
      const inner = next(path);
      if (inner > indent) return block(inner, path);
      if (isKey && inner === indent && isItem(rows[here], indent)) return block(indent, path);
      counted(at, path);
      return null;
    };

    const sequence = (indent, path) => {
      const found = [];
      while (next(path) === indent && isItem(rows[here], indent)) {
        const [own, at] = [[...path, found.length], here + 1];
        const row = rows[here];
        const rest = /^-( *)([^ #]|#(?<=[^ ]#))/.exec(row.slice(indent));
        if (!rest) {
          found.push(below(indent, own, at, false));
          continue;
        }
        const inner = indent + 1 + rest[1].length;
        if (row[inner] === "\t") stop(at, own, "tab");
        rows[here] = `${" ".repeat(inner)}${row.slice(inner)}`;
        found.push(block(inner, own, indent));
      }
      return found;
    };

    const mapping = (indent, path) => {
      const found = new Map();
      for (;;) {
        const inner = next(path);
        if (inner < indent || (inner === indent && isItem(rows[here], indent))) return found;
        if (inner > indent) stop(here + 1, path, "indentation");
        const at = here + 1;
        const { key, end } = keyIn(indent, path);
        const [isFirst, own] = keyed(found, key, at, path);
        const rest = /^ *(?=[^ #])/.exec(rows[here].slice(end));
        const isEmpty = !rest || /^ *$|^ +#/.test(rows[here].slice(end));
        if (!isEmpty && rows[here][end + rest[0].length] === "\t") stop(at, own, "tab");
        const value = isEmpty ? below(indent, own, at, true) : inRow(end + rest[0].length, indent, own);
        if (isFirst) found.set(key, value);
      }
    };

    /* Whether a row is a key with what belongs to it, and not a value of its own. */
    const isEntry = (row, indent) => {
      const rest = row.slice(indent);
      if (/^"/.test(rest)) return /^"(?:[^"\\]|\\.)*" *:(?: |$)/.test(rest);
      if (/^'/.test(rest)) return /^'(?:[^']|'')*' *:(?: |$)/.test(rest);
      return !/^[[{]/.test(rest) && /:(?: |$)/.test(rest.replace(/ #.*$/, ""));
    };

    function block(indent, path, outer = indent - 1) {
      if (isItem(rows[here], indent)) {
        counted(here + 1, path);
        return sequence(indent, path);
      }
      if (isEntry(rows[here], indent)) {
        counted(here + 1, path);
        return mapping(indent, path);
      }
      return inRow(indent, outer, path);
    }

    const all = () => {
      const forbidden = FORBIDDEN.exec(text);
      if (forbidden) {
        const at = text.slice(0, forbidden.index).split("\n").length;
        stop(at, [], "file-character", { sign: nameOf(forbidden[0]) });
      }
      const broken = rows.findIndex((row) => /[\u2028\u2029]/.test(row));
      if (broken >= 0) stop(broken + 1, [], "separator");
      while (here < rows.length && !TEXT.test(rows[here])) here += 1;
      // One mark of a beginning is no second document.
      if (/^--- *(?: #.*)?$/.test(rows[here] ?? "")) here += 1;
      const indent = next([]);
      if (indent < 0) return null;
      const value = block(indent, []);
      if (next([]) >= 0) stop(here + 1, [], "indentation");
      return value;
    };

    let data = null;
    try {
      data = all();
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
    }
    return { data, lines, problems };
  };

  window.vagYaml.read = read;
})();
