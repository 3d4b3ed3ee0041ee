"""An edition for paper in a real browser: how it breaks, and its PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from macros.build import SETTINGS, pages_listed
from macros.catalog.models import Catalog
from macros.editions.edition import Edition
from macros.editions.paper import asked_for, paper_files
from macros.editions.pdf import as_pdf, chromium, page_numbers
from macros.publish.building import files_in
from tests.browser.conftest import NARROW, WIDE
from tests.built import ROOT, Site

DAY = date(2026, 11, 24)
PAGE = "print/reference.html"


@pytest.fixture(scope="module")
def files(site: Site, catalog: Catalog) -> Mapping[str, bytes]:
    """An edition with all that it asks for."""
    built = files_in(site.folder)
    listed = pages_listed((ROOT / SETTINGS).read_text("utf-8"))
    return asked_for(built, paper_files(catalog, Edition("1.2.3", DAY, "organization.yml"), built, listed), PAGE)


@pytest.fixture(scope="module")
def address(files: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The edition on disk."""
    folder = tmp_path_factory.mktemp("paper")
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return (folder / PAGE).as_uri()


@pytest.fixture(scope="module")
def sheet(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 700, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(address)
    yield page
    context.close()


def styles(sheet: Page, selector: str, name: str) -> set[str]:
    found = sheet.locator(selector)
    assert found.count() > 0, selector
    return set(found.evaluate_all(f"(all) => all.map((one) => getComputedStyle(one)['{name}'])"))


def test_tables_break_between_rows_and_repeat_their_head(sheet: Page) -> None:
    assert styles(sheet, "thead", "display") == {"table-header-group"}
    assert styles(sheet, "tbody tr", "breakInside") == {"avoid"}
    assert styles(sheet, ".vag-table-wrap", "overflowX") == {"visible"}
    # A head alone at the end of a sheet says nothing.
    assert styles(sheet, "thead", "breakAfter") == {"avoid"}


def test_chapters_and_pages_begin_on_a_sheet_of_their_own(sheet: Page) -> None:
    assert styles(sheet, ".vag-paper-contents, .vag-paper-chapter, .vag-paper-sources", "breakBefore") == {"page"}
    assert styles(sheet, ".vag-paper-page + .vag-paper-page", "breakBefore") == {"page"}
    assert styles(sheet, ".vag-paper-chapter + .vag-paper-page", "breakBefore") == {"avoid"}
    assert styles(sheet, ".vag-paper-page :is(h3, h4, h5, h6)", "breakAfter") == {"avoid"}


def test_nothing_is_wider_than_the_sheet(sheet: Page) -> None:
    assert sheet.evaluate("() => document.documentElement.scrollWidth <= innerWidth") is True


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_on_a_screen_it_is_a_page_like_others(browser: Browser, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    try:
        page = context.new_page()
        page.goto(address)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth") is True
        page.get_by_role("link", name="1.3 Commands", exact=True).click()
        assert page.url.endswith("#reference-commands")
    finally:
        context.close()


def test_the_pdf_has_bookmarks_and_true_numbers_of_sheets_and_is_the_same_each_time(files: Mapping[str, bytes]) -> None:
    made = as_pdf(chromium(), files, PAGE, DAY)
    assert b"/Outlines" in made
    assert made.count(b"(D:20261124000000+00'00')") == 2
    numbers = page_numbers(made)
    ids = re.findall(r'<h[23][^>]* id="([^"]+)"|<section class="vag-paper-page" id="([^"]+)"', files[PAGE].decode())
    places = [numbers[one or other] for one, other in ids if (one or other) in numbers]
    assert places == sorted(places)
    # Behind the cover and the contents.
    assert places[0] == 3
    assert as_pdf(chromium(), files, PAGE, DAY) == made
