// @ts-check
/*
 * The reader's own organization, as far as this browser keeps it: only the page "My organization" writes it, when
 * asked. On every page it then takes the place of the one of the build: organization-own.js, which comes with the
 * first page that needs it.
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
  const OWN = new URL("organization-own.js", /** @type {HTMLScriptElement} */ (document.currentScript).src).href;

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
  if (kept) addEventListener("DOMContentLoaded", () => window.vagDom.load([OWN]));

  window.vagKept = { drop, isKept, own, read, write };
})();
