"""The one way in which this project reads YAML: PyYAML's parser decides what is YAML, and its events are walked here.

So nesting and size are bounded before anything recurses on them, nothing is built from tags or aliases, and every value
knows its line and column. What is built of the events is for each reader to say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import yaml

KeyPath = tuple[str | int, ...]
Event = Any
"""An event of PyYAML, which has no types."""
Events = Iterator[Event]
Key = TypeVar("Key")
Built = TypeVar("Built")


class EventReader(ABC, Generic[Key, Built]):
    """Walks the events of one text, depth first, and lets a reader build from them."""

    deepest: int
    most: int
    """Levels and values that are read; what is beyond ends the walk by `beyond`."""

    def __init__(self) -> None:
        self._values = 0

    def read(self, text: str) -> Built | None:
        """What the first document becomes; None without one. Raises yaml.YAMLError for text that is no YAML."""
        events: Events = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        root: Built | None = None
        is_first = True
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and not is_first and not self.goes_on(event):
                return None
            if isinstance(event, yaml.NodeEvent):
                built = self.node(event, events, ())
                root, is_first = (built if is_first else root), False
        return root

    def node(self, event: Event, events: Events, path: KeyPath) -> Built:
        """What a value becomes, with everything below it."""
        self._values += 1
        if self._values > self.most or len(path) > self.deepest:
            raise self.beyond(event, path, is_deep=self._values <= self.most)
        self.begins(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, self._items(events, path))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event, self._entries(events, path))
        return self.alias(event, path) if isinstance(event, yaml.AliasEvent) else self.scalar(event, path)

    def _items(self, events: Events, path: KeyPath) -> Iterator[Built]:
        number = 0
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self.node(event, events, (*path, number))
            number += 1

    def _entries(self, events: Events, path: KeyPath) -> Iterator[tuple[Key, Built]]:
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key, below = self.key(event, events, path)
            yield key, self.node(next(events), events, below)

    def begins(self, event: Event, path: KeyPath) -> None:
        """Called for each value before anything is built of it."""

    @abstractmethod
    def goes_on(self, event: Event) -> bool:
        """Whether a further document is parsed too, and left out; otherwise reading ends."""

    @abstractmethod
    def beyond(self, event: Event, path: KeyPath, *, is_deep: bool) -> Exception:
        """What to raise for a value that is nested too deep, or one too many."""

    @abstractmethod
    def key(self, event: Event, events: Events, path: KeyPath) -> tuple[Key, KeyPath]:
        """A key of a mapping, and the path of its value."""

    @abstractmethod
    def scalar(self, event: Event, path: KeyPath) -> Built:
        """What a text becomes."""

    @abstractmethod
    def alias(self, event: Event, path: KeyPath) -> Built:
        """What the name of another value becomes."""

    @abstractmethod
    def sequence(self, event: Event, items: Iterator[Built]) -> Built:
        """What a list becomes. The items have to be taken, all of them."""

    @abstractmethod
    def mapping(self, event: Event, entries: Iterator[tuple[Key, Built]]) -> Built:
        """What keys with values become. The entries have to be taken, all of them."""


def line_of(event: Event) -> int:
    """The line of an event, from 1."""
    return int(event.start_mark.line) + 1


def column_of(event: Event) -> int:
    """The column of an event, from 1, in characters."""
    return int(event.start_mark.column) + 1
