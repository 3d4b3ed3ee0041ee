"""Rules for the Office Deployment Tool's configuration file, as data.

Ids R01 to R24 are rules of the reference in macros/data/odt.yaml: severity and sources come from there. The others are
about the form of the file. `office_xml` finds the places; nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from macros.catalog.models import OdtReference, OdtRule
from macros.formats.base.findings import Rule, Severity

OPTIONS = ("office-deployment-tool-configuration-options",)
IDS = ("product-ids-supported-office-deployment-click-to-run",)
LICENSING = ("overview-licensing-activation-microsoft-365-apps",)
DEPLOY = ("office-ltsc-2024-deploy",)
GVLKS = ("gvlks",)
SPLA = ("office-ltsc-2021-spla",)
LANGUAGES = ("overview-deploying-languages-microsoft-365-apps",)

LEGACY_CHANNELS: Mapping[str, str] = {
    "Monthly": "Current",
    "Broad": "SemiAnnual",
    "Targeted": "SemiAnnualPreview",
    "Insiders": "CurrentPreview",
    "InsidersFast": "BetaChannel",
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

SHARED_COMPUTER = ("SharedComputerLicensing", "SCLCacheOverride", "SCLCacheOverrideDirectory", "DeviceBasedLicensing")
"""Properties that belong to Microsoft 365 Apps."""


@dataclass(frozen=True)
class _Reference:
    """A rule of the reference: its severity and sources stand there."""

    id: str
    message: str
    cure: str
    severity: Severity | None = None
    """Given where the reference calls the rule 'ok'."""


_REFERENCE: tuple[_Reference, ...] = (
    _Reference(
        "R01",
        "{product} takes the channel {expected}, not {channel}.",
        'Write Channel="{expected}".',
    ),
    _Reference(
        "R02",
        "{product} cannot use the channel {channel}, which applies to every product of this file.",
        "Use one channel that all products share, or install {product} on other computers.",
    ),
    _Reference(
        "R03",
        "{product} and {other} are suites of different years, and each allows its own channel only.",
        "Keep one of the two suites.",
    ),
    _Reference(
        "R04",
        "{product} is a subscription product and cannot be combined with the volume suite {other}: they have no "
        "channel in common.",
        "Use the volume edition beside {other}: {volume}.",
    ),
    _Reference(
        "R05",
        "{product} follows the channel of Microsoft 365 Apps here, which is allowed.",
        "Nothing to do.",
        "info",
    ),
    _Reference(
        "R08",
        "{product} is no product ID: volume suites of Office 2016 exist as Windows Installer packages only.",
        "Use a suite of a later release such as {near}, or set Office 2016 up with its own installer.",
    ),
    _Reference(
        "R09",
        "The key {key} stands on {product} and on {other}; each product has its own.",
        "Give each Product its own key, or leave PIDKEY out to activate by KMS or ADBA.",
    ),
    _Reference(
        "R10",
        "{product} is licensed by account or device. It has no KMS, ADBA or MAK activation, so it takes no PIDKEY, and "
        "a KMS host key belongs on the KMS host, never on a client.",
        "Remove PIDKEY. To activate by KMS, ADBA or MAK, install a volume product ID instead: {volume}.",
    ),
    _Reference(
        "R11",
        "AUTOACTIVATE is set, but every product of this file is licensed by account or device.",
        "Remove the AUTOACTIVATE property.",
    ),
    _Reference(
        "R12",
        "{property} does not apply to volume products.",
        "Remove the property.",
    ),
    _Reference(
        "R13",
        "MatchInstalled cannot be used to download: there is no installation to match.",
        "Name each language, such as en-US.",
    ),
    _Reference(
        "R14",
        "MatchPreviousMSI needs {missing}.",
        "Add {missing}.",
    ),
    _Reference(
        "R15",
        "DownloadPath stands without Version.",
        "Name the version that lies at DownloadPath, or remove DownloadPath.",
    ),
    _Reference(
        "R17",
        "{product} does not exist in {language}, so the installation fails.",
        "Remove this language from {product}, or use one that it has, such as {near}.",
    ),
    _Reference(
        "R18",
        "{app} is not part of {product}, so there is nothing to exclude.",
        "Remove the line.",
    ),
    _Reference(
        "R19",
        "{product} installs Skype for Business, which the Office Customization Tool leaves out by default.",
        'Add <ExcludeApp ID="Lync"/> if you do not want it.',
    ),
    _Reference(
        "R23",
        "{product} is not on the list of product IDs that this guide holds. A wrong product ID prevents activation.",
        "Compare it with the list of product IDs.{near}",
    ),
)

_FORM: tuple[Rule, ...] = (
    Rule(
        "root-element",
        "error",
        "The file begins with {name}; the outermost element must be Configuration.",
        "Put everything inside <Configuration> and </Configuration>.",
        OPTIONS,
    ),
    Rule(
        "misspelled-element",
        "error",
        "There is no element {name}; {near} is meant.",
        "Write {near}. Capital letters count.",
        OPTIONS,
    ),
    Rule(
        "unknown-element",
        "warning",
        "The reference has no element {name}.",
        "Remove it, or check the spelling. Known elements: {known}.",
        OPTIONS,
    ),
    Rule(
        "misplaced-element",
        "error",
        "{name} stands inside {parent}, where it has no effect.",
        "Move it into {expected}.",
        OPTIONS,
    ),
    Rule(
        "repeated-element",
        "error",
        "{name} stands a second time in {parent}; it may stand once.",
        "Merge it with the one on line {first}.",
        OPTIONS,
    ),
    Rule(
        "misspelled-attribute",
        "error",
        "{element} has no attribute {name}; {near} is meant.",
        "Write {near}. Capital letters count.",
        OPTIONS,
    ),
    Rule(
        "misplaced-attribute",
        "error",
        "{name} stands on {element}, where it has no effect.",
        "Move it to {expected}.",
        OPTIONS,
    ),
    Rule(
        "unknown-attribute",
        "warning",
        "The reference has no attribute {name} of {element}.",
        "Remove it, or check the spelling. Known attributes: {known}.",
        OPTIONS,
    ),
    Rule("missing-attribute", "error", "{element} has no {name}.", "Add {name}.", OPTIONS),
    Rule("empty-value", "error", "{name} of {element} is empty.", "Give it a value, or remove {element}.", OPTIONS),
    Rule(
        "value",
        "error",
        '{name} of {element} is "{value}", which is not allowed.',
        "Use one of: {allowed}.{near}",
        OPTIONS,
    ),
    Rule(
        "value-case",
        "warning",
        '{name} of {element} is "{value}"; the documented spelling is "{near}".',
        'Write "{near}".',
        OPTIONS,
    ),
    Rule(
        "boolean-case",
        "info",
        '{name} is "{value}", documented as "{near}". Letter case does not matter here.',
        "Nothing to do.",
        OPTIONS,
    ),
    Rule(
        "legacy-channel",
        "info",
        '"{value}" is an earlier name of the channel {near}. It still works.',
        'Write "{near}" when you next edit the file.',
        OPTIONS,
    ),
    Rule(
        "open-list",
        "info",
        '{element} "{value}" is not on the reference page, whose list is not complete.',
        "Check the spelling.",
        OPTIONS,
    ),
    Rule("wrong-app", "warning", 'ExcludeApp "{value}" excludes nothing: {reason}.', "Correct the line.", OPTIONS),
    Rule(
        "misspelled-app",
        "warning",
        'ExcludeApp "{value}" is not a known app; {near} is meant.',
        'Write "{near}".',
        OPTIONS,
    ),
    Rule(
        "undocumented",
        "info",
        "{name} is not on the reference page; the Office Customization Tool or an older version wrote it.",
        "Nothing to do.",
        OPTIONS,
    ),
    Rule(
        "stray-text",
        "warning",
        'Text stands between the elements of {element}: "{text}".',
        "Remove it, or make it a comment.",
    ),
    Rule(
        "no-break-space",
        "info",
        "A no-break space stands between the elements of {element}, usually copied from a web page.",
        "Replace it by an ordinary space.",
    ),
    Rule(
        "nothing-to-do",
        "warning",
        "The file asks for nothing: everything in it is a comment.",
        "Remove the comment marks around what you want.",
    ),
    Rule(
        "unexpanded",
        "error",
        '{name} of {element} is "{value}", a variable that a script should have filled in.',
        "Check the file that the script writes.",
    ),
    Rule(
        "misspelled-product",
        "error",
        "There is no product ID {product}; {near} is meant.",
        "Write {near}.",
        IDS,
    ),
    Rule(
        "product-case",
        "warning",
        "The product ID is spelled {near}, not {product}.",
        "Write {near}.",
        IDS,
    ),
    Rule(
        "duplicate-product",
        "error",
        "{product} stands a second time; it is already on line {first}.",
        "Keep one of the two, with all its languages.",
        OPTIONS,
    ),
    Rule(
        "duplicate-language",
        "warning",
        "{language} stands twice in {product}.",
        "Remove one of the two.",
        OPTIONS,
    ),
    Rule(
        "unknown-language",
        "error",
        "{language} is not a language of Office.{near}",
        "Use a culture code such as en-US, or MatchOS.",
        LANGUAGES,
    ),
    Rule(
        "language-missing",
        "warning",
        "{product} has no Language.",
        'Add at least one, such as <Language ID="en-US"/>.',
        OPTIONS,
    ),
    Rule(
        "match-without-fallback",
        "info",
        "MatchOS has no Fallback for computers whose language Office does not have.",
        'Add Fallback="en-US", or another language.',
        OPTIONS,
    ),
    Rule(
        "language-option",
        "warning",
        "{name} has an effect beside {token} only.",
        "Remove {name}, or write {token}.",
        OPTIONS,
    ),
    Rule(
        "channel-missing",
        "warning",
        "{product} needs the channel {expected}, and the file names none. Without an installed Office, the tool takes "
        "its default channel.",
        'Add Channel="{expected}" to Add.',
        DEPLOY,
    ),
    Rule(
        "updates-channel",
        "info",
        "Updates names the channel {value}, Add names {channel}: computers change over with the next update.",
        "Use the same channel in both, unless that is what you want.",
        OPTIONS,
    ),
    Rule(
        "foreign-gvlk",
        "error",
        "This PIDKEY is the published client key of {owner}, not of {product}.",
        "{cure}",
        GVLKS,
    ),
    Rule(
        "key-format",
        "error",
        "PIDKEY of {product} is not a product key: five groups of five letters or digits.",
        "Type the key again, or leave PIDKEY out to activate by KMS or ADBA.",
        DEPLOY,
    ),
    Rule(
        "placeholder-key",
        "warning",
        "PIDKEY of {product} is a placeholder.",
        "Put your MAK in its place before you run setup.exe.",
        DEPLOY,
    ),
    Rule(
        "key-in-clear-text",
        "info",
        "PIDKEY of {product}, {key}, is no published client key, so it is taken for a MAK. It stands here in clear "
        "text.",
        "Keep the file where only administrators read it, and delete it after the installation.",
        DEPLOY,
    ),
    Rule(
        "key-not-taken",
        "error",
        "{product} takes no product key.",
        "Remove PIDKEY from it; the key belongs on the suite or app.",
        IDS,
    ),
    Rule(
        "mak-only",
        "error",
        "{product} is activated by MAK only, and this PIDKEY is a published client key.",
        "Put your MAK in its place.",
        SPLA,
    ),
    Rule(
        "mak-missing",
        "info",
        "{product} is activated by MAK only, and the file names none.",
        "Add PIDKEY, or enter the MAK after the installation.",
        SPLA,
    ),
    Rule(
        "shared-computer-off",
        "info",
        "{property} is switched off; it does not apply to volume products anyway.",
        "Remove the property when you next edit the file.",
        DEPLOY,
    ),
    Rule(
        "unknown-property",
        "warning",
        "The reference has no property {property}.{near}",
        "Remove it, or check the spelling.",
        OPTIONS,
    ),
    Rule(
        "property-value",
        "warning",
        'Property {property} is "{value}"; allowed: {allowed}.',
        "Use one of: {allowed}.",
        OPTIONS,
    ),
    Rule(
        "obsolete-property",
        "info",
        "{property} acts on Windows 7 and 8.1 only.",
        "Remove it.",
        OPTIONS,
    ),
    Rule(
        "duplicate-property",
        "warning",
        "Property {property} stands a second time; it is already on line {first}.",
        "Keep one of the two.",
        OPTIONS,
    ),
    Rule(
        "guid-format",
        "warning",
        "PACKAGEGUID is no GUID.",
        "Write a GUID, or remove the property.",
        OPTIONS,
    ),
    Rule(
        "silent-without-license",
        "warning",
        "The installation shows nothing, but the license terms are not accepted, so it can wait for an answer that "
        "nobody can give.",
        'Add AcceptEULA="TRUE" to Display.',
        OPTIONS,
    ),
    Rule(
        "version-format",
        "warning",
        'Version is "{value}", neither a build number of the form 16.0.x.y nor MatchInstalled.',
        "Correct it, or remove Version to take the latest build.",
        OPTIONS,
    ),
    Rule(
        "version-without-channel",
        "info",
        "Version stands without Channel; the default channel may not have it.",
        "Add Channel.",
        OPTIONS,
    ),
    Rule(
        "deadline-format",
        "warning",
        'Deadline is "{value}".',
        "Write it as MM/DD/YYYY HH:MM, in UTC.",
        OPTIONS,
    ),
    Rule(
        "source-path",
        "info",
        "SourcePath ends with Office. The tool adds that folder by itself.",
        "Name the folder above, unless it is really called Office.",
        OPTIONS,
    ),
)


def rules(reference: OdtReference) -> dict[str, Rule]:
    """Every rule by its id. Raises LookupError for a rule that the reference does not have."""
    known = {rule.id: rule for rule in reference.rules}
    return {rule.id: rule for rule in [*_of_reference(known), *_FORM]}


def _of_reference(known: Mapping[str, OdtRule]) -> Iterable[Rule]:
    for ours in _REFERENCE:
        theirs = known[ours.id]
        severity = ours.severity or theirs.severity
        if severity == "ok":
            raise LookupError(f"rule {ours.id} of the reference forbids nothing, so it needs a severity here")
        yield Rule(ours.id, severity, ours.message, ours.cure, theirs.sources)
