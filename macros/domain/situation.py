"""What an organization looks like: who asks which host, what each count says, who is activated, what its keys cover.

Computed once a build, each part when it is first asked for. Pages draw it; none computes a part of it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from macros.catalog.models import Catalog, ProductKind
from macros.catalog.organization import Forest, ForestSchema, Group, Method, Organization

from . import host_key_budget, host_keys
from .activation import Activation, activations
from .capacity import HostAdvice, HostLoad, advice, host_loads
from .contact import Chance, Hold, hold
from .count import CountKind, HostCount, Pool, Standing, Verdict, host_counts, pools
from .once import once
from .policy import Policy

TARGET = 0.999
"""Wanted probability that a count is at its threshold on any given day. Our choice; Microsoft names none."""
TOLERATED = 0.95
"""Below this probability a count is said not to hold. Our choice."""

Holding = Literal["short", "certain", "holds", "wavers", "fails"]
"""`short`: below the threshold even when every computer is there. `certain`: at it on every day. The others say with
which probability it is at the threshold on any given day: `holds` from TARGET on, `wavers` from TOLERATED on."""


@dataclass(frozen=True)
class Comparison:
    """One product kind at one host: what the host counts, against the threshold, and on how many days it is met."""

    count: HostCount
    standing: Standing
    chance: Chance

    @property
    def host_id(self) -> str:
        """The host that counts."""
        return self.count.host_id

    @property
    def holding(self) -> Holding:
        """Whether the count stays at the threshold; of the readings of the Office count, the worse one."""
        if self.standing.verdict == "short":
            return "short"
        if self.chance.certain:
            return "certain"
        if self.chance.alone >= TARGET:
            return "holds"
        return "wavers" if self.chance.alone >= TOLERATED else "fails"


@dataclass(frozen=True, eq=False)
class Situation:
    """What an organization looks like by Microsoft's values. Nothing here depends on the day."""

    organization: Organization
    catalog: Catalog
    policy: Policy

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Groups of computers by id, in the order of the file."""
        return {group.id: group for group in self.organization.groups}

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """Groups that ask the same hosts."""
        return pools(self.organization, self.catalog, self.policy)

    @cached_property
    def counts(self) -> tuple[HostCount, ...]:
        """Every count that somebody feeds, once, in the order of the hosts."""
        found = host_counts(self.organization, self.catalog, self.policy).values()
        return tuple(count for count in found if count.askers)

    @cached_property
    def standing_by(self) -> tuple[str, ...]:
        """Hosts that groups reach and that nobody asks, as another one is asked first."""
        asked = {count.host_id for count in self.counts}
        reached = {host_id for pool in self.pools if pool.kinds for host_id in pool.host_ids}
        return tuple(host.id for host in self.organization.kms_hosts if host.id in reached - asked)

    @cached_property
    def holds(self) -> Mapping[tuple[str, CountKind], Hold]:
        """How each count that somebody feeds is distributed over the days."""
        return {(count.host_id, count.count): hold(count, self.policy) for count in self.counts}

    def hold(self, count: HostCount) -> Hold:
        """How one of the counts is distributed over the days."""
        return self.holds[count.host_id, count.count]

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Each product kind at each host that it asks, once, in the order of the groups."""
        found: dict[tuple[str, ProductKind], Comparison] = {}
        for pool in self.pools:
            for count in (count for count in pool.counts if count.askers):
                chances = {chance.kind: chance for chance in self.hold(count).chances}
                for each in count.standings:
                    if each.kind in pool.kinds:
                        comparison = Comparison(count, each, chances[each.kind])
                        found.setdefault((count.host_id, each.kind), comparison)
        return tuple(found.values())

    def hosts_with(self, verdict: Verdict, kind: ProductKind) -> tuple[str, ...]:
        """Hosts whose count compares so with the threshold of a product kind."""
        of_kind = (each for each in self.comparisons if each.standing.kind == kind)
        return tuple(each.host_id for each in of_kind if each.standing.verdict == verdict)

    @cached_property
    def activations(self) -> Mapping[str, Activation]:
        """How many computers of each group were ever activated, by group id."""
        return activations(self.organization, self.catalog, self.policy)

    def kind(self, group: Group) -> ProductKind:
        """The kind of a group's product."""
        return self.catalog.product(group.product).kind

    def unmet(self, group: Group) -> int:
        """Computers of a group that KMS was to activate and never did."""
        return self.activations[group.id].missing if group.method == "kms" else 0

    @cached_property
    def installed(self) -> Mapping[tuple[Method, ProductKind], int]:
        """Installations by method and kind of product. A computer that KMS never activated is none."""
        return self._computers(lambda group: group.count - self.unmet(group))

    @cached_property
    def never_activated(self) -> Mapping[ProductKind, int]:
        """Computers that KMS was to activate and never did, by kind of product."""
        found = self._computers(self.unmet)
        return {kind: found["kms", kind] for kind in get_args(ProductKind)}

    def serving(self, methods: Iterable[Method], kind: ProductKind | None = None) -> int:
        """Groups that one of the methods serves: not those of which KMS never activated a computer."""
        wanted = set(methods)
        return sum(
            group.method in wanted
            and kind in (None, self.kind(group))
            and (not group.count or self.unmet(group) < group.count)
            for group in self.organization.groups
        )

    @cached_property
    def advice(self) -> tuple[HostAdvice, ...]:
        """Hosts advised for each pool, and the hosts it has."""
        return advice(self.organization, self.catalog, self.policy)

    @cached_property
    def loads(self) -> tuple[HostLoad, ...]:
        """Requests and bytes at each host."""
        return host_loads(self.organization, self.catalog, self.policy)

    @cached_property
    def key_budgets(self) -> tuple[host_key_budget.HostKeyBudget, ...]:
        """What is used of each host key, and what is left."""
        return host_key_budget.budgets(self.organization, self.policy)

    @cached_property
    def keys_on_hosts(self) -> tuple[host_keys.KeyOnHost, ...]:
        """Every key on every host, with what Microsoft's lists have against it."""
        return host_keys.installed_keys(self.catalog, self.organization)

    @cached_property
    def covers(self) -> tuple[host_keys.GroupCover, ...]:
        """For each group that activates by KMS, what the keys on its hosts say about its product."""
        return host_keys.group_covers(self.catalog, self.organization)

    def has_object(self, forest: Forest, product: str) -> bool | None:
        """Whether an activation object of a forest was made with a host key that lists a product; None when unknown.

        Source: an object covers what its key covers on a host (fact adba.key).
        """
        objects = forest.activation_objects
        if objects is None:
            return None
        return any(host_keys.listing(self.catalog, key, product).is_listed for key in objects)

    @cached_property
    def forest_covers(self) -> tuple[host_keys.ForestCover, ...]:
        """For each group that activates through Active Directory, the host keys that list its product."""
        return host_keys.forest_covers(self.catalog, self.organization)

    def _computers(self, of: Callable[[Group], int]) -> Counter[tuple[Method, ProductKind]]:
        found: Counter[tuple[Method, ProductKind]] = Counter()
        for group in self.organization.groups:
            found[group.method, self.kind(group)] += of(group)
        return found


@once
def situation(organization: Organization, catalog: Catalog, policy: Policy) -> Situation:
    """What an organization looks like; the parts raise UnknownIdError for a product that the catalog does not have."""
    return Situation(organization, catalog, policy)


def schema_allows_adba(level: ForestSchema, minimum: str) -> bool:
    """Whether a forest's schema is at the level that the fact names, such as `Windows Server 2012`, or later.

    Source: fact adba.schema. Raises ValueError for a minimum that is no schema level.
    """
    levels: tuple[str, ...] = get_args(ForestSchema)
    needed = minimum.lower().replace(" ", "-")
    if needed not in levels:
        raise ValueError(f'"{needed}" is no schema level; allowed: {", ".join(levels)}')
    return levels.index(level) >= levels.index(needed)
