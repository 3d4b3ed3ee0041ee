// @ts-check
/*
 * Names of the reader's own organization in commands, sentences and samples: the same as macros/render/parts/named.py,
 * with what the file of data "vag-own-names" holds.
 *
 *   window.vagNames.filled(organization, text)  the text with its names: <KMS host>, <every DNS zone> and others
 *                  .records(organization)       SRV records: { zone, priority, weight, port, target }
 *                  .show(organization, link)    puts names into the page; `link` makes a link to "My organization"
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, download, element, fill } = window.vagDom;
  const known = dataOf("vag-own-names");

  const hosts = ({ kms_hosts: some }) => (some.length ? some.map(({ name }) => name) : ["<KMS host>"]);
  const zones = ({ dns_zone: zone, further_dns_zones: more }) =>
    [zone, ...more].map((each) => (each === known.no_zone ? "<DNS zone>" : each));

  const records = (organization) => window.vagRecords(organization, known.usual);
  const answer = (organization) => {
    const found = records(organization).filter(({ zone }) => zone === organization.dns_zone);
    return found.map((each) => fill(known.answer, { name: known.srv_name, ...each })).join("\n") || known.no_answer;
  };
  const objects = ({ active_directory: forest }) => {
    const root = forest?.dns_name.split(".").map((label) => `DC=${label}`).join(",");
    return root ? known.objects.replace("<forest root DN>", root) : known.objects;
  };

  const REPEATED = { "<every KMS host>": hosts, "<every DNS zone>": zones };
  const NAMES = {
    "<organization>": ({ name }) => name,
    "<KMS hosts>": (own) => hosts(own).join(", "),
    "<KMS host>": (own) => hosts(own)[0],
    "<address of the host>": ({ kms_hosts: some }) =>
      some.find(({ address }) => address)?.address ?? "<address of the host>",
    "<port>": ({ kms_hosts: [first] }) => String(first?.port || known.usual.port),
    "<DNS zones>": (own) => zones(own).join(", "),
    "<DNS zone>": (own) => zones(own)[0],
    "<domain>": ({ active_directory: forest }) => forest?.dns_name ?? "<domain>",
    "<domains>": ({ active_directory: first, further_forests: further }) =>
      (first ? [first, ...further] : []).map((each) => each.dns_name).join("', '") || "<domains>",
    "<activation objects>": objects,
    "<SRV answer>": answer,
  };

  const filled = (organization, text) => {
    let lines = text.split("\n");
    for (const [token, of] of Object.entries(REPEATED)) {
      lines = lines.flatMap((line) =>
        line.includes(token) ? of(organization).map((each) => line.replaceAll(token, () => each)) : [line]
      );
    }
    return Object.entries(NAMES).reduce(
      (written, [token, of]) => (written.includes(token) ? written.replaceAll(token, () => of(organization)) : written),
      lines.join("\n"),
    );
  };

  // The page ---------------------------------------------------------------------------------------------------------

  const isKnown = (organization, name) => filled(organization, name) !== name;
  const put = (each, organization) => {
    const text = filled(organization, each.dataset.vagNamed);
    each.textContent = each.textContent.endsWith("\n") ? `${text.replace(/\n$/, "")}\n` : text;
  };

  /* What the Registry Editor writes: UTF-16 with a mark and lines as on Windows. Everything else is UTF-8. */
  const written = (text, kind) => {
    if (kind !== "utf-16") return text;
    const letters = `\ufeff${text.replaceAll("\n", "\r\n")}`;
    return Uint16Array.from(letters, (letter) => letter.charCodeAt(0));
  };
  const taken = (sample) => {
    const { vagBytes: kind } = sample.dataset;
    const link = sample.querySelector(".vag-sample__download");
    const text = sample.querySelector("pre code").textContent;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      download(link.getAttribute("download"), written(text, kind), "text/plain");
    });
  };

  /** @type {() => Data[]} */
  const samples = () => [...document.querySelectorAll(".vag-sample[data-vag-names]")];
  /* Names of headings stand in the table of contents too. */
  const rename = (heading) => {
    const text = [...heading.childNodes].filter((each) => !(each instanceof Element && each.matches(".headerlink")))
      .map((each) => each.textContent).join("").trim();
    for (const link of document.querySelectorAll(`.md-nav a[href="#${heading.id}"]`)) link.textContent = text;
  };

  const show = (organization, link) => {
    const inFiles = { ...organization, name: window.vagOwnFiles.plain(organization.name) };
    const told = new Set();
    for (const sample of samples()) {
      const needs = (sample.dataset.vagNames.match(/[^,]+(?=,)/g) ?? []).map((name) => `<${name.trim()}>`);
      const lacking = needs.filter((name) => !isKnown(organization, name)).map((name) => name.slice(1, -1)).join(", ");
      if (lacking) {
        const isAgain = told.has(lacking);
        told.add(lacking);
        const said = fill(known.words[isAgain ? "lacking-again" : "lacking"], { needs: lacking });
        sample.replaceChildren(element("p", {}, said, isAgain ? null : [" ", link(), "."]));
        continue;
      }
      for (const each of sample.querySelectorAll("[data-vag-named]")) put(each, inFiles);
      taken(sample);
    }
    /** @type {NodeListOf<HTMLElement>} */
    const others = document.querySelectorAll("[data-vag-named]:not(.vag-sample *)");
    for (const each of others) put(each, organization);
    for (const each of document.querySelectorAll(".md-content :is(h1, h2, h3, h4):has([data-vag-named])")) rename(each);
  };

  window.vagNames = { filled, records, show };
})();
