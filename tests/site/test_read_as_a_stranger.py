"""Pages follow what the organization has: what a stranger would stumble over is found by its kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import Markdown

from macros.render.registry import render
from macros.site import DOCS, base_view, read_pages
from tests.built import ORGANIZATIONS

FILES = sorted(ORGANIZATIONS.glob("*.yml"))
SECTIONS = ("index.md", "choose/worksheet", "methods/", "plan/", "deploy/")
MOST_ALIKE = 2
"""Times that a page may say the same of the organization."""
SHORTEST = 25
"""Characters from which on a text is a sentence, and no value."""
ONE_OF_MANY = re.compile(r"\b1 (?:computers|groups|hosts|activations|days|installations|sites|balances)\b")
NONE_OF_THEM = re.compile(r"(?<![\d,.])0 (?:computers|groups|KMS hosts|Office installations|sites)\b")
SMALL = re.compile(r"(?:^|[.!?] )(?:no|one|none|your) [a-z]+ of ")
HEADINGS = ("h2", "h3", "h4")


@cache
def pages(file: Path) -> dict[str, BeautifulSoup]:
    """What a reader of a site for this organization sees, by page: without forms, scripts and what is hidden."""
    view = base_view(file)
    found = {}
    for path, text in read_pages(DOCS).items():
        if path.startswith(SECTIONS):
            made = Markdown(extensions=["attr_list", "md_in_html", "tables", "pymdownx.superfences", "admonition"])
            found[path] = seen(made.convert(render(replace(view, page=path), text)))
    return found


def seen(html: str) -> BeautifulSoup:
    shown = BeautifulSoup(html, "html.parser")
    hidden = [*shown(["script", "template", "style", "svg"]), *shown.select("[hidden], .vag-cite, .vag-proof")]
    for each in hidden:
        if not each.decomposed:
            each.decompose()
    return shown


def told(part: Tag) -> str:
    return " ".join(part.get_text(" ").split())


def about_the_organization(page: BeautifulSoup) -> Iterator[Tag]:
    """What is computed from the organization, and is no example of something else."""
    yield from page.select(".vag-of:not([data-vag-of=example])")


def said_too_often(page: BeautifulSoup) -> list[str]:
    texts: Counter[str] = Counter()
    for part in about_the_organization(page):
        blocks = [each for each in part.select("p:not(.vag-note__title), li") if not each.select("p, li")]
        # Rows of a table are alike by nature.
        blocks = [each for each in blocks if not each.find_parent("table")]
        texts.update(text for text in map(told, blocks) if len(text) >= SHORTEST and text.endswith("."))
    return [text for text, times in texts.items() if times > MOST_ALIKE]


def headings_over_nothing(page: BeautifulSoup) -> list[str]:
    """Headings that another one of the same or a higher level follows, with nothing to read in between."""
    found = []
    for heading in page(HEADINGS):
        text = ""
        for after in heading.find_all_next(string=True):
            around = after.find_parent(HEADINGS)
            if around is heading:
                continue
            if around is not None:
                if around.name > heading.name:
                    text = "a part"
                break
            text += str(after).strip()
            if text:
                break
        if not text:
            found.append(told(heading))
    return found


def tables_without_rows(page: BeautifulSoup) -> list[str]:
    return [told(table)[:80] for table in page("table") if not table.select("tbody td, tbody th")]


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_is_said_again_and_again(file: Path) -> None:
    found = {path: said_too_often(page) for path, page in pages(file).items()}
    assert {path: texts for path, texts in found.items() if texts} == {}


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_heading_and_no_table_stands_over_nothing(file: Path) -> None:
    found = {path: [*headings_over_nothing(page), *tables_without_rows(page)] for path, page in pages(file).items()}
    assert {path: texts for path, texts in found.items() if texts} == {}


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_numbers_and_sentences_read_well(file: Path) -> None:
    """One of something is no plural, none of something is said in words, and a sentence begins with a capital."""
    found = {}
    for path, page in pages(file).items():
        blocks = [each for each in page(["p", "li"]) if not each(["p", "li"])]
        wrong = [text for text in map(told, blocks) if any(each.search(text) for each in (ONE_OF_MANY, SMALL))]
        parts = [told(part) for part in about_the_organization(page)]
        wrong += [text[:200] for text in parts for found_none in [NONE_OF_THEM.search(text)] if found_none]
        if wrong:
            found[path] = wrong
    assert found == {}
