"""What a reader's clock makes of a page that was built on another day. The browser runs the same vectors."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.domain.clock import OLD_AFTER_DAYS, ZONE_DAYS, chosen, is_within, next_in, place_on, shown
from macros.render.parts.clock import FORMS
from macros.render.parts.quantity import day

VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent.parent / "vectors" / "dates.yaml").read_text("utf-8")
)
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
spans = st.lists(st.tuples(st.none() | days, st.none() | days))


def day_read(built: date, clock: date) -> date:
    """The day that a page shows: the reader's, but none before the build, of which the page knows nothing."""
    return max(built, clock)


def is_old(built: date, clock: date) -> bool:
    """Whether a build is so old that a reader should know."""
    return (clock - built).days > OLD_AFTER_DAYS


def is_behind(built: date, clock: date) -> bool:
    """Whether a clock shows a day before the build that no time zone explains."""
    return (built - clock).days > ZONE_DAYS


@pytest.mark.parametrize("case", VECTORS["ages"], ids=lambda case: case["name"])
def test_a_page_shows_the_day_of_the_reader_but_none_before_the_build(case: dict[str, Any]) -> None:
    built, clock = case["built"], case["clock"]
    assert day_read(built, clock) == case["read"]
    assert (is_old(built, clock), is_behind(built, clock)) == (case["old"] == "yes", case["behind"] == "yes")


@pytest.mark.parametrize("case", VECTORS["counts"], ids=lambda case: f"{case['form']} {case['clock']} {case['to']}")
def test_days_in_words(case: dict[str, Any]) -> None:
    assert FORMS[case["form"]].of((case["to"] - case["clock"]).days) == case["text"]


@pytest.mark.parametrize("case", VECTORS["choices"], ids=lambda case: case["name"])
def test_each_text_holds_from_its_day_on(case: dict[str, Any]) -> None:
    assert chosen(case["starts"], case["clock"]) == case["chosen"]


@pytest.mark.parametrize("case", VECTORS["spans"], ids=lambda case: case["name"])
def test_a_span_holds_both_its_ends(case: dict[str, Any]) -> None:
    assert is_within(case["clock"], case["since"], case["until"]) == (case["within"] == "yes")


@pytest.mark.parametrize("case", VECTORS["scales"], ids=lambda case: str(case["clock"]))
def test_a_day_on_a_scale(case: dict[str, Any]) -> None:
    place = place_on(case["first"], case["last"], case["clock"])
    assert place == (case["place"] if case["place"] is None else pytest.approx(case["place"], abs=1e-5))


@pytest.mark.parametrize("case", VECTORS["series"], ids=lambda case: f"{case['step']} {case['clock']}")
def test_the_next_day_of_a_series(case: dict[str, Any]) -> None:
    found = next_in(case["first"], case["step"], case["clock"])
    assert day(found) == case["text"]
    assert found >= case["clock"] or found == case["first"]


@pytest.mark.parametrize("case", VECTORS["shifts"], ids=lambda case: f"{case['clock']} {case['days']}")
def test_a_day_so_many_days_after_another(case: dict[str, Any]) -> None:
    assert day(case["clock"] + timedelta(days=case["days"])) == case["text"]


@pytest.mark.parametrize("case", VECTORS["lists"], ids=lambda case: case["name"])
def test_rows_of_a_list(case: dict[str, Any]) -> None:
    pairs = [(since, until) for since, until in case["spans"]]
    assert shown(pairs, case["clock"], case["first"]) == tuple(answer == "yes" for answer in case["shown"])


@given(spans, days, st.none() | st.integers(0, 9))
def test_rows_that_show_are_the_first_of_those_whose_span_holds(
    pairs: list[tuple[date | None, date | None]], clock: date, first: int | None
) -> None:
    holding = [index for index, (since, until) in enumerate(pairs) if is_within(clock, since, until)]
    seen = [index for index, is_seen in enumerate(shown(pairs, clock, first)) if is_seen]
    assert seen == holding[: len(holding) if first is None else first]


@given(days, days)
def test_no_page_ever_shows_a_day_before_its_build(built: date, clock: date) -> None:
    read = day_read(built, clock)
    assert read >= built
    assert not (is_old(built, clock) and is_behind(built, clock))
