"""A name with an underscore belongs to its module: nobody else imports it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.built import ROOT

FOREIGN = {
    # The token types of Pygments have no public name.
    "macros/render/deploy/samples.py": ["_TokenType"],
    # Building one page alone is no public part of mkdocs.
    "macros/live.py": ["_build_page", "_populate_page"],
}
MODULES = sorted((ROOT / "macros").rglob("*.py"))


def borrowed(source: str) -> Iterator[str]:
    """Private names that a module takes from others."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            for each in node.names:
                if each.name.startswith("_") and not each.name.startswith("__"):
                    yield each.name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_private_name_stays_in_its_module(module: Path) -> None:
    taken = [*borrowed(module.read_text("utf-8"))]
    assert taken == FOREIGN.get(module.relative_to(ROOT).as_posix(), [])


def test_a_borrowed_name_is_seen() -> None:
    assert [*borrowed("from .check_page import _box, example\nfrom __future__ import annotations")] == ["_box"]
