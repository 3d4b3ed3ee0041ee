"""Nothing dated is frozen: two builds of the same data on two days differ only where the browser reckons anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from lxml import html

from tests.built import Site

BUILT = date(2026, 11, 24)
LATER = [BUILT + timedelta(days=days) for days in (40, 200)]

RECKONED = {
    "@data-vag-dated": "a text for each time",
    "@data-vag-since or @data-vag-until": "a row with the days on which it shows",
    "@data-vag-points": "what to do: each point with the days on which it is open",
    "@data-vag-to or @data-vag-offset or @data-vag-series": "days to a day, and days from today",
}
"""What the browser writes anew, and so is left out."""

SAYS_ITS_DAY = {
    "@class = 'vag-clock'": "the notes on the age of the page, which name the day of the build",
    "@class = 'vag-edition'": "the footer names the day of the build",
    "@class = 'vag-ws-paper'": "the edition of a worksheet on paper; its script adds the day of printing",
    "@data-vag-build": "marked as of the day of the build, and says so",
}
"""Elements that name the day of the build as such."""

HEAD_OF_A_FILE = re.compile(r"Guide built \d{4}-\d\d-\d\d,")
"""A file says on which day the guide was built: in samples, in the data that builds them, and in downloads."""


def kept(page: str) -> str:
    """A page without what the browser reckons anew, and without what says itself that it is of the day of the build."""
    left = html.document_fromstring(page)
    for mark in left.xpath("//*[@data-vag-now]"):
        del mark.attrib["transform"]
        mark.attrib.pop("display", None)
    for element in left.xpath(" | ".join(f"//*[{what}]" for what in (*RECKONED, *SAYS_ITS_DAY))):
        element.drop_tree()
    return HEAD_OF_A_FILE.sub("Guide built,", html.tostring(left, encoding="unicode"))


def page_of(site: Site, path: str) -> str:
    return (site.folder / path).read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("day", LATER, ids=str)
def test_pages_of_two_days_differ_only_where_the_browser_reckons_anew(
    day: date, site: Site, site_on: Callable[[date], Site]
) -> None:
    later = site_on(day)
    assert later.pages == site.pages
    differences = {}
    for path in site.pages:
        before, after = kept(page_of(site, path)), kept(page_of(later, path))
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
        page = page_of(site, path)
        assert html.document_fromstring(page).xpath("//*[@data-vag-dated or @data-vag-until or @data-vag-to]"), path
        assert len(kept(page)) > len(page) / 3, path
