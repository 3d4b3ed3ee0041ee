"""Samples of settings of KMS clients: registration files, scripts, and preferences for Group Policy."""

from __future__ import annotations

from collections.abc import Sequence

from macros.catalog.models import ClientKey
from macros.catalog.organization import KmsHost
from macros.formats.base.context import SampleContext
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.base.sample import Mistake, Sample, Samples

from . import making
from .making import address, batch_file, slmgr
from .requests import ELEVATED, maker


def _has_hosts(context: SampleContext) -> bool:
    """Whether there is a host to fix clients to."""
    return bool(context.organization.kms_hosts)


def _host(context: SampleContext) -> KmsHost:
    """The host that the samples name: the first one."""
    return context.organization.kms_hosts[0]


def _port(context: SampleContext) -> int:
    port = _host(context).port
    return context.policy.port if port is None else port


# ------------------------------------------------------------------------------------------------------- registry

_IMPORT_ON_HOST = (
    "Import on a KMS host as administrator: reg import with the name of this file.",
    "Then restart the service Software Protection. The host's own domain need not be in the list.",
)


def _domains(context: SampleContext, origin: Origin) -> str:
    values = making.publish_list(context.organization)
    return making.registration_file(values, _IMPORT_ON_HOST, origin, context.catalog)


def _windows_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    name, port = _host(context).name, _port(context)
    return (
        Mistake(f'Port"="{port}"', f'Port"=dword:{port:08x}', "reg-type"),
        Mistake(f'Name"="{name}"', f'Name"="{name}:{port}"', "reg-host-port"),
        Mistake("HKEY_LOCAL_MACHINE\\SOFTWARE\\", "HKEY_LOCAL_MACHINE\\SOFTWARE\\WOW6432Node\\", "reg-32-bit"),
    )


IN_THE_REGISTRY = Samples.beside(
    __file__,
    "registry",
    {
        "registry-windows": Sample(
            make=maker("registry", "host", ("windows",)), mistakes=_windows_mistakes, possible=_has_hosts
        ),
        "registry-office": Sample(
            make=maker("registry", "host", ("office",)),
            mistakes=lambda context: (
                Mistake("OfficeSoftwareProtectionPlatform]", "Office\\SoftwareProtectionPlatform]", "reg-key"),
            ),
            possible=_has_hosts,
        ),
        "registry-undo": Sample(
            make=maker("registry", "dns"), mistakes=lambda context: (Mistake("[HKEY", "[-HKEY", "reg-delete-key"),)
        ),
        "registry-domains": Sample(
            make=_domains,
            mistakes=lambda context: (Mistake("SoftwareProtectionPlatform]", "SL]", "reg-old-key"),),
            possible=lambda context: _has_hosts(context) and bool(context.organization.further_dns_zones),
        ),
    },
)

# --------------------------------------------------------------------------------------------------- Group Policy


def _in_domain(context: SampleContext) -> bool:
    return _has_hosts(context) and context.organization.active_directory is not None


PREFERENCES = Samples.beside(
    __file__,
    "group-policy",
    {
        "preferences-xml": Sample(
            make=maker("preferences-xml", "host"),
            mistakes=lambda context: (
                Mistake(
                    f'type="REG_SZ" value="{_port(context)}"',
                    f'type="REG_DWORD" value="{_port(context)}"',
                    "gpp-number",
                ),
                Mistake('key="SOFTWARE', 'key="HKEY_LOCAL_MACHINE\\SOFTWARE', "gpp-key"),
                Mistake('hive="HKEY_LOCAL_MACHINE"', 'hive="HKEY_CURRENT_USER"', "reg-hive"),
            ),
            possible=_in_domain,
        ),
    },
)

# ------------------------------------------------------------------------------------------------------- scripts

_EDITION = "Enterprise"
"""The edition of the sample key, where the product has it. Our choice: it is the one of volume licenses."""


def _client_key(context: SampleContext) -> ClientKey | None:
    """The key of a Windows product that the organization activates by KMS or ADBA."""
    used = [group.product for group in context.organization.groups if group.method in ("kms", "adba")]
    keys = [key for key in context.catalog.client_keys if key.product in used and key.product.startswith("windows")]
    return next((key for key in keys if key.edition == _EDITION), keys[0] if keys else None)


def _change_to_kms(context: SampleContext) -> Sequence[str]:
    key = _client_key(context)
    catalog = context.catalog
    return [slmgr(catalog, "/ipk", key.key if key else PLACEHOLDER), slmgr(catalog, "/ato"), slmgr(catalog, "/dlv")]


def _change_note(context: SampleContext) -> list[str]:
    key = _client_key(context)
    if key is None:
        return []
    product = context.catalog.product(key.product).name.partition(" (")[0]
    return [f"The key is the published one of {product}, edition {key.edition}. Other editions have others."]


def _change_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    key = _client_key(context)
    # The twin stands on a page, so it holds no key: an option that the script does not have, in place of /ipk.
    given = key.key if key else PLACEHOLDER
    return (Mistake(f"/ipk {given}", f"/ikp {given}", "command-option"),)


def _change(context: SampleContext, origin: Origin) -> str:
    return batch_file(_change_to_kms(context), [ELEVATED, *_change_note(context)], origin)


IN_POWERSHELL = Samples.beside(
    __file__,
    "client-powershell",
    {
        "clients-powershell": Sample(
            make=maker("powershell", "host"),
            mistakes=lambda context: (
                Mistake("KeyManagementServicePort -Type String", "KeyManagementServicePort -Type DWord", "reg-type"),
                Mistake("  -Path 'HKLM:\\SOFTWARE", "  -Path 'HKCU:\\SOFTWARE", "reg-hive"),
            ),
            possible=_has_hosts,
        ),
        "clients-powershell-undo": Sample(
            make=maker("powershell", "dns"),
            mistakes=lambda context: (Mistake("-ErrorAction", "-ErorAction", "cmdlet-parameter"),),
        ),
        "clients-oslicense": Sample(
            make=maker("oslicense", "host", ("windows",)),
            mistakes=lambda context: (Mistake("-ServerName", "-Server-Name", "cmdlet-parameter"),),
            possible=_has_hosts,
        ),
        "clients-oslicense-undo": Sample(
            make=maker("oslicense", "dns", ("windows",)),
            mistakes=lambda context: (Mistake("-ClearServer\n", "-ClearServer -ClearPort\n", "oslicense-one"),),
        ),
        "preferences-commands": Sample(
            make=maker("preferences-commands", "host"),
            mistakes=lambda context: (
                Mistake("-Context Computer", "-Context User", "preference-context"),
                Mistake("-Action Update", "-Action Set", "cmdlet-allowed"),
            ),
            possible=_in_domain,
        ),
    },
)
IN_BATCH = Samples.beside(
    __file__,
    "client-batch",
    {
        "clients-slmgr": Sample(
            make=maker("batch", "host", ("windows",)),
            mistakes=lambda context: (
                Mistake(
                    address(_host(context), context.policy),
                    address(_host(context), context.policy).replace(":", " "),
                    "command-skms-space",
                ),
                Mistake("/skms ", "/sethst ", "command-option"),
            ),
            possible=_has_hosts,
        ),
        "clients-ospp": Sample(
            make=maker("batch", "host", ("office",)),
            mistakes=lambda context: (
                Mistake("/sethst:", "/sethst ", "command-colon"),
                Mistake(f"/sethst:{_host(context).name}", f"/sethst:http://{_host(context).name}", "command-host"),
            ),
            possible=_has_hosts,
        ),
        "clients-domain": Sample(
            make=maker("batch", "domain"),
            mistakes=lambda context: (Mistake("/skms-domain ", "/skms-domian ", "command-option"),),
        ),
        "clients-change": Sample(
            make=_change, mistakes=_change_mistakes, possible=lambda context: _client_key(context) is not None
        ),
        "clients-undo": Sample(
            make=maker("batch", "dns"),
            mistakes=lambda context: (
                Mistake("/remhst", "/ckms", "command-option"),
                Mistake("slmgr.vbs /ckms-domain", "slmgr.vbs /ckms domain", "command-id"),
            ),
        ),
    },
)
