// @ts-check
/*
 * The dialog of the search. site.js asks for it when a reader turns to the search; it asks for the index, which no page
 * waits for, and shows what search-find.js finds.
 *
 *   window.vagSearch.open(text)   shows the dialog, with a text in its box
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { element, isOutput, later, load, number, takeTexts } = window.vagDom;
  /* What tells the kind of a pasted text: it does not wait for the index. */
  const KINDS = [
    "assets/data/text-kinds.js",
    "assets/javascripts/text-box.js",
    "assets/javascripts/text-kind.js",
  ];
  const NEEDS = [
    "search/lunr.js",
    "search/index.js",
    "assets/javascripts/code-reading.js",
    "assets/javascripts/search-find.js",
  ];
  /* Results that are drawn. Our choice: nobody reads further. */
  const MOST = 15;
  const ROOT = new URL("../../", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const address = (place) => new URL(place, ROOT).href;

  const input = element("input", {
    id: "vag-search-text",
    // A box of type "search" takes the first Escape for itself.
    type: "text",
    role: "searchbox",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "go",
    placeholder: "Code, command or question",
    "aria-describedby": "vag-search-said",
  });
  const said = element("p", { id: "vag-search-said", class: "vag-search__said", role: "status" });
  const list = element("ol", { class: "vag-search__list" });
  const close = element("button", { type: "button", class: "vag-search__close" }, "Close");
  const dialog = element(
    "dialog",
    { class: "vag-search", "aria-label": "Search" },
    element(
      "form",
      { class: "vag-search__box", role: "search" },
      element("label", { class: "vag-hidden", for: "vag-search-text" }, "Search the guide"),
      input,
      close,
    ),
    said,
    list,
  );

  const link = (place, ...content) => element("a", { href: address(place) }, ...content);

  const drawn = (result) => {
    const about = result.title === result.page ? result.kind : `${result.kind} · ${result.page}`;
    const places = result.places.map((place) => element("li", {}, link(place.address, place.title)));
    return element(
      "li",
      {},
      link(
        result.address,
        element("small", {}, about),
        element("strong", {}, result.title),
        result.excerpt && element("span", {}, result.excerpt),
      ),
      places.length > 0 && element("ul", {}, places),
    );
  };

  /* What can stand in the box, as long as nothing does. */
  const HINT = "Type a code, a command or a question, or paste a whole output or a file.";

  /* How well what is found fits: how many pages have some of the words says nothing. */
  const fit = (results) => {
    if (!results.length) return "Nothing on this site";
    return results.some(({ isWhole }) => isWhole)
      ? "What fits best"
      : "No page has all of these words. What comes nearest";
  };

  const say = (text, results) => {
    list.replaceChildren(...results.slice(0, MOST).map(drawn));
    said.textContent = text ? `${fit(results)} for “${text}”` : HINT;
  };

  /* Whether one line is no query: a box makes one line of a text that is dropped, or typed without a paste. */
  const isText = (text) => isOutput(text) || /^\s*<[^>]+>\s*</.test(text);

  let isReady = false;
  let unread = "Reading the index …";
  const unreadable = "The index of the search could not be read. Reload the page to try again.";
  /* Whether the list asks what a pasted text is, until somebody types. */
  let isOffered = false;
  const show = () => {
    const text = input.value.trim();
    if (isOffered && !text) return;
    isOffered = false;
    if (isReady) say(text, text ? window.vagSearch.find(text) : []);
    else said.textContent = text ? unread : HINT;
  };

  /** @type {Promise<void> | undefined} */
  let asked;
  const ask = () => {
    asked ??= load(NEEDS.map(address)).then(() => {
      isReady = true;
      show();
    }, () => {
      unread = unreadable;
      show();
    });
    return asked;
  };

  /* The links, in the order in which arrow keys go through them; the box stands before the first. */
  const stops = () => [input, ...list.querySelectorAll("a")];

  const step = (by) => {
    /** @type {Data[]} */
    const all = stops();
    const at = all.indexOf(document.activeElement);
    all[(at + by + all.length) % all.length].focus();
  };

  const soon = later(60);
  input.addEventListener("input", () => soon(show));
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(by);
  });
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isText(input.value)) return offer(input.value);
    await ask();
    show();
    list.querySelector("a")?.click();
  });
  close.addEventListener("click", () => dialog.close());
  // Beside the dialog, and on a link to a place of this page.
  dialog.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target);
    if (pressed === dialog || pressed.closest("a")) dialog.close();
  });

  const open = (text = "") => {
    if (!dialog.isConnected) document.body.append(dialog);
    if (!dialog.open) dialog.showModal();
    if (isText(text)) return offer(text);
    if (text) input.value = text;
    else input.select();
    ask();
    show();
  };

  takeTexts(input);

  /* A pasted text goes with the reader to the page that reads it: at once where its kind is told. */
  const offer = async (text) => {
    const lines = text.trim().split("\n").length;
    input.value = "";
    isOffered = true;
    list.replaceChildren();
    said.textContent = "Looking what this text is …";
    try {
      await load(KINDS.map(address));
    } catch {
      said.textContent = unreadable;
      return;
    }
    const { of, readers } = window.vagTextKinds;
    const kind = of(text);
    const known = kind && readers[kind.page];
    if (known) {
      window.vagTextBox.hand(text);
      location.href = address(known[0]);
      return;
    }
    const size = `You pasted a text of ${lines === 1 ? "one line" : `${number(lines)} lines`}.`;
    said.textContent = `${size} ${kind ? `What it looks like: ${kind.what}. No page checks it.` : "What is it?"}`;
    list.replaceChildren(...readers.map(([place, name, what]) => {
      const choice = link(place, element("strong", {}, name), element("span", {}, what));
      choice.addEventListener("click", () => window.vagTextBox.hand(text));
      return element("li", {}, choice);
    }));
    list.querySelector("a")?.focus();
  };

  window.vagSearch = { open, offer };
})();
