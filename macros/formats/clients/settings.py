"""Settings of KMS clients as scripts: PowerShell and batch files, generated for an organization, and checked.

A check reads what a script sets in the registry, what it calls slmgr.vbs and ospp.vbs with, and what it gives the
cmdlets of the module OSLicense. What else it does is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from macros.catalog.models import Catalog, CommandOption
from macros.catalog.organization import KmsHost
from macros.catalog.values import part_of
from macros.domain.policy import Policy
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Said
from macros.formats.base.format import File, Limits
from macros.formats.base.origin import Origin
from macros.formats.base.reading import plain
from macros.formats.shells import batch, powershell
from macros.formats.shells.elevation import says_elevated

from . import cim
from .commands import RULES, Reading, type_names
from .registry_file import Value
from .registry_values import key_path, kind_of

LIMITS = Limits(max(batch.MOST_CHARACTERS, powershell.MOST_CHARACTERS), lines=5_000)


# ---------------------------------------------------------------------------------------------------- generate


def powershell_script(values: Sequence[Value], note: Iterable[str], origin: Origin, catalog: Catalog) -> str:
    """Commands that set or delete registry values."""
    names = {str(kind): name for name, kind in type_names(catalog).items()}
    lines = [*(f"# {line}" for line in [*origin.lines(), *note]), "#Requires -RunAsAdministrator"]
    for product in dict.fromkeys(value.product for value in values):
        key = f"'HKLM:\\{key_path(catalog, product)}'"
        mine = [value for value in values if value.product == product]
        lines += ["", f"# {'Windows' if product == 'windows' else 'Office'}"]
        if product == "office" and any(value.data is not None for value in mine):
            # Windows has its key; that of Office may not be there yet.
            lines += [f"if (-not (Test-Path -Path {key})) {{", f"  New-Item -Path {key} -Force | Out-Null", "}"]
        for value in mine:
            kind = names[kind_of(catalog, product, value.name)]
            lines.append(
                f"Remove-ItemProperty -Name {value.name} -ErrorAction SilentlyContinue `\n  -Path {key}"
                if value.data is None
                else f"Set-ItemProperty -Name {value.name} -Type {kind} -Value '{value.data}' `\n  -Path {key}"
            )
    return "\n".join(lines) + "\n"


def oslicense_script(commands: Iterable[str], note: Iterable[str], origin: Origin, catalog: Catalog) -> str:
    """Commands of the module OSLicense, with what they need in front."""
    module = catalog.fact("tools.oslicense").value
    update, version = catalog.fact("tools.oslicense.update").value, part_of(module, "powershell")
    needs = f"Needs the module OSLicense: Windows 11 with {update}, and Windows PowerShell {version}."
    lines = [*origin.lines(), needs, *note]
    return "\n".join([*(f"# {line}" for line in lines), "#Requires -RunAsAdministrator", "", *commands]) + "\n"


def batch_file(commands: Iterable[str], note: Iterable[str], origin: Origin) -> str:
    """Commands as a batch file. A remark must hold no percent sign that is alone, and no letters of a code page."""
    remarks = [f"rem {plain(line)}".replace("%", "%%") for line in [*origin.lines(), *note]]
    return "\n".join(["@echo off", *remarks, *commands]) + "\n"


def slmgr(catalog: Catalog, option: str, value: str | None = None) -> str:
    """One call of slmgr.vbs. Raises UnknownIdError for an option that it does not have."""
    known = _known_option(catalog, "slmgr", option)
    return " ".join(["cscript //nologo %SystemRoot%\\System32\\slmgr.vbs", known.option, *([value] if value else [])])


def ospp(catalog: Catalog, option: str, value: str | None = None) -> str:
    """One call of ospp.vbs, where Office of the bits of Windows puts it. Raises UnknownIdError."""
    known = _known_option(catalog, "ospp", option)
    folder = part_of(catalog.fact("office.scripts_path").value, "native")
    return f'cscript //nologo "{folder}\\ospp.vbs" {known.option}{value or ""}'


def address(host: KmsHost, policy: Policy) -> str:
    """Name and port of a host as slmgr.vbs takes them."""
    return f"{host.name}:{policy.port if host.port is None else host.port}"


def _known_option(catalog: Catalog, tool: str, option: str) -> CommandOption:
    by_name = {one.option: one for one in catalog.commands if one.tool == tool}
    if option not in by_name:
        raise LookupError(f"{tool}.vbs has no option {option}")
    return by_name[option]


# ----------------------------------------------------------------------------------------------------- validate


def read_batch(file: File, context: Context) -> Reading:
    """What a batch file sets and calls."""
    reading, script = Reading(file.text, context), batch.read(file.text)
    for command in script.commands:
        reading.native(command.words)
    reading.elevated = any(says_elevated(remark) for remark in script.remarks) or any(
        says_elevated(" ".join(word.text for word in command.words)) for command in script.commands
    )
    return reading


def read_powershell(file: File, context: Context) -> Reading:
    """What a PowerShell script sets and calls."""
    reading, script = Reading(file.text, context), powershell.read(file.text)
    reading.broken, reading.elevated = bool(script.errors), says_elevated(file.text)
    for problem in script.errors:
        reading.said.append(RULES["powershell-syntax"].finding(problem.place, detail=problem.message.rstrip(".")))
    for command in script.commands:
        reading.command(command)
    reading.methods += cim.calls(file.text, script.commands)
    needs = str(context.catalog.fact("tools.oslicense.update").value)
    comments = " ".join(comment.text for comment in script.comments)
    of_module = [*reading.oslicense, *reading.others]
    if of_module and needs not in comments and "OSLicense" not in comments:
        first = min(of_module, key=lambda bound: bound.place.line)
        reading.said.append(RULES["oslicense-needs"].finding(first.place, cmdlet=Said(first.cmdlet.name)))
    return reading


def judge(reading: Reading, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Findings name the line."""
    return reading.findings()


def activation(reading: Reading, context: Context) -> Activation:
    """How the computers activate that it is for."""
    return reading.activation()
