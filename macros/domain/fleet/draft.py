"""A first organization.yml from what was seen: groups by product and method, hosts, MAKs and licenses.

What rows do not tell is assumed in the simplest way, and named among the remarks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from macros.catalog.models import Catalog, HostKeyGroup
from macros.catalog.organization import MOST_HOSTS, DnsName

from .findings import hosts
from .tally import Cell, Seen

_DNS = TypeAdapter(DnsName)
_NO_ZONE = "example.com"
_VOLUME = ("kms", "adba", "mak", "azure-kms", "avma", "unactivated")
_SERVER = "windows-server"


@dataclass(frozen=True)
class Draft:
    """The keys of the file, and what was assumed or left out, by the names of remarks."""

    data: Mapping[str, Any]
    remarks: tuple[tuple[str, Mapping[str, object]], ...]


@dataclass
class _Group:
    product: str
    method: str
    directory: str
    computers: set[int] = field(default_factory=set)
    activated: set[int] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)


class NothingToDraftError(ValueError):
    """A fleet without any volume license."""


def draft(seen: Seen, catalog: Catalog) -> Draft:
    """A file that an organization can start from. Raises NothingToDraftError."""
    remarks: list[tuple[str, Mapping[str, object]]] = []
    zone = _zone(seen)
    if zone is None:
        remarks.append(("no_zone", {"zone": _NO_ZONE}))
    used = [host for host in hosts(seen) if not host.of_cloud]
    drafted = {host.name: host for host in used if _is_name(host.name)}
    for name in [*drafted][MOST_HOSTS:]:
        del drafted[name]
    left = (host for host in used if host.name not in drafted)
    remarks += [("host_left", {"host": host.name, "computers": len(host.all)}) for host in left]
    ids = {name: f"kms{number}" for number, name in enumerate(drafted, 1)}
    groups = _groups(seen, catalog, zone is not None, ids, remarks)
    if not groups:
        raise NothingToDraftError
    if drafted:
        remarks.append(("host_keys", {}))
    remarks.append(("assumed", {}))
    needs_forest = any(group.directory == "ad-ready" for group in groups)
    zones = dict.fromkeys(_around(name, zone or _NO_ZONE) for name in drafted)
    zones.pop(zone or _NO_ZONE, None)
    maks = [group for group in groups if group.method == "mak"]
    licensed = Counter(dict.fromkeys(dict.fromkeys(group.product for group in groups), 0))
    for group in groups:
        licensed[group.product] += len(group.computers)
    data: dict[str, Any] = {"name": f"Draft of {seen.today.isoformat()}"}
    if needs_forest:
        data["active_directory"] = {"dns_name": zone or _NO_ZONE, "schema_level": "windows-server-2016"}
    data["dns_zone"] = zone or _NO_ZONE
    if zones:
        data["further_dns_zones"] = [*zones]
    data["kms_hosts"] = [_host(ids[name], name, groups, seen, catalog) for name in drafted]
    data["mak_allotments"] = [
        {"id": f"{_id(group.product)}-mak", "product": group.product, "total": count, "used": count}
        for group in maks
        for count in [len(group.activated)]
    ]
    data["licensed"] = [{"product": product, "computers": count} for product, count in licensed.items()]
    data["groups"] = [_as_data(group, catalog, ids) for group in groups]
    return Draft(data, tuple(remarks))


def _zone(seen: Seen) -> str | None:
    """The domain that most computers are in."""
    found = Counter(name.lower().partition(".")[2] for name in seen.names if "." in name)
    return next((zone for zone, _ in found.most_common() if _is_name(zone)), None)


def _is_name(name: str) -> bool:
    try:
        _DNS.validate_python(name)
    except ValidationError:
        return False
    return True


def _around(host: str, zone: str) -> str:
    """The zone that a host publishes in: the organization's, or that of its own name."""
    if host.endswith(f".{zone}"):
        return zone
    rest = host.partition(".")[2]
    return rest if _is_name(rest) else host


def _groups(
    seen: Seen,
    catalog: Catalog,
    has_zone: bool,
    ids: Mapping[str, str],
    remarks: list[tuple[str, Mapping[str, object]]],
) -> list[_Group]:
    found: dict[tuple[str, str], _Group] = {}
    left: Counter[str] = Counter()
    several: dict[str, str] = {}
    legacy = {product.id for product in catalog.products if product.legacy}
    for cell in seen.cells:
        kind = cell.kind
        if kind.method.id == "kms-host":
            continue
        method = _method(cell, bool(ids), has_zone)
        if not kind.products or method not in _VOLUME:
            left[kind.product if not kind.products else f"{kind.product} ({kind.method.name})"] += len(cell.computers)
            continue
        product = kind.products[0]
        if len(kind.products) > 1:
            several[kind.product] = product
        if method == "adba" and product in legacy:
            method = "kms" if ids else "unactivated"
        if method == "avma" and kind.family != _SERVER:
            method = "unactivated"
        directory = "ad-ready" if has_zone else "none"
        if method == "adba" and directory == "none":
            method = "unactivated"
        group = found.setdefault((product, method), _Group(product, method, directory))
        group.computers.update(cell.computers)
        if kind.status == "licensed":
            group.activated.update(cell.computers)
        if kind.host in ids:
            group.hosts.add(kind.host)
    remarks += [("release", {"given": name, "product": product}) for name, product in several.items()]
    remarks += [("left", {"product": name, "products": count}) for name, count in sorted(left.items())]
    return [found[key] for key in sorted(found)]


def _method(cell: Cell, has_hosts: bool, has_zone: bool) -> str:
    """The method of organization.yml for products of one kind; their own name for what has none there."""
    kind = cell.kind
    if "platform_host" in kind.slots and kind.method.id == "kms":
        return "azure-kms"
    method = kind.method.id
    if method == "none":
        method = {"kms-client": "kms-or-adba", "mak": "mak", "adba": "adba"}.get(kind.channel, method)
    if method == "kms-or-adba":
        return "kms" if has_hosts else "adba" if has_zone else "unactivated"
    if method == "kms" and not has_hosts:
        return "unactivated"
    return method


def _id(product: str) -> str:
    return product.replace(".", "-")


def _as_data(group: _Group, catalog: Catalog, ids: Mapping[str, str]) -> dict[str, Any]:
    name = catalog.product(group.product).name
    asked = [ids[host] for host in sorted(group.hosts)] or ([*ids.values()][:1] if group.method == "kms" else [])
    data: dict[str, Any] = {
        "id": f"{_id(group.product)}-{group.method}",
        "name": f"{name}, {group.method}",
        "product": group.product,
        "count": len(group.computers),
        "method": group.method,
        "directory": group.directory,
        "network_every_days": 1,
        "kms_hosts": asked,
        "internet": "direct",
    }
    platforms = {"azure-kms": "azure-vm", "avma": "hyper-v-datacenter-guest"}
    if group.method in platforms:
        data["platform"] = platforms[group.method]
    if group.method == "mak":
        data["mak"] = {
            "allotment": f"{_id(group.product)}-mak",
            "activated": len(group.activated),
            "reimaged_percent_per_year": 0,
            "hardware_changes_percent_per_year": 0,
        }
    return data


def _host(host_id: str, name: str, groups: Sequence[_Group], seen: Seen, catalog: Catalog) -> dict[str, Any]:
    """A host with a key for each product that asks it, on the system that was seen or on the newest."""
    key_groups = catalog.host_keys.groups
    asked = [group.product for group in groups if name in group.hosts]
    own = next((one.kind for one in seen.counters if seen.names[one.computer].lower() == name), None)
    systems = {system for group in key_groups for system in group.host_systems}
    told = own.products[0] if own is not None and len(own.products) == 1 and own.products[0] in systems else None
    system = told or key_groups[0].host_systems[0]
    usable = [group for group in key_groups if system in group.host_systems]
    keys = dict.fromkeys(_key_for(product, usable) for product in asked)
    found = [key for key in keys if key] or [usable[0].id]
    return {
        "id": host_id,
        "name": name,
        "operating_system": system,
        "keys": [{"group": key, "activations_used": 1} for key in found],
    }


def _key_for(product: str, groups: Iterable[HostKeyGroup]) -> str | None:
    for group in groups:
        if any(product in covered.products for covered in group.activates):
            return group.id
    return None
