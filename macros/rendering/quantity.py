"""Values and units as readers see them: `180 days`, `10,080 minutes`, `yes`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from macros.catalog.models import Catalog


def number(value: int | float | Fraction, decimals: int = 0) -> str:
    """A number with thousands separators, rounded to a fixed number of decimals when it is no integer."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{float(value):,.{max(decimals, 1)}f}"


def percent(share: float) -> str:
    """A share of one as percent. Never `100 %` or `0 %` unless it is exactly that."""
    if share in (0, 1):
        return f"{share:.0%}"
    if share > 0.999:
        return "over 99.9%"
    if share < 0.001:
        return "under 0.1%"
    return f"{share:.1%}"


def counted(count: int | float | Fraction, one: str, many: str | None = None, decimals: int = 0) -> str:
    """A number and its noun: `1 host`, `2 hosts`."""
    return f"{number(count, decimals)} {one if count == 1 else many or one + 's'}"


def day(value: date, weekday: bool = True) -> str:
    """An ISO date, with its weekday where a reader plans by it."""
    return f"{value.isoformat()} ({value:%a})" if weekday else value.isoformat()


def convert(value: int | float, unit: str, wanted: str, catalog: Catalog) -> Fraction:
    """A length of time in another unit. Raises ValueError when one of them is no unit of time."""
    lengths = [catalog.unit(name).minutes for name in (unit, wanted)]
    if None in lengths:
        raise ValueError(f'"{unit}" cannot be shown as "{wanted}": only units of time convert')
    return Fraction(value) * Fraction(lengths[0] or 0, lengths[1] or 1)


def quantity(value: Any, unit: str | None, catalog: Catalog) -> str:
    """A fact's value in words: number and unit, yes or no, a list joined by commas."""
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{key.replace('_', ' ')}: {quantity(part, unit, catalog)}" for key, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(quantity(part, unit, catalog) for part in value)
    if isinstance(value, str) or unit is None:
        return str(value)
    if unit == "tcp-port":
        return f"TCP {value}"
    names = catalog.unit(unit)
    return counted(value, names.one, names.many, decimals=1)
