// @ts-check
/*
 * <ol data-vag-checklist="ID" data-vag-title="TITLE"> whose items are steps with an <h3 id>: adds a tick and a note to
 * each, a progress bar, and the state as text for a ticket, as a link, on paper. Ticks and notes stay in this browser,
 * or for this visit where it keeps nothing. Without this script the list is a numbered list.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { button, element, hidden } = window.vagDom;
  const { masked } = window.vagKeys;
  const two = (number) => String(number).padStart(2, "0");
  /* A moment on the clock of whoever reads it, and how far that is from UTC: a ticket goes to other places. */
  const minute = (time) => {
    const moment = new Date(time);
    // Text of another version of the page may be anything.
    if (Number.isNaN(moment.getTime())) return time.slice(0, 16);
    const ahead = -moment.getTimezoneOffset();
    const local = new Date(moment.getTime() + ahead * 60_000).toISOString().slice(0, 16).replace("T", " ");
    const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
    return `${local} UTC${ahead ? `${ahead < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}` : ""}`;
  };

  const mount = (list) => {
    const key = `vag-checklist:${list.dataset.vagChecklist}`;
    const steps = [...list.children].map((item) => ({
      box: element("input", { type: "checkbox" }),
      time: element("time", {}),
      note: element("textarea", { rows: 2 }),
      fold: element("details", { class: "vag-check__note" }, element("summary", {}, "Note")),
      printed: element("p", { class: "vag-check__printed" }),
      item,
      id: item.querySelector("h3").id,
      title: item.querySelector("h3").textContent,
    }));
    /** @type {string | null} */
    let memory = null;
    let state = {};

    const load = () => {
      let kept = memory;
      try {
        kept = localStorage.getItem(key) ?? memory;
      } catch {
        /* This browser keeps nothing. */
      }
      try {
        // Of a visit before keys were hidden, or of somebody who edits what the browser keeps.
        const found = JSON.parse(masked(kept ?? "null"));
        // Text of another version of the page may be anything.
        return found && typeof found === "object" && !Array.isArray(found) ? found : {};
      } catch {
        return {};
      }
    };
    const save = () => {
      memory = JSON.stringify(state);
      try {
        localStorage.setItem(key, memory);
      } catch {
        /* Then for this visit. */
      }
    };
    const of = (id) => (state[id] && typeof state[id] === "object" ? state[id] : {});
    const done = (id) => (typeof of(id).done === "string" ? of(id).done : "");
    const noteOf = (id) => (typeof of(id).note === "string" ? of(id).note : "");
    const count = () => steps.filter(({ id }) => done(id)).length;

    const bar = element("progress", { max: steps.length, value: 0, "aria-label": "Progress" });
    const words = element("span", { role: "status" });
    const output = element("textarea", {
      class: "vag-check__text",
      readonly: "",
      rows: 10,
      "aria-label": "Text to copy",
      hidden: "",
    });

    const show = () => {
      bar.value = count();
      words.textContent = `${count()} of ${steps.length} steps done`;
      // On paper, a list that nobody has begun is one to tick by hand.
      for (const part of [bar, words]) part.classList.toggle("vag-screen", count() === 0);
      for (const step of steps) {
        step.box.checked = Boolean(done(step.id));
        step.time.textContent = done(step.id) ? minute(done(step.id)) : "";
        if (step.note.value !== noteOf(step.id)) step.note.value = noteOf(step.id);
        step.printed.textContent = noteOf(step.id);
        if (noteOf(step.id)) step.fold.open = true;
      }
    };
    const change = (id, part) => {
      state = load();
      state[id] = { ...of(id), ...part };
      save();
      show();
    };

    const address = () => location.href.split("#")[0];
    const ticket = (markdown) => {
      const lines = [
        markdown ? `## ${list.dataset.vagTitle}` : list.dataset.vagTitle,
        "",
        `Checklist: ${address()}`,
        `State of ${minute(new Date().toISOString())}: ${words.textContent}`,
        "",
      ];
      steps.forEach(({ id, title }, index) => {
        const time = done(id) ? ` (${minute(done(id))})` : "";
        lines.push(
          markdown
            ? `- [${done(id) ? "x" : " "}] ${index + 1}. ${title}${time}`
            : `${done(id) ? "[done]" : "[open]"} ${index + 1}. ${title}${time}`,
        );
        for (const line of noteOf(id) ? noteOf(id).split("\n") : []) {
          lines.push(markdown ? `  > ${line}` : `       Note: ${line}`);
        }
      });
      return lines.join("\n");
    };
    const offer = (text, what) => {
      output.value = text;
      output.hidden = false;
      output.select();
      const copied = () => {
        words.textContent = `${what} copied.`;
      };
      const not = () => {
        words.textContent = `${what} is below: select and copy it.`;
      };
      navigator.clipboard ? navigator.clipboard.writeText(text).then(copied, not) : not();
    };
    const link = () => `${address()}#ticks=${steps.filter(({ id }) => done(id)).map(({ id }) => id).join(".")}`;
    const reset = (made) => {
      if (made.dataset.sure) {
        delete made.dataset.sure;
        made.textContent = "Start again";
        state = {};
        save();
        output.hidden = true;
        for (const step of steps) step.fold.open = false;
        show();
      } else {
        made.dataset.sure = "yes";
        made.textContent = "Clear ticks and notes?";
      }
    };

    steps.forEach((step, index) => {
      step.box.id = `done-${step.id}`;
      step.note.setAttribute("aria-label", `Note on step ${index + 1}`);
      step.fold.append(step.note);
      const label = element("label", { for: step.box.id }, "Done", hidden(`: step ${index + 1}, ${step.title}`));
      step.box.addEventListener(
        "change",
        () => change(step.id, { done: step.box.checked ? new Date().toISOString() : "" }),
      );
      step.note.addEventListener("input", () => change(step.id, { note: masked(step.note.value) }));
      step.item.append(
        element("div", { class: "vag-check__state" }, step.box, label, step.time, step.fold),
        step.printed,
      );
    });

    const actions = element(
      "div",
      { class: "vag-actions" },
      button("Copy as Markdown", () => offer(ticket(true), "Markdown")),
      button("Copy as text", () => offer(ticket(false), "Text")),
      button("Copy link with ticks", () => offer(link(), "Link")),
      button("Print", () => print()),
      button("Start again", reset),
    );
    const strange = element("p", { role: "status" });
    const panel = element(
      "div",
      { class: "vag-check__panel" },
      element("p", { class: "vag-check__progress" }, bar, " ", words),
      strange,
    );
    list.before(panel);
    list.after(element("div", { class: "vag-check__panel" }, actions, output));

    // A shared link: its ticks are taken where there are none yet, and offered where there are.
    const shared = () => {
      const { hash } = location;
      if (!/^#(?:ticks=|[^?]*%)/.test(hash)) return void (strange.textContent = "");
      let text = "";
      try {
        text = decodeURIComponent(hash);
      } catch {
        /* A percent sign that begins no letter: the link was cut. */
      }
      if (text && !text.startsWith("#ticks=")) return;
      const named = text.slice("#ticks=".length).split(".").filter(Boolean);
      const ids = steps.map(({ id }) => id).filter((id) => named.includes(id));
      const unknown = named.length - ids.length;
      strange.textContent = !text || !named.length
        ? "This link to ticks could not be read: it was cut or changed. No tick was taken from it."
        : unknown
        ? `${unknown} of the ${named.length} ticks in this link belong to no step of this checklist and were left out.`
        : "";
      if (!ids.length) return;
      const take = () => {
        state = load();
        const now = new Date().toISOString();
        for (const id of ids) state[id] = { ...of(id), done: done(id) || now };
        save();
        show();
      };
      if (!count()) take();
      else {panel.append(button(`Take ${ids.length} ticks from the link`, (made) => {
          take();
          made.remove();
        }));}
    };

    state = load();
    show();
    shared();
    addEventListener("hashchange", shared);
    // Another tab on the same checklist.
    addEventListener("storage", (event) => {
      if (event.key !== key) return;
      state = load();
      show();
    });
  };

  document.querySelectorAll("[data-vag-checklist]").forEach(mount);
})();
