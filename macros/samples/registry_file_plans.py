"""Samples of registration files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from . import dns_srv, registry_file
from .findings import Report
from .plan import Context, Mistake, Plan
from .registry_file import Value

_CLIENT = ("Import on a client as administrator: reg import with the name of this file.",)
_HOST = (
    "Import on a KMS host as administrator: reg import with the name of this file.",
    "Then restart the service Software Protection. The host's own domain need not be in the list.",
)


NO_HOST = "The file of the organization names no KMS host, so there is none to fix clients to."


def has_hosts(context: Context) -> bool:
    """Whether there is a host to fix clients to."""
    return bool(context.organization.kms_hosts)


def _check(text: str, context: Context) -> Report:
    hosts = dns_srv.ports(context.organization, context.policy)
    return registry_file.validate(text, context.catalog, context.policy, hosts)


def _plan(
    file_name: str,
    values: Callable[[Context], tuple[Value, ...]],
    mistakes: Callable[[Context], tuple[Mistake, ...]],
    *,
    note: tuple[str, ...] = _CLIENT,
    possible: Callable[[Context], bool] = has_hosts,
    missing: str = NO_HOST,
) -> Plan:
    return Plan(
        file_name=file_name,
        language="registry",
        make=lambda context, origin: registry_file.generate(values(context), note, origin, context.catalog),
        check=_check,
        mistakes=mistakes,
        possible=possible,
        missing=missing,
    )


def _windows_mistakes(context: Context) -> tuple[Mistake, ...]:
    host = context.organization.kms_hosts[0]
    port = context.policy.port if host.port is None else host.port
    return (
        Mistake(f'Port"="{port}"', f'Port"=dword:{port:08x}', "reg-type"),
        Mistake(f'Name"="{host.name}"', f'Name"="{host.name}:{port}"', "reg-host-port"),
        Mistake("HKEY_LOCAL_MACHINE\\SOFTWARE\\", "HKEY_LOCAL_MACHINE\\SOFTWARE\\WOW6432Node\\", "reg-32-bit"),
    )


def _domain_mistakes(context: Context) -> tuple[Mistake, ...]:
    return (Mistake("SoftwareProtectionPlatform]", "SL]", "reg-old-key"),)


PLANS: Mapping[str, Plan] = {
    "registry-windows": _plan(
        "kms-client-windows.reg",
        lambda context: registry_file.fixed_host(context.organization.kms_hosts[0], ("windows",), context.policy),
        _windows_mistakes,
    ),
    "registry-office": _plan(
        "kms-client-office.reg",
        lambda context: registry_file.fixed_host(context.organization.kms_hosts[0], ("office",), context.policy),
        lambda context: (
            Mistake("OfficeSoftwareProtectionPlatform]", "Office\\SoftwareProtectionPlatform]", "reg-key"),
        ),
    ),
    "registry-undo": _plan(
        "kms-client-undo.reg",
        lambda context: registry_file.no_fixed_host(("windows", "office")),
        lambda context: (Mistake("[HKEY", "[-HKEY", "reg-delete-key"),),
        possible=lambda context: True,
    ),
    "registry-domains": _plan(
        "kms-host-domains.reg",
        lambda context: registry_file.publish_list(context.organization),
        _domain_mistakes,
        note=_HOST,
        possible=lambda context: has_hosts(context) and bool(context.organization.further_dns_zones),
        missing="The file of the organization has no KMS host, or only one DNS zone, so there is nothing to list.",
    ),
}
"""Samples by id."""
