"""Names that every object of JavaScript has, records and links that mean nothing, and texts without end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.check_pages import paste
from tests.browser.tabs import moved

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
NAMES = ("constructor", "__proto__", "toString", "hasOwnProperty", "valueOf")
GUIDE = "choose/index.html"
RECORD = {
    "kind": "volume-activation-decision",
    "format": 1,
    "decided_on": "2026-11-24",
    "outcome": "adba",
    "answers": {},
    "facts": [],
}


def errors_of(page: Page) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.parametrize("path", ["index.html", "troubleshoot/codes/index.html"])
def test_no_name_of_the_language_is_a_code_or_an_event(path: str, address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{path}")
    errors = errors_of(page)
    form = page.locator("[data-vag-code]")
    for name in NAMES:
        for text in (name, f"event {name}", f"Event ID {name}"):
            form.locator("input").fill(text)
            assert "native code" not in form.inner_html(), text
            assert form.locator("a").count() == 0, text
    assert errors == []


def test_an_entity_of_xml_is_no_name_of_the_language(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/deploy/check.html")
    for name in NAMES:
        said = page.evaluate(
            """(text) => {
              const known = { most: { tags: 100, attributes: 100 }, xml: { reference: "no reference" } };
              try { return String(window.vagXml.readXml(text, known)); }
              catch (error) { return error.said?.detail ?? String(error); }
            }""",
            f"<a>&{name};</a>",
        )
        assert said == "no reference"


@pytest.mark.parametrize(
    "path", ["troubleshoot/read-output.html", "deploy/check.html", "deploy/check-dns.html", "deploy/check-clients.html"]
)
def test_boxes_take_names_of_the_language_as_words(path: str, address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{path}")
    errors = errors_of(page)
    texts = ["\n".join(f"{name}: {other}\n{name} = {other}" for name in NAMES for other in NAMES)]
    texts += [f'<{name} {name}="{name}">&{name};</{name}>' for name in NAMES]
    texts += [f"New-ItemProperty -{name} {name}\nslmgr /{name} {name}\nset {name}={name}\n%{name}%" for name in NAMES]
    texts += [f"Name: {name}\nLicense Status: {name}\nError: {name}" for name in NAMES]
    for text in texts:
        paste(page, text)
        assert "native code" not in page.locator("article").inner_text()
    assert errors == []


@pytest.mark.parametrize("path", [GUIDE, "choose/worksheet.html", "deploy/build-dns.html", "deploy/build-office.html"])
def test_links_take_names_of_the_language_as_words(path: str, address: str, open_page: OpenPage) -> None:
    for name in NAMES:
        page = open_page(f"{address}/{path}")
        errors = errors_of(page)
        page.goto(
            f"{address}/{path}#{name}={name}&license={name}&group={name}&result={name}&table={name}&change={name}"
        )
        page.reload()
        assert "native code" not in page.locator("article").inner_text(), name
        assert errors == []


def opened(page: Page, data: Any) -> str:
    notes = page.locator("[data-vag-guide] > .vag-note")
    notes.evaluate_all("notes => notes.forEach((note) => note.setAttribute('data-before', ''))")
    chosen: FilePayload = {"name": "record.json", "mimeType": "application/json", "buffer": json.dumps(data).encode()}
    page.get_by_label("Open a decision record").set_input_files(chosen)
    note = page.locator("[data-vag-guide] > .vag-note:not([data-before])").first
    note.wait_for()
    return note.inner_text()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("facts", [{"id": {"a": 1}, "statement": "x"}]),
        ("facts", [{"id": "kms.port", "statement": {"a": 1}}]),
        ("facts", [None]),
        ("prerequisites", [{"text": {"a": 1}, "done": True}]),
        ("prerequisites", [3]),
        ("table_version", {"a": 1}),
        ("answers", {f"a{number}": "x" for number in range(50_000)}),
    ],
)
def test_a_record_with_parts_of_another_kind_is_refused_in_words(
    key: str, value: Any, address: str, open_page: OpenPage
) -> None:
    page = open_page(f"{address}/{GUIDE}")
    errors = errors_of(page)
    said = opened(page, RECORD | {key: value})
    assert "This is no decision record" in said
    assert f"“{key}”" in said
    assert errors == []


def test_names_of_the_language_in_a_record_are_told_as_what_does_not_exist(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{GUIDE}")
    errors = errors_of(page)
    text = json.dumps(RECORD | {"outcome": "constructor", "facts": [{"id": "constructor", "statement": "x"}]})
    said = opened(page, json.loads(text) | {"answers": {"toString": "x", "constructor": "y"}})
    assert "These answers do not exist any more" in said
    assert "constructor is no longer cited" in said
    assert "native code" not in said
    assert errors == []


@pytest.mark.parametrize("hash_", ["%", "ticks=%", "ticks=", "ticks=constructor", "%E0%A4%A", "ticks=a.b.__proto__"])
def test_a_link_to_ticks_that_means_nothing_is_answered(hash_: str, address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/troubleshoot/checklists/kms-client.html")
    errors = errors_of(page)
    moved(page, hash_)
    expect(page.locator(".vag-check__panel > [role=status]")).not_to_be_empty()
    page.reload()
    expect(page.locator(".vag-check__panel > [role=status]")).not_to_be_empty()
    assert page.locator(".vag-check__state input:checked").count() == 0
    assert errors == []


def test_a_place_on_a_checklist_is_no_link_to_ticks(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/troubleshoot/checklists/kms-client.html#further")
    expect(page.locator(".vag-check__panel > [role=status]")).to_be_empty()


def test_a_code_box_keeps_the_beginning_of_a_text_without_end_and_says_so(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/troubleshoot/codes/index.html")
    took = page.evaluate(
        """() => {
          const input = document.querySelector("[data-vag-code] input");
          input.value = "0xC004F074" + "\\u0301".repeat(200_000);
          const started = performance.now();
          input.dispatchEvent(new Event("input", { bubbles: true }));
          input.getBoundingClientRect();
          return performance.now() - started;
        }"""
    )
    assert took < 5_000, "minutes, when all of it is drawn"
    expect(page.locator("[data-vag-code] [role=status]")).to_contain_text("The text was cut after 1,000 characters")
