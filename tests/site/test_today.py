"""Nothing dated is frozen: two builds of the same data on two days differ only where the browser reckons anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from tests.built import Site

BUILT = date(2026, 11, 24)
LATER = [BUILT + timedelta(days=days) for days in (40, 200)]

RECKONED = {
    "[data-vag-dated]": "a text for each time",
    "[data-vag-since], [data-vag-until]": "a row with the days on which it shows",
    "[data-vag-to], [data-vag-offset], [data-vag-series]": "days to a day, and days from today",
}
"""What the browser writes anew, and so is left out."""

SAYS_ITS_DAY = {
    ".vag-clock": "the notes on the age of the page, which name the day of the build",
    ".vag-edition": "the footer names the day of the build",
    ".vag-ws-paper": "the edition of a worksheet on paper; its script adds the day of printing",
    "[data-vag-build]": "marked as of the day of the build, and says so",
}
"""Elements that name the day of the build as such."""

HEAD_OF_A_FILE = re.compile(r"Guide built \d{4}-\d\d-\d\d,")
"""A file says on which day the guide was built: in samples, in the data that builds them, and in downloads."""


def kept(page: BeautifulSoup) -> str:
    """A page without what the browser reckons anew, and without what says itself that it is of the day of the build."""
    left = copy(page)
    for mark in left.select("[data-vag-now]"):
        del mark["transform"]
        mark.attrs.pop("display", None)
    for selector in (*RECKONED, *SAYS_ITS_DAY):
        for element in left.select(selector):
            if not element.decomposed:
                element.decompose()
    return HEAD_OF_A_FILE.sub("Guide built,", str(left))


@pytest.mark.slow
@pytest.mark.parametrize("day", LATER, ids=str)
def test_pages_of_two_days_differ_only_where_the_browser_reckons_anew(
    day: date, site: Site, site_on: Callable[[date], Site]
) -> None:
    later = site_on(day)
    assert later.pages == site.pages
    differences = {}
    for path in site.pages:
        before, after = kept(site.page(path)), kept(later.page(path))
        if before != after:
            at = next(i for i, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
            differences[path] = (before[at - 90 : at + 60], after[at - 90 : at + 60])
    assert differences == {}


def test_downloads_of_two_days_differ_only_in_the_day_that_they_name(
    site: Site, site_on: Callable[[date], Site]
) -> None:
    later = site_on(LATER[0])
    for file in site.files:
        name = file.relative_to(site.folder)
        if name.parts[0] != "downloads":
            continue
        before, after = (
            one.decode("utf-16" if name.suffix == ".reg" else "utf-8")
            for one in (file.read_bytes(), (later.folder / name).read_bytes())
        )
        assert HEAD_OF_A_FILE.sub("", before) == HEAD_OF_A_FILE.sub("", after), name


def test_what_depends_on_the_day_is_marked_on_every_page_that_the_guide_promises(site: Site) -> None:
    """A test that leaves out what is marked must not leave out the whole page."""
    for path in ("index.html", "plan/renewal.html", "plan/lifecycle.html", "plan/mak-budget.html"):
        page = site.page(path)
        assert page.select("[data-vag-dated], [data-vag-until], [data-vag-to]"), path
        assert len(kept(page)) > len(str(page)) / 3, path
