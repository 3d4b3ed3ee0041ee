"""The decision guide: its first question, the walk over links, the outcomes, and the words that its script shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from macros.catalog.decision_tables import Band, Compiled
from macros.catalog.models import DecisionTables, Outcome, Point, Question
from macros.domain.walk import Exit, Step, walk
from macros.render.parts.citations import MARKS, cite
from macros.render.parts.components import folded
from macros.render.parts.html import Html, bullets, join, paragraphs, tag
from macros.render.parts.places import GUIDE, fact_place
from macros.render.parts.quantity import number
from macros.render.parts.script_data import json_script, page_style
from macros.render.parts.templates import Template
from macros.render.parts.view import View

from .record_changes import asked_for

WALK = "choose/questions.md"
NOT_KNOWN = "I don't know"
FAILS = "If that fails:"

_SCRIPTS = ("guide",)
QUESTION = Template(
    "question",
    *("back", "anchor", "focus", "question", "described", "hint", "cites", "number", "answers", "unknown", "find_out"),
    *("place", "possible"),
    scripts=_SCRIPTS,
)
ANSWER = Template("answer", "address", "value", "low", "high", "label", "hint", scripts=_SCRIPTS)
HINT = Template("answer-hint", "hint", scripts=_SCRIPTS)
# What the script alone shows.
Template("back", "address", scripts=_SCRIPTS)
Template("number", "value", scripts=_SCRIPTS)
Template("given", "rows", scripts=_SCRIPTS)
Template("given-answer", "label", "answer", "later", "address", "question", scripts=_SCRIPTS)
Template(
    "decided",
    *("name", "summary", "fallback", "reasons", "choices", "changes", "outcome", "record", "actions"),
    scripts=_SCRIPTS,
)
Template("undecided", "count", "possible", "decisive", "record", "actions", scripts=_SCRIPTS)
Template("undecided-outcome", "id", "name", "summary", scripts=_SCRIPTS)
Template("undecided-question", "address", "question", "find_out", scripts=_SCRIPTS)
Template("change", "address", "change", "outcomes", scripts=_SCRIPTS)
Template("fallback", "names", "which", scripts=_SCRIPTS)
Template("choices", "found", scripts=_SCRIPTS)
Template("record", "longest", "group", "day", "version", "address", scripts=_SCRIPTS)
Template("open-record", scripts=_SCRIPTS)


def guide(view: View) -> Html:
    """The decision guide. Without scripts its first question leads into the walk over links."""
    first = _walk(view.tables)[0]
    return tag(
        "div",
        _step(view, first),
        class_="vag-guide vag-step",
        data_vag_guide=True,
        data_vag_question=first.question,
    )


def guide_walk(view: View) -> Html:
    """Every step of the guide as a section: a question whose answers are links."""
    steps = (
        tag("section", _step(view, step), id=step.id, class_="vag-step", data_vag_question=step.question)
        for step in _walk(view.tables)
    )
    return join([*steps, page_style(view, "decision-guide")])


def guide_outcome(view: View, outcome_id: str) -> Html:
    """What an outcome is, needs, costs and risks, and where to go next. Raises UnknownIdError."""
    outcome = view.catalog.decision_tables.outcome(outcome_id)
    none = outcome.no_fallback
    parts = (
        ("Before you start", tag("ul", *_points(view, outcome.prerequisites), class_="vag-checklist")),
        ("What it costs", tag("ul", *_points(view, outcome.costs))),
        ("What can go wrong", tag("ul", *_points(view, outcome.risks))),
        ("Next", bullets(_links(view, outcome))),
    )
    return folded(
        outcome.summary,
        tag(
            "div",
            tag("p", tag("strong", FAILS), f" {none.text} ", cite(view, *none.facts), class_="vag-outcome__fails")
            if none
            else None,
            *(join([tag("p", tag("strong", title)), content]) for title, content in parts),
            class_="vag-outcome",
            data_vag_outcome=outcome.id,
        ),
    )


def guide_choices(view: View) -> Html:
    """Where Microsoft's guidance leaves a choice: what the tables take, and what speaks for the other side."""
    rules = [rule for table in view.catalog.decision_tables.tables for rule in table.rules if rule.choice]
    names = {outcome.id: outcome.name for outcome in view.catalog.decision_tables.outcomes}
    return bullets(
        join([tag("strong", f"{names[rule.gives]}."), " ", rule.choice, " ", cite(view, *rule.choice_facts)])
        for rule in rules
    )


def guide_data(view: View) -> Html:
    """The words that the guide's script shows beside the tables themselves, as JSON."""
    records = view.catalog.decision_tables
    cited = dict.fromkeys(fact_id for part in _citing(records) for fact_id in part)
    facts = [view.catalog.fact(fact_id) for fact_id in cited]
    return json_script(
        "vag-guide-data",
        {
            "log": view.catalog.changes.last,
            "changes": asked_for(view),
            "questions": {each.id: _question_words(each) for each in records.inputs},
            "outcomes": {
                each.id: {
                    "summary": each.summary,
                    "prerequisites": [point.text for point in each.prerequisites],
                    "no_fallback": [each.no_fallback.text, [*each.no_fallback.facts]] if each.no_fallback else None,
                    "facts": [*dict.fromkeys(fact_id for point in _all_points(each) for fact_id in point.facts)],
                }
                for each in records.outcomes
            },
            "reasons": {
                f"{table.id}/{rule.id}": [rule.reason, [*rule.facts]]
                for table in records.tables
                for rule in table.rules
            },
            "choices": {
                f"{table.id}/{rule.id}": [rule.choice, [*rule.choice_facts]]
                for table in records.tables
                for rule in table.rules
                if rule.choice
            },
            "facts": {
                fact.id: [
                    fact.statement,
                    fact.verified_on.isoformat(),
                    fact.confidence if fact.confidence in MARKS else "",
                    view.href(fact_place(view.catalog, fact.id)),
                ]
                for fact in facts
            },
        },
    )


def _question_words(question: Question) -> dict[str, object]:
    return {
        "question": question.question,
        "hint": question.hint,
        "find_out": question.find_out,
        "facts": [*question.facts],
        "hints": {answer.id: answer.hint for answer in question.values if answer.hint},
    }


def _citing(records: DecisionTables) -> Iterable[Sequence[str]]:
    yield from (question.facts for question in records.inputs)
    yield from ((*rule.facts, *rule.choice_facts) for table in records.tables for rule in table.rules)
    yield from (point.facts for outcome in records.outcomes for point in _all_points(outcome))


def _all_points(outcome: Outcome) -> tuple[Point, ...]:
    none = (outcome.no_fallback,) if outcome.no_fallback else ()
    return (*none, *outcome.prerequisites, *outcome.costs, *outcome.risks)


@lru_cache(maxsize=2)
def _walk(tables: Compiled) -> tuple[Step, ...]:
    return walk(tables)


def _step(view: View, step: Step) -> Html:
    question = view.catalog.decision_tables.question(step.question)
    labels = {answer.id: answer for answer in question.values}
    find_out = (
        question.find_out,
        "If you cannot find out, follow each answer in turn. Everything that you reach is possible.",
    )
    return QUESTION(
        back=None,
        anchor=None,
        focus=None,
        question=question.question,
        described=None,
        hint=question.hint,
        cites=cite(view, *question.facts),
        number=None,
        answers=join(
            _answer(
                view,
                exit_,
                labels[exit_.value].label if exit_.value else _numbers(exit_.band),
                labels[exit_.value].hint if exit_.value else None,
            )
            for exit_ in step.exits
        ),
        unknown=NOT_KNOWN,
        find_out=paragraphs(*find_out),
        place=None,
        possible=_names(view, step.possible),
    )


def _answer(view: View, exit_: Exit, label: str, hint: str | None) -> Html:
    outcome = exit_.target in view.tables.methods
    target = f"{GUIDE}#outcome-{exit_.target}" if outcome else f"{WALK}#{exit_.target}"
    band = exit_.band
    return ANSWER(
        address=view.href(target),
        value=exit_.value,
        low=band.low if band else None,
        high=band.high if band else None,
        label=label,
        hint=HINT(hint=hint) if hint else None,
    )


def _numbers(band: Band | None) -> str:
    if band is None or (band.low == 0 and band.high is None):
        return "Any number"
    if band.high is None:
        return f"{number(band.low)} or more"
    return f"Fewer than {number(band.high + 1)}" if band.low == 0 else f"{number(band.low)} to {number(band.high)}"


def _names(view: View, outcomes: Iterable[str]) -> str:
    return "; ".join(view.catalog.decision_tables.outcome(outcome).name for outcome in outcomes)


def _points(view: View, points: Iterable[Point]) -> Iterable[Html]:
    return (
        tag("li", point.text, " " if point.facts else "", cite(view, *point.facts) if point.facts else "")
        for point in points
    )


def _links(view: View, outcome: Outcome) -> Iterable[Html]:
    return (tag("a", link.text, href=view.href(link.page)) for link in outcome.next)


MACROS = (guide, guide_walk, guide_outcome, guide_choices, guide_data)
