"""Samples of scripts with the settings of KMS clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from macros.catalog.models import ClientKey
from macros.catalog.organization import KmsHost
from macros.formats.base.findings import Report
from macros.formats.base.hosts import host_ports
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.base.sample import Context, Mistake, Plan

from . import settings as client_settings
from .registry_samples import NO_HOST, has_hosts
from .requests import ELEVATED, maker
from .settings import address, slmgr

_EDITION = "Enterprise"
"""The edition of the sample key, where the product has it. Our choice: it is the one of volume licenses."""


def _host(context: Context) -> KmsHost:
    return context.organization.kms_hosts[0]


def _hosts(context: Context) -> Mapping[str, int]:
    return host_ports(context.organization, context.policy)


def _batch(
    file_name: str,
    make: Callable[[Context, Origin], str],
    mistakes: Callable[[Context], tuple[Mistake, ...]],
    *,
    possible: Callable[[Context], bool] = has_hosts,
    missing: str = NO_HOST,
) -> Plan:
    return Plan(
        file_name=file_name,
        language="bat",
        make=make,
        check=lambda text, context: client_settings.validate_batch(
            text, context.catalog, context.policy, _hosts(context)
        ),
        mistakes=mistakes,
        possible=possible,
        missing=missing,
    )


def _check_script(text: str, context: Context) -> Report:
    return client_settings.validate_powershell(text, context.catalog, context.policy, _hosts(context))


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
        maker("batch", "host", ("windows",)),
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
        maker("batch", "host", ("office",)),
        lambda context: (
            Mistake("/sethst:", "/sethst ", "command-colon"),
            Mistake(f"/sethst:{_host(context).name}", f"/sethst:http://{_host(context).name}", "command-host"),
        ),
    ),
    "clients-domain": _batch(
        "kms-client-domain.cmd",
        maker("batch", "domain"),
        lambda context: (Mistake("/skms-domain ", "/skms-domian ", "command-option"),),
        possible=lambda context: True,
    ),
    "clients-change": _batch(
        "change-to-kms.cmd",
        lambda context, origin: client_settings.batch_file(
            _change_to_kms(context), [ELEVATED, *_change_note(context)], origin
        ),
        _change_mistakes,
        possible=lambda context: _client_key(context) is not None,
        missing="No group of Windows computers in your file uses KMS or ADBA, so there is none to change over.",
    ),
    "clients-undo": _batch(
        "kms-client-undo.cmd",
        maker("batch", "dns"),
        lambda context: (
            Mistake("/remhst", "/ckms", "command-option"),
            Mistake("slmgr.vbs /ckms-domain", "slmgr.vbs /ckms domain", "command-id"),
        ),
        possible=lambda context: True,
    ),
    "clients-powershell": Plan(
        file_name="kms-client.ps1",
        language="powershell",
        make=maker("powershell", "host"),
        check=_check_script,
        mistakes=lambda context: (
            Mistake("KeyManagementServicePort -Type String", "KeyManagementServicePort -Type DWord", "reg-type"),
            Mistake("  -Path 'HKLM:\\SOFTWARE", "  -Path 'HKCU:\\SOFTWARE", "reg-hive"),
        ),
        possible=has_hosts,
        missing=NO_HOST,
    ),
    "clients-powershell-undo": Plan(
        file_name="kms-client-undo.ps1",
        language="powershell",
        make=maker("powershell", "dns"),
        check=_check_script,
        mistakes=lambda context: (Mistake("-ErrorAction", "-ErorAction", "cmdlet-parameter"),),
    ),
    "clients-oslicense": Plan(
        file_name="kms-client-oslicense.ps1",
        language="powershell",
        make=maker("oslicense", "host", ("windows",)),
        check=_check_script,
        mistakes=lambda context: (Mistake("-ServerName", "-Server-Name", "cmdlet-parameter"),),
        possible=has_hosts,
        missing=NO_HOST,
    ),
    "clients-oslicense-undo": Plan(
        file_name="kms-client-oslicense-undo.ps1",
        language="powershell",
        make=maker("oslicense", "dns", ("windows",)),
        check=_check_script,
        mistakes=lambda context: (Mistake("-ClearServer\n", "-ClearServer -ClearPort\n", "oslicense-one"),),
    ),
}
"""Samples by id."""
