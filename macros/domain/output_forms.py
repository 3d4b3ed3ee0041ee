"""The forms in which outputs come: tables, CSV, JSON, XML, escaped text. Each line becomes the parts that it says.

A part is `label: value` or a text of its own, as if it had stood in a line of its own. The browser does the same:
docs/assets/javascripts/output-forms.js, held to the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from macros.catalog.output_models import Cleaning

_ENTITY = re.compile(r"&(lt|gt|quot|apos|nbsp|amp|#[0-9]{1,5}|#x[0-9A-Fa-f]{1,4});")
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " ", "amp": "&"}
_ELEMENT = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,30})((?: [^<>]{0,300})?)>(?:<VALUE>)?([^<>]{1,8000})</")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,30})(?:[ /][^<>]{0,500})?>")
_NAME = re.compile(r" N(?:ame|AME)?=[\"']([^\"']{1,80})[\"']")
_SOURCE = re.compile(r"<Provider Name=[\"']([^\"']{1,80})[\"']")
_PAIR = re.compile(
    r'"([A-Za-z][A-Za-z0-9_ ()]{0,60})" ?: {0,4}("(?:[^"\\]|\\.){0,20000}"|[^"{}\[\], ][^"{}\[\],]{0,60})'
)
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9A-Fa-f]{4})')
_ESCAPED = {"b": " ", "f": " ", "n": "\n", "r": "\r", "t": " "}
_XML_BREAK = re.compile(r"(?:_x000D_)?_x000A_")
_TEXT_BREAK = re.compile(r"\r\n?|\n")
_ASSIGNED = re.compile(r"(?:^|[;{] ?)([A-Za-z]{2,60})=([^;{}]{0,500})")
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9 ._()/-]{0,60}")
_WORD = re.compile(r"[^ \t]{1,1000}")
_NUMBER = re.compile(r"-?[0-9]{1,20}")
_DRAWN = " \t|+:-"
_QUOTES = "> #*;"
_BLANKS = " \t"
_DELIMITERS = ",;\t|"
_SURROGATES = 0xD800
_PAIRED = ("Name", "Value")
"""The head of what PowerShell prints of a hash table."""
_WIDEST = 64
_FEWEST = 2
"""Labels that must be known before a line is taken for the head of a table."""


@dataclass(frozen=True)
class Said:
    """What a line says. A row of a table is about another thing than the row before."""

    parts: tuple[str, ...]
    is_row: bool = False
    is_open: bool = False
    """Whether its last cell goes on in the next line: a text between quotation marks."""
    is_head: bool = False


@dataclass(frozen=True)
class _Head:
    """The head of a table whose rows follow: its labels, and the delimiter or the columns where they start."""

    labels: tuple[str, ...]
    delimiter: str | None = None
    starts: tuple[int, ...] = ()
    is_ruled: bool = False


class Forms:
    """What one text is written in. `plain` cleans a part, `knows` tells a label of an output."""

    def __init__(self, clean: Cleaning, plain: Callable[[str], str], knows: Callable[[str], bool]) -> None:
        self._markup = frozenset(clean.markup)
        self._texts = frozenset(clean.texts)
        self._prompt = re.compile(clean.prompt)
        self._plain, self._knows = plain, knows

    def lines(self, raw: Sequence[str]) -> Iterator[Said]:
        """The parts of each line; of the row of a table one for each column."""
        head: _Head | None = None
        for at, line in enumerate(raw):
            found = self._head(line, raw, at)
            if found:
                head = found
                yield Said((self._plain(line),), is_head=True)
                continue
            row = self._row(head, line) if head else None
            if head and not row and not _goes_on(head, line):
                head = None
            yield row or Said(self._parts(line))

    # Tables

    def _head(self, line: str, raw: Sequence[str], at: int) -> _Head | None:
        if ":" in line:
            return None
        for delimiter in _DELIMITERS:
            if 0 <= line.find(delimiter, 1) <= _WIDEST:
                # Jira writes the bars of a head twice.
                labels = tuple(_cells(line.replace("||", "|") if delimiter == "|" else line, delimiter))
                if len(labels) >= _FEWEST and self._are_labels(labels):
                    return _Head(labels, delimiter)
        words = [*_WORD.finditer(line[: _WIDEST * _WIDEST])]
        names = tuple(word[0].strip(_QUOTES) for word in words)
        names, words = (names, words) if all(names) else (names[1:], words[1:])
        is_ruled = at + 1 < len(raw) and _is_rule(raw[at + 1])
        is_short = is_ruled and (names == _PAIRED or (len(names) == 1 and self._knows(names[0])))
        if not is_short and (len(names) < _FEWEST or not self._are_labels(names)):
            return None
        is_wide = all(self._knows(name) for name in names) and line.count("  ") >= len(names) - 1
        starts = tuple(word.start() for word in words)
        return _Head(names, None, starts, is_ruled) if is_ruled or is_wide else None

    def _are_labels(self, labels: Sequence[str]) -> bool:
        shaped = all(_LABEL.fullmatch(label) for label in labels)
        return shaped and sum(self._knows(label) for label in labels) >= _FEWEST

    def _row(self, head: _Head, line: str) -> Said | None:
        if not line.strip(_BLANKS) or self._prompt.search(line.strip(_BLANKS)):
            return None
        if _is_rule(line):
            return Said((self._plain(line),))
        cells = _cells(line, head.delimiter, len(head.labels)) if head.delimiter else _columns(line, head)
        if len(cells) != len(head.labels):
            return None
        if head.labels == _PAIRED:
            return Said((self._plain(f"{cells[0]}: {cells[1]}"),))
        pairs = zip(head.labels, cells, strict=True)
        return Said(
            tuple(self._plain(cell if label in self._texts else f"{label}: {cell}") for label, cell in pairs),
            is_row=True,
            is_open=bool(head.delimiter) and line.count('"') % 2 == 1,
        )

    # Lines

    def _parts(self, line: str) -> tuple[str, ...]:
        if "<" in line and ">" in line:
            is_markup = not self._plain(line[: line.index("<")]).strip("-")
            found = [*self._elements(line)] if is_markup else []
            if found:
                return self._cleaned(found)
            line = _TAG.sub(lambda tag: "" if tag[1] in self._markup else tag[0], line)
        if "&" in line:
            line = _ENTITY.sub(_letter, line)
        if '"' in line:
            found = [part for pair in _PAIR.finditer(line) for part in self._said(pair[1], _value(pair[2]))]
            if found:
                return self._cleaned(found)
        if line.count("=") >= _FEWEST:
            pairs = [(pair[1], pair[2]) for pair in _ASSIGNED.finditer(line) if self._knows(pair[1])]
            if len(pairs) >= _FEWEST:
                return self._cleaned([f"{label}: {value}" for label, value in pairs])
        label, sign, value = line.partition(":")
        return (self._plain(value if sign and label.strip(_QUOTES) in self._texts else line),)

    def _elements(self, line: str) -> Iterator[str]:
        source = _SOURCE.search(line)
        if source:
            yield f"Provider: {source[1]}"
        for element in _ELEMENT.finditer(line):
            name = _NAME.search(element[2])
            label = name[1] if name else element[1]
            if name or element[1] in self._markup or self._knows(label):
                text = _ENTITY.sub(_letter, _XML_BREAK.sub("\n", element[3]))
                yield from self._said(label, text)

    def _said(self, label: str, value: str) -> Iterator[str]:
        """What a value says: a line for each of its own where it is a text, else the label with the value."""
        first, *more = _TEXT_BREAK.split(value)
        yield first if label in self._texts or (more and not self._knows(label)) else f"{label}: {first}"
        yield from more

    def _cleaned(self, parts: Sequence[str]) -> tuple[str, ...]:
        return tuple(part for part in map(self._plain, parts) if part)


def _goes_on(head: _Head, line: str) -> bool:
    """Whether a line without cells leaves the table open: a blank one, unless it ends what PowerShell drew."""
    return not line.strip(_BLANKS) and not head.is_ruled


def _letter(entity: re.Match[str]) -> str:
    name = entity[1]
    if not name.startswith("#"):
        return _NAMED[name]
    number = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    return chr(number) if number < _SURROGATES else ""


def _value(text: str) -> str:
    """What a value of JSON stands for. Two escapes may be one letter."""
    if not text.startswith('"'):
        return text
    return _ESCAPE.sub(_unescaped, text[1:-1]).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(escape: re.Match[str]) -> str:
    letter = escape[1]
    return chr(int(letter[1:], 16)) if len(letter) > 1 else _ESCAPED.get(letter, letter)


def _is_rule(line: str) -> bool:
    return "--" in line and not line.strip(_QUOTES).strip(_DRAWN)


def _cells(line: str, delimiter: str, count: int = 0) -> list[str]:
    """Cells between delimiters; what stands in quotation marks may hold them.

    Where there are more than `count`, a cell that begins with a blank belongs to the one before: wmic quotes nothing.
    """
    text = line.strip(_BLANKS).strip("|") if delimiter == "|" else line.strip(" ")
    cells: list[str] = []
    start, quoted = 0, False
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == delimiter and not quoted:
            cells.append(text[start:at])
            start = at + 1
    cells.append(text[start:])
    if count and len(cells) > count:
        joined: list[str] = []
        for cell in cells:
            if joined and cell.startswith(" "):
                joined[-1] += delimiter + cell
            else:
                joined.append(cell)
        cells = joined
    return [_cell(cell) for cell in cells]


def _cell(text: str) -> str:
    text = text.strip(_BLANKS)
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text


def _columns(line: str, head: _Head) -> list[str]:
    """Cells below the labels. A number may begin before its label; a row that was pushed out of line is cut from its
    end.
    """
    cuts = [0]
    for start in head.starts[1:]:
        cut = min(start, len(line))
        begins_before = start < len(line) and line[start] not in _BLANKS
        while begins_before and cut > cuts[-1] and line[cut - 1] not in _BLANKS:
            cut -= 1
        if begins_before and cut < start and not _NUMBER.fullmatch(line[cut:start]):
            return _from_the_end(line, len(head.labels) - 1)
        cuts.append(cut)
    return [line[cut:end].strip(_BLANKS) for cut, end in zip(cuts, [*cuts[1:], len(line)], strict=True)]


def _from_the_end(line: str, count: int) -> list[str]:
    words = _WORD.findall(line)
    return [" ".join(words[:-count]), *words[-count:]] if len(words) > count else []
