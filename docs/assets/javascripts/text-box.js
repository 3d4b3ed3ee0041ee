// @ts-check
/*
 * Boxes for texts of any length: pasted, dropped, opened as a file, or handed on by the search.
 *
 *   window.vagTextBox.takeFiles(form, open, most)   the box of a form
 *   window.vagTextBox.hand(text)                    hands a text to the page that a reader goes to
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { element, number } = window.vagDom;

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

  window.vagTextBox = { hand, takeFiles };
})();
