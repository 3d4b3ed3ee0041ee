// @ts-check
/*
 * What the log of changes says of a decision record: `window.vagRecordChanges(record)` gives the changes of its facts,
 * rules, questions and outcome since it was made, each with its id and what to show. The guide asks for this script and
 * its data (macros/render/choose/record_changes.py) when a reader opens a record.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { dataOf, element } = window.vagDom;

  /* A record has the number of the last change that it knew of. One that is older than the log has its day. */
  const isSince = ({ number, day }, { log, decided_on: on }) => Number.isInteger(log) ? number > log : day >= on;

  const concerned = ({ answers, facts, outcome, rules }) =>
    new Set([
      ...facts.map(({ id }) => `fact ${id}`),
      ...(Array.isArray(rules) ? rules : []).map((rule) => `decision ${rule?.table}/${rule?.rule}`),
      ...Object.keys(answers).map((id) => `question ${id}`),
      `outcome ${outcome}`,
    ]);

  const said = ({ address, heading, release, text, why }) => [
    element("a", { href: address }, heading),
    `: ${text}. ${why} (${release})`,
  ];

  window.vagRecordChanges = (record) => {
    const own = concerned(record);
    return dataOf("vag-changes")
      .filter((change) => own.has(`${change.kind} ${change.id}`) && isSince(change, record))
      .map((change) => ({ id: change.id, said: said(change) }));
  };
})();
