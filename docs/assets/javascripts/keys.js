// @ts-check
/*
 * What looks like a product key, in any spelling, and how it is hidden: the same steps as
 * macros/catalog/product_keys.py with the same patterns, from <script type="application/json" id="vag-keys">, and the
 * keys that Microsoft publishes.
 *
 *   window.vagKeys.masked(text)    the text with every letter of a key hidden but the last five; lines and dashes stay
 *           .isPublished(key)      whether Microsoft publishes it
 *           .pieces(text)          every five letters in a row of keys in a text that nobody may see
 *           .without(text, pieces) the same as masked, and those pieces hidden, whatever stands between their letters
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const data = window.vagDom.dataOf("vag-keys");
  const [GROUP, GROUPS, HIDDEN] = [5, 5, "\u2022"];
  const WHOLE = GROUP * GROUPS;
  const [FEWEST, FEW, SOME] = data.different;
  const pattern = (name, flags = "g") => new RegExp(data[name], flags);
  const [fold, loose, inner, chain, typed] = ["fold", "loose", "inner", "chain", "typed"].map((name) => pattern(name));
  // Two groups of a part, the letters of a whole key, or a mistyped one, among letters and dashes alone.
  const part = new RegExp(`[${data.any}]{${GROUP}}-[${data.any}]{${GROUP}}`);
  const row = new RegExp(`[${data.any}]{${WHOLE}}`);
  const mistyped = new RegExp(`-(?:[^-]{${GROUP}}-){${GROUPS - 2}}`);
  const [label, before, after] = [pattern("label", "i"), pattern("before", ""), pattern("after", "")];
  const exact = new RegExp(`^(?:${data.fold})$`);
  const LETTER = /[0-9A-Za-z]/;
  const named = new Map(Object.entries(data.named));
  const published = new Set(data.published);
  const strict = new Set(data.letters);

  const stripped = (gap, signs) => [...gap].every((sign) => signs.includes(sign));
  const different = (letters) => new Set(letters.toUpperCase()).size;
  const isDigits = (letters) => /^[0-9]+$/.test(letters);
  const isOneCase = (letters) => letters === letters.toUpperCase() || letters === letters.toLowerCase();

  /* A text after replacements, and the place of each of its characters in the text before. */
  const replaced = (text, regex, replace) => {
    const [at, from, width] = [[0], [0], new Map()];
    let [length, last] = [0, 0];
    const made = text.replace(regex, (...found) => {
      const put = replace(found);
      const [{ length: old }] = found;
      if (put === null) return found[0];
      // One sign for another moves nothing.
      if (old === 1 && put.length === 1) return put;
      const index = found[found.length - 2];
      length += index - last;
      last = index + old;
      if (put) {
        at.push(length);
        from.push(index);
        width.set(length, old);
        length += put.length;
      }
      at.push(length);
      from.push(last);
      return put;
    });
    const place = (index) => {
      let [low, high] = [0, at.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (at[middle] <= index) low = middle + 1;
        else high = middle;
      }
      const start = from[low - 1] + index - at[low - 1];
      return [start, start + (width.get(index) ?? 1)];
    };
    return { text: made, place };
  };

  /* A full-width or circled letter as a plain one. */
  const plain = (sign) => {
    const code = sign.charCodeAt(0);
    const range = data.wide.find(([first, last]) => code >= first && code <= last);
    return range ? String.fromCharCode(code - range[0] + range[2]) : sign;
  };

  /* A sign that was escaped, folded as those that were not. What is no letter of keys stands for a blank. */
  const signOf = (sign) => {
    const found = exact.exec(sign);
    if (found) return folded(found) || "";
    return sign < "\x80" ? sign : " ";
  };

  const octetsOf = (text) => {
    try {
      return signOf(decodeURIComponent(text.split("%").slice(1).map((part) => `%${part.slice(-2)}`).join("")));
    } catch {
      return " ";
    }
  };

  /* What an escape or an odd sign stands for: one character, or none. */
  /** @param {string[]} found @returns {string | null} */
  function folded([sign, number, hexadecimal, name, octets, short, pair, wide, letter, mail]) {
    if (name) return named.has(name) ? signOf(named.get(name)) : null;
    if (letter) return { n: "\n", r: "\n", t: "\t" }[letter] ?? "";
    if (octets || mail) return octetsOf(octets ?? `%${mail.replaceAll("=", "%")}`);
    const escaped = number ? Number(number) : parseInt(hexadecimal ?? short ?? pair ?? wide ?? "", 16);
    if (!Number.isNaN(escaped)) {
      const isSign = escaped < 0xd800 || (escaped > 0xdfff && escaped <= 0x10ffff);
      return isSign ? signOf(String.fromCodePoint(escaped)) : null;
    }
    if (data.dashes.includes(sign)) return "-";
    const found = plain(sign);
    return LETTER.test(found) ? found : "";
  }

  const placesIn = (text, start, end) => {
    const places = [];
    for (let at = start; at < end; at += 1) if (LETTER.test(text[at])) places.push(at);
    return places;
  };

  const lettersAt = (text, at) => at.map((each) => text[each]).join("");
  const secret = (letters, at, shown = GROUP) => ({
    letters: letters.toUpperCase(),
    places: at.map((each) => [each, each + 1]),
    shown,
  });

  /* Whether a text has digits, letters, and enough different ones of both. */
  const isMixed = (letters, enough) => /[0-9]/.test(letters) && !isDigits(letters) && different(letters) >= enough;

  /* Whether five groups or more are a key, by what stands between their letters. */
  const isKey = (letters, gaps) => {
    if (different(letters.slice(0, GROUP * (GROUPS - 1))) < FEWEST || isDigits(letters)) return false;
    if (!gaps.some(Boolean)) {
      return letters.length % WHOLE === 0 && isOneCase(letters) && isMixed(letters, 1) &&
        letters.toUpperCase() !== data.letters;
    }
    const inner = gaps.filter((_, index) => (index + 1) % GROUP);
    const isDashed = gaps.every((gap, index) => (index + 1) % GROUP || gap.includes("-"));
    if (inner.some(Boolean)) {
      return isDashed ||
        (isMixed(letters, SOME) && (inner.every((gap) => stripped(gap, data.breaks[0])) || gaps.every(Boolean)));
    }
    let [longest, run] = [0, 1];
    for (const gap of [...gaps, " "]) {
      longest = Math.max(longest, run);
      run = gap ? 1 : run + 1;
    }
    return longest <= WHOLE && (isDashed || isMixed(letters, 1));
  };

  /*
   * Two to four groups, when they are a part of a key: joined by dashes, and if only two, cut off or near another part
   * or a label.
   */
  const parts = (text, letters, gaps, at, isNear) => {
    const isJoined = gaps.every((gap, index) =>
      (index + 1) % GROUP ? stripped(gap, data.breaks[0]) : stripped(gap, data.breaks[1]) && gap.split("-").length === 2
    );
    if (!isJoined || !isOneCase(letters) || isDigits(letters) || different(letters) < FEW) return [];
    const [start, end] = [at[0], at.at(-1) + 1];
    const near = Math.max(0, start - data.near);
    const head = text.slice(near, start);
    const [left, right] = [before.exec(head), after.exec(text.slice(end, end + data.near))];
    if (letters.length <= 2 * GROUP && !isNear && !left && !right && !label.test(head)) return [];
    const cut = [
      ...(left ? placesIn(text, near + left.index, start) : []),
      ...(right ? placesIn(text, end, end + right[0].length) : []),
    ];
    return [secret(letters, at, 0), ...(cut.length ? [secret(lettersAt(text, cut), cut, 0)] : [])];
  };

  /* The secrets in a row of groups, given the place of each letter, and whether another one stands just before. */
  const secretsIn = (text, at, isNear) => {
    const letters = lettersAt(text, at);
    const capitals = letters.toUpperCase();
    const gaps = at.slice(1).map((place, index) => text.slice(at[index] + 1, place));
    const found = [];
    const rest = (first, last) => {
      if (last - first >= WHOLE) {
        if (!isKey(letters.slice(first, last), gaps.slice(first, last - 1))) {
          // Perhaps a key beside something else: what dashes hold together is looked at alone.
          const cuts = [];
          for (let each = first + GROUP; each < last; each += GROUP) if (!gaps[each - 1].includes("-")) cuts.push(each);
          if (cuts.length) [first, ...cuts].forEach((start, index) => rest(start, cuts[index] ?? last));
          return;
        }
        const step = (last - first) % WHOLE ? last - first : WHOLE;
        for (let start = first; start < last; start += step) {
          found.push(secret(capitals.slice(start, start + step), at.slice(start, start + step)));
        }
      } else if (last - first > GROUP && ![...published].some((key) => key.includes(capitals.slice(first, last)))) {
        found.push(
          ...parts(text, letters.slice(first, last), gaps.slice(first, last - 1), at.slice(first, last), isNear),
        );
      }
    };
    let here = 0;
    for (let start = 0; start + WHOLE <= at.length; start += GROUP) {
      if (!published.has(capitals.slice(start, start + WHOLE))) continue;
      if (start > here) rest(here, start);
      here = Math.max(here, start + WHOLE);
    }
    if (here < at.length) rest(here, at.length);
    return found;
  };

  const foundIn = (text) => {
    const found = [];
    let last = -data.near;
    for (const { 0: whole, index } of text.matchAll(chain)) {
      const secrets = secretsIn(text, placesIn(text, index, index + whole.length), index - last < data.near);
      if (secrets.length) last = index + whole.length;
      found.push(...secrets);
    }
    for (const { 0: whole, index } of text.matchAll(typed)) {
      const at = placesIn(text, index, index + whole.length);
      const letters = lettersAt(text, at);
      const count = [...letters.toUpperCase()].filter((letter) => strict.has(letter)).length;
      if (count >= data.mostly && count < letters.length && isMixed(letters, SOME)) found.push(secret(letters, at));
    }
    return found;
  };

  const placed = (one, place) => ({
    ...one,
    places: one.places.map(([start, end]) => [place(start)[0], place(end - 1)[1]]),
  });

  /*
   * Every key in a text that Microsoft does not publish, and parts of such keys. A long text is often asked about
   * again.
   */
  /** @type {{ text: string, found: Data[] }} */
  let last = { text: "", found: [] };
  const find = (text) => {
    if (text !== last.text) last = { text, found: search(text) };
    return last.found;
  };

  /*
   * Whether groups of a key may stand in a folded text, which needs some different letters at the least. Most texts
   * have none, and this is seen without a step for each sign.
   */
  const mayHold = (text) => {
    const kept = text.replace(/[^-0-9A-Za-z]+/g, "");
    const isLikely = part.test(kept) || mistyped.test(kept) || row.test(kept.replaceAll("-", ""));
    return isLikely && different(kept.replaceAll("-", "")) >= FEWEST;
  };

  const search = (text) => {
    const plainly = replaced(text, fold, folded);
    const inside = mayHold(plainly.text);
    const found = inside ? foundIn(plainly.text).map((one) => placed(one, plainly.place)) : [];
    const passes = [...(inside ? [inner] : []), ...(mayHold(plainly.text.replace(pattern("tag"), "")) ? [loose] : [])];
    for (const pass of passes) {
      const loosely = replaced(plainly.text, pass, ([, isBreak]) => data.breaks[isBreak ? 0 : 2]);
      for (const one of foundIn(loosely.text)) found.push(placed(placed(one, loosely.place), plainly.place));
    }
    return found;
  };

  const masked = (text) => {
    const shown = new Map();
    for (const { letters, places, shown: count } of find(text)) {
      places.forEach(([start, end], index) => {
        const isHidden = index < letters.length - count;
        if (isHidden || !shown.has(start)) shown.set(start, [end, isHidden ? HIDDEN : letters[index]]);
      });
    }
    let [made, last] = ["", 0];
    for (const [start, [end, sign]] of [...shown].sort(([one], [other]) => one - other)) {
      made += text.slice(last, start) + sign;
      last = end;
    }
    return made + text.slice(last);
  };

  const piecesOf = (letters) =>
    Array.from({ length: Math.max(0, letters.length - GROUP + 1) }, (_, at) => letters.slice(at, at + GROUP));

  const pieces = (text) => {
    const hidden = new Set(
      find(text).flatMap(({ letters, shown }) => piecesOf(letters.slice(0, letters.length - shown))),
    );
    if (hidden.size) { for (const key of published) for (const piece of piecesOf(key)) hidden.delete(piece); }
    return hidden;
  };

  /* For what repeats a part of a text: a part may show too little of a key to be known for one. */
  const without = (text, hidden) => {
    const shown = masked(text);
    if (!hidden.size) return shown;
    const plainly = replaced(shown, fold, folded);
    const at = placesIn(plainly.text, 0, plainly.text.length);
    const places = new Set();
    piecesOf(lettersAt(plainly.text, at).toUpperCase()).forEach((piece, start) => {
      if (hidden.has(piece)) at.slice(start, start + GROUP).forEach((place) => places.add(place));
    });
    let [made, end] = ["", 0];
    for (const [first, last] of [...places].sort((one, other) => one - other).map(plainly.place)) {
      made += shown.slice(end, first) + HIDDEN;
      end = last;
    }
    return made + shown.slice(end);
  };

  const isPublished = (key) => published.has(key.replaceAll("-", "").toUpperCase());

  window.vagKeys = { isPublished, masked, pieces, without };
})();
