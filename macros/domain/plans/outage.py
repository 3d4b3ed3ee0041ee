"""What an outage of the KMS hosts or of the domain does. The model is that of `domain.outage`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from macros.catalog.plan_numbers import OutageNumbers, days_of
from macros.domain.outage import Cadence, Contact, adba_cadence, expired_during, expired_ever, kms_cadence, overdue
from macros.domain.policy import Policy

DAYS = (0, 7, 14, 30, 60, 90, 120, 150)
"""Days of the table beside those on which something changes; our choice."""


@dataclass(frozen=True)
class OutageDay:
    """Computers expired so many days into the outage: the share, and the expected number."""

    day: int
    date: date
    from_today: int
    """Days from the day that is taken for today; below zero when it is past."""
    expired_share: Fraction
    expired: Fraction


@dataclass(frozen=True)
class OutageAnswer:
    """When an outage is felt, and by how many. A date is None when the outage ends before it, or nothing states it.

    Computers that are not activated yet, or set up anew, are not activated from the first minute. `first_announcement`
    and `first_expiry` are the first day with one computer or more on average, and no later than that of a computer
    whose renewal was due when the outage began.
    """

    length: int | None
    """Days from the start to the end; None while it is open."""
    first_announcement: date | None
    first_expiry: date | None
    all_expired: date | None
    days: tuple[OutageDay, ...]
    shown_from: int
    """The last of these days before the first computers expire: those before it say nothing that this one does not."""
    expired_in_all: Fraction | None
    """With daily contact: computers that expire during the outage or, waiting for their next attempt, after it."""


ROUNDING = 1e-9
"""What a script that computes in floating point may lack."""
FELT = 0.05
"""Expired computers, on average, from which on a table shows a number other than 0.0; our choice."""


def answer(numbers: OutageNumbers, policy: Policy, today: date) -> OutageAnswer:
    """The outage of these numbers, seen on the day that they name or else today."""
    cadence = kms_cadence(policy) if numbers.method == "kms" else adba_cadence(policy)
    every = Fraction(str(days_of(numbers.every_days)))
    starts = _starts(numbers)
    length = None if numbers.ends is None else (numbers.ends - numbers.starts).days
    ever = expired_ever(cadence, length, starts) if length is not None and every == 1 else None

    def expired(day: int) -> Fraction:
        return expired_during(cadence, every, day, starts)

    def dated(day: int | None) -> date | None:
        if day is None or (length is not None and day > length):
            return None
        return numbers.starts + timedelta(days=day)

    ahead = (numbers.starts - (numbers.as_of or today)).days
    days = tuple(
        OutageDay(
            day,
            numbers.starts + timedelta(days=day),
            ahead + day,
            expired(day),
            expired(day) * numbers.computers,
        )
        for day in _shown(cadence, length)
    )
    return OutageAnswer(
        length=length,
        first_announcement=dated(_announced(numbers, cadence, every, policy)),
        first_expiry=dated(_first(expired, numbers.computers, cadence.first_expiry)),
        all_expired=dated(cadence.validity if numbers.computers else None),
        days=days,
        shown_from=_shown_from(days),
        expired_in_all=None if ever is None else ever * numbers.computers,
    )


def _shown_from(days: Sequence[OutageDay]) -> int:
    """The last day on which nobody has expired yet; the first of all when somebody has on it."""
    felt = next((at for at, each in enumerate(days) if each.expired >= FELT - ROUNDING), len(days))
    return days[max(felt - 1, 0)].day


def _starts(numbers: OutageNumbers) -> Contact:
    """How often computers start; without effect for KMS, which tries within hours."""
    if numbers.method == "kms" or numbers.started_every_days == "never":
        return "never"
    return Fraction(str(numbers.started_every_days))


def _announced(numbers: OutageNumbers, cadence: Cadence, every: Fraction, policy: Policy) -> int | None:
    """The day of the first announcement; None where no fact says that the end is announced before it."""
    if numbers.method != "kms" or numbers.product != "windows-client":
        return None
    ahead = cadence.validity - policy.windows_warning_days

    def announced(day: int) -> Fraction:
        return overdue(cadence, every, ahead - day)

    return _first(announced, numbers.computers, ahead - cadence.renewal)


def _first(share: Callable[[int], Fraction], computers: int, latest: int) -> int | None:
    """The first day on which the share makes one computer or more, and no later than `latest`."""
    if not computers:
        return None
    return next((day for day in range(latest) if share(day) * computers >= 1), latest)


def _shown(cadence: Cadence, length: int | None) -> Iterator[int]:
    """Days of the table, up to the end of the outage."""
    days = sorted({*DAYS, cadence.first_expiry, cadence.validity, *([] if length is None else [length])})
    return (day for day in days if length is None or day <= length)
