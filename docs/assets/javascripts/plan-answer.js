// @ts-check
/*
 * What is said of an answer to a question of the plan: sentences, the rows of a table, days for a calendar. The words
 * and when they hold stand in the page, as trees of macros/render/plan/answers.yaml; macros/render/plan/answers.py says
 * the same.
 *
 *   window.vagPlan.said(topic, numbers)    { sentences, links, rows, days, found }: a link is [text, address] or null
 */
(() => {
  const { dataOf, fill, number } = window.vagDom;
  const { common, holds, walker } = window.vagConditions;
  const { counted: daysTo, shifted } = window.vagToday;
  const { names, topics } = dataOf("vag-plan");

  const FORMS = [0, 1, 2].map((places) =>
    new Intl.NumberFormat("en-US", { minimumFractionDigits: places, maximumFractionDigits: places })
  );

  const AHEAD = ["in 1 day", "in {} days", "today", "1 day ago", "{} days ago"];

  /* Twelve digits are what a computation in floating point is good for; half of the last one shown is rounded up. */
  const exact = (value) => Number(value.toPrecision(12));

  const decimal = (value, places = 0) => {
    const near = exact(value);
    return Number.isInteger(near) ? number(near) : FORMS[Math.max(places, 1)].format(near);
  };

  /* An average: from a hundred on in whole numbers. */
  const about = (value) => decimal(exact(value) >= 100 ? Math.round(exact(value)) : value, 1);

  /* As in Python, the third may be the plural or the number of decimals. */
  const counted = (value, one, many = null, places = 0) => {
    const [plural, digits] = typeof many === "number" ? [null, many] : [many, places];
    return `${decimal(value, digits)} ${value === 1 ? one : plural ?? `${one}s`}`;
  };

  const functions = {
    ...common({}),
    counted,
    about,
    decimal,
    left: (value) => (value < 0 ? `${decimal(-value, 1)} missing` : decimal(value, 1)),
    number: decimal,
    percent: window.vagPercent,
    ahead: (days) => daysTo(AHEAD, days),
    day: (day) => shifted(day, 0, true),
    key: (id) => names.keys[id],
    product: (id) => names.products[id],
  };

  const said = (topic, numbers) => {
    const { known, words } = topics[topic];
    const found = window.vagPlan[topic].answer(numbers, known);
    const value = (tree, more = {}) => walker(tree, functions)((name) => ({ numbers, found, ...more })[name]);
    const rowsOf = (it) => (words.parts ? value(words.parts, { it }).map((part) => ({ it, part })) : [{ it }]);
    const holding = words.sentences.filter(([when]) => holds(value(when)));
    return {
      found,
      sentences: holding.map(([, say, slots]) =>
        fill(say, Object.fromEntries(Object.entries(slots).map(([slot, tree]) => [slot, value(tree)])))
      ),
      links: holding.map(([, , , link]) => link),
      rows: value(words.each).filter((it) => holds(value(words.where, { it }))).flatMap(rowsOf).map((row) =>
        words.columns.map((tree) => String(value(tree, row)))
      ),
      days: words.calendar.filter(([when]) => holds(value(when))).map(([, day, say]) => ({ day: value(day), say })),
    };
  };

  window.vagPlan = { ...window.vagPlan, said };
})();
