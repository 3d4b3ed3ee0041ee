from __future__ import annotations

import markdown
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from macros.render.parts.components import Column, code_block, status, table
from macros.render.parts.html import Html, escape, join, tag

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'single' _vlmcs._tcp *bold* `code` [link](x) {{ x }} :smile: \\ ~~a~~"

PRINTABLE = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1)


def in_markdown(html: str, before: str = "", after: str = "") -> BeautifulSoup:
    extensions = ["md_in_html", "attr_list", "admonition", "pymdownx.superfences", "pymdownx.tabbed"]
    return BeautifulSoup(markdown.markdown(before + html + after, extensions=extensions), "html5lib")


@pytest.mark.slow
@given(PRINTABLE)
def test_escaped_text_comes_back_unchanged_through_markdown(text: str) -> None:
    found = in_markdown(tag("span", "x", text, "x"), "Before ", " after.").find("span")
    assert found is not None
    assert " ".join(found.get_text().split()) == " ".join(f"x{text}x".split())


def test_hostile_text_stays_text() -> None:
    found = in_markdown(tag("p", HOSTILE))
    assert found.find("script") is None
    assert found.find("p").get_text() == HOSTILE


def test_hostile_text_in_an_attribute_stays_in_it() -> None:
    found = in_markdown(tag("a", "x", href="#", title=HOSTILE), "Before ").find("a")
    assert found["title"] == HOSTILE


def test_output_is_one_line() -> None:
    assert "\n" not in tag("pre", "a\nb\r\nc")
    assert BeautifulSoup(tag("pre", "a\nb\r\nc"), "html5lib").pre.get_text() == "a\nb\nc"


def test_html_is_not_escaped_twice() -> None:
    assert escape(Html("<b>x</b>")) == "<b>x</b>"
    assert join([tag("b", "&"), " & "]) == "<b>&amp;</b> &amp; "


def test_attributes_are_left_out_set_alone_or_renamed() -> None:
    assert tag("input", disabled=True, hidden=False, title=None, class_="a", aria_label="b") == (
        '<input disabled class="a" aria-label="b">'
    )


@pytest.mark.parametrize("indent", ["", "    "])
def test_a_table_survives_in_an_admonition(indent: str) -> None:
    before = "!!! note\n\n" if indent else ""
    html = table("Caption", ["Name", Column("Count", numeric=True)], [("a", 1), ("b", 2)])
    found = in_markdown(f"{indent}{html}\n", before)
    assert [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in found.find_all("tr")] == [
        ["Name", "Count"],
        ["a", "1"],
        ["b", "2"],
    ]


def test_a_table_says_what_it_is_and_labels_its_cells() -> None:
    found = BeautifulSoup(table("Hosts", ["Name", "State"], [("kms1", "ok")], row_ids=["r1"]), "html5lib")
    assert found.find("caption").get_text() == "Hosts"
    assert found.find("tr", id="r1").find("td")["data-label"] == "State"
    assert found.find("th", attrs={"scope": "row"}).get_text() == "kms1"


def test_a_row_with_too_few_cells_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        table("Hosts", ["Name", "State"], [("kms1",)])


def test_a_status_carries_a_word_and_a_glyph() -> None:
    found = BeautifulSoup(status("bad", "short by 6"), "html5lib").find("span")
    assert found.find(attrs={"aria-hidden": "true"}).get_text() == "✕"
    assert "short by 6" in found.get_text()


def test_code_keeps_every_character() -> None:
    text = '<Configuration>\n  <Add Channel="x"/>\n</Configuration>\n'
    assert BeautifulSoup(code_block(text, "xml"), "html5lib").code.get_text() == text
