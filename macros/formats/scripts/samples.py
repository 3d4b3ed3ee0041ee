"""Samples of scripts that set KMS hosts up, activate forests, activate with a MAK, and collect license states."""

from __future__ import annotations

from macros.catalog.models import Catalog
from macros.formats.base.context import SampleContext
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.sample import Mistake, Sample, Samples

from . import adba, collect, host, mak

_REQUIRES = "#Requires -RunAsAdministrator"
_SLMGR = "cscript.exe //nologo $Slmgr"
_STEP_6_GOOD = 'Write-Output "Step 6 is good: the port is $($This.Port), DNS publishing is $($This.Publish)."'


def _gvlk(catalog: Catalog, product: str, edition: str | None = None) -> str:
    """A published key, which no host and no MAK may be."""
    keys = catalog.client_keys
    return next(one.key for one in keys if one.product == product and edition in (None, one.edition))


# ------------------------------------------------------------------------------------------------------- KMS hosts


def _windows_host_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    names = host.Names.of(context.catalog)
    rule = names.rule_name
    install = "$Slmgr /ipk $WindowsKey"
    return (
        Mistake(PLACEHOLDER, _gvlk(context.catalog, "windows-server-2025", "Datacenter"), "host-gvlk"),
        Mistake(_REQUIRES, _REQUIRES.replace("#", "# "), "script-elevation"),
        Mistake(install, f"$Slmgr /upk; cscript.exe //nologo {install}", "host-upk-all"),
        Mistake(f"-Name {rule} -Profile", f"-Name {rule[:-2]}{rule[-1]}{rule[-2]} -Profile", "host-firewall-rule"),
        Mistake("Write-Output 'Step 4 is good: the key is installed.'", f"{_SLMGR} /cpri", "host-setting-early"),
        Mistake(_STEP_6_GOOD, f"{_SLMGR} /cpri", "host-setting-restart"),
        Mistake(f"\n{_SLMGR} /dlv", f"\n{names.firewall}", "script-unchecked"),
    )


def _office_host_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    right = host.office_releases(context.organization, context.catalog)[0].activation_id
    wrong = right[:-2] + right[-1] + right[-2]
    return (
        Mistake(right, wrong, "host-activation-id"),
        Mistake("$Slmgr /ato $Id", "$Slmgr /atoo $Id", "script-option"),
    )


def _has_hosts(context: SampleContext) -> bool:
    return bool(context.organization.kms_hosts)


def _has_office_keys(context: SampleContext) -> bool:
    return bool(host.office_releases(context.organization, context.catalog))


FOR_HOSTS = Samples.beside(
    __file__,
    "kms-host-script",
    {
        "kms-host": Sample(make=host.windows_script, mistakes=_windows_host_mistakes, possible=_has_hosts),
        "kms-host-office": Sample(make=host.office_script, mistakes=_office_host_mistakes, possible=_has_office_keys),
    },
)

# --------------------------------------------------------------------------------------------------------- forests


def _activation_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    name = adba.object_name(context.catalog)
    gvlk = _gvlk(context.catalog, "windows-server-2025", "Standard")
    return (
        Mistake(f"$ObjectName = '{name}'", f"$ObjectName = '{name} of the whole organization'", "adba-name-length"),
        Mistake(f"$HostKey = '{PLACEHOLDER}'", f"$HostKey = '{gvlk}'", "adba-gvlk"),
        Mistake("/ad-activation-get-IID", "/ad-activation-apply-get-iid", "script-option"),
    )


def _removal_mistakes(_context: SampleContext) -> tuple[Mistake, ...]:
    return (Mistake("/del-ao $Object", "/del-ao", "script-argument"),)


FOR_FORESTS = Samples.beside(
    __file__,
    "adba-script",
    {
        "adba-activate": Sample(make=adba.activation_script_for, mistakes=_activation_mistakes),
        "adba-remove": Sample(make=adba.removal_script, mistakes=_removal_mistakes),
    },
)

# ------------------------------------------------------------------------------------------------------------- MAK


def _windows_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    gvlk = _gvlk(context.catalog, "windows-11")
    install = "$Slmgr /ipk $Mak"
    return (
        Mistake(PLACEHOLDER, gvlk, "mak-gvlk"),
        Mistake(install, f"$Slmgr /upk; cscript.exe //nologo {install}", "script-upk-first"),
        Mistake(_REQUIRES, _REQUIRES.replace("RunAs", "RunAsAn"), "script-elevation"),
    )


def _office_mistakes(_context: SampleContext) -> tuple[Mistake, ...]:
    return (
        Mistake('$Ospp "/inpkey:$Mak"', '$Ospp "/ipk:$Mak"', "script-option"),
        Mistake("Write-Output 'Step 2 is good", "cscript.exe //nologo $Ospp /sethst:kms1  # '", "mak-kms-host"),
    )


def _vamt_mistakes(_context: SampleContext) -> tuple[Mistake, ...]:
    return (
        Mistake("-Products $Open -ProductKey $Mak", "-ComputerName $Open -ProductKey $Mak", "vamt-parameter"),
        Mistake("    Install-VamtConfirmationId -", "    Install-VamtConfirmation -", "vamt-cmdlet"),
    )


FOR_MAKS = Samples.beside(
    __file__,
    "mak-script",
    {
        "mak-windows": Sample(make=mak.windows_script, mistakes=_windows_mistakes),
        "mak-office": Sample(make=mak.office_script, mistakes=_office_mistakes),
        "mak-vamt": Sample(make=mak.vamt_script, mistakes=_vamt_mistakes),
    },
)

# ----------------------------------------------------------------------------------------------- license states


def _collect_mistakes(_context: SampleContext) -> tuple[Mistake, ...]:
    return (
        Mistake("'GracePeriodRemaining'", "'GracePeriodRemianing'", "collect-property"),
        Mistake("else { $Rows }", "else { $Rows ", "script-syntax"),
        Mistake("if ($Folder) {", "Set-Service -Name sppsvc -StartupType Automatic; if ($Folder) {", "collect-changes"),
    )


FOR_COLLECTING = Samples.beside(
    __file__,
    "collect-script",
    {"collect-licenses": Sample(make=collect.script, mistakes=_collect_mistakes)},
)
