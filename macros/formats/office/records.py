"""What a configuration file says, as records that the checks of `rules.yaml` look at, and what they compare it with.

A record is plain data: fields hold texts, numbers, lists, other records, or null. Records of the reference are the same
that a page carries for its script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from macros.catalog.models import Catalog, OdtElement, OdtProduct
from macros.formats.base.conditions import Functions
from macros.formats.base.keys import PLACEHOLDER, is_key_shaped, is_placeholder, mask
from macros.formats.base.spelling import nearest
from macros.formats.base.xml_tree import Element

from .rules import INSTALLER_ELEMENTS, LEGACY_CHANNELS, SHARED_COMPUTER, WRONG_APPS

Record = dict[str, Any]
LYNC = "Lync"


def reference(catalog: Catalog) -> Record:
    """What the catalog knows of the tool, as a page carries it. Fields of records keep their names."""
    odt = catalog.odt
    return {
        "placeholder": PLACEHOLDER,
        "keys": {key.key: [key.product, key.edition] for key in catalog.client_keys},
        "elements": [_element(element) for element in odt.elements],
        "properties": [{"name": each.name, "allowed": list(each.allowed)} for each in odt.properties],
        "products": [_product(product) for product in odt.products],
        "channels": [{"id": each.id, "required_for": list(each.required_for)} for each in odt.channels],
        "subscription_channels": list(odt.subscription_channels),
        "legacy_channels": dict(LEGACY_CHANNELS),
        "languages": [{"culture": each.culture, "project_visio": each.project_visio} for each in odt.languages],
        "language_tokens": list(odt.language_tokens),
        "open_lists": list(odt.open_lists),
        "suite_contents": {suite: list(apps) for suite, apps in odt.suite_contents.items()},
        "wrong_apps": dict(WRONG_APPS),
        "shared_computer": list(SHARED_COMPUTER),
        "installer_elements": list(INSTALLER_ELEMENTS),
        "preview_keys": [each.ends for each in odt.preview_keys],
        "lync": LYNC,
    }


def _element(element: OdtElement) -> Record:
    return {
        "name": element.name,
        "parents": list(element.parents),
        "once": (element.occurs or "").endswith("..1"),
        "unconfirmed": element.confidence == "unconfirmed",
        "attributes": [
            {
                "name": each.name,
                "required": each.required,
                "allowed": list(each.allowed),
                "unconfirmed": each.confidence == "unconfirmed",
            }
            for each in element.attributes
        ],
    }


def _product(product: OdtProduct) -> Record:
    names = ("id", "name", "license", "kind", "generation", "pidkey", "product", "gvlk_edition")
    return {**{name: getattr(product, name) for name in names}, "channels": list(product.channels)}


class Known:
    """The reference, arranged for looking up, and what the checks ask of it."""

    def __init__(self, data: Record) -> None:
        self.data = data
        self.elements: dict[str, Record] = {each["name"]: each for each in data["elements"]}
        self.products: dict[str, Record] = {each["id"].lower(): each for each in data["products"]}
        self.languages: dict[str, Record] = {each["culture"].lower(): each for each in data["languages"]}
        self.properties: dict[str, Record] = {each["name"]: each for each in data["properties"]}
        self.tokens: dict[str, str] = {token.lower(): token for token in data["language_tokens"]}
        self.keys: dict[str, Record] = {
            key: {"product": product, "edition": edition} for key, (product, edition) in data["keys"].items()
        }
        attributes = self.elements["ExcludeApp"]["attributes"]
        self.apps: dict[str, str] = {
            one.lower(): one for each in attributes if each["name"] == "ID" for one in each["allowed"]
        }

    @cached_property
    def names(self) -> Record:
        """`known` in the expressions of the checks."""
        return {
            "placeholder": PLACEHOLDER,
            "element_names": list(self.elements),
            "product_ids": [each["id"] for each in self.products.values()],
            "cultures": [each["culture"] for each in self.languages.values()],
            "property_names": list(self.properties),
            "apps": list(self.apps.values()),
            "lync": LYNC,
            "newest_suites": self.data["channels"][0]["required_for"],
            # Suites of the Long-Term Servicing Channel: of all channels but the oldest.
            "ltsc_suites": [suite for channel in self.data["channels"][:-1] for suite in channel["required_for"]],
            "legacy_channels": list(self.data["legacy_channels"]),
            "shared_computer": self.data["shared_computer"],
            "preview_keys": self.data["preview_keys"],
        }

    @cached_property
    def functions(self) -> Functions:
        """Functions that the expressions call besides the common ones."""
        return {
            "allowed_in": lambda parent: [each["name"] for each in self.elements.values() if parent in each["parents"]],
            "with_attribute": self._with_attribute,
            "product_of": lambda product: self.products.get((product or "").lower()),
            "nearest": lambda text, names, percent: nearest(text or "", names, percent / 100),
            "current_channel": self.current_channel,
            "can_use": self._can_use,
            "twins": self._twins,
            "same_language": self._same_language,
            "lacks": self._lacks,
            "wrong_app": self._wrong_app,
            "strip": lambda text: (text or "").strip(),
            "mask": mask,
            "is_key": is_key_shaped,
            "is_placeholder": is_placeholder,
        }

    def current_channel(self, channel: str) -> str:
        """The name that a channel has today."""
        return str(self.data["legacy_channels"].get(channel, channel))

    def _with_attribute(self, name: str) -> list[str]:
        return [each["name"] for each in self.elements.values() if name in [one["name"] for one in each["attributes"]]]

    def _can_use(self, product: Record | None, channel: str) -> bool:
        # A channel that is no channel has its own finding, and "as the installed product" fits any.
        perpetual = {one["id"].lower() for one in self.data["channels"]}
        subscription = {one.lower() for one in self.data["subscription_channels"]}
        wanted = self.current_channel(channel).lower()
        if product is None or wanted not in perpetual | subscription:
            return True
        named = {one.lower() for one in product["channels"]} & (perpetual | subscription)
        if not named:
            return wanted in subscription if product["generation"] == "2016" else True
        if named & subscription:
            named |= subscription
        return wanted in named

    def _twins(self, product: Record, suite: Record) -> list[str]:
        """Volume products of a suite's year that do what a subscription product does."""
        if product["kind"] == "suite":
            return [suite["id"]]
        same = ("kind", product["kind"]), ("generation", suite["generation"]), ("license", "volume")
        return [each["id"] for each in self.products.values() if all(each[field] == value for field, value in same)]

    def _same_language(self, language: Record) -> str:
        """A culture of the same language that Project and Visio have, such as en-US for en-GB."""
        start = language["culture"].split("-", 1)[0].lower() + "-"
        found = (
            one["culture"] for name, one in self.languages.items() if one["project_visio"] and name.startswith(start)
        )
        return str(next(found, "en-US"))

    def _lacks(self, product: Record | None, app: str | None) -> bool:
        """Whether a suite is known to be without an app.

        Every list of contents names Publisher if the suite has it; the other apps that can be excluded come along with
        the suite or with Windows without being listed.
        """
        contents = self.data["suite_contents"].get(product["id"]) if product else None
        return app == "Publisher" and contents is not None and app not in contents

    def _wrong_app(self, name: str) -> str | None:
        wrong: Mapping[str, str] = self.data["wrong_apps"]
        return next((reason for each, reason in wrong.items() if each.lower() == name.lower()), None)


# ------------------------------------------------------------------------------------------------------- the file


def records(root: Element, known: Known, mode: str | None, template: bool) -> Record:
    """`file` in the expressions of the checks: what a configuration file says, in its order."""
    installer = is_installer_file(root, known)
    if installer:
        # Nothing in it is for the tool.
        root = replace(root, children=[])
    adds, is_ours = root.all("Add"), root.name == "Configuration" and not installer
    parts = [*_parts(root, known)] if is_ours else []
    elements = [_seen(root, known), *(part["self"] for part in parts if part["fits"])] if is_ours else []
    products = [*_products(adds, known, True), *_products(root.all("Remove"), known, False)]
    added = [product for product in products if product["added"]]
    licensed = [each for each in added if each["entry"] and each["entry"]["license"] in ("volume", "subscription")]
    channels = [add.attributes["Channel"] for add in adds if "Channel" in add.attributes]
    return {
        "root": {"name": root.name, "place": root.place, "empty": not root.children, "installer": installer},
        "mode": mode,
        "template": template,
        "channel": {"value": channels[0].value, "place": channels[0].place} if channels else None,
        "removes_msi": bool(root.all("RemoveMSI")),
        "parts": parts,
        "elements": elements,
        "attributes": [one for each in elements if not each["entry"]["unconfirmed"] for one in each["attributes"]],
        "required": [one for each in elements if not each["entry"]["unconfirmed"] for one in each["required"]],
        "texts": [
            {"element": each.name, "text": each.text, "place": each.place}
            for each in root.walk()
            if each.text and each.name in known.elements
        ],
        "products": products,
        "languages": [language for product in products for language in product["languages"]],
        "apps": [app for product in products for app in product["apps"]],
        "licensed": licensed,
        "suites": [
            each for each in licensed if each["entry"]["license"] == "volume" and each["entry"]["kind"] == "suite"
        ],
        "volume": any(each["entry"]["license"] == "volume" for each in licensed),
        "subscription": any(each["entry"]["license"] == "subscription" for each in licensed),
        "properties": [*_properties(root, known)],
        "adds": [_values(add, "Version", "Channel", "DownloadPath", "SourcePath") for add in adds],
        "updates": [_values(each, "Channel", "Deadline") for each in root.all("Updates")],
        "displays": [_values(each, "Level", "AcceptEULA") for each in root.all("Display")],
    }


def is_installer_file(root: Element, known: Known) -> bool:
    """Whether it is a config.xml of the Windows Installer setup: it names its product on top, and adds nothing."""
    named = root.get("Product") is not None
    inside = any(child.name in known.data["installer_elements"] for child in root.children)
    return root.name == "Configuration" and (named or inside) and not (root.all("Add") or root.all("Remove"))


def _values(element: Element, *names: str) -> Record:
    """The attributes of an element by their names, with their places."""
    return {name: {"value": element.get(name), "place": element.at(name)} for name in names}


def _parts(root: Element, known: Known) -> Iterator[Record]:
    """What stands in elements that a page documents: where, in what, and whether it fits there."""
    for parent in root.walk():
        entry = known.elements.get(parent.name)
        if entry is None or entry["unconfirmed"]:
            continue
        first: dict[str, int] = {}
        for child in parent.children:
            own = known.elements.get(child.name)
            fits = own is not None and parent.name in own["parents"]
            yield {
                "name": child.name,
                "place": child.place,
                "parent": parent.name,
                "entry": own,
                "fits": fits,
                "first": first.get(child.name) if fits else None,
                "self": _seen(child, known) if fits else None,
            }
            if fits:
                first.setdefault(child.name, child.place.line)


def _seen(element: Element, known: Known) -> Record:
    """An element that stands where it belongs."""
    entry = known.elements[element.name]
    wanted = {each["name"]: each for each in entry["attributes"]}
    return {
        "name": element.name,
        "place": element.place,
        "entry": entry,
        "attributes": [
            {
                "element": element.name,
                "name": one.name,
                "value": one.value,
                "place": one.place,
                "entry": wanted.get(one.name),
                "own": list(wanted),
                "open": f"{element.name}.{one.name}" in known.data["open_lists"],
            }
            for one in element.attributes.values()
            if not one.name.startswith("xmlns") and ":" not in one.name
        ],
        "required": [
            {"element": element.name, "name": name, "value": element.get(name), "place": element.at(name)}
            for name, each in wanted.items()
            if each["required"]
        ],
    }


def _products(parents: Iterable[Element], known: Known, added: bool) -> Iterator[Record]:
    first: dict[str, int] = {}
    first_key: dict[str, str] = {}
    for element in (each for parent in parents for each in parent.all("Product")):
        product_id, key = element.get("ID") or "", element.get("PIDKEY")
        name, key = product_id.lower(), key if key is None else key.strip().upper()
        product: Record = {
            "id": product_id,
            "added": added,
            "start": element.place,
            "place": element.at("ID"),
            "entry": known.products.get(name),
            "first": first.get(name) if name else None,
            "key": key,
            "key_place": element.at("PIDKEY"),
            "key_owner": known.keys.get(key or ""),
            "key_first": first_key.get(key) if key is not None else None,
        }
        product["languages"] = [*_languages(element, product, known)]
        product["apps"] = [
            {
                "product": product,
                "value": each.get("ID") or "",
                "place": each.at("ID"),
                "app": known.apps.get((each.get("ID") or "").lower()),
            }
            for each in element.all("ExcludeApp")
        ]
        yield product
        first.setdefault(name, element.at("ID").line)
        if key is not None:
            first_key.setdefault(key, product_id)


def _languages(element: Element, product: Record, known: Known) -> Iterator[Record]:
    seen: set[str] = set()
    every = {(each.get("ID") or "").lower() for each in element.all("Language")}
    for each in element.all("Language"):
        given = (each.get("ID") or "").lower()
        name = (each.get("ID") or "").strip()
        yield {
            "product": product,
            "id": each.get("ID"),
            "name": name,
            "place": each.at("ID"),
            "token": known.tokens.get(name.lower()),
            "whole_token": known.tokens.get(given),
            "entry": known.languages.get(name.lower()),
            "again": bool(given) and given in seen,
            "beside": len(every) > 1,
            "options": [
                {"name": option, "given": option in each.attributes, "place": each.at(option)}
                for option in ("Fallback", "TargetProduct")
            ],
        }
        seen.add(given)


def _properties(root: Element, known: Known) -> Iterator[Record]:
    first: dict[str, int] = {}
    for element in root.all("Property"):
        name = element.get("Name") or ""
        yield {
            "name": name,
            "value": element.get("Value"),
            "start": element.place,
            "place": element.at("Name"),
            "value_place": element.at("Value"),
            "entry": known.properties.get(name),
            "first": first.get(name) if name else None,
        }
        first.setdefault(name, element.place.line)
