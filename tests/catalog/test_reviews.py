"""When things are compared again: by their risk, and never many on one day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from macros.catalog.models import Catalog, Fact
from macros.catalog.reviews import LONGEST, MOST_A_DAY, due, reviews, reviews_in_time, risk_of


def with_facts(catalog: Catalog, change: dict[str, dict[str, Any]]) -> Catalog:
    facts = tuple(fact.model_copy(update=change.get(fact.id, {})) for fact in catalog.facts)
    return catalog.model_copy(update={"facts": facts})


def test_facts_support_dates_and_files_have_a_review(catalog: Catalog) -> None:
    found = reviews(catalog)
    assert {one.record for one in found if one.file.startswith("facts/")} == {fact.id for fact in catalog.facts}
    assert {one.record for one in found if one.file == "lifecycle.yaml"} == {one.id for one in catalog.lifecycle}
    whole = {one.file for one in found if one.record is None}
    assert whole >= {
        f"{name}.yaml"
        for name in ("client-keys", "host-keys", "error-codes", "odt", "checklists", "commands", "conflicts", "outputs")
    }


def test_no_day_asks_for_more_than_a_handful_and_no_week_for_more_than_a_morning(catalog: Catalog) -> None:
    days = Counter(one.review_by for one in reviews(catalog))
    assert max(days.values()) <= MOST_A_DAY
    assert max(Counter(day.isocalendar()[:2] for day in days.elements()).values()) <= 4 * MOST_A_DAY


def test_what_is_at_risk_comes_before_what_is_not(catalog: Catalog) -> None:
    last: dict[str, date] = {}
    for one in reviews(catalog):
        last[one.risk] = one.review_by
    assert last["high"] < last["usual"] < last["low"]


@pytest.mark.parametrize(
    ("change", "risk"),
    [
        ({"confidence": "unconfirmed"}, "high"),
        ({"confidence": "conflicting"}, "high"),
        ({"confidence": "observed"}, "high"),
        ({"id": "keys.new"}, "high"),
        ({"id": "esu.new"}, "high"),
        ({"measures": "port"}, "high"),
        ({"measures": "computers"}, "high"),
        ({"value": {"phase": "2027-04"}}, "high"),
        ({"value": ["since 2024-05-22"]}, "high"),
        ({"measures": "time"}, "usual"),
        ({"id": "mak.new"}, "usual"),
        ({}, "low"),
        ({"value": "12027-04"}, "low"),
    ],
)
def test_the_risk_of_a_fact_follows_from_what_it_says(change: dict[str, Any], risk: str, catalog: Catalog) -> None:
    plain = next(fact for fact in catalog.facts if risk_of(fact)[0] == "low")
    assert risk_of(plain.model_copy(update=change))[0] == risk


@pytest.mark.parametrize("risk", LONGEST)
def test_a_review_beyond_what_the_risk_allows_is_refused(risk: str, catalog: Catalog) -> None:
    fact = next(fact for fact in catalog.facts if risk_of(fact)[0] == risk)
    latest = fact.verified_on + timedelta(days=LONGEST[risk_of(fact)[0]])
    lonely = catalog.model_copy(update={"facts": (fact.model_copy(update={"review_by": latest}),), "lifecycle": ()})
    assert not list(reviews_in_time(lonely))
    late = with_facts(lonely, {fact.id: {"review_by": latest + timedelta(days=1)}})
    [problem] = reviews_in_time(late)
    assert problem.file == fact.file
    assert f"is too late; expected {latest} or earlier: {risk_of(fact)[1]}" in problem.message


def test_a_full_day_is_refused_and_the_next_one_with_room_is_named(catalog: Catalog) -> None:
    monday = date(2027, 3, 1)
    some: list[Fact] = [fact for fact in catalog.facts if risk_of(fact)[0] != "high"][: MOST_A_DAY + 1]
    full = [fact.model_copy(update={"review_by": monday}) for fact in some]
    alone = catalog.model_copy(update={"facts": tuple(full[:-1]), "lifecycle": (), "file_reviews": ()})
    assert not list(reviews_in_time(alone))
    [problem] = reviews_in_time(alone.model_copy(update={"facts": tuple(full)}))
    assert problem.message == "2027-03-01 has 6 reviews; expected at most 5 a day: 2027-02-26 has room"


def test_a_support_date_that_is_over_waits_longer_than_one_that_is_to_come(catalog: Catalog) -> None:
    risks = {one.record: one.risk for one in reviews(catalog) if one.file == "lifecycle.yaml"}
    assert (risks["win7"], risks["ws2022"], risks["ws2025"], risks["win10-22h2"]) == ("low", "high", "high", "high")


def test_a_file_is_due_from_the_day_after_its_review(catalog: Catalog) -> None:
    day = next(one.review_by for one in catalog.file_reviews if one.file == "client-keys.yaml")
    assert "client-keys.yaml" not in {one.file for one in due(reviews(catalog), day)}
    assert "client-keys.yaml" in {one.file for one in due(reviews(catalog), day + timedelta(days=1))}


def test_who_is_to_look_again_is_who_its_page_of_the_register_names(catalog: Catalog) -> None:
    first, *others = catalog.fact_families
    named = first.model_copy(update={"reviewer": "KMS team"})
    found = reviews(catalog.model_copy(update={"fact_families": (named, *others)}))
    asked = {one.record for one in found if one.who == "KMS team"}
    assert asked == {fact.id for fact in catalog.facts if catalog.family_of(fact.id) == first}
    assert {one.who for one in found} == {"KMS team", None}
    alone = catalog.model_copy(update={"fact_families": ()})
    assert {one.who for one in reviews(alone)} == {None}
