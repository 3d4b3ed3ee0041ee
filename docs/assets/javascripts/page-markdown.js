// @ts-check
/*
 * A page as Markdown for a handbook: its text, with a numbered footnote for each fact that it cites. site.js asks for
 * this script when a reader wants it, and this for the facts, as proof.js does.
 *
 *   window.vagPageMarkdown()   the text of the page as it is shown now
 *
 * What a reader does not see is left out, and what only works in a browser: forms, buttons, drawings.
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { part } = window.vagDom;
  const HELPERS = ".headerlink, .vag-hidden, .vag-toolbar, .vag-actions";
  const FIELDS = "button, form, input, select, textarea";
  const LEFT_OUT = `[aria-hidden=true], nav, script, style, svg, template, [role=status], ${FIELDS}, ${HELPERS}`;
  const FENCE = "```";

  const escaped = (text) => text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|]/g, String.raw`\$&`);
  const inOneLine = (text) => text.replace(/\s*\n\s*/g, " ").trim();
  const isSeen = (element) => !element.hidden && !element.matches(LEFT_OUT);
  const indented = (text, by) => text.trim().replace(/\n(?=.)/g, `\n${by}`);

  window.vagPageMarkdown = async () => {
    /** @type {Map<string, number>} */
    const cited = new Map();
    const footnote = (mark) => {
      const { href } = new URL(mark.href);
      if (!cited.has(href)) cited.set(href, cited.size + 1);
      return `[^${cited.get(href)}]`;
    };

    const inside = (node) => [...node.childNodes].map(written).join("");
    const list = (node, mark) =>
      `\n\n${
        [...node.children].filter(isSeen).map((item, at) => {
          const begin = mark(at);
          return begin + indented(inside(item), " ".repeat(begin.length));
        }).join("\n")
      }\n\n`;
    const cells = (row) => [...row.cells].map((cell) => inOneLine(inside(cell)).replace(/(?<!\\)\|/g, String.raw`\|`));
    const table = (node) => {
      const [head, ...rows] = [...node.rows].filter(isSeen).map(cells);
      if (!head) return "";
      const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
      const caption = node.caption ? `${inOneLine(inside(node.caption))}\n\n` : "";
      return `\n\n${caption}${lines.join("\n")}\n\n`;
    };
    const heading = (node) => `\n\n${"#".repeat(Number(node.tagName[1]))} ${inOneLine(inside(node))}\n\n`;
    const block = (node) => `\n\n${inside(node).trim()}\n\n`;
    const KINDS = {
      A: (node) => {
        if (node.matches(".vag-cite")) return footnote(node);
        if (node.matches(".vag-fact")) return inside(node) + footnote(node);
        return `[${inside(node)}](<${node.href}>)`;
      },
      BLOCKQUOTE: (node) => `\n\n> ${indented(inside(node), "> ")}\n\n`,
      BR: () => "\n",
      CODE: (node) => `\`${node.textContent}\``,
      DD: (node) => `: ${indented(inside(node), "  ")}\n\n`,
      DT: (node) => `\n\n${inOneLine(inside(node))}\n`,
      EM: (node) => `*${inside(node)}*`,
      H1: heading,
      H2: heading,
      H3: heading,
      H4: heading,
      OL: (node) => list(node, (at) => `${at + 1}. `),
      PRE: (node) => `\n\n${FENCE}text\n${node.textContent.trimEnd()}\n${FENCE}\n\n`,
      STRONG: (node) => `**${inside(node)}**`,
      TABLE: table,
      UL: (node) => list(node, () => "- "),
    };
    const INLINE = new Set(["ABBR", "B", "KBD", "SMALL", "SPAN", "SUMMARY", "TIME"]);
    const written = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return escaped(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE || !isSeen(node)) return "";
      return (KINDS[node.tagName] ?? (INLINE.has(node.tagName) ? inside : block))(node);
    };

    const text = inside(part("article")).replace(/[ \t]+(?=\n|\[\^)/g, "").replace(/\n{3,}/g, "\n\n").trim();
    const notes = await Promise.all([...cited].map(async ([href, number]) => {
      const { pages } = await window.vagProof.fact(new URL(href));
      const from = pages.map(([title, day, url]) => [title, day, `<${url}>`].filter(Boolean).join(", "));
      return `[^${number}]: ${from.join("; ")}. [Record](<${href}>).`;
    }));
    return `${text}\n\n${notes.join("\n")}\n`;
  };
})();
