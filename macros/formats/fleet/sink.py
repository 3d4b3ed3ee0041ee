"""Where rows go while a file is read, and what is to say about the file afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from macros.formats.base.findings import Said
from macros.formats.base.rules import Rules

RULES = Rules.beside(__file__, "rows") | Rules.beside(__file__, "files")

Form = Literal["csv", "json", "clixml", "text"]
Add = Callable[[Sequence[str]], None]
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
    stem: str = ""
    """The name of the file without folder and ending: the computer, where nothing else names one."""
    _count: int = field(default=0, repr=False)

    def leave(self, line: int, rule: str, **values: object) -> None:
        """Leave a row out."""
        self.told.left += 1
        said = {name: value if isinstance(value, str) else Said(f"{value:,}") for name, value in values.items()}
        self.left_out(self.told.file, line, RULES[rule].finding(None, **said).message)

    def refuse(self, rule: str, **values: object) -> None:
        """Say why nothing of the file was read."""
        said = {name: value if isinstance(value, str) else Said(f"{value:,}") for name, value in values.items()}
        self.told.reason = RULES[rule].finding(None, **said).message
