"""Names that are probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, inf

_LONGEST = 64
"""Characters. Nothing that long is a misspelling, and comparing it would be slow."""


def nearest(given: str, names: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The name that is probably meant, None when none is near; of two that are as near, the first in the alphabet.

    Near are words that share at least `cutoff` of their letters, in the same order. Letter case does not count.
    The browser does the same: docs/assets/javascripts/text-reading.js, held to the same cases.
    """
    word = given.lower()[:_LONGEST]
    best, found = cutoff, None
    for name in sorted(names):
        letters = name.lower()
        both = len(letters) + len(word)
        # Not one less for the sake of what 1 - 0.8 is to a computer.
        most = floor((1 - best) * both + 1e-9)
        near = 1 - _distance(letters, word, most) / both if both else 1
        if near > best or (near == best and found is None):
            best, found = near, name
    return found


def _distance(one: str, other: str, most: int) -> float:
    """How many letters to put in and take out to make one word of another; infinite for more than `most`."""
    if abs(len(one) - len(other)) > most:
        return inf
    row: list[int] = [*range(len(other) + 1)]
    for letter in one:
        above, row = row, [row[0] + 1]
        for at, wanted in enumerate(other):
            row.append(above[at] if letter == wanted else 1 + min(above[at + 1], row[at]))
        if min(row) > most:
            return inf
    return float(row[-1])
