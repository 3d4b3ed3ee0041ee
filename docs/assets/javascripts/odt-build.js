// @ts-check
/*
 * Builds a configuration file of the Office Deployment Tool from the choices of <form data-vag-build>: the same text as
 * `generate` of macros/formats/office/configuration.py, checked by odt-check.js.
 *
 *   window.vagBuild.generate(request)   the file; throws Refused for what no file can ask for
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  if (!window.vagOdt) return;

  const { strip } = window.vagText;
  const { NOT_XML } = window.vagXml;
  const { findings, known, validate } = window.vagOdt;
  const { Refused } = findings;
  const { fill, part } = window.vagDom;
  const { words } = known;

  // The file ----------------------------------------------------------------------------------------------------------

  const REFERENCES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
  };

  const written = (value) => {
    if (NOT_XML.test(value)) throw new Refused("character");
    return value.replace(/[&<>"\t\n\r]/g, (letter) => REFERENCES[letter]);
  };

  /* An element as lines; attributes without a value are left out. */
  const element = (name, attributes, children = []) => {
    const given = Object.entries(attributes).filter(([, value]) => value);
    const head = `<${[name, ...given.map(([key, value]) => `${key}="${written(value)}"`)].join(" ")}`;
    if (!children.length) return [`${head}/>`];
    return [`${head}>`, ...children.flat().map((line) => `  ${line}`), `</${name}>`];
  };

  const comment = (text) => [`<!--${text}-->`];

  const head = (request, products, channel) => {
    const isMak = request.method === "mak";
    const { head: given } = known;
    const values = {
      ...request,
      products: products.map((product) => product.name).join(", "),
      activation: given.activation[isMak ? "mak" : request.write_gvlk ? "gvlk" : "kms-adba"],
      rights: given.rights[request.mode],
      channel,
    };
    const own = [...given.lines, ...(isMak ? given.mak : [])].map((line) => fill(line, values));
    const lines = [...known.origin, ...own].map((line) => (line ? `    ${line}` : ""));
    // Two hyphens in a row, or one at the end, would end a comment.
    return comment(`\n${lines.join("\n").replace(/-(?=-|$)/g, "- ")}\n  `);
  };

  const keyOf = (request, product) => {
    if (request.method === "mak") return known.placeholder;
    if (product.pidkey === "mak-only") throw new Refused("mak-only", { product: product.id });
    if (!request.write_gvlk) return null;
    const own = ([, [release, edition]]) => release === product.product && edition === product.gvlk_edition;
    const found = [...known.keys].find(own);
    if (!found) throw new Refused("no-gvlk", { product: product.id });
    return found[0];
  };

  const productElement = (wanted, key) =>
    element("Product", { ID: wanted.id, PIDKEY: key }, [
      ...wanted.languages.map((language) => element("Language", { ID: language })),
      ...wanted.exclude.flatMap((app) => [
        ...(app === known.lync && known.ltsc.includes(wanted.id) ? [comment(known.without_lync)] : []),
        element("ExcludeApp", { ID: app }),
      ]),
    ]);

  const generate = (request) => {
    const products = request.products.map(({ id }) => known.products.get(id.toLowerCase()));
    const shared = known.channels.map(({ id }) => id).filter((id) =>
      products.every(({ channels }) => channels.includes(id))
    );
    const channel = shared[0];
    if (!products.length) throw new Refused("no-product");
    if (!channel) throw new Refused("no-channel", { products: products.map(({ id }) => id).join(", ") });
    const wanted = request.products.map((each, at) => productElement(each, keyOf(request, products[at])));
    if (request.proofing.length) {
      wanted.push(productElement({ id: known.proofing, languages: request.proofing, exclude: [] }));
    }
    const parts = [
      head(request, products, channel),
      element(
        "Add",
        { OfficeClientEdition: request.architecture, Channel: channel, SourcePath: request.source_path },
        wanted,
      ),
    ];
    if (request.mode === "configure") {
      const { updates } = request;
      if (request.remove_msi) parts.push(element("RemoveMSI", {}));
      parts.push(
        element("Updates", {
          Enabled: updates ? "TRUE" : "FALSE",
          Channel: updates && channel,
          UpdatePath: updates && request.updates_path,
        }),
        element("Display", { Level: request.display, AcceptEULA: "TRUE" }),
      );
      if (request.method === "mak") parts.push(element("Property", { Name: "AUTOACTIVATE", Value: "1" }));
    }
    return `${element("Configuration", {}, parts).join("\n")}\n`;
  };

  window.vagBuild = { generate };

  // The form ----------------------------------------------------------------------------------------------------------

  const form = /** @type {Form | null} */ (document.querySelector("[data-vag-build]"));
  if (!form) return;

  const listed = (text) => text.split(/[\s,;]+/).filter(Boolean);
  const companions = ["project", "visio"];

  const requestOf = () => {
    const given = new FormData(form);
    /** @type {Record<string, string>} */
    const value = Object.fromEntries([...given].map(([name, text]) => [name, strip(String(text))]));
    const own = listed(value.companion_languages);
    return {
      ...value,
      mode: value.mode,
      products: given.getAll("products").map(String).map((id) => {
        const { kind } = known.products.get(id.toLowerCase());
        const languages = own.length && companions.includes(kind) ? own : listed(value.languages);
        return { id, kind, languages, exclude: kind === "suite" ? given.getAll("exclude") : [] };
      }),
      method: value.method === "mak" ? "mak" : "kms-adba",
      write_gvlk: value.method === "gvlk",
      proofing: listed(value.proofing),
    };
  };

  /* Choices that the file cannot show, as ids of words.left_out. */
  const leftOut = (request) => {
    const isDownload = request.mode === "download";
    const has = (...kinds) => request.products.some(({ kind }) => kinds.includes(kind));
    return Object.entries({
      download: isDownload,
      source: isDownload && !request.source_path,
      exclude: request.exclude && !has("suite"),
      companions: request.companion_languages && !has(...companions),
      updates: !isDownload && request.updates_path && !request.updates,
      mak: request.method === "mak",
    }).flatMap(([id, applies]) => (applies ? [id] : []));
  };

  const make = () => {
    const request = requestOf();
    const text = generate(request);
    const report = validate(text, { mode: request.mode, template: true });
    return { file: known.file_name, text, report, notes: leftOut(request).map((id) => words.left_out[id]) };
  };

  const changed = findings.buildForm(form, make);
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = form.querySelectorAll("[data-vag-add]");
  for (const adding of buttons) {
    adding.addEventListener("click", () => {
      const field = form.elements[adding.dataset.vagAdd ?? ""];
      const codes = new Set([
        ...listed(field.value),
        /** @type {HTMLInputElement} */ (part("[data-vag-language]", form)).value,
      ]);
      field.value = [...codes].join(", ");
      changed();
    });
  }
})();
