"""What is left of each MAK and how long it lasts, as cards, tables and a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from macros.domain.mak_budget import MONTHS_A_YEAR, PROJECTED_MONTHS, Budget, Month, budgets
from macros.domain.worksheet import MakSupply, worksheet
from macros.render.parts import svg
from macros.render.parts.clock import by_day
from macros.render.parts.components import Column, cards, details, figure, note, numbered, status, table, when
from macros.render.parts.html import Html, join, tag
from macros.render.parts.names import product_name
from macros.render.parts.quantity import number
from macros.render.parts.view import View

_WIDTH, _LEFT, _RIGHT = 720, 12, 708
WORKSHEET = "choose/worksheet.md"
_EVERY = 6
"""Months between two rows of the projection."""


def mak_budget_cards(view: View) -> Html:
    """Per MAK: activations left, and the month in which they run out."""
    found = _budgets(view)
    if not found:
        return _none()
    return cards(
        (
            f"{_name(view, budget)} ({budget.allotment})",
            join(
                [
                    numbered(f"mak.left:{budget.allotment}", _signed(budget.left)),
                    " activation left" if budget.left == 1 else " activations left",
                ]
            ),
            join([_verdict(view, budget), ". ", _runs_out(budget), "; ", counted_on(budget)]),
        )
        for budget in found
    )


def mak_budget_table(view: View) -> Html:
    """Per MAK: total, used, left, needed now, left after that, activations a year, and when it runs out."""
    found = _budgets(view)
    if not found:
        return _none()
    return table(
        "Activations of your MAKs",
        [
            "MAK",
            Column("Total", numeric=True),
            Column("Used", numeric=True),
            Column("Left", numeric=True),
            Column("Needed now", numeric=True),
            Column("Left after that", numeric=True),
            Column("A year", numeric=True),
            "Runs out",
            "With stored confirmation IDs",
        ],
        [
            (
                join([_name(view, budget), tag("br"), tag("small", budget.allotment, ", ", counted_on(budget))]),
                numbered(f"mak.total:{budget.allotment}", number(budget.total)),
                numbered(f"mak.used:{budget.allotment}", number(budget.used)),
                numbered(f"mak.left:{budget.allotment}", _signed(budget.left)),
                numbered(f"mak.needed-today-by:{budget.allotment}", number(budget.needed_now)),
                _signed(budget.left_after),
                number(budget.a_year, 1),
                numbered(f"mak.runs-out:{budget.allotment}", _month(budget, budget.runs_out)),
                _month(budget, budget.runs_out_with_stored_ids),
            )
            for budget in found
        ],
        row_ids=[f"mak-{budget.allotment}" for budget in found],
    )


def mak_two_questions(view: View) -> Html:
    """Activations needed now under today's methods and under the recommended ones, product by product.

    Two pages answer two questions with different numbers; this table puts them side by side.
    """
    supplies = {each.product: each for each in _recommended(view)}
    today = today_by_product(_budgets(view))
    if not supplies:
        return _none()
    missing = sum(each.short_by for each in supplies.values())
    sheet = tag("a", "The worksheet", href=view.href(f"{WORKSHEET}#mak"))
    rows = [
        (
            product_name(view, product),
            numbered(f"mak.needed-today:{product}", number(today.get(product, 0))),
            numbered(f"mak.needed-recommended:{product}", number(supply.needed)),
            numbered(f"mak.left-of:{product}", _signed(supply.left)),
            _supply(supply),
        )
        for product, supply in supplies.items()
    ]
    found = table(
        "Activations needed now: two questions",
        [
            "Product",
            Column("With today's methods", numeric=True),
            Column("With the recommended methods", numeric=True),
            Column("Left", numeric=True),
            "Result",
        ],
        rows,
    )
    text = join(
        [
            "The other figures of this page answer one question: what do the groups that use a MAK ",
            tag("strong", "today"),
            " need? ",
            sheet,
            " answers another: what would be needed if every group took the ",
            tag("strong", "recommended"),
            " method? With these ",
            status("bad", join([missing_activations(missing), " missing"]))
            if missing
            else status("ok", join([missing_activations(0), " missing"])),
            ".",
        ]
    )
    return join([tag("p", text), found])


def missing_activations(missing: int) -> Html:
    """Activations missing if every group took the recommended method, named for comparisons."""
    noun = "activation is" if missing == 1 else "activations are"
    return join([numbered("mak.missing", number(missing)), f" {noun}"])


def mak_needed_today(view: View) -> Html:
    """For the worksheet: what the groups with a MAK need under today's methods, and where that is planned."""
    today = today_by_product(_budgets(view))
    parts = [
        join([numbered(f"mak.needed-today:{product}", number(needed)), f" for {product_name(view, product)}"])
        for product, needed in today.items()
    ]
    link = tag("a", "MAK budget", href=view.href("plan/mak-budget.md#two-questions"))
    if not parts:
        return tag("p", link, " shows how long activations last. No MAK stands in the organization file.")
    return tag(
        "p",
        "The groups of the organization file that use a MAK today need other numbers now: ",
        join(parts, ", "),
        ". ",
        link,
        " puts both side by side and shows how long the rest lasts.",
    )


def today_by_product(found: Sequence[Budget]) -> dict[str, int]:
    """Activations that the groups with a MAK need now, by the product of the MAK."""
    needed: dict[str, int] = {}
    for budget in found:
        needed[budget.product] = needed.get(budget.product, 0) + budget.needed_now
    return needed


def _recommended(view: View) -> Sequence[MakSupply]:
    return worksheet(view.organization, view.catalog, view.policy, view.tables).maks


def _supply(supply: MakSupply) -> Html:
    if not supply.short_by:
        return status("ok", "enough")
    shown = numbered(f"mak.missing:{supply.product}", number(supply.short_by))
    return status("bad", join([shown, " missing", None if supply.allotments else ": no MAK for this product"]))


def mak_draws_table(view: View) -> Html:
    """Per group with a MAK: computers, activated, needed now, and activations a year by cause."""
    groups = {group.id: group for group in view.organization.groups}
    rows = [
        (
            groups[draw.group].name,
            budget.allotment,
            number(groups[draw.group].count),
            number(draw.needed_now),
            number(draw.reimaged_a_year, 1),
            number(draw.hardware_a_year, 1),
            number(draw.a_year, 1),
        )
        for budget in _budgets(view)
        for draw in budget.draws
    ]
    if not rows:
        return note("info", "No group draws on a MAK", tag("p", "No group of organization.yml has the method mak."))
    return table(
        "What each group takes",
        [
            "Group",
            "MAK",
            Column("Computers", numeric=True),
            Column("Needed now", numeric=True),
            Column("Set up anew, a year", numeric=True),
            Column("Hardware changes, a year", numeric=True),
            Column("Together, a year", numeric=True),
        ],
        rows,
    )


def mak_budget_chart(view: View) -> Html:
    """Per MAK one bar: used, needed now, left after that; and the months until it runs out in words."""
    found = _budgets(view)
    if not found:
        return _none()
    row, height = 80, 24
    parts: list[Html] = []
    for index, budget in enumerate(found):
        top = 26 + row * index
        parts += [
            svg.text(_LEFT, top - 8, f"{_name(view, budget)} ({budget.allotment})", "vag-svg__strong"),
            svg.text(_RIGHT, top - 8, f"{number(budget.total)} in all", "vag-svg__muted", "end"),
            *_bar(budget, top, height),
        ]
    words = "; ".join(f"{budget.allotment}: {_in_words(budget)}" for budget in found)
    return figure(
        svg.drawing(
            _WIDTH, 26 + row * len(found) - 26, "Activations of each MAK: used, needed now, left", f"{words}.", *parts
        ),
        f"Each bar is one MAK, from left to right: used, needed now, left. {words}.",
    )


def mak_projection(view: View, allotment: str | None = None) -> Html:
    """Activations left month by month: every sixth month, and the month in which it runs out; one MAK or all.

    Raises LookupError for an allotment that the organization's file does not list.
    """
    found = [budget for budget in _budgets(view) if allotment in (None, budget.allotment)]
    if not found:
        if allotment is None:
            return _none()
        known = ", ".join(item.id for item in view.organization.mak_allotments) or "none"
        raise LookupError(f'no MAK allotment has the id "{allotment}"; known: {known}')
    return join(_projection(view, budget) for budget in found)


def _projection(view: View, budget: Budget) -> Html:
    months = budget.months()
    milestones = {budget.runs_out, budget.runs_out_with_stored_ids}
    kept = [entry for index, entry in enumerate(months) if index % _EVERY == 0 or entry.month in milestones]
    content = table(
        f"{budget.allotment}: activations left at the end of each month",
        [
            "Month",
            Column("Left", numeric=True),
            Column("Left with stored confirmation IDs", numeric=True),
        ],
        [(str(entry.month), _signed(entry.left), _signed(entry.left_with_stored_ids)) for entry in kept],
    )
    return details(f"{_name(view, budget)} ({budget.allotment}), the next {PROJECTED_MONTHS} months", content)


def _bar(budget: Budget, top: float, height: float) -> list[Html]:
    """Used, needed now and left, on the length of what was granted or is needed, whichever is more.

    What was used beyond the total belongs to the missing ones.
    """
    whole = max(budget.total, budget.used + budget.needed_now, 1)
    scale = (_RIGHT - _LEFT) / whole
    covered = max(0, min(budget.needed_now, budget.left))
    pieces = (
        (min(budget.used, budget.total), "vag-svg__bar--alt", f"{number(budget.used)} used"),
        (covered, "vag-svg__warn", f"{number(covered)} needed now"),
        (budget.short_by, "vag-svg__bad", f"{number(budget.short_by)} short"),
        (max(0, budget.left_after), "vag-svg__ok", f"{number(max(0, budget.left_after))} left"),
    )
    parts: list[Html] = []
    labels: list[str] = []
    left = float(_LEFT)
    for amount, style, label in pieces:
        if amount:
            parts.append(svg.rect(left, top, amount * scale, height, style))
            labels.append(label)
            left += amount * scale
    return [*parts, svg.text(_LEFT, top + height + 18, ", ".join(labels), "vag-svg__label")]


def _budgets(view: View) -> tuple[Budget, ...]:
    return budgets(view.organization, view.policy, view.today)


def _none() -> Html:
    return note("info", "No MAK", tag("p", "organization.yml lists no MAK allotment, so there is no budget to plan."))


def _name(view: View, budget: Budget) -> str:
    return product_name(view, budget.product)


def counted_on(budget: Budget) -> Html:
    """The day of the numbers, and that it is the day of the build where the organization's file names none."""
    if budget.is_dated:
        return join(["counted on ", when(budget.counted_on, weekday=False)])
    return tag(
        "span", "no counted_on: taken as of the build, ", when(budget.counted_on, weekday=False), data_vag_build=True
    )


def _verdict(view: View, budget: Budget) -> Html:
    """Whether the MAK suffices: by the numbers of the day on which they were counted, for the year from today."""
    if budget.left < 0:
        return status("bad", f"Overdrawn by {number(-budget.left)}")
    if budget.short_by:
        return status("bad", f"Short by {number(budget.short_by)}")
    if budget.runs_out is None or budget.runs_out > _last(budget):
        return status("ok", "Enough now")
    end: Month = budget.runs_out

    def said(on: View) -> Html:
        month = Month.of(on.today)
        if end <= month:
            return status("bad", "Used up by this reckoning")
        within_a_year = end <= month.later(MONTHS_A_YEAR)
        return status("warn", "Enough now, not for a year") if within_a_year else status("ok", "Enough now")

    return by_day(view, said, [end.later(-MONTHS_A_YEAR).first_day, end.first_day])


def _runs_out(budget: Budget) -> Html:
    noun = "activation" if budget.needed_now == 1 else "activations"
    shown = numbered(f"mak.needed-today-by:{budget.allotment}", number(budget.needed_now))
    needed = join([shown, f" {noun} needed now, with today's methods"])
    if budget.short_by:
        return needed
    if budget.runs_out is None:
        return join([needed, "; does not run out"])
    month = numbered(f"mak.runs-out:{budget.allotment}", _month(budget, budget.runs_out))
    return join([needed, "; runs out ", "in " if budget.runs_out <= _last(budget) else "", month])


def _month(budget: Budget, month: Month | None) -> Html:
    if month is None:
        return Html("does not run out")
    last = _last(budget)
    shown = tag("span", min(month, last), class_="vag-date")
    return shown if month <= last else join(["after ", shown])


def _last(budget: Budget) -> Month:
    """The last month that the tables show."""
    return Month.of(budget.counted_on).later(PROJECTED_MONTHS)


def _in_words(budget: Budget) -> str:
    after = f"short by {number(budget.short_by)}" if budget.short_by else f"{number(budget.left_after)} left after that"
    return f"{number(budget.used)} of {number(budget.total)} used, {number(budget.needed_now)} needed now, {after}"


def _signed(value: int | Fraction) -> str:
    """A number that may be below zero, with a real minus sign."""
    return f"\N{MINUS SIGN}{number(-value, 1)}" if value < 0 else number(value, 1)


MACROS = (
    mak_budget_cards,
    mak_budget_table,
    mak_two_questions,
    mak_needed_today,
    mak_draws_table,
    mak_budget_chart,
    mak_projection,
)
