"""What a file says of SRV records, as records that the checks of `rules.yaml` look at, and what they compare it with.

A record is plain data: fields hold texts, numbers, lists, other records, or null. Names are written in small letters,
without the dot at their end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import dns.name

from macros.formats.base.checks import Checks
from macros.formats.base.conditions import Functions
from macros.formats.base.findings import Finding
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest

from .reading import EXAMPLE_ZONE, RULES, UNKNOWN_ZONE, Content, Form, Found, Record, around, is_address, text_of
from .srv import Wanted

FUNCTIONS: Functions = {"same_numbers": lambda one, other: sorted(one) == sorted(other)}
"""Functions that the expressions call besides the common ones."""

_OWN_RULES = ("zone", "nsupdate", "unbound")
"""Groups of rules of one form that are checked as data."""

_FULL_NAME = 3
"""Labels from which a name without a dot at its end was meant as a full name."""


def judge(content: Content, wanted: Wanted, form: Form) -> Iterator[Finding]:
    """What is to say about the records of a file."""
    yield from content.problems
    names = {"file": records(content, wanted, form), "known": known(wanted, form)}
    yield from map(form.cited, _checks().findings(names))


def checks_as_data() -> Mapping[str, Any]:
    """The checks for a page: expressions as trees."""
    return _checks().as_data()


@cache
def _checks() -> Checks:
    own = {rule.id: rule for group in _OWN_RULES for rule in Rules.beside(__file__, group).values()}
    return Checks.beside(__file__, "records", RULES | own, FUNCTIONS)


def known(wanted: Wanted, form: Form) -> Record:
    """`known` in the expressions of the checks: what a file is compared with."""
    service, protocol = wanted.labels
    return {
        "name": wanted.name,
        "service": service,
        "protocol": protocol,
        "zones": wanted.zones,
        "owner": form.owner.format(name=wanted.name, zone=wanted.zones[0] if wanted.zones else EXAMPLE_ZONE),
        "hosts": wanted.hosts is not None,
        "records": None if wanted.records is None else [asdict(record) for record in wanted.records],
        "port": wanted.port,
        "form": form.title,
        "order": form.order,
    }


def records(content: Content, wanted: Wanted, form: Form) -> Record:
    """`file` in the expressions of the checks: what a file says, in its order."""
    ours = [*_records((one for one in content.records if looks_ours(one, wanted)), content, wanted, form)]
    whole = [] if content.whole is None else [text_of(content.whole)]
    return {
        "readable": not content.problems,
        "records": ours,
        "zones": [*{each["zone"]: None for each in ours}, *whole],
        "hosts": [*{f"{each['zone']} {each['target']}": None for each in ours}],
        "updates": content.updates,
        "unsent": content.unsent,
        "options": content.options,
    }


def looks_ours(record: Found, wanted: Wanted) -> bool:
    """Other services have SRV records too; those whose name is near ours are meant for KMS."""
    return nearest("".join(record.service[:1]), wanted.labels[:1], cutoff=0.7) is not None


def _records(found: Iterable[Found], content: Content, wanted: Wanted, form: Form) -> Iterator[Record]:
    hosts = wanted.hosts or {}
    planned = {(one.zone, one.target): asdict(one) for one in wanted.records or ()}
    first: dict[tuple[str, str], Found] = {}
    for one in found:
        record, whole = one.record, content.whole
        called, zone, target = ".".join(one.service), record.zone, record.target
        owner = f"{called}.{zone}" if zone else called
        inside = _inside(one) if form.relative else None
        earlier = first.setdefault((owner, target), one)
        yield {
            "called": called,
            "service": (*one.service, None)[0],
            "protocol": (*one.service, None, None)[1],
            "owner": owner,
            "zone": zone,
            "doubled": _doubled(zone),
            "target": target,
            "short": len(one.target.labels) - 1 == 1,
            "address": _address(target, (*wanted.zones, zone)),
            "alias": content.aliases.get(one.target),
            "resolves": one.target in content.addresses,
            "of_file": whole is not None and one.target.is_subdomain(whole),
            "inside": inside and text_of(inside),
            "full": inside is not None and len(inside.labels) > _FULL_NAME,
            "inside_port": hosts.get(text_of(inside)) if inside else None,
            "listens": hosts.get(target),
            "planned": planned.get((zone, target)),
            "priority": record.priority,
            "weight": record.weight,
            "port": record.port,
            "places": one.places,
            "earlier": None
            if earlier is one
            else {"line": earlier.places["name"].line, "same": earlier.values == one.values},
            "local": _local(one, content) if content.local_zones else None,
        }


def _doubled(zone: str) -> bool:
    """A full name to which the zone was added once more, as in corp.example.com.corp.example.com."""
    labels = zone.split(".")
    half = len(labels) // 2
    twice = half > 1 and labels[:half] == labels[half:]
    return twice or (len(labels) >= _FULL_NAME and labels[-1] == UNKNOWN_ZONE)


def _address(target: str, zones: Iterable[str]) -> str | None:
    """The address that stands where a name belongs; without a dot at its end, the zone has been added to it."""
    bare = (target.removesuffix(f".{zone}") for zone in ("", *zones))
    return next((text for text in bare if is_address(text)), None)


def _inside(record: Found) -> dns.name.Name | None:
    """The target without the zone of the record, when it stands in that."""
    target, zone = record.target, record.zone
    stands = target != zone and target.is_subdomain(zone)
    return dns.name.Name((*target.labels[: len(target.labels) - len(zone.labels)], b"")) if stands else None


def _local(record: Found, content: Content) -> Record | None:
    """The local zone around a record, and whether the file may hold all that there is of it."""
    closest = next((name for name in around(record.owner) if name in content.local_zones), None)
    if closest is None:
        return None
    kind = content.local_zones[closest]
    whole = closest == record.owner or closest in content.shared_zones
    return {"type": kind.text, "place": kind.place, "zone": text_of(closest), "whole": whole}
