"""Where in its file a problem stands that was found in the finished records, which know no lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .strict_yaml import Document, Problem
from .yaml_events import KeyPath

_NAMES = ("id", "code", "option", "term", "name", "product", "edition", "update", "topic")
"""Keys by which messages name a record."""


def with_line(problem: Problem, documents: Mapping[str, Document]) -> Problem:
    """The problem with the line of the record and key that it names, as far as its file has them."""
    document = documents.get(problem.file)
    if problem.line is not None or document is None or not problem.key:
        return problem
    path = _path(document.data, problem.key.split(", "))
    return replace(problem, line=document.line(path)) if path else problem


def _path(data: Any, names: list[str]) -> KeyPath:
    """The deepest place that fits the names, one after the other; empty when not even the first one fits."""
    found: list[KeyPath] = [()]
    for name in names:
        found = [place for start in found for place in _below(data, start, name)] or found
    return found[0]


def _below(data: Any, start: KeyPath, name: str) -> Iterator[KeyPath]:
    """Places below a start that a name fits: a key path first, then records of that name, the outer ones first."""
    here = _at(data, start)
    if isinstance(here, dict) and any(here.get(key) == name for key in _NAMES):
        yield start
        return
    keys = tuple(int(part) if part.isdecimal() else part for part in re.findall(r"[^.\[\]]+", name))
    if keys and _has(here, keys):
        yield (*start, *keys)
        return
    level = [start]
    while level:
        named = [path for path in level if path != start and _is_named(_at(data, path), name)]
        if named:
            yield from named
            return
        level = [(*path, key) for path in level for key in _children(_at(data, path))]
    head, dot, rest = name.partition(".")
    if dot:
        for path in _below(data, start, head):
            yield from _below(data, path, rest)


def _is_named(value: Any, name: str) -> bool:
    if not isinstance(value, dict):
        return False
    names = [str(value[key]) for key in _NAMES if value.get(key) is not None]
    return name in names or name == f"{value.get('tool')} {value.get('option')}"


def _has(value: Any, keys: KeyPath) -> bool:
    for key in keys:
        if key not in _children(value):
            return False
        value = value[key]
    return True


def _at(data: Any, path: KeyPath) -> Any:
    for key in path:
        data = data[key]
    return data


def _children(value: Any) -> Collection[Any]:
    if isinstance(value, dict):
        return value.keys()
    return range(len(value)) if isinstance(value, list) else ()
