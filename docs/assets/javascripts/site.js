// @ts-check
/*
 * What every page has. First what our scripts share, `window.vagDom`: elements, buttons, texts with values,
 * copying and downloads. Then the parts that any page may hold: filters of registers, the search, code blocks.
 *
 * In the head, before the scripts that stand in pages; the parts begin when the page is there. A classic script, not a
 * module: browsers load no module from file://.
 */
(() => {
  /*
   * An element. true stands for an attribute without a value; false, null and undefined leave an attribute or a child
   * out.
   */
  const element = (name, attributes = {}, ...children) => {
    const isGiven = (value) => value !== false && value !== null && value !== undefined;
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (isGiven(value)) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.flat(Infinity).filter(isGiven));
    return made;
  };

  /**
   * A part that the page holds; it is a mistake of ours when it does not.
   * @param {string} selector
   * @param {ParentNode} within
   * @returns {Data}
   */
  const part = (selector, within = document) => {
    const found = within.querySelector(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  };

  const hidden = (text) => element("span", { class: "vag-hidden" }, text);

  const button = (text, action) => {
    const made = element("button", { type: "button", class: "vag-button" }, text);
    made.addEventListener("click", () => action(made));
    return made;
  };

  /* What is said to screen readers alone. */
  const liveRegion = () => element("div", { class: "vag-hidden", role: "status" });

  /* Maps without prototype: what a reader types is looked up in them, and may be called "constructor". */
  const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const bare = (_, value) => (isMap(value) ? Object.setPrototypeOf(value, null) : value);

  /* The data in a script element of the page, or in a file of data that it asked for; null on a page without. */
  const dataOf = (id) => {
    const file = window.vagFiles?.[id];
    // Of a file, once: a text becomes what it says.
    if (typeof file === "string") window.vagFiles[id] = JSON.parse(file, bare);
    return window.vagFiles?.[id] ?? JSON.parse(document.getElementById(id)?.textContent ?? "null", bare);
  };

  /*
   * What becomes the address of a script, or of a worker: the site's own files alone. Behind the policy of a published
   * site, browsers take no other text.
   */
  const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const SITE = new URL("../../", src).href;
  const own = (address) => {
    const { href } = new URL(address, document.baseURI);
    if (!href.startsWith(SITE)) throw new Error(`${address} is no script of this site`);
    return href;
  };
  const trusted = window.trustedTypes?.createPolicy("guide", { createScriptURL: own });
  const scriptAddress = (address) => trusted?.createScriptURL(address) ?? own(address);

  /*
   * Scripts, files of data and styles, asked for once; scripts run in their order. A page from disk, or under a strict
   * policy, may ask for nothing else.
   */
  const asked = new Map();
  const load = (addresses) =>
    Promise.all(addresses.map((address) => {
      if (!asked.has(address)) {
        const coming = new Promise((done, failed) => {
          const isStyle = address.endsWith(".css");
          const part = isStyle
            ? element("link", { rel: "stylesheet", href: address })
            : Object.assign(element("script", { src: scriptAddress(address) }), { async: false });
          part.addEventListener("load", done);
          part.addEventListener("error", () => {
            asked.delete(address);
            failed(new Error(`no ${address}`));
          });
          document.head.append(part);
        });
        asked.set(address, coming);
      }
      return asked.get(address);
    }));

  /* Whether a line is what a tool printed of a license, and no query. */
  const isOutput = (text) =>
    /\blicense (?:status|name):|partial product key|\bwill expire \d|is permanently activated|, \w+ channel\b/i.test(
      text,
    );

  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* Made once: a number on its own looks its language up each time. */
  const NUMBERS = new Intl.NumberFormat("en-US");
  const number = (value) => NUMBERS.format(value);

  /* A function that runs what it was given last, once no more comes for a while. */
  const later = (pause) => {
    let waiting = 0;
    return (action) => {
      clearTimeout(waiting);
      waiting = setTimeout(action, pause);
    };
  };

  /* Whether the text could be copied. The button that was pressed keeps the focus. */
  const copy = async (text, pressed) => {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not in a secure context, as on an intranet over http: select the text for the browser's own copy.
      const area = element("textarea", { class: "vag-hidden" });
      area.value = text;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
    }
    pressed.focus();
    return done;
  };

  /* Copies, and says for a while whether it could be done: on the button that was pressed, and to screen readers. */
  const copySaying = async (text, pressed, live) => {
    const label = pressed.textContent;
    const done = await copy(text, pressed);
    pressed.textContent = done ? "Copied" : "Copying failed";
    live.textContent = done ? "Copied to the clipboard" : "The browser did not allow copying";
    setTimeout(() => {
      pressed.textContent = label;
      live.textContent = "";
    }, 2000);
  };

  /* Windows may miss a label of a batch file whose lines end in a line feed alone. */
  const onDisk = (name, content) =>
    typeof content === "string" && /\.(?:bat|cmd)$/.test(name) ? content.replaceAll(/\r?\n/g, "\r\n") : content;

  const download = (name, content, type = "") => {
    const written = onDisk(name, content);
    const link = element("a", { href: URL.createObjectURL(new Blob([written], { type })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  /* A form that scripts serve shows, in place of what stands there without them. */
  const showForm = (form) => {
    /** @type {NodeListOf<HTMLElement>} */
    const others = document.querySelectorAll("[data-vag-without]");
    for (const each of others) each.hidden = true;
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
  };

  /* A tree of a file of data as elements: a text, or [name, attributes, ...children], each attribute as `written`. */
  const grown = (tree, written) => {
    if (typeof tree === "string") return tree;
    const [name, attributes, ...children] = tree;
    const own = Object.entries(attributes).map(([key, value]) => [key, written(key, value)]);
    return element(name, Object.fromEntries(own), ...children.map((child) => grown(child, written)));
  };

  /* What a folded part belongs to: the heading of its section, or the file that it is a part of. */
  const ownerOf = (part) => {
    let at = part;
    while (at) {
      const before = at.previousElementSibling;
      at = before ?? at.parentElement;
      if (before ? /^H\d/.test(before.tagName) : at?.id) return at;
    }
    return at;
  };

  /* A link into a part that is closed opens it, and so does one to what the part belongs to. */
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    const closed = [...document.querySelectorAll("article details:not([open])")].filter((each) =>
      each.contains(target) || (each.matches(".vag-details--folded") && ownerOf(each) === target)
    );
    for (const each of closed) each.toggleAttribute("open", true);
    if (closed.length) target.scrollIntoView();
  };

  /* How many of some sorted numbers are at most `number`. */
  const upTo = (sorted, number) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  window.vagDom = {
    button,
    copy,
    copySaying,
    dataOf,
    download,
    element,
    fill,
    grown,
    hidden,
    isOutput,
    later,
    liveRegion,
    load,
    scriptAddress,
    number,
    part,
    reveal,
    showForm,
    takeTexts: (input) => takeTexts(input),
    upTo,
  };

  // Filters -----------------------------------------------------------------------------------------------------------

  /*
   * Filter above a register: <div class="vag-toolbar" data-vag-filter="ID" data-vag-filter-label="Filter facts"></div>
   * becomes an input that shows only the rows of #ID that contain every typed word.
   *
   * Several ids, with a blank between, make one register of several lists.
   *
   * #ID is a table, or any element whose children (or .vag-register__row) are the rows. Without scripts the box is
   * empty and all rows show. A row that the address names (#id) shows even if it does not match. Words in
   * data-vag-also of a row count as its own. A folded part that has such rows opens while a box asks for them.
   */
  const words = (text) => text.toLowerCase().normalize("NFKC").split(/\s+/).filter(Boolean);

  const rowsOf = (list) => {
    const rows = list.querySelectorAll("tbody > tr, .vag-register__row");
    return rows.length ? [...rows] : [...list.children];
  };

  const mountFilter = (box, number) => {
    const lists = box.dataset.vagFilter.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
    if (!lists.length) return;
    const id = `vag-filter-${number}`;
    const rows = lists.flatMap(rowsOf).map((row) => ({
      row,
      text: `${row.textContent} ${row.dataset.vagAlso ?? ""}`.toLowerCase().normalize("NFKC"),
    }));
    const around = rows.flatMap(({ row }) => [row.closest("details"), row.closest(".vag-table-wrap")]);
    const parts = [...new Set(around)].filter((part) => part && !part.contains(box));
    let wasAsked = false;
    const showParts = () => {
      const seen = rows.filter(({ row }) => !row.matches("[hidden], .vag-off"));
      const isAsked = seen.length < rows.length;
      for (const part of parts) {
        part.hidden = !seen.some(({ row }) => part.contains(row));
        if (isAsked || wasAsked) part.open = isAsked && !part.hidden;
      }
      wasAsked = isAsked;
    };
    const input = element("input", {
      id,
      class: "vag-toolbar__input",
      type: "search",
      autocomplete: "off",
      spellcheck: "false",
    });
    const count = element("span", { class: "vag-toolbar__count", role: "status" });
    const label = element("label", { class: "vag-toolbar__label", for: id }, box.dataset.vagFilterLabel || "Filter");

    const apply = () => {
      const wanted = words(input.value);
      let shown = 0;
      for (const { row, text } of rows) {
        const hit = wanted.every((word) => text.includes(word));
        row.hidden = !hit && !row.matches(":target");
        shown += Number(!row.hidden);
        if (hit && wanted.length) row.closest("details")?.toggleAttribute("open", true);
      }
      const hint = shown ? "" : ". No row has all of these words: leave one out, or write less of it";
      count.textContent = wanted.length ? `${shown} of ${rows.length} shown${hint}` : `${rows.length} entries`;
      showParts();
    };

    input.addEventListener("input", apply);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !input.value) return;
      event.preventDefault();
      input.value = "";
      apply();
    });
    // A link to a hidden row, from this page or from outside, must find it.
    addEventListener("hashchange", () => {
      apply();
      document.querySelector(":target")?.scrollIntoView();
    });
    // From codes.js, whose lists hide rows too.
    box.addEventListener("vag-facets", showParts);
    box.append(label, input, count);
    apply();
  };

  // Search ------------------------------------------------------------------------------------------------------------

  /* Its script and its index are asked for when a reader turns to it, and no page waits for them. */
  const beside = (...names) => names.map((name) => new URL(name, src).href);
  const SEARCH = beside("../stylesheets/search.css", "search.js");

  const search = async (text = "") => {
    let typed = text;
    // What is typed while the script comes belongs to the box that it shows.
    const gather = (event) => {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      typed += event.key;
    };
    if (!window.vagSearch) {
      addEventListener("keydown", gather);
      await load(SEARCH).finally(() => removeEventListener("keydown", gather));
    }
    window.vagSearch.open(typed);
  };

  const offer = async (text) => {
    await search();
    window.vagSearch.offer(text);
  };

  /* A box of one line makes one line of an output: what is longer is asked for before that. */
  const LONG = 200;
  const takeTexts = (input) =>
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text.length < LONG && !text.trim().includes("\n") && !isOutput(text)) return;
      event.preventDefault();
      offer(text);
    });

  // Proof -------------------------------------------------------------------------------------------------------------

  const PROOF = beside("../stylesheets/proof.css", "proof.js");

  /* Below a page that cites facts: the page as Markdown, with its sources as footnotes. */
  const mountPageMarkdown = () => {
    const article = part("article");
    if (!article.querySelector("a.vag-cite, a.vag-fact")) return;
    const live = liveRegion();
    const copied = button("Copy this page as Markdown, with its sources", async (made) => {
      await load([...PROOF, ...beside("page-markdown.js")]);
      copySaying(await window.vagPageMarkdown(), made, live);
    });
    article.append(element("p", { class: "vag-actions" }, copied, " ", live));
  };

  /*
   * A mark or a value shows its fact where it stands. The link to the register is there for everything else: another
   * tab, a page without scripts, a script or data that do not come.
   */
  const mountProof = () =>
    addEventListener("click", async (event) => {
      /** @type {Data} */
      const pressed = event.target;
      const link = pressed.closest?.("a.vag-cite, a.vag-fact, a.vag-proof-open");
      if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      try {
        await load(PROOF);
        await window.vagProof.show(link);
      } catch {
        location.href = link.href;
      }
    });

  const isTyping = (target) => target.matches("input, select, textarea, [contenteditable]");

  const mountSearch = () => {
    /** @type {NodeListOf<HTMLElement>} */
    const buttons = document.querySelectorAll("[data-vag-search]");
    for (const each of buttons) {
      each.hidden = false;
      each.addEventListener("click", () => search());
    }
    /** @type {NodeListOf<HTMLFormElement>} */
    const forms = document.querySelectorAll("[data-vag-find]");
    for (const form of forms) {
      form.hidden = false;
      takeTexts(part("input", form));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const { value } = part("input", form);
        if (isOutput(value)) offer(value);
        else search(value);
      });
    }
    addEventListener("keydown", (event) => {
      const isAsked = event.key === "/" || (event.key === "k" && (event.ctrlKey || event.metaKey));
      if (!isAsked || event.defaultPrevented || isTyping(event.target)) return;
      event.preventDefault();
      search();
    });
    // The page for addresses that lead nowhere asks so.
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) search(asked);
  };

  // Code blocks -------------------------------------------------------------------------------------------------------

  /*
   * The theme wraps the copy button of every code block in a nav without a name, so that a page with two code blocks
   * has two landmarks that a screen reader cannot tell apart. They are no navigation: take them out of the list of
   * landmarks. The theme adds them as code comes into view, hence the observer.
   */
  const mountCode = () => {
    const content = part(".md-content");
    const demote = () => {
      for (const nav of content.querySelectorAll("nav.md-code__nav:not([role])")) nav.setAttribute("role", "none");
    };
    /** @type {NodeListOf<HTMLElement>} */
    const blocks = content.querySelectorAll("pre > code");
    if (!blocks.length) return;
    // As the theme does, whose script may come later: what scrolls is reached by keyboard.
    const isWide = [...blocks].map((code) => code.scrollWidth > code.clientWidth);
    blocks.forEach((code, at) => isWide[at] && code.setAttribute("tabindex", "0"));
    new MutationObserver(demote).observe(content, { childList: true, subtree: true });
    demote();
  };

  // The theme ---------------------------------------------------------------------------------------------------------

  /*
   * The theme's script is a large part of all that a page loads, and it serves who touches the page: it comes with the
   * first sign of a reader. At once it comes in a wide window, where it places the navigation, and where the address
   * leads into the page. The event that it waits for has passed by then.
   */
  const SIGNS = ["pointerdown", "pointermove", "keydown", "scroll", "focusin"];
  const NARROW = matchMedia("(max-width: 76.2344em)");

  /* The colors that a reader chose, or that the screen asks for. Gives the control of the others. */
  const showPalette = () => {
    const palettes = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[name=__palette]")]);
    const isAsked = ({ dataset }) => matchMedia(dataset.mdColorMedia).matches;
    const current = window.__md_get("__palette")?.index ?? Math.max(0, palettes.findIndex(isAsked));
    for (const { name, value } of palettes[current]?.attributes ?? []) {
      if (name.startsWith("data-md-color-")) document.body.setAttribute(name, value);
    }
    const other = palettes[(current + 1) % palettes.length];
    document.querySelector(`label[for="${other?.id}"]`)?.toggleAttribute("hidden", false);
    return other;
  };

  const mountTheme = () => {
    /** @type {HTMLScriptElement | null} */
    const script = document.querySelector("script[data-vag-theme]");
    if (!script) return;
    document.documentElement.classList.replace("no-js", "js");
    const other = showPalette();
    /** @param {Event} [event] */
    const start = async (event) => {
      // A pointer that rests is said to move when what is below it does.
      if (event instanceof PointerEvent && event.type === "pointermove" && !event.movementX && !event.movementY) return;
      for (const sign of SIGNS) removeEventListener(sign, start);
      NARROW.removeEventListener("change", start);
      await load([script.src]);
      // Its two parts are a task each, so that a reader is heard in between.
      setTimeout(() => {
        document.dispatchEvent(new Event("DOMContentLoaded"));
        // Pressed before the theme could hear it.
        if (other?.checked) other.dispatchEvent(new Event("change", { bubbles: true }));
      });
    };
    if (!NARROW.matches || location.hash) return start();
    for (const sign of SIGNS) addEventListener(sign, start, { passive: true });
    NARROW.addEventListener("change", start);
  };

  /* The theme's switches of the menu and of the colors are labels: for keys, the one becomes a button. */
  const mountSwitches = () => {
    const menu = document.querySelector(".md-header label[for=__drawer]");
    const pressed = element("button", { type: "button", class: `${menu?.className} vag-menu`, "aria-label": "Menu" });
    pressed.append(...menu?.childNodes ?? []);
    pressed.addEventListener("click", () => document.getElementById("__drawer")?.click());
    menu?.replaceWith(pressed);
    for (const input of document.querySelectorAll("input[name=__palette]")) {
      input.addEventListener("keydown", (event) => {
        if (!(event instanceof KeyboardEvent) || event.key !== " ") return;
        event.preventDefault();
        /** @type {HTMLElement | null} */
        const label = document.querySelector("label[for^=__palette]:not([hidden])");
        label?.click();
      });
    }
  };

  addEventListener("DOMContentLoaded", () => {
    mountSwitches();
    mountTheme();
    document.querySelectorAll("[data-vag-filter]").forEach(mountFilter);
    mountSearch();
    mountProof();
    mountPageMarkdown();
    addEventListener("hashchange", reveal);
    reveal();
    // Measuring is a task of its own: it waits until the page is laid out.
    setTimeout(mountCode);
  });
})();
