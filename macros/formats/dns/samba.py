"""SRV records for the DNS server of a Samba domain controller: a script of samba-tool commands."""

from __future__ import annotations

import re

from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Said
from macros.formats.base.origin import Origin
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest

from .layout import Layout, write
from .reading import LINE_RULES, QUOTE_RULES, VARIABLE_RULES, Content, Form, Reading
from .srv import Wanted
from .words import Line, Syntax, Word

TOOL = "samba-tool"
PLACEHOLDER_CONTROLLER = "dc-placeholder"
ORDER = ("target", "port", "priority", "weight")
SOURCES = ("samba-tool-dns",)

FORM = Form(
    title=TOOL,
    order=f'{TOOL} dns add <server> <zone> <name> SRV "<target> <port> <priority> <weight>"',
    owner="{name} after the zone {zone}",
    sources=SOURCES,
    own=LINE_RULES | QUOTE_RULES | VARIABLE_RULES | Rules.beside(__file__, "samba"),
)

# ---------------------------------------------------------------------------------------------------- generate


LAYOUT = Layout(
    comment="# ",
    head=(
        f"Put the name of a domain controller in the place of {PLACEHOLDER_CONTROLLER}. Run it with a Kerberos",
        "ticket of an account that may change the zone: kinit, then: sh {file}",
    ),
    record=f"{TOOL} dns add {PLACEHOLDER_CONTROLLER}.{{zone}} {{zone}} {{name}} SRV "
    '"{target} {port} {priority} {weight}"',
)


def script(context: SampleContext, origin: Origin) -> str:
    """A shell script with one command a record."""
    return write(LAYOUT, context, origin)


# ---------------------------------------------------------------------------------------------------- read

_SHELL = Syntax(comments=("#",), quotes="'\"", continued="\\", divided=True)
TAKES_VALUE = ("-U", "-W", "-k", "-s", "-d", "-A", "-n", "-i", "-l", "-O", "-H")
ARGUMENTS = ("server", "zone", "name", "type", "data")
ACTIONS = ("add", "delete", "query", "update", "roothints", "serverinfo", "zonecreate", "zonedelete", "zoneinfo",
            "zonelist", "zoneoptions", "cleanup")  # fmt: skip


def read(text: str, wanted: Wanted) -> Content:
    """What the commands of a script would create."""
    reading = Reading(FORM, ORDER)
    for line in _SHELL.lines(text):
        _read_line(line, reading)
    return reading.content


def _read_line(line: Line, reading: Reading) -> None:
    words = line.arguments
    at = next((index for index, word in enumerate(words) if _program(word) == TOOL), None)
    if at is None:
        if words and nearest(_program(words[0]), [TOOL], cutoff=0.8):
            reading.unknown(words[0], [TOOL])
        return
    given = _positional(words[at + 1 :])
    if not given or given[0].text != "dns":
        return
    if len(given) == 1 or given[1].text not in ACTIONS:
        reading.unknown(given[1] if given[1:] else given[0], ACTIONS)
    elif given[1].text == "add":
        _read_add(given[2:], words[at], reading)


def _read_add(given: list[Word], tool: Word, reading: Reading) -> None:
    broken = next((word for word in given if not word.complete), None)
    variable = next((word for word in given if "$" in word.text or "`" in word.text), None)
    if broken:
        reading.say("quote-open", broken.place)
    elif variable:
        reading.say("line-variable", variable.place, given=variable.text)
    elif given[2:3] and given[2].text.upper() == "SRV":
        reading.missing("server, or no zone, or no name", given[2].place)
    elif len(given) < len(ARGUMENTS):
        reading.missing(ARGUMENTS[len(given)], tool.place)
    elif len(given) > len(ARGUMENTS):
        data = given[len(ARGUMENTS) - 1]
        reading.say("data-not-quoted", data.place, count=Said(len(given)), wanted=Said(len(ARGUMENTS)))
    else:
        _, zone_word, name, kind, data = given
        zone = reading.zone(zone_word)
        if zone is not None:
            reading.take(name, zone, kind, data.words())


def _program(word: Word) -> str:
    return re.split("/", word.text)[-1]


def _positional(words: list[Word]) -> list[Word]:
    """The words that are neither options nor their values."""
    kept: list[Word] = []
    takes = False
    for word in words:
        option = word.text.startswith("-") and not word.quoted
        if not option and not takes:
            kept.append(word)
        takes = option and word.text in TAKES_VALUE
    return kept
