"""Scripts that activate with a MAK: Windows, Office, and many computers through VAMT. No MAK stands in any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Finding, Said
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest
from macros.formats.shells.powershell import Command

from . import activation
from .activation import Document, Purpose, head, parameters, quoted
from .host import LICENSE_FUNCTION, Names

# ---------------------------------------------------------------------------------------------------- generate


def windows_script(context: SampleContext, origin: Origin) -> str:
    """The script for Windows on one computer."""
    policy, catalog = context.policy, context.catalog
    about = [
        "Activates Windows with a MAK, online or by phone. It checks after each step.",
        "Run it on the computer, in an elevated Windows PowerShell, as a local administrator:",
        f"  .\\{origin.file_name} -Mak (Read-Host 'MAK')",
        "Each activation counts. A computer that this key has activated already is left as it is.",
    ]
    parts = [
        *head(origin, about),
        *parameters("Mak", "MAK of this edition of Windows."),
        LICENSE_FUNCTION,
        _WINDOWS,
    ]
    return Names.of(catalog).fill("\n".join(parts), policy)


def office_script(context: SampleContext, origin: Origin) -> str:
    """The script for Office that is installed already."""
    catalog = context.catalog
    about = [
        "Activates an installed volume edition of Office with a MAK, online or by phone. It checks after each step.",
        "Run it on the computer, in an elevated Windows PowerShell, as a local administrator:",
        f"  .\\{origin.file_name} -Mak (Read-Host 'MAK')",
        "A new installation takes its MAK from the configuration file instead. Each activation counts.",
    ]
    folders = catalog.fact("office.scripts_path").value
    places = folders.values() if isinstance(folders, Mapping) else ()
    listed = ",\n".join(f'    "{_variables(str(place))}\\ospp.vbs"' for place in places)
    parts = [
        *head(origin, about),
        *(line for line in parameters("Mak", "MAK of this Office product.") if not line.startswith("$Slmgr")),
        _OFFICE.replace("<<places>>", listed),
    ]
    return "\n".join(parts)


def vamt_script(context: SampleContext, origin: Origin) -> str:
    """The script for the computer that VAMT runs on."""
    catalog = context.catalog
    about = [
        "Activates Windows on computers of your network with a MAK, through VAMT: online from each computer, or by",
        "proxy, where the VAMT computer alone needs internet access. It checks after each step.",
        "Run it on the VAMT computer, in an elevated Windows PowerShell (x86), as an administrator of the computers:",
        f"  .\\{origin.file_name} -ComputerName PC1, PC2 -Mak (Read-Host 'MAK')",
        "VAMT keeps the confirmation IDs in its database: back it up, for computers that are rebuilt.",
    ]
    parts = [
        *head(origin, about),
        "param(",
        "    # Full names of the computers.",
        "    [Parameter(Mandatory)]",
        "    [string[]] $ComputerName,",
        "",
        "    # MAK of this edition. Give it when you start the script, and never save it in the file.",
        f"    [string] $Mak = {quoted(PLACEHOLDER)},",
        "",
        "    # Online: each computer has internet access. Proxy: only this one has.",
        "    [ValidateSet('Online', 'Proxy')]",
        "    [string] $Way = 'Proxy'",
        ")",
        "",
        "$ErrorActionPreference = 'Stop'",
        "",
        _VAMT,
    ]
    module = catalog.fact("vamt.powershell").value
    name = module["module"] if isinstance(module, Mapping) else ""
    return "\n".join(parts).replace("<<module>>", str(name))


def _variables(path: str) -> str:
    """A path with variables of the Command Prompt, as PowerShell writes it."""
    first, name, rest = path.split("%", 2)
    return f"{first}${{env:{name}}}{rest}"


_WINDOWS = """\
# Step 1: a key was given.
if ($Mak -like 'AAAAA-*') { throw 'Step 1: no key was given. Start the script with -Mak.' }

# Step 2: the key. It replaces the present one by itself.
if (-not (Get-License $Mak)) {
    cscript.exe //nologo $Slmgr /ipk $Mak
}
if ((Get-License $Mak).Description -notlike '*MAK*') {
    throw 'Step 2: the key is not installed, or it is no MAK. Is it the key of this edition?'
}
Write-Output 'Step 2 is good: the MAK is installed.'

# Step 3: activate. /ipk alone does not activate reliably.
if ((Get-License $Mak).<<product_status>> -ne <<licensed>>) {
    if ($Activation -eq 'Online') {
        cscript.exe //nologo $Slmgr /ato
    }
    else {
        cscript.exe //nologo $Slmgr /dti
        $Confirmation = (Read-Host 'Confirmation ID') -replace '[^0-9]'
        cscript.exe //nologo $Slmgr /atp $Confirmation
    }
}
if ((Get-License $Mak).<<product_status>> -ne <<licensed>>) {
    throw 'Step 3: not activated. Look the code above up, and see how many activations the MAK has left.'
}
Write-Output 'Step 3 is good: Windows is activated.'

cscript.exe //nologo $Slmgr /xpr
"""

_OFFICE = """\
# Step 1: a key was given, and this is Office with its scripts.
if ($Mak -like 'AAAAA-*') { throw 'Step 1: no key was given. Start the script with -Mak.' }
$Places = @(
<<places>>
)
$Ospp = $Places | Where-Object { Test-Path $_ } | Select-Object -First 1
if (-not $Ospp) { throw 'Step 1: there is no ospp.vbs. Is a volume edition of Office installed?' }
$Last = $Mak.Split('-')[-1]

function Get-Block {
    # What /dstatus prints about the key. The script prints English on every Windows that was seen.
    $Status = cscript.exe //nologo $Ospp /dstatus | Out-String
    ($Status -split '-{20,}') | Where-Object { $_ -match $Last }
}

# Step 2: the key. It replaces the present one of its product by itself.
cscript.exe //nologo $Ospp "/inpkey:$Mak"
if (-not (Get-Block)) { throw 'Step 2: the key is not installed. Is it the key of this product and release?' }
Write-Output 'Step 2 is good: the MAK is installed.'

# Step 3: activate.
if ($Activation -eq 'Online') {
    cscript.exe //nologo $Ospp /act
}
else {
    cscript.exe //nologo $Ospp /dinstid
    $Confirmation = (Read-Host 'Confirmation ID') -replace '[^0-9]'
    cscript.exe //nologo $Ospp "/actcid:$Confirmation"
}
if ((Get-Block) -notmatch '---LICENSED---') {
    throw 'Step 3: not activated. Look the code above up, and see how many activations the MAK has left.'
}
Write-Output 'Step 3 is good: Office is activated. Close and open its programs.'
"""

_VAMT = """\
# Step 1: a key was given, and the module of VAMT can be loaded.
if ($Mak -like 'AAAAA-*') { throw 'Step 1: no key was given. Start the script with -Mak.' }
if ([Environment]::Is64BitProcess) { throw 'Step 1: start Windows PowerShell (x86). VAMT has no other module.' }
$Kits = "${env:ProgramFiles(x86)}\\Windows Kits"
$Module = Get-ChildItem -Path $Kits -Filter <<module>> -Recurse | Select-Object -First 1
if (-not $Module) { throw "Step 1: there is no <<module>> below $Kits. Install VAMT from the Windows ADK." }
Import-Module $Module.FullName

function Get-Target {
    # Windows on the computers, as the database of VAMT has it.
    Get-VamtProduct -ProductName Windows | Where-Object { $ComputerName -contains $_.FullyQualifiedDomainName }
}

# Step 2: find the computers. VAMT reaches them through WMI.
foreach ($Computer in $ComputerName) {
    Find-VamtManagedMachine -QueryType Manual -QueryValue $Computer
}
$Found = (Get-Target).FullyQualifiedDomainName
$Missing = $ComputerName | Where-Object { $Found -notcontains $_ }
if ($Missing) { throw "Step 2: VAMT does not reach $Missing. Look at the firewall there, and write full names." }
Write-Output 'Step 2 is good: VAMT knows the computers.'

# Step 3: the key, only where Windows is not licensed: what is activated stays as it is.
$Open = Get-Target | Where-Object { $_.LicenseStatus -ne 'Licensed' }
if (-not $Open) { throw 'Step 3: every computer is licensed already. Nothing was changed.' }
Install-VamtProductKey -Products $Open -ProductKey $Mak
Update-VamtProduct -Products $Open | Out-Null
$Open = Get-Target | Where-Object { $_.LicenseStatus -ne 'Licensed' }
if (-not $Open) { throw 'Step 3: the computers are licensed by now. Look at their state in VAMT before you go on.' }
Write-Output 'Step 3 is good: the key was sent.'

# Step 4: activate.
if ($Way -eq 'Online') {
    Install-VamtProductActivation -Products $Open
}
else {
    $Confirmed = Get-VamtConfirmationId -Products $Open
    Install-VamtConfirmationId -Products $Confirmed
}
Update-VamtProduct -Products $Open | Out-Null
$Open = Get-Target | Where-Object { $_.LicenseStatus -ne 'Licensed' }
if ($Open) { throw "Step 4: not activated: $($Open.FullyQualifiedDomainName). VAMT shows the code of each computer." }
Write-Output 'Step 4 is good: every computer is licensed.'
"""

# ---------------------------------------------------------------------------------------------------- validate


@dataclass(frozen=True)
class _Cmdlet:
    """Parameters of a cmdlet of VAMT: those of which one is needed, those that are needed, and the others."""

    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.required, *self.one_of, *self.others, *_COMMON_PARAMETERS)


_COMMON_PARAMETERS = (
    "Debug", "ErrorAction", "ErrorVariable", "InformationAction", "InformationVariable", "OutBuffer", "OutVariable",
    "PipelineVariable", "Verbose", "WarningAction", "WarningVariable",
)  # fmt: skip
_DATABASE = ("DbConnectionString", "DbCommandTimeout")
_ACCOUNT = ("Username", "Password")
_PROXY = ("ProxyUserName", "ProxyPassword")

CMDLETS: Mapping[str, _Cmdlet] = {
    "Find-VamtManagedMachine": _Cmdlet(
        required=("QueryType", "QueryValue"), others=("MachineFilter", *_DATABASE, *_ACCOUNT)
    ),
    "Get-VamtProduct": _Cmdlet(others=("ProductName", *_DATABASE)),
    "Install-VamtProductKey": _Cmdlet(required=("Products", "ProductKey"), others=(*_DATABASE, *_ACCOUNT)),
    "Install-VamtProductActivation": _Cmdlet(required=("Products",), others=_ACCOUNT),
    "Get-VamtConfirmationId": _Cmdlet(one_of=("Products", "FileName"), others=_PROXY),
    "Install-VamtConfirmationId": _Cmdlet(required=("Products",), others=_ACCOUNT),
    "Update-VamtProduct": _Cmdlet(required=("Products",), others=(*_DATABASE, *_ACCOUNT)),
    # Their parameters were not read; their names are on the page of the module.
    "Add-VamtProductKey": _Cmdlet(),
    "Export-VamtData": _Cmdlet(),
    "Get-VamtProductKey": _Cmdlet(),
    "Import-VamtData": _Cmdlet(),
    "Initialize-VamtData": _Cmdlet(),
}
"""The cmdlets of VAMT's module, as Microsoft's reference has them."""

_UNREAD = frozenset(name for name, cmdlet in CMDLETS.items() if not (cmdlet.required or cmdlet.one_of or cmdlet.others))

RULES = activation.RULES | Rules.beside(__file__, "mak")

PURPOSE = Purpose(rules=RULES, activation="mak", wrong_gvlk="mak-gvlk")


def _check_hosts(document: Document) -> Iterator[Finding]:
    for call in document.named("/skms", "/skms-domain", "/sethst:"):
        yield document.finding("mak-kms-host", call.place, option=Said(call.option))


def _check_cmdlets(document: Document) -> Iterator[Finding]:
    fetched = False
    for command in document.script.commands:
        name = command.name.lower()
        if "-vamt" not in name:
            continue
        known = next((one for one in CMDLETS if one.lower() == name), None)
        if known is None:
            near = nearest(command.name, CMDLETS)
            hint = Said(f" {near} is meant." if near else "")
            yield document.finding("vamt-cmdlet", command.place, given=command.name, near=hint)
            continue
        yield from _check_parameters(command, known, document)
        fetched = fetched or known in ("Get-VamtConfirmationId", "Import-VamtData")
        if known == "Install-VamtConfirmationId" and not fetched:
            yield document.finding("vamt-confirmation", command.place)


def _check_parameters(command: Command, name: str, document: Document) -> Iterator[Finding]:
    if name in _UNREAD:
        return
    cmdlet = CMDLETS[name]
    known = {one.lower(): one for one in cmdlet.known}
    for given, place in [(word.text, word.place) for word in command.arguments if word.kind == "parameter"]:
        # PowerShell takes the beginning of a name that fits one parameter only.
        if not any(one.startswith(given.lower()) for one in known):
            near = nearest(given, cmdlet.known)
            hint = Said(f" -{near} is meant." if near else "")
            listed = Said(", ".join(f"-{one}" for one in (*cmdlet.required, *cmdlet.one_of, *cmdlet.others)))
            found = document.finding("vamt-parameter", place, cmdlet=Said(name), given=given, near=hint, known=listed)
            yield replace(found, sources=_page(name))
    written = [one.name.lower() for one in command.bind()[0]]
    needed = [*cmdlet.required, *cmdlet.one_of[:1]]
    accepted = {one.lower() for one in cmdlet.one_of}
    for one in needed:
        names = accepted if one in cmdlet.one_of else {one.lower()}
        if any(full.startswith(short) for short in written for full in names) or not command.complete:
            continue
        # Products may come through the pipeline, which is not seen here.
        if one == "Products" and _piped(command, document):
            continue
        found = document.finding("vamt-missing", command.place, cmdlet=Said(name), wanted=Said(one))
        yield replace(found, sources=_page(name))


def _page(cmdlet: str) -> tuple[str, ...]:
    """The page that lists the parameters of a cmdlet. The page of the module lists cmdlets alone."""
    return (cmdlet.lower(),)


def _piped(command: Command, document: Document) -> bool:
    line = document.lines[command.place.line - 1]
    before = line[: (command.place.column or 1) - 1].rstrip()
    above = document.lines[command.place.line - 2].rstrip() if command.place.line > 1 else ""
    return before.endswith("|") or (not before and above.endswith("|"))


CHECKS = (_check_hosts, _check_cmdlets)
"""What this purpose asks for beside the common rules."""
