"""axe with its private fields kept on the objects themselves: the same rules and results in less time.

The script was translated for old browsers, so each private field of each color is an entry of a WeakMap. A page of
thousands of texts makes hundreds of thousands of them, and the garbage collector looks at each again and again.
"""

from axe_playwright_python.base import AXE_SCRIPT as PLAIN

_FIELDS = """
class WeakMap {
  #key = Symbol();
  #fixed = new window.WeakMap();
  has(one) { return Object.hasOwn(one, this.#key) || this.#fixed.has(one); }
  get(one) { return Object.hasOwn(one, this.#key) ? one[this.#key] : this.#fixed.get(one); }
  set(one, value) {
    if (Object.hasOwn(one, this.#key)) one[this.#key] = value;
    else if (Object.isExtensible(one))
      Object.defineProperty(one, this.#key, { value, writable: true, configurable: true });
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
AXE_SCRIPT = f"(() => {{{_FIELDS}{PLAIN}\n}})();"
