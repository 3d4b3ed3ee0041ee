"""What is left of each MAK and how long it lasts, as cards, tables and a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from macros.domain.mak_budget import MONTHS_A_YEAR, PROJECTED_MONTHS, Budget, Month, budgets
from macros.domain.worksheet import MakSupply, worksheet
from macros.render.parts import svg
from macros.render.parts.clock import by_day
from macros.render.parts.components import cards, columns, details, figure, note, numbered, status, table, when
from macros.render.parts.html import Html, escape, join, tag
from macros.render.parts.names import product_name
from macros.render.parts.quantity import number
from macros.render.parts.view import View
from macros.render.parts.words import Words

_WIDTH, _LEFT, _RIGHT = 720, 12, 708
_SAID = Words.beside(
    __file__,
    "mak-budget",
    "name product mak",
    "left left",
    "left-one left",
    "card verdict runs_out counted",
    "needed needed",
    "needed-one needed",
    "needed-forever needed",
    "needed-until needed month",
    "needed-until-later needed month",
    "table",
    "columns 9",
    "row mak counted",
    "draws",
    "draw-columns 7",
    "no-draw-title",
    "no-draw",
    "chart",
    "in-all total",
    "description maks",
    "caption maks",
    "one mak said",
    "said used total needed left",
    "said-short used total needed short",
    "bar-used count",
    "bar-needed count",
    "bar-short count",
    "bar-left count",
    "projection mak",
    "projection-columns 3",
    "projection-title product mak months",
    "no-mak-title",
    "no-mak",
    "counted-on day",
    "not-dated day",
    "overdrawn by",
    "short by",
    "enough",
    "used-up",
    "not-for-a-year",
    "endless",
    "after month",
)
_QUESTIONS = Words.beside(
    __file__,
    "mak-two-questions",
    "table",
    "columns 5",
    "text missing",
    "missing missing",
    "enough",
    "short missing",
    "short-no-mak missing",
    "today needs",
    "need needed product",
    "no-mak",
    "one-missing missing",
)
_EVERY = 6
"""Months between two rows of the projection."""


def mak_budget_cards(view: View) -> Html:
    """Per MAK: activations left, and the month in which they run out."""
    found = _budgets(view)
    if not found:
        return _none()
    return cards(
        (
            _named(view, budget),
            _SAID.say(
                view,
                "left-one" if budget.left == 1 else "left",
                left=numbered(f"mak.left:{budget.allotment}", _signed(budget.left)),
            ),
            _SAID.say(
                view,
                "card",
                verdict=_verdict(view, budget),
                runs_out=_runs_out(view, budget),
                counted=counted_on(view, budget),
            ),
        )
        for budget in found
    )


def mak_budget_table(view: View) -> Html:
    """Per MAK: total, used, left, needed now, left after that, activations a year, and when it runs out."""
    found = _budgets(view)
    if not found:
        return _none()
    return table(
        _SAID["table"],
        columns(_SAID.list("columns"), *range(1, 7)),
        [
            (
                join(
                    [
                        _name(view, budget),
                        tag("br"),
                        tag("small", _SAID.say(view, "row", mak=budget.allotment, counted=counted_on(view, budget))),
                    ]
                ),
                numbered(f"mak.total:{budget.allotment}", number(budget.total)),
                numbered(f"mak.used:{budget.allotment}", number(budget.used)),
                numbered(f"mak.left:{budget.allotment}", _signed(budget.left)),
                numbered(f"mak.needed-today-by:{budget.allotment}", number(budget.needed_now)),
                _signed(budget.left_after),
                number(budget.a_year, 1),
                numbered(f"mak.runs-out:{budget.allotment}", _month(view, budget, budget.runs_out)),
                _month(view, budget, budget.runs_out_with_stored_ids),
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
    rows = [
        (
            product_name(view, product),
            numbered(f"mak.needed-today:{product}", number(today.get(product, 0))),
            numbered(f"mak.needed-recommended:{product}", number(supply.needed)),
            numbered(f"mak.left-of:{product}", _signed(supply.left)),
            _supply(view, supply),
        )
        for product, supply in supplies.items()
    ]
    found = table(
        _QUESTIONS["table"],
        columns(_QUESTIONS.list("columns"), 1, 2, 3),
        rows,
    )
    text = _QUESTIONS.say(view, "text", missing=status("bad" if missing else "ok", missing_activations(view, missing)))
    return join([tag("p", text), found])


def mak_is_needed(view: View) -> bool:
    """Whether the organization has a MAK, or should have one."""
    return bool(_recommended(view))


def missing_activations(view: View, missing: int) -> Html:
    """Activations missing if every group took the recommended method, named for comparisons."""
    name = "one-missing" if missing == 1 else "missing"
    return _QUESTIONS.say(view, name, missing=numbered("mak.missing", number(missing)))


def mak_needed_today(view: View) -> Html:
    """For the worksheet: what the groups with a MAK need under today's methods, and where that is planned."""
    today = today_by_product(_budgets(view))
    parts = [
        _QUESTIONS.say(
            view,
            "need",
            needed=numbered(f"mak.needed-today:{product}", number(needed)),
            product=product_name(view, product),
        )
        for product, needed in today.items()
    ]
    return tag("p", _QUESTIONS.say(view, "today", needs=join(parts, ", ")) if parts else _QUESTIONS.say(view, "no-mak"))


def today_by_product(found: Sequence[Budget]) -> dict[str, int]:
    """Activations that the groups with a MAK need now, by the product of the MAK."""
    needed: dict[str, int] = {}
    for budget in found:
        needed[budget.product] = needed.get(budget.product, 0) + budget.needed_now
    return needed


def _recommended(view: View) -> Sequence[MakSupply]:
    return worksheet(view.organization, view.catalog, view.policy, view.tables).maks


def _supply(view: View, supply: MakSupply) -> Html:
    if not supply.short_by:
        return status("ok", _QUESTIONS["enough"])
    shown = numbered(f"mak.missing:{supply.product}", number(supply.short_by))
    return status("bad", _QUESTIONS.say(view, "short" if supply.allotments else "short-no-mak", missing=shown))


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
        return note("info", _SAID["no-draw-title"], tag("p", _SAID["no-draw"]))
    return table(
        _SAID["draws"],
        columns(_SAID.list("draw-columns"), *range(2, 7)),
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
            svg.text(_LEFT, top - 8, _named(view, budget), "vag-svg__strong"),
            svg.text(_RIGHT, top - 8, _SAID.plain("in-all", total=budget.total), "vag-svg__muted", "end"),
            *_bar(budget, top, height),
        ]
    words = "; ".join(_SAID.plain("one", mak=budget.allotment, said=_in_words(budget)) for budget in found)
    return figure(
        svg.drawing(_WIDTH, 26 + row * len(found) - 26, _SAID["chart"], _SAID.plain("description", maks=words), *parts),
        _SAID.plain("caption", maks=words),
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
        _SAID.plain("projection", mak=budget.allotment),
        columns(_SAID.list("projection-columns"), 1, 2),
        [(str(entry.month), _signed(entry.left), _signed(entry.left_with_stored_ids)) for entry in kept],
    )
    title = _SAID.plain("projection-title", product=_name(view, budget), mak=budget.allotment, months=PROJECTED_MONTHS)
    return details(title, content)


def _bar(budget: Budget, top: float, height: float) -> list[Html]:
    """Used, needed now and left, on the length of what was granted or is needed, whichever is more.

    What was used beyond the total belongs to the missing ones.
    """
    whole = max(budget.total, budget.used + budget.needed_now, 1)
    scale = (_RIGHT - _LEFT) / whole
    covered = max(0, min(budget.needed_now, budget.left))
    pieces = (
        (min(budget.used, budget.total), "vag-svg__bar--alt", _SAID.plain("bar-used", count=budget.used)),
        (covered, "vag-svg__warn", _SAID.plain("bar-needed", count=covered)),
        (budget.short_by, "vag-svg__bad", _SAID.plain("bar-short", count=budget.short_by)),
        (max(0, budget.left_after), "vag-svg__ok", _SAID.plain("bar-left", count=max(0, budget.left_after))),
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
    return note("info", _SAID["no-mak-title"], tag("p", _SAID["no-mak"]))


def _name(view: View, budget: Budget) -> str:
    return product_name(view, budget.product)


def _named(view: View, budget: Budget) -> str:
    return _SAID.plain("name", product=_name(view, budget), mak=budget.allotment)


def counted_on(view: View, budget: Budget) -> Html:
    """The day of the numbers, and that it is the day of the build where the organization's file names none."""
    if budget.is_dated:
        return _SAID.say(view, "counted-on", day=when(budget.counted_on, weekday=False))
    said = _SAID.say(view, "not-dated", day=when(budget.counted_on, weekday=False))
    return tag("span", said, data_vag_build=True)


def _verdict(view: View, budget: Budget) -> Html:
    """Whether the MAK suffices: by the numbers of the day on which they were counted, for the year from today."""
    if budget.left < 0:
        return status("bad", _SAID.plain("overdrawn", by=-budget.left))
    if budget.short_by:
        return status("bad", _SAID.plain("short", by=budget.short_by))
    if budget.runs_out is None or budget.runs_out > _last(budget):
        return status("ok", _SAID["enough"])
    end: Month = budget.runs_out

    def said(on: View) -> Html:
        month = Month.of(on.today)
        if end <= month:
            return status("bad", _SAID["used-up"])
        within_a_year = end <= month.later(MONTHS_A_YEAR)
        return status("warn", _SAID["not-for-a-year"]) if within_a_year else status("ok", _SAID["enough"])

    return by_day(view, said, [end.later(-MONTHS_A_YEAR).first_day, end.first_day])


def _runs_out(view: View, budget: Budget) -> Html:
    shown = numbered(f"mak.needed-today-by:{budget.allotment}", number(budget.needed_now))
    needed = _SAID.say(view, "needed-one" if budget.needed_now == 1 else "needed", needed=shown)
    if budget.short_by:
        return needed
    if budget.runs_out is None:
        return _SAID.say(view, "needed-forever", needed=needed)
    month = numbered(f"mak.runs-out:{budget.allotment}", _month(view, budget, budget.runs_out))
    name = "needed-until" if budget.runs_out <= _last(budget) else "needed-until-later"
    return _SAID.say(view, name, needed=needed, month=month)


def _month(view: View, budget: Budget, month: Month | None) -> Html:
    if month is None:
        return escape(_SAID["endless"])
    last = _last(budget)
    shown = tag("span", min(month, last), class_="vag-date")
    return shown if month <= last else _SAID.say(view, "after", month=shown)


def _last(budget: Budget) -> Month:
    """The last month that the tables show."""
    return Month.of(budget.counted_on).later(PROJECTED_MONTHS)


def _in_words(budget: Budget) -> str:
    return _SAID.plain(
        "said-short" if budget.short_by else "said",
        used=budget.used,
        total=budget.total,
        needed=budget.needed_now,
        left=budget.left_after,
        short=budget.short_by,
    )


def _signed(value: int | Fraction) -> str:
    """A number that may be below zero, with a real minus sign."""
    return f"\N{MINUS SIGN}{number(-value, 1)}" if value < 0 else number(value, 1)


MACROS = (
    mak_budget_cards,
    mak_budget_table,
    mak_two_questions,
    mak_is_needed,
    mak_needed_today,
    mak_draws_table,
    mak_budget_chart,
    mak_projection,
)
