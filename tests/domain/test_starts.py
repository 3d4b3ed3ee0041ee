"""The numbers that forms start with for an organization."""

from __future__ import annotations

import pytest

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.organization_file import load_organization
from macros.domain.plans.starts import starts
from macros.domain.policy import Policy
from tests.built import ORGANIZATIONS
from tests.conftest import TODAY


def test_the_example_starts_with_its_largest_and_most_critical_cases(
    organization: Organization, catalog: Catalog, policy: Policy
) -> None:
    assert starts(organization, catalog, policy, TODAY) == {
        # Office at kms1 has more computers than Windows there.
        "count": {"kind": "office", "groups": [{"computers": 320, "every_days": 1}]},
        "expiry": {"kind": "office-kms", "last_renewal": "2026-11-18"},
        "outage": {
            "method": "adba",
            "product": "windows-client",
            "computers": 640 + 180,
            "every_days": 1,
            "started_every_days": 1,
        },
        # 29 left and 5 needed; 34 computers, 20 and 10 percent of them a year.
        "mak": {
            "total": 60,
            "used": 31,
            "to_activate": 5,
            "reimaged_per_year": 7,
            "replaced_per_year": 4,
            "from": "2026-11-24",
        },
        "host-key": {"hosts": [{"activations_used": 1}, {"activations_used": 3}]},
        "host-keys": {
            "products": ["windows-11", "windows-server-2022", "windows-10-ltsc-2019", "office-ltsc-2024"],
        },
        "traffic": {"clients": 220 + 28 + 19 + 320, "hosts": 2},
    }


@pytest.mark.parametrize(
    ("name", "topics"), [("nine_pcs", {"mak"}), ("subscription_only", set()), ("no_kms", {"mak", "outage"})]
)
def test_a_question_without_a_case_has_no_numbers(
    name: str, topics: set[str], catalog: Catalog, policy: Policy
) -> None:
    organization = load_organization(ORGANIZATIONS / f"{name}.yml", catalog)
    assert set(starts(organization, catalog, policy, TODAY)) == topics
