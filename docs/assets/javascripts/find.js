/*
 * <form data-vag-find hidden> with a text input: opens the site's search with the typed words. Hidden until this
 * script shows it, since it does nothing without scripts. A classic script, not a module: browsers load no module
 * from file://.
 */
(() => {
  const toggle = document.getElementById("__search");
  const query = document.querySelector("[data-md-component=search-query]");
  if (!toggle || !query) return;

  // An error code as a negative number: the search would take its minus for "without this word". Before the theme reads it.
  const withoutMinus = () => {
    if (/^\s*-\d{9,10}\s*$/.test(query.value)) query.value = query.value.replace("-", "");
  };
  for (const type of ["input", "keyup"]) document.addEventListener(type, withoutMinus, true);

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
