"""YAML as a small tree whose values know their line and column.

PyYAML's parser decides whether the text is YAML. Its events are read here, so that nesting is bounded before anything
recurses on it, a key that stands twice is noticed, and nothing is built from tags.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from .findings import Finding, Place
from .reading import UnreadableError, decode, limit
from .report import UNREADABLE
from .rules import Rules

MOST_CHARACTERS = 200_000
MOST_LINES = 10_000
MOST_VALUES = 20_000
DEEPEST = 40
"""Our choice: playbooks are shorter, and flatter."""

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})


@dataclass(frozen=True)
class Scalar:
    """A text, as written, and where it begins."""

    text: str
    place: Place
    plain: bool = True
    """Written without quotes, so that words such as yes have a meaning."""
    block: bool = False
    """Written on lines of its own, after | or >."""
    tag: str | None = None

    @property
    def boolean(self) -> bool | None:
        """What a plain word means, None when it is no yes or no."""
        word = self.text.lower() if self.plain else ""
        return True if word in _TRUE else False if word in _FALSE else None


@dataclass(frozen=True)
class Entry:
    """A key with its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True)
class Mapping:
    """Keys with their values, in the order of the file."""

    entries: tuple[Entry, ...]
    place: Place
    again: tuple[Scalar, ...] = ()
    """Keys that stand a second time; their values are left out."""

    def get(self, *names: str) -> Node | None:
        """The value of the first of these keys that is there."""
        for name in names:
            for entry in self.entries:
                if entry.key.text == name:
                    return entry.value
        return None

    def text(self, *names: str) -> str | None:
        """The text of such a key, None when it is missing or no text."""
        value = self.get(*names)
        return value.text if isinstance(value, Scalar) else None


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


Node = Scalar | Mapping | Sequence

RULES = Rules.beside(__file__, "yaml")


class NotYamlError(ValueError):
    """A text that is no YAML, with the finding for it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read(data: str | bytes) -> tuple[str, Node | None]:
    """The text and its first document, None when there is none. Raises NotYamlError."""
    try:
        text = decode(data)
        limit(text, "\n", MOST_LINES, "lines")
        if len(text) > MOST_CHARACTERS:
            raise UnreadableError("too-large", size=f"{len(text):,} characters")
    except UnreadableError as error:
        place = Place(error.line, error.column) if error.line else None
        raise NotYamlError(UNREADABLE[error.rule].finding(place, **error.values)) from None
    try:
        return text, _Builder().document(iter(yaml.parse(text, Loader=yaml.CSafeLoader)))
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        # The end of the file counts as a line of its own there.
        last = text.rstrip("\n").count("\n") + 1
        place = Place(min(mark.line + 1, last), mark.column + 1) if mark else None
        raise NotYamlError(RULES["yaml-syntax"].finding(place, detail=error.problem or "it cannot be read")) from None
    except (yaml.YAMLError, ValueError) as error:
        # Characters that YAML does not allow have no mark.
        if isinstance(error, NotYamlError):
            raise
        position = getattr(error, "position", None)
        place = Place(text.count("\n", 0, position) + 1) if isinstance(position, int) else None
        detail = getattr(error, "reason", None) or "it holds a character that YAML does not allow"
        raise NotYamlError(RULES["yaml-syntax"].finding(place, detail=detail)) from None


@dataclass
class _Builder:
    values: int = 0

    def document(self, events: Iterator[Any]) -> Node | None:
        """The first document; what comes after it is parsed, and left out."""
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                built = self._node(event, events, 0)
                root = built if root is None else root
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self.values += 1
        if depth > DEEPEST or self.values > MOST_VALUES:
            raise NotYamlError(RULES["yaml-nesting"].finding(_place(event)))
        node: Node
        if isinstance(event, yaml.AliasEvent):
            # A value that is named elsewhere counts as text of its own, so that no file grows by repetition.
            return Scalar(f"*{event.anchor}", _place(event), plain=False)
        if isinstance(event, yaml.SequenceStartEvent):
            node = Sequence(tuple(self._items(events, depth)), _place(event))
        elif isinstance(event, yaml.MappingStartEvent):
            node = self._mapping(event, events, depth)
        else:
            block = event.style in ("|", ">")
            node = Scalar(event.value, _place(event), plain=not event.style, block=block, tag=event.tag)
        return node

    def _items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self._node(event, events, depth + 1)

    def _mapping(self, start: Any, events: Iterator[Any], depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        again: list[Scalar] = []
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                key = Scalar("", key.place, plain=False)
            if key.text in entries:
                again.append(key)
            else:
                entries[key.text] = Entry(key, value)
        return Mapping(tuple(entries.values()), _place(start), tuple(again))


def _place(event: Any) -> Place:
    return Place(int(event.start_mark.line) + 1, int(event.start_mark.column) + 1)
