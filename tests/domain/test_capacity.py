from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.capacity import advice, host_loads, hosts_advised, total_traffic, traffic
from macros.domain.policy import Policy
from tests.fleets import fleet, group, host

VECTORS = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "capacity.yaml").read_text("utf-8"))
CLIENTS = st.integers(0, 1_000_000)


def case(vector: dict[str, Any]) -> str:
    return str(vector["case"])


@pytest.mark.parametrize("vector", VECTORS["hosts"], ids=case)
def test_hosts_advised(vector: dict[str, Any], policy: Policy) -> None:
    assert hosts_advised(vector["clients"], policy) == vector["expected"]


@pytest.mark.parametrize("vector", VECTORS["traffic"], ids=case)
def test_traffic(vector: dict[str, Any], policy: Policy) -> None:
    found = traffic(Fraction(vector["clients"]), policy)
    expected = {name: Fraction(value) for name, value in vector.items() if name != "case"}
    assert {name: getattr(found, name) for name in expected} == expected


def test_fewer_than_no_clients_are_refused(policy: Policy) -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        hosts_advised(-1, policy)


@given(CLIENTS, CLIENTS)
def test_more_clients_never_need_fewer_hosts(policy: Policy, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert hosts_advised(less, policy) <= hosts_advised(more, policy)


@given(CLIENTS, CLIENTS)
def test_traffic_of_two_fleets_is_the_sum_of_both(policy: Policy, one: int, other: int) -> None:
    both, first, second = (traffic(n, policy) for n in (one + other, one, other))
    assert both.bytes_per_day == first.bytes_per_day + second.bytes_per_day
    assert both.peak_requests_per_second == first.peak_requests_per_second + second.peak_requests_per_second


@given(CLIENTS)
def test_the_peak_is_as_much_higher_as_the_retry_is_more_frequent(policy: Policy, clients: int) -> None:
    found = traffic(clients, policy)
    assert found.peak_requests_per_hour == found.renewals_per_hour * Fraction(
        policy.renewal_minutes, policy.retry_minutes
    )


def test_a_host_carries_its_share_of_both_products(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a", weight=1), host("b", weight=2), host("c", priority=5)),
        group("w", "windows-11", 30, ("a", "b", "c"), network_every_days=2),
        group("o", "office-ltsc-2024", 60, ("a", "b", "c")),
        group("away", "windows-11", 500, ("a",), network_every_days="never"),
    )
    loads = host_loads(organization, catalog, policy)
    assert [(load.host_id, load.traffic.clients, load.starts_per_day) for load in loads] == [
        ("a", 30, 25), ("b", 60, 50), ("c", 0, 0),
    ]  # fmt: skip
    assert total_traffic(loads, policy) == traffic(90, policy)


def test_the_hosts_of_a_pool_are_compared_with_the_advice(catalog: Catalog, policy: Policy) -> None:
    organization = fleet(
        (host("a"), host("b")),
        group("large", "windows-11", 51, ("a",)),
        group("small", "windows-11", 50, ("b",)),
        group("both", "windows-11", 51, ("a", "b")),
    )
    assert [(item.clients, item.advised, item.missing) for item in advice(organization, catalog, policy)] == [
        (51, 2, 1), (50, 1, 0), (51, 2, 0),
    ]  # fmt: skip


def test_a_pool_that_nobody_can_ask_from_needs_no_host(catalog: Catalog, policy: Policy) -> None:
    organization = fleet((host("a"),), group("away", "windows-11", 500, ("a",), network_every_days="never"))
    (item,) = advice(organization, catalog, policy)
    assert (item.clients, item.advised, item.missing) == (0, 0, 0)


def test_no_client_of_the_shipped_organization_is_lost_between_hosts(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    loads = host_loads(organization, catalog, policy)
    expected = sum(g.count for g in organization.groups if g.method == "kms" and g.network_every_days != "never")
    assert total_traffic(loads, policy).clients == expected
    assert sum(item.clients for item in advice(organization, catalog, policy)) == expected
