// @ts-check
/*
 * Until when is a computer activated? The same as macros/domain/plans/expiry.py; both run tests/vectors/plans.yaml. The
 * page carries what follows a renewal as numbers of days, so that nothing is reckoned twice but dates.
 */
(() => {
  const { daysTo, isWithin, nextIn, shifted } = window.vagToday;
  const NOON = "12:00";

  /* The day on which the minutes end. A reading without its time is taken for one at noon. */
  const ends = (read, minutes) => {
    const [day, time = NOON] = read.split(/[T ]/);
    const [hours, past] = time.split(":").map(Number);
    return shifted(day, Math.floor((hours * 60 + past + minutes) / 1440));
  };

  /* A client with a retry of hours tries on every day, one with a retry of days when that comes round again. */
  const nextAttempt = ([first], retry, day) => {
    if (first === undefined || retry === null) return null;
    return nextIn(first, Math.max(1, retry / 24), day);
  };

  const answer = (numbers, known) => {
    const { as_of: day, kind, last_renewal: renewal, remaining_minutes: minutes, read_on: read } = numbers;
    const own = known.aliases[kind] ?? kind;
    const line = known.timelines[own];
    const start = renewal ?? shifted(ends(read, minutes), -line.expires);
    const on = (days) => (days === null ? null : shifted(start, days));
    const scheduled = line.scheduled.map(on);
    const coming = scheduled.filter((each) => each >= day);
    const expires = on(line.expires);
    const left = expires && daysTo(day, expires);
    const states = line.states.map(({ state, name, from, to, user_sees: sees }) => ({
      state,
      name,
      from: on(from),
      to: on(to),
      user_sees: sees,
    }));
    return {
      kind: own,
      last_renewal: start,
      is_exact: renewal !== undefined || /[T ]/.test(read),
      states,
      scheduled,
      missed: scheduled.length - coming.length,
      coming,
      announced: on(line.announced),
      expires,
      as_of: day,
      now: states.find(({ from, to }) => isWithin(day, from, to)) ?? null,
      days_left: left > 0 ? left : null,
      expired_days: left === null || left > 0 ? null : -left || 0,
      next_attempt: nextAttempt(scheduled, line.retry_hours, day),
      retry_hours: line.retry_hours,
    };
  };

  window.vagPlan = { ...window.vagPlan, expiry: { answer } };
})();
