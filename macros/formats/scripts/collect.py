"""The script that collects the license state of a computer, and what can be wrong with a script of its kind.

It reads by CIM alone and changes nothing. Which properties exist stands in the fact `tools.wmi_collected`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from macros.catalog.models import Catalog
from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Finding, Place, Said
from macros.formats.base.origin import Origin
from macros.formats.base.reading import Lines
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest

from . import activation
from .activation import Document, Purpose, head, quoted

PRODUCT, SERVICE = "SoftwareLicensingProduct", "SoftwareLicensingService"
COUNTERS = (
    "IsKeyManagementServiceMachine",
    "KeyManagementServiceCurrentCount",
    "KeyManagementServiceTotalRequests",
    "KeyManagementServiceFailedRequests",
)
"""What only a KMS host says of itself."""
_OBJECT = "ADActivationObjectName"
_FIRST = ("ComputerName", "CollectedAt")
_LAST = ("ClientMachineID", "OperatingSystem", "OfficeClickToRun")
"""Columns that the script fills from elsewhere than the class of products."""

# ---------------------------------------------------------------------------------------------------- generate


def properties(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """The properties of each class that the pages of Microsoft and its scripts name."""
    value = catalog.fact("tools.wmi_collected").value
    if not isinstance(value, dict):
        raise TypeError('fact "tools.wmi_collected" must name properties by their classes')
    return {name: tuple(map(str, found)) for name, found in value.items() if isinstance(found, list)}


def columns(catalog: Catalog) -> tuple[str, ...]:
    """The columns of the file, in their order."""
    own = (*COUNTERS, _OBJECT)
    of_product = [name for name in properties(catalog)[PRODUCT] if name not in own]
    return (*_FIRST, *of_product, *_LAST, *own)


def script(context: SampleContext, origin: Origin) -> str:
    """The script that writes what a computer says of its licenses."""
    catalog = context.catalog
    about = [
        "Writes one row for each Windows and Office product with a key, as CSV. It reads by CIM alone, changes",
        "nothing, and needs no elevation. Of a key it writes the last five characters; it reads nothing about users.",
        "To show the rows, and to write one file for this computer into a share:",
        f"  .\\{origin.file_name}",
        f"  .\\{origin.file_name} -Folder \\\\server\\licenses$",
    ]
    own = (*COUNTERS, _OBJECT)
    product = [name for name in properties(catalog)[PRODUCT] if name not in own]
    registry, office = _texts(catalog, "tools.wmi_registry"), _texts(catalog, "tools.office_c2r_products")
    filled = {
        "product": _list(product),
        "own": _list(own),
        "class": registry["class"],
        "namespace": registry["namespace"],
        "method": registry["method"],
        "tree": registry["local_machine"],
        "key": quoted(office["key"]),
        "value": quoted(office["name"]),
    }
    return "\n".join(head(origin, about, elevated=False)) + "\n" + _filled(_SCRIPT, filled)


def _texts(catalog: Catalog, fact_id: str) -> Mapping[str, str]:
    value = catalog.fact(fact_id).value
    if not isinstance(value, dict):
        raise TypeError(f'fact "{fact_id}" must have names')
    return {name: str(each) for name, each in value.items()}


def _list(names: Iterable[str]) -> str:
    return ",\n".join(f"    {quoted(name)}" for name in names)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"<<(\w+)>>", lambda found: values[found[1]], text)


_SCRIPT = """\
param(
    # Folder that gets one file for each computer, such as a share on which computers may write. Empty: show the rows.
    [string] $Folder = ''
)

$ErrorActionPreference = 'Stop'

# What is read of each product, and what only a KMS host or Active Directory fills.
$ProductProperties = @(
<<product>>
)
$MoreProductProperties = @(
<<own>>
)

# Step 1: the computer. Without it no row can be told from those of others.
$Computer = Get-CimInstance -ClassName Win32_ComputerSystem
$Name = if ($Computer.DNSHostName) { $Computer.DNSHostName } else { $Computer.Name }
if ($Computer.PartOfDomain) { $Name = "$Name.$($Computer.Domain)" }
$Now = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')

# Step 2: what may be missing. What cannot be read stays empty, and a warning says so.
$System = ''
$ClientMachineId = ''
$Office = ''
try {
    $Windows = Get-CimInstance -ClassName Win32_OperatingSystem
    $System = "$($Windows.Caption) $($Windows.Version)"
}
catch { Write-Warning "OperatingSystem was not read: $($_.Exception.Message)" }
try { $ClientMachineId = (Get-CimInstance -ClassName SoftwareLicensingService).ClientMachineID }
catch { Write-Warning "ClientMachineID was not read: $($_.Exception.Message)" }
try {
    $Value = @{
        hDefKey = [uint32] <<tree>>
        sSubKeyName = <<key>>
        sValueName = <<value>>
    }
    $Registry = @{ Namespace = '<<namespace>>'; ClassName = '<<class>>'; MethodName = '<<method>>' }
    $Office = (Invoke-CimMethod @Registry -Arguments $Value).sValue
}
catch { Write-Warning "OfficeClickToRun was not read: $($_.Exception.Message)" }

# Step 3: the products with a key.
$Products = @(Get-CimInstance -ClassName SoftwareLicensingProduct -Filter 'PartialProductKey IS NOT NULL')
if (-not $Products) { throw 'Step 3: no product has a key here, or the licensing service did not answer.' }
$Rows = foreach ($Product in $Products) {
    $Row = [ordered] @{ ComputerName = $Name; CollectedAt = $Now }
    foreach ($Property in $ProductProperties) { $Row[$Property] = $Product.$Property }
    $Row['ClientMachineID'] = $ClientMachineId
    $Row['OperatingSystem'] = $System
    $Row['OfficeClickToRun'] = $Office
    foreach ($Property in $MoreProductProperties) { $Row[$Property] = $Product.$Property }
    [pscustomobject] $Row
}

# Step 4: give the rows away, in a file of this computer or to whoever runs the script.
if ($Folder) {
    $Rows | Export-Csv -LiteralPath (Join-Path $Folder "$Name.csv") -NoTypeInformation -Encoding UTF8
    Write-Output "Step 4 is good: $($Products.Count) rows of $Name were written."
}
else { $Rows }
"""

# ---------------------------------------------------------------------------------------------------- validate

RULES = activation.RULES | Rules.beside(__file__, "collect")
PURPOSE = Purpose(rules=RULES, activation="none", must_activate=False)

_CLASS_LIST = re.compile(r"\$(\w*?)(Product|Service)Properties\s*=\s*@\(([^)]*)\)", re.IGNORECASE)
_QUOTED = re.compile(r"['\"]([A-Za-z_][A-Za-z0-9_]*)['\"]")
_WHOLE_KEY = re.compile(
    r"\bOA3xOriginalProductKey\b(?!\w)|\bDigitalProductId\b|\bBackupProductKeyDefault\b", re.IGNORECASE
)
_READING = re.compile(r"^(get|test|enum|select)", re.IGNORECASE)
_CHANGING = re.compile(
    r"^(set|new|remove|clear|stop|restart|start|enable|disable|add|install|uninstall|register|unregister)-"
    r"(ciminstance|wmiinstance|itemproperty|item|service|localuser|localgroupmember|netfirewallrule|windowsfeature|vamt\w+)$",
    re.IGNORECASE,
)
_INVOKE = ("invoke-cimmethod", "invoke-wmimethod", "icim")
_READS_CIM = ("get-ciminstance", "get-wmiobject", "gcim", "gwmi")


def _check_properties(document: Document) -> Iterator[Finding]:
    """Every property that is asked of a licensing class is one that Microsoft names."""
    known = properties(document.catalog)
    # What the class has beside: the reader of outputs knows the label of every documented property.
    labels = {
        label
        for wording in document.catalog.outputs.languages[0].tiers
        for field, found in wording.fields.items()
        if field.startswith("cim_")
        for label in found
    }
    lines = Lines(document.text)
    for found in _CLASS_LIST.finditer(document.text):
        for word in _QUOTED.finditer(found[3]):
            at = found.start(3) + word.start(1)
            names = labels | set(known[PRODUCT] if found[2].lower() == "product" else known[SERVICE])
            yield from _property(document, word[1], names, Place(lines.line(at), lines.column(at)))
    for command in document.script.commands:
        parameters, alone = command.bind()
        given = {one.name.lower(): one.value for one in parameters if one.value is not None}
        of = given.get("classname") or given.get("class") or (alone[0] if alone else None)
        asked = given.get("property")
        if (
            command.name.lower() in _READS_CIM
            and of is not None
            and asked is not None
            and of.text in (PRODUCT, SERVICE)
        ):
            for name in asked.items:
                if re.fullmatch(r"[A-Za-z_]\w*", name):
                    yield from _property(document, name, labels | {*known[of.text]}, asked.place)


def _property(document: Document, name: str, names: set[str], place: Place) -> Iterator[Finding]:
    if name.lower() not in {one.lower() for one in names}:
        near = nearest(name, sorted(names))
        hint = Said(f" {near} is meant." if near else "")
        yield document.finding("collect-property", place, given=name, near=hint)


def _check_changes(document: Document) -> Iterator[Finding]:
    """A script that collects changes nothing."""
    for command in document.script.commands:
        name = command.name
        if name.lower() in _INVOKE:
            parameters, _ = command.bind()
            method = next((one.value for one in parameters if one.name.lower() in ("methodname", "name")), None)
            if method is None or not _READING.match(method.text):
                yield document.finding("collect-changes", command.place, given=method.text if method else name)
        elif _CHANGING.match(name):
            yield document.finding("collect-changes", command.place, given=name)
    for call in document.calls:
        if call.id not in activation.READS:
            yield document.finding("collect-changes", call.place, given=call.given)
        else:
            yield document.finding("collect-text", call.place, given=call.given)


def _check_keys(document: Document) -> Iterator[Finding]:
    """Nothing asks for a whole key."""
    for number, line in enumerate(document.lines, start=1):
        for found in _WHOLE_KEY.finditer(line):
            yield document.finding("collect-key", Place(number, found.start() + 1), given=found[0])


CHECKS = (_check_properties, _check_changes, _check_keys)
"""What this purpose asks for beside the common rules."""
