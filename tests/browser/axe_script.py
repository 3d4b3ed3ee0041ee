"""axe with less to do for each color: the same rules and results in half the time.

The script was translated for old browsers, so each private field of each color is an entry of a WeakMap. A page of
thousands of texts makes hundreds of thousands of them, and the garbage collector looks at each again and again: they
are kept on the objects themselves. And it reads the few colors of a page thousands of times, each time through the
whole of a color library: each is read once.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT as PLAIN
from playwright.sync_api import Page

_FIELDS = """
class WeakMap {
  #key = Symbol();
  #fixed = new window.WeakMap();
  has(one) { return Object.hasOwn(one, this.#key) || this.#fixed.has(one); }
  get(one) { return Object.hasOwn(one, this.#key) ? one[this.#key] : this.#fixed.get(one); }
  set(one, value) {
    if (Object.isExtensible(one) || Object.hasOwn(one, this.#key)) one[this.#key] = value;
    else this.#fixed.set(one, value);
    return this;
  }
  delete(one) { return (Object.hasOwn(one, this.#key) && delete one[this.#key]) || this.#fixed.delete(one); }
}
class WeakSet {
  #map = new WeakMap();
  has(one) { return this.#map.has(one); }
  add(one) { this.#map.set(one, true); return this; }
  delete(one) { return this.#map.delete(one); }
}
"""
# What the color library makes of a text, in the words of the script. `t` is the text.
_READ = 'new u(t).toGamut({space:"srgb",method:"clip"}).to("srgb")'
assert PLAIN.count(_READ) == 1, "axe reads colors in another way than this file knows"
_READ_ONCE = """
const colorsRead = new Map();
function readOnce(text, read) {
  if (!colorsRead.has(text)) {
    const { r, g, b, alpha } = read(text);
    colorsRead.set(text, { r, g, b, alpha });
  }
  return colorsRead.get(text);
}
"""
_AXE = PLAIN.replace(_READ, f"readOnce(t,function(t){{return {_READ}}})")
AXE_SCRIPT = f"(() => {{{_FIELDS}{_READ_ONCE}{_AXE}\n}})();"

_RUN = """async ([where, options]) => {
    const { violations } = await axe.run(where ?? document, { ...options, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]);
}"""


def violations(page: Page, where: str | dict[str, list[str]] | None = None, **options: Any) -> list[list[Any]]:
    """What axe finds on a page, or in a part of it: the rule, and where. All else stays in the page: it is large."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[list[Any]] = page.evaluate(_RUN, [where, options])
    return found
