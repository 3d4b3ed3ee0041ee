"""What was seen of each address, kept from one run to the next and while a run is under way.

A file of lines of JSON, one for each answer, written at once: a run that is stopped anywhere goes on where it was, and
asks nothing twice. It is no data of the guide, but the memory of one machine (when it asked, and what hosts call the
version of a page), so it stands outside of what git tracks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from macros.catalog.strict_yaml import DataError, Problem

Outcome = Literal["read", "gone", "unread", "unreachable", "unasked"]


class Seen(BaseModel):
    """What came of asking for one address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    asked_at: datetime
    outcome: Outcome
    why: str = ""
    """The name in words.yaml of what kept it from being read; empty when it was."""
    status: int | None = None
    final: str = ""
    """Where redirects led."""
    page_date: date | None = None
    digest: str = ""
    sections: dict[str, str] = {}
    etag: str = ""
    modified: str = ""
    commit: str = ""
    """The commit of a clone that it was read from; empty when its host was asked."""

    @property
    def is_settled(self) -> bool:
        """Whether the host gave an answer that a run need not ask for again."""
        return self.outcome in ("read", "gone", "unread") or (
            self.outcome == "unreachable" and self.status is not None and self.why != "busy"
        )


class _Line(BaseModel):
    """One line: a run that begins or ends, rules of a host, or what was seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begun: datetime | None = None
    wanted: list[str] = []
    ended: bool = False
    host: str = ""
    robots: str = ""
    seen: Seen | None = None


class Memory:
    """What is known of a run under way, and of all addresses that were ever read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.begun: datetime | None = None
        self.wanted: set[str] = set()
        self.seen: dict[str, Seen] = {}
        self.robots: dict[str, str] = {}
        for line in _lines(file):
            self._take(line)

    def begin(self, wanted: Collection[str], now: datetime, hours: int) -> bool:
        """Go on with a run that was stopped, or begin one. Returns whether it goes on."""
        goes_on = self.begun is not None and now - timedelta(hours=hours) <= self.begun <= now
        if not goes_on:
            self.begun, self.wanted, self.robots = now, set(), {}
        self.wanted |= {*wanted}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        lines = [_Line(begun=self.begun, wanted=sorted(self.wanted))]
        lines += [_Line(host=host, robots=text) for host, text in self.robots.items()]
        lines += [_Line(seen=one) for one in self.seen.values()]
        # All anew: the last line may be a part, and most of an old file counts no longer.
        beside = self.file.with_name(f"{self.file.name}.new")
        beside.write_text("".join(map(_written, lines)), "utf-8")
        beside.replace(self.file)
        return goes_on

    def settled(self, address: str) -> Seen | None:
        """What this run has seen of an address, if that need not be asked for again."""
        found = self.seen.get(address)
        return found if found and self.begun and found.asked_at >= self.begun and found.is_settled else None

    def rules(self, known: Collection[str]) -> None:
        """Keep the rules of hosts that were read since."""
        for host in [host for host in self.robots if host not in known]:
            self._append(_Line(host=host, robots=self.robots[host]))

    def keep(self, seen: Seen) -> None:
        """Keep what was seen, at once."""
        self.seen[seen.address] = seen
        self._append(_Line(seen=seen))

    def end(self, tried: Collection[str]) -> None:
        """Let the next run begin anew, if this one has asked for all that it and those before it wanted."""
        if all(address in tried or self.settled(address) for address in self.wanted):
            self.begun = None
            self._append(_Line(ended=True))

    def _take(self, line: _Line) -> None:
        if line.begun:
            self.begun, self.wanted, self.robots = line.begun, {*line.wanted}, {}
        if line.ended:
            self.begun = None
        if line.host:
            self.robots[line.host] = line.robots
        if line.seen:
            self.seen[line.seen.address] = line.seen

    def _append(self, line: _Line) -> None:
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(_written(line))


def _written(line: _Line) -> str:
    return json.dumps(line.model_dump(mode="json", exclude_defaults=True)) + "\n"


def _lines(file: Path) -> Iterable[_Line]:
    """The lines of the file; a last one that was not written to its end counts for nothing. Raises DataError."""
    try:
        written = file.read_text("utf-8", "replace").split("\n") if file.exists() else [""]
    except OSError as error:
        raise DataError([Problem(str(file), None, "", f"cannot be read: {error.strerror}")]) from error
    found = []
    for number, text in enumerate(written[:-1], start=1):
        try:
            found.append(_Line.model_validate_json(text))
        except ValidationError as error:
            message = "is no line of this command; remove the file, and all is asked for again"
            raise DataError([Problem(str(file), number, "", message)]) from error
    return found
