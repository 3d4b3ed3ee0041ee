// @ts-check
/*
 * What a row of an export says: the same steps as macros/formats/fleet/columns.py and macros/domain/fleet/kinds.py on
 * the same data, "vag-fleet" and that of the reader of outputs. Rows that differ in nothing but their computer and
 * their numbers are of one kind, which is looked at once.
 *
 *   window.vagFleet.headOf(labels, columns)   where each column stands in a table: places, unknown, missing, …
 *                  .columnsOf(asked)      the columns, with those that a plan asks for by their labels
 *                  .shapeOf(partial)      what matters of the end of a key
 *                  .kindOf(row, partial)  product, state, channel, host and method of a row
 *                  .holdsAll(when, slots) whether all conditions of a rule hold
 *                  .data, .names          the data, and the columns in the order in which rows have them
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf } = window.vagDom;
  const { english, fieldOf, fold, holds, row: slotsOf } = window.vagDiagnosis;
  const data = dataOf("vag-fleet");

  const names = data.columns.map(({ id }) => id);
  const UNTOLD = "?";
  const GROUP = 5;
  const ANY_KEY = "0".repeat(GROUP);
  const MOST_READ = 50_000;
  const QUOTES = /^"+|"+$/g;
  const [HEX, NUMBER] = [/0[xX]([0-9A-Fa-f]{8})/, /^(-?[0-9]{1,10})(?: |$)/];
  const OF_LICENSE = ["name", "description", "key_channel", "status", "reason", "ao_name"];
  const OF_HOST = ["set_host", "set_port", "found_host", "found_port"];
  const TOLD_OF_HOST = [...OF_HOST, "kms_host", "kms_port", "fixed_host", "platform", "platform_host", "bad_port"];

  const labels = new Map();
  const fields = new Map();
  for (const { fields: known, id, labels: own } of data.columns) {
    for (const label of own) labels.set(fold(label), id);
    for (const field of known) fields.set(field, id);
  }

  // Columns -----------------------------------------------------------------------------------------------------------

  /* A label without quotation marks, and without the zero that views of Configuration Manager end it with. */
  const isLabel = (label) => labels.has(fold(label)) || Boolean(fieldOf(label));
  const plain = (given) => {
    const label = given.trim().replace(QUOTES, "").trim();
    const short = label.replace(/0$/, "");
    return short !== label && !isLabel(label) && isLabel(short) ? short : label;
  };
  const told = (given, more = new Map()) => {
    const label = plain(given);
    const own = labels.get(fold(label)) ?? more.get(fold(label));
    const known = fieldOf(label);
    if (own) return [own, true, english];
    return known ? [fields.get(known[0]) ?? null, true, known[1]] : [null, false, english];
  };

  /* The value that most of some texts have, the first of those that have as many. */
  const commonest = (texts) => {
    const counts = new Map();
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
    return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), ["", 0])[0];
  };

  /* The columns in the order in which rows have them: those of the data, then others that a plan asks for. */
  const columnsOf = (asked) => {
    const known = asked.map((label) => [label, told(label)[0] ?? `=${fold(label)}`]);
    const more = new Map(known.filter(([, id]) => id.startsWith("=")).map(([label, id]) => [fold(label), id]));
    const all = [...names, ...more.values()];
    return { more, names: all, places: new Map(known.map(([label, id]) => [label, all.indexOf(id)])) };
  };
  const columns = columnsOf([]);

  /* Of two columns that say the same the first is taken; of the computer, the plain one. */
  const headOf = (given, { more, names } = columns) => {
    const places = new Map();
    const unknown = [];
    const languages = [];
    let mayBeThis = false;
    given.forEach((label, place) => {
      const [column, isKnown, language] = told(label, more);
      const isOwn = column === "computer" && labels.has(fold(plain(label)));
      if (column !== null && (!places.has(column) || (isOwn && mayBeThis))) {
        places.set(column, place);
        languages.push(language);
        if (column === "computer") mayBeThis = !isOwn;
      } else if (!isKnown && label.trim()) unknown.push(label.trim());
    });
    const isTold = places.has("status") ||
      (places.has("name") && ["key_channel", "description"].some((name) => places.has(name)));
    return {
      places,
      unknown: [...new Set(unknown)],
      missing: names.filter((name) => !places.has(name)),
      language: commonest(languages.filter((language) => language !== english)) || english,
      width: given.length,
      mayBeThis,
      isOfLicenses: isTold,
    };
  };

  // Kinds -------------------------------------------------------------------------------------------------------------

  const published = new Map(Object.entries(data.of_key));
  const suite = new RegExp(data.suites, "u");
  const compiled = (rules) =>
    rules.map(({ when, ...rule }) => ({
      ...rule,
      when: when.map((condition) => {
        const made = { ...condition };
        for (const name of ["like", "unlike"]) if (made[name]) made[name] = new RegExp(made[name], "u");
        return made;
      }),
    }));
  const [products, methods, findings] = [data.products, data.methods, data.findings].map(compiled);
  const holdsAll = (when, slots) => when.every((condition) => holds(condition, slots));

  const isKnownEnd = (partial) => partial === UNTOLD || published.has(partial);
  const shapeOf = (partial) => (isKnownEnd(partial) ? partial : partial && "*");

  /* What the rules of outputs make of some cells: once for all rows that have them. */
  const read = new Map();
  const slotsFrom = (columns, cells, partial) => {
    const known = isKnownEnd(partial) ? partial : partial && ANY_KEY;
    const key = [columns.length, known, ...cells].join("\0");
    const before = read.get(key);
    if (before) return before;
    const values = {};
    columns.forEach((name, at) => values[data.labels[name]] = cells[at]);
    if (known !== UNTOLD) values[data.partial_key] = known;
    const slots = slotsOf(values);
    // Without a license, the rules can tell nothing but the host.
    const found = columns === OF_HOST
      ? Object.fromEntries(TOLD_OF_HOST.filter((name) => name in slots).map((name) => [name, slots[name]]))
      : slots;
    if (read.size >= MOST_READ) read.clear();
    read.set(key, found);
    return found;
  };

  /* A reason as the decimal number by which CIM gives it. Words say nothing that a rule asks for. */
  const reasonOf = (text) => {
    const hex = HEX.exec(text);
    return hex ? String(parseInt(hex[1], 16)) : NUMBER.exec(text)?.[1] ?? "";
  };

  /* A system that stands for all that no rule tells apart from it. */
  const releases = products.flatMap(({ when }) => when)
    .filter(({ like, slot }) => slot === "system" && like).map(({ like }) => like);
  const [systems, alike, made] = Array.from({ length: 3 }, () => new Map());
  const systemOf = (text) => {
    const before = systems.get(text);
    if (before !== undefined) return before;
    const key = [Boolean(text), ...releases.map((like) => like.test(text))].join();
    if (!alike.has(key)) alike.set(key, text);
    if (systems.size >= MOST_READ) systems.clear();
    systems.set(text, alike.get(key));
    return alike.get(key);
  };

  /* What rules do not tell apart is of one kind: words beside an error code, builds of one Windows. */
  const kindOf = (row, partial) => {
    const cells = {};
    for (let at = 0; at < data.size; at += 1) cells[names[at]] = row[at].trim();
    cells.reason = reasonOf(cells.reason);
    cells.system = systemOf(cells.system);
    for (const name of OF_HOST) cells[name] = cells[name].toLowerCase().replace(/\.$/, "");
    const key = [...Object.values(cells), isKnownEnd(partial) ? partial : partial && ANY_KEY].join("\0");
    if (!made.has(key)) {
      if (made.size >= data.most.kinds) made.clear();
      made.set(key, newKind(cells, partial));
    }
    return made.get(key);
  };

  const newKind = (cells, partial) => {
    const slots = {
      ...slotsFrom(OF_LICENSE, OF_LICENSE.map((name) => cells[name]), partial),
      ...slotsFrom(OF_HOST, OF_HOST.map((name) => cells[name]), UNTOLD),
    };
    for (const name of ["system", "activation_type"]) if (cells[name]) slots[name] = cells[name];
    const isHost = ["1", "True", "true"].includes(cells.is_host);
    if (isHost) slots.channel = "kms-host";
    if (slots.channel === "kms-client") slots.kms_client = "yes";
    const method = methods.find(({ when }) => holdsAll(when, slots));
    slots.method = method.id;
    delete slots.renews;
    if (method.renews && slots.status === "licensed") slots.renews = "yes";
    const rule = products.find(({ when }) => holdsAll(when, slots));
    const both = rule.products.filter((name) => published.get(partial)?.includes(name));
    const own = both.length ? both : rule.products;
    const families = new Set(own.map((name) => data.releases[name][1]));
    const isOffice = slots.product === "office";
    const found = isOffice ? suite.exec(slots.name ?? "") : null;
    return {
      slots,
      license: `${cells.name.toLowerCase()}\n${cells.description.toLowerCase()}`,
      product: own.length === 1 ? data.releases[own[0]][0] : rule.name,
      products: own,
      family: families.size === 1 ? [...families][0] : isOffice ? "office" : null,
      method,
      isInUse: !("not_in_use" in slots),
      isHost: isHost || slots.channel === "kms-host",
      suite: found ? found.slice(1).join(" ") : "",
      status: slots.status,
      channel: slots.channel,
      renews: "renews" in slots,
      host: "kms_client" in slots ? slots.kms_host ?? "" : "",
    };
  };

  window.vagFleet = { UNTOLD, columnsOf, data, findings, headOf, holdsAll, kindOf, names, shapeOf };
})();
