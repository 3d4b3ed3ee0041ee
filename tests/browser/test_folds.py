"""Folded parts of pages in a real browser: what opens them, and what closes them again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE
from tests.browser.tabs import moved
from tests.built import Site

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

LINKS = {
    "a heading": ("plan/kms-hosts.html#matrix-windows", "#matrix-windows ~ details table"),
    "a heading around whose section a block stands": ("plan/kms-hosts.html#one-key", "#one-key ~ details table"),
    "a row in a part": ("plan/lifecycle.html#ws2025", "#ws2025"),
    "a file in a part": ("deploy/office.html#sample-proofing-tools", "#sample-proofing-tools pre"),
    "a long file": ("deploy/kms-host.html#sample-kms-host", "#sample-kms-host pre"),
    "a form": ("plan/renewal.html#own-outage", "[data-vag-topic=outage] form"),
    "numbers for a form": ("plan/renewal.html#own=outage&method=kms", "[data-vag-topic=outage] form"),
}
"""Addresses, and what a reader then sees."""


@pytest.mark.parametrize("link", LINKS)
def test_a_link_opens_what_it_leads_to(address: str, open_page: OpenPage, link: str) -> None:
    place, shown = LINKS[link]
    page = open_page(f"{address}/{place}")
    expect(page.locator(shown).first).to_be_visible()
    expect(page.locator(shown).first).to_be_in_viewport()
    assert page.locator("details.vag-details--folded:not([open])").count() > 0


def test_a_link_of_the_same_page_opens_too(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/kms-hosts.html")
    steps = page.locator("#replace-lost ~ details").first
    assert not steps.locator("ol").is_visible()
    moved(page, "#replace-lost")
    expect(steps.locator("ol").first).to_be_visible()
    expect(page.locator("#replace-lost")).to_be_in_viewport()


def test_a_link_to_a_section_leaves_long_files_in_it_closed(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/deploy/mak.html#windows")
    expect(page.locator("#windows")).to_be_in_viewport()
    assert not page.locator("#sample-mak-windows pre").first.is_visible()


def test_a_link_opens_a_part_from_disk(site: Site, open_page: OpenPage) -> None:
    page = open_page(f"{(site.folder / 'plan/lifecycle.html').as_uri()}#ws2025")
    expect(page.locator("#ws2025")).to_be_in_viewport()


def test_a_row_in_a_part_is_found_without_scripts(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/lifecycle.html#ws2025", javascript=False)
    expect(page.locator("#ws2025")).to_be_in_viewport()


def test_a_result_of_the_search_opens_the_part(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/kms-hosts.html")
    page.keyboard.press("/")
    page.get_by_role("searchbox", name="Search the guide").fill("hardware-secured hosts")
    page.get_by_role("dialog").locator("a[href*='kms-hosts.html#hardware-secured']").first.click()
    expect(page.locator("#hardware-secured ~ details pre").first).to_be_visible()
    expect(page.locator("#hardware-secured")).to_be_in_viewport()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_on_paper_every_part_is_open(address: str, open_page: OpenPage, javascript: bool) -> None:
    page = open_page(f"{address}/deploy/kms-host.html", javascript=javascript)
    script = page.locator("#sample-kms-host pre").first
    assert script.evaluate("(code) => !code.checkVisibility({ contentVisibilityAuto: true })")
    page.emulate_media(media="print")
    assert script.evaluate("(code) => code.checkVisibility({ contentVisibilityAuto: true })")
    assert script.evaluate("(code) => code.getBoundingClientRect().height") > 1000


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_keyboard_opens_and_closes_a_part(address: str, open_page: OpenPage, width: int) -> None:
    page = open_page(f"{address}/methods/kms.html", width)
    part = page.locator("#limits ~ details").first
    part.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(part.locator("li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(part.locator("li").first).not_to_be_visible()


def test_a_filter_opens_the_parts_that_hold_what_it_finds(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/choose/compare.html")
    row = page.locator("#short-lived")
    assert not row.is_visible()
    page.locator("[data-vag-filter] input").fill("come and go")
    expect(row).to_be_visible()
