"""What changed in what decisions stand on, for the script that opens a decision record: asked for once it is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from macros.render.parts.places import GUIDE
from macros.render.parts.script_data import SCRIPTS, data_file
from macros.render.parts.view import View
from macros.render.reference.changes import PAGE, anchor, heading, release_said, sides_said

FILE = "assets/data/changes.js"
_KINDS = frozenset({"decision", "fact", "outcome", "question"})
"""Records that decisions stand on."""


def record_files(view: View) -> dict[str, bytes]:
    """The file of data by its path in the site."""
    return {FILE: data_file({"vag-changes": [*_changes(replace(view, page=GUIDE))]})}


def asked_for(view: View) -> list[str]:
    """What the page of the guide asks for once a record is opened."""
    return [view.href(FILE), view.href(f"{SCRIPTS}/record-changes.js")]


def _changes(view: View) -> Iterator[Mapping[str, object]]:
    for release, change in view.catalog.changes.every():
        if change.kind in _KINDS:
            yield {
                "number": change.number,
                "day": change.day.isoformat(),
                "kind": change.kind,
                "id": change.id,
                "release": release_said(release),
                "heading": heading(change),
                "text": "; ".join(side.rstrip(".") for side in sides_said(view.catalog, change)),
                "why": change.why,
                "address": view.href(f"{PAGE}#{anchor(change)}"),
            }
