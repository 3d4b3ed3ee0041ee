// @ts-check
/*
 * The check of client settings: registration files, registry preferences of Group Policy, and batch files that call
 * slmgr.vbs and ospp.vbs. registry-file.js, group-policy.js and client-commands.js make records of them, and
 * registry-values.js walks the checks of macros/formats/clients/rules.yaml over these.
 *
 *   window.vagClients.validate(kind, data, hosts)   findings, verdict and activation of a string or a Uint8Array;
 *                                                   `hosts` holds the port of each KMS host by its name, or is null
 *   window.vagClients.examine(data, kind, hosts)    the same for a file whose kind may not be known
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { decode, first, length, tooLarge } = window.vagText;
  const { Check, findings, known } = window.vagClients;
  const { encodingProblems, findingOf, report, reportOn } = findings;
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

  const validate = (kind, data, hosts) => {
    const check = new Check(hosts);
    return reportOn(
      () => decode(data, most.characters),
      (text) => {
        limit(kind, text);
        const activation = readers[kind](text, check, data);
        return { found: check.found, activation };
      },
    );
  };

  const marks = Object.entries(kinds).map((
    [kind, each],
  ) => [kind, each.marks.map(([mark, points]) => [new RegExp(mark, "iu"), points])]);
  const scoresOf = (text) =>
    marks.map(([kind, own]) => [own.reduce((sum, [mark, points]) => sum + (mark.test(text) ? points : 0), 0), kind]);

  /* The activation of this report names the kind as well. */
  const examine = (data, chosen, hosts) => {
    let text;
    try {
      text = decode(data, most.characters);
    } catch {
      return validate(chosen || "registry", data, hosts);
    }
    const scores = scoresOf(first(text, most.head));
    const [best, looks] = scores.reduce((one, other) => (other[0] > one[0] ? other : one));
    const kind = chosen || (best >= known.enough ? looks : null);
    if (!readers[kind]) return report([findingOf(kind ? "elsewhere" : "kind-unknown")], kind ?? "unknown", text);
    const made = validate(kind, data, hosts);
    // A check that finds nothing to judge must not call the wrong file valid.
    const isOurs = made.findings.length || scores.some(([points, each]) => each === kind && points > 0);
    const own = isOurs ? made.findings : [findingOf("nothing-recognized", null, {}, { kind: kinds[kind].title })];
    const all = [...encodingProblems(data, text, kinds[kind].encodings === "unmarked"), ...own];
    return { ...report(all, `${kind} ${made.activation}`, text), findings: all };
  };

  Object.assign(window.vagClients, { examine, validate });

  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-check]"));
  if (form) {
    findings.checkForm(
      form,
      (content) => examine(content, form.elements.kind.value, known.hosts[form.elements.hosts.value]),
    );
  }
})();
