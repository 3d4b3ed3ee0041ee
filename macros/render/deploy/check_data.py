"""The check of Office configurations as data for a page's scripts: rules, reference, published keys, and words.

The scripts compute what macros/formats/office/configuration.py computes; whatever is not a step of it stands here.
"""

from __future__ import annotations

import codecs
import pkgutil
from collections.abc import Mapping
from encodings import __path__ as encodings_path
from encodings.aliases import aliases
from functools import cache
from typing import Any

from macros.catalog.models import OdtElement, OdtProduct
from macros.formats.base import reading, xml_tree
from macros.formats.base.findings import Rule
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.base.report import FILES, MOST_FINDINGS, UNREADABLE
from macros.formats.office import configuration as office_xml
from macros.formats.office import rules as office_rules
from macros.render.parts.html import Html
from macros.render.parts.report import NOTHING, READ_IN, SEVERITIES, VERDICTS, WHOLE
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
    odt = view.catalog.odt
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
        "encodings": encodings(),
        "placeholder": PLACEHOLDER,
        "keys": {key.key: [key.product, key.edition] for key in view.catalog.client_keys},
        "elements": [_element(element) for element in odt.elements],
        "properties": [{"name": each.name, "allowed": each.allowed} for each in odt.properties],
        "products": [_product(product) for product in odt.products],
        "channels": [{"id": each.id, "required_for": each.required_for} for each in odt.channels],
        "subscription_channels": odt.subscription_channels,
        "legacy_channels": office_rules.LEGACY_CHANNELS,
        "languages": [_present(culture=each.culture, project_visio=each.project_visio) for each in odt.languages],
        "language_tokens": odt.language_tokens,
        "open_lists": odt.open_lists,
        "suite_contents": odt.suite_contents,
        "wrong_apps": office_rules.WRONG_APPS,
        "shared_computer": office_rules.SHARED_COMPUTER,
        "proofing": office_xml.PROOFING,
        "lync": office_xml.LYNC,
        "without_lync": office_xml._WITHOUT_LYNC,
        "file_name": FILE_NAME,
        "origin": [line.rstrip() for line in origin(view).lines()],
        "head": HEAD,
        "words": {
            "severities": SEVERITIES,
            "verdicts": VERDICTS,
            "activations": dict(ACTIVATIONS),
            "key_cure": [_key_cure(view, one) for one in ("volume", "retail")],
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
        "read_in": READ_IN,
        **_CHECK,
        "not_checked": NOT_CHECKED,
        "copied": ["The browser did not allow copying.", "Copied."],
    }


def origin(view: View) -> Origin:
    """The head of a file that a reader builds."""
    return Origin(FILE_NAME, view.organization.name, view.today)


def _key_cure(view: View, license_: str) -> str:
    """What to do about a key of another product, with {name} to fill."""
    product = next(each for each in view.catalog.odt.products if each.license == license_)
    return office_xml._key_cure(product).replace(product.name, "{name}")


def _rule(rule: Rule) -> list[object]:
    return [rule.severity, rule.message, rule.cure, rule.sources]


def _element(element: OdtElement) -> dict[str, object]:
    return _present(
        name=element.name,
        parents=element.parents,
        once=(element.occurs or "").endswith("..1"),
        unconfirmed=element.confidence == "unconfirmed",
        attributes=[
            _present(
                name=each.name,
                required=each.required,
                allowed=each.allowed,
                unconfirmed=each.confidence == "unconfirmed",
            )
            for each in element.attributes
        ],
    )


def _product(product: OdtProduct) -> dict[str, object]:
    names = ("id", "name", "license", "kind", "generation", "pidkey", "channels", "product", "gvlk_edition")
    return _present(**{name: getattr(product, name) for name in names})


def _present(**fields: object) -> dict[str, object]:
    """Fields without those that are false or missing: in a script they count as false all the same."""
    return {name: value for name, value in fields.items() if value is not False and value is not None}


@cache
def encodings() -> Mapping[str, str]:
    """Encodings that a file may declare, each with all its names as Python writes them: small, with underscores."""
    names: dict[str, list[str]] = {}
    for name in sorted({*aliases, *(module.name for module in pkgutil.iter_modules(encodings_path))}):
        try:
            encoding = codecs.lookup(name).name
        except LookupError:
            continue
        if reading._ENCODINGS.fullmatch(encoding):
            names.setdefault(encoding, []).append(name)
    return {encoding: " ".join(found) for encoding, found in names.items()}
