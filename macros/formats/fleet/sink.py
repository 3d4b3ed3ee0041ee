"""Where rows go while a file is read, and what is to say about the file afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import PurePath
from typing import Literal

from macros.formats.base.findings import Said
from macros.formats.base.rules import Rules

RULES = Rules.beside(__file__, "rows") | Rules.beside(__file__, "files")

Form = Literal["csv", "json", "clixml", "text", "workbook"]
Add = Callable[[Sequence[str]], str | None]
"""Takes a row. Gives the id of a rule where it does not take it."""
LeftOut = Callable[[str, int, str], None]
"""Takes the file, the line and the reason of a row that is left out."""


@dataclass
class FileRead:
    """A file, what it was read as, and how many rows it gave."""

    file: str
    form: Form | None = None
    """None where nothing was read."""
    encoding: str = ""
    separator: str = ""
    language: str = ""
    unknown: tuple[str, ...] = ()
    """Labels of columns that nobody knows."""
    missing: tuple[str, ...] = ()
    """Columns that the file lacks."""
    named_by_file: bool = False
    """The name of the file stands for the computer, as no column names one."""
    damaged: int = 0
    """Lines with letters that cannot be read in this encoding."""
    rows: int = 0
    left: int = 0
    reason: str = ""
    """Why nothing was read."""


@dataclass
class Sink:
    """Takes the rows of one file, and those that are left out."""

    add: Add
    left_out: LeftOut
    told: FileRead
    path: str = ""
    """Where the file is."""
    _count: int = field(default=0, repr=False)

    @cached_property
    def stem(self) -> str:
        """The name of the file without folder and ending: the computer, where nothing else names one."""
        return PurePath(self.path.replace("\\", "/")).stem

    def take(self, row: Sequence[str], line: int) -> None:
        """Give a row away, or leave it out where it is not taken."""
        rule = self.add(row)
        if rule is None:
            self.told.rows += 1
        else:
            self.leave(line, rule)

    def leave(self, line: int, rule: str, **values: object) -> None:
        """Leave a row out."""
        self.told.left += 1
        self.left_out(self.told.file, line, _message(rule, **values))

    def refuse(self, rule: str, **values: object) -> None:
        """Say why nothing of the file was read."""
        self.told.reason = _message(rule, **values)


@lru_cache(maxsize=1_000)
def _message(rule: str, **values: object) -> str:
    """The words of a rule. A file may break one a million times."""
    said = {name: value if isinstance(value, str) else Said(f"{value:,}") for name, value in values.items()}
    return RULES[rule].finding(None, **said).message
