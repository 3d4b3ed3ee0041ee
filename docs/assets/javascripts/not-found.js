/*
 * The page for addresses that lead nowhere: overrides/404.html names this script once for each depth at which it may
 * stand. The first that loads knows where the site begins, and the links follow it.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const form = document.querySelector("[data-vag-search]");
  if (!form?.hidden) return;
  const { src } = document.currentScript;
  const address = (page) => new URL(`../../${page}`, src);
  for (const link of document.querySelectorAll("[data-vag-page]")) link.href = address(link.dataset.vagPage);
  for (const each of document.querySelectorAll("[data-vag-without]")) each.remove();
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = address("index.html");
    // The theme's search takes what stands here.
    found.searchParams.set("q", form.querySelector("input").value);
    location.assign(found);
  });
})();
