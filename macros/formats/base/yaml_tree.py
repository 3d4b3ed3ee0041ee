"""YAML as a small tree whose values know their line and column.

The reader of the data walks the events too (`catalog/yaml_events.py`); here they become a tree, which knows places and
keys that stand twice, and takes what data may not have: tags, aliases, a further document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from macros.catalog.yaml_events import Event, EventReader, Events, KeyPath, column_of, line_of

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
        return text, _Builder().read(text)
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


class _Builder(EventReader[Node, Node]):
    """Builds the tree. A key that is no text counts as an empty one."""

    deepest = DEEPEST
    most = MOST_VALUES

    def goes_on(self, event: Event) -> bool:
        """What comes after the first document is parsed, and left out."""
        return True

    def beyond(self, event: Event, path: KeyPath, *, is_deep: bool) -> NotYamlError:
        """Say that the file is too much to be read here."""
        return NotYamlError(RULES["yaml-nesting"].finding(_place(event)))

    def alias(self, event: Event, path: KeyPath) -> Node:
        """A value that is named elsewhere is text of its own, so that no file grows by repetition."""
        return Scalar(f"*{event.anchor}", _place(event), plain=False)

    def scalar(self, event: Event, path: KeyPath) -> Node:
        """A text, as written."""
        block = event.style in ("|", ">")
        return Scalar(event.value, _place(event), plain=not event.style, block=block, tag=event.tag)

    def sequence(self, event: Event, items: Iterator[Node]) -> Node:
        """A list."""
        return Sequence(tuple(items), _place(event))

    def key(self, event: Event, events: Events, path: KeyPath) -> tuple[Node, KeyPath]:
        """A key, which may be anything."""
        below = (*path, "")
        return self.node(event, events, below), below

    def mapping(self, event: Event, entries: Iterator[tuple[Node, Node]]) -> Node:
        """Keys with values; of a key that stands twice, the first."""
        found: dict[str, Entry] = {}
        again: list[Scalar] = []
        for given, value in entries:
            key = given if isinstance(given, Scalar) else Scalar("", given.place, plain=False)
            if key.text in found:
                again.append(key)
            else:
                found[key.text] = Entry(key, value)
        return Mapping(tuple(found.values()), _place(event), tuple(again))


def _place(event: Event) -> Place:
    return Place(line_of(event), column_of(event))
