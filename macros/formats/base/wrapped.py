"""XML files inside other texts: a fence of Markdown, a string of a script, echo lines, a web page, several in one.

Each is read through as the text that it would be, and every place in it is told as the place in the text around it. The
browser does the same: docs/assets/javascripts/wrapped.js.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from .findings import Finding, Place, Said
from .reading import Lines
from .rules import Rules

RULES = Rules.beside(__file__, "wrapped")
"""Rules of what stands around a file."""

AROUND: Mapping[str, str] = {
    "fence": "a fence of Markdown",
    "here-string": "a string of a script",
    "literal": "a string of a script",
    "echo": "echo lines of a batch file",
}
"""Where a file may stand so that it is whole, in words."""
FILLED = ("here-string", "echo")
"""Where variables are filled in when the script runs."""

MOST_PARTS = 20
"""A text with more files is none that somebody pasted. Our choice."""
_LONGEST_LINE = 2_000

_ENTITY = re.compile(r"&(lt|gt|quot|apos|amp|#39);")
_ENTITIES: Mapping[str, str] = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "#39": "'", "amp": "&"}
_ECHO = re.compile(r"[ \t]*\(?[ \t]*@?(?:>>?[ \t]*[^ \t]+[ \t]*)?echo(?:[.:(/\\]|[ \t]|$)", re.IGNORECASE)
_REDIRECTED = re.compile(r"(?<!\^)>>?[ \t]*(?:\"[^\"]*\"|[^ \t<>^\"]+)[ \t]*\)?[ \t\r]*$")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_EDGE = re.compile(r"[ \t]*(?:```|~~~)[A-Za-z0-9_+-]{0,20}[ \t\r]*$")
_HERE_DOCUMENT = re.compile(r"<<-?[ \t]*(['\"]?)[A-Za-z_]+\1[^\n]*$")
_VALUE = re.compile(r"[^ \t\r\n=<>]+[ \t]*=[ \t]*(?:\"([^\"]*)\"|'([^']*)')")
_VARIABLE = re.compile(r"[$!%]")
_BLANK = " \t\r\n"


@dataclass(frozen=True)
class Part:
    """One file in a text: as it would be written, and where each of its letters stands."""

    text: str
    at: Sequence[int]
    where: str
    start: int
    end: int
    """Where it begins and ends in the text around it."""
    lead: int = 0
    """Lines above it, which are empty in its text."""


@dataclass(frozen=True)
class Wrapped:
    """The files that were found in a text, and whether they are written as on a web page."""

    parts: tuple[Part, ...]
    escaped: bool = False
    unescaped: int | None = None
    """The first angle bracket of an echo line that writes nothing."""


def find(text: str, root: str) -> Wrapped | None:
    """The files with this outermost element in a text. None when the text is such a file itself, or holds none."""
    begins = re.compile(rf"<!--|<{root}(?=[ \t\r\n>/])")
    starts = [*islice(_outside(text, begins, 0), MOST_PARTS + 1)]
    if text.lstrip(_BLANK).startswith("<") and len(starts) <= 1:
        return None
    made, at, escaped = text, [*range(len(text) + 1)], False
    wrong: int | None = None
    if not starts and f"&lt;{root}" in text:
        made, at = _unescaped(text)
        escaped = True
    elif f"^<{root}" in text:
        made, at, wrong = _echoed(text)
    starts = [*islice(_outside(made, begins, 0), MOST_PARTS + 1)]
    if not 0 < len(starts) <= MOST_PARTS:
        return None
    ends, alone = (
        re.compile(rf"<!--|</{root}[ \t\r\n]*>"),
        re.compile(rf"<{root}(?:[^>\"'/]|/(?!>)|\"[^\"]*\"|'[^']*')*/>"),
    )
    lines = Lines(made)
    parts = []
    for start, following in zip(starts, [*starts[1:], len(made)], strict=True):
        closed = alone.match(made, start)
        end = closed.end() if closed else next(_outside(made, ends, start, end=True), following)
        end = min(end, following)
        # Messages name lines, which must be those of the text around.
        above = lines.line(start) - 1
        where = "text" if escaped else "echo" if made is not text else _where(text, start)
        places = [at[start]] * above + [*at[start : end + 1]]
        parts.append(Part("\n" * above + made[start:end], places, where, at[start], at[end - 1] + 1))
    return Wrapped(tuple(parts), escaped, wrong)


def lifted(
    text: str, fits: Callable[[str], bool], begins: re.Pattern[str] | None, holds: re.Pattern[str] | None
) -> Wrapped | None:
    """The files of another language in a text: what fits in fences of Markdown, or from a line with which a file begins
    to the last line that it can hold. None when the text is such a file itself, or holds none.
    """
    lines = text.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)

    def part(first: int, last: int, where: str) -> Part:
        start, end = offsets[first], offsets[last] + len(lines[last])
        places = [start] * first + [*range(start, end + 1)]
        return Part("\n" * first + text[start:end], places, where, start, end, first)

    edges = [number for number, line in enumerate(lines) if _EDGE.match(line)]
    fences = [(first + 1, last - 1) for first, last in zip(edges[::2], edges[1::2], strict=False) if first + 1 < last]
    inside = [part(first, last, "fence") for first, last in fences if fits("\n".join(lines[first : last + 1]))]
    if inside:
        return Wrapped(tuple(inside)) if len(inside) <= MOST_PARTS else None
    if not begins or not holds:
        return None
    first = next((number for number, line in enumerate(lines) if begins.match(line)), 0)
    if all(holds.match(line) for line in lines[:first]):
        return None
    last = first
    while last + 1 < len(lines) and holds.match(lines[last + 1]):
        last += 1
    while not lines[last].strip(_BLANK):
        last -= 1
    return Wrapped((part(first, last, "text"),))


def bare(text: str, root: str) -> Place | None:
    """Where a text begins that would be a file with this outermost element, had it not lost its angle brackets."""
    if "<" in text or "&lt;" in text:
        return None
    found = re.search(rf"^([ \t]*){root}(?=[ \t\r]*$|[ \t]+[A-Za-z]+[ \t]*=)", text, re.MULTILINE)
    return Place(text.count("\n", 0, found.start()) + 1, len(found[1]) + 1) if found else None


def _outside(text: str, pattern: re.Pattern[str], start: int, end: bool = False) -> Iterator[int]:
    """Where a pattern, which finds beginnings of comments too, is found outside of comments: its begin or its end."""
    # Where one comment has no end, no later one has.
    ends = True
    while found := pattern.search(text, start):
        start = found.end()
        if found[0] == "<!--":
            closed = text.find("-->", start) if ends else -1
            ends = closed >= 0
            start = closed + 3 if ends else start
        else:
            yield found.end() if end else found.start()


def _unescaped(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    at: list[int] = []
    last = 0
    for found in _ENTITY.finditer(text):
        letters += text[last : found.start()] + _ENTITIES[found[1]]
        at += [*range(last, found.start()), found.start()]
        last = found.end()
    return "".join(letters) + text[last:], [*at, *range(last, len(text) + 1)]


def _echoed(text: str) -> tuple[str, list[int], int | None]:
    """What the echo lines of a batch file write."""
    letters: list[str] = []
    at: list[int] = []
    wrong: int | None = None
    begin = 0
    for line in text.split("\n"):
        command = _ECHO.match(line)
        if command:
            redirected = _REDIRECTED.search(line) if len(line) < _LONGEST_LINE else None
            end = redirected.start() if redirected and redirected.start() >= command.end() else len(line)
            quoted = False
            index = command.end()
            while index < end:
                letter = line[index]
                quoted ^= letter == '"'
                index += letter == "^" and not quoted and index + 1 < end
                if letter in "<>" and not quoted and wrong is None:
                    wrong = begin + index
                letters.append(line[index])
                at.append(begin + index)
                index += 1
        letters.append("\n")
        at.append(begin + len(line))
        begin += len(line) + 1
    return "".join(letters), [*at, len(text)], wrong


def _where(text: str, start: int) -> str:
    """In what a file stands that begins here."""
    before = _before(text[:start])
    if len(_FENCE.findall(text[:start])) % 2:
        return "fence"
    if before.endswith('"'):
        return "here-string"
    if before.endswith("'"):
        return "literal"
    last = before.rsplit("\n", 1)[-1]
    return "here-string" if len(last) < _LONGEST_LINE and _HERE_DOCUMENT.search(last) else "text"


def _before(text: str) -> str:
    """A text without blanks, a declaration and comments at its end."""
    while True:
        text = text.rstrip(_BLANK)
        mark = next((begin for end, begin in (("?>", "<?xml"), ("-->", "<!--")) if text.endswith(end)), None)
        begin = text.rfind(mark) if mark else -1
        if begin < 0:
            return text
        text = text[:begin]


def around(text: str, found: Wrapped) -> Iterator[Finding]:
    """What is to say about the text around the files."""
    lines = Lines(text)

    def place(offset: int) -> Place:
        return Place(lines.line(offset), lines.column(offset))

    def span(part: Part) -> dict[str, Said]:
        return {"first": Said(lines.line(part.start)), "last": Said(lines.line(part.end - 1))}

    first = found.parts[0]
    if found.unescaped is not None:
        yield RULES["echo-bracket"].finding(place(found.unescaped))
    if found.escaped:
        yield RULES["brackets-escaped"].finding(place(first.start))
    for number, part in enumerate(found.parts):
        if part.where in AROUND:
            yield RULES["inside"].finding(place(part.start), where=Said(AROUND[part.where]), **span(part))
        elif number and not found.escaped:
            yield RULES["several-files"].finding(place(part.start), count=Said(len(found.parts)))
    outside = text[: first.start] + text[first.end :]
    if first.where == "text" and len(found.parts) == 1 and not found.escaped and outside.strip(_BLANK):
        lead = len(text) - len(text.lstrip(_BLANK))
        yield RULES["text-around"].finding(place(lead if lead < first.start else first.end), **span(first))


def moved(found: Iterable[Finding], part: Part, text: str) -> Iterator[Finding]:
    """Findings of a part, at their places in the text around it. What a script fills in is said, and not judged."""
    inner, outer = Lines(part.text), Lines(text)
    for one in found:
        if one.line is None:
            yield one
            continue
        offset = inner.offset(one.line, one.column or 1)
        value = _VALUE.match(part.text, offset)
        given = (value[1] or value[2] or "") if value else ""
        begin = part.at[offset]
        place = Place(outer.line(begin), outer.column(begin) if one.column else None)
        if part.where in FILLED and _VARIABLE.search(given):
            yield RULES["filled-in-later"].finding(place, given=given)
        else:
            yield replace(one, line=place.line, column=place.column)
