"""SRV records for a Windows DNS server: commands for PowerShell, and for dnscmd where that is still in use."""

from __future__ import annotations

import re
from collections.abc import Mapping

from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Place
from macros.formats.base.origin import Origin
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest
from macros.formats.shells import powershell as language

from .layout import Layout, write
from .reading import (
    LINE_RULES,
    NAMED_RULES,
    VARIABLE_RULES,
    Content,
    Form,
    Reading,
    is_digits,
)
from .srv import Wanted
from .words import Syntax, Word

CMDLET = "Add-DnsServerResourceRecord"
TOOL = "dnscmd"
ADD = "/RecordAdd"

POWERSHELL = Form(
    title="PowerShell",
    order=f"{CMDLET} -Srv -ZoneName <zone> -Name <name> -DomainName <target> "
    "-Priority <priority> -Weight <weight> -Port <port>",
    owner="{name} as -Name and {zone} as -ZoneName",
    sources=("add-dnsserverresourcerecord",),
    own=NAMED_RULES | VARIABLE_RULES | Rules.beside(__file__, "powershell"),
)
DNSCMD = Form(
    title=TOOL,
    order=f"{TOOL} [<server>] {ADD} <zone> <name> SRV <priority> <weight> <port> <target>",
    owner="{name} after the zone {zone}",
    sources=("dnscmd",),
    own=LINE_RULES | VARIABLE_RULES | Rules.beside(__file__, "dnscmd"),
)

# ---------------------------------------------------------------------------------------------------- generate


POWERSHELL_LAYOUT = Layout(
    comment="# ",
    head=("Run on a DNS server, in an elevated PowerShell with the DnsServer module.",),
    record=f'{CMDLET} -Srv -ZoneName "{{zone}}" -Name "{{name}}" -DomainName "{{target}}" '
    "-Priority {priority} -Weight {weight} -Port {port}",
)
DNSCMD_LAYOUT = Layout(
    comment="rem ",
    head=("Run on a DNS server, in an elevated Command Prompt.",),
    record=f"{TOOL} {ADD} {{zone}} {{name}} SRV {{priority}} {{weight}} {{port}} {{target}}.",
    # A percent sign means something to cmd.exe even in a remark.
    doubled="%",
)


def powershell(context: SampleContext, origin: Origin) -> str:
    """The records for a Windows DNS server, one command a record."""
    return write(POWERSHELL_LAYOUT, context, origin)


def dnscmd(context: SampleContext, origin: Origin) -> str:
    """The same for dnscmd, as a batch file."""
    return write(DNSCMD_LAYOUT, context, origin)


# -------------------------------------------------------------------------------------------------- PowerShell

_SWITCHES = ("-Srv", "-A", "-AAAA", "-CName", "-AgeRecord", "-AllowUpdateAny", "-PassThru", "-AsJob", "-WhatIf")
_COMMON_SWITCHES = ("-Confirm", "-Verbose", "-Debug", "-CreatePtr")
_VALUES = ("-ZoneName", "-Name", "-DomainName", "-Priority", "-Weight", "-Port")
_OTHER_VALUES = (
    "-TimeToLive", "-ComputerName", "-ZoneScope", "-VirtualizationInstance", "-CimSession", "-ThrottleLimit",
    "-ErrorAction", "-WarningAction", "-InformationAction", "-ErrorVariable", "-WarningVariable", "-OutVariable",
    "-OutBuffer", "-PipelineVariable", "-InformationVariable", "-HostNameAlias", "-IPv4Address", "-IPv6Address",
)  # fmt: skip
_PARAMETERS = (*_SWITCHES, *_COMMON_SWITCHES, *_VALUES, *_OTHER_VALUES)
_BARE_SWITCHES = frozenset(name[1:].lower() for name in (*_SWITCHES, *_COMMON_SWITCHES))
_OTHER_TYPES = frozenset(
    {
        "afsdb", "atma", "dhcid", "dname", "hinfo", "inputobject", "isdn", "mx", "ns", "ptr", "rp", "rt", "tlsa", "txt",
        "wins", "winsr", "wks", "x25",
    }
)  # fmt: skip
"""Switches of records that have nothing to do with SRV records."""
_OF_PART = {"-Priority": "priority", "-Weight": "weight", "-Port": "port", "-DomainName": "target"}


def read_powershell(text: str, wanted: Wanted) -> Content:
    """What the commands of a script would create."""
    reading = Reading(POWERSHELL)
    script = language.read(text)
    for problem in script.errors:
        detail = problem.message.rstrip(".")
        reading.say("powershell-syntax", problem.place, detail=detail)
    for command in script.commands:
        if command.name.lower() == CMDLET.lower():
            _read_cmdlet(command, reading)
        elif nearest(command.name, [CMDLET], cutoff=0.9) and not command.name.lower().startswith(CMDLET.lower()):
            reading.unknown(Word(command.name, command.place), [CMDLET])
    return reading.content


def _read_cmdlet(command: language.Command, reading: Reading) -> None:
    given: dict[str, language.Word] = {}
    found, alone = command.bind(_BARE_SWITCHES | _OTHER_TYPES)
    if any(parameter.name.lower() in _OTHER_TYPES for parameter in found):
        return
    for parameter in found:
        name = _parameter(parameter.name)
        if name is None:
            word = Word(f"-{parameter.name}", parameter.place)
            reading.unknown(word, _PARAMETERS, "parameter-unknown")
            return
        given[name] = parameter.value or language.Word("", "", parameter.place, ())
    # The zone and the name may stand without their parameters, in this order.
    unnamed = [name for name in ("-ZoneName", "-Name") if name not in given]
    given |= dict(zip(unnamed, alone, strict=False))
    if not command.complete or any(not word.literal for word in given.values()):
        said = next((word.raw for word in given.values() if not word.literal), "@" + "".join(command.splats))
        reading.say("line-variable", command.place, given=said)
        return
    _take_cmdlet(given, command.place, reading)


def _take_cmdlet(given: Mapping[str, language.Word], place: Place, reading: Reading) -> None:
    other = next((name for name in ("-CName", "-A", "-AAAA") if name in given), None)
    wanted = ("-Srv", *_VALUES) if other is None else ("-ZoneName", "-Name")
    missing = next((name for name in wanted if name not in given), None)
    if missing:
        reading.missing(missing, place)
        return
    words = {name: Word(word.text, word.place) for name, word in given.items()}
    zone = reading.zone(words["-ZoneName"])
    if zone is None:
        return
    if other is None:
        parts = {part: words[name] for name, part in _OF_PART.items()}
        reading.take_srv(words["-Name"], parts, zone)
    else:
        reading.take(words["-Name"], zone, Word(other[1:], place), ())


def _parameter(given: str) -> str | None:
    """The full name of a parameter, which PowerShell lets people shorten."""
    names = [name for name in _PARAMETERS if name.lower() == f"-{given}".lower()]
    names = names or [name for name in _PARAMETERS if name.lower().startswith(f"-{given}".lower())]
    return names[0] if len(names) == 1 else None


# ------------------------------------------------------------------------------------------------------ dnscmd

_BATCH = Syntax(quotes='"', continued="^", divided=True)
_REMARK = re.compile(r"@?rem(?:\s|$)|::|@?echo\s", re.IGNORECASE)
BEFORE_DATA = ("zone", "name", "type")
OPTIONS = ("/Aging", "/OpenAcl", "/CreatePTR")
OPERATIONS = (
    ADD, "/RecordDelete", "/ZoneAdd", "/ZoneDelete", "/ZoneInfo", "/ZonePrint", "/ZoneResetType", "/ZoneReload",
    "/ZoneExport", "/ZoneRefresh", "/Config", "/Info", "/EnumZones", "/EnumRecords", "/NodeDelete", "/ClearCache",
    "/Statistics", "/WriteBackFiles", "/StartScavenging", "/AgeAllRecords", "/ResetForwarders", "/IpValidate",
)  # fmt: skip


def read_dnscmd(text: str, wanted: Wanted) -> Content:
    """What the commands of a batch file would create."""
    reading = Reading(DNSCMD)
    shown = "\n".join("" if _REMARK.match(line.lstrip()) else line for line in text.split("\n"))
    for line in _BATCH.lines(shown):
        words = line.arguments
        if not words:
            continue
        program = re.split(r"[\\/]", words[0].text.lower().lstrip("@"))[-1].removesuffix(".exe")
        if program == TOOL:
            _read_dnscmd(words, reading)
        elif nearest(program, [TOOL], cutoff=0.8):
            reading.unknown(words[0], [TOOL])
    return reading.content


def _read_dnscmd(words: list[Word], reading: Reading) -> None:
    at = next((index for index, word in enumerate(words[1:3], start=1) if word.text.startswith("/")), None)
    if at is None:
        reading.missing(ADD, words[0].place)
        return
    operation = words[at]
    if operation.text.lower() != ADD.lower():
        if operation.text.lower() not in [name.lower() for name in OPERATIONS]:
            reading.unknown(operation, OPERATIONS)
        return
    rest: list[Word] = []
    for word in words[at + 1 :]:
        if not word.text.startswith("/"):
            rest.append(word)
        elif word.text.lower() not in [name.lower() for name in OPTIONS]:
            reading.unknown(word, OPTIONS, "parameter-unknown")
            return
    if rest[1:] and rest[1].text.upper() == "SRV":
        reading.missing("zone, or no name", rest[0].place)
        return
    if rest[2:] and is_digits(rest[2].text):
        # A time to live may stand before the type.
        del rest[2]
    variable = next((word for word in words if "%" in word.text), None)
    if variable:
        reading.say("line-variable", variable.place, given=variable.text)
    elif len(rest) < len(BEFORE_DATA):
        reading.missing(BEFORE_DATA[len(rest)], words[0].place)
    else:
        zone = reading.zone(rest[0])
        if zone is not None:
            reading.take(rest[1], zone, rest[2], rest[len(BEFORE_DATA) :])
