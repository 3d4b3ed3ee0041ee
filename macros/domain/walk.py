"""The guide as a walk over links: every step asks one question, every answer leads to a step or to an outcome.

Steps from which the same questions and outcomes follow are one step, so the walk stays short. There is no step for
"I don't know": a reader who does not know follows each answer in turn, and everything that is reached is possible.
"""

from __future__ import annotations

from dataclasses import dataclass

from macros.catalog.decision_tables import Band, Compiled, Masks, bits

from .decision import alive, next_question, possible


@dataclass(frozen=True)
class Exit:
    """An answer, or several neighboring bands of numbers, and the id of the step or outcome that follows."""

    target: str
    value: str | None = None
    band: Band | None = None


@dataclass(frozen=True)
class Step:
    """One question. `possible` are the outcomes that can be reached from here."""

    id: str
    question: str
    possible: tuple[str, ...]
    exits: tuple[Exit, ...]


Target = int | str
"""The number of a step, or the id of an outcome."""


@dataclass(frozen=True)
class _Node:
    question: str
    possible: tuple[str, ...]
    targets: tuple[Target, ...]


def walk(tables: Compiled) -> tuple[Step, ...]:
    """Every step, the first question first, and each step before the ones that it leads to."""
    nodes = _Walker(tables).nodes
    ids = _ids(nodes)
    return tuple(
        Step(name, nodes[number].question, nodes[number].possible, _exits(tables, nodes[number], ids))
        for number, name in ids.items()
    )


class _Walker:
    """Finds the steps. A step is numbered once it is known where each of its answers leads, so the first comes last."""

    def __init__(self, tables: Compiled) -> None:
        self.nodes: list[_Node] = []
        self._tables = tables
        self._numbers: dict[tuple[str, tuple[Target, ...]], int] = {}
        self._known: dict[tuple[int, frozenset[str]], Target] = {}
        self._target(tables.full, frozenset())

    def _target(self, masks: Masks, asked: frozenset[str]) -> Target:
        """What follows from here: the boxes that are left and the questions asked decide it."""
        boxes = alive(self._tables, masks)
        if (boxes, asked) not in self._known:
            self._known[boxes, asked] = self._found(masks, boxes, asked)
        return self._known[boxes, asked]

    def _found(self, masks: Masks, boxes: int, asked: frozenset[str]) -> Target:
        outcomes = possible(self._tables, boxes)
        question = next_question(self._tables, masks, asked)
        if question is None:
            return outcomes[0]
        place = self._tables.position[question]
        targets = tuple(
            self._target((*masks[:place], bit, *masks[place + 1 :]), asked | {question})
            for bit in bits(self._tables.dimensions[place].full)
        )
        if (question, targets) not in self._numbers:
            self._numbers[question, targets] = len(self.nodes)
            self.nodes.append(_Node(question, outcomes, targets))
        return self._numbers[question, targets]


def _ids(nodes: list[_Node]) -> dict[int, str]:
    """An id for each step, each before the ones it leads to: the question, numbered from its second step on."""
    ids: dict[int, str] = {}
    times: dict[str, int] = {}
    depths = _depths(nodes)
    for number in sorted(depths, key=lambda each: (depths[each], -each)):
        question = nodes[number].question
        time = times[question] = times.get(question, 0) + 1
        name = question.replace("_", "-")
        ids[number] = name if time == 1 else f"{name}-{time}"
    return ids


def _depths(nodes: list[_Node]) -> dict[int, int]:
    """The largest number of questions before each step. A step has a smaller number than every one that leads to it."""
    depths = dict.fromkeys(range(len(nodes)), 0)
    for number in reversed(range(len(nodes))):
        for target in nodes[number].targets:
            if isinstance(target, int):
                depths[target] = max(depths[target], depths[number] + 1)
    return depths


def _exits(tables: Compiled, node: _Node, ids: dict[int, str]) -> tuple[Exit, ...]:
    dimension = tables.dimensions[tables.position[node.question]]
    targets = [target if isinstance(target, str) else ids[target] for target in node.targets]
    if dimension.values:
        return tuple(Exit(target, value=value) for target, value in zip(targets, dimension.values, strict=True))
    found: list[Exit] = []
    for target, band in zip(targets, dimension.bands, strict=True):
        last = found[-1].band if found else None
        if last and found[-1].target == target:
            found[-1] = Exit(target, band=Band(last.low, band.high))
        else:
            found.append(Exit(target, band=band))
    return tuple(found)
