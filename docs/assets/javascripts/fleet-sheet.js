// @ts-check
/*
 * The planning worksheet of an organization: the method of each group, and totals that add up. The same as
 * macros/domain/worksheet.py, with the boxes of decision-boxes.js.
 *
 *   window.vagSheet.compute(tables, data, groups)   { rows, balances, maks }; of a row, `pool` and `site` are the
 *                                                   computers that would ask with the group, `needed` its threshold
 *                  .centralHosts(data, group)       ids of the hosts of the core network that a group reaches
 *                  .boxOf(tables, answers)          the box of a situation
 *                  .outcomeWith(tables, data, group, pool, site)   id of the outcome of a group with these two counts
 *
 * `data` is what worksheet_as_data in macros/render/choose/worksheet.py gives, with the hosts, allotments and licenses
 * of the organization.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const engine = window.vagBoxes;
  const { idsAtSite, idsOf } = window.vagShares;
  const MOST = engine.LARGEST_COUNT;
  const [CENTRAL, LOCAL] = ["kms-central", "kms-local"];
  const MOST_BOXES = 20_000;
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  const unique = (list) => [...new Set(list)];

  /* The box of a situation; most groups of a fleet, and most figures that are typed, end in a few of them. */
  const boxes = new Map();
  const boxOf = (tables, answers, key = JSON.stringify(answers)) => {
    if (boxes.size > MOST_BOXES) boxes.clear();
    if (!boxes.has(key)) boxes.set(key, engine.boxOf(tables, answers));
    return boxes.get(key);
  };

  /** @type {WeakMap<object, Set<string>>} */
  const central = new WeakMap();
  const centralHosts = ({ hosts }, group) => {
    if (!central.has(hosts)) central.set(hosts, new Set(hosts.filter(({ site }) => !site).map(({ id }) => id)));
    return group.kms_hosts.filter((id) => central.get(hosts)?.has(id));
  };

  const answersOf = (data, group, pool, site) => {
    const [, kind, legacy] = data.products[group.product];
    const every = group.network_every_days;
    return {
      ...data.defaults,
      ...group.answers,
      license: group.license,
      product: kind,
      release: legacy ? "legacy" : "current",
      platform: group.platform,
      purpose: group.purpose,
      directory: group.directory,
      corporate_contact: every <= data.contact_days ? "at-least-every-180-days" : "less-often-or-never",
      kms_reach: centralHosts(data, group).length ? "yes" : "no",
      pool_count: Math.min(pool, MOST),
      site_count: Math.min(site, MOST),
      internet: group.internet,
    };
  };

  /*
   * Askers that feed the same counts at the same places and need the same, as one: they meet their threshold together
   * or not at all. So a fleet of many groups is a few bundles, found by each place.
   */
  const bundled = (askers) => {
    const bundles = new Map();
    for (const each of askers) {
      const key = JSON.stringify([each.feeds, each.needed, each.places]);
      if (!bundles.has(key)) bundles.set(key, { ...each, computers: 0 });
      bundles.get(key).computers += each.computers;
    }
    return [...bundles.values()];
  };

  const byPlace = (bundles) => {
    const found = new Map();
    for (const each of bundles) {
      for (const place of each.places) {
        const key = `${each.feeds} ${place}`;
        found.set(key, [...(found.get(key) ?? []), each]);
      }
    }
    return found;
  };

  const around = (places, one) => unique(one.places.flatMap((place) => places.get(`${one.feeds} ${place}`) ?? []));
  const together = (places, one) => sum(around(places, one).map((each) => each.computers));

  /* The count of each bundle: at the end, or when it fell out because it missed its threshold. */
  const settled = (bundles) => {
    const found = new Map();
    let asking = bundles;
    for (;;) {
      const places = byPlace(asking);
      for (const each of asking) found.set(each, together(places, each));
      const met = asking.filter((each) => found.get(each) >= each.needed);
      if (met.length === asking.length) return found;
      asking = met;
    }
  };

  /*
   * Computers at the places of each group, itself included. Groups that are no candidates ask together with those that
   * `alikeOf` says are like them.
   */
  const countsOf = (askers, alikeOf) => {
    const bundles = bundled(askers.filter((each) => each.candidate));
    const keyOf = (each) => JSON.stringify([each.feeds, each.needed, each.places]);
    const counted = (some) =>
      new Map([...settled([...bundles, ...some])].map(([bundle, count]) => [keyOf(bundle), count]));
    /** @type {Map<string, Data>} */
    const known = new Map([["", counted([])]]);
    return askers.map((each, index) => {
      const alike = each.candidate ? "" : alikeOf(index);
      if (!known.has(alike)) {
        known.set(alike, counted(bundled(askers.filter((other, at) => !other.candidate && alikeOf(at) === alike))));
      }
      return known.get(alike)?.get(keyOf(each));
    });
  };

  const todayOf = (group, named, method, works) => {
    if (named && group.method === method) return "same";
    if (!named && ["unactivated", "subscription"].includes(group.method)) return "unnamed";
    return works() ? "works" : "other";
  };

  const outcomeWith = (tables, data, ...situation) =>
    tables.outcomes[boxOf(tables, answersOf(data, ...situation)).outcome].id;

  const compute = (tables, data, groups) => {
    const kinds = groups.map((group) => data.products[group.product][1]);
    const needed = kinds.map((kind) => data.thresholds[kind]);
    // What a group says of itself is written once, its two counts beside it.
    const bases = groups.map((group) => answersOf(data, group, 0, 0));
    const keys = bases.map((answers) => JSON.stringify(answers));
    const answersAt = (index, pool, site) => ({
      ...bases[index],
      pool_count: Math.min(pool, MOST),
      site_count: Math.min(site, MOST),
    });
    const boxAt = (index, pool, site) =>
      boxOf(tables, answersAt(index, pool, site), `${Math.min(pool, MOST)} ${Math.min(site, MOST)} ${keys[index]}`);
    const outcomeAt = (...situation) => tables.outcomes[boxAt(...situation).outcome].id;
    const asker = (index, places, computers, candidate) => ({
      feeds: kinds[index] === "office",
      needed: needed[index],
      places,
      computers,
      candidate,
    });
    const best = groups.map((_, index) => outcomeAt(index, MOST, 0));
    const central = groups.map((group, index) =>
      asker(
        index,
        centralHosts(data, group),
        group.network_every_days <= data.window_days ? idsOf(group) : 0,
        best[index] === CENTRAL,
      )
    );
    const pools = countsOf(central, (index) => best[index]);
    const near = groups.map((group, index) => (group.site ? outcomeAt(index, pools[index], MOST) : ""));
    const local = groups.map((group, index) =>
      asker(index, group.site ? [group.site] : [], idsAtSite(group), near[index] === LOCAL)
    );
    const sitesOf = (counts) =>
      counts.map((count, index) => (groups[index].site ? count : Math.min(groups[index].count, 1)));
    const sites = sitesOf(countsOf(local, (index) => near[index] || "none"));
    /* The same, where of the groups with another method this one alone would ask. */
    const aloneIn = (askers, counts) => {
      const bundles = bundled(askers.filter((each) => each.candidate));
      return (index) => {
        const one = askers[index];
        return one.candidate || !one.places.length ? counts[index] : settled([...bundles, one]).get(one);
      };
    };
    const [poolAlone, siteAlone] = [aloneIn(central, pools), aloneIn(local, sites)];

    /* Computers that ask the same hosts today: a host counts all of them, whether its threshold is met or not. */
    const askToday = (askers, asks) => {
      const places = byPlace(
        bundled(askers.filter((_, index) => groups[index].method === "kms" && asks(groups[index]))),
      );
      return askers.map((each) => together(places, each));
    };
    const poolsToday = askToday(central, () => true);
    const sitesToday = askToday(local, (group) => group.kms_hosts.length > centralHosts(data, group).length);

    /* Today's method meets its own conditions; see _works_today in Python. */
    const worksToday = (group, index, method) => {
      const alone = data.alone[group.method];
      if (!alone) return false;
      const count = (planned, today) => (method === "mak" ? planned(index) : Math.max(planned(index), today[index]));
      const answers = {
        ...answersAt(index, count(poolAlone, poolsToday), count(siteAlone, sitesToday)),
        ...alone,
      };
      return tables.outcomes[boxOf(tables, answers).outcome].method === group.method;
    };

    const rows = groups.map((group, index) => {
      const answers = answersAt(index, pools[index], sites[index]);
      const box = boxAt(index, pools[index], sites[index]);
      const { id, method } = tables.outcomes[box.outcome];
      return {
        group,
        kind: kinds[index],
        answers,
        box,
        outcome: id,
        method,
        needed: needed[index],
        pool: pools[index],
        site: sites[index],
        mak: method === "mak" ? Math.max(0, group.count - (group.mak?.activated ?? 0)) * data.per_activation : 0,
        today: todayOf(group, !Object.hasOwn(data.unnamed, id), method, () => worksToday(group, index, method)),
        hostMissing: id === LOCAL && !data.hosts.some((host) => host.site === group.site),
      };
    });

    const makProduct = ({ group }) =>
      data.allotments.find((each) => each.id === group.mak?.allotment)?.product ?? group.product;
    const byVolume = groups.filter(({ license }) => license === "volume");
    const makRows = rows.filter((row) => row.mak);
    return {
      rows,
      balances: unique([...data.licensed, ...byVolume].map((each) => each.product)).map((product) => {
        const licensed = data.licensed.find((each) => each.product === product);
        const inGroups = sum(byVolume.filter((group) => group.product === product).map((group) => group.count));
        return {
          product,
          licensed: licensed?.computers ?? null,
          inGroups,
          explained: licensed?.explained ?? null,
          left: (licensed?.computers ?? 0) - inGroups,
        };
      }),
      maks: unique([...data.allotments.map((each) => each.product), ...makRows.map(makProduct)]).map((product) => {
        const mine = data.allotments.filter((each) => each.product === product);
        const [wanted, left] = [
          sum(makRows.filter((row) => makProduct(row) === product).map((row) => row.mak)),
          sum(mine.map((each) => each.total - each.used)),
        ];
        return {
          product,
          needed: wanted,
          left,
          short: Math.max(0, wanted - Math.max(0, left)),
          allotments: mine.map((each) => each.id),
        };
      }),
    };
  };

  window.vagSheet = { CENTRAL, LOCAL, boxOf, centralHosts, compute, outcomeWith };
})();
