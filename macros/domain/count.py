"""Threshold and count: who asks which KMS host, what the host reports, and whether that meets each threshold.

Windows clients and servers feed one count (fact kms.count.shared_windows). Office has its own, which no page states in
one sentence (kms.count.office_separate, unconfirmed), and nobody states whether that is one count or one for each
Office generation (kms.count.office_generations). Both readings are therefore computed for Office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from macros.catalog.models import Catalog, ProductKind
from macros.catalog.organization import Group, KmsHost, Organization

from .once import once
from .policy import Policy

CountKind = Literal["windows", "office"]
Verdict = Literal["met", "short", "not-stated"]
Every = int | Literal["never"]

KINDS: tuple[ProductKind, ...] = ("windows-client", "windows-server", "office")
COUNT_KINDS: tuple[CountKind, ...] = ("windows", "office")
_THRESHOLDS: Mapping[ProductKind, str] = {
    "windows-client": "threshold_client",
    "windows-server": "threshold_server",
    "office": "threshold_office",
}


@dataclass(frozen=True)
class Reported:
    """The current counts of a host, each at its cap or below. Computers."""

    windows: int
    office: int


@dataclass(frozen=True)
class Standing:
    """A count compared with one threshold. Computers throughout.

    `alone` and `reported_alone` are for the smallest Office generation counted by itself; they equal `computers` and
    `reported` where there is one generation, and for Windows.
    """

    kind: ProductKind
    threshold: int
    computers: int
    reported: int
    alone: int
    reported_alone: int

    @property
    def verdict(self) -> Verdict:
        """Met or short under both readings of the Office count; not-stated when they differ."""
        if self.reported_alone >= self.threshold:
            return "met"
        return "short" if self.reported < self.threshold else "not-stated"

    @property
    def to_spare(self) -> int:
        """Computers that may fall away before the threshold is lost; 0 unless it is met."""
        return self.alone - self.threshold if self.verdict == "met" else 0

    @property
    def short_by(self) -> int:
        """Computers missing; 0 unless the threshold is missed."""
        return self.threshold - self.reported if self.verdict == "short" else 0


@dataclass(frozen=True)
class Asker:
    """A group that asks a host: its computers, how often they are on the network, and the host's share of them.

    Where several computers share a client ID (facts kms.count.unique_by, kms.sysprep), `computers` is one with all of
    it at each host, `behind` are the computers behind the ID, and `heard` is the host's share of those.
    """

    group_id: str
    product_id: str
    kind: ProductKind
    computers: int
    every: int
    share: Fraction
    behind: int = 1
    heard: Fraction = Fraction(1)

    @property
    def clients(self) -> Fraction:
        """Computers that send requests to this host, on average."""
        return self.computers * self.share * self.behind * self.heard

    @property
    def asking(self) -> Fraction:
        """Computers that this host can count, on average."""
        return self.computers * self.share


@dataclass(frozen=True)
class HostCount:
    """One of a host's two counts. Without askers the host stands by: another one is asked first."""

    host_id: str
    count: CountKind
    askers: tuple[Asker, ...]
    asking: Fraction
    cap: int
    reported: int
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Pool:
    """Groups that ask the same set of hosts.

    `silent` are groups with computers that are never on the network, so that they cannot ask. `kinds` are the product
    kinds of the groups that do ask, and `counts` the counts that these feed, for every host of the pool.
    """

    host_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    silent: tuple[str, ...]
    kinds: tuple[ProductKind, ...]
    counts: tuple[HostCount, ...]


def counted_in(kind: ProductKind) -> CountKind:
    """The count that a product of this kind feeds."""
    return "office" if kind == "office" else "windows"


def threshold_field(kind: ProductKind) -> str:
    """The field of the policy that holds the threshold of a product kind."""
    return _THRESHOLDS[kind]


def threshold(kind: ProductKind, policy: Policy) -> int:
    """Count from which a product of this kind activates (facts kms.threshold.*)."""
    return int(getattr(policy, threshold_field(kind)))


def cap(count: CountKind, clients: int | Fraction, policy: Policy) -> int:
    """Largest count a host shows, given how many Windows clients ask it.

    Source: facts kms.count.cache_size and kms.count.displayed_max.
    """
    if count == "office":
        return policy.cap_office
    return policy.cap_with_client if clients > 0 else policy.cap_server_only


def reported(clients: int | Fraction, servers: int | Fraction, office: int | Fraction, policy: Policy) -> Reported:
    """What a host reports when these computers ask it, and it has seen all of them.

    A fraction of a computer (a share of a group) is not counted. Raises ValueError for a negative number.
    """
    if min(clients, servers, office) < 0:
        raise ValueError(f"computers cannot be negative: clients {clients}, servers {servers}, office {office}")
    return Reported(
        windows=min(floor(clients + servers), cap("windows", clients, policy)),
        office=min(floor(office), cap("office", clients, policy)),
    )


def standing(
    kind: ProductKind, computers: int | Fraction, limit: int, policy: Policy, alone: int | Fraction | None = None
) -> Standing:
    """Compare the computers of one count, shown up to `limit`, with the threshold of a product kind.

    `alone` is the smallest Office generation, when several ask.
    """
    together, single = floor(computers), floor(computers if alone is None else alone)
    return Standing(
        kind=kind,
        threshold=threshold(kind, policy),
        computers=together,
        reported=min(together, limit),
        alone=single,
        reported_alone=min(single, limit),
    )


def shares(hosts: Iterable[KmsHost], policy: Policy) -> dict[str, Fraction]:
    """Share of the computers that each host gets, by host id: RFC 2782.

    Only the hosts of the lowest priority are asked, in proportion to their weights; weights that are all zero share
    equally. A zero beside other weights means "hardly ever" and counts as none. Shares add up to 1.
    """
    reachable = list(hosts)
    result = {host.id: Fraction(0) for host in reachable}
    if not reachable:
        return result
    lowest = min(_priority(host, policy) for host in reachable)
    first = [host for host in reachable if _priority(host, policy) == lowest]
    total = sum(_weight(host, policy) for host in first)
    for host in first:
        result[host.id] = Fraction(_weight(host, policy), total) if total else Fraction(1, len(first))
    return result


def group_shares(group: Group, organization: Organization, policy: Policy) -> dict[str, Fraction]:
    """Share of a group's computers that each host it reaches gets, by host id."""
    reached = set(group.kms_hosts)
    return shares((host for host in organization.kms_hosts if host.id in reached), policy)


def host_count(
    host_id: str, count: CountKind, organization: Organization, catalog: Catalog, policy: Policy
) -> HostCount:
    """One count of one host, fed by every group with method kms that asks it.

    Raises UnknownId for a product that the catalog does not have.
    """
    askers = tuple(_askers(organization, catalog, policy).get((host_id, count), ()))
    by_kind = _totals((asker.kind, asker.asking) for asker in askers)
    limit = cap(count, by_kind.get("windows-client", Fraction(0)), policy)
    asking = sum((asker.asking for asker in askers), Fraction(0))
    generations = _totals((asker.product_id, asker.asking) for asker in askers)
    alone = min(generations.values()) if count == "office" and generations else None
    return HostCount(
        host_id=host_id,
        count=count,
        askers=askers,
        asking=asking,
        cap=limit,
        reported=min(floor(asking), limit),
        standings=tuple(standing(kind, asking, limit, policy, alone) for kind in KINDS if kind in by_kind),
    )


@once
def host_counts(
    organization: Organization, catalog: Catalog, policy: Policy
) -> Mapping[tuple[str, CountKind], HostCount]:
    """Both counts of every host of an organization, by host id and count."""
    return {
        (host.id, count): host_count(host.id, count, organization, catalog, policy)
        for host in organization.kms_hosts
        for count in COUNT_KINDS
    }


def pools(organization: Organization, catalog: Catalog, policy: Policy) -> tuple[Pool, ...]:
    """The organization's pools, in the order of its groups. Groups with another method than kms are left out."""
    groups: dict[frozenset[str], list[Group]] = {}
    for group in organization.groups:
        if group.method == "kms":
            groups.setdefault(frozenset(group.kms_hosts), []).append(group)
    return tuple(_pool(hosts, members, organization, catalog, policy) for hosts, members in groups.items())


def _pool(
    hosts: frozenset[str], members: list[Group], organization: Organization, catalog: Catalog, policy: Policy
) -> Pool:
    host_ids = tuple(host.id for host in organization.kms_hosts if host.id in hosts)
    asking = {catalog.product(group.product).kind for group in members if _asks(group)}
    fed = {counted_in(kind) for kind in asking}
    return Pool(
        host_ids=host_ids,
        group_ids=tuple(group.id for group in members),
        silent=tuple(group.id for group in members if group.count and not _asks(group)),
        kinds=tuple(kind for kind in KINDS if kind in asking),
        counts=tuple(
            host_counts(organization, catalog, policy)[host_id, count]
            for host_id in host_ids
            for count in COUNT_KINDS
            if count in fed
        ),
    )


@once
def _askers(
    organization: Organization, catalog: Catalog, policy: Policy
) -> Mapping[tuple[str, CountKind], Sequence[Asker]]:
    """Who asks which host, in the order of the groups."""
    found: dict[tuple[str, CountKind], list[Asker]] = {}
    for group in organization.groups:
        every = group.network_every_days
        if group.method != "kms" or not group.count or every == "never":
            continue
        kind = catalog.product(group.product).kind
        for host_id, share in group_shares(group, organization, policy).items():
            if share:
                asker = _asker(group, kind, every, share)
                found.setdefault((host_id, counted_in(kind)), []).append(asker)
    return found


def _asker(group: Group, kind: ProductKind, every: int, share: Fraction) -> Asker:
    if group.shares_one_id:
        return Asker(group.id, group.product, kind, 1, every, Fraction(1), group.count, share)
    return Asker(group.id, group.product, kind, group.count, every, share)


def _asks(group: Group) -> bool:
    return group.count > 0 and group.network_every_days != "never"


def _totals(items: Iterable[tuple[str, Fraction]]) -> Mapping[str, Fraction]:
    totals: dict[str, Fraction] = {}
    for name, amount in items:
        totals[name] = totals.get(name, Fraction(0)) + amount
    return totals


def _priority(host: KmsHost, policy: Policy) -> int:
    return policy.srv_priority if host.priority is None else host.priority


def _weight(host: KmsHost, policy: Policy) -> int:
    return policy.srv_weight if host.weight is None else host.weight
