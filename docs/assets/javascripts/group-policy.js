// @ts-check
/*
 * Registry preferences of Group Policy: the same as macros/formats/clients/group_policy.py. Adds readPreferences to
 * window.vagClients.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { fill } = window.vagDom;
  const { FILLED, nearest, placesOf } = window.vagText;
  const { readXml } = window.vagXml;
  const { isLicensing, known } = window.vagClients;
  const { form: FORM } = known;

  const readPreferences = (text, check) => {
    const root = readXml(text, known);
    const placeOf = placesOf(text);
    const placeAt = (element, name) => placeOf(name ? element.at(name) : element.offset);
    const nearOf = (given, names, cutoff) => {
      const near = nearest(given, names, cutoff);
      return { near: near ? fill(FORM.near, { near }) : "" };
    };
    const missing = (element, given) =>
      check.say("gpp-missing", placeAt(element), {}, { element: element.name, given });
    const classId = (element, clsid) => {
      const given = element.get("clsid");
      if (given === null) missing(element, "clsid");
      else if (given.toUpperCase() !== clsid.toUpperCase()) {
        check.say("gpp-clsid", placeAt(element, "clsid"), { given }, { name: element.name, clsid });
      }
    };
    const children = (element, names) => {
      for (const child of element.children) {
        if (!names.includes(child.name)) {
          check.say("gpp-element", placeAt(child), { given: child.name }, {
            parent: element.name,
            ...nearOf(child.name, names, 0.7),
          });
        }
      }
    };
    const attributes = (element, names) => {
      for (const given of element.attributes.keys()) {
        if (!names.includes(given)) {
          check.say("gpp-attribute", placeAt(element, given), { given }, {
            element: element.name,
            ...nearOf(given, names, 0.6),
          });
        }
      }
    };
    const listed = (id, properties, name, given, values) =>
      check.say(id, placeAt(properties, name), { given }, { values: values.join(", ") });

    const keyProblem = (path) => {
      const start = path.split("\\")[0].toUpperCase();
      if (FORM.hives.includes(start) || FORM.short.includes(start)) return FORM.words.hive;
      return path.startsWith("\\") || path.endsWith("\\") ? FORM.words.backslash : null;
    };

    const dataOf = (kind, given, properties) => {
      if (kind === "REG_DWORD" && /^[0-9a-f]{8}$/i.test(given)) return parseInt(given, 16);
      if (kind !== "REG_MULTI_SZ") return given;
      const values = properties.all("Values").flatMap((holder) => holder.all("Value").map((value) => value.text));
      return values.length ? values : (given.match(FILLED) ?? []);
    };

    const takeValue = (properties, action) => {
      const [hive, path, name, kind, given] = ["hive", "key", "name", "type", "value"].map((each) =>
        properties.get(each) || ""
      );
      const entry = {
        hive,
        path,
        name,
        kind,
        place: placeAt(properties, "name"),
        keyPlace: placeAt(properties, "key"),
        literal: true,
      };
      const data = dataOf(kind, given, properties);
      if (action === "D") {
        if (given) check.say("gpp-delete-data", placeAt(properties, "value"));
        check.entries.push({ ...entry, kind: null, data: null, deleted: true });
      } else if (!kind) missing(properties, "type");
      else if (![...FORM.types, ...FORM.binary].includes(kind)) {
        listed("gpp-type", properties, "type", kind, FORM.types);
      } else if (kind === "REG_DWORD" && typeof data !== "number") {
        const right = /^\d{1,9}$/.test(given) ? Number(given).toString(16).padStart(8, "0") : FORM.digits;
        check.say("gpp-number", placeAt(properties, "value"), { given }, { right });
      } else check.entries.push({ ...entry, data });
    };

    const takeProperties = (item, properties) => {
      const action = properties.get("action") || "U";
      const [hive, path] = ["hive", "key"].map((each) => properties.get(each) || "");
      const why = keyProblem(path);
      if (!FORM.actions.includes(action)) listed("gpp-action", properties, "action", action, FORM.actions);
      if (!hive) missing(properties, "hive");
      if (!path) missing(properties, "key");
      if (!hive || !path) return;
      if (!FORM.hives.includes(hive)) listed("gpp-hive", properties, "hive", hive, FORM.hives);
      else if (why) check.say("gpp-key", placeAt(properties, "key"), { given: path }, { why });
      else if (properties.get("name")) {
        if (isLicensing(path)) {
          if (item.get("userContext") === "1") check.say("gpp-user-context", placeAt(item, "userContext"));
          for (const each of [item, properties]) {
            if (each.get("disabled") === "1") check.say("gpp-disabled", placeAt(each, "disabled"));
          }
        }
        takeValue(properties, action);
      } else if (isLicensing(path) && ["D", "R"].includes(action)) {
        check.say("gpp-replace-key", placeAt(properties, "action"), { given: path });
      }
    };

    const takeItem = (item) => {
      classId(item, FORM.item_clsid);
      attributes(item, FORM.item_attributes);
      children(item, ["Properties", "Filters"]);
      const found = item.all("Properties");
      if (!found.length) missing(item, "Properties");
      for (const properties of found) {
        attributes(properties, FORM.properties);
        takeProperties(item, properties);
      }
    };

    if (root.name !== FORM.root) {
      check.say("gpp-root", placeAt(root), { given: root.name }, { root: FORM.root });
      return "none";
    }
    classId(root, FORM.root_clsid);
    check.wrong = false;
    for (const element of root.walk()) {
      if (element.name === FORM.root || element.name === FORM.collection) {
        children(element, [FORM.item, FORM.collection, "Filters"]);
      } else if (element.name === FORM.item) takeItem(element);
    }
    const isBroken = check.wrong;
    check.judge();
    for (const element of root.walk()) {
      for (const [name, { offset, value }] of element.attributes) {
        if (!/^xmlns(?::|$)/.test(name)) check.strayKeys(value, placeOf(offset));
      }
    }
    if (!isBroken && !check.ours) check.say("gpp-nothing", null);
    return check.activation;
  };

  Object.assign(window.vagClients, { readPreferences });
})();
