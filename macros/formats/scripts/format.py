"""PowerShell scripts that install keys and activate, as formats: one for each purpose."""

from __future__ import annotations

from macros.formats.base.format import Mark

from . import adba, collect, host, mak
from .activation import script_format
from .samples import FOR_COLLECTING, FOR_FORESTS, FOR_HOSTS, FOR_MAKS

_KEY_INSTALLED: Mark = (r"[ \t\"']/(ipk|inpkey:)|\bInstall-VamtProductKey\b", 2)

_KEY_GIVEN: Mark = (_KEY_INSTALLED[0], -4)
"""A script that installs a key collects nothing, whatever it writes beside."""

FORMATS = (
    script_format(
        adba.PURPOSE,
        adba.CHECKS,
        id="adba-script",
        title="PowerShell script that activates a forest",
        marks=((r"[ \t\"']/(ad-activation-|del-ao|ao-list|name-ao)", 4),),
        samples=FOR_FORESTS,
    ),
    script_format(
        host.PURPOSE,
        host.CHECKS,
        id="kms-host-script",
        title="PowerShell script that sets a KMS host up",
        marks=(
            (r"\bvolumeactivation\b|\bvolume activation services\b", 2),
            (r"\bIsKeyManagementServiceMachine\b|[ \t\"']/(sdns|cdns|sprt|sai|sri)\b", 2),
            (r"\bhost ?key\b|\bcsvlk\b", 1),
            _KEY_INSTALLED,
        ),
        samples=FOR_HOSTS,
    ),
    script_format(
        mak.PURPOSE,
        mak.CHECKS,
        id="mak-script",
        title="PowerShell script that activates with a MAK",
        marks=((r"\bmak\b", 2), _KEY_INSTALLED),
        samples=FOR_MAKS,
    ),
    script_format(
        collect.PURPOSE,
        collect.CHECKS,
        id="collect-script",
        title="PowerShell script that collects license states",
        marks=(
            (
                r"\bSoftwareLicensing(Product|Service)\b[\s\S]{0,3000}?"
                r"\b(Export-Csv|ConvertTo-Json|ConvertTo-Csv|Export-Clixml)\b",
                4,
            ),
            _KEY_GIVEN,
        ),
        samples=FOR_COLLECTING,
    ),
)
