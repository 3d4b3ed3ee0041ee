// @ts-check
/*
 * Will the count of a KMS host be reached, and hold? The same as macros/domain/plans/count.py and domain/contact.py;
 * both run tests/vectors/plans.yaml.
 */
(() => {
  const MOST = 10_000_000;
  const WANTED = [0.99, 0.999];
  const WHOLE = 100;
  /* What rounding may take from a sum of parts of computers. */
  const ALMOST = 1e-9;

  /* Chance that a computer which is on the network one day in `every` was seen in the window. */
  const seen = (every, { renewal_minutes: renewal, window_days: window }) => {
    if (every === "always-on" || every === 1) return Math.min(1, (window * 1440) / renewal);
    return -Math.expm1(window * Math.log1p(-1 / every));
  };

  /* Chance that a computer of a lot is in the host's count: it keeps to a host, this one or another. */
  const percentOf = ({ asks_percent: percent = WHOLE }) => percent;
  const counted = (lot, known) => (seen(lot.every_days, known) * percentOf(lot)) / WHOLE;

  /* Chances of 0, 1, ... of `computers` with one probability each; the last entry is that of its index or more. */
  const binomial = (computers, probability, cap) => {
    if (probability === 0 || probability === 1) {
      const certain = Math.min(probability ? computers : 0, cap);
      return Array.from({ length: cap + 1 }, (_, k) => Number(k === certain));
    }
    const [yes, no] = [Math.log(probability), Math.log1p(-probability)];
    const head = [];
    let ways = 0;
    for (let k = 0; k < cap; k += 1) {
      head.push(k <= computers ? Math.exp(ways + k * yes + (computers - k) * no) : 0);
      if (k < computers) ways += Math.log((computers - k) / (k + 1));
    }
    return [...head, computers >= cap ? Math.max(0, 1 - sum(head)) : 0];
  };

  /* Neumaier's sum: what rounding loses is added at the end. */
  const sum = (values) => {
    let [total, lost] = [0, 0];
    for (const value of values) {
      const next = total + value;
      lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
      total = next;
    }
    return total + lost;
  };

  const together = (one, other) => {
    const last = one.length - 1;
    const result = one.map(() => 0);
    one.forEach((a, i) => a && other.forEach((b, j) => result[Math.min(i + j, last)] += a * b));
    return result;
  };

  /* Lots with one chance are one lot, as in Python. */
  const distribution = (counts, chances, cap) => {
    const lots = new Map();
    counts.forEach((count, at) => lots.set(chances[at], (lots.get(chances[at]) ?? 0) + count));
    return [...lots].reduce((all, [chance, count]) => together(all, binomial(count, chance, cap)), binomial(0, 0, cap));
  };

  /* The smaller side is the precise one. */
  const atLeast = (spread, limit) => {
    const above = sum(spread.slice(limit));
    return above < 0.5 ? above : Math.min(1, Math.max(0, 1 - sum(spread.slice(0, limit))));
  };

  const probability = (counts, chances, limit) => atLeast(distribution(counts, chances, limit), limit);

  /* So many computers in the proportions of the counts, by Sainte-Laguë's rule: see macros/domain/plans/count.py. */
  const proportioned = (counts, total) => {
    const weights = counts.some(Boolean) ? counts : counts.map(() => 1);
    const [whole, lots] = [sum(weights), weights.length];
    const given = weights.map((weight) => Math.max(0, Math.floor((weight * (2 * total - lots) - whole) / (2 * whole))));
    for (let left = total - sum(given); left > 0; left -= 1) {
      let best = 0;
      weights.forEach((weight, at) => {
        if (weight * (2 * given[best] + 1) > weights[best] * (2 * given[at] + 1)) best = at;
      });
      given[best] += 1;
    }
    return given;
  };

  const needed = (counts, chances, limit, wanted) => {
    if (!counts.length) return null;
    const suffices = (total) => probability(proportioned(counts, total), chances, limit) >= wanted;
    let low = Math.max(limit, 1);
    let enough = low;
    while (!suffices(enough)) {
      [low, enough] = [enough + 1, enough * 2];
      if (low > MOST) return null;
    }
    while (low < enough) {
      const middle = Math.floor((low + enough) / 2);
      if (suffices(middle)) enough = middle;
      else low = middle + 1;
    }
    return low;
  };

  const answer = ({ kind, groups, wanted = 0.999 }, known) => {
    const limit = known.thresholds[kind];
    const counts = groups.map(({ computers }) => computers);
    const chances = groups.map((lot) => counted(lot, known));
    const asking = Math.floor(sum(groups.map((lot) => lot.computers * percentOf(lot))) / WHOLE + ALMOST);
    const chance = probability(counts, chances, limit);
    const need = (probability) => {
      const enough = needed(counts, chances, limit, probability);
      return { wanted: probability, needed: enough, more: enough === null ? null : Math.max(0, enough - sum(counts)) };
    };
    const own = need(wanted);
    return {
      threshold: limit,
      asking,
      expected_seen: sum(counts.map((count, at) => count * chances[at])),
      probability: chance,
      met: asking >= limit,
      spare: Math.max(0, asking - limit),
      short_by: Math.max(0, limit - asking),
      holds: chance >= wanted,
      wanted,
      needed: own.needed,
      more_needed: own.more,
      for_wanted: [...WANTED.filter((each) => each !== wanted).map(need), own].sort((a, b) => a.wanted - b.wanted),
    };
  };

  /* What the host shows on any day, up to its cap: for the drawing. */
  const spread = ({ kind, groups }, known) => {
    const clients = groups.some(({ computers }) => computers) && kind === "windows-client";
    const cap = known.caps[kind === "office" ? "office" : clients ? "clients" : "servers"];
    return distribution(
      groups.map(({ computers }) => computers),
      groups.map((lot) => counted(lot, known)),
      cap,
    );
  };

  window.vagPlan = { ...window.vagPlan, count: { answer, probability, proportioned, seen, spread, sum } };
})();
