"""Scripts that activate a forest for ADBA, online or by phone, and that remove an activation object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Finding, Place, Said
from macros.formats.base.origin import Origin
from macros.formats.base.rules import Rules

from . import activation
from .activation import SLMGR, Document, Purpose, head, parameters, quoted

OBJECTS = ("activate-using-active-directory-based-activation-client", *SLMGR)

# ---------------------------------------------------------------------------------------------------- generate


def longest_name(catalog: Catalog) -> int:
    """Characters that the name of an activation object may have."""
    value = catalog.fact("adba.object_name_max").value
    if not isinstance(value, int):
        raise TypeError('fact "adba.object_name_max" must be a number')
    return value


def object_name(catalog: Catalog) -> str:
    """A name for the object: that of the newest host key for Windows, cut to what is allowed."""
    group = next(one for one in catalog.host_keys.groups if one.kind == "windows")
    return group.name[: longest_name(catalog)].strip()


def activation_script_for(context: SampleContext, origin: Origin) -> str:
    """The script that creates an activation object."""
    organization, catalog = context.organization, context.catalog
    about = [
        "Activates the forest for ADBA: it creates an activation object, which changes the whole forest and uses an",
        "activation of the key. Run it on a domain member, in Windows PowerShell, with an account of Enterprise Admins",
        "or with the delegated right on the container of activation objects. It needs no local administrator:",
        f"  .\\{origin.file_name} -HostKey (Read-Host 'Host key') -ObjectName {quoted(object_name(catalog))}",
        "For an Office key, run it on a computer with the Volume License Pack of the release.",
    ]
    longest = longest_name(catalog)
    name = [
        f"    # Name of the activation object, up to {longest} characters. Choose it well: it stays.",
        f"    [ValidateLength(1, {longest})]",
        f"    [string] $ObjectName = {quoted(object_name(catalog))},",
        "",
    ]
    parts = [
        *head(origin, about, elevated=False),
        *parameters("HostKey", "Host key (CSVLK) that covers your newest product.", name),
        *_forest(organization),
        _DIRECTORY.replace("<<container>>", _container(catalog)),
        _ACTIVATE,
    ]
    return "\n".join(parts)


def removal_script(context: SampleContext, origin: Origin) -> str:
    """The script that removes an activation object, after asking."""
    organization = context.organization
    about = [
        "Removes one activation object. Computers that it activated find nothing to renew with, and turn to KMS.",
        "Activate the object that replaces it first. Run it on a domain member, in Windows PowerShell, with an account",
        "that may delete the object:",
        f"  .\\{origin.file_name}",
        "Then copy the name after AO DN from the list that it shows.",
    ]
    slmgr = ["$ErrorActionPreference = 'Stop'", '$Slmgr = "$env:windir\\System32\\slmgr.vbs"', ""]
    parts = [*head(origin, about, elevated=False), *slmgr, *_forest(organization), _REMOVE]
    return "\n".join(parts)


def _container(catalog: Catalog) -> str:
    location = str(catalog.fact("adba.object_location").value)
    return location.partition(",CN=Configuration,")[0]


def _forest(organization: Organization) -> list[str]:
    names = [quoted(forest.dns_name) for forest in organization.forests]
    if not names:
        return []
    return [
        "# Forests of organization.yml. An activation object is valid in one forest: run this in each that needs one.",
        "$Forest = [System.DirectoryServices.ActiveDirectory.Forest]::GetCurrentForest().Name",
        f'if (@({", ".join(names)}) -notcontains $Forest) {{ throw "This is the forest $Forest, not a planned one." }}',
        "",
    ]


_DIRECTORY = """\
# Step 1: a key was given, and the directory knows activation objects.
if ($HostKey -like 'AAAAA-*') { throw 'Step 1: no key was given. Start the script with -HostKey.' }
$Configuration = ([ADSI] 'LDAP://RootDSE').configurationNamingContext
if (-not [ADSI]::Exists("LDAP://<<container>>,$Configuration")) {
    throw 'Step 1: there is no container for activation objects. Extend the schema of the forest with adprep first.'
}
$Before = cscript.exe //nologo $Slmgr /ao-list | Out-String
Write-Output $Before
if ($Before.Contains($ObjectName)) { throw "Step 1: there is an object $ObjectName already. Choose another name." }
Write-Output 'Step 1 is good: the directory is ready, and the name is free.'
"""

_ACTIVATE = """\
# Step 2: ask, because the whole forest changes.
$Answer = Read-Host "Create the activation object $ObjectName and use an activation of the key? Type yes to go on"
if ($Answer -ne 'yes') { throw 'Step 2: stopped. Nothing was changed.' }

# Step 3: activate the forest.
if ($Activation -eq 'Online') {
    cscript.exe //nologo $Slmgr /ad-activation-online $HostKey $ObjectName
}
else {
    cscript.exe //nologo $Slmgr /ad-activation-get-IID $HostKey
    $Confirmation = (Read-Host 'Confirmation ID') -replace '[^0-9]'
    cscript.exe //nologo $Slmgr /ad-activation-apply-cid $HostKey $Confirmation $ObjectName
}
$After = cscript.exe //nologo $Slmgr /ao-list | Out-String
Write-Output $After
if (-not $After.Contains($ObjectName)) {
    throw 'Step 3: the object is not in the list. See the message above: rights, the key, or the way to Microsoft.'
}
Write-Output 'Step 3 is good: the object is there. Domain controllers get it with their next replication.'
"""

_REMOVE = """\
# Step 1: what is there.
cscript.exe //nologo $Slmgr /ao-list
$Object = Read-Host 'Copy the AO DN of the object to remove'
if (-not $Object.StartsWith('CN=')) { throw 'Step 1: that is no distinguished name. Nothing was changed.' }

# Step 2: ask again, because nothing brings the object back but another activation of the key.
$Answer = Read-Host 'Computers of the whole forest lose this object. Type the AO DN again to remove it'
if ($Answer -ne $Object) { throw 'Step 2: stopped. Nothing was changed.' }

# Step 3: remove it.
cscript.exe //nologo $Slmgr /del-ao $Object
$After = cscript.exe //nologo $Slmgr /ao-list | Out-String
Write-Output $After
if ($After.Contains($Object)) { throw 'Step 3: the object is still in the list. Do you have the right to delete it?' }
Write-Output 'Step 3 is good: the object is gone.'
"""

# ---------------------------------------------------------------------------------------------------- validate

RULES = activation.RULES | Rules.beside(__file__, "adba")

PURPOSE = Purpose(
    rules=RULES,
    activation="kms-adba",
    mixed_is_elevated=False,
    must_activate=False,
    wrong_gvlk="adba-gvlk",
    strict=frozenset({"adba-unasked", "adba-no-list"}),
)

_NAME = re.compile(r"\$\w*ObjectName\s*=\s*(['\"])(.*?)\1", re.IGNORECASE)
_FOREST = ("/ad-activation-online", "/ad-activation-apply-cid")


def _check_names(document: Document) -> Iterator[Finding]:
    longest = longest_name(document.catalog)
    named: list[tuple[str, Place]] = []
    for call in document.calls:
        if call.id in _FOREST:
            word = call.value(1 if call.id == _FOREST[0] else 2)
            if word and word.literal:
                named.append((word.text, word.place))
        elif call.id == "/name":
            yield document.finding("adba-name-option", call.place)
    for number, line in enumerate(document.lines, start=1):
        named += [(found[2], Place(number, found.start(2) + 1)) for found in _NAME.finditer(line)]
    for text, place in named:
        if len(text) > longest:
            yield document.finding("adba-name-length", place, length=Said(len(text)), longest=Said(longest))


def _check_confirmation(document: Document) -> Iterator[Finding]:
    shown = document.named("/ad-activation-get-iid")
    for call in document.named("/ad-activation-apply-cid"):
        if not any(one.place <= call.place for one in shown):
            # The installation ID may have been read on another day; a confirmation ID in the file says so.
            word = call.value(1)
            if not (word and word.literal and word.text.replace("-", "").isdigit()):
                yield document.finding("adba-confirmation", call.place)


def _check_deletion(document: Document) -> Iterator[Finding]:
    asking = document.commands("read-host")
    for call in document.named("/del-ao"):
        asked = any(one.place <= call.place for one in asking) or "ShouldProcess" in document.text
        if not asked:
            yield document.finding("adba-unasked", call.place)


def _check_lists(document: Document) -> Iterator[Finding]:
    lists = document.named("/ao-list")
    for call in document.named(*_FOREST, "/del-ao"):
        if not any(one.place > call.place for one in lists):
            yield document.finding("adba-no-list", call.place, option=Said(call.option))


CHECKS = (_check_names, _check_confirmation, _check_deletion, _check_lists)
"""What this purpose asks for beside the common rules."""
