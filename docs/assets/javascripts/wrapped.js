// @ts-check
/*
 * XML files inside other texts: a fence of Markdown, a string of a script, echo lines, a web page, several in one. The
 * same as macros/formats/base/wrapped.py.
 *
 *   window.vagWrapped.find(text, root)             the files with this outermost element in a text, or null
 *   window.vagWrapped.lifted(text, fits, begins, holds)   the files of another language in a text, or null
 *   window.vagWrapped.bare(text, root)             where such a file begins that has lost its angle brackets, or null
 *   window.vagWrapped.judged(text, found, findingOf, judge)   findings about such files, each by `judge`, at their
 *                                                  places in the text around them, and about that text
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { placesOf } = window.vagText;
  const MOST_PARTS = 20;
  const LONGEST_LINE = 2000;
  const BLANK = /[ \t\r\n]/;
  const ENTITY = /&(lt|gt|quot|apos|amp|#39);/g;
  const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'", amp: "&" };
  const ECHO = /^[ \t]*\(?[ \t]*@?(?:>>?[ \t]*[^ \t]+[ \t]*)?echo(?:[.:(/\\]|[ \t]|$)/i;
  const REDIRECTED = /(?<!\^)>>?[ \t]*(?:"[^"]*"|[^ \t<>^"]+)[ \t]*\)?[ \t\r]*$/;
  const FENCE = /(?<![^\n])[ \t]*(?:```|~~~)/g;
  const EDGE = /^[ \t]*(?:```|~~~)[A-Za-z0-9_+-]{0,20}[ \t\r]*$/;
  const HERE_DOCUMENT = /<<-?[ \t]*(['"]?)[A-Za-z_]+\1[^\n]*$/;
  const VALUE = /[^ \t\r\n=<>]+[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)')/y;
  const VARIABLE = /[$!%]/;
  const FILLED = ["here-string", "echo"];
  const STRING = "a string of a script";
  const AROUND = new Map([
    ["fence", "a fence of Markdown"],
    ["here-string", STRING],
    ["literal", STRING],
    ["echo", "echo lines of a batch file"],
  ]);

  const { strip } = window.vagText;
  const stripEnd = (text) => {
    let end = text.length;
    while (end > 0 && BLANK.test(text[end - 1])) end -= 1;
    return text.slice(0, end);
  };

  /* Where a pattern, which finds beginnings of comments too, is found outside of comments. */
  const outside = (text, pattern, from, most) => {
    const found = [];
    // Where one comment has no end, no later one has.
    let ends = true;
    pattern.lastIndex = from;
    for (let hit = pattern.exec(text); hit && found.length < most; hit = pattern.exec(text)) {
      if (hit[0] === "<!--") {
        const closed = ends ? text.indexOf("-->", pattern.lastIndex) : -1;
        ends = closed >= 0;
        if (ends) pattern.lastIndex = closed + 3;
      } else found.push([hit.index, pattern.lastIndex]);
    }
    return found;
  };

  const unescaped = (text) => {
    let made = "";
    const at = [];
    let last = 0;
    const keep = (end) => {
      for (let index = last; index < end; index += 1) at.push(index);
      made += text.slice(last, end);
    };
    for (const hit of text.matchAll(ENTITY)) {
      keep(hit.index);
      made += ENTITIES[hit[1]];
      at.push(hit.index);
      last = hit.index + hit[0].length;
    }
    keep(text.length);
    return { made, at: [...at, text.length] };
  };

  /* What the echo lines of a batch file write. */
  const echoed = (text) => {
    const letters = [];
    const at = [];
    let wrong = null;
    let begin = 0;
    for (const line of text.split("\n")) {
      const command = ECHO.exec(line);
      if (command) {
        const from = command[0].length;
        const redirected = line.length < LONGEST_LINE ? REDIRECTED.exec(line) : null;
        const end = redirected && redirected.index >= from ? redirected.index : line.length;
        let isQuoted = false;
        for (let index = from; index < end; index += 1) {
          const letter = line[index];
          if (letter === '"') isQuoted = !isQuoted;
          if (letter === "^" && !isQuoted && index + 1 < end) index += 1;
          if ((letter === "<" || letter === ">") && !isQuoted) wrong ??= begin + index;
          letters.push(line[index]);
          at.push(begin + index);
        }
      }
      letters.push("\n");
      at.push(begin + line.length);
      begin += line.length + 1;
    }
    return { made: letters.join(""), at: [...at, text.length], wrong };
  };

  /* A text without blanks, a declaration and comments at its end. */
  const before = (text) => {
    for (let left = stripEnd(text);;) {
      const mark = left.endsWith("?>") ? "<?xml" : left.endsWith("-->") ? "<!--" : null;
      const begin = mark ? left.lastIndexOf(mark) : -1;
      if (begin < 0) return left;
      left = stripEnd(left.slice(0, begin));
    }
  };

  const whereOf = (text, start) => {
    const above = text.slice(0, start);
    if ([...above.matchAll(FENCE)].length % 2) return "fence";
    const left = before(above);
    if (left.endsWith('"')) return "here-string";
    if (left.endsWith("'")) return "literal";
    const last = left.slice(left.lastIndexOf("\n") + 1);
    return last.length < LONGEST_LINE && HERE_DOCUMENT.test(last) ? "here-string" : "text";
  };

  const find = (text, root) => {
    const begins = new RegExp(`<!--|<${root}(?=[ \\t\\r\\n>/])`, "g");
    const startsIn = (given) => outside(given, begins, 0, MOST_PARTS + 1).map(([start]) => start);
    let starts = startsIn(text);
    let lead = 0;
    while (lead < text.length && BLANK.test(text[lead])) lead += 1;
    if (text[lead] === "<" && starts.length <= 1) return null;
    let made = text;
    let at = /** @type {number[] | null} */ (null);
    let wrong = /** @type {number | null} */ (null);
    const escaped = !starts.length && text.includes(`&lt;${root}`);
    const isEchoed = !escaped && text.includes(`^<${root}`);
    if (escaped) ({ made, at } = unescaped(text));
    else if (isEchoed) ({ made, at, wrong } = echoed(text));
    starts = startsIn(made);
    if (!starts.length || starts.length > MOST_PARTS) return null;
    const ends = new RegExp(`<!--|</${root}[ \\t\\r\\n]*>`, "g");
    const alone = new RegExp(`<${root}(?:[^>"'/]|/(?!>)|"[^"]*"|'[^']*')*/>`, "y");
    const placeOf = placesOf(made);
    const placeAt = (index) => at ? at[index] : index;
    const parts = starts.map((start, number) => {
      const following = starts[number + 1] ?? made.length;
      alone.lastIndex = start;
      const closed = alone.test(made) ? alone.lastIndex : outside(made, ends, start, 1)[0]?.[1] ?? following;
      const end = Math.min(closed, following);
      // Messages name lines, which must be those of the text around.
      const above = placeOf(start).line - 1;
      const where = escaped ? "text" : isEchoed ? "echo" : whereOf(text, start);
      return {
        text: "\n".repeat(above) + made.slice(start, end),
        at: (index) => placeAt(start + Math.max(0, index - above)),
        where,
        start: placeAt(start),
        end: placeAt(end - 1) + 1,
      };
    });
    return { parts, escaped, wrong };
  };

  const lifted = (text, fits, begins, holds) => {
    const lines = text.split("\n");
    const offsets = [0];
    for (const line of lines) offsets.push(offsets[offsets.length - 1] + line.length + 1);
    const part = (from, last, where) => {
      const [start, end] = [offsets[from], offsets[last] + lines[last].length];
      return {
        text: "\n".repeat(from) + text.slice(start, end),
        at: (index) => start + Math.max(0, index - from),
        where,
        start,
        end,
        lead: from,
      };
    };
    const edges = lines.flatMap((line, number) => EDGE.test(line) ? [number] : []);
    const inside = [];
    for (let at = 0; at + 1 < edges.length; at += 2) {
      const [from, last] = [edges[at] + 1, edges[at + 1] - 1];
      if (from <= last && fits(lines.slice(from, last + 1).join("\n"))) inside.push(part(from, last, "fence"));
    }
    const made = (parts) => ({ parts, escaped: false, wrong: null });
    if (inside.length) return inside.length <= MOST_PARTS ? made(inside) : null;
    const from = begins && holds ? lines.findIndex((line) => begins.test(line)) : -1;
    if (!holds || from < 0 || lines.slice(0, from).every((line) => holds.test(line))) return null;
    let last = from;
    while (last + 1 < lines.length && holds.test(lines[last + 1])) last += 1;
    while (!strip(lines[last], BLANK)) last -= 1;
    return made([part(from, last, "text")]);
  };

  const bare = (text, root) => {
    if (text.includes("<") || text.includes("&lt;")) return null;
    const begin = new RegExp(`(?<![^\\n])[ \\t]*(${root})(?=[ \\t\\r]*(?![^\\n])|[ \\t]+[A-Za-z]+[ \\t]*=)`).exec(text);
    return begin ? begin.index + begin[0].length - root.length : null;
  };

  /* `say(rule, offset, said)` */
  const around = (text, { escaped, parts, wrong }, say) => {
    const placeOf = placesOf(text);
    const spanOf = ({ end, start }) => ({ first: placeOf(start).line, last: placeOf(end - 1).line });
    const [first] = parts;
    if (wrong !== null) say("echo-bracket", wrong);
    if (escaped) say("brackets-escaped", first.start);
    for (const [number, part] of parts.entries()) {
      if (AROUND.has(part.where)) say("inside", part.start, { where: AROUND.get(part.where), ...spanOf(part) });
      else if (number && !escaped) say("several-files", part.start, { count: parts.length });
    }
    const rest = text.slice(0, first.start) + text.slice(first.end);
    if (first.where === "text" && parts.length === 1 && !escaped && strip(rest, BLANK)) {
      const lead = text.length - strip(`${text}.`, BLANK).length + 1;
      say("text-around", lead < first.start ? lead : first.end, spanOf(first));
    }
  };

  const moved = (found, part, text, findingOf) => {
    const outer = placesOf(text);
    const starts = [0];
    for (let at = part.text.indexOf("\n"); at >= 0; at = part.text.indexOf("\n", at + 1)) starts.push(at + 1);
    return found.map((each) => {
      if (!each.line) return each;
      const line = part.text.slice(starts[each.line - 1]);
      const inLine = [...line.slice(0, 2 * (each.column ?? 1))].slice(0, (each.column ?? 1) - 1).join("").length;
      const offset = Math.min(starts[each.line - 1] + inLine, part.text.length);
      VALUE.lastIndex = offset;
      const hit = VALUE.exec(part.text);
      const given = hit ? hit[1] ?? hit[2] ?? "" : "";
      const place = outer(part.at(offset));
      const column = each.column ? place.column : null;
      if (FILLED.includes(part.where) && VARIABLE.test(given)) {
        return findingOf("filled-in-later", { line: place.line, column }, { given });
      }
      return { ...each, line: place.line, column };
    });
  };

  const judged = (text, found, findingOf, judge) => {
    const placeOf = placesOf(text);
    /** @type {Finding[]} */
    const every = [];
    around(text, found, (rule, offset, said = {}) => every.push(findingOf(rule, placeOf(offset), {}, said)));
    /** @type {Set<string>} */
    const ways = new Set();
    for (const part of found.parts) {
      const made = judge(part);
      every.push(...moved(made.findings, part, text, findingOf));
      ways.add(made.activation);
    }
    ways.delete("none");
    const several = ways.has("unknown") ? "unknown" : "mixed";
    return { found: every, activation: ways.size > 1 ? several : [...ways][0] ?? "none" };
  };

  window.vagWrapped = { bare, find, judged, lifted };
})();
