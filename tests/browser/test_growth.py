"""Ten times the text may take ten times as long in the browser as well, and no paste stops a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from macros.catalog.models import find
from macros.formats.detect import FORMATS
from tests import fuzz
from tests.browser.check_pages import call, duration, found_on_page
from tests.browser.tabs import one_tab, opened
from tests.formats.test_growth import MOST, UNITS
from tests.timing import shortest

pytestmark = pytest.mark.browser

SHORT, LONG, HUGE = 10_000, 100_000, 1_000_000
"""Characters."""
SLOWEST_LONG, SLOWEST_HUGE = 50, 500
"""Milliseconds. Below the first, a ratio would measure the clock."""
TRIES = 5


@dataclass(frozen=True)
class Reader:
    """A page, and what reads a text there: in JavaScript, from the kind and the text."""

    page: str
    function: str


DNS = Reader("deploy/check-dns.html", "(kind, text) => vagDns.validate(kind, text, vagDns.known.wanted.organization)")
CLIENTS = Reader(
    "deploy/check-clients.html",
    "(kind, text) => vagClients.examine(text, kind, vagClients.known.hosts.organization)",
)
READERS = {
    "odt": Reader("deploy/check.html", "(kind, text) => vagOdt.validate(text)"),
    **dict.fromkeys(("registry", "group-policy", "client-batch"), CLIENTS),
    **dict.fromkeys(("dns-dnscmd", "dns-nsupdate", "dns-dnsmasq", "dns-unbound", "dns-samba", "dns-zone"), DNS),
    "output": Reader("troubleshoot/read-output.html", "(kind, text) => vagDiagnosis.read(text)"),
    "keys": Reader("troubleshoot/read-output.html", "(kind, text) => vagKeys.masked(text)"),
}

_TOOK = """(kind, jobs) => jobs.map(([head, unit, size]) => {
    const text = head + unit.repeat(Math.floor(size / unit.length));
    vagKeys.masked("");
    const start = performance.now();
    (%s)(kind, text);
    return performance.now() - start;
})"""


def heads(kind: str) -> list[str]:
    """What stands before the units: nothing, and the beginning of a sample."""
    if kind == "output":
        return ["", "Name: Windows\nLicense Status: Licensed\n"]
    if kind == "keys":
        return [""]
    sample = fuzz.originals(find(FORMATS, kind, "kind"))[0].decode()
    return ["", sample[: len(sample) // 2]]


def measured(page: Page, kind: str, function: str) -> Callable[[list[tuple[str, str]], int], list[float]]:
    def took(texts: list[tuple[str, str]], size: int) -> list[float]:
        found: list[float] = call(page, _TOOK.replace("%s", function), kind, [[*text, size] for text in texts])
        return found

    return took


def too_slow(took: Callable[[list[tuple[str, str]], int], list[float]], text: tuple[str, str]) -> str | None:
    """How reading grows with a text of many units, when it grows too fast."""
    # Other processes can take the processor from one measurement; code that is too slow is so in each of them.
    long = shortest(lambda: took([text], LONG)[0], SLOWEST_LONG)
    if long < SLOWEST_LONG:
        return None
    short = min(took([text] * TRIES, SHORT))
    if long / max(short, 0.1) <= MOST:
        return None
    return f"{text[0][-20:]!r} and {text[1]!r}: {long:.0f} ms, {long / max(short, 0.1):.0f} times as long"


@pytest.mark.parametrize("kind", READERS)
def test_reading_grows_with_its_text_and_no_faster(kind: str, browser: Browser, address: str) -> None:
    reader = READERS[kind]
    with one_tab(browser) as tab:
        page = opened(tab, f"{address}/{reader.page}")
        took = measured(page, kind, reader.function)
        texts = [(head, unit) for head in heads(kind) for unit in UNITS]
        suspects = [text for text, long in zip(texts, took(texts, LONG), strict=True) if long >= SLOWEST_LONG]
        assert [*filter(None, (too_slow(took, text) for text in suspects))] == []
        huge = [text for text in texts if not text[0]]
        slow = [text for text, long in zip(huge, took(huge, HUGE), strict=True) if long >= SLOWEST_HUGE]
        again = {text[1]: shortest(lambda text=text: took([text], HUGE)[0], SLOWEST_HUGE) for text in slow}
        print(f"{kind}: {len(texts)} texts, {len(suspects)} looked at again, {len(slow)} of a megabyte")
        assert {unit: ms for unit, ms in again.items() if ms >= SLOWEST_HUGE} == {}


def test_reading_that_grows_faster_is_noticed(browser: Browser, address: str) -> None:
    with one_tab(browser) as tab:
        page = opened(tab, f"{address}/{DNS.page}")
        quadratic = """(kind, text) => {
            let sum = 0;
            for (let at = 0; at < text.length; at += 4) for (let to = at; to < text.length; to += 4) sum += to;
            return sum;
        }"""
        assert too_slow(measured(page, "", quadratic), ("", "a")) is not None


# -------------------------------------------------------------------------------------------------------- boxes

BOXES = ("deploy/check.html", "deploy/check-dns.html", "deploy/check-clients.html", "troubleshoot/read-output.html")
LARGE = {
    "line ends": "\n",
    "one line": "x",
    "lines": "lorem ipsum dolor sit amet, consectetur adipiscing elit\n",
    "lines of Windows": '"a"="b"\r\n',
    "marks": "\u0301",
    "emoji": "😀",
}

# As a person pastes, and until the box is laid out.
_PASTED = """(unit, size) => {
    const area = document.querySelector("article form textarea");
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", unit.repeat(Math.floor(size / unit.length)));
    area.focus();
    area.select();
    const start = performance.now();
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    if (area.dispatchEvent(event)) document.execCommand("insertText", false, clipboardData.getData("text/plain"));
    area.getBoundingClientRect();
    document.body.offsetHeight;
    return performance.now() - start;
}"""


@pytest.fixture(params=BOXES)
def boxed(request: pytest.FixtureRequest, tab: Page, address: str) -> Page:
    return opened(tab, f"{address}/{request.param}")


@pytest.mark.parametrize("name", LARGE)
def test_a_megabyte_is_pasted_at_once(name: str, boxed: Page) -> None:
    took = shortest(lambda: float(call(boxed, _PASTED, LARGE[name], HUGE)), SLOWEST_HUGE)
    print(f"{name}: {took:.0f} ms")
    assert took < SLOWEST_HUGE
    expect(boxed.locator("textarea + [role=status]")).to_contain_text("The box shows the beginning")


def test_nothing_of_a_long_text_is_lost(tab: Page, address: str) -> None:
    page = opened(tab, f"{address}/deploy/check.html")
    box = page.get_by_label("Your file")
    note = page.locator("textarea + [role=status]")
    lines = [f"<!-- {number} -->\n" for number in range(5_000)]
    text = f"<Configuration>\n{''.join(lines)}<Ad/>\n</Configuration>\n"
    call(page, _PASTED, text, len(text))
    expect(found_on_page(page)).to_contain_text("misspelled-element")
    expect(page.locator(".vag-found__list a").first).to_have_text(re.compile(r"line 5,?002"))
    shown = box.input_value()
    assert shown.count("\n") == 2_000
    expect(note).to_contain_text("3,003 lines")
    # What is changed in the box changes the beginning of the text, and the rest stays.
    box.evaluate("box => { box.setSelectionRange(0, 0); }")
    page.keyboard.type("<!-- -->\n")
    expect(page.locator(".vag-found__list a").first).to_have_text(re.compile(r"line 5,?003"))
    # What takes the place of all that is shown takes the place of all.
    box.select_text()
    page.keyboard.type("<Ad/>")
    expect(note).to_be_empty()
    expect(page.locator(".vag-found__list a").first).to_have_text(re.compile("line 1,"))
    assert box.input_value() == "<Ad/>"


def test_clear_takes_the_rest_away_too(boxed: Page) -> None:
    call(boxed, _PASTED, "lorem ipsum\n", HUGE)
    boxed.locator("article form").get_by_role("button", name="Clear").click()
    expect(boxed.locator("textarea + [role=status]")).to_be_empty()
    assert boxed.locator("article form textarea").input_value() == ""
    assert json.loads(boxed.evaluate("JSON.stringify(document.querySelector('[data-vag-live]').textContent)")) == ""


BUSY = "(milliseconds) => { const end = performance.now() + milliseconds; while (performance.now() < end); }"


def test_what_takes_long_is_seen_by_the_clock_and_by_the_processor_time(browser: Browser) -> None:
    """The second is asked once the first is over a bound, and would let everything pass if it said nothing.

    The tab is busy by the clock; beside others it gets but a part of a processor, hence ten times the bound.
    """
    with one_tab(browser) as page:
        assert duration(page, BUSY, 5, bound=200, runs=1) < 200
        assert duration(page, BUSY, 500, bound=50, runs=1) > 50
