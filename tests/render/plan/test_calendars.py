"""Calendars of support ends and reviews: what the data has, each day once, the same on whichever day they are made."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.reviews import reviews
from macros.domain import lifecycle as domain
from macros.render.downloads import downloads
from macros.render.parts.view import View
from macros.render.plan.calendars import ORGANIZATION, REVIEWS, SUPPORT, calendars, support_calendars
from tests.parsing import as_built

NEEDED = {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "DESCRIPTION", "TRANSP"}


@pytest.fixture(scope="module")
def files(view: View) -> dict[str, str]:
    return calendars(view)


def events(text: str) -> list[dict[str, str]]:
    lines = text.replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[1], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR", "")
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line and line != "END:VEVENT":
            name, _, value = line.partition(":")
            found[-1][name] = value
    return found


def day_of(event: dict[str, str]) -> date:
    return date.fromisoformat(event["DTSTART;VALUE=DATE"])


def days_in(catalog: Catalog, product: str) -> Counter[date]:
    return Counter(
        day
        for entry in domain.entries_of(catalog, product)
        for one in domain.milestones(entry)
        for day in {one.earliest, one.latest}
    )


def test_every_event_has_what_calendars_need_and_a_name_of_its_own(files: dict[str, str]) -> None:
    for path, text in files.items():
        found = events(text)
        assert found, path
        assert all(event.keys() >= NEEDED for event in found), path
        names = [event["UID"] for event in found]
        assert len(names) == len({*names}), path
        assert [day_of(event) for event in found] == sorted(day_of(event) for event in found), path
        assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_a_calendar_of_a_product_has_each_of_its_ends(files: dict[str, str], catalog: Catalog) -> None:
    for product in catalog.products:
        text = files.get(f"downloads/calendars/support-{product.id}.ics")
        wanted = days_in(catalog, product.id)
        assert (text is not None) == bool(wanted), product.id
        if text:
            assert Counter(day_of(event) for event in events(text)) == wanted, product.id


def test_the_calendar_of_all_has_every_end(files: dict[str, str], catalog: Catalog) -> None:
    days = [
        day for entry in catalog.lifecycle for one in domain.milestones(entry) for day in {one.earliest, one.latest}
    ]
    assert Counter(day_of(event) for event in events(files[SUPPORT])) == Counter(days)


def test_two_dates_that_pages_print_stand_both_and_name_each_other(files: dict[str, str], catalog: Catalog) -> None:
    [entry] = [one for one in catalog.lifecycle if one.id == "ws2025"]
    [one] = [each for each in domain.milestones(entry) if each.end == "extended"]
    assert one.alternative
    found = {
        day_of(event): event["DESCRIPTION"]
        for event in events(files["downloads/calendars/support-windows-server-2025.ics"])
        if event["SUMMARY"].startswith("Extended support ends")
    }
    assert found.keys() == {one.day, one.alternative}
    assert one.alternative.isoformat() in found[one.day]
    assert one.day.isoformat() in found[one.alternative]


def test_the_organization_gets_its_own_ends_alone(
    files: dict[str, str], catalog: Catalog, organization: Organization
) -> None:
    in_use = {
        *(group.product for group in organization.groups),
        *(one.product for one in (*organization.licensed, *organization.mak_allotments)),
        *(host.operating_system for host in organization.kms_hosts),
    }
    entries = [entry for entry in catalog.lifecycle if in_use & {*entry.products}]
    wanted = {f"{entry.id}-{one.end}" for entry in entries for one in domain.milestones(entry)}
    found = {re.fullmatch(r"\d{8}-(.*)@.*", event["UID"])[1] for event in events(files[ORGANIZATION])}  # type: ignore[index]
    assert found == wanted
    assert len(found) < len(events(files[SUPPORT]))


def test_reviews_stand_on_their_days(files: dict[str, str], catalog: Catalog) -> None:
    found = Counter(day_of(event) for event in events(files[REVIEWS]))
    assert found == Counter(one.review_by for one in reviews(catalog))
    assert any("kms.validity" in event["SUMMARY"] for event in events(files[REVIEWS]))


def test_a_calendar_is_the_same_on_another_day(view: View, files: dict[str, str]) -> None:
    assert calendars(replace(view, today=date(2031, 1, 1))) == files


def test_a_changed_date_moves_its_event(view: View, catalog: Catalog, files: dict[str, str]) -> None:
    [entry] = [one for one in catalog.lifecycle if one.id == "ws2022"]
    assert entry.extended_end
    moved = entry.model_copy(update={"extended_end": date(2033, 3, 1)})
    lifecycle = tuple(moved if one is entry else one for one in catalog.lifecycle)
    there = replace(view, catalog=catalog.model_copy(update={"lifecycle": lifecycle}))
    name = "downloads/calendars/support-windows-server-2022.ics"
    before, after = ({day_of(event) for event in events(made[name])} for made in (files, calendars(there)))
    assert after - before == {date(2033, 3, 1)}
    assert before - after == {entry.extended_end}


def test_the_page_offers_each_file_of_a_product(view: View, files: dict[str, str]) -> None:
    links = as_built(support_calendars(replace(view, page="plan/lifecycle.md"))).select("a[download]")
    offered = {f"downloads/{str(link['href']).removeprefix('../downloads/')}" for link in links}
    assert offered == files.keys() - {ORGANIZATION, REVIEWS}
    assert files.items() <= downloads(view).items()
