"""Support dates: the next ones that matter to this organization, tables by family, and a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import get_args

from macros.catalog.models import Lifecycle, find
from macros.domain import lifecycle as domain
from macros.domain.lifecycle import Concern, End, Milestone, Phase

from . import svg
from .citations import confidence_mark, source
from .components import State, figure, note, status, table, when
from .html import Html, bullets, join, tag
from .quantity import counted, number
from .view import View

CONFLICTS_PAGE = "reference/conflicts.md"
LIFECYCLE_PAGE = "plan/lifecycle.md"

CONFLICT_OF: dict[str, str] = {
    "ws2025": "conflict.ws2025_end",
    "office-ltsc-2024": "conflict.ltsc2024_end",
}
"""The record that explains why two pages print different dates, for each entry with two."""

PHASE_WORDS: dict[Phase, tuple[State, str]] = {
    "before-start": ("info", "not released yet"),
    "unknown": ("info", "not stated"),
    "mainstream": ("ok", "mainstream support"),
    "supported": ("ok", "supported"),
    "extended": ("warn", "extended support"),
    "esu": ("warn", "paid ESU only"),
    "month-only": ("warn", "ends this month, day not printed"),
    "ended": ("bad", "support ended"),
}

END_WORDS: dict[End, str] = {
    "mainstream": "Mainstream support ends",
    "extended": "Extended support ends",
    "support": "Support ends",
    "esu": "The last ESU year ends",
    "month": "Support ends; only the month is printed",
}

FAMILY_WORDS: dict[str, str] = {
    "windows-client": "Windows client",
    "windows-server": "Windows Server",
    "office-volume": "Office, volume editions",
    "office-retail": "Office, retail",
    "office-app": "Office apps",
}

CHART_FAMILIES = ("windows-server", "windows-client", "office-volume")
YEARS_BACK = 1
WIDTH, ROW, BAR_TOP, BAR, TOP = 720, 42, 18, 12, 60
END_CLASSES: dict[End, str] = {
    "mainstream": "vag-svg__ok",
    "support": "vag-svg__info",
    "extended": "vag-svg__warn",
    "esu": "vag-svg__bad",
}


def next_dates(view: View, limit: int | None = None) -> Html:
    """The next support dates of products and KMS hosts that this organization has, the earliest first.

    `limit` is the number of rows; None for all.
    """
    found = domain.outlook(view.catalog, view.organization, view.today)
    rows = [
        (
            _days(view, milestone),
            _left(view, milestone),
            join([tag("a", _entry(view, milestone).name, href=_row(view, milestone)), ": ", _ends(milestone)]),
            _what(view, concern),
            _doubt(view, milestone),
        )
        for milestone, concern in found.upcoming[:limit]
    ]
    return join(
        [
            _ended(view, found.ended),
            table(
                "The next support dates of what you have",
                ["Last day", "Days left", "What ends", "What you have of it", "How sure"],
                rows,
            )
            if rows
            else note("info", "No support date lies ahead for what this organization has"),
            tag(
                "p",
                "No support date is recorded for: ",
                join((view.catalog.product(product).name for product in found.unrecorded), ", "),
                ".",
            )
            if found.unrecorded
            else None,
        ]
    )


def lifecycle_table(view: View, family: str) -> Html:
    """Support dates of one family; each row carries the id of its entry as anchor.

    `family` is a family of lifecycle.yaml. Raises ValueError for another one.
    """
    entries = [entry for entry in view.catalog.lifecycle if entry.family == family]
    if not entries:
        allowed = ", ".join(get_args(Lifecycle.model_fields["family"].annotation))
        raise ValueError(f'no lifecycle entry has the family "{family}"; allowed: {allowed}')
    rows = [
        (
            entry.name,
            _date_cell(entry.mainstream_end, entry.alternative.mainstream_end if entry.alternative else None),
            _date_cell(entry.extended_end, entry.alternative.extended_end if entry.alternative else None),
            _phase_cell(view, entry),
            _remarks(view, entry),
        )
        for entry in entries
    ]
    return table(
        f"Support dates: {FAMILY_WORDS[family]}",
        ["Product", "Mainstream until", "Extended until", f"On {view.today.isoformat()}", "Remarks and sources"],
        rows,
        row_ids=[entry.id for entry in entries],
    )


def lifecycle_chart(view: View) -> Html:
    """Bars of support that is still running or ended lately, with today and both dates where two are printed."""
    first = date(view.today.year - YEARS_BACK, 1, 1)
    entries = _charted(view, first)
    if not entries:
        return note("info", f"No support date of {first.year} or later is recorded, so there is nothing to draw")
    latest = max(m.latest for e in entries for m in domain.milestones(e))
    last = date(max(latest, view.today).year + 1, 1, 1)

    def x(moment: date) -> float:
        return WIDTH * (max(moment, first) - first).days / (last - first).days

    height = TOP + ROW * len(entries) + 8
    parts: list[Html] = []
    for year in range(first.year, last.year):
        at = x(date(year, 1, 1))
        parts.append(svg.line(at, TOP - 12, at, height, "vag-svg__grid"))
        if (year - first.year) % 2 == 0:
            parts.append(svg.text(at + 2, TOP - 18, year, "vag-svg__muted"))
    parts += [
        svg.line(x(view.today), TOP - 38, x(view.today), TOP - 4, "vag-svg__today"),
        svg.text(x(view.today), 14, f"today, {view.today.isoformat()}", "vag-svg__today", anchor="middle"),
    ]
    for index, entry in enumerate(entries):
        top = TOP + ROW * index
        parts += _bar(entry, top, x, first)
        # Only beside the bars: one line through all rows would strike out the names above them.
        parts.append(
            svg.line(x(view.today), top + BAR_TOP - 3, x(view.today), top + BAR_TOP + BAR + 3, "vag-svg__today")
        )
    said = "; ".join(f"{entry.name}: {_said(entry)}" for entry in entries)
    drawing = svg.drawing(
        WIDTH,
        height,
        "Support of Windows, Windows Server and Office volume releases by year",
        f"One bar for each release. {said}.",
        *parts,
    )
    return figure(
        drawing,
        "Green: mainstream support. Blue: supported, without a printed end of mainstream support. Amber: extended"
        " support. Red: paid ESU. Gray between two dates: sources differ. A bar that begins at the left edge began"
        " earlier or has no printed start. The tables below hold the same dates.",
    )


def _charted(view: View, first: date) -> list[Lifecycle]:
    order = {family: index for index, family in enumerate(CHART_FAMILIES)}
    shown = [
        entry
        for entry in view.catalog.lifecycle
        if entry.family in order and any(m.end in END_CLASSES and m.latest >= first for m in domain.milestones(entry))
    ]
    return sorted(shown, key=lambda entry: (order[entry.family], -_last(entry).toordinal(), entry.id))


def _last(entry: Lifecycle) -> date:
    return max(milestone.latest for milestone in domain.milestones(entry))


def _bar(entry: Lifecycle, top: float, x: Callable[[date], float], first: date) -> list[Html]:
    parts = [
        svg.text(0, top + 12, entry.name),
        svg.text(WIDTH, top + 12, _said(entry, short=True), "vag-svg__muted", anchor="end"),
    ]
    begin = max(entry.start or first, first)
    for milestone in domain.milestones(entry):
        if milestone.latest < first:
            continue
        end = max(milestone.earliest, first)
        parts.append(svg.rect(x(begin), top + BAR_TOP, x(end) - x(begin), BAR, _class(entry, milestone)))
        if milestone.alternative:
            width = x(milestone.latest) - x(end)
            parts.append(svg.rect(x(end), top + BAR_TOP, width, BAR, "vag-svg__track"))
        begin = max(milestone.latest, first)
    return parts


def _class(entry: Lifecycle, milestone: Milestone) -> str:
    return END_CLASSES["mainstream" if milestone.day == entry.mainstream_end else milestone.end]


def _said(entry: Lifecycle, short: bool = False) -> str:
    found = domain.milestones(entry)
    return ", ".join(
        (f"{_either(m)}" if short else f"{END_WORDS[m.end].lower()} {_either(m)}")
        for m in (found[-1:] if short else found)
    )


def _either(milestone: Milestone) -> str:
    return " or ".join(moment.isoformat() for moment in _both(milestone))


def _both(milestone: Milestone) -> list[date]:
    return sorted({milestone.earliest, milestone.latest})


def _ended(view: View, ended: Sequence[Concern]) -> Html | None:
    if not ended:
        return None
    lines = [
        join([tag("a", _name(view, concern.entry), href=_anchor(view, concern.entry)), ": ", _what(view, concern)])
        for concern in ended
    ]
    return note("bad", "In use although support has ended", bullets(lines))


def _days(view: View, milestone: Milestone) -> Html:
    if milestone.end == "month":
        return join([f"{milestone.day:%Y-%m}"])
    return join((when(moment) for moment in _both(milestone)), " or ")


def _left(view: View, milestone: Milestone) -> str:
    return " or ".join(number((moment - view.today).days) for moment in _both(milestone))


def _ends(milestone: Milestone) -> str:
    words = END_WORDS[milestone.end]
    return words[0].lower() + words[1:]


def _what(view: View, concern: Concern) -> Html:
    names = {group.id: group.name for group in view.organization.groups}
    lines: list[object] = [
        join([f"{counted(concern.computers, 'computer')}: ", join((names[group] for group in concern.groups), ", ")])
        if concern.groups
        else None,
        join(["KMS host: ", join((view.organization.host(host).name for host in concern.hosts), ", ")])
        if concern.hosts
        else None,
    ]
    said = [line for line in lines if line is not None]
    return join(said, "; ") if said else join(["licenses or MAK activations, no group of computers"])


def _doubt(view: View, milestone: Milestone) -> Html:
    if milestone.entry in CONFLICT_OF:
        words: object = join([confidence_mark("conflicting"), " ", _conflict_link(view, milestone.entry)])
    elif milestone.confidence == "documented":
        words = "documented"
    else:
        words = confidence_mark(milestone.confidence)
    return join([words])


def _conflict_link(view: View, entry_id: str) -> Html:
    return tag("a", "both dates", href=view.href(f"{CONFLICTS_PAGE}#{CONFLICT_OF[entry_id]}"))


def _date_cell(recorded: date | None, alternative: date | None) -> Html:
    if recorded is None:
        return join(["none recorded"])
    days = sorted({recorded, alternative or recorded})
    return join((when(moment, weekday=False) for moment in days), " or ")


def _phase_cell(view: View, entry: Lifecycle) -> Html:
    now = domain.standing(entry, view.today)
    parts = [status(*PHASE_WORDS[now.phase])]
    if now.alternative_phase:
        parts += [join([" or "]), status(*PHASE_WORDS[now.alternative_phase]), join([", by the other date"])]
    if now.next:
        parts.append(tag("p", f"{_left(view, now.next)} days left"))
    return join(parts)


def _remarks(view: View, entry: Lifecycle) -> Html:
    lines = [
        f"From {entry.start.isoformat()}." if entry.start else None,
        f"Last ESU year until {entry.esu_end.isoformat()}." if entry.esu_end else None,
        f"In {entry.end_month}." if entry.end_month else None,
        entry.notes,
    ]
    sources = [*entry.sources, *(entry.alternative.sources if entry.alternative else ())]
    return join(
        [
            confidence_mark(entry.confidence),
            join([" ", _conflict_link(view, entry.id)]) if entry.id in CONFLICT_OF else None,
            *(tag("p", line) for line in lines if line),
            tag("p", join((source(view, source_id) for source_id in dict.fromkeys(sources)), ", ")),
        ]
    )


def _entry(view: View, milestone: Milestone) -> Lifecycle:
    return find(view.catalog.lifecycle, milestone.entry, "lifecycle entry")


def _name(view: View, entry_id: str) -> str:
    return find(view.catalog.lifecycle, entry_id, "lifecycle entry").name


def _row(view: View, milestone: Milestone) -> str:
    return _anchor(view, milestone.entry)


def _anchor(view: View, entry_id: str) -> str:
    return view.href(f"{LIFECYCLE_PAGE}#{entry_id}")


MACROS = (next_dates, lifecycle_table, lifecycle_chart)
