"""Reads situations for the decision tables: one or a list, as YAML or JSON, or decision records that hold answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from .strict_yaml import MAX_DEPTH, DataError, Document, decoded, parse, short

ANSWERS = "answers"
"""Key of a decision record, or of a vector, under which the answers stand."""

Situation = tuple[tuple[str | int, ...], Mapping[str, Any]]
"""Where the answers stand in the file, and the answers by question."""


def read_situations(stream: IO[bytes], file: str) -> tuple[Document, tuple[Situation, ...]]:
    """The situations of an open file, in its order; with the document, which knows the line of each key.

    Raises DataError for text that is neither YAML nor JSON, and for anything but a situation or a list of them.
    """
    document = _document(decoded(stream, file), file)
    if isinstance(document.data, list):
        return document, tuple(_situation(document, (index,), each) for index, each in enumerate(document.data))
    return document, (_situation(document, (), document.data),)


def _situation(document: Document, path: tuple[str | int, ...], data: Any) -> Situation:
    if isinstance(data, dict) and ANSWERS in data:
        path, data = (*path, ANSWERS), data[ANSWERS]
    if not isinstance(data, dict):
        raise DataError([document.problem(path, f"must be answers by question, not {short(data)}")])
    return path, data


def _document(text: str, file: str) -> Document:
    """YAML, which knows lines and takes almost all JSON; then JSON as its own rules have it."""
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
