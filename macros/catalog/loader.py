"""Reads `macros/data` into one Catalog. Errors name the file, the record and the key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from .integrity import problems
from .models import (
    Catalog,
    Claim,
    ClientKey,
    CommandOption,
    Conflict,
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

OBJECTS: dict[str, type[Any]] = {"host-keys": HostKeys, "odt": OdtReference}
"""Data files that hold one structured record."""


def load(folder: Path = DATA) -> Catalog:
    """Read and check all data of a folder.

    Raises DataError with every problem found: files that cannot be read, records that do not fit their model,
    and references that lead nowhere.
    """
    errors: list[Problem] = []
    fields: dict[str, Any] = {}
    for name, model in LISTS.items():
        fields[_field(name)] = _collect(errors, lambda name=name, model=model: _read_list(folder, n, m))
    for name, model in OBJECTS.items():
        fields[_field(name)] = _collect(errors, lambda n=name, m=model: validate(m, _document(folder, n)))
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


def _field(name: str) -> str:
    return name.replace("-", "_")


def _collect(errors: list[Problem], produce: Callable[[], T]) -> T | None:
    try:
        return produce()
    except DataError as error:
        errors.extend(error.problems)
        return None


def _document(folder: Path, name: str) -> Document:
    return read(folder / f"{name}.yaml", f"{name}.yaml")


def _read_list(folder: Path, name: str, model: type[T]) -> tuple[T, ...]:
    files = sorted((folder / name).glob("*.yaml")) if (folder / name).is_dir() else [folder / f"{name}.yaml"]
    records: list[T] = []
    errors: list[Problem] = []
    for file in files:
        try:
            records += _records(read(file, str(file.relative_to(folder))), model)
        except DataError as error:
            errors += error.problems
    if errors:
        raise DataError(errors)
    return tuple(records)


def _records(document: Document, model: type[T]) -> Iterable[T]:
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
