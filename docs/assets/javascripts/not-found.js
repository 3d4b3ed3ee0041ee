// @ts-check
/*
 * The page for addresses that lead nowhere: overrides/404.html names this script once for each depth at which it may
 * stand. The first that loads knows where the site begins, and the links follow it.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  /** @type {HTMLFormElement | null} */
  const form = document.querySelector("[data-vag-search]");
  if (!form?.hidden) return;
  const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const address = (page) => new URL(`../../${page}`, src);
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("[data-vag-page]");
  for (const link of links) link.href = address(link.dataset.vagPage).href;
  for (const each of document.querySelectorAll("[data-vag-without]")) each.remove();
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = address("index.html");
    // The search of the site takes what stands here.
    found.searchParams.set("q", form.querySelector("input")?.value ?? "");
    location.assign(found);
  });
})();
