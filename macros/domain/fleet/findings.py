"""What is worth knowing about a fleet: the rules of fleet.yaml, asked of every kind of product, and what adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from macros.catalog.fleet_models import FleetFinding
from macros.catalog.models import Catalog, ProductKind, find
from macros.domain.count import KINDS, threshold
from macros.domain.diagnosis import Value, all_hold
from macros.domain.policy import Policy

from .kinds import Kind
from .tally import Cell, Counter, Seen

_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Found:
    """A finding: its rule, what its sentence is filled with, and the computers that it is about, by their numbers."""

    rule: FleetFinding
    computers: tuple[int, ...]
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """An id that stays: that of the rule, with what tells this one from others of the rule."""
        told = (self.values.get(name) for name in ("code", "host", "kind_id", "product_id", "method_id", "group_ids"))
        return " ".join([self.rule.id, *(str(value).lower() for value in told if value)])

    @property
    def slots(self) -> Mapping[str, Value]:
        """What the sentence needs."""
        return {"computers": len(self.computers), **self.values}


@dataclass(frozen=True)
class Host:
    """A KMS host as clients use it: computers by what a host counts, and how they found it."""

    name: str
    computers: Mapping[ProductKind, tuple[int, ...]]
    by_hand: int
    by_dns: int
    of_cloud: bool
    """It belongs to Azure, AWS or Google."""

    @property
    def all(self) -> tuple[int, ...]:
        """Every computer that uses it."""
        return tuple(sorted({one for found in self.computers.values() for one in found}))


def rule(catalog: Catalog, rule_id: str) -> FleetFinding:
    """A rule by its id. Raises UnknownIdError."""
    return find(catalog.fleet.findings, rule_id, "finding")


def findings(seen: Seen, catalog: Catalog, policy: Policy, left: int = 0) -> tuple[Found, ...]:
    """Everything that is to say without a plan, the gravest first. `left` is how many rows were left out."""
    return in_order(
        [
            *_of_products(seen, catalog),
            *_of_codes(seen, catalog),
            *_of_computers(seen, catalog),
            *_of_hosts(seen, catalog, policy),
            *_of_files(seen, catalog, left),
        ]
    )


def in_order(found: Iterable[Found]) -> tuple[Found, ...]:
    """Findings by their weight, those of one weight by how many computers they are about."""
    return tuple(sorted(found, key=lambda one: (_ORDER[one.rule.severity], -len(one.computers), one.id)))


def about(cells: Iterable[Cell]) -> tuple[int, ...]:
    """The computers of some cells, each once."""
    return tuple(sorted({computer for cell in cells for computer in cell.computers}))


def products_of(cells: Iterable[Cell]) -> int:
    """How many products some cells have."""
    return sum(len(cell.computers) for cell in cells)


def hosts(seen: Seen) -> tuple[Host, ...]:
    """The KMS hosts that clients really use, the one with most of them first."""
    cells: dict[str, list[Cell]] = {}
    for cell in seen.cells:
        if cell.kind.host:
            cells.setdefault(cell.kind.host, []).append(cell)
    found = []
    for name, own in cells.items():
        by_kind = {kind: about(cell for cell in own if cell.kind.family == kind) for kind in KINDS}
        fixed = [cell for cell in own if "fixed_host" in cell.kind.slots]
        by_hand = about(fixed)
        found.append(
            Host(
                name=name,
                computers={kind: computers for kind, computers in by_kind.items() if computers},
                by_hand=len(by_hand),
                by_dns=len(set(about(own)) - set(by_hand)),
                of_cloud=any("platform_host" in cell.kind.slots for cell in own),
            )
        )
    return tuple(sorted(found, key=lambda host: (-len(host.all), host.name)))


def _of_products(seen: Seen, catalog: Catalog) -> Iterator[Found]:
    rules = [one for one in catalog.fleet.findings if one.scope == "product"]
    held: dict[str, list[Cell]] = {}
    for cell in seen.cells:
        slots = _slots(cell)
        for one in rules:
            if all_hold(one.when, slots):
                held.setdefault(one.id, []).append(cell)
    for one in rules:
        if one.id in held:
            cells = held[one.id]
            yield Found(one, about(cells), {"products": products_of(cells), **days_of(one)})


def days_of(one: FleetFinding) -> Mapping[str, Value]:
    """The days between which a rule holds, for its sentence: from `low`, below `high`, up to `last`."""
    values: dict[str, Value] = {}
    for each in (condition for condition in one.when if condition.slot == "days"):
        if each.over is not None:
            values["low"] = each.over
        if each.under is not None:
            values |= {"high": each.under, "last": each.under - 1}
    return values


def _slots(cell: Cell) -> Mapping[str, Value]:
    slots = dict(cell.kind.slots)
    # A time that is not told is no zero.
    slots.pop("days", None)
    slots.pop("missed", None)
    if cell.days is not None:
        slots |= {"days": cell.days, "missed": cell.missed} | ({"beyond": "yes"} if cell.beyond else {})
    return slots


def _of_codes(seen: Seen, catalog: Catalog) -> Iterator[Found]:
    cells: dict[str, list[Cell]] = {}
    for cell in seen.cells:
        code = cell.kind.slots.get("real_error")
        if code and cell.kind.status != "licensed":
            cells.setdefault(str(code), []).append(cell)
    for code, own in cells.items():
        yield Found(rule(catalog, "error-code"), about(own), {"code": code, "products": products_of(own)})


def _of_computers(seen: Seen, catalog: Catalog) -> Iterator[Found]:
    if seen.clones:
        computers = tuple(sorted(computer for group in seen.clones for computer in group))
        yield Found(rule(catalog, "clone"), computers, {"groups": len(seen.clones)})
    if seen.suites:
        yield Found(rule(catalog, "office-beside-office"), seen.suites)
    short = {name.lower(): number for number, name in enumerate(seen.names) if "." not in name}
    twice = {short[first] for name in seen.names if "." in name and (first := name.lower().partition(".")[0]) in short}
    if twice:
        yield Found(rule(catalog, "two-names"), tuple(sorted(twice)))


def _of_hosts(seen: Seen, catalog: Catalog, policy: Policy) -> Iterator[Found]:
    told = {counter.computer: counter for counter in seen.counters if counter.count is not None}
    for counter in told.values():
        yield from _short(counter, seen.names, catalog, policy)
    for host in hosts(seen):
        if host.of_cloud:
            continue
        clients = {family: host.computers.get(family, ()) for family in KINDS}
        windows = {*clients["windows-client"], *clients["windows-server"]}
        for family, computers in host.computers.items():
            counted = len(computers) if family == "office" else len(windows)
            needed = threshold(family, policy)
            if counted < needed:
                values: dict[str, Value] = {
                    "host": host.name,
                    "threshold": needed,
                    "kind": catalog.fleet.counted[family],
                }
                yield Found(rule(catalog, "host-few"), computers, {**values, "kind_id": family})


def _short(counter: Counter, names: Sequence[str], catalog: Catalog, policy: Policy) -> Iterator[Found]:
    """What a host says of its own count, against each threshold that may concern it."""
    is_office = counter.kind.slots.get("product") == "office"
    families: tuple[ProductKind, ...] = ("office",) if is_office else ("windows-client", "windows-server")
    for family in families:
        needed = threshold(family, policy)
        if counter.count is not None and counter.count < needed:
            values: dict[str, Value] = {"host": names[counter.computer], "count": max(counter.count, 0)}
            values |= {"threshold": needed, "kind": catalog.fleet.counted[family], "kind_id": family}
            yield Found(rule(catalog, "host-short"), (counter.computer,), values)


def _of_files(seen: Seen, catalog: Catalog, left: int) -> Iterator[Found]:
    if left:
        yield Found(rule(catalog, "rows-left"), (), {"rows": left})
    if seen.unread_minutes:
        yield Found(rule(catalog, "time-unread"), (), {"rows": seen.unread_minutes})
    if seen.undated:
        yield Found(rule(catalog, "day-unknown"), (), {"rows": seen.undated})


def kinds_in(seen: Seen) -> tuple[Kind, ...]:
    """Every kind of product that was seen."""
    return tuple(dict.fromkeys(cell.kind for cell in seen.cells))
