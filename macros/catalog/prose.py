"""Texts of the records, whatever record they stand in, and what must hold for every sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from .models import Catalog
from .strict_yaml import Problem

OUTPUTS = "outputs.yaml"
FLEET = "fleet.yaml"
_LABELS = ("id", "code", "option", "term", "name", "product", "topic")
PATTERNS = frozenset(
    {
        "pattern",
        "patterns",
        "loose",
        "like",
        "unlike",
        "date",
        "label",
        "same_product",
        "prefixes",
        "junk",
        "prompt",
        "suites",
        "suite_ids",
    }
)
"""Keys of outputs.yaml and fleet.yaml that hold regular expressions. Elsewhere a key of that name holds words."""
_PRINTED = frozenset({"output", "languages"})
"""Keys of outputs.yaml that hold what programs print."""
_NO_RECORDS = frozenset({"file_reviews", "changes"})
"""What a catalog holds beside records: days, and what records said in earlier releases."""
_MARKS = re.compile(r"[{}]|\[\[|\]\]")


def file_of(catalog_field: str, record: object) -> str:
    """The file of a record, by the field of the catalog that it stands in."""
    return fact_file(str(getattr(record, "id", ""))) if catalog_field == "facts" else f"{file_name(catalog_field)}.yaml"


def file_name(catalog_field: str) -> str:
    """The name of a data file without its ending."""
    return catalog_field.replace("_", "-")


def fact_file(fact_id: str) -> str:
    """The file that a fact belongs into: that of its area."""
    return f"facts/{fact_id.split('.', 1)[0]}.yaml"


def label_of(record: object) -> str:
    """What editors know a record by; empty when it has no name of its own."""
    known = type(record).model_fields if isinstance(record, BaseModel) else {}
    return next((str(found) for name in _LABELS if name in known and (found := getattr(record, name))), "")


def records(catalog: Catalog) -> Iterator[tuple[str, tuple[str, ...], BaseModel]]:
    """Every record of the data: its file, its place there, and itself. A file that is one structure is one record."""
    for name in type(catalog).model_fields:
        found = getattr(catalog, name)
        if name in _NO_RECORDS:
            continue
        if isinstance(found, tuple):
            yield from ((file_of(name, each), (label_of(each) or f"[{n}]",), each) for n, each in enumerate(found))
        else:
            yield file_of(name, found), (), found


def texts(catalog: Catalog) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Every text of the data: file, place by place, text."""
    for file, start, record in records(catalog):
        yield from ((file, place, text) for place, text in texts_of(record, start))


def texts_of(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a value, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts_of(getattr(value, name), (*place, name))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from texts_of(part, (*place, str(name)))
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            label = label_of(part) if isinstance(part, BaseModel) else ""
            yield from texts_of(part, (*place, label or f"[{index}]"))


def patterns(catalog: Catalog) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """The regular expressions of the readers' data: file, place, pattern."""
    for file, record in ((OUTPUTS, catalog.outputs), (FLEET, catalog.fleet)):
        yield from ((file, place, text) for place, text in texts_of(record) if _is_pattern(place))


def _is_pattern(place: tuple[str, ...]) -> bool:
    return not PATTERNS.isdisjoint(place) and _PRINTED.isdisjoint(place)


def sentences_closed(catalog: Catalog) -> Iterator[Problem]:
    """No sentence holds an opened or closed brace that stands for nothing, nor a go-to that does not end."""
    for file, place, text in texts(catalog):
        if not _MARKS.search(text):
            continue
        if file in (OUTPUTS, FLEET) and (_is_pattern(place) or not _PRINTED.isdisjoint(place)):
            continue
        if wrong := _unclosed(text):
            yield Problem(file, None, ", ".join(place), wrong)


_CLOSES = {"{": "}", "[[": "]]"}
_EXPECTED = {"{": "{fact.id} or no brace", "[[": "[[a-checklist.step]]"}
_SAID = {
    ("{", True): 'has a "{{" that is not closed; expected {expected}',
    ("{", False): 'has a "}}" that was not opened; expected {expected}',
    ("[[", True): 'has "[[" without "]]"; expected {expected}',
    ("[[", False): 'has "]]" without "[["; expected {expected}',
}


def _unclosed(text: str) -> str | None:
    """What is wrong with the marks of a text; one may stand inside of the other kind, and not of its own."""
    is_open = dict.fromkeys(_CLOSES, False)
    for match in _MARKS.finditer(text):
        kind = match[0] if match[0] in _CLOSES else next(mark for mark, end in _CLOSES.items() if end == match[0])
        opens = match[0] == kind
        if opens == is_open[kind]:
            return _SAID[kind, opens].format(expected=_EXPECTED[kind])
        is_open[kind] = opens
    left = next((kind for kind, still in is_open.items() if still), None)
    return _SAID[left, True].format(expected=_EXPECTED[left]) if left else None
