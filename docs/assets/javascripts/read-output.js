// @ts-check
/*
 * <form data-vag-diagnosis="ADDRESSES" data-vag-languages="ADDRESS" data-vag-names="ADDRESS" data-vag-most="100000">:
 * reads the output that somebody pastes. What reads it, diagnosis.js with its data, is asked for once the form is used:
 * a page that is only looked at stays light. Other languages, names of codes without a page, and the first checks of
 * what a verdict points at come once a text needs them, and so does what tells another kind of text.
 *
 * What is pasted stays in this browser and is not kept.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { button, copySaying, dataOf, element, fill, grown, later, load, showForm } = window.vagDom;
  const { hand, takeFiles } = window.vagTextBox;
  const ROOT = new URL("../../", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const PAUSE = 150;
  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-diagnosis]"));
  if (!form) return;
  const {
    vagDiagnosis: needed = "",
    vagFirst: first = "",
    vagKinds: kinds = "",
    vagLanguages: languages = "",
    vagNames: names = "",
  } = form.dataset;
  const most = Number(form.dataset.vagMost);
  /** @type {Record<string, string>} */
  const more = { "vag-languages": languages, "vag-code-names": names };
  const { text: area } = form.elements;
  const output = /** @type {HTMLElement} */ (form.querySelector("[data-vag-found]"));
  const live = /** @type {HTMLElement} */ (form.querySelector("[data-vag-live]"));
  const failed = /** @type {HTMLElement} */ (form.querySelector("[data-vag-failed]"));
  const paused = later(PAUSE);

  const ready = () => load(needed.split(" "));

  /* The last text wins, whatever comes in the meantime. */
  let turn = 0;
  const taking = (action) => {
    turn += 1;
    const own = turn;
    return ready().then(() => own === turn && action()).catch(() => {
      failed.hidden = false;
    });
  };

  /*
   * What to do first about what the verdict points at. The names that came with the site are of another organization:
   * in their place stands the host that the text names, else that of the organization that the browser keeps, else what
   * stands for one.
   */
  const named = (each, { name, port }, said) => {
    const written = each.dataset.vagNamed ?? "";
    const isCommand = Boolean(each.closest("pre"));
    if (!name && !isCommand && written.startsWith(", ")) return "";
    const host = name ?? (isCommand ? "<KMS host>" : said.host);
    const filled = written.replace(/<(?:every )?KMS hosts?>/g, () => host).replaceAll("<every ", "<");
    return filled.replaceAll("<port>", () => String(port ?? said.port));
  };
  const hostOf = (products) => {
    const seen = products.find((slots) => /^[^<]/.test(slots.kms_host ?? ""));
    if (seen) return { name: seen.kms_host, port: seen.kms_port };
    const own = window.vagKept.own()?.kms_hosts[0];
    return { name: own?.name, port: own?.port };
  };
  const firstOf = ({ codes, steps, said }, target, products) => {
    const { step = target, reach = [] } = codes[target] ?? {};
    const check = element(
      "div",
      {},
      ...[...reach, ...(steps[step] ?? [])].map((tree) => grown(tree, (_, value) => value)),
    );
    const host = hostOf(products);
    /** @type {NodeListOf<HTMLElement>} */
    const names = check.querySelectorAll("[data-vag-named]");
    for (const each of names) each.textContent = named(each, host, said);
    for (const each of check.querySelectorAll("[data-vag-built-only]")) each.remove();
    for (const each of check.querySelectorAll("pre")) {
      each.after(button("Copy", (pressed) => copySaying(each.textContent ?? "", pressed, live)));
    }
    return check;
  };

  const addFirst = async ({ verdict, products }, own) => {
    const target = verdict && verdict.state !== "good" && verdict.next[0];
    if (!target) return;
    await load([first]);
    const check = firstOf(dataOf("vag-first-checks"), target, products);
    if (own === turn && check.firstChild) output.querySelector(".vag-diagnosis__verdict")?.after(check);
  };

  /* What is no output may be a file that another page checks: the text goes there with the reader. */
  const addKind = async (text, own) => {
    await load(kinds.split(" "));
    const { of, readers, say } = window.vagTextKinds;
    const kind = of(text);
    if (!kind || kind.page === 0 || own !== turn) return;
    const reader = readers[kind.page];
    const link = reader && element("a", { href: new URL(reader[0], ROOT).href }, reader[3]);
    link?.addEventListener("click", () => hand(text));
    output.replaceChildren(
      element(
        "p",
        {},
        window.vagDrawn.status("info", fill(say.is, kind)),
        " ",
        link ?? kind.todo ?? say["command-line"],
      ),
    );
    live.textContent = output.textContent;
  };

  const put = (reading) => {
    output.replaceChildren(...(reading ? [window.vagDiagnosis.shown(reading)] : []));
    live.textContent = reading ? output.firstElementChild?.textContent ?? "" : "";
  };

  const show = (text, encoding = "") => {
    if (!text.trim()) {
      turn += 1;
      return put(null);
    }
    return taking(async () => {
      const own = turn;
      const reading = window.vagDiagnosis.read(text, undefined, encoding);
      const lacks = window.vagDiagnosis.lacks(reading);
      if (!lacks.length) {
        put(reading);
        // An answer without it is an answer.
        return (reading.kind ? addFirst(reading, own) : addKind(text, own)).catch(() => {});
      }
      await load(lacks.map((name) => more[name]));
      // With other languages, another code may have been seen.
      if (own === turn) await show(text, encoding);
    });
  };

  const open = (file) =>
    taking(async () => {
      const own = turn;
      await load([languages]);
      const bytes = new Uint8Array(await file.slice(0, 4 * most).arrayBuffer());
      if (own !== turn) return;
      const [text, encoding] = window.vagDiagnosis.textOf(bytes);
      box.put(window.vagKeys.masked(text));
      answer(box.text, encoding);
    });

  const box = takeFiles(form, open, most);
  for (const sign of ["focusin", "pointerenter", "dragenter"]) {
    form.addEventListener(sign, () => ready().catch(() => {}), { once: true });
  }
  /* The answer to a text that came as a whole is what a reader wants to see; who types looks at the box. */
  const answer = async (text, encoding = "") => {
    await show(text, encoding);
    const verdict = output.firstElementChild;
    if (verdict && verdict.getBoundingClientRect().bottom > innerHeight) verdict.scrollIntoView();
  };
  area.addEventListener("input", (event) => {
    const isWhole = event instanceof InputEvent ? event.inputType.startsWith("insertFrom") : true;
    paused(() => (isWhole ? answer : show)(box.text));
  });
  form.addEventListener("reset", () => {
    show("");
    area.focus();
  });
  for (const example of document.querySelectorAll("[data-vag-example]")) {
    const trying = button(form.dataset.vagTry ?? "", () => {
      box.put(example.textContent ?? "");
      show(box.text);
      area.focus();
      form.scrollIntoView();
    });
    example.after(element("p", {}, trying));
  }
  showForm(form);

  window.vagReading = { all: () => load([...needed.split(" "), languages, names]) };
})();
