"""What happens to a license, day by day, after its activation or last renewal.

Days are counted in dates. Day 0 is the day of the activation or last renewal; a period of n days (n times 24 hours)
ends on day n at the time of day of the activation. Day n - 1 is the last day that is licensed throughout, and day n
counts as the day of expiry.

The states come from the facts, not from common belief: Windows warns before the end and has no period of grace after
it, Office has a period out of tolerance after the end, and a MAK has no end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, get_args

from macros.catalog.models import ProductKind
from macros.catalog.organization import Method

from .policy import Policy

Kind = Literal["windows-kms", "windows-server-kms", "office-kms", "windows-adba", "office-adba", "mak", "office-new"]
_DAY = timedelta(days=1)
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Product and method; `office-new` is an Office installation that has not activated yet."""

StateId = Literal[
    "licensed",
    "expiry-announced",
    "notifications",
    "out-of-tolerance",
    "unlicensed-notification",
    "perpetual",
    "new-quiet",
    "new-notices",
    "not-stated",
]
"""`not-stated`: the period has ended, and no fact says what follows."""

_LICENSED: frozenset[StateId] = frozenset(("licensed", "expiry-announced", "perpetual"))


@dataclass(frozen=True)
class Span:
    """A state and the days it lasts, both ends included; `last` is None for a state without an end."""

    state: StateId
    first: date
    last: date | None
    facts: tuple[str, ...]

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Timeline:
    """Everything that is scheduled from one activation or renewal, if no renewal succeeds."""

    kind: Kind
    start: date
    expiry: date | None
    """First day on which the license has expired; None when it does not expire or was never there."""
    warning: date | None
    """First day on which the coming expiry is announced; None when no fact says that it is."""
    attempts: tuple[date, ...]
    """Days on which a renewal is scheduled: at the renewal interval, before the expiry. Each is the start of a new
    period when it succeeds. What a client tries after a failure comes on top and is not listed."""
    attempt_facts: tuple[str, ...]
    retry: timedelta | None
    """Time from a failed attempt to the next one; None where no fact names one."""
    spans: tuple[Span, ...]
    """States without gap or overlap, from the start on; the last one has no end."""

    def state_on(self, day: date) -> Span:
        """The state on a day. Raises ValueError for a day before the start."""
        if day < self.start:
            raise ValueError(f"{day} is before the start of the timeline, {self.start}")
        return next(span for span in self.spans if day in span)

    def is_overdue(self, today: date) -> bool:
        """A scheduled renewal before this day has failed: the client is in its retries."""
        return bool(self.attempts) and self.attempts[0] < today

    def next_attempt(self, today: date) -> date | None:
        """The day of the next attempt if no renewal has succeeded, that of today included; None without attempts.

        Before the first scheduled renewal that is the day of it. From then on a client with a retry of hours tries on
        every day, and one with a retry of days when that comes round again, also after the expiry (facts
        kms.activation_interval, adba.retry). What a client of ADBA tries at a start comes on top (fact adba.start).
        """
        if not self.attempts or self.retry is None:
            return None
        first = self.attempts[0]
        rounds = max(0, -((first - today) // self.retry))
        return max(first, today) if self.retry < _DAY else first + rounds * self.retry


_Days = Callable[[Policy], int]
_Phase = tuple[StateId, _Days | None, tuple[str, ...]]


@dataclass(frozen=True)
class _Track:
    """How one kind runs: its states in order with their lengths, and the interval of its renewals in minutes."""

    phases: tuple[_Phase, ...]
    interval: _Days | None = None
    attempt_facts: tuple[str, ...] = ()
    retry: Callable[[Policy], timedelta] | None = None


_KMS = ("kms.validity",)
_ADBA = ("adba.validity",)
_WINDOWS_END: _Phase = ("notifications", None, ("kms.expiry.windows.state", "kms.expiry.windows.rfm"))
_KMS_ATTEMPTS = ("kms.renewal_interval", "kms.renewals_before_expiry")
_ADBA_ATTEMPTS = ("adba.renewal",)


def _minutes(policy: Policy) -> int:
    return policy.renewal_minutes


def _retry(policy: Policy) -> timedelta:
    return policy.retry


def _adba_retry(policy: Policy) -> timedelta:
    return timedelta(days=policy.adba_retry_days)


def _adba_minutes(policy: Policy) -> int:
    return int(timedelta(days=policy.adba_renewal_days) / timedelta(minutes=1))


_TRACKS: Mapping[Kind, _Track] = {
    "windows-kms": _Track(
        (
            ("licensed", lambda p: p.validity_days - p.windows_warning_days, _KMS),
            (
                "expiry-announced",
                lambda p: p.windows_warning_days,
                ("kms.expiry.windows.warning", "kms.expiry.windows.toast_scope"),
            ),
            _WINDOWS_END,
        ),
        _minutes,
        _KMS_ATTEMPTS,
        _retry,
    ),
    # The facts on the warning speak of Windows clients.
    "windows-server-kms": _Track(
        (("licensed", lambda p: p.validity_days, _KMS), _WINDOWS_END), _minutes, _KMS_ATTEMPTS, _retry
    ),
    "office-kms": _Track(
        (
            ("licensed", lambda p: p.validity_days, (*_KMS, "kms.expiry.office.states")),
            ("out-of-tolerance", lambda p: p.office_tolerance_days, ("kms.expiry.office.states",)),
            ("unlicensed-notification", None, ("kms.expiry.office.states", "kms.expiry.office.rfm")),
        ),
        _minutes,
        _KMS_ATTEMPTS,
        _retry,
    ),
    # The page with the warning is about KMS; the passage on the state after the end is about ADBA as well.
    "windows-adba": _Track(
        (("licensed", lambda p: p.adba_validity_days, _ADBA), _WINDOWS_END), _adba_minutes, _ADBA_ATTEMPTS, _adba_retry
    ),
    # The state table of Office belongs to KMS.
    "office-adba": _Track(
        (("licensed", lambda p: p.adba_validity_days, (*_ADBA, "adba.clients")), ("not-stated", None, ())),
        _adba_minutes,
        _ADBA_ATTEMPTS,
        _adba_retry,
    ),
    "mak": _Track((("perpetual", None, ("mak.kind", "mak.perpetual", "mak.reactivation_trigger")),)),
    "office-new": _Track(
        (
            ("new-quiet", lambda p: p.office_notice_days, ("kms.grace.office.initial",)),
            ("new-notices", None, ("kms.grace.office.initial",)),
        )
    ),
}


def timeline(kind: Kind, policy: Policy, start: date) -> Timeline:
    """The timeline that begins with an activation or renewal on `start`."""
    track = _TRACKS[kind]
    spans: list[Span] = []
    first = start
    for state, length, facts in track.phases:
        following = None if length is None else first + timedelta(days=length(policy))
        spans.append(Span(state, first, following and following - timedelta(days=1), facts))
        first = following or first
    expiry = next((after.first for before, after in pairwise(spans) if _ends(before.state, after.state)), None)
    return Timeline(
        kind=kind,
        start=start,
        expiry=expiry,
        warning=next((span.first for span in spans if span.state == "expiry-announced"), None),
        attempts=_attempts(start, expiry, track.interval(policy)) if track.interval and expiry else (),
        attempt_facts=track.attempt_facts,
        retry=track.retry(policy) if track.retry else None,
        spans=tuple(spans),
    )


def kind_of(product: ProductKind, method: Method) -> Kind | None:
    """The timeline of a group's product and method; None for methods whose periods no fact here describes."""
    if method == "mak":
        return "mak"
    if method == "adba":
        return "office-adba" if product == "office" else "windows-adba"
    if method in ("kms", "azure-kms"):
        kms: dict[ProductKind, Kind] = {
            "office": "office-kms",
            "windows-client": "windows-kms",
            "windows-server": "windows-server-kms",
        }
        return kms[product]
    return None


def _ends(before: StateId, after: StateId) -> bool:
    return before in _LICENSED and after not in _LICENSED


def _attempts(start: date, expiry: date, interval_minutes: int) -> tuple[date, ...]:
    """Days with a scheduled attempt before the expiry; an interval below a day gives each day once."""
    interval, validity = timedelta(minutes=interval_minutes), expiry - start
    last = -(-validity // interval) - 1
    return tuple(dict.fromkeys(start + interval * number for number in range(1, last + 1)))
