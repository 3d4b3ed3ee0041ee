"""Error codes as people write them: with and without 0x, as decimal numbers, mistyped. And which codes belong together.

The browser reads what a reader types in the same way: docs/assets/javascripts/codes.js, held to the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from macros.catalog.models import Catalog, ErrorCode

_DIGITS, _LOWEST, _ALL = 8, 2**31, 2**32
_FACILITY, _LICENSING = 16, 0x4004
"""Codes of the licensing service that tell of no failure begin so; other numbers below the lowest code are none."""
_LIKE_ZERO, _LIKE_ONE = "O", "IL"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_WRITTEN_AS = str.maketrans(
    {**dict.fromkeys(_LIKE_ZERO, "0"), **dict.fromkeys(_LIKE_ONE, "1"), **dict.fromkeys(_DASHES, "-")}
)
_NUMBER = re.compile(r"0x[0-9A-F]{8}")
_IN_A_SENTENCE = re.compile(r"\b[0O]X[0-9A-FOIL]{8}\b|(?<![\w-])-[0-9]{9,10}\b", re.ASCII)
_LEAST, _MOST = 4, 10
"""Digits of a text that may stand for a code: the end of one, or one with digits too many."""
_SHARED_BY_MANY = 6
"""A page that more codes than this cite is a list, and says nothing about which of them belong together."""
_NEAREST = 8


@dataclass(frozen=True)
class Spellings:
    """One code as tools write it: `0xC004F074`, `c004f074`, `3221549172`, `-1073418124`."""

    written: str
    bare: str
    unsigned: str
    signed: str


def spellings(code: str) -> Spellings | None:
    """The spellings of a code; none for a message that carries no number."""
    if not _NUMBER.fullmatch(code):
        return None
    number = int(code, 16)
    return Spellings(code, code[2:].lower(), str(number), str(number - _ALL if number >= _LOWEST else number))


@dataclass(frozen=True)
class Typed:
    """What a typed text means: a code, if it is one, and the digits that it consists of."""

    code: str | None
    digits: str


def read(text: str) -> Typed:
    """The code that a text stands for: with O for 0, blanks, no 0x, as a decimal number, or inside a sentence."""
    whole = _read(re.sub(r"""[\s"'`.,;:()\[\]<>_]""", "", text))
    if whole.code:
        return whole
    inside = _IN_A_SENTENCE.search(text.upper())
    return _read(inside[0]) if inside else whole


def _read(text: str) -> Typed:
    plain = text.upper().translate(_WRITTEN_AS)
    if re.fullmatch(r"-[0-9]{1,10}|[0-9]{10}", plain):
        number = int(plain)
        if -_LOWEST <= number < 0 or _LOWEST <= number < _ALL or number >> _FACILITY == _LICENSING:
            digits = f"{number % _ALL:08X}"
            return Typed(f"0x{digits}", digits)
    # 0xC004-F074, and C004F074h as debuggers and assemblers write it.
    plain = re.sub(r"^(0?X[0-9A-F]{4})-([0-9A-F]{4})$", r"\1\2", plain)
    plain = re.sub(r"^((?:0?X)?[0-9A-F]{8})H$", r"\1", plain)
    digits = re.sub(r"^0?X", "", plain)
    marked = digits != plain
    if not re.fullmatch(rf"[0-9A-F]{{{_LEAST},{_MOST}}}", digits) or not (marked or re.search("[0-9]", text)):
        return Typed(None, "")
    return Typed(f"0x{digits}" if len(digits) == _DIGITS else None, digits)


def near(typed: Typed, codes: Iterable[str]) -> tuple[str, ...]:
    """Known codes that differ from a text by one wrong, missing, additional or exchanged digit, or that end with it."""
    wanted = typed.digits
    if len(wanted) < _LEAST:
        return ()
    found = []
    for code in codes:
        digits = code[2:]
        if _NUMBER.fullmatch(code) and code != typed.code:
            ends = len(wanted) < _DIGITS and digits.endswith(wanted)
            if ends or one_apart(wanted, digits):
                found.append(code)
    # Exchanged digits are the likeliest slip.
    return tuple(sorted(found, key=lambda code: sorted(code[2:]) != sorted(wanted))[:_NEAREST])


def one_apart(one: str, other: str) -> bool:
    """Whether one wrong, missing, additional or exchanged character leads from one text to the other."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return len(left) > 1 and len(right) > 1 and left[:2] == right[1::-1] and left[2:] == right[2:]


@lru_cache(maxsize=2)
def names_without_a_page(catalog: Catalog) -> Mapping[str, str]:
    """Symbolic names of the codes that the data know by name alone."""
    known = {record.code for record in catalog.error_codes}
    return {one.code: one.name for one in catalog.code_names if one.code not in known}


@lru_cache(maxsize=2)
def related(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """Codes that belong together: those that name each other, and those that the same article is about."""
    codes = catalog.error_codes
    known = {record.code for record in codes}
    place = {record.code: number for number, record in enumerate(codes)}
    by_article: dict[str, set[str]] = {}
    for record in codes:
        for source in record.sources:
            by_article.setdefault(source, set()).add(record.code)
    together: dict[str, set[str]] = {record.code: set() for record in codes}
    for record in codes:
        for code in _named(record) & known:
            together[record.code].add(code)
            together[code].add(record.code)
        for source in record.sources:
            if len(by_article[source]) <= _SHARED_BY_MANY:
                together[record.code] |= by_article[source]
    return {code: tuple(sorted(others - {code}, key=place.__getitem__))[:_NEAREST] for code, others in together.items()}


def _named(record: ErrorCode) -> set[str]:
    texts = (record.summary, *record.causes, *record.resolution, *record.cautions, *record.advice)
    more = (text for text in (record.seen_on, record.notes) if text)
    return {code for text in (*texts, *more) for code in _NUMBER.findall(text)}
