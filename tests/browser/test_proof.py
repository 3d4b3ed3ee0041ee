"""What a mark or a value shows where it stands, and a page as Markdown: over HTTP, from disk, by keyboard, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from tests.browser.axe_script import violations
from tests.browser.conftest import NARROW, WIDE
from tests.built import Site

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

PAGE = "methods/kms.html"
VALUE = "article p a.vag-fact[data-fact='kms.validity']"


def test_a_page_asks_for_no_proof_before_a_reader_does(address: str, open_page: OpenPage) -> None:
    page = open_page(address)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    page.goto(f"{address}/{PAGE}", wait_until="load")
    assert not [url for url in asked if "proof" in url or "data/facts" in url]
    page.locator(VALUE).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert [url for url in asked if "data/facts" in url] == ["/assets/data/facts/kms-renewal.js"]


@pytest.mark.parametrize(("width", "dark"), [(NARROW, True), (NARROW, False), (WIDE, True), (WIDE, False)])
def test_a_value_shows_its_record_beside_it_accessibly(
    address: str, open_page: OpenPage, catalog: Catalog, width: int, dark: bool
) -> None:
    page = open_page(f"{address}/{PAGE}", width=width, dark=dark)
    fact = catalog.fact("kms.validity")
    page.locator(VALUE).first.click()
    shown = page.get_by_role("dialog")
    expect(shown).to_be_in_viewport(ratio=0.9)
    for part in (fact.statement, "180 days", str(fact.verified_on), "macros/data/facts/kms.yaml"):
        expect(shown).to_contain_text(part)
    for name in fact.sources:
        expect(shown.get_by_role("link", name=catalog.source(name).title)).to_have_count(1)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()


def test_one_mark_stands_for_all_facts_of_its_sentence(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}")
    marks = page.locator("article .vag-cites:has(a.vag-cite ~ a.vag-cite)").first
    ids = marks.locator("a").evaluate_all("all => all.map((one) => one.dataset.fact)")
    assert len(ids) > 1
    assert marks.locator("a:visible").count() == 1
    marks.locator("a:visible").click()
    for fact_id in ids:
        expect(page.get_by_role("dialog").locator(f"a[href$='#{fact_id}']")).not_to_have_count(0)


def test_without_scripts_every_mark_is_a_link_to_its_record(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}", javascript=False)
    marks = page.locator("article .vag-cites:has(a.vag-cite ~ a.vag-cite)").first.locator("a")
    assert marks.count() > 1
    for mark in marks.all():
        expect(mark).to_be_visible()
    page.locator(VALUE).first.click()
    assert page.url.endswith("reference/facts/kms-renewal.html#kms.validity")


def test_by_keyboard_the_panel_opens_closes_and_gives_the_focus_back(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}")
    value = page.locator(VALUE).first
    value.focus()
    page.keyboard.press("Enter")
    shown = page.get_by_role("dialog")
    expect(shown).to_be_focused()
    page.keyboard.press("Tab")
    expect(shown.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(shown).to_be_hidden()
    expect(value).to_be_focused()


@pytest.mark.parametrize("kind", ["text", "Markdown"])
def test_a_citation_names_every_source_and_the_address(
    address: str, open_page: OpenPage, catalog: Catalog, kind: str
) -> None:
    page = open_page(f"{address}/{PAGE}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fact = catalog.fact("kms.validity")
    page.locator(VALUE).first.click()
    page.get_by_role("button", name=f"Copy as {kind}").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"{address}/reference/facts/kms-renewal.html#kms.validity" in copied
    for part in (
        fact.statement,
        f"verified {fact.verified_on}",
        *(catalog.source(name).title for name in fact.sources),
    ):
        assert part in copied


def test_a_row_of_the_register_offers_its_citation(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/reference/facts/kms-renewal.html")
    page.locator("[id='kms.validity'] summary").last.click()
    page.locator("[id='kms.validity'] .vag-proof-open").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Copy as text")).to_be_visible()


def test_from_disk_it_works_the_same(site: Site, open_page: OpenPage) -> None:
    page = open_page((site.folder / PAGE).as_uri())
    page.locator(VALUE).first.click()
    expect(page.get_by_role("dialog")).to_contain_text("180 days")
    link = page.get_by_role("dialog").get_by_role("link", name="Open in the register")
    link.click()
    page.wait_for_url("file://**/reference/facts/kms-renewal.html#kms.validity")


def test_a_new_tab_or_a_script_that_does_not_come_leads_to_the_register(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{PAGE}")
    page.route("**/proof.js", lambda route: route.abort())
    page.locator(VALUE).first.click()
    page.wait_for_url("**/reference/facts/kms-renewal.html#kms.validity")


def test_a_page_is_copied_as_markdown_with_a_footnote_for_each_fact(
    address: str, open_page: OpenPage, catalog: Catalog
) -> None:
    page = open_page(f"{address}/{PAGE}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy this page as Markdown").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("# KMS: your own activation host\n\n")
    body, _, notes = text.partition("\n\n[^1]: ")
    numbers = list(map(int, re.findall(r"\[\^(\d+)\]", body)))
    written = re.findall(r"^\[\^(\d+)\]: (.+)$", f"[^1]: {notes}", re.MULTILINE)
    assert list(dict.fromkeys(numbers)) == [int(number) for number, _ in written] == list(range(1, len(written) + 1))
    cited = page.locator("article [data-fact]").evaluate_all("all => all.map((one) => one.dataset.fact)")
    assert len(written) == len(set(cited)) > 50
    for fact_id in set(cited):
        note = next(said for _, said in written if f"#{fact_id}>)" in said)
        for name in catalog.fact(fact_id).sources:
            assert f"“{catalog.source(name).title}”" in note
    assert "| Situation | Answer | Why |" in body
    for heading in page.locator("article h2").all():
        assert f"## {heading.inner_text().strip().removesuffix('¶').strip()}" in body.replace("\\", "")
