// @ts-check
/*
 * Files, and archives of files, as rows: the same steps as macros/formats/fleet, on the same data. Nothing is read
 * whole but the output of a command. Whoever calls says when to rest, so that the page answers meanwhile.
 *
 *   window.vagFleet.filesOf({ add, columns, leave, rest, took, today })
 *       .read(name, blob, path)   reads a file; every row goes to `add`, every row left out to `leave`
 *       .told                     what is to say about each file
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { fill, number } = window.vagDom;
  const { read: readOutput, row: slotsOf, textOf } = window.vagDiagnosis;
  const { UNTOLD, columnsOf, data, headOf, names } = window.vagFleet;
  const { masked } = window.vagKeys;
  const { most, rules, signs } = data;

  const PIECE = 1 << 18;
  const NOT_TEXT = "\ufffd";
  const NOTES = ["#type", "sep="];
  const BREAKS = /\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]/;
  const [FOUND, COMPUTER] = [["description", "key_channel"], names.indexOf("computer")];
  const said = (rule, values = {}) => {
    const shown = Object.entries(values).map((
      [name, value],
    ) => [name, typeof value === "number" ? number(value) : value]);
    return fill(rules[rule], Object.fromEntries(shown));
  };

  /* Why nothing more of a file is read. */
  class Open extends Error {}
  class Broken extends Error {}
  class NotXml extends Error {}

  // Bytes and letters -------------------------------------------------------------------------------------------------

  /* The bytes of a file, piece by piece. */
  const bytesOf = (blob) => {
    let at = 0;
    return async () => {
      if (at >= blob.size) return null;
      const part = blob.slice(at, at + PIECE);
      at += part.size;
      return new Uint8Array(await part.arrayBuffer());
    };
  };

  const joined = (parts) => {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };

  /* The first bytes of a file, and what gives all of them, those first ones again too. */
  const startOf = async (next) => {
    const parts = [];
    let length = 0;
    while (length < most.start) {
      const part = await next();
      if (!part) break;
      parts.push(part);
      length += part.length;
    }
    const bytes = joined(parts);
    let isFirst = true;
    const again = () => {
      if (!isFirst) return next();
      isFirst = false;
      return Promise.resolve(bytes.length ? bytes : null);
    };
    return [bytes.subarray(0, most.start), again];
  };

  const countOf = (bytes, from, value) => {
    let count = 0;
    for (let at = from; at < bytes.length; at += 2) count += Number(bytes[at] === value);
    return count;
  };
  const isWide = (bytes) => {
    const mark = bytes[0] * 256 + bytes[1];
    if (mark === 0xfffe || mark === 0xfeff) return true;
    const [even, uneven] = [countOf(bytes, 0, 0), countOf(bytes, 1, 0)];
    return Math.max(even, uneven) * signs.wide > bytes.length &&
      Math.min(even, uneven) * signs.wide < Math.max(even, uneven);
  };
  const odd = new Set([...signs.odd].map((letter) => letter.charCodeAt(0)));
  const begins = (bytes, sign) => [...sign].every((letter, at) => bytes[at] === letter.charCodeAt(0));
  const noText = (bytes) => {
    const start = bytes.subarray(0, signs.looked_at);
    const known = signs.signatures.find(([sign]) => begins(bytes, sign))?.[1];
    if (known && bytes.includes(0)) return known;
    let strange = 0;
    for (const byte of start) strange += Number(odd.has(byte));
    return strange * signs.odd_share > start.length && !isWide(start) ? known ?? signs.binary : null;
  };

  const NOTHING = new Set([0, 9, 10, 13, 32, 0xef, 0xbb, 0xbf, 0xff, 0xfe]);
  const isEmpty = (bytes) => bytes.every((byte) => NOTHING.has(byte));

  /* How a file is written: what decodes it piece by piece, and what people call it. */
  const decoderOf = (encoding) => {
    const own = new TextDecoder(encoding);
    return (bytes) => (bytes ? own.decode(bytes, { stream: true }) : own.decode());
  };
  const encodingOf = (start) => {
    if (begins(start, "\xff\xfe")) return [decoderOf("utf-16le"), "UTF-16"];
    if (begins(start, "\xfe\xff")) return [decoderOf("utf-16be"), "UTF-16"];
    if (begins(start, "\xef\xbb\xbf")) return [decoderOf("utf-8"), "UTF-8"];
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(start, { stream: true });
      if (start[1] !== 0) return [decoderOf("utf-8"), "UTF-8"];
    } catch {
      // Another encoding.
    }
    const [, name] = textOf(start);
    const page = data.code_pages.find((one) => one.name === name);
    if (page?.browser) return [decoderOf(page.browser), name];
    if (page) {
      const letter = (byte) => (byte < 128 ? String.fromCharCode(byte) : page.letters[byte - 128]);
      return [(bytes) => Array.from(bytes ?? [], letter).join(""), name];
    }
    if (!name) return [decoderOf("utf-8"), "UTF-8"];
    return [decoderOf(start[1] === 0 ? "utf-16le" : "utf-16be"), name];
  };

  /* The text of a file, piece by piece; null at its end. */
  const textFrom = (next, decode) => {
    let isEnd = false;
    return async () => {
      while (!isEnd) {
        const bytes = await next();
        isEnd = !bytes;
        const text = decode(bytes);
        if (text) return text;
      }
      return null;
    };
  };

  // Tables ------------------------------------------------------------------------------------------------------------

  const sizeOf = (line) => (line.length <= most.line || line.length > 2 * most.line ? line.length : [...line].length);

  /* The lines of a text, with the number of the last one, and those that the row at hand was read from. */
  const linesOf = (next) => {
    /** @type {string[]} */
    let queue = [];
    /** @type {number[]} */
    let numbers = [];
    /** @type {number[]} */
    const long = [];
    const taken = [];
    let [at, count, rest, isLong, isEnd, damaged, number] = [0, 0, "", false, false, 0, 0];
    const keep = (line) => {
      count += 1;
      if (isLong || sizeOf(line) >= most.line) {
        long.push(count);
        isLong = false;
        return;
      }
      if (line.includes(NOT_TEXT)) damaged += 1;
      queue.push(line);
      numbers.push(count);
    };
    const more = async () => {
      queue = queue.slice(at);
      numbers = numbers.slice(at);
      at = 0;
      while (!isEnd && queue.length <= most.span + 1) {
        const text = await next();
        isEnd = text === null;
        rest += text ?? "";
        // A return may be the first half of a break.
        const held = !isEnd && rest.endsWith("\r") ? 1 : 0;
        const parts = rest.slice(0, rest.length - held).split(/\r\n|\r|\n/);
        const last = parts.pop() ?? "";
        parts.forEach(keep);
        if (isEnd && (last || isLong)) keep(last);
        isLong = !isEnd && (isLong || last.length > 2 * most.line);
        rest = (isLong ? "" : last) + "\r".slice(0, held);
      }
    };
    return {
      long,
      taken,
      more,
      isLow: () => !isEnd && queue.length - at <= most.span + 1,
      next: () => {
        if (taken.length >= most.span) throw new Open();
        if (at >= queue.length) return null;
        number = numbers[at];
        taken.push(queue[at]);
        at += 1;
        return taken[taken.length - 1];
      },
      back: (count) => {
        at -= count;
        number = numbers[at - 1] ?? number;
      },
      get number() {
        return number;
      },
      get damaged() {
        return damaged;
      },
    };
  };

  /* The cells of a row, which may go over several lines. */
  const recordOf = (next, separator) => {
    const whole = `"${separator}"`;
    return () => {
      let line = next();
      if (line === null) return null;
      if (!line) return [];
      if (!line.includes('"')) return line.split(separator);
      if (line.length > 1 && line.startsWith('"') && line.endsWith('"')) {
        const cells = line.slice(1, -1).split(whole);
        if (!cells.some((cell) => cell.includes('"'))) return cells;
      }
      const cells = [];
      for (let at = 0;;) {
        let cell = "";
        if (line[at] === '"') {
          at += 1;
          for (let end = line.indexOf('"', at); end < 0 || line[end + 1] === '"'; end = line.indexOf('"', at)) {
            if (end >= 0) {
              cell += line.slice(at, end + 1);
              at = end + 2;
              continue;
            }
            cell += line.slice(at);
            if (cell.length > most.field) throw new Open();
            line = next();
            if (line === null) return [...cells, cell];
            cell += "\n";
            at = 0;
          }
          const end = line.indexOf('"', at);
          cell += line.slice(at, end);
          at = end + 1;
        }
        const end = line.indexOf(separator, at);
        cells.push(cell + (end < 0 ? line.slice(at) : line.slice(at, end)));
        if (end < 0) return cells;
        at = end + 1;
      }
    };
  };
  const once = (line) => {
    let given = false;
    return () => {
      if (given) return null;
      given = true;
      return line;
    };
  };
  const cellsOf = (line, separator) => recordOf(once(line), separator)() ?? [];

  const bestOf = (line, columns) => {
    if (NOTES.some((note) => line.toLowerCase().startsWith(note)) || sizeOf(line) > most.line) return null;
    const heads = data.separators.filter((each) => line.includes(each))
      .map((separator) => ({ head: headOf(cellsOf(line, separator), columns), separator }));
    const best = heads.reduce(
      (one, other) => (one && one.head.places.size >= other.head.places.size ? one : other),
      null,
    );
    return best?.head.isOfLicenses ? best : null;
  };
  const hasHead = (start, columns) => start.split(BREAKS, most.before).some((line) => bestOf(line, columns));

  const wrongOf = (() => {
    const [name, status] = [names.indexOf("name"), names.indexOf("status")];
    const others = FOUND.map((each) => names.indexOf(each));
    return (row, taken) => {
      if (!(row[name] || row[status] || others.some((at) => row[at]))) return "row-nothing";
      const computer = row[COMPUTER];
      if (!computer.trim()) return "row-nobody";
      if (taken.length > 1 && row.some((cell) => /[\n\r]/.test(cell))) return "row-lines";
      if (computer.includes('"')) return "row-open";
      return taken[0].includes("\0") ? "row-zero" : null;
    };
  })();

  const tellHead = (told, form, { language, missing, places, unknown }) =>
    Object.assign(told, { form, language, missing, unknown, named_by_file: !places.has("computer") });

  /* Gives rows below a head away, and tells by the id of a rule why one cannot be counted. */
  const givingTo = (head, sink) => {
    const { width } = head;
    const more = ["", sink.stem, UNTOLD];
    const lacking = { computer: 1, partial_key: 2 };
    const places = sink.columns.names.map((name) => head.places.get(name) ?? width + (lacking[name] ?? 0));
    return (cells, taken, line) => {
      const row = new Array(places.length);
      for (let at = 0; at < places.length; at += 1) {
        const place = places[at];
        row[at] = place < width ? cells[place] : more[place - width];
      }
      if (head.mayBeThis && !row[COMPUTER]) {
        row[COMPUTER] = sink.stem;
        sink.told.named_by_file = true;
      }
      const rule = wrongOf(row, taken);
      if (rule === null) sink.add(row, line);
      return rule;
    };
  };

  const readTable = async (next, sink) => {
    const lines = linesOf(next);
    const { taken } = lines;
    let best = null;
    while (!best && lines.number < most.before) {
      taken.length = 0;
      if (lines.isLow()) await lines.more();
      const line = lines.next();
      if (line === null) break;
      best = bestOf(line, sink.columns);
    }
    if (!best) return sink.refuse("file-unknown");
    const { head, separator } = best;
    const { told } = sink;
    told.separator = separator;
    tellHead(told, "csv", head);
    const { width } = head;
    const give = givingTo(head, sink);
    const record = recordOf(lines.next, separator);
    const afterFirst = (rule) => {
      lines.back(taken.length - 1);
      sink.leave(lines.number, rule);
    };
    const holdsARow = () => taken.slice(1).some((line) => cellsOf(line, separator).length >= width);
    for (let step = 1;; step += 1) {
      if (lines.isLow()) await lines.more();
      if (step % 128 === 0) await sink.rest();
      taken.length = 0;
      let cells;
      try {
        cells = record();
      } catch (error) {
        if (!(error instanceof Open)) throw error;
        afterFirst("row-open");
        continue;
      }
      if (cells === null) break;
      if (cells.length !== width || taken.length > 1) {
        if (taken.length > 1 && (cells.length !== width || holdsARow())) {
          afterFirst("row-open");
          continue;
        }
        if (!cells.some(Boolean)) continue;
        if (cells.length < width || cells.slice(width).some(Boolean)) {
          sink.leave(lines.number, "row-width", { cells: cells.length, columns: width });
          continue;
        }
      }
      const rule = give(cells, taken, lines.number);
      if (rule === "row-lines") afterFirst(rule);
      else if (rule && (rule !== "row-nothing" || cells.slice(0, width).some((cell) => cell.trim()))) {
        sink.leave(lines.number, rule);
      }
    }
    for (const line of lines.long) sink.leave(line, "row-long", { most: most.line });
    told.damaged = lines.damaged;
    if (!told.rows && !told.left) sink.refuse("file-no-rows");
  };

  // Objects -----------------------------------------------------------------------------------------------------------

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /* A value as CSV would show it; nothing for what has parts. */
  const textOfValue = (value) => {
    if (typeof value === "string") return value;
    if (typeof value === "boolean") return value ? "True" : "False";
    if (typeof value === "number") return String(value);
    if (!isObject(value)) return "";
    const own = (name) => (Object.hasOwn(value, name) ? value[name] : undefined);
    const inner = own("value") ?? own("Value");
    return typeof inner === "object" ? "" : textOfValue(inner);
  };

  const serverOf = (values) => {
    const name = Object.hasOwn(values, "CimSystemProperties") ? values.CimSystemProperties?.ServerName : "";
    return typeof name === "string" ? name : "";
  };

  /* Turns objects into rows. Objects with the same names are looked at once. */
  const rowsOf = (sink, form) => {
    const heads = new Map();
    sink.told.form = form;
    return {
      add: (values, line) => {
        const keys = Object.keys(values);
        const key = keys.join("\0");
        if (!heads.has(key)) heads.set(key, headOf(keys, sink.columns));
        const head = heads.get(key);
        const found = {};
        for (const [column, place] of head.places) found[column] = textOfValue(values[keys[place]]);
        if (!["name", "status", ...FOUND].some((name) => found[name])) return sink.leave(line, "row-nothing");
        found.partial_key ??= UNTOLD;
        if (!head.places.has("computer") || (head.mayBeThis && !found.computer)) {
          found.computer = serverOf(values) || sink.stem;
          sink.told.named_by_file ||= found.computer === sink.stem;
        }
        if (!found.computer.trim()) return sink.leave(line, "row-nobody");
        sink.add(sink.columns.names.map((name) => found[name] ?? ""), line);
      },
      told: () => {
        const { told } = sink;
        const all = [...heads.values()];
        told.unknown = [...new Set(all.flatMap(({ unknown }) => unknown))];
        told.missing = sink.columns.names.filter((name) => all.every(({ missing }) => missing.includes(name)));
        told.language = all[0]?.language ?? "";
        if (!told.rows && !told.left) sink.refuse("file-no-rows");
      },
    };
  };

  const [QUOTE, SLASH, OPEN, CLOSE, OPENS, CLOSES, COMMA, COLON] = [...'"\\{}[],:'].map((sign) => sign.charCodeAt(0));
  const BETWEEN = /[\s,[\]\ufeff]*/y;
  const NEXT = /\n\s*\{|\}\s*,?\s*\{/g;
  const SCALAR = /"(?:[^"\\]|\\[^])*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null/y;
  const DEEPEST = 900;
  const PLAIN = new Set([..." \t\r\n+-.0123456789Eaeflnrstu"].map((sign) => sign.charCodeAt(0)));
  const INSIDE = ["value", "Value", "data", "results", "items"];

  /* Where an object ends by its brackets, as far as it can be one; -1 where it cannot, or where it goes on. */
  const endOf = (text, start) => {
    let [depth, before, at] = [0, COMMA, start];
    for (; at < text.length; at += 1) {
      const sign = text.charCodeAt(at);
      const isBefore = before === COMMA || before === COLON || before === OPEN || before === OPENS;
      if (sign === QUOTE) {
        if (!isBefore) return -1;
        for (at += 1; at < text.length && text.charCodeAt(at) !== QUOTE; at += 1) {
          if (text.charCodeAt(at) === SLASH) at += 1;
          else if (text.charCodeAt(at) < 32) return -1;
        }
      } else if (sign === OPEN || sign === OPENS) {
        depth += 1;
        if (!isBefore || depth > DEEPEST) return -1;
      } else if (sign === CLOSE || sign === CLOSES) {
        depth -= 1;
        if (!depth) return at + 1;
      } else if (sign !== COMMA && sign !== COLON) {
        if (!PLAIN.has(sign)) return -1;
        continue;
      }
      before = sign;
    }
    return -1;
  };

  /* The value at a place, and where it ends; null for what is none, or goes on. */
  const decoded = (text, at) => {
    let end = -1;
    if (text[at] === "{") end = endOf(text, at);
    else {
      SCALAR.lastIndex = at;
      if (SCALAR.test(text)) end = SCALAR.lastIndex;
    }
    if (end < 0) return null;
    try {
      return { value: JSON.parse(text.slice(at, end)), end };
    } catch {
      return null;
    }
  };

  const after = (pattern, text, at) => {
    pattern.lastIndex = at;
    return pattern.exec(text) ? pattern.lastIndex : -1;
  };

  const objectsIn = (value) => {
    if (isObject(value)) {
      for (const name of INSIDE) {
        const inner = Object.hasOwn(value, name) ? value[name] : null;
        if (Array.isArray(inner) && isObject(inner[0])) return inner;
      }
    }
    return [value];
  };

  /* Line breaks between two places; nothing behind them is looked at. */
  const breaksIn = (text, from, to) => text.slice(from, to).split("\n").length - 1;

  const readJson = async (next, sink) => {
    const rows = rowsOf(sink, "json");
    let [buffer, at, line, counted, isEnd, wanted] = ["", 0, 1, 0, false, most.start];
    const lineTo = (end) => {
      line += breaksIn(buffer, counted, end);
      counted = end;
      return line;
    };
    for (let step = 1;; step += 1) {
      if (step % 64 === 0) await sink.rest();
      at = after(BETWEEN, buffer, at);
      if (at >= buffer.length || buffer.length - at < wanted) {
        lineTo(at);
        const more = isEnd ? null : await next();
        isEnd = more === null;
        buffer = buffer.slice(at) + (more ?? "");
        [at, counted] = [0, 0];
        if (isEnd && after(BETWEEN, buffer, 0) === buffer.length) break;
        if (!isEnd && buffer.length < wanted) continue;
        at = after(BETWEEN, buffer, 0);
        if (at >= buffer.length) continue;
      }
      const found = decoded(buffer, at);
      if (!found) {
        if (!isEnd && buffer.length - at < most.object) {
          wanted = 2 * Math.max(buffer.length - at, most.start);
          continue;
        }
        sink.leave(lineTo(at), "row-json");
        const place = after(NEXT, buffer, at + 1);
        if (place < 0 && isEnd) break;
        at = place < 0 ? buffer.length : place - 1;
        continue;
      }
      wanted = most.start;
      if (!isEnd && found.end === buffer.length && !isObject(found.value)) {
        wanted = buffer.length - at + most.start;
        continue;
      }
      at = found.end;
      lineTo(at);
      for (const one of objectsIn(found.value)) {
        if (isObject(one)) rows.add(one, line);
        else sink.leave(line, "row-no-object");
      }
    }
    rows.told();
  };

  const TAG = /<(\/?)([^\s/>!?]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
  const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
  const ENTITY = /&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|([A-Za-z_:][\w.:-]{0,40}));|&/g;
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  const NO_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
  const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;
  const SKIPPED = [["<!--", "-->"], ["<![CDATA[", "]]>"], ["<?", "?>"]];
  const localName = (name) => name.slice(name.indexOf(":") + 1);

  /*
   * Reads XML, piece by piece. What begins, ends and stands in it is given away, names without their prefix; `types`
   * is told of a document type. Gives the line after which it is no XML, or 0 where all of it is.
   */
  const readXml = async (next, rest, { begin, end, text, types }) => {
    /** @type {string[]} */
    const above = [];
    let [line, isOver, hasTypes, isOpen] = [1, false, false, false];
    const letters = (text) => {
      if (NO_XML.test(text)) throw new NotXml();
      if (!text.includes("&")) return [text, true];
      let isWhole = true;
      const shown = text.replace(ENTITY, (_, decimal, hex, name) => {
        if (name && Object.hasOwn(ENTITIES, name)) return ENTITIES[name];
        const code = decimal ? Number(decimal) : parseInt(hex ?? "", 16);
        if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
        if (!name || !hasTypes) throw new NotXml();
        isWhole = false;
        return "";
      });
      return [shown, isWhole];
    };
    const stand = (given, isPlain) => {
      const [shown, isWhole] = isPlain ? [given, true] : letters(given);
      if (above.length) text(shown, isWhole);
      else if (given.trim()) throw new NotXml();
    };
    const open = (name, attributes) => {
      if (!above.length && isOver) throw new NotXml();
      const values = {};
      for (const [, label, one, other] of attributes.matchAll(ATTRIBUTE)) [values[label]] = letters(one ?? other);
      above.push(name);
      begin(localName(name), values, line);
    };
    const close = (name) => {
      if (above.pop() !== name) throw new NotXml();
      isOver ||= !above.length;
      end(localName(name));
    };
    /* Takes what stands at a place; gives where it ends, or -1 where it goes on. */
    const take = (buffer, at, isEnd) => {
      if (buffer[at] !== "<") {
        const end = buffer.indexOf("<", at);
        if (end < 0 && !isEnd) return -1;
        const until = end < 0 ? buffer.length : end;
        stand(buffer.slice(at, until), false);
        return until;
      }
      for (const [start, stop] of "!?".includes(buffer[at + 1] ?? "-") ? SKIPPED : []) {
        if (!buffer.startsWith(start, at)) continue;
        const end = buffer.indexOf(stop, at + start.length);
        if (end < 0) return -1;
        if (start === "<![CDATA[") stand(buffer.slice(at + start.length, end), true);
        return end + stop.length;
      }
      if (buffer.startsWith("<!", at)) {
        const end = buffer.indexOf(">", at);
        const inside = buffer.indexOf("[", at);
        if (end < 0) return -1;
        types();
        hasTypes = true;
        if (inside < 0 || inside > end) return end + 1;
        const stop = /\]\s*>/g;
        stop.lastIndex = inside;
        return stop.exec(buffer) ? stop.lastIndex : -1;
      }
      TAG.lastIndex = at;
      const found = TAG.exec(buffer);
      if (!found) return -1;
      const [whole, closes, name, attributes, isEmpty] = found;
      if (closes) close(name);
      else {
        open(name, attributes);
        if (isEmpty) close(name);
      }
      return at + whole.length;
    };
    const nextFeed = (buffer, from) => {
      const found = buffer.indexOf("\n", from);
      return found < 0 ? Infinity : found;
    };
    let [buffer, at, isEnd, feed] = ["", 0, false, Infinity];
    try {
      for (let step = 1;; step += 1) {
        if (step % 512 === 0) await rest();
        if (!isEnd && (buffer.length - at < most.start || isOpen)) {
          const more = await next();
          isEnd = more === null;
          buffer = buffer.slice(at) + (more ?? "");
          at = 0;
          feed = nextFeed(buffer, at);
        }
        if (at >= buffer.length) {
          if (isEnd) break;
          continue;
        }
        const until = take(buffer, at, isEnd);
        isOpen = until < 0;
        if (isOpen && (isEnd || buffer.length - at > most.object)) throw new NotXml();
        if (isOpen) continue;
        for (; feed < until; feed = nextFeed(buffer, feed + 1)) line += 1;
        at = until;
      }
      if (above.length || !isOver) throw new NotXml();
    } catch (error) {
      if (!(error instanceof NotXml)) throw error;
      return line;
    }
    return 0;
  };

  const unescaped = (text) => text.replace(ESCAPED, (_, code) => String.fromCharCode(parseInt(code, 16)));

  /* Reads the objects below the root of CLIXML. What is no XML ends it. */
  const readClixml = async (next, sink) => {
    const rows = rowsOf(sink, "clixml");
    /** @type {{ local: string, key: string, text: string, parts: number }[]} */
    const above = [];
    let [values, last] = [/** @type {Data} */ (null), 1];
    const broken = await readXml(next, sink.rest, {
      begin: (local, { N: key = "" }, line) => {
        if (above.length) above[above.length - 1].parts += 1;
        if (above.length === 1) [values, last] = [local === "Obj" ? {} : null, line];
        above.push({ local, key, text: "", parts: 0 });
      },
      end: () => {
        const own = /** @type {Data} */ (above.pop());
        if (above.length === 3 && values && ["Props", "MS"].includes(above[2].local)) {
          if (own.key && !own.parts && !Object.hasOwn(values, own.key)) values[own.key] = unescaped(own.text);
        }
        if (above.length === 1 && values) {
          rows.add(values, last);
          values = null;
        }
      },
      text: (shown, isWhole) => {
        const own = above[above.length - 1];
        if (!own.parts) own.text += shown;
        if (!isWhole) own.parts += 1;
      },
      types: () => {},
    });
    if (broken) sink.leave(broken, "row-xml");
    rows.told();
  };

  // Outputs -----------------------------------------------------------------------------------------------------------

  const CMID = /(?:CMID|ClientMachineID)[^0-9A-Fa-f\n]{0,60}([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})/;
  const TOLD = Object.entries(data.text.slots);
  let states = null;
  const numberOf = (status) => {
    states ??= new Map(data.text.states.map((given) => [slotsOf({ LicenseStatus: given }).status, given]));
    return states.get(status) ?? "";
  };
  const rowOfText = (slots) => {
    const row = {};
    for (const [column, slot] of TOLD) if (slot in slots) row[column] = String(slots[slot]);
    row.status = numberOf(slots.status);
    if ("error_code" in slots) row.reason = String(parseInt(slots.error_code, 16));
    if ("kms_host" in slots) {
      const host = "fixed_host" in slots || "registered" in slots ? "set" : "found";
      row[`${host}_host`] = String(slots.kms_host);
      row[`${host}_port`] = String(slots.kms_port ?? "");
    }
    const { channel } = slots;
    if (channel === "adba") row.ao_name ??= data.text.object;
    else if (!("description" in row) && !("key_channel" in row)) Object.assign(row, data.text.channels[channel] ?? {});
    if (channel === "kms-host") row.is_host = "1";
    if (!("not_in_use" in slots)) row.partial_key ??= UNTOLD;
    return row;
  };
  const readText = (bytes, today, sink) => {
    const [text, encoding] = textOf(bytes);
    const found = readOutput(text, today, encoding);
    if (found.kind === null) return sink.refuse("file-unknown");
    const { told } = sink;
    Object.assign(told, { form: "text", encoding, language: found.language });
    const cmid = CMID.exec(text)?.[1];
    for (const slots of found.products) {
      if (slots.status === "unknown" || "event" in slots) continue;
      const row = rowOfText(slots);
      row.computer ??= sink.stem;
      told.named_by_file ||= row.computer === sink.stem;
      if (cmid) row.cmid = cmid;
      sink.add(sink.columns.names.map((name) => row[name] ?? ""), 1);
    }
    const isClipped = found.findings.some(({ id }) => id === "clipped");
    if (isClipped) sink.leave(1, "text-clipped", { lines: data.text.lines });
    if (!told.rows && !isClipped) sink.leave(1, "text-no-state", { kind: found.name });
  };

  // Archives ----------------------------------------------------------------------------------------------------------

  const [END, LOCATOR, CENTRAL, LOCAL] = [0x06054b50, 0x07064b50, 0x02014b50, 0x04034b50];
  const FULL = 0xffffffff;
  const view = async (blob, from, to) => new DataView(await blob.slice(from, to).arrayBuffer());
  const large = (part, at) => Number(part.getBigUint64(at, true));

  const CRC = Array.from({ length: 256 }, (_, number) => {
    let sum = number;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum >>> 0;
  });

  /* Where the list of files in an archive stands, and how many there are. */
  const listOf = async (blob) => {
    const from = Math.max(blob.size - 65_557, 0);
    const tail = await view(blob, from, blob.size);
    let at = tail.byteLength - 22;
    while (at >= 0 && tail.getUint32(at, true) !== END) at -= 1;
    if (at < 0) throw new Broken();
    let [count, size, start] = [
      tail.getUint16(at + 10, true),
      tail.getUint32(at + 12, true),
      tail.getUint32(at + 16, true),
    ];
    if (at >= 20 && tail.getUint32(at - 20, true) === LOCATOR) {
      const place = large(tail, at - 12);
      const wide = await view(blob, place, place + 56);
      [count, size, start] = [large(wide, 32), large(wide, 40), large(wide, 48)];
    }
    if (start + size > from + at) throw new Broken();
    return { count, size, start };
  };

  const nameOf = (bytes, isUnicode) => {
    if (isUnicode) return new TextDecoder().decode(bytes);
    const page = data.code_pages.find(({ letters }) => letters);
    return [...bytes].map((byte) => (byte < 128 || !page ? String.fromCharCode(byte) : page.letters[byte - 128])).join(
      "",
    );
  };

  const membersOf = async (blob) => {
    const { count, size, start } = await listOf(blob);
    const list = await view(blob, start, start + size);
    const members = [];
    for (let [at, left] = [0, count]; left > 0; left -= 1) {
      if (list.getUint32(at, true) !== CENTRAL) throw new Broken();
      const [nameLength, extraLength, noteLength] = [28, 30, 32].map((place) => list.getUint16(at + place, true));
      const flags = list.getUint16(at + 8, true);
      const sizes = [24, 20, 42].map((place) => list.getUint32(at + place, true));
      const after = at + 46 + nameLength;
      for (let place = after; place + 4 <= after + extraLength;) {
        const [id, length] = [list.getUint16(place, true), list.getUint16(place + 2, true)];
        let inside = place + 4;
        sizes.forEach((value, index) => {
          if (id !== 1 || value !== FULL) return;
          sizes[index] = large(list, inside);
          inside += 8;
        });
        place += 4 + length;
      }
      const name = nameOf(new Uint8Array(list.buffer, at + 46, nameLength), Boolean(flags & 0x800));
      members.push({
        name,
        flags,
        method: list.getUint16(at + 10, true),
        sum: list.getUint32(at + 16, true),
        size: sizes[0],
        packed: sizes[1],
        place: sizes[2],
      });
      at = after + extraLength + noteLength;
    }
    return members.filter(({ name }) => !name.endsWith("/"));
  };

  /* The bytes of a file in an archive, unpacked by the browser, and compared with their sum at their end. */
  const unpacked = async (blob, { method, packed, place, size, sum }) => {
    const head = await view(blob, place, place + 30);
    if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL || (method && method !== 8)) throw new Broken();
    const start = place + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    const part = blob.slice(start, start + packed);
    const stream = method ? part.stream().pipeThrough(new DecompressionStream("deflate-raw")) : part.stream();
    const reader = stream.getReader();
    let [found, length] = [FULL, 0];
    const next = async () => {
      const { done, value } = await reader.read().catch(() => {
        throw new Broken();
      });
      if (done) {
        if ((found ^ FULL) >>> 0 !== sum || length !== size) throw new Broken();
        return null;
      }
      for (const byte of value) found = CRC[(found ^ byte) & 255] ^ (found >>> 8);
      length += value.length;
      return value;
    };
    return [next, () => reader.cancel().catch(() => {})];
  };

  // Workbooks ---------------------------------------------------------------------------------------------------------

  const [WHOLE, CELL] = [/^-?[0-9]{1,15}$/, /^([A-Z]{1,3})[0-9]{1,7}$/];
  const NUMBER = /^-?[0-9]{1,300}(?:[.][0-9]{1,300})?(?:[eE][-+]?[0-9]{1,3})?$/;
  const [DAY_SECONDS, SECOND] = [86_400, 1000];
  const { book } = data;

  const partAt = (target) => {
    const parts = [];
    for (const part of (target.startsWith("/") ? target : `xl/${target}`).split("/")) {
      if (part === "..") parts.pop();
      else if (part && part !== ".") parts.push(part);
    }
    return parts.join("/");
  };

  /* Gives what a part of a workbook says to its readers. The format has no types of documents, and so no entities. */
  const readPart = async (blob, member, rest, readers, bound = Infinity) => {
    if (!member || member.size > bound) throw new Broken();
    const [from, stop] = await unpacked(blob, member);
    try {
      const [start, next] = await startOf(from);
      const types = () => {
        throw new Broken();
      };
      if (await readXml(textFrom(next, encodingOf(start)[0]), rest, { ...readers, types })) throw new Broken();
    } finally {
      stop();
    }
  };

  /* The text of a string, of all its runs; how it is pronounced is no part of it. */
  const runsOf = () => {
    let [text, isText, isSound] = ["", false, false];
    const add = (more) => {
      text += more.slice(0, Math.max(most.line - text.length, 0));
    };
    return {
      add,
      begin: (name) => {
        isSound ||= name === "rPh";
        isText = name === "t" && !isSound;
      },
      end: (name) => {
        isSound &&= name !== "rPh";
        isText = false;
      },
      text: (more) => isText && add(more),
      take: () => {
        const found = unescaped(text);
        text = "";
        return found;
      },
    };
  };

  const stringsOf = async (blob, member, rest) => {
    const [runs, strings] = [runsOf(), /** @type {string[]} */ ([])];
    const begin = (name) => {
      if (name === "si") runs.take();
      runs.begin(name);
    };
    const end = (name) => {
      runs.end(name);
      if (name === "si") strings.push(runs.take());
    };
    await readPart(blob, member, rest, { begin, end, text: runs.text }, book.strings);
    return strings;
  };

  const placeOf = (reference, expected) => {
    const letters = CELL.exec(reference)?.[1];
    return letters ? [...letters].reduce((place, each) => place * 26 + each.charCodeAt(0) - 64, 0) - 1 : expected;
  };
  const cellOf = (kind, value, strings) => {
    if (kind === "s" && value) {
      if (!WHOLE.test(value) || !(value in strings)) throw new Broken();
      return strings[Number(value)];
    }
    if (kind === "b") return { 1: "True", 0: "False" }[value] ?? value;
    if (kind !== "n" || WHOLE.test(value) || !NUMBER.test(value)) return value;
    return Number.isSafeInteger(Number(value)) ? String(Number(value)) : value;
  };
  const momentOf = (text, from1904) => {
    const [first, least, last] = book.days[from1904 ? 1 : 0];
    const days = NUMBER.test(text) ? Number(text) : NaN;
    if (!(least <= days && days <= last)) return text;
    const seconds = Math.floor(days * DAY_SECONDS + 0.5);
    return new Date(Date.parse(first) + seconds * SECOND).toISOString().slice(0, 19);
  };

  /* Every row of a sheet that has any text, with its number. A row that is too long comes without cells. */
  const readSheet = (blob, member, rest, strings, take) => {
    const runs = runsOf();
    let [kind, isValue, cells, row, place, size] = ["n", false, new Map(), 0, 0, 0];
    return readPart(blob, member, rest, {
      begin: (name, { r = "", t = "n" }) => {
        if (name === "c") {
          kind = t;
          place = placeOf(r, place);
          runs.take();
        } else if (name === "row") {
          row = WHOLE.test(r) ? Number(r) : row + 1;
          [cells, place, size] = [new Map(), 0, 0];
        }
        isValue = name === "v";
        runs.begin(name);
      },
      end: (name) => {
        isValue = false;
        runs.end(name);
        if (name === "c") {
          const text = cellOf(kind, runs.take(), strings);
          size += text.length;
          if (text && place < book.columns && size < most.line) cells.set(place, text);
          place += 1;
        } else if (name === "row") {
          if (size >= most.line) take(row, new Map());
          else if (cells.size) take(row, cells);
        }
      },
      text: (more) => (isValue ? runs.add(more) : runs.text(more)),
    });
  };

  const widthOf = (cells) => Math.max(-1, ...cells.keys()) + 1;
  const listed = (cells, width) => Array.from({ length: width }, (_, place) => cells.get(place) ?? "");

  const sheetTo = (sink, from1904) => {
    const { told } = sink;
    let [head, give, isOver] = [/** @type {Data} */ (null), /** @type {Data} */ (null), false];
    const judge = (row, given) => {
      const { width } = head;
      if (!given.size) return sink.leave(row, "row-long", { most: most.line });
      const count = widthOf(given);
      if (count > width) return sink.leave(row, "row-width", { cells: count, columns: width });
      const cells = listed(given, width);
      const collected = head.places.get("collected");
      if (collected !== undefined) cells[collected] = momentOf(cells[collected], from1904);
      const rule = give(cells, ["", ""], row);
      if (rule && (rule !== "row-nothing" || cells.some((cell) => cell.trim()))) sink.leave(row, rule);
    };
    let isFirst = true;
    return {
      take: (row, cells) => {
        if (head) return judge(row, cells);
        isOver ||= !isFirst && row > most.before;
        isFirst = false;
        const found = isOver ? null : headOf(listed(cells, widthOf(cells)), sink.columns);
        if (!found?.isOfLicenses) return;
        head = found;
        give = givingTo(head, sink);
        tellHead(told, "workbook", head);
      },
      told: () => {
        if (!head) sink.refuse("file-unknown");
        else if (!told.rows && !told.left) sink.refuse("file-no-rows");
      },
    };
  };

  /* Reads each sheet of a workbook into a sink of its own, by its name; whether any sheet has a row. */
  const readBook = async (blob, members, rest, sinkOf) => {
    const parts = new Map(members.map((member) => [member.name, member]));
    const [targets, sheets] = [new Map(), new Map()];
    let [strings, from1904] = [/** @type {string[]} */ ([]), false];
    let stringsAt = "";
    const [end, text] = [() => {}, () => {}];
    const begin = (name, values) => {
      if (name === "Relationship") {
        const kind = values.Type?.split("/").pop();
        if (kind === "worksheet") targets.set(values.Id ?? "", partAt(values.Target ?? ""));
        else if (kind === "sharedStrings") stringsAt = partAt(values.Target ?? "");
      } else if (name === "sheet") {
        const id = Object.keys(values).find((label) => label.endsWith(":id"));
        const part = id && targets.get(values[id]);
        if (part && !sheets.has(part)) sheets.set(part, unescaped(values.name ?? ""));
      } else if (name === "workbookPr") from1904 = ["1", "true"].includes(values.date1904);
    };
    for (const part of [book.relations, book.part]) {
      await readPart(blob, parts.get(part), rest, { begin, end, text }, book.list);
    }
    if (stringsAt) strings = await stringsOf(blob, parts.get(stringsAt), rest);
    let isFound = false;
    for (const [part, name] of sheets) {
      let sheet = /** @type {Data} */ (null);
      await readSheet(blob, parts.get(part), rest, strings, (row, cells) => {
        sheet ??= sheetTo(sinkOf(name), from1904);
        sheet.take(row, cells);
      });
      sheet?.told();
      isFound ||= sheet !== null;
    }
    return isFound;
  };

  // Files -------------------------------------------------------------------------------------------------------------

  const stemOf = (path) => {
    const name = path.replaceAll("\\", "/").split("/").pop() ?? "";
    const dot = name.lastIndexOf(".");
    return dot > 0 && dot < name.length - 1 ? name.slice(0, dot) : name;
  };

  const filesOf = ({ add, columns = columnsOf([]), leave, rest, took = (_) => {}, today }) => {
    const all = [];
    const fileOf = (file) => ({
      file,
      form: null,
      encoding: "",
      separator: "",
      language: "",
      unknown: [],
      missing: [],
      named_by_file: false,
      damaged: 0,
      rows: 0,
      left: 0,
      reason: "",
    });
    const sinkOf = (told, path) => ({
      told,
      columns,
      rest,
      path,
      stem: stemOf(path),
      add: (row, line) => {
        const rule = add(row);
        if (!rule) {
          told.rows += 1;
          return;
        }
        told.left += 1;
        leave(told.file, line, rules[rule]);
      },
      leave: (line, rule, values) => {
        told.left += 1;
        leave(told.file, line, said(rule, values));
      },
      refuse: (rule, values) => {
        told.reason = said(rule, values);
      },
    });

    const readTextual = async (start, next, sink) => {
      const [decode, name] = encodingOf(start);
      sink.told.encoding = name;
      const head = encodingOf(start)[0](start).replace(/^\ufeff+/, "").trimStart();
      const text = textFrom(next, decode);
      if (head.startsWith("<") && data.lists.some((end) => sink.path.toLowerCase().endsWith(end))) {
        return sink.refuse("file-vamt");
      }
      if (head.startsWith("<") && /<Objs\b/.test(head)) return readClixml(text, sink);
      if ("{[".includes(head[0] ?? "-")) return readJson(text, sink);
      if (hasHead(head, sink.columns)) return readTable(text, sink);
      const parts = [];
      for (let length = 0; length < most.text;) {
        const part = await next();
        if (!part) break;
        parts.push(part);
        length += part.length;
      }
      readText(joined(parts).subarray(0, most.text), today, sink);
    };

    const readBytes = async (name, from, path) => {
      const [start, next] = await startOf(from);
      const told = fileOf(name);
      const sink = sinkOf(told, path);
      if (begins(start, "PK\x03\x04") || begins(start, "PK\x05\x06")) {
        // An archive inside an archive: the outer one is read by its blob.
        sink.refuse("file-nested");
        all.push(told);
        return;
      }
      all.push(told);
      if (isEmpty(start)) return sink.refuse("file-empty");
      const reason = noText(start);
      if (reason) {
        told.reason = reason;
        return;
      }
      await readTextual(start, next, sink);
    };

    const readMember = async (name, blob, member) => {
      const file = `${name}/${masked(member.name)}`;
      const told = fileOf(file);
      const sink = sinkOf(told, member.name);
      if (member.flags & 1) sink.refuse("file-locked");
      else if (member.size > most.unpacked) sink.refuse("file-large", { most: most.unpacked });
      else {
        let close = () => {};
        try {
          const [next, stop] = await unpacked(blob, member);
          close = stop;
          return await readBytes(file, next, member.name);
        } catch (error) {
          if (!(error instanceof Broken || error instanceof RangeError)) throw error;
          const begun = all.at(-1)?.file === file ? all.at(-1) : null;
          const broken = sinkOf(begun ?? told, member.name);
          if (begun?.rows) return broken.leave(0, "file-archive");
          broken.refuse("file-archive");
          if (begun) return;
        } finally {
          close();
        }
      }
      all.push(told);
    };

    const readWorkbook = async (name, path, blob, members) => {
      const told = fileOf(name);
      const whole = sinkOf(told, path);
      /** @type {Data[]} */
      const sheets = [];
      const sheetOf = (sheet) => {
        const own = sinkOf(fileOf(`${name}/${masked(sheet)}`), path);
        all.push(own.told);
        sheets.push(own);
        return own;
      };
      if (members.some(({ flags }) => flags & 1)) whole.refuse("file-locked");
      else {
        try {
          if (await readBook(blob, members, rest, sheetOf)) return;
          whole.refuse("file-empty");
        } catch (error) {
          if (!(error instanceof Broken || error instanceof RangeError)) throw error;
          const last = sheets.at(-1);
          if (last?.told.rows) last.leave(0, "file-book");
          else (last ?? whole).refuse("file-book");
          if (last) return;
        } finally {
          took(blob.size);
        }
      }
      all.push(told);
    };

    const readArchive = async (name, path, blob) => {
      const told = fileOf(name);
      const sink = sinkOf(told, name);
      let members = [];
      try {
        members = await membersOf(blob);
      } catch (error) {
        if (!(error instanceof Broken || error instanceof RangeError)) throw error;
        sink.refuse("file-archive");
        all.push(told);
        return;
      }
      const isIn = (part) => members.some((member) => member.name === part);
      if (isIn(book.part)) return readWorkbook(name, path, blob, members);
      if (book.others.some(isIn)) {
        sink.refuse("file-workbook");
        all.push(told);
        return;
      }
      if (!members.length) {
        sink.refuse("file-empty");
        all.push(told);
      }
      for (const member of members) {
        await readMember(name, blob, member);
        took(member.packed);
        await rest();
      }
    };

    const read = async (name, blob, path = name) => {
      const first = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
      if (begins(first, "PK\x03\x04") || begins(first, "PK\x05\x06")) return readArchive(name, path, blob);
      const next = bytesOf(blob);
      await readBytes(
        name,
        async () => {
          const bytes = await next();
          if (bytes) took(bytes.length);
          return bytes;
        },
        path,
      );
    };

    const refuse = (name, reason) => {
      const told = fileOf(name);
      told.reason = reason;
      all.push(told);
    };

    return { read, refuse, told: all };
  };

  window.vagFleet.filesOf = filesOf;
})();
