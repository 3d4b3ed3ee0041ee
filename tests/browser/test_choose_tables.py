"""The comparison and the decision tables in a real browser: filter, anchors, narrow screens, accessibility."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from tests.browser.axe_script import violations
from tests.browser.conftest import NARROW, WIDE
from tests.browser.tabs import moved, unfolded

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

COMPARE, TABLES = "choose/compare.html", "choose/tables.html"
PAGES = (COMPARE, TABLES)
ROWS = {COMPARE: ".vag-compare tbody tr", TABLES: ".vag-rules tbody tr, .vag-register__row"}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(address: str, open_page: OpenPage, path: str, width: int, dark: bool) -> None:
    page = unfolded(open_page(f"{address}/{path}", width, dark))
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, NARROW, 768])
@pytest.mark.parametrize("path", PAGES)
def test_the_page_does_not_scroll_sideways_and_no_table_does(
    address: str, open_page: OpenPage, path: str, width: int
) -> None:
    page = unfolded(open_page(f"{address}/{path}", width))
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    wider = page.evaluate(
        "[...document.querySelectorAll('.vag-table-wrap, .vag-figure__canvas')]"
        ".filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.getAttribute('aria-label'))"
    )
    assert wider == []


@pytest.mark.parametrize(("path", "word"), [(COMPARE, "CMID"), (TABLES, "telephone")])
def test_one_filter_serves_all_tables_and_hides_what_is_left_empty(
    address: str, open_page: OpenPage, path: str, word: str
) -> None:
    page = open_page(f"{address}/{path}")
    box = page.locator("[data-vag-filter] input")
    expect(box).to_have_count(1)
    rows = page.locator(ROWS[path])
    total = rows.count()
    texts = rows.evaluate_all("(rows) => rows.map((row) => row.textContent.toLowerCase())")
    wanted = sum(word.lower() in text for text in texts)
    assert 1 < wanted < total
    box.fill(word)
    expect(page.locator("[data-vag-filter] [role=status]")).to_have_text(f"{wanted} of {total} shown")
    assert rows.locator("visible=true").count() == wanted
    groups = page.locator(".vag-group")
    for group in groups.all():
        assert group.is_visible() == (group.locator("tbody tr:not([hidden])").count() > 0)
    assert 0 < groups.locator("visible=true").count() < groups.count()
    box.press("Escape")
    unfolded(page)
    assert rows.locator("visible=true").count() == total
    assert groups.locator("visible=true").count() == groups.count()


def test_rows_of_several_tables_match_one_word(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{TABLES}")
    page.locator("[data-vag-filter] input").fill("vamt")
    tables = page.locator(".vag-rules table:visible")
    assert tables.count() > 1
    assert page.locator(".vag-register__row:visible").count() > 0


def test_an_anchor_shows_its_row_even_if_the_filter_hides_it(
    address: str, open_page: OpenPage, catalog: Catalog
) -> None:
    page = open_page(f"{address}/{TABLES}")
    table = catalog.decision_tables.tables[0]
    row = page.locator(f"[id='rule-{table.id}-{table.rules[0].id}']")
    page.locator("[data-vag-filter] input").fill("no row has these words")
    expect(row).to_be_hidden()
    moved(page, str(row.get_attribute("id")))
    expect(row).to_be_visible()
    expect(row).to_be_in_viewport()


def test_every_rule_has_an_address_that_opens_at_it(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/{TABLES}")
    for table in catalog.decision_tables.tables:
        for rule in (table.rules[0], table.rules[-1]):
            page.goto(f"{address}/{TABLES}#rule-{table.id}-{rule.id}", wait_until="load")
            row = page.locator(f"[id='rule-{table.id}-{rule.id}']")
            expect(row).to_be_in_viewport()
            top = row.evaluate("(row) => row.getBoundingClientRect().top")
            header = page.locator(".md-header").evaluate("(bar) => bar.getBoundingClientRect().bottom")
            assert top >= header - 1, "the header covers the row"


def test_from_the_short_answer_to_the_rule_to_the_choice(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{COMPARE}")
    page.locator("article table").first.locator("tbody tr").first.get_by_role("link", name="Rule").click()
    page.wait_for_url(re.compile(r"tables\.html#rule-method-domain-first$"))
    page.locator(":target").get_by_role("link", name="Here the guidance leaves you a choice.").click()
    expect(page.locator("[id='choice-method-domain-first']")).to_be_in_viewport()


def test_a_result_leads_on_to_the_next_table_and_at_last_to_the_outcome(
    address: str, open_page: OpenPage, catalog: Catalog
) -> None:
    tables = catalog.decision_tables.tables
    page = open_page(f"{address}/{TABLES}#rule-{tables[0].id}-{tables[0].rules[0].id}")
    result = "td:nth-last-child(2) a"
    page.locator(f":target {result}").click()
    follower = next(table for table in tables if f"{tables[0].id}-result" in table.inputs)
    expect(page.locator(f"[id='table-{follower.id}']")).to_be_in_viewport()
    last, rule = tables[-1], tables[-1].rules[-1]
    unfolded(page).locator(f"[id='rule-{last.id}-{rule.id}'] {result}").click()
    expect(page.locator(f"[id='outcome-{rule.gives}']")).to_be_in_viewport()


def test_a_narrow_row_names_its_method_beside_each_cell_and_leaves_out_what_does_not_matter(
    address: str, open_page: OpenPage
) -> None:
    page = unfolded(open_page(f"{address}/{COMPARE}", 320))
    cell = page.locator("#threshold td").nth(1)
    assert cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") == '"KMS"'
    assert cell.evaluate("(cell) => getComputedStyle(cell).display") != "table-cell"
    page.goto(f"{address}/{TABLES}", wait_until="load")
    unfolded(page)
    free = page.locator(".vag-rules td:has(> .vag-any)")
    assert free.count() > 0
    assert free.locator("visible=true").count() == 0
    page.set_viewport_size({"width": WIDE, "height": 900})
    assert free.locator("visible=true").count() == free.count()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_drawing_can_be_read_in_light_and_dark(address: str, open_page: OpenPage, dark: bool) -> None:
    page = open_page(f"{address}/{TABLES}", WIDE, dark)
    drawing = page.get_by_role("img", name=re.compile("^How the decision tables feed each other"))
    expect(drawing).to_be_visible()
    box = drawing.locator(".vag-svg__box").first
    assert luminance(box, "fill") > 0.5 if not dark else luminance(box, "fill") < 0.1
    for words in (".vag-svg__strong", ".vag-svg__muted"):
        assert contrast(luminance(drawing.locator(words).first, "fill"), luminance(box, "fill")) >= 4.5
    for shape, color in ((".vag-svg__edge", "stroke"), (".vag-svg__head", "fill")):
        assert contrast(luminance(drawing.locator(shape).first, color), luminance(box, "fill")) >= 3


def luminance(element: object, part: str) -> float:
    color = element.evaluate(f"(e) => getComputedStyle(e).{part}")  # type: ignore[attr-defined]
    channels = [int(value) / 255 for value in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_every_row_is_there(address: str, open_page: OpenPage, path: str) -> None:
    page = unfolded(open_page(f"{address}/{path}", javascript=False))
    rows = page.locator(ROWS[path])
    assert rows.count() > 30
    assert rows.locator("visible=true").count() == rows.count()
    assert page.locator("[data-vag-filter] input").count() == 0


def test_the_download_of_the_tables_is_offered(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{TABLES}")
    with page.expect_download() as download:
        page.locator("article a[download]").click()
    assert download.value.suggested_filename == "decision-tables.json"
