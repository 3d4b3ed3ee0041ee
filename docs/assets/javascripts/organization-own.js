// @ts-check
/*
 * A page for the organization that this browser keeps: above it whose numbers and names it shows; in it the names
 * (organization-names.js) and the computed parts (organization-parts.js), both asked for where a page has some.
 *
 * A classic script, not a module: browsers load no module from file://.
 */
(() => {
  const { button, element, fill, load } = window.vagDom;
  const SCRIPTS = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src).href;
  const scripts = (...names) => names.map((name) => `${SCRIPTS}${name}.js`);
  const data = (name) => `${SCRIPTS}../data/${name}.js`;
  const kept = window.vagKept.read();
  const content = document.querySelector(".md-content");
  const heading = content?.querySelector("h1");
  // On the page "My organization" the form itself is the organization.
  if (!kept || !heading || document.querySelector("form[data-vag-organization]")) return;

  const forms = document.querySelector("[data-vag-own]");
  const has = (selector) => document.querySelector(selector) !== null;
  const [hasParts, hasNames] = [has("[data-vag-of]"), has("[data-vag-named]")];
  if (!forms && !hasParts && !hasNames) return;

  // What was kept does not fit this edition, as a script of the page has found.
  const isRefused = forms?.getAttribute("data-vag-own") === "";
  const { isShown, organization: { name }, words } = kept;
  const says = (word) => fill(String(words[word] ?? ""), { name });
  const toggle = () => {
    window.vagKept.write({ ...kept, isShown: !isShown });
    location.reload();
  };
  const { base = "." } = JSON.parse(document.getElementById("__config")?.textContent ?? "{}");
  const link = () => element("a", { href: `${base}/plan/my-organization.html` }, says("page"));
  const said = element("strong");
  const plain = isShown ? "show-built" : "show-own";
  const special = `${plain}-${forms?.getAttribute("data-vag-own")}`;
  heading.after(element(
    "div",
    { class: "vag-note vag-note--info vag-kept", role: "note" },
    element("p", {}, said, " ", link()),
    element("p", {}, button(says(words[special] ? special : plain), toggle)),
  ));
  const tell = (word) => said.replaceChildren(says(word));
  if (!isShown) return tell(forms ? `built-${forms.getAttribute("data-vag-own")}` : "built-page");

  for (const each of document.querySelectorAll("[data-vag-built-only]")) each.toggleAttribute("hidden", true);

  /* What a page has loaded by itself is not loaded again. */
  const missing = (addresses) =>
    addresses.filter((address) => ![...document.scripts].some((script) => script.src === address));
  const NAMES = [
    data("own-names"),
    ...missing(scripts("organization-records", "organization-files")),
    ...scripts("organization-names"),
  ];
  const PARTS = [
    data("own-parts"),
    ...missing(scripts(
      "decision-boxes",
      "drawn",
      "organization-shares",
      "percent",
      "plan-count",
      "plan-expiry",
      "plan-mak",
      "table",
    )),
    ...scripts("organization-verdicts", ...(has("[data-vag-worksheet]") ? [] : ["fleet-sheet"])),
    ...scripts("organization-points", "organization-parts"),
  ];
  const wanted = [...(hasNames || hasParts ? NAMES : []), ...(hasParts ? PARTS : [])];
  const draw = async () => {
    try {
      if (isRefused) throw new Error("refused");
      await load(wanted);
      const { organization } = kept;
      // First all that may fail: a page is either the one's or the other's.
      const parts = hasParts ? window.vagParts(organization, base) : [];
      window.vagNames?.show(organization, link);
      for (const [place, nodes] of parts) place.replaceChildren(...nodes);
      tell(forms ? `own-${forms.getAttribute("data-vag-own")}` : "own-page");
    } catch {
      // Kept by another edition of the site, or a file is missing: the page is as it comes, and says so.
      for (const each of document.querySelectorAll("[data-vag-built-only]")) each.toggleAttribute("hidden", false);
      tell("other");
    }
  };
  draw();
})();
