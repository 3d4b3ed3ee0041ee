"""The log of changes and the data beside it: what the data has changed since the last release, and a new release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from macros.catalog.changes_file import FILE, WRITE, as_yaml, read_snapshot, snapshot, snapshot_file
from macros.catalog.changes_file import without_reason as unreasoned
from macros.catalog.kept_records import RULE_KEYS, Records, counted, kept_records
from macros.catalog.loader import DATA, load, written
from macros.catalog.models import Catalog, Change, Changes, Unit
from macros.catalog.references import Values, resolve
from macros.catalog.strict_yaml import DataError, Document, Problem, nearest
from macros.domain.changes import Difference, closed, differences, updated
from macros.formats.base import rules

_DEPTH = 2
"""How often a value may quote a sentence that quotes a value."""


@dataclass(frozen=True)
class State:
    """The data of a folder beside what they were at the last release."""

    folder: Path
    catalog: Catalog
    now: Records
    then: Records

    @property
    def log(self) -> Changes:
        """The log as it stands in the file."""
        return self.catalog.changes

    def updated(self, day: date, why: str | None = None) -> Changes:
        """The log as the data make it; `why` is the reason of what is new in it."""
        return updated(self.log, self._differences(), day, self._sources, why)

    def problems(self, version: str) -> Iterator[Problem]:
        """What the log does not say, or says of what is not there. `version` is the guide's."""
        wanted = {(change.kind, change.id): change for change in self.updated(date.min).unreleased}
        stands = {(change.kind, change.id): change for change in self.log.unreleased}
        for one, change in wanted.items():
            if one not in stands or stands[one].number != change.number:
                yield _problem(
                    change, "", f"is {change.what} since the last release, and the log does not say so. {_CURE}"
                )
        for one, change in stands.items():
            if one not in wanted:
                yield _problem(change, "", f"is as the last release has it, and the log says {change.what}. {_CURE}")
            known = self.now.get(change.kind, {})
            if change.now and change.now not in known:
                yield _problem(change, ", now", f'"{change.now}" is no {change.kind}.{nearest(change.now, known)}')
        yield from unreasoned(self.log, self.folder)
        newest = self.log.releases[0].release if self.log.releases else None
        if newest != version:
            message = f"{newest or 'none'} is the newest release, and the guide is {version}. {_RELEASE}"
            yield Problem(FILE, None, "releases", message)

    def _differences(self) -> list[Difference]:
        """What differs, with the values of each side in its sentences."""
        units = {unit.id: unit for unit in self.catalog.units}
        old, new = _values(self.then, units), _values(self.now, units)
        return [
            replace(one, old=_said(one.old, old), new=_said(one.new, new)) for one in differences(self.then, self.now)
        ]

    def _sources(self, kind: str, record_id: str) -> tuple[str, ...]:
        record = self.now.get(kind, {}).get(record_id) or self.then.get(kind, {}).get(record_id) or {}
        return tuple(record.get("sources", ()))


def _problem(change: Change, key: str, message: str) -> Problem:
    return Problem(FILE, None, f"{change.kind} {change.id}{key}", message)


_CURE = f"Write it down: {WRITE}"
_RELEASE = f"Close the release: {WRITE} --release NUMBER --notes TEXT"


def state(folder: Path = DATA) -> State:
    """The data of a folder and what they were. Raises DataError when one of both cannot be read."""
    catalog = load(folder)
    now = {**kept_records(written(folder)), "rule": dict(_rules())}
    releases = catalog.changes.releases
    return State(folder, catalog, now, read_snapshot(releases[0].release, folder) if releases else now)


def save(folder: Path, log: Changes) -> None:
    """Write the log into its file."""
    (folder / FILE).write_text(as_yaml(log), "utf-8", newline="")


def release(found: State, number: str, day: date, notes: str) -> Changes:
    """Close a release: its changes get its number, and its records are what the next one is compared with.

    Raises ValueError for what no release may have. Nothing is written then.
    """
    log = closed(found.updated(day), number, day, notes, found.now)
    file = snapshot_file(number, found.folder)
    file.parent.mkdir(exist_ok=True)
    file.write_text(snapshot(number, found.now), "utf-8", newline="")
    save(found.folder, log)
    for other in file.parent.glob("*.json"):
        if other != file:
            other.unlink()
    return log


def _rules() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Rules of checks, by the folder of their formats, their group, and their own id."""
    for file in rules.files():
        for group, held in rules.groups_in(file).items():
            for rule in held.values():
                said = {name: getattr(rule, name) for name in RULE_KEYS.split()}
                yield f"{file.parent.name}/{group}/{rule.id}", counted(said | {"sources": [*rule.sources]}, RULE_KEYS)


def _values(records: Records, units: Mapping[str, Unit]) -> Values:
    facts = records.get("fact", {})
    return Values({name: (fact.get("value"), fact.get("unit")) for name, fact in facts.items()}, units)


def _said(fields: Mapping[str, Any] | None, values: Values) -> Mapping[str, Any] | None:
    """What a record says with the values in its sentences; as written, where a sentence names what is not there."""
    if fields is None:
        return None
    found = Document("", dict(fields), {})
    try:
        for _ in range(_DEPTH):
            found = resolve(found, values)
    except DataError:
        return fields
    said: Mapping[str, Any] = found.data
    return said
