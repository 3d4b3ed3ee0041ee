"""What an outage of the KMS hosts or of the domain does to licenses, and what rare contact does without an outage.

The model. Each day a computer is on the network with the same chance, 1 in d, independent of the day before. It
renews on the first such day on which its renewal is due, R days or more after the last one. So the time from one
renewal to the next is R days plus a wait w with P(w) = (1 - 1/d)^w / d, R - 1 + d days on average. By renewal theory
the share of computers whose last renewal is `a` days or more back, on any day in the long run, is

    1 - a / (R - 1 + d)                               for 0 <= a < R
    (1 - 1/d)^(a - R + 1) * d / (R - 1 + d)           for a >= R - 1

For d = 1, computers that are there every day, this is 1 - a/R: renewals spread evenly over the R days before.
A license lasts V days from its last renewal. On day t of an outage the expired ones are those whose last renewal was
V - t days or more before the outage began. All results are exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from .policy import Policy

Contact = int | Literal["never"]
"""On average one day in how many with contact, or never."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cadence:
    """The periods of a method in days: how long a license lasts, when a client renews, when it tries again."""

    validity: int
    renewal: int
    retry: Fraction

    @property
    def first_expiry(self) -> int:
        """Days into an outage after which the first licenses expire: those renewed longest ago."""
        return self.validity - self.renewal

    @property
    def safe(self) -> Fraction:
        """Length in days of the longest outage in which no computer that is there every day expires.

        A client tries at its renewal and then every `retry`; what counts is its last attempt before the expiry. With
        retries that do not fit evenly into the time that is left, that attempt is earlier than the expiry.
        """
        return self.first_expiry // self.retry * self.retry

    @property
    def attempts(self) -> int:
        """Scheduled renewals before the expiry."""
        return -(-self.validity // self.renewal) - 1


def kms_cadence(policy: Policy) -> Cadence:
    """Periods of KMS clients. Renewal is rounded up to whole days, since contact is counted by the day."""
    return Cadence(
        policy.validity_days, -(-policy.renewal // _DAY), Fraction(policy.retry / _DAY).limit_denominator(1440)
    )


def adba_cadence(policy: Policy) -> Cadence:
    """Periods of clients that activate through Active Directory."""
    return Cadence(policy.adba_validity_days, policy.adba_renewal_days, Fraction(policy.adba_retry_days))


def overdue(cadence: Cadence, every_days: Contact, days: int) -> Fraction:
    """Long-run share of computers whose last renewal is `days` or more days back. With never, all of them."""
    if every_days == "never" or days <= 0:
        return Fraction(1)
    mean = cadence.renewal - 1 + every_days
    if days < cadence.renewal:
        return 1 - Fraction(days, mean)
    return Fraction(every_days - 1, every_days) ** (days - cadence.renewal + 1) * Fraction(every_days, mean)


def expired_during(cadence: Cadence, every_days: Contact, days: int) -> Fraction:
    """Share of computers that are expired `days` days into an outage that goes on."""
    return overdue(cadence, every_days, cadence.validity - days)


def expired_ever(cadence: Cadence, days: int) -> Fraction:
    """Share of daily computers that expire because of an outage of `days` days, the wait for the next attempt included.

    With retries of hours this is the share expired at the end. With a retry as long as the renewal interval some
    clients expire after the outage is over, because their next attempt comes later than their expiry.
    """
    return _clip((days - cadence.safe) / cadence.renewal)


def expired_after(cadence: Cadence, length: int, days: Fraction | int) -> Fraction:
    """Share of daily computers that are expired `days` days after an outage of `length` days began.

    Source: with u the time from the start of the outage to a client's next renewal, spread evenly over the renewal
    interval, the license ends at u + validity - renewal, and the client is back at the first of u, u + retry,
    u + 2 retry, ... that is not before the end of the outage. Expired are the u whose end has passed and that have
    no attempt between the end of the outage and now.
    """
    ended = _clip(Fraction(days - cadence.first_expiry, cadence.renewal)) * cadence.renewal
    since = days - length
    if since <= 0:
        return ended / cadence.renewal
    if since >= cadence.retry:
        return Fraction(0)

    def with_attempt(up_to: Fraction) -> Fraction:
        whole, rest = divmod(up_to, cadence.retry)
        return whole * since + min(rest, Fraction(since))

    back = with_attempt(ended - length) - with_attempt(Fraction(-length))
    return (ended - back) / cadence.renewal


@dataclass(frozen=True)
class OutageDay:
    """A day of an outage or after it, and the share of daily computers that are expired on it."""

    day: date
    share: Fraction


@dataclass(frozen=True)
class Outage:
    """What an outage from `start` to `end` does to computers that are on the network every day.

    Days are counted from the time of day at which the outage begins, so `end` is the day on which it is over.
    """

    start: date
    end: date
    first_expiry: date
    """Day from which on licenses expire if the outage goes on that long."""
    last_expiry: date
    """Day by which every license has expired if the outage goes on that long."""
    share_at_end: Fraction
    share_ever: Fraction
    """Share that expires at all, the wait for the next attempt after the end included."""
    back_by: date
    """Day by which every client has tried again."""
    days: tuple[OutageDay, ...]
    """From the start to the day on which every client has tried again."""


def outage(cadence: Cadence, start: date, end: date) -> Outage:
    """The outage from `start` to `end`. Raises ValueError when it ends before it starts."""
    if end < start:
        raise ValueError(f"the outage ends on {end}, before it starts on {start}")
    length = (end - start).days
    wait = -(-cadence.retry // 1)
    return Outage(
        start=start,
        end=end,
        first_expiry=start + timedelta(days=cadence.first_expiry),
        last_expiry=start + timedelta(days=cadence.validity),
        share_at_end=expired_after(cadence, length, length),
        share_ever=expired_ever(cadence, length),
        back_by=end + timedelta(days=wait),
        days=tuple(_days(cadence, start, length, length + wait)),
    )


def without_contact(cadence: Cadence, every_days: Contact) -> Fraction:
    """Chance that a computer is not on the network on any day of one license period: (1 - 1/d)^V."""
    return _missed(every_days, cadence.validity)


def every_attempt_missed(cadence: Cadence, every_days: Contact) -> Fraction:
    """Chance that every scheduled renewal of one license period falls on a day without contact.

    This is what counts when a client tries at its schedule only and a failed attempt waits for the next one.
    """
    return _missed(every_days, cadence.attempts)


def expired_without_outage(cadence: Cadence, every_days: Contact) -> Fraction:
    """Long-run share of computers that are expired on any day for want of contact."""
    return overdue(cadence, every_days, cadence.validity)


def _missed(every_days: Contact, times: int) -> Fraction:
    return Fraction(1) if every_days == "never" else Fraction(every_days - 1, every_days) ** times


def _days(cadence: Cadence, start: date, length: int, last: int) -> Iterator[OutageDay]:
    for number in range(last + 1):
        yield OutageDay(start + timedelta(days=number), expired_after(cadence, length, number))


def _clip(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))
