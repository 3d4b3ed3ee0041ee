"""The editions for paper: pages of the site as one document with contents, chapters, numbered links and sources."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.catalog.models import Catalog, Source
from macros.render.parts.words import Words

from .edition import Edition
from .pages import Element, Page, inside, pages_in, styles_in
from .parts import Paper, Parts, chapters_of, parts
from .sheet import Linking, Spot, ids_in, link, source_id, spot_id, stripped
from .sources import Sources

FOLDER = "print"
STYLE = f"{FOLDER}/paper.css"
_TEMPLATES = Path(__file__).with_name("templates")
_WORDS = Words.beside(
    __file__,
    "paper",
    "guide",
    "version version day organization",
    "old replace",
    "marks",
    "numbers",
    "away",
    "contents",
    "sources",
    "retrieved",
    "dated day",
)
_CHAPTER_LEVEL, _ALONE = 2, 1
"""How much lower the headings of pages stand below a chapter, and where the document is one chapter."""


@dataclass(frozen=True)
class _Section:
    """A page in the document."""

    id: str
    number: str
    title: str
    content: Markup


@dataclass(frozen=True)
class _Chapter:
    id: str
    number: str
    title: str
    sections: Sequence[_Section]


def paper_files(
    catalog: Catalog, edition: Edition, built: Mapping[str, bytes], listed: Sequence[str], settings: Parts | None = None
) -> dict[str, bytes]:
    """The editions for paper by path in the site, with their style. `built` are the files of the site.

    `listed` are the pages of the navigation in its order. Raises DataError for a site whose pages no chapter has.
    """
    chosen = settings or parts()
    pages = pages_in(built)
    site = _Site(
        catalog,
        chosen,
        pages,
        chapters_of(chosen, pages, listed),
        [posixpath.relpath(path, FOLDER) for path in (*styles_in(built), STYLE)],
    )
    made = {paper_path(name): _document(edition, paper, site).encode() for name, paper in chosen.papers.items()}
    return made | {STYLE: _filled("paper.css", line=_line(edition)).encode()}


def paper_path(name: str) -> str:
    """Where an edition stands in the site, by its name in parts.yaml."""
    return f"{FOLDER}/{name}.html"


def asked_for(built: Mapping[str, bytes], made: Mapping[str, bytes], page: str) -> dict[str, bytes]:
    """A page of the editions and the files that it asks for, by path in the site."""
    files = {**built, **made}
    return {path: files[path] for path in (page, STYLE, *styles_in(built))}


def _line(edition: Edition) -> str:
    """What stands at the foot of each sheet."""
    return f"{_WORDS['guide']} {edition.version}, {edition.day}"


@dataclass(frozen=True)
class _Site:
    """What every edition is made from."""

    catalog: Catalog
    settings: Parts
    pages: Mapping[str, Page]
    chapters: Mapping[str, Sequence[str]]
    styles: Sequence[str]


def _document(edition: Edition, paper: Paper, site: _Site) -> str:
    pages = site.pages
    is_alone = len(paper.chapters) == 1
    numbered = [*_numbered(paper, site.chapters)]
    spots = {pages[source].path: spot for _, _, own in numbered for source, spot in own}
    shift = _ALONE if is_alone else _CHAPTER_LEVEL
    trees = {source: stripped(pages[source], spot, shift) for _, _, own in numbered for source, spot in own}
    titles = {source: pages[source].title for source in trees}
    known = {*ids_in(trees.values())}
    sources = Sources(site.catalog)
    linking = Linking(spots, known, sources, {page.path for page in pages.values()})
    made = [
        _Chapter(
            f"chapter-{name}",
            number,
            site.settings.chapters[name].title,
            [_section(trees[source], pages[source], spot, titles[source], linking) for source, spot in own],
        )
        for name, number, own in numbered
    ]
    notes = ["marks", "numbers", *(["away"] if _leaves_out(made) else [])]
    return _filled(
        "paper.html",
        guide=_WORDS["guide"],
        paper=paper,
        chapters=made,
        is_alone=is_alone,
        styles=site.styles,
        about=[
            _WORDS.plain("version", version=edition.version, day=edition.day, organization=edition.organization),
            _WORDS.plain("old", replace=edition.replace),
            *(_WORDS[name] for name in notes),
        ],
        contents=_WORDS["contents"],
        sources_title=_WORDS["sources"],
        sources=[(source_id(number), source, _dated(source)) for number, source in sources.cited],
    )


def _leaves_out(chapters: Collection[_Chapter]) -> bool:
    return any("vag-paper-away" in section.content for chapter in chapters for section in chapter.sections)


def _numbered(
    paper: Paper, chapters: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, Sequence[tuple[str, Spot]]]]:
    """The chapters of an edition with their numbers, each with its pages and where these stand."""
    is_alone = len(paper.chapters) == 1
    for chapter, name in enumerate(paper.chapters, start=1):
        before = "" if is_alone else f"{chapter}."
        own = [(source, Spot(spot_id(source), f"{before}{place}")) for place, source in zip(count(1), chapters[name])]
        yield name, "" if is_alone else str(chapter), own


def _section(root: Element, page: Page, spot: Spot, title: str, linking: Linking) -> _Section:
    link(root, page, linking)
    return _Section(spot.id, spot.number, title, Markup(inside(root)))


def _dated(source: Source) -> str:
    return _WORDS.plain("dated", day=source.page_date) if source.page_date else _WORDS["retrieved"]


def _filled(name: str, **slots: Any) -> str:
    return _environment().get_template(name).render(**slots)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
