// @ts-check
/*
 * What an organization's numbers mean: for each KMS host and kind of product the count against its threshold, and the
 * balance of each MAK. The same as macros/domain/situation.py, host_keys.py and mak_budget.py, with what plan-count.js
 * and plan-mak.js compute.
 *
 *   window.vagOrganization.verdicts(organization, today)    { counts, maks }
 *                         .chanceSaid(count)              on how many days it is met, as the other pages write it
 *                         .countSaid(count)                 what to say of one of the counts: [[tone, text], ...]
 *                         .leftSaid(mak)                    what is left of one of the MAKs, and on which day
 *                         .supported(end, organization)     { groups, hosts } that an end of support is about
 *                         .keysOf(hosts)                    activations of each host key: Map of name to [[host, used]]
 *                         .keyNamed(name)                   how a host key is called
 *                         .problemOf(host, product)         what speaks against a product on a host, or null
 *                         .makSaid(mak, today)              what to say of one of the MAKs: [[tone, text], ...]
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, fill, number } = window.vagDom;
  // A page that only shows an organization has no use for what reads and judges one.
  window.vagOrganization ??= { known: dataOf("vag-organization") };
  const { known } = window.vagOrganization;
  const { count: counting, mak } = window.vagPlan;
  const KINDS = ["windows-client", "windows-server", "office"];
  const PARTS = 100;
  const { askers: askersOf, counted, whole } = window.vagShares;

  const kinds = Object.fromEntries(Object.entries(known.products).map(([id, [, kind]]) => [id, kind]));

  const chanceOf = (asker) => counted(asker, counting.seen(asker.every, known.count));

  const holdingOf = (verdict, chance, isCertain) => {
    if (verdict === "short") return "short";
    if (isCertain) return "certain";
    if (chance >= known.target) return "holds";
    return chance >= known.tolerated ? "wavers" : "fails";
  };

  /* What speaks against a product on a host, as in macros/domain/host_keys.py; null when its keys list it. */
  const problemOf = ({ keys, operating_system: system }, product) => {
    if (kinds[system] === "windows-client" && kinds[product] === "windows-server") return "client-host-for-server";
    const listing = keys.filter(({ group }) => known.activates[group].includes(product));
    if (!listing.length) return "product-not-listed";
    return listing.some(({ group }) => known.keys[group].includes(system)) ? null : "host-not-listed";
  };
  /* What an end of support is about: of a release, the groups that name it. */
  const supported = ([entry, , products, , , isOfRelease], { groups, kms_hosts: hosts }) => ({
    groups: groups.filter(({ product, release }) => products.includes(product) && (!isOfRelease || release === entry)),
    hosts: isOfRelease ? [] : hosts.filter(({ operating_system: system }) => products.includes(system)),
  });

  /* Host keys as macros/domain/host_key_budget.py tells them apart, each with its activations on each host. */
  const keysOf = (hosts) => {
    const found = new Map();
    for (const host of hosts) {
      for (const { activations_used: used, group, key } of host.keys) {
        const name = key === null ? group : `${group}/${key}`;
        found.set(name, [...(found.get(name) ?? []), [host, used]]);
      }
    }
    return found;
  };
  const keyNamed = (name) => {
    const [group, which] = name.split("/");
    return which ? `${known.options.keys[group]} (${which})` : known.options.keys[group];
  };

  const gapsOf = (host, products) =>
    products
      .map((product) => ({ product, problem: problemOf(host, product), system: host.operating_system }))
      .filter(({ problem }) => problem);

  /* One count of one host, against the threshold of each kind of product that asks. */
  const standings = (host, askers) => {
    const kinds = KINDS.filter((kind) => askers.some((asker) => asker.kind === kind));
    if (!kinds.length) return [];
    const isOffice = kinds[0] === "office";
    const caps = known.count.caps;
    const cap = isOffice ? caps.office : kinds[0] === "windows-client" ? caps.clients : caps.servers;
    const products = [...new Set(askers.map(({ product }) => product))];
    const readings = isOffice
      ? [askers, ...products.map((product) => askers.filter((asker) => asker.product === product))]
      : [askers];
    const computers = whole(askers);
    const alone = Math.min(...readings.map(whole));
    const seen = readings.map((some) => [some.map((asker) => asker.computers), some.map(chanceOf)]);
    const expected = counting.sum(seen[0][0].map((count, at) => count * seen[0][1][at]));
    return kinds.map((kind) => {
      const threshold = known.count.thresholds[kind];
      const verdict = Math.min(alone, cap) >= threshold
        ? "met"
        : Math.min(computers, cap) < threshold
        ? "short"
        : "not-stated";
      const chance = Math.min(...seen.map(([counts, chances]) => counting.probability(counts, chances, threshold)));
      const always = Math.min(
        ...seen.map(([counts, chances]) => counts.reduce((sum, count, at) => sum + (chances[at] === 1 ? count : 0), 0)),
      );
      const isCertain = always >= threshold;
      const holding = holdingOf(verdict, chance, isCertain);
      const mine = products.filter((product) => known.products[product][1] === kind);
      const gaps = gapsOf(host, mine);
      const isListed = gaps.length < mine.length;
      return { host: host.id, kind, threshold, computers, expected, chance, verdict, holding, gaps, isListed };
    });
  };

  const balances = ({ groups, mak_allotments: maks }, today) => {
    const draws = new Map(maks.map(({ id }) => [id, { to_activate: 0, reimaged_per_year: 0, replaced_per_year: 0 }]));
    for (const { count, mak: use } of groups) {
      const draw = use && draws.get(use.allotment);
      if (!draw) continue;
      // In hundredths of an activation, as percents of whole computers are: so every sum stays exact.
      draw.to_activate += (count - use.activated) * PARTS;
      draw.reimaged_per_year += count * use.reimaged_percent_per_year;
      draw.replaced_per_year += count * use.hardware_changes_percent_per_year;
    }
    return maks.map(({ counted_on: day, id, product, total, used }) => {
      const numbers = { ...draws.get(id), total: total * PARTS, used: used * PARTS, from: day ?? today };
      const found = mak.answer(numbers, known.mak);
      const [needed, left, after, year, short] = [
        found.needed_now,
        found.left,
        found.left_after_now,
        found.per_year,
        found.short_by,
      ].map((parts) => parts / PARTS);
      const [until, stored] = [found.used_up, found.used_up_ids_kept];
      return { id, product, needed, left, after, year, short, until, stored, day };
    });
  };

  const found = (organization, today) => ({
    counts: [...askersOf(organization, known.usual, kinds)].flatMap(([id, { windows, office }]) => {
      const host = organization.kms_hosts.find((each) => each.id === id);
      return [...standings(host, windows), ...standings(host, office)];
    }),
    maks: balances(organization, today),
  });
  /* Several parts of a page ask the same of the same organization. */
  /** @type {WeakMap<object, Data>} */
  const asked = new WeakMap();
  const verdicts = (organization, today) => {
    const before = asked.get(organization);
    if (before?.today === today) return before.verdicts;
    const made = found(organization, today);
    asked.set(organization, { today, verdicts: made });
    return made;
  };

  const say = (name, slots = {}) => fill(known.form[name], slots);
  const nameOf = (id) => known.products[id][0];

  const NEARLY = 1 - 1e-9;
  const chanceSaid = ({ chance, holding, verdict }) => {
    if (verdict === "short") return window.vagPercent(0);
    return window.vagPercent(holding === "certain" ? 1 : Math.min(chance, NEARLY));
  };

  const standingSaid = ({ computers, holding, threshold, verdict }) => {
    if (verdict === "short") return ["bad", say("verdict-short", { short: number(threshold - computers) })];
    if (verdict === "not-stated") return ["warn", say("verdict-unsure")];
    return ["certain", "holds"].includes(holding) ? ["ok", say("verdict-holds")] : ["warn", say("verdict-fails")];
  };
  const gapSaid = ({ problem, product, system }) => [
    problem === "host-not-listed" ? "warn" : "bad",
    say(`verdict-${problem}`, { product: nameOf(product), system: nameOf(system) }),
  ];
  /* A count that is met activates nothing that no key covers: of such products nothing good is said. */
  const countSaid = (count) => {
    const [tone, text] = standingSaid(count);
    const gaps = count.gaps.map(gapSaid);
    if (!gaps.length || count.verdict === "short") return [[tone, text], ...gaps];
    return count.isListed ? [...gaps, [tone, say("verdict-others", { verdict: text })]] : gaps;
  };

  const leftSaid = ({ day, left }) =>
    day ? say("mak-left", { left: number(left), day }) : say("mak-left-today", { left: number(left) });

  const monthsOf = (text) => text.split("-").slice(0, 2).reduce((years, part) => years * 12 + Number(part), 0);
  /* As the page on MAK budgets judges it: for the year from today. */
  const supplySaid = ({ day, short, until }, today) => {
    if (short) return ["bad", say("mak-short", { short: number(short) })];
    if (!until) return ["ok", say("mak-forever")];
    // A month that is far ahead is no forecast: the last one that tables show is named.
    const last = monthsOf(day ?? today) + known.projected - 1;
    const [year, month] = [Math.floor(last / 12), (last % 12) + 1].map((each) => String(each).padStart(2, "0"));
    if (monthsOf(until) > last + 1) return ["ok", say("mak-long", { month: `${year.padStart(4, "0")}-${month}` })];
    const months = monthsOf(until) - monthsOf(today);
    const tone = months <= 0 ? "bad" : months <= 12 ? "warn" : "ok";
    return [tone, say(months <= 0 ? "mak-used-up" : "mak-until", { month: until })];
  };
  const makSaid = (mak, today) => {
    const said = [supplySaid(mak, today)];
    return mak.day > today ? [["warn", say("mak-ahead", { day: mak.day })], ...said] : said;
  };

  Object.assign(window.vagOrganization, {
    chanceSaid,
    countSaid,
    keyNamed,
    keysOf,
    leftSaid,
    makSaid,
    problemOf,
    supported,
    verdicts,
  });
})();
