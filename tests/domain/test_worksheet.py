"""The worksheet of a fleet: counts and methods found together, and totals that add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.decision_tables import Compiled, compiled, table_problems, thresholds
from macros.catalog.models import Answer, Catalog, Question
from macros.catalog.organization import (
    Directory,
    Group,
    Internet,
    License,
    Licensed,
    MakAllotment,
    MakUse,
    Organization,
    Purpose,
)
from macros.catalog.organization import Platform as PlatformName
from macros.domain.count import counted_in, threshold
from macros.domain.decision import advise
from macros.domain.policy import Policy
from macros.domain.worksheet import CENTRAL, LOCAL, PLENTY, Row, Worksheet, answers_of, defaults_of, worksheet
from tests.fleets import fleet, group, host

CASES: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parent.parent / "vectors" / "worksheet.yaml").read_text("utf-8"), yaml.CSafeLoader
)
HOSTS = (host("core"), host("east"), host("ship-kms", site="ship"))
PRODUCTS = ("windows-11", "windows-7", "windows-server-2025", "office-ltsc-2024", "office-ltsc-2021")
COUNTS = (0, 1, 4, 5, 6, 20, 24, 25, 30, 400)
ASKED = "question-of-a-test"
"""A question that no editor adds."""
ALLOTMENT = MakAllotment(id="key", product="windows-11", total=150, used=96)


def organization_of(case: dict[str, Any]) -> Organization:
    """The organization of a case in the vectors."""
    groups = [_group_of(dict(values)) for values in case["groups"]]
    hosts = tuple(host(id_, site=site) for id_, site in case["hosts"].items())
    return fleet(hosts, *groups).model_copy(update={"mak_allotments": (ALLOTMENT,)})


def _group_of(values: dict[str, Any]) -> Group:
    activated = values.pop("activated", None)
    mak = None if activated is None else _mak(activated)
    hosts, internet = tuple(values.pop("hosts")), values.pop("internet", "direct")
    return group(
        values.pop("id"), values.pop("product"), values.pop("count"), hosts, internet=internet, mak=mak, **values
    )


def _mak(activated: int) -> MakUse:
    return MakUse(
        allotment="key", activated=activated, reimaged_percent_per_year=0, hardware_changes_percent_per_year=0
    )


def random_group(random: Random, name: str) -> Group:
    """A group as it may stand in a file, near the thresholds more often than not."""
    site = random.choice([None, None, "ship", "branch"])
    hosts = tuple(each.id for each in HOSTS if each.site in (None, site) and random.random() < 0.5)
    count = random.choice(COUNTS)
    with_mak = random.random() < 0.2
    return group(
        name,
        random.choice(PRODUCTS),
        count,
        hosts,
        site=site,
        method="mak" if with_mak else random.choice(["kms", "adba", "unactivated"]),
        mak=_mak(random.randint(0, count)) if with_mak else None,
        license=random.choice(["volume"] * 5 + [*get_args(License)]),
        directory=random.choice(["none", *get_args(Directory)]),
        network_every_days=random.choice([1, 1, 21, 30, 31, 180, 181, "never"]),
        internet=random.choice(get_args(Internet)),
        purpose=random.choice(["production"] * 4 + [*get_args(Purpose)]),
        platform=random.choice(["other"] * 5 + [*get_args(PlatformName)]),
    )


def random_fleet(random: Random) -> Organization:
    groups = [random_group(random, f"g{number}") for number in range(random.randint(1, 8))]
    return fleet(HOSTS, *groups).model_copy(update={"mak_allotments": (ALLOTMENT,)})


FLEETS = st.integers(0, 2**32).map(lambda seed: random_fleet(Random(seed)))


@pytest.fixture(scope="module")
def sheet_of(catalog: Catalog, policy: Policy, tables: Compiled) -> Any:
    return lambda organization: worksheet(organization, catalog, policy, tables)


def looked_at(row: Row) -> dict[str, Any]:
    """A row by the names of the vectors."""
    return {
        "outcome": row.outcome,
        "fallback": next(iter(row.fallbacks), None),
        "pool": row.answers["pool_count"],
        "site": row.answers["site_count"],
        "short": row.threshold and row.threshold.short_by,
        "at": row.threshold and row.threshold.host,
        "mak": row.mak_needed,
        "today": row.today,
        "alone": row.alone,
        "host_missing": row.host_missing,
    }


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_fleet_gets(case: dict[str, Any], sheet_of: Any) -> None:
    found = {row.group.id: looked_at(row) for row in sheet_of(organization_of(case)).rows}
    assert {name: {key: found[name][key] for key in expected} for name, expected in case["expect"].items()} == case[
        "expect"
    ]


def test_there_are_cases_on_both_sides_of_every_outcome() -> None:
    outcomes = {expected["outcome"] for case in CASES for expected in case["expect"].values()}
    assert {CENTRAL, LOCAL, "adba", "mak-online", "mak-offline", "avma", "azure-kms"} <= outcomes


def test_a_question_that_groups_do_not_answer_is_named_with_the_files_to_edit(
    catalog: Catalog, policy: Policy, tables: Compiled, organization: Organization
) -> None:
    new = replace(tables.dimensions[0], id="moon")
    boxes = tuple(replace(box, masks=(*box.masks, box.masks[0])) for box in tables.boxes)
    asking = replace(tables, dimensions=(*tables.dimensions, new), boxes=boxes)
    with pytest.raises(LookupError, match=r'asks "moon".*give the question a `default`'):
        worksheet(organization, catalog, policy, asking)


def test_an_organization_without_groups_has_an_empty_sheet(sheet_of: Any, organization: Organization) -> None:
    empty = sheet_of(organization.model_copy(update={"groups": ()}))
    assert empty.rows == ()
    assert empty.computers == 0
    assert sum(line.computers for line in empty.lines) == 0
    assert empty.methods == ()
    assert [balance.in_groups for balance in empty.balances] == [0] * len(organization.licensed)


@given(organization=FLEETS)
def test_every_group_has_one_row_and_all_totals_add_up(organization: Organization, sheet_of: Any) -> None:
    sheet: Worksheet = sheet_of(organization)
    computers = sum(each.count for each in organization.groups)
    assert [row.group for row in sheet.rows] == [*organization.groups]
    assert sheet.computers == computers
    assert sum(line.groups for line in sheet.lines) == len(organization.groups)
    assert sum(line.computers for line in sheet.lines) == computers
    assert sum(each.today for each in sheet.methods) == computers
    assert sum(each.recommended for each in sheet.methods) == computers
    by_volume = sum(each.count for each in organization.groups if each.license == "volume")
    assert sum(each.in_groups for each in sheet.balances) == by_volume
    assert sum(each.needed for each in sheet.maks) == sum(row.mak_needed for row in sheet.rows)


@given(organization=FLEETS)
def test_a_row_says_what_the_decision_tables_say(
    organization: Organization, sheet_of: Any, tables: Compiled, catalog: Catalog
) -> None:
    for row in sheet_of(organization).rows:
        advice = advise(tables, catalog.decision_tables, row.answers)
        assert (row.outcome, row.fallbacks) == (advice.outcome, advice.fallbacks)
        assert len(row.fallbacks) == (1 if catalog.decision_tables.outcome(row.outcome).without else 0)
        assert {*row.hits} == {(reason.table, reason.rule) for reason in advice.reasons}
        assert row.criterion == catalog.decision_tables.rule(*row.hits[-1]).criterion


@given(organization=FLEETS, seed=st.integers(0, 1000))
def test_the_order_of_the_groups_does_not_matter(organization: Organization, seed: int, sheet_of: Any) -> None:
    shuffled = [*organization.groups]
    Random(seed).shuffle(shuffled)
    other = sheet_of(organization.model_copy(update={"groups": tuple(shuffled)}))
    assert {row.group.id: looked_at(row) for row in sheet_of(organization).rows} == {
        row.group.id: looked_at(row) for row in other.rows
    }


@pytest.mark.slow
@given(organization=FLEETS, place=st.integers(0, 100), more=st.integers(1, 400))
def test_more_computers_never_take_a_host_away(
    organization: Organization, place: int, more: int, sheet_of: Any
) -> None:
    """A central host never. A local one only if a neighbor of the site moved to a central host."""
    groups = [*organization.groups]
    index = place % len(groups)
    groups[index] = groups[index].model_copy(update={"count": groups[index].count + more})
    before = sheet_of(organization).rows
    after = sheet_of(organization.model_copy(update={"groups": tuple(groups)})).rows
    moved = {new.group.site for old, new in zip(before, after, strict=True) if old.outcome == LOCAL != new.outcome}
    moved &= {new.group.site for old, new in zip(before, after, strict=True) if old.outcome != CENTRAL == new.outcome}
    for old, new in zip(before, after, strict=True):
        if old.outcome == CENTRAL:
            assert new.outcome == CENTRAL
        if old.outcome == LOCAL:
            assert new.outcome in (LOCAL, CENTRAL) or new.group.site in moved


def subsets(groups: list[Group]) -> Iterable[tuple[Group, ...]]:
    return chain.from_iterable(combinations(groups, size) for size in range(len(groups) + 1))


@given(organization=FLEETS)
def test_those_who_ask_a_central_host_are_the_largest_set_that_holds(
    organization: Organization, sheet_of: Any, catalog: Catalog, policy: Policy, tables: Compiled
) -> None:
    """Against every set of groups there is: one holds if each of its groups meets its threshold inside it."""
    core = {each.id for each in organization.kms_hosts if each.site is None}
    kinds = {each.id: catalog.product(each.product).kind for each in organization.groups}

    usual = defaults_of(catalog.decision_tables)

    def would_ask(each: Group) -> bool:
        product = catalog.product(each.product)
        answers = answers_of(
            each,
            organization,
            product,
            policy,
            pool_count=PLENTY,
            site_count=0,
            defaults=usual,
        )
        return advise(tables, catalog.decision_tables, answers).outcome == CENTRAL

    def holds(some: tuple[Group, ...]) -> bool:
        return all(
            sum(
                other.count
                for other in some
                if counted_in(kinds[other.id]) == counted_in(kinds[one.id])
                and core & {*other.kms_hosts} & {*one.kms_hosts}
                and other.network_every_days != "never"
                and other.network_every_days <= policy.window_days
            )
            >= threshold(kinds[one.id], policy)
            for one in some
        )

    candidates = [each for each in organization.groups if would_ask(each)]
    largest = {each.id for some in subsets(candidates) if holds(some) for each in some}
    assert {row.group.id for row in sheet_of(organization).rows if row.outcome == CENTRAL} == largest


@given(organization=FLEETS)
def test_a_threshold_is_met_exactly_where_there_is_kms(organization: Organization, sheet_of: Any) -> None:
    for row in sheet_of(organization).rows:
        if row.outcome in (CENTRAL, LOCAL):
            assert row.threshold
            assert row.threshold.short_by == 0
            assert row.threshold.host == row.outcome.removeprefix("kms-")
        elif row.threshold:
            assert row.threshold.short_by > 0
            assert row.criterion == "mak"


@given(organization=FLEETS)
def test_only_a_mak_needs_activations_and_never_more_than_computers(organization: Organization, sheet_of: Any) -> None:
    for row in sheet_of(organization).rows:
        assert 0 <= row.mak_needed <= row.group.count
        if not row.outcome.startswith("mak-"):
            assert row.mak_needed == 0


def test_the_balance_compares_licenses_with_groups(sheet_of: Any, organization: Organization) -> None:
    first, *others = organization.licensed
    changed = organization.model_copy(update={"licensed": tuple(others)})
    by_product = {each.product: each for each in sheet_of(changed).balances}
    held = sum(each.count for each in organization.groups if each.product == first.product)
    assert (by_product[first.product].licensed, by_product[first.product].left) == (None, -held)
    for licensed in others:
        found = by_product[licensed.product]
        assert found.left == licensed.computers - found.in_groups
        assert found.explained == licensed.explained


@pytest.mark.parametrize(
    ("computers", "explained", "unexplained"),
    [(9, None, True), (9, "Lost", True), (10, None, False), (10, "Lost", False), (11, None, True), (11, "Lost", False)],
)
def test_no_explanation_makes_up_for_missing_licenses(
    sheet_of: Any, computers: int, explained: str | None, unexplained: bool
) -> None:
    licensed = (Licensed(product="windows-11", computers=computers, explained=explained),)
    fleet_of_ten = fleet((), group("a", "windows-11", 10, ())).model_copy(update={"licensed": licensed})
    [balance] = sheet_of(fleet_of_ten).balances
    assert balance.unexplained is unexplained


@given(organization=FLEETS)
def test_a_method_of_today_that_works_meets_its_own_conditions(
    organization: Organization, sheet_of: Any, catalog: Catalog, policy: Policy
) -> None:
    core = {each.id for each in organization.kms_hosts if each.site is None}
    for row in sheet_of(organization).rows:
        each, product = row.group, catalog.product(row.group.product)
        volume = each.license == "volume" or (each.license == "spla" and product.kind != "office")
        contact = each.network_every_days != "never" and each.network_every_days <= policy.adba_validity_days
        if row.today == "same":
            assert each.method == row.method
        elif each.method == "mak":
            assert (row.today == "works") == (volume or each.license == "spla")
        elif each.method == "adba":
            assert (row.today == "works") == (
                volume and contact and each.directory == "ad-ready" and not product.legacy
            )
        elif row.today == "works":
            assert each.method == "kms"
            assert volume
            assert each.site or (contact and core & {*each.kms_hosts})


def test_mak_activations_are_compared_with_what_is_left(sheet_of: Any, organization: Organization) -> None:
    found = {each.product: each for each in sheet_of(organization).maks}
    for allotment in organization.mak_allotments:
        assert found[allotment.product].left == allotment.total - allotment.used
    without_mak = next(each for each in found.values() if not each.allotments)
    assert without_mak.short_by == without_mak.needed > 0


def test_the_shipped_fleet_shows_both_looks_of_a_balance(sheet_of: Any, organization: Organization) -> None:
    balances = [each for each in sheet_of(organization).balances if each.left]
    assert {each.unexplained for each in balances} == {True, False}


def with_a_question(catalog: Catalog, default: str | None) -> Catalog:
    answers = tuple(Answer(id=name, label=name) for name in ("single", "multi"))
    session = Question(
        id=ASKED,
        label="Sessions",
        question="?",
        hint="-",
        find_out="-",
        facts=(),
        values=answers,
        default=default,
    )
    tables = catalog.decision_tables
    return catalog.model_copy(
        update={"decision_tables": tables.model_copy(update={"inputs": (*tables.inputs, session)})}
    )


def test_groups_answer_a_question_that_has_a_usual_answer(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    asked = with_a_question(catalog, "single")
    first, *others = organization.groups
    said = first.model_copy(update={"answers": ((ASKED, "multi"),)})
    own = organization.model_copy(update={"groups": (said, *others)})
    found = worksheet(own, asked, policy, compiled(asked.decision_tables, thresholds(asked)))
    assert [row.answers[ASKED] for row in found.rows] == ["multi", *["single"] * len(others)]
    before = worksheet(organization, catalog, policy, compiled(catalog.decision_tables, thresholds(catalog)))
    assert [row.outcome for row in found.rows] == [row.outcome for row in before.rows]


def test_a_question_without_a_usual_answer_names_the_cure(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    asked = with_a_question(catalog, None)
    with pytest.raises(LookupError, match=r'asks "question-of-a-test".* give the question a `default`'):
        worksheet(organization, asked, policy, compiled(asked.decision_tables, thresholds(asked)))


def test_a_usual_answer_is_one_of_the_question(catalog: Catalog) -> None:
    tables = with_a_question(catalog, "mutli").decision_tables
    assert any('"mutli" is no answer of the question' in found for _, found in table_problems(tables))
