"""The report on an organization: the page makes the same as the command line, to the letter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.organization_file import load_organization
from macros.render.parts.view import View
from macros.render.plan.organization_report import as_markdown, report, report_calendar
from tests.browser.check_pages import call
from tests.browser.test_my_organization import FILES, POINTS
from tests.browser.test_my_organization_form import opened_file
from tests.built import ORGANIZATIONS
from tests.conftest import TODAY
from tests.organizations import organizations

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
CHECK = "plan/my-organization.html"
DAYS = (TODAY, date(2027, 3, 29), date(2031, 1, 1), date(2060, 2, 29))
MADE = """(cases) => cases.map(([organization, today]) => {
    const { asCalendar, asMarkdown, report } = window.vagReport;
    const found = report(organization, today);
    return [found, asMarkdown(found), asCalendar(found)];
})"""


@pytest.fixture(scope="module")
def scripts(scripts: Page) -> Page:
    """The page with what reports, which comes with the first report."""
    for file in (*(f"javascripts/{name}" for name in POINTS), "data/report", "javascripts/organization-report"):
        scripts.add_script_tag(url=f"../assets/{file}.js")
    return scripts


def in_python(view: View, own: Organization, day: date) -> list[Any]:
    found = report(replace(view, organization=own, today=day))
    return [json.loads(json.dumps(found)), as_markdown(found), report_calendar(found)]


def compare(page: Page, view: View, cases: list[tuple[Organization, date]]) -> None:
    given_ = [[own.model_dump(mode="json"), day.isoformat()] for own, day in cases]
    for (own, day), mine in zip(cases, call(page, MADE, given_), strict=True):
        theirs = in_python(view, own, day)
        pairs = zip(mine[0]["sections"], theirs[0]["sections"], strict=True)
        assert [(own.name, day, *pair) for pair in pairs if pair[0] != pair[1]][:1] == []
        assert mine[1:] == theirs[1:], (own.name, day)


def test_the_page_reports_what_the_command_line_reports(scripts: Page, view: View, catalog: Catalog) -> None:
    some = [load_organization(file, catalog) for file in FILES]
    compare(scripts, view, [(own, day) for own in some for day in DAYS])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_it_does_so_for_any_organization(
    data: st.DataObject, scripts: Page, tmp_path: Path, view: View, catalog: Catalog
) -> None:
    file = tmp_path / "organization.yml"
    file.write_text(json.dumps(data.draw(organizations(catalog)), ensure_ascii=False), "utf-8")
    compare(scripts, view, [(load_organization(file, catalog), data.draw(st.sampled_from(DAYS)))])


def test_a_reader_takes_report_and_calendar_and_prints(
    address: str, open_page: OpenPage, view: View, catalog: Catalog, tmp_path: Path
) -> None:
    page = open_page(f"{address}/{CHECK}")
    text = (ORGANIZATIONS / "university.yml").read_text("utf-8")
    opened_file(page, text)
    own = load_organization(ORGANIZATIONS / "university.yml", catalog)
    wanted = in_python(view, own, TODAY)
    for label, made in (("Report (Markdown)", wanted[1]), ("Calendar (.ics)", wanted[2])):
        with page.expect_download() as started:
            page.get_by_role("button", name=label).click()
        started.value.save_as(tmp_path / "taken")
        taken = (tmp_path / "taken").read_bytes().decode()
        assert taken.split("\n")[0] == made.split("\n")[0]
        assert len(taken) > len(made) / 2
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.get_by_role("button", name="Print the report").click()
    page.wait_for_function("() => window.printed")
    page.emulate_media(media="print")
    expect(page.locator(".vag-report h1")).to_have_text("Volume activation of University of the Coast")
    assert not page.locator("form[data-vag-organization]").is_visible()
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.locator(".vag-report").count() == 0
    page.emulate_media(media="screen")
