"""One test for each rule: a copy of the data with one fault, and the message that names the expected value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from macros.catalog.integrity import (
    conflicts_show_both,
    dates_in_order,
    esu_years_in_order,
    lifecycle_in_order,
    problems,
    references_resolve,
    sources_say_what_they_lack,
    unique_ids,
    units_fit_values,
    unused_facts,
    updates_belong_to_their_release,
)
from macros.catalog.models import Catalog, Fact, ReferenceOnly
from macros.catalog.reviews import due, reviews, reviews_in_time
from macros.catalog.strict_yaml import Problem


def changed(catalog: Catalog, kind: str, index: int, **values: Any) -> Catalog:
    """The catalog with some keys of one record replaced."""
    records = list(getattr(catalog, kind))
    records[index] = records[index].model_copy(update=values)
    return catalog.model_copy(update={kind: tuple(records)})


def found(rule: Callable[[Catalog], Any], catalog: Catalog) -> list[Problem]:
    return list(rule(catalog))


def test_the_shipped_data_has_no_problem(catalog: Catalog) -> None:
    assert problems(catalog) == []


def test_ids_are_unique(catalog: Catalog) -> None:
    twice = catalog.model_copy(update={"facts": (*catalog.facts, catalog.facts[0])})
    [problem] = found(unique_ids, twice)
    assert problem.key == catalog.facts[0].id
    assert "stands 2 times; ids are expected once" in problem.message


def test_a_client_key_stands_once_for_a_product_and_edition(catalog: Catalog) -> None:
    twice = catalog.model_copy(update={"client_keys": (*catalog.client_keys, catalog.client_keys[3])})
    assert [p.file for p in found(unique_ids, twice)] == ["client-keys.yaml"]


def test_references_resolve_and_a_wrong_one_names_the_nearest(catalog: Catalog) -> None:
    broken = changed(catalog, "facts", 0, sources=("kms-activation-plannin",))
    [problem] = found(references_resolve, broken)
    assert 'Did you mean "kms-activation-planning"?' in problem.message


def test_a_unit_must_be_known(catalog: Catalog) -> None:
    index = next(i for i, f in enumerate(catalog.facts) if f.unit == "days")
    [problem] = found(references_resolve, changed(catalog, "facts", index, unit="dayz"))
    assert problem.key.endswith(", unit")
    assert 'Did you mean "days"?' in problem.message


def test_a_review_comes_after_the_verification(catalog: Catalog) -> None:
    fact = catalog.facts[0]
    broken = changed(catalog, "facts", 0, review_by=fact.verified_on)
    [problem] = found(reviews_in_time, broken)
    assert f"expected a day after verified_on ({fact.verified_on})" in problem.message


def test_a_fact_is_verified_on_or_after_the_date_of_its_page(catalog: Catalog) -> None:
    index = next(i for i, f in enumerate(catalog.facts) if catalog.source(f.sources[0]).page_date)
    page_date = catalog.source(catalog.facts[index].sources[0]).page_date
    assert page_date is not None
    broken = changed(catalog, "facts", index, verified_on=page_date - timedelta(days=1))
    assert any(f"expected {page_date} or later" in p.message for p in found(dates_in_order, broken))
    exact = changed(catalog, "facts", index, verified_on=page_date, sources=catalog.facts[index].sources[:1])
    assert found(dates_in_order, exact) == []


def test_support_ends_after_it_starts(catalog: Catalog) -> None:
    index = next(i for i, e in enumerate(catalog.lifecycle) if e.start and e.mainstream_end)
    entry = catalog.lifecycle[index]
    broken = changed(catalog, "lifecycle", index, start=entry.mainstream_end)
    assert any(
        f"expected a day after start ({entry.mainstream_end})" in p.message for p in found(lifecycle_in_order, broken)
    )


def test_the_end_of_support_is_the_last_end(catalog: Catalog) -> None:
    index = next(i for i, e in enumerate(catalog.lifecycle) if e.extended_end)
    entry = catalog.lifecycle[index]
    broken = changed(catalog, "lifecycle", index, end_of_support=date(2030, 1, 1))
    [problem] = found(lifecycle_in_order, broken)
    assert f"expected {entry.extended_end}" in problem.message


def test_a_unit_needs_a_number(catalog: Catalog) -> None:
    index = next(i for i, f in enumerate(catalog.facts) if f.unit == "days")
    [problem] = found(units_fit_values, changed(catalog, "facts", index, value="long"))
    assert "expected a number in value or no unit" in problem.message


def test_a_conflicting_fact_stands_in_a_conflict(catalog: Catalog) -> None:
    index = next(i for i, f in enumerate(catalog.facts) if f.confidence == "documented" and f.area == "event")
    [problem] = found(conflicts_show_both, changed(catalog, "facts", index, confidence="conflicting"))
    assert "conflicts.yaml" in problem.message


def test_a_conflict_names_a_source(catalog: Catalog) -> None:
    conflict = catalog.conflicts[0]
    bare = {side: getattr(conflict, side).model_copy(update={"sources": ()}) for side in ("a", "b")}
    [problem] = found(conflicts_show_both, changed(catalog, "conflicts", 0, **bare))
    assert "expected at least one" in problem.message


def test_a_passed_review_date_is_a_list_and_no_failure(catalog: Catalog) -> None:
    fact = catalog.facts[0]
    late = changed(catalog, "facts", 0, review_by=date(2026, 12, 1))
    assert problems(late) == []
    assert fact.id not in {one.record for one in due(reviews(late), date(2026, 12, 1))}
    assert fact.id in {one.record for one in due(reviews(late), date(2026, 12, 2))}


def test_every_fact_is_used_or_kept_for_reference(catalog: Catalog) -> None:
    first, second, *rest = catalog.facts
    kept = catalog.model_copy(update={"reference_only": (ReferenceOnly(reason="x", facts=(second.id,)),)})
    shown = {fact.id for fact in rest}
    [problem] = unused_facts(kept, shown)
    assert problem.key == first.id
    assert "list it in reference-only.yaml" in problem.message


def test_a_fact_kept_for_reference_leaves_the_list_when_a_page_uses_it(catalog: Catalog) -> None:
    everything = {fact.id for fact in catalog.facts}
    kept = catalog.model_copy(update={"reference_only": (ReferenceOnly(reason="x", facts=(catalog.facts[0].id,)),)})
    [problem] = unused_facts(kept, everything)
    assert "take it off this list" in problem.message


def test_a_fact_belongs_to_the_area_its_id_names(catalog: Catalog) -> None:
    assert catalog.fact("kms.validity").area == "kms"
    assert all(isinstance(fact, Fact) and fact.area for fact in catalog.facts)


@pytest.mark.parametrize("build", ["22621.3155", "17763.5458"])
def test_an_update_of_another_release_is_refused(catalog: Catalog, build: str) -> None:
    index, update = next(
        (i, u) for i, u in enumerate(catalog.host_keys.updates) if u.listed and u.host_system == "windows-server-2016"
    )
    assert update.listed
    wrong = update.model_copy(update={"listed": update.listed.model_copy(update={"build": build})})
    updates = (*catalog.host_keys.updates[:index], wrong, *catalog.host_keys.updates[index + 1 :])
    keys = catalog.host_keys.model_copy(update={"updates": updates})
    messages = [p.message for p in updates_belong_to_their_release(catalog.model_copy(update={"host_keys": keys}))]
    assert any("does not fit" in message for message in messages)


def test_every_update_number_that_a_list_could_confirm_names_its_day_and_number(catalog: Catalog) -> None:
    listed = [update for update in catalog.host_keys.updates if update.listed]
    assert {(u.host_system, u.listed.build.partition(".")[0]) for u in listed if u.listed} == {
        ("windows-server-2022", "20348"),
        ("windows-server-2019", "17763"),
        ("windows-server-2016", "14393"),
    }
    for update in listed:
        assert update.listed
        assert f"({update.listed.day})" in update.update


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        (0, {"start": date(2025, 10, 16)}, "year 1 begins on 2025-10-16; expected the end of free support"),
        (1, {"start": date(2026, 10, 15)}, "expected 2026-10-14, the day after year 1"),
        (1, {"year": 3}, "expected the years 1, 2, 3"),
        (1, {"end": date(2026, 10, 14)}, "year 2 ends on 2026-10-14, before it begins"),
        (2, {"end": date(2028, 10, 9)}, "the last year ends on 2028-10-09; expected esu_end"),
    ],
)
def test_program_years_follow_each_other(catalog: Catalog, place: int, change: dict[str, Any], message: str) -> None:
    index = next(i for i, entry in enumerate(catalog.lifecycle) if entry.id == "win10-22h2")
    years = list(catalog.lifecycle[index].esu_years)
    years[place] = years[place].model_copy(update=change)
    broken = changed(catalog, "lifecycle", index, esu_years=tuple(years))
    assert any(message in problem.message for problem in found(esu_years_in_order, broken))


def test_a_source_without_a_date_says_why_and_a_commit_stands_with_its_path(catalog: Catalog) -> None:
    assert found(sources_say_what_they_lack, catalog) == []
    index = next(i for i, one in enumerate(catalog.sources) if one.page_date and not one.path)
    for wrong in ({"page_date": None}, {"undated": "copy"}):
        (problem,) = found(sources_say_what_they_lack, changed(catalog, "sources", index, **wrong))
        assert "page_date, or with undated and the reason" in problem.message
    (problem,) = found(sources_say_what_they_lack, changed(catalog, "sources", index, commit="0" * 40))
    assert problem.message == "is expected with repository and path"
