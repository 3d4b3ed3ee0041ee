// @ts-check
/*
 * The decision guide: one question at a time, in place of the static first question of [data-vag-guide].
 *
 * The address holds everything: answers stand after # as keys and values, in the order in which they were given, so
 * that back, reload, bookmarks and links work by themselves. At a result it also holds the version of the tables and
 * the outcome, so that an old link can say what has changed since. Every answer is a link to the next address, and
 * `hashchange` draws it. A link within the page takes the answers' place in the address; then the entry in the history
 * remembers them. The arithmetic is in decision.js, the words come from <script id="vag-guide-data">.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  /** @type {HTMLElement | null} */
  const root = document.querySelector("[data-vag-guide]");
  const engine = window.vagDecision;
  if (!root || !engine) return;

  const { UNKNOWN } = engine;
  const { masked } = window.vagKeys;
  const { button, copy, dataOf, download, element, liveRegion, load, number, part, reveal } = window.vagDom;
  const { cloned, status } = window.vagDrawn;
  const NOT_KNOWN = "I don’t know";
  const RECORD = "volume-activation-decision";
  const LARGEST_RECORD = 1_000_000;
  const MOST_ANSWERS = 100;
  const MOST_LISTED = 50;
  const TABLE = "table";
  const RESULT = "result";
  const CHANGE = "change";
  const GROUP = "group";
  const LONGEST_NAME = 200;
  const MANY = 3;

  const tables = engine.read();
  const words = dataOf("vag-guide-data");
  const questionOf = (id) => tables.questions[tables.place.get(id)];
  const outcomeOf = (id) => tables.outcomes.find((outcome) => outcome.id === id);

  // Drawing -----------------------------------------------------------------------------------------------------------

  /* The marks that lead to facts, as on the other pages. */
  const cites = (ids) =>
    cloned("cites", {
      marks: ids.map((id) => {
        const [statement, , confidence, address] = words.facts[id];
        const mark = cloned("cite", { address, statement, fact: id, id });
        return [mark, confidence ? [" ", cloned(`confidence-${confidence}`, {})] : null];
      }),
    });

  const numbers = ([low, high]) => {
    if (high === null) return `${number(low)} or more`;
    return low === 0 ? `fewer than ${number(high + 1)}` : `${low} to ${high}`;
  };

  const answerText = (question, answer) => {
    if (answer === UNKNOWN) return NOT_KNOWN;
    if (question.bands) return `${number(answer)} ${answer === 1 ? "computer" : "computers"}`;
    return question.values.find((value) => value.id === answer).label;
  };

  /* Many outcomes, or several of one method, are named by their methods. */
  const outcomeNames = (ids) => {
    const methods = [...new Set(ids.map((id) => outcomeOf(id).method_name))];
    const short = ids.length > MANY || (ids.length > 1 && methods.length === 1);
    return (short ? methods : ids.map((id) => outcomeOf(id).name)).join(" or ");
  };

  // The address -------------------------------------------------------------------------------------------------------

  const parsed = (question, text) => (question.bands && /^\d{1,8}$/.test(text) ? Number(text) : text);

  /* What the address says: answers in order, and what it cannot mean. Null for an address that is not ours. */
  const read = (hash) => {
    const given = new URLSearchParams(hash.replace(/^#/, ""));
    const known = [...given.keys()].some((key) => tables.place.has(key));
    if (!known) return hash.length > 1 && !hash.includes("=") ? null : { answers: new Map(), wrong: [] };
    const answers = new Map();
    const wrong = [];
    for (const [key, raw] of given) {
      const text = masked(raw);
      if ([TABLE, RESULT, CHANGE, GROUP].includes(key)) continue;
      const question = questionOf(key);
      const answer = question && parsed(question, text);
      if (question && !engine.problems(tables, { [key]: answer }).length) answers.set(key, answer);
      else wrong.push(masked(`${key}: ${text}`).slice(0, 80));
    }
    return {
      answers,
      wrong,
      table: given.get(TABLE),
      result: given.get(RESULT),
      change: given.get(CHANGE),
      group: given.has(GROUP) ? masked(given.get(GROUP) ?? "") : null,
    };
  };

  const address = (answers, more = {}) => {
    const text = new URLSearchParams([...answers].map(([id, answer]) => [id, String(answer)]));
    for (const [key, value] of Object.entries(more)) if (value) text.set(key, value);
    return `#${text}`;
  };

  const changed = (answers, id, answer) =>
    new Map([...answers, [id, answer]].map(([key, old]) => [key, key === id ? answer : old]));

  /* Every address asks the questions from the first one on, so what was worked out once is kept. */
  const asked = new Map();
  const next = (path) => {
    const key = address(path);
    if (!asked.has(key)) asked.set(key, engine.next(tables, path));
    return asked.get(key);
  };

  /*
   * Ask the questions again with the answers at hand. `path` are the answers that were asked for, `kept` the ones that
   * may still be, `spare` the ones that cannot change the outcome now. They stay in the address, and come back when an
   * answer changes so that they are asked for again. `all` are all of them.
   */
  const replay = (answers) => {
    const path = new Map();
    let ask = next(path);
    while (ask && answers.has(ask)) {
      path.set(ask, answers.get(ask));
      ask = next(path);
    }
    const rest = [...answers].filter(([id]) => !path.has(id));
    const open = rest.length && ask ? engine.open(tables, path) : new Set();
    const kept = rest.filter(([id]) => open.has(id));
    const spare = rest.filter(([id]) => !open.has(id));
    return { path, ask, kept, spare, all: new Map([...path, ...kept, ...spare]) };
  };

  // What stands beside the guide --------------------------------------------------------------------------------------

  const live = liveRegion();
  /* What was said about an opened record: {note, title, key}; it holds for the answers that `key` stands for. */
  let report = null;
  let ticked = new Set();
  let group = "";
  /* A number that was typed and means nothing: {id, text}. */
  let typed = null;

  /* A prerequisite that is done, whatever its place in the list. */
  const tick = (outcome, text) => `${outcome}: ${text}`;

  const notice = (state, title, ...content) => cloned("note", { state, mark: status(state, title), content });

  const listOf = (items) => {
    const rest = items.length - MOST_LISTED;
    const shown = rest > 0 ? [...items.slice(0, MOST_LISTED), `and ${number(rest)} more`] : items;
    return element("ul", {}, ...shown.map((item) => element("li", {}, item)));
  };

  const startAgain = () => {
    report = typed = null;
    ticked = new Set();
    group = "";
  };

  const answersList = ({ path, kept, spare, all }) => {
    if (!all.size) return null;
    const row = (later) => ([id, answer]) => {
      const { label } = questionOf(id);
      return cloned("given-answer", {
        label,
        answer: answerText(questionOf(id), answer),
        later,
        address: address(all, { [CHANGE]: id }),
        question: label,
      });
    };
    const made = cloned("given", {
      rows: [[...path].map(row("")), kept.map(row(" (kept for later)")), spare.map(row(" (not needed now)"))],
    });
    part(".vag-again", made).addEventListener("click", startAgain);
    return made;
  };

  // A question --------------------------------------------------------------------------------------------------------

  const choices = (question, all) => {
    const current = all.get(question.id);
    const entry = (answer, label, hint) =>
      cloned("answer", {
        address: address(changed(all, question.id, answer)),
        value: answer,
        low: null,
        high: null,
        label: [label, current === answer ? element("em", {}, " (your answer so far)") : null],
        hint: hint ? cloned("answer-hint", { hint }) : null,
      });
    return [
      question.values?.map((value) => entry(value.id, value.label, words.questions[question.id].hints[value.id])),
      entry(UNKNOWN, NOT_KNOWN, "The guide goes on without it, and shows what remains possible."),
    ];
  };

  const numberForm = (question, all) => {
    const current = typed?.id === question.id ? typed.text : all.get(question.id);
    const form = cloned("number", { value: current === UNKNOWN ? null : current ?? null });
    const [input, error] = [part("input", form), part("p", form)];
    const complain = () => {
      error.textContent = input.value.trim()
        ? engine.number(input.value).error
        : "Enter a number, or choose “I don’t know”.";
      input.setAttribute("aria-invalid", "true");
    };
    if (typed?.id === question.id) complain();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { value, error: wrong } = engine.number(input.value);
      typed = wrong ? { id: question.id, text: input.value } : null;
      if (!wrong) {
        const target = address(changed(all, question.id, value));
        if (location.hash === target) draw();
        else location.hash = target;
        return;
      }
      complain();
      input.focus();
    });
    return form;
  };

  const questionView = (id, situation, position) => {
    const question = questionOf(id);
    const text = words.questions[id];
    const { all } = situation;
    const before = [...situation.path].slice(0, position);
    const possible = engine.possible(tables, new Map(before));
    const shown = cloned("question", {
      back: before.length
        ? cloned("back", { address: address(all, { [CHANGE]: before[before.length - 1][0] }) })
        : null,
      anchor: "vag-question",
      focus: -1,
      question: text.question,
      described: "vag-hint",
      hint: text.hint,
      cites: cites(text.facts),
      number: question.bands ? numberForm(question, all) : null,
      answers: choices(question, all),
      unknown: "How to find out",
      find_out: element("p", {}, text.find_out),
      place: `Question ${before.length + 1}. `,
      possible: possible.map((each) => outcomeOf(each).name).join("; "),
    });
    return [element("div", { class: "vag-step", "data-vag-question": id }, shown), answersList(situation)];
  };

  // A result ----------------------------------------------------------------------------------------------------------

  const reasonsOf = (reasons) =>
    reasons.map(({ table, rule, certain }) => {
      const [text, facts] = words.reasons[`${table}/${rule}`];
      return element("li", {}, certain ? "" : "Depending on what you do not know: ", text, " ", cites(facts));
    });

  const changeText = ({ question, value, band }) =>
    `${questionOf(question).label}: ${band ? numbers(band) : answerText(questionOf(question), value)}`;

  const changesList = (all, changes) =>
    element(
      "ul",
      { class: "vag-changes" },
      changes.map((change) =>
        cloned("change", {
          address: address(changed(all, change.question, change.value)),
          change: changeText(change),
          outcomes: outcomeNames(change.outcomes),
        })
      ),
    );

  /* The static section of an outcome, with its prerequisites as boxes to tick. */
  const outcomeSection = (id) => {
    const copy = /** @type {HTMLElement} */ (part(`[data-vag-outcome="${id}"]`).cloneNode(true));
    copy.removeAttribute("data-vag-outcome");
    copy.querySelectorAll(".vag-outcome__fails").forEach((each) => each.remove());
    copy.querySelectorAll(".vag-checklist > li").forEach((item, index) => {
      const key = tick(id, words.outcomes[id].prerequisites[index]);
      const box = element("input", { type: "checkbox", checked: ticked.has(key) });
      box.addEventListener("change", () => (box.checked ? ticked.add(key) : ticked.delete(key)));
      const [text] = item.childNodes;
      const label = element("label", {}, box, " ", text.textContent);
      text.replaceWith(label);
    });
    return copy;
  };

  /*
   * The fallback is what the tables give once this method is out of reach; that can depend on questions not asked yet.
   */
  const fallbackOf = (all, { outcome, fallbacks }) => {
    const none = words.outcomes[outcome].no_fallback;
    const without = new Map([...all, ...Object.entries(outcomeOf(outcome).without)]);
    const which = fallbacks.length > 1 ? [element("a", { href: address(without) }, "Find out which"), ". "] : null;
    return none ? [`${none[0]} `, cites(none[1])] : cloned("fallback", { names: outcomeNames(fallbacks), which });
  };

  const fallbackText = ({ outcome, fallbacks }) => words.outcomes[outcome].no_fallback?.[0] ?? outcomeNames(fallbacks);

  /* Where the guidance allows more than one answer: the choices of the rules that lead here, [text, facts] each. */
  const choicesOf = (advice) =>
    advice.reasons.flatMap(({ table, rule }) => [words.choices[`${table}/${rule}`] ?? []]).filter((each) =>
      each.length
    );

  const choicesPart = (advice) => {
    const found = choicesOf(advice);
    return found.length
      ? cloned("choices", { found: found.map(([text, facts]) => element("p", {}, text, " ", cites(facts))) })
      : null;
  };

  /* What a record on paper needs: whom it is about, when, and by which tables. */
  const recordPart = (situation, advice) => {
    const made = cloned("record", {
      longest: LONGEST_NAME,
      group,
      day: day(),
      version: tables.version,
      address: permalink(situation, advice),
    });
    const [name, link] = [part("input", made), part("a", made)];
    name.addEventListener("input", () => {
      group = name.value.trim();
      link.href = permalink(situation, advice);
      drawn = canonical(situation, advice);
      history.replaceState(null, "", drawn);
      root.dataset.vagDrawn = drawn;
    });
    return made;
  };

  const decidedView = (situation, advice) => {
    const outcome = outcomeOf(advice.outcome);
    return cloned("decided", {
      name: outcome.name,
      summary: words.outcomes[outcome.id].summary,
      fallback: fallbackOf(situation.all, advice),
      reasons: reasonsOf(advice.reasons),
      choices: choicesPart(advice),
      changes: advice.changes.length
        ? changesList(situation.all, advice.changes)
        : element("p", {}, "No other answer to a single question."),
      outcome: outcomeSection(outcome.id),
      record: recordPart(situation, advice),
      actions: actions(situation, advice),
    });
  };

  const undecidedView = (situation, advice) => {
    const { path, all } = situation;
    const open = [...path].filter(([, answer]) => answer === UNKNOWN).map(([id]) => id);
    const decisive = engine.open(tables, new Map([...path].filter(([, answer]) => answer !== UNKNOWN)));
    return cloned("undecided", {
      count: advice.possible.length,
      possible: advice.possible.map((id) =>
        cloned("undecided-outcome", { id, name: outcomeOf(id).name, summary: words.outcomes[id].summary })
      ),
      decisive: open.filter((id) => decisive.has(id)).map((id) => {
        const { question, find_out } = words.questions[id];
        return cloned("undecided-question", { address: address(all, { [CHANGE]: id }), question, find_out });
      }),
      record: recordPart(situation, advice),
      actions: actions(situation, advice),
    });
  };

  // Decision records --------------------------------------------------------------------------------------------------

  const day = () => window.vagToday.local(new Date());

  const canonical = ({ all }, advice) =>
    address(all, { [TABLE]: tables.version, [RESULT]: advice.outcome ?? UNKNOWN, [GROUP]: group });

  const permalink = (situation, advice) => new URL(canonical(situation, advice), location.href).href;

  const record = (situation, advice) => {
    const { path, all } = situation;
    const found = choicesOf(advice);
    const ids = new Set(
      [...advice.reasons.map(({ table, rule }) => words.reasons[`${table}/${rule}`]), ...found].flatMap(([, facts]) =>
        facts
      ),
    );
    const outcome = advice.outcome && words.outcomes[advice.outcome];
    outcome?.facts.forEach((id) => ids.add(id));
    return {
      kind: RECORD,
      format: 1,
      group,
      decided_on: day(),
      outcome: advice.outcome,
      possible: advice.possible,
      fallbacks: advice.fallbacks,
      no_fallback: outcome?.no_fallback?.[0] ?? null,
      table_version: tables.version,
      log: words.log,
      answers: Object.fromEntries(all),
      trace: [...all].map(([id, answer]) => ({
        question: words.questions[id].question,
        answer: answerText(questionOf(id), answer),
        needed: path.has(id),
      })),
      choices: found.map(([text]) => text),
      prerequisites: (outcome?.prerequisites ?? []).map((text) => ({
        text,
        done: ticked.has(tick(advice.outcome, text)),
      })),
      rules: advice.reasons.map(({ table, rule }) => ({ table, rule, reason: words.reasons[`${table}/${rule}`][0] })),
      would_change: advice.changes.map(({ question, value, outcomes }) => ({ question, value, outcomes })),
      facts: [...ids].map((id) => ({ id, statement: words.facts[id][0], verified_on: words.facts[id][1] })),
      address: permalink(situation, advice),
    };
  };

  const asMarkdown = (situation, advice) => {
    const data = record(situation, advice);
    const outcome = advice.outcome && words.outcomes[advice.outcome];
    const lines = [
      `# Activation method: ${advice.outcome ? outcomeOf(advice.outcome).name : "not decided yet"}`,
      "",
      ...(outcome ? [outcome.summary, ""] : [`Possible: ${outcomeNames(advice.possible)}.`, ""]),
      ...(group ? [`- Group: ${group}`] : []),
      `- Decided on: ${data.decided_on}`,
      ...(outcome ? [`- If that fails: ${fallbackText(advice)}`] : []),
      `- Decision tables: ${data.table_version}`,
      `- Link: <${data.address}>`,
      "",
      "## Answers",
      "",
      ...data.trace.map(({ question, answer, needed }, index) =>
        `${index + 1}. ${question} **${answer}**${needed ? "" : " (not needed)"}`
      ),
    ];
    const part = (title, items) => (items.length ? lines.push("", `## ${title}`, "", ...items) : null);
    part(
      "Why",
      advice.reasons.map(({ table, rule }) =>
        `- ${words.reasons[`${table}/${rule}`][0]} (${words.reasons[`${table}/${rule}`][1].join(", ")})`
      ),
    );
    part(
      "Where the guidance leaves a choice",
      choicesOf(advice).map(([text, facts]) => `- ${text} (${facts.join(", ")})`),
    );
    part(
      "What would change it",
      advice.changes.map((change) => `- ${changeText(change)}: ${outcomeNames(change.outcomes)}`),
    );
    part("Before you start", data.prerequisites.map(({ text, done }) => `- [${done ? "x" : " "}] ${text}`));
    part("Facts", data.facts.map(({ id, statement, verified_on: on }) => `- ${id}: ${statement} (verified ${on})`));
    return `${lines.join("\n")}\n`;
  };

  const actions = (situation, advice) => {
    const name = `decision-${day()}-${advice.outcome ?? "open"}`;
    return element(
      "div",
      { class: "vag-actions" },
      button("Copy link", async (pressed) => {
        const done = await copy(permalink(situation, advice), pressed);
        live.textContent = done ? "Link copied" : "The browser did not allow copying. The address bar holds the link.";
        pressed.textContent = done ? "Copied" : "Copying failed";
        setTimeout(() => (pressed.textContent = "Copy link"), 2000);
      }),
      button("Record as Markdown", () => download(`${name}.md`, asMarkdown(situation, advice), "text/markdown")),
      button(
        "Record as JSON",
        () => download(`${name}.json`, `${JSON.stringify(record(situation, advice), null, 1)}\n`, "application/json"),
      ),
      button("Print", () => print()),
    );
  };

  /* What is wrong with a file that should be a decision record; null when it is one. */
  const notARecord = (data) => {
    if (typeof data !== "object" || data === null || data.kind !== RECORD) return `“kind” must be “${RECORD}”`;
    if (data.format !== 1) return "“format” must be 1";
    if (typeof data.answers !== "object" || data.answers === null || Array.isArray(data.answers)) {
      return "“answers” must map questions to answers";
    }
    if (!Array.isArray(data.facts)) return "“facts” must be a list";
    if (typeof data.outcome !== "string" && data.outcome !== null) {
      return "“outcome” must be the id of an outcome, or null";
    }
    if (typeof data.decided_on !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(data.decided_on)) {
      return "“decided_on” must be a day such as 2026-11-24";
    }
    if (typeof (data.group ?? "") !== "string") return "“group” must be a name";
    if (!Array.isArray(data.prerequisites ?? [])) return "“prerequisites” must be a list";
    if (Object.keys(data.answers).length > MOST_ANSWERS) return `“answers” must be at most ${number(MOST_ANSWERS)}`;
    if (typeof (data.table_version ?? "") !== "string") return "“table_version” must be text";
    const isPart = (part, name) => typeof part === "object" && part !== null && typeof part[name] === "string";
    if (!data.facts.every((fact) => isPart(fact, "id") && isPart(fact, "statement"))) {
      return "each of “facts” must have an “id” and a “statement” that are text";
    }
    if (!(data.prerequisites ?? []).every((each) => isPart(each, "text"))) {
      return "each of “prerequisites” must have a “text”";
    }
    return null;
  };

  const short = (value) => String(typeof value === "string" ? value : JSON.stringify(value)).slice(0, 200);

  /* What the log says of what a record stands on; null where it could not be read. */
  const logged = async (data) => {
    try {
      await load(words.changes);
      return window.vagRecordChanges(data);
    } catch {
      return null;
    }
  };

  const factChanges = (facts) =>
    facts.flatMap(({ id, statement, verified_on: on }) => {
      const now = words.facts[id];
      if (!now) return [`${short(id)} is no longer cited by the tables. It said: ${short(statement)}`];
      if (now[0] !== statement) return [`${short(id)} said: ${short(statement)} Now: ${now[0]}`];
      return on === now[1] ? [] : [`${short(id)} was checked again on ${now[1]} and says the same`];
    });

  const openRecord = (data, log) => {
    const wrong = engine.problems(tables, data.answers);
    const answers = Object.entries(data.answers).filter(([id]) => !wrong.some(([other]) => other === id));
    const situation = replay(new Map(answers));
    const { path, ask, all } = situation;
    const advice = engine.advise(tables, Object.fromEntries(all));
    const was = data.outcome === null ? "not decided" : outcomeOf(data.outcome)?.name ?? short(data.outcome);
    const now = advice.outcome ? outcomeOf(advice.outcome).name : "not decided";
    const told = new Set(log?.map(({ id }) => id));
    const facts = factChanges(data.facts.filter(({ id }) => !told.has(id)));
    const same = !ask && data.outcome === advice.outcome;
    const title = ask
      ? `An answer is missing today. Then: ${was}. Now the guide asks: ${words.questions[ask].question}`
      : same
      ? `The outcome would be the same today: ${now}`
      : `The outcome would be another one today. Then: ${was}. Now: ${now}.`;
    const note = notice(
      same ? "ok" : "warn",
      title,
      element(
        "p",
        {},
        `Record of ${data.decided_on}. `,
        data.table_version === tables.version
          ? "The decision tables have not changed since."
          : `The decision tables have changed since (${short(data.table_version)}, now ${tables.version}).`,
      ),
      wrong.length
        ? element(
          "div",
          {},
          element("p", {}, "These answers do not exist any more:"),
          listOf(wrong.map(([id, answer]) => `${short(id)}: ${short(JSON.stringify(answer))}`)),
        )
        : null,
      log ? null : element("p", {}, "The log of changes could not be read, so only the facts themselves are compared."),
      told.size
        ? element("div", {}, element("p", {}, "Changed since then:"), listOf(log.map(({ said }) => said)))
        : null,
      facts.length
        ? element("div", {}, element("p", {}, "Facts that changed since, or were checked again:"), listOf(facts))
        : told.size
        ? null
        : element("p", {}, "No fact that it stands on has changed."),
    );
    note.dataset.vagReport = "";
    report = { note, title, key: address(path) };
    group = (data.group ?? "").slice(0, LONGEST_NAME);
    typed = null;
    ticked = new Set(
      (data.prerequisites ?? []).filter((each) => each.done === true).map(({ text }) => tick(data.outcome, text)),
    );
    const before = location.hash;
    location.hash = ask ? address(all) : canonical(situation, advice);
    if (location.hash === before) draw();
  };

  const openFile = async (file) => {
    const fail = (why) => {
      const title = "This is no decision record";
      const text = `${masked(file.name)}: ${masked(why)}. Choose a file that “Record as JSON” saved.`;
      report = { note: notice("bad", title, element("p", {}, text)), title: `${title}. ${text}`, key: null };
      draw();
    };
    if (file.size > LARGEST_RECORD) return fail(`it has more than ${number(LARGEST_RECORD)} bytes`);
    // A file can be gone, or have changed, since it was chosen.
    const text = await file.text().catch(() => null);
    if (text === null) return fail("it could not be read");
    let data;
    try {
      data = JSON.parse(masked(text));
    } catch (error) {
      return fail(`it is no JSON (${error instanceof Error ? error.message : error})`);
    }
    const why = notARecord(data);
    return why ? fail(why) : openRecord(data, await logged(data));
  };

  const recordBox = () => {
    const box = cloned("open-record", {});
    const input = part("input", box);
    input.addEventListener("change", () => input.files?.[0] && openFile(input.files[0]));
    return box;
  };

  // Drawing an address ------------------------------------------------------------------------------------------------

  const versionNote = (state, advice) => {
    if (!state.table || state.table === tables.version) return null;
    const was = state.result === UNKNOWN ? "not decided" : outcomeOf(state.result)?.name;
    const same = (advice.outcome ?? UNKNOWN) === state.result;
    return notice(
      same ? "info" : "warn",
      "The decision tables have changed since this link was made",
      element(
        "p",
        {},
        same
          ? "The outcome is the same with today's tables."
          : `The outcome then: ${was ?? "unknown"}. Below is the outcome with today's tables.`,
      ),
    );
  };

  const sparedNote = (spared) =>
    notice(
      "info",
      "Not needed now, and kept in case it matters again",
      listOf(spared.map(([id, answer]) => `${questionOf(id).label}: ${answerText(questionOf(id), answer)}`)),
    );

  /* The answers that were needed in the view before: when one is not any more, the reader is told. */
  let needed = new Set();
  let drawn = null;

  const draw = () => {
    // Whatever else stands after # is a place in the page; then the history remembers the answers.
    const elsewhere = !read(location.hash);
    const state = read(elsewhere ? (history.state?.vagGuide ?? "") : location.hash) ??
      { answers: new Map(), wrong: [] };
    group = (state.group ?? group).slice(0, LONGEST_NAME);
    const situation = replay(state.answers);
    const { path, ask, spare, all } = situation;
    const changing = state.change && path.has(state.change) ? state.change : null;
    const finished = !ask && !changing;
    const advice = finished ? engine.advise(tables, Object.fromEntries(all)) : null;
    const spared = spare.filter(([id]) => needed.has(id));
    needed = new Set([...all.keys()].filter((id) => !spare.some(([other]) => other === id)));
    const stale = report?.key && report.key !== address(path);
    if (stale) report = null;
    const above = [
      report?.note,
      state.wrong.length
        ? notice("warn", "Parts of this link mean nothing here and were left out", listOf(state.wrong))
        : null,
      advice ? versionNote(state, advice) : null,
      spared.length ? sparedNote(spared) : null,
    ];
    const id = changing ?? ask;
    const view = finished
      ? [advice.outcome ? decidedView(situation, advice) : undecidedView(situation, advice), answersList(situation)]
      : questionView(id, situation, changing ? [...path.keys()].indexOf(changing) : path.size);
    root.classList.remove("vag-step");
    root.removeAttribute("data-vag-question");
    root.replaceChildren(
      ...[...above, element("div", { class: "vag-guide__columns" }, ...view.filter(Boolean)), recordBox()].filter(
        Boolean,
      ),
    );
    root.classList.toggle("vag-guide--result", finished);
    root.dataset.vagResult = advice ? advice.possible.join(" ") : "";
    const here = finished ? canonical(situation, advice) : address(all, { [CHANGE]: changing, [GROUP]: group });
    if (!elsewhere && all.size && location.hash !== here) history.replaceState(null, "", here);
    live.textContent = [
      report && !report.said && report.title,
      stale && "An answer changed, so what was said about the record no longer holds.",
      spared.length && `Not needed now: ${spared.map(([each]) => questionOf(each).label).join(", ")}.`,
      finished && `Result: ${advice.outcome ? outcomeOf(advice.outcome).name : "not decided yet"}`,
    ]
      .filter(Boolean)
      .join(" ");
    if (report) report.said = true;
    if (!elsewhere && (drawn !== null || path.size)) part(".vag-step__question", root).focus();
    drawn = all.size ? here : "";
    root.dataset.vagDrawn = location.hash;
  };

  root.before(live);
  addEventListener("hashchange", () => {
    if (report && !report.key) report = null;
    if (read(location.hash) || history.state?.vagGuide) draw();
    else history.replaceState({ vagGuide: drawn }, "");
    reveal();
  });
  draw();
  reveal();
})();
