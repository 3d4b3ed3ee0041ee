// @ts-check
/*
 * Finds pages and rows of registers in the index that macros/render/search made, with lunr.js.
 *
 *   window.vagSearch.find(text)   results, the best first: address, title, page, kind, excerpt, whether the page has
 *                                 all words, and further places
 *
 * Each word of a query is looked for as it is written, by its stem, as the beginning of a word, as what means the same,
 * and, when nothing has it, with a slip of typing. Results that have all words stand before those that have some, and
 * those whose heading says the query before those that mention it.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { kinds, silent, alike, entries, others: headings, words: known, index: written } = window.vagSearchIndex;
  const { lunr } = window;
  const index = lunr.Index.load(written);
  const [ADDRESS, TITLE, PAGE, KIND, IS_ROW, EXCERPT, WEIGHT] = [0, 1, 2, 3, 4, 5, 6];

  /* What a word counts for that was found in another way than as it was written, or elsewhere. Our choice. */
  const WORTH = { stem: 1, alike: 0.8, beginning: 0.4, elsewhere: 0.15 };
  /* How much more counts: a heading that says all of the query and nothing else, and a kind that the query asks for.
     Our choice. */
  const MORE = { named: 2, asked: 1.2 };
  /* Results whose headings are compared with the query: the others are too far behind. */
  const MOST_COMPARED = 60;
  /* A word of another length has other words near it. */
  const SLIPS = [[25, 0], [8, 2], [4, 1]];
  /* Words of a query that are looked for: nobody asks with more, and a pasted output has hundreds. */
  const MOST_WORDS = 12;
  /* Further places of a page at most. Our choice. */
  const MOST_PLACES = 3;

  const plain = (text) => lunr.trimmer(new lunr.Token(text)).toString();
  const stem = (text) => lunr.stemmer(new lunr.Token(plain(text))).toString();
  const split = (text) =>
    text.toLowerCase().normalize("NFKC").split(/[^\p{L}\p{N}]+/u).map(plain).filter(Boolean)
      .slice(0, MOST_WORDS);

  /* Where a code leads, and a code as pages write it: every spelling of a code is one word. */
  const titles = new Map(
    entries.flatMap(([address, title], ref) => address.includes("#") ? [] : [[title.split(":")[0].toLowerCase(), ref]]),
  );
  const codeIn = (text) => {
    const found = [text, ...text.split(/\s+/)].map((each) => window.vagCodes.read(each).code?.toLowerCase());
    return found.find((code) => code && titles.has(code));
  };

  /* A number of a reader's own: no heading has it, so what has it by chance is no answer. */
  const isOwn = (word) =>
    /^\d{1,3}$/.test(word) && !index.query((query) => query.term(word, { fields: ["title"] })).length;

  const isTelling = (word) => !silent.includes(word) && Boolean(lunr.stopWordFilter(new lunr.Token(word)));

  /* Words that mean the same, by the stems of each phrase. */
  const groups = alike.map((words) => words.map((phrase) => split(phrase)));
  const key = (words) => words.map(stem).join(" ");
  /** @type {Map<string, string[][]>} */
  const others = new Map();
  for (const group of groups) {
    for (const phrase of group) {
      const same = group.filter((other) => other !== phrase);
      others.set(key(phrase), [...others.get(key(phrase)) ?? [], ...same]);
    }
  }
  const longest = Math.max(...groups.flat().map((phrase) => phrase.length));

  /* Parts of a query: words, and phrases that mean the same as another. */
  const partsOf = (words) => {
    const parts = [];
    for (let at = 0; at < words.length;) {
      let length = Math.min(longest, words.length - at);
      while (length > 1 && !others.has(key(words.slice(at, at + length)))) length -= 1;
      parts.push(words.slice(at, at + length));
      at += length;
    }
    return parts;
  };

  /* How well each entry fits a query of the library; behind the entries come their further headings. */
  const matched = (build) => {
    const found = new Map();
    for (const { ref, score } of index.query(build)) {
      const at = Number(ref) < entries.length ? Number(ref) : headings[Number(ref) - entries.length][0];
      found.set(at, Math.max(found.get(at) ?? 0, score));
    }
    return found;
  };

  const fitting = (word, isLast) =>
    matched((query) => {
      query.term(lunr.stemmer(new lunr.Token(word)).toString(), { usePipeline: false, boost: WORTH.stem });
      if (isLast && word.length > 1) {
        query.term(word, { usePipeline: false, boost: WORTH.beginning, wildcard: lunr.Query.wildcard.TRAILING });
      }
    });

  /* Letters to change, add, leave out or swap with their neighbor until one word is another; more than most: no matter
     how many. */
  const slipsBetween = (one, other, most) => {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    /** @type {number[]} */
    let before = [];
    let last = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let row = 1; row <= one.length; row += 1) {
      const now = [row];
      for (let at = 1; at <= other.length; at += 1) {
        const isSame = one[row - 1] === other[at - 1];
        now[at] = Math.min(last[at] + 1, now[at - 1] + 1, last[at - 1] + (isSame ? 0 : 1));
        if (row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]) {
          now[at] = Math.min(now[at], before[at - 2] + 1);
        }
      }
      if (Math.min(...now) > most) return most + 1;
      [before, last] = [last, now];
    }
    return last[other.length];
  };

  /* A word that nothing has, as it was meant: the most frequent one that is nearest. */
  const meant = (word, isLast) => {
    const most = SLIPS.find(([length]) => word.length >= length)?.[1];
    if (!most || fitting(word, isLast).size) return word;
    let [best, slips] = [word, most + 1];
    for (const other of known) {
      const between = slipsBetween(word, other, slips - 1);
      if (between < slips) [best, slips] = [other, between];
    }
    return best;
  };

  /* Entries that have all of some words; of a phrase, each word counts for its part. */
  const having = (phrase, isLast) => {
    const telling = phrase.filter(isTelling);
    const words = telling.length ? telling : phrase;
    const found = words.map((word, at) => fitting(word, isLast && at === words.length - 1));
    const [first, ...rest] = found;
    const all = [...first.keys()].filter((ref) => rest.every((each) => each.has(ref)));
    return new Map(all.map((ref) => [ref, found.reduce((sum, each) => sum + (each.get(ref) ?? 0), 0)]));
  };

  const scores = (words, isLast) => {
    const found = having(words, isLast);
    for (const phrase of others.get(key(words)) ?? []) {
      for (const [ref, score] of having(phrase, false)) {
        found.set(ref, Math.max(found.get(ref) ?? 0, score * WORTH.alike));
      }
    }
    return found;
  };

  /* Which of many results an entry belongs to: its page, or itself where it is one row of many. */
  const unitOf = (ref) => entries[ref][IS_ROW] ? entries[ref][ADDRESS] : entries[ref][ADDRESS].replace(/#.*/, "");

  const stemsOf = (words) => words.filter(isTelling).map(stem);
  /* Headings of an entry: the whole, what stands before a colon, a comma or a bracket, and its further headings. */
  const headingsOf = (ref) => [
    entries[ref][TITLE],
    entries[ref][TITLE].split(/[:,(<[|]/)[0],
    ...headings.filter(([of]) => of === ref).map(([, words]) => words),
  ];
  /* How nearly a heading and a query say the same, from 0 to 1. */
  const sameness = (ref, parts) =>
    Math.max(
      ...headingsOf(ref).map((heading) => {
        const has = new Set(stemsOf(split(heading)));
        if (!has.size) return 0;
        const said = new Set();
        const hits = parts.filter((ways) => {
          const way = ways.find((stems) => stems.length && stems.every((each) => has.has(each)));
          way?.forEach((each) => said.add(each));
          return way;
        });
        return hits.length / parts.length * said.size / has.size;
      }),
    );

  /* Whether a query has words that ask for a kind; within a phrase of other words they do not. */
  const isAsked = (parts, kind) => {
    const said = ` ${parts.map((part) => part.join("_")).join(" ")} `;
    return kinds[kind][2].map(split).some((phrase) =>
      said.includes(` ${phrase.join(" ")} `) || said.includes(` ${phrase.join("_")} `)
    );
  };

  const byWords = (text) => {
    const typed = split(text);
    const words = typed.map((word, at) => meant(word, at === typed.length - 1));
    const all = partsOf(words);
    const asked = kinds.map((_, kind) => isAsked(all, kind));
    const telling = all.filter((part) => part.length > 1 || (isTelling(part[0]) && !isOwn(part[0])));
    const parts = telling.length ? telling : all;
    const found = parts.map((part, at) => scores(part, at === parts.length - 1));
    /** @type {Map<string, Data>} */
    const units = new Map();
    found.forEach((scored, part) => {
      for (const [ref, score] of scored) {
        const unit = unitOf(ref);
        const known = units.get(unit) ?? { unit, best: parts.map(() => 0), places: new Map() };
        units.set(unit, known);
        known.best[part] = Math.max(known.best[part], score);
        const place = known.places.get(ref) ?? { ref, has: 0, score: 0 };
        known.places.set(ref, { ref, has: place.has + 1, score: place.score + score });
      }
    });
    const weightOf = (ref) => kinds[entries[ref][KIND]][1] * entries[ref][WEIGHT];
    const judged = [...units.values()].map(({ best, places }) => {
      const worth = ({ ref, score }) => score * entries[ref][WEIGHT];
      const [first, ...further] = [...places.values()].sort((a, b) => b.has - a.has || worth(b) - worth(a));
      const weight = weightOf(first.ref) * (1 + (asked[entries[first.ref][KIND]] ? MORE.asked : 0));
      const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
      const share = best.filter(Boolean).length / parts.length;
      const close = first.has / parts.length;
      const score = (first.score * close + WORTH.elsewhere * sum(best)) * weight * share ** 2;
      return { score, isWhole: share === 1, first, further };
    });
    judged.sort((a, b) => b.score - a.score);
    const ways = parts.map((part) => [part, ...others.get(key(part)) ?? []].map(stemsOf));
    const near = judged.slice(0, MOST_COMPARED).map((one) => ({
      ...one,
      score: one.score * (1 + MORE.named * sameness(one.first.ref, ways)),
    }));
    near.sort((a, b) => b.score - a.score);
    return gathered([...near, ...judged.slice(MOST_COMPARED)]);
  };

  /* One result a page: what else fits on it stands below the best. */
  const gathered = (judged) => {
    /** @type {Map<string, Data>} */
    const found = new Map();
    for (const { first, further, isWhole, score } of judged) {
      const page = entries[first.ref][ADDRESS].replace(/#.*/, "");
      const known = found.get(page);
      const same = further.filter(({ has }) => has === first.has).map(({ ref }) => ref);
      if (known) known.places.push(first.ref, ...same);
      else found.set(page, { ref: first.ref, score, isWhole, places: same });
    }
    return [...found.values()].map(({ ref, score, isWhole, places }) => ({
      ...resultOf(ref),
      score,
      isWhole,
      places: places.slice(0, MOST_PLACES).map(resultOf),
    }));
  };

  /* A code is looked for alone: the words beside it say what it is, or repeat what its page says. */
  const find = (text) => {
    const code = codeIn(text);
    if (!code) return byWords(text);
    const own = resultOf(titles.get(code));
    return [
      { ...own, score: 1, isWhole: true, places: [] },
      ...byWords(code).filter(({ address }) => address !== own.address),
    ];
  };

  const resultOf = (ref) => {
    const entry = entries[ref];
    return {
      address: entry[ADDRESS],
      title: entry[TITLE],
      page: entry[PAGE],
      kind: kinds[entry[KIND]][0],
      excerpt: entry[EXCERPT],
    };
  };

  window.vagSearch.find = find;
})();
