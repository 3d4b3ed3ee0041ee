"""Samples of SRV records, one for each way in which a DNS server takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import dns.zone

from macros.formats.base.findings import Report
from macros.formats.base.sample import Context, Language, Mistake, Plan

from . import forms as dns_forms
from . import unbound as dns_unbound
from . import zone as dns_zone
from .srv import ZONE_TTL, SrvRecord, Wanted, records

Mistakes = Callable[[Context], tuple[Mistake, ...]]
Write = Callable[[int, int, int], str]


def _has_records(context: Context) -> bool:
    return bool(records(context.organization, context.policy))


def _has_records_of_its_own(context: Context) -> bool:
    found = records(context.organization, context.policy)
    return any(record.zone == context.organization.dns_zone for record in found)


def _first(context: Context) -> SrvRecord:
    return records(context.organization, context.policy)[0]


def _some_address(context: Context) -> str:
    address = context.organization.kms_hosts[0].address
    return str(address) if address else dns_zone.PLACEHOLDER_ADDRESS


def _swapped(context: Context, write: Write) -> tuple[Mistake, ...]:
    """The first record with its numbers in another order, as a reader of another form would write them.

    None where the numbers are equal, so that no order of them is wrong.
    """
    first = _first(context)
    right = (first.priority, first.weight, first.port)
    for other in ((right[2], right[0], right[1]), (right[0], right[2], right[1])):
        if other[2] != right[2]:
            return (Mistake(write(*right), write(*other), "srv-order"),)
    return ()


def _zone_mistakes(context: Context) -> tuple[Mistake, ...]:
    first = _first(context)
    end = f"{first.port} {first.target}"
    return (
        Mistake(f"{end}.\n", f"{end}\n", "target-missing-dot"),
        *_swapped(context, lambda *values: "SRV {} {} {} ".format(*values) + first.target),
    )


def _record_mistakes(context: Context) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    return (
        Mistake(f"{first.port} {first.target}.", f"{first.port} {_some_address(context)}", "target-is-address"),
        Mistake(f"{name}.", f"{name.replace('tcp', 'udp')}.", "srv-protocol"),
    )


def _powershell_mistakes(context: Context) -> tuple[Mistake, ...]:
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


def _dnscmd_mistakes(context: Context) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    zone = f" {first.zone} {name} "
    return (
        *_swapped(context, lambda *values: "SRV {} {} {} ".format(*values) + first.target),
        Mistake(zone, f" {name}.{first.zone} ", "part-missing"),
        Mistake("/RecordAdd", "/AddRecord", "line-unknown"),
    )


def _nsupdate_mistakes(context: Context) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    full = f"{name}.{first.zone}. "
    return (
        Mistake(f"{full}{ZONE_TTL} ", full, "part-missing"),
        Mistake(f"add {full}", f"add {name} ", "srv-owner"),
        *_swapped(context, lambda *values: "SRV {} {} {} ".format(*values) + first.target),
    )


def _dnsmasq_mistakes(context: Context) -> tuple[Mistake, ...]:
    first = _first(context)
    right = f",{first.target},{first.port},{first.priority},{first.weight}"
    numbers = f"{first.priority},{first.weight},{first.port}"
    return (
        Mistake(right, f",{numbers},{first.target}", "srv-order"),
        *_swapped(context, lambda priority, weight, port: f",{first.target},{port},{priority},{weight}"),
        Mistake(right, f",{first.target}", "part-missing"),
    )


def _unbound_mistakes(context: Context) -> tuple[Mistake, ...]:
    first = _first(context)
    return (
        Mistake(f" {dns_unbound.TYPE}\n", " static\n", "unbound-hidden"),
        *_swapped(context, lambda *values: "SRV {} {} {} ".format(*values) + first.target),
        Mistake(f'{first.target}."\n', f"{first.target}.\n", "quote-open"),
    )


def _samba_mistakes(context: Context) -> tuple[Mistake, ...]:
    first = _first(context)
    right = f'"{first.target} {first.port} {first.priority} {first.weight}"'
    numbers = f"{first.priority} {first.weight} {first.port}"
    return (
        Mistake(right, f'"{numbers} {first.target}"', "srv-order"),
        *_swapped(context, lambda priority, weight, port: f'"{first.target} {port} {priority} {weight}"'),
        Mistake(right, right.strip('"'), "data-not-quoted"),
    )


def _plan(
    sample_id: str,
    file_name: str,
    language: Language,
    mistakes: Mistakes,
    possible: Callable[[Context], bool] = _has_records,
) -> Plan:
    kind = next(kind for kind in dns_forms.KINDS.values() if sample_id in kind.makes)

    def check(text: str, context: Context) -> Report:
        if language == "zone":
            # Another reader of zone files, so that ours cannot be wrong alone. It raises.
            zone = context.organization.dns_zone if sample_id == "dns-zone" else "."
            dns.zone.from_text(f"$TTL {ZONE_TTL}\n{text}", origin=zone, relativize=False, check_origin=False)
        return kind.validate(text, Wanted.of(context.organization, context.policy))

    return Plan(
        file_name=file_name,
        language=language,
        make=lambda context, origin: kind.makes[sample_id](context.organization, context.policy, origin),
        check=check,
        mistakes=mistakes,
        possible=possible,
    )


PLANS: Mapping[str, Plan] = {
    "dns-powershell": _plan("dns-powershell", "kms-srv.ps1", "powershell", _powershell_mistakes),
    "dns-dnscmd": _plan("dns-dnscmd", "kms-srv.cmd", "bat", _dnscmd_mistakes),
    "dns-records": _plan("dns-records", "kms-srv-records.txt", "zone", _record_mistakes),
    "dns-zone": _plan("dns-zone", "kms-srv.zone", "zone", _zone_mistakes, _has_records_of_its_own),
    "dns-nsupdate": _plan("dns-nsupdate", "kms-srv.nsupdate", "text", _nsupdate_mistakes),
    "dns-dnsmasq": _plan("dns-dnsmasq", "kms-srv.dnsmasq.conf", "properties", _dnsmasq_mistakes),
    "dns-unbound": _plan("dns-unbound", "kms-srv.unbound.conf", "text", _unbound_mistakes),
    "dns-samba": _plan("dns-samba", "kms-srv.sh", "bash", _samba_mistakes),
}
"""Samples by id."""
