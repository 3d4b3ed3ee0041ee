"""Product keys in a real browser: the script hides what Python hides, and no way through a page shows one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from macros.catalog.models import Catalog
from macros.catalog.product_keys import HIDDEN, masked
from macros.catalog.published_keys import published
from tests.browser.check_pages import OpenPage, call, duration, one_tab, opened
from tests.catalog.test_product_keys import HOSTILE
from tests.spellings import SPELLINGS, keys, near_misses, readable

pytestmark = pytest.mark.browser

MASK = "(texts) => texts.map((text) => vagKeys.masked(text))"
SLOWEST = 2_000
"""Milliseconds for a megabyte of anything."""
TOGETHER, GROUPS_KEPT = 24, 58
APART = "\n" + "a line about nothing at all\n" * 3
Way = Callable[[Page, str, list[str]], list[str]]
"""Takes texts through a page, and gives what can be read of each: on the page, in its address, in its store."""


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    with one_tab(browser) as page:
        yield page


@pytest.fixture
def keys_page(tab: Page, address: str) -> Page:
    return opened(tab, f"{address}/troubleshoot/read-output.html")


# --------------------------------------------------------------------------------------------------------- parity


def test_script_and_python_hide_the_same(keys_page: Page) -> None:
    secret = [spell(key) for key in keys(12) for spell in SPELLINGS.values()]
    texts = [*secret, *(f"{text}\n{text}" for text in secret[:300]), *near_misses().values(), *HOSTILE.values()]
    assert call(keys_page, MASK, texts) == [masked(text, published()) for text in texts]


def test_every_published_key_stays_in_every_spelling(keys_page: Page, catalog: Catalog) -> None:
    texts = [spell(key.key) for key in catalog.client_keys for spell in SPELLINGS.values()]
    assert call(keys_page, MASK, texts) == texts


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_anything_takes_little_time(name: str, keys_page: Page) -> None:
    text = HOSTILE[name] * (1_000_000 // len(HOSTILE[name]))
    assert duration(keys_page, "(text) => vagKeys.masked(text)", text, bound=SLOWEST, runs=1) < SLOWEST


# ----------------------------------------------------------------------------------------------------------- ways

SEEN = """() => [
    document.body.innerText, location.href, JSON.stringify({ ...localStorage }), JSON.stringify(history.state),
    ...[...document.querySelectorAll("[data-vag-found]")].map((each) => each.outerHTML),
].join("\\n")"""
PASTED = """async (texts) => {
    const form = document.querySelector("[data-vag-diagnosis], [data-vag-check]");
    const area = form.elements.text;
    const shown = [];
    for (const text of texts) {
        area.value = text;
        area.dispatchEvent(new Event("input"));
        await new Promise((done) => setTimeout(done, 260));
        const found = form.querySelector("[data-vag-found]").outerHTML;
        shown.push(found + document.title + location.href + JSON.stringify({ ...localStorage }));
    }
    return shown;
}"""


def read_output(page: Page, address: str, texts: list[str]) -> list[str]:
    """What the reader of outputs says, without the pause after typing."""
    opened(page, f"{address}/troubleshoot/read-output.html")
    given = [f"Name: Windows {text} edition\nLicense Status: {text}\n{text}" for text in texts]
    return list(call(page, "(texts) => texts.map((text) => JSON.stringify(vagDiagnosis.read(text)))", given))


def checked(place: str) -> Way:
    def way(page: Page, address: str, texts: list[str]) -> list[str]:
        opened(page, f"{address}/deploy/{place}.html")
        return list(call(page, PASTED, texts))

    return way


def in_few(way: Way, template: str = "{0}", together: int = TOGETHER) -> Way:
    """A way that takes a moment for each text: many texts stand in one, too far apart to help each other."""

    def taken(page: Page, address: str, texts: list[str]) -> list[str]:
        given = [template.replace("{0}", text) for text in texts]
        parts = [given[at : at + together] for at in range(0, len(given), together)]
        shown = way(page, address, [APART.join(part) for part in parts])
        return [each for each, part in zip(shown, parts, strict=True) for _ in part]

    return taken


def named(page: Page, address: str, texts: list[str]) -> list[str]:
    """A group of computers named in the address of the guide: shown, kept in the address, in the record."""
    opened(page, f"{address}/choose/index.html#license=volume&product=windows-client")
    follow = """async (hashes, seen) => {
        const shown = [];
        for (const hash of hashes) {
            const guide = document.querySelector("[data-vag-guide]");
            const before = location.hash;
            location.hash = hash;
            // The guide writes the address in its own form; what is read before that is the group before.
            const isDrawn = () => location.hash !== before && guide.dataset.vagDrawn === location.hash;
            for (let wait = 0; wait < 400 && !isDrawn(); wait += 1) await new Promise((done) => setTimeout(done, 5));
            shown.push([guide.innerText, location.href, JSON.stringify(history.state)].join("\\n"));
        }
        return shown;
    }"""
    given = [quote(text) for text in texts]
    hashes = [f"#license=volume&product=windows-client&group={text}&x={text}&n={n}" for n, text in enumerate(given)]
    shown = list(call(page, follow, hashes))
    page.reload()
    return [*shown[:-1], shown[-1] + page.evaluate(SEEN)]


def noted(page: Page, address: str, texts: list[str]) -> list[str]:
    """Notes of a checklist: kept, read back after a reload, and copied as a ticket."""
    opened(page, f"{address}/troubleshoot/checklists/kms-client.html")
    write = """(texts) => texts.map((text) => {
        localStorage.clear();
        const area = document.querySelector(".vag-check__note textarea");
        area.value = text;
        area.dispatchEvent(new Event("input"));
        document.querySelectorAll(".vag-actions button")[0].click();
        const ticket = document.querySelector(".vag-check__text").value;
        const printed = document.querySelector(".vag-check__printed").textContent;
        return [JSON.stringify({ ...localStorage }), ticket, area.value, printed].join("\\n");
    })"""
    return list(call(page, write, texts))


REFUSED = "without any product key"
"""What a form says of a name that it does not take."""
FIELD = ".vag-ws-card input[type=text]"
"""Fields of a group, which are there while its card is open."""


def worksheet(page: Page, address: str, texts: list[str]) -> list[str]:
    """Names of groups in the worksheet: kept, exported, drawn."""
    opened(page, f"{address}/choose/worksheet.html")
    page.locator(".vag-ws-card summary").first.click()
    page.locator(FIELD).first.wait_for()
    write = """(texts) => texts.map((text) => {
        const field = document.querySelector(".vag-ws-card input[type=text]");
        field.value = text.replaceAll("\\n", " ");
        field.dispatchEvent(new Event("input"));
        return document.body.innerText + JSON.stringify({ ...localStorage });
    })"""
    return list(call(page, write, texts))


def stored(page: Page, address: str, texts: list[str]) -> list[str]:
    """A worksheet that the browser kept from before."""
    opened(page, f"{address}/choose/worksheet.html")
    mine = "(field) => { field.value = 'Mine'; field.dispatchEvent(new Event('input')); }"
    page.locator(".vag-ws-card summary").first.click()
    page.locator(FIELD).first.evaluate(mine)
    before = page.evaluate("({ ...localStorage })")
    keep = """(before, texts) => Object.entries(before).forEach(([key, value]) => {
        if (!value.includes("Mine")) return;
        const kept = JSON.parse(value);
        const mine = kept.groups.find(({ name }) => name === "Mine");
        kept.groups = texts.map((name, at) => ({ ...mine, id: `${mine.id}-${at}`, name }));
        localStorage.setItem(key, JSON.stringify(kept));
    })"""
    shown = []
    for at in range(0, len(texts), GROUPS_KEPT):
        part = texts[at : at + GROUPS_KEPT]
        call(page, keep, before, part)
        page.reload()
        names = page.locator(".vag-ws-card summary").all_inner_texts()
        assert len(names) >= len(part)
        shown += [page.evaluate(SEEN) + "\n" + "\n".join(names)] * len(part)
    page.evaluate("localStorage.clear()")
    return shown


def built(page: Page, address: str, texts: list[str]) -> list[str]:
    """The form of client settings: its address and its answer."""
    opened(page, f"{address}/deploy/build-clients.html")
    write = """(texts) => texts.map((text) => {
        const form = document.querySelector("form:has([data-vag-found])") ?? document.querySelector("form.vag-form");
        const field = form.querySelector("input[type=text]");
        field.value = text;
        form.dispatchEvent(new Event("input"));
        return location.href + document.querySelector("[data-vag-found]").outerHTML;
    })"""
    return list(call(page, write, texts))


WAYS: dict[str, Way] = {
    "an output": read_output,
    "an Office file": in_few(
        checked("check"), '<Configuration>\n<Product ID="{0}" PIDKEY="{0}" {0}="1">\n<!-- {0} -->\n{0}'
    ),
    "SRV records": in_few(checked("check-dns"), "_vlmcs._tcp SRV {0} 0 1688 {0}\n{0}"),
    "client settings": in_few(checked("check-clients"), "cscript slmgr.vbs /ipk {0}\nreg add {0} /ve {0}\n{0}"),
    "the guide's address": in_few(named, together=2),
    "notes of a checklist": noted,
    "names in the worksheet": in_few(worksheet),
    "a kept worksheet": stored,
    "a form's address": built,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_through_a_page_shows_a_key(way: str, tab: Page, address: str) -> None:
    key = next(keys(1, 7))
    shown = WAYS[way](tab, address, [spell(key) for spell in SPELLINGS.values()])
    assert [name for name, one in zip(SPELLINGS, shown, strict=True) if readable(one, key)] == []
    said = "".join(shown)
    assert HIDDEN in said or REFUSED in said


@pytest.mark.parametrize("way", WAYS)
def test_published_keys_can_be_read_on_every_way(way: str, tab: Page, address: str, catalog: Catalog) -> None:
    printed = sorted({key.key for key in catalog.client_keys})
    assert len(printed) == 138
    shown = WAYS[way](tab, address, printed)
    assert [key for key, one in zip(printed, shown, strict=True) if key not in one] == []


def test_a_name_with_a_key_is_refused_in_the_worksheet(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/choose/worksheet.html")
    page.locator(".vag-ws-card summary").first.click()
    field = page.locator(FIELD).first
    field.evaluate("(field, text) => { field.value = text; field.dispatchEvent(new Event('input')); }", next(keys(1)))
    expect(field).to_have_attribute("aria-invalid", "true")
    assert REFUSED in (page.locator(".vag-ws-error").first.text_content() or "")


def test_a_record_with_a_key_shows_none(address: str, open_page: OpenPage) -> None:
    key = next(keys(1))
    page = open_page(f"{address}/choose/index.html")
    record: dict[str, Any] = {
        "kind": "volume-activation-decision", "format": 1, "group": key, "decided_on": "2026-11-24", "outcome": key,
        "answers": {key: key}, "facts": [{"id": key, "statement": key}], "table_version": key, "prerequisites": [],
    }  # fmt: skip
    for text in (json.dumps(record), f"{{{key}", json.dumps({"kind": key})):
        page.locator(".vag-record__input").set_input_files(
            {"name": f"{key}.json", "mimeType": "application/json", "buffer": text.encode()}
        )
        expect(page.locator(".vag-guide .vag-note, [data-vag-report], .vag-note").first).to_be_visible()
        assert readable(page.evaluate(SEEN), key) == []
