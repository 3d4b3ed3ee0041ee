"""Registers and pages for troubleshooting: no page is longer than a reader scrolls, and a browser draws few elements.

How long a browser works at most in one go follows from the elements that it draws, which no busy machine changes:
`python -m tests.measure_pages` measures the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

import pytest
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from tests.browser.conftest import NARROW
from tests.browser.test_pages import SCREENS, may_be_long
from tests.built import Site
from tests.measure_pages import Length, page_of

OpenPage = Callable[..., Page]
PAGES = ("reference/*", "troubleshoot/*", "contributing/facts.html")
ONE_OF_MANY = "troubleshoot/codes/0x*"
"""Pages of one shape: the longest of them stands for all."""
LONGEST = "troubleshoot/codes/0x8007232b.html"
DRAWN = 900
"""Elements that a page draws at first. On two busy cores, 2,900 kept a browser for 94 ms, 700 for 40. Our choice."""


@pytest.fixture(scope="module")
def measured(tab: Page, address: str, site: Site) -> Mapping[str, Length]:
    paths = [
        path
        for path in site.pages
        if any(fnmatchcase(path, pattern) for pattern in PAGES)
        and (path == LONGEST or not fnmatchcase(path, ONE_OF_MANY))
    ]
    return {path: page_of(tab, f"{address}/{path}") for path in paths}


def test_no_page_is_longer_than_eight_screens(measured: Mapping[str, Length]) -> None:
    longer = {path: length.screens for path, length in measured.items() if length.screens > SCREENS}
    assert len(measured) > 40
    assert [path for path in longer if not may_be_long(path)] == [], longer


def test_a_page_draws_few_elements_at_first(measured: Mapping[str, Length]) -> None:
    assert {path: length.drawn for path, length in measured.items() if length.drawn > DRAWN} == {}
    # What is folded counts as not drawn, or this test would say nothing.
    assert measured["reference/facts.html"].drawn < measured["reference/facts.html"].elements / 4


@pytest.mark.parametrize(
    ("path", "typed", "row"),
    [
        ("reference/facts.html", "activation is valid for 180", "kms.validity"),
        ("reference/keys.html", "windows 7 professional", "windows-7"),
        ("troubleshoot/codes/index.html", "0xC004F02A", None),
    ],
)
def test_a_filter_opens_what_has_its_words(
    address: str, open_page: OpenPage, path: str, typed: str, row: str | None
) -> None:
    page = open_page(f"{address}/{path}")
    folded = page.locator("article details:has(tbody)")
    closed = folded.count()
    assert page.locator("article details[open]:has(tbody)").count() == 0
    box = page.locator(".vag-toolbar__input")
    box.fill(typed)
    found = page.locator(f"[id='{row}']" if row else f"tbody tr:has-text('{typed}')")
    expect(found).to_be_visible()
    # Parts without such a row are gone, and those with one are open.
    assert (
        page.locator("article details:visible:has(tbody)").count() == page.locator("details[open]:has(tbody)").count()
    )
    assert page.locator("article details:visible:has(tbody)").count() < closed
    box.fill("")
    expect(page.locator("article details:visible:has(tbody)")).to_have_count(closed)
    assert page.locator("article details[open]:has(tbody)").count() == 0


def test_a_list_beside_the_filter_opens_parts_too(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/troubleshoot/codes/index.html")
    page.get_by_role("combobox", name="Method", exact=True).select_option("KMS host")
    wanted = sum("KMS-host" in record.methods for record in catalog.error_codes)
    expect(page.locator("#all-codes tbody tr:visible")).to_have_count(wanted)
    page.get_by_role("combobox", name="Method", exact=True).select_option("any")
    expect(page.locator("#all-codes details[open]")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize(
    "place",
    [
        "reference/facts.html#kms.validity",
        "reference/keys.html#windows-7",
        "reference/commands.html#slmgr-skms",
        "contributing/facts.html#sources",
    ],
)
def test_a_link_opens_what_it_leads_to(address: str, open_page: OpenPage, place: str, javascript: bool) -> None:
    page = open_page(f"{address}/{place}", javascript=javascript)
    target = page.locator(f"[id='{place.partition('#')[2]}']")
    expect(target).to_be_visible()
    expect(target).to_be_in_viewport()


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("reference/facts.html", "[id='kms.validity']"),
        ("reference/facts/kms-renewal.html", "[id='kms.validity'] .vag-list"),
        ("reference/keys.html", "#windows-7"),
        ("troubleshoot/index.html", ".vag-symptoms li:last-child details p"),
        ("troubleshoot/checklists/kms-host.html", ".vag-check__why p"),
        ("troubleshoot/fleet.html", "#columns ~ details td"),
    ],
)
def test_on_paper_everything_is_open(address: str, open_page: OpenPage, path: str, inside: str) -> None:
    page = open_page(f"{address}/{path}")
    part = page.locator(inside).first
    assert not part.is_visible()
    page.emulate_media(media="print")
    expect(part).to_be_visible()


def test_a_record_of_the_register_says_what_counts_and_opens_the_rest(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/reference/facts/kms-renewal.html", width=NARROW)
    row = page.locator("[id='kms.validity']")
    for part in (".vag-register__title", ".vag-register__value", ".vag-register__meta a"):
        expect(row.locator(part).first).to_be_visible()
    expect(row.locator(".vag-register__meta").first).to_contain_text("verified 2026-")
    expect(row.get_by_text("Shown on")).not_to_be_visible()
    row.locator("summary").last.focus()
    page.keyboard.press("Enter")
    expect(row.get_by_text("Shown on")).to_be_visible()
    expect(row.get_by_role("link", name="Cite this")).to_be_visible()
