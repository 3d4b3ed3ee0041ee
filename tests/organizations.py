"""Organization files made by hypothesis: every key of the model is used, so that a new key cannot be forgotten.

A value comes from the type of its field. Only what must agree with another part of the file has a rule of its own in
`_agree`; everything else that the model allows is made, also where nobody would think of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MinLen
from hypothesis import strategies as st
from pydantic import BaseModel, IPvAnyAddress
from pydantic.fields import FieldInfo

from macros.catalog.models import Catalog, Product
from macros.catalog.organization import NO_ZONE, DnsName, MakUse, Organization
from macros.catalog.organization_file import OLD_SCHEMAS

Draw = Callable[[st.SearchStrategy[Any]], Any]

DNS_NAME = get_args(DnsName)[1].func
SITES = ("plant", "ship")
ALIKE = {"branch": 2, "depot": 7}
ZONES = ("corp.example.com", "example.com", "plant.example.com", "a-b.example.org", "xn--bcher-kva.example")
_ODD = ["Example Manufacturing", "a", "x" * 200, "'", '"', "$(x) `n %PATH% !a!", "{{ 7*7 }} {% x %}", "<b>&amp;"]
_LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])
TEXTS = st.one_of(st.sampled_from(_ODD), st.text(_LETTERS, min_size=1, max_size=40).filter(str.strip))
ADDRESSES = st.one_of(
    st.integers(1, 250).map(lambda last: f"192.0.2.{last}"),
    st.integers(1, 0xFFFE).map(lambda last: f"2001:db8::{last:x}"),
    st.just("10.255.255.254"),
)
DAYS = st.sampled_from([date(1999, 1, 1), date(2026, 11, 20), date(2026, 11, 24), date(2026, 6, 1), date(2060, 2, 29)])


def organizations(catalog: Catalog, *, everything: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Contents of organization files that are in order. With `everything` each key of the model stands in the file."""

    @st.composite
    def made(draw: Draw) -> dict[str, Any]:
        return _agree(draw, _record(draw, Organization, everything), catalog)

    return made()


def keys_of(model: type[BaseModel], inside: str = "") -> set[str]:
    """Every key that the model knows, with the records inside it: `kms_hosts.port`."""
    found = set()
    for name, field in model.model_fields.items():
        found.add(f"{inside}{name}")
        for record in _records(field.annotation):
            found |= keys_of(record, f"{inside}{name}.")
    return found


def keys_in(value: Any, inside: str = "") -> set[str]:
    """Every key that has a value in the contents of a file."""
    if isinstance(value, list):
        return set().union(*(keys_in(one, inside) for one in value))
    if not isinstance(value, dict):
        return set()
    found = {f"{inside}{name}" for name, one in value.items() if one is not None}
    return found.union(*(keys_in(one, f"{inside}{name}.") for name, one in value.items()))


def _records(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [record for part in get_args(annotation) for record in _records(part)]


def _record(draw: Draw, model: type[BaseModel], everything: bool) -> dict[str, Any]:
    found = {}
    for name, field in model.model_fields.items():
        if field.is_required() or everything or draw(st.booleans()):
            found[name] = _value(draw, field.annotation, field.metadata, everything)
    return found


def _value(draw: Draw, annotation: Any, bounds: Sequence[Any], everything: bool) -> Any:
    """A value of a type, within the bounds that stand beside it. Raises TypeError for a type that nobody taught it."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        inside = [bound for one in more for bound in (one.metadata if isinstance(one, FieldInfo) else [one])]
        return _value(draw, inner, [*bounds, *inside], everything)
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return _value(draw, draw(st.sampled_from([part for part in parts if part is not type(None)])), (), everything)
    if origin is tuple:
        least = max([int(everything), *(bound.min_length for bound in bounds if isinstance(bound, MinLen))])
        return [_value(draw, parts[0], (), everything) for _ in range(draw(st.integers(least, 4)))]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _record(draw, annotation, everything)
    return draw(_plain(annotation, bounds))


def _plain(annotation: Any, bounds: Sequence[Any]) -> st.SearchStrategy[Any]:
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if annotation is int:
        low = max((bound.ge for bound in bounds if isinstance(bound, Ge)), default=0)
        high = min((bound.le for bound in bounds if isinstance(bound, Le)), default=10**6)
        return st.one_of(st.integers(low, min(high, 60)), st.sampled_from([low, high]), st.integers(low, high))
    others = {date: DAYS.map(date.isoformat), IPvAnyAddress: ADDRESSES, str: _text(bounds), bool: st.booleans()}
    if annotation not in others:
        raise TypeError(f"no value is made of {annotation}; teach tests/organizations.py")
    return others[annotation]


def _text(bounds: Sequence[Any]) -> st.SearchStrategy[str]:
    if any(getattr(bound, "func", None) is DNS_NAME for bound in bounds):
        return st.sampled_from(ZONES)
    patterns = [bound.pattern for bound in bounds if getattr(bound, "pattern", None)]
    return st.from_regex(patterns[0].replace("$", r"\Z")) if patterns else TEXTS


# ---------------------------------------------------------------------------------- what must agree with other parts


def _agree(draw: Draw, found: dict[str, Any], catalog: Catalog) -> dict[str, Any]:
    """Replace what other parts of the file decide: ids, references, and sums."""
    if found.get("kms_hosts") and "dns_zone" not in found:
        found["dns_zone"] = draw(st.sampled_from(ZONES))
    zones = list(dict.fromkeys([found.get("dns_zone", NO_ZONE), *found.get("further_dns_zones", [])]))
    found["dns_zone"], *found["further_dns_zones"] = zones
    products = {product.id: product for product in catalog.products}
    hosts, maks, groups = found.get("kms_hosts", []), found.get("mak_allotments", []), found.get("groups", [])
    forests = _forests(draw, found, catalog)
    _hosts(draw, hosts, zones, catalog)
    for number, mak in enumerate(maks):
        mak |= {"id": f"mak{number}", "product": draw(st.sampled_from([*products]))}
    licensed = draw(st.permutations([*products]))
    listed = found.get("licensed", [])
    found["licensed"] = [one | {"product": licensed[number]} for number, one in enumerate(listed)]
    for number, group in enumerate(groups):
        group |= {"id": f"group-{number}", "product": draw(st.sampled_from([*products]))}
        if "release" in group:
            release = draw(st.sampled_from([entry for entry in catalog.lifecycle if entry.release]))
            group |= {"release": release.id, "product": release.products[0]}
        if "answers" in group:
            # No question has a usual answer that a group could say otherwise.
            group["answers"] = {}
        _site(draw, group)
        usable = [host["id"] for host in hosts if host.get("site") in (None, group.get("site"))]
        group["kms_hosts"] = draw(st.lists(st.sampled_from(usable), unique=True)) if usable else []
        _starts(group)
        _directory(draw, group, forests)
        _method(
            draw,
            group,
            [mak for mak in maks if products[mak["product"]].kind == products[group["product"]].kind],
            products,
        )
    for mak in maks:
        uses = [
            group["mak"]["activated"] for group in groups if "mak" in group and group["mak"]["allotment"] == mak["id"]
        ]
        mak["used"] = max(mak["used"], sum(uses))
        mak["total"] = max(mak["total"], mak["used"])
    return found


def _hosts(draw: Draw, hosts: list[dict[str, Any]], zones: list[str], catalog: Catalog) -> None:
    systems = sorted({system for group in catalog.host_keys.groups for system in group.host_systems})
    addresses = draw(st.lists(ADDRESSES, unique=True, min_size=len(hosts), max_size=len(hosts)))
    for number, host in enumerate(hosts):
        system = draw(st.sampled_from(systems))
        holds = [group.id for group in catalog.host_keys.groups if system in group.host_systems]
        keys = draw(st.permutations(holds))
        host |= {"id": f"h{number}", "name": f"h{number}.{draw(st.sampled_from(zones))}", "operating_system": system}
        host["keys"] = [key | {"group": keys[at]} for at, key in enumerate(host["keys"][: len(keys)])]
        if "address" in host:
            host["address"] = addresses[number]
        if "site" in host:
            host["site"] = draw(st.sampled_from(SITES))
        if "publish_in" in host:
            host["publish_in"] = draw(st.lists(st.sampled_from(zones), unique=True, min_size=1))


def _starts(group: dict[str, Any]) -> None:
    """A computer starts in contact at most as often as it is there."""
    there, starts = group["network_every_days"], group.get("starts_every_days")
    if isinstance(starts, int) and (there == "never" or starts < there):
        group["starts_every_days"] = there


def _forests(draw: Draw, found: dict[str, Any], catalog: Catalog) -> list[dict[str, Any]]:
    """The forests of the file, each with a name of its own; further ones only beside a first."""
    first = found.get("active_directory")
    if first is None:
        found.pop("further_forests", None)
        return []
    forests = [first, *found.get("further_forests", [])]
    for number, forest in enumerate(forests):
        forest["dns_name"] = ZONES[number]
        if forest.get("activation_objects") is not None:
            held = st.sampled_from([group.id for group in catalog.host_keys.groups])
            forest["activation_objects"] = draw(st.lists(held, unique=True, max_size=3))
    return forests


def _site(draw: Draw, group: dict[str, Any]) -> None:
    """A site of one name, or one that stands for three alike; no host serves those."""
    if "sites" not in group or group["count"] < max(ALIKE.values()):
        group.pop("sites", None)
        if "site" in group:
            group["site"] = draw(st.sampled_from(SITES))
        return
    group["site"] = draw(st.sampled_from([*ALIKE]))
    group["sites"] = ALIKE[group["site"]]


def _directory(draw: Draw, group: dict[str, Any], forests: list[dict[str, Any]]) -> None:
    if not forests:
        group["directory"] = "none"
    if group["directory"] == "none" or len(forests) == 1:
        group.pop("forest", None)
    if group["directory"] == "none":
        return
    forest = forests[0]
    if "forest" in group:
        forest = draw(st.sampled_from(forests[1:]))
        group["forest"] = forest["dns_name"]
    group["directory"] = "ad-old-schema" if forest["schema_level"] in OLD_SCHEMAS else "ad-ready"


def _method(draw: Draw, group: dict[str, Any], maks: list[dict[str, Any]], products: dict[str, Product]) -> None:
    product = products[group["product"]]
    possible = {
        "adba": group["directory"] == "ad-ready" and not product.legacy,
        "kms": bool(group["kms_hosts"]),
        "mak": bool(maks),
        "avma": product.kind == "windows-server",
    }
    if not possible.get(group["method"], True):
        group["method"] = draw(st.sampled_from(["unactivated", "subscription"]))
    if group["method"] == "mak":
        use = group.get("mak") or dict.fromkeys(MakUse.model_fields, 0)
        group["mak"] = use | {
            "allotment": draw(st.sampled_from(maks))["id"],
            "activated": min(use["activated"], group["count"]),
        }
    else:
        group.pop("mak", None)
    platforms = {"azure-kms": "azure-vm", "avma": "hyper-v-datacenter-guest"}
    if group["method"] in platforms:
        group["platform"] = platforms[group["method"]]
