"""The decision tables in full: every rule as a row, how the tables feed each other, and what leads to each outcome.

Everything is read from the records, so a page shows a new rule, table or outcome as soon as the data has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from textwrap import wrap

from macros.catalog.decision_tables import MET, RESULT, SHORT
from macros.catalog.models import DecisionTable, DecisionTables, Question, Row, Rule, find
from macros.render.parts import svg
from macros.render.parts.citations import cite, fact
from macros.render.parts.components import figure, table
from macros.render.parts.html import Html, bullets, escape, join, paragraphs, tag
from macros.render.parts.quantity import counted
from macros.render.parts.script_data import tables_as_data
from macros.render.parts.view import View
from macros.render.parts.words import Words

GUIDE = "choose/index.md"
_SAID = Words.beside(
    __file__,
    "decision-tables",
    "summary version tables rules situations outcomes",
    "ladder",
    "ladder-caption",
    "rule",
    "counted rules results",
    "result",
    "why",
    "choices",
    "choice-columns 2",
    "questions",
    "question-columns 4",
    "table table",
    "you",
    "step table title looks goes",
    "looks-at",
    "goes-to",
    "outcome",
    "any",
    "or",
    "place place rows",
    "choice",
    "met met limits",
    "limit limit kind",
    "fewer short",
    "when",
    "when-all",
    "or-when",
    "or-when-all",
    "with",
    "and",
    "one-of",
    "results-above",
)
COUNT_ANSWERS = {MET: "Threshold met", SHORT: "Below the threshold"}
"""What the rules look at where a question asks for a number of computers."""

Combination = Mapping[str, tuple[str, ...]]
"""Answers that are allowed, by question; a question that is left out may have any answer."""


@dataclass(frozen=True)
class Condition:
    """One of these combinations of answers must hold: then the table gives one of these results.

    Without a table it is the answer to a question itself that counts.
    """

    table: str | None
    results: tuple[str, ...]
    combinations: tuple[Combination, ...]


# What the tables say, worked out from the records


def edges(records: DecisionTables) -> list[tuple[str, str]]:
    """(table, table): the result of the first is an input of the second."""
    return [(name, each.id) for each in records.tables for name in _feeding(each)]


def combinations(records: DecisionTables, table_id: str, results: Sequence[str]) -> tuple[Combination, ...]:
    """Combinations of answers under which a table gives one of these results. No two have a situation in common."""
    every = {each.id: _values(each) for each in records.inputs}
    found = _merged([cells for result in results for cells in _leading(records, every, table_id, result)], every)
    return tuple(
        {name: tuple(v for v in values if v in cell) for (name, values), cell in _limited(every, cells)}
        for cells in found
    )


def ways(records: DecisionTables, outcome_id: str) -> tuple[tuple[Condition, ...], ...]:
    """Every way to an outcome: conditions that hold together. Raises UnknownIdError."""
    records.outcome(outcome_id)
    last = records.tables[-1]
    return tuple(
        tuple(_needed(records, name, values) for name, values in row.items())
        for rule in last.rules
        if rule.gives == outcome_id
        for row in rule.when
    )


def decision_tables_json(view: View) -> str:
    """The download: the records as they are edited, and the boxes that they come to."""
    records = view.catalog.decision_tables.model_dump(mode="json")
    return json.dumps({"records": records, "compiled": tables_as_data(view)}, indent=1, ensure_ascii=False) + "\n"


# Macros


def tables_summary(view: View) -> Html:
    """Version and size of the decision tables, in one sentence each."""
    records = view.catalog.decision_tables
    situations = prod(len(dimension.values or dimension.bands) for dimension in view.tables.dimensions)
    rules = sum(len(each.rules) for each in records.tables)
    return tag(
        "p",
        _SAID.say(
            view,
            "summary",
            version=tag("code", view.tables.version),
            tables=len(records.tables),
            rules=rules,
            situations=situations,
            outcomes=len(records.outcomes),
        ),
    )


def tables_version(view: View) -> Html:
    """Version of the decision tables, as code."""
    return tag("code", view.tables.version)


def tables_overview(view: View) -> Html:
    """How the tables feed each other: a drawing, and the same as a list."""
    records = view.catalog.decision_tables
    steps = [_step(records, each) for each in records.tables]
    drawn = figure(
        _ladder(records, _SAID["ladder"], " ".join(_step_in_words(step) for step in steps)),
        _SAID["ladder-caption"],
    )
    listed = tag("ol", *(tag("li", _step_in_links(records, step)) for step in steps))
    return tag("div", drawn, tag("div", listed), class_="vag-columns vag-narrow")


def decision_table_title(view: View, table_id: str) -> Html:
    """Title of a decision table, for a heading. Raises UnknownIdError."""
    return escape(_table(view.catalog.decision_tables, table_id).title)


def decision_table_rules(view: View, table_id: str) -> Html:
    """How many rules and results a decision table has, for the line that opens it. Raises UnknownIdError."""
    shown = _table(view.catalog.decision_tables, table_id)
    return escape(_SAID.plain("counted", rules=len(shown.rules), results=len(shown.results)))


def decision_table(view: View, table_id: str) -> Html:
    """All rules of a decision table: inputs, result, reason and sources. Raises UnknownIdError."""
    records = view.catalog.decision_tables
    shown = _table(records, table_id)
    columns = [
        _SAID["rule"],
        *(_input_label(records, name) for name in shown.inputs),
        _SAID["result"],
        _SAID["why"],
    ]
    ids, rows = [], []
    for rule in shown.rules:
        for place, row in enumerate(rule.when):
            ids.append(rule_anchor(table_id, rule.id) + (f"-{place + 1}" if place else ""))
            rows.append(
                [
                    _rule_name(table_id, rule, place),
                    *(_cell(records, name, row.get(name)) for name in shown.inputs),
                    _result(records, shown, rule.gives),
                    _reason(view, shown, rule),
                ]
            )
    caption = f"Table “{table_id}”: {counted(len(shown.rules), 'rule')}"
    return tag(
        "div",
        tag("p", _step_in_links(records, _step(records, shown), named=False)),
        table(caption, columns, rows, ids),
        class_="vag-rules",
    )


def tables_outcomes(view: View) -> Html:
    """Every outcome with the conditions that lead to it, down to the answers."""
    records = view.catalog.decision_tables
    return tag("div", *(_outcome_row(view, outcome.id) for outcome in records.outcomes), class_="vag-register")


def tables_choices(view: View) -> Html:
    """Where the guidance leaves a choice: the rule, what it takes, and what speaks for the other side."""
    records = view.catalog.decision_tables
    chosen = [(each, rule) for each in records.tables for rule in each.rules if rule.choice]
    rows = [
        [
            tag("a", each.results[rule.gives], href=f"#{rule_anchor(each.id, rule.id)}"),
            join([rule.choice, " ", cite(view, *rule.choice_facts)]),
        ]
        for each, rule in chosen
    ]
    ids = [choice_anchor(each.id, rule.id) for each, rule in chosen]
    return table(_SAID["choices"], _SAID.list("choice-columns"), rows, ids)


def tables_questions(view: View) -> Html:
    """The questions with their answers, and the tables that look at them."""
    records = view.catalog.decision_tables
    rows = [
        [
            each.label,
            join([each.question, " ", cite(view, *each.facts)]),
            bullets(_answers(view, each)),
            join((_table_link(records, user.id) for user in records.tables if each.id in user.inputs), "; "),
        ]
        for each in records.inputs
    ]
    ids = [question_anchor(each.id) for each in records.inputs]
    return table(_SAID["questions"], _SAID.list("question-columns"), rows, ids)


MACROS = (
    tables_summary,
    tables_version,
    tables_overview,
    decision_table_title,
    decision_table_rules,
    decision_table,
    tables_outcomes,
    tables_choices,
    tables_questions,
)


# Anchors: part of the interface, other pages link to them


def table_anchor(table_id: str) -> str:
    """Anchor of a table's heading."""
    return f"table-{table_id}"


def rule_anchor(table_id: str, rule_id: str) -> str:
    """Anchor of the first row of a rule."""
    return f"rule-{table_id}-{rule_id}"


def choice_anchor(table_id: str, rule_id: str) -> str:
    """Anchor of the choice that a rule makes."""
    return f"choice-{table_id}-{rule_id}"


def question_anchor(question_id: str) -> str:
    """Anchor of a question."""
    return f"question-{question_id}"


def outcome_anchor(outcome_id: str) -> str:
    """Anchor of an outcome."""
    return f"outcome-{outcome_id}"


# From rules to answers

_Every = Mapping[str, tuple[str, ...]]
_Cells = tuple[frozenset[str], ...]
"""Allowed answers of each question, in the order of the questions."""


def _values(question: Question) -> tuple[str, ...]:
    return tuple(answer.id for answer in question.values) or (MET, SHORT)


def _leading(records: DecisionTables, every: _Every, table_id: str, result: str) -> Iterator[_Cells]:
    for rule in _table(records, table_id).rules:
        if rule.gives == result:
            for row in rule.when:
                yield from _row(records, every, row)


def _row(records: DecisionTables, every: _Every, row: Row) -> Iterator[_Cells]:
    """One choice for each cell of the row, together. Choices that exclude each other fall away."""
    choices: list[list[_Cells]] = []
    for name, values in row.items():
        if name.endswith(RESULT):
            earlier = name.removesuffix(RESULT)
            choices.append([cells for value in values for cells in _leading(records, every, earlier, value)])
        else:
            choices.append([tuple(frozenset(values if each == name else every[each]) for each in every)])
    for parts in product(*choices):
        cells = tuple(
            frozenset(values).intersection(*(part[place] for part in parts))
            for place, values in enumerate(every.values())
        )
        if all(cells):
            yield cells


def _merged(found: list[_Cells], every: _Every) -> list[_Cells]:
    """The same situations in fewer combinations: those that differ in one question only become one."""
    while True:
        before = len(found)
        for place in range(len(every)):
            by_rest: dict[_Cells, frozenset[str]] = {}
            for cells in found:
                rest = cells[:place] + cells[place + 1 :]
                by_rest[rest] = by_rest.get(rest, frozenset()) | cells[place]
            found = [(*rest[:place], cell, *rest[place:]) for rest, cell in by_rest.items()]
        if len(found) == before:
            return found


def _limited(every: _Every, cells: _Cells) -> Iterator[tuple[tuple[str, tuple[str, ...]], frozenset[str]]]:
    """The questions whose answer matters."""
    return (pair for pair in zip(every.items(), cells, strict=True) if len(pair[1]) < len(pair[0][1]))


def _needed(records: DecisionTables, name: str, values: tuple[str, ...]) -> Condition:
    if not name.endswith(RESULT):
        return Condition(None, (), ({name: values},))
    earlier = name.removesuffix(RESULT)
    return Condition(earlier, values, combinations(records, earlier, values))


# Words and links


@dataclass(frozen=True)
class _Step:
    """A table with the questions and tables that it looks at, and the tables that look at it."""

    table: DecisionTable
    questions: tuple[Question, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def _step(records: DecisionTables, shown: DecisionTable) -> _Step:
    return _Step(
        shown,
        tuple(records.question(name) for name in shown.inputs if not name.endswith(RESULT)),
        tuple(_feeding(shown)),
        tuple(after for before, after in edges(records) if before == shown.id),
    )


def _feeding(shown: DecisionTable) -> list[str]:
    return [name.removesuffix(RESULT) for name in shown.inputs if name.endswith(RESULT)]


def _step_in_words(step: _Step) -> str:
    before, after = ([_SAID.plain("table", table=name) for name in names] for names in (step.before, step.after))
    looks = ", ".join([*(each.label for each in step.questions), *before])
    goes = ", ".join(after) or _SAID["you"]
    return _SAID.plain("step", table=step.table.id, title=step.table.title, looks=looks, goes=goes)


def _step_in_links(records: DecisionTables, step: _Step, named: bool = True) -> Html:
    looks = [
        *(tag("a", each.label, href=f"#{question_anchor(each.id)}") for each in step.questions),
        *(_table_link(records, name) for name in step.before),
    ]
    goes = join((_table_link(records, name) for name in step.after), "; ")
    return join(
        [
            tag("strong", _table_link(records, step.table.id)) if named else None,
            " " if named else None,
            _SAID["looks-at"],
            join(looks, "; "),
            _SAID["goes-to"],
            goes if step.after else tag("a", _SAID["outcome"], href="#outcomes"),
            ".",
        ]
    )


def _table(records: DecisionTables, table_id: str) -> DecisionTable:
    return find(records.tables, table_id, "table")


def _table_link(records: DecisionTables, table_id: str) -> Html:
    return tag("a", _table(records, table_id).title, href=f"#{table_anchor(table_id)}")


def _input_label(records: DecisionTables, name: str) -> str:
    if name.endswith(RESULT):
        return _table(records, name.removesuffix(RESULT)).title
    return records.question(name).label


def _answer_label(records: DecisionTables, question_id: str, value: str) -> str:
    question = records.question(question_id)
    return COUNT_ANSWERS[value] if not question.values else find(question.values, value, "answer").label


def _cell(records: DecisionTables, name: str, values: Sequence[str] | None) -> Html:
    if values is None:
        return tag("span", _SAID["any"], class_="vag-any")
    if name.endswith(RESULT):
        earlier = _table(records, name.removesuffix(RESULT))
        link = f"#{table_anchor(earlier.id)}"
        return join((tag("a", earlier.results[value], href=link) for value in values), _SAID["or"])
    return join((_answer_label(records, name, value) for value in values), _SAID["or"])


def _result(records: DecisionTables, shown: DecisionTable, result: str) -> Html:
    """What the rule gives, linked to the table that looks at it, or to the outcome."""
    after = _step(records, shown).after
    target = table_anchor(after[0]) if after else outcome_anchor(result)
    return tag("strong", tag("a", shown.results[result], href=f"#{target}"))


def _rule_name(table_id: str, rule: Rule, place: int) -> Html:
    link = tag("a", tag("code", rule.id), href=f"#{rule_anchor(table_id, rule.id)}")
    return join(
        [link, tag("small", _SAID.plain("place", place=place + 1, rows=len(rule.when))) if len(rule.when) > 1 else None]
    )


def _reason(view: View, shown: DecisionTable, rule: Rule) -> Html:
    choice = tag("a", _SAID["choice"], href=f"#{choice_anchor(shown.id, rule.id)}")
    return join([rule.reason, " ", cite(view, *rule.facts), *([" ", choice] if rule.choice else [])])


def _answers(view: View, question: Question) -> Iterator[Html]:
    if question.values:
        for answer in question.values:
            yield join([answer.label, tag("br"), tag("small", answer.hint)]) if answer.hint else escape(answer.label)
        return
    records = view.catalog.decision_tables
    limits = (
        _SAID.say(view, "limit", limit=fact(view, fact_id, bare=True), kind=_answer_label(records, "product", kind))
        for kind, fact_id in records.thresholds.items()
    )
    yield _SAID.say(view, "met", met=COUNT_ANSWERS[MET], limits=join(limits, ", "))
    yield escape(_SAID.plain("fewer", short=COUNT_ANSWERS[SHORT]))


def _outcome_row(view: View, outcome_id: str) -> Html:
    records = view.catalog.decision_tables
    outcome = records.outcome(outcome_id)
    title = tag("a", outcome.name, href=view.href(f"{GUIDE}#{outcome_anchor(outcome.id)}"))
    found = ways(records, outcome_id)
    return tag(
        "div",
        tag("p", title, class_="vag-register__title"),
        paragraphs(outcome.summary),
        *(
            join(
                [
                    tag("p", _together(place, way), class_="vag-register__meta"),
                    tag("ul", *(tag("li", _condition(records, each)) for each in way), class_="vag-way"),
                ]
            )
            for place, way in enumerate(found)
        ),
        class_="vag-register__row",
        id=outcome_anchor(outcome.id),
    )


def _together(place: int, way: Sequence[Condition]) -> str:
    name = "when" if len(way) == 1 else "when-all"
    return _SAID[f"or-{name}" if place else name]


def _condition(records: DecisionTables, condition: Condition) -> Html:
    """What all combinations share comes first, so that each of them says only what is its own."""
    first, *others = condition.combinations
    shared = {name: values for name, values in first.items() if all(each.get(name) == values for each in others)}
    parts: list[object] = []
    if condition.table is not None:
        results = _table(records, condition.table).results
        given = _SAID["or"].join(results[result] for result in condition.results)
        parts += [_table_link(records, condition.table), " ", tag("strong", given), _SAID["with"]]
    parts.append(_combination(records, shared))
    if others:
        own = [{name: each[name] for name in each if name not in shared} for each in condition.combinations]
        parts += [_SAID["and"] if shared else "", _SAID["one-of"]]
        parts.append(tag("ul", *(tag("li", _combination(records, each)) for each in own)))
    return join(parts)


def _combination(records: DecisionTables, found: Combination) -> Html:
    return join(
        (
            join(
                [
                    tag("span", f"{records.question(name).label}:", class_="vag-way__input"),
                    " ",
                    _SAID["or"].join(_answer_label(records, name, value) for value in values),
                ]
            )
            for name, values in found.items()
        ),
        "; ",
    )


# The drawing: the tables below each other, arrows on their right

_WIDTH = 360
_LANE, _BOX_RIGHT = 16, 268
_LINE, _PAD, _GAP = 18, 10, 16
_ARROW = 18
"""Distance between arrows that come into one box."""
_CHARACTERS = 31
"""That fit into one line of a box."""


@dataclass(frozen=True)
class _Box:
    id: str
    title: tuple[str, ...]
    lines: tuple[str, ...]
    y: int
    height: int


def _ladder(records: DecisionTables, title: str, description: str) -> Html:
    boxes = [*_boxes(records)]
    named = {box.id: box for box in boxes}
    drawn = edges(records)
    lanes = _lanes(records, drawn)
    parts: list[Html] = []
    for box in boxes:
        parts.append(svg.rect(1, box.y, _BOX_RIGHT - 1, box.height, "vag-svg__box", rx=3))
        for place, text in enumerate((*box.title, *box.lines)):
            style = "vag-svg__strong" if place < len(box.title) else "vag-svg__muted"
            parts.append(svg.text(_PAD, box.y + _PAD + 11 + place * _LINE, text, f"vag-svg__label {style}"))
    for edge in drawn:
        start, end = named[edge[0]], named[edge[1]]
        # The nearest table comes in at the top: arrows never cross.
        arriving = sorted((each for each in drawn if each[1] == edge[1]), key=lanes.__getitem__)
        y = end.y + _ARROW * (arriving.index(edge) + 1)
        x, middle = _BOX_RIGHT + _LANE * (lanes[edge] + 1), start.y + start.height / 2
        parts += [
            svg.polyline([(_BOX_RIGHT, middle), (x, middle), (x, y), (_BOX_RIGHT + 6, y)], "vag-svg__edge"),
            svg.polyline([(_BOX_RIGHT + 8, y - 5), (_BOX_RIGHT, y), (_BOX_RIGHT + 8, y + 5)], "vag-svg__head"),
        ]
    return svg.drawing(_WIDTH, boxes[-1].y + boxes[-1].height + 2, title, description, *parts)


def _boxes(records: DecisionTables) -> Iterator[_Box]:
    y = 1
    for each in records.tables:
        labels = ", ".join(records.question(name).label for name in each.inputs if not name.endswith(RESULT))
        title = tuple(wrap(each.title, _CHARACTERS))
        lines = tuple(wrap(labels or _SAID["results-above"], _CHARACTERS))
        arriving = len(_feeding(each))
        height = max(2 * _PAD + _LINE * (len(title) + len(lines)) - 4, _ARROW * (arriving + 1))
        yield _Box(each.id, title, lines, y, height)
        y += height + _GAP


def _lanes(records: DecisionTables, drawn: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """A lane for each arrow, short ones first; arrows whose ways overlap get different ones."""
    place = {each.id: index for index, each in enumerate(records.tables)}
    taken: list[list[tuple[int, int]]] = []
    found = {}
    for edge in sorted(drawn, key=lambda each: (place[each[1]] - place[each[0]], place[each[0]])):
        span = place[edge[0]], place[edge[1]]
        lane = next(
            (index for index, spans in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in spans)),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append(span)
        found[edge] = lane
    return found
