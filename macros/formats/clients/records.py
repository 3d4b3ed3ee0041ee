"""What files with client settings say, as records that the checks of `rules.yaml` look at, and what these know.

A record is plain data: fields hold texts, numbers, lists, other records, or null.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from macros.formats.base.checks import Checks
from macros.formats.base.conditions import Functions
from macros.formats.base.findings import Activation, Finding, Place
from macros.formats.base.hosts import MOST_PORT, WHY, host_problem, is_ip, port_of
from macros.formats.base.keys import KEY_SHAPE, is_key_shaped, is_placeholder
from macros.formats.base.reading import Lines
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest

from .registry_values import GUID, HIVE, HOST, POLICIES, PORT, Entry, Known, Product, Wanted, product_of, seen

Record = dict[str, Any]

_OWN = ("KeyManagementService", "VL", "Dns")
"""Beginnings of names that no other program uses."""
_OF_CLIENTS = (HOST.lower(), PORT.lower())
_TITLES: Mapping[Product, str] = {"windows": "Windows", "office": "Office"}

# ------------------------------------------------------------------------------------------------------ functions


def _after(text: str, mark: str) -> str | None:
    """What stands behind a mark, None without the mark."""
    _, found, rest = text.partition(mark)
    return rest if found else None


def _publish_problem(line: str) -> str | None:
    """Why a text is no entry of a list of domains."""
    domain, *numbers = [part.strip() for part in line.split(",")]
    if len(numbers) not in (0, 2):
        return WHY["parts"]
    if any(not re.fullmatch(r"[0-9]{1,5}", number) or int(number) > MOST_PORT for number in numbers):
        return WHY["numbers"]
    return host_problem(domain)


def _hexadecimal(text: str) -> str | None:
    """A number as files of preferences hold it, None when the text is no number."""
    return f"{int(text):08x}" if re.fullmatch(r"[0-9]{1,9}", text) else None


def _pairs(entries: Iterable[Record]) -> list[Record]:
    """Host and port of each key, as far as they are set and known."""
    by_key: dict[str, dict[str, Record]] = {}
    for one in entries:
        if one["value"] and one["value"]["client"] and one["literal"] and not one["deleted"]:
            by_key.setdefault(one["path"].lower(), {})[one["value"]["name"]] = one
    return [{"host": values.get(HOST), "port": values.get(PORT)} for values in by_key.values()]


def _repeats(entries: Iterable[Record]) -> list[Record]:
    """Values that stand in a file again, with the line of the first."""
    first: dict[tuple[str, str], Record] = {}
    found = []
    for one in entries:
        earlier = first.setdefault((one["path"].lower(), one["name"].lower()), one)
        if earlier is not one:
            found.append({"name": one["name"], "place": one["place"], "first": earlier["place"].line})
    return found


FUNCTIONS: Functions = {
    "after": _after,
    "bare": lambda host: host.removesuffix(".").lower(),
    "before": lambda text, mark: text.partition(mark)[0],
    "digits": lambda text: int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None,
    "flat": lambda lists: [one for each in lists for one in each],
    "hexadecimal": _hexadecimal,
    "host_problem": host_problem,
    "is_address": is_ip,
    "is_key": is_key_shaped,
    "is_placeholder": is_placeholder,
    "listens": lambda hosts, host: hosts.get(host),
    "nearest": lambda text, names, percent: nearest(text, names, percent / 100),
    "pairs": _pairs,
    "port": port_of,
    "publish_problem": _publish_problem,
    "repeats": _repeats,
    "thousands": lambda number: f"{number:,}",
}
"""Functions that the expressions call besides the common ones."""

# ---------------------------------------------------------------------------------------------------------- checks

GROUPS: Mapping[str, tuple[str, ...]] = {
    "group-policy": ("group-policy", "registry-values", "product-keys"),
    "client-batch": ("scripts", "registry-values", "command-lines", "product-keys"),
    "client-powershell": ("scripts", "registry-values", "command-lines", "product-keys"),
    "registry": ("registry-file", "registry-values", "product-keys"),
}
"""Groups of checks by the form of a file, in the order in which they run."""

_RULES = ("command-lines", "commands", "group-policy", "registry-file", "registry-values")
"""Groups of rules that are checked as data."""


@cache
def _checks(form: str) -> Checks:
    own = (Rules.beside(__file__, group) for group in _RULES)
    return Checks.beside(__file__, GROUPS[form], {rule.id: rule for each in own for rule in each.values()}, FUNCTIONS)


def judged(
    form: str, file: Record, wanted: Wanted, own: Record, left: dict[str, list[Record]] | None = None
) -> Iterator[Finding]:
    """What the checks of a form say about a file. `own` is what the form alone is compared with."""
    return _checks(form).findings({"file": file, "known": {**known(wanted), **own, "hosts": wanted.hosts}}, left)


def checks_as_data() -> Mapping[str, Any]:
    """The checks for a page: expressions as trees, each once, and by form the places of its own among them."""
    made = {form: _checks(form).as_data() for form in GROUPS}
    every: list[Any] = []
    every += [one for each in made.values() for one in each["checks"] if one not in every]
    return {
        "patterns": {name: text for each in made.values() for name, text in each["patterns"].items()},
        "checks": every,
        "forms": {form: [every.index(one) for one in each["checks"]] for form, each in made.items()},
    }


def known(wanted: Wanted) -> Record:
    """`known` in the expressions of the checks, without the hosts: what a file is compared with."""
    return {
        "hive": HIVE,
        "views": wanted.views,
        "policies": POLICIES,
        "legacy": wanted.legacy.lower(),
        "windows": product_record("windows", wanted),
        "office": product_record("office", wanted),
        "own_names": [one.name.lower() for one in wanted.known if one.name.startswith(_OWN)],
        "least": wanted.least_minutes,
        "most": wanted.most_minutes,
        "published": sorted(wanted.published_keys),
        "preview_keys": [*wanted.preview_keys],
    }


def product_record(product: Product, wanted: Wanted) -> Record:
    """A product with its key, and the names of its values."""
    path = wanted.base(product)
    return {
        "title": _TITLES[product],
        "path": path,
        "last": path.rsplit("\\", 1)[-1],
        "names": [one.name for one in wanted.known if one.product == product],
    }


# --------------------------------------------------------------------------------------------------------- records


def entries(of_file: Iterable[Entry], wanted: Wanted) -> list[Record]:
    """The values that a file sets or takes away."""
    products = {product: product_record(product, wanted) for product in _TITLES}
    values = {(one.product, one.name.lower()): value_record(one) for one in reversed(wanted.known)}
    names = {one.name.lower() for one in wanted.known}

    def record(entry: Entry) -> Record:
        key = seen(entry.path, wanted)
        product = product_of(key, wanted)
        items = entry.data if isinstance(entry.data, tuple) else None
        return {
            "hive": entry.hive,
            "path": entry.path,
            "key": key,
            "low": key.lower(),
            "last": key.rsplit("\\", 1)[-1],
            "tail": None if product else _tail(key),
            "product": products[product] if product else None,
            "name": entry.name,
            "value": values.get((product, entry.name.lower())) if product else None,
            "documented": entry.name.lower() in names,
            "kind": entry.kind,
            "text": str(entry.data) if items is None else f"({','.join(items)})",
            "number": entry.data if isinstance(entry.data, int) else None,
            "items": None if items is None else [{"text": text, "place": entry.place} for text in items],
            "literal": entry.literal,
            "deleted": entry.deleted,
            "readable": entry.readable,
            "place": entry.place,
            "key_place": entry.key_place,
        }

    return [record(entry) for entry in of_file]


def activation(values: Iterable[Record]) -> Activation:
    """How the computers activate that a file sets values of: KMS when it fixes clients to a host."""
    fixes = any(one["product"] and one["name"].lower() in _OF_CLIENTS for one in values)
    return "kms-adba" if fixes else "none"


def key_record(hive: str, path: str, place: Place, deleted: bool, wanted: Wanted) -> Record:
    """A key that a file names for itself."""
    return {
        "hive": hive,
        "path": path,
        "product": product_of(seen(path, wanted), wanted),
        "deleted": deleted,
        "place": place,
    }


def value_record(value: Known) -> Record:
    """A documented value."""
    return {name: getattr(value, name) for name in ("name", "kind", "product", "host", "client")}


def _tail(key: str) -> str | None:
    """The last part of a key that is no ID."""
    return next((part for part in reversed(key.split("\\")) if not GUID.fullmatch(part)), None)


def stray_keys(text: str, judged_lines: frozenset[int] = frozenset()) -> list[Record]:
    """What looks like a product key anywhere in a text, outside of lines that are judged already."""
    lines = Lines(text)
    places = [(found[0], lines.line(found.start()), found.start()) for found in KEY_SHAPE.finditer(text)]
    return [
        {"text": key, "place": Place(line, lines.column(start))}
        for key, line, start in places
        if line not in judged_lines
    ]
