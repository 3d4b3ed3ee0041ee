"""A page as Markdown: the browser and the handbook say the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from playwright.sync_api import Browser, Page

from macros.catalog.models import Catalog
from macros.editions.handbook import footnote
from macros.editions.markdown import Notes, as_markdown
from macros.editions.pages import pages_in
from macros.editions.parts import parts
from macros.publish.building import files_in
from macros.render.parts.places import fact_place
from tests.browser.tabs import one_tab, opened
from tests.built import BUILD_DAY, ROOT, Site

CHECK = "methods/kms.html"
VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "page_markdown.yaml").read_text("utf-8"))
LOADED = """async () => {
  const from = (name) => new URL(name, document.querySelector("script[src$='site.js']").src).href;
  await window.vagDom.load([from("proof.js"), from("page-markdown.js")]);
}"""
OF_HTML = """async (html) => {
  document.querySelector("article").innerHTML = html;
  return await window.vagPageMarkdown();
}"""


@pytest.fixture(scope="module")
def scripts(browser: Browser, address: str) -> Any:
    with one_tab(browser) as page:
        opened(page, f"{address}/{CHECK}")
        page.evaluate(LOADED)
        yield page


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_html_as_markdown(case: Mapping[str, Any], scripts: Page) -> None:
    made = str(scripts.evaluate(OF_HTML, case["html"]))
    assert re.split(r"\n\n(?:\[\^1\]: |\n$)", made)[0] == case["markdown"]


@pytest.fixture(scope="module")
def on_the_day(browser: Browser) -> Any:
    """A tab whose clock shows the day of the build: texts that depend on it are those of the build."""
    with one_tab(browser) as page:
        page.clock.set_fixed_time(datetime.fromtimestamp(BUILD_DAY, UTC))
        yield page


@pytest.mark.parametrize("source", parts().handbook)
def test_a_page_of_the_handbook_reads_the_same(
    source: str, on_the_day: Page, address: str, site: Site, catalog: Catalog
) -> None:
    page = pages_in(files_in(site.folder))[source]
    at = f"{address}/{page.path}"
    notes = Notes()
    text = as_markdown(page.tree(), notes, lambda href: urljoin(at, href))
    told = [
        footnote(catalog, fact, number, f"[Record](<{address}/{fact_place(catalog, fact).replace('.md#', '.html#')}>).")
        for fact, number in notes.cited
    ]
    opened(on_the_day, at)
    on_the_day.evaluate(LOADED)
    assert on_the_day.evaluate(OF_HTML, page.text) == f"{text}\n\n{chr(10).join(told)}\n"
    # Where a form takes the place of its example, the browser has the form's, which a handbook cannot.
    if re.search(r"<form[^>]* data-vag-plan\b", page.text):
        return
    opened(on_the_day, at)
    on_the_day.evaluate(LOADED)
    assert on_the_day.evaluate("() => window.vagPageMarkdown()") == f"{text}\n\n{chr(10).join(told)}\n"
