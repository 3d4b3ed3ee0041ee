// @ts-check
/*
 * What a pasted text is, by the marks of every format that the guide checks: macros/render/search/text_kinds.py.
 *
 *   window.vagTextKinds.readers         pages that read a text: address, name, what it may be, words of a link; the
 *                                       first is for outputs
 *                      .of(text)        what it is, and the number of its page, or null; null for one of no known kind
 *                      .say             words
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, isOutput } = window.vagDom;
  const { enough, formats, head, readers, say, told } = dataOf("vag-text-kinds");
  const compiled = (marks) => marks.map((mark) => new RegExp(mark, "iu"));
  const others = told.map((each) => ({ ...each, marks: compiled(each.marks), never: compiled(each.never) }));
  const kinds = formats.map(([what, page, marks]) => ({
    what,
    page,
    marks: marks.map(([mark, points]) => [new RegExp(mark, "iu"), points]),
  }));
  const OUTPUT = { what: readers[0][1], page: 0 };
  const IS_XML = /^\s*</;
  /* A prompt with a command, and lines behind it. */
  const IS_SESSION = /^\s*(?:[A-Za-z]:\\[^>\n]*>|PS(?: [^>\n]*)?>|\w+@[\w.-]+:[^$#\n]*[$#])[^\n]+\n+[^\n]*\S/;
  const IS_DIG = /->>HEADER<<-/;
  /* XML of CIM has no labels with a colon. */
  const IS_CIM = /\b(?:LicenseStatus|PartialProductKey)\b/;

  const of = (text) => {
    const start = text.slice(0, head);
    const recognized = (isFirst) =>
      others.find(({ first, marks, never }) =>
        first === isFirst && marks.every((mark) => mark.test(start)) && !never.some((mark) => mark.test(start))
      );
    const before = recognized(true);
    if (before) return before;
    if ((isOutput(start) && !IS_XML.test(start)) || IS_SESSION.test(start) || IS_DIG.test(start)) return OUTPUT;
    const scored = kinds.map((kind) => ({
      kind,
      score: kind.marks.reduce((sum, [mark, points]) => sum + (mark.test(start) ? points : 0), 0),
    }));
    const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
    return best.score >= enough ? best.kind : recognized(false) ?? (IS_CIM.test(start) ? OUTPUT : null);
  };

  window.vagTextKinds = { of, readers, say };
})();
