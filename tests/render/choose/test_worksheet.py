"""The worksheet as readers see it, against the worksheet it was made from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.organization import Licensed, Organization
from macros.domain.worksheet import Worksheet, worksheet
from macros.render.choose.worksheet import (
    MACROS,
    STATES,
    WORDS,
    worksheet_as_data,
    worksheet_balance,
    worksheet_criteria,
    worksheet_data,
    worksheet_findings,
    worksheet_maks,
    worksheet_methods,
    worksheet_reasons,
    worksheet_result,
    worksheet_sheet,
)
from macros.render.methods.methods import METHOD_NAMES
from macros.render.parts.view import View

MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def sheet(view: View) -> Worksheet:
    return worksheet_of(view)


def worksheet_of(view: View) -> Worksheet:
    return worksheet(view.organization, view.catalog, view.policy, view.tables)


def with_organization(view: View, **changes: Any) -> View:
    return replace(view, organization=view.organization.model_copy(update=changes))


def with_group(view: View, group_id: str, **changes: Any) -> View:
    groups = tuple(
        group.model_copy(update=changes) if group.id == group_id else group for group in view.organization.groups
    )
    return with_organization(view, groups=groups)


def soup(html: str) -> BeautifulSoup:
    assert "\n" not in html
    return BeautifulSoup(html, "html5lib")


def words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def rows(html: str) -> list[list[str]]:
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in soup(html).select("tbody tr")]


def state(element: Tag) -> str:
    """ok, warn, bad or info of the status in an element, which has a glyph and words."""
    found = element.select_one(".vag-status")
    assert found
    assert found.select_one(".vag-status__glyph").get_text()
    assert len(words(found)) > 2
    return next(name.removeprefix("vag-status--") for name in found["class"] if "--" in name)


def number(text: str) -> int:
    return int(text.replace(",", "").replace(MINUS, "-").replace("+", ""))


def test_every_group_has_a_line_with_its_method_and_the_last_line_adds_up(view: View, sheet: Worksheet) -> None:
    records = view.catalog.decision_tables
    *lines, total = rows(worksheet_sheet(view))
    for cells, row in zip(lines, sheet.rows, strict=True):
        assert cells[0] == f"{row.group.name} {view.catalog.product(row.group.product).name}"
        assert number(cells[1]) == row.group.count
        never = f" {row.never} of {row.group.count} never activated: count not met" if row.never else ""
        assert cells[2] == METHOD_NAMES[row.group.method] + never
        assert records.outcome(row.outcome).name in cells[3]
        assert STATES[row.today][1] in cells[3]
        assert cells[4] == (records.outcome(row.fallbacks[0]).name if row.fallbacks else "none for this license")
        assert number(cells[6]) == row.mak_needed
    assert number(total[1]) == sheet.computers == sum(number(cells[1]) for cells in lines)
    assert number(total[6]) == sum(number(cells[6]) for cells in lines)


@pytest.mark.parametrize("table", [worksheet_sheet, worksheet_methods])
def test_a_sum_of_windows_and_office_says_so(view: View, table: Callable[[View], str]) -> None:
    groups = {group.id: group.model_copy(update={"count": 9}) for group in view.organization.groups}
    both = with_organization(view, groups=(groups["head-office"], groups["office-core"]))
    assert rows(table(both))[-1][:2] == ["Total 9 with Windows, 9 with Office", "18"]
    alone = with_organization(view, groups=(groups["head-office"],))
    assert rows(table(alone))[-1][:2] == ["Total", "9"]


def test_a_threshold_is_shown_as_met_or_short(view: View) -> None:
    def cell(count: int) -> tuple[str, str]:
        found = soup(worksheet_sheet(with_group(view, "plant", count=count))).select("tbody tr")
        place = [group.id for group in view.organization.groups].index("plant")
        threshold = found[place].find_all("td")[4]
        return state(threshold), words(threshold)

    needed = view.policy.threshold_client
    assert cell(needed - 1) == ("warn", f"! short by 1: {needed - 1} of {needed} at a host of the site")
    assert cell(needed) == ("ok", f"✓ met: {needed} of {needed} at a host of the site")


def test_the_result_counts_groups_activations_and_balances(view: View, sheet: Worksheet) -> None:
    text = words(soup(worksheet_result(view)).body)
    for today, label in (("works", "could change"), ("other", "must change")):
        count = sum(row.today == today for row in sheet.rows)
        assert f"{count} group{'' if count == 1 else 's'} {label}" in text
    assert f"{sum(mak.short_by for mak in sheet.maks)} MAK activations missing" in text
    unexplained = sum(balance.unexplained for balance in sheet.balances)
    assert f"{unexplained} balance{'' if unexplained == 1 else 's'} not explained" in text
    assert f"{sum(line.windows for line in sheet.lines):,} computers with Windows" in text


def test_a_result_without_anything_to_change_is_all_well(view: View) -> None:
    head = next(group for group in view.organization.groups if group.id == "head-office")
    licensed = (Licensed(product=head.product, computers=head.count),)
    calm = with_organization(view, groups=(head,), licensed=licensed)
    found = soup(worksheet_result(calm))
    assert not found.select(".vag-status--bad, .vag-status--warn")
    assert WORDS["nothing"] in words(soup(worksheet_findings(calm)).body)


def test_table_1_has_every_criterion_and_adds_up(view: View, sheet: Worksheet) -> None:
    criteria = view.catalog.decision_tables.criteria
    *lines, total = rows(worksheet_criteria(view))
    assert [cells[:2] for cells in lines] == [[each.text, each.method] for each in criteria]
    for place in (2, 3, 4, 5):
        assert number(total[place]) == sum(number(cells[place]) for cells in lines)
    for cells in (*lines, total):
        assert number(cells[3]) + number(cells[4]) == number(cells[5])
    assert number(total[5]) == sum(group.count for group in view.organization.groups)


def test_the_table_of_methods_adds_up(view: View) -> None:
    *lines, total = rows(worksheet_methods(view))
    for place in (1, 2, 3):
        assert number(total[place]) == sum(number(cells[place]) for cells in lines)
    for _, today, recommended, difference in lines:
        assert number(difference) == number(recommended) - number(today)
    assert total[3] == "0"


def test_a_balance_is_red_when_nobody_explains_it(view: View, sheet: Worksheet) -> None:
    found = soup(worksheet_balance(view)).select("tbody tr")
    for row, balance in zip(found, sheet.balances, strict=True):
        cells = row.find_all(["th", "td"])
        assert number(words(cells[3])) == balance.left
        assert state(cells[4]) == ("bad" if balance.unexplained else "info" if balance.left else "ok")
        if balance.left and balance.explained:
            assert f"Explained: {balance.explained}" in words(cells[4])
        elif balance.left:
            assert "Not explained" in words(cells[4])
    assert {words(row.find("th")) for row in found} == {
        view.catalog.product(group.product).name for group in view.organization.groups
    }


def test_as_many_balances_are_red_as_the_result_says(view: View) -> None:
    for explained in (None, "Spare"):
        licensed = tuple(each.model_copy(update={"explained": explained}) for each in view.organization.licensed)
        changed = with_organization(view, licensed=licensed)
        red = len(soup(worksheet_balance(changed)).select(".vag-status--bad"))
        assert f"{red} balance{'' if red == 1 else 's'} not explained" in words(soup(worksheet_result(changed)).body)


@pytest.mark.slow
@pytest.mark.parametrize("explained", [None, "Bought last week"])
def test_more_computers_than_licenses_are_red_whatever_explains_them(view: View, explained: str | None) -> None:
    licensed = tuple(
        each.model_copy(update={"computers": 1, "explained": explained}) for each in view.organization.licensed
    )
    over = with_organization(view, licensed=licensed)
    for row in soup(worksheet_balance(over)).select("tbody tr"):
        assert "more than licensed" in words(row)
        assert MINUS in words(row)
        assert state(row) == "bad"
        assert explained is None or f"does not make up for missing licenses: {explained}" in words(row)
    assert f"{len(licensed)} balances not explained" in words(soup(worksheet_result(over)).body)
    for each in licensed:
        title = f"Balance, {view.catalog.product(each.product).name}"
        assert findings(over)[title][0] == "bad"
        assert explained is None or explained in findings(over)[title][1]


def test_a_product_without_licenses_is_red(view: View) -> None:
    found = soup(worksheet_balance(with_organization(view, licensed=()))).select("tbody tr")
    assert found
    assert {state(row) for row in found} == {"bad"}


def test_an_explanation_of_nothing_is_pointed_out(view: View) -> None:
    licensed = tuple(each.model_copy(update={"explained": "Spare"}) for each in view.organization.licensed)
    found = rows(worksheet_balance(with_organization(view, licensed=licensed)))
    even = [cells[4] for cells in found if cells[3] == "0"]
    assert even
    assert all("You can delete this explanation: Spare" in cell for cell in even)


def test_missing_activations_are_red(view: View, sheet: Worksheet) -> None:
    for row, mak in zip(soup(worksheet_maks(view)).select("tbody tr"), sheet.maks, strict=True):
        cells = row.find_all(["th", "td"])
        assert [number(words(cell)) for cell in cells[2:4]] == [mak.left, mak.needed]
        assert state(cells[4]) == ("bad" if mak.short_by else "ok")
        assert mak.short_by == 0 or f"{mak.short_by} missing" in words(cells[4])


def test_without_any_mak_the_table_says_so(view: View) -> None:
    groups = tuple(group for group in view.organization.groups if group.id == "head-office")
    found = rows(worksheet_maks(with_organization(view, groups=groups, mak_allotments=())))
    assert found == [[WORDS["no_mak"], "none", "0", "0", "✓ enough"]]


def findings(view: View) -> dict[str, tuple[str, str]]:
    """(state, text) of each finding, by its title."""
    found = {}
    for item in soup(worksheet_findings(view)).select("li"):
        title = item.select_one(".vag-status")
        found[words(title).split(" ", 1)[1]] = (state(item), words(item))
    return found


def test_findings_name_every_group_that_should_change_worst_first(view: View, sheet: Worksheet) -> None:
    found = findings(view)
    for row in sheet.rows:
        if row.today in ("works", "other"):
            expected, text = found[row.group.name]
            assert expected == STATES[row.today][0]
            assert view.catalog.decision_tables.outcome(row.outcome).name in text
    states = [each for each, _ in found.values()]
    assert states == sorted(states, key=["bad", "warn", "info"].index)


def test_findings_name_what_is_short_or_not_explained(view: View, sheet: Worksheet) -> None:
    found = findings(view)
    plant = next(row for row in sheet.rows if row.group.id == "plant")
    assert f"short by {plant.threshold.short_by} at a host of the site" in found[plant.group.name][1]
    for mak in sheet.maks:
        assert (f"MAK, {view.catalog.product(mak.product).name}" in found) == bool(mak.short_by)
    for balance in sheet.balances:
        assert (f"Balance, {view.catalog.product(balance.product).name}" in found) == balance.unexplained


def test_findings_say_when_a_site_or_a_host_would_help(view: View) -> None:
    measuring = next(group for group in view.organization.groups if group.id == "measuring")
    assert "give the group a site" in findings(view)[measuring.name][1]
    sited = with_group(view, "measuring", site="ship")
    assert "KMS, local host" in findings(sited)[measuring.name][1]
    assert "no KMS host in your organization's file" in findings(sited)[measuring.name][1]


def test_groups_without_computers_are_no_finding(view: View) -> None:
    plant = next(group for group in view.organization.groups if group.id == "plant")
    assert plant.name not in findings(with_group(view, "plant", count=0))


def test_every_reason_of_a_group_is_cited(view: View, sheet: Worksheet) -> None:
    found = soup(worksheet_reasons(view))
    for row in sheet.rows:
        part = found.find(id=f"why-{row.group.id}")
        items = part.select("li")
        assert len(items) == len(row.hits)
        for item, hit in zip(items, row.hits, strict=True):
            rule = view.catalog.decision_tables.rule(*hit)
            assert words(item).startswith(rule.reason)
            assert [link["data-fact"] for link in item.select("a.vag-cite")] == [*rule.facts, *rule.choice_facts]
        link = part.find("a", string=WORDS["guide"])["href"]
        given = dict(parse_qsl(link.partition("#")[2]))
        assert given == {name: str(value) for name, value in row.answers.items()} | {"group": row.group.name}


def test_computers_whose_license_has_no_other_method_have_no_fallback(view: View) -> None:
    records = view.catalog.decision_tables
    outcomes = tuple(
        each.model_copy(update={"without": {}}) if each.id == "not-volume-activation" else each
        for each in records.outcomes
    )
    catalog = view.catalog.model_copy(update={"decision_tables": records.model_copy(update={"outcomes": outcomes})})
    changed = replace(with_group(view, "plant", license="retail-or-oem"), catalog=catalog)
    place = [group.id for group in view.organization.groups].index("plant")
    assert rows(worksheet_sheet(changed))[place][4] == "none for this license"


def test_the_paper_names_the_tables_and_the_day(view: View) -> None:
    paper = soup(worksheet_result(view)).select_one(".vag-ws-paper")
    assert view.tables.version in words(paper)
    assert view.today.isoformat() in words(paper)


def test_the_script_gets_a_reason_for_every_rule(view: View) -> None:
    # Parsers keep the inside of a template to themselves.
    given = set(re.findall(r'<li data-rule="([^"]+)"', worksheet_data(view)))
    records = view.catalog.decision_tables
    assert given == {f"{table.id}/{rule.id}" for table in records.tables for rule in table.rules}


def test_the_data_holds_the_groups_and_no_number_that_the_policy_does_not(view: View) -> None:
    data = json.loads(soup(worksheet_data(view)).find("script", id="vag-worksheet").string)
    assert data == json.loads(json.dumps(worksheet_as_data(view)))
    assert [group["id"] for group in data["groups"]] == [group.id for group in view.organization.groups]
    assert data["contact_days"] == view.policy.adba_validity_days
    assert data["window_days"] == view.policy.window_days
    assert set(data["criterion_of"].values()) <= {criterion[0] for criterion in data["criteria"]}


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.__name__)
def test_every_part_escapes_what_the_file_says(macro: Callable[[View], str], view: View) -> None:
    hostile = "<script>alert(1)</script> </template> {{ 7*7 }} *x*"

    def renamed(organization: Organization) -> dict[str, Any]:
        return {
            "groups": tuple(group.model_copy(update={"name": hostile}) for group in organization.groups),
            "licensed": tuple(each.model_copy(update={"explained": hostile}) for each in organization.licensed),
        }

    html = macro(with_organization(view, **renamed(view.organization)))
    assert "<script>alert" not in html
    assert "{{" not in html.partition("<script")[0]
