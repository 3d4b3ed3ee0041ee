"""The onboarding set as Markdown, with the sources of each fact as footnotes: one file, or one for each page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from macros.catalog.models import Catalog
from macros.catalog.strict_yaml import DataError, Problem, nearest
from macros.render.parts.places import fact_place
from macros.render.parts.words import Words
from macros.render.reference.proof import origin

from .edition import Edition
from .markdown import Notes, as_markdown
from .pages import Page, pages_in, place_of
from .parts import SHOWN, parts
from .sheet import spot_id

INDEX = "README.md"
_HEADING_ID = re.compile(r'<h[1-4]\b[^>]* id="([^"]+)"')
_WORDS = Words.beside(
    __file__,
    "handbook",
    "title",
    "made version day organization replace",
    "contents",
    "record address",
    "named id",
    "away address",
    "nowhere",
)


@dataclass(frozen=True)
class _Handbook:
    """What each page of it looks at."""

    catalog: Catalog
    pages: Mapping[str, Page]
    """The pages of the handbook by source path, in their order."""
    address: str
    """Where the site is found; empty when nobody said."""
    is_one_file: bool

    def lead(self, page: Page, href: str) -> str | None:
        """Where a link of a page leads to in the handbook: to a page of it, to the site, or to the web."""
        place = place_of(href, page.path)
        if place.address:
            return place.address
        source = f"{place.path.removesuffix('.html')}.md"
        if source in self.pages:
            heading = place.anchor if place.anchor in _headings(self.pages[source]) else ""
            file = "" if self.is_one_file else f"{spot_id(source)}.md"
            return file + (f"#{self.named(source, heading)}" if heading or self.is_one_file else "")
        anchor = f"#{place.anchor}" if place.anchor else ""
        return urljoin(self.address, place.path) + anchor if self.address else None

    def named(self, source: str, heading: str) -> str:
        """The anchor of a heading of a page, by its id; of the page without one."""
        if not self.is_one_file:
            return heading
        return f"{spot_id(source)}--{heading}" if heading else spot_id(source)

    def text(self, page: Page, notes: Notes) -> str:
        """A page, without its footnotes."""
        return as_markdown(
            page.tree(), notes, lambda href: self.lead(page, href), lambda own: self.named(page.source, own)
        )

    def footnotes(self, notes: Notes) -> Iterator[str]:
        """The footnotes: the pages of each fact, and its record."""
        for fact, number in notes.cited:
            place = fact_place(self.catalog, fact).replace(".md#", ".html#")
            at = urljoin(self.address, place) if self.address else ""
            record = _WORDS.plain("record", address=at) if at else _WORDS.plain("named", id=fact)
            yield footnote(self.catalog, fact, number, record)


def _headings(page: Page) -> Collection[str]:
    """The ids of the headings of a page."""
    return {*_HEADING_ID.findall(page.text)}


def footnote(catalog: Catalog, fact: str, number: int, record: str) -> str:
    """The footnote of a fact: its pages with their dates, and where its record is."""
    sources = [catalog.source(name) for name in catalog.fact(fact).sources]
    cited = [(title, day, f"<{address}>") for title, day, address in map(origin, sources)]
    pages = [", ".join(filter(None, one)) for one in cited]
    return f"[^{number}]: {'; '.join(pages)}. {record}"


def handbook_file(catalog: Catalog, edition: Edition, built: Mapping[str, bytes], address: str = "") -> str:
    """The handbook as one file. `built` are the files of the site, `address` is where it is found, if that is known.

    Raises DataError when the site lacks a page of it.
    """
    book = _Handbook(catalog, _chosen(built), address, is_one_file=True)
    notes = Notes()
    contents = [f"- [{page.title}](#{spot_id(source)})" for source, page in book.pages.items()]
    texts = [f'<a id="{spot_id(source)}"></a>\n\n{book.text(page, notes)}' for source, page in book.pages.items()]
    return _joined([_begin(edition, address), "\n".join(contents), *texts, "\n".join(book.footnotes(notes))])


def handbook_files(
    catalog: Catalog, edition: Edition, built: Mapping[str, bytes], address: str = ""
) -> dict[str, bytes]:
    """The handbook as a file for each page, by name, and one that lists them. Raises DataError as `handbook_file`."""
    book = _Handbook(catalog, _chosen(built), address, is_one_file=False)
    contents = [
        f"{at}. [{page.title}]({spot_id(source)}.md)" for at, (source, page) in enumerate(book.pages.items(), 1)
    ]
    made = {INDEX: _joined([_begin(edition, address), "\n".join(contents)])}
    for source, page in book.pages.items():
        notes = Notes()
        text = book.text(page, notes)
        made[f"{spot_id(source)}.md"] = _joined([text, "\n".join(book.footnotes(notes))])
    return {name: text.encode() for name, text in made.items()}


def handbook_path(edition: Edition) -> str:
    """Where a published site has the handbook."""
    return f"downloads/{edition.name}-handbook.md"


def _begin(edition: Edition, address: str) -> str:
    said = _WORDS.plain(
        "made",
        version=edition.version,
        day=edition.day,
        organization=edition.organization,
        replace=edition.replace,
    )
    where = _WORDS.plain("away", address=address) if address else _WORDS["nowhere"]
    return f"# {_WORDS['title']}\n\n{said} {where}\n\n{_WORDS['contents']}"


def _chosen(built: Mapping[str, bytes]) -> Mapping[str, Page]:
    pages = pages_in(built)
    wanted = parts().handbook
    if wrong := [path for path in wanted if path not in pages]:
        raise DataError(
            Problem(SHOWN, None, "handbook", f'"{path}" is no page of the site.{nearest(path, pages)}')
            for path in wrong
        )
    return {path: pages[path] for path in wanted}


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
