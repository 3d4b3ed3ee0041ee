"""Numbers, shares and dates as readers see them, beside the values of facts (see catalog.values)."""

from __future__ import annotations

from datetime import date
from typing import Any

from macros.catalog.models import Catalog
from macros.catalog.values import counted, in_words, number

__all__ = ["NEARLY_ALL", "NEARLY_NONE", "counted", "day", "number", "percent", "quantity"]

NEARLY_NONE, NEARLY_ALL = 0.001, 0.999


def percent(share: float) -> str:
    """A share of one as percent. Never `100 %` or `0 %` unless it is exactly that."""
    if share in (0, 1):
        return f"{share:.0%}"
    if share > NEARLY_ALL:
        return "over 99.9%"
    if share < NEARLY_NONE:
        return "under 0.1%"
    return f"{share:.1%}"


def day(value: date, weekday: bool = True) -> str:
    """An ISO date, with its weekday where a reader plans by it."""
    return f"{value.isoformat()} ({value:%a})" if weekday else value.isoformat()


def quantity(value: Any, unit: str | None, catalog: Catalog) -> str:
    """A fact's value in words; `unit` is the id of a unit."""
    return in_words(value, catalog.unit(unit) if unit else None)
