from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.organization import HostKey, Organization
from macros.domain.host_key_budget import Allowance, budget, budgets
from macros.domain.policy import Policy
from tests.fleets import fleet, group, host

VECTORS = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "host_key_budget.yaml").read_text("utf-8"))


def numbers(allowance: Allowance) -> list[int]:
    return [allowance.total, allowance.used, allowance.left, allowance.overdrawn]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_budget(vector: dict[str, Any], policy: Policy) -> None:
    found = budget("ws2025", vector["used"], policy)
    assert numbers(found.hosts) == vector["hosts"]
    assert {use.host_id: numbers(use.activations) for use in found.per_host} == vector["per_host"]
    assert numbers(found.in_all) == vector["in_all"]
    assert numbers(found.strict) == vector["strict"]


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 40), max_size=9))
def test_used_and_left_make_the_total_or_the_rest_is_overdrawn(policy: Policy, used: dict[str, int]) -> None:
    found = budget("ws2025", used, policy)
    for allowance in (found.hosts, found.in_all, found.strict, *(use.activations for use in found.per_host)):
        assert allowance.used + allowance.left - allowance.overdrawn == allowance.total
        assert allowance.left == 0 or allowance.overdrawn == 0
        assert min(allowance.left, allowance.overdrawn) == 0
    assert found.in_all.used == sum(used.values()) == found.strict.used
    assert found.strict.left <= found.in_all.left, "the stricter reading never leaves more"


def test_a_negative_number_of_activations_is_refused(policy: Policy) -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        budget("ws2025", {"a": -1}, policy)


def test_hosts_with_the_same_host_key_draw_on_one_budget(policy: Policy) -> None:
    first = (HostKey(group="ws2025", activations_used=2), HostKey(group="office-ltsc-2024", activations_used=1))
    second = (HostKey(group="ws2025", activations_used=3),)
    hosts = (
        host("a").model_copy(update={"keys": first}),
        host("b").model_copy(update={"keys": second}),
    )
    found = budgets(fleet(hosts, group("g", "windows-11", 1, ("a",))), policy)
    assert [(item.group_id, item.hosts.used, item.in_all.used) for item in found] == [
        ("ws2025", 2, 5), ("office-ltsc-2024", 1, 1),
    ]  # fmt: skip


def test_several_keys_of_a_kind_have_activations_of_their_own(policy: Policy) -> None:
    held = (("a", 6, None), ("b", 5, "second"), ("c", 4, "second"))
    hosts = tuple(
        host(name).model_copy(update={"keys": (HostKey(group="ws2025", activations_used=used, key=key),)})
        for name, used, key in held
    )
    found = budgets(fleet(hosts, group("g", "windows-11", 1, ("a",))), policy)
    assert [(item.name, item.hosts.used, item.strict.used, item.strict.overdrawn) for item in found] == [
        ("ws2025", 1, 6, 0),
        ("ws2025/second", 2, 9, 0),
    ]


def test_every_key_of_the_shipped_organization_is_in_a_budget(organization: Organization, policy: Policy) -> None:
    listed = sorted((key.group, h.id, key.activations_used) for h in organization.kms_hosts for key in h.keys)
    found = sorted(
        (item.group_id, use.host_id, use.activations.used)
        for item in budgets(organization, policy)
        for use in item.per_host
    )
    assert found == listed
