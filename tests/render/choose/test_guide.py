"""What the guide's page holds, against the decision tables that it comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from macros.catalog.models import UnknownIdError
from macros.domain.decision import advise
from macros.domain.walk import walk
from macros.render.choose import guide
from macros.render.choose.advice import advice_as_data, advice_as_text
from macros.render.parts import script_data as decision_data
from macros.render.parts.view import View
from tests.built import ROOT
from tests.situations import to_adba

PAGE = "choose/index.md"


@pytest.fixture
def page_view(view_of: Callable[..., View]) -> View:
    return view_of(page=PAGE)


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def embedded(html: str) -> Any:
    return json.loads(parsed(html).script.string)  # type: ignore[union-attr, arg-type]


@pytest.mark.slow
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


def advised(view: View, **answers: str) -> tuple[Mapping[str, Any], str]:
    advice = advise(view.tables, view.catalog.decision_tables, answers)
    return advice_as_data(view, answers, advice), advice_as_text(view, advice)


@pytest.mark.parametrize(
    "answers",
    [
        {"license": "retail-or-oem", "platform": "other"},
        {"license": "subscription", "product": "office"},
        {"license": "volume", "product": "windows-server", "platform": "azure-vm"},
    ],
    ids=["retail", "subscription", "azure"],
)
def test_an_outcome_without_a_fallback_has_none_and_says_why(answers: dict[str, str], page_view: View) -> None:
    data, text = advised(page_view, **answers)
    record = page_view.catalog.decision_tables.outcome(data["outcome"])
    assert record.no_fallback is not None
    assert record.no_fallback.text.startswith("There is no other method for this license")
    assert (data["fallback"], data["possible_fallbacks"]) == (None, [])
    assert data["no_fallback"] == record.no_fallback.text
    assert f"fallback: {record.no_fallback.text}" in text
    shown = embedded(guide.guide_data(page_view))["outcomes"][record.id]
    assert shown["no_fallback"] == [record.no_fallback.text, [*record.no_fallback.facts]]


def test_an_outcome_with_a_fallback_says_nothing_of_the_kind(page_view: View) -> None:
    data, _ = advised(page_view, **to_adba())
    assert (data["outcome"], data["no_fallback"]) == ("adba", None)
    assert embedded(guide.guide_data(page_view))["outcomes"]["adba"]["no_fallback"] is None


def test_a_choice_that_the_guidance_leaves_is_part_of_the_advice(page_view: View) -> None:
    data, text = advised(page_view, **to_adba())
    rule = page_view.catalog.decision_tables.rule("method", "domain-first")
    assert rule.choice
    assert data["choices"] == [
        {"table": "method", "rule": "domain-first", "text": rule.choice, "facts": [*rule.choice_facts]}
    ]
    assert f"choice: {rule.choice}" in text
    words = embedded(guide.guide_data(page_view))
    assert words["choices"]["method/domain-first"] == [rule.choice, [*rule.choice_facts]]
    assert set(rule.choice_facts) <= set(words["facts"])
    data, text = advised(page_view, license="subscription", product="office")
    assert data["choices"] == []
    assert "choice:" not in text


def test_what_a_question_quotes_is_the_label_of_an_answer(page_view: View) -> None:
    quoted = 0
    for question in page_view.catalog.decision_tables.inputs:
        labels = " ".join(answer.label for answer in question.values)
        texts = (question.hint, question.find_out, *(answer.hint or "" for answer in question.values))
        for text in texts:
            for words in re.findall("“(.+?)”", text):
                quoted += 1
                assert words in labels, (question.id, words)
    assert quoted >= 4


def test_the_word_of_each_channel_leads_to_an_answer(page_view: View) -> None:
    question = page_view.catalog.decision_tables.question("license")
    channels = page_view.catalog.fact("plan.channel_words")
    assert channels.id in question.facts
    assert isinstance(channels.value, dict)
    for word in (word for words in channels.value.values() for word in words):
        assert word in question.find_out or (word.startswith("OEM_") and "begin with OEM_" in question.find_out)


def test_windows_by_subscription_in_azure_needs_the_way_to_azure_kms(page_view: View) -> None:
    records, catalog = page_view.catalog.decision_tables, page_view.catalog
    desktops = {"plan.azure_virtual_desktop", "plan.windows_365"}
    [point] = [p for p in records.outcome("subscription-sign-in").prerequisites if desktops <= {*p.facts}]
    assert str(catalog.fact("kms.port").value) in point.text
    for fact_id in desktops:
        fact = catalog.fact(fact_id)
        assert isinstance(fact.value, dict)
        assert fact.value["port"] == catalog.fact("kms.port").value
        assert str(fact.value["port"]) in fact.statement
    hints = [answer.hint for name in ("license", "platform") for answer in records.question(name).values if answer.hint]
    assert sum("Azure Virtual Desktop" in hint and "Windows 365" in hint for hint in hints) == 2


def test_the_questions_say_what_travels_and_which_host_activates(page_view: View) -> None:
    records = page_view.catalog.decision_tables
    assert "Laptops that travel share no network" in records.question("site_count").hint
    hosts = next(a for a in records.question("platform").values if a.id == "hyper-v-datacenter-guest")
    assert hosts.hint
    for words in ("Datacenter edition", "same release", "newer", "Windows Server 2012 without R2"):
        assert words in hosts.hint
    assert "elig.avma.matrix" in records.question("platform").facts


def test_the_page_on_other_ways_agrees_that_azure_has_no_fallback(page_view: View) -> None:
    assert not page_view.catalog.decision_tables.outcome("azure-kms").without
    text = (ROOT / "docs/methods/not-volume-activation.md").read_text("utf-8").partition("{ #azure-kms }")[2]
    assert "(../choose/index.md#outcome-azure-kms) names no other method" in text.partition("\n## ")[0]


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
        assert tuple(masks) == box.masks
        assert data["outcomes"][outcome]["id"] == box.outcome
        assert [tuple(data["rules"][hit]) for hit in hits] == [*box.hits]


def test_the_words_of_the_script_are_those_of_the_data(page_view: View) -> None:
    data = embedded(guide.guide_data(page_view))
    catalog = page_view.catalog
    for fact_id, (statement, verified_on, mark, address) in data["facts"].items():
        fact = catalog.fact(fact_id)
        assert (statement, verified_on) == (fact.statement, fact.verified_on.isoformat())
        assert bool(mark) == (fact.confidence in guide.MARKS)
        assert address.endswith(f"reference/facts/{catalog.family_of(fact_id).id}.html#{fact_id}")
    for table in catalog.decision_tables.tables:
        for rule in table.rules:
            assert data["reasons"][f"{table.id}/{rule.id}"] == [rule.reason, [*rule.facts]]
            assert set(rule.facts) <= set(data["facts"])
    for outcome in catalog.decision_tables.outcomes:
        assert set(data["outcomes"][outcome.id]["facts"]) <= set(data["facts"])


@pytest.mark.slow
def test_hostile_words_stay_text(page_view: View) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    records = page_view.catalog.decision_tables
    first = records.inputs[0].model_copy(update={"question": evil, "hint": evil, "label": evil, "find_out": evil})
    changed = records.model_copy(update={"inputs": (first, *records.inputs[1:])})
    view = replace(page_view, catalog=page_view.catalog.model_copy(update={"decision_tables": changed}))
    for html in (guide.guide(view), guide.guide_walk(view), guide.guide_data(view), decision_data.decision_data(view)):
        assert parsed(html).find("img") is None
    assert embedded(guide.guide_data(view))["questions"][first.id]["question"] == evil


@pytest.mark.parametrize("name", ["decision", "guide"])
def test_scripts_are_named_relative_to_the_page(name: str, page_view: View) -> None:
    script = parsed(decision_data.page_scripts(page_view, name)).select("script[src]")[-1]
    assert script["src"] == f"../assets/javascripts/{name}.js"
