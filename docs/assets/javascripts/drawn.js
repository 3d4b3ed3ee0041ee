// @ts-check
/*
 * Draws what Python drew once, as <template data-vag-part="finding">: macros/templates/finding.html with open slots.
 *
 *   window.vagDrawn.cloned(name, slots)   the template with its slots filled: one element, or a fragment of several
 *   window.vagDrawn.status(state, ...text)   a state as glyph and words
 *
 * A comment is a slot for text and nodes. In an attribute a slot is {name}; where it is null, the attribute is left
 * out. Ids and addresses are those of the page from then on. A slot that the template or its caller lacks is a mistake
 * of ours.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { element, part } = window.vagDom;
  /* Elements and comments. */
  const SHOWN = 129;

  /* A page of thousands of elements is searched once for each. */
  /** @type {Map<string, Data>} */
  const templates = new Map();
  const cloned = (name, slots) => {
    if (!templates.has(name)) templates.set(name, part(`template[data-vag-part=${name}]`));
    const made = templates.get(name).content.cloneNode(true);
    const left = new Set(Object.keys(slots));
    const check = (isRight, slot) => {
      if (!isRight) throw new Error(`slot ${slot} of ${name}`);
    };
    const take = (slot) => {
      check(left.delete(slot), slot);
      return slots[slot];
    };
    const walker = document.createTreeWalker(made, SHOWN);
    /** @type {Data[]} */
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    for (const node of nodes) {
      if (node.data) node.replaceWith(...element("p", {}, take(node.data)).childNodes);
      for (const { name: key, value } of [...(node.attributes ?? [])]) {
        const own = key.replace(/^data-vag-(id|href)$/, "$1");
        const [before, slot, after = ""] = value.split(/[{}]/);
        const given = slot ? take(slot) : "";
        if (!slot && own === key) continue;
        node.removeAttribute(key);
        if (given !== null) node.setAttribute(own, before + given + after);
      }
    }
    check(!left.size, [...left]);
    return made.childNodes.length > 1 ? made : made.firstChild;
  };

  window.vagDrawn = { cloned, status: (state, ...text) => cloned(`status-${state}`, { text }) };
})();
