// @ts-check
/*
 * Places and numbers of a YAML file, for what reads it and for what judges it.
 *
 *   window.vagYaml.Decimal             a decimal number
 *                 .line(lines, path)   the line of a key path, or of its nearest ancestor in the file
 *                 .dotted(path)        a key path as people write it
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  /* A decimal number: no whole number, whatever its value. */
  class Decimal {
    constructor(value) {
      this.value = value;
    }

    toString() {
      return Number.isInteger(this.value) ? `${this.value}.0` : String(this.value);
    }
  }

  const dotted = (path) =>
    path.reduce((text, key) => {
      if (typeof key === "number") return `${text}[${key}]`;
      return text ? `${text}.${key || '""'}` : key || '""';
    }, "");

  const line = (lines, path) => {
    for (let end = path.length; end >= 0; end -= 1) {
      const found = lines.get(JSON.stringify(path.slice(0, end)));
      if (found !== undefined) return found;
    }
    return null;
  };

  window.vagYaml = { Decimal, dotted, line };
})();
