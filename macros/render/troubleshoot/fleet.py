"""The page that reads a fleet: its columns and findings as tables, and an example, read while the site was built."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace

from macros.domain.fleet.findings import days_of
from macros.domain.fleet.tally import Tally
from macros.formats.base.spreadsheet import cell
from macros.formats.fleet.files import Files
from macros.formats.scripts.collect import columns
from macros.render.parts.citations import cite
from macros.render.parts.components import code_block, details, folded, status, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.report import SEVERITIES
from macros.render.parts.sentences import in_slot
from macros.render.parts.view import View

from .fleet_data import SLOTS, LeftOut, Whole, as_data, as_draft, whole
from .fleet_report import drawn

FILE = "licenses.csv"
_SHOWN_LINES = 4
_ID = "c0de0000-0000-4000-8000-{:012x}"


def fleet_example(view: View) -> Html:
    """A fleet that is made up: how its file begins, what is said of it, and a draft of a plan."""
    text = example_csv(view)
    found = read_example(view, text)
    start = "\n".join(text.splitlines()[:_SHOWN_LINES])
    return folded(
        "The file, the command and its report",
        details("How the file begins", code_block(f"{start}\n…", "text")),
        code_block(f"python -m macros fleet {FILE}", "sh"),
        drawn(view, as_data(view, found)),
        details("A draft of organization.yml from it", code_block(as_draft(view, found.seen), "yaml")),
    )


def example_csv(view: View) -> str:
    """The rows of the example as our own script writes them."""
    names = columns(view.catalog)
    out = io.StringIO()
    writer = csv.DictWriter(out, names, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(str(row.get(name, ""))) for name in names} for row in _rows(view))
    return out.getvalue()


def _rows(view: View) -> Iterator[Mapping[str, object]]:
    example = view.catalog.fleet.example
    made = 0
    for part in example.parts:
        for number in range(1, part.computers + 1):
            made += 1
            own = {"ComputerName": part.named.replace("#", f"{number:03}"), "ClientMachineID": _ID.format(made)}
            for row in part.rows:
                yield {**own, **example.models[row.model], **row.changes}


def read_example(view: View, text: str) -> Whole:
    """What the command says of the example, on its day."""
    day = view.catalog.fleet.example.day
    tally, left = Tally(view.catalog, view.policy), LeftOut()
    reading = Files(view.catalog, day, tally.add, left.add, lambda _: None)
    reading.read(FILE, io.BytesIO(text.encode()))
    return whole(replace(view, today=day), tally.seen(day), reading.told, left)


def fleet_horizons(view: View) -> Html:
    """The days within which licenses that end are listed, as a sentence names them."""
    *first, last = map(str, view.catalog.fleet.horizons)
    return Html(f"{', '.join(first)} or {last}")


def fleet_columns(view: View) -> Html:
    """The columns that are understood, the names by which each is known, and what it says."""
    labels: dict[str, list[str]] = {}
    for language in view.catalog.outputs.languages[:1]:
        for wording in language.tiers:
            for field, found in wording.fields.items():
                labels.setdefault(field, []).extend(found)
    rows = []
    for column in view.catalog.fleet.columns:
        known = dict.fromkeys([*column.labels, *(label for field in column.fields for label in labels.get(field, ()))])
        known.pop(column.property or "", None)
        rows.append(
            (
                tag("code", column.property) if column.property else "",
                join([tag("code", label) for label in known], ", "),
                column.meaning,
            )
        )
    head = ("Column of the script", "Read under these heads too", "What it says")
    return table("Columns that are understood", head, rows)


def fleet_findings(view: View) -> Html:
    """Everything that is looked for in a fleet, with the facts that each rule stands on."""
    rows = [
        (
            tag("code", rule.id),
            status(*SEVERITIES[rule.severity]),
            _plain(rule.text, days_of(rule)),
            rule.todo,
            cite(view, *rule.facts) if rule.facts else "",
        )
        for rule in view.catalog.fleet.findings
    ]
    return table("What is looked for", ("Finding", "Weight", "What it says", "What to do", "Facts"), rows)


def _plain(text: str, known: Mapping[str, object]) -> str:
    """A sentence with what is known in it, and its other gaps as dots."""
    text = SLOTS.sub(lambda gap: str(in_slot(gap[0], known)) if gap[1] in known else gap[0], text)
    while "{" in text:
        before, _, rest = text.partition("{")
        gap, _, after = rest.partition("}")
        word = f" {gap.split(':')[-1]}" if ":" in gap else ""
        text = f"{before}…{word}{after}"
    return text


MACROS = (fleet_example, fleet_horizons, fleet_columns, fleet_findings)
