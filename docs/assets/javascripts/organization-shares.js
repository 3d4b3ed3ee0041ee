// @ts-check
/*
 * Who asks which KMS host: of the hosts that some computers reach, those of the lowest priority, by weight. The same as
 * shares and _askers in macros/domain/count.py.
 *
 *   window.vagShares.askers(organization, usual, kinds)  by host: { windows, office }, each a list of those who ask
 *                   .whole(askers)                       how many computers they are, parts of one left out
 *                   .counted(asker, seen)                chance that one of them is in the host's count
 *                   .idsOf(group)                        computers that a host counts when it has heard from all
 *                   .idsAtSite(group)                    the same at one site, where a group stands in several alike
 *                   .sharesOf(hosts, reached, usual)     [host, part, of], ...: which part asks which host
 *
 * `usual` has the priority and weight of a host that names none, `kinds` the kind of each product.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  /* Exact sums of shares: computers by what they are divided by, so that the numbers stay small. */
  const whole = (askers) => {
    const byShare = new Map();
    for (const { computers, part, of } of askers) byShare.set(of, (byShare.get(of) ?? 0n) + BigInt(computers * part));
    let [above, below] = [0n, 1n];
    for (const [of, parts] of byShare) [above, below] = [above * BigInt(of) + parts * below, below * BigInt(of)];
    return Number(above / below);
  };

  const sharesOneId = ({ reset_client_id: id, reset_every_days: every }) => id === "shared" && Boolean(every);
  /* How many computers a host counts when it has heard from all. */
  const idsAmong = (group, count) => (sharesOneId(group) ? Math.min(count, 1) : count);
  const idsOf = (group) => idsAmong(group, group.count);
  const idsAtSite = (group) => idsAmong(group, Math.floor(group.count / (group.sites ?? 1)));
  /* Chance that one of those who ask is in the host's count, from the chance that one of the computers was seen. */
  const counted = ({ behind, heard, of, part }, seen) => {
    if (behind === 1 && heard === 1) return (seen * part) / of;
    return seen * heard === 1 ? 1 : -Math.expm1(behind * Math.log1p(-seen * heard));
  };

  const sharesOf = (hosts, reached, usual) => {
    const reachable = hosts.filter(({ id }) => reached.includes(id));
    const priority = (host) => host.priority ?? usual.priority;
    const weight = (host) => host.weight ?? usual.weight;
    const lowest = Math.min(...reachable.map(priority));
    const first = reachable.filter((host) => priority(host) === lowest);
    const all = first.reduce((sum, host) => sum + weight(host), 0);
    return first
      .map((host) => (all ? [host.id, weight(host), all] : [host.id, 1, first.length]))
      .filter(([, part]) => part);
  };

  const askers = ({ groups, kms_hosts: hosts }, usual, kinds) => {
    const [found, shares] = [new Map(hosts.map(({ id }) => [id, { windows: [], office: [] }])), new Map()];
    for (const group of groups) {
      const { count, kms_hosts: reached, method, network_every_days: every, product } = group;
      if (method !== "kms" || !count || every === "never") continue;
      const key = JSON.stringify(reached);
      if (!shares.has(key)) shares.set(key, sharesOf(hosts, reached, usual));
      const kind = kinds[product];
      for (const [host, part, of] of shares.get(key)) {
        // Computers behind one client ID are one at each host, and `heard` is the host's share of them.
        const asker = sharesOneId(group)
          ? { product, kind, computers: 1, every, part: 1, of: 1, behind: count, heard: part / of }
          : { product, kind, computers: count, every, part, of, behind: 1, heard: 1 };
        found.get(host)[kind === "office" ? "office" : "windows"].push(asker);
      }
    }
    return found;
  };

  window.vagShares = { askers, counted, idsAtSite, idsOf, sharesOf, whole };
})();
