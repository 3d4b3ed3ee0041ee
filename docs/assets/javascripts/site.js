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
   * Scripts and files of data, asked for once and run in their order: a page from disk, or under a strict policy, may
   * ask for nothing else.
   */
  const asked = new Map();
  const load = (addresses) =>
    Promise.all(addresses.map((address) => {
      if (!asked.has(address)) {
        const coming = new Promise((done, failed) => {
          const script = element("script", { src: address });
          script.async = false;
          script.addEventListener("load", done);
          script.addEventListener("error", () => {
            asked.delete(address);
            failed(new Error(`no ${address}`));
          });
          document.head.append(script);
        });
        asked.set(address, coming);
      }
      return asked.get(address);
    }));

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

  const download = (name, content, type = "") => {
    const link = element("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
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

  /* What a box shows of a text. A browser lays a box with a hundred thousand lines out for seconds. */
  const MOST_SHOWN = { characters: 100_000, lines: 2_000 };

  /* Where the part of a text ends that a box shows: with a whole line, if it can. */
  const headOf = (text) => {
    let end = -1;
    for (let line = 0; line < MOST_SHOWN.lines; line += 1) {
      const next = text.indexOf("\n", end + 1);
      if (next < 0 || next >= MOST_SHOWN.characters) {
        if (text.length <= MOST_SHOWN.characters) return text.length;
        return end < 0 ? MOST_SHOWN.characters : end + 1;
      }
      end = next;
    }
    return end + 1;
  };

  /**
   * A box for a text of any length: of a long one, it shows the beginning, keeps the rest, and says so below. What a
   * reader changes in the box changes the beginning; an empty box has no rest.
   * @param {HTMLTextAreaElement} area
   * @returns {Box}
   */
  const boxOf = (area) => {
    let rest = "";
    const note = element("small", { role: "status" });
    area.after(note);
    const say = () => {
      const lines = rest.split("\n").length - Number(rest.endsWith("\n"));
      const size = `${number(rest.length)} characters in ${number(lines)} line${lines === 1 ? "" : "s"}`;
      note.textContent = rest ? `The box shows the beginning. The rest, ${size}, is kept and belongs to it.` : "";
    };
    const put = (text) => {
      const end = headOf(text);
      rest = text.slice(end);
      area.value = text.slice(0, end);
      say();
    };
    const isAllSelected = () => area.selectionStart === 0 && area.selectionEnd === area.value.length;
    // What takes the place of all that is shown takes the place of the rest too.
    area.addEventListener("beforeinput", () => {
      if (!rest || !isAllSelected()) return;
      rest = "";
      say();
    });
    return {
      put,
      get text() {
        if (rest && !area.value) put("");
        return area.value + rest;
      },
      insert: (text) => {
        const { selectionEnd: end, selectionStart: start, value } = area;
        const after = isAllSelected() ? "" : value.slice(end) + rest;
        put(value.slice(0, start) + text.replace(/\r\n?/g, "\n") + after);
        area.dispatchEvent(new Event("input", { bubbles: true }));
      },
    };
  };

  /*
   * A text that a reader pasted into the search goes with them to the page that reads it, and to no other: it is taken
   * once. Where the browser keeps nothing, the reader pastes it again.
   */
  const PASTED = "vag-pasted";
  const hand = (text) => {
    try {
      sessionStorage.setItem(PASTED, text);
    } catch {
      // Nothing is kept, as a reader may want it.
    }
  };
  const handed = () => {
    try {
      const text = sessionStorage.getItem(PASTED);
      sessionStorage.removeItem(PASTED);
      return text;
    } catch {
      return null;
    }
  };

  /*
   * Files that a reader chooses for a form, or drops on it. Of a longer text that is pasted, one character more than
   * `most` is taken, so that what reads it says that it was too long. Gives the box of the form.
   */
  const takeFiles = (form, open, most) => {
    const { file: picker, text: area } = form.elements;
    const box = boxOf(area);
    const isLong = (text) => headOf(text.slice(0, most + 1).replace(/\r\n?/g, "\n")) < text.length;
    const insert = (event, text) => {
      if (!isLong(text)) return;
      event.preventDefault();
      box.insert(text.slice(0, most + 1));
    };
    area.addEventListener("paste", (event) => insert(event, event.clipboardData?.getData("text/plain") ?? ""));
    picker.addEventListener("change", () => picker.files.length && open(picker.files[0]));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      const [file] = event.dataTransfer.files;
      if (!file) {
        if (event.target === area) insert(event, event.dataTransfer.getData("text/plain"));
        return;
      }
      event.preventDefault();
      open(file);
    });
    form.addEventListener("reset", () => box.put(""));
    const text = handed();
    // When the page listens to its box.
    if (text) addEventListener("load", () => box.insert(text.slice(0, most + 1)));
    return box;
  };

  window.vagDom = {
    button,
    copy,
    dataOf,
    download,
    element,
    fill,
    hand,
    hidden,
    later,
    liveRegion,
    load,
    number,
    part,
    showForm,
    takeFiles,
    takeTexts: (input) => takeTexts(input),
  };

  // Filters -----------------------------------------------------------------------------------------------------------

  /*
   * Filter above a register: <div class="vag-toolbar" data-vag-filter="ID" data-vag-filter-label="Filter facts"></div>
   * becomes an input that shows only the rows of #ID that contain every typed word.
   *
   * Several ids, with a blank between, make one register of several lists.
   *
   * #ID is a table, or any element whose children (or .vag-register__row) are the rows. Without scripts the box is
   * empty and all rows show. A row that the address names (#id) shows even if it does not match.
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
    const rows = lists.flatMap(rowsOf).map((row) => ({ row, text: row.textContent.toLowerCase().normalize("NFKC") }));
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
      }
      count.textContent = wanted.length ? `${shown} of ${rows.length} shown` : `${rows.length} entries`;
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
    box.append(label, input, count);
    apply();
  };

  // Search ------------------------------------------------------------------------------------------------------------

  /* Its script and its index are asked for when a reader turns to it, and no page waits for them. */
  const SEARCH = new URL("search.js", /** @type {HTMLScriptElement} */ (document.currentScript).src).href;

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
      await load([SEARCH]).finally(() => removeEventListener("keydown", gather));
    }
    window.vagSearch.open(typed);
  };

  /* A box of one line makes one line of an output: what is longer is asked for before that. */
  const LONG = 200;
  const takeTexts = (input) =>
    input.addEventListener("paste", async (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text.length < LONG && !text.trim().includes("\n")) return;
      event.preventDefault();
      await search();
      window.vagSearch.offer(text);
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
        search(part("input", form).value);
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
    if (!content.querySelector("pre > code")) return;
    new MutationObserver(demote).observe(content, { childList: true, subtree: true });
    demote();
  };

  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-vag-filter]").forEach(mountFilter);
    mountSearch();
    mountCode();
  });
})();
