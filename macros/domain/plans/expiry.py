"""Until when is a computer activated? Dates from the last renewal, or from the minutes that a tool printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from macros.catalog.plan_numbers import ExpiryKind, ExpiryNumbers
from macros.domain.plans.errors import NumbersError
from macros.domain.policy import Policy
from macros.domain.renewal import Kind, Span, timeline

_NOON = time(12)
"""Taken for the time of a reading that names none: the day is then right, or off by one."""


@dataclass(frozen=True)
class ExpiryAnswer:
    """States without gap or overlap, and the days of what is scheduled if no renewal succeeds.

    `is_exact` is false for a reading without its time of day: each date may then be off by one day. `missed` counts
    the renewals that were due before the day that is taken for today, and `coming` are those from that day on.
    """

    kind: Kind
    last_renewal: date
    is_exact: bool
    states: tuple[Span, ...]
    scheduled: tuple[date, ...]
    missed: int
    coming: tuple[date, ...]
    announced: date | None
    expires: date | None
    as_of: date
    """The day that is taken for today."""
    now: Span | None
    """The state of that day; None before the last renewal."""
    days_left: int | None
    """Days to the expiry; None where there is none, or from it on."""
    expired_days: int | None
    """Days since the expiry, 0 on the day of it; None where there is none, or before it."""
    next_attempt: date | None
    """When the next attempt is due: a client whose renewal failed does not wait for its schedule."""
    retry_hours: Fraction | None
    """Time from a failed attempt to the next one."""


def answer(numbers: ExpiryNumbers, policy: Policy, today: date) -> ExpiryAnswer:
    """The timeline of these numbers, on the day that they name or else today.

    Raises NumbersError for minutes that the kind cannot have.
    """
    kind = kind_of(numbers.kind)
    start = numbers.last_renewal or _renewed(numbers, kind, policy)
    found = timeline(kind, policy, start)
    as_of = numbers.as_of or today
    coming = tuple(day for day in found.attempts if day >= as_of)
    left = None if found.expiry is None else (found.expiry - as_of).days
    return ExpiryAnswer(
        kind=kind,
        last_renewal=start,
        is_exact=not numbers.read_on or isinstance(numbers.read_on, datetime),
        states=found.spans,
        scheduled=found.attempts,
        missed=len(found.attempts) - len(coming),
        coming=coming,
        announced=found.warning,
        expires=found.expiry,
        as_of=as_of,
        now=found.state_on(as_of) if as_of >= start else None,
        days_left=left if left is not None and left > 0 else None,
        expired_days=-left if left is not None and left <= 0 else None,
        next_attempt=found.next_attempt(as_of),
        retry_hours=hours(found.retry),
    )


def hours(time: timedelta | None) -> Fraction | None:
    """A time in hours."""
    return None if time is None else Fraction(time // timedelta(minutes=1), 60)


def kind_of(kind: ExpiryKind) -> Kind:
    """The timeline of a kind as a reader names it."""
    return "windows-adba" if kind == "adba" else kind


def _renewed(numbers: ExpiryNumbers, kind: Kind, policy: Policy) -> date:
    """The day of the last renewal: the whole period before the end that the minutes lead to."""
    sample = timeline(kind, policy, date(2001, 1, 1))
    if sample.expiry is None:
        raise NumbersError("remaining_minutes", f"has no meaning for {numbers.kind}: it does not run out")
    period = sample.expiry - sample.start
    left = timedelta(minutes=numbers.remaining_minutes or 0)
    if left > period:
        most = period // timedelta(minutes=1)
        raise NumbersError("remaining_minutes", f"must be {most:,} or less, the whole period of {numbers.kind}")
    read = numbers.read_on
    moment = read if isinstance(read, datetime) else datetime.combine(read or date.min, _NOON)
    return (moment + left).date() - period
