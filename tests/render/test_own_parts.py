"""What a page shows of the organization is marked, so that a browser can show the reader's own in its place."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.organization_file import load_organization
from macros.render.own_parts import ELSEWHERE, PARTS
from macros.render.parts.view import View
from macros.render.registry import MACROS, render
from macros.site import DOCS, read_pages
from tests.built import EXAMPLE, ORGANIZATIONS
from tests.parsing import as_built

ViewOf = Callable[..., View]
OWN_SCRIPT = {
    "choose/worksheet.md": "worksheet.js draws the whole page",
    "plan/my-organization.md": "it is the form",
    "deploy/build-clients.md": "its form starts with the reader's own",
    "deploy/build-dns.md": "its form starts with the reader's own",
    "deploy/build-office.md": "its files name nobody but their reader",
    "deploy/check.md": "its data",
    "deploy/check-clients.md": "it compares with the reader's own",
    "deploy/check-dns.md": "it compares with the reader's own",
}
"""Pages with a script that shows the reader's own by itself."""
SIZES = ("university.yml", "bank.yml")
"""They have all that the example has, so that pages have the same sections."""


def without_own(html: str) -> str:
    """What a page says beside what is marked as the organization's."""
    page = BeautifulSoup(html, "lxml")
    for each in page.select("[data-vag-of], [data-vag-named], [data-vag-built-only], script"):
        each.replace_with("…")
    return re.sub(r"\s+", " ", page.get_text(" "))


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    some = read_pages(DOCS)
    return {path: text for path, text in some.items() if "{" in text and not path.startswith("troubleshoot/codes/0")}


@pytest.mark.parametrize("size", SIZES)
def test_no_page_shows_an_organization_without_a_mark(
    view_of: ViewOf, catalog: Catalog, pages: dict[str, str], size: str
) -> None:
    def shown(own: Organization, path: str) -> str:
        return without_own(render(view_of(organization=own, page=path), pages[path]))

    mine, theirs = (load_organization(file, catalog) for file in (EXAMPLE, ORGANIZATIONS / size))
    read = [path for path in pages if path not in OWN_SCRIPT]
    assert len(read) > 40
    for path in read:
        assert shown(mine, path) == shown(theirs, path), path


def test_parts_are_macros_and_say_where_the_own_is() -> None:
    assert set(PARTS) <= set(MACROS)
    assert set(ELSEWHERE) == {name for name, kind in PARTS.items() if kind == "elsewhere"}


def test_a_part_says_what_it_was_asked_for(view: View) -> None:
    shown = as_built(
        render(view, '{{ act_now_part("counts", is_listed=False) }} {{ method_computers("avma", "kms") }}')
    )
    part, computers = shown.select("[data-vag-of]")
    assert (part["data-vag-of"], part["data-vag-given"], part.has_attr("data-vag-brief")) == (
        "act_now_part",
        "counts",
        True,
    )
    assert (computers.name, computers["data-vag-given"]) == ("span", "avma kms")
    assert as_built(render(view, '{{ sample("clients-undo") }}')).select("[data-vag-of]") == []
    assert len(as_built(render(view, '{{ sample("dns-zone") }}')).select("[data-vag-of=sample]")) == 1
