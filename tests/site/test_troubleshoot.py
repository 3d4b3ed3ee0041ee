"""Pages on fixing in the built site: one for each code, found by search in every spelling, and a light navigation."""

from __future__ import annotations

import json

from macros.catalog.models import Catalog
from macros.domain.error_codes import spellings
from tests.built import Site


def test_every_code_has_a_page_whose_text_holds_each_spelling(site: Site, catalog: Catalog) -> None:
    for record in catalog.error_codes:
        article = site.page(f"troubleshoot/codes/{record.code.lower()}.html").article
        assert article.h1.get_text().startswith(record.code)
        forms = spellings(record.code)
        text = article.get_text(" ")
        for spelling in (forms.written, forms.bare, forms.unsigned, forms.signed) if forms else ():
            assert spelling in text


def test_search_reads_the_parts_of_a_page_that_tell_what_a_code_means(site: Site, catalog: Catalog) -> None:
    found: dict[str, list[str]] = {}
    for address, title, *_ in indexed(site):
        page, _, anchor = address.partition("#")
        found.setdefault(page, []).append(anchor or title)
    for record in catalog.error_codes:
        parts = found[f"troubleshoot/codes/{record.code.lower()}.html"]
        assert parts[0].startswith(f"{record.code}: ")
        assert set(parts[1:]) == {"meaning", "causes", "cure", "not"}


def test_search_looks_into_every_page(site: Site) -> None:
    assert {address.partition("#")[0] for address, *_ in indexed(site)} == set(site.pages) - {"404.html"}


def indexed(site: Site) -> list[list[str]]:
    """The entries of the search: address, title and what else a result shows."""
    script = (site.folder / "search" / "index.js").read_text("utf-8")
    text = script.removeprefix("window.vagSearchIndex = JSON.parse('").removesuffix("');\n")
    found: list[list[str]] = json.loads(text.replace("\\'", "'").replace("\\\\", "\\"))["entries"]
    return found


def test_pages_of_codes_do_not_swell_the_navigation(site: Site) -> None:
    links = [link["href"] for link in site.page("index.html").select(".md-nav a[href]")]
    assert not [href for href in links if "troubleshoot/codes/0x" in href]
    assert [href for href in links if href.endswith("troubleshoot/codes/index.html")]


def test_no_page_of_a_code_is_left_over(site: Site, catalog: Catalog) -> None:
    pages = {f"troubleshoot/codes/{record.code.lower()}.html" for record in catalog.error_codes}
    assert {page for page in site.pages if page.startswith("troubleshoot/codes/")} - pages == {
        "troubleshoot/codes/index.html"
    }
