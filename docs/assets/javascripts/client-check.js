// @ts-check
/*
 * The page that checks client settings: files whose kind may not be known. client-judge.js checks a file of a kind.
 *
 *   window.vagClients.examine(data, kind, hosts)    the same as `validate` for any file; the kind may be empty
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { decode, first } = window.vagText;
  const { findings, known, readers, scoresOf, validate } = window.vagClients;
  const { encodingProblems, findingOf, recognize, report } = findings;
  const { kinds, most } = known;

  /* The activation of this report names the kind as well. */
  const examine = (data, chosen, hosts) => {
    let text;
    try {
      text = decode(data, most.characters);
    } catch {
      return validate(chosen || "registry", data, hosts);
    }
    const head = first(text, most.head);
    const scores = scoresOf(head);
    const [best, looks] = scores.reduce((one, other) => (other[0] > one[0] ? other : one));
    const before = recognize(head, true);
    const kind = chosen || (best >= known.enough && !before ? looks : null);
    if (!readers[kind]) {
      const other = kind ? findingOf("elsewhere") : before ?? recognize(head, false) ?? findingOf("kind-unknown");
      return report([other], kind ?? "unknown", text);
    }
    const made = validate(kind, data, hosts);
    // A check that finds nothing to judge must not call the wrong file valid.
    const isOurs = made.findings.length || scores.some(([points, each]) => each === kind && points > 0);
    const own = isOurs ? made.findings : [findingOf("nothing-recognized", null, {}, { kind: kinds[kind].title })];
    const all = [...encodingProblems(data, text, kinds[kind].encodings === "unmarked"), ...own];
    return { ...report(all, `${kind} ${made.activation}`, text), findings: all };
  };

  Object.assign(window.vagClients, { examine });

  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-check]"));
  if (form) {
    findings.checkForm(
      form,
      (content) => examine(content, form.elements.kind.value, known.hosts[form.elements.hosts.value]),
    );
  }
})();
