"""The theme's script comes when a reader does something; what it serves works from the first touch on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import NARROW, WIDE
from tests.built import Site, first_view

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

PAGE = "methods/kms.html"
SCHEME = "() => document.body.dataset.mdColorScheme"
KINDS = (
    "index.html",
    "troubleshoot/index.html",
    "troubleshoot/codes/index.html",
    "troubleshoot/codes/0xc004f074.html",
    "troubleshoot/checklists/dns.html",
    "troubleshoot/read-output.html",
    "troubleshoot/fleet.html",
    "methods/kms.html",
    "choose/index.html",
    "choose/compare.html",
    "choose/worksheet.html",
    "plan/capacity.html",
    "plan/renewal.html",
    "plan/kms-hosts.html",
    "plan/mak-budget.html",
    "plan/my-organization.html",
    "deploy/office.html",
    "deploy/build-clients.html",
    "deploy/build-office.html",
    "deploy/check-clients.html",
    "deploy/check-dns.html",
    "deploy/check.html",
    "learn/onboarding.html",
    "learn/glossary.html",
    "reference/facts.html",
    "reference/facts/kms-renewal.html",
    "reference/keys.html",
    "reference/changes.html",
    "reference/api.html",
    "contributing/index.html",
)
"""A page of each kind."""


def asked(page: Page, address: str, path: str) -> list[str]:
    """What a page asks for until nothing more comes, below the address of the site."""
    found: list[str] = []

    def told(response: Response) -> None:
        found.append(response.url.removeprefix(f"{address}/").partition("?")[0])

    page.on("response", told)
    page.goto(f"{address}/{path}", wait_until="networkidle")
    page.remove_listener("response", told)
    return found


def test_a_first_view_asks_for_what_the_page_names(site: Site, address: str, open_page: OpenPage) -> None:
    """So tests/site/test_weight.py weighs all of it."""
    page = open_page(address, width=NARROW)
    views = {path: set(asked(page, address, path)) for path in KINDS}
    assert all(path in view for path, view in views.items())
    assert {path: more for path, view in views.items() if (more := view - set(first_view(site, path)))} == {}


@pytest.mark.parametrize("dark", [False, True])
def test_the_colors_are_right_before_the_theme_is_there_and_change_at_the_first_touch(
    address: str, open_page: OpenPage, dark: bool
) -> None:
    page = open_page(address, width=NARROW, dark=dark)
    assert not [name for name in asked(page, address, PAGE) if "bundle" in name]
    before, after = ("slate", "default") if dark else ("default", "slate")
    assert page.evaluate(SCHEME) == before
    page.locator("label[for^=__palette]:not([hidden])").click()
    page.wait_for_function(f"scheme => ({SCHEME})() === scheme", arg=after)
    page.reload()
    assert page.evaluate(SCHEME) == after


def test_the_theme_comes_at_once_where_it_is_needed(address: str, open_page: OpenPage) -> None:
    wide = open_page(address, width=WIDE)
    assert [name for name in asked(wide, address, PAGE) if "bundle" in name]
    into = open_page(address, width=NARROW)
    assert [name for name in asked(into, address, f"{PAGE}#ports") if "bundle" in name]


def test_code_gets_its_copy_button_once_somebody_reads_on(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/deploy/kms-host.html", width=NARROW)
    expect(page.locator(".md-code__nav")).to_have_count(0)
    page.mouse.wheel(0, 400)
    expect(page.locator(".md-code__nav").first).to_be_attached()


def test_a_closed_menu_is_no_stop_and_keys_open_it(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}", width=NARROW)
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("() => Boolean(document.activeElement.closest('.md-sidebar--primary'))"))
    assert not any(stops)
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".md-sidebar--primary")).to_have_css("visibility", "visible")
    assert page.evaluate("() => document.querySelector('#__drawer').checked")
    menu.focus()
    page.keyboard.press(" ")
    assert not page.evaluate("() => document.querySelector('#__drawer').checked")


def test_a_wide_window_has_no_button_for_a_menu_that_is_always_there(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}", width=WIDE)
    expect(page.locator(".vag-menu")).to_be_hidden()
    expect(page.locator(".md-sidebar--primary")).to_be_visible()


def test_blank_changes_the_colors_too(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}")
    before = page.evaluate(SCHEME)
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name === '__palette'"):
            break
    page.keyboard.press(" ")
    page.wait_for_function(f"scheme => ({SCHEME})() !== scheme", arg=before)
