"""How long do the activations of a MAK last? The model is that of `domain.mak_budget`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from macros.catalog.plan_numbers import MakNumbers
from macros.domain.mak_budget import MONTHS_A_YEAR, Budget, Draw, Month
from macros.domain.policy import Policy


@dataclass(frozen=True)
class Balance:
    """Activations left at the end of a month; below zero when they did not suffice."""

    month: Month
    left: Fraction
    left_ids_kept: Fraction


@dataclass(frozen=True)
class MakAnswer:
    """Activations of a MAK. `left` are not used yet; `left_after_now` once every computer is activated.

    `used_up` is the first month whose activations are not covered, None when the key does not run out. The fields with
    `ids_kept` hold when a computer set up anew gets its stored confirmation ID again, which uses no activation.
    """

    needed_now: int
    per_year: int
    left: int
    left_after_now: int
    short_by: int
    used_up: Month | None
    per_year_ids_kept: int
    used_up_ids_kept: Month | None
    balance: tuple[Balance, ...]
    """At the end of the month of the numbers, and of each twelfth one after it."""


def answer(numbers: MakNumbers, policy: Policy) -> MakAnswer:
    """The budget of one MAK with these numbers."""
    each = policy.mak_per_activation
    draw = Draw(
        group="",
        needed_now=numbers.to_activate * each,
        reimaged_a_year=Fraction(numbers.reimaged_per_year * each),
        hardware_a_year=Fraction(numbers.replaced_per_year * each),
    )
    budget = Budget("", "", numbers.total, numbers.used, (draw,), numbers.from_)
    return MakAnswer(
        needed_now=budget.needed_now,
        per_year=int(budget.a_year),
        left=budget.left,
        left_after_now=budget.left_after,
        short_by=budget.short_by,
        used_up=budget.runs_out,
        per_year_ids_kept=int(budget.a_year_with_stored_ids),
        used_up_ids_kept=budget.runs_out_with_stored_ids,
        balance=tuple(
            Balance(each.month, each.left, each.left_with_stored_ids) for each in budget.months()[::MONTHS_A_YEAR]
        ),
    )
