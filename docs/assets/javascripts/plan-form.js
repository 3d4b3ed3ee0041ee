// @ts-check
/*
 * The forms of the plan: <div data-vag-topic> around a form and, without scripts, an example of an answer. Answers
 * while a reader types. Nothing is kept and nothing leaves the browser; a link that a reader copies holds the numbers
 * behind #.
 */
(() => {
  const { button, copy, dataOf, download, element, later, number, part, showForm } = window.vagDom;
  const { dayRead, local, shifted } = window.vagToday;
  const { draw, said } = window.vagPlan;
  const { topics } = dataOf("vag-plan");
  /** @type {Data} */
  const noAnswer = part("template[data-vag-part=no-answer]");
  const PAUSE = 700;
  const MOST_ROWS = 1000;
  /** @type {HTMLElement | null} */
  const notes = document.querySelector("[data-vag-built]");
  const today = () => dayRead(notes?.dataset.vagBuilt ?? "", local(new Date()));

  /** @type {(within: ParentNode, selector: string) => Data[]} */
  const all = (within, selector) => [...within.querySelectorAll(selector)];

  /* What the reader's own organization has to say, where this browser keeps one. */
  const startsOf = (kept) => {
    try {
      return window.vagStarts(kept, today());
    } catch {
      // Kept by another edition of the site: the page then is as it comes.
      for (const each of all(document, "[data-vag-own]")) each.removeAttribute("data-vag-own");
      return null;
    }
  };
  const kept = window.vagKept.own();
  const own = kept && startsOf(kept);

  // Numbers -----------------------------------------------------------------------------------------------------------

  /* What a form says, under the keys of its names: `groups.0.computers`. What is empty is left out. */
  const numbersOf = (form) => {
    /** @type {Data} */
    const numbers = {};
    for (const control of form.elements) {
      if (!control.name || control.value === "") continue;
      const keys = control.name.split(".");
      const last = keys.pop();
      const place = keys.reduce((of, key, at) => of[key] ??= /^\d+$/.test(keys[at + 1] ?? last) ? [] : {}, numbers);
      place[last] = control.type === "number" || control.name === "wanted" ? Number(control.value) : control.value;
    }
    // Minutes with their day say more than a day; without one they say nothing.
    const { last_renewal: renewal, read_on: read, remaining_minutes: minutes, ...others } = numbers;
    if (read && minutes !== undefined) return { ...others, remaining_minutes: minutes, read_on: read };
    return renewal ? { ...others, last_renewal: renewal } : others;
  };

  const labelOf = (control) => `“${part(`label[for="${control.id}"]`).textContent}”`;

  /* What a control may hold, when it holds something else. */
  const wrongWith = (control) => {
    if (control.validity.valid) return "";
    if (control.type !== "number") return `${labelOf(control)} must be a day that exists.`;
    const kind = control.step === "any" ? "a number" : "a whole number";
    const [least, most] = [control.min, control.max].map((limit) => number(Number(limit)));
    return `${labelOf(control)} must be ${kind} from ${least} to ${most}.`;
  };

  /* What is wrong with numbers that are right one by one. */
  const CLASHES = {
    expiry: ({ elements }, { kind, remaining_minutes: minutes }) => {
      if (minutes === undefined) {
        if (elements.remaining_minutes.value) return `${labelOf(elements.read_on)} is missing.`;
        const either = `${labelOf(elements.last_renewal)} or ${labelOf(elements.remaining_minutes)} is missing.`;
        return elements.last_renewal.value ? "" : either;
      }
      const { aliases, timelines } = topics.expiry.known;
      const most = timelines[aliases[kind] ?? kind].expires * 1440;
      if (!most) return `${labelOf(elements.remaining_minutes)} has no meaning here: it does not run out.`;
      return minutes > most ? `${labelOf(elements.remaining_minutes)} must be at most ${number(most)}.` : "";
    },
    outage: ({ elements }, { ends, every_days: every, started_every_days: started, starts }) => {
      if (ends < starts) return `${labelOf(elements.ends)} must not be before ${labelOf(elements.starts)}.`;
      return started < every
        ? `${labelOf(elements.started_every_days)} must not be less than ${labelOf(elements.every_days)}.`
        : "";
    },
  };

  const wrongIn = (form, topic) => {
    const controls = [...form.elements].filter(({ name }) => name);
    for (const control of controls) control.toggleAttribute("aria-invalid", !control.validity.valid);
    return controls.map(wrongWith).find(Boolean) ?? CLASHES[topic]?.(form, numbersOf(form)) ?? "";
  };

  // Rows --------------------------------------------------------------------------------------------------------------

  /* Things that are asked as often as a reader has them. Gives what sets their number. */
  const mountRows = (form, changed) => {
    const rows = () => all(form, "[data-vag-row]");
    const adding = form.querySelector("[data-vag-add]");
    if (!adding) return () => {};

    const renumber = () =>
      rows().forEach((row, at) => {
        part("legend", row).textContent = `${row.dataset.vagRow} ${at + 1}`;
        for (const each of all(row, "[name], label, [id]")) {
          for (const name of ["for", "id", "name"]) {
            const value = each.getAttribute(name);
            if (value) each.setAttribute(name, value.replace(/([.-])\d+(?=[.-]|$)/, `$1${at}`));
          }
        }
        part("[data-vag-drop]", row).hidden = rows().length === 1;
      });
    const withDrop = (row) => {
      row.querySelector("[data-vag-drop]")?.remove();
      const drop = button("Remove", () => {
        row.remove();
        renumber();
        changed();
        adding.focus();
      });
      drop.dataset.vagDrop = "";
      row.append(drop);
    };
    const add = () => {
      const last = rows()[rows().length - 1];
      const made = last.cloneNode(true);
      // Nothing yet: what nobody filled changes no answer.
      for (const number of all(made, "input[type=number]").slice(0, 1)) number.value = "0";
      last.after(made);
      withDrop(made);
    };
    const set = (wanted) => {
      while (rows().length < Math.min(wanted, MOST_ROWS)) add();
      for (const row of rows().slice(Math.max(wanted, 1))) row.remove();
      renumber();
    };
    rows().forEach(withDrop);
    renumber();
    adding.addEventListener("click", () => {
      set(rows().length + 1);
      /** @type {Data} */
      const first = part("input, select", rows()[rows().length - 1]);
      first.focus();
      first.select?.();
      changed();
    });
    return set;
  };

  // What a reader takes along -----------------------------------------------------------------------------------------

  const asText = (title, columns, { links, rows, sentences }) =>
    [
      title,
      "",
      ...sentences.map((sentence, at) => sentence + asAddress(links[at])),
      "",
      columns.join("\t"),
      ...rows.map((cells) => cells.join("\t")),
      "",
    ].join("\n");

  /* Where a sentence leads. */
  const asAddress = (link) => (link ? ` ${link[0]}: ${new URL(link[1], location.href).href}` : "");
  const asLink = (link) => (link ? [" ", element("a", { href: link[1] }, link[0]), "."] : []);

  /* iCalendar (RFC 5545): days without a time; lines hold no more than 75 octets, and these are short. */
  const asCalendar = (title, days) => {
    const plain = (day) => day.replaceAll("-", "");
    const now = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
    const events = days.flatMap(({ day, say }, at) => [
      "BEGIN:VEVENT",
      `UID:${plain(day)}-${at}@volume-activation-guide`,
      `DTSTAMP:${now}`,
      `DTSTART;VALUE=DATE:${plain(day)}`,
      `DTEND;VALUE=DATE:${plain(shifted(day, 1))}`,
      `SUMMARY:${say}`,
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
    ]);
    const head = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Volume Activation Guide//Plan//EN",
      `X-WR-CALNAME:${title}`,
    ];
    return [...head, ...events, "END:VCALENDAR", ""].join("\r\n");
  };

  // A form ------------------------------------------------------------------------------------------------------------

  const mount = (box) => {
    const { vagTopic: topic } = box.dataset;
    const { known, title } = topics[topic];
    /** @type {Data} */
    const form = part("form", box);
    const [output, live] = [part("[data-vag-found]", form), part("[data-vag-live]", form)];
    const paused = later(PAUSE);
    /* The answer that stands here without scripts is what the others are made of. */
    /** @type {Data} */
    const sample = part(".vag-answer", box);
    const columns = all(sample, "thead th").map((head) => head.textContent);
    /** @type {Data} */
    let spoken = null;

    const rowOf = (cells) => {
      /** @type {Data} */
      const row = part("tbody tr", sample).cloneNode(true);
      [...row.children].forEach((cell, at) => cell.replaceChildren(cells[at]));
      return row;
    };
    const answer = () => {
      const made = sample.cloneNode(true);
      for (const old of all(made, ":scope > p")) old.remove();
      made.prepend(...spoken.sentences.map((sentence, at) => element("p", {}, sentence, ...asLink(spoken.links[at]))));
      part("tbody", made).replaceChildren(...spoken.rows.map(rowOf));
      part(".vag-table-wrap", made).hidden = !spoken.rows.length;
      return made;
    };

    const address = () => {
      // Who opens the link on another day is answered for that day.
      const isOwn = (name, value) => value !== "" && !(name === "as_of" && value === today());
      const typed = [...new FormData(form)].flatMap(([name, value]) =>
        isOwn(name, value) ? [[name, String(value)]] : []
      );
      return new URL(`#${new URLSearchParams([["own", topic], ...typed])}`, location.href).href;
    };
    const copying = (label, take) =>
      button(label, async (pressed) => {
        live.textContent = (await copy(take(), pressed)) ? "Copied to the clipboard" : "Copying failed";
      });
    const calendar = button(
      "Calendar file",
      () => download(`${topic}.ics`, asCalendar(title, spoken.days), "text/calendar"),
    );
    const taking = element(
      "p",
      { class: "vag-actions" },
      copying("Copy as text", () => asText(title, columns, spoken)),
      copying("Copy link", address),
      calendar,
    );

    const show = () => {
      const wrong = wrongIn(form, topic);
      if (wrong) {
        output.replaceChildren(noAnswer.content.cloneNode(true));
        part("p", output).append(wrong);
      } else {
        const numbers = numbersOf(form);
        spoken = said(topic, numbers);
        calendar.hidden = !spoken.days.length;
        output.replaceChildren(answer(), draw(topic, numbers, spoken.found, known) ?? "", taking);
      }
      paused(() => {
        live.textContent = wrong || spoken.sentences.join(" ");
      });
    };

    const setRows = mountRows(form, show);
    /* Puts numbers where a form has them: what is not given stays. */
    const fill = (numbers, before = "") => {
      for (const [key, value] of Object.entries(numbers)) {
        if (Array.isArray(value)) setRows(value.length);
        if (value !== null && typeof value === "object") fill(value, `${before}${key}.`);
        const control = form.elements[`${before}${key}`];
        if (control) control.value = value;
      }
    };
    const start = () => {
      setRows(1);
      for (const day of all(form, "[data-vag-today]")) day.value = today();
      fill(own?.[topic]?.numbers ?? {});
      show();
    };

    /* What an address says: #own=count&groups.0.computers=30 */
    const restore = () => {
      const given = new URLSearchParams(location.hash.slice(1));
      if (given.get("own") !== topic) return;
      setRows(1 + Math.max(0, ...[...given.keys()].map((name) => Number(/\.(\d{1,4})/.exec(name)?.[1] ?? 0))));
      for (const control of form.elements) {
        if (!control.name) continue;
        control.value = given.get(control.name) ?? (control.name === "as_of" ? today() : "");
        // A list without that value shows none.
        if (control.selectedIndex < 0) control.selectedIndex = 0;
      }
      if (form.elements.remaining_minutes?.value) form.elements.last_renewal.value = "";
      show();
      box.closest("details")?.toggleAttribute("open", true);
      box.scrollIntoView();
    };

    if (own) form.before(element("p", { "data-vag-start": "" }, window.vagStarts.said(topic, kept.name, own[topic])));
    // Minutes are read now, unless the reader says otherwise. Before the form hears of it.
    const { last_renewal: renewal, read_on: read, remaining_minutes: minutes } = form.elements;
    minutes?.addEventListener("input", () => {
      read.value ||= `${today()}T${new Date().toTimeString().slice(0, 5)}`;
      // A day and minutes may contradict each other: what is typed stays, and the other goes.
      if (minutes.value) renewal.value = "";
    });
    renewal?.addEventListener("input", () => {
      if (renewal.value) minutes.value = read.value = "";
    });
    form.addEventListener("input", show);
    form.addEventListener("reset", () => setTimeout(start));
    addEventListener("hashchange", restore);
    start();
    showForm(form);
    restore();
  };

  all(document, "[data-vag-topic]").forEach(mount);
})();
