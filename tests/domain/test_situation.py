"""What an organization looks like: computed once, each thing once, and every computer in exactly one place."""

from __future__ import annotations

from typing import get_args

import pytest

from macros.catalog.models import Catalog, ProductKind
from macros.catalog.organization import Organization
from macros.domain.contact import Chance, hold
from macros.domain.count import host_count, standing, threshold
from macros.domain.policy import Policy
from macros.domain.situation import TARGET, TOLERATED, Comparison, Holding, schema_allows_adba, situation
from tests.fleets import fleet, group, host


def test_the_same_organization_is_looked_at_once(organization: Organization, catalog: Catalog, policy: Policy) -> None:
    found = situation(organization, catalog, policy)
    assert situation(organization, catalog, policy) is found
    assert found.comparisons is found.comparisons


def test_a_host_that_two_pools_reach_is_compared_once(catalog: Catalog, policy: Policy) -> None:
    found = situation(
        fleet(
            (host("a"), host("b")),
            group("g1", "windows-11", 10, ("a", "b")),
            group("g2", "windows-11", 5, ("b",)),
            group("g3", "windows-server-2025", 5, ("b",)),
        ),
        catalog,
        policy,
    )
    told = [(each.host_id, each.standing.kind) for each in found.comparisons]
    assert told == [("a", "windows-client"), ("b", "windows-client"), ("b", "windows-server")]
    assert [count.host_id for count in found.counts] == ["a", "b"]


def test_a_comparison_holds_what_the_count_and_its_days_say(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    found = situation(organization, catalog, policy)
    for each in found.comparisons:
        count = host_count(each.host_id, each.count.count, organization, catalog, policy)
        assert each.count == count
        assert each.standing in count.standings
        assert each.chance in hold(count, policy).chances


def test_a_host_of_higher_priority_value_stands_by(catalog: Catalog, policy: Policy) -> None:
    hosts = (host("a", priority=0), host("b", priority=5), host("c", priority=0))
    found = situation(fleet(hosts, group("g", "windows-11", 40, ("a", "b"))), catalog, policy)
    assert found.standing_by == ("b",)
    assert found.hosts_with("met", "windows-client") == ("a",)
    assert found.hosts_with("short", "windows-client") == ()


@pytest.mark.parametrize(
    ("alone", "certain", "holding"),
    [
        (1.0, True, "certain"),
        (TARGET, False, "holds"),
        (TARGET - 1e-6, False, "wavers"),
        (TOLERATED, False, "wavers"),
        (TOLERATED - 1e-6, False, "fails"),
    ],
)
def test_a_count_holds(alone: float, certain: bool, holding: Holding, catalog: Catalog, policy: Policy) -> None:
    kind: ProductKind = "windows-client"
    need = threshold(kind, policy)
    count = host_count("a", "windows", fleet((host("a"),), group("g", "windows-11", need, ("a",))), catalog, policy)
    chance = Chance(kind, need, 1.0, alone, certain)
    assert Comparison(count, standing(kind, need, count.cap, policy), chance).holding == holding
    assert Comparison(count, standing(kind, need - 1, count.cap, policy), chance).holding == "short"


def test_every_computer_is_installed_or_was_never_activated(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    found = situation(organization, catalog, policy)
    for kind in get_args(ProductKind):
        installed = sum(count for (_, of), count in found.installed.items() if of == kind)
        groups = sum(each.count for each in organization.groups if catalog.product(each.product).kind == kind)
        assert installed + found.never_activated[kind] == groups


def test_a_group_that_kms_never_activated_is_not_served(catalog: Catalog, policy: Policy) -> None:
    need = threshold("windows-client", policy)
    groups = (group("short", "windows-11", need - 1, ("a",)), group("met", "windows-11", need, ("b",)))
    found = situation(fleet((host("a"), host("b")), *groups), catalog, policy)
    assert found.serving(["kms"]) == 1
    assert found.never_activated["windows-client"] == need - 1
    assert found.installed["kms", "windows-client"] == need


@pytest.mark.parametrize(
    ("level", "allows"),
    [("windows-server-2008-r2", False), ("windows-server-2012", True), ("windows-server-2025", True)],
)
def test_a_schema_of_the_fact_or_a_later_one_allows_adba(level: str, allows: bool) -> None:
    assert schema_allows_adba(level, "Windows Server 2012") is allows  # type: ignore[arg-type]


def test_a_schema_that_is_no_level_is_refused() -> None:
    with pytest.raises(ValueError, match="windows-server-2003"):
        schema_allows_adba("windows-server-2012", "Windows Server 2003")
