// @ts-check
/*
 * The numbers that the forms of the plan start with for the reader's own organization, where this browser keeps one:
 * the same as macros/domain/plans/starts.py, with what <script id="vag-starts"> holds.
 *
 *   window.vagStarts(organization, today)    numbers by topic, under the keys of its form
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const known = window.vagDom.dataOf("vag-starts");
  const { askers, whole } = window.vagShares;
  const KINDS = ["windows-client", "windows-server", "office"];
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

  const count = (organization) => {
    const counts = countsOf(organization);
    if (!counts.length) return null;
    const { askers: some } = largest(counts, (each) => fraction(each.askers));
    const kind = largest(KINDS, (each) => fraction(some.filter((asker) => asker.kind === each)));
    const lots = new Map();
    for (const asker of some) lots.set(asker.every, (lots.get(asker.every) ?? 0) + whole([asker]));
    const groups = [...lots].sort(([one], [other]) => one - other)
      .map(([every, computers]) => ({ computers, every_days: every }));
    return { kind, groups };
  };

  const EXPIRY = {
    kms: { "windows-client": "windows-kms", "windows-server": "windows-server-kms", office: "office-kms" },
    adba: { "windows-client": "adba", "windows-server": "adba", office: "office-adba" },
  };
  const expiry = ({ groups }) => {
    const renewed = groups
      .map(({ last_renewal: day, method, product }) => ({ day, kind: EXPIRY[method]?.[known.kinds[product]] }))
      .filter(({ day, kind }) => kind && isOfPlan(day));
    if (!renewed.length) return null;
    const { day, kind } = renewed.reduce((best, each) => (each.day < best.day ? each : best));
    return { kind, last_renewal: day };
  };

  const outage = ({ groups }) => {
    const some = groups.filter((group) => ["kms", "adba"].includes(group.method) && isThere(group));
    if (!some.length) return null;
    const caseOf = ({ method, product }) => `${method} ${known.kinds[product]}`;
    const together = new Map();
    for (const group of some) together.set(caseOf(group), (together.get(caseOf(group)) ?? 0) + group.count);
    const [most, computers] = largest([...together], ([, each]) => each);
    const [method, product] = most.split(" ");
    const group = largest(some.filter((each) => caseOf(each) === most), (each) => each.count);
    const { network_every_days: every, starts_every_days: starts } = group;
    const started = method === "adba" && typeof starts === "number" ? { started_every_days: starts } : {};
    return { method, product, computers, every_days: every, ...started };
  };

  const mak = ({ groups, mak_allotments: maks }, today) => {
    const budgets = maks.map(({ counted_on: day, id, total, used }) => {
      const mine = groups.filter((group) => group.mak?.allotment === id);
      const yearly = (key) => Math.ceil(sum(mine.map((group) => group.count * group.mak[key])) / 100);
      return {
        total,
        used,
        to_activate: sum(mine.map((group) => group.count - group.mak.activated)),
        reimaged_per_year: yearly("reimaged_percent_per_year"),
        replaced_per_year: yearly("hardware_changes_percent_per_year"),
        from: isOfPlan(day) ? day : today,
      };
    });
    const after = ({ to_activate: needed, total, used }) => total - used - needed * known.per_activation;
    return budgets.length ? largest(budgets, (each) => -after(each)) : null;
  };

  const hostKey = ({ kms_hosts: hosts }) => {
    const keys = hosts.flatMap((host) => host.keys);
    const used = new Map();
    for (const { activations_used: times, group } of keys) used.set(group, (used.get(group) ?? 0) + times);
    if (!used.size) return null;
    const [most] = largest([...used], ([, times]) => times);
    const mine = keys.filter(({ group }) => group === most);
    return { hosts: mine.map(({ activations_used: times }) => ({ activations_used: times })) };
  };

  const byKms = ({ groups }) => groups.filter(({ method }) => method === "kms");
  const hostKeys = (organization) => {
    const products = new Set(byKms(organization).map(({ product }) => product));
    const some = [...products].filter((product) => known.listed.includes(product));
    return some.length ? { products: some } : null;
  };

  const traffic = (organization) => {
    const hosts = new Set(countsOf(organization).map(({ host }) => host));
    const clients = sum(byKms(organization).filter(isThere).map((group) => group.count));
    return hosts.size ? { clients, hosts: hosts.size } : null;
  };

  const TOPICS = { count, expiry, outage, mak, "host-key": hostKey, "host-keys": hostKeys, traffic };

  window.vagStarts = (organization, today) =>
    Object.fromEntries(
      Object.entries(TOPICS).map(([topic, of]) => [topic, of(organization, today)]).filter(([, numbers]) => numbers),
    );
})();
