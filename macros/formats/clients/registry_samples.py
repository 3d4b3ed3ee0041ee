"""Samples of registration files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from macros.formats.base.findings import Report
from macros.formats.base.hosts import host_ports
from macros.formats.base.origin import Origin
from macros.formats.base.sample import Context, Mistake, Plan

from . import registry_file
from .requests import maker

_HOST = (
    "Import on a KMS host as administrator: reg import with the name of this file.",
    "Then restart the service Software Protection. The host's own domain need not be in the list.",
)


NO_HOST = "The file of the organization names no KMS host, so there is none to fix clients to."


def has_hosts(context: Context) -> bool:
    """Whether there is a host to fix clients to."""
    return bool(context.organization.kms_hosts)


def _check(text: str, context: Context) -> Report:
    hosts = host_ports(context.organization, context.policy)
    return registry_file.validate(text, context.catalog, context.policy, hosts)


def _plan(
    file_name: str,
    make: Callable[[Context, Origin], str],
    mistakes: Callable[[Context], tuple[Mistake, ...]],
    *,
    possible: Callable[[Context], bool] = has_hosts,
    missing: str = NO_HOST,
) -> Plan:
    return Plan(
        file_name=file_name,
        language="registry",
        make=make,
        check=_check,
        mistakes=mistakes,
        possible=possible,
        missing=missing,
        encode=registry_file.to_bytes,
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
        maker("registry", "host", ("windows",)),
        _windows_mistakes,
    ),
    "registry-office": _plan(
        "kms-client-office.reg",
        maker("registry", "host", ("office",)),
        lambda context: (
            Mistake("OfficeSoftwareProtectionPlatform]", "Office\\SoftwareProtectionPlatform]", "reg-key"),
        ),
    ),
    "registry-undo": _plan(
        "kms-client-undo.reg",
        maker("registry", "dns"),
        lambda context: (Mistake("[HKEY", "[-HKEY", "reg-delete-key"),),
        possible=lambda context: True,
    ),
    "registry-domains": _plan(
        "kms-host-domains.reg",
        lambda context, origin: registry_file.generate(
            registry_file.publish_list(context.organization), _HOST, origin, context.catalog
        ),
        _domain_mistakes,
        possible=lambda context: has_hosts(context) and bool(context.organization.further_dns_zones),
        missing="The file of the organization has no KMS host, or only one DNS zone, so there is nothing to list.",
    ),
}
"""Samples by id."""
