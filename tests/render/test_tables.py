"""Plain Markdown tables: roles, labels, captions, anchors, and rows that are complete."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import markdown  # type: ignore[import-untyped]

from macros.render.parts.citations import cite
from macros.render.parts.components import Column, folded
from macros.render.parts.components import table as drawn
from macros.render.parts.html import tag
from macros.render.parts.view import View
from tests.built import ROOT
from tests.marked import as_html, page_as_html

TABLE = """
Table: Ports of KMS
{ .vag-compare }

| Port | From and to | Computers |
|---|---|--:|
| TCP { #tcp } | clients | 25 |
| `a &#124; b` | hosts | 5 |
"""


def table(source: str) -> Tag:
    found = BeautifulSoup(as_html(source), "html5lib").table
    assert found is not None
    return found


def attributes(root: Tag) -> list[tuple[str, dict[str, object]]]:
    return [(each.name, dict(each.attrs)) for each in [root, *root.find_all(True)]]


def test_a_markdown_table_is_the_table_that_macros_draw() -> None:
    columns = ["Port", "From and to", Column("Computers", numeric=True)]
    rows = [["TCP", "clients", "25"], ["UDP", "hosts", "5"]]
    by_macro = BeautifulSoup(drawn("Ports of KMS", columns, rows, ["tcp"]), "html5lib").div
    assert by_macro is not None
    by_editor = table(TABLE.replace("`a &#124; b`", "UDP")).parent
    assert by_editor is not None
    assert attributes(by_editor) == attributes(by_macro)
    assert by_editor.get_text(" ", strip=True) == by_macro.get_text(" ", strip=True)


def test_a_caption_names_the_region_and_its_class_the_whole() -> None:
    region = table(TABLE).parent
    assert region is not None
    assert region["aria-label"] == "Ports of KMS"
    assert region.parent is not None
    assert region.parent["class"] == ["vag-compare"]
    assert "Table:" not in as_html(TABLE)


def test_an_anchor_stands_on_the_row() -> None:
    assert [row.get("id") for row in table(TABLE).select("tbody tr")] == ["tcp", None]
    assert table(TABLE).select("th[id]") == []


def test_a_table_without_a_caption_is_named_by_the_heading_above() -> None:
    found = table("## Where it goes { #where }\n\n| A | B |\n|---|---|\n| 1 | 2 |\n")
    assert found.caption is None
    assert found.parent is not None
    assert found.parent["aria-label"] == "Where it goes"


def test_two_tables_below_one_heading_have_two_names() -> None:
    one = "| A | B |\n|---|---|\n| a | b |\n"
    page = BeautifulSoup(as_html(f"## Ports\n\n{one}\nThen:\n\n{one}\n## Hosts\n\n{one}"), "lxml")
    assert [each["aria-label"] for each in page.select("[role=region]")] == ["Ports", "Ports, table 2", "Hosts"]


def test_a_paragraph_before_a_table_that_is_no_caption_stays() -> None:
    assert "<p>Ports follow.</p>" in as_html("Ports follow.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n")


def test_a_table_of_a_macro_inside_markdown_stays_as_it_is(view: View) -> None:
    own = drawn("Own", ["A", "B"], [["1", "2"]])
    page = BeautifulSoup(as_html(f"<section markdown>\n\n## H\n\n{own}\n\n</section>"), "html5lib")
    assert len(page.select(".vag-table-wrap")) == 1
    assert page.select_one(".vag-table-wrap")["aria-label"] == "Own"  # type: ignore[index]


def test_no_style_attribute_is_left() -> None:
    assert "style=" not in as_html(TABLE)
    assert "align=" not in as_html(TABLE)


@pytest.mark.parametrize("row", ["| one |", "| one | two | three |"])
def test_a_row_of_another_length_is_warned_of(row: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "mkdocs"):
        as_html(f"| A | B |\n|---|---|\n{row}\n")
    assert f"has {row.count('|') - 1} cells, and its heading has 2" in caplog.text


def test_a_citation_with_a_bar_in_its_statement_breaks_no_row(view: View, caplog: pytest.LogCaptureFixture) -> None:
    fact = view.catalog.fact("kms.vpn").model_copy(update={"statement": "this | that"})
    facts = tuple(fact if one.id == fact.id else one for one in view.catalog.facts)
    barred = replace(view, catalog=view.catalog.model_copy(update={"facts": facts}))
    found = table(f"| A | B |\n|---|---|\n| one | {cite(barred, 'kms.vpn')} |\n")
    assert caplog.text == ""
    assert found.select_one("a")["title"] == "this | that"  # type: ignore[index]


@pytest.mark.parametrize("page", ["methods/mak.md", "methods/kms.md", "methods/adba.md"])
def test_every_answer_whether_a_method_fits_stands_on_a_fact(page: str, view: View) -> None:
    found = BeautifulSoup(page_as_html(view, page), "html5lib")
    rows = [row for row in found.select("tbody tr") if row.select("td:nth-of-type(1) > .vag-status")]
    answers = [row for row in rows if [head["data-label"] for head in row.select("th")] == ["Situation"]]
    assert len(answers) > 4
    for row in answers:
        assert row.select("td:last-child [data-fact]"), row.get_text()


def test_no_page_holds_a_table_as_python_lists() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        assert '[["' not in page.read_text("utf-8").replace(" ", "").replace("\n", ""), page


def test_without_the_extension_a_page_is_still_a_table() -> None:
    assert "<table>" in markdown(TABLE, extensions=["tables"])


FOLDS = """
## Keys { #keys }

One key covers all.

Fold: Every key, with *its* products

| Key | Products |
|---|---|
| 2025 | all |

- a rule

### Older keys { #older }

Fold: The list

Text.

Fold: The rest

More text.
"""


def test_a_line_folds_what_follows_up_to_the_next_heading_or_line() -> None:
    page = BeautifulSoup(as_html(FOLDS), "lxml")
    parts = page.select("details")
    assert [part.summary.get_text() for part in parts] == ["Every key, with its products", "The list", "The rest"]
    assert [part.get_text("|", strip=True).partition("|")[2] for part in parts[1:]] == ["Text.", "More text."]
    assert parts[0].select_one("summary em")
    assert parts[0].select_one(".vag-table-wrap")
    assert parts[0].li
    assert page.select("details :is(h2, h3)") == []
    assert page.select("#keys + p")[0].get_text() == "One key covers all."
    assert "Fold:" not in page.get_text()


def test_a_folded_part_is_the_one_that_macros_draw() -> None:
    by_macro = BeautifulSoup(folded("The list", tag("p", "Text.")), "html5lib").details
    by_editor = BeautifulSoup(as_html("Fold: The list\n\nText.\n"), "html5lib").details
    assert by_macro is not None
    assert by_editor is not None
    assert attributes(by_editor) == attributes(by_macro)


def test_a_block_ends_what_a_line_in_it_folds() -> None:
    page = BeautifulSoup(as_html("## A\n\n<div markdown>\n\nFold: In it\n\none\n\n</div>\n\ntwo\n"), "lxml")
    assert page.details is not None
    assert page.details.get_text(" ", strip=True) == "In it one"


def test_a_line_that_folds_nothing_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    as_html("## A\n\nFold: Nothing\n\n## B\n")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "Nothing stands below a line that opens a part: Fold: Nothing" in caplog.text
