"""Samples of scripts with the settings of KMS clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from macros.catalog.models import ClientKey
from macros.catalog.organization import KmsHost

from . import client_settings, dns_srv, registry_file
from .client_settings import address, ospp, slmgr
from .findings import Report
from .keys import PLACEHOLDER
from .origin import Origin
from .plan import Context, Mistake, Plan
from .registry_file_plans import NO_HOST, has_hosts

_ELEVATED = "Run on the client, in an elevated Command Prompt."
_EDITION = "Enterprise"
"""The edition of the sample key, where the product has it. Our choice: it is the one of volume licenses."""


def _host(context: Context) -> KmsHost:
    return context.organization.kms_hosts[0]


def _hosts(context: Context) -> Mapping[str, int]:
    return dns_srv.ports(context.organization, context.policy)


def _batch(
    file_name: str,
    commands: Callable[[Context], list[str]],
    mistakes: Callable[[Context], tuple[Mistake, ...]],
    *,
    note: Callable[[Context], list[str]] = lambda context: [],
    possible: Callable[[Context], bool] = has_hosts,
    missing: str = NO_HOST,
) -> Plan:
    return Plan(
        file_name=file_name,
        language="bat",
        make=lambda context, origin: client_settings.batch_file(commands(context), [_ELEVATED, *note(context)], origin),
        check=lambda text, context: client_settings.validate_batch(
            text, context.catalog, context.policy, _hosts(context)
        ),
        mistakes=mistakes,
        possible=possible,
        missing=missing,
    )


def _check_script(text: str, context: Context) -> Report:
    return client_settings.validate_powershell(text, context.catalog, context.policy, _hosts(context))


def _registry_script(context: Context, origin: Origin) -> str:
    values = registry_file.fixed_host(_host(context), ("windows", "office"), context.policy)
    note = ["Run on the client, in an elevated Windows PowerShell of 64 bits."]
    return client_settings.powershell_script(values, note, origin, context.catalog)


def _undo_script(context: Context, origin: Origin) -> str:
    values = registry_file.no_fixed_host(("windows", "office"))
    note = ["Run on the client, in an elevated Windows PowerShell of 64 bits. The client asks DNS again."]
    return client_settings.powershell_script(values, note, origin, context.catalog)


def _oslicense(context: Context, origin: Origin) -> str:
    host = _host(context)
    port = context.policy.port if host.port is None else host.port
    return client_settings.oslicense_script(
        [f"Set-KmsLicenseInfo -ServerName '{host.name}' -Port {port}"],
        ["Run on the client, elevated. For Windows only; Office has no such command."],
        origin,
        context.catalog,
    )


def _oslicense_undo(context: Context, origin: Origin) -> str:
    return client_settings.oslicense_script(
        ["Invoke-KmsLicense -ClearServer", "Invoke-KmsLicense -ClearPort", "Invoke-KmsLicense -ClearDomain"],
        ["Run on the client, elevated. The client asks DNS again."],
        origin,
        context.catalog,
    )


def _client_key(context: Context) -> ClientKey | None:
    """The key of a Windows product that the organization activates by KMS or ADBA."""
    used = [group.product for group in context.organization.groups if group.method in ("kms", "adba")]
    keys = [key for key in context.catalog.client_keys if key.product in used and key.product.startswith("windows")]
    return next((key for key in keys if key.edition == _EDITION), keys[0] if keys else None)


def _change_to_kms(context: Context) -> list[str]:
    key = _client_key(context)
    catalog = context.catalog
    return [slmgr(catalog, "/ipk", key.key if key else PLACEHOLDER), slmgr(catalog, "/ato"), slmgr(catalog, "/dlv")]


def _change_note(context: Context) -> list[str]:
    key = _client_key(context)
    if key is None:
        return []
    product = context.catalog.product(key.product).name.partition(" (")[0]
    return [f"The key is the published one of {product}, edition {key.edition}. Other editions have others."]


def _change_mistakes(context: Context) -> tuple[Mistake, ...]:
    key = _client_key(context)
    # The twin stands on a page, so it holds no key: an option that the script does not have, in place of /ipk.
    given = key.key if key else PLACEHOLDER
    return (Mistake(f"/ipk {given}", f"/ikp {given}", "command-option"),)


PLANS: Mapping[str, Plan] = {
    "clients-slmgr": _batch(
        "kms-client-windows.cmd",
        lambda context: [
            slmgr(context.catalog, "/skms", address(_host(context), context.policy)),
            slmgr(context.catalog, "/ato"),
            slmgr(context.catalog, "/dlv"),
        ],
        lambda context: (
            Mistake(
                address(_host(context), context.policy),
                address(_host(context), context.policy).replace(":", " "),
                "command-skms-space",
            ),
            Mistake("/skms ", "/sethst ", "command-option"),
        ),
    ),
    "clients-ospp": _batch(
        "kms-client-office.cmd",
        lambda context: [
            ospp(context.catalog, "/sethst:", _host(context).name),
            ospp(context.catalog, "/setprt:", address(_host(context), context.policy).rpartition(":")[2]),
            ospp(context.catalog, "/act"),
            ospp(context.catalog, "/dstatus"),
        ],
        lambda context: (
            Mistake("/sethst:", "/sethst ", "command-colon"),
            Mistake(f"/sethst:{_host(context).name}", f"/sethst:http://{_host(context).name}", "command-host"),
        ),
        note=lambda context: ["32-bit Office on 64-bit Windows is in the same folder below Program Files (x86)."],
    ),
    "clients-domain": _batch(
        "kms-client-domain.cmd",
        lambda context: [
            slmgr(context.catalog, "/skms-domain", context.organization.dns_zone),
            slmgr(context.catalog, "/ato"),
            ospp(context.catalog, "/skms-domain:", context.organization.dns_zone),
            ospp(context.catalog, "/act"),
        ],
        lambda context: (Mistake("/skms-domain ", "/skms-domian ", "command-option"),),
        note=lambda context: ["Leave out the lines of what is not installed: slmgr.vbs is Windows, ospp.vbs Office."],
        possible=lambda context: True,
    ),
    "clients-change": _batch(
        "change-to-kms.cmd",
        _change_to_kms,
        _change_mistakes,
        note=_change_note,
        possible=lambda context: _client_key(context) is not None,
        missing="No group of Windows computers in your file uses KMS or ADBA, so there is none to change over.",
    ),
    "clients-undo": _batch(
        "kms-client-undo.cmd",
        lambda context: [
            slmgr(context.catalog, "/ckms"),
            slmgr(context.catalog, "/ato"),
            ospp(context.catalog, "/remhst"),
            ospp(context.catalog, "/act"),
        ],
        lambda context: (Mistake("/remhst", "/ckms", "command-option"),),
        note=lambda context: ["Leave out the lines of what is not installed: slmgr.vbs is Windows, ospp.vbs Office."],
        possible=lambda context: True,
    ),
    "clients-powershell": Plan(
        file_name="kms-client.ps1",
        language="powershell",
        make=_registry_script,
        check=_check_script,
        mistakes=lambda context: (
            Mistake("KeyManagementServicePort -Type String", "KeyManagementServicePort -Type DWord", "reg-type"),
            Mistake(
                "-Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform' -Name "
                "KeyManagementServiceName",
                "-Path 'HKCU:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
                "SoftwareProtectionPlatform' -Name KeyManagementServiceName",
                "reg-hive",
            ),
        ),
        possible=has_hosts,
        missing=NO_HOST,
    ),
    "clients-powershell-undo": Plan(
        file_name="kms-client-undo.ps1",
        language="powershell",
        make=_undo_script,
        check=_check_script,
        mistakes=lambda context: (
            Mistake("-Name KeyManagementServiceName -ErrorAction", "-Name KMSName -ErorAction", "cmdlet-parameter"),
        ),
    ),
    "clients-oslicense": Plan(
        file_name="kms-client-oslicense.ps1",
        language="powershell",
        make=_oslicense,
        check=_check_script,
        mistakes=lambda context: (Mistake("-ServerName", "-Server-Name", "cmdlet-parameter"),),
        possible=has_hosts,
        missing=NO_HOST,
    ),
    "clients-oslicense-undo": Plan(
        file_name="kms-client-oslicense-undo.ps1",
        language="powershell",
        make=_oslicense_undo,
        check=_check_script,
        mistakes=lambda context: (Mistake("-ClearServer\n", "-ClearServer -ClearPort\n", "oslicense-one"),),
    ),
}
"""Samples by id."""
