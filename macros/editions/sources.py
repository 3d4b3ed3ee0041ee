"""The sources of an edition, numbered in the order in which they are first cited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from macros.catalog.models import Catalog, Source


class Sources:
    """Which sources are cited, and the number of each."""

    def __init__(self, catalog: Catalog) -> None:
        self._facts = {fact.id: fact.sources for fact in catalog.facts}
        self._by_id = {source.id: source for source in catalog.sources}
        # Several texts may belong to one page: a link that names none means the first.
        self._by_address = {str(source.url): source.id for source in reversed(catalog.sources)}
        self._numbers: dict[str, int] = {}

    def of_facts(self, facts: Iterable[str]) -> Sequence[int]:
        """The numbers of the sources of facts, each once, the lowest first. Raises KeyError for what is no fact."""
        return sorted({self._number(source) for fact in facts for source in self._facts[fact]})

    def of(self, source: str) -> int:
        """The number of a source by its id. Raises KeyError for what is none."""
        return self._number(self._by_id[source].id)

    def of_address(self, address: str) -> int | None:
        """The number of the source at an address of the web; None where no source stands there."""
        found = self._by_address.get(address)
        return self._number(found) if found else None

    @property
    def cited(self) -> Sequence[tuple[int, Source]]:
        """The sources that are cited, with their numbers."""
        return [(number, self._by_id[source]) for source, number in self._numbers.items()]

    def _number(self, source: str) -> int:
        return self._numbers.setdefault(source, len(self._numbers) + 1)
