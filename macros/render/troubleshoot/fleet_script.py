"""What the page that reads a fleet reads with: the same data, rules and words that the command has, for its scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from pydantic import BaseModel

from macros.catalog.models import Catalog
from macros.catalog.product_keys import GROUP
from macros.domain.count import KINDS, threshold
from macros.domain.fleet import kinds, plan, tally
from macros.formats.base import binary
from macros.formats.fleet import files, records, tables, texts, workbooks
from macros.formats.fleet.sink import RULES
from macros.render.parts.components import open_row, opened_table
from macros.render.parts.html import Html, join
from macros.render.parts.places import FLEET_FILE, FLEET_PAGE, LANGUAGES_FILE, OUTPUTS_FILE, fact_place
from macros.render.parts.script_data import LATER, SCRIPTS, data_file, with_needs
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words

from . import fleet_report
from .diagnosis_data import link_of
from .fleet import example_csv
from .fleet_data import COLUMNS, FORMS, MOST_LEFT, NAMED, SEPARATORS, WORDS
from .fleet_report import NUMERIC, SAID, columns_of

FORM = Template("fleet-form", "loads", "choose", "folder", "paste", "hint", "clear", "unloaded", "example", "tables")
_WORDS = Words.beside(
    __file__,
    "fleet-form",
    "choose",
    "folder",
    "paste",
    "hint",
    "reading file rows computers left",
    "adding rows",
    "cancel",
    "stopped",
    "failed",
    "unloaded",
    "clear",
    "example",
    "unreadable",
    "pasted",
    "answer",
    "save",
    "markdown",
    "json",
    "csv",
    "calendar",
    "print",
    "copy computers",
    "download",
    "of finding",
    "copied",
    "uncopied",
    "shown_first count",
    "done errors warnings notes rows computers",
)
_SCRIPT = "fleet"
_EXAMPLE = "vag-fleet-example"


def fleet_form(view: View) -> Html:
    """The form that reads a fleet in the browser; without scripts, how to do the same on the command line."""
    scripts = [f"{SCRIPTS}/{name}.js" for name in with_needs([LATER[_SCRIPT]])]
    return FORM(
        loads=" ".join(map(view.href, (OUTPUTS_FILE, LANGUAGES_FILE, FLEET_FILE, *scripts))),
        tables=join(_tables()),
        **{name: _WORDS[name] for name in ("choose", "folder", "paste", "hint", "clear", "unloaded", "example")},
    )


def _facts(catalog: Catalog) -> list[str]:
    """Facts that the findings stand on."""
    return sorted({*chain(*(one.facts for one in catalog.fleet.findings))})


def _tables() -> list[Html]:
    """The tables of the report, and their rows, for the script to fill."""
    made = []
    for name in NUMERIC:
        columns = columns_of(name)
        made += [
            opened_table(f"fleet-table-{name}", SAID[f"{name}_table"], columns),
            open_row(f"fleet-row-{name}", columns),
        ]
    return made


def fleet_files(view: View) -> dict[str, bytes]:
    """The file of data that the page asks for once somebody reads a fleet, by its path in the site."""
    page = replace(view, page=FLEET_PAGE)
    return {FLEET_FILE: data_file({"vag-fleet": fleet_as_data(page), _EXAMPLE: example_csv(page)})}


def fleet_as_data(view: View) -> Mapping[str, Any]:
    """Everything that the scripts need beside the data of the reader of outputs."""
    catalog, policy = view.catalog, view.policy
    fleet, outputs = catalog.fleet, catalog.outputs
    return {
        "columns": [{"id": one.id, "labels": one.labels, "fields": one.fields} for one in fleet.columns],
        "size": sum(one.of_license for one in fleet.columns),
        "labels": kinds.LABELS,
        "partial_key": kinds.KEY,
        "of_key": _keys(catalog),
        "releases": {one.id: [one.name, one.kind] for one in catalog.products},
        "products": _dumped(fleet.products),
        "methods": [{"planned": (), **one} for one in _dumped(fleet.methods)],
        "findings": [{"scope": "product", "next": (), "facts": (), **one} for one in _dumped(fleet.findings)],
        "fact_pages": {
            name: view.href(fact_place(catalog, name))
            for name in sorted({*chain(*(one.facts for one in fleet.findings))})
        },
        "suites": fleet.suites,
        "suite_ids": fleet.suite_ids,
        "counted": fleet.counted,
        "horizons": fleet.horizons,
        "bounds": tally.bounds(catalog),
        "validity": policy.validity_days,
        "renewal": policy.renewal_minutes,
        "kinds": KINDS,
        "thresholds": {kind: threshold(kind, policy) for kind in KINDS},
        "by_key": plan.BY_KEY,
        "separators": [*tables.SEPARATORS],
        "rules": {name: rule.message for name, rule in RULES.items()},
        "signs": binary.signs(),
        "code_pages": [
            {"name": one.name, "browser": one.browser, "letters": one.letters} for one in outputs.code_pages.values()
        ],
        "text": {
            "slots": texts.SLOTS,
            "channels": texts.CHANNELS,
            "object": texts.OBJECT,
            "states": [*outputs.states],
            "lines": outputs.most.lines,
        },
        "most": {
            "start": files.LOOKED_AT,
            "unpacked": files.MOST_UNPACKED,
            "line": tables.MOST_LINE,
            "field": tables.MOST_FIELD,
            "span": tables.MOST_SPAN,
            "before": tables.MOST_BEFORE,
            "object": records.MOST_OBJECT,
            "text": texts.MOST_BYTES,
            "endings": tally.MOST_ENDINGS,
            "kinds": kinds.MOST_KINDS,
            "left": MOST_LEFT,
            "named": NAMED,
            "rows": fleet_report.MOST_ROWS,
            "shown_left": fleet_report.LEFT,
            "shown_soon": fleet_report.SOON,
            "bar": fleet_report.WIDEST,
        },
        "lists": files.LISTS,
        "book": {
            "part": workbooks.BOOK,
            "relations": workbooks.RELATIONS,
            "others": workbooks.OTHER_BOOKS,
            "strings": workbooks.MOST_STRINGS,
            "list": workbooks.MOST_LIST,
            "columns": workbooks.MOST_COLUMNS,
            "days": [[f"{first.date()}", *workbooks.DAYS[late]] for late, first in workbooks.FIRST_DAY.items()],
        },
        "targets": _targets(view),
        "csv": COLUMNS,
        "forms": FORMS,
        "separator_words": SEPARATORS,
        "words": {**WORDS},
        "report": {name: SAID.list(name) if name.endswith("_columns") else SAID[name] for name in SAID},
        "form": {**_WORDS},
        "numeric": NUMERIC,
    }


def _dumped(records: Sequence[BaseModel]) -> list[dict[str, Any]]:
    return [
        {"products": (), "when": (), **one.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
        for one in records
    ]


def _keys(catalog: Catalog) -> Mapping[str, Sequence[str]]:
    """The products of published keys, by how the keys end."""
    found: dict[str, dict[str, None]] = {}
    for key in catalog.client_keys:
        found.setdefault(key.key[-GROUP:], {})[key.product] = None
    return {ending: [*products] for ending, products in found.items()}


def _targets(view: View) -> Mapping[str, Sequence[str | None]]:
    """What findings lead to: words, the page inside the site, and its address from the page."""
    found: dict[str, Sequence[str | None]] = {}
    for name in {target for rule in view.catalog.fleet.findings for target in rule.next} - {"code"}:
        own = view.catalog.fleet.links.get(name)
        text, page = (own.text, own.page) if own else link_of(view, name)
        found[name] = [text, page and page.replace(".md", ".html", 1), view.href(page) if page else None]
    return dict(sorted(found.items()))


MACROS = (fleet_form,)
