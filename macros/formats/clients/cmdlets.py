"""Cmdlets that set up KMS clients, with the parameters that their pages list."""

from __future__ import annotations

from collections.abc import Mapping

from macros.formats.shells.cmdlets import Cmdlet

OSLICENSE = ("set-kmslicenseinfo",)
CLEAR = ("invoke-kmslicense",)

_WRITE_ITEM = ("Path", "LiteralPath", "Name", "Value", "Filter", "Include", "Exclude", "Credential")
_WRITE_SWITCHES = ("Force", "WhatIf", "Confirm", "UseTransaction")
_ITEM_ALIASES = {"PSPath": "LiteralPath", "PSProperty": "Name"}
SET_ITEM = Cmdlet(
    "Set-ItemProperty",
    (*_WRITE_ITEM, "InputObject", "Type"),
    (*_WRITE_SWITCHES, "PassThru"),
    ("Path", "Name", "Value"),
    _ITEM_ALIASES,
    ("set-itemproperty", "about-registry-provider"),
)
NEW_ITEM = Cmdlet(
    "New-ItemProperty",
    (*_WRITE_ITEM, "PropertyType"),
    _WRITE_SWITCHES,
    ("Path", "Name"),
    _ITEM_ALIASES | {"Type": "PropertyType"},
    ("new-itemproperty",),
)
REMOVE_ITEM = Cmdlet(
    "Remove-ItemProperty",
    ("Path", "LiteralPath", "Name", "Filter", "Include", "Exclude", "Credential"),
    _WRITE_SWITCHES,
    ("Path", "Name"),
    _ITEM_ALIASES,
    ("about-registry-provider",),
)
REMOVE_KEY = Cmdlet(
    "Remove-Item",
    ("Path", "LiteralPath", "Filter", "Include", "Exclude", "Credential", "Stream"),
    ("Recurse", "Force", "WhatIf", "Confirm", "UseTransaction"),
    ("Path",),
    {"PSPath": "LiteralPath"},
    ("about-registry-provider",),
)
PREFERENCE = Cmdlet(
    "Set-GPPrefRegistryValue",
    ("Guid", "Name", "Context", "Key", "ValueName", "Value", "Type", "Action", "Order", "Domain", "Server"),
    ("Disable", "WhatIf", "Confirm"),
    ("Name",),
    {"FullKeyPath": "Key"},
    ("set-gpprefregistryvalue",),
)
SET_KMS = Cmdlet(
    "Set-KmsLicenseInfo",
    (
        "ServerName", "Port", "Domain", "ActivationInterval", "RenewalInterval", "ListeningPort", "Priority",
        "DnsPublishing", "HostCaching",
    ),
    ("AsJob",),
    (
        "ServerName", "Port", "Domain", "ActivationInterval", "RenewalInterval", "ListeningPort", "Priority",
        "DnsPublishing", "HostCaching",
    ),
    sources=OSLICENSE,
)  # fmt: skip
CLEAR_KMS = Cmdlet(
    "Invoke-KmsLicense",
    (),
    ("ClearServer", "ClearPort", "ClearDomain", "ClearListeningPort", "AsJob"),
    sources=CLEAR,
)


def _of_module(
    name: str, parameters: tuple[str, ...] = (), switches: tuple[str, ...] = (), positions: tuple[str, ...] = ()
) -> Cmdlet:
    return Cmdlet(name, parameters, switches, positions, sources=(name.lower(),))


OTHERS: Mapping[str, Cmdlet] = {
    one.name.lower(): one
    for one in (
        _of_module("Get-ADLicenseInfo", ("ProductKey",), ("ActivationObjects", "AsJob")),
        _of_module("Get-KmsLicenseInfo"),
        _of_module(
            "Get-OSLicenseInfo",
            ("ActivationID",),
            ("All", "TokenBasedCertificates", "TokenBasedLicenses", "AsJob"),
        ),
        _of_module("Get-SubscriptionLicenseInfo"),
        _of_module(
            "Invoke-ADLicense",
            ("ProductKey", "ConfirmationID", "ActivationObjectName", "DeleteActivationObjects"),
            ("ActivateOnline", "ActivateForest", "AsJob"),
        ),
        _of_module(
            "Invoke-OSLicense",
            (
                "InstallProductKey", "InstallLicenseFile", "RearmID", "ActivationID", "ActivateOffline",
                "ConfirmationID", "TokenCertThumbprint", "TokenPIN", "ILID", "ILvID",
            ),
            (
                "ClearProductKeyFromRegistry", "ReinstallSystemLicenses", "Rearm", "UninstallProductKey",
                "ActivateOnline", "AsJob",
            ),
        ),
        _of_module("Invoke-SubscriptionLicense", (), ("Acquire", "Refresh", "Remove", "AsJob")),
        _of_module("Set-OSLicenseInfo", ("ActivationType",), ("AsJob",), ("ActivationType",)),
        _of_module("Set-SubscriptionLicenseInfo", ("Enabled",), ("AsJob",), ("Enabled",)),
    )
}  # fmt: skip
"""The other cmdlets of the module OSLicense: only their parameters are looked at."""
VALUES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "set-oslicenseinfo": ("ActivationType", ("0", "1", "2", "3")),
    "set-subscriptionlicenseinfo": ("Enabled", ("$true", "$false", "1", "0")),
}
"""The parameter that a cmdlet cannot do without, and what it may be."""
CMDLETS = {
    **OTHERS,
    **{one.name.lower(): one for one in (SET_ITEM, NEW_ITEM, REMOVE_ITEM, REMOVE_KEY, PREFERENCE, SET_KMS, CLEAR_KMS)},
} | {"sp": SET_ITEM, "rp": REMOVE_ITEM, "ri": REMOVE_KEY, "rm": REMOVE_KEY, "del": REMOVE_KEY}
