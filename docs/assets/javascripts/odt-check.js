/*
 * The check of configuration files of the Office Deployment Tool: the same rules, order and words as
 * macros/formats/office/configuration.py. <script type="application/json" id="vag-odt"> holds rules, reference and words.
 *
 *   window.vagOdt.validate(data, options)   findings, verdict and activation of a string or a Uint8Array; `options` may
 *                                           hold `mode` and `template`, as in Python
 *   window.vagOdt.findings                  how findings are made and drawn, of findings.js
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, fill } = window.vagDom;
  const data = dataOf("vag-odt");
  if (!data) return;

  const { decode, mask, nearest, placesOf, readXml, strip } = window.vagText;
  const KEY_SHAPE = /^[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){4}$/;
  const KEY_LETTERS = /^[BCDFGHJKMNPQRTVWXY2346789]*$/;
  const NO_KEY = /[$%<>{}[\]]|your|key|mak|kms/iu;
  const VARIABLE = /[$%{}]/;
  const GUID = /^\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?$/;
  const VERSION = /^(?:16\.0\.\p{Nd}{4,6}\.\p{Nd}{4,6}|MatchInstalled)$/u;
  const DEADLINE = /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\p{Nd}|3[01])\/\p{Nd}{4} ([01]?\p{Nd}|2[0-3]):[0-5]\p{Nd}$/u;
  const OFFICE_2016 = /^(ProPlus|Standard)(X|2016)?Volume$/iu;
  const OFFICE_FOLDER = /[\\/]office[\\/]?\n?$/iu;
  const COMMON = ["ID", "Name", "Value", "All", "Level", "Path", "Type", "Key"];
  const LANGUAGE_OPTIONS = [
    ["Fallback", ["MatchOS", "MatchInstalled"]],
    ["TargetProduct", ["MatchInstalled"]],
  ];

  const lower = (text) => (text ?? "").toLowerCase();
  const by = (key, list) => new Map(list.map((each) => [lower(each[key]), each]));
  const named = (list) => new Map(list.map((each) => [each.name, each]));
  const caseless = (names) => new Map(names.map((name) => [lower(name), name]));
  const either = (names) => names.join(" or ");

  const { most, words } = data;
  const known = {
    ...data,
    elements: named(data.elements.map((each) => ({ ...each, attributes: named(each.attributes) }))),
    properties: named(data.properties),
    products: by("id", data.products),
    languages: by("culture", data.languages),
    keys: new Map(Object.entries(data.keys)),
    ltsc: data.channels.slice(0, -1).flatMap((channel) => channel.required_for),
  };
  const { elements, products, languages, keys } = known;

  const findings = window.vagFindings(data);
  const { findingOf, reportOn } = findings;

  const validate = (content, options = {}) =>
    reportOn(
      () => decode(content, most.characters, known.encodings),
      (text) => examine(readXml(text, most), placesOf(text), options),
    );

  // Checks ----------------------------------------------------------------------------------------------------------------

  const isPlaceholder = (key) => {
    if (!KEY_SHAPE.test(key)) return NO_KEY.test(key);
    const letters = key.toUpperCase().replaceAll("-", "");
    return new Set(letters).size === 1 || !KEY_LETTERS.test(letters);
  };

  const examine = (root, placeOf, { mode, template }) => {
    const enough = new Error("enough findings");
    const found = [];

    const say = (id, offset, given, said) => {
      if (found.push(findingOf(id, placeOf(offset), given, said)) > most.findings) throw enough;
    };
    const lineOf = (offset) => placeOf(offset).line;

    const productsIn = (name) =>
      root.all(name).flatMap((parent) => parent.all("Product")).map((element) => {
        const id = element.get("ID") ?? "";
        return { element, id, entry: products.get(lower(id)), offset: element.at("ID") };
      });
    const added = productsIn("Add");
    const removed = productsIn("Remove");
    const all = [...added, ...removed];
    const licensed = (...licenses) => added.filter(({ entry }) => licenses.includes(entry?.license));
    const suites = licensed("volume").filter(({ entry }) => entry.kind === "suite");
    const channel = root.all("Add").map((add) => add.attributes.get("Channel")).find(Boolean);
    const keyOf = ({ element }) => strip(element.get("PIDKEY") ?? "").toUpperCase();

    // Form

    const checkElements = () => {
      if (root.name !== "Configuration") return say("root-element", root.offset, { name: root.name });
      checkElement(root);
      for (const element of root.walk()) {
        const seen = new Map();
        if (elements.has(element.name) && !elements.get(element.name).unconfirmed) for (const child of element.children) checkChild(child, element.name, seen);
      }
    };

    const checkChild = (child, parent, seen) => {
      const { name, offset } = child;
      const entry = elements.get(name);
      if (!entry) {
        const near = nearest(name, elements.keys());
        if (near) return say("misspelled-element", offset, { name, near });
        const listed = [...elements.values()].filter(({ parents }) => parents.includes(parent));
        return say("unknown-element", offset, { name }, { known: listed.map((each) => each.name).join(", ") });
      }
      if (!entry.parents.includes(parent)) {
        return say("misplaced-element", offset, { name, parent }, { expected: either(entry.parents) || "the top" });
      }
      if (seen.has(name) && entry.once) say("repeated-element", offset, { name, parent, first: seen.get(name) });
      if (!seen.has(name)) seen.set(name, lineOf(offset));
      return checkElement(child);
    };

    const checkElement = (element) => {
      const entry = elements.get(element.name);
      if (entry.unconfirmed) return say("undocumented", element.offset, { name: element.name });
      for (const attribute of element.attributes.values()) {
        const { name, offset } = attribute;
        const wanted = entry.attributes.get(name);
        if (name.startsWith("xmlns") || name.includes(":")) continue;
        if (!wanted) checkUnknown(element.name, name, offset);
        else if (wanted.unconfirmed) say("undocumented", offset, { name: `${element.name} ${name}` });
        else if (!known.open_lists.includes(`${element.name}.${name}`)) checkValue(element.name, attribute, wanted.allowed);
      }
      for (const { name, required } of entry.attributes.values()) {
        const value = element.get(name);
        const given = { element: element.name, name };
        if (required && value === null) say("missing-attribute", element.offset, given);
        else if (required && ["ID", "Name", "Key"].includes(name) && !strip(value)) say("empty-value", element.at(name), given);
      }
    };

    const checkUnknown = (element, name, offset) => {
      const own = [...elements.get(element).attributes.keys()];
      const near = nearest(name, own);
      const others = [...elements.values()].filter(({ attributes }) => attributes.has(name)).map((each) => each.name);
      if (near) say("misspelled-attribute", offset, { element, name, near });
      else if (others.length && !COMMON.includes(name)) say("misplaced-attribute", offset, { element, name }, { expected: either(others) });
      else say("unknown-attribute", offset, { element, name }, { known: own.join(", ") || "none" });
    };

    const checkValue = (element, { name, value, offset }, allowed) => {
      if (!allowed.length || allowed.includes(value)) return;
      const legacy = name === "Channel" ? known.legacy_channels : {};
      const spelled = caseless([...allowed, ...Object.keys(legacy)]);
      const near = spelled.get(lower(value));
      const meant = near ? "" : nearest(value, allowed);
      if (Object.hasOwn(legacy, value)) say("legacy-channel", offset, { value, near: legacy[value] });
      else if (near) {
        const isBoolean = spelled.size === 2 && spelled.has("true") && spelled.has("false");
        say(isBoolean ? "boolean-case" : "value-case", offset, { name, element, value, near });
      } else say("value", offset, { name, element, value }, { allowed: allowed.join(", "), near: meant ? ` ${meant} is meant.` : "" });
    };

    const checkText = () => {
      for (const { name: element, offset, text } of root.walk()) {
        if (!text || !elements.has(element)) continue;
        if (strip(text, /[\xa0 \t\r\n]/)) say("stray-text", offset, { element, text });
        else say("no-break-space", offset, { element });
      }
    };

    const checkContent = () => {
      if (root.name === "Configuration" && !root.children.length) say("nothing-to-do", root.offset);
    };

    // Products

    const checkProductIds = () => {
      for (const { id, entry, offset } of all) {
        if (!strip(id)) continue;
        if (VARIABLE.test(id)) say("unexpanded", offset, { name: "ID", element: "Product", value: id });
        else if (!entry) checkUnknownProduct(id, offset);
        else if (entry.id !== id) say("product-case", offset, { product: id, near: entry.id });
      }
    };

    const checkUnknownProduct = (product, offset) => {
      const names = [...products.values()].map((entry) => entry.id);
      const near = nearest(product, names, 0.8);
      if (OFFICE_2016.test(product)) say("R08", offset, { product, near: known.channels[0].required_for[0] });
      else if (products.get(lower(near))?.license === "volume" && !product.endsWith("Retail")) say("misspelled-product", offset, { product, near });
      else say("R23", offset, { product }, { near: near ? ` The nearest is ${near}.` : "" });
    };

    const checkDuplicates = () => {
      const once = (rule, word) => {
        const seen = new Map();
        return (name, value, offset) => {
          if (name && seen.has(name)) say(rule, offset, { [word]: value }, { first: seen.get(name) });
          if (!seen.has(name)) seen.set(name, lineOf(offset));
        };
      };
      for (const some of [added, removed]) {
        const see = once("duplicate-product", "product");
        for (const { id, offset } of some) see(lower(id), id, offset);
      }
      const see = once("duplicate-property", "property");
      for (const element of root.all("Property")) see(element.get("Name") ?? "", element.get("Name"), element.offset);
    };

    const checkLanguages = () => {
      for (const product of all) {
        const own = product.element.all("Language");
        const seen = new Set();
        if (added.includes(product) && !own.length) say("language-missing", product.element.offset, { product: product.id || "Product" });
        for (const element of own) {
          const language = element.get("ID");
          const name = lower(language);
          checkLanguage(element, product);
          if (name && seen.has(name)) say("duplicate-language", element.at("ID"), { language, product: product.id });
          seen.add(name);
        }
      }
    };

    const checkLanguage = (element, { id, entry }) => {
      const name = strip(element.get("ID") ?? "");
      const place = element.at("ID");
      const token = caseless(known.language_tokens).get(lower(name));
      const language = languages.get(lower(name));
      if (name && !token && !language) {
        const near = nearest(name, [...languages.values()].map(({ culture }) => culture), 0.7);
        if (VARIABLE.test(name)) say("unexpanded", place, { name: "ID", element: "Language", value: name });
        else say("unknown-language", place, { language: name }, { near: near ? ` The nearest is ${near}.` : "" });
      }
      if (language && ["project", "visio"].includes(entry?.kind) && !language.project_visio) {
        const start = `${lower(language.culture).split("-")[0]}-`;
        const same = [...languages].find(([culture, { project_visio: both }]) => both && culture.startsWith(start));
        say("R17", place, { product: id, language: language.culture, near: same?.[1].culture ?? "en-US" });
      }
      if (token === "MatchOS" && !element.attributes.has("Fallback")) say("match-without-fallback", place);
      for (const [option, needed] of LANGUAGE_OPTIONS) {
        if (element.attributes.has(option) && !needed.includes(token)) say("language-option", element.at(option), { name: option }, { token: either(needed) });
      }
    };

    const checkLanguageTokens = () => {
      for (const product of added) {
        const own = product.element.all("Language");
        for (const element of own) {
          const token = lower(element.get("ID"));
          const missing = [];
          if (token === "matchinstalled" && mode === "download") say("R13", element.at("ID"));
          if (!root.all("RemoveMSI").length) missing.push("RemoveMSI");
          if (!own.some((one) => lower(one.get("ID")) !== token)) missing.push("another language beside it");
          if (token === "matchpreviousmsi" && missing.length) say("R14", element.at("ID"), {}, { missing: missing.join(" and ") });
        }
      }
    };

    const checkApps = () => {
      const { allowed } = elements.get("ExcludeApp").attributes.get("ID");
      for (const product of all) {
        const excluded = product.element.all("ExcludeApp");
        const without = excluded.some((element) => lower(element.get("ID")) === lower(known.lync));
        for (const element of excluded) checkApp(element.get("ID") ?? "", element.at("ID"), product, allowed);
        if (added.includes(product) && known.ltsc.includes(product.entry?.id) && !without) say("R19", product.element.offset, { product: product.id });
      }
    };

    const checkApp = (value, place, { id, entry }, allowed) => {
      const app = caseless(allowed).get(lower(value));
      const contents = known.suite_contents[entry?.id];
      if (app === "Publisher" && contents && !contents.includes(app)) say("R18", place, { app, product: id });
      if (app || !strip(value)) return;
      const reason = Object.entries(known.wrong_apps).find(([wrong]) => lower(wrong) === lower(value))?.[1];
      const near = nearest(value, allowed, 0.8);
      if (reason) say("wrong-app", place, { value }, { reason });
      else if (near) say("misspelled-app", place, { value, near });
      else say("open-list", place, { element: "ExcludeApp", value });
    };

    // Channels

    const perpetual = known.channels.map(({ id }) => lower(id));
    const subscription = known.subscription_channels.map(lower);
    const today = (name) => (Object.hasOwn(known.legacy_channels, name) ? known.legacy_channels[name] : name);

    const canUse = (entry) => {
      // A channel that is no channel has its own finding, and "as the installed product" fits any.
      const every = [...perpetual, ...subscription];
      const wanted = lower(today(channel.value));
      const own = entry.channels.map(lower).filter((each) => every.includes(each));
      if (!every.includes(wanted)) return true;
      if (!own.length) return entry.generation !== "2016" || subscription.includes(wanted);
      return own.includes(wanted) || (subscription.includes(wanted) && own.some((each) => subscription.includes(each)));
    };

    const checkChannels = () => {
      for (const { element, entry, id: product } of suites) {
        const [expected] = entry.channels;
        if (!channel) say("channel-missing", element.offset, { product, expected });
        else if (lower(channel.value) !== lower(expected)) say("R01", channel.offset, { product, expected, channel: channel.value || "none" });
      }
      if (channel) for (const product of licensed("volume", "subscription")) checkCompany(product, suites[0]);
      for (const updates of root.all("Updates")) if (updates.attributes.has("Channel")) checkUpdates(updates.attributes.get("Channel"));
    };

    /* Whether a product fits the channel of the file, and the first volume suite if there is one. */
    const checkCompany = ({ id: product, entry, offset }, suite) => {
      const { license, kind, generation } = entry;
      if (suite && license === "subscription") {
        const twin = (each) => each.license === "volume" && each.kind === kind && each.generation === suite.entry.generation;
        const twins = [...products.values()].filter(twin).map((each) => each.id);
        say("R04", offset, { product, other: suite.id }, { volume: kind === "suite" ? suite.entry.id : either(twins) });
      } else if (suite && kind === "suite") {
        if (generation !== suite.entry.generation) say("R03", offset, { product, other: suite.id });
      } else if (!canUse(entry)) say("R02", offset, { product, channel: channel.value || "none" });
      else if (!suite && license === "volume" && licensed("subscription").length) say("R05", offset, { product });
    };

    const checkUpdates = ({ value, offset }) => {
      if (suites.length) {
        const { id: product, entry } = suites[0];
        const [expected] = entry.channels;
        if (lower(value) !== lower(expected)) say("R01", offset, { product, expected, channel: value || "none" });
      } else if (channel && today(channel.value) !== today(value)) say("updates-channel", offset, { value, channel: channel.value });
    };

    // Keys, properties, settings

    const checkKeys = () => {
      const used = new Map();
      for (const product of added) {
        const { id, entry, element } = product;
        const key = keyOf(product);
        if (!element.attributes.has("PIDKEY")) {
          if (entry?.pidkey === "mak-only") say("mak-missing", product.offset, { product: id });
          continue;
        }
        if (entry) checkKey(key, id, entry, element.at("PIDKEY"));
        if (used.has(key) && key !== known.placeholder && !keys.has(key) && KEY_SHAPE.test(key)) {
          say("R09", element.at("PIDKEY"), { product: id, other: used.get(key) }, { key: mask(key) });
        }
        if (!used.has(key)) used.set(key, id);
      }
    };

    const checkKey = (key, product, entry, place) => {
      const [release, edition] = keys.get(key) ?? [];
      const own = release === entry.product && edition === entry.gvlk_edition;
      if (entry.license === "subscription") say("R10", place, { product }, { volume: either(known.channels[0].required_for) });
      else if (entry.pidkey === "forbidden") say("key-not-taken", place, { product });
      else if (key === known.placeholder && template) return;
      else if (isPlaceholder(key)) say("placeholder-key", place, { product });
      else if (!KEY_SHAPE.test(key)) say("key-format", place, { product });
      else if (!release) say("key-in-clear-text", place, { product }, { key: mask(key) });
      else if (entry.pidkey === "mak-only") say("mak-only", place, { product });
      else if (!own) say("foreign-gvlk", place, { product, owner: edition }, { cure: fill(words.key_cure[Number(entry.license === "retail")], entry) });
    };

    const checkProperties = () => {
      for (const element of root.all("Property")) {
        const property = element.get("Name");
        const value = element.get("Value");
        const entry = known.properties.get(property);
        const [place, valuePlace] = [element.at("Name"), element.at("Value")];
        if (!property) continue;
        if (!entry) {
          const near = nearest(property, known.properties.keys());
          say("unknown-property", place, { property }, { near: near ? ` ${near} is meant.` : "" });
          continue;
        }
        if (value !== null && entry.allowed.length && !entry.allowed.includes(value.toUpperCase())) {
          say("property-value", valuePlace, { property, value }, { allowed: entry.allowed.join(", ") });
        }
        if (property === "PACKAGEGUID" && !GUID.test(value ?? "")) say("guid-format", valuePlace);
        if (property === "PinIconsToTaskbar") say("obsolete-property", place, { property });
        checkLicense(property, value, place);
      }
    };

    const checkLicense = (property, value, place) => {
      const [volume, other] = [licensed("volume").length, licensed("subscription").length];
      if (property === "AUTOACTIVATE" && value === "1" && other && !volume) say("R11", place);
      if (known.shared_computer.includes(property) && volume && !other) say(!value || value === "0" ? "shared-computer-off" : "R12", place, { property });
    };

    const checkSettings = () => {
      for (const display of root.all("Display")) {
        if (display.get("Level") === "None" && display.get("AcceptEULA")?.toUpperCase() !== "TRUE") say("silent-without-license", display.at("Level"));
      }
      for (const updates of root.all("Updates")) {
        const value = updates.get("Deadline");
        if (value !== null && !DEADLINE.test(value)) say("deadline-format", updates.at("Deadline"), { value });
      }
      for (const add of root.all("Add")) {
        const value = add.get("Version");
        const end = [...(add.get("SourcePath") ?? "").slice(-16)].slice(-8).join("");
        if (value !== null && !VERSION.test(value)) say("version-format", add.at("Version"), { value });
        else if (value && value !== "MatchInstalled" && !add.attributes.has("Channel")) say("version-without-channel", add.at("Version"));
        if (add.get("DownloadPath") && !value) say("R15", add.at("DownloadPath"));
        if (OFFICE_FOLDER.test(end)) say("source-path", add.at("SourcePath"));
      }
    };

    // How it activates

    const activationOf = (product) => {
      const { entry, id } = product;
      if (!entry) return id.startsWith("O365") ? "subscription" : id.endsWith("Retail") ? "retail" : "unknown";
      if (entry.license !== "volume") return entry.license === "free" ? "none" : entry.license;
      const key = keyOf(product);
      if (keys.has(key) || (!key && entry.pidkey !== "mak-only")) return "kms-adba";
      return (key === known.placeholder && template) || (KEY_SHAPE.test(key) && !isPlaceholder(key)) ? "mak" : "unknown";
    };

    const activation = () => {
      const kinds = new Set(added.map(activationOf));
      kinds.delete("none");
      if (kinds.size > 1) return kinds.has("unknown") ? "unknown" : "mixed";
      return [...kinds][0] ?? "none";
    };

    try {
      checkElements();
      checkText();
      checkContent();
      checkProductIds();
      checkDuplicates();
      checkLanguages();
      checkLanguageTokens();
      checkApps();
      checkChannels();
      checkKeys();
      checkProperties();
      checkSettings();
    } catch (error) {
      if (error !== enough) throw error;
    }
    return { found, activation: activation() };
  };

  window.vagOdt = { findings, known, validate };

  const form = document.querySelector("[data-vag-check]");
  if (form) findings.checkForm(form, (content) => validate(content, { mode: form.elements.mode.value || null }));
})();
