"""A fleet against the plan: which group each product belongs to, and where what is seen differs from what is planned.

A group is told by its product, and by the names of its computers where `match` says so. Of several groups that is told
which alone plans the method in use; several with one method are compared together, because nothing in the rows tells
them apart. What is not activated, activated by KMS or ADBA without a word which, or in a way that no group plans may
belong to any group of its product: it stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from macros.catalog.models import Catalog
from macros.catalog.organization import Group, Organization
from macros.domain.diagnosis import Value

from .findings import Found, about, hosts, in_order, products_of, rule
from .tally import Cell, Seen

_SAYS_NOTHING = ("none", "unknown")
"""What is not activated, or not told: a fault of its own, and no difference to a plan."""
BY_KEY: Mapping[str, tuple[str, ...]] = {
    "kms-client": ("kms", "adba", "azure-kms", "unactivated"),
    "adba": ("kms", "adba", "azure-kms", "unactivated"),
    "mak": ("mak", "unactivated"),
}
"""Methods of groups that a product with such a key may belong to while it is not activated."""


@dataclass(frozen=True)
class Lot:
    """Groups that the rows do not tell apart, what they plan together, and what was seen of them."""

    groups: tuple[Group, ...]
    computers: tuple[int, ...]
    open: tuple[int, ...]
    """Computers that may belong here as well as to other groups."""

    @property
    def fits(self) -> bool:
        """Whether what was seen can be what is planned."""
        return len(self.computers) <= self.planned <= len(self.computers) + len(self.open)

    @property
    def planned(self) -> int:
        """Computers that the organization's file has in these groups."""
        return sum(group.count for group in self.groups)


@dataclass(frozen=True)
class Compared:
    """A fleet held against an organization."""

    lots: tuple[Lot, ...]
    unexplained: tuple[Cell, ...]
    findings: tuple[Found, ...]


def compare(seen: Seen, organization: Organization, catalog: Catalog) -> Compared:
    """What was seen, group by group, and what differs from the plan."""
    assigned: dict[tuple[str, ...], list[Cell]] = {}
    waiting: list[tuple[tuple[str, ...], Cell]] = []
    unexplained: list[Cell] = []
    differing: list[Cell] = []
    for cell, groups in _told(seen, organization):
        if cell.kind.method.id == "kms-host":
            continue
        if not groups:
            unexplained.append(cell)
            continue
        says_nothing = cell.kind.method.id in _SAYS_NOTHING
        fitting = [group for group in groups if _fits(cell, group)]
        if not fitting and not says_nothing:
            differing.append(cell)
        among = fitting or groups
        ids = tuple(group.id for group in among)
        if says_nothing or len({group.method for group in among}) > 1:
            waiting.append((ids, cell))
        else:
            assigned.setdefault(ids, []).append(cell)
    lots = tuple(_lots(organization, assigned, waiting))
    found = [
        *_of_groups(lots, catalog),
        *_unexplained(unexplained, catalog),
        *_differing(differing, organization, catalog),
        *_of_keys(seen, organization, catalog),
        *_of_hosts(seen, organization, catalog),
    ]
    return Compared(lots, tuple(unexplained), in_order(found))


def _told(seen: Seen, organization: Organization) -> Iterator[tuple[Cell, tuple[Group, ...]]]:
    """Products with the groups that they may belong to. What names tell apart is parted."""
    for cell in seen.cells:
        groups = tuple(group for group in organization.groups if group.product in cell.kind.products)
        if not any(group.match for group in groups):
            yield cell, groups
            continue
        parts: dict[tuple[Group, ...], list[int]] = {}
        for computer in cell.computers:
            parts.setdefault(_among(groups, seen, computer), []).append(computer)
        for part, computers in parts.items():
            yield replace(cell, computers=computers), part


def asked(organization: Organization | None) -> tuple[str, ...]:
    """Labels of the columns by which groups tell their computers, each once."""
    groups = organization.groups if organization else ()
    return tuple(dict.fromkeys(label for group in groups if (label := _parted(group.match or "")[0])))


def _parted(match: str) -> tuple[str, str]:
    """The label of the column that a group asks for, empty for names of computers, and the pattern."""
    label, sign, pattern = match.partition("=")
    return (label.strip(), pattern.strip()) if sign else ("", match)


def _among(groups: tuple[Group, ...], seen: Seen, computer: int) -> tuple[Group, ...]:
    """The groups that a computer fits by its name or a column. Of those that fit, the ones that ask go first."""
    named = tuple(group for group in groups if group.match and _matches(group.match, seen, computer))
    return named or tuple(group for group in groups if not group.match)


def _matches(match: str, seen: Seen, computer: int) -> bool:
    label, pattern = _parted(match)
    if not label:
        return _fits_name(pattern, seen.names[computer].lower())
    value = seen.values.get(label, {}).get(computer, "")
    return bool(value) and fnmatchcase(value.strip().lower(), pattern.lower())


def _fits_name(pattern: str, name: str) -> bool:
    """Whether a name, in small letters, is one that a group asks for, with its domain or without."""
    pattern = pattern.lower()
    return fnmatchcase(name, pattern) or fnmatchcase(name.partition(".")[0], pattern)


def _fits(cell: Cell, group: Group) -> bool:
    """Whether a group plans the method by which these products are activated, or would be by their key."""
    if cell.kind.method.id in _SAYS_NOTHING:
        return group.method in BY_KEY.get(cell.kind.channel, ())
    return group.method in cell.kind.method.planned


def _lots(
    organization: Organization,
    assigned: Mapping[tuple[str, ...], list[Cell]],
    waiting: Iterable[tuple[tuple[str, ...], Cell]],
) -> Iterator[Lot]:
    """Groups in the order of the file, those together that share products which fit each of them."""
    lot_of = {group.id: frozenset({group.id}) for group in organization.groups}
    for ids in assigned:
        together = frozenset[str]().union(*(lot_of[one] for one in ids))
        lot_of |= dict.fromkeys(together, together)
    for lot in dict.fromkeys(lot_of.values()):
        groups = tuple(group for group in organization.groups if group.id in lot)
        computers = about(cell for ids, cells in assigned.items() if lot.issuperset(ids) for cell in cells)
        others = about(cell for ids, cell in waiting if not lot.isdisjoint(ids))
        known = {*computers}
        yield Lot(groups, computers, tuple(one for one in others if one not in known))


def _of_groups(lots: Iterable[Lot], catalog: Catalog) -> Iterator[Found]:
    for lot in lots:
        values: dict[str, Value] = {
            "group": ", ".join(group.name for group in lot.groups),
            "group_ids": ",".join(group.id for group in lot.groups),
            "planned_count": lot.planned,
            "seen_count": len(lot.computers),
            "open_count": len(lot.open),
        }
        if not (lot.computers or lot.open) and lot.planned:
            yield Found(rule(catalog, "empty-group"), (), values)
        elif not lot.fits:
            yield Found(rule(catalog, "group-count"), lot.computers, values)


def _unexplained(cells: Iterable[Cell], catalog: Catalog) -> Iterator[Found]:
    for product, own in _by_product(cells).items():
        yield Found(rule(catalog, "no-group"), about(own), {"product": product, "product_id": _slug(product)})


def _differing(cells: Iterable[Cell], organization: Organization, catalog: Catalog) -> Iterator[Found]:
    for product, of_product in _by_product(cells).items():
        for method in dict.fromkeys(cell.kind.method.id for cell in of_product):
            own = [cell for cell in of_product if cell.kind.method.id == method]
            planned = {group.method for group in organization.groups if group.product in own[0].kind.products}
            values: dict[str, Value] = {"product": product, "product_id": _slug(product), "products": products_of(own)}
            renewing = sorted(planned & {"kms", "adba"})
            if method == "mak" and renewing:
                values["planned"] = " or ".join(name.upper() for name in renewing)
                yield Found(rule(catalog, "mak-for-kms"), about(own), values)
            else:
                values |= {"method": own[0].kind.method.name, "method_id": method}
                yield Found(rule(catalog, "method-differs"), about(own), values)


def _of_keys(seen: Seen, organization: Organization, catalog: Catalog) -> Iterator[Found]:
    """Each computer that a MAK activated has used an activation of it."""
    for product in dict.fromkeys(one.product for one in organization.mak_allotments):
        used = sum(one.used for one in organization.mak_allotments if one.product == product)
        own = [cell for cell in seen.cells if cell.kind.method.id == "mak" and cell.kind.products == (product,)]
        if products_of(own) > used:
            values: dict[str, Value] = {"product": own[0].kind.product, "product_id": product}
            yield Found(
                rule(catalog, "mak-balance"), about(own), {**values, "seen_count": products_of(own), "used": used}
            )


def _of_hosts(seen: Seen, organization: Organization, catalog: Catalog) -> Iterator[Found]:
    known = {host.name for host in organization.kms_hosts} | {str(host.address) for host in organization.kms_hosts}
    known |= {host.name.partition(".")[0] for host in organization.kms_hosts}
    for host in hosts(seen):
        if host.name not in known and not host.of_cloud:
            yield Found(rule(catalog, "host-unplanned"), host.all, {"host": host.name})


def _by_product(cells: Iterable[Cell]) -> Mapping[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.kind.product, []).append(cell)
    return found


def _slug(text: str) -> str:
    """A name as part of an id."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
