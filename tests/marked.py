"""A page as Markdown makes it of its source, with the macros called."""

from __future__ import annotations

from dataclasses import replace

from markdown import markdown  # type: ignore[import-untyped]

from macros.render.parts.view import View
from macros.render.registry import render
from tests.built import ROOT

EXTENSIONS = ["tables", "attr_list", "md_in_html", "macros.render.tables"]


def as_html(text: str) -> str:
    """Markdown as the site reads it, as far as tables go."""
    return str(markdown(text, extensions=EXTENSIONS))


def page_as_html(view: View, page: str) -> str:
    """A page of the site by its path below docs/."""
    source = (ROOT / "docs" / page).read_text("utf-8")
    return as_html(render(replace(view, page=page), source))


def table_rows(source: str) -> list[list[str]]:
    """The rows of all Markdown tables of a source, cell by cell, without their headings."""
    found: list[list[str]] = []
    lines = source.splitlines()
    for number, line in enumerate(lines):
        is_heading = number + 1 < len(lines) and lines[number + 1].startswith("|---")
        if line.startswith("| ") and not is_heading:
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found
