// @ts-check
/*
 * Files that are built and checked in the page, for the organization that this browser keeps: whose name stands in
 * their heads, and which hosts, zones and records they are compared with. Without one, what the page brings.
 *
 *   window.vagOwnFiles.own                 the organization, or null
 *                     .dns(known)          the data of dns-check.js for it
 *                     .clients(known)      the data of the scripts of client settings for it
 *                     .heads(lines)        lines of files with its name in place of the one that the site was built for
 *                     .plain(name)         a name without signs that end a comment of some file
 *                     .fill(form, values)  starts a form with values by the names of its controls
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const own = window.vagKept.own();
  const HEAD = /(made by the Volume Activation Guide for ).*?(?= Guide built |$)/;

  /* A comment of a batch file or of XML ends at some signs, and some turn the letters behind them around. */
  const plain = (name) =>
    name.replace(/[^\p{L}\p{M}\p{N} .,()'&+-]/gu, " ").replace(/-{2,}/g, "-").replace(/\s+/g, " ").trim();

  /* What another edition of the site kept, this one may not read: then the page is as it comes, and says so. */
  const whole = (use, otherwise) => {
    if (!own) return otherwise;
    try {
      return use();
    } catch {
      document.querySelector("[data-vag-own]")?.setAttribute("data-vag-own", "");
      return otherwise;
    }
  };
  const portsOf = (usual) => Object.fromEntries(own.kms_hosts.map(({ name, port }) => [name, port ?? usual]));
  const heads = (lines) =>
    whole(() => lines.map((line) => line.replace(HEAD, (_, before) => before + plain(own.name))), lines);

  const dns = (known) =>
    whole(() => {
      const { defaults, wanted: { organization: built, ...others } } = known;
      const organization = {
        ...built,
        zones: [own.dns_zone, ...own.further_dns_zones],
        hosts: portsOf(defaults.port),
        records: window.vagRecords(own, defaults),
      };
      return { ...known, origin: heads(known.origin), wanted: { ...others, organization } };
    }, known);
  const clients = (known) =>
    whole(() => ({ ...known, hosts: { ...known.hosts, organization: portsOf(known.port) } }), known);

  const fill = (form, values) => {
    for (const [name, value] of Object.entries(values)) {
      const control = form.elements[name];
      if (control) control.value = control.defaultValue = value ?? "";
    }
  };

  window.vagOwnFiles = { clients, dns, fill, heads, own, plain };
})();
