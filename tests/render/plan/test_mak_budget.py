"""The MAK budget as readers see it, against the budget it was made from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from macros.domain.mak_budget import PROJECTED_MONTHS, Budget, Month, budgets
from macros.render.parts.view import View
from macros.render.plan.mak_budget import (
    mak_budget_cards,
    mak_budget_chart,
    mak_budget_table,
    mak_draws_table,
    mak_needed_today,
    mak_projection,
    mak_two_questions,
)
from tests.parsing import as_built

MINUS = "\N{MINUS SIGN}"


def soup(html: str) -> BeautifulSoup:
    assert "\n" not in html
    return as_built(html)


def words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def cells(row: Tag) -> list[str]:
    return [words(cell) for cell in row.find_all(["th", "td"])]


def with_allotment(view: View, **fields: Any) -> View:
    """The view with its first MAK changed."""
    first, *others = view.organization.mak_allotments
    allotments = (first.model_copy(update=fields), *others)
    return replace(view, organization=view.organization.model_copy(update={"mak_allotments": allotments}))


def without_mak(view: View) -> View:
    groups = tuple(group for group in view.organization.groups if group.mak is None)
    return replace(view, organization=view.organization.model_copy(update={"mak_allotments": (), "groups": groups}))


def budgets_of(view: View) -> tuple[Budget, ...]:
    return budgets(view.organization, view.policy, view.today)


def test_the_table_has_a_row_for_each_mak_with_its_numbers(view: View) -> None:
    found = soup(mak_budget_table(view))
    for budget in budgets_of(view):
        row = cells(found.find(id=f"mak-{budget.allotment}"))
        assert (
            row[0] == f"{view.catalog.product(budget.product).name} {budget.allotment}, counted on {budget.counted_on}"
        )
        assert [int(cell) for cell in row[1:6]] == [
            budget.total, budget.used, budget.left, budget.needed_now, budget.left_after,
        ]  # fmt: skip
        assert float(row[6]) == float(budget.a_year)
        assert row[7] == str(budget.runs_out)
        assert row[8] == f"after {Month.of(view.today).later(PROJECTED_MONTHS)}"


def test_a_shortage_is_shown_plainly(view: View) -> None:
    short = with_allotment(view, used=150)
    assert cells(soup(mak_budget_table(short)).find(id="mak-office-2024-mak"))[1:6] == [
        "150",
        "150",
        "0",
        "22",
        f"{MINUS}22",
    ]
    card = words(soup(mak_budget_cards(short)).select_one(".vag-card"))
    assert "0 activations left" in card
    assert "Short by 22" in card
    assert "22 short" in mak_budget_chart(short)


def test_an_overdrawn_mak_is_shown_plainly(view: View) -> None:
    over = with_allotment(view, used=152)
    assert "Overdrawn by 2" in words(soup(mak_budget_cards(over)).select_one(".vag-card"))
    assert cells(soup(mak_budget_table(over)).find(id="mak-office-2024-mak"))[3] == f"{MINUS}2"
    assert "24 short" in mak_budget_chart(over)


@pytest.mark.parametrize(
    ("used", "verdict"),
    [(96, "Enough now, not for a year"), (94, "Enough now"), (128, "Enough now, not for a year"), (129, "Short by 1")],
)
def test_a_card_says_whether_it_is_enough(used: int, verdict: str, view: View) -> None:
    card = soup(mak_budget_cards(with_allotment(view, used=used))).select_one(".vag-card")
    assert words(card.select_one(".vag-status")).split(" ", 1)[1] == verdict


def test_a_card_says_when_it_runs_out(view: View) -> None:
    found = [words(card) for card in soup(mak_budget_cards(view)).select(".vag-card")]
    for budget, card in zip(budgets_of(view), found, strict=True):
        assert f"runs out in {budget.runs_out}" in card


def test_a_mak_that_nobody_draws_on_does_not_run_out(view: View) -> None:
    groups = tuple(group for group in view.organization.groups if group.mak is None)
    idle = replace(view, organization=view.organization.model_copy(update={"groups": groups}))
    assert soup(mak_budget_cards(idle)).get_text().count("does not run out") == 2
    assert "No group draws on a MAK" in words(soup(mak_draws_table(idle)).body)


def test_each_group_shows_what_it_takes(view: View) -> None:
    found = [cells(row) for row in soup(mak_draws_table(view)).select("tbody tr")]
    assert found == [
        ["Office LTSC on field laptops", "office-2024-mak", "110", "22", "27.5", "5.5", "33"],
        ["Measuring machines without a network", "windows-ltsc-mak", "34", "5", "6.8", "3.4", "10.2"],
    ]


@pytest.mark.parametrize("used", [0, 96, 128, 129, 150, 160])
def test_the_pieces_of_a_bar_are_in_proportion(used: int, view: View) -> None:
    changed = with_allotment(view, used=used)
    budget = budgets_of(changed)[0]
    drawing = soup(mak_budget_chart(changed)).find("svg")
    bars = [bar for bar in drawing.find_all("rect") if bar["y"] == drawing.find("rect")["y"]]
    widths = {bar["class"][0].removeprefix("vag-svg__"): float(bar["width"]) for bar in bars}
    whole = max(budget.total, budget.used + budget.needed_now)
    assert sum(widths.values()) == pytest.approx(696, abs=0.1)
    amounts = {
        "bar--alt": min(budget.used, budget.total),
        "warn": max(0, min(budget.needed_now, budget.left)),
        "bad": budget.short_by,
        "ok": max(0, budget.left_after),
    }
    assert widths == pytest.approx({key: amount / whole * 696 for key, amount in amounts.items() if amount}, abs=0.1)


def test_a_projection_shows_the_month_in_which_it_runs_out(view: View) -> None:
    budget = budgets_of(view)[0]
    shown = {row[0]: row[1:] for row in map(cells, soup(mak_projection(view, "office-2024-mak")).select("tbody tr"))}
    assert shown["2026-11"] == ["32", "32"]
    assert str(budget.runs_out) in shown
    left = {str(entry.month): entry for entry in budget.months()}
    for month, (plain, stored) in shown.items():
        assert float(plain.replace(MINUS, "-")) == pytest.approx(float(left[month].left), abs=0.051)
        assert float(stored.replace(MINUS, "-")) == pytest.approx(float(left[month].left_with_stored_ids), abs=0.051)
    assert list(shown) == sorted(shown)
    assert shown[str(budget.runs_out)][0].startswith(MINUS)


def test_all_maks_are_projected_unless_one_is_named(view: View) -> None:
    assert len(soup(mak_projection(view)).select("table")) == len(view.organization.mak_allotments)
    assert len(soup(mak_projection(view, "windows-ltsc-mak")).select("table")) == 1


def test_an_unknown_mak_is_refused_with_the_known_ones(view: View) -> None:
    with pytest.raises(LookupError, match='"office-mak"; known: office-2024-mak, windows-ltsc-mak'):
        mak_projection(view, "office-mak")


@pytest.mark.parametrize("macro", [mak_budget_cards, mak_budget_table, mak_budget_chart, mak_projection])
def test_an_organization_without_a_mak_gets_a_note(macro: Any, view: View) -> None:
    found = soup(macro(without_mak(view)))
    assert "No MAK" in words(found.body)
    assert found.find("table") is None


def test_two_questions_stand_side_by_side_with_a_link_to_the_other_page(view: View) -> None:
    found = soup(mak_two_questions(view))
    shown = {row[0]: row[1:] for row in map(cells, found.select("tbody tr"))}
    office, plant = (view.catalog.product(each).name for each in ("office-ltsc-2024", "windows-10-ltsc-2019"))
    assert shown[office][:3] == ["22", "0", "54"]
    assert shown[plant][:3] == ["0", "19", "0"]
    assert shown[plant][3].endswith("19 missing: no MAK for this product")
    assert "19 activations are missing" in words(found.body)
    assert next(link["href"] for link in found.select("p a")).endswith("choose/worksheet.html#mak")
    other = soup(mak_needed_today(view))
    assert f"22 for {office}" in words(other.body)
    assert next(link["href"] for link in other.select("a")).endswith("plan/mak-budget.html#two-questions")


def test_an_organization_that_lacks_no_activation_reads_so(view: View) -> None:
    groups = tuple(group for group in view.organization.groups if group.id != "plant")
    enough = replace(view, organization=view.organization.model_copy(update={"groups": groups}))
    assert "0 activations are missing" in words(soup(mak_two_questions(enough)).body)
    assert "No MAK stands in your organization&#39;s file" in mak_needed_today(without_mak(view))
