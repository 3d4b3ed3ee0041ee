"""What happens to a license from day to day, by product and method."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.domain.policy import Policy, part_of
from macros.domain.renewal import KINDS, Kind, Timeline, kind_of, timeline

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "vectors" / "renewal.yaml").read_text("utf-8")
)
ATTEMPTS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "vectors" / "renewal_attempts.yaml").read_text("utf-8")
)
kinds = st.sampled_from(KINDS)
days = st.dates(date(2020, 1, 1), date(2090, 12, 31))


def _day(given: date | str) -> date | None:
    return None if given == "none" else given  # type: ignore[return-value]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_timeline_has_the_dates_and_states_of_its_case(case: dict[str, Any], policy: Policy) -> None:
    line = timeline(case["kind"], policy, case["start"])
    attempts = {"count": len(line.attempts)}
    if line.attempts:
        attempts |= {"first": line.attempts[0], "last": line.attempts[-1]}
    assert attempts == case["attempts"]
    assert (line.warning, line.expiry) == (_day(case["warning"]), _day(case["expiry"]))
    assert {day: line.state_on(day).state for day in case["states"]} == case["states"]


def test_every_kind_has_a_case() -> None:
    assert {case["kind"] for case in CASES} == set(KINDS)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (0, "licensed"), (6, "licensed"), (7, "licensed"), (149, "licensed"), (150, "expiry-announced"),
        (179, "expiry-announced"), (180, "notifications"), (181, "notifications"),
    ],
)  # fmt: skip
def test_windows_by_kms_on_the_days_around_each_change(day: int, state: str, policy: Policy) -> None:
    start = date(2026, 11, 24)
    assert timeline("windows-kms", policy, start).state_on(start + timedelta(days=day)).state == state


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (179, "licensed"), (180, "out-of-tolerance"), (181, "out-of-tolerance"), (209, "out-of-tolerance"),
        (210, "unlicensed-notification"), (211, "unlicensed-notification"),
    ],
)  # fmt: skip
def test_office_by_kms_on_the_days_around_each_change(day: int, state: str, policy: Policy) -> None:
    start = date(2026, 11, 24)
    assert timeline("office-kms", policy, start).state_on(start + timedelta(days=day)).state == state


def test_windows_is_warned_before_the_end_and_has_no_grace_after_it(policy: Policy) -> None:
    line = timeline("windows-kms", policy, date(2026, 11, 24))
    assert [span.state for span in line.spans] == ["licensed", "expiry-announced", "notifications"]
    assert line.warning is not None
    assert line.expiry is not None
    assert line.expiry - line.warning == timedelta(days=policy.windows_warning_days)


def test_no_state_is_a_mode_of_reduced_functionality(catalog: Catalog, policy: Policy) -> None:
    assert catalog.fact("kms.expiry.windows.rfm").value is False
    assert catalog.fact("kms.expiry.office.rfm").value is False
    states = {span.state for kind in KINDS for span in timeline(kind, policy, date(2026, 1, 1)).spans}
    assert not [state for state in states if "reduced" in state]


def test_the_states_of_office_are_those_of_the_fact_in_its_order(catalog: Catalog, policy: Policy) -> None:
    states = catalog.fact("kms.expiry.office.states").value
    line = timeline("office-kms", policy, date(2026, 1, 1))
    assert [span.state.split("-") for span in line.spans] == [re.split(r"[-_ ]", state["state"]) for state in states]
    lengths = [(span.last - span.first).days + 1 if span.last else None for span in line.spans]
    assert lengths == [state["days"] for state in states]


def test_the_period_of_office_and_of_windows_agree_in_the_facts(catalog: Catalog) -> None:
    assert part_of(catalog.fact("kms.expiry.office.states").value, "0.days") == catalog.fact("kms.validity").value


@pytest.mark.parametrize("kind", ["windows-kms", "windows-server-kms", "office-kms"])
def test_the_number_of_attempts_is_that_of_the_fact(kind: Kind, policy: Policy) -> None:
    assert len(timeline(kind, policy, date(2026, 11, 24)).attempts) == policy.renewals_before_expiry


@pytest.mark.parametrize("kind", KINDS)
def test_every_fact_of_a_timeline_exists_and_every_known_state_has_one(
    kind: Kind, catalog: Catalog, policy: Policy
) -> None:
    line = timeline(kind, policy, date(2026, 11, 24))
    for fact_id in (*line.attempt_facts, *(fact for span in line.spans for fact in span.facts)):
        catalog.fact(fact_id)
    assert all(span.facts for span in line.spans if span.state != "not-stated")
    assert bool(line.attempts) == bool(line.attempt_facts)


@given(kind=kinds, start=days)
def test_states_cover_every_day_once(kind: Kind, start: date, policy: Policy) -> None:
    spans = timeline(kind, policy, start).spans
    assert spans[0].first == start
    assert spans[-1].last is None
    for before, after in pairwise(spans):
        assert before.last is not None
        assert before.first <= before.last
        assert after.first - before.last == timedelta(days=1)


@given(kind=kinds, start=days, minutes=st.integers(15, 43_200), validity=st.integers(31, 400))
def test_attempts_increase_and_stay_before_the_expiry(
    kind: Kind, start: date, minutes: int, validity: int, policy: Policy
) -> None:
    line = timeline(kind, replace(policy, renewal_minutes=minutes, validity_days=validity), start)
    assert list(line.attempts) == sorted(set(line.attempts))
    assert all(start <= day < line.expiry for day in line.attempts if line.expiry)


@given(kind=kinds, start=days, later=st.integers(0, 2000))
def test_renewing_never_brings_the_expiry_closer(kind: Kind, start: date, later: int, policy: Policy) -> None:
    before = timeline(kind, policy, start)
    after = timeline(kind, policy, start + timedelta(days=later))
    if before.expiry is None:
        assert after.expiry is None
    else:
        assert after.expiry is not None
        assert after.expiry - before.expiry == timedelta(days=later)


def next_scheduled(line: Timeline, today: date) -> date | None:
    """The first scheduled renewal after a day, or None when none is left."""
    return next((day for day in line.attempts if day > today), None)


@given(kind=kinds, start=days, after=st.integers(0, 400))
def test_the_next_scheduled_renewal_is_the_first_one_later_than_the_day(
    kind: Kind, start: date, after: int, policy: Policy
) -> None:
    line, today = timeline(kind, policy, start), start + timedelta(days=after)
    later = [day for day in line.attempts if day > today]
    assert next_scheduled(line, today) == (min(later) if later else None)


def test_a_renewal_that_is_due_today_is_not_the_next_one(policy: Policy) -> None:
    line = timeline("windows-kms", policy, date(2026, 11, 24))
    assert next_scheduled(line, date(2026, 11, 30)) == date(2026, 12, 1)
    assert next_scheduled(line, date(2026, 12, 1)) == date(2026, 12, 8)
    assert next_scheduled(line, date(2027, 5, 18)) is None


def test_a_day_before_the_start_has_no_state(policy: Policy) -> None:
    line = timeline("windows-kms", policy, date(2026, 11, 24))
    with pytest.raises(ValueError, match="before the start"):
        line.state_on(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("product", "method", "kind"),
    [
        ("windows-client", "kms", "windows-kms"), ("windows-server", "kms", "windows-server-kms"),
        ("office", "kms", "office-kms"), ("windows-client", "adba", "windows-adba"),
        ("windows-server", "adba", "windows-adba"), ("office", "adba", "office-adba"),
        ("windows-server", "azure-kms", "windows-server-kms"), ("office", "mak", "mak"),
        ("windows-server", "avma", None), ("windows-client", "subscription", None),
        ("windows-client", "unactivated", None),
    ],
)  # fmt: skip
def test_a_group_has_the_timeline_of_its_product_and_method(product: Any, method: Any, kind: Kind | None) -> None:
    assert kind_of(product, method) == kind


@pytest.mark.parametrize("case", ATTEMPTS, ids=[case["case"] for case in ATTEMPTS])
def test_the_next_attempt_is_not_the_next_scheduled_renewal(case: dict[str, Any], policy: Policy) -> None:
    line = timeline(case["kind"], policy, case["start"])
    found = (next_scheduled(line, case["today"]), line.next_attempt(case["today"]), line.is_overdue(case["today"]))
    assert found == (_day(case["scheduled"]), _day(case["attempt"]), case["overdue"])


@given(kind=kinds, start=days, passed=st.integers(0, 400))
def test_no_attempt_lies_in_the_past_or_after_the_scheduled_one(
    kind: Kind, start: date, passed: int, policy: Policy
) -> None:
    line, today = timeline(kind, policy, start), start + timedelta(days=passed)
    scheduled, attempt = next_scheduled(line, today), line.next_attempt(today)
    assert (attempt is None) == (not line.attempts)
    if attempt:
        assert attempt >= max(today, line.attempts[0])
        assert scheduled is None or attempt <= scheduled
    if line.kind.endswith("kms") and line.is_overdue(today):
        assert attempt == today
