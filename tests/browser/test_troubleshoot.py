"""Error codes, checklists and symptoms in a browser: found in any spelling, kept, exported, printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from macros.catalog.models import Catalog
from macros.domain.error_codes import spellings
from macros.render.troubleshoot.error_codes import products_of
from tests.browser.axe_script import violations
from tests.browser.conftest import NARROW, WIDE

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
CASES = yaml.safe_load((Path(__file__).parents[1] / "vectors" / "error_codes.yaml").read_text("utf-8"))


def written(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Every spelling of every code, and the page that it must lead to."""
    for record in catalog.error_codes:
        page = f"troubleshoot/codes/{record.code.lower()}.html"
        forms = spellings(record.code)
        every = (forms.written, forms.written.lower(), forms.bare, forms.unsigned, forms.signed) if forms else ()
        yield from ((text, page) for text in every or (record.code,))


def test_the_box_leads_every_spelling_to_its_page(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/troubleshoot/codes/index.html")
    found = page.evaluate(
        """(texts) => {
          const input = document.getElementById("vag-code");
          return texts.map((text) => {
            input.value = text;
            input.dispatchEvent(new Event("input"));
            return document.querySelector(".vag-code__found a")?.href ?? null;
          });
        }""",
        [text for text, _ in written(catalog) if text.startswith(("0x", "-")) or text.isalnum()],
    )
    wanted = [path for text, path in written(catalog) if text.startswith(("0x", "-")) or text.isalnum()]
    assert found == [f"{address}/{path}" for path in wanted]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_the_browser_reads_a_text_as_python_does(address: str, browser_page: Page, case: dict[str, object]) -> None:
    read = browser_page.evaluate("(text) => window.vagCodes.read(text)", case["text"])
    assert read["code"] == case["code"]
    known = browser_page.evaluate("Object.keys(JSON.parse(document.getElementById('vag-codes').textContent).codes)")
    near = browser_page.evaluate("([typed, codes]) => window.vagCodes.near(typed, codes)", [read, known])
    assert near[: len(case["near"])] == case["near"]
    assert near or not case["near"]


@pytest.fixture(scope="module")
def browser_page(browser: Browser, address: str) -> Iterator[Page]:
    """One page for many questions to its scripts."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/troubleshoot/codes/index.html", wait_until="load")
    yield page
    context.close()


def type_code(page: Page, text: str) -> None:
    page.locator("#vag-code").fill(text)


def test_a_slip_offers_the_near_codes(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/troubleshoot/index.html")
    type_code(page, "0xC004F047")
    found = page.locator(".vag-code__found")
    assert "Did you mean" in found.inner_text()
    found.locator("a", has_text="0xC004F074").click()
    page.wait_for_url("**/troubleshoot/codes/0xc004f074.html")


def test_an_unknown_code_says_how_to_decode_it_and_guesses_nothing(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/troubleshoot/codes/index.html")
    type_code(page, "0xDEADBEEF")
    page.keyboard.press("Enter")
    found = page.locator(".vag-code__found")
    assert "slui.exe 0x2a 0xDEADBEEF" in found.inner_text()
    assert "/ddescr:0xDEADBEEF" in found.inner_text()
    assert found.locator("a").count() == 0
    assert page.url.endswith("/troubleshoot/codes/index.html")


def test_a_code_without_a_page_is_named_on_the_page_of_all_codes(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/index.html")
    type_code(page, "0xC004C00E")
    page.keyboard.press("Enter")
    page.locator(".vag-code__found").get_by_role("link", name="Look for its name").click()
    page.wait_for_url("**/troubleshoot/codes/index.html#find-0xC004C00E")
    page.locator(".vag-code__found", has_text="SL_E_CHPA_INVALID_PRODUCT_KEY_LENGTH").wait_for()
    type_code(page, "0xC004CFFE")
    assert "name it" not in page.locator(".vag-code__found").inner_text()


FIRST_COMMAND = (
    "document.querySelector('.vag-check__short :is(pre, .vag-check__screen)').getBoundingClientRect().bottom"
)


def test_the_first_command_of_every_code_stands_on_the_first_screen(
    address: str, open_page: OpenPage, catalog: Catalog
) -> None:
    page = open_page(address, javascript=False)
    below = []
    for record in catalog.error_codes:
        page.goto(f"{address}/troubleshoot/codes/{record.code.lower()}.html", wait_until="load")
        for width, height in ((WIDE, 900), (NARROW, 844)):
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate(FIRST_COMMAND) > height:
                below.append((record.code, width))
    assert below == []


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("OxC0O4FO74", "troubleshoot/codes/0xc004f074.html"),
        ("-1073418124", "troubleshoot/codes/0xc004f074.html"),
        ("12288", "troubleshoot/events.html#event-12288"),
    ],
)
def test_the_box_of_the_start_page_opens_codes_and_events(
    address: str, open_page: OpenPage, text: str, target: str
) -> None:
    page = open_page(f"{address}/index.html")
    type_code(page, text)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{target}")


def test_the_box_of_the_start_page_searches_for_other_words(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/index.html")
    type_code(page, "renewal interval")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("link").first.wait_for()
    assert page.url.endswith("/index.html")


def test_lists_narrow_the_table_of_codes(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/troubleshoot/codes/index.html")
    rows = page.locator("#all-codes tbody tr")
    assert rows.count() == len(catalog.error_codes)
    status = page.locator(".vag-toolbar__count")
    assert status.inner_text() == f"{len(catalog.error_codes)} entries"
    page.get_by_role("combobox", name="Method", exact=True).select_option("KMS host")
    page.get_by_role("combobox", name="Product", exact=True).select_option("Windows")
    wanted = sorted(
        record.code
        for record in catalog.error_codes
        if "KMS-host" in record.methods and "Windows" in products_of(record)
    )
    # The most asked come first, whatever their number.
    shown = [row.inner_text() for row in page.locator("#all-codes tbody tr:visible th").all()]
    assert sorted(shown) == wanted
    assert status.inner_text() == f"{len(wanted)} of {len(catalog.error_codes)} shown"
    page.locator(".vag-toolbar__input").fill("DNS")
    assert 0 < page.locator("#all-codes tbody tr:visible").count() < len(wanted)


def test_the_finder_narrows_by_what_is_seen(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/troubleshoot/index.html")
    page.get_by_role("combobox", name="Method", exact=True).select_option("MAK")
    page.get_by_role("combobox", name="Shown", exact=True).select_option("A product key")
    wanted = [s.seen for s in catalog.symptoms if "mak" in s.methods and s.shows == "key"]
    assert [row.inner_text() for row in page.locator("#symptoms > li:visible .vag-register__title").all()] == wanted


def test_the_top_problems_are_at_most_two_clicks_from_the_start(
    address: str, open_page: OpenPage, catalog: Catalog
) -> None:
    page = open_page(f"{address}/index.html")
    for symptom in sorted(catalog.symptoms, key=lambda s: s.rank)[:10]:
        page.goto(f"{address}/index.html")
        clicks = 0
        if not page.locator("article a", has_text=symptom.seen).count():
            page.locator("#door-fix a").click()
            page.wait_for_url(f"{address}/troubleshoot/index.html")
            clicks += 1
        page.locator("article a", has_text=symptom.seen).first.click()
        clicks += 1
        assert clicks <= 2
        if symptom.page:
            page.wait_for_url(f"{address}/{symptom.page.replace('.md', '.html')}")
        else:
            checklist, _, step = symptom.checks[0].partition(".")
            page.wait_for_url(f"{address}/troubleshoot/checklists/{checklist}.html#{step}")
            page.locator(f"[id='{step}']").wait_for(state="visible")


def test_the_finder_behind_the_door_reaches_them_too(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/index.html")
    page.locator("#door-fix a").click()
    page.wait_for_url(f"{address}/troubleshoot/index.html")
    for symptom in catalog.symptoms:
        assert page.locator(f"#symptom-{symptom.id} .vag-register__title a").is_visible()


LIST = "troubleshoot/checklists/kms-client.html"


def tick(page: Page, step: str) -> None:
    page.locator(f"[id='done-{step}']").check()


def write_note(page: Page, step: str, text: str) -> None:
    item = page.locator("li.vag-check__step").filter(has=page.locator(f"h3[id='{step}']"))
    if not item.locator("textarea").is_visible():
        item.locator("summary", has_text="Note").click()
    item.locator("textarea").fill(text)


def test_ticks_and_notes_stay_until_they_are_cleared(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    steps = len(catalog.checklist("kms-client").steps)
    page = open_page(f"{address}/{LIST}")
    tick(page, "channel")
    tick(page, "try")
    write_note(page, "try", "0xC004F074 <b>twice</b>")
    page.reload()
    assert page.locator("[id='done-channel']").is_checked()
    assert page.locator("progress").evaluate("e => [e.value, e.max]") == [2, steps]
    assert page.locator(".vag-check__progress").inner_text().strip() == f"2 of {steps} steps done"
    assert page.locator(".vag-check__note textarea").nth(2).input_value() == "0xC004F074 <b>twice</b>"
    # Another checklist has a state of its own.
    page.goto(f"{address}/troubleshoot/checklists/dns.html")
    assert page.locator(".vag-check__state input:checked").count() == 0
    page.goto(f"{address}/{LIST}")
    page.get_by_role("button", name="Start again").click()
    assert page.locator(".vag-check__state input:checked").count() == 2, "the first click only asks"
    page.get_by_role("button", name="Clear ticks and notes?").click()
    assert page.locator(".vag-check__state input:checked").count() == 0
    page.reload()
    assert page.locator(".vag-check__state input:checked").count() == 0
    assert page.locator(".vag-check__note textarea").nth(2).input_value() == ""


def test_the_ticket_text_has_steps_times_and_notes(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/{LIST}")
    tick(page, "channel")
    write_note(page, "gvlk", "line one\nline two")
    page.get_by_role("button", name="Copy as Markdown").click()
    markdown = page.locator(".vag-check__text").input_value()
    lines = markdown.splitlines()
    record = catalog.checklist("kms-client")
    assert lines[0] == f"## {record.title}"
    assert re.search(
        r"^- \[x\] 1\. Read channel and state \(20\d\d-\d\d-\d\d \d\d:\d\d UTC(?:[+-]\d\d:\d\d)?\)$",
        markdown,
        re.MULTILINE,
    )
    assert "- [ ] 2. Install the GVLK" in markdown
    assert lines[lines.index("  > line one") + 1] == "  > line two"
    assert f"{address}/{LIST}" in markdown
    assert len([line for line in lines if line.startswith("- [")]) == len(record.steps)
    page.get_by_role("button", name="Copy as text").click()
    plain = page.locator(".vag-check__text").input_value()
    assert plain.startswith(record.title)
    assert "[done] 1. Read channel and state (20" in plain
    assert "       Note: line two" in plain


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Kolkata", "2026-12-01 01:15 UTC+05:30"),
        ("America/St_Johns", "2026-11-30 16:15 UTC-03:30"),
    ],
)
def test_a_tick_has_the_time_of_the_readers_clock(zone: str, shown: str, address: str, browser: Browser) -> None:
    context = browser.new_context(timezone_id=zone)
    context.clock.set_fixed_time(datetime(2026, 11, 30, 19, 45, tzinfo=UTC))
    page = context.new_page()
    page.goto(f"{address}/{LIST}")
    tick(page, "channel")
    expect(page.locator(".vag-check__state time").first).to_have_text(shown)
    page.get_by_role("button", name="Copy as text").click()
    plain = page.locator(".vag-check__text").input_value()
    assert f"State of {shown}: " in plain
    assert f"[done] 1. Read channel and state ({shown})" in plain
    context.close()


def test_a_shared_link_carries_ticks_and_no_notes(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{LIST}")
    tick(page, "channel")
    tick(page, "port")
    write_note(page, "port", "secret")
    page.get_by_role("button", name="Copy link with ticks").click()
    link = page.locator(".vag-check__text").input_value()
    assert link == f"{address}/{LIST}#ticks=channel.port"
    other = open_page(link)
    assert other.locator("[id='done-port']").is_checked()
    assert other.locator(".vag-check__state input:checked").count() == 2
    assert "secret" not in other.content()
    # Somebody who has ticks already is asked.
    third = open_page(f"{address}/{LIST}")
    tick(third, "try")
    third.goto(link)
    third.reload()
    assert third.locator(".vag-check__state input:checked").count() == 1
    third.get_by_role("button", name="Take 2 ticks from the link").click()
    assert third.locator(".vag-check__state input:checked").count() == 3


def test_a_checklist_works_where_nothing_is_kept(address: str, browser: Browser) -> None:
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/{LIST}", wait_until="load")
    tick(page, "channel")
    tick(page, "gvlk")
    assert page.locator("progress").evaluate("e => e.value") == 2
    assert [error for error in errors if "localStorage" not in error and error != "no"] == []
    context.close()


@pytest.mark.parametrize("kept", ["null", "[]", "7", "{", '{"channel": 5, "try": {"done": 9, "note": []}}'])
def test_a_strange_state_is_an_empty_one(address: str, open_page: OpenPage, kept: str) -> None:
    page = open_page(f"{address}/{LIST}")
    page.evaluate("(text) => localStorage.setItem('vag-checklist:kms-client', text)", kept)
    page.reload()
    assert page.locator(".vag-check__state input:checked").count() == 0
    tick(page, "channel")
    page.reload()
    assert page.locator("[id='done-channel']").is_checked()


def test_on_paper_a_checklist_shows_ticks_and_notes_without_its_buttons(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{LIST}")
    tick(page, "channel")
    write_note(page, "channel", "RETAIL on three of five")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Print").is_visible()
    assert page.locator("[id='done-channel']").is_visible()
    assert page.locator(".vag-check__printed").first.is_visible()
    assert page.locator(".vag-check__printed").first.inner_text() == "RETAIL on three of five"
    assert not page.locator(".vag-check__note").first.is_visible()


def test_without_scripts_all_is_readable(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/{LIST}", javascript=False)
    steps = page.locator("ol[data-vag-checklist] > li")
    assert steps.count() == len(catalog.checklist("kms-client").steps)
    assert steps.first.evaluate("e => getComputedStyle(e).listStyleType") == "decimal"
    assert page.locator("progress").count() == 0
    page = open_page(f"{address}/troubleshoot/index.html", javascript=False)
    assert page.locator("#symptoms > li:visible").count() == len(catalog.symptoms)
    assert not page.locator("#vag-code").is_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_while_the_parts_are_in_use(address: str, open_page: OpenPage, dark: bool) -> None:
    page = open_page(f"{address}/{LIST}", dark=dark)
    tick(page, "channel")
    write_note(page, "try", "a note")
    page.get_by_role("button", name="Copy as text").click()
    page.get_by_role("button", name="Start again").click()
    assert violations(page) == []
    page.goto(f"{address}/troubleshoot/codes/index.html")
    type_code(page, "0xC004F047")
    assert violations(page) == []
