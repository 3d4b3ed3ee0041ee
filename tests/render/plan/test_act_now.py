"""The list of what to do, on the start page and on the pages where its parts belong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from bs4 import BeautifulSoup

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.organization_file import load_organization
from macros.domain.open_points import Part
from macros.render.choose.worksheet import worksheet_findings
from macros.render.parts.view import View
from macros.render.plan.act_now import act_now, act_now_part, points, sentence
from macros.render.plan.capacity import count_findings, host_key_budget_table
from macros.render.plan.host_keys import host_key_check
from macros.render.plan.lifecycle import next_dates
from macros.render.plan.mak_budget import mak_budget_cards, mak_two_questions
from tests.built import ORGANIZATIONS
from tests.domain.test_open_points import CASES, FINE

FILES = sorted(ORGANIZATIONS.glob("*.yml"))
NOTHING = "Nothing to do"
SAID_BY = (
    count_findings,
    host_key_budget_table,
    host_key_check,
    mak_budget_cards,
    mak_two_questions,
    next_dates,
    worksheet_findings,
)
"""What pages say of an organization by themselves."""


def shown(html: str) -> list[str]:
    """Statuses that a reader sees on the day of the build."""
    parsed = BeautifulSoup(f"<div>{html}</div>", "lxml")
    for hidden in parsed.select("[hidden], template"):
        hidden.decompose()
    return [" ".join(each.get_text(" ").split()[1:]) for each in parsed.select(".vag-status")]


def organizations(catalog: Catalog) -> list[Organization]:
    return [*(load_organization(file, catalog) for file in FILES), *CASES.values()]


def test_every_point_is_said_and_leads_to_its_page(view: View, catalog: Catalog) -> None:
    for organization in organizations(catalog):
        own = replace(view, organization=organization)
        found = points(own)
        told = shown(act_now(own))
        assert told == ([sentence(own, point) for point in found] or told)
        assert all("{" not in each for each in told)
        links = BeautifulSoup(act_now(own), "lxml").select("li:not([hidden]) a")
        assert len(links) == len(found)
        if not found:
            assert told[0].startswith(NOTHING)
            assert organization.name in told[0]


def test_nothing_to_do_is_said_of_an_empty_list_alone(view: View, catalog: Catalog) -> None:
    said = {
        bool(points(replace(view, organization=each))): any(
            NOTHING in text for text in shown(act_now(replace(view, organization=each)))
        )
        for each in organizations(catalog)
    }
    assert said == {True: False, False: True}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_where_nothing_is_to_do_no_page_says_otherwise(file: object, view: View, catalog: Catalog) -> None:
    """Whatever a page marks as bad is in the list, so an empty list means that no page marks anything."""
    own = replace(view, organization=load_organization(file, catalog))  # type: ignore[arg-type]
    marked = [text for say in SAID_BY for text in BeautifulSoup(say(own), "lxml").select(".vag-status--bad")]
    marked = [each for each in marked if not each.find_parent(["template"]) and not each.find_parent(hidden=True)]
    assert bool(marked) <= any(point.severity == "bad" for point in points(own))
    assert NOTHING not in "".join(say(own) for say in SAID_BY)


@pytest.mark.parametrize("kind", CASES)
def test_what_a_page_marks_is_in_the_list(kind: str, view: View) -> None:
    own = replace(view, organization=CASES[kind])  # type: ignore[index]
    marked = [text for say in SAID_BY for text in BeautifulSoup(say(own), "lxml").select(".vag-status--bad")]
    marked = [each for each in marked if not each.find_parent(["template"]) and not each.find_parent(hidden=True)]
    assert bool(marked) <= any(point.severity == "bad" for point in points(own)), marked


def test_each_part_stands_once_over_all_pages(view: View, catalog: Catalog) -> None:
    for organization in organizations(catalog):
        own = replace(view, organization=organization)
        parts = [text for part in get_args(Part) for text in shown(act_now_part(own, part))]
        assert sorted(parts) == sorted(sentence(own, point) for point in points(own))


def test_a_page_says_how_much_there_is_elsewhere(view: View) -> None:
    text = BeautifulSoup(act_now_part(view, "counts"), "lxml").get_text(" ")
    rest = len(points(view)) - sum(point.part == "counts" for point in points(view))
    assert f"{rest} open points elsewhere" in text
    assert "elsewhere" not in act_now_part(replace(view, organization=FINE), "counts").split("<template")[0]


def test_the_list_is_that_of_the_reader_s_day(view: View, catalog: Catalog) -> None:
    """The page of an early build says on a later day what a build of that day says."""
    own = replace(view, organization=load_organization(ORGANIZATIONS / "no_mak.yml", catalog))
    parsed = BeautifulSoup(act_now(own), "lxml")
    for day in (view.today, date(2027, 1, 12), date(2027, 1, 13), date(2029, 1, 1)):
        text = day.isoformat()
        listed = [
            " ".join(item.select_one(".vag-status").get_text(" ").split()[1:])
            for item in parsed.select("li")
            if (item.get("data-vag-since") or "") <= text <= (item.get("data-vag-until") or "9999")
        ]
        later = replace(own, today=day)
        assert listed == [sentence(later, point) for point in points(later)]
    assert points(own) != points(replace(own, today=view.today + timedelta(days=400)))
