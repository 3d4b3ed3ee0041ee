"""Reads `macros/data` into one Catalog. Errors name the file, the record and the key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from .fleet_models import Fleet
from .heads import Head, once, read_head
from .integrity import facts_in_their_file, problems
from .models import (
    Catalog,
    Changes,
    Checklist,
    Claim,
    ClientKey,
    CodeName,
    CommandOption,
    ComparedKeys,
    Conflict,
    DecisionTables,
    ErrorCode,
    Fact,
    FactFamily,
    FileReview,
    HostKeys,
    Lifecycle,
    OdtReference,
    Practice,
    Product,
    ReferenceOnly,
    Search,
    Source,
    Symptom,
    Term,
    Unit,
)
from .output_models import Outputs
from .places import with_line
from .published_keys import KEYS
from .references import REFERENCE, Values, resolve
from .secrets import refuse_secrets
from .source_digests import NAME as DIGESTS
from .source_digests import SourceDigest
from .strict_yaml import DataError, Document, Problem, read, validate

DATA = Path(__file__).resolve().parent.parent / "data"
T = TypeVar("T")

LISTS: dict[str, type[Any]] = {
    "sources": Source,
    "units": Unit,
    "facts": Fact,
    "fact-families": FactFamily,
    "conflicts": Conflict,
    "claims": Claim,
    "products": Product,
    "client-keys": ClientKey,
    "client-keys-compared": ComparedKeys,
    "lifecycle": Lifecycle,
    "commands": CommandOption,
    "error-codes": ErrorCode,
    "code-names": CodeName,
    "glossary": Term,
    "practice": Practice,
    "reference-only": ReferenceOnly,
    "checklists": Checklist,
    "symptoms": Symptom,
}
"""Data files that hold a list of records. `facts` is a folder with a file for each area."""

OBJECTS: dict[str, type[Any]] = {
    "host-keys": HostKeys,
    "odt": OdtReference,
    "decision-tables": DecisionTables,
    "outputs": Outputs,
    "search": Search,
    "fleet": Fleet,
    "changes": Changes,
}
"""Data files that hold one structured record."""

READ_ELSEWHERE: dict[str, type[Any]] = {DIGESTS: SourceDigest}
"""Data files with a list of records that no build needs, so that the catalog does not hold them."""

HEADLESS = frozenset(
    {
        "facts",
        "lifecycle",
        "sources",
        "units",
        "fact-families",
        "reference-only",
        "client-keys-compared",
        "changes",
        *READ_ELSEWHERE,
    }
)
"""Data files without a head. Facts and support dates say sources, confidence and days each for themselves, so that
whoever adds one has to decide; the others hold nothing that goes out of date by itself."""

AS_WRITTEN = frozenset({"changes"})
"""Data files whose sentences are of their day: what they say of a value is not replaced by what it is now."""

ASIDE = frozenset({"schemas", "releases"})
"""Folders beside the data files: what is written from them."""


def load(folder: Path = DATA) -> Catalog:
    """Read and check all data of a folder.

    Raises DataError with every problem found: files that cannot be read, records that do not fit their model,
    and references that lead nowhere.
    """
    errors: list[Problem] = []
    errors += _strays(folder)
    read_files = {
        name: [found for file in _files(folder, name) for found in _try(errors, partial(_read, folder, file, name))]
        for name in (*LISTS, *OBJECTS)
    }
    heads = {head.document.file: head for found in read_files.values() for head in found}
    documents = {name: [head.document for head in found] for name, found in read_files.items()}
    units = _try(errors, lambda: _records(Unit, documents["units"][0])) if documents["units"] else []
    values = _values({unit.id: unit for found in units for unit in found}, documents["facts"], errors)
    fields: dict[str, Any] = {"units": tuple(chain(*units))}
    for name, found in documents.items():
        if name in fields:
            continue
        build = _build_list if name in LISTS else _build_object
        model = LISTS.get(name) or OBJECTS[name]
        quoted = None if name in AS_WRITTEN else values
        parts = [part for document in found for part in _try(errors, partial(build, model, document, quoted))]
        fields[name.replace("-", "_")] = tuple(chain(*parts)) if name in LISTS else next(iter(parts), None)
    if errors:
        raise DataError(once(errors, heads))
    fields["file_reviews"] = tuple(
        FileReview(file=file, review_by=head.review_by) for file, head in heads.items() if head.review_by
    )
    catalog = Catalog.model_construct(**fields)
    broken = [*problems(catalog), *facts_in_their_file(catalog, _files_of(documents["facts"]))]
    if broken:
        by_file = {file: head.document for file, head in heads.items()}
        raise DataError(once([with_line(problem, by_file) for problem in broken], heads))
    return catalog


def written(folder: Path = DATA) -> dict[str, Any]:
    """What editors wrote into each data file, by its name: records with the defaults of their file, and sentences that
    name facts as they are written. Raises DataError for a file that cannot be read.
    """
    found = {name: [_read(folder, file, name) for file in _files(folder, name)] for name in (*LISTS, *OBJECTS)}
    return {
        name: [record for head in heads for record in head.document.data] if name in LISTS else heads[0].document.data
        for name, heads in found.items()
    }


def _files_of(documents: Iterable[Document]) -> dict[str, str]:
    """The file of each record, by its id."""
    return {record["id"]: document.file for document in documents for record in document.data}


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


def _read(folder: Path, file: Path, kind: str) -> Head:
    name = file.relative_to(folder).as_posix()
    document = read(file, name)
    # The page that lists the published keys is compared key by key, with more to say.
    if name != KEYS:
        refuse_secrets(document.text, name, document)
    head = Head(document) if kind in HEADLESS else read_head(document, is_list=kind in LISTS)
    if not head.document.data and not isinstance(head.document.data, str | int | float):
        raise DataError([document.problem((), "is empty; expected records, or no such file")])
    return head


def _strays(folder: Path) -> Iterator[Problem]:
    """Files that nothing reads: an editor believes that they count."""
    known = {f"{name}.yaml" for name in (*LISTS, *OBJECTS, *READ_ELSEWHERE)}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.is_dir() or name.parts[0] in ASIDE:
            continue
        is_part = len(name.parts) > 1 and name.parts[0] in LISTS and len(name.parts) == _IN_FOLDER
        if not (name.suffix == ".yaml" and (is_part or name.as_posix() in known)):
            allowed = f"{', '.join(sorted(known))}, and files such as facts/kms.yaml"
            yield Problem(name.as_posix(), None, "", f"is read by nothing; remove it. Allowed: {allowed}")


_IN_FOLDER = 2
"""Parts of the path of a file in a folder of records."""


def _values(units: Mapping[str, Unit], facts: Iterable[Document], errors: list[Problem]) -> Values:
    """Values of the facts before any sentence is resolved. Records that are no facts are left to validation."""
    places = {
        str(record.get("id")): (document, place)
        for document in facts
        if isinstance(document.data, list)
        for place, record in enumerate(document.data)
        if isinstance(record, dict)
    }
    settling = _Settling(places, units)
    for fact_id in places:
        _try(errors, partial(settling.settle, fact_id))
    return Values(settling.found, settling.units)


class _Settling:
    """Replaces references inside the values of facts, so that a sentence that quotes such a value gets the words."""

    def __init__(self, places: Mapping[str, tuple[Document, int]], units: Mapping[str, Unit]) -> None:
        self.units = units
        self.found: dict[str, tuple[Any, str | None]] = {}
        self._places = places
        self._open: list[str] = []

    def settle(self, fact_id: str) -> None:
        """Settle a fact after those that its value quotes. Raises DataError for facts that quote each other."""
        if fact_id in self.found:
            return
        document, place = self._places[fact_id]
        value, unit = document.data[place].get("value"), document.data[place].get("unit")
        # This remains when a reference in it leads nowhere; the record itself reports that.
        self.found[fact_id] = value, unit
        self._open.append(fact_id)
        try:
            for quoted in dict.fromkeys(match[1] for match in REFERENCE.finditer(_texts(value))):
                if quoted in self._open:
                    message = f'quotes the value of "{quoted}", which quotes this one; expected a value in one of them'
                    raise DataError([_name_record(document.problem((place, "value"), message), document)])
                if quoted in self._places:
                    self.settle(quoted)
            if "{" in _texts(value):
                self.found[fact_id] = _settled(document, value, Values(self.found, self.units)), unit
        finally:
            self._open.pop()


def _texts(value: Any) -> str:
    """All texts inside a value."""
    if isinstance(value, Mapping):
        return " ".join(map(_texts, value.values()))
    if isinstance(value, list):
        return " ".join(map(_texts, value))
    return value if isinstance(value, str) else ""


def _settled(document: Document, value: Any, values: Values) -> Any:
    try:
        return resolve(Document(document.file, value, document.lines, document.text), values).data
    except DataError:
        return value  # reported where the record itself is resolved


def _build_object(model: type[T], document: Document, values: Values | None) -> T:
    return validate(model, resolve(document, values) if values else document)


def _build_list(model: type[T], document: Document, values: Values | None) -> list[T]:
    return _records(model, resolve(document, values) if values else document)


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
