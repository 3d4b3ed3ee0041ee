"""The organization's file: its forest, DNS zone, KMS hosts, MAKs, licenses and groups of computers.

The one file that a reader's organization edits. Everything the pages call "your" comes from here.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, IPvAnyAddress, StringConstraints

from .models import Catalog, Identifier, Record, Text
from .strict_yaml import DataError, nearest, read, validate

FILE = Path(__file__).resolve().parent.parent.parent / "organization.yml"

_LONGEST_DNS_NAME = 253
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")

Directory = Literal["ad-ready", "ad-old-schema", "none"]
Method = Literal["adba", "kms", "mak", "avma", "azure-kms", "subscription", "unactivated"]
Internet = Literal["direct", "via-admin-workstation", "none"]
Purpose = Literal["production", "short-lived-lab"]
Platform = Literal["other", "azure-vm", "hyper-v-datacenter-guest"]
License = Literal["volume", "subscription", "retail-or-oem", "spla"]
ForestSchema = Literal[
    "windows-server-2008",
    "windows-server-2008-r2",
    "windows-server-2012",
    "windows-server-2012-r2",
    "windows-server-2016",
    "windows-server-2019",
    "windows-server-2022",
    "windows-server-2025",
]


def _dns_name(name: str) -> str:
    first, *others = name.removesuffix(".").split(".")
    if len(name) > _LONGEST_DNS_NAME or not others or not all(map(_LABEL.fullmatch, [first, *others])):
        raise ValueError(
            "must be a full DNS name such as kms1.corp.example.com: two or more labels of letters, digits and hyphens"
        )
    return name.removesuffix(".").lower()


DnsName = Annotated[str, AfterValidator(_dns_name)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
Percent = Annotated[int, Field(strict=True, ge=0, le=1000)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]


class Forest(Record):
    """The Active Directory forest. Leave `active_directory` out when there is none."""

    dns_name: DnsName = Field(description="DNS name of the forest root domain")
    schema_level: ForestSchema = Field(
        description="Schema version of the forest; ADBA needs windows-server-2012 or later"
    )


class HostKey(Record):
    """A KMS host key installed on a host."""

    group: Identifier = Field(
        description="Id of a host key group in macros/data/host-keys.yaml, for example ws2025 or office-ltsc-2024"
    )
    activations_used: Count = Field(description="How often this key has been activated on this host")


class KmsHost(Record):
    """A KMS host of the organization."""

    id: Id
    name: DnsName = Field(description="Full DNS name of the host")
    address: IPvAnyAddress | None = Field(None, description="IP address, for the address record of sample zones")
    operating_system: Identifier = Field(
        description="Id of a product in macros/data/products.yaml, for example windows-server-2022"
    )
    keys: Annotated[tuple[HostKey, ...], Field(min_length=1)]
    port: Annotated[int, Field(strict=True, ge=1, le=65535)] | None = Field(
        None, description="TCP port, when it is not the standard one"
    )
    priority: Annotated[int, Field(strict=True, ge=0, le=65535)] | None = Field(
        None, description="SRV priority, when it is not the standard one"
    )
    weight: Annotated[int, Field(strict=True, ge=0, le=65535)] | None = Field(
        None, description="SRV weight, when it is not the standard one"
    )


class MakAllotment(Record):
    """A MAK and its activations. The key itself never stands in this file."""

    id: Id
    product: Identifier
    total: Count = Field(description="Activations granted, as the admin center or VAMT shows")
    used: Count = Field(description="Activations used so far")


class Licensed(Record):
    """Computers that the organization has licenses for."""

    product: Identifier
    computers: Count


class MakUse(Record):
    """How a group draws on a MAK."""

    allotment: Id = Field(description="Id of a MAK allotment of this file")
    activated: Count = Field(description="Computers of the group that are activated already")
    reimaged_percent_per_year: Percent = Field(description="Computers set up anew in a year, in percent of the group")
    hardware_changes_percent_per_year: Percent = Field(
        description="Computers with a significant hardware change in a year, in percent of the group"
    )


class Group(Record):
    """Computers that share product, directory and network."""

    id: Id
    name: Text
    product: Identifier = Field(
        description="Id of a product in macros/data/products.yaml, for example windows-11 or office-ltsc-2024"
    )
    count: Count
    license: License = "volume"
    method: Method = Field(description="How these computers are activated today")
    directory: Directory = Field(
        description="ad-ready: in a domain, forest schema windows-server-2012 or later; none: workgroup or Entra only"
    )
    network_every_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | Literal["never"] = Field(
        description="On average, one day in how many a computer is on the organization's network: 1 for daily, or never"
    )
    kms_hosts: tuple[Id, ...] = Field(
        description="Hosts of this file whose TCP port these computers reach; [] for none"
    )
    internet: Internet
    purpose: Purpose = "production"
    platform: Platform = "other"
    last_renewal: date | None = Field(None, description="Day of the last successful activation or renewal, when known")
    mak: MakUse | None = Field(None, description="Needed when method is mak")


class Organization(Record):
    """What the organization's file says."""

    model_config = ConfigDict(title="Organization of the Volume Activation Guide")

    name: Text
    active_directory: Forest | None = None
    dns_zone: DnsName = Field(description="Zone in which the KMS hosts publish their SRV record")
    further_dns_zones: tuple[DnsName, ...] = Field(
        (), description="Other zones whose computers look for the same hosts"
    )
    kms_hosts: tuple[KmsHost, ...] = ()
    mak_allotments: tuple[MakAllotment, ...] = ()
    licensed: tuple[Licensed, ...]
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]

    def host(self, host_id: str) -> KmsHost:
        """The KMS host with this id. Raises LookupError."""
        return next(host for host in self.kms_hosts if host.id == host_id)


def path_from_environment() -> Path:
    """The file that ORGANIZATION names, or the one beside mkdocs.yml."""
    named = os.environ.get("ORGANIZATION")
    return Path(named) if named else FILE


def load_organization(path: Path, catalog: Catalog) -> Organization:
    """Read and check an organization's file.

    Raises DataError with file, line and key, what is wrong, and what is allowed, for every problem.
    """
    document = read(path, str(path) if path != FILE else path.name)
    if not isinstance(document.data, dict):
        raise DataError(
            [document.problem((), "is empty or a list; expected the keys " + ", ".join(Organization.model_fields))]
        )
    organization = validate(Organization, document)
    found = [document.problem(key, message) for key, message in _contradictions(organization, catalog)]
    if found:
        raise DataError(found)
    return organization


Finding = tuple[tuple[str | int, ...], str]


def _contradictions(organization: Organization, catalog: Catalog) -> Iterator[Finding]:
    yield from _repeated_ids(organization)
    yield from _unknown_ids(organization, catalog)
    yield from _contradicting_groups(organization, catalog)
    for index, allotment in enumerate(organization.mak_allotments):
        if allotment.used > allotment.total:
            yield (
                ("mak_allotments", index, "used"),
                f"{allotment.used} is more than total ({allotment.total})",
            )
    for index, host in enumerate(organization.kms_hosts):
        for key_group, times in Counter(key.group for key in host.keys).items():
            if times > 1:
                yield (
                    ("kms_hosts", index, "keys"),
                    f'lists the host key "{key_group}" {times} times; once is expected',
                )


def _repeated_ids(organization: Organization) -> Iterator[Finding]:
    for name in ("kms_hosts", "mak_allotments", "groups"):
        first: dict[str, int] = {}
        for index, item in enumerate(getattr(organization, name)):
            if item.id in first:
                yield (name, index, "id"), f'"{item.id}" is already the id of {name}[{first[item.id]}]'
            first.setdefault(item.id, index)
    names: dict[str, int] = {}
    for index, host in enumerate(organization.kms_hosts):
        if host.name in names:
            yield (
                ("kms_hosts", index, "name"),
                f'"{host.name}" is already the name of kms_hosts[{names[host.name]}]',
            )
        names.setdefault(host.name, index)
    products: dict[str, int] = {}
    for index, licensed in enumerate(organization.licensed):
        if licensed.product in products:
            yield (
                ("licensed", index, "product"),
                f'"{licensed.product}" already stands in licensed[{products[licensed.product]}]; add the numbers',
            )
        products.setdefault(licensed.product, index)


def _unknown_ids(organization: Organization, catalog: Catalog) -> Iterator[Finding]:
    products = [product.id for product in catalog.products]
    systems = sorted({system for group in catalog.host_keys.groups for system in group.host_systems})
    key_groups = [group.id for group in catalog.host_keys.groups]
    hosts = [host.id for host in organization.kms_hosts]
    allotments = [allotment.id for allotment in organization.mak_allotments]
    for index, host in enumerate(organization.kms_hosts):
        yield from _unknown(
            ("kms_hosts", index, "operating_system"),
            host.operating_system,
            systems,
            "a system that can be a KMS host",
        )
        for position, key in enumerate(host.keys):
            yield from _unknown(
                ("kms_hosts", index, "keys", position, "group"), key.group, key_groups, "a host key group"
            )
    for index, allotment in enumerate(organization.mak_allotments):
        yield from _unknown(("mak_allotments", index, "product"), allotment.product, products, "a product")
    for index, licensed in enumerate(organization.licensed):
        yield from _unknown(("licensed", index, "product"), licensed.product, products, "a product")
    for index, group in enumerate(organization.groups):
        yield from _unknown(("groups", index, "product"), group.product, products, "a product")
        for position, host_id in enumerate(group.kms_hosts):
            yield from _unknown(("groups", index, "kms_hosts", position), host_id, hosts, "a KMS host of this file")
        if group.mak:
            yield from _unknown(
                ("groups", index, "mak", "allotment"),
                group.mak.allotment,
                allotments,
                "a MAK allotment of this file",
            )


def _unknown(key: tuple[str | int, ...], given: str, known: Iterable[str], what: str) -> Iterator[Finding]:
    allowed = list(known)
    if given not in allowed:
        listed = ", ".join(allowed) or "none, since the file lists none"
        yield key, f'"{given}" is not {what}.{nearest(given, allowed)} Allowed: {listed}'


def _contradicting_groups(organization: Organization, catalog: Catalog) -> Iterator[Finding]:
    products = {product.id: product for product in catalog.products}
    for index, group in enumerate(organization.groups):
        place = ("groups", index)
        if group.method == "mak" and group.mak is None:
            yield (
                (*place, "mak"),
                "is missing; method mak needs allotment, activated and the two yearly percentages",
            )
        if group.method != "mak" and group.mak is not None:
            yield (*place, "mak"), f"stands beside method {group.method}; remove it, or set method to mak"
        if group.mak and group.mak.activated > group.count:
            yield (*place, "mak", "activated"), f"{group.mak.activated} is more than count ({group.count})"
        if group.method == "kms" and not group.kms_hosts:
            yield (
                (*place, "kms_hosts"),
                "is empty; method kms needs at least one host that these computers reach",
            )
        if group.method == "adba" and group.directory != "ad-ready":
            yield (*place, "directory"), f"is {group.directory}; method adba needs ad-ready"
        if group.directory != "none" and organization.active_directory is None:
            yield (
                (*place, "directory"),
                f"is {group.directory}, but the file has no active_directory; expected none",
            )
        if group.method == "azure-kms" and group.platform != "azure-vm":
            yield (*place, "platform"), f"is {group.platform}; method azure-kms needs azure-vm"
        if group.method == "avma" and group.platform != "hyper-v-datacenter-guest":
            yield (*place, "platform"), f"is {group.platform}; method avma needs hyper-v-datacenter-guest"
        if group.method == "avma" and group.product in products and products[group.product].kind != "windows-server":
            yield (*place, "method"), "is avma, which activates Windows Server only"
