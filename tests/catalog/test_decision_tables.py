"""The decision tables, examined: mistakes are refused at load, and every combination is looked at one by one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product
from math import prod
from pathlib import Path
from typing import Any

import pytest

from macros.catalog.decision_tables import (
    MET,
    SHORT,
    UNKNOWN,
    Band,
    Compiled,
    Masks,
    bands,
    compiled,
    outcome_problems,
    table_problems,
    thresholds,
)
from macros.catalog.integrity import decision_tables_hold
from macros.catalog.loader import DATA, load
from macros.catalog.models import Catalog, DecisionTable, DecisionTables, Rule
from macros.catalog.strict_yaml import DataError
from macros.domain.decision import alive, narrowed, next_question, possible
from tests.domain.test_decision import CASES, GOLDEN, Paper, on_paper, random_answers, read_golden, wanted

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session")
def records(catalog: Catalog) -> DecisionTables:
    return catalog.decision_tables


@pytest.fixture(scope="session")
def limits(catalog: Catalog) -> Mapping[str, int]:
    return thresholds(catalog)


@pytest.fixture(scope="session")
def paper() -> Paper:
    return on_paper()


# ---------------------------------------------------------------------------------------------- mistakes in the data


def changed(records: DecisionTables, edit: Edit) -> DecisionTables:
    data = _mutable(records.model_dump())
    edit(data)
    return DecisionTables.model_validate(data)


def _mutable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _mutable(part) for key, part in value.items()}
    return [_mutable(part) for part in value] if isinstance(value, list | tuple) else value


def with_more_ways_to_the_internet(data: dict[str, Any], more: int) -> None:
    """Further answers to one question, each of which counts as having no way to the internet."""
    question = next(each for each in data["inputs"] if each["id"] == "internet")
    added = [question["values"][-1] | {"id": f"none-{number}"} for number in range(more)]
    question["values"] += added
    offline = next(rule for rule in table(data, "mak")["rules"] if rule["id"] == "offline")
    offline["when"][0]["internet"] += [answer["id"] for answer in added]


def table(data: dict[str, Any], table_id: str) -> dict[str, Any]:
    return next(each for each in data["tables"] if each["id"] == table_id)


def rule(data: dict[str, Any], table_id: str, rule_id: str) -> dict[str, Any]:
    return next(each for each in table(data, table_id)["rules"] if each["id"] == rule_id)


def outcome(data: dict[str, Any], outcome_id: str) -> dict[str, Any]:
    return next(each for each in data["outcomes"] if each["id"] == outcome_id)


def question(data: dict[str, Any], question_id: str) -> dict[str, Any]:
    return next(each for each in data["inputs"] if each["id"] == question_id)


def unknown_input_of_a_table(data: dict[str, Any]) -> None:
    table(data, "mak")["inputs"] = ["intranet"]


def result_of_a_later_table(data: dict[str, Any]) -> None:
    table(data, "domain")["inputs"].append("host-result")


def cell_of_a_question_that_the_table_does_not_have(data: dict[str, Any]) -> None:
    rule(data, "mak", "online")["when"][0]["directory"] = ["none"]


def unknown_value(data: dict[str, Any]) -> None:
    rule(data, "mak", "online")["when"][0]["internet"] = ["direkt"]


def unknown_value_of_a_count(data: dict[str, Any]) -> None:
    rule(data, "host", "alone-away")["when"][0]["site_count"] = ["24"]


def unknown_value_of_a_result(data: dict[str, Any]) -> None:
    rule(data, "method", "central-kms")["when"][0]["host-result"] = ["centre"]


def unknown_result(data: dict[str, Any]) -> None:
    rule(data, "host", "alone-away")["gives"] = "nothing"


def missing_combination(data: dict[str, Any]) -> None:
    rule(data, "domain", "old-schema")["when"][0]["corporate_contact"] = ["less-often-or-never"]


def double_combination(data: dict[str, Any]) -> None:
    rule(data, "domain", "too-old")["when"][0].pop("directory")


def double_combination_within_a_rule(data: dict[str, Any]) -> None:
    rule(data, "mak", "online")["when"].append({"internet": ["direct"]})


def input_without_effect(data: dict[str, Any]) -> None:
    table(data, "mak")["inputs"].append("purpose")


def result_that_no_rule_gives(data: dict[str, Any]) -> None:
    table(data, "mak")["results"]["carrier-pigeon"] = "By carrier pigeon"


def missing_outcome(data: dict[str, Any]) -> None:
    data["outcomes"].remove(outcome(data, "mak-proxy"))


def outcome_too_many(data: dict[str, Any]) -> None:
    data["outcomes"].append({**outcome(data, "mak-proxy"), "id": "token"})


def without_an_unknown_question(data: dict[str, Any]) -> None:
    outcome(data, "adba")["without"] = {"domain": "none"}


def without_an_unknown_value(data: dict[str, Any]) -> None:
    outcome(data, "adba")["without"] = {"directory": "workgroup"}


def without_a_number_where_a_value_belongs(data: dict[str, Any]) -> None:
    outcome(data, "adba")["without"] = {"directory": 0}


def without_a_word_where_a_number_belongs(data: dict[str, Any]) -> None:
    outcome(data, "kms-local")["without"] = {"site_count": SHORT}


def without_a_negative_number(data: dict[str, Any]) -> None:
    outcome(data, "kms-local")["without"] = {"site_count": -1}


def without_that_leaves_the_outcome_in_reach(data: dict[str, Any]) -> None:
    outcome(data, "kms-local")["without"] = {"site_count": 25}


def neither_a_fallback_nor_why_there_is_none(data: dict[str, Any]) -> None:
    outcome(data, "adba")["without"] = {}


def a_fallback_and_why_there_is_none(data: dict[str, Any]) -> None:
    outcome(data, "adba")["no_fallback"] = {"text": "None."}


def rule_without_criterion(data: dict[str, Any]) -> None:
    rule(data, "method", "sign-in")["criterion"] = None


def unknown_criterion(data: dict[str, Any]) -> None:
    rule(data, "method", "sign-in")["criterion"] = "cloud"


def repeated_rule(data: dict[str, Any]) -> None:
    rule(data, "mak", "proxy")["id"] = "online"


def repeated_table(data: dict[str, Any]) -> None:
    table(data, "host")["id"] = "domain"


def repeated_outcome(data: dict[str, Any]) -> None:
    outcome(data, "mak-proxy")["id"] = "mak-online"


def repeated_question(data: dict[str, Any]) -> None:
    data["inputs"].append(question(data, "internet"))


def repeated_answer(data: dict[str, Any]) -> None:
    question(data, "internet")["values"].append(question(data, "internet")["values"][0])


def answer_that_is_called_unknown(data: dict[str, Any]) -> None:
    """The engine takes it for "I don't know"."""
    question(data, "internet")["values"][2]["id"] = UNKNOWN
    rule(data, "mak", "offline")["when"][0]["internet"] = [UNKNOWN]
    outcome(data, "mak-proxy")["without"] = {"internet": UNKNOWN}


def more_answers_than_a_mask_has_bits(data: dict[str, Any]) -> None:
    with_more_ways_to_the_internet(data, 31 - 3)


def repeated_criterion(data: dict[str, Any]) -> None:
    data["criteria"].append(data["criteria"][0])


def table_too_large(data: dict[str, Any]) -> None:
    table(data, "platform")["inputs"] = [each["id"] for each in data["inputs"]]


def rule_that_nothing_reaches(data: dict[str, Any]) -> None:
    """Azure activates no Office, so a rule for Office that Azure activates is never hit."""
    rule(data, "channel", "subscribed")["when"][1]["product"] = ["windows-client"]
    table(data, "channel")["rules"].append(
        {
            **rule(data, "channel", "subscribed"),
            "id": "never",
            "when": [{"platform-result": ["azure"], "license": ["subscription"], "product": ["office"]}],
        }
    )


def question_that_no_table_asks(data: dict[str, Any]) -> None:
    data["inputs"].append({**question(data, "internet"), "id": "weather"})


def table_that_no_table_looks_at(data: dict[str, Any]) -> None:
    data["tables"].insert(0, {**table(data, "mak"), "id": "idle"})


def threshold_that_is_no_number(data: dict[str, Any]) -> None:
    data["thresholds"]["office"] = "adba.clients"


def threshold_that_is_yes(data: dict[str, Any]) -> None:
    data["thresholds"]["office"] = "kms.count.shared_windows"


def threshold_that_is_no_fact(data: dict[str, Any]) -> None:
    data["thresholds"]["office"] = "kms.threshold.offices"


def threshold_that_is_missing(data: dict[str, Any]) -> None:
    del data["thresholds"]["office"]


def more_computers_turn_kms_into_mak(data: dict[str, Any]) -> None:
    for each in table(data, "host")["rules"]:
        for row in each["when"]:
            if "pool_count" in row:
                row["pool_count"] = [SHORT if value == MET else MET for value in row["pool_count"]]


def more_computers_on_site_turn_kms_into_mak(data: dict[str, Any]) -> None:
    """Only for computers that are away: a large network gets a MAK, a small one a host."""
    rule(data, "host", "local-host-away")["when"][0]["site_count"] = [SHORT]
    rule(data, "host", "alone-away")["when"][0]["site_count"] = [MET]


def swap_directories(data: dict[str, Any], one: str, other: str) -> None:
    places = {one: other, other: one}
    for each in table(data, "domain")["rules"]:
        for row in each["when"]:
            row["directory"] = [places.get(value, value) for value in row["directory"]]


def joining_the_domain_takes_adba_away(data: dict[str, Any]) -> None:
    swap_directories(data, "ad-ready", "none")


def only_an_old_schema_has_adba(data: dict[str, Any]) -> None:
    swap_directories(data, "ad-ready", "ad-old-schema")


MISTAKES: list[tuple[Edit, str, str]] = [
    (
        unknown_input_of_a_table,
        "mak, inputs",
        '"intranet" is no question and no earlier table; known: product, ',
    ),
    (
        result_of_a_later_table,
        "domain, inputs",
        '"host-result" is no question and no earlier table; known: product, ',
    ),
    (
        cell_of_a_question_that_the_table_does_not_have,
        "mak, online",
        'looks at "directory"; inputs of this table: internet',
    ),
    (unknown_value, "mak, online", '"direkt" is no value of internet; allowed: direct, via-admin-workstation, none'),
    (unknown_value_of_a_count, "host, alone-away", '"24" is no value of site_count; allowed: met, short'),
    (
        unknown_value_of_a_result,
        "method, central-kms",
        '"centre" is no value of host-result; allowed: central, local, none',
    ),
    (unknown_result, "host, alone-away", 'gives "nothing"; allowed: central, local, none'),
    (
        missing_combination,
        "domain",
        "has no rule for directory ad-old-schema, release current, corporate_contact at-least-every-180-days; "
        "expected exactly one",
    ),
    (
        double_combination,
        "domain",
        "has 2 rows for directory ad-old-schema, release legacy, corporate_contact at-least-every-180-days "
        "(old-schema, too-old); expected exactly one",
    ),
    (double_combination_within_a_rule, "mak", "has 2 rows for internet direct (online); expected exactly one"),
    (input_without_effect, "mak", 'the input "purpose" changes no result; expected an input that does, or none'),
    (result_that_no_rule_gives, "mak", 'no rule gives "carrier-pigeon"; expected at least one'),
    (missing_outcome, "outcomes", "must be the results of the last table: azure-kms, avma,"),
    (outcome_too_many, "outcomes", "must be the results of the last table: azure-kms, avma,"),
    (without_an_unknown_question, "adba, without", '"domain: none" is no answer; allowed: product, license,'),
    (
        without_an_unknown_value,
        "adba, without",
        '"directory: workgroup" is no answer; allowed: ad-ready, ad-old-schema, none',
    ),
    (
        without_a_number_where_a_value_belongs,
        "adba, without",
        '"directory: 0" is no answer; allowed: ad-ready, ad-old-schema, none',
    ),
    (without_a_word_where_a_number_belongs, "kms-local, without", '"site_count: short" is no answer; allowed: '),
    (without_a_negative_number, "kms-local, without", '"site_count: -1" is no answer; allowed: '),
    (neither_a_fallback_nor_why_there_is_none, "adba", "needs either without or no_fallback; expected exactly one"),
    (a_fallback_and_why_there_is_none, "adba", "needs either without or no_fallback; expected exactly one"),
    (
        without_that_leaves_the_outcome_in_reach,
        "kms-local, without",
        "the outcome is still possible with site_count 25, by the rules ",
    ),
    (rule_without_criterion, "method, sign-in", "needs a criterion; allowed: adba, kms-central,"),
    (unknown_criterion, "method, sign-in", "needs a criterion; allowed: adba, kms-central,"),
    (repeated_rule, "mak, rules", '"online" stands twice; ids are expected once'),
    (repeated_table, "tables", '"domain" stands twice; ids are expected once'),
    (repeated_outcome, "outcomes", '"mak-online" stands twice; ids are expected once'),
    (repeated_question, "inputs", '"internet" stands twice; ids are expected once'),
    (repeated_answer, "internet, values", '"direct" stands twice; ids are expected once'),
    (answer_that_is_called_unknown, "internet, values", "unknown"),
    (more_answers_than_a_mask_has_bits, "internet, values", "has 31 answers; at most 30 are allowed"),
    (repeated_criterion, "criteria", '"adba" stands twice; ids are expected once'),
    (table_too_large, "platform", " combinations; at most 10000 are allowed: split it into two tables"),
    (rule_that_nothing_reaches, "channel, never", "no answers lead to this rule; expected a rule that can be reached"),
    (question_that_no_table_asks, "weather", "no table has this input, so the question changes nothing"),
    (table_that_no_table_looks_at, "idle, online", "no answers lead to this rule; expected a rule that can be reached"),
    (threshold_that_is_no_number, "thresholds", 'office: fact "adba.clients" must be a number of computers, not {'),
    (threshold_that_is_yes, "thresholds", 'office: fact "kms.count.shared_windows" must be a number of computers, not'),
    (threshold_that_is_no_fact, "thresholds", "kms.threshold.office"),
    (threshold_that_is_missing, "thresholds", "office"),
    (
        more_computers_turn_kms_into_mak,
        "pool_count",
        "a larger number turns kms-central into mak-online; expected the contrary (rules central-kms and mak-online)",
    ),
    (
        more_computers_on_site_turn_kms_into_mak,
        "site_count",
        "a larger number turns kms-local into mak-online; expected the contrary (rules local-kms and mak-online)",
    ),
    (
        joining_the_domain_takes_adba_away,
        "directory",
        "domain membership turns adba into kms-central; expected the contrary (rules domain-first and central-kms)",
    ),
    (
        only_an_old_schema_has_adba,
        "directory",
        "domain membership turns adba into mak-online; expected the contrary (rules domain-first and mak-online)",
    ),
]


def test_the_shipped_tables_have_no_problem(
    catalog: Catalog, records: DecisionTables, limits: Mapping[str, int]
) -> None:
    assert table_problems(records) == []
    assert [*outcome_problems(records, compiled(records, limits))] == []
    assert [*decision_tables_hold(catalog)] == []


@pytest.mark.parametrize(("edit", "place", "message"), MISTAKES, ids=[edit.__name__ for edit, _, _ in MISTAKES])
def test_a_mistake_is_refused_with_its_place_and_what_is_allowed(
    edit: Edit, place: str, message: str, catalog: Catalog
) -> None:
    broken = catalog.model_copy(update={"decision_tables": changed(catalog.decision_tables, edit)})
    found = [*decision_tables_hold(broken)]
    assert {problem.file for problem in found} == {"decision-tables.yaml"}
    assert [p for p in found if p.key == place and message in p.message], [str(problem) for problem in found]


@pytest.mark.slow
def test_a_mistake_in_the_file_stops_the_load_and_names_the_file(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    file = tmp_path / "data" / "decision-tables.yaml"
    text = file.read_text("utf-8")
    assert text.count("- {internet: direct}") == 1
    file.write_text(text.replace("- {internet: direct}", "- {internet: [direct, none]}"), "utf-8")
    with pytest.raises(DataError) as caught:
        load(tmp_path / "data")
    [problem] = caught.value.problems
    line = text[: text.index("- id: mak\n  title")].count("\n") + 1
    assert str(problem) == (
        f"decision-tables.yaml, line {line}, mak: has 2 rows for internet none (online, offline); expected exactly one"
    )


# ------------------------------------------------------------------------------------------- every combination


def members(masks: Masks) -> Iterator[tuple[int, ...]]:
    return product(*([at for at in range(mask.bit_length()) if mask >> at & 1] for mask in masks))


@pytest.mark.slow
def test_every_combination_is_in_one_box_with_the_outcome_and_the_rules_of_the_small_tables(
    tables: Compiled, paper: Paper
) -> None:
    in_box: dict[tuple[int, ...], tuple[str, tuple[tuple[str, str], ...]]] = {}
    for box in tables.boxes:
        for key in members(box.masks):
            assert key not in in_box, f"two boxes hold {key}"
            in_box[key] = (box.outcome, box.hits)
    print(f"\ncombinations: {len(in_box)} in {len(tables.boxes)} boxes, {prod(paper.sizes)} expected")
    assert in_box == paper.found
    assert len(in_box) == prod(paper.sizes)


@pytest.mark.slow
def test_numbers_are_cut_at_the_thresholds(tables: Compiled, limits: Mapping[str, int], paper: Paper) -> None:
    cuts = sorted(set(limits.values()))
    for dimension in tables.dimensions:
        if dimension.id in paper.numeric:
            assert [band.low for band in dimension.bands] == [0, *cuts]
            assert [band.high for band in dimension.bands] == [*(cut - 1 for cut in cuts), None]
            assert all(sum(number in band for band in dimension.bands) == 1 for number in range(200))
        else:
            assert dimension.values == paper.answers[dimension.id]


def test_bands_of_odd_limits() -> None:
    assert bands([]) == (Band(0, None),)
    assert bands([0]) == (Band(0, None),)
    assert bands([7, 7]) == (Band(0, 6), Band(7, None))
    assert bands([1, 2]) == (Band(0, 0), Band(1, 1), Band(2, None))


@pytest.mark.slow
@pytest.mark.parametrize(
    "odd",
    [
        {"windows-client": 25, "windows-server": 25, "office": 25},
        {"windows-client": 1, "windows-server": 2, "office": 3},
        {"windows-client": 5, "windows-server": 25, "office": 10},
    ],
    ids=str,
)
def test_other_thresholds_move_the_boxes_with_them(odd: dict[str, int], records: DecisionTables) -> None:
    found = compiled(records, odd)
    expected = Paper(records, odd)
    assert {key: (box.outcome, box.hits) for box in found.boxes for key in members(box.masks)} == expected.found
    assert sum(prod(mask.bit_count() for mask in box.masks) for box in found.boxes) == len(expected.found)


@pytest.mark.slow
def test_every_outcome_and_every_rule_is_reached_and_every_question_can_change_the_outcome(
    paper: Paper, records: DecisionTables
) -> None:
    assert {result for result, _ in paper.found.values()} == set(paper.outcomes)
    hit = {each for _, hits in paper.found.values() for each in hits}
    assert hit == {(each.id, rule_.id) for each in records.tables for rule_ in each.rules}
    everything = paper.key({})
    assert [name for at, name in enumerate(paper.questions) if not paper.changes_at(everything, at)] == []


@pytest.mark.slow
def test_no_answer_works_backward_in_any_combination(paper: Paper) -> None:
    directory = paper.questions.index("directory")
    first = paper.answers["directory"].index("ad-ready")
    counts = [paper.questions.index(name) for name in sorted(paper.numeric)]
    for key, (result, _) in paper.found.items():
        for at in counts:
            for more in range(int(key[at] or 0) + 1, paper.sizes[at]):
                after = paper.found[(*key[:at], more, *key[at + 1 :])][0]
                assert not (result.startswith("kms-") and after.startswith("mak-")), key
        if result == "adba":
            assert paper.found[(*key[:directory], first, *key[directory + 1 :])][0] == "adba", key


def test_without_takes_its_outcome_out_of_reach_in_every_combination(paper: Paper, records: DecisionTables) -> None:
    replaced = {
        each.id: [(at, place) for at, place in enumerate(paper.key(each.without)) if place is not None]
        for each in records.outcomes
        if each.without
    }
    assert {each.id for each in records.outcomes if not each.without} == {
        "azure-kms",
        "subscription-sign-in",
        "not-volume-activation",
    }
    for key, (result, _) in paper.found.items():
        if result not in replaced:
            continue
        other = list(key)
        for at, place in replaced[result]:
            other[at] = place
        assert paper.found[tuple(other)][0] != result, key


def test_the_version_changes_with_everything_that_can_change_an_outcome(
    records: DecisionTables, limits: Mapping[str, int]
) -> None:
    def worded(data: dict[str, Any]) -> None:
        rule(data, "mak", "online")["reason"] = "Said in other words."
        question(data, "internet")["label"] = "Net"

    def swapped(data: dict[str, Any]) -> None:
        rule(data, "mak", "online")["gives"], rule(data, "mak", "proxy")["gives"] = "proxy", "online"

    version = compiled(records, limits).version
    assert compiled(changed(records, worded), limits).version == version
    assert compiled(changed(records, swapped), limits).version != version
    assert compiled(records, {**limits, "office": 6}).version != version


# --------------------------------------------------------------------------------------------- what is asked next


def test_the_guide_asks_only_what_matters_and_ends_with_the_outcome_in_every_combination(
    tables: Compiled, paper: Paper
) -> None:
    asked: dict[int, int] = {}
    order: dict[int, tuple[str, ...]] = {}

    def follow(key: tuple[int | None, ...], questions: tuple[str, ...]) -> None:
        masks = tuple(
            dimension.full if at is None else 1 << at for dimension, at in zip(tables.dimensions, key, strict=True)
        )
        ask = next_question(tables, masks, questions)
        if ask is None:
            [result] = paper.possible_at(key)
            assert possible(tables, alive(tables, masks)) == (result,)
            combinations = prod(size for size, at in zip(paper.sizes, key, strict=True) if at is None)
            asked[len(questions)] = asked.get(len(questions), 0) + combinations
            order.setdefault(len(questions), questions)
            return
        place = paper.questions.index(ask)
        assert key[place] is None
        assert paper.changes_at(key, place), f"{ask} changes nothing after {questions}"
        for at in range(paper.sizes[place]):
            follow((*key[:place], at, *key[place + 1 :]), (*questions, ask))

    follow(paper.key({}), ())
    total, worst = sum(asked.values()), max(asked)
    mean = sum(number * combinations for number, combinations in asked.items()) / total
    everything = len(paper.questions)
    print(
        f"\ncombinations: {total}; questions asked of {everything}: mean {mean:.2f} ({mean / everything:.0%}), "
        f"worst {worst} ({worst / everything:.0%}, in {asked[worst] / total:.1%} of the combinations): "
        f"{', '.join(order[worst])}"
    )
    assert total == prod(paper.sizes)
    assert mean < everything / 2


@pytest.mark.slow
def test_a_question_asked_next_can_change_the_outcome_and_otherwise_none_can(tables: Compiled, paper: Paper) -> None:
    asked = ended = stuck = 0
    for answers in random_answers(paper, 600, seed=7):
        masks = narrowed(tables, answers)
        ask = next_question(tables, masks, answers)
        key = paper.key(answers)
        if ask is not None:
            asked += 1
            assert ask not in answers
            assert paper.changes_at(key, paper.questions.index(ask)), answers
        elif len(paper.possible(answers)) == 1:
            ended += 1
        else:
            stuck += 1
            left = [at for at, name in enumerate(paper.questions) if name not in answers]
            assert not [paper.questions[at] for at in left if paper.changes_at(key, at)], answers
    print(f"\nrandom situations: {asked} go on, {ended} are decided, {stuck} stay open because answers are unknown")
    assert min(asked, ended, stuck) > 20


# --------------------------------------------------------------------------------------------------- mutation

Mutant = tuple[str, DecisionTables]


def with_rule(records: DecisionTables, of: DecisionTable, old: Rule, **changes: Any) -> DecisionTables:
    new = old.model_copy(update=changes)
    rules = tuple(new if each is old else each for each in of.rules)
    tables = tuple(each.model_copy(update={"rules": rules}) if each is of else each for each in records.tables)
    return records.model_copy(update={"tables": tables})


def allowed_values(records: DecisionTables) -> dict[str, tuple[str, ...]]:
    questions = {each.id: tuple(answer.id for answer in each.values) or (MET, SHORT) for each in records.inputs}
    return questions | {f"{each.id}-result": tuple(each.results) for each in records.tables}


def cells(records: DecisionTables) -> Iterator[tuple[DecisionTable, Rule, int, str]]:
    for of in records.tables:
        for rule_ in of.rules:
            for number in range(len(rule_.when)):
                yield from ((of, rule_, number, name) for name in of.inputs)


def cell_mutants(records: DecisionTables) -> Iterator[Mutant]:
    """Every cell with one value more or one less; a cell that is left out allows every value."""
    values = allowed_values(records)
    for of, rule_, number, name in cells(records):
        row = rule_.when[number]
        before = row.get(name, values[name])
        for value in values[name]:
            after = tuple(each for each in values[name] if (each in before) != (each == value))
            if after:
                rows = (*rule_.when[:number], {**row, name: after}, *rule_.when[number + 1 :])
                yield (
                    f"{of.id}, {rule_.id}, row {number + 1}, {name}: {', '.join(after)}",
                    with_rule(records, of, rule_, when=rows),
                )


def result_mutants(records: DecisionTables) -> Iterator[Mutant]:
    """Every rule with every other result."""
    for of in records.tables:
        for rule_ in of.rules:
            for result in of.results:
                if result != rule_.gives:
                    yield f"{of.id}, {rule_.id} gives {result}", with_rule(records, of, rule_, gives=result)


def golden_boxes(tables: Compiled, limits: Mapping[str, int]) -> list[tuple[Masks, str]]:
    """The lines of the golden file as masks, one for each product."""
    found = []
    for conditions, result in read_golden(GOLDEN.read_text("utf-8")):
        for product_id in conditions.get("product", limits):
            masks = []
            for dimension in tables.dimensions:
                words = {product_id} if dimension.id == "product" else conditions.get(dimension.id)
                allowed = dimension.full if words is None else 0
                for word in words or ():
                    for at, value in enumerate(dimension.values or dimension.bands):
                        met = isinstance(value, Band) and (MET if value.low >= limits[product_id] else SHORT)
                        allowed |= (word in (value, met)) << at
                masks.append(allowed)
            found.append((tuple(masks), result))
    return found


def differs(mutant: Compiled, golden: list[tuple[Masks, str]]) -> bool:
    """Whether a box of the mutant and a golden line share a situation and not the outcome."""
    return any(
        box.outcome != result and all(a & b for a, b in zip(box.masks, masks, strict=True))
        for box in mutant.boxes
        for masks, result in golden
    )


def vectors_catch(mutant: Compiled) -> bool:
    return any(
        set(possible(mutant, alive(mutant, narrowed(mutant, case["answers"])))) != wanted(case) for case in CASES
    )


@pytest.mark.slow
def test_every_cell_and_every_result_matters(
    records: DecisionTables, limits: Mapping[str, int], tables: Compiled
) -> None:
    golden = golden_boxes(tables, limits)
    assert not differs(tables, golden)
    assert not vectors_catch(tables)
    of_cells, of_results = [*cell_mutants(records)], [*result_mutants(records)]
    by_load = {name for name, mutant in (*of_cells, *of_results) if table_problems(mutant)}
    by_outcomes: set[str] = set()
    by_vectors: set[str] = set()
    for name, mutant in (*of_results, *(each for each in of_cells if each[0] not in by_load)):
        # A rule with another result still leaves one result for each combination, so it can be asked.
        found = compiled(mutant, limits)
        by_outcomes |= {name} if differs(found, golden) else set()
        by_vectors |= {name} if vectors_catch(found) else set()
    everything = {name for name, _ in (*of_cells, *of_results)}
    survivors = everything - by_load - by_outcomes - by_vectors
    results = {name for name, _ in of_results}
    print(
        f"\nmutation: {sum(1 for _ in cells(records))} cells, {len(of_cells)} mutants of cells, "
        f"{len(of_results)} of results; caught at load {len(everything & by_load)}; "
        f"of the results caught at load {len(results & by_load)}, by golden outcomes {len(results & by_outcomes)}, "
        f"by vectors {len(results & by_vectors)}; survivors {len(survivors)}"
    )
    assert len(everything) == len(of_cells) + len(of_results)
    assert survivors == set()
    assert results - by_vectors == set()


def test_every_threshold_matters_to_the_vectors(records: DecisionTables, limits: Mapping[str, int]) -> None:
    for product_id in limits:
        for step in (-1, 1):
            assert vectors_catch(compiled(records, {**limits, product_id: limits[product_id] + step})), product_id


@pytest.mark.slow
def test_the_vectors_notice_swapped_answers(
    records: DecisionTables, limits: Mapping[str, int], tables: Compiled
) -> None:
    """Two answers of one question change places in all tables: a slip that no check of completeness can see.

    Some mean the same to every table; the golden file says so.
    """
    values = allowed_values(records)
    golden = golden_boxes(tables, limits)
    survivors = []
    for each in records.inputs:
        for one, other in combinations(values[each.id], 2):
            places = {one: other, other: one}

            def swap(data: dict[str, Any], name: str = each.id, places: Mapping[str, str] = places) -> None:
                for row in (row for t in data["tables"] for r in t["rules"] for row in r["when"] if name in row):
                    row[name] = [places.get(value, value) for value in row[name]]

            swapped = changed(records, swap)
            assert table_problems(swapped) == []
            found = compiled(swapped, limits)
            if differs(found, golden) and not vectors_catch(found):
                survivors.append((each.id, one, other))
    assert survivors == []
