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
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.reference.changes import change_mark

CONFLICTS_PAGE = "reference/conflicts.md"
LIFECYCLE_PAGE = "plan/lifecycle.md"

ESU_IDS: dict[str, str] = {"win10-22h2": "esu.win10.activation_ids"}
"""The fact with the activation IDs of the program years, for entries whose updates are activated by an ID."""

PHASE_TONES: dict[Phase, State] = {
    "before-start": "info",
    "unknown": "info",
    "mainstream": "ok",
    "supported": "ok",
    "extended": "warn",
    "esu": "warn",
    "month-only": "warn",
    "ended": "bad",
}
PHASES = Words.beside(__file__, "support-phases", *get_args(Phase))
FAMILIES = get_args(Lifecycle.model_fields["family"].annotation)

ENDS = Words.beside(__file__, "support-ends", *get_args(End))
_FAMILIES = Words.beside(__file__, "support-families", *FAMILIES)
_SAID = Words.beside(
    __file__,
    "support",
    "next",
    "next-columns 5",
    "nothing-ahead",
    "unrecorded products",
    "table family",
    "columns 5",
    "releases product",
    "release-columns 6",
    "start-not-recorded",
    "ended-title",
    "ended product concern",
    "paid-until day",
    "by-release product computers",
    "by-release-groups groups",
    "no-release",
    "releases-ended releases",
    "find-release",
    "find-release-link",
    "release release day left",
    "or",
    "computers computers groups",
    "hosts hosts",
    "licenses",
    "documented",
    "both-dates",
    "no-mainstream",
    "none-recorded",
    "other-date",
    "program-year year",
    "days-left days",
    "from day",
    "in-month month",
    "esu years",
    "esu-year year first last",
    "esu-year-of year scope first last",
    "esu-last day",
)
_ESU = Words.beside(
    __file__,
    "esu-years",
    "table product",
    "columns 5",
    "year year",
    "no-id",
    "over",
    "not-yet",
    "runs",
    "running year day",
    "first day",
    "last day",
)
_CHART = Words.beside(
    __file__,
    "support-chart",
    "nothing year",
    "today day",
    "title",
    "description bars",
    "caption",
    "ended days",
    "end what days",
)

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
    nothing = note("info", _SAID["nothing-ahead"])
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
                _SAID["next"],
                _SAID.list("next-columns"),
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
                _SAID.plain(
                    "unrecorded",
                    products=", ".join(view.catalog.product(product).name for product in found.unrecorded),
                ),
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
        raise ValueError(f'no lifecycle entry has the family "{family}"; allowed: {", ".join(FAMILIES)}')
    rows = [
        (entry.name, _mainstream(entry), _support_until(entry), _phase_cell(view, entry), _remarks(view, entry))
        for entry in entries
    ]
    return table(
        _SAID.plain("table", family=_FAMILIES[family]),
        _SAID.list("columns"),
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
            when(entry.start, weekday=False) if entry.start else _SAID["start-not-recorded"],
            _support_until(entry),
            _phase_cell(view, entry),
            _remarks(view, entry, with_start=False),
        )
        for entry in entries
    ]
    return table(
        _SAID.plain("releases", product=_short_name(name)),
        _SAID.list("release-columns"),
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
            _ESU.plain("year", year=year.year),
            when(year.start),
            join([when(year.end), confidence_mark(entry.esu_confidence)]),
            fact(view, ids, f"year{year.year}") if ids else _ESU["no-id"],
            by_day(view, partial(_esu_state, year=year), domain.turns([entry])),
        )
        for year in entry.esu_years
    ]
    return join(
        [
            tag("p", by_day(view, partial(_esu_running, entry=entry), domain.turns([entry]))),
            table(_ESU.plain("table", product=entry.name), _ESU.list("columns"), rows),
        ]
    )


def lifecycle_chart(view: View) -> Html:
    """Bars of support that is still running or ended lately, with today and both dates where two are printed."""
    first = date(view.today.year - YEARS_BACK, 1, 1)
    entries = _charted(view, first)
    if not entries:
        return note("info", _CHART.plain("nothing", year=str(first.year)))
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
        svg.text(0, 14, _CHART.say(view, "today", day=today_in_drawing(view)), "vag-svg__today", anchor="middle"),
        svg.line(0, TOP - 38, 0, TOP - 4, "vag-svg__today"),
        *(svg.line(0, top - 3, 0, top + BAR + 3, "vag-svg__today") for top in beside),
    ]
    parts.append(now_mark(view, first, last, 0, WIDTH, *today))
    said = "; ".join(f"{entry.name}: {_said(entry)}" for entry in entries)
    drawing = svg.drawing(
        WIDTH,
        height,
        _CHART["title"],
        _CHART.plain("description", bars=said),
        *parts,
    )
    return tag("div", figure(drawing, _CHART["caption"]), data_vag_build=True)


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
        # What else it stands for is said in the text of the drawing, and in the table.
        svg.text(0, top + 12, _short_name(entry.name)),
        svg.text(WIDTH, top + 12, _CHART.plain("ended", days=last) if over else last, "vag-svg__muted", anchor="end"),
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
        (_either(m) if short else _CHART.plain("end", what=ENDS[m.end].lower(), days=_either(m)))
        for m in (found[-1:] if short else found)
    )


def _either(milestone: Milestone) -> str:
    return _SAID["or"].join(moment.isoformat() for moment in _both(milestone))


def _both(milestone: Milestone) -> list[date]:
    return sorted({milestone.earliest, milestone.latest})


def _ended(view: View) -> Html | None:
    ended = domain.outlook(view.catalog, view.organization, view.today).ended
    if not ended:
        return None
    lines = [
        join(
            [
                _SAID.say(
                    view,
                    "ended",
                    product=tag("a", _name(view, concern.entry), href=_anchor(view, concern.entry)),
                    concern=_what(view, concern),
                ),
                _paid_until(view, concern),
            ]
        )
        for concern in ended
    ]
    return note("bad", _SAID["ended-title"], bullets(lines))


def _paid_until(view: View, concern: Concern) -> Html | None:
    """What may still be bought, where paid updates run."""
    entry = find(view.catalog.lifecycle, concern.entry, "lifecycle entry")
    if entry.esu_end is None or domain.standing(entry, view.today).phase != "esu":
        return None
    return _SAID.say(view, "paid-until", day=when(entry.esu_end))


def _by_release(view: View, product: str) -> Html:
    """What is supported of a product that ends release by release, and what an organization has of it."""
    found = domain.releases_of(view.catalog, view.organization, product, view.today)
    name = _short_name(view.catalog.product(found.product).name)
    names = {group.id: group.name for group in view.organization.groups}
    lines = [_release_line(view, entry_id) for entry_id in found.supported]
    ended = ", ".join(_release_name(view, entry_id) for entry_id in found.ended)
    return note(
        "info" if found.supported else "bad",
        _SAID.plain("by-release", product=name, computers=found.computers),
        tag("p", _SAID.plain("by-release-groups", groups=", ".join(names[group] for group in found.groups)))
        if found.groups
        else None,
        bullets(lines) if lines else tag("p", _SAID["no-release"]),
        tag("p", _SAID.plain("releases-ended", releases=ended)) if ended else None,
        tag(
            "p",
            _SAID.say(view, "find-release"),
            " ",
            # The heading over the releases of a product has its id.
            tag("a", _SAID["find-release-link"], href=view.href(f"{LIFECYCLE_PAGE}#{found.product}")),
        ),
    )


def _release_line(view: View, entry_id: str) -> Html:
    entry = find(view.catalog.lifecycle, entry_id, "lifecycle entry")
    days = [day for milestone in domain.milestones(entry) for day in _both(milestone)]
    return join(
        [
            _SAID.say(
                view,
                "release",
                release=_release_name(view, entry_id),
                day=join((when(day) for day in days), _SAID["or"]),
                left=days_to(view, days[-1], "days"),
            ),
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
        return status("info", _ESU["over"])
    if view.today < year.start:
        return status("info", _ESU["not-yet"])
    return status("ok", _ESU["runs"])


def _esu_running(view: View, entry: Lifecycle) -> Html:
    """Which program year runs, in a sentence."""
    first, last = entry.esu_years[0], entry.esu_years[-1]
    running = domain.esu_year(entry, view.today)
    if running:
        return _ESU.say(view, "running", year=running.year, day=when(running.end))
    if view.today < first.start:
        return _ESU.say(view, "first", day=when(first.start))
    return _ESU.say(view, "last", day=when(last.end))


def _days(view: View, milestone: Milestone) -> Html:
    if milestone.end == "month":
        return join([f"{milestone.day:%Y-%m}"])
    name = f"support.{milestone.entry}:{milestone.end}"
    ahead = next((moment for moment in _both(milestone) if moment >= view.today), None)
    days = (numbered(name, when(moment)) if moment == ahead else when(moment) for moment in _both(milestone))
    return join(days, _SAID["or"])


def _left(view: View, milestone: Milestone) -> Html:
    return join((days_to(view, moment, "number") for moment in _both(milestone)), _SAID["or"])


def _ends(milestone: Milestone) -> str:
    words = ENDS[milestone.end]
    return words[0].lower() + words[1:]


def _what(view: View, concern: Concern) -> Html:
    names = {group.id: group.name for group in view.organization.groups}
    lines: list[object] = [
        _SAID.plain(
            "computers", computers=concern.computers, groups=", ".join(names[group] for group in concern.groups)
        )
        if concern.groups
        else None,
        _SAID.plain("hosts", hosts=", ".join(view.organization.host(host).name for host in concern.hosts))
        if concern.hosts
        else None,
    ]
    said = [line for line in lines if line is not None]
    return join(said, "; ") if said else join([_SAID["licenses"]])


def _doubt(view: View, milestone: Milestone) -> Html:
    conflict = find(view.catalog.lifecycle, milestone.entry, "lifecycle entry").conflict
    if conflict:
        words: object = join([confidence_mark("conflicting"), " ", _conflict_link(view, conflict)])
    elif milestone.confidence == "documented":
        words = _SAID["documented"]
    else:
        words = confidence_mark(milestone.confidence)
    return join([words])


def _conflict_link(view: View, conflict_id: str) -> Html:
    return tag("a", _SAID["both-dates"], href=view.href(f"{CONFLICTS_PAGE}#{conflict_id}"))


def _mainstream(entry: Lifecycle) -> Html:
    if entry.policy == "modern":
        return join([_SAID["no-mainstream"]])
    return _date_cell(entry.mainstream_end, entry.alternative.mainstream_end if entry.alternative else None)


def _support_until(entry: Lifecycle) -> Html:
    """The last day of free support: of extended support, or of mainstream support where no other follows."""
    other = entry.alternative
    if entry.extended_end:
        return _date_cell(entry.extended_end, other.extended_end if other else None)
    return _date_cell(entry.mainstream_end, other.mainstream_end if other else None)


def _date_cell(recorded: date | None, alternative: date | None) -> Html:
    if recorded is None:
        return join([_SAID["none-recorded"]])
    days = sorted({recorded, alternative or recorded})
    return join((when(moment, weekday=False) for moment in days), _SAID["or"])


def phase_of(view: View, *entries: Lifecycle) -> Html:
    """Where entries stand together, by each of two dates where pages differ."""

    def said(on: View) -> Html:
        now = [domain.standing(entry, on.today) for entry in entries]
        phases = dict.fromkeys(phase for one in now for phase in (one.phase, one.alternative_phase) if phase)
        return join((_phase(phase) for phase in phases), _SAID["or"])

    return by_day(view, said, domain.turns(entries))


def _phase(phase: Phase) -> Html:
    return status(PHASE_TONES[phase], PHASES[phase])


def _phase_cell(view: View, entry: Lifecycle) -> Html:
    return by_day(view, partial(_phase_on, entry=entry), domain.turns([entry]), "div")


def _phase_on(view: View, entry: Lifecycle) -> Html:
    now = domain.standing(entry, view.today)
    parts = [_phase(now.phase)]
    if now.alternative_phase:
        parts += [join([_SAID["or"]]), _phase(now.alternative_phase), join([_SAID["other-date"]])]
    running = domain.esu_year(entry, view.today)
    if running and now.phase == "esu":
        parts.append(tag("p", _SAID.plain("program-year", year=running.year)))
    if now.next:
        parts.append(tag("p", _SAID.say(view, "days-left", days=_left(view, now.next))))
    return join(parts)


def _remarks(view: View, entry: Lifecycle, with_start: bool = True) -> Html:
    lines: list[object] = [
        _SAID.plain("from", day=entry.start.isoformat()) if entry.start and with_start else None,
        _esu_line(entry),
        _SAID.plain("in-month", month=entry.end_month) if entry.end_month else None,
        entry.notes,
    ]
    sources = [*entry.sources, *(entry.alternative.sources if entry.alternative else ())]
    return join(
        [
            confidence_mark(entry.confidence),
            join([" ", _conflict_link(view, entry.conflict)]) if entry.conflict else None,
            *(tag("p", line) for line in lines if line),
            change_mark(view, "support-date", entry.id),
            tag("p", join((source(view, source_id) for source_id in dict.fromkeys(sources)), ", ")),
        ]
    )


def _esu_line(entry: Lifecycle) -> Html | None:
    if entry.esu_end is None:
        return None
    years = "; ".join(
        _SAID.plain(
            "esu-year-of" if year.scope else "esu-year",
            year=year.year,
            scope=year.scope,
            first=year.start,
            last=year.end,
        )
        for year in entry.esu_years
    )
    said = _SAID.plain("esu", years=years) if years else _SAID.plain("esu-last", day=entry.esu_end)
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
