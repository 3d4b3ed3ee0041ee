"""XML as a small tree whose elements and attributes know their line and column.

lxml decides whether the text is XML: entities off, network off, no DTD. It knows the line on which a start tag
ends and nothing of attributes, so the places are read from the text, which is well-formed by then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from .findings import Place, Said
from .reading import Lines, UnreadableError, decode, limit, quote

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

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

REASONS: Mapping[str, str] = {
    "attribute": 'an attribute is not written as name="value", or has a < in its value',
    "character": "the character U+{code} is not allowed",
    "comment": "a comment does not end with -->, or has two hyphens in a row inside",
    "declaration": 'the declaration at the beginning is not written as <?xml version="1.0" encoding="utf-8"?>',
    "end": "something follows the end of {name}, which is the whole file",
    "instruction": "what begins with <? has no name, or does not end with ?>",
    "late": "something stands before the declaration <?xml ... ?>, even if only a blank line",
    "limit": "a name is too long, or elements stand too deep in each other",
    "other": "it cannot be read from here on",
    "prefix": "the prefix of a name is not declared, or not as it must be",
    "reference": "an & begins no reference such as &amp;",
    "section": "a CDATA section does not end with ]]>, or ]]> stands outside of one",
    "start": "there is no element at the beginning",
    "tag": "a tag has no name, or does not end with >",
    "twice": "the attribute {name} stands twice in one element",
    "unclosed": "{name}, which begins in line {line}, is not closed",
}
"""Why a text is no XML, in words of ours: parsers have their own, each others. The browser has the same."""

_TYPES = etree.ErrorTypes
_REASON_OF: Mapping[int, str] = {
    _TYPES.ERR_ATTRIBUTE_NOT_FINISHED: "attribute",
    _TYPES.ERR_ATTRIBUTE_NOT_STARTED: "attribute",
    _TYPES.ERR_ATTRIBUTE_REDEFINED: "twice",
    _TYPES.ERR_ATTRIBUTE_WITHOUT_VALUE: "attribute",
    _TYPES.ERR_CDATA_NOT_FINISHED: "section",
    _TYPES.ERR_COMMENT_NOT_FINISHED: "comment",
    _TYPES.ERR_DOCUMENT_EMPTY: "start",
    _TYPES.ERR_DOCUMENT_END: "end",
    _TYPES.ERR_ENTITYREF_NO_NAME: "reference",
    _TYPES.ERR_ENTITYREF_SEMICOL_MISSING: "reference",
    _TYPES.ERR_GT_REQUIRED: "tag",
    _TYPES.ERR_HYPHEN_IN_COMMENT: "comment",
    _TYPES.ERR_INVALID_CHAR: "reference",
    _TYPES.ERR_INVALID_DEC_CHARREF: "reference",
    _TYPES.ERR_INVALID_HEX_CHARREF: "reference",
    _TYPES.ERR_LT_IN_ATTRIBUTE: "attribute",
    _TYPES.ERR_MISPLACED_CDATA_END: "section",
    _TYPES.ERR_NAME_TOO_LONG: "limit",
    _TYPES.ERR_PI_NOT_FINISHED: "instruction",
    _TYPES.ERR_PI_NOT_STARTED: "instruction",
    _TYPES.ERR_RESOURCE_LIMIT: "limit",
    _TYPES.ERR_TAG_NAME_MISMATCH: "unclosed",
    _TYPES.ERR_TAG_NOT_FINISHED: "unclosed",
    _TYPES.ERR_UNDECLARED_ENTITY: "reference",
}
"""What the parser says, as far as it says one thing. The rest is told by where it says it."""
_ROUGH = ("comment", "prefix")
"""Told by the line alone: the two parsers stop in different columns."""


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
    except etree.XMLSyntaxError:
        raise _unreadable(parser, text, lines) from None
    return _tree(root, text, lines), root


def _unreadable(parser: etree.XMLParser, text: str, lines: Lines) -> UnreadableError:
    """Why a text is no XML, and where: what ended the reading, else what the parser would have read over."""
    faults = [entry for entry in parser.error_log if entry.level_name != "WARNING"]
    error = next((entry for entry in faults if entry.level_name == "FATAL"), faults[0])
    offset = lines.offset(error.line, error.column)
    reason = "prefix"
    if error.level_name == "FATAL":
        reason = _reason(error.type, text, offset)
        if _NOT_XML.match(text, offset):
            reason = "comment" if _is_behind_hyphens(text, offset) else "character"
    detail = Said(REASONS[reason].format_map(_values(reason, error.type, text, offset, lines)))
    column = None if reason in _ROUGH else lines.column(offset)
    return UnreadableError("not-well-formed", lines.line(offset), column, detail=detail)


def _is_behind_hyphens(text: str, offset: int) -> bool:
    """Whether a place is just behind two hyphens that should not stand in a comment: they are what is wrong there."""
    start = text.rfind("<!--", 0, offset)
    return start >= 0 and text.find("--", start + 4, offset) == offset - 2


def _reason(kind: int, text: str, offset: int) -> str:
    if kind in _REASON_OF:
        return _REASON_OF[kind]
    before = text[offset - 1 : offset]
    if kind == _TYPES.ERR_NAME_REQUIRED and before in ("<", "&"):
        return "tag" if before == "<" else "reference"
    start = text.rfind("<", 0, offset)
    if not text.startswith("<?", start):
        return "attribute" if kind in (_TYPES.ERR_NAME_REQUIRED, _TYPES.ERR_SPACE_REQUIRED) else "other"
    if kind == _TYPES.ERR_RESERVED_XML_NAME:
        return "late" if text[start + 2 : offset] == "xml" else "instruction"
    return "declaration" if start == 0 and re.match(r"<\?xml[ \t\r\n]", text) else "instruction"


def _values(reason: str, kind: int, text: str, offset: int, lines: Lines) -> dict[str, str]:
    """What the words of a reason name."""
    if reason == "character":
        return {"code": f"{ord(text[offset]):04X}"}
    if reason == "twice":
        return {"name": quote(_twice(text[text.rfind("<", 0, offset) : offset]))}
    if reason == "end":
        return {"name": quote(next((tag["name"] for tag in _TAG.finditer(text) if tag["name"]), ""))}
    if reason == "unclosed":
        # The parser stops behind an end tag that it did not expect.
        opened = _opened(text, offset - (kind == _TYPES.ERR_TAG_NAME_MISMATCH))
        return {"name": quote(opened["name"]), "line": str(lines.line(opened.start()))}
    return {}


def _twice(tag: str) -> str:
    """The first attribute that a start tag has a second time."""
    seen: set[str] = set()
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] in seen:
            return found[1]
        seen.add(found[1])
    raise AssertionError(f"no attribute stands twice in {tag[:80]!r}")


def _opened(text: str, end: int) -> re.Match[str]:
    """The start tag of the innermost element that is open at a place."""
    opened: list[re.Match[str]] = []
    for tag in _TAG.finditer(text, 0, end):
        if tag[0].startswith("</"):
            opened.pop()
        elif tag["name"] and not tag[0].endswith("/>"):
            opened.append(tag)
    return opened[-1]


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
        raise UnreadableError("not-well-formed", 1, 1, detail=Said(REASONS["start"]))
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
