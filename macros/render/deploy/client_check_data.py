"""The check of client settings as data for a page's scripts: rules, forms, the organization's hosts, and words.

The scripts make the same records of a file as the readers of macros/formats/clients, and walk the same checks over
them; whatever is not a step of it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from macros.formats.base import keys, reading, wrapped, xml_tree
from macros.formats.base.context import Context
from macros.formats.base.findings import Rule
from macros.formats.base.format import HEAD, AnyFormat
from macros.formats.base.hosts import LONGEST_NAME, WHY, host_ports
from macros.formats.base.report import FILES, MOST_FINDINGS, PAGES, UNREADABLE
from macros.formats.clients import (
    command_lines,
    commands,
    group_policy,
    records,
    registry_file,
    registry_values,
    requests,
)
from macros.formats.clients.format import BY_ID
from macros.formats.clients.registry_values import Product, Wanted
from macros.formats.clients.requests import Aim, Form, Request
from macros.formats.detect import ENOUGH
from macros.formats.shells import batch
from macros.formats.shells.elevation import ELEVATED
from macros.render.parts.html import Html
from macros.render.parts.report import SEVERITIES, VERDICTS
from macros.render.parts.script_data import json_script
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .check_data import check_words
from .patterns import for_scripts, recognized_as_data
from .samples import context

READ = ("group-policy", "registry", "client-batch")
"""Kinds that a page's scripts read."""

ELSEWHERE = "client-powershell"
"""The kind that they recognize only: PowerShell needs a full parser."""

_OF_POWERSHELL = ("reg-type-open",)
"""Rules of values that the kinds here cannot break, because they always name a type."""

ACTIVATIONS = Words.beside(__file__, "client-activations", "kms-adba", "none", "unknown")

REFUSED = Words.beside(
    __file__, "client-refused", "no-product", "windows-only", "host given", "domain given", "port given", "form"
)
"""Why there is no file, and what to do."""

LEFT_OUT = Words.beside(__file__, "client-left-out", "office", "windows", "domain")
"""What the file does not change."""

FORMS: Mapping[Form, str] = {
    "batch": "Batch file: slmgr.vbs and ospp.vbs",
    "registry": "Registration file (.reg)",
    "preferences-xml": "Group Policy: preferences (XML)",
    "preferences-commands": "Group Policy: PowerShell",
    "powershell": "PowerShell",
    "oslicense": "PowerShell with OSLicense, Windows only",
}
AIMS: Mapping[Aim, str] = {
    "host": "Use one KMS host, without asking DNS",
    "dns": "Ask DNS again",
    "domain": "Ask DNS in another domain",
}

# ------------------------------------------------------------------------------------------------------- check


def client_data(view: View) -> Html:
    """Rules and lists of client settings as JSON, for the scripts of a page."""
    return json_script("vag-clients", client_as_data(view))


def rules() -> dict[str, Rule]:
    """Every rule that a page's scripts know, by its id."""
    own = (registry_file.RULES, group_policy.RULES, command_lines.RULES, UNREADABLE, wrapped.RULES)
    nothing = commands.RULES["nothing-to-check"]
    every = {rule.id: rule for each in (*own, {nothing.id: nothing}, FILES, PAGES) for rule in each.values()}
    return {name: rule for name, rule in every.items() if name not in _OF_POWERSHELL}


def hosts(view: View) -> dict[str, int]:
    """Port of each KMS host of the organization."""
    return dict(host_ports(view.organization, view.policy))


def client_as_data(view: View) -> Mapping[str, Any]:
    """What the check computes with. Fields of records keep their names."""
    every = rules()
    form = group_policy.Form.of(view.catalog)
    wanted = Wanted.of(Context(view.catalog, view.policy))
    # Published keys stand on the page once, for keys.js.
    compared = {name: value for name, value in records.known(wanted).items() if name != "published"}
    cited = sorted({name for rule in every.values() for name in rule.sources})
    return {
        "rules": {rule.id: [rule.severity, rule.message, rule.cure, rule.sources] for rule in every.values()},
        "sources": {one.id: [one.title, str(one.url)] for one in map(view.catalog.source, cited)},
        "most": {
            "characters": reading.MOST_CHARACTERS,
            "tags": xml_tree.MOST_TAGS,
            "attributes": xml_tree.MOST_ATTRIBUTES,
            "findings": MOST_FINDINGS,
            "head": HEAD,
        },
        "enough": ENOUGH,
        "xml": xml_tree.REASONS,
        "alphabet": "".join(sorted(keys._ALPHABET)),
        "unexpanded": keys._UNEXPANDED.pattern,
        "kinds": {name: _kind(BY_ID[name]) for name in (*READ, ELSEWHERE)},
        "recognized": recognized_as_data(),
        "registry": _registry(wanted),
        "preferences": {
            "collection": group_policy.COLLECTION,
            "around": (form.item, *group_policy.AROUND),
            "inside": group_policy.INSIDE,
            "attributes": group_policy.ITEM_ATTRIBUTES,
            "properties": group_policy.PROPERTIES,
        },
        "checks": records.checks_as_data(),
        "compared": {
            **compared,
            "registry_file": registry_file.known(view.catalog),
            "preferences": group_policy.known(form),
            "commands": command_lines.known(),
        },
        "commands": _commands(view),
        "hosts": {"organization": hosts(view), "": None},
        "port": view.policy.port,
        "words": {
            "severities": SEVERITIES,
            "verdicts": VERDICTS,
            "activations": {**ACTIVATIONS, ELSEWHERE: "", **_read_as()},
            "refused": dict(REFUSED),
            "left_out": dict(LEFT_OUT),
            **check_words(),
        },
    }


def _read_as() -> dict[str, str]:
    titles = {name: BY_ID[name].title for name in READ}
    return {
        f"{name} {activation}": f"Read as {title}. {words}"
        for name, title in titles.items()
        for activation, words in ACTIVATIONS.items()
    }


def _kind(form: AnyFormat) -> dict[str, Any]:
    return {
        "title": form.title,
        "marks": [[for_scripts(pattern), points] for pattern, points in form.marks],
        "encodings": form.encodings,
        "characters": form.limits.characters,
        "lines": form.limits.lines,
        "begins": for_scripts(form.begins.pattern) if form.begins else None,
        "holds": for_scripts(form.holds.pattern) if form.holds else None,
    }


def _registry(wanted: Wanted) -> dict[str, Any]:
    """What readers of registry values know."""
    return {
        "values": [records.value_record(one) for one in wanted.known],
        "hives": registry_values.HIVES,
        "host": registry_values.HOST,
        "longest": LONGEST_NAME,
        "why": WHY,
        "kinds": registry_file.KINDS,
    }


def _commands(view: View) -> dict[str, Any]:
    return {
        "options": [command_lines.option_record(option) for option in view.catalog.commands],
        "scripts": command_lines.SCRIPTS,
        "engines": command_lines.ENGINES,
        "installing": commands.INSTALLING,
        "client_options": commands.CLIENT_OPTIONS,
        "elevated": ELEVATED.pattern.replace(r"\s", r"[\t-\r ]"),
        "wmi": commands.WMI.pattern,
        "comparisons": sorted(batch.COMPARISONS),
        "tests": sorted(batch.TESTS),
        "longest_variable": batch.LONGEST,
    }


# ------------------------------------------------------------------------------------------------------- build

SENTINELS: Mapping[str, str] = {
    "host": "host.placeholder.invalid",
    "port": "54321",
    "domain": "domain.placeholder.invalid",
}
"""What stands in the files of the form in the place of what a reader writes."""


def client_build_data(view: View) -> Html:
    """Every file that the form of client settings can make, for its script to fill."""
    return json_script("vag-client-files", client_build_as_data(view))


def client_build_as_data(view: View) -> Mapping[str, Any]:
    """Each file as the numbers of its lines, which many share, and the name of each file."""
    files: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for form in FORMS:
        for aim in AIMS:
            for products in requests.PRODUCTS:
                request = Request(form, aim, products, SENTINELS["host"], int(SENTINELS["port"]), SENTINELS["domain"])
                if requests.possible(request):
                    name = requests.file_name(request)
                    origin = requests.origin(request, context(view))
                    text = requests.generate(request, origin, view.catalog)
                    numbers = [lines.setdefault(line, len(lines)) for line in text.split("\n")]
                    files[key_of(form, aim, products)] = [name, numbers]
    kinds_of = {"registry": "registry", "preferences-xml": "group-policy", "batch": "client-batch"}
    return {
        "files": files,
        "lines": [*lines],
        "sentinels": SENTINELS,
        "kinds": kinds_of,
        "port": view.policy.port,
    }


def key_of(form: Form, aim: Aim, products: tuple[Product, ...]) -> str:
    """How scripts call a file."""
    return " ".join([form, aim, *products])


MACROS = (client_data, client_build_data)
