// @ts-check
/*
 * SRV records of the reader's own organization, as macros/formats/dns/srv.py has them.
 *
 *   window.vagRecords(organization, usual)   zone, priority, weight, port and target of each; `usual` has numbers of
 *                                            a host that names none
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  /* Zones in which a host's record stands: the ones its entry names, else the closest one around its name. */
  const zonesOf = ({ name, publish_in: own }, all) => {
    const around = all.filter((zone) => name.endsWith(`.${zone}`)).sort((one, other) => one.length - other.length);
    return own ?? around.slice(-1);
  };
  const records = ({ dns_zone: first, further_dns_zones: more, kms_hosts: hosts }, usual) => {
    const all = [first, ...more];
    return all.flatMap((zone) =>
      hosts.filter((host) => zonesOf(host, all).includes(zone)).map((host) => ({
        zone,
        priority: host.priority ?? usual.priority,
        weight: host.weight ?? usual.weight,
        port: host.port ?? usual.port,
        target: host.name,
      }))
    );
  };

  window.vagRecords = records;
})();
