// @ts-check
/*
 * What readers of client settings share, and the records that checks look at: the same as
 * macros/formats/clients/registry_values.py and records.py, with the checks, lists and words of
 * <script type="application/json" id="vag-clients">. Begins window.vagClients, to which the readers of each form and
 * client-judge.js add their own.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const brought = window.vagDom.dataOf("vag-clients");
  if (!brought) return;
  // Published keys stand on the page once, as keys.js reads them: letters without dashes.
  const published = window.vagDom.dataOf("vag-keys").published.map((key) => key.match(/.{5}/g).join("-"));
  const known = window.vagOwnFiles.clients({ ...brought, compared: { ...brought.compared, published } });

  const findings = window.vagFindings(known);
  const { findingOf } = findings;
  const { checks, compared, most } = known;
  const { number } = window.vagDom;
  const { IS_BLANK, lower, nearest, placesOf, strip, without } = window.vagText;

  const { why: WHY } = known.registry;
  const { legacy: LEGACY, office, windows } = compared;

  const GUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
  const KEY = /[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){4}/g;
  const GROUP = /-[A-Za-z0-9]{5}-/;
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
  const isShaped = (text) => text.length === 29 && text.search(KEY) === 0;

  const isPlaceholder = (text) => {
    if (!isShaped(text)) return UNEXPANDED.test(text);
    const letters = new Set(text.toUpperCase().replaceAll("-", ""));
    return letters.size === 1 || [...letters].some((letter) => !known.alphabet.includes(letter));
  };

  const WINDOWS = lower(windows.path);
  const OFFICE = lower(office.path);
  const VIEWS = lower(compared.views);
  const HIVES = new Map(Object.entries(known.registry.hives));
  const MOST_KEYS = 100;
  const valuesOf = (product) =>
    new Map(known.registry.values.filter((one) => one.product === product).map((one) => [lower(one.name), one]));
  const VALUES = new Map([[windows, valuesOf("windows")], [office, valuesOf("office")]]);
  const ALL_NAMES = new Set(known.registry.values.map(({ name }) => lower(name)));
  const OF_CLIENTS = new Set(known.registry.values.filter(({ client }) => client).map(({ name }) => lower(name)));

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
      const product = within(low, WINDOWS) || within(low, LEGACY) ? windows : within(low, OFFICE) ? office : null;
      const parts = key.split("\\");
      const tail = product ? null : parts.findLast((part) => !GUID.test(part)) ?? null;
      // A file with very many keys fills no memory.
      if (read.size > MOST_KEYS) read.clear();
      read.set(path, { key, low, last: parts.at(-1), tail, product });
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

  // Records -----------------------------------------------------------------------------------------------------------

  /* A value that a file sets or takes away. */
  const entryOf = (
    { data, hive, key_place, kind, name, path, place, deleted = false, literal = true, readable = true },
  ) => {
    const { key, last, low: lowKey, product, tail } = about(path);
    const low = lower(name);
    const items = Array.isArray(data) ? data.map((text) => ({ text, place })) : null;
    return {
      hive,
      path,
      key,
      low: lowKey,
      last,
      tail,
      product,
      name,
      value: VALUES.get(product)?.get(low) ?? null,
      documented: ALL_NAMES.has(low),
      kind,
      text: items ? `(${data})` : String(data),
      number: typeof data === "number" ? data : null,
      items,
      literal,
      deleted,
      readable,
      place,
      key_place,
    };
  };

  /* A key that a file names for itself. */
  const keyOf = (hive, path, place, deleted) => ({ hive, path, product: about(path).product, deleted, place });

  /* What looks like a product key, outside of lines that are judged already. */
  const strayKeys = (text, at = null, judged = new Set()) => {
    // Looked for first, because a hyphen is found fast.
    if (!GROUP.test(text)) return [];
    /** @type {((offset: number) => Place) | null} */
    let placeOf = at && (() => at);
    return [...text.matchAll(KEY)].map(({ 0: key, index }) => {
      placeOf ??= placesOf(text);
      return { text: key, place: placeOf(index) };
    }).filter(({ place }) => !judged.has(place.line));
  };

  const activationOf = (entries) =>
    entries.some(({ name, product }) => product && OF_CLIENTS.has(lower(name))) ? "kms-adba" : "none";

  // Checks ------------------------------------------------------------------------------------------------------------

  /* Host and port of each key, as far as they are set and known. */
  const pairs = (entries) => {
    const byKey = new Map();
    for (const entry of entries) {
      if (!entry.value?.client || entry.deleted || !entry.literal) continue;
      const key = lower(entry.path);
      if (!byKey.has(key)) byKey.set(key, { host: null, port: null });
      byKey.get(key)[entry.value.name === known.registry.host ? "host" : "port"] = entry;
    }
    return [...byKey.values()];
  };

  /* Values that stand in a file again, with the line of the first. */
  const repeats = (entries) => {
    const lines = new Map();
    return entries.flatMap(({ name, path, place }) => {
      const low = lower(path);
      const key = `${low.length} ${low} ${lower(name)}`;
      const first = lines.get(key);
      if (first === undefined) lines.set(key, place.line);
      return first === undefined ? [] : [{ name, place, first }];
    });
  };

  const functions = {
    after: (text, mark) => (text.includes(mark) ? text.slice(text.indexOf(mark) + mark.length) : null),
    bare: (host) => lower(without(host, ".")),
    before: (text, mark) => partition(text, mark)[0],
    digits: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : null),
    flat: (lists) => lists.flat(),
    hexadecimal: (text) => (/^\d{1,9}$/.test(text) ? Number(text).toString(16).padStart(8, "0") : null),
    host_problem: hostProblem,
    is_address: (text) => ADDRESS.test(text),
    is_key: isShaped,
    is_placeholder: isPlaceholder,
    listens: (hosts, host) => hosts.get(host) ?? null,
    nearest: (text, names, percent) => nearest(text, names, percent / 100),
    pairs,
    port: portOf,
    publish_problem: publishProblem,
    repeats,
    thousands: number,
  };

  const made = new Map();
  const checksOf = (form) => {
    if (!made.has(form)) {
      const own = checks.forms[form].map((at) => checks.checks[at]);
      made.set(form, window.vagConditions.checks({ patterns: checks.patterns, checks: own }, functions));
    }
    return made.get(form);
  };

  /* What is wrong with a file. More findings than a report lists are counted and not made. */
  class Check {
    constructor(hosts) {
      /** @type {Finding[]} */
      this.found = [];
      this.hosts = hosts && new Map(Object.entries(hosts));
    }

    say(id, place, given, said) {
      if (this.found.length <= most.findings) this.found.push(findingOf(id, place, given, said));
    }

    /* What the checks of a form say of a file. Gives what they left, by its name: that of `until` in any case. */
    judge(form, file, until = null) {
      const given = { file, known: { ...compared, hosts: this.hosts } };
      return checksOf(form)(given, (...finding) => this.say(...finding), most.findings + 1, until);
    }
  }

  window.vagClients = {
    Check,
    activationOf,
    entryOf,
    findings,
    isLicensing,
    keyOf,
    known,
    partition,
    splitKey,
    strayKeys,
    withoutAll,
  };
})();
