// @ts-check
/*
 * The check of client settings: registration files, registry preferences of Group Policy, and batch files that call
 * slmgr.vbs and ospp.vbs. registry-file.js, group-policy.js and client-commands.js make records of them, and
 * registry-values.js walks the checks of macros/formats/clients/rules.yaml over these.
 *
 *   window.vagClients.validate(kind, data, hosts)   findings, verdict and activation of a string or a Uint8Array;
 *                                                   `hosts` holds the port of each KMS host by its name, or is null
 *                     .scoresOf(text)               how much speaks for each kind
 *                     .readers                      of each kind
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { decode, first, length, placesOf, tooLarge } = window.vagText;
  const { Check, findings, known } = window.vagClients;
  const { findingOf, reportOn } = findings;
  const { kinds, most } = known;

  const readers = {
    "group-policy": window.vagClients.readPreferences,
    registry: window.vagClients.readRegistry,
    "client-batch": window.vagClients.readBatch,
  };

  const limit = (kind, text) => {
    const lines = text.split("\n").length - 1;
    if (lines > kinds[kind].lines) tooLarge(lines, "lines");
    if (length(text) > kinds[kind].characters) tooLarge(length(text), "characters");
  };

  const marks = Object.entries(kinds).map((
    [kind, each],
  ) => [kind, each.marks.map(([mark, points]) => [new RegExp(mark, "iu"), points])]);
  const scoresOf = (text) =>
    marks.map(([kind, own]) => [own.reduce((sum, [mark, points]) => sum + (mark.test(text) ? points : 0), 0), kind]);

  const scoreOf = (kind, text) => scoresOf(text).find(([, each]) => each === kind)?.[0] ?? 0;
  const line = (pattern) => pattern ? new RegExp(`^(?:${pattern})`, "u") : null;
  const [begins, holds] = ["begins", "holds"].map((name) => line(kinds.registry[name]));

  /* The files in a text. */
  const partsOf = (kind, text) => {
    if (kind === "group-policy") return window.vagWrapped.find(text, known.compared.preferences.root);
    const fits = (part) => scoreOf(kind, first(part, most.head)) > 0;
    const isReg = kind === "registry";
    return window.vagWrapped.lifted(text, fits, isReg ? begins : null, isReg ? holds : null);
  };

  const judged = (kind, text, data, hosts, lead = 0) => {
    const check = new Check(hosts);
    const activation = readers[kind](text, check, data, lead);
    return { found: check.found, activation };
  };

  /* The files in a text, and the text around them. */
  const inside = (kind, text, found, hosts) =>
    window.vagWrapped.judged(
      text,
      found,
      findingOf,
      (part) => reportOn(() => part.text, (own) => judged(kind, own, own, hosts, part.lead)),
    );

  const validate = (kind, data, hosts) =>
    reportOn(
      () => decode(data, most.characters),
      (text) => {
        limit(kind, text);
        const found = partsOf(kind, text);
        if (found) return inside(kind, text, found, hosts);
        const lost = kind === "group-policy" ? window.vagWrapped.bare(text, known.compared.preferences.root) : null;
        if (lost === null) return judged(kind, text, data, hosts);
        return { found: [findingOf("brackets-lost", placesOf(text)(lost))], activation: "unknown" };
      },
    );

  Object.assign(window.vagClients, { readers, scoresOf, validate });
})();
