// @ts-check
/*
 * The reader's own organization, as far as this browser keeps it: only the page "My organization" writes it, when
 * asked. Pages that can compute from it do so, below a banner that says whose numbers they show, and leads back.
 *
 *   window.vagKept.own()            the organization that this page is to compute from, or null
 *                 .read()           what is kept: { organization, isShown, words }, or null
 *                 .write(kept)      keeps it; false where the browser does not
 *                 .drop()           deletes it, and what pages keep beside it
 *
 * In the head of every page, so as small as can be. A classic script, not a module.
 */
(() => {
  const KEY = "vag-organization";
  const BESIDE = ["vag-worksheet-own"];

  const stored = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };
  const read = () =>
    stored(() => {
      const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
      const isWhole = found?.version === 1 && found.organization && typeof found.words?.page === "string";
      return isWhole ? found : null;
    });
  const write = (kept) =>
    Boolean(stored(() => {
      localStorage.setItem(KEY, JSON.stringify({ version: 1, ...kept }));
      return true;
    }));
  const drop = () => stored(() => [KEY, ...BESIDE].forEach((key) => localStorage.removeItem(key)));
  const isKept = () => stored(() => localStorage.getItem(KEY)) !== null;

  const kept = read();
  const own = () => (kept?.isShown ? kept.organization : null);

  /* Above the numbers: whose they are. `[data-vag-own]` marks what a page computes from the reader's organization. */
  const mount = () => {
    const { button, element, fill } = window.vagDom;
    const computes = document.querySelector("[data-vag-own]");
    const heading = document.querySelector(".md-content h1");
    if (!heading || document.querySelector("[data-vag-organization]")) return;
    if (!computes && !document.querySelector("[data-vag-number], .vag-sample")) return;
    const { name } = kept.organization;
    const says = (word) => fill(String(kept.words[word]), { name });
    const shown = kept.isShown ? "own" : "built";
    const toggle = () => {
      write({ ...kept, isShown: !kept.isShown });
      location.reload();
    };
    const { base = "." } = JSON.parse(document.getElementById("__config")?.textContent ?? "{}");
    heading.after(element(
      "div",
      { class: "vag-note vag-note--info vag-kept", role: "note" },
      element(
        "p",
        {},
        element("strong", {}, says(computes ? `${shown}-${computes.getAttribute("data-vag-own")}` : "other")),
        " ",
        element("a", { href: `${base}/plan/my-organization.html` }, says("page")),
      ),
      computes && element("p", {}, button(says(kept.isShown ? "show-built" : "show-own"), toggle)),
    ));
    if (!computes || !kept.isShown) return;
    for (const each of document.querySelectorAll("[data-vag-built-only]")) each.toggleAttribute("hidden", true);
    for (const each of document.querySelectorAll("[data-vag-own-name]")) each.textContent = name;
  };
  if (kept) addEventListener("DOMContentLoaded", mount);

  window.vagKept = { drop, isKept, own, read, write };
})();
