// @ts-check
/*
 * Judges an organization: the same as macros/catalog/organization_file.py and the models of organization.py, from the
 * shapes, words and ids that <script type="application/json" id="vag-organization"> holds.
 *
 *   window.vagOrganization.judge(data)    { organization, problems } of what a form holds; its problems know no lines
 *                         .judged(data)   the same without a look for product keys, with the problems as they are found
 *                         .shown(problems, lines, text)   problems as a reader sees them
 *
 * organization-reading.js reads files, and organization-write.js writes them.
 *
 * A problem has `line`, `path` and `message`.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, fill } = window.vagDom;
  const { Decimal, dotted, line } = window.vagYaml;
  const known = dataOf("vag-organization");
  const { allowed, said, shapes, values: VALUES, words } = known;
  const [MOST_SHOWN, MOST_PROBLEMS, CUTOFF, MOST_CLEAN] = [120, 100, 0.6, 50_000];
  const hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
  const say = (name, slots = {}) => fill(words[name], slots);
  /* Keys with values: a Map from a file, a plain object from a form. */
  const isMap = (value) =>
    value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Decimal);
  const has = (map, key) => (map instanceof Map ? map.has(key) : hasOwn(map, key));
  const valueOf = (map, key) => (map instanceof Map ? map.get(key) : map[key]);
  const keysOf = (map) => (map instanceof Map ? [...map.keys()] : Object.keys(map));

  // Words about values -----------------------------------------------------------------------------------------------

  const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u;
  const SHORT = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

  /* A text as Python's repr() has it. */
  const quoted = (text) => {
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    const letters = [...text].map((sign) => {
      if (sign === quote) return `\\${sign}`;
      if (hasOwn(SHORT, sign)) return SHORT[sign];
      if (sign === " " || !UNPRINTABLE.test(sign)) return sign;
      const code = sign.codePointAt(0);
      const [mark, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
      return `\\${mark}${code.toString(16).padStart(width, "0")}`;
    });
    return `${quote}${letters.join("")}${quote}`;
  };

  /* Text as a message repeats it: on one line, without product keys, and cut when it is long. */
  const short = (text) => {
    const flat = window.vagKeys.masked([...text.slice(0, 8 * MOST_SHOWN)].slice(0, 4 * MOST_SHOWN).join(""))
      .split(/\s+/).filter(Boolean).join(" ");
    const letters = [...flat];
    return letters.length > MOST_SHOWN ? `${letters.slice(0, MOST_SHOWN).join("")}…` : flat;
  };

  const given = (value) => {
    if (typeof value === "boolean") return String(value);
    if (isMap(value)) return said.keys;
    if (Array.isArray(value)) return said.list;
    if (value === null) return said.none;
    return typeof value === "string" ? short(quoted(value)) : String(value);
  };

  // Of Python's difflib: how alike two words are ---------------------------------------------------------------------

  const longest = (a, places, [a0, a1, b0, b1]) => {
    let [best, runs] = [[a0, b0, 0], new Map()];
    for (let i = a0; i < a1; i += 1) {
      const next = new Map();
      for (const j of places.get(a[i]) ?? []) {
        if (j < b0 || j >= b1) continue;
        const size = (runs.get(j - 1) ?? 0) + 1;
        next.set(j, size);
        if (size > best[2]) best = [i - size + 1, j - size + 1, size];
      }
      runs = next;
    }
    return best;
  };

  const matching = (a, places, [a0, a1, b0, b1]) => {
    const [i, j, size] = longest(a, places, [a0, a1, b0, b1]);
    if (!size) return 0;
    return size + matching(a, places, [a0, i, b0, j]) + matching(a, places, [i + size, a1, j + size, b1]);
  };

  const nearest = (given, names) => {
    const word = [...short(String(given))];
    const places = new Map();
    word.forEach((letter, at) => places.set(letter, [...(places.get(letter) ?? []), at]));
    let [best, found] = [CUTOFF, /** @type {string | null} */ (null)];
    for (const name of names) {
      const letters = [...name];
      const both = letters.length + word.length;
      if (both && (2 * Math.min(letters.length, word.length)) / both < best) continue;
      const ratio = both ? (2 * matching(letters, places, [0, letters.length, 0, word.length])) / both : 1;
      if (ratio > best || (ratio === best && (found === null || name > found))) [best, found] = [ratio, name];
    }
    return found === null ? "" : fill(said.near, { near: found });
  };

  // Values -----------------------------------------------------------------------------------------------------------

  const numeral = (value) => typeof value === "number" || typeof value === "bigint";
  const LABEL = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;
  const LINES = /[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/;
  const DAY = /^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$/;

  const dnsName = (name) => {
    const labels = name.replace(/\.$/, "").split(".");
    const isName = name.length <= known.longest_dns_name && labels.length > 1 && !/^[0-9]+$/.test(labels.at(-1)) &&
      labels.every((label) => LABEL.test(label));
    return isName ? name.replace(/\.$/, "").toLowerCase() : null;
  };

  const isDay = (text) => {
    const day = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  };

  /* The eight groups of an IPv6 address, an IPv4 address as the last two of them, or null. */
  const octets = (text) => {
    const parts = text.split(".");
    const isAddress = parts.length === 4 &&
      parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256);
    return isAddress ? parts.map(Number) : null;
  };

  const groupsOf = (text) => {
    const at = text.lastIndexOf(":");
    const tail = text.slice(at + 1);
    if (tail.includes(".")) {
      const last = octets(tail);
      if (!last) return null;
      const hex = [last[0] * 256 + last[1], last[2] * 256 + last[3]].map((each) => each.toString(16)).join(":");
      return groupsOf(text.slice(0, at + 1) + hex);
    }
    const [head, rest, ...more] = text.split("::");
    if (more.length || text.includes(":::")) return null;
    const words = (part) => (part ? part.split(":") : []);
    const [before, after] = [words(head), words(rest ?? "")];
    const missing = 8 - before.length - after.length;
    if (rest === undefined ? missing !== 0 : missing < 1) return null;
    const all = [...before, ...Array(rest === undefined ? 0 : missing).fill("0"), ...after];
    return all.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part)) ? all.map((part) => parseInt(part, 16)) : null;
  };

  const compressed = (groups) => {
    let [from, size] = [-1, 1];
    groups.forEach((_, at) => {
      let end = at;
      while (groups[end] === 0) end += 1;
      if (end - at > size) [from, size] = [at, end - at];
    });
    const text = (part) => part.map((each) => each.toString(16)).join(":");
    return from < 0 ? text(groups) : `${text(groups.slice(0, from))}::${text(groups.slice(from + size))}`;
  };

  /* What an address is that no other computer reaches a host by: the name of its sentence. */
  const unusable = (bytes, groups) => {
    if (bytes) {
      const [a, b] = bytes;
      if (bytes.every((byte) => byte === 0)) return "unspecified";
      if (a === 127) return "loopback";
      if (a >= 224 && a < 240) return "multicast";
      if (a === 169 && b === 254) return "link-local";
      return a >= 240 || a === 0 ? "reserved" : null;
    }
    const [first] = groups;
    const isZero = groups.slice(0, 7).every((each) => each === 0);
    if (isZero && groups[7] <= 1) return groups[7] ? "loopback" : "unspecified";
    if (first >= 0xff00) return "multicast";
    if (first >= 0xfe80 && first < 0xfec0) return "link-local";
    // What is kept back for later uses: all but 2000::/3, fc00::/7 and fec0::/10.
    const isUsed = (first >= 0x2000 && first < 0x4000) || (first >= 0xfc00 && first < 0xfe00) || first >= 0xfec0;
    return isUsed ? null : "reserved";
  };

  const allow = (name, slots = {}) =>
    fill(allowed[name], slots).replace(
      /(?<!\d)1 (entr|character)(ies|s)/,
      (_, one) => (one === "entr" ? "1 entry" : "1 character"),
    );

  const addressOf = (value, fail) => {
    if (numeral(value) || typeof value === "boolean" || (typeof value === "string" && value.includes("%"))) {
      return fail(VALUES.address);
    }
    const bytes = typeof value === "string" ? octets(value) : null;
    const groups = typeof value === "string" && !bytes ? groupsOf(value) : null;
    if (!bytes && !groups) return fail(allow("ip_any_address"));
    const address = bytes ? value : compressed(groups);
    const name = unusable(bytes, groups);
    return name ? fail(fill(VALUES.usable, { kind: VALUES[name], address })) : address;
  };

  const textOf = (value, shape, fail) => {
    if (typeof value !== "string") return fail(allow("string_type"));
    const text = shape.strip ? value.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, "") : value;
    const { length } = [...text];
    if (length < (shape.least ?? 0)) return fail(allow("string_too_short", { min_length: shape.least }));
    if (length > (shape.most ?? Infinity)) return fail(allow("string_too_long", { max_length: shape.most }));
    if (shape.pattern && !matches(shape.pattern, text)) {
      return fail(allow("string_pattern_mismatch", { pattern: shape.pattern }));
    }
    if (shape.line && (LINES.test(text) || text.includes("\t"))) return fail(VALUES.line);
    if (!shape.dns) return text;
    return dnsName(text) ?? fail(VALUES.dns);
  };

  /* What stands where a key is left out, for each record anew. */
  const emptied = (value) => (Array.isArray(value) ? [] : value === null || typeof value !== "object" ? value : {});

  const sortedKeys = Object.fromEntries(
    Object.entries(shapes).map(([name, listed]) => [name, listed.map(({ key }) => key).sort()]),
  );

  const patterns = new Map();
  const matches = (pattern, text) => {
    if (!patterns.has(pattern)) patterns.set(pattern, new RegExp(pattern, "u"));
    return patterns.get(pattern).test(text);
  };

  /*
   * The value of a shape, or what is wrong with it: `note` takes the path and the message. What was wrong has no value,
   * and the rules between parts are then not asked.
   */
  const READ = {
    text: (value, shape, fail) => textOf(value, shape, fail),
    int: (value, { least, most }, fail) => {
      if (!numeral(value)) return fail(allow("int_type"));
      if (most !== undefined && value > most) return fail(allow("less_than_equal", { le: most }));
      return least !== undefined && value < least ? fail(allow("greater_than_equal", { ge: least })) : value;
    },
    day: (value, _, fail) => {
      if (typeof value !== "string" || !DAY.test(value)) return fail(known.day);
      return isDay(value) ? value : fail(allow("date_from_datetime_parsing"));
    },
    address: (value, _, fail) => addressOf(value, fail),
    one: (value, { of }, _, path, note) => {
      if (of.includes(value)) return value;
      const names = of.map((name) => `"${name}"`);
      const expected = names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
      const text = typeof value === "string" ? `"${short(value)}"` : given(value);
      const word = typeof value === "string" ? value : pythonText(value);
      note(path, fill(said.literal, { given: text, near: nearest(word, of), expected }));
    },
    list: (value, { of, least, most }, fail, path, note) => {
      if (!Array.isArray(value)) return fail(allow("tuple_type"));
      if (value.length > (most ?? Infinity)) {
        return fail(allow("too_long", { max_length: most, actual_length: value.length }));
      }
      const found = value.map((each, at) => entryOf(each, of, [...path, at], note));
      if (value.length < (least ?? 0)) fail(allow("too_short", { min_length: least, actual_length: value.length }));
      return found;
    },
    record: (value, { name }, fail, path, note) => {
      if (!isMap(value)) return fail(allow("model_type"));
      const found = {};
      for (const shape of shapes[name]) {
        const own = [...path, shape.key];
        if (has(value, shape.key)) found[shape.key] = valued(valueOf(value, shape.key), shape, own, note);
        else if (shape.required) note(own, said.missing);
        else found[shape.key] = emptied(shape.otherwise);
      }
      const keys = sortedKeys[name];
      for (const key of keysOf(value)) {
        if (keys.includes(key)) continue;
        note([...path, key], fill(said.unknown, { near: nearest(key, keys), known: keys.join(", ") }));
      }
      return found;
    },
    any: (value, { of }, _, path, note) => {
      const notes = [];
      for (const shape of of) {
        const own = [];
        const found = valued(value, shape, path, (...each) => own.push(each));
        if (!own.length) return found;
        notes.push(...own);
      }
      for (const each of notes) note(...each);
    },
    answers: (value, _, fail, path, note) => {
      if (!isMap(value)) return fail(VALUES.answers);
      const id = { is: "text", pattern: known.id_pattern };
      const entries = keysOf(value).map((
        key,
      ) => [valued(key, id, path, note), valued(valueOf(value, key), id, path, note)]);
      return Object.fromEntries(entries);
    },
  };

  /* A value that is no text, as Python writes it. */
  const pythonText = (value) => {
    if (value === null) return "None";
    if (typeof value === "boolean") return value ? "True" : "False";
    if (Array.isArray(value)) {
      return `[${value.map((each) => (typeof each === "string" ? quoted(each) : pythonText(each))).join(", ")}]`;
    }
    if (!isMap(value)) return String(value);
    const text = (each) => (typeof each === "string" ? quoted(each) : pythonText(each));
    return `{${keysOf(value).map((key) => `${quoted(key)}: ${text(valueOf(value, key))}`).join(", ")}}`;
  };

  function valued(value, shape, path, note) {
    if (value === null && shape.nullable) return null;
    const fail = (message) => {
      note(path, `${message}; ${value === null ? said.empty : fill(said.given, { given: given(value) })}`);
    };
    return READ[shape.is](value, shape, fail, path, note);
  }

  /*
   * Entries of a form that were in order as they stand: with each key that is pressed, all but one of hundreds. Whoever
   * has one gets the same object again, and none may be changed. A file is read once.
   */
  const MOST_ENTRIES = 20_000;
  /** @type {Map<string, object>} */
  let entries = new Map();
  const entryOf = (value, shape, path, note) => {
    if (shape.is !== "record" || !isMap(value) || value instanceof Map) return valued(value, shape, path, note);
    const key = shape.name + JSON.stringify(value);
    const before = entries.get(key);
    if (before) return before;
    let isRight = true;
    const found = valued(value, shape, path, (...problem) => {
      isRight = false;
      note(...problem);
    });
    if (entries.size > MOST_ENTRIES) entries = new Map();
    if (isRight) entries.set(key, found);
    return found;
  };

  // What must agree between parts ------------------------------------------------------------------------------------

  const listed = (names, otherwise) => names.join(", ") || say(otherwise);

  /* Each value with the place of the first that is the same: `note` is told of all but the first. */
  const repeated = (list, of, note) => {
    const first = new Map();
    list.forEach((each, index) => {
      const value = of(each);
      if (first.has(value) && value !== null) note(index, value, first.get(value));
      else first.set(value, index);
    });
  };

  const unknown = (note, path, value, names, what) => {
    if (names.includes(value)) return;
    note(
      path,
      say("unknown", {
        given: short(value),
        what: say(what),
        near: nearest(value, names),
        allowed: listed(names, "none-listed"),
      }),
    );
  };

  const kindOf = (product) => (hasOwn(known.products, product) ? known.products[product][1] : null);
  const zonesOf = ({ dns_zone: zone, further_dns_zones: further }) => [zone, ...further];
  const hasZone = (organization, host) =>
    Boolean(host.publish_in) || zonesOf(organization).some((zone) => host.name.endsWith(`.${zone}`));

  /* In the order of _contradictions in Python. */
  const RULES = [
    ({ groups, kms_hosts: hosts, mak_allotments: maks, licensed }, note) => {
      for (const [name, list] of [["kms_hosts", hosts], ["mak_allotments", maks], ["groups", groups]]) {
        repeated(
          list,
          ({ id }) => id,
          (index, id, first) => note([name, index, "id"], say("repeated-id", { id, list: name, first })),
        );
      }
      repeated(
        hosts,
        ({ name }) => name,
        (index, name, first) => note(["kms_hosts", index, "name"], say("repeated-name", { name, first })),
      );
      const last = new Map();
      hosts.forEach(({ address }, index) => {
        if (address !== null && last.has(address)) {
          note(["kms_hosts", index, "address"], say("repeated-address", { address, first: last.get(address) }));
        }
        if (!last.has(address)) last.set(address, index);
      });
      repeated(
        licensed,
        ({ product }) => product,
        (index, product, first) => note(["licensed", index, "product"], say("licensed-twice", { product, first })),
      );
    },
    ({ groups, kms_hosts: hosts, mak_allotments: maks, licensed }, note) => {
      const [products, keys] = [Object.keys(known.products), Object.keys(known.keys)];
      const [hostIds, makIds] = [hosts, maks].map((list) => list.map(({ id }) => id));
      hosts.forEach((host, index) => {
        unknown(note, ["kms_hosts", index, "operating_system"], host.operating_system, known.systems, "what-system");
        host.keys.forEach(({ group }, at) =>
          unknown(note, ["kms_hosts", index, "keys", at, "group"], group, keys, "what-key")
        );
      });
      for (const [name, list] of [["mak_allotments", maks], ["licensed", licensed]]) {
        list.forEach(({ product }, index) =>
          unknown(note, [name, index, "product"], product, products, "what-product")
        );
      }
      groups.forEach((group, index) => {
        unknown(note, ["groups", index, "product"], group.product, products, "what-product");
        const releases = Object.keys(known.releases[group.product] ?? {});
        if (group.release !== null && hasOwn(known.products, group.product)) {
          const [path, product] = [["groups", index, "release"], group.product];
          if (releases.length) unknown(note, path, group.release, releases, "what-release");
          else note(path, say("release-of-none", { release: short(group.release), product }));
        }
        for (const [question, answer] of Object.entries(group.answers)) {
          const asked = Object.keys(known.questions);
          unknown(note, ["groups", index, "answers"], question, asked, "what-question");
          if (!asked.includes(question)) continue;
          unknown(note, ["groups", index, "answers", question], answer, known.questions[question], "what-answer");
        }
        group.kms_hosts.forEach((id, at) =>
          unknown(note, ["groups", index, "kms_hosts", at], id, hostIds, "what-host")
        );
        if (group.mak) unknown(note, ["groups", index, "mak", "allotment"], group.mak.allotment, makIds, "what-mak");
      });
    },
    (organization, note) => {
      const { further_dns_zones: further, kms_hosts: hosts } = organization;
      if (organization.dns_zone === known.no_zone && hosts.length) {
        note(["dns_zone"], say("zone-missing"));
        return;
      }
      const places = [["dns_zone"], ...further.map((_, at) => ["further_dns_zones", at])];
      zonesOf(organization).forEach((zone, at) => {
        if (zone.length > known.longest_zone) {
          note(places[at], say("zone-length", { characters: zone.length, most: known.longest_zone }));
        }
      });
      hosts.forEach((host, index) => {
        (host.publish_in ?? []).forEach((zone, at) =>
          unknown(note, ["kms_hosts", index, "publish_in", at], zone, zonesOf(organization), "what-zone")
        );
        if (hasZone(organization, host)) return;
        const zones = zonesOf(organization).join(", ");
        note(["kms_hosts", index, "name"], say("host-outside-zones", { name: host.name, zones }));
      });
    },
    ({ active_directory: own, further_forests: further }, note) => {
      const keys = Object.keys(known.keys);
      if (further.length && !own) note(["further_forests"], say("forest-without-first"));
      const places = [...(own ? [["active_directory"]] : []), ...further.map((_, at) => ["further_forests", at])];
      const forests = [...(own ? [own] : []), ...further];
      repeated(
        forests,
        ({ dns_name: name }) => name,
        (at, forest) => note([...places[at], "dns_name"], say("repeated-forest", { forest })),
      );
      forests.forEach(({ activation_objects: objects }, index) =>
        (objects ?? []).forEach((entry, at) => {
          const path = [...places[index], "activation_objects", at];
          unknown(note, path, entry, keys, "what-key");
          if (objects.indexOf(entry) < at) note(path, say("repeated-entry", { entry }));
        })
      );
    },
    (organization, note) => {
      const { active_directory: first, further_forests: further, groups, mak_allotments: maks } = organization;
      groups.forEach((group, index) => {
        const { count, directory, kms_hosts: hosts, mak, method, network_every_days: there, platform, product } = group;
        const own = (path, name, slots = {}) => note(["groups", index, ...path], say(name, slots));
        const [name, kind, legacy] = hasOwn(known.products, product) ? known.products[product] : [];
        if (method === "mak" && !mak) own(["mak"], "mak-missing");
        if (method !== "mak" && mak) own(["mak"], "mak-beside", { method });
        if (mak && mak.activated > count) {
          own(["mak", "activated"], "mak-activated", { activated: mak.activated, count });
        }
        for (const one of mak && kind ? maks : []) {
          const other = kindOf(one.product);
          if (one.id !== mak.allotment || !other || other === kind) continue;
          const usable = maks.filter((each) => kindOf(each.product) === kind).map(({ id }) => id);
          const slots = { mak: one.id, other: one.product, product, allowed: listed(usable, "none-of-product") };
          own(["mak", "allotment"], "mak-of-other", slots);
        }
        if (method === "kms" && !hosts.length) own(["kms_hosts"], "kms-without-host");
        if (method === "adba" && directory !== "ad-ready") own(["directory"], "adba-directory", { directory });
        if (method === "adba" && legacy) own(["method"], "adba-legacy", { product: name });
        const { forest: named, site, sites } = group;
        if (directory !== "none" && !first) own(["directory"], "directory-without-forest", { directory });
        if (named !== null) {
          const names = further.map(({ dns_name: each }) => each);
          if (directory === "none") own(["forest"], "forest-without-directory", { forest: named });
          else unknown(note, ["groups", index, "forest"], named, names, "what-forest");
        }
        const forest = named === null ? first : further.find(({ dns_name: each }) => each === named);
        if (forest && known.old_schemas.includes(forest.schema_level) && directory === "ad-ready") {
          own(["directory"], "schema-too-low", { level: forest.schema_level });
        }
        const starts = group.starts_every_days;
        if (typeof starts === "number" && (there === "never" || starts < there)) {
          const from = there === "never" ? "never" : say("starts-from", { there });
          own(["starts_every_days"], "starts", { starts, there, allowed: from });
        }
        if (method === "azure-kms" && platform !== "azure-vm") own(["platform"], "azure-platform", { platform });
        if (method === "avma" && platform !== "hyper-v-datacenter-guest") {
          own(["platform"], "avma-platform", { platform });
        }
        if (method === "avma" && kind && kind !== "windows-server") own(["method"], "avma-kind");
        if (sites !== null && site === null) own(["sites"], "sites-without-site", { sites });
        if (sites !== null && sites > count) own(["sites"], "sites-beyond-count", { sites, count });
      });
    },
    ({ groups, kms_hosts: hosts }, note) => {
      const sites = new Map(hosts.map(({ id, site }) => [id, site]));
      groups.forEach((group, index) => {
        group.kms_hosts.forEach((id, at) => {
          const site = sites.get(id);
          if (!site || site === group.site) return;
          const usable = [...sites].filter(([, each]) => each === null || each === group.site).map(([each]) => each);
          const own = group.site ? say("own-site", { site: group.site }) : say("no-site");
          const slots = { host: id, site, own, allowed: listed(usable, "none") };
          note(["groups", index, "kms_hosts", at], say("other-site", slots));
        });
      });
    },
    ({ groups, kms_hosts: hosts }, note) => {
      const first = new Map();
      groups.forEach(({ site, sites }, index) => {
        if (site === null) return;
        if (!first.has(site)) first.set(site, index);
        const group = first.get(site);
        const [own, other] = [sites, groups[group].sites].map((each) => each ?? 1);
        if (own !== other) note(["groups", index, "sites"], say("sites-differ", { own, other, site, group }));
      });
      hosts.forEach(({ site }, index) => {
        const sites = groups[first.get(site)]?.sites;
        if (sites) note(["kms_hosts", index, "site"], say("host-of-many-sites", { site, sites }));
      });
    },
    ({ mak_allotments: maks }, note) =>
      maks.forEach(({ used, total }, index) => {
        if (used > total) note(["mak_allotments", index, "used"], say("overdrawn", { used, total }));
      }),
    ({ groups, mak_allotments: maks }, note) => {
      const activated = new Map();
      for (const { mak } of groups) {
        if (mak) activated.set(mak.allotment, (activated.get(mak.allotment) ?? 0) + mak.activated);
      }
      maks.forEach(({ id, used }, index) => {
        const all = activated.get(id) ?? 0;
        if (all > used) note(["mak_allotments", index, "used"], say("activated-beyond-used", { used, activated: all }));
      });
    },
    (organization, note) => {
      const { groups, kms_hosts: hosts, further_dns_zones: further } = organization;
      const lists = [
        ...groups.map((group, index) => [["groups", index, "kms_hosts"], group.kms_hosts]),
        ...hosts.map((host, index) => [["kms_hosts", index, "publish_in"], host.publish_in ?? []]),
      ];
      for (const [path, list] of lists) {
        list.forEach((entry, at) => {
          if (list.indexOf(entry) < at) note([...path, at], say("repeated-entry", { entry }));
        });
      }
      further.forEach((zone, at) => {
        if (zonesOf(organization).indexOf(zone) <= at) note(["further_dns_zones", at], say("repeated-zone", { zone }));
      });
    },
    ({ kms_hosts: hosts }, note) =>
      hosts.forEach(({ keys, operating_system: system }, index) =>
        keys.forEach(({ group: key }, at) => {
          const holders = known.keys[key] ?? [];
          const isOfClients = holders.length && holders.every((each) => kindOf(each) === "windows-client");
          if (!isOfClients || kindOf(system) !== "windows-server") return;
          const usable = Object.keys(known.keys).filter((each) => known.keys[each].includes(system));
          note(
            ["kms_hosts", index, "keys", at, "group"],
            say("client-key", { key, system, allowed: listed(usable, "none") }),
          );
        })
      ),
    ({ kms_hosts: hosts }, note) =>
      hosts.forEach(({ keys }, index) => {
        const times = new Map();
        for (const { group } of keys) times.set(group, (times.get(group) ?? 0) + 1);
        for (const [key, count] of times) {
          if (count > 1) note(["kms_hosts", index, "keys"], say("key-twice", { key, times: count }));
        }
      }),
  ];

  /* An organization, or what is wrong with it: of each part alone first, then of the parts together. */
  const judged = (data) => {
    const problems = [];
    const note = (path, message) => problems.push({ path, message });
    if (!isMap(data)) {
      note([], say("keys", { keys: shapes.Organization.map(({ key }) => key).join(", ") }));
      return { organization: null, problems };
    }
    const organization = valued(data, { is: "record", name: "Organization" }, [], note);
    if (!problems.length) { for (const rule of RULES) rule(organization, note); }
    return { organization: problems.length ? null : organization, problems };
  };

  /* No problem shows a key that nobody publishes, nor a piece of one that stands in the file. */
  const shown = (problems, lines, text) => {
    const hidden = window.vagKeys.pieces(text);
    const plain = (said) => window.vagKeys.without(said, hidden);
    return problems.slice(0, MOST_PROBLEMS).map(({ line: at, path, message }) => ({
      line: at ?? (lines ? line(lines, path) : null),
      path,
      key: plain(dotted(path.map((part) => (typeof part === "string" ? short(part) : part)))),
      message: plain(message),
    }));
  };

  /* Texts of a form in which no product key was found: most of them are asked about with each key that is pressed. */
  let clean = new Set();
  const isClean = (text) => {
    if (clean.has(text)) return true;
    if (window.vagKeys.masked(text) !== text) return false;
    clean.add(text);
    return true;
  };
  const hasSecret = (value) => {
    if (typeof value === "string") return !isClean(value);
    if (value === null || typeof value !== "object") return false;
    for (const key in value) if (hasSecret(value[key])) return true;
    return false;
  };
  const secretsIn = (value, path) => {
    if (typeof value === "string") return isClean(value) ? [] : [{ path, message: known.secret }];
    if (value === null || typeof value !== "object") return [];
    return Object.entries(value).flatMap(([key, each]) =>
      secretsIn(each, [...path, Array.isArray(value) ? Number(key) : key])
    );
  };

  const judge = (data) => {
    if (clean.size > MOST_CLEAN) clean = new Set();
    if (hasSecret(data)) return { organization: null, problems: shown(secretsIn(data, []), null, "") };
    const { organization, problems } = judged(data);
    return { organization, problems: shown(problems, null, "") };
  };

  window.vagOrganization = { dotted, judge, judged, known, shown };
})();
