// @ts-check
/*
 * Until when is a computer activated? The same as macros/domain/plans/expiry.py; both run tests/vectors/plans.yaml. The
 * page carries what follows a renewal as numbers of days, so that nothing is reckoned twice but dates.
 */
(() => {
  const { shifted } = window.vagToday;
  const NOON = "12:00";

  /* The day on which the minutes end. A reading without its time is taken for one at noon. */
  const ends = (read, minutes) => {
    const [day, time = NOON] = read.split(/[T ]/);
    const [hours, past] = time.split(":").map(Number);
    return shifted(day, Math.floor((hours * 60 + past + minutes) / 1440));
  };

  const answer = ({ kind, last_renewal: renewal, remaining_minutes: minutes, read_on: read }, known) => {
    const own = known.aliases[kind] ?? kind;
    const line = known.timelines[own];
    const start = renewal ?? shifted(ends(read, minutes), -line.expires);
    const on = (days) => (days === null ? null : shifted(start, days));
    const scheduled = line.scheduled.map(on);
    const coming = scheduled.filter((day) => renewal !== undefined || day >= read.slice(0, 10));
    return {
      kind: own,
      last_renewal: start,
      is_exact: renewal !== undefined || /[T ]/.test(read),
      states: line.states.map(({ state, name, from, to, user_sees: sees }) => ({
        state,
        name,
        from: on(from),
        to: on(to),
        user_sees: sees,
      })),
      scheduled,
      missed: scheduled.length - coming.length,
      coming,
      announced: on(line.announced),
      expires: on(line.expires),
    };
  };

  window.vagPlan = { ...window.vagPlan, expiry: { answer } };
})();
