// @ts-check
/*
 * The numbers that the forms of the plan start with for the reader's own organization, where this browser keeps one:
 * the same as macros/domain/plans/starts.py, with what <script id="vag-starts"> holds.
 *
 *   window.vagStarts(organization, today)      by topic { numbers, about, is_rounded, is_beyond }: numbers under the
 *                                              keys of its form, and what they are of: a group, host, MAK or key, or
 *                                              null for all. None where they are larger than a form takes
 *                   .said(topic, name, start)  what the form of a topic says of where its numbers come from
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const known = window.vagDom.dataOf("vag-starts");
  const { askers, counted } = window.vagShares;
  const PARTS = 100;
  const KINDS = ["windows-client", "windows-server", "office"];
  const sizes = (value) => (typeof value === "object" ? Object.values(value).flatMap(sizes) : [value]);
  const startOf = (numbers, about = null, isRounded = false) => {
    const isBeyond = sizes(numbers).some((each) => each > known.most);
    return { numbers: isBeyond ? {} : numbers, about, is_rounded: !isBeyond && isRounded, is_beyond: isBeyond };
  };
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  /* The first of those with the largest value. */
  const largest = (list, of) => list.reduce((best, each) => (of(each) > of(best) ? each : best));
  const fraction = (some) => sum(some.map(({ computers, part, of }) => (computers * part) / of));
  const isThere = ({ count, network_every_days: every }) => count > 0 && every !== "never";

  /* Whether the questions of a plan take the day. */
  const isOfPlan = (day) => {
    const year = Number(day?.slice(0, 4) ?? -1);
    return year >= known.years[0] && year <= known.years[1];
  };

  /* The counts that somebody feeds, in the order of the hosts. */
  const countsOf = (organization) =>
    [...askers(organization, known.usual, known.kinds)].flatMap(([host, { windows, office }]) =>
      [windows, office].filter((some) => some.length).map((some) => ({ host, askers: some }))
    );

  /* One day in how many a single computer is there that a host counts as often as it counts the ID of those who ask. */
  const contactOf = (asker) => {
    if (asker.behind === 1 && asker.heard === 1) return asker.every;
    const days = known.window_days;
    const seen = counted(asker, asker.every === 1 ? 1 : -Math.expm1(days * Math.log1p(-1 / asker.every)));
    return seen === 1 ? 1 : 1 / -Math.expm1(Math.log1p(-seen) / days);
  };

  const count = (organization) => {
    const counts = countsOf(organization);
    if (!counts.length) return null;
    const { askers: some, host: id } = largest(counts, (each) => fraction(each.askers));
    const kind = largest(KINDS, (each) => fraction(some.filter((asker) => asker.kind === each)));
    const lots = new Map();
    for (const asker of some) {
      const [every, percent] = [contactOf(asker), (asker.part * PARTS) / asker.of];
      const key = `${every} ${percent}`;
      lots.set(key, [every, percent, (lots.get(key)?.[2] ?? 0) + asker.computers]);
    }
    const groups = [...lots.values()].sort(([a, b], [c, d]) => a - c || b - d)
      .map(([every, percent, computers]) => ({ computers, every_days: every, asks_percent: percent }));
    return startOf({ kind, groups }, organization.kms_hosts.find((host) => host.id === id).name);
  };

  const EXPIRY = {
    kms: { "windows-client": "windows-kms", "windows-server": "windows-server-kms", office: "office-kms" },
    adba: { "windows-client": "adba", "windows-server": "adba", office: "office-adba" },
  };
  const expiry = ({ groups }) => {
    const renewed = groups
      .map(({ last_renewal: day, method, name, product }) => ({
        day,
        kind: EXPIRY[method]?.[known.kinds[product]],
        name,
      }))
      .filter(({ day, kind }) => kind && isOfPlan(day));
    if (!renewed.length) return null;
    const { day, kind, name } = renewed.reduce((best, each) => (each.day < best.day ? each : best));
    return startOf({ kind, last_renewal: day }, name);
  };

  const outage = ({ groups }) => {
    const some = groups.filter((group) => ["kms", "adba"].includes(group.method) && isThere(group));
    if (!some.length) return null;
    const group = largest(some, (each) => each.count);
    const { count: computers, method, name, network_every_days: every, starts_every_days: starts } = group;
    const started = method === "adba" && typeof starts === "number" ? { started_every_days: starts } : {};
    return startOf({ method, product: known.kinds[group.product], computers, every_days: every, ...started }, name);
  };

  /* A month as a number, so that months compare; what is never used up comes last. */
  const monthsTo = (month) => month ? month.split("-").reduce((years, part) => years * 12 + Number(part), 0) : Infinity;
  const mak = ({ groups, mak_allotments: maks }, today) => {
    const budgets = maks.map(({ counted_on: day, id, total, used }) => {
      const mine = groups.filter((group) => group.mak?.allotment === id);
      // In hundredths of a computer, so that every sum stays exact.
      const yearly = (key) => sum(mine.map((group) => group.count * group.mak[key]));
      const anew = yearly("reimaged_percent_per_year");
      const replaced = yearly("hardware_changes_percent_per_year");
      const needed = sum(mine.map((group) => group.count - group.mak.activated));
      const numbers = {
        total,
        used,
        to_activate: needed,
        reimaged_per_year: Math.ceil(anew / PARTS),
        replaced_per_year: Math.ceil(replaced / PARTS),
        from: isOfPlan(day) ? day : today,
      };
      const exact = {
        total: total * PARTS,
        used: used * PARTS,
        to_activate: needed * PARTS,
        reimaged_per_year: anew,
        replaced_per_year: replaced,
        from: day ?? today,
      };
      const found = window.vagPlan.mak.answer(exact, known);
      const isRounded = anew % PARTS > 0 || replaced % PARTS > 0;
      return { after: found.left_after_now, end: monthsTo(found.used_up), start: startOf(numbers, id, isRounded) };
    });
    const isSooner = (one, other) => one.end < other.end || (one.end === other.end && one.after < other.after);
    return budgets.length ? budgets.reduce((best, each) => (isSooner(each, best) ? each : best)).start : null;
  };

  const hostKey = ({ kms_hosts: hosts }) => {
    const used = new Map();
    for (const { activations_used: times, group, key } of hosts.flatMap((host) => host.keys)) {
      const name = key ? `${known.keys[group]} (${key})` : known.keys[group];
      used.set(name, [...(used.get(name) ?? []), times]);
    }
    if (!used.size) return null;
    const [most, mine] = largest([...used], ([, times]) => sum(times));
    return startOf({ hosts: mine.map((times) => ({ activations_used: times })) }, most);
  };

  const byKms = ({ groups }) => groups.filter(({ method }) => method === "kms");
  const hostKeys = (organization) => {
    const products = new Set(byKms(organization).map(({ product }) => product));
    const some = [...products].filter((product) => known.listed.includes(product));
    return some.length ? startOf({ products: some }) : null;
  };

  const traffic = (organization) => {
    const there = byKms(organization).filter(isThere);
    // A host that stands by is one that they have.
    const hosts = new Set(there.flatMap((group) => group.kms_hosts));
    const clients = sum(there.map((group) => group.count));
    return hosts.size ? startOf({ clients, hosts: hosts.size }) : null;
  };

  const TOPICS = { count, expiry, outage, mak, "host-key": hostKey, "host-keys": hostKeys, traffic };

  window.vagStarts = (organization, today) =>
    Object.fromEntries(
      Object.entries(TOPICS).map(([topic, of]) => [topic, of(organization, today)]).filter(([, start]) => start),
    );
  window.vagStarts.said = (topic, name, start) => {
    const { beyond, none, rounded, with: starts } = known.words;
    if (start?.is_beyond) return window.vagDom.fill(beyond, { name, most: window.vagDom.number(known.most) });
    if (!start) return window.vagDom.fill(none[topic], { name });
    const said = window.vagDom.fill(starts[topic], { name, about: start.about });
    return start.is_rounded ? `${said} ${rounded}` : said;
  };
})();
