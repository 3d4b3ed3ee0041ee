// @ts-check
/*
 * Shows a fact where a page cites it: its record in the register, and citations to copy. site.js asks for this script
 * at the first click on a mark or a value, and this for the data of the fact's family: the register as trees of
 * elements (macros/render/reference/proof.py).
 *
 *   window.vagProof.show(link)      a panel with the facts of a link; of a sentence with several facts, all of them
 *   window.vagProof.fact(address)   what the data has of a fact by its address in the register: trees, and pages
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { copySaying, dataOf, element, grown, liveRegion, load } = window.vagDom;
  const ROOT = new URL("../../", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const ADDRESS = "{address}";
  const EDGE = 8;

  const familyOf = (address) => address.pathname.split("/").pop().replace(/\.html$/, "");

  /* Where each fact of a link stands in the register. One mark stands for all facts of its sentence. */
  const placesOf = (link) => {
    const marks = link.closest(".vag-cites")?.querySelectorAll("a.vag-cite") ?? [link];
    return [...marks].map((mark) => new URL(mark.href));
  };

  /* A tree as elements. Its links are those of the register, and its citations name the address of the fact there. */
  const drawn = (tree, address) =>
    grown(tree, (key, value) => key === "href" ? new URL(value, address).href : value.replace(ADDRESS, address.href));

  const panel = element("div", {
    class: "vag-proof md-typeset",
    popover: "auto",
    role: "dialog",
    "aria-label": "Where this comes from",
    tabindex: -1,
  });
  document.body.append(panel);

  const live = liveRegion();
  panel.addEventListener("click", (event) => {
    /** @type {Data} */
    const pressed = event.target;
    const button = pressed.closest("[data-vag-copied]");
    if (button) copySaying(button.dataset.vagCopied, button, live);
  });
  const close = element("button", { type: "button", class: "vag-proof__close", "aria-label": "Close" }, "×");
  close.addEventListener("click", () => panel.hidePopover());

  /* Below the mark, or above it where there is more room; at the lower edge of a narrow window, by its style. */
  const place = (link) => {
    const [mark, own] = [link.getBoundingClientRect(), panel.getBoundingClientRect()];
    const { clientHeight: height, clientWidth: width } = document.documentElement;
    const below = mark.bottom + EDGE;
    const top = below + own.height <= height || mark.top < height / 2 ? below : mark.top - EDGE - own.height;
    const left = Math.max(EDGE, Math.min(mark.left, width - own.width - EDGE));
    panel.style.setProperty("--vag-top", `${Math.max(EDGE, top)}px`);
    panel.style.setProperty("--vag-left", `${left}px`);
  };

  const fact = async (address) => {
    const family = familyOf(address);
    await load([new URL(`assets/data/facts/${family}.js`, ROOT).href]);
    const [trees, pages] = dataOf(`vag-facts-${family}`)[address.hash.slice(1)];
    return { trees, pages };
  };

  const show = async (link) => {
    const facts = await Promise.all(
      placesOf(link).map(async (address) => {
        const { trees } = await fact(address);
        return trees.map((tree) => drawn(tree, address));
      }),
    );
    panel.replaceChildren(close, ...facts.flat(), live);
    panel.showPopover();
    place(link);
    panel.focus();
  };

  window.vagProof = { fact, show };
})();
