"""Facts by a word of theirs, for those who do not know the id."""

from __future__ import annotations

from .models import Catalog, Fact


def facts_with(catalog: Catalog, text: str) -> tuple[Fact, ...]:
    """Facts that have every word of a text in their id, their statement or the title of a source, in their order.

    Letter case does not matter, and a word may be a part of a longer one. A text without words fits none.
    """
    words = text.casefold().split()
    titles = {source.id: source.title for source in catalog.sources}

    def says(fact: Fact) -> str:
        return "\n".join([fact.id, fact.statement, *(titles.get(name, "") for name in fact.sources)]).casefold()

    return tuple(
        fact for fact in catalog.facts if words and all(word in said for said in [says(fact)] for word in words)
    )
