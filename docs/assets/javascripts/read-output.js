// @ts-check
/*
 * <form data-vag-diagnosis="ADDRESSES" data-vag-languages="ADDRESS" data-vag-names="ADDRESS" data-vag-most="100000">:
 * reads the output that somebody pastes. What reads it, diagnosis.js with its data, is asked for once the form is used:
 * a page that is only looked at stays light. Other languages, and names of codes without a page, come once a text needs
 * them.
 *
 * What is pasted stays in this browser and is not kept.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { button, element, later, load, showForm, takeFiles } = window.vagDom;
  const PAUSE = 150;
  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-diagnosis]"));
  if (!form) return;
  const { vagDiagnosis: needed = "", vagLanguages: languages = "", vagNames: names = "", vagMost: most } = form.dataset;
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
      if (!lacks.length) return put(reading);
      await load(lacks.map((name) => more[name]));
      // With other languages, another code may have been seen.
      if (own === turn) await show(text, encoding);
    });
  };

  const open = (file) =>
    taking(async () => {
      const own = turn;
      await load([languages]);
      const bytes = new Uint8Array(await file.slice(0, 4 * Number(most)).arrayBuffer());
      if (own !== turn) return;
      const [text, encoding] = window.vagDiagnosis.textOf(bytes);
      box.put(window.vagKeys.masked(text));
      show(box.text, encoding);
    });

  const box = takeFiles(form, open, Number(most));
  for (const sign of ["focusin", "pointerenter", "dragenter"]) {
    form.addEventListener(sign, () => ready().catch(() => {}), { once: true });
  }
  area.addEventListener("input", () => paused(() => show(box.text)));
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
