"""What looks like a product key, in any spelling, and how it is hidden. The one definition, for Python and for scripts.

A key has five groups of five of the 25 letters and digits that keys are written with. People and programs write them
with other dashes, blanks, nothing at all, in small or full-width letters, over two lines, behind escapes of HTML, of
addresses and of scripts. So a text is folded first: escapes are undone, signs that nobody sees go, and full-width
letters become plain. Then groups in a row are looked for three times: as they stand, with blanks and line ends taken
out, and with tags taken out too. Every step takes time in proportion to the text.

What only resembles a key stays: one group alone, such as the last five characters that the licensing commands print;
identifiers with groups of other lengths; digits alone; words, which have letters that keys lack; one letter repeated.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.entities import html5
from itertools import pairwise
from types import MappingProxyType
from typing import Any

HIDDEN = "•"
LETTERS = "BCDFGHJKMNPQRTVWXY2346789"
"""The letters and digits that keys are written with, as Microsoft's published client keys show them."""
GROUP, GROUPS = 5, 5

_ANY = LETTERS + LETTERS[:18].lower()
_DASHES = (
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2501\ufe58\ufe63"
    "\uff0d\u30fc\u02d7\u058a\u1400\u1806\u2e3a\u2e3b"
)
_NAMED: Mapping[str, str] = MappingProxyType(
    {name: text for name in ("shy", "nbsp", "ndash", "mdash", "minus", "dash", "hyphen", "horbar", "ensp", "emsp",
                             "thinsp", "ZeroWidthSpace", "zwj", "zwnj", "NoBreak", "NewLine", "Tab", "lowbar", "period",
                             "sol", "quot", "lt", "gt", "amp")
     for text in [html5[f"{name};"]]}
)  # fmt: skip
_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc"
)
_WIDE = r"\u24b6-\u24e9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_ESCAPED = (
    # The groups: a sign in HTML by number and by name, in an address, in scripts, and in mail.
    r"&(?:amp;){0,4}#0{0,6}([0-9]{1,6});|&(?:amp;){0,4}#[xX]0{0,6}([0-9A-Fa-f]{1,6});|&(?:amp;){0,4}([A-Za-z]{2,14});"
    r"|(%(?:25){0,4}[0-7][0-9A-Fa-f]|%(?:25){0,4}[C-Fc-f][0-9A-Fa-f](?:%(?:25){0,4}[89ABab][0-9A-Fa-f]){1,3})"
    r"|\\{1,8}u(?:\{0{0,4}(?=[0-9A-Fa-f]{1,4}\})|(?=[0-9A-Fa-f]{4}))([0-9A-Fa-f]{1,4})\}?"
    r"|\\{1,8}x([0-9A-Fa-f]{2})|%u([0-9A-Fa-f]{4})"
    rf"|\\{{1,8}}([nrt0])(?:(?![a-z])|(?=[{_ANY}]{{5}}(?:[^0-9A-Za-z]|(?![\s\S])|[{_ANY}]{{5}})))"
    rf"|(?<=[{_ANY}]{{5}})=(2D|20|09|E2=80=9[0-5]|C2=A[0D])(?=[{_ANY}]{{5}})"
)
_FOLD = rf"[{_UNSEEN}]{{1,64}}|[{_DASHES}]|[{_WIDE}]|{_ESCAPED}"
_FOLD_BEGINS = rf"[&%\\={_UNSEEN}{_DASHES}{_WIDE}]"
"""The signs that something to fold begins with: looked for first, because few stand in most texts."""

_BREAK, _BLANK = "\x01", "\x02"
"""What pass two puts in place of a line end or a tag, and of blanks."""
_TAG = r"<[!/?A-Za-z][^<>]{0,300}>"
_LINE_END = (
    # Marks of quotation stand at the beginning of lines.
    r"[ \t\xa0]{0,200}[=\\^`]?\r?[\n\u2028\u2029][ \t\xa0>#|*;'\"/]{0,200}"
)
_BLANKS = r"[ \t\xa0\u2000-\u200a\u202f\u3000]{1,200}"
# The group: what is a line end or a tag; the rest are blanks. A tag may stand in a key, and a key in a tag.
_LOOSE, _LOOSE_IN_TAGS = rf"({_TAG}|{_LINE_END})|{_BLANKS}", rf"({_LINE_END})|{_BLANKS}"
_G = rf"[{_ANY}](?:[\x01\x02]{{0,4}}[{_ANY}]){{{GROUP - 1}}}"
_START = r"(?:(?<![0-9A-Za-z])|(?<=[Kk][Ee][Yy])|(?<=[Mm][Aa][Kk])|(?<=[Ii][Pp][Kk])|(?<=[Pp][Ii][Dd]))"
_CHAIN = rf"{_START}{_G}(?:[^0-9A-Za-z]{{0,40}}{_G}){{1,399}}(?![0-9A-Za-z])"
_TYPED = (
    # Groups with letters that keys lack, as people mistype them.
    rf"(?<![0-9A-Za-z])[0-9A-Za-z]{{{GROUP}}}"
    rf"(?:[\x01\x02\s]{{0,3}}-[\x01\x02\s]{{0,3}}[0-9A-Za-z]{{{GROUP}}}){{{GROUPS - 1}}}"
    r"(?![0-9A-Za-z])"
)
_LABEL = r"(?:key|mak|csvlk|gvlk|ipk|pid)[^\n]{0,60}(?![\s\S])"
_BEFORE = rf"(?:^|[^0-9A-Za-z])(?:[{_ANY}]{{1,4}})?-[\x01\x02\s]{{0,4}}$"
_AFTER = rf"^[\x01\x02\s]{{0,4}}-[\x01\x02\s]{{0,4}}(?:[{_ANY}]{{1,4}})?(?:[^0-9A-Za-z]|(?![\s\S]))"
_NEAR = 80
_FEWEST, _FEW, _SOME = 3, 4, 8
"""Different letters that a key has at least, by how little else speaks for one."""
_MOSTLY = 20
"""Letters of a mistyped key that keys are written with, at least."""

_IN_GAP = "-\x01\x02 \t\r\n"
_WIDE_RANGES = ((0x24B6, 0x24CF, "A"), (0x24D0, 0x24E9, "a"), (0xFF10, 0xFF19, "0"), (0xFF21, 0xFF3A, "A"),
                (0xFF41, 0xFF5A, "a"))  # fmt: skip

DEFINITION: Mapping[str, Any] = MappingProxyType(
    {
        "letters": LETTERS,
        "any": _ANY,
        "tag": _TAG,
        "dashes": _DASHES,
        "named": dict(_NAMED),
        "fold": _FOLD,
        "loose": _LOOSE,
        "inner": _LOOSE_IN_TAGS,
        "chain": _CHAIN,
        "typed": _TYPED,
        "label": _LABEL,
        "before": _BEFORE,
        "after": _AFTER,
        "near": _NEAR,
        "different": [_FEWEST, _FEW, _SOME],
        "mostly": _MOSTLY,
        "breaks": [_BREAK, _IN_GAP, _BLANK],
        "wide": [[first, last, ord(base)] for first, last, base in _WIDE_RANGES],
    }
)
"""The definition as data, for scripts: patterns mean the same in both languages."""

_find_fold, _find_loose, _find_inner_loose = re.compile(_FOLD), re.compile(_LOOSE), re.compile(_LOOSE_IN_TAGS)
_find_begin, _find_tag = re.compile(_FOLD_BEGINS), re.compile(_TAG)
_find_chain, _find_typed = re.compile(_CHAIN), re.compile(_TYPED)
_label, _before, _after = re.compile(_LABEL, re.IGNORECASE), re.compile(_BEFORE), re.compile(_AFTER)
_letter = re.compile(r"[0-9A-Za-z]")
_STRICT = frozenset(LETTERS)


@dataclass(frozen=True)
class Secret:
    """A key in a text that Microsoft does not publish, or a part of one: its letters, and where each stands.

    `shown` is how many letters at the end may be shown: enough to recognize one's own key, none of a part.
    """

    letters: str
    places: tuple[tuple[int, int], ...]
    shown: int

    @property
    def start(self) -> int:
        """Offset of the first letter."""
        return self.places[0][0]

    @property
    def pieces(self) -> frozenset[str]:
        """Every five letters in a row of those that nobody may see."""
        return _pieces(self.letters[: len(self.letters) - self.shown])


def _pieces(letters: str) -> frozenset[str]:
    return frozenset(letters[at : at + GROUP] for at in range(len(letters) - GROUP + 1))


class _Text:
    """A text after replacements, and the place of each of its characters in the text before."""

    def __init__(self, text: str, matches: Iterator[re.Match[str]], replace: Any) -> None:
        parts: list[str] = []
        self._at, self._from = [0], [0]
        self._width: dict[int, int] = {}
        length = last = 0
        for found in matches:
            put = replace(found)
            if put is None:
                continue
            parts += (text[last : found.start()], put)
            length += found.start() - last
            if put:
                self._mark(length, found.start())
                self._width[length] = found.end() - found.start()
                length += len(put)
            self._mark(length, found.end())
            last = found.end()
        self.is_same = not parts
        self.text = "".join([*parts, text[last:]]) if parts else text

    def _mark(self, at: int, origin: int) -> None:
        self._at.append(at)
        self._from.append(origin)

    def place(self, at: int) -> tuple[int, int]:
        """Start and end, in the text before, of a character."""
        index = bisect_right(self._at, at) - 1
        start = self._from[index] + at - self._at[index]
        return start, start + self._width.get(at, 1)


def _folded(found: re.Match[str]) -> str | None:
    """What an escape or an odd sign stands for: one character, or none."""
    if found.lastindex is None:
        sign = found[0]
        if sign in _DASHES:
            return "-"
        plain = _plain(sign[0])
        return plain if _letter.fullmatch(plain) else ""
    number, hexadecimal, name, octets, short, pair, wide, letter, mail = found.groups()
    if name:
        return _sign(_NAMED[name]) if name in _NAMED else None
    if letter:
        return "\n" if letter in "nr" else "\t" if letter == "t" else ""
    if octets or mail:
        return _bytes(octets or "".join(f"%{part}" for part in mail.split("=")))
    code = int(number) if number else int(hexadecimal or short or pair or wide, 16)
    return _sign(chr(code)) if code < _SURROGATES or _LAST_SURROGATE < code <= _LAST else None


_SURROGATES, _LAST_SURROGATE, _LAST = 0xD800, 0xDFFF, 0x10FFFF


def _bytes(octets: str) -> str:
    raw = bytes(int(part[-2:], 16) for part in octets.split("%")[1:])
    return _sign(raw.decode("utf-8", "replace")[0])


def _plain(sign: str) -> str:
    """A full-width or circled letter as a plain one."""
    code = ord(sign)
    for first, last, base in _WIDE_RANGES:
        if first <= code <= last:
            return chr(code - first + ord(base))
    return sign


def _sign(sign: str) -> str:
    """A sign that was escaped, folded as those that were not. What is no letter of keys stands for a blank."""
    found = _find_fold.fullmatch(sign)
    if found is None:
        return sign if sign.isascii() else " "
    return _folded(found) or ""


def _loosened(found: re.Match[str]) -> str:
    return _BREAK if found[1] else _BLANK


def _folds(text: str) -> Iterator[re.Match[str]]:
    """What `_find_fold.finditer` finds, in less time."""
    end = 0
    for begin in _find_begin.finditer(text):
        if begin.start() >= end and (found := _find_fold.match(text, begin.start())):
            end = found.end()
            yield found


_KEPT = bytes.maketrans(
    (string.ascii_letters + string.digits).encode(),
    "".join("k" if letter in _ANY else "o" for letter in string.ascii_letters + string.digits).encode(),
)
_DROPPED = bytes(sorted({*range(256)} - {*b"-", *(string.ascii_letters + string.digits).encode()}))
_PART, _KEY = b"-".join([b"k" * GROUP] * 2), b"k" * (GROUP * GROUPS)
_find_inner = re.compile(b"-(?=(?:[ko]{%d}-){%d})" % (GROUP, GROUPS - 2))
"""What stands between the first and the last group of a mistyped key."""


def _may_hold(text: str) -> bool:
    """Whether groups of a key may stand in a folded text: False only where `_found` finds nothing.

    A part of a key has two groups with a dash between them and no other letter or digit, a key has twenty-five letters
    in a row whatever signs stand among them, and a mistyped one has five groups of any letters between dashes; each has
    some different letters. Most texts have none of these, and this is seen without a step for each sign.
    """
    kept = text.encode("ascii", "replace").translate(_KEPT, _DROPPED)
    if _PART in kept or _KEY in kept.replace(b"-", b""):
        return len({sign.upper() for sign in set(text) if sign.isascii() and sign.isalnum()}) >= _FEWEST
    width = (GROUP + 1) * (GROUPS - 1)
    rows = (kept[max(0, at - GROUP) : at + width] for at in (inner.start() for inner in _find_inner.finditer(kept)))
    return any(row.count(b"k") >= _MOSTLY for row in rows)


def find(text: str, published: Collection[str] = ()) -> list[Secret]:
    """Every key in a text that is not among the published ones, and parts of such keys, in the order of the text.

    `published` holds keys as letters without dashes, in capitals.
    """
    folded = _Text(text, _folds(text), _folded)
    plain = folded.text
    found: list[Secret] = []
    loosely = []
    # Without a tag it is the same text, which need not be looked at twice.
    untagged = _find_tag.sub("", plain)
    holds = _may_hold(plain)
    if holds:
        found += (_placed(secret, folded) for secret in _found(plain, published))
        loosely.append(_find_inner_loose)
    if holds if untagged is plain else _may_hold(untagged):
        loosely.append(_find_loose)
    for pattern in loosely:
        loose = _Text(plain, pattern.finditer(plain), _loosened)
        found += (_placed(_placed(secret, loose), folded) for secret in _found(loose.text, published))
    return sorted(found, key=lambda secret: (secret.start, -len(secret.letters)))


def masked(text: str, published: Collection[str] = ()) -> str:
    """The text with every letter of such keys hidden but the last five of a whole one. Lines and dashes stay."""
    shown: dict[int, tuple[int, str]] = {}
    for secret in find(text, published):
        for index, (start, end) in enumerate(secret.places):
            is_hidden = index < len(secret.letters) - secret.shown
            if is_hidden or start not in shown:
                shown[start] = end, HIDDEN if is_hidden else secret.letters[index]
    parts: list[str] = []
    last = 0
    for start, (end, sign) in sorted(shown.items()):
        parts += (text[last:start], sign)
        last = end
    return "".join([*parts, text[last:]]) if parts else text


def pieces_in(text: str, published: Collection[str] = ()) -> frozenset[str]:
    """Every five letters in a row of the keys in a text that nobody may see, but those that published keys have too."""
    found = frozenset(piece for secret in find(text, published) for piece in secret.pieces)
    return found and found.difference(*map(_pieces, published))


def without(text: str, pieces: Collection[str], published: Collection[str] = ()) -> str:
    """The text with keys hidden, and some pieces of keys too, whatever stands between their letters.

    For what repeats a part of a text: a part may show too little of a key to be known for one.
    """
    shown = masked(text, published)
    if not pieces:
        return shown
    folded = _Text(shown, _folds(shown), _folded)
    at = [found.start() for found in _letter.finditer(folded.text)]
    letters = "".join(folded.text[each] for each in at).upper()
    starts = (start for start in range(len(letters) - GROUP + 1) if letters[start : start + GROUP] in pieces)
    signs = [*shown]
    for place in {place for start in starts for place in at[start : start + GROUP]}:
        first, last = folded.place(place)
        signs[first:last] = [HIDDEN, *[""] * (last - first - 1)]
    return "".join(signs)


def _placed(secret: Secret, text: _Text) -> Secret:
    """The same secret in the text before a replacement."""
    if text.is_same:
        return secret
    places = tuple((text.place(start)[0], text.place(end - 1)[1]) for start, end in secret.places)
    return Secret(secret.letters, places, secret.shown)


def _found(text: str, published: Collection[str]) -> Iterator[Secret]:
    last = -_NEAR
    for found in _find_chain.finditer(text):
        places = [letter.start() for letter in _letter.finditer(text, *found.span())]
        for secret in _secrets(text, places, published, found.start() - last < _NEAR):
            last = found.end()
            yield secret
    for found in _find_typed.finditer(text):
        letters = "".join(_letter.findall(found[0]))
        strict = sum(letter in _STRICT for letter in letters.upper())
        if _MOSTLY <= strict < len(letters) and _is_mixed(letters, _SOME):
            yield _secret(letters.upper(), [at for at in range(found.start(), found.end()) if _letter.match(text, at)])


def _secret(letters: str, at: Sequence[int], shown: int = GROUP) -> Secret:
    return Secret(letters, tuple((each, each + 1) for each in at), shown)


def _secrets(text: str, at: Sequence[int], published: Collection[str], is_near: bool) -> Iterator[Secret]:
    """The secrets in a row of groups, given the place of each letter, and whether another one stands just before."""
    letters = "".join(text[each] for each in at)
    capitals = letters.upper()
    gaps = [text[one + 1 : other] for one, other in pairwise(at)]
    size = GROUP * GROUPS
    known = [start for start in range(0, len(at) - size + 1, GROUP) if capitals[start : start + size] in published]
    end = len(at)
    rest = [*_rest(known, size, end)]
    for first, last in rest:
        inside = gaps[first : last - 1]
        if last - first >= size:
            if _is_key(letters[first:last], inside):
                step = size if (last - first) % size == 0 else last - first
                for start in range(first, last, step):
                    yield _secret(capitals[start : start + step], at[start : start + step])
            else:
                # Perhaps a key beside something else: what dashes hold together is looked at alone.
                rest += _dashed(gaps, first, last)
        elif last - first > GROUP and not any(capitals[first:last] in key for key in published):
            yield from _parts(text, letters[first:last], inside, at[first:last], is_near)


def _dashed(gaps: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The pieces of a row that dashes hold together; none when that is all of it."""
    cuts = [each for each in range(first + GROUP, last, GROUP) if "-" not in gaps[each - 1]]
    ends = [first, *cuts, last]
    if cuts:
        yield from ((one, other) for one, other in pairwise(ends) if other - one > GROUP)


def _rest(known: Sequence[int], size: int, end: int) -> Iterator[tuple[int, int]]:
    """What published keys leave of a row."""
    here = 0
    for start in known:
        if start > here:
            yield here, start
        here = max(here, start + size)
    if here < end:
        yield here, end


def _is_mixed(letters: str, different: int) -> bool:
    """Whether a text has digits, letters, and enough different ones of both."""
    digits = sum(letter.isdigit() for letter in letters)
    return 0 < digits < len(letters) and len(set(letters.upper())) >= different


def _is_key(letters: str, gaps: Sequence[str]) -> bool:
    """Whether five groups or more are a key, by what stands between their letters."""
    if len(set(letters[: GROUP * (GROUPS - 1)].upper())) < _FEWEST or letters.isdigit():
        return False
    if not any(gaps):
        # Nothing but the letters of one key or some in a row; all different ones in their order are the list of them.
        is_whole = len(letters) % (GROUP * GROUPS) == 0 and letters in (letters.upper(), letters.lower())
        return is_whole and _is_mixed(letters, 1) and letters.upper() != LETTERS
    inner = [gap for index, gap in enumerate(gaps, 1) if index % GROUP]
    is_dashed = all("-" in gap for gap in gaps[GROUP - 1 :: GROUP])
    if any(inner):
        is_broken = all(not gap.strip(_BREAK) for gap in inner)
        return is_dashed or (_is_mixed(letters, _SOME) and (is_broken or all(gaps)))
    longest = max(map(len, re.findall(r"[0-9A-Za-z]+", _written(letters, gaps))))
    return longest <= GROUP * GROUPS and (is_dashed or _is_mixed(letters, 1))


def _written(letters: str, gaps: Sequence[str]) -> str:
    return "".join(letter + (" " if gap else "") for letter, gap in zip(letters, [*gaps, ""], strict=True))


def _parts(text: str, letters: str, gaps: Sequence[str], at: Sequence[int], is_near: bool) -> Iterator[Secret]:
    """Two to four groups, when they are a part of a key: joined by dashes, and if only two, cut off, near another
    part, or behind a label.

    What is left of a group that was cut goes with them.
    """
    joined = all(not gap.strip(_IN_GAP) and gap.count("-") == 1 for gap in gaps[GROUP - 1 :: GROUP])
    inner = [gap for index, gap in enumerate(gaps, 1) if index % GROUP]
    is_one_case = letters in (letters.upper(), letters.lower())
    is_pattern = letters.isdigit() or len(set(letters.upper())) < _FEW
    if not joined or any(gap.strip(_BREAK) for gap in inner) or not is_one_case or is_pattern:
        return
    start, end = at[0], at[-1] + 1
    near = max(0, start - _NEAR)
    before, after = _before.search(text[near:start]), _after.search(text[end : end + _NEAR])
    if len(letters) > 2 * GROUP or is_near or before or after or _label.search(text[near:start]):
        yield _secret(letters.upper(), at, 0)
        extra = range(near + before.start(), start) if before else range(0)
        more = range(end, end + after.end()) if after else range(0)
        cut = [each for each in (*extra, *more) if _letter.match(text, each)]
        if cut:
            yield _secret("".join(text[each] for each in cut).upper(), cut, 0)
