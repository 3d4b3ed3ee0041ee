"""One pass over a script: its brackets, strings and comments, and the copy that the grammar sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from macros.formats.base.findings import Place
from macros.formats.base.keys import mask_all
from macros.formats.base.reading import Lines, quote

_DEEPEST = 100
_AROUND = 200
_SHOWN = 30

_SEPARATORS = "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_SAME = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
        **dict.fromkeys("\u2013\u2014\u2015", "-"),
        **dict.fromkeys(f"\u00a0\u0085\v\f{_SEPARATORS}", " "),
    }
)
"""Quotes and dashes of word processors, and separators of Unicode, which PowerShell takes for its own."""

_WORD = re.compile(r"[\w?%~\\./:-]+")
NAME = re.compile(r"[A-Za-z_]\w*")
_CMDLET = re.compile(r"[a-z]\w*(?:-\w+)+")
PARAMETER = re.compile(r"-([A-Za-z_?][\w?-]*)(:?)")
_GAP = re.compile(r"(?:[ \t\r]|`\r?\n)*")
WIDE_GAP = re.compile(r"(?:[ \t\r\n]|`\r?\n)*")
ENDS = frozenset(" \t\r\n,;|)}&")
"""What ends a word. Its blanks are the blanks of the gaps: were a gap to reach over what is a word, each word would be
read again from every word before it."""
REDIRECTION = re.compile(r"[\d*]?>{1,2}(?:&\d)?|<")
_CLOSERS = {"(": ")", "{": "}"}
_AGAIN = frozenset(
    {
        "begin", "break", "catch", "continue", "do", "dynamicparam", "else", "end", "exit", "finally", "in", "process",
        "return", "throw", "trap", "try",
    }
)  # fmt: skip
"""Keywords after which a command may stand."""
_EXPRESSIONS = frozenset(
    {
        "class", "configuration", "data", "elseif", "enum", "filter", "for", "foreach", "function", "if", "param",
        "switch", "until", "using", "while", "workflow",
    }
)  # fmt: skip
"""Keywords after which none stands."""


@dataclass(frozen=True)
class SyntaxProblem:
    """Why a text is not PowerShell, in words, and where."""

    message: str
    place: Place


@dataclass(frozen=True)
class Comment:
    """A comment without its marks."""

    text: str
    place: Place


_Mode = Literal["start", "arguments", "expression", "key"]


@dataclass
class _Frame:
    """A bracket or string that is open, what is being read in it, and as what each statement in it begins."""

    opener: str
    offset: int
    mode: _Mode
    reset: _Mode
    parameters: bool = False
    """Whether `param` has been read and its bracket not yet closed."""


class Scan:
    """One pass over a text: its brackets, strings and comments, and the copy that the grammar sees."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.code = text.translate(_SAME)
        """The text with one kind of quote and dash."""
        self.ends: dict[int, int] = {}
        """Where each bracket, string and comment ends, by where it begins: the offset after it."""
        self.comment_starts: list[int] = []
        self.changes: list[tuple[int, str]] = []
        """What the grammar sees instead of the text, by where it stands."""
        self.problems: list[SyntaxProblem] = []
        """Brackets and strings that are not closed or not open."""
        self._frames = [_Frame("", 0, "start", "start")]
        self._at = 0
        self._stopped = 0
        self._parameters_end: int | None = None
        """Where the last bracket after `param` ends."""
        self._run()

    @cached_property
    def plain(self) -> str:
        """The text in ASCII, character by character."""
        return re.sub(r"[^\x01-\x7f]", "x", self.code)

    @cached_property
    def shadow(self) -> str:
        """The same with names and plain arguments as words that the grammar knows."""
        parts, done = [], 0
        for start, instead in self.changes:
            parts += [self.plain[done:start], instead]
            done = start + len(instead)
        shadow = "".join([*parts, self.plain[done:]])
        # The grammar wants a statement after parameters; an empty one will do.
        alone = self._parameters_end is not None and not shadow[self._parameters_end :].strip()
        return f"{shadow};" if alone else shadow

    def problem(self, message: str, offset: int) -> SyntaxProblem:
        """A problem at an offset."""
        return SyntaxProblem(f"{message}.", self.place(offset))

    def place(self, offset: int) -> Place:
        """Line and column of an offset."""
        return Place(self.lines.line(offset), self.lines.column(offset))

    def shown(self, offset: int) -> str:
        """What stands at an offset, as a message shows it. Keys are masked before anything is cut."""
        first = max(0, offset - _AROUND)
        around = mask_all(self.text[first : offset + _AROUND])
        return quote(around[offset - first :].split("\n")[0].strip()[:_SHOWN])

    def comments(self) -> Iterator[Comment]:
        """The comments in the order of the text."""
        for start in self.comment_starts:
            raw = self.text[start : self.ends[start]]
            yield Comment(raw.removeprefix("<#").removesuffix("#>").removeprefix("#").strip(), self.place(start))

    def _run(self) -> None:
        read: Mapping[_Mode, Callable[[_Frame], None]] = {
            "start": self._start,
            "arguments": self._arguments,
            "expression": self._expression,
            "key": self._key,
        }
        while self._at < len(self.code):
            frame = self._frames[-1]
            if frame.opener in ('"', '@"'):
                self._in_string(frame)
            elif not self._anywhere(frame):
                read[frame.mode](frame)
        if self.problems:
            return
        for frame in self._frames[1:]:
            what = "string" if '"' in frame.opener else frame.opener
            self.problems.append(self.problem(f"The {what} that begins here is not closed", frame.offset))

    def _anywhere(self, frame: _Frame) -> bool:
        """What means the same in every mode."""
        code, at = self.code, self._at
        mark = code[at]
        if mark == "`":
            self._at = min(at + (3 if code.startswith("`\r\n", at) else 2), len(code))
        elif mark in " \t\r":
            self._at += 1
        elif mark in "\n;":
            frame.mode = frame.reset
            self._at += 1
        elif code.startswith("<#", at):
            self._skip("#>", 2, "comment")
            self._comment(at)
        elif mark == "#" and (not at or not _WORD.match(code, at - 1) or code[at - 1] in ")}"):
            end = code.find("\n", at)
            self.ends[at] = self._at = len(code) if end < 0 else end
            self._comment(at)
        elif mark in "({":
            self._open(mark, frame)
        elif mark in ")}":
            self._close(mark)
        elif mark in "|&" and code.startswith((mark * 2, "|"), at):
            frame.mode = frame.reset if frame.reset != "key" else "start"
            self._at += 2 if code.startswith(mark * 2, at) else 1
        else:
            return False
        return True

    def _comment(self, start: int) -> None:
        self.comment_starts.append(start)
        self.changes.append((start, " " * (self._at - start)))

    def _start(self, frame: _Frame) -> None:
        """A statement begins: a command, a keyword, or an expression."""
        code, at = self.code, self._at
        if code[at] == "&" or (code[at] == "." and code[at + 1 : at + 2] in (" ", "\t", "$", "'", '"', "(")):
            gap = _GAP.match(code, at + 1)
            self._at = gap.end() if gap else at + 1
            frame.mode = "arguments"
            self._at = self._piece(self._at) or self._at
            return
        word = _WORD.match(code, at)
        if not word or word[0][0] in "-:" or word[0][0].isdigit():
            frame.mode = "expression"
            return
        self._at = word.end()
        name = word[0].lower()
        if name in _EXPRESSIONS:
            frame.mode = "expression"
            frame.parameters = name == "param"
        elif name not in _AGAIN:
            frame.mode = "arguments"
            if name == "default":
                self._break_line(at - 1)
            elif _CMDLET.fullmatch(name):
                self._mask(at, word.end())

    def _arguments(self, frame: _Frame) -> None:
        if self._at >= len(self.code):
            return
        if self.code.startswith("--%", self._at):
            end = self.code.find("\n", self._at)
            end = len(self.code) if end < 0 else end
            self._mask(self._at, end)
            self._at = end
            return
        redirection = REDIRECTION.match(self.code, self._at)
        if redirection:
            self._at = redirection.end()
        elif self.code[self._at] in ".[:" and self.code[self._at - 1] in ")}":
            # A member of what the bracket computed.
            self._at = self._piece(self._at) or self._at + 1
        elif not self._simple():
            if self._stopped > self._at:
                # What stands before the bracket is one word with it, and need not be looked at again.
                self._at = self._stopped
            else:
                self._expression(frame)

    def _expression(self, frame: _Frame) -> None:
        code, at = self.code, self._at
        mark = code[at]
        if mark == "'":
            self._single()
        elif mark == '"':
            self._push(mark, at, "expression")
        elif code.startswith(('@"', "@'"), at) and re.match(r"[ \t\r]*\n", code[at + 2 : at + 200]):
            if code[at + 1] == "'":
                self._skip("\n'@", 2, "string")
            else:
                self._push('@"', at, "expression")
                self._at += 1
        elif code.startswith("${", at):
            self._skip("}", 2, "variable")
        elif mark == "=" and frame.mode == "expression" and code[at + 1 : at + 2] != "=":
            frame.mode = "start"
            self._at += 1
        else:
            name = NAME.match(code, at) if code[at - 1 : at] not in ("-", "$", ".") else None
            if name and name[0].lower() == "in" and frame.mode == "expression":
                frame.mode = "start"
            self._at = name.end() if name else at + 1

    def _key(self, frame: _Frame) -> None:
        """The name in an entry of a hash table."""
        if self.code[self._at] == "=":
            frame.mode = "start"
            self._at += 1
        else:
            self._expression(frame)

    def _simple(self) -> bool:
        """Step over an argument that needs no grammar: bare words, strings and variables, also as a list."""
        start, end = self._at, self._at
        while True:
            piece = self._piece(end)
            if piece is None:
                break
            end = piece
            comma = WIDE_GAP.match(self.code, end)
            if not comma or self.code[comma.end() : comma.end() + 1] != ",":
                break
            after = WIDE_GAP.match(self.code, comma.end() + 1)
            following = after.end() if after else end
            if self._piece(following) is None:
                break
            end = following
        if end == start:
            return False
        parameter = PARAMETER.match(self.code, start, end)
        if parameter and (parameter.end() == end or parameter[2]):
            self._mask(parameter.start(1), parameter.end(1))
            self._mask(parameter.end(), end)
        else:
            self._mask(start, end)
        self._at = end
        return True

    def _mask(self, start: int, end: int) -> None:
        self.changes.append((start, "x" * (end - start)))

    def _break_line(self, offset: int) -> None:
        """A new line where the grammar wants one and PowerShell does not."""
        if self.code[offset : offset + 1] == " ":
            self.changes.append((offset, "\n"))

    def _piece(self, start: int) -> int | None:
        """Where a word ends that has no bracket in it; None when there is none, and `_stopped` says where it is not."""
        code, at = self.code, start
        self._stopped = start
        while at < len(code) and code[at] not in ENDS:
            if code[at] == "`" and code[at + 1 : at + 2] not in ("\r", "\n", ""):
                at += 2
            elif code[at] in "'\"":
                end = _quoted(code, at)
                if end is None:
                    self._stopped = at
                    return None
                self.ends[at] = end
                at = end
            elif code[at] in "({`" or code.startswith(("@'", '@"', "<#"), at) or (at == start and code[at] in "#@<>"):
                self._stopped = at
                return self._piece(at + 1) if code[at] == "@" and NAME.match(code, at + 1) else None
            else:
                at += 1
        return at if at > start else None

    def _in_string(self, frame: _Frame) -> None:
        code, at = self.code, self._at
        if frame.opener == '@"':
            if code.startswith('\n"@', at):
                self._pop(at + 3)
                return
        elif code.startswith('""', at):
            self._at += 2
            return
        elif code[at] == '"':
            self._pop(at + 1)
            return
        if code.startswith("$(", at):
            self._at += 1
            self._push("(", at + 1, "start")
        else:
            self._at += 2 if code[at] == "`" and frame.opener == '"' else 1

    def _single(self) -> None:
        end = _quoted(self.code, self._at)
        if end is None:
            self.problems.append(self.problem("The string that begins here is not closed", self._at))
            end = len(self.code)
        self.ends[self._at] = self._at = end

    def _skip(self, closer: str, begin: int, what: str) -> None:
        start = self._at
        found = self.code.find(closer, start + begin)
        if found < 0:
            self.problems.append(self.problem(f"The {what} that begins here is not closed", start))
        self.ends[start] = self._at = len(self.code) if found < 0 else found + len(closer)

    def _open(self, mark: str, frame: _Frame) -> None:
        at, before = self._at, self.code[self._at - 1] if self._at else " "
        mode: _Mode = "start"
        if mark == "{" and before == "@":
            mode = "key"
        elif mark == "(" and frame.mode != "arguments" and (before.isalnum() or before in "_]"):
            # What is given to a method or an attribute holds no commands.
            mode = "expression"
        if frame.mode == "start":
            frame.mode = "start" if mark == "{" and frame.reset != "key" else "expression"
        self._push(mark, at, mode)

    def _push(self, opener: str, offset: int, mode: _Mode) -> None:
        if len(self._frames) > _DEEPEST:
            self.problems.append(self.problem("Brackets are nested too deep here", offset))
            self._at = len(self.code)
            return
        self._frames.append(_Frame(opener, offset, mode, mode))
        self._at += 1

    def _close(self, mark: str) -> None:
        opener = self._frames[-1].opener
        if _CLOSERS.get(opener) == mark:
            self._pop(self._at + 1)
            return
        said = f"does not close the {opener} that is open" if opener else "closes nothing"
        self.problems.append(self.problem(f"This {mark} {said}", self._at))
        self._at = len(self.code)

    def _pop(self, end: int) -> None:
        frame = self._frames.pop()
        self.ends[frame.offset] = self._at = end
        outer = self._frames[-1]
        if outer.parameters and frame.opener == "(":
            outer.parameters, outer.mode = False, "start"
            self._parameters_end = end
            self._break_line(end)
        if frame.opener == "{" and outer.mode == "expression" and outer.reset == "start":
            # A block ends its statement; what follows may be the next one, as in `if (…) { } Get-Item`.
            outer.mode = "start"


def _quoted(code: str, start: int) -> int | None:
    """Where a string ends: the offset after its quote. None when it is open or has a command in it."""
    mark, at = code[start], start + 1
    while at < len(code):
        if mark == '"' and code[at] == "`":
            at += 2
        elif mark == '"' and code.startswith("$(", at):
            return None
        elif code[at] != mark:
            at += 1
        elif code.startswith(mark, at + 1):
            at += 2
        else:
            return at + 1
    return None
