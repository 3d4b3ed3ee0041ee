// @ts-check
/*
 * What is said of a fleet: the same report, in the same words, as the command line gives. For machines as
 * macros/render/troubleshoot/fleet_data.py has it, for people as fleet_report.py, for calendars as fleet_calendar.py.
 *
 *   window.vagFleet.wholeOf({ seen, files, left, organization })   everything that is to say
 *                  .asData(whole, rest, most)   for machines; of each finding `most` computers, or all
 *                  .asJson(whole, rest), .asMarkdown(report), .asCsv(whole, rest), .asCalendar(whole)
 *                  .draw(place, whole, report, rest, actions)   as the page shows it, a few parts at a time
 *                  .namesOf(whole, found, rest) the computers of a finding
 *                  .say(template, slots)        a sentence with its slots filled
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, element, number } = window.vagDom;
  const { cloned, status } = window.vagDrawn;
  const { about, compared, data, dateOf, findingsOf, hostsOf, inOrder } = window.vagFleet;
  const { most, report: said, words } = data;
  const outputs = dataOf("vag-outputs");
  const { severities } = outputs.say;

  const CODE = "code";
  const [BATCH, FEW] = [128, 5];
  const SLOT = /\{([a-z][a-z_]*)(?::([^{}:]+):([^{}:]+))?\}/g;
  const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]|\p{Cs}/gu;
  const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
  const MARKS = /[\\`*_[\]<>|&~]/g;

  const say = (template, slots = {}) =>
    template.replace(SLOT, (_, name, one, many) => {
      const value = slots[name];
      if (typeof value !== "number") return value;
      return one ? `${number(value)} ${value === 1 ? one : many}` : number(value);
    });
  const mask = (text) => window.vagKeys.masked(text);
  const printable = (text) => text.replace(UNPRINTABLE, "\ufffd");

  const nameOf = ({ seen, shown }, computer) => {
    shown[computer] ??= printable(mask(seen.names[computer]));
    return shown[computer];
  };

  const wholeOf = async ({ files, left, organization = null, seen }, rest) => {
    /** @type {Data} */
    const plan = organization && await compared(seen, organization, rest);
    const findings = inOrder([...await findingsOf(seen, left.count, rest), ...(plan?.findings ?? [])]);
    return { seen, files, left, organization, plan, findings, shown: [] };
  };

  // For machines ------------------------------------------------------------------------------------------------------

  /* A finding in one sentence. */
  const summaryOf = ({ rule, values }) => {
    const summary = rule.scope === CODE ? outputs.error_codes[values.code] : "";
    return mask(say(rule.text, { ...values, meaning: summary ? `: ${summary}` : "." }));
  };

  const linksOf = ({ rule, values }) =>
    rule.next.map((name) => {
      if (name !== CODE) return data.targets[name];
      const { code } = values;
      const page = `troubleshoot/codes/${code.toLowerCase()}.html`;
      return code in outputs.error_codes
        ? [code, page, `${outputs.codes_folder}/${code.toLowerCase()}.html`]
        : [code, null, null];
    });

  const byName = (counts) => Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
  const adds = (counts, name, count) => counts.set(name, (counts.get(name) ?? 0) + count);

  const productsOf = (seen) => {
    const found = new Map();
    for (const { computers, kind } of seen.cells) {
      if (!found.has(kind.product)) {
        const parts = ["status", "channel", "method"].map((name) => [name, new Map()]);
        found.set(kind.product, { ...Object.fromEntries(parts), cells: [], releases: [] });
      }
      const own = found.get(kind.product);
      own.releases = kind.products;
      own.cells.push({ computers });
      adds(own.status, kind.status, computers.length);
      adds(own.channel, kind.channel, computers.length);
      adds(own.method, kind.method.id, computers.length);
    }
    return Object.entries(byName(found)).map(([product, { cells, channel, method, releases, status: state }]) => ({
      product: mask(product),
      releases,
      products: [...state.values()].reduce((sum, count) => sum + count, 0),
      computers: about(cells).length,
      status: Object.fromEntries(state),
      channel: Object.fromEntries(channel),
      method: Object.fromEntries(method),
    }));
  };

  const methodsOf = (seen) => {
    const counts = new Map();
    for (const { computers, kind } of seen.cells) adds(counts, kind.method.id, computers.length);
    return byName(counts);
  };

  const soonestOf = async (whole, rest, count) => {
    const { seen } = whole;
    const soonest = [];
    for (const { computer, days, kind } of seen.endings.slice(0, Math.max(count, most.shown_soon))) {
      if (soonest.length % BATCH === BATCH - 1) await rest();
      const product = mask(kind.product);
      soonest.push({ computer: nameOf(whole, computer), product, days, day: dateOf(seen.today + days) });
    }
    return soonest;
  };

  const expiryOf = async (whole, rest, count) => {
    const { seen } = whole;
    const counts = new Map([-1, ...data.bounds].map((bound) => [bound, 0]));
    for (const { computers, days } of seen.cells) if (days !== null) adds(counts, days, computers.length);
    const found = [...counts];
    return {
      validity_days: data.validity,
      within_days: seen.within,
      bars: found.map(([low, products], place) => ({
        from_days: low >= 0 ? low : null,
        to_days: low < 0 ? 0 : found[place + 1]?.[0] ?? null,
        products,
      })),
      soonest: await soonestOf(whole, rest, count),
    };
  };

  const hostRows = ({ findings, organization, seen }) => {
    const unplanned = new Set(
      findings.filter(({ rule }) => rule.id === "host-unplanned").map(({ values }) => values.host),
    );
    return hostsOf(seen).map(({ byDns, byHand, computers, isOfCloud, name }) => ({
      name: printable(mask(name)),
      windows_clients: computers.get("windows-client")?.length ?? 0,
      windows_servers: computers.get("windows-server")?.length ?? 0,
      office: computers.get("office")?.length ?? 0,
      set_by_hand: byHand,
      found_by_dns: byDns,
      of_a_cloud: isOfCloud,
      planned: organization ? !unplanned.has(name) : null,
    }));
  };

  const planRows = ({ organization, plan }) =>
    plan && {
      organization: organization.name,
      groups: plan.lots.map(({ computers, groups, open, planned }) => ({
        groups: groups.map(({ id }) => id),
        planned,
        seen: computers.length,
        open: open.length,
      })),
      unexplained_computers: about(plan.unexplained).length,
    };

  /* The names of some computers; hiding keys in a hundred thousand of them takes a while. */
  const namesOf = async (whole, computers, rest) => {
    const names = [];
    for (const computer of computers) {
      if (names.length % BATCH === BATCH - 1) await rest();
      names.push(nameOf(whole, computer));
    }
    return names;
  };

  /* For each finding the id of the first one above it that is about the same computers, if there is one. */
  const alike = (findings) =>
    findings.map(({ computers, id }, at) => {
      const isSame = (one) =>
        one.computers.length === computers.length && one.computers.every((other, place) => other === computers[place]);
      const first = computers.length ? findings.slice(0, at).find(isSame) : null;
      return first && first.id !== id ? mask(first.id) : null;
    });

  const findingData = async (whole, found, sameAs, rest, count) => ({
    id: mask(found.id),
    rule: found.rule.id,
    severity: found.rule.severity,
    scope: found.rule.scope,
    computers_count: found.computers.length,
    computers: await namesOf(whole, found.computers.slice(0, count), rest),
    same_as: sameAs,
    summary: summaryOf(found),
    todo: found.rule.todo,
    next: linksOf(found).map(([text, page]) => ({ text, page })),
    facts: found.rule.facts,
  });

  const asData = async (whole, rest, count = Infinity) => {
    const { files, left, seen } = whole;
    const findings = [];
    const first = alike(whole.findings);
    for (const [at, found] of whole.findings.entries()) {
      await rest();
      findings.push(await findingData(whole, found, first[at], rest, count));
    }
    await rest();
    const products = productsOf(seen);
    await rest();
    const expiry = await expiryOf(whole, rest, count);
    await rest();
    return {
      schema: "fleet-report.schema.json",
      day: dateOf(seen.today),
      totals: {
        computers: seen.names.length,
        products: seen.products,
        rows: seen.rows,
        rows_left_out: left.count,
        rows_not_in_use: seen.aside,
        rows_of_older_collections: seen.older,
        rows_repeated: seen.repeated,
        rows_without_a_day: seen.undated,
      },
      files: files.map((one) => ({
        file: one.file,
        form: one.form,
        encoding: one.encoding,
        separator: one.separator,
        language: one.language,
        rows: one.rows,
        left_out: one.left,
        unknown_columns: one.unknown.map(mask),
        missing_columns: one.missing,
        named_by_file: one.named_by_file,
        damaged_lines: one.damaged,
        reason: one.reason || null,
      })),
      left_out: left.first,
      products,
      methods: methodsOf(seen),
      expiry,
      hosts: hostRows(whole),
      host_counts: seen.counters.map(({ computer, count, failed, kind, total }) => ({
        computer: nameOf(whole, computer),
        product: kind.product,
        count,
        total_requests: total,
        failed_requests: failed,
      })),
      findings,
      plan: planRows(whole),
    };
  };

  /* The same as a text: findings one by one, as one may name a hundred thousand computers. */
  const asJson = async (whole, rest) => {
    const all = await asData(whole, rest);
    const parts = [];
    for (const [key, value] of Object.entries(all)) {
      const items = Array.isArray(value) ? value : [value];
      const texts = [];
      for (const item of items) {
        texts.push(JSON.stringify(item, null, 1));
        await rest();
      }
      parts.push(`${JSON.stringify(key)}: ${Array.isArray(value) ? `[${texts.join(",\n")}]` : texts[0]}`);
    }
    return `{\n${parts.join(",\n")}\n}\n`;
  };

  const csvCell = (given) => {
    const text = FORMULA.test(given) ? `'${given}` : given;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  /* A row for each finding and computer. Spreadsheets compute nothing of it. */
  const asCsv = async (whole, rest) => {
    const lines = [data.csv.join(",")];
    for (const found of whole.findings) {
      const start = [found.rule.severity, mask(found.id), summaryOf(found), found.rule.todo].map(csvCell).join(",");
      const names = await namesOf(whole, found.computers, rest);
      for (const name of names.length ? names : [""]) lines.push(`${start},${csvCell(name)}`);
    }
    return `${lines.join("\r\n")}\r\n`;
  };

  // Calendars ---------------------------------------------------------------------------------------------------------

  const [OCTETS, IN_EVENT] = [75, 20];
  const octets = new TextEncoder();
  const escapedIn = (text) => text.replace(/[\\;,]/g, "\\$&").replaceAll("\n", "\\n");
  const folded = (line) => {
    const parts = [];
    let [part, length] = ["", 0];
    for (const letter of line) {
      const more = octets.encode(letter).length;
      if (length + more > OCTETS) {
        parts.push(part);
        [part, length] = [" ", 1];
      }
      part += letter;
      length += more;
    }
    return [...parts, part];
  };
  const asCalendar = (whole) => {
    const { seen } = whole;
    const names = new Map();
    for (const { computer, days } of seen.endings) {
      if (!names.has(days)) names.set(days, []);
      if (names.get(days).length < IN_EVENT) names.get(days).push(nameOf(whole, computer));
    }
    const plain = (day) => dateOf(day).replaceAll("-", "");
    const events = [...seen.ends.keys()].filter((days) => days >= 0).sort((one, other) => one - other).flatMap(
      (days) => {
        const [day, count, own] = [seen.today + days, seen.ends.get(days), names.get(days) ?? []];
        const more = count - own.length;
        const listed = [...new Set(own)].join(", ");
        return [
          "BEGIN:VEVENT",
          `UID:${plain(day)}-fleet@volume-activation-guide`,
          `DTSTAMP:${plain(seen.today)}T000000Z`,
          `DTSTART;VALUE=DATE:${plain(day)}`,
          `DTEND;VALUE=DATE:${plain(day + 1)}`,
          `SUMMARY:${escapedIn(say(words.ends_on, { products: count }))}`,
          `DESCRIPTION:${escapedIn(more ? `${listed} ${say(words.and_more, { count: more })}` : listed)}`,
          "TRANSP:TRANSPARENT",
          "END:VEVENT",
        ];
      },
    );
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Volume Activation Guide//Fleet//EN", ...events];
    return [...lines, "END:VCALENDAR"].flatMap(folded).map((line) => `${line}\r\n`).join("");
  };

  // Parts of the report -----------------------------------------------------------------------------------------------

  /** @param {string} text @returns {Data} */
  const heading = (text) => ({ heading: text });
  /** @param {string[]} all @returns {Data} */
  const texts = (all) => ({ texts: all });
  /** @param {string[]} items @returns {Data} */
  const list = (items) => ({ items });
  /** @param {string} name @param {Data[][]} rows @returns {Data} */
  const table = (name, rows) => ({ table: name, rows });
  const bar = (width) => ({ width });

  const countedWords = (names, counts) =>
    Object.entries(counts).map(([name, count]) => [names[name], count])
      .sort(([one, few], [other, many]) => many - few || (one < other ? -1 : Number(one > other)))
      .map(([name, count]) => `${name} ${number(count)}`).join(", ");

  const daysOf = ({ from_days: from, to_days: to }) => {
    if (from === null) return words.bar_ended;
    return to === null ? say(words.bar_last, { from }) : say(words.bar, { from, to: to - 1 });
  };

  const expiryParts = ({ bars, soonest, within_days: within }) => {
    const widest = Math.max(...bars.map(({ products }) => products));
    const parts = [
      heading(said.expiry),
      list(Object.entries(within).map(([days, products]) => say(words.within, { days: Number(days), products }))),
      table(
        "bars",
        bars.map((
          one,
        ) => [
          daysOf(one),
          one.products,
          bar(Math.max(Math.floor(one.products * most.bar / widest), Number(one.products > 0))),
        ]),
      ),
    ];
    if (!soonest.length) return parts;
    const rows = soonest.slice(0, most.shown_soon)
      .map(({ computer, day, days, product }) => [computer, printable(product), days >= 0 ? days : said.ended, day]);
    return [...parts, table("soonest", rows)];
  };

  const hostParts = ({ host_counts: counts, hosts }) => {
    const [clients, servers, office] = data.kinds.map((kind) => data.thresholds[kind]);
    const parts = [heading(said.hosts), texts([say(said.thresholds, { clients, servers, office })])];
    const hostNames = ["windows_clients", "windows_servers", "office", "set_by_hand", "found_by_dns"];
    const noteOf = ({ of_a_cloud: isOfCloud, planned }) => {
      if (isOfCloud) return words.cloud;
      return planned === false ? words.unplanned : "";
    };
    if (hosts.length) {
      parts.push(table("hosts", hosts.map((one) => [one.name, ...hostNames.map((name) => one[name]), noteOf(one)])));
    }
    if (counts.length) {
      const names = ["count", "total_requests", "failed_requests"];
      const rows = counts.map((one) => [
        one.computer,
        one.product,
        ...names.map((name) => one[name] ?? words.not_told),
      ]);
      parts.push(table("counts", rows));
    }
    return parts;
  };

  const fileRow = (one) => {
    const file = printable(one.file);
    if (one.reason) return [file, said.not_read, 0, one.left_out, one.reason];
    const columns = (name, labels) => `${say(words[name], { columns: printable(labels.join(", ")) })}.`;
    const notes = [
      one.separator && say(words.file_separator, { separator: data.separator_words[one.separator] }),
      one.encoding && say(words.file_encoding, { encoding: one.encoding }),
      one.language && say(words.file_language, { language: one.language }),
      one.named_by_file && words.file_stem,
      one.damaged_lines && say(words.file_damaged, { lines: one.damaged_lines }),
      one.unknown_columns.length && columns("file_unknown", one.unknown_columns),
      one.missing_columns.length && one.form !== "text" && columns("file_missing", one.missing_columns),
    ];
    return [file, data.forms[one.form ?? "text"], one.rows, one.left_out, notes.filter(Boolean).join(" ")];
  };

  const numberParts = (report) => {
    const { expiry, plan } = report;
    const states = outputs.words;
    const methods = Object.fromEntries(data.methods.map(({ id, name }) => [id, name]));
    const parts = expiry.bars.some(({ products }) => products) ? expiryParts(expiry) : [];
    parts.push(
      heading(said.products),
      table(
        "products",
        report.products.map((one) => [
          printable(one.product),
          one.products,
          one.computers,
          countedWords(states.statuses, one.status),
          countedWords(states.channels, one.channel),
          countedWords(methods, one.method),
        ]),
      ),
    );
    if (report.hosts.length || report.host_counts.length) parts.push(...hostParts(report));
    if (!plan) return parts;
    const { unexplained_computers: computers } = plan;
    return [
      ...parts,
      heading(say(said.plan, { organization: plan.organization })),
      table("plan", plan.groups.map((one) => [one.groups.join(", "), one.planned, one.seen, one.open])),
      ...(computers ? [texts([say(said.unexplained, { computers })])] : []),
    ];
  };

  const isWhole = ({ left_out: left, reason }) => !reason && !left;

  /* The report in its order: what is wrong stands before the numbers. */
  const allParts = (report) => {
    const { files, findings, left_out: left, totals } = report;
    const { computers, products, rows, rows_left_out: count } = totals;
    const parts = [texts([say(words.totals, { computers, products, rows, files: files.length, day: report.day })])];
    const apart = [
      ["left", count],
      ["aside", totals.rows_not_in_use],
      ["older", totals.rows_of_older_collections],
      ["repeated", totals.rows_repeated],
    ].filter(([, some]) => some).map(([name, some]) => say(words[name], { rows: some }));
    const lines = products ? apart : [...apart, words.nothing];
    if (lines.length) parts.push(list(lines));
    if (products && !report.plan) parts.push(texts([said.no_plan]));
    const weigh = (weight) => findings.filter(({ severity }) => severity === weight).length;
    const [errors, warnings, notes] = ["error", "warning", "info"].map(weigh);
    const weights = () => say(words.weights, { errors, warnings, notes });
    if (findings.length) parts.push(heading(said.findings), texts([weights()]), { findings });
    else if (rows) parts.push(texts([words.no_findings]));
    if (products) parts.push(...numberParts(report));
    parts.push(
      heading(said.files), // Those that were not read stand first.
      table("files", [...files].sort((one, other) => Number(isWhole(one)) - Number(isWhole(other))).map(fileRow)),
    );
    if (!left.length) return parts;
    const first = left.slice(0, most.shown_left);
    parts.push(table("left", first.map(({ file, line, reason }) => [printable(file), line, printable(reason)])));
    if (count > first.length) parts.push(texts([say(words.more, { rows: count - first.length })]));
    return parts;
  };

  /* What is too long is cut, and that is said. */
  const partsOf = (report) =>
    allParts(report).flatMap((part) => {
      const [key, word] = part.findings ? ["findings", "findings"] : ["rows", "rows"];
      const more = (part[key]?.length ?? 0) - most.rows;
      if (more <= 0) return [part];
      return [{ ...part, [key]: part[key].slice(0, most.rows) }, texts([say(said[`more_${word}`], { [word]: more })])];
    });

  const namesIn = ({ computers, computers_count: count, same_as: finding }) => {
    const names = computers.slice(0, most.named);
    const more = count - names.length;
    const text = `${names.join(", ")}${more ? ` ${say(words.and_more, { count: more })}` : ""}`;
    return finding ? say(words.same_as, { finding, names: text }) : text;
  };

  // Markdown ----------------------------------------------------------------------------------------------------------

  const escaped = (text) => text.replace(MARKS, "\\$&");
  const cellWritten = (value) => {
    if (typeof value === "object") return "#".repeat(value.width);
    return typeof value === "number" ? number(value) : escaped(value);
  };
  const findingWritten = (one) => {
    const [, word] = severities[one.severity];
    const lines = [`- **${word}** \`${one.id.replaceAll("`", "")}\`: ${escaped(one.summary)} ${escaped(one.todo)}`];
    if (one.next.length) {
      const links = one.next.map(({ page, text }) => (page ? `${text} (${page})` : text)).join(", ");
      lines.push(escaped(say(said.read_on, { links })));
    }
    if (one.facts.length) {
      const facts = one.facts.map((name) => `reference/facts.html#${name}`).join(", ");
      lines.push(escaped(say(said.facts, { facts })));
    }
    if (one.computers_count) lines.push(escaped(namesIn(one)));
    return lines.join("  \n  ");
  };
  const written = (part) => {
    if (part.heading) return `## ${escaped(part.heading)}`;
    if (part.texts) return part.texts.map(escaped).join("\n");
    if (part.items) return part.items.map((text) => `- ${escaped(text)}`).join("\n");
    if (part.findings) return part.findings.map(findingWritten).join("\n");
    const columns = said[`${part.table}_columns`];
    const numeric = data.numeric[part.table];
    const lines = [columns, columns.map((_, at) => (numeric.includes(at) ? "---:" : "---"))];
    lines.push(...part.rows.map((row) => row.map(cellWritten)));
    return `**${said[`${part.table}_table`]}**\n\n${lines.map((row) => `| ${row.join(" | ")} |`).join("\n")}`;
  };
  const asMarkdown = (report) =>
    `${[`# ${say(said.title, { day: report.day })}`, ...partsOf(report).map(written)].join("\n\n")}\n`;

  // Drawing, from the templates of macros/render/troubleshoot/fleet_report.py -----------------------------------------

  const cellDrawn = (value) => {
    if (typeof value === "object") return cloned("fleet-bar", { width: value.width });
    return typeof value === "number" ? number(value) : value;
  };
  const rowDrawn = (name, row) => {
    const cells = Object.fromEntries(row.map((value, at) => [`cell-${at}`, cellDrawn(value)]));
    return [" ", cloned(`fleet-row-${name}`, cells).querySelector("tr")];
  };
  const findingDrawn = (one, at, actions) => {
    const [state, word] = severities[one.severity];
    const links = one.next.map(({ text }, place) => {
      const href = one.hrefs[place];
      return [place ? ", " : " ", href ? element("a", { href }, text) : element("span", {}, text)];
    });
    const marks = one.facts.map((id) =>
      cloned("cite", { address: data.fact_pages[id], statement: null, fact: null, id })
    );
    return cloned("finding", {
      mark: status(state, `${word} ${one.id}`),
      place: null,
      message: [one.summary, marks.length ? [" ", cloned("cites", { marks })] : null],
      cure: [
        one.todo,
        links,
        one.computers_count ? cloned("fleet-computers", { names: namesIn(one) }) : null,
        actions(at),
      ],
    });
  };
  /* A box of the report, with what stands in it: a few at a time. */
  const boxOf = ({ findings, rows, table: name }, actions) => {
    if (findings) {
      const box = cloned("found", { findings: null });
      box.textContent = "";
      return { box, inside: box, items: findings, drawn: (one, at) => [findingDrawn(one, at, actions)] };
    }
    const box = cloned(`fleet-table-${name}`, {});
    const inside = box.querySelector("tbody");
    // The example on the page has tables with these names too.
    const label = say(said.own_table, { table: said[`${name}_table`] });
    inside.closest("[role=region]").setAttribute("aria-label", label);
    return { box, inside, items: rows, drawn: (row) => rowDrawn(name, row) };
  };

  /* Puts the report into a place. `actions` takes a finding by its place among all, and gives what stands below it. */
  const draw = async (place, whole, report, rest, actions = (_) => null) => {
    const findings = report.findings.map((one, at) => ({
      ...one,
      hrefs: linksOf(whole.findings[at]).map(([, , href]) => href),
    }));
    for (const part of partsOf({ ...report, findings })) {
      await rest();
      if (part.heading) place.append(element("h3", {}, part.heading));
      else if (part.texts) place.append(...part.texts.map((text) => element("p", {}, text)));
      else if (part.items) place.append(element("ul", {}, part.items.map((text) => element("li", {}, text))));
      else {
        const { box, drawn, inside, items } = boxOf(part, actions);
        place.append(box);
        for (const [at, item] of items.entries()) {
          inside.append(...drawn(item, at));
          if (at % FEW === FEW - 1) await rest();
        }
      }
    }
  };

  Object.assign(window.vagFleet, { asCalendar, asCsv, asData, asJson, asMarkdown, draw, namesOf, say, wholeOf });
})();
