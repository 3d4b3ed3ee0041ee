"""Files that the site offers for download, by their path in the site."""

from __future__ import annotations

import json

from macros.formats.library import SAMPLES, on_disk, samples
from macros.render.choose.decision_tables import decision_tables_json
from macros.render.deploy.samples import FOLDER, context
from macros.render.parts.view import View
from macros.render.plan.calendars import calendars
from macros.render.reference.changes import FEED
from macros.render.reference.changes_feed import changes_feed


def downloads(view: View) -> dict[str, str]:
    """Every download of the site as text. The same view gives the same text."""
    facts = [fact.model_dump(mode="json") for fact in view.catalog.facts]
    files = {
        f"{FOLDER}/facts.json": json.dumps(facts, indent=1, ensure_ascii=False) + "\n",
        f"{FOLDER}/decision-tables.json": decision_tables_json(view),
        FEED: changes_feed(view),
        **calendars(view),
    }
    return files | {f"{FOLDER}/{sample.file_name}": sample.text for sample in samples(context(view))}


def download_files(view: View) -> dict[str, bytes]:
    """Every download of the site as its program wants it on disk: UTF-8, or what the format has instead."""
    made = {f"{FOLDER}/{planned.file_name}": one for one, planned in SAMPLES.items()}
    texts = downloads(view).items()
    return {path: on_disk(made[path], text) if path in made else text.encode() for path, text in texts}
