"""Workbooks of spreadsheets (.xlsx), as ECMA-376 has them: every sheet a table, read row by row.

What a formula last came to is read, and no formula is worked out. Shared strings are kept, and nothing else of a
workbook but the row at hand. The browser does the same: docs/assets/javascripts/fleet-files.js.
"""

from __future__ import annotations

import math
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Protocol
from xml.parsers import expat

from macros.domain.fleet.kinds import UNTOLD

from .columns import Columns, Head
from .records import MOST_OBJECT, unescaped
from .sink import Sink
from .tables import MOST_BEFORE, MOST_LINE, Wrong

BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OTHER_BOOKS = ("xl/workbook.bin", "content.xml")
"""Parts by which workbooks of other forms are told: binary ones of Excel, and OpenDocument."""
MOST_STRINGS = 200_000_000
"""Bytes of the shared strings, which are kept. Our choice: a million computers with an ID each have half of it."""
MOST_LIST = 1_000_000
"""Bytes of the list of sheets. Our choice: a sheet takes a hundred."""
MOST_COLUMNS = 16_384
"""Columns of a sheet, by the format."""
_CHUNK = 65_536
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(?:[.][0-9]{1,300})?(?:[eE][-+]?[0-9]{1,3})?")
_CELL = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_LETTERS = 26
FIRST_DAY = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
"""What day 0 is, in workbooks that count from 1900 and from 1904."""
DAYS = {False: (36_526, 2_958_465), True: (35_064, 2_957_003)}
"""Numbers that are taken for days: the years 2000 to 9999."""
_SECONDS = 86_400
_LARGEST = 2**53
_Row = tuple[int, Mapping[int, str]]
"""The number of a row, and its texts by their columns, as sheets have gaps."""
_SEVERAL = ("", "")
"""A cell is no line: what was written with a break in it goes over several."""


class BrokenBookError(ValueError):
    """A workbook that lacks what its parts speak of, or has more in them than is read."""


def is_book(names: Sequence[str]) -> bool:
    """Whether an archive with files of these names is a workbook that is read here."""
    return BOOK in names


def is_other_book(names: Sequence[str]) -> bool:
    """Whether it is a workbook of another form."""
    return any(name in names for name in OTHER_BOOKS)


def read_workbook(archive: zipfile.ZipFile, columns: Columns, sink_of: Callable[[str], Sink]) -> bool:
    """Read each sheet into a sink of its own, by its name; whether any sheet has a row.

    Raises BrokenBookError and what zipfile raises for a workbook that is damaged; what was read until then stays.
    """
    sheets, strings_part, from_1904 = _parts(archive)
    strings: list[str] = []
    if strings_part:
        for _ in _parsed(archive, strings_part, _Strings(strings), MOST_STRINGS):
            pass
    found = False
    for part, name in sheets.items():
        rows = _rows(archive, part, strings)
        first = next(rows, None)
        if first is not None:
            found = True
            _read_sheet(first, rows, from_1904, columns, sink_of(name))
    return found


# ----------------------------------------------------------------------------------------------------------- parts


class _Handler(Protocol):
    """Takes what a part says, piece by piece; names have no prefix."""

    def start(self, name: str, values: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def data(self, text: str) -> None: ...


def _parsed(archive: zipfile.ZipFile, part: str, handler: _Handler, most: int | None = None) -> Iterator[None]:
    """Give what a part says to a handler, and stop after each piece of it.

    The format has no types of documents, and so no entities: a part with one is refused. Raises BrokenBookError.
    """
    try:
        member = archive.getinfo(part)
    except KeyError as error:
        raise BrokenBookError(part) from error
    if most is not None and member.file_size > most:
        raise BrokenBookError(part)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, values: handler.start(name.rpartition(":")[2], values)
    parser.EndElementHandler = lambda name: handler.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = handler.data
    given = 0
    with archive.open(member) as stream:
        try:
            while piece := stream.read(_CHUNK):
                given += len(piece)
                parser.Parse(piece, False)
                if given - parser.CurrentByteIndex > MOST_OBJECT:
                    raise BrokenBookError(part)
                yield
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise BrokenBookError(part) from error
    yield


def _refuse(*_: object) -> None:
    raise BrokenBookError


class _Parts:
    """The sheets, the relations, and the properties of a workbook."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.strings: str | None = None
        self.sheets: list[tuple[str, str]] = []
        self.from_1904 = False

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "Relationship":
            target = posixpath.normpath(posixpath.join("/xl", values.get("Target", "")))[1:]
            kind = values.get("Type", "").rpartition("/")[2]
            if kind == "worksheet":
                self.targets[values.get("Id", "")] = target
            elif kind == "sharedStrings":
                self.strings = target
        elif name == "sheet":
            relation = next((value for label, value in values.items() if label.endswith(":id")), "")
            self.sheets.append((relation, unescaped(values.get("name", ""))))
        elif name == "workbookPr":
            self.from_1904 = values.get("date1904") in ("1", "true")

    def end(self, name: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass


def _parts(archive: zipfile.ZipFile) -> tuple[Mapping[str, str], str | None, bool]:
    """The parts of the sheets with their names, each once, the part of the strings, and whether days are from 1904."""
    found = _Parts()
    for part in (RELATIONS, BOOK):
        for _ in _parsed(archive, part, found, MOST_LIST):
            pass
    sheets: dict[str, str] = {}
    for relation, name in found.sheets:
        if relation in found.targets:
            sheets.setdefault(found.targets[relation], name)
    return sheets, found.strings, found.from_1904


class _Text:
    """The text of a string, of all its runs; how it is pronounced is no part of it."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.size = 0
        self._is_text = self._is_sound = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self._is_sound = True
        self._is_text = name == "t" and not self._is_sound

    def end(self, name: str) -> None:
        if name == "rPh":
            self._is_sound = False
        self._is_text = False

    def data(self, text: str) -> None:
        if self._is_text:
            self.add(text)

    def add(self, text: str) -> None:
        """Keep a piece, up to what makes a row too long."""
        self.all.append(text[: max(MOST_LINE - self.size, 0)])
        self.size += len(text)

    def take(self) -> str:
        """The text, which begins anew."""
        found = unescaped("".join(self.all))
        self.all, self.size = [], 0
        return found


class _Strings(_Text):
    """The shared strings of a workbook."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self._strings = strings

    def start(self, name: str, values: Mapping[str, str]) -> None:  # type: ignore[override]
        if name == "si":
            self.take()
        super().start(name)

    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            self._strings.append(self.take())


class _Sheet:
    """The rows of a sheet that have any text, with their numbers. A row that is too long comes without cells."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._strings = strings
        self._text = _Text()
        self._kind, self._is_value = "n", False
        self._cells: dict[int, str] = {}
        self._number = self._place = self._size = 0
        self.rows: list[_Row] = []

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "c":
            self._kind = values.get("t", "n")
            self._place = _place(values.get("r", ""), self._place)
            self._text.take()
        elif name == "row":
            told = values.get("r", "")
            self._number = int(told) if _WHOLE.fullmatch(told) else self._number + 1
            self._cells, self._place, self._size = {}, 0, 0
        self._is_value = name == "v"
        self._text.start(name)

    def data(self, text: str) -> None:
        if self._is_value:
            self._text.add(text)
        else:
            self._text.data(text)

    def end(self, name: str) -> None:
        self._is_value = False
        self._text.end(name)
        if name == "c":
            text = _cell(self._kind, self._text.take(), self._strings)
            self._size += len(text)
            if text and self._place < MOST_COLUMNS and self._size < MOST_LINE:
                self._cells[self._place] = text
            self._place += 1
        elif name == "row":
            if self._size >= MOST_LINE:
                self.rows.append((self._number, {}))
            elif self._cells:
                self.rows.append((self._number, self._cells))


def _rows(archive: zipfile.ZipFile, part: str, strings: Sequence[str]) -> Iterator[_Row]:
    sheet = _Sheet(strings)
    try:
        for _ in _parsed(archive, part, sheet):
            yield from sheet.rows
            sheet.rows.clear()
    except BrokenBookError:
        # What stands before the break counts.
        yield from sheet.rows
        raise


def _place(reference: str, expected: int) -> int:
    """The column of a cell, from 0."""
    found = _CELL.fullmatch(reference)
    if not found:
        return expected
    place = 0
    for letter in found[1]:
        place = place * _LETTERS + ord(letter) - ord("A") + 1
    return place - 1


def _cell(kind: str, value: str, strings: Sequence[str]) -> str:
    """What a cell of a kind shows, as CSV would write it."""
    if kind == "s" and value:
        number = int(value) if _WHOLE.fullmatch(value) else -1
        if not 0 <= number < len(strings):
            raise BrokenBookError(value)
        return strings[number]
    if kind == "b":
        return {"1": "True", "0": "False"}.get(value, value)
    if kind != "n" or _WHOLE.fullmatch(value) or not _NUMBER.fullmatch(value):
        return value
    number_of = float(value)
    return str(int(number_of)) if abs(number_of) < _LARGEST and number_of.is_integer() else value


def _read_sheet(
    first: _Row,
    rows: Iterator[_Row],
    from_1904: bool,
    columns: Columns,
    sink: Sink,
) -> None:
    head = columns.head(_list(first[1]))
    while not head.is_of_licenses:
        found = next(rows, None)
        if found is None or found[0] > MOST_BEFORE:
            sink.refuse("file-unknown")
            return
        head = columns.head(_list(found[1]))
    told = sink.told
    told.form, told.language = "workbook", head.language
    told.unknown, told.missing = head.unknown, head.missing
    told.named_by_file = "computer" not in head.places
    judge = _Judge(head, from_1904, columns, sink)
    for number, cells in rows:
        judge(number, cells)
    if not told.rows and not told.left:
        sink.refuse("file-no-rows")


def _list(cells: Mapping[int, str]) -> list[str]:
    return [cells.get(place, "") for place in range(max(cells, default=-1) + 1)]


class _Judge:
    """Takes the rows of a sheet, and leaves out what cannot be counted."""

    def __init__(self, head: Head, from_1904: bool, columns: Columns, sink: Sink) -> None:
        self._head, self._from_1904, self._sink = head, from_1904, sink
        lacking = {"computer": head.width + 1, "partial_key": head.width + 2}
        self._pick = itemgetter(*(head.places.get(name, lacking.get(name, head.width)) for name in columns.names))
        self._more = ["", sink.stem, UNTOLD]
        self._computer = columns.names.index("computer")
        self._collected = head.places.get("collected")
        self._wrong = Wrong(columns)

    def __call__(self, number: int, given: Mapping[int, str]) -> None:
        """Take a row by its number and its cells."""
        width, sink = self._head.width, self._sink
        if not given:
            sink.leave(number, "row-long", most=MOST_LINE)
            return
        if (count := max(given) + 1) > width:
            sink.leave(number, "row-width", cells=count, columns=width)
            return
        cells = [given.get(place, "") for place in range(width)]
        if self._collected is not None:
            cells[self._collected] = _moment(cells[self._collected], self._from_1904)
        row = self._pick(cells + self._more)
        if self._head.may_be_this and not row[self._computer]:
            row = (*row[: self._computer], sink.stem, *row[self._computer + 1 :])
            sink.told.named_by_file = True
        rule = self._wrong(row, _SEVERAL)
        if rule is None:
            sink.take(row, number)
        elif rule != "row-nothing" or any(cell.strip() for cell in cells):
            sink.leave(number, rule)


def _moment(text: str, from_1904: bool) -> str:
    """A day that a spreadsheet keeps as a number of days; other text as it is."""
    if not _NUMBER.fullmatch(text):
        return text
    days, (least, most) = float(text), DAYS[from_1904]
    if not least <= days <= most:
        return text
    seconds = math.floor(days * _SECONDS + 0.5)
    return (FIRST_DAY[from_1904] + timedelta(seconds=seconds)).isoformat(timespec="seconds")
