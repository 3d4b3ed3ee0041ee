"""How often can a KMS host be rebuilt with the same host key? Both readings of the limit."""

from __future__ import annotations

from dataclasses import dataclass

from macros.catalog.plan_numbers import HostKeyNumbers
from macros.domain.host_key_budget import budget
from macros.domain.policy import Policy


@dataclass(frozen=True)
class HostLeft:
    """Activations of the key on one host, by its place in what was given, from 1."""

    host: int
    used: int
    left: int


@dataclass(frozen=True)
class HostKeyAnswer:
    """Activations of one host key. `left` grants each host its own, `left_strict` all hosts together those of one.

    A host on which the key was never activated takes no place. `hosts_over` and `over` are what exceeds the grant.
    """

    hosts_left: int
    hosts_over: int
    total: int
    used: int
    left: int
    over: int
    total_strict: int
    left_strict: int
    hosts: tuple[HostLeft, ...]


def answer(numbers: HostKeyNumbers, policy: Policy) -> HostKeyAnswer:
    """The budget of one host key that was activated so often on each host."""
    found = budget("", {str(place): host.activations_used for place, host in enumerate(numbers.hosts)}, policy)
    return HostKeyAnswer(
        hosts_left=found.hosts.left,
        hosts_over=found.hosts.overdrawn,
        total=found.in_all.total,
        used=found.in_all.used,
        left=found.in_all.left,
        over=found.in_all.overdrawn,
        total_strict=found.strict.total,
        left_strict=found.strict.left,
        hosts=tuple(
            HostLeft(place, host.activations.used, host.activations.left)
            for place, host in enumerate(found.per_host, start=1)
        ),
    )
