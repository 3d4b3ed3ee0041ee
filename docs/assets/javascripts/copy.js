/*
 * "Cite this" in every row of a register with data-vag-cite: copies the statement, its first source, the day on which
 * it was verified and the address of the row, all read from the row, and says so on the button and in a live region.
 * Without scripts there is no button. A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const rows = document.querySelectorAll("[data-vag-cite] > .vag-register__row");
  if (!rows.length) return;

  const live = document.createElement("div");
  live.className = "vag-hidden";
  live.setAttribute("role", "status");
  document.querySelector(".md-content__inner").append(live);

  // navigator.clipboard exists in secure contexts only, and an intranet may serve the site over http.
  const copyBySelection = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "vag-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  };

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

  for (const row of rows) {
    const button = document.createElement("button");
    const label = "Cite this";
    button.type = "button";
    button.dataset.vagCopy = "";
    button.textContent = label;
    button.addEventListener("click", async () => {
      const done = await copy(citation(row));
      button.focus();
      button.textContent = done ? "Copied" : "Copying failed";
      live.textContent = done ? "Copied to the clipboard" : "The browser did not allow copying";
      setTimeout(() => {
        button.textContent = label;
        live.textContent = "";
      }, 2000);
    });
    row.querySelector(".vag-cite-this").append(" ", button);
  }
})();
