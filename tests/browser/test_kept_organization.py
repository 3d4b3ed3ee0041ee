"""Pages that compute from the organization that a browser keeps: whose numbers they show, and the way back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from macros.catalog.organization import MOST, Organization
from macros.catalog.organization_file import load_organization
from macros.catalog.plan_numbers import MODELS
from macros.domain.plans.starts import starts
from macros.domain.worksheet import worksheet
from macros.render.parts.view import View
from macros.render.plan.own_numbers import start
from tests.browser.check_pages import call
from tests.browser.tabs import unfolded
from tests.browser.test_my_organization import FILES
from tests.browser.test_my_organization_form import PATH, opened_file
from tests.browser.test_pages import violations
from tests.browser.test_plan import alike
from tests.built import ORGANIZATIONS, Site
from tests.conftest import TODAY
from tests.organizations import organizations

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
CHECK = "plan/capacity.html"
STARTS = "([all, today]) => all.map((organization) => window.vagStarts(organization, today))"
BANNER = ".vag-kept"


def read(file: Path, catalog: Catalog) -> Organization:
    return load_organization(file, catalog)


def wanted(organization: Organization, view: View, today: date = TODAY) -> dict[str, Any]:
    """The numbers, which the models of their questions take beside what the forms have."""
    found = starts(organization, view.catalog, view.policy, today)
    for topic, own in found.items():
        usual = start(view, topic).model_dump(exclude_none=True, by_alias=True)
        MODELS[topic].model_validate({**usual, **own.numbers})
        assert bool(own.numbers) is not own.is_beyond
    as_data = {topic: asdict(own) for topic, own in found.items()}
    return json.loads(json.dumps(as_data))  # type: ignore[no-any-return]


def test_forms_start_with_the_numbers_that_python_finds(scripts: Page, view: View, catalog: Catalog) -> None:
    some = [read(file, catalog) for file in FILES]
    given_ = [one.model_dump(mode="json") for one in some]
    found = call(scripts, STARTS, [given_, TODAY.isoformat()])
    assert alike(found, [wanted(one, view) for one in some])
    assert {topic for one in found for topic in one} == set(MODELS)


def test_more_than_a_form_takes_is_said_on_both_sides(scripts: Page, view: View) -> None:
    own = view.organization
    groups = tuple(group.model_copy(update={"count": MOST}) for group in own.groups)
    large = own.model_copy(update={"groups": groups})
    [found] = call(scripts, STARTS, [[large.model_dump(mode="json")], TODAY.isoformat()])
    assert found == wanted(large, view)
    assert found["traffic"]["is_beyond"]
    said = call(scripts, "(...given) => window.vagStarts.said(...given)", "traffic", own.name, found["traffic"])
    assert said == (
        f"The numbers of {own.name} are larger than 10,000,000, the most that this form takes: "
        "it starts with sample numbers."
    )


@settings(max_examples=48, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_forms_start_with_the_numbers_of_any_organization(
    data: st.DataObject, scripts: Page, tmp_path: Path, view: View, catalog: Catalog
) -> None:
    file = tmp_path / "organization.yml"
    file.write_text(json.dumps(data.draw(organizations(catalog)), ensure_ascii=False), "utf-8")
    one = read(file, catalog)
    found = call(scripts, STARTS, [[one.model_dump(mode="json")], TODAY.isoformat()])
    assert alike(found, [wanted(one, view)]), (found, wanted(one, view))


@pytest.fixture
def kept(address: str, open_page: OpenPage) -> Page:
    """A tab of somebody who keeps the university."""
    page = open_page(f"{address}/{PATH}")
    opened_file(page, (ORGANIZATIONS / "university.yml").read_text("utf-8"))
    page.get_by_label("Keep this organization in this browser").check()
    expect(page.get_by_text("Kept in this browser. Nothing was sent anywhere.")).to_be_visible()
    return page


def shown(page: Page, topic: str) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        """topic => Object.fromEntries([...document.querySelector(`[data-vag-topic=${topic}] form`).elements]
            .filter(({ name }) => name).map(({ name, value }) => [name, value]))""",
        topic,
    )
    return found


def flat(numbers: Any, before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in numbers.items() if isinstance(numbers, dict) else enumerate(numbers):
        path = f"{before}{key}"
        found |= flat(value, f"{path}.") if isinstance(value, dict | list) else {path: str(value)}
    return found


PAGES = {
    "plan/capacity.html": ("count", "traffic"),
    "plan/renewal.html": ("expiry", "outage"),
    "plan/mak-budget.html": ("mak",),
    "plan/kms-hosts.html": ("host-key", "host-keys"),
}


@pytest.mark.parametrize("path", PAGES)
def test_plan_forms_start_with_them_and_go_back(
    path: str, kept: Page, address: str, view: View, catalog: Catalog
) -> None:
    numbers = wanted(read(ORGANIZATIONS / "university.yml", catalog), view)
    kept.goto(f"{address}/{path}")
    unfolded(kept)
    expect(kept.locator(BANNER)).to_contain_text("The forms start with the numbers of University of the Coast")
    for topic in PAGES[path]:
        if topic in numbers:
            assert shown(kept, topic).items() >= flat(numbers[topic]["numbers"]).items()
            line = kept.locator(f"[data-vag-topic={topic}] [data-vag-start]")
            expect(line).to_contain_text(numbers[topic]["about"] or "University of the Coast")
        assert kept.locator(f"[data-vag-topic={topic}] .vag-answer").last.is_visible()
    assert violations(kept) == []
    first = shown(kept, PAGES[path][0])
    kept.get_by_role("button", name="Use those of the site").press("Enter")
    expect(kept.locator(BANNER)).to_contain_text("The forms start with numbers that come with the site")
    assert shown(kept, PAGES[path][0]) != first
    kept.get_by_role("button", name="Use mine").press("Enter")
    expect(kept.locator(BANNER)).to_contain_text("University of the Coast, your organization")
    assert shown(kept, PAGES[path][0]) == first


def test_the_worksheet_is_that_of_the_kept_organization(kept: Page, address: str, view: View, catalog: Catalog) -> None:
    own = read(ORGANIZATIONS / "university.yml", catalog)
    sheet = worksheet(own, view.catalog, view.policy, view.tables)
    kept.goto(f"{address}/choose/worksheet.html")
    expect(kept.locator(BANNER)).to_contain_text("This page shows University of the Coast")
    rows = kept.locator("[data-vag-worksheet=sheet] tbody tr")
    outcomes = {outcome.id: outcome.name for outcome in view.catalog.decision_tables.outcomes}
    found = [
        [rows.nth(at).locator("th a").inner_text(), rows.nth(at).locator("td").nth(2).locator("a").inner_text()]
        for at in range(len(sheet.rows))
    ]
    assert found == [[row.group.name, outcomes[row.outcome]] for row in sheet.rows]
    assert violations(kept) == []
    # Figures that are changed here are kept beside those of the site's own worksheet.
    kept.get_by_role("button", name="Change Staff").click()
    kept.locator("[data-group=staff] [inputmode]").first.fill("7")
    kept.wait_for_function("() => localStorage.getItem('vag-worksheet-own') !== null")
    assert kept.evaluate("() => localStorage.getItem('vag-worksheet')") is None
    kept.locator(BANNER).get_by_role("button", name="Use those of the site").click()
    expect(rows.first.locator("th a")).to_have_text(view.organization.groups[0].name)
    kept.goto(f"{address}/{PATH}")
    kept.get_by_role("button", name="Delete what is kept").click()
    assert kept.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('vag'))") == []


def test_other_pages_say_whose_they_are(kept: Page, address: str, open_page: OpenPage) -> None:
    kept.goto(f"{address}/index.html")
    expect(kept.locator(BANNER)).to_contain_text("This page shows University of the Coast")
    kept.locator(BANNER).get_by_role("button", name="Use those of the site").click()
    expect(kept.locator(BANNER)).to_contain_text("come with the site, not those of University of the Coast")
    kept.locator(BANNER).get_by_role("link", name="My organization").click()
    expect(kept.get_by_label("Name", exact=True)).to_have_value("University of the Coast")
    kept.goto(f"{address}/learn/glossary.html")
    assert kept.locator(BANNER).count() == 0
    assert open_page(f"{address}/{CHECK}").locator(BANNER).count() == 0


@pytest.mark.parametrize("path", ["plan/capacity.html", "choose/worksheet.html", "index.html"])
@pytest.mark.parametrize(
    "text",
    [
        "{",
        "null",
        '{"version":1,"isShown":true,"words":{"page":"x"},"organization":{}}',
        '{"version":1,"isShown":true,"words":{"page":"x"},"organization":{"name":"x","groups":[{"product":"windows-99"}]}}',
    ],
)
def test_what_cannot_be_used_leaves_pages_as_they_come(path: str, text: str, address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{path}")
    before = page.locator(".md-content").inner_text()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate("text => localStorage.setItem('vag-organization', text)", text)
    page.reload()
    page.evaluate("each => document.querySelector(each)?.remove()", BANNER)
    assert page.locator(".md-content").inner_text() == before
    assert errors == []


def test_the_banner_costs_each_page_little(site: Site) -> None:
    script = (site.folder / "assets/javascripts/organization-kept.js").read_bytes()
    print(len(gzip.compress(script, 9)))
    assert len(gzip.compress(script, 9)) <= 1_000


@pytest.mark.parametrize(
    ("path", "topic", "said"),
    [
        ("plan/capacity.html", "count", "has no KMS clients: the form starts with sample numbers."),
        ("plan/kms-hosts.html", "host-key", "has no KMS host: the form starts with sample numbers."),
    ],
)
def test_a_form_without_a_case_says_that_its_numbers_are_samples(
    path: str, topic: str, said: str, address: str, open_page: OpenPage
) -> None:
    page = open_page(f"{address}/{PATH}")
    opened_file(page, (ORGANIZATIONS / "nine_pcs.yml").read_text("utf-8"))
    page.get_by_label("Keep this organization in this browser").check()
    expect(page.get_by_text("Kept in this browser. Nothing was sent anywhere.")).to_be_visible()
    page.goto(f"{address}/{path}")
    expect(page.locator(f"[data-vag-topic={topic}] [data-vag-start]")).to_contain_text(said)


def keep(page: Page, text: str) -> None:
    opened_file(page, text)
    page.get_by_label("Keep this organization in this browser").check()
    expect(page.get_by_text("Kept in this browser. Nothing was sent anywhere.")).to_be_visible()


KEPT_NAME = "() => JSON.parse(localStorage.getItem('vag-organization'))?.organization.name ?? null"


def test_a_second_tab_overwrites_nothing_silently(kept: Page, address: str) -> None:
    """Two tabs of one browser: what one has kept, the other replaces only when it is told to."""
    second = kept.context.new_page()
    try:
        second.goto(f"{address}/{PATH}")
        expect(second.get_by_label("Name", exact=True)).to_have_value("University of the Coast")
        opened_file(second, (ORGANIZATIONS / "nine_pcs.yml").read_text("utf-8"))
        second.wait_for_function(f"({KEPT_NAME})() === 'Practice by the Lake'")
        expect(kept.get_by_text("Another tab has kept Practice by the Lake since then.")).to_be_visible()
        kept.get_by_label("Name", exact=True).fill("University of the Hills")
        kept.wait_for_timeout(1_000)
        assert kept.evaluate(KEPT_NAME) == "Practice by the Lake"
        kept.get_by_role("button", name="Keep this one instead").click()
        expect(second.get_by_text("Another tab has kept University of the Hills since then.")).to_be_visible()
        assert kept.evaluate(KEPT_NAME) == "University of the Hills"
        second.get_by_role("button", name="Take that one").click()
        expect(second.get_by_label("Name", exact=True)).to_have_value("University of the Hills")
        # What one tab deletes, no other brings back.
        kept.get_by_role("button", name="Delete what is kept").click()
        expect(second.get_by_label("Keep this organization in this browser")).not_to_be_checked()
        second.goto(f"{address}/index.html")
        assert second.evaluate(KEPT_NAME) is None
    finally:
        second.close()
