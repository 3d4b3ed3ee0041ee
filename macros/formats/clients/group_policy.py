"""Registry preference items of Group Policy: the XML file, and the commands that add the same items.

The form is that of [MS-GPPREF]; lxml reads the XML, without entities and without the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from macros.catalog.models import Catalog
from macros.catalog.values import part_of
from macros.formats.base import xml_tree
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Said
from macros.formats.base.format import File
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest
from macros.formats.base.xml_tree import Element

from . import registry_values
from .registry_values import RULES as VALUE_RULES
from .registry_values import Data, Entry, Wanted, is_licensing, stray_keys

FORM = ("ms-gppref-registry",)
FILE = ("ms-gppref-file-format",)
# -------------------------------------------------------------------------------------------------------- rules

RULES = VALUE_RULES | Rules.beside(__file__, "group-policy")
"""Every rule about files of registry preferences by its id."""

COLLECTION = "Collection"
SHORT_HIVES = ("HKLM", "HKCU", "HKLM:", "HKCU:")
KEY_WORDS: Mapping[str, str] = {
    "hive": "begins with a hive, which stands in an attribute of its own",
    "backslash": "has a backslash at its end or its beginning",
}
"""What can be wrong with the path of a key."""
NEAR = " {near} is probably meant."
DIGITS = "eight hexadecimal digits"
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
    """What a file of preferences says, and what is wrong with its form."""

    root: Element
    form: Form
    wanted: Wanted
    """What its values are compared with."""
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    broken: bool = False
    """Whether an item or a collection is wrong, so that what it sets may not have been read."""


def read(file: File, context: Context) -> Document:
    """What a file of preferences says. Raises UnreadableError."""
    root, form, wanted = xml_tree.read(file.text), Form.of(context.catalog), Wanted.of(context)
    if root.name != form.root:
        wrong = RULES["gpp-root"].finding(root.place, given=root.name, root=Said(form.root))
        return Document(root, form, wanted, (), (wrong,))
    entries: list[Entry] = []
    findings: list[Finding] = []
    for element in root.walk():
        if element.name in (form.root, COLLECTION):
            findings += _children(element, (form.item, COLLECTION, "Filters"))
        elif element.name == form.item:
            findings += _item(element, form, wanted, entries)
    broken = any(finding.severity == "error" for finding in findings)
    found = (*_class_id(root, form.root_clsid), *findings)
    return Document(root, form, wanted, tuple(entries), found, broken)


def judge(document: Document, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Findings name line and column."""
    wanted = document.wanted
    yield from document.findings
    if document.root.name != document.form.root:
        return
    yield from registry_values.judge(document.entries, wanted)
    for element in document.root.walk():
        for attribute in element.attributes.values():
            for found in stray_keys(attribute.value, wanted):
                yield replace(found, line=attribute.place.line, column=attribute.place.column)
    if not document.broken and not any(is_licensing(entry.path, wanted) for entry in document.entries):
        yield RULES["gpp-nothing"].finding(None)


def activation(document: Document, context: Context) -> Activation:
    """How the computers activate that the preferences are for."""
    return registry_values.activation(document.entries, document.wanted)


def _class_id(element: Element, wanted: str) -> Iterator[Finding]:
    given = element.get("clsid")
    if given is None:
        yield RULES["gpp-missing"].finding(element.place, element=Said(element.name), given=Said("clsid"))
    elif given.upper() != wanted.upper():
        yield RULES["gpp-clsid"].finding(element.at("clsid"), given=given, name=Said(element.name), clsid=Said(wanted))


def _children(element: Element, names: tuple[str, ...]) -> Iterator[Finding]:
    for child in element.children:
        if child.name not in names:
            near = nearest(child.name, names, cutoff=0.7)
            yield RULES["gpp-element"].finding(
                child.place,
                given=child.name,
                parent=Said(element.name),
                near=Said(NEAR.format(near=near) if near else ""),
            )


def _item(element: Element, form: Form, wanted: Wanted, entries: list[Entry]) -> Iterator[Finding]:
    yield from _class_id(element, form.item_clsid)
    yield from _attributes(element, ITEM_ATTRIBUTES)
    yield from _children(element, ("Properties", "Filters"))
    found = element.all("Properties")
    if not found:
        yield RULES["gpp-missing"].finding(element.place, element=Said(element.name), given=Said("Properties"))
    for properties in found:
        yield from _attributes(properties, PROPERTIES)
        yield from _properties(element, properties, form, wanted, entries)


def _attributes(element: Element, names: tuple[str, ...]) -> Iterator[Finding]:
    for attribute in element.attributes.values():
        if attribute.name not in names:
            near = nearest(attribute.name, names, cutoff=0.6)
            said = Said(NEAR.format(near=near) if near else "")
            yield RULES["gpp-attribute"].finding(
                attribute.place, element=Said(element.name), given=attribute.name, near=said
            )


def _properties(
    item: Element, properties: Element, form: Form, wanted: Wanted, entries: list[Entry]
) -> Iterator[Finding]:
    action, hive, path = properties.get("action") or "U", properties.get("hive") or "", properties.get("key") or ""
    if action not in form.actions:
        yield RULES["gpp-action"].finding(properties.at("action"), given=action, values=Said(", ".join(form.actions)))
    absent = [one for one in ("hive", "key") if not properties.get(one)]
    for one in absent:
        yield RULES["gpp-missing"].finding(properties.place, element=Said("Properties"), given=Said(one))
    why = _key_problem(path, form)
    if absent:
        return
    if hive not in form.hives:
        yield RULES["gpp-hive"].finding(properties.at("hive"), given=hive, values=Said(", ".join(form.hives)))
    elif why:
        yield RULES["gpp-key"].finding(properties.at("key"), given=path, why=Said(why))
    elif properties.get("name"):
        if is_licensing(path, wanted):
            yield from _state(item, properties)
        yield from _value(properties, action, form, entries)
    elif is_licensing(path, wanted) and action in ("D", "R"):
        yield RULES["gpp-replace-key"].finding(properties.at("action"), given=path)


def _value(properties: Element, action: str, form: Form, entries: list[Entry]) -> Iterator[Finding]:
    """The entry of an item that sets or deletes a value, or why it is none."""
    hive, path, name = (properties.get(one) or "" for one in ("hive", "key", "name"))
    kind, text = properties.get("type") or "", properties.get("value") or ""
    place, key_place = properties.at("name"), properties.at("key")
    data = _data(kind, text, properties)
    if action == "D":
        if text:
            yield RULES["gpp-delete-data"].finding(properties.at("value"))
        entries.append(Entry(hive, path, name, None, None, place, key_place, deleted=True))
    elif not kind:
        yield RULES["gpp-missing"].finding(properties.place, element=Said("Properties"), given=Said("type"))
    elif kind not in (*form.types, *BINARY):
        yield RULES["gpp-type"].finding(properties.at("type"), given=kind, values=Said(", ".join(form.types)))
    elif kind == "REG_DWORD" and not isinstance(data, int):
        number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
        right = DIGITS if number is None else f"{number:08x}"
        yield RULES["gpp-number"].finding(properties.at("value"), given=text, right=Said(right))
    else:
        entries.append(Entry(hive, path, name, kind, data, place, key_place))


def _key_problem(path: str, form: Form) -> str | None:
    first = path.split("\\", 1)[0].upper()
    if first in form.hives or first in SHORT_HIVES:
        return KEY_WORDS["hive"]
    if path.startswith("\\") or path.endswith("\\"):
        return KEY_WORDS["backslash"]
    return None


def _state(item: Element, properties: Element) -> Iterator[Finding]:
    if item.get("userContext") == "1":
        yield RULES["gpp-user-context"].finding(item.at("userContext"))
    for element in (item, properties):
        if element.get("disabled") == "1":
            yield RULES["gpp-disabled"].finding(element.at("disabled"))


def _data(kind: str, text: str, properties: Element) -> Data:
    if kind == "REG_DWORD" and re.fullmatch(r"[0-9A-Fa-f]{8}", text):
        return int(text, 16)
    if kind == "REG_MULTI_SZ":
        values = [value.text for holder in properties.all("Values") for value in holder.all("Value")]
        return tuple(values) if values else tuple(text.split())
    return text
