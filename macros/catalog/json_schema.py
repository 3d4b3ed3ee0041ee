"""JSON Schemas of the data files and of the organization's file, so that editors complete and check the YAML.

Generated from the models; ids that a key may name are listed from the data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from .loader import DATA, LISTS, OBJECTS
from .models import Catalog
from .organization import Organization

FOLDER = DATA / "schemas"


def schemas(catalog: Catalog) -> dict[str, str]:
    """Every schema as JSON text, by file name."""
    ids = _known_ids(catalog)
    lists: Mapping[str, Any] = {name: tuple[model, ...] for name, model in LISTS.items()}  # type: ignore[valid-type]
    models: Mapping[str, Any] = {**lists, **OBJECTS, "organization": Organization}
    return {f"{name}.schema.json": _schema(model, ids) for name, model in models.items()}


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


def _known_ids(catalog: Catalog) -> Mapping[tuple[str, str], Iterable[str]]:
    """Ids that a key of a model may name, by (model, key)."""
    products = [product.id for product in catalog.products]
    key_groups = [group.id for group in catalog.host_keys.groups]
    systems = sorted({system for group in catalog.host_keys.groups for system in group.host_systems})
    sources = [source.id for source in catalog.sources]
    checks = [target for one in catalog.checklists for target in (one.id, *(f"{one.id}.{s.id}" for s in one.steps))]
    return {
        ("Group", "product"): products,
        ("Licensed", "product"): products,
        ("MakAllotment", "product"): products,
        ("KmsHost", "operating_system"): systems,
        ("HostKey", "group"): key_groups,
        ("Fact", "unit"): [unit.id for unit in catalog.units],
        ("Fact", "sources"): sources,
        ("Claim", "sources"): sources,
        ("Reading", "sources"): sources,
        ("Lifecycle", "sources"): sources,
        ("Lifecycle", "products"): products,
        ("ErrorCode", "sources"): sources,
        ("ErrorCode", "checks"): checks,
        ("ChecklistStep", "sources"): sources,
        ("Symptom", "sources"): sources,
        ("Symptom", "checks"): checks,
        ("ClientKey", "product"): products,
        ("Coverage", "products"): products,
    }


def _schema(model: Any, ids: Mapping[tuple[str, str], Iterable[str]]) -> str:
    schema: dict[str, Any] = TypeAdapter(model).json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for name, definition in schema.get("$defs", {}).items():
        for key, rule in definition.get("properties", {}).items():
            if (name, key) in ids:
                _restrict(rule, list(ids[name, key]))
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _restrict(rule: dict[str, Any], allowed: list[str]) -> None:
    """Limit the text that a rule accepts, wherever it stands: in the rule, in its items or in one alternative."""
    targets = [rule, rule.get("items", {}), *rule.get("anyOf", [])]
    for target in targets:
        if target.get("type") == "string":
            target.pop("pattern", None)
            target["enum"] = allowed
