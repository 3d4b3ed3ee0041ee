from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.models import Catalog
from macros.catalog.reviews import reviews
from macros.render.parts.html import Html
from macros.render.parts.view import View
from macros.render.reference import facts, proof
from tests.parsing import as_built


def parsed(html: Html) -> BeautifulSoup:
    assert "\n" not in html, "a macro's output is one line"
    return as_built(html)


def text(element: Tag | None) -> str:
    assert element is not None
    return re.sub(r"\s+", " ", element.get_text()).strip()


def only_fact(view: View, **changes: Any) -> View:
    """A view whose catalog holds a changed copy of kms.validity and no other fact."""
    changed = view.catalog.fact("kms.validity").model_copy(update=changes)
    return replace(view, catalog=view.catalog.model_copy(update={"facts": (changed,)}))


def leaves(value: Any) -> Iterator[Any]:
    """Every single value, however deep it lies."""
    if isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


@pytest.fixture(scope="module")
def register(view: View) -> dict[str, Tag]:
    """The rows of the facts register by their anchors."""
    pages = [parsed(facts.facts_register(view, family.id)) for family in view.catalog.fact_families]
    anchors = [element["id"] for page in pages for element in page.find_all(id=True)]
    assert len(anchors) == len(set(anchors))
    return {str(element["id"]): element for page in pages for element in page.select(".vag-register__row")}


def row(page: BeautifulSoup, anchor: str) -> Tag:
    found = page.find_all(id=anchor)
    assert len(found) == 1, anchor
    return found[0]


def detail(element: Tag, term: str) -> Tag:
    name = next(dt for dt in element.find_all("dt") if text(dt) == term)
    found = name.find_next_sibling("dd")
    assert isinstance(found, Tag)
    return found


@pytest.mark.slow
def test_there_are_as_many_rows_as_facts(register: dict[str, Tag], catalog: Catalog) -> None:
    assert sorted(register) == sorted(fact.id for fact in catalog.facts)


@pytest.mark.slow
def test_a_row_shows_statement_value_and_verified_date_of_its_fact(register: dict[str, Tag], catalog: Catalog) -> None:
    for fact in catalog.facts:
        element = register[fact.id]
        assert text(element.select_one(".vag-register__title")) == re.sub(r"\s+", " ", fact.statement)
        assert text(detail(element, "Verified")).startswith(str(fact.verified_on))
        assert str(fact.review_by) in text(detail(element, "Verified"))
        shown = text(element.select_one(".vag-register__value"))
        for leaf in leaves(fact.value):
            if leaf is not None:
                assert spelled(leaf) in shown.replace(",", "") or re.sub(r"\s+", " ", spelled(leaf)) in shown, fact.id
        if fact.notes:
            assert re.sub(r"\s+", " ", fact.notes) in text(element)


def test_a_row_links_exactly_the_sources_of_its_fact_with_their_dates(
    register: dict[str, Tag], catalog: Catalog
) -> None:
    for fact in catalog.facts:
        cell = detail(register[fact.id], "Sources")
        sources = [catalog.source(name) for name in fact.sources]
        assert [link["href"] for link in cell.find_all("a")] == [str(source.url) for source in sources]
        for source in sources:
            assert (f"({source.page_date})" if source.page_date else "(undated)") in text(cell)


def test_a_fact_that_is_not_simply_documented_says_so_with_the_reason(
    register: dict[str, Tag], catalog: Catalog
) -> None:
    for fact in catalog.facts:
        word, meaning = facts.CONFIDENCE.list(fact.confidence)
        element = register[fact.id]
        assert f", {word.lower()};" in text(detail(element, "Verified"))
        assert (meaning in text(element)) == (fact.confidence != "documented"), fact.id
    assert any(fact.confidence == "unconfirmed" for fact in catalog.facts)


def test_a_fact_on_which_pages_disagree_leads_to_the_conflict(register: dict[str, Tag], catalog: Catalog) -> None:
    for conflict in catalog.conflicts:
        for fact_id in conflict.facts:
            links = [link["href"] for link in detail(register[fact_id], "Conflict").find_all("a")]
            assert any(link.endswith(f"conflicts.html#{conflict.id}") for link in links)


def test_both_readings_stand_where_pages_disagree_about_a_fact(register: dict[str, Tag], catalog: Catalog) -> None:
    for conflict in catalog.conflicts:
        for fact_id in conflict.facts:
            said = text(detail(register[fact_id], "Conflict"))
            for side in (conflict.a, conflict.b):
                is_said = re.sub(r"\s+", " ", side.text) in re.sub(r"\s+", " ", text(register[fact_id]))
                assert is_said == (fact_id not in conflict.settled), (conflict.id, fact_id)
            assert ("We compute with" in said) == (fact_id not in conflict.settled)


def test_a_record_names_the_file_to_edit(register: dict[str, Tag], catalog: Catalog) -> None:
    for fact in catalog.facts:
        assert text(detail(register[fact.id], "Edit in")) == f"macros/data/{fact.file}"


# Citations


def flat(trees: list[Any]) -> str:
    """All text of trees, as a page shows it."""
    return "".join(one if isinstance(one, str) else flat(one[2:]) for one in trees)


def elements(trees: list[Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for one in trees:
        if not isinstance(one, str):
            yield one[0], one[1]
            yield from elements(one[2:])


def proofs(view: View, family_id: str) -> dict[str, Any]:
    """What the file of a family gives the script."""
    begin = f"(window.vagFiles??={{}})[{json.dumps(f'vag-facts-{family_id}')}]="
    script = proof.proof_files(view)[f"assets/data/facts/{family_id}.js"].decode()
    assert script.startswith(begin)
    found: dict[str, Any] = json.loads(ast.literal_eval(script.removeprefix(begin).removesuffix(";")))
    return found


@pytest.mark.slow
def test_the_panel_shows_the_record_and_offers_what_to_cite(view: View, catalog: Catalog) -> None:
    seen = []
    for family in catalog.fact_families:
        for fact_id, (trees, pages) in proofs(view, family.id).items():
            fact, shown = catalog.fact(fact_id), " ".join(flat(trees).split())
            seen.append(fact_id)
            assert " ".join(fact.statement.split()) in shown
            assert f"macros/data/{fact.file}" in shown
            sources = [catalog.source(name) for name in fact.sources]
            assert pages == [[f"“{one.title}”", str(one.page_date or ""), str(one.url)] for one in sources]
            as_text, as_markdown, address = [
                attributes["data-vag-copied"] for _, attributes in elements(trees) if "data-vag-copied" in attributes
            ]
            assert address == "{address}"
            for cited in (as_text, as_markdown):
                for part in (
                    fact.statement,
                    f"verified {fact.verified_on}",
                    "{address}",
                    *(str(one.url) for one in sources),
                ):
                    assert part in cited, fact_id
                for one in sources:
                    assert one.page_date is None or str(one.page_date) in cited
                doubt = facts.confidence_word(fact.confidence).lower()
                assert (f"({doubt}; " in cited) == (fact.confidence != "documented"), fact_id
            links = [attributes["href"] for name, attributes in elements(trees) if name == "a"]
            assert f"{family.id}.html#{fact_id}" in links
    assert sorted(seen) == sorted(fact.id for fact in catalog.facts)


def test_a_tree_holds_texts_elements_and_attributes() -> None:
    found = proof.tree('a<a href="x#y" class="z">b <code>c&amp;d</code></a> e<br>f')
    assert found == ["a", ["a", {"href": "x#y", "class": "z"}, "b ", ["code", {}, "c&d"]], " e", ["br", {}], "f"]


def test_the_register_does_not_count_as_a_page_that_uses_facts(view: View) -> None:
    assert "data-fact" not in facts.facts_register(view, "adba")
    assert "data-fact" not in facts.facts_index(view)
    assert "data-fact" not in facts.review_list(view)


@pytest.mark.slow
def test_the_index_has_a_line_for_every_fact_that_leads_to_its_record(view_of: Any, catalog: Catalog) -> None:
    page = parsed(facts.facts_index(view_of(page="reference/facts.md")))
    lines = page.select("tbody tr")
    assert sorted(str(line["id"]) for line in lines) == sorted(fact.id for fact in catalog.facts)
    for line in lines:
        fact = catalog.fact(str(line["id"]))
        link = line.find("a")
        assert text(link) == re.sub(r"\s+", " ", fact.statement)
        assert link["href"] == f"facts/{catalog.family_of(fact.id).id}.html#{fact.id}"
    box = page.select_one("[data-vag-filter]")
    assert box is not None
    assert page.find(id=box["data-vag-filter"]).select("tbody tr") == lines


def test_the_families_are_listed_with_the_number_of_their_facts(view: View, catalog: Catalog) -> None:
    rows = parsed(facts.fact_families(view)).select("tbody tr")
    assert [text(row.find("a")) for row in rows] == [family.title for family in catalog.fact_families]
    assert sum(int(text(row.find_all("td")[-1])) for row in rows) == len(catalog.facts)


def test_a_family_that_the_data_lacks_is_an_error_that_names_the_nearest(view: View) -> None:
    with pytest.raises(LookupError, match=r"kms-counts"):
        facts.facts_register(view, "kms-count")


def test_hostile_text_in_a_fact_comes_out_as_text(view: View) -> None:
    hostile = '<script>alert(1)</script> **bold** [link](x) `code` " onclick="x'
    bad = only_fact(view, statement=hostile, notes=hostile, value=hostile, unit=None)
    for html in (facts.facts_register(bad, "kms-renewal"), facts.facts_index(bad), facts.review_list(bad, limit=500)):
        page = parsed(html)
        assert not page.find_all("script")
        assert not page.find_all(attrs={"onclick": True})
        assert hostile in text(page.find("body"))
        for raw in ("**bold**", "](x)", "`code`"):
            assert raw not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (180, "days", "180 days"),
        (10080, "minutes", "10,080 minutes (7 days)"),
        (120, "minutes", "120 minutes (2 hours)"),
        (90, "minutes", "90 minutes"),
        (1, "hosts", "1 host"),
        (0, "computers", "0 computers"),
        (1688, "tcp-port", "TCP 1688"),
        (True, None, "validity: yes"),
        (False, None, "validity: no"),
        (None, None, "No value for calculations"),
        (["a", "b"], None, "a, b"),
        ({"default": 120, "min": 15}, "minutes", "default: 120 minutes (2 hours); smallest: 15 minutes"),
        ({"state": "licensed", "days": 180}, "days", "state: licensed; 180 days"),
        ({"first": 1, "second": None}, None, "first: 1"),
        ({"global": {"hosts": ["x", "y"]}}, None, "global: hosts: x, y"),
    ],
)
def test_a_value_reads_as_words(view: View, value: Any, unit: str | None, shown: str) -> None:
    page = parsed(facts.facts_register(only_fact(view, value=value, unit=unit), "kms-renewal"))
    assert text(row(page, "kms.validity").select_one(".vag-register__value")) == shown


def test_what_a_reader_types_is_shown_as_code(register: dict[str, Tag]) -> None:
    for fact_id in ("kms.port_test", "kms.dns_test", "reg.office.path", "kms.dns.srv_name"):
        assert register[fact_id].select_one(".vag-register__value code") is not None, fact_id


def test_the_legend_counts_every_fact_once(view: View, catalog: Catalog) -> None:
    page = parsed(facts.confidence_legend(view))
    counts = {
        element["id"]: int(text(element.find_all("td")[-1])) for element in page.select("tbody tr") if element.get("id")
    }
    assert counts == {
        f"confidence-{name}": sum(fact.confidence == name for fact in catalog.facts) for name in facts.CONFIDENCE
    }
    assert sum(counts.values()) == len(catalog.facts)


@pytest.mark.slow
def test_the_summary_counts_reviews_that_are_overdue(view_of: Any, catalog: Catalog) -> None:
    days = [one.review_by for one in reviews(catalog)]
    first, later = days[0], next(day for day in days if days.index(day) > 1)
    assert "no review is overdue" in facts.facts_summary(view_of(today=first))
    for last in (first, later):
        late = sum(day <= last for day in days)
        said = f"{late} review{' is' if late == 1 else 's are'} overdue"
        summary = parsed(facts.facts_summary(view_of(today=last + timedelta(days=1))))
        for template in summary.select("template"):
            template.decompose()
        assert said in text(summary)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-1, "! 1 day left"),
        (0, "! due today"),
        (1, "Overdue by 1 day"),
        (-30, "! 30 days left"),
        (-31, "✓ 31 days left"),
    ],
)
def test_the_review_list_says_how_long_is_left(view_of: Any, catalog: Catalog, days: int, state: str) -> None:
    due = reviews(catalog)[0].review_by
    page = parsed(facts.review_list(view_of(today=due + timedelta(days=days)), limit=1))
    assert state in text(page.select_one("tbody tr"))


def test_the_review_list_is_in_the_order_of_the_dates(view: View, catalog: Catalog) -> None:
    page = parsed(facts.review_list(view, limit=25))
    shown = [text(element.find("th")).split()[0] for element in page.select("tbody tr")]
    assert shown == [str(one.review_by) for one in reviews(catalog)[:25]]


@pytest.mark.slow
def test_the_review_list_leads_to_facts_and_support_dates_and_names_files(view_of: Any, catalog: Catalog) -> None:
    page = parsed(facts.review_list(view_of(page="contributing/facts.md"), limit=10_000))
    rows = [element.find_all(["th", "td"])[1] for element in page.select("tbody tr")]
    assert len(rows) == len(catalog.facts) + len(catalog.lifecycle) + len(catalog.file_reviews)
    links = {text(cell.find("code")): cell.find("a") for cell in rows}
    assert links["kms.port"]["href"] == "../reference/facts/kms-network.html#kms.port"
    assert links["ws2025"]["href"] == "../plan/lifecycle.html#ws2025"
    assert links["client-keys.yaml"] is None
