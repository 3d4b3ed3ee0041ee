// @ts-check
/*
 * <form data-vag-fleet="ADDRESSES">: reads exports of many computers. What reads them, fleet-report.js with all that it
 * needs, is asked for once the form is used: a page that is only looked at stays light.
 *
 * Everything runs on the page's own thread, in slices of some milliseconds: a page from disk may start no worker. The
 * slices are divided by messages, which browsers do not slow down. Nothing is kept, and nothing is sent.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { button, copy, dataOf, download, element, hidden, later, load, showForm } = window.vagDom;
  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-fleet]"));
  if (!form) return;

  const [SLICE, SHOWN_EVERY, PAUSE, SHORT, MOST_NAMES, WHOLE] = [12, 200, 400, 5_000, 2_000, 1000];
  const READ = "vag-fleet--read";
  const { vagFleet: needed = "" } = form.dataset;
  const { files: picker, folder, text: area } = form.elements;
  const inForm = (selector) => /** @type {Data} */ (form.querySelector(selector));
  const [output, live, failed, progress, cancel, example] = [
    "found",
    "live",
    "failed",
    "progress",
    "cancel",
    "example",
  ].map((name) => inForm(`[data-vag-${name}]`));
  const [bar, now] = [inForm("progress"), inForm("#vag-fleet-now")];
  const organization = window.vagKept.own();
  const paused = later(PAUSE);

  class Stopped extends Error {}

  const ready = () => load(needed.split(" "));
  const words = () => window.vagFleet.data.form;
  const say = (name, slots = {}) => window.vagFleet.say(words()[name], slots);

  // Slices ------------------------------------------------------------------------------------------------------------

  const { port1: here, port2: there } = new MessageChannel();
  /** @type {(() => void)[]} */
  const waiting = [];
  here.onmessage = () => waiting.shift()?.();
  const nextTask = () =>
    new Promise((done) => {
      waiting.push(() => done(null));
      there.postMessage(null);
    });

  /* The last reading wins; whoever stops it has none. */
  let turn = 0;
  const restingOf = (own, tell = () => {}) => {
    let [due, shown] = [performance.now() + SLICE, 0];
    return async () => {
      const time = performance.now();
      if (time < due) return;
      if (time > shown + SHOWN_EVERY) {
        shown = time;
        tell();
      }
      await nextTask();
      if (own !== turn) throw new Stopped();
      due = performance.now() + SLICE;
    };
  };
  /* For what somebody asks of a report that stands there. */
  const atLeisure = () => restingOf(turn);

  // What stands below a report ----------------------------------------------------------------------------------------

  const stamp = (report) => `fleet-${report.day}`;

  const savesOf = (whole, report) => {
    const { asCalendar, asCsv, asJson, asMarkdown } = window.vagFleet;
    const name = stamp(report);
    const saves = {
      markdown: () => download(`${name}.md`, asMarkdown(report), "text/markdown"),
      json: async () => download(`${name}.json`, await asJson(whole, atLeisure()), "application/json"),
      csv: async () => download(`${name}.csv`, `\ufeff${await asCsv(whole, atLeisure())}`, "text/csv"),
      calendar: () => download(`${name}.ics`, asCalendar(whole), "text/calendar"),
      print: () => print(),
    };
    const buttons = Object.entries(saves).map(([key, save]) => button(words()[key], save));
    return element("p", { class: "vag-actions" }, words().save, " ", buttons.flatMap((each) => [each, " "]));
  };

  /* Below a finding: all its computers, to look at and to take along. */
  const actionsOf = (whole, report) => (at) => {
    const { computers } = whole.findings[at];
    if (!computers.length) return null;
    const { id } = report.findings[at];
    const names = () => window.vagFleet.namesOf(whole, computers, atLeisure());
    const of = () => hidden(` ${say("of", { finding: id })}`);
    const copies = button("", async (pressed) => {
      const done = await copy(`${(await names()).join("\n")}\n`, pressed);
      live.textContent = words()[done ? "copied" : "uncopied"];
      if (pressed.firstChild) pressed.firstChild.textContent = live.textContent;
    });
    copies.append(say("copy", { computers: computers.length }), of());
    const file = `${stamp(report)}-${id.replace(/[^a-z0-9.-]+/gi, "-")}.txt`;
    const saves = button("", async () => download(file, `${(await names()).join("\n")}\n`, "text/plain"));
    saves.append(words().download, of());
    const row = element("p", { class: "vag-actions" }, copies, " ", saves);
    if (computers.length <= report.findings[at].computers.length) return row;
    const title = window.vagFleet.say(window.vagFleet.data.report.all_computers, { computers: computers.length });
    const box = element("details", { class: "vag-details vag-fleet__all" }, element("summary", {}, title, of()));
    box.addEventListener("toggle", async () => {
      const some = await window.vagFleet.namesOf(whole, computers.slice(0, MOST_NAMES), atLeisure());
      const isAll = some.length === computers.length;
      box.append(
        element("p", { class: "vag-fleet__computers" }, some.join(", ")),
        isAll ? "" : element("p", {}, say("shown_first", { count: some.length })),
      );
    }, { once: true });
    return [box, row];
  };

  // Reading -----------------------------------------------------------------------------------------------------------

  const today = () => {
    const clock = new Date();
    return [clock.getFullYear(), clock.getMonth() + 1, clock.getDate()];
  };

  const put = (...parts) => {
    form.classList.remove(READ);
    output.replaceChildren(...parts);
  };

  /* Whoever gave files wants to see what they say, which may stand far below on a small screen. */
  const show = (title) => {
    if (document.activeElement !== area) title.scrollIntoView();
  };

  const readAll = async (inputs, own) => {
    const { asData, askedBy, columnsOf, dayOf, draw, filesOf, tallyOf, wholeOf } = window.vagFleet;
    const columns = columnsOf(askedBy(organization));
    const tally = tallyOf(columns.places);
    const left = { count: 0, first: /** @type {Data[]} */ ([]) };
    const all = inputs.reduce((sum, { blob }) => sum + blob.size, 0);
    let [bytes, file] = [0, ""];
    const tell = () => {
      progress.hidden = false;
      bar.value = all ? Math.min(WHOLE * bytes / all, WHOLE) : 0;
      now.textContent = say("reading", { file, rows: tally.rows, computers: tally.computers, left: left.count });
    };
    const rest = restingOf(own, tell);
    const day = today();
    const reading = filesOf({
      columns,
      add: tally.add,
      leave: (name, line, reason) => {
        left.count += 1;
        if (left.first.length < window.vagFleet.data.most.left) {
          left.first.push({ file: name, line, reason: window.vagKeys.masked(reason) });
        }
      },
      rest,
      took: (count) => {
        bytes += count;
      },
      today: day,
    });
    for (const { blob, name } of inputs) {
      file = window.vagKeys.masked(name);
      try {
        await reading.read(file, blob, name);
      } catch (error) {
        // A file that is gone, or that the browser may not read.
        if (!(error instanceof DOMException)) throw error;
        reading.refuse(file, words().unreadable);
      }
      await rest();
    }
    bar.value = WHOLE;
    now.textContent = say("adding", { rows: tally.rows });
    const seen = await tally.seen(dayOf(...day), rest);
    const whole = await wholeOf({ seen, files: reading.told, left, organization }, rest);
    const report = await asData(whole, rest, window.vagFleet.data.most.named);
    const title = element("h2", {}, words().answer);
    put(title, savesOf(whole, report));
    // What tells how far reading is stands above, and must not push the report away later.
    progress.hidden = true;
    form.classList.add(READ);
    show(title);
    await draw(output, whole, report, restingOf(own), actionsOf(whole, report));
    return report;
  };

  const run = async (given) => {
    turn += 1;
    const own = turn;
    put();
    failed.hidden = true;
    try {
      await ready();
    } catch {
      failed.hidden = false;
      return;
    }
    try {
      const inputs = await given();
      if (!inputs.length || own !== turn) return;
      cancel.textContent = words().cancel;
      const report = await readAll(inputs, own);
      const count = (weight) => report.findings.filter(({ severity }) => severity === weight).length;
      const [errors, warnings, notes] = ["error", "warning", "info"].map(count);
      const { computers, rows } = report.totals;
      live.textContent = say("done", { errors, warnings, notes, computers, rows });
    } catch (error) {
      if (error instanceof Stopped) return;
      put(element("p", { role: "alert" }, words().failed));
      throw error;
    } finally {
      if (own === turn) progress.hidden = true;
    }
  };

  const stop = (text = "") => {
    turn += 1;
    progress.hidden = true;
    put(...(text ? [element("p", {}, text)] : []));
    live.textContent = text;
  };

  // What somebody gives -----------------------------------------------------------------------------------------------

  const inputOf = (file) => ({ name: file.webkitRelativePath || file.name, blob: file });
  const inputsOf = (text) => [{ name: words().pasted, blob: new Blob([text]) }];

  /* The files in what was dropped, those in folders too. */
  const filesIn = async (entry, above = "") => {
    const path = above + entry.name;
    if (entry.isFile) {
      return [{ name: path, blob: await new Promise((done, wrong) => entry.file(done, wrong)) }];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, wrong) => reader.readEntries(done, wrong));
      if (!some.length) break;
      for (const one of some) found.push(...await filesIn(one, `${path}/`));
    }
    return found;
  };

  for (const each of [picker, folder]) {
    each.addEventListener("change", () => {
      const files = [...each.files].map(inputOf);
      if (files.length) run(() => files);
    });
  }
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    const entries = [...event.dataTransfer?.items ?? []].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) return;
    event.preventDefault();
    run(async () => (await Promise.all(entries.map((entry) => filesIn(entry)))).flat());
  });
  area.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    // A box with megabytes in it takes seconds to lay out: a long text is read as it comes, and not shown.
    if (text.length < SHORT) return;
    event.preventDefault();
    area.value = "";
    run(() => inputsOf(text));
  });
  area.addEventListener("input", () =>
    paused(() => {
      const { value } = area;
      if (value.trim()) run(() => inputsOf(value));
      else stop();
    }));
  example.addEventListener(
    "click",
    () => run(() => [{ name: "licenses.csv", blob: new Blob([dataOf("vag-fleet-example")]) }]),
  );
  cancel.addEventListener("click", () => {
    stop(words().stopped);
    picker.focus();
  });
  form.addEventListener("reset", () => stop());
  for (const sign of ["focusin", "pointerenter", "dragenter"]) {
    form.addEventListener(sign, () => ready().catch(() => {}), { once: true });
  }
  showForm(form);

  window.vagReading = { all: ready };
})();
