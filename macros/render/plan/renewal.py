"""Renewal timelines, as tables and drawings. The macros on outages come along; see outage.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

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
from macros.render.parts.quantity import counted, day, number
from macros.render.parts.view import View

from . import outage
from .outage import METHODS, why_never

NAMES: dict[Kind, str] = {
    "windows-kms": "Windows client by KMS",
    "windows-server-kms": "Windows Server by KMS",
    "office-kms": "Office by KMS",
    "windows-adba": "Windows by ADBA",
    "office-adba": "Office by ADBA",
    "mak": "Windows or Office by MAK",
    "office-new": "New Office installation",
}


@dataclass(frozen=True)
class Look:
    """How a state is shown: its name, how good it is, and what the user sees."""

    label: str
    tone: State
    sees: str


STATES: dict[StateId, Look] = {
    "licensed": Look("Licensed", "ok", "Nothing"),
    "expiry-announced": Look(
        "Licensed, end announced",
        "warn",
        "A toast notification, also on the activation page of Settings; on devices that an organization owns or"
        " manages",
    ),
    "notifications": Look(
        "Notifications", "bad", "A notification, and an event in the Application log. Windows keeps working"
    ),
    "out-of-tolerance": Look("Out of tolerance", "warn", "Activation notices"),
    "unlicensed-notification": Look(
        "Unlicensed notification", "bad", "Activation notices and a red title bar; no loss of functions is listed"
    ),
    "perpetual": Look(
        "Licensed without end",
        "ok",
        "Nothing, until a significant hardware change or a new installation needs another activation",
    ),
    "new-quiet": Look("Not activated yet, no notices", "info", "Nothing"),
    "new-notices": Look("Not activated, notices", "warn", "Activation notices, until Office activates"),
    "not-stated": Look("Expired", "info", "Not stated by Microsoft for Office by ADBA"),
}

UNTIMED: dict[str, str] = {
    "avma": "AVMA",
    "subscription": "subscription activation",
    "unactivated": "not activated",
}


_DAY = timedelta(days=1)
_ROUNDS = 104
"""Retries of days after which nothing looks any more which group tries first: two years of weeks."""
_BEGINS: dict[Kind, str] = {"mak": "Activated", "office-new": "Installed"}
_UNLESS: dict[Kind, str] = {"mak": "", "office-new": ", if it does not activate"}
_WIDTH, _LEFT, _RIGHT = 720, 12, 708

WINDOWS_ONLY = ", which is stated for Windows only"
"""Behind the time after a failed attempt, where it is said of Office."""


def renewal_timeline(view: View, kind: str, start: str | date | None = None) -> Html:
    """Drawing and table of what happens from an activation or renewal on, if no renewal succeeds.

    `kind` is one of windows-kms, windows-server-kms, office-kms, windows-adba, office-adba, mak, office-new. `start`
    is an ISO date; without it, the last renewal of the first group of this kind that records one, else today.
    Raises ValueError for another kind or a text that is no date.
    """
    known = _kind(kind)
    first, origin = _start(view, known, start)
    line = timeline(known, view.policy, first)
    rows = [
        (_BEGINS.get(known, "Activated or renewed"), when(first), "", ""),
        *_attempt_rows(view, line),
        *(_span_row(view, span) for span in line.spans),
    ]
    shown = join(
        [
            figure(
                _timeline_drawing(view, line),
                f"{NAMES[known]}{_UNLESS.get(known, ', if no renewal succeeds')}. {origin}",
            ),
            table(
                f"{NAMES[known]}: what happens from {first.isoformat()} on",
                ["What", "When", "What the user sees", "Source"],
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
        "Periods and states by product and method",
        ["Product and method", "Valid for", "Renews", "Before the end", "After the end"],
        [row(kind) for kind in KINDS if kind != "office-new"],
    )


def group_renewals(view: View) -> Html:
    """Per group of the organization: the next renewal, the warning and the expiry, from its last renewal."""
    recorded = list(_recorded(view))
    dated = {group.id for group, _ in recorded}
    undated = [(group, kind) for group, kind in _timed_groups(view) if group.id not in dated]
    listed = dated | {group.id for group, _ in undated}
    others = [group for group in view.organization.groups if group.id not in listed]
    left_out = "; ".join(f"{group.name} ({UNTIMED[group.method]})" for group in others)
    return join(
        [
            table(
                "Groups with a recorded renewal; the dates hold if no renewal succeeds",
                [
                    "Group",
                    "State today",
                    "Last renewal",
                    "Next scheduled renewal, next attempt",
                    "End announced",
                    "Expiry",
                ],
                [_dated_row(view, group, line) for group, line in recorded],
                row_ids=[f"renewal-{group.id}" for group, _ in recorded],
            )
            if recorded
            else None,
            table(
                "Groups without a recorded renewal, or without an end",
                ["Group", "State today", "Expiry"],
                [_undated_row(view, group, kind) for group, kind in undated],
                row_ids=[f"renewal-{group.id}" for group, _ in undated],
            )
            if undated
            else None,
            tag("p", f"Without a timeline here: {left_out}.") if left_out else None,
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
        computers = counted(sum(found.missing for _, found in never), "computer")
        unlicensed = numbered(f"computers.{KMS_UNMET}", computers)
        link = tag("a", "count not met", href=view.href("plan/capacity.md"))
        groups = ", ".join(group.name for group, _ in never)
        items.append(("Never activated by KMS", unlicensed, join([f"nothing to renew or to expire: {groups}, ", link])))
    missing = [
        group
        for group, kind in _timed_groups(view)
        if kind != "mak" and group.last_renewal is None and view.situation.activations[group.id].licensed
    ]
    if missing:
        licensed = sum(view.situation.activations[group.id].licensed for group in missing)
        items.append(
            (
                "Without a recorded renewal",
                counted(len(missing), "group"),
                f"{counted(licensed, 'computer')}: enter last_renewal in organization.yml",
            )
        )
    ahead = [group for group, kind in _timed_groups(view) if kind != "mak" and _renews_later(view, group)]
    if ahead:
        items.append(
            (
                "Renewal recorded for a later day",
                counted(len(ahead), "group"),
                "correct last_renewal in organization.yml: it names a day that is over",
            )
        )
    perpetual = sum(group.mak.activated for group in view.organization.groups if group.mak)
    if perpetual:
        items.append(
            ("Never expire", counted(perpetual, "computer"), join(["activated by MAK ", cite(view, "mak.perpetual")]))
        )
    if not items:
        return note("info", "No renewal dates", tag("p", "No group of organization.yml uses KMS, ADBA or MAK."))
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
        return f"{number(int(timedelta(days=days) / timedelta(minutes=1)))} minutes ({counted(days, 'day')})"

    rows = [
        (
            value_link(view, validity, minutes(policy.validity_days)),
            status("ok", "Renewed just now"),
            "Nothing to do",
        ),
        (
            join(["down to ", value_link(view, interval, minutes(healthy))]),
            status("ok", "Renewals work"),
            "Nothing to do: the next attempt is not due yet",
        ),
        (
            join(["below ", value_link(view, interval, minutes(healthy))]),
            status("warn", "A renewal was missed"),
            "Normal for a computer that was off or away; else find out why",
        ),
        (
            join(["at or below ", value_link(view, warning, minutes(policy.windows_warning_days))]),
            status("warn", "End announced on Windows clients"),
            "Bring the computer to the network and renew now",
        ),
        (
            "none left",
            status("bad", "Expired"),
            "Renew now: a success starts the full period again",
        ),
    ]
    return table("Remaining time of a KMS client", ["It prints", "It means", "Do"], rows)


def _kind(kind: str) -> Kind:
    for known in KINDS:
        if kind == known:
            return known
    raise ValueError(f'"{kind}" is no timeline; allowed: {", ".join(KINDS)}')


def _start(view: View, kind: Kind, start: str | date | None) -> tuple[date, str]:
    """The first day, and a sentence that says where it comes from."""
    if start is not None:
        first = start if isinstance(start, date) else date.fromisoformat(start)
        return first, f"It starts on {day(first)}."
    for group, own in _timed_groups(view):
        if own == kind and kind != "mak" and group.last_renewal and group.last_renewal <= view.today:
            return group.last_renewal, f"It starts with the last renewal of {group.name}, {day(group.last_renewal)}."
    return view.today, f"As an example, it starts on {day(view.today)}, the day this page was built."


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
    return f"{names}; overdue, so {_hourly(*(line for _, line in late))}" if late else ""


def _tries_hourly(line: Timeline) -> bool:
    return line.retry is not None and line.retry < timedelta(days=1)


def _about(view: View, group: Group) -> Html:
    product = view.catalog.product(group.product).name.split(" (")[0]
    about = f"{product}, {METHODS[group.method]}, {counted(group.count, 'computer')}"
    return join([group.name, tag("br"), tag("small", about)])


def _dated_row(view: View, group: Group, line: Timeline) -> tuple[object, ...]:
    def state(on: View) -> Html:
        look = STATES[line.state_on(on.today).state]
        return status(look.tone, look.label)

    refused = view.situation.activations[group.id].state == "lapsing"
    return (
        _about(view, group),
        join(
            [
                by_day(view, state, [span.first for span in line.spans]),
                _below(
                    status("warn", "no renewal succeeds"), " ", why_never(view, view.situation.activations[group.id])
                )
                if refused
                else None,
            ]
        ),
        when(line.start, weekday=False),
        join(
            [
                next_of(view, line.attempts, "none left" if line.expiry else ""),
                by_day(view, partial(_next_attempt, line=line), _attempt_turns(line)),
            ]
        ),
        when(line.warning, weekday=False) if line.warning else _unannounced(line),
        when(line.expiry) if line.expiry else "never",
    )


def _below(*content: object) -> Html:
    return join([tag("br"), tag("small", *content)])


def _next_attempt(view: View, line: Timeline) -> Html | None:
    """The day of the next attempt, and what a client tries beside its schedule."""
    attempt = line.next_attempt(view.today)
    if attempt is None or line.retry is None:
        return None
    if not line.is_overdue(view.today):
        return _below("next attempt ", when(attempt), "" if _tries_hourly(line) else ", or at the next start")
    beside = f": overdue, so {_hourly(line)}" if _tries_hourly(line) else ", or at the next start"
    return _below("next attempt ", _attempt(view, line), beside)


def _hourly(*lines: Timeline) -> str:
    """How often clients in their retries try."""
    retry = lines[0].retry
    if retry is None:
        return ""
    doubt = WINDOWS_ONLY if any(line.kind.startswith("office") for line in lines) else ""
    return f"every {counted(int(retry / timedelta(hours=1)), 'hour')}{doubt}"


def _undated_row(view: View, group: Group, kind: Kind) -> tuple[object, ...]:
    if kind == "mak":
        missing = group.count - group.mak.activated if group.mak else 0
        state = (
            status("warn", f"{number(missing)} not activated yet")
            if missing
            else status("ok", STATES["perpetual"].label)
        )
        return _about(view, group), state, "never"
    found = view.situation.activations[group.id]
    if found.state == "never" and found.missing:
        state = join([status("bad", "Never activated"), _below(why_never(view, found))])
        return _about(view, group), state, "nothing to expire"
    if found.missing:
        part = f"{counted(found.missing, 'computer')} of {number(group.count)} never activated"
        state = join([status("warn", part), _below(why_never(view, found))])
        return _about(view, group), state, _estimate(view, group, kind)
    if group.last_renewal:
        later = status("warn", f"Recorded for a later day, {day(group.last_renewal)}")
        return _about(view, group), tag("span", later, data_vag_build=True), ""
    return _about(view, group), status("info", "Not recorded"), _estimate(view, group, kind)


def _estimate(view: View, group: Group, kind: Kind) -> Html | str:
    """While renewals work, a computer that is there every day has renewed within the last interval."""
    if group.network_every_days != 1:
        return "not known"
    interval = (adba_cadence if group.method == "adba" else kms_cadence)(view.policy).renewal
    expiry = timeline(kind, view.policy, view.today - timedelta(days=interval)).expiry
    left = (expiry - view.today).days if expiry else None
    return "never" if left is None else join([shifted(view, left), " or later, while renewals work"])


def _attempt_rows(view: View, line: Timeline) -> Iterable[tuple[object, ...]]:
    if line.attempts:
        yield (
            counted(len(line.attempts), "scheduled renewal"),
            join([when(line.attempts[0]), " to ", when(line.attempts[-1])]),
            "Nothing; a success starts the full period again",
            cite(view, *line.attempt_facts),
        )


def _span_row(view: View, span: Span) -> tuple[object, ...]:
    look = STATES[span.state]
    days = join(["from ", when(span.first)] if span.last is None else [when(span.first), " to ", when(span.last)])
    return status(look.tone, look.label), days, look.sees, cite(view, *span.facts) if span.facts else ""


def _all_attempts(view: View, line: Timeline) -> Html | None:
    if not line.attempts:
        return None
    return details(
        f"All {len(line.attempts)} scheduled renewals",
        tag("p", join((when(attempt) for attempt in line.attempts), ", ")),
        tag(
            "p",
            "These are scheduled. After the first one that fails the client also tries ",
            *_between(view, line),
            ".",
        ),
    )


def _between(view: View, line: Timeline) -> Iterable[object]:
    """What a client tries between two scheduled renewals, with its source."""
    if _tries_hourly(line):
        yield "every "
        yield fact(view, "kms.activation_interval", "default", unit="hours")
    else:
        yield "at each start of the computer "
        yield cite(view, "adba.start")


def _validity(view: View, kind: Kind) -> Html:
    if kind == "mak":
        return join(["no end ", cite(view, "mak.kind", "mak.perpetual")])
    return fact(view, "adba.validity" if kind.endswith("adba") else "kms.validity")


def _rhythm(view: View, kind: Kind) -> Html:
    if kind == "mak":
        return join(["never ", cite(view, "mak.kind")])
    if kind.endswith("adba"):
        return join(
            [
                "every ",
                fact(view, "adba.renewal"),
                "; after a failure every ",
                fact(view, "adba.retry"),
                " and at each start ",
                cite(view, "adba.start"),
            ]
        )
    return join(
        [
            "every ",
            fact(view, "kms.renewal_interval", "default", unit="days"),
            "; after a failure every ",
            fact(view, "kms.activation_interval", "default", unit="hours"),
            WINDOWS_ONLY if kind.startswith("office") else None,
        ]
    )


def _announced(view: View, line: Timeline) -> Html:
    announced = next((span for span in line.spans if span.state == "expiry-announced"), None)
    if announced:
        return join(
            [
                fact(view, "kms.expiry.windows.warning", "days_before"),
                f" before: {STATES[announced.state].sees} ",
                cite(view, *announced.facts),
            ]
        )
    if line.kind == "office-kms":
        return join([_unannounced(line), " ", cite(view, "kms.expiry.office.states")])
    return Html(_unannounced(line))


def _unannounced(line: Timeline) -> str:
    """What stands in place of an announced end. The states of Office by KMS are listed, and none is before the end."""
    if line.expiry is None:
        return ""
    return "none listed" if line.kind == "office-kms" else "not stated"


def _named_state(view: View, span: Span) -> Html:
    look = STATES[span.state]
    marks = join([" ", cite(view, *span.facts)]) if span.facts else None
    return tag("p", status(look.tone, look.label), tag("br"), look.sees, marks)


_Card = tuple[object, object, object]
_Named = tuple[date, str]
"""A day, and the group whose day it is."""


def _date_cards(view: View, recorded: Sequence[tuple[Group, Timeline]]) -> Iterable[tuple[_Card, Days]]:
    """Cards with the next date of each kind, and the days on which each shows: until its last date is past."""
    scheduled = sorted((day - _DAY, group.name) for group, line in recorded for day in line.attempts)
    if scheduled:
        # A scheduled renewal of today has failed or succeeded by now: the next one is that of a later day.
        yield _next_card(view, "Next scheduled renewal", scheduled, later=1)
        yield _attempt_card(view, recorded), Days()
    for label, dates in (
        ("First announced end, if no renewal succeeds", [(line.warning, group.name) for group, line in recorded]),
        ("First expiry, if no renewal succeeds", [(line.expiry, group.name) for group, line in recorded]),
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
        return next((join([f"{day:%A}, ", days_to(on, day, "ahead"), ": ", name]) for day, name in following), "")

    turns = [day + _DAY for day, _ in dates]
    return (label, by_day(view, value, turns), by_day(view, line, turns)), Days(until=dates[-1][0])


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
            return join([f"{day:%A}, ", days_to(on, day, "ahead"), ": ", group.name])
        return join(["today: ", _overdue_groups(on, recorded)]) if _tries_hourly(line) else join([group.name])

    return "Next attempt, if no renewal succeeded", by_day(view, value, turns), by_day(view, below, turns)


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
    groups = by_day(view, lambda on: counted(len(over(on)), "group"), turns)
    computers = by_day(view, lambda on: counted(sum(over(on)), "computer"), turns)
    return "Expired by the last recorded renewal", groups, computers


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
        look, row = STATES[span.state], bottom + 24 + 22 * order.index(index)
        at_right = index not in left_half
        parts += [
            svg.rect(left, top, right - left, bottom - top, f"vag-svg__{look.tone}"),
            svg.line(left, bottom, left, row, "vag-svg__axis"),
            svg.text(
                left - 6 if at_right else left + 6,
                row,
                f"{span.first.isoformat()} {look.label}",
                "vag-svg__label",
                "end" if at_right else "start",
            ),
        ]
    parts += [svg.line(x(attempt), top - 10, x(attempt), top - 2, "vag-svg__axis") for attempt in line.attempts]
    today = (svg.line(0, 16, 0, bottom, "vag-svg__today"), svg.text(0, 12, "today", "vag-svg__today", "middle"))
    parts.append(now_mark(view, line.start, end, _LEFT, _RIGHT, *today))
    words = "; ".join(
        f"{STATES[span.state].label} " + (f"from {span.first} to {span.last}" if span.last else f"from {span.first} on")
        for span in line.spans
    )
    attempts = (
        f" {counted(len(line.attempts), 'scheduled renewal')} from {line.attempts[0]} to {line.attempts[-1]}."
        if line.attempts
        else ""
    )
    height = bottom + 24 + 22 * len(line.spans) - 10
    return svg.drawing(_WIDTH, height, f"{NAMES[line.kind]}: timeline from {line.start}", f"{words}.{attempts}", *parts)


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
