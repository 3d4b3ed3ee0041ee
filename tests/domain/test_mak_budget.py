"""How long the activations of a MAK last."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.organization import Organization
from macros.domain.mak_budget import PROJECTED_MONTHS, Budget, Draw, Month, budgets
from macros.domain.policy import Policy

CASES: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parent.parent / "vectors" / "mak_budget.yaml").read_text("utf-8"), yaml.CBaseLoader
)
TODAY = date(2026, 11, 24)
counts = st.integers(0, 5000)
percents = st.integers(0, 300)
draws = st.builds(
    Draw,
    group=st.just("group"),
    needed_now=counts,
    reimaged_a_year=st.builds(Fraction, counts, st.just(100)),
    hardware_a_year=st.builds(Fraction, counts, st.just(100)),
)
any_budget = st.builds(
    Budget,
    allotment=st.just("key"),
    product=st.just("windows-11"),
    total=counts,
    used=counts,
    draws=st.lists(draws, max_size=4).map(tuple),
    counted_on=st.dates(date(2020, 1, 1), date(2090, 12, 31)),
)


def budget_of(case: dict[str, Any], policy: Policy) -> Budget:
    """Through the organization's model, as a reader's file would be read."""
    organization = Organization.model_validate(
        {
            "name": "Test",
            "dns_zone": "corp.example.com",
            "mak_allotments": [
                {"id": "key", "product": "windows-11", "total": int(case["total"]), "used": int(case["used"])}
            ],
            "licensed": [],
            "groups": [_group(f"group-{index}", *map(int, numbers)) for index, numbers in enumerate(case["groups"])]
            or [_group("other", 0, 0, 0, 0) | {"method": "unactivated", "mak": None}],
        }
    )
    return budgets(organization, policy, TODAY)[0]


def _group(group_id: str, count: int, activated: int, reimaged: int, hardware: int) -> dict[str, Any]:
    return {
        "id": group_id, "name": group_id, "product": "windows-11", "count": count, "method": "mak",
        "directory": "none", "network_every_days": "never", "kms_hosts": [], "internet": "direct",
        "mak": {
            "allotment": "key", "activated": activated,
            "reimaged_percent_per_year": reimaged, "hardware_changes_percent_per_year": hardware,
        },
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_budget_has_the_numbers_of_its_case(case: dict[str, Any], policy: Policy) -> None:
    budget = budget_of(case, policy)
    found = {
        "left": budget.left,
        "needed_now": budget.needed_now,
        "left_after": budget.left_after,
        "short_by": budget.short_by,
        "a_year": budget.a_year,
        "runs_out": budget.runs_out or "never",
        "stored": budget.runs_out_with_stored_ids or "never",
    }
    assert {key: str(value) for key, value in found.items()} == case["expect"]


def test_only_groups_of_the_key_draw_on_it(organization: Organization, policy: Policy) -> None:
    found = {budget.allotment: [draw.group for draw in budget.draws] for budget in budgets(organization, policy, TODAY)}
    assert found == {"office-2024-mak": ["office-field"], "windows-ltsc-mak": ["measuring"]}


def test_no_key_means_no_budget(organization: Organization, policy: Policy) -> None:
    assert budgets(organization.model_copy(update={"mak_allotments": ()}), policy, TODAY) == ()


@given(budget=any_budget)
def test_used_and_left_add_up_to_the_total(budget: Budget) -> None:
    assert budget.used + budget.left == budget.total
    assert budget.left_after + budget.needed_now == budget.left
    assert budget.short_by == max(0, budget.needed_now - budget.left)


@given(budget=any_budget)
def test_the_first_month_below_zero_is_the_one_in_which_it_runs_out(budget: Budget) -> None:
    months = budget.months()
    assert len(months) == PROJECTED_MONTHS + 1
    short = next((entry.month for entry in months if entry.left < 0), None)
    stored = next((entry.month for entry in months if entry.left_with_stored_ids < 0), None)
    last = months[-1].month
    assert short == (budget.runs_out if budget.runs_out and budget.runs_out <= last else None)
    assert stored == (
        budget.runs_out_with_stored_ids
        if budget.runs_out_with_stored_ids and budget.runs_out_with_stored_ids <= last
        else None
    )


@given(budget=any_budget)
def test_each_month_takes_a_twelfth_of_a_year_and_none_gives_back(budget: Budget) -> None:
    months = budget.months(24)
    assert months[0].left == budget.left_after
    assert months[0].left - months[12].left == budget.a_year
    for before, after in pairwise(months):
        assert after.left <= before.left
        assert after.left_with_stored_ids >= after.left
        assert after.month == before.month.later(1)


@pytest.mark.slow
@given(budget=any_budget)
def test_stored_ids_never_make_it_run_out_sooner(budget: Budget) -> None:
    if budget.runs_out is None:
        assert budget.runs_out_with_stored_ids is None
    elif budget.runs_out_with_stored_ids is not None:
        assert budget.runs_out_with_stored_ids >= budget.runs_out


@given(year=st.integers(1, 9998), month=st.integers(1, 12), later=st.integers(0, 1000))
def test_months_count_on_over_the_ends_of_years(year: int, month: int, later: int) -> None:
    first = Month(year, month)
    then = first.later(later)
    assert (then.year - year) * 12 + then.month - month == later
    assert 1 <= then.month <= 12


@pytest.mark.parametrize(
    ("months", "expected"), [(0, "2026-11"), (1, "2026-12"), (2, "2027-01"), (13, "2027-12"), (14, "2028-01")]
)
def test_the_month_after_december_is_january(months: int, expected: str) -> None:
    assert str(Month.of(TODAY).later(months)) == expected


def test_months_count_from_the_day_of_the_numbers_and_not_from_the_day_of_reading(
    organization: Organization, policy: Policy
) -> None:
    first, later = (budgets(organization, policy, day) for day in (TODAY, date(2027, 8, 1)))
    assert all(budget.is_dated for budget in first)
    assert first == later


def test_without_a_day_of_the_numbers_months_count_from_today(organization: Organization, policy: Policy) -> None:
    undated = tuple(item.model_copy(update={"counted_on": None}) for item in organization.mak_allotments)
    changed = organization.model_copy(update={"mak_allotments": undated})
    day = date(2027, 8, 1)
    found = budgets(changed, policy, day)
    assert [(budget.counted_on, budget.is_dated) for budget in found] == [(day, False)] * len(found)


@pytest.mark.parametrize(
    ("month", "first"),
    [(Month(2027, 11), date(2027, 11, 1)), (Month(10000, 1), date.max), (Month(0, 12), date.min)],
    ids=str,
)
def test_a_month_beyond_the_calendar_begins_at_its_edge(month: Month, first: date) -> None:
    assert month.first_day == first
