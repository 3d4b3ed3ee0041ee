// @ts-check
/*
 * "Cite this" in every row of a register with data-vag-cite: copies the statement, its first source, the day on which
 * it was verified and the address of the row, all read from the row, and says so on the button and in a live region.
 * Without scripts there is no button.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { copy, element, liveRegion, part } = window.vagDom;
  const LABEL = "Cite this";

  const citation = (row) => {
    const [statement, source] = [".vag-register__title", ".vag-source"].map((part) => row.querySelector(part));
    const [, day] = source.nextSibling?.textContent.match(/^ \(([\d-]+)\)/) ?? [];
    const terms = [...row.querySelectorAll("dt")];
    // "2026-11-24, unconfirmed; next review by 2027-11-24"
    const [verified, confidence] = terms
      .find((term) => term.textContent === "Verified")
      .nextElementSibling.textContent.split(/[,;] /);
    const doubt = confidence === "documented" ? "" : `${confidence}; `;
    const origin = `“${source.textContent}”, ${day ? `${day}, ` : ""}${source.href}`;
    const address = new URL(`#${row.id}`, location.href);
    return `${statement.textContent} (${doubt}${origin}; verified ${verified})\n${address}`;
  };

  const live = liveRegion();
  part(".md-content__inner").append(live);
  for (const row of document.querySelectorAll("[data-vag-cite] > .vag-register__row")) {
    const button = element("button", { type: "button", "data-vag-copy": true }, LABEL);
    button.addEventListener("click", async () => {
      const done = await copy(citation(row), button);
      button.textContent = done ? "Copied" : "Copying failed";
      live.textContent = done ? "Copied to the clipboard" : "The browser did not allow copying";
      setTimeout(() => {
        button.textContent = LABEL;
        live.textContent = "";
      }, 2000);
    });
    part(".vag-cite-this", row).append(" ", button);
  }
})();
