"""What the tests of the pages that check and build files share: calls into a page, parity with Python, pasting, axe."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page, Request, expect

from macros.formats.base.findings import Report
from tests.browser.conftest import WIDE, serving
from tests.timing import shortest

OpenPage = Callable[..., Page]
Found = dict[str, Any]

SEED = 20261124
NO_KEY = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])
"""Letters of a key in alphabetical order, a key to nothing."""
LARGE, SLOWEST_CHECK = 100_000, 50
"""Characters, and milliseconds for as many."""
RUNS = 9
"""Of which the median is taken."""
MARKUP = "<img src='/x' onerror='window.hacked = 1'><script>window.hacked = 1</script>"
"""Says so in the page when it is taken for more than text."""

# --------------------------------------------------------------------------------------------------- pages and calls


@contextmanager
def one_tab(browser: Browser) -> Iterator[Page]:
    """One tab for many tests: each opens its page anew (`opened`), which costs less than a context of its own."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, reduced_motion="reduce")
    try:
        yield context.new_page()
    finally:
        context.close()


def opened(tab: Page, url: str) -> Page:
    """The page as a reader gets it who comes from elsewhere: nothing of what was done in the tab is left."""
    tab.goto("about:blank")
    tab.goto(url, wait_until="load")
    return tab


# As JSON, ASCII only: half a character would not survive the way otherwise. Compressed: megabytes take seconds.
_CALL = """async (sent) => {
    const bytes = Uint8Array.from(atob(sent), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const given = JSON.parse(await new Response(unpacked).text());
    return JSON.stringify(await (%s)(...given)) ?? "null";
}"""


def call(page: Page, function: str, *given: object) -> Any:
    """What a function of JavaScript gives in the page for values that JSON can hold."""
    sent = base64.b64encode(gzip.compress(json.dumps(given).encode(), 1)).decode()
    return json.loads(page.evaluate(_CALL.replace("%s", function), sent))


_TIMES = """(runs, ...given) => Array.from({ length: runs }, () => {
    const start = performance.now();
    (%s)(...given);
    return performance.now() - start;
})"""


def duration(page: Page, function: str, *given: object, bound: float, runs: int = RUNS) -> float:
    """Milliseconds that a function takes in the page: the median of some runs, again while it is over the bound."""
    return shortest(lambda: median(call(page, _TIMES.replace("%s", function), runs, *given)), bound)


# ------------------------------------------------------------------------------------------------------------ parity


def encoded(data: str | bytes) -> tuple[str | None, str | None]:
    """A text as it is, bytes as base64."""
    return (data, None) if isinstance(data, str) else (None, base64.b64encode(data).decode())


def in_python(report: Report) -> Found:
    """What a report says, as the page says it."""
    findings = [asdict(finding) | {"sources": [*finding.sources]} for finding in report.findings]
    return {"findings": findings, "verdict": report.verdict, "activation": report.activation}


_REPORTS = """(all) => all.map(([text, bytes, ...how]) => {
    const data = bytes === null ? text : Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    const { findings, verdict, activation } = (%s)(data, ...how);
    return { findings, verdict, activation };
})"""


def in_browser(page: Page, check: str, files: Sequence[tuple[str | bytes, *tuple[object, ...]]]) -> list[Found]:
    """What a function of the page says of files, each with what it is given besides."""
    found: list[Found] = call(page, _REPORTS.replace("%s", check), [[*encoded(data), *how] for data, *how in files])
    return found


def by_place(found: Found) -> Found:
    """Without the words about XML that is not well-formed: for rare mistakes the two parsers have their own."""
    findings = [{**each, "message": ""} if each["id"] == "not-well-formed" else each for each in found["findings"]]
    return {**found, "findings": findings}


def difference(file: tuple[object, ...], mine: Found, theirs: Found) -> tuple[object, ...]:
    """A file, and what only one of the two says about it."""
    data, *how = file
    only = [one for one in mine["findings"] if one not in theirs["findings"]]
    others = [one for one in theirs["findings"] if one not in mine["findings"]]
    assert isinstance(data, str | bytes)
    return data[:2_000], how, {**mine, "findings": only[:3]}, {**theirs, "findings": others[:3]}


def agree(
    page: Page, check: str, files: Sequence[tuple[str | bytes, *tuple[object, ...]]], reports: list[Report], what: str
) -> set[str]:
    """The page says of files what Python reports, but for words about broken XML. Gives the rules that were found."""
    expected = [in_python(report) for report in reports]
    different = [
        difference(file, mine, theirs)
        for file, mine, theirs in zip(files, expected, in_browser(page, check, files), strict=True)
        if by_place(mine) != by_place(theirs)
    ]
    named = {each["id"] for one in expected for each in one["findings"]}
    print(f"{what}: {len(files)} files, {len(files) - len(different)} agree, {len(named)} rules found")
    assert different[:3] == []
    return named


def mutant(text: str, chance: random.Random, words: Sequence[str]) -> str:
    """A file with some words or letters put in, exchanged or taken away."""
    for _ in range(chance.choice([1, 1, 2, 3])):
        change = chance.choice(["word", "word", "put", "drop", "cut", "swap", "line", "letter"])
        pieces = re.split(r"([ ,\n\"]+)", text)
        at = chance.randrange(len(pieces))
        some = chance.choice(words)
        if change == "word":
            pieces[at] = some
        elif change == "put":
            pieces.insert(at, some + chance.choice(["", " ", "\n"]))
        elif change == "drop":
            del pieces[at]
        elif change == "swap":
            other = chance.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif change == "line":
            lines = text.split("\n")
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
            pieces = ["\n".join(lines)]
        elif change == "letter" and pieces[at]:
            pieces[at] = pieces[at].replace(
                chance.choice(pieces[at]), chance.choice("a0_-.\\ é😀\u00a0\x1c\ufeff\r"), 1
            )
        text = "".join(pieces)
        if change == "cut" and chance.random() < 0.5:
            text = text[: chance.randrange(len(text) + 1)]
    return text


def arranged(chance: random.Random, starts: Sequence[str], words: Sequence[str], between: Sequence[str]) -> str:
    """Words in any order after a start that says what they are."""
    chosen = [chance.choice(words) for _ in range(chance.randrange(1, 40))]
    return chance.choice(starts) + chance.choice(between).join(chosen)


# ---------------------------------------------------------------------------------------------------- what one does

# Ends when the page has drawn anew, or says after a long time that it did not.
_PASTE = """(text) => new Promise((done, failed) => {
    const area = document.getElementById("vag-text");
    const start = performance.now();
    const drawn = new MutationObserver(() => {
        drawn.disconnect();
        done(performance.now() - start);
    });
    drawn.observe(area.form.querySelector("[data-vag-found]"), { childList: true });
    setTimeout(() => failed(new Error("nothing was drawn")), 60000);
    area.focus();
    area.value = text;
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
})"""


def paste(page: Page, text: str) -> float:
    """Put a text into the box as a paste does. Gives the milliseconds until the page has answered."""
    took: float = call(page, _PASTE, text)
    return took


def found_on_page(page: Page) -> Locator:
    return page.locator("[data-vag-found]")


def built(page: Page) -> str:
    """The file that a page has built."""
    return "".join(f"{line}\n" for line in found_on_page(page).locator(".vag-lines code").all_text_contents())


_EXAMPLES = """() => {
    const form = document.querySelector("form[data-vag-check]");
    const words = (parent) => [...parent.querySelectorAll(".vag-found__list > li")].map((item) => item.innerText);
    return [...document.querySelectorAll("article details:has([data-vag-example])")].map((example) => {
        example.open = true;
        const said = words(example);
        example.querySelector("button.vag-button").click();
        return [said, words(form), document.activeElement.id];
    });
}"""


def examples(page: Page) -> list[tuple[list[str], list[str]]]:
    """What stands with each example of a page, and what its form finds in it on a click, which leads to the result."""
    first = page.locator("article details:has([data-vag-example])").first
    first.locator("summary").click()
    first.get_by_role("button", name="Try this file above").click()
    expect(page.locator("#result")).to_be_focused()
    tried = call(page, _EXAMPLES)
    assert len(tried) > 5
    assert {focused for *_, focused in tried} == {"result"}
    return [(said, shown) for said, shown, _ in tried]


# What the theme asks for when it likes.
_OF_THE_THEME = re.compile(r"/(favicon\.svg|search_index\.json|search\.[0-9a-f]+\.min\.js)$")


@contextmanager
def nothing_asked(page: Page) -> Iterator[None]:
    """The page asks for nothing meanwhile, but for fixed files of the theme, and no markup of a text has run."""
    asked: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        fixed = request.method == "GET" and _OF_THE_THEME.search(request.url)
        if not fixed and not request.url.startswith("blob:"):
            asked.append((request.method, request.url))

    page.on("request", note)
    yield
    assert page.locator("article form :is(img, script, iframe, object)").count() == 0
    assert page.evaluate("window.hacked") is None
    page.remove_listener("request", note)
    assert asked == []


# ------------------------------------------------------------------------------------------------- where it must work

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"


@contextmanager
def behind_a_strict_policy(browser: Browser, folder: Path, path: str) -> Iterator[Page]:
    """A page of a site that is served with a strict policy, and nothing that is done there offends against it."""
    complaints: list[str] = []
    with serving(folder, POLICY) as base, one_tab(browser) as page:
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"{base}/{path}", wait_until="load")
        # The theme's own inline script is what the policy of this test refuses.
        complaints.clear()
        yield page
    assert complaints == []


def fits(page: Page, width: int = 320) -> bool:
    """Nothing on the page needs scrolling sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth")) <= width


_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = """async (where, runOnly) => {
    const { violations } = await axe.run(where ?? document, { runOnly, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
}"""
RESULT = {
    "include": ["form[data-vag-check]"],
    "exclude": [".vag-found__list > :nth-child(n + 9):not(:last-child)", ".vag-lines > :nth-child(n + 99)"],
}
"""A form with what it found. Findings and lines are made one like the other, and axe looks long at each."""


def violations(page: Page, where: dict[str, list[str]] | None = None) -> list[str]:
    """What axe finds on the whole page, or in a part that alone has changed since."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = call(page, _AXE, where, _STANDARDS)
    return found
