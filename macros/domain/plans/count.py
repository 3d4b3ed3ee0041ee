"""Will the count of a KMS host be reached, and hold? The model is that of `domain.contact`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heapreplace
from math import floor, fsum

from macros.catalog.plan_numbers import WHOLE, CountNumbers, Lot, days_of
from macros.domain.contact import at_least, distribution, seen_probability
from macros.domain.count import threshold
from macros.domain.policy import Policy

MOST = 10_000_000
"""Computers up to which we look for a number that suffices; our choice."""


ALMOST = 1e-9
"""What rounding may take from a sum of parts of computers."""
WANTED = (0.99, 0.999)
"""Probabilities for which we always say what it takes; our choice."""


@dataclass(frozen=True)
class Need:
    """How many computers it takes for a probability, and how many of them are to be added; None when not known."""

    wanted: float
    needed: int | None
    more: int | None


@dataclass(frozen=True)
class CountAnswer:
    """Whether a count is met when every computer is seen, and how likely it is on any day. Computers throughout.

    `needed` is the smallest number of computers, in the same proportions, with which the threshold is met with the
    probability that is wanted; None when the groups say nothing of proportions, or more than MOST would be needed.
    """

    threshold: int
    asking: int
    expected_seen: float
    probability: float
    met: bool
    spare: int
    short_by: int
    holds: bool
    """Whether the probability is the wanted one or more."""
    wanted: float
    needed: int | None
    more_needed: int | None
    for_wanted: tuple[Need, ...]


def answer(numbers: CountNumbers, policy: Policy) -> CountAnswer:
    """The count of a host that these computers ask."""
    limit = threshold(numbers.kind, policy)
    asking = floor(fsum(lot.computers * lot.asks_percent for lot in numbers.groups) / WHOLE + ALMOST)
    chances = [_seen(lot, policy) for lot in numbers.groups]
    counts = [lot.computers for lot in numbers.groups]
    probability = _probability(counts, chances, limit)
    needs = [_need(counts, chances, limit, wanted) for wanted in (*WANTED, numbers.wanted)]
    return CountAnswer(
        threshold=limit,
        asking=asking,
        expected_seen=fsum(count * chance for count, chance in zip(counts, chances, strict=True)),
        probability=probability,
        met=asking >= limit,
        spare=max(0, asking - limit),
        short_by=max(0, limit - asking),
        holds=probability >= numbers.wanted,
        wanted=numbers.wanted,
        needed=needs[-1].needed,
        more_needed=needs[-1].more,
        for_wanted=tuple(sorted(set(needs), key=lambda need: need.wanted)),
    )


def proportioned(counts: Sequence[int], total: int) -> list[int]:
    """So many computers in the proportions of the given counts; a larger total never has fewer in any group.

    Sainte-Laguë's rule: each further computer goes to the group with the largest count / (2 * given so far + 1). It
    gives back the counts themselves for their own sum. Groups that are all empty share alike.
    """
    weights = list(counts) if any(counts) else [1] * len(counts)
    whole, lots = sum(weights), len(weights)
    # Rounding n groups moves the common scale by at most n / 2, so no group gets less than this.
    given = [max(0, (weight * (2 * total - lots) - whole) // (2 * whole)) for weight in weights]
    queue = [
        (-Fraction(weight, 2 * have + 1), place)
        for place, (weight, have) in enumerate(zip(weights, given, strict=True))
    ]
    heapify(queue)
    for _ in range(total - sum(given)):
        place = queue[0][1]
        given[place] += 1
        heapreplace(queue, (-Fraction(weights[place], 2 * given[place] + 1), place))
    return given


def _seen(lot: Lot, policy: Policy) -> float:
    """Probability that a computer of the lot is in the host's count: it keeps to a host, this one or another."""
    return float(seen_probability(Fraction(str(days_of(lot.every_days))), policy)) * lot.asks_percent / WHOLE


def _probability(counts: Sequence[int], chances: Sequence[float], limit: int) -> float:
    return at_least(distribution(zip(counts, chances, strict=True), limit), limit)


def _need(counts: Sequence[int], chances: Sequence[float], limit: int, wanted: float) -> Need:
    enough = _needed(counts, chances, limit, wanted)
    return Need(wanted, enough, None if enough is None else max(0, enough - sum(counts)))


def _needed(counts: Sequence[int], chances: Sequence[float], limit: int, wanted: float) -> int | None:
    if not counts:
        return None

    def suffices(total: int) -> bool:
        return _probability(proportioned(counts, total), chances, limit) >= wanted

    low = enough = max(limit, 1)
    while not suffices(enough):
        low, enough = enough + 1, enough * 2
        if low > MOST:
            return None
    while low < enough:
        middle = (low + enough) // 2
        if suffices(middle):
            enough = middle
        else:
            low = middle + 1
    return low
