"""HTML that survives Markdown: every element on one line, every character that Markdown would read escaped.

A macro may stand in a paragraph, a list, a tab or an admonition. Output of several lines would fall out of it
without a warning, so there is none: line breaks inside text become character references.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ESCAPES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
    "_": "&#95;", "*": "&#42;", "`": "&#96;", "[": "&#91;", "]": "&#93;", "\\": "&#92;",
    "{": "&#123;", "}": "&#125;", "~": "&#126;", ":": "&#58;", "|": "&#124;", "\n": "&#10;", "\r": "",
}  # fmt: skip
_SPECIAL = re.compile(r"[&<>\"'_*`\[\]\\{}~:|\n\r]")
_SPECIAL_IN_HTML = re.compile(r"[\"'_*`\[\]\\{}~:|]")
# Markdown reads cells, code, links and backslashes before it sees that they stand inside an HTML tag.
_SPECIAL_IN_ATTRIBUTE = re.compile(r"[&<>\"`\[\]\\|\n\r]")
NAMED = re.compile("\ue000(.*?)\ue001(.*?)\ue002", re.DOTALL)
"""A part of a text with names of the organization: how it is written, and what that is here. See named.py."""
_VOID = {"br", "col", "hr", "img", "input", "link", "wbr"}


class Html(str):
    """Text that is HTML already and is not escaped again."""

    __slots__ = ()

    def __html__(self) -> str:
        """The same: templates ask so whether a value is HTML."""
        return self


def escape(text: object) -> Html:
    """Text as HTML that Markdown leaves alone."""
    if isinstance(text, Html):
        return text
    written = _SPECIAL.sub(_reference, str(text))
    return Html(NAMED.sub(r'<span data-vag-named="\1">\2</span>', written) if "\ue000" in written else written)


def literal(text: str) -> str:
    """Text between tags that is HTML already, with what Markdown would read escaped."""
    return _SPECIAL_IN_HTML.sub(_reference, text)


def tag(name: str, *children: object, **attributes: object) -> Html:
    """One element. `class_` is class, other underscores become hyphens; None and False leave an attribute out."""
    written = "".join([attribute(key, attributes[key]) for key in attributes])
    if name in _VOID:
        return Html(f"<{name}{written}>")
    # Called tens of thousands of times in a build: lists are faster here than generators.
    inside = "".join([child if isinstance(child, Html) else escape(child) for child in children if child is not None])
    return Html(f"<{name}{written}>{inside}</{name}>")


def join(parts: Iterable[object], separator: str = "") -> Html:
    """Parts one after the other, each escaped unless it is HTML."""
    return Html(separator.join(escape(part) for part in parts if part is not None))


def paragraphs(*parts: object) -> Html:
    """Each part as a paragraph."""
    return join(tag("p", part) for part in parts if part)


def bullets(items: Iterable[object], **attributes: object) -> Html:
    """An unordered list."""
    return tag("ul", *(tag("li", item) for item in items), **attributes)


def hidden(text: object) -> Html:
    """Text for screen readers only."""
    return tag("span", text, class_="vag-hidden")


def attribute(key: str, value: object) -> str:
    """An attribute with a blank before it; nothing for None and False."""
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    written = NAMED.sub(r"\2", str(value)) if "\ue000" in str(value) else str(value)
    return f' {name}="{_SPECIAL_IN_ATTRIBUTE.sub(_reference, written)}"'


def _reference(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]
