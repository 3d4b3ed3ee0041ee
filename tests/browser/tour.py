"""Uses whatever a page offers: a browser says on its console what a policy stopped, and what failed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.built import Site

COMMON = {"site.js", "today.js", "organization-kept.js"}
SCRIPT = re.compile(r'<script[^>]* src="[^"]*?([^/"]+)"')
TEXT = """License Status: Notification
Notification Reason: 0xC004F056
_vlmcs._tcp.corp.example. IN SRV 0 100 1688 kms1.corp.example.
"""

# Opens what is closed, fills every field, takes other choices, and presses every button, each kind of it once.
USE = """
async (text) => {
  let changes = 0;
  new MutationObserver((seen) => { changes += seen.length; }).observe(document.documentElement, {
    attributes: true, characterData: true, childList: true, subtree: true,
  });
  window.print = () => {};
  // The page of addresses that lead nowhere has none, and its search leads away.
  const place = document.querySelector("article") ?? document.createElement("article");
  const all = (selector) => [...place.querySelectorAll(selector)];
  const there = (each) => each.isConnected && each.checkVisibility() && !each.disabled;
  const pause = () => new Promise((done) => setTimeout(done));
  const given = (each, value) => {
    each.value = value;
    for (const kind of ["input", "change"]) each.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  for (const each of all("details").slice(0, 20)) each.open = true;
  for (const each of all("input[type=radio], input[type=checkbox]").filter(there).slice(0, 12)) each.click();
  for (const each of all("select").filter(there)) given(each, each.options[each.options.length - 1].value);
  for (const each of all("input[type=number]").filter(there).slice(0, 12)) given(each, "7");
  for (const each of all("input[type=text], input[type=search]").filter(there).slice(0, 12)) given(each, "KMS host");
  await pause();
  for (const each of all("textarea").filter(there)) given(each, text);
  await pause();
  const pressed = new Set();
  for (;;) {
    const name = (each) => each.textContent.replace(/[0-9]+/g, "").slice(0, 12) + each.className;
    const next = all("button").find((each) => there(each) && !pressed.has(name(each)));
    if (!next || pressed.size > 40) break;
    pressed.add(name(next));
    next.click();
    await pause();
  }
  await new Promise((done) => setTimeout(done, 60));
  return { changes, pressed: pressed.size };
}
"""


def tools(site: Site) -> dict[frozenset[str], str]:
    """A page for each set of scripts that pages have beside those of all: so no tool is forgotten."""
    found: dict[frozenset[str], str] = {}
    for path in site.pages:
        names = set(SCRIPT.findall((site.folder / path).read_text("utf-8"))) - COMMON
        own = frozenset(name for name in names if not name.startswith("bundle."))
        found.setdefault(own, path)
    return found


def complaints(page: Page) -> list[str]:
    """What the browser has to say of a page, from now on."""
    found: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.append(f"{page.url}: {message.text}")

    page.on("console", said)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    return found


def use_all(page: Page, base: str, paths: Iterable[str]) -> dict[str, int]:
    """Use every control of pages. Gives the number of kinds of buttons that were pressed on each."""
    pressed = {}
    for path in paths:
        page.goto(f"{base}/{path}", wait_until="load")
        done = page.evaluate(USE, TEXT)
        assert done["changes"] or not done["pressed"], f"{path}: nothing happened"
        pressed[path] = done["pressed"]
    return pressed


def use_known(page: Page, base: str) -> None:
    """Use a tool of each kind, and see that it answers: search, guide, check, diagnosis, theme, copy."""
    page.goto(f"{base}/methods/kms.html", wait_until="load")
    page.keyboard.press("/")
    page.keyboard.type("threshold")
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()
    page.keyboard.press("Escape")
    scheme = page.evaluate("document.body.dataset.mdColorScheme")
    page.locator("form[data-md-component=palette] label:visible").click()
    page.wait_for_function("scheme => document.body.dataset.mdColorScheme !== scheme", arg=scheme)
    page.goto(f"{base}/choose/index.html", wait_until="load")
    for _ in range(3):
        question = page.locator("#vag-question").inner_text()
        page.locator("[data-vag-guide] .vag-answer").first.click()
        expect(page.locator("#vag-question")).not_to_have_text(question)
    page.goto(f"{base}/deploy/check.html", wait_until="load")
    page.get_by_label("Your file", exact=True).fill('<Configuration><Add OfficeClientEdition="65"/></Configuration>')
    expect(page.locator("article").get_by_text("OfficeClientEdition").first).to_be_visible()
    page.goto(f"{base}/troubleshoot/read-output.html", wait_until="load")
    page.get_by_label("What the command printed").fill("License Status: Licensed\nLizenzstatus: Lizenziert\n0xC004C00E")
    expect(page.locator("[data-vag-diagnosis]").get_by_text("0xC004C00E").first).to_be_visible()
    page.locator("button.md-code__button[data-md-type=copy]").first.click()
