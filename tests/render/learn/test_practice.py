"""Questions of the onboarding: the answer that the page calls right is that of the data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from pydantic import ValidationError

from macros.catalog.integrity import practice_has_answers
from macros.catalog.models import Catalog, Practice
from macros.domain.diagnosis import reader
from macros.render.learn.practice import STAGES, practice, practice_sheet
from macros.render.parts.view import View
from tests.parsing import as_built


@pytest.fixture(scope="module")
def page(view: View) -> BeautifulSoup:
    return as_built("".join(practice(view, stage) for stage in STAGES))


def question(page: BeautifulSoup, asked: Practice) -> Tag:
    found = page.find(id=f"practice-{asked.id}")
    assert isinstance(found, Tag)
    return found


def test_every_question_stands_once_with_an_answer(page: BeautifulSoup, catalog: Catalog) -> None:
    assert len(page.select("fieldset")) == len(catalog.practice) >= 15
    for asked in catalog.practice:
        found = question(page, asked)
        assert found.legend
        assert found.legend.get_text() == asked.question
        assert found.details
        assert [str(mark["data-fact"]) for mark in found.details.select("[data-fact]")] == [*asked.facts]
        assert asked.why is None or asked.why in found.details.get_text()


def test_what_is_called_right_is_what_the_data_say(page: BeautifulSoup, catalog: Catalog, view: View) -> None:
    for asked in catalog.practice:
        found = question(page, asked)
        right = str(found["data-vag-right"])
        if asked.number:
            assert int(right) == catalog.fact(asked.number).value
            continue
        labels = {str(one.input["value"]): one.get_text().strip() for one in found.select("label") if one.input}
        if asked.choices:
            assert labels[right] == next(choice.text for choice in asked.choices if choice.right)
            assert sorted(labels.values()) == sorted(choice.text for choice in asked.choices)
        else:
            output = next(one.output for one in catalog.outputs.examples if one.id == asked.example)
            verdict = reader(catalog).read(output, view.today).verdict
            assert verdict
            assert labels[right] == verdict.text
            assert len(set(labels.values())) > 2
        assert found.details
        assert labels[right].rstrip(".") in found.details.get_text()


def test_the_right_choice_is_not_always_in_the_same_place(page: BeautifulSoup, catalog: Catalog) -> None:
    places = [str(question(page, asked)["data-vag-right"]) for asked in catalog.practice if asked.choices]
    assert len(set(places)) > 1
    assert max(map(places.count, places)) < len(places) * 0.7


def test_an_answer_changes_with_its_fact(view: View, catalog: Catalog) -> None:
    changed = tuple(
        fact.model_copy(update={"value": 26}) if fact.id == "kms.threshold.windows_client" else fact
        for fact in catalog.facts
    )
    other = replace(view, catalog=catalog.model_copy(update={"facts": changed}))
    found = as_built(practice(other, "day-one")).find(id="practice-threshold-client")
    assert isinstance(found, Tag)
    assert found["data-vag-right"] == "26"


def test_the_sheet_has_a_line_for_each_stage(view: View) -> None:
    scores = as_built(practice_sheet(view)).select("[data-vag-score]")
    assert [score["data-vag-score"] for score in scores] == [*STAGES]


def test_a_stage_without_questions_is_refused(view: View) -> None:
    with pytest.raises(LookupError, match="week-one"):
        practice(view, "week-on")


MADE = {"id": "x", "stage": "day-one", "question": "Which?"}
TWO = [{"text": "a", "right": True}, {"text": "b"}]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "has none"),
        ({"choices": TWO, "number": "kms.port"}, "has choices, number"),
        ({"choices": [{"text": "a"}, {"text": "b"}]}, "one right choice; has 0"),
        ({"choices": [*TWO, {"text": "c", "right": True}]}, "one right choice; has 2"),
    ],
)
def test_a_question_has_one_answer(more: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Practice.model_validate({**MADE, **more})


@pytest.mark.parametrize(
    ("more", "said"),
    [({"number": "kms.dns.srv_name"}, "no whole number"), ({"example": "nothing"}, "Allowed: kms-client")],
)
def test_an_answer_that_the_data_lacks_is_told(catalog: Catalog, more: dict[str, object], said: str) -> None:
    asked = Practice.model_validate({**MADE, **more})
    problems = [*practice_has_answers(catalog.model_copy(update={"practice": (asked,)}))]
    assert [said in str(problem) for problem in problems] == [True]
