"""The drawings of the capacity page: numbers and labels in, SVG out. What they say stands in each description too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from macros.domain.contact import Distribution
from macros.render.parts import svg
from macros.render.parts.components import State
from macros.render.parts.html import Html

WIDTH = 640
MARGIN = 8
FAINT = 0.0005
"""A bar of a distribution below this share of days is left out: in percent it would round to nothing."""

_MUTED = "vag-svg__label vag-svg__muted"
_STRONG = "vag-svg__label vag-svg__strong"


@dataclass(frozen=True)
class Mark:
    """A threshold on a bar, and what the bar comes to."""

    name: str
    at: int
    result: str


@dataclass(frozen=True)
class CountBar:
    """One count: its value, the most it can show, and its thresholds."""

    label: str
    value: int
    limit: int
    state: State
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class RateBars:
    """Rates of one host, each with its words."""

    label: str
    rates: tuple[tuple[float, str], ...]


def count_bars(title: str, bars: Sequence[CountBar]) -> Html:
    """Counts below each other on one scale, each in a track up to the most it can show, with its thresholds."""
    step, thick = 78, 20
    scale = (WIDTH - 2 * MARGIN) / max(bar.limit for bar in bars)
    parts: list[Html] = []
    for index, bar in enumerate(bars):
        y = MARGIN + index * step
        parts += [
            svg.text(MARGIN, y + 12, bar.label, _STRONG),
            svg.rect(MARGIN, y + 20, bar.limit * scale, thick, "vag-svg__track"),
            svg.rect(MARGIN, y + 20, bar.value * scale, thick, f"vag-svg__{bar.state}"),
        ]
        for mark in bar.marks:
            x = MARGIN + mark.at * scale
            parts += [
                svg.line(x, y + 16, x, y + 46, "vag-svg__threshold"),
                svg.text(x + 6, y + 56, f"{mark.name} {mark.at}", _MUTED),
            ]
    words = " ".join(f"{bar.label}. {'; '.join(f'{mark.name}: {mark.result}' for mark in bar.marks)}." for bar in bars)
    return svg.drawing(WIDTH, MARGIN + len(bars) * step, title, words, *parts)


def visible(seen: Distribution) -> list[int]:
    """Counts that are likely enough to be shown."""
    return [count for count, probability in enumerate(seen) if probability >= FAINT]


def distribution_bars(
    title: str, description: str, seen: Distribution, threshold: int, labels: tuple[str, str]
) -> Html:
    """How likely each count is: below the threshold in one color, from it on in another, with a line between.

    `labels` name that line and the axis.
    """
    base, tall = 190, 150
    shown = visible(seen)
    first, last = max(0, min(shown[0], threshold) - 2), max(shown[-1], threshold) + 2
    step = (WIDTH - 2 * MARGIN) / (last - first + 1)
    parts = [svg.line(MARGIN, base, WIDTH - MARGIN, base, "vag-svg__axis")]
    for count in shown:
        size = tall * seen[count] / max(seen)
        state = "ok" if count >= threshold else "bad"
        x = MARGIN + (count - first + 0.1) * step
        parts.append(svg.rect(x, base - size, step * 0.8, size, f"vag-svg__{state}"))
    every = max(1, round(30 / step))
    cap = len(seen) - 1
    for count in range(first, min(last, cap) + 1):
        if (count - threshold) % every == 0 or count == cap:
            name = f"{count}+" if count == cap else str(count)
            parts.append(svg.text(MARGIN + (count - first + 0.5) * step, base + 18, name, _MUTED, "middle"))
    x = MARGIN + (threshold - first) * step
    parts += [
        svg.line(x, base - tall - 12, x, base, "vag-svg__threshold"),
        svg.text(x + 6, base - tall - 16, labels[0], _STRONG),
        svg.text(MARGIN, base + 40, labels[1], _MUTED),
    ]
    return svg.drawing(WIDTH, base + 48, title, description, *parts)


def needed_bars(title: str, description: str, bars: Sequence[tuple[str, int]], threshold: int) -> Html:
    """Computers needed, a bar for each label, with the threshold as a line through all of them."""
    left, right, top, step = 110, 50, 12, 30
    scale = (WIDTH - left - right) / max([threshold, *(count for _, count in bars)])
    bottom = top + step * len(bars)
    parts: list[Html] = []
    for index, (label, count) in enumerate(bars):
        y = top + index * step
        parts += [
            svg.text(left - 10, y + 15, label, "vag-svg__label", "end"),
            svg.rect(left, y, count * scale, 20, "vag-svg__bar"),
            svg.text(left + count * scale + 8, y + 15, f"{count:,}", _STRONG),
        ]
    x = left + threshold * scale
    parts += [
        svg.line(left, top - 6, left, bottom, "vag-svg__axis"),
        svg.line(x, top - 6, x, bottom, "vag-svg__threshold"),
    ]
    return svg.drawing(WIDTH, bottom + MARGIN, title, description, *parts)


def rate_bars(title: str, hosts: Sequence[RateBars]) -> Html:
    """Rates of several hosts on one scale."""
    right, line, head = 170, 24, 36
    scale = (WIDTH - MARGIN - right) / max(rate for host in hosts for rate, _ in host.rates)
    parts: list[Html] = []
    y = MARGIN
    for host in hosts:
        parts.append(svg.text(MARGIN, y + 12, host.label, _STRONG))
        for index, (rate, words) in enumerate(host.rates):
            top = y + 20 + index * line
            class_ = "vag-svg__bar--alt" if index else "vag-svg__bar"
            parts += [
                svg.rect(MARGIN, top, max(rate * scale, 1), 18, class_),
                svg.text(MARGIN + rate * scale + 8, top + 14, words),
            ]
        y += head + line * len(host.rates)
    spoken = " ".join(f"{host.label}: {', '.join(words for _, words in host.rates)}." for host in hosts)
    return svg.drawing(WIDTH, y, title, spoken, *parts)
