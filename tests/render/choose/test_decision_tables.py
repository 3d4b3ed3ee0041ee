"""The page of decision tables: what it shows is what the records say, rule by rule and outcome by outcome."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise, product
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.decision_tables import MET, RESULT, SHORT, Compiled, thresholds
from macros.catalog.models import Catalog, DecisionTables, UnknownIdError
from macros.domain.decision import alive, bit_of, possible
from macros.render.choose import decision_tables
from macros.render.downloads import downloads
from macros.render.parts.script_data import tables_as_data
from macros.render.parts.view import View
from macros.render.registry import render
from tests.built import ROOT

PAGE = "choose/tables.md"
SOURCE = ROOT / "docs" / PAGE
ANY = "any"

HOSTILE = "<script>alert(1)</script> *a* _b_ `c` [d](e) {{ f }} & \"g\" 'h'\nnext"


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def text(element: Tag | None) -> str:
    """Text as a reader sees it: without the words for screen readers and the marks of citations."""
    assert element is not None
    copied = soup(str(element))
    for mark in copied.select(".vag-cites, .vag-hidden"):
        mark.decompose()
    return " ".join(copied.get_text().split())


@pytest.fixture(scope="module")
def records(catalog: Catalog) -> DecisionTables:
    return catalog.decision_tables


@pytest.fixture(scope="module")
def page_view(view: View) -> View:
    return replace(view, page=PAGE)


@pytest.fixture(scope="module")
def page(page_view: View) -> BeautifulSoup:
    return soup(render(page_view, SOURCE.read_text("utf-8")))


def with_records(view: View, records: DecisionTables) -> View:
    return replace(view, catalog=view.catalog.model_copy(update={"decision_tables": records}))


def label(records: DecisionTables, name: str, value: str) -> str:
    """The words for a value of an input, looked up apart from the code under test."""
    if name.endswith(RESULT):
        return next(t for t in records.tables if t.id + RESULT == name).results[value]
    question = next(q for q in records.inputs if q.id == name)
    return {a.id: a.label for a in question.values}.get(value) or {
        MET: "Threshold met",
        SHORT: "Below the threshold",
    }[value]


def heading(records: DecisionTables, name: str) -> str:
    found = {t.id + RESULT: t.title for t in records.tables} | {q.id: q.label for q in records.inputs}
    return found[name]


def table_ids(records: DecisionTables) -> list[str]:
    return [table.id for table in records.tables]


# Rules


@pytest.mark.slow
def test_every_row_of_every_rule_stands_on_the_page_once_and_in_order(
    page: BeautifulSoup, records: DecisionTables
) -> None:
    expected = [
        f"rule-{table.id}-{rule.id}" + (f"-{place}" if place > 1 else "")
        for table in records.tables
        for rule in table.rules
        for place in range(1, len(rule.when) + 1)
    ]
    assert [row["id"] for row in page.select("[id^='rule-']")] == expected
    assert len(page.select(".vag-rules tbody tr")) == len(expected)


@pytest.mark.slow
def test_every_cell_of_every_rule_is_that_of_its_record(page: BeautifulSoup, records: DecisionTables) -> None:
    for table in records.tables:
        first = page.select_one(f"[id='rule-{table.id}-{table.rules[0].id}']")
        assert first is not None
        shown = first.find_parent("table")
        assert shown is not None
        heads = [text(head) for head in shown.select("thead th")]
        assert heads == ["Rule", *(heading(records, name) for name in table.inputs), "Result", "Why"]
        rows = iter(shown.select("tbody tr"))
        for rule in table.rules:
            for place, row in enumerate(rule.when, 1):
                cells = next(rows).select("th, td")
                count = f" {place} of {len(rule.when)}" if len(rule.when) > 1 else ""
                assert text(cells[0]) == rule.id + count
                assert [text(cell) for cell in cells[1:-2]] == [
                    " or ".join(label(records, name, value) for value in row[name]) if name in row else ANY
                    for name in table.inputs
                ]
                assert text(cells[-2]) == table.results[rule.gives]
                assert text(cells[-1]).startswith(rule.reason)
                assert [mark["data-fact"] for mark in cells[-1].select("a.vag-cite")] == [*rule.facts]
                assert bool(cells[-1].select(f"a[href='#choice-{table.id}-{rule.id}']")) == bool(rule.choice)
        assert next(rows, None) is None


def test_a_result_leads_to_the_table_that_looks_at_it_or_to_the_outcome(
    page: BeautifulSoup, records: DecisionTables
) -> None:
    for table in records.tables:
        users = [user.id for user in records.tables if table.id + RESULT in user.inputs]
        for rule in table.rules:
            cell = page.select_one(f"[id='rule-{table.id}-{rule.id}']").select("td")[-2]  # type: ignore[union-attr]
            wanted = [f"#table-{user}" for user in users] or [f"#outcome-{rule.gives}"]
            assert [link["href"] for link in cell.select("a")] == wanted


def test_every_link_inside_the_page_leads_to_an_anchor_of_it(page: BeautifulSoup) -> None:
    # The page's own headings are Markdown here, and carry their ids in braces.
    ids = {element["id"] for element in page.select("[id]")} | set(
        re.findall(r"\{ #([\w-]+) \}", SOURCE.read_text("utf-8"))
    )
    links = {link["href"] for link in page.select("a[href^='#']")}
    assert links
    assert {link for link in links if link[1:] not in ids} == set()


def test_the_page_has_a_heading_and_the_rules_of_every_table(records: DecisionTables) -> None:
    source = SOURCE.read_text("utf-8")
    assert re.findall(r'^### \{\{ decision_table_title\("([\w-]+)"\) \}\} \{ #table-\1 \}$', source, re.M) == (
        table_ids(records)
    )
    assert re.findall(r'^\{\{ decision_table\("([\w-]+)"\) \}\}$', source, re.M) == table_ids(records)


def test_no_anchor_stands_twice(page: BeautifulSoup) -> None:
    ids = [element["id"] for element in page.select("[id]")]
    assert sorted(ids) == sorted(set(ids))


def test_a_changed_record_changes_the_page(page_view: View, records: DecisionTables) -> None:
    table = records.tables[0]
    rule = table.rules[0].model_copy(update={"reason": "Another reason.", "when": ({},)})
    changed = table.model_copy(update={"rules": (rule, *table.rules[1:]), "title": "Another title?"})
    view = with_records(page_view, records.model_copy(update={"tables": (changed, *records.tables[1:])}))
    row = soup(decision_tables.decision_table(view, table.id)).select_one(f"[id='rule-{table.id}-{rule.id}']")
    assert row is not None
    cells = [text(cell) for cell in row.select("td")]
    assert cells[: len(table.inputs)] == [ANY] * len(table.inputs)
    assert "Another reason." in cells[-1]
    assert "Another title?" in decision_tables.decision_table_title(view, table.id)


@pytest.mark.parametrize("macro", [decision_tables.decision_table, decision_tables.decision_table_title])
def test_an_unknown_table_stops_the_build_and_names_the_near_one(view: View, macro: Callable[..., str]) -> None:
    with pytest.raises(UnknownIdError, match="near matches: platform"):
        macro(view, "platfrom")


# How the tables feed each other


def real_edges(records: DecisionTables) -> set[tuple[str, str]]:
    return {
        (before.id, after.id)
        for before in records.tables
        for after in records.tables
        if f"{before.id}{RESULT}" in after.inputs
    }


def test_the_list_beside_the_drawing_names_every_edge_and_no_other(
    page: BeautifulSoup, records: DecisionTables
) -> None:
    titles = {table.title: table.id for table in records.tables}
    labels = {question.label: question.id for question in records.inputs}
    incoming, outgoing = set(), set()
    items = page.select(".vag-columns ol > li")
    assert [titles[text(item.strong)] for item in items] == table_ids(records)
    for item, table in zip(items, records.tables, strict=True):
        looks, _, goes = str(item).partition("Result")
        found = [text(link) for link in soup(looks.partition("Looks at")[2]).select("a")]
        assert {labels.get(name) or titles[name] + RESULT for name in found} == set(table.inputs)
        incoming |= {(titles[name], table.id) for name in found if name in titles}
        outgoing |= {(table.id, titles[text(link)]) for link in soup(goes).select("a") if text(link) in titles}
    assert incoming == outgoing == real_edges(records)


def test_the_drawing_says_in_words_what_it_shows(page: BeautifulSoup, records: DecisionTables) -> None:
    drawing = page.select_one(".vag-columns svg")
    assert drawing is not None
    assert drawing["role"] == "img"
    named = {element["id"] for element in drawing.select("title, desc")}
    assert set(drawing["aria-labelledby"].split()) == named
    words = text(drawing.desc)
    for table in records.tables:
        sentence = re.search(rf"Table {table.id}: {re.escape(table.title)} It looks at ([^.]*)\.", words)
        assert sentence, table.id
        assert len(sentence[1].split(", ")) == len(table.inputs)
    for before, after in real_edges(records):
        assert re.search(rf"Table {before}: [^.]*\. Its result goes to table {after}\b", words)


def points(line: Tag) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in str(line["points"]).split())]


def boxes(drawing: Tag) -> list[tuple[float, float]]:
    return [(float(box["y"]), float(box["y"]) + float(box["height"])) for box in drawing.select(".vag-svg__box")]


def test_the_arrows_of_the_drawing_are_the_edges(page: BeautifulSoup, records: DecisionTables) -> None:
    drawing = page.select_one(".vag-columns svg")
    assert drawing is not None
    frames = boxes(drawing)
    assert len(frames) == len(records.tables)

    def at(y: float) -> str:
        return next(t.id for t, (top, bottom) in zip(records.tables, frames, strict=True) if top < y < bottom)

    drawn = [points(line) for line in drawing.select(".vag-svg__edge")]
    assert sorted((at(line[0][1]), at(line[-1][1])) for line in drawn) == sorted(real_edges(records))
    assert len(drawing.select(".vag-svg__head")) == len(drawn)
    for one, other in combinations(drawn, 2):
        (x, top), (_, bottom) = one[1], one[2]
        (x2, top2), (_, bottom2) = other[1], other[2]
        assert x != x2 or bottom < top2 or bottom2 < top, "two arrows share a way"
        for end, right, (upper, lower) in ((bottom, x, (top2, bottom2)), (bottom2, x2, (top, bottom))):
            assert right == min(x, x2) or not upper < end < lower, "two arrows cross"


def test_the_texts_of_the_drawing_stay_inside_their_boxes(page: BeautifulSoup) -> None:
    drawing = page.select_one(".vag-columns svg")
    assert drawing is not None
    frames = boxes(drawing)
    for (_, bottom), (top, _) in pairwise(frames):
        assert bottom < top
    for words in drawing.select("text"):
        assert any(top < float(words["y"]) < bottom for top, bottom in frames)
        assert len(words.get_text()) <= 31


def test_tables_that_share_a_result_and_long_titles_are_drawn_too(page_view: View, records: DecisionTables) -> None:
    first, *rest, last = records.tables
    title = "Is this a question with a title that is far too long for one line of any box?"
    longer = first.model_copy(update={"title": title})
    shared = last.model_copy(update={"inputs": (*last.inputs, first.id + RESULT)})
    view = with_records(page_view, records.model_copy(update={"tables": (longer, *rest, shared)}))
    found = soup(decision_tables.tables_overview(view))
    assert len(found.select(".vag-svg__edge")) == len(real_edges(records)) + 1
    test_the_texts_of_the_drawing_stay_inside_their_boxes(found)
    wanted = real_edges(view.catalog.decision_tables)
    assert {(before, after) for before, after in decision_tables.edges(view.catalog.decision_tables)} == wanted


# The whole picture

Situation = dict[str, str]


def situations(records: DecisionTables) -> Iterator[Situation]:
    """Every combination of answers; of a number it matters only whether it meets the threshold of the product."""
    names = [question.id for question in records.inputs]
    values = [[answer.id for answer in question.values] or [MET, SHORT] for question in records.inputs]
    for answers in product(*values):
        yield dict(zip(names, answers, strict=True))


def holds(situation: Situation, combination: decision_tables.Combination) -> bool:
    return all(situation[name] in values for name, values in combination.items())


def outcome_of(tables: Compiled, limits: dict[str, int], situation: Situation) -> str:
    """What the boxes say, which the compiler makes in its own way."""
    masks = []
    for dimension in tables.dimensions:
        value: str | int = situation[dimension.id]
        if dimension.bands:
            limit = limits[situation["product"]]
            value = limit if value == MET else limit - 1
        masks.append(bit_of(dimension, value))
    (found,) = possible(tables, alive(tables, tuple(masks)))
    return found


@pytest.mark.slow
def test_in_every_situation_exactly_the_right_outcome_is_the_one_whose_conditions_hold(
    records: DecisionTables, tables: Compiled, catalog: Catalog
) -> None:
    ways = {outcome.id: decision_tables.ways(records, outcome.id) for outcome in records.outcomes}
    limits = dict(thresholds(catalog))
    for situation in situations(records):
        found = [
            outcome
            for outcome, alternatives in ways.items()
            for way in alternatives
            if all(any(holds(situation, each) for each in condition.combinations) for condition in way)
        ]
        assert found == [outcome_of(tables, limits, situation)], situation


def test_no_situation_is_in_two_combinations_of_one_result(records: DecisionTables) -> None:
    every = {question.id: {answer.id for answer in question.values} or {MET, SHORT} for question in records.inputs}
    for table in records.tables:
        for result in table.results:
            found = decision_tables.combinations(records, table.id, [result])
            assert found
            for one, other in combinations(found, 2):
                shared = [set(one.get(n, v)) & set(other.get(n, v)) for n, v in every.items()]
                assert not all(shared), (table.id, result)


def test_answers_that_exclude_each_other_are_no_combination(records: DecisionTables) -> None:
    platform, channel, *rest = records.tables
    azure = next(rule for rule in platform.rules if rule.gives == "azure")
    excluded = {"platform-result": ("azure",), "product": ("office",)}
    assert all("office" not in row["product"] for row in azure.when)
    rule = channel.rules[0].model_copy(update={"when": (*channel.rules[0].when, excluded)})
    changed = channel.model_copy(update={"rules": (rule, *channel.rules[1:])})
    found = decision_tables.combinations(
        records.model_copy(update={"tables": (platform, changed, *rest)}), channel.id, [rule.gives]
    )
    assert found == decision_tables.combinations(records, channel.id, [rule.gives])


def test_a_condition_may_name_several_results_or_a_question(records: DecisionTables) -> None:
    last = records.tables[-1]
    rule = last.rules[0].model_copy(
        update={"when": ({"channel-result": ("azure-kms", "avma"), "internet": ("direct",)},)}
    )
    tables = (*records.tables[:-1], last.model_copy(update={"rules": (rule, *last.rules[1:])}))
    changed = records.model_copy(update={"tables": tables})
    ((either, question),) = decision_tables.ways(changed, rule.gives)
    assert either.results == ("azure-kms", "avma")
    both = [decision_tables.combinations(records, "channel", [result]) for result in either.results]
    for situation in situations(records):
        assert any(holds(situation, each) for each in either.combinations) == any(
            holds(situation, each) for found in both for each in found
        )
    assert question.table is None
    assert question.combinations == ({"internet": ("direct",)},)


def read_combination(element: Tag) -> dict[str, str]:
    """Answers by question as a reader reads them, from the names in front of them."""
    found = {}
    for name in element.find_all("span", class_="vag-way__input", recursive=False):
        found[text(name).removesuffix(":")] = str(name.next_sibling).strip().removesuffix("; ").removesuffix(";")
    return {name: value.removesuffix(", and one of these:") for name, value in found.items()}


@pytest.mark.slow
def test_the_lists_of_an_outcome_are_its_conditions(page: BeautifulSoup, records: DecisionTables) -> None:
    titles = {table.id: table.title for table in records.tables}
    for outcome in records.outcomes:
        row = page.select_one(f".vag-register__row[id='outcome-{outcome.id}']")
        assert row is not None
        assert text(row.select_one(".vag-register__title")) == outcome.name
        assert outcome.summary in text(row)
        ways = decision_tables.ways(records, outcome.id)
        lists = row.select("ul.vag-way")
        for way, shown in zip(ways, lists, strict=True):
            for condition, item in zip(way, shown.find_all("li", recursive=False), strict=True):
                assert condition.table is not None
                assert text(item.a) == titles[condition.table]
                results = next(t.results for t in records.tables if t.id == condition.table)
                assert text(item.strong) == " or ".join(results[result] for result in condition.results)
                shared = read_combination(item)
                own = [read_combination(each) for each in item.select("ul > li")] or [{}]
                assert [shared | each for each in own] == [
                    {
                        heading(records, name): " or ".join(label(records, name, value) for value in values)
                        for name, values in each.items()
                    }
                    for each in condition.combinations
                ]


def test_every_outcome_leads_to_its_place_in_the_guide(page: BeautifulSoup, records: DecisionTables) -> None:
    links = page.select(".vag-register__title a")
    assert [link["href"] for link in links] == [f"index.html#outcome-{outcome.id}" for outcome in records.outcomes]


def test_an_unknown_outcome_is_refused(records: DecisionTables) -> None:
    with pytest.raises(UnknownIdError, match="kms-central"):
        decision_tables.ways(records, "kms-centrall")


# Choices, questions, version


def test_every_choice_stands_there_with_its_rule_and_its_facts(page: BeautifulSoup, records: DecisionTables) -> None:
    chosen = [(table, rule) for table in records.tables for rule in table.rules if rule.choice]
    shown = page.select("[id^='choice-']")
    assert [row["id"] for row in shown] == [f"choice-{table.id}-{rule.id}" for table, rule in chosen]
    for row, (table, rule) in zip(shown, chosen, strict=True):
        cells = row.select("th, td")
        assert cells[0].a["href"] == f"#rule-{table.id}-{rule.id}"
        assert text(cells[0]) == table.results[rule.gives]
        assert text(cells[1]) == rule.choice
        assert [mark["data-fact"] for mark in cells[1].select("a.vag-cite")] == [*rule.choice_facts]


@pytest.mark.slow
def test_every_question_stands_there_with_its_answers_and_its_tables(
    page: BeautifulSoup, records: DecisionTables
) -> None:
    for question in records.inputs:
        row = page.select_one(f"[id='question-{question.id}']")
        assert row is not None
        name, asked, answers, users = row.select("th, td")
        assert text(name) == question.label
        assert text(asked) == question.question
        assert [mark["data-fact"] for mark in asked.select("a.vag-cite")] == [*question.facts]
        shown = [text(item) for item in answers.select("li")]
        if question.values:
            assert shown == [f"{a.label}{a.hint or ''}" for a in question.values]
        else:
            assert [item.partition(":")[0] for item in shown] == ["Threshold met", "Below the threshold"]
        assert [link["href"] for link in users.select("a")] == [
            f"#table-{table.id}" for table in records.tables if question.id in table.inputs
        ]


def test_the_thresholds_in_the_answers_are_the_facts(
    page_view: View, catalog: Catalog, records: DecisionTables
) -> None:
    fact_id = records.thresholds["windows-client"]
    facts = tuple(f.model_copy(update={"value": 31}) if f.id == fact_id else f for f in catalog.facts)
    view = replace(page_view, catalog=catalog.model_copy(update={"facts": facts}))
    row = soup(decision_tables.tables_questions(view)).select_one("[id='question-pool_count']")
    shown = {link["data-fact"]: text(link) for link in row.select("a.vag-fact")}  # type: ignore[union-attr]
    assert shown == {
        fact: "31" if fact == fact_id else str(catalog.fact(fact).value) for fact in records.thresholds.values()
    }


def test_the_summary_counts_what_is_there(page_view: View, records: DecisionTables, tables: Compiled) -> None:
    words = text(soup(decision_tables.tables_summary(page_view)))
    covered = 0
    for box in tables.boxes:
        size = 1
        for mask in box.masks:
            size *= mask.bit_count()
        covered += size
    rules = sum(len(table.rules) for table in records.tables)
    assert f"{len(records.tables)} tables with {rules} rules" in words
    assert f"the {covered:,} combinations" in words
    assert f"one of {len(records.outcomes)} outcomes" in words
    assert tables.version in words
    assert text(soup(decision_tables.tables_version(page_view))) == tables.version


# The download


@pytest.mark.slow
def test_the_download_holds_the_records_and_the_boxes(view: View, records: DecisionTables) -> None:
    data = json.loads(downloads(view)["downloads/decision-tables.json"])
    assert data["records"] == records.model_dump(mode="json")
    assert data["compiled"] == json.loads(json.dumps(tables_as_data(view)))
    assert DecisionTables.model_validate(data["records"]) == records


def test_the_page_offers_the_download() -> None:
    assert "(../downloads/decision-tables.json){ download }" in SOURCE.read_text("utf-8")


# Whatever the records hold


def hostile(records: DecisionTables) -> DecisionTables:
    """The records with text that must not become markup, in every place that the page shows."""
    questions = tuple(
        question.model_copy(
            update={
                "label": HOSTILE,
                "question": HOSTILE,
                "values": tuple(a.model_copy(update={"label": HOSTILE, "hint": HOSTILE}) for a in question.values),
            }
        )
        for question in records.inputs
    )
    tables = tuple(
        table.model_copy(
            update={
                "title": HOSTILE,
                "results": dict.fromkeys(table.results, HOSTILE),
                "rules": tuple(
                    rule.model_copy(update={"reason": HOSTILE, "choice": HOSTILE if rule.choice else None})
                    for rule in table.rules
                ),
            }
        )
        for table in records.tables
    )
    outcomes = tuple(o.model_copy(update={"name": HOSTILE, "summary": HOSTILE}) for o in records.outcomes)
    return records.model_copy(update={"inputs": questions, "tables": tables, "outcomes": outcomes})


def calls(view: View) -> Iterator[tuple[str, str]]:
    for macro in decision_tables.MACROS:
        of_table = "table_id" in inspect.signature(macro).parameters
        for table_id in table_ids(view.catalog.decision_tables) if of_table else (None,):
            arguments: tuple[Any, ...] = (table_id,) if of_table else ()
            yield macro.__name__, macro(view, *arguments)  # type: ignore[operator]


def test_every_macro_gives_one_line_without_styles_and_scripts(page_view: View) -> None:
    for name, html in calls(page_view):
        assert "\n" not in html, name
        assert not re.search(r"\sstyle=|<script|\son\w+=", html), name


@pytest.mark.slow
def test_hostile_text_stays_text(page_view: View, records: DecisionTables) -> None:
    for name, html in calls(with_records(page_view, hostile(records))):
        assert "\n" not in html, name
        assert not soup(html).select("script"), name
        if name not in ("tables_summary", "tables_version", "decision_table_rules"):
            assert " ".join(HOSTILE.split()) in text(soup(html)), name
