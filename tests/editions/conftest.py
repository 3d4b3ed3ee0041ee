from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

import pytest
from bs4 import BeautifulSoup

from macros.build import SETTINGS, pages_listed
from macros.catalog.models import Catalog
from macros.editions.edition import Edition
from macros.editions.paper import paper_files
from macros.publish.building import files_in
from tests.built import ROOT, Site

EDITION = Edition("1.2.3", date(2026, 11, 24), "organization.yml")


@pytest.fixture(scope="session")
def listed() -> list[str]:
    return pages_listed((ROOT / SETTINGS).read_text("utf-8"))


@pytest.fixture(scope="session")
def built(site: Site) -> Mapping[str, bytes]:
    return files_in(site.folder)


@pytest.fixture(scope="session")
def papers(catalog: Catalog, built: Mapping[str, bytes], listed: list[str]) -> Mapping[str, bytes]:
    """The editions for paper of the example's site, by path."""
    return paper_files(catalog, EDITION, built, listed)


@pytest.fixture(scope="session")
def paper(papers: Mapping[str, bytes]) -> Callable[[str], BeautifulSoup]:
    """An edition by its name, parsed."""
    return cache(lambda name: BeautifulSoup(papers[f"print/{name}.html"].decode(), "lxml"))
