// @ts-check
/*
 * The questions of the onboarding: says whether an answer is right, with the reason, and how many were. Answers are
 * kept in this browser when a reader asks for it, and deleted when they no longer do.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { fill, part } = window.vagDom;
  const { status } = window.vagDrawn;
  const KEY = "vag-practice";
  /** @type {Data} */
  const sheet = part("[data-vag-practice]");
  const words = JSON.parse(sheet.dataset.vagWords);
  /** @type {Data} */
  const keep = part("[data-vag-keep]", sheet);
  /** @type {Data[]} */
  const questions = [...document.querySelectorAll(".vag-practice__question")];

  const inputs = (question) => [...question.querySelectorAll("input")];
  const given = (question) => {
    const [first] = inputs(question);
    if (first.type === "text") return first.value.replace(/[\s,.']/g, "");
    return inputs(question).find(({ checked }) => checked)?.value ?? "";
  };
  const isRight = (question) => given(question) === question.dataset.vagRight;

  const count = () => {
    for (const score of sheet.querySelectorAll("[data-vag-score]")) {
      const own = questions.filter(({ dataset }) => dataset.vagStage === score.dataset.vagScore);
      score.textContent = fill(words.score, { right: own.filter(isRight).length, all: own.length });
      // On paper, a stage that nobody has begun is one to answer by hand.
      score.classList.toggle("vag-screen", !own.some(given));
    }
  };

  const mark = (question) => {
    const answer = given(question);
    const said = part(".vag-practice__mark", question);
    const details = part("details", question);
    const isGood = isRight(question);
    said.replaceChildren(...(answer ? [status(isGood ? "ok" : "warn", isGood ? words.right : words.wrong)] : []));
    details.toggleAttribute("open", Boolean(answer));
  };

  const stored = (action) => {
    try {
      return action();
    } catch {
      // A browser that keeps nothing keeps nothing.
      return null;
    }
  };
  const save = () =>
    stored(() => {
      if (!keep.checked) return localStorage.removeItem(KEY);
      const answers = questions.map((question) => [question.id, given(question)]).filter(([, answer]) => answer);
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(answers)));
    });
  const restore = () => {
    const answers = stored(() => JSON.parse(localStorage.getItem(KEY) ?? "null"));
    if (!answers || typeof answers !== "object") return;
    keep.checked = true;
    for (const question of questions) {
      const answer = answers[question.id];
      if (typeof answer !== "string") continue;
      for (const input of inputs(question)) {
        if (input.type === "text") input.value = answer;
        else input.checked = input.value === answer;
      }
      mark(question);
    }
  };

  for (const question of questions) {
    question.addEventListener("change", () => {
      mark(question);
      count();
      save();
    });
  }
  keep.addEventListener("change", save);
  sheet.addEventListener("submit", (event) => event.preventDefault());
  sheet.addEventListener("reset", (event) => {
    event.preventDefault();
    keep.checked = false;
    for (const question of questions) {
      for (const input of inputs(question)) {
        if (input.type === "text") input.value = "";
        input.checked = false;
      }
      mark(question);
    }
    count();
    save();
  });
  part("[data-vag-print]", sheet).addEventListener("click", () => print());
  sheet.hidden = false;
  restore();
  count();
})();
