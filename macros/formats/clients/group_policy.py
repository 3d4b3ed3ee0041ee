"""Registry preference items of Group Policy, read and judged.

The form is that of [MS-GPPREF]; lxml reads the XML, without entities and without the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import cast

from macros.catalog.models import Catalog
from macros.catalog.values import part_of
from macros.formats.base import xml_tree
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding
from macros.formats.base.format import File
from macros.formats.base.rules import Rules
from macros.formats.base.xml_tree import Element

from . import records
from .records import Record
from .registry_values import RULES as VALUE_RULES
from .registry_values import Data, Entry, Wanted

FORM = ("ms-gppref-registry",)
FILE = ("ms-gppref-file-format",)
# -------------------------------------------------------------------------------------------------------- rules

RULES = VALUE_RULES | Rules.beside(__file__, "group-policy")
"""Every rule about files of registry preferences by its id."""

COLLECTION = "Collection"
AROUND = (COLLECTION, "Filters")
"""What stands beside items."""
INSIDE = ("Properties", "Filters")
"""What stands in an item."""
SHORT_HIVES = ("HKLM", "HKCU", "HKLM:", "HKCU:")
ITEM_ATTRIBUTES = (
    "clsid", "name", "status", "image", "changed", "uid", "desc", "bypassErrors", "userContext", "removePolicy",
    "disabled", "descr",
)  # fmt: skip
PROPERTIES = (
    "action", "displayDecimal", "default", "hive", "key", "name", "type", "value", "bitfield", "defaultValue", "desc",
    "disabled",
)  # fmt: skip
BINARY = ("REG_BINARY", "REG_QWORD")
"""Types that consoles write, although the page does not list them."""


@dataclass(frozen=True)
class Form:
    """What the facts say about the file."""

    root: str
    root_clsid: str
    item: str
    item_clsid: str
    actions: tuple[str, ...]
    hives: tuple[str, ...]
    types: tuple[str, ...]

    @classmethod
    def of(cls, catalog: Catalog) -> Form:
        """What the catalog has of it."""
        value = catalog.fact("reg.preferences").value

        def listed(name: str) -> tuple[str, ...]:
            return tuple(str(one) for one in cast(Iterable[object], part_of(value, name)))

        return cls(
            root=str(part_of(value, "root")),
            root_clsid=str(part_of(value, "root_clsid")),
            item=str(part_of(value, "item")),
            item_clsid=str(part_of(value, "item_clsid")),
            actions=listed("actions"),
            hives=listed("hives"),
            types=listed("types"),
        )


# ----------------------------------------------------------------------------------------------------- validate


@dataclass(frozen=True)
class Document:
    """What a file of preferences says."""

    file: Record
    """`file` in the expressions of the checks."""
    form: Form
    wanted: Wanted
    """What its values are compared with."""

    @cached_property
    def judged(self) -> tuple[list[Finding], list[Record]]:
        """What is wrong with it, and the values that it sets as far as they can be read."""
        left: dict[str, list[Record]] = {}
        found = [*records.judged("group-policy", self.file, self.wanted, {"preferences": known(self.form)}, left)]
        return found, left["entries"]


def read(file: File, context: Context) -> Document:
    """What a file of preferences says. Raises UnreadableError."""
    root, form, wanted = xml_tree.read(file.text), Form.of(context.catalog), Wanted.of(context)
    # What begins otherwise is no such file, and nothing in it is looked at.
    elements = [*root.walk()] if root.name == form.root else []
    items = [one for one in elements if one.name == form.item]
    around = (form.item, *AROUND)
    inside: Mapping[str, tuple[str, ...]] = {form.root: around, COLLECTION: around, form.item: INSIDE}
    properties = [(item, one) for item in items for one in item.all("Properties")]
    described = [(one, ITEM_ATTRIBUTES) for one in items] + [(one, PROPERTIES) for _, one in properties]
    set_here = records.entries((_entry(one) for _, one in properties), wanted)
    return Document(
        {
            "root": _classified(root),
            "items": [{**_classified(one), "properties": bool(one.all("Properties"))} for one in items],
            "children": [
                {"name": child.name, "parent": one.name, "place": child.place, "allowed": inside[one.name]}
                for one in elements
                if one.name in inside
                for child in one.children
            ],
            "attributes": [
                {"name": one.name, "element": element.name, "place": one.place, "allowed": allowed}
                for element, allowed in described
                for one in element.attributes.values()
            ],
            "properties": [
                {**entry, **_written(item, one)} for (item, one), entry in zip(properties, set_here, strict=True)
            ],
            "keys": [],
            "stray_keys": [
                {**key, "place": one.place}
                for element in elements
                for one in element.attributes.values()
                for key in records.stray_keys(one.value)
            ],
        },
        form,
        wanted,
    )


def judge(document: Document, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Findings name line and column."""
    yield from document.judged[0]


def activation(document: Document, context: Context) -> Activation:
    """How the computers activate that the preferences are for."""
    return records.activation(document.judged[1])


def known(form: Form) -> Record:
    """What the form of a file is compared with."""
    return {**asdict(form), "other_types": BINARY, "short_hives": SHORT_HIVES}


def _classified(element: Element) -> Record:
    return {
        "name": element.name,
        "place": element.place,
        "clsid": element.get("clsid"),
        "clsid_place": element.at("clsid"),
    }


def _entry(properties: Element) -> Entry:
    """The value that an item sets or deletes."""
    hive, path, name, kind, text = (properties.get(one) or "" for one in ("hive", "key", "name", "type", "value"))
    deletes = _action(properties) == "D"
    data = None if deletes else _data(kind, text, properties)
    place, key_place = properties.at("name"), properties.at("key")
    return Entry(hive, path, name, None if deletes else kind, data, place, key_place, deleted=deletes)


def _action(properties: Element) -> str:
    return properties.get("action") or "U"


def _written(item: Element, properties: Element) -> Record:
    """What else stands in an item."""
    names = ("action", "hive", "type", "value")
    return {
        "action": _action(properties),
        "type": properties.get("type") or "",
        "given": properties.get("value") or "",
        "user_context": item.at("userContext") if item.get("userContext") == "1" else None,
        "item_disabled": item.at("disabled") if item.get("disabled") == "1" else None,
        "disabled": properties.at("disabled") if properties.get("disabled") == "1" else None,
        "places": {"element": properties.place, **{name: properties.at(name) for name in names}},
    }


def _data(kind: str, text: str, properties: Element) -> Data:
    if kind == "REG_DWORD" and re.fullmatch(r"[0-9A-Fa-f]{8}", text):
        return int(text, 16)
    if kind == "REG_MULTI_SZ":
        values = [value.text for holder in properties.all("Values") for value in holder.all("Value")]
        return tuple(values) if values else tuple(text.split())
    return text
