// @ts-check
/*
 * Parts of a page for the organization that this browser keeps: what macros/render/own_parts.py marks with
 * <div data-vag-of>, drawn anew with what the page "My organization" computes with, or a line in its place. Words and
 * limits come with the file of data "vag-own-parts".
 *
 *   window.vagParts(organization, base)    [[place, nodes], ...]; `base` leads from the page to the start page
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, element, number } = window.vagDom;
  const { dayRead, daysTo, local, shifted } = window.vagToday;
  const { chanceSaid, countSaid, keyNamed, keysOf, known, makSaid, problemOf, supported, verdicts } =
    window.vagOrganization;
  const { act, products, usual } = known;
  const own = dataOf("vag-own-parts");
  const KINDS = ["windows-client", "windows-server", "office"];
  const DECIMALS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
  const decimal = (value) => DECIMALS.format(value);
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  /** @type {HTMLElement | null} */
  const notes = document.querySelector("[data-vag-built]");
  const today = dayRead(notes?.dataset.vagBuilt ?? "", local(new Date()));

  /* Words with their slots: `{hosts:host:hosts}` is a number with its word. */
  const spoken = (text, slots) =>
    text.replace(/\{(\w+)(?::([^:}]*):([^}]*))?\}/g, (_, slot, one, many) => {
      const value = slots[slot];
      if (typeof value !== "number") return value;
      return one === undefined ? number(value) : `${number(value)} ${value === 1 ? one : many}`;
    });
  const say = (name, slots = {}) => spoken(own.said[name], slots);
  const status = (state, text) => window.vagDrawn.status(state, text);
  const numbered = (name, shown) => element("span", { "data-vag-number": name }, shown);
  const p = (...content) => element("p", {}, ...content);
  const lines = (some) => some.map(([tone, text]) => element("div", {}, status(tone, text)));
  const time = (day) => element("time", { class: "vag-date", datetime: day }, shifted(day, 0, true));

  const table = (caption, columns, numeric, rows) => {
    const { body, node, rowOf } = window.vagTable(caption, columns, numeric);
    body.append(...rows.map(rowOf));
    return node;
  };
  const cards = (some) =>
    element(
      "div",
      { class: "vag-cards" },
      some.map(([label, value, line]) =>
        element(
          "div",
          { class: "vag-card" },
          element("p", { class: "vag-card__label" }, label),
          element("p", { class: "vag-card__value" }, value),
          element("p", { class: "vag-card__line" }, line),
        )
      ),
    );

  /* Each part takes what is known of the organization, and what the page asks of it. */
  const draw = (organization, base) => {
    const { groups, kms_hosts: hosts, mak_allotments: allotments, name } = organization;
    const { counts, maks } = verdicts(organization, today);
    const points = window.vagPoints.open(organization, today);
    const nameOf = (product) => products[product][0];
    const kindOf = (product) => products[product][1];
    const hostOf = (id) => hosts.find((host) => host.id === id)?.name ?? id;
    const saysName = (word, more = {}) => say(word, { name, ...more });

    // Who is activated: the same as macros/domain/activation.py ------------------------------------------------------

    const missingOf = (group) => {
      if (group.method !== "kms" || !group.count) return 0;
      const isSilent = group.network_every_days === "never";
      const asked = isSilent ? [] : window.vagShares.sharesOf(hosts, group.kms_hosts, usual);
      const verdictOf = (host) =>
        counts.find((each) => each.host === host && each.kind === kindOf(group.product))?.verdict;
      const computers = (verdict) => {
        const parts = asked.filter(([host]) => verdictOf(host) === verdict);
        return parts.length ? Math.floor((group.count * sum(parts.map(([, part]) => part))) / parts[0][2]) : 0;
      };
      const served = computers("met") + computers("not-stated");
      return !served && group.last_renewal ? 0 : group.count - served;
    };
    const missing = new Map(groups.map((group) => [group, missingOf(group)]));
    const installed = (method, kind) =>
      sum(
        groups.filter((group) => group.method === method && kindOf(group.product) === kind)
          .map((group) => group.count - (missing.get(group) ?? 0)),
      );
    const unmet = (kind) =>
      sum(groups.filter((group) => kindOf(group.product) === kind).map((group) => missing.get(group) ?? 0));
    const inWords = (of) => {
      const words = { office: "office-installations" };
      const parts = KINDS.map((kind) => [words[kind] ?? kind, of(kind)]).filter(([, count]) => count)
        .map(([word, count]) => say(word, { count }));
      const last = parts.pop();
      return parts.length ? say("and", { first: parts.join(", "), last }) : last ?? "";
    };
    const usedBy = (methods) => inWords((kind) => sum(methods.map((method) => installed(method, kind))));

    // What is to do --------------------------------------------------------------------------------------------------

    const listed = (some) => {
      const item = (point) => {
        const [severity, part] = act.kinds[point.kind];
        const [address, page] = act.pages[part];
        const slots = { mark: status(severity, window.vagPoints.said(organization, point)), page };
        return window.vagDrawn.cloned("open-point", {
          ...slots,
          address: `${base}/${address}`,
          since: null,
          until: null,
          hidden: null,
        });
      };
      return some.length ? [element("ul", { class: "vag-found__list" }, some.map(item))] : [];
    };
    const partOf = ({ kind }) => act.kinds[kind][1];
    const actNow = () => points.length ? listed(points) : [p(status("ok", act.none.replace("{name}", name)))];
    const actNowPart = (place, given) => {
      const mine = points.filter((point) => given.includes(partOf(point)));
      const said = mine.length
        ? element("strong", {}, spoken(act.here, { name, points: mine.length }))
        : spoken(act.none_here, { name });
      const rest = points.length - mine.length;
      const others = element("a", { href: `${base}/index.html#act-now` }, spoken(act.others, { points: rest }));
      return [p(said, rest ? [" ", others] : null), ...("vagBrief" in place.dataset ? [] : listed(mine))];
    };

    // Counts ---------------------------------------------------------------------------------------------------------

    const head = ({ host, kind }) => `${hostOf(host)}: ${known.form[kind]}`;
    const asking = ({ computers, host, kind }) => numbered(`kms.asking:${host}:${kind}`, number(computers));
    const threshold = (each) => numbered(`kms.threshold:${each.kind}`, number(each.threshold));
    const countRow = (each) => [
      head(each),
      asking(each),
      decimal(each.expected),
      threshold(each),
      chanceSaid(each),
      lines(countSaid(each)),
    ];
    const countTable = () =>
      counts.length
        ? [table(saysName("counts"), own.said["count-columns"], [1, 2, 3, 4], counts.map(countRow))]
        : [p(saysName("no-asker"))];
    /* Beside other tables: whether it is met, without how often. */
    const thresholds = () =>
      counts.length
        ? [table(
          saysName("counts"),
          own.said["threshold-columns"],
          [1, 2],
          counts.map((each) => [head(each), asking(each), threshold(each), lines(countSaid(each))]),
        )]
        : [p(saysName("no-asker"))];
    const holdTable = () =>
      counts.length
        ? [
          table(
            say("holds"),
            own.said["hold-columns"],
            [1, 2, 3],
            counts.map((each) => countRow(each).filter((_, place) => place !== 1)),
          ),
        ]
        : [];
    const countCards = () =>
      counts.length
        ? [cards(counts.map((each) => [
          head(each),
          lines(countSaid(each)),
          say("asked", {
            asking: number(each.computers),
            threshold: number(each.threshold),
            chance: chanceSaid(each),
          }),
        ]))]
        : [];

    // MAKs -----------------------------------------------------------------------------------------------------------

    const signed = (value) => (value < 0 ? `\u2212${decimal(-value)}` : decimal(value));
    const totalOf = (id) => allotments.find((each) => each.id === id).total;
    const left = ({ id, left: many }) => numbered(`mak.left:${id}`, signed(many));
    const needed = ({ id, needed: many }) => numbered(`mak.needed-today-by:${id}`, number(many));
    const monthsTo = (month) => month.split("-").slice(0, 2).reduce((years, part) => years * 12 + Number(part), 0);
    /* A month that is far ahead is no forecast: the last one that tables show is named. */
    const monthOf = (month, counted) => {
      if (!month) return say("not-used-up");
      const last = monthsTo(counted ?? today) + known.projected;
      if (monthsTo(month) <= last) return month;
      const [year, place] = [Math.floor((last - 1) / 12), ((last - 1) % 12) + 1];
      return say("after", { month: `${String(year).padStart(4, "0")}-${String(place).padStart(2, "0")}` });
    };
    const makTable = () =>
      maks.length
        ? [table(
          saysName("maks"),
          own.said["mak-columns"],
          [1, 2, 3, 4, 5],
          maks.map((mak) => [
            `${nameOf(mak.product)} (${mak.id})`,
            numbered(`mak.total:${mak.id}`, number(totalOf(mak.id))),
            left(mak),
            needed(mak),
            signed(mak.after),
            decimal(mak.year),
            numbered(`mak.runs-out:${mak.id}`, monthOf(mak.until, mak.day)),
            monthOf(mak.stored, mak.day),
            lines(makSaid(mak, today)),
          ]),
        )]
        : [p(saysName("no-mak"))];
    const makCards = () =>
      maks.length
        ? [cards(maks.map((mak) => [
          `${nameOf(mak.product)} (${mak.id})`,
          say("activations", { left: mak.left }),
          [lines(makSaid(mak, today)), say("mak-card", { verdict: "", needed: mak.needed }).replace(/^; /, "")],
        ]))]
        : [p(saysName("no-mak"))];
    const makDraws = () => {
      const some = groups.filter(({ mak }) => mak);
      const yearly = (group, key) => (group.count * group.mak[key]) / 100;
      return some.length
        ? [table(
          saysName("draws"),
          own.said["draw-columns"],
          [2, 3, 4, 5, 6],
          some.map((group) => {
            const anew = yearly(group, "reimaged_percent_per_year");
            const changed = yearly(group, "hardware_changes_percent_per_year");
            return [
              group.name,
              group.mak.allotment,
              number(group.count),
              number(group.count - group.mak.activated),
              decimal(anew),
              decimal(changed),
              decimal(anew + changed),
            ];
          }),
        )]
        : [p(saysName("no-draw"))];
    };

    // Host keys ------------------------------------------------------------------------------------------------------

    const usedOf = (used, limit) =>
      used > limit
        ? say("overdrawn", { used, limit, over: used - limit })
        : say("of", { used, limit, left: limit - used });
    const keyBudget = () => {
      const { hosts: places, per_host: each } = act.limits;
      const rows = [...keysOf(hosts)].map(([key, on]) => {
        const times = on.map(([, many]) => many);
        const [all, most, holders] = [sum(times), Math.max(...times), times.filter(Boolean).length];
        const granted = places * each;
        const isOver = holders > places || all > granted || most > each;
        const result = isOver
          ? ["bad", "key-over"]
          : all > each
          ? ["warn", "key-strict"]
          : all === each || most === each
          ? ["warn", "key-last"]
          : ["ok", "key-within"];
        const onHost = ([host, many]) =>
          element("div", {}, `${host.name}: `, numbered(`key.used:${key}:${host.id}`, usedOf(many, each)));
        return [
          keyNamed(key),
          numbered(`key.hosts:${key}`, usedOf(holders, places)),
          on.map(onHost),
          numbered(`key.in-all:${key}`, usedOf(all, granted)),
          numbered(`key.strict:${key}`, usedOf(all, each)),
          status(result[0], say(result[1])),
        ];
      });
      return rows.length ? [table(saysName("keys"), own.said["key-columns"], [], rows)] : [p(saysName("no-keys"))];
    };
    const keyCheck = () => {
      const asked = new Map();
      for (const { count, kms_hosts: reached, method, network_every_days: every, product } of groups) {
        if (method !== "kms" || every === "never") continue;
        for (const host of reached) {
          const key = `${product} ${host}`;
          asked.set(key, [product, host, (asked.get(key)?.[2] ?? 0) + count]);
        }
      }
      const tones = { "client-host-for-server": "bad", "host-not-listed": "warn", "product-not-listed": "bad" };
      const rows = [...asked.values()].map(([product, id, computers]) => {
        const host = hosts.find((each) => each.id === id);
        const problem = problemOf(host, product);
        const slots = { product: nameOf(product), system: nameOf(host.operating_system) };
        const said = problem ? window.vagDom.fill(known.form[`verdict-${problem}`], slots) : say("covered");
        return [nameOf(product), host.name, number(computers), status(problem ? tones[problem] : "ok", said)];
      });
      return rows.length
        ? [table(saysName("covers"), own.said["cover-columns"], [2], rows)]
        : [p(saysName("no-cover"))];
    };

    // Methods and groups ---------------------------------------------------------------------------------------------

    const cellsOf = (method, of) => KINDS.map((kind) => numbered(`computers.${method}:${kind}`, number(of(kind))));
    const methodTable = () => {
      const rows = Object.entries(own.methods).flatMap(([method, label]) => {
        const row = [label, ...cellsOf(method, (kind) => installed(method, kind))];
        const never = [say("unmet"), ...cellsOf("kms-unmet", unmet)];
        return [
          ...(KINDS.some((kind) => installed(method, kind)) ? [row] : []),
          ...(method === "kms" && KINDS.some(unmet) ? [never] : []),
        ];
      });
      const columns = own.said["method-columns"];
      return rows.length ? [table(saysName("methods"), columns, [1, 2, 3], rows)] : [p(say("nobody"))];
    };
    const presence = (every) =>
      every === "never" ? say("days-never") : every === 1 ? say("days-every") : say("days-some", { days: every });
    const namesOf = (methods) => methods.map((method) => own.methods[method]).join(", ");
    const groupTable = (_, given) => {
      const some = groups.filter(({ method }) => given.includes(method));
      const methods = namesOf(given);
      return some.length
        ? [table(
          saysName("groups-of", { methods }),
          own.said["group-columns"],
          [2],
          some.map((group) => [
            group.name,
            nameOf(group.product),
            number(group.count),
            own.methods[group.method],
            presence(group.network_every_days),
            group.kms_hosts.map(hostOf).join(", "),
          ]),
        )]
        : [p(saysName(given.length > 1 ? "no-group-by-way" : "no-group", { methods }))];
    };
    const methodSummary = (_, given) => {
      const method = namesOf(given);
      const used = usedBy(given);
      const never = given.includes("kms") ? inWords(unmet) : "";
      const many =
        groups.filter((group) =>
          given.includes(group.method) && (!group.count || (missing.get(group) ?? 0) < group.count)
        ).length;
      return [p(
        element("strong", {}, name),
        ": ",
        used ? say("used", { used, groups: many, method }) : say("unused", { method }),
        never ? ` ${say("never", { never })}` : null,
      )];
    };
    const resets = () => {
      const some = groups.filter(({ reset_every_days: every }) => every);
      return some.length
        ? [table(
          saysName("resets"),
          own.said["reset-columns"],
          [4, 5],
          some.map((group) => [
            group.name,
            own.methods[group.method],
            say("every", { days: group.reset_every_days }),
            own.resets[group.reset_client_id],
            number(group.count),
            group.method === "kms" ? number(window.vagShares.idsOf(group)) : say("not-by-kms"),
          ]),
        )]
        : [];
    };

    // Dates ----------------------------------------------------------------------------------------------------------

    const EXPIRY = {
      kms: { "windows-client": "windows-kms", "windows-server": "windows-server-kms", office: "office-kms" },
      adba: { "windows-client": "adba", "windows-server": "adba", office: "office-adba" },
    };
    const timed = groups.filter(({ method }) => EXPIRY[method]);
    const recorded = timed.filter(({ last_renewal: day }) => day).map((group) => {
      const kind = EXPIRY[group.method][kindOf(group.product)];
      return {
        group,
        ...window.vagPlan.expiry.answer({ as_of: today, kind, last_renewal: group.last_renewal }, own.expiry),
      };
    });
    const TONES = { licensed: "ok", "expiry-announced": "warn", "out-of-tolerance": "warn" };
    const stateOf = ({ last_renewal: day, states }) => {
      if (day > today) return status("warn", say("later", { day }));
      const { name: called, state } = states.find(({ to }) => !to || today <= to);
      return status(TONES[state] ?? "bad", called);
    };
    const nextOf = ({ scheduled }) => {
      const day = scheduled.find((each) => each >= today);
      return day ? time(day) : say("none-left");
    };
    const renewals = () => {
      const rest = timed.filter(({ last_renewal: day }) => !day).map((group) => group.name).join(", ");
      const rows = recorded.map((each) => [
        each.group.name,
        time(each.last_renewal),
        stateOf(each),
        nextOf(each),
        each.announced ? time(each.announced) : "",
        time(each.expires),
      ]);
      return [
        rows.length ? table(say("renewals"), own.said["renewal-columns"], [], rows) : p(saysName("no-renewals")),
        ...(rest && rows.length ? [p(say("unrecorded", { groups: rest }))] : []),
      ];
    };
    const renewalCards = () => {
      const [next] = recorded.filter(({ expires, last_renewal: day }) => day <= today && expires >= today)
        .sort((one, other) => (one.expires < other.expires ? -1 : 1));
      if (!next) return [];
      const slots = { group: next.group.name, left: daysTo(today, next.expires) };
      return [cards([[say("next-end"), time(next.expires), say("next-end-line", slots)]])];
    };
    const support = act.support.flatMap((end) => {
      const [entry, label, , first, last] = end;
      const using = supported(end, organization);
      const [computers, many] = [sum(using.groups.map(({ count }) => count)), using.hosts.length];
      const day = first < today ? last : first;
      return computers || many ? [{ computers, day, entry, hosts: many, label }] : [];
    }).sort((one, other) => (one.day < other.day ? -1 : 1));
    const what = ({ computers, hosts: many }) =>
      [computers && say("computers", { computers }), many && say("hosts", { hosts: many })].filter(Boolean).join(", ");
    const supportTable = () =>
      support.length
        ? [table(
          saysName("support"),
          own.said["support-columns"],
          [],
          support.map((each) => [
            [time(each.day), each.day < today ? [" ", status("bad", say("support-ended"))] : null],
            element("a", { href: `${base}/${own.lifecycle[each.entry]}` }, each.label),
            what(each),
          ]),
        )]
        : byRelease.length
        ? []
        : [p(saysName("no-support"))];
    // Of a product that ends release by release, those of which nobody said which they run.
    const byRelease = Object.keys(known.releases).flatMap((product) => {
      const mine = groups.filter((group) => group.product === product && group.release === null);
      const all = element("a", { href: `${base}/plan/lifecycle.html#${product}` }, say("releases"));
      const slots = { product: nameOf(product).replace(/ \(.*/, ""), computers: sum(mine.map(({ count }) => count)) };
      return mine.length ? [p(say("by-release", slots), " ", all)] : [];
    });

    // The start page, and DNS ----------------------------------------------------------------------------------------

    const state = () => {
      const of = (...kinds) => sum(groups.filter(({ product }) => kinds.includes(kindOf(product))).map((g) => g.count));
      const met = counts.filter(({ verdict }) => verdict === "met").length;
      const office = numbered("fleet.office", say("office", { office: of("office") }));
      const inGroups = numbered("fleet.groups", say("groups", { groups: groups.length }));
      const ends = [
        ...support.filter(({ day }) => day >= today).map(({ day, label }) => [day, label]),
        ...maks.filter(({ short, until }) => until && !short && `${until}-31` >= today)
          .map(({ product, until }) => [until, nameOf(product)]),
      ].sort(([one], [other]) => (one < other ? -1 : 1));
      const total = sum(allotments.map((each) => each.total));
      return [cards([
        [
          say("windows"),
          groups.length ? numbered("fleet.windows", number(of("windows-client", "windows-server"))) : say("none"),
          groups.length ? [...(of("office") ? ["and ", office, ", "] : []), "in ", inGroups] : say("windows-none"),
        ],
        [
          say("met"),
          counts.length ? say("met-of", { met, all: counts.length }) : say("none"),
          counts.length ? "" : say("met-none"),
        ],
        [
          say("left"),
          maks.length
            ? numbered("mak.left", say("left-of", { left: sum(maks.map((mak) => mak.left)), total }))
            : say("none"),
          maks.length ? "" : say("left-none"),
        ],
        [say("date"), ends[0]?.[0] ?? say("none"), ends[0]?.[1] ?? say("date-none")],
      ])];
    };
    const records = () => {
      const found = window.vagNames.records(organization);
      return found.length
        ? [table(
          saysName("records"),
          own.said["record-columns"],
          [2, 3, 4],
          found.map((each) => [
            element("code", {}, `${own.srv_name}.${each.zone}`),
            element("code", {}, each.target),
            String(each.priority),
            String(each.weight),
            String(each.port),
          ]),
        )]
        : [p(saysName("no-records"))];
    };

    return {
      act_now: actNow,
      act_now_part: actNowPart,
      count_cards: countCards,
      count_chart: countTable,
      count_findings: () => [],
      count_table: countTable,
      group_renewals: renewals,
      hold_table: holdTable,
      host_key_budget_table: keyBudget,
      host_key_check: keyCheck,
      mak_budget_cards: makCards,
      mak_budget_table: makTable,
      mak_draws_table: makDraws,
      method_computers: (_, given) => [usedBy(given) || say("nobody")],
      method_groups_table: groupTable,
      method_numbers: (_, given) => (usedBy(given) ? methodSummary(_, given) : []),
      method_summary: methodSummary,
      next_dates: () => [...supportTable(), ...byRelease],
      org_dates: () => [...supportTable(), ...byRelease],
      org_methods: methodTable,
      org_state: state,
      org_thresholds: thresholds,
      renewal_next_dates: renewalCards,
      reset_groups: resets,
      srv_table: records,
    };
  };

  /* What an organization has, in the words of org_has in macros/render/parts/organization.py. */
  const ownedBy = ({ groups, kms_hosts: hosts, mak_allotments: maks }, counts) => {
    const uses = (...methods) => groups.some(({ method }) => methods.includes(method));
    return {
      groups: groups.length > 0,
      kms: counts.length > 0,
      hosts: hosts.length > 0,
      mak: maks.length > 0,
      "host-keys": uses("kms", "adba"),
    };
  };
  /* A page says nothing of what an organization does not have, and what a build left out because it lacks it. */
  const fit = (organization) => {
    const has = ownedBy(organization, verdicts(organization, today).counts);
    /** @type {NodeListOf<HTMLElement>} */
    const others = document.querySelectorAll("[data-vag-lacked]");
    for (const place of others) place.hidden = has[place.dataset.vagLacked ?? ""] !== ("vagOf" in place.dataset);
    /** @type {NodeListOf<HTMLElement>} */
    const parts = document.querySelectorAll("[data-vag-if]");
    for (const part of parts) {
      if (has[part.dataset.vagIf ?? ""] !== false) continue;
      part.classList.remove("vag-of");
      part.hidden = true;
      for (const { id } of part.querySelectorAll("h2, h3")) {
        document.querySelector(`.md-nav a[href="#${id}"]`)?.closest("li")?.toggleAttribute("hidden", true);
      }
    }
  };

  window.vagParts = (organization, base) => {
    if (own.templates) {
      const parts = element("div", { hidden: true });
      parts.innerHTML = own.templates;
      document.body.append(parts);
    }
    const drawn = draw(organization, base);
    /* In place of the first part of a kind a sentence, of others a few words: nothing is said eight times. */
    const told = new Set();
    const line = (word, given) => {
      const isNone = word === "sample" && !organization.kms_hosts.length && !own.hostless.includes(given);
      const isDns = word === "sample" && given.startsWith("dns-");
      const kind = isNone ? "sample-none" : isDns ? "sample-dns" : word;
      const isFirst = !told.has(kind);
      told.add(kind);
      if (!(kind in own.said) || (isNone && !isFirst)) return [];
      const text = say(isFirst ? kind : `${kind}-again`, { built: own.built, name: organization.name });
      const [mine, dns] = [
        element("a", { href: `${base}/plan/my-organization.html` }, "My organization"),
        element("a", { href: `${base}/deploy/build-dns.html` }, say("sample-dns-page")),
      ];
      /** @type {Data} */
      const links = { calendar: mine, page: mine, sample: isFirst && mine, "sample-dns": isFirst && dns };
      return [p(text, links[kind] ? [" ", links[kind], "."] : null)];
    };
    /** @type {Data[]} */
    const places = [...document.querySelectorAll("[data-vag-of]")];
    fit(organization);
    return places.map((place) => {
      const { vagGiven: given = "", vagOf: part } = place.dataset;
      if (place.closest("[hidden]")) return [place, []];
      if (drawn[part]) return [place, drawn[part](place, given.split(" "))];
      return [place, part === "example" ? [...line(part, given), ...place.childNodes] : line(part, given)];
    });
  };
})();
