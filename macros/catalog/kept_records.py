"""Which records of the data have a history, and what of each counts as a change of it.

Compared is what editors wrote: a sentence that names a fact has not changed when the value of the fact has. Words that
only explain, and days on which somebody looked, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .models import RecordKind
from .published_keys import digest

Fields = Mapping[str, Any]
"""What counts of a record, by key; a key that the record does not have is left out."""
Records = Mapping[str, Mapping[str, Fields]]
"""Records by kind and id."""

BETWEEN = ", "
"""Between the parts of an id that has several."""


@dataclass(frozen=True)
class Kept:
    """Where records of a kind stand, what names one, and which of its keys count."""

    kind: RecordKind
    file: str
    within: str
    """Names of the lists that lead to the records; empty where the file is the list."""
    named_by: str
    """Keys that make the id; the id of a record inside another one begins with the other's."""
    title: str
    """Key of what readers know the record by."""
    keys: str


KEPT: tuple[Kept, ...] = (
    Kept("fact", "facts", "", "id", "statement", "statement value unit applies_to confidence sources"),
    Kept(
        *("code", "error-codes", "", "code", "summary"),
        "summary group methods roles products checks causes resolution confidence sources",
    ),
    Kept("client-key", "client-keys", "", "product edition", "edition", "key confidence sources"),
    Kept("host-key", "host-keys", "groups", "id", "name", "name host_systems activates confidence sources"),
    Kept("host-update", "host-keys", "updates", "host_system to_activate", "update", "update listed conflict sources"),
    Kept(
        *("office-host", "host-keys", "office_hosts", "product", "license_pack"),
        "minimum_server minimum_client license_pack activation_id confidence sources",
    ),
    Kept(
        *("support-date", "lifecycle", "", "id", "name"),
        "name policy start mainstream_end extended_end esu_end esu_years end_of_support end_month alternative "
        "confidence sources",
    ),
    Kept("product", "products", "", "id", "name", "name kind legacy methods not_published"),
    Kept("claim", "claims", "", "id", "claim", "claim verdicts incomplete correct sources"),
    Kept("conflict", "conflicts", "", "id", "topic", "topic a b computed_with reason closed"),
    Kept(
        *("command", "commands", "", "tool option", "meaning"),
        "arguments meaning elevated default values range deprecated confidence sources",
    ),
    Kept("decision", "decision-tables", "tables rules", "id", "reason", "when gives reason choice facts"),
    Kept("question", "decision-tables", "inputs", "id", "question", "question values default"),
    Kept(
        *("outcome", "decision-tables", "outcomes", "id", "name"),
        "name summary without no_fallback prerequisites costs risks",
    ),
)
"""Records of the data files. Rules of checks stand beside the code of their format."""
RULE_KEYS, RULE_TITLE = "severity message statement sources", "message"
TITLES: Mapping[RecordKind, str] = {**{one.kind: one.title for one in KEPT}, "rule": RULE_TITLE}


def kept_records(files: Mapping[str, Any]) -> Records:
    """Every record that has a history, from what editors wrote into each data file."""
    return {one.kind: dict(_records(one, files[one.file])) for one in KEPT}


def _records(kept: Kept, data: Any) -> Iterator[tuple[str, Fields]]:
    for before, record in _within(data, kept.within.split(), ()):
        name = BETWEEN.join(_named(record.get(key)) for key in kept.named_by.split())
        yield "/".join((*before, name)), counted(record, kept.keys)


def _within(data: Any, names: Sequence[str], before: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The records in nested lists, each with the ids of those that it stands in."""
    if isinstance(data, list):
        for record in data:
            inside = (*before, str(record["id"])) if names else before
            yield from _within(record, names, inside)
    elif names:
        yield from _within(data.get(names[0]) or [], names[1:], before)
    else:
        yield before, data


def _named(part: Any) -> str:
    return " + ".join(map(str, part)) if isinstance(part, list) else str(part)


def counted(record: Fields, keys: str) -> Fields:
    """What counts of a record. Of a product key only its end and digest: once it is gone, it is no published one."""
    found = {key: record[key] for key in keys.split() if record.get(key) not in (None, [], {}, "")}
    if key := found.get("key"):
        found["key"] = {"ends": str(key)[-_GROUP:], "digest": digest(str(key))}
    return found


_GROUP = 5
"""Letters of the last group of a product key."""
