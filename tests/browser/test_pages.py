"""Every page in a real browser: accessible, self-contained, readable without JavaScript, from disk and on paper."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Response, expect

from tests.browser.axe_script import AXE_SCRIPT, PLAIN, violations
from tests.browser.conftest import NARROW, WIDE, serving
from tests.browser.tabs import unfolded
from tests.built import Site

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

CODE_PAGE = re.compile(r"troubleshoot/codes/0x[0-9a-f]{8}\.html")
LOOKS = [(NARROW, False), (WIDE, True), (NARROW, True), (WIDE, False)]
PIECES = 8
NARROWEST = 320
SCREENS = 8
"""Screens of 900 pixels that a page has at most as it opens; longer ones stand in long_pages.yaml with their reason."""
HEIGHT = "document.documentElement.scrollHeight / innerHeight"
EXCESS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def pages(site: Site) -> list[str]:
    """Every page, and a quarter of the pages of error codes, which one macro writes."""
    codes = [path for path in site.pages if CODE_PAGE.fullmatch(path)]
    return [*(path for path in site.pages if path not in codes), *codes[:: len(LOOKS)]]


def visits(site: Site, piece: int) -> list[tuple[str, int, bool]]:
    """The n-th piece of what is looked at: page, width, and whether it is dark.

    Each page is seen narrow and wide, once light and once dark; a page of an error code in one of the four looks.
    """
    codes = [path for path in site.pages if CODE_PAGE.fullmatch(path)]
    others = [path for path in site.pages if path not in codes]
    found = [(path, *LOOKS[number % len(LOOKS)]) for number, path in enumerate(codes)]
    for number, path in enumerate(others):
        first = number % 2 * 2
        found += [(path, *look) for look in LOOKS[first : first + 2]]
    return found[piece::PIECES]


def watched(page: Page, address: str) -> set[str]:
    """What goes wrong with the requests of a page, from now on: those to elsewhere, and those that fail."""
    wrong: set[str] = set()

    def sent(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            wrong.add(f"elsewhere: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400 and not response.url.endswith("favicon.ico"):
            wrong.add(f"{response.status}: {response.url}")

    def broken(request: Request) -> None:
        # The next page ends what the last one still loads.
        if "ABORTED" not in str(request.failure):
            wrong.add(f"failed: {request.url}")

    page.on("request", sent)
    page.on("response", answered)
    page.on("requestfailed", broken)
    return wrong


def sideways(page: Page) -> bool:
    """Whether a page is wider than its window; a narrow one is tried in the narrowest window too."""
    found = bool(page.evaluate(EXCESS) > 0)
    size = page.viewport_size
    if size and size["width"] == NARROW:
        page.set_viewport_size({"width": NARROWEST, "height": size["height"]})
        found = bool(found or page.evaluate(EXCESS) > 0)
        page.set_viewport_size(size)
    return found


LONG_PAGES = yaml.safe_load((Path(__file__).parent / "long_pages.yaml").read_text("utf-8"))


def may_be_long(path: str) -> bool:
    """Whether a page stands among those that are long for a reason."""
    return any(fnmatchcase(path, pattern) for pattern in LONG_PAGES)


def test_pages_that_may_be_long_exist_and_have_a_reason(site: Site) -> None:
    assert [pattern for pattern in LONG_PAGES if not any(fnmatchcase(path, pattern) for path in site.pages)] == []
    assert all(LONG_PAGES.values())


def test_each_page_is_looked_at_narrow_and_wide_light_and_dark(site: Site) -> None:
    seen = [visit for piece in range(PIECES) for visit in visits(site, piece)]
    assert {path for path, _, _ in seen} == set(site.pages)
    for path in site.pages:
        if not CODE_PAGE.fullmatch(path):
            assert {width for other, width, _ in seen if other == path} == {NARROW, WIDE}
            assert {dark for other, _, dark in seen if other == path} == {True, False}
    codes = {(width, dark) for path, width, dark in seen if CODE_PAGE.fullmatch(path)}
    assert codes == set(LOOKS)


@pytest.mark.parametrize("piece", range(PIECES))
def test_no_page_has_anything_to_complain_about(site: Site, address: str, open_page: OpenPage, piece: int) -> None:
    """Accessible, asks no other host, fails no request, never scrolls sideways, and is no longer than it should be."""
    looks = {look: open_page(address, *look) for look in LOOKS}
    requests = {look: watched(page, address) for look, page in looks.items()}
    found: dict[tuple[str, int, bool], object] = {}
    long: dict[str, float] = {}
    for path, *look in visits(site, piece):
        page = looks[*look]
        page.goto(f"{address}/{path}", wait_until="load")
        if look[0] == WIDE and (screens := page.evaluate(HEIGHT)) > SCREENS and not may_be_long(path):
            long[path] = round(screens, 1)
        unfolded(page)
        # The theme lays out its columns a moment after the page is loaded: what counts is there at the second look too.
        if said := violations(page) and violations(page):
            found[path, *look] = said
        assert not sideways(page), (path, look)
    assert found == {}
    assert long == {}, "fold what answers another question: docs/contributing/macros.md, Fold a part"
    assert set().union(*requests.values()) == set()


COLORS = """
<img><p id=x style="color: #eee">faint</p><p style="color: rgb(0 0 0 / 20%)">clear</p>
<p style="color: hsl(120deg 60% 70%)">green</p><p style="color: oklch(0.8 0.1 200)">wide</p>
<p style="background: color(display-p3 1 0 0); color: lab(60 50 40)">of a display</p>
<p style="background: rgb(0 0 255 / 30%)">on<b style="opacity: 0.4; mix-blend-mode: multiply">mixed</b></p>
<p style="background: linear-gradient(red, blue)">on a gradient</p><p style="text-shadow: 0 0 1px red">shadow</p>
"""


def test_axe_says_the_same_when_it_has_less_to_do(address: str, open_page: OpenPage) -> None:
    found = []
    for script in (PLAIN, AXE_SCRIPT):
        page = open_page(f"{address}/learn/glossary.html")
        page.evaluate("html => document.querySelector('article').insertAdjacentHTML('afterbegin', html)", COLORS)
        results = Axe(script).run(page).response
        found.append({kind: results[kind] for kind in ("violations", "passes", "incomplete", "inapplicable")})
    assert found[0] == found[1]
    faint = {one["id"]: len(one["nodes"]) for one in found[1]["violations"]}
    assert faint["image-alt"] == 1
    assert faint["color-contrast"] >= 4
    assert {rule for rule, _ in violations(page)} == set(faint)


def test_every_page_is_readable_without_javascript(site: Site, address: str, open_page: OpenPage) -> None:
    page = open_page(address, javascript=False)
    for path in pages(site):
        page.goto(f"{address}/{path}", wait_until="load")
        if path == "404.html":
            continue
        assert page.locator("article h1").first.is_visible(), path
        assert len(page.locator("article").inner_text()) > 200, path
        assert page.locator("nav a[href]").count() > 5, path


@pytest.mark.parametrize("path", ["methods/kms.html", "choose/compare.html", "troubleshoot/checklists/dns.html"])
def test_copied_text_holds_no_marks(address: str, open_page: OpenPage, path: str) -> None:
    page = open_page(f"{address}/{path}")
    assert page.locator("article .vag-cite").count() > 5
    page.evaluate("getSelection().selectAllChildren(document.querySelector('article'))")
    copied = page.evaluate("getSelection().toString()")
    assert len(copied) > 2_000
    assert not re.search(r"§|¶|Fact \w+\.", copied)


def test_the_site_works_from_a_folder_on_disk(site: Site, open_page: OpenPage) -> None:
    page = open_page((site.folder / "index.html").as_uri())
    page.click("article a[href*='capacity']")
    page.wait_for_url("file://**capacity**")
    page.keyboard.press("/")
    page.keyboard.type("threshold")
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()


def test_the_site_works_behind_a_strict_policy(site: Site, browser: Browser) -> None:
    inline = {
        "'sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() + "'"
        for path in site.pages
        for code in re.findall(r"<script>(.*?)</script>", (site.folder / path).read_text("utf-8"), re.DOTALL)
    }
    policy = (
        f"default-src 'none'; script-src 'self' {' '.join(sorted(inline))}; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    with serving(site.folder, policy) as base:
        context = browser.new_context()
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        for path in pages(site):
            page.goto(f"{base}/{path}", wait_until="load")
        context.close()
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_the_keyboard_reaches_the_content_first(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/capacity.html")
    page.keyboard.press("Tab")
    assert page.locator(".md-skip").evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash !== ''")


def test_every_focused_link_shows_its_focus(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/methods/kms.html")
    link = page.locator("article a.vag-fact").first
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert link.evaluate("e => getComputedStyle(e).outlineStyle") != "none"


def test_a_filter_narrows_the_register_and_says_how_many(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/reference/keys.html")
    box = page.locator("[data-vag-filter] input").first
    left = page.locator("table tbody tr:visible")
    total = left.count()
    box.fill("LTSC 2024")
    expect(left).not_to_have_count(total)
    assert 0 < left.count() < total
    assert re.search(
        r"\d", page.locator("[data-vag-filter] [aria-live], [data-vag-filter] [role=status]").first.inner_text()
    )
    box.fill("")
    expect(left).to_have_count(total)


def test_on_paper_there_is_no_navigation_and_external_links_are_spelled_out(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/methods/kms.html")
    page.emulate_media(media="print")
    assert not page.locator(".md-header").is_visible()
    assert not page.locator(".md-sidebar--primary").is_visible()
    content = page.locator("article a.vag-source").first.evaluate("e => getComputedStyle(e, '::after').content")
    assert "https://" in content


@pytest.mark.parametrize("path", ["reference/facts.html", "reference/facts/kms-renewal.html"])
def test_an_anchor_of_the_register_opens_at_its_fact(address: str, open_page: OpenPage, path: str) -> None:
    """On the list of all facts too, where links led before each family had a page."""
    page = open_page(f"{address}/{path}#kms.validity")
    target = page.locator("[id='kms.validity']")
    expect(target).to_be_in_viewport()
    expect(target).to_contain_text("180 days")


def test_a_download_is_the_file_that_the_page_shows(site: Site, address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/deploy/office.html")
    links = page.locator("article a[download]")
    with page.expect_download() as download:
        links.first.click()
    assert (
        Path(download.value.path()).read_bytes()
        == (site.folder / "downloads" / download.value.suggested_filename).read_bytes()
    )
    for address_of_file in {link.evaluate("e => e.href") for link in links.all()}:
        answer = page.request.get(address_of_file)
        assert answer.ok
        assert answer.body() == (site.folder / "downloads" / address_of_file.rpartition("/")[2]).read_bytes()


@pytest.mark.parametrize("path", ["index.html", "troubleshoot/fleet.html", "methods/kms.html"])
def test_the_menu_of_a_narrow_window_opens_on_every_page(address: str, open_page: OpenPage, path: str) -> None:
    """Also on pages that have no navigation beside them in a wide one."""
    page = open_page(f"{address}/{path}", width=NARROW)
    page.get_by_role("button", name="Menu").click()
    expect(page.locator(".md-sidebar--primary").get_by_text("Troubleshoot").first).to_be_in_viewport()


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("path", ["methods/kms.html", "methods/adba.html", "methods/mak.html"])
def test_the_words_of_a_picture_stay_inside_it(address: str, open_page: OpenPage, path: str, width: int) -> None:
    page = open_page(f"{address}/{path}", width=width)
    frame = page.locator(".vag-picture svg").bounding_box()
    assert frame
    words = [text.bounding_box() for text in page.locator(".vag-picture svg text").all()]
    assert len(words) > 4
    for box in words:
        assert box
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    for one, other in itertools.combinations(filter(None, words), 2):
        is_beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        # A line of text is a little higher than its letters.
        is_below = one["y"] + one["height"] <= other["y"] + 3 or other["y"] + other["height"] <= one["y"] + 3
        assert is_beside or is_below


@pytest.mark.parametrize(
    "place",
    ["reference/keys.html#windows-11-ltsc-2024", "reference/products.html#windows-7", "plan/lifecycle.html#ws2025"],
)
def test_the_row_that_an_address_names_is_not_behind_the_head_of_its_table(
    address: str, open_page: OpenPage, place: str
) -> None:
    page = open_page(f"{address}/{place}")
    row = page.locator(f"[id='{place.partition('#')[2]}']")
    expect(row).to_be_in_viewport()
    head = page.locator(f"table:has([id='{place.partition('#')[2]}']) thead th").first.bounding_box()
    box = row.bounding_box()
    assert head
    assert box
    assert box["y"] >= head["y"] + head["height"] - 1
