"""A page as a reader sees it on another day than that of its build, against the page built on that day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from playwright.sync_api import Browser, Page

from macros.render.parts.clock import FORMS
from macros.render.parts.places import fact_place
from tests.built import Site

pytestmark = pytest.mark.browser

BUILT = date(2026, 11, 24)
PAGES = (
    "index.html",
    "plan/renewal.html",
    "plan/lifecycle.html",
    "plan/mak-budget.html",
    "reference/facts/kms-renewal.html",
    "reference/products.html",
    "contributing/facts.html",
    "deploy/office.html",
    "methods/not-volume-activation.html",
)
AHEAD = (40, 1, 200)
"""The first is the day of the other build that a change is tried on (tests/site/test_today.py)."""
VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent.parent / "vectors" / "dates.yaml").read_text("utf-8")
)

SAID = """() => {
    for (const part of document.querySelectorAll("article details")) part.open = true;
    // The notes name the day of the build; so does what is marked as of it, and drawings keep their scale.
    for (const part of document.querySelectorAll(".vag-clock, [data-vag-build], .vag-figure")) part.remove();
    return document.querySelector("article").innerText.replace(/Guide built [\\d-]+,/g, "Guide built,").split("\\n");
}"""


@contextmanager
def reader(browser: Browser, day: date, zone: str = "UTC", javascript: bool = True) -> Iterator[Page]:
    """A page of a reader whose clock shows noon of a day."""
    context = browser.new_context(timezone_id=zone, java_script_enabled=javascript, reduced_motion="reduce")
    context.clock.set_fixed_time(datetime.combine(day, time(12), UTC))
    yield context.new_page()
    context.close()


def said(page: Page, site: Site, path: str, until: Literal["load", "networkidle"] = "load") -> list[str]:
    """What a page of a site says, line by line, as seen by the reader."""
    page.goto((site.folder / path).as_uri(), wait_until=until)
    return [line for line in page.evaluate(SAID) if line.strip()]


def notes(page: Page, site: Site, path: str) -> list[str]:
    page.goto((site.folder / path).as_uri(), wait_until="load")
    return [" ".join(one.split()) for one in page.locator(".vag-clock .vag-note__title").all_inner_texts()]


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_page_says_what_the_page_built_on_the_day_of_reading_says(
    ahead: int, site: Site, site_on: Callable[[date], Site], browser: Browser
) -> None:
    day = BUILT + timedelta(days=ahead)
    fresh = site_on(day)
    different = {}
    with reader(browser, day) as page:
        for path in PAGES:
            old, new = said(page, site, path), said(page, fresh, path)
            assert len(new) > 20, path
            if old != new:
                # A busy machine may not have answered yet in one of them.
                old, new = said(page, site, path, "networkidle"), said(page, fresh, path, "networkidle")
            if old != new:
                different[path] = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]][:3]
    assert different == {}


def test_a_clock_before_the_build_changes_nothing_and_is_said(site: Site, browser: Browser) -> None:
    with reader(browser, BUILT) as page:
        right = {path: said(page, site, path) for path in PAGES}
    with reader(browser, BUILT - timedelta(days=10)) as page:
        assert {path: said(page, site, path) for path in PAGES} == right
        for path in PAGES:
            (title,) = notes(page, site, path)
            assert title == "! Your clock shows 2026-11-14, a day before this page was built"


@pytest.mark.parametrize(("ahead", "told"), [(0, False), (30, False), (31, True), (4000, True)])
def test_an_old_build_says_so_on_every_page(ahead: int, told: bool, site: Site, browser: Browser) -> None:
    with reader(browser, BUILT + timedelta(days=ahead)) as page:
        for path in ("index.html", "learn/glossary.html", "troubleshoot/codes/0xc004f038.html"):
            found = [title for title in notes(page, site, path) if "This copy of the site" in title]
            assert len(found) == told, path
            assert all(f"built {ahead:,} days ago, on 2026-11-24 (Tue)" in title for title in found)


def test_facts_of_the_page_that_are_past_their_review_are_named(site: Site, browser: Browser, catalog: Any) -> None:
    first = min(fact.review_by for fact in catalog.facts)
    late = sorted(fact.id for fact in catalog.facts if fact.review_by == first)
    records = {fact_place(catalog, fact_id).partition("#")[0].replace(".md", ".html") for fact_id in late}
    for day, is_due in ((first, False), (first + timedelta(days=1), True)):
        with reader(browser, day) as page:
            named = []
            for path in sorted(records):
                titles = notes(page, site, path)
                assert any("past the review date" in title for title in titles) == is_due
                named += page.locator(".vag-clock__facts a").evaluate_all("all => all.map((one) => one.textContent)")
            assert sorted(named) == (late if is_due else [])
            # A page that shows facts, and none of these, says nothing.
            other = next(
                path
                for path in site.pages
                if (shown := cited(site, path)) and not shown & {*late} and path not in records
            )
            assert not any("review" in title for title in notes(page, site, other)), other


def cited(site: Site, path: str) -> set[str]:
    return {link["data-fact"] for link in site.page(path).select("article [data-fact]")}


def test_west_of_utc_the_evening_before_is_no_wrong_clock(site: Site, browser: Browser) -> None:
    context = browser.new_context(timezone_id="America/Los_Angeles")
    context.clock.set_fixed_time(datetime.combine(BUILT, time(0, 30), UTC))
    assert notes(context.new_page(), site, "index.html") == []
    context.close()


def test_a_page_that_stays_open_over_night_is_reckoned_anew(site: Site, browser: Browser) -> None:
    with reader(browser, BUILT) as page:
        page.goto((site.folder / "index.html").as_uri(), wait_until="load")
        page.clock.set_fixed_time(datetime.combine(date(2027, 1, 20), time(12), UTC))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        after = [line for line in page.evaluate(SAID) if line.strip()]
    with reader(browser, date(2027, 1, 20)) as page:
        assert after == said(page, site, "index.html")
    with reader(browser, BUILT) as page:
        assert after != said(page, site, "index.html")


def test_without_scripts_a_page_names_the_day_of_its_states(site: Site, browser: Browser) -> None:
    with reader(browser, date(2027, 6, 1), javascript=False) as page:
        page.goto((site.folder / "plan/lifecycle.html").as_uri())
        sentence = page.locator(".vag-build-day")
        assert sentence.is_visible()
        assert "2026-11-24 (Tue), the day this page was built" in sentence.inner_text()
        page.goto((site.folder / "learn/glossary.html").as_uri())
        assert page.locator(".vag-build-day").count() == 0
    with reader(browser, date(2027, 6, 1)) as page:
        page.goto((site.folder / "plan/lifecycle.html").as_uri())
        assert not page.locator(".vag-build-day").is_visible()


# The vectors of tests/domain/test_clock.py


def ran(page: Page, calls: list[tuple[str, list[Any]]]) -> list[Any]:
    """The answers of functions of today.js."""
    sent = [[name, [str(one) if isinstance(one, date) else one for one in given]] for name, given in calls]
    found: list[Any] = page.evaluate(
        "calls => calls.map(([name, given]) => vagToday[name](...given.map((one) => one ?? undefined)) ?? null)", sent
    )
    return found


def test_the_browser_runs_the_vectors_of_python(site: Site, browser: Browser) -> None:
    ages, spans, lists = VECTORS["ages"], VECTORS["spans"], VECTORS["lists"]
    counts, choices = VECTORS["counts"], VECTORS["choices"]
    pairs = [[[day and str(day) for day in span] for span in case["spans"]] for case in lists]
    words = {name: [form.ahead_one, form.ahead, form.on, form.past_one, form.past] for name, form in FORMS.items()}
    with reader(browser, BUILT) as page:
        page.goto((site.folder / "index.html").as_uri())
        assert ran(page, [("dayRead", [one["built"], one["clock"]]) for one in ages]) == [
            str(one["read"]) for one in ages
        ]
        assert ran(page, [("isBehind", [one["built"], one["clock"]]) for one in ages]) == [
            one["behind"] == "yes" for one in ages
        ]
        assert ran(page, [("counted", [words[one["form"]], (one["to"] - one["clock"]).days]) for one in counts]) == [
            one["text"] for one in counts
        ]
        assert ran(page, [("daysTo", [one["clock"], one["to"]]) for one in counts]) == [
            (one["to"] - one["clock"]).days for one in counts
        ]
        assert ran(page, [("chosen", [[str(day) for day in one["starts"]], one["clock"]]) for one in choices]) == [
            -1 if one["chosen"] is None else one["chosen"] for one in choices
        ]
        assert ran(page, [("isWithin", [one["clock"], one["since"], one["until"]]) for one in spans]) == [
            one["within"] == "yes" for one in spans
        ]
        assert ran(
            page, [("shown", [pair, one["clock"], one["first"]]) for pair, one in zip(pairs, lists, strict=True)]
        ) == [[answer == "yes" for answer in one["shown"]] for one in lists]
        assert ran(page, [("shifted", [one["clock"], one["days"], True]) for one in VECTORS["shifts"]]) == [
            one["text"] for one in VECTORS["shifts"]
        ]
        assert ran(page, [("nextIn", [one["first"], one["step"], one["clock"]]) for one in VECTORS["series"]]) == [
            one["text"][:10] for one in VECTORS["series"]
        ]
        places = ran(page, [("placeOn", [one["first"], one["last"], one["clock"]]) for one in VECTORS["scales"]])
        for place, one in zip(places, VECTORS["scales"], strict=True):
            assert place == (one["place"] if one["place"] is None else pytest.approx(one["place"], abs=1e-5))


@pytest.mark.parametrize("case", VECTORS["zones"], ids=lambda case: case["zone"])
def test_the_day_is_the_one_of_the_place_of_the_reader(case: dict[str, Any], site: Site, browser: Browser) -> None:
    with reader(browser, BUILT, case["zone"]) as page:
        page.goto((site.folder / "index.html").as_uri())
        assert page.evaluate("moment => vagToday.local(new Date(moment))", case["moment"]) == str(case["day"])
