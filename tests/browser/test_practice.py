"""The questions of the onboarding in the page: right and wrong, kept only when asked, without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from tests.browser.axe_script import violations
from tests.browser.tabs import unfolded

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PAGE = "learn/onboarding.html"
STORED = "Object.keys(localStorage).filter((key) => key.startsWith('vag-'))"


def test_an_answer_is_judged_with_its_reason_and_counted(address: str, open_page: OpenPage, catalog: Catalog) -> None:
    page = open_page(f"{address}/{PAGE}#day-one")
    score = page.locator("[data-vag-score=day-one]")
    all_of = sum(asked.stage == "day-one" for asked in catalog.practice)
    expect(score).to_have_text(f"0 of {all_of}")
    number = page.locator("#practice-threshold-client")
    number.locator("input").fill("24")
    number.locator("input").press("Tab")
    expect(number.locator("[role=status]")).to_have_text("! Not quite")
    number.locator("input").fill("25")
    number.locator("input").press("Tab")
    expect(number.locator("[role=status]")).to_contain_text("Right")
    expect(number.locator("details p")).to_be_visible()
    expect(score).to_have_text(f"1 of {all_of}")
    choice = page.locator("#practice-order")
    right = choice.get_attribute("data-vag-right")
    choice.locator(f"input[value='{right}']").check()
    expect(choice.locator("[role=status]")).to_contain_text("Right")
    expect(score).to_have_text(f"2 of {all_of}")
    assert page.evaluate(STORED) == []
    assert violations(page) == []


def test_answers_are_kept_only_when_asked_and_deleted_with_the_wish(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}#practice-away")
    page.locator("[data-vag-keep]").check()
    page.locator("#practice-away input").fill("180")
    page.locator("#practice-away input").press("Tab")
    page.reload()
    expect(page.locator("#practice-away input")).to_have_value("180")
    expect(page.locator("#practice-away [role=status]")).to_contain_text("Right")
    page.locator("[data-vag-keep]").uncheck()
    assert page.evaluate(STORED) == []
    page.locator("[data-vag-keep]").check()
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("#practice-away input")).to_have_value("")
    assert page.evaluate(STORED) == []


def test_on_paper_only_a_stage_that_was_begun_has_a_count(address: str, open_page: OpenPage) -> None:
    page = unfolded(open_page(f"{address}/{PAGE}"))
    page.locator("#practice-threshold-client input").fill("24")
    page.locator("#practice-threshold-client input").press("Tab")
    expect(page.locator("[data-vag-score]:visible")).to_have_count(3)
    page.emulate_media(media="print")
    expect(page.locator("[data-vag-score]:visible")).to_have_count(1)
    expect(page.locator("[data-vag-score=day-one]")).to_be_visible()


@pytest.mark.parametrize("kept", ["no JSON", "[]", "3", '{"practice-away": {"a": 1}, "__proto__": "x"}'])
def test_what_the_browser_keeps_is_not_trusted(address: str, open_page: OpenPage, kept: str) -> None:
    page = open_page(f"{address}/{PAGE}")
    page.evaluate("kept => localStorage.setItem('vag-practice', kept)", kept)
    page.reload()
    expect(page.locator("[data-vag-score=day-one]")).to_contain_text("0 of")
    page.evaluate("localStorage.clear()")


def test_without_scripts_the_answers_open(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}#practice-order", javascript=False)
    page.locator("#practice-order summary").click()
    expect(page.locator("#practice-order details p")).to_be_visible()
    assert not page.locator("[data-vag-practice]").is_visible()
