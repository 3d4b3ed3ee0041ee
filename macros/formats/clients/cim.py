"""Methods of the licensing classes of Windows as PowerShell calls them: by Invoke-CimMethod, or on an object."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from macros.formats.base.findings import Finding, Place, Said
from macros.formats.base.hosts import host_problem, port_of
from macros.formats.base.keys import is_key_shaped, is_placeholder
from macros.formats.base.reading import Lines
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest
from macros.formats.shells.batch import Word
from macros.formats.shells.powershell import Command

from .command_lines import RULES as COMMANDS

RULES = Rules.beside(__file__, "cim")

METHODS: Mapping[str, str | None] = {
    "InstallProductKey": "key",
    "SetKeyManagementServiceMachine": "host",
    "SetKeyManagementServicePort": "port",
    "ClearKeyManagementServiceMachine": None,
    "ClearKeyManagementServicePort": None,
    "ClearProductKeyFromRegistry": None,
    "RefreshLicenseStatus": None,
    "UninstallProductKey": None,
    "Activate": None,
}
"""Methods that clients need, and what each takes."""
_INVOKE = ("invoke-cimmethod", "invoke-wmimethod", "icim")
_NAMES = ("methodname", "name")
_VALUE = re.compile(r"=\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([0-9]+))")
_CALLED = re.compile(r"\.([A-Za-z]+)\(\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([0-9]*))\s*\)")
_NEAR = 0.8

MARK = (
    r"\binvoke-(cim|wmi)method\b[^\n]{0,300}?\b(InstallProductKey|RefreshLicenseStatus|UninstallProductKey"
    r"|(Set|Clear)KeyManagementService(Machine|Port))\b|\.(InstallProductKey|RefreshLicenseStatus)\("
)
"""How a script looks that calls one of them."""


@dataclass(frozen=True)
class Called:
    """A call of a method, and its value where the file tells it."""

    name: Word
    value: Word | None


def calls(text: str, commands: tuple[Command, ...]) -> Iterator[Called]:
    """Every call of a method in a script."""
    for command in commands:
        if command.name.lower() in _INVOKE:
            name = next((command.parameters[one] for one in _NAMES if command.parameters.get(one)), None)
            given = command.parameters.get("arguments") or command.parameters.get("argumentlist")
            if name is not None and name.literal:
                found = _VALUE.search(given.raw) if given else None
                value = next((one for one in found.groups() if one is not None), "") if found else None
                yield Called(
                    Word(name.text, name.place), Word(value, given.place, "$" not in value) if given and value else None
                )
    lines = Lines(text)
    for found in _CALLED.finditer(text):
        if found[1] not in METHODS or text[text.rfind("\n", 0, found.start()) + 1 : found.start()].lstrip()[:1] == "#":
            continue
        place = Place(lines.line(found.start(1)), lines.column(found.start(1)))
        value = found[2] or found[3] or found[4]
        yield Called(Word(found[1], place), Word(value, place, "$" not in value) if value else None)


def judge(found: Iterable[Called]) -> Iterator[Finding]:
    """What is wrong with the calls."""
    known = {name.lower(): name for name in METHODS}
    for call in found:
        name = known.get(call.name.text.lower())
        near = None if name else nearest(call.name.text, METHODS, cutoff=_NEAR)
        if near:
            yield RULES["cim-method"].finding(call.name.place, given=call.name.text, near=Said(near))
        takes = METHODS[name] if name else None
        if takes and call.value is not None and call.value.literal:
            yield from _value_findings(takes, call.value)


def _value_findings(takes: str, value: Word) -> Iterator[Finding]:
    given, place = value.text, value.place
    if takes == "host":
        why = host_problem(given)
        if why:
            yield COMMANDS["command-host"].finding(place, given=given, why=Said(why))
    elif takes == "port":
        if port_of(given) is None:
            yield COMMANDS["command-port"].finding(place, given=given)
    elif is_placeholder(given):
        yield COMMANDS["command-placeholder"].finding(place, given=given)
    elif not is_key_shaped(given):
        yield COMMANDS["command-key"].finding(place, given=given)
