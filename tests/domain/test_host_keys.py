"""What the lists of host keys say, and what they do not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.host_keys import (
    Problem,
    Status,
    Verdict,
    activated_products,
    activates,
    covering,
    forest_covers,
    group_covers,
    installed_keys,
    listing,
    named_systems,
    needed_updates,
    updates_for_key,
)

VECTORS: dict[str, list[Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "vectors" / "host_keys.yaml").read_text("utf-8")
)
KNOWN = frozenset(VECTORS["known"])
CATALOG = load_cached()
PRODUCTS = [product.id for product in CATALOG.products]
GROUPS = [group.id for group in CATALOG.host_keys.groups]
SYSTEMS = sorted({system for group in CATALOG.host_keys.groups for system in group.host_systems})

products = st.sampled_from(PRODUCTS)
groups = st.sampled_from(GROUPS)
systems = st.sampled_from(SYSTEMS)


def cases(part: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", VECTORS[part], ids=[case["case"] for case in VECTORS[part]])


def an_organization(case: dict[str, Any], method: str = "kms") -> Organization:
    """One group on the hosts of a case."""
    hosts = [
        {
            "id": f"host{index}",
            "name": f"host{index}.example.com",
            "operating_system": host["system"],
            "keys": [{"group": key, "activations_used": 1} for key in host["keys"]],
        }
        for index, host in enumerate(case["hosts"])
    ]
    group = {
        "id": "group",
        "name": "Group",
        "product": case["product"],
        "count": 30,
        "method": method,
        "directory": "none",
        "network_every_days": 1,
        "kms_hosts": [host["id"] for host in hosts],
        "internet": "none",
    }
    return Organization.model_validate(
        {"name": "Test", "dns_zone": "example.com", "kms_hosts": hosts, "licensed": [], "groups": [group]}
    )


@cases("listing")
def test_a_listing_has_the_status_and_updates_of_its_case(case: dict[str, Any], catalog: Catalog) -> None:
    found = listing(catalog, case["group"], case["product"], case["host"])
    assert found.status == case["status"]
    assert [update.update for update in found.updates] == case["updates"]
    assert found.host_by_minimum is case.get("by_minimum", False)


def test_every_status_problem_and_verdict_has_a_case() -> None:
    assert {case["status"] for case in VECTORS["listing"]} == set(get_args(Status))
    assert {case["verdict"] for case in VECTORS["groups"]} == set(get_args(Verdict))
    problems = {problem for case in VECTORS["groups"] for host in case["problems"] for problem in host}
    assert problems == set(get_args(Problem))


@pytest.fixture
def known(catalog: Catalog) -> Catalog:
    """The catalog with the host keys that the cases were written for: a newer key makes none of them wrong."""
    groups = tuple(group for group in catalog.host_keys.groups if group.id in KNOWN)
    assert {group.id for group in groups} == KNOWN
    return catalog.model_copy(update={"host_keys": catalog.host_keys.model_copy(update={"groups": groups})})


@cases("covering")
def test_covering_finds_the_keys_of_its_case(case: dict[str, Any], known: Catalog) -> None:
    found = covering(known, case["products"])
    full: dict[str, list[str]] = {}
    for holder in found.full:
        full.setdefault(holder.group, []).append(holder.host_system)
    assert full == case["full"]
    assert {part.group: list(part.listed) for part in found.partial} == case["partial"]


@cases("groups")
def test_a_group_has_the_verdict_and_problems_of_its_case(case: dict[str, Any], catalog: Catalog) -> None:
    (found,) = group_covers(catalog, an_organization(case))
    assert found.verdict == case["verdict"]
    assert [list(host.problems) for host in found.hosts] == case["problems"]


@pytest.mark.parametrize(
    ("group", "system", "numbers"),
    [
        ("ws2025", "windows-server-2025", []),
        ("ws2025", "windows-server-2022", ["KB5034770"]),
        ("ws2025", "windows-server-2019", ["KB5034768"]),
        ("ws2022", "windows-server-2019", ["KB5003646"]),
        ("ws2019", "windows-server-2019", []),
        ("office-ltsc-2024", "windows-server-2022", []),
        ("win10", "windows-7", ["KB3079821"]),
    ],
)
def test_a_key_of_a_newer_release_names_the_update_of_its_host(
    group: str, system: str, numbers: list[str], catalog: Catalog
) -> None:
    assert [update.update.split()[0] for update in updates_for_key(catalog, group, system)] == numbers


def test_windows_keys_are_named_for_the_first_of_their_host_systems(catalog: Catalog) -> None:
    for group in catalog.host_keys.groups:
        if group.kind == "windows":
            release = catalog.product(group.host_systems[0]).name.partition(" (")[0]
            assert group.name.lower() == f"volume license for {release}".lower()


def test_unknown_ids_name_what_is_near(catalog: Catalog) -> None:
    with pytest.raises(LookupError, match="ws2025"):
        listing(catalog, "ws2026", "windows-11")
    with pytest.raises(LookupError, match="windows-11"):
        listing(catalog, "ws2025", "windows-12")


def test_an_unknown_product_raises_even_on_a_host_that_is_not_listed(catalog: Catalog) -> None:
    with pytest.raises(LookupError):
        listing(catalog, "ws2025", "windows-12", "windows-7")


def test_activates_gives_each_listed_product_once(catalog: Catalog) -> None:
    for group in catalog.host_keys.groups:
        found = [entry.product for entry in activates(catalog, group.id)]
        assert sorted(found) == sorted({product for line in group.activates for product in line.products})
        assert all(entry.is_listed for entry in activates(catalog, group.id))


def test_the_office_page_names_one_server_and_one_client_for_each_release(catalog: Catalog) -> None:
    minimum = {host.product: host for host in catalog.host_keys.office_hosts}
    for group in catalog.host_keys.groups:
        if group.kind == "office":
            server, client = named_systems(catalog, group)
            assert server == minimum[group.id].minimum_server
            assert minimum[group.id].minimum_client.startswith(catalog.product(client).name.partition(" (")[0])


def test_a_client_key_on_a_server_is_found_on_the_host_even_without_a_group_that_needs_it(catalog: Catalog) -> None:
    case = {"product": "windows-11", "hosts": [{"system": "windows-server-2022", "keys": ["ws2022", "win10"]}]}
    organization = an_organization(case)
    assert [key.problems for key in installed_keys(catalog, organization)] == [(), ("client-key-on-server",)]
    assert group_covers(catalog, organization)[0].verdict == "covered"


def test_a_group_through_active_directory_is_told_which_keys_list_it(known: Catalog) -> None:
    case = {"product": "windows-11", "hosts": [{"system": "windows-server-2016", "keys": ["ws2022", "ws2016"]}]}
    (found,) = forest_covers(known, an_organization(case, method="adba"))
    assert [entry.group for entry in found.held] == ["ws2022"]
    assert [entry.group for entry in found.other] == ["ws2025"]
    assert all(entry.host_system is None and not entry.updates for entry in found.held)


@pytest.mark.parametrize("method", ["mak", "avma", "azure-kms", "subscription", "unactivated"])
def test_groups_that_use_no_host_key_are_left_out(method: str, catalog: Catalog) -> None:
    case = {"product": "windows-server-2022", "hosts": [{"system": "windows-server-2022", "keys": ["ws2022"]}]}
    organization = an_organization(case, method=method)
    assert group_covers(catalog, organization) == ()
    assert forest_covers(catalog, organization) == ()
    assert activated_products(organization) == ()


def test_every_kms_group_of_the_shipped_organization_is_listed(catalog: Catalog, organization: Organization) -> None:
    found = {cover.group: cover.verdict for cover in group_covers(catalog, organization)}
    assert found == {
        "branch": "covered",
        "servers": "covered",
        "plant": "covered-with-doubt",
        "office-core": "covered-with-doubt",
    }


@given(st.lists(products, max_size=6), products)
def test_asking_for_one_more_product_never_adds_a_key(wanted: list[str], more: str) -> None:
    before = {(holder.group, holder.host_system) for holder in covering(CATALOG, wanted or [more]).full}
    after = {(holder.group, holder.host_system) for holder in covering(CATALOG, [*wanted, more]).full}
    assert after <= before


@given(st.lists(products, min_size=1, max_size=6, unique=True))
def test_what_a_key_lists_and_misses_is_what_was_asked_for(wanted: list[str]) -> None:
    found = covering(CATALOG, wanted)
    for part in found.partial:
        assert part.listed
        assert part.missing
        assert sorted(part.listed + part.missing) == sorted(wanted)
    for holder in found.full:
        assert [entry.product for entry in holder.listings] == wanted
        assert all(entry.is_listed for entry in holder.listings)


@given(groups, systems, products)
def test_a_host_system_never_changes_which_products_a_listed_key_names(group: str, system: str, product: str) -> None:
    on_host, without = listing(CATALOG, group, product, system), listing(CATALOG, group, product)
    if on_host.status != "host-not-listed":
        assert on_host.status == without.status
        assert on_host.printed == without.printed
    assert bool(without.printed) == without.is_listed


@given(groups, systems, products)
def test_an_update_is_asked_for_only_where_the_product_is_listed(group: str, system: str, product: str) -> None:
    found = listing(CATALOG, group, product, system)
    assert found.is_listed or not found.updates
    assert all(update.host_system == system and product in update.to_activate for update in found.updates)


@pytest.mark.parametrize(
    ("group", "system", "products", "numbers"),
    [
        ("ws2025", "windows-server-2025", ["windows-server-2022"], []),
        ("ws2025", "windows-server-2019", ["windows-server-2022"], ["KB5034768"]),
        ("ws2022", "windows-server-2019", ["windows-server-2022", "windows-11"], ["KB5003646"]),
        ("ws2022", "windows-server-2016", ["windows-server-2019", "windows-server-2022"], ["KB5003638"]),
        ("ws2019", "windows-server-2016", ["windows-server-2019"], ["KB4478877"]),
        ("ws2016", "windows-server-2012-r2", ["windows-10"], ["KB4467695", "KB3172614"]),
    ],
)
def test_one_update_stands_for_all_where_their_days_are_known(
    catalog: Catalog, group: str, system: str, products: list[str], numbers: list[str]
) -> None:
    found = needed_updates(catalog, group, system, products)
    assert [update.update.split()[0] for update in found] == numbers
