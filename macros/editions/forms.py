"""All other forms of the guide that are published beside the site, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from macros.catalog.models import Catalog

from .edition import Edition
from .handbook import handbook_file, handbook_path
from .paper import paper_files, paper_path
from .parts import parts


def other_forms(
    catalog: Catalog, edition: Edition, built: Mapping[str, bytes], listed: Sequence[str], address: str
) -> dict[str, bytes]:
    """The files of all forms by path in the site, from the files of the site. Raises DataError as they do."""
    book = handbook_file(catalog, edition, built, address).encode()
    return paper_files(catalog, edition, built, listed) | {handbook_path(edition): book}


def papers() -> Mapping[str, str]:
    """Titles of the editions for paper by path in the site."""
    return {paper_path(name): paper.title for name, paper in parts().papers.items()}
