"""What KMS costs: hosts advised, requests and bytes a day, and the peak after a site-wide outage. Exact fractions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization

from .count import COUNT_KINDS, host_count, pools
from .policy import Policy

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Traffic:
    """What a number of KMS clients sends. A client is one product on one computer, since each product asks by itself.

    Bytes are for one direction; the answer is as large as the request (fact kms.message_size).
    """

    clients: Fraction
    renewals_per_day: Fraction
    renewals_per_hour: Fraction
    bytes_per_day: Fraction
    peak_requests_per_hour: Fraction
    peak_requests_per_second: Fraction
    peak_bytes_per_hour: Fraction


@dataclass(frozen=True)
class HostLoad:
    """Traffic at one host; `starts_per_day` are requests that come from computers starting up, at one a network day."""

    host_id: str
    traffic: Traffic
    starts_per_day: Fraction


@dataclass(frozen=True)
class HostAdvice:
    """Hosts advised for a pool, and the hosts it has."""

    host_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    clients: int
    advised: int

    @property
    def missing(self) -> int:
        """Hosts to add; never negative."""
        return max(0, self.advised - len(self.host_ids))


def hosts_advised(clients: int, policy: Policy) -> int:
    """Hosts for a number of KMS clients: none without clients, else one, and the advised minimum above its limit.

    Source: fact kms.host.count_guidance; conflict.two_hosts has the other reading. Raises ValueError below 0.
    """
    if clients < 0:
        raise ValueError(f"clients cannot be negative: {clients}")
    if clients == 0:
        return 0
    return policy.hosts_advised if clients > policy.hosts_advised_over else 1


def traffic(clients: int | Fraction, policy: Policy) -> Traffic:
    """Traffic of activated clients that renew at each interval, and of the same clients when all of them retry.

    Source: facts kms.renewal_interval, kms.activation_interval, kms.message_size.
    """
    hour, day = timedelta(hours=1), timedelta(days=1)
    renewals = clients * Fraction(day // _MINUTE, policy.renewal_minutes)
    peak = clients * Fraction(hour // _MINUTE, policy.retry_minutes)
    return Traffic(
        clients=Fraction(clients),
        renewals_per_day=renewals,
        renewals_per_hour=renewals / (day // hour),
        bytes_per_day=renewals * policy.message_bytes,
        peak_requests_per_hour=peak,
        peak_requests_per_second=peak / (hour // timedelta(seconds=1)),
        peak_bytes_per_hour=peak * policy.message_bytes,
    )


def host_loads(organization: Organization, catalog: Catalog, policy: Policy) -> tuple[HostLoad, ...]:
    """Traffic at each KMS host of the organization, standing-by hosts with none."""
    loads = []
    for host in organization.kms_hosts:
        askers = [
            asker for count in COUNT_KINDS for asker in host_count(host.id, count, organization, catalog, policy).askers
        ]
        clients = sum((asker.clients for asker in askers), Fraction(0))
        starts = sum((asker.clients / asker.every for asker in askers), Fraction(0))
        loads.append(HostLoad(host.id, traffic(clients, policy), starts))
    return tuple(loads)


def total_traffic(loads: tuple[HostLoad, ...], policy: Policy) -> Traffic:
    """Traffic of all hosts together."""
    return traffic(sum((load.traffic.clients for load in loads), Fraction(0)), policy)


def advice(organization: Organization, catalog: Catalog, policy: Policy) -> tuple[HostAdvice, ...]:
    """Hosts advised for each pool. A computer in two groups (Windows and Office) counts in both: the larger figure."""
    counts = {group.id: group.count for group in organization.groups}
    return tuple(
        HostAdvice(pool.host_ids, pool.group_ids, clients, hosts_advised(clients, policy))
        for pool in pools(organization, catalog, policy)
        for clients in [sum(counts[group_id] for group_id in pool.group_ids if group_id not in pool.silent)]
    )
