"""The decision tables as data for the page's scripts, and the scripts themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from macros.catalog.decision_tables import Dimension
from macros.catalog.models import Question, UnknownIdError
from macros.catalog.product_keys import DEFINITION
from macros.catalog.published_keys import bare

from .html import Html, join, tag
from .templates import templates_of
from .view import View

_METHOD_NAMES: Mapping[str, str] = {"adba": "ADBA", "kms": "KMS", "mak": "MAK"}
"""Methods with more than one outcome, or the best known ones."""
SCRIPTS, STYLE_FOLDER = "assets/javascripts", "assets/stylesheets"
NEEDS: Mapping[str, tuple[str, ...]] = {
    "batch": (),
    "changes": (),
    "checklist": ("keys",),
    "client-build": ("client-judge",),
    "client-check": ("client-judge",),
    "client-commands": (),
    "client-judge": (
        "text-reading",
        "xml-reading",
        "wrapped",
        "findings",
        "conditions",
        "registry-values",
        "registry-file",
        "group-policy",
        "batch",
        "client-commands",
    ),
    "code-reading": (),
    "codes": ("code-reading",),
    "conditions": (),
    "decision": ("decision-boxes",),
    "decision-boxes": (),
    "diagnosis": ("keys", "drawn", "output-forms"),
    "dns-build": ("dns-check",),
    "dns-check": ("text-reading", "findings", "conditions", "organization-records", "organization-files"),
    "drawn": (),
    "findings": ("drawn", "text-box"),
    "fleet": (),
    "fleet-files": ("fleet-kinds",),
    "fleet-findings": ("fleet-tally",),
    "fleet-kinds": ("diagnosis",),
    "fleet-report": ("fleet-files", "fleet-findings"),
    "fleet-sheet": ("decision-boxes", "organization-shares"),
    "fleet-tally": ("fleet-kinds",),
    "group-policy": (),
    "guide": ("keys", "drawn", "decision"),
    "keys": (),
    "my-organization": ("drawn", "organization-verdicts", "table"),
    "odt-build": ("odt-check",),
    "organization-check": ("keys", "yaml-paths"),
    "organization-files": (),
    "organization-points": ("organization-verdicts", "fleet-sheet"),
    "organization-reading": ("organization-check", "yaml-reading"),
    "organization-records": (),
    "organization-shares": (),
    "organization-starts": ("organization-shares", "plan-mak"),
    "organization-verdicts": ("organization-check", "organization-shares", "percent", "plan-count", "plan-mak"),
    "organization-write": ("organization-check",),
    "output-forms": (),
    "odt-check": ("text-reading", "xml-reading", "wrapped", "findings", "conditions", "organization-files"),
    "percent": (),
    "plan-answer": ("conditions", "percent"),
    "plan-count": (),
    "plan-draw": (),
    "plan-expiry": (),
    "plan-form": ("plan-answer", "plan-draw", "organization-starts"),
    "plan-host-key": (),
    "plan-host-keys": (),
    "plan-mak": (),
    "plan-outage": (),
    "plan-traffic": (),
    "practice": ("drawn",),
    "read-output": ("text-box",),
    "registry-file": (),
    "registry-values": ("keys", "organization-files"),
    "table": (),
    "text-box": (),
    "text-reading": ("keys",),
    "worksheet": ("keys", "drawn", "decision", "fleet-sheet"),
    "wrapped": ("text-reading",),
    "xml-reading": (),
    "yaml-paths": (),
    "yaml-reading": ("yaml-paths",),
}
"""Every script that pages ask for, and the scripts that must run before it. Browsers run them in this order."""
LATER: Mapping[str, str] = {"fleet": "fleet-report", "read-output": "diagnosis"}
"""Scripts that another one asks for itself, with those that they need and a file of data, once it needs them."""
STYLES: Mapping[str, str] = {
    "checklist": "checklist",
    "fleet": "fleet",
    "guide": "decision-guide",
    "my-organization": "organization-forms",
    "plan-form": "plan-form",
    "practice": "practice",
    "read-output": "checklist",
    "worksheet": "organization-forms",
}
"""The style that only the page of a script needs; what more pages need is in guide.css."""
# Inside a script element only this could end it.
_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def decision_data(view: View) -> Html:
    """The decision tables as JSON, for the scripts of a page."""
    return json_script("vag-decision", tables_as_data(view))


def page_scripts(view: View, *names: str) -> Html:
    """The script of a tool by its file name without ending, after those that it needs, and what they read and draw.

    Raises UnknownIdError for a script that no page may ask for.
    """
    scripts = with_needs(names)
    data = [json_script("vag-keys", keys_as_data(view))] if "keys" in scripts else []
    return join(
        [
            templates_of((*scripts, *with_needs(LATER[name] for name in scripts if name in LATER))),
            *data,
            *(tag("script", src=view.href(f"{SCRIPTS}/{name}.js"), defer=True) for name in scripts),
            *(page_style(view, STYLES[name]) for name in names if name in STYLES),
        ]
    )


def page_style(view: View, name: str) -> Html:
    """A style that not every page needs, by its file name without ending."""
    return tag("link", rel="stylesheet", href=view.href(f"{STYLE_FOLDER}/{name}.css"))


def with_needs(names: Iterable[str]) -> tuple[str, ...]:
    """Scripts in the order in which they run: each once, behind all that it needs."""
    found: dict[str, None] = {}
    for name in names:
        if name not in NEEDS:
            raise UnknownIdError("script", name, NEEDS)
        found |= dict.fromkeys([*with_needs(NEEDS[name]), name])
    return tuple(found)


def keys_as_data(view: View) -> Mapping[str, Any]:
    """What looks like a product key, and which keys Microsoft publishes."""
    return {**DEFINITION, "published": sorted({bare(key.key) for key in view.catalog.client_keys})}


def json_script(element_id: str, data: object) -> Html:
    """Data inside a page: scripts read it from disk and under a strict policy, and browsers do not run it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_IN_SCRIPT)
    return tag("script", Html(text), type="application/json", id=element_id)


def data_file(data: Mapping[str, object]) -> bytes:
    """A file of data that a page may ask for as a script: from disk, and under a strict policy. See site.js."""
    texts = ((name, json.dumps(one, ensure_ascii=False, separators=(",", ":"))) for name, one in data.items())
    return "".join(f"(window.vagFiles??={{}})[{json.dumps(name)}]={_quoted(text)};" for name, text in texts).encode()


def _quoted(text: str) -> str:
    """A text in a script. JSON is full of double quotation marks."""
    escaped = text.replace("\\", r"\\").replace("'", r"\'")
    return f"'{escaped}'"


def tables_as_data(view: View) -> Mapping[str, Any]:
    """Questions, outcomes, rules and boxes; a box has a mask for each question, and bit n stands for answer n."""
    records, tables = view.catalog.decision_tables, view.tables
    rules = [(table.id, rule.id) for table in records.tables for rule in table.rules]
    outcomes = [outcome.id for outcome in records.outcomes]
    return {
        "version": tables.version,
        "questions": [
            _question(question, dimension)
            for question, dimension in zip(records.inputs, tables.dimensions, strict=True)
        ],
        "outcomes": [
            {
                "id": outcome.id,
                "name": outcome.name,
                "method_name": _METHOD_NAMES.get(outcome.method or "", outcome.name),
                "method": tables.methods[outcome.id],
                "without": dict(outcome.without),
            }
            for outcome in records.outcomes
        ],
        "rules": rules,
        "boxes": [
            [
                box.masks,
                outcomes.index(box.outcome),
                [rules.index(hit) for hit in box.hits],
            ]
            for box in tables.boxes
        ],
    }


def _question(question: Question, dimension: Dimension) -> Mapping[str, Any]:
    common = {"id": question.id, "label": question.label}
    if dimension.bands:
        return common | {"bands": [[band.low, band.high] for band in dimension.bands]}
    return common | {"values": [{"id": answer.id, "label": answer.label} for answer in question.values]}


MACROS = (decision_data, page_scripts, page_style)
