"""Values in words: `180 days`, `10,080 minutes`, `yes`. The one place that writes a number beside its unit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .models import Unit

_WORDS = {None: "not stated", True: "yes", False: "no"}


def number(value: int | float | Fraction, decimals: int = 0) -> str:
    """A number with thousands separators, rounded to a fixed number of decimals when it is no integer."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{float(value):,.{max(decimals, 1)}f}"


def counted(count: int | float | Fraction, one: str, many: str | None = None, decimals: int = 0) -> str:
    """A number and its noun: `1 host`, `2 hosts`."""
    return f"{number(count, decimals)} {one if count == 1 else many or one + 's'}"


def converted(value: int | float, unit: Unit | None, wanted: Unit) -> Fraction:
    """A length of time in another unit. Raises ValueError for another value or unit."""
    if not isinstance(value, int | float):
        raise ValueError(f"{in_words(value, None)} is no length of time, so it has no other unit")
    if unit is None or unit.minutes is None or wanted.minutes is None:
        name = unit.id if unit else "a value without unit"
        raise ValueError(f'"{name}" cannot be shown as "{wanted.id}": only units of time convert')
    return Fraction(value) * Fraction(unit.minutes, wanted.minutes)


def in_words(value: Any, unit: Unit | None) -> str:
    """A fact's value as readers see it: number and unit, yes or no, a list joined by commas."""
    if isinstance(value, dict):
        return "; ".join(f"{key.replace('_', ' ')}: {in_words(part, unit)}" for key, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(in_words(part, unit) for part in value)
    if isinstance(value, bool) or value is None:
        return _WORDS[value]
    if isinstance(value, str) or unit is None:
        return str(value)
    return f"TCP {value}" if unit.id == "tcp-port" else counted(value, unit.one, unit.many, decimals=1)


def part_of(value: Any, part: str | None) -> Any:
    """A value, or one part of it: `default`, or `global.hosts` for a part of a part.

    Raises LookupError when there is no such part; the message names the parts there are.
    """
    here = value
    for name in part.split(".") if part else ():
        if isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        elif isinstance(here, dict) and name in here:
            here = here[name]
        else:
            known = ", ".join(here) if isinstance(here, dict) else "none"
            raise LookupError(f'there is no part "{part}"; parts here: {known}')
    return here
