"""What the pages that check and build files of DNS and of clients have in common, tried on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.check_pages import (
    MARKUP,
    NO_KEY,
    OpenPage,
    behind_a_strict_policy,
    examples,
    fits,
    found_on_page,
    nothing_asked,
    paste,
    violations,
)
from tests.browser.conftest import NARROW, WIDE
from tests.browser.tabs import opened
from tests.built import Site

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Pages:
    """A page that checks files and one that builds them, with files to try them on."""

    check: str
    build: str
    wrong: str
    """A file with more than one mistake."""
    mistake: str
    """A file, and the rule that it breaks, which the form breaks too when `spoil` fills it."""
    rule: str
    spoil: Callable[[Page], None]
    grow: Callable[[Page], None]
    """Add to the form what it does not begin with."""
    wide: str
    """A file with words wider than the page."""
    kind: str
    """Whose check finds `nothing` in a text that says nothing."""
    nothing: str
    elsewhere: str
    """A file that fits another organization."""
    complaint: str
    """What is said of it when it is compared with ours."""
    keys: str
    """A file that holds a key wherever it can."""
    markup: str


CHECKED = {
    "dns": Pages(
        check="deploy/check-dns.html",
        build="deploy/build-dns.html",
        wrong="_vlmcs._tcp.corp.example.com. SRV 0 1688 0 kms1.corp.example.com\n_vlmcs._tcp SRV 0 0 4711 kms1",
        mistake="_vlmcs._tcp SRV 0 0 4711 kms1",
        rule="srv-port",
        spoil=lambda page: page.get_by_label("Port").first.fill("4711"),
        grow=lambda page: page.get_by_role("button", name="Add a host").click(),
        wide=f"_vlmcs._tcp SRV 0 0 {'9' * 900} {'x' * 900}",
        kind="dns-dnsmasq",
        nothing="srv-missing",
        elsewhere="_vlmcs._tcp.fabrikam.example. IN SRV 0 0 1688 kms.fabrikam.example.",
        complaint="srv-owner",
        keys=f"_vlmcs._tcp.corp.example.com. SRV {NO_KEY} 0 1688 {NO_KEY}",
        markup=f"_vlmcs._tcp SRV 0 0 1688 a\n{MARKUP} SRV 0 0 1688 {MARKUP}",
    ),
    "clients": Pages(
        check="deploy/check-clients.html",
        build="deploy/build-clients.html",
        wrong="slmgr /skms kms1 1688\nslmgr /ato",
        mistake="slmgr /skms kms1.corp.example.com:4711",
        rule="command-host-other-port",
        spoil=lambda page: page.get_by_label("Port").fill("4711"),
        grow=lambda page: None,
        wide=f"slmgr /skms {'9' * 900} {'x' * 900}",
        kind="client-batch",
        nothing="nothing-to-check",
        elsewhere="rem Run elevated\ncscript slmgr.vbs /skms kms.fabrikam.example:4711",
        complaint="command-host-unknown",
        keys=f"cscript slmgr.vbs /ipk {NO_KEY}\nreg add {NO_KEY} /v {NO_KEY} /t {NO_KEY}",
        markup=f"slmgr.vbs /skms {MARKUP}",
    ),
}


@pytest.fixture(params=CHECKED.values(), ids=CHECKED)
def pages(request: pytest.FixtureRequest) -> Pages:
    found: Pages = request.param
    return found


@pytest.fixture
def check(pages: Pages, tab: Page, address: str) -> Page:
    return opened(tab, f"{address}/{pages.check}")


def test_a_text_that_says_nothing_of_its_kind_asks_for_it(check: Page, pages: Pages) -> None:
    paste(check, "Good morning")
    expect(check.locator("#result")).to_contain_text("Not valid")
    check.get_by_label("Kind").select_option(pages.kind)
    expect(found_on_page(check)).to_contain_text(pages.nothing)


def test_what_it_is_compared_with_can_be_chosen(check: Page, pages: Pages) -> None:
    paste(check, pages.elsewhere)
    expect(found_on_page(check)).to_contain_text(pages.complaint)
    check.get_by_label("Compare with").select_option("")
    expect(check.locator("#result")).to_contain_text("Valid: no finding")


def test_an_example_is_checked_as_its_kind_on_click(check: Page) -> None:
    for said, shown in examples(check):
        assert shown[0].split("\n")[0] in "\n".join(said)


def test_a_key_is_masked_and_nothing_is_sent(check: Page, pages: Pages) -> None:
    with nothing_asked(check):
        paste(check, pages.keys)
        assert NO_KEY not in found_on_page(check).inner_text()
        assert "•••••" in found_on_page(check).inner_text()


def test_markup_stays_text(check: Page, pages: Pages) -> None:
    with nothing_asked(check):
        paste(check, pages.markup)
        expect(found_on_page(check)).to_contain_text("window.hacked")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_is_wrong_for_assistive_technology(
    width: int, dark: bool, pages: Pages, open_page: OpenPage, address: str
) -> None:
    page = open_page(f"{address}/{pages.check}", width=width, dark=dark)
    paste(page, pages.wrong)
    assert violations(page) == []
    opened(page, f"{address}/{pages.build}")
    pages.grow(page)
    pages.spoil(page)
    assert violations(page) == []


@pytest.mark.parametrize("name", ["check", "build"])
def test_no_page_scrolls_sideways(name: str, pages: Pages, open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{getattr(pages, name)}", width=320)
    if name == "check":
        paste(page, pages.wide)
    assert fits(page)


@pytest.mark.parametrize("name", ["check", "build"])
def test_without_scripts_a_note_says_what_to_do(name: str, pages: Pages, open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{getattr(pages, name)}", javascript=False)
    expect(page.locator("[data-vag-without]")).to_be_visible()
    expect(page.locator("article form")).to_be_hidden()


@pytest.mark.parametrize("name", ["check", "build"])
def test_it_works_from_disk_and_behind_a_strict_policy(
    name: str, pages: Pages, open_page: OpenPage, browser: Browser, site: Site
) -> None:
    path = getattr(pages, name)
    page = open_page((site.folder / path).as_uri())
    expect(page.locator("article form")).to_be_visible()
    with behind_a_strict_policy(browser, site.folder, path) as page:
        if name == "check":
            paste(page, pages.mistake)
        else:
            pages.spoil(page)
        expect(found_on_page(page)).to_contain_text(pages.rule)
