"""Timelines, outages and rare contact as readers see them, against the results they were made from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.organization import Organization
from macros.domain import outage as outages
from macros.domain.outage import adba_cadence, kms_cadence
from macros.domain.renewal import KINDS, Kind, timeline
from macros.render.parts.quantity import day, percent
from macros.render.parts.view import View
from macros.render.plan.outage import (
    outage_chart,
    outage_days,
    outage_groups,
    outage_limits,
    outage_table,
    rare_contact_table,
)
from macros.render.plan.renewal import (
    NAMES,
    SEES,
    STATES,
    UNTIMED,
    group_renewals,
    remaining_time_table,
    renewal_comparison,
    renewal_next_dates,
    renewal_timeline,
)
from tests.parsing import as_built

ViewOf = Callable[..., View]


def soup(html: str) -> BeautifulSoup:
    assert "\n" not in html
    return as_built(html)


def words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def rows(found: BeautifulSoup, index: int = 0) -> list[list[str]]:
    return [
        [words(cell) for cell in row.find_all(["th", "td"])] for row in found.select("table")[index].select("tbody tr")
    ]


def changed(view: View, group_id: str, **fields: Any) -> View:
    """The view with one group changed."""
    groups = tuple(
        group.model_copy(update=fields) if group.id == group_id else group for group in view.organization.groups
    )
    return replace(view, organization=view.organization.model_copy(update={"groups": groups}))


def without_groups(view: View, *methods: str) -> View:
    groups = tuple(group for group in view.organization.groups if group.method not in methods)
    return replace(view, organization=view.organization.model_copy(update={"groups": groups}))


@pytest.mark.parametrize("kind", KINDS)
def test_a_timeline_shows_every_state_with_its_days_and_facts(kind: Kind, view: View) -> None:
    line = timeline(kind, view.policy, date(2028, 2, 29))
    found = soup(renewal_timeline(view, kind, "2028-02-29"))
    shown = rows(found)[-len(line.spans) :]
    for span, row in zip(line.spans, shown, strict=True):
        assert STATES[span.state] in row[0]
        assert day(span.first) in row[1]
        assert span.last is None or day(span.last) in row[1]
        assert row[2] == SEES[span.state]
    cited = {link["data-fact"] for link in found.select("tbody [data-fact]")}
    assert cited == {fact for span in line.spans for fact in span.facts} | set(line.attempt_facts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_says_in_words_what_it_shows(kind: Kind, view: View) -> None:
    line = timeline(kind, view.policy, view.today)
    drawing = soup(renewal_timeline(view, kind, view.today)).find("svg")
    assert drawing is not None
    description = drawing.find("desc").get_text()
    labels = [text.get_text() for text in drawing.find_all("text")]
    for span in line.spans:
        assert f"{STATES[span.state]} from {span.first}" in description
        assert f"{span.first} {STATES[span.state]}" in labels
    assert "today" in labels
    # One rectangle a state, in order, without gap or overlap.
    boxes = [(float(box["x"]), float(box["width"])) for box in drawing.find_all("rect")]
    assert len(boxes) == len(line.spans)
    for (left, width), (following, _) in pairwise(boxes):
        assert left + width == pytest.approx(following, abs=0.02)


def test_all_scheduled_renewals_are_listed(view: View) -> None:
    found = soup(renewal_timeline(view, "windows-kms", "2026-11-24"))
    listed = [time["datetime"] for time in found.select("details time")]
    assert listed == [attempt.isoformat() for attempt in timeline("windows-kms", view.policy, view.today).attempts]


def test_a_timeline_starts_with_the_last_renewal_of_a_group_of_its_kind(view: View) -> None:
    found = renewal_timeline(view, "windows-kms")
    assert "Branch office desktops, 2026-11-20" in words(soup(found).find("figcaption"))
    example = f"it starts on {view.today} (Tue), the day this page was built"
    assert example in words(soup(renewal_timeline(view, "windows-adba")).find("figcaption"))


def test_a_wrong_timeline_is_refused_with_the_kinds_that_exist(view: View) -> None:
    with pytest.raises(ValueError, match=r'"windows" is no timeline; allowed: windows-kms, .*office-new'):
        renewal_timeline(view, "windows")
    with pytest.raises(ValueError, match="isoformat"):
        renewal_timeline(view, "windows-kms", "24.11.2026")


def test_the_time_after_a_failure_is_marked_where_it_is_not_stated(view: View) -> None:
    shown = {row[0]: " ".join(row) for row in rows(soup(renewal_comparison(view)))}
    assert "stated for Windows only" in shown["Office by KMS"]
    assert not [name for name, text in shown.items() if "Windows only" in text and name != "Office by KMS"]


def test_the_comparison_has_a_row_for_every_product_and_method(view: View) -> None:
    shown = {row[0]: row for row in rows(soup(renewal_comparison(view)))}
    assert shown.keys() == {NAMES[kind] for kind in KINDS if kind != "office-new"}
    assert "30 days before" in shown[NAMES["windows-kms"]][3]
    assert shown[NAMES["windows-server-kms"]][3] == "not stated"
    assert shown[NAMES["windows-adba"]][3] == "not stated"
    assert re.search("Out of tolerance.*Unlicensed notification", shown[NAMES["office-kms"]][4])
    assert "Not stated" in shown[NAMES["office-adba"]][4]
    assert "no end" in shown[NAMES["mak"]][1]


def test_every_group_stands_in_exactly_one_place(view: View, organization: Organization) -> None:
    text = words(soup(group_renewals(view)).body)
    for group in organization.groups:
        assert text.count(group.name) == 1
    assert {group.method for group in organization.groups if group.method in UNTIMED} == {"avma", "unactivated"}


def test_a_group_shows_the_dates_of_its_last_renewal(view: View) -> None:
    line = timeline("windows-kms", view.policy, date(2026, 11, 20))
    row = soup(group_renewals(view)).find(id="renewal-branch")
    assert "Licensed" in words(row)
    shown = [time["datetime"] for time in row.find_all("time")]
    scheduled = next(day for day in line.attempts if day > view.today)
    dates = (line.start, scheduled, line.next_attempt(view.today), line.warning, line.expiry)
    assert shown == [str(moment) for moment in dates]
    assert "overdue" not in words(row)


@pytest.mark.slow
def test_a_group_with_an_overdue_renewal_tries_today_and_every_two_hours(view: View) -> None:
    late = changed(view, "branch", last_renewal=view.today - timedelta(days=8))
    row = soup(group_renewals(late)).find(id="renewal-branch")
    assert "2026-11-30 (Mon) next attempt 2026-11-24 (Tue) : overdue, so every 2 hours" in words(row)
    text = words(soup(renewal_next_dates(late)).body)
    assert "2026-11-24 today: Branch office desktops; overdue, so every 2 hours" in text
    office = changed(view, "office-core", last_renewal=view.today - timedelta(days=8))
    doubt = "overdue, so every 2 hours, which is stated for Windows only"
    assert doubt in words(soup(group_renewals(office)).find(id="renewal-office-core"))
    assert doubt in words(soup(renewal_next_dates(office)).body)
    domain = changed(view, "head-office", last_renewal=view.today - timedelta(days=8))
    row = soup(group_renewals(domain)).find(id="renewal-head-office")
    assert "2026-11-30 (Mon) next attempt 2026-11-30 (Mon) , or at the next start" in words(row)


def test_computers_that_kms_never_activated_have_nothing_to_renew_or_to_expire(view: View) -> None:
    row = words(soup(group_renewals(view)).find(id="renewal-plant"))
    assert "Never activated" in row
    assert "plant-kms counts 19 of the 25 that it needs" in row
    assert row.endswith("nothing to expire")
    for found in (outage_groups(view), rare_contact_table(view)):
        assert not [row for row in rows(soup(found)) if row[0].startswith("Plant")]
        assert "Plant control stations, isolated network: 19 of 19 computers ." in words(soup(found).body)
    cards = words(soup(renewal_next_dates(view)).body)
    assert "Never activated by KMS 19 computers" in cards
    met = changed(view, "plant", count=25)
    assert [row for row in rows(soup(outage_groups(met))) if row[0].startswith("Plant")]
    assert "never activated" not in outage_groups(met)


def test_a_recorded_renewal_below_the_threshold_runs_out(view: View) -> None:
    once = changed(view, "plant", last_renewal=view.today - timedelta(days=20))
    row = words(soup(group_renewals(once)).find(id="renewal-plant"))
    assert "no renewal succeeds" in row
    assert str(view.today + timedelta(days=160)) in row
    assert [row for row in rows(soup(outage_groups(once))) if row[0].startswith("Plant")]


@pytest.mark.parametrize(
    ("days_ago", "state"),
    [
        (0, "Licensed"), (149, "Licensed"), (150, "Licensed, end announced"), (179, "Licensed, end announced"),
        (180, "Notifications"),
    ],
)  # fmt: skip
def test_a_group_shows_its_state_of_today(days_ago: int, state: str, view: View) -> None:
    last = view.today - timedelta(days=days_ago)
    row = soup(group_renewals(changed(view, "branch", last_renewal=last))).find(id="renewal-branch")
    assert words(row.select_one(".vag-status")).split(" ", 1)[1] == state


def test_a_group_that_is_there_every_day_has_a_bound_without_a_record(view: View) -> None:
    found = soup(group_renewals(view))
    expected = view.today - timedelta(days=7) + timedelta(days=180)
    assert found.find(id="renewal-servers").find("time")["datetime"] == str(expected)
    assert "not known" in words(found.find(id="renewal-field-laptops"))


def test_a_renewal_recorded_for_a_later_day_is_pointed_out(view: View) -> None:
    found = changed(view, "branch", last_renewal=view.today + timedelta(days=1))
    assert "Recorded for a later day" in words(soup(group_renewals(found)).find(id="renewal-branch"))
    assert "2026-11-25" not in renewal_next_dates(changed(found, "office-core", last_renewal=None))


def test_the_cards_name_the_earliest_dates(view: View) -> None:
    found = words(soup(renewal_next_dates(view)).body)
    assert "2026-11-25 Wednesday, in 1 day : Office LTSC on head office desktops" in found
    assert "2027-04-19 Monday, in 146 days : Branch office desktops" in found
    assert "2027-05-17 Monday, in 174 days" in found
    assert "4 groups 859 computers" in found
    assert "117 computers" in found


def test_an_expired_group_is_counted_and_has_no_coming_expiry(view: View) -> None:
    only = changed(changed(view, "office-core", last_renewal=None), "branch", last_renewal=date(2026, 5, 27))
    found = words(soup(renewal_next_dates(only)).body)
    assert "Expired by the last recorded renewal 1 group 220 computers" in found
    assert "First expiry" not in found


def test_a_group_that_expires_today_is_still_a_date_of_today(view: View) -> None:
    only = changed(changed(view, "office-core", last_renewal=None), "branch", last_renewal=date(2026, 5, 28))
    assert "2026-11-24 Tuesday, today : Branch office desktops" in words(soup(renewal_next_dates(only)).body)


def test_an_organization_without_such_methods_gets_a_note_instead_of_cards(view: View) -> None:
    empty = without_groups(view, "kms", "adba", "mak", "azure-kms")
    assert "No renewal dates" in words(soup(renewal_next_dates(empty)).body)
    assert soup(group_renewals(empty)).find("table") is None
    for drawn in (rare_contact_table(empty), outage_groups(empty)):
        assert soup(drawn).find("table") is None
        assert "has no group that renews by KMS or ADBA" in words(soup(drawn).body)
    assert len(soup(outage_chart(empty)).find_all("polyline")) == 1


def test_remaining_minutes_are_those_of_the_periods(view: View) -> None:
    shown = [row[0] for row in rows(soup(remaining_time_table(view)))]
    assert shown == [
        "259,200 minutes (180 days)",
        "down to 249,120 minutes (173 days)",
        "below 249,120 minutes (173 days)",
        "at or below 43,200 minutes (30 days)",
        "none left",
    ]


def test_the_outage_table_shows_the_shares_of_the_model(view: View) -> None:
    kms, adba = kms_cadence(view.policy), adba_cadence(view.policy)
    shown = rows(soup(outage_table(view, (0, 1, 168, 169, 173, 174, 180, 181))))
    for row in shown:
        length = int(row[0].split()[0])
        assert row[1] == day(view.today + timedelta(days=length))
        assert row[2] == percent(float(outages.expired_during(kms, 1, length)))
        assert row[3] == percent(float(outages.expired_during(adba, 1, length)))
        assert row[4] == percent(float(outages.expired_ever(adba, length)))
        assert row[5] == percent(float(outages.expired_ever(adba, length, 1)))
    assert [row[0] for row in shown][1] == "1 day"


def test_the_outage_table_shows_the_lengths_around_which_something_changes(view: View) -> None:
    lengths = [row[0] for row in rows(soup(outage_table(view)))]
    assert {"143 days", "168 days", "172 days", "173 days", "180 days"} <= set(lengths)


def test_the_limits_of_an_outage_are_dates_from_today(view: View) -> None:
    kms, adba, starting = rows(soup(outage_limits(view)))
    assert kms[1:5] == [
        "173 days 2027-05-16 (Sun)", "173 days 2027-05-16 (Sun)", "180 days 2027-05-23 (Sun)", "within 2 hours",
    ]  # fmt: skip
    assert adba[1:5] == [
        "168 days 2027-05-11 (Tue)", "173 days 2027-05-16 (Sun)", "180 days 2027-05-23 (Sun)", "within 7 days",
    ]  # fmt: skip
    assert starting[1:5] == [
        "172 days 2027-05-15 (Sat)", "173 days 2027-05-16 (Sun)", "180 days 2027-05-23 (Sun)",
        "within 7 days or at the next start",
    ]  # fmt: skip


def test_the_limits_say_what_happens_before_them(view: View) -> None:
    text = words(soup(outage_limits(view)).select("p")[-1])
    assert "New and re-imaged computers have none: they are not activated from the first minute" in text
    assert "from day 143 of the outage on, 2027-04-16 (Fri)" in text


def test_expected_computers_are_never_rounded_to_none(view: View) -> None:
    shown = {row[0].split(" KMS")[0].split(" ADBA")[0]: row for row in rows(soup(outage_groups(view, (90, 180))))}
    assert shown["Head office desktops"][2:] == ["every day", "0", "640"]
    assert shown["Branch office desktops"][2:] == ["no difference", "under 0.1", "220"]
    laptops = shown["Field engineers' laptops"]
    assert laptops[2] == "not recorded"
    for text, starts in zip(laptops[3].split(" to "), (21, "never"), strict=True):
        share = outages.expired_during(adba_cadence(view.policy), 21, 90, starts)  # type: ignore[arg-type]
        assert float(text) == pytest.approx(180 * float(share), abs=0.05)
    assert "to" not in changed_row(view, 42)[3]


def changed_row(view: View, starts: int) -> list[str]:
    """The laptops' row of the outage table, with starts that are known."""
    found = rows(soup(outage_groups(changed(view, "field-laptops", starts_every_days=starts), (90, 180))))
    return next(row for row in found if row[0].startswith("Field engineers"))


def test_rare_contact_is_shown_for_groups_by_kms_and_adba_only(view: View, organization: Organization) -> None:
    shown = rows(soup(rare_contact_table(view)))
    assert len(shown) == sum(group.method in ("kms", "adba") for group in organization.groups if group.id != "plant")
    by_name = {row[0].split(" KMS")[0].split(" ADBA")[0]: row for row in shown}
    laptops, branch = by_name["Field engineers' laptops"], by_name["Branch office desktops"]
    both = "under 0.1% to 29.5%"
    assert laptops[1:4] == ["1 day in 21", "not recorded", "under 0.1%"]
    assert laptops[4] == both
    shares = [float(outages.expired_without_outage(adba_cadence(view.policy), 21, starts)) for starts in (21, "never")]
    assert laptops[5] == f"under 0.1% to {percent(shares[1])}"
    assert laptops[6] == f"under 0.1 to {180 * shares[1]:.1f}"
    # 2^-180 must not become a plain zero on its way through floating point.
    assert branch[1:] == ["1 day in 2", "no difference", "under 0.1%", "under 0.1%", "under 0.1%", "under 0.1"]


@pytest.mark.parametrize(
    ("starts", "missed"), [(21, "under 0.1%"), (42, "0.8%"), ("never", "29.5%"), (None, "under 0.1% to 29.5%")]
)
def test_known_starts_give_one_number_and_unknown_ones_both_bounds(starts: Any, missed: str, view: View) -> None:
    found = rows(soup(rare_contact_table(changed(view, "field-laptops", starts_every_days=starts))))
    row = next(row for row in found if row[0].startswith("Field engineers"))
    assert row[4] == missed


def test_computers_that_are_never_there_are_all_expired(view: View) -> None:
    found = changed(view, "field-laptops", network_every_days="never")
    row = next(row for row in rows(soup(rare_contact_table(found))) if row[0].startswith("Field engineers"))
    assert row[1:] == ["never", "not recorded", "100%", "100%", "100%", "180"]
    assert "every day" in outage_chart(found)


@pytest.mark.parametrize("every", [1, 2, 21, 400, 3650])
def test_the_chart_stays_inside_its_frame(every: int, view: View) -> None:
    drawing = soup(outage_chart(changed(view, "field-laptops", network_every_days=every))).find("svg")
    width, height = map(float, drawing["viewbox"].split()[2:]) if drawing.has_attr("viewbox") else (720.0, 305.0)
    for line in drawing.find_all("polyline"):
        for point in line["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
    assert all(0 <= float(text["x"]) <= width for text in drawing.find_all("text"))
    # A line for daily computers, and one for each bound of the rarest contact; one at the branch office, by KMS.
    assert len(drawing.find_all("polyline")) == (2 if every <= 2 else 3)


def test_facts_link_to_the_register_from_any_page(view_of: ViewOf) -> None:
    found = soup(renewal_comparison(view_of(page="plan/renewal.md")))
    links = {str(link["data-fact"]): str(link["href"]) for link in found.select("[data-fact]")}
    assert links
    for fact_id, href in links.items():
        assert re.fullmatch(rf"\.\./reference/facts/[a-z-]+\.html#{re.escape(fact_id)}", href)


def test_the_days_without_a_host_are_those_of_the_first_expiry(view: View) -> None:
    validity, renewal = view.catalog.fact("kms.validity").value, view.catalog.fact("kms.renewal_interval").value
    days = int(validity) - int(renewal["default"]) // (24 * 60)
    assert words(soup(outage_days(view))).startswith(f"{days} days")
