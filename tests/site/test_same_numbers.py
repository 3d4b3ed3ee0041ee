"""Two pages never print different numbers for the same thing.

What more than one place prints carries a name (`data-vag-number`). Here all names of all pages are collected, from the
built site and from the pages of two other organizations, and everything under one name must be the same. Numbers that
one page prints in parts and another as a sum are added up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from macros.catalog.organization import MakAllotment, MakUse, Organization
from macros.render.parts.view import View
from macros.render.registry import render
from macros.site import DOCS, read_pages
from tests.built import Site
from tests.fleets import fleet, group, host

MINUS = "\N{MINUS SIGN}"
NUMBER = re.compile(rf"{MINUS}?\d[\d,.]*(?:-\d\d)*")

Printed = Mapping[str, Mapping[str, set[tuple[str, ...]]]]
"""By name and page: the numbers that stand under the name, without the words around them."""

SHARED = (
    r"computers\.kms:windows-client", r"computers\.kms:office", r"computers\.adba:windows-client",
    r"computers\.mak:office", r"computers\.kms-unmet(?::windows-client)?", r"kms\.never:plant",
    r"kms\.count:plant-kms:windows-client", r"kms\.threshold:windows-client", r"kms\.short:plant-kms:windows-client",
    r"kms\.spare:kms1:windows-client", r"mak\.left:office-2024-mak", r"mak\.used:windows-ltsc-mak",
    r"mak\.total:office-2024-mak", r"mak\.missing", r"mak\.missing:windows-10-ltsc-2019",
    r"mak\.needed-today:office-ltsc-2024", r"mak\.needed-recommended:office-ltsc-2024",
    r"mak\.needed-recommended:windows-10-ltsc-2019", r"mak\.left-of:windows-11-ltsc-2024",
    r"mak\.runs-out:office-2024-mak", r"key\.hosts:ws2025", r"key\.in-all:ws2025", r"key\.used:ws2025:kms2",
    r"support\..+",
)  # fmt: skip
"""Names that at least two pages of the shipped site print. A mark that is lost makes the test fail."""


def printed(pages: Iterable[tuple[str, BeautifulSoup]]) -> Printed:
    """All named numbers of these pages."""
    found: dict[str, dict[str, set[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(set))
    for path, page in pages:
        for mark in page.select("[data-vag-number]"):
            numbers = tuple(NUMBER.findall(mark.get_text(" ")))
            assert numbers, f"{path}: {mark}"
            found[str(mark["data-vag-number"])][path.removesuffix(".html").removesuffix(".md")].add(numbers)
    return found


def conflicts(found: Printed) -> dict[str, Mapping[str, set[tuple[str, ...]]]]:
    """Names under which more than one value stands, with the pages."""
    return {name: at for name, at in found.items() if len(set().union(*at.values())) > 1}


def amount(found: Printed, name: str, page: str) -> int:
    """The first number under a name on a page; 0 when there is none."""
    [values] = found.get(name, {}).get(page, {("0",)})
    return int(values[0].replace(",", "").replace(MINUS, "-"))


def together(found: Printed, pattern: str, page: str) -> int:
    """The sum of the numbers whose names match a pattern, on one page."""
    return sum(amount(found, name, page) for name in found if re.fullmatch(pattern, name))


def check_sums(found: Printed) -> None:
    """What stands in parts on one page and as a sum on another."""
    start, sheet, budget = "index", "choose/worksheet", "plan/mak-budget"
    methods = {name.partition(".")[2].partition(":")[0] for name in found if name.startswith("computers.")}
    for method in methods:
        assert together(found, rf"computers\.{method}:.+", start) == amount(found, f"computers.{method}", sheet), method
    fleet_size = together(found, r"fleet\.(windows|office)", start)
    assert fleet_size == together(found, r"computers\.[^:]+", sheet) == together(found, r"computers\..+:.+", start)
    assert amount(found, "mak.left", start) == together(found, r"mak\.left:.+", budget)
    assert together(found, r"mak\.left:.+", budget) == together(found, r"mak\.left-of:.+", sheet)
    assert together(found, r"mak\.needed-today:.+", sheet) == together(found, r"mak\.needed-today:.+", budget)
    assert together(found, r"mak\.missing:.+", sheet) == amount(found, "mak.missing", sheet)
    unmet = amount(found, "computers.kms-unmet", sheet)
    assert together(found, r"kms\.never:.+", "plan/renewal") == unmet
    assert amount(found, "computers.kms-unmet", "plan/renewal") == unmet
    assert together(found, r"computers\.kms-unmet:.+", "methods/kms") == unmet
    for name, at in found.items():
        if name.startswith("mak.runs-out-from:"):
            [(day,)] = at[start]
            [(month,)] = found[name.replace("-from", "")][budget]
            assert day.startswith(month)


def two_hosts(organization: Organization) -> Organization:
    """A fleet in which one of two hosts is short, Office generations are near their threshold, and no MAK stands."""
    hosts = (host("a", weight=3), host("b", weight=1), host("lab", site="lab"))
    return fleet(
        hosts,
        group("both", "windows-11", 44, ("a", "b")),
        group("servers", "windows-server-2025", 3, ("b",)),
        group("few", "windows-10-ltsc-2019", 7, ("lab",), site="lab"),
        group("lapsing", "windows-11", 7, ("lab",), site="lab", last_renewal="2026-10-01"),
        group("new", "office-ltsc-2024", 4, ("a",)),
        group("old", "office-ltsc-2021", 3, ("a",)),
        group("away", "windows-11", 9, ("a",), network_every_days="never"),
    )


def short_maks(organization: Organization) -> Organization:
    """A fleet with two MAKs of one product, one of them overdrawn by what is needed, and KMS that serves nobody."""
    use = MakUse(allotment="one", activated=10, reimaged_percent_per_year=50, hardware_changes_percent_per_year=0)
    built = fleet(
        (host("a"),),
        group("shops", "windows-11", 400, (), method="mak", mak=use, network_every_days="never", internet="direct"),
        group("tills", "windows-11", 20, (), method="mak", mak=use.model_copy(update={"allotment": "two"})),
        group("core", "windows-11", 12, ("a",)),
        group("laptops", "windows-11", 50, (), method="adba", directory="ad-ready", network_every_days=30),
        group("office", "office-ltsc-2024", 2, ("a",)),
    )
    allotments = (
        MakAllotment(id="one", product="windows-11", total=100, used=10),
        MakAllotment(id="two", product="windows-11", total=60, used=20),
    )
    return built.model_copy(update={"mak_allotments": allotments, "active_directory": organization.active_directory})


@pytest.fixture(scope="module")
def shipped(site: Site) -> Printed:
    return printed((path, site.page(path)) for path in site.pages)


@pytest.fixture(scope="module", params=[two_hosts, short_maks])
def other(request: pytest.FixtureRequest, view: View) -> Printed:
    """The pages of another organization, each expanded as a build does it."""
    strange = replace(view, organization=request.param(view.organization))
    pages = {path: source for path, source in read_pages(DOCS).items() if "data-vag" in source or "{{" in source}
    wanted = ("index.md", "choose/worksheet.md", "methods/", "plan/")
    return printed(
        (path, BeautifulSoup(render(replace(strange, page=path), source), "html5lib"))
        for path, source in pages.items()
        if path.startswith(wanted)
    )


def test_no_two_pages_print_different_numbers_for_the_same_thing(shipped: Printed) -> None:
    assert not conflicts(shipped)
    check_sums(shipped)


@pytest.mark.parametrize("pattern", SHARED)
def test_a_number_that_more_than_one_page_prints_is_compared(pattern: str, shipped: Printed) -> None:
    pages = {page for name, at in shipped.items() if re.fullmatch(pattern, name) for page in at}
    assert len(pages) > 1, f"{pattern}: {pages}"


@pytest.mark.slow
def test_other_organizations_have_no_conflict_either(other: Printed) -> None:
    assert not conflicts(other)
    check_sums(other)
    assert together(other, r"kms\.never:.+", "plan/renewal") > 0


def test_a_conflict_would_be_found(shipped: Printed) -> None:
    page = BeautifulSoup('<p>Short by <b data-vag-number="kms.short:plant-kms:windows-client">7</b></p>', "html5lib")
    worse = printed([("plan/other.html", page)])
    name = "kms.short:plant-kms:windows-client"
    assert conflicts({name: {**shipped[name], **worse[name]}}) == {name: {**shipped[name], **worse[name]}}
