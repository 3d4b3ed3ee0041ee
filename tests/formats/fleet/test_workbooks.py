"""Workbooks of spreadsheets: what a sheet shows is read, and hostile ones cost no more than others."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

import pytest

from macros.catalog.models import Catalog
from macros.formats.fleet import workbooks
from macros.formats.fleet.sink import RULES
from macros.formats.fleet.tables import MOST_LINE
from tests.formats.fleet.test_files import HEAD, read, said, zipped
from tests.workbooks import Cells, book, shared, sheet

LABELS = [*HEAD.split(","), "CollectedAt"]
KMS = ["Windows(R), Enterprise edition", "Windows(R) Operating System, VOLUME_KMSCLIENT channel", 1, "2YT43", 255000]
FIRST = 46_350
"""A day as spreadsheets keep it: 2026-11-24."""


def row(name: str, day: str | float = FIRST + 0.25) -> Cells:
    return [name, *KMS, day]


def made(*rows: Cells, properties: str = "") -> bytes:
    lines, strings = shared([LABELS, *rows])
    return book({"Licenses": sheet(lines)}, strings, properties)


def inline(*cells: str) -> str:
    """A row whose cells stand as they are."""
    return f"<row>{''.join(cells)}</row>"


def texts(*values: str) -> list[str]:
    return [f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>' for value in values]


NAMES = inline(*texts(*LABELS))
GOOD = inline(*texts("PC9", *map(str, KMS), "2026-11-24"))

BOOKS: Mapping[str, tuple[bytes, int, str]] = {
    "a workbook": (made(row("PC1"), row("PC2", "2026-11-24T06:00:00Z")), 2, ""),
    "days from 1904": (made(row("PC1", FIRST - 1462), properties='<workbookPr date1904="1"/>'), 1, ""),
    "texts in the cells": (book({"a": sheet(NAMES + GOOD)}), 1, ""),
    "texts of several runs": (
        book({"a": sheet(NAMES + inline('<c t="s"><v>0</v></c>', *texts("Windows", "VOLUME_MAK", "1", "ABCDE", "0")))},
             "<si><r><t>PC</t></r><r><t>1</t></r><rPh sb='0' eb='1'><t>no</t></rPh></si>"), 1, "",
    ),
    "formulas with what they came to": (
        book({"a": sheet(NAMES + inline('<c t="str"><f>"PC"&amp;1</f><v>PC1</v></c>', *texts("Windows", "", "1")))}),
        1, "",
    ),
    "truths, errors and days in words": (
        book({"a": sheet(NAMES + inline(*texts("PC1", "Windows", "VOLUME_MAK"), '<c t="b"><v>1</v></c>',
                                        '<c t="e"><v>#N/A</v></c>', "<c><v>2.55E5</v></c>",
                                        '<c t="d"><v>2026-11-24T06:12:00</v></c>'))}), 1, "",
    ),
    "a title above, and a note beside": (
        book({"a": sheet(inline(*texts("Our licenses")) + NAMES + GOOD), "note": sheet(inline(*texts("read me")))}),
        1, "file-unknown",
    ),
    "cells out of their order": (
        book({"a": sheet(f'{NAMES}<row r="7"><c r="D7"><v>1</v></c><c r="B7" t="str"><v>Windows</v></c>'
                         '<c r="A7" t="str"><v>PC1</v></c></row>')}), 1, "",
    ),
    "a formula that nobody worked out": (
        book({"a": sheet(NAMES + inline('<c t="str"><f>A1</f></c>', *texts("Windows", "", "1")) + GOOD)}),
        1, "row-nobody",
    ),
    "a cell too much": (made([*row("PC1"), "more"], row("PC2")), 1, "row-width"),
    "a name of two lines": (made(row("PC\n1"), row("PC2")), 1, "row-lines"),
    "an endless text": (made(row("x" * MOST_LINE), row("PC2")), 1, "row-long"),
    "a row far away": (
        book({"a": sheet(f'{NAMES}{GOOD}<row r="999999999"><c r="ZZZ1"><v>1</v></c>{"".join(texts("PC1"))}</row>')}), 1,
        "",
    ),
    "a string that is not there": (
        book({"a": sheet(NAMES + GOOD + inline('<c t="s"><v>5</v></c>'))}), 1, "file-book",
    ),
    "a string below all others": (
        book({"a": sheet(NAMES + inline('<c t="s"><v>-1</v></c>'))}, ["x"]), 0, "file-book",
    ),
    "a sheet that stops": (book({"a": sheet(NAMES + GOOD + GOOD)[:-60]}), 1, "file-book"),
    "a sheet with entities": (
        book({"a": f'<!DOCTYPE x [<!ENTITY a "{"a" * 99}">]>{sheet(NAMES + GOOD)}'}), 0, "file-book",
    ),
    "strings with entities": (
        book({"a": sheet(NAMES)}, '<!DOCTYPE sst [<!ENTITY a "aaaa">]><si><t>&a;</t></si>'), 0, "file-book",
    ),
    "no sheet": (book({}), 0, "file-empty"),
    "empty sheets": (book({"a": sheet(""), "b": sheet("<row/><row><c/></row>")}), 0, "file-empty"),
    "a head and no row": (book({"a": sheet(NAMES)}), 0, "file-no-rows"),
    "a table of something else": (book({"a": sheet(inline(*texts("Name", "Size")))}), 0, "file-unknown"),
    "a list of sheets and no sheet": (
        zipped({"xl/workbook.xml": "<workbook/>", "xl/_rels/workbook.xml.rels": "<Relationships/>"}), 0, "file-empty",
    ),
    "no relations": (zipped({"xl/workbook.xml": "<workbook/>"}), 0, "file-book"),
    "a binary workbook": (zipped({"xl/workbook.bin": b"\0"}), 0, "file-workbook"),
    "a workbook of OpenDocument": (zipped({"mimetype": "x", "content.xml": "<a/>"}), 0, "file-workbook"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_is_read_and_what_is_not_is_named(name: str, catalog: Catalog) -> None:
    data, rows, rule = BOOKS[name]
    told = read(catalog, data, "fleet.xlsx")
    words = [one.reason for one in told.files if one.reason] + [why for _, _, why in told.left]
    assert len(told.rows) == rows == sum(one.rows for one in told.files)
    assert [why for why in words if not (rule and why.startswith(said_start(rule)))] == []
    assert bool(words) == bool(rule)


def said_start(rule: str) -> str:
    return RULES[rule].message.partition("{")[0]


def test_what_a_cell_shows_is_what_csv_would_have(catalog: Catalog) -> None:
    told = read(catalog, BOOKS["a workbook"][0], "fleet.xlsx")
    assert [one.file for one in told.files] == ["fleet.xlsx/Licenses"]
    assert told.files[0].form == "workbook"
    assert told.column(catalog, "computer") == ["PC1", "PC2"]
    assert told.column(catalog, "status") == ["1", "1"]
    assert told.column(catalog, "minutes") == ["255000", "255000"]
    assert told.column(catalog, "collected") == ["2026-11-24T06:00:00", "2026-11-24T06:00:00Z"]
    odd = read(catalog, BOOKS["truths, errors and days in words"][0])
    assert [odd.column(catalog, name)[0] for name in ("status", "partial_key", "minutes", "collected")] == [
        "True", "#N/A", "255000", "2026-11-24T06:12:00",
    ]  # fmt: skip
    late = read(catalog, BOOKS["days from 1904"][0])
    assert late.column(catalog, "collected") == ["2026-11-24T00:00:00"]
    assert read(catalog, BOOKS["texts of several runs"][0]).column(catalog, "computer") == ["PC1"]


def test_the_line_of_a_row_is_its_number_in_the_sheet(catalog: Catalog) -> None:
    told = read(catalog, made(row("PC1"), row(" "), row("PC2")), "fleet.xlsx")
    assert told.left == [("fleet.xlsx/Licenses", 3, said("row-nobody"))]


def test_no_key_in_the_name_of_a_sheet_is_repeated(catalog: Catalog) -> None:
    key = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])
    told = read(catalog, book({key: sheet(NAMES)}), "fleet.xlsx")
    assert "BCDFG" not in str(told.files)


def test_a_locked_workbook_says_so(catalog: Catalog) -> None:
    data = bytearray(made(row("PC1")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert [one.reason for one in read(catalog, bytes(data), "a.xlsx").files] == [said("file-locked")]


BOMBS = {
    "very many cells in a row": sheet(NAMES + GOOD + f"<row>{'<c/>' * 150_000}</row>"),
    "very many elements that say nothing": sheet(NAMES + GOOD + "<mergeCell/>" * 150_000),
    "a tag that never ends": sheet(NAMES + GOOD)[:-24] + f'<row a="{"x" * 5_000_000}',
    "a text without end": sheet(NAMES + GOOD + f'<row><c t="str"><v>{"x" * 5_000_000}</v></c></row>'),
    "far away columns": sheet(NAMES + GOOD + '<row><c r="XFD1"><v>1</v></c></row>' * 5_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_memory_does_not_grow_with_a_hostile_sheet(name: str, catalog: Catalog) -> None:
    data = book({"a": BOMBS[name]})
    read(catalog, made(row("PC1")))
    tracemalloc.start()
    told = read(catalog, data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.column(catalog, "computer") == ["PC9"]
    assert most < 12_000_000


def test_strings_and_lists_beyond_their_bounds_are_refused(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    for bound in ("MOST_STRINGS", "MOST_LIST"):
        with monkeypatch.context() as patch:
            patch.setattr(workbooks, bound, 10)
            assert [one.reason for one in read(catalog, made(row("PC1"))).files] == [said("file-book")]


def test_a_sheet_that_many_names_lead_to_is_read_once(catalog: Catalog) -> None:
    with zipfile.ZipFile(io.BytesIO(made(row("PC1")))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    again = b'<sheet name="again" r:id="rId1"/></sheets>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", 50 * again[:-9] + again[-9:])
    assert len(read(catalog, zipped(parts)).rows) == 1
