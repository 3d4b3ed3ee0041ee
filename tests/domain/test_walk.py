"""The walk over links leads every reader to the outcome of the tables."""

from __future__ import annotations

from itertools import product

import pytest

from macros.catalog.decision_tables import Compiled
from macros.domain.decision import alive, narrowed, possible
from macros.domain.walk import Exit, Step, walk

LONGEST_WALK = 100
"""Steps; a page with more would not be read."""


def taken(step: Step, answer: str | int) -> Exit:
    [found] = [
        each
        for each in step.exits
        if each.value == answer or (each.band is not None and answer in each.band)  # type: ignore[operator]
    ]
    return found


@pytest.mark.slow
def test_every_reader_arrives_where_the_tables_say(tables: Compiled) -> None:
    steps = {step.id: step for step in walk(tables)}
    choices = [dimension.values or [band.low for band in dimension.bands] for dimension in tables.dimensions]
    names = [dimension.id for dimension in tables.dimensions]
    # Every combination would take long: every seventh passes all rules.
    for combination in [*product(*choices)][::7]:
        answers = dict(zip(names, combination, strict=True))
        here = next(iter(steps))
        while here in steps:
            here = taken(steps[here], answers[steps[here].question]).target
        assert possible(tables, alive(tables, narrowed(tables, answers))) == (here,)


@pytest.mark.parametrize("number", [0, 1, 3, 4, 5, 6, 23, 24, 25, 26, 10_000_000])
def test_each_number_has_one_exit(number: int, tables: Compiled) -> None:
    for step in walk(tables):
        assert step.exits[0].band is None or taken(step, number)


def test_the_walk_is_short_and_in_order(tables: Compiled) -> None:
    steps = walk(tables)
    place = {step.id: number for number, step in enumerate(steps)}
    assert 0 < len(steps) <= LONGEST_WALK
    assert len(place) == len(steps)
    for step in steps:
        targets = [exit_.target for exit_ in step.exits]
        assert len(set(targets)) > 1, "a question whose answers all lead to one place is not asked"
        assert all(target in tables.methods or place[target] > place[step.id] for target in targets)
        reached = {
            outcome
            for target in targets
            for outcome in ((target,) if target in tables.methods else steps[place[target]].possible)
        }
        assert reached == set(step.possible)
