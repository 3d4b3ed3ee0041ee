"""What a macro sees: the data, the organization, today, and the page it stands on."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from datetime import date
from functools import cache

from macros.catalog.decision_tables import Compiled
from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.domain.situation import Situation, situation


@dataclass(frozen=True)
class View:
    """Everything that rendering may look at. Two equal views render the same bytes."""

    catalog: Catalog
    organization: Organization
    policy: Policy
    tables: Compiled
    today: date
    page: str = "index.md"

    @property
    def situation(self) -> Situation:
        """What the organization looks like: computed once, drawn by every page."""
        return situation(self.organization, self.catalog, self.policy)

    def href(self, target: str) -> str:
        """Address of a page or file of the site, relative to this page.

        `target` is a path from the docs folder, with or without anchor: `plan/renewal.md#office`, `downloads/kms.zone`.
        """
        return _relative(self.page, target)


@cache
def _relative(page: str, target: str) -> str:
    path, hash_, anchor = target.partition("#")
    if path.endswith(".md"):
        path = path.removesuffix(".md") + ".html"
    relative = posixpath.relpath(path, posixpath.dirname(page) or ".") if path else ""
    return f"{relative}{hash_}{anchor}"
