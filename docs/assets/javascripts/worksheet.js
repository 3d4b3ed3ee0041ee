/*
 * The fleet worksheet in the browser: figures can be changed, and every table of the page follows.
 *
 * `compute` does the same as macros/domain/worksheet.py, on the tables of decision.js. <script id="vag-worksheet"> holds
 * the fleet and the words that both sides write, <template id="vag-worksheet-rules"> the reasons with their citations.
 * The parts of the page, [data-vag-worksheet], are drawn again after each change. Changed figures stay in this browser.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const engine = window.vagDecision;
  const source = document.getElementById("vag-worksheet");
  if (!engine || !source) return;

  const MOST = engine.LARGEST_COUNT;
  const LONGEST = 3650;
  const [CENTRAL, LOCAL] = ["kms-central", "kms-local"];
  const ID = /^[a-z][a-z0-9-]{0,62}$/;
  const KEY = "vag-worksheet";
  const MANY = 3;
  const PAUSE = 400;
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  const unique = (list) => [...new Set(list)];

  // Computing -----------------------------------------------------------------------------------------------------------

  const boxOf = (tables, answers) => {
    const bits = tables.questions.map(({ id, bands, values }) => {
      const answer = answers[id];
      return 1 << (bands ? bands.findIndex(([low, high]) => answer >= low && (high ?? answer) >= answer) : values.findIndex((value) => value.id === answer));
    });
    return tables.boxes.find((box) => box.masks.every((mask, place) => mask & bits[place]));
  };

  const centralHosts = (data, group) => group.kms_hosts.filter((id) => data.hosts.some((host) => host.id === id && !host.site));

  const answersOf = (data, group, pool, site) => {
    const [, kind, legacy] = data.products[group.product];
    const every = group.network_every_days;
    return {
      license: group.license,
      product: kind,
      release: legacy ? "legacy" : "current",
      platform: group.platform,
      purpose: group.purpose,
      directory: group.directory,
      corporate_contact: every <= data.contact_days ? "at-least-every-180-days" : "less-often-or-never",
      kms_reach: centralHosts(data, group).length ? "yes" : "no",
      pool_count: Math.min(pool, MOST),
      site_count: Math.min(site, MOST),
      internet: group.internet,
    };
  };

  /* The count of each candidate: at the end, or when it fell out because it missed its threshold. */
  const settled = (candidates) => {
    const found = new Map();
    let asking = candidates;
    for (;;) {
      const together = (one) =>
        sum(asking.map((each) => (each.feeds === one.feeds && each.places.some((place) => one.places.includes(place)) ? each.computers : 0)));
      for (const each of asking) found.set(each, together(each));
      const met = asking.filter((each) => found.get(each) >= each.needed);
      if (met.length === asking.length) return found;
      asking = met;
    }
  };

  /* Computers at the places of each group, itself included. */
  const countsOf = (askers) => {
    const candidates = askers.filter((each) => each.candidate);
    const found = settled(candidates);
    return askers.map((each) => (each.candidate ? found : settled([...candidates, each])).get(each));
  };

  const todayOf = (group, named, method, fallback) => {
    if (named && group.method === method) return "same";
    if (!named && ["unactivated", "subscription"].includes(group.method)) return "unnamed";
    return group.method === fallback ? "fallback" : "other";
  };

  const compute = (tables, data, groups) => {
    const kinds = groups.map((group) => data.products[group.product][1]);
    const needed = kinds.map((kind) => data.thresholds[kind]);
    const boxFor = (group, pool, site) => boxOf(tables, answersOf(data, group, pool, site));
    const outcomeFor = (...situation) => tables.outcomes[boxFor(...situation).outcome].id;
    const asker = (index, places, computers, candidate) => ({ feeds: kinds[index] === "office", needed: needed[index], places, computers, candidate });
    const pools = countsOf(
      groups.map((group, index) =>
        asker(index, centralHosts(data, group), group.network_every_days <= data.window_days ? group.count : 0, outcomeFor(group, MOST, 0) === CENTRAL),
      ),
    );
    const together = countsOf(
      groups.map((group, index) => asker(index, group.site ? [group.site] : [], group.count, Boolean(group.site) && outcomeFor(group, pools[index], MOST) === LOCAL)),
    );
    const sites = groups.map((group, index) => (group.site ? together[index] : Math.min(group.count, 1)));

    const thresholdOf = (group, index, outcome) => {
      const at = (host, computers) => ({ host, needed: needed[index], computers, short: Math.max(0, needed[index] - computers) });
      const found = [];
      if (outcome !== LOCAL && outcomeFor(group, MOST, sites[index]) === CENTRAL) found.push(at("central", pools[index]));
      if (outcome !== CENTRAL && group.site && outcomeFor(group, pools[index], MOST) === LOCAL) found.push(at("local", sites[index]));
      return found.sort((one, other) => one.short - other.short)[0] ?? null;
    };

    const rows = groups.map((group, index) => {
      const answers = answersOf(data, group, pools[index], sites[index]);
      const box = boxOf(tables, answers);
      const record = tables.outcomes[box.outcome];
      const fallback = tables.outcomes[boxOf(tables, { ...answers, ...record.without }).outcome];
      const hits = box.hits.map((hit) => tables.rules[hit]);
      return {
        group,
        kind: kinds[index],
        answers,
        outcome: record.id,
        method: record.method,
        fallback: fallback.id,
        hits: hits.map((hit) => hit.join("/")),
        criterion: data.criterion_of[hits.at(-1)[1]],
        threshold: thresholdOf(group, index, record.id),
        mak: record.method === "mak" ? Math.max(0, group.count - (group.mak?.activated ?? 0)) * data.per_activation : 0,
        // A fallback for another license is none for these computers.
        today: todayOf(group, !Object.hasOwn(data.unnamed, record.id), record.method, Object.hasOwn(record.without, "license") ? null : fallback.method),
        alone: !group.site && record.id !== LOCAL && outcomeFor(group, pools[index], group.count) === LOCAL,
        hostMissing: record.id === LOCAL && !data.hosts.some((host) => host.site === group.site),
      };
    });

    const count = (some) => sum(some.map((row) => row.group.count));
    const methods = unique([...tables.outcomes.map((outcome) => outcome.method), ...groups.map((group) => group.method)]).map((method) => {
      const [today, recommended] = [rows.filter((row) => row.group.method === method), rows.filter((row) => row.method === method)];
      return { method, today: count(today), recommended: count(recommended), used: today.length + recommended.length };
    });
    const makProduct = ({ group }) => data.allotments.find((each) => each.id === group.mak?.allotment)?.product ?? group.product;
    const makRows = rows.filter((row) => row.mak);
    return {
      rows,
      lines: data.criteria.map(([criterion]) => {
        const mine = rows.filter((row) => row.criterion === criterion);
        const office = count(mine.filter((row) => row.kind === "office"));
        return { criterion, groups: mine.length, windows: count(mine) - office, office };
      }),
      methods: methods.filter((each) => each.used).map(({ method, today, recommended }) => ({ method, today, recommended })),
      balances: unique([...data.licensed, ...groups].map((each) => each.product)).map((product) => {
        const licensed = data.licensed.find((each) => each.product === product);
        const inGroups = count(rows.filter((row) => row.group.product === product));
        return { product, licensed: licensed?.computers ?? null, inGroups, explained: licensed?.explained ?? null, left: (licensed?.computers ?? 0) - inGroups };
      }),
      maks: unique([...data.allotments.map((each) => each.product), ...makRows.map(makProduct)]).map((product) => {
        const mine = data.allotments.filter((each) => each.product === product);
        const [wanted, left] = [sum(makRows.filter((row) => makProduct(row) === product).map((row) => row.mak)), sum(mine.map((each) => each.total - each.used))];
        return { product, needed: wanted, left, short: Math.max(0, wanted - Math.max(0, left)), allotments: mine.map((each) => each.id) };
      }),
    };
  };

  // What readers take away ------------------------------------------------------------------------------------------------

  /* A cell that a spreadsheet would take for a formula gets a quote mark in front. */
  const csvCell = (value) => {
    const text = String(value ?? "");
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  const asCsv = (tables, data, sheet) => {
    const name = (id) => tables.outcomes.find((outcome) => outcome.id === id).name;
    const heads = ["Id", "Group", "Product", "Computers", "Today", "Recommended", "If that fails", "Criterion", "KMS threshold", "Computers counted", "Short by", "MAK activations"];
    const rows = sheet.rows.map(({ group, outcome, fallback, criterion, threshold, mak }) => [
      group.id,
      group.name,
      data.products[group.product][0],
      group.count,
      data.methods[group.method],
      name(outcome),
      name(fallback),
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
    const needs = {
      adba: group.directory === "ad-ready" || "a domain with a schema that is ready",
      kms: group.kms_hosts.length > 0 || "a KMS host in reach",
      "azure-kms": group.platform === "azure-vm" || "a virtual machine in Azure",
      avma: (group.platform === "hyper-v-datacenter-guest" && data.products[group.product][1] === "windows-server") || "a Windows Server guest of a Datacenter host",
      mak: Boolean(group.mak) || "a MAK of this file",
    }[group.method];
    return typeof needs === "string" ? `was ${group.method}, which needs ${needs}` : null;
  };

  const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffe\uffff\p{Cs}\s]+/gu;
  const tidy = (name) => name.replace(FORBIDDEN, " ").trim();
  const yamlText = (text) => (/^[A-Za-z][\w ,.'()/-]*$/.test(text) && !["null", "true", "false"].includes(text) ? text : JSON.stringify(text));

  const asYaml = (data, groups) => {
    const lines = groups.flatMap((group) => {
      const problem = contradiction(data, group);
      const mak = problem ? null : group.mak;
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
        group.site ? `    site: ${group.site}` : "",
        `    kms_hosts: [${group.kms_hosts.join(", ")}]`,
        `    internet: ${group.internet}`,
        group.purpose === "production" ? "" : `    purpose: ${group.purpose}`,
        group.platform === "other" ? "" : `    platform: ${group.platform}`,
        group.last_renewal ? `    last_renewal: ${group.last_renewal}` : "",
        ...(mak ? ["    mak:", ...Object.entries(mak).map(([key, value]) => `      ${key}: ${key === "activated" ? Math.min(value, group.count) : value}`)] : []),
      ].filter(Boolean);
    });
    return `groups:\n${lines.join("\n")}\n`;
  };

  window.vagWorksheet = { compute, asCsv, asYaml };

  // Drawing ---------------------------------------------------------------------------------------------------------------

  const data = JSON.parse(source.textContent);
  const tables = engine.read();
  const { words } = data;
  const parts = Object.fromEntries([...document.querySelectorAll("[data-vag-worksheet]")].map((part) => [part.dataset.vagWorksheet, part]));
  const rules = document.getElementById("vag-worksheet-rules").content;
  const GLYPHS = { ok: "✓", warn: "!", bad: "✕", info: "i" };
  const ORDER = ["bad", "warn", "info", "ok"];

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return made;
  };

  const number = (value) => value.toLocaleString("en-US");
  const signed = (value) => (value < 0 ? `\u2212${number(-value)}` : value ? `+${number(value)}` : "0");
  const counted = (value, one) => `${number(value)} ${value === 1 ? one : `${one}s`}`;
  const fill = (word, values) => words[word].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const small = (text) => [element("br"), element("small", {}, text)];
  const status = (state, ...content) =>
    element("span", { class: `vag-status vag-status--${state}` }, element("span", { class: "vag-status__glyph", "aria-hidden": "true" }, GLYPHS[state]), " ", content);
  const outcomeOf = (id) => tables.outcomes.find((outcome) => outcome.id === id);
  const outcomeLink = (id) => element("a", { href: `${data.guide}#outcome-${id}` }, outcomeOf(id).name);
  const productName = (id) => data.products[id][0];
  const numbers = ({ short, computers, needed }) => ({ short: number(short), computers: number(computers), needed: number(needed) });

  /* New rows for a table that is there: its headings say which cells are numbers. */
  const redraw = (part, rows) => {
    const heads = [...parts[part].querySelectorAll("thead th")];
    const cell = (content, place) => {
      const attributes = { class: heads[place].className || null, "data-label": heads[place].textContent };
      return place ? element("td", { role: "cell", ...attributes }, content) : element("th", { role: "rowheader", scope: "row", ...attributes }, content);
    };
    parts[part].querySelector("tbody").replaceChildren(...rows.map((row) => element("tr", { role: "row" }, row.map(cell))));
  };

  const outcomesOf = (sheet) => new Map(sheet.rows.map((row) => [row.group.id, row.outcome]));
  const isUnexplained = (balance) => balance.left !== 0 && !balance.explained;
  const difference = ({ left }) => fill(left > 0 ? "spare" : "over", { left: number(Math.abs(left)) });

  const resultOf = (sheet) => {
    const rows = sheet.rows.filter((row) => row.group.count);
    const having = (today) => rows.filter((row) => row.today === today).length;
    const [changing, possible] = [having("other"), having("fallback")];
    const missing = sum(sheet.maks.map((mak) => mak.short));
    const open = sheet.balances.filter(isUnexplained).length;
    return [
      ["ok", `${counted(rows.length - changing - possible, "group")} ${words.recommended}`],
      ["info", `${counted(possible, "group")} ${words.possible}`],
      [changing ? "bad" : "ok", `${counted(changing, "group")} ${words.change}`],
      [missing ? "bad" : "ok", fill("mak", { activations: counted(missing, "MAK activation") })],
      [open ? "bad" : "ok", fill("unexplained", { balances: counted(open, "balance") })],
    ];
  };

  const statuses = (result) => result.flatMap((each) => [status(...each), " "]);

  const notesOf = ({ group, outcome, today, threshold, alone, hostMissing }) => {
    const values = { computers: counted(group.count, "computer"), method: data.methods[group.method], outcome: outcomeOf(outcome).name };
    return [
      today === "fallback" && ["info", fill("moves", values)],
      today === "other" && ["bad", fill(group.method === "unactivated" ? "new" : "ends", values)],
      threshold?.short && ["info", fill("kms_short", { ...numbers(threshold), host: words[threshold.host] })],
      alone && ["info", fill("alone", values)],
      hostMissing && ["warn", words.host_missing],
    ].filter(Boolean);
  };

  const findingsOf = (sheet) => {
    const ofRows = sheet.rows
      .filter((row) => row.group.count)
      .map((row) => [row.group.name, notesOf(row)])
      .filter(([, notes]) => notes.length)
      .map(([name, notes]) => [ORDER.find((state) => notes.some(([own]) => own === state)), name, notes.map(([, text]) => text).join(" ")]);
    const ofMaks = sheet.maks
      .filter((mak) => mak.short)
      .map((mak) => ["bad", `MAK, ${productName(mak.product)}`, fill("mak_short", { needed: number(mak.needed), left: signed(mak.left).replace("+", "") })]);
    const ofBalances = sheet.balances
      .filter(isUnexplained)
      .map((balance) => ["bad", `${words.balance}, ${productName(balance.product)}`, `${difference(balance)}. ${words.not_explained}`]);
    return [...ofRows, ...ofMaks, ...ofBalances].sort((one, other) => ORDER.indexOf(one[0]) - ORDER.indexOf(other[0]));
  };

  const thresholdCell = (threshold) => {
    if (!threshold) return words.none;
    const [state, word] = threshold.short ? ["warn", "short"] : ["ok", "met"];
    return [status(state, fill(word, numbers(threshold))), small(words[threshold.host])];
  };

  const balanceCell = (balance) => {
    const text = { text: balance.explained };
    if (!balance.left) return [status("ok", words.even), balance.explained ? small(fill("outdated", text)) : null];
    return [status("bad", difference(balance)), small(balance.explained ? fill("explained", text) : words.not_explained)];
  };

  const reasonsOf = (row) =>
    element(
      "div",
      { id: `why-${row.group.id}` },
      element(
        "details",
        { class: "vag-details" },
        element("summary", {}, `${row.group.name}: ${outcomeOf(row.outcome).name}`),
        element("ul", {}, row.hits.map((hit) => rules.querySelector(`[data-rule="${hit}"]`).cloneNode(true))),
        element("p", {}, element("a", { href: `${data.guide}#${new URLSearchParams(row.answers)}` }, words.guide)),
      ),
    );

  const button = (text, action) => {
    const made = element("button", { type: "button", class: "vag-button" }, text);
    made.addEventListener("click", action);
    return made;
  };

  /* Leads to the number of computers in the form. */
  const changeButton = (group) => {
    const made = button("Change", () => {
      const card = parts.form.querySelector(`[data-group="${group.id}"]`);
      card.open = true;
      card.querySelector("[inputmode]").focus();
    });
    made.append(element("span", { class: "vag-hidden" }, ` ${group.name}`));
    return made;
  };

  const drawSheet = (sheet) => {
    const { rows, lines, methods, balances, maks } = sheet;
    const all = sum(rows.map((row) => row.group.count));
    const office = sum(lines.map((line) => line.office));
    const fleet = fill("fleet", { windows: counted(all - office, "computer"), office: number(office), groups: counted(rows.length, "group") });
    parts.result.querySelector("p").replaceChildren(`${fleet}: `, ...statuses(resultOf(sheet)));
    redraw("sheet", [
      ...rows.map(({ group, outcome, fallback, today, threshold, mak }) => [
        [element("a", { href: `#why-${group.id}` }, group.name), small(productName(group.product))],
        number(group.count),
        data.methods[group.method],
        [status(data.states[today][0], outcomeLink(outcome)), small(data.states[today][1])],
        outcomeLink(fallback),
        thresholdCell(threshold),
        number(mak),
        changeButton(group),
      ]),
      [words.total, number(all), "", "", "", "", number(sum(rows.map((row) => row.mak))), ""],
    ]);
    const findings = findingsOf(sheet).map(([state, title, text]) => element("li", {}, status(state, title), ": ", text));
    parts.findings.querySelector("ul").replaceChildren(...(findings.length ? findings : [element("li", {}, status("ok", words.nothing))]));
    redraw("criteria", [
      ...lines.map((line, index) => [...data.criteria[index].slice(1), ...[line.groups, line.windows, line.office, line.windows + line.office].map(number)]),
      [words.total, "", ...[rows.length, all - office, office, all].map(number)],
    ]);
    redraw("methods", [
      ...methods.map(({ method, today, recommended }) => [data.methods[method] ?? data.unnamed[method], number(today), number(recommended), signed(recommended - today)]),
      [words.total, number(all), number(all), "0"],
    ]);
    redraw("balance", balances.map((balance) => [productName(balance.product), number(balance.licensed ?? 0), number(balance.inGroups), signed(balance.left), balanceCell(balance)]));
    const supply = maks.map((mak) => [
      productName(mak.product),
      mak.allotments.join(", ") || words.none,
      signed(mak.left).replace("+", ""),
      number(mak.needed),
      mak.short ? status("bad", fill("missing", { short: number(mak.short) })) : status("ok", words.enough),
    ]);
    redraw("maks", supply.length ? supply : [[words.no_mak, words.none, "0", "0", status("ok", words.enough)]]);
    const open = new Set([...parts.reasons.querySelectorAll("details[open]")].map((each) => each.parentElement.id));
    parts.reasons.replaceChildren(...rows.map(reasonsOf));
    for (const each of parts.reasons.children) each.firstChild.open = open.has(each.id);
  };

  // State: the groups as they are now -------------------------------------------------------------------------------------

  const original = (id) => data.groups.find((group) => group.id === id);
  const copy = (groups) => JSON.parse(JSON.stringify(groups));
  const asFile = JSON.stringify(data.groups);
  let groups = copy(data.groups);
  let undo = null;
  let storable = true;
  let note = "";
  let outcomes = new Map();
  const changed = () => JSON.stringify(groups) !== asFile;
  const values = Object.fromEntries(tables.questions.filter((question) => question.values).map((question) => [question.id, question.values]));
  const usable = (host, site) => !host.site || host.site === site;

  /* Hosts that the group's file entry lists, as far as its site and its way to the central hosts still allow them. */
  const hostsOf = (group, reach) => {
    const mine = data.hosts.filter((host) => usable(host, group.site));
    const listed = (original(group.id)?.kms_hosts ?? []).filter((id) => mine.some((host) => host.id === id && (reach || host.site)));
    const central = mine.filter((host) => !host.site).map((host) => host.id);
    return reach && !listed.some((id) => central.includes(id)) ? [...central, ...listed] : listed;
  };

  /* A kept group, if everything in it is still possible; otherwise null. */
  const sound = (group) => {
    const whole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
    const known = original(group.id);
    const choices = ["license", "platform", "purpose", "directory", "internet"].every((key) => values[key].some((value) => value.id === group[key]));
    const right =
      ID.test(group.id) && typeof group.name === "string" && tidy(group.name) && Object.hasOwn(data.products, group.product) && choices &&
      whole(group.count, 0, MOST) && (group.network_every_days === "never" || whole(group.network_every_days, 1, LONGEST)) &&
      (group.site === null || ID.test(group.site)) && Array.isArray(group.kms_hosts) && (data.forest || group.directory === "none");
    if (!right) return null;
    const base = known ?? { method: "unactivated", last_renewal: null, mak: null };
    const kept = {};
    for (const key of Object.keys(data.groups[0])) kept[key] = key in base && ["method", "last_renewal", "mak"].includes(key) ? base[key] : group[key];
    kept.kms_hosts = hostsOf(kept, centralHosts(data, group).length > 0);
    return kept;
  };

  const restore = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      if (!kept) return;
      const found = kept.groups.map(sound);
      if (!found.length || found.includes(null) || unique(found.map((group) => group.id)).length < found.length) throw new Error(KEY);
      groups = found;
      if (kept.file !== asFile) note = "organization.yml has changed since then.";
    } catch (error) {
      if (error instanceof DOMException) storable = false;
      else note = "Figures from an earlier visit could not be used any more and were thrown away.";
    }
  };

  const keep = () => {
    try {
      if (changed()) localStorage.setItem(KEY, JSON.stringify({ file: asFile, groups }));
      else localStorage.removeItem(KEY);
      storable = true;
    } catch {
      storable = false;
    }
  };

  // The form --------------------------------------------------------------------------------------------------------------

  const live = element("div", { class: "vag-hidden", role: "status" });
  const banner = element("div", { class: "vag-note vag-note--warn vag-ws-banner", hidden: true });
  const now = element("p", { class: "vag-ws-now" });
  const cards = element("div", { class: "vag-ws-cards" });
  const sites = element("datalist", { id: "vag-ws-sites" });
  const preview = element("code");
  let announcing = 0;

  /* Says what changed since it last spoke, once the reader stops typing. */
  const announce = (message, sheet) => {
    clearTimeout(announcing);
    announcing = setTimeout(() => {
      const moved = sheet.rows.filter((row) => outcomes.has(row.group.id) && outcomes.get(row.group.id) !== row.outcome);
      const named = moved.slice(0, MANY).map((row) => `${row.group.name}: now ${outcomeOf(row.outcome).name}.`);
      if (moved.length > MANY) named.push(`${counted(moved.length - MANY, "more group")} changed.`);
      const result = resultOf(sheet).map(([, text]) => text).join(", ");
      live.textContent = `${message} ${named.join(" ") || "No method changes."} ${result}.`.trim();
      outcomes = outcomesOf(sheet);
    }, PAUSE);
  };

  const draw = () => {
    const sheet = compute(tables, data, groups);
    drawSheet(sheet);
    sheet.rows.forEach(({ group, outcome }, index) => {
      const card = cards.children[index];
      card.querySelector("summary").textContent = `${group.name}: ${number(group.count)}, ${outcomeOf(outcome).name}`;
      card.querySelector("[role=group]").setAttribute("aria-label", group.name);
    });
    now.replaceChildren(...statuses(resultOf(sheet)));
    preview.textContent = asYaml(data, groups);
    sites.replaceChildren(...unique([...groups, ...data.hosts].map((each) => each.site).filter(Boolean)).map((site) => element("option", { value: site })));
    banner.hidden = !changed() && !note;
    const lost = storable ? "They are kept in this browser alone." : "This browser does not keep them: they are lost when you leave the page.";
    const text = changed() ? `These figures were changed here and are not in organization.yml. ${lost} ${note}` : note;
    banner.replaceChildren(
      element("p", { class: "vag-note__title" }, status("warn", changed() ? "Changed figures" : "Figures of organization.yml")),
      element("p", {}, text, changed() ? [" ", element("a", { href: "#change" }, "See the changes, or discard them")] : null),
    );
    discard.disabled = !changed();
    undoing.disabled = !undo;
    return sheet;
  };

  const update = (message = "") => {
    keep();
    announce(message, draw());
  };

  /* After a change that can be taken back: the cards are built again. */
  const replaceAll = (next, before, message) => {
    undo = before;
    note = "";
    groups = next;
    build();
    update(message);
  };

  const edit = (group, patch) => {
    const reach = patch.reach ?? centralHosts(data, group).length > 0;
    delete patch.reach;
    Object.assign(group, patch);
    group.kms_hosts = hostsOf(group, reach);
    undo = null;
    update();
  };

  let fields = 0;

  const field = (label, control, error = null) => {
    fields += 1;
    control.id = `vag-ws-${fields}`;
    if (error) {
      error.id = `${control.id}-error`;
      control.setAttribute("aria-describedby", error.id);
    }
    return element("div", { class: "vag-ws-field" }, element("label", { for: control.id }, label), control, error);
  };

  /* A field for text: `read` gives what the text means, or undefined when it means nothing, and `hint` says what would. */
  const textField = (label, text, read, hint, apply, attributes = {}) => {
    const error = element("p", { class: "vag-ws-error" });
    const input = element("input", { type: "text", autocomplete: "off", value: text, ...attributes });
    input.addEventListener("input", () => {
      const value = read(input.value.trim());
      error.textContent = value === undefined ? hint : "";
      if (value === undefined) return input.setAttribute("aria-invalid", "true");
      input.removeAttribute("aria-invalid");
      return apply(value);
    });
    return field(label, input, error);
  };

  const choiceField = (label, options, chosen, apply, allowed = () => true) => {
    const select = element("select", {}, options.map(({ id, label: text }) => element("option", { value: id, selected: id === chosen, disabled: !allowed(id) }, text)));
    select.addEventListener("change", () => apply(select.value));
    return field(label, select);
  };

  const wholeNumber = (least, most) => (text) => {
    const digits = text.replace(/[\s,](?=\d{3}\b)/g, "");
    const value = /^\d{1,8}$/.test(digits) ? Number(digits) : NaN;
    return value >= least && value <= most ? value : undefined;
  };

  const questionLabel = (id) => tables.questions[tables.place.get(id)].label;

  const choice = (group, id, allowed) => choiceField(questionLabel(id), values[id], group[id], (value) => edit(group, { [id]: value }), allowed);

  const contactFields = (group) => {
    const never = element("input", { type: "checkbox", checked: group.network_every_days === "never" });
    const days = textField(
      "On your network: one day in",
      group.network_every_days === "never" ? "" : String(group.network_every_days),
      wholeNumber(1, LONGEST),
      `A whole number of days from 1 to ${number(LONGEST)}`,
      (value) => edit(group, { network_every_days: value }),
      { inputmode: "numeric", disabled: never.checked },
    );
    never.addEventListener("change", () => {
      const input = days.querySelector("input");
      input.disabled = never.checked;
      input.value = never.checked ? "" : "1";
      input.removeAttribute("aria-invalid");
      days.querySelector(".vag-ws-error").textContent = "";
      edit(group, { network_every_days: never.checked ? "never" : 1 });
    });
    return element("div", {}, days, element("label", { class: "vag-ws-check" }, never, " Never on your network"));
  };

  const remove = (group) => {
    const index = groups.indexOf(group);
    replaceAll(groups.filter((each) => each !== group), copy(groups), `${group.name} was removed.`);
    cards.children[Math.min(index, groups.length - 1)].querySelector("summary").focus();
  };

  const cardOf = (group) => {
    const central = data.hosts.some((host) => !host.site);
    const removing = button("Remove this group", () => remove(group));
    removing.disabled = groups.length === 1;
    return element(
      "details",
      { class: "vag-details vag-ws-card", "data-group": group.id },
      element("summary"),
      element(
        "div",
        { class: "vag-ws-fields", role: "group", "aria-label": group.name },
        textField("Name", group.name, (text) => tidy(text) || undefined, "A name", (name) => edit(group, { name }), { maxlength: 200 }),
        textField("Computers", String(group.count), wholeNumber(0, MOST), `A whole number from 0 to ${number(MOST)}`, (count) => edit(group, { count }), { inputmode: "numeric" }),
        choiceField(questionLabel("product"), Object.entries(data.products).map(([id, [label]]) => ({ id, label })), group.product, (product) => edit(group, { product })),
        choice(group, "license"),
        choice(group, "platform"),
        choice(group, "purpose"),
        choice(group, "directory", (id) => data.forest || id === "none"),
        contactFields(group),
        choiceField(questionLabel("kms_reach"), values.kms_reach, centralHosts(data, group).length ? "yes" : "no", (value) => edit(group, { reach: value === "yes" }), (id) => central || id === "no"),
        textField(
          "Site: isolated network, branch or ship",
          group.site ?? "",
          (text) => (text === "" ? null : ID.test(text) ? text : undefined),
          "Small letters, digits and hyphens, a letter first; or nothing",
          (site) => edit(group, { site }),
          { list: "vag-ws-sites", maxlength: 63, spellcheck: "false" },
        ),
        choice(group, "internet"),
      ),
      element("p", {}, removing),
    );
  };

  function build() {
    const open = new Set([...cards.querySelectorAll("details[open]")].map((card) => card.dataset.group));
    cards.replaceChildren(...groups.map(cardOf));
    for (const card of cards.children) card.open = open.has(card.dataset.group);
  }

  const add = () => {
    const used = new Set([...groups, ...data.groups].map((group) => group.id));
    let next = groups.length + 1;
    while (used.has(`group-${next}`)) next += 1;
    const group = {
      ...Object.fromEntries(Object.keys(data.groups[0]).map((key) => [key, null])),
      id: `group-${next}`,
      name: `Group ${next}`,
      product: data.groups[0].product,
      count: 1,
      license: "volume",
      method: "unactivated",
      directory: "none",
      network_every_days: 1,
      kms_hosts: [],
      internet: "direct",
      purpose: "production",
      platform: "other",
    };
    replaceAll([...groups, group], null, `${group.name} was added.`);
    const card = cards.lastElementChild;
    card.open = true;
    card.querySelector("input").select();
  };

  const addition = button("Add a group", add);
  const discard = button("Discard all changes", () => {
    replaceAll(copy(data.groups), groups, "All changes were discarded.");
    undoing.focus();
  });
  const undoing = button("Undo", () => {
    replaceAll(undo, null, "Undone.");
    addition.focus();
  });

  const download = (name, type, text) => {
    const link = element("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  restore();
  parts.sheet.querySelector("thead tr").append(element("th", { role: "columnheader", scope: "col", class: "vag-ws-change" }, "Change"));
  parts.result.before(banner);
  parts.form.replaceChildren(now, element("p", { class: "vag-ws-buttons" }, addition, discard, undoing), cards, sites, live);
  parts.take.replaceChildren(
    element(
      "p",
      { class: "vag-ws-buttons" },
      // The mark at the beginning tells spreadsheets that the file is UTF-8.
      button("Download the sheet as CSV", () => download("worksheet.csv", "text/csv", `\ufeff${asCsv(tables, data, compute(tables, data, groups))}`)),
      button("Download the groups for organization.yml", () => download("groups.yml", "application/yaml", asYaml(data, groups))),
    ),
    element("p", {}, "The groups replace the list ", element("code", {}, "groups:"), " of organization.yml. A group that you added has the method ", element("code", {}, "unactivated"), ", because nothing activates it yet."),
    element("details", { class: "vag-details" }, element("summary", {}, "Show the groups"), element("pre", { tabindex: "0", "aria-label": "Groups for organization.yml" }, preview)),
  );
  build();
  outcomes = outcomesOf(draw());

  // A link to the reasons of a group opens them.
  parts.sheet.addEventListener("click", (event) => {
    const target = event.target.closest("a[href^='#why-']");
    if (target) document.querySelector(`${target.getAttribute("href")} details`).open = true;
  });
})();
