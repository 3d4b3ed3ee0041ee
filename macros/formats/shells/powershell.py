"""PowerShell as text: whether it can be parsed, and its commands with what they are given. Nothing is run.

tree-sitter judges the syntax and finds the commands. Its grammar reports errors for arguments that PowerShell takes,
such as `Domain, Private`, `-type=srv` and `$env:windir\\x.vbs`. So arguments are read here, and the grammar sees a copy
of the text in which each plain argument is one word of the same length. The copy has one byte a character, so that a
place in it is a place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice, pairwise
from typing import Literal

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from macros.formats.base.findings import Place
from macros.formats.base.keys import mask_all
from macros.formats.base.reading import Lines, quote

MOST_CHARACTERS = 200_000
"""Scripts that set up a computer are a few kilobytes. Our choice, so that a wrong file is refused instead of read."""

_DEEPEST = 100
_MOST_ERRORS = 20
_AROUND = 200
_SHOWN = 30
_CHUNK = 4096
"""Bytes that the parser is given at a time."""
_STEPS = 100
_STEPS_A_CHARACTER = 0.2
"""How often the parser may report on one parse, as a number that it always has and as one that grows with the text.

It reports after a fixed number of its own steps, so the same text always ends in the same way, however busy the
computer is. A plain script takes a twentieth of it. Our choice."""

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
_NAME = re.compile(r"[A-Za-z_]\w*")
_CMDLET = re.compile(r"[a-z]\w*(?:-\w+)+")
_PARAMETER = re.compile(r"-([A-Za-z_?][\w?-]*)(:?)")
_VARIABLE = re.compile(r"\$(?:\{|\(|[\w:?^$])")
_CONSTANT = re.compile(r"\$(?:true|false|null)(?!\w)", re.IGNORECASE)
_TYPED = re.compile(r"(?:\[[\w.\[\]]+\]\s*)?\$\{?(\w+)\}?")
_VARIABLE_NAME = re.compile(r"\$(\w+)")
_COUNTED = re.compile(
    r"(?:\+\+|--)\s*\$(\w+)|\$(\w+)\s*(?:\+\+|--)|\bforeach\s*\(\s*\$(\w+)|\[ref\]\s*\$(\w+)", re.IGNORECASE
)
"""What changes a variable without an equals sign."""
_TEXTS = frozenset(
    {
        "string_literal", "expandable_string_literal", "verbatim_string_characters", "integer_literal",
        "decimal_integer_literal", "hexadecimal_integer_literal", "expandable_here_string_literal",
        "verbatim_here_string_characters", "variable",
    }
)  # fmt: skip
"""Nodes of the grammar whose value the text says."""
_USED = re.compile(r"\$(?:\{(\w+)\}|(\w+)(?![\w:]))")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_GAP = re.compile(r"(?:[ \t\r]|`\r?\n)*")
_WIDE_GAP = re.compile(r"(?:[ \t\r\n]|`\r?\n)*")
_ENDS = frozenset(" \t\r\n,;|)}&")
"""What ends a word. Its blanks are the blanks of the gaps: were a gap to reach over what is a word, each word would be
read again from every word before it."""
_REDIRECTION = re.compile(r"[\d*]?>{1,2}(?:&\d)?|<")
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

Kind = Literal["value", "parameter", "splat"]


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


@dataclass(frozen=True)
class Parameter:
    """A parameter as written, and its value; none for a switch."""

    name: str
    place: Place
    value: Word | None = None


@dataclass(frozen=True)
class Command:
    """A command: its name and what it is given."""

    name: str
    place: Place
    arguments: tuple[Word, ...] = ()
    """Every word after the name, in the order of the file."""
    tables: Mapping[str, tuple[Parameter, ...]] = field(default_factory=dict, repr=False)

    def bind(self, switches: Collection[str] = ()) -> tuple[tuple[Parameter, ...], tuple[Word, ...]]:
        """Parameters with their values, splatted tables included, and the values that stand alone.

        Without knowing the command nobody can tell a switch from a parameter: what is not among `switches` (in small
        letters) takes the word after it.
        """
        found: list[Parameter] = []
        alone: list[Word] = []
        waiting: Word | None = None
        for word in self.arguments:
            if word.kind == "value" and waiting:
                found.append(Parameter(waiting.text, waiting.place, word))
                waiting = None
                continue
            if waiting:
                found.append(Parameter(waiting.text, waiting.place))
                waiting = None
            if word.kind == "splat":
                found += self.tables.get(word.text.lower(), ())
            elif word.kind == "value":
                alone.append(word)
            elif word.colon or word.text.lower() not in switches:
                waiting = word
            else:
                found.append(Parameter(word.text, word.place))
        if waiting:
            found.append(Parameter(waiting.text, waiting.place))
        return tuple(found), tuple(alone)

    @cached_property
    def parameters(self) -> Mapping[str, Word | None]:
        """Value of each parameter by its name in small letters, as `bind()` reads them. The first of two counts."""
        found, _ = self.bind()
        return {one.name.lower(): one.value for one in reversed(found)}

    @property
    def splats(self) -> tuple[str, ...]:
        """Names of the variables that are splatted."""
        return tuple(word.text for word in self.arguments if word.kind == "splat")

    @property
    def complete(self) -> bool:
        """Whether the file says everything that the command is given: no variable is splatted that it does not set."""
        return all(name.lower() in self.tables for name in self.splats)


@dataclass(frozen=True)
class Script:
    """What a text says: its commands in the order of the file, and why it cannot be run."""

    errors: tuple[SyntaxProblem, ...] = ()
    commands: tuple[Command, ...] = ()
    comments: tuple[Comment, ...] = ()


def read(text: str) -> Script:
    """Read a script. Never raises: what cannot be read is an error with its place."""
    if len(text) > MOST_CHARACTERS:
        message = f"The script has {len(text):,} characters, more than are read."
        return Script((SyntaxProblem(message, Place(1)),))
    scan = _Scan(text)
    comments = tuple(scan.comments())
    if scan.problems or not scan.shadow.strip():
        # What a bracket or string that is open belongs to would be a guess, and the grammar knows no empty script.
        return Script(tuple(scan.problems[:_MOST_ERRORS]), (), comments)
    root = _parse(scan.shadow)
    if root is None:
        return Script((SyntaxProblem("The script is too tangled to be parsed.", Place(1)),), (), comments)
    errors = tuple(islice(_errors(root, scan), _MOST_ERRORS))
    return Script(errors, tuple(_commands(root, _Reader(text, scan))), comments)


# ------------------------------------------------------------------------------------------------------ the grammar


@cache
def _language() -> Language:
    return Language(tree_sitter_powershell.language())


def _parse(text: str) -> Node | None:
    """The tree of an ASCII text; None when the parser gives up on it."""
    data = text.encode("ascii")
    left = _STEPS + int(len(data) * _STEPS_A_CHARACTER)

    def is_tangled(_offset: int, _in_error: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    def chunk(offset: int, _point: object) -> bytes:
        return data[offset : offset + _CHUNK]

    try:
        return Parser(_language()).parse(chunk, progress_callback=is_tangled).root_node
    except ValueError:
        return None


def _walk(root: Node, enter: Callable[[Node], bool]) -> Iterator[Node]:
    """Nodes in the order of the text, below those that `enter` takes."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if enter(node):
            waiting += reversed(node.children)


def _errors(root: Node, scan: _Scan) -> Iterator[SyntaxProblem]:
    for node in _walk(root, lambda one: one.has_error):
        if node.is_missing:
            wanted = node.type.strip()
            yield scan.problem(f"{wanted} is missing here" if wanted else "Something is missing here", node.start_byte)
        elif node.is_error:
            start = _blamed(node)
            said = scan.shown(start)
            yield scan.problem(f"PowerShell does not expect this: {said}" if said else "Something is missing", start)


def _blamed(error: Node) -> int:
    """Where an error is: at the first mark that is left over after something whole."""
    children = error.children
    for before, child in pairwise(children):
        if before.child_count and not child.child_count:
            return child.start_byte
    return error.start_byte


def _commands(root: Node, reader: _Reader) -> Iterator[Command]:
    assigned: dict[str, list[_Assigned]] = {}
    found = []
    for node in _walk(root, lambda one: True):
        if node.type == "assignment_expression":
            name, value = _assigned(node, reader)
            assigned.setdefault(name, []).append(value)
        elif node.type == "script_parameter":
            # Whoever calls the script or function may set it.
            for name in _VARIABLE_NAME.findall(reader.raw(node.start_byte, node.end_byte))[:1]:
                assigned.setdefault(name.lower(), []).append(None)
        elif node.type == "command":
            found.append(node)
    # A variable that is set twice, or counted up, says nothing about one place.
    counted = {name.lower() for names in _COUNTED.findall(reader.code) for name in names}
    once = {name: values[0] for name, values in assigned.items() if len(values) == 1 and name not in counted}
    tables = {name: value for name, value in once.items() if isinstance(value, tuple)}
    reader.variables = {name: value for name, value in once.items() if isinstance(value, str)}
    for node in found:
        name_node = next((one for one in node.children if one.type in ("command_name", "command_name_expr")), None)
        if name_node is None:
            continue
        word = reader.word(name_node.start_byte, name_node.end_byte)
        words = tuple(reader.words(name_node.end_byte, node.end_byte))
        yield Command(word.text, word.place, words, tables)


_Assigned = str | tuple["Parameter", ...] | None


def _assigned(node: Node, reader: _Reader) -> tuple[str, _Assigned]:
    """Name of a variable in small letters, and what it is set to: a text, the entries of a table, or more than that."""
    variable, value = node.children[0], node.children[-1]
    name = reader.raw(variable.start_byte, variable.end_byte)
    sign = reader.raw(variable.end_byte, value.start_byte).strip()
    typed = _TYPED.fullmatch(name)
    if not typed or sign != "=":
        # What is added to a variable, or set in one of its members, changes it in a way that is not followed.
        return name.lstrip("$").split("[")[0].split(".")[0].lower(), None
    while value.child_count == 1:
        value = value.children[0]
    if value.type in _TEXTS:
        word = reader.word(value.start_byte, value.end_byte)
        return typed[1].lower(), word.text if word.literal and len(word.items) == 1 else None
    if value.type != "hash_literal_expression":
        return typed[1].lower(), None
    entries = (
        one for body in value.children if body.type == "hash_literal_body" for one in body.children if one.child_count
    )
    return typed[1].lower(), tuple(_entry(one, reader) for one in entries if one.type == "hash_entry")


def _entry(node: Node, reader: _Reader) -> Parameter:
    key, *rest = node.children
    name = reader.word(key.start_byte, key.end_byte)
    value = next((one for one in rest if one.is_named), None)
    return Parameter(name.text, name.place, reader.word(value.start_byte, value.end_byte) if value else None)


# ------------------------------------------------------------------------------------------------------- arguments

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


class _Scan:
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
        redirection = _REDIRECTION.match(self.code, self._at)
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
            name = _NAME.match(code, at) if code[at - 1 : at] not in ("-", "$", ".") else None
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
            comma = _WIDE_GAP.match(self.code, end)
            if not comma or self.code[comma.end() : comma.end() + 1] != ",":
                break
            after = _WIDE_GAP.match(self.code, comma.end() + 1)
            following = after.end() if after else end
            if self._piece(following) is None:
                break
            end = following
        if end == start:
            return False
        parameter = _PARAMETER.match(self.code, start, end)
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
        while at < len(code) and code[at] not in _ENDS:
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
                return self._piece(at + 1) if code[at] == "@" and _NAME.match(code, at + 1) else None
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


class _Reader:
    """Words of a text, by what a scan knows of its brackets and strings."""

    def __init__(self, text: str, scan: _Scan) -> None:
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
            redirection = _REDIRECTION.match(self.code, at, end)
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
        parameter = _PARAMETER.match(self.code, start, end)
        if self.code[start] == "@" and _NAME.fullmatch(self.code, start + 1, end):
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
            gap = _WIDE_GAP.match(self.code, at, end)
            at = gap.end() if gap else at
            if at not in self._scan.ends or not self.code.startswith(("#", "<#"), at):
                break
            at = self._scan.ends[at]
        return min(at, end)

    def _piece_end(self, at: int, end: int) -> int:
        code, ends = self.code, self._scan.ends
        while at < end and code[at] not in _ENDS:
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
