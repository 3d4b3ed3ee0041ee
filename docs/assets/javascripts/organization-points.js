// @ts-check
/*
 * What an organization has to do: the same list as macros/domain/open_points.py, from what other scripts compute.
 *
 *   window.vagPoints.open(organization, today)     [{ kind, slots }, ...], the most urgent first
 *                   .said(organization, point)     a point in words, as macros/render/plan/act_now.py says it
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, number } = window.vagDom;
  const { chanceSaid, keyNamed, keysOf, known, problemOf, supported, verdicts } = window.vagOrganization;
  // On the page of the form they come in a file of their own.
  Object.assign(known, dataOf("vag-later"));
  const { act, products, sheet } = known;
  const tables = window.vagBoxes.read();
  const order = Object.keys(act.kinds);
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  const point = (kind, slots) => ({ kind, slots });

  /* Who looks after what a point is about. */
  const peopleOf = (...lists) => {
    const people = [...new Set(lists.flat().map((each) => each.responsible).filter(Boolean))].slice(0, act.named);
    return people.length ? { people } : {};
  };
  const withPeople = ({ kms_hosts: hosts, mak_allotments: maks }, found) => {
    const [byId, byKey] = [new Map(hosts.map((host) => [host.id, [host]])), keysOf(hosts)];
    return found.map(({ kind, slots }) => {
      const { host, key, mak } = slots;
      const mine = host === undefined ? (byKey.get(key) ?? []).map(([each]) => each) : byId.get(host) ?? [];
      return point(kind, { ...slots, ...peopleOf(mine, maks.filter(({ id }) => id === mak)) });
    });
  };

  /* One point for all groups of which the same is to be said. */
  const ofGroups = (kind, groups) => {
    const some = groups.filter(({ count }) => count);
    const names = some.slice(0, act.named).map(({ name }) => name);
    return some.length
      ? [point(kind, { groups: some.length, computers: sum(some.map((each) => each.count)), names, ...peopleOf(some) })]
      : [];
  };

  const countOf = ({ chance, computers, holding, host, kind, threshold, verdict }) => {
    if (verdict === "short") return [point("count-short", { host, kind, short: threshold - computers })];
    if (verdict === "not-stated") return [point("count-unsure", { host, kind })];
    return ["fails", "wavers"].includes(holding) ? [point(`count-${holding}`, { host, kind, chance })] : [];
  };

  const GAPS = {
    "client-host-for-server": "key-client-host",
    "host-not-listed": "key-host",
    "product-not-listed": "key-product",
  };
  /* Products that ADBA is to activate in a forest whose activation objects are known, and that none of them covers. */
  const objects = ({ active_directory: first, further_forests: further, groups }) => {
    const found = new Map();
    for (const group of groups.filter(({ count, method }) => count && method === "adba")) {
      const forest = further.find(({ dns_name: name }) => name === group.forest) ?? first;
      const held = forest.activation_objects;
      if (!held || held.some((key) => known.activates[key].includes(group.product))) continue;
      const key = `${forest.dns_name} ${group.product}`;
      found.set(key, [...(found.get(key) ?? []), { ...group, forest: forest.dns_name }]);
    }
    return [...found.values()].map((some) =>
      point("object-missing", { forest: some[0].forest, product: some[0].product, ...peopleOf(some) })
    );
  };
  const gaps = (hosts, groups) => {
    const found = new Map();
    for (const { kms_hosts: reached, product } of groups) {
      for (const host of reached) found.set(`${host} ${product}`, [host, product]);
    }
    return [...found.values()].flatMap(([host, product]) => {
      const problem = problemOf(hosts.find(({ id }) => id === host), product);
      return problem ? [point(GAPS[problem], { host, product })] : [];
    });
  };

  const isFor = (kind) => (system) => products[system][1] === kind;
  const misfits = ({ id: host, keys, operating_system: system }) =>
    keys.filter(({ group }) => !known.keys[group].includes(system)).map(({ group: key }) => {
      const isRuledOut = isFor("windows-server")(system) && known.keys[key].every(isFor("windows-client"));
      return point(isRuledOut ? "key-ruled-out" : "key-misfit", { host, key });
    });

  const uses = (hosts) => {
    const { hosts: places, per_host: each } = act.limits;
    return [...keysOf(hosts)].flatMap(([key, on]) => {
      const times = on.map(([, many]) => many);
      const [all, most] = [sum(times), Math.max(...times)];
      const isOver = times.filter(Boolean).length > places || all > places * each || most > each;
      if (isOver) return [point("host-key-overdrawn", { key })];
      if (all > each) return [point("host-key-strict", { key })];
      return all === each || most === each ? [point("host-key-last", { key })] : [];
    });
  };

  const monthsOf = (text) => text.split("-").slice(0, 2).reduce((years, part) => years * 12 + Number(part), 0);
  const makOf = ({ id: mak, needed, product, short, until: month }, today) => {
    const months = month ? monthsOf(month) - monthsOf(today) : Infinity;
    const waiting = needed && !short ? [point("to-activate", { mak, product, needed })] : [];
    if (short) return [point("mak-short", { mak, product, short })];
    if (months > 12) return waiting;
    return [point(months > 0 ? "mak-ends" : "mak-used-up", { mak, product, month }), ...waiting];
  };
  /* Not those that are missing today already. */
  const missing = (maks, supplies) =>
    supplies.filter(({ product, short }) =>
      short && short !== sum(maks.filter((mak) => mak.product === product).map((mak) => mak.short))
    ).map(({ product, short }) => point("mak-missing", { product, short }));

  const later = (day, days) => {
    const moved = new Date(`${day}T00:00:00Z`);
    moved.setUTCDate(moved.getUTCDate() + days);
    return moved.toISOString().slice(0, 10);
  };
  const support = (organization, today) =>
    act.support.flatMap((end) => {
      const [entry, , , first, last] = end;
      const { groups, hosts: on } = supported(end, organization);
      const using = groups.filter(({ count }) => count);
      const computers = sum(using.map(({ count }) => count));
      const slots = { entry, computers, hosts: on.length, ...peopleOf(using, on) };
      if (!computers && !on.length) return [];
      if (today > last) return [point("support-ended", slots)];
      const day = first < today ? last : first;
      return later(first, -act.soon) <= today ? [point("support-ends", { ...slots, day })] : [];
    });

  /** @type {(point: Data) => [number, string]} */
  const placeOf = ({ kind, slots }) => [order.indexOf(kind), slots.entry ?? slots.mak ?? ""];
  const compared = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  const before = ([one, name], [other, next]) => one - other || compared(name, next);

  const open = (organization, today) => {
    const { as_of: day, groups, kms_hosts: hosts, licensed, mak_allotments: allotments } = organization;
    const byKms = groups.filter(({ method }) => method === "kms");
    const { counts, maks } = verdicts(organization, today);
    const found = window.vagSheet.compute(tables, { ...sheet, products, hosts, licensed, allotments }, groups);
    const rows = (some) => found.rows.filter(some).map(({ group }) => group);
    const points = [
      ...(groups.length ? [] : [point("no-groups", {})]),
      ...counts.flatMap(countOf),
      ...ofGroups("clones", byKms.filter((group) => window.vagShares.idsOf(group) < group.count)),
      ...ofGroups("silent", byKms.filter((group) => group.network_every_days === "never")),
      ...objects(organization),
      ...gaps(hosts, byKms),
      ...hosts.flatMap(misfits),
      ...uses(hosts),
      ...maks.flatMap((mak) => makOf(mak, today)),
      ...missing(maks, found.maks),
      ...ofGroups("change", rows((row) => row.today === "other")),
      ...ofGroups("host-missing", rows((row) => row.hostMissing)),
      ...found.balances.filter(({ explained, left }) => left < 0 || (left > 0 && !explained)).map(({ left, product }) =>
        point(left < 0 ? "licenses-over" : "licenses-spare", { product, difference: Math.abs(left) })
      ),
      ...support(organization, today),
      ...(day && later(day, act.old) < today ? [point("file-old", { day })] : []),
      ...(act.late <= today ? [point("facts-due", {})] : []),
    ];
    return withPeople(organization, points).sort((one, other) => before(placeOf(one), placeOf(other)));
  };

  /* Fills slots as Python does: `{short:computer:computers}` is a number with its word. */
  const spoken = (text, slots) =>
    text.replace(/\{(\w+)(?::([^:}]*):([^}]*))?\}/g, (_, name, one, many) => {
      const value = slots[name];
      if (typeof value !== "number") return value;
      return one === undefined ? number(value) : `${number(value)} ${value === 1 ? one : many}`;
    });
  const listed = ([...names], groups) => {
    const more = groups - names.length;
    if (more) return spoken(act.more, { first: names.join(", "), more });
    return enumerated(names);
  };
  const enumerated = ([...names]) => {
    const last = names.pop();
    return names.length ? spoken(act.last, { rest: names.join(", "), last }) : last;
  };
  const about = (slots) => {
    const [rest, last] = ["computers", "hosts"].filter((each) => slots[each]).map((each) => spoken(act[each], slots));
    return last ? spoken(act.last, { rest, last }) : rest;
  };

  const said = ({ kms_hosts: hosts }, { kind, slots }) => {
    const words = { ...slots };
    const named = {
      chance: (chance) => chanceSaid({ chance }),
      entry: (entry) => act.support.find(([id]) => id === entry)[1],
      host: (host) => hosts.find(({ id }) => id === host).name,
      hosts: (many) => ((words.what = about(slots)), many),
      key: keyNamed,
      kind: (each) => act.products[each],
      names: (names) => listed(names, slots.groups),
      product: (product) => products[product][0],
    };
    for (const slot of Object.keys(slots)) if (named[slot]) words[slot] = named[slot](slots[slot]);
    const text = spoken(act.said[kind], words);
    return slots.people ? `${text}. ${spoken(act.people, { people: enumerated(slots.people) })}` : text;
  };

  window.vagPoints = { open, said };
})();
