"""How long the activations of a MAK last.

A MAK never gives an activation back. Computers that are not activated yet need one each now; later ones follow from
how often computers are set up anew and how often their hardware changes significantly. The rate is taken as constant:
one twelfth of a year's activations each month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from fractions import Fraction

from macros.catalog.organization import Group, MakAllotment, Organization
from macros.domain.once import once

from .policy import Policy

MONTHS_A_YEAR = 12
PROJECTED_MONTHS = 60
"""How far the table of months goes; our own choice."""


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(day.year, day.month)

    def later(self, months: int) -> Month:
        """The month so many months later."""
        year, month = divmod(self.year * MONTHS_A_YEAR + self.month - 1 + months, MONTHS_A_YEAR)
        return Month(year, month + 1)

    @property
    def first_day(self) -> date:
        """The first day of the month; the first or last day of the calendar for a month beyond it."""
        if not MINYEAR <= self.year <= MAXYEAR:
            return date.min if self.year < MINYEAR else date.max
        return date(self.year, self.month, 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True)
class Draw:
    """What one group takes from a MAK, in activations."""

    group: str
    needed_now: int
    reimaged_a_year: Fraction
    hardware_a_year: Fraction

    @property
    def a_year(self) -> Fraction:
        """Activations a year once every computer is activated."""
        return self.reimaged_a_year + self.hardware_a_year


@dataclass(frozen=True)
class MonthEnd:
    """Activations left at the end of a month; below zero when they did not suffice."""

    month: Month
    left: Fraction
    left_with_stored_ids: Fraction


@dataclass(frozen=True)
class Budget:
    """The state of one MAK and what its groups will take."""

    allotment: str
    product: str
    total: int
    used: int
    draws: tuple[Draw, ...]
    counted_on: date
    """The day of the numbers: months count from it."""
    is_dated: bool = True
    """Whether the organization's file names that day; otherwise it is the day on which this was computed."""

    @property
    def left(self) -> int:
        """Activations not used yet; below zero when more were used than granted."""
        return self.total - self.used

    @property
    def needed_now(self) -> int:
        """Activations for the computers that are not activated yet."""
        return sum(draw.needed_now for draw in self.draws)

    @property
    def left_after(self) -> int:
        """Activations left once every computer is activated; below zero when short."""
        return self.left - self.needed_now

    @property
    def short_by(self) -> int:
        """Activations missing to activate every computer now."""
        return max(0, -self.left_after)

    @property
    def a_year(self) -> Fraction:
        """Activations a year for computers set up anew and for changed hardware."""
        return sum((draw.a_year for draw in self.draws), Fraction(0))

    @property
    def a_year_with_stored_ids(self) -> Fraction:
        """Activations a year when a computer set up anew gets its stored confirmation ID again, which uses none."""
        return sum((draw.hardware_a_year for draw in self.draws), Fraction(0))

    @property
    def runs_out(self) -> Month | None:
        """First month whose activations are not covered; None when it does not run out."""
        return self._runs_out(self.a_year)

    @property
    def runs_out_with_stored_ids(self) -> Month | None:
        """The same when computers set up anew get their stored confirmation ID again."""
        return self._runs_out(self.a_year_with_stored_ids)

    def months(self, number: int = PROJECTED_MONTHS) -> tuple[MonthEnd, ...]:
        """What is left at the end of the month of the numbers and of each following one.

        All that is needed now is taken from that month, and the monthly rate from the next one on.
        """
        return tuple(self._months(number))

    def _months(self, number: int) -> Iterator[MonthEnd]:
        month, stored = self.a_year / MONTHS_A_YEAR, self.a_year_with_stored_ids / MONTHS_A_YEAR
        for later in range(number + 1):
            yield MonthEnd(
                Month.of(self.counted_on).later(later),
                self.left_after - month * later,
                self.left_after - stored * later,
            )

    def _runs_out(self, a_year: Fraction) -> Month | None:
        first = Month.of(self.counted_on)
        if self.left_after < 0:
            return first
        if a_year == 0:
            return None
        return first.later(self.left_after * MONTHS_A_YEAR // a_year + 1)


@once
def budgets(organization: Organization, policy: Policy, today: date) -> tuple[Budget, ...]:
    """The budget of each MAK of the organization, in the order of its file; from today where it names no day."""
    return tuple(
        Budget(
            allotment.id,
            allotment.product,
            allotment.total,
            allotment.used,
            _draws(allotment, organization.groups, policy),
            allotment.counted_on or today,
            allotment.counted_on is not None,
        )
        for allotment in organization.mak_allotments
    )


def _draws(allotment: MakAllotment, groups: tuple[Group, ...], policy: Policy) -> tuple[Draw, ...]:
    each = policy.mak_per_activation
    return tuple(
        Draw(
            group=group.id,
            needed_now=(group.count - group.mak.activated) * each,
            reimaged_a_year=Fraction(group.count * group.mak.reimaged_percent_per_year * each, 100),
            hardware_a_year=Fraction(group.count * group.mak.hardware_changes_percent_per_year * each, 100),
        )
        for group in groups
        if group.mak and group.mak.allotment == allotment.id
    )
