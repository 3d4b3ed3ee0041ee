// @ts-check
/* How long does a MAK last? The same as macros/domain/plans/mak.py; both run tests/vectors/plans.yaml. */
(() => {
  const MONTHS = 12;

  const answer = (numbers, known) => {
    const each = known.per_activation;
    const [year, month] = numbers.from.split("-").map(Number);
    const [anew, replaced] = [numbers.reimaged_per_year * each, numbers.replaced_per_year * each];
    const needed = numbers.to_activate * each;
    const left = numbers.total - numbers.used;
    const after = left - needed;
    const named = (later) => {
      const at = year * MONTHS + month - 1 + later;
      return `${String(Math.floor(at / MONTHS)).padStart(4, "0")}-${String((at % MONTHS) + 1).padStart(2, "0")}`;
    };
    const usedUp = (perYear) => {
      if (after < 0) return named(0);
      return perYear ? named((after * MONTHS - ((after * MONTHS) % perYear)) / perYear + 1) : null;
    };
    return {
      needed_now: needed,
      per_year: anew + replaced,
      left,
      left_after_now: after,
      short_by: Math.max(0, -after),
      used_up: usedUp(anew + replaced),
      per_year_ids_kept: replaced,
      used_up_ids_kept: usedUp(replaced),
      balance: [0, 1, 2, 3, 4, 5].map((years) => ({
        month: named(years * MONTHS),
        left: after - years * (anew + replaced),
        left_ids_kept: after - years * replaced,
      })),
    };
  };

  window.vagPlan = { ...window.vagPlan, mak: { answer } };
})();
