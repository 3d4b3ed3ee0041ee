"""A picture for each method: who asks whom, by which way and how often; the same in words beside it.

Two columns: the client on the left, what it asks on the right, from top to bottom. It is as wide as a phone, so that it
needs no scrolling there.
"""

from __future__ import annotations

from html import unescape
from re import sub
from textwrap import wrap

from macros.render.parts import svg
from macros.render.parts.components import figure
from macros.render.parts.html import Html, tag
from macros.render.parts.names import VolumeMethod
from macros.render.parts.sentences import rich
from macros.render.parts.view import View
from macros.render.parts.words import Words

_PICTURES: dict[VolumeMethod, Words] = {
    "kms": Words.beside(__file__, "picture-kms", "title", "client", "asked 3", "ways 2", "between", "steps 4"),
    "adba": Words.beside(__file__, "picture-adba", "title", "client", "asked 2", "ways 1", "between", "steps 3"),
    "mak": Words.beside(__file__, "picture-mak", "title", "client", "asked 2", "ways 2", "between", "steps 3"),
}
_UPWARD = frozenset({"mak"})
"""Methods in whose picture the last box asks the one above it."""
_WIDTH, _ROW, _BOX, _SIDE, _GAP = 360, 112, 64, 92, 8
_LINE, _LONGEST = 15, 22
_HEAD = 7
_ABOVE = 2
"""Lines that stand above an arrow; more stand below it."""


def method_picture(view: View, method: VolumeMethod) -> Html:
    """How a method works as a drawing, and as a numbered list with its sources."""
    words = _PICTURES[method]
    steps = words.list("steps")
    drawing = svg.drawing(
        _WIDTH,
        _ROW * len(words.list("asked")) - _ROW + _BOX + 2,
        words["title"],
        " ".join(_plain(view, step) for step in steps),
        *_client(view, words),
        *(part for row, name in enumerate(words.list("asked")) for part in _box(_WIDTH - _SIDE - 1, row, 1, name)),
        *(part for row, way in enumerate(words.list("ways")) for part in _way(row, _plain(view, way))),
        *_between(len(words.list("asked")) - 1, _plain(view, words["between"]), upward=method in _UPWARD),
    )
    told = tag("ol", *(tag("li", rich(view, step)) for step in steps))
    return tag("div", figure(drawing, words["title"], told), class_="vag-picture")


def _plain(view: View, sentence: str) -> str:
    """A sentence with its values, without marks and links."""
    return unescape(sub(r"<[^>]+>", "", rich(view, sub(r" ?\[[^\]]*\]", "", sentence))))


def _client(view: View, words: Words) -> list[Html]:
    return _box(1, 0, len(words.list("ways")), words["client"])


def _box(left: float, row: int, rows: int, name: str) -> list[Html]:
    """A box over some rows, with its name in the middle."""
    top, height = row * _ROW + 1, (rows - 1) * _ROW + _BOX
    lines = wrap(name, 12)
    first = top + height / 2 + 5 - (len(lines) - 1) * _LINE / 2
    texts = [
        svg.text(left + _SIDE / 2, first + number * _LINE, one, "vag-svg__strong", "middle")
        for number, one in enumerate(lines)
    ]
    return [svg.rect(left, top, _SIDE, height, "vag-svg__frame"), *texts]


def _way(row: int, said: str) -> list[Html]:
    """An arrow from the client to a box, with what goes that way above and below it."""
    left, right, middle = 1 + _SIDE + _GAP, _WIDTH - _SIDE - 1 - _GAP, row * _ROW + 1 + _BOX / 2
    lines = wrap(said, _LONGEST)
    above = min(len(lines), _ABOVE)
    texts = [
        svg.text(
            (left + right) / 2,
            middle - 6 + (number + 1 - above) * _LINE + (0 if number < above else 9),
            one,
            "vag-svg__label",
            "middle",
        )
        for number, one in enumerate(lines)
    ]
    return [
        svg.line(left, middle, right, middle, "vag-svg__way"),
        _head((right, middle), (-_HEAD, -_HEAD / 2), (-_HEAD, _HEAD / 2)),
        *texts,
    ]


def _between(row: int, said: str, *, upward: bool) -> list[Html]:
    """An arrow between the last two boxes, with its words on its left."""
    middle, top, bottom = _WIDTH - 1 - _SIDE / 2, (row - 1) * _ROW + 1 + _BOX + 3, row * _ROW - 2
    tip, back = (top, top + _HEAD) if upward else (bottom, bottom - _HEAD)
    lines = wrap(said, 32)
    first = (top + bottom) / 2 + 5 - (len(lines) - 1) * _LINE / 2
    texts = [
        svg.text(middle - 10, first + number * _LINE, one, "vag-svg__label", "end") for number, one in enumerate(lines)
    ]
    return [
        svg.line(middle, top, middle, bottom, "vag-svg__way"),
        _head((middle, tip), (-_HEAD / 2, back - tip), (_HEAD / 2, back - tip)),
        *texts,
    ]


def _head(tip: tuple[float, float], *backs: tuple[float, float]) -> Html:
    """The head of an arrow: from its tip, so far back to both sides."""
    one, other = ((tip[0] + x, tip[1] + y) for x, y in backs)
    return svg.polyline([one, tip, other], "vag-svg__way")


MACROS = (method_picture,)
