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
  const { element, later, load, number, takeTexts } = window.vagDom;
  const NEEDS = [
    "search/lunr.js",
    "search/index.js",
    "assets/javascripts/code-reading.js",
    "assets/javascripts/text-box.js",
    "assets/javascripts/search-find.js",
  ];
  /* Pages that read a text, by what readers have most. */
  const READERS = [
    [
      "troubleshoot/read-output.html",
      "An output",
      "of slmgr.vbs, ospp.vbs, CIM, an event, nslookup or a port test",
    ],
    ["deploy/check.html", "An Office configuration", "for the Office Deployment Tool"],
    ["deploy/check-clients.html", "Client settings", "commands, a script, a registry file, Group Policy preferences"],
    ["deploy/check-dns.html", "DNS records", "a zone file, PowerShell, dnscmd, nsupdate, or what nslookup shows"],
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
    placeholder: "A code, an event, a command, words",
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

  const say = (text, results) => {
    list.replaceChildren(...results.slice(0, MOST).map(drawn));
    const some = results.length === 1 ? "1 page" : `${results.length} pages`;
    const shown = results.length > MOST ? `; the best ${MOST} are shown` : "";
    said.textContent = text ? `${results.length ? some : "Nothing on this site"} for “${text}”${shown}` : "";
  };

  let isReady = false;
  let unread = "Reading the index …";
  /* Whether the list asks what a pasted text is, until somebody types. */
  let isOffered = false;
  const show = () => {
    const text = input.value.trim();
    if (isOffered && !text) return;
    isOffered = false;
    if (isReady) say(text, text ? window.vagSearch.find(text) : []);
    else said.textContent = text ? unread : "";
  };

  /** @type {Promise<void> | undefined} */
  let asked;
  const ask = () => {
    asked ??= load(NEEDS.map(address)).then(() => {
      isReady = true;
      show();
    }, () => {
      unread = "The index of the search could not be read. Reload the page to try again.";
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
    if (text) input.value = text;
    else input.select();
    ask();
    show();
  };

  takeTexts(input);

  /* A pasted text: which page reads it? It goes there with the reader. */
  const offer = (text) => {
    const lines = text.trim().split("\n").length;
    input.value = "";
    isOffered = true;
    said.textContent = `You pasted a text of ${lines === 1 ? "one line" : `${number(lines)} lines`}. What is it?`;
    list.replaceChildren(...READERS.map(([place, name, what]) => {
      const choice = link(place, element("strong", {}, name), element("span", {}, what));
      choice.addEventListener("click", () => window.vagTextBox.hand(text));
      return element("li", {}, choice);
    }));
    list.querySelector("a")?.focus();
  };

  window.vagSearch = { open, offer };
})();
