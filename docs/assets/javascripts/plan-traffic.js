// @ts-check
/* How many hosts, how much traffic? The same as macros/domain/plans/traffic.py; both run tests/vectors/plans.yaml. */
(() => {
  const trafficOf = (clients, { message_bytes: bytes, renewal_minutes: renewal, retry_minutes: retry }) => {
    const renewals = (clients * 1440) / renewal;
    const peak = (clients * 60) / retry;
    return {
      clients,
      renewals_per_day: renewals,
      renewals_per_hour: renewals / 24,
      bytes_per_day: renewals * bytes,
      peak_requests_per_hour: peak,
      peak_requests_per_second: peak / 3600,
      peak_bytes_per_hour: peak * bytes,
    };
  };

  const answer = ({ clients, hosts }, known) => {
    const advised = clients > known.advised_over ? known.advised : Number(clients > 0);
    return {
      ...trafficOf(clients, known),
      hosts_advised: advised,
      hosts_missing: Math.max(0, advised - hosts),
      per_host: hosts ? trafficOf(clients / hosts, known) : null,
    };
  };

  window.vagPlan = { ...window.vagPlan, traffic: { answer } };
})();
