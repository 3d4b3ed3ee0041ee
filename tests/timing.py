"""Bounds on time that hold on a busy machine."""

from __future__ import annotations

from collections.abc import Callable

TRIES = 5


def shortest(measure: Callable[[], float], bound: float) -> float:
    """The first of a few measurements below the bound, else the shortest.

    Other processes can take the processor from one measurement; code that is too slow is so in each of them.
    """
    times: list[float] = []
    while len(times) < TRIES and not (times and times[-1] < bound):
        times.append(measure())
    return min(times)
