"""Which host key activates all of some products, which systems may hold it, and which updates do they need first?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from macros.catalog.models import Catalog, HostUpdate
from macros.catalog.plan_numbers import HostKeysNumbers
from macros.domain.host_keys import Holder, covering, needed_updates
from macros.domain.plans.errors import NumbersError


@dataclass(frozen=True)
class KeyHolder:
    """A system that may hold a key. `is_certain`: Microsoft names the system and every release in so many words."""

    system: str
    updates: tuple[HostUpdate, ...]
    is_certain: bool


@dataclass(frozen=True)
class HostKey:
    """A host key that lists every product, and the systems that may hold it."""

    key: str
    hosts: tuple[KeyHolder, ...]


@dataclass(frozen=True)
class PartialKey:
    """A host key that lists some of the products."""

    key: str
    listed: tuple[str, ...]
    not_listed: tuple[str, ...]


@dataclass(frozen=True)
class HostKeysAnswer:
    """Keys that list all products, on the host system when one is given, and keys that list a part.

    `elsewhere`: where a system is given that holds no key for all of them, the keys that other systems hold.
    What is not there is not listed by Microsoft. That does not mean that it fails.
    """

    keys: tuple[HostKey, ...]
    elsewhere: tuple[HostKey, ...]
    partial: tuple[PartialKey, ...]


def answer(numbers: HostKeysNumbers, catalog: Catalog) -> HostKeysAnswer:
    """The keys for these products. Raises NumbersError for a product that the guide does not have."""
    for place, product in enumerate(numbers.products):
        _known(catalog, f"products[{place}]", product)
    if numbers.host_system is not None:
        _known(catalog, "host_system", numbers.host_system)
    found = covering(catalog, numbers.products)
    there = [each for each in found.full if numbers.host_system in (None, each.host_system)]
    return HostKeysAnswer(
        keys=_keys(catalog, there),
        elsewhere=() if there else _keys(catalog, found.full),
        partial=tuple(PartialKey(each.group, each.listed, each.missing) for each in found.partial),
    )


def _keys(catalog: Catalog, holders: Sequence[Holder]) -> tuple[HostKey, ...]:
    """Each key once, with the systems that may hold it."""
    return tuple(
        HostKey(key, tuple(_holder(catalog, each) for each in holders if each.group == key))
        for key in dict.fromkeys(each.group for each in holders)
    )


def _holder(catalog: Catalog, holder: Holder) -> KeyHolder:
    """A system with what it needs before it takes the key, and before it activates the products."""
    products = [each.product for each in holder.listings]
    updates = needed_updates(catalog, holder.group, holder.host_system, products)
    return KeyHolder(holder.host_system, updates, all(each.is_certain for each in holder.listings))


def _known(catalog: Catalog, key: str, product: str) -> None:
    try:
        catalog.product(product)
    except LookupError as error:
        raise NumbersError(key, str(error)) from error
