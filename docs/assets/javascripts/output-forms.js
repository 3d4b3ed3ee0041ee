// @ts-check
/*
 * The forms in which outputs come: tables, CSV, JSON, XML, escaped text. Each line becomes the parts that it says: the
 * same as macros/domain/output_forms.py, held to the same cases. `window.vagForms(clean, plain, knows)` gives a
 * function that takes lines and gives `{ parts, isRow }` for each.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const ENTITY = /&(lt|gt|quot|apos|nbsp|amp|#[0-9]{1,5}|#x[0-9A-Fa-f]{1,4});/g;
  const NAMED = { lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", amp: "&" };
  const ELEMENT = /<([A-Za-z][A-Za-z0-9]{0,30})((?: [^<>]{0,300})?)>(?:<VALUE>)?([^<>]{1,8000})<\//gu;
  const TAG = /<\/?([A-Za-z][A-Za-z0-9]{0,30})(?:[ /][^<>]{0,500})?>/gu;
  const NAME = / N(?:ame|AME)?=["']([^"']{1,80})["']/u;
  const SOURCE = /<Provider Name=["']([^"']{1,80})["']/u;
  const PAIR = /"([A-Za-z][A-Za-z0-9_ ()]{0,60})" ?: {0,4}("(?:[^"\\]|\\.){0,20000}"|[^"{}\[\], ][^"{}\[\],]{0,60})/gu;
  const ESCAPE = /\\(["\\/bfnrt]|u[0-9A-Fa-f]{4})/g;
  const ESCAPED = { b: " ", f: " ", n: "\n", r: "\r", t: " " };
  const XML_BREAK = /(?:_x000D_)?_x000A_/g;
  const TEXT_BREAK = /\r\n?|\n/;
  const ASSIGNED = /(?:^|[;{] ?)([A-Za-z]{2,60})=([^;{}]{0,500})/gu;
  const LABEL = /^[A-Za-z][A-Za-z0-9 ._()/-]{0,60}$/;
  const WORD = /[^ \t]{1,1000}/gu;
  const NUMBER = /^-?[0-9]{1,20}$/;
  const [DRAWN, QUOTES, BLANKS, DELIMITERS] = [" \t|+:-", "> #*;", " \t", ",;\t|"];
  const [WIDEST, FEWEST] = [64, 2];

  const strip = (text, letters) => {
    let [start, end] = [0, text.length];
    while (start < end && letters.includes(text[start])) start += 1;
    while (end > start && letters.includes(text[end - 1])) end -= 1;
    return text.slice(start, end);
  };
  const isRule = (line) => line.includes("--") && !strip(strip(line, QUOTES), DRAWN);

  const letterOf = (_whole, name) => {
    if (name[0] !== "#") return NAMED[name];
    const code = name[1] === "x" ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code < 0xd800 ? String.fromCharCode(code) : "";
  };
  const unescaped = (_whole, escape) =>
    escape.length > 1 ? String.fromCharCode(parseInt(escape.slice(1), 16)) : ESCAPED[escape] ?? escape;
  const valueOf = (text) => (text[0] === '"' ? text.slice(1, -1).replace(ESCAPE, unescaped) : text);

  const cellOf = (given) => {
    const text = strip(given, BLANKS);
    return text.length > 1 && text[0] === '"' && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
  };

  /* What PowerShell prints of a hash table. */
  const isPaired = (labels) => labels.length === 2 && labels[0] === "Name" && labels[1] === "Value";

  /*
   * Cells between delimiters; what stands in quotation marks may hold them. Where there are more than `count`, a cell
   * that begins with a blank belongs to the one before: wmic quotes nothing.
   */
  const cellsOf = (line, delimiter, count = 0) => {
    const text = delimiter === "|" ? strip(strip(line, BLANKS), "|") : strip(line, " ");
    /** @type {string[]} */
    let cells = [];
    let [start, quoted] = [0, false];
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === '"') quoted = !quoted;
      else if (text[at] === delimiter && !quoted) {
        cells.push(text.slice(start, at));
        start = at + 1;
      }
    }
    cells.push(text.slice(start));
    if (count && cells.length > count) {
      cells = cells.reduce((joined, cell) => {
        if (joined.length && cell.startsWith(" ")) joined[joined.length - 1] += delimiter + cell;
        else joined.push(cell);
        return joined;
      }, /** @type {string[]} */ ([]));
    }
    return cells.map(cellOf);
  };

  const fromTheEnd = (line, count) => {
    const words = line.match(WORD) ?? [];
    return words.length > count ? [words.slice(0, -count).join(" "), ...words.slice(-count)] : [];
  };

  /* Cells below the labels. A number may begin before its label; a row that was pushed out is cut from its end. */
  const columnsOf = (text, { labels, starts }) => {
    const line = [...text];
    const cuts = [0];
    for (const start of starts.slice(1)) {
      let cut = Math.min(start, line.length);
      const beginsBefore = start < line.length && !BLANKS.includes(line[start]);
      while (beginsBefore && cut > (cuts.at(-1) ?? 0) && !BLANKS.includes(line[cut - 1])) cut -= 1;
      if (beginsBefore && cut < start && !NUMBER.test(line.slice(cut, start).join(""))) {
        return fromTheEnd(text, labels.length - 1);
      }
      cuts.push(cut);
    }
    return cuts.map((cut, at) => strip(line.slice(cut, cuts[at + 1] ?? line.length).join(""), BLANKS));
  };

  window.vagForms = (clean, plain, knows) => {
    const [markup, texts, prompt] = [new Set(clean.markup), new Set(clean.texts), new RegExp(clean.prompt, "u")];

    const areLabels = (labels) => labels.every((each) => LABEL.test(each)) && labels.filter(knows).length >= FEWEST;

    const headOf = (line, raw, at) => {
      if (line.includes(":")) return null;
      for (const delimiter of DELIMITERS) {
        const place = line.indexOf(delimiter, 1);
        if (place < 0 || place > WIDEST) continue;
        const labels = cellsOf(delimiter === "|" ? line.replaceAll("||", "|") : line, delimiter);
        if (labels.length >= FEWEST && areLabels(labels)) return { labels, delimiter };
      }
      const words = [...line.slice(0, WIDEST * WIDEST).matchAll(WORD)];
      const all = words.map(([word]) => strip(word, QUOTES));
      const skipped = all.every(Boolean) ? 0 : 1;
      const labels = all.slice(skipped);
      const isRuled = at + 1 < raw.length && isRule(raw[at + 1]);
      const isShort = isRuled && (isPaired(labels) || (labels.length === 1 && knows(labels[0])));
      if (!isShort && (labels.length < FEWEST || !areLabels(labels))) return null;
      const isWide = labels.every(knows) && line.split("  ").length > labels.length - 1;
      return isRuled || isWide ? { labels, isRuled, starts: words.slice(skipped).map(({ index }) => index) } : null;
    };

    const rowOf = (head, line) => {
      if (!strip(line, BLANKS) || prompt.test(strip(line, BLANKS))) return null;
      if (isRule(line)) return { parts: [plain(line)] };
      const cells = head.delimiter ? cellsOf(line, head.delimiter, head.labels.length) : columnsOf(line, head);
      if (cells.length !== head.labels.length) return null;
      if (isPaired(head.labels)) return { parts: [plain(`${cells[0]}: ${cells[1]}`)] };
      const parts = head.labels.map((label, at) => plain(texts.has(label) ? cells[at] : `${label}: ${cells[at]}`));
      return { parts, isRow: true, isOpen: Boolean(head.delimiter) && line.split('"').length % 2 === 0 };
    };

    /* What a value says: a line for each of its own where it is a text, else the label with the value. */
    const said = (label, value) => {
      const [first, ...more] = value.split(TEXT_BREAK);
      return [texts.has(label) || (more.length && !knows(label)) ? first : `${label}: ${first}`, ...more];
    };

    const elements = (line) => {
      const source = SOURCE.exec(line);
      const found = [...line.matchAll(ELEMENT)].flatMap(([, tag, attributes, text]) => {
        const name = NAME.exec(attributes);
        if (!name && !markup.has(tag) && !knows(tag)) return [];
        return said(name ? name[1] : tag, text.replace(XML_BREAK, "\n").replace(ENTITY, letterOf));
      });
      return source ? [`Provider: ${source[1]}`, ...found] : found;
    };

    const cleaned = (parts) => parts.map(plain).filter(Boolean);

    const partsOf = (given) => {
      let line = given;
      if (line.includes("<") && line.includes(">")) {
        const isMarkup = !strip(plain(line.slice(0, line.indexOf("<"))), "-");
        const found = isMarkup ? elements(line) : [];
        if (found.length) return cleaned(found);
        line = line.replace(TAG, (whole, tag) => (markup.has(tag) ? "" : whole));
      }
      if (line.includes("&")) line = line.replace(ENTITY, letterOf);
      if (line.includes('"')) {
        const found = [...line.matchAll(PAIR)].flatMap(([, label, value]) => said(label, valueOf(value)));
        if (found.length) return cleaned(found);
      }
      if (line.split("=").length > FEWEST) {
        const pairs = [...line.matchAll(ASSIGNED)].filter(([, label]) => knows(label));
        if (pairs.length >= FEWEST) return cleaned(pairs.map(([, label, value]) => `${label}: ${value}`));
      }
      const at = line.indexOf(":");
      return [plain(at >= 0 && texts.has(strip(line.slice(0, at), QUOTES)) ? line.slice(at + 1) : line)];
    };

    return (raw) => {
      let head = null;
      return raw.map((line, at) => {
        const found = headOf(line, raw, at);
        if (found) {
          head = found;
          return { parts: [plain(line)], isHead: true };
        }
        const row = head ? rowOf(head, line) : null;
        // A blank line leaves a table open, unless it ends what PowerShell drew.
        if (head && !row && (strip(line, BLANKS) || head.isRuled)) head = null;
        return row ?? { parts: partsOf(line) };
      });
    };
  };
})();
