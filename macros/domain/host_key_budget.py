"""How often each KMS host key (CSVLK) may still be activated, under both readings of its limit."""

from __future__ import annotations

from dataclasses import dataclass

from macros.catalog.organization import Organization

from .policy import Policy


@dataclass(frozen=True)
class Allowance:
    """A number granted and a number used. `used` + `left` is `total`, unless more was used than granted."""

    total: int
    used: int

    @property
    def left(self) -> int:
        """What remains; never negative."""
        return max(0, self.total - self.used)

    @property
    def overdrawn(self) -> int:
        """By how much the use exceeds the grant; 0 when it does not."""
        return max(0, self.used - self.total)


@dataclass(frozen=True)
class HostUse:
    """Activations of one key on one host."""

    host_id: str
    activations: Allowance


@dataclass(frozen=True)
class HostKeyBudget:
    """Budget of one host key: `key` tells several of a group apart.

    `hosts` counts hosts on which the key has been activated. `in_all` grants the activations of one host on each of
    the hosts (reading a of conflict.csvlk_total); `strict` grants the activations of one host to all of them together
    (reading b).
    """

    group_id: str
    key: str | None
    hosts: Allowance
    per_host: tuple[HostUse, ...]
    in_all: Allowance
    strict: Allowance

    @property
    def name(self) -> str:
        """What no other budget is called."""
        return name_of(self.group_id, self.key)


def name_of(group_id: str, key: str | None) -> str:
    """The id of a host key group, with the name of the key where an organization has several: `ws2025/second`."""
    return group_id if key is None else f"{group_id}/{key}"


def budget(group_id: str, used_by_host: dict[str, int], policy: Policy, key: str | None = None) -> HostKeyBudget:
    """Budget of a host key from the activations used on each host, by host id.

    Source: facts kms.csvlk.max_hosts and kms.csvlk.activations_per_host. A host on which the key was installed and not
    yet activated uses no place. Raises ValueError for a negative number.
    """
    if any(used < 0 for used in used_by_host.values()):
        raise ValueError(f"activations used cannot be negative: {used_by_host}")
    used = sum(used_by_host.values())
    return HostKeyBudget(
        group_id=group_id,
        key=key,
        hosts=Allowance(policy.key_hosts, sum(1 for count in used_by_host.values() if count)),
        per_host=tuple(
            HostUse(host_id, Allowance(policy.key_activations_per_host, count))
            for host_id, count in used_by_host.items()
        ),
        in_all=Allowance(policy.key_hosts * policy.key_activations_per_host, used),
        strict=Allowance(policy.key_activations_per_host, used),
    )


def budgets(organization: Organization, policy: Policy) -> tuple[HostKeyBudget, ...]:
    """Budget of each host key that the organization's hosts hold; entries that name no key are one key a group."""
    used: dict[tuple[str, str | None], dict[str, int]] = {}
    for host in organization.kms_hosts:
        for each in host.keys:
            used.setdefault((each.group, each.key), {})[host.id] = each.activations_used
    return tuple(budget(group_id, hosts, policy, key) for (group_id, key), hosts in used.items())
