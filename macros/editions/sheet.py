"""A page as it stands on paper: without what needs a screen, its ids its own, its links and marks as paper has them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from .pages import Element, Page, place_of
from .sources import Sources

_DROPPED = (
    "script",
    "template",
    "style",
    "link",
    "form",
    "button",
    "input",
    "select",
    "textarea",
    "progress",
    "nav",
    "dialog",
)
_LEFT_OUT = frozenset(
    {
        # Helpers of a screen.
        "headerlink",
        "vag-toolbar",
        "vag-actions",
        "vag-find",
        "vag-practice__mark",
        # Steps of tools that walk by links.
        "vag-record",
        "vag-step__back",
        "vag-given__change",
        "vag-again",
        # How old the page is: the cover says it for all pages.
        "vag-clock",
    }
)
_REFERS = ("for", "aria-labelledby", "aria-describedby", "headers")
_SCREEN_ONLY = ("tabindex", "hidden", "aria-controls", "aria-live", "title", "download", "open", "focusable")
_HEADING = re.compile(r"h([1-6])")
_DEEPEST = 6
_RENAMED = {"details": "div", "summary": "p", "fieldset": "div", "legend": "p", "label": "p"}
"""Elements that open, or ask; on paper they are what stands in them."""
_INLINE_FILE = "code"


@dataclass(frozen=True)
class Spot:
    """Where a page stands in an edition: the beginning of its ids, and its number."""

    id: str
    number: str


def spot_id(source: str) -> str:
    """The id of a page in an edition, by its source path; ids in the page begin with it."""
    return source.removesuffix(".md").replace("/", "-")


def stripped(page: Page, spot: Spot, shift: int) -> Element:
    """The page without its title and what paper cannot do, its ids its own, its headings so many levels lower."""
    root = page.tree()
    for element in [*root.iter()]:
        # The edition writes the page's own heading itself, with its number.
        if element is not root and (element.tag == "h1" or _is_left_out(element)):
            _drop(element)
    for tabs in [*root.iterfind(".//div[@class]")]:
        if "tabbed-set" in _classes(tabs):
            _unfold(tabs)
    for element in root.iter():
        _rename(element, shift)
        _own_ids(element, spot.id)
        for name in [name for name in element.attrib if name.startswith("data-") and not _is_kept(name)]:
            del element.attrib[name]
        for name in _SCREEN_ONLY:
            element.attrib.pop(name, None)
    return root


def _is_kept(name: str) -> bool:
    """Whether an attribute of data is still needed: by the links, which are drawn next, and by narrow tables."""
    return name in {"data-fact", "data-source", "data-label"}


def _is_left_out(element: Element) -> bool:
    if not isinstance(element.tag, str):
        return True
    if element.tag in _DROPPED or "hidden" in element.attrib or _LEFT_OUT & _classes(element):
        return True
    # Fields that a script reads are labels alone now; choices are the text of a question.
    if element.tag == "label":
        return not {"vag-choice"} & _classes(element) and element.getparent().get("class") != "tabbed-labels"
    # Numbers of lines in code, which nothing leads to.
    return element.tag == "a" and element.get("id", "").startswith("__codelineno")


def _classes(element: Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


def _drop(element: Element) -> None:
    """Remove an element, and not the text behind it. One in an element that is removed already is gone with it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _unfold(tabs: Element) -> None:
    """Tabs one below the other, each with its name."""
    names = [label for part in tabs.iterfind("div[@class='tabbed-labels']") for label in part.iterfind("label")]
    blocks = [one for part in tabs.iterfind("div[@class='tabbed-content']") for one in part if isinstance(one.tag, str)]
    for name, block in zip(names, blocks, strict=True):
        name.tag, name.tail = "p", None
        name.set("class", "vag-paper-tab")
        block.insert(0, name)
        name.tail, block.text = block.text, None
    for part in tabs.findall("div[@class='tabbed-labels']"):
        _drop(part)


def _rename(element: Element, shift: int) -> None:
    if found := _HEADING.fullmatch(element.tag):
        element.tag = f"h{min(int(found[1]) + shift, _DEEPEST)}"
    elif element.tag in _RENAMED:
        if element.tag == "summary":
            element.set("class", f"vag-paper-summary {element.get('class', '')}".strip())
        if element.tag == "legend":
            element.set("class", "vag-paper-summary")
        element.tag = _RENAMED[element.tag]


def _own_ids(element: Element, prefix: str) -> None:
    if "id" in element.attrib:
        element.set("id", f"{prefix}--{element.get('id')}")
    for name in _REFERS:
        if name in element.attrib:
            element.set(name, " ".join(f"{prefix}--{one}" for one in element.get(name).split()))


@dataclass(frozen=True)
class Linking:
    """What links of an edition can lead to."""

    spots: Mapping[str, Spot]
    """By path of the page in the site."""
    ids: Collection[str]
    """All ids in the edition."""
    sources: Sources
    pages: Collection[str]
    """Paths of all pages of the site, those that the edition leaves out too."""


def link(root: Element, page: Page, linking: Linking) -> None:
    """Draw the links and the marks of a page: to its own document, to a numbered source, or to the web."""
    for group in [*root.iter("span")]:
        if "vag-cites" in _classes(group):
            _mark_sentence(group, linking.sources)
    for anchor in [*root.iter("a")]:
        if anchor.get("class") == MARK:
            continue
        if fact := anchor.attrib.pop("data-fact", ""):
            _mark_value(anchor, [fact], linking.sources)
        else:
            _lead(anchor, page, linking)


MARK = "vag-paper-mark"
AWAY = "vag-paper-away"
FILE = "vag-paper-file"


def source_id(number: int) -> str:
    """The id of a source in the list at the end of an edition."""
    return f"source-{number}"


def _marks(numbers: Iterable[int]) -> Element:
    """Numbers of sources, each leading to its place in the list."""
    marks = etree.Element("sup")
    marks.set("class", "vag-paper-marks")
    for number in numbers:
        mark = etree.SubElement(marks, "a")
        mark.set("class", MARK)
        mark.set("href", f"#{source_id(number)}")
        mark.text = str(number)
        mark.tail = ", "
    last = marks[-1]
    marks.text, last.tail = "[", "]"
    return marks


def _mark_sentence(group: Element, sources: Sources) -> None:
    """One mark for all facts of a sentence, and what is said of their confidence."""
    facts = [anchor.get("data-fact") for anchor in group.iter("a")]
    for anchor in [*group.iter("a")]:
        _drop(anchor)
    marks = _marks(sources.of_facts(facts))
    marks.tail, group.text = group.text, None
    group.insert(0, marks)


def _mark_value(anchor: Element, facts: Iterable[str], sources: Sources) -> None:
    """A value or a name of a fact, with the mark behind it."""
    marks = _marks(sources.of_facts(facts))
    anchor.tag = "span"
    anchor.attrib.pop("href", None)
    marks.tail, anchor.tail = anchor.tail, None
    anchor.addnext(marks)
    if "vag-cite" in _classes(anchor):
        _drop(anchor)


def _lead(anchor: Element, page: Page, linking: Linking) -> None:
    place = place_of(anchor.get("href") or "", page.path)
    if place.address:
        named = anchor.attrib.pop("data-source", "")
        number = linking.sources.of(named) if named else linking.sources.of_address(place.address)
        if number is not None:
            _cite(anchor, number)
        return
    spot = linking.spots.get(place.path)
    if spot is None:
        _leave(anchor, place.path, is_page=place.path in linking.pages)
        return
    wanted = f"{spot.id}--{place.anchor}"
    anchor.set("href", f"#{wanted if wanted in linking.ids else spot.id}")
    if place.path != page.path:
        anchor.set("data-number", spot.number)


def _cite(anchor: Element, number: int) -> None:
    """A link to a source: its name, and its number."""
    marks = _marks([number])
    anchor.tag = "span"
    del anchor.attrib["href"]
    marks.tail, anchor.tail = anchor.tail, None
    anchor.addnext(marks)


def _leave(anchor: Element, path: str, is_page: bool) -> None:
    """A link to what the edition has not: a page by its text alone, a file with the place where the site has it."""
    anchor.tag = "span"
    del anchor.attrib["href"]
    anchor.set("class", AWAY if is_page else FILE)
    if not is_page and path not in "".join(anchor.itertext()):
        last = etree.SubElement(anchor, _INLINE_FILE)
        last.text = path
        before = last.getprevious()
        if before is not None:
            before.tail = f"{before.tail or ''} "
        else:
            anchor.text = f"{anchor.text or ''} "


def ids_in(roots: Iterable[Element]) -> Iterator[str]:
    """All ids in trees."""
    for root in roots:
        for element in root.iter():
            if "id" in element.attrib:
                yield element.get("id")
