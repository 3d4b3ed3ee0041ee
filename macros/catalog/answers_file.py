"""Reads situations for the decision tables: one or a list, as YAML or JSON, or decision records that hold answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

from .strict_yaml import DataError, Document, decoded, short
from .yaml_or_json import yaml_or_json

ANSWERS = "answers"
"""Key of a decision record, or of a vector, under which the answers stand."""

Situation = tuple[tuple[str | int, ...], Mapping[str, Any]]
"""Where the answers stand in the file, and the answers by question."""


def read_situations(stream: IO[bytes], file: str) -> tuple[Document, tuple[Situation, ...]]:
    """The situations of an open file, in its order; with the document, which knows the line of each key.

    Raises DataError for text that is neither YAML nor JSON, and for anything but a situation or a list of them.
    """
    document = yaml_or_json(decoded(stream, file), file)
    if isinstance(document.data, list):
        return document, tuple(_situation(document, (index,), each) for index, each in enumerate(document.data))
    return document, (_situation(document, (), document.data),)


def _situation(document: Document, path: tuple[str | int, ...], data: Any) -> Situation:
    if isinstance(data, dict) and ANSWERS in data:
        path, data = (*path, ANSWERS), data[ANSWERS]
    if not isinstance(data, dict):
        raise DataError([document.problem(path, f"must be answers by question, not {short(data)}")])
    return path, data


def record_of(document: Document, path: Sequence[str | int]) -> Mapping[str, Any] | None:
    """The decision record that holds the answers at a place; None where they stand alone."""
    if not path or path[-1] != ANSWERS:
        return None
    data = document.data
    for key in path[:-1]:
        data = data[key]
    return data if "decided_on" in data else None
