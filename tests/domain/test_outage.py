"""Outages and rare contact: exact shares, compared with vectors and with clients that are followed one by one."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from macros.domain.outage import (
    Cadence,
    adba_cadence,
    every_attempt_missed,
    expired_after,
    expired_during,
    expired_ever,
    expired_without_outage,
    kms_cadence,
    outage,
    overdue,
    without_contact,
)
from macros.domain.policy import Policy

VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent.parent / "vectors" / "outage.yaml").read_text("utf-8")
)
cadences = st.builds(
    Cadence,
    validity=st.integers(20, 200),
    renewal=st.integers(1, 14),
    retry=st.integers(1, 14 * 24).map(lambda hours: Fraction(hours, 24)),
)
everyday = st.integers(1, 400)


def cadence_of(case: dict[str, Any], policy: Policy) -> Cadence:
    return kms_cadence(policy) if case["method"] == "kms" else adba_cadence(policy)


def named(part: str) -> Any:
    return pytest.mark.parametrize("case", VECTORS[part], ids=[case["case"] for case in VECTORS[part]])


@named("during")
def test_the_share_that_is_expired_during_an_outage(case: dict[str, Any], policy: Policy) -> None:
    assert expired_during(cadence_of(case, policy), case["every"], case["days"]) == Fraction(case["share"])


@named("ever")
def test_the_share_that_an_outage_makes_expire(case: dict[str, Any], policy: Policy) -> None:
    assert expired_ever(cadence_of(case, policy), case["days"]) == Fraction(case["share"])


@named("after")
def test_the_share_that_is_expired_after_an_outage(case: dict[str, Any], policy: Policy) -> None:
    assert expired_after(cadence_of(case, policy), case["length"], Fraction(case["days"])) == Fraction(case["share"])


def test_the_periods_come_from_the_facts(policy: Policy) -> None:
    assert kms_cadence(policy) == Cadence(180, 7, Fraction(1, 12))
    assert adba_cadence(policy) == Cadence(180, 7, Fraction(7))
    assert kms_cadence(policy).safe == 173
    assert adba_cadence(policy).safe == 168
    assert kms_cadence(policy).attempts == policy.renewals_before_expiry


def _follow(cadence: Cadence, length: int, until_renewal: Fraction) -> tuple[Fraction, Fraction]:
    """Expiry of one client without a success, and its first attempt that is not before the end of the outage."""
    retries = max(0, math.ceil((length - until_renewal) / cadence.retry))
    return until_renewal + cadence.validity - cadence.renewal, until_renewal + retries * cadence.retry


# All times are multiples of one hour, so clients at every half hour stand for everything between two corners.
@given(cadence=cadences, length=st.integers(0, 220), hours=st.integers(0, 700))
@example(cadence=Cadence(180, 7, Fraction(1, 12)), length=177, hours=1)
@example(cadence=Cadence(180, 7, Fraction(7)), length=173, hours=48)
def test_the_shares_are_those_of_clients_followed_one_by_one(cadence: Cadence, length: int, hours: int) -> None:
    now = length + Fraction(hours, 24)
    spread = [Fraction(2 * half_hour + 1, 48) for half_hour in range(cadence.renewal * 24)]
    clients = [_follow(cadence, length, until_renewal) for until_renewal in spread]
    expired = sum(expiry < now < back for expiry, back in clients)
    ever = sum(expiry < back for expiry, back in clients)
    assert expired_after(cadence, length, now) == Fraction(expired, len(clients))
    assert expired_ever(cadence, length) == Fraction(ever, len(clients))


@given(cadence=cadences, days=st.integers(0, 250))
def test_daily_computers_are_the_same_in_both_formulas(cadence: Cadence, days: int) -> None:
    assert expired_during(cadence, 1, days) == expired_after(cadence, days, days)


@given(cadence=cadences, every=everyday, days=st.integers(0, 250))
def test_a_longer_outage_and_rarer_contact_never_make_fewer_expire(cadence: Cadence, every: int, days: int) -> None:
    share = expired_during(cadence, every, days)
    assert 0 <= share <= expired_during(cadence, every, days + 1) <= 1
    assert share <= expired_during(cadence, every + 1, days) <= expired_during(cadence, "never", days)
    assert expired_ever(cadence, days) <= expired_ever(cadence, days + 1)


@given(cadence=cadences, days=st.integers(0, 250))
def test_nothing_expires_in_a_safe_outage_and_something_in_any_longer_one(cadence: Cadence, days: int) -> None:
    assert (expired_ever(cadence, days) == 0) == (days <= cadence.safe)
    assert expired_ever(cadence, days) >= expired_after(cadence, days, days)


@given(cadence=cadences, every=everyday)
def test_ages_of_renewals_add_up_to_one_and_to_the_long_run_mean(cadence: Cadence, every: int) -> None:
    assert overdue(cadence, every, 0) == 1
    # Summing the shares of ages up to n and the closed tail gives the whole: P(age >= a) falls by 1/mean each day.
    mean = cadence.renewal - 1 + every
    for days in range(cadence.renewal):
        assert overdue(cadence, every, days) - overdue(cadence, every, days + 1) == Fraction(1, mean)
    tail = overdue(cadence, every, cadence.renewal)
    assert overdue(cadence, every, cadence.renewal + 1) == tail * Fraction(every - 1, every)


def test_the_long_run_share_agrees_with_a_simulation() -> None:
    cadence, every, chance = Cadence(60, 7, Fraction(1, 12)), 10, random.Random(20261124)
    age, expired, rounds = 0, 0, 400_000
    for _ in range(rounds):
        age += 1
        if age >= cadence.renewal and chance.random() < 1 / every:
            age = 0
        expired += age >= cadence.validity
    assert expired / rounds == pytest.approx(float(expired_without_outage(cadence, every)), abs=6e-4)


def test_computers_that_are_there_every_day_do_not_expire_without_an_outage(policy: Policy) -> None:
    for cadence in (kms_cadence(policy), adba_cadence(policy)):
        assert expired_without_outage(cadence, 1) == 0
        assert without_contact(cadence, 1) == 0
        assert every_attempt_missed(cadence, 1) == 0


def test_computers_that_are_never_there_always_expire(policy: Policy) -> None:
    cadence = kms_cadence(policy)
    shares = (expired_without_outage, without_contact, every_attempt_missed)
    assert [share(cadence, "never") for share in shares] == [1, 1, 1]


@pytest.mark.parametrize(
    ("every", "expected"), [(2, 0.5**180), (7, 8.9e-13), (21, 1.54e-4), (30, 2.24e-3), (90, 0.134)]
)
def test_the_chance_of_a_whole_period_without_contact(every: int, expected: float, policy: Policy) -> None:
    chance = without_contact(kms_cadence(policy), every)
    assert chance == Fraction(every - 1, every) ** 180
    assert float(chance) == pytest.approx(expected, rel=0.01)


@given(every=st.integers(2, 3650))
def test_attempts_once_a_week_are_missed_more_easily_than_any_day(every: int, policy: Policy) -> None:
    cadence = adba_cadence(policy)
    assert every_attempt_missed(cadence, every) == Fraction(every - 1, every) ** policy.renewals_before_expiry
    assert without_contact(cadence, every) < every_attempt_missed(cadence, every) < 1


def test_an_outage_names_its_days(policy: Policy) -> None:
    start = date(2026, 11, 24)
    result = outage(kms_cadence(policy), start, start + timedelta(days=177))
    assert (result.first_expiry, result.last_expiry) == (date(2027, 5, 16), date(2027, 5, 23))
    assert (result.end, result.back_by) == (date(2027, 5, 20), date(2027, 5, 21))
    assert result.share_at_end == result.share_ever == Fraction(4, 7)
    assert [day.share for day in result.days if day.share] == [Fraction(n, 7) for n in (1, 2, 3, 4)]
    assert [day.day for day in result.days] == [start + timedelta(days=n) for n in range(179)]


def test_an_outage_of_the_domain_does_harm_after_its_end(policy: Policy) -> None:
    start = date(2026, 11, 24)
    result = outage(adba_cadence(policy), start, start + timedelta(days=173))
    assert result.share_at_end == 0
    assert result.share_ever == Fraction(5, 7)
    assert result.back_by == result.end + timedelta(days=policy.adba_retry_days)
    assert result.days[-1].share == 0
    assert max(day.share for day in result.days) == Fraction(2, 7)


def test_an_outage_that_is_over_at_once_changes_nothing(policy: Policy) -> None:
    day = date(2028, 2, 29)
    result = outage(kms_cadence(policy), day, day)
    assert (result.share_at_end, result.share_ever) == (0, 0)
    assert {entry.share for entry in result.days} == {0}


def test_an_outage_cannot_end_before_it_starts(policy: Policy) -> None:
    with pytest.raises(ValueError, match="before it starts"):
        outage(kms_cadence(policy), date(2026, 11, 24), date(2026, 11, 23))


@given(every=everyday)
def test_chances_are_exact_numbers_between_none_and_all(every: int, policy: Policy) -> None:
    cadence = kms_cadence(policy)
    for share in (without_contact(cadence, every), expired_without_outage(cadence, every)):
        assert isinstance(share, Fraction)
        assert 0 <= share < 1
        assert math.isfinite(float(share))
