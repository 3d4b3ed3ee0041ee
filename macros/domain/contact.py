"""Will the count hold: how many distinct computers a host has seen in the last 30 days, as a distribution.

The model. On each day a computer is on the network with probability 1/d, independently of other days and of other
computers, and asks its host then (fact kms.autostart). A host forgets a computer that it has not heard of during the
window (kms.count.ageing). So a computer is in the count with probability p = 1 - (1 - 1/d)^window, and the count is a
sum of independent yes-or-no trials: a Poisson binomial distribution, computed as the convolution of one binomial
distribution for each group.

A computer that is always on need not start up; it asks when it renews. It is in the count with certainty as long as
the renewal interval is no longer than the window, else with probability window / renewal interval.

With several hosts a computer keeps to the host that answered it (kms.host_caching), so the chance that a given host
counts it is p times that host's share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from math import comb, exp, expm1, fsum, log, log1p

from macros.catalog.models import ProductKind

from .count import Asker, Every, HostCount, Standing
from .policy import Policy

Distribution = tuple[float, ...]
"""Probability of 0, 1, 2, ... computers. The last entry is that of its index or more."""


@dataclass(frozen=True)
class Chance:
    """Probability that a count is at or above the threshold of a product kind on any given day.

    `alone` is the probability for the weakest Office generation, should each have a count of its own. `certain` says
    that enough computers are always seen: other probabilities are below 1, even where a float rounds them to 1.
    """

    kind: ProductKind
    threshold: int
    together: float
    alone: float
    certain: bool


@dataclass(frozen=True)
class Hold:
    """What one count of a host looks like on any given day.

    `expected_seen` are distinct computers seen in the window, `expected_reported` is the count that the host shows,
    which its cap bounds.
    """

    host_id: str
    distribution: Distribution
    expected_seen: float
    expected_reported: float
    chances: tuple[Chance, ...]


def seen_probability(every: Every | Fraction, policy: Policy) -> Fraction:
    """Probability that a computer which is on the network one day in `every` was seen in the window.

    Raises ValueError for a number of days below 1.
    """
    if every == "never":
        return Fraction(0)
    if every < 1:
        raise ValueError(f"one day in how many: expected 1 or more, got {every}")
    if every == 1:
        window = timedelta(days=policy.window_days) // timedelta(minutes=1)
        return min(Fraction(1), Fraction(window, policy.renewal_minutes))
    return 1 - (1 - 1 / Fraction(every)) ** policy.window_days


def binomial(computers: int, probability: float, cap: int) -> Distribution:
    """Distribution of the computers seen out of `computers`, each with the same probability; length `cap` + 1.

    Terms are formed as logarithms, so that neither a binomial coefficient overflows nor a power underflows. The
    absolute error of an entry stays below 1e-11.
    """
    if probability in (0, 1):
        certain = min(computers if probability else 0, cap)
        return tuple(float(k == certain) for k in range(cap + 1))
    yes, no = log(probability), log1p(-probability)
    head = [
        exp(log(comb(computers, k)) + k * yes + (computers - k) * no) if k <= computers else 0.0 for k in range(cap)
    ]
    return (*head, max(0.0, 1.0 - fsum(head)) if computers >= cap else 0.0)


def distribution(parts: Iterable[tuple[int, float]], cap: int) -> Distribution:
    """Distribution of the computers seen out of several lots, each of (computers, probability); length `cap` + 1.

    Lots with one probability are one lot: the sum of two binomials with the same chance is a binomial.
    """
    lots: dict[float, int] = {}
    for computers, probability in parts:
        lots[probability] = lots.get(probability, 0) + computers
    return _together(tuple(lots.items()), cap)


# Hosts that share their clients evenly have the same distribution.
@lru_cache(maxsize=256)
def _together(lots: tuple[tuple[float, int], ...], cap: int) -> Distribution:
    result = binomial(0, 0, cap)
    for probability, computers in lots:
        result = _convolve(result, binomial(computers, probability, cap))
    return result


def at_least(seen: Distribution, threshold: int) -> float:
    """Probability of `threshold` or more. Raises ValueError when the distribution does not reach that far."""
    if threshold >= len(seen):
        raise ValueError(f"the distribution ends at {len(seen) - 1}; it says nothing about {threshold}")
    above = fsum(seen[threshold:])
    # The smaller side is the precise one.
    return above if above < 0.5 else min(1.0, max(0.0, 1.0 - fsum(seen[:threshold])))  # noqa: PLR2004


def mean(seen: Distribution) -> float:
    """Expected value, the last entry counted as its index: the expected reported count."""
    return fsum(k * probability for k, probability in enumerate(seen))


def hold(count: HostCount, policy: Policy) -> Hold:
    """What a host's count looks like on any given day."""
    parts = _parts(count.askers, policy)
    seen = distribution(parts, count.cap)
    readings = [parts]
    if count.count == "office":
        readings += [_parts(members, policy) for _, members in groupby(sorted(count.askers, key=_product), _product)]
    return Hold(
        host_id=count.host_id,
        distribution=seen,
        expected_seen=fsum(computers * probability for computers, probability in parts),
        expected_reported=mean(seen),
        chances=tuple(_chance(standing, readings, count.cap) for standing in count.standings),
    )


def needed(every: Every, threshold: int, wanted: float, policy: Policy) -> int | None:
    """Smallest number of computers with which the threshold is met on any given day with the wanted probability.

    None when they are never on the network. Raises ValueError unless 0 < wanted < 1.
    """
    if not 0 < wanted < 1:
        raise ValueError(f"the wanted probability must lie between 0 and 1, not {wanted}")
    probability = float(seen_probability(every, policy))
    if not probability:
        return None
    enough = max(threshold, 1)
    while not _holds(enough, probability, threshold, wanted):
        enough *= 2
    low = threshold
    while low < enough:
        middle = (low + enough) // 2
        if _holds(middle, probability, threshold, wanted):
            enough = middle
        else:
            low = middle + 1
    return low


def _chance(standing: Standing, readings: Sequence[Sequence[tuple[int, float]]], cap: int) -> Chance:
    each = [at_least(distribution(lots, cap), standing.threshold) for lots in readings]
    always = min(sum(computers for computers, probability in lots if probability == 1) for lots in readings)
    return Chance(standing.kind, standing.threshold, each[0], min(each), always >= standing.threshold)


def _holds(computers: int, probability: float, threshold: int, wanted: float) -> bool:
    return at_least(binomial(computers, probability, threshold), threshold) >= wanted


def _parts(askers: Iterable[Asker], policy: Policy) -> list[tuple[int, float]]:
    return [(asker.computers, _counted(asker, policy)) for asker in askers]


def _counted(asker: Asker, policy: Policy) -> float:
    """Probability that one of the computers is in the host's count, of those behind one ID that any of them is."""
    seen = seen_probability(asker.every, policy)
    return float(seen * asker.share) if asker.behind == 1 and asker.heard == 1 else _any_of(asker, float(seen))


def _any_of(asker: Asker, seen: float) -> float:
    heard = seen * float(asker.heard)
    return 1.0 if heard == 1 else -expm1(asker.behind * log1p(-heard))


def contact_of(asker: Asker, policy: Policy) -> float:
    """One day in how many a single computer is there that a host counts as often as it counts an asker's ID."""
    if asker.behind == 1 and asker.heard == 1:
        return asker.every
    seen = _counted(asker, policy)
    return 1.0 if seen == 1 else 1 / -expm1(log1p(-seen) / policy.window_days)


def _product(asker: Asker) -> str:
    return asker.product_id


def _convolve(one: Sequence[float], other: Sequence[float]) -> Distribution:
    last = len(one) - 1
    result = [0.0] * len(one)
    for i, a in enumerate(one):
        if a:
            for j, b in enumerate(other):
                result[min(i + j, last)] += a * b
    return tuple(result)
