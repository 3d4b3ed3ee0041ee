// @ts-check
/*
 * Drawings of the answers to questions of the plan, in the words of drawings.css. They are 360 units wide, so that they
 * fit a narrow screen with letters of full size; the table beside each is the text of it.
 *
 *   window.vagPlan.draw(topic, numbers, found, known)    a figure, or null where the table says all
 */
(() => {
  const { element, number } = window.vagDom;
  const { daysTo } = window.vagToday;
  const [WIDTH, LEFT, RIGHT, TOP, BOTTOM] = [360, 46, 350, 16, 150];

  const svg = (name, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    made.append(...children);
    return made;
  };
  const text = (x, y, content, anchor = "start", kind = "muted") =>
    svg("text", { x, y, "text-anchor": anchor, class: `vag-svg__${kind}` }, content);
  const line = (x1, y1, x2, y2, kind) => svg("line", { x1, y1, x2, y2, class: `vag-svg__${kind}` });

  const figure = (height, title, caption, ...parts) =>
    element(
      "figure",
      { class: "vag-figure" },
      svg(
        "svg",
        { class: "vag-svg vag-svg--narrow", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": title },
        ...parts,
      ),
      element("figcaption", {}, caption),
    );

  const across = (value, most) => LEFT + ((RIGHT - LEFT) * value) / (most || 1);
  const up = (share) => BOTTOM - (BOTTOM - TOP) * share;
  const shares = () =>
    [0, 0.5, 1].flatMap((share) => [
      line(LEFT, up(share), RIGHT, up(share), share ? "grid" : "axis"),
      text(LEFT - 4, up(share) + 5, `${share * 100}%`, "end"),
    ]);

  /* How often the host shows each count, and the threshold. */
  const count = (numbers, { threshold }, known) => {
    const spread = window.vagPlan.count.spread(numbers, known);
    const [most, step] = [Math.max(...spread), (RIGHT - LEFT) / spread.length];
    const bars = spread.map((chance, at) =>
      svg("rect", {
        x: LEFT + at * step,
        y: up(chance / most),
        width: Math.max(step - 1, 1),
        height: BOTTOM - up(chance / most),
        class: at < threshold ? "vag-svg__bad" : "vag-svg__ok",
      })
    );
    const at = LEFT + threshold * step;
    return figure(
      185,
      "How often the host shows each count",
      `Computers that the host counts on any day; it counts no more than ${
        spread.length - 1
      }. The higher, the more often. Broken line: the threshold, ${threshold}.`,
      line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"),
      ...bars,
      line(at, TOP - 8, at, BOTTOM, "threshold"),
      text(LEFT, BOTTOM + 16, "0"),
      text(at, BOTTOM + 16, threshold, "middle", "strong"),
      text(RIGHT, BOTTOM + 16, spread.length - 1, "end"),
      text((LEFT + RIGHT) / 2, BOTTOM + 32, "computers counted", "middle"),
    );
  };

  const TONES = { licensed: "ok", perpetual: "ok", "new-quiet": "info", "not-stated": "info", notifications: "bad" };
  const toneOf = (state) => TONES[state] ?? (state === "unlicensed-notification" ? "bad" : "warn");
  const OPEN_DAYS = 30;
  const ROW = 54;

  /* One row a state, so that each has its name; what has no end runs on for a month. */
  const expiry = (_, { states }) => {
    const first = states[0].from;
    const ends = states.map(({ from, to }) => daysTo(first, to ?? from) + (to ? 1 : OPEN_DAYS));
    const most = Math.max(...ends);
    const rows = states.flatMap(({ from, name, state, to }, at) => {
      const [begin, end] = [across(daysTo(first, from), most) - LEFT + 5, across(ends[at], most) - LEFT + 5];
      const y = 14 + at * ROW;
      return [
        text(5, y, name, "start", "strong"),
        svg("rect", {
          x: begin,
          y: y + 6,
          width: Math.max(end - begin, 2),
          height: 12,
          class: `vag-svg__${toneOf(state)}`,
        }),
        text(
          begin > 200 ? end : begin,
          y + 31,
          to ? `${from} to ${to}` : `from ${from} on`,
          begin > 200 ? "end" : "start",
        ),
      ];
    });
    return figure(states.length * ROW, "The states one after the other", "Time runs from left to right.", ...rows);
  };

  const outage = (numbers, { length }, known) => {
    const curve = window.vagPlan.outage.curve(numbers, known);
    const most = curve.length - 1;
    const points = curve.map((share, day) => `${across(day, most)},${up(share)}`).join(" ");
    const end = length === null || length > most
      ? []
      : [line(across(length, most), TOP, across(length, most), BOTTOM, "threshold")];
    return figure(
      185,
      "Share of computers expired on each day of the outage",
      `Share of computers expired, by days since the outage began.${
        end.length ? " Broken line: the outage is over." : ""
      }`,
      ...shares(),
      svg("polyline", { points, class: "vag-svg__line" }),
      ...end,
      ...[0, most / 2, most].map((day) => text(across(day, most), BOTTOM + 16, day, day === most ? "end" : "middle")),
      text((LEFT + RIGHT) / 2, BOTTOM + 32, "days since it began", "middle"),
    );
  };

  const mak = (numbers, { balance }) => {
    const [most, last] = [Math.max(numbers.total, 1), balance.length - 1];
    const points = (key) =>
      balance.map((month, at) => `${across(at, last)},${up(Math.max(0, Math.min(1, month[key] / most)))}`).join(" ");
    return figure(
      185,
      "Activations left in the years to come",
      "Activations left. Thin line: when rebuilt computers get their stored confirmation ID again.",
      line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"),
      text(LEFT - 4, TOP + 5, numbers.total, "end"),
      text(LEFT - 4, BOTTOM + 5, "0", "end"),
      text(LEFT + 6, TOP + 5, "activations left"),
      svg("polyline", { points: points("left_ids_kept"), class: "vag-svg__edge" }),
      svg("polyline", { points: points("left"), class: "vag-svg__line" }),
      ...balance.map(({ month }, at) =>
        at % 2 ? "" : text(across(at, last), BOTTOM + 16, month, at === 0 ? "start" : at === last ? "end" : "middle")
      ),
    );
  };

  /* Bars one below the other: each has its name, what it says, its length and its tone. */
  const BAR = 48;
  const bars = (rows, most) =>
    rows.flatMap(([name, said, value, tone], at) => {
      const y = at * BAR;
      const wide = ((RIGHT - 5) * value) / (most || 1);
      return [
        text(5, y + 14, name, "start", "strong"),
        text(RIGHT, y + 14, said, "end"),
        svg("rect", { x: 5, y: y + 21, width: RIGHT - 5, height: 12, class: "vag-svg__track" }),
        svg("rect", { x: 5, y: y + 21, width: wide, height: 12, class: `vag-svg__${tone}` }),
      ];
    });

  const hostKey = (_, { hosts }, { per_host: each }) => {
    if (!hosts.length) return null;
    const most = Math.max(each, ...hosts.map(({ used }) => used));
    const toneAt = (used) => (used > each ? "bad" : used === each ? "warn" : "ok");
    const rows = hosts.map(({ host, used }) => [`Host ${host}`, `${used} of ${each} used`, used, toneAt(used)]);
    return figure(
      hosts.length * BAR,
      "Activations of the key that each host has used",
      "Filled: used. Green: some are left; amber: none is; red: more than a host may take.",
      ...bars(rows, most),
    );
  };

  const traffic = (_, { peak_requests_per_hour: peak, renewals_per_hour: usual }) => {
    const said = (value) => `${number(Math.ceil(value))} an hour`;
    return peak
      ? figure(
        2 * BAR,
        "Requests an hour, usual and after an outage",
        "Requests an hour at all hosts together, parts rounded up. After an outage, every client tries again.",
        ...bars([
          ["Usual", said(usual), usual, "info"],
          ["After an outage", said(peak), peak, "info"],
        ], peak),
      )
      : null;
  };

  const DRAWINGS = { count, expiry, "host-key": hostKey, mak, outage, traffic };
  const draw = (topic, numbers, found, known) => DRAWINGS[topic]?.(numbers, found, known) ?? null;

  window.vagPlan = { ...window.vagPlan, draw };
})();
