"""The comparison of MAK, KMS and ADBA: every cell stands on something, and the short answer is that of the tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.models import Catalog, DecisionTables
from macros.render.choose import compare
from macros.render.parts.citations import MARKS
from macros.render.parts.view import View
from macros.render.registry import render
from tests.built import ROOT
from tests.marked import page_as_html, table_rows
from tests.site.test_prose import guarded

DOCS = ROOT / "docs"
PAGE = "choose/compare.md"
TABLES = "choose/tables.md"
METHODS = ["MAK", "KMS", "ADBA"]
GROUPS = ("when", "needs", "limits", "lifetime", "machines", "privacy", "effort", "failures", "works")

ViewOf = Callable[..., View]


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def text(element: Tag | None) -> str:
    assert element is not None
    copied = soup(str(element))
    for mark in copied.select(".vag-cites, .vag-hidden"):
        mark.decompose()
    return " ".join(copied.get_text().split())


def source() -> str:
    return (DOCS / PAGE).read_text("utf-8")


def rows_of_source() -> list[list[str]]:
    """Anchor, question and cells of every comparison, as the page's source has them."""
    found = [re.fullmatch(r"(.*) \{ #([\w-]+) \}", row[0]) and row for row in table_rows(source())]
    split = [(row, re.fullmatch(r"(.*) \{ #([\w-]+) \}", row[0])) for row in found if row]
    return [[match[2], match[1], *row[1:]] for row, match in split if match]


@pytest.fixture(scope="module")
def page(view: View) -> BeautifulSoup:
    return soup(page_as_html(view, PAGE))


@pytest.fixture(scope="module")
def records(catalog: Catalog) -> DecisionTables:
    return catalog.decision_tables


# The comparison


@pytest.mark.slow
def test_the_groups_of_questions_have_their_anchors(page: BeautifulSoup) -> None:
    anchors = re.findall(r"^## .*\{ #([\w-]+) \}$", source(), re.MULTILINE)
    assert [anchor for anchor in anchors if anchor in GROUPS] == [*GROUPS]
    assert len(page.select(".vag-compare table")) == len(GROUPS) == source().count("{ .vag-compare }")


def test_every_table_sets_the_three_methods_side_by_side(page: BeautifulSoup) -> None:
    for table in page.select(".vag-compare table"):
        assert [text(head) for head in table.select("thead th")] == ["Question", *METHODS]


def test_no_question_and_no_caption_stands_twice(page: BeautifulSoup) -> None:
    for selector in (".vag-compare caption", ".vag-compare tbody th"):
        words = [text(element) for element in page.select(selector)]
        assert sorted(words) == sorted(set(words))


def test_every_row_has_an_anchor_of_its_own_that_no_heading_has(page: BeautifulSoup) -> None:
    ids = [row["id"] for row in page.select(".vag-compare tbody tr")]
    assert ids == [row[0] for row in rows_of_source()]
    headings = re.findall(r"\{ #([\w-]+) \}$", source(), re.MULTILINE)
    everything = [*ids, *headings, "comparison"]
    assert sorted(everything) == sorted(set(everything))


def test_every_cell_stands_on_a_fact_or_leads_to_what_does(page: BeautifulSoup) -> None:
    for cell in page.select(".vag-compare tbody td"):
        assert cell.select("a[data-fact], a[href*='.md']"), text(cell)


def test_most_cells_cite_a_fact(page: BeautifulSoup) -> None:
    rows = page.select(".vag-compare tbody tr")
    without = [row["id"] for row in rows if not all(cell.select("[data-fact]") for cell in row.select("td"))]
    assert set(without) <= {"fails-most", "channel"}


def test_a_method_that_differs_says_so(page: BeautifulSoup) -> None:
    for row in page.select(".vag-compare tbody tr"):
        assert len({str(cell) for cell in row.select("td")}) > 1, row["id"]


def test_what_is_unconfirmed_or_conflicting_says_so(page: BeautifulSoup, catalog: Catalog) -> None:
    seen = set()
    for link in page.select("[data-fact]"):
        confidence = catalog.fact(str(link["data-fact"])).confidence
        mark = link.find_next_sibling()
        marked = mark is not None and "vag-confidence" in mark.get("class", [])
        assert marked == (confidence in MARKS), link["data-fact"]
        if marked:
            assert text(mark) == MARKS[confidence]
            seen.add(confidence)
    assert seen == set(MARKS), "the page cites a fact of each kind, so that this test means something"


def test_no_cell_types_a_value_that_a_fact_holds(catalog: Catalog) -> None:
    pattern = guarded(catalog)
    words = [re.sub(r"\{\{.*?\}\}", "", cell) for row in rows_of_source() for cell in row]
    assert len(words) > 100
    assert [found[0] for cell in words for found in pattern.finditer(cell)] == []


@pytest.mark.slow
def test_a_changed_fact_changes_the_comparison_and_leaves_no_old_value(view: View) -> None:
    def shown(value: int) -> str:
        fact_id = "kms.threshold.windows_client"
        facts = tuple(f.model_copy(update={"value": value}) if f.id == fact_id else f for f in view.catalog.facts)
        changed = replace(view, page=PAGE, catalog=view.catalog.model_copy(update={"facts": facts}))
        row = soup(page_as_html(changed, PAGE)).select_one("#threshold")
        return text(row.select("td")[METHODS.index("KMS")])  # type: ignore[union-attr]

    assert "Windows clients 31," in shown(31)
    assert shown(31) == shown(25).replace("25", "31")


# The short answer


def expected_lines(records: DecisionTables) -> list[tuple[str, list[str]]]:
    """Worksheet lines that end in one of the three methods, each with the ids of its rules."""
    methods = {outcome.id: outcome.method for outcome in records.outcomes}
    lines = [
        (
            criterion.text,
            [
                rule.id
                for rule in records.tables[-1].rules
                if rule.criterion == criterion.id and methods[rule.gives] in ("mak", "kms", "adba")
            ],
        )
        for criterion in records.criteria
    ]
    return [(words, rules) for words, rules in lines if rules]


def test_the_short_answer_is_that_of_the_tables(page: BeautifulSoup, records: DecisionTables, view: View) -> None:
    shown = page.select_one("table").select("tbody tr")  # type: ignore[union-attr]
    lines = expected_lines(records)
    assert [text(row.th) for row in shown] == [words for words, _ in lines]
    last = records.tables[-1].id
    for row, (_, ids) in zip(shown, lines, strict=True):
        rules = [records.rule(last, rule_id) for rule_id in ids]
        take, why = row.select("td")
        outcomes = [records.outcome(rule.gives) for rule in rules]
        own = replace(view, page=PAGE)
        assert [(text(link), link["href"]) for link in take.select("a")] == [
            (o.name, own.href(o.page)) for o in outcomes
        ]
        assert all(rule.reason in text(why) for rule in rules)
        cited = [f for rule in rules for f in (*rule.facts, *rule.choice_facts)]
        assert [mark["data-fact"] for mark in why.select("[data-fact]")] == cited
        links = [link["href"] for link in why.select("a:not([data-fact])")]
        anchors = [
            f"tables.html#{kind}-{last}-{rule.id}"
            for rule in rules
            for kind in (["rule", "choice"] if rule.choice else ["rule"])
        ]
        assert links == anchors


def test_the_short_answer_says_where_the_guidance_leaves_a_choice(page: BeautifulSoup, records: DecisionTables) -> None:
    choices = [rule.choice for rule in records.tables[-1].rules if rule.choice]
    assert choices
    shown = text(page.select_one("table"))
    for choice in choices:
        assert f"A choice: {choice.partition('. ')[0]} (both sides)" in shown


@pytest.mark.slow
def test_every_rule_that_it_names_stands_on_the_page_of_tables(page: BeautifulSoup, view_of: ViewOf) -> None:
    tables = soup(render(view_of(page=TABLES), (DOCS / TABLES).read_text("utf-8")))
    for link in page.select("a[href^='tables.html#rule-'], a[href^='tables.html#choice-']"):
        assert tables.find(id=str(link["href"]).partition("#")[2])


def test_a_method_without_a_rule_is_not_offered(view: View, records: DecisionTables) -> None:
    outcomes = tuple(o.model_copy(update={"method": "avma"}) if o.method == "adba" else o for o in records.outcomes)
    catalog = view.catalog.model_copy(update={"decision_tables": records.model_copy(update={"outcomes": outcomes})})
    shown = soup(compare.quick_choice(replace(view, page=PAGE, catalog=catalog)))
    assert [text(row.th) for row in shown.select("tbody tr")] == [
        words for words, _ in expected_lines(catalog.decision_tables)
    ]
    assert "ADBA" not in [text(link) for link in shown.select("td a")]


def test_the_short_answer_comes_first_and_leads_on(page: BeautifulSoup) -> None:
    first = source().partition("{ #when }")[0]
    assert first.index("quick_choice()") < first.index("(index.md)") < first.index("(tables.md)")
    assert page.select_one("table").caption  # type: ignore[union-attr]


# The page on KMS keeps its anchor


def test_the_anchor_on_the_page_of_kms_leads_here() -> None:
    kms = (DOCS / "methods/kms.md").read_text("utf-8")
    part = kms.partition("{ #comparison }")[2].partition("\n## ")[0]
    assert "(../choose/compare.md)" in part
    assert "{{ cite(" in part
