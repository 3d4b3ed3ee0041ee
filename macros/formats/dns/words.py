"""Lines of commands as words, each with its place. For the forms that have no parser of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from macros.formats.base.findings import Place

_RUN = re.compile(r"[^\s\"';&|]++")
_REDIRECTION = re.compile(r"[0-9]?(?:>{1,2}|<)(.*)")


@dataclass(frozen=True)
class Word:
    """One word without its quotes, and where it begins."""

    text: str
    place: Place
    quoted: bool = False
    """Quotes stand around all of it."""
    complete: bool = True
    """False when a quote in it stays open."""

    def part(self, start: int, end: int) -> Word:
        """A piece of the word, with the place of the piece."""
        column = (self.place.column or 1) + start + self.quoted
        return Word(self.text[start:end], Place(self.place.line, column))

    def split(self, mark: str, most: int) -> list[Word]:
        """The pieces between the marks, without spaces around them. What is behind `most` marks stays one piece."""
        pieces, start = [], 0
        for text in self.text.split(mark, most):
            pieces.append(self._bare(start, start + len(text)))
            start += len(text) + len(mark)
        return pieces

    def cut(self, mark: str) -> tuple[Word, bool, Word]:
        """What stands before a mark and behind it, without spaces around, and whether the mark is there."""
        at = self.text.find(mark)
        before, behind = (at, at + len(mark)) if at >= 0 else (len(self.text), len(self.text))
        return self._bare(0, before), at >= 0, self._bare(behind, len(self.text))

    def words(self) -> list[Word]:
        """The pieces between spaces."""
        return [self.part(found.start(), found.end()) for found in re.finditer(r"\S++", self.text)]

    def _bare(self, start: int, end: int) -> Word:
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        return self.part(start, start + len(text.strip()))


@dataclass
class Line:
    """The words of one command, which may stand on several lines."""

    words: list[Word] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """Where the command begins."""
        return self.words[0].place

    @property
    def arguments(self) -> list[Word]:
        """The words without what sends the output elsewhere."""
        kept: list[Word] = []
        aside = False
        for word in self.words:
            redirection = None if word.quoted else _REDIRECTION.fullmatch(word.text)
            if not redirection and not aside:
                kept.append(word)
            aside = redirection is not None and not redirection[1]
        return kept


@dataclass(frozen=True)
class Syntax:
    """How a language divides its lines."""

    comments: tuple[str, ...] = ()
    """Marks that begin a comment where a word may begin."""
    quotes: str = ""
    continued: str = ""
    """A mark at the end of a line that goes on in the next."""
    divided: bool = False
    """Whether `;`, `&&`, `||`, `&` and `|` end a command."""

    def lines(self, text: str) -> Iterator[Line]:
        """The commands of a text, those without words left out."""
        line = Line()
        for number, raw in enumerate(text.split("\n"), start=1):
            code = raw.removesuffix("\r")
            goes_on = bool(self.continued) and code.endswith(self.continued)
            for word in self._words(code.removesuffix(self.continued) if goes_on else code, number):
                if word is not None:
                    line.words.append(word)
                elif line.words:
                    yield line
                    line = Line()
            if line.words and not goes_on:
                yield line
                line = Line()
        if line.words:
            yield line

    def _words(self, code: str, number: int) -> Iterator[Word | None]:
        """Words of one line, None where a command ends."""
        at = 0
        while at < len(code):
            if code[at].isspace():
                at += 1
            elif any(code.startswith(mark, at) for mark in self.comments):
                return
            elif self._ends(code, at):
                at += 1
                yield None
            else:
                word, at = self._word(code, at, number)
                yield word

    def _word(self, code: str, start: int, number: int) -> tuple[Word, int]:
        pieces, at, closed = [], start, True
        while at < len(code) and not code[at].isspace() and not self._ends(code, at):
            if code[at] in self.quotes:
                end = code.find(code[at], at + 1)
                closed = closed and end >= 0
                pieces.append(code[at + 1 : end] if end >= 0 else code[at + 1 :])
                at = end + 1 if end >= 0 else len(code)
            else:
                run = _RUN.match(code, at)
                end = run.end() if run else at + 1
                pieces.append(code[at:end])
                at = end
        quoted = len(pieces) == 1 and code[start] in self.quotes
        return Word("".join(pieces), Place(number, start + 1), quoted, closed), at

    def _ends(self, code: str, at: int) -> bool:
        """Whether a command ends here; `2>&1` is no end."""
        return self.divided and code[at] in ";&|" and code[max(at - 1, 0) : at] != ">"
