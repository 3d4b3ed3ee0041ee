"""What a page shows of a fact where it is cited: its record and citations, in a file of data for each family.

The record is drawn once, here. The script of the panel gets it as a tree, because text never becomes markup there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lxml import html

from macros.catalog.models import Fact, Source
from macros.render.parts.html import join
from macros.render.parts.places import fact_place, family_file, family_page
from macros.render.parts.script_data import data_file
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .facts import confidence_word, record

PROOF = Template("proof", "record", "text", "markdown", "address", "link")
_CITE = Words.beside(
    __file__,
    "citation",
    "text statement doubt sources day address",
    "markdown statement doubt sources day id address",
)
ADDRESS = "{address}"
"""Where the script puts the address of the fact as the reader's browser has it."""

Tree = str | list[Any]
"""A text, or an element: its name, its attributes, and what is inside."""


def proof_files(view: View) -> dict[str, bytes]:
    """The file of each family by its path in the site."""
    return {
        family_file(family.id): data_file({f"vag-facts-{family.id}": _proofs(view, family.id)})
        for family in view.catalog.fact_families
    }


def _proofs(view: View, family_id: str) -> Mapping[str, Any]:
    """By the id of a fact: what the panel shows, and the pages it comes from. Links are those of the family's page."""
    there = replace(view, page=family_page(family_id))
    return {
        fact.id: [tree(_panel(there, fact)), [origin(there.catalog.source(name)) for name in fact.sources]]
        for fact in view.catalog.facts_of(view.catalog.family(family_id))
    }


def _panel(view: View, fact: Fact) -> str:
    return PROOF(
        record=join(record(view, fact)),
        text=cited(view, fact),
        markdown=cited_in_markdown(view, fact),
        address=ADDRESS,
        link=view.href(fact_place(view.catalog, fact.id)),
    )


def cited(view: View, fact: Fact) -> str:
    """A citation as text: statement, doubt, all pages with their dates, the day of the check, the address."""
    pages = "; ".join(", ".join(filter(None, origin(view.catalog.source(name)))) for name in fact.sources)
    return _CITE.plain(
        "text", statement=fact.statement, doubt=_doubt(fact), sources=pages, day=fact.verified_on, address=ADDRESS
    )


def cited_in_markdown(view: View, fact: Fact) -> str:
    """The same as Markdown, with links."""
    pages = "; ".join(_linked(view.catalog.source(name)) for name in fact.sources)
    return _CITE.plain(
        "markdown",
        statement=fact.statement,
        doubt=_doubt(fact),
        sources=pages,
        day=fact.verified_on,
        id=fact.id,
        address=ADDRESS,
    )


def _doubt(fact: Fact) -> str:
    return "" if fact.confidence == "documented" else f"{confidence_word(fact.confidence).lower()}; "


def origin(source: Source) -> list[str]:
    """Title, date on the page (empty when it has none) and address."""
    return [f"“{source.title}”", str(source.page_date or ""), str(source.url)]


def _linked(source: Source) -> str:
    title = source.title.replace("[", r"\[").replace("]", r"\]")
    return f"[{title}](<{source.url}>)" + (f", {source.page_date}" if source.page_date else "")


def tree(text: str) -> list[Tree]:
    """HTML as texts and elements: `["a", {"href": "…"}, "text"]`."""
    return [*_inside(html.fragment_fromstring(text, create_parent="div"))]


def _inside(element: html.HtmlElement) -> Iterator[Tree]:
    if element.text:
        yield element.text
    for child in element:
        yield [child.tag, dict(child.attrib), *_inside(child)]
        if child.tail:
            yield child.tail
