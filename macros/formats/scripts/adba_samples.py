"""Samples of scripts for ADBA."""

from __future__ import annotations

from collections.abc import Mapping

from macros.formats.base.findings import Report
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.sample import Context, Mistake, Plan

from . import adba as adba_setup


def _check(text: str, context: Context) -> Report:
    return adba_setup.validate(text, context.catalog, template=True, strict=True)


def _activation_mistakes(context: Context) -> tuple[Mistake, ...]:
    name = adba_setup.object_name(context.catalog)
    wanted = ("windows-server-2025", "Standard")
    gvlk = next(one.key for one in context.catalog.client_keys if (one.product, one.edition) == wanted)
    return (
        Mistake(f"$ObjectName = '{name}'", f"$ObjectName = '{name} of the whole organization'", "adba-name-length"),
        Mistake(f"$HostKey = '{PLACEHOLDER}'", f"$HostKey = '{gvlk}'", "adba-gvlk"),
        Mistake("/ad-activation-get-IID", "/ad-activation-apply-get-iid", "script-option"),
    )


def _removal_mistakes(_context: Context) -> tuple[Mistake, ...]:
    return (Mistake("/del-ao $Object", "/del-ao", "script-argument"),)


PLANS: Mapping[str, Plan] = {
    "adba-activate": Plan(
        file_name="adba-activate.ps1",
        language="powershell",
        make=lambda context, origin: adba_setup.activation_script_for(context.organization, context.catalog, origin),
        check=_check,
        mistakes=_activation_mistakes,
    ),
    "adba-remove": Plan(
        file_name="adba-remove.ps1",
        language="powershell",
        make=lambda context, origin: adba_setup.removal_script(context.organization, context.catalog, origin),
        check=_check,
        mistakes=_removal_mistakes,
    ),
}
"""Samples by id."""
