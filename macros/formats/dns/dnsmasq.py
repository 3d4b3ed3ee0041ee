"""SRV records for dnsmasq, which answers them itself and asks other servers for the rest of the zone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import dns.name

from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Place
from macros.formats.base.origin import Origin

from .layout import Layout, write
from .reading import LINE_RULES, Content, Form, Reading, name_of
from .srv import Wanted
from .words import Word

KEY = "srv-host"
MISSPELLED = ("srvhost", "srvhosts", "srvrecord", "srv")
"""Names that mean the same, without their hyphens."""
ORDER = ("target", "port", "priority", "weight")

FORM = Form(
    title="dnsmasq",
    order=f"{KEY}=<name>.<zone>,<target>,<port>,<priority>,<weight>",
    owner="the full name, {name}.{zone}",
    sources=("dnsmasq-manual",),
    own=LINE_RULES,
)

# ---------------------------------------------------------------------------------------------------- generate


LAYOUT = Layout(
    comment="# ",
    head=("Put it into /etc/dnsmasq.d and restart dnsmasq.",),
    record=f"{KEY}={{name}}.{{zone}},{{target}},{{port}},{{priority}},{{weight}}",
)


def configuration(context: SampleContext, origin: Origin) -> str:
    """A file for the folder that dnsmasq reads."""
    return write(LAYOUT, context, origin)


# ---------------------------------------------------------------------------------------------------- read

MOST_FIELDS = 50
_COMMENT = re.compile(r"(?:^|(?<=\s))#")


def read(text: str, wanted: Wanted) -> Content:
    """What a configuration file says."""
    reading = Reading(FORM, ORDER)
    options = [*_options(text)]
    domain = next((fields[0] for key, fields in options if key.text == "domain" and len(fields) == 1), None)
    for key, fields in options:
        name = key.text.removeprefix("--")
        if name == KEY:
            _read_srv(fields, key, domain, reading)
        elif name == "cname":
            for alias in fields[:-1]:
                owner = name_of(alias, dns.name.root)
                if owner is not None:
                    reading.content.aliases[owner] = key.place.line
        elif re.sub(r"[^a-z]", "", name.lower()) in MISSPELLED:
            reading.unknown(key, [KEY])
    return reading.content


def _options(text: str) -> Iterator[tuple[Word, list[Word]]]:
    """Each option with the fields of its value."""
    for number, line in enumerate(text.split("\n"), start=1):
        comment = _COMMENT.search(line)
        code = line[: comment.start()] if comment else line
        key, mark, value = Word(code, Place(number, 1)).cut("=")
        if key.text:
            yield key, value.split(",", MOST_FIELDS) if mark and value.text else []


def _read_srv(fields: list[Word], key: Word, domain: Word | None, reading: Reading) -> None:
    if not fields:
        reading.missing("name", key.place)
        return
    data = fields[1:]
    # Priority and weight may be left out. The port too, but then it is 1, which is never meant.
    if len(data) in (2, 3):
        data += [Word("0", key.place)] * (len(ORDER) - len(data))
    # Service and protocol alone get the domain of the file.
    alone = fields[0].text.count(".") == 1
    zone = name_of(domain, dns.name.root) if domain and alone else None
    reading.take(fields[0], zone or dns.name.root, Word("SRV", key.place), data)
