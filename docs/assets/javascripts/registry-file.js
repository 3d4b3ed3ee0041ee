// @ts-check
/*
 * Registration files (.reg) as records: the same as macros/formats/clients/registry_file.py. Adds readRegistry to
 * window.vagClients.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { BLANK: B, lower, markOf, strip, without } = window.vagText;
  const { activationOf, entryOf, keyOf, known, partition, splitKey, strayKeys, withoutAll } = window.vagClients;

  const REG = known.registry;
  const STRING = '"([^"\\\\]*(?:\\\\[^][^"\\\\]*)*)"';
  const VALUE = new RegExp(`^(?:${STRING}|@)[${B}]*=[${B}]*([^]*)$`);
  const STRING_DATA = new RegExp(`^${STRING}$`);
  const DWORD = new RegExp(`^dword:[${B}]*([0-9a-f]{1,8})$`, "i");
  const HEX = new RegExp(
    `^hex(?:\\(([0-9a-f]{1,2})\\))?:((?:[${B}]*[0-9a-f]{1,2}[${B}]*,)*(?:[${B}]*[0-9a-f]{1,2})?[${B}]*,?)$`,
    "i",
  );
  const unescaped = (text) => text.replace(/\\([^])/gu, "$1");

  const decodedData = (kind, bytes) => {
    if (kind === "REG_DWORD") return bytes.slice(0, 4).reduceRight((sum, byte) => sum * 256 + byte, 0);
    if (!/_SZ$/.test(kind)) return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const strings = new TextDecoder("utf-16le", { ignoreBOM: true }).decode(Uint8Array.from(bytes)).split("\0").filter(
      Boolean,
    );
    return kind === "REG_MULTI_SZ" ? strings : strings.join("");
  };

  /* Type and data, null when it is none of the forms. */
  const dataIn = (text) => {
    if (text === "-") return [null, null];
    const string = STRING_DATA.exec(text);
    if (string) return ["REG_SZ", unescaped(string[1])];
    const dword = DWORD.exec(text);
    if (dword) return ["REG_DWORD", parseInt(dword[1], 16)];
    const binary = HEX.exec(text);
    if (!binary) return null;
    const kind = REG.kinds[parseInt(binary[1] ?? "3", 16)] ?? "REG_BINARY";
    return [kind, decodedData(kind, (binary[2].match(/[0-9a-f]{1,2}/gi) ?? []).map((pair) => parseInt(pair, 16)))];
  };

  /* Lines below the first, those of data that goes on put together. */
  /**
   * @param {string[]} lines
   * @param {number} lead
   * @returns {Generator<[number, string]>}
   */
  function* joined(lines, lead) {
    for (let number = lead + 1; number < lines.length; number += 1) {
      const start = number;
      const parts = [lines[number]];
      const isHex = lower(lines[number]).includes("hex");
      while (isHex && parts[parts.length - 1].endsWith("\\") && number + 1 < lines.length) {
        parts.push(without(parts.pop() ?? "", "\\"), lines[number += 1]);
      }
      yield [start + 1, parts.join("")];
    }
  }

  /* The first line with letters that are read wrong, because nothing says how the file is encoded. */
  const foreignIn = (data) => {
    const foreign = typeof data === "string" || markOf(data) ? -1 : data.findIndex((byte) => byte > 127);
    if (foreign < 0) return null;
    return { line: data.subarray(0, foreign).reduce((sum, byte) => sum + Number(byte === 10), 1) };
  };

  const readRegistry = (text, check, data, lead = 0) => {
    const lines = text.split("\n").map((line) => strip(line));
    /** @type {Data[][]} */
    const [keys, values, unread] = [[], [], []];
    let key = null;
    let isDeleted = false;

    const takeKey = (named, deletes, place) => {
      const [name] = partition(named, "\\");
      const [hive, path] = splitKey(named);
      isDeleted = deletes;
      key = deletes ? null : { hive, path, key_place: place };
      keys.push({ ...keyOf(hive, path, place, deletes), name, bare: withoutAll(lower(name), ":") });
    };

    const takeValue = (line, place) => {
      const found = VALUE.exec(line);
      if (!found) return unread.push({ place });
      // What stands below a key that is deleted is not set.
      if (isDeleted) return null;
      const given = strip(found[2]);
      const data = dataIn(given);
      return values.push(entryOf({
        ...(key ?? { hive: "", path: "", key_place: null }),
        name: unescaped(found[1] ?? ""),
        kind: data?.[0] ?? null,
        data: data?.[1] ?? null,
        place,
        deleted: given === "-",
        readable: data !== null && key !== null,
      }));
    };

    for (const [line, content] of joined(lines, lead)) {
      if (!content || content.startsWith(";")) continue;
      const named = /^\[(-?)([^]*)\]$/.exec(content);
      if (named) takeKey(named[2], named[1] === "-", { line });
      else takeValue(content, { line });
    }
    check.judge("registry", {
      first: lines[lead],
      start: { line: 1 + lead },
      foreign: foreignIn(data),
      keys,
      unread,
      values,
      stray_keys: strayKeys(text),
    });
    return activationOf(values.filter(({ readable }) => readable));
  };

  Object.assign(window.vagClients, { readRegistry });
})();
