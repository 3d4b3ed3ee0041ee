"""Expressions of checks mean the same in the browser as in Python: the same vectors, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from macros.formats.base.conditions import parse
from tests.built import ROOT
from tests.conditions import VECTORS

_WALK = """({ trees, patterns, values }) => trees.map((tree) => {
  const functions = window.vagConditions.common(patterns);
  return JSON.stringify(window.vagConditions.walker(tree, functions)((name) => values[name]));
})"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(path=str(ROOT / "docs/assets/javascripts/conditions.js"))
    yield page
    page.close()


def test_every_expression_has_the_same_value(page: Page) -> None:
    cases: list[dict[str, Any]] = VECTORS["cases"]
    sent = {"trees": [parse(case["of"]) for case in cases], "patterns": VECTORS["patterns"], "values": VECTORS["names"]}
    found = [json.loads(value) for value in page.evaluate(_WALK, sent)]
    assert [(case["of"], value) for case, value in zip(cases, found, strict=True)] == [
        (case["of"], case["is"]) for case in cases
    ]


def test_names_of_the_prototype_are_no_fields(page: Page) -> None:
    trees = [parse("it.constructor"), parse("it.__proto__"), parse("it.items.length"), parse("word.length")]
    found = page.evaluate(_WALK, {"trees": trees, "patterns": {}, "values": VECTORS["names"]})
    assert found == ["null"] * 4
