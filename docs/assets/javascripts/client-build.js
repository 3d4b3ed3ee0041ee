// @ts-check
/*
 * Builds a file of client settings from the choices of <form data-vag-build>: the same text as
 * macros/formats/clients/requests.py, whose files stand in <script type="application/json" id="vag-client-files">, each
 * as the numbers of its lines. What a reader writes takes the place of what stands in for it there. client-judge.js
 * checks the file.
 *
 *   window.vagBuild.generate(request)            the file's name and text
 *   window.vagBuild.check(request, text, hosts)  what the check says about it
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const given = window.vagDom.dataOf("vag-client-files");
  if (!given || !window.vagClients) return;

  const { Check, activationOf, entryOf, findings, known, validate } = window.vagClients;
  const { placesOf, quote, strip } = window.vagText;
  const { Refused } = findings;
  const { words } = known;
  const { files, kinds, port: PORT, sentinels } = given;
  const lines = window.vagOwnFiles.heads(given.lines);
  const SENTINEL = new RegExp(Object.values(sentinels).join("|").replaceAll(".", "\\."), "g");
  const NAME = /^(?!.{254})(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-|[0-9]+$)[a-z0-9-]{1,63}(?<!-)$/;

  const generate = (request) => {
    const { aim, form, products } = request;
    const made = files[[form, aim, ...products].join(" ")];
    if (!made) throw new Refused(form === "oslicense" && aim !== "domain" ? "windows-only" : "form");
    const values = new Map(Object.entries(sentinels).map(([name, sentinel]) => [sentinel, request[name]]));
    const text = made[1].map((number) => lines[number]).join("\n");
    return { file: made[0], text: text.replace(SENTINEL, (found) => values.get(found)) };
  };

  /* Settings in PowerShell as this script writes them. As others write it, it needs a parser. */
  const ITEM = new RegExp(
    [
      "-(?:Value)?Name (\\w+)(?: -Type String -Value '([^']*)')?",
      "(?: -ErrorAction SilentlyContinue)? `\\n {2}-(?:Path|Key) '([^']*)'",
    ].join(""),
    "g",
  );
  const checkPowershell = ({ aim, form, host, port }, text, hosts) => {
    const check = new Check(hosts);
    const placeOf = placesOf(text);
    const paths = [known.compared.windows.path, known.compared.office.path];
    const entries = [];
    for (const { 0: whole, 1: name, 2: data, 3: key, index } of text.matchAll(ITEM)) {
      const path = paths.find((each) => key.endsWith(each));
      const [place, keyPlace] = [whole.indexOf(name), whole.indexOf(`'${key}`)].map((at) => placeOf(index + at));
      entries.push(entryOf({
        hive: known.compared.hive,
        path,
        name,
        kind: "REG_SZ",
        data,
        place,
        key_place: keyPlace,
        deleted: data === undefined,
      }));
    }
    check.judge("client-powershell", {
      entries,
      keys: [],
      calls: [],
      scripts: [],
      elevated: true,
      rights: null,
      otherwise: true,
      stray_keys: [],
    });
    const listening = check.hosts?.get(host);
    if (form === "oslicense" && aim === "host" && hosts) {
      if (listening === undefined) {
        check.say("command-host-unknown", placeOf(text.indexOf(`'${host}'`)), { given: host });
      } else if (listening !== Number(port)) {
        check.say("command-host-other-port", placeOf(text.lastIndexOf(`${port}`)), { given: port, port: listening }, {
          host,
        });
      }
    }
    return findings.report(check.found, form === "oslicense" ? "kms-adba" : activationOf(entries), text);
  };

  const check = (
    request,
    text,
    hosts,
  ) => (kinds[request.form] ? validate(kinds[request.form], text, hosts) : checkPowershell(request, text, hosts));

  window.vagBuild = { check, generate };

  // The form ----------------------------------------------------------------------------------------------------------

  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-build]"));
  if (!form) return;

  const requestOf = () => {
    const given = new FormData(form);
    /** @type {Record<string, string>} */
    const value = Object.fromEntries([...given].map(([name, text]) => [name, strip(String(text))]));
    const products = given.getAll("products").map(String);
    const name = (field) => {
      const text = value[field].replace(/\.$/, "").toLowerCase();
      return value.aim === field && !NAME.test(text) ? refuse(field, value[field]) : text;
    };
    const refuse = (reason, text = "") => {
      throw new Refused(reason, { given: quote(text) });
    };
    if (!products.length) refuse("no-product");
    const isPort = value.aim !== "host" || !value.port ||
      (/^[0-9]{1,5}$/.test(value.port) && Number(value.port) >= 1 && Number(value.port) <= 65535);
    if (!isPort) refuse("port", value.port);
    return {
      ...value,
      aim: value.aim,
      form: value.form,
      hosts: value.hosts,
      products,
      host: name("host"),
      domain: name("domain"),
      port: value.port ? String(Number(value.port)) : String(PORT),
    };
  };

  /* UTF-16 with its mark, and with the line ends of Windows, as the Registry Editor writes it. */
  const utf16 = (text) => {
    const marked = `\ufeff${text.replaceAll("\n", "\r\n")}`;
    const view = new DataView(new ArrayBuffer(2 * marked.length));
    for (let at = 0; at < marked.length; at += 1) view.setUint16(2 * at, marked.charCodeAt(at), true);
    return view.buffer;
  };

  const make = () => {
    const request = requestOf();
    const made = generate(request);
    const alone = request.products.length === 1 ? request.products[0] : "";
    return {
      ...made,
      bytes: request.form === "registry" ? utf16(made.text) : undefined,
      report: check(request, made.text, known.hosts[request.hosts ?? ""]),
      notes: [words.left_out[alone], request.aim === "domain" && words.left_out.domain].filter(Boolean),
    };
  };

  const { fill, own } = window.vagOwnFiles;
  if (own) {
    const [first] = own.kms_hosts;
    fill(form, { host: first?.name, port: first?.port, domain: first ? own.dns_zone : "" });
  }
  findings.buildForm(form, make);
})();
