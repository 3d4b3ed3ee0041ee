"""How a sample is made, checked and spoiled: what each format says about its samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.policy import Policy

from .findings import Report
from .origin import Origin

Language = Literal["xml", "zone", "powershell", "bat", "bash", "properties", "text", "yaml", "registry"]
"""How the page colors it."""


@dataclass(frozen=True)
class Mistake:
    """What a twin replaces by what, and the rule that must notice it."""

    old: str
    new: str
    rule: str


@dataclass(frozen=True)
class Context:
    """What samples are made from."""

    catalog: Catalog
    organization: Organization
    policy: Policy
    today: date

    def origin(self, file_name: str, facts_of: date | None = None) -> Origin:
        """The head of a file; `facts_of` is the day of the newest of its facts."""
        return Origin(file_name, self.organization.name, self.today, facts_of)


@dataclass(frozen=True)
class Plan:
    """How one sample is made and checked."""

    file_name: str
    language: Language
    make: Callable[[Context, Origin], str]
    check: Callable[[str, Context], Report]
    mistakes: Callable[[Context], tuple[Mistake, ...]]
    possible: Callable[[Context], bool] = lambda context: True
    """Whether the organization has what the sample is about."""
    missing: str = ""
    """What the reader hears when it has not."""
    encode: Callable[[str], bytes] = str.encode
    """The file as it is written to disk."""
