"""Batch files as commands: what each command is given, with simple variables filled in. Nothing is run.

There is no parser of this language to use. This reader knows lines continued with ^, remarks, labels, quotes, `set`,
blocks, `&`, `&&`, `||` and `|`, and what stands before a command: @, call, start, cmd /c, if, else and for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from macros.formats.base.findings import Place

_VARIABLE = re.compile(r"%(\w[^%\s]*)%|![\w()]+!|%~?\w*\d|%%~?\w+")
_ANY_CASE = re.IGNORECASE | re.ASCII
_REMARK = re.compile(r"@?(?:rem(?=[\s,;=./\\:]|$)|::)", _ANY_CASE)
_OUTPUT = re.compile(r"@?(?:echo|title)(?=[\s.:,;(/]|$)", _ANY_CASE)
_SET = re.compile(r'@?set\s+"?(\w+)=([^"\r\n&|]*)"?', re.IGNORECASE)
COMPARISONS = frozenset({"equ", "neq", "lss", "leq", "gtr", "geq", "=="})
TESTS = frozenset({"errorlevel", "exist", "defined", "cmdextversion"})
MOST_CHARACTERS = 200_000
"""Our choice: files with commands are a few kilobytes."""

LONGEST = 1_000
"""Characters that a variable is filled in with, so that one cannot grow by being put into another."""


@dataclass(frozen=True)
class Word:
    """One word without its quotes, and where it begins. `literal` is whether no unknown variable is in it."""

    text: str
    place: Place
    literal: bool = True


@dataclass(frozen=True)
class Command:
    """The words of one command."""

    words: tuple[Word, ...]

    @property
    def name(self) -> str:
        """The program, in small letters, without folders and .exe."""
        return program(self.words[0].text)

    @property
    def place(self) -> Place:
        """Where the command begins."""
        return self.words[0].place


@dataclass
class BatchFile:
    """What a batch file says: its commands, and the words of its remarks and outputs."""

    commands: list[Command] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def program(text: str) -> str:
    """A program as it is called, without what does not tell it from others."""
    return re.split(r"[\\/]", text.lower())[-1].removesuffix(".exe").removesuffix(".com")


def read(text: str) -> BatchFile:
    """Read a batch file. Never raises."""
    reader = _Reader()
    line, start = 1, 0
    for part, offset in _lines(text):
        line += text.count("\n", start, offset)
        start = offset
        stripped = part.lstrip(" \t")
        reader.take(stripped, Place(line, len(part) - len(stripped) + 1))
    return reader.found


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Lines with what continues them, and where each begins."""
    start = 0
    for found in re.finditer(r"(?<!\^)(?<!\^\r)\n|\Z", text):
        part = text[start : found.start()].removesuffix("\r")
        if part.strip():
            yield part, start
        start = found.end()


class _Reader:
    """Reads line after line; a block may go over several."""

    def __init__(self) -> None:
        self.found = BatchFile()
        self._variables: dict[str, str] = {}
        self._depth = 0

    def take(self, part: str, place: Place) -> None:
        """One line, with those that continue it."""
        start = part.lstrip("@( \t")
        assigned = _SET.match(start)
        if _REMARK.match(start):
            self.found.remarks.append(start)
        elif assigned:
            self._variables[assigned[1].lower()] = _filled(assigned[2].strip(), self._variables)[0][:LONGEST]
        elif not part.startswith(":"):
            words: list[Word] = []
            for word in self._words(part, place):
                if word is not None:
                    words.append(word)
                    continue
                self._command(words)
                words = []
            self._command(words)

    def _command(self, words: list[Word]) -> None:
        rest = bare(words)
        if not rest:
            return
        line = " ".join(word.text for word in rest)
        if _OUTPUT.match(line) or _REMARK.match(line):
            self.found.remarks.append(line)
        else:
            self.found.commands.append(Command(tuple(rest)))

    def _words(self, part: str, place: Place) -> Iterator[Word | None]:
        """Words, None where a command ends."""
        at, line, first = 0, place.line, 1 - (place.column or 1)
        head: str | None = None
        while at < len(part):
            if part[at] == "\n" or part.startswith(("^\n", "^\r\n"), at):
                at = part.index("\n", at) + 1
                line, first = line + 1, at
            elif part[at] in " \t\r,;=" or (part[at] == "@" and head is None):
                at += 1
            elif part[at] in "&|" or self._bracket(part[at], head):
                self._depth += {"(": 1, ")": -1}.get(part[at], 0)
                at += 2 if part.startswith(("&&", "||"), at) else 1
                head = None
                yield None
            else:
                text, end = self._word(part, at)
                filled, literal = _filled(text, self._variables)
                yield Word(filled, Place(line, at - first + 1), literal)
                # A command follows these, and may be a block.
                head = None if text.lower() in ("else", "do") else head or text.lower()
                at = end

    def _bracket(self, mark: str, head: str | None) -> bool:
        """Whether a bracket begins or ends a block; elsewhere it is a character as any other."""
        if mark == "(":
            return head in (None, "if")
        return mark == ")" and (self._depth > 0 or head is None)

    def _word(self, part: str, start: int) -> tuple[str, int]:
        pieces, at, quoted = [], start, False
        while at < len(part):
            mark = part[at]
            if mark == "\n":
                break
            variable = _VARIABLE.match(part, at) if mark in "%!" else None
            if variable:
                # A variable such as %ProgramFiles(x86)% may have brackets in its name.
                pieces.append(variable[0])
                at = variable.end()
            elif mark == '"':
                quoted = not quoted
                at += 1
            elif mark == "^" and not quoted:
                if part.startswith(("^\n", "^\r\n"), at):
                    break
                pieces.append(part[at + 1 : at + 2])
                at += 2
            elif not quoted and self._ends(part, at):
                break
            else:
                pieces.append(mark)
                at += 1
        return "".join(pieces), at

    def _ends(self, part: str, at: int) -> bool:
        if part[at] == "&":
            # 2>&1 is one word.
            return part[max(at - 1, 0)] != ">"
        return part[at] in " \t\r\n|" or (part[at] == ")" and self._depth > 0)


def _filled(text: str, variables: dict[str, str]) -> tuple[str, bool]:
    """A text with the variables that the file sets, and whether no other is in it."""
    literal = True

    def value(found: re.Match[str]) -> str:
        nonlocal literal
        known = variables.get((found[1] or "").lower())
        literal = literal and known is not None
        return found[0] if known is None else known

    filled = _VARIABLE.sub(value, text)
    return filled, literal


def bare(words: Sequence[Word]) -> Sequence[Word]:
    """The words of a command without what stands before it, redirections left out."""
    kept = [word for index, word in enumerate(words) if not _redirects(words, index)]
    texts = [word.text.lower() for word in kept]
    at = 0
    while at < len(kept):
        if texts[at] in ("call", "else"):
            at += 1
        elif texts[at] == "start":
            at = _after_start(texts, at + 1)
        elif program(texts[at]) == "cmd" and texts[at + 1 : at + 2] in (["/c"], ["/k"]):
            at += 2
        elif texts[at] == "if":
            at = _after_if(texts, at + 1)
        elif texts[at] == "for":
            at = texts.index("do", at) + 1 if "do" in texts[at:] else len(texts)
        else:
            break
    return kept[at:]


def _redirects(words: Sequence[Word], index: int) -> bool:
    """Whether a word sends output elsewhere, or names where to."""
    before = words[index - 1].text if index else ""
    return bool(re.match(r"[0-9]?[<>]", words[index].text) or re.fullmatch(r"[0-9]?[<>]{1,2}", before))


def _after_start(texts: Sequence[str], at: int) -> int:
    """A title may come first, then options; /d takes a folder."""
    if at < len(texts) and " " in texts[at]:
        at += 1
    while at < len(texts) and re.fullmatch(r"/(?:wait|min|max|b|i|high|low|normal|d.*)", texts[at]):
        at += 2 if texts[at] == "/d" else 1
    return at


def _after_if(texts: Sequence[str], at: int) -> int:
    while at < len(texts) and texts[at] in ("not", "/i"):
        at += 1
    if at >= len(texts):
        return at
    if texts[at] in TESTS:
        return at + 2
    if "==" not in texts[at] and texts[at + 1 : at + 2] and texts[at + 1] in COMPARISONS:
        return at + 3
    return at + 1
