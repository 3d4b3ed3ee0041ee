"""XML as a small tree whose elements and attributes know their line and column.

lxml decides whether the text is XML: entities off, network off, no DTD. It knows the line on which a start tag
ends and nothing of attributes, so the places are read from the text, which is well-formed by then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from .findings import Place
from .reading import Lines, UnreadableError, decode, limit

_DOCTYPE = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+(<!DOCTYPE)", re.DOTALL)
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</[^>]*+>"
    r"|<(?P<name>[^\s/>]++)(?P<attributes>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=/]++)\s*=\s*(?:\"[^\"]*+\"|'[^']*+')")
MOST_TAGS = 10_000
MOST_ATTRIBUTES = 10_000
"""Our choice: a large file has some hundred, and many attributes on one element cost the parser their square."""

_POSITION = re.compile(r",? line \d+, column \d+$")


@dataclass(frozen=True)
class Attribute:
    """An attribute with its value and where its name begins."""

    name: str
    value: str
    place: Place


@dataclass(frozen=True, eq=False)
class Element:
    """An element with what stands in it and where its start tag begins."""

    name: str
    place: Place
    attributes: dict[str, Attribute]
    parent: Element | None = field(default=None, repr=False)
    children: list[Element] = field(default_factory=list)
    text: str = ""
    """Character data directly inside, white space left out at both ends."""

    def get(self, name: str) -> str | None:
        """Value of an attribute, None when it is missing."""
        return self.attributes[name].value if name in self.attributes else None

    def at(self, name: str) -> Place:
        """Place of an attribute, or of the element when it has none of that name."""
        return self.attributes[name].place if name in self.attributes else self.place

    def all(self, name: str) -> list[Element]:
        """Children of that name."""
        return [child for child in self.children if child.name == name]

    def walk(self) -> Iterator[Element]:
        """This element and everything below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


def read(data: str | bytes) -> Element:
    """The root element. Raises UnreadableError for anything that is not XML or is not safe to read."""
    return parse(data)[0]


def parse(data: str | bytes) -> tuple[Element, etree._Element]:
    """The root element, and the same as lxml has it. Raises UnreadableError."""
    text = decode(data)
    limit(text, "<", MOST_TAGS, "tags")
    limit(text, "=", MOST_ATTRIBUTES, "attributes")
    lines = Lines(text)
    doctype = _DOCTYPE.match(text)
    if doctype:
        raise UnreadableError("document-type", lines.line(doctype.start(1)), lines.column(doctype.start(1)))
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        detail = _POSITION.sub("", (error.msg or "it cannot be parsed").replace("\n", " "))
        raise UnreadableError("not-well-formed", max(line or 1, 1), max(column or 1, 1), detail=detail) from None
    return _tree(root, text, lines), root


def _tree(root: etree._Element, text: str, lines: Lines) -> Element:
    tags = (match for match in _TAG.finditer(text) if match["name"])
    made: dict[etree._Element, Element] = {}
    top: Element | None = None
    for node, match in zip((node for node in root.iter() if isinstance(node.tag, str)), tags, strict=True):
        above = node.getparent()
        parent = made.get(above) if above is not None else None
        element = Element(
            name=match["name"],
            place=_place(lines, match.start()),
            attributes=_attributes(node, match, lines),
            parent=parent,
            text=_text(node),
        )
        made[node] = element
        if parent is None:
            top = element
        else:
            parent.children.append(element)
    if top is None:
        raise UnreadableError("not-well-formed", 1, 1, detail="no element")
    return top


def _attributes(node: etree._Element, match: re.Match[str], lines: Lines) -> dict[str, Attribute]:
    values = {_written(node, str(name)): str(value) for name, value in node.attrib.items()}
    begin = match.start("attributes")
    return {
        found[1]: Attribute(found[1], values.get(found[1], ""), _place(lines, begin + found.start(1)))
        for found in _ATTRIBUTE.finditer(match["attributes"])
    }


def _written(node: etree._Element, name: str) -> str:
    if not name.startswith("{"):
        return name
    address, _, local = name[1:].partition("}")
    prefix = next((prefix for prefix, known in node.nsmap.items() if known == address and prefix), "xml")
    return f"{prefix}:{local}"


def _text(node: etree._Element) -> str:
    parts = [node.text or "", *(child.tail or "" for child in node)]
    # A no-break space is text to XML; only the four characters of its own white space are left out.
    return " ".join(part for part in (part.strip(" \t\r\n") for part in parts) if part)


def _place(lines: Lines, offset: int) -> Place:
    return Place(lines.line(offset), lines.column(offset))
