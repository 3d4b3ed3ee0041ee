"""Samples of scripts that activate with a MAK."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from macros.formats.base.findings import Report
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.base.sample import Context, Mistake, Plan

from . import mak as mak_setup

_REQUIRES = "#Requires -RunAsAdministrator"


def _script(
    name: str, make: Callable[[Context, Origin], str], mistakes: Callable[[Context], tuple[Mistake, ...]]
) -> Plan:
    return Plan(file_name=f"{name}.ps1", language="powershell", make=make, check=_check, mistakes=mistakes)


def _check(text: str, context: Context) -> Report:
    return mak_setup.validate(text, context.catalog, template=True, strict=True)


def _windows_mistakes(context: Context) -> tuple[Mistake, ...]:
    gvlk = next(one.key for one in context.catalog.client_keys if one.product == "windows-11")
    install = "$Slmgr /ipk $Mak"
    return (
        Mistake(PLACEHOLDER, gvlk, "mak-gvlk"),
        Mistake(install, f"$Slmgr /upk; cscript.exe //nologo {install}", "script-upk-first"),
        Mistake(_REQUIRES, _REQUIRES.replace("RunAs", "RunAsAn"), "script-elevation"),
    )


def _office_mistakes(_context: Context) -> tuple[Mistake, ...]:
    return (
        Mistake('$Ospp "/inpkey:$Mak"', '$Ospp "/ipk:$Mak"', "script-option"),
        Mistake("Write-Output 'Step 2 is good", "cscript.exe //nologo $Ospp /sethst:kms1  # '", "mak-kms-host"),
    )


def _vamt_mistakes(_context: Context) -> tuple[Mistake, ...]:
    return (
        Mistake("-Products $Open -ProductKey $Mak", "-ComputerName $Open -ProductKey $Mak", "vamt-parameter"),
        Mistake("    Install-VamtConfirmationId -", "    Install-VamtConfirmation -", "vamt-cmdlet"),
    )


PLANS: Mapping[str, Plan] = {
    "mak-windows": _script(
        "mak-windows",
        lambda context, origin: mak_setup.windows_script(context.policy, context.catalog, origin),
        _windows_mistakes,
    ),
    "mak-office": _script(
        "mak-office", lambda context, origin: mak_setup.office_script(context.catalog, origin), _office_mistakes
    ),
    "mak-vamt": _script(
        "mak-vamt", lambda context, origin: mak_setup.vamt_script(context.catalog, origin), _vamt_mistakes
    ),
}
"""Samples by id."""
