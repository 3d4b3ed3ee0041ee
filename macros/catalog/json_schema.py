"""JSON Schemas of the data files and of the organization's file, so that editors complete and check the YAML.

Generated from the models. Ids that a key may name are listed from the data, in one file that the others point to: a new
source changes that file alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from .fleet_report import FleetReport
from .heads import DEFAULTS, MAY_DEFAULT, RECORDS, REVIEW
from .loader import DATA, HEADLESS, LISTS, OBJECTS, READ_ELSEWHERE
from .models import Catalog, Confidence
from .organization import Organization

FOLDER = DATA / "schemas"
IDS = "ids.schema.json"
REPORT = "fleet-report.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas(catalog: Catalog) -> dict[str, str]:
    """Every schema as JSON text, by file name."""
    found = {f"{name}.schema.json": _of_list(model, name) for name, model in {**LISTS, **READ_ELSEWHERE}.items()}
    found |= {f"{name}.schema.json": _of_object(model, name) for name, model in OBJECTS.items()}
    found["organization.schema.json"] = _generated(Organization)
    found[REPORT] = {**TypeAdapter(FleetReport).json_schema(mode="serialization"), "$schema": DIALECT}
    found[IDS] = _ids(catalog)
    return {name: _as_text(schema) for name, schema in found.items()}


def _as_text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def drift(catalog: Catalog, folder: Path = FOLDER) -> list[str]:
    """Names of schema files that are missing, outdated or left over."""
    wanted = schemas(catalog)
    present = {file.name: file.read_text("utf-8", "replace") for file in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


def write(catalog: Catalog, folder: Path = FOLDER) -> list[Path]:
    """Write every schema and remove the ones that have no model. Returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = schemas(catalog)
    for file in folder.glob("*.json"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in wanted]


def _ids(catalog: Catalog) -> dict[str, Any]:
    """The schema that lists ids by what they are ids of."""
    systems = sorted({system for group in catalog.host_keys.groups for system in group.host_systems})
    checks = [target for one in catalog.checklists for target in (one.id, *(f"{one.id}.{s.id}" for s in one.steps))]
    known: Mapping[str, Iterable[str]] = {
        "checks": checks,
        "conflicts": [conflict.id for conflict in catalog.conflicts],
        "facts": [fact.id for fact in catalog.facts],
        "host-systems": systems,
        "key-groups": [group.id for group in catalog.host_keys.groups],
        "products": [product.id for product in catalog.products],
        "sources": [source.id for source in catalog.sources],
        "units": [unit.id for unit in catalog.units],
    }
    listed = {kind: {"type": "string", "enum": list(dict.fromkeys(ids))} for kind, ids in known.items()}
    return {"$schema": DIALECT, "$defs": listed}


_NAMES: Mapping[str, str] = {
    "sources": "sources", "source": "sources", "languages_sources": "sources", "adba_office_sources": "sources",
    "facts": "facts", "choice_facts": "facts", "settled": "facts",
    "conflict": "conflicts", "conflicts": "conflicts", "rights_conflict": "conflicts", "unit": "units",
}  # fmt: skip
"""What the keys of any record name, by the name of the key."""
_NAMES_OF: Mapping[tuple[str, str], str] = {
    ("ClientKey", "product"): "products",
    ("Coverage", "products"): "products",
    ("ErrorCode", "checks"): "checks",
    ("FleetProduct", "products"): "products",
    ("Group", "product"): "products",
    ("HostKey", "group"): "key-groups",
    ("HostKeyGroup", "host_systems"): "products",
    ("HostKeys", "adba_office_systems"): "products",
    ("HostUpdate", "host_system"): "products",
    ("HostUpdate", "to_activate"): "products",
    ("KmsHost", "operating_system"): "host-systems",
    ("Licensed", "product"): "products",
    ("Lifecycle", "products"): "products",
    ("MakAllotment", "product"): "products",
    ("OdtProduct", "product"): "products",
    ("OdtSystems", "product"): "products",
    ("OfficeHost", "minimum_server"): "products",
    ("OfficeHost", "product"): "products",
    ("Product", "methods"): "facts",
    ("Symptom", "checks"): "checks",
}
"""What a key names where its name alone does not say it, by (model, key)."""


_OF_THEIR_DAY = frozenset({"Change"})
"""Models whose ids may be gone by now."""


def _generated(model: Any) -> dict[str, Any]:
    schema: dict[str, Any] = TypeAdapter(model).json_schema(mode="validation")
    schema["$schema"] = DIALECT
    for name, definition in [*schema.get("$defs", {}).items(), (schema.get("title", ""), schema)]:
        for key, rule in definition.get("properties", {}).items():
            if name not in _OF_THEIR_DAY and (kind := _NAMES_OF.get((name, key)) or _NAMES.get(key)):
                _point(rule, {"$ref": f"{IDS}#/$defs/{kind}"})
    return schema


def _point(rule: dict[str, Any], ids: Mapping[str, str]) -> None:
    """Let the text that a rule accepts be one of these ids, wherever it stands: in the rule, its items or a choice."""
    for target in [rule, rule.get("items", {}), *rule.get("anyOf", [])]:
        if target.get("type") == "string" and "enum" not in target:
            del target["type"]
            target.pop("pattern", None)
            target.update(ids)


def _of_list(model: Any, name: str) -> dict[str, Any]:
    schema = _generated(tuple[model, ...])
    if name in HEADLESS:
        return schema
    records = {key: schema.pop(key) for key in ("items", "type")}
    whole = {"additionalProperties": False, "properties": {RECORDS: records}, "required": [RECORDS], "type": "object"}
    # What the records of a list leave out stands without the name of the list.
    return _with_head({**schema, **whole}, {**_LEFT, "additionalProperties": _VALUES})


def _of_object(model: Any, name: str) -> dict[str, Any]:
    schema = _generated(model)
    return schema if name in HEADLESS else _with_head(schema, {"additionalProperties": _VALUES})


_LEFT: dict[str, Any] = {
    "properties": {
        "confidence": {"enum": [*get_args(Confidence)]},
        "sources": {"items": {"$ref": f"{IDS}#/$defs/sources"}, "minItems": 1, "type": "array"},
    },
    "type": "object",
}
_VALUES: dict[str, Any] = {**_LEFT, "additionalProperties": False}
"""What records may leave to the head of their file."""


def _with_head(schema: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The schema of a file that has a head: records need not say what the head may say for them."""
    for definition in schema.get("$defs", {}).values():
        if "required" in definition:
            definition["required"] = [key for key in definition["required"] if key not in MAY_DEFAULT]
    head = {
        DEFAULTS: {**defaults, "description": "What records have that do not say it themselves", "type": "object"},
        REVIEW: {
            "description": "Day by which somebody should look the file through",
            "format": "date",
            "type": "string",
        },
    }
    schema["properties"] = {**head, **schema["properties"]}
    schema["required"] = [REVIEW, *schema["required"]]
    return schema
