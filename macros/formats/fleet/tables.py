"""CSV of any kind, row by row: by its head, whatever separates the values, with a `#TYPE` line or without one.

Only the row at hand is kept. A row that does not fit its head, and one whose quotation mark is not closed, is left out
with its line, and what follows is read.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TextIO

from macros.domain.fleet.kinds import UNTOLD

from .columns import Columns, Head
from .sink import Sink

SEPARATORS = ",;\t|"
MOST_LINE = 65_536
"""Characters of a line, and of a value. Our choice: a row of licenses has a few hundred."""
MOST_FIELD = csv.field_size_limit()
"""Characters of a value that goes over several lines."""
MOST_SPAN = 20
"""Lines that one row may go over. Our choice: what goes further is a quotation mark that nobody closed."""
MOST_BEFORE = 20
"""Lines above a head in which it is looked for."""
_NOTES = ("#type", "sep=")
_NO_TEXT = "\ufffd"


class _OpenError(Exception):
    """A row goes over more lines than a row has."""


class Lines:
    """The lines of a text, with the number of the last one, and those that the row at hand was read from."""

    def __init__(self, text: TextIO) -> None:
        self._read = text.readline
        self._again: deque[tuple[int, str]] = deque()
        self._count = 0
        self._numbers: list[int] = []
        self.number = 0
        """The number of the last line."""
        self.damaged = 0
        self.taken: list[str] = []
        self.long: list[int] = []
        """Numbers of lines that were too long, and are left out."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_SPAN:
            raise _OpenError
        if self._again:
            self.number, line = self._again.popleft()
        else:
            line = self._fresh()
            if not line:
                raise StopIteration
            self.number = self._count
        self.taken.append(line)
        self._numbers.append(self.number)
        return line

    def clear(self) -> None:
        """Begin a row."""
        self.taken.clear()
        self._numbers.clear()

    def back(self, count: int) -> None:
        """Give the last lines again."""
        if count:
            self._again.extendleft(
                zip(self._numbers[-1 : -count - 1 : -1], self.taken[-1 : -count - 1 : -1], strict=True)
            )
            self.number = self._numbers[-count - 1]

    def _fresh(self) -> str:
        """The next line that nobody has read. Those that are too long are left out."""
        while line := self._read(MOST_LINE):
            self._count += 1
            if len(line) < MOST_LINE or line[-1] in "\r\n":
                self.damaged += _NO_TEXT in line
                return line
            self._skip()
        return ""

    def _skip(self) -> None:
        """Read to the end of a line that is too long."""
        self.long.append(self._count)
        while (more := self._read(MOST_LINE)) and more[-1] not in "\r\n":
            pass


def head_of(start: str, columns: Columns) -> tuple[Head, str] | None:
    """The head among the first lines of a text, and what separates its values; None where there is none."""
    for line in start.splitlines()[:MOST_BEFORE]:
        found = _best(line, columns)
        if found:
            return found
    return None


def _best(line: str, columns: Columns) -> tuple[Head, str] | None:
    if line.lower().startswith(_NOTES) or len(line) > MOST_LINE:
        return None
    heads = [(columns.head(_cells(line, separator)), separator) for separator in SEPARATORS if separator in line]
    head, separator = max(heads, key=lambda one: len(one[0].places), default=(None, ""))
    return (head, separator) if head is not None and head.is_of_licenses else None


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def read_table(text: TextIO, columns: Columns, sink: Sink) -> None:
    """Read a table whose head is among its first lines."""
    lines = Lines(text)
    found = None
    while found is None and lines.number < MOST_BEFORE:
        lines.clear()
        try:
            found = _best(next(lines), columns)
        except StopIteration:
            break
    if found is None:
        sink.refuse("file-unknown")
        return
    head, separator = found
    told = sink.told
    told.form, told.separator, told.language = "csv", separator, head.language
    told.unknown, told.missing = head.unknown, head.missing
    told.named_by_file = "computer" not in head.places
    _rows(lines, head, separator, columns, sink)
    for number in lines.long:
        sink.leave(number, "row-long", most=MOST_LINE)
    told.damaged = lines.damaged
    if not told.rows and not told.left:
        sink.refuse("file-no-rows")


def _rows(lines: Lines, head: Head, separator: str, columns: Columns, sink: Sink) -> None:
    width = head.width
    # Behind the cells of each row stand what a column says that the table lacks: nothing, the name of the file, that
    # nobody tells whether there is a key.
    lacking = {"computer": width + 1, "partial_key": width + 2}
    pick = itemgetter(*(head.places.get(name, lacking.get(name, width)) for name in columns.names))
    more, wrong = ("", sink.stem, UNTOLD), Wrong(columns)
    computer = columns.names.index("computer")
    taken, take, told = lines.taken, sink.take, sink.told
    reader: Iterator[list[str]] = csv.reader(lines, delimiter=separator)
    while True:
        lines.clear()
        try:
            record = next(reader)
        except StopIteration:
            break
        except (csv.Error, _OpenError):
            reader = _after_first(lines, separator, sink, "row-open")
            continue
        if len(record) != width or len(taken) > 1:
            if len(taken) > 1 and (len(record) != width or _holds_a_row(taken, separator, width)):
                reader = _after_first(lines, separator, sink, "row-open")
                continue
            if not any(record):
                continue
            if len(record) < width or any(record[width:]):
                sink.leave(lines.number, "row-width", cells=len(record), columns=width)
                continue
            del record[width:]
        record += more
        row = pick(record)
        if head.may_be_this and not row[computer]:
            row = (*row[:computer], sink.stem, *row[computer + 1 :])
            told.named_by_file = True
        rule = wrong(row, taken)
        if rule is None:
            take(row, lines.number)
        elif rule == "row-lines":
            # It may be two rows with an open quotation mark each, so that the second is looked at too.
            reader = _after_first(lines, separator, sink, rule)
        elif rule != "row-nothing" or any(cell.strip() for cell in record[:width]):
            sink.leave(lines.number, rule)


class Wrong:
    """Tells why a row cannot be counted, by the id of a rule; None where it can."""

    def __init__(self, columns: Columns) -> None:
        self._computer = columns.names.index("computer")
        self._name, self._status = columns.names.index("name"), columns.names.index("status")
        self._others = itemgetter(*map(columns.names.index, ("description", "key_channel")))

    def __call__(self, row: Sequence[str], taken: Sequence[str]) -> str | None:
        """Look at a row that was read from some lines."""
        if not (row[self._name] or row[self._status] or any(self._others(row))):
            return "row-nothing"
        computer = row[self._computer]
        if not computer.strip():
            return "row-nobody"
        if len(taken) > 1 and any("\n" in cell or "\r" in cell for cell in row):
            return "row-lines"
        if '"' in computer:
            return "row-open"
        return "row-zero" if "\0" in taken[0] else None


def _holds_a_row(taken: Sequence[str], separator: str, width: int) -> bool:
    """Whether a value over several lines swallowed a whole row."""
    return any(len(_cells(line, separator)) >= width for line in taken[1:])


def _after_first(lines: Lines, separator: str, sink: Sink, rule: str) -> Iterator[list[str]]:
    """Leave the first line of a row out, and read on with the line after it."""
    lines.back(len(lines.taken) - 1)
    sink.leave(lines.number, rule)
    lines.clear()
    return csv.reader(lines, delimiter=separator)
