"""How many KMS hosts for a number of clients, and how much traffic? Formulas are those of `domain.capacity`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from macros.catalog.plan_numbers import TrafficNumbers
from macros.domain.capacity import Traffic, hosts_advised, traffic
from macros.domain.policy import Policy


@dataclass(frozen=True)
class TrafficAnswer:
    """Traffic of all clients, and of one host when they are spread evenly; None without hosts."""

    hosts_advised: int
    hosts_missing: int
    all: Traffic
    per_host: Traffic | None


def answer(numbers: TrafficNumbers, policy: Policy) -> TrafficAnswer:
    """Hosts and traffic of these clients."""
    advised = hosts_advised(numbers.clients, policy)
    return TrafficAnswer(
        hosts_advised=advised,
        hosts_missing=max(0, advised - numbers.hosts),
        all=traffic(numbers.clients, policy),
        per_host=traffic(Fraction(numbers.clients, numbers.hosts), policy) if numbers.hosts else None,
    )
