"""Tables and chart of support dates, against the data that they come from."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag

from macros.domain.lifecycle import milestones, outlook
from macros.render.parts.view import View
from macros.render.plan.lifecycle import (
    ESU_IDS,
    FAMILIES,
    OVER_CLASS,
    esu_years,
    lifecycle_chart,
    lifecycle_table,
    next_dates,
    release_table,
)
from tests.parsing import as_built


def soup(html: str) -> BeautifulSoup:
    return as_built(html)


def body(html: str) -> list[Tag]:
    return list(soup(html).select("tbody > tr"))


def all_tables(view: View) -> list[str]:
    return [
        *(lifecycle_table(view, family) for family in FAMILIES),
        release_table(view, "windows-11"),
    ]


def test_every_entry_has_a_row_with_all_its_dates(view: View) -> None:
    html = soup("".join(all_tables(view)))
    for entry in view.catalog.lifecycle:
        row = html.find("tr", id=entry.id)
        assert isinstance(row, Tag)
        text = row.get_text(" ", strip=True)
        assert all(
            part in text for part in ([entry.release, entry.editions] if entry.release else [entry.name]) if part
        )
        for milestone in milestones(entry):
            days = [milestone.day] + ([milestone.alternative] if milestone.alternative else [])
            for day in days:
                assert (entry.end_month or day.isoformat()) in text
        if entry.notes:
            assert entry.notes in text
        assert {link["data-source"] for link in row.select("a.vag-source")} >= set(entry.sources)


def test_two_printed_dates_stand_together_with_a_link_to_the_conflict(view: View) -> None:
    with_two = {entry.id for entry in view.catalog.lifecycle if entry.alternative}
    conflicts = {entry.id: entry.conflict for entry in view.catalog.lifecycle if entry.conflict}
    assert with_two == set(conflicts)
    for conflict_id in conflicts.values():
        assert view.catalog.conflict(conflict_id)
    html = soup(lifecycle_table(view, "windows-server"))
    row = html.find("tr", id="ws2025")
    assert isinstance(row, Tag)
    cell = row.find_all("td")[0]
    assert [time["datetime"] for time in cell.find_all("time")] == ["2029-10-09", "2029-11-13"]
    assert row.find("a", href=re.compile(r"conflicts\.html#conflict\.ws2025_end$"))
    assert "sources differ" in row.get_text()


@pytest.mark.slow
def test_a_date_in_dispute_never_stands_alone(view: View) -> None:
    for entry in view.catalog.lifecycle:
        for milestone in milestones(entry):
            if milestone.alternative is None:
                continue
            for html in (lifecycle_table(view, entry.family), next_dates(view)):
                for row in body(html):
                    times = {time["datetime"] for time in row.find_all("time")}
                    if entry.name in row.get_text() and milestone.day.isoformat() in times:
                        assert milestone.alternative.isoformat() in times


@pytest.mark.slow
def test_unconfirmed_dates_are_marked(view: View) -> None:
    unconfirmed = [entry for entry in view.catalog.lifecycle if entry.confidence == "unconfirmed"]
    assert unconfirmed
    for entry in unconfirmed:
        row = soup("".join(all_tables(view))).find("tr", id=entry.id)
        assert isinstance(row, Tag)
        assert row.select_one(".vag-confidence--unconfirmed")


def test_an_unknown_family_names_the_known_ones(view: View) -> None:
    with pytest.raises(ValueError, match="windows-client"):
        lifecycle_table(view, "linux")


def test_next_dates_are_the_outlook_in_its_order(view: View) -> None:
    found = outlook(view.catalog, view.organization, view.today).upcoming
    rows = body(next_dates(view))
    assert [row.find("time")["datetime"] for row in rows] == [m.earliest.isoformat() for m, _ in found]  # type: ignore[index]
    for row, (milestone, concern) in zip(rows, found, strict=True):
        left = f"{(milestone.day - view.today).days:,}"
        assert left in row.find_all("td")[0].get_text()
        if concern.groups:
            assert f"{concern.computers:,} computer" in row.get_text()


def test_a_limit_shortens_the_next_dates(view: View) -> None:
    assert len(body(next_dates(view, 3))) == 3
    assert [row.get_text() for row in body(next_dates(view, 3))] == [row.get_text() for row in body(next_dates(view))][
        :3
    ]


def test_products_without_a_date_are_named(view: View, view_of: Callable[..., View]) -> None:
    assert "No support date is recorded" not in soup(next_dates(view)).get_text()
    undated = tuple(entry for entry in view.catalog.lifecycle if "windows-11" not in entry.products)
    without = view_of(catalog=view.catalog.model_copy(update={"lifecycle": undated}))
    assert "No support date is recorded for: Windows 11" in soup(next_dates(without)).get_text()


def test_computers_of_a_product_with_releases_get_the_dates_of_each_supported_one(
    view: View, view_of: Callable[..., View]
) -> None:
    html = soup(next_dates(view_of(today=date(2026, 11, 28))))
    note = next(note for note in html.select(".vag-note") if "release by release" in note.get_text())
    text = note.get_text(" ", strip=True)
    assert "1,056 computers" in text
    lines = [item.get_text(" ", strip=True) for item in note.find_all("li")]
    assert [line.partition(":")[0] for line in lines][-2:] == ["25H2 (Home, Pro)", "24H2 (Enterprise, Education)"]
    assert any(line.startswith("24H2 (Enterprise, Education): until 2027-10-12 (Tue)") for line in lines)
    assert all("unconfirmed" in line for line in lines)
    assert "24H2 (Home, Pro)" in text.partition("Ended:")[2]
    assert note.find("a", href="plan/lifecycle.html#windows-11")
    later = soup(next_dates(view_of(today=date(2060, 1, 1))))
    assert later.find(string=re.compile("No release is supported any more"))


@pytest.mark.slow
def test_a_release_is_in_one_table_only(view: View) -> None:
    for entry in view.catalog.lifecycle:
        tables = [html for html in all_tables(view) if soup(html).find("tr", id=entry.id)]
        assert len(tables) == 1, entry.id
    with pytest.raises(ValueError, match="do not depend on a release"):
        release_table(view, "windows-7")


@pytest.mark.parametrize(
    ("today", "said", "states"),
    [
        (date(2025, 10, 13), "No program year runs yet; the first one begins on 2025-10-14", ["not yet"] * 3),
        (date(2025, 10, 14), "Program year 1 runs, until 2026-10-13", ["runs", "not yet", "not yet"]),
        (date(2026, 10, 13), "Program year 1 runs", ["runs", "not yet", "not yet"]),
        (date(2026, 10, 14), "Program year 2 runs, until 2027-10-12", ["over", "runs", "not yet"]),
        (date(2028, 10, 10), "Program year 3 runs", ["over", "over", "runs"]),
        (date(2028, 10, 11), "No program year runs any more; the last one ended on 2028-10-10", ["over"] * 3),
    ],
)
def test_the_program_year_follows_from_the_day(
    today: date, said: str, states: list[str], view_of: Callable[..., View]
) -> None:
    html = esu_years(view_of(today=today), "win10-22h2")
    assert said in soup(html).get_text()
    rows = body(html)
    assert [row.find_all("td")[-1].get_text(strip=True)[1:].strip() for row in rows] == states


def test_each_activation_id_names_its_year(view: View) -> None:
    value = view.catalog.fact(ESU_IDS["win10-22h2"]).value
    assert isinstance(value, dict)
    for number, row in enumerate(body(esu_years(view, "win10-22h2")), start=1):
        assert row.find("th").get_text() == f"Year {number}"  # type: ignore[union-attr]
        assert value[f"year{number}"] in row.get_text()
        assert [time["datetime"] for time in row.find_all("time")] == [
            str(day)
            for entry in view.catalog.lifecycle
            if entry.id == "win10-22h2"
            for year in entry.esu_years
            if year.year == number
            for day in (year.start, year.end)
        ]
    with pytest.raises(ValueError, match="no program years"):
        esu_years(view, "win81")


def test_nothing_that_has_ended_has_the_color_of_support(view_of: Callable[..., View]) -> None:
    drawing = soup(lifecycle_chart(view_of(today=date(2026, 11, 28)))).find("svg")
    assert isinstance(drawing, Tag)
    colors: dict[str, set[str]] = {}
    name = ""
    for part in drawing.find_all(["text", "rect"]):
        if part.name == "text" and part.get("text-anchor") == "start":
            name = part.get_text()
        elif part.name == "rect":
            colors.setdefault(name, set()).update(part["class"])
    assert colors["Office LTSC 2021"] == {OVER_CLASS}
    assert colors["Windows Server 2012 / 2012 R2"] == {OVER_CLASS}
    assert colors["Windows 10 Enterprise LTSC 2021"] == {"vag-svg__ok"}
    assert "vag-svg__warn" in colors["Windows Server 2022"]
    assert colors["Windows 10 22H2"] != {OVER_CLASS}


def test_what_has_ended_comes_first_in_red(view: View, view_of: Callable[..., View]) -> None:
    assert not soup(next_dates(view)).select(".vag-note--bad")
    note = soup(next_dates(view_of(today=date(2029, 1, 10)))).select_one(".vag-note--bad")
    assert note is not None
    assert "Windows 10 Enterprise LTSC 2019" in note.get_text()
    assert "19 computers" in note.get_text()


def test_after_the_last_date_the_list_says_that_none_lies_ahead(view: View, view_of: Callable[..., View]) -> None:
    html = soup(next_dates(view_of(today=date(2060, 1, 1))))
    assert "No support date lies ahead" in html.get_text()


def test_the_chart_says_in_words_what_it_draws(view: View) -> None:
    drawing = soup(lifecycle_chart(view)).find("svg")
    assert isinstance(drawing, Tag)
    description = drawing.find("desc")
    assert description is not None
    for entry in view.catalog.lifecycle:
        labels = [text.get_text() for text in drawing.find_all("text")]
        # A label leaves out what stands in parentheses; the words beside the drawing have all of it.
        drawn = entry.name.partition(" (")[0] in labels and not entry.release
        assert drawn == (f"{entry.name}: " in description.get_text()), entry.id
    assert "2034-10-10 or 2034-11-14" in description.get_text()
    assert "Windows Server 2019" in description.get_text()


def test_bars_stay_inside_the_chart_and_have_no_negative_width(view: View, view_of: Callable[..., View]) -> None:
    for today in (date(2020, 2, 29), view.today, date(2028, 2, 29), date(2034, 12, 1), date(2035, 12, 31)):
        drawing = soup(lifecycle_chart(view_of(today=today))).find("svg")
        assert isinstance(drawing, Tag)
        width, height = (
            float(part) for part in str(drawing["viewbox" if drawing.get("viewbox") else "viewBox"]).split()[2:]
        )
        bars = drawing.find_all("rect")
        assert bars
        for bar in bars:
            left, top = float(str(bar["x"])), float(str(bar["y"]))
            assert left >= 0
            assert float(str(bar["width"])) >= 0
            assert left + float(str(bar["width"])) <= width + 0.01
            assert top + float(str(bar["height"])) <= height


def test_a_chart_without_a_date_to_draw_says_so(view_of: Callable[..., View]) -> None:
    html = soup(lifecycle_chart(view_of(today=date(2060, 1, 1))))
    assert html.find("svg") is None
    assert "there is nothing to draw" in html.get_text()
