"""Samples of SRV records."""

from __future__ import annotations

from collections.abc import Mapping

from . import dns_srv
from .plan import Context, Mistake, Plan


def _wanted(context: Context) -> dns_srv.Wanted:
    return dns_srv.Wanted.of(context.organization, context.policy)


def _has_records(context: Context) -> bool:
    return bool(dns_srv.records(context.organization, context.policy))


def _has_records_of_its_own(context: Context) -> bool:
    found = dns_srv.records(context.organization, context.policy)
    return any(record.zone == context.organization.dns_zone for record in found)


def _first(context: Context) -> dns_srv.SrvRecord:
    return dns_srv.records(context.organization, context.policy)[0]


def _address_of_first(context: Context) -> str:
    address = context.organization.kms_hosts[0].address
    return str(address) if address else dns_srv.PLACEHOLDER_ADDRESS


def _zone_mistakes(context: Context) -> tuple[Mistake, ...]:
    first = _first(context)
    data = f"{first.port} {first.target}"
    return (Mistake(f"{data}.\n", f"{data}\n", "target-missing-dot"),)


def _record_mistakes(context: Context) -> tuple[Mistake, ...]:
    first = _first(context)
    name = context.policy.srv_name
    return (
        Mistake(f"{first.port} {first.target}.", f"{first.port} {_address_of_first(context)}", "target-is-address"),
        Mistake(f"{name}.", f"{name.replace('tcp', 'udp')}.", "srv-protocol"),
    )


def _powershell_mistakes(context: Context) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    return (
        Mistake(f'-Name "{name}"', f'-Name "{name.removeprefix("_")}"', "srv-name"),
        Mistake(f"-Port {first.port}", f"-Port {first.port - 1}", "srv-port"),
    )


PLANS: Mapping[str, Plan] = {
    "dns-zone": Plan(
        file_name="kms-srv.zone",
        language="zone",
        make=lambda context, origin: dns_srv.zone_file(context.organization, context.policy, origin),
        check=lambda text, context: dns_srv.validate(text, _wanted(context)),
        mistakes=_zone_mistakes,
        possible=_has_records_of_its_own,
    ),
    "dns-records": Plan(
        file_name="kms-srv-records.txt",
        language="zone",
        make=lambda context, origin: dns_srv.record_lines(context.organization, context.policy, origin),
        check=lambda text, context: dns_srv.validate(text, _wanted(context)),
        mistakes=_record_mistakes,
        possible=_has_records,
    ),
    "dns-powershell": Plan(
        file_name="kms-srv.ps1",
        language="powershell",
        make=lambda context, origin: dns_srv.powershell(context.organization, context.policy, origin),
        check=lambda text, context: dns_srv.validate_powershell(text, _wanted(context)),
        mistakes=_powershell_mistakes,
        possible=_has_records,
    ),
}
"""Samples by id."""
