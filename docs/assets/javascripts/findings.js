/*
 * Findings of the checks of this site: made, counted and drawn, with the forms that show them. The same as
 * macros/samples/findings.py. What a reader types or opens stays in this browser: it is not sent and not kept, and keys in
 * it are shown masked.
 *
 *   window.vagFindings(data)   `data` holds rules, sources, most, keys, placeholder and words, as check_data.py gives them
 *     .findingOf, .report      make a finding of a rule, and a report of findings
 *     .list, .listing, ...     draw a report
 *     .checkForm(form, validate)           checks a reader's own file: validate(content) gives a report
 *     .buildForm(form, make)               builds a file: make() gives { file, text, bytes, report, notes }, where bytes may
 *                                          be missing, or { refused } with the reason
 *
 * A classic script, not a module: browsers load no module from file://.
 */
window.vagFindings = (data) => {
  const { first, masked, quote } = window.vagText;
  const { most, words } = data;
  const published = new Set([...Object.keys(data.keys), data.placeholder]);

  // Findings --------------------------------------------------------------------------------------------------------------

  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

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

  const compare = (one, other) => one.line - other.line || one.column - other.column || (one.id > other.id) - (one.id < other.id);

  const report = (found, activation, text) => {
    const listed = new Map(found.slice(0, most.findings).map((each) => [JSON.stringify(each), each]));
    const findings = [...listed.values()].sort(compare);
    if (found.length > most.findings) findings.push(findingOf("more-findings", null, {}, { count: most.findings }));
    const worst = worstOf(findings);
    return { findings, verdict: worst === "error" ? "invalid" : worst === "warning" ? worst : "valid", activation, text };
  };

  // Drawing -----------------------------------------------------------------------------------------------------------------

  /* Up to so many lines are shown whole; of a longer file, the lines with a finding. */
  const WHOLE = 400;
  const LONGEST = 400;
  const KEY_LENGTH = 29;
  const PAUSE = 200;
  const PAUSE_BUILD = 600;
  const MOST_SHOWN = 80;

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
    made.append(...children.filter((child) => child !== null));
    return made;
  };

  const status = (state, text) =>
    element(
      "span",
      { class: `vag-status vag-status--${state}` },
      element("span", { class: "vag-status__glyph", "aria-hidden": "true" }, words.glyphs[state]),
      " ",
      text,
    );

  /* The verdict in words: "Not valid: 2 errors, 1 note". */
  const summary = ({ verdict, findings }) => {
    const counts = SEVERITIES.map((severity) => [findings.filter((each) => each.severity === severity).length, words.severities[severity][1]]);
    const parts = counts.filter(([count]) => count).map(([count, word]) => `${count} ${word.toLowerCase()}${count === 1 ? "" : "s"}`);
    return `${words.verdicts[verdict][1]}: ${parts.join(", ") || words.nothing}`;
  };

  const title = (report) => status(words.verdicts[report.verdict][0], summary(report));

  const lineId = (line) => `vag-line-${line}`;

  const placeOf = ({ line, column }) => {
    if (!line) return words.whole;
    const link = element("a", { href: `#${lineId(line)}` }, `line ${line}${column ? `, column ${column}` : ""}`);
    link.addEventListener("click", (event) => {
      const shown = document.getElementById(lineId(line));
      event.preventDefault();
      shown?.focus();
      shown?.scrollIntoView({ block: "center" });
    });
    return link;
  };

  const sourcesOf = (ids) =>
    ids.flatMap((id, at) => {
      const [name, address] = data.sources[id];
      return [at ? "; " : ` ${words.read_in} `, element("a", { class: "vag-source", href: address }, name)];
    });

  const list = ({ findings }) =>
    element(
      "ul",
      { class: "vag-found__list" },
      ...findings.map((each) => {
        const [state, word] = words.severities[each.severity];
        const sources = each.sources.length ? [...sourcesOf(each.sources), "."] : [];
        return element("li", {}, status(state, `${word} ${each.id}`), " ", placeOf(each), `: ${each.message}`, element("br"), each.cure, ...sources);
      }),
    );

  /* The file line by line. `before` is an earlier version; lines that are new since then are marked. */
  const listing = ({ text, findings }, before = "") => {
    const lines = text.split("\n");
    const marks = new Map();
    for (const each of findings) if (each.line) marks.set(each.line, [...(marks.get(each.line) ?? []), each]);
    if (!lines.at(-1) && !marks.has(lines.length)) lines.pop();
    const numbers = lines.length > WHOLE ? [...marks.keys()].sort((one, other) => one - other) : lines.map((_, at) => at + 1);
    const old = before && new Set(before.split("\n"));
    const shown = element("div", { class: "vag-lines", role: "group", "aria-label": words.listing });
    let last = 0;
    const skipTo = (next) => {
      if (next > last + 1) shown.append(element("p", {}, fill(words.skipped, { count: next - last - 1 })));
      last = next;
    };
    for (const number of numbers) {
      const line = lines[number - 1];
      const own = marks.get(number) ?? [];
      const worst = worstOf(own);
      const state = worst ? words.severities[worst][0] : old && !old.has(line) ? "new" : null;
      // A key at the end stays whole until it is masked.
      const start = masked(first(line, LONGEST + KEY_LENGTH), published);
      skipTo(number);
      shown.append(
        element(
          "div",
          { id: lineId(number), tabindex: "-1", "data-line": number, class: state && `vag-lines__${state}` },
          element("code", {}, start.length > LONGEST ? `${first(start, LONGEST)}…` : start),
          " ",
          worst ? status(state, [...new Set(own.map((each) => each.id))].join(", ")) : null,
        ),
      );
    }
    skipTo(lines.length + 1);
    return shown;
  };

  const activation = (report) => element("p", {}, words.activations[report.activation]);

  const checkForm = (form, validate) => {
    const { text: area, file: picker } = form.elements;
    const output = form.querySelector("[data-vag-found]");
    const live = form.querySelector("[data-vag-live]");
    const nothing = [...output.childNodes];
    let content = "";
    let waiting = 0;

    const check = () => {
      const report = validate(content);
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
    const take = (given, kind = null) => {
      if (kind) form.elements.kind.value = kind;
      content = given;
      const report = check();
      area.value = report.text ?? "";
      output.querySelector("h2").focus();
    };

    const openFile = async (file) => {
      // What is too large is not read: its size is all that the check asks for.
      const { size } = file;
      take(size > most.characters ? { length: size } : new Uint8Array(await file.arrayBuffer()));
    };

    area.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        content = area.value;
        if (content) check();
        else clear();
      }, PAUSE);
    });
    form.addEventListener("change", ({ target }) => target !== area && target !== picker && content.length && check());
    picker.addEventListener("change", () => picker.files.length && openFile(picker.files[0]));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      const [file] = event.dataTransfer.files;
      if (!file) return;
      event.preventDefault();
      openFile(file);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => {
      clear();
      area.focus();
    });

    /* A file of the page, to try the check with. */
    for (const example of document.querySelectorAll("[data-vag-example]")) {
      const button = element("button", { type: "button", class: "vag-button" }, words.example);
      button.addEventListener("click", () => {
        take([...example.querySelectorAll("code")].map((line) => `${line.textContent}\n`).join(""), example.dataset.vagKind);
      });
      example.before(element("p", {}, button));
    }

    show(form);
  };

  const show = (form) => {
    for (const each of document.querySelectorAll("[data-vag-without]")) each.hidden = true;
    form.hidden = false;
  };

  // A file from choices -------------------------------------------------------------------------------------------------

  const copy = async (what, button) => {
    let done = true;
    try {
      await navigator.clipboard.writeText(what);
    } catch {
      // Not in a secure context: select the text for the browser's own copy.
      const area = element("textarea", { class: "vag-hidden" });
      area.value = what;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
      button.focus();
    }
    return words.copied[Number(done)];
  };

  /* The address holds every choice after #, so that a link, a bookmark or a reload brings the file back. */
  const addressOf = (form) => `#${new URLSearchParams(new FormData(form))}`;

  /* Set the form to what the address says. Gives what the address says and the form cannot. */
  const restore = (form) => {
    const given = new URLSearchParams(location.hash.slice(1));
    if (![...given.keys()].some((name) => form.elements[name])) return [];
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
    return [...given].filter(([name, text]) => !taken.getAll(name).includes(text)).map((pair) => pair.join(": ").slice(0, MOST_SHOWN));
  };

  /* Gives a function that draws the file again, for choices that are made in other ways than by typing. */
  const buildForm = (form, make) => {
    const output = form.querySelector("[data-vag-found]");
    const live = form.querySelector("[data-vag-live]");
    const buttons = form.querySelector(".vag-form__take");
    let made = {};
    let waiting = 0;
    let wrong = [];

    const actions = {
      copy: (button) => copy(made.text, button),
      link: (button) => copy(new URL(addressOf(form), location.href).href, button),
      download: () => {
        const link = element("a", { href: URL.createObjectURL(new Blob([made.bytes ?? made.text])), download: made.file });
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      },
    };
    buttons.remove();
    buttons.addEventListener("click", async ({ target }) => {
      const said = await actions[target.dataset.vagTake]?.(target);
      if (said) live.textContent = said;
    });
    buttons.hidden = false;

    /* What the link said and the form does not know. */
    const strange = () => wrong.map((part) => element("li", {}, status("warn", "Link"), ` ${words.link} ${part}`));
    const noteOf = (text) => element("li", {}, status(...words.severities.info), ` ${text}`);

    const drawn = () => {
      const before = made.text ?? "";
      made = make();
      if (made.refused) {
        output.replaceChildren(element("h2", {}, status("bad", words.no_file)), element("p", {}, made.refused), element("ul", {}, ...strange()));
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
      const said = drawn();
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        live.textContent = said;
      }, PAUSE_BUILD);
    };

    const changed = () => {
      wrong = [];
      history.replaceState(null, "", addressOf(form));
      draw();
    };

    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("[type=reset]").addEventListener("click", () => setTimeout(changed));
    addEventListener("hashchange", () => {
      wrong = restore(form);
      draw();
    });
    wrong = restore(form);
    draw();
    show(form);
    return changed;
  };

  return { buildForm, checkForm, fill, findingOf, list, listing, report };
};
