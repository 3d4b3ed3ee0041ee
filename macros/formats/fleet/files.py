"""Files, and archives of files: what each is, told by how it begins, and its rows.

Nothing is read whole but the output of a command: a table of any size goes through row by row.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from typing import BinaryIO

from macros.catalog.models import Catalog
from macros.catalog.published_keys import without_keys
from macros.domain.diagnosis import reader

from .columns import columns
from .records import read_clixml, read_json
from .sink import Add, FileRead, LeftOut, Sink
from .tables import head_of, read_table
from .texts import MOST_BYTES, read_text
from .workbooks import is_book, is_other_book, read_workbook

LOOKED_AT = 65_536
MOST_UNPACKED = 20_000_000_000
"""Bytes of one file of an archive. Our choice, ten times a million rows."""
_ARCHIVE = b"PK\x03\x04"
_EMPTY_ARCHIVE = b"PK\x05\x06"
LISTS = (".cilx", ".cil")
"""How VAMT ends the names of its own lists. Nothing inside is described, by which they could be told."""
_CLIXML = re.compile(r"<Objs\b")
_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}
_SAID = {"utf-16": "UTF-16", "utf-8-sig": "UTF-8", "utf-8": "UTF-8"}

BROKEN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError)
"""What reading an archive raises when it is damaged, or made in a way that nobody here reads."""

NoText = Callable[[bytes], str | None]
"""Says why the beginning of a file is no text, in words; None for text."""


class _Joined(io.RawIOBase):
    """A stream of which the beginning was read already."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start, self._rest = memoryview(start), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._start:
            count = min(len(view), len(self._start))
            view[:count] = self._start[:count]
            self._start = self._start[count:]
            return count
        data = self._rest.read(len(view))
        view[: len(data)] = data
        return len(data)


class Files:
    """Reads files one by one, and gives every row away."""

    def __init__(
        self,
        catalog: Catalog,
        today: date,
        add: Add,
        left_out: LeftOut,
        no_text: NoText,
        *,
        asked: tuple[str, ...] = (),
    ) -> None:
        self._catalog, self._today = catalog, today
        self._add, self._left_out, self._no_text = add, left_out, no_text
        self._columns = columns(catalog, asked)
        self.told: list[FileRead] = []
        """What is to say about each file, in their order."""

    def refuse(self, name: str, reason: str) -> None:
        """Take note of a file that nobody can read."""
        self.told.append(FileRead(name, reason=reason))

    def read(self, name: str, stream: BinaryIO, path: str = "") -> None:
        """Read a file. `name` is how it is called, `path` where it is."""
        self._read(name, stream, path or name, is_inside=False)

    def _read(self, name: str, stream: BinaryIO, path: str, is_inside: bool) -> None:
        start = _first(stream)
        told = FileRead(name)
        sink = Sink(self._add, self._left_out, told, path)
        if start.startswith((_ARCHIVE, _EMPTY_ARCHIVE)):
            if is_inside:
                sink.refuse("file-nested")
                self.told.append(told)
            elif self._archive(name, stream, sink):
                self.told.append(told)
            return
        self.told.append(told)
        if not start.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
            sink.refuse("file-empty")
            return
        reason = self._no_text(start)
        if reason:
            told.reason = reason
            return
        self._text(start, stream, sink)

    def _text(self, start: bytes, rest: BinaryIO, sink: Sink) -> None:
        encoding, said = self._encoding(start)
        sink.told.encoding = said
        head = start.decode(encoding, "replace").lstrip("\ufeff")
        joined = io.BufferedReader(_Joined(start, rest), LOOKED_AT)
        if head.lstrip().startswith("<") and sink.path.lower().endswith(LISTS):
            sink.refuse("file-vamt")
            return
        if head.lstrip().startswith("<") and _CLIXML.search(head):
            read_clixml(joined, self._columns, sink)
            return
        text = io.TextIOWrapper(joined, encoding, "replace", newline="")
        if head.lstrip()[:1] in ("{", "["):
            read_json(text, self._columns, sink)
        elif head_of(head, self._columns):
            read_table(text, self._columns, sink)
        else:
            data = start + rest.read(max(MOST_BYTES - len(start), 0))
            read_text(data, self._catalog, self._today, self._columns, sink)

    def _encoding(self, start: bytes) -> tuple[str, str]:
        """The encoding of a file, as Python and as people call it."""
        for mark, name in _WIDE.items():
            if start.startswith(mark):
                return name, _SAID[name]
        try:
            codecs.getincrementaldecoder("utf-8")().decode(start)
        except UnicodeDecodeError:
            pass
        else:
            if start[1:2] != b"\0":
                return "utf-8", _SAID["utf-8"]
        _, name = reader(self._catalog).text_of(start)
        pages = {page.name: page.python for page in self._catalog.outputs.code_pages.values()}
        if name in pages:
            return pages[name], name
        return ("utf-16-le" if start[1:2] == b"\0" else "utf-16-be") if name else "utf-8", name or "UTF-8"

    def _archive(self, name: str, stream: BinaryIO, sink: Sink) -> bool:
        """Read the files of an archive; whether there is anything to say about the archive itself."""
        try:
            stream.seek(0)
            with zipfile.ZipFile(stream) as archive:
                members = [one for one in archive.infolist() if not one.is_dir()]
                names = [member.filename for member in members]
                if is_book(names):
                    return self._book(name, archive, sink)
                if is_other_book(names):
                    sink.refuse("file-workbook")
                    return True
                for member in members:
                    self._member(name, archive, member)
        except BROKEN:
            sink.refuse("file-archive")
            return True
        if not members:
            sink.refuse("file-empty")
        return not members

    def _book(self, name: str, archive: zipfile.ZipFile, whole: Sink) -> bool:
        """Read the sheets of a workbook; whether there is anything to say about the workbook itself."""
        sheets: list[Sink] = []

        def sink_of(sheet: str) -> Sink:
            told = FileRead(f"{name}/{without_keys(sheet)}")
            self.told.append(told)
            sheets.append(Sink(self._add, self._left_out, told, whole.path))
            return sheets[-1]

        if any(member.flag_bits & 1 for member in archive.infolist()):
            whole.refuse("file-locked")
            return True
        try:
            if read_workbook(archive, self._columns, sink_of):
                return False
            whole.refuse("file-empty")
        except BROKEN:
            # What was read of it counts, and the rest is told.
            if not sheets:
                whole.refuse("file-book")
            elif sheets[-1].told.rows:
                sheets[-1].leave(0, "file-book")
            else:
                sheets[-1].refuse("file-book")
            return not sheets
        return True

    def _member(self, name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        file = f"{name}/{without_keys(member.filename)}"
        told = FileRead(file)
        sink = Sink(self._add, self._left_out, told)
        if member.flag_bits & 1:
            sink.refuse("file-locked")
        elif member.file_size > MOST_UNPACKED:
            sink.refuse("file-large", most=MOST_UNPACKED)
        else:
            try:
                with archive.open(member) as inside:
                    self._read(file, inside, member.filename, is_inside=True)  # type: ignore[arg-type]
                return
            except BROKEN:
                # What was read of it counts, and the rest is told.
                told = self.told[-1] if self.told and self.told[-1].file == file else told
                broken = Sink(self._add, self._left_out, told)
                if told.rows:
                    broken.leave(0, "file-archive")
                    return
                broken.refuse("file-archive")
                if self.told and self.told[-1] is told:
                    return
        self.told.append(told)


def _first(stream: BinaryIO) -> bytes:
    """The beginning of a stream, also of one that gives little at a time."""
    parts: list[bytes] = []
    left = LOOKED_AT
    while left > 0 and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
