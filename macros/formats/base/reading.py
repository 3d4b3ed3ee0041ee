"""Any input as text, or a reason why not: bytes of unknown encoding, too much of it, or nothing at all."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from .keys import mask_all

MOST_CHARACTERS = 2_000_000
"""Configuration files are a few kilobytes. Our choice, so that a wrong file is refused instead of read."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKS = (*_BYTE_ORDER_MARKS, (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_NAMED = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "utf-16"), "utf-8"),
    **dict.fromkeys(("windows-1252", "iso-8859-1"), "windows-1252"),
}
"""What a file that bears no mark may declare. Bytes that spell the declaration in ASCII are not UTF-16."""
_TITLES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "windows-1252": "Windows-1252"}
_SHOWN = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class UnreadableError(ValueError):
    """Input that no rule can be checked on. `rule` is an id of findings.UNREADABLE."""

    def __init__(self, rule: str, line: int | None = None, column: int | None = None, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.line, self.column, self.values = rule, line, column, values


def decode(data: str | bytes) -> str:
    """Text of a file, without its byte order mark. Raises UnreadableError."""
    if len(data) > MOST_CHARACTERS:
        raise UnreadableError("too-large", size=f"{len(data):,} {'characters' if isinstance(data, str) else 'bytes'}")
    text = data if isinstance(data, str) else _decoded(data)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise UnreadableError("empty-file", 1)
    lone = re.search(r"[\ud800-\udfff]", text)
    if lone:
        raise UnreadableError("encoding", Lines(text).line(lone.start()), encoding="UTF-8")
    return text


def byte_order_mark(data: bytes) -> str | None:
    """The encoding that the mark at the beginning names, None without a mark."""
    names = (name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark))
    return next((name.removesuffix("-le").removesuffix("-be").upper() for name in names), None)


def limit(text: str, mark: str, most: int, what: str) -> None:
    """Refuse text with more than `most` of a mark, before a parser spends time on it. Raises UnreadableError."""
    found = text.count(mark)
    if found > most:
        raise UnreadableError("too-large", size=f"{found:,} {what}")


def quote(text: str) -> str:
    """Text from a file as messages show it: clipped, on one line, every product key masked."""
    flat = _CONTROL.sub(" ", mask_all(text[: 4 * _SHOWN]))
    return f"{flat[:_SHOWN]}…" if len(flat) > _SHOWN else flat


class Lines:
    """Line and column of every offset of a text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def line(self, offset: int) -> int:
        """Line of an offset, from 1."""
        return bisect_right(self._starts, offset)

    def column(self, offset: int) -> int:
        """Column of an offset, from 1, in characters."""
        return offset - self._starts[self.line(offset) - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Offset of a place, at most the length of the text."""
        start = self._starts[min(max(line, 1), len(self._starts)) - 1]
        return min(start + max(column, 1) - 1, len(self._text))

    @cached_property
    def _starts(self) -> list[int]:
        lengths = (len(line) + 1 for line in self._text.split("\n"))
        return [0, *accumulate(lengths)][:-1]


def _decoded(data: bytes) -> str:
    mark = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), None)
    encoding = mark[1] if mark else _declared(data)
    if encoding not in _TITLES:
        raise UnreadableError("encoding", 1, encoding=encoding.upper())
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        before, *_ = data.decode(encoding, "replace").partition("\ufffd")
        raise UnreadableError("encoding", before.count("\n") + 1, encoding=_TITLES[encoding]) from None


def _declared(data: bytes) -> str:
    """The encoding that the declaration of XML names, else UTF-8."""
    found = _DECLARED.match(data.lstrip())
    name = found[1].decode("ascii") if found else "utf-8"
    try:
        return _NAMED[name.lower()]
    except KeyError:
        raise UnreadableError("encoding", 1, encoding=name) from None


def plain(text: str) -> str:
    """Text without letters that a code page could read wrong."""
    return text.encode("ascii", "replace").decode("ascii")


_TURKISH = str.maketrans("\u0130\u0131", "\u0142\u0142")
"""What is an i in Turkish, as another letter: Python takes it for an i where case does not count, a script does not."""


def is_found(pattern: str, text: str) -> bool:
    """Whether a pattern over several lines fits a text in any case of its letters: as in the scripts of pages."""
    return re.search(pattern, text.translate(_TURKISH), re.IGNORECASE | re.MULTILINE) is not None
