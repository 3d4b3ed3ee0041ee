"""Who was ever activated: KMS hosts below their threshold, alone and among others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.catalog.organization import MakUse, Organization
from macros.domain.activation import activation, activations, never_by_kms
from macros.domain.policy import Policy
from tests.fleets import fleet, group, host

CASES: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parent.parent / "vectors" / "activation.yaml").read_text("utf-8"), yaml.CSafeLoader
)


def organization_of(case: dict[str, Any]) -> Organization:
    """The organization of a case in the vectors."""
    hosts = tuple(host(id_, **changes) for id_, changes in case["hosts"].items())
    groups = []
    for name, values in case["groups"].items():
        further = {key: value for key, value in values.items() if key not in ("product", "count", "hosts")}
        groups.append(group(name, values["product"], values["count"], tuple(values["hosts"]), **further))
    return fleet(hosts, *groups)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_it_is_known_who_was_ever_activated(case: dict[str, Any], catalog: Catalog, policy: Policy) -> None:
    found = activations(organization_of(case), catalog, policy)
    assert {id_: [each.state, each.activated, each.open, each.missing] for id_, each in found.items()} == case["expect"]


def test_every_state_has_a_case() -> None:
    states = {expected[0] for case in CASES for expected in case["expect"].values()}
    assert states == {"activated", "partly", "open", "lapsing", "never"}


def test_the_hosts_that_are_short_are_named_with_their_count(catalog: Catalog, policy: Policy) -> None:
    case = next(case for case in CASES if case["expect"].get("one", [""])[0] == "partly" and len(case["groups"]) == 1)
    [found] = never_by_kms(organization_of(case), catalog, policy).values()
    assert [(host_id, each.reported, each.threshold) for host_id, each in found.short] == [("b", 10, 25)]


def test_a_mak_says_itself_how_many_are_activated(catalog: Catalog, policy: Policy) -> None:
    use = MakUse(allotment="key", activated=29, reimaged_percent_per_year=0, hardware_changes_percent_per_year=0)
    machines = group("a", "windows-11", 34, (), method="mak", mak=use)
    found = activation(machines, fleet((), machines), catalog, policy)
    assert (found.state, found.activated, found.missing) == ("partly", 29, 5)


def test_the_shipped_plant_was_never_activated(organization: Organization, catalog: Catalog, policy: Policy) -> None:
    [(name, found)] = never_by_kms(organization, catalog, policy).items()
    assert (name, found.state, found.missing) == ("plant", "never", 19)
    [(host_id, each)] = found.short
    assert (host_id, each.reported, each.threshold) == ("plant-kms", 19, 25)


@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    weights=st.lists(st.integers(0, 5), min_size=1, max_size=3),
)
def test_computers_are_counted_once_and_more_of_them_activate_no_fewer(
    counts: list[int], weights: list[int], catalog: Catalog, policy: Policy
) -> None:
    hosts = tuple(host(f"h{number}", weight=weight) for number, weight in enumerate(weights))
    names = tuple(each.id for each in hosts)

    def found(more: int) -> list[tuple[int, int]]:
        groups = [group(f"g{n}", "windows-11", count + more, names) for n, count in enumerate(counts)]
        all_ = activations(fleet(hosts, *groups), catalog, policy)
        assert all(
            each.activated + each.open + each.missing == n + more for each, n in zip(all_.values(), counts, strict=True)
        )
        return [(each.activated, each.licensed) for each in all_.values()]

    assert all(less <= more for less, more in zip(found(0), found(1), strict=True))
