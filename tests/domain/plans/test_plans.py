"""Answers to the questions of a plan: against enumeration and simulation, and rules that hold for any numbers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise, product
from math import fsum, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.catalog.plan_numbers import (
    CountNumbers,
    ExpiryNumbers,
    HostKeyNumbers,
    HostKeysNumbers,
    Lot,
    MakNumbers,
    OutageNumbers,
    TrafficNumbers,
)
from macros.domain.plans import count, expiry, host_key, host_keys, mak, outage, traffic
from macros.domain.plans.errors import NumbersError
from macros.domain.policy import Policy

EVERY = st.one_of(st.just("always-on"), st.integers(1, 90), st.floats(1, 90).map(lambda days: round(days, 2)))
LOTS = st.lists(st.tuples(st.integers(0, 60), EVERY), max_size=4)
DAYS = st.dates(date(2000, 1, 1), date(2200, 12, 31))
READ = DAYS.filter(lambda day: day.year > 2000)
TODAY = date(2026, 11, 30)
UNHURRIED = settings(deadline=None, max_examples=60)


def counted(lots: Any, kind: str = "windows-server", **more: Any) -> CountNumbers:
    groups = tuple(Lot(computers=computers, every_days=every) for computers, every in lots)
    return CountNumbers(kind=kind, groups=groups, **more)  # type: ignore[arg-type]


def chance(every: Any, window: int = 30) -> float:
    return 1.0 if every == "always-on" else 1 - (1 - 1 / every) ** window


@pytest.mark.parametrize(
    "lots", [[(6, 20)], [(3, "always-on"), (4, 15)], [(2, 7), (3, 30), (4, 60)], [(10, 45)], [(1, 1), (1, 2), (9, 90)]]
)
def test_a_probability_is_that_of_every_combination_of_computers_seen(lots: Any, policy: Policy) -> None:
    chances = [chance(every) for computers, every in lots for _ in range(computers)]
    met = 0.0
    for seen in product((False, True), repeat=len(chances)):
        likelihood = 1.0
        for yes, each in zip(seen, chances, strict=True):
            likelihood *= each if yes else 1 - each
        met += likelihood if sum(seen) >= policy.threshold_server else 0
    found = count.answer(counted(lots), policy)
    assert found.probability == pytest.approx(met, rel=0, abs=1e-9)
    assert found.expected_seen == pytest.approx(fsum(chances))


def test_a_probability_is_that_of_a_simulated_fleet(policy: Policy) -> None:
    lots = [(200, 250), (100, 400), (3, "always-on")]
    found = count.answer(counted(lots, "windows-client"), policy)
    draw, rounds = random.Random(7), 4000
    chances = [chance(every) for computers, every in lots for _ in range(computers)]
    met = sum(sum(draw.random() < each for each in chances) >= policy.threshold_client for _ in range(rounds))
    assert 0.2 < found.probability < 0.999, "a sample that says little"
    error = sqrt(found.probability * (1 - found.probability) / rounds)
    assert abs(met / rounds - found.probability) < 5 * error


@UNHURRIED
@given(lots=LOTS, place=st.integers(0, 3), more=st.integers(0, 20))
def test_more_computers_never_lower_a_probability(policy: Policy, lots: Any, place: int, more: int) -> None:
    larger = [(computers + more * (place == at), every) for at, (computers, every) in enumerate(lots)]
    less, most = (count.answer(counted(each), policy) for each in (lots, larger))
    assert most.probability >= less.probability - 1e-12
    assert most.expected_seen >= less.expected_seen - 1e-9


@UNHURRIED
@given(lots=LOTS.filter(bool), wanted=st.sampled_from([0.5, 0.95, 0.99, 0.999, 0.999999]))
def test_the_needed_number_suffices_and_one_less_does_not(policy: Policy, lots: Any, wanted: float) -> None:
    found = count.answer(counted(lots, wanted=wanted), policy)
    needed = found.needed
    assert needed is not None
    counts = [computers for computers, _ in lots]

    def probability(total: int) -> float:
        scaled = zip(count.proportioned(counts, total), (every for _, every in lots), strict=True)
        return count.answer(counted(list(scaled)), policy).probability

    assert probability(needed) >= wanted
    assert needed == found.threshold or probability(needed - 1) < wanted
    assert found.holds == (found.probability >= wanted)
    assert not found.holds or found.more_needed == 0
    assert found.met == (found.asking >= found.threshold) == (found.short_by == 0)


@given(counts=st.lists(st.integers(0, 500), min_size=1, max_size=8), total=st.integers(0, 3000))
def test_proportions_are_kept_and_no_group_loses_by_a_larger_total(counts: list[int], total: int) -> None:
    here, next_ = count.proportioned(counts, total), count.proportioned(counts, total + 1)
    assert sum(here) == total
    assert all(after >= before for before, after in zip(here, next_, strict=True))
    assert not any(counts) or count.proportioned(counts, sum(counts)) == counts
    for have, weight in zip(here, counts, strict=True):
        assert not any(counts) or weight or not have


def test_no_number_of_computers_suffices_for_a_certainty_that_rounding_hides(policy: Policy) -> None:
    found = count.answer(counted([(5, 3650)], "windows-client", wanted=1 - 1e-16), policy)
    assert found.needed is None or found.needed > 25


def numbers_of(kind: str, **given: Any) -> ExpiryNumbers:
    return ExpiryNumbers(kind=kind, **given)  # type: ignore[arg-type]


@given(kind=st.sampled_from(["windows-kms", "office-kms", "adba"]), day=DAYS, later=st.integers(1, 400))
def test_a_later_renewal_never_brings_the_end_closer(policy: Policy, kind: str, day: date, later: int) -> None:
    if (day + timedelta(days=later)).year > 2200:
        return
    first, second = (
        expiry.answer(numbers_of(kind, last_renewal=start), policy, TODAY)
        for start in (day, day + timedelta(days=later))
    )
    assert first.expires is not None
    assert second.expires is not None
    assert second.expires - first.expires == timedelta(days=later)


@given(
    kind=st.sampled_from(["windows-kms", "office-kms", "adba"]),
    day=st.dates(date(2001, 1, 1), date(2200, 12, 31)),
    minutes=st.integers(0, 259200),
)
def test_minutes_lead_to_the_renewal_they_count_from(policy: Policy, kind: str, day: date, minutes: int) -> None:
    found = expiry.answer(numbers_of(kind, remaining_minutes=minutes, read_on=day), policy, TODAY)
    by_day = expiry.answer(numbers_of(kind, last_renewal=found.last_renewal), policy, TODAY)
    assert found.states == by_day.states
    assert found.expires is not None
    assert abs(found.expires - day - timedelta(minutes=minutes)) <= timedelta(days=1)
    for before, after in pairwise(found.states):
        assert before.last is not None
        assert after.first - before.last == timedelta(days=1)


@given(
    kind=st.sampled_from(["windows-kms", "windows-server-kms", "office-kms", "adba", "office-adba"]),
    day=READ,
    later=st.integers(-30, 400),
)
def test_a_day_is_before_the_expiry_or_not_and_what_was_due_by_it_is_missed(
    policy: Policy, kind: str, day: date, later: int
) -> None:
    today = day + timedelta(days=later)
    found = expiry.answer(numbers_of(kind, last_renewal=day), policy, today)
    assert found.expires is not None
    ahead = (found.expires - today).days
    assert (found.days_left, found.expired_days) == ((ahead, None) if ahead > 0 else (None, -ahead))
    assert found.missed == sum(1 for each in found.scheduled if each < today)
    assert found.coming == found.scheduled[found.missed :]
    assert found.next_attempt is not None
    assert found.next_attempt >= max(today, found.scheduled[0])
    assert (found.now is None) == (later < 0)
    assert found.now is None or today in found.now


@given(
    kind=st.sampled_from(["windows-kms", "office-kms", "adba"]),
    day=READ.filter(lambda day: day.year < 2200),
    later=st.integers(0, 300),
)
def test_a_renewal_and_the_minutes_that_count_from_it_say_the_same(
    policy: Policy, kind: str, day: date, later: int
) -> None:
    today = day + timedelta(days=later)
    by_day = expiry.answer(numbers_of(kind, last_renewal=day), policy, today)
    assert by_day.expires is not None
    read = min(today, by_day.expires)
    minutes = (by_day.expires - read) // timedelta(minutes=1)
    assert expiry.answer(numbers_of(kind, remaining_minutes=minutes, read_on=f"{read}T00:00"), policy, today) == by_day


def test_a_day_that_is_named_goes_before_today(policy: Policy) -> None:
    numbers = numbers_of("windows-kms", last_renewal=date(2026, 1, 1), as_of=date(2026, 1, 9))
    assert expiry.answer(numbers, policy, TODAY) == expiry.answer(numbers, policy, date(2030, 1, 1))
    assert expiry.answer(numbers, policy, TODAY).missed == 1
    assert outage.answer(broken_off(as_of=date(2026, 1, 3)), policy, TODAY).days[0].from_today == -2


@UNHURRIED
@given(every=EVERY, computers=st.integers(0, 5000), length=st.none() | st.integers(0, 250))
def test_a_table_begins_with_the_last_day_on_which_nobody_has_expired(
    policy: Policy, every: Any, computers: int, length: int | None
) -> None:
    ends = None if length is None else date(2026, 1, 1) + timedelta(days=length)
    found = outage.answer(broken_off(every_days=every, computers=computers, ends=ends), policy, TODAY)
    shown = [each for each in found.days if each.day >= found.shown_from]
    assert shown
    assert all(each.expired < outage.FELT for each in found.days if each.day < found.shown_from)
    assert all(each.expired >= outage.FELT for each in shown[1:])


@UNHURRIED
@given(lots=LOTS.filter(bool), every=EVERY)
def test_a_row_without_computers_changes_no_chance(policy: Policy, lots: Any, every: Any) -> None:
    some, more = (count.answer(counted(each), policy) for each in (lots, [*lots, (0, every)]))
    assert (some.asking, some.probability, some.met) == (more.asking, more.probability, more.met)
    assert not any(computers for computers, _ in lots) or some == more


@pytest.mark.parametrize("kind", ["mak", "office-new"])
def test_minutes_mean_nothing_where_nothing_runs_out_or_is_licensed(policy: Policy, kind: str) -> None:
    if kind == "office-new":
        assert expiry.answer(numbers_of(kind, last_renewal=date(2026, 1, 1)), policy, TODAY).expires is None
    with pytest.raises(NumbersError, match="does not run out") as caught:
        expiry.answer(numbers_of(kind, remaining_minutes=5, read_on=date(2026, 1, 1)), policy, TODAY)
    assert caught.value.key == "remaining_minutes"


def test_more_minutes_than_a_period_has_are_refused(policy: Policy) -> None:
    with pytest.raises(NumbersError, match="259,200 or less"):
        expiry.answer(numbers_of("adba", remaining_minutes=259201, read_on=date(2026, 1, 1)), policy, TODAY)


def broken_off(**given: Any) -> OutageNumbers:
    return OutageNumbers(**{"method": "kms", "starts": date(2026, 1, 1), "computers": 100, "every_days": 1} | given)


@UNHURRIED
@given(every=EVERY, computers=st.integers(0, 5000), method=st.sampled_from(["kms", "adba"]))
def test_an_outage_only_ever_expires_more(policy: Policy, every: Any, computers: int, method: str) -> None:
    found = outage.answer(broken_off(every_days=every, computers=computers, method=method), policy, TODAY)
    shares = [each.expired_share for each in found.days]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    assert [each.expired for each in found.days] == [share * computers for share in shares]
    dates = [found.first_announcement, found.first_expiry, found.all_expired]
    known = [each for each in dates if each]
    assert known == sorted(known)
    assert bool(known) == bool(computers)


@UNHURRIED
@given(every=st.integers(2, 40), computers=st.integers(1, 2000), method=st.sampled_from(["kms", "adba"]))
def test_the_first_expiry_is_the_first_day_with_a_whole_computer(
    policy: Policy, every: int, computers: int, method: str
) -> None:
    start = date(2026, 1, 1)
    found = outage.answer(broken_off(every_days=every, computers=computers, method=method), policy, TODAY)
    assert found.first_expiry is not None
    length = (found.first_expiry - start).days
    assert length <= 173
    for days in {length, length - 1} - {-1}:
        ends = start + timedelta(days=days)
        last = outage.answer(
            broken_off(every_days=every, computers=computers, method=method, ends=ends), policy, TODAY
        ).days[-1]
        assert last.day == days
        assert (last.expired >= 1) == (days == length) or length == 173


def test_daily_and_always_on_computers_are_the_same(policy: Policy) -> None:
    assert outage.answer(broken_off(every_days="always-on"), policy, TODAY) == outage.answer(
        broken_off(), policy, TODAY
    )


@given(numbers=st.tuples(*[st.integers(0, 500)] * 5), day=DAYS)
def test_a_mak_runs_out_in_the_month_whose_activations_it_lacks(policy: Policy, numbers: Any, day: date) -> None:
    total, used, now, anew, replaced = numbers
    given = {"total": total, "used": used, "to_activate": now, "reimaged_per_year": anew, "replaced_per_year": replaced}
    found = mak.answer(MakNumbers(**given, **{"from": day}), policy)
    left, month = total - used - now, 0
    while left >= 0 and anew + replaced and month < 12 * 600:
        month += 1
        if Fraction(month * (anew + replaced), 12) > left:
            break
    used_up = None if left >= 0 and not anew + replaced else (day.year * 12 + day.month - 1 + month)
    got = found.used_up and found.used_up.year * 12 + found.used_up.month - 1
    assert got == used_up
    assert found.used_up_ids_kept is None or found.used_up is not None


@given(used=st.lists(st.integers(0, 30), max_size=12))
def test_a_host_key_grants_what_is_not_used(policy: Policy, used: list[int]) -> None:
    found = host_key.answer(HostKeyNumbers(hosts=tuple({"activations_used": each} for each in used)), policy)
    assert found.left - found.over == policy.key_hosts * policy.key_activations_per_host - sum(used)
    assert found.hosts_left - found.hosts_over == policy.key_hosts - sum(1 for each in used if each)
    assert found.left_strict <= found.left


def test_an_unknown_product_is_told_with_its_key(catalog: Catalog) -> None:
    with pytest.raises(NumbersError, match="office-ltsc-2024") as caught:
        host_keys.answer(HostKeysNumbers(products=("windows-11", "office-ltsc-2023")), catalog)
    assert caught.value.key == "products[1]"
    with pytest.raises(NumbersError) as caught:
        host_keys.answer(HostKeysNumbers(products=("windows-11",), host_system="server"), catalog)
    assert caught.value.key == "host_system"


def test_each_listed_holder_of_a_key_is_offered_and_no_other(catalog: Catalog) -> None:
    for group in catalog.host_keys.groups:
        for item in dict.fromkeys(name for line in group.activates for name in line.products):
            found = host_keys.answer(HostKeysNumbers(products=(item,)), catalog)
            systems = next(each.hosts for each in found.keys if each.key == group.id)
            assert tuple(each.system for each in systems) == group.host_systems


@given(clients=st.integers(0, 10**6), hosts=st.integers(1, 50))
def test_hosts_share_the_traffic_of_all(policy: Policy, clients: int, hosts: int) -> None:
    found = traffic.answer(TrafficNumbers(clients=clients, hosts=hosts), policy)
    assert found.per_host is not None
    assert found.per_host.bytes_per_day * hosts == found.all.bytes_per_day
    assert found.hosts_missing == max(0, found.hosts_advised - hosts)
