// @ts-check
/* How often can a host be rebuilt? The same as macros/domain/plans/host_key.py; both run tests/vectors/plans.yaml. */
(() => {
  const answer = ({ hosts }, { hosts: most, per_host: each }) => {
    const used = hosts.map(({ activations_used: count }) => count);
    const [sum, places] = [used.reduce((total, count) => total + count, 0), used.filter(Boolean).length];
    const rest = (total, taken) => Math.max(0, total - taken);
    return {
      hosts_left: rest(most, places),
      hosts_over: rest(places, most),
      total: most * each,
      used: sum,
      left: rest(most * each, sum),
      over: rest(sum, most * each),
      total_strict: each,
      left_strict: rest(each, sum),
      hosts: used.map((count, at) => ({ host: at + 1, used: count, left: rest(each, count) })),
    };
  };

  window.vagPlan = { ...window.vagPlan, "host-key": { answer } };
})();
