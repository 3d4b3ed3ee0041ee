"""The guide as a walk over links: every step asks one question, every answer leads to a step or to an outcome.

Steps from which the same questions and outcomes follow are one step, so the walk stays short. There is no step for
"I don't know": a reader who does not know follows each answer in turn, and everything that is reached is possible.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from macros.catalog.decision_tables import Band, Compiled, Masks

from .decision import alive, bits, next_question, possible


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


@dataclass(frozen=True)
class _Node:
    question: str
    possible: tuple[str, ...]
    children: tuple[_Node | str, ...]


def walk(tables: Compiled) -> tuple[Step, ...]:
    """Every step, the first question first, and each step before the ones that it leads to."""
    nodes: dict[_Node, _Node] = {}
    root = _node(tables, tables.full, (), nodes)
    if isinstance(root, str):
        return ()
    ids = _ids(root)
    return tuple(Step(name, node.question, node.possible, _exits(tables, node, ids)) for node, name in ids.items())


def _node(tables: Compiled, masks: Masks, asked: tuple[str, ...], nodes: dict[_Node, _Node]) -> _Node | str:
    outcomes = possible(tables, alive(tables, masks))
    question = next_question(tables, masks, asked)
    if question is None:
        return outcomes[0]
    place = tables.position[question]
    children = tuple(
        _node(tables, (*masks[:place], bit, *masks[place + 1 :]), (*asked, question), nodes)
        for bit in bits(tables.dimensions[place].full)
    )
    node = _Node(question, outcomes, children)
    return nodes.setdefault(node, node)


def _ids(root: _Node) -> dict[_Node, str]:
    """An id for each node, each before the ones it leads to: the question, numbered from its second step on."""
    ids: dict[_Node, str] = {}
    times: dict[str, int] = {}
    depths = _depths(root)
    for node in sorted(depths, key=lambda each: depths[each]):
        number = times[node.question] = times.get(node.question, 0) + 1
        name = node.question.replace("_", "-")
        ids[node] = name if number == 1 else f"{name}-{number}"
    return ids


def _depths(root: _Node) -> dict[_Node, int]:
    """The largest number of questions that come before each node, in the order of discovery."""
    depths = {root: 0}
    queue = deque([root])
    while queue:
        node = queue.popleft()
        for child in node.children:
            if isinstance(child, _Node) and depths.get(child, 0) <= depths[node]:
                depths[child] = depths[node] + 1
                queue.append(child)
    return depths


def _exits(tables: Compiled, node: _Node, ids: dict[_Node, str]) -> tuple[Exit, ...]:
    dimension = tables.dimensions[tables.position[node.question]]
    targets = [child if isinstance(child, str) else ids[child] for child in node.children]
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
