"""Reading a fleet in a real browser: the same as Python says, in slices, and nothing of it leaves the page."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from macros.catalog.organization import Organization
from macros.domain.fleet import tally
from macros.render.parts.view import View
from macros.render.troubleshoot.fleet import FILE, example_csv
from macros.render.troubleshoot.fleet_calendar import as_calendar
from macros.render.troubleshoot.fleet_data import Whole, as_csv, as_data
from macros.render.troubleshoot.fleet_report import as_markdown
from tests import planted
from tests.browser.check_pages import MARKUP, NO_KEY, OpenPage, call, fits, nothing_asked, violations
from tests.browser.conftest import NARROW, WIDE, serving
from tests.browser.tabs import one_tab, opened
from tests.built import Site
from tests.conftest import TODAY
from tests.formats.fleet.test_files import BINARY, BROKEN_ROWS, FORMS, HEAD, ROW, SLMGR, USELESS, zipped
from tests.formats.fleet.test_workbooks import BOOKS
from tests.made_fleet import Maker
from tests.test_fleet import BY_COLUMN, by_column, read
from tests.timing import shortest

pytestmark = pytest.mark.browser

CHECK = "troubleshoot/fleet.html"
SEEDS = 20

READ = """async (files, day, organization) => {
    await vagReading.all();
    const fleet = window.vagFleet;
    const left = { count: 0, first: [] };
    const columns = fleet.columnsOf(fleet.askedBy(organization));
    const tally = fleet.tallyOf(columns.places);
    const rest = async () => {};
    const reading = fleet.filesOf({
        add: tally.add,
        columns,
        leave: (file, line, reason) => {
            left.count += 1;
            left.first.push({ file, line, reason: vagKeys.masked(reason) });
        },
        rest,
        today: day,
    });
    for (const [name, bytes] of files) {
        const blob = new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))]);
        await reading.read(vagKeys.masked(name), blob, name);
    }
    const seen = await tally.seen(fleet.dayOf(...day), rest);
    const whole = await fleet.wholeOf({ seen, files: reading.told, left, organization }, rest);
    const report = await fleet.asData(whole, rest);
    return {
        report,
        markdown: fleet.asMarkdown(report),
        csv: await fleet.asCsv(whole, rest),
        calendar: fleet.asCalendar(whole),
    };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    with one_tab(browser) as tab:
        yield opened(tab, f"{address}/{CHECK}")


def in_browser(page: Page, files: Mapping[str, bytes], organization: Organization | None = None) -> Any:
    given = [[name, base64.b64encode(data).decode()] for name, data in files.items()]
    kept = organization.model_dump(mode="json") if organization else None
    return call(page, READ, given, [TODAY.year, TODAY.month, TODAY.day], kept)


def in_python(view: View, files: Mapping[str, bytes], organization: Organization | None = None) -> dict[str, Any]:
    return said(view, read(view, files, organization))


def said(view: View, found: Whole) -> dict[str, Any]:
    report = json.loads(json.dumps(as_data(view, found)))
    return {
        "report": report,
        "markdown": as_markdown(view, report),
        "csv": as_csv(view, found).replace("\n", "\r\n"),
        "calendar": as_calendar(found.seen),
    }


def differences(mine: Any, theirs: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ, as deep as they can be followed."""
    if isinstance(mine, dict) and isinstance(theirs, dict) and mine.keys() == theirs.keys():
        for key in mine:
            yield from differences(mine[key], theirs[key], f"{path}.{key}")
    elif isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        for place, pair in enumerate(zip(mine, theirs, strict=True)):
            yield from differences(*pair, f"{path}[{place}]")
    elif mine != theirs:
        yield path, mine, theirs


def test_seeds_say_the_same_with_and_without_a_plan(page: Page, view: View, organization: Organization) -> None:
    for seed in range(SEEDS):
        files = Maker(seed, TODAY, view.catalog).made().files
        plan = organization if seed % 2 else None
        assert [*differences(in_python(view, files, plan), in_browser(page, files, plan))][:3] == [], seed


def test_groups_that_a_column_tells_apart_are_the_same(page: Page, view: View, organization: Organization) -> None:
    plan = by_column(organization)
    for data in BY_COLUMN.values():
        mine, theirs = in_python(view, {"a": data}, plan), in_browser(page, {"a": data}, plan)
        assert [*differences(mine, theirs)] == []
        assert [one["seen"] for one in mine["report"]["plan"]["groups"]] == [2, 1, 1]


def encoded(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def bad_files() -> Iterator[tuple[str, str, bytes]]:
    """Every file of the tests of Python, by its name there."""
    for name, (data, _) in FORMS.items():
        yield name, "licenses.csv", encoded(data)
    for name, (text, _, _) in BROKEN_ROWS.items():
        yield name, "licenses.csv", encoded(text)
    for name, (data, rule) in USELESS.items():
        yield name, "list.cilx" if rule == "file-vamt" else "licenses.csv", encoded(data)
    for name, binary in BINARY.items():
        yield name, "licenses.csv", binary
    yield "an output", "PC1.corp.example.com.txt", SLMGR.encode()
    yield "a long output", "PC1.txt", (SLMGR * 400).encode()
    good = zipped({"a/PC1.txt": SLMGR, "all.csv": FORMS["a table"][0], "deep.zip": zipped({})})
    yield "an archive", "share.zip", good
    damaged = bytearray(good)
    damaged[damaged.index(b"all.csv") + 12] ^= 0xFF
    yield "an archive with a damaged file", "share.zip", bytes(damaged)
    locked = bytearray(zipped({"a.csv": "x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    yield "an archive with a password", "share.zip", bytes(locked)
    for name, (data, _, _) in BOOKS.items():
        yield name, "fleet.xlsx", data


def test_broken_and_hostile_files_say_the_same(page: Page, view: View) -> None:
    wrong = []
    for name, file, data in bad_files():
        found = [*differences(in_python(view, {file: data}), in_browser(page, {file: data}))]
        wrong += [(name, *one) for one in found[:2]]
    assert wrong == []


def test_kinds_without_end_are_left_out_on_both_sides(page: Page, view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_KINDS", 3)
    files = {"a.csv": (HEAD + "\n" + "".join(f"PC{n},Windows {n},VOLUME_MAK,1,ABCDE,5\n" for n in range(6))).encode()}
    most = page.evaluate("() => { const { most } = vagFleet.data; return [most.kinds, most.kinds = 3][0]; }")
    try:
        found = in_browser(page, files)
    finally:
        page.evaluate("(kinds) => { vagFleet.data.most.kinds = kinds; }", most)
    assert found["report"]["totals"]["rows_left_out"] == 3
    assert [*differences(in_python(view, files), found)] == []


def test_the_example_is_the_one_that_python_drew(page: Page, view: View) -> None:
    files = {FILE: example_csv(view).encode()}
    assert [*differences(in_python(view, files), in_browser(page, files))] == []


# The page, as somebody uses it


@pytest.fixture
def fresh(tab: Page, address: str) -> Page:
    return opened(tab, f"{address}/{CHECK}")


def choose(page: Page, *files: tuple[str, bytes]) -> Locator:
    """Give files to the form, and wait for the report."""
    page.locator("[name=files]").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files]
    )
    return answered(page)


def answered(page: Page) -> Locator:
    report = page.locator("[data-vag-found]")
    expect(report.get_by_role("button", name="Markdown")).to_be_visible()
    expect(report.get_by_role("heading", name="Files", exact=True)).to_be_attached()
    expect(page.locator("[data-vag-progress]")).to_be_hidden()
    return report


@pytest.fixture(scope="module")
def example(view: View) -> bytes:
    return example_csv(view).encode()


_DRAWN = """(box) => {
    const shown = box.cloneNode(true);
    for (const each of shown.querySelectorAll("h2, .vag-actions, details")) each.remove();
    return [...shown.querySelectorAll("h3, p, li, caption, th, td, a, .vag-status")].map((each) =>
        [each.tagName, each.className, each.textContent.replace(/\\s+/g, " "), each.getAttribute("href")]);
}"""


def test_python_and_the_page_draw_the_same(fresh: Page, view: View) -> None:
    day = view.catalog.fleet.example.day
    fresh.clock.set_fixed_time(f"{day}T12:00:00")
    fresh.get_by_role("button", name="Read the example").click()
    drawn = answered(fresh).evaluate(_DRAWN)
    built = fresh.locator(".vag-fleet__report:not([data-vag-found])").evaluate(_DRAWN)
    assert len(built) > 150
    assert built == drawn


def test_several_files_are_read_and_nothing_is_asked_or_kept(fresh: Page, example: bytes) -> None:
    fresh.evaluate("() => vagReading.all()")
    hostile = MARKUP.replace('"', "'")
    text = f"{HEAD}\n{ROW.format(hostile)}\n{ROW.format(NO_KEY)}\n"
    with nothing_asked(fresh):
        report = choose(fresh, ("a.csv", example), ("b.csv", text.encode()), ("PC9.txt", SLMGR.encode()))
        expect(report).to_contain_text("95 computers")
        expect(report).to_contain_text("3 files")
        report.get_by_role("button", name="Copy").first.click()
    assert "BCDFG" not in fresh.content()
    kept = fresh.evaluate(
        "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])"
    )
    assert not any(name in kept for name in ("LAB001", "PC9", "46789"))


def test_what_is_not_read_is_named_first(fresh: Page, example: bytes) -> None:
    report = choose(fresh, ("a.csv", example), ("b.exe", BINARY["a program"]), ("c.csv", f"{HEAD}\nPC1\n".encode()))
    first = report.locator("table", has_text="The files, and how they were read").locator("tbody tr").first
    expect(first).to_contain_text("b.exe")
    expect(first).to_contain_text("it is a program")
    expect(report).to_contain_text("1 row was not counted above.")
    expect(report).to_contain_text("It has 1 values, but the header row has 6.")


def test_nothing_good_is_said_of_a_file_without_a_row(fresh: Page) -> None:
    report = choose(fresh, ("b.csv", b"Name,Size\na,1\n"))
    expect(report).to_contain_text("No product in use was read.")
    expect(report).not_to_contain_text("Nothing to report")
    assert report.locator(".vag-status--ok").count() == 0


def test_rows_are_pasted_short_and_long(fresh: Page) -> None:
    box = fresh.get_by_label("Or paste rows")
    box.fill(f"{HEAD}\n{ROW.format('PC1')}\n")
    expect(answered(fresh)).to_contain_text("1 computer, 1 product")
    long = HEAD + "\n" + "".join(f"{ROW.format(f'PC{n}')}\n" for n in range(3_000))
    fresh.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.querySelector("[name=text]").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        long,
    )
    expect(fresh.locator("[data-vag-found]")).to_contain_text("3,000 computers")
    assert box.input_value() == ""
    fresh.get_by_role("button", name="Clear").click()
    expect(fresh.locator("[data-vag-found]")).to_be_empty()


def test_reading_can_be_stopped(fresh: Page) -> None:
    fresh.evaluate("() => vagReading.all()")
    data = (HEAD + "\n" + "".join(f"{ROW.format(f'PC{n}')}\n" for n in range(200_000))).encode()
    fresh.locator("[name=files]").set_input_files([{"name": "a.csv", "mimeType": "text/csv", "buffer": data}])
    expect(fresh.locator("#vag-fleet-now")).to_contain_text("so far")
    fresh.get_by_role("button", name="Stop").click()
    found = fresh.locator("[data-vag-found]")
    expect(found).to_have_text("Stopped. Nothing has been counted.")
    fresh.wait_for_timeout(300)
    expect(found).to_have_text("Stopped. Nothing has been counted.")


def saved(page: Page, name: str) -> str:
    with page.expect_download() as waiting:
        page.locator("[data-vag-found]").get_by_role("button", name=name, exact=True).click()
    return Path(waiting.value.path()).read_text("utf-8")


def test_the_report_is_taken_along(fresh: Page, example: bytes) -> None:
    choose(fresh, ("licenses.csv", example))
    report = json.loads(saved(fresh, "JSON"))
    assert report["totals"]["computers"] == 92
    assert saved(fresh, "Markdown").startswith("# Licenses of a fleet")
    assert saved(fresh, "CSV").startswith("\ufeffseverity,finding")
    assert saved(fresh, "Calendar").startswith("BEGIN:VCALENDAR")
    with fresh.expect_download() as waiting:
        fresh.get_by_role("button", name="Download them of clone", exact=True).click()
    assert waiting.value.suggested_filename.endswith("-clone.txt")
    assert Path(waiting.value.path()).read_text("utf-8").splitlines() == [
        f"KIOSK00{n}.corp.example.com" for n in range(1, 5)
    ]


def kept_by(organization: Organization) -> dict[str, object]:
    """What the browser keeps of an organization."""
    words = {name: name for name in ("page", "other", "show-built", "show-own")}
    words |= {"own-fleet": "Compared with {name}.", "built-fleet": "Not compared with {name}."}
    return {"version": 1, "isShown": True, "organization": organization.model_dump(mode="json"), "words": words}


def test_an_organization_that_the_browser_keeps_is_the_plan(fresh: Page, organization: Organization) -> None:
    fresh.evaluate("(kept) => localStorage.setItem('vag-organization', JSON.stringify(kept))", kept_by(organization))
    try:
        fresh.reload()
        banner = fresh.locator(".vag-kept")
        expect(banner).to_contain_text(f"Compared with {organization.name}.")
        fresh.get_by_role("button", name="Read the example").click()
        report = answered(fresh)
        expect(report.get_by_role("heading", name="Against the plan")).to_contain_text(organization.name)
        expect(report).to_contain_text("which the organization does not name")
        banner.get_by_role("button", name="show-built").click()
        expect(banner).to_contain_text(f"Not compared with {organization.name}.")
        fresh.get_by_role("button", name="Read the example").click()
        expect(answered(fresh).get_by_role("heading", name="Against the plan")).to_have_count(0)
    finally:
        fresh.evaluate("() => localStorage.clear()")


def test_seven_faults_among_five_thousand_computers_are_seen(fresh: Page, organization: Organization) -> None:
    fresh.evaluate("(kept) => localStorage.setItem('vag-organization', JSON.stringify(kept))", kept_by(organization))
    try:
        fresh.reload()
        report = choose(fresh, *planted.files(date.today(), 5).items())
        expect(report).to_contain_text("5,000 computers, 5,000 products in use, 5,000 rows read of 3 files.")
        for fault, count in planted.faults(5).items():
            found = report.locator(".vag-found__list > li").filter(has_text=re.compile(f"(Error|Warning) {fault}"))
            expect(found).to_contain_text(re.compile(f"\\b{count} (client )?(computers|products)"))
    finally:
        fresh.evaluate("() => localStorage.clear()")


def test_a_file_of_data_that_does_not_come_is_told(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}")
    page.route("**/assets/data/fleet.js", lambda route: route.abort())
    page.get_by_role("button", name="Read the example").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(page.locator("[data-vag-found]")).to_be_empty()


def test_works_under_a_strict_policy_and_from_disk(browser: Browser, site: Site) -> None:
    with serving(site.folder, "default-src 'self'; object-src 'none'") as base:
        for address in (f"{base}/{CHECK}", (site.folder / CHECK).as_uri()):
            page = browser.new_page()
            page.goto(address)
            archive = zipped({"a.csv": f"{HEAD}\n{ROW.format('PC1')}\n"})
            expect(choose(page, ("a.zip", archive))).to_contain_text("1 computer, 1 product in use")
            page.close()


@pytest.mark.parametrize(("width", "dark"), [(NARROW, False), (WIDE, True)])
def test_the_page_is_accessible_with_a_report(open_page: OpenPage, address: str, width: int, dark: bool) -> None:
    page = open_page(f"{address}/{CHECK}", width=width, dark=dark)
    page.get_by_role("button", name="Read the example").click()
    answered(page).locator("summary").first.click()
    assert violations(page) == []


def test_a_narrow_page_does_not_scroll_sideways_and_keys_reach_everything(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}", width=320)
    page.locator("[name=files]").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    report = answered(page)
    expect(report.get_by_role("heading", name="What these files say")).to_be_in_viewport()
    assert fits(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Markdown"
    report.get_by_role("button", name="Copy").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-vag-live]")).to_have_text(re.compile("[Cc]opied"))


def test_without_scripts_the_example_stands(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}", javascript=False)
    expect(page.get_by_text("This form needs JavaScript")).to_be_visible()
    expect(page.locator("[data-vag-fleet]")).to_be_hidden()
    found = page.get_by_text("One client machine ID on 4 computers")
    page.locator("details").filter(has=found).locator("summary").first.click()
    expect(found).to_be_visible()


def test_a_report_is_printed_alone(fresh: Page) -> None:
    fresh.get_by_role("button", name="Read the example").click()
    report = answered(fresh)
    fresh.emulate_media(media="print")
    try:
        expect(report).to_be_visible()
        expect(fresh.locator("#collect")).to_be_hidden()
        expect(fresh.locator("[name=files]")).to_be_hidden()
        expect(report.get_by_role("button", name="Markdown")).to_be_hidden()
    finally:
        fresh.emulate_media(media="screen")


_MADE = """(head) => {
    const parts = [head];
    for (let n = 0; n < 100_000; n += 1) {
        parts.push(`"PC${n}.corp.example.com","Windows(R), Enterprise edition",` +
            `"Windows(R) Operating System, VOLUME_KMSCLIENT channel",1,2YT43,${1000 + n}\\n`);
    }
    window.made = new DataTransfer();
    window.made.items.add(new File(parts, "fleet.csv"));
}"""
_TASKS = """() => new Promise((done) => {
    const tasks = [0];
    new PerformanceObserver((all) => tasks.push(...all.getEntries().map(({ duration }) => duration)))
        .observe({ entryTypes: ["longtask"] });
    const [now, found] = ["#vag-fleet-now", "[data-vag-found]"].map((each) => document.querySelector(each));
    let first = 0;
    const start = performance.now();
    const progress = new MutationObserver(() => first ||= performance.now() - start);
    progress.observe(now, { childList: true });
    const report = new MutationObserver(() => {
        if (!found.textContent.includes("how they were read")) return;
        report.disconnect();
        progress.disconnect();
        const all = performance.now() - start;
        setTimeout(() => done({ longest: Math.max(...tasks), first, all }), 200);
    });
    report.observe(found, { childList: true, subtree: true });
    const picker = document.querySelector("[name=files]");
    picker.files = window.made.files;
    picker.dispatchEvent(new Event("change"));
})"""


@pytest.mark.slow
def test_a_hundred_thousand_rows_never_hold_the_page_up(fresh: Page) -> None:
    """A page that is held up is so in each run; a machine that is busy, in some."""
    fresh.evaluate("() => vagReading.all()")
    fresh.evaluate(_MADE, HEAD + "\n")
    runs: list[dict[str, float]] = []

    def run() -> float:
        runs.append(fresh.evaluate(_TASKS))
        return runs[-1]["longest"]

    longest = shortest(run, 50)
    print(runs)
    expect(fresh.locator("[data-vag-found]")).to_contain_text("100,000 computers, 100,000 products in use")
    assert longest < 100
    assert min(one["first"] for one in runs) < 1_000
