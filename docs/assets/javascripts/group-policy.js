// @ts-check
/*
 * Registry preferences of Group Policy as records: the same as macros/formats/clients/group_policy.py. Adds
 * readPreferences to window.vagClients.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { FILLED, placesOf } = window.vagText;
  const { readXml } = window.vagXml;
  const { activationOf, entryOf, known, strayKeys } = window.vagClients;
  const FORM = known.compared.preferences;
  const { around, attributes, collection, inside, properties: PROPERTIES } = known.preferences;

  const dataOf = (kind, given, properties) => {
    if (kind === "REG_DWORD" && /^[0-9a-f]{8}$/i.test(given)) return parseInt(given, 16);
    if (kind !== "REG_MULTI_SZ") return given;
    const values = properties.all("Values").flatMap((holder) => holder.all("Value").map((value) => value.text));
    return values.length ? values : (given.match(FILLED) ?? []);
  };

  const allowedIn = (name) => {
    if (name === FORM.root || name === collection) return around;
    return name === FORM.item ? inside : null;
  };

  const readPreferences = (text, check) => {
    const root = readXml(text, known);
    const placeOf = placesOf(text);
    const placeAt = (element, name) => placeOf(name ? element.at(name) : element.offset);
    const attributesOf = (element) =>
      [...element.attributes].filter(([name]) => !/^xmlns(?::|$)/.test(name)).map(([, each]) => each);
    // What begins otherwise is no such file, and nothing in it is looked at.
    const elements = root.name === FORM.root ? [...root.walk()] : [];
    const items = elements.filter(({ name }) => name === FORM.item);
    const own = items.flatMap((item) => item.all("Properties").map((properties) => ({ item, properties })));

    const classified = (element) => ({
      name: element.name,
      place: placeAt(element),
      clsid: element.get("clsid"),
      clsid_place: placeAt(element, "clsid"),
    });
    const described = (element, allowed) =>
      [...element.attributes].map(([name, { offset }]) => ({
        name,
        element: element.name,
        place: placeOf(offset),
        allowed,
      }));
    const placeOfSet = (element, name) => (element.get(name) === "1" ? placeAt(element, name) : null);

    /* The value that an item sets or deletes. */
    const valueOf = ({ item, properties }) => {
      const [hive, path, name, type, given] = ["hive", "key", "name", "type", "value"].map((each) =>
        properties.get(each) || ""
      );
      const action = properties.get("action") || "U";
      const deleted = action === "D";
      const places = ["action", "hive", "type", "value"].map((each) => [each, placeAt(properties, each)]);
      return {
        ...entryOf({
          hive,
          path,
          name,
          kind: deleted ? null : type,
          data: deleted ? null : dataOf(type, given, properties),
          place: placeAt(properties, "name"),
          key_place: placeAt(properties, "key"),
          deleted,
        }),
        action,
        type,
        given,
        user_context: placeOfSet(item, "userContext"),
        item_disabled: placeOfSet(item, "disabled"),
        disabled: placeOfSet(properties, "disabled"),
        places: { element: placeAt(properties), ...Object.fromEntries(places) },
      };
    };

    const left = check.judge("group-policy", {
      root: classified(root),
      items: items.map((item) => ({ ...classified(item), properties: item.all("Properties").length > 0 })),
      children: elements.flatMap((element) => {
        const allowed = allowedIn(element.name);
        return allowed === null ? [] : element.children.map((child) => ({
          name: child.name,
          parent: element.name,
          place: placeAt(child),
          allowed,
        }));
      }),
      attributes: [
        ...items.flatMap((item) => described(item, attributes)),
        ...own.flatMap(({ properties }) => described(properties, PROPERTIES)),
      ],
      properties: own.map(valueOf),
      keys: [],
      stray_keys: elements.flatMap((element) =>
        attributesOf(element).flatMap(({ offset, value }) => strayKeys(value, placeOf(offset)))
      ),
    }, true);
    return activationOf(left("entries"));
  };

  Object.assign(window.vagClients, { readPreferences });
})();
