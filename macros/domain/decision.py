"""The decision guide: what the answers so far leave possible, what to ask next, and what would change the outcome.

Everything is exact set arithmetic on the boxes of the decision tables. Answers, given or not, allow a set of
situations; the boxes that share one with it are the ones still alive; their outcomes are the ones still possible.
The page's script does the same on the same boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from macros.catalog.decision_tables import UNKNOWN, Band, Box, Compiled, Dimension, Hit, Masks, bits
from macros.catalog.models import DecisionTables

LARGEST_COUNT = 10_000_000
"""Computers; the same limit as in the organization's file."""

_LONGEST_SHOWN = 60
"""Characters of a wrong answer that a message repeats."""

Answers = Mapping[str, str | int]
"""Answers by question. A question that is left out, or answered with `unknown`, is open."""


class AnswerError(ValueError):
    """Answers that cannot be used. `problems` holds (question, what is wrong and what is allowed)."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{name}: {text}" for name, text in problems))


@dataclass(frozen=True)
class Change:
    """One other answer and the outcomes that are possible with it.

    For a number, `band` is the range of numbers with these outcomes, and `value` the one nearest to the answer.
    """

    question: str
    value: str | int
    outcomes: tuple[str, ...]
    band: Band | None = None


@dataclass(frozen=True)
class Reason:
    """A rule that is hit. `certain` says that it is hit whatever the open questions are."""

    table: str
    rule: str
    certain: bool


@dataclass(frozen=True)
class Advice:
    """What the tables say about one situation.

    `possible` are the outcomes still possible, in the order of the outcomes; `outcome` is the one that is left.
    `fallbacks` are the outcomes possible once this one is out of reach; an outcome without a way out has none.
    `ask` is the question to ask next.
    """

    possible: tuple[str, ...]
    outcome: str | None
    fallbacks: tuple[str, ...]
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    ask: str | None

    @property
    def fallback(self) -> str | None:
        """The fallback, if there is only one."""
        return self.fallbacks[0] if len(self.fallbacks) == 1 else None


def narrowed(tables: Compiled, answers: Answers) -> Masks:
    """The situations that the answers allow. Raises AnswerError for unknown questions and impossible values."""
    problems = [*_wrong_answers(tables, answers)]
    if problems:
        raise AnswerError(problems)
    return tuple(
        dimension.full if answers.get(dimension.id, UNKNOWN) == UNKNOWN else bit_of(dimension, answers[dimension.id])
        for dimension in tables.dimensions
    )


def bit_of(dimension: Dimension, answer: str | int) -> int:
    """The bit that stands for an answer in the masks of its question."""
    if isinstance(answer, int):
        return 1 << next(place for place, band in enumerate(dimension.bands) if answer in band)
    return 1 << dimension.values.index(answer)


def alive(tables: Compiled, masks: Masks) -> int:
    """The set of boxes that share a situation with these masks."""
    return tables.sharing(masks)


def possible(tables: Compiled, boxes: int) -> tuple[str, ...]:
    """Outcomes of a set of boxes, in the order of the outcomes."""
    return tuple(outcome for outcome, leading in tables.leading_to.items() if leading & boxes)


def advise(tables: Compiled, records: DecisionTables, answers: Answers) -> Advice:
    """Everything the tables say about one situation. Raises AnswerError."""
    masks = narrowed(tables, answers)
    boxes = alive(tables, masks)
    outcomes = possible(tables, boxes)
    decided = outcomes[0] if len(outcomes) == 1 else None
    others = records.outcome(decided).without if decided else {}
    return Advice(
        possible=outcomes,
        outcome=decided,
        fallbacks=without(tables, answers, others) if others else (),
        reasons=tuple(_reasons(tables, records, boxes)) if decided else (),
        changes=tuple(_changes(tables, answers, masks, decided)) if decided else (),
        ask=next_question(tables, masks, answers),
    )


def without(tables: Compiled, answers: Answers, others: Answers) -> tuple[str, ...]:
    """Outcomes that are possible when other answers take the place of the given ones."""
    return possible(tables, alive(tables, narrowed(tables, {**answers, **others})))


def next_question(tables: Compiled, masks: Masks, asked: Iterable[str]) -> str | None:
    """The question to ask next; None when no open question can change the outcome.

    Among the questions that were not asked yet, the one that leaves the fewest methods on average, each answer being
    taken as equally likely; then the one that leaves the fewest outcomes. Questions for a number come after the
    others, because answering them means counting. Among equals the order of the tables decides.
    """
    boxes = alive(tables, masks)
    outcomes = possible(tables, boxes)
    if len(outcomes) == 1:
        return None
    closed = set(asked)
    places = [place for place, dimension in enumerate(tables.dimensions) if dimension.id not in closed]
    if not places:
        return None
    scored = [(_score(tables, boxes, masks, place, outcomes), place) for place in places]
    narrowing = [(score, place) for score, place in scored if score[0] < _SPLITS_NOTHING]
    if narrowing:
        return tables.dimensions[min(narrowing)[1]].id
    deciding = _deciding(tables, boxes, masks)
    return next((tables.dimensions[place].id for place in places if place in deciding), None)


_SPLITS_METHODS, _SPLITS_OUTCOMES, _SPLITS_NOTHING = range(3)
_Score = tuple[int, bool, Fraction, Fraction]


def _score(tables: Compiled, boxes: int, masks: Masks, place: int, outcomes: Sequence[str]) -> _Score:
    """How well a question splits; smaller is better. Answers that leave the same boxes are one answer."""
    left = {boxes & tables.allowing[place][bit] for bit in bits(masks[place])}
    each = [possible(tables, some) for some in left]
    methods = Fraction(sum(len(_methods(tables, some)) for some in each), len(left))
    remaining = Fraction(sum(map(len, each)), len(left))
    if methods < len(_methods(tables, outcomes)):
        splits = _SPLITS_METHODS
    else:
        splits = _SPLITS_OUTCOMES if remaining < len(outcomes) else _SPLITS_NOTHING
    return splits, bool(tables.dimensions[place].bands), methods, remaining


def _methods(tables: Compiled, outcomes: Iterable[str]) -> set[str]:
    return {tables.methods[outcome] for outcome in outcomes}


def _deciding(tables: Compiled, boxes: int, masks: Masks) -> set[int]:
    """Places of the questions that can change the outcome: two outcomes that differ in that answer alone."""
    found = set()
    for one, other in combinations(_members(tables, boxes), 2):
        if one.outcome == other.outcome:
            continue
        apart = [
            place for place, (a, b, m) in enumerate(zip(one.masks, other.masks, masks, strict=True)) if not a & b & m
        ]
        if len(apart) == 1:
            found.add(apart[0])
    return found


def _changes(tables: Compiled, answers: Answers, masks: Masks, decided: str) -> Iterator[Change]:
    for place, dimension in enumerate(tables.dimensions):
        answer = answers.get(dimension.id, UNKNOWN)
        if answer == UNKNOWN:
            continue
        rest = alive(tables, (*masks[:place], dimension.full, *masks[place + 1 :]))
        others = [
            (bit, found)
            for bit in bits(dimension.full)
            if (found := possible(tables, rest & tables.allowing[place][bit])) != (decided,)
        ]
        if isinstance(answer, int):
            yield from _numbers(dimension, answer, others)
        else:
            for bit, outcomes in others:
                yield Change(dimension.id, dimension.values[bit.bit_length() - 1], outcomes)


def _numbers(dimension: Dimension, answer: int, others: Sequence[tuple[int, tuple[str, ...]]]) -> Iterator[Change]:
    """Neighboring bands with the same outcomes are one change."""
    merged: list[tuple[Band, tuple[str, ...]]] = []
    for bit, outcomes in others:
        band = dimension.bands[bit.bit_length() - 1]
        if merged and merged[-1][1] == outcomes and merged[-1][0].high == band.low - 1:
            merged[-1] = (Band(merged[-1][0].low, band.high), outcomes)
        else:
            merged.append((band, outcomes))
    for band, outcomes in merged:
        nearest = band.low if band.low > answer or band.high is None else band.high
        yield Change(dimension.id, nearest, outcomes, band)


def _reasons(tables: Compiled, records: DecisionTables, boxes: int) -> Iterator[Reason]:
    """Rules hit by any of the boxes, in the order of the tables."""
    order: list[Hit] = [(table.id, rule.id) for table in records.tables for rule in table.rules]
    hits = [set(box.hits) for box in _members(tables, boxes)]
    every, some = set.intersection(*hits), set.union(*hits)
    yield from (Reason(*hit, certain=hit in every) for hit in order if hit in some)


def _members(tables: Compiled, boxes: int) -> list[Box]:
    return [tables.boxes[bit.bit_length() - 1] for bit in bits(boxes)]


def _wrong_answers(tables: Compiled, answers: Answers) -> Iterator[tuple[str, str]]:
    for name, value in answers.items():
        if name not in tables.position:
            yield str(name), f"is no question; allowed: {', '.join(tables.position)}"
        elif value != UNKNOWN and (allowed := _not_allowed(tables.dimensions[tables.position[name]], value)):
            yield name, f"{_shown(value)} is no answer; allowed: {allowed}, {UNKNOWN}"


def _not_allowed(dimension: Dimension, value: object) -> str | None:
    """What is allowed, for a value that is not."""
    if dimension.bands:
        right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT
        return None if right else f"a whole number of computers from 0 to {LARGEST_COUNT}"
    return None if value in dimension.values else ", ".join(dimension.values)


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # more digits than Python writes out
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
