"""YAML without surprises: no implicit dates, no `yes` that means true, no duplicate keys, and a line for every value.

The parser is PyYAML's; only the meaning of plain scalars is decided here, because the usual rules turn a key such
as `no`, a time such as `12:30` or a number such as `010` into something the editor did not write.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

KeyPath = tuple[str | int, ...]
Model = TypeVar("Model")

MAX_BYTES = 5_000_000
MAX_DEPTH = 40

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS: Mapping[str, Any] = MappingProxyType({"": None, "null": None, "~": None, "true": True, "false": False})


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file: where it is, and what is allowed there."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}, {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class DataError(Exception):
    """Data that cannot be used. Carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data, and the line on which each key path stands."""

    file: str
    data: Any
    lines: Mapping[KeyPath, int]

    def line(self, path: Sequence[str | int]) -> int | None:
        """Line of a key path, or of its nearest ancestor that stands in the file."""
        for end in range(len(path), -1, -1):
            if tuple(path[:end]) in self.lines:
                return self.lines[tuple(path[:end])]
        return None

    def problem(self, path: Sequence[str | int], message: str) -> Problem:
        """A problem at a key path of this document."""
        return Problem(self.file, self.line(path), dotted(path), message)


def dotted(path: Sequence[str | int]) -> str:
    """Write a key path as people do: `groups[2].count`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(path: Path, name: str | None = None) -> Document:
    """Read one YAML file. `name` is how messages call it.

    Raises DataError when the file is missing, too large, not UTF-8, not YAML, uses aliases or repeats a key.
    """
    file = name or path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError([Problem(file, None, "", f"cannot be read: {error.strerror}")]) from error
    if len(raw) > MAX_BYTES:
        raise DataError([Problem(file, None, "", f"has {len(raw):,} bytes; at most {MAX_BYTES:,} are read")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError([Problem(file, line, "", "is not UTF-8; save the file with UTF-8 encoding")]) from error
    return parse(text, file)


def parse(text: str, file: str) -> Document:
    """Parse YAML text. Same rules and errors as `read`."""
    lines: dict[KeyPath, int] = {}
    problems: list[Problem] = []
    seen: set[int] = set()

    def fail(node: yaml.Node, path: KeyPath, message: str) -> None:
        problems.append(Problem(file, node.start_mark.line + 1, dotted(path), message))

    def build(node: yaml.Node, path: KeyPath) -> Any:
        lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in seen:
            fail(node, path, "is an alias of another place; write the value out")
            return None
        seen.add(id(node))
        if len(path) > MAX_DEPTH:
            fail(node, path[:3], f"is nested deeper than {MAX_DEPTH} levels")
            return None
        if isinstance(node, yaml.SequenceNode):
            return [build(child, (*path, index)) for index, child in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return build_mapping(node, path)
        return scalar(node)

    def build_mapping(node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                fail(key_node, path, "has a key that is not plain text")
                continue
            key = key_node.value
            if key in result:
                fail(key_node, (*path, key), f"stands twice; the first is on line {lines[(*path, key)]}")
                continue
            lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = build(value_node, (*path, key))
        return result

    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataError(
            [Problem(file, mark.line + 1 if mark else None, "", f"is not YAML: {error.problem}")]
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DataError([Problem(file, None, "", f"is not YAML: {error}")]) from error
    data = None if root is None else build(root, ())
    if problems:
        raise DataError(problems)
    return Document(file, data, MappingProxyType(lines))


def scalar(node: yaml.Node) -> Any:
    """The value of a scalar: text, unless it is written plainly as null, true, false or a decimal number."""
    text: str = node.value
    if getattr(node, "style", None):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def validate(model: type[Model], document: Document) -> Model:
    """Turn a document into a model. Raises DataError with line, key and what is allowed for every problem."""
    try:
        return TypeAdapter(model).validate_python(document.data)
    except ValidationError as error:
        raise DataError(
            document.problem(_in_file(problem["loc"], document.data), _explain(model, problem, document.data))
            for problem in error.errors(include_url=False)
        ) from error


def nearest(word: object, known: Iterable[str]) -> str:
    """` Did you mean "x"?` for the nearest known word, or an empty string when none is near."""
    found = difflib.get_close_matches(str(word), [*known], n=1, cutoff=0.6)
    return f' Did you mean "{found[0]}"?' if found else ""


def _in_file(location: Sequence[str | int], data: Any) -> KeyPath:
    """Drop the parts of pydantic's location that name a union member rather than a key of the file."""
    path: list[str | int] = []
    here = data
    for index, part in enumerate(location):
        last = index == len(location) - 1
        if isinstance(here, dict) and isinstance(part, str) and (part in here or last):
            path.append(part)
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int):
            path.append(part)
            here = here[part] if part < len(here) else None
    return tuple(path)


def _explain(model: Any, problem: Any, data: Any) -> str:
    kind, given, context = problem["type"], problem["input"], problem.get("ctx", {})
    key = problem["loc"][-1] if problem["loc"] else ""
    if kind == "extra_forbidden":
        known = _known_keys(model, problem["loc"][:-1])
        return f"unknown key.{nearest(key, known)} Allowed here: {', '.join(known)}"
    if kind == "missing":
        return "is missing and has no default"
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", '"')
        options = re.findall(r'"([^"]*)"', expected)
        return f'"{given}" is not allowed.{nearest(given, options)} Allowed: {expected}'
    if kind == "union_tag_invalid" or given is None:
        return f"{problem['msg']}; the value is empty" if given is None else str(problem["msg"])
    message = str(problem["msg"]).removeprefix("Value error, ")
    shown = repr(given) if isinstance(given, str | int | float | bool) else f"a {_shape(given)}"
    return f"{message[0].lower()}{message[1:]}; given: {shown[:120]}"


def _shape(value: object) -> str:
    return {dict: "mapping", list: "list", type(None): "empty value"}.get(type(value), type(value).__name__)


def _known_keys(model: Any, location: Sequence[str | int]) -> list[str]:
    """Keys that the model at a location accepts, found by walking the annotations."""
    current = model
    for part in location:
        if isinstance(part, str) and _is_model(current) and part in current.model_fields:
            current = _innermost(current.model_fields[part].annotation)
        elif isinstance(part, str) and not _is_model(current):
            current = next((m for m in get_args(current) if _is_model(m) and m.__name__ == part), current)
    return sorted(current.model_fields) if _is_model(current) else []


def _is_model(candidate: Any) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)


def _innermost(annotation: Any) -> Any:
    """The first model found inside a type such as tuple[Group, ...] or Group | None."""
    if _is_model(annotation):
        return annotation
    for part in get_args(annotation):
        found = _innermost(part)
        if _is_model(found):
            return found
    return annotation
