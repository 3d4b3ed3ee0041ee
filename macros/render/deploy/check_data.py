"""The check of Office configurations as data for a page's scripts: rules, reference, published keys, and words.

The scripts compute what macros/formats/office/configuration.py computes; whatever is not a step of it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from macros.formats.base import reading, xml_tree
from macros.formats.base.findings import Activation, Rule, Severity, Verdict
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.base.report import FILES, MOST_FINDINGS, UNREADABLE
from macros.formats.office import configuration as office_xml
from macros.formats.office import records as office
from macros.formats.office import rules as office_rules
from macros.render.parts.components import State
from macros.render.parts.html import Html
from macros.render.parts.script_data import json_script
from macros.render.parts.view import View

FILE_NAME = "configuration.xml"
"""What a file that a reader builds is called."""

NOT_CHECKED = ("elsewhere", "Not checked here")
"""The rule of a file that the page does not read, and what stands there in place of a verdict."""

SEVERITIES: Mapping[Severity, tuple[State, str]] = {
    "error": ("bad", "Error"),
    "warning": ("warn", "Warning"),
    "info": ("info", "Note"),
}
VERDICTS: Mapping[Verdict, tuple[State, str]] = {
    "valid": ("ok", "Valid"),
    "warning": ("warn", "Valid, with warnings"),
    "invalid": ("bad", "Not valid"),
}
ACTIVATIONS: Mapping[Activation, str] = {
    "kms-adba": "Activates by KMS or ADBA, with the client key that volume products carry.",
    "mak": "Activates by MAK, with the key in the file.",
    "subscription": "Activates by sign-in, as Microsoft 365 Apps do. KMS, ADBA and MAK do not apply.",
    "retail": "Activates by a retail key or by sign-in, not by volume activation.",
    "mixed": "Its products activate in different ways.",
    "none": "It installs nothing that needs activation.",
    "unknown": "How it activates cannot be told.",
}
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

REFUSED: Mapping[str, str] = {
    "no-product": "Choose at least one product.",
    "no-channel": "{products} have no update channel in common, and a file has one channel for all its products. "
    "Choose products of one release.",
    "mak-only": "{product} is activated by MAK only. Choose the method MAK, or another product.",
    "no-gvlk": "No GVLK is published for {product}. Choose KMS or ADBA without writing the key, or another product.",
    "character": "A field holds a character that no XML file may hold, such as a control character. Type it again.",
}
"""Why there is no file, and what to do."""

LEFT_OUT: Mapping[str, str] = {
    "download": "A file for download says what to fetch. Updates, RemoveMSI, Display and AUTOACTIVATE act while Office "
    "is installed, so they are left out here.",
    "source": "Without a folder, setup.exe saves the files beside itself.",
    "exclude": "Apps are excluded from a suite, and this file has none. So there is no ExcludeApp in it.",
    "companions": "The file has neither Project nor Visio, so their languages are left out.",
    "updates": "Updates are switched off, so the folder for updates is left out.",
    "mak": "Put your MAK in the place of the placeholder before you run setup.exe, and keep the file from readers.",
}
"""Choices that the file does not show, or not yet, and why."""

WORDS: Mapping[str, object] = {
    "nothing": "no finding",
    "whole": "whole file",
    "read_in": "Read in:",
    "listing": "The file, line by line",
    "skipped": "{count} lines without a finding",
    "example": "Try this file above",
    "no_file": "No file",
    "not_checked": NOT_CHECKED,
    "link": "This page does not know a part of the link, and left it out:",
    "copied": ["The browser did not allow copying.", "Copied."],
}


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
            "activations": ACTIVATIONS,
            "refused": REFUSED,
            "left_out": LEFT_OUT,
            **WORDS,
        },
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
