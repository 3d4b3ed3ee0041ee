"""SRV records through which KMS clients find their hosts: those of an organization, whatever form they are written in.

The forms stand in modules of their own, by what reads them: `zone` for zone files, `windows` for a Windows DNS server,
`nsupdate`, `dnsmasq`, `unbound` and `samba`. `format` lists them; `judge` has the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby

from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.context import Context

ZONE_TTL = 3600
"""Seconds. Our choice for the samples; no Microsoft page that was read states a TTL."""

ANSWER = (
    "{name}.{zone}    SRV service location:\n"
    "          priority       = {priority}\n"
    "          weight         = {weight}\n"
    "          port           = {port}\n"
    "          svr hostname   = {target}"
)
"""What nslookup says of one record."""

PLACEHOLDER_SERVER = "ns-placeholder"
"""Stands where the name of a DNS server belongs, which the organization's file does not know."""


@dataclass(frozen=True)
class SrvRecord:
    """One SRV record: a host that the computers of one zone may ask."""

    zone: str
    priority: int
    weight: int
    port: int
    target: str


def records(organization: Organization, policy: Policy) -> tuple[SrvRecord, ...]:
    """A record for each host in each zone that it belongs to. What the file leaves open is Microsoft's default."""
    zones = {host.id: organization.zones_of(host) for host in organization.kms_hosts}
    return tuple(
        SrvRecord(
            zone=zone,
            priority=_or(host.priority, policy.srv_priority),
            weight=_or(host.weight, policy.srv_weight),
            port=_or(host.port, policy.port),
            target=host.name,
        )
        for zone in organization.zones
        for host in organization.kms_hosts
        if zone in zones[host.id]
    )


def by_zone(organization: Organization, policy: Policy) -> Iterator[tuple[str, list[SrvRecord]]]:
    """The records of each zone that has any, in the order of the organization's file."""
    for zone, found in groupby(records(organization, policy), key=lambda record: record.zone):
        yield zone, [*found]


def expected_answer(organization: Organization, policy: Policy) -> str:
    """What nslookup answers for the organization's own zone when the records are in place."""
    found = [record for record in records(organization, policy) if record.zone == organization.dns_zone]
    return "\n".join(ANSWER.format(name=policy.srv_name, **asdict(record)) for record in found)


@dataclass(frozen=True)
class Wanted:
    """What a file is compared with: the name that clients ask for, and what is known about the organization."""

    name: str
    zones: tuple[str, ...] = ()
    """The zones that records may belong to, short names to the first; none when no organization is known."""
    hosts: Mapping[str, int] | None = None
    """Port of each KMS host by its name. Without it, targets and ports are not compared."""
    records: tuple[SrvRecord, ...] | None = None
    """The records that should be there. Without them, priority, weight and missing records are not compared."""
    port: int | None = None
    """The standard port, by which numbers in a wrong order are recognized when a host is not known."""

    @classmethod
    def of(cls, context: Context) -> Wanted:
        """Everything that the file of an organization says; without one, the form alone."""
        organization, policy = context.organization, context.policy
        if organization is None:
            return cls(policy.srv_name, port=policy.port)
        found = records(organization, policy)
        return cls(policy.srv_name, organization.zones, context.hosts, found, policy.port)

    @property
    def labels(self) -> list[str]:
        """Service and protocol."""
        return self.name.split(".")


def _or(given: int | None, default: int) -> int:
    return default if given is None else given
