"""The numbers that the questions of a plan start with for an organization: its largest or its most critical case.

Each says which case that is. A question of which the organization has no case gets no numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from macros.catalog.models import Catalog, find
from macros.catalog.organization import MOST, Group, Organization
from macros.catalog.plan_numbers import FIRST_YEAR, LAST_YEAR, WHOLE, Topic
from macros.domain.contact import contact_of
from macros.domain.count import KINDS, HostCount
from macros.domain.mak_budget import Month, budgets
from macros.domain.policy import Policy
from macros.domain.situation import Situation, situation


@dataclass(frozen=True)
class Start:
    """Numbers under the keys of the topic's model; what is not named there stays what the form has."""

    numbers: Mapping[str, Any]
    about: str | None = None
    """The group, host, MAK or key that they are of; None when they are of all."""
    is_rounded: bool = False
    """Whether parts of a computer were rounded up."""
    is_beyond: bool = False
    """Whether the numbers are larger than a plan takes; then there are none here."""


def starts(organization: Organization, catalog: Catalog, policy: Policy, today: date) -> Mapping[Topic, Start]:
    """What the questions start with, by topic.

    Raises UnknownIdError for a product that the catalog does not have.
    """
    seen = situation(organization, catalog, policy)
    found: dict[Topic, Start | None] = {
        "count": _count(seen),
        "expiry": _expiry(seen),
        "outage": _outage(seen),
        "mak": _mak(seen, today),
        "host-key": _host_key(seen),
        "host-keys": _host_keys(seen),
        "traffic": _traffic(seen),
    }
    return {topic: _taken(start) for topic, start in found.items() if start}


def _taken(start: Start) -> Start:
    """The numbers as far as a plan takes them: sums over many groups may be larger."""
    is_beyond = any(number > MOST for number in _numbers(start.numbers))
    return Start({}, start.about, is_beyond=True) if is_beyond else start


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _numbers(each)


def _count(seen: Situation) -> Start | None:
    """The count that most computers feed, and its kind of product with the most of them."""
    if not seen.counts:
        return None
    count = max(seen.counts, key=lambda each: each.asking)
    by_kind = {kind: _asking(count, kind) for kind in KINDS}
    kind = max(KINDS, key=lambda each: by_kind[each])
    lots: Counter[tuple[float, Fraction]] = Counter()
    for asker in count.askers:
        lots[contact_of(asker, seen.policy), asker.share] += asker.computers
    groups = [
        {"computers": lots[every, share], "every_days": every, "asks_percent": _plain(share * WHOLE)}
        for every, share in sorted(lots)
    ]
    return Start({"kind": kind, "groups": groups}, seen.organization.host(count.host_id).name)


def _plain(value: Fraction) -> float:
    """A number as people write it: 100, not 100.0."""
    return int(value) if value.denominator == 1 else float(value)


def _asking(count: HostCount, kind: str) -> Fraction:
    return sum((asker.asking for asker in count.askers if asker.kind == kind), Fraction(0))


def _expiry(seen: Situation) -> Start | None:
    """The group that renewed longest ago."""
    renewed = [(group.last_renewal, group) for group in seen.organization.groups if group.last_renewal]
    named = [(day, _EXPIRY.get((group.method, seen.kind(group))), group.name) for day, group in renewed]
    known = [(day, kind, name) for day, kind, name in named if kind and is_of_a_plan(day)]
    if not known:
        return None
    day, kind, name = min(known, key=lambda each: each[0])
    return Start({"kind": kind, "last_renewal": day.isoformat()}, name)


_EXPIRY: Mapping[tuple[str, str], str] = {
    ("kms", "windows-client"): "windows-kms",
    ("kms", "windows-server"): "windows-server-kms",
    ("kms", "office"): "office-kms",
    ("adba", "windows-client"): "adba",
    ("adba", "windows-server"): "adba",
    ("adba", "office"): "office-adba",
}


def _outage(seen: Situation) -> Start | None:
    """The largest group that renews, alone: others are there more or less often."""
    groups = [
        group
        for group in seen.organization.groups
        if group.method in ("kms", "adba") and group.count and group.network_every_days != "never"
    ]
    if not groups:
        return None
    largest = max(groups, key=lambda group: group.count)
    numbers = {
        "method": largest.method,
        "product": seen.kind(largest),
        "computers": largest.count,
        "every_days": largest.network_every_days,
        **_started(largest),
    }
    return Start(numbers, largest.name)


def _started(group: Group) -> dict[str, Any]:
    is_known = group.method == "adba" and group.starts_every_days not in (None, "never")
    return {"started_every_days": group.starts_every_days} if is_known else {}


def _mak(seen: Situation, today: date) -> Start | None:
    """The MAK that is used up first, else the one with the fewest left; parts of a computer a year are rounded up."""
    found = budgets(seen.organization, seen.policy, today)
    if not found:
        return None
    budget = min(found, key=lambda each: (each.runs_out is None, each.runs_out or Month.of(today), each.left_after))
    each = seen.policy.mak_per_activation
    reimaged = sum((draw.reimaged_a_year for draw in budget.draws), Fraction(0)) / each
    replaced = sum((draw.hardware_a_year for draw in budget.draws), Fraction(0)) / each
    numbers = {
        "total": budget.total,
        "used": budget.used,
        "to_activate": budget.needed_now // each,
        "reimaged_per_year": ceil(reimaged),
        "replaced_per_year": ceil(replaced),
        "from": (budget.counted_on if is_of_a_plan(budget.counted_on) else today).isoformat(),
    }
    return Start(numbers, budget.allotment, max(reimaged.denominator, replaced.denominator) > 1)


def is_of_a_plan(day: date) -> bool:
    """Whether the questions of a plan take the day."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _host_key(seen: Situation) -> Start | None:
    """The host key that was activated most often."""
    keys = [key for host in seen.organization.kms_hosts for key in host.keys]
    used: Counter[tuple[str, str | None]] = Counter()
    for key in keys:
        used[key.group, key.key] += key.activations_used
    if not used:
        return None
    most = max(used, key=lambda each: used[each])
    hosts = [{"activations_used": key.activations_used} for key in keys if (key.group, key.key) == most]
    group, which = most
    name = find(seen.catalog.host_keys.groups, group, "host key group").name
    return Start({"hosts": hosts}, f"{name} ({which})" if which else name)


def _host_keys(seen: Situation) -> Start | None:
    """Products of the groups that use KMS, as far as some host key lists them."""
    listed = {name for group in seen.catalog.host_keys.groups for line in group.activates for name in line.products}
    products = [*dict.fromkeys(group.product for group in _by_kms(seen) if group.product in listed)]
    return Start({"products": products}) if products else None


def _traffic(seen: Situation) -> Start | None:
    there = [group for group in _by_kms(seen) if group.network_every_days != "never"]
    # A host that stands by is one that they have.
    hosts = {host_id for group in there if group.count for host_id in group.kms_hosts}
    clients = sum(group.count for group in there)
    return Start({"clients": clients, "hosts": len(hosts)}) if hosts else None


def _by_kms(seen: Situation) -> Iterator[Group]:
    return (group for group in seen.organization.groups if group.method == "kms")
