"""Renewal timelines, as tables and drawings. The macros on outages come along; see outage.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import get_args

from macros.catalog.organization import Group
from macros.domain.activation import KMS_UNMET
from macros.domain.outage import adba_cadence, kms_cadence
from macros.domain.renewal import KINDS, Kind, Span, StateId, Timeline, kind_of, timeline
from macros.render.parts import svg
from macros.render.parts.citations import cite, fact, value_link
from macros.render.parts.clock import Span as Days
from macros.render.parts.clock import by_day, days_to, next_of, next_of_series, now_mark, shifted, span_attributes
from macros.render.parts.components import State, cards, details, figure, note, numbered, status, table, when
from macros.render.parts.html import Html, join, tag
from macros.render.parts.quantity import day
from macros.render.parts.view import View
from macros.render.parts.words import Words

from . import outage
from .outage import METHODS, why_never

NAMES = Words.beside(__file__, "timelines", *KINDS)
TONES: dict[StateId, State] = {
    "licensed": "ok",
    "expiry-announced": "warn",
    "notifications": "bad",
    "out-of-tolerance": "warn",
    "unlicensed-notification": "bad",
    "perpetual": "ok",
    "new-quiet": "info",
    "new-notices": "warn",
    "not-stated": "info",
}
STATES = Words.beside(__file__, "license-states", *get_args(StateId))
SEES = Words.beside(__file__, "what-users-see", *get_args(StateId))
UNTIMED = Words.beside(__file__, "methods-without-timeline", "avma", "subscription", "own-key", "unactivated")
_BEGINS = Words.beside(__file__, "timeline-begins", "renewed", "mak", "office-new")
_CAPTIONS = Words.beside(
    __file__, "timeline-captions", *(f"{name} kind origin" for name in ("renewed", "mak", "office-new"))
)
_SAID = Words.beside(
    __file__,
    "timeline",
    "columns 4",
    "table kind day",
    "starts day",
    "starts-with group day",
    "example day",
    "scheduled renewals",
    "from-to first last",
    "from first",
    "success",
    "all renewals",
    "all-between",
    "all-between-starts",
    "drawing kind day",
    "drawing-today",
    "drawing-spans spans",
    "drawing-spans-attempts spans renewals first last",
    "span-from-to state first last",
    "span-from state first",
)
_PERIODS = Words.beside(
    __file__,
    "periods",
    "title",
    "columns 5",
    "valid-mak",
    "renews-mak",
    "renews-adba",
    "renews-kms only",
    "windows-only",
    "announced sees",
    "none-listed",
    "not-stated",
)
_GROUPS = Words.beside(
    __file__,
    "group-renewals",
    "dated",
    "dated-columns 6",
    "undated",
    "undated-columns 3",
    "left-out groups",
    "left-out-group group why",
    "about product method computers",
    "no-renewal",
    "none-left",
    "never",
    "attempt day",
    "attempt-overdue day how",
    "attempt-or-start day",
    "overdue groups how",
    "hourly hours only",
    "not-activated missing",
    "never-activated",
    "part-activated missing of",
    "nothing-to-expire",
    "later-day day",
    "not-recorded",
    "not-known",
    "or-later day",
)
_CARDS = Words.beside(
    __file__,
    "renewal-cards",
    "next-renewal",
    "next-end",
    "next-expiry",
    "next-attempt",
    "next-line weekday left group",
    "today groups",
    "expired",
    "groups groups",
    "computers computers",
    "never",
    "never-line groups",
    "unrecorded",
    "unrecorded-line computers",
    "later",
    "later-line",
    "perpetual",
    "perpetual-line",
    "nothing-title",
    "nothing",
)
_REMAINING = Words.beside(
    __file__,
    "remaining-time",
    "title",
    "columns 3",
    "minutes minutes days",
    "full 2",
    "healthy time",
    "healthy-means 2",
    "missed time",
    "missed-means 2",
    "announced time",
    "announced-means 2",
    "expired",
    "expired-means 2",
)

_DAY = timedelta(days=1)
_ROUNDS = 104
"""Retries of days after which nothing looks any more which group tries first: two years of weeks."""
_ONCE: tuple[Kind, ...] = ("mak", "office-new")
"""Timelines that no renewal begins."""
_WIDTH, _LEFT, _RIGHT = 720, 12, 708


def renewal_timeline(view: View, kind: str, start: str | date | None = None) -> Html:
    """Drawing and table of what happens from an activation or renewal on, if no renewal succeeds.

    `kind` is one of windows-kms, windows-server-kms, office-kms, windows-adba, office-adba, mak, office-new. `start`
    is an ISO date; without it, the last renewal of the first group of this kind that records one, else today.
    Raises ValueError for another kind or a text that is no date.
    """
    known = _kind(kind)
    first, origin = _start(view, known, start)
    line = timeline(known, view.policy, first)
    begins = known if known in _ONCE else "renewed"
    rows = [
        (_BEGINS[begins], when(first), "", ""),
        *_attempt_rows(view, line),
        *(_span_row(view, span) for span in line.spans),
    ]
    shown = join(
        [
            figure(
                _timeline_drawing(view, line),
                _CAPTIONS.plain(begins, kind=NAMES[known], origin=origin),
            ),
            table(
                _SAID.plain("table", kind=NAMES[known], day=first),
                _SAID.list("columns"),
                rows,
            ),
            _all_attempts(view, line),
        ]
    )
    return tag("div", shown, data_vag_build=True) if first == view.today and start is None else shown


def renewal_comparison(view: View) -> Html:
    """One table of the periods and states of every product and method."""

    def row(kind: Kind) -> tuple[object, ...]:
        line = timeline(kind, view.policy, view.today)
        after = [_named_state(view, span) for span in line.spans if line.expiry and span.first >= line.expiry]
        return NAMES[kind], _validity(view, kind), _rhythm(view, kind), _announced(view, line), join(after)

    return table(
        _PERIODS["title"],
        _PERIODS.list("columns"),
        [row(kind) for kind in KINDS if kind != "office-new"],
    )


def group_renewals(view: View) -> Html:
    """Per group of the organization: the next renewal, the warning and the expiry, from its last renewal."""
    recorded = list(_recorded(view))
    dated = {group.id for group, _ in recorded}
    undated = [(group, kind) for group, kind in _timed_groups(view) if group.id not in dated]
    listed = dated | {group.id for group, _ in undated}
    others = [group for group in view.organization.groups if group.id not in listed]
    left_out = "; ".join(
        _GROUPS.plain("left-out-group", group=group.name, why=UNTIMED[group.method]) for group in others
    )
    return join(
        [
            table(
                _GROUPS["dated"],
                _GROUPS.list("dated-columns"),
                [_dated_row(view, group, line) for group, line in recorded],
                row_ids=[f"renewal-{group.id}" for group, _ in recorded],
            )
            if recorded
            else None,
            table(
                _GROUPS["undated"],
                _GROUPS.list("undated-columns"),
                [_undated_row(view, group, kind) for group, kind in undated],
                row_ids=[f"renewal-{group.id}" for group, _ in undated],
            )
            if undated
            else None,
            tag("p", _GROUPS.plain("left-out", groups=left_out)) if left_out else None,
        ]
    )


def renewal_next_dates(view: View) -> Html:
    """The organization's next dates as cards: renewal attempt, warning, expiry, and what is not recorded."""
    recorded = [(group, line) for group, line in _recorded(view) if line.expiry]
    dated = list(_date_cards(view, recorded))
    items: list[tuple[object, object, object]] = [card for card, _ in dated]
    never = [
        (group, found)
        for group, kind in _timed_groups(view)
        for found in [view.situation.activations[group.id]]
        if kind != "mak" and found.missing
    ]
    if never:
        computers = _CARDS.plain("computers", computers=sum(found.missing for _, found in never))
        unlicensed = numbered(f"computers.{KMS_UNMET}", computers)
        groups = ", ".join(group.name for group, _ in never)
        items.append((_CARDS["never"], unlicensed, _CARDS.say(view, "never-line", groups=groups)))
    missing = [
        group
        for group, kind in _timed_groups(view)
        if kind != "mak" and group.last_renewal is None and view.situation.activations[group.id].licensed
    ]
    if missing:
        licensed = sum(view.situation.activations[group.id].licensed for group in missing)
        items.append(
            (
                _CARDS["unrecorded"],
                _CARDS.plain("groups", groups=len(missing)),
                _CARDS.say(view, "unrecorded-line", computers=licensed),
            )
        )
    ahead = [group for group, kind in _timed_groups(view) if kind != "mak" and _renews_later(view, group)]
    if ahead:
        items.append((_CARDS["later"], _CARDS.plain("groups", groups=len(ahead)), _CARDS.say(view, "later-line")))
    perpetual = sum(group.mak.activated for group in view.organization.groups if group.mak)
    if perpetual:
        computers = _CARDS.plain("computers", computers=perpetual)
        items.append((_CARDS["perpetual"], computers, _CARDS.say(view, "perpetual-line")))
    if not items:
        return note("info", _CARDS["nothing-title"], tag("p", _CARDS["nothing"]))
    spans = [span for _, span in dated]
    return cards(items, span_attributes(view, spans + [Days()] * (len(items) - len(spans))))


def remaining_time_table(view: View) -> Html:
    """How to read the remaining minutes that a KMS client prints."""
    policy = view.policy
    validity = view.catalog.fact("kms.validity")
    interval = view.catalog.fact("kms.renewal_interval")
    warning = view.catalog.fact("kms.expiry.windows.warning")
    healthy = kms_cadence(policy).first_expiry

    def minutes(days: int) -> str:
        return _REMAINING.plain("minutes", minutes=int(timedelta(days=days) / timedelta(minutes=1)), days=days)

    def row(name: str, tone: State, prints: object) -> tuple[object, ...]:
        means, do = _REMAINING.list(name)
        return prints, status(tone, means), do

    until_due = value_link(view, interval, minutes(healthy))
    until_end = value_link(view, warning, minutes(policy.windows_warning_days))
    rows = [
        row("full", "ok", value_link(view, validity, minutes(policy.validity_days))),
        row("healthy-means", "ok", _REMAINING.say(view, "healthy", time=until_due)),
        row("missed-means", "warn", _REMAINING.say(view, "missed", time=until_due)),
        row("announced-means", "warn", _REMAINING.say(view, "announced", time=until_end)),
        row("expired-means", "bad", _REMAINING["expired"]),
    ]
    return table(_REMAINING["title"], _REMAINING.list("columns"), rows)


def _kind(kind: str) -> Kind:
    for known in KINDS:
        if kind == known:
            return known
    raise ValueError(f'"{kind}" is no timeline; allowed: {", ".join(KINDS)}')


def _start(view: View, kind: Kind, start: str | date | None) -> tuple[date, str]:
    """The first day, and a sentence that says where it comes from."""
    if start is not None:
        first = start if isinstance(start, date) else date.fromisoformat(start)
        return first, _SAID.plain("starts", day=day(first))
    for group, own in _timed_groups(view):
        if own == kind and kind != "mak" and group.last_renewal and group.last_renewal <= view.today:
            renewed = group.last_renewal
            return renewed, _SAID.plain("starts-with", group=group.name, day=day(renewed))
    return view.today, _SAID.plain("example", day=day(view.today))


def _timed_groups(view: View) -> Iterable[tuple[Group, Kind]]:
    for group in view.organization.groups:
        kind = kind_of(view.catalog.product(group.product).kind, group.method)
        if kind:
            yield group, kind


def _renews_later(view: View, group: Group) -> bool:
    return group.last_renewal is not None and group.last_renewal > view.today


def _recorded(view: View) -> Iterable[tuple[Group, Timeline]]:
    """Groups that renew, with a last renewal that does not lie after today."""
    for group, kind in _timed_groups(view):
        if kind != "mak" and group.last_renewal and group.last_renewal <= view.today:
            yield group, timeline(kind, view.policy, group.last_renewal)


def _overdue_groups(view: View, recorded: Iterable[tuple[Group, Timeline]]) -> str:
    """Groups whose clients are in their retries of hours, by name, and how often these try."""
    late = [(group.name, line) for group, line in recorded if line.is_overdue(view.today) and _tries_hourly(line)]
    names = ", ".join(name for name, _ in late)
    return _GROUPS.plain("overdue", groups=names, how=_hourly(*(line for _, line in late))) if late else ""


def _tries_hourly(line: Timeline) -> bool:
    return line.retry is not None and line.retry < timedelta(days=1)


def _about(view: View, group: Group) -> Html:
    product = view.catalog.product(group.product).name.split(" (")[0]
    about = _GROUPS.plain("about", product=product, method=METHODS[group.method], computers=group.count)
    return join([group.name, tag("br"), tag("small", about)])


def _dated_row(view: View, group: Group, line: Timeline) -> tuple[object, ...]:
    def state(on: View) -> Html:
        return _state(line.state_on(on.today).state)

    refused = view.situation.activations[group.id].state == "lapsing"
    return (
        _about(view, group),
        join(
            [
                by_day(view, state, [span.first for span in line.spans]),
                _below(
                    status("warn", _GROUPS["no-renewal"]), " ", why_never(view, view.situation.activations[group.id])
                )
                if refused
                else None,
            ]
        ),
        when(line.start, weekday=False),
        join(
            [
                next_of(view, line.attempts, _GROUPS["none-left"] if line.expiry else ""),
                by_day(view, partial(_next_attempt, line=line), _attempt_turns(line)),
            ]
        ),
        when(line.warning, weekday=False) if line.warning else _unannounced(line),
        when(line.expiry) if line.expiry else _GROUPS["never"],
    )


def _below(*content: object) -> Html:
    return join([tag("br"), tag("small", *content)])


def _next_attempt(view: View, line: Timeline) -> Html | None:
    """The day of the next attempt, and what a client tries beside its schedule."""
    attempt = line.next_attempt(view.today)
    if attempt is None or line.retry is None:
        return None
    if not line.is_overdue(view.today):
        return _below(_GROUPS.say(view, "attempt" if _tries_hourly(line) else "attempt-or-start", day=when(attempt)))
    name = "attempt-overdue" if _tries_hourly(line) else "attempt-or-start"
    return _below(_GROUPS.say(view, name, day=_attempt(view, line), how=_hourly(line)))


def _hourly(*lines: Timeline) -> str:
    """How often clients in their retries try."""
    retry = lines[0].retry
    if retry is None:
        return ""
    doubt = _PERIODS["windows-only"] if any(line.kind.startswith("office") for line in lines) else ""
    return _GROUPS.plain("hourly", hours=int(retry / timedelta(hours=1)), only=doubt)


def _undated_row(view: View, group: Group, kind: Kind) -> tuple[object, ...]:
    if kind == "mak":
        missing = group.count - group.mak.activated if group.mak else 0
        state = status("warn", _GROUPS.plain("not-activated", missing=missing)) if missing else _state("perpetual")
        return _about(view, group), state, _GROUPS["never"]
    found = view.situation.activations[group.id]
    if found.state == "never" and found.missing:
        state = join([status("bad", _GROUPS["never-activated"]), _below(why_never(view, found))])
        return _about(view, group), state, _GROUPS["nothing-to-expire"]
    if found.missing:
        part = _GROUPS.plain("part-activated", missing=found.missing, of=group.count)
        state = join([status("warn", part), _below(why_never(view, found))])
        return _about(view, group), state, _estimate(view, group, kind)
    if group.last_renewal:
        later = status("warn", _GROUPS.plain("later-day", day=day(group.last_renewal)))
        return _about(view, group), tag("span", later, data_vag_build=True), ""
    return _about(view, group), status("info", _GROUPS["not-recorded"]), _estimate(view, group, kind)


def _estimate(view: View, group: Group, kind: Kind) -> Html | str:
    """While renewals work, a computer that is there every day has renewed within the last interval."""
    if group.network_every_days != 1:
        return _GROUPS["not-known"]
    interval = (adba_cadence if group.method == "adba" else kms_cadence)(view.policy).renewal
    expiry = timeline(kind, view.policy, view.today - timedelta(days=interval)).expiry
    left = (expiry - view.today).days if expiry else None
    return _GROUPS["never"] if left is None else _GROUPS.say(view, "or-later", day=shifted(view, left))


def _attempt_rows(view: View, line: Timeline) -> Iterable[tuple[object, ...]]:
    if line.attempts:
        yield (
            _SAID.plain("scheduled", renewals=len(line.attempts)),
            _SAID.say(view, "from-to", first=when(line.attempts[0]), last=when(line.attempts[-1])),
            _SAID["success"],
            cite(view, *line.attempt_facts),
        )


def _span_row(view: View, span: Span) -> tuple[object, ...]:
    if span.last is None:
        days = _SAID.say(view, "from", first=when(span.first))
    else:
        days = _SAID.say(view, "from-to", first=when(span.first), last=when(span.last))
    return _state(span.state), days, SEES[span.state], cite(view, *span.facts) if span.facts else ""


def _all_attempts(view: View, line: Timeline) -> Html | None:
    if not line.attempts:
        return None
    return details(
        _SAID.plain("all", renewals=len(line.attempts)),
        tag("p", join((when(attempt) for attempt in line.attempts), ", ")),
        tag("p", _SAID.say(view, "all-between" if _tries_hourly(line) else "all-between-starts")),
    )


def _validity(view: View, kind: Kind) -> Html:
    if kind == "mak":
        return _PERIODS.say(view, "valid-mak")
    return fact(view, "adba.validity" if kind.endswith("adba") else "kms.validity")


def _rhythm(view: View, kind: Kind) -> Html:
    if kind == "mak":
        return _PERIODS.say(view, "renews-mak")
    if kind.endswith("adba"):
        return _PERIODS.say(view, "renews-adba")
    return _PERIODS.say(view, "renews-kms", only=_PERIODS["windows-only"] if kind.startswith("office") else "")


def _announced(view: View, line: Timeline) -> Html:
    announced = next((span for span in line.spans if span.state == "expiry-announced"), None)
    if announced:
        said = _PERIODS.say(view, "announced", sees=SEES[announced.state])
        return join([said, " ", cite(view, *announced.facts)])
    if line.kind == "office-kms":
        return join([_unannounced(line), " ", cite(view, "kms.expiry.office.states")])
    return Html(_unannounced(line))


def _unannounced(line: Timeline) -> str:
    """What stands in place of an announced end. The states of Office by KMS are listed, and none is before the end."""
    if line.expiry is None:
        return ""
    return _PERIODS["none-listed" if line.kind == "office-kms" else "not-stated"]


def _named_state(view: View, span: Span) -> Html:
    marks = join([" ", cite(view, *span.facts)]) if span.facts else None
    return tag("p", _state(span.state), tag("br"), SEES[span.state], marks)


def _state(state: StateId) -> Html:
    return status(TONES[state], STATES[state])


_Card = tuple[object, object, object]
_Named = tuple[date, str]
"""A day, and the group whose day it is."""


def _date_cards(view: View, recorded: Sequence[tuple[Group, Timeline]]) -> Iterable[tuple[_Card, Days]]:
    """Cards with the next date of each kind, and the days on which each shows: until its last date is past."""
    scheduled = sorted((day - _DAY, group.name) for group, line in recorded for day in line.attempts)
    if scheduled:
        # A scheduled renewal of today has failed or succeeded by now: the next one is that of a later day.
        yield _next_card(view, _CARDS["next-renewal"], scheduled, later=1)
        yield _attempt_card(view, recorded), Days()
    for label, dates in (
        (_CARDS["next-end"], [(line.warning, group.name) for group, line in recorded]),
        (_CARDS["next-expiry"], [(line.expiry, group.name) for group, line in recorded]),
    ):
        if known := sorted((day, name) for day, name in dates if day):
            yield _next_card(view, label, known)
    ends = [(line.expiry, group.count) for group, line in recorded if line.expiry]
    if ends:
        yield _expired_card(view, ends), Days(since=min(end for end, _ in ends) + _DAY)


def _next_card(view: View, label: str, dates: Sequence[_Named], later: int = 0) -> tuple[_Card, Days]:
    """The first date that is not past; each is shown `later` days after the one until which it counts."""

    def value(on: View) -> object:
        return next((when(day + later * _DAY, weekday=False) for day, _ in dates if day >= on.today), "")

    def line(on: View) -> object:
        following = ((day + later * _DAY, name) for day, name in dates if day >= on.today)
        return next((_ahead(on, day, name) for day, name in following), "")

    turns = [day + _DAY for day, _ in dates]
    return (label, by_day(view, value, turns), by_day(view, line, turns)), Days(until=dates[-1][0])


def _ahead(view: View, day: date, group: str) -> Html:
    return _CARDS.say(view, "next-line", weekday=f"{day:%A}", left=days_to(view, day, "ahead"), group=group)


def _attempt_card(view: View, recorded: Sequence[tuple[Group, Timeline]]) -> _Card:
    """The next attempt of any group. Clients in their retries try without end, so there always is one."""
    turns = {turn for _, line in recorded for turn in _attempt_turns(line)}

    def first(on: View) -> tuple[date, Group, Timeline]:
        coming = [(day, group, line) for group, line in recorded if (day := line.next_attempt(on.today))]
        return min(coming, key=lambda one: (one[0], one[1].name))

    def value(on: View) -> Html:
        day, _, line = first(on)
        return _attempt(on, line, weekday=False) if line.is_overdue(on.today) else when(day, weekday=False)

    def below(on: View) -> Html:
        day, group, line = first(on)
        if not line.is_overdue(on.today):
            return _ahead(on, day, group.name)
        return (
            _CARDS.say(on, "today", groups=_overdue_groups(on, recorded)) if _tries_hourly(line) else join([group.name])
        )

    return _CARDS["next-attempt"], by_day(view, value, turns), by_day(view, below, turns)


def _attempt_turns(line: Timeline) -> Iterable[date]:
    """Days on which the next attempt of a group, or what is said of it, may be another one."""
    if not line.attempts or line.retry is None:
        return
    first, step = line.attempts[0], max(1, line.retry.days)
    yield from (first, first + _DAY)
    if not _tries_hourly(line):
        yield from (first + timedelta(days=step * number) + _DAY for number in range(1, _ROUNDS + 1))


def _attempt(view: View, line: Timeline, weekday: bool = True) -> Html:
    """The day of the next attempt from the first scheduled renewal on: after each retry, without end."""
    return next_of_series(view, line.attempts[0], max(1, line.retry.days if line.retry else 1), weekday)


def _expired_card(view: View, ends: Sequence[tuple[date, int]]) -> _Card:
    def over(on: View) -> list[int]:
        return [computers for end, computers in ends if end < on.today]

    turns = [end + _DAY for end, _ in ends]
    groups = by_day(view, lambda on: _CARDS.plain("groups", groups=len(over(on))), turns)
    computers = by_day(view, lambda on: _CARDS.plain("computers", computers=sum(over(on))), turns)
    return _CARDS["expired"], groups, computers


def _timeline_drawing(view: View, line: Timeline) -> Html:
    """One bar on a scale that all timelines share, so that they can be compared."""
    horizon = _horizon(view)
    end = line.start + timedelta(days=horizon)

    def x(when: date) -> float:
        return _LEFT + (_RIGHT - _LEFT) * min((when - line.start).days, horizon) / horizon

    top, bottom, parts = 32, 60, []
    # Labels on the left half run to the right of their mark, on the right half to the left. From the middle outwards
    # the rows go down, so that no mark crosses the label of another.
    marks = [x(span.first) for span in line.spans]
    left_half = [index for index, mark in enumerate(marks) if mark <= _WIDTH / 2]
    order = [*reversed(left_half), *range(len(left_half), len(marks))]
    for index, span in enumerate(line.spans):
        left, right = marks[index], x(span.last + timedelta(days=1) if span.last else end)
        row = bottom + 24 + 22 * order.index(index)
        at_right = index not in left_half
        parts += [
            svg.rect(left, top, right - left, bottom - top, f"vag-svg__{TONES[span.state]}"),
            svg.line(left, bottom, left, row, "vag-svg__axis"),
            svg.text(
                left - 6 if at_right else left + 6,
                row,
                f"{span.first.isoformat()} {STATES[span.state]}",
                "vag-svg__label",
                "end" if at_right else "start",
            ),
        ]
    parts += [svg.line(x(attempt), top - 10, x(attempt), top - 2, "vag-svg__axis") for attempt in line.attempts]
    today = (
        svg.line(0, 16, 0, bottom, "vag-svg__today"),
        svg.text(0, 12, _SAID["drawing-today"], "vag-svg__today", "middle"),
    )
    parts.append(now_mark(view, line.start, end, _LEFT, _RIGHT, *today))
    spans = "; ".join(
        _SAID.plain(
            "span-from-to" if span.last else "span-from",
            state=STATES[span.state],
            first=span.first,
            last=span.last,
        )
        for span in line.spans
    )
    described = _SAID.plain("drawing-spans", spans=spans)
    if line.attempts:
        first, last, renewals = line.attempts[0], line.attempts[-1], len(line.attempts)
        described = _SAID.plain("drawing-spans-attempts", spans=spans, renewals=renewals, first=first, last=last)
    height = bottom + 24 + 22 * len(line.spans) - 10
    title = _SAID.plain("drawing", kind=NAMES[line.kind], day=line.start)
    return svg.drawing(_WIDTH, height, title, described, *parts)


def _horizon(view: View) -> int:
    """Days on the scale: up to the last change of any timeline, and some more."""
    starts = [(timeline(kind, view.policy, view.today).spans[-1].first - view.today).days for kind in KINDS]
    return max(starts) * 9 // 8


MACROS = (
    renewal_timeline,
    renewal_comparison,
    group_renewals,
    renewal_next_dates,
    remaining_time_table,
    *outage.MACROS,
)
