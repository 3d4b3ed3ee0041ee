"""Rules for the Office Deployment Tool's configuration file, as data.

Ids R01 to R24 are about products, channels and options, and stand on pages too; the others are about the form of the
file. Their words are in rules.yaml; `configuration` finds the places; nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping

from macros.formats.base.rules import Rules

OPTIONS = ("office-deployment-tool-configuration-options",)

LEGACY_CHANNELS: Mapping[str, str] = {
    "Monthly": "Current",
    "Broad": "SemiAnnual",
    "Targeted": "SemiAnnualPreview",
    "Insiders": "CurrentPreview",
    "InsidersFast": "BetaChannel",
    "InsiderFast": "BetaChannel",
    "Deferred": "SemiAnnual",
    "Business": "SemiAnnual",
    "FirstReleaseDeferred": "SemiAnnualPreview",
    "FirstReleaseBusiness": "SemiAnnualPreview",
    "FirstReleaseCurrent": "CurrentPreview",
    "Validation": "SemiAnnualPreview",
}
"""Earlier channel names and the name of today. They still work."""

WRONG_APPS: Mapping[str, str] = {
    "Skype": "write Lync for Skype for Business",
    "SkypeForBusiness": "write Lync for Skype for Business",
    "Project": "Project is a product of its own; leave its Product out instead",
    "Visio": "Visio is a product of its own; leave its Product out instead",
    "InfoPath": "it is not part of these products; remove the line",
    "SharePointDesigner": "it is not part of these products; remove the line",
}
"""Names that are written as ExcludeApp and exclude nothing."""

INSTALLER_ELEMENTS = ("PIDKEY", "Setting", "OptionState", "INSTALLLOCATION", "DistributionPoint", "AddLanguage")
"""Elements of config.xml, which the setup of Office up to 2016 reads and the tool does not know."""

SHARED_COMPUTER = ("SharedComputerLicensing", "SCLCacheOverride", "SCLCacheOverrideDirectory", "DeviceBasedLicensing")
"""Properties that belong to Microsoft 365 Apps."""


REFERENCE = Rules.beside(__file__, "reference")
"""What Microsoft's pages say of products, channels and options; some of it no file can show."""
RULES = Rules(lambda: {rule.id: rule for rule in REFERENCE.values() if rule.message}) | Rules.beside(__file__, "form")
"""Every rule that a configuration file is compared with."""
