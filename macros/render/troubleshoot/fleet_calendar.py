"""The days on which licenses of a fleet end, as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from macros.domain.fleet.tally import Seen

from .fleet_data import WORDS, name_of

_OCTETS = 75
"""Longest line of a calendar, without its end."""
_NAMED = 20
"""Computers that an event names. Our choice; the report has all."""


def as_calendar(seen: Seen) -> str:
    """An event for each day on which licenses end, up to the last horizon."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Volume Activation Guide//Fleet//EN", *_events(seen)]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _events(seen: Seen) -> Iterator[str]:
    names: dict[int, list[str]] = {}
    for one in seen.endings:
        found = names.setdefault(one.days, [])
        if len(found) < _NAMED:
            found.append(name_of(seen, one.computer))
    for days in sorted(day for day in seen.ends if day >= 0):
        day, count = seen.today + timedelta(days=days), seen.ends[days]
        listed = ", ".join(dict.fromkeys(names.get(days, ())))
        more = count - len(names.get(days, ()))
        said = f"{listed} {WORDS.plain('and_more', count=more)}" if more else listed
        yield from (
            "BEGIN:VEVENT",
            f"UID:{_plain(day)}-fleet@volume-activation-guide",
            f"DTSTAMP:{_plain(seen.today)}T000000Z",
            f"DTSTART;VALUE=DATE:{_plain(day)}",
            f"DTEND;VALUE=DATE:{_plain(day + timedelta(days=1))}",
            f"SUMMARY:{_escaped(WORDS.plain('ends_on', products=count))}",
            f"DESCRIPTION:{_escaped(said)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        )


def _plain(day: date) -> str:
    return day.isoformat().replace("-", "")


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in parts that a calendar takes; those after the first begin with a blank."""
    part = ""
    for letter in line:
        if len(f"{part}{letter}".encode()) > _OCTETS:
            yield part
            part = " "
        part += letter
    yield part
