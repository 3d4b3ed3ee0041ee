"""Where a product stands on a day, and which ends come next."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog, Lifecycle, SupportDates
from macros.catalog.organization import Organization
from macros.domain.lifecycle import (
    Phase,
    entries_in_use,
    entries_of,
    esu_year,
    milestones,
    outlook,
    releases_of,
    standing,
    upcoming,
)

TODAY = date(2026, 11, 24)
VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent.parent / "vectors" / "lifecycle.yaml").read_text("utf-8")
)
CASES = VECTORS["phases"]
ENTRIES = load_cached().lifecycle
days = st.dates(date(2015, 1, 1), date(2040, 12, 31))
PHASES = get_args(Phase)
"""In the order in which they can follow each other."""


def an_entry(**dates: Any) -> Lifecycle:
    ends = [dates.get("mainstream_end"), dates.get("extended_end")]
    return Lifecycle(
        id="made-up",
        name="Made up",
        family="windows-server",
        policy="fixed",
        end_of_support=max((end for end in ends if end), default=None),
        sources=("kms-activation-planning",),
        verified_on=TODAY,
        review_by=TODAY,
        confidence="documented",
        **dates,
    )


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_an_entry_has_the_phases_of_its_case(case: dict[str, Any]) -> None:
    entry = an_entry(**case["entry"])
    assert {day: standing(entry, day).phase for day in case["phases"]} == case["phases"]


def test_every_phase_has_a_case() -> None:
    assert {phase for case in CASES for phase in case["phases"].values()} == set(PHASES)


@given(st.sampled_from(ENTRIES), days, st.integers(0, 4000))
def test_phases_of_shipped_entries_only_move_forward(entry: Lifecycle, day: date, later: int) -> None:
    before, after = standing(entry, day), standing(entry, day + timedelta(days=later))
    assert PHASES.index(before.phase) <= PHASES.index(after.phase)
    others = [now.alternative_phase or now.phase for now in (before, after)]
    assert PHASES.index(others[0]) <= PHASES.index(others[1])


@pytest.mark.slow
@given(st.lists(days, min_size=1, max_size=4, unique=True), st.booleans(), days, st.integers(0, 9000))
def test_phases_of_any_entry_only_move_forward(ends: list[date], with_start: bool, day: date, later: int) -> None:
    keys = ["start", "mainstream_end", "extended_end", "esu_end"][0 if with_start else 1 :]
    entry = an_entry(**dict(zip(keys, sorted(ends), strict=False)))
    before, after = standing(entry, day).phase, standing(entry, day + timedelta(days=later)).phase
    assert PHASES.index(before) <= PHASES.index(after)


@given(st.sampled_from(ENTRIES), days)
def test_the_next_end_is_never_in_the_past(entry: Lifecycle, day: date) -> None:
    found = standing(entry, day).next
    assume(found is not None)
    assert found is not None
    assert found.latest >= day
    assert max(found.day, found.alternative or found.day) >= day


def test_the_last_day_has_no_days_left_and_is_supported() -> None:
    entry = an_entry(mainstream_end=date(2028, 2, 29))
    now = standing(entry, date(2028, 2, 29))
    assert now.phase == "mainstream"
    assert now.next is not None
    assert now.next.day == date(2028, 2, 29)
    assert standing(entry, date(2028, 3, 1)).next is None


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"mainstream_end": date(2026, 10, 13)}, [("support", True)]),
        ({"extended_end": date(2026, 10, 13)}, [("support", True)]),
        (
            {"mainstream_end": date(2026, 10, 13), "extended_end": date(2031, 10, 14), "esu_end": date(2034, 10, 10)},
            [("mainstream", False), ("extended", True), ("esu", False)],
        ),
        ({"end_month": "2026-10"}, [("month", True)]),
        ({}, []),
    ],
)
def test_ends_say_what_ends_and_whether_free_support_is_over(dates: dict[str, Any], expected: list[Any]) -> None:
    assert [(milestone.end, milestone.final) for milestone in milestones(an_entry(**dates))] == expected


def test_two_printed_dates_are_both_carried(catalog: Catalog) -> None:
    entries = {entry.id: entry for entry in catalog.lifecycle if entry.alternative}
    assert set(entries) == {"ws2025", "office-ltsc-2024"}
    dates = {
        entry_id: [(milestone.day, milestone.alternative) for milestone in milestones(entry)]
        for entry_id, entry in entries.items()
    }
    assert dates == {
        "ws2025": [
            (date(2029, 11, 13), date(2029, 10, 9)),
            (date(2034, 11, 14), date(2034, 10, 10)),
        ],
        "office-ltsc-2024": [(date(2029, 10, 9), date(2029, 10, 13))],
    }
    assert all(m.confidence == "conflicting" for entry in entries.values() for m in milestones(entry))


@pytest.mark.parametrize(
    ("day", "phase", "alternative"),
    [
        (date(2029, 10, 9), "mainstream", None),
        (date(2029, 10, 10), "mainstream", "extended"),
        (date(2029, 11, 13), "mainstream", "extended"),
        (date(2029, 11, 14), "extended", None),
        (date(2034, 10, 11), "extended", "ended"),
        (date(2034, 11, 15), "ended", None),
    ],
)
def test_between_two_printed_dates_both_phases_are_told(
    day: date, phase: Phase, alternative: Phase | None, catalog: Catalog
) -> None:
    (entry,) = entries_of(catalog, "windows-server-2025")
    now = standing(entry, day)
    assert (now.phase, now.alternative_phase) == (phase, alternative)


def test_a_second_page_that_prints_the_same_date_is_no_conflict() -> None:
    same = SupportDates(mainstream_end=date(2029, 10, 9), sources=("kms-activation-planning",))
    (milestone,) = milestones(an_entry(mainstream_end=date(2029, 10, 9), alternative=same))
    assert milestone.alternative is None


def test_upcoming_ends_are_sorted_by_the_earlier_date(catalog: Catalog) -> None:
    found = upcoming(catalog.lifecycle, TODAY)
    assert [milestone.earliest for milestone in found] == sorted(milestone.earliest for milestone in found)
    assert all(milestone.latest >= TODAY for milestone in found)
    assert found[0].day == date(2027, 1, 12)


def test_the_outlook_joins_dates_with_computers_and_hosts(catalog: Catalog, organization: Organization) -> None:
    found = outlook(catalog, organization, TODAY)
    first = {milestone.entry: concern for milestone, concern in found.upcoming}
    assert (first["win10-ltsc-2019"].groups, first["win10-ltsc-2019"].computers) == (("plant",), 19)
    assert (first["ws2019"].hosts, first["ws2019"].computers) == (("plant-kms",), 0)
    assert first["ws2025"].hosts == ("kms1",)
    assert found.ended == ()
    assert found.unrecorded == ()


def test_products_whose_support_has_ended_are_told(catalog: Catalog, organization: Organization) -> None:
    day_after = date(2029, 1, 10)
    found = outlook(catalog, organization, day_after)
    assert [concern.entry for concern in found.ended] == ["win10-ltsc-2019", "ws2019"]
    on_the_day = outlook(catalog, organization, date(2029, 1, 9))
    assert on_the_day.ended == ()


def test_a_product_that_has_ended_by_one_date_only_is_not_called_ended(
    catalog: Catalog, organization: Organization
) -> None:
    ended = {
        day: "office-ltsc-2024" in [concern.entry for concern in outlook(catalog, organization, day).ended]
        for day in (date(2029, 10, 10), date(2029, 10, 13), date(2029, 10, 14))
    }
    assert ended == {date(2029, 10, 10): False, date(2029, 10, 13): False, date(2029, 10, 14): True}


@pytest.mark.parametrize("case", VECTORS["esu_years"], ids=[case["case"] for case in VECTORS["esu_years"]])
def test_a_day_lies_in_the_program_year_of_its_case(case: dict[str, Any], catalog: Catalog) -> None:
    (entry,) = [entry for entry in catalog.lifecycle if entry.id == case["entry"]]
    running = {day: esu_year(entry, day) for day in case["years"]}
    assert {day: year.year if year else None for day, year in running.items()} == case["years"]


@given(st.sampled_from([entry for entry in ENTRIES if entry.esu_years]), days)
def test_every_day_of_the_program_has_one_year_and_no_other_day_has_any(entry: Lifecycle, day: date) -> None:
    inside = entry.esu_years[0].start <= day <= entry.esu_years[-1].end
    assert (esu_year(entry, day) is not None) == inside
    if entry.end_of_support and day > entry.end_of_support:
        assert (standing(entry, day).phase == "esu") == inside


def test_the_releases_of_windows_11_are_told_apart_by_edition_and_day(
    catalog: Catalog, organization: Organization
) -> None:
    (found,) = outlook(catalog, organization, TODAY).releases
    assert (found.product, found.computers) == ("windows-11", 1056)
    assert found.groups == ("head-office", "branch", "field-laptops", "lab")
    assert set(found.supported) == {
        "win11-26h2-pro", "win11-26h2-enterprise", "win11-26h1-pro", "win11-26h1-enterprise",
        "win11-25h2-pro", "win11-25h2-enterprise", "win11-24h2-enterprise",
    }  # fmt: skip
    assert {"win11-24h2-pro", "win11-23h2-enterprise", "win11-21h2-pro"} <= set(found.ended)
    last = releases_of(catalog, organization, "windows-11", date(2026, 11, 10))
    assert "win11-23h2-enterprise" in last.supported


def test_the_end_of_a_release_is_no_date_of_an_organization_that_names_none(
    catalog: Catalog, organization: Organization
) -> None:
    found = outlook(catalog, organization, TODAY)
    shown = {milestone.entry for milestone, _ in found.upcoming} | {concern.entry for concern in found.ended}
    assert not [entry_id for entry_id in shown if entry_id.startswith("win11-2")]


def test_the_end_of_a_release_is_that_of_the_groups_that_name_it(catalog: Catalog, organization: Organization) -> None:
    first, *others = organization.groups
    named = organization.model_copy(
        update={"groups": (first.model_copy(update={"release": "win11-24h2-pro"}), *others)}
    )
    found = outlook(catalog, named, TODAY)
    assert [(each.entry, each.groups, each.hosts) for each in found.ended if each.entry == "win11-24h2-pro"] == [
        ("win11-24h2-pro", (first.id,), ())
    ]
    (rest,) = found.releases
    assert (first.id in rest.groups, rest.computers) == (False, 1056 - first.count)
    # Every release while some group does not say which it runs, then those alone that are named.
    every = {entry.id for entry in entries_in_use(catalog, named)}
    assert {"win11-24h2-pro", "win11-21h2-pro"} <= every
    alone = organization.model_copy(update={"groups": (named.groups[0],), "licensed": (), "mak_allotments": ()})
    assert [entry.id for entry in entries_in_use(catalog, alone) if entry.release] == ["win11-24h2-pro"]
    assert outlook(catalog, alone, TODAY).releases == ()


def test_paid_updates_do_not_hide_the_end_of_free_support(catalog: Catalog, organization: Organization) -> None:
    groups = (organization.groups[0].model_copy(update={"product": "windows-10"}), *organization.groups[1:])
    with_ten = organization.model_copy(update={"groups": groups})
    ended = {
        day: "win10-22h2" in [concern.entry for concern in outlook(catalog, with_ten, day).ended]
        for day in (date(2025, 10, 14), date(2025, 10, 15), TODAY, date(2028, 10, 11))
    }
    assert ended == {date(2025, 10, 14): False, date(2025, 10, 15): True, TODAY: True, date(2028, 10, 11): True}


def test_every_product_has_a_date(catalog: Catalog) -> None:
    without = {product.id for product in catalog.products if not entries_of(catalog, product.id)}
    assert without == set()


@pytest.mark.parametrize(
    ("product", "phase"),
    [
        ("windows-10-ltsc-2019", "extended"),
        ("windows-server-2022", "extended"),
        ("windows-server-sac", "ended"),
        ("windows-7", "ended"),
        ("windows-8.1", "ended"),
        ("windows-10", "esu"),
        ("office-ltsc-2021", "ended"),
        ("windows-10-ltsc-2021", "mainstream"),
    ],
)
def test_the_phase_of_a_product_is_told(product: str, phase: Phase, catalog: Catalog) -> None:
    assert [standing(entry, date(2026, 11, 28)).phase for entry in entries_of(catalog, product)] == [phase]


def test_every_entry_has_a_date_and_the_two_months_have_no_day(catalog: Catalog) -> None:
    assert all(milestones(entry) for entry in catalog.lifecycle)
    only_months = {entry.id for entry in catalog.lifecycle if [m.end for m in milestones(entry)] == ["month"]}
    assert only_months == {"publisher", "m365-apps-ws2022"}
