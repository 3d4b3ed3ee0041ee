"""The search in a browser: asked for when a reader turns to it, from disk too, and it knows the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, Route, expect

from macros.catalog.models import Catalog
from macros.domain.error_codes import spellings
from macros.formats.library import FORMAT_OF, samples
from macros.render.deploy.samples import context
from macros.render.parts.view import View
from tests.browser.axe_script import violations
from tests.browser.conftest import NARROW, WIDE
from tests.browser.tabs import one_tab, opened
from tests.built import Site
from tests.timing import shortest

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def _queries(name: str) -> list[tuple[str, list[str]]]:
    text = (Path(__file__).parents[1] / "vectors" / name).read_text("utf-8")
    return [(str(query), wanted) for one in yaml.safe_load(text) for query, wanted in one.items()]


QUERIES, APART = _queries("search.yaml"), _queries("search_apart.yaml")
FIRST, SHARE, SHARE_APART = 3, 0.95, 0.85
"""Of the queries, this share has a wanted page among the first few; of those that nobody chose words for, this."""
READY, ANSWER = 300, 50
"""Milliseconds until the index is there, and for an answer."""

FIND = """queries => queries.map((query) => vagSearch.find(query).map(({ address, places, title, kind }) =>
  ({ address, title, kind, places: places.map((place) => place.address) })))"""


@pytest.fixture(scope="module")
def ready(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose search has been turned to."""
    with one_tab(browser) as page:
        opened(page, f"{address}/index.html")
        turn_to(page)
        page.wait_for_function("Boolean(window.vagSearch?.find)")
        yield page


def turn_to(page: Page) -> None:
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("searchbox", name="Search the guide")).to_be_focused()


def is_there(found: dict[str, object], wanted: list[str]) -> bool:
    places = [str(found["address"]), *map(str, found["places"])]  # type: ignore[call-overload]
    return any(place in wanted or place.partition("#")[0] in wanted for place in places)


@pytest.mark.parametrize(("queries", "share"), [(QUERIES, SHARE), (APART, SHARE_APART)], ids=["known", "apart"])
def test_queries_of_the_field_lead_to_their_pages(
    ready: Page, site: Site, queries: list[tuple[str, list[str]]], share: float
) -> None:
    assert len(QUERIES) >= 120
    assert {page.partition("#")[0] for _, wanted in queries for page in wanted} <= set(site.pages)
    answers = ready.evaluate(FIND, [query for query, _ in queries])
    missed = [
        query
        for (query, wanted), found in zip(queries, answers, strict=True)
        if not any(is_there(one, wanted) for one in found[:FIRST])
    ]
    assert len(missed) <= len(queries) * (1 - share), missed


def test_a_question_for_a_meaning_is_answered_by_the_glossary(ready: Page, catalog: Catalog) -> None:
    names = [term.term for term in catalog.glossary if term.also]
    answers = ready.evaluate(FIND, [f"what is {name}" for name in names])
    late = [
        name
        for name, found in zip(names, answers, strict=True)
        if not any(one["kind"] == "Term" for one in found[:FIRST])
    ]
    assert names
    assert late == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("windwos activatd", "windows activated"), ("kms srever", "kms server"), ("tresholdd office", "threshold office")],
)
def test_slips_in_two_words_change_nothing(ready: Page, typed: str, meant: str) -> None:
    wrong, right = ready.evaluate(FIND, [typed, meant])
    assert [one["address"] for one in wrong[:FIRST]] == [one["address"] for one in right[:FIRST]]


def test_every_result_of_a_code_says_what_it_means(ready: Page, catalog: Catalog) -> None:
    shown = "queries => queries.map((query) => vagSearch.find(query)[0].excerpt)"
    codes = [record.code for record in catalog.error_codes]
    assert [code for code, text in zip(codes, ready.evaluate(shown, codes), strict=True) if not text] == []


def test_the_command_line_stands_behind_the_pages_that_it_repeats(ready: Page) -> None:
    [found] = ready.evaluate(FIND, ["until when is this computer activated"])
    assert found[0]["address"].startswith("plan/renewal.html")


def test_every_spelling_of_every_code_leads_to_its_page_first(ready: Page, catalog: Catalog) -> None:
    wanted = {}
    for record in catalog.error_codes:
        forms = spellings(record.code)
        every = (forms.written, forms.written.lower(), forms.bare, forms.unsigned, forms.signed) if forms else ()
        wanted |= dict.fromkeys(every or (record.code,), f"troubleshoot/codes/{record.code.lower()}.html")
    assert len(wanted) > 4 * 90
    answers = ready.evaluate(FIND, [*wanted])
    assert [text for text, found in zip(wanted, answers, strict=True) if found[0]["address"] != wanted[text]] == []


def test_one_page_is_one_result_and_readers_come_before_editors(ready: Page) -> None:
    for found in ready.evaluate(FIND, ["kms host", "count", "macro", "office 2024"]):
        pages = [one["address"].partition("#")[0] for one in found]
        assert len(pages) == len(set(pages)) > 3
    for found in ready.evaluate(FIND, ["rule", "office sample", "check a file", "table of methods"]):
        assert found[0]["kind"] != "Contributing"


@pytest.mark.parametrize("text", ["", "   ", "zzzzqqq", "-", "🙂", "~ ^ : *"])
def test_a_text_that_nothing_has_finds_nothing(ready: Page, text: str) -> None:
    assert ready.evaluate(FIND, [text]) == [[]]


@pytest.mark.parametrize("text", ["the of", "<script>alert(1)</script>", "constructor", "__proto__", "a" * 5_000])
def test_no_text_breaks_it(ready: Page, text: str) -> None:
    [found] = ready.evaluate(FIND, [text])
    assert isinstance(found, list)


def test_an_answer_comes_at_once(ready: Page) -> None:
    timed = "query => { const start = performance.now(); vagSearch.find(query); return performance.now() - start; }"
    for query, _ in QUERIES[::6]:
        assert shortest(lambda query=query: ready.evaluate(timed, query), ANSWER) < ANSWER, query  # type: ignore[misc]


def test_no_page_asks_for_the_index_before_somebody_turns_to_the_search(address: str, browser: Browser) -> None:
    with one_tab(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in ("index.html", "plan/capacity.html", "troubleshoot/codes/0xc004f074.html"):
            page.goto(f"{address}/{path}", wait_until="networkidle")
        assert asked
        assert not [url for url in asked if re.search(r"search|lunr", url.removeprefix(address))]
        turn_to(page)
        page.wait_for_function("Boolean(window.vagSearch?.find)")
        assert f"{address}/search/index.js" in asked


def test_it_is_ready_soon_after_one_turns_to_it(address: str, browser: Browser) -> None:
    timed = """async () => {
      const start = performance.now();
      document.querySelector("[data-vag-search]").click();
      while (!window.vagSearch?.find) await new Promise((done) => setTimeout(done, 2));
      return performance.now() - start;
    }"""

    def once() -> float:
        with one_tab(browser) as page:
            opened(page, f"{address}/plan/capacity.html")
            return float(page.evaluate(timed))

    assert shortest(once, READY) < READY


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_it_is_used_with_the_keyboard_alone(address: str, open_page: OpenPage, width: int) -> None:
    page = open_page(f"{address}/plan/capacity.html", width=width)
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search the guide")
    expect(box).to_be_focused()
    page.keyboard.type("replace kms host")
    links = page.get_by_role("dialog").get_by_role("link")
    expect(links.first).to_have_attribute("href", re.compile("/plan/kms-hosts.html#replace$"))
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("for “replace kms host”")
    page.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan/kms-hosts.html#replace")


def test_a_paste_with_the_mouse_is_answered_without_a_key(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/capacity.html")
    turn_to(page)
    page.evaluate("document.execCommand('insertText', false, '0xC004F074')")
    expect(page.get_by_role("dialog").get_by_role("link").first).to_contain_text("0xC004F074")


OUTPUT = """Name: Windows(R), Enterprise edition
Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel
Error: 0xC004F074
License Status: Notification
"""
PASTE = """(box, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("box", ["#vag-code", "#vag-search-text"])
def test_a_pasted_output_goes_with_the_reader_to_the_page_that_reads_it(
    address: str, open_page: OpenPage, box: str
) -> None:
    page = open_page(f"{address}/index.html")
    if box != "#vag-code":
        turn_to(page)
    page.locator(box).evaluate(PASTE, OUTPUT)
    page.wait_for_url("**/troubleshoot/read-output.html")
    expect(page.get_by_role("textbox").first).to_have_value(OUTPUT)
    expect(page.get_by_text("0xC004F074").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox").first).to_have_value("")
    kept = page.evaluate("[...Object.values(sessionStorage), ...Object.values(localStorage)]")
    assert not [each for each in kept if "License Status" in each]


OFFICE = """<Configuration>
  <Add OfficeClientEdition="64" Channel="PerpetualVL2024">
    <Product ID="ProPlus2024Volume"><Language ID="en-us" /></Product>
  </Add>
</Configuration>
"""


@pytest.mark.parametrize("start", ["index.html", "troubleshoot/index.html"])
@pytest.mark.parametrize("lines", ["many", "one"])
def test_a_pasted_office_file_goes_to_its_check(address: str, open_page: OpenPage, start: str, lines: str) -> None:
    page = open_page(f"{address}/{start}")
    text = OFFICE if lines == "many" else OFFICE.replace("\n", "")
    if lines == "many":
        page.locator("#vag-code").evaluate(PASTE, text)
    else:
        page.locator("#vag-code").fill(text)
        page.keyboard.press("Enter")
    page.wait_for_url("**/deploy/check.html")
    expect(page.get_by_role("textbox").first).to_have_value(text)


def test_a_text_of_no_known_kind_is_asked_about(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/index.html")
    page.locator("#vag-code").evaluate(PASTE, "one\ntwo\n")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_have_text("You pasted a text of 2 lines. What is it?")
    page.wait_for_function("Boolean(window.vagSearch?.find)")
    expect(dialog.get_by_role("status")).to_have_text("You pasted a text of 2 lines. What is it?")
    dialog.get_by_role("link", name="DNS records").click()
    page.wait_for_url("**/deploy/check-dns.html")
    expect(page.get_by_role("textbox").first).to_have_value("one\ntwo\n")


def test_every_sample_and_every_output_is_told(ready: Page, address: str, catalog: Catalog, view: View) -> None:
    pages = {name: reader.page for reader in catalog.search.readers for name in reader.formats}
    wanted = {one.text: pages.get(FORMAT_OF[one.id].id) for one in samples(context(view))}
    wanted |= {one.output: catalog.search.readers[0].page for one in catalog.outputs.examples}
    told = ready.evaluate(
        """async ([site, texts]) => {
          const files = ["data/text-kinds.js", "javascripts/text-kind.js"];
          await vagDom.load(files.map((file) => `${site}/assets/${file}`));
          const { of, readers } = vagTextKinds;
          return texts.map((text) => readers[of(text)?.page]?.[0] ?? null);
        }""",
        [address, [*wanted]],
    )
    assert len(wanted) > 40
    assert [text[:80] for (text, page), got in zip(wanted.items(), told, strict=True) if got != page] == []


def test_the_reader_of_outputs_leads_another_file_to_its_check(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/troubleshoot/read-output.html")
    page.get_by_role("textbox").first.fill(OFFICE)
    page.get_by_role("link", name="Check an Office file", exact=True).last.click()
    page.wait_for_url("**/deploy/check.html")
    expect(page.get_by_role("textbox").first).to_have_value(OFFICE)


def test_it_says_when_no_page_has_all_words(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/index.html")
    turn_to(page)
    said = page.get_by_role("dialog").get_by_role("status")
    expect(said).to_contain_text("paste a whole output or a file")
    page.keyboard.type("kms zzzzqqqq")
    expect(said).to_contain_text("No page has all of these words")


def test_what_is_typed_before_the_box_is_there_stands_in_it(address: str, browser: Browser) -> None:
    with one_tab(browser) as page:
        opened(page, f"{address}/plan/capacity.html")
        waiting: list[Route] = []

        def wait(route: Route) -> None:
            waiting.append(route)

        page.route("**/javascripts/search.js", wait)
        with page.expect_request("**/javascripts/search.js"):
            page.keyboard.press("/")
        page.keyboard.type("thres")
        assert page.get_by_role("dialog").count() == 0
        waiting[0].continue_()
        box = page.get_by_role("searchbox", name="Search the guide")
        expect(box).to_have_value("thres")
        page.keyboard.type("hold")
        expect(box).to_have_value("threshold")


def test_a_pasted_word_is_searched_for(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/index.html")
    turn_to(page)
    page.locator("#vag-search-text").evaluate(PASTE, "threshold")
    expect(page.get_by_role("dialog").get_by_role("link")).to_have_count(0)


def test_it_says_what_it_does_not_find(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/index.html")
    turn_to(page)
    page.keyboard.type("zzzzqqqq")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Nothing on this site for “zzzzqqqq”")


def test_an_index_that_cannot_be_read_is_said(address: str, browser: Browser) -> None:
    with one_tab(browser) as page:
        page.route("**/search/index.js", lambda route: route.abort())
        opened(page, f"{address}/index.html")
        turn_to(page)
        page.keyboard.type("threshold")
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("could not be read")


def test_a_place_of_the_same_page_closes_it(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/kms-hosts.html")
    turn_to(page)
    page.keyboard.type("replace kms host")
    first = page.get_by_role("dialog").get_by_role("link").first
    # What is found changes with every letter.
    expect(first).to_have_attribute("href", re.compile("#replace$"))
    first.click()
    page.wait_for_url("**/plan/kms-hosts.html#replace")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("dark", [False, True])
def test_it_has_nothing_to_complain_about(address: str, open_page: OpenPage, width: int, dark: bool) -> None:
    page = open_page(f"{address}/index.html", width=width, dark=dark)
    turn_to(page)
    page.keyboard.type("kms count")
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.querySelector('dialog').scrollWidth <= innerWidth")


def test_without_scripts_no_button_offers_it(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/index.html", javascript=False)
    expect(page.locator("[data-vag-search]")).to_be_hidden()


def test_kinds_stand_in_an_order_in_which_each_can_be_reached(catalog: Catalog) -> None:
    last = catalog.search.kinds[-1]
    assert last.pages
    for one, other in pairwise(catalog.search.kinds):
        assert set(one.pages).isdisjoint(other.pages)
