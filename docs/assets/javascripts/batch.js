// @ts-check
/*
 * Batch files as their commands: the same as macros/formats/shells/batch.py. Adds commandsIn and program to
 * window.vagClients.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { BLANK: B, Place, first, lower, strip, without } = window.vagText;
  const { known } = window.vagClients;

  /* Letters of words as Python has them. */
  const W = "\\p{L}\\p{N}_";

  const VARIABLE = `%([${W}][^%${B}]*)%|![${W}()]+!|%~?[${W}]*\\p{Nd}|%%~?[${W}]+`;
  const VARIABLES = new RegExp(VARIABLE, "gu");
  const VARIABLE_HERE = new RegExp(VARIABLE, "uy");
  const SET = new RegExp(`^@?set[${B}]+"?([${W}]+)=([^"\\r\\n&|]*)"?`, "iu");
  const REMARK = /^@?(?:rem(?=[\t-\r ,;=./\\:]|$)|::)/i;
  const OUTPUT = /^@?(?:echo|title)(?=[\t-\r .:,;(/]|$)/i;
  const { comparisons, tests, longest_variable: LONGEST } = known.commands;

  const MOST_PROGRAMS = 1000;
  const PLAIN = /[^ \t\r\n"%!^&|)]+/y;
  const QUOTED = /[^\n"%!]+/y;

  /* Words repeat each other. A file with very many of them fills no memory. */
  const programs = new Map();
  const program = (text) => {
    const found = programs.get(text);
    if (found !== undefined) return found;
    const made = without(without(lower(text).split(/[\\/]/).pop() ?? "", ".exe"), ".com");
    if (programs.size > MOST_PROGRAMS) programs.clear();
    programs.set(text, made);
    return made;
  };

  const afterStart = (texts, start) => {
    let at = start;
    if (texts[at]?.includes(" ")) at += 1;
    while (at < texts.length && /^\/(?:wait|min|max|b|i|high|low|normal|d[^]*)$/.test(texts[at])) {
      at += texts[at] === "/d" ? 2 : 1;
    }
    return at;
  };

  const afterIf = (texts, start) => {
    let at = start;
    while (texts[at] === "not" || texts[at] === "/i") at += 1;
    if (at >= texts.length) return at;
    if (tests.includes(texts[at])) return at + 2;
    return at + (!texts[at].includes("==") && comparisons.includes(texts[at + 1]) ? 3 : 1);
  };

  const BEFORE = ["call", "else", "start", "cmd", "if", "for"];
  const AWAY = /^\d?[<>]/;

  /* The words of a command without what stands before it, redirections left out. */
  const bare = (words) => {
    const isAway = words.some(({ text }) => AWAY.test(text));
    const kept = isAway
      ? words.filter(({ text }, at) => !AWAY.test(text) && !/^\d?[<>]{1,2}$/.test(words[at - 1]?.text ?? ""))
      : words;
    if (!kept.length || !BEFORE.includes(program(kept[0].text))) return kept;
    const texts = kept.map(({ text }) => lower(text));
    for (let at = 0; at < texts.length;) {
      const text = texts[at];
      if (text === "call" || text === "else") at += 1;
      else if (text === "start") at = afterStart(texts, at + 1);
      else if (program(text) === "cmd" && (texts[at + 1] === "/c" || texts[at + 1] === "/k")) at += 2;
      else if (text === "if") at = afterIf(texts, at + 1);
      else if (text === "for") at = texts.indexOf("do", at) + 1 || texts.length;
      else return kept.slice(at);
    }
    return [];
  };

  /* The commands of a batch file, each as its words, and the words of its remarks and outputs. */
  const commandsIn = (text) => {
    /** @type {{ words: BatchWord[], line: string }[]} */
    const commands = [];
    /** @type {string[]} */
    const remarks = [];
    const variables = new Map();
    let depth = 0;

    const filled = (raw) => {
      if (!/[%!]/.test(raw)) return [raw, true];
      let literal = true;
      const whole = raw.replace(VARIABLES, (found, name) => {
        const value = variables.get(lower(name ?? ""));
        literal &&= value !== undefined;
        return value ?? found;
      });
      return [whole, literal];
    };

    const isContinued = (part, at) => part.startsWith("^\n", at) || part.startsWith("^\r\n", at);
    const ends = (part, at) => {
      const mark = part[at];
      return mark === "&"
        ? part[Math.max(at - 1, 0)] !== ">"
        : " \t\r\n|".includes(mark) || (mark === ")" && depth > 0);
    };

    const wordAt = (part, start) => {
      let word = "";
      let at = start;
      let quoted = false;
      const here = (pattern) => {
        pattern.lastIndex = at;
        const found = pattern.exec(part)?.[0] ?? "";
        word += found;
        at += found.length;
        return found;
      };
      while (at < part.length) {
        const mark = part[at];
        if (here(quoted ? QUOTED : PLAIN)) continue;
        if (mark === "\n") break;
        if ((mark === "%" || mark === "!") && here(VARIABLE_HERE)) continue;
        if (mark === '"') {
          quoted = !quoted;
          at += 1;
        } else if (mark === "^" && !quoted) {
          if (isContinued(part, at)) break;
          word += part.slice(at + 1, at + 2);
          at += 2;
        } else if (!quoted && ends(part, at)) break;
        else {
          word += mark;
          at += 1;
        }
      }
      return [word, at];
    };

    /* The words of a line, null where a command ends. */
    const wordsOf = (part, startLine, column) => {
      /** @type {(BatchWord | null)[]} */
      const words = [];
      /** @type {string | null} */
      let head = null;
      let [at, line, from, base] = [0, startLine, 0, column];
      while (at < part.length) {
        const mark = part[at];
        const opens = mark === "(" && (head === null || head === "if");
        const closes = mark === ")" && (depth > 0 || head === null);
        if (mark === "\n" || isContinued(part, at)) {
          at = part.indexOf("\n", at) + 1;
          line += 1;
          from = at;
          base = 1;
        } else if (" \t\r,;=".includes(mark) || (mark === "@" && head === null)) at += 1;
        else if (mark === "&" || mark === "|" || opens || closes) {
          depth += Number(opens) - Number(closes);
          at += part.startsWith("&&", at) || part.startsWith("||", at) ? 2 : 1;
          head = null;
          words.push(null);
        } else {
          const [raw, end] = wordAt(part, at);
          const [text, literal] = filled(raw);
          const low = lower(raw);
          words.push({ text, literal, place: new Place(part, line, at, from, base) });
          // A command follows these, and may be a block.
          head = low === "else" || low === "do" ? null : head || low;
          at = end;
        }
      }
      return words;
    };

    const takeCommand = (words) => {
      const rest = bare(words);
      const line = rest.map((word) => word.text).join(" ");
      if (!rest.length) return;
      if (OUTPUT.test(line) || REMARK.test(line)) remarks.push(line);
      else commands.push({ words: rest, line });
    };

    const take = (part, line, column) => {
      const start = part.replace(/^[@( \t]+/, "");
      const assigned = SET.exec(start);
      if (REMARK.test(start)) remarks.push(start);
      else if (assigned) variables.set(lower(assigned[1]), first(filled(strip(assigned[2]))[0], LONGEST));
      else if (!part.startsWith(":")) {
        /** @type {BatchWord[]} */
        let words = [];
        for (const word of wordsOf(part, line, column)) {
          if (word) words.push(word);
          else {
            takeCommand(words);
            words = [];
          }
        }
        takeCommand(words);
      }
    };

    let [line, start] = [1, 0];
    for (const { index } of text.matchAll(/(?<!\^\r?)\n|$/g)) {
      const part = without(text.slice(start, index), "\r");
      const begun = part.replace(/^[ \t]+/, "");
      if (strip(part)) take(begun, line, part.length - begun.length + 1);
      line += part.split("\n").length;
      start = index + 1;
    }
    return { commands, remarks };
  };

  Object.assign(window.vagClients, { commandsIn, program });
})();
