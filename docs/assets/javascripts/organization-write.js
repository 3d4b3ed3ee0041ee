// @ts-check
/*
 * Writes an organization's file: with comments that say what each key means, so that it can be edited by hand, and so
 * that the loader of a build (macros/catalog/organization_file.py) reads the same data from it.
 *
 *   window.vagOrganization.asYaml(organization)    organization.yml
 *                         .asJson(organization)    the same data as JSON
 *
 * Both take an organization that `judge` or `read` gave.
 *
 * Loaded when a reader takes a file along: who fills in the form needs none of it.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { fill } = window.vagDom;
  const { known } = window.vagOrganization;
  const { form, shapes } = known;
  const WIDTH = 110;
  const PLAIN = /^[A-Za-z0-9](?:[\w .,()'\/&+-]*[\w.)'])?$/;
  const NUMBER = /^[0-9][0-9._+-]*$/;
  const WORDS = ["null", "true", "false"];

  const isUsual = ({ otherwise, required }, value) => !required && JSON.stringify(value) === JSON.stringify(otherwise);

  /* What is said of a record, without what a file need not say. */
  const said = (name, record) =>
    shapes[name].filter((shape) => !isUsual(shape, record[shape.key])).map((shape) => [shape, record[shape.key]]);

  /* A text as it stands in the file: plain where it means itself, else in double quotes. */
  const written = (value) => {
    if (typeof value !== "string") return String(value);
    const isDay = /^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$/.test(value);
    return PLAIN.test(value) && !WORDS.includes(value) && (isDay || !NUMBER.test(value))
      ? value
      : JSON.stringify(value);
  };

  /* A comment over as many lines as it needs. */
  const comment = (text) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      if (lines[lines.length - 1].length + word.length > WIDTH) lines.push("  ");
      lines[lines.length - 1] += ` ${word}`;
    }
    return lines.map((line) => `#${line}`);
  };

  const meaning = (shape) => {
    const values = shape.is === "one" ? fill(form.allowed, { values: shape.of.join(", ") }) : "";
    const about = /[.!?]$/.test(shape.about) ? shape.about : `${shape.about}.`;
    return `${about} ${values}`.trim();
  };

  const recordOf = (shape) => (shape.is === "record" ? shape.name : shape.of?.is === "record" ? shape.of.name : null);

  /* What the keys of a record and of the records in it mean, as comments. */
  const meanings = (name, before = "- ") =>
    shapes[name].flatMap((shape) => {
      const inner = recordOf(shape);
      return [
        ...comment(`${before}${shape.key}: ${meaning(shape)}`),
        ...(inner ? meanings(inner, `${before}${shape.key}.`) : []),
      ];
    });

  const value = (shape, given, indent) => {
    if (given === null) return [" null"];
    if (shape.is === "record") return ["", ...entries(shape.name, given, indent)];
    if (shape.is === "answers") return ["", ...Object.entries(given).map(([key, each]) => `${indent}${key}: ${each}`)];
    if (shape.is !== "list") return [` ${written(given)}`];
    if (shape.of.is !== "record" || !given.length) return [` [${given.map(written).join(", ")}]`];
    return ["", ...given.flatMap((each) => item(shape.of.name, each, indent))];
  };

  const entries = (name, record, indent) =>
    said(name, record).flatMap(([shape, given]) => {
      const [first, ...rest] = value(shape, given, `${indent}  `);
      return [`${indent}${shape.key}:${first}`, ...rest];
    });

  const item = (name, record, indent) => {
    const [first, ...rest] = entries(name, record, `${indent}  `);
    return [`${indent}- ${first.trimStart()}`, ...rest];
  };

  const asYaml = (organization) => {
    const parts = said("Organization", organization).map(([shape, given]) => {
      const inner = recordOf(shape);
      const [first, ...rest] = value(shape, given, "  ");
      return [
        ...comment(meaning(shape)),
        ...(inner ? meanings(inner) : []),
        `${shape.key}:${first}`,
        ...rest,
      ].join("\n");
    });
    return `${form.head.flatMap((line) => comment(line)).join("\n")}\n\n${parts.join("\n\n")}\n`;
  };

  const plain = (shape, given) => {
    if (given === null || shape.is === "answers") return given;
    if (shape.is === "record") return record(shape.name, given);
    return shape.is === "list" ? given.map((each) => plain(shape.of, each)) : given;
  };
  const record = (name, given) =>
    Object.fromEntries(said(name, given).map(([shape, each]) => [shape.key, plain(shape, each)]));

  const asJson = (organization) => `${JSON.stringify(record("Organization", organization), null, 2)}\n`;

  Object.assign(window.vagOrganization, { asJson, asYaml });
})();
