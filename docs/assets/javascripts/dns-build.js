// @ts-check
/*
 * Builds a file of SRV records from the choices of <form data-vag-build>: the same text as `write` of
 * macros/formats/dns/layout.py, checked by dns-check.js.
 *
 *   window.vagBuild.generate(request)          the file; `request` holds form, zones and hosts, as in organization.yml
 *   window.vagBuild.check(form, text, wanted)  what the check says about it
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagDns) return;

  const { commandsOf, findings, known, validate } = window.vagDns;
  const { quote, strip } = window.vagText;
  const { Refused } = findings;
  const { fill, part } = window.vagDom;
  const { defaults, words } = known;
  const MOST_ROWS = 50;

  // The file ----------------------------------------------------------------------------------------------------------

  /* Zones in which a host's record stands: the ones its entry names, else the closest one around its name. */
  /** @type {(host: { name: string, publish_in?: string[] }, zones: string[]) => string[]} */
  const zonesOf = ({ name, publish_in: own = [] }, zones) => {
    const closest = zones.filter((zone) => name.endsWith(`.${zone}`)).sort((one, other) => one.length - other.length);
    return own.length ? own : closest.slice(-1);
  };

  const generate = ({ form, zones, hosts }) => {
    const { after, before, begin, comment, doubled, file, gap, head, record } = known.layouts[form];
    const lines = [...known.origin, ...head].map((line) => comment + line.replace("{file}", () => file)).join("\n");
    const blocks = zones.flatMap((zone) => {
      const found = hosts.filter((host) => zonesOf(host, zones).includes(zone));
      const own = found.map(({ name: target, port, priority, weight }) =>
        fill(record, {
          name: known.name,
          ttl: known.ttl,
          zone,
          target,
          port: port ?? defaults.port,
          priority: priority ?? defaults.priority,
          weight: weight ?? defaults.weight,
        })
      );
      return found.length ? [[...before.map((line) => fill(line, { zone })), ...own, ...after].join("\n")] : [];
    });
    if (!blocks.length) throw new Refused("no-record");
    return `${
      [doubled ? lines.replaceAll(doubled, doubled + doubled) : lines, "", ...begin, blocks.join(gap ? "\n\n" : "\n")]
        .join("\n")
    }\n`;
  };

  /* Commands as this script writes them. PowerShell as others write it needs a parser. */
  const readPowershell = (text, reading) => {
    for (const [command, ...rest] of commandsOf(text.split("\n"), { comment: "#", quotes: '"', continued: "`" })) {
      const given = Object.fromEntries(rest.map((word, at) => [word.text, rest[at + 1]]));
      const zone = reading.form.order.startsWith(command.text) && reading.zone(given["-ZoneName"]);
      const parts = {
        priority: given["-Priority"],
        weight: given["-Weight"],
        port: given["-Port"],
        target: given["-DomainName"],
      };
      if (zone) reading.takeSrv(given["-Name"], parts, zone);
    }
  };

  const check = (form, text, wanted) => {
    const { kind } = known.layouts[form];
    return kind === "dns-powershell" ? validate(kind, text, wanted, readPowershell) : validate(kind, text, wanted);
  };

  window.vagBuild = { check, generate };

  // The form ----------------------------------------------------------------------------------------------------------

  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-build]"));
  if (!form) return;

  /** @returns {HTMLElement[]} */
  const rows = () => [.../** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-vag-host]"))];

  const nameIn = (text) => {
    const labels = text.replace(/\.$/, "").toLowerCase().split(".");
    const isName = labels.every((label) => /^(?!-)[a-z0-9-]{1,63}$/.test(label) && !label.endsWith("-"));
    if (!isName || text.length > 253 || labels.length < 2 || /^[0-9]+$/.test(labels.at(-1))) {
      throw new Refused("name", { given: quote(text) });
    }
    return labels.join(".");
  };
  const namesIn = (text) => [...new Set(text.split(/[\s,;]+/).filter(Boolean).map(nameIn))];

  const requestOf = () => {
    /** @type {Record<string, string>} */
    const value = Object.fromEntries([...new FormData(form)].map(([name, text]) => [name, strip(String(text))]));
    const zones = namesIn(`${value.zone} ${value.further}`);
    const hosts = rows().flatMap(({ dataset: { vagHost: row } }) => {
      if (!value[`name${row}`]) return [];
      const name = nameIn(value[`name${row}`]);
      const own = namesIn(value[`in${row}`]);
      const strange = own.find((zone) => !zones.includes(zone));
      if (strange) throw new Refused("zone", { host: name, given: strange });
      const number = (field, least) => {
        const given = value[field + row];
        if (given && (!/^[0-9]{1,5}$/.test(given) || Number(given) < least || Number(given) > 65535)) {
          throw new Refused("number", { part: field, host: name, given: quote(given), least });
        }
        return given ? Number(given) : null;
      };
      return [{
        name,
        publish_in: own,
        port: number("port", 1),
        priority: number("priority", 0),
        weight: number("weight", 0),
      }];
    });
    if (!zones.length) throw new Refused("no-zone");
    if (!hosts.length) throw new Refused("no-host");
    return { ...value, form: value.form, wanted: value.wanted, zones, hosts };
  };

  const make = () => {
    const request = requestOf();
    const text = generate(request);
    const wanted = known.wanted[request.wanted ?? ""];
    const zones = wanted.zones.length ? [...new Set([...wanted.zones, ...request.zones])] : [];
    const outside = request.hosts.filter((host) => !zonesOf(host, request.zones).length);
    const { file, kind } = known.layouts[request.form];
    const report = { ...check(request.form, text, { ...wanted, zones }), activation: kind };
    return { file, text, report, notes: outside.map((host) => fill(words.left_out.outside, { host: host.name })) };
  };

  /* One more host, with fields that are empty. */
  const addRow = () => {
    const last = rows()[rows().length - 1];
    const row = String(Number(last.dataset.vagHost) + 1);
    const added = /** @type {HTMLElement} */ (last.cloneNode(true));
    added.dataset.vagHost = row;
    part("legend", added).textContent = fill(words.host, { number: row });
    for (const each of added.querySelectorAll("label, input")) {
      for (const name of ["for", "id", "name"]) {
        const value = each.getAttribute(name);
        if (value !== null) each.setAttribute(name, value.replace(/\d+$/, row));
      }
      if (each instanceof HTMLInputElement) each.value = each.defaultValue = "";
    }
    last.after(added);
    return added;
  };

  /* As many hosts as the address names, and none that it does not. */
  const fit = () => {
    const named = [...new URLSearchParams(location.hash.slice(1)).keys()].filter((name) => /^name\d+$/.test(name));
    if (!named.length) return;
    const most = Math.min(MOST_ROWS, ...[Math.max(...named.map((name) => Number(name.slice(4))))]);
    while (rows().length < most) addRow();
    for (const row of rows().slice(most)) for (const input of row.querySelectorAll("input")) input.defaultValue = "";
  };

  /* The form starts with the reader's own zones and hosts, where this browser keeps them. */
  const start = ({ dns_zone: zone, further_dns_zones: further, kms_hosts: hosts }) => {
    while (rows().length < Math.min(MOST_ROWS, hosts.length)) addRow();
    for (const row of rows().slice(Math.max(1, hosts.length))) row.remove();
    window.vagOwnFiles.fill(form, { zone: hosts.length ? zone : "", further: further.join(", ") });
    rows().forEach(({ dataset: { vagHost: row } }, at) => {
      const { name, port, priority, publish_in: zones, weight } = hosts[at] ?? {};
      const values = { name, port, priority, weight, in: zones?.join(", ") };
      const own = Object.entries(values).map(([field, value]) => [field + row, value]);
      window.vagOwnFiles.fill(form, Object.fromEntries(own));
    });
  };

  if (window.vagOwnFiles.own) start(window.vagOwnFiles.own);
  addEventListener("hashchange", fit);
  fit();
  findings.buildForm(form, make);
  part("[data-vag-add-host]", form).addEventListener("click", () => part("input", addRow()).focus());
})();
