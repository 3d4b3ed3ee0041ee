// @ts-check
/*
 * The check of configuration files of the Office Deployment Tool: makes the records that
 * macros/formats/office/records.py makes of a file, and has conditions.js run the checks of
 * macros/formats/office/rules.yaml over them. <script type="application/json" id="vag-odt"> holds rules, checks,
 * reference and words.
 *
 *   window.vagOdt.validate(data, options)   findings, verdict and activation of a string or a Uint8Array; `options` may
 *                                           hold `mode` and `template`, as in Python
 *   window.vagOdt.findings                  how findings are made and drawn, of findings.js
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf } = window.vagDom;
  const brought = dataOf("vag-odt");
  const data = brought && { ...brought, origin: window.vagOwnFiles.heads(brought.origin) };
  if (!data) return;

  const { decode, mask, nearest, placesOf, strip } = window.vagText;
  const { readXml } = window.vagXml;
  const KEY_SHAPE = /^[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){4}$/;
  const KEY_LETTERS = /^[B-DFGHJKMNP-RTV-Y2-46-9]*$/;
  const NO_KEY = /[$%<>{}[\]#*?_]|your|key|mak|kms/iu;

  const { most } = data;
  const lower = (text) => (text ?? "").toLowerCase();
  const by = (key, list) => new Map(list.map((each) => [lower(each[key]), each]));
  const named = (list) => new Map(list.map((each) => [each.name, each]));
  const caseless = (names) => new Map(names.map((name) => [lower(name), name]));

  // The reference -----------------------------------------------------------------------------------------------------

  const elements = named(data.elements);
  const attributes = new Map(data.elements.map((each) => [each.name, named(each.attributes)]));
  const properties = named(data.properties);
  const products = by("id", data.products);
  const languages = by("culture", data.languages);
  const tokens = caseless(data.language_tokens);
  const apps = caseless(attributes.get("ExcludeApp").get("ID").allowed);
  const keys = new Map(Object.entries(data.keys).map(([key, [product, edition]]) => [key, { product, edition }]));
  const ltsc = data.channels.slice(0, -1).flatMap((channel) => channel.required_for);

  /* `known` in the expressions of the checks. */
  const names = {
    placeholder: data.placeholder,
    element_names: [...elements.keys()],
    product_ids: data.products.map(({ id }) => id),
    cultures: data.languages.map(({ culture }) => culture),
    property_names: [...properties.keys()],
    apps: [...apps.values()],
    lync: data.lync,
    newest_suites: data.channels[0].required_for,
    ltsc_suites: ltsc,
    legacy_channels: Object.keys(data.legacy_channels),
    shared_computer: data.shared_computer,
    preview_keys: data.preview_keys,
  };

  const perpetual = data.channels.map(({ id }) => lower(id));
  const subscription = data.subscription_channels.map(lower);
  const current = (name) => (Object.hasOwn(data.legacy_channels, name) ? data.legacy_channels[name] : name);

  /* A channel that is no channel has its own finding, and "as the installed product" fits any. */
  const canUse = (product, channel) => {
    const every = [...perpetual, ...subscription];
    const wanted = lower(current(channel));
    if (!product || !every.includes(wanted)) return true;
    const own = product.channels.map(lower).filter((each) => every.includes(each));
    if (!own.length) return product.generation !== "2016" || subscription.includes(wanted);
    return own.includes(wanted) ||
      (subscription.includes(wanted) && own.some((each) => subscription.includes(each)));
  };

  const isPlaceholder = (key) => {
    if (!KEY_SHAPE.test(key)) return NO_KEY.test(key);
    const letters = key.toUpperCase().replaceAll("-", "");
    return new Set(letters).size === 1 || !KEY_LETTERS.test(letters);
  };

  const functions = {
    allowed_in: (parent) => data.elements.filter(({ parents }) => parents.includes(parent)).map(({ name }) => name),
    can_use: canUse,
    current_channel: current,
    is_key: (key) => KEY_SHAPE.test(key),
    is_placeholder: isPlaceholder,
    lacks: (product, app) => {
      const contents = data.suite_contents[product?.id];
      return app === "Publisher" && Boolean(contents) && !contents.includes(app);
    },
    mask,
    nearest: (text, list, percent) => nearest(text ?? "", list, percent / 100) ?? null,
    product_of: (id) => products.get(lower(id)) ?? null,
    same_language: ({ culture }) => {
      const start = `${lower(culture).split("-")[0]}-`;
      return [...languages].find(([name, one]) => one.project_visio && name.startsWith(start))?.[1].culture ?? "en-US";
    },
    strip: (text) => strip(text ?? ""),
    twins: ({ kind }, { id, generation }) => {
      const isTwin = (each) => each.license === "volume" && each.kind === kind && each.generation === generation;
      return kind === "suite" ? [id] : data.products.filter(isTwin).map((each) => each.id);
    },
    with_attribute: (name) => [...attributes].filter(([, own]) => own.has(name)).map(([element]) => element),
    wrong_app: (name) => Object.entries(data.wrong_apps).find(([wrong]) => lower(wrong) === lower(name))?.[1] ?? null,
  };

  const check = window.vagConditions.checks(data.checks, functions);

  // The file ----------------------------------------------------------------------------------------------------------

  /* The first line of each name: `first(name, line)` gives that of an earlier one, or null. */
  const firsts = () => {
    const seen = new Map();
    return (name, line) => {
      const earlier = seen.get(name) ?? null;
      if (earlier === null) seen.set(name, line);
      return earlier;
    };
  };

  const values = (element, ...wanted) =>
    Object.fromEntries(wanted.map((name) => [name, { value: element.get(name), place: element.at(name) }]));

  /* An element that stands where it belongs. */
  const seen = (element) => {
    const own = attributes.get(element.name);
    const { name } = element;
    return {
      name,
      place: element.offset,
      entry: elements.get(name),
      attributes: [...element.attributes.values()]
        .filter((each) => !each.name.startsWith("xmlns") && !each.name.includes(":"))
        .map((each) => ({
          element: name,
          name: each.name,
          value: each.value,
          place: each.offset,
          entry: own.get(each.name) ?? null,
          own: [...own.keys()],
          open: data.open_lists.includes(`${name}.${each.name}`),
        })),
      required: [...own.values()]
        .filter((each) => each.required)
        .map((each) => ({
          element: name,
          name: each.name,
          value: element.get(each.name),
          place: element.at(each.name),
        })),
    };
  };

  /* What stands in elements that a page documents: where, in what, and whether it fits there. */
  const partsOf = (root, lineOf) => {
    const parents = [...root.walk()].filter(({ name }) => elements.has(name) && !elements.get(name).unconfirmed);
    return parents.flatMap((parent) => {
      const first = firsts();
      return parent.children.map((child) => {
        const entry = elements.get(child.name) ?? null;
        const fits = Boolean(entry?.parents.includes(parent.name));
        return {
          name: child.name,
          place: child.offset,
          parent: parent.name,
          entry,
          fits,
          first: fits ? first(child.name, lineOf(child.offset)) : null,
          self: fits ? seen(child) : null,
        };
      });
    });
  };

  const languagesOf = (element, product) => {
    const before = new Set();
    const own = element.all("Language");
    const every = new Set(own.map((each) => lower(each.get("ID"))));
    return own.map((each) => {
      const id = each.get("ID");
      const name = strip(id ?? "");
      const again = Boolean(id) && before.has(lower(id));
      before.add(lower(id));
      return {
        product,
        id,
        name,
        place: each.at("ID"),
        token: tokens.get(lower(name)) ?? null,
        whole_token: tokens.get(lower(id)) ?? null,
        entry: languages.get(lower(name)) ?? null,
        again,
        beside: every.size > 1,
        options: ["Fallback", "TargetProduct"].map((option) => ({
          name: option,
          given: each.attributes.has(option),
          place: each.at(option),
        })),
      };
    });
  };

  const productsOf = (parents, added, lineOf) => {
    const first = firsts();
    const firstKey = firsts();
    return parents.flatMap((parent) => parent.all("Product")).map((element) => {
      const id = element.get("ID") ?? "";
      const given = element.get("PIDKEY");
      const key = given === null ? null : strip(given).toUpperCase();
      const earlier = first(lower(id), lineOf(element.at("ID")));
      const product = {
        id,
        added,
        start: element.offset,
        place: element.at("ID"),
        entry: products.get(lower(id)) ?? null,
        first: id ? earlier : null,
        key,
        key_place: element.at("PIDKEY"),
        key_owner: keys.get(key ?? "") ?? null,
        key_first: key === null ? null : firstKey(key, id),
      };
      product.languages = languagesOf(element, product);
      product.apps = element.all("ExcludeApp").map((each) => {
        const value = each.get("ID") ?? "";
        return { product, value, place: each.at("ID"), app: apps.get(lower(value)) ?? null };
      });
      return product;
    });
  };

  const propertiesOf = (root, lineOf) => {
    const first = firsts();
    return root.all("Property").map((element) => {
      const name = element.get("Name") ?? "";
      const earlier = first(name, lineOf(element.offset));
      return {
        name,
        value: element.get("Value"),
        start: element.offset,
        place: element.at("Name"),
        value_place: element.at("Value"),
        entry: properties.get(name) ?? null,
        first: name ? earlier : null,
      };
    });
  };

  /* Whether it is a config.xml of the Windows Installer setup: it names its product on top, and adds nothing. */
  const isInstallerFile = (root) =>
    root.name === "Configuration" && !root.all("Add").length && !root.all("Remove").length &&
    (root.get("Product") !== null || root.children.some(({ name }) => data.installer_elements.includes(name)));

  /* `file` in the expressions of the checks. */
  const recordsOf = (root, lineOf, { mode = null, template = false }) => {
    const installer = isInstallerFile(root);
    // Nothing in it is for the tool.
    if (installer) root.children = [];
    const adds = root.all("Add");
    const isOurs = root.name === "Configuration" && !installer;
    const parts = isOurs ? partsOf(root, lineOf) : [];
    const placed = isOurs ? [seen(root), ...parts.filter(({ fits }) => fits).map(({ self }) => self)] : [];
    const documented = placed.filter(({ entry }) => !entry.unconfirmed);
    const listed = [...productsOf(adds, true, lineOf), ...productsOf(root.all("Remove"), false, lineOf)];
    const licensed = listed.filter(({ added, entry }) => added && ["volume", "subscription"].includes(entry?.license));
    const channel = adds.map((add) => add.attributes.get("Channel")).find(Boolean);
    return {
      root: { name: root.name, place: root.offset, empty: !root.children.length, installer },
      mode,
      template,
      channel: channel ? { value: channel.value, place: channel.offset } : null,
      removes_msi: root.all("RemoveMSI").length > 0,
      parts,
      elements: placed,
      attributes: documented.flatMap((each) => each.attributes),
      required: documented.flatMap((each) => each.required),
      texts: [...root.walk()]
        .filter(({ name, text }) => text && elements.has(name))
        .map(({ name, text, offset }) => ({ element: name, text, place: offset })),
      products: listed,
      languages: listed.flatMap((product) => product.languages),
      apps: listed.flatMap((product) => product.apps),
      licensed,
      suites: licensed.filter(({ entry }) => entry.license === "volume" && entry.kind === "suite"),
      volume: licensed.some(({ entry }) => entry.license === "volume"),
      subscription: licensed.some(({ entry }) => entry.license === "subscription"),
      properties: propertiesOf(root, lineOf),
      adds: adds.map((add) => values(add, "Version", "Channel", "DownloadPath", "SourcePath")),
      updates: root.all("Updates").map((each) => values(each, "Channel", "Deadline")),
      displays: root.all("Display").map((each) => values(each, "Level", "AcceptEULA")),
    };
  };

  // How it activates --------------------------------------------------------------------------------------------------

  const activationOf = ({ entry, id, key }, template) => {
    if (!entry) return id.startsWith("O365") ? "subscription" : id.endsWith("Retail") ? "retail" : "unknown";
    if (entry.license !== "volume") return entry.license === "free" ? "none" : entry.license;
    if (keys.has(key) || (!key && entry.pidkey !== "mak-only")) return "kms-adba";
    if (KEY_SHAPE.test(key) && data.preview_keys.some((end) => key.endsWith(end))) return "unknown";
    const isMak = (key === data.placeholder && template) || (KEY_SHAPE.test(key) && !isPlaceholder(key));
    return isMak ? "mak" : "unknown";
  };

  const activation = ({ products: listed, root, template }) => {
    if (root.installer) return "unknown";
    const ways = new Set(listed.filter(({ added }) => added).map((product) => activationOf(product, template)));
    ways.delete("none");
    if (ways.size > 1) return ways.has("unknown") ? "unknown" : "mixed";
    return [...ways][0] ?? "none";
  };

  // The report --------------------------------------------------------------------------------------------------------

  const findings = window.vagFindings(data);
  const { findingOf, reportOn } = findings;

  const examine = (root, placeOf, options) => {
    const file = recordsOf(root, (offset) => placeOf(offset).line, options);
    const enough = new Error("enough findings");
    const found = [];
    try {
      check({ file, known: names }, (rule, offset, given, said) => {
        if (found.push(findingOf(rule, placeOf(offset), given, said)) > most.findings) throw enough;
      });
    } catch (error) {
      if (error !== enough) throw error;
    }
    return { found, activation: activation(file) };
  };

  const plain = (text, options) => examine(readXml(text, data), placesOf(text), options);

  /* The files in a text, and the text around them. */
  const inside = (text, found, options) =>
    window.vagWrapped.judged(
      text,
      found,
      findingOf,
      (part) => reportOn(() => part.text, () => plain(part.text, options)),
    );

  const validate = (content, options = {}) =>
    reportOn(
      () => decode(content, most.characters),
      (text) => {
        const found = window.vagWrapped.find(text, "Configuration");
        if (found) return inside(text, found, options);
        const lost = window.vagWrapped.bare(text, "Configuration");
        if (lost === null) return plain(text, options);
        return { found: [findingOf("brackets-lost", placesOf(text)(lost))], activation: "unknown" };
      },
    );

  const known = { ...data, products, languages, ltsc, keys: new Map(Object.entries(data.keys)) };
  window.vagOdt = { findings, known, validate };

  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-check]"));
  if (form) findings.checkForm(form, (content) => validate(content, { mode: form.elements.mode.value || null }));
})();
