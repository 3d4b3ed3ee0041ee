"""The onboarding in the built site: what a stage asks stands on a page that the stage links."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath

import pytest
from bs4 import Tag

from macros.catalog.models import Catalog
from macros.render.learn.practice import STAGES
from tests.built import Site

pytestmark = pytest.mark.slow
PAGE = "learn/onboarding.html"


def linked(site: Site, stage: str) -> Iterator[str]:
    """The pages that a stage names, without those behind marks of facts."""
    heading = site.page(PAGE).find(id=stage)
    assert isinstance(heading, Tag)
    for each in heading.find_all_next(["h2", "a"]):
        if each.name == "h2":
            return
        address = str(each.get("href", "")).partition("#")[0]
        if address and not each.find_parent(attrs={"data-fact": True}) and not each.find_parent("fieldset"):
            yield normpath(join("learn", address))


def cited(site: Site, path: str) -> set[str]:
    return {str(mark["data-fact"]) for mark in site.page(path).select("article [data-fact]")}


@pytest.mark.parametrize("stage", STAGES)
def test_a_reader_of_a_stage_has_read_what_it_asks(stage: str, site: Site, catalog: Catalog) -> None:
    pages = {*linked(site, stage)}
    assert len(pages) > 4
    known = set[str]().union(*(cited(site, path) for path in pages))
    asked = [one for one in catalog.practice if one.stage == stage]
    assert asked
    for one in asked:
        assert known >= {*one.facts}, one.id
