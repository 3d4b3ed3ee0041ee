"""What Microsoft lists about KMS host keys (CSVLK): which systems hold one, what it activates, what update that needs.

The lists say what is listed and nothing else. A product or a system that a list leaves out is "not listed": no result
of this module means that an activation would fail. The one thing that Microsoft rules out in words is a client key on
Windows Server (fact kms.host.client_csvlk_on_server).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from macros.catalog.models import Catalog, HostKeyGroup, HostUpdate, find
from macros.catalog.organization import Group, KmsHost, Organization

Status = Literal["listed", "listed-year-not-printed", "not-listed", "host-not-listed"]
Problem = Literal[
    "client-key-on-server",
    "client-host-for-server",
    "host-not-listed",
    "product-not-listed",
    "year-not-printed",
    "host-by-minimum",
]
Verdict = Literal["covered", "covered-with-doubt", "some-hosts", "not-listed"]

LISTED: tuple[Status, ...] = ("listed", "listed-year-not-printed")


@dataclass(frozen=True)
class Listing:
    """What the lists say about one product, one host key group, and the system that holds the key."""

    group: str
    product: str
    host_system: str | None
    """Product id of the host's system; None for a key in an activation object, which has no host system."""
    status: Status
    printed: tuple[str, ...] = ()
    """The lines of the list that name the product, as printed."""
    updates: tuple[HostUpdate, ...] = ()
    """Rows of the update table for this host system and product. Each row suffices. Empty: no update is printed."""
    host_by_minimum: bool = False
    """The system qualifies by "at least" and is not named itself."""

    @property
    def is_listed(self) -> bool:
        """Product and host system are both listed, with or without the year of the release."""
        return self.status in LISTED

    @property
    def is_certain(self) -> bool:
        """Product and host system are both named in so many words."""
        return self.status == "listed" and not self.host_by_minimum


@dataclass(frozen=True)
class Holder:
    """A host key group on a host system that together list all of some products."""

    group: str
    host_system: str
    listings: tuple[Listing, ...]


@dataclass(frozen=True)
class Partial:
    """A host key group that lists some of the products."""

    group: str
    listed: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Coverings:
    """Which keys list some products: all of them on one host system, or a part."""

    full: tuple[Holder, ...]
    partial: tuple[Partial, ...]


@dataclass(frozen=True)
class KeyOnHost:
    """A key that is installed on a host, and what the lists have against it."""

    host: str
    group: str
    problems: tuple[Problem, ...]
    updates: tuple[HostUpdate, ...] = ()
    """Updates that Microsoft lists for this host to activate the release that the key is named for."""


@dataclass(frozen=True)
class HostCover:
    """The key on one host that says most for one product."""

    host: str
    listing: Listing
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class GroupCover:
    """Whether the hosts that a group of computers reaches hold a key that lists its product."""

    group: str
    product: str
    hosts: tuple[HostCover, ...]
    verdict: Verdict


@dataclass(frozen=True)
class ForestCover:
    """Host keys for a group that activates through Active Directory: the same keys, without a host system."""

    group: str
    product: str
    held: tuple[Listing, ...]
    """Keys that the organization holds and that list the product."""
    other: tuple[Listing, ...]
    """Further keys that list the product."""


def listing(catalog: Catalog, group_id: str, product: str, host_system: str | None = None) -> Listing:
    """What the lists say about a product under a host key group, for a host system or for an activation object.

    Raises LookupError for a group or product that does not exist.
    """
    group = find(catalog.host_keys.groups, group_id, "host key group")
    catalog.product(product)
    lines = [line for line in group.activates if product in line.products]
    if not lines:
        return Listing(group.id, product, host_system, "not-listed")
    if host_system is not None and host_system not in group.host_systems:
        return Listing(group.id, product, host_system, "host-not-listed")
    vague = all(line.years_not_printed for line in lines)
    return Listing(
        group.id,
        product,
        host_system,
        "listed-year-not-printed" if vague else "listed",
        printed=tuple(line.printed for line in lines),
        updates=updates_for(catalog, host_system, product),
        host_by_minimum=host_system is not None and host_system not in named_systems(catalog, group),
    )


def activates(catalog: Catalog, group_id: str, host_system: str | None = None) -> tuple[Listing, ...]:
    """Every product that a host key group lists, in printed order. Raises LookupError for an unknown group."""
    group = find(catalog.host_keys.groups, group_id, "host key group")
    products = dict.fromkeys(product for line in group.activates for product in line.products)
    return tuple(listing(catalog, group_id, product, host_system) for product in products)


def updates_for(catalog: Catalog, host_system: str | None, product: str) -> tuple[HostUpdate, ...]:
    """Rows of the update table for a host system that is to activate a product; empty when none is printed."""
    return tuple(
        update
        for update in catalog.host_keys.updates
        if update.host_system == host_system and product in update.to_activate
    )


def updates_for_key(catalog: Catalog, group_id: str, host_system: str) -> tuple[HostUpdate, ...]:
    """Rows of the update table for a system that holds a key named for a newer release; empty when none is printed.

    The table speaks of products to activate, not of keys. That a host wants the update for the release of its key
    before it takes the key is our advice. A Windows key is named for the first of its host systems.
    Raises LookupError for an unknown group.
    """
    group = find(catalog.host_keys.groups, group_id, "host key group")
    return updates_for(catalog, host_system, group.host_systems[0]) if group.kind == "windows" else ()


def needed_updates(
    catalog: Catalog, group_id: str, host_system: str, products: Iterable[str]
) -> tuple[HostUpdate, ...]:
    """Updates that a system needs before it takes a key and activates some products with it.

    One where each row of the table has its day: for each product the oldest update that will do, and of these the
    latest, because the table says "or later" and an update of a system contains the older ones. Else every row.
    Raises LookupError for an unknown group.
    """
    rows = [updates_for_key(catalog, group_id, host_system)]
    rows += [updates_for(catalog, host_system, product) for product in products]
    every = tuple(dict.fromkeys(update for found in rows for update in found))
    days = {update: update.listed.day for update in every if update.listed}
    if len(days) < len(every):
        return every
    least = [min(found, key=days.__getitem__) for found in rows if found]
    return (max(least, key=days.__getitem__),) if least else ()


def named_systems(catalog: Catalog, group: HostKeyGroup) -> tuple[str, ...]:
    """Host systems that the page names.

    The Windows table names every system. The Office page names the oldest server and the oldest client, which stand
    last of their kind in the list, and takes in newer ones by "at least".
    """
    if group.kind == "windows":
        return group.host_systems
    oldest = {catalog.product(system).kind: system for system in group.host_systems}
    return tuple(oldest.values())


def covering(catalog: Catalog, products: Iterable[str]) -> Coverings:
    """Which host key groups list all of the products, on which host systems, and which list a part.

    No products give no answer. Raises LookupError for a product that does not exist.
    """
    wanted = tuple(dict.fromkeys(products))
    full: list[Holder] = []
    partial: list[Partial] = []
    for group in catalog.host_keys.groups:
        listed = tuple(product for product in wanted if listing(catalog, group.id, product).is_listed)
        if not listed:
            continue
        if len(listed) < len(wanted):
            partial.append(Partial(group.id, listed, tuple(product for product in wanted if product not in listed)))
            continue
        full += [
            Holder(group.id, system, tuple(listing(catalog, group.id, product, system) for product in wanted))
            for system in group.host_systems
        ]
    return Coverings(tuple(full), tuple(partial))


def products_by_key(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Products that Microsoft lists for each host key, each once."""
    return {
        group.id: tuple(dict.fromkeys(product for line in group.activates for product in line.products))
        for group in catalog.host_keys.groups
    }


def installed_keys(catalog: Catalog, organization: Organization) -> tuple[KeyOnHost, ...]:
    """Every key on every host of an organization, with what the lists have against it."""
    return tuple(
        KeyOnHost(
            host.id,
            key.group,
            _key_problems(catalog, key.group, host.operating_system),
            updates_for_key(catalog, key.group, host.operating_system),
        )
        for host in organization.kms_hosts
        for key in host.keys
    )


def group_covers(catalog: Catalog, organization: Organization) -> tuple[GroupCover, ...]:
    """For each group that activates by KMS: what the keys on the hosts that it reaches say about its product."""
    return tuple(_group_cover(catalog, organization, group) for group in organization.groups if group.method == "kms")


def forest_covers(catalog: Catalog, organization: Organization) -> tuple[ForestCover, ...]:
    """For each group that activates through Active Directory: the host keys that list its product (fact adba.key)."""
    held = {key.group for host in organization.kms_hosts for key in host.keys}
    covers = []
    for group in organization.groups:
        if group.method != "adba":
            continue
        found = [listing(catalog, key.id, group.product) for key in catalog.host_keys.groups]
        listed = [entry for entry in found if entry.is_listed]
        covers.append(
            ForestCover(
                group.id,
                group.product,
                held=tuple(entry for entry in listed if entry.group in held),
                other=tuple(entry for entry in listed if entry.group not in held),
            )
        )
    return tuple(covers)


def activated_products(organization: Organization) -> tuple[str, ...]:
    """Products that the organization activates with a host key, by KMS or through Active Directory."""
    return tuple(dict.fromkeys(group.product for group in organization.groups if group.method in ("kms", "adba")))


def _group_cover(catalog: Catalog, organization: Organization, group: Group) -> GroupCover:
    covers = tuple(_host_cover(catalog, organization.host(host_id), group.product) for host_id in group.kms_hosts)
    listed = [cover.listing for cover in covers if cover.listing.is_listed]
    verdict: Verdict
    if not listed:
        verdict = "not-listed"
    elif len(listed) < len(covers):
        verdict = "some-hosts"
    else:
        verdict = "covered" if all(entry.is_certain for entry in listed) else "covered-with-doubt"
    return GroupCover(group.id, group.product, covers, verdict)


def _host_cover(catalog: Catalog, host: KmsHost, product: str) -> HostCover:
    found = [listing(catalog, key.group, product, host.operating_system) for key in host.keys]
    best = min(found, key=_rank)
    problems: list[Problem] = []
    if best.status == "host-not-listed":
        problems += _key_problems(catalog, best.group, host.operating_system)
    kinds = catalog.product(host.operating_system).kind, catalog.product(product).kind
    if kinds == ("windows-client", "windows-server"):
        problems.append("client-host-for-server")
    if best.status == "not-listed":
        problems.append("product-not-listed")
    if best.status == "listed-year-not-printed":
        problems.append("year-not-printed")
    if best.host_by_minimum:
        problems.append("host-by-minimum")
    return HostCover(host.id, best, tuple(problems))


def _rank(entry: Listing) -> int:
    """Keys that say more for a product come first. A key for the right product on an unlisted host beats another."""
    if entry.is_certain:
        return 0
    if entry.is_listed:
        return 1
    return 2 if entry.status == "host-not-listed" else 3


def _key_problems(catalog: Catalog, group_id: str, host_system: str) -> tuple[Problem, ...]:
    group = find(catalog.host_keys.groups, group_id, "host key group")
    if host_system in group.host_systems:
        return ()
    for_clients = group.kind == "windows" and all(
        catalog.product(system).kind == "windows-client" for system in group.host_systems
    )
    if for_clients and catalog.product(host_system).kind == "windows-server":
        return ("client-key-on-server",)
    return ("host-not-listed",)
