"""The organization's file: its forest, DNS zone, KMS hosts, MAKs, licenses and groups of computers.

The one file that a reader's organization edits. Everything the pages call "your" comes from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_network
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyAddress,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from .models import Day, Identifier, Record, Text

LONGEST_DNS_NAME = 253
_THIS_NETWORK = ip_network("0.0.0.0/8")
NO_ZONE = "organization.invalid"
"""Stands for a zone that nobody looks in; a name under invalid never exists (RFC 2606)."""
LONGEST_NAME = 200
LONGEST_TEXT = 1_000
"""Characters. Our choice: names stand in tables and in the heads of files."""
MOST_HOSTS = 60
MOST_ENTRIES = 1_000
"""Our choice, far above what one file describes: a larger file is refused in words before pages grow beyond use."""
SAID: Mapping[str, str] = MappingProxyType(
    {
        "address": "must be an address such as 192.0.2.10 or 2001:db8::10",
        "answers": "must be questions with their answers, such as {question: answer}",
        "dns": "must be a full DNS name such as kms1.corp.example.com: two or more labels of letters, digits and "
        "hyphens, and no address",
        "line": "must stand on one line, without tabs",
        "link-local": "valid on one link only (link-local)",
        "loopback": "the computer itself (loopback)",
        "multicast": "for many computers at once (multicast)",
        "reserved": "reserved",
        "unspecified": "no address of a computer",
        "usable": "is {kind}: {address}; expected the address by which clients reach this host",
    }
)
"""What is said of a value of the right kind that cannot be used; the page "My organization" says it too."""
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")

Directory = Literal["ad-ready", "ad-old-schema", "none"]
Method = Literal["adba", "kms", "mak", "avma", "azure-kms", "subscription", "own-key", "unactivated"]
Internet = Literal["direct", "via-admin-workstation", "none"]
Purpose = Literal["production", "short-lived-lab"]
Platform = Literal["other", "azure-vm", "hyper-v-datacenter-guest"]
ClientId = Literal["new", "own", "shared"]
"""What a computer that is set back asks a KMS host with: a new client ID, its own, or one that the group shares."""
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
    labels = [first, *others]
    # A last label of digits would make an address, or look like one.
    if len(name) > LONGEST_DNS_NAME or not others or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(SAID["dns"])
    return name.removesuffix(".").lower()


def _address(value: object) -> object:
    """Refuse what the library takes beside addresses as people write them: numbers, and scopes such as %eth0."""
    if isinstance(value, int) or (isinstance(value, str) and "%" in value):
        raise ValueError(SAID["address"])
    return value


def _usable(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Refuse addresses that no other computer reaches a host by."""
    kinds = {
        "unspecified": address.is_unspecified,
        "loopback": address.is_loopback,
        "multicast": address.is_multicast,
        "link-local": address.is_link_local,
        "reserved": address.is_reserved or address in _THIS_NETWORK,
    }
    for name, is_so in kinds.items():
        if is_so:
            kind = SAID[name]
            raise ValueError(SAID["usable"].format(kind=kind, address=address))
    return address


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1 or "\t" in text:
        raise ValueError(SAID["line"])
    return text


DnsName = Annotated[str, AfterValidator(_dns_name)]
Address = Annotated[IPvAnyAddress, BeforeValidator(_address), AfterValidator(_usable)]
Name = Annotated[Text, Field(max_length=LONGEST_NAME), AfterValidator(_one_line)]
Explanation = Annotated[Text, Field(max_length=LONGEST_TEXT), AfterValidator(_one_line)]
MOST = 10_000_000
"""The largest number of computers or activations in a file or a form; our choice."""
Count = Annotated[int, Field(strict=True, ge=0, le=MOST)]
Percent = Annotated[int, Field(strict=True, ge=0, le=36_500)]
"""In percent of a group in a year: 36500 is each of them on each day."""
ID = r"^[a-z][a-z0-9-]{0,62}$"
Id = Annotated[str, StringConstraints(pattern=ID)]


class Forest(Record):
    """An Active Directory forest. Leave `active_directory` out when there is none."""

    dns_name: DnsName = Field(description="DNS name of the forest root domain")
    schema_level: ForestSchema = Field(
        description="Schema version of the forest; ADBA needs windows-server-2012 or later"
    )
    activation_objects: Annotated[tuple[Identifier, ...], Field(max_length=MOST_HOSTS)] | None = Field(
        None,
        description="Host keys that activation objects of this forest were made with, each by its id in "
        "macros/data/host-keys.yaml; [] when there is no object, and leave out when unknown",
    )


class HostKey(Record):
    """A KMS host key installed on a host."""

    group: Identifier = Field(
        description="Id of a host key group in macros/data/host-keys.yaml, for example ws2025 or office-ltsc-2024"
    )
    activations_used: Count = Field(description="How often this key has been activated on this host")
    key: Id | None = Field(
        None,
        description="Which of several keys of this kind it is, by a name of your choice; never the key itself. Each "
        "key has activations of its own. Leave out when there is one",
    )


class KmsHost(Record):
    """A KMS host of the organization."""

    id: Id = Field(description="Name of your choice, a letter first, by which groups of this file name the host")
    name: DnsName = Field(description="Full DNS name of the host")
    address: Address | None = Field(None, description="IP address, for the address record of sample zones")
    operating_system: Identifier = Field(
        description="Id of a product in macros/data/products.yaml, for example windows-server-2022"
    )
    keys: Annotated[tuple[HostKey, ...], Field(min_length=1)] = Field(
        description="KMS host keys (CSVLK) that are installed on it"
    )
    site: Id | None = Field(
        None, description="The host serves this site alone; leave out for a host of the core network"
    )
    port: Annotated[int, Field(strict=True, ge=1, le=65535)] | None = Field(
        None, description="TCP port, when it is not the standard one"
    )
    priority: Annotated[int, Field(strict=True, ge=0, le=65535)] | None = Field(
        None, description="SRV priority, when it is not the standard one"
    )
    publish_in: Annotated[tuple[DnsName, ...], Field(min_length=1)] | None = Field(
        None,
        description="Zones of this file in which the host's SRV record stands; the zone of its own name if left out",
    )
    weight: Annotated[int, Field(strict=True, ge=0, le=65535)] | None = Field(
        None, description="SRV weight, when it is not the standard one"
    )
    responsible: Name | None = Field(None, description="Who looks after the host and its keys: a person or a team")


class MakAllotment(Record):
    """A MAK and its activations. The key itself never stands in this file."""

    id: Id = Field(description="Name of your choice, a letter first, by which groups of this file name the MAK")
    product: Identifier = Field(description="Id of the product that the MAK activates, in macros/data/products.yaml")
    total: Count = Field(description="Activations granted, as the admin center or VAMT shows")
    used: Count = Field(description="Activations used so far")
    counted_on: Day | None = Field(
        None, description="Day on which `used` was read; months count from it, and without it from the day of the build"
    )
    responsible: Name | None = Field(None, description="Who looks after the MAK: a person or a team")


class Licensed(Record):
    """Computers that the organization has licenses for."""

    product: Identifier = Field(description="Id of a product in macros/data/products.yaml")
    computers: Count = Field(description="Computers that may run it, by your licenses")
    explained: Explanation | None = Field(
        None, description="Why the groups hold fewer computers than are licensed; more cannot be explained away"
    )


class MakUse(Record):
    """How a group draws on a MAK."""

    allotment: Id = Field(description="Id of a MAK allotment of this file")
    activated: Count = Field(description="Computers of the group that are activated already")
    reimaged_percent_per_year: Percent = Field(
        description="Computers reimaged or rebuilt in a year, in percent of the group"
    )
    hardware_changes_percent_per_year: Percent = Field(
        description="Computers with a significant hardware change in a year, in percent of the group"
    )


def _pairs(value: object) -> object:
    if isinstance(value, dict):
        return tuple(value.items())
    if isinstance(value, tuple):
        return value
    raise ValueError(SAID["answers"])


Answers = Annotated[
    tuple[tuple[Id, Id], ...],
    BeforeValidator(_pairs),
    PlainSerializer(dict, return_type=dict[str, str]),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
"""Questions with their answers. Pairs, because a group is compared and hashed."""


class Group(Record):
    """Computers that share product, directory and network."""

    id: Id = Field(description="Name of your choice, a letter first; links to the group hold it")
    name: Name = Field(description="What people call these computers")
    product: Identifier = Field(
        description="Id of a product in macros/data/products.yaml, for example windows-11 or office-ltsc-2024"
    )
    release: Identifier | None = Field(
        None,
        description="For a product whose releases end on days of their own: the release and edition that these "
        "computers run, by its id in macros/data/lifecycle.yaml, for example win11-25h2-enterprise; leave out when "
        "unknown or mixed",
    )
    count: Count = Field(description="How many computers there are")
    license: License = Field("volume", description="How the product is licensed on these computers")
    method: Method = Field(
        description="How these computers are activated today; own-key: by the key of a retail or OEM license"
    )
    directory: Directory = Field(
        description="ad-ready: in a domain, forest schema windows-server-2012 or later; none: workgroup or Entra only"
    )
    network_every_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | Literal["never"] = Field(
        description="On average, one day in how many a computer is on the organization's network: 1 for daily, or never"
    )
    starts_every_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | Literal["never"] | None = Field(
        None,
        description="On average, one day in how many a computer starts or restarts while it is on the network: 1 for "
        "each day, 30 for the restart of a monthly update, never if it only sleeps; leave out when unknown. Clients of "
        "ADBA try at each start. With days on the network without a start it is larger than network_every_days",
    )
    reset_every_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = Field(
        None,
        description="Every how many days these computers are imaged anew or set back to an earlier state: 1 for each "
        "night; leave out if they are not",
    )
    reset_client_id: ClientId = Field(
        "new",
        description="With reset_every_days, the ID by which a KMS host counts them afterwards: new from an image that "
        "sysprep /generalize prepared, own when each is set back to its own earlier state, shared when all come from "
        "one image that was not generalized",
    )
    kms_hosts: tuple[Id, ...] = Field(
        description="Hosts of this file whose TCP port these computers reach; [] for none"
    )
    site: Id | None = Field(
        None,
        description="Isolated network, branch or ship, by a name of your choice: computers with the same site could "
        "share a KMS host there. Leave out for computers of the core network and for computers that stand alone",
    )
    sites: Annotated[int, Field(strict=True, ge=2, le=MOST)] | None = Field(
        None,
        description="How many sites alike `site` stands for, such as 140 for 140 branches. `count` is then for all of "
        "them together, and a KMS host in one of them counts the share of that site alone; leave out for one site",
    )
    forest: DnsName | None = Field(
        None, description="DNS name of the forest of these computers, where it is one of further_forests"
    )
    internet: Internet = Field(
        description="Way to Microsoft's activation servers; via-admin-workstation: another computer activates for them"
    )
    purpose: Purpose = Field("production", description="short-lived-lab: computers that live for a few days")
    platform: Platform = Field("other", description="Where they run, as far as it brings activation by itself")
    answers: Answers = Field(
        (), description="Answers to questions of the decision tables that have no key here, by the id of the question"
    )
    last_renewal: Day | None = Field(None, description="Day of the last successful activation or renewal, when known")
    mak: MakUse | None = Field(None, description="Needed when method is mak")
    match: Name | None = Field(
        None,
        description="Names by which a fleet that is read tells these computers from those of other groups, with or "
        "without their domain: * stands for any letters and ? for one, as in LT-* or *.plant.example.com. With the "
        "label of a column in front, the pattern is one of its values, as in Site=Berlin*",
    )
    responsible: Name | None = Field(None, description="Who looks after these computers: a person or a team")

    @property
    def shares_one_id(self) -> bool:
        """Whether a KMS host takes all of these computers for one."""
        return self.reset_every_days is not None and self.reset_client_id == "shared"

    @property
    def client_ids(self) -> int:
        """How many computers a KMS host counts when it has heard from all: those that share an ID are one.

        Computers with a new ID after each reset are counted once here: it is the least that the host shows.
        """
        return min(self.count, 1) if self.shares_one_id else self.count

    @property
    def at_one_site(self) -> int:
        """Computers at one site: of several sites alike, at the one with the fewest when they are spread evenly."""
        return self.count // (self.sites or 1)

    @property
    def client_ids_at_one_site(self) -> int:
        """How many of them a KMS host of that site counts."""
        return min(self.at_one_site, 1) if self.shares_one_id else self.at_one_site


class Organization(Record):
    """What the organization's file says."""

    model_config = ConfigDict(title="Organization of the Volume Activation Guide")

    name: Name = Field(description="What pages call your organization")
    as_of: Day | None = Field(
        None, description="Day on which the numbers of this file were right; pages say so when that was long ago"
    )
    active_directory: Forest | None = Field(
        None, description="The Active Directory forest; leave out when there is none"
    )
    further_forests: Annotated[tuple[Forest, ...], Field(max_length=MOST_HOSTS)] = Field(
        (),
        description="Other forests; a group names its own in `forest`. ADBA needs activation objects in each of them",
    )
    dns_zone: DnsName = Field(
        NO_ZONE, description="Zone in which the KMS hosts publish their SRV record; leave out when there is no KMS host"
    )
    further_dns_zones: tuple[DnsName, ...] = Field(
        (), max_length=MOST_HOSTS, description="Other zones whose computers look for the same hosts"
    )
    kms_hosts: Annotated[tuple[KmsHost, ...], Field(max_length=MOST_HOSTS)] = Field((), description="Your KMS hosts")
    mak_allotments: Annotated[tuple[MakAllotment, ...], Field(max_length=MOST_ENTRIES)] = Field(
        (), description="Your MAKs, by their numbers; a key itself never stands here"
    )
    licensed: Annotated[tuple[Licensed, ...], Field(max_length=MOST_ENTRIES)] = Field(
        (), description="Computers that you have volume licenses for, by product; the groups should add up to them"
    )
    groups: Annotated[tuple[Group, ...], Field(max_length=MOST_ENTRIES)] = Field(
        (), description="Groups of computers that share product, directory and network; leave out until you know them"
    )

    def host(self, host_id: str) -> KmsHost:
        """The KMS host with this id. Raises LookupError."""
        return next(host for host in self.kms_hosts if host.id == host_id)

    @property
    def forests(self) -> tuple[Forest, ...]:
        """Every forest, the one of groups that name none first."""
        return (*([self.active_directory] if self.active_directory else []), *self.further_forests)

    def forest_of(self, group: Group) -> Forest | None:
        """The forest whose members a group's computers are; None for a workgroup."""
        if group.directory == "none":
            return None
        if group.forest is None:
            return self.active_directory
        return next((forest for forest in self.further_forests if forest.dns_name == group.forest), None)

    @property
    def zones(self) -> tuple[str, ...]:
        """Every zone in which computers look for a host, the organization's own first."""
        return (self.dns_zone, *self.further_dns_zones)

    def zones_of(self, host: KmsHost) -> tuple[str, ...]:
        """Zones in which a host's record stands: the ones its entry names, else the closest one around its name.

        Source: a host publishes in the zone of its own domain only (fact kms.dns.zone).
        """
        around = [zone for zone in self.zones if host.name.endswith(f".{zone}")]
        return host.publish_in or tuple(sorted(around, key=len)[-1:])
