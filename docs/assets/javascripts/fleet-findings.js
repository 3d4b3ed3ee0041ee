// @ts-check
/*
 * What is worth knowing about a fleet, and how far it is from a plan: the same steps as macros/domain/fleet/findings.py
 * and plan.py, with the rules of fleet.yaml.
 *
 *   window.vagFleet.findingsOf(seen, left, rest)   what is to say without a plan; `left` is how many rows were left out
 *                  .hostsOf(seen)                  the KMS hosts that clients really use
 *                  .compared(seen, organization, rest)   groups with what was seen of them, and what differs
 *                  .inOrder(found), .about(cells)
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { data, findings, holdsAll } = window.vagFleet;
  const ORDER = ["error", "warning", "info"];
  const SAYS_NOTHING = ["none", "unknown"];
  const TOLD_BY = ["code", "host", "kind_id", "product_id", "method_id", "group_ids"];
  const OFFICE = "office";
  const BATCH = 16;
  const rules = new Map(findings.map((rule) => [rule.id, rule]));

  const foundOf = (rule, computers, values = {}) => ({
    rule,
    computers,
    values: { computers: computers.length, ...values },
    id: [rule.id, ...TOLD_BY.map((name) => values[name]).filter(Boolean).map((value) => String(value).toLowerCase())]
      .join(" "),
  });
  const byRule = (id, computers, values) => foundOf(rules.get(id), computers, values);

  const inOrder = (found) =>
    [...found].sort((one, other) =>
      ORDER.indexOf(one.rule.severity) - ORDER.indexOf(other.rule.severity) ||
      other.computers.length - one.computers.length || (one.id < other.id ? -1 : Number(one.id > other.id))
    );

  const sorted = (numbers) => Array.from(Int32Array.from(numbers).sort());
  /* The numbers in some lists, each once. */
  const unique = (lists) => {
    const all = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const one of lists) {
      all.set(one, at);
      at += one.length;
    }
    all.sort();
    /** @type {number[]} */
    const found = [];
    for (let place = 0; place < all.length; place += 1) {
      if (!place || all[place] !== all[place - 1]) found.push(all[place]);
    }
    return found;
  };
  /* The computers of some cells, each once. */
  const about = (cells) => unique(cells.map(({ computers }) => computers));
  const productsOf = (cells) => cells.reduce((sum, { computers }) => sum + computers.length, 0);
  const grouped = (items, keyOf) => {
    const groups = new Map();
    for (const item of items) {
      const key = keyOf(item);
      if (groups.has(key)) groups.get(key).push(item);
      else groups.set(key, [item]);
    }
    return groups;
  };

  const hostsIn = (seen) => {
    const hosts = [...grouped(seen.cells.filter(({ kind }) => kind.host), ({ kind }) => kind.host)].map(
      ([name, own]) => {
        const computers = new Map();
        for (const family of data.kinds) {
          const found = about(own.filter(({ kind }) => kind.family === family));
          if (found.length) computers.set(family, found);
        }
        const byHand = about(own.filter(({ kind }) => "fixed_host" in kind.slots));
        return {
          name,
          computers,
          byHand: byHand.length,
          byDns: about(own).length - byHand.length,
          isOfCloud: own.some(({ kind }) => "platform_host" in kind.slots),
          all: unique([...computers.values()]),
        };
      },
    );
    return hosts.sort((one, other) =>
      other.all.length - one.all.length || (one.name < other.name ? -1 : Number(one.name > other.name))
    );
  };
  /* The KMS hosts that clients use, looked for once. */
  const known = new WeakMap();
  const hostsOf = (seen) => {
    if (!known.has(seen)) known.set(seen, hostsIn(seen));
    return known.get(seen);
  };

  const slotsOf = ({ beyond, days, kind, missed }) => {
    const slots = { ...kind.slots };
    // A time that is not told is no zero.
    delete slots.days;
    delete slots.missed;
    if (days !== null) Object.assign(slots, { days, missed }, beyond ? { beyond: "yes" } : {});
    return slots;
  };

  /* The days between which a rule holds, for its sentence. */
  const daysOf = ({ when }) => {
    const values = {};
    for (const { over, slot, under } of when) {
      if (slot !== "days") continue;
      if (over !== undefined) values.low = over;
      if (under !== undefined) Object.assign(values, { high: under, last: under - 1 });
    }
    return values;
  };

  const ofProducts = async (seen, rest) => {
    const asked = findings.filter(({ scope }) => scope === "product");
    const held = new Map();
    for (const [at, cell] of seen.cells.entries()) {
      if (at % BATCH === 0) await rest();
      const slots = slotsOf(cell);
      for (const rule of asked) {
        if (!holdsAll(rule.when, slots)) continue;
        if (held.has(rule)) held.get(rule).push(cell);
        else held.set(rule, [cell]);
      }
    }
    const found = [];
    for (const rule of asked) {
      const cells = held.get(rule);
      if (cells) found.push(foundOf(rule, about(cells), { products: productsOf(cells), ...daysOf(rule) }));
      await rest();
    }
    return found;
  };

  const ofCodes = (seen) => {
    const failing = seen.cells.filter(({ kind }) => kind.slots.real_error && kind.status !== "licensed");
    return [...grouped(failing, ({ kind }) => kind.slots.real_error)].map(([code, cells]) =>
      byRule("error-code", about(cells), { code, products: productsOf(cells) })
    );
  };

  const ofComputers = (seen) => {
    const found = [];
    if (seen.clones.length) found.push(byRule("clone", sorted(seen.clones.flat()), { groups: seen.clones.length }));
    if (seen.suites.length) found.push(byRule("office-beside-office", seen.suites));
    const short = new Map();
    seen.names.forEach((name, number) => name.includes(".") || short.set(name.toLowerCase(), number));
    const twice = new Set();
    for (const name of short.size ? seen.names : []) {
      if (!name.includes(".")) continue;
      const first = short.get(name.toLowerCase().split(".")[0]);
      if (first !== undefined) twice.add(first);
    }
    if (twice.size) found.push(byRule("two-names", sorted(twice)));
    return found;
  };

  const ofHosts = (seen) => {
    const found = [];
    const last = new Map(seen.counters.filter(({ count }) => count !== null).map((one) => [one.computer, one]));
    for (const { computer, count, kind } of last.values()) {
      for (const family of kind.slots.product === OFFICE ? [OFFICE] : data.kinds.filter((each) => each !== OFFICE)) {
        const threshold = data.thresholds[family];
        if (count >= threshold) continue;
        const values = { host: seen.names[computer], count: Math.max(count, 0), threshold };
        found.push(byRule("host-short", [computer], { ...values, kind: data.counted[family], kind_id: family }));
      }
    }
    for (const host of hostsOf(seen)) {
      if (host.isOfCloud) continue;
      const windows = unique(
        data.kinds.filter((each) => each !== OFFICE).map((each) => host.computers.get(each) ?? []),
      );
      for (const [family, computers] of host.computers) {
        const threshold = data.thresholds[family];
        if ((family === OFFICE ? computers : windows).length >= threshold) continue;
        const values = { host: host.name, threshold, kind: data.counted[family], kind_id: family };
        found.push(byRule("host-few", computers, values));
      }
    }
    return found;
  };

  const ofFiles = (seen, left) =>
    [["rows-left", left], ["time-unread", seen.unreadMinutes], ["day-unknown", seen.undated]]
      .filter(([, rows]) => rows).map(([id, rows]) => byRule(id, [], { rows }));

  const findingsOf = async (seen, left, rest) => {
    const found = [];
    for (const find of [ofProducts, ofCodes, ofComputers, ofHosts]) {
      found.push(...await find(seen, rest));
      await rest();
    }
    return inOrder([...found, ...ofFiles(seen, left)]);
  };

  // Against a plan ----------------------------------------------------------------------------------------------------

  /* A pattern of names as Python's fnmatch has it: * ? [abc] [!abc]. */
  const globOf = (pattern) => {
    let made = "";
    for (let at = 0; at < pattern.length; at += 1) {
      const sign = pattern[at];
      if (sign === "*" || sign === "?") made += sign === "*" ? "[^]*" : "[^]";
      else if (sign === "[") {
        const from = at + 1 + Number(pattern[at + 1] === "!");
        const end = pattern.indexOf("]", from + 1);
        if (end < 0) {
          made += "\\[";
          continue;
        }
        const inside = pattern.slice(from, end).replace(/[\\\]^[&~|]/g, "\\$&");
        made += `[${from > at + 1 ? "^" : ""}${inside}]`;
        at = end;
      } else made += sign.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
    }
    try {
      return new RegExp(`^(?:${made})$`);
    } catch {
      return /^(?!)/;
    }
  };

  /* The label of the column that a group asks for, empty for names of computers, and the pattern. */
  const parted = (match) => {
    const at = match.indexOf("=");
    return at < 0 ? ["", match] : [match.slice(0, at).trim(), match.slice(at + 1).trim()];
  };
  /* Labels of the columns by which groups tell their computers, each once. */
  const askedBy = (organization) => {
    const labels = (organization?.groups ?? []).map(({ match }) => parted(match ?? "")[0]);
    return [...new Set(labels.filter(Boolean))];
  };

  const slug = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim().replaceAll(" ", "-");

  const fits = ({ kind }, { method }) =>
    SAYS_NOTHING.includes(kind.method.id)
      ? (data.by_key[kind.channel] ?? []).includes(method)
      : kind.method.planned.includes(method);

  const lotsOf = (groups, assigned, waiting) => {
    const lotOf = new Map(groups.map((group) => [group.id, new Set([group.id])]));
    for (const { ids } of assigned.values()) {
      const together = new Set(ids.flatMap((id) => [...lotOf.get(id)]));
      for (const id of together) lotOf.set(id, together);
    }
    return [...new Set(groups.map(({ id }) => lotOf.get(id)))].map((lot) => {
      const own = groups.filter(({ id }) => lot.has(id));
      const inside = [...assigned.values()].filter(({ ids }) => ids.every((id) => lot.has(id)));
      const computers = about(inside.flatMap(({ cells }) => cells));
      const known = new Set(computers);
      const others = about(waiting.filter(({ ids }) => ids.some((id) => lot.has(id))).map(({ cell }) => cell));
      return {
        groups: own,
        computers,
        open: others.filter((computer) => !known.has(computer)),
        planned: own.reduce((sum, { count }) => sum + count, 0),
      };
    });
  };

  const byProduct = (cells) => grouped(cells, ({ kind }) => kind.product);

  const compared = async (seen, organization, rest) => {
    const groups = organization.groups.map((group) => {
      const [label, pattern] = parted(group.match ?? "");
      return { ...group, label, glob: group.match && globOf(pattern.toLowerCase()) };
    });
    const among = (some, computer) => {
      const name = seen.names[computer].toLowerCase();
      const named = some.filter(({ glob, label }) => {
        if (!label) return glob && (glob.test(name) || glob.test(name.split(".")[0]));
        const value = seen.values.get(label)?.get(computer);
        return Boolean(value) && glob.test(value.trim().toLowerCase());
      });
      return named.length ? named : some.filter(({ glob }) => !glob);
    };
    /* Products with the groups that they may belong to. What names tell apart is parted. */
    const told = seen.cells.flatMap((cell) => {
      const own = groups.filter(({ product }) => cell.kind.products.includes(product));
      if (!own.some(({ glob }) => glob)) return [{ cell, own }];
      const parts = new Map();
      for (const computer of cell.computers) {
        const part = among(own, computer);
        const key = part.map(({ id }) => id).join("\0");
        if (parts.has(key)) parts.get(key).computers.push(computer);
        else parts.set(key, { part, computers: [computer] });
      }
      return [...parts.values()].map(({ computers, part }) => ({ cell: { ...cell, computers }, own: part }));
    });
    const [assigned, waiting, unexplained, differing] = [new Map(), [], [], []].map((
      each,
    ) => /** @type {Data} */ (each));
    for (const { cell, own } of told) {
      if (cell.kind.method.id === "kms-host") continue;
      if (!own.length) {
        unexplained.push(cell);
        continue;
      }
      const saysNothing = SAYS_NOTHING.includes(cell.kind.method.id);
      const fitting = own.filter((group) => fits(cell, group));
      if (!fitting.length && !saysNothing) differing.push(cell);
      const some = fitting.length ? fitting : own;
      const ids = some.map(({ id }) => id);
      const key = ids.join("\0");
      if (saysNothing || new Set(some.map(({ method }) => method)).size > 1) waiting.push({ ids, cell });
      else if (assigned.has(key)) assigned.get(key).cells.push(cell);
      else assigned.set(key, { ids, cells: [cell] });
    }
    await rest();
    const lots = lotsOf(groups, assigned, waiting);
    await rest();
    return {
      lots,
      unexplained,
      findings: inOrder([
        ...ofGroups(lots),
        ...[...byProduct(unexplained)].map(([product, cells]) =>
          byRule("no-group", about(cells), { product, product_id: slug(product) })
        ),
        ...ofMethods(differing, groups),
        ...ofKeys(seen, organization.mak_allotments ?? []),
        ...ofNames(seen, organization.kms_hosts ?? []),
      ]),
    };
  };

  const ofGroups = (lots) =>
    lots.flatMap(({ computers, groups, open, planned }) => {
      const values = {
        group: groups.map(({ name }) => name).join(", "),
        group_ids: groups.map(({ id }) => id).join(","),
        planned_count: planned,
        seen_count: computers.length,
        open_count: open.length,
      };
      if (!computers.length && !open.length && planned) return [byRule("empty-group", [], values)];
      const isFit = computers.length <= planned && planned <= computers.length + open.length;
      return isFit ? [] : [byRule("group-count", computers, values)];
    });

  const ofMethods = (cells, groups) =>
    [...byProduct(cells)].flatMap(([product, all]) =>
      [...grouped(all, ({ kind }) => kind.method.id)].map(([method, own]) => {
        const planned = new Set(
          groups.filter((group) => own[0].kind.products.includes(group.product)).map((group) => group.method),
        );
        const values = { product, product_id: slug(product), products: productsOf(own) };
        const renewing = ["adba", "kms"].filter((name) => planned.has(name)).map((name) => name.toUpperCase());
        return method === "mak" && renewing.length
          ? byRule("mak-for-kms", about(own), { ...values, planned: renewing.join(" or ") })
          : byRule("method-differs", about(own), { ...values, method: own[0].kind.method.name, method_id: method });
      })
    );

  /* Each computer that a MAK activated has used an activation of it. */
  const ofKeys = (seen, allotments) =>
    [...grouped(allotments, ({ product }) => product)].flatMap(([product, own]) => {
      const used = own.reduce((sum, each) => sum + each.used, 0);
      const cells = seen.cells.filter(({ kind }) =>
        kind.method.id === "mak" && kind.products.length === 1 && kind.products[0] === product
      );
      const count = productsOf(cells);
      if (count <= used) return [];
      const values = { product: cells[0].kind.product, product_id: product, seen_count: count, used };
      return [byRule("mak-balance", about(cells), values)];
    });

  const ofNames = (seen, hosts) => {
    const known = new Set(hosts.flatMap(({ address, name }) => [name, name.split(".")[0], String(address ?? "")]));
    return hostsOf(seen).filter(({ isOfCloud, name }) => !known.has(name) && !isOfCloud)
      .map(({ all, name }) => byRule("host-unplanned", all, { host: name }));
  };

  Object.assign(window.vagFleet, { about, askedBy, compared, findingsOf, hostsOf, inOrder });
})();
