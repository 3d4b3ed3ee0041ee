"""Objects with names and values: JSON, whole or one a line, and CLIXML, as PowerShell writes both. One at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, TextIO

from lxml import etree

from macros.domain.fleet.kinds import UNTOLD

from .columns import Columns, Head, listed
from .sink import Form, Sink

_CHUNK = 65_536
MOST_OBJECT = 2_000_000
"""Characters of one object. Our choice."""
_BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")
_NEXT = re.compile(r"\n\s*\{|\}\s*,?\s*\{")
_INSIDE = ("value", "Value", "data", "results", "items")
"""Names under which tools put a list of rows."""
_TRUE = {True: "True", False: "False"}


class _Rows:
    """Turns objects into rows. Objects with the same names are looked at once."""

    def __init__(self, columns: Columns, sink: Sink, form: Form) -> None:
        self._columns, self._sink = columns, sink
        self._heads: dict[tuple[str, ...], Head] = {}
        sink.told.form = form

    def add(self, values: Mapping[str, object], line: int) -> None:
        """Take an object, with the line in which it ends."""
        names = tuple(values)
        head = self._heads.get(names)
        if head is None:
            head = self._heads[names] = self._columns.head(names)
        cells = [*values.values()]
        found = {column: _text(cells[place]) for column, place in head.places.items()}
        if not any(found.get(name) for name in ("name", "status", "description", "key_channel")):
            self._sink.leave(line, "row-nothing")
            return
        found.setdefault("partial_key", UNTOLD)
        if "computer" not in head.places or (head.may_be_this and not found["computer"]):
            found["computer"] = _server(values) or self._sink.stem
            self._sink.told.named_by_file |= found["computer"] == self._sink.stem
        if not found["computer"].strip():
            self._sink.leave(line, "row-nobody")
            return
        self._sink.take(self._columns.row(found), line)

    def told(self) -> None:
        """Say what was read."""
        told, heads = self._sink.told, [*self._heads.values()]
        told.unknown = listed(label for head in heads for label in head.unknown)
        told.missing = tuple(name for name in self._columns.names if all(name in head.missing for head in heads))
        told.language = next((head.language for head in heads), "")
        if not told.rows and not told.left:
            self._sink.refuse("file-no-rows")


def _server(values: Mapping[str, object]) -> str:
    """The computer that an object of CIM came from, as JSON of PowerShell has it."""
    inside = values.get("CimSystemProperties")
    name = inside.get("ServerName") if isinstance(inside, Mapping) else None
    return name if isinstance(name, str) else ""


def _text(value: object) -> str:
    """A value as CSV would show it; nothing for what has parts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _TRUE[value]
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, Mapping):
        # PowerShell 7 writes a day or an enumeration as an object with its value.
        inner = value.get("value", value.get("Value"))
        return _text(inner) if not isinstance(inner, Mapping | list) else ""
    return ""


def read_json(text: TextIO, columns: Columns, sink: Sink) -> None:
    """Read objects of JSON: one, a list, one a line, or a list inside an object."""
    rows = _Rows(columns, sink, "json")
    for value, line in _values(text, sink):
        for one in _objects(value):
            if isinstance(one, Mapping):
                rows.add(one, line)
            else:
                sink.leave(line, "row-no-object")
    rows.told()


def _objects(value: object) -> Sequence[object]:
    if isinstance(value, Mapping):
        for name in _INSIDE:
            inner = value.get(name)
            if isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
                return inner
    return [value]


def _values(text: TextIO, sink: Sink) -> Iterator[tuple[object, int]]:
    """Every value of a text, with the line in which it ends. What is no JSON is left out up to the next object."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    buffer, at, line, is_end = "", 0, 1, False
    wanted = _CHUNK
    while True:
        at = _between(buffer, at)
        if at >= len(buffer) or len(buffer) - at < wanted:
            line += buffer.count("\n", 0, at)
            more = "" if is_end else text.read(_CHUNK)
            is_end = not more
            buffer, at = buffer[at:] + more, 0
            if is_end and not buffer.strip(" \t\r\n,[]\ufeff"):
                return
            if not is_end and len(buffer) < wanted:
                continue
            at = _between(buffer, 0)
        try:
            value, end = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError):
            if not is_end and len(buffer) - at < MOST_OBJECT:
                wanted = 2 * max(len(buffer) - at, _CHUNK)
                continue
            sink.leave(line + buffer.count("\n", 0, at), "row-json")
            found = _NEXT.search(buffer, at + 1)
            if found is None and is_end:
                return
            at = found.end() - 1 if found else len(buffer)
            continue
        wanted = _CHUNK
        if not is_end and end == len(buffer) and not isinstance(value, Mapping):
            # A number may go on in the next part.
            wanted = len(buffer) - at + _CHUNK
            continue
        yield value, line + buffer.count("\n", 0, end)
        at = end


def _refuse(word: str) -> float:
    """NaN and the like, which Python writes and no standard has."""
    raise ValueError(word)


def _between(text: str, at: int) -> int:
    """Where what stands between two values ends."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def read_clixml(stream: BinaryIO, columns: Columns, sink: Sink) -> None:
    """Read objects that Export-Clixml wrote."""
    rows = _Rows(columns, sink, "clixml")
    last = 1
    try:
        parser = etree.iterparse(stream, events=("end",), resolve_entities=False, no_network=True, load_dtd=False)
        for _, element in parser:
            parent = element.getparent()
            if parent is None or parent.getparent() is not None or etree.QName(element).localname != "Obj":
                continue
            last = element.sourceline or last
            rows.add(_members(element), last)
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        sink.leave(error.lineno or last, "row-xml")
    rows.told()


def _members(element: etree._Element) -> Mapping[str, object]:
    """The named values of an object, its own and those that were added to it."""
    found: dict[str, object] = {}
    for part in element:
        if etree.QName(part).localname in ("Props", "MS"):
            for member in part:
                name = member.get("N")
                if name and len(member) == 0 and name not in found:
                    found[name] = unescaped(member.text or "")
    return found


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Text without the escapes that PowerShell and spreadsheets have for letters that XML lacks."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
