"""What the head of a sample says of its facts, against the facts that it is made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from macros.catalog.models import Catalog, Fact
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.context import SampleContext
from macros.formats.base.facts_used import facts_used, newest
from macros.formats.library import SAMPLES, available, sample

BUILT = date(2027, 6, 1)
NEWER = date(2027, 3, 3)


@pytest.fixture
def context(catalog: Catalog, organization: Organization, policy: Policy) -> SampleContext:
    return SampleContext(catalog, policy, organization, BUILT)


def verified_later(context: SampleContext, *ids: str) -> SampleContext:
    """The same with some facts compared anew."""

    def changed(fact: Fact) -> Fact:
        return fact.model_copy(update={"verified_on": NEWER}) if fact.id in ids else fact

    facts = tuple(changed(fact) for fact in context.catalog.facts)
    return replace(context, catalog=context.catalog.model_copy(update={"facts": facts}))


def used_by(sample_id: str, context: SampleContext) -> tuple[str, ...]:
    planned = SAMPLES[sample_id]
    found = facts_used(lambda noting: planned.make(noting, noting.origin(planned.file_name)), context)
    return tuple(fact.id for fact in found)


@pytest.mark.parametrize(
    ("sample_id", "facts"),
    [
        ("dns-zone", {"kms.port", "kms.dns.srv_name", "kms.dns.srv_defaults"}),
        ("mak-office", {"office.scripts_path"}),
        ("adba-remove", set()),
    ],
)
def test_facts_are_noted_whether_read_as_facts_or_as_policy(
    sample_id: str, facts: set[str], context: SampleContext
) -> None:
    assert set(used_by(sample_id, context)) == facts


def test_every_sample_tells_the_newest_of_its_own_facts_and_the_day_of_the_build(context: SampleContext) -> None:
    for sample_id in available(context):
        head = sample(sample_id, context).text.replace("\u0000", "")
        used = newest(tuple(context.catalog.fact(one) for one in used_by(sample_id, context)))
        said = f"newest fact in it verified {used}" if used else "no dated fact in it"
        assert f"Guide built {BUILT}, {said}." in head, sample_id


def test_a_fact_that_is_compared_anew_changes_the_head_of_the_samples_that_use_it_alone(context: SampleContext) -> None:
    later = verified_later(context, "kms.dns.srv_name")
    told: dict[str, Any] = {one: f"verified {NEWER}" in sample(one, later).text for one in available(later)}
    assert {one for one, said in told.items() if said} == {
        one for one in available(context) if "kms.dns.srv_name" in used_by(one, context)
    }
    assert True in told.values()
    assert False in told.values()
