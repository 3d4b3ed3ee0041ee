"""What a change is not tried on is named, and exists."""

from __future__ import annotations

import ast

import pytest

from tests.built import ROOT
from tests.conftest import FIRST_CASES, pytest_collection_modifyitems


@pytest.mark.parametrize("test", FIRST_CASES)
def test_a_test_with_cases_for_releases_exists(test: str) -> None:
    file, _, name = test.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert FIRST_CASES[test] >= 0


def test_the_list_is_in_order() -> None:
    assert list(FIRST_CASES) == sorted(FIRST_CASES)


class Case:
    """An item of a collection, as far as marking looks at it."""

    def __init__(self, nodeid: str) -> None:
        self.nodeid = nodeid
        self.marks: list[str] = []

    def add_marker(self, mark: pytest.MarkDecorator) -> None:
        self.marks.append(mark.name)


@pytest.mark.parametrize(("test", "first"), FIRST_CASES.items())
def test_later_cases_are_marked_and_first_ones_are_not(test: str, first: int) -> None:
    cases = [Case(f"{test}[{number}]") for number in range(first + 2)]
    other = [Case(f"tests/test_other.py::test_other[{number}]") for number in range(50)]
    pytest_collection_modifyitems([*cases, *other])  # type: ignore[list-item]
    assert [case.marks for case in cases] == [[]] * first + [["thorough"]] * 2
    assert not any(case.marks for case in other)
