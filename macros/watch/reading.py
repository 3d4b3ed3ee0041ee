"""What an answer says: its date, and a digest of each section. Pure: bytes in, a reading out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree, html

from .settings import Settings

_FENCE = re.compile(r"\s*(```+|~~~+)")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*\s*")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_HEAD = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T.*)?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_DIGITS = 16
_MOST_SECTIONS = 500
_LONGEST = 100
_UNNAMED = "(before the first heading)"
_REST = "(all further sections)"
# What a terminal, a YAML file or a report would obey or refuse.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\uffff]"
)


@dataclass(frozen=True)
class Reading:
    """A page or its text: the date in it, a digest of the whole, and one of each section by its heading."""

    page_date: date | None
    digest: str
    sections: Mapping[str, str]


class UnreadableError(ValueError):
    """There is no text to compare; the message is a key of `unread` in words.yaml."""


def read_page(body: bytes, charset: str | None, settings: Settings) -> Reading:
    """Read a page in HTML. Raises UnreadableError when it has no text."""
    root = _document(body, charset)
    names = {name.lower() for name in settings.dates}
    dates = (_day(meta.get("content") or "") for meta in root.iter("meta") if _name_of(meta) in names)
    return _reading(next(filter(None, dates), None), _sections_of_page(root, frozenset(settings.left_out)))


def read_text(body: bytes, charset: str | None, settings: Settings) -> Reading:
    """Read the text that a page is made from: Markdown with a head. Raises UnreadableError when it has none."""
    text = _decoded(body, charset)
    head = _HEAD.match(text)
    dated = re.search(rf"^{re.escape(settings.dates[0])}:(.*)$", head[1] if head else "", re.MULTILINE)
    return _reading(_day(dated[1]) if dated else None, _sections_of_text(text[head.end() if head else 0 :]))


def _decoded(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _document(body: bytes, charset: str | None) -> Any:
    text = _decoded(body, charset).encode("utf-8", "replace")
    try:
        return html.document_fromstring(text, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableError("empty") from error


def _name_of(meta: Any) -> str:
    return str(meta.get("name") or meta.get("property") or "").lower()


def _day(text: str) -> date | None:
    """The day that a text names; None for any other text."""
    text = text.strip().strip("\"'")
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _AMERICAN.fullmatch(text):
            return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        return None
    return None


def _sections_of_text(text: str) -> Iterator[tuple[str, str]]:
    """Headings and what stands below each; a heading inside of code is none."""
    heading, lines, fence = _UNNAMED, list[str](), ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        found = None if fence else _HEADING.fullmatch(line)
        if found:
            yield heading, "\n".join(lines)
            heading, lines = _LINK.sub(r"\1", found[1]), []
        else:
            lines.append(line)
    yield heading, "\n".join(lines)


def _sections_of_page(root: Any, left_out: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The same of a page: of its main part, where it says which one that is."""
    found = root.xpath("//main | //*[@role='main']") or root.xpath("//article") or root.xpath("//body")
    if not found:
        return
    heading, parts = _UNNAMED, list[str]()
    for tag, text in _texts_of(found[0], left_out):
        if tag:
            yield heading, " ".join(parts)
            heading, parts = text, []
        else:
            parts.append(text)
    yield heading, " ".join(parts)


def _texts_of(top: Any, left_out: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Pieces of text in their order: with the name of its element where it is a heading, without for any other."""
    walk = etree.iterwalk(top, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        is_own = event == "start"
        if is_own and element is not top and element.tag in left_out:
            walk.skip_subtree()
        elif is_own and element.tag in _HEADINGS:
            yield element.tag, " ".join(element.itertext(with_tail=False))
            walk.skip_subtree()
        elif is_own and element.text:
            yield "", element.text
        if not is_own and element is not top and element.tail:
            yield "", element.tail


def _reading(day: date | None, found: Iterable[tuple[str, str]]) -> Reading:
    sections: dict[str, str] = {}
    whole = hashlib.sha256()
    unique = _unique()
    for heading, text in found:
        words = " ".join(text.split())
        if heading == _UNNAMED and not words:
            continue
        title = " ".join(_UNPRINTABLE.sub(" ", heading).split())
        whole.update(f"{title}\n{words}\n".encode("utf-8", "replace"))
        if len(sections) < _MOST_SECTIONS:
            sections[unique(title[:_LONGEST] or "(no name)")] = _digest(words)
        else:
            sections[_REST] = _digest(whole.hexdigest())
    if not sections:
        raise UnreadableError("empty")
    return Reading(day, f"sha256:{whole.hexdigest()[:_DIGITS]}", sections)


def _unique() -> Callable[[str], str]:
    """Names a heading that stands several times by its number."""
    times: dict[str, int] = {}

    def name(heading: str) -> str:
        times[heading] = times.get(heading, 0) + 1
        return heading if times[heading] == 1 else f"{heading} [{times[heading]}]"

    return name


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:_DIGITS]}"
