"""The regular expressions that data may hold: a small language in which Python and browsers agree, and that no text
makes slow.

A pattern is letters, escaped signs, lists such as `[a-z]`, groups, alternatives and repetitions. It is read here by a
grammar of our own, because what a text costs depends on how its repetitions stand to each other, which a compiled
pattern does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

LINE = 1_000
"""Characters of the longest line that is read, and so the most that a repetition without an end repeats."""
LONG = 16
"""Repetitions from which it matters whether two of them can share a text between them in many ways."""
MOST_WAYS = 50_000
"""Ways to share one text between the repetitions of a pattern. Our choice: a pattern with as many is read in
milliseconds."""
MOST_BRANCHES = 2_000
COUNTED = 10**9
"""Ways beyond which nobody counts."""

NESTED = "repeats what repeats already, so some texts take for ever; expected one repetition: [a-z]{1,40}"
SHARED = (
    "has repetitions that can share one text in {ways:,} ways, so some texts take for ever; expected at most {most:,}: "
    "give each an end, such as {{1,40}}, or put a sign between them that the first cannot take"
)
BROKEN = "is no pattern: {why} at character {at}; expected a regular expression"
FOREIGN = "has {what} at character {at}, which Python and browsers read differently; expected {instead}"
BRANCHES = f"has more than {MOST_BRANCHES:,} alternatives in all; expected fewer, or several patterns"

_CLASS = re.compile(r"\[\^?(?:\\.|[^\]\\])+\]")
_REPEAT = re.compile(r"(?:[*+?]|\{([0-9]+)(,([0-9]*))?\})\??")
_LETTERS = re.compile(r"\\[A-Za-z0-9]")
_ALPHABET = "".join(map(chr, range(32, 127)))
_OPENINGS = ("(?:", "(?!", "(?=", "(")


class PatternError(ValueError):
    """A pattern that cannot be used, with what is wrong and what is expected instead."""


@dataclass(frozen=True)
class _Item:
    """A sign, a list or a group, and how often it stands."""

    text: str
    """The pattern of one sign; empty for a group."""
    branches: tuple[tuple[_Item, ...], ...] = ()
    least: int = 1
    most: int = 1
    is_ahead: bool = False
    """It looks ahead, and takes nothing."""

    @property
    def varies(self) -> bool:
        """Whether it may stand more than once, and not always as often."""
        return self.most > 1 and self.most != self.least

    @property
    def is_long(self) -> bool:
        return self.varies and self.most >= LONG


def problem_of(pattern: str) -> str | None:
    """What is wrong with a pattern, and what is expected; None for one that can be used."""
    try:
        re.compile(pattern)
    except re.error as error:
        return BROKEN.format(why=error.msg, at=(error.pos or 0) + 1)
    try:
        tree = _Reader(pattern).whole()
        if any(_nests(item, is_inside=False) for branch in tree for item in branch):
            return NESTED
        ways = max(map(_ways, _runs(tree)), default=1)
    except PatternError as error:
        return str(error)
    return SHARED.format(ways=ways, most=MOST_WAYS) if ways > MOST_WAYS else None


class _Reader:
    """Reads a pattern that Python accepts; PatternError for what is not of the small language."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0

    def whole(self) -> tuple[tuple[_Item, ...], ...]:
        return self._branches()

    def _branches(self) -> tuple[tuple[_Item, ...], ...]:
        branches: list[list[_Item]] = [[]]
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            sign = self.pattern[self.at]
            if sign == "|":
                branches.append([])
                self.at += 1
            elif sign in "^$":
                self.at += 1
            else:
                branches[-1].append(self._repeated(self._item()))
        return tuple(map(tuple, branches))

    def _item(self) -> _Item:
        if self.pattern[self.at] == "(":
            return self._group()
        if self.pattern[self.at] == "[":
            return _Item(self._taken(_CLASS, "a bracket in a list", r"it escaped: \["))
        if self.pattern[self.at] == "\\":
            if _LETTERS.match(self.pattern, self.at):
                raise self._foreign(self.pattern[self.at : self.at + 2], "a list such as [0-9]")
            self.at += 2
            return _Item(self.pattern[self.at - 2 : self.at])
        self.at += 1
        return _Item(re.escape(self.pattern[self.at - 1]) if self.pattern[self.at - 1] != "." else ".")

    def _group(self) -> _Item:
        opening = next(o for o in _OPENINGS if self.pattern.startswith(o, self.at))
        if opening == "(" and self.pattern.startswith("(?", self.at):
            raise self._foreign(self.pattern[self.at : self.at + 3], "( or (?:")
        self.at += len(opening)
        branches = self._branches()
        self.at += 1
        return _Item("", branches, is_ahead=opening in ("(?!", "(?="))

    def _repeated(self, item: _Item) -> _Item:
        found = _REPEAT.match(self.pattern, self.at)
        if not found:
            return item
        self.at = found.end()
        least, most = {"*": (0, LINE), "+": (1, LINE), "?": (0, 1)}.get(found[0][0], (0, 0))
        if found[1]:
            least = int(found[1])
            most = least if found[2] is None else int(found[3]) if found[3] else max(LINE, least)
        return _Item(item.text, item.branches, least, most, item.is_ahead)

    def _taken(self, wanted: re.Pattern[str], what: str, instead: str) -> str:
        found = wanted.match(self.pattern, self.at)
        text = found[0] if found else ""
        if not text or "[" in text[1:].replace("\\[", "") or _LETTERS.search(text):
            raise self._foreign(what if not _LETTERS.search(text) else text, instead)
        self.at += len(text)
        return text

    def _foreign(self, what: str, instead: str) -> PatternError:
        return PatternError(FOREIGN.format(what=what, at=self.at + 1, instead=instead))


def _nests(item: _Item, *, is_inside: bool) -> bool:
    """Whether a long repetition stands inside of what stands several times."""
    if is_inside and item.is_long:
        return True
    return any(_nests(part, is_inside=is_inside or item.varies) for branch in item.branches for part in branch)


def _runs(branches: tuple[tuple[_Item, ...], ...]) -> Iterator[tuple[_Item, ...]]:
    """Every way through the alternatives, as signs in a row. A group that repeats counts as one sign."""
    count = 0
    for branch in branches:
        choices = [list(_choices(item)) for item in branch]
        for parts in product(*choices):
            count += 1
            if count > MOST_BRANCHES:
                raise PatternError(BRANCHES)
            yield tuple(item for part in parts for item in part)


def _choices(item: _Item) -> Iterator[tuple[_Item, ...]]:
    if item.is_ahead or not item.branches or item.most > 1:
        yield () if item.is_ahead else (item,)
        return
    if item.least == 0:
        yield ()
    yield from _runs(item.branches)


def _ways(run: tuple[_Item, ...]) -> int:
    """In how many ways the repetitions of a row can share one text, at most.

    Two of them compete as long as nothing stands between that the first cannot take: where such a sign must stand, the
    first one has to end there.
    """
    competing: list[_Item] = []
    most = 1
    for item in run:
        takes = _takes(item)
        if item.least:
            competing = [one for one in competing if _takes(one) & takes]
        if item.varies or item.branches:
            competing.append(item)
            most = max(most, prod(map(_own_ways, competing)))
    return min(most, COUNTED)


def _own_ways(item: _Item) -> int:
    """In how many ways one repetition can take what it takes: its number, and for a group its forms each time."""
    forms = sum(prod(_own_ways(part) for part in run) for run in _runs(item.branches)) if item.branches else 1
    times: int = forms ** min(item.most, COUNTED.bit_length())
    return min((item.most - item.least + 1) * times, COUNTED)


@lru_cache(maxsize=1_000)
def _takes(item: _Item) -> frozenset[str]:
    """Signs of the alphabet that an item can take, and its own ones beyond."""
    if item.branches:
        return frozenset().union(*(_takes(part) for branch in item.branches for part in branch))
    pattern = re.compile(item.text)
    return frozenset(sign for sign in _ALPHABET + item.text if pattern.fullmatch(sign))
