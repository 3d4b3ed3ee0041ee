"""What a search looks through: an entry for each heading of a page, and for each row of a register.

Entries are read from the pages as readers get them, whatever turned the Markdown into HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache

from lxml import etree, html

from macros.catalog.models import SearchKind

PLUMBING = frozenset(
    {"headerlink", "vag-cites", "vag-cite-this", "vag-hidden", "vag-register__meta", "vag-source", "vag-status__glyph"}
)
"""Classes of what stands beside the words of a page: marks, sources, and what says them to screen readers."""
OF_ROWS = "vag-list"
"""Class of what a register says of a row beside its words: sources, days, the pages that show it."""
EXCLUDED = "data-vag-unsearched"
_HEADINGS = frozenset({"h1", "h2", "h3"})
_UNSEEN = frozenset({"script", "style", "template", "caption", "thead", "svg", "select", "textarea", "button"})
_INLINE = frozenset(
    "a abbr b code em i kbd mark s small span strong sub sup time u wbr".split()  # noqa: SIM905
)
_BLANKS = re.compile(r"\s+")
_COMMAND = 30
"""Words of code that people search for; a longer one is a file, which its page describes. Our choice."""
_EXCERPT = 170
"""Characters of an entry that a result shows. Our choice: two lines."""


@dataclass
class Entry:
    """What one result of a search leads to."""

    address: str
    """From the root of the site, with the anchor."""
    page: str
    """Title of the page, as its heading has it."""
    kind: SearchKind
    title: str = ""
    text: str = ""
    around: str = ""
    """What the page is called in the navigation, and the heading above: words that it is found by too."""
    is_row: bool = False
    """Whether it is one of many of its kind on the page, and a result of its own."""
    _texts: list[str] = field(default_factory=list, repr=False)

    def close(self) -> Entry:
        """The entry with its words joined."""
        self.text = _joined(self._texts)
        return self

    @property
    def excerpt(self) -> str:
        """The beginning of the text, up to a word."""
        if len(self.text) <= _EXCERPT:
            return self.text
        return f"{self.text[:_EXCERPT].rpartition(' ')[0]} …"


def entries(pages: Mapping[str, str], names: Mapping[str, str], kinds: Iterable[SearchKind]) -> list[Entry]:
    """Entries of all pages, in their order; `pages` has the HTML of each article by its address, and `names` what the
    navigation calls it.

    The first of the kinds whose pattern fits an address is that of the page; a page that none fits has no entry.
    """
    known = tuple(kinds)
    found = []
    for address, article in pages.items():
        kind = next((one for one in known if any(fnmatchcase(address, pattern) for pattern in one.pages)), None)
        if kind:
            found += _of_page(address, article, names.get(address, ""), kind)
    return found


@lru_cache(maxsize=4096)
def _of_page(address: str, article: str, name: str, kind: SearchKind) -> list[Entry]:
    """Kept: while the site is served, most pages are those of the build before."""
    reader = _Reader(address, name, kind)
    reader.read(html.fragment_fromstring(article, create_parent="div"))
    return [entry.close() for entry in reader.found if entry.title]


class _Reader:
    """Walks over a page and puts its words into the entry to which they belong."""

    def __init__(self, address: str, name: str, kind: SearchKind) -> None:
        self.address, self.name, self.kind = address, name, kind
        self.found: list[Entry] = []
        self.page = ""
        self.section = ""
        """The last heading of the second level."""
        self.now: Entry | None = None

    def read(self, element: etree._Element) -> None:
        """Read an element and all in it."""
        self.say(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self.child(child)
            self.say(child.tail)

    def child(self, element: etree._Element) -> None:
        is_block = element.tag not in _INLINE
        if is_block:
            self.say(" ")
        if element.tag in _HEADINGS and element.get("id"):
            self.heading(element)
        elif not _is_unseen(element) and not (self.now and self.now.is_row and OF_ROWS in _classes(element)):
            if element.get("id") and _is_row(element):
                self.row(element)
            else:
                self.read(element)
        if is_block:
            self.say(" ")

    def heading(self, element: etree._Element) -> None:
        """What follows belongs to it; to nothing, when the search is to leave it out."""
        title = _text(element)
        self.page = self.page or title
        self.now = None
        if element.tag == "h2":
            self.section = ""
        if EXCLUDED not in element.attrib:
            self.begin("" if element.tag == "h1" else f"#{element.get('id')}", title)
        if element.tag == "h2":
            self.section = title

    def begin(self, anchor: str, title: str, is_row: bool = False) -> None:
        """What is said from now on belongs to a new entry."""
        around = f"{self.page} {self.name} {self.section}"
        self.now = Entry(f"{self.address}{anchor}", self.page, self.kind, title, around=around, is_row=is_row)
        self.found.append(self.now)

    def row(self, element: etree._Element) -> None:
        """A row is an entry of its own, named by its first cells or its first paragraph."""
        parts = [*element]
        around, names = self.now, parts[: self.kind.named_by]
        if around is None or not names:
            return
        self.begin(f"#{element.get('id')}", ", ".join(_text(name) for name in names), is_row=True)
        for child in parts[len(names) :]:
            if isinstance(child.tag, str):
                self.child(child)
        self.now = around

    def say(self, text: str | None) -> None:
        if text and self.now:
            self.now._texts.append(text)


def _is_row(element: etree._Element) -> bool:
    classes = _classes(element)
    return element.tag == "tr" or "vag-register__row" in classes or element.get("id", "").startswith("term-")


def _is_unseen(element: etree._Element) -> bool:
    if element.tag == "pre":
        return len(" ".join(map(str, element.itertext())).split()) > _COMMAND
    return element.tag in _UNSEEN or EXCLUDED in element.attrib or not PLUMBING.isdisjoint(_classes(element))


def _classes(element: etree._Element) -> list[str]:
    return str(element.get("class", "")).split()


def _text(element: etree._Element) -> str:
    return _joined(_words(element))


def _words(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and not _is_unseen(child):
            if child.tag not in _INLINE:
                yield " "
            yield from _words(child)
        yield child.tail or ""


def _joined(texts: Iterable[str]) -> str:
    return _BLANKS.sub(" ", "".join(texts)).strip()
