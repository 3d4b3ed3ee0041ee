// @ts-check
/*
 * The fleet worksheet in the browser: figures can be changed, and every table of the page follows.
 *
 * `compute` does the same as macros/domain/worksheet.py, on the tables of decision.js. <script id="vag-worksheet">
 * holds the fleet and the words that both sides write, <template id="vag-worksheet-rules"> the reasons with their
 * citations. The parts of the page, [data-vag-worksheet], are drawn again after each change. Changed figures stay in
 * this browser.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const engine = window.vagDecision;
  const { CENTRAL, LOCAL, boxOf, centralHosts, outcomeWith } = window.vagSheet;
  const { idsOf } = window.vagShares;
  const { masked } = window.vagKeys;
  const { button, dataOf, download, element, fill, hidden, later, liveRegion, number, part } = window.vagDom;
  const { cloned, status } = window.vagDrawn;
  const built = dataOf("vag-worksheet");
  if (!engine || !built) return;

  /* The organization that this browser keeps takes the place of the one of the build, if it fits the products here. */
  const kept = window.vagKept.own();
  const fits = (own) =>
    [own.groups, own.further_forests, own.kms_hosts, own.mak_allotments, own.licensed].every(Array.isArray) &&
    [own.groups, own.mak_allotments, own.licensed].every((list) =>
      list.every(({ product }) => Object.hasOwn(built.products, product))
    ) && own.groups.every((group) => Object.hasOwn(built.methods, group.method));
  const isOwn = Boolean(kept) && fits(kept);
  const own = () => ({
    groups: kept.groups,
    hosts: kept.kms_hosts.map(({ id, site, priority, weight }) => ({
      id,
      site,
      priority: priority ?? built.usual.priority,
      weight: weight ?? built.usual.weight,
    })),
    allotments: kept.mak_allotments,
    licensed: kept.licensed,
    forests: [kept.active_directory, ...kept.further_forests].filter(Boolean),
  });
  const data = isOwn ? { ...built, ...own() } : built;
  const FILE = isOwn ? "your organization as this browser keeps it" : "organization.yml";
  if (kept && !isOwn) document.querySelector("[data-vag-own]")?.removeAttribute("data-vag-own");

  const MOST = engine.LARGEST_COUNT;
  const LONGEST = 3650;
  const ID = /^[a-z][a-z0-9-]{0,62}$/;
  const KEY = isOwn ? "vag-worksheet-own" : "vag-worksheet";
  const MANY = 3;
  const STEPS = 100;
  const PAUSE = 400;
  const MANY_ROWS = 60;
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  const unique = (list) => [...new Set(list)];

  // Computing: beside what fleet-sheet.js finds, what only this page says ---------------------------------------------

  /* Exact sums of shares of a group: [numerator, denominator]. */
  const plus = ([a, b], [c, d]) => [a * d + c * b, b * d];
  const total = (shares) => shares.reduce(plus, [0n, 1n]);
  const whole = ([a, b]) => Number(a / b);

  /* Share of a group's computers that a host gets: the lowest priority is asked, by weight. */
  const shareOf = (data, group, host) => {
    const reached = data.hosts.filter(({ id }) => group.kms_hosts.includes(id));
    const lowest = Math.min(...reached.map((each) => each.priority));
    const first = reached.filter((each) => each.priority === lowest);
    if (!first.includes(host)) return [0n, 1n];
    const weights = sum(first.map((each) => each.weight));
    return weights ? [BigInt(host.weight), BigInt(weights)] : [1n, BigInt(first.length)];
  };

  /* Computers that a host counts of its share of a group; those behind one client ID are one. */
  const countedAt = (group, part, of) => (idsOf(group) < group.count ? [1n, 1n] : [part * BigInt(group.count), of]);

  /*
   * Computers that a KMS host was to activate today and never did, by group; as macros/domain/activation.py finds them.
   * The most that a host shows lies above each threshold, so it plays no part here.
   */
  const neverOf = (data, groups, kinds, needed) => {
    const asks = (group) => group.method === "kms" && group.count > 0 && group.network_every_days !== "never";
    const feeds = kinds.map((kind) => kind === "office");
    const askers = (host, index) =>
      groups.flatMap((group, place) => {
        const [part, of] = asks(group) && feeds[place] === feeds[index] ? shareOf(data, group, host) : [0n, 1n];
        return part ? [{ product: group.product, computers: countedAt(group, part, of) }] : [];
      });
    const verdict = (host, index) => {
      const asking = askers(host, index);
      const count = (some) => whole(total(some.map((each) => each.computers)));
      const alone = feeds[index]
        ? unique(asking.map((each) => each.product)).map((product) =>
          count(asking.filter((each) => each.product === product))
        )
        : [count(asking)];
      return Math.min(...alone) >= needed[index] ? "met" : count(asking) < needed[index] ? "short" : "open";
    };
    return groups.map((group, index) => {
      if (group.method !== "kms") return 0;
      const at = asks(group)
        ? data.hosts.map((host) => [shareOf(data, group, host), host]).filter(([[part]]) => part)
        : [];
      const [met, open] = ["met", "open"].map((wanted) => {
        const [part, of] = total(at.filter(([, host]) => verdict(host, index) === wanted).map(([share]) => share));
        return whole([part * BigInt(group.count), of]);
      });
      return met + open || !group.last_renewal ? group.count - met - open : 0;
    });
  };

  /* The threshold that the outcome hangs on, the nearer one of two. */
  const thresholdOf = (tables, data, { group, needed, outcome, pool, site }) => {
    const at = (host, computers) => ({ host, needed, computers, short: Math.max(0, needed - computers) });
    const found = [];
    if (outcome !== LOCAL && outcomeWith(tables, data, group, MOST, site) === CENTRAL) found.push(at("central", pool));
    if (outcome !== CENTRAL && group.site && outcomeWith(tables, data, group, pool, MOST) === LOCAL) {
      found.push(at("local", site));
    }
    return found.sort((one, other) => one.short - other.short)[0] ?? null;
  };

  const rowOf = (tables, data, row, never) => {
    const { box, needed: _, pool, site: __, ...shown } = row;
    const { answers, group, outcome } = shown;
    const without = tables.outcomes[box.outcome].without ?? {};
    const hits = box.hits.map((hit) => tables.rules[hit]);
    return {
      ...shown,
      fallback: Object.keys(without).length
        ? tables.outcomes[boxOf(tables, { ...answers, ...without }).outcome].id
        : null,
      hits: hits.map((hit) => hit.join("/")),
      criterion: data.criterion_of[hits.at(-1)[1]],
      threshold: thresholdOf(tables, data, row),
      never,
      alone: !group.site && outcome !== LOCAL && outcomeWith(tables, data, group, pool, idsOf(group)) === LOCAL,
    };
  };

  const methodsOf = (tables, rows) => {
    const count = (some) => sum(some.map((row) => row.group.count));
    const methods = unique([
      ...tables.outcomes.map((outcome) => outcome.method),
      ...rows.map((row) => row.group.method),
    ]).map((method) => {
      const today = rows.filter((row) => row.group.method === method);
      const recommended = rows.filter((row) => row.method === method);
      return {
        method,
        today: count(today) - sum(today.map((row) => row.never)),
        recommended: count(recommended),
        used: today.length + recommended.length,
      };
    }).filter((each) => each.used).map(({ method, today, recommended }) => ({ method, today, recommended }));
    const unmet = sum(rows.map((row) => row.never));
    return unmet ? [...methods, { method: "kms-unmet", today: unmet, recommended: 0 }] : methods;
  };

  const compute = (tables, data, groups) => {
    const found = window.vagSheet.compute(tables, data, groups);
    const never = neverOf(data, groups, found.rows.map((row) => row.kind), found.rows.map((row) => row.needed));
    const rows = found.rows.map((row, index) => rowOf(tables, data, row, never[index]));
    const count = (some) => sum(some.map((row) => row.group.count));
    const lines = data.criteria.map(([criterion]) => {
      const mine = rows.filter((row) => row.criterion === criterion);
      const office = count(mine.filter((row) => row.kind === "office"));
      return { criterion, groups: mine.length, windows: count(mine) - office, office };
    });
    return { ...found, rows, lines, methods: methodsOf(tables, rows) };
  };

  // What readers take away --------------------------------------------------------------------------------------------

  /*
   * A cell that a spreadsheet would take for a formula gets an apostrophe in front; see macros/formats/spreadsheet.py.
   */
  const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
  const csvCell = (value) => {
    const text = String(value ?? "");
    const safe = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  const asCsv = (tables, data, sheet) => {
    const name = (id) => tables.outcomes.find((outcome) => outcome.id === id).name;
    const heads = [
      "Id",
      "Group",
      "Product",
      "Computers",
      "Today",
      "Never activated",
      "Recommended",
      "If that fails",
      "Criterion",
      "KMS threshold",
      "Computers counted",
      "Short by",
      "MAK activations",
    ];
    const rows = sheet.rows.map(({ group, outcome, fallback, criterion, threshold, mak, never }) => [
      group.id,
      group.name,
      data.products[group.product][0],
      group.count,
      data.methods[group.method],
      never,
      name(outcome),
      fallback ? name(fallback) : data.words.no_fallback,
      data.criteria.find(([id]) => id === criterion)[1],
      threshold?.needed,
      threshold?.computers,
      threshold?.short,
      mak,
    ]);
    return [heads, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
  };

  /* Why a group cannot have its method in the file any more; null when it can. */
  const contradiction = (data, group) => {
    const [, kind, legacy] = data.products[group.product];
    const mak = data.allotments.find(({ id }) => id === group.mak?.allotment);
    const needs = {
      adba: legacy ? "a newer release" : group.directory === "ad-ready" || "a domain with a schema that is ready",
      kms: group.kms_hosts.length > 0 || "a KMS host in reach",
      "azure-kms": group.platform === "azure-vm" || "a virtual machine in Azure",
      avma: (group.platform === "hyper-v-datacenter-guest" && kind === "windows-server") ||
        "a Windows Server guest of a Datacenter host",
      mak: (mak && data.products[mak.product][1] === kind) || "a MAK of this file for its product",
    }[group.method];
    return typeof needs === "string" ? `was ${group.method}, which needs ${needs}` : null;
  };

  const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffe\uffff\p{Cs}\s]+/gu;
  const tidy = (name) => name.replace(FORBIDDEN, " ").trim();
  const yamlText = (
    text,
  ) => (/^[A-Za-z][\w ,.'()/-]*$/.test(text) && !["null", "true", "false"].includes(text)
    ? text
    : JSON.stringify(text));

  /* Only a computer that is there can start there. */
  const startsOf = ({ starts_every_days: starts, network_every_days: there }) =>
    starts === "never" || there === "never" ? "never" : Math.max(starts, there);

  /* Keys that are written by hand below, and the others of a group, which go along as they are. */
  const WRITTEN = [
    ...["id", "name", "product", "count", "license", "method", "directory", "network_every_days", "starts_every_days"],
    ...["site", "kms_hosts", "internet", "purpose", "platform", "answers", "last_renewal", "mak"],
  ];
  const OTHERS = Object.keys(data.blank).filter((key) => !WRITTEN.includes(key));
  /* What another value rules out is left out. */
  const hasRoom = {
    forest: ({ directory }) => directory !== "none",
    sites: ({ count, site, sites }) => site && sites <= count,
  };
  const othersOf = (data, group) =>
    OTHERS.filter((key) => ![data.blank[key], null, undefined].includes(group[key]) && (hasRoom[key]?.(group) ?? true));

  const asYaml = (data, groups) => {
    const lines = groups.flatMap((group) => {
      const problem = contradiction(data, group);
      const mak = problem ? null : group.mak;
      const said = Object.entries(group.answers).filter(([id, answer]) => answer !== data.defaults[id]);
      return [
        `  - id: ${group.id}`,
        `    name: ${yamlText(tidy(group.name))}`,
        `    product: ${group.product}`,
        `    count: ${group.count}`,
        group.license === "volume" ? "" : `    license: ${group.license}`,
        problem ? `    # ${problem}` : "",
        `    method: ${problem ? "unactivated" : group.method}`,
        `    directory: ${group.directory}`,
        `    network_every_days: ${group.network_every_days}`,
        group.starts_every_days ? `    starts_every_days: ${startsOf(group)}` : "",
        group.site ? `    site: ${group.site}` : "",
        `    kms_hosts: [${group.kms_hosts.join(", ")}]`,
        `    internet: ${group.internet}`,
        group.purpose === "production" ? "" : `    purpose: ${group.purpose}`,
        group.platform === "other" ? "" : `    platform: ${group.platform}`,
        said.length ? `    answers: {${said.map(([id, answer]) => `${id}: ${answer}`).join(", ")}}` : "",
        group.last_renewal ? `    last_renewal: ${group.last_renewal}` : "",
        ...othersOf(data, group).map((key) =>
          `    ${key}: ${typeof group[key] === "string" ? yamlText(tidy(group[key])) : group[key]}`
        ),
        ...(mak
          ? [
            "    mak:",
            ...Object.entries(mak).map(([key, value]) =>
              `      ${key}: ${key === "activated" ? Math.min(value, group.count) : value}`
            ),
          ]
          : []),
      ].filter(Boolean);
    });
    return `groups:\n${lines.join("\n")}\n`;
  };

  window.vagWorksheet = { compute, asCsv, asYaml };

  // Drawing -----------------------------------------------------------------------------------------------------------

  const tables = engine.read();
  const { words } = data;
  const parts = Object.fromEntries(
    [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-vag-worksheet]"))]
      .map((each) => [each.dataset.vagWorksheet, each]),
  );
  const rules = /** @type {HTMLTemplateElement} */ (part("#vag-worksheet-rules")).content;
  const ORDER = ["bad", "warn", "info", "ok"];

  const signed = (value) => (value < 0 ? `\u2212${number(-value)}` : value ? `+${number(value)}` : "0");
  const counted = (value, one) => `${number(value)} ${value === 1 ? one : `${one}s`}`;
  const phrase = (word, values) => fill(words[word], values);
  const small = (text) => cloned("small", { text });
  const outcomeOf = (id) => tables.outcomes.find((outcome) => outcome.id === id);
  const outcomeLink = (id) => element("a", { href: `${data.guide}#outcome-${id}` }, outcomeOf(id).name);
  const productName = (id) => data.products[id][0];
  const numbers = ({ short, computers, needed }) => ({
    short: number(short),
    computers: number(computers),
    needed: number(needed),
  });

  /*
   * Draws a list of [key, make] in a parent: what has the key of before stays, so that one change of one group does not
   * draw five hundred.
   */
  const drawnIn = new WeakMap();
  const place = (parent, keyed) => {
    const [before, after] = [drawnIn.get(parent) ?? new Map(), new Map()];
    for (const [at, [key, make]] of keyed.entries()) {
      const own = after.has(key) ? `${key} ${at}` : key;
      after.set(own, before.get(own) ?? make());
    }
    const nodes = [...after.values()];
    const staying = new Set(nodes);
    for (const each of [...parent.children]) if (!staying.has(each)) each.remove();
    let next = parent.firstElementChild;
    for (const node of nodes) {
      if (node === next) next = next.nextElementSibling;
      else parent.insertBefore(node, next);
    }
    drawnIn.set(parent, after);
  };

  /* Rows of a table that is there, each [key, its cells]. */
  const redrawKeyed = (name, rows) => {
    const rowOf = (cells) => {
      const table = cloned(`row-${name}`, Object.fromEntries(cells.map((content, at) => [`cell-${at}`, content])));
      return part("tr", table);
    };
    place(parts[name].querySelector("tbody"), rows.map(([key, cells]) => [key, () => rowOf(cells())]));
  };
  const redraw = (part, rows) =>
    redrawKeyed(
      part,
      rows.map((row, at) => [`${at} ${row.flat().map((each) => each?.outerHTML ?? each).join("|")}`, () => row]),
    );

  const outcomesOf = (sheet) => new Map(sheet.rows.map((row) => [row.group.id, row.outcome]));
  const fileLeft = ({ product, licensed }) =>
    (licensed ?? 0) - sum(data.groups.map((group) => (group.product === product ? group.count : 0)));
  const isChanged = (balance) => Boolean(balance.explained) && balance.left !== fileLeft(balance);
  const isUnexplained = (balance) => balance.left < 0 || (balance.left > 0 && !balance.explained);
  const difference = ({ left }) => phrase(left > 0 ? "spare" : "over", { left: number(Math.abs(left)) });
  const whyLeft = (balance) => {
    const word = !balance.explained
      ? "not_explained"
      : isChanged(balance)
      ? "explained_for"
      : balance.left > 0
      ? "explained"
      : "explained_over";
    return phrase(word, { text: balance.explained, was: signed(fileLeft(balance)), left: signed(balance.left) });
  };
  const stateLeft = (
    balance,
  ) => (isUnexplained(balance) ? "bad" : !balance.left ? "ok" : isChanged(balance) ? "warn" : "info");

  const NO_GROUPS = [["warn", words.no_groups]];
  const resultOf = (sheet) => {
    if (!sheet.rows.length) return NO_GROUPS;
    const rows = sheet.rows.filter((row) => row.group.count);
    const having = (today) => rows.filter((row) => row.today === today).length;
    const [changing, possible] = [having("other"), having("works")];
    const missing = sum(sheet.maks.map((mak) => mak.short));
    const open = sheet.balances.filter(isUnexplained).length;
    return [
      ["ok", `${counted(rows.length - changing - possible, "group")} ${words.recommended}`],
      ["info", `${counted(possible, "group")} ${words.possible}`],
      [changing ? "bad" : "ok", `${counted(changing, "group")} ${words.change}`],
      [missing ? "bad" : "ok", phrase("mak", { activations: counted(missing, "MAK activation") })],
      [open ? "bad" : "ok", phrase("unexplained", { balances: counted(open, "balance") })],
    ];
  };

  const statuses = (result) => result.flatMap((each, place) => [place ? " " : "", status(each[0], ...each.slice(1))]);

  /* Whether the activation object that a group should use is there already, where that is known. */
  const objectNote = (group) => {
    const { activation_objects: objects, dns_name: forest } =
      data.forests.find(({ dns_name: name }) => name === group.forest) ?? data.forests[0];
    if (!objects) return null;
    const isThere = objects.some((key) => data.activates[key].includes(group.product));
    return ["info", phrase(isThere ? "object_there" : "object_needed", { forest })];
  };
  /* Who looks after something, as a sentence; nothing where nobody is named. */
  const peopleOf = (some) => {
    const people = unique(some.map((each) => each.responsible).filter(Boolean));
    return people.length ? [phrase("people", { people: people.join(", ") })] : [];
  };
  const atEach = ({ count, sites }) =>
    sites
      ? small(phrase(count % sites ? "at_each_or_more" : "at_each", {
        sites: number(sites),
        each: number(Math.floor(count / sites)),
      }))
      : null;

  const notesOf = ({ group, outcome, today, threshold, alone, hostMissing }) => {
    const values = {
      computers: counted(group.count, "computer"),
      method: data.methods[group.method],
      outcome: outcomeOf(outcome).name,
    };
    return [
      today === "works" && ["info", phrase("moves", values)],
      today === "other" && ["bad", phrase(group.method === "unactivated" ? "new" : "ends", values)],
      threshold?.short && ["info", phrase("kms_short", { ...numbers(threshold), host: words[threshold.host] })],
      alone && data.hosts.length && ["info", phrase("alone", values)],
      hostMissing && [
        "warn",
        group.sites
          ? phrase("hosts_missing", { sites: number(group.sites), most: number(data.most_hosts) })
          : words.host_missing,
      ],
      outcome === "adba" && today !== "same" && objectNote(group),
    ].filter(Boolean);
  };

  const findingsOf = (sheet) => {
    const ofRows = sheet.rows
      .filter((row) => row.group.count)
      .map((row) => /** @type {[Data, Data[]]} */ ([row.group, notesOf(row)]))
      .filter(([, notes]) => notes.length)
      .map((
        [group, notes],
      ) => [
        ORDER.find((state) => notes.some(([own]) => own === state)),
        group.name,
        [...notes.map(([, text]) => text), ...peopleOf([group])].join(" "),
      ]);
    const ofMaks = sheet.maks
      .filter((mak) => mak.short)
      .map((
        mak,
      ) => [
        "bad",
        `MAK, ${productName(mak.product)}`,
        [
          phrase("mak_short", { needed: number(mak.needed), left: signed(mak.left).replace("+", "") }),
          ...peopleOf(data.allotments.filter(({ id }) => mak.allotments.includes(id))),
        ].join(" "),
      ]);
    const ofBalances = sheet.balances
      .filter((balance) => ["bad", "warn"].includes(stateLeft(balance)))
      .map((
        balance,
      ) => [
        stateLeft(balance),
        `${words.balance}, ${productName(balance.product)}`,
        `${difference(balance)}. ${whyLeft(balance)}`,
      ]);
    return [...ofRows, ...ofMaks, ...ofBalances].sort((one, other) => ORDER.indexOf(one[0]) - ORDER.indexOf(other[0]));
  };

  const thresholdCell = (threshold) => {
    if (!threshold) return words.none;
    /** @type {[State, string]} */
    const [state, word] = threshold.short ? ["warn", "short"] : ["ok", "met"];
    return [status(state, phrase(word, numbers(threshold))), small(words[threshold.host])];
  };

  const balanceCell = (balance) => {
    if (!balance.left) {
      return [
        status("ok", words.even),
        balance.explained ? small(phrase("outdated", { text: balance.explained })) : null,
      ];
    }
    return [status(stateLeft(balance), difference(balance)), small(whyLeft(balance))];
  };

  const reasonsOf = ({ group, hits, answers, outcome }) =>
    cloned("worksheet-reasons", {
      id: group.id,
      unfolded: document.getElementById(`why-${group.id}`)?.querySelector(":scope > [open]") ? "" : null,
      title: `${group.name}: ${outcomeOf(outcome).name}`,
      reasons: hits.map((hit) => part(`[data-rule="${hit}"]`, rules).cloneNode(true)),
      address: `${data.guide}#${new URLSearchParams({ ...answers, group: group.name })}`,
      guide: words.guide,
    });

  /* Leads to the number of computers in the form. */
  const changeButton = (group) => {
    const made = button("Change", () => {
      const card = cardNow(group);
      openCard(card);
      part("[inputmode]", card).focus();
    });
    made.append(hidden(` ${group.name}`));
    return made;
  };

  const drawSheet = (sheet) => {
    const { rows, lines, methods, balances, maks } = sheet;
    const all = sum(rows.map((row) => row.group.count));
    const office = sum(lines.map((line) => line.office));
    const windows = all - office;
    const fleet = phrase("fleet", {
      windows: counted(windows, "computer"),
      office: number(office),
      groups: counted(rows.length, "group"),
    });
    parts.result.querySelector("p").replaceChildren(
      ...(rows.length ? [`${fleet}: `] : []),
      ...statuses(resultOf(sheet)),
    );
    const rowOf = ({ group, outcome, fallback, today, threshold, mak, never }) => [
      JSON.stringify([
        group.id,
        group.name,
        group.product,
        group.count,
        group.method,
        outcome,
        fallback,
        today,
        threshold,
        mak,
        never,
      ]),
      () => [
        [element("a", { href: `#why-${group.id}` }, group.name), small(productName(group.product))],
        [number(group.count), atEach(group)],
        never
          ? [
            data.methods[group.method],
            small(phrase("never", { never: number(never), computers: number(group.count) })),
          ]
          : data.methods[group.method],
        [status(data.states[today][0], outcomeLink(outcome)), small(data.states[today][1])],
        fallback ? outcomeLink(fallback) : words.no_fallback,
        thresholdCell(threshold),
        number(mak),
        changeButton(group),
      ],
    ];
    // A computer with both is in both numbers.
    const total = () =>
      windows && office
        ? [words.total, small(phrase("total_of", { windows: number(windows), office: number(office) }))]
        : words.total;
    const inAll = [number(all), "", "", "", "", number(sum(rows.map((row) => row.mak))), ""];
    // Many rows are laid out one by one, and only where they show.
    for (const part of [parts.sheet, parts.findings, parts.reasons, cards]) {
      part.classList.toggle("vag-ws-many", rows.length > MANY_ROWS);
    }
    redrawKeyed("sheet", [...rows.map(rowOf), [JSON.stringify([windows, ...inAll]), () => [total(), ...inAll]]]);
    const findings = findingsOf(sheet);
    const lineOf = ([state, title, text]) => element("li", {}, status(state, title), text ? ": " : null, text);
    place(
      parts.findings.querySelector("ul"),
      (findings.length ? findings : [rows.length ? ["ok", words.nothing] : ["info", words.add_group]]).map((
        each,
      ) => [JSON.stringify(each), () => lineOf(each)]),
    );
    redraw("criteria", [
      ...lines.map((
        line,
        index,
      ) => [
        ...data.criteria[index].slice(1),
        ...[line.groups, line.windows, line.office, line.windows + line.office].map(number),
      ]),
      [words.total, "", ...[rows.length, windows, office, all].map(number)],
    ]);
    redraw("methods", [
      ...methods.map((
        { method, today, recommended },
      ) => [
        data.methods[method] ?? data.unnamed[method] ?? words.unmet,
        number(today),
        number(recommended),
        signed(recommended - today),
      ]),
      [total(), number(all), number(all), "0"],
    ]);
    const difference = balances.map((balance) => [
      productName(balance.product),
      number(balance.licensed ?? 0),
      number(balance.inGroups),
      signed(balance.left),
      balanceCell(balance),
    ]);
    const noBalance = [words.no_balance, "0", "0", "0", status("ok", words.even)];
    redraw("balance", difference.length ? difference : [noBalance]);
    const supply = maks.map((mak) => [
      productName(mak.product),
      mak.allotments.join(", ") || words.none,
      signed(mak.left).replace("+", ""),
      number(mak.needed),
      mak.short ? status("bad", phrase("missing", { short: number(mak.short) })) : status("ok", words.enough),
    ]);
    redraw("maks", supply.length ? supply : [[words.no_mak, words.none, "0", "0", status("ok", words.enough)]]);
    const reasons = rows.map((
      row,
    ) => [JSON.stringify([row.group.id, row.group.name, row.outcome, row.hits, row.answers]), () => reasonsOf(row)]);
    place(parts.reasons, reasons.length ? reasons : [["", () => element("p", {}, words.no_groups)]]);
  };

  // State: the groups as they are now ---------------------------------------------------------------------------------

  const originals = new Map(data.groups.map((group) => [group.id, group]));
  const texts = new Map(data.groups.map((group) => [group.id, JSON.stringify(group)]));
  const original = (id) => originals.get(id);
  const isAsInFile = (group) => texts.get(group.id) === JSON.stringify(group);
  const copy = (value) => JSON.parse(JSON.stringify(value));
  const asFile = JSON.stringify(data.groups);
  let groups = copy(data.groups);
  let drafts = {}; // What stands in fields and means nothing, by the id of the field.
  let mine = null; // What this tab last read from the store or wrote there.
  let storable = true;
  let note = "";
  let outcomes = new Map();
  const changed = () => JSON.stringify(groups) !== asFile;
  const values = Object.fromEntries(
    tables.questions.filter((question) => question.values).map((question) => [question.id, question.values]),
  );
  const usable = (host, site) => !host.site || host.site === site;

  /* Hosts that the group's file entry lists, as far as its site and its way to the central hosts still allow them. */
  const hostsOf = (group, reach) => {
    const own = data.hosts.filter((host) => usable(host, group.site));
    const listed = (original(group.id)?.kms_hosts ?? []).filter((id) =>
      own.some((host) => host.id === id && (reach || host.site))
    );
    const central = own.filter((host) => !host.site).map((host) => host.id);
    return reach && !listed.some((id) => central.includes(id)) ? [...central, ...listed] : listed;
  };

  /* A site stands for as many as other groups and the file say. */
  const sitesOf = ({ id, site }) =>
    site && [...groups, ...data.groups].find((each) => each.site === site && (each.id !== id || each.sites))?.sites ||
    null;

  /* How an added group draws on the MAK of its product; null when it does not, or when the file has none. */
  const makOf = (group, activated) => {
    const allotment = group.method === "mak" && data.allotments.find(({ product }) => product === group.product);
    return allotment
      ? { allotment: allotment.id, activated, reimaged_percent_per_year: 0, hardware_changes_percent_per_year: 0 }
      : null;
  };

  /* A kept group, if everything in it is still possible; otherwise null. */
  const sound = (group) => {
    const whole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
    const known = original(group.id);
    const choices =
      ["license", "platform", "purpose", "directory", "internet"].every((key) =>
        values[key].some((value) => value.id === group[key])
      ) &&
      Object.entries(group.answers ?? {}).every(([id, answer]) =>
        Object.hasOwn(data.defaults, id) && values[id].some((value) => value.id === answer)
      );
    const right = ID.test(group.id) && typeof group.name === "string" && tidy(group.name) &&
      Object.hasOwn(data.products, group.product) && choices &&
      whole(group.count, 0, MOST) &&
      (group.network_every_days === "never" || whole(group.network_every_days, 1, LONGEST)) &&
      (group.site === null || ID.test(group.site)) && Array.isArray(group.kms_hosts) &&
      (data.forests.length || group.directory === "none") &&
      (known || Object.hasOwn(data.methods, group.method));
    if (!right) return null;
    const activated = group.mak?.activated;
    const base = known ??
      {
        ...data.blank,
        method: group.method,
        mak: makOf(group, whole(activated, 0, MOST) ? activated : group.count),
      };
    const kept = {};
    for (const key of Object.keys(data.blank)) {
      kept[key] = ["method", "last_renewal", "mak", ...OTHERS].includes(key) ? base[key] : group[key];
    }
    if (group.site !== base.site) kept.sites = sitesOf(group);
    kept.answers ??= {};
    kept.kms_hosts = hostsOf(kept, centralHosts(data, group).length > 0);
    return copy(kept);
  };

  const restore = () => {
    groups = copy(data.groups);
    drafts = {};
    note = "";
    try {
      mine = localStorage.getItem(KEY);
      // No product key stays, whoever put it there.
      if (mine && masked(mine) !== mine) localStorage.setItem(KEY, mine = masked(mine));
      const kept = JSON.parse(mine ?? "null");
      if (!kept) return;
      const found = kept.groups.map(sound);
      if (!found.length || found.includes(null) || unique(found.map((group) => group.id)).length < found.length) {
        throw new Error(KEY);
      }
      groups = found;
      if (kept.file !== asFile) note = `${FILE} has changed since then.`;
    } catch (error) {
      if (error instanceof DOMException) storable = false;
      else note = "Figures from an earlier visit could not be used any more and were thrown away.";
    }
  };

  /* Never over what another tab has kept in the meantime: there the reader chooses. */
  const keep = () => {
    try {
      if (localStorage.getItem(KEY) !== mine) return void (other.hidden = false);
      const text = changed() ? JSON.stringify({ file: asFile, groups }) : null;
      if (text) localStorage.setItem(KEY, text);
      else localStorage.removeItem(KEY);
      mine = text;
      storable = true;
    } catch {
      storable = false;
    }
  };

  // Steps that can be taken back: what was typed into one field at a stretch is one step.
  const steps = [];
  let field = null;

  /** @type {(what: string, name?: string | null) => void} */
  const remember = (what, name = null) => {
    if (!name || name !== field) steps.push({ what, groups: copy(groups), drafts: { ...drafts } });
    if (steps.length > STEPS) steps.shift();
    field = name;
  };

  // The form ----------------------------------------------------------------------------------------------------------

  const live = liveRegion();
  const banner = element("div", { class: "vag-note vag-note--warn vag-ws-banner", hidden: true });
  const differences = element("ul");
  const changes = element("details", { class: "vag-details" }, element("summary", {}, "See the changes"), differences);
  const now = element("p", { class: "vag-ws-now" });
  const cards = element("div", { class: "vag-ws-cards" });
  const sites = element("datalist", { id: "vag-ws-sites" });
  const preview = new Text();
  const paused = later(PAUSE);
  let told = "";
  let shown = "";

  /* Speaks once the reader stops typing; what the banner says is said when it is new. */
  const speak = (text) =>
    paused(() => {
      live.textContent = `${text()} ${shown === told ? "" : shown}`.trim();
      told = shown;
    });

  /* Says what changed since it last spoke. */
  const announce = (message, sheet) =>
    speak(() => {
      const moved = sheet.rows.filter((row) =>
        outcomes.has(row.group.id) && outcomes.get(row.group.id) !== row.outcome
      );
      const named = moved.slice(0, MANY).map((row) => `${row.group.name}: now ${outcomeOf(row.outcome).name}.`);
      if (moved.length > MANY) named.push(`${counted(moved.length - MANY, "more group")} changed.`);
      outcomes = outcomesOf(sheet);
      const result = resultOf(sheet).map(([, text]) => text).join(", ");
      return `${message} ${named.join(" ") || "No method changes."} ${result}.`;
    });

  const wholeNumber = (least, most) => (text) => {
    const { value } = engine.number(text);
    return value >= least && value <= most ? value : undefined;
  };
  const numeric = { inputmode: "numeric" };
  const asked = (id, more = {}) => ({
    label: tables.questions[tables.place.get(id)].label,
    options: values[id],
    ...more,
  });
  const reaches = (group) => (centralHosts(data, group).length ? "yes" : "no");
  const entries = (object, label) => Object.entries(object).map(([id, value]) => ({ id, label: label(value) }));

  /*
   * What can be changed in a group. A field has `options`, or it takes a text: `read` gives what the text means, or
   * undefined when it means nothing, and `hint` says what would.
   */
  const FIELDS = {
    name: {
      label: words.field_name,
      read: (text) => (masked(text) === text && tidy(text)) || undefined,
      hint: "A name, without any product key",
      attributes: { maxlength: 200 },
    },
    count: {
      label: words.field_count,
      read: wholeNumber(0, MOST),
      hint: `A whole number from 0 to ${number(MOST)}`,
      attributes: numeric,
    },
    product: asked("product", { options: entries(data.products, ([name]) => name) }),
    method: {
      label: words.field_method,
      options: entries(data.methods, (name) => name),
      offered: ({ id }) => !original(id),
    },
    activated: {
      label: words.field_activated,
      read: wholeNumber(0, MOST),
      hint: `A whole number from 0 to ${number(MOST)}`,
      attributes: numeric,
      get: ({ mak }) => mak?.activated ?? "",
      offered: ({ id, mak }) => Boolean(mak) && !original(id),
    },
    license: asked("license"),
    platform: asked("platform"),
    purpose: asked("purpose"),
    directory: asked("directory", { allowed: (id) => data.forests.length > 0 || id === "none" }),
    network_every_days: {
      label: words.field_network,
      read: wholeNumber(1, LONGEST),
      hint: `A whole number of days from 1 to ${number(LONGEST)}`,
      attributes: numeric,
      get: (group) => (group.network_every_days === "never" ? "" : group.network_every_days),
      disabled: (group) => group.network_every_days === "never",
    },
    never: { label: words.field_never, check: true, get: (group) => group.network_every_days === "never" },
    reach: asked("kms_reach", { allowed: (id) => id === "no" || data.hosts.some((host) => !host.site), get: reaches }),
    site: {
      label: words.field_site,
      read: (text) => (text === "" ? null : ID.test(text) && masked(text) === text ? text : undefined),
      hint: "Small letters, digits and hyphens, a letter first; or nothing",
      attributes: { list: "vag-ws-sites", maxlength: 63, spellcheck: "false" },
    },
    internet: asked("internet"),
    ...Object.fromEntries(
      Object.entries(data.defaults).map((
        [id, usual],
      ) => [id, asked(id, { get: ({ answers }) => answers[id] ?? usual })]),
    ),
  };
  const valueOf = (group, name) => (FIELDS[name].get ? FIELDS[name].get(group) : group[name]) ?? "";
  const textOf = (group, name) => {
    const value = valueOf(group, name);
    if (typeof value === "boolean") return value ? "yes" : "no";
    return FIELDS[name].options?.find(({ id }) => id === value).label ??
      (typeof value === "number" ? number(value) : value || words.none);
  };
  const idOf = (group, name) => `vag-ws-${group.id}-${name}`;

  /* What differs from organization.yml, in words. */
  const differencesNow = () => {
    const found = groups.flatMap((group) => {
      const before = original(group.id);
      if (!before) return [`${group.name} was added.`];
      if (isAsInFile(group)) return [];
      const ways = Object.keys(FIELDS)
        .filter((name) => valueOf(before, name) !== valueOf(group, name))
        .map((name) => `${FIELDS[name].label}: ${textOf(before, name)} → ${textOf(group, name)}`);
      return ways.length ? [`${before.name}. ${ways.join("; ")}`] : [];
    });
    const ids = new Set(groups.map(({ id }) => id));
    const gone = data.groups.filter(({ id }) => !ids.has(id)).map(({ name }) => `${name} was removed.`);
    const all = [...found, ...gone];
    return all.length ? all : ["The order of the groups, or the hosts that they reach"];
  };

  /* Fields of a group that hold what means nothing. */
  const wrongIn = (
    group,
  ) => (Object.keys(drafts).length ? Object.keys(FIELDS).filter((name) => idOf(group, name) in drafts) : []);

  const draw = () => {
    const sheet = compute(tables, data, groups);
    drawSheet(sheet);
    const wrong = [];
    sheet.rows.forEach(({ group, outcome }, index) => {
      const card = cards.children[index];
      const own = wrongIn(group);
      wrong.push(...own.map((name) => `${FIELDS[name].label}, ${group.name}`));
      /** @type {[State, string] | null} */
      const mark = own.length
        ? ["bad", `${own.length} to correct`]
        : isAsInFile(group)
        ? null
        : ["info", original(group.id) ? "changed" : "added"];
      const text = `${group.name}: ${number(group.count)}, ${outcomeOf(outcome).name}`;
      place(card.firstChild, [[
        JSON.stringify([text, mark]),
        () => element("span", {}, text, mark && [" ", status(mark[0], mark[1])]),
      ]]);
      card.querySelector("[role=group]")?.setAttribute("aria-label", group.name);
      const activated = /** @type {HTMLInputElement | null} */ (document.getElementById(idOf(group, "activated")));
      if (activated && activated !== document.activeElement && !own.includes("activated")) {
        activated.value = group.mak.activated;
      }
    });
    now.replaceChildren(...statuses(resultOf(sheet)));
    preview.data = asYaml(data, groups);
    place(
      sites,
      unique([...groups, ...data.hosts].map((each) => each.site).filter(Boolean)).map((
        site,
      ) => [site, () => element("option", { value: site })]),
    );
    const lost = !other.hidden
      ? ""
      : storable
      ? "They are kept in this browser alone."
      : "This browser does not keep them: they are lost when you leave the page.";
    const unread = wrong.length ? `Not usable yet, so the figure before it counts: ${wrong.join("; ")}.` : "";
    shown = [
      changed() ? `These figures were changed here and are not in ${FILE}. ${lost}`.trim() : "",
      note,
      unread,
    ].filter(Boolean).join(" ");
    banner.hidden = !shown;
    differences.replaceChildren(...differencesNow().map((text) => element("li", {}, text)));
    banner.replaceChildren(
      element(
        "p",
        { class: "vag-note__title" },
        status("warn", changed() ? "Changed figures" : `Figures of ${FILE}`),
      ),
      element(
        "p",
        {},
        shown,
        " ",
        element("a", { href: "#change" }, changed() ? "Change or discard them" : "To the form"),
      ),
      ...(changed() ? [changes] : []),
    );
    discard.disabled = !changed() && !wrong.length;
    undoing.disabled = !steps.length;
    undoing.title = steps.at(-1)?.what ?? "";
    return sheet;
  };

  const update = (message = "") => {
    keep();
    announce(message, draw());
  };

  /* Other groups than before: the cards are built again. */
  const replaceAll = (next, message) => {
    note = "";
    groups = next;
    build();
    update(message);
  };

  /* `patch` may hold names of FIELDS that are no keys of a group. */
  /** @type {(group: Data, patch: Data) => void} */
  const edit = (group, { reach = reaches(group), never, activated, ...patch }) => {
    const all = group.mak?.activated === group.count;
    for (const id of Object.keys(data.defaults)) {
      if (!Object.hasOwn(patch, id)) continue;
      group.answers = { ...group.answers, [id]: patch[id] };
      delete patch[id];
    }
    Object.assign(group, patch, never === undefined ? {} : { network_every_days: never ? "never" : 1 });
    group.sites = sitesOf(group);
    group.kms_hosts = hostsOf(group, reach === "yes");
    if (!original(group.id)) group.mak = makOf(group, activated ?? (all ? null : group.mak?.activated) ?? group.count);
    update();
  };

  const fieldOf = (group, name) => {
    const { label, options, check, read, hint, allowed = () => true, attributes, disabled } = FIELDS[name];
    const [id, value] = [idOf(group, name), valueOf(group, name)];
    const step = () => remember(`${label}, ${group.name}`, id);
    if (!read) {
      const control = options
        ? element(
          "select",
          { id },
          options.map(({ id: each, label: text }) =>
            element("option", { value: each, selected: each === value, disabled: !allowed(each) }, text)
          ),
        )
        : element("input", { id, type: "checkbox", checked: value });
      control.addEventListener("change", () => {
        step();
        if (check) delete drafts[idOf(group, "network_every_days")];
        edit(group, { [name]: control instanceof HTMLInputElement ? control.checked : control.value });
        if (!check && !["method", "product"].includes(name)) return;
        fillCard(cardNow(group));
        draw();
        document.getElementById(id)?.focus();
      });
      return check
        ? cloned("worksheet-check", { control: id, label, field: control })
        : cloned("worksheet-field", { control: id, label, field: control });
    }
    const error = element("p", { id: `${id}-error`, class: "vag-ws-error", role: "alert" });
    const input = element("input", {
      id,
      type: "text",
      autocomplete: "off",
      value: drafts[id] ?? value,
      "aria-describedby": error.id,
      disabled: disabled?.(group),
      ...attributes,
    });
    const judge = () => {
      const found = read(input.value.trim());
      error.textContent = found === undefined ? hint : "";
      if (found === undefined) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      return found;
    };
    if (id in drafts) judge();
    input.addEventListener("input", () => {
      step();
      const found = judge();
      if (found === undefined) {
        drafts[id] = input.value;
        draw();
      } else {
        delete drafts[id];
        edit(group, { [name]: found });
      }
    });
    return cloned("worksheet-field", { control: id, label, field: [input, error] });
  };

  const remove = (group) => {
    const index = groups.indexOf(group);
    remember(`${group.name} was removed`);
    for (const name of Object.keys(FIELDS)) delete drafts[idOf(group, name)];
    replaceAll(groups.filter((each) => each !== group), `${group.name} was removed.`);
    part("summary", cards.children[Math.min(index, groups.length - 1)]).focus();
  };

  const cardNow = (group) => part(`[data-group="${group.id}"]`, cards);

  /*
   * The form of a group is in the page while its card is open: five hundred forms are slow to load and to find a way
   * in.
   */
  const fillCard = (card) => {
    const group = groups.find(({ id }) => id === card.dataset.group);
    const removing = button("Remove this group", () => remove(group));
    removing.disabled = groups.length === 1;
    const fields = Object.keys(FIELDS)
      .filter((name) => name !== "never" && (FIELDS[name].offered?.(group) ?? true))
      .map((
        name,
      ) => (name === "network_every_days"
        ? element("div", {}, fieldOf(group, name), fieldOf(group, "never"))
        : fieldOf(group, name))
      );
    card.lastChild.replaceChildren(
      element("div", { class: "vag-ws-fields", role: "group", "aria-label": group.name }, fields),
      element("p", {}, removing),
    );
  };

  const emptyCard = (card) => card.lastChild.replaceChildren();

  const openCard = (card) => {
    if (!card.lastChild.hasChildNodes()) fillCard(card);
    card.open = true;
  };

  const cardOf = (group) => {
    const card = cloned("worksheet-card", { group: group.id });
    card.addEventListener("toggle", () => (card.open ? openCard(card) : emptyCard(card)));
    return card;
  };

  function build() {
    place(cards, groups.map((group) => [group.id, () => cardOf(group)]));
    for (const card of cards.querySelectorAll("details[open]")) fillCard(card);
  }

  const add = () => {
    const used = new Set([...groups, ...data.groups].map((group) => group.id));
    let next = groups.length + 1;
    while (used.has(`group-${next}`)) next += 1;
    const group = {
      ...copy(data.blank),
      id: `group-${next}`,
      name: `Group ${next}`,
      product: data.groups[0]?.product ?? Object.keys(data.products)[0],
      count: 1,
      license: "volume",
      method: "unactivated",
      directory: "none",
      network_every_days: 1,
      kms_hosts: [],
      internet: "direct",
      purpose: "production",
      platform: "other",
      answers: {},
    };
    remember(`${group.name} was added`);
    replaceAll([...groups, group], `${group.name} was added.`);
    const card = cards.children[cards.children.length - 1];
    openCard(card);
    part("input", card).select();
  };

  const addition = button("Add a group", add);
  const discard = button("Discard all changes", () => {
    remember("All changes were discarded");
    drafts = {};
    replaceAll(copy(data.groups), "All changes were discarded.");
    undoing.focus();
  });
  const undoing = button("Undo", () => {
    const { what, ...before } = steps.pop();
    field = null;
    drafts = before.drafts;
    replaceAll(before.groups, `Undone: ${what}.`);
    (undoing.disabled ? addition : undoing).focus();
  });
  cards.addEventListener("change", () => {
    field = null;
  });

  // Another tab with the same worksheet -------------------------------------------------------------------------------

  const choose = (text, action) =>
    button(text, () => {
      other.hidden = true;
      parts.result.focus({ preventScroll: true });
      action();
    });
  const other = cloned("worksheet-other", {
    mark: status("warn", "Another tab changed the worksheet"),
    buttons: [
      choose("Load the figures of the other tab", () => {
        remember("Figures of the other tab were loaded");
        restore();
        const found = note;
        replaceAll(groups, "The figures of the other tab were loaded.");
        note = found;
        draw();
      }),
      choose("Keep the figures of this tab", () => {
        mine = localStorage.getItem(KEY);
        update("The figures of this tab were kept.");
      }),
    ],
  });
  const compare = () => {
    try {
      other.hidden = localStorage.getItem(KEY) === mine;
      draw();
    } catch {
      storable = false;
    }
  };
  addEventListener("storage", compare);
  addEventListener("pageshow", (event) => event.persisted && compare());

  // The page ----------------------------------------------------------------------------------------------------------

  const save = (name, type, text) => {
    download(name, text, type);
    speak(() => `${name} was saved.`);
  };

  restore();
  parts.sheet.querySelector("thead tr").append(
    element("th", { role: "columnheader", scope: "col", class: "vag-ws-change" }, "Change"),
  );
  parts.result.tabIndex = -1;
  parts.result.before(other, banner);
  parts.form.replaceChildren(
    now,
    element("p", { class: "vag-ws-buttons" }, addition, discard, undoing),
    cards,
    sites,
    live,
  );
  parts.take.replaceChildren(cloned("worksheet-take", {
    buttons: [
      // The mark at the beginning tells spreadsheets that the file is UTF-8.
      button(
        "Download the sheet as CSV",
        () => save("worksheet.csv", "text/csv", `\ufeff${asCsv(tables, data, compute(tables, data, groups))}`),
      ),
      button(
        "Download the groups for organization.yml",
        () => save("groups.yml", "application/yaml", asYaml(data, groups)),
      ),
    ],
    groups: preview,
  }));
  build();
  outcomes = outcomesOf(draw());
  if (shown) speak(() => "");

  // A link to the reasons of a group opens them.
  const openReasons = (hash) => {
    const target = hash.startsWith("#why-") && document.getElementById(hash.slice(1));
    if (target) target.firstChild.open = true;
    return target;
  };
  const arrive = () => openReasons(location.hash)?.scrollIntoView?.();
  addEventListener("hashchange", arrive);
  arrive();
  parts.sheet.addEventListener("click", (event) => openReasons(event.target.closest("a")?.hash ?? ""));

  // On paper there is nothing to open, and the day is not the one of the build.
  const paper = part(".vag-ws-paper");
  const edition = paper.textContent;
  addEventListener("beforeprint", () => {
    paper.textContent = `Printed on ${window.vagToday.local(new Date())}. ${edition}`;
    /** @type {NodeListOf<HTMLDetailsElement>} */
    const closed = document.querySelectorAll(
      ".vag-ws-banner details:not([open]), [data-vag-worksheet=reasons] details:not([open])",
    );
    for (const each of closed) {
      each.open = true;
      each.dataset.paper = "";
    }
  });
  addEventListener("afterprint", () => {
    /** @type {NodeListOf<HTMLDetailsElement>} */
    const opened = document.querySelectorAll("[data-paper]");
    for (const each of opened) {
      each.open = false;
      delete each.dataset.paper;
    }
  });
})();
