"""Decision tables multiplied out into boxes, so that they can be checked and asked.

Each table gives one result for every combination of its inputs. An input is a question, or the result of an earlier
table, written `<table>-result`. The result of the last table is the outcome.

`compiled` multiplies the tables out into boxes: a box allows some answers for each question and has one outcome.
Because each table is complete and never gives two results, the boxes cover every situation exactly once. Questions
that ask for a number are cut into bands at the thresholds, since no rule looks at anything else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import prod

from .models import Catalog, DecisionTable, DecisionTables, Question, Row, Rule

RESULT = "-result"
MET, SHORT = "met", "short"
UNKNOWN = "unknown"
"""The answer "I don't know"."""
_MOST_ANSWERS = 30
"""Answers of one question: a mask in the browser is a whole number of 32 bits, one of them for the sign."""
_LARGEST_TABLE = 10_000
"""Combinations of one table; many times the largest, and still checked in an instant."""


@dataclass(frozen=True)
class Band:
    """Numbers that no rule tells apart, from `low` to `high`; `high` is None for the last band."""

    low: int
    high: int | None

    def __contains__(self, number: int) -> bool:
        return self.low <= number and (self.high is None or number <= self.high)


@dataclass(frozen=True)
class Dimension:
    """A question and what can be answered: ids, or bands of numbers. Bit n of a mask stands for answer n."""

    id: str
    values: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()

    @property
    def full(self) -> int:
        """The mask that allows every answer."""
        return (1 << len(self.values or self.bands)) - 1


Masks = tuple[int, ...]
"""Allowed answers, a bit mask for each question in the order of the questions."""
Hit = tuple[str, str]
"""(table, rule)"""


@dataclass(frozen=True)
class Box:
    """Situations with one outcome, and the rules that lead there, table by table."""

    masks: Masks
    outcome: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, eq=False)
class Compiled:
    """The tables multiplied out.

    `methods` names the method of each outcome, in the order of the outcomes. `version` changes with every change that
    can change an outcome. A set of boxes is an integer whose bit n stands for box n.
    """

    dimensions: tuple[Dimension, ...]
    boxes: tuple[Box, ...]
    methods: Mapping[str, str]
    version: str

    @cached_property
    def full(self) -> Masks:
        """The masks of a situation about which nothing is known."""
        return tuple(dimension.full for dimension in self.dimensions)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Place of each question in the masks."""
        return {dimension.id: place for place, dimension in enumerate(self.dimensions)}

    @cached_property
    def allowing(self) -> tuple[Mapping[int, int], ...]:
        """For each question and each answer (as its bit), the set of boxes that allow it."""
        return tuple(
            {
                1 << bit: sum(1 << n for n, box in enumerate(self.boxes) if box.masks[place] >> bit & 1)
                for bit in range(dimension.full.bit_length())
            }
            for place, dimension in enumerate(self.dimensions)
        )

    def sharing(self, masks: Masks) -> int:
        """The set of boxes that share a situation with these masks."""
        found = (1 << len(self.boxes)) - 1
        for allowing, mask in zip(self.allowing, masks, strict=True):
            found &= _union(allowing[bit] for bit in bits(mask))
        return found

    @cached_property
    def leading_to(self) -> Mapping[str, int]:
        """For each outcome the set of boxes that have it."""
        return {
            outcome: sum(1 << n for n, box in enumerate(self.boxes) if box.outcome == outcome)
            for outcome in self.methods
        }


def bands(limits: Iterable[int]) -> tuple[Band, ...]:
    """Numbers cut at each threshold."""
    lows = [0, *sorted({limit for limit in limits if limit > 0})]
    return tuple(
        Band(low, later - 1 if later is not None else None) for low, later in zip(lows, [*lows[1:], None], strict=True)
    )


def thresholds(catalog: Catalog) -> Mapping[str, int]:
    """Activation threshold of each product, in computers. Raises LookupError or TypeError for a fact that is none."""
    found = {}
    for kind, fact_id in catalog.decision_tables.thresholds.items():
        value = catalog.fact(fact_id).value
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f'{kind}: fact "{fact_id}" must be a number of computers, not {value!r}')
        found[str(kind)] = value
    kinds = [answer.id for answer in catalog.decision_tables.question("product").values]
    if sorted(kinds) != sorted(found):
        raise LookupError(f"must be given for each product: {_list(kinds)}")
    return found


def compiled(tables: DecisionTables, limits: Mapping[str, int]) -> Compiled:
    """Multiply the tables out. `limits` is the activation threshold of each product, in computers.

    The tables must be free of `table_problems`; what an incomplete table leaves out is in no box.
    """
    cut = bands(limits.values())
    dimensions = tuple(
        Dimension(each.id, values=tuple(answer.id for answer in each.values))
        if each.values
        else Dimension(each.id, bands=cut)
        for each in tables.inputs
    )
    compiler = _Compiler(tables, dimensions, limits)
    last = tables.tables[-1]
    boxes = tuple(Box(masks, rule.gives, hits) for rule in last.rules for masks, hits in compiler.rule(last, rule))
    methods = {outcome.id: outcome.method or outcome.id for outcome in tables.outcomes}
    return Compiled(dimensions, boxes, methods, _version(dimensions, boxes))


def _version(dimensions: Sequence[Dimension], boxes: Sequence[Box]) -> str:
    """Eight hexadecimal digits over everything that an outcome depends on."""
    content = [
        [(d.id, d.values, [(b.low, b.high) for b in d.bands]) for d in dimensions],
        sorted((box.masks, box.outcome) for box in boxes),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]


_Partial = tuple[Masks, tuple[Hit, ...]]


class _Compiler:
    def __init__(self, tables: DecisionTables, dimensions: tuple[Dimension, ...], limits: Mapping[str, int]) -> None:
        self._tables = {table.id: table for table in tables.tables}
        self._dimensions = dimensions
        self._places = {dimension.id: place for place, dimension in enumerate(dimensions)}
        self._limits = limits
        self._known: dict[tuple[str, str], list[_Partial]] = {}

    def rule(self, table: DecisionTable, rule: Rule) -> Iterator[_Partial]:
        for row in rule.when:
            for masks, hits in self._row(row):
                yield masks, (*hits, (table.id, rule.id))

    def _result(self, table_id: str, result: str) -> list[_Partial]:
        if (table_id, result) not in self._known:
            table = self._tables[table_id]
            self._known[table_id, result] = [
                part for rule in table.rules if rule.gives == result for part in self.rule(table, rule)
            ]
        return self._known[table_id, result]

    def _row(self, row: Row) -> Iterator[_Partial]:
        """What a row allows: one choice for each of its cells, multiplied out. Empty choices fall away."""
        choices = [[*self._cell(name, values)] for name, values in row.items()]
        for parts in product(*choices):
            masks = tuple(
                self._all(place, (part[0][place] for part in parts)) for place in range(len(self._dimensions))
            )
            if all(masks):
                yield masks, tuple(dict.fromkeys(hit for part in parts for hit in part[1]))

    def _all(self, place: int, masks: Iterable[int]) -> int:
        allowed = self._dimensions[place].full
        for mask in masks:
            allowed &= mask
        return allowed

    def _cell(self, name: str, values: Sequence[str]) -> Iterator[_Partial]:
        if name.endswith(RESULT):
            for value in values:
                yield from self._result(name.removesuffix(RESULT), value)
        elif self._dimensions[self._places[name]].bands:
            yield from self._count(name, values)
        else:
            yield self._only(**{name: _mask(self._dimensions[self._places[name]].values, values)}), ()

    def _count(self, name: str, values: Sequence[str]) -> Iterator[_Partial]:
        """A number that meets the threshold or not: which one, the product says."""
        kinds = self._dimensions[self._places["product"]].values
        cut = self._dimensions[self._places[name]].bands
        for limit in sorted(set(self._limits.values())):
            met = sum(1 << place for place, band in enumerate(cut) if band.low >= limit)
            short = sum(1 << place for place, band in enumerate(cut) if band.low < limit)
            allowed = (met if MET in values else 0) | (short if SHORT in values else 0)
            of_kind = _mask(kinds, [kind for kind in kinds if self._limits[kind] == limit])
            yield self._only(**{name: allowed, "product": of_kind}), ()

    def _only(self, **masks: int) -> Masks:
        return tuple(masks.get(dimension.id, dimension.full) for dimension in self._dimensions)


def _mask(all_values: Sequence[str], chosen: Iterable[str]) -> int:
    return sum(1 << all_values.index(value) for value in set(chosen))


Finding = tuple[str, str]
"""(place, what is wrong and what is expected)"""


def table_problems(tables: DecisionTables) -> list[Finding]:
    """Everything that is wrong inside the tables: ids first, and completeness once the ids are right."""
    found = [*_wrong_ids(tables)]
    if not found:
        found = [problem for table in tables.tables for problem in _incomplete(tables, table)]
    return found


def outcome_problems(tables: DecisionTables, found: Compiled) -> Iterator[Finding]:
    """Rules that nothing reaches, questions without effect, and answers that change an outcome in the wrong direction.

    More computers never turn KMS into MAK, and gaining domain membership never takes ADBA away.
    """
    reached = {hit for box in found.boxes for hit in box.hits}
    for table in tables.tables:
        for rule in table.rules:
            if (table.id, rule.id) not in reached:
                yield f"{table.id}, {rule.id}", "no answers lead to this rule; expected a rule that can be reached"
    used = {name for table in tables.tables for name in table.inputs}
    for each in tables.inputs:
        if each.id not in used:
            yield each.id, "no table has this input, so the question changes nothing"
    yield from _in_reach(tables, found)
    worse = [
        *((each.id, "kms-", "mak-", "a larger number") for each in tables.inputs if not each.values),
        ("directory", "adba", "", "domain membership"),
    ]
    for name, before, after, step in worse:
        yield from _backward(found, name, before, after, step)


def _in_reach(tables: DecisionTables, found: Compiled) -> Iterator[Finding]:
    """Outcomes that are still possible under the answers that are said to take them out of reach."""
    for outcome in tables.outcomes:
        if not outcome.without:
            continue
        given = {found.position[name]: _bit(found, name, value) for name, value in outcome.without.items()}
        leading = found.leading_to[outcome.id]
        for box in found.boxes:
            moved = tuple(given.get(place, mask) for place, mask in enumerate(box.masks))
            if box.outcome == outcome.id and (still := found.sharing(moved) & leading):
                rules = ", ".join(f"{table} {rule}" for table, rule in found.boxes[still.bit_length() - 1].hits)
                answers = ", ".join(f"{name} {value}" for name, value in outcome.without.items())
                yield (
                    f"{outcome.id}, without",
                    f"the outcome is still possible with {answers}, by the rules {rules}; expected answers that rule "
                    "it out, or rules that do not lead there",
                )
                break


def _bit(found: Compiled, name: str, value: str | int) -> int:
    dimension = found.dimensions[found.position[name]]
    if isinstance(value, int):
        return 1 << next(place for place, band in enumerate(dimension.bands) if value in band)
    return 1 << dimension.values.index(value)


def _backward(found: Compiled, name: str, before: str, after: str, step: str) -> Iterator[Finding]:
    """Boxes that differ in one answer only, where the better answer has the worse outcome."""
    place = found.position[name]
    worse = [outcome for outcome in found.methods if outcome.startswith(after) and not outcome.startswith(before)]
    leading = _union(found.leading_to[outcome] for outcome in worse)
    for one in found.boxes:
        if one.outcome.startswith(before):
            better = _better(found.dimensions[place], one.masks[place])
            for bit in bits(found.sharing((*one.masks[:place], better, *one.masks[place + 1 :])) & leading):
                other = found.boxes[bit.bit_length() - 1]
                rules = f"{one.hits[-1][1]} and {other.hits[-1][1]}"
                yield name, f"{step} turns {one.outcome} into {other.outcome}; expected the contrary (rules {rules})"


def _better(dimension: Dimension, mask: int) -> int:
    """Answers that are better than some answer of a mask: a larger number, or the first value."""
    if dimension.bands:
        lowest = mask & -mask
        return dimension.full & ~(2 * lowest - 1)
    return 1 if mask != 1 else 0


def bits(mask: int) -> Iterator[int]:
    """The bits of a mask, each on its own, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest


def _union(sets: Iterable[int]) -> int:
    found = 0
    for each in sets:
        found |= each
    return found


def _wrong_ids(tables: DecisionTables) -> Iterator[Finding]:
    questions = {each.id: _values_of(each) for each in tables.inputs}
    known = dict(questions)
    for table in tables.tables:
        for name in table.inputs:
            if name not in known:
                yield f"{table.id}, inputs", f'"{name}" is no question and no earlier table; known: {_list(known)}'
        for rule in table.rules:
            place = f"{table.id}, {rule.id}"
            if rule.gives not in table.results:
                yield place, f'gives "{rule.gives}"; allowed: {_list(table.results)}'
            for row in rule.when:
                yield from ((place, text) for text in _wrong_cells(row, table, known))
        for result in table.results:
            if result not in {rule.gives for rule in table.rules}:
                yield table.id, f'no rule gives "{result}"; expected at least one'
        yield from _repeated(f"{table.id}, rules", [rule.id for rule in table.rules])
        known[table.id + RESULT] = tuple(table.results)
    yield from _repeated("inputs", [each.id for each in tables.inputs])
    for each in tables.inputs:
        if len(each.values) > _MOST_ANSWERS:
            yield f"{each.id}, values", f"has {len(each.values)} answers; at most {_MOST_ANSWERS} are allowed"
        yield from _repeated(f"{each.id}, values", [answer.id for answer in each.values])
        if each.default is not None and each.default not in {answer.id for answer in each.values}:
            listed = _list([answer.id for answer in each.values])
            yield f"{each.id}, default", f'"{each.default}" is no answer of the question; allowed: {listed}'
        if UNKNOWN in {answer.id for answer in each.values}:
            yield f"{each.id}, values", f'"{UNKNOWN}" is what an open question is called; expected another id'
    yield from _repeated("criteria", [criterion.id for criterion in tables.criteria])
    yield from _repeated("tables", [table.id for table in tables.tables])
    yield from _wrong_outcomes(tables, questions)


def _wrong_cells(row: Row, table: DecisionTable, known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, values in row.items():
        if name not in table.inputs:
            yield f'looks at "{name}"; inputs of this table: {_list(table.inputs)}'
        for value in values:
            if name in known and value not in known[name]:
                yield f'"{value}" is no value of {name}; allowed: {_list(known[name])}'


def _wrong_outcomes(tables: DecisionTables, questions: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    last, ids = tables.tables[-1], [outcome.id for outcome in tables.outcomes]
    numeric = {each.id for each in tables.inputs if not each.values}
    if sorted(ids) != sorted(last.results):
        yield "outcomes", f"must be the results of the last table: {_list(last.results)}"
    yield from _repeated("outcomes", ids)
    for outcome in tables.outcomes:
        if bool(outcome.without) == bool(outcome.no_fallback):
            yield outcome.id, "needs either without or no_fallback; expected exactly one of them"
        for name, value in outcome.without.items():
            if name not in questions:
                allowed: Sequence[str] = tuple(questions)
            elif name in numeric:
                allowed = () if isinstance(value, int) and value >= 0 else ("a whole number from 0 on",)
            else:
                allowed = () if value in questions[name] else questions[name]
            if allowed:
                yield f"{outcome.id}, without", f'"{name}: {value}" is no answer; allowed: {_list(allowed)}'
    for rule in last.rules:
        if rule.criterion not in {criterion.id for criterion in tables.criteria}:
            yield f"{last.id}, {rule.id}", f"needs a criterion; allowed: {_list(c.id for c in tables.criteria)}"


def _incomplete(tables: DecisionTables, table: DecisionTable) -> Iterator[Finding]:
    """Combinations with no rule or with two, and inputs without effect."""
    values = _all_values(tables)
    size = prod(len(values[name]) for name in table.inputs)
    if size > _LARGEST_TABLE:
        yield table.id, f"has {size} combinations; at most {_LARGEST_TABLE} are allowed: split it into two tables"
        return
    results: dict[tuple[str, ...], str] = {}
    for combination in product(*(values[name] for name in table.inputs)):
        hits = [rule for rule in table.rules if any(_holds(row, table.inputs, combination) for row in rule.when)]
        rows = sum(_holds(row, table.inputs, combination) for rule in hits for row in rule.when)
        shown = ", ".join(f"{name} {value}" for name, value in zip(table.inputs, combination, strict=True))
        if not hits:
            yield table.id, f"has no rule for {shown}; expected exactly one"
        elif rows > 1:
            yield table.id, f"has {rows} rows for {shown} ({_list(rule.id for rule in hits)}); expected exactly one"
        else:
            results[combination] = hits[0].gives
    for place, name in enumerate(table.inputs):
        by_rest: dict[tuple[str, ...], set[str]] = {}
        for combination, result in results.items():
            by_rest.setdefault(combination[:place] + combination[place + 1 :], set()).add(result)
        if all(len(found) == 1 for found in by_rest.values()):
            yield table.id, f'the input "{name}" changes no result; expected an input that does, or none'


def _holds(row: Row, inputs: Sequence[str], combination: Sequence[str]) -> bool:
    return all(value in row.get(name, (value,)) for name, value in zip(inputs, combination, strict=True))


def _all_values(tables: DecisionTables) -> Mapping[str, Sequence[str]]:
    return {each.id: _values_of(each) for each in tables.inputs} | {
        table.id + RESULT: tuple(table.results) for table in tables.tables
    }


def _values_of(each: Question) -> tuple[str, ...]:
    return tuple(answer.id for answer in each.values) or (MET, SHORT)


def _repeated(place: str, ids: Sequence[str]) -> Iterator[Finding]:
    for one, other in combinations(range(len(ids)), 2):
        if ids[one] == ids[other]:
            yield place, f'"{ids[one]}" stands twice; ids are expected once'


def _list(words: Iterable[object]) -> str:
    return ", ".join(str(word) for word in words)
