from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.models import Catalog, UnknownIdError
from macros.catalog.organization import Organization
from macros.domain.count import (
    COUNT_KINDS,
    KINDS,
    cap,
    counted_in,
    host_count,
    pools,
    reported,
    shares,
    standing,
    threshold,
)
from macros.domain.policy import Policy
from tests.fleets import fleet, group, host

VECTORS = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "count.yaml").read_text("utf-8"))
COUNTS = st.integers(0, 10_000)
FLEETS = st.tuples(COUNTS, COUNTS, COUNTS)
Fleet = tuple[int, int, int]


def case(vector: dict[str, Any]) -> str:
    return str(vector["case"])


@pytest.mark.parametrize("vector", VECTORS["reported"], ids=case)
def test_a_host_reports(vector: dict[str, Any], policy: Policy) -> None:
    found = reported(*(Fraction(vector[name]) for name in ("clients", "servers", "office")), policy)
    assert (found.windows, found.office) == (vector["windows"], vector["office_count"])


@pytest.mark.parametrize("vector", VECTORS["standing"], ids=case)
def test_a_threshold_is(vector: dict[str, Any], policy: Policy) -> None:
    kind = vector["kind"]
    limit = cap(counted_in(kind), int(kind == "windows-client"), policy)
    found = standing(kind, vector["computers"], limit, policy, vector.get("alone"))
    assert (found.verdict, found.to_spare, found.short_by) == (vector["verdict"], vector["spare"], vector["short"])


@pytest.mark.parametrize("vector", VECTORS["shares"], ids=case)
def test_computers_are_shared_out(vector: dict[str, Any], policy: Policy) -> None:
    found = shares((host(id_, **values) for id_, values in vector["hosts"].items()), policy)
    assert found == {id_: Fraction(share) for id_, share in vector["expected"].items()}


@pytest.mark.parametrize("counts", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_a_negative_number_of_computers_is_refused(counts: tuple[int, int, int], policy: Policy) -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        reported(*counts, policy)


@given(COUNTS, COUNTS, COUNTS)
def test_a_count_never_exceeds_its_cap_nor_the_computers(
    policy: Policy, clients: int, servers: int, office: int
) -> None:
    found = reported(clients, servers, office, policy)
    assert found.windows <= min(clients + servers, cap("windows", clients, policy))
    assert found.office <= min(office, cap("office", clients, policy))


@given(FLEETS, FLEETS)
def test_adding_computers_never_lowers_a_count(policy: Policy, fleet_: Fleet, more: Fleet) -> None:
    before = reported(*fleet_, policy)
    after = reported(*(have + added for have, added in zip(fleet_, more, strict=True)), policy)
    assert after.windows >= before.windows
    assert after.office >= before.office


@given(COUNTS, COUNTS, st.sampled_from(KINDS))
def test_adding_computers_never_loses_a_threshold(policy: Policy, computers: int, more: int, kind: Any) -> None:
    limit = cap(counted_in(kind), 1, policy)
    before, after = (standing(kind, number, limit, policy) for number in (computers, computers + more))
    assert after.verdict == "met" or before.verdict == "short"
    assert (after.to_spare, -after.short_by) >= (before.to_spare, -before.short_by)


@given(COUNTS, st.sampled_from(KINDS))
def test_a_threshold_is_met_or_short_and_the_number_leads_back_to_it(policy: Policy, computers: int, kind: Any) -> None:
    found = standing(kind, computers, cap(counted_in(kind), 1, policy), policy)
    assert found.verdict == ("met" if computers >= threshold(kind, policy) else "short")
    assert computers - found.to_spare + found.short_by == threshold(kind, policy)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=6),
)
def test_shares_add_up_to_all_computers(policy: Policy, records: list[tuple[int, int]]) -> None:
    hosts = [host(f"h{n}", priority=priority, weight=weight) for n, (priority, weight) in enumerate(records)]
    found = shares(hosts, policy)
    assert sum(found.values()) == 1
    lowest = min(priority for priority, _ in records)
    assert all(found[h.id] == 0 for h in hosts if h.priority != lowest)


def test_groups_that_reach_the_same_hosts_are_one_pool_whatever_the_order(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a"), host("b")),
        group("g1", "windows-11", 10, ("a", "b")),
        group("g2", "windows-server-2025", 20, ("b", "a")),
        group("g3", "windows-11", 5, ("b",)),
    )
    first, second = pools(organization, catalog, policy)
    assert (first.host_ids, first.group_ids, first.kinds) == (
        ("a", "b"), ("g1", "g2"), ("windows-client", "windows-server"),
    )  # fmt: skip
    assert (second.host_ids, second.group_ids) == (("b",), ("g3",))
    at_a, at_b = first.counts
    assert (at_a.asking, at_b.asking) == (15, 20)
    assert second.counts == (at_b,), "a host has one Windows count, whichever pool feeds it"


def test_groups_with_another_method_are_in_no_pool(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a"),),
        group("adba", "windows-11", 100, ("a",), method="adba", directory="ad-ready"),
        group("lab", "windows-11", 100, ("a",), method="unactivated"),
    )
    assert pools(organization, catalog, policy) == ()
    assert host_count("a", "windows", organization, catalog, policy).asking == 0


def test_a_group_that_is_never_on_the_network_is_silent_and_feeds_no_count(catalog: Catalog, policy: Policy) -> None:
    organization = fleet((host("a"),), group("away", "windows-11", 100, ("a",), network_every_days="never"))
    (pool,) = pools(organization, catalog, policy)
    assert (pool.silent, pool.kinds, pool.counts) == (("away",), (), ())


def test_a_group_without_computers_asks_nobody_and_is_not_silent(catalog: Catalog, policy: Policy) -> None:
    organization = fleet((host("a"),), group("empty", "windows-11", 0, ("a",)))
    (pool,) = pools(organization, catalog, policy)
    assert (pool.silent, pool.kinds, pool.counts) == ((), (), ())


def test_office_feeds_a_count_of_its_own(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a"),), group("w", "windows-11", 24, ("a",)), group("o", "office-ltsc-2024", 300, ("a",))
    )
    (pool,) = pools(organization, catalog, policy)
    windows, office = pool.counts
    assert (windows.count, windows.reported, office.count, office.reported) == ("windows", 24, "office", 10)
    assert [s.verdict for s in (*windows.standings, *office.standings)] == ["short", "met"]


def test_office_generations_are_judged_together_and_alone(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a"),), group("o24", "office-ltsc-2024", 6, ("a",)), group("o21", "office-ltsc-2021", 3, ("a",))
    )
    (standing_,) = host_count("a", "office", organization, catalog, policy).standings
    assert (standing_.computers, standing_.alone, standing_.verdict) == (9, 3, "not-stated")


def test_windows_releases_are_never_counted_alone(catalog: Catalog, policy: Policy) -> None:
    organization = fleet((host("a"),), group("w11", "windows-11", 24, ("a",)), group("w10", "windows-10", 1, ("a",)))
    (standing_,) = host_count("a", "windows", organization, catalog, policy).standings
    assert (standing_.computers, standing_.alone, standing_.verdict) == (25, 25, "met")


def test_too_many_hosts_spread_the_clients_below_the_threshold(catalog: Catalog, policy: Policy) -> None:
    def verdicts(number: int) -> list[str]:
        hosts = tuple(host(f"h{n}") for n in range(number))
        organization = fleet(hosts, group("g", "windows-11", 50, tuple(h.id for h in hosts)))
        (pool,) = pools(organization, catalog, policy)
        return [standing_.verdict for count in pool.counts for standing_ in count.standings]

    assert verdicts(2) == ["met", "met"]
    assert verdicts(3) == ["short", "short", "short"]


def test_a_host_that_stands_by_has_no_askers_and_no_standing(catalog: Catalog, policy: Policy) -> None:
    organization = fleet((host("a"), host("b", priority=9)), group("g", "windows-11", 30, ("a", "b")))
    (pool,) = pools(organization, catalog, policy)
    first, standby = pool.counts
    assert first.reported == 30
    assert (standby.askers, standby.reported, standby.standings) == ((), 0, ())


def test_an_unknown_product_is_named(catalog: Catalog, policy: Policy) -> None:
    organization = fleet((host("a"),), group("g", "windows-12", 30, ("a",)))
    with pytest.raises(UnknownIdError, match="windows-12"):
        host_count("a", "windows", organization, catalog, policy)


def test_the_plain_function_and_the_organization_agree(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    for kms_host in organization.kms_hosts:
        counts = {count: host_count(kms_host.id, count, organization, catalog, policy) for count in COUNT_KINDS}
        by_kind = {
            kind: sum((a.asking for count in counts.values() for a in count.askers if a.kind == kind), Fraction(0))
            for kind in KINDS
        }
        plain = reported(by_kind["windows-client"], by_kind["windows-server"], by_kind["office"], policy)
        assert (counts["windows"].reported, counts["office"].reported) == (plain.windows, plain.office)


def test_the_isolated_network_of_the_shipped_organization_is_short(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    plant = next(pool for pool in pools(organization, catalog, policy) if pool.group_ids == ("plant",))
    ((standing_,),) = (count.standings for count in plant.counts)
    assert (standing_.verdict, standing_.computers, standing_.short_by) == ("short", 19, 6)


def test_every_kms_group_of_an_organization_is_in_exactly_one_pool(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    members = [id_ for pool in pools(organization, catalog, policy) for id_ in pool.group_ids]
    assert sorted(members) == sorted(group.id for group in organization.groups if group.method == "kms")
