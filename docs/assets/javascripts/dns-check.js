// @ts-check
/*
 * The check of SRV records for KMS hosts: reads files as the modules of each form in macros/formats/dns do, makes the
 * records that records.py makes there, and has conditions.js run the checks of rules.yaml over them.
 * <script type="application/json" id="vag-dns"> holds rules, checks, forms, lists and words.
 *
 *   window.vagDns.validate(kind, data, wanted)   findings, verdict and activation of a string or a Uint8Array;
 *                                                `wanted` holds zones, hosts, records and port, as in Python
 *   window.vagDns.examine(data, kind, wanted)    the same for a file whose kind may not be known
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, fill } = window.vagDom;
  const brought = dataOf("vag-dns");
  const known = brought && window.vagOwnFiles.dns(brought);
  if (!known) return;

  const { BLANK, FILLED, IS_BLANK, Place, decode, first, length, lower, nearest, quote, strip, tooLarge, without } =
    window.vagText;
  const findings = window.vagFindings(known);
  const { encodingProblems, findingOf, recognize, report, reportOn } = findings;
  const { kinds, lists, most, parts: PARTS } = known;
  const NUMBERS = PARTS.slice(0, -1);
  const RUN = new RegExp(`[^${BLANK}"';&|]+`, "y");
  const REDIRECTION = /^[0-9]?(?:>{1,2}|<)([^]*)$/;
  const DIGITS = /^[0-9]+$/;
  const DEFAULT = "dns-zone";
  const MOST_NAMES = 1000;
  /* Of 255 octets, each written with four characters; what is longer is no name. */
  const LONGEST_NAME = 1100;

  const listed = (names, text) => names.some((name) => lower(name) === lower(text));

  // Words -------------------------------------------------------------------------------------------------------------

  /* A place inside a word, whose column is worked out when a finding needs it. */
  class Within {
    /**
     * @param {Word} word
     * @param {number} start
     */
    constructor(word, start) {
      this.word = word;
      this.start = start;
    }

    get line() {
      return this.word.place.line;
    }

    /** @returns {number} */
    get column() {
      const { place, quoted, text } = this.word;
      return Number(place.column) + length(text.slice(0, this.start)) + Number(quoted);
    }
  }

  /* One word without its quotes, and where it begins. */
  class Word {
    constructor(text, place, quoted = false, complete = true) {
      this.text = text;
      /** @type {Required<Place>} */
      this.place = place;
      this.quoted = quoted;
      this.complete = complete;
    }

    part(start, end) {
      return new Word(this.text.slice(start, end), new Within(this, start));
    }

    bare(start, end) {
      const text = this.text.slice(start, end);
      const inner = strip(text);
      const begin = start + (inner ? text.indexOf(inner) : text.length);
      return this.part(begin, begin + inner.length);
    }

    /* The pieces between commas, without spaces around them. What is behind `limit` commas stays one piece. */
    split(limit) {
      const texts = this.text.split(",");
      if (texts.length > limit + 1) texts.push(texts.splice(limit).join(","));
      let start = 0;
      return texts.map((text) => {
        const begin = start;
        start += text.length + 1;
        return this.bare(begin, begin + text.length);
      });
    }

    words() {
      return [...this.text.matchAll(FILLED)].map((found) => this.part(found.index, found.index + found[0].length));
    }
  }

  /* Whether a command ends here; `2>&1` is no end. */
  const ends = (code, at) => ";&|".includes(code[at]) && code[at - 1] !== ">";

  const wordAt = (code, start, line, quotes) => {
    const pieces = [];
    let [at, closed] = [start, true];
    while (at < code.length && !IS_BLANK.test(code[at]) && !ends(code, at)) {
      let end;
      if (quotes.includes(code[at])) {
        end = code.indexOf(code[at], at + 1);
        closed &&= end >= 0;
        if (end < 0) end = code.length;
        pieces.push(code.slice(at + 1, end));
        at = Math.min(end + 1, code.length);
      } else {
        RUN.lastIndex = at;
        end = RUN.test(code) ? RUN.lastIndex : at + 1;
        pieces.push(code.slice(at, end));
        at = end;
      }
    }
    const quoted = pieces.length === 1 && quotes.includes(code[start]);
    return [new Word(pieces.join(""), new Place(code, line, start), quoted, closed), at];
  };

  /* Words of one line, null where a command ends. */
  function* wordsOf(code, line, { comment, quotes }) {
    let at = 0;
    while (at < code.length) {
      if (IS_BLANK.test(code[at])) at += 1;
      else if (code[at] === comment) return;
      else if (ends(code, at)) {
        at += 1;
        yield null;
      } else {
        const [word, next] = wordAt(code, at, line, quotes);
        at = next;
        yield word;
      }
    }
  }

  /* The words without what sends the output elsewhere. */
  const argumentsOf = (words) => {
    let aside = false;
    return words.filter((word) => {
      const redirection = word.quoted ? null : word.text.match(REDIRECTION);
      const kept = !redirection && !aside;
      aside = redirection !== null && !redirection[1];
      return kept;
    });
  };

  /* The commands of a script, each as its words. */
  function* commandsOf(lines, syntax) {
    let words = [];
    for (const [index, raw] of lines.entries()) {
      const line = without(raw, "\r");
      const code = without(line, syntax.continued);
      for (const word of wordsOf(code, index + 1, syntax)) {
        if (word) words.push(word);
        else if (words.length) {
          yield argumentsOf(words);
          words = [];
        }
      }
      if (words.length && code === line) {
        yield argumentsOf(words);
        words = [];
      }
    }
    if (words.length) yield argumentsOf(words);
  }

  // Names -------------------------------------------------------------------------------------------------------------

  const PLAIN = /^[\w-]*$/;
  const labelLength = (label) => label.replace(/\\(?:[0-9]{3}|[^])/g, "x").length;
  const written = (letter) => {
    if ('"().;\\@$'.includes(letter)) return `\\${letter}`;
    return letter > " " && letter < "\x7f" ? lower(letter) : `\\${String(letter.charCodeAt(0)).padStart(3, "0")}`;
  };

  /* A name against an origin as its labels, in small letters and as DNS writes them; null when it is none. */
  /** @type {(text: string, origin: string[]) => string[] | null} */
  const labelsOf = (text, origin) => {
    if (!text || text === ".") return [];
    if (text === "@") return origin;
    if (text.length > LONGEST_NAME || /[^\0-\x7f]/.test(text)) return null;
    const labels = [""];
    for (const piece of text.match(/\\[0-9]{3}|\\[^0-9]|\.|[^.\\]+|\\/g) ?? []) {
      if (piece === "\\" || (piece === "." && !labels.at(-1)) || Number(piece.slice(1)) > 255 && piece[0] === "\\") {
        return null;
      }
      if (piece === ".") {
        labels.push("");
        continue;
      }
      const escaped = piece.length > 2 ? String.fromCharCode(Number(piece.slice(1))) : piece[1];
      const plain = PLAIN.test(piece) ? lower(piece) : [...piece].map(written).join("");
      labels[labels.length - 1] += piece[0] === "\\" ? written(escaped) : plain;
    }
    if (labels.at(-1)) labels.push(...origin);
    else labels.pop();
    const lengths = labels.map(labelLength);
    return lengths.some((each) => each > 63) || lengths.reduce((sum, each) => sum + each + 1, 1) > 255 ? null : labels;
  };

  /* Records repeat each other's names. A file with very many of them fills no memory. */
  const names = new Map();
  /** @type {(text: string, origin?: string[]) => string[] | null} */
  const nameOf = (text, origin) => {
    if (origin) return labelsOf(text, origin);
    if (!names.has(text)) {
      if (names.size > MOST_NAMES) names.clear();
      names.set(text, labelsOf(text, []));
    }
    return names.get(text);
  };

  const textOf = (labels) => labels.join(".");
  const isWithin = (name, zone) =>
    zone.length <= name.length && textOf(name.slice(name.length - zone.length)) === textOf(zone);
  /* A name and what it stands in, the closest first, the root last. */
  const around = (name) => [...name.map((_, at) => textOf(name.slice(at))), ""];

  const isAddress = (text, version = 0) => {
    const isFour = /^(?:(?:0|[1-9][0-9]{0,2})(?:\.(?!$)|$)){4}$/.test(text) &&
      text.split(".").every((part) => part < 256);
    if (version !== 6 && isFour) return true;
    if (version === 4 || !/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return false;
    try {
      return Boolean(new URL(`http://[${text}]`));
    } catch {
      return false;
    }
  };

  const isNumber = (text) => /^[0-9]{1,5}$/.test(text) && text < 65536;
  const types = new Set(known.types);
  const isType = (text) => types.has(text) || (text.startsWith("TYPE") && isNumber(text.slice(4)));

  // What a file says --------------------------------------------------------------------------------------------------

  const ENOUGH = new Error("enough findings");

  /* A file while it is read: what was found so far, and what was wrong. */
  class Reading {
    constructor(kind, wanted) {
      this.kind = kind;
      this.wanted = wanted;
      this.form = kinds[kind];
      /** @type {Data[]} */
      this.records = [];
      this.addresses = new Set();
      this.aliases = new Map();
      /** @type {string[] | null} */
      this.whole = null;
      /** @type {object[]} */
      this.updates = [];
      /** @type {Place | null} */
      this.unsent = null;
      /** @type {object[]} */
      this.options = [];
      /* Types of local zones by their names, and what other names than those of SRV records stand in. */
      this.localZones = new Map();
      this.sharedZones = new Set();
      /** @type {Finding[]} */
      this.found = [];
    }

    say(id, place, given = {}, said = {}) {
      const { form, found } = this;
      const made = findingOf(id, place, given, { form: form.title, order: form.order, ...said });
      // What a form demands was read in its own documentation.
      if (known.cited.includes(id)) made.sources = form.sources;
      if (found.push(made) > most.findings) throw ENOUGH;
    }

    missing(part, place) {
      this.say("part-missing", place, {}, { part });
    }

    wrong(part, word, wanted) {
      this.say("part-wrong", word.place, { given: word.text }, { part, wanted });
    }

    unknown(word, names, rule = "line-unknown") {
      const near = nearest(word.text, names);
      this.say(rule, word.place, { given: word.text }, { near: near ? ` ${near} is meant.` : "" });
    }

    zone(word) {
      const zone = nameOf(word.text);
      if (zone?.length) return zone;
      this.wrong("zone", word, "a DNS name");
      return null;
    }

    /* One record of any type. Its name is read against the zone. */
    take(name, zone, kind, data) {
      const { order = PARTS } = lists[this.kind] ?? {};
      const type = kind.text.toUpperCase();
      if (type === "SRV") {
        if (data.length < order.length) this.missing(order[data.length], kind.place);
        else if (data.length > order.length) {
          this.say("part-extra", data[order.length].place, { given: data[order.length].text });
        } else this.takeSrv(name, Object.fromEntries(order.map((part, at) => [part, data[at]])), zone);
        return;
      }
      const owner = nameOf(name.text, zone);
      if (!isType(type)) this.wrong("type", kind, "a type of record");
      else if (!owner) this.wrong("name", name, "a DNS name");
      else if (type === "CNAME") this.aliases.set(textOf(owner), kind.place.line);
      else if (type === "A" || type === "AAAA") this.addresses.add(textOf(owner));
    }

    takeSrv(name, parts, zone) {
      const words = NUMBERS.map((part) => parts[part]);
      const named = words.find(({ text }) => /[A-Za-z_]/.test(text));
      const { target: word } = parts;
      if (DIGITS.test(word.text) && named) {
        const [one, other] = [word.place, named.place];
        const isFirst = (one.line - other.line || one.column - other.column) <= 0;
        this.say(
          "srv-order",
          isFirst ? one : other,
          Object.fromEntries(NUMBERS.map((part) => [part, parts[part].text])),
        );
        return;
      }
      const bad = NUMBERS.find((part) => !isNumber(parts[part].text));
      const [owner, target] = [nameOf(name.text, zone), nameOf(word.text)];
      if (bad) this.wrong(bad, parts[bad], "a number from 0 to 65535");
      else if (!owner) this.wrong("name", name, "a DNS name");
      else if (!target) this.wrong("target", word, "a DNS name");
      else this.keep(owner, target, words.map(({ text }) => Number(text)), name.place, parts);
    }

    keep(owner, target, values, name, parts) {
      const places = { name };
      for (const part of PARTS) places[part] = parts[part].place;
      const zone = owner.slice(2);
      this.records.push({
        owner,
        full: textOf(owner),
        zone,
        inZone: textOf(zone),
        target,
        host: textOf(target),
        values,
        places,
      });
    }
  }

  // Forms -------------------------------------------------------------------------------------------------------------

  const MARKS = /[()]|"(?:[^"\\]+|\\[^])*("?)|;[^]*|((?:[^ \t\r;()"\\]+|\\[^]?)+)/g;
  const TTL = /^(?:[0-9]+|(?:[0-9]+[smhdw])+)$/i;
  const isTtl = (text) => TTL.test(text);
  const isClass = (text) => text.toUpperCase() === "IN";

  /* Records and directives of a zone file. Parentheses let one go on over several lines. */
  function* entriesOf(text) {
    /** @type {ZoneEntry | null} */
    let entry = null;
    let depth = 0;
    for (const [index, line] of text.split("\n").entries()) {
      const placeAt = (at) => new Place(line, index + 1, at);
      if (!entry) {
        const start = line.length - line.replace(/^[ \t\r]+/, "").length;
        entry = { place: placeAt(start), indented: start > 0, words: [], wrong: "" };
      }
      for (const { 0: token, 1: closed, 2: word, index: at } of line.matchAll(MARKS)) {
        depth += Number(token === "(") - Number(token === ")");
        if (word) entry.words.push(new Word(token, placeAt(at)));
        else if (token[0] === '"') {
          entry.words.push(new Word(token.slice(1, -1), placeAt(at), true));
          if (!closed) entry.wrong ||= "a quotation mark stays open";
        }
        if (depth < 0) entry.wrong ||= "a parenthesis closes that none opens";
      }
      if (depth <= 0 || entry.wrong) {
        if (entry.words.length || entry.wrong) yield entry;
        [entry, depth] = [null, 0];
      }
    }
    if (entry) yield { ...entry, wrong: "a parenthesis stays open" };
  }

  /* What is wrong with a line of a zone file, in words. */
  class Wrong extends Error {}

  const fail = (words) => {
    throw new Wrong(words);
  };

  const RECORD = new RegExp(
    "^(?:[ \\t\\r]*(?:[;$()]|$)|[^ \\t]*[ \\t]+(?:[0-9]+[a-z]?[ \\t]+)?(?:IN[ \\t]+)?(?:[0-9]+[a-z]?[ \\t]+)?" +
      "(?:A|AAAA|CNAME|MX|NS|PTR|SOA|SRV|TXT)[ \\t(])",
    "i",
  );
  const SRV = /^[^ \t]{1,255}[ \t]+(?:[0-9]+[a-z]?[ \t]+)?(?:IN[ \t]+)?SRV[ \t(]+[0-9]/i;
  const SENTENCE = new RegExp(
    "^(?![^ ]+[ \\t]+IN[ \\t])[ \\t]*(?:[-*>][ \\t]+)?[A-Za-z\\u00c0-\\u024f',()-]+" +
      "(?: [A-Za-z\\u00c0-\\u024f',()-]+){2,}[.:!?][ \\t\\r]*$",
  );
  /* A heading, or the edge of a fence. */
  const MARKDOWN = /^(?:#{1,6} [^\n]*$|[ \t]*(?:```|~~~)[a-z]*[ \t\r]*$)/i;

  /* The text with its sentences emptied, and their lines; as it is when a line is neither a record nor prose. */
  const withoutProse = (text) => {
    const lines = text.split("\n");
    const rest = [...lines.keys()].filter((at) => !RECORD.test(lines[at]));
    const isProse = rest.some((at) => SENTENCE.test(lines[at])) &&
      rest.every((at) => SENTENCE.test(lines[at]) || MARKDOWN.test(lines[at])) &&
      lines.some((line) => SRV.test(line));
    if (!isProse) return { records: text, prose: [] };
    const left = new Set(rest);
    return {
      records: lines.map((line, at) => (left.has(at) ? "" : line)).join("\n"),
      prose: rest.map((at) => at + 1),
    };
  };

  const readZone = (text, reading) => {
    let origin = nameOf(reading.wanted.zones[0] ?? lists.zone.unknown) ?? [];
    let owner = origin;

    const name = (word) =>
      (word.quoted ? null : nameOf(word.text, origin)) ?? fail(`${quote(word.text)} is no DNS name`);

    const direct = (directive, words) => {
      if (directive !== "$ORIGIN" && directive !== "$TTL") fail(`${quote(directive)} is not followed here`);
      const isTime = directive === "$TTL";
      if (words.length !== 1 || words[0].quoted || (isTime && !isTtl(words[0].text))) {
        fail(`${directive} takes one ${isTime ? "time" : "name"}`);
      }
      if (!isTime) origin = name(words[0]);
    };

    const srv = (data, place) => {
      if (data.length !== PARTS.length) fail(`SRV takes ${NUMBERS.join(", ")} and ${PARTS.at(-1)}`);
      const words = data.slice(0, -1);
      for (const { text: given } of words) if (!isNumber(given)) fail(`${quote(given)} is no number from 0 to 65535`);
      const parts = {};
      for (const [at, part] of PARTS.entries()) parts[part] = data[at];
      reading.keep(owner, name(parts.target), words.map((word) => Number(word.text)), place, parts);
    };

    const record = (type, data, place) => {
      const { addresses, known: read, soa } = lists.zone;
      if (!isType(type)) fail(`there is no type of record ${quote(type)}`);
      if (!data.length) fail(`${type} stands alone`);
      if (read.includes(type) && data.some(({ quoted }) => quoted)) fail(`${type} takes no quotation marks`);
      if (type === "SRV") srv(data, place);
      else if (addresses[type]) {
        if (data.length !== 1 || !isAddress(data[0].text, addresses[type])) {
          fail(`${type} takes one address of IPv${addresses[type]}`);
        }
        reading.addresses.add(textOf(owner));
      } else if (type === "CNAME") {
        if (data.length !== 1) fail(`${type} takes one name`);
        name(data[0]);
        reading.aliases.set(textOf(owner), place.line);
      } else if (type === "SOA") {
        if (data.length !== soa) fail(`${type} takes ${soa} parts`);
        reading.whole = owner;
      }
    };

    const { prose, records } = withoutProse(text);
    if (prose.length) reading.say("zone-prose", { line: prose[0], column: 1 }, {}, { count: prose.length });
    for (const { place, indented, words, wrong } of entriesOf(records)) {
      try {
        if (wrong) fail(wrong);
        if (!indented && words[0].text.startsWith("$")) {
          direct(words[0].text.toUpperCase(), words.slice(1));
          continue;
        }
        if (!indented) owner = name(words.shift());
        // The time to live may stand before the class or behind it.
        const skip = (isMeant) => words.length && !words[0].quoted && isMeant(words[0].text) && words.shift();
        const hasTtl = skip(isTtl);
        skip(isClass);
        if (!hasTtl) skip(isTtl);
        if (!words.length || words[0].quoted) fail("it has no type of record");
        record(words[0].text.toUpperCase(), words.slice(1), place);
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        reading.say("zone-syntax", place, {}, { detail: error.message });
        return;
      }
    }
  };

  const REMARK = new RegExp(`^(?:@?rem(?:[${BLANK}]|$)|::|@?echo[${BLANK}])`, "i");

  const readDnscmd = (text, reading) => {
    const { add, before, operations, options, tool } = lists["dns-dnscmd"];

    const command = (words) => {
      const operation = words.slice(1, 3).find((word) => word.text.startsWith("/"));
      if (!operation) return reading.missing(add, words[0].place);
      if (lower(operation.text) !== lower(add)) {
        return listed(operations, operation.text) ? null : reading.unknown(operation, operations);
      }
      const behind = words.slice(words.indexOf(operation) + 1);
      const odd = behind.find((word) => word.text.startsWith("/") && !listed(options, word.text));
      if (odd) return reading.unknown(odd, options, "parameter-unknown");
      const rest = behind.filter((word) => !word.text.startsWith("/"));
      if (rest[1]?.text.toUpperCase() === "SRV") return reading.missing("zone, or no name", rest[0].place);
      // A time to live may stand before the type.
      if (rest[2] && DIGITS.test(rest[2].text)) rest.splice(2, 1);
      const variable = words.find((word) => word.text.includes("%"));
      if (variable) return reading.say("line-variable", variable.place, { given: variable.text });
      if (rest.length < before.length) return reading.missing(before[rest.length], words[0].place);
      const zone = reading.zone(rest[0]);
      return zone && reading.take(rest[1], zone, rest[2], rest.slice(before.length));
    };

    const lines = text.split("\n").map((
      line,
    ) => (REMARK.test(line.replace(new RegExp(`^[${BLANK}]+`), "")) ? "" : line));
    for (const words of commandsOf(lines, { quotes: '"', continued: "^" })) {
      if (!words.length) continue;
      const program = without(lower(words[0].text).replace(/^@+/, "").split(/[\\/]/).pop() ?? "", ".exe");
      if (program === tool) command(words);
      else if (nearest(program, [tool], 0.8)) reading.unknown(words[0], [tool]);
    }
  };

  const readNsupdate = (text, reading) => {
    const { changes, classes, commands } = lists["dns-nsupdate"];
    /** @type {string[] | null} */
    let zone = null;
    let hasTtl = false;
    /** @type {{ word: Word, owner: string[] }[]} */
    let waiting = [];

    const send = () => {
      for (const { word, owner } of waiting) {
        reading.updates.push({
          name: textOf(owner),
          labels: owner.length,
          zone: zone && textOf(zone),
          inside: zone !== null && isWithin(owner, zone),
          place: word.place,
        });
      }
      waiting = [];
    };

    /** @param {Word[]} words */
    const add = ([action, name, ...rest]) => {
      if (rest.length && DIGITS.test(rest[0].text)) rest.shift();
      else if (!hasTtl && rest.length && DIGITS.test(rest[0].text[0])) {
        return reading.wrong("ttl", rest[0], "a number of seconds");
      } else if (!hasTtl && name) return reading.missing("ttl", action.place);
      if (rest.length && classes.includes(rest[0].text.toUpperCase())) rest.shift();
      if (!rest.length) return reading.missing(name ? "type" : "name", action.place);
      reading.take(name, [], rest[0], rest.slice(1));
      const owner = nameOf(name.text);
      return owner && waiting.push({ word: name, owner });
    };

    for (const [index, line] of without(text, "\n").split("\n").entries()) {
      const words = new Word(line, new Place(line, index + 1, 0)).words();
      const [command, second] = words.slice(0, 2).map((word) => lower(word.text));
      // A blank line sends what was collected.
      if (!words.length || command === "send") send();
      else if (command.startsWith(";")) continue;
      else if (!commands.includes(command)) reading.unknown(words[0], commands);
      else if (command === "zone") zone = words[1] ? reading.zone(words[1]) : null;
      else if (command === "ttl") hasTtl = Boolean(second) && second !== "none";
      else if (command === "update" && second && !changes.includes(second)) reading.unknown(words[1], changes);
      else if (command === "add" || second === "add") add(words.slice(Number(command === "update")));
    }
    reading.unsent = waiting.at(-1)?.word.place ?? null;
  };

  const COMMENT = new RegExp(`(?:^|(?<=[${BLANK}]))#`);

  const readDnsmasq = (text, reading) => {
    const { fields: mostFields, key: own, misspelled, order } = lists["dns-dnsmasq"];
    const options = text.split("\n").flatMap((line, index) => {
      const end = line.search(COMMENT);
      const word = new Word(end < 0 ? line : line.slice(0, end), new Place(line, index + 1, 0));
      const mark = word.text.indexOf("=");
      const key = word.bare(0, mark < 0 ? word.text.length : mark);
      const value = mark < 0 ? null : word.bare(mark + 1, word.text.length);
      return key.text ? [{ key, fields: value?.text ? value.split(mostFields) : [] }] : [];
    });
    const domain = options.find(({ key, fields }) => key.text === "domain" && fields.length === 1)?.fields[0];

    const srv = (key, fields) => {
      const [name, ...data] = fields;
      if (!name) return reading.missing("name", key.place);
      // Priority and weight may be left out. The port too, but then it is 1, which is never meant.
      if (data.length === 2 || data.length === 3) {
        while (data.length < order.length) data.push(new Word("0", key.place));
      }
      // Service and protocol alone get the domain of the file.
      const zone = domain && name.text.split(".").length === 2 ? nameOf(domain.text) : null;
      return reading.take(name, zone ?? [], new Word("SRV", key.place), data);
    };

    for (const { key, fields } of options) {
      const name = key.text.replace(/^--/, "");
      if (name === own) srv(key, fields);
      else if (name === "cname") {
        for (const alias of fields.slice(0, -1)) {
          const owner = nameOf(alias.text);
          if (owner) reading.aliases.set(textOf(owner), key.place.line);
        }
      } else if (misspelled.includes(lower(name).replace(/[^a-z]/g, ""))) reading.unknown(key, [own]);
    }
  };

  const TOKEN = new RegExp(
    `[${BLANK}]+|#[^]*|([A-Za-z][A-Za-z0-9-]*:)(?=[${BLANK}"']|$)|"([^"]*)"|'([^']*)'|([^${BLANK}])[^${BLANK}]*`,
    "g",
  );
  const OF_DATA = /^[0-9]+[smhdw]?$/i;

  const readUnbound = (text, reading) => {
    const { clauses, type: best, types: zoneTypes } = lists["dns-unbound"];
    /** @type {{ key: Word, values: Word[] }[]} */
    const options = [];
    for (const [index, line] of text.split("\n").entries()) {
      for (const { 0: token, 1: key, 2: double, 3: single, 4: bare, index: at } of line.matchAll(TOKEN)) {
        const place = new Place(line, index + 1, at);
        const values = options.at(-1)?.values;
        if (key) options.push({ key: new Word(key, place), values: [] });
        else if (double !== undefined || single !== undefined) values?.push(new Word(token.slice(1, -1), place, true));
        else if (bare === '"' || bare === "'") values?.push(new Word(token.slice(1), place, true, false));
        else if (bare) values?.push(new Word(token, place));
      }
    }

    /** @type {(key: Word, values: Word[]) => void} */
    const localZone = (key, [zone, type]) => {
      const name = zone && nameOf(zone.text);
      if (!type) reading.missing("type of the local zone", key.place);
      else if (!name) reading.wrong("zone", zone, "a DNS name");
      else if (!zoneTypes.includes(type.text)) reading.wrong("type of the local zone", type, `one such as ${best}`);
      else reading.localZones.set(textOf(name), type);
    };

    /** @type {(key: Word, values: Word[]) => unknown} */
    const localData = (key, [value]) => {
      if (value && !value.complete) return reading.say("quote-open", value.place);
      const [name, ...rest] = value?.words() ?? [];
      if (!value?.quoted || !name) return reading.missing("text in quotation marks", key.place);
      if (rest.length && OF_DATA.test(rest[0].text)) rest.shift();
      if (rest.length && rest[0].text.toUpperCase() === "IN") rest.shift();
      if (!rest.length) return reading.missing("type", key.place);
      reading.take(name, [], rest[0], rest.slice(1));
      const owner = nameOf(name.text);
      if (owner && rest[0].text.toUpperCase() !== "SRV") {
        for (const each of around(owner)) reading.sharedZones.add(each);
      }
      return null;
    };

    let clause = "";
    for (const { key, values } of options) {
      const name = lower(key.text.slice(0, -1));
      if (clauses.includes(name)) clause = name;
      else if (name === "local-data" || name === "local-zone") {
        reading.options.push({ name, clause, place: key.place });
        (name === "local-zone" ? localZone : localData)(key, values);
      } else if (["localdata", "localzone"].includes(name.replace(/[^a-z]/g, ""))) {
        reading.unknown(key, ["local-data:", "local-zone:"]);
      }
    }
  };

  const readSamba = (text, reading) => {
    const { actions, arguments: names, takes, tool } = lists["dns-samba"];
    const programOf = (word) => word.text.split("/").at(-1);

    /* The words that are neither options nor their values. */
    const positional = (words) => {
      let isValue = false;
      return words.filter((word) => {
        const option = word.text.startsWith("-") && !word.quoted;
        const kept = !option && !isValue;
        isValue = option && takes.includes(word.text);
        return kept;
      });
    };

    const add = (given, program) => {
      const broken = given.find((word) => !word.complete);
      const variable = given.find((word) => /[$`]/.test(word.text));
      if (broken) return reading.say("quote-open", broken.place);
      if (variable) return reading.say("line-variable", variable.place, { given: variable.text });
      if (given[2]?.text.toUpperCase() === "SRV") {
        return reading.missing("server, or no zone, or no name", given[2].place);
      }
      if (given.length < names.length) return reading.missing(names[given.length], program.place);
      const data = given[names.length - 1];
      if (given.length > names.length) {
        return reading.say("data-not-quoted", data.place, {}, { count: given.length, wanted: names.length });
      }
      const zone = reading.zone(given[1]);
      return zone && reading.take(given[2], zone, given[3], data.words());
    };

    for (const words of commandsOf(text.split("\n"), { comment: "#", quotes: "'\"", continued: "\\" })) {
      const program = words.find((word) => programOf(word) === tool);
      if (!program) {
        if (words.length && nearest(programOf(words[0]), [tool], 0.8)) reading.unknown(words[0], [tool]);
        continue;
      }
      const given = positional(words.slice(words.indexOf(program) + 1));
      if (given[0]?.text !== "dns") continue;
      if (!given[1] || !actions.includes(given[1].text)) reading.unknown(given[1] ?? given[0], actions);
      else if (given[1].text === "add") add(given.slice(2), program);
    }
  };

  const readers = {
    "dns-dnscmd": readDnscmd,
    "dns-nsupdate": readNsupdate,
    "dns-dnsmasq": readDnsmasq,
    "dns-unbound": readUnbound,
    "dns-samba": readSamba,
    "dns-zone": readZone,
  };

  // Records -----------------------------------------------------------------------------------------------------------

  const [service, protocol] = known.name.split(".");

  /* Other services have SRV records too; those whose name is near ours are meant for KMS. */
  const near = new Map();
  const looksOurs = ({ owner: [label = ""] }) => {
    if (!near.has(label)) near.set(label, nearest(label, [service], 0.7) !== null);
    return near.get(label);
  };

  /* A full name to which the zone was added once more, as in corp.example.com.corp.example.com. */
  const isDoubled = (zone) => {
    const labels = zone.split(".");
    const half = labels.length >> 1;
    const twice = half > 1 && textOf(labels.slice(0, half)) === textOf(labels.slice(half));
    return twice || (labels.length > 2 && labels.at(-1) === lists.zone.unknown);
  };

  /* The address that stands where a name belongs; without a dot at its end, the zone has been added to it. */
  const addressOf = (target, zones) =>
    ["", ...zones].map((zone) => without(target, `.${zone}`)).find((bare) => isAddress(bare)) ?? null;

  /* The local zone around a record, and whether the file may hold all that there is of it. */
  const localOf = ({ full, owner }, { localZones, sharedZones }) => {
    const zone = localZones.size ? around(owner).find((name) => localZones.has(name)) : undefined;
    if (zone === undefined) return null;
    const { text: type, place } = localZones.get(zone);
    return { type, place, zone, whole: zone === full || sharedZones.has(zone) };
  };

  const recordsOf = (reading) => {
    const { addresses, aliases, form, wanted, whole } = reading;
    const ports = new Map(Object.entries(wanted.hosts ?? {}));
    const planned = new Map((wanted.records ?? []).map((each) => [`${each.zone} ${each.target}`, each]));
    const first = new Map();
    return reading.records.filter(looksOurs).map((record) => {
      const { full, host, inZone, owner, places, target, values, zone } = record;
      const rest = target.slice(0, target.length - zone.length);
      const inside = form.relative && rest.length && isWithin(target, zone) ? textOf(rest) : null;
      const earlier = first.get(`${full} ${host}`);
      if (!earlier) first.set(`${full} ${host}`, record);
      return {
        called: textOf(owner.slice(0, 2)),
        service: owner[0] ?? null,
        protocol: owner[1] ?? null,
        owner: full,
        zone: inZone,
        doubled: isDoubled(inZone),
        target: host,
        short: target.length === 1,
        address: addressOf(host, [...wanted.zones, inZone]),
        alias: aliases.get(host) ?? null,
        resolves: addresses.has(host),
        of_file: whole !== null && isWithin(target, whole),
        inside,
        full: inside !== null && rest.length > 2,
        inside_port: ports.get(inside) ?? null,
        listens: ports.get(host) ?? null,
        planned: planned.get(`${inZone} ${host}`) ?? null,
        priority: values[0],
        weight: values[1],
        port: values[2],
        places,
        earlier: earlier ? { line: earlier.places.name.line, same: textOf(earlier.values) === textOf(values) } : null,
        local: localOf(record, reading),
      };
    });
  };

  const check = window.vagConditions.checks(known.checks, {
    same_numbers: (...lists) =>
      new Set(lists.map((list) => list.toSorted((one, other) => one - other).join())).size < 2,
  });

  const judge = (reading) => {
    const { form, wanted, whole } = reading;
    const records = recordsOf(reading);
    const { name } = known;
    check({
      file: {
        readable: !reading.found.length,
        records,
        zones: [...new Set(records.map(({ zone }) => zone)), ...(whole ? [textOf(whole)] : [])],
        hosts: [...new Set(records.map(({ target, zone }) => `${zone} ${target}`))],
        updates: reading.updates,
        unsent: reading.unsent,
        options: reading.options,
      },
      known: {
        name,
        service,
        protocol,
        zones: wanted.zones,
        owner: fill(form.owner, { name, zone: wanted.zones[0] ?? lists.zone.example }),
        hosts: wanted.hosts !== null,
        records: wanted.records,
        port: wanted.port,
        form: form.title,
        order: form.order,
      },
    }, (...finding) => reading.say(...finding));
  };

  // Files -------------------------------------------------------------------------------------------------------------

  const textIn = (data) => {
    const text = decode(data, most.characters);
    const lines = text.split("\n").length - 1;
    if (lines > most.lines) tooLarge(lines, "lines");
    if (length(text) > most.read) tooLarge(length(text), "characters");
    return text;
  };

  const validate = (kind, data, wanted, read = readers[kind]) => {
    const reading = new Reading(kind, wanted);
    const find = (text) => {
      try {
        read(text, reading);
        judge(reading);
      } catch (error) {
        if (error !== ENOUGH) throw error;
      }
      return { found: reading.found, activation: "none" };
    };
    return reportOn(() => textIn(data), find, "none");
  };

  const marks = Object.entries(kinds).map(([kind, form]) => [kind, form.marks.map((mark) => new RegExp(mark, "iu"))]);
  const looksLike = (text) => marks.find(([, own]) => own.some((mark) => mark.test(text)))?.[0];

  /* The activation of this report is the kind of the file, or nothing when it is not known. */
  const examine = (data, chosen, wanted) => {
    let text;
    try {
      text = textIn(data);
    } catch {
      return validate(DEFAULT, data, wanted);
    }
    const head = first(text, most.head);
    const before = chosen ? null : recognize(head, true);
    const looks = before ? null : looksLike(head);
    const kind = chosen || looks;
    if (!readers[kind]) {
      const other = kind ? findingOf("elsewhere") : before ?? recognize(head, false) ?? findingOf("kind-unknown");
      return report([other], kind ?? "none", text);
    }
    const { findings: own } = validate(kind, text, wanted);
    // A check that finds nothing to judge must not call the wrong file valid.
    const judged = own.length || looks ? own : [findingOf("nothing-recognized", null, {}, { kind: kinds[kind].name })];
    const all = [...encodingProblems(data, text), ...judged];
    return { ...report(all, kind, text), findings: all };
  };

  window.vagDns = { commandsOf, examine, findings, known, validate };

  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-check]"));
  if (form) {
    findings.checkForm(
      form,
      (content) => examine(content, form.elements.kind.value, known.wanted[form.elements.wanted.value]),
    );
  }
})();
