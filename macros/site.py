"""Puts together what every page of one build looks at. Shared by the plugin, the hooks and the command line."""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from macros.catalog.changes_file import without_reason
from macros.catalog.decision_tables import compiled, thresholds
from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization_file import load_organization, path_from_environment
from macros.catalog.strict_yaml import DataError, Problem, short
from macros.domain.policy import Policy
from macros.formats import library
from macros.formats.base import rules
from macros.render.parts import templates, words
from macros.render.parts.places import code_page, family_page
from macros.render.parts.usage import usage
from macros.render.parts.view import View
from macros.render.reference.facts import family_source
from macros.render.registry import render
from macros.render.troubleshoot.error_codes import page_source
from macros.render.troubleshoot.gone_codes import gone_pages

_LAST_SECOND = 2**32
"""Compressed files, such as the site map, hold no later time."""
_DIGITS = 20
_FEW = 3
"""Pages that a message names, when many are wrong for one reason."""
DOCS = Path(__file__).resolve().parent.parent / "docs"


def version() -> str:
    """Version of the guide, from pyproject.toml."""
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def today() -> date:
    """Today in UTC, or the day that SOURCE_DATE_EPOCH (seconds since 1970) names. Raises DataError for another text."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch and not (epoch.isascii() and epoch.isdigit() and int(epoch[:_DIGITS]) < _LAST_SECOND):
        allowed = f"must be a number of seconds since 1970 below {_LAST_SECOND}; given: {short(epoch)}"
        raise DataError([Problem("SOURCE_DATE_EPOCH", None, "", allowed)])
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.date()


def base_view(organization: Path | None = None) -> View:
    """Data, organization and clock, without knowledge of the pages. Raises DataError."""
    catalog = load_cached()
    wrong = [*rules.problems(catalog), *library.problems(), *words.problems(catalog), *templates.problems()]
    if wrong := [*wrong, *without_reason(catalog.changes)]:
        raise DataError(wrong)
    loaded = load_organization(organization or path_from_environment(), catalog)
    try:
        policy = Policy.of(catalog)
    except (LookupError, TypeError, ValueError) as error:
        raise DataError([Problem("facts", None, "", f"computations cannot use them: {error}")]) from error
    tables = compiled(catalog.decision_tables, thresholds(catalog))
    return View(catalog=catalog, organization=loaded, policy=policy, tables=tables, today=today())


def data_pages(catalog: Catalog) -> dict[str, str]:
    """The pages that the data asks for, with their source, by path.

    One for each error code, also of those that are gone, and one for each family of facts.
    """
    codes = {code_page(record.code): page_source(record) for record in catalog.error_codes} | gone_pages(catalog)
    return codes | {family_page(family.id): family_source(family) for family in catalog.fact_families}


def stale_pages(catalog: Catalog, docs: Path = DOCS) -> tuple[dict[Path, str], list[Path]]:
    """Such pages that are to be written, with their source, and pages of what the data lacks."""
    wanted = {docs / path: text for path, text in data_pages(catalog).items()}
    there = {path: path.read_text("utf-8") for path in wanted if path.is_file()}
    stale = {path: text for path, text in wanted.items() if there.get(path) != text}
    folders = sorted({path.parent for path in wanted})
    found = [path for folder in folders for path in sorted(folder.glob("*.md"))]
    return stale, [path for path in found if path not in wanted and path.stem != "index"]


def refuse_stale_pages(catalog: Catalog, docs: Path = DOCS) -> None:
    """Raise DataError when the pages of codes and facts are not those of the data: a link would lead nowhere."""
    stale, left_over = stale_pages(catalog, docs)
    cure = "write the pages again: python -m macros pages"
    wrong = [(path, f"is missing or not as the data has it; {cure}") for path in stale]
    wrong += [(path, f"is the page of what the data does not have; {cure}") for path in left_over]
    if wrong:
        shown = [(path.relative_to(docs.parent).as_posix(), message) for path, message in wrong[:_FEW]]
        if len(wrong) > _FEW:
            shown.append((docs.name, f"{len(wrong) - _FEW} more pages like these"))
        raise DataError(Problem(path, None, "", message) for path, message in shown)


def usage_of_pages(view: View, docs: Path = DOCS) -> dict[str, tuple[str, ...]]:
    """Source paths of the pages that show a fact, by fact id. Renders the macros of every page."""
    return usage({path: render(replace(view, page=path), text) for path, text in read_pages(docs).items()})


def read_pages(docs: Path) -> dict[str, str]:
    """Source of every page by its path below the docs folder."""
    return {file.relative_to(docs).as_posix(): file.read_text("utf-8") for file in sorted(docs.rglob("*.md"))}
