"""Facts by a word of theirs, for those who do not know the id."""

from __future__ import annotations

import re

from .models import Catalog, Fact

_WORD = re.compile(r"[^\W_]+")


def also_called(catalog: Catalog, text: str) -> tuple[str, ...]:
    """What readers write for words and phrases of a text: those that the search knows to mean the same.

    Words count as a whole, and letter case does not matter.
    """
    said = _plain(text)
    groups = [one.words for one in catalog.search.alike]
    found = [
        [phrase for phrase in group if _plain(phrase) not in said]
        for group in groups
        if any(_plain(phrase) in said for phrase in group)
    ]
    return tuple(dict.fromkeys(phrase for group in found for phrase in group))


def _plain(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


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
