"""The planning worksheet of a fleet: the method of each group, and totals that must add up.

The decision tables ask how many computers ask a KMS host, and that depends on which groups get KMS. So the counts are
found together with the methods, as a greatest fixpoint:

1. Candidates are the groups that would ask a central host if enough computers did.
2. The pool of a group is the number of computers of the candidates that feed the same count (Windows clients and
   servers together, Office alone) and share a central host with it. Groups that are on the network less often than a
   host remembers computers (fact kms.count.ageing) are served, but add nothing to a count.
3. Candidates whose pool is below their threshold fall out, which makes other pools smaller. Repeat until none falls
   out.

It ends because the candidates only get fewer, and it never depends on the order of the groups. More computers in any
group can only make pools larger, so they never take a central host away from a group.

A site (an isolated network, branch or ship) then gets the same treatment: candidates are its groups that would ask a
host there, now that the central hosts are settled. Computers that ask a central host, or that get ADBA or another
method, ask no local host and do not count for it. So each computer counts once; the price is that a group can lose its
local host when another group of its site moves to a central one.

A site may stand for several alike (`sites`): what counts is then one of them, with its share of each group.

A group without site stands alone: its computers share no network, and a local host would serve one of them. Only the
editor knows better: computers that share an isolated network get a site, even when they are the only group there.
`Row.alone` marks the groups for which that would matter.

The count of a group that fell out is the one with which it fell out, so that what it is short by is what it lacked
then. The count of a group that gets another method is what it would be if this group asked too, and with it all groups
with that method: what makes one of them look for another method concerns them all. Whether a group's method of today
works is asked for this group alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from macros.catalog.decision_tables import Compiled, Hit, bits
from macros.catalog.models import Catalog, Criterion, DecisionTables, Product, ProductKind
from macros.catalog.organization import Group, MakAllotment, Organization
from macros.domain.once import once

from .activation import KMS_UNMET, kms_missing
from .count import CountKind, counted_in, threshold
from .decision import LARGEST_COUNT, alive, narrowed, without
from .policy import Policy

CENTRAL, LOCAL = "kms-central", "kms-local"
KMS, MAK, ADBA = "kms", "mak", "adba"
PLENTY = LARGEST_COUNT
"""As many computers as can be."""

Answers = Mapping[str, str | int]
Today = Literal["same", "works", "other", "unnamed"]
"""Today's method against the recommended one: the same, another one that works too, or one that does not fit.
`unnamed` when the organization's file has no word for what is recommended."""

_ORDINARY: Answers = {"platform": "other", "purpose": "production"}
ALONE: Mapping[str, Answers] = {
    ADBA: _ORDINARY,
    KMS: {**_ORDINARY, "directory": "none"},
    MAK: {**_ORDINARY, "directory": "none", "kms_reach": "no", "site_count": 0},
}
"""Answers under which the tables look at nothing but a method's own conditions, because what they would take before it
is out of reach: the domain for ADBA, a host for KMS, and for a MAK the license alone."""


@dataclass(frozen=True)
class Threshold:
    """The threshold that decides about a group, and the computers that count towards it, at the host named."""

    host: Literal["central", "local"]
    needed: int
    computers: int

    @property
    def short_by(self) -> int:
        """Computers missing; 0 when the threshold is met."""
        return max(0, self.needed - self.computers)


@dataclass(frozen=True)
class Row:
    """What the worksheet says about one group. Computers and activations.

    `method` is the method of the outcome as the organization's file calls it, None when it has no word for it.
    `never` are computers that KMS was to activate today and never did, see activation.py. `fallbacks` is empty when
    nothing else activates computers with this license. `alone` says that a KMS host of their own would do for these
    computers if they share a network; `host_missing` that they should ask a local host and the file has none there.
    """

    group: Group
    kind: ProductKind
    answers: Answers
    outcome: str
    method: str | None
    fallbacks: tuple[str, ...]
    hits: tuple[Hit, ...]
    criterion: str
    threshold: Threshold | None
    mak_needed: int
    today: Today
    never: int
    alone: bool
    host_missing: bool


@dataclass(frozen=True)
class Line:
    """A line of Table 1: groups and computers, Windows and Office apart."""

    criterion: str
    groups: int
    windows: int
    office: int

    @property
    def computers(self) -> int:
        """Both together: a computer with Windows and Office needs two activations."""
        return self.windows + self.office


@dataclass(frozen=True)
class MethodTotal:
    """Computers by method, today and as recommended. An outcome without method stands under its own id.

    Computers that ask a KMS host today and were never activated stand under KMS_UNMET and not under KMS.
    """

    method: str
    today: int
    recommended: int


@dataclass(frozen=True)
class Balance:
    """Licensed computers of a product against those in groups with a volume license.

    `licensed` is None when the file does not list the product.
    """

    product: str
    licensed: int | None
    in_groups: int
    explained: str | None

    @property
    def left(self) -> int:
        """Licensed computers that are in no group; below zero when the groups hold more than is licensed."""
        return (self.licensed or 0) - self.in_groups

    @property
    def unexplained(self) -> bool:
        """Somebody has to explain it, or to correct the counts. No explanation makes up for missing licenses."""
        return self.left < 0 or (self.left > 0 and not self.explained)


@dataclass(frozen=True)
class MakSupply:
    """MAK activations of a product: needed by the groups that get a MAK, and left in its allotments."""

    product: str
    needed: int
    left: int
    allotments: tuple[str, ...]

    @property
    def short_by(self) -> int:
        """Activations missing; 0 when what is left will do."""
        return max(0, self.needed - max(0, self.left))


@dataclass(frozen=True)
class Worksheet:
    """A fleet's worksheet: a row for every group, in the order of the file, and totals that add up to all computers."""

    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    methods: tuple[MethodTotal, ...]
    balances: tuple[Balance, ...]
    maks: tuple[MakSupply, ...]

    @property
    def computers(self) -> int:
        """Computers of all groups."""
        return sum(row.group.count for row in self.rows)


def answers_of(
    group: Group,
    organization: Organization,
    product: Product,
    policy: Policy,
    *,
    pool_count: int,
    site_count: int,
    defaults: Mapping[str, str],
) -> Answers:
    """The answers to the questions of the decision tables for a group, given its two counts.

    `defaults` answer the questions that the organization's file has no key for, where the group says nothing else.
    """
    every, longest = group.network_every_days, min(policy.adba_validity_days, policy.validity_days)
    in_contact = every != "never" and every <= longest
    return {
        **defaults,
        **dict(group.answers),
        "license": group.license,
        "product": product.kind,
        "release": "legacy" if product.legacy else "current",
        "platform": group.platform,
        "purpose": group.purpose,
        "directory": group.directory,
        "corporate_contact": "at-least-every-180-days" if in_contact else "less-often-or-never",
        "kms_reach": "yes" if _central_hosts(group, organization) else "no",
        "pool_count": min(pool_count, LARGEST_COUNT),
        "site_count": min(site_count, LARGEST_COUNT),
        "internet": group.internet,
    }


@once
def defaults_of(tables: DecisionTables) -> dict[str, str]:
    """The answer of a group that says nothing, for each question that has one."""
    return {question.id: question.default for question in tables.inputs if question.default}


def worksheet(organization: Organization, catalog: Catalog, policy: Policy, tables: Compiled) -> Worksheet:
    """The worksheet of an organization. Raises UnknownIdError for a product that the catalog does not have."""
    records = catalog.decision_tables
    fleet = _Fleet(organization, catalog, policy, tables)
    rows = tuple(_row(fleet, group, records) for group in organization.groups)
    return Worksheet(
        rows=rows,
        lines=tuple(_line(criterion, rows) for criterion in records.criteria),
        methods=tuple(_methods(rows, tables)),
        balances=tuple(_balances(organization)),
        maks=tuple(_maks(organization, rows)),
    )


class _Fleet:
    """The groups of an organization with the counts of both kinds of hosts."""

    def __init__(self, organization: Organization, catalog: Catalog, policy: Policy, tables: Compiled) -> None:
        self.organization = organization
        self.catalog = catalog
        self.policy = policy
        self.tables = tables
        self.defaults = defaults_of(catalog.decision_tables)
        self.products = {group.id: catalog.product(group.product) for group in organization.groups}

    @cached_property
    def pool_counts(self) -> dict[str, int]:
        """Computers that ask the central hosts of a group, by group id."""
        return _counts(self._central_askers, *self._central)

    @cached_property
    def pool_counts_alone(self) -> Mapping[str, int]:
        """The same, where of the groups with another method this one alone would ask."""
        return _counts(self._central_askers, self._central[0])

    @cached_property
    def site_counts(self) -> dict[str, int]:
        """Computers that ask a host of their site, by group id."""
        return _counts(self._local_askers, *self._local) | self._without_site

    @cached_property
    def site_counts_alone(self) -> Mapping[str, int]:
        """The same, where of the groups with another method this one alone would ask."""
        return _counts(self._local_askers, self._local[0]) | self._without_site

    @cached_property
    def _central(self) -> tuple[Collection[str], Mapping[str, str]]:
        """Groups that would ask a central host, and the outcomes of the others."""
        outcomes = {group.id: self.outcome(group, PLENTY, 0) for group in self.organization.groups}
        return _split(outcomes, CENTRAL)

    @cached_property
    def _local(self) -> tuple[Collection[str], Mapping[str, str]]:
        """Groups that would ask a host of their site, and the outcomes of the others."""
        groups = (group for group in self.organization.groups if group.site)
        outcomes = {group.id: self.outcome(group, self.pool_counts[group.id], PLENTY) for group in groups}
        return _split(outcomes, LOCAL)

    @cached_property
    def _without_site(self) -> dict[str, int]:
        return {group.id: min(group.count, 1) for group in self.organization.groups if group.site is None}

    @cached_property
    def pool_counts_today(self) -> Mapping[str, int]:
        """Computers that ask the central hosts of a group today."""
        return _counts_today(self._central_askers, {each.id for each in self.organization.groups if each.method == KMS})

    @cached_property
    def site_counts_today(self) -> Mapping[str, int]:
        """Computers that ask a host of their site today."""
        local = {host.id for host in self.organization.kms_hosts if host.site}
        asking = {each.id for each in self.organization.groups if each.method == KMS and local & {*each.kms_hosts}}
        return _counts_today(self._local_askers, asking)

    @cached_property
    def _central_askers(self) -> Sequence[_Asker]:
        return [
            self._asker(
                group, _central_hosts(group, self.organization), group.client_ids if self._remembered(group) else 0
            )
            for group in self.organization.groups
        ]

    @cached_property
    def _local_askers(self) -> Sequence[_Asker]:
        groups = self.organization.groups
        return [
            self._asker(group, frozenset([group.site] if group.site else []), group.client_ids_at_one_site)
            for group in groups
        ]

    def outcome(self, group: Group, pool_count: int, site_count: int) -> str:
        """What the decision tables give for these counts."""
        return _decided(self.tables, self.answers(group, pool_count, site_count))[0]

    def answers(self, group: Group, pool_count: int, site_count: int) -> Answers:
        """The answers of a group for these counts."""
        product = self.products[group.id]
        return answers_of(
            group,
            self.organization,
            product,
            self.policy,
            pool_count=pool_count,
            site_count=site_count,
            defaults=self.defaults,
        )

    def needed(self, group: Group) -> int:
        """The activation threshold of the group's product."""
        return threshold(self.products[group.id].kind, self.policy)

    def _asker(self, group: Group, places: frozenset[str], computers: int) -> _Asker:
        return _Asker(group.id, counted_in(self.products[group.id].kind), places, computers, self.needed(group))

    def _remembered(self, group: Group) -> bool:
        """A host still remembers these computers when they come again."""
        return group.network_every_days != "never" and group.network_every_days <= self.policy.window_days


@dataclass(frozen=True)
class _Asker:
    """A group in a fixpoint: the count that it feeds, where it can ask, what it adds, and its threshold."""

    group: str
    feeds: CountKind
    places: frozenset[str]
    computers: int
    needed: int


def _split(outcomes: Mapping[str, str], wanted: str) -> tuple[Collection[str], Mapping[str, str]]:
    others = {name: outcome for name, outcome in outcomes.items() if outcome != wanted}
    return outcomes.keys() - others.keys(), others


def _counts(
    askers: Sequence[_Asker], candidates: Collection[str], others: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Computers at the places of each asker, itself included, by group; see the top of this module.

    `others` are the outcomes of groups that are no candidates: those with the same one would ask together.
    """
    asking = {asker for asker in askers if asker.group in candidates}
    alike: dict[str, set[_Asker]] = {}
    for asker in askers:
        if asker not in asking:
            alike.setdefault((others or {}).get(asker.group, asker.group if others is None else ""), set()).add(asker)
    found = _settled(asking)
    for some in alike.values():
        counts = _settled(asking | some)
        found |= {asker: counts[asker] for asker in some}
    return {asker.group: found[asker] for asker in askers}


def _counts_today(askers: Sequence[_Asker], asking: Collection[str]) -> dict[str, int]:
    """Computers at the places of each asker, by group, when these groups ask. A host counts all of them, met or not."""
    sums = _sums(asker for asker in askers if asker.group in asking)
    return {asker.group: _together(asker, sums) for asker in askers}


def _settled(candidates: Collection[_Asker]) -> dict[_Asker, int]:
    """The count of each candidate: at the end, or when it fell out because it missed its threshold."""
    found: dict[_Asker, int] = {}
    asking = set(candidates)
    while True:
        sums = _sums(asking)
        found |= {asker: _together(asker, sums) for asker in asking}
        met = {asker for asker in asking if found[asker] >= asker.needed}
        if met == asking:
            return found
        asking = met


_Sums = Mapping[tuple[CountKind, frozenset[str]], int]


def _sums(asking: Iterable[_Asker]) -> _Sums:
    """Computers by what they feed and where they ask: many groups ask at the same few places."""
    sums: Counter[tuple[CountKind, frozenset[str]]] = Counter()
    for asker in asking:
        sums[asker.feeds, asker.places] += asker.computers
    return sums


def _together(asker: _Asker, sums: _Sums) -> int:
    return sum(n for (feeds, places), n in sums.items() if feeds == asker.feeds and places & asker.places)


def _central_hosts(group: Group, organization: Organization) -> frozenset[str]:
    """Hosts of the core network that the group reaches."""
    return frozenset(host.id for host in organization.kms_hosts if host.site is None and host.id in group.kms_hosts)


def _row(fleet: _Fleet, group: Group, records: DecisionTables) -> Row:
    answers = fleet.answers(group, fleet.pool_counts[group.id], fleet.site_counts[group.id])
    outcome, hits = _decided(fleet.tables, answers)
    record = records.outcome(outcome)
    missing = group.count - (group.mak.activated if group.mak else 0)
    sites = {host.site for host in fleet.organization.kms_hosts}
    return Row(
        group=group,
        kind=fleet.products[group.id].kind,
        answers=answers,
        outcome=outcome,
        method=record.method,
        fallbacks=without(fleet.tables, answers, record.without) if record.without else (),
        hits=hits,
        criterion=str(records.rule(*hits[-1]).criterion),
        threshold=_threshold(fleet, group, outcome),
        mak_needed=max(0, missing) * fleet.policy.mak_per_activation if record.method == MAK else 0,
        today=_today(fleet, group, record.method),
        never=kms_missing(group, fleet.organization, fleet.catalog, fleet.policy),
        alone=group.site is None and outcome != LOCAL and _would_be_local(fleet, group, group.client_ids),
        host_missing=outcome == LOCAL and group.site not in sites,
    )


def _decided(tables: Compiled, answers: Answers) -> tuple[str, tuple[Hit, ...]]:
    """The outcome of complete answers, and the rules that lead there: they lie in exactly one box.

    Raises LookupError for a question that groups do not answer.
    """
    unanswered = [dimension.id for dimension in tables.dimensions if dimension.id not in answers]
    if unanswered:
        raise LookupError(
            f'decision-tables.yaml asks "{unanswered[0]}", and groups of organization.yml do not answer it; give the '
            "question a `default`, then groups can say something else under `answers`"
        )
    [bit] = bits(alive(tables, narrowed(tables, answers)))
    box = tables.boxes[bit.bit_length() - 1]
    return box.outcome, box.hits


def _threshold(fleet: _Fleet, group: Group, outcome: str) -> Threshold | None:
    """The threshold that the outcome hangs on, the nearer one of two; None when no number of computers brings KMS."""
    pool, site, needed = fleet.pool_counts[group.id], fleet.site_counts[group.id], fleet.needed(group)
    found = []
    if outcome != LOCAL and fleet.outcome(group, PLENTY, site) == CENTRAL:
        found.append(Threshold("central", needed, pool))
    if outcome != CENTRAL and group.site and _would_be_local(fleet, group, PLENTY):
        found.append(Threshold("local", needed, site))
    return min(found, key=lambda each: each.short_by, default=None)


def _would_be_local(fleet: _Fleet, group: Group, site_count: int) -> bool:
    return fleet.outcome(group, fleet.pool_counts[group.id], site_count) == LOCAL


def _today(fleet: _Fleet, group: Group, method: str | None) -> Today:
    if group.method == method:
        return "same"
    if method is None and group.method in ("unactivated", "subscription"):
        return "unnamed"
    return "works" if _works_today(fleet, group, method) else "other"


def _works_today(fleet: _Fleet, group: Group, method: str | None) -> bool:
    """Today's method meets its own conditions. For KMS the computers that ask today count too: they may all stay.

    Not where a MAK is recommended: there the sheet says that too few are left, once the others do as recommended.
    """
    if group.method not in ALONE:
        return False
    pool, site = fleet.pool_counts_alone[group.id], fleet.site_counts_alone[group.id]
    if method != MAK:
        pool, site = max(pool, fleet.pool_counts_today[group.id]), max(site, fleet.site_counts_today[group.id])
    outcome, _ = _decided(fleet.tables, {**fleet.answers(group, pool, site), **ALONE[group.method]})
    return fleet.tables.methods[outcome] == group.method


def _line(criterion: Criterion, rows: Sequence[Row]) -> Line:
    mine = [row for row in rows if row.criterion == criterion.id]
    office = sum(row.group.count for row in mine if row.kind == "office")
    return Line(criterion.id, len(mine), sum(row.group.count for row in mine) - office, office)


def _methods(rows: Sequence[Row], tables: Compiled) -> Iterator[MethodTotal]:
    for method in dict.fromkeys([*tables.methods.values(), *(row.group.method for row in rows)]):
        today = [row.group.count - row.never for row in rows if row.group.method == method]
        recommended = [row.group.count for row in rows if (row.method or row.outcome) == method]
        if today or recommended:
            yield MethodTotal(method, sum(today), sum(recommended))
    if never := sum(row.never for row in rows):
        yield MethodTotal(KMS_UNMET, never, 0)


def _balances(organization: Organization) -> Iterator[Balance]:
    """A balance for each licensed product, then for each product that is in groups only.

    Of volume licenses: others are counted elsewhere, by the box, the user or the month of a service provider.
    """
    licensed = {each.product: each for each in organization.licensed}
    by_volume = [group for group in organization.groups if group.license == "volume"]
    for product in dict.fromkeys([*licensed, *(group.product for group in by_volume)]):
        record = licensed.get(product)
        yield Balance(
            product=product,
            licensed=record.computers if record else None,
            in_groups=sum(group.count for group in by_volume if group.product == product),
            explained=record.explained if record else None,
        )


def _maks(organization: Organization, rows: Sequence[Row]) -> Iterator[MakSupply]:
    """A line for each product that has a MAK or needs one. A group that draws on a MAK needs more of that one."""
    allotments = {each.id: each for each in organization.mak_allotments}
    needed = [(_mak_product(row.group, allotments), row.mak_needed) for row in rows if row.mak_needed]
    for product in dict.fromkeys([*(each.product for each in allotments.values()), *(name for name, _ in needed)]):
        mine = [each for each in allotments.values() if each.product == product]
        yield MakSupply(
            product=product,
            needed=sum(activations for name, activations in needed if name == product),
            left=sum(each.total - each.used for each in mine),
            allotments=tuple(each.id for each in mine),
        )


def _mak_product(group: Group, allotments: Mapping[str, MakAllotment]) -> str:
    return allotments[group.mak.allotment].product if group.mak else group.product
