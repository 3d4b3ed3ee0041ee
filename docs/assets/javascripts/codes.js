// @ts-check
/*
 * <form data-vag-code="ADDRESS OF THE CODE PAGES' INDEX" hidden> with a text input, a button and a status: finds an
 * error code in any spelling.
 *
 * <div data-vag-facets="Method|Product"> beside a filter (site.js): one list of values for each named column, or for
 * each data-method, data-product of the rows.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, element, isOutput, load, number } = window.vagDom;
  const { read } = window.vagCodes;
  /*
   * Characters that the box keeps. An error message with its code is shorter, and browsers draw endless marks for
   * minutes.
   */
  const MOST = 1_000;
  const NUMBER = /^0x[0-9A-F]{8}$/;
  const oneApart = (one, other) => {
    let start = 0;
    while (start < Math.min(one.length, other.length) && one[start] === other[start]) start += 1;
    const [left, right] = [one.slice(start), other.slice(start)];
    if (left.slice(1) === right.slice(1) || left.slice(1) === right || left === right.slice(1)) return true;
    return left.length > 1 && left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2);
  };

  const near = (typed, codes) => {
    const wanted = typed.digits;
    if (wanted.length < 4) return [];
    const sorted = (text) => [...text].sort().join("");
    const found = codes.filter((code) => {
      const digits = code.slice(2);
      return NUMBER.test(code) && code !== typed.code &&
        ((wanted.length < 8 && digits.endsWith(wanted)) || oneApart(wanted, digits));
    });
    const exchanged = (code) => (sorted(code.slice(2)) === sorted(wanted) ? 0 : 1);
    return found.sort((a, b) => exchanged(a) - exchanged(b)).slice(0, 8);
  };

  window.vagCodes.near = near;

  const code = (text) => element("code", {}, text);

  const mountBox = (form) => {
    const data = dataOf("vag-codes");
    const codes = Object.keys(data.codes);
    // Only the page of all codes loads the names of codes without a page; other pages lead there.
    const { vagNames } = form.dataset;
    const [input, found] = [form.querySelector("input"), form.querySelector("[role=status]")];
    const address = (name) => form.dataset.vagCode.replace("index.html", `${name.toLowerCase()}.html`);
    const link = (name) => element("a", { href: address(name) }, code(name));

    /* Before the browser draws it. Gives what to say about it. */
    const cut = () => {
      if (input.value.length <= MOST) return [];
      input.value = input.value.slice(0, MOST);
      return [element("p", {}, `The text was cut after ${number(MOST)} characters.`)];
    };

    // What the text leads to: a page, a list to choose from, or an answer in words.
    const look = () => {
      const text = input.value.trim().replace(/^events?\s+(?:id\s+)?/i, "");
      if (data.events[text]) {
        return { page: data.events[text], parts: [element("a", { href: data.events[text] }, `Event ${text}`)] };
      }
      // What a tool printed says more than the code in it.
      if (isOutput(text)) return null;
      const typed = read(text);
      if (typed.code && data.codes[typed.code]) {
        return { page: address(typed.code), parts: [link(typed.code), `: ${data.codes[typed.code]}`] };
      }
      const others = near(typed, codes);
      const list = element("ul", {}, ...others.map((name) => element("li", {}, link(name), `: ${data.codes[name]}`)));
      if (!typed.code && !others.length) return null;
      const parts = [];
      if (typed.code) {
        const name = dataOf("vag-code-names")?.[typed.code];
        const named = name ? [" Microsoft's headers name it ", code(name), "."] : [];
        parts.push(
          element(
            "p",
            {},
            code(typed.code),
            ": this site has no page for this code.",
            ...named,
            " Let Windows say what it means: ",
            code(`slui.exe 0x2a ${typed.code}`),
            ". For Office, in the folder of ospp.vbs: ",
            code(`cscript //nologo ospp.vbs /ddescr:${typed.code}`),
            ".",
          ),
        );
      }
      if (typed.code && !vagNames) {
        const place = `${form.dataset.vagCode}#find-${typed.code}`;
        parts.push(element("p", {}, element("a", { href: place }, "Look for its name"), "."));
      }
      if (others.length) parts.push(element("p", {}, "Did you mean:"), list);
      return { parts };
    };

    form.hidden = false;
    const type = () => {
      const said = cut();
      const result = input.value.trim().length > 3 ? look() : null;
      found.replaceChildren(...said, ...(result ? result.parts : []));
    };
    input.addEventListener("input", type);
    if (vagNames) input.addEventListener("focus", () => load([vagNames]).then(type).catch(() => {}), { once: true });
    form.addEventListener("submit", (event) => {
      const result = look();
      if (!result && form.matches("[data-vag-find]")) return; // A word: site.js opens the search.
      event.preventDefault();
      event.stopImmediatePropagation();
      found.replaceChildren(
        ...(result
          ? result.parts
          : ["That is no error code and no event ID that this site knows. A code has eight digits after 0x."]),
      );
      if (result?.page) location.href = result.page;
    }, true);

    const asked = vagNames && location.hash.match(/^#find-(0x[0-9A-F]{8})$/);
    if (asked) {
      input.value = asked[1];
      load([vagNames]).then(type, type);
    }
  };

  const mountFacets = (box, number) => {
    const lists = box.dataset.vagFilter.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
    const rows = lists.flatMap((list) => [...list.querySelectorAll("tbody > tr, .vag-register__row")]);
    const values = (row, name) =>
      (row.dataset[name.toLowerCase()] ?? row.querySelector(`[data-label="${name}"]`)?.textContent ?? "").split(", ");
    const [input, count] = [box.querySelector("input"), box.querySelector("[role=status]")];
    const selects = box.dataset.vagFacets.split("|").map((name, index) => {
      const id = `vag-facet-${number}-${index}`;
      const options = [...new Set(rows.flatMap((row) => values(row, name)))].sort();
      const select = element(
        "select",
        { id, class: "vag-facet" },
        ...["", ...options].map((value) => element("option", { value }, value || "any")),
      );
      box.insertBefore(
        element("span", { class: "vag-facet__pair" }, element("label", { for: id }, name), select),
        count,
      );
      select.addEventListener("change", () => input.dispatchEvent(new Event("input")));
      return { name, select };
    });
    // After site.js, which hides rows by their words and counts them.
    input.addEventListener("input", () => {
      for (const row of rows) {
        row.classList.toggle(
          "vag-off",
          selects.some(({ name, select }) => select.value && !values(row, name).includes(select.value)),
        );
      }
      const shown = rows.filter((row) => !row.hidden && !row.matches(".vag-off")).length;
      count.textContent = shown === rows.length ? `${shown} entries` : `${shown} of ${rows.length} shown`;
      box.dispatchEvent(new Event("vag-facets"));
    });
  };

  document.querySelectorAll("[data-vag-code]").forEach(mountBox);
  addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-vag-facets]").forEach(mountFacets));
})();
