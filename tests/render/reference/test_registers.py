from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.models import Catalog, Fact
from macros.render.parts.html import Html
from macros.render.parts.view import View
from macros.render.reference import registers
from macros.render.reference.rows import command_anchor
from tests.parsing import as_built


def parsed(html: Html) -> BeautifulSoup:
    assert "\n" not in html, "a macro's output is one line"
    return as_built(html)


def text(element: Tag | None) -> str:
    assert element is not None
    return re.sub(r"\s+", " ", element.get_text()).strip()


def row(page: BeautifulSoup, anchor: str) -> Tag:
    found = page.find_all(id=anchor)
    assert len(found) == 1, anchor
    return found[0]


# Claims


def test_every_claim_shows_its_verdict_first_then_itself_and_what_is_correct(view: View, catalog: Catalog) -> None:
    page = parsed(registers.claims_list(view))
    assert len(page.select(".vag-register__row")) == len(catalog.claims) == 9
    for claim in catalog.claims:
        element = row(page, claim.id)
        verdict = text(element.find("p"))
        for item in claim.verdicts:
            assert item.verdict in verdict.lower()
            assert item.scope is None or f"for {item.scope}" in verdict
        assert ("incomplete" in verdict) == claim.incomplete
        assert text(element.find("blockquote")) == re.sub(r"\s+", " ", claim.claim)
        assert re.sub(r"\s+", " ", claim.correct) in text(element)
        links = {link["href"] for link in element.find_all("a")}
        assert {str(catalog.source(name).url) for name in claim.sources} <= links
        assert {f"../reference/conflicts.html#{name}" for name in claim.conflicts} <= {
            "../" + link if link.startswith("reference/") else link for link in links
        }
        assert {element["data-fact"] for element in element.select("[data-fact]")} == set(claim.facts)


def test_the_summary_of_claims_leads_to_each_claim(view: View, catalog: Catalog) -> None:
    page = parsed(registers.claims_summary(view))
    assert [link["href"] for link in page.select("tbody a")] == [
        f"reference/claims.html#{c.id}" for c in catalog.claims
    ]


# Conflicts


def part(element: Tag, label: str) -> Tag:
    """The paragraph that starts with a label."""
    return next(p for p in element.find_all("p") if text(p).startswith(f"{label}:"))


def test_every_conflict_shows_both_readings_with_their_pages_and_why(view: View, catalog: Catalog) -> None:
    page = parsed(registers.conflicts_list(view))
    words = {"a": "the first reading", "b": "the second reading", "neither": "neither"}
    for conflict in catalog.conflicts:
        element = row(page, conflict.id)
        for term, reading in (("First reading", conflict.a), ("Second reading", conflict.b)):
            cell = part(element, term)
            assert re.sub(r"\s+", " ", reading.text) in text(cell)
            assert [link["href"] for link in cell.find_all("a")] == [
                str(catalog.source(name).url) for name in reading.sources
            ]
        assert text(part(element, "We compute with")).endswith(f": {words[conflict.computed_with]}")
        assert re.sub(r"\s+", " ", conflict.reason) in text(element)
        assert ("Explained" if conflict.closed else "Open") in text(element.find("p"))
        assert {link["data-fact"] for link in element.select("[data-fact]")} == set(conflict.facts)


def test_a_side_without_a_readable_page_says_so(view: View, catalog: Catalog) -> None:
    page = parsed(registers.conflicts_list(view))
    silent = [conflict for conflict in catalog.conflicts if not conflict.b.sources]
    assert silent
    for conflict in silent:
        assert "no page that we could read" in text(part(row(page, conflict.id), "Second reading"))


# Commands


def test_the_tables_hold_every_option_once_at_an_anchor_of_its_own(view: View, catalog: Catalog) -> None:
    rows = [
        element
        for tool in ("slmgr", "ospp")
        for element in parsed(registers.commands_table(view, tool)).select("tbody tr")
    ]
    assert len(rows) == len(catalog.commands) == 80
    assert len({element["id"] for element in rows}) == 80
    by_anchor = {element["id"]: element for element in rows}
    for item in catalog.commands:
        element = by_anchor[command_anchor(item)]
        assert text(element.find("th")).startswith(item.option)
        assert item.meaning in text(element)
        for limit in item.range or ():
            assert f"{limit:,}" in text(element)
        for registry_value in item.registry_values:
            assert registry_value in text(element)
        assert ("Removed" in text(element.find_all("td")[0])) == item.deprecated


def test_rights_are_words(view: View, catalog: Catalog) -> None:
    words = {"yes": "Elevated prompt", "no": "Any user", "mixed": "Depends", "unspecified": "Not stated"}
    for tool in ("slmgr", "ospp"):
        page = parsed(registers.commands_table(view, tool))
        for item in (item for item in catalog.commands if item.tool == tool):
            rights = text(row(page, command_anchor(item)).find_all("td")[1])
            assert rights.startswith(words[item.elevated])
            assert item.elevated_detail is None or item.elevated_detail in rights


def test_the_categories_of_a_tool_make_up_its_table(view: View, catalog: Catalog) -> None:
    for tool in ("slmgr", "ospp"):
        categories = dict.fromkeys(item.category for item in catalog.commands if item.tool == tool)
        parts = [parsed(registers.commands_table(view, tool, name)) for name in categories]
        shown = [element["id"] for part in parts for element in part.select("tbody tr")]
        assert shown == [command_anchor(item) for item in catalog.commands if item.tool == tool]


@pytest.mark.parametrize(("tool", "category"), [("slmgr", "kms"), ("slmgrr", None), ("ospp", "adba")])
def test_an_unknown_tool_or_category_is_an_error(view: View, tool: str, category: str | None) -> None:
    with pytest.raises(LookupError, match="slmgr global"):
        registers.commands_table(view, tool, category)


# Glossary and sources


def test_the_glossary_holds_every_term_with_its_facts(view: View, catalog: Catalog) -> None:
    page = parsed(registers.glossary_list(view))
    assert len(catalog.glossary) >= 30
    terms = [item.term.lower() for item in catalog.glossary]
    assert terms == sorted(terms)
    for item in catalog.glossary:
        element = row(page, registers.term_anchor(item.term))
        assert text(element.find("dt")).startswith(item.term)
        assert re.sub(r"\s+", " ", item.meaning) in text(element)
        assert all(other in text(element.find("dt")) for other in item.also)
        assert {mark["data-fact"] for mark in element.select("[data-fact]")} == set(item.facts)


def test_the_glossary_has_the_words_that_the_site_uses(catalog: Catalog) -> None:
    known = {name for item in catalog.glossary for name in (item.term, *item.also)}
    assert {
        "KMS host", "KMS client", "CSVLK", "GVLK", "MAK", "ADBA", "Activation object", "Activation threshold",
        "Current count", "CMID", "Activation validity interval", "Renewal interval", "Activation interval",
        "Out-of-tolerance", "Notification", "VAMT", "AVMA", "ODT", "Fact", "Provenance", "Fleet", "Group", "Worksheet",
        "Finding", "Sample", "Negative twin", "LTSC", "SPLA", "Grace", "Rearm",
    } <= known  # fmt: skip


@pytest.mark.slow
def test_the_table_of_sources_counts_the_facts_that_cite_each(view: View, catalog: Catalog) -> None:
    rows = parsed(registers.sources_table(view)).select("tbody tr")
    shown = {text(element.find("th")): int(text(element.find_all("td")[-1])) for element in rows}
    assert shown == {item.id: sum(item.id in fact.sources for fact in catalog.facts) for item in catalog.sources}


# The wording of the data

EDITORS_SHORTHAND = re.compile(
    r"\b(it_\w+|ws_\w+|sa_\w+|of_\w+|az_\w+)\b|\bUse the (first|latter)\b|\bDo not (compute|validate)\b|\bRemove\b \"|"
    r"\bstate the doubt\b|\bcompile date\b|->|\blooks like outdated\b|^(a|b);|\bmust not add\b|Cite \w+ first"
)
BRITISH = re.compile(
    r"\b(licence|organisation|synchroni[s]e|centre|behaviour|colour|catalogue|recognise|authorise)", re.I
)


def sentences(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for fact in catalog.facts:
        yield fact.id, fact.statement
        yield fact.id, fact.notes or ""
    for conflict in catalog.conflicts:
        yield conflict.id, conflict.reason
    for claim in catalog.claims:
        yield claim.id, claim.correct
        yield claim.id, claim.remarks or ""
    for code in catalog.error_codes:
        for words in (code.summary, *code.causes, *code.resolution, *code.cautions, *code.advice, code.notes or ""):
            yield code.code, words
    for item in catalog.commands:
        yield item.option, item.meaning
        yield item.option, item.notes or ""


def test_texts_for_readers_hold_no_remarks_to_the_editor(catalog: Catalog) -> None:
    assert [(name, words) for name, words in sentences(catalog) if EDITORS_SHORTHAND.search(words)] == []


def test_texts_for_readers_are_in_us_english(catalog: Catalog) -> None:
    assert [(name, words) for name, words in sentences(catalog) if BRITISH.search(words)] == []


def test_a_statement_is_a_sentence(catalog: Catalog) -> None:
    def wrong(fact: Fact) -> bool:
        return not fact.statement.endswith((".", ")")) or not fact.statement[0].isalnum()

    assert [fact.id for fact in catalog.facts if wrong(fact)] == []


def test_reviews_are_set_after_the_day_of_reading(catalog: Catalog) -> None:
    assert all(date(2026, 1, 1) < fact.verified_on < fact.review_by for fact in catalog.facts)
