"""The list of what to do for a reader's own organization: the same as the pages of a build have it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.organization_file import load_organization
from macros.catalog.reviews import reviews
from macros.domain.open_points import KINDS
from macros.render.parts.view import View
from macros.render.plan.act_now import points, sentence
from tests.browser.check_pages import call
from tests.browser.test_my_organization import FILES, POINTS
from tests.browser.test_my_organization_form import opened_file
from tests.browser.test_pages import violations
from tests.browser.test_plan import alike
from tests.built import ORGANIZATIONS
from tests.conftest import TODAY
from tests.domain.test_open_points import CASES
from tests.organizations import organizations

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
CHECK = "plan/my-organization.html"
FOUND = """(cases) => cases.map(([organization, today]) =>
  window.vagPoints.open(organization, today).map((point) => [point.kind, point.slots,
    window.vagPoints.said(organization, point)]))"""
DAYS = (TODAY, date(2027, 1, 12), date(2027, 1, 13), date(2027, 3, 31), date(2028, 2, 29), date(2033, 6, 1))


@pytest.fixture(scope="module")
def scripts(scripts: Page) -> Page:
    """The page with what finds points, which comes with the first complete organization."""
    for name in POINTS:
        scripts.add_script_tag(url=f"../assets/javascripts/{name}.js")
    return scripts


def compare(page: Page, view: View, cases: list[tuple[Organization, date]]) -> set[str]:
    """Both sides find the same and say it in the same words. Gives the kinds that were found."""
    given_ = [[one.model_dump(mode="json"), day.isoformat()] for one, day in cases]
    kinds = set()
    for (one, day), found in zip(cases, call(page, FOUND, given_), strict=True):
        own = replace(view, organization=one, today=day)
        wanted = [[point.kind, dict(point.slots), sentence(own, point)] for point in points(own)]
        assert alike(found, json.loads(json.dumps(wanted))), (one.name, day, found, wanted)
        kinds |= {kind for kind, _, _ in wanted}
    return kinds


def test_the_page_finds_what_a_build_finds(scripts: Page, view: View, catalog: Catalog) -> None:
    some = [*(load_organization(file, catalog) for file in FILES), *CASES.values()]
    late = reviews(catalog)[0].review_by
    days = (*DAYS, late, late + timedelta(days=1))
    assert compare(scripts, view, [(one, day) for one in some for day in days]) == {*KINDS}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_page_finds_it_for_any_organization(
    data: st.DataObject, scripts: Page, tmp_path: Path, view: View, catalog: Catalog
) -> None:
    file = tmp_path / "organization.yml"
    file.write_text(json.dumps(data.draw(organizations(catalog)), ensure_ascii=False), "utf-8")
    compare(scripts, view, [(load_organization(file, catalog), data.draw(st.sampled_from(DAYS)))])


def listed(page: Page) -> list[str]:
    found: list[str] = page.locator("[data-vag-found] .vag-found__list li .vag-status").all_inner_texts()
    return [" ".join(each.split()[1:]) for each in found]


@pytest.mark.parametrize("name", ["university", "subscription_only", "service_provider"])
def test_a_reader_sees_the_list_with_its_links(
    name: str, address: str, open_page: OpenPage, view: View, catalog: Catalog
) -> None:
    page = open_page(f"{address}/{CHECK}")
    file = ORGANIZATIONS / f"{name}.yml"
    opened_file(page, file.read_text("utf-8"))
    expect(page.get_by_role("heading", name="Act now")).to_be_visible()
    own = replace(view, organization=load_organization(file, catalog), today=browser_day(page))
    assert listed(page) == [sentence(own, point) for point in points(own)]
    nothing = page.get_by_text(f"Nothing to do: every count, key, budget, balance and date of {own.organization.name}")
    assert nothing.count() == (not points(own))
    for link in page.locator("[data-vag-found] .vag-found__list li a").all():
        assert page.request.get(page.evaluate("link => link.href", link.element_handle())).ok
    assert violations(page) == []


def browser_day(page: Page) -> date:
    """The day for which the page reckons: the reader's, and never one before the build."""
    shown: Any = page.evaluate(
        """() => window.vagToday.dayRead(document.querySelector("[data-vag-built]").dataset.vagBuilt,
            window.vagToday.local(new Date()))"""
    )
    return date.fromisoformat(shown)


def test_the_list_follows_what_is_typed(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{CHECK}")
    opened_file(page, (ORGANIZATIONS / "subscription_only.yml").read_text("utf-8"))
    # What is drawn for the file is drawn anew: a card that was opened before that is closed again.
    expect(page.get_by_label("Name", exact=True)).to_have_value("Agency for Everything")
    expect(page.locator("[data-card]")).to_have_count(1)
    page.locator("[data-card] > summary").click()
    page.locator("[data-card] details summary").first.click()
    page.get_by_label("License").first.select_option("volume")
    expect(page.locator("[data-vag-found] .vag-found__list").first).to_contain_text("350 computers more than licensed")
    assert page.get_by_text("Nothing to do").count() == 0
