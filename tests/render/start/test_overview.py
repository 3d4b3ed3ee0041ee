from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.models import Catalog, Fact
from macros.catalog.organization import Organization
from macros.render.parts.organization import org_name
from macros.render.parts.view import View
from macros.render.start.overview import (
    doors,
    edition,
    facts_freshness,
    org_dates,
    org_methods,
    org_state,
    org_thresholds,
)
from tests.parsing import as_built

ViewOf = Callable[..., View]


def soup(html: str) -> BeautifulSoup:
    assert "\n" not in html
    return as_built(html)


def rows(html: str) -> list[list[str]]:
    """Cells of every body row."""
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in soup(html).select("tbody tr")]


def card(view: View, label: str) -> Tag:
    found = [card for card in soup(org_state(view)).select(".vag-card") if label in card.get_text()]
    assert len(found) == 1
    return found[0]


def shown(view: View, label: str) -> str:
    value = card(view, label).select_one(".vag-card__value")
    assert value is not None
    return value.get_text()


def changed(view: View, **changes: object) -> Organization:
    return view.organization.model_copy(update=changes)


def groups_with(view: View, count: int | None = None, method: str | None = None) -> tuple[object, ...]:
    update = {key: value for key, value in {"count": count, "method": method}.items() if value is not None}
    return tuple(group.model_copy(update=update) for group in view.organization.groups)


def test_there_is_a_door_for_each_task_and_each_says_what_it_needs_and_gives(view: View) -> None:
    found = soup(doors(view)).select("section.vag-door")
    assert [door.select_one("h2").get_text() for door in found] == ["Troubleshoot", "Choose", "Plan", "Deploy"]
    for door in found:
        assert "You bring" in door.get_text()
        assert "You get" in door.get_text()
        assert door["aria-labelledby"] == door.select_one("h2")["id"]
        assert door.select("li a")


def test_doors_lead_from_any_page_to_the_same_places(view: View, view_of: ViewOf) -> None:
    here = [link["href"] for link in soup(doors(view)).select("a")]
    deeper = [link["href"] for link in soup(doors(view_of(page="plan/capacity.md"))).select("a")]
    assert {f"../{href}" for href in here if not href.startswith("plan/")} <= set(deeper)
    assert "capacity.html" in deeper


def test_the_name_of_the_organization_is_escaped(view: View, view_of: ViewOf) -> None:
    odd = view_of(organization=changed(view, name="A & B <Ltd> *x*"))
    assert soup(org_name(odd)).get_text() == "A & B <Ltd> *x*"
    assert "*" not in org_name(odd)


def test_computers_by_method_add_up_to_the_organization(view: View) -> None:
    numbers = [[int(cell.replace(",", "")) for cell in cells] for _, *cells in rows(org_methods(view))]
    assert sum(map(sum, numbers)) == sum(group.count for group in view.organization.groups)


def test_methods_that_no_computer_uses_have_no_row(view: View, view_of: ViewOf) -> None:
    only_kms = view_of(organization=changed(view, groups=groups_with(view, method="kms")))
    assert [cells[0] for cells in rows(org_methods(only_kms))] == ["KMS", "KMS, count not met: not activated"]
    nobody = view_of(organization=changed(view, groups=groups_with(view, count=0)))
    assert rows(org_methods(nobody)) == []


def test_the_first_card_counts_windows_and_office_apart(view: View, catalog: Catalog) -> None:
    of = {True: 0, False: 0}
    for group in view.organization.groups:
        of[catalog.product(group.product).kind == "office"] += group.count
    assert shown(view, "Windows computers") == f"{of[False]:,}"
    assert f"{of[True]:,} Office installations" in card(view, "Windows computers").get_text()


def test_the_card_of_thresholds_agrees_with_the_table(view: View) -> None:
    results = [cells[-1] for cells in rows(org_thresholds(view))]
    met = sum("Met" in result for result in results)
    assert shown(view, "KMS thresholds met") == f"{met} of {len(results)}"
    assert 0 < met < len(results), "the shipped organization shows both states"


@pytest.mark.parametrize(
    ("computers", "result"), [(24, "Short by 1"), (25, "Met, 0 to spare"), (26, "Met, 1 to spare")]
)
def test_a_threshold_is_met_from_its_own_number_on(view: View, view_of: ViewOf, computers: int, result: str) -> None:
    plant = next(group for group in view.organization.groups if group.id == "plant")
    alone = view_of(organization=changed(view, groups=(plant.model_copy(update={"count": computers}),)))
    [[host, kind, count, threshold, shown_result]] = rows(org_thresholds(alone))
    assert (host, kind, count, threshold) == ("plant-kms", "Windows clients", str(computers), "25")
    assert shown_result.endswith(result)


def test_every_threshold_leads_to_its_fact_and_stands_in_the_drawing(view: View) -> None:
    found = soup(org_thresholds(view))
    body = found.select("tbody tr")
    assert all(row.select_one("a.vag-fact") for row in body)
    assert len(found.select("svg .vag-svg__threshold")) == len(body)
    description = found.select_one("svg desc").get_text()
    for host, kind, count, threshold, _ in rows(org_thresholds(view)):
        assert f"{host}, for {kind}: count {count}, threshold {threshold}" in description


def test_bars_that_miss_their_threshold_end_before_it(view: View) -> None:
    drawing = soup(org_thresholds(view)).select_one("svg")
    bars = drawing.select("rect:not(.vag-svg__track)")
    lines = drawing.select("line.vag-svg__threshold")
    for bar, line in zip(bars, lines, strict=True):
        missed = "vag-svg__bad" in bar["class"]
        assert (float(bar["width"]) < float(line["x1"])) == missed


def test_without_kms_hosts_and_maks_the_start_page_says_so(view: View, view_of: ViewOf) -> None:
    groups = tuple(group.model_copy(update={"method": "adba", "mak": None}) for group in view.organization.groups)
    bare = view_of(organization=changed(view, groups=groups, kms_hosts=(), mak_allotments=(), licensed=()))
    assert shown(bare, "KMS thresholds met") == "none"
    assert shown(bare, "MAK activations left") == "none"
    assert soup(org_thresholds(bare)).get_text() == "No group of the organization uses a KMS host."


def test_activations_left_are_granted_less_used(view: View) -> None:
    allotments = view.organization.mak_allotments
    total, used = sum(each.total for each in allotments), sum(each.used for each in allotments)
    assert shown(view, "MAK activations left") == f"{total - used:,} of {total:,}"


def test_the_card_of_maks_names_what_the_recommended_methods_lack(view: View, view_of: ViewOf) -> None:
    found = card(view, "MAK activations left")
    assert "19 activations are missing with the recommended methods" in found.get_text()
    assert next(link["href"] for link in found.select("a")).endswith("choose/worksheet.html#mak")
    others = tuple(group for group in view.organization.groups if group.id != "plant")
    assert "missing" not in card(view_of(organization=changed(view, groups=others)), "MAK activations left").get_text()


def test_computers_that_kms_never_activated_have_a_row_of_their_own(view: View, view_of: ViewOf) -> None:
    found = {cells[0]: cells[1:] for cells in rows(org_methods(view))}
    assert found["KMS, count not met: not activated"] == ["19", "0", "0"]
    assert found["KMS"] == ["220", "28", "320"]
    groups = tuple(
        group.model_copy(update={"count": 25}) if group.id == "plant" else group for group in view.organization.groups
    )
    met = {cells[0]: cells[1:] for cells in rows(org_methods(view_of(organization=changed(view, groups=groups))))}
    assert met["KMS"] == ["245", "28", "320"]
    assert "KMS, count not met: not activated" not in met


def test_dates_are_in_order_ahead_and_the_first_is_on_the_card(view: View) -> None:
    found = rows(org_dates(view))
    # Of a MAK the month is known; its days are those to its first one.
    days = [date.fromisoformat(f"{cells[0].split()[0]}-01"[:10]) for cells in found]
    assert days == sorted(days)
    assert days[0] >= view.today
    assert [cells[1] for cells in found] == [f"{(day - view.today).days:,}" for day in days]
    assert shown(view, "next date") == f"{found[0][1]} days"


def test_a_support_end_on_two_dates_shows_both_and_says_so(view: View) -> None:
    office = next(cells for cells in rows(org_dates(view)) if "Support ends: Office LTSC 2024" in cells[2])
    entry = next(entry for entry in view.catalog.lifecycle if entry.id == "office-ltsc-2024")
    printed = {str(day) for day in (entry.mainstream_end, entry.alternative.mainstream_end)}
    assert office[0].split()[0] == min(printed)
    assert max(printed) in office[2]
    assert "sources differ" in office[2]


def test_when_every_date_has_passed_there_is_none_to_wait_for(view: View, view_of: ViewOf) -> None:
    later = view_of(today=date(2200, 1, 1), organization=changed(view, mak_allotments=(), groups=groups_with(view, 0)))
    assert "No dates ahead" in org_dates(later)
    assert shown(later, "next date") == "none"


def test_facts_to_review_are_those_due_first(view: View, catalog: Catalog) -> None:
    shown_ids = [link["data-fact"] for link in soup(facts_freshness(view)).select("tbody th a.vag-fact")]
    bound = max(catalog.fact(fact_id).review_by for fact_id in shown_ids)
    assert all(fact.review_by >= bound for fact in catalog.facts if fact.id not in shown_ids)


@pytest.mark.parametrize(("days", "state"), [(-1, "Overdue by 1 day"), (0, "due today"), (1, "1 day left")])
def test_a_review_is_overdue_from_the_day_after_it_was_due(view: View, view_of: ViewOf, days: int, state: str) -> None:
    first = min(view.catalog.facts, key=lambda fact: (fact.review_by, fact.id))
    found = rows(facts_freshness(view_of(today=first.review_by - timedelta(days=days))))
    assert found[0][-1].endswith(state)


def test_the_number_of_doubtful_facts_is_counted(view: View, catalog: Catalog) -> None:
    def number_of(confidence: str) -> int:
        return sum(fact.confidence == confidence for fact in catalog.facts)

    text = soup(facts_freshness(view)).get_text()
    assert f"{number_of('unconfirmed')} facts are unconfirmed" in text
    assert f"For {number_of('conflicting')}, primary pages disagree" in text


def _checked_on(fact: Fact, day: date) -> Fact:
    return fact.model_copy(update={"verified_on": day})


def test_the_edition_names_version_facts_and_day(view: View, view_of: ViewOf, catalog: Catalog) -> None:
    first, *others = catalog.facts
    one_day = catalog.model_copy(
        update={"facts": tuple(_checked_on(fact, date(2026, 11, 1)) for fact in catalog.facts)}
    )
    two_days = catalog.model_copy(
        update={"facts": (_checked_on(first, date(2026, 10, 1)), *(_checked_on(f, date(2026, 11, 1)) for f in others))}
    )
    assert edition(view_of(catalog=one_day), "1.2.3", "organization.yml") == (
        "Version 1.2.3. Facts checked 2026-11-01. Built for 2026-11-24 from organization.yml."
    )
    assert edition(view_of(), "1", "a <b>.yml").endswith(" from a &lt;b&gt;.yml.")
    assert "between 2026-10-01 and 2026-11-01" in edition(view_of(catalog=two_days), "1.2.3", "organization.yml")
