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
_SOURCES = frozenset({"vag-cites", "vag-source"})
"""Of these, a result keeps where they stood: a sentence may be about a source, and a label lead to nothing else."""
OF_ROWS = "vag-list"
"""Class of what a register says of a row beside its words: sources, days, the pages that show it."""
EXCLUDED = "data-vag-unsearched"
_HEADINGS = frozenset({"h1", "h2", "h3"})
_UNSEEN = frozenset(
    "script style template caption thead svg select textarea button form label legend".split()  # noqa: SIM905
)
_OWN = "vag-of"
"""Class of what is computed from the organization's numbers."""
_ANSWERS = "data-vag-own"
"""Attribute of a form that computes from the reader's own numbers: `forms`."""
_OWN_WEIGHT = 0.5
"""What a row about the organization counts beside one about the field: its names are examples. Our choice."""
_OWN_SECTION_WEIGHT, _MOSTLY = 0.8, 0.6
"""What a section counts of whose text this share is about the organization. Our choice."""
_FORM_WEIGHT = 1.25
"""What a section with a form counts beside one without: it answers with the reader's numbers. Our choice."""
_INLINE = frozenset(
    "a abbr b code em i kbd mark s small span strong sub sup time u wbr".split()  # noqa: SIM905
)
_BLANKS = re.compile(r"\s+")
_COMMAND = 30
"""Words of code that people search for; a longer one is a file, which its page describes. Our choice."""
_EXCERPT = 170
"""Characters of an entry that a result shows. Our choice: two lines."""
_PARTS = 5
"""Headings or fields of a form that stand for a text, at most. Our choice."""
_WORD = re.compile(r"[^\W\d_]{3}")
"""A cell without one says nothing without the head of its column."""
_DAY = re.compile(r"\d{4}-\d\d")
_SOURCE = "\0"
"""Around a source in what a result shows, until it is known what stands beside it."""
_ONE = f"{_SOURCE}[^{_SOURCE}]*{_SOURCE}"
_LABELED = re.compile(rf"[A-Z][a-z]+(?: [a-z]+){{0,2}}:\s*(?:{_ONE}(?:\s*\([^()]*\))?[\s;,.]*)+")
"""A label with sources and nothing else."""
_BRACKETED = re.compile(rf"\s*\((?:{_ONE}|[^(){_SOURCE}])*{_ONE}(?:{_ONE}|[^(){_SOURCE}])*\)")
_BETWEEN_CELLS = " · "


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
    weight: float = 1
    """How much it counts beside others of its kind."""
    introduction: str = ""
    """What a result shows of it where it has no words of its own."""
    shown: str | None = None
    """The sentences of the text, of which a result shows the beginning; None: all of it."""
    caption: str = ""
    """Of its first table: what a result shows of an entry that has tables alone."""
    parts: list[str] = field(default_factory=list)
    """Headings below it, or what its form asks: what a result shows of an entry that has these alone."""
    _texts: list[str] = field(default_factory=list, repr=False)
    _shown: list[str] = field(default_factory=list, repr=False)
    _own: int = 0
    """Characters about the organization."""

    def close(self) -> Entry:
        """The entry with its words joined."""
        self.text = _joined(self._texts)
        self.shown = _sentences("".join(self._shown))
        if not self.is_row and "#" in self.address and self._own > _MOSTLY * len(self.text):
            self.weight *= _OWN_SECTION_WEIGHT
        return self

    @property
    def excerpt(self) -> str:
        """The beginning of what is shown, up to a word."""
        own = self.text if self.shown is None else self.shown
        text = own or self.introduction or self.caption or ", ".join(self.parts[:_PARTS])
        return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rpartition(' ')[0]} …"


def entries(
    pages: Mapping[str, str], names: Mapping[str, str], kinds: Iterable[SearchKind], bare_cells: Iterable[str] = ()
) -> list[Entry]:
    """Entries of all pages, in their order; `pages` has the HTML of each article by its address, and `names` what the
    navigation calls it.

    The first of the kinds whose pattern fits an address is that of the page; a page that none fits has no entry.
    Of a row, cells that say one of `bare_cells` and no more are left out.
    """
    known, bare = tuple(kinds), frozenset(bare_cells)
    found = []
    for address, article in pages.items():
        kind = next((one for one in known if any(fnmatchcase(address, pattern) for pattern in one.pages)), None)
        if kind:
            found += _of_page(address, article, names.get(address, ""), kind, bare)
    return found


@lru_cache(maxsize=4096)
def _of_page(address: str, article: str, name: str, kind: SearchKind, bare: frozenset[str]) -> list[Entry]:
    """Kept: while the site is served, most pages are those of the build before."""
    reader = _Reader(address, name, kind, bare)
    reader.read(html.fragment_fromstring(article, create_parent="div"))
    found = [entry.close() for entry in reader.found if entry.title]
    if found and not found[0].introduction:
        found[0].introduction = next((entry.shown for entry in found if entry.shown and not entry.is_row), "")
    return found


class _Reader:
    """Walks over a page and puts its words into the entry to which they belong."""

    def __init__(self, address: str, name: str, kind: SearchKind, bare: frozenset[str]) -> None:
        self.address, self.name, self.kind, self.bare = address, name, kind, bare
        self.is_own = False
        """Whether what is read says something of the organization."""
        self.found: list[Entry] = []
        self.page = ""
        self.section = ""
        """The last heading of the second level."""
        self.above: Entry | None = None
        """What the last heading of the second level begins."""
        self.now: Entry | None = None
        self.before: Entry | None = None
        """What the last heading ended."""
        self.tables = 0
        """Tables around what is read."""

    def read(self, element: etree._Element) -> None:
        """Read an element and all in it."""
        self.say(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self.child(child)
            self.say(child.tail)

    def child(self, element: etree._Element) -> None:
        is_block = element.tag not in _INLINE
        was_own, is_table = self.is_own, element.tag == "table"
        self.is_own = was_own or _OWN in _classes(element)
        self.tables += is_table
        self.note(element)
        if is_block:
            self.say(" ")
        self.introduce(element)
        if element.tag in _HEADINGS and element.get("id"):
            self.heading(element)
        elif not _is_unseen(element) and not (self.now and self.now.is_row and OF_ROWS in _classes(element)):
            if element.get("id") and _is_row(element):
                self.row(element)
            else:
                self.read(element)
        self.is_own = was_own
        self.tables -= is_table
        if element.get(_ANSWERS) == "forms":
            # What follows is the page's again: the forms stand between its title and its first words.
            self.now = self.before
        if is_block:
            self.say(" ")

    def note(self, element: etree._Element) -> None:
        """What an element says of the entry beside its words."""
        if not self.now:
            return
        if not _SOURCES.isdisjoint(_classes(element)):
            text = "" if EXCLUDED in element.attrib else "".join(map(str, element.itertext()))
            self.show(f"{_SOURCE}{text}{_SOURCE}")
        elif element.tag == "caption" and not self.now.is_row:
            self.now.caption = self.now.caption or _text(element)
        elif element.tag == "form" and EXCLUDED not in element.attrib:
            self.now.weight = max(self.now.weight, _FORM_WEIGHT)
            self.now.parts += dict.fromkeys(_text(label) for label in element.iter("label"))

    def introduce(self, element: etree._Element) -> None:
        """What the search leaves out because other pages say the same may still tell what this page is."""
        is_first = len(self.found) == 1 and self.now is self.found[0] and not self.now.introduction
        if is_first and element.tag == "p" and EXCLUDED in element.attrib and not _classes(element):
            self.found[0].introduction = _joined(_words(element))

    def heading(self, element: etree._Element) -> None:
        """What follows belongs to it; to nothing, when the search is to leave it out."""
        title = _text(element)
        self.page = self.page or title
        self.before, self.now = self.now, None
        if element.tag == "h2":
            self.section = ""
        if EXCLUDED not in element.attrib:
            self.begin("" if element.tag == "h1" else f"#{element.get('id')}", title)
            if element.tag == "h3" and self.above:
                self.above.parts.append(title)
        if element.tag == "h2":
            self.section, self.above = title, self.now

    def begin(self, anchor: str, title: str, is_row: bool = False) -> Entry:
        """What is said from now on belongs to a new entry."""
        around = f"{self.page} {self.name} {self.section}"
        weight = _OWN_WEIGHT if is_row and self.is_own else 1
        self.now = Entry(f"{self.address}{anchor}", self.page, self.kind, title, "", around, is_row, weight)
        self.found.append(self.now)
        return self.now

    def row(self, element: etree._Element) -> None:
        """A row is an entry of its own, named by its first cells or its first paragraph."""
        parts = [*element]
        around, names = self.now, parts[: self.kind.named_by]
        if around is None or not names:
            return
        row = self.begin(f"#{element.get('id')}", ", ".join(_text(name) for name in names), is_row=True)
        row.introduction = self.section
        for child in parts[len(names) :]:
            if isinstance(child.tag, str) and _text(child) not in self.bare:
                before = len(row._shown)
                self.child(child)
                if child.tag == "td":
                    row._shown[before:] = _cell(row._shown[before:], str(child.get("data-label", "")))
        self.now = around

    def say(self, text: str | None) -> None:
        if not text or not self.now:
            return
        self.now._texts.append(text)
        self.now._own += len(text.strip()) if self.is_own else 0
        self.show(text)

    def show(self, text: str) -> None:
        """Results show sentences, and of tables the rows that are entries."""
        if self.now and (self.now.is_row or not self.tables):
            self.now._shown.append(text)


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


def _cell(texts: Iterable[str], label: str) -> list[str]:
    """What a result shows of a cell: a day with the head of its column, and of other numbers nothing."""
    text = _joined(texts)
    if _WORD.search(text):
        return [text, _BETWEEN_CELLS]
    return [f"{label}: {text}", _BETWEEN_CELLS] if label and _DAY.search(text) else []


def _sentences(text: str) -> str:
    """A text without what only says where it was read."""
    bare = _BRACKETED.sub("", _LABELED.sub(" ", text)).replace(_SOURCE, "")
    return _joined([bare]).removesuffix(_BETWEEN_CELLS.rstrip()).rstrip()


def _joined(texts: Iterable[str]) -> str:
    return _BLANKS.sub(" ", "".join(texts)).strip()
