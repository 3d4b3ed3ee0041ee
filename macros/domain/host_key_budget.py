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
    """Budget of one host key group.

    `hosts` counts hosts on which the key has been activated. `in_all` grants the activations of one host on each of
    the hosts (reading a of conflict.csvlk_total); `strict` grants the activations of one host to all of them together
    (reading b).
    """

    group_id: str
    hosts: Allowance
    per_host: tuple[HostUse, ...]
    in_all: Allowance
    strict: Allowance


def budget(group_id: str, used_by_host: dict[str, int], policy: Policy) -> HostKeyBudget:
    """Budget of a host key from the activations used on each host, by host id.

    Source: facts kms.csvlk.max_hosts and kms.csvlk.activations_per_host. A host on which the key was installed and not
    yet activated uses no place. Raises ValueError for a negative number.
    """
    if any(used < 0 for used in used_by_host.values()):
        raise ValueError(f"activations used cannot be negative: {used_by_host}")
    used = sum(used_by_host.values())
    return HostKeyBudget(
        group_id=group_id,
        hosts=Allowance(policy.key_hosts, sum(1 for count in used_by_host.values() if count)),
        per_host=tuple(
            HostUse(host_id, Allowance(policy.key_activations_per_host, count))
            for host_id, count in used_by_host.items()
        ),
        in_all=Allowance(policy.key_hosts * policy.key_activations_per_host, used),
        strict=Allowance(policy.key_activations_per_host, used),
    )


def budgets(organization: Organization, policy: Policy) -> tuple[HostKeyBudget, ...]:
    """Budget of each host key group that the organization's hosts hold, one key a group assumed."""
    used: dict[str, dict[str, int]] = {}
    for host in organization.kms_hosts:
        for key in host.keys:
            used.setdefault(key.group, {})[host.id] = key.activations_used
    return tuple(budget(group_id, hosts, policy) for group_id, hosts in used.items())
