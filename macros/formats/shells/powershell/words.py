"""The words of a script: what a command is given, and what the text says about its value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from macros.formats.base.findings import Place

from .scan import ENDS, NAME, PARAMETER, REDIRECTION, WIDE_GAP, Scan

_VARIABLE = re.compile(r"\$(?:\{|\(|[\w:?^$])")
_CONSTANT = re.compile(r"\$(?:true|false|null)(?!\w)", re.IGNORECASE)
_USED = re.compile(r"\$(?:\{(\w+)\}|(\w+)(?![\w:]))")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}

Kind = Literal["value", "parameter", "splat"]


@dataclass(frozen=True)
class Word:
    """One argument.

    `text` is the value without quotes: of a parameter its name without dash, of a splat the name of its variable, of
    an expression what the file says. `items` are the values of a list, one for a single value. `literal` is whether
    the command gets just that; else it is computed when the script runs.
    """

    text: str
    raw: str
    place: Place
    items: tuple[str, ...]
    literal: bool = True
    kind: Kind = "value"
    colon: bool = False
    """A parameter with a colon takes what follows as its value, also when it is a switch."""


class Reader:
    """Words of a text, by what a scan knows of its brackets and strings."""

    def __init__(self, text: str, scan: Scan) -> None:
        self._text, self._scan, self.code = text, scan, scan.code
        self.variables: Mapping[str, str] = {}
        """Texts of variables that the script sets once, by their names in small letters."""

    def raw(self, start: int, end: int) -> str:
        """What the text says."""
        return self._text[start:end]

    def words(self, start: int, end: int) -> Iterator[Word]:
        """The arguments between two offsets."""
        at = start
        while True:
            at = self._next(at, end)
            if at >= end or self.code[at] in "|;&)}":
                return
            if self.code.startswith("--%", at):
                yield self._word(at, end, [(at, end)])
                return
            redirection = REDIRECTION.match(self.code, at, end)
            if redirection:
                at = redirection.end()
                if not redirection[0][-1:].isdigit():
                    at = self._piece_end(self._next(at, end), end)
                continue
            pieces, after = self._list(at, end)
            yield from self._argument(at, after, pieces)
            # A comma without a value is an error of the script; step over it.
            at = max(after, at + 1)

    def word(self, start: int, end: int) -> Word:
        """The one value between two offsets."""
        start = self._next(start, end)
        pieces, after = self._list(start, end)
        rest = self._next(after, end)
        if rest >= end:
            return self._word(start, after, pieces)
        raw = self._text[start:end].strip()
        return Word(raw, raw, self._scan.place(start), (raw,), literal=False)

    def _argument(self, start: int, end: int, pieces: list[tuple[int, int]]) -> Iterator[Word]:
        parameter = PARAMETER.match(self.code, start, end)
        if self.code[start] == "@" and NAME.fullmatch(self.code, start + 1, end):
            name = self._text[start + 1 : end]
            yield Word(name, self._text[start:end], self._scan.place(start), (name,), literal=False, kind="splat")
        elif parameter and (parameter.end() == end or parameter[2]):
            name, stop = parameter[1], parameter.end()
            place = self._scan.place(start)
            yield Word(name, self._text[start:stop], place, (name,), kind="parameter", colon=bool(parameter[2]))
            if stop < end:
                yield self._word(stop, end, [(stop, pieces[0][1]), *pieces[1:]])
        else:
            yield self._word(start, end, pieces)

    def _list(self, start: int, end: int) -> tuple[list[tuple[int, int]], int]:
        """The pieces of a value, divided by commas, and where it ends."""
        pieces, at = [], start
        while True:
            stop = self._piece_end(at, end)
            pieces.append((at, stop))
            comma = self._next(stop, end)
            if comma >= end or self.code[comma] != ",":
                return pieces, stop
            at = self._next(comma + 1, end)

    def _next(self, at: int, end: int) -> int:
        """Step over spaces, continued lines and comments."""
        while at < end:
            gap = WIDE_GAP.match(self.code, at, end)
            at = gap.end() if gap else at
            if at not in self._scan.ends or not self.code.startswith(("#", "<#"), at):
                break
            at = self._scan.ends[at]
        return min(at, end)

    def _piece_end(self, at: int, end: int) -> int:
        code, ends = self.code, self._scan.ends
        while at < end and code[at] not in ENDS:
            if code[at] == "`":
                at += 2
            elif at in ends:
                at = ends[at]
            else:
                at += 1
        return min(at, end)

    def _word(self, start: int, end: int, pieces: list[tuple[int, int]]) -> Word:
        values = [self._value(*piece) for piece in self._unpacked(pieces)]
        raw = self._text[start:end]
        text = values[0][0] if len(values) == 1 else raw
        literal = all(value[1] for value in values)
        return Word(text, raw, self._scan.place(start), tuple(value[0] for value in values), literal)

    def _unpacked(self, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The values in brackets that hold nothing else, as in `@('a', 'b')`."""
        start, end = pieces[0]
        opener = start + self.code.startswith("@(", start)
        if len(pieces) > 1 or self.code[opener : opener + 1] != "(" or self._scan.ends.get(opener) != end:
            return pieces
        first = self._next(opener + 1, end - 1)
        inner, after = self._list(first, end - 1)
        plain = all(self.code[one] in "'\"$0123456789" for one, _ in inner)
        return inner if plain and self._next(after, end - 1) == end - 1 else pieces

    def _value(self, start: int, end: int) -> tuple[str, bool]:
        """A value without its quotes, and whether that is what the command gets."""
        code, text = self.code, self._text
        if code.startswith(("@'", '@"'), start) and start in self._scan.ends:
            body = text[start + 2 : end - 2].split("\n", 1)[-1].removesuffix("\n").removesuffix("\r")
            return body, code[start + 1] == "'" or not _VARIABLE.search(body)
        parts, at, literal = [], start, not code.startswith(("(", "{", "@", "["), start)
        while at < end:
            mark = code[at]
            if mark == "'" and at in self._scan.ends:
                stop = min(self._scan.ends[at], end)
                parts.append(re.sub(r"(['\u2018-\u201b])['\u2018-\u201b]", r"\1", text[at + 1 : stop - 1]))
                at = stop
            elif mark == '"' and at in self._scan.ends:
                stop = min(self._scan.ends[at], end)
                value, known = self._expanded(at + 1, stop - 1)
                parts.append(value)
                literal = literal and known
                at = stop
            elif mark == "`":
                parts.append(text[at + 1 : at + 2])
                at += 2
            elif mark == "$" and (constant := _CONSTANT.match(code, at, end)):
                parts.append(constant[0])
                at = constant.end()
            elif (used := self._used(at, end)) and not code.startswith((".", "["), used[1]):
                parts.append(used[0])
                at = used[1]
            else:
                # A bracket inside a word, or a variable: the value is computed.
                literal = literal and mark not in "({" and not _VARIABLE.match(code, at)
                stop = self._scan.ends.get(at, at + 1)
                parts.append(text[at:stop])
                at = stop
        return "".join(parts), literal

    def _used(self, at: int, end: int) -> tuple[str, int] | None:
        """The text of a variable that is used here, and where its name ends; None for any other."""
        found = _USED.match(self.code, at, end)
        value = self.variables.get((found[1] or found[2]).lower()) if found else None
        return None if found is None or value is None else (value, found.end())

    def _expanded(self, at: int, end: int) -> tuple[str, bool]:
        """What is between double quotes, with escapes undone, and whether that is all known."""
        code, parts, literal = self.code, [], True
        while at < end:
            if code[at] == "`":
                following = self._text[at + 1 : at + 2]
                parts.append(_ESCAPES.get(following, following))
                at += 2
            elif code.startswith('""', at):
                parts.append('"')
                at += 2
            elif used := self._used(at, end):
                parts.append(used[0])
                at = used[1]
            else:
                literal = literal and not _VARIABLE.match(code, at)
                parts.append(self._text[at])
                at += 1
        return "".join(parts), literal
