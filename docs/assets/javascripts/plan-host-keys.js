// @ts-check
/*
 * Which host key, which system, which update? The same as macros/domain/plans/host_keys.py, from the lists that the
 * page carries; both run tests/vectors/plans.yaml.
 */
(() => {
  const answer = ({ host_system: wanted = null, products: named }, { keys, updates }) => {
    const products = [...new Set(named)];
    const full = keys.filter(({ listed }) => products.every((product) => product in listed));
    const partial = keys.filter((key) => !full.includes(key) && products.some((product) => product in key.listed));

    const holder = ({ first, listed, named: certain }, system) => {
      const rows = products.flatMap((product) =>
        updates.filter(([host, activated]) => host === system && activated.includes(product)).map(([, , text]) => text)
      );
      return {
        system,
        updates: [...new Set([...(first[system] ?? []), ...rows])],
        is_certain: certain.includes(system) && products.every((product) => listed[product]),
      };
    };

    return {
      keys: full
        .map((key) => {
          const systems = key.systems.filter((system) => wanted === null || system === wanted);
          return { key: key.id, hosts: systems.map((system) => holder(key, system)) };
        })
        .filter(({ hosts }) => hosts.length),
      partial: partial.map(({ id, listed }) => ({
        key: id,
        listed: products.filter((product) => product in listed),
        not_listed: products.filter((product) => !(product in listed)),
      })),
    };
  };

  window.vagPlan = { ...window.vagPlan, "host-keys": { answer } };
})();
