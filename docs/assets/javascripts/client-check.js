/*
 * The check of client settings: registration files, registry preferences of Group Policy, and batch files that call slmgr.vbs
 * and ospp.vbs. The same rules, order and words as registry_file.py, registry_values.py, group_policy.py, batch.py,
 * command_lines.py and client_commands.py of macros/formats. <script type="application/json" id="vag-clients"> holds rules,
 * lists and words.
 *
 *   window.vagClients.validate(kind, data, hosts)   findings, verdict and activation of a string or a Uint8Array; `hosts` holds
 *                                                   the port of each KMS host by its name, or is null
 *   window.vagClients.examine(data, kind, hosts)    the same for a file whose kind may not be known
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, fill, number } = window.vagDom;
  const known = dataOf("vag-clients");
  if (!known) return;

  const { BLANK: B, FILLED, IS_BLANK, Place, decode, first, length, lower, markOf, nearest, placesOf, readXml, strip, tooLarge, without } = window.vagText;
  const findings = window.vagFindings(known);
  const { encodingProblems, findingOf, report, reportOn } = findings;
  const { kinds, most } = known;
  const { bases, hive: HIVE, names: NAMES, why: WHY } = known.registry;
  const { form: FORM } = known;
  const { hints: HINTS } = known.commands;

  /* Letters of words as Python has them. */
  const W = "\\p{L}\\p{N}_";
  const BRACKETED = /^\[[0-9a-f:.]{2,45}\](?::([^:]*))?$/i;
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

  // Values in the registry ------------------------------------------------------------------------------------------------

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
  const OWN_NAMES = new Set(VALUES.filter(({ name }) => /^(?:KeyManagementService|VL|Dns)/.test(name)).map(({ name }) => lower(name)));

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
    return /^\d+$/.test(labels.at(-1)) ? WHY.digits : null;
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
      Object.assign(this, { entries: [], found: [], hosts: hosts && new Map(Object.entries(hosts)), wrong: false });
    }

    say(id, place, given, said) {
      if (known.rules[id][0] === "error") this.wrong = true;
      if (this.found.length <= most.findings) this.found.push(findingOf(id, place, given, said));
    }

    get ours() {
      return this.entries.some(({ path }) => isLicensing(path));
    }

    get activation() {
      return this.entries.some(({ name, path }) => CLIENT_VALUES.has(lower(name)) && isLicensing(path)) ? "kms-adba" : "none";
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
      if (low.startsWith(LEGACY)) return this.say("reg-old-key", keyPlace, { given: key.split("\\").at(-1) }, { key: bases.windows });
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
      else if (kind === "REG_DWORD" && typeof data !== "number") this.say("reg-number", place, { given: text }, { name });
      else if (name === NAMES.host) this.judgeHost(text, name, place);
      else if ((name === NAMES.port || name === NAMES.listening) && portOf(text) === null) this.say("reg-port", place, { given: text }, { name });
      else if (NAMES.intervals.includes(name)) {
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
      let placeOf = at && (() => at);
      for (const { 0: key, index } of text.matchAll(KEY)) {
        placeOf ??= placesOf(text);
        const place = placeOf(index);
        if (!but.has(place.line) && !published.has(key.toUpperCase()) && !isPlaceholder(key.toUpperCase())) this.say("product-key", place, { given: key });
      }
    }
  }

  // Registration files ------------------------------------------------------------------------------------------------------

  const REG = known.registry;
  const STRING = '"([^"\\\\]*(?:\\\\[^][^"\\\\]*)*)"';
  const VALUE = new RegExp(`^(?:${STRING}|@)[${B}]*=[${B}]*([^]*)$`);
  const STRING_DATA = new RegExp(`^${STRING}$`);
  const DWORD = new RegExp(`^dword:[${B}]*([0-9a-f]{1,8})$`, "i");
  const HEX = new RegExp(`^hex(?:\\(([0-9a-f]{1,2})\\))?:((?:[${B}]*[0-9a-f]{1,2}[${B}]*,)*(?:[${B}]*[0-9a-f]{1,2})?[${B}]*,?)$`, "i");
  const unescaped = (text) => text.replace(/\\([^])/gu, "$1");

  const decodedData = (kind, bytes) => {
    if (kind === "REG_DWORD") return bytes.slice(0, 4).reduceRight((sum, byte) => sum * 256 + byte, 0);
    if (!/_SZ$/.test(kind)) return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const strings = new TextDecoder("utf-16le", { ignoreBOM: true }).decode(Uint8Array.from(bytes)).split("\0").filter(Boolean);
    return kind === "REG_MULTI_SZ" ? strings : strings.join("");
  };

  /* Type and data, null when it is none of the forms. */
  const dataIn = (text) => {
    if (text === "-") return [null, null];
    const string = STRING_DATA.exec(text);
    if (string) return ["REG_SZ", unescaped(string[1])];
    const dword = DWORD.exec(text);
    if (dword) return ["REG_DWORD", parseInt(dword[1], 16)];
    const binary = HEX.exec(text);
    if (!binary) return null;
    const kind = REG.kinds[parseInt(binary[1] ?? "3", 16)] ?? "REG_BINARY";
    return [kind, decodedData(kind, (binary[2].match(/[0-9a-f]{1,2}/gi) ?? []).map((pair) => parseInt(pair, 16)))];
  };

  /* Lines below the first, those of data that goes on put together. */
  function* joined(lines) {
    for (let number = 1; number < lines.length; number += 1) {
      const start = number;
      const parts = [lines[number]];
      const isHex = lower(lines[number]).includes("hex");
      while (isHex && parts.at(-1).endsWith("\\") && number + 1 < lines.length) {
        parts.push(without(parts.pop(), "\\"), lines[(number += 1)]);
      }
      yield [start + 1, parts.join("")];
    }
  }

  const readRegistry = (text, check, data) => {
    const lines = text.split("\n").map((line) => strip(line));
    const [head] = lines;
    const deletedKeys = [];
    let key = null;
    let isDeleted = false;
    const wrong = (place, what, given = "") => {
      const [detail, cure] = REG.syntax[what];
      check.say("reg-syntax", place, { detail: `${detail}${given}` }, { cure });
    };

    const takeKey = (named, deletes, place) => {
      const [name] = partition(named, "\\");
      const [hive, path] = splitKey(named);
      if (REG.short.includes(withoutAll(lower(name), ":"))) check.say("reg-hive-name", place, { given: name }, { hive });
      else if (!REG.long.includes(name.toUpperCase())) wrong(place, "hive", name);
      isDeleted = deletes;
      key = deletes ? null : { hive, path, keyPlace: place };
      if (deletes) deletedKeys.push([path, place]);
    };

    const takeValue = (line, place) => {
      const found = VALUE.exec(line);
      if (!found) return wrong(place, "line");
      // What stands below a key that is deleted is not set.
      if (isDeleted) return null;
      if (!key) return wrong(place, "above");
      const given = strip(found[2]);
      const data = dataIn(given);
      if (!data) return wrong(place, "data");
      return check.entries.push({ ...key, name: unescaped(found[1] ?? ""), kind: data[0], data: data[1], place, deleted: given === "-", literal: true });
    };

    if (lower(head) === lower(REG.old)) check.say("reg-old-header", { line: 1 }, { given: head }, { header: REG.header });
    else if (lower(head) !== lower(REG.header)) check.say("reg-header", { line: 1 }, { given: head }, { header: REG.header, ...(head ? {} : { given: "empty" }) });
    for (const [line, content] of joined(lines)) {
      if (!content || content.startsWith(";")) continue;
      const named = /^\[(-?)([^]*)\]$/.exec(content);
      if (named) takeKey(named[2], named[1] === "-", { line });
      else takeValue(content, { line });
    }
    const isBroken = check.wrong;

    const foreign = typeof data === "string" || markOf(data) ? -1 : data.findIndex((byte) => byte > 127);
    if (foreign >= 0) check.say("reg-encoding", { line: data.subarray(0, foreign).reduce((sum, byte) => sum + (byte === 10), 1) });
    for (const [path, place] of deletedKeys) if (isLicensing(path)) check.say("reg-delete-key", place, { given: path });
    check.judge();
    check.strayKeys(text);
    const ours = check.ours || deletedKeys.some(([path]) => isLicensing(path)) || check.entries.some(({ name }) => ALL_NAMES.has(lower(name)));
    if (!ours && !isBroken) check.say("reg-nothing", null);
    return check.activation;
  };

  // Registry preferences of Group Policy --------------------------------------------------------------------------------------

  const readPreferences = (text, check) => {
    const root = readXml(text, most);
    const placeOf = placesOf(text);
    const placeAt = (element, name) => placeOf(name ? element.at(name) : element.offset);
    const nearOf = (given, names, cutoff) => {
      const near = nearest(given, names, cutoff);
      return { near: near ? fill(FORM.near, { near }) : "" };
    };
    const missing = (element, given) => check.say("gpp-missing", placeAt(element), {}, { element: element.name, given });
    const classId = (element, clsid) => {
      const given = element.get("clsid");
      if (given === null) missing(element, "clsid");
      else if (given.toUpperCase() !== clsid.toUpperCase()) check.say("gpp-clsid", placeAt(element, "clsid"), { given }, { name: element.name, clsid });
    };
    const children = (element, names) => {
      for (const child of element.children) {
        if (!names.includes(child.name)) check.say("gpp-element", placeAt(child), { given: child.name }, { parent: element.name, ...nearOf(child.name, names, 0.7) });
      }
    };
    const attributes = (element, names) => {
      for (const given of element.attributes.keys()) {
        if (!names.includes(given)) check.say("gpp-attribute", placeAt(element, given), { given }, { element: element.name, ...nearOf(given, names, 0.6) });
      }
    };
    const listed = (id, properties, name, given, values) => check.say(id, placeAt(properties, name), { given }, { values: values.join(", ") });

    const keyProblem = (path) => {
      const start = path.split("\\")[0].toUpperCase();
      if (FORM.hives.includes(start) || FORM.short.includes(start)) return FORM.words.hive;
      return path.startsWith("\\") || path.endsWith("\\") ? FORM.words.backslash : null;
    };

    const dataOf = (kind, given, properties) => {
      if (kind === "REG_DWORD" && /^[0-9a-f]{8}$/i.test(given)) return parseInt(given, 16);
      if (kind !== "REG_MULTI_SZ") return given;
      const values = properties.all("Values").flatMap((holder) => holder.all("Value").map((value) => value.text));
      return values.length ? values : (given.match(FILLED) ?? []);
    };

    const takeValue = (properties, action) => {
      const [hive, path, name, kind, given] = ["hive", "key", "name", "type", "value"].map((each) => properties.get(each) || "");
      const entry = { hive, path, name, kind, place: placeAt(properties, "name"), keyPlace: placeAt(properties, "key"), literal: true };
      const data = dataOf(kind, given, properties);
      if (action === "D") {
        if (given) check.say("gpp-delete-data", placeAt(properties, "value"));
        check.entries.push({ ...entry, kind: null, data: null, deleted: true });
      } else if (!kind) missing(properties, "type");
      else if (![...FORM.types, ...FORM.binary].includes(kind)) listed("gpp-type", properties, "type", kind, FORM.types);
      else if (kind === "REG_DWORD" && typeof data !== "number") {
        const right = /^\d{1,9}$/.test(given) ? Number(given).toString(16).padStart(8, "0") : FORM.digits;
        check.say("gpp-number", placeAt(properties, "value"), { given }, { right });
      } else check.entries.push({ ...entry, data });
    };

    const takeProperties = (item, properties) => {
      const action = properties.get("action") || "U";
      const [hive, path] = ["hive", "key"].map((each) => properties.get(each) || "");
      const why = keyProblem(path);
      if (!FORM.actions.includes(action)) listed("gpp-action", properties, "action", action, FORM.actions);
      if (!hive) missing(properties, "hive");
      if (!path) missing(properties, "key");
      if (!hive || !path) return;
      if (!FORM.hives.includes(hive)) listed("gpp-hive", properties, "hive", hive, FORM.hives);
      else if (why) check.say("gpp-key", placeAt(properties, "key"), { given: path }, { why });
      else if (properties.get("name")) {
        if (isLicensing(path)) {
          if (item.get("userContext") === "1") check.say("gpp-user-context", placeAt(item, "userContext"));
          for (const each of [item, properties]) if (each.get("disabled") === "1") check.say("gpp-disabled", placeAt(each, "disabled"));
        }
        takeValue(properties, action);
      } else if (isLicensing(path) && ["D", "R"].includes(action)) check.say("gpp-replace-key", placeAt(properties, "action"), { given: path });
    };

    const takeItem = (item) => {
      classId(item, FORM.item_clsid);
      attributes(item, FORM.item_attributes);
      children(item, ["Properties", "Filters"]);
      const found = item.all("Properties");
      if (!found.length) missing(item, "Properties");
      for (const properties of found) {
        attributes(properties, FORM.properties);
        takeProperties(item, properties);
      }
    };

    if (root.name !== FORM.root) {
      check.say("gpp-root", placeAt(root), { given: root.name }, { root: FORM.root });
      return "none";
    }
    classId(root, FORM.root_clsid);
    check.wrong = false;
    for (const element of root.walk()) {
      if (element.name === FORM.root || element.name === FORM.collection) children(element, [FORM.item, FORM.collection, "Filters"]);
      else if (element.name === FORM.item) takeItem(element);
    }
    const isBroken = check.wrong;
    check.judge();
    for (const element of root.walk()) {
      for (const [name, { offset, value }] of element.attributes) if (!/^xmlns(?::|$)/.test(name)) check.strayKeys(value, placeOf(offset));
    }
    if (!isBroken && !check.ours) check.say("gpp-nothing", null);
    return check.activation;
  };

  // Batch files -------------------------------------------------------------------------------------------------------------

  const VARIABLE = `%([${W}][^%${B}]*)%|![${W}()]+!|%~?[${W}]*\\p{Nd}|%%~?[${W}]+`;
  const VARIABLES = new RegExp(VARIABLE, "gu");
  const VARIABLE_HERE = new RegExp(VARIABLE, "uy");
  const SET = new RegExp(`^@?set[${B}]+"?([${W}]+)=([^"\\r\\n&|]*)"?`, "iu");
  const REMARK = /^@?(?:rem(?=[\t-\r ,;=./\\:]|$)|::)/i;
  const OUTPUT = /^@?(?:echo|title)(?=[\t-\r .:,;(/]|$)/i;
  const ELEVATED = new RegExp(known.commands.elevated, "i");
  const WMI = new RegExp(known.commands.wmi, "i");
  const { comparisons, tests, longest_variable: LONGEST } = known.commands;

  const PLAIN = /[^ \t\r\n"%!^&|)]+/y;
  const QUOTED = /[^\n"%!]+/y;

  const program = (text) => without(without(lower(text).split(/[\\/]/).at(-1), ".exe"), ".com");

  const afterStart = (texts, start) => {
    let at = start;
    if (texts[at]?.includes(" ")) at += 1;
    while (at < texts.length && /^\/(?:wait|min|max|b|i|high|low|normal|d[^]*)$/.test(texts[at])) at += texts[at] === "/d" ? 2 : 1;
    return at;
  };

  const afterIf = (texts, start) => {
    let at = start;
    while (texts[at] === "not" || texts[at] === "/i") at += 1;
    if (at >= texts.length) return at;
    if (tests.includes(texts[at])) return at + 2;
    return at + (!texts[at].includes("==") && comparisons.includes(texts[at + 1]) ? 3 : 1);
  };

  /* The words of a command without what stands before it, redirections left out. */
  const bare = (words) => {
    const kept = words.filter(({ text }, at) => !/^\d?[<>]/.test(text) && !/^\d?[<>]{1,2}$/.test(words[at - 1]?.text ?? ""));
    const texts = kept.map(({ text }) => lower(text));
    for (let at = 0; at < texts.length; ) {
      const text = texts[at];
      if (text === "call" || text === "else") at += 1;
      else if (text === "start") at = afterStart(texts, at + 1);
      else if (program(text) === "cmd" && (texts[at + 1] === "/c" || texts[at + 1] === "/k")) at += 2;
      else if (text === "if") at = afterIf(texts, at + 1);
      else if (text === "for") at = texts.indexOf("do", at) + 1 || texts.length;
      else return kept.slice(at);
    }
    return [];
  };

  /* The commands of a batch file, each as its words, and the words of its remarks and outputs. */
  const commandsIn = (text) => {
    const [commands, remarks, variables] = [[], [], new Map()];
    let depth = 0;

    const filled = (raw) => {
      if (!/[%!]/.test(raw)) return [raw, true];
      let literal = true;
      const whole = raw.replace(VARIABLES, (found, name) => {
        const value = variables.get(lower(name ?? ""));
        literal &&= value !== undefined;
        return value ?? found;
      });
      return [whole, literal];
    };

    const isContinued = (part, at) => part.startsWith("^\n", at) || part.startsWith("^\r\n", at);
    const ends = (part, at) => {
      const mark = part[at];
      return mark === "&" ? part[Math.max(at - 1, 0)] !== ">" : " \t\r\n|".includes(mark) || (mark === ")" && depth > 0);
    };

    const wordAt = (part, start) => {
      let word = "";
      let at = start;
      let quoted = false;
      const here = (pattern) => {
        pattern.lastIndex = at;
        const found = pattern.exec(part)?.[0] ?? "";
        word += found;
        at += found.length;
        return found;
      };
      while (at < part.length) {
        const mark = part[at];
        if (here(quoted ? QUOTED : PLAIN)) continue;
        if (mark === "\n") break;
        if ((mark === "%" || mark === "!") && here(VARIABLE_HERE)) continue;
        if (mark === '"') {
          quoted = !quoted;
          at += 1;
        } else if (mark === "^" && !quoted) {
          if (isContinued(part, at)) break;
          word += part.slice(at + 1, at + 2);
          at += 2;
        } else if (!quoted && ends(part, at)) break;
        else {
          word += mark;
          at += 1;
        }
      }
      return [word, at];
    };

    /* The words of a line, null where a command ends. */
    const wordsOf = (part, startLine, column) => {
      const words = [];
      let [at, line, from, base, head] = [0, startLine, 0, column, null];
      while (at < part.length) {
        const mark = part[at];
        const opens = mark === "(" && (head === null || head === "if");
        const closes = mark === ")" && (depth > 0 || head === null);
        if (mark === "\n" || isContinued(part, at)) {
          at = part.indexOf("\n", at) + 1;
          line += 1;
          from = at;
          base = 1;
        } else if (" \t\r,;=".includes(mark) || (mark === "@" && head === null)) at += 1;
        else if (mark === "&" || mark === "|" || opens || closes) {
          depth += opens - closes;
          at += part.startsWith("&&", at) || part.startsWith("||", at) ? 2 : 1;
          head = null;
          words.push(null);
        } else {
          const [raw, end] = wordAt(part, at);
          const [text, literal] = filled(raw);
          const low = lower(raw);
          words.push({ text, literal, place: new Place(part, line, at, from, base) });
          // A command follows these, and may be a block.
          head = low === "else" || low === "do" ? null : head || low;
          at = end;
        }
      }
      return words;
    };

    const takeCommand = (words) => {
      const rest = bare(words);
      const line = rest.map((word) => word.text).join(" ");
      if (!rest.length) return;
      if (OUTPUT.test(line) || REMARK.test(line)) remarks.push(line);
      else commands.push(rest);
    };

    const take = (part, line, column) => {
      const start = part.replace(/^[@( \t]+/, "");
      const assigned = SET.exec(start);
      if (REMARK.test(start)) remarks.push(start);
      else if (assigned) variables.set(lower(assigned[1]), first(filled(strip(assigned[2]))[0], LONGEST));
      else if (!part.startsWith(":")) {
        let words = [];
        for (const word of wordsOf(part, line, column)) {
          if (word) words.push(word);
          else {
            takeCommand(words);
            words = [];
          }
        }
        takeCommand(words);
      }
    };

    let [line, start] = [1, 0];
    for (const { index } of text.matchAll(/(?<!\^\r?)\n|$/g)) {
      const part = without(text.slice(start, index), "\r");
      const begun = part.replace(/^[ \t]+/, "");
      if (strip(part)) take(begun, line, part.length - begun.length + 1);
      line += part.split("\n").length;
      start = index + 1;
    }
    return { commands, remarks };
  };

  // Calls of slmgr.vbs and ospp.vbs ---------------------------------------------------------------------------------------------

  const SCRIPTS = new Map(Object.entries(known.commands.scripts));
  const keyOf = (tool, name, colon) => `${tool} ${name} ${colon}`;
  const OPTIONS = new Map(known.commands.options.map((each) => [keyOf(each.tool, lower(withoutAll(each.option, ":")), each.option.endsWith(":")), each]));
  const BY_NAME = Object.fromEntries([...SCRIPTS.values()].map((tool) => [tool, new Map()]));
  for (const each of OPTIONS.values()) BY_NAME[each.tool].set(lower(withoutAll(each.option, ":")), each);
  const CHECKS = new Map(Object.entries(known.commands.checks));
  const { credentials: CREDENTIALS } = known.commands;
  const scriptOf = (tool) => `${tool}.vbs`;

  /* The call that the words of one command are, or nothing. */
  const callIn = (words, check) => {
    const found = words.findIndex(({ text }, at) => !(at ? text.startsWith("//") : known.commands.engines.includes(program(text))));
    const script = words[found];
    if (!script) return null;
    const name = program(script.text);
    const tool = SCRIPTS.get(name);
    if (!tool) {
      const near = name.endsWith(".vbs") && nearest(name, Object.keys(BY_NAME).map(scriptOf), 0.8);
      if (near) check.say("command-script", script.place, { given: name }, { near });
      return null;
    }
    const rest = words.slice(found + 1);
    // ospp.vbs takes the computer behind the option.
    const at = tool === "ospp" ? (rest.length ? 0 : -1) : rest.findIndex(({ text }) => text.startsWith("/") || text.startsWith("-"));
    const option = rest[at] ?? null;
    const whole = option ? `/${lower(option.text.replace(/^[^]/u, ""))}` : "";
    return {
      tool,
      place: script.place,
      engine: found ? program(words[0].text) : null,
      before: rest.slice(0, Math.max(at, 0)),
      option,
      rest: option ? rest.slice(at + 1) : [],
      name: tool === "ospp" ? partition(whole, ":")[0] : whole,
    };
  };

  /* The value of an option of ospp.vbs, after the colon. */
  const valueOf = ({ literal, place, text }) => {
    const [head, colon, value] = partition(text, ":");
    return colon && { text: value, literal, place: { line: place.line, get column() { return place.column + length(head) + 1; } } };
  };

  const judgeCalls = (calls, check, elevated) => {
    const { hosts } = check;
    const kept = [];

    const sayUnknown = ({ name, option: { place, text: given }, tool }) => {
      const mixed = /^(\/[a-z-]+)[:=]([^]+)$/.exec(tool === "slmgr" ? name : lower(given));
      const mine = BY_NAME[tool];
      let hint = "";
      if (mixed && mine.has(mixed[1])) {
        const value = given.slice(mixed[1].length + 1);
        if (tool === "ospp") return check.say("command-colon", place, { given, right: `${mine.get(mixed[1]).option}${value}` });
        hint = fill(HINTS.space, { right: `${mixed[1]} ${value}` });
      } else {
        const other = Object.keys(BY_NAME).find((each) => each !== tool && BY_NAME[each].has(partition(name, ":")[0]));
        const near = other ? null : nearest(name, mine.keys(), 0.6);
        if (other) hint = fill(HINTS.other, { tool: other });
        else if (near) hint = fill(HINTS.near, { near: mine.get(near).option });
      }
      return check.say("command-option", place, { given, hint }, { tool: scriptOf(tool) });
    };

    /* The option that a call has, or null. */
    const optionOf = (call) => {
      const { name, option, place, rest, tool } = call;
      if (!option) return check.say("command-no-option", place, {}, { tool: scriptOf(tool) });
      if (!option.literal && !option.text.startsWith("/")) return null;
      const colon = tool === "ospp" && option.text.includes(":");
      const found = OPTIONS.get(keyOf(tool, name, colon));
      if (found) return found;
      const other = OPTIONS.get(keyOf(tool, name, !colon));
      const given = option.text;
      if (!other) return sayUnknown(call);
      if (other.option.endsWith(":")) {
        return check.say("command-colon", option.place, { given, right: `${other.option}${rest.length === 1 ? rest[0].text : "<value>"}` });
      }
      const value = partition(given, ":")[2];
      check.say("command-extra", option.place, { given: value }, { option: other.option, ...(value ? {} : { given: HINTS.colon }) });
      return other;
    };

    const judgeHost = (text, place, port = null) => {
      const why = text.split(":").length === 2 && !text.includes("://") ? HINTS.port : hostProblem(text);
      if (why) return check.say("command-host", place, { given: text }, { why, ...(text ? {} : { given: HINTS.nothing }) });
      if (!hosts || ADDRESS.test(text)) return null;
      const host = lower(without(text, "."));
      const listening = hosts.get(host);
      if (listening === undefined) return check.say("command-host-unknown", place, { given: text });
      return port && port !== listening && check.say("command-host-other-port", place, { given: port, port: listening }, { host });
    };

    const judgeSkms = ([address, second, third]) => {
      const { literal, place, text } = address;
      const isWeb = text.includes("://");
      if (second?.literal && !GUID.test(second.text)) {
        const isPort = portOf(second.text) !== null && !text.includes(":");
        if (isPort) check.say("command-skms-space", second.place, { given: second.text, right: `${text}:${second.text}` });
        else check.say("command-id", second.place, { given: second.text });
      }
      if (third) check.say("command-extra", third.place, { given: third.text }, { option: "/skms" });
      if (!literal) return;
      const bracketed = BRACKETED.exec(text);
      if (bracketed) {
        check.say("command-ipv6-brackets", place, { given: text });
        const given = bracketed[1];
        if (given !== undefined && portOf(given) === null) check.say("command-port", place, { given: given || HINTS.nothing });
        return;
      }
      if (!isWeb && text.split(":").length > 2) {
        check.say("command-ipv6", place, { given: text });
        return;
      }
      const [host, colon, port] = isWeb ? [text, "", ""] : partition(text, ":");
      const number = colon ? portOf(port) : null;
      if (colon && number === null) check.say("command-port", place, { given: port || HINTS.nothing });
      if (host || !colon) judgeHost(host, place, number);
    };

    const checks = {
      port: ({ text, place }) => portOf(text) === null && check.say("command-port", place, { given: text }),
      domain: ({ text, place }) => {
        const why = hostProblem(text);
        if (why) check.say("command-host", place, { given: text }, { why });
      },
      id: ({ text, place }) => lower(text) !== "all" && !GUID.test(text) && check.say("command-id", place, { given: text }),
      key: ({ text, place }) => {
        if (isPlaceholder(text)) return;
        if (!isShaped(text)) check.say("command-key", place, { given: text });
        else if (!published.has(text.toUpperCase())) check.say("command-key-secret", place, { given: text });
      },
      name: ({ text, place }) => judgeHost(text, place),
    };

    const judgeArgument = ({ option, range, values }, word) => {
      const { literal, place, text } = word;
      if (!literal) return;
      if (range) {
        const isRight = /^\d{1,9}$/.test(text) && text >= range[0] && text <= range[1];
        if (!isRight) check.say("command-range", place, { given: text }, { option, least: range[0], most: number(range[1]) });
      } else if (values) {
        if (!values.includes(text.toUpperCase()) && !GUID.test(text)) check.say("command-value", place, { given: text }, { option, values: values.join(", ") });
      } else checks[CHECKS.get(option)]?.(word);
    };

    const judgeValue = ({ option: given, rest, tool }, each) => {
      const { counts: [required, longest], needs, option } = each;
      const value = tool === "ospp" && option.endsWith(":") ? [valueOf(given)] : [];
      const words = [...value, ...rest].filter((word) => word?.text);
      if (words.length < required) check.say("command-missing", given.place, {}, { option, what: needs[words.length] });
      else if (option === "/skms") judgeSkms(words);
      else {
        // A computer, user and password may follow an option of ospp.vbs.
        const spare = tool === "ospp" ? CREDENTIALS : 0;
        if (words.length > longest + spare) check.say("command-extra", words[longest].place, { given: words[longest].text }, { option });
        if (spare && words.length === longest + spare) check.say("command-password", words.at(-1).place);
        if (words.length && longest) judgeArgument(each, words[0]);
      }
    };

    const judgeOrder = () => {
      const firstOf = (tool, option) => kept.find(([call, each]) => call.tool === tool && each.option === option)?.[0];
      const ofKeys = kept.filter(([, { option }]) => option === "/ipk" || option === "/upk");
      if (ofKeys.every(([, { option }]) => option === "/upk")) {
        for (const [{ place, rest }] of ofKeys) if (!rest.length) check.say("command-upk-all", place);
      }
      for (const [at, [call, { option }]] of ofKeys.slice(1).entries()) {
        const [before, { option: earlier }] = ofKeys[at];
        if (earlier === option) continue;
        if (option === "/ipk") check.say("command-upk-before-ipk", before.place);
        else check.say("command-upk-after-ipk", call.place, {}, { first: before.place.line });
      }
      for (const [tool, host, domain] of known.commands.fixing) {
        const [fixed, unused] = [firstOf(tool, host), firstOf(tool, domain)];
        if (fixed && unused) check.say("command-domain-unused", unused.place, {}, { first: fixed.place.line });
      }
      if (kept.some(([, { category }]) => category === "kms-client")) {
        for (const [{ place }, { category, option }] of kept) {
          if (category === "kms-host" && option !== "/act-type") check.say("command-roles", place, {}, { option });
        }
      }
      for (const [tool, activate] of known.commands.activating) {
        const own = kept.filter(([call]) => call.tool === tool);
        const at = own.findIndex(([, { option }]) => option === activate);
        const after = own.slice(at + 1);
        const later = after.find(([, { option }]) => known.commands.setting.includes(option));
        if (at >= 0 && later && !after.some(([, { option }]) => option === activate)) check.say("command-ato-early", own[at][0].place, {}, { later: later[0].place.line });
      }
    };

    let told = elevated;
    let windows = false;
    for (const call of calls) {
      if (call.before.length >= CREDENTIALS) check.say("command-password", call.before[2].place);
      if (call.tool === "slmgr" && call.engine !== "cscript" && !windows) {
        windows = true;
        check.say("command-window", call.place);
      }
      const option = optionOf(call);
      if (!option) continue;
      kept.push([call, option]);
      if (option.elevated && !told) {
        told = true;
        check.say("command-elevation", call.place, {}, { option: option.option });
      }
      if (option.gone) check.say("command-gone", call.place, {}, { option: option.option, note: option.gone });
      judgeValue(call, option);
    }
    judgeOrder();
  };

  const readBatch = (text, check) => {
    const { commands, remarks } = commandsIn(text);
    const calls = [];
    let rights = null;

    const takeReg = ([operation, key, ...rest]) => {
      const action = lower(operation?.text ?? "");
      if ((action !== "add" && action !== "delete") || !key) return;
      const options = new Map();
      for (let at = 0; at < rest.length; at += 1) {
        const name = lower(rest[at].text);
        options.set(name, ["/v", "/t", "/d", "/s"].includes(name) ? rest[(at += 1)] : null);
      }
      let [hive, path] = splitKey(key.text);
      const [name, type, value] = ["/v", "/t", "/d"].map((each) => options.get(each));
      const deleted = action === "delete";
      if (!name) {
        if (deleted && isLicensing(path)) check.say("reg-delete-key", key.place, { given: path });
        return;
      }
      if (options.has("/reg:32")) path = path.replace("\\", () => `\\${known.registry.views}\\`);
      const kind = deleted ? null : (type?.text.toUpperCase() ?? "REG_SZ");
      const given = value?.text ?? "";
      let data = given;
      if (kind === "REG_DWORD" && /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(given)) data = Number(given);
      else if (kind === "REG_MULTI_SZ") data = given.split("\\0").filter(Boolean);
      const literal = key.literal && name.literal && (!value || value.literal);
      check.entries.push({ hive, path, name: name.text, kind, data, place: key.place, keyPlace: key.place, deleted, literal });
      if (hive === HIVE && isLicensing(path)) rights ??= key.place;
    };

    for (const words of commands) {
      if (program(words[0].text) === "reg") takeReg(words.slice(1));
      else calls.push(callIn(words, check));
    }
    const made = calls.filter(Boolean);
    const isSaid = check.found.length > 0;
    const says = (each) => ELEVATED.test(each);
    const elevated = remarks.some(says) || commands.some((words) => says(words.map((word) => word.text).join(" ")));
    check.judge();
    judgeCalls(made, check, elevated);
    if (rights && !elevated && !made.length) check.say("command-elevation", rights, { option: "reg" });
    const judged = made.filter(({ name, option }) => option && known.commands.installing.includes(name)).map(({ option }) => option.place.line);
    check.strayKeys(text, null, new Set(judged));
    if (!check.ours && !made.length && !isSaid && !WMI.test(text)) check.say("nothing-to-check", null);
    return made.some(({ name }) => known.commands.client_options.includes(name)) ? "kms-adba" : check.activation;
  };

  // Files -------------------------------------------------------------------------------------------------------------------

  const readers = { "group-policy": readPreferences, registry: readRegistry, "client-batch": readBatch };

  const limit = (kind, text) => {
    const lines = text.split("\n").length - 1;
    if (lines > kinds[kind].lines) tooLarge(lines, "lines");
    if (length(text) > kinds[kind].characters) tooLarge(length(text), "characters");
  };

  const validate = (kind, data, hosts) => {
    const check = new Check(hosts);
    return reportOn(
      () => decode(data, most.characters, known.encodings),
      (text) => {
        limit(kind, text);
        const activation = readers[kind](text, check, data);
        return { found: check.found, activation };
      },
    );
  };

  const marks = Object.entries(kinds).map(([kind, each]) => [kind, each.marks.map(([mark, points]) => [new RegExp(mark, "iu"), points])]);
  const scoresOf = (text) => marks.map(([kind, own]) => [own.reduce((sum, [mark, points]) => sum + (mark.test(text) ? points : 0), 0), kind]);

  /* The activation of this report names the kind as well. */
  const examine = (data, chosen, hosts) => {
    let text;
    try {
      text = decode(data, most.characters, known.encodings);
    } catch {
      return validate(chosen || "registry", data, hosts);
    }
    const scores = scoresOf(first(text, most.head));
    const [best, looks] = scores.reduce((one, other) => (other[0] > one[0] ? other : one));
    const kind = chosen || (best >= known.enough ? looks : null);
    if (!readers[kind]) return report([findingOf(kind ? "elsewhere" : "kind-unknown")], kind ?? "unknown", text);
    const made = validate(kind, data, hosts);
    // A check that finds nothing to judge must not call the wrong file valid.
    const isOurs = made.findings.length || scores.find(([, each]) => each === kind)[0] > 0;
    const own = isOurs ? made.findings : [findingOf("nothing-recognized", null, {}, { kind: kinds[kind].title })];
    const all = [...encodingProblems(data, text, kinds[kind].encodings === "unmarked"), ...own];
    return { ...report(all, `${kind} ${made.activation}`, text), findings: all };
  };

  window.vagClients = { Check, examine, findings, known, validate };

  const form = document.querySelector("[data-vag-check]");
  if (form) findings.checkForm(form, (content) => examine(content, form.elements.kind.value, known.hosts[form.elements.hosts.value]));
})();
