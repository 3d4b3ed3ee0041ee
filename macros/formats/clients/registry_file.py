"""Registration files (.reg) with licensing values, read and judged.

The grammar, as the Registry Editor imports it: a first line that names the version; then keys in square brackets, with
a minus sign before the hive to delete; below each its values, `"name"=data` or `@=data`. Data is a string in quotes
with \\\\ and \\", dword: and up to eight hexadecimal digits, hex: or hex(type): and pairs of digits with commas, which
may go on after a backslash at the end of a line, or a minus sign to delete. A line that begins with ; is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from macros.catalog.models import Catalog
from macros.catalog.values import part_of
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Place
from macros.formats.base.format import File, Limits
from macros.formats.base.reading import byte_order_mark
from macros.formats.base.rules import Rules

from . import records
from .records import Record, entries, judged, key_record, stray_keys
from .registry_values import RULES as VALUE_RULES
from .registry_values import Data, Entry, Wanted, split_key

LIMITS = Limits(lines=20_000)
KINDS = {
    0: "REG_NONE",
    1: "REG_SZ",
    2: "REG_EXPAND_SZ",
    3: "REG_BINARY",
    4: "REG_DWORD",
    7: "REG_MULTI_SZ",
    11: "REG_QWORD",
}
SYNTAX = ("reg-file-syntax",)
BEGINS = re.compile(r"[ \t]*(?:Windows Registry Editor Version|REGEDIT4)")
HOLDS = re.compile(r"[ \t]*(?:[\r]?$|[\[@;\"]|[0-9a-fA-F]{2},)")
"""The first line of a file inside another text, and the lines that may follow."""

# -------------------------------------------------------------------------------------------------------- rules

RULES = VALUE_RULES | Rules.beside(__file__, "registry-file")
"""Every rule about .reg files by its id."""

SHORT_HIVES = ("hklm", "hkcu", "hkcr", "hku", "hkcc")
LONG_HIVES = (
    "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_USERS", "HKEY_CURRENT_CONFIG",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------- validate


def read(file: File, context: Context) -> Document:
    """What a .reg file says."""
    document = Document(file, Wanted.of(context))
    lines = [line.removesuffix("\r").strip() for line in file.text.split("\n")]
    document.first = lines[file.lead]
    _Reader(document).read(_joined(lines, file.lead))
    return document


def judge(document: Document, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Findings name the line."""
    return judged("registry", document.records, document.wanted, {"registry_file": known(context.catalog)})


def activation(document: Document, context: Context) -> Activation:
    """How the computers activate that import it."""
    return records.activation(one for one in document.records["values"] if one["readable"])


def known(catalog: Catalog) -> Record:
    """What the form of a file is compared with."""
    form = catalog.fact("reg.file").value
    return {
        "header": str(part_of(form, "header")),
        "old_header": str(part_of(form, "old_header")),
        "short_hives": SHORT_HIVES,
        "hives": LONG_HIVES,
    }


@dataclass
class Document:
    """What a .reg file says: its first line, keys, values, and lines that are nothing of it."""

    file: File
    wanted: Wanted
    """What its values are compared with."""
    first: str = ""
    keys: list[Record] = field(default_factory=list)
    values: list[Entry] = field(default_factory=list)
    unread: list[Place] = field(default_factory=list)

    @cached_property
    def records(self) -> Record:
        """`file` in the expressions of the checks."""
        return {
            "first": self.first,
            "start": Place(1 + self.file.lead),
            "foreign": _foreign(self.file.data),
            "keys": self.keys,
            "unread": [{"place": place} for place in self.unread],
            "values": entries(self.values, self.wanted),
            "stray_keys": stray_keys(self.file.text),
        }


def _foreign(data: str | bytes) -> Place | None:
    """The first line with letters that are read wrong, because nothing says how the file is encoded."""
    if isinstance(data, bytes) and not byte_order_mark(data) and not data.isascii():
        return Place(next(number for number, one in enumerate(data.split(b"\n"), start=1) if not one.isascii()))
    return None


# --------------------------------------------------------------------------------------------------------- read

_KEY = re.compile(r"\[(-?)(.*)\]")
_STRING = r'"((?:[^"\\]|\\.)*+)"'
_VALUE = re.compile(rf"(?:{_STRING}|@)\s*=\s*(.*)")
_DWORD = re.compile(r"dword:\s*([0-9a-f]{1,8})", re.IGNORECASE)
_HEX = re.compile(r"hex(?:\(([0-9a-f]{1,2})\))?:((?:\s*[0-9a-f]{1,2}\s*,)*+(?:\s*[0-9a-f]{1,2})?\s*,?)", re.IGNORECASE)
_STRING_DATA = re.compile(_STRING)


def _joined(lines: Sequence[str], lead: int) -> Iterator[tuple[int, str]]:
    """Lines below the first, those of data that goes on put together."""
    number = lead + 1
    while number < len(lines):
        start, parts = number, [lines[number]]
        while parts[-1].endswith("\\") and "hex" in parts[0].lower() and number + 1 < len(lines):
            parts[-1] = parts[-1][:-1]
            number += 1
            parts.append(lines[number])
        yield start + 1, "".join(parts)
        number += 1


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._key: tuple[str, str, Place] | None = None
        self._deleted = False

    def read(self, lines: Iterable[tuple[int, str]]) -> None:
        """Take line after line."""
        for number, line in lines:
            place = Place(number)
            if not line or line.startswith(";"):
                continue
            key = _KEY.fullmatch(line)
            if key:
                self._take_key(key[2], bool(key[1]), place)
            else:
                self._take_value(line, place)

    def _take_key(self, text: str, deletes: bool, place: Place) -> None:
        name = text.partition("\\")[0]
        hive, path = split_key(text)
        self._deleted, self._key = deletes, None if deletes else (hive, path, place)
        record = key_record(hive, path, place, deletes, self._document.wanted)
        self._document.keys.append({**record, "name": name, "bare": name.lower().rstrip(":")})

    def _take_value(self, line: str, place: Place) -> None:
        found = _VALUE.fullmatch(line)
        if not found:
            self._document.unread.append(place)
            return
        if self._deleted:
            # What stands below a key that is deleted is not set.
            return
        hive, path, key_place = self._key or ("", "", None)
        data = _data(found[2])
        kind, value = data or (None, None)
        self._document.values.append(
            Entry(
                hive,
                path,
                _unescaped(found[1] or ""),
                kind,
                value,
                place,
                key_place,
                deleted=found[2].strip() == "-",
                readable=data is not None and key_place is not None,
            )
        )


def _data(text: str) -> tuple[str | None, Data] | None:
    """Type and data, None when it is neither of the forms."""
    text = text.strip()
    if text == "-":
        return None, None
    string = _STRING_DATA.fullmatch(text)
    if string:
        return "REG_SZ", _unescaped(string[1])
    dword = _DWORD.fullmatch(text)
    if dword:
        return "REG_DWORD", int(dword[1], 16)
    binary = _HEX.fullmatch(text)
    if not binary:
        return None
    kind = KINDS.get(int(binary[1], 16) if binary[1] else 3, "REG_BINARY")
    data = bytes(int(pair, 16) for pair in re.findall(r"[0-9a-fA-F]{1,2}", binary[2]))
    return kind, _decoded(kind, data)


def _decoded(kind: str, data: bytes) -> Data:
    if kind == "REG_DWORD":
        return int.from_bytes(data[:4], "little")
    if kind not in ("REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ"):
        return data.hex()
    text = data.decode("utf-16-le", "replace")
    strings = [part for part in text.split("\0") if part]
    return tuple(strings) if kind == "REG_MULTI_SZ" else "".join(strings)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
