"""What became of a decision that was kept: the outcome today, and what changed in what it stands on.

A record is what the guide saves, or what `recommend --format json` printed. The guide says the same of one that it
opens (`record-changes.js`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from macros.domain.changes import Standing, since
from macros.domain.decision import Advice
from macros.render.parts.view import View
from macros.render.reference.changes import heading, release_said, sides_said


class RecordError(ValueError):
    """A record that cannot be compared: the key that is wrong, and what it must be."""

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        super().__init__(message)


def kept_as_data(view: View, record: Mapping[str, Any], advice: Advice) -> Mapping[str, Any]:
    """The day and the outcome of a record, whether that is the outcome today, and what changed. Raises RecordError."""
    outcome = record.get("outcome")
    if not (outcome is None or isinstance(outcome, str)):
        raise RecordError("outcome", "must be the id of an outcome, or null")
    return {
        "decided_on": _standing(record).decided_on.isoformat(),
        "outcome": outcome,
        "same": outcome == advice.outcome,
        "changes": [*_changes(view, record)],
    }


def _changes(view: View, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for release, change in since(view.catalog.changes, _standing(record)):
        yield {
            "number": change.number,
            "day": change.day.isoformat(),
            "kind": change.kind,
            "id": change.id,
            "heading": heading(change),
            "text": "; ".join(side.rstrip(".") for side in sides_said(view.catalog, change)),
            "why": change.why,
            "release": release_said(release),
        }


def kept_as_text(kept: Mapping[str, Any]) -> str:
    """The same as lines for a terminal."""
    was = kept["outcome"] or "not decided"
    today = "the same today" if kept["same"] else "another one today"
    lines = [f"Record of {kept['decided_on']}: {was}; {today}"]
    if not kept["changes"]:
        lines.append("  nothing that it stands on has changed since")
    for change in kept["changes"]:
        why = f" {change['why']}" if change["why"] else ""
        lines.append(f"  since then: {change['heading']}: {change['text']}.{why} ({change['release']})")
    return "\n".join(lines)


def _standing(record: Mapping[str, Any]) -> Standing:
    """What a record says that it stands on. Raises RecordError."""
    known = record.get("log")
    facts = [one["id"] if isinstance(one, dict) and "id" in one else one for one in _list(record, "facts")]
    rules = [
        f"{one.get('table')}/{one.get('rule')}" if isinstance(one, dict) else one
        for key in ("rules", "reasons")
        for one in _list(record, key)
    ]
    named = {"fact": facts, "decision": rules, "question": [*record["answers"]], "outcome": [record.get("outcome")]}
    return Standing(
        _day(record["decided_on"]),
        known if isinstance(known, int) else None,
        frozenset((kind, one) for kind, found in named.items() for one in found if isinstance(one, str)),
    )


def _list(record: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = record.get(key, [])
    if not isinstance(found, list):
        raise RecordError(key, "must be a list")
    return found


def _day(said: object) -> date:
    try:
        return date.fromisoformat(said if isinstance(said, str) else f"{said}")
    except ValueError as error:
        raise RecordError("decided_on", "must be a day such as 2026-11-24") from error
