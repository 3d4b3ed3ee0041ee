"""Commands of a script, as the grammar finds them, and what it does not take."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice, pairwise

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from macros.formats.base.findings import Place

from .scan import Comment, Scan, SyntaxProblem
from .words import Reader, Word

MOST_CHARACTERS = 200_000
"""Scripts that set up a computer are a few kilobytes. Our choice, so that a wrong file is refused instead of read."""

_MOST_ERRORS = 20
_CHUNK = 4096
"""Bytes that the parser is given at a time."""
_STEPS = 100
_STEPS_A_CHARACTER = 0.2
"""How often the parser may report on one parse, as a number that it always has and as one that grows with the text.

It reports after a fixed number of its own steps, so the same text always ends in the same way, however busy the
computer is. A plain script takes a twentieth of it. Our choice."""
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
    scan = Scan(text)
    comments = tuple(scan.comments())
    if scan.problems or not scan.shadow.strip():
        # What a bracket or string that is open belongs to would be a guess, and the grammar knows no empty script.
        return Script(tuple(scan.problems[:_MOST_ERRORS]), (), comments)
    root = _parse(scan.shadow)
    if root is None:
        return Script((SyntaxProblem("The script is too tangled to be parsed.", Place(1)),), (), comments)
    errors = tuple(islice(_errors(root, scan), _MOST_ERRORS))
    return Script(errors, tuple(_commands(root, Reader(text, scan))), comments)


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


def _errors(root: Node, scan: Scan) -> Iterator[SyntaxProblem]:
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


def _commands(root: Node, reader: Reader) -> Iterator[Command]:
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


def _assigned(node: Node, reader: Reader) -> tuple[str, _Assigned]:
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


def _entry(node: Node, reader: Reader) -> Parameter:
    key, *rest = node.children
    name = reader.word(key.start_byte, key.end_byte)
    value = next((one for one in rest if one.is_named), None)
    return Parameter(name.text, name.place, reader.word(value.start_byte, value.end_byte) if value else None)
