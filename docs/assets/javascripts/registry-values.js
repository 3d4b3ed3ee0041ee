// @ts-check
/*
 * Values in the registry that settings of KMS clients are made of: the same as
 * macros/formats/clients/registry_values.py, in the rules, lists and words of <script type="application/json" id="vag-
 * clients">. Begins window.vagClients, to which the readers of each form and client-check.js add their own.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const known = window.vagDom.dataOf("vag-clients");
  if (!known) return;

  const findings = window.vagFindings(known);
  const { findingOf } = findings;
  const { most } = known;
  const { IS_BLANK, lower, nearest, placesOf, strip, without } = window.vagText;

  const { bases, hive: HIVE, names: NAMES, why: WHY } = known.registry;

  const GUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
  const KEY = /[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){4}/g;
  const ADDRESS = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
  const LABEL = /^(?!-)[\w-]{1,63}(?<!-)$/;
  const UNEXPANDED = new RegExp(known.unexpanded, "iu");

  const withoutAll = (text, end) => {
    let { length: size } = text;
    while (text[size - 1] === end) size -= 1;
    return text.slice(0, size);
  };
  const partition = (text, mark) => {
    const at = text.indexOf(mark);
    return at < 0 ? [text, "", ""] : [text.slice(0, at), mark, text.slice(at + 1)];
  };
  const textOf = (data) => (Array.isArray(data) ? `(${data})` : String(data));
  const published = new Set(Object.keys(known.keys));
  const isShaped = (text) => text.length === 29 && text.search(KEY) === 0;

  const isPlaceholder = (text) => {
    if (!isShaped(text)) return UNEXPANDED.test(text);
    const letters = new Set(text.toUpperCase().replaceAll("-", ""));
    return letters.size === 1 || [...letters].some((letter) => !known.alphabet.includes(letter));
  };

  const WINDOWS = lower(bases.windows);
  const OFFICE = lower(bases.office);
  const LEGACY = lower(bases.legacy);
  const VIEWS = lower(known.registry.views);
  const HIVES = new Map(Object.entries(known.registry.hives));
  const VALUES = known.registry.values;
  const VALUES_OF = Object.fromEntries(["windows", "office"].map((product) => [product, new Map()]));
  for (const value of VALUES) VALUES_OF[value.product].set(lower(value.name), value);
  const MOST_KEYS = 100;
  const CLIENT_VALUES = new Set(VALUES.filter(({ client }) => client).map(({ name }) => lower(name)));
  const ALL_NAMES = new Set(VALUES.map(({ name }) => lower(name)));
  const OWN_NAMES = new Set(
    VALUES.filter(({ name }) => /^(?:KeyManagementService|VL|Dns)/.test(name)).map(({ name }) => lower(name)),
  );

  /* Hive and path of a key in any of its spellings. */
  const splitKey = (text) => {
    const bare = strip(text).replace(/^(?:microsoft\.powershell\.core\\)?registry::/i, "");
    const [hive, , path] = partition(bare.replaceAll("/", "\\"), "\\");
    const name = withoutAll(hive, ":");
    return [HIVES.get(lower(name)) ?? name.toUpperCase(), strip(path, /\\/)];
  };

  const within = (low, key) => low === key || low.startsWith(`${key}\\`);

  /* A key as 64-bit programs see it, and the product whose licensing it belongs to. */
  const read = new Map();
  const about = (path) => {
    if (!read.has(path)) {
      const key = path.split("\\").filter((part) => lower(part) !== VIEWS).join("\\");
      const low = lower(key);
      const product = within(low, WINDOWS) || within(low, LEGACY) ? "windows" : within(low, OFFICE) ? "office" : null;
      // A file with very many keys fills no memory.
      if (read.size > MOST_KEYS) read.clear();
      read.set(path, { key, low, product });
    }
    return read.get(path);
  };
  const isLicensing = (path) => about(path).product !== null;

  const hostProblem = (text) => {
    if (!strip(text)) return WHY.empty;
    if (text.includes("://")) return WHY.web;
    if (IS_BLANK.test(text)) return WHY.space;
    if (text.split(":").length > 2) return WHY.colons;
    if (ADDRESS.test(text)) return null;
    const labels = without(text, ".").split(".");
    if (text.length > known.registry.longest || !labels.every((label) => LABEL.test(label))) return WHY.name;
    return /^\d+$/.test(labels[labels.length - 1]) ? WHY.digits : null;
  };

  const portOf = (text) => (/^\d{1,5}$/.test(text) && text >= 1 && text <= 65535 ? Number(text) : null);

  const publishProblem = (line) => {
    const [domain, ...numbers] = line.split(",").map((part) => strip(part));
    if (numbers.length && numbers.length !== 2) return WHY.parts;
    if (numbers.some((number) => !/^\d{1,5}$/.test(number) || number > 65535)) return WHY.numbers;
    return hostProblem(domain);
  };

  /* What a file sets, and what is wrong with it. More findings than a report lists are counted and not made. */
  class Check {
    constructor(hosts) {
      /** @type {Data[]} */
      this.entries = [];
      /** @type {Finding[]} */
      this.found = [];
      this.hosts = hosts && new Map(Object.entries(hosts));
      this.wrong = false;
    }

    say(id, place, given, said) {
      if (known.rules[id][0] === "error") this.wrong = true;
      if (this.found.length <= most.findings) this.found.push(findingOf(id, place, given, said));
    }

    get ours() {
      return this.entries.some(({ path }) => isLicensing(path));
    }

    get activation() {
      return this.entries.some(({ name, path }) => CLIENT_VALUES.has(lower(name)) && isLicensing(path))
        ? "kms-adba"
        : "none";
    }

    /* What is wrong with the values of a file. */
    judge() {
      const kept = [];
      for (const entry of this.entries) {
        const value = this.recognize(entry);
        if (value === undefined) continue;
        kept.push([entry, value]);
        if (!value) this.say("reg-unknown-value", entry.place, { given: entry.name });
        else if (!entry.deleted) this.judgeValue(entry, value);
      }
      this.judgePairs(kept);
      this.judgeRoles(kept);
      const firsts = new Map();
      for (const [{ path, name, place }] of kept) {
        const low = lower(path);
        const key = `${low.length} ${low} ${lower(name)}`;
        if (firsts.has(key)) this.say("reg-twice", place, { given: name }, { first: firsts.get(key) });
        else firsts.set(key, place.line);
      }
    }

    /* The documented value that an entry sets, null when it is none, undefined when there is nothing more to say. */
    recognize(entry) {
      const { hive, keyPlace, name, path, place } = entry;
      const { key, low, product } = about(path);
      if (!product) return this.elsewhere(entry, key);
      if (hive !== HIVE) return this.say("reg-hive", keyPlace, { given: hive }, { hive: HIVE });
      if (key !== path) return this.say("reg-32-bit", keyPlace, { given: known.registry.views });
      if (low.startsWith(LEGACY)) {
        return this.say("reg-old-key", keyPlace, { given: key.split("\\").at(-1) }, { key: bases.windows });
      }
      const own = VALUES_OF[product];
      const found = own.get(lower(name));
      if (found) return found;
      const near = nearest(name, [...own.values()].map((value) => value.name), 0.8);
      if (near) return this.say("reg-name", place, { given: name }, { near });
      if (!ALL_NAMES.has(lower(name))) return null;
      return this.say("reg-other-product", place, { name }, { product: product === "windows" ? "Windows" : "Office" });
    }

    /* A key that is nearly one of ours, or a value of ours in a key where nothing reads it. */
    elsewhere({ keyPlace, kind, name, path }, key) {
      if (lower(key).startsWith(known.registry.policies)) return;
      const last = key.split("\\").filter((part) => !GUID.test(part)).at(-1);
      const both = lower(key).includes("office") ? [bases.office, bases.windows] : [bases.windows, bases.office];
      let right = last !== undefined && both.find((each) => nearest(last, [each.split("\\").at(-1)], 0.9));
      if (!right && OWN_NAMES.has(lower(name)) && kind !== null) right = bases.windows;
      if (right) this.say("reg-key", keyPlace, { given: path }, { key: `${HIVE}\\${right}` });
    }

    judgeValue({ data, kind: given, literal, place }, { kind, name }) {
      const text = textOf(data);
      if (kind && given && given !== kind) this.say("reg-type", place, { given }, { name, kind });
      else if (!literal) return;
      else if (kind === "REG_DWORD" && typeof data !== "number") {
        this.say("reg-number", place, { given: text }, { name });
      } else if (name === NAMES.host) this.judgeHost(text, name, place);
      else if ((name === NAMES.port || name === NAMES.listening) && portOf(text) === null) {
        this.say("reg-port", place, { given: text }, { name });
      } else if (NAMES.intervals.includes(name)) {
        const [least, longest, range] = known.registry.minutes;
        if (data < least || data > longest) this.say("reg-interval", place, { given: data }, { name, ...range });
      } else if (name === NAMES.publish && Array.isArray(data)) {
        for (const line of data) {
          const why = publishProblem(line);
          if (why) this.say("reg-publish-list", place, { given: line }, { why });
        }
      }
    }

    judgeHost(text, name, place) {
      const [host, , port] = partition(text, ":");
      const why = hostProblem(text);
      if (/^\d+$/.test(port) && !hostProblem(host)) this.say("reg-host-port", place, { given: text }, { name });
      else if (why) this.say("reg-host", place, { given: text }, { name, why, ...(text ? {} : { given: "empty" }) });
    }

    /* Hosts and ports that belong together, compared with those of the organization. */
    judgePairs(kept) {
      const byKey = new Map();
      for (const [entry, value] of kept) {
        if (!value?.client || entry.deleted || !entry.literal) continue;
        const key = lower(entry.path);
        if (!byKey.has(key)) byKey.set(key, {});
        byKey.get(key)[value.name] = entry;
      }
      for (const { [NAMES.host]: host, [NAMES.port]: port } of byKey.values()) {
        if (!host) this.say("reg-port-alone", port.place);
        if (!host || !this.hosts || hostProblem(textOf(host.data))) continue;
        const name = lower(without(textOf(host.data), "."));
        const listening = this.hosts.get(name);
        const given = port && portOf(textOf(port.data));
        if (listening === undefined) {
          if (!ADDRESS.test(name)) this.say("reg-host-unknown", host.place, { given: textOf(host.data) });
        } else if (given && given !== listening) {
          this.say("reg-host-other-port", port.place, { given: port.data, port: listening }, { host: name });
        }
      }
    }

    judgeRoles(kept) {
      const set = kept.filter(([entry, value]) => value && !entry.deleted);
      if (!set.some(([, { client }]) => client)) return;
      for (const [{ place }, { host, name }] of set) {
        if (host) this.say("reg-roles", place, {}, { given: name });
        else if (NAMES.intervals.includes(name)) this.say("reg-interval-on-client", place, {}, { name });
      }
    }

    /* Product keys that Microsoft does not publish, outside the lines that were judged already. */
    strayKeys(text, at = null, but = new Set()) {
      /** @type {((offset: number) => Place) | null} */
      let placeOf = at && (() => at);
      for (const { 0: key, index } of text.matchAll(KEY)) {
        placeOf ??= placesOf(text);
        const place = placeOf(index);
        if (!but.has(place.line) && !published.has(key.toUpperCase()) && !isPlaceholder(key.toUpperCase())) {
          this.say("product-key", place, { given: key });
        }
      }
    }
  }

  window.vagClients = {
    ADDRESS,
    ALL_NAMES,
    Check,
    GUID,
    HIVE,
    findings,
    hostProblem,
    isLicensing,
    isPlaceholder,
    isShaped,
    known,
    partition,
    portOf,
    published,
    splitKey,
    withoutAll,
  };
})();
