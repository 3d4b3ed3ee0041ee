"""The check of Office configurations as data for a page's scripts: rules, reference, published keys, and words.

The scripts compute what macros/formats/office/configuration.py computes; whatever is not a step of it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from macros.formats.base import reading, xml_tree
from macros.formats.base.findings import Rule
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.base.report import FILES, MOST_FINDINGS, UNREADABLE
from macros.formats.office import configuration as office_xml
from macros.formats.office import records as office
from macros.formats.office import rules as office_rules
from macros.render.parts.html import Html
from macros.render.parts.report import NOTHING, PLACES, SEVERITIES, VERDICTS, WHOLE
from macros.render.parts.script_data import json_script
from macros.render.parts.view import View
from macros.render.parts.words import Words

FILE_NAME = "configuration.xml"
"""What a file that a reader builds is called."""

NOT_CHECKED = ("elsewhere", "Not checked here")
"""The rule of a file that the page does not read, and what stands there in place of a verdict."""

ACTIVATIONS = Words.beside(
    __file__, "office-activations", "kms-adba", "mak", "subscription", "retail", "mixed", "none", "unknown"
)
HEAD: Mapping[str, Any] = {
    "lines": [
        "",
        "Products:     {products}",
        "Architecture: {architecture}-bit",
        "Channel:      {channel}",
        "Activation:   {activation}",
        f"Use:          setup.exe /{{mode}} {FILE_NAME}",
        "Run it as:    {rights}",
    ],
    "activation": {
        "mak": "MAK",
        "gvlk": "KMS or ADBA, GVLK written as PIDKEY",
        "kms-adba": "KMS or ADBA, GVLK preinstalled, so no PIDKEY",
    },
    "rights": {"configure": "local administrator", "download": "a user who may write to SourcePath"},
    "mak": [
        "",
        f"Replace {PLACEHOLDER} by your MAK first. The file then holds it in clear text:",
        "let only administrators read it, and delete it after the installation.",
    ],
}
"""What office_xml.generate writes into the comment at the beginning of a file, with {names} to fill."""

REFUSED = Words.beside(
    __file__, "office-refused", "no-product", "no-channel products", "mak-only product", "no-gvlk product", "character"
)
"""Why there is no file, and what to do."""

LEFT_OUT = Words.beside(__file__, "office-left-out", "download", "source", "exclude", "companions", "updates", "mak")
"""Choices that the file does not show, or not yet, and why."""

_CHECK = Words.beside(__file__, "check", "listing", "skipped count", "example", "no_file", "link")


def odt_data(view: View) -> Html:
    """Rules and reference of the Office Deployment Tool as JSON, for the scripts of a page."""
    return json_script("vag-odt", odt_as_data(view))


def odt_as_data(view: View) -> Mapping[str, Any]:
    """What the check and the form compute with. Fields of records keep their names."""
    rules = office_rules.RULES
    every = [*rules.values(), *UNREADABLE.values(), FILES["more-findings"]]
    cited = sorted({name for rule in every for name in rule.sources})
    return {
        "rules": {rule.id: _rule(rule) for rule in every},
        "sources": {one.id: [one.title, str(one.url)] for one in map(view.catalog.source, cited)},
        "most": {
            "characters": reading.MOST_CHARACTERS,
            "tags": xml_tree.MOST_TAGS,
            "attributes": xml_tree.MOST_ATTRIBUTES,
            "findings": MOST_FINDINGS,
        },
        "xml": xml_tree.REASONS,
        **_slim(office.reference(view.catalog)),
        "checks": office_xml.checks_as_data(view.catalog),
        "proofing": office_xml.PROOFING,
        "without_lync": office_xml._WITHOUT_LYNC,
        "file_name": FILE_NAME,
        "origin": [line.rstrip() for line in origin(view).lines()],
        "head": HEAD,
        "words": {
            "severities": SEVERITIES,
            "verdicts": VERDICTS,
            "activations": dict(ACTIVATIONS),
            "refused": dict(REFUSED),
            "left_out": dict(LEFT_OUT),
            **check_words(),
        },
    }


def check_words() -> Mapping[str, object]:
    """What every check says around its findings."""
    return {
        "nothing": NOTHING,
        "whole": WHOLE,
        "places": PLACES,
        **_CHECK,
        "not_checked": NOT_CHECKED,
        "copied": ["The browser did not allow copying.", "Copied."],
    }


def origin(view: View) -> Origin:
    """The head of a file that a reader builds."""
    return Origin(FILE_NAME, view.organization.name, view.today)


def _rule(rule: Rule) -> list[object]:
    return [rule.severity, rule.message, rule.cure, rule.sources]


def _slim(value: Any) -> Any:
    """Data without fields that are false or missing: in a script they count as false all the same."""
    if isinstance(value, dict):
        return {name: _slim(each) for name, each in value.items() if each is not False and each is not None}
    return [_slim(each) for each in value] if isinstance(value, list | tuple) else value
