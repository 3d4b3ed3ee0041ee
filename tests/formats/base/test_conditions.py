"""Expressions of checks: what they mean, and what is no expression."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.formats.base.conditions import ConditionError, names_in, parse, walker
from tests.built import ROOT
from tests.conditions import VECTORS, functions

NAMES: dict[str, Any] = VECTORS["names"]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["of"])
def test_an_expression_has_its_value(case: dict[str, Any]) -> None:
    tree = parse(case["of"])
    assert json.loads(json.dumps(tree)) == tree
    found = walker(tree, functions())(NAMES)
    assert (found, type(found)) == (case["is"], type(case["is"]))


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["of"])
def test_what_is_no_expression_is_refused_with_what_is_allowed(case: dict[str, str]) -> None:
    with pytest.raises(ConditionError, match=case["says"]):
        parse(case["of"])


def test_a_field_that_no_record_has_is_named() -> None:
    with pytest.raises(LookupError, match=r"no field idd; the record has id, "):
        walker(parse("it.idd"), {})(NAMES)
    with pytest.raises(LookupError, match="no field __class__; the record has no fields"):
        walker(parse("word.__class__"), {})(NAMES)


def test_a_function_that_is_not_handed_in_is_named() -> None:
    with pytest.raises(ConditionError, match="there is no function open; there are lower"):
        walker(parse("open('x')"), {"lower": str.lower})


def test_names_are_those_that_must_be_given() -> None:
    assert {*names_in(parse("a.b + [x for x in c if x == d][0]"))} == {"a", "c", "d"}


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(ConditionError):
        parse("not " * 100_000 + "a")


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except ConditionError:
        return
    assert isinstance(tree[0], str)


def test_the_vectors_use_every_kind_of_node() -> None:
    def kinds(tree: list[Any]) -> set[str]:
        return {tree[0]}.union(*(kinds(part) for part in tree[1:] if isinstance(part, list) and part))

    used = set[str]().union(*(kinds(parse(case["of"])) for case in VECTORS["cases"]))
    source = yaml.safe_load((ROOT / "tests/vectors/conditions.yaml").read_text("utf-8"))
    assert source["names"] == NAMES
    assert used == {
        "value", "name", "get", "at", "call", "each", "and", "or", "not", "if", "list",
        "==", "!=", "<", "<=", ">", ">=", "in", "+",
    }  # fmt: skip
