"""Expressions of checks mean the same in the browser as in Python: the same vectors, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from macros.formats.base.conditions import parse
from tests.built import ROOT
from tests.conditions import VECTORS
from tests.formats.base.test_checks import FILE, NAMED, OWN, RESTS, checks_in, made

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


_CHECK = """({ data, file, known }) => {
  const said = [];
  window.vagConditions.checks(data, {})({ file, known }, (rule, place) => said.push([rule, place]));
  return said;
}"""


@pytest.mark.parametrize(
    ("old", "new"),
    [("", ""), ("first:", "all:"), (OWN, RESTS), (OWN, NAMED)],
    ids=["first", "all", "rests", "without a rule"],
)
def test_the_same_rules_speak_of_the_same_records(old: str, new: str, page: Page, tmp_path: Path) -> None:
    data = checks_in(tmp_path, old, new).as_data()
    file = {"things": [{**thing, "place": thing["place"].line} for thing in FILE["things"]]}
    found = page.evaluate(_CHECK, {"data": data, "file": file, "known": {"most": 5}})
    assert found == [[rule, line] for rule, _, line in made(tmp_path, old, new)]


_ENDED = """({ data, file, known, most, until }) => {
  let said = 0;
  const left = window.vagConditions.checks(data, {})({ file, known }, () => { said += 1; }, most, until);
  return [said, left("small")?.length ?? null, left("unlike")?.length ?? null];
}"""


@pytest.mark.parametrize(
    ("most", "until", "expected"),
    [(9, None, [4, 2, 1]), (1, None, [1, None, None]), (1, "small", [1, 2, None]), (2, "small", [2, 2, None])],
)
def test_checks_end_when_enough_is_found_and_what_is_asked_for_is_left(
    most: int, until: str | None, expected: list[int | None], page: Page, tmp_path: Path
) -> None:
    data = checks_in(tmp_path, OWN, RESTS).as_data()
    file = {"things": [{**thing, "place": thing["place"].line} for thing in FILE["things"]]}
    sent = {"data": data, "file": file, "known": {"most": 5}, "most": most, "until": until}
    assert page.evaluate(_ENDED, sent) == expected
