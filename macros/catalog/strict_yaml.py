"""YAML without surprises: no implicit dates, no `yes` that means true, no duplicate keys, and a line for every value.

The parser is PyYAML's; only the meaning of plain scalars is decided here, because the usual rules turn a key such
as `no`, a time such as `12:30` or a number such as `010` into something the editor did not write.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, TypeVar, cast, get_args

import yaml
from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError

from .published_keys import without_keys, without_keys_of
from .yaml_events import Event, EventReader, Events, KeyPath, line_of

Model = TypeVar("Model")

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 50_000
"""Values in one file: many times the largest data file, and still read in a second."""
MAX_PROBLEMS = 100
MAX_SHOWN = 120
"""Characters of a value or key that a message repeats."""
MAX_DIGITS = 30

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# Control characters and noncharacters: YAML refuses them, but takes them as escapes; no page could show them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_WORDS: Mapping[str, Any] = MappingProxyType({"": None, "null": None, "~": None, "true": True, "false": False})


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file: where it is, and what is allowed there.

    Whatever it repeats of the file, no product key is readable in it.
    """

    file: str
    line: int | None
    key: str
    message: str

    def __post_init__(self) -> None:
        for name in ("file", "key", "message"):
            object.__setattr__(self, name, without_keys(getattr(self, name)))

    def about(self, text: str) -> Problem:
        """The same problem, with no piece of a key of the file's text in it."""
        said = (without_keys_of(part, text) for part in (self.file, self.key, self.message))
        file, key, message = said
        return Problem(file, self.line, key, message)

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}, {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class DataError(Exception):
    """Data that cannot be used. Carries every problem found, not only the first, up to MAX_PROBLEMS of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(islice(problems, MAX_PROBLEMS + 1))
        self.problems = found[:MAX_PROBLEMS]
        rest = ["There are more problems; these are the first."] if len(found) > MAX_PROBLEMS else []
        super().__init__("\n".join([*map(str, self.problems), *rest]))


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data, the line on which each key path stands, and the text itself."""

    file: str
    data: Any
    lines: Mapping[KeyPath, int]
    text: str = field(default="", repr=False)

    def line(self, path: Sequence[str | int]) -> int | None:
        """Line of a key path, or of its nearest ancestor that stands in the file."""
        for end in range(len(path), -1, -1):
            if tuple(path[:end]) in self.lines:
                return self.lines[tuple(path[:end])]
        return None

    def problem(self, path: Sequence[str | int], message: str) -> Problem:
        """A problem at a key path of this document."""
        return Problem(self.file, self.line(path), dotted(path), message).about(self.text)


def dotted(path: Sequence[str | int]) -> str:
    """Write a key path as people do: `groups[2].count`."""
    text = ""
    for part in path:
        name = part if isinstance(part, int) else short(part) or '""'
        text += f"[{name}]" if isinstance(name, int) else f".{name}" if text else name
    return text


def short(text: object) -> str:
    """Text as a message repeats it: on one line, without product keys, and cut when it is long."""
    line = " ".join(without_keys(str(text)[: 4 * MAX_SHOWN]).split())
    return line if len(line) <= MAX_SHOWN else f"{line[:MAX_SHOWN]}…"


def read(path: Path, name: str | None = None) -> Document:
    """Read one YAML file. `name` is how messages call it.

    Raises DataError when the file is missing, too large, not UTF-8, not YAML, uses aliases or repeats a key.
    """
    file = name or path.name
    try:
        with path.open("rb") as stream:
            return parse(decoded(stream, file), file)
    except OSError as error:
        raise DataError([Problem(file, None, "", f"cannot be read: {error.strerror}")]) from error


def decoded(stream: IO[bytes], file: str) -> str:
    """The text of an open file. Raises DataError when it is too large or not UTF-8."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise DataError([Problem(file, None, "", f"is too large; at most {MAX_BYTES:,} bytes are read")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError([Problem(file, line, "", "is not UTF-8; save the file with UTF-8 encoding")]) from error


def parse(text: str, file: str) -> Document:
    """Parse YAML text. Same rules and errors as `read`."""
    builder = _Builder(file, text)
    if forbidden := _FORBIDDEN.search(text):
        at = text[: forbidden.start()].count("\n") + 1
        raise DataError([Problem(file, at, "", f"{_contains(forbidden)}; save the file as text with UTF-8 encoding")])
    try:
        data = builder.read(text)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise DataError([Problem(file, line, "", f"is not YAML: {error.problem}").about(text)]) from error
    except yaml.YAMLError as error:
        raise DataError([Problem(file, None, "", f"is not YAML: {short(error)}").about(text)]) from error
    if builder.problems:
        raise DataError(builder.problems)
    return Document(file, data, MappingProxyType(builder.lines), text)


class _Builder(EventReader[tuple[str, bool], Any]):
    """Builds plain data, and notes the line of every value and what must not stand there."""

    deepest = MAX_DEPTH
    most = MAX_VALUES

    def __init__(self, file: str, text: str) -> None:
        super().__init__()
        self.file, self.text = file, text
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []

    def goes_on(self, event: Event) -> bool:
        """A second document is an error."""
        self._fail(event, (), "starts a second document; one is expected")
        return False

    def beyond(self, event: Event, path: KeyPath, *, is_deep: bool) -> DataError:
        """Say what is too much."""
        if is_deep:
            return DataError([self._problem(event, path[:3], f"is nested deeper than {MAX_DEPTH} levels")])
        return DataError([*self.problems, self._problem(event, path[:3], f"is beyond the {MAX_VALUES:,}th value")])

    def begins(self, event: Event, path: KeyPath) -> None:
        """Note the line, and refuse a tag."""
        self.lines.setdefault(path, line_of(event))
        if getattr(event, "tag", None) is not None:
            self._fail(event, path, f"carries the tag {short(event.tag)}; write the value without it")

    def alias(self, event: Event, path: KeyPath) -> None:
        """An alias is an error."""
        self._fail(event, path, "is an alias of another place; write the value out")

    def scalar(self, event: Event, path: KeyPath) -> Any:
        """The value of a scalar."""
        text, plain = event.value, not event.style
        if forbidden := _FORBIDDEN.search(text):
            self._fail(event, path, _contains(forbidden))
        if plain and len(text) > MAX_DIGITS and _NUMBER.fullmatch(text):
            self._fail(event, path, f"is a number of more than {MAX_DIGITS} characters; given: {short(text)}")
            return None
        return scalar(text, plain)

    def sequence(self, event: Event, items: Iterator[Any]) -> list[Any]:
        """A list."""
        return list(items)

    def mapping(self, event: Event, entries: Iterator[tuple[tuple[str, bool], Any]]) -> dict[str, Any]:
        """Keys with values; of a key that stands twice, the first."""
        return {key: value for (key, is_first), value in entries if is_first}

    def key(self, event: Event, events: Events, path: KeyPath) -> tuple[tuple[str, bool], KeyPath]:
        """A key, and whether it stands there for the first time."""
        if not isinstance(event, yaml.ScalarEvent):
            raise DataError([self._problem(event, path, "has a key that is not plain text")])
        if forbidden := _FORBIDDEN.search(event.value):
            self._fail(event, path, f"has a key that {_contains(forbidden)}")
        key = str(event.value)
        here = (*path, key)
        if here in self.lines:
            self._fail(event, here, f"stands twice; the first is on line {self.lines[here]}")
            return (key, False), (*path, f"{key} (again)")
        self.lines[here] = line_of(event)
        return (key, True), here

    def _problem(self, event: Event, path: KeyPath, message: str) -> Problem:
        return Problem(self.file, line_of(event), dotted(path), message).about(self.text)

    def _fail(self, event: Event, path: KeyPath, message: str) -> None:
        self.problems.append(self._problem(event, path, message))


def _contains(forbidden: re.Match[str]) -> str:
    return f"contains the character U+{ord(forbidden[0]):04X}, which no text may hold"


def scalar(text: str, plain: bool) -> Any:
    """The value of a scalar: text, unless it is written plainly as null, true, false or a decimal number."""
    if not plain:
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
        return cast(Model, _adapter(cast(Any, model)).validate_python(document.data))
    except ValidationError as error:
        raise DataError(
            document.problem(_in_file(problem["loc"], document.data), _explain(model, problem, document.data))
            for problem in error.errors(include_url=False)
            if not _is_long_enough(problem)
        ) from error


def _is_long_enough(problem: Any) -> bool:
    """A list is too short only when its entries are too few: pydantic leaves out those that are wrong themselves."""
    given = problem["input"]
    return problem["type"] == "too_short" and isinstance(given, list) and len(given) >= problem["ctx"]["min_length"]


@lru_cache(maxsize=64)
def _adapter(model: Any) -> TypeAdapter[Any]:
    """What reads a model. Making it costs more than reading a file with it."""
    return TypeAdapter(model)


def nearest(word: object, known: Iterable[str]) -> str:
    """` Did you mean "x"?` for the nearest known word, or an empty string when none is near."""
    found = difflib.get_close_matches(short(word), [*known], n=1, cutoff=0.6)
    return SAID["near"].format(near=found[0]) if found else ""


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
        return SAID["unknown"].format(near=nearest(key, known), known=", ".join(known))
    if kind == "missing":
        return SAID["missing"]
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", '"')
        options = re.findall(r'"([^"]*)"', expected)
        said = f'"{short(given)}"' if isinstance(given, str) else _given(given)
        return SAID["literal"].format(given=said, near=nearest(given, options), expected=expected)
    if kind == "union_tag_invalid":
        return str(problem["msg"])
    message = _in_words(kind, context, str(problem["msg"]))
    return f"{message}; {SAID['empty'] if given is None else SAID['given'].format(given=_given(given))}"


SAID: Mapping[str, str] = MappingProxyType(
    {
        "empty": "the value is empty",
        "given": "given: {given}",
        "keys": "keys with values",
        "list": "a list",
        "literal": "{given} is not allowed.{near} Allowed: {expected}",
        "missing": "is missing and has no default",
        "near": ' Did you mean "{near}"?',
        "none": "an empty value",
        "unknown": "unknown key.{near} Allowed here: {known}",
    }
)
"""Sentences around what is given and what is allowed."""
ALLOWED: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "must be text",
        "int_type": "must be a whole number",
        "int_from_float": "must be a whole number",
        "float_type": "must be a number",
        "bool_type": "must be true or false",
        "date_type": "must be a day such as 2026-01-31",
        "date_from_datetime_parsing": "must be a day that exists, such as 2026-01-31",
        "date_from_datetime_inexact": "must be a day such as 2026-01-31, without a time",
        "date_parsing": "must be a day such as 2026-01-31",
        "tuple_type": "must be a list",
        "list_type": "must be a list",
        "frozen_set_type": "must be a list",
        "set_type": "must be a list",
        "dict_type": "must be keys with values",
        "mapping_type": "must be keys with values",
        "model_type": "must be keys with values",
        "model_attributes_type": "must be keys with values",
        "dataclass_type": "must be keys with values",
        "url_type": "must be an address such as https://learn.microsoft.com/",
        "url_parsing": "must be an address such as https://learn.microsoft.com/",
        "url_scheme": "must be an address that begins with {expected_schemes}",
        "ip_any_address": "must be an IPv4 or IPv6 address",
        "string_pattern_mismatch": "must match the pattern {pattern}",
        "string_too_short": "must have at least {min_length} characters",
        "string_too_long": "must have at most {max_length} characters",
        "too_short": "must have at least {min_length} entries, not {actual_length}",
        "too_long": "must have at most {max_length} entries, not {actual_length}",
        "greater_than_equal": "must be {ge} or more",
        "greater_than": "must be more than {gt}",
        "less_than_equal": "must be {le} or less",
        "less_than": "must be less than {lt}",
    }
)
"""What is allowed, by the kind of mistake that pydantic reports, whose own words name types of Python."""


def _in_words(kind: str, context: Mapping[str, Any], otherwise: str) -> str:
    if kind in ALLOWED:
        # One entry is no list of entries.
        return re.sub(r"(?<!\d)1 (entr|character)(ies|s)", _one, ALLOWED[kind].format_map(context))
    plain = otherwise.removeprefix("Value error, ").replace("Input should", "must")
    return f"{plain[0].lower()}{plain[1:]}"


def _one(found: re.Match[str]) -> str:
    return "1 entry" if found[1] == "entr" else "1 character"


def _given(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return SAID["keys"] if isinstance(value, dict) else SAID["list"]
    return SAID["none"] if value is None else short(repr(value))


def _known_keys(model: Any, location: Sequence[str | int]) -> list[str]:
    """Keys that the model at a location accepts, found by walking the annotations."""
    current = _innermost(model)
    for part in location:
        if isinstance(part, str) and _is_model(current) and part in current.model_fields:
            current = _innermost(current.model_fields[part].annotation)
    return sorted(current.model_fields) if _is_model(current) else []


def _is_model(candidate: Any) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)


def _innermost(annotation: Any) -> Any:
    """The first model found inside a type such as tuple[Group, ...] or Group | None."""
    if _is_model(annotation):
        root = issubclass(annotation, RootModel)
        return _innermost(annotation.model_fields["root"].annotation) if root else annotation
    for part in get_args(annotation):
        found = _innermost(part)
        if _is_model(found):
            return found
    return annotation
