"""How fresh the facts are: which were compared with a page that says so, when, and what pages tell of their age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from macros.catalog.models import Catalog


@dataclass(frozen=True)
class Freshness:
    """What is known of the age of facts and of the pages that they cite; all are numbers of facts or of pages."""

    facts: int
    compared: int
    """Facts that were compared with a page that was read. Unconfirmed ones were not: no page that says so was."""
    newest: date
    oldest: date
    """Days of the newest and of the oldest comparison."""
    on_newest: int
    """Facts compared on the newest day."""
    unconfirmed: int
    conflicting: int
    pages: int
    """Pages that facts cite."""
    undated: int
    """Of these, pages without a date: nothing tells how old their text is."""
    on_undated_alone: int
    """Facts that cite no page with a date."""
    inexact: int
    """Pages whose text was read in its repository; the address is that of the page it belongs to."""


def freshness(catalog: Catalog) -> Freshness:
    """The freshness of all facts of a catalog. Raises ValueError when no fact was compared."""
    compared = [fact.verified_on for fact in catalog.facts if fact.confidence != "unconfirmed"]
    cited = {name for fact in catalog.facts for name in fact.sources}
    pages = [page for page in catalog.sources if page.id in cited]
    undated = {page.id for page in pages if page.page_date is None}
    return Freshness(
        facts=len(catalog.facts),
        compared=len(compared),
        newest=max(compared),
        oldest=min(compared),
        on_newest=compared.count(max(compared)),
        unconfirmed=len(catalog.facts) - len(compared),
        conflicting=sum(fact.confidence == "conflicting" for fact in catalog.facts),
        pages=len(pages),
        undated=len(undated),
        on_undated_alone=sum(undated.issuperset(fact.sources) for fact in catalog.facts),
        inexact=sum(not page.url_exact for page in pages),
    )
