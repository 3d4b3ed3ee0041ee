// @ts-check
/*
 * Reads what licensing commands and events print, in the same steps as macros/domain/diagnosis.py on the same data:
 * clean lines, recognize each, build products, find. <script type="application/json" id="vag-outputs"> holds the data.
 * `window.vagDiagnosis.read(text)` gives the reading; days in the text are compared with the reader's clock, or with
 * the `[year, month, day]` that is given. What is pasted stays in this browser and is not kept.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { button, dataOf, element, fill, hidden, later, showForm, status, takeFiles } = window.vagDom;
  const data = dataOf("vag-outputs");
  const { most, say, words } = data;
  const { masked } = window.vagKeys;

  const BREAK = /\r\n?|[\n\u2028\u2029]/;
  const BLANK = /[\t\x0b\x0c \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g;
  const UNSEEN = new RegExp(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069" +
      "\\p{Surrogate}\\ufe00-\\ufe0f\\ufeff\\ufff9-\\uffff]",
    "gu",
  );
  const ENDS = " -_.()\"'";
  const LARGEST = 2 ** 31 - 1;
  const PAUSE = 150;
  const SLICE = 200;
  const [HOURS, HOUR] = [48, 60];
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
  const fold = (text) =>
    text
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .normalize("NFC")
      .toLowerCase()
      .replaceAll("\u2019", "'")
      .replace(BLANK, " ");

  // What the data says, made ready once

  const byId = (marks) => new Map(marks.map((mark) => [mark.id, { gives: {}, ...mark }]));
  const [allFields, allPhrases] = [byId(data.fields), byId(data.phrases)];
  const lines = data.lines.map((line) => ({
    sets: [],
    gives: {},
    ...line,
    isLine: true,
    regex: pattern(line.pattern),
  }));
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
  for (const [language, tier, labels, states, texts] of data.languages) {
    keep(tiers, language, tier);
    for (const [id, all] of Object.entries(labels)) {
      for (const label of all) keep(fields, label, [allFields.get(id), language]);
    }
    for (const [status, all] of Object.entries(states)) for (const word of all) keep(statuses, word, status);
    for (const [id, all] of Object.entries(texts)) {
      for (const text of all) phrases.push([allPhrases.get(id), text, language]);
    }
  }
  const [english] = data.languages[0];
  const masks = data.masks.map((mask) => [pattern(mask.pattern, "gu"), mask.keep]);
  const prefixes = data.clean.prefixes.map((each) => pattern(each));
  const dateIn = pattern(data.date);
  const labelIn = pattern(data.label);
  const [junk, prompt] = [pattern(data.clean.junk, "gu"), pattern(data.clean.prompt)];
  const published = new Set(data.published);
  const sameProduct = pattern(data.same_product);
  const methods = new Map(Object.entries(data.methods));
  for (const { when } of [...data.derive, ...data.findings]) {
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

  const plain = (line) => {
    let text = strip(line.replace(UNSEEN, "").replace(BLANK, " "), " ");
    for (let round = 0; round < 3; round += 1) for (const prefix of prefixes) text = text.replace(prefix, "");
    return strip(text.replace(junk, "").replace(prompt, ""), " ");
  };

  const clean = (text) => {
    const parts = masked(first(text, most.characters)).split(BREAK);
    const clipped = parts.length > most.lines || longer(text, most.characters);
    const found = parts.slice(0, most.lines).map((part, at) => [at + 1, plain(first(part, most.line))]);
    return [found.filter(([, line]) => line), clipped ? Math.min(parts.length, most.lines) : 0];
  };

  const statusOf = (value) => statuses.get(strip(fold(value), ENDS).replaceAll("_", " "));

  const normal = (name, text) => {
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
    const value = strip(text, ' ",');
    if (mark.reads) {
      const status = statusOf(value);
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

  const fieldOf = (text, end) => {
    const label = strip(fold(text.slice(0, end)), " \"'");
    const found = fields.get(label);
    if (found || !data.labels_of_status.some((hint) => label.includes(hint))) return found;
    return statusOf(text.slice(end + 1)) && fields.get("license status");
  };

  const linesOf = (text, isFallback) =>
    lines.flatMap((line) => {
      const found = Boolean(line.fallback) === isFallback && line.regex.exec(text);
      return found ? [[line, { ...line.gives, ...slotsOf(line.sets, found) }]] : [];
    });

  const matchOf = (text) => {
    const [folded, at] = [fold(text), text.search(/[:\uff1a=]/)];
    /** @type {string[]} */
    const languages = [];
    /** @type {[Data, Data][]} */
    let hits = [];
    let complete = true;
    const known = at >= 0 && fieldOf(text, at);
    if (known) {
      const [slots, whole] = valueOf(known[0], text.slice(at + 1));
      hits.push([known[0], slots]);
      languages.push(known[1]);
      complete = whole;
    } else hits = linesOf(text, false);
    for (const [phrase, said, language] of phrases) {
      if (!(phrase.whole ? said === strip(folded, " .") : folded.includes(said))) continue;
      const until = phrase.dated && dateIn.exec(text)?.[0];
      hits.push([phrase, until ? { ...phrase.gives, until } : phrase.gives]);
      languages.push(language);
      complete = true;
    }
    const weak = !hits.length;
    if (weak) hits = linesOf(text, true);
    return { hits, languages, weak, complete: complete && hits.length > 0 };
  };

  /* Every line with what it is. A line that was cut in two, or a long value, is several lines. */
  const recognized = (all) => {
    // Products repeat each other's lines.
    const memo = new Map();
    const matched = (text) => {
      if (!memo.has(text)) memo.set(text, matchOf(text));
      return memo.get(text);
    };
    const at = (index) => matched(all[index][1]);
    const taken = (index) => {
      const alone = at(index);
      if (alone.complete && !alone.weak) return [alone, 1];
      let [joined, spaced] = [all[index][1], all[index][1]];
      for (let more = index + 1; more < Math.min(index + 3, all.length) && at(more).weak; more += 1) {
        joined += all[more][1];
        spaced += ` ${all[more][1]}`;
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
      if (match.hits.some(([mark]) => mark.runs)) {
        const last = Math.min(end + most.run, all.length);
        while (end < last && !taken(end)[0].hits.length && !labelIn.test(all[end][1])) end += 1;
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
    let fresh = true;
    for (const [{ hits }, [[number]]] of accepted) {
      fresh ||= hits.some(([mark]) => mark.breaks);
      for (const [mark, found] of hits) {
        const slots = mark.side ? { ...found, side: mark.side } : found;
        const names = Object.keys(slots);
        if (!names.length) continue;
        const own = Object.keys(found).filter((name) => !(name in mark.gives));
        const begins = !fresh && mark.starts &&
          (own.length ? own : names).some((name) => name in entries[entries.length - 1].slots);
        if (fresh || begins || isOfAnother(mark, entries[entries.length - 1].slots)) {
          entries.push({ slots: {}, lines: {}, level: "unseen" });
          fresh = false;
        }
        const entry = entries[entries.length - 1];
        for (const name of names) {
          if (name in entry.slots) continue;
          entry.slots[name] = slots[name];
          entry.lines[name] = number;
        }
      }
    }
    return entries;
  };

  const fit = (one, other) => {
    if (one.name !== other.name || Object.keys(one).some((name) => name in other && one[name] !== other[name])) {
      return false;
    }
    const states = new Set([one.status, other.status]);
    return !(states.has("licensed") && states.size > 1 && ("error_code" in one || "error_code" in other));
  };

  const isInAnotherState = (one, other) =>
    "name" in one &&
    ["name", "description", "partial_key"].every((name) => one[name] === other[name]) &&
    !("not_in_use" in one || "not_in_use" in other) &&
    one.status !== other.status;

  /* One entry for what several commands say of one product, as long as they do not differ. */
  const merged = (entries) => {
    const all = [];
    for (const entry of entries) {
      const target = "name" in entry.slots && all.find((one) => fit(one.slots, entry.slots));
      if (!target) {
        all.push(entry);
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

  const derive = ({ slots, lines: places }, kind, today) => {
    if (kind) slots.kind = kind.id;
    if (published.has(slots.partial_key)) slots.published_key = "yes";
    Object.assign(slots, daysUntil(slots.until ?? "", today));
    const same = sameProduct.exec(slots.name ?? "");
    if (same) slots.same = same.slice(1).join(" ");
    const state = data.states[slots.state];
    if (state) slots.status ??= statuses.get(fold(state)) ?? "unknown";
    for (const { set, to, from, when } of data.derive) {
      const value = from ? slots[from] : to;
      if (set in slots || value === undefined || !when.every((each) => holds(each, slots))) continue;
      slots[set] = value;
      if (from in places) places[set] = places[from];
    }
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

  const wordsOf = (slots) => {
    const values = { name: words.nobody, left: "", about: "", ...slots };
    if ("name" in slots) values.about = filled(words.about, slots);
    const summary = data.error_codes[slots.error_code];
    const name = data.code_names[slots.error_code];
    const named = name ? `: ${name}, as Microsoft's headers name it` : "";
    values.meaning = summary ? `: ${summary}` : `${named}. This guide has no page on it.`;
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
      data.findings.filter((rule) =>
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

  /* The gravest of what was found; without a fault, what was not seen; and only then that all is well. */
  const verdictOf = (products, findings) => {
    const { verdicts } = words;
    const used = products.filter(({ level }) => level !== "aside");
    const gravest = findings.find(({ severity }) => severity !== "info");
    if (gravest) {
      const state = gravest.severity === "error" ? "fault" : "attention";
      const inactive = used.filter(({ slots }) => "not_activated" in slots && slots.status !== "unknown");
      if (inactive[0]?.level !== gravest.severity) return { state, text: gravest.summary, todo: gravest.todo };
      const { slots } = inactive[0];
      const code = slots.real_error ? `, ${slots.real_error}` : "";
      const values = {
        ...wordsOf(slots),
        count: inactive.length,
        all: used.length,
        code,
        status_word: words.statuses[slots.status],
      };
      return {
        state,
        text: filled(used.length > 1 ? verdicts.inactive_of_several : verdicts.inactive, values),
        todo: inactive[0].todo || gravest.todo,
      };
    }
    const unseen = findings.find((one) => one.unseen);
    if (unseen) return { state: "unseen", text: unseen.summary, todo: unseen.todo };
    const values = { ...wordsOf(used[0].slots), all: used.length };
    return {
      state: "good",
      text: filled(used.length > 1 ? verdicts.good_of_several : verdicts.good, values),
      todo: "",
    };
  };

  /* Host or client, from what only one of them prints. */
  const roleOf = (entries, kind) => {
    const channels = new Set(entries.flatMap(({ slots }) => [slots.channel, slots.side ?? "unknown"]));
    if (channels.has("kms-host")) return "kms-host";
    channels.delete("unknown");
    return kind?.role ?? (channels.size ? "client" : null);
  };

  const now = () => {
    const clock = new Date();
    return [clock.getFullYear(), clock.getMonth() + 1, clock.getDate()];
  };

  const read = (text, today = now()) => {
    const [all, clipped] = clean(text);
    const accepted = recognized(all);
    const marks = new Set(accepted.flatMap(([{ hits }]) => hits.map(([mark]) => mark.id)));
    const is = ({ marks: any = [], marks_all: every = [] }) =>
      any.some((mark) => marks.has(mark)) || (every.length > 0 && every.every((mark) => marks.has(mark)));
    const kind = data.kinds.find(is) ?? null;
    const counts = new Map();
    for (const [{ languages }] of accepted) {
      for (const name of languages) if (name !== english) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const language = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [english, 0])[0];
    const entries = merged(entriesOf(accepted));
    for (const entry of entries) derive(entry, kind, day(...today));
    entries.forEach((entry, at) => {
      if (entries.slice(0, at).some((earlier) => isInAnotherState(entry.slots, earlier.slots))) {
        entry.slots.again = "yes";
      }
    });
    const whole = { language, kind: kind?.id ?? "" };
    if (counts.size) whole.foreign = "yes";
    if (clipped) whole.clipped = clipped;
    const findings = kind ? findingsOf(entries, whole) : [];
    const products = entries.filter(says).sort((one, other) => LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level));
    return {
      kind: kind?.id ?? null,
      name: kind?.name,
      verdict: kind ? verdictOf(products, findings) : null,
      role: roleOf(entries, kind),
      language,
      tier: tiers.get(language),
      products: products.map(({ slots }) => slots),
      levels: products.map(({ level }) => level),
      findings,
      lines: accepted.flatMap(([{ hits }, own]) => {
        const meaning = [...new Set(hits.map(([mark]) => mark.meaning))].join(" ") || null;
        return own.map(([number, line]) => ({ number, text: mask(line), meaning }));
      }),
    };
  };

  window.vagDiagnosis = { read };

  // Drawing: the same as macros/render/troubleshoot/diagnosis.py

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
    return element(
      "div",
      { class: "vag-diagnosis__product" },
      element("p", {}, slots.name ?? say.unnamed),
      element(
        "dl",
        {},
        ...[...new Set(items)].map((name) =>
          element("div", {}, element("dt", {}, say.labels[name]), element("dd", {}, shown[name]))
        ),
      ),
    );
  };

  const linkOf = (target) => {
    const isCode = target.startsWith("0x");
    const [text, href] = isCode
      ? [target, target in data.error_codes ? `${data.codes_folder}/${target.toLowerCase()}.html` : null]
      : data.targets[target];
    return href ? element("a", { href }, text) : element("span", {}, text);
  };

  const findingOf = ({ id, severity, summary, todo, lines: places, next, facts }) => {
    const [state, word] = say.severities[severity];
    const where = places.length ? ` ${places.length === 1 ? say.line : say.lines} ${places.join(", ")}` : "";
    const cites = facts.map((fact) =>
      element(
        "a",
        { class: "vag-cite", href: `${data.facts_page}#${fact}` },
        element("span", { "aria-hidden": "true" }, "\u00a7"),
        hidden(`Fact ${fact}`),
      )
    );
    return element(
      "li",
      {},
      status(state, `${word} ${id}`),
      `${where}: ${summary}`,
      ...(cites.length ? [" ", element("span", { class: "vag-cites" }, ...cites)] : []),
      element("br"),
      todo,
      ...next.flatMap((target, at) => [at ? ", " : " ", linkOf(target)]),
    );
  };

  const linesShown = ({ lines: all, findings }) => {
    const worst = new Map();
    for (const { severity, lines: places } of findings) {
      if (severity !== "info") { for (const place of places) keep(worst, place, say.severities[severity][0]); }
    }
    const lineOf = ({ number, text, meaning }) => {
      const glyph = meaning ? null : element("span", { "aria-hidden": "true" }, "i");
      const state = worst.get(number);
      return element(
        "div",
        { "data-line": number, class: state ? `vag-lines__${state}` : null },
        element("code", {}, text),
        " ",
        element("small", {}, ...(meaning ? [meaning] : [glyph, ` ${say.not_understood}`])),
      );
    };
    const box = element("div", { class: "vag-lines vag-diagnosis__lines" });
    /* A few at a time, so that the page answers meanwhile; another reading takes the place of the box. */
    const add = (from) => {
      box.append(...all.slice(from, from + SLICE).map(lineOf));
      if (from + SLICE < all.length) setTimeout(() => box.isConnected && add(from + SLICE));
    };
    add(0);
    return box;
  };

  const parts = (reading) => {
    if (!reading.kind) return [element("p", {}, status("info", say.nothing_known))];
    const { lines: all, findings, products, levels, verdict } = reading;
    const [mark, word] = say.verdicts[verdict.state];
    const unread = all.filter(({ meaning }) => !meaning).length;
    const some = unread ? fill(say.some_understood, { count: unread, all: all.length }) : say.all_understood;
    return [
      element(
        "p",
        { class: "vag-diagnosis__verdict" },
        status(mark, word),
        `: ${verdict.text}`,
        ...(verdict.todo ? [element("br"), verdict.todo] : []),
      ),
      element("p", { class: "vag-diagnosis__kind" }, element("strong", {}, reading.name, say[reading.role] ?? "")),
      ...products.map((product, at) => productOf(product, levels[at])),
      ...(findings.length ? [element("ul", { class: "vag-found__list" }, ...findings.map(findingOf))] : []),
      element("p", {}, element("strong", {}, say.listing), ". ", some),
      linesShown(reading),
    ];
  };

  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-diagnosis]"));
  if (!form) return;
  const { text: area } = form.elements;
  const output = /** @type {HTMLElement} */ (form.querySelector("[data-vag-found]"));
  const live = /** @type {HTMLElement} */ (form.querySelector("[data-vag-live]"));
  const paused = later(PAUSE);

  const show = (text) => {
    const reading = text.trim() ? read(text) : null;
    output.replaceChildren(...(reading ? parts(reading) : []));
    live.textContent = reading ? output.firstElementChild?.textContent ?? "" : "";
  };
  const open = async (file) => {
    const bytes = new Uint8Array(await file.slice(0, 4 * most.characters).arrayBuffer());
    const mark = `${bytes[0]} ${bytes[1]}`;
    box.put(masked(new TextDecoder({ "255 254": "utf-16le", "254 255": "utf-16be" }[mark] ?? "utf-8").decode(bytes)));
    show(box.text);
  };
  const box = takeFiles(form, open, most.characters);
  area.addEventListener("input", () => paused(() => show(box.text)));
  form.addEventListener("reset", () => {
    show("");
    area.focus();
  });
  for (const example of document.querySelectorAll("[data-vag-example]")) {
    const trying = button(say.try, () => {
      box.put(example.textContent ?? "");
      show(box.text);
      area.focus();
      form.scrollIntoView();
    });
    example.after(element("p", {}, trying));
  }
  showForm(form);
})();
