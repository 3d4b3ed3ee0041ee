"""Which facts a file is made from: noted while it is made, so that no list of them can go stale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

from pydantic import PrivateAttr

from macros.catalog.models import Catalog, Fact
from macros.domain.policy import Policy

from .context import SampleContext
from .origin import Origin

_FACTS = {item.name: str(item.metadata["fact"]) for item in fields(Policy)}


class _NotingCatalog(Catalog):
    """A catalog that notes which facts are read."""

    _used: set[str] = PrivateAttr(default_factory=set)

    def fact(self, fact_id: str) -> Fact:
        """The fact with this id. Raises UnknownIdError, which names near ids."""
        self._used.add(fact_id)
        return super().fact(fact_id)


def facts_used(make: Callable[[SampleContext], object], context: SampleContext) -> tuple[Fact, ...]:
    """The facts that are read while a file is made, in the order of the register."""
    catalog = _NotingCatalog.model_construct(**dict(context.catalog))
    make(replace(context, catalog=catalog, policy=_noting(context.policy, catalog._used)))
    return tuple(fact for fact in context.catalog.facts if fact.id in catalog._used)


def origin_of(file_name: str, make: Callable[[SampleContext, Origin], object], context: SampleContext) -> Origin:
    """The head of a file, with the day of the newest of the facts that it is made from."""
    undated = context.origin(file_name)
    return context.origin(file_name, newest(facts_used(lambda noting: make(noting, undated), context)))


def newest(facts: tuple[Fact, ...]) -> date | None:
    """The day of the newest comparison of some facts; None without facts."""
    return max((fact.verified_on for fact in facts), default=None)


def _noting(policy: Policy, used: set[str]) -> Policy:
    """The same policy, which notes the fact of each value that is read."""

    class NotingPolicy(Policy):
        def __getattribute__(self, name: str) -> Any:
            if name in _FACTS:
                used.add(_FACTS[name])
            return super().__getattribute__(name)

    return NotingPolicy(**{name: getattr(policy, name) for name in _FACTS})
