"""Configuration files of the Office Deployment Tool: generated from the catalog, and checked against it.

`generate` writes a file in which `judge` finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lxml import etree

from macros.catalog.models import Catalog, ClientKey, OdtProduct, OdtReference, find
from macros.formats.base import xml_tree
from macros.formats.base.checks import Checks
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding
from macros.formats.base.format import File
from macros.formats.base.keys import PLACEHOLDER, is_key_shaped, is_placeholder
from macros.formats.base.origin import Origin

from .records import LYNC, Known, Record, records, reference
from .rules import RULES

Method = Literal["kms-adba", "mak"]
Mode = Literal["download", "configure"]

PROOFING = "ProofingTools"
_WITHOUT_LYNC = " Skype for Business: the Office Customization Tool leaves it out by default (rule R19) "

# ---------------------------------------------------------------------------------------------------- generate


@dataclass(frozen=True)
class ProductRequest:
    """A product to install: its ID, its languages, and the apps to leave out."""

    id: str
    languages: tuple[str, ...]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfficeRequest:
    """What a configuration file should do."""

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
    channel: str | None = None
    """The channel of Microsoft 365 Apps, where they are among the products; otherwise it follows from the products."""


def generate(request: OfficeRequest, origin: Origin, catalog: Catalog) -> str:
    """A configuration file, beginning with a comment that says what made it and how to use it.

    Raises UnknownIdError for a product ID that the catalog does not have, ValueError for products that share no
    perpetual channel, or that the method cannot activate.
    """
    products = [find(catalog.odt.products, wanted.id, "product ID") for wanted in request.products]
    channel = request.channel or _perpetual_channel(products, catalog.odt)
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
    if any(product.license == "subscription" for product in products):
        activation = f"Microsoft 365 Apps by sign-in; the volume products by {activation}"
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


@dataclass(frozen=True)
class Document:
    """What a configuration file says, as records, and what they are compared with."""

    file: Record
    known: Known


def read(file: File, context: Context) -> Document:
    """What a configuration file says. Raises UnreadableError."""
    known = _known(context.catalog)
    return Document(records(xml_tree.read(file.text), known, context.use or None, context.own), known)


def judge(document: Document, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Findings name line and column."""
    return _checks(document.known).findings({"file": document.file, "known": document.known.names})


def activation(document: Document, context: Context) -> Activation:
    """How the products activate that it installs."""
    file, known = document.file, document.known
    kinds = {_activation_of(product, file, known) for product in file["products"] if product["added"]} - {"none"}
    if len(kinds) > 1:
        return "unknown" if "unknown" in kinds else "mixed"
    return kinds.pop() if kinds else "none"


@cache
def _known(catalog: Catalog) -> Known:
    """The reference of a catalog, arranged once."""
    return Known(reference(catalog))


@cache
def _checks(known: Known) -> Checks:
    return Checks.beside(__file__, "office", RULES, known.functions)


def checks_as_data(catalog: Catalog) -> Mapping[str, Any]:
    """The checks for a page: expressions as trees."""
    return _checks(_known(catalog)).as_data()


_BY_LICENSE: Mapping[str, Activation] = {
    "subscription": "subscription",
    "retail": "retail",
    "free": "none",
    "none": "none",
}


def _activation_of(product: Record, file: Record, known: Known) -> Activation:
    entry, key = product["entry"], product["key"] or ""
    if entry is None:
        # The list of IDs is not complete for old releases; their names follow one pattern.
        if product["id"].startswith("O365"):
            return "subscription"
        return "retail" if product["id"].endswith("Retail") else "unknown"
    if entry["license"] != "volume":
        return _BY_LICENSE[entry["license"]]
    if key in known.keys or (not key and entry["pidkey"] != "mak-only"):
        return "kms-adba"
    stands_for_mak = key == PLACEHOLDER and file["template"]
    return "mak" if stands_for_mak or (is_key_shaped(key) and not is_placeholder(key)) else "unknown"


def _ltsc_suites(reference: OdtReference) -> set[str]:
    """Suites whose Customization Tool default leaves Skype for Business out: LTSC, so all but the oldest channel."""
    return {suite for channel in reference.channels[:-1] for suite in channel.required_for}
