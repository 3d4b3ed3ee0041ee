"""Samples of scripts that set KMS hosts up."""

from __future__ import annotations

from collections.abc import Mapping

from macros.formats.base.findings import Report
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.sample import Context, Mistake, Plan

from . import host as host_setup

_REQUIRES = "#Requires -RunAsAdministrator"
_SLMGR = "cscript.exe //nologo $Slmgr"
_STEP_6_GOOD = 'Write-Output "Step 6 is good: the port is $($This.Port), DNS publishing is $($This.Publish)."'


def _check(text: str, context: Context) -> Report:
    return host_setup.validate(text, context.catalog, template=True, strict=True)


def _gvlk(context: Context) -> str:
    wanted = ("windows-server-2025", "Datacenter")
    return next(one.key for one in context.catalog.client_keys if (one.product, one.edition) == wanted)


def _windows_mistakes(context: Context) -> tuple[Mistake, ...]:
    names = host_setup.Names.of(context.catalog)
    rule = names.rule_name
    install = "$Slmgr /ipk $WindowsKey"
    return (
        Mistake(PLACEHOLDER, _gvlk(context), "host-gvlk"),
        Mistake(_REQUIRES, _REQUIRES.replace("#", "# "), "script-elevation"),
        Mistake(install, f"$Slmgr /upk; cscript.exe //nologo {install}", "host-upk-all"),
        Mistake(f"-Name {rule} -Profile", f"-Name {rule[:-2]}{rule[-1]}{rule[-2]} -Profile", "host-firewall-rule"),
        Mistake("Write-Output 'Step 4 is good: the key is installed.'", f"{_SLMGR} /cpri", "host-setting-early"),
        Mistake(_STEP_6_GOOD, f"{_SLMGR} /cpri", "host-setting-restart"),
        Mistake(f"\n{_SLMGR} /dlv", f"\n{names.firewall}", "script-unchecked"),
    )


def _office_mistakes(context: Context) -> tuple[Mistake, ...]:
    right = host_setup.office_releases(context.organization, context.catalog)[0].activation_id
    wrong = right[:-2] + right[-1] + right[-2]
    return (
        Mistake(right, wrong, "host-activation-id"),
        Mistake("$Slmgr /ato $Id", "$Slmgr /atoo $Id", "script-option"),
    )


def _has_hosts(context: Context) -> bool:
    return bool(context.organization.kms_hosts)


def _has_office_keys(context: Context) -> bool:
    return bool(host_setup.office_releases(context.organization, context.catalog))


PLANS: Mapping[str, Plan] = {
    "kms-host": Plan(
        file_name="kms-host.ps1",
        language="powershell",
        make=lambda context, origin: host_setup.windows_script(
            context.organization, context.policy, context.catalog, origin
        ),
        check=_check,
        mistakes=_windows_mistakes,
        possible=_has_hosts,
        missing="organization.yml names no KMS host, so there is no script for one.",
    ),
    "kms-host-office": Plan(
        file_name="kms-host-office.ps1",
        language="powershell",
        make=lambda context, origin: host_setup.office_script(
            context.organization, context.policy, context.catalog, origin
        ),
        check=_check,
        mistakes=_office_mistakes,
        possible=_has_office_keys,
        missing="organization.yml names no KMS host with an Office host key, so there is no script for one.",
    ),
}
"""Samples by id."""
