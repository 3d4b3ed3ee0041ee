// @ts-check
/*
 * Reads an organization's file: YAML by yaml-reading.js, judged by organization-check.js.
 *
 *   window.vagOrganization.read(text)    { organization, problems } of organization.yml or of its JSON form
 *
 * Loaded when a reader opens a file: who fills in the form needs none of it.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { judged, known, shown } = window.vagOrganization;

  /* Lines on which a product key begins. */
  const secretLines = (text) => {
    const masked = window.vagKeys.masked(text);
    if (masked === text) return [];
    const [rows, clean] = [text.split("\n"), masked.split("\n")];
    return rows.flatMap((row, at) => (row === clean[at] ? [] : [at + 1]));
  };

  const pathOf = (lines, wanted) => {
    let [best, found] = [[0, -1], /** @type {Data[]} */ ([])];
    for (const [name, at] of lines) {
      const path = JSON.parse(name);
      if (at > wanted || at < best[0] || (at === best[0] && path.length <= best[1])) continue;
      [best, found] = [[at, path.length], path];
    }
    return found;
  };

  const read = (text) => {
    const { data, lines, problems } = window.vagYaml.read(text.replace(/^\ufeff/, ""), known.yaml);
    if (problems.length) return { organization: null, problems: shown(problems, lines, text) };
    const secrets = secretLines(text).map((at) => ({ line: at, path: pathOf(lines, at), message: known.secret }));
    if (secrets.length) return { organization: null, problems: shown(secrets, lines, text) };
    const found = judged(data);
    return { organization: found.organization, problems: shown(found.problems, lines, text) };
  };

  window.vagOrganization.read = read;
})();
