"""The days on which licenses of a fleet end, as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from macros.domain.fleet.tally import Seen
from macros.render.parts.calendar_file import Event, calendar_file

from .fleet_data import WORDS, name_of

_NAMED = 20
"""Computers that an event names. Our choice; the report has all."""


def as_calendar(seen: Seen) -> str:
    """An event for each day on which licenses end, up to the last horizon."""
    return calendar_file("Fleet", seen.today, _events(seen))


def _events(seen: Seen) -> Iterator[Event]:
    names: dict[int, list[str]] = {}
    for one in seen.endings:
        found = names.setdefault(one.days, [])
        if len(found) < _NAMED:
            found.append(name_of(seen, one.computer))
    for days in sorted(day for day in seen.ends if day >= 0):
        count = seen.ends[days]
        listed = ", ".join(dict.fromkeys(names.get(days, ())))
        more = count - len(names.get(days, ()))
        said = f"{listed} {WORDS.plain('and_more', count=more)}" if more else listed
        yield Event(seen.today + timedelta(days=days), "fleet", WORDS.plain("ends_on", products=count), said)
