// @ts-check
/*
 * Reads what licensing commands and events print, in the same steps as macros/domain/diagnosis.py on the same data:
 * clean lines, recognize each, build products, find. The file of data "vag-outputs" runs before it.
 * `window.vagDiagnosis.read(text)` gives the reading; days in the text are compared with the reader's clock, or with
 * the `[year, month, day]` that is given. `shown(reading)` draws it. `lacks(reading)` names the data that
 * could make the last reading better and have not come: other languages, where a line was not understood, and the names
 * of codes without a page.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, element, fill } = window.vagDom;
  const { cloned, status } = window.vagDrawn;
  const data = dataOf("vag-outputs");
  const { most, say, words } = data;
  const { masked } = window.vagKeys;

  const BREAK = /\r?\r\n|\r|[\n\u2028\u2029]/;
  const ANSI = /\x1b\[[0-9;?]{0,20}[A-Za-z]/g;
  const ODD_BLANK = /[\x0b\x0c\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
  const BLANK = /[\t\x0b\x0c \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g;
  const UNSEEN = new RegExp(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069" +
      "\\p{Surrogate}\\ufe00-\\ufe0f\\ufeff\\ufff9-\\uffff]",
    "gu",
  );
  const BEFORE = ["|", ">", "]", " - "];
  const ENDS = " -_.()\"'";
  /* What stands in JSON, and in what the module OSLicense gives, for a value that is not there. */
  const ABSENT = ["null", "N/A", "Not Set", "No Limit", "Unlimited"];
  const CODE = "error_code";
  const LARGEST = 2 ** 31 - 1;
  const [LANGUAGES, NAMES] = ["vag-languages", "vag-code-names"];
  const SLICE = 200;
  const [HOURS, HOUR] = [48, 60];
  const [START, COMPARED, NULLS, GUESSED] = [3, 30, 8, 200];
  const [MOST_LIKE, SHARED] = [3, 3];
  const WORDS = /[a-z][a-z0-9_]{3,40}/g;
  const [YEAR, CENTURY, DAY] = [4, 2000, 86400000];
  const DATE = /([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})/;
  const VOLUME = ["kms-client", "adba", "mak"];
  const LEVELS = ["error", "warning", "unseen", "good", "aside"];

  const pattern = (source, flags = "u") => new RegExp(source, flags);
  const first = (text, count) => (text.length <= count ? text : [...text.slice(0, 2 * count)].slice(0, count).join(""));
  const longer = (text, count) => text.length > 2 * count || (text.length > count && [...text].length > count);
  const strip = (text, letters) => {
    let [start, end] = [0, text.length];
    while (start < end && letters.includes(text[start])) start += 1;
    while (end > start && letters.includes(text[end - 1])) end -= 1;
    return text.slice(start, end);
  };
  const ASCII = /^[\x00-\x7f]*$/;
  const fold = (text) =>
    ASCII.test(text) ? text.toLowerCase().replace(BLANK, " ") : text
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .normalize("NFC")
      .toLowerCase()
      .replaceAll("\u2019", "'")
      .replace(BLANK, " ");

  // What the data says, made ready once

  /* Records as Python wrote them: by column, so that alike values stand together and the file stays small. */
  const rowsOf = (columns) => {
    const names = Object.keys(columns);
    return columns[names[0]].map((_, at) =>
      Object.fromEntries(names.map((name) => [name, columns[name][at]]).filter(([, value]) => value !== null))
    );
  };
  const rules = { findings: rowsOf(data.findings), derive: rowsOf(data.derive), kinds: rowsOf(data.kinds) };
  const byId = (marks) => new Map(marks.map((mark) => [mark.id, { gives: {}, ...mark }]));
  const [allFields, allPhrases] = [byId(rowsOf(data.fields)), byId(rowsOf(data.phrases))];
  const lines = rowsOf(data.lines).map((line) => ({
    sets: [],
    gives: {},
    ...line,
    isLine: true,
    regex: pattern(line.pattern, line.every ? "gu" : "u"),
    /* The letter with which every text begins that the pattern fits, if the pattern tells one. */
    begins: /^\^([A-Za-z_])[^?*+{|]/.exec(line.pattern)?.[1],
  }));
  const patterns = [false, true].map((each) => lines.filter(({ fallback }) => Boolean(fallback) === each));
  for (const mark of allFields.values()) {
    mark.isField = true;
    mark.tries = [
      ...(mark.patterns ?? []).map((each) => [pattern(each), true]),
      ...(mark.loose ? [[pattern(mark.loose), false]] : []),
    ];
    mark.names = mark.sets ?? (mark.patterns ? [mark.id] : []);
  }
  const [fields, statuses, tiers] = [new Map(), new Map(), new Map()];
  /** @type {[Data, string, string][]} */
  const phrases = [];
  const keep = (map, key, value) => map.has(key) || map.set(key, value);
  /** @type {Map<string, number[]>} */
  const phrasesByStart = new Map();
  const learn = (languages) => {
    for (const [language, tier, labels, states, texts] of languages) {
      keep(tiers, language, tier);
      for (const [id, all] of Object.entries(labels)) {
        for (const label of all) keep(fields, label, [allFields.get(id), language]);
      }
      for (const [status, all] of Object.entries(states)) for (const word of all) keep(statuses, word, status);
      for (const [id, all] of Object.entries(texts)) {
        for (const text of all) {
          const start = [...text].slice(0, START).join("");
          keep(phrasesByStart, start, []);
          phrasesByStart.get(start)?.push(phrases.length);
          phrases.push([allPhrases.get(id), text, language]);
        }
      }
    }
  };
  learn(data.languages);
  const [english] = data.languages[0];
  /* The other languages come in a file of their own, once a line is not understood. */
  let waits = true;
  const learnOthers = () => {
    const others = waits && dataOf(LANGUAGES);
    if (!others) return;
    waits = false;
    learn(others);
  };
  const masks = data.masks.map((mask) => [pattern(mask.pattern, "gu"), mask.keep]);
  const prefixes = data.clean.prefixes.map((each) => pattern(each));
  const dateIn = pattern(data.date);
  const labelIn = pattern(data.label);
  const [junk, prompt] = [pattern(data.clean.junk, "gu"), pattern(data.clean.prompt)];
  const published = new Set(dataOf("vag-keys").published.map((key) => key.slice(-5)));
  const sameProduct = pattern(data.same_product);
  const methods = new Map(Object.entries(data.methods));
  for (const { when } of [...rules.derive, ...rules.findings]) {
    for (const condition of when) {
      for (const name of ["like", "unlike"]) if (condition[name]) condition[name] = pattern(condition[name]);
    }
  }

  const mask = (text) =>
    masks.reduce(
      (shown, [regex, kept]) =>
        shown.replace(regex, (found) => `\u2022\u2022\u2022\u2022\u2022${kept ? found.slice(-kept) : ""}`),
      text,
    );

  // Lines

  /* Most lines are asked for twice in a row: as they are shown, and as what they say. */
  let [lastLine, lastPlain] = ["", ""];
  const plain = (line) => {
    if (line !== lastLine) [lastLine, lastPlain] = [line, plainOf(line)];
    return lastPlain;
  };

  const plainOf = (line) => {
    let text = strip(first(line, 2 * most.line).replace(UNSEEN, "").replace(BLANK, " "), " ");
    for (let [round, before] = [0, ""]; round < 3 && text !== before; round += 1) {
      before = text;
      for (const prefix of prefixes) text = text.replace(prefix, "");
    }
    return strip(text.replace(junk, "").replace(prompt, ""), " ");
  };

  const forms = window.vagForms(data.clean, plain, (label) => fields.has(fold(label)));

  const clean = (text) => {
    const parts = masked(first(text, most.characters)).split(BREAK);
    const clipped = parts.length > most.lines || longer(text, most.characters);
    const raw = parts.slice(0, most.lines)
      .map((part) => part.replace(ANSI, "").replace(UNSEEN, "").replace(ODD_BLANK, " "));
    const found = forms(raw).map(({ parts: said, isRow, isOpen, isHead }, at) => ({
      number: at + 1,
      text: first(plain(raw[at]), most.line),
      parts: said.map((part) => first(part, most.line)),
      isRow,
      isOpen,
      isHead,
    }));
    return [found.filter((line) => line.parts.some(Boolean)), clipped ? Math.min(parts.length, most.lines) : 0];
  };

  const statusOf = (value) => statuses.get(strip(fold(value), ENDS).replaceAll("_", " "));

  /* The state that a number stands for; words may follow it. */
  const numbered = (value) => {
    const [number] = value.split(" ");
    const name = Object.hasOwn(data.states, number) && data.states[number];
    return name && (statuses.get(fold(name)) ?? "unknown");
  };

  const normal = (name, text) => {
    if (name in data.decimals) {
      const number = Number(text || 0) >>> 0;
      return number ? { [data.decimals[name]]: `0x${number.toString(16).toUpperCase().padStart(8, "0")}` } : {};
    }
    if (data.numbers.includes(name)) return text && Number(text) <= LARGEST ? { [name]: Number(text) } : {};
    if (data.codes.includes(name)) {
      return parseInt(text || "0", 16) ? { [name]: `0x${text.toUpperCase().padStart(8, "0")}` } : {};
    }
    const value = strip(text, " .`");
    return value ? { [name]: mask(value) } : {};
  };

  const slotsOf = (names, found) =>
    Object.assign({}, ...names.slice(0, found.length - 1).map((name, at) => normal(name, found[at + 1] ?? "")));

  const valueOf = (mark, text) => {
    const given = strip(text, ' ",');
    const value = ABSENT.includes(given) ? "" : given;
    if (!value && mark.empty) return [mark.empty, true];
    if (mark.reads) {
      const status = (mark.numbered && numbered(value)) || statusOf(value);
      if (status) return [{ status }, true];
      return [value ? { status_unread: mask(value) } : {}, false];
    }
    for (const [regex, whole] of mark.tries) {
      const found = regex.exec(value);
      if (found) {
        return [
          { ...mark.gives, ...(mark.keeps ? { [mark.names[0]]: mask(value) } : slotsOf(mark.names, found)) },
          whole,
        ];
      }
    }
    if (mark.patterns || !value) return [{}, false];
    return [{ ...mark.gives, ...(mark.names.length ? normal(mark.names[0], value) : {}) }, true];
  };

  const fieldOf = (before, value) => {
    const label = strip(fold(before), " \"'");
    const found = fields.get(label);
    if (found || !data.labels_of_status.some((hint) => label.includes(hint))) return found;
    return statusOf(value) && fields.get("license status");
  };

  /* The field that a line gives, its language, and the value. A log may have put something before the label. */
  const labelOf = (text) => {
    const at = text.search(/[:\uff1a=]/);
    if (at < 0) return null;
    const [before, value] = [text.slice(0, at), text.slice(at + 1)];
    let found = fieldOf(before, value);
    if (!found) {
      const ends = BEFORE.filter((mark) => before.includes(mark)).map((mark) => before.lastIndexOf(mark) + mark.length);
      if (ends.length) found = fieldOf(before.slice(Math.max(...ends)), value);
    }
    return found ? [...found, value] : null;
  };

  const linesOf = (text, isFallback) =>
    patterns[Number(isFallback)].flatMap((line) => {
      if (line.begins && line.begins !== text[0]) return [];
      const found = line.every ? [...text.matchAll(line.regex)] : [line.regex.exec(text)].filter(Boolean);
      return found.map((one) => [line, { ...line.gives, ...slotsOf(line.sets, one) }]);
    });

  /* The phrases that stand in a text, in their order, found by how they begin. */
  const phrasesIn = (folded) => {
    const found = new Set();
    for (let at = 0; at < folded.length - 1; at += 1) {
      for (const number of phrasesByStart.get(folded.slice(at, at + START)) ?? []) {
        if (folded.startsWith(phrases[number][1], at)) found.add(number);
      }
    }
    return [...found].sort((one, other) => one - other).map((number) => phrases[number]);
  };

  const matchOf = (text) => {
    const folded = fold(text);
    /** @type {string[]} */
    const languages = [];
    /** @type {[Data, Data][]} */
    const hits = [];
    /** @type {string[]} */
    const marks = [];
    let complete = true;
    const known = labelOf(text);
    if (known) {
      const [slots, whole] = valueOf(known[0], known[2]);
      hits.push([known[0], slots]);
      languages.push(known[1]);
      complete = whole;
      if (complete || !known[0].vague) marks.push(known[0].id);
    }
    const isFilled = () => hits.some(([, slots]) => Object.keys(slots).length);
    if (!known || !(complete || isFilled())) hits.push(...linesOf(text, false));
    for (const [phrase, said, language] of phrasesIn(folded)) {
      if (phrase.whole && said !== strip(folded, " .")) continue;
      const until = phrase.dated && dateIn.exec(text)?.[0];
      hits.push([phrase, until ? { ...phrase.gives, until } : phrase.gives]);
      languages.push(language);
      complete = true;
    }
    const weak = !hits.length;
    if (weak || !isFilled()) hits.push(...linesOf(text, true).filter(([line]) => weak || !line.alone));
    else if (hits.every(([mark]) => !mark.isField && !mark.isLine && !mark.closed)) {
      hits.push(...linesOf(text, true).filter(([, slots]) => "error_code" in slots));
    }
    for (const [mark] of hits) if (!mark.isField) marks.push(mark.id);
    for (const [, slots] of hits) for (const name of Object.keys(slots)) marks.push(`${name}:${slots[name]}`);
    return { hits, languages, marks, weak, complete: complete && hits.length > 0 };
  };

  /* What a line is, from what each of its parts is. */
  const matchOfAll = (all) => ({
    hits: all.flatMap(({ hits }) => hits),
    languages: all.flatMap(({ languages }) => languages),
    marks: all.flatMap(({ marks }) => marks),
    weak: all.every(({ hits }) => !hits.length),
    complete: all.some(({ hits }) => hits.length),
  });

  /* Every line with what it is. A line that was cut in two, or a long value, is several lines. */
  const recognized = (all) => {
    // Products repeat each other's lines.
    const memo = new Map();
    const matched = (text) => {
      if (!memo.has(text)) memo.set(text, matchOf(text));
      return memo.get(text);
    };
    const partsAt = (index) => all[index].parts;
    const at = (index) =>
      partsAt(index).length > 1 ? matchOfAll(partsAt(index).map(matched)) : matched(partsAt(index)[0]);
    const taken = (index) => {
      const alone = at(index);
      if (partsAt(index).length > 1 || (alone.complete && !alone.weak)) return [alone, 1];
      let [joined, spaced] = [partsAt(index)[0], partsAt(index)[0]];
      for (let more = index + 1; more < Math.min(index + 3, all.length) && at(more).weak; more += 1) {
        if (partsAt(more).length > 1) break;
        joined += partsAt(more)[0];
        spaced += ` ${partsAt(more)[0]}`;
        for (const text of [joined, spaced]) {
          const match = matched(first(text, most.line));
          if (match.complete && !match.weak) return [match, more - index + 1];
        }
      }
      return [alone, 1];
    };
    const accepted = [];
    for (let index = 0; index < all.length;) {
      const [match, count] = taken(index);
      let end = index + count;
      if (partsAt(index).length === 1 && match.hits.some(([mark]) => mark.runs)) {
        const last = Math.min(end + most.run, all.length);
        while (end < last && !taken(end)[0].hits.length && !labelIn.test(partsAt(end)[0])) end += 1;
      }
      accepted.push([match, all.slice(index, end)]);
      index = end;
    }
    return accepted;
  };

  // Products

  const holds = ({ slot, has, in: within, out, over, under, equal, like, unlike }, slots) => {
    const value = slots[slot];
    if (has !== undefined && has !== (value !== undefined)) return false;
    if (value === undefined) return [within, over, under, like].every((each) => each === undefined);
    const [text, number] = [String(value), typeof value === "number" ? value : 0];
    return (
      (!within || within.map(String).includes(text)) &&
      !out?.map(String).includes(text) &&
      (over === undefined || number > over || (equal && number === over)) &&
      (under === undefined || number < under) &&
      (!like || like.test(text)) &&
      !unlike?.test(text)
    );
  };

  /* A line of a host after lines of a client, or the other way round: two outputs without a break. */
  const isOfAnother = ({ side }, slots) =>
    Boolean(side && "side" in slots) && (side === "kms-host") !== (slots.side === "kms-host");

  const entriesOf = (accepted) => {
    /** @type {Entry[]} */
    const entries = [];
    const beside = new Map();
    /* Labels without a value since the product began. */
    const empty = new Set();
    let fresh = true;
    let wasRow = false;
    for (const [{ hits }, [{ number, isRow, isOpen }]] of accepted) {
      fresh ||= Boolean(isRow) || wasRow || hits.some(([mark]) => mark.breaks);
      for (const [mark, found] of hits) {
        const slots = mark.side ? { ...found, side: mark.side } : found;
        const names = Object.keys(slots);
        if (!names.length) {
          empty.add(mark.id);
          continue;
        }
        const own = Object.keys(found).filter((name) => !(name in mark.gives));
        const isAgain = (slots) => empty.has(mark.id) || (own.length ? own : names).some((name) => name in slots);
        const begins = !fresh && mark.starts && isAgain(entries[entries.length - 1].slots);
        if (fresh || begins || isOfAnother(mark, entries[entries.length - 1].slots)) {
          entries.push({ slots: {}, lines: {}, level: "unseen" });
          empty.clear();
          fresh = false;
        }
        const entry = entries[entries.length - 1];
        for (const name of names) {
          if (!(name in entry.slots)) {
            entry.slots[name] = slots[name];
            entry.lines[name] = number;
          } else if (name === CODE && !beside.has(slots[name])) {
            beside.set(slots[name], { slots: { [name]: slots[name] }, lines: { [name]: number }, level: "unseen" });
          }
        }
      }
      wasRow = Boolean(isRow && !isOpen);
    }
    const told = new Set(entries.map((entry) => entry.slots[CODE]));
    return [...entries, ...[...beside].filter(([code]) => !told.has(code)).map(([, entry]) => entry)];
  };

  const fit = (one, other) => {
    if (Object.keys(one).some((name) => name in other && one[name] !== other[name])) {
      return false;
    }
    const states = new Set([one.status, other.status]);
    return !(states.has("licensed") && states.size > 1 && ("error_code" in one || "error_code" in other));
  };

  const keyOf = ({ slots }) =>
    JSON.stringify(["computer", "name", "description", "partial_key"].map((name) => slots[name] ?? null));

  /* One entry for what several commands say of one product, as long as they do not differ. */
  const merged = (entries) => {
    const all = [];
    const named = new Map();
    for (const entry of entries) {
      keep(named, entry.slots.name, []);
      const same = "name" in entry.slots ? named.get(entry.slots.name) : [];
      const target = same.slice(0, COMPARED).find((one) => fit(one.slots, entry.slots));
      if (!target) {
        all.push(entry);
        same.push(entry);
        continue;
      }
      for (const [name, value] of Object.entries(entry.slots)) {
        target.slots[name] ??= value;
        if (name in entry.lines) target.lines[name] ??= entry.lines[name];
      }
    }
    return all;
  };

  /*
   * Days from today until a day in a text: both ends of what it can be where the order of day and month is not known.
   */
  const daysUntil = (text, today) => {
    const found = DATE.exec(text);
    if (!found) return {};
    const [first, second, third] = found.slice(1).map(Number);
    const year = found[3].length === YEAR ? third : CENTURY + third;
    /** @type {[number, number, number][]} */
    const orders = found[1].length === YEAR ? [[first, second, third]] : [[year, first, second], [year, second, first]];
    const real = orders.filter(([years, month, date]) => Math.min(years, month, date) >= 1 && month <= 12)
      .map((each) => ({ month: each[1], at: day(...each) }));
    const days = real.filter(({ at, month }) => at.getUTCMonth() === month - 1)
      .map(({ at }) => (at.getTime() - today.getTime()) / DAY);
    return days.length ? { until_early: Math.min(...days), until_days: Math.max(...days) } : {};
  };
  const day = (year, month, date) => {
    const at = new Date(0);
    at.setUTCFullYear(year, month - 1, date);
    return at;
  };

  /* Fill slots from others, and say which. */
  const fillSlots = (slots, places, isFirst) =>
    rules.derive.flatMap(({ set, to, from, when, first: early = false }) => {
      const value = from ? slots[from] : to;
      if (early !== isFirst || set in slots || value === undefined) return [];
      if (!when.every((each) => holds(each, slots))) return [];
      slots[set] = value;
      if (from in places) places[set] = places[from];
      return [set];
    });

  const derive = ({ slots, lines: places }, kind, today) => {
    if (kind) slots.kind = kind.id;
    if (published.has(slots.partial_key)) slots.published_key = "yes";
    Object.assign(slots, daysUntil(slots.until ?? "", today));
    const same = sameProduct.exec(slots.name ?? "");
    if (same) slots.same = same.slice(1).join(" ");
    const state = data.states[slots.state];
    if (state) slots.status ??= statuses.get(fold(state)) ?? "unknown";
    fillSlots(slots, places, false);
    const { remaining_minutes: minutes, renewal_interval: interval = 0 } = slots;
    if (minutes === undefined) return;
    slots.days = Math.floor(minutes / data.minutes_a_day);
    slots.missed = Math.floor(
      Math.max(data.policy.validity - minutes - 1, 0) / Math.max(interval, data.policy.renewal),
    );
  };

  // Findings

  const timeOf = (minutes) => {
    if (minutes >= HOURS * HOUR) {
      return fill(words.days, { count: Math.floor((minutes + data.minutes_a_day / 2) / data.minutes_a_day) });
    }
    const hours = Math.floor(minutes / HOUR);
    return hours > 1 ? fill(words.hours, { count: hours }) : fill(words.minutes, { count: minutes });
  };

  const filled = (template, values) =>
    template.replace(/\{([a-z_]+)\}/g, (_, name) => mask(String(values[name] ?? "?")));

  let lacksNames = false;
  /* Whether a line was read by its value alone: its label may be known in another language. */
  let isGuessed = false;
  const nameOf = (code) => {
    const names = dataOf(NAMES);
    if (code && !names) lacksNames = true;
    return names?.[code];
  };

  const wordsOf = (slots) => {
    const values = { name: words.nobody, left: "", about: "", ...slots };
    if ("name" in slots) values.about = filled(words.about, slots);
    const summary = data.error_codes[slots.error_code];
    const name = summary ? "" : nameOf(slots.error_code);
    const named = name ? `: ${name}, as Microsoft's headers name it` : "";
    values.meaning = summary ? `: ${summary}` : `${named}. This guide has no page on it.`;
    values.follow = summary ? words.follow : words.ask;
    values.channel_word = words.channels[slots.channel] ?? "";
    if (slots.remaining_minutes !== undefined) {
      values.time = timeOf(slots.remaining_minutes);
      values.left = fill(words.left, values);
      values.missed = fill(slots.missed === 1 ? words.renewal : words.renewals, { count: slots.missed });
    }
    return values;
  };

  const foundOf = (rule, slots, entries) => {
    const values = wordsOf(slots);
    const places = entries.flatMap((entry) =>
      rule.show.filter((name) => name in entry.lines).map((name) => entry.lines[name])
    );
    const method = methods.get(`${slots.product} ${slots.channel}`) ?? methods.get(slots.channel) ?? "";
    const known = new Map([["code", slots.real_error ?? ""], ["method", method]]);
    const { step = "" } = rule;
    const named = rule.next.map((name) => known.get(name) ?? name).filter((name) => name !== step.split(".")[0]);
    return {
      id: rule.id,
      severity: rule.severity,
      summary: filled(rule.text, values),
      todo: filled(rule.todo, values),
      lines: [...new Set(places)].sort((one, other) => one - other),
      next: [...new Set([rule.next.includes("code") && known.get("code"), step, ...named])].filter(Boolean),
      facts: rule.facts ?? [],
      unseen: Boolean(rule.unseen),
      cause: rule.cause ?? null,
    };
  };

  const order = Object.keys(say.severities);
  const heaviest = (rules) =>
    rules.map(({ severity }) => severity).sort((one, other) => order.indexOf(one) - order.indexOf(other))[0] ?? "info";

  const levelOf = (slots, rules) => {
    if ("not_in_use" in slots) return "aside";
    const gravest = heaviest(rules);
    if (gravest !== "info") return gravest;
    if ("add_on" in slots) return "aside";
    return "good" in slots && !rules.some(({ unseen }) => unseen) ? "good" : "unseen";
  };

  const licenseOf = ({ slots }) =>
    filled("partial_key" in slots ? words.key : words.no_key, { description: slots.name, ...slots });

  /* Slots about each product of which several licenses are in use, and the two to name: licensed, and not. */
  const sameOf = (entries) => {
    const groups = new Map();
    for (const entry of entries) {
      if (!("same" in entry.slots) || "not_in_use" in entry.slots) continue;
      keep(groups, entry.slots.same, new Map());
      groups.get(entry.slots.same).set(`${entry.slots.name} ${entry.slots.partial_key ?? ""}`, entry);
    }
    return [...groups.values()]
      .filter((group) => group.size > 1)
      .map((group) => {
        const licensed = ({ slots }) => slots.status === "licensed";
        const weight = (one) => 2 * Number(!licensed(one)) + Number("leftover" in one.slots);
        const ordered = [...group.values()].sort((one, other) => weight(one) - weight(other));
        const [kept, spare, count] = [ordered[0], ordered.at(-1), ordered.filter(licensed).length];
        const slots = {
          licenses: ordered.length,
          licensed: count,
          others: ordered.length - count,
          kept: licenseOf(kept),
          spare: licenseOf(spare),
        };
        if ("partial_key" in spare.slots) slots.spare_key = spare.slots.partial_key;
        const isVolume = (one) => VOLUME.includes(one.slots.channel);
        if (count && count < ordered.length && !isVolume(kept) && isVolume(spare)) slots.volume_waits = "yes";
        else if (count) { for (const one of ordered.slice(count)) one.slots.beside = "yes"; }
        if ("leftover" in spare.slots) slots.leftover = "yes";
        return ["same", slots, ordered];
      });
  };

  const says = ({ slots }) => data.slots.some((name) => (slots[name] ?? "unknown") !== "unknown");

  const wholeOf = (entries, whole, found) => {
    const hosts = entries.filter(({ slots }) => "srv_name" in slots && "kms_host" in slots).map(({ slots }) =>
      slots.kms_host
    );
    const used = entries.filter((entry) => entry.level !== "aside" && says(entry));
    const isTold = found.some(({ severity, unseen }) => severity !== "info" || unseen);
    const isGood = used.length > 0 && used.every(({ level }) => level === "good");
    const isAside = !used.length && entries.some(({ level }) => level === "aside");
    return { ...whole, hosts: new Set(hosts).size, open: isTold || isGood ? 0 : isAside ? 2 : 1 };
  };

  const findingsOf = (entries, whole) => {
    const found = new Map();
    const held = (scope, slots) =>
      rules.findings.filter((rule) =>
        (rule.scope ?? "product") === scope && rule.when.every((each) => holds(each, slots))
      );
    const same = sameOf(entries);
    for (const entry of entries) {
      const rules = held("product", entry.slots);
      entry.level = levelOf(entry.slots, rules);
      for (const rule of rules) {
        const one = foundOf(rule, entry.slots, [entry]);
        keep(found, `${one.id} ${one.summary}`, one);
      }
    }
    for (const [scope, slots, about] of [...same, ["text", wholeOf(entries, whole, [...found.values()]), entries]]) {
      for (const rule of held(scope, slots)) {
        const one = foundOf(rule, slots, about);
        found.set(`${one.id} ${one.summary}`, one);
        if (scope === "same") { for (const entry of about) entry.todo = one.todo; }
      }
    }
    return [...found.values()].sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  };

  /* Why a license is not activated: what the text says itself before what its code means. */
  const causeOf = (findings) =>
    findings.find(({ cause }) => cause === "told") ?? findings.find(({ cause }) => cause === "code");

  /* The gravest of what was found; without a fault, what was not seen; and only then that all is well. */
  const verdictOf = (products, findings) => {
    const { verdicts } = words;
    const used = products.filter(({ level }) => level !== "aside");
    const gravest = findings.find(({ severity }) => severity !== "info");
    if (gravest) {
      const state = gravest.severity === "error" ? "fault" : "attention";
      const inactive = used.filter(({ slots }) => "not_activated" in slots && slots.status !== "unknown");
      if (inactive[0]?.level !== gravest.severity) {
        return { state, text: gravest.summary, todo: gravest.todo, next: gravest.next };
      }
      const { slots } = inactive[0];
      const cause = used.length === 1 ? causeOf(findings) : undefined;
      const about = filled(words.about, wordsOf(slots));
      const told = cause?.summary.startsWith(about) ? cause.summary.slice(about.length) : cause?.summary ?? "";
      const code = slots.real_error && cause?.cause !== "code" ? `, ${slots.real_error}` : "";
      const values = {
        ...wordsOf(slots),
        count: inactive.length,
        all: used.length,
        code,
        status_word: words.statuses[slots.status],
      };
      const text = filled(used.length > 1 ? verdicts.inactive_of_several : verdicts.inactive, values);
      const { todo, next } = cause ?? gravest;
      return {
        state,
        text: `${text} ${told.slice(0, 1).toUpperCase()}${told.slice(1)}`.trimEnd(),
        todo: inactive[0].todo || todo,
        next,
      };
    }
    const unseen = findings.find((one) => one.unseen);
    if (unseen) return { state: "unseen", text: unseen.summary, todo: unseen.todo, next: unseen.next };
    const values = { ...wordsOf(used[0].slots), all: used.length };
    return {
      state: "good",
      text: filled(used.length > 1 ? verdicts.good_of_several : verdicts.good, values),
      todo: "",
      next: [],
    };
  };

  /* Host or client, from what only one of them prints. */
  const roleOf = (entries, kind) => {
    const channels = new Set(entries.flatMap(({ slots }) => [slots.channel, slots.side ?? "unknown"]));
    if (channels.has("kms-host")) return "kms-host";
    channels.delete("unknown");
    return kind?.role ?? (channels.size ? "client" : null);
  };

  // Files

  /* How many labels, states and phrases of other languages than English the first lines of a text hold. */
  const foreign = (text) =>
    first(text, most.characters).split(BREAK).slice(0, GUESSED).reduce((found, part) => {
      const line = plain(first(part, most.line));
      const known = labelOf(line);
      return found + Number(Boolean(known) && known?.[1] !== english) +
        Number(Boolean(known && known[0].reads && statusOf(known[2]))) +
        phrasesIn(fold(line)).filter(([, , language]) => language !== english).length;
    }, 0);

  const decodedBy = ({ browser, letters }, bytes) =>
    browser
      ? new TextDecoder(browser).decode(bytes)
      : [...bytes].map((byte) => (byte < 128 ? String.fromCharCode(byte) : letters[byte - 128])).join("");

  /* Text of a file, and the name of its encoding where it was guessed: by how many labels are known in it. */
  const textOf = (bytes) => {
    learnOthers();
    const decode = (encoding, fatal = false) => new TextDecoder(encoding, { fatal }).decode(bytes);
    const mark = `${bytes[0]} ${bytes[1]}`;
    if (mark === "255 254") return [decode("utf-16le"), ""];
    if (mark === "254 255") return [decode("utf-16be"), ""];
    const start = bytes.subarray(0, most.line);
    const nulls = [0, 1].map((from) => start.filter((byte, at) => at % 2 === from && !byte).length);
    if (Math.max(...nulls) * NULLS > start.length) {
      return [decode(nulls[1] > nulls[0] ? "utf-16le" : "utf-16be"), "UTF-16"];
    }
    for (const end of [0, 1, 2, 3]) {
      try {
        const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, bytes.length - end));
        if (!end || bytes.at(-end) >= 128) return [end ? decode("utf-8") : text, ""];
      } catch {
        // Cut in a letter, or another encoding.
      }
    }
    const pages = Object.values(data.code_pages).map((page) => {
      const text = decodedBy(page, bytes);
      return { name: page.name, text, found: foreign(text) };
    });
    const best = pages.reduce((one, other) => (other.found > one.found ? other : one));
    return [best.text, best.name];
  };

  // Texts that are no output

  /** @returns {[string, string[]][]} */
  const ownWords = () => {
    const [[, , labels, , texts]] = data.languages;
    /** @type {Map<string, Set<string>>} */
    const words = new Map();
    for (const { name, marks = [], marks_all: every = [] } of rules.kinds) {
      const all = [...marks, ...every].flatMap((mark) => [...(labels[mark] ?? []), ...(texts[mark] ?? [])]);
      keep(words, name, new Set());
      for (const word of fold([name, ...all].join(" ")).match(WORDS) ?? []) words.get(name)?.add(word);
    }
    const counts = new Map();
    for (const own of words.values()) for (const word of own) counts.set(word, (counts.get(word) ?? 0) + 1);
    return [...words].map(([name, own]) => [name, [...own].filter((word) => counts.get(word) <= SHARED)]);
  };

  /* Kinds that share most words with a text, of the words that tell them from others. */
  const likeOf = (text) => {
    const words = new Set(fold(first(text, most.characters)).match(WORDS));
    return ownWords().map(([name, own]) => ({ name, count: own.filter((word) => words.has(word)).length }))
      .filter(({ count }) => count)
      .sort((one, other) => other.count - one.count)
      .slice(0, MOST_LIKE)
      .map(({ name }) => name);
  };

  const now = () => {
    const clock = new Date();
    return [clock.getFullYear(), clock.getMonth() + 1, clock.getDate()];
  };

  const read = (text, today = now(), encoding = "") => {
    learnOthers();
    lacksNames = false;
    isGuessed = false;
    const [all, clipped] = clean(text);
    const accepted = recognized(all);
    isGuessed = accepted.some(([{ hits }]) => hits.some(([mark]) => mark.alone));
    const entries = merged(entriesOf(accepted));
    const marks = new Set(accepted.flatMap(([match]) => match.marks));
    for (const { slots, lines: places } of entries) {
      for (const name of fillSlots(slots, places, true)) marks.add(`${name}:${slots[name]}`);
    }
    const is = ({ marks: any = [], marks_all: every = [] }) =>
      any.some((mark) => marks.has(mark)) || (every.length > 0 && every.every((mark) => marks.has(mark)));
    const kind = rules.kinds.find(is) ?? null;
    const counts = new Map();
    for (const [{ languages }] of accepted) {
      for (const name of languages) if (name !== english) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const language = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [english, 0])[0];
    const seen = new Map();
    for (const entry of entries) {
      if (counts.size) entry.slots.foreign = "yes";
      derive(entry, kind, day(...today));
      const { slots } = entry;
      if (!("name" in slots) || "not_in_use" in slots) continue;
      keep(seen, keyOf(entry), new Set());
      const states = seen.get(keyOf(entry));
      if (states.size > Number(states.has(slots.status))) slots.again = "yes";
      states.add(slots.status);
    }
    const whole = { language, kind: kind?.id ?? "" };
    if (encoding) whole.encoding = encoding;
    if (counts.size) whole.foreign = "yes";
    if (clipped) whole.clipped = clipped;
    const findings = kind ? findingsOf(entries, whole) : [];
    const products = entries.filter(says).sort((one, other) => LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level));
    return {
      kind: kind?.id ?? null,
      name: kind?.name,
      like: kind ? [] : likeOf(text),
      verdict: kind ? verdictOf(products, findings) : null,
      role: roleOf(entries, kind),
      language,
      tier: tiers.get(language),
      products: products.map(({ slots }) => slots),
      levels: products.map(({ level }) => level),
      findings,
      lines: accepted.flatMap(([{ hits }, own]) => {
        const meaning = [...new Set(hits.map(([mark]) => mark.meaning))].join(" ") || null;
        return own.map(({ number, text: line, isHead }) => ({
          number,
          text: mask(line),
          meaning: meaning ?? (isHead ? words.head : null),
        }));
      }),
    };
  };

  // Drawing, from the templates of macros/render/troubleshoot/diagnosis.py

  const productOf = (slots, level) => {
    const mark = slots.status === "licensed" ? say.levels[level] : say.states[slots.status];
    const shown = {
      ...slots,
      status: status(mark, words.statuses[slots.status]),
      channel: words.channels[slots.channel],
    };
    const minutes = slots.remaining_minutes;
    if (minutes !== undefined) {
      shown.remaining_minutes = fill(words.left_in_all, { time: timeOf(minutes), count: minutes });
    }
    const items = ["status", "channel", ...Object.keys(say.labels)].filter((name) => name in shown);
    return cloned("reading-product", {
      name: slots.name ?? say.unnamed,
      values: [...new Set(items)].map((name) =>
        cloned("reading-value", { label: say.labels[name], value: shown[name] })
      ),
    });
  };

  const linkOf = (target) => {
    const isCode = target.startsWith("0x");
    const [text, href] = isCode
      ? [target, target in data.error_codes ? `${data.codes_folder}/${target.toLowerCase()}.html` : null]
      : data.targets[target];
    return href ? element("a", { href }, text) : element("span", {}, text);
  };

  const linksOf = (targets) => targets.map((target, at) => [at ? ", " : " ", linkOf(target)]);

  const findingOf = ({ id, severity, summary, todo, lines: places, next, facts }) => {
    const [state, word] = say.severities[severity];
    const where = places.length ? ` ${places.length === 1 ? say.line : say.lines} ${places.join(", ")}` : "";
    const marks = facts.map((id) => cloned("cite", { address: data.facts[id], statement: null, fact: null, id }));
    return cloned("finding", {
      mark: status(state, `${word} ${id}`),
      place: where,
      message: [summary, marks.length ? [" ", cloned("cites", { marks })] : null],
      cure: [todo, linksOf(next)],
    });
  };

  /* A few at a time, so that the page answers meanwhile; another reading takes the place of the box. */
  const addLines = (box, { lines: all, findings }) => {
    const worst = new Map();
    for (const { severity, lines: places } of findings) {
      if (severity !== "info") { for (const place of places) keep(worst, place, say.severities[severity][0]); }
    }
    const lineOf = ({ number, text, meaning }) =>
      cloned("reading-line", {
        number,
        state: worst.get(number) ?? null,
        text,
        meaning: meaning ?? cloned("not-understood", { text: say.not_understood }),
      });
    const add = (from) => {
      box.append(...all.slice(from, from + SLICE).map(lineOf));
      if (from + SLICE < all.length) setTimeout(() => box.isConnected && add(from + SLICE));
    };
    add(0);
  };

  const shown = (reading) => {
    if (!reading.kind) {
      const like = reading.like.length ? ` ${fill(say.most_like, { kinds: reading.like.join(", ") })}` : "";
      return element("p", {}, status("info", say.nothing_known), like);
    }
    const { lines: all, findings, products, levels, verdict } = reading;
    const [mark, word] = say.verdicts[verdict.state];
    const unread = all.filter(({ meaning }) => !meaning).length;
    const made = cloned("reading", {
      mark: status(mark, word),
      verdict: verdict.text,
      todo: verdict.todo || verdict.next.length ? [element("br"), verdict.todo, linksOf(verdict.next)] : null,
      kind: reading.name,
      role: say[reading.role],
      products: products.map((product, at) => productOf(product, levels[at])),
      findings: findings.length ? cloned("found", { findings: findings.map(findingOf) }) : null,
      title: say.listing,
      understood: unread ? fill(say.some_understood, { count: unread, all: all.length }) : say.all_understood,
      lines: null,
    });
    addLines(made.lastChild, reading);
    return made;
  };

  const lacks = ({ lines: all, products }) => [
    ...(waits &&
        (isGuessed || all.some(({ meaning }) => !meaning) || products.some((slots) => "status_unread" in slots))
      ? [LANGUAGES]
      : []),
    ...(lacksNames ? [NAMES] : []),
  ];

  // Rows of tables, for the reader of a fleet

  /* The field that a label heads, and the language of the label. */
  const headed = (label) => {
    learnOthers();
    const found = fields.get(strip(fold(label), " \"'"));
    return found ? [found[0].id, found[1]] : null;
  };

  /* What a row says of one product: the slots that its values fill, by the labels of CIM. No day is compared. */
  const cim = rules.kinds.find(({ id }) => id === "cim-product");
  const row = (values) => {
    const entry = { slots: {}, lines: {}, level: "unseen" };
    for (const [label, value] of Object.entries(values)) {
      const known = fieldOf(label, value);
      const found = known ? valueOf(known[0], value)[0] : {};
      for (const name of Object.keys(found)) entry.slots[name] ??= found[name];
    }
    fillSlots(entry.slots, entry.lines, true);
    derive(entry, cim, day(CENTURY, 1, 1));
    return entry.slots;
  };

  window.vagDiagnosis = { english, fieldOf: headed, fold, holds, lacks, read, row, shown, textOf };
})();
