"""Which column of an export says what: by its label, in any language that the reader of outputs knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from macros.catalog.models import Catalog
from macros.domain.diagnosis import fold, reader

_ENGLISH = 0
_LICENSE, _STATE, _CHANNEL = "name", "status", ("key_channel", "description")


@dataclass(frozen=True)
class Head:
    """The head of a table: where each column of fleet.yaml stands in it, and what else it has."""

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    """Labels that nobody knows."""
    missing: tuple[str, ...]
    """Columns of fleet.yaml that the table lacks."""
    language: str
    width: int
    """How many columns the table has."""
    may_be_this: bool
    """The column of the computer is empty where a row is about the computer that wrote it, as PowerShell has it."""

    @property
    def is_of_licenses(self) -> bool:
        """Whether rows below it can say anything of a license."""
        return _STATE in self.places or (_LICENSE in self.places and any(one in self.places for one in _CHANNEL))


class Columns:
    """The labels of columns, with what each says."""

    def __init__(self, catalog: Catalog, asked: tuple[str, ...] = ()) -> None:
        self._reader = reader(catalog)
        self._english = catalog.outputs.languages[_ENGLISH].name
        columns = catalog.fleet.columns
        self._labels = {fold(label): column.id for column in columns for label in column.labels}
        self._fields = {field: column.id for column in columns for field in column.fields}
        known = {label: self.told(label)[0] for label in asked}
        more = {fold(label): f"={fold(label)}" for label, column in known.items() if column is None}
        self._labels |= more
        self.names = (*(column.id for column in columns), *more.values())
        """The columns in the order in which rows have them: those of fleet.yaml, then others that a plan asks for."""
        self.places = {label: self.names.index(column or more[fold(label)]) for label, column in known.items()}
        """Where the columns that a plan asks for stand, by its labels."""

    def told(self, label: str) -> tuple[str | None, bool, str]:
        """What a label heads: a column, or none; whether it is known at all; and its language."""
        label = self._plain(label)
        own = self._labels.get(fold(label))
        known = self._reader.field_of(label)
        if own:
            return own, True, self._english
        if known is None:
            return None, False, self._english
        return self._fields.get(known[0]), True, known[1]

    def _plain(self, label: str) -> str:
        """A label without quotation marks, and without the zero that views of Configuration Manager end it with."""
        label = label.strip().strip('"').strip()
        short = label.removesuffix("0")
        if short == label or fold(label) in self._labels or self._reader.field_of(label):
            return label
        return short if fold(short) in self._labels or self._reader.field_of(short) else label

    def head(self, labels: Sequence[str]) -> Head:
        """The head of a table. Of two columns that say the same the first is taken; of the computer, the plain one."""
        places: dict[str, int] = {}
        unknown: list[str] = []
        languages: list[str] = []
        may_be_this = False
        for place, label in enumerate(labels):
            column, is_known, language = self.told(label)
            is_own = column == "computer" and fold(self._plain(label)) in self._labels
            if column is not None and (column not in places or (is_own and may_be_this)):
                places[column] = place
                languages.append(language)
                if column == "computer":
                    may_be_this = not is_own
            elif not is_known and label.strip():
                unknown.append(label.strip())
        foreign = [language for language in languages if language != self._english]
        return Head(
            places,
            tuple(unknown),
            tuple(name for name in self.names if name not in places),
            max(dict.fromkeys(foreign), key=foreign.count) if foreign else self._english,
            len(labels),
            may_be_this,
        )

    def row(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """A row from values by the ids of their columns."""
        return tuple(values.get(name, "") for name in self.names)


@lru_cache(maxsize=2)
def columns(catalog: Catalog, asked: tuple[str, ...] = ()) -> Columns:
    """The labels of a catalog, and those of columns that a plan asks for."""
    return Columns(catalog, asked)


def listed(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels, each once, in their order."""
    return tuple(dict.fromkeys(labels))
