"""Which Office products can stand in one configuration file: told by the check itself, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from macros.catalog.models import Catalog, OdtProduct
from macros.domain.policy import Policy
from macros.formats.base.context import Context
from macros.formats.base.findings import Report
from macros.formats.base.format import check
from macros.formats.office.format import FORMATS
from macros.formats.office.records import LYNC

_LANGUAGE = "en-US"
_SUITE = "suite"
_COMPANIONS = ("project", "visio")


@dataclass(frozen=True)
class Family:
    """Product IDs that behave alike in a file: suites of one year, or Project and Visio of one year."""

    products: tuple[OdtProduct, ...]

    @property
    def first(self) -> OdtProduct:
        """Stands for all of them."""
        return self.products[0]

    @property
    def is_suite(self) -> bool:
        """Suites, of which a computer has one; otherwise Project and Visio."""
        return self.first.kind == _SUITE


@dataclass(frozen=True)
class Pair:
    """A suite with another family in one file: the channel on which the check finds no mistake, or what forbids it."""

    suite: Family
    other: Family
    channel: str | None
    rules: tuple[str, ...]


def families(catalog: Catalog) -> tuple[Family, ...]:
    """Volume products with a channel of their own, newest first, then what is licensed by account."""
    generations = [channel.generation for channel in catalog.odt.channels]
    volume = [
        _family(catalog, "volume", generation, kinds)
        for generation in generations
        for kinds in ((_SUITE,), _COMPANIONS)
    ]
    account = [_family(catalog, "subscription", None, kinds) for kinds in ((_SUITE,), _COMPANIONS)]
    # A release may have a suite and neither Project nor Visio, or the other way.
    return tuple(family for family in (*volume, *account) if family.products)


def pairs(catalog: Catalog) -> tuple[Pair, ...]:
    """Every suite with every other family.

    Project and Visio of different years are left out: no page says whether they fit together without a suite.
    """
    found = families(catalog)
    return tuple(
        pair(suite, other, catalog) for suite in found if suite.is_suite for other in found if other is not suite
    )


def pair(suite: Family, other: Family, catalog: Catalog) -> Pair:
    """Put one product of each into a file, and try the channels of both, those of the suite first."""
    channels = dict.fromkeys([*suite.first.channels, *other.first.channels])
    reports = {channel: _check((suite.first, other.first), channel, catalog) for channel in channels}
    fitting = next((channel for channel, report in reports.items() if report.verdict == "valid"), None)
    errors = [] if fitting else min((_errors(report) for report in reports.values()), key=len)
    return Pair(suite, other, fitting, tuple(errors))


def _family(catalog: Catalog, license_: str, generation: str | None, kinds: Sequence[str]) -> Family:
    return Family(
        tuple(
            product
            for product in catalog.odt.products
            if product.license == license_
            and product.kind in kinds
            and generation in (None, product.generation)
            # Editions for service providers are suites of the same year under another agreement.
            and product.pidkey != "mak-only"
        )
    )


def _check(products: Sequence[OdtProduct], channel: str, catalog: Catalog) -> Report:
    root = etree.Element("Configuration")
    add = etree.SubElement(root, "Add", OfficeClientEdition="64", Channel=channel)
    for product in products:
        element = etree.SubElement(add, "Product", ID=product.id)
        etree.SubElement(element, "Language", ID=_LANGUAGE)
        etree.SubElement(element, "ExcludeApp", ID=LYNC)
    text = etree.tostring(root, encoding="unicode")
    return check(FORMATS[0], text, Context(catalog, Policy.of(catalog)))


def _errors(report: Report) -> list[str]:
    return [*dict.fromkeys(finding.id for finding in report.findings if finding.severity == "error")]
