"""What stands at the head of a data file for all of its records: the day of the next look, and values that most share.

A file of records with a head has the records under `records`. `defaults` gives each record what it does not say
itself; for a list inside of the records, or of a file that is one structure, it names the list:
`elements.attributes: {confidence: documented}`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from .strict_yaml import DataError, Document, Problem, nearest, short
from .yaml_events import KeyPath

DEFAULTS, RECORDS, REVIEW = "defaults", "records", "review_by"
MAY_DEFAULT = frozenset({"sources", "confidence"})
"""What a record may leave to its file. Everything else would hide what the record is about."""


@dataclass(frozen=True)
class Head:
    """A file without its head, what the head said, and where."""

    document: Document
    review_by: date | None = None
    """Day by which somebody should look through the file; None for a file without a head."""
    lines: frozenset[int] = frozenset()
    """Lines of the defaults: what is wrong there is wrong in many records, and is said once."""


def read_head(document: Document, *, is_list: bool) -> Head:
    """Take the head off a file and give its records what they leave to it. Raises DataError for a wrong head."""
    data = document.data
    if not data:
        return Head(document)
    if not isinstance(data, dict) or (is_list and RECORDS not in data):
        expected = f"{REVIEW}: and the day, then {RECORDS}: and the list" if is_list else f"{REVIEW}: and the day"
        raise DataError([document.problem((), f"must begin with {expected}")])
    known = {REVIEW, DEFAULTS, RECORDS}
    if is_list and (unknown := [key for key in data if key not in known]):
        raise DataError(_unknown(document, unknown, sorted(known)))
    head = Head(document, _review_day(document))
    defaults = _defaults(document, is_list)
    rest = {key: value for key, value in data.items() if key not in (REVIEW, DEFAULTS)}
    lines = {path: line for path, line in document.lines.items() if path[:1] not in ((REVIEW,), (DEFAULTS,))}
    for names, values in defaults.items():
        lines |= _spread(document, rest, names, values)
    data = rest[RECORDS] if is_list else rest
    lines = {path[1:]: line for path, line in lines.items() if path} if is_list else lines
    said = frozenset(line for path, line in document.lines.items() if path[:1] == (DEFAULTS,))
    return replace(head, document=replace(document, data=data, lines=MappingProxyType(lines)), lines=said)


def _review_day(document: Document) -> date:
    given = document.data.get(REVIEW)
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError:
        what = "is missing" if given is None else f"must be a day such as 2027-03-02; given: {short(given)}"
        expected = "" if given is not None else "; expected the day by which somebody should look through the file"
        raise DataError([document.problem((REVIEW,), f"{what}{expected}")]) from None


def once(problems: list[Problem], heads: Mapping[str, Head]) -> Iterator[Problem]:
    """The problems, with what is wrong in the defaults of a file said once and as such."""
    seen: Counter[tuple[str, int | None, str]] = Counter()
    for problem in problems:
        head = heads.get(problem.file)
        if head is None or problem.line not in head.lines:
            yield problem
            continue
        same = (problem.file, problem.line, problem.message)
        seen[same] += 1
        if seen[same] == 1:
            name = problem.key.replace("]", "").replace(", ", ".").rpartition(".")[2]
            yield replace(problem, key=f"{DEFAULTS}.{name}")


def _defaults(document: Document, is_list: bool) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
    """Values by the list that they are for."""
    given = document.data.get(DEFAULTS, {})
    lists = given
    if is_list and isinstance(given, dict):
        inner = {name: values for name, values in given.items() if isinstance(values, dict)}
        own = {name: value for name, value in given.items() if name not in inner}
        lists = {**({RECORDS: own} if own else {}), **{f"{RECORDS}.{name}": values for name, values in inner.items()}}
    if not isinstance(lists, dict) or not all(isinstance(values, dict) and values for values in lists.values()):
        example = "{confidence: documented}" if is_list else "{products: {confidence: documented}}"
        raise DataError([document.problem((DEFAULTS,), f"must be keys with values, such as {example}")])
    wrong = [
        document.problem(
            (*_place(key), name),
            f"is for each record to say. Allowed here: {', '.join(sorted(MAY_DEFAULT))}",
        )
        for key, values in lists.items()
        for name in values
        if name not in MAY_DEFAULT
    ]
    if wrong:
        raise DataError(wrong)
    return {tuple(key.split(".")): values for key, values in lists.items()}


def _place(name: str) -> KeyPath:
    """Where the defaults of a list stand; those of the records of a file stand without a name."""
    return (DEFAULTS,) if name == RECORDS else (DEFAULTS, name.removeprefix(f"{RECORDS}."))


def _spread(document: Document, data: Any, names: tuple[str, ...], values: Mapping[str, Any]) -> dict[KeyPath, int]:
    """Give each record of a list the values that it leaves out. Returns the lines on which they stand."""
    where = _place(".".join(names))
    found = [*_records(data, (), names)]
    if not found:
        known = sorted(name.removeprefix(f"{RECORDS}.") for name in _lists(data))
        message = f"names no list of this file.{nearest(where[-1], known)} Allowed here: {', '.join(known)}"
        raise DataError([document.problem(where, message)])
    lines: dict[KeyPath, int] = {}
    for name, value in values.items():
        line = document.lines[(*where, name)]
        lacking = [(path, record) for path, record in found if name not in record]
        if not lacking:
            message = "is a default that no record needs: each says its own; remove it"
            raise DataError([document.problem((*where, name), message)])
        for path, record in lacking:
            record[name] = value
            lines[(*path, name)] = line
    return lines


def _records(data: Any, path: KeyPath, names: tuple[str, ...]) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """The records of a list, and where they stand; a list inside of the records of a list has two names."""
    if not names:
        if isinstance(data, dict):
            yield path, data
    elif isinstance(data, dict) and isinstance(data.get(names[0]), list):
        for index, each in enumerate(data[names[0]]):
            yield from _records(each, (*path, names[0], index), names[1:])


def _lists(data: Any) -> Iterator[str]:
    """Names of the lists of records in a file."""
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, list) and any(isinstance(each, dict) for each in value):
            yield key
            yield from {f"{key}.{name}" for each in value for name in _lists(each)}


def _unknown(document: Document, keys: list[str], known: list[str]) -> list[Problem]:
    return [
        document.problem((key,), f"unknown key.{nearest(key, known)} Allowed here: {', '.join(known)}") for key in keys
    ]
