"""Every page in a real browser: accessible, self-contained, readable without JavaScript, from disk and on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from macros.catalog.models import Catalog
from tests.browser.conftest import NARROW, WIDE, serving
from tests.built import Site

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

CODE_PAGE = re.compile(r"troubleshoot/codes/0x[0-9a-f]{8}\.html")
LOOKS = [(NARROW, False), (NARROW, True), (WIDE, False), (WIDE, True)]


def pages(site: Site, part: int) -> list[str]:
    """Every page, but of the pages of error codes, which one macro writes, the n-th quarter."""
    codes = [path for path in site.pages if CODE_PAGE.fullmatch(path)]
    return [*(path for path in site.pages if path not in codes), *codes[part :: len(LOOKS)]]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds on a page: the rule, and where."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("part", range(len(LOOKS)), ids=["narrow light", "narrow dark", "wide light", "wide dark"])
def test_axe_finds_nothing_on_any_page(site: Site, address: str, open_page: OpenPage, part: int) -> None:
    width, dark = LOOKS[part]
    page = open_page(address, width, dark)
    found = {}
    for path in pages(site, part):
        page.goto(f"{address}/{path}", wait_until="load")
        # The theme lays out its columns a moment after the page is loaded: what counts is there at the second look too.
        if violations(page) and (said := violations(page)):
            found[path] = said
    assert found == {}


@pytest.mark.parametrize("width", [320, NARROW])
def test_no_page_scrolls_sideways(site: Site, address: str, open_page: OpenPage, width: int) -> None:
    page = open_page(address, width)
    found = {}
    for path in pages(site, width % len(LOOKS)):
        page.goto(f"{address}/{path}", wait_until="load")
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            found[path] = excess
    assert found == {}


def test_no_page_asks_another_host_or_fails_a_request(site: Site, address: str, open_page: OpenPage) -> None:
    page = open_page(address)
    requests, failures = set(), set()
    page.on("request", lambda request: requests.add(request.url))
    page.on("response", lambda response: failures.add(response.url) if response.status >= 400 else None)
    page.on(
        "requestfailed", lambda request: failures.add(request.url) if "ABORTED" not in str(request.failure) else None
    )
    for path in pages(site, 1):
        page.goto(f"{address}/{path}", wait_until="networkidle")
    assert {url for url in requests if not url.startswith((address, "data:", "blob:"))} == set()
    assert {url for url in failures if not url.endswith("favicon.ico")} == set()


def test_every_page_is_readable_without_javascript(site: Site, address: str, open_page: OpenPage) -> None:
    page = open_page(address, javascript=False)
    for path in pages(site, 2):
        page.goto(f"{address}/{path}", wait_until="load")
        if path == "404.html":
            continue
        assert page.locator("article h1").first.is_visible(), path
        assert len(page.locator("article").inner_text()) > 200, path
        assert page.locator("nav a[href]").count() > 5, path


def test_the_site_works_from_a_folder_on_disk(site: Site, open_page: OpenPage) -> None:
    page = open_page((site.folder / "index.html").as_uri())
    page.click("article a[href*='capacity']")
    assert page.url.startswith("file://")
    assert "capacity" in page.url
    page.keyboard.press("/")
    page.keyboard.type("threshold")
    page.wait_for_selector(".md-search-result__item", timeout=10_000)
    assert page.locator(".md-search-result__item").count() > 0


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
        for path in pages(site, 3):
            page.goto(f"{base}/{path}", wait_until="load")
        context.close()
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_the_keyboard_reaches_the_content_first(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/capacity.html")
    page.keyboard.press("Tab")
    assert page.locator(".md-skip").evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") != ""


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
    total = page.locator("table tbody tr:visible").count()
    box.fill("LTSC 2024")
    page.wait_for_timeout(300)
    left = page.locator("table tbody tr:visible")
    assert 0 < left.count() < total
    assert re.search(
        r"\d", page.locator("[data-vag-filter] [aria-live], [data-vag-filter] [role=status]").first.inner_text()
    )
    box.fill("")
    page.wait_for_timeout(300)
    assert page.locator("table tbody tr:visible").count() == total


def test_on_paper_there_is_no_navigation_and_external_links_are_spelled_out(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/methods/kms.html")
    page.emulate_media(media="print")
    assert not page.locator(".md-header").is_visible()
    assert not page.locator(".md-sidebar--primary").is_visible()
    content = page.locator("article a.vag-source").first.evaluate("e => getComputedStyle(e, '::after').content")
    assert "https://" in content


def test_an_anchor_of_the_register_opens_at_its_fact(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/reference/facts.html#kms.validity")
    page.wait_for_timeout(300)
    target = page.locator("[id='kms.validity']")
    assert target.is_visible()
    assert "180 days" in target.inner_text()


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


def test_cite_this_copies_the_statement_its_source_and_the_address(
    address: str, open_page: OpenPage, catalog: Catalog
) -> None:
    page = open_page(f"{address}/reference/facts.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fact = catalog.fact("kms.validity")
    page.locator(f"[id='{fact.id}'] [data-vag-copy]").click()
    page.wait_for_selector("[role=status]:has-text('Copied')", state="attached")
    copied = page.evaluate("navigator.clipboard.readText()")
    for part in (fact.statement, catalog.source(fact.sources[0]).title, f"verified {fact.verified_on}", f"#{fact.id}"):
        assert part in copied
