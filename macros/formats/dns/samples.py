"""Samples of SRV records, one for each way in which a DNS server takes them."""

from __future__ import annotations

from collections.abc import Callable

import dns.zone

from macros.formats.base.context import SampleContext
from macros.formats.base.sample import Make, Mistake, Mistakes, Sample, Samples

from . import dnsmasq, nsupdate, samba, unbound, windows, zone
from .srv import ZONE_TTL, SrvRecord, records

Write = Callable[[int, int, int], str]


def _has_records(context: SampleContext) -> bool:
    return bool(records(context.organization, context.policy))


def _has_records_of_its_own(context: SampleContext) -> bool:
    found = records(context.organization, context.policy)
    return any(record.zone == context.organization.dns_zone for record in found)


def _first(context: SampleContext) -> SrvRecord:
    return records(context.organization, context.policy)[0]


def _some_address(context: SampleContext) -> str:
    address = context.organization.kms_hosts[0].address
    return str(address) if address else zone.PLACEHOLDER_ADDRESS


def _swapped(context: SampleContext, write: Write) -> tuple[Mistake, ...]:
    """The first record with its numbers in another order, as a reader of another form would write them.

    None where the numbers are equal, so that no order of them is wrong.
    """
    first = _first(context)
    right = (first.priority, first.weight, first.port)
    for other in ((right[2], right[0], right[1]), (right[0], right[2], right[1])):
        if other[2] != right[2]:
            return (Mistake(write(*right), write(*other), "srv-order"),)
    return ()


def _zone_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    first = _first(context)
    end = f"{first.port} {first.target}"
    return (
        Mistake(f"{end}.\n", f"{end}\n", "target-missing-dot"),
        *_swapped(context, lambda *values: "SRV {} {} {} ".format(*values) + first.target),
    )


def _record_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    return (
        Mistake(f"{first.port} {first.target}.", f"{first.port} {_some_address(context)}", "target-is-address"),
        Mistake(f"{name}.", f"{name.replace('tcp', 'udp')}.", "srv-protocol"),
    )


def _powershell_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    return (
        Mistake(f'-Name "{name}"', f'-Name "{name.removeprefix("_")}"', "srv-name"),
        Mistake(f"-Port {first.port}\n", f"-Port {_other_port(first)}\n", "srv-port"),
        Mistake("-DomainName", "-Target", "parameter-unknown"),
    )


def _other_port(record: SrvRecord) -> int:
    """A port that is none of the record's numbers."""
    near = (record.port - 1, record.port + 1, record.port - 2, record.port + 2)
    return next(port for port in near if 0 < port < 2**16 and port not in (record.priority, record.weight))


def _dnscmd_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    owner = f" {first.zone} {name} "
    return (
        *_swapped(context, lambda *values: "SRV {} {} {} ".format(*values) + first.target),
        Mistake(owner, f" {name}.{first.zone} ", "part-missing"),
        Mistake("/RecordAdd", "/AddRecord", "line-unknown"),
    )


def _nsupdate_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    full = f"{name}.{first.zone}. "
    return (
        Mistake(f"{full}{ZONE_TTL} ", full, "part-missing"),
        Mistake(f"add {full}", f"add {name} ", "srv-owner"),
        *_swapped(context, lambda *values: "SRV {} {} {} ".format(*values) + first.target),
    )


def _dnsmasq_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    first = _first(context)
    right = f",{first.target},{first.port},{first.priority},{first.weight}"
    numbers = f"{first.priority},{first.weight},{first.port}"
    return (
        Mistake(right, f",{numbers},{first.target}", "srv-order"),
        *_swapped(context, lambda priority, weight, port: f",{first.target},{port},{priority},{weight}"),
        Mistake(right, f",{first.target}", "part-missing"),
    )


def _unbound_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    first = _first(context)
    return (
        Mistake(f" {unbound.TYPE}\n", " static\n", "unbound-hidden"),
        *_swapped(context, lambda *values: "SRV {} {} {} ".format(*values) + first.target),
        Mistake(f'{first.target}."\n', f"{first.target}.\n", "quote-open"),
    )


def _samba_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    first = _first(context)
    right = f'"{first.target} {first.port} {first.priority} {first.weight}"'
    numbers = f"{first.priority} {first.weight} {first.port}"
    return (
        Mistake(right, f'"{numbers} {first.target}"', "srv-order"),
        *_swapped(context, lambda priority, weight, port: f'"{first.target} {port} {priority} {weight}"'),
        Mistake(right, right.strip('"'), "data-not-quoted"),
    )


def _read_by_dnspython(origin: str | None) -> Callable[[str, SampleContext], object]:
    """Another reader of zone files, so that ours cannot be wrong alone. Without an origin it is the zone."""
    return lambda text, context: dns.zone.from_text(
        f"$TTL {ZONE_TTL}\n{text}",
        origin=origin or context.organization.dns_zone,
        relativize=False,
        check_origin=False,
    )


def _alone(format_id: str, make: Make, mistakes: Mistakes) -> Samples:
    """The one sample of a format, which has its name."""
    return Samples.beside(__file__, format_id, {format_id: Sample(make, mistakes, possible=_has_records)})


IN_POWERSHELL = _alone("dns-powershell", windows.powershell, _powershell_mistakes)
IN_DNSCMD = _alone("dns-dnscmd", windows.dnscmd, _dnscmd_mistakes)
IN_NSUPDATE = _alone("dns-nsupdate", nsupdate.script, _nsupdate_mistakes)
IN_DNSMASQ = _alone("dns-dnsmasq", dnsmasq.configuration, _dnsmasq_mistakes)
IN_UNBOUND = _alone("dns-unbound", unbound.configuration, _unbound_mistakes)
IN_SAMBA = _alone("dns-samba", samba.script, _samba_mistakes)
IN_ZONES = Samples.beside(
    __file__,
    "dns-zone",
    {
        "dns-records": Sample(
            zone.record_lines, _record_mistakes, possible=_has_records, second_reader=_read_by_dnspython(".")
        ),
        "dns-zone": Sample(
            zone.zone_file, _zone_mistakes, possible=_has_records_of_its_own, second_reader=_read_by_dnspython(None)
        ),
    },
)
