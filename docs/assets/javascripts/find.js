/*
 * <form data-vag-find hidden> with a text input: opens the site's search with the typed words. Hidden until this
 * script shows it, since it does nothing without scripts. A classic script, not a module: browsers load no module
 * from file://.
 */
(() => {
  const toggle = document.getElementById("__search");
  const query = document.querySelector("[data-md-component=search-query]");
  if (!toggle || !query) return;

  for (const form of document.querySelectorAll("[data-vag-find]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      query.value = form.querySelector("input").value;
      if (!toggle.checked) toggle.click();
      query.focus();
      // The theme searches when a key goes up.
      query.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
    });
  }
})();
