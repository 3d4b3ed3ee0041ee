"""Drawing primitives: SVG that takes its colors from the page's stylesheet and says in words what it shows."""

from __future__ import annotations

import hashlib

from .html import Html, tag

NARROW = 400
"""Units that a narrow screen shows at their size: such a drawing keeps the size of its letters everywhere."""


def drawing(width: int, height: int, title: str, description: str, *children: Html) -> Html:
    """An image of `width` by `height` units that scales to the column, with a title and a text equivalent."""
    mark = hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:8]
    return tag(
        "svg",
        tag("title", title, id=f"t-{mark}"),
        tag("desc", description, id=f"d-{mark}"),
        *children,
        class_="vag-svg vag-svg--narrow" if width <= NARROW else "vag-svg",
        # The caption and the table beside it are found; labels without their places would only confuse.
        data_vag_unsearched=True,
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_labelledby=f"t-{mark} d-{mark}",
    )


def rect(x: float, y: float, width: float, height: float, class_: str, **attributes: object) -> Html:
    """A rectangle; its class gives the color."""
    return tag("rect", x=_n(x), y=_n(y), width=_n(width), height=_n(height), class_=class_, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    """A straight line."""
    return tag("line", x1=_n(x1), y1=_n(y1), x2=_n(x2), y2=_n(y2), class_=class_)


def text(x: float, y: float, content: object, class_: str = "vag-svg__label", anchor: str = "start") -> Html:
    """A line of text; `anchor` is start, middle or end."""
    return tag("text", content, x=_n(x), y=_n(y), class_=class_, text_anchor=anchor)


def polyline(points: list[tuple[float, float]], class_: str) -> Html:
    """A line through points."""
    return tag("polyline", points=" ".join(f"{_n(x)},{_n(y)}" for x, y in points), class_=class_)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
