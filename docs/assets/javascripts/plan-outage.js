// @ts-check
/*
 * What an outage does. The same as macros/domain/plans/outage.py and domain/outage.py, where the formulas are derived;
 * both run tests/vectors/plans.yaml. Python computes in exact fractions, this in floating point.
 */
(() => {
  const { daysTo, shifted } = window.vagToday;
  /* An expected number of computers that rounding keeps from being whole is whole. */
  const ROUNDING = 1e-9;
  const DAY = 1440;

  /* 1 + r + ... + r^(number - 1) */
  const powers = (base, number) => {
    let total = 0;
    for (let power = 0; power < number; power += 1) total += base ** power;
    return total;
  };
  const without = (starts) => (starts === "never" ? 1 : 1 - 1 / starts);

  /* Share of computers whose last renewal is so many days back, or more. */
  const overdue = ({ renewal, retry_minutes: retry }, every, days, starts) => {
    if (days <= 0) return 1;
    const [missed, unstarted, step] = [1 - 1 / every, without(starts), Math.max(1, Math.ceil(retry / DAY))];
    const [round, left] = [powers(unstarted, step), missed * unstarted ** (step - 1)];
    const mean = renewal + (missed * round) / (1 - left);
    if (days < renewal) return 1 - days / mean;
    const [rounds, into] = [Math.floor((days - renewal) / step), (days - renewal) % step];
    const here = missed * left ** rounds * (round - powers(unstarted, into));
    return (here + (missed * left ** (rounds + 1) * round) / (1 - left)) / mean;
  };

  /* Time without a start, up to a moment. */
  const unstarted = (time, starts) => {
    if (time <= 0 || starts === "never") return time;
    const share = 1 / starts;
    const [days, rest] = [Math.floor(time), time % 1];
    return powers(1 - share, days) * (1 - share / 2) + (1 - share) ** days * (rest - (share * rest ** 2) / 2);
  };

  const ever = ({ renewal, retry_minutes: retry, validity }, days, starts) => {
    const first = validity - renewal;
    const safe = (Math.floor((first * DAY) / retry) * retry) / DAY;
    const unsaved = Math.min(Math.max(days - safe, 0), renewal);
    return (unstarted(unsaved - (days - first), starts) - unstarted(first - days, starts)) / renewal;
  };

  /* The first day with a whole computer, and no later than `latest`. */
  const first = (share, computers, latest) => {
    if (!computers) return null;
    for (let day = 0; day < latest; day += 1) if (share(day) * computers >= 1 - ROUNDING) return day;
    return latest;
  };

  const answer = (numbers, known) => {
    const { as_of: today, computers, ends = null, every_days: given, method, starts: begins } = numbers;
    const { product = "windows-client", started_every_days: started = "never" } = numbers;
    const cadence = known.cadences[method];
    const every = given === "always-on" ? 1 : given;
    const starts = method === "kms" ? "never" : started;
    const length = ends === null ? null : daysTo(begins, ends);
    const soonest = cadence.validity - cadence.renewal;
    const expired = (day) => overdue(cadence, every, cadence.validity - day, starts);
    const dated = (day) => (day === null || (length !== null && day > length) ? null : shifted(begins, day));
    const ahead = cadence.validity - known.warning_days;
    const announced = method === "kms" && product === "windows-client"
      ? first((day) => overdue(cadence, every, ahead - day, starts), computers, ahead - cadence.renewal)
      : null;
    const shown = [...new Set([...known.days, soonest, cadence.validity, length ?? 0])].sort((a, b) => a - b);
    const days = shown.filter((day) => length === null || day <= length).map((day) => ({
      day,
      date: shifted(begins, day),
      from_today: daysTo(today, begins) + day,
      expired_share: expired(day),
      expired: expired(day) * computers,
    }));
    const felt = days.findIndex((each) => each.expired >= known.felt - ROUNDING);
    return {
      length,
      first_announcement: dated(announced),
      first_expiry: dated(first(expired, computers, soonest)),
      all_expired: dated(computers ? cadence.validity : null),
      days,
      shown_from: days[Math.max((felt < 0 ? days.length : felt) - 1, 0)].day,
      expired_in_all: length !== null && every === 1 ? ever(cadence, length, starts) * computers : null,
    };
  };

  /* The share on each day, for the drawing. */
  const curve = ({ every_days: every, method, started_every_days: started = "never" }, known) => {
    const cadence = known.cadences[method];
    const starts = method === "kms" ? "never" : started;
    return Array.from(
      { length: cadence.validity + 1 },
      (_, day) => overdue(cadence, every === "always-on" ? 1 : every, cadence.validity - day, starts),
    );
  };

  window.vagPlan = { ...window.vagPlan, outage: { answer, curve } };
})();
