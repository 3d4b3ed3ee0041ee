"""How fresh the facts are, counted: a made-up catalog of which everything is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from macros.catalog.models import Catalog, Fact, Source
from macros.domain.freshness import freshness


def a_source(name: str, page_date: date | None, exact: bool = True) -> Source:
    return Source(
        id=name, url="https://learn.microsoft.com/x", title=name, publisher="Microsoft", page_date=page_date,
        url_exact=exact,
    )  # fmt: skip


def a_fact(name: str, sources: tuple[str, ...], verified: date, confidence: Any = "documented") -> Fact:
    return Fact(
        id=f"kms.{name}", statement="It is so.", value=1, applies_to=("x",), sources=sources, verified_on=verified,
        review_by=date(2027, 1, 1), confidence=confidence,
    )  # fmt: skip


@pytest.fixture
def small(catalog: Catalog) -> Catalog:
    first, second = date(2026, 11, 24), date(2026, 11, 28)
    return catalog.model_copy(
        update={
            "sources": (
                a_source("dated", date(2024, 1, 1)),
                a_source("old", None),
                a_source("near", date(2023, 1, 1), exact=False),
                a_source("not-cited", None, exact=False),
            ),
            "facts": (
                a_fact("a", ("dated", "old"), first),
                a_fact("b", ("old",), second),
                a_fact("c", ("near",), second, "conflicting"),
                a_fact("d", ("dated",), second, "derived"),
                # Newer than all, and it was compared with nothing that says so.
                a_fact("e", ("old",), date(2026, 12, 1), "unconfirmed"),
            ),
        }
    )


def test_what_could_not_be_compared_does_not_count_as_compared(small: Catalog) -> None:
    found = freshness(small)
    assert (found.facts, found.compared, found.unconfirmed) == (5, 4, 1)
    assert (found.newest, found.on_newest, found.oldest) == (date(2026, 11, 28), 3, date(2026, 11, 24))


def test_pages_without_a_date_and_inexact_addresses_are_counted_where_facts_cite_them(small: Catalog) -> None:
    found = freshness(small)
    assert (found.pages, found.undated, found.inexact) == (3, 1, 1)
    assert found.on_undated_alone == 2
    assert found.conflicting == 1


def test_a_catalog_in_which_nothing_was_compared_has_no_freshness(small: Catalog) -> None:
    none = tuple(fact.model_copy(update={"confidence": "unconfirmed"}) for fact in small.facts)
    with pytest.raises(ValueError, match="max"):
        freshness(small.model_copy(update={"facts": none}))
