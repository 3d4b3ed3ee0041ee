"""Registration files (.reg) with licensing values, read and judged.

The grammar, as the Registry Editor imports it: a first line that names the version; then keys in square brackets, with
a minus sign before the hive to delete; below each its values, `"name"=data` or `@=data`. Data is a string in quotes
with \\\\ and \\", dword: and up to eight hexadecimal digits, hex: or hex(type): and pairs of digits with commas, which
may go on after a backslash at the end of a line, or a minus sign to delete. A line that begins with ; is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from macros.catalog.values import part_of
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Place, Said
from macros.formats.base.format import File, Limits
from macros.formats.base.reading import byte_order_mark
from macros.formats.base.rules import Rules

from . import registry_values
from .registry_values import (
    HIVE,
    Data,
    Entry,
    Wanted,
    is_licensing,
    split_key,
    stray_keys,
)
from .registry_values import RULES as VALUE_RULES

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
# -------------------------------------------------------------------------------------------------------- rules

RULES = VALUE_RULES | Rules.beside(__file__, "registry-file")
"""Every rule about .reg files by its id."""

SYNTAX_WORDS: Mapping[str, tuple[str, str]] = {
    "hive": ("there is no hive ", f"Begin the key with {HIVE}."),
    "line": ("it is neither a key, a value nor a comment", 'Write "name"=data, or begin with ;.'),
    "above": ("no key stands above it", "Write the key in square brackets above its values."),
    "data": (
        "its data is neither a string in quotes, dword:, hex: nor -",
        "Write strings in quotes, and a backslash in them twice.",
    ),
}
"""What keeps a line from being imported, and what to do."""

SHORT_HIVES = ("hklm", "hkcu", "hkcr", "hku", "hkcc")
LONG_HIVES = (
    "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_USERS", "HKEY_CURRENT_CONFIG",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------- validate


def read(file: File, context: Context) -> Document:
    """What a .reg file says. What cannot be read is a finding, and the rest is read all the same."""
    form = context.catalog.fact("reg.file").value
    header, old_header = str(part_of(form, "header")), str(part_of(form, "old_header"))
    document = Document(file.text, Wanted.of(context))
    lines = [line.removesuffix("\r").strip() for line in file.text.split("\n")]
    if lines[0].lower() == old_header.lower():
        document.findings.append(RULES["reg-old-header"].finding(Place(1), given=lines[0], header=Said(header)))
    elif lines[0].lower() != header.lower():
        document.findings.append(
            RULES["reg-header"].finding(Place(1), given=lines[0] or Said("empty"), header=Said(header))
        )
    _Reader(document).read(_joined(lines))
    document.findings.extend(_encoding(file.data))
    return document


def judge(document: Document, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Findings name the line."""
    wanted = document.wanted
    yield from document.findings
    for path, place in document.deleted_keys:
        if is_licensing(path, wanted):
            yield RULES["reg-delete-key"].finding(place, given=path)
    yield from registry_values.judge(document.entries, wanted)
    yield from stray_keys(document.text, wanted)
    touched = [entry.path for entry in document.entries] + [path for path, _ in document.deleted_keys]
    known = {one.name.lower() for one in wanted.known}
    ours = any(is_licensing(path, wanted) for path in touched)
    wrong = any(finding.severity == "error" for finding in document.findings)
    if not ours and not wrong and not any(entry.name.lower() in known for entry in document.entries):
        yield RULES["reg-nothing"].finding(None)


def activation(document: Document, context: Context) -> Activation:
    """How the computers activate that import it."""
    return registry_values.activation(document.entries, document.wanted)


@dataclass
class Document:
    """What a .reg file says, and what is wrong with its form."""

    text: str
    wanted: Wanted
    """What its values are compared with."""
    entries: list[Entry] = field(default_factory=list)
    deleted_keys: list[tuple[str, Place]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def _encoding(data: str | bytes) -> Iterator[Finding]:
    if isinstance(data, bytes) and not byte_order_mark(data) and not data.isascii():
        line = next(number for number, one in enumerate(data.split(b"\n"), start=1) if not one.isascii())
        yield RULES["reg-encoding"].finding(Place(line))


# --------------------------------------------------------------------------------------------------------- read

_KEY = re.compile(r"\[(-?)(.*)\]")
_STRING = r'"((?:[^"\\]|\\.)*+)"'
_VALUE = re.compile(rf"(?:{_STRING}|@)\s*=\s*(.*)")
_DWORD = re.compile(r"dword:\s*([0-9a-f]{1,8})", re.IGNORECASE)
_HEX = re.compile(r"hex(?:\(([0-9a-f]{1,2})\))?:((?:\s*[0-9a-f]{1,2}\s*,)*+(?:\s*[0-9a-f]{1,2})?\s*,?)", re.IGNORECASE)
_STRING_DATA = re.compile(_STRING)


def _joined(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines below the first, those of data that goes on put together."""
    number = 1
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
        self._key = None
        name = text.partition("\\")[0]
        hive, path = split_key(text)
        if name.lower().rstrip(":") in SHORT_HIVES:
            self._say("reg-hive-name", place, given=name, hive=Said(hive))
        elif name.upper() not in LONG_HIVES:
            self._wrong(place, "hive", name)
        self._deleted = deletes
        if deletes:
            self._document.deleted_keys.append((path, place))
        else:
            self._key = (hive, path, place)

    def _take_value(self, line: str, place: Place) -> None:
        found = _VALUE.fullmatch(line)
        if not found:
            self._wrong(place, "line")
            return
        if self._deleted:
            # What stands below a key that is deleted is not set.
            return
        if self._key is None:
            self._wrong(place, "above")
            return
        hive, path, key_place = self._key
        data = _data(found[2])
        if data is None:
            self._wrong(place, "data")
            return
        kind, value = data
        name = _unescaped(found[1] or "")
        self._document.entries.append(
            Entry(hive, path, name, kind, value, place, key_place, deleted=found[2].strip() == "-")
        )

    def _wrong(self, place: Place, what: str, given: str = "") -> None:
        detail, cure = SYNTAX_WORDS[what]
        self._say("reg-syntax", place, detail=f"{detail}{given}", cure=Said(cure))

    def _say(self, rule: str, place: Place, **values: object) -> None:
        self._document.findings.append(RULES[rule].finding(place, **values))


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
