"""Questions to practice with: asked from the data, so that an answer changes with the fact behind it."""

from __future__ import annotations

import json
from typing import get_args

from macros.catalog.models import Practice, Stage, UnknownIdError
from macros.domain.diagnosis import reader
from macros.render.parts.citations import cite
from macros.render.parts.components import Column, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.quantity import quantity
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words

STAGES: tuple[Stage, ...] = get_args(Stage)
_SAID = Words.beside(
    __file__,
    "practice",
    *("answer", "number", "says verdict", "right", "wrong", "score right all", "keep", "again", "sheet"),
    *("sheet-columns 2", *STAGES, "print", "none"),
)
_QUESTION = Template("practice-question", "id", "stage", "right", "question", "shown", "answers", "summary", "answer")
_NUMBER = Template("practice-number", "label")
_CHOICE = Template("practice-choice", "name", "value", "text")
_SHEET = Template("practice-sheet", "words", "table", "keep", "again", "print")


def practice(view: View, stage: str) -> Html:
    """The questions of a stage, each with what can be answered and the right answer below.

    Raises UnknownIdError for a stage without questions.
    """
    asked = [one for one in view.catalog.practice if one.stage == stage]
    if not asked:
        raise UnknownIdError("stage", stage, STAGES)
    return tag("div", *(_question(view, one) for one in asked), class_="vag-practice")


def practice_sheet(view: View) -> Html:
    """How many questions were answered right, for the script to fill; without scripts there is nothing to count."""
    rows = [(tag("span", _SAID[stage]), tag("span", _SAID["none"], data_vag_score=stage)) for stage in STAGES]
    heads = [Column(text) for text in _SAID.list("sheet-columns")]
    return _SHEET(
        words=json.dumps({name: _SAID[name] for name in ("right", "wrong", "score")}),
        table=table(_SAID["sheet"], heads, rows),
        keep=_SAID["keep"],
        again=_SAID["again"],
        print=_SAID["print"],
    )


def _question(view: View, asked: Practice) -> Html:
    right, choices, answer = _answer(view, asked)
    output = next((one.output for one in view.catalog.outputs.examples if one.id == asked.example), None)
    name = f"practice-{asked.id}"
    options = join(_CHOICE(name=name, value=str(number), text=text) for number, text in enumerate(choices))
    marks = join([" ", cite(view, *asked.facts)]) if asked.facts else None
    why = f" {asked.why}" if asked.why else None
    return _QUESTION(
        id=asked.id,
        stage=asked.stage,
        right=right,
        question=asked.question,
        shown=tag("pre", tag("code", output), class_="vag-example") if output else None,
        answers=options if choices else _NUMBER(label=_SAID["number"]),
        summary=_SAID["answer"],
        answer=join([tag("strong", answer), why, marks]),
    )


def _answer(view: View, asked: Practice) -> tuple[str, list[str], str]:
    """What is right as the script compares it, what there is to choose from, and the answer in words."""
    if asked.number:
        fact = view.catalog.fact(asked.number)
        return str(fact.value), [], f"{quantity(fact.value, fact.unit, view.catalog)}."
    if asked.example:
        verdicts = _verdicts(view)
        place = [*verdicts].index(asked.example)
        return str(place), [*verdicts.values()], _SAID.plain("says", verdict=verdicts[asked.example])
    texts = [choice.text for choice in asked.choices]
    place = next(number for number, choice in enumerate(asked.choices) if choice.right)
    # The right one would always be the first: turned by the letters of the id, the same in every build.
    turn = sum(map(ord, asked.id)) % len(texts)
    turned = texts[turn:] + texts[:turn]
    return str((place - turn) % len(texts)), turned, f"{texts[place]}."


def _verdicts(view: View) -> dict[str, str]:
    """What the reader of outputs says of each example, by its id."""
    read = reader(view.catalog)
    found = {one.id: read.read(one.output, view.today).verdict for one in view.catalog.outputs.examples}
    return {name: verdict.text for name, verdict in found.items() if verdict}


MACROS = (practice, practice_sheet)
