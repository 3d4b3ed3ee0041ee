"""Records of a YAML file beside the code, read when the first is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

Record = TypeVar("Record")

_ROOT = Path(__file__).resolve().parents[3]


class Loaded(Mapping[str, Record]):
    """Records by id, loaded when the first of them is asked for: a wrong file is a message, not a failed import."""

    def __init__(self, load: Callable[[], Mapping[str, Record]]) -> None:
        self._load = cache(load)

    def __getitem__(self, record_id: str) -> Record:
        return self._load()[record_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


def shown(file: Path) -> str:
    """A file of the project as messages name it."""
    return file.relative_to(_ROOT).as_posix() if file.is_relative_to(_ROOT) else file.name
