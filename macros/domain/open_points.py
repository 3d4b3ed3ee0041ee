"""What an organization has to do: one verdict, computed here and nowhere else.

Each page that says something of the organization draws its part of this list, the start page all of it. "Nothing to
do" may be said where the list is empty, and only there. Urgent points come first.

Points name ids and numbers; how a point is said stands with the pages. Points about groups are one point for all groups
of which the same is to be said, so that a list of hundreds of groups stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from types import MappingProxyType
from typing import Literal

from macros.catalog.decision_tables import Compiled
from macros.catalog.models import Catalog, Lifecycle
from macros.catalog.organization import Group, Organization

from .count import KINDS as PRODUCT_KINDS
from .host_key_budget import HostKeyBudget, name_of
from .host_keys import HostCover
from .lifecycle import final_days, is_about, outlook
from .mak_budget import MONTHS_A_YEAR, Budget, Month, budgets
from .once import once
from .policy import Policy
from .situation import Situation, situation
from .worksheet import MakSupply, Worksheet, worksheet

SUPPORT_SOON_DAYS = 180
"""Days before the end of support from which on it is a point to plan; our own choice."""
NAMED = 3
"""Groups, or persons, that a point names; our own choice."""
FILE_OLD_DAYS = 365
"""Days after which the numbers of a file are old; our own choice."""

Severity = Literal["bad", "warn"]
"""`bad`: something fails, or is over, now. `warn`: it will, or nobody can say that it does not."""
Part = Literal["groups", "counts", "host-keys", "mak", "support", "methods", "facts"]
"""Which part of an organization a point is about; each part has a page."""
Kind = Literal[
    "count-short",
    "silent",
    "clones",
    "mak-short",
    "mak-used-up",
    "mak-missing",
    "change",
    "object-missing",
    "key-product",
    "key-client-host",
    "key-ruled-out",
    "host-key-overdrawn",
    "support-ended",
    "licenses-over",
    "licenses-spare",
    "count-fails",
    "no-groups",
    "count-wavers",
    "count-unsure",
    "key-host",
    "key-misfit",
    "host-key-strict",
    "host-key-last",
    "to-activate",
    "host-missing",
    "mak-ends",
    "support-ends",
    "file-old",
    "facts-due",
]
KINDS: Mapping[Kind, tuple[Severity, Part]] = MappingProxyType(
    {
        "count-short": ("bad", "counts"),
        "silent": ("bad", "counts"),
        "clones": ("bad", "counts"),
        "mak-short": ("bad", "mak"),
        "mak-used-up": ("bad", "mak"),
        "mak-missing": ("bad", "mak"),
        "change": ("bad", "methods"),
        "object-missing": ("bad", "host-keys"),
        "key-product": ("bad", "host-keys"),
        "key-client-host": ("bad", "host-keys"),
        "key-ruled-out": ("bad", "host-keys"),
        "host-key-overdrawn": ("bad", "host-keys"),
        "support-ended": ("bad", "support"),
        "licenses-over": ("bad", "methods"),
        "licenses-spare": ("bad", "methods"),
        "count-fails": ("bad", "counts"),
        "no-groups": ("warn", "groups"),
        "count-wavers": ("warn", "counts"),
        "count-unsure": ("warn", "counts"),
        "key-host": ("warn", "host-keys"),
        "key-misfit": ("warn", "host-keys"),
        "host-key-strict": ("warn", "host-keys"),
        "host-key-last": ("warn", "host-keys"),
        "to-activate": ("warn", "mak"),
        "host-missing": ("warn", "methods"),
        "mak-ends": ("warn", "mak"),
        "support-ends": ("warn", "support"),
        "file-old": ("warn", "groups"),
        "facts-due": ("warn", "facts"),
    }
)
"""Every kind of point, the most urgent first."""

_ORDER = {kind: place for place, kind in enumerate(KINDS)}

Slot = str | int | float | tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """Something to do. `slots` are ids and numbers, by what they are: a host, a product, computers."""

    kind: Kind
    slots: Mapping[str, Slot]

    @property
    def severity(self) -> Severity:
        """How urgent it is."""
        return KINDS[self.kind][0]

    @property
    def part(self) -> Part:
        """What it is about."""
        return KINDS[self.kind][1]


def urgency(point: Point) -> tuple[int, str]:
    """Sorts points, whatever the day: what comes later has its place among what is there."""
    return _ORDER[point.kind], str(point.slots.get("entry") or point.slots.get("mak") or "")


def open_points(
    organization: Organization, catalog: Catalog, policy: Policy, tables: Compiled, today: date
) -> tuple[Point, ...]:
    """All that an organization has to do on a day, the most urgent first.

    Raises UnknownIdError for a product that the catalog does not have.
    """
    lasting, supplies = _lasting(organization, catalog, policy, tables)
    found = chain(
        lasting,
        _maks(budgets(organization, policy, today), supplies, today),
        _support(organization, catalog, today),
        _age(organization, today),
        _facts(catalog, today),
    )
    return tuple(sorted((_with_people(point, organization) for point in found), key=urgency))


@once
def _lasting(
    organization: Organization, catalog: Catalog, policy: Policy, tables: Compiled
) -> tuple[tuple[Point, ...], tuple[MakSupply, ...]]:
    """What depends on no day, and what the recommended methods need of MAKs: pages ask for many days."""
    seen = situation(organization, catalog, policy)
    sheet = worksheet(organization, catalog, policy, tables)
    return (*_groups(organization), *_counts(seen), *_host_keys(seen), *_methods(sheet)), sheet.maks


def turns(organization: Organization, catalog: Catalog, policy: Policy, today: date) -> tuple[date, ...]:
    """The days after today on which other points may be open, in order."""
    ends = (each.runs_out for each in budgets(organization, policy, today) if each.runs_out)
    months = (month.first_day for end in ends for month in (end.later(-MONTHS_A_YEAR), end))
    spans = (_support_days(entry) for entry in _in_use(organization, catalog))
    days = [*months, *(day for span in spans if span for day in span), facts_late_from(catalog)]
    if organization.as_of:
        days.append(_old_from(organization.as_of))
    return tuple(sorted({day for day in days if day > today}))


def _groups(organization: Organization) -> Iterator[Point]:
    """Without groups most of what is looked at elsewhere is not there to look at."""
    if not organization.groups:
        yield Point("no-groups", {})


def _groups_point(kind: Kind, groups: Iterable[Group]) -> Iterator[Point]:
    """One point for all groups of which the same is to be said."""
    some = [group for group in groups if group.count]
    if some:
        slots: dict[str, Slot] = {
            "groups": len(some),
            "computers": sum(group.count for group in some),
            "names": tuple(group.name for group in some[:NAMED]),
        }
        yield Point(kind, slots | _people(group.responsible for group in some))


def _people(some: Iterable[str | None]) -> dict[str, Slot]:
    """Who looks after what a point is about, where the file says it."""
    people = tuple(dict.fromkeys(each for each in some if each))[:NAMED]
    return {"people": people} if people else {}


def _with_people(point: Point, organization: Organization) -> Point:
    """A point with who looks after the host, the MAK or the host key that it names."""
    slots = point.slots
    hosts = (
        host.responsible
        for host in organization.kms_hosts
        if host.id == slots.get("host")
        or any(name_of(key.group, key.key) == slots.get("key") for key in host.keys if "host" not in slots)
    )
    maks = (each.responsible for each in organization.mak_allotments if each.id == slots.get("mak"))
    return replace(point, slots={**slots, **_people(chain(hosts, maks))})


def _counts(seen: Situation) -> Iterator[Point]:
    hosts = [host.id for host in seen.organization.kms_hosts]
    rows = sorted(seen.comparisons, key=lambda row: (hosts.index(row.host_id), PRODUCT_KINDS.index(row.standing.kind)))
    for row in rows:
        about: dict[str, Slot] = {"host": row.host_id, "kind": row.standing.kind}
        if row.standing.verdict == "short":
            yield Point("count-short", {**about, "short": row.standing.short_by})
        elif row.standing.verdict == "not-stated":
            yield Point("count-unsure", about)
        elif row.holding == "fails":
            yield Point("count-fails", {**about, "chance": row.chance.alone})
        elif row.holding == "wavers":
            yield Point("count-wavers", {**about, "chance": row.chance.alone})
    by_kms = [group for group in seen.organization.groups if group.method == "kms"]
    yield from _groups_point("clones", (group for group in by_kms if group.client_ids < group.count))
    silent = {group_id for pool in seen.pools for group_id in pool.silent}
    yield from _groups_point("silent", (group for group in seen.organization.groups if group.id in silent))


def _host_keys(seen: Situation) -> Iterator[Point]:
    yield from _objects(seen)
    found = ((host, cover.product) for cover in seen.covers for host in cover.hosts)
    for host_id, product, gap in dict.fromkeys((host.host, product, _gap(host)) for host, product in found):
        if gap:
            yield Point(gap, {"host": host_id, "product": product})
    for key in seen.keys_on_hosts:
        for problem in key.problems:
            kind: Kind = "key-ruled-out" if problem == "client-key-on-server" else "key-misfit"
            yield Point(kind, {"host": key.host, "key": key.group})
    for budget in seen.key_budgets:
        used = _key_use(budget)
        if used:
            yield Point(used, {"key": budget.name})


def _objects(seen: Situation) -> Iterator[Point]:
    """Products that ADBA is to activate in a forest whose activation objects are known, and that none of them lists."""
    found: dict[tuple[str, str], list[Group]] = {}
    for group in seen.organization.groups:
        forest = seen.organization.forest_of(group)
        if group.method == "adba" and group.count and forest and seen.has_object(forest, group.product) is False:
            found.setdefault((forest.dns_name, group.product), []).append(group)
    for (name, product), groups in found.items():
        people = _people(group.responsible for group in groups)
        yield Point("object-missing", {"forest": name, "product": product, **people})


def _gap(host: HostCover) -> Kind | None:
    """What speaks against a product on a host; None when a key there lists it."""
    if "client-host-for-server" in host.problems:
        return "key-client-host"
    if host.listing.status == "not-listed":
        return "key-product"
    return "key-host" if host.listing.status == "host-not-listed" else None


def _key_use(budget: HostKeyBudget) -> Kind | None:
    """What is to be said of the activations of a host key; None when some are left by every reading."""
    each = [use.activations for use in budget.per_host]
    if any(allowance.overdrawn for allowance in (budget.hosts, budget.in_all, *each)):
        return "host-key-overdrawn"
    if budget.strict.overdrawn:
        return "host-key-strict"
    return None if all(allowance.left for allowance in (budget.in_all, budget.strict, *each)) else "host-key-last"


def _maks(found: Iterable[Budget], supplies: Iterable[MakSupply], today: date) -> Iterator[Point]:
    short: dict[str, int] = {}
    for budget in found:
        about: dict[str, Slot] = {"mak": budget.allotment, "product": budget.product}
        if budget.short_by:
            short[budget.product] = short.get(budget.product, 0) + budget.short_by
            yield Point("mak-short", {**about, "short": budget.short_by})
        elif budget.runs_out and budget.runs_out <= Month.of(today):
            yield Point("mak-used-up", {**about, "month": str(budget.runs_out)})
        elif budget.runs_out and budget.runs_out <= Month.of(today).later(MONTHS_A_YEAR):
            yield Point("mak-ends", {**about, "month": str(budget.runs_out)})
        if budget.needed_now and not budget.short_by:
            yield Point("to-activate", {**about, "needed": budget.needed_now})
    for supply in supplies:
        # The same activations are missing today already.
        if supply.short_by and supply.short_by != short.get(supply.product):
            yield Point("mak-missing", {"product": supply.product, "short": supply.short_by})


def _methods(sheet: Worksheet) -> Iterator[Point]:
    yield from _groups_point("change", (row.group for row in sheet.rows if row.today == "other"))
    yield from _groups_point("host-missing", (row.group for row in sheet.rows if row.host_missing))
    for balance in sheet.balances:
        if balance.unexplained:
            kind: Kind = "licenses-over" if balance.left < 0 else "licenses-spare"
            yield Point(kind, {"product": balance.product, "difference": abs(balance.left)})


def _support(organization: Organization, catalog: Catalog, today: date) -> Iterator[Point]:
    ended = {concern.entry: concern for concern in outlook(catalog, organization, today).ended}
    upcoming = {concern.entry: concern for _, concern in outlook(catalog, organization, today).upcoming}
    for entry in _in_use(organization, catalog):
        concern = ended.get(entry.id) or upcoming.get(entry.id)
        if concern is None or not (concern.computers or concern.hosts):
            continue
        groups = (group.responsible for group in organization.groups if is_about(entry, group) and group.count)
        hosts = (host.responsible for host in organization.kms_hosts if host.operating_system in entry.products)
        people = _people(chain(groups, hosts))
        about: dict[str, Slot] = {
            "entry": entry.id,
            "computers": concern.computers,
            "hosts": len(concern.hosts),
            **people,
        }
        days = final_days(entry)
        if entry.id in ended:
            yield Point("support-ended", about)
        elif days and days[0] - timedelta(days=SUPPORT_SOON_DAYS) <= today:
            yield Point("support-ends", {**about, "day": (days[0] if days[0] >= today else days[1]).isoformat()})


def _in_use(organization: Organization, catalog: Catalog) -> Iterator[Lifecycle]:
    """Support dates of what groups and hosts run; of products that end release by release, of the named releases."""
    systems = {host.operating_system for host in organization.kms_hosts}
    return (
        entry
        for entry in catalog.lifecycle
        if (not entry.release and systems.intersection(entry.products))
        or any(is_about(entry, group) for group in organization.groups)
    )


def _support_days(entry: Lifecycle) -> tuple[date, ...]:
    """The days on which what is to be said of the end of an entry's support changes."""
    days = final_days(entry)
    if not days:
        return ()
    first, last = days
    return first - timedelta(days=SUPPORT_SOON_DAYS), first + timedelta(days=1), last + timedelta(days=1)


def _age(organization: Organization, today: date) -> Iterator[Point]:
    if organization.as_of and _old_from(organization.as_of) <= today:
        yield Point("file-old", {"day": organization.as_of.isoformat()})


def _old_from(day: date) -> date:
    """The first day on which numbers of a day are old."""
    return day + timedelta(days=FILE_OLD_DAYS + 1)


def _facts(catalog: Catalog, today: date) -> Iterator[Point]:
    # How many there are changes every few days, and each number would be a text of its own in the page.
    if facts_late_from(catalog) <= today:
        yield Point("facts-due", {})


def facts_late_from(catalog: Catalog) -> date:
    """The first day on which something of the catalog is past its review."""
    days = [fact.review_by for fact in catalog.facts]
    days += [entry.review_by for entry in catalog.lifecycle]
    days += [file.review_by for file in catalog.file_reviews]
    return min(days) + timedelta(days=1)
