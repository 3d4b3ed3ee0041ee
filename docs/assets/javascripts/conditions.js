// @ts-check
/*
 * Checks as data: walks the trees of expressions that macros/formats/base/conditions.py parsed, and says which rule
 * speaks of which record, as macros/formats/base/checks.py does. Nothing here evaluates text.
 *
 *   window.vagConditions.walker(tree, functions)      what walks a tree: names in, value out
 *   window.vagConditions.findings(data, names, functions, say)
 *       runs the checks of a page; say(rule, place, given, said) for each rule that speaks
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  /** @typedef {any[]} Tree @typedef {(name: string) => any} Names @typedef {(names: Names) => any} Walk */
  /** @typedef {{ [name: string]: (...values: any[]) => any }} Functions */

  /** As in Python an empty list is false. @param {any} value */
  const holds = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));

  /* What every object has is no field of a record. @param {string} name @returns {(of: any) => any} */
  const field = (name) => (name in Object.prototype ? (of) => own(of, name) : (of) => of?.[name] ?? null);

  /** @param {any} of @param {string} name */
  const own = (of, name) => (typeof of === "object" && of && Object.hasOwn(of, name) ? of[name] ?? null : null);

  /** @type {{ [kind: string]: (a: any, b: any) => any }} */
  const OPERATIONS = {
    "==": (a, b) => a === b,
    "!=": (a, b) => a !== b,
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
    "+": (a, b) => a + b,
    in: (a, b) => (typeof b === "string" ? typeof a === "string" && b.includes(a) : (b ?? []).includes(a)),
  };

  /** @param {Walk[]} parts @param {boolean} stops @returns {Walk} */
  const deciding = (parts, stops) => (names) => {
    let value = null;
    for (const part of parts) {
      value = part(names);
      if (holds(value) === stops) break;
    }
    return value;
  };

  /** @param {Tree} tree @param {Functions} functions @returns {Walk} */
  const walker = ([kind, ...parts], functions) => {
    /** @param {Tree} tree */
    const walk = (tree) => walker(tree, functions);
    switch (kind) {
      case "value":
        return () => parts[0];
      case "name":
        return (names) => names(parts[0]);
      case "get": {
        const of = walk(parts[0]);
        const get = field(parts[1]);
        return (names) => get(of(names));
      }
      case "at": {
        const items = walk(parts[0]);
        return (names) => items(names)?.[parts[1]] ?? null;
      }
      case "call": {
        const given = parts.slice(1).map(walk);
        const called = functions[parts[0]];
        return (names) => called(...given.map((each) => each(names)));
      }
      case "each": {
        const [result, items, when] = [walk(parts[0]), walk(parts[2]), parts[3] ? walk(parts[3]) : () => true];
        return (names) => {
          const found = [];
          /** @type {any} */
          let item = null;
          /** @type {Names} */
          const inside = (name) => (name === parts[1] ? item : names(name));
          for (item of items(names) ?? []) if (holds(when(inside))) found.push(result(inside));
          return found;
        };
      }
      case "and":
      case "or":
        return deciding(parts.map(walk), kind === "or");
      case "not": {
        const only = walk(parts[0]);
        return (names) => !holds(only(names));
      }
      case "if": {
        const [test, then, otherwise] = parts.map(walk);
        return (names) => (holds(test(names)) ? then(names) : otherwise(names));
      }
      case "list": {
        const items = parts.map(walk);
        const texts = parts.every(([kind]) => kind === "value") && parts.map(([, value]) => value);
        return texts ? () => texts : (names) => items.map((each) => each(names));
      }
      default: {
        const [left, right] = parts.map(walk);
        return (names) => OPERATIONS[kind](left(names), right(names));
      }
    }
  };

  /** @param {{ [name: string]: Tree }} trees @param {Functions} functions @returns {[string, Walk][]} */
  const walkers = (trees, functions) => Object.entries(trees).map(([name, tree]) => [name, walker(tree, functions)]);

  /** Functions that every format has. @param {{ [name: string]: string }} patterns @returns {Functions} */
  const common = (patterns) => {
    /** @param {string} wrapped @returns {(name: string, text: string | null) => boolean} */
    const test = (wrapped) => {
      const known = new Map(
        Object.entries(patterns).map(([name, text]) => [name, new RegExp(wrapped.replace("…", () => text), "u")]),
      );
      return (name, text) => text !== null && /** @type {RegExp} */ (known.get(name)).test(text);
    };
    return {
      all: (list) => list.every(holds),
      any: (list) => list.some(holds),
      contains: test("…"),
      count: (list) => list.length,
      ends: (text, end) => (text ?? "").endsWith(end),
      join: (list, between) => list.join(between),
      lower: (text) => (text ?? "").toLowerCase(),
      matches: test("^(?:…)$"),
      starts: (text, start) => (text ?? "").startsWith(start),
      upper: (text) => (text ?? "").toUpperCase(),
    };
  };

  /**
   * What runs the checks of a page over records.
   * @param {{ patterns: { [name: string]: string }, checks: any[] }} data @param {Functions} functions
   */
  const checks = ({ patterns, checks }, functions) => {
    const every = { ...common(patterns), ...functions };
    const runs = checks.map(({ each, where, let: lets, rest, first, items }) => ({
      first,
      rest,
      each: each && walker(each, every),
      where: walker(where, every),
      lets: new Map(walkers(lets, every)),
      items: items.map((/** @type {any[]} */ [rule, when, at, given, said]) => ({
        rule,
        when: walker(when, every),
        at: walker(at, every),
        given: walkers(given, every),
        said: walkers(said, every),
      })),
    }));

    /** @param {any} it @param {Map<string, Walk>} lets @param {Names} around @returns {Names} */
    const scope = (it, lets, around) => {
      if (!lets.size) return (name) => (name === "it" ? it : around(name));
      const values = new Map();
      /** @type {Names} */
      const names = (name) => {
        if (name === "it") return it;
        const computed = lets.get(name);
        if (!computed) return around(name);
        if (!values.has(name)) values.set(name, computed(names));
        return values.get(name);
      };
      return names;
    };

    /** @param {[string, Walk][]} walks @param {Names} names */
    const filled = (walks, names) => Object.fromEntries(walks.map(([name, walk]) => [name, walk(names)]));

    /**
     * @param {{ [name: string]: any }} given what was read, as `file`, and what it is compared with, as `known`
     * @param {(rule: string, place: any, given: object, said: object) => void} say
     * @param {number} most findings that are said
     * @param {boolean} ends whether nothing is looked at after those
     * @returns {Names} what checks left under `rest`, by its name
     */
    return (given, say, most = Infinity, ends = true) => {
      let found = 0;
      /** @type {Map<string, any>} */
      const values = new Map(Object.entries({ ...given, found }));
      /** @type {Names} */
      const around = (name) => values.get(name);
      for (const { each, where, lets, rest, first, items } of runs) {
        const silent = [];
        for (const it of each ? each(around) ?? [] : [null]) {
          const names = scope(it, lets, around);
          if (!holds(where(names))) continue;
          const before = found;
          for (const item of items) {
            if (!holds(item.when(names))) continue;
            found += 1;
            if (found <= most) say(item.rule, item.at(names), filled(item.given, names), filled(item.said, names));
            if (first) break;
          }
          if (ends && found >= most) return around;
          if (found === before) silent.push(it);
        }
        values.set("found", found);
        if (rest) values.set(rest, silent);
      }
      return around;
    };
  };

  window.vagConditions = { checks, common, holds, walker };
})();
