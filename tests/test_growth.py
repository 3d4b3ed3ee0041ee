"""Ten times the facts, codes or groups take a build at most ten times as long: nothing looks at each for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import process_time
from typing import Any

import pytest

from macros.render.parts.view import View
from macros.render.registry import render
from macros.site import DOCS, read_pages
from tests.timing import shortest

TIMES = 10
PAGES = {
    path: text
    for path, text in read_pages(DOCS).items()
    if not path.startswith(("contributing/", "troubleshoot/codes/0x"))
}


def more_facts(view: View) -> View:
    facts = view.catalog.facts
    return with_catalog(view, facts=[*facts, *again(facts, lambda one, n: {"id": f"{one.id}.copy{n}"})])


def more_codes(view: View) -> View:
    codes = view.catalog.error_codes
    numbered = [one for one in codes if one.code.startswith("0x")]
    return with_catalog(view, error_codes=[*codes, *again(numbered, lambda one, n: {"code": f"0x8{n}{one.code[-6:]}"})])


def more_groups(view: View) -> View:
    groups = view.organization.groups
    made = again(groups, lambda one, n: {"id": f"{one.id}-{n}", "name": f"{one.name} {n}"})
    return replace(view, organization=view.organization.model_copy(update={"groups": (*groups, *made)}))


def again(records: Any, changed: Callable[[Any, int], dict[str, str]]) -> list[Any]:
    return [one.model_copy(update=changed(one, number)) for number in range(1, TIMES) for one in records]


def with_catalog(view: View, **parts: list[Any]) -> View:
    update = {name: tuple(found) for name, found in parts.items()}
    return replace(view, catalog=view.catalog.model_copy(update=update))


def seconds(view: View) -> float:
    start = process_time()
    for path, text in PAGES.items():
        render(replace(view, page=path), text)
    return process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("more", [more_facts, more_codes, more_groups])
def test_pages_take_at_most_as_many_times_as_long(more: Callable[[View], View], view: View) -> None:
    seconds(view)  # What is computed once a build is computed now.
    usual, grown = seconds(view), more(view)
    assert shortest(lambda: seconds(grown), TIMES * usual) < TIMES * usual
