"""Compares what was seen of a source with what is recorded of it. Pure: nothing is asked, and no clock is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from macros.catalog.models import Source
from macros.catalog.source_digests import SourceDigest

from .memory import Seen
from .settings import Settings

State = Literal["gone", "passage", "date", "moved", "unread", "unreachable", "new", "unasked", "same"]
STATES: tuple[State, ...] = ("gone", "passage", "date", "moved", "unread", "unreachable", "new", "unasked", "same")
"""What may be said of a source, the gravest first: that is what it is listed under."""
WELL: frozenset[State] = frozenset({"same", "unasked"})
"""States in which nobody has to do anything: the second one claims nothing."""
_LOCALE = re.compile(r"/[a-z]{2,3}-[a-z]{2,4}(?:-[a-z]{2})?(?=/|$)", re.IGNORECASE)
_OFFLINE = "offline"


@dataclass(frozen=True)
class Asked:
    """The addresses of a source: its page, and the text that the page is made from."""

    page: str
    text: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Those that there are."""
        return tuple(filter(None, (self.page, self.text)))


@dataclass(frozen=True)
class Point:
    """One thing to say of a source: a sentence of words.yaml, and what stands in its slots."""

    state: State
    name: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What is said of a source."""

    source: Source
    points: tuple[Point, ...]
    asked_at: str = ""
    is_recorded: bool = False
    """Whether what was seen is recorded by this run."""

    @property
    def state(self) -> State:
        """The gravest of what is said."""
        return next(state for state in STATES if any(point.state == state for point in self.points))

    @property
    def to_do(self) -> State | None:
        """The gravest of what is still to be done: what this run has recorded was accepted by whoever ran it."""
        left = {point.state for point in self.points if not (self.is_recorded and _is_accepted(point))} - {"same"}
        return next((state for state in STATES if state in left), None)

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything: all is as recorded, was recorded now, or may not be asked for."""
        return self.to_do is None or self.to_do in WELL


def _is_accepted(point: Point) -> bool:
    """Whether recording what was seen settles a point: other words do, and not another date or address."""
    return point.state in ("new", "passage") or point.name == "other-kind"


def asked_of(source: Source, settings: Settings) -> Asked:
    """What is asked for a source. A text that stands in an old commit alone cannot change, so it is not asked for."""
    repository, path = source.repository or "", source.path or ""
    if source.commit or not (path and repository.partition("/")[0] in settings.text_owners):
        return Asked(str(source.url))
    return Asked(str(source.url), settings.text_address.format(repository=repository, path=path.replace(" ", "%20")))


def best(asked: Asked, seen: Mapping[str, Seen]) -> tuple[Literal["page", "text"], Seen] | None:
    """What is compared: the text where it was read, else the page; None where neither was."""
    for kind, address in (("text", asked.text), ("page", asked.page)):
        found = seen.get(address)
        if found and found.outcome == "read":
            return kind, found  # type: ignore[return-value]
    return None


def compare(source: Source, asked: Asked, seen: Mapping[str, Seen], record: SourceDigest | None) -> Verdict:
    """What is said of a source. `seen` holds what this run saw; an address that is not in it was not asked for."""
    points = [point for address in asked.addresses for point in _of_address(asked, address, seen.get(address))]
    found = best(asked, seen)
    if found:
        kind, read = found
        points += _dates(source.page_date, read.page_date)
        points += _passages(kind, read, record)
    last = max((seen[address].asked_at for address in asked.addresses if address in seen), default=None)
    return Verdict(source, tuple(points), last.isoformat(timespec="seconds") if last else "")


def _of_address(asked: Asked, address: str, seen: Seen | None) -> Iterable[Point]:
    what = "text" if address == asked.text else "page"
    if seen is None:
        yield Point("unasked", _OFFLINE, {"what": what, "address": address})
        return
    slots = {"what": what, "address": address, "status": str(seen.status or ""), "to": seen.final}
    if seen.outcome == "gone":
        yield Point("gone", f"gone-{what}", slots)
    elif seen.outcome != "read":
        yield Point(seen.outcome, seen.why, slots)
    if seen.outcome in ("read", "gone") and is_moved(address, seen.final):
        yield Point("moved", "moved", slots)


def is_moved(address: str, final: str) -> bool:
    """Whether a redirect leads to another page: a language, a query that was added and a slash at the end are none."""
    if not final:
        return False
    before, after = urlsplit(address), urlsplit(final)
    return (before.netloc.lower(), _path(before.path)) != (after.netloc.lower(), _path(after.path)) or not {
        *parse_qsl(before.query, keep_blank_values=True)
    } <= {*parse_qsl(after.query, keep_blank_values=True)}


def _path(path: str) -> str:
    return _LOCALE.sub("", unquote(path), count=1).rstrip("/").lower()


def _dates(recorded: date | None, seen: date | None) -> Iterable[Point]:
    if seen and recorded and seen != recorded:
        yield Point("date", "date", {"recorded": f"{recorded}", "seen": f"{seen}"})
    elif seen and not recorded:
        yield Point("date", "date-found", {"seen": f"{seen}"})


def _passages(kind: str, read: Seen, record: SourceDigest | None) -> Iterable[Point]:
    if record is None:
        yield Point("new", "new")
    elif (record.read, record.address) != (kind, read.address):
        yield Point("unread", "other-kind", {"recorded": record.address, "address": read.address})
    elif record.digest == read.digest:
        yield Point("same", "same", {"day": f"{record.recorded_on}"})
    else:
        yield from _differences(read.sections, record)


def _differences(seen: Mapping[str, str], record: SourceDigest) -> Iterable[Point]:
    """Sections that differ; those that no record of ours relies on are told, and are no change."""
    differing = {
        "changed": [name for name, digest in record.sections.items() if name in seen and seen[name] != digest],
        "missing": [name for name in record.sections if name not in seen],
        "added": [name for name in seen if name not in record.sections],
    }
    relied = {*record.passages}
    told = {name: [one for one in found if not relied or one in relied] for name, found in differing.items()}
    if any(told.values()):
        for name, found in told.items():
            if found:
                yield Point("passage", name, {"sections": "\n".join(found)})
    elif any(differing.values()):
        others = [one for found in differing.values() for one in found]
        yield Point("same", "elsewhere", {"sections": "\n".join(others)})
    else:
        yield Point("passage", "order")


def recorded(
    verdicts: Iterable[Verdict],
    asked: Mapping[str, Asked],
    seen: Mapping[str, Seen],
    records: Mapping[str, SourceDigest],
    named: Iterable[str],
) -> dict[str, SourceDigest]:
    """The records with what was seen: of sources that have none, and of those that are named.

    A source that has a record and is not named keeps it, so that no change is accepted with a whole run.
    """
    found, chosen = dict(records), {*named}
    for verdict in verdicts:
        source = verdict.source.id
        read = best(asked[source], seen)
        if read is None or (source in records and source not in chosen):
            continue
        kind, one = read
        kept = records[source].passages if source in records else ()
        made = SourceDigest(
            source=source,
            read=kind,
            address=one.address,
            recorded_on=one.asked_at.date(),
            digest=one.digest,
            sections=one.sections,
            passages=tuple(name for name in kept if name in one.sections),
            commit=one.commit or None,
        )
        known = records.get(source)
        if known is None or _without_place(made) != _without_place(known):
            found[source] = made
    return found


def _without_place(record: SourceDigest) -> SourceDigest:
    """The record without where and when the same words were read."""
    return record.model_copy(update={"recorded_on": None, "commit": None})
