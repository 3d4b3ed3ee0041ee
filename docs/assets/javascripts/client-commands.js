// @ts-check
/*
 * Calls of slmgr.vbs and ospp.vbs, and of reg, in a batch file: the same as macros/formats/clients/command_lines.py and
 * commands.py. Adds readBatch to window.vagClients.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagClients) return;

  const { fill, number } = window.vagDom;
  const { length, lower, nearest, without } = window.vagText;
  const {
    ADDRESS,
    GUID,
    HIVE,
    activationOf,
    entryOf,
    hostProblem,
    isLicensing,
    isPlaceholder,
    isShaped,
    keyOf,
    known,
    partition,
    portOf,
    published,
    splitKey,
    strayKeys,
    withoutAll,
    commandsIn,
    program,
  } = window.vagClients;

  const BRACKETED = /^\[[0-9a-f:.]{2,45}\](?::([^:]*))?$/i;
  const { hints: HINTS } = known.commands;
  const ELEVATED = new RegExp(known.commands.elevated, "i");
  const WMI = new RegExp(known.commands.wmi, "i");

  const SCRIPTS = new Map(Object.entries(known.commands.scripts));
  const optionKey = (tool, name, colon) => `${tool} ${name} ${colon}`;
  const OPTIONS = new Map(
    known.commands.options.map((
      each,
    ) => [optionKey(each.tool, lower(withoutAll(each.option, ":")), each.option.endsWith(":")), each]),
  );
  const BY_NAME = Object.fromEntries([...SCRIPTS.values()].map((tool) => [tool, new Map()]));
  for (const each of OPTIONS.values()) BY_NAME[each.tool].set(lower(withoutAll(each.option, ":")), each);
  const CHECKS = new Map(Object.entries(known.commands.checks));
  const { credentials: CREDENTIALS } = known.commands;
  const scriptOf = (tool) => `${tool}.vbs`;

  /* The call that the words of one command are, or nothing. */
  const callIn = (words, check) => {
    const found = words.findIndex(({ text }, at) =>
      !(at ? text.startsWith("//") : known.commands.engines.includes(program(text)))
    );
    const script = words[found];
    if (!script) return null;
    const name = program(script.text);
    const tool = SCRIPTS.get(name);
    if (!tool) {
      const near = name.endsWith(".vbs") && nearest(name, Object.keys(BY_NAME).map(scriptOf), 0.8);
      if (near) check.say("command-script", script.place, { given: name }, { near });
      return null;
    }
    const rest = words.slice(found + 1);
    // ospp.vbs takes the computer behind the option.
    const at = tool === "ospp"
      ? (rest.length ? 0 : -1)
      : rest.findIndex(({ text }) => text.startsWith("/") || text.startsWith("-"));
    const option = rest[at] ?? null;
    const whole = option ? `/${lower(option.text.replace(/^[^]/u, ""))}` : "";
    return {
      tool,
      place: script.place,
      engine: found ? program(words[0].text) : null,
      before: rest.slice(0, Math.max(at, 0)),
      option,
      rest: option ? rest.slice(at + 1) : [],
      name: tool === "ospp" ? partition(whole, ":")[0] : whole,
    };
  };

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

  const judgeCalls = (calls, check, elevated) => {
    const { hosts } = check;
    const kept = [];

    const sayUnknown = ({ name, option: { place, text: given }, tool }) => {
      const mixed = /^(\/[a-z-]+)[:=]([^]+)$/.exec(tool === "slmgr" ? name : lower(given));
      const mine = BY_NAME[tool];
      let hint = "";
      if (mixed && mine.has(mixed[1])) {
        const value = given.slice(mixed[1].length + 1);
        if (tool === "ospp") {
          return check.say("command-colon", place, { given, right: `${mine.get(mixed[1]).option}${value}` });
        }
        hint = fill(HINTS.space, { right: `${mixed[1]} ${value}` });
      } else {
        const other = Object.keys(BY_NAME).find((each) => each !== tool && BY_NAME[each].has(partition(name, ":")[0]));
        const near = other ? null : nearest(name, mine.keys(), 0.6);
        if (other) hint = fill(HINTS.other, { tool: other });
        else if (near) hint = fill(HINTS.near, { near: mine.get(near).option });
      }
      return check.say("command-option", place, { given, hint }, { tool: scriptOf(tool) });
    };

    /* The option that a call has, or null. */
    const optionOf = (call) => {
      const { name, option, place, rest, tool } = call;
      if (!option) return check.say("command-no-option", place, {}, { tool: scriptOf(tool) });
      if (!option.literal && !option.text.startsWith("/")) return null;
      const colon = tool === "ospp" && option.text.includes(":");
      const found = OPTIONS.get(optionKey(tool, name, colon));
      if (found) return found;
      const other = OPTIONS.get(optionKey(tool, name, !colon));
      const given = option.text;
      if (!other) return sayUnknown(call);
      if (other.option.endsWith(":")) {
        return check.say("command-colon", option.place, {
          given,
          right: `${other.option}${rest.length === 1 ? rest[0].text : "<value>"}`,
        });
      }
      const value = partition(given, ":")[2];
      check.say("command-extra", option.place, { given: value }, {
        option: other.option,
        ...(value ? {} : { given: HINTS.colon }),
      });
      return other;
    };

    const judgeHost = (text, place, port = null) => {
      const why = text.split(":").length === 2 && !text.includes("://") ? HINTS.port : hostProblem(text);
      if (why) {
        return check.say("command-host", place, { given: text }, { why, ...(text ? {} : { given: HINTS.nothing }) });
      }
      if (!hosts || ADDRESS.test(text)) return null;
      const host = lower(without(text, "."));
      const listening = hosts.get(host);
      if (listening === undefined) return check.say("command-host-unknown", place, { given: text });
      return port && port !== listening &&
        check.say("command-host-other-port", place, { given: port, port: listening }, { host });
    };

    /** @param {BatchWord[]} words */
    const judgeSkms = ([address, second, third]) => {
      const { literal, place, text } = address;
      const isWeb = text.includes("://");
      if (second?.literal && !GUID.test(second.text)) {
        const isPort = portOf(second.text) !== null && !text.includes(":");
        if (isPort) {
          check.say("command-skms-space", second.place, { given: second.text, right: `${text}:${second.text}` });
        } else check.say("command-id", second.place, { given: second.text });
      }
      if (third) check.say("command-extra", third.place, { given: third.text }, { option: "/skms" });
      if (!literal) return;
      const bracketed = BRACKETED.exec(text);
      if (bracketed) {
        check.say("command-ipv6-brackets", place, { given: text });
        const given = bracketed[1];
        if (given !== undefined && portOf(given) === null) {
          check.say("command-port", place, { given: given || HINTS.nothing });
        }
        return;
      }
      if (!isWeb && text.split(":").length > 2) {
        check.say("command-ipv6", place, { given: text });
        return;
      }
      const [host, colon, port] = isWeb ? [text, "", ""] : partition(text, ":");
      const number = colon ? portOf(port) : null;
      if (colon && number === null) check.say("command-port", place, { given: port || HINTS.nothing });
      if (host || !colon) judgeHost(host, place, number);
    };

    const checks = {
      port: ({ text, place }) => portOf(text) === null && check.say("command-port", place, { given: text }),
      domain: ({ text, place }) => {
        const why = hostProblem(text);
        if (why) check.say("command-host", place, { given: text }, { why });
      },
      id: ({ text, place }) =>
        lower(text) !== "all" && !GUID.test(text) && check.say("command-id", place, { given: text }),
      key: ({ text, place }) => {
        if (isPlaceholder(text)) return;
        if (!isShaped(text)) check.say("command-key", place, { given: text });
        else if (!published.has(text.toUpperCase())) check.say("command-key-secret", place, { given: text });
      },
      name: ({ text, place }) => judgeHost(text, place),
    };

    const judgeArgument = ({ option, range, values }, word) => {
      const { literal, place, text } = word;
      if (!literal) return;
      if (range) {
        const isRight = /^\d{1,9}$/.test(text) && text >= range[0] && text <= range[1];
        if (!isRight) {
          check.say("command-range", place, { given: text }, { option, least: range[0], most: number(range[1]) });
        }
      } else if (values) {
        if (!values.includes(text.toUpperCase()) && !GUID.test(text)) {
          check.say("command-value", place, { given: text }, { option, values: values.join(", ") });
        }
      } else checks[CHECKS.get(option)]?.(word);
    };

    const judgeValue = ({ option: given, rest, tool }, each) => {
      const { counts: [required, longest], needs, option } = each;
      const value = tool === "ospp" && option.endsWith(":") ? [valueOf(given)] : [];
      const words = [...value, ...rest].filter((word) => word?.text);
      if (words.length < required) check.say("command-missing", given.place, {}, { option, what: needs[words.length] });
      else if (option === "/skms") judgeSkms(words);
      else {
        // A computer, user and password may follow an option of ospp.vbs.
        const spare = tool === "ospp" ? CREDENTIALS : 0;
        if (words.length > longest + spare) {
          check.say("command-extra", words[longest].place, { given: words[longest].text }, { option });
        }
        if (spare && words.length === longest + spare) check.say("command-password", words.at(-1).place);
        if (words.length && longest) judgeArgument(each, words[0]);
      }
    };

    const judgeOrder = () => {
      const firstOf = (tool, option) => kept.find(([call, each]) => call.tool === tool && each.option === option)?.[0];
      const ofKeys = kept.filter(([, { option }]) => option === "/ipk" || option === "/upk");
      if (ofKeys.every(([, { option }]) => option === "/upk")) {
        for (const [{ place, rest }] of ofKeys) if (!rest.length) check.say("command-upk-all", place);
      }
      for (const [at, [call, { option }]] of ofKeys.slice(1).entries()) {
        const [before, { option: earlier }] = ofKeys[at];
        if (earlier === option) continue;
        if (option === "/ipk") check.say("command-upk-before-ipk", before.place);
        else check.say("command-upk-after-ipk", call.place, {}, { first: before.place.line });
      }
      for (const [tool, host, domain] of known.commands.fixing) {
        const [fixed, unused] = [firstOf(tool, host), firstOf(tool, domain)];
        if (fixed && unused) check.say("command-domain-unused", unused.place, {}, { first: fixed.place.line });
      }
      if (kept.some(([, { category }]) => category === "kms-client")) {
        for (const [{ place }, { category, option }] of kept) {
          if (category === "kms-host" && option !== "/act-type") check.say("command-roles", place, {}, { option });
        }
      }
      for (const [tool, activate] of known.commands.activating) {
        const own = kept.filter(([call]) => call.tool === tool);
        const at = own.findIndex(([, { option }]) => option === activate);
        const after = own.slice(at + 1);
        const later = after.find(([, { option }]) => known.commands.setting.includes(option));
        if (at >= 0 && later && !after.some(([, { option }]) => option === activate)) {
          check.say("command-ato-early", own[at][0].place, {}, { later: later[0].place.line });
        }
      }
    };

    let told = elevated;
    let windows = false;
    for (const call of calls) {
      if (call.before.length >= CREDENTIALS) check.say("command-password", call.before[2].place);
      if (call.tool === "slmgr" && call.engine !== "cscript" && !windows) {
        windows = true;
        check.say("command-window", call.place);
      }
      const option = optionOf(call);
      if (!option) continue;
      kept.push([call, option]);
      if (option.elevated && !told) {
        told = true;
        check.say("command-elevation", call.place, {}, { option: option.option });
      }
      if (option.gone) check.say("command-gone", call.place, {}, { option: option.option, note: option.gone });
      judgeValue(call, option);
    }
    judgeOrder();
  };

  const readBatch = (text, check) => {
    const { commands, remarks } = commandsIn(text);
    /** @type {Data[]} */
    const entries = [];
    /** @type {Data[]} */
    const keys = [];
    const calls = [];
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
      const given = value?.text ?? "";
      let data = given;
      if (kind === "REG_DWORD" && /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(given)) data = Number(given);
      else if (kind === "REG_MULTI_SZ") data = given.split("\\0").filter(Boolean);
      const literal = key.literal && name.literal && (!value || value.literal);
      const places = { place: key.place, key_place: key.place };
      entries.push(entryOf({ hive, path, name: name.text, kind, data, ...places, deleted, literal }));
      if (hive === HIVE && isLicensing(path)) rights ??= key.place;
    };

    for (const { words } of commands) {
      if (program(words[0].text) === "reg") takeReg(words.slice(1));
      else calls.push(callIn(words, check));
    }
    const made = calls.filter((call) => call !== null);
    const isSaid = check.found.length > 0;
    const says = (each) => ELEVATED.test(each);
    const elevated = remarks.some(says) || commands.some(({ line }) => says(line));
    const judged = made.filter(({ name, option }) => option && known.commands.installing.includes(name)).map((
      { option },
    ) => option.place.line);
    check.judge("client-batch", {
      entries,
      keys,
      calls: made,
      otherwise: isSaid || WMI.test(text),
      stray_keys: strayKeys(text, null, new Set(judged)),
    });
    judgeCalls(made, check, elevated);
    if (rights && !elevated && !made.length) check.say("command-elevation", rights, { option: "reg" });
    return made.some(({ name }) => known.commands.client_options.includes(name)) ? "kms-adba" : activationOf(entries);
  };

  Object.assign(window.vagClients, { readBatch });
})();
