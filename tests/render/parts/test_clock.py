"""What is written for later days: the text of each of them is the one that a build of that day would have made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.domain.clock import chosen
from macros.render.parts.clock import (
    Span,
    by_day,
    days_to,
    facts_shown,
    next_of,
    once_over,
    review_state,
    shifted,
    span_attributes,
    with_notes,
)
from macros.render.parts.components import Column, table
from macros.render.parts.html import Html, tag
from macros.render.parts.view import View

BUILT = date(2026, 11, 24)
turns = st.lists(st.dates(date(2026, 10, 1), date(2027, 3, 1)), max_size=6)


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def read_on(html: str, day: date) -> str:
    """The text that the browser shows for a day: that of the last template that has started."""
    part = soup(html).find(attrs={"data-vag-dated": True})
    assert part is not None
    texts = part.find_all("template")
    place = chosen([date.fromisoformat(text["data-vag-from"]) for text in texts], day)
    if place is not None:
        return str(texts[place].decode_contents())
    for text in texts:
        text.decompose()
    return str(part.decode_contents())


@given(turns.filter(bool), st.dates(BUILT, date(2027, 4, 1)))
def test_each_day_reads_what_a_build_of_that_day_would_write(view: View, days: list[date], day: date) -> None:
    def said(on: View) -> str:
        return f"{sum(turn <= on.today for turn in days)} of {len(days)}"

    assert read_on(by_day(view, said, days), day) == f"{sum(turn <= day for turn in days)} of {len(days)}"


def test_a_day_that_changes_nothing_costs_nothing(view: View) -> None:
    ahead = [view.today + timedelta(days=days) for days in (1, 2, 3)]
    assert "template" not in by_day(view, lambda on: "the same", ahead)
    # A number of days is counted by the browser, and needs no text for each day.
    assert "template" not in by_day(view, lambda on: days_to(on, date(2027, 1, 1), "ahead"), ahead)
    assert by_day(view, lambda on: tag("b", "x"), []) == "<b>x</b>"


def test_the_next_of_several_days(view: View) -> None:
    days = [view.today + timedelta(days=days) for days in (-7, 0, 7, 14)]
    html = next_of(view, days, "none left")
    for day, shown in ((0, "2026-12-01"), (6, "2026-12-01"), (7, "2026-12-08"), (14, "none left"), (400, "none left")):
        assert shown in read_on(html, view.today + timedelta(days=day))


@pytest.mark.parametrize(
    ("left", "state", "text"),
    [
        (31, "ok", "31 days left"),
        (30, "warn", "30 days left"),
        (0, "warn", "due today"),
        (-1, "bad", "Overdue by 1 day"),
    ],
)
def test_a_review_on_the_days_around_its_own(
    left: int, state: str, text: str, view: View, view_of: Callable[..., View], catalog: Catalog
) -> None:
    fact = catalog.facts[0]
    day = fact.review_by - timedelta(days=left)
    built_then = review_state(view_of(today=day), fact)
    assert f"vag-status--{state}" in str(soup(built_then).find(class_="vag-status"))
    assert text in soup(built_then).get_text()
    # Built long before: the color is that of the day, and the words are counted.
    assert f"vag-status--{state}" in read_on(review_state(view, fact), day)


def test_rows_carry_their_days_and_those_that_do_not_show_are_hidden(view: View) -> None:
    day = view.today
    spans = [Span(until=day - timedelta(days=1)), Span(until=day), Span(since=day + timedelta(days=1)), Span()]
    attributes = span_attributes(view, spans, 1)
    html = table("Rows", [Column("Row")], [["a"], ["b"], ["c"], ["d"]], row_attributes=attributes, first=1)
    rows = soup(html).select("tbody tr")
    assert [row.has_attr("hidden") for row in rows] == [True, False, True, True]
    assert [row.get("data-vag-until") for row in rows] == ["2026-11-23", "2026-11-24", None, None]
    assert soup(html).tbody["data-vag-first"] == "1"  # type: ignore[index]
    assert "hidden" in once_over(view, day, "p", "over")
    assert "hidden" not in once_over(view, day - timedelta(days=1), "p", "over")


def test_a_shifted_day_and_a_count_say_how_they_are_reckoned(view: View) -> None:
    found = soup(shifted(view, 180)).time
    assert found is not None
    assert (found["datetime"], found["data-vag-offset"], found.get_text()) == ("2027-05-23", "180", "2027-05-23 (Sun)")
    words = soup(days_to(view, date(2026, 12, 2), "ahead")).span
    assert words is not None
    assert words.get_text() == "in 8 days"
    assert words["data-vag-words"] == "in 1 day|in {} days|today|1 day ago|{} days ago"


# Notes of a page


def page_notes(view: View, html: str) -> BeautifulSoup:
    return soup(with_notes(view, f"<h1>Title</h1><p>Text</p>{html}"))


def test_notes_stand_below_the_title(view: View) -> None:
    found = page_notes(view, "")
    assert [child.name for child in found.find_all(True, recursive=False)] == ["h1", "div", "p"]
    assert found.div["data-vag-built"] == str(view.today)  # type: ignore[index]


@pytest.mark.parametrize("dated", [True, False])
def test_the_day_of_the_build_is_named_where_texts_depend_on_it(dated: bool, view: View) -> None:
    html = days_to(view, date(2027, 1, 1), "ahead") if dated else Html("<p>Nothing.</p>")
    assert bool(page_notes(view, html).select(".vag-build-day")) == dated


def test_the_facts_of_a_page_are_those_it_cites_or_lists(view: View, catalog: Catalog) -> None:
    html = '<a data-fact="kms.port">1688</a><div class="vag-register__row" id="kms.validity"></div>'
    assert {fact.id for fact in facts_shown(view, html)} == {"kms.port", "kms.validity"}


def test_reviews_of_facts_elsewhere_are_not_told(view: View, view_of: Callable[..., Any], catalog: Catalog) -> None:
    fact = catalog.fact("kms.port")
    late = view_of(today=fact.review_by + timedelta(days=1))
    assert "1 fact on this page is past" in page_notes(late, '<a data-fact="kms.port">1688</a>').get_text()
    assert "past the review" not in page_notes(late, "").get_text()


@pytest.mark.parametrize(
    ("number", "said", "named"),
    [(1, "1 fact on", 1), (5, "5 facts on", 5), (6, "More than 5 facts on", 5), (26, "More than 20 facts on", 5)],
)
def test_late_facts_are_counted_as_long_as_all_are_named(
    number: int, said: str, named: int, view_of: Callable[..., Any], catalog: Catalog
) -> None:
    late = view_of(today=date(2030, 1, 1))
    html = "".join(f'<a data-fact="{fact.id}">x</a>' for fact in catalog.facts[:number])
    note = page_notes(late, html)
    assert f"{said} this page " in note.get_text()
    assert len(note.select(".vag-clock__facts code")) == named
    assert ("and others" in note.get_text()) == (number > named)


def test_a_page_has_few_texts_about_late_facts_however_many_it_shows(view: View, catalog: Catalog) -> None:
    html = "".join(f'<a data-fact="{fact.id}">x</a>' for fact in catalog.facts)
    assert len(page_notes(view, html).select("template[data-vag-from]")) <= 12
