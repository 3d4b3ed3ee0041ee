"""Reading license outputs in a real browser: the same as Python, in time, and never more than text."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Page, expect

from macros.catalog.models import Catalog
from macros.domain.diagnosis import Reading, reader
from macros.render.parts.view import View
from macros.render.troubleshoot.error_codes import check_in_short, first_check
from tests.browser.check_pages import (
    SEED,
    Case,
    OpenPage,
    Twin,
    duration,
    fits,
    found_on_page,
    nothing_asked,
    violations,
)
from tests.browser.conftest import NARROW, WIDE, serving
from tests.built import Site
from tests.domain.test_diagnosis import FORMS, KEY, TODAY, VECTORS, text_of_vector
from tests.domain.test_field import FIELD

pytestmark = pytest.mark.browser

CHECK = "troubleshoot/read-output.html"
MUTATED = 2_000
SLOWEST_TYPICAL, SLOWEST_HOSTILE, SLOWEST_ANSWER = 50, 1000, 10_000
"""Milliseconds: for a typical output, for anything, and from the paste to the answer: a box with megabytes is slow."""

IN_BROWSER = f"""(text) => {{
    const {{ name, lines, ...rest }} = vagDiagnosis.read(text, [{TODAY.year}, {TODAY.month}, {TODAY.day}]);
    return {{ ...rest, lines: lines.map((line) => [line.number, line.text, line.meaning]) }};
}}"""


@pytest.fixture
def page(check: Page) -> Page:
    return check


def in_python(reading: Reading) -> dict[str, Any]:
    findings = [
        {**found.__dict__, "lines": [*found.lines], "next": [*found.next], "facts": [*found.facts]}
        for found in reading.findings
    ]
    return {
        "kind": reading.kind.id if reading.kind else None,
        "like": [*reading.like],
        "role": reading.role,
        "language": reading.language,
        "tier": reading.tier,
        "verdict": reading.verdict and {**reading.verdict.__dict__, "next": [*reading.verdict.next]},
        "products": [entry.slots for entry in reading.products],
        "levels": [entry.level for entry in reading.products],
        "findings": findings,
        "lines": [[line.number, line.text, line.meaning] for line in reading.lines],
    }


def compare(page: Page, texts: Sequence[str], catalog: Catalog, what: str) -> set[str]:
    """Everything agrees. Gives the findings that there were."""
    twin = Twin(IN_BROWSER, lambda text: in_python(reader(catalog).read(text, TODAY)))
    return twin.compare(page, [Case(text) for text in texts], what)


def vectors(catalog: Catalog) -> list[str]:
    pairs = [each for pair in VECTORS["findings"].values() for each in pair] + [
        one["output"] for one in VECTORS["products"]
    ]
    pairs += [one[name] for one in VECTORS["verdicts"] for name in ("output", "near")]
    examples = [example.output for example in catalog.outputs.examples]
    field = [case for kind in FIELD.values() for cases in kind.values() for case in cases]
    named = ["Error: 0xC004C00E Some words", "Error: 0xC004CFFE Some words"]
    return [text_of_vector(each) for each in pairs] + examples + [case["text"] for case in (*FORMS, *field)] + named


def test_every_vector_reads_the_same(page: Page, catalog: Catalog) -> None:
    compare(page, vectors(catalog), catalog, "vectors")


UNSEEN = "[\x80-\x9f\ufeff\ufffd]"
"""Letters for bytes that stand for none: the reader drops them."""


def test_a_file_is_decoded_the_same(page: Page, catalog: Catalog) -> None:
    files = [case["text"].encode(case["codec"]) for case in VECTORS["encodings"]]
    files += [text.encode() for text in (*vectors(catalog)[:5], "Ä", "\x00", "a\x00b")]
    files += [b"\xff\xfe\x00", b"\x81\x8d Name: x", "名".encode()[:2], b"", b"\xc3"]
    for data in files:
        found = page.evaluate("(bytes) => vagDiagnosis.textOf(new Uint8Array(bytes))", [*data])
        text, name = reader(catalog).text_of(data)
        shown = [re.sub(UNSEEN, "", each) for each in (found[0], text)]
        assert [shown[0], found[1]] == [shown[1], name], data


def mutant(text: str, chance: random.Random, texts: list[str]) -> str:
    """An output as somebody damaged it on the way: lines dropped, cut, quoted, moved, masked, mixed with another."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        change = chance.choice(
            ["drop", "cut", "quote", "move", "mask", "blank", "mix", "strip", "put", "accent", "log", "escape"]
        )
        if change == "drop":
            lines.pop(chance.randrange(len(lines)))
        elif change == "cut":
            width = chance.randint(12, 80)
            lines = [line[at : at + width] for line in lines for at in range(0, max(len(line), 1), width)]
        elif change == "quote":
            mark = chance.choice(["> ", "# ", "// ", "| ", "* ", ";", ">> ", "' ", "REM ", "&gt; ", *LOGGED])
            lines = [mark + line for line in lines]
        elif change == "move":
            chance.shuffle(lines)
        elif change == "mask":
            mark = chance.choice(["XXXX", "****", "<removed>"])
            lines = [re.sub("[0-9A-F]{4,}", mark, line) if chance.random() < 0.4 else line for line in lines]
        elif change == "blank":
            lines = [each for line in lines for each in (line, "")]
        elif change == "mix":
            lines += chance.choice(texts).split("\n")
        elif change == "strip":
            lines = [line.strip() for line in lines]
        elif change == "put":
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(STRANGE))
        else:
            lines = [line.replace("a", "á", 1) if chance.random() < 0.2 else line for line in lines]
        lines = lines or [""]
    return chance.choice(["\n", "\n", "\r\n", "\r"]).join(lines)


LOGGED = (
    "2026-11-24 09:12:30 | PC01 | INFO | ",
    "[2026-11-24T09:12:30Z] [WARN] ",
    "Nov 24 09:12:30 pc01 agent[42]: ",
    "\x1b[32m",
)
STRANGE = (
    *("C:\\>cscript slmgr.vbs /ato", "Error: 0xC004F074 The", "\u202eabc\x00<b>x</b>", "noise"),
    *("PS C:\\Users\\a> slmgr /dlv", "\x85\u2028\u0130\u017f \ufb01", "😀" * 700, "Licensed", "\uff1a", "="),
    *("constructor: x", "__proto__ = y", KEY),
)


def test_mutated_outputs_read_the_same(page: Page, catalog: Catalog) -> None:
    chance = random.Random(SEED)
    texts = vectors(catalog)
    compare(page, [mutant(chance.choice(texts), chance, texts) for _ in range(MUTATED)], catalog, "mutated outputs")


HOSTILE = (
    *("", "\n\n", "x" * 300_000, "Name: Windows\n" * 5000, "<script>alert(1)</script>\n" * 3000),
    *("\x00\x01\u202e\ufeff" * 60_000, "😀" * 210_000, "\ud7ff\ue000\uffff", "> " * 150_000),
    "\u202e<img src=x onerror=alert(1)>\x00 License Status: Licensed\n" * 3000,
)


def test_hostile_text_reads_the_same(page: Page, catalog: Catalog) -> None:
    compare(page, HOSTILE, catalog, "hostile text")


# -------------------------------------------------------------------------------------------------------- speed

READ = "(text) => vagDiagnosis.read(text)"


def test_a_typical_output_is_read_at_once(page: Page) -> None:
    took = duration(page, READ, VECTORS["outputs"]["client"], bound=SLOWEST_TYPICAL)
    print("typical, ms:", round(took, 1))
    assert took < SLOWEST_TYPICAL


def test_five_hundred_lines_of_many_products_are_read_at_once(page: Page) -> None:
    block = "---------------------------------------\n" + VECTORS["outputs"]["office"]
    blocks = [block.replace("AAAAA", f"AAA{number:02}").replace("258000", f"2580{number:02}") for number in range(40)]
    text = "\n".join("\n".join(blocks).split("\n")[:500])
    took = duration(page, READ, text, bound=SLOWEST_TYPICAL)
    print("500 lines, ms:", round(took, 1))
    assert took < SLOWEST_TYPICAL


@pytest.mark.parametrize(
    "text",
    ["lorem ipsum dolor sit amet\n", "Name: Windows(R), Enterprise edition\nLicense", "a", "\x00\u202e", "Name:\n"],
)
def test_megabytes_are_read_in_time(page: Page, text: str) -> None:
    large = text * (5_000_000 // len(text))
    took = duration(page, READ, large, bound=SLOWEST_HOSTILE, runs=3)
    assert took < SLOWEST_HOSTILE


def test_a_megabyte_paste_is_answered(page: Page) -> None:
    box = page.get_by_label("What the command printed")
    box.evaluate(
        "(box, text) => { box.value = text; box.dispatchEvent(new Event('input')); }",
        VECTORS["outputs"]["client"] * 700,
    )
    expect(page.locator("[data-vag-found] strong").first).to_have_text(
        "slmgr.vbs /dlv, of a client", timeout=SLOWEST_ANSWER
    )
    expect(found_on_page(page)).to_contain_text("lines were read")


# ------------------------------------------------------------------------------------------------------- drawing


def test_an_example_is_drawn_as_it_was_built(page: Page, catalog: Catalog) -> None:
    """Python wrote the example into the page; the script draws the same words, marks and links from the same text."""
    same = page.evaluate(
        """async () => [...new DOMParser().parseFromString(await (await fetch("outputs.html")).text(), "text/html")
            .querySelectorAll("[data-vag-example]")].map((example) => {
            // As if it stood on this page: links are those of the folder that both pages are in.
            const own = document.adoptNode(example.parentElement);
            const form = document.querySelector("[data-vag-diagnosis]");
            form.querySelector("[data-vag-found]").replaceChildren(
                vagDiagnosis.shown(vagDiagnosis.read(example.textContent)));
            const words = (nodes) => nodes.map((node) => node.textContent).join("|");
            const links = (nodes) => nodes.flatMap((node) => [...node.querySelectorAll("a")].map((link) => link.href));
            const all = (node) => [...node.querySelectorAll("[class]")].map((one) => one.className);
            const marks = (nodes) => nodes.flatMap(all);
            const isBuilt = (each) => !each.matches("summary, pre") && !each.querySelector(".vag-button");
            const built = [...own.children].filter(isBuilt);
            const drawn = [...document.querySelector("[data-vag-found]").children];
            return [words, links, marks].map((take) => [take(built), take(drawn)]);
        })"""
    )
    assert len(same) == len(catalog.outputs.examples)
    for built, drawn in (pair for example in same for pair in example):
        assert built == drawn


def test_an_example_is_read_at_a_press(page: Page) -> None:
    example = page.locator(".vag-example")
    example.locator("summary").click()
    example.get_by_role("button", name="Read this output above").click()
    expect(found_on_page(page).locator(".vag-diagnosis__verdict")).to_have_text(
        str(example.locator(".vag-diagnosis__verdict").text_content())
    )


LOADED = "() => Object.keys(window.vagFiles ?? {})"


def test_data_come_when_they_are_needed(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}")
    assert page.evaluate(LOADED) == []
    box, found = page.get_by_label("What the command printed"), found_on_page(page)
    box.fill(VECTORS["outputs"]["mak"])
    expect(found).to_contain_text("activated by MAK")
    assert page.evaluate(LOADED) == ["vag-outputs", "vag-keys"]
    box.fill("Lizenzstatus: Lizenziert\nFehler: 0xC004C00E")
    expect(found).to_contain_text("SL_E_CHPA_INVALID_PRODUCT_KEY_LENGTH")
    expect(found).to_contain_text("German")
    expected = {"vag-outputs", "vag-keys", "vag-languages", "vag-code-names", "vag-first-checks"}
    page.wait_for_function(f"names => ({LOADED})().length === names", arg=len(expected))
    assert {*page.evaluate(LOADED)} == expected


NO_HOST = """Name: Windows(R), Enterprise edition
Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel
Partial Product Key: 2YT43
License Status: Notification
Notification Reason: {code}
"""


def placeless(command: Tag) -> str:
    """A command with what stands for names: those of the site are another organization's."""
    for each in command.select("[data-vag-named]"):
        each.string = str(each["data-vag-named"]).replace("<every ", "<")
    return command.get_text()


def test_the_first_check_names_the_host_of_the_text(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}")
    box, check = page.get_by_label("What the command printed"), found_on_page(page).locator(".vag-check__short")
    box.fill(NO_HOST.format(code="0xC004F038"))
    expect(check).to_contain_text("Where: KMS host. Rights")
    box.fill(NO_HOST.format(code="0xC004F038") + "Registered KMS machine name: kms01.corp.contoso.com:1690\n")
    expect(check).to_contain_text("Where: KMS host, kms01.corp.contoso.com. Rights")
    # A command takes host and port.
    box.fill(NO_HOST.format(code="0xC004F039"))
    expect(check.locator("pre code").first).to_contain_text("-ComputerName <KMS host> -Port 1688")
    box.fill(NO_HOST.format(code="0xC004F039") + "Registered KMS machine name: kms01.corp.contoso.com:1690\n")
    expect(check.locator("pre code").first).to_contain_text("-ComputerName kms01.corp.contoso.com -Port 1690")
    expect(check).not_to_contain_text("example.com")
    expect(check).not_to_contain_text("made up")


def test_a_verdict_stands_with_the_first_check_of_its_cause(open_page: OpenPage, address: str, site: Site) -> None:
    page = open_page(f"{address}/{CHECK}")
    box, found = page.get_by_label("What the command printed"), found_on_page(page)
    for code in ("0xC004F074", "0xC004F038", "0x8007232B"):
        box.fill(NO_HOST.format(code=code))
        check = found.locator(".vag-check__short")
        expect(found.locator(".vag-diagnosis__verdict")).to_contain_text(code)
        on_its_page = site.page(f"troubleshoot/codes/{code.lower()}.html").select_one(".vag-check__short")
        assert on_its_page
        heading, command = on_its_page.select_one("h2"), on_its_page.select_one("pre code")
        assert heading
        assert command
        expect(check.locator("h3")).to_have_text(heading.get_text(strip=True).removesuffix("¶"))
        expect(check.locator("pre code").first).to_have_text(placeless(command))
        expect(check.get_by_role("button", name="Copy").first).to_be_visible()
        # It stands between the verdict and what was read.
        assert found.evaluate("node => node.children[1].contains(node.querySelector('.vag-check__short'))")
    # A step of a checklist is one too.
    box.fill(NO_HOST.format(code="0xC004F06C"))
    expect(found.locator(".vag-check__short h3")).to_contain_text("clock")
    # Nothing to do, and nothing of what was before.
    box.fill(VECTORS["outputs"]["mak"])
    expect(found).to_contain_text("activated by MAK")
    expect(found.locator(".vag-check__short")).to_have_count(0)


def test_the_answer_stands_without_its_first_check(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}")
    page.route("**/assets/data/first-checks.js", lambda route: route.abort())
    page.get_by_label("What the command printed").fill(NO_HOST.format(code="0xC004F074"))
    expect(found_on_page(page)).to_contain_text("No KMS host could be contacted")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_first_check_names_the_host_of_the_readers_organization(
    open_page: OpenPage, address: str, view: View
) -> None:
    page = open_page(f"{address}/{CHECK}")
    kept = view.organization.model_dump(mode="json")
    kept["kms_hosts"][0]["name"] = "keys.own.example.net"
    page.evaluate(
        "kept => localStorage.setItem('vag-organization', JSON.stringify({ version: 1, isShown: true, ...kept }))",
        {"organization": kept, "words": {"page": "My organization"}},
    )
    page.reload()
    steps = {record.code: first_check(view, record) for record in view.catalog.error_codes}
    named = [code for code, step in steps.items() if step and "<KMS host>" in named_in(view, step)]
    assert named
    host = view.organization.kms_hosts[0].name
    for code in named[:3]:
        page.get_by_label("What the command printed").fill(NO_HOST.format(code=code))
        check = found_on_page(page).locator(".vag-check__short")
        expect(check).to_contain_text("keys.own.example.net")
        expect(check).not_to_contain_text(host)


def named_in(view: View, step: str) -> set[str]:
    """Names of the organization that a check fills in, as they are written."""
    drawn = BeautifulSoup(check_in_short(view, step), "html5lib")
    return {str(each["data-vag-named"]) for each in drawn.select("[data-vag-named]")}


def test_a_file_of_data_that_does_not_come_is_said(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}")
    page.route("**/assets/data/outputs.js", lambda route: route.abort())
    page.get_by_label("What the command printed").fill("License Status: Licensed")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(found_on_page(page)).to_be_empty()


_ENGLISH = """async (texts) => {
    const { vagDiagnosis: needed, vagNames: names } = document.querySelector("[data-vag-diagnosis]").dataset;
    await vagDom.load([...needed.split(" "), names]);
    return texts.map((text) => {
        const reading = vagDiagnosis.read(text);
        return vagDiagnosis.lacks(reading).includes("vag-languages") ? null : JSON.stringify(reading);
    });
}"""


def test_other_languages_change_nothing_in_what_is_understood_without_them(
    open_page: OpenPage, address: str, catalog: Catalog
) -> None:
    page, texts = open_page(f"{address}/{CHECK}"), vectors(catalog)
    before = page.evaluate(_ENGLISH, texts)
    page.evaluate("() => vagReading.all()")
    after = page.evaluate(_ENGLISH, texts)
    understood = [each for each in zip(texts, before, after, strict=True) if each[1]]
    assert len(understood) > len(texts) / 2
    assert [text for text, with_english, with_all in understood if with_english != with_all] == []


def test_markup_in_a_paste_stays_text(page: Page) -> None:
    text = (
        "Name: Windows <img src=x onerror=alert(1)> edition\nLicense Status: <b>Licensed</b>\n<script>alert(1)</script>"
    )
    page.get_by_label("What the command printed").fill(text)
    found = found_on_page(page)
    expect(found).to_contain_text("<script>alert(1)</script>")
    assert found.locator("img, b, script").count() == 0


def test_keys_are_masked_and_nothing_is_kept(page: Page) -> None:
    with nothing_asked(page):
        page.get_by_label("What the command printed").fill(f"C:\\>slmgr /ipk {KEY}\nLicense Status: Licensed\n")
        expect(found_on_page(page)).to_contain_text("slmgr /ipk •••••")
        expect(found_on_page(page)).not_to_contain_text("BCDFG")
    kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")
    assert "46789" not in kept
    assert "Licensed" not in kept


def test_the_verdict_comes_first_and_the_gravest_product_next(page: Page) -> None:
    page.get_by_label("What the command printed").fill(VECTORS["outputs"]["office-three"])
    found = found_on_page(page)
    first = found.locator("> *").first
    expect(first).to_have_class("vag-diagnosis__verdict")
    worst = "The most serious: Office 24, Office24VisioStd2024R_Retail"
    expect(first).to_contain_text(f"1 of 3 products not activated. {worst}")
    expect(found.locator(".vag-diagnosis__product > p").first).to_contain_text("VisioStd")
    expect(page.locator("[data-vag-live]")).to_contain_text("1 of 3 products")


def test_nothing_green_stands_beside_a_count_alone(page: Page) -> None:
    page.get_by_label("What the command printed").fill("Current count: 11")
    found = found_on_page(page)
    expect(found.locator(".vag-diagnosis__verdict")).to_contain_text("The count of this KMS host is 11")
    expect(found).not_to_contain_text("Nothing to report")
    expect(found).not_to_contain_text("of a client")
    assert found.locator(".vag-status--ok").count() == 0


def test_days_are_compared_with_the_clock_of_the_reader(page: Page) -> None:
    text = VECTORS["outputs"]["xpr"]
    state = "([text, ...day]) => vagDiagnosis.read(text, day).verdict.state"
    days = {(2027, 4, 20): "good", (2027, 4, 21): "attention", (2027, 5, 20): "attention", (2027, 5, 21): "attention"}
    assert {day: page.evaluate(state, [text, *day]) for day in days} == days


def test_clear_takes_everything_away(page: Page) -> None:
    page.get_by_label("What the command printed").fill(VECTORS["outputs"]["mak"])
    expect(page.locator("[data-vag-found] strong").first).to_be_visible()
    page.locator("[data-vag-diagnosis]").get_by_role("button", name="Clear").click()
    expect(found_on_page(page)).to_be_empty()


def test_a_file_of_windows_is_read(page: Page) -> None:
    data = VECTORS["outputs"]["mak"].encode("utf-16")
    page.get_by_label("Or open a file").set_input_files({"name": "out.txt", "mimeType": "text/plain", "buffer": data})
    expect(found_on_page(page)).to_contain_text("activated by MAK")


def test_other_text_gets_a_hint(page: Page) -> None:
    page.get_by_label("What the command printed").fill("Hello")
    expect(found_on_page(page)).to_contain_text("does not recognize this output")


def test_without_scripts_the_examples_stand(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}", javascript=False)
    expect(page.get_by_text("This form needs JavaScript")).to_be_visible()
    expect(page.locator("[data-vag-diagnosis]")).to_be_hidden()
    page.locator("summary", has_text="missed renewals").click()
    expect(page.get_by_text("renewals were due by now").first).to_be_visible()


def test_works_under_a_strict_policy_and_from_disk(browser: Browser, site: Site) -> None:
    with serving(site.folder, "default-src 'self'; object-src 'none'") as base:
        for address in (f"{base}/{CHECK}", (site.folder / CHECK).as_uri()):
            page = browser.new_page()
            page.goto(address)
            page.get_by_label("What the command printed").fill(VECTORS["outputs"]["client"])
            expect(found_on_page(page)).to_contain_text("activated by KMS")
            page.close()


@pytest.mark.parametrize(("width", "dark"), [(NARROW, False), (NARROW, True), (WIDE, False), (WIDE, True)])
def test_the_page_is_accessible_with_an_answer(open_page: OpenPage, address: str, width: int, dark: bool) -> None:
    page = open_page(f"{address}/{CHECK}", width=width, dark=dark)
    page.get_by_label("What the command printed").fill(
        VECTORS["outputs"]["host"].replace("count: 50", "count: 3") + "noise\n"
    )
    expect(found_on_page(page)).to_contain_text("not understood")
    assert violations(page) == []


def test_a_narrow_page_does_not_scroll_sideways(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}", width=320)
    page.get_by_label("What the command printed").fill(VECTORS["outputs"]["client"])
    expect(found_on_page(page)).to_contain_text("activated by KMS")
    assert fits(page)
