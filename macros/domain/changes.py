"""What changed in the records between two states of the data, and the history of one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Literal, get_args

from macros.catalog.kept_records import Fields, Records
from macros.catalog.models import Change, Changes, RecordKind, Release, release_order


@dataclass(frozen=True)
class Difference:
    """A record that one state has and another one has not, or has otherwise."""

    kind: RecordKind
    id: str
    what: Literal["added", "changed", "removed"]
    old: Fields | None
    new: Fields | None


@dataclass(frozen=True)
class History:
    """Since when a record is there, and what changed in it."""

    since: Release | None
    """The release that it came with; None for one that no release has yet."""
    changes: tuple[tuple[Release | None, Change], ...]
    """With the release of each, the newest first."""

    @property
    def last(self) -> Change | None:
        """The last change, if there was one."""
        return self.changes[0][1] if self.changes else None


def differences(then: Records, now: Records) -> tuple[Difference, ...]:
    """How the records of two states differ, by kind and id. Of a changed record, only the keys that differ."""
    return tuple(chain.from_iterable(_of_kind(kind, then.get(kind, {}), now.get(kind, {})) for kind in _KINDS))


_KINDS: tuple[RecordKind, ...] = get_args(RecordKind)


def _of_kind(kind: RecordKind, then: Mapping[str, Fields], now: Mapping[str, Fields]) -> Iterable[Difference]:
    for name in sorted(then.keys() | now.keys()):
        old, new = then.get(name), now.get(name)
        if old is None:
            yield Difference(kind, name, "added", None, new)
        elif new is None:
            yield Difference(kind, name, "removed", old, None)
        elif old != new:
            keys = [key for key in (*old, *(key for key in new if key not in old)) if old.get(key) != new.get(key)]
            yield Difference(kind, name, "changed", _only(old, keys), _only(new, keys))


def _only(fields: Fields, keys: Iterable[str]) -> Fields:
    """Some keys of a record; one that it does not have is null, so that both sides show the same keys."""
    return {key: fields.get(key) for key in keys}


Sources = Callable[[str, str], tuple[str, ...]]
"""The sources of a record, by kind and id."""


def updated(log: Changes, found: Iterable[Difference], day: date, sources: Sources, why: str | None = None) -> Changes:
    """The log with what differs from its last release now.

    A change that is already there stays as it is. One whose values are others now gets a new number and keeps its
    reason. One that was taken back goes. `why` is the reason of those that are new.
    """
    there = {(change.kind, change.id): change for change in log.unreleased}
    kept, fresh = [], []
    for one in found:
        before = there.get((one.kind, one.id))
        if before and (before.what, before.old, before.new) == (one.what, one.old, one.new):
            kept.append(before)
        else:
            fresh.append((one, before))
    numbered = [
        Change(
            number=log.last + place,
            day=day,
            kind=one.kind,
            id=one.id,
            what=one.what,
            old=one.old,
            new=one.new,
            why=before.why if before and before.why else why,
            now=before.now if before and before.what == one.what else None,
            sources=sources(one.kind, one.id),
        )
        for place, (one, before) in enumerate(fresh, 1)
    ]
    newest_first = sorted([*kept, *numbered], key=lambda change: -change.number)
    return log.model_copy(update={"last": log.last + len(numbered), "unreleased": tuple(newest_first)})


def closed(log: Changes, release: str, day: date, notes: str, records: Records) -> Changes:
    """The log with a new release, which has all that none had yet.

    Raises ValueError for a number that is not above that of the last release, a day before it, and for changes without
    a reason.
    """
    newest = log.releases[0] if log.releases else None
    if newest and release_order(release) <= release_order(newest.release):
        raise ValueError(f"{release} is no number of a next release; expected one above {newest.release}")
    if newest and day < newest.day:
        raise ValueError(f"{day} is before {newest.day}, the day of release {newest.release}")
    if silent := [change.id for change in log.unreleased if change.why is None]:
        raise ValueError(f"{len(silent)} changes have no reason, the first is {silent[0]}; write it under why")
    made = Release(
        release=release,
        day=day,
        notes=notes,
        records={kind: len(records[kind]) for kind in _KINDS if records.get(kind)},
        changes=log.unreleased,
    )
    return log.model_copy(update={"unreleased": (), "releases": (made, *log.releases)})


def histories(log: Changes) -> Mapping[tuple[RecordKind, str], History]:
    """The histories of all records that changed, by kind and id. What is not among them came with the first release."""
    found: dict[tuple[RecordKind, str], list[tuple[Release | None, Change]]] = {}
    for release, change in log.every():
        found.setdefault((change.kind, change.id), []).append((release, change))
    first = log.releases[-1] if log.releases else None
    return {one: History(_since(first, changes), tuple(changes)) for one, changes in found.items()}


def _since(first: Release | None, changes: Iterable[tuple[Release | None, Change]]) -> Release | None:
    """The release of the last addition: a record that was taken out and came back is there since then."""
    return next((release for release, change in changes if change.what == "added"), first)


def titled(change: Change, key: str) -> str:
    """What readers knew the record by, as far as the change says it; empty when it does not."""
    said: Any = (change.new or {}).get(key) or (change.old or {}).get(key) or ""
    return str(said)


@dataclass(frozen=True)
class Standing:
    """What a decision stood on, and when it was made."""

    decided_on: date
    known: int | None
    """The last change that it knew of; None for a record that is older than the log."""
    on: frozenset[tuple[str, str]]
    """Kinds and ids: its facts, rules and questions, and its outcome."""


def since(log: Changes, standing: Standing) -> tuple[tuple[Release | None, Change], ...]:
    """What changed in what a decision stands on since it was made, with the release of each, the newest first."""

    def is_since(change: Change) -> bool:
        return change.day >= standing.decided_on if standing.known is None else change.number > standing.known

    return tuple(
        (release, change)
        for release, change in log.every()
        if (change.kind, change.id) in standing.on and is_since(change)
    )
