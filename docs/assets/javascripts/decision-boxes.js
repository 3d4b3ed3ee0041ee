// @ts-check
/*
 * The decision tables of a page and their boxes: the box of a situation has its outcome.
 *
 * <script type="application/json" id="vag-decision"> holds the questions, the outcomes and the boxes. A box allows some
 * answers for each question (a bit mask each) and has one outcome; boxes never overlap and leave no situation out.
 *
 *   window.vagBoxes.read()                      the tables; the other functions take them first
 *                  .boxOf(tables, answers)      the one box of a situation without an open question
 *                  .narrowed(tables, answers)   the answers as masks; a question that is missing, or "unknown", is open
 *                  .alive(tables, masks)        the boxes that these masks allow
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const UNKNOWN = "unknown";
  const LARGEST_COUNT = 10_000_000;

  /* The tables of this page, or null on a page without. */
  const read = () => {
    const data = window.vagDom.dataOf("vag-decision");
    if (!data) return null;
    const questions = data.questions.map((question) => ({
      ...question,
      full: (1 << (question.values ?? question.bands).length) - 1,
    }));
    const boxes = data.boxes.map(([masks, outcome, hits]) => ({ masks, outcome, hits }));
    return { ...data, questions, boxes, place: new Map(questions.map((question, place) => [question.id, place])) };
  };

  const indexOf = (question, answer) =>
    question.bands
      ? question.bands.findIndex(([low, high]) => answer >= low && (high === null || answer <= high))
      : question.values.findIndex((value) => value.id === answer);

  const narrowed = (tables, answers) =>
    tables.questions.map((question) => {
      const answer = Object.hasOwn(answers, question.id) ? answers[question.id] : UNKNOWN;
      return answer === UNKNOWN ? question.full : 1 << indexOf(question, answer);
    });

  const allowing = (masks) => (box) => box.masks.every((mask, place) => mask & masks[place]);
  const alive = (tables, masks) => tables.boxes.filter(allowing(masks));

  /* The one box of a situation without an open question. */
  const boxOf = (tables, answers) => tables.boxes.find(allowing(narrowed(tables, answers)));

  window.vagBoxes = { UNKNOWN, LARGEST_COUNT, alive, boxOf, indexOf, narrowed, read };
})();
