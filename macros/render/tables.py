"""Markdown extension: a plain Markdown table becomes a table of this site, a part of a page folds, and a macro's block
in a list stays a block.

Rows, cells and headings get the roles and labels that keep it a table when a narrow screen stacks its cells, the first
cell of a row becomes its heading, and a wide table scrolls in a region of its own. As `components.table` draws it.

A paragraph that begins with `Table: ` right before the table is its caption; `{ .name }` at the end of that paragraph
is a class for the whole. `{ #name }` at the end of a row's first cell is the anchor of the row.

A paragraph that begins with `Fold: ` is the line that opens what follows it, up to the next heading or the next such
line. As `components.folded` draws it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any
from xml.etree import ElementTree

from markdown import Markdown  # type: ignore[import-untyped]
from markdown.extensions import Extension  # type: ignore[import-untyped]
from markdown.extensions.tables import TableProcessor  # type: ignore[import-untyped]
from markdown.postprocessors import Postprocessor  # type: ignore[import-untyped]
from markdown.treeprocessors import Treeprocessor  # type: ignore[import-untyped]

_CAPTION = "Table: "
_FOLD = "Fold: "
_AFTER_ATTRIBUTES = 4
"""Priority: behind `attr_list` (8), which reads what stands in braces."""
_AFTER_TABLES = 3
"""Priority: behind the tables, whose captions stand right before them."""
_AS_MARKDOWN = 75
"""Priority of the reader of tables in Markdown's own extension, whose place ours takes."""
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_STASHED = re.compile("\x02[^\x03]*\x03(para;)?")
"""A place that Markdown fills later, and the mark of a heading's own link."""
_SHOWN = 120
_LAST = 1
"""Priority behind all of Markdown's own, which put raw HTML back."""
_ALONE = re.compile(r"<p>(<div\b[^\n]*</div>)</p>")
# A strict build ends when something below this name warns.
_log = logging.getLogger("mkdocs.guide.tables")
Element = ElementTree.Element


class TableExtension(Extension):  # type: ignore[misc]
    """Draws Markdown tables as the site's own."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Called by Markdown once for a page."""
        md.registerExtension(self)
        md.treeprocessors.register(_Tables(md), "vag-tables", _AFTER_ATTRIBUTES)
        md.treeprocessors.register(_Folds(md), "vag-folds", _AFTER_TABLES)
        if "|" not in md.ESCAPED_CHARS:
            md.ESCAPED_CHARS.append("|")
        md.postprocessors.register(_Alone(md), "vag-alone", _LAST)
        md.parser.blockprocessors.register(_Rows(md.parser, {"use_align_attribute": False}), "table", _AS_MARKDOWN)


def makeExtension(**options: Any) -> TableExtension:  # noqa: N802
    """The extension, as Markdown finds it by the name of this module."""
    return TableExtension(**options)


class _Alone(Postprocessor):  # type: ignore[misc]
    """Takes a block that a macro made out of the paragraph that Markdown puts around it inside a list."""

    def run(self, text: str) -> str:
        """Called by Markdown with the HTML of a page."""
        return _ALONE.sub(r"\g<1>", text)


class _Rows(TableProcessor):  # type: ignore[misc]
    """Reads tables. Markdown fills a short row up and cuts a long one off without a word."""

    def _build_row(self, row: str, parent: Element, align: Sequence[str | None]) -> None:
        cells = len(self._split_row(row))
        if cells != len(align):
            _log.warning(
                "A row of a table has %d cells, and its heading has %d; write a bar inside a cell as &#124;: %s",
                cells,
                len(align),
                row.strip()[:_SHOWN],
            )
        super()._build_row(row, parent, align)


class _Tables(Treeprocessor):  # type: ignore[misc]
    def run(self, root: Element) -> None:
        heading, tables = "", 0
        for parent in [*root.iter()]:
            for child in [*parent]:
                if child.tag in _HEADINGS:
                    heading, tables = _words(child), 0
                # A table that a macro drew has its class, and is complete.
                if child.tag == "table" and not child.get("class"):
                    tables += 1
                    # Two regions of one page must not have one name.
                    _draw(parent, child, heading if tables == 1 else f"{heading}, table {tables}".removeprefix(", "))


class _Folds(Treeprocessor):  # type: ignore[misc]
    def run(self, root: Element) -> None:
        for parent in [*root.iter()]:
            for line in [child for child in parent if _is_fold(child)]:
                _fold(parent, line)


def _fold(parent: Element, line: Element) -> None:
    """Puts what follows a line into a part that the line opens."""
    place = [*parent].index(line)
    below = [*takewhile(lambda each: each.tag not in _HEADINGS and not _is_fold(each), parent[place + 1 :])]
    if not below:
        _log.warning("Nothing stands below a line that opens a part: %s", _words(line)[:_SHOWN])
    part = Element("details", {"class": "vag-details vag-details--folded"})
    summary = ElementTree.SubElement(part, "summary")
    summary.text = (line.text or "").removeprefix(_FOLD)
    summary.extend(line)
    part.extend(below)
    parent[place : place + 1 + len(below)] = [part]


def _is_fold(element: Element) -> bool:
    return element.tag == "p" and (element.text or "").startswith(_FOLD)


def _draw(parent: Element, table: Element, heading: str) -> None:
    """Puts a table in its region, below its caption; without one the heading above names the region."""
    place = [*parent].index(table)
    caption = _caption_of(parent[place - 1]) if place else None
    region = Element("div", {"class": "vag-table-wrap", "role": "region", "tabindex": "0"})
    region.set("aria-label", _words(caption) if caption is not None else heading or "Table")
    region.tail, table.tail = table.tail, None
    parent[place] = whole = region
    if caption is not None:
        named = parent[place - 1].get("class")
        parent.remove(parent[place - 1])
        if named:
            whole = Element("div", {"class": named})
            whole.tail, region.tail = region.tail, None
            whole.append(region)
            parent[place - 1] = whole
        table.insert(0, caption)
    region.append(table)
    _mark(table)


def _caption_of(before: Element) -> Element | None:
    """The caption in the paragraph before a table, if it is one."""
    if before.tag != "p" or not (before.text or "").startswith(_CAPTION):
        return None
    caption = Element("caption")
    caption.text = (before.text or "").removeprefix(_CAPTION)
    caption.extend(before)
    return caption


def _mark(table: Element) -> None:
    table.set("class", "vag-table")
    table.set("role", "table")
    heads = table.findall("thead/tr/th")
    labels = [_words(head) for head in heads]
    numeric = [_align(head) for head in heads]
    for part in ("thead", "tbody"):
        for group in table.findall(part):
            group.set("role", "rowgroup")
            for row in group.findall("tr"):
                row.set("role", "row")
    for head in heads:
        head.set("role", "columnheader")
        head.set("scope", "col")
    for row in table.findall("tbody/tr"):
        for index, cell in enumerate(row):
            _cell(row, cell, labels[index], numeric[index], is_first=not index)
    for head, is_numeric in zip(heads, numeric, strict=True):
        if is_numeric:
            head.set("class", "vag-num")


def _cell(row: Element, cell: Element, label: str, is_numeric: bool, *, is_first: bool) -> None:
    _align(cell)
    if is_first:
        cell.tag = "th"
        cell.set("scope", "row")
        if anchor := cell.attrib.pop("id", None):
            row.set("id", anchor)
    cell.set("role", "rowheader" if is_first else "cell")
    if is_numeric:
        cell.set("class", "vag-num")
    cell.set("data-label", label)


def _align(cell: Element) -> bool:
    """Whether a cell is aligned to the right, as numbers are; a style in the page would break the policy."""
    return "right" in (cell.attrib.pop("style", "") + cell.attrib.pop("align", ""))


def _words(element: Element) -> str:
    return " ".join(_STASHED.sub("", "".join(element.itertext())).split())
