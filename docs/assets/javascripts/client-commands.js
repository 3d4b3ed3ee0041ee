// @ts-check
/*
 * Calls of slmgr.vbs and ospp.vbs, and of reg, in a batch file, as records: the same as
 * macros/formats/clients/command_lines.py and commands.py. Adds readBatch to window.vagClients.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { length, lower } = window.vagText;
  const {
    activationOf,
    commandsIn,
    entryOf,
    isLicensing,
    keyOf,
    known,
    partition,
    program,
    splitKey,
    strayKeys,
  } = window.vagClients;

  const { commands } = known;
  const { hive: HIVE } = known.compared;
  const ELEVATED = new RegExp(commands.elevated, "i");
  const WMI = new RegExp(commands.wmi, "i");
  const SCRIPTS = new Map(Object.entries(commands.scripts));
  const { credentials: CREDENTIALS } = known.compared.commands;

  /* The scripts with their options: by name, where the last of two with one name counts, and with the colon. */
  const TOOLS = new Map(
    [...new Set(SCRIPTS.values())].map((tool) => {
      const own = commands.options.filter((one) => one.tool === tool);
      const options = new Map(own.map((one) => [one.name, one]));
      const record = {
        id: tool,
        script: `${tool}.vbs`,
        names: [...options.keys()],
        options: [...options].map(([name, { option }]) => ({ name, option })),
        // A computer, user and password may follow an option of ospp.vbs.
        spare: tool === "ospp" ? CREDENTIALS : 0,
      };
      return [tool, { record, options, exact: new Map(own.map((one) => [`${one.name} ${one.colon}`, one])) }];
    }),
  );

  /* The value of an option of ospp.vbs, after the colon. */
  const valueOf = ({ literal, place, text }) => {
    const [head, colon, value] = partition(text, ":");
    return colon && {
      text: value,
      literal,
      place: {
        line: place.line,
        get column() {
          return place.column + length(head) + 1;
        },
      },
    };
  };

  /* The option and the value that stand in one word, where they must not. */
  const gluedIn = (name, given, { options, record }) => {
    const found = /^(\/[a-z-]+)[:=]([^]+)$/.exec(record.id === "slmgr" ? name : lower(given));
    const meant = found && options.get(found[1]);
    return meant ? { name: found[1], option: meant.option, value: given.slice(found[1].length + 1) } : null;
  };

  const argumentsOf = (option, rest, { record }, { colon, counts: [required, longest], needs }) => {
    const value = record.id === "ospp" && colon ? [valueOf(option)] : [];
    const words = [...value, ...rest].filter((word) => word?.text);
    return {
      lacks: words.length < required ? needs[words.length] : null,
      words,
      beyond: words.slice(longest),
      argument: longest ? words[0] ?? null : null,
    };
  };
  const NOTHING = { lacks: null, words: [], beyond: [], argument: null };

  /* The call that the words of one command are, or the word that names another script. */
  const callIn = (words) => {
    const found = words.findIndex(({ text }, at) =>
      !(at ? text.startsWith("//") : commands.engines.includes(program(text)))
    );
    const script = words[found];
    if (!script) return {};
    const tool = TOOLS.get(SCRIPTS.get(program(script.text)));
    if (!tool) return { script };
    const rest = words.slice(found + 1);
    // ospp.vbs takes the computer behind the option.
    const isOffice = tool.record.id === "ospp";
    const at = isOffice
      ? (rest.length ? 0 : -1)
      : rest.findIndex(({ text }) => text.startsWith("/") || text.startsWith("-"));
    const option = rest[at] ?? null;
    const given = option?.text ?? "";
    const whole = option ? `/${lower(given.replace(/^[^]/u, ""))}` : "";
    const name = isOffice ? partition(whole, ":")[0] : whole;
    const after = option ? rest.slice(at + 1) : [];
    // A variable may hold an option.
    const readable = !option || option.literal || given.startsWith("/");
    const colon = isOffice && given.includes(":");
    const exact = (readable && tool.exact.get(`${name} ${colon}`)) || null;
    const other = (readable && tool.exact.get(`${name} ${!colon}`)) || null;
    const meant = exact ?? (other?.colon ? null : other);
    const bare = partition(name, ":")[0];
    const of = meant ? null : [...TOOLS].find(([, each]) => each !== tool && each.options.has(bare))?.[0] ?? null;
    return {
      call: {
        tool: tool.record,
        engine: found ? program(words[0].text) : null,
        place: script.place,
        line: script.place.line,
        before: rest.slice(0, Math.max(at, 0)),
        option,
        readable,
        name,
        exact,
        other,
        meant,
        glued: option && !exact && !other ? gluedIn(name, given, tool) : null,
        of,
        rest: after,
        ...(meant ? argumentsOf(option, after, tool, meant) : NOTHING),
      },
    };
  };

  /* Calls with their number, and the call before them that is about a key. */
  const numbered = (calls) => {
    let ofKey = null;
    return calls.map((call, number) => {
      const record = { ...call, number, previous: ofKey };
      if (["/ipk", "/upk"].includes(call.meant?.option)) ofKey = record;
      return record;
    });
  };

  const readBatch = (text, check) => {
    const { commands: given, remarks } = commandsIn(text);
    /** @type {Data[]} */
    const entries = [];
    /** @type {Data[]} */
    const keys = [];
    /** @type {Data[]} */
    const calls = [];
    /** @type {Data[]} */
    const scripts = [];
    let rights = null;

    const takeReg = ([operation, key, ...rest]) => {
      const action = lower(operation?.text ?? "");
      if ((action !== "add" && action !== "delete") || !key) return;
      const options = new Map();
      for (let at = 0; at < rest.length; at += 1) {
        const name = lower(rest[at].text);
        options.set(name, ["/v", "/t", "/d", "/s"].includes(name) ? rest[at += 1] : null);
      }
      let [hive, path] = splitKey(key.text);
      const [name, type, value] = ["/v", "/t", "/d"].map((each) => options.get(each));
      const deleted = action === "delete";
      if (!name) {
        if (deleted) keys.push(keyOf(hive, path, key.place, true));
        return;
      }
      if (options.has("/reg:32")) path = path.replace("\\", () => `\\${known.compared.views}\\`);
      const kind = deleted ? null : (type?.text.toUpperCase() ?? "REG_SZ");
      const written = value?.text ?? "";
      let data = written;
      if (kind === "REG_DWORD" && /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(written)) data = Number(written);
      else if (kind === "REG_MULTI_SZ") data = written.split("\\0").filter(Boolean);
      const literal = key.literal && name.literal && (!value || value.literal);
      const places = { place: key.place, key_place: key.place };
      entries.push(entryOf({ hive, path, name: name.text, kind, data, ...places, deleted, literal }));
      if (hive === HIVE && isLicensing(path)) rights ??= { place: key.place, name: "reg" };
    };

    for (const { words } of given) {
      if (program(words[0].text) === "reg") takeReg(words.slice(1));
      else {
        const { call, script } = callIn(words);
        const name = script && program(script.text);
        if (call) calls.push(call);
        else if (name?.endsWith(".vbs")) scripts.push({ name, place: script.place });
      }
    }
    const says = (each) => ELEVATED.test(each);
    const installing = calls.filter(({ name, option }) => option && commands.installing.includes(name));
    check.judge("client-batch", {
      entries,
      keys,
      calls: numbered(calls),
      scripts,
      elevated: remarks.some(says) || given.some(({ line }) => says(line)),
      rights,
      otherwise: WMI.test(text),
      stray_keys: strayKeys(text, null, new Set(installing.map(({ option }) => option.place.line))),
    });
    return calls.some(({ name }) => commands.client_options.includes(name)) ? "kms-adba" : activationOf(entries);
  };

  Object.assign(window.vagClients, { readBatch });
})();
