"""What an outage of the KMS hosts or of the domain does to licenses, and what rare contact does without an outage.

The model. Each day a computer is on the network with the same chance, 1 in d, independent of the day before, and on
such a day it may start: on the whole 1 day in s it starts while it is there, s being d or more, or it never does. A
renewal is due R days after the last one. The client tries on that day, then every k days (the retry; 1 where it is a
day or less), and at each start (fact adba.start; a start before the renewal is due is not taken for a renewal, since no
page says that it is one). An attempt on a day with contact renews. With q = 1 - 1/d and r = 1 - 1/s, the chance that m
whole days after the renewal was due no attempt has succeeded yet is

    S(R + m) = q^(floor(m / k) + 1) * r^(m - floor(m / k)),  and S = 1 before day R.

A retry of hours makes k = 1: each day with contact renews, and starts make no difference. By renewal theory the mean
time between two renewals is the sum of all S, and the share of computers whose last renewal is `a` days or more back,
on any day in the long run, is the sum of S from day a on, divided by that mean:

    mean = R + q * (1 + r + ... + r^(k - 1)) / (1 - q * r^(k - 1))

For k = 1 this is R - 1 + d. For d = 1, computers that are there every day, the share is 1 - a/R: renewals spread evenly
over the R days before. A license lasts V days from its last renewal. On day t of an outage the expired ones are those
whose last renewal was V - t days or more before the outage began. All results are exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from macros.catalog.organization import Group

from .policy import Policy

Contact = int | Fraction | Literal["never"]
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
        """Length in days of the longest outage in which no computer that is there every day and never starts expires.

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


def overdue(cadence: Cadence, every_days: Contact, days: int, starts: Contact = "never") -> Fraction:
    """Long-run share of computers whose last renewal is `days` or more days back. With never, all of them.

    `starts` is one day in how many a computer starts while it is there. Raises ValueError when that is more often than
    it is there.
    """
    if every_days == "never" or days <= 0:
        return Fraction(1)
    missed, unstarted, step = *_daily(every_days, starts), _step(cadence)
    # What one round of attempts adds up to, and what is left of it after each round.
    whole, left = _powers(unstarted, step), missed * unstarted ** (step - 1)
    mean = cadence.renewal + missed * whole / (1 - left)
    if days < cadence.renewal:
        return 1 - Fraction(days) / mean
    rounds, into = divmod(days - cadence.renewal, step)
    here = missed * left**rounds * (whole - _powers(unstarted, into))
    return (here + missed * left ** (rounds + 1) * whole / (1 - left)) / mean


def expired_during(cadence: Cadence, every_days: Contact, days: int, starts: Contact = "never") -> Fraction:
    """Share of computers that are expired `days` days into an outage that goes on."""
    return overdue(cadence, every_days, cadence.validity - days, starts)


def safe_days(cadence: Cadence, starts: Contact = "never") -> Fraction:
    """Length in days of the longest outage in which no computer that is there every day expires.

    A computer that starts every day has its last start before the expiry at most a day before it.
    """
    return max(cadence.safe, Fraction(cadence.first_expiry - 1)) if starts == 1 else cadence.safe


def expired_ever(cadence: Cadence, days: int, starts: Contact = "never") -> Fraction:
    """Share of daily computers that expire because of an outage of `days` days, the wait for the next attempt included.

    With retries of hours this is the share expired at the end. With a retry as long as the renewal interval some
    clients expire after the outage is over, because their next attempt comes later than their expiry.

    Source: with u the time from the start of the outage to a client's next renewal, spread evenly over the renewal
    interval, its own attempts do not save the clients with u below days - safe. Their licenses end c = u + first expiry
    - days after the outage. The first start after it comes G + w days later: w is the time of day, spread evenly, and
    G the days without a start, P(G = g) = r^g / s. So P(no start in c = n + f days) = r^n * (1 - f / s).
    """
    unsaved = min(max(days - cadence.safe, Fraction(0)), Fraction(cadence.renewal))
    over = Fraction(days - cadence.first_expiry)
    return (_unstarted(unsaved - over, starts) - _unstarted(-over, starts)) / cadence.renewal


def without_contact(cadence: Cadence, every_days: Contact) -> Fraction:
    """Chance that a computer is not on the network on any day of one license period: (1 - 1/d)^V."""
    return _missed(every_days, cadence.validity)


def renewal_missed(cadence: Cadence, every_days: Contact, starts: Contact = "never") -> Fraction:
    """Chance that one license period passes without a renewal: S(V - 1), see the top of this module."""
    if every_days == "never":
        return Fraction(1)
    missed, unstarted = _daily(every_days, starts)
    after_due = cadence.validity - cadence.renewal
    scheduled = -(-after_due // _step(cadence))
    return missed**scheduled * unstarted ** (after_due - scheduled)


def expired_without_outage(cadence: Cadence, every_days: Contact, starts: Contact = "never") -> Fraction:
    """Long-run share of computers that are expired on any day for want of contact."""
    return overdue(cadence, every_days, cadence.validity, starts)


def starts_of(group: Group) -> tuple[Contact, Contact]:
    """One day in how many the computers of a group start while they are there: the rarest and the most often.

    Both are what the organization's file says. Where it says nothing they never start, or on each day on which they are
    there: the truth lies in between.
    """
    if group.starts_every_days is None:
        return "never", group.network_every_days
    return group.starts_every_days, group.starts_every_days


def _missed(every_days: Contact, times: int) -> Fraction:
    return Fraction(1) if every_days == "never" else (1 - 1 / Fraction(every_days)) ** times


def _daily(every_days: int | Fraction, starts: Contact) -> tuple[Fraction, Fraction]:
    """Chance of a day without contact, and of a day without a start that has contact."""
    if starts != "never" and starts < every_days:
        raise ValueError(f"starts 1 day in {starts}, but is there 1 day in {every_days} only")
    return _missed(every_days, 1), _missed(starts, 1)


def _step(cadence: Cadence) -> int:
    """Days from one attempt to the next once a renewal is due."""
    return max(1, -(-cadence.retry // 1))


def _powers(base: Fraction, number: int) -> Fraction:
    """The sum of the first powers of a chance: 1 + r + ... + r^(number - 1)."""
    return sum((base**power for power in range(number)), Fraction(0))


def _unstarted(time: Fraction, starts: Contact) -> Fraction:
    """Integral up to `time` of the chance that a daily computer has not started yet; 1 before time 0."""
    if time <= 0 or starts == "never":
        return time
    share = 1 / Fraction(starts)
    days, rest = divmod(time, 1)
    return _powers(1 - share, int(days)) * (1 - share / 2) + (1 - share) ** int(days) * (rest - share * rest**2 / 2)
