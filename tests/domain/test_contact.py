from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import comb, fsum, sqrt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.domain.contact import at_least, binomial, contact_of, distribution, hold, mean, needed, seen_probability
from macros.domain.count import host_count
from macros.domain.policy import Policy
from tests.fleets import fleet, group, host

VECTORS = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "contact.yaml").read_text("utf-8"))
TOLERANCE = 1e-12
PROBABILITIES = st.floats(0, 1, allow_subnormal=False)
LOTS = st.lists(st.tuples(st.integers(0, 60), PROBABILITIES), max_size=3)
DAYS = st.integers(1, 400)
UNHURRIED = settings(deadline=None, max_examples=60)


def case(vector: dict[str, Any]) -> str:
    return str(vector["case"])


def near(value: float, tolerance: float = TOLERANCE) -> Any:
    return pytest.approx(value, rel=0, abs=tolerance)


def exact(parts: list[tuple[int, Fraction]], cap: int) -> list[Fraction]:
    """The distribution by adding one computer at a time, in exact fractions."""
    result = [Fraction(1), *[Fraction(0)] * cap]
    for computers, probability in parts:
        for _ in range(computers):
            moved = [share * probability for share in result]
            result = [share - gone for share, gone in zip(result, moved, strict=True)]
            for k, gone in enumerate(moved):
                result[min(k + 1, cap)] += gone
    return result


def enumerated(chances: list[float], cap: int) -> list[float]:
    """The distribution by looking at every combination of computers seen and not seen."""
    result = [0.0] * (cap + 1)
    for seen in product((False, True), repeat=len(chances)):
        likelihood = 1.0
        for yes, chance in zip(seen, chances, strict=True):
            likelihood *= chance if yes else 1 - chance
        result[min(sum(seen), cap)] += likelihood
    return result


@pytest.mark.parametrize("vector", VECTORS["seen"], ids=case)
def test_a_computer_is_in_the_count(vector: dict[str, Any], policy: Policy) -> None:
    assert float(seen_probability(vector["every"], policy)) == near(vector["expected"])


@pytest.mark.parametrize("vector", VECTORS["at_least"], ids=case)
def test_a_threshold_is_met(vector: dict[str, Any]) -> None:
    seen = distribution([tuple(part) for part in vector["parts"]], 50)
    assert at_least(seen, vector["threshold"]) == near(vector["expected"])


@pytest.mark.parametrize("vector", VECTORS["needed"], ids=case)
def test_computers_needed(vector: dict[str, Any], policy: Policy) -> None:
    assert needed(vector["every"], vector["threshold"], vector["wanted"], policy) == vector["expected"]


def test_a_computer_that_is_always_there_is_counted_because_it_renews_within_the_window(policy: Policy) -> None:
    assert policy.renewal.days <= policy.window_days
    assert seen_probability(1, policy) == 1
    window = policy.window_days * 24 * 60
    assert seen_probability(1, replace(policy, renewal_minutes=window)) == 1
    assert seen_probability(1, replace(policy, renewal_minutes=window + 1)) < 1
    assert seen_probability(1, replace(policy, renewal_minutes=2 * window)) == Fraction(1, 2)


@pytest.mark.parametrize("every", [0, -1])
def test_less_than_one_day_is_refused(every: int, policy: Policy) -> None:
    with pytest.raises(ValueError, match="expected 1 or more"):
        seen_probability(every, policy)


@pytest.mark.parametrize("wanted", [0, 1, -0.5, 1.5])
def test_a_wanted_probability_outside_zero_and_one_is_refused(wanted: float, policy: Policy) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        needed(7, 25, wanted, policy)


def test_a_distribution_says_nothing_beyond_its_cap() -> None:
    with pytest.raises(ValueError, match="ends at 10"):
        at_least(binomial(20, 0.5, 10), 11)


@pytest.mark.parametrize("cap", [1, 3, 12, 20])
def test_the_distribution_equals_that_of_every_combination(cap: int) -> None:
    parts = [(4, 0.3), (3, 0.85), (2, 1.0), (1, 0.0), (2, 0.01)]
    chances = [chance for computers, chance in parts for _ in range(computers)]
    assert distribution(parts, cap) == near(enumerated(chances, cap))


@pytest.mark.parametrize("computers", [0, 1, 24, 25, 26, 49, 50, 51, 120])
@pytest.mark.parametrize("chance", [Fraction(1, 100), Fraction(1, 3), Fraction(77, 100), Fraction(999, 1000)])
def test_a_binomial_equals_exact_fractions(computers: int, chance: Fraction) -> None:
    assert binomial(computers, float(chance), 50) == near([float(x) for x in exact([(computers, chance)], 50)])


def test_ten_thousand_rare_computers_equal_exact_integers() -> None:
    computers, whole, rare = 10_000, 1000, 3
    ways = [comb(computers, k) * rare**k * (whole - rare) ** (computers - k) for k in range(45)]
    everything = whole**computers
    expected = [0.0] * 5 + [way / everything for way in ways] + [(everything - sum(ways)) / everything]
    assert distribution([(computers, rare / whole), (5, 1.0)], 50) == near(expected, 1e-11)


def test_ten_thousand_computers_take_well_under_50_ms() -> None:
    def elapsed() -> float:
        start = time.perf_counter()
        distribution([(5000, 0.003), (5000, 0.77)], 50)
        return time.perf_counter() - start

    assert min(elapsed() for _ in range(5)) < 0.25


@UNHURRIED
@given(LOTS, st.integers(1, 60))
def test_probabilities_are_probabilities_and_sum_to_one(parts: list[tuple[int, float]], cap: int) -> None:
    seen = distribution(parts, cap)
    assert len(seen) == cap + 1
    assert all(0 <= probability <= 1 + TOLERANCE for probability in seen)
    assert fsum(seen) == near(1, 1e-9)


@UNHURRIED
@given(LOTS, st.integers(1, 40), PROBABILITIES)
def test_adding_computers_never_lowers_the_probability(
    parts: list[tuple[int, float]], more: int, chance: float
) -> None:
    before, after = distribution(parts, 50), distribution([*parts, (more, chance)], 50)
    for threshold in (1, 5, 25, 50):
        assert at_least(after, threshold) >= at_least(before, threshold) - 1e-9


@UNHURRIED
@given(st.integers(0, 200), DAYS, DAYS)
def test_more_frequent_contact_never_lowers_the_probability(
    policy: Policy, computers: int, one: int, other: int
) -> None:
    often, seldom = sorted((one, other))
    chances = [float(seen_probability(every, policy)) for every in (often, seldom)]
    assert chances[0] >= chances[1]
    for threshold in (5, 25):
        more, less = (at_least(binomial(computers, chance, 50), threshold) for chance in chances)
        assert more >= less - 1e-9


@UNHURRIED
@given(LOTS)
def test_the_expected_count_is_at_most_the_computers_seen_and_the_cap(parts: list[tuple[int, float]]) -> None:
    expected = fsum(computers * chance for computers, chance in parts)
    assert mean(distribution(parts, 50)) <= min(expected, 50) + 1e-9
    everybody = sum(computers for computers, _ in parts) + 1
    assert mean(distribution(parts, everybody)) == near(expected, 1e-8), "without a cap both are the same"


@UNHURRIED
@given(DAYS, st.sampled_from([5, 25]), st.sampled_from([0.5, 0.95, 0.99, 0.999]))
def test_needed_is_enough_and_one_less_is_not(policy: Policy, every: int, threshold: int, wanted: float) -> None:
    enough = needed(every, threshold, wanted, policy)
    assert enough is not None
    chance = float(seen_probability(every, policy))
    assert at_least(binomial(enough, chance, threshold), threshold) >= wanted
    assert enough == threshold or at_least(binomial(enough - 1, chance, threshold), threshold) < wanted


def test_the_model_agrees_with_a_simulation_day_by_day(policy: Policy) -> None:
    """2,400 computers of three kinds come and go for 20 windows, and the host forgets them after each window's length.

    They are 60 fleets of 40 computers, which gives 1,200 counts. The tolerance is four standard errors.
    """
    generator = random.Random(20261124)
    kinds = [(20, 7), (15, 21), (5, 60)]
    fleets, windows = 60, 20
    fleet_of = [(number, every) for number in range(fleets) for count, every in kinds for _ in range(count)]
    last_seen = [-policy.window_days] * len(fleet_of)
    counts: Counter[int] = Counter()
    for today in range(windows * policy.window_days):
        for index, (_, every) in enumerate(fleet_of):
            if generator.random() * every < 1:
                last_seen[index] = today
        if (today + 1) % policy.window_days == 0:
            seen = Counter(
                number for (number, _), day in zip(fleet_of, last_seen, strict=True) if today - day < policy.window_days
            )
            counts.update(seen[number] for number in range(fleets))
    samples = sum(counts.values())
    assert samples == fleets * windows
    model = distribution([(count, float(seen_probability(every, policy))) for count, every in kinds], 40)
    for threshold in (28, 31, 33, 35):
        expected = at_least(model, threshold)
        observed = sum(times for count, times in counts.items() if count >= threshold) / samples
        assert observed == near(expected, 4 * sqrt(expected * (1 - expected) / samples))


def test_the_share_of_a_host_thins_the_probability(catalog: Catalog, policy: Policy) -> None:
    """Simulated too: every computer keeps to the host it drew first."""
    organization = fleet(
        (host("a", weight=1), host("b", weight=3)), group("g", "windows-11", 60, ("a", "b"), network_every_days=14)
    )
    count = host_count("b", "windows", organization, catalog, policy)
    held = hold(count, policy)
    chance = float(seen_probability(14, policy) * Fraction(3, 4))
    assert held.distribution == near(binomial(60, chance, 50))
    assert held.expected_seen == near(60 * chance)
    generator = random.Random(7)
    samples, above = 1500, 0
    for _ in range(samples):
        mine = sum(generator.random() < 0.75 for _ in range(60))
        seen = sum(any(generator.random() * 14 < 1 for _ in range(policy.window_days)) for _ in range(mine))
        above += seen >= 40
    expected = at_least(held.distribution, 40)
    assert 0.2 < expected < 0.8
    assert above / samples == near(expected, 4 * sqrt(expected * (1 - expected) / samples))


def test_a_count_of_computers_that_are_always_there_is_certain(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a"),), group("g", "windows-11", 25, ("a",)), group("s", "windows-server-2025", 3, ("a",))
    )
    for chance in hold(host_count("a", "windows", organization, catalog, policy), policy).chances:
        assert (chance.together, chance.alone, chance.certain) == (1, 1, True)


def test_a_probability_that_a_float_rounds_to_one_is_not_called_certain(catalog: Catalog, policy: Policy) -> None:
    organization = fleet((host("a"),), group("g", "windows-11", 500, ("a",), network_every_days=2))
    (chance,) = hold(host_count("a", "windows", organization, catalog, policy), policy).chances
    assert chance.together == 1
    assert not chance.certain


def test_office_generations_have_a_probability_together_and_alone(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a"),),
        group("o24", "office-ltsc-2024", 20, ("a",), network_every_days=21),
        group("o21", "office-ltsc-2021", 6, ("a",), network_every_days=21),
    )
    (chance,) = hold(host_count("a", "office", organization, catalog, policy), policy).chances
    seen = float(seen_probability(21, policy))
    assert chance.together == near(at_least(binomial(26, seen, 10), 5))
    assert chance.alone == near(at_least(binomial(6, seen, 10), 5))
    assert chance.alone < chance.together


def test_windows_releases_share_one_probability(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a"),),
        group("w11", "windows-11", 20, ("a",), network_every_days=21),
        group("w10", "windows-10", 20, ("a",), network_every_days=21),
    )
    (chance,) = hold(host_count("a", "windows", organization, catalog, policy), policy).chances
    assert chance.together == chance.alone == near(at_least(binomial(40, float(seen_probability(21, policy)), 50), 25))


def test_a_host_without_askers_has_a_count_of_zero(catalog: Catalog, policy: Policy) -> None:
    organization = fleet((host("a"), host("b", priority=9)), group("g", "windows-11", 30, ("a", "b")))
    held = hold(host_count("b", "windows", organization, catalog, policy), policy)
    assert held.distribution[0] == 1
    assert (held.expected_seen, held.expected_reported, held.chances) == (0, 0, ())


def test_computers_behind_one_client_id_are_one(catalog: Catalog, policy: Policy) -> None:
    """However many there are, they meet no threshold; that one is there whenever any of them is."""
    lab = group("lab", "windows-11", 30, ("h",), network_every_days=60, reset_every_days=1, reset_client_id="shared")
    others = group("a", "windows-11", 24, ("h",))
    alone = host_count("h", "windows", fleet((host("h"),), lab), catalog, policy)
    assert (alone.asking, alone.standings[0].computers, alone.standings[0].short_by) == (1, 1, 24)
    both = host_count("h", "windows", fleet((host("h"),), others, lab), catalog, policy)
    seen = 1 - (59 / 60) ** policy.window_days
    assert hold(both, policy).chances[0].alone == pytest.approx(1 - (1 - seen) ** 30, abs=1e-12)
    assert sum(asker.clients for asker in both.askers) == 54


@pytest.mark.parametrize("id_", ["new", "own"])
def test_other_ways_of_setting_back_count_each_computer(id_: str, catalog: Catalog, policy: Policy) -> None:
    plain = group("lab", "windows-11", 30, ("h",), network_every_days=3)
    again = plain.model_copy(update={"reset_every_days": 1, "reset_client_id": id_})
    found = [
        hold(host_count("h", "windows", fleet((host("h"),), one), catalog, policy), policy) for one in (plain, again)
    ]
    assert found[0] == found[1]


def test_each_of_two_hosts_counts_the_shared_id(catalog: Catalog, policy: Policy) -> None:
    lab = group("lab", "windows-11", 3, ("h", "i"), network_every_days=2, reset_every_days=1, reset_client_id="shared")
    pair = fleet((host("h"), host("i")), lab)
    for name in ("h", "i"):
        count = host_count(name, "windows", pair, catalog, policy)
        assert count.asking == 1
        seen = float(seen_probability(2, policy))
        assert hold(count, policy).expected_seen == pytest.approx(1 - (1 - seen / 2) ** 3, abs=1e-12)
        # A single computer that comes so often is counted as often.
        every = contact_of(count.askers[0], policy)
        assert float(seen_probability(Fraction(every), policy)) == pytest.approx(1 - (1 - seen / 2) ** 3, abs=1e-12)
