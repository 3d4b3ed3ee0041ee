/*
 * Filter above a register: <div class="vag-toolbar" data-vag-filter="ID" data-vag-filter-label="Filter facts"></div>
 * becomes an input that shows only the rows of #ID that contain every typed word.
 *
 * Several ids, with a blank between, make one register of several lists.
 *
 * #ID is a table, or any element whose children (or .vag-register__row) are the rows. Without scripts the box is empty
 * and all rows show. A row that the address names (#id) shows even if it does not match.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const words = (text) => text.toLowerCase().normalize("NFKC").split(/\s+/).filter(Boolean);

  const rowsOf = (list) => {
    const rows = list.querySelectorAll("tbody > tr, .vag-register__row");
    return rows.length ? [...rows] : [...list.children];
  };

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  const mount = (box, number) => {
    const lists = box.dataset.vagFilter.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
    if (!lists.length) return;
    const id = `vag-filter-${number}`;
    const rows = lists.flatMap(rowsOf).map((row) => ({ row, text: row.textContent.toLowerCase().normalize("NFKC") }));
    const input = element("input", { id, class: "vag-toolbar__input", type: "search", autocomplete: "off", spellcheck: "false" });
    const count = element("span", { class: "vag-toolbar__count", role: "status" });
    const label = element("label", { class: "vag-toolbar__label", for: id }, box.dataset.vagFilterLabel || "Filter");

    const apply = () => {
      const wanted = words(input.value);
      let shown = 0;
      for (const { row, text } of rows) {
        const hit = wanted.every((word) => text.includes(word));
        row.hidden = !hit && !row.matches(":target");
        shown += !row.hidden;
      }
      count.textContent = wanted.length ? `${shown} of ${rows.length} shown` : `${rows.length} entries`;
    };

    input.addEventListener("input", apply);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !input.value) return;
      event.preventDefault();
      input.value = "";
      apply();
    });
    // A link to a hidden row, from this page or from outside, must find it.
    addEventListener("hashchange", () => {
      apply();
      document.querySelector(":target")?.scrollIntoView();
    });
    box.append(label, input, count);
    apply();
  };

  document.querySelectorAll("[data-vag-filter]").forEach(mount);
})();
