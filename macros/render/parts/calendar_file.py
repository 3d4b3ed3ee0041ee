"""Days as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_OCTETS = 75
"""Longest line of a calendar, without its end."""


@dataclass(frozen=True)
class Event:
    """A day and what happens on it. `mark` tells events of one calendar apart, and stays the same."""

    day: date
    mark: str
    summary: str
    description: str = ""


def calendar_file(name: str, today: date, events: Iterable[Event]) -> str:
    """A calendar of whole days, in the order given; `name` says which part of the guide made it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Volume Activation Guide//{name}//EN"]
    lines += [line for event in events for line in _lines(today, event)]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _lines(today: date, event: Event) -> Iterator[str]:
    yield from (
        "BEGIN:VEVENT",
        f"UID:{_plain(event.day)}-{event.mark}@volume-activation-guide",
        f"DTSTAMP:{_plain(today)}T000000Z",
        f"DTSTART;VALUE=DATE:{_plain(event.day)}",
        f"DTEND;VALUE=DATE:{_plain(event.day + timedelta(days=1))}",
        f"SUMMARY:{_escaped(event.summary)}",
    )
    if event.description:
        yield f"DESCRIPTION:{_escaped(event.description)}"
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _plain(day: date) -> str:
    return day.isoformat().replace("-", "")


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in parts that a calendar takes; those after the first begin with a blank."""
    part = ""
    for letter in line:
        if len(f"{part}{letter}".encode()) > _OCTETS:
            yield part
            part = " "
        part += letter
    yield part
