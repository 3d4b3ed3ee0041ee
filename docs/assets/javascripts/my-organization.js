// @ts-check
/*
 * The page "My organization": a form for all that an organization's file holds, from the shapes of the models. What is
 * wrong stands where it is; what it means stands below. Nothing is stored unless the reader asks for it.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { button, dataOf, download, element, fill, later, load, number, part, showForm } = window.vagDom;
  const { cloned, status } = window.vagDrawn;
  const { chanceSaid, countSaid, judge, known, leftSaid, makSaid, verdicts } = window.vagOrganization;
  const { dayRead, local } = window.vagToday;
  const { drop, isKept, read: readKept, write } = window.vagKept;
  const { form: words, labels, listed, options, shapes } = known;
  const [MOST_LISTED, PAUSE, MANY, LONG_CHOICE] = [20, 400, 60, 32];
  /** @type {Data} */
  const form = part("form[data-vag-organization]");
  const [found, live] = [part("[data-vag-found]", form), part("[data-vag-live]", form)];
  const box = part("div", form);
  const say = (name, slots = {}) => fill(words[name], slots);
  const paused = later(PAUSE);
  const speak = (text) =>
    paused(() => {
      live.textContent = text;
    });
  /** @type {HTMLElement | null} */
  const notes = document.querySelector("[data-vag-built]");
  const today = dayRead(notes?.dataset.vagBuilt ?? "", local(new Date()));
  const copy = (value) => JSON.parse(JSON.stringify(value));
  const nameOf = (path) => JSON.stringify(path);
  const idOf = (path) => `vag-my-${path.join("-")}`;

  // The organization as it is typed ----------------------------------------------------------------------------------

  const blank = (record) => Object.fromEntries(shapes[record].map((shape) => [shape.key, copy(emptyOf(shape))]));
  const emptyOf = ({ is, otherwise, required }) => (required ? (is === "list" ? [] : null) : otherwise);
  const START = { method: "unactivated", directory: "none", network_every_days: 1, internet: "direct" };
  const numbered = (list, before) => {
    let next = list.length + 1;
    while (list.some(({ id }) => id === `${before}${next}`)) next += 1;
    return next;
  };
  const NEW = {
    groups: () => {
      const next = numbered(draft.groups, "group-");
      return { ...blank("Group"), ...START, id: `group-${next}`, name: say("new-group", { number: next }) };
    },
    kms_hosts: () => ({ ...blank("KmsHost"), id: `kms${numbered(draft.kms_hosts, "kms")}`, keys: [newKey()] }),
    mak_allotments: () => ({ ...blank("MakAllotment"), id: `mak${numbered(draft.mak_allotments, "mak")}`, used: 0 }),
    licensed: () => blank("Licensed"),
    further_forests: () => blank("Forest"),
  };
  const newKey = () => ({ ...blank("HostKey"), activations_used: 1 });
  const RECORDS = {
    further_forests: "Forest",
    groups: "Group",
    kms_hosts: "KmsHost",
    mak_allotments: "MakAllotment",
    licensed: "Licensed",
  };
  const SECTIONS = {
    further_forests: ["forests", "add-forest"],
    groups: ["groups", "add-group"],
    kms_hosts: ["hosts", "add-host"],
    mak_allotments: ["maks", "add-mak"],
    licensed: ["licensed", "add-licensed"],
  };
  const empty = () => {
    const made = blank("Organization");
    return { ...made, name: "", dns_zone: null, groups: [] };
  };

  /** @type {Data} */
  let draft = empty();
  /** @type {Data} */
  let organization = null;

  /*
   * What a reader has changed or left, by the record that holds it. What nobody has entered yet is no mistake: a field
   * that was not touched does not say that it is empty, unless the reader asks to keep or to download.
   */
  /** @type {WeakMap<object, Set<string | number>>} */
  const touched = new WeakMap();
  /** @type {WeakSet<object>} */
  const started = new WeakSet();
  let isAsking = false;

  const usesKms = () => draft.kms_hosts.length > 0 || draft.groups.some(({ method }) => method === "kms");
  const usesVolume = () => draft.licensed.length > 0 || draft.groups.some(({ license }) => license === "volume");
  const usesMak = () => draft.mak_allotments.length > 0 || draft.groups.some(({ method }) => method === "mak");

  /* What a file would hold: a zone that nobody asks for is one that nobody looks in. */
  const complete = () =>
    draft.dns_zone === null && !usesKms()
      ? { ...draft, dns_zone: draft.active_directory?.dns_name ?? known.no_zone }
      : draft;

  const isEmpty = (path) => {
    const value = at(path) ?? "";
    return value === "" || (Array.isArray(value) && !value.length);
  };
  const at = (path) => path.reduce((value, key) => value?.[key], draft);
  const put = (path, value) => {
    at(path.slice(0, -1))[path[path.length - 1]] = value;
  };

  const productName = (id) => known.products[id]?.[0] ?? say("new-licensed");
  const NEWS = {
    groups: "new-unnamed-group",
    kms_hosts: "new-host",
    mak_allotments: "new-mak",
    licensed: "new-licensed",
    further_forests: "new-forest",
  };
  const entryOf = (list, { dns_name: forest, group, id, name, product }, index) =>
    list === "keys"
      ? known.options.keys[group] ?? `${labels["hostkey-group"]} ${index + 1}`
      : name || id || forest || known.products[product]?.[0] || say(NEWS[list]);

  const titleOf = (list, record) => {
    const counted = (value) => (typeof value === "number" ? number(value) : null);
    const details = {
      groups: () => [counted(record.count), options["Group.method"][record.method]],
      kms_hosts: () => [],
      further_forests: () => [],
      mak_allotments: () => [known.products[record.product]?.[0]],
      licensed: () => [counted(record.computers)],
    };
    const rest = details[list]().filter(Boolean).join(", ");
    return [entryOf(list, record), rest].filter(Boolean).join(": ");
  };

  /* How a place of the file is called in the form: the entries around it, and the label of its field. */
  const placesOf = (record, path, around = []) => {
    if (!path.length) return [];
    const [key, index] = path;
    const shape = shapes[record].find((each) => each.key === key);
    if (shape?.is === "record" && path.length > 1) return placesOf(shape.name, path.slice(1), [...around, key]);
    if (shape?.of?.is !== "record" || index === undefined) return [labels[`${record.toLowerCase()}-${key}`] ?? key];
    const own = [...around, key, index];
    return [entryOf(key, at(own), index), ...placesOf(shape.of.name, path.slice(2), own)];
  };
  const placeOf = (path) => placesOf("Organization", path).join(": ") || say("basics");

  // Fields -----------------------------------------------------------------------------------------------------------

  const INTEGER = /^-?(?:0|[1-9][0-9]{0,14})$/;

  /* What a text in a field means. What means nothing stays a text, and is judged as one. */
  const meant = (shape, text) => {
    const typed = text.trim();
    if (typed === "") return null;
    if (shape.is === "list") return typed.split(/[\s,]+/);
    if (shape.is === "int" || shape.is === "any") {
      return INTEGER.test(typed.replaceAll(",", "")) ? Number(typed.replaceAll(",", "")) : typed;
    }
    return typed;
  };
  const shown = (value) => (Array.isArray(value) ? value.join(" ") : value ?? "");

  const releasesOf = ({ product }) => known.releases[product] ?? null;
  const choices = (record, shape, path) => {
    const name = `${record}.${shape.key}`;
    if (name === "MakUse.allotment") {
      return Object.fromEntries(draft.mak_allotments.map(({ id, product }) => [id, `${id}: ${productName(product)}`]));
    }
    if (name === "Group.forest") {
      const others = draft.further_forests.map(({ dns_name: each }) => each).filter(Boolean);
      return { "": draft.active_directory?.dns_name ?? "", ...Object.fromEntries(others.map((each) => [each, each])) };
    }
    if (name === "Group.release") {
      const releases = releasesOf(at(path.slice(0, -1)));
      return releases && { "": say("release-unknown"), ...releases };
    }
    if (listed[name]) return options[listed[name]];
    if (options[name]) return options[name];
    if (shape.is !== "one") return null;
    return Object.fromEntries(shape.of.map((value) => [value, known.products[value]?.[0] ?? value]));
  };

  /* What is chosen several times: hosts of a group, zones of a host. */
  const several = (record, shape, path) => {
    if (shape.key === "kms_hosts" && record === "Group") {
      const { site } = at(path.slice(0, -1));
      return draft.kms_hosts.filter((host) => !host.site || host.site === site).map(({ id, name }) => [id, name || id]);
    }
    if (shape.key === "activation_objects") return Object.entries(options.keys);
    return shape.key === "publish_in"
      ? [draft.dns_zone, ...draft.further_dns_zones].filter(Boolean).map((zone) => [zone, zone])
      : null;
  };

  const holders = (key) => draft.kms_hosts.filter(({ keys }) => keys.some(({ group }) => group === key)).length;
  const NEEDS = {
    Group: {
      kms_hosts: (group) => draft.kms_hosts.length > 0 || group.method === "kms" || group.kms_hosts.length > 0,
      site: (group) => usesKms() || group.site !== null,
      release: (group) => Boolean(releasesOf(group)) || group.release !== null,
      sites: (group) => Boolean(group.site || group.sites),
      forest: (group) => (draft.further_forests.length > 0 && group.directory !== "none") || group.forest !== null,
      starts_every_days: (group) => group.method === "adba" || group.starts_every_days !== null,
      last_renewal: (group) => ["adba", "kms"].includes(group.method) || group.last_renewal !== null,
      reset_client_id: (group) => group.reset_every_days !== null || group.reset_client_id !== "new",
      answers: () => Object.keys(known.questions).length > 0,
    },
    // Where hosts hold a key of the same kind it may be another one, with activations of its own.
    HostKey: { key: ({ group, key }) => holders(group) > 1 || key !== null },
    KmsHost: { publish_in: (host) => draft.further_dns_zones.length > 0 || host.publish_in !== null },
    Organization: {},
  };
  const isAsked = (record, shape, path) => NEEDS[record]?.[shape.key]?.(at(path.slice(0, -1))) ?? true;

  /* Fields that change what else is asked: their card is filled again. */
  const DECIDING = [
    "Group.method",
    "Group.product",
    "Group.directory",
    "Group.reset_every_days",
    "Group.site",
    "HostKey.group",
    "KmsHost.site",
  ];

  const labelled = (record, shape, path, control) => {
    const label = labels[`${record.toLowerCase()}-${shape.key}`];
    const error = element("p", { id: `${idOf(path)}-error`, class: "vag-ws-error" });
    // A file without KMS hosts needs no zone; it is asked for only beside hosts.
    const isRequired = shape.required || shape.key === "dns_zone";
    if (isRequired) control.setAttribute("aria-required", "true");
    return element(
      "div",
      { class: `vag-field${isRequired ? " vag-my-required" : ""}`, "data-path": nameOf(path) },
      element(
        "label",
        { for: idOf(path) },
        label,
        isRequired ? null : element("small", {}, ` (${say("optional")})`),
      ),
      control,
      error,
    );
  };

  /* Of what may be unknown, no entry says that there is none. */
  const knowing = (shape, path) => {
    const id = `${idOf(path)}-known`;
    const control = element("input", { id, type: "checkbox", checked: at(path) !== null });
    control.addEventListener("change", () => {
      const record = at(path.slice(0, -1));
      if (!control.checked) setAside.set(record, at(path));
      put(path, control.checked ? setAside.get(record) ?? [] : null);
      build();
      refresh();
      document.getElementById(id)?.focus();
    });
    return element(
      "div",
      { class: "vag-ws-check" },
      control,
      " ",
      element("label", { for: id }, say(`${shape.key}-known`)),
    );
  };

  const boxes = (record, shape, path, offered) => {
    const isKnowable = shape.nullable && !shape.least;
    const chosen = () => at(path) ?? [];
    const isOffered = (each) => offered.some(([value]) => value === each);
    const names = [...offered, ...chosen().filter((each) => !isOffered(each)).map((each) => [each, each])];
    const legend = labels[`${record.toLowerCase()}-${shape.key}`];
    const box = ([value, label], index) => {
      const id = `${idOf(path)}-${index}`;
      const control = element("input", { id, type: "checkbox", checked: chosen().includes(value) });
      control.addEventListener("change", () => {
        const kept = names.map(([each]) => each).filter((
          each,
        ) => (each === value ? control.checked : chosen().includes(each)));
        put(path, kept.length || !shape.nullable || isKnowable ? kept : null);
        refresh();
      });
      return element("div", { class: "vag-ws-check" }, control, " ", element("label", { for: id }, label));
    };
    const isShown = !isKnowable || at(path) !== null;
    const nothing = isKnowable ? null : element("p", {}, say("none-to-choose"));
    return element(
      "div",
      { class: "vag-my-boxes", "data-path": nameOf(path), role: "group", "aria-label": legend },
      element("span", { class: "vag-my-legend" }, legend),
      isKnowable ? knowing(shape, path) : null,
      isShown && names.length ? names.map(box) : nothing,
      element("p", { id: `${idOf(path)}-error`, class: "vag-ws-error" }),
    );
  };

  const selected = (record, shape, path, offered) => {
    const value = at(path) ?? "";
    const entries = Object.entries(offered);
    const isKnown = entries.some(([id]) => id === value);
    const control = element(
      "select",
      { id: idOf(path), "aria-describedby": `${idOf(path)}-error` },
      isKnown ? null : element("option", { value, selected: true }, value || say("choose")),
      entries.map(([id, label]) => element("option", { value: id, selected: id === value }, label)),
    );
    const fit = () => control.classList.toggle("vag-my-long", control.selectedOptions[0]?.text.length > LONG_CHOICE);
    fit();
    control.addEventListener("change", () => {
      fit();
      put(path, control.value || null);
      const changed = at(path.slice(0, -1));
      if (record === "Group" && shape.key === "method") methodChanged(changed);
      if (record === "Group" && shape.key === "product") productChanged(changed);
      if (DECIDING.includes(`${record}.${shape.key}`)) refill(path);
      refresh();
    });
    return labelled(record, shape, path, control);
  };

  const NO_MAK_USED = { activated: 0, reimaged_percent_per_year: 0, hardware_changes_percent_per_year: 0 };
  /* What was entered where nothing is asked any more, by what it belonged to: it comes back with the question. */
  /** @type {WeakMap<object, Data>} */
  const setAside = new WeakMap();
  /** @type {WeakMap<object, string>} */
  const setAsideReleases = new WeakMap();
  const methodChanged = (group) => {
    if (group.method === "mak") group.mak ??= setAside.get(group) ?? { ...blank("MakUse"), ...NO_MAK_USED };
    else {
      if (group.mak) setAside.set(group, group.mak);
      group.mak = null;
    }
  };

  /* A release is one of the product before; it comes back with it. */
  const productChanged = (group) => {
    const releases = releasesOf(group) ?? {};
    const [before, now] = [group.release, setAsideReleases.get(group) ?? ""];
    if (before !== null) setAsideReleases.set(group, before);
    group.release = before in releases ? before : now in releases ? now : null;
  };

  /* Other parts of the file name a host or a MAK by its short name. */
  const renamed = (list, old, name) => {
    for (const group of draft.groups) {
      if (list === "kms_hosts") group.kms_hosts = group.kms_hosts.map((id) => (id === old ? name : id));
      if (list === "mak_allotments" && group.mak?.allotment === old) group.mak.allotment = name;
      if (list === "further_forests" && group.forest === old) group.forest = name;
    }
  };

  const typed = (record, shape, path) => {
    const hint = shape.is === "any" ? say("days-or-never") : shape.is === "list" ? say("separated") : null;
    const control = element("input", {
      id: idOf(path),
      type: shape.is === "day" ? "date" : "text",
      autocomplete: "off",
      spellcheck: "false",
      inputmode: shape.is === "int" ? "numeric" : null,
      maxlength: shape.most && shape.is === "text" ? shape.most : null,
      "aria-describedby": `${idOf(path)}-error`,
      placeholder: hint,
      value: shown(at(path)),
    });
    const take = () => {
      const [old, value] = [at(path), meant(shape, control.value)];
      put(path, value === null && shape.is === "list" && !shape.nullable ? [] : value);
      if (["dns_name", "id"].includes(shape.key) && old !== null) renamed(path[0], old, value);
      refresh();
    };
    control.addEventListener("input", take);
    if (DECIDING.includes(`${record}.${shape.key}`)) control.addEventListener("change", () => refill(path));
    return labelled(record, shape, path, control);
  };

  const answered = (path) =>
    Object.entries(known.questions).map(([question, answers]) => {
      const own = [...path, question];
      const labelsOf = options[`Group.${question}`] ?? Object.fromEntries(answers.map((answer) => [answer, answer]));
      return selected("Group", { key: question, is: "one", of: answers }, own, labelsOf);
    });

  const fieldOf = (record, shape, path) => {
    if (!isAsked(record, shape, path)) return null;
    if (shape.is === "answers") return answered(path);
    if (shape.is === "record") {
      return at(path) ? fieldset(shape.name, path, labels[`${record.toLowerCase()}-${shape.key}`]) : null;
    }
    if (shape.of?.is === "record") return rowsOf(record, shape, path);
    const offered = several(record, shape, path);
    if (offered) return boxes(record, shape, path, offered);
    const options = choices(record, shape, path);
    return options ? selected(record, shape, path, options) : typed(record, shape, path);
  };

  const fieldsOf = (record, path, keys) =>
    shapes[record].filter(({ key }) => !keys || keys.includes(key)).map((shape) =>
      fieldOf(record, shape, [...path, shape.key])
    );

  const fieldset = (record, path, legend) =>
    element(
      "fieldset",
      {},
      element("legend", {}, legend),
      element("div", { class: "vag-ws-fields" }, fieldsOf(record, path)),
    );

  /* Records in a record: the keys of a host. */
  const rowsOf = (record, shape, path) => {
    const rows = at(path).map((_, index) => {
      const own = [...path, index];
      const legend = `${labels[`${shape.of.name.toLowerCase()}-group`]} ${index + 1}`;
      const removing = button(say("remove", { what: legend }), () => {
        const [gone] = at(path).splice(index, 1);
        touch(path);
        offerUndo(say("undo-removal", { what: legend }), "kms_hosts", () => {
          at(path).splice(index, 0, gone);
          return path.slice(0, 2);
        });
        refill(path);
        refresh();
        undoing.focus();
      });
      return element(
        "div",
        { class: "vag-ws-fields", "data-row": index },
        fieldsOf(shape.of.name, own),
        element("p", {}, removing),
      );
    });
    const adding = button(say("new-key"), () => {
      at(path).push(newKey());
      refill(path);
      refresh();
    });
    return element(
      "fieldset",
      { "data-path": nameOf(path) },
      element("legend", {}, labels[`${record.toLowerCase()}-${shape.key}`]),
      rows,
      element("p", {}, adding),
      element("p", { id: `${idOf(path)}-error`, class: "vag-ws-error" }),
    );
  };

  // Cards: an entry of a list, whose form is in the page while it is open -------------------------------------------

  const MAIN = {
    Group: ["name", "product", "count", "method", "mak", "directory", "network_every_days", "kms_hosts", "internet"],
  };

  /*
   * Puts what was made in place of what stands there, around the field that has the focus: it stays, so that nothing
   * interrupts who types in it or searches in its list.
   */
  const renew = (old, made) => {
    const field = document.activeElement?.closest(".vag-field");
    /** @type {[Data[], Data[]]} */
    const [standing, coming] = [[...old.children], [...made.children]];
    const held = standing.find((each) => field && each.contains(field));
    const twin = coming.find((each) =>
      held && each.className === held.className && each.dataset.path === held.dataset.path &&
      each.dataset.row === held.dataset.row
    );
    if (!held || !twin) return old.replaceChildren(...made.childNodes);
    for (const each of [...old.childNodes]) if (each !== held) each.remove();
    const nodes = [...made.childNodes];
    const place = nodes.indexOf(twin);
    held.before(...nodes.slice(0, place));
    held.after(...nodes.slice(place + 1));
    if (held !== field) renew(held, twin);
  };

  const fillCard = (card) => {
    const [list, index] = JSON.parse(card.dataset.card);
    const [record, path] = [RECORDS[list], [list, index]];
    const rest = MAIN[record] && shapes[record].map(({ key }) => key).filter((key) => !MAIN[record].includes(key));
    const inner = card.querySelector(":scope > div > details");
    const made = element(
      "div",
      {},
      element("div", { class: "vag-ws-fields" }, fieldsOf(record, path, MAIN[record])),
      rest
        ? element(
          "details",
          { class: "vag-details", open: inner?.open },
          element("summary", {}, say("more")),
          element("div", { class: "vag-ws-fields" }, fieldsOf(record, path, rest)),
        )
        : null,
      element(
        "p",
        {},
        button(
          say("remove", { what: entryOf(list, at(path)) }),
          () => remove(list, index),
        ),
      ),
    );
    renew(card.lastChild, made);
  };

  /* Whose card it is: a place in a list is another's once an entry was removed. */
  /** @type {WeakMap<Element, Data>} */
  const recordOf = new WeakMap();
  const cardOf = (list, index) => {
    const card = element(
      "details",
      { class: "vag-details vag-ws-card", "data-card": nameOf([list, index]) },
      element("summary"),
      element("div"),
    );
    recordOf.set(card, draft[list][index]);
    card.addEventListener("toggle", (event) => {
      if (event.target !== card) return;
      if (!card.open) card.lastElementChild?.replaceChildren();
      else if (!card.lastElementChild?.hasChildNodes()) openCard(card);
    });
    return card;
  };
  const openCard = (card) => {
    fillCard(card);
    card.open = true;
    drawErrors();
  };

  /*
   * What can be taken back, the last first: what the button says, where it stands, and what it does. Edits made since
   * a removal stay.
   */
  /** @type {Data[]} */
  const undos = [];
  const undoing = button("", () => {
    undos.pop().back();
    showUndo();
  });
  const showUndo = () => {
    const last = undos[undos.length - 1];
    undoing.hidden = !last;
    if (!last) return;
    undoing.textContent = last.label;
    last.place().append(" ", undoing);
  };
  const offerUndo = (label, list, putBack) => {
    const back = () => {
      const path = putBack();
      build();
      refresh();
      const card = part(`[data-card='${nameOf(path)}']`, box);
      speak(say("restored", { what: entryOf(path[0], at(path)) }));
      part("summary", card).focus();
    };
    undos.push({ label, list, back, place: () => sections[list].adding.parentNode });
    showUndo();
  };

  const remove = (list, index) => {
    const [gone] = draft[list].splice(index, 1);
    touch([list]);
    const reached = list === "kms_hosts" ? draft.groups.map((group) => [group, group.kms_hosts]) : [];
    for (const [group, hosts] of reached) group.kms_hosts = hosts.filter((id) => id !== gone.id);
    offerUndo(say("undo-removal", { what: entryOf(list, gone) }), list, () => {
      draft[list].splice(index, 0, gone);
      for (const [group, hosts] of reached) {
        const others = group.kms_hosts.filter((id) => !hosts.includes(id));
        group.kms_hosts = [...hosts.filter((id) => id === gone.id || group.kms_hosts.includes(id)), ...others];
      }
      return [list, index];
    });
    build();
    refresh();
    speak(say("removed", { what: entryOf(list, gone) }));
    const cards = sections[list].cards.children;
    part("summary, button", cards[Math.min(index, cards.length - 1)] ?? sections[list].adding.parentNode).focus();
  };

  const add = (list) => {
    const made = NEW[list]();
    draft[list].push(made);
    const card = cardOf(list, draft[list].length - 1);
    sections[list].cards.append(card);
    openCard(card);
    if (list !== "groups") refillOpen();
    refresh();
    speak(say("added", { what: entryOf(list, made) }));
    part("input, select", card).focus();
  };

  const sectionOf = (list) => {
    const [title, adds] = SECTIONS[list];
    const [cards, own] = [element("div", { class: "vag-ws-cards" }), element("div", { class: "vag-ws-fields" })];
    const adding = button(say(adds), () => add(list));
    const error = element("p", { id: `${idOf([list])}-error`, class: "vag-ws-error" });
    const node = element(
      "fieldset",
      { "data-path": nameOf([list]) },
      element("legend", {}, say(title)),
      words[`${title}-why`] ? element("p", {}, say(`${title}-why`)) : null,
      own,
      cards,
      element("p", {}, adding),
      error,
    );
    return { node, cards, adding, own };
  };
  const sections = Object.fromEntries(Object.keys(SECTIONS).map((list) => [list, sectionOf(list)]));
  const basics = element("div", { class: "vag-ws-fields" });

  /* Fields that are taken out of the page lose the focus, which is not their reader's leaving. */
  let isBuilding = false;
  const build = (isNew = false) => {
    isBuilding = true;
    if (isNew) {
      for (const { cards } of Object.values(sections)) cards.replaceChildren();
      titles = new WeakMap();
    }
    basics.replaceChildren(...fieldsOf("Organization", [], ["name", "as_of"]).filter(Boolean), forest());
    if (draft.active_directory) basics.append(...fieldsOf("Forest", ["active_directory"]).filter(Boolean));
    sections.kms_hosts.own.replaceChildren(
      ...fieldsOf("Organization", [], ["dns_zone", "further_dns_zones"]).filter(Boolean),
    );
    for (const [list, { cards }] of Object.entries(sections)) {
      const standing = new Map([...cards.children].map((card) => [recordOf.get(card), card]));
      const left = new Set(draft[list]);
      for (const [record, card] of standing) if (!left.has(record)) card.remove();
      // A card that stays is not laid out anew.
      draft[list].forEach((record, index) => {
        const card = standing.get(record) ?? cardOf(list, index);
        card.setAttribute("data-card", nameOf([list, index]));
        if (cards.children[index] !== card) cards.insertBefore(card, cards.children[index] ?? null);
        if (card.hasAttribute("open")) fillCard(card);
      });
      cards.classList.toggle("vag-ws-many", draft[list].length > MANY);
    }
    isBuilding = false;
  };

  const forest = () => {
    const control = element("input", {
      id: "vag-my-forest",
      type: "checkbox",
      checked: Boolean(draft.active_directory),
    });
    control.addEventListener("change", () => {
      if (draft.active_directory) setAside.set(draft, draft.active_directory);
      draft.active_directory = control.checked ? setAside.get(draft) ?? blank("Forest") : null;
      build();
      refresh();
      part("#vag-my-forest").focus();
    });
    return element(
      "div",
      { class: "vag-ws-check" },
      control,
      " ",
      element("label", { for: "vag-my-forest" }, say("forest-is")),
    );
  };

  /* What is described elsewhere in the form and offered in open cards: drawn again once it has changed. */
  const refillOpen = () => {
    const focused = document.activeElement?.id;
    for (const list of ["groups", "kms_hosts"]) {
      for (const card of sections[list].cards.querySelectorAll(":scope > [open]")) fillCard(card);
    }
    if (focused) document.getElementById(focused)?.focus();
    drawErrors();
  };
  const OFFERED = [
    "active_directory",
    "further_forests",
    "kms_hosts",
    "mak_allotments",
    "dns_zone",
    "further_dns_zones",
  ];
  box.addEventListener("change", ({ target }) => {
    const place = target instanceof Element ? target.closest("[data-path]") : null;
    const path = JSON.parse(place?.getAttribute("data-path") ?? "[]");
    if (OFFERED.includes(path[0])) setTimeout(refillOpen);
  });

  /* Draws the card around a field again, and gives the focus back. */
  const refill = (path) => {
    const card = box.querySelector(`[data-card='${nameOf(path.slice(0, 2))}']`);
    const focused = document.activeElement?.id;
    if (!card) return;
    fillCard(card);
    if (focused) document.getElementById(focused)?.focus();
  };

  // What is wrong, and what it means ---------------------------------------------------------------------------------

  /** @type {Data[]} */
  let problems = [];
  /** @type {WeakMap<Element, string>} */
  let titles = new WeakMap();

  const isTouched = (path) => touched.get(at(path.slice(0, -1)))?.has(path[path.length - 1]) ?? false;
  const isTold = ({ path }) => isAsking || !isEmpty(path) || isTouched(path);

  /* Errors at the fields that are in the page; what has no field of its own stands at what it belongs to. */
  const drawErrors = () => {
    /** @type {NodeListOf<HTMLElement>} */
    const places = box.querySelectorAll("[data-path]");
    const byName = new Map([...places].map((each) => [each.dataset.path, each]));
    const said = new Map();
    for (const { message, path } of problems.filter(isTold)) {
      for (let end = path.length; end > 0; end -= 1) {
        const name = nameOf(path.slice(0, end));
        if (!byName.has(name)) continue;
        // A list says only what is wrong with itself: its cards say the rest.
        if (end === path.length || !RECORDS[path[0]] || end > 1) said.set(name, [...(said.get(name) ?? []), message]);
        break;
      }
    }
    for (const [name, place] of byName) {
      const text = (said.get(name) ?? []).join(" ");
      const error = document.getElementById(`${idOf(JSON.parse(name ?? ""))}-error`);
      if (!error || error.textContent === text) continue;
      error.textContent = text;
      const control = place.querySelector(":scope > :is(input, select)");
      if (text) control?.setAttribute("aria-invalid", "true");
      else control?.removeAttribute("aria-invalid");
    }
  };

  const drawTitles = () => {
    const wrong = new Map();
    for (const { path } of problems.filter(isTold)) {
      const key = `${path[0]} ${path[1]}`;
      wrong.set(key, (wrong.get(key) ?? 0) + 1);
    }
    for (const [list, { cards }] of Object.entries(sections)) {
      /** @type {Data} */
      let next = cards.firstElementChild;
      draft[list].forEach((record, index) => {
        const card = next;
        next = card.nextElementSibling;
        const count = wrong.get(`${list} ${index}`);
        const { computers, dns_name: forest, id, method, name, product } = record;
        const key = `${name} ${id} ${forest} ${product} ${record.count} ${computers} ${method} ${count}`;
        if (titles.get(card) === key) return;
        titles.set(card, key);
        const text = titleOf(list, record);
        card.firstElementChild?.replaceChildren(
          text,
          ...(count ? [" ", status("bad", say("to-correct", { count }))] : []),
        );
      });
    }
  };

  /* Leads to the field of a problem, into its card if need be. */
  const lead = ({ path }) => {
    const card = /** @type {HTMLDetailsElement | null} */ (
      path.length > 1 ? box.querySelector(`[data-card='${nameOf(path.slice(0, 2))}']`) : null
    );
    if (card && !card.open) openCard(card);
    for (let end = path.length; end > 0; end -= 1) {
      const place = box.querySelector(`[data-path='${nameOf(path.slice(0, end)).replaceAll("'", "\\'")}']`);
      const control = /** @type {HTMLElement | null} */ (place?.querySelector("input, select, button") ?? null);
      if (!control) continue;
      for (let around = control.closest("details"); around; around = around.parentElement?.closest("details") ?? null) {
        around.open = true;
      }
      return control.focus();
    }
  };

  /*
   * A table that stays: `draw` replaces the rows that changed. Each row is [key, its cells], so that an edit of one
   * group does not draw the counts of fifty hosts.
   */
  const tableOf = (caption, columns, numeric) => {
    const { body, node, rowOf } = window.vagTable(caption, columns, numeric);
    /** @type {string[]} */
    let keys = [];
    const draw = (rows) => {
      node.classList.toggle("vag-my-many", rows.length > MANY);
      rows.forEach(([key, cells], place) => {
        if (keys[place] === key) return;
        const row = rowOf(cells());
        if (place < body.children.length) body.children[place].replaceWith(row);
        else body.append(row);
      });
      while (body.children.length > rows.length) body.lastElementChild?.remove();
      keys = rows.map(([key]) => key);
      node.hidden = !rows.length;
    };
    return { node, draw };
  };

  const DECIMALS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
  const decimal = (value) => DECIMALS.format(value);

  const RIGHT = [1, 2, 3, 4];
  const countTable = tableOf(say("counts-caption"), words["verdict-columns"], RIGHT);
  const makTable = tableOf(say("maks-caption"), words["mak-columns"], RIGHT);
  const [noResult, noCount, noMak] = [
    element("p", {}, say("verdicts-wait")),
    element("p"),
    element("p", {}, say("no-mak")),
  ];
  const points = element("ul", { class: "vag-found__list" });
  const noPoint = element("p");
  const actNow = element("div", {}, element("h3", { id: "act-now" }, say("act-now")), points, noPoint);
  const results = element("div", {}, noResult, actNow, countTable.node, noCount, makTable.node, noMak);

  let isDrawn = false;
  const clearVerdicts = () => {
    isDrawn = false;
    for (const each of [countTable, makTable]) each.draw([]);
    for (const each of [actNow, noCount, noMak]) each.hidden = true;
  };
  clearVerdicts();
  let listedPoints = "";
  const drawPoints = () => {
    if (!organization) return;
    if (!window.vagPoints) {
      loaded("points").then(() => window.vagPoints && drawPoints(), () => speak(say("not-loaded")));
      return;
    }
    const found = window.vagPoints.open(organization, today).map((each) => [
      ...known.act.kinds[each.kind],
      window.vagPoints.said(organization, each),
    ]);
    const key = JSON.stringify([organization.name, found]);
    actNow.hidden = false;
    if (key === listedPoints) return;
    listedPoints = key;
    const item = ([severity, part, text]) => {
      const [address, page] = known.act.pages[part];
      return cloned("open-point", {
        mark: status(severity, text),
        address,
        page,
        since: null,
        until: null,
        hidden: null,
      });
    };
    points.replaceChildren(...found.map(item));
    noPoint.replaceChildren(...(found.length ? [] : [status("ok", fill(known.act.none, { name: organization.name }))]));
  };
  const drawVerdicts = () => {
    // What was last complete stays, and says so: nothing jumps while a number is typed.
    noResult.textContent = say(isDrawn ? "verdicts-older" : "verdicts-wait");
    noResult.hidden = Boolean(organization);
    if (!organization) return;
    isDrawn = true;
    drawPoints();
    const { counts, maks } = verdicts(organization, today);
    const hosts = new Map(organization.kms_hosts.map(({ id, name }) => [id, name]));
    countTable.draw(counts.map((each) => [
      JSON.stringify([each, hosts.get(each.host)]),
      () => [
        `${hosts.get(each.host)}: ${say(each.kind)}`,
        number(each.computers),
        decimal(each.expected),
        number(each.threshold),
        chanceSaid(each),
        countSaid(each).map(([tone, text]) => element("div", {}, status(tone, text))),
      ],
    ]));
    makTable.draw(maks.map((each) => [
      JSON.stringify(each),
      () => [
        `${each.id}: ${productName(each.product)}`,
        leftSaid(each),
        number(each.needed),
        number(each.after),
        decimal(each.year),
        makSaid(each, today).map(([tone, text]) => element("div", {}, status(tone, text))),
      ],
    ]));
    const usesNone = organization.groups.every(({ method }) => method !== "kms");
    noCount.textContent = say(usesNone ? "no-count" : "nobody-asks");
    noCount.hidden = counts.length > 0;
    noMak.hidden = maks.length > 0;
  };

  /* Who types sees the letter first: what it means for hundreds of groups is drawn in the frame after it. */
  let isWaiting = false;
  const drawVerdictsNext = () => {
    if (!organization || !isDrawn) return drawVerdicts();
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        isWaiting = false;
        drawVerdicts();
      })
    );
  };

  const wrong = element("div", { tabindex: "-1" });
  let listedProblems = "";
  const drawProblems = () => {
    const isQuiet = !isAsking && !started.has(draft);
    const key = JSON.stringify([isQuiet, problems.map((each) => [placeOf(each.path), each.message])]);
    if (key === listedProblems) return;
    listedProblems = key;
    if (!problems.length) return void wrong.replaceChildren(element("p", {}, status("ok", say("no-problem"))));
    if (isQuiet) {
      const what = problems.map(({ path }) => placeOf(path)).join(", ");
      return void wrong.replaceChildren(element("p", {}, say("still-needed", { what })));
    }
    const item = (problem) => {
      const leading = element("button", { type: "button", class: "vag-my-lead" }, placeOf(problem.path));
      leading.addEventListener("click", () => lead(problem));
      return element("li", {}, leading, `: ${problem.message}`);
    };
    wrong.replaceChildren(
      element("p", {}, status("bad", say(problems.length === 1 ? "problem" : "problems", { count: problems.length }))),
      element("ul", { class: "vag-found__list" }, problems.slice(0, MOST_LISTED).map(item)),
    );
  };

  // Kept, and taken along --------------------------------------------------------------------------------------------

  const keeping = element("input", { id: "vag-my-keep", type: "checkbox" });
  const state = element("p", { role: "status" });
  const deleting = button(say("delete"), () => {
    drop();
    mine = keptNow();
    keeping.checked = false;
    tell("deleted");
    keeping.focus();
  });
  const tell = (name) => {
    state.replaceChildren(status(name === "kept" ? "ok" : name === "kept-failed" ? "bad" : "info", say(name)));
    deleting.hidden = !isKept();
  };
  const waiting = later(PAUSE);
  /* What this tab has kept or found: another one may have kept something else since, or deleted it. */
  const keptNow = () => JSON.stringify(readKept()?.organization ?? null);
  let mine = keptNow();
  const isElsewhere = () => keptNow() !== mine && keptNow() !== JSON.stringify(organization);
  const askWhich = () => {
    const { organization: other } = readKept();
    const keep = button(say("keep-this"), () => {
      mine = keptNow();
      keepNow();
    });
    const take = button(say("take-that"), () => {
      mine = keptNow();
      replace(copy(other), say("opened", { file: other.name }));
    });
    state.replaceChildren(status("warn", say("kept-elsewhere", { name: other.name })), " ", keep, " ", take);
    deleting.hidden = false;
  };
  const keepNow = () => {
    if (!keeping.checked) return;
    if (isElsewhere()) {
      if (readKept()) return askWhich();
      // Deleted by another tab: it stays so.
      keeping.checked = false;
      mine = keptNow();
      return tell("deleted");
    }
    if (!organization) return tell(isKept() ? "kept-older" : "not-kept");
    const done = write({ organization, isShown: readKept()?.isShown ?? true, words: known.banner });
    mine = keptNow();
    tell(done ? "kept" : "kept-failed");
  };
  keeping.addEventListener("change", () => {
    if (keeping.checked) {
      ask();
      return keepNow();
    }
    drop();
    mine = keptNow();
    tell("not-kept");
  });
  addEventListener("pagehide", keepNow);
  addEventListener("storage", keepNow);

  /* Who asks for what is not there yet is told what is missing. */
  const ask = () => {
    isAsking = true;
    drawTold();
  };
  /* What reads and what writes files comes with the first of them, and what reports with the first report. */
  const loaded = (name) => load(known.scripts[name]);
  const save = async (name, writer, type) => {
    if (!organization) {
      ask();
      return wrong.focus();
    }
    try {
      await loaded("writer");
    } catch {
      return speak(say("not-loaded"));
    }
    download(name, window.vagOrganization[writer](organization), type);
    speak(say("saved", { file: name }));
  };
  /* The report is made of what stands here now, and goes nowhere. */
  const reported = async (use) => {
    if (!organization) {
      ask();
      return wrong.focus();
    }
    try {
      await loaded("reporter");
    } catch {
      return speak(say("not-loaded"));
    }
    use(window.vagReport, window.vagReport.report(organization, today));
  };
  const saveReport = (file, writer, type) =>
    reported((reports, found) => {
      download(file, reports[writer](found), type);
      speak(say("saved", { file }));
    });
  const print = () =>
    reported((reports, found) => {
      const sheet = element("section", { class: "vag-report md-typeset" }, reports.asNodes(found));
      document.body.append(sheet);
      addEventListener("afterprint", () => sheet.remove(), { once: true });
      window.print();
    });
  const taking = [
    button(say("take-yaml"), () => save("organization.local.yml", "asYaml", "application/yaml")),
    button(say("take-json"), () => save("organization.json", "asJson", "application/json")),
    button(say("take-report"), () => saveReport("organization-report.md", "asMarkdown", "text/markdown")),
    button(say("take-calendar"), () => saveReport("organization.ics", "asCalendar", "text/calendar")),
    button(say("take-print"), print),
  ];
  const preview = element("code");
  const showing = element(
    "details",
    { class: "vag-details" },
    element("summary", {}, say("show-file")),
    element("pre", { tabindex: "0", "aria-label": say("show-file") }, preview),
  );
  showing.addEventListener("toggle", () => drawFile());
  const drawFile = async () => {
    const isShown = () => showing.open && organization;
    try {
      if (isShown() && !window.vagOrganization.asYaml) await loaded("writer");
      preview.textContent = isShown() ? window.vagOrganization.asYaml(organization) : "";
    } catch {
      preview.textContent = say("not-loaded");
    }
  };
  const takeNote = element("p");

  const ID_MISMATCH = fill(known.allowed.string_pattern_mismatch, { pattern: known.id_pattern });
  /* A message in the words of the form: of what nobody has entered yet, the file's own say more than helps. */
  const inForm = ({ message, path }) => {
    const last = path[path.length - 1];
    if (!path.length) return message;
    if (!isEmpty(path)) return message.replace(ID_MISMATCH, say("id-rule"));
    if (!Array.isArray(at(path))) return say("needed");
    return last === "keys" ? say("needed-one") : message;
  };

  const drawTold = () => {
    drawErrors();
    drawTitles();
    drawProblems();
  };
  const touch = (path) => {
    touched.set(at(path.slice(0, -1)), new Set(touched.get(at(path.slice(0, -1)))).add(path[path.length - 1]));
    started.add(draft);
  };
  const touchField = ({ target }) => {
    if (isBuilding || !(target instanceof Element) || !target.matches("input, select")) return;
    const place = target.closest("[data-path]")?.getAttribute("data-path");
    const path = JSON.parse(place ?? "[]");
    // Gone with what it belonged to, as the MAK of a group that uses none any more.
    const isGone = !at(path.slice(0, -1));
    if (!path.length || isGone || isTouched(path)) return;
    touch(path);
    drawTold();
  };
  // Before the field itself hears of it: what it draws then knows that it was touched.
  for (const event of ["input", "change", "focusout"]) box.addEventListener(event, touchField, true);

  function refresh() {
    const judged = judge(complete());
    organization = judged.organization;
    problems = judged.problems.map((each) => ({ ...each, message: inForm(each) }));
    const isWrong = problems.some(({ path }) => ["dns_zone", "further_dns_zones", "kms_hosts"].includes(path[0]));
    const removed = undos[undos.length - 1]?.list;
    sections.kms_hosts.node.hidden = !usesKms() && !isWrong && removed !== "kms_hosts";
    sections.further_forests.node.hidden = !draft.active_directory && !draft.further_forests.length &&
      removed !== "further_forests";
    sections.licensed.node.hidden = !usesVolume() && removed !== "licensed";
    sections.mak_allotments.node.hidden = !usesMak() && removed !== "mak_allotments";
    drawTold();
    drawVerdictsNext();
    drawFile();
    for (const each of taking) each.setAttribute("aria-disabled", String(!organization));
    showing.hidden = !organization;
    takeNote.textContent = organization ? "" : say("take-wait");
    waiting(keepNow);
  }

  // Where it comes from ----------------------------------------------------------------------------------------------

  const arrived = element("div", { role: "alert" });
  /* Puts another organization into the form. Nothing of the one before stays in sight. */
  const swap = (next) => {
    draft = next;
    isAsking = false;
    clearVerdicts();
    build(true);
    refresh();
  };
  const replace = (next, message) => {
    const before = draft;
    const back = () => {
      swap(before);
      arrived.replaceChildren(element("p", {}, say("undone")));
      part("button", box).focus();
    };
    undos.push({ label: say("undo"), list: null, back, place: () => starts });
    swap(next);
    showUndo();
    arrived.replaceChildren(element("p", {}, message));
  };

  const refuse = (file, found) =>
    arrived.replaceChildren(
      element("p", {}, status("bad", say("wrong-file", { file, problems: number(found.length) }))),
      element(
        "ul",
        { class: "vag-found__list" },
        found.map(({ key, line, message }) =>
          element(
            "li",
            {},
            line === null ? null : [element("strong", {}, say("wrong-line", { line })), " "],
            key ? [element("code", {}, key), ": "] : null,
            message,
          )
        ),
      ),
    );

  const open = async (file) => {
    const name = window.vagKeys.masked(file.name);
    const only = (message) => refuse(name, [{ key: "", line: null, message }]);
    if (file.size > known.most_bytes) return only(say("too-large", { most: number(known.most_bytes) }));
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      return only(say("not-utf8"));
    }
    try {
      await loaded("reader");
    } catch {
      return only(say("not-loaded"));
    }
    const { organization: given, problems: found } = window.vagOrganization.read(text);
    if (given) replace(given, say("opened", { file: name }));
    else refuse(name, found);
  };

  const picker = element("input", { id: "vag-my-file", type: "file", accept: ".yml,.yaml,.json" });
  picker.addEventListener("change", () => {
    if (picker.files?.length) open(picker.files[0]);
    picker.value = "";
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    open(file);
  });

  const startFromExample = async () => {
    try {
      await loaded("example");
    } catch {
      return speak(say("not-loaded"));
    }
    replace(copy(dataOf("vag-later").example), say("started-example", { name: known.example_name }));
  };
  const starts = element(
    "p",
    { class: "vag-actions" },
    button(say("empty"), () => replace(empty(), say("started-empty"))),
    button(
      say("example", { name: known.example_name }),
      startFromExample,
    ),
  );
  box.replaceChildren(
    element(
      "fieldset",
      {},
      element("legend", {}, say("start")),
      starts,
      element(
        "div",
        { class: "vag-field" },
        element("label", { for: picker.id }, say("open")),
        picker,
        element("small", {}, say("open-hint")),
      ),
      arrived,
    ),
    element("fieldset", {}, element("legend", {}, say("basics")), element("p", {}, say("required")), basics),
    ...["further_forests", "groups", "kms_hosts", "mak_allotments", "licensed"].map((list) => sections[list].node),
  );
  found.replaceChildren(
    wrong,
    element("h2", { id: "verdicts" }, say("verdicts")),
    results,
    element("h2", { id: "keep" }, say("take")),
    element("p", { class: "vag-actions" }, taking),
    takeNote,
    showing,
    element(
      "div",
      { class: "vag-ws-check" },
      keeping,
      " ",
      element("label", { for: keeping.id }, say("keep")),
    ),
    element("p", {}, element("small", {}, say("keep-why"))),
    state,
    element("p", {}, deleting),
  );

  const kept = readKept();
  const usable = kept && judge(kept.organization).organization;
  if (usable) draft = copy(usable);
  keeping.checked = Boolean(usable);
  build();
  refresh();
  tell(usable ? "kept" : isKept() ? "kept-unusable" : "not-kept");
  showForm(form);
})();
