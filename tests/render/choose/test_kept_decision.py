"""A decision that was kept is told what changed in what it stands on, as the guide tells it of a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from macros.catalog.models import Change
from macros.domain.decision import advise
from macros.render.choose.advice import advice_as_data
from macros.render.choose.kept_decision import RecordError, kept_as_data, kept_as_text
from macros.render.parts.view import View

ANSWERS = {"license": "volume"}
RECORD = {"decided_on": "2026-11-20", "outcome": None, "answers": ANSWERS, "facts": [{"id": "kms.count.ageing"}]}


def change(number: int, kind: str, name: str, **more: Any) -> Change:
    sides = {"old": {"value": 30}, "new": {"value": 45}, "what": "changed", "why": "A test wanted it so."}
    return Change.model_validate({"number": number, "day": "2026-11-24", "kind": kind, "id": name, **sides, **more})


@pytest.fixture
def edited(view: View) -> View:
    """The data after a fact changed, another one went, and a rule and a question have other words."""
    gone = {"what": "removed", "new": None}
    log = view.catalog.changes.model_copy(
        update={
            "last": 4,
            "unreleased": (
                change(4, "question", "license", old={"question": "Which?"}, new={"question": "Which one?"}),
                change(3, "decision", "method/domain-first", old={"reason": "Old."}, new={"reason": "New."}),
                change(2, "fact", "elig.iot_ltsc_2021_convert", **gone),
                change(1, "fact", "kms.count.ageing"),
            ),
        }
    )
    return replace(view, catalog=view.catalog.model_copy(update={"changes": log}))


def kept(view: View, **more: object) -> dict[str, Any]:
    record = RECORD | more
    advice = advise(view.tables, view.catalog.decision_tables, record["answers"])
    return dict(kept_as_data(view, record, advice))


def numbers(found: dict[str, Any]) -> list[int]:
    return [one["number"] for one in found["changes"]]


def test_what_a_record_stands_on_and_nothing_else_is_told(edited: View) -> None:
    assert numbers(kept(edited)) == [4, 1]
    assert numbers(kept(edited, facts=[{"id": "elig.iot_ltsc_2021_convert"}])) == [4, 2]
    assert numbers(kept(edited, rules=[{"table": "method", "rule": "domain-first"}], facts=[])) == [4, 3]
    assert numbers(kept(edited, answers={}, facts=[])) == []


@pytest.mark.parametrize(
    ("known", "told"),
    [({}, [4, 1]), ({"log": 0}, [4, 1]), ({"log": 1}, [4]), ({"log": 4}, []), ({"decided_on": "2026-12-24"}, [])],
)
def test_a_record_that_knew_of_a_change_is_not_told_again(
    edited: View, known: dict[str, object], told: list[int]
) -> None:
    assert numbers(kept(edited, **known)) == told


def test_it_is_told_in_words_with_the_outcome_then_and_today(edited: View) -> None:
    text = kept_as_text(kept(edited))
    assert text.startswith("Record of 2026-11-20: not decided; the same today\n")
    assert "Changed: fact kms.count.ageing: Value: was 30 days; now 45 days. A test wanted it so." in text
    assert kept_as_text(kept(edited, outcome="adba", log=4)) == (
        "Record of 2026-11-20: adba; another one today\n  nothing that it stands on has changed since"
    )


def test_what_the_command_prints_is_a_record_too(view: View, edited: View) -> None:
    advice = advise(view.tables, view.catalog.decision_tables, ANSWERS)
    printed = dict(advice_as_data(view, ANSWERS, advice))
    assert date.fromisoformat(printed["decided_on"]) == view.today
    assert numbers(dict(kept_as_data(edited, printed, advice))) == [4]
    assert numbers(dict(kept_as_data(view, printed, advice))) == []


@pytest.mark.parametrize(
    ("wrong", "key"), [({"decided_on": 3}, "decided_on"), ({"facts": {}}, "facts"), ({"outcome": 1}, "outcome")]
)
def test_a_record_that_cannot_be_compared_names_its_key(view: View, wrong: dict[str, object], key: str) -> None:
    with pytest.raises(RecordError) as told:
        kept(view, **wrong)
    assert told.value.key == key
