// @ts-check
/*
 * A report on the reader's organization: the same as macros/render/plan/organization_report.py, with the file of data
 * "vag-report". It comes with the first report that somebody asks for.
 *
 *   window.vagReport.report(organization, today)   title, intro, day, sections and dates: plain texts
 *                   .asMarkdown(report)            the report as a page of Markdown
 *                   .asCalendar(report)            its dates as a calendar file
 *                   .asNodes(report)               the report as elements, to print
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, element, number } = window.vagDom;
  const { shifted } = window.vagToday;
  const { chanceSaid, keyNamed, keysOf, known, supported, verdicts } = window.vagOrganization;
  const { act, products, sheet } = known;
  const given = dataOf("vag-report");
  const { aliases, timelines } = given.expiry;
  const tables = window.vagBoxes.read();
  const DECIMALS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  const compared = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  /* Twelve digits are what a computation in floating point is good for. */
  const decimal = (value) => DECIMALS.format(Number(value.toPrecision(12)));

  const say = (name, slots = {}) =>
    given.said[name].replace(/\{(\w+)(?::([^:}]*):([^}]*))?\}/g, (_, slot, one, many) => {
      const value = slots[slot];
      if (typeof value !== "number") return value;
      return one === undefined ? number(value) : `${number(value)} ${value === 1 ? one : many}`;
    });

  const EXPIRY = {
    kms: { "windows-client": "windows-kms", "windows-server": "windows-server-kms", office: "office-kms" },
    adba: { "windows-client": "adba", "windows-server": "adba", office: "office-adba" },
  };

  const report = (organization, today) => {
    const { as_of: numbers, groups, kms_hosts: hosts, licensed, mak_allotments: allotments, name } = organization;
    const { counts, maks } = verdicts(organization, today);
    const nameOf = (product) => products[product][0];
    const hostOf = (id) => hosts.find((host) => host.id === id).name;
    const later = (day, other) => (day > other ? day : other);

    /* A table; without rows the sentence that says why, or nothing. */
    const section = (title, columns, rows, otherwise = "") => {
      if (rows.length) return [{ title: say(title), columns: given.said[columns], rows }];
      return otherwise ? [{ title: say(title), text: say(otherwise) }] : [];
    };

    const actNow = () => {
      const items = window.vagPoints.open(organization, today).map((point) =>
        `${say(act.kinds[point.kind][0])}: ${window.vagPoints.said(organization, point)}`
      );
      return items.length
        ? { title: say("act-now"), items }
        : { title: say("act-now"), text: say("nothing", { name }) };
    };

    const groupRows = () => {
      const data = { ...sheet, products, hosts, licensed, allotments };
      return window.vagSheet.compute(tables, data, groups).rows.map(({ group, outcome }) => [
        group.name,
        nameOf(group.product),
        number(group.count),
        given.methods[group.method],
        tables.outcomes.find(({ id }) => id === outcome).name,
        group.kms_hosts.map(hostOf).join(", "),
      ]);
    };

    const metOf = ({ computers, holding, threshold, verdict }) => {
      if (verdict === "short") return say("met-short", { short: threshold - computers });
      if (verdict === "not-stated") return say("met-unsure");
      return say(["certain", "holds"].includes(holding) ? "met-holds" : "met-fails");
    };
    const countRows = () =>
      counts.map((each) => [
        `${hostOf(each.host)}: ${say(each.kind)}`,
        number(each.computers),
        decimal(each.expected),
        number(each.threshold),
        chanceSaid(each),
        metOf(each),
      ]);

    const makRows = () =>
      maks.map((mak) => [
        `${nameOf(mak.product)} (${mak.id})`,
        number(allotments.find(({ id }) => id === mak.id).total),
        number(mak.left),
        number(mak.needed),
        number(mak.after),
        decimal(mak.year),
        mak.until ?? say("never"),
      ]);

    const keyRows = () => {
      const { hosts: places, per_host: each } = act.limits;
      return [...keysOf(hosts)].map(([key, on]) => {
        const times = on.map(([, many]) => many);
        return [
          keyNamed(key),
          say("used", { used: times.filter(Boolean).length, total: places }),
          say("used", { used: sum(times), total: places * each }),
          say("used", { used: sum(times), total: each }),
        ];
      });
    };

    const people = () =>
      [
        ...groups.map(({ name: group, responsible }) => [group, responsible]),
        ...hosts.map(({ name: host, responsible }) => [host, responsible]),
        ...allotments.map(({ id, product, responsible }) => [`${nameOf(product)} (${id})`, responsible]),
      ].filter(([, responsible]) => responsible);

    const supportEnds = () =>
      act.support.flatMap((end) => {
        const [entry, label, , first, last] = end;
        const using = supported(end, organization);
        const [computers, many] = [sum(using.groups.map(({ count }) => count)), using.hosts.length];
        const what = [computers && say("computers", { computers }), many && say("hosts", { hosts: many })]
          .filter(Boolean).join(", ");
        const days = [...new Set([first, last])].filter((day) => what && day >= today);
        return days.map((day) => ({ day, mark: `support-${entry}`, say: say("support-end", { name: label, what }) }));
      });
    const expiries = () =>
      groups.flatMap(({ id, last_renewal: renewal, method, name: group, product }) => {
        const kind = EXPIRY[method]?.[products[product][1]];
        if (!kind || !renewal || renewal > today) return [];
        const { expires: days } = timelines[aliases[kind] ?? kind];
        const expires = days === null ? "" : shifted(renewal, days);
        return expires >= today ? [{ day: expires, mark: `expiry-${id}`, say: say("expiry", { group }) }] : [];
      });
    const makDates = () =>
      maks.flatMap(({ day, id: mak, product, short, until }) => {
        const first = until && `${until}-01`;
        const isAhead = first && !short && first >= today && first < "9999-12-31" && until.length === 7;
        const ends = { day: first, mark: `mak-${mak}`, say: say("mak-ends", { mak, product: nameOf(product) }) };
        const again = later(today, shifted(day ?? today, given.read_again));
        return [...(isAhead ? [ends] : []), { day: again, mark: `read-${mak}`, say: say("read-again", { mak }) }];
      });
    const dates = [
      ...supportEnds(),
      ...expiries(),
      ...makDates(),
      { day: later(today, act.late), mark: "facts", say: say("facts-due") },
    ].sort((one, other) => compared(one.day, other.day) || compared(one.mark, other.mark));

    return {
      title: say("title", { name }),
      intro: [say("intro", { day: today }), ...(numbers ? [say("numbers-of", { as_of: numbers })] : [])].join(" "),
      day: today,
      sections: [
        actNow(),
        ...section("groups", "group-columns", groupRows(), "no-group"),
        ...section("counts", "count-columns", countRows(), hosts.length ? "no-count" : ""),
        ...section("maks", "mak-columns", makRows()),
        ...section("keys", "key-columns", keyRows()),
        ...section("people", "people-columns", people()),
        ...section("dates", "date-columns", dates.map((each) => [each.day, each.say]), "no-date"),
        { title: say("sources"), text: say("facts-intro"), items: given.facts },
      ],
      dates,
    };
  };

  // Markdown, and the calendar ---------------------------------------------------------------------------------------

  /* A text that Markdown shows as it is, on one line. */
  const marked = (text) => text.split(/\s+/).filter(Boolean).join(" ").replace(/[\\`*_[\]<>|#]/g, "\\$&");
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const asMarkdown = ({ intro, sections, title }) => {
    const parts = [`# ${marked(title)}`, marked(intro)];
    for (const { columns, items, rows, text, title: heading } of sections) {
      parts.push(`## ${marked(heading)}`);
      if (text !== undefined) parts.push(marked(text));
      if (items) parts.push(items.map((item) => `- ${marked(item)}`).join("\n"));
      if (columns) {
        const lines = [columns.map(marked), columns.map(() => "---"), ...rows.map((cells) => cells.map(marked))];
        parts.push(lines.map(row).join("\n"));
      }
    }
    return `${parts.join("\n\n")}\n`;
  };

  const OCTETS = 75;
  const encoder = new TextEncoder();
  const folded = (line) => {
    const parts = [];
    let [part, size] = ["", 0];
    for (const letter of line) {
      const width = encoder.encode(letter).length;
      if (size + width > OCTETS) {
        parts.push(part);
        [part, size] = [" ", 1];
      }
      part += letter;
      size += width;
    }
    return [...parts, part];
  };
  const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replaceAll("\r", "").replaceAll("\n", "\\n");
  const plain = (day) => day.replaceAll("-", "");
  const asCalendar = ({ dates, day: today }) => {
    const lines = dates.flatMap(({ day, mark, say: said }) => [
      "BEGIN:VEVENT",
      `UID:${plain(day)}-${mark}@volume-activation-guide`,
      `DTSTAMP:${plain(today)}T000000Z`,
      `DTSTART;VALUE=DATE:${plain(day)}`,
      `DTEND;VALUE=DATE:${plain(shifted(day, 1))}`,
      `SUMMARY:${escaped(said)}`,
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
    ]);
    const head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Volume Activation Guide//Organization//EN"];
    return [...head, ...lines, "END:VCALENDAR"].flatMap(folded).map((line) => `${line}\r\n`).join("");
  };

  // To print ---------------------------------------------------------------------------------------------------------

  const tableOf = (columns, rows) =>
    element(
      "table",
      { class: "vag-table" },
      element("thead", {}, element("tr", {}, columns.map((each) => element("th", { scope: "col" }, each)))),
      element("tbody", {}, rows.map((cells) => element("tr", {}, cells.map((each) => element("td", {}, each))))),
    );
  const asNodes = ({ intro, sections, title }) => [
    element("h1", {}, title),
    element("p", {}, intro),
    ...sections.flatMap(({ columns, items, rows, text, title: heading }) => [
      element("h2", {}, heading),
      text === undefined ? "" : element("p", {}, text),
      items ? element("ul", {}, items.map((item) => element("li", {}, item))) : "",
      columns ? tableOf(columns, rows) : "",
    ]),
  ];

  window.vagReport = { asCalendar, asMarkdown, asNodes, report };
})();
