// @ts-check
/*
 * What is new on the page of changes since the reader's last visit. Changes are numbered, and the highest number that a
 * reader saw is kept in this browser: only when they ask for it, and until they no longer do.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { element, fill, part } = window.vagDom;
  const KEY = "vag-changes-seen";
  /** @type {Data} */
  const form = part("[data-vag-visit]");
  /** @type {Data} */
  const keep = part("[data-vag-keep]", form);
  /** @type {Data} */
  const seen = part("[data-vag-seen]", form);
  const said = part("[data-vag-said]", form);
  const words = JSON.parse(form.dataset.vagWords);
  const last = Number(form.dataset.vagVisit);
  /** @type {Data[]} */
  const rows = [...document.querySelectorAll("[data-vag-change]")];

  const stored = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };
  const isVisit = (found) => Number.isInteger(found?.last) && /^\d{4}-\d\d-\d\d$/.test(found.day);
  const read = () =>
    stored(() => {
      const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
      return isVisit(found) ? found : null;
    });
  const write = () =>
    stored(() => localStorage.setItem(KEY, JSON.stringify({ last, day: window.vagToday.local(new Date()) })));

  const show = () => {
    const visit = read();
    keep.checked = Boolean(visit);
    const isNew = ({ dataset }) => visit !== null && Number(dataset.vagChange) > visit.last;
    for (const row of rows) {
      row.querySelector(".vag-new")?.remove();
      if (isNew(row)) row.firstElementChild.prepend(element("strong", { class: "vag-new" }, `${words.new}: `));
    }
    const count = rows.filter(isNew).length;
    seen.hidden = !count;
    said.textContent = visit ? fill(count ? words.news : words["nothing-new"], { count, day: visit.day }) : "";
  };

  keep.addEventListener("change", () => {
    if (keep.checked) write();
    else stored(() => localStorage.removeItem(KEY));
    show();
    if (keep.checked) said.textContent = words["first-visit"];
  });
  seen.addEventListener("click", () => {
    write();
    keep.focus();
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
