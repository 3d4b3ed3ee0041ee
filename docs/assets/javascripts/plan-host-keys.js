// @ts-check
/*
 * Which host key, which system, which update? The same as macros/domain/plans/host_keys.py, from the lists that the
 * page carries; both run tests/vectors/plans.yaml.
 */
(() => {
  /* Of the updates of a system, the one that stands for all where each has its day; else every one. */
  const needed = (updates, system, products) => {
    const rows = products
      .map((product) => updates.filter(([host, activated]) => host === system && activated.includes(product)))
      .filter(({ length }) => length);
    const byDay = (a, b) => a[3].localeCompare(b[3]);
    const every = [...new Set(rows.flat())];
    const hasDays = every.every(([, , , day]) => day);
    const found = hasDays ? rows.map((each) => each.sort(byDay)[0]).sort(byDay).slice(-1) : every;
    return found.map(([, , text]) => text);
  };

  const answer = ({ host_system: wanted = null, products: named }, { keys, updates }) => {
    const products = [...new Set(named)];
    const full = keys.filter(({ listed }) => products.every((product) => product in listed));
    const partial = keys.filter((key) => !full.includes(key) && products.some((product) => product in key.listed));

    const holder = ({ listed, named: certain, release }, system) => ({
      system,
      updates: needed(updates, system, [release, ...products]),
      is_certain: certain.includes(system) && products.every((product) => listed[product]),
    });

    const held = (isMeant) =>
      full
        .map((key) => ({ key: key.id, hosts: key.systems.filter(isMeant).map((system) => holder(key, system)) }))
        .filter(({ hosts }) => hosts.length);
    const there = held((system) => wanted === null || system === wanted);
    return {
      keys: there,
      elsewhere: there.length ? [] : held(() => true),
      partial: partial.map(({ id, listed }) => ({
        key: id,
        listed: products.filter((product) => product in listed),
        not_listed: products.filter((product) => !(product in listed)),
      })),
    };
  };

  window.vagPlan = { ...window.vagPlan, "host-keys": { answer } };
})();
