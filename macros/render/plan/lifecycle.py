"""Support dates: the next ones that matter to this organization, tables by family, and a chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import get_args

from macros.catalog.models import EsuYear, Lifecycle, find
from macros.domain import lifecycle as domain
from macros.domain.lifecycle import Concern, End, Milestone, Phase
from macros.render.parts import svg
from macros.render.parts.citations import confidence_mark, fact, source
from macros.render.parts.clock import Span, by_day, days_to, now_mark, once_over, span_attributes, today_in_drawing
from macros.render.parts.components import State, figure, note, numbered, status, table, when
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.quantity import counted
from macros.render.parts.view import View

CONFLICTS_PAGE = "reference/conflicts.md"
LIFECYCLE_PAGE = "plan/lifecycle.md"

ESU_IDS: dict[str, str] = {"win10-22h2": "esu.win10.activation_ids"}
"""The fact with the activation IDs of the program years, for entries whose updates are activated by an ID."""

RELEASE_ANCHORS: dict[str, str] = {"windows-11": "windows-11"}
"""Heading of the support page over the releases of a product."""

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


OVER_CLASS = "vag-svg__track"
"""Gray: nothing that is over, and nothing that is in doubt, has the color of support."""


def next_dates(view: View, limit: int | None = None) -> Html:
    """The next support dates of products and KMS hosts that this organization has, the earliest first.

    `limit` is the number of rows; None for all.
    """
    found = domain.outlook(view.catalog, view.organization, view.today)
    ends = [milestone.latest for milestone, _ in found.upcoming]
    nothing = note("info", "No support date lies ahead for what this organization has")
    rows = [
        (
            _days(view, milestone),
            _left(view, milestone),
            join([tag("a", _entry(view, milestone).name, href=_row(view, milestone)), ": ", _ends(milestone)]),
            _what(view, concern),
            _doubt(view, milestone),
        )
        for milestone, concern in found.upcoming
    ]
    return join(
        [
            by_day(view, _ended, domain.turns(view.catalog.lifecycle), "div"),
            table(
                "The next support dates of what you have",
                ["Last day", "Days left", "What ends", "What you have of it", "How sure"],
                rows,
                row_attributes=span_attributes(view, [Span(until=end) for end in ends], limit),
                first=limit,
            )
            if rows
            else nothing,
            once_over(view, max(ends), "div", nothing) if ends else None,
            *(
                by_day(
                    view,
                    partial(_by_release, product=releases.product),
                    domain.turns(domain.entries_of(view.catalog, releases.product)),
                    "div",
                )
                for releases in found.releases
            ),
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
    entries = [entry for entry in view.catalog.lifecycle if entry.family == family and not entry.release]
    if not entries:
        allowed = ", ".join(get_args(Lifecycle.model_fields["family"].annotation))
        raise ValueError(f'no lifecycle entry has the family "{family}"; allowed: {allowed}')
    rows = [
        (entry.name, _mainstream(entry), _support_until(entry), _phase_cell(view, entry), _remarks(view, entry))
        for entry in entries
    ]
    return table(
        f"Support dates: {FAMILY_WORDS[family]}",
        ["Product", "Mainstream until", "Support until", "Now", "Remarks and sources"],
        rows,
        row_ids=[entry.id for entry in entries],
    )


def release_table(view: View, product: str) -> Html:
    """Last days of the releases of a product, by edition; each row carries the id of its entry as anchor.

    Raises LookupError for a product that does not exist, ValueError for one whose dates do not depend on a release.
    """
    name = view.catalog.product(product).name
    entries = [entry for entry in domain.entries_of(view.catalog, product) if entry.release]
    if not entries:
        raise ValueError(f"the dates of {name} do not depend on a release")
    rows = [
        (
            entry.release,
            entry.editions,
            when(entry.start, weekday=False) if entry.start else "not recorded",
            _support_until(entry),
            _phase_cell(view, entry),
            _remarks(view, entry, with_start=False),
        )
        for entry in entries
    ]
    return table(
        f"Releases of {_short_name(name)}",
        ["Release", "Editions", "From", "Last day", "Now", "Remarks and sources"],
        rows,
        row_ids=[entry.id for entry in entries],
    )


def esu_years(view: View, entry_id: str) -> Html:
    """The program years of Extended Security Updates with their days and activation IDs, and which one runs today.

    Raises UnknownIdError for an entry that does not exist, ValueError for one without program years.
    """
    entry = find(view.catalog.lifecycle, entry_id, "lifecycle entry")
    if not entry.esu_years:
        raise ValueError(f"{entry.name} has no program years of Extended Security Updates")
    ids = ESU_IDS.get(entry_id)
    rows = [
        (
            f"Year {year.year}",
            when(year.start),
            join([when(year.end), confidence_mark(entry.esu_confidence)]),
            fact(view, ids, f"year{year.year}") if ids else "none printed",
            by_day(view, partial(_esu_state, year=year), domain.turns([entry])),
        )
        for year in entry.esu_years
    ]
    columns = ["Program year", "From", "Last day", "Activation ID", "Now"]
    return join(
        [
            tag("p", by_day(view, partial(_esu_running, entry=entry), domain.turns([entry]))),
            table(f"Extended Security Updates for {entry.name}: the program years", columns, rows),
        ]
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
    for index, entry in enumerate(entries):
        parts += _bar(view, entry, TOP + ROW * index, x, first)
    # Only beside the bars: one line through all rows would strike out the names above them.
    beside = (TOP + ROW * index + BAR_TOP for index in range(len(entries)))
    today = [
        svg.text(0, 14, join(["today, ", today_in_drawing(view)]), "vag-svg__today", anchor="middle"),
        svg.line(0, TOP - 38, 0, TOP - 4, "vag-svg__today"),
        *(svg.line(0, top - 3, 0, top + BAR + 3, "vag-svg__today") for top in beside),
    ]
    parts.append(now_mark(view, first, last, 0, WIDTH, *today))
    said = "; ".join(f"{entry.name}: {_said(entry)}" for entry in entries)
    drawing = svg.drawing(
        WIDTH,
        height,
        "Support of Windows, Windows Server and Office volume releases by year",
        f"One bar for each release. {said}.",
        *parts,
    )
    shown = figure(
        drawing,
        "Green: mainstream support. Blue: supported, without a printed end of mainstream support. Amber: extended"
        " support. Red: paid ESU. Gray: all support has ended, or, between two dates, sources differ. A bar that begins"
        " at the left edge began earlier or has no printed start. The tables below hold the same dates, and those of"
        " the releases of Windows 11. The scale begins in the year before this page was built; the line is today.",
    )
    return tag("div", shown, data_vag_build=True)


def _charted(view: View, first: date) -> list[Lifecycle]:
    order = {family: index for index, family in enumerate(CHART_FAMILIES)}
    shown = [
        entry
        for entry in view.catalog.lifecycle
        if entry.family in order
        and not entry.release
        and any(m.end in END_CLASSES and m.latest >= first for m in domain.milestones(entry))
    ]
    return sorted(shown, key=lambda entry: (order[entry.family], -_last(entry).toordinal(), entry.id))


def _last(entry: Lifecycle) -> date:
    return max(milestone.latest for milestone in domain.milestones(entry))


def _bar(view: View, entry: Lifecycle, top: float, x: Callable[[date], float], first: date) -> list[Html]:
    """An entry as it is before and after its end; which of both shows depends on the day."""
    end = next((day for day in domain.turns([entry]) if domain.standing(entry, day).phase == "ended"), date.max)
    spans = [Span(until=end - timedelta(days=1)), Span(since=end)]
    return [
        tag("g", *_bar_of(entry, top, x, first, over=over), **attributes)
        for over, attributes in zip((False, True), span_attributes(view, spans), strict=True)
    ]


def _bar_of(entry: Lifecycle, top: float, x: Callable[[date], float], first: date, over: bool) -> list[Html]:
    last = _said(entry, short=True)
    parts = [
        svg.text(0, top + 12, entry.name),
        svg.text(WIDTH, top + 12, f"ended {last}" if over else last, "vag-svg__muted", anchor="end"),
    ]
    begin = max(entry.start or first, first)
    for milestone in domain.milestones(entry):
        if milestone.latest < first:
            continue
        end = max(milestone.earliest, first)
        class_ = OVER_CLASS if over else _class(entry, milestone)
        parts.append(svg.rect(x(begin), top + BAR_TOP, x(end) - x(begin), BAR, class_))
        if milestone.alternative:
            width = x(milestone.latest) - x(end)
            parts.append(svg.rect(x(end), top + BAR_TOP, width, BAR, OVER_CLASS))
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


def _ended(view: View) -> Html | None:
    ended = domain.outlook(view.catalog, view.organization, view.today).ended
    if not ended:
        return None
    lines = [
        join(
            [
                tag("a", _name(view, concern.entry), href=_anchor(view, concern.entry)),
                ": ",
                _what(view, concern),
                _paid_until(view, concern),
            ]
        )
        for concern in ended
    ]
    return note("bad", "In use although free support has ended", bullets(lines))


def _paid_until(view: View, concern: Concern) -> Html | None:
    """What may still be bought, where paid updates run."""
    entry = find(view.catalog.lifecycle, concern.entry, "lifecycle entry")
    if entry.esu_end is None or domain.standing(entry, view.today).phase != "esu":
        return None
    return join(["; with paid Extended Security Updates until ", when(entry.esu_end)])


def _by_release(view: View, product: str) -> Html:
    """What is supported of a product that ends release by release, and what an organization has of it."""
    found = domain.releases_of(view.catalog, view.organization, product, view.today)
    name = _short_name(view.catalog.product(found.product).name)
    names = {group.id: group.name for group in view.organization.groups}
    anchor = RELEASE_ANCHORS.get(found.product)
    lines = [_release_line(view, entry_id) for entry_id in found.supported]
    ended = ", ".join(_release_name(view, entry_id) for entry_id in found.ended)
    return note(
        "info" if found.supported else "bad",
        f"{name} ends release by release: {counted(found.computers, 'computer')}, release not recorded",
        tag("p", join((names[group] for group in found.groups), ", "), ".") if found.groups else None,
        bullets(lines) if lines else tag("p", "No release is supported any more."),
        tag("p", f"Ended: {ended}.") if ended else None,
        tag(
            "p",
            "Your organization's file names no release. ",
            tag("code", "winver"),
            " shows it on a computer. ",
            tag("a", "All releases and sources", href=view.href(f"{LIFECYCLE_PAGE}#{anchor}")) if anchor else None,
        ),
    )


def _release_line(view: View, entry_id: str) -> Html:
    entry = find(view.catalog.lifecycle, entry_id, "lifecycle entry")
    days = [day for milestone in domain.milestones(entry) for day in _both(milestone)]
    return join(
        [
            f"{_release_name(view, entry_id)}: until ",
            join((when(day) for day in days), " or "),
            ", ",
            days_to(view, days[-1], "days"),
            confidence_mark(entry.confidence),
        ]
    )


def _release_name(view: View, entry_id: str) -> str:
    entry = find(view.catalog.lifecycle, entry_id, "lifecycle entry")
    return f"{entry.release} ({entry.editions})" if entry.editions else str(entry.release)


def _short_name(name: str) -> str:
    """The name of a product without the editions behind it."""
    return name.partition(" (")[0]


def _esu_state(view: View, year: EsuYear) -> Html:
    if view.today > year.end:
        return status("info", "over")
    if view.today < year.start:
        return status("info", "not yet")
    return status("ok", "runs")


def _esu_running(view: View, entry: Lifecycle) -> Html:
    """Which program year runs, in a sentence."""
    first, last = entry.esu_years[0], entry.esu_years[-1]
    running = domain.esu_year(entry, view.today)
    if running:
        return join([f"Program year {running.year} runs, until ", when(running.end), "."])
    if view.today < first.start:
        return join(["No program year runs yet; the first one begins on ", when(first.start), "."])
    return join(["No program year runs any more; the last one ended on ", when(last.end), "."])


def _days(view: View, milestone: Milestone) -> Html:
    if milestone.end == "month":
        return join([f"{milestone.day:%Y-%m}"])
    name = f"support.{milestone.entry}:{milestone.end}"
    ahead = next((moment for moment in _both(milestone) if moment >= view.today), None)
    days = (numbered(name, when(moment)) if moment == ahead else when(moment) for moment in _both(milestone))
    return join(days, " or ")


def _left(view: View, milestone: Milestone) -> Html:
    return join((days_to(view, moment, "number") for moment in _both(milestone)), " or ")


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
    conflict = find(view.catalog.lifecycle, milestone.entry, "lifecycle entry").conflict
    if conflict:
        words: object = join([confidence_mark("conflicting"), " ", _conflict_link(view, conflict)])
    elif milestone.confidence == "documented":
        words = "documented"
    else:
        words = confidence_mark(milestone.confidence)
    return join([words])


def _conflict_link(view: View, conflict_id: str) -> Html:
    return tag("a", "both dates", href=view.href(f"{CONFLICTS_PAGE}#{conflict_id}"))


def _mainstream(entry: Lifecycle) -> Html:
    if entry.policy == "modern":
        return join(["no such phase"])
    return _date_cell(entry.mainstream_end, entry.alternative.mainstream_end if entry.alternative else None)


def _support_until(entry: Lifecycle) -> Html:
    """The last day of free support: of extended support, or of mainstream support where no other follows."""
    other = entry.alternative
    if entry.extended_end:
        return _date_cell(entry.extended_end, other.extended_end if other else None)
    return _date_cell(entry.mainstream_end, other.mainstream_end if other else None)


def _date_cell(recorded: date | None, alternative: date | None) -> Html:
    if recorded is None:
        return join(["none recorded"])
    days = sorted({recorded, alternative or recorded})
    return join((when(moment, weekday=False) for moment in days), " or ")


def phase_of(view: View, *entries: Lifecycle) -> Html:
    """Where entries stand together, by each of two dates where pages differ."""

    def said(on: View) -> Html:
        now = [domain.standing(entry, on.today) for entry in entries]
        phases = dict.fromkeys(phase for one in now for phase in (one.phase, one.alternative_phase) if phase)
        return join((status(*PHASE_WORDS[phase]) for phase in phases), " or ")

    return by_day(view, said, domain.turns(entries))


def _phase_cell(view: View, entry: Lifecycle) -> Html:
    return by_day(view, partial(_phase_on, entry=entry), domain.turns([entry]), "div")


def _phase_on(view: View, entry: Lifecycle) -> Html:
    now = domain.standing(entry, view.today)
    parts = [status(*PHASE_WORDS[now.phase])]
    if now.alternative_phase:
        parts += [join([" or "]), status(*PHASE_WORDS[now.alternative_phase]), join([", by the other date"])]
    running = domain.esu_year(entry, view.today)
    if running and now.phase == "esu":
        parts.append(tag("p", f"program year {running.year}"))
    if now.next:
        parts.append(tag("p", _left(view, now.next), " days left"))
    return join(parts)


def _remarks(view: View, entry: Lifecycle, with_start: bool = True) -> Html:
    lines: list[object] = [
        f"From {entry.start.isoformat()}." if entry.start and with_start else None,
        _esu_line(entry),
        f"In {entry.end_month}." if entry.end_month else None,
        entry.notes,
    ]
    sources = [*entry.sources, *(entry.alternative.sources if entry.alternative else ())]
    return join(
        [
            confidence_mark(entry.confidence),
            join([" ", _conflict_link(view, entry.conflict)]) if entry.conflict else None,
            *(tag("p", line) for line in lines if line),
            tag("p", join((source(view, source_id) for source_id in dict.fromkeys(sources)), ", ")),
        ]
    )


def _esu_line(entry: Lifecycle) -> Html | None:
    if entry.esu_end is None:
        return None
    years = "; ".join(
        f"year {year.year}{f' ({year.scope})' if year.scope else ''} {year.start} to {year.end}"
        for year in entry.esu_years
    )
    said = f"ESU: {years}." if years else f"Last ESU year until {entry.esu_end.isoformat()}."
    return join([said, confidence_mark(entry.esu_confidence)])


def _entry(view: View, milestone: Milestone) -> Lifecycle:
    return find(view.catalog.lifecycle, milestone.entry, "lifecycle entry")


def _name(view: View, entry_id: str) -> str:
    return find(view.catalog.lifecycle, entry_id, "lifecycle entry").name


def _row(view: View, milestone: Milestone) -> str:
    return _anchor(view, milestone.entry)


def _anchor(view: View, entry_id: str) -> str:
    return view.href(f"{LIFECYCLE_PAGE}#{entry_id}")


MACROS = (next_dates, lifecycle_table, release_table, lifecycle_chart, esu_years)
