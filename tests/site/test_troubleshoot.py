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


def test_search_reads_the_spellings_and_leaves_the_rest_of_a_page_small(site: Site, catalog: Catalog) -> None:
    index = json.loads((site.folder / "search" / "search_index.json").read_text("utf-8"))["docs"]
    for record in catalog.error_codes:
        page = f"troubleshoot/codes/{record.code.lower()}.html"
        entries = [entry for entry in index if entry["location"].partition("#")[0] == page]
        assert entries[0]["title"] == record.code
        assert {entry["location"].partition("#")[2] for entry in entries} == {"", "meaning", "causes", "cure", "not"}
        forms = spellings(record.code)
        if forms:
            assert all(text in entries[0]["text"] for text in (forms.bare, forms.unsigned, forms.signed.lstrip("-")))


def test_search_finds_the_message_that_carries_no_code(site: Site) -> None:
    index = json.loads((site.folder / "search" / "search_index.json").read_text("utf-8"))["docs"]
    found = [one["location"] for one in index if "product key invalid or license mismatch" in one["text"].lower()]
    assert [where for where in found if where.startswith("troubleshoot/codes/office_key_mismatch.html")]


def test_pages_of_codes_do_not_swell_the_navigation(site: Site) -> None:
    links = [link["href"] for link in site.page("index.html").select(".md-nav a[href]")]
    assert not [href for href in links if "troubleshoot/codes/0x" in href]
    assert [href for href in links if href.endswith("troubleshoot/codes/index.html")]


def test_no_page_of_a_code_is_left_over(site: Site, catalog: Catalog) -> None:
    pages = {f"troubleshoot/codes/{record.code.lower()}.html" for record in catalog.error_codes}
    assert {page for page in site.pages if page.startswith("troubleshoot/codes/")} - pages == {
        "troubleshoot/codes/index.html"
    }
