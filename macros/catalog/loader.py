"""Reads `macros/data` into one Catalog. Errors name the file, the record and the key."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from .integrity import problems
from .models import (
    Catalog,
    Claim,
    ClientKey,
    CommandOption,
    Conflict,
    DecisionTables,
    ErrorCode,
    Fact,
    HostKeys,
    Lifecycle,
    OdtReference,
    Product,
    ReferenceOnly,
    Source,
    Term,
    Unit,
)
from .references import Values, resolve
from .strict_yaml import DataError, Document, Problem, read, validate

DATA = Path(__file__).resolve().parent.parent / "data"
T = TypeVar("T")

LISTS: dict[str, type[Any]] = {
    "sources": Source,
    "units": Unit,
    "facts": Fact,
    "conflicts": Conflict,
    "claims": Claim,
    "products": Product,
    "client-keys": ClientKey,
    "lifecycle": Lifecycle,
    "commands": CommandOption,
    "error-codes": ErrorCode,
    "glossary": Term,
    "reference-only": ReferenceOnly,
}
"""Data files that hold a list of records. `facts` is a folder with a file for each area."""

OBJECTS: dict[str, type[Any]] = {"host-keys": HostKeys, "odt": OdtReference, "decision-tables": DecisionTables}
"""Data files that hold one structured record."""


def load(folder: Path = DATA) -> Catalog:
    """Read and check all data of a folder.

    Raises DataError with every problem found: files that cannot be read, records that do not fit their model,
    and references that lead nowhere.
    """
    errors: list[Problem] = []
    documents: dict[str, list[Document]] = {}
    for name in (*LISTS, *OBJECTS):
        documents[name] = [
            found for file in _files(folder, name) for found in _try(errors, partial(_read, folder, file))
        ]
    values = _values(documents, errors)
    fields: dict[str, Any] = {}
    for name, found in documents.items():
        build = _build_list if name in LISTS else _build_object
        model = LISTS.get(name) or OBJECTS[name]
        parts = [part for document in found for part in _try(errors, partial(build, model, document, values))]
        fields[name.replace("-", "_")] = tuple(chain(*parts)) if name in LISTS else next(iter(parts), None)
    if errors:
        raise DataError(errors)
    catalog = Catalog.model_construct(**fields)
    broken = problems(catalog)
    if broken:
        raise DataError(broken)
    return catalog


@lru_cache(maxsize=4)
def _load_state(folder: Path, state: tuple[tuple[str, int, int], ...]) -> Catalog:
    return load(folder)


def load_cached(folder: Path = DATA) -> Catalog:
    """Like `load`, and reads again only when a file has changed."""
    files = sorted(folder.rglob("*.yaml"))
    state = tuple((str(f.relative_to(folder)), f.stat().st_mtime_ns, f.stat().st_size) for f in files)
    return _load_state(folder, state)


def _try(errors: list[Problem], action: Callable[[], T]) -> list[T]:
    """The result in a list, or none when the action fails; its problems are kept."""
    try:
        return [action()]
    except DataError as error:
        errors += error.problems
        return []


def _files(folder: Path, name: str) -> list[Path]:
    return sorted((folder / name).glob("*.yaml")) if (folder / name).is_dir() else [folder / f"{name}.yaml"]


def _read(folder: Path, file: Path) -> Document:
    return read(file, file.relative_to(folder).as_posix())


def _values(documents: dict[str, list[Document]], errors: list[Problem]) -> Values:
    """Values of the facts before any sentence is resolved. Records that are no facts are left to validation."""
    units = [
        unit for doc in documents["units"] for found in _try(errors, partial(_records, Unit, doc)) for unit in found
    ]
    lists = [document.data for document in documents["facts"] if isinstance(document.data, list)]
    records = [record for record in chain(*lists) if isinstance(record, dict)]
    facts = {str(record.get("id")): (record.get("value"), record.get("unit")) for record in records}
    return Values(facts, {unit.id: unit for unit in units})


def _build_object(model: type[T], document: Document, values: Values) -> T:
    return validate(model, resolve(document, values))


def _build_list(model: type[T], document: Document, values: Values) -> list[T]:
    return _records(model, resolve(document, values))


def _records(model: type[T], document: Document) -> list[T]:
    if document.data is None:
        return []
    if not isinstance(document.data, list):
        raise DataError([document.problem((), "must be a list of records, each starting with a dash")])
    try:
        return validate(list[model], document)  # type: ignore[valid-type]
    except DataError as error:
        raise DataError(_name_record(problem, document) for problem in error.problems) from error


def _name_record(problem: Problem, document: Document) -> Problem:
    """Replace `[12].unit` by `kms.validity, unit`: editors know records by id, not by position."""
    head, _, rest = problem.key.partition("]")
    index = int(head.removeprefix("[")) if head.startswith("[") else None
    record = document.data[index] if index is not None and index < len(document.data) else None
    if not isinstance(record, dict):
        return problem
    label = next((str(record[k]) for k in ("id", "code", "option", "term", "key") if record.get(k)), head + "]")
    key = f"{label}, {rest.removeprefix('.')}" if rest else label
    return Problem(problem.file, problem.line, key, problem.message)
