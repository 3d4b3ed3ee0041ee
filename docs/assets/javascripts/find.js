// @ts-check
/*
 * <form data-vag-find hidden> with a text input: opens the site's search with the typed words. Hidden until this script
 * shows it, since it does nothing without scripts.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { part } = window.vagDom;

  /* Opens the theme's search with a text; undefined where the theme has none. */
  const themeSearch = () => {
    /** @type {HTMLInputElement | null} */
    const toggle = document.querySelector("#__search");
    /** @type {HTMLInputElement | null} */
    const query = document.querySelector("[data-md-component=search-query]");
    /** @type {HTMLButtonElement | null} */
    const button = document.querySelector("button.md-search__button");
    if (toggle && query) {
      return (text) => {
        query.value = text;
        if (!toggle.checked) toggle.click();
        query.focus();
        // The theme searches when a key goes up.
        query.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
      };
    }
    // The theme's successor draws its box once it is open, with the focus in it.
    const enter = (text, tries) => {
      const box = document.activeElement?.shadowRoot?.activeElement;
      if (!(box instanceof HTMLInputElement)) return tries && setTimeout(enter, 50, text, tries - 1);
      box.value = text;
      return box.dispatchEvent(new Event("input", { bubbles: true }));
    };
    return button && ((text) => {
      button.click();
      enter(text, 40);
    });
  };

  // When the theme has drawn its own.
  addEventListener("DOMContentLoaded", () => {
    const search = themeSearch();
    if (!search) return;
    /** @type {NodeListOf<HTMLFormElement>} */
    const forms = document.querySelectorAll("[data-vag-find]");
    for (const form of forms) {
      form.hidden = false;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        search(part("input", form).value);
      });
    }
  });
})();
