// @ts-check
/*
 * Findings of the checks of this site: made, counted and drawn, with the forms that show them. The same as
 * macros/formats/base/findings.py. What a reader types or opens stays in this browser: it is not sent and not kept, and
 * keys in it are shown masked.
 *
 *   window.vagFindings(data)   `data` holds rules, sources, most, keys... as check_data.py gives them
 *     .findingOf, .report      make a finding of a rule, and a report of findings
 *     .reportOn, .encodingProblems   the report of a file that may be unreadable, and findings on how it is written
 *     .list, .listing, ...     draw a report
 *     .checkForm(form, validate)   checks a reader's own file: validate(content) gives a report
 *     .buildForm(form, make)       builds a file: make() gives { file, text, bytes, report, notes }, where bytes may be
 *                                  missing, or throws Refused
 *
 * A classic script, not a module: browsers load no module from file://.
 */
/** @param {Data} data */
window.vagFindings = (data) => {
  const { button, copy, download, element, fill, later, showForm } = window.vagDom;
  const { takeFiles } = window.vagTextBox;
  const { Unreadable, first, markOf, quote } = window.vagText;
  const { masked, pieces, without } = window.vagKeys;
  const { cloned, status } = window.vagDrawn;
  const { most, words } = data;

  // Findings ----------------------------------------------------------------------------------------------------------

  /* A finding of a rule. `given` comes from the file and is clipped and masked; `said` are words of ours. */
  const findingOf = (id, place, given = {}, said = {}) => {
    const [severity, message, cure, sources] = data.rules[id];
    const quoted = Object.entries(given).map(([name, value]) => [name, quote(String(value))]);
    const values = { ...Object.fromEntries(quoted), ...said };
    const { line = null, column = null } = place ?? {};
    return { id, severity, message: fill(message, values), line, column, cure: fill(cure, values), sources };
  };

  const SEVERITIES = Object.keys(words.severities);
  const worstOf = (findings) => SEVERITIES.find((severity) => findings.some((each) => each.severity === severity));

  const compare = (one, other) =>
    Number(one.line) - Number(other.line) || Number(one.column) - Number(other.column) ||
    Number(one.id > other.id) - Number(one.id < other.id);

  /** @type {Findings["report"]} */
  const report = (found, activation, text) => {
    const listed = new Map(found.slice(0, most.findings).map((each) => [JSON.stringify(each), each]));
    const findings = [...listed.values()].sort(compare);
    if (found.length > most.findings) findings.push(findingOf("more-findings", null, {}, { count: most.findings }));
    const worst = worstOf(findings);
    return {
      findings,
      verdict: worst === "error" ? "invalid" : worst === "warning" ? worst : "valid",
      activation,
      text,
    };
  };

  /* The report of a file: `take` gives its text, `judge` what it found in that and how it activates. */
  const reportOn = (take, judge, otherwise = "unknown") => {
    let text = null;
    try {
      text = take();
      const { found, activation } = judge(text);
      return report(found, activation, text);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return report([findingOf(error.rule, error.line ? error : null, error.values, error.said)], otherwise, text);
    }
  };

  /* What is wrong with how a text is written, although it can be read here. */
  const encodingProblems = (data, text, isUnmarked = true) => {
    const encoding = isUnmarked && markOf(data);
    const zero = text.indexOf("\0");
    const problems = [];
    if (encoding) {
      problems.push(
        findingOf(encoding === "UTF-8" ? "byte-order-mark" : "file-encoding", { line: 1 }, {}, { encoding }),
      );
    }
    if (zero >= 0) problems.push(findingOf("zero-byte", { line: text.slice(0, zero).split("\n").length }));
    return problems;
  };

  /* What a text is that is not checked here, as a finding; null when it is nothing known. */
  const patterns = (each) => each.map((one) => new RegExp(one, "iu"));
  const others = (data.recognized ?? []).map((each) => ({
    ...each,
    marks: patterns(each.marks),
    never: patterns(each.never),
  }));
  const recognize = (text, isFirst) => {
    const found = others.find(({ first: early, marks, never }) =>
      early === isFirst && marks.every((mark) => mark.test(text)) && !never.some((mark) => mark.test(text))
    );
    return found ? findingOf("recognized", null, {}, { what: found.what, todo: found.todo }) : null;
  };

  // Drawing -----------------------------------------------------------------------------------------------------------

  /* Up to so many lines are shown whole; of a longer file, the lines with a finding. */
  const WHOLE = 400;
  const LONGEST = 400;
  const PAUSE = 200;
  const PAUSE_BUILD = 600;
  const MOST_SHOWN = 80;

  /* A report in which no group of a key of the text is readable, whatever a message repeats of it. */
  const discreet = (report) => {
    const hidden = pieces(report.text ?? "");
    const said = (each) => ({ ...each, message: without(each.message, hidden), cure: without(each.cure, hidden) });
    return hidden.size ? { ...report, findings: report.findings.map(said) } : report;
  };

  const isUnread = ({ findings }) => findings.some(({ id }) => words.not_checked[0].includes(id));

  /* The verdict in words: "Not valid: 2 errors, 1 note". A file that was not read has none. */
  const summary = ({ verdict, findings }) => {
    if (isUnread({ findings })) return words.not_checked[1];
    const counts = SEVERITIES.map((
      severity,
    ) => [findings.filter((each) => each.severity === severity).length, words.severities[severity][1]]);
    const parts = counts.filter(([count]) => count).map(([count, word]) =>
      `${count} ${word.toLowerCase()}${count === 1 ? "" : "s"}`
    );
    return `${words.verdicts[verdict][1]}: ${parts.join(", ") || words.nothing}`;
  };

  const title = (report) => status(isUnread(report) ? "info" : words.verdicts[report.verdict][0], summary(report));

  const lineId = (line) => `vag-line-${line}`;

  const placeOf = ({ line, column }) => {
    if (!line) return words.whole;
    const link = cloned("place", { line, text: fill(words.places[Number(Boolean(column))], { line, column }) });
    link.addEventListener("click", (event) => {
      const shown = document.getElementById(lineId(line));
      event.preventDefault();
      shown?.focus();
      shown?.scrollIntoView({ block: "center" });
    });
    return link;
  };

  const sourcesOf = (ids) =>
    ids.map((id, at) => {
      const [title, address] = data.sources[id];
      return [at ? "; " : null, cloned("source", { address, id: null, title })];
    });

  const findingShown = (each) => {
    const [state, word] = words.severities[each.severity];
    const sources = each.sources.length ? [" ", cloned("read-in", { sources: sourcesOf(each.sources) })] : [];
    return cloned("finding", {
      mark: status(state, `${word} ${each.id}`),
      place: [" ", placeOf(each)],
      message: each.message,
      cure: [each.cure, sources],
    });
  };

  const list = ({ findings }) => cloned("found", { findings: findings.map(findingShown) });

  /* The file line by line. `before` is an earlier version; lines that are new since then are marked. */
  /** @type {Findings["listing"]} */
  const listing = ({ text, findings }, before = "") => {
    // Before it is cut into lines: a key may stand on two of them.
    const lines = masked(text ?? "").split("\n");
    const marks = new Map();
    for (const each of findings) if (each.line) marks.set(each.line, [...(marks.get(each.line) ?? []), each]);
    if (!lines.at(-1) && !marks.has(lines.length)) lines.pop();
    const numbers = lines.length > WHOLE
      ? [...marks.keys()].sort((one, other) => one - other)
      : lines.map((_, at) => at + 1);
    const old = before && new Set(masked(before).split("\n"));
    /** @type {Child[]} */
    const shown = [];
    let last = 0;
    const skipTo = (next) => {
      if (next > last + 1) shown.push(element("p", {}, fill(words.skipped, { count: next - last - 1 })));
      last = next;
    };
    for (const number of numbers) {
      const line = lines[number - 1];
      const own = marks.get(number) ?? [];
      const worst = worstOf(own);
      const state = worst ? words.severities[worst][0] : old && !old.has(line) ? "new" : null;
      skipTo(number);
      shown.push(cloned("line", {
        anchor: number,
        focus: -1,
        number,
        state,
        text: line.length > LONGEST ? `${first(line, LONGEST)}…` : line,
        mark: worst ? [" ", status(state, [...new Set(own.map((each) => each.id))].join(", "))] : null,
      }));
    }
    skipTo(lines.length + 1);
    return cloned("listing", { role: "group", label: words.listing, example: null, kind: null, lines: shown });
  };

  const activation = (report) => element("p", {}, words.activations[report.activation]);

  const checkForm = (form, validate) => {
    const { text: area, file: picker } = form.elements;
    const paused = later(PAUSE);
    const output = form.querySelector("[data-vag-found]");
    const live = form.querySelector("[data-vag-live]");
    const nothing = [...output.childNodes];
    let content = "";

    const check = () => {
      const report = discreet(validate(content));
      output.replaceChildren(
        element("h2", { id: "result", tabindex: "-1" }, title(report)),
        activation(report),
        list(report),
        ...(report.text ? [element("h3", {}, words.listing), listing(report)] : []),
      );
      live.textContent = summary(report);
      return report;
    };

    const clear = () => {
      content = "";
      live.textContent = "";
      output.replaceChildren(...nothing);
    };

    /* Check other content than what was typed, and lead there. */
    const take = (given, kind = "") => {
      if (kind) form.elements.kind.value = kind;
      content = given;
      const report = check();
      box.put(report.text ?? "");
      output.querySelector("h2").focus();
    };

    const openFile = async (file) => {
      // What is too large is not read: its size is all that the check asks for.
      const { size } = file;
      take(size > most.characters ? { length: size } : new Uint8Array(await file.arrayBuffer()));
    };

    const box = takeFiles(form, openFile, most.characters);
    area.addEventListener("input", () =>
      paused(() => {
        content = box.text;
        if (content) check();
        else clear();
      }));
    form.addEventListener("change", ({ target }) => target !== area && target !== picker && content.length && check());
    form.addEventListener("reset", () => {
      clear();
      area.focus();
    });

    /* A file of the page, to try the check with. */
    /** @type {NodeListOf<HTMLElement>} */
    const all = document.querySelectorAll("[data-vag-example]");
    for (const example of all) {
      const lines = () => [...example.querySelectorAll("code")].map((line) => `${line.textContent}\n`);
      example.before(element("p", {}, button(words.example, () => take(lines().join(""), example.dataset.vagKind))));
    }

    showForm(form);
  };

  // A file from choices -----------------------------------------------------------------------------------------------

  /* A request that no file can fulfil: a reason in words.refused, and its values. */
  class Refused extends Error {
    constructor(reason, values = {}) {
      super(reason);
      this.reason = reason;
      this.values = values;
    }
  }

  const attempt = (make) => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { refused: fill(words.refused[error.reason], error.values) };
    }
  };

  const copied = async (text, pressed) => words.copied[Number(await copy(text, pressed))];

  /* The address holds every choice after #, so that a link, a bookmark or a reload brings the file back. */
  const addressOf = (form) =>
    `#${new URLSearchParams([...new FormData(form)].map(([name, text]) => [name, masked(String(text))]))}`;

  /* Set the form to what the address says. Gives what the address says and the form cannot. */
  const restore = (form) => {
    const given = new URLSearchParams(location.hash.slice(1));
    if (![...given.keys()].some((name) => form.elements.namedItem(name))) return [];
    form.reset();
    for (const control of form.elements) {
      const values = given.getAll(control.name);
      if (control.type === "checkbox") control.checked = values.includes(control.value);
      else if (control.type === "radio") control.checked ||= values.includes(control.value);
      else if (values.length) {
        [control.value] = values;
        // A list without that value shows none.
        if (control.selectedIndex < 0) control.selectedIndex = 0;
      }
    }
    for (const group of form.querySelectorAll("details")) group.open ||= Boolean(group.querySelector(":checked"));
    const taken = new FormData(form);
    return [...given].filter(([name, text]) => !taken.getAll(name).includes(text)).map((pair) =>
      masked(pair.join(": ")).slice(0, MOST_SHOWN)
    );
  };

  /* Gives a function that draws the file again, for choices that are made in other ways than by typing. */
  const buildForm = (form, make) => {
    const output = form.querySelector("[data-vag-found]");
    const live = form.querySelector("[data-vag-live]");
    const buttons = form.querySelector(".vag-form__take");
    const paused = later(PAUSE_BUILD);
    let made = {};
    let wrong = [];

    const actions = {
      copy: (pressed) => copied(made.text, pressed),
      link: (pressed) => copied(new URL(addressOf(form), location.href).href, pressed),
      download: () => download(made.file, made.bytes ?? made.text),
    };
    buttons.remove();
    buttons.addEventListener("click", async ({ target }) => {
      const said = await actions[target.dataset.vagTake]?.(target);
      if (said) live.textContent = said;
    });
    buttons.hidden = false;

    /* What the link said and the form does not know. */
    const strange = () => wrong.map((part) => element("li", {}, status("warn", "Link"), ` ${words.link} ${part}`));
    const noteOf = (text) => element("li", {}, status(words.severities.info[0], words.severities.info[1]), ` ${text}`);

    const shownAnew = () => {
      const before = made.text ?? "";
      made = attempt(make);
      if (made.report) made.report = discreet({ ...made.report, text: made.text });
      if (made.refused) {
        output.replaceChildren(
          element("h2", {}, status("bad", words.no_file)),
          element("p", {}, made.refused),
          element("ul", {}, ...strange()),
        );
        return made.refused;
      }
      const found = list(made.report);
      found.prepend(...strange(), ...made.notes.map(noteOf));
      output.replaceChildren(
        element("h2", {}, title(made.report)),
        activation(made.report),
        ...(found.children.length ? [found] : []),
        buttons,
        listing(made.report, before),
      );
      return `${made.file}: ${summary(made.report)}`;
    };

    const draw = () => {
      const said = shownAnew();
      paused(() => {
        live.textContent = said;
      });
    };

    const changed = () => {
      wrong = [];
      history.replaceState(null, "", addressOf(form));
      draw();
    };

    form.addEventListener("input", changed);
    form.querySelector("[type=reset]").addEventListener("click", () => setTimeout(changed));
    addEventListener("hashchange", () => {
      wrong = restore(form);
      draw();
    });
    wrong = restore(form);
    draw();
    showForm(form);
    return changed;
  };

  return { Refused, buildForm, checkForm, encodingProblems, findingOf, list, listing, recognize, report, reportOn };
};
