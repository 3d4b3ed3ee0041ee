"""Sentences around the records of a zone, as in a page, a ticket or a mail."""

from __future__ import annotations

import re

_TYPES = "A|AAAA|CNAME|MX|NS|PTR|SOA|SRV|TXT"
_RECORD = re.compile(
    rf"[ \t\r]*(?:[;$()]|$)|[^ \t]*[ \t]+(?:[0-9]+[a-z]?[ \t]+)?(?:IN[ \t]+)?(?:[0-9]+[a-z]?[ \t]+)?(?:{_TYPES})[ \t(]",
    re.IGNORECASE,
)
_SRV = re.compile(r"[^ \t]{1,255}[ \t]+(?:[0-9]+[a-z]?[ \t]+)?(?:IN[ \t]+)?SRV[ \t(]+[0-9]", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?![^ ]+[ \t]+IN[ \t])[ \t]*(?:[-*>][ \t]+)?[A-Za-z\u00c0-\u024f',()-]+"
    r"(?: [A-Za-z\u00c0-\u024f',()-]+){2,}[.:!?][ \t\r]*$"
)
_MARKDOWN = re.compile(r"#{1,6} [^\n]*$|[ \t]*(?:```|~~~)[a-z]*[ \t\r]*$", re.IGNORECASE)
"""A heading, or the edge of a fence."""


def without_prose(text: str) -> tuple[str, list[int]]:
    """The text with its sentences emptied, and their lines. As it is when a line is neither a record nor prose.

    Headings alone are none: they may be remarks that somebody marked wrongly.
    """
    lines = text.split("\n")
    rest = [number for number, line in enumerate(lines, start=1) if not _RECORD.match(line)]
    prose = [number for number in rest if _SENTENCE.match(lines[number - 1])]
    others = [number for number in rest if number not in {*prose} and not _MARKDOWN.match(lines[number - 1])]
    if not prose or others or not any(_SRV.match(line) for line in lines):
        return text, []
    left = {*rest}
    return "\n".join("" if number in left else line for number, line in enumerate(lines, start=1)), rest
