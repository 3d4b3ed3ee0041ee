"""What the guide's page holds, against the decision tables that it comes from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from macros.catalog.models import UnknownIdError
from macros.domain.walk import walk
from macros.rendering import decision_data, guide
from macros.rendering.view import View
from tests.built import ROOT

PAGE = "choose/index.md"


@pytest.fixture
def page_view(view_of: Callable[..., View]) -> View:
    return view_of(page=PAGE)


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def embedded(html: str) -> Any:
    return json.loads(parsed(html).script.string)  # type: ignore[union-attr, arg-type]


def test_the_walk_shows_each_step_with_its_question_and_answers(page_view: View) -> None:
    page = parsed(guide.guide_walk(page_view))
    records = page_view.catalog.decision_tables
    steps = walk(page_view.tables)
    assert [section["id"] for section in page.select("section")] == [step.id for step in steps]
    for step in steps:
        section = page.find(id=step.id)
        assert section is not None
        question = records.question(step.question)
        assert section.h2 is not None
        assert section.h2.text == question.question
        assert len(section.select("a.vag-answer")) == len(step.exits)
        assert [link["data-value"] for link in section.select("a[data-value]")] == [
            exit_.value for exit_ in step.exits if exit_.value
        ]


def test_the_first_question_leads_into_the_walk(page_view: View) -> None:
    links = parsed(guide.guide(page_view)).select("a.vag-answer")
    assert [link["href"] for link in links][:1] == [f"questions.html#{walk(page_view.tables)[0].exits[0].target}"]


def test_an_outcome_shows_every_point_with_its_facts(page_view: View) -> None:
    for outcome in page_view.catalog.decision_tables.outcomes:
        page = parsed(guide.guide_outcome(page_view, outcome.id))
        for point in (*outcome.prerequisites, *outcome.costs, *outcome.risks):
            [item] = [item for item in page.select("li") if item.text.startswith(point.text)]
            assert [cited["data-fact"] for cited in item.select("[data-fact]")] == [*point.facts]
        assert {link.text for link in outcome.next} <= {anchor.text for anchor in page.select("a")}


def test_an_unknown_outcome_names_near_ones(page_view: View) -> None:
    with pytest.raises(UnknownIdError, match="kms-central"):
        guide.guide_outcome(page_view, "kms-centrl")


def test_every_outcome_has_a_section_on_the_page(page_view: View) -> None:
    text = (ROOT / "docs" / PAGE).read_text("utf-8")
    for outcome in page_view.catalog.decision_tables.outcomes:
        assert f'### {outcome.name} {{ #outcome-{outcome.id} }}\n\n{{{{ guide_outcome("{outcome.id}") }}}}' in text


def test_the_script_gets_the_tables_whole(page_view: View) -> None:
    data = embedded(decision_data.decision_data(page_view))
    tables = page_view.tables
    assert data["version"] == tables.version
    assert [question["id"] for question in data["questions"]] == [*tables.position]
    assert len(data["boxes"]) == len(tables.boxes)
    for (masks, outcome, hits), box in zip(data["boxes"], tables.boxes, strict=True):
        assert tuple(int(digit, 16) for digit in masks) == box.masks
        assert data["outcomes"][outcome]["id"] == box.outcome
        assert [tuple(data["rules"][hit]) for hit in hits] == [*box.hits]


def test_the_words_of_the_script_are_those_of_the_data(page_view: View) -> None:
    data = embedded(guide.guide_data(page_view))
    catalog = page_view.catalog
    for fact_id, (statement, verified_on, mark) in data["facts"].items():
        fact = catalog.fact(fact_id)
        assert (statement, verified_on) == (fact.statement, fact.verified_on.isoformat())
        assert bool(mark) == (fact.confidence in guide.MARKS)
    for table in catalog.decision_tables.tables:
        for rule in table.rules:
            assert data["reasons"][f"{table.id}/{rule.id}"] == [rule.reason, [*rule.facts]]
            assert set(rule.facts) <= set(data["facts"])
    for outcome in catalog.decision_tables.outcomes:
        assert set(data["outcomes"][outcome.id]["facts"]) <= set(data["facts"])


def test_hostile_words_stay_text(page_view: View) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    records = page_view.catalog.decision_tables
    first = records.inputs[0].model_copy(update={"question": evil, "hint": evil, "label": evil, "find_out": evil})
    changed = records.model_copy(update={"inputs": (first, *records.inputs[1:])})
    view = replace(page_view, catalog=page_view.catalog.model_copy(update={"decision_tables": changed}))
    for html in (guide.guide(view), guide.guide_walk(view), guide.guide_data(view), decision_data.decision_data(view)):
        assert parsed(html).find("img") is None
    assert embedded(guide.guide_data(view))["questions"]["license"]["question"] == evil


@pytest.mark.parametrize("name", ["decision", "guide"])
def test_scripts_are_named_relative_to_the_page(name: str, page_view: View) -> None:
    script = parsed(decision_data.page_scripts(page_view, name)).script
    assert script is not None
    assert script["src"] == f"../assets/javascripts/{name}.js"
