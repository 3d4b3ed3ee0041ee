"""The numbers that forms start with for an organization."""

from __future__ import annotations

from math import comb
from typing import Any

import pytest

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import MOST, Organization
from macros.catalog.organization_file import load_organization
from macros.catalog.plan_numbers import CountNumbers
from macros.domain.plans.count import answer
from macros.domain.plans.starts import Start, starts
from macros.domain.policy import Policy
from macros.domain.situation import situation
from tests.built import ORGANIZATIONS
from tests.conftest import TODAY
from tests.fleets import fleet, group, host


def test_the_example_starts_with_its_largest_and_most_critical_cases(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    assert starts(organization, catalog, policy, TODAY) == {
        # Office at kms1 has more computers than Windows there.
        "count": Start(
            {"kind": "office", "groups": [{"computers": 320, "every_days": 1, "asks_percent": 100}]},
            "kms1.corp.example.com",
        ),
        "expiry": Start({"kind": "office-kms", "last_renewal": "2026-11-18"}, "Office LTSC on head office desktops"),
        # Not with the 180 laptops of the same kind, which are there one day in 21.
        "outage": Start(
            {
                "method": "adba",
                "product": "windows-client",
                "computers": 640,
                "every_days": 1,
                "started_every_days": 1,
            },
            "Head office desktops",
        ),
        # The other MAK has fewer left after that, 24 of 32, and lasts longer. Parts of a computer are rounded up.
        "mak": Start(
            {
                "total": 150,
                "used": 96,
                "to_activate": 22,
                "reimaged_per_year": 28,
                "replaced_per_year": 6,
                "from": "2026-11-24",
            },
            "office-2024-mak",
            is_rounded=True,
        ),
        "host-key": Start(
            {"hosts": [{"activations_used": 1}, {"activations_used": 3}]}, "Volume License for Windows Server 2025"
        ),
        "host-keys": Start(
            {"products": ["windows-11", "windows-server-2022", "windows-10-ltsc-2019", "office-ltsc-2024"]}
        ),
        "traffic": Start({"clients": 220 + 28 + 19 + 320, "hosts": 3}),
    }


@pytest.mark.parametrize(
    ("name", "topics"), [("nine_pcs", {"mak"}), ("subscription_only", set()), ("no_kms", {"mak", "outage"})]
)
def test_a_question_without_a_case_has_no_numbers(
    name: str, topics: set[str], catalog: Catalog, policy: Policy
) -> None:
    organization = load_organization(ORGANIZATIONS / f"{name}.yml", catalog)
    assert set(starts(organization, catalog, policy, TODAY)) == topics


def test_more_than_a_plan_takes_is_said_instead(organization: Organization, catalog: Catalog, policy: Policy) -> None:
    """Each group is within its bounds, and what they use together in a year is not."""
    groups = tuple(
        group.model_copy(update={"count": MOST})
        if group.method == "kms"
        else group.model_copy(
            update={"count": MOST, "mak": group.mak.model_copy(update={"reimaged_percent_per_year": 600})}
        )
        if group.mak
        else group
        for group in organization.groups
    )
    found = starts(organization.model_copy(update={"groups": groups}), catalog, policy, TODAY)
    assert found["mak"].is_beyond
    assert found["traffic"] == Start({}, is_beyond=True)
    assert not found["host-key"].is_beyond
    # Exactly what is allowed is taken.
    alone = organization.model_copy(
        update={"groups": tuple(group for group in groups if group.method == "kms" and "kms1" in group.kms_hosts)[:1]}
    )
    assert starts(alone, catalog, policy, TODAY)["traffic"].numbers["clients"] == MOST


def sharing(computers: int, weights: tuple[int, int], **more: Any) -> Organization:
    hosts = (host("a", weight=weights[0]), host("b", weight=weights[1]))
    return fleet(hosts, group("all", "windows-11", computers, ("a", "b"), **more))


@pytest.mark.parametrize(
    "organization",
    [
        *(load_organization(file, load_cached()) for file in sorted(ORGANIZATIONS.glob("*.yml"))),
        sharing(60, (1, 1)),
        sharing(90, (1, 2), network_every_days=3),
        sharing(90, (1, 2), reset_every_days=1, reset_client_id="shared", network_every_days=30),
    ],
    ids=lambda each: each.name,
)
def test_the_form_says_what_the_page_says_of_the_same_count(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    found = starts(organization, catalog, policy, TODAY).get("count")
    seen = situation(organization, catalog, policy)
    assert (found is None) is (not seen.counts)
    if found is None:
        return
    numbers = CountNumbers.model_validate({"wanted": 0.999, **found.numbers})
    told = answer(numbers, policy)
    [row] = [
        each
        for each in seen.comparisons
        if organization.host(each.host_id).name == found.about and each.standing.kind == numbers.kind
    ]
    assert told.asking == row.standing.computers
    assert told.probability == pytest.approx(row.chance.together, abs=1e-9)
    assert told.expected_seen == pytest.approx(seen.hold(row.count).expected_seen, rel=1e-9)


def test_hosts_that_share_computers_count_by_chance(catalog: Catalog, policy: Policy) -> None:
    """Sixty computers, each with one of two hosts: the count of thirty is not there on all days."""
    found = starts(sharing(60, (1, 1)), catalog, policy, TODAY)["count"]
    assert found.numbers["groups"] == [{"computers": 60, "every_days": 1, "asks_percent": 50}]
    told = answer(CountNumbers.model_validate({"wanted": 0.999, **found.numbers}), policy)
    assert told.met
    assert told.probability == pytest.approx(sum(comb(60, k) for k in range(25, 61)) / 2**60, abs=1e-12)
