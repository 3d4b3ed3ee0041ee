// @ts-check
/*
 * Reads an error code in any spelling, as macros/domain/error_codes.py does; both are held to the same cases.
 *
 *   window.vagCodes.read(text)   { code, digits }: the code as pages write it, or null, and the digits that were typed
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const hex = (value) => value.toString(16).toUpperCase().padStart(8, "0");

  const readWhole = (text) => {
    const plain = text.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1").replace(/[\u2010-\u2014\u2212]/g, "-");
    if (/^(-[0-9]{1,10}|[0-9]{10})$/.test(plain)) {
      const value = Number(plain);
      const number = value < 0 ? value + 2 ** 32 : value;
      const isNotice = Math.floor(number / 2 ** 16) === 0x4004;
      if (isNotice || (value >= -(2 ** 31) && number >= 2 ** 31 && number < 2 ** 32)) {
        return { code: `0x${hex(number)}`, digits: hex(number) };
      }
    }
    // 0xC004-F074, and C004F074h as debuggers and assemblers write it.
    const bare = plain.replace(/^(0?X[0-9A-F]{4})-([0-9A-F]{4})$/, "$1$2").replace(/^((?:0?X)?[0-9A-F]{8})H$/, "$1");
    const digits = bare.replace(/^0?X/, "");
    if (!/^[0-9A-F]{4,10}$/.test(digits) || (digits === bare && !/[0-9]/.test(text))) {
      return { code: null, digits: "" };
    }
    return { code: digits.length === 8 ? `0x${digits}` : null, digits };
  };

  const read = (text) => {
    const whole = readWhole(text.replace(/[\s"'`.,;:()[\]<>_]/g, ""));
    const inside = !whole.code && text.toUpperCase().match(/\b[0O]X[0-9A-FOIL]{8}\b|(?<![\w-])-[0-9]{9,10}\b/);
    return inside ? readWhole(inside[0]) : whole;
  };

  window.vagCodes = { read };
})();
