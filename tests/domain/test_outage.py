"""Outages and rare contact: exact shares, compared with vectors and with clients that are followed one by one."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from macros.domain.outage import (
    Cadence,
    adba_cadence,
    expired_during,
    expired_ever,
    expired_without_outage,
    kms_cadence,
    overdue,
    renewal_missed,
    safe_days,
    starts_of,
    without_contact,
)
from macros.domain.policy import Policy
from tests.fleets import group

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


def expired_after(cadence: Cadence, length: int, days: Fraction | int) -> Fraction:
    """Share of daily computers that are expired `days` days after an outage of `length` days began, if none starts.

    Source: with u the time from the start of the outage to a client's next renewal, spread evenly over the renewal
    interval, the license ends at u + validity - renewal, and the client is back at the first of u, u + retry,
    u + 2 retry, ... that is not before the end of the outage. Expired are the u whose end has passed and that have
    no attempt between the end of the outage and now.
    """
    ended = _clip(Fraction(days - cadence.first_expiry, cadence.renewal)) * cadence.renewal
    since = days - length
    if since <= 0:
        return ended / cadence.renewal
    if since >= cadence.retry:
        return Fraction(0)

    def with_attempt(up_to: Fraction) -> Fraction:
        whole, rest = divmod(up_to, cadence.retry)
        return whole * since + min(rest, Fraction(since))

    back = with_attempt(ended - length) - with_attempt(Fraction(-length))
    return (ended - back) / cadence.renewal


def _clip(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def cadence_of(case: dict[str, Any], policy: Policy) -> Cadence:
    return kms_cadence(policy) if case["method"] == "kms" else adba_cadence(policy)


def named(part: str) -> Any:
    return pytest.mark.parametrize("case", VECTORS[part], ids=[case["case"] for case in VECTORS[part]])


@named("during")
def test_the_share_that_is_expired_during_an_outage(case: dict[str, Any], policy: Policy) -> None:
    starts = case.get("starts", "never")
    assert expired_during(cadence_of(case, policy), case["every"], case["days"], starts) == Fraction(case["share"])


@named("ever")
def test_the_share_that_an_outage_makes_expire(case: dict[str, Any], policy: Policy) -> None:
    starts = case.get("starts", "never")
    assert expired_ever(cadence_of(case, policy), case["days"], starts) == Fraction(case["share"])


@named("missed")
def test_the_chance_of_a_missed_renewal(case: dict[str, Any], policy: Policy) -> None:
    chance = renewal_missed(cadence_of(case, policy), case["every"], case.get("starts", "never"))
    assert float(chance) == pytest.approx(case["chance"], rel=0.005)


@named("safe")
def test_the_longest_outage_without_harm(case: dict[str, Any], policy: Policy) -> None:
    assert safe_days(cadence_of(case, policy), case["starts"]) == case["days"]


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


@st.composite
def presences(draw: st.DrawFn) -> tuple[int, int | Literal["never"]]:
    """One day in how many on the network, and one in how many with a start there."""
    every = draw(everyday)
    return every, draw(st.integers(every, 500) | st.just("never"))


def _not_renewed(cadence: Cadence, every: int, starts: int | Literal["never"], last: int) -> list[Fraction]:
    """Chance on each day up to `last` that no attempt since the last renewal succeeded, followed day by day."""
    step, chance, found = max(1, math.ceil(cadence.retry)), Fraction(1), []
    for day in range(last + 1):
        if day >= cadence.renewal:
            scheduled = (day - cadence.renewal) % step == 0
            start = Fraction(0) if starts == "never" else Fraction(1, starts)
            chance *= 1 - (Fraction(1, every) if scheduled else start)
        found.append(chance)
    return found


@given(cadence=cadences, presence=presences(), days=st.integers(0, 250))
@example(cadence=Cadence(180, 7, Fraction(7)), presence=(21, "never"), days=180)
@example(cadence=Cadence(180, 7, Fraction(7)), presence=(21, 21), days=8)
def test_ages_of_renewals_are_those_of_a_client_followed_day_by_day(
    cadence: Cadence, presence: tuple[int, int | Literal["never"]], days: int
) -> None:
    every, starts = presence
    followed = _not_renewed(cadence, every, starts, days + 1)
    # The share of an age is the chance to get that old, divided by the mean, which is the same for every age.
    mean = 1 / (1 - overdue(cadence, every, 1, starts))
    assert overdue(cadence, every, 0, starts) == 1
    shares = [overdue(cadence, every, age, starts) for age in (days, days + 1)]
    assert shares[0] - shares[1] == followed[days] / mean
    assert renewal_missed(cadence, every, starts) == _not_renewed(cadence, every, starts, cadence.validity)[-2]


@pytest.mark.parametrize(("every", "starts"), [(3, "never"), (3, 3), (2, 9)])
def test_the_mean_time_between_renewals_is_the_sum_of_the_chances(every: int, starts: Any) -> None:
    cadence = Cadence(180, 7, Fraction(7))
    total = float(sum(map(float, _not_renewed(cadence, every, starts, 3000))))
    assert float(1 / (1 - overdue(cadence, every, 1, starts))) == pytest.approx(total, rel=1e-9)


@given(cadence=cadences, every=everyday, days=st.integers(0, 250))
def test_starts_are_no_news_to_clients_that_retry_within_a_day(cadence: Cadence, every: int, days: int) -> None:
    quick = replace(cadence, retry=Fraction(1, 12))
    assert overdue(quick, every, days) == overdue(quick, every, days, every)
    assert renewal_missed(quick, every) == Fraction(every - 1, every) ** (quick.validity - quick.renewal)
    assert expired_ever(quick, days) == expired_ever(quick, days, 1)
    # A start on each day with contact is worth a retry each day.
    assert overdue(cadence, every, days, every) == overdue(quick, every, days)


@given(cadence=cadences, presence=presences(), days=st.integers(0, 250))
def test_more_starts_never_do_harm(cadence: Cadence, presence: tuple[int, int | Literal["never"]], days: int) -> None:
    every, starts = presence
    for share in (overdue, expired_during):
        never, some, always = (share(cadence, every, days, each) for each in ("never", starts, every))
        assert always <= some <= never
    assert renewal_missed(cadence, every, every) <= renewal_missed(cadence, every, starts)
    assert renewal_missed(cadence, every, starts) <= renewal_missed(cadence, every, "never")
    assert expired_ever(cadence, days, 1) <= expired_ever(cadence, days, 30) <= expired_ever(cadence, days)


@given(cadence=cadences, length=st.integers(0, 220), starts=st.integers(1, 60))
@example(cadence=Cadence(180, 7, Fraction(7)), length=173, starts=1)
@example(cadence=Cadence(180, 7, Fraction(7)), length=172, starts=1)
def test_an_outage_is_that_of_clients_that_start_now_and_then(cadence: Cadence, length: int, starts: int) -> None:
    start, ever = Fraction(1, starts), Fraction(0)
    spread = [Fraction(2 * half_hour + 1, 48) for half_hour in range(cadence.renewal * 24)]
    for until_renewal in spread:
        expiry, back = _follow(cadence, length, until_renewal)
        if expiry < back:
            ever += _no_start_before(expiry - length, start)
    assert expired_ever(cadence, length, starts) == ever / len(spread)
    assert (expired_ever(cadence, length, 1) == 0) == (length <= safe_days(cadence, 1))


def _no_start_before(time: Fraction, start: Fraction) -> Fraction:
    """Chance that no start comes within this many days after an outage: each hour of a day is as likely as another."""
    if time < 0:
        return Fraction(1)
    hours = [Fraction(2 * half_hour + 1, 48) for half_hour in range(24)]
    days, into = divmod(time, 1)
    # An hour in which both the expiry and the start fall counts half.
    later = Fraction(sum(hour > into for hour in hours), 24) + Fraction(sum(hour == into for hour in hours), 48)
    return (1 - start) ** int(days) * (1 - start + start * later)


def test_a_computer_cannot_start_there_more_often_than_it_is_there() -> None:
    with pytest.raises(ValueError, match="starts 1 day in 2, but is there 1 day in 21 only"):
        overdue(Cadence(180, 7, Fraction(7)), 21, 30, 2)


def test_starts_that_the_file_leaves_out_have_both_bounds() -> None:
    assert starts_of(group("a", "windows-11", 5, (), network_every_days=21)) == ("never", 21)
    assert starts_of(group("a", "windows-11", 5, (), network_every_days=21, starts_every_days=30)) == (30, 30)
    assert starts_of(group("a", "windows-11", 5, (), network_every_days=21, starts_every_days="never")) == (
        "never",
        "never",
    )


def test_the_long_run_share_agrees_with_a_simulation() -> None:
    cadence, every, chance = Cadence(60, 7, Fraction(1, 12)), 10, random.Random(20261124)
    age, expired, rounds = 0, 0, 400_000
    for _ in range(rounds):
        age += 1
        if age >= cadence.renewal and chance.random() < 1 / every:
            age = 0
        expired += age >= cadence.validity
    assert expired / rounds == pytest.approx(float(expired_without_outage(cadence, every)), abs=6e-4)


@pytest.mark.parametrize("starts", ["never", 40, 8])
def test_the_long_run_share_of_clients_that_retry_weekly_agrees_with_a_simulation(starts: Any) -> None:
    cadence, every, chance = Cadence(60, 7, Fraction(7)), 8, random.Random(20261128)
    age, expired, rounds = 0, 0, 400_000
    for _ in range(rounds):
        age += 1
        there = chance.random() < 1 / every
        starting = there and starts != "never" and chance.random() < every / starts
        if there and age >= cadence.renewal and ((age - cadence.renewal) % 7 == 0 or starting):
            age = 0
        expired += age >= cadence.validity
    share = float(expired_without_outage(cadence, every, starts))
    assert expired / rounds == pytest.approx(share, abs=1e-2 if starts == "never" else 5e-3)


def test_computers_that_are_there_every_day_do_not_expire_without_an_outage(policy: Policy) -> None:
    for cadence in (kms_cadence(policy), adba_cadence(policy)):
        assert expired_without_outage(cadence, 1) == 0
        assert without_contact(cadence, 1) == 0
        assert renewal_missed(cadence, 1) == 0


def test_computers_that_are_never_there_always_expire(policy: Policy) -> None:
    cadence = kms_cadence(policy)
    shares = (expired_without_outage, without_contact, renewal_missed)
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
    assert renewal_missed(cadence, every) == Fraction(every - 1, every) ** policy.renewals_before_expiry
    assert without_contact(cadence, every) < renewal_missed(cadence, every) < 1


@given(every=everyday)
def test_chances_are_exact_numbers_between_none_and_all(every: int, policy: Policy) -> None:
    cadence = kms_cadence(policy)
    for share in (without_contact(cadence, every), expired_without_outage(cadence, every)):
        assert isinstance(share, Fraction)
        assert 0 <= share < 1
        assert math.isfinite(float(share))
