// @ts-check
/*
 * An empty table as macros/render/parts/components.py draws one, and the rows for it.
 *
 *   window.vagTable(caption, columns, numeric)    { node, body, rowOf }: `numeric` are the places of the columns that
 *                                                 hold numbers, `rowOf` makes a row of its cells, the first its head
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { element } = window.vagDom;

  window.vagTable = (caption, columns, numeric) => {
    const classOf = (place) => (numeric.includes(place) ? "vag-num" : null);
    const body = element("tbody", { role: "rowgroup" });
    const heads = columns.map((column, place) =>
      element("th", { role: "columnheader", scope: "col", class: classOf(place) }, column)
    );
    const node = element(
      "div",
      { class: "vag-table-wrap", role: "region", "aria-label": caption, tabindex: "0" },
      element(
        "table",
        { class: "vag-table", role: "table" },
        element("caption", {}, caption),
        element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, heads)),
        body,
      ),
    );
    const cellOf = (cell, place) => {
      const more = { class: classOf(place), "data-label": columns[place] };
      return place
        ? element("td", { role: "cell", ...more }, cell)
        : element("th", { role: "rowheader", scope: "row", ...more }, cell);
    };
    return { node, body, rowOf: (cells) => element("tr", { role: "row" }, cells.map(cellOf)) };
  };
})();
