"""The files of the interface: what each is called, what its entries are, and where they come from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from macros.catalog import models
from macros.formats.detect import FORMATS
from macros.formats.library import FORMAT_OF, on_disk, samples
from macros.render.deploy.samples import FOLDER, context
from macros.render.parts.components import Column, table
from macros.render.parts.html import Html, tag
from macros.render.parts.quantity import number
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .contract import breaking, outward

VERSION = 1
PLACE = f"api/v{VERSION}"
SCHEMAS = Path(__file__).with_name(f"v{VERSION}")
"""The schemas as they were promised."""
_SUFFIX = ".schema.json"
_PAGE = Words.beside(__file__, "page", "caption", "columns 3", "description", "found")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Rule(_Entry):
    """A rule that a check of files keeps."""

    kind: str
    id: str
    severity: Literal["error", "warning", "info"]
    message: str
    cure: str
    statement: str
    sources: tuple[str, ...]


class Sample(_Entry):
    """A file that the site offers for download; its address is below that of the site."""

    id: str
    kind: str
    address: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ReleaseChanges(_Entry):
    """What a release changed in the records; of what no release has yet, number, day and notes are null."""

    release: str | None
    day: date | None
    notes: str | None
    changes: tuple[models.Change, ...]


@dataclass(frozen=True)
class Resource:
    """A file of the interface: its name, the kind of what it holds, and where that comes from."""

    name: str
    kind: Any
    of: Callable[[View], Any]

    @property
    def adapter(self) -> TypeAdapter[Any]:
        """Turns what it holds into JSON, and describes it."""
        return _adapter(self.name)

    def schema(self) -> dict[str, Any]:
        """What the whole file looks like, as its readers may rely on."""
        data = outward(self.adapter.json_schema(mode="serialization"))
        shared = data.pop("$defs", {})
        edition = {
            "type": "object",
            "required": ["version", "day"],
            "properties": {"version": {"type": "string"}, "day": {"type": "string", "format": "date"}},
        }
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "type": "object",
            "required": ["api", "name", "edition", "data"],
            "properties": {
                "api": {"type": "integer", "const": VERSION},
                "name": {"type": "string", "const": self.name},
                "edition": edition,
                "data": data,
            },
            "$defs": shared,
        }


def _rules(view: View) -> Iterable[Rule]:
    for form in FORMATS:
        for rule in form.rules.values():
            yield Rule(
                kind=form.id,
                id=rule.id,
                severity=rule.severity,
                message=rule.message,
                cure=rule.cure,
                statement=rule.statement,
                sources=rule.sources,
            )


def _samples(view: View) -> Iterable[Sample]:
    for sample in samples(context(view)):
        form = FORMAT_OF[sample.id]
        digest = hashlib.sha256(on_disk(sample.id, sample.text)).hexdigest()
        yield Sample(id=sample.id, kind=form.id, address=f"{FOLDER}/{sample.file_name}", sha256=digest)


def _changes(view: View) -> Iterable[ReleaseChanges]:
    log = view.catalog.changes
    yield ReleaseChanges(release=None, day=None, notes=None, changes=log.unreleased)
    for one in log.releases:
        yield ReleaseChanges(release=one.release, day=one.day, notes=one.notes, changes=one.changes)


RESOURCES = (
    Resource("changes", tuple[ReleaseChanges, ...], lambda view: tuple(_changes(view))),
    Resource("checklists", tuple[models.Checklist, ...], lambda view: view.catalog.checklists),
    Resource("claims", tuple[models.Claim, ...], lambda view: view.catalog.claims),
    Resource("client-keys", tuple[models.ClientKey, ...], lambda view: view.catalog.client_keys),
    Resource("code-names", tuple[models.CodeName, ...], lambda view: view.catalog.code_names),
    Resource("commands", tuple[models.CommandOption, ...], lambda view: view.catalog.commands),
    Resource("conflicts", tuple[models.Conflict, ...], lambda view: view.catalog.conflicts),
    Resource("decision-tables", models.DecisionTables, lambda view: view.catalog.decision_tables),
    Resource("error-codes", tuple[models.ErrorCode, ...], lambda view: view.catalog.error_codes),
    Resource("facts", tuple[models.Fact, ...], lambda view: view.catalog.facts),
    Resource("glossary", tuple[models.Term, ...], lambda view: view.catalog.glossary),
    Resource("host-keys", models.HostKeys, lambda view: view.catalog.host_keys),
    Resource("lifecycle", tuple[models.Lifecycle, ...], lambda view: view.catalog.lifecycle),
    Resource("products", tuple[models.Product, ...], lambda view: view.catalog.products),
    Resource("rules", tuple[Rule, ...], lambda view: tuple(_rules(view))),
    Resource("samples", tuple[Sample, ...], lambda view: tuple(_samples(view))),
    Resource("sources", tuple[models.Source, ...], lambda view: view.catalog.sources),
    Resource("symptoms", tuple[models.Symptom, ...], lambda view: view.catalog.symptoms),
    Resource("units", tuple[models.Unit, ...], lambda view: view.catalog.units),
)
_ABOUT = Words.beside(__file__, "about", *(one.name for one in RESOURCES))


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(next(one.kind for one in RESOURCES if one.name == name))


def schemas() -> dict[str, str]:
    """The schemas of the interface as the models have them now, by file name."""
    return {f"{one.name}{_SUFFIX}": _as_text(one.schema()) for one in RESOURCES}


def promised() -> dict[str, dict[str, Any]]:
    """The schemas as they were written down, by file name."""
    return {file.name: json.loads(file.read_text("utf-8")) for file in sorted(SCHEMAS.glob(f"*{_SUFFIX}"))}


def changes() -> tuple[list[str], list[str]]:
    """Names of schemas that differ from what was promised, and what in them would break readers."""
    now, then = {name: json.loads(text) for name, text in schemas().items()}, promised()
    differ = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
    broken = [f"{name}: {what}" for name, old in then.items() for what in _broken(old, now.get(name))]
    return differ, broken


def _broken(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> list[str]:
    return ["the file is gone"] if new is None else breaking(old, new)


def write_schemas() -> int:
    """Write the schemas down as they are now, and give their number."""
    SCHEMAS.mkdir(exist_ok=True)
    wanted = schemas()
    for file in SCHEMAS.glob(f"*{_SUFFIX}"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (SCHEMAS / name).write_text(text, "utf-8", newline="")
    return len(wanted)


def api_files(view: View, version: str) -> dict[str, bytes]:
    """Everything below `api`, by path in the site."""
    edition = {"version": version, "day": view.today.isoformat()}
    head = {"api": VERSION, "edition": edition}
    found = {
        f"{one.name}.json": {**head, "name": one.name, "data": one.adapter.dump_python(one.of(view), mode="json")}
        for one in RESOURCES
    }
    found["index.json"] = {**head, "files": {one.name: _entry(one) for one in RESOURCES}}
    found["openapi.json"] = _description(version)
    found |= {f"schemas/{name}": schema for name, schema in promised().items()}
    return {f"{PLACE}/{name}": _as_text(content).encode() for name, content in found.items()}


def _entry(one: Resource) -> dict[str, str]:
    return {"about": _ABOUT[one.name], "address": f"{one.name}.json", "schema": f"schemas/{one.name}{_SUFFIX}"}


def _description(version: str) -> dict[str, Any]:
    """The description of the interface for programs that make readers of it: OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Volume Activation Guide", "version": version, "description": _PAGE["description"]},
        "servers": [{"url": "."}],
        "paths": {
            f"/{one.name}.json": {
                "get": {
                    "operationId": one.name,
                    "summary": _ABOUT[one.name],
                    "responses": {
                        "200": {
                            "description": _PAGE["found"],
                            "content": {"application/json": {"schema": {"$ref": f"schemas/{one.name}{_SUFFIX}"}}},
                        }
                    },
                }
            }
            for one in RESOURCES
        },
    }


def _as_text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


_OF_ORGANIZATION = frozenset({"samples"})
"""Files whose number of entries is that of the organization of the build: the page names no number for them."""


def api_table(view: View) -> Html:
    """The files of the interface, what they hold, and how much of it."""
    rows = []
    for one in RESOURCES:
        held = one.of(view)
        link = tag("a", tag("code", f"{one.name}.json"), href=view.href(f"{PLACE}/{one.name}.json"))
        rows.append(
            [
                link,
                _ABOUT[one.name],
                number(len(held)) if isinstance(held, tuple) and one.name not in _OF_ORGANIZATION else "",
            ]
        )
    file, holds, entries = _PAGE.list("columns")
    return table(_PAGE["caption"], [file, holds, Column(entries, numeric=True)], rows)


MACROS = (api_table,)
