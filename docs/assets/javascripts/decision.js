// @ts-check
/*
 * The decision tables in the browser: the same set arithmetic as macros/domain/decision.py, on the same boxes.
 *
 * `window.vagDecision.read()` returns the tables of decision-boxes.js; the other functions take them first. Answers are
 * an object from question to answer; a question that is missing, or answered with "unknown", is open.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { UNKNOWN, LARGEST_COUNT, alive, boxOf, indexOf, narrowed, read } = window.vagBoxes;

  const bitsOf = (mask) => {
    const found = [];
    for (let bit = 1; bit <= mask; bit <<= 1) if (mask & bit) found.push(bit);
    return found;
  };

  const usable = (question, answer) =>
    question.bands
      ? Number.isInteger(answer) && answer >= 0 && answer <= LARGEST_COUNT
      : indexOf(question, answer) >= 0;

  /* [question id, answer] for everything in `answers` that no question takes. */
  const problems = (tables, answers) =>
    Object.entries(answers).filter(([id, answer]) => {
      const question = tables.questions[tables.place.get(id)];
      return !question || (answer !== UNKNOWN && !usable(question, answer));
    });

  /* Indexes of the outcomes of some boxes, in the order of the outcomes. */
  const outcomesOf = (boxes) => [...new Set(boxes.map((box) => box.outcome))].sort((a, b) => a - b);

  const methodsOf = (tables, outcomes) => new Set(outcomes.map((outcome) => tables.outcomes[outcome].method));

  const average = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

  /* How well a question splits; smaller is better, from the first number on. See macros/domain/decision.py. */
  const score = (tables, boxes, masks, place, outcomes) => {
    const bits = bitsOf(masks[place]);
    const same = (a, b) => boxes.every((box) => !(box.masks[place] & a) === !(box.masks[place] & b));
    const different = bits.filter((bit, index) => !bits.slice(0, index).some((earlier) => same(earlier, bit)));
    const left = different.map((bit) => outcomesOf(boxes.filter((box) => box.masks[place] & bit)));
    const methods = average(left.map((some) => methodsOf(tables, some).size));
    const remaining = average(left.map((some) => some.length));
    const splits = methods < methodsOf(tables, outcomes).size ? 0 : remaining < outcomes.length ? 1 : 2;
    return [splits, tables.questions[place].bands ? 1 : 0, methods, remaining, place];
  };

  const before = (one, other) => {
    const at = one.findIndex((number, index) => number !== other[index]);
    return at >= 0 && one[at] < other[at];
  };

  /* Places of the questions that can change the outcome: two outcomes that differ in that answer alone. */
  const deciding = (boxes, masks) => {
    const found = new Set();
    boxes.forEach((one, index) => {
      for (const other of boxes.slice(index + 1)) {
        if (one.outcome === other.outcome) continue;
        const apart = masks.flatMap((mask, place) => (one.masks[place] & other.masks[place] & mask ? [] : [place]));
        if (apart.length === 1) found.add(apart[0]);
      }
    });
    return found;
  };

  /* Id of the question to ask next, or null when no open question can change the outcome. */
  const nextQuestion = (tables, masks, asked, boxes = alive(tables, masks)) => {
    const outcomes = outcomesOf(boxes);
    if (outcomes.length === 1) return null;
    const places = tables.questions.map((_, place) => place).filter((place) => !asked.has(tables.questions[place].id));
    if (!places.length) return null;
    const scores = places.map((place) => score(tables, boxes, masks, place, outcomes)).filter(([splits]) => splits < 2);
    const best = scores.reduce((one, other) => (one && !before(other, one) ? one : other), null);
    if (best) return tables.questions[best.at(-1)].id;
    const found = deciding(boxes, masks);
    return tables.questions[places.find((place) => found.has(place))]?.id ?? null;
  };

  const names = (tables, outcomes) => outcomes.map((outcome) => tables.outcomes[outcome].id);

  const outcomesWithout = (tables, answers, others) =>
    names(tables, outcomesOf(alive(tables, narrowed(tables, { ...answers, ...others }))));

  const joinBands = (question, answer, others) => {
    const merged = [];
    for (const { bit, outcomes } of others) {
      const [low, high] = question.bands[Math.log2(bit)];
      const last = merged.at(-1);
      if (last && last.band[1] === low - 1 && last.outcomes.join() === outcomes.join()) last.band[1] = high;
      else merged.push({ question: question.id, outcomes, band: [low, high] });
    }
    return merged.map((change) => {
      const [low, high] = change.band;
      return { ...change, value: low > answer || high === null ? low : high };
    });
  };

  /* Single answers whose change can flip the outcome. */
  const changes = (tables, answers, masks, decided) =>
    tables.questions.flatMap((question, place) => {
      const answer = Object.hasOwn(answers, question.id) ? answers[question.id] : UNKNOWN;
      if (answer === UNKNOWN) return [];
      const rest = alive(tables, masks.map((mask, other) => (other === place ? question.full : mask)));
      const others = bitsOf(question.full)
        .map((bit) => ({ bit, outcomes: names(tables, outcomesOf(rest.filter((box) => box.masks[place] & bit))) }))
        .filter(({ outcomes }) => outcomes.length !== 1 || outcomes[0] !== decided);
      if (question.bands) return joinBands(question, answer, others);
      return others.map(({ bit, outcomes }) => ({
        question: question.id,
        value: question.values[Math.log2(bit)].id,
        outcomes,
      }));
    });

  const reasons = (tables, boxes) =>
    tables.rules.flatMap(([table, rule], index) => {
      const hit = boxes.filter((box) => box.hits.includes(index)).length;
      return hit ? [{ table, rule, certain: hit === boxes.length }] : [];
    });

  /* Everything the tables say about one situation; `answers` must be free of `problems`. */
  const advise = (tables, answers) => {
    const masks = narrowed(tables, answers);
    const boxes = alive(tables, masks);
    const possible = names(tables, outcomesOf(boxes));
    const outcome = possible.length === 1 ? possible[0] : null;
    const record = tables.outcomes.find(({ id }) => id === outcome);
    return {
      possible,
      outcome,
      fallbacks: outcome && Object.keys(record.without).length ? outcomesWithout(tables, answers, record.without) : [],
      reasons: outcome ? reasons(tables, boxes) : [],
      changes: outcome ? changes(tables, answers, masks, outcome) : [],
      ask: nextQuestion(tables, masks, new Set(Object.keys(answers)), boxes),
    };
  };

  const boxesOf = (tables, answers) => alive(tables, narrowed(tables, Object.fromEntries(answers)));

  /* For answers as a Map: ids of the outcomes still possible, ... */
  const possible = (tables, answers) => names(tables, outcomesOf(boxesOf(tables, answers)));

  /* ... id of the question to ask next, ... */
  const next = (tables, answers) =>
    nextQuestion(tables, narrowed(tables, Object.fromEntries(answers)), new Set(answers.keys()));

  /* ... and ids of the questions that can still change the outcome. */
  const open = (tables, answers) => {
    const found = deciding(boxesOf(tables, answers), narrowed(tables, Object.fromEntries(answers)));
    return new Set([...found].map((place) => tables.questions[place].id));
  };

  /* What a typed number of computers means: {value}, or {error} with what would be right. */
  const number = (text) => {
    const typed = text.trim();
    const digits = /^\d{1,3}([\s,.])\d{3}(\1\d{3})*$/.test(typed) ? typed.replace(/\D/g, "") : typed;
    if (/^\d{1,20}$/.test(digits) && Number(digits) <= LARGEST_COUNT) return { value: Number(digits) };
    return { error: `Enter a whole number from 0 to ${window.vagDom.number(LARGEST_COUNT)}.` };
  };

  window.vagDecision = { UNKNOWN, LARGEST_COUNT, boxOf, read, problems, advise, possible, next, open, number };
})();
