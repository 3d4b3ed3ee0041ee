// @ts-check
/*
 * What depends on the day, for the day on which a page is read: its texts are those of the day of the build, and stand
 * in the page for each later day (macros/render/parts/clock.py). Days are texts such as 2026-11-28, so they compare as
 * texts.
 *
 * The functions of `window.vagToday` do the same as macros/domain/clock.py; both run tests/vectors/dates.yaml.
 */
(() => {
  const LENGTH = 86_400_000;
  const ZONE_DAYS = 1;
  const LAST = "9999-12-31";
  const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

  const days = (day) => Date.parse(`${day}T00:00:00Z`) / LENGTH;
  const daysTo = (from, to) => days(to) - days(from);

  /* The day that the clock of this computer shows, where it stands. */
  const local = (moment) => {
    const day = new Date(Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate())).toISOString();
    return day.length > 24 ? LAST : day.slice(0, 10);
  };

  const dayRead = (built, clock) => (clock < built ? built : clock);
  const isBehind = (built, clock) => daysTo(clock, built) > ZONE_DAYS;

  const shifted = (day, by, weekday) => {
    const then = new Date((days(day) + by) * LENGTH);
    return then.toISOString().slice(0, 10) + (weekday ? ` (${WEEKDAYS[then.getUTCDay()]})` : "");
  };

  /* The first of a series of days that is not past: one day, and each so many days after it. */
  const nextIn = (first, step, day) => shifted(first, Math.max(0, Math.ceil(daysTo(first, day) / step)) * step);

  /* words: for one day ahead, for more, for the day itself, for one day past, for more. */
  const counted = (words, ahead) => {
    const size = Math.abs(ahead);
    const place = ahead ? (ahead > 0 ? 0 : 3) + Number(size > 1) : 2;
    return words[place].replace("{}", size.toLocaleString("en-US"));
  };

  /* The place of the last text that has started, or -1. */
  const chosen = (starts, day) => starts.filter((start) => start <= day).length - 1;

  const isWithin = (day, since, until) => (!since || since <= day) && (!until || day <= until);

  /* Which of the rows show: those whose span [since, until] holds the day, and no more than the first ones. */
  const shown = (spans, day, first = Infinity) =>
    spans.map(([since, until]) => isWithin(day, since, until) && first-- > 0);

  /* From 0 to 1 on a scale of days, or null outside. */
  const placeOn = (first, last, day) =>
    isWithin(day, first, last) ? daysTo(first, day) / Math.max(daysTo(first, last), 1) : null;

  window.vagToday = { chosen, counted, dayRead, daysTo, isBehind, isWithin, local, nextIn, placeOn, shifted, shown };

  const each = (root, selector, action) => root.querySelectorAll(selector).forEach(action);

  const choose = (root, day) =>
    each(root, "[data-vag-dated]", (part) => {
      const texts = [...part.querySelectorAll(":scope > template[data-vag-from]")];
      const text = texts[chosen(texts.map((one) => one.dataset.vagFrom), day)];
      if (!text) return;
      for (const old of [...part.childNodes]) if (!texts.includes(old)) old.remove();
      part.prepend(text.content.cloneNode(true));
    });

  const show = (root, day) => {
    choose(root, day);
    each(root, "[data-vag-to]", (one) => {
      one.textContent = counted(one.dataset.vagWords.split("|"), daysTo(day, one.dataset.vagTo));
    });
    each(root, "[data-vag-offset]", (one) => {
      const by = Number(one.dataset.vagOffset);
      one.textContent = shifted(day, by, "vagWeekday" in one.dataset);
      if (one.hasAttribute("datetime")) one.setAttribute("datetime", shifted(day, by));
    });
    each(root, "[data-vag-series]", (one) => {
      const [first, step] = one.dataset.vagSeries.split(" ");
      const next = nextIn(first, step, day);
      one.textContent = shifted(next, 0, "vagWeekday" in one.dataset);
      one.setAttribute("datetime", next);
    });
    const lists = new Map();
    each(root, "[data-vag-since], [data-vag-until]", (row) => {
      lists.set(row.parentNode, [...(lists.get(row.parentNode) ?? []), row]);
    });
    for (const [list, rows] of lists) {
      const spans = rows.map((row) => [row.dataset.vagSince, row.dataset.vagUntil]);
      const first = Number(list.dataset.vagFirst ?? Infinity);
      shown(spans, day, first).forEach((seen, index) => {
        rows[index].toggleAttribute("hidden", !seen);
      });
    }
    each(root, "[data-vag-now]", (mark) => {
      const [first, last, left, right] = mark.dataset.vagNow.split(" ");
      const place = placeOn(first, last, day);
      if (place === null) return mark.setAttribute("display", "none");
      mark.removeAttribute("display");
      mark.setAttribute("transform", `translate(${(Number(left) + (right - left) * place).toFixed(2)} 0)`);
    });
  };

  /* A clock before the build: said, and everything stays as on the day of the build. */
  const sayBehind = (notes, clock) => {
    const text = notes.querySelector("template[data-vag-behind]").content.cloneNode(true);
    each(text, "[data-vag-clock]", (place) => place.append(clock));
    notes.append(text);
  };

  let read = "";
  const start = () => {
    /** @type {HTMLElement | null} */
    const notes = document.querySelector("[data-vag-built]");
    if (!notes) return;
    const { vagBuilt: built } = notes.dataset;
    const clock = local(new Date());
    if (clock === read) return;
    if (!read && isBehind(built, clock)) sayBehind(notes, clock);
    read = clock;
    show(document, dayRead(built, clock));
  };

  // Hides the sentence that names the day of the build, before it is seen.
  document.documentElement.dataset.vagToday = "";
  addEventListener("DOMContentLoaded", start);
  // A page may stay open over night.
  document.addEventListener("visibilitychange", start);
})();
