"""What the tests of the pages that check and build files share: calls into a page, parity with Python, pasting, axe."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Request, expect

from macros.formats.base import recognized
from macros.formats.base.findings import Report
from tests.browser import axe_script
from tests.browser.conftest import serving
from tests.browser.tabs import one_tab, opened
from tests.formats.base.test_recognized import INPUTS, NEAR
from tests.timing import shortest

__all__ = ["one_tab", "opened"]

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
    """Milliseconds that a function takes in the page: the median of some runs, again while it is over the bound.

    On a machine so busy that it stays over it, those of the processor on average.
    """
    timed = _TIMES.replace("%s", function)
    took = shortest(lambda: median(call(page, timed, runs, *given)), bound)
    return took if took < bound else _processor_time(page, lambda: call(page, timed, runs, *given)) / runs


def _processor_time(page: Page, action: Callable[[], object]) -> float:
    """Milliseconds of the processor that the page takes in an action."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration") * 1_000

    before = spent()
    action()
    took = spent() - before
    session.detach()
    return took


# ------------------------------------------------------------------------------------------------------------ parity


@dataclass(frozen=True)
class Case:
    """A text or a file, and what both sides are told about it."""

    data: str | bytes
    how: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Twin:
    """A function of a page, and what Python says of the same file: equal to the word."""

    function: str
    """In JavaScript: takes the text or the bytes, and what `sent` gives."""
    python: Callable[..., Found]
    """Takes the data and what the case tells, and gives what the page is to say."""
    sent: Callable[..., Sequence[object]] = lambda *how: how
    """What a case tells, as JSON can hold it."""

    def said(self, page: Page, cases: Sequence[Case]) -> list[Found]:
        """What the page says of files."""
        given = [[*_encoded(one.data), *self.sent(*one.how)] for one in cases]
        found: list[Found] = call(page, _SAID.replace("%s", self.function), given)
        return found

    def compare(self, page: Page, cases: Sequence[Case], what: str) -> set[str]:
        """Both say the same of every file. Gives the rules that were found."""
        expected = [self.python(one.data, *one.how) for one in cases]
        pairs = zip(cases, expected, self.said(page, cases), strict=True)
        different = [_difference(*each) for each in pairs if each[1] != each[2]]
        named = {each["id"] for one in expected for each in one["findings"]}
        print(f"{what}: {len(cases)} files, {len(cases) - len(different)} agree, {len(named)} rules found")
        assert different[:3] == []
        return named


_SAID = """(all) => all.map(([text, bytes, ...how]) =>
    (%s)(bytes === null ? text : Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)), ...how))"""


def _encoded(data: str | bytes) -> tuple[str | None, str | None]:
    """A text as it is, bytes as base64."""
    return (data, None) if isinstance(data, str) else (None, base64.b64encode(data).decode())


def _difference(case: Case, mine: Found, theirs: Found) -> tuple[object, ...]:
    """A file, and what only one of the two says about it."""
    keys = [key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key)]

    def only(one: Found, other: Found) -> Found:
        found = {key: one.get(key) for key in keys}
        return {
            key: [each for each in value if each not in other.get(key, [])][:3] if isinstance(value, list) else value
            for key, value in found.items()
        }

    return case.data[:2_000], case.how, only(mine, theirs), only(theirs, mine)


_OWN_WORDS = """(data) => {
    for (const [id, rule] of Object.entries(data.rules)) rule.splice(1, 2, `message of ${id}`, `cure of ${id}`);
}"""


def says_only_what_the_data_says(page: Page, data: str, twin: Twin, cases: Sequence[Case]) -> None:
    """Every word of a finding comes from the data of the page: with other words there, it says those.

    `data` is the data in JavaScript. The page is of no use for other tests afterwards.
    """
    page.evaluate(f"({_OWN_WORDS})({data})")
    findings = [each for one in twin.said(page, cases) for each in one["findings"]]
    assert len({each["id"] for each in findings}) > 20
    for each in findings:
        assert (each["message"], each["cure"]) == (f"message of {each['id']}", f"cure of {each['id']}")


def reported(function: str) -> str:
    """A function that gives a report, without what the page alone keeps of it."""
    return f"""(...given) => {{
        const {{ findings, verdict, activation }} = ({function})(...given);
        return {{ findings, verdict, activation }};
    }}"""


def in_python(report: Report) -> Found:
    """What a report says, as the page says it."""
    findings = [asdict(finding) | {"sources": [*finding.sources]} for finding in report.findings]
    return {"findings": findings, "verdict": report.verdict, "activation": report.activation}


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
    const area = document.querySelector("form:has([data-vag-found]) textarea");
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
_OF_THE_THEME = re.compile(r"/favicon\.svg$")


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
RESULT = {
    "include": ["form[data-vag-check]"],
    "exclude": [".vag-found__list > :nth-child(n + 9):not(:last-child)", ".vag-lines > :nth-child(n + 99)"],
}
"""A form with what it found. Findings and lines are made one like the other, and axe looks long at each."""


def violations(page: Page, where: dict[str, list[str]] | None = None) -> list[list[Any]]:
    """What axe finds on the whole page, or in a part that alone has changed since."""
    return axe_script.violations(page, where, runOnly=_STANDARDS)


_BESIDE = (
    (r"(?<=[A-Za-z])(?=[^A-Za-z])", "ä"),
    (r"(?<=[A-Za-z])(?=[^A-Za-z])", "\u0431"),
    (r"(?<![A-Za-z])(?=[A-Za-z])", "ö"),
    ("[iI]", "\u0131"),
    ("[iI]", "\u0130"),
    ("(?<=[^a-zA-Z])", " \u0431 "),
)


def names_what_is_not_checked(page: Page, examine: str) -> None:
    """Each kind of file that is not checked is named, and what only looks like one is not."""
    run = f"(texts) => texts.map({examine}).map(({{ findings }}) => findings.map(({{ id, message }}) => [id, message]))"
    titles = {one.id: one.title for one in recognized.every()}
    for (kind, text), found in zip(INPUTS, page.evaluate(run, [text for _, text in INPUTS]), strict=True):
        assert found == [["recognized", f"This is {titles[kind]}, which is not checked here."]], text
    # Letters of other languages beside what tells a kind: both sides take them for letters, and a Turkish i for none.
    odd = [re.sub(mark, put, text) for _, text in (*INPUTS, *NEAR) for mark, put in _BESIDE]
    firsts = {one.title: one.first for one in recognized.every()}
    for text, found in zip(odd, page.evaluate(run, odd), strict=True):
        told = next((message for name, message in found if name == "recognized"), "")
        one = recognized.recognize(text, first=True)
        if one or any(firsts[title] for title in firsts if title in told):
            assert told == (f"This is {one.title}, which is not checked here." if one else ""), text
    for (kind, text), found in zip(NEAR, page.evaluate(run, [text for _, text in NEAR]), strict=True):
        assert not [message for _, message in found if titles[kind] in message], text
