"""Configuration files of the Office Deployment Tool: generated from the catalog, and checked against it.

`validate` reads any text or bytes and never raises; `generate` writes a file that `validate` finds nothing in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from macros.catalog.models import Catalog, ClientKey, OdtElement, OdtLanguage, OdtProduct, OdtReference, find
from macros.formats.base.findings import Activation, Finding, Place, Report, Said
from macros.formats.base.keys import PLACEHOLDER, is_key_shaped, is_placeholder, mask
from macros.formats.base.origin import Origin
from macros.formats.base.reading import UnreadableError
from macros.formats.base.report import report
from macros.formats.base.spelling import nearest
from macros.formats.base.xml_tree import Attribute, Element, read, unreadable

from .rules import LEGACY_CHANNELS, RULES, SHARED_COMPUTER, WRONG_APPS

Method = Literal["kms-adba", "mak"]
Mode = Literal["download", "configure"]

PROOFING = "ProofingTools"
LYNC = "Lync"
_WITHOUT_LYNC = " Skype for Business: the Office Customization Tool leaves it out by default (rule R19) "
_NO_CHANNEL = "none"

# ---------------------------------------------------------------------------------------------------- generate


@dataclass(frozen=True)
class ProductRequest:
    """A product to install: its ID, its languages, and the apps to leave out."""

    id: str
    languages: tuple[str, ...]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfficeRequest:
    """What a configuration file should do. The channel follows from the products."""

    products: tuple[ProductRequest, ...]
    architecture: Literal["64", "32"] = "64"
    method: Method = "kms-adba"
    write_gvlk: bool = False
    """Write the GVLK as PIDKEY, which volume products carry anyway."""
    mode: Mode = "configure"
    proofing: tuple[str, ...] = ()
    """Further languages to check spelling in."""
    source_path: str | None = None
    """Folder or share with the installation files; where to save them in download mode."""
    remove_msi: bool = True
    updates: bool = True
    updates_path: str | None = None
    display: Literal["None", "Full"] = "None"


def generate(request: OfficeRequest, origin: Origin, catalog: Catalog) -> str:
    """A configuration file, beginning with a comment that says what made it and how to use it.

    Raises UnknownIdError for a product ID that the catalog does not have, ValueError for products that share no
    perpetual channel, or that the method cannot activate.
    """
    products = [find(catalog.odt.products, wanted.id, "product ID") for wanted in request.products]
    channel = _perpetual_channel(products, catalog.odt)
    root = etree.Element("Configuration")
    root.append(etree.Comment(_comment(request, origin, products, channel)))
    add = etree.SubElement(root, "Add", OfficeClientEdition=request.architecture, Channel=channel)
    if request.source_path:
        add.set("SourcePath", request.source_path)
    for wanted, product in zip(request.products, products, strict=True):
        _append_product(add, wanted, _key(request, product, catalog.client_keys), catalog.odt)
    if request.proofing:
        _append_product(add, ProductRequest(PROOFING, request.proofing), None, catalog.odt)
    if request.mode == "configure":
        _append_installation(root, request, channel)
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="unicode") + "\n"


def _append_product(add: etree._Element, wanted: ProductRequest, key: str | None, reference: OdtReference) -> None:
    element = etree.SubElement(add, "Product", ID=wanted.id)
    if key:
        element.set("PIDKEY", key)
    for language in wanted.languages:
        etree.SubElement(element, "Language", ID=language)
    for app in wanted.exclude:
        if app == LYNC and wanted.id in _ltsc_suites(reference):
            element.append(etree.Comment(_WITHOUT_LYNC))
        etree.SubElement(element, "ExcludeApp", ID=app)


def _append_installation(root: etree._Element, request: OfficeRequest, channel: str) -> None:
    if request.remove_msi:
        etree.SubElement(root, "RemoveMSI")
    updates = etree.SubElement(root, "Updates", Enabled=str(request.updates).upper())
    if request.updates:
        updates.set("Channel", channel)
    if request.updates and request.updates_path:
        updates.set("UpdatePath", request.updates_path)
    etree.SubElement(root, "Display", Level=request.display, AcceptEULA="TRUE")
    if request.method == "mak":
        etree.SubElement(root, "Property", Name="AUTOACTIVATE", Value="1")


def _perpetual_channel(products: Iterable[OdtProduct], reference: OdtReference) -> str:
    perpetual = [channel.id for channel in reference.channels]
    shared = [channel for channel in perpetual if all(channel in product.channels for product in products)]
    if not shared:
        names = ", ".join(product.id for product in products) or "no product"
        raise ValueError(f"{names}: no perpetual channel that all of them can use; expected products of one year")
    return shared[0]


def _key(request: OfficeRequest, product: OdtProduct, keys: Iterable[ClientKey]) -> str | None:
    if request.method == "mak":
        return PLACEHOLDER
    if product.pidkey == "mak-only":
        raise ValueError(f"{product.id} is activated by MAK only; expected the method mak")
    if not request.write_gvlk:
        return None
    gvlk = _gvlk_of(product, keys)
    if gvlk is None:
        raise ValueError(f"{product.id} has no published GVLK; leave write_gvlk out")
    return gvlk


def gvlk(product_id: str, catalog: Catalog) -> str | None:
    """The published GVLK of a product ID, None when it has none. Raises UnknownIdError."""
    return _gvlk_of(find(catalog.odt.products, product_id, "product ID"), catalog.client_keys)


def _gvlk_of(product: OdtProduct, keys: Iterable[ClientKey]) -> str | None:
    """The GVLK that belongs to a product ID, None when none is published."""
    if product.gvlk_edition is None:
        return None
    return next(
        (key.key for key in keys if (key.product, key.edition) == (product.product, product.gvlk_edition)), None
    )


def _comment(request: OfficeRequest, origin: Origin, products: Iterable[OdtProduct], channel: str) -> str:
    activation = (
        "MAK"
        if request.method == "mak"
        else "KMS or ADBA, GVLK " + ("written as PIDKEY" if request.write_gvlk else "preinstalled, so no PIDKEY")
    )
    rights = "local administrator" if request.mode == "configure" else "a user who may write to SourcePath"
    lines = [
        *origin.lines(),
        "",
        f"Products:     {', '.join(product.name for product in products)}",
        f"Architecture: {request.architecture}-bit",
        f"Channel:      {channel}",
        f"Activation:   {activation}",
        f"Use:          setup.exe /{request.mode} {origin.file_name}",
        f"Run it as:    {rights}",
    ]
    if request.method == "mak":
        lines += [
            "",
            f"Replace {PLACEHOLDER} by your MAK first. The file then holds it in clear text:",
            "let only administrators read it, and delete it after the installation.",
        ]
    # Two hyphens in a row, or one at the end, would end a comment.
    text = "\n".join(f"    {line}".rstrip() for line in lines)
    return "\n" + re.sub(r"-(?=-|$)", "- ", text) + "\n  "


# ---------------------------------------------------------------------------------------------------- validate


def validate(data: str | bytes, catalog: Catalog, mode: Mode | None = None, template: bool = False) -> Report:
    """Check a configuration file. Findings name line and column; nothing that is read raises.

    `mode` says how the file will be used, when that is known. In a `template` the placeholder of this guide stands
    for a MAK and is no finding.
    """
    known = _known(catalog)
    try:
        root = read(data)
    except UnreadableError as error:
        return report([unreadable(error)], RULES, "unknown")
    document = _Document.of(root, known, mode, template)
    found = (finding for check in _CHECKS for finding in check(document))
    return report(found, RULES, _activation(document))


@dataclass(frozen=True)
class _Known:
    """The catalog, arranged for looking up."""

    reference: OdtReference
    elements: Mapping[str, OdtElement]
    products: Mapping[str, OdtProduct]
    languages: Mapping[str, OdtLanguage]
    keys: Mapping[str, ClientKey]

    @classmethod
    def of(cls, catalog: Catalog) -> _Known:
        odt = catalog.odt
        return cls(
            reference=odt,
            elements={element.name: element for element in odt.elements},
            products={product.id.lower(): product for product in odt.products},
            languages={language.culture.lower(): language for language in odt.languages},
            keys={key.key: key for key in catalog.client_keys},
        )

    @property
    def volume_suites(self) -> str:
        """Product IDs to use instead of a subscription: those of the newest year."""
        newest = self.reference.channels[0].required_for
        return " or ".join(newest)


_LAST: list[tuple[Catalog, _Known]] = []


def _known(catalog: Catalog) -> _Known:
    """The catalog arranged, once for as long as files are checked against the same one."""
    if not (_LAST and _LAST[0][0] is catalog):
        _LAST[:] = [(catalog, _Known.of(catalog))]
    return _LAST[0][1]


@dataclass(frozen=True)
class _Product:
    """A Product of the file, and what the catalog knows about its ID."""

    element: Element
    id: str
    known: OdtProduct | None

    @property
    def place(self) -> Place:
        return self.element.at("ID")


@dataclass(frozen=True)
class _Document:
    """A file as the checks see it."""

    root: Element
    known: _Known
    mode: Mode | None
    template: bool
    added: tuple[_Product, ...]
    removed: tuple[_Product, ...]
    channel: Attribute | None

    @classmethod
    def of(cls, root: Element, known: _Known, mode: Mode | None, template: bool) -> _Document:
        adds = root.all("Add")
        return cls(
            root=root,
            known=known,
            mode=mode,
            template=template,
            added=_products(adds, known),
            removed=_products(root.all("Remove"), known),
            channel=next((add.attributes["Channel"] for add in adds if "Channel" in add.attributes), None),
        )

    def finding(self, rule: str, place: Place | None, **values: object) -> Finding:
        return RULES[rule].finding(place, **values)

    def licensed(self, *licenses: str) -> list[_Product]:
        """Products to install under one of these licenses."""
        return [product for product in self.added if product.known and product.known.license in licenses]

    @property
    def volume_suites(self) -> list[_Product]:
        return [product for product in self.licensed("volume") if product.known and product.known.kind == "suite"]


def _products(parents: Iterable[Element], known: _Known) -> tuple[_Product, ...]:
    elements = [element for parent in parents for element in parent.all("Product")]
    return tuple(
        _Product(element, element.get("ID") or "", known.products.get((element.get("ID") or "").lower()))
        for element in elements
    )


def _activation(document: _Document) -> Activation:
    kinds = {kind for product in document.added if (kind := _activation_of(product, document)) != "none"}
    if len(kinds) > 1:
        return "unknown" if "unknown" in kinds else "mixed"
    return kinds.pop() if kinds else "none"


_BY_LICENSE: Mapping[str, Activation] = {
    "subscription": "subscription",
    "retail": "retail",
    "free": "none",
    "none": "none",
}


def _activation_of(product: _Product, document: _Document) -> Activation:
    if product.known is None:
        # The list of IDs is not complete for old releases; their names follow one pattern.
        if product.id.startswith("O365"):
            return "subscription"
        return "retail" if product.id.endswith("Retail") else "unknown"
    if product.known.license != "volume":
        return _BY_LICENSE[product.known.license]
    key = (product.element.get("PIDKEY") or "").strip().upper()
    if key in document.known.keys or (not key and product.known.pidkey != "mak-only"):
        return "kms-adba"
    stands_for_mak = key == PLACEHOLDER and document.template
    return "mak" if stands_for_mak or (is_key_shaped(key) and not is_placeholder(key)) else "unknown"


# ------------------------------------------------------------------------------------------------ checks: form


def _check_elements(document: _Document) -> Iterator[Finding]:
    root, known = document.root, document.known
    if root.name != "Configuration":
        yield document.finding("root-element", root.place, name=root.name)
        return
    yield from _check_element(root, document)
    for element in root.walk():
        first: dict[str, int] = {}
        for child in element.children:
            if element.name in known.elements and not _is_undocumented(element, known):
                yield from _check_child(child, element, first, document)


def _check_child(child: Element, parent: Element, first: dict[str, int], document: _Document) -> Iterator[Finding]:
    known = document.known
    entry = known.elements.get(child.name)
    if entry is None:
        near = nearest(child.name, known.elements)
        if near:
            yield document.finding("misspelled-element", child.place, name=child.name, near=near)
        else:
            listed = Said(", ".join(name for name, entry in known.elements.items() if parent.name in entry.parents))
            yield document.finding("unknown-element", child.place, name=child.name, known=listed)
        return
    if parent.name not in entry.parents:
        expected = Said(" or ".join(entry.parents) or "the top")
        yield document.finding("misplaced-element", child.place, name=child.name, parent=parent.name, expected=expected)
        return
    if child.name in first and (entry.occurs or "").endswith("..1"):
        yield document.finding(
            "repeated-element", child.place, name=child.name, parent=parent.name, first=first[child.name]
        )
    first.setdefault(child.name, child.place.line)
    yield from _check_element(child, document)


def _check_element(element: Element, document: _Document) -> Iterator[Finding]:
    entry = document.known.elements[element.name]
    if entry.confidence == "unconfirmed":
        yield document.finding("undocumented", element.place, name=element.name)
        return
    names = {attribute.name: attribute for attribute in entry.attributes}
    for attribute in element.attributes.values():
        if attribute.name.startswith("xmlns") or ":" in attribute.name:
            continue
        if attribute.name not in names:
            yield _unknown_attribute(element, attribute, document)
        elif names[attribute.name].confidence == "unconfirmed":
            yield document.finding("undocumented", attribute.place, name=f"{element.name} {attribute.name}")
        elif f"{element.name}.{attribute.name}" not in document.known.reference.open_lists:
            yield from _check_value(element, attribute, names[attribute.name].allowed, document)
    for name, wanted in names.items():
        if not wanted.required:
            continue
        if name not in element.attributes:
            yield document.finding("missing-attribute", element.place, element=element.name, name=name)
        elif name in ("ID", "Name", "Key") and not element.attributes[name].value.strip():
            yield document.finding("empty-value", element.at(name), element=element.name, name=name)


def _unknown_attribute(element: Element, attribute: Attribute, document: _Document) -> Finding:
    known = document.known
    own = [one.name for one in known.elements[element.name].attributes]
    near = nearest(attribute.name, own)
    if near:
        return document.finding(
            "misspelled-attribute", attribute.place, element=element.name, name=attribute.name, near=near
        )
    elsewhere = [
        entry.name for entry in known.elements.values() if attribute.name in [one.name for one in entry.attributes]
    ]
    if elsewhere and attribute.name not in ("ID", "Name", "Value", "All", "Level", "Path", "Type", "Key"):
        return document.finding(
            "misplaced-attribute",
            attribute.place,
            element=element.name,
            name=attribute.name,
            expected=Said(" or ".join(elsewhere)),
        )
    listed = Said(", ".join(own) or "none")
    return document.finding(
        "unknown-attribute", attribute.place, element=element.name, name=attribute.name, known=listed
    )


def _check_value(
    element: Element, attribute: Attribute, allowed: tuple[str, ...], document: _Document
) -> Iterator[Finding]:
    value = attribute.value
    if not allowed or value in allowed:
        return
    by_case = {one.lower(): one for one in allowed}
    values = {"name": attribute.name, "element": element.name, "value": value}
    if attribute.name == "Channel":
        by_case |= {one.lower(): one for one in LEGACY_CHANNELS}
        if value in LEGACY_CHANNELS:
            yield document.finding("legacy-channel", attribute.place, value=value, near=LEGACY_CHANNELS[value])
            return
    if value.lower() in by_case:
        rule = "boolean-case" if set(by_case) == {"true", "false"} else "value-case"
        yield document.finding(rule, attribute.place, **values, near=by_case[value.lower()])
        return
    near = nearest(value, allowed)
    yield document.finding(
        "value",
        attribute.place,
        **values,
        allowed=Said(", ".join(allowed)),
        near=Said(f" {near} is meant." if near else ""),
    )


def _check_text(document: _Document) -> Iterator[Finding]:
    for element in document.root.walk():
        if not element.text or element.name not in document.known.elements:
            continue
        if element.text.strip("\u00a0 \t\r\n"):
            yield document.finding("stray-text", element.place, element=element.name, text=element.text)
        else:
            yield document.finding("no-break-space", element.place, element=element.name)


def _check_content(document: _Document) -> Iterator[Finding]:
    if document.root.name == "Configuration" and not document.root.children:
        yield document.finding("nothing-to-do", document.root.place)


# -------------------------------------------------------------------------------------------- checks: products


def _check_product_ids(document: _Document) -> Iterator[Finding]:
    for product in [*document.added, *document.removed]:
        if not product.id.strip():
            continue
        if re.search(r"[$%{}]", product.id):
            yield document.finding("unexpanded", product.place, name="ID", element="Product", value=product.id)
        elif product.known is None:
            yield _unknown_product(product, document)
        elif product.known.id != product.id:
            yield document.finding("product-case", product.place, product=product.id, near=product.known.id)


def _unknown_product(product: _Product, document: _Document) -> Finding:
    known = document.known
    if re.fullmatch(r"(ProPlus|Standard)(X|2016)?Volume", product.id, re.IGNORECASE):
        near = known.reference.channels[0].required_for[0]
        return document.finding("R08", product.place, product=product.id, near=near)
    near_id = nearest(product.id, [entry.id for entry in known.products.values()], cutoff=0.8)
    near_entry = known.products[near_id.lower()] if near_id else None
    if near_entry and near_entry.license == "volume" and not product.id.endswith("Retail"):
        return document.finding("misspelled-product", product.place, product=product.id, near=near_entry.id)
    hint = Said(f" The nearest is {near_entry.id}." if near_entry else "")
    return document.finding("R23", product.place, product=product.id, near=hint)


def _check_duplicates(document: _Document) -> Iterator[Finding]:
    for products in (document.added, document.removed):
        first: dict[str, int] = {}
        for product in products:
            name = product.id.lower()
            if name and name in first:
                yield document.finding("duplicate-product", product.place, product=product.id, first=Said(first[name]))
            first.setdefault(name, product.place.line)
    names: dict[str, int] = {}
    for element in document.root.all("Property"):
        name = element.get("Name") or ""
        if name and name in names:
            yield document.finding("duplicate-property", element.place, property=name, first=Said(names[name]))
        names.setdefault(name, element.place.line)


def _check_languages(document: _Document) -> Iterator[Finding]:
    for product in [*document.added, *document.removed]:
        languages = product.element.all("Language")
        if product in document.added and not languages:
            yield document.finding("language-missing", product.element.place, product=product.id or "Product")
        seen: set[str] = set()
        for element in languages:
            yield from _check_language(element, product, document)
            name = (element.get("ID") or "").lower()
            if name and name in seen:
                yield document.finding(
                    "duplicate-language", element.at("ID"), language=element.get("ID"), product=product.id
                )
            seen.add(name)


def _check_language(element: Element, product: _Product, document: _Document) -> Iterator[Finding]:
    name, known = (element.get("ID") or "").strip(), document.known
    tokens = {token.lower(): token for token in known.reference.language_tokens}
    token = tokens.get(name.lower())
    if name and not token and name.lower() not in known.languages:
        if re.search(r"[$%{}]", name):
            yield document.finding("unexpanded", element.at("ID"), name="ID", element="Language", value=name)
        else:
            near = nearest(name, [language.culture for language in known.languages.values()], cutoff=0.7)
            hint = Said(f" The nearest is {near}." if near else "")
            yield document.finding("unknown-language", element.at("ID"), language=name, near=hint)
    language = known.languages.get(name.lower())
    lacking = product.known and product.known.kind in ("project", "visio")
    if language and lacking and not language.project_visio:
        near = _same_language(language, known)
        yield document.finding("R17", element.at("ID"), product=product.id, language=language.culture, near=near)
    if token == "MatchOS" and "Fallback" not in element.attributes:
        yield document.finding("match-without-fallback", element.at("ID"))
    for option, needed in (("Fallback", ("MatchOS", "MatchInstalled")), ("TargetProduct", ("MatchInstalled",))):
        if option in element.attributes and token not in needed:
            yield document.finding("language-option", element.at(option), name=option, token=Said(" or ".join(needed)))


def _same_language(language: OdtLanguage, known: _Known) -> str:
    """A culture of the same language that Project and Visio have, such as en-US for en-GB."""
    prefix = language.culture.split("-", 1)[0].lower()
    return next(
        (one.culture for name, one in known.languages.items() if one.project_visio and name.startswith(f"{prefix}-")),
        "en-US",
    )


def _check_language_tokens(document: _Document) -> Iterator[Finding]:
    elements = [(element, product) for product in document.added for element in product.element.all("Language")]
    for element, product in elements:
        token = (element.get("ID") or "").lower()
        beside = [one for one in product.element.all("Language") if (one.get("ID") or "").lower() != token]
        if token == "matchinstalled" and document.mode == "download":
            yield document.finding("R13", element.at("ID"))
        if token == "matchpreviousmsi":
            missing = [] if document.root.all("RemoveMSI") else ["RemoveMSI"]
            missing += [] if beside else ["another language beside it"]
            if missing:
                yield document.finding("R14", element.at("ID"), missing=Said(" and ".join(missing)))


def _check_apps(document: _Document) -> Iterator[Finding]:
    allowed = _allowed(document.known, "ExcludeApp", "ID")
    for product in [*document.added, *document.removed]:
        excluded = product.element.all("ExcludeApp")
        for element in excluded:
            yield from _check_app(element, product, allowed, document)
        names = {(element.get("ID") or "").lower() for element in excluded}
        suites = _ltsc_suites(document.known.reference)
        if product.known and product.known.id in suites and product in document.added and LYNC.lower() not in names:
            yield document.finding("R19", product.element.place, product=product.id)


def _check_app(element: Element, product: _Product, allowed: tuple[str, ...], document: _Document) -> Iterator[Finding]:
    name, place = element.get("ID") or "", element.at("ID")
    known_names = {one.lower(): one for one in allowed}
    if name.lower() in known_names:
        absent = _absent_apps(product, document.known)
        if known_names[name.lower()] in absent:
            yield document.finding("R18", place, app=known_names[name.lower()], product=product.id)
        return
    if not name.strip():
        return
    reason = next((reason for wrong, reason in WRONG_APPS.items() if wrong.lower() == name.lower()), None)
    near = nearest(name, allowed, cutoff=0.8)
    if reason:
        yield document.finding("wrong-app", place, value=name, reason=Said(reason))
    elif near:
        yield document.finding("misspelled-app", place, value=name, near=near)
    else:
        yield document.finding("open-list", place, element="ExcludeApp", value=name)


def _ltsc_suites(reference: OdtReference) -> set[str]:
    """Suites whose Customization Tool default leaves Skype for Business out: LTSC, so all but the oldest channel."""
    return {suite for channel in reference.channels[:-1] for suite in channel.required_for}


def _absent_apps(product: _Product, known: _Known) -> set[str]:
    contents = known.reference.suite_contents.get(product.known.id) if product.known else None
    if contents is None:
        return set()
    # Every list of contents names Publisher if the suite has it; the other apps that can be excluded come along
    # with the suite or with Windows without being listed.
    return {"Publisher"} - set(contents)


# -------------------------------------------------------------------------------------------- checks: channels


def _check_channels(document: _Document) -> Iterator[Finding]:
    suites = document.volume_suites
    channel = document.channel
    for product in suites:
        entry = product.known
        assert entry is not None
        expected = entry.channels[0]
        if channel is None:
            yield document.finding("channel-missing", product.element.place, product=product.id, expected=expected)
        elif channel.value.lower() != expected.lower():
            yield document.finding(
                "R01", channel.place, product=product.id, expected=expected, channel=channel.value or _NO_CHANNEL
            )
    if channel and not suites:
        yield from _check_shared_channel(channel, document)
    if channel and suites:
        yield from _check_companions(channel, suites[0], document)
    for updates in document.root.all("Updates"):
        if "Channel" in updates.attributes:
            yield from _check_updates_channel(updates.attributes["Channel"], document)


def _check_shared_channel(channel: Attribute, document: _Document) -> Iterator[Finding]:
    """Without a volume suite: each product must be able to use the channel of the file."""
    subscription = bool(document.licensed("subscription"))
    for product in document.licensed("volume", "subscription"):
        if not _can_use(product, channel.value, document.known):
            yield document.finding("R02", product.place, product=product.id, channel=channel.value or _NO_CHANNEL)
        elif subscription and product.known and product.known.license == "volume":
            yield document.finding("R05", product.place, product=product.id)


def _check_companions(channel: Attribute, suite: _Product, document: _Document) -> Iterator[Finding]:
    """Beside a volume suite: no second year, no subscription, and Project and Visio on the same channel."""
    assert suite.known is not None
    for product in document.licensed("volume", "subscription"):
        entry = product.known
        if entry is None or product is suite:
            continue
        if entry.license == "subscription":
            volume = Said(_volume_twin(entry, suite.known, document.known))
            yield document.finding("R04", product.place, product=product.id, other=suite.id, volume=volume)
        elif entry.kind == "suite" and entry.generation != suite.known.generation:
            yield document.finding("R03", product.place, product=product.id, other=suite.id)
        elif entry.kind != "suite" and not _can_use(product, channel.value, document.known):
            yield document.finding("R02", product.place, product=product.id, channel=channel.value or _NO_CHANNEL)


def _check_updates_channel(updates: Attribute, document: _Document) -> Iterator[Finding]:
    suites, channel = document.volume_suites, document.channel
    if suites and suites[0].known:
        expected = suites[0].known.channels[0]
        if updates.value.lower() != expected.lower():
            yield document.finding(
                "R01", updates.place, product=suites[0].id, expected=expected, channel=updates.value or _NO_CHANNEL
            )
    elif channel and _today(channel.value) != _today(updates.value):
        yield document.finding("updates-channel", updates.place, value=updates.value, channel=channel.value)


def _can_use(product: _Product, channel: str, known: _Known) -> bool:
    entry = product.known
    # A channel that is no channel has its own finding, and "as the installed product" fits any.
    perpetual = {one.id.lower() for one in known.reference.channels}
    subscription = {one.lower() for one in known.reference.subscription_channels}
    wanted = _today(channel).lower()
    if entry is None or wanted not in perpetual | subscription:
        return True
    named = {one.lower() for one in entry.channels} & (perpetual | subscription)
    if not named:
        return wanted in subscription if entry.generation == "2016" else True
    if named & subscription:
        named |= subscription
    return wanted in named


def _today(channel: str) -> str:
    return LEGACY_CHANNELS.get(channel, channel)


def _volume_twin(entry: OdtProduct, suite: OdtProduct, known: _Known) -> str:
    """The volume product of a suite's year that does what a subscription product does."""
    twins = [
        one.id
        for one in known.products.values()
        if one.license == "volume" and one.kind == entry.kind and one.generation == suite.generation
    ]
    return " or ".join(twins) if entry.kind != "suite" else suite.id


# ------------------------------------------------------------------------------------------------ checks: keys


def _check_keys(document: _Document) -> Iterator[Finding]:
    used: dict[str, _Product] = {}
    for product in document.added:
        if "PIDKEY" not in product.element.attributes:
            if product.known and product.known.pidkey == "mak-only":
                yield document.finding("mak-missing", product.place, product=product.id)
            continue
        key = (product.element.get("PIDKEY") or "").strip().upper()
        yield from _check_key(key, product, document)
        if key in used and key != PLACEHOLDER and key not in document.known.keys and is_key_shaped(key):
            yield document.finding(
                "R09", product.element.at("PIDKEY"), product=product.id, other=used[key].id, key=Said(mask(key))
            )
        used.setdefault(key, product)


def _check_key(key: str, product: _Product, document: _Document) -> Iterator[Finding]:
    entry, place, known = product.known, product.element.at("PIDKEY"), document.known
    if entry is None:
        return
    values: dict[str, object] = {"product": product.id}
    owner = known.keys.get(key)
    if entry.license == "subscription":
        yield document.finding("R10", place, **values, volume=Said(known.volume_suites))
    elif entry.pidkey == "forbidden":
        yield document.finding("key-not-taken", place, **values)
    elif key == PLACEHOLDER and document.template:
        return
    elif is_placeholder(key):
        yield document.finding("placeholder-key", place, **values)
    elif not is_key_shaped(key):
        yield document.finding("key-format", place, **values)
    elif owner and entry.pidkey == "mak-only":
        yield document.finding("mak-only", place, **values)
    elif owner and (owner.product, owner.edition) != (entry.product, entry.gvlk_edition):
        yield document.finding("foreign-gvlk", place, **values, owner=owner.edition, cure=Said(_key_cure(entry)))
    elif owner is None:
        yield document.finding("key-in-clear-text", place, **values, key=Said(mask(key)))


def _key_cure(entry: OdtProduct) -> str:
    if entry.license == "retail":
        return "Client keys work with volume products only. Use a volume product ID, or the retail key."
    return f"Use the key of {entry.name}, or leave PIDKEY out: volume products carry their client key already."


# ------------------------------------------------------------------------------------------ checks: properties


def _check_properties(document: _Document) -> Iterator[Finding]:
    known = {entry.name: entry for entry in document.known.reference.properties}
    for element in document.root.all("Property"):
        name, value = element.get("Name"), element.get("Value")
        if not name:
            continue
        if name not in known:
            near = nearest(name, known)
            hint = Said(f" {near} is meant." if near else "")
            yield document.finding("unknown-property", element.at("Name"), property=name, near=hint)
            continue
        allowed = known[name].allowed
        if value is not None and allowed and value.upper() not in allowed:
            yield document.finding(
                "property-value", element.at("Value"), property=name, value=value, allowed=Said(", ".join(allowed))
            )
        if name == "PACKAGEGUID" and not _GUID.fullmatch(value or ""):
            yield document.finding("guid-format", element.at("Value"))
        if name == "PinIconsToTaskbar":
            yield document.finding("obsolete-property", element.at("Name"), property=name)
        yield from _check_license_property(element, name, value or "", document)


def _check_license_property(element: Element, name: str, value: str, document: _Document) -> Iterator[Finding]:
    volume, subscription = document.licensed("volume"), document.licensed("subscription")
    if name == "AUTOACTIVATE" and value == "1" and subscription and not volume:
        yield document.finding("R11", element.at("Name"))
    if name in SHARED_COMPUTER and volume and not subscription:
        rule = "R12" if value not in ("", "0") else "shared-computer-off"
        yield document.finding(rule, element.at("Name"), property=name)


# -------------------------------------------------------------------------------------------- checks: settings


def _check_settings(document: _Document) -> Iterator[Finding]:
    for display in document.root.all("Display"):
        if display.get("Level") == "None" and (display.get("AcceptEULA") or "").upper() != "TRUE":
            yield document.finding("silent-without-license", display.at("Level"))
    for updates in document.root.all("Updates"):
        if "Deadline" in updates.attributes and not _DEADLINE.fullmatch(updates.get("Deadline") or ""):
            yield document.finding("deadline-format", updates.at("Deadline"), value=updates.get("Deadline"))
    for add in document.root.all("Add"):
        version = add.get("Version")
        if version is not None and not _VERSION.fullmatch(version):
            yield document.finding("version-format", add.at("Version"), value=version)
        elif version and version != "MatchInstalled" and "Channel" not in add.attributes:
            yield document.finding("version-without-channel", add.at("Version"))
        if add.get("DownloadPath") and not version:
            yield document.finding("R15", add.at("DownloadPath"))
        if re.search(r"[\\/]office[\\/]?$", (add.get("SourcePath") or "")[-8:], re.IGNORECASE):
            yield document.finding("source-path", add.at("SourcePath"))


_GUID = re.compile(r"\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?")
_VERSION = re.compile(r"16\.0\.\d{4,6}\.\d{4,6}|MatchInstalled")
_DEADLINE = re.compile(r"(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/\d{4} ([01]?\d|2[0-3]):[0-5]\d")

_CHECKS: tuple[Callable[[_Document], Iterator[Finding]], ...] = (
    _check_elements,
    _check_text,
    _check_content,
    _check_product_ids,
    _check_duplicates,
    _check_languages,
    _check_language_tokens,
    _check_apps,
    _check_channels,
    _check_keys,
    _check_properties,
    _check_settings,
)


def _is_undocumented(element: Element, known: _Known) -> bool:
    return known.elements[element.name].confidence == "unconfirmed"


def _allowed(known: _Known, element: str, attribute: str) -> tuple[str, ...]:
    return next(one.allowed for one in known.elements[element].attributes if one.name == attribute)
