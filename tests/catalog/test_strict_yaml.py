from __future__ import annotations

import re
import time
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from macros.catalog.organization import Organization
from macros.catalog.strict_yaml import DataError, Problem, dotted, nearest, parse, read, validate
from tests.built import EXAMPLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("010", "010"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("2026-11-24", "2026-11-24"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("180", 180),
        ("-1", -1),
        ("0", 0),
        ("3.5", 3.5),
        ("true", True),
        ("null", None),
        ("~", None),
        ('"180"', "180"),
        ("'true'", "true"),
    ],
)
def test_a_plain_scalar_means_what_it_says(text: str, expected: object) -> None:
    found = parse(f"value: {text}", "x.yaml").data["value"]
    assert found == expected
    assert type(found) is type(expected)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_every_integer_is_read_as_itself(number: int) -> None:
    assert parse(f"value: {number}", "x.yaml").data == {"value": number}


def test_lines_are_known_for_every_key() -> None:
    document = parse("a:\n  - b: 1\n    c:\n      d: 2\n", "x.yaml")
    assert document.line(("a", 0, "c", "d")) == 4
    assert document.line(("a", 0, "missing")) == 2
    assert document.line(()) == 1


def only_problem(text: str) -> Problem:
    with pytest.raises(DataError) as caught:
        parse(text, "x.yaml")
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_a_repeated_key_is_refused_with_both_lines() -> None:
    problem = only_problem("a: 1\nb: 2\na: 3\n")
    assert (problem.line, problem.key) == (3, "a")
    assert "line 1" in problem.message


def test_an_alias_is_refused() -> None:
    problem = only_problem("a: &x [1]\nb: *x\n")
    assert "alias" in problem.message


def test_an_alias_bomb_ends_quickly() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    start = time.perf_counter()
    with pytest.raises(DataError):
        parse("\n".join(lines), "x.yaml")
    assert time.perf_counter() - start < 5


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(DataError, match=r"nested deeper|not YAML"):
        parse("[" * 200 + "]" * 200, "x.yaml")


def test_very_deep_nesting_does_not_end_the_process() -> None:
    with pytest.raises(DataError):
        parse("[" * 100_000, "x.yaml")


def test_broken_yaml_names_its_line() -> None:
    assert only_problem("a: 1\nb: [2\nc: 3\n").line in (2, 3)


def test_a_key_that_is_a_list_is_refused() -> None:
    assert "not plain text" in only_problem("? [a, b]\n: 1\n").message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_with_and_without_mark(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("name: Bokmål", encoding)
    assert read(file).data == {"name": "Bokmål"}


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_refused_with_the_cure(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("name: Bokmål", encoding)
    with pytest.raises(DataError, match="save the file with UTF-8"):
        read(file)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing\.yaml: cannot be read"):
        read(tmp_path / "nothing.yaml")


def test_a_huge_file_is_not_parsed(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"#" * 5_000_001)
    with pytest.raises(DataError, match="at most 5,000,000"):
        read(file)


def test_one_very_long_line_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("name: " + "x" * 1_000_000)
    assert len(read(file).data["name"]) == 1_000_000


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    count: int


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    inner: tuple[Inner, ...]


def test_every_problem_is_reported_with_its_line() -> None:
    document = parse("inner:\n  - cuont: 1\n  - count: many\n", "x.yaml")
    with pytest.raises(DataError) as caught:
        validate(Outer, document)
    assert [(p.line, p.key) for p in caught.value.problems] == [
        (2, "inner[0].count"),
        (2, "inner[0].cuont"),
        (3, "inner[1].count"),
    ]
    assert 'Did you mean "count"?' in caught.value.problems[1].message


def test_a_key_path_is_written_as_people_do() -> None:
    assert dotted(("groups", 2, "count")) == "groups[2].count"
    assert dotted(()) == ""


def test_no_hint_when_nothing_is_near() -> None:
    assert nearest("zzz", ["count", "name"]) == ""


WRONG: tuple[object, ...] = (
    *([], {}, "text", "", -3, 3.5, True, None, [1], {"a": 1}, "9" * 40, "2026-02-30", [[]], 10**20),
)
PROGRAMMERS = re.compile(r"\b(?:[Tt]uple|dict|[Dd]ictionary|instance|str|int|bool|NoneType|None|[Ii]nput)\b")


def _paths(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    parts = data.items() if isinstance(data, dict) else enumerate(data[:2]) if isinstance(data, list) else ()
    for key, part in parts:
        yield from _paths(part, (*path, key))


def _with(data: Any, path: tuple[str | int, ...], value: object) -> Any:
    if not path:
        return value
    changed = copy(data)
    changed[path[0]] = _with(changed[path[0]], path[1:], value)
    return changed


@pytest.mark.slow
def test_a_value_of_another_kind_is_refused_in_words_of_the_file() -> None:
    document = read(EXAMPLE)
    told: set[str] = set()
    for path in _paths(document.data):
        for value in WRONG:
            try:
                validate(Organization, replace(document, data=_with(document.data, path, value)))
            except DataError as error:
                told |= {problem.message.split("Allowed:")[0].split("given:")[0] for problem in error.problems}
    assert len(told) > 20
    assert [text for text in told if PROGRAMMERS.search(text)] == []
