/*
 * <button type="button" data-vag-copy="text">Copy</button> copies its text and says so, on the button and in a live
 * region. data-vag-copy-link adds the address of the nearest element with an id. Without scripts the
 * stylesheet hides the button. A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const buttons = document.querySelectorAll("[data-vag-copy]");
  if (!buttons.length) return;

  const live = document.createElement("div");
  live.className = "vag-hidden";
  live.setAttribute("role", "status");
  document.querySelector(".md-content__inner").append(live);

  // navigator.clipboard exists in secure contexts only, and an intranet may serve the site over http.
  const copyBySelection = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "vag-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  const textOf = (button) => {
    if (!("vagCopyLink" in button.dataset)) return button.dataset.vagCopy;
    return `${button.dataset.vagCopy}\n${new URL(`#${button.closest("[id]").id}`, location.href)}`;
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  };

  for (const button of buttons) {
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const done = await copy(textOf(button));
      button.focus();
      button.textContent = done ? "Copied" : "Copying failed";
      live.textContent = done ? "Copied to the clipboard" : "The browser did not allow copying";
      setTimeout(() => {
        button.textContent = label;
        live.textContent = "";
      }, 2000);
    });
  }
})();
