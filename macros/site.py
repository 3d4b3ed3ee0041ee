"""Puts together what every page of one build looks at. Shared by the plugin, the hooks and the command line."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from macros.catalog.loader import load_cached
from macros.catalog.organization_file import load_organization, path_from_environment
from macros.domain.policy import Policy
from macros.rendering.registry import render
from macros.rendering.usage import usage
from macros.rendering.view import View

DOCS = Path(__file__).resolve().parent.parent / "docs"


def today() -> date:
    """Today in UTC, or the day that SOURCE_DATE_EPOCH (seconds since 1970) names."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.date()


def base_view(organization: Path | None = None) -> View:
    """Data, organization and clock, without knowledge of the pages. Raises DataError."""
    catalog = load_cached()
    loaded = load_organization(organization or path_from_environment(), catalog)
    return View(catalog=catalog, organization=loaded, policy=Policy.of(catalog), today=today())


def site_view(docs: Path = DOCS) -> View:
    """The view of one build: with the pages' titles, and which page shows which fact."""
    pages = read_pages(docs)
    view = replace(base_view(), titles={path: title(text, path) for path, text in pages.items()})
    return replace(view, usage=usage(view, pages, render))


def read_pages(docs: Path) -> dict[str, str]:
    """Source of every page by its path below the docs folder."""
    return {file.relative_to(docs).as_posix(): file.read_text("utf-8") for file in sorted(docs.rglob("*.md"))}


def title(text: str, path: str) -> str:
    """A page's title: from its front matter, else its first heading. Raises ValueError when it has neither."""
    front = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    named = re.search(r"^title:\s*(.+)$", front[1], re.MULTILINE) if front else None
    found = named or re.search(r"^# (.+)$", text, re.MULTILINE)
    if not found:
        raise ValueError(f"{path} has no title: expected a first line such as '# Title'")
    return found[1].strip().strip("\"'")
