from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.models import Catalog, Fact
from macros.catalog.reviews import reviews
from macros.render.parts.html import Html
from macros.render.parts.view import View
from macros.render.reference import registers
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
    page = parsed(registers.facts_register(view))
    anchors = [element["id"] for element in page.find_all(id=True)]
    assert len(anchors) == len(set(anchors))
    return {str(element["id"]): element for element in page.select(".vag-register__row")}


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
    assert list(register) == [fact.id for fact in catalog.facts]


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
        word, meaning = registers.CONFIDENCE.list(fact.confidence)
        element = register[fact.id]
        assert f", {word.lower()};" in text(detail(element, "Verified"))
        assert (meaning in text(element)) == (fact.confidence != "documented"), fact.id
    assert any(fact.confidence == "unconfirmed" for fact in catalog.facts)


def test_a_fact_on_which_pages_disagree_leads_to_the_conflict(register: dict[str, Tag], catalog: Catalog) -> None:
    for conflict in catalog.conflicts:
        for fact_id in conflict.facts:
            links = [link["href"] for link in detail(register[fact_id], "Conflict").find_all("a")]
            assert any(link.endswith(f"conflicts.html#{conflict.id}") for link in links)


def test_a_row_holds_what_a_citation_is_put_together_from(register: dict[str, Tag], catalog: Catalog) -> None:
    """The script reads the statement, the first source with its date, the day and the confidence from the row."""
    for fact in catalog.facts:
        element, record = register[fact.id], catalog.source(fact.sources[0])
        parent = element.parent
        assert parent is not None
        assert parent.has_attr("data-vag-cite")
        assert element.select_one(".vag-cite-this") is not None
        source = element.select_one(".vag-source")
        assert source is not None
        assert (text(source), source["href"]) == (record.title, str(record.url))
        assert str(source.next_sibling).startswith(f" ({record.page_date or 'undated'})")
        day, confidence, review = re.split("[,;] ", text(detail(element, "Verified")))
        assert day == str(fact.verified_on)
        assert confidence == registers.confidence_word(fact.confidence).lower()
        assert review == f"next review by {fact.review_by}"


def test_the_register_does_not_count_as_a_page_that_uses_facts(view: View) -> None:
    assert "data-fact" not in registers.facts_register(view)
    assert "data-fact" not in registers.review_list(view)


@pytest.mark.slow
def test_the_areas_make_up_the_whole_register(view: View, register: dict[str, Tag], catalog: Catalog) -> None:
    areas = list(dict.fromkeys(fact.area for fact in catalog.facts))
    parts = [parsed(registers.facts_register(view, area)) for area in areas]
    ids = [element["id"] for part in parts for element in part.select(".vag-register__row")]
    assert sorted(ids) == sorted(register)
    box = parsed(registers.facts_filter(view)).select_one("[data-vag-filter]")
    assert box is not None
    lists = {element["id"] for part in parts for element in part.select(".vag-register")}
    assert set(str(box["data-vag-filter"]).split()) == lists


def test_an_area_without_facts_is_an_error_that_names_the_areas(view: View) -> None:
    with pytest.raises(LookupError, match=r"areas: .*kms"):
        registers.facts_register(view, "kmz")


def test_hostile_text_in_a_fact_comes_out_as_text(view: View) -> None:
    hostile = '<script>alert(1)</script> **bold** [link](x) `code` " onclick="x'
    bad = only_fact(view, statement=hostile, notes=hostile, value=hostile, unit=None)
    for html in (registers.facts_register(bad, "kms"), registers.review_list(bad, limit=500)):
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
        (None, None, "No value to compute with"),
        (["a", "b"], None, "a, b"),
        ({"default": 120, "min": 15}, "minutes", "default: 120 minutes (2 hours); smallest: 15 minutes"),
        ({"state": "licensed", "days": 180}, "days", "state: licensed; 180 days"),
        ({"first": 1, "second": None}, None, "first: 1"),
        ({"global": {"hosts": ["x", "y"]}}, None, "global: hosts: x, y"),
    ],
)
def test_a_value_reads_as_words(view: View, value: Any, unit: str | None, shown: str) -> None:
    page = parsed(registers.facts_register(only_fact(view, value=value, unit=unit), "kms"))
    assert text(row(page, "kms.validity").select_one(".vag-register__value")) == shown


def test_what_a_reader_types_is_shown_as_code(register: dict[str, Tag]) -> None:
    for fact_id in ("kms.port_test", "kms.dns_test", "reg.office.path", "kms.dns.srv_name"):
        assert register[fact_id].select_one(".vag-register__value code") is not None, fact_id


def test_the_legend_counts_every_fact_once(view: View, catalog: Catalog) -> None:
    page = parsed(registers.confidence_legend(view))
    counts = {
        element["id"]: int(text(element.find_all("td")[-1])) for element in page.select("tbody tr") if element.get("id")
    }
    assert counts == {
        f"confidence-{name}": sum(fact.confidence == name for fact in catalog.facts) for name in registers.CONFIDENCE
    }
    assert sum(counts.values()) == len(catalog.facts)


@pytest.mark.slow
def test_the_summary_counts_reviews_that_are_overdue(view_of: Any, catalog: Catalog) -> None:
    days = [one.review_by for one in reviews(catalog)]
    first, later = days[0], next(day for day in days if days.index(day) > 1)
    assert "no review is overdue" in registers.facts_summary(view_of(today=first))
    for last in (first, later):
        late = sum(day <= last for day in days)
        said = f"{late} review{' is' if late == 1 else 's are'} overdue"
        summary = parsed(registers.facts_summary(view_of(today=last + timedelta(days=1))))
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
    page = parsed(registers.review_list(view_of(today=due + timedelta(days=days)), limit=1))
    assert state in text(page.select_one("tbody tr"))


def test_the_review_list_is_in_the_order_of_the_dates(view: View, catalog: Catalog) -> None:
    page = parsed(registers.review_list(view, limit=25))
    shown = [text(element.find("th")).split()[0] for element in page.select("tbody tr")]
    assert shown == [str(one.review_by) for one in reviews(catalog)[:25]]


@pytest.mark.slow
def test_the_review_list_leads_to_facts_and_support_dates_and_names_files(view_of: Any, catalog: Catalog) -> None:
    page = parsed(registers.review_list(view_of(page="contributing/facts.md"), limit=10_000))
    rows = [element.find_all(["th", "td"])[1] for element in page.select("tbody tr")]
    assert len(rows) == len(catalog.facts) + len(catalog.lifecycle) + len(catalog.file_reviews)
    links = {text(cell.find("code")): cell.find("a") for cell in rows}
    assert links["kms.port"]["href"] == "../reference/facts.html#kms.port"
    assert links["ws2025"]["href"] == "../plan/lifecycle.html#ws2025"
    assert links["client-keys.yaml"] is None


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
        assert "no page that could be read" in text(part(row(page, conflict.id), "Second reading"))


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
        element = by_anchor[registers.command_anchor(item)]
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
            rights = text(row(page, registers.command_anchor(item)).find_all("td")[1])
            assert rights.startswith(words[item.elevated])
            assert item.elevated_detail is None or item.elevated_detail in rights


def test_the_categories_of_a_tool_make_up_its_table(view: View, catalog: Catalog) -> None:
    for tool in ("slmgr", "ospp"):
        categories = dict.fromkeys(item.category for item in catalog.commands if item.tool == tool)
        parts = [parsed(registers.commands_table(view, tool, name)) for name in categories]
        shown = [element["id"] for part in parts for element in part.select("tbody tr")]
        assert shown == [registers.command_anchor(item) for item in catalog.commands if item.tool == tool]


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
