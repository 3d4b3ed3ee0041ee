"""The page on which readers describe their own organization: what its form and its reader of files work with.

The shapes come from the models of the organization's file, and the sentences about wrong files from the loader, so that
the page and a build say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from macros.catalog.models import A_DAY, Catalog
from macros.catalog.organization import ID, LONGEST_DNS_NAME, NO_ZONE, SAID, ClientId
from macros.catalog.organization_file import LONGEST_ZONE, OLD_SCHEMAS, words
from macros.catalog.organization_shape import Shape, shapes
from macros.catalog.secrets import EXPECTED
from macros.catalog.strict_yaml import ALLOWED, MAX_BYTES
from macros.catalog.strict_yaml import SAID as SAID_OF_VALUES
from macros.domain.host_keys import products_by_key
from macros.domain.lifecycle import entries_of
from macros.domain.mak_budget import PROJECTED_MONTHS
from macros.domain.situation import TARGET, TOLERATED
from macros.render.parts.components import details, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.names import METHOD_NAMES
from macros.render.parts.script_data import data_file, json_script, page_scripts, tables_as_data
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .act_now import act_now_as_data, sheet_as_data
from .answers_data import known as known_of

FORM = Template("organization-form", "otherwise")
_FORM = Words.beside(
    __file__,
    "my-organization",
    "without",
    "start",
    "empty",
    "example name",
    "open",
    "open-hint",
    "opened file",
    "started-empty",
    "started-example name",
    "undo",
    "undone",
    "undo-removal what",
    "restored what",
    "wrong-file file problems",
    "wrong-line line",
    "too-large most",
    "not-utf8",
    "not-loaded",
    "describe",
    "basics",
    "forest-is",
    "activation_objects-known",
    "release-unknown",
    "forests",
    "forests-why",
    "add-forest",
    "new-forest",
    "groups",
    "add-group",
    "new-group number",
    "hosts",
    "hosts-why",
    "add-host",
    "new-key",
    "maks",
    "maks-why",
    "add-mak",
    "licensed",
    "licensed-why",
    "add-licensed",
    "remove what",
    "removed what",
    "added what",
    "more",
    "choose",
    "none-to-choose",
    "needed",
    "needed-one",
    "id-rule",
    "still-needed what",
    "required",
    "new-unnamed-group",
    "new-host",
    "new-mak",
    "new-licensed",
    "optional",
    "days-or-never",
    "separated",
    "to-correct count",
    "problem",
    "problems count",
    "no-problem",
    "verdicts",
    "verdicts-wait",
    "verdicts-older",
    "act-now",
    "verdict-columns 6",
    "verdict-met",
    "verdict-short short",
    "verdict-unsure",
    "verdict-holds",
    "verdict-fails",
    "verdict-product-not-listed product",
    "verdict-host-not-listed product system",
    "verdict-client-host-for-server product system",
    "verdict-others verdict",
    "no-count",
    "nobody-asks",
    "mak-columns 6",
    "mak-left left day",
    "mak-left-today left",
    "mak-short short",
    "mak-until month",
    "mak-long month",
    "mak-used-up month",
    "mak-ahead day",
    "mak-forever",
    "no-mak",
    "counts-caption",
    "maks-caption",
    "windows-client",
    "windows-server",
    "office",
    "keep",
    "keep-why",
    "kept",
    "kept-older",
    "kept-elsewhere name",
    "keep-this",
    "take-that",
    "not-kept",
    "kept-failed",
    "delete",
    "deleted",
    "take",
    "take-yaml",
    "take-json",
    "take-report",
    "take-calendar",
    "take-print",
    "saved file",
    "take-wait",
    "show-file",
    "kept-unusable",
    "head 3",
    "allowed values",
)
_FILE = Words.beside(
    __file__,
    "my-organization-file",
    "columns 4",
    "summary record keys",
    "yes",
    "no",
    "otherwise value",
    "from-to least most",
    "or one other",
    "day",
    "address",
    "dns",
    "text most",
    "id",
    "product",
    "system",
    "key",
    "list what",
    "record",
    "answers",
)
_YAML = Words.beside(
    __file__,
    "my-organization-yaml",
    "anchor",
    "behind",
    "block",
    "bracket",
    "character sign",
    "colon",
    "deep most",
    "digits most given",
    "document",
    "escape",
    "file-character sign",
    "goes-on",
    "indentation",
    "key",
    "key-character sign",
    "many most",
    "open-bracket",
    "open-quote",
    "separator",
    "sign",
    "tab",
    "tag",
    "twice first",
)
_BANNER = Words.beside(
    __file__,
    "kept-organization",
    "own-page name built",
    "built-page name",
    "own-forms name built",
    "own-files name",
    "built-files name built",
    "built-forms name",
    "show-built-fleet",
    "show-own-fleet",
    "own-fleet name",
    "built-fleet name",
    "other name built",
    "show-built",
    "show-own",
    "page",
)
_LABELS = Words.beside(
    __file__,
    "my-organization-labels",
    *(f"{record.lower()}-{shape['key']}" for record, listed in shapes().items() for shape in listed),
    *(f"record-{record.lower()}" for record in shapes()),
)
CLIENT_IDS = Words.beside(__file__, "client-ids", *get_args(ClientId))
LATER_FILE = "assets/data/organization.js"
_LATER_DATA = ("act", "example", "sheet")
"""What the form needs only once an organization is complete, or when somebody starts from the example."""
_POINTS = ["../data/organization", "decision-boxes", "fleet-sheet", "organization-points"]
_LATER = {
    "points": _POINTS,
    "example": _POINTS[:1],
    "reader": ["yaml-reading", "organization-reading"],
    "writer": ["organization-write"],
    "reporter": [*_POINTS, "../data/report", "organization-report"],
}
"""Scripts that come with what needs them first: a complete organization, a file that a reader opens or takes along."""
_OPTIONS: Mapping[tuple[str, str], str] = {
    ("KmsHost", "operating_system"): "systems",
    ("HostKey", "group"): "keys",
    ("MakAllotment", "product"): "products",
    ("Licensed", "product"): "products",
    ("Group", "product"): "products",
}
"""What a key names of the catalog."""


def my_organization(view: View) -> Html:
    """The form for the reader's own organization, with its data and scripts. Without scripts: how to write the file."""
    shown = FORM(otherwise=_FORM.say(view, "without"))
    data = {name: one for name, one in organization_as_data(view).items() if name not in _LATER_DATA}
    scripts = page_scripts(view, "my-organization")
    return join([shown, json_script("vag-organization", data), scripts])


def data_files(view: View) -> dict[str, bytes]:
    """The file of data that comes with the first complete organization. Its addresses are those of the form's page."""
    data = organization_as_data(replace(view, page="plan/my-organization.md"))
    later = {name: data[name] for name in _LATER_DATA}
    return {LATER_FILE: data_file({"vag-later": later, "vag-decision": tables_as_data(view)})}


def organization_keys(view: View) -> Html:
    """The keys of the organization's file: needed or not, what is allowed, what each means. A list to open a record."""
    columns = _FILE.list("columns")
    return join(
        details(
            _FILE.plain("summary", record=_LABELS[f"record-{record.lower()}"], keys=len(listed)),
            table(
                _LABELS[f"record-{record.lower()}"],
                columns,
                [
                    (
                        tag("code", shape["key"], class_="vag-key"),
                        _needed(shape),
                        _allowed(record, shape),
                        shape["about"],
                    )
                    for shape in listed
                ],
            ),
        )
        for record, listed in shapes().items()
    )


def usual_host(view: View) -> Mapping[str, int]:
    """Priority and weight of a host that names none, for the scripts that share computers between hosts."""
    return {"priority": view.policy.srv_priority, "weight": view.policy.srv_weight}


def _needed(shape: Shape) -> str:
    if shape["required"]:
        return _FILE["yes"]
    usual = shape["otherwise"]
    return _FILE.plain("otherwise", value=usual) if isinstance(usual, str) else _FILE["no"]


def _allowed(record: str, shape: Shape) -> str:
    name = _OPTIONS.get((record, shape["key"]))
    if name:
        return _FILE[name.removesuffix("s")]
    make = _ALLOWED.get(shape["is"])
    return make(record, shape) if make else _FILE[shape["is"]]


def _either(record: str, shape: Shape) -> str:
    one, other = (_allowed(record, {**shape, **each}) for each in shape["of"])
    return _FILE.plain("or", one=one, other=other)


def _text(_: str, shape: Shape) -> str:
    if "dns" in shape:
        return _FILE["dns"]
    return _FILE["id"] if "pattern" in shape else _FILE.plain("text", most=f"{shape['most']:,}")


_ALLOWED: Mapping[str, Callable[[str, Shape], str]] = {
    "any": _either,
    "int": lambda _, shape: _FILE.plain("from-to", least=f"{shape['least']:,}", most=f"{shape['most']:,}"),
    "list": lambda record, shape: _FILE.plain("list", what=_allowed(record, {**shape, **shape["of"]})),
    "one": lambda _, shape: ", ".join(shape["of"]),
    "text": _text,
}


def organization_as_data(view: View) -> Mapping[str, Any]:
    """What the page's scripts read, judge and write an organization with."""
    catalog = view.catalog
    systems = sorted({system for group in catalog.host_keys.groups for system in group.host_systems})
    asked = [question for question in catalog.decision_tables.inputs if question.default]
    return {
        "shapes": shapes(),
        "labels": {**_LABELS},
        "options": dict(_options(view, systems)),
        "listed": {f"{record}.{key}": name for (record, key), name in _OPTIONS.items()},
        "allowed": {**ALLOWED},
        "said": {**SAID_OF_VALUES},
        "values": {**SAID},
        "words": {**words()},
        "yaml": {name: _YAML[name] for name in _YAML.slots},
        "form": words_of_form(),
        "banner": {name: _BANNER[name].replace("{built}", view.organization.name) for name in _BANNER.slots},
        "secret": EXPECTED,
        "day": A_DAY,
        "id_pattern": ID,
        "longest_dns_name": LONGEST_DNS_NAME,
        "longest_zone": LONGEST_ZONE,
        "most_bytes": MAX_BYTES,
        "old_schemas": OLD_SCHEMAS,
        "products": {each.id: [each.name, each.kind, each.legacy] for each in catalog.products},
        "systems": systems,
        "keys": {group.id: group.host_systems for group in catalog.host_keys.groups},
        "activates": products_by_key(catalog),
        "releases": dict(_releases(catalog)),
        "questions": {question.id: [answer.id for answer in question.values] for question in asked},
        "example": view.organization.model_dump(mode="json"),
        "example_name": view.organization.name,
        "act": act_now_as_data(view),
        "sheet": sheet_as_data(view),
        "scripts": {
            name: [view.href(f"assets/javascripts/{file}.js") for file in files] for name, files in _LATER.items()
        },
        "count": known_of(view, "count"),
        "mak": known_of(view, "mak"),
        "usual": usual_host(view),
        "target": TARGET,
        "projected": PROJECTED_MONTHS,
        "tolerated": TOLERATED,
        "no_zone": NO_ZONE,
    }


def _releases(catalog: Catalog) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Of each product that ends release by release, its releases by their ids."""
    for product in catalog.products:
        found = {entry.id: entry.name for entry in entries_of(catalog, product.id) if entry.release}
        if found:
            yield product.id, found


def words_of_form(*beginnings: str) -> Mapping[str, Any]:
    """The words of the form by name: those whose names begin so, or all."""
    wanted = (name for name in _FORM.slots if not beginnings or name.startswith(beginnings))
    return {name: [*_FORM.list(name)] if name in LIST_WORDS else _FORM[name] for name in wanted}


LIST_WORDS = frozenset({"verdict-columns", "mak-columns", "head"})
"""Words of the form that are lists."""


def _options(view: View, systems: list[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Words for what a reader chooses from, by record and key, or by list of the catalog."""
    catalog = view.catalog
    names = {each.id: each.name for each in catalog.products}
    yield "products", names
    yield "systems", {system: names[system] for system in systems}
    yield "keys", {group.id: group.name for group in catalog.host_keys.groups}
    yield "Group.reset_client_id", {**CLIENT_IDS}
    yield "Group.method", dict[str, str](METHOD_NAMES.items())
    for question in catalog.decision_tables.inputs:
        if question.values:
            yield f"Group.{question.id}", {answer.id: answer.label for answer in question.values}


MACROS = (my_organization, organization_keys)
