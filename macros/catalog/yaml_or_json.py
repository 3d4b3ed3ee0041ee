"""Input that somebody writes for a command, as YAML or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .strict_yaml import MAX_DEPTH, DataError, Document, parse


def yaml_or_json(text: str, file: str) -> Document:
    """YAML, which knows lines and takes almost all JSON; then JSON as its own rules have it. Raises DataError."""
    try:
        return parse(text, file)
    except DataError as not_yaml:
        if not text.lstrip().startswith(("{", "[")):
            raise
        try:
            data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise not_yaml from None
        if _depth_beyond(data, MAX_DEPTH):
            raise
        return Document(file, data, {}, text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _depth_beyond(data: Any, limit: int) -> bool:
    level = [data]
    for _ in range(limit):
        level = [child for each in level for child in _children(each)]
    return bool(level)


def _children(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        yield from data.values()
    elif isinstance(data, list):
        yield from data
