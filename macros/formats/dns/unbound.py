"""SRV records for Unbound, which answers them itself and asks other servers for the rest of the zone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import dns.name

from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Place
from macros.formats.base.origin import Origin
from macros.formats.base.rules import Rules

from .layout import Layout, write
from .reading import LINE_RULES, QUOTE_RULES, Content, Form, Reading, around, name_of
from .srv import Wanted
from .words import Word

SOURCES = ("unbound-manual",)
TYPE = "transparent"
"""The local zone answers what it holds; for everything else Unbound asks on."""

FORM = Form(
    title="Unbound",
    order='local-data: "<name>.<zone>. <ttl> IN SRV <priority> <weight> <port> <target>"',
    owner="the full name, {name}.{zone}",
    sources=SOURCES,
    own=LINE_RULES | QUOTE_RULES | Rules.beside(__file__, "unbound"),
)

# ---------------------------------------------------------------------------------------------------- generate


LAYOUT = Layout(
    comment="# ",
    head=("Put it into /etc/unbound/unbound.conf.d, then: unbound-control reload",),
    begin=("server:",),
    before=(f'    local-zone: "{{zone}}." {TYPE}',),
    record='    local-data: "{name}.{zone}. {ttl} IN SRV {priority} {weight} {port} {target}."',
)


def configuration(context: SampleContext, origin: Origin) -> str:
    """A file for the folder that Unbound reads."""
    return write(LAYOUT, context, origin)


# ---------------------------------------------------------------------------------------------------- read

_TOKEN = re.compile(
    r"\s++|#.*|(?P<key>[A-Za-z][A-Za-z0-9-]*+:)(?=[\s\"']|$)|\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>\S)\S*+"
)
CLAUSES = (
    "server", "view", "stub-zone", "forward-zone", "remote-control", "auth-zone", "rpz", "python", "dynlib",
    "cachedb", "dnscrypt", "dnstap", "ipset",
)  # fmt: skip
TYPES = (
    "transparent", "typetransparent", "inform", "nodefault", "static", "deny", "refuse", "redirect", "inform_deny",
    "inform_redirect", "always_transparent", "always_refuse", "always_nxdomain", "always_nodata", "always_deny",
    "always_null", "noview", "ipset", "block_a",
)  # fmt: skip
_TTL = re.compile(r"[0-9]+[smhdwSMHDW]?")


def read(text: str, wanted: Wanted) -> Content:
    """What a configuration file says."""
    reading = Reading(FORM)
    content, clause = reading.content, ""
    for key, values in _options(text):
        name = key.text[:-1].lower()
        if name in CLAUSES:
            clause = name
        elif name in ("local-data", "local-zone"):
            content.options.append({"name": name, "clause": clause, "place": key.place})
            (_read_zone if name == "local-zone" else _read_data)(values, key, reading)
        elif re.sub(r"[^a-z]", "", name) in ("localdata", "localzone"):
            reading.unknown(key, ["local-data:", "local-zone:"])
    return content


def _options(text: str) -> Iterator[tuple[Word, list[Word]]]:
    """Each key with its values, in the order of the file."""
    key: Word | None = None
    values: list[Word] = []
    for number, line in enumerate(text.split("\n"), start=1):
        for found in _TOKEN.finditer(line):
            place = Place(number, found.start() + 1)
            if found["key"]:
                if key is not None:
                    yield key, values
                key, values = Word(found["key"], place), []
            elif found["double"] is not None or found["single"] is not None:
                values.append(Word(found[0][1:-1], place, quoted=True))
            elif found["bare"] and found["bare"] in "\"'":
                values.append(Word(found[0][1:], place, quoted=True, complete=False))
            elif found["bare"]:
                values.append(Word(found[0], place))
    if key is not None:
        yield key, values


def _read_zone(values: list[Word], key: Word, reading: Reading) -> None:
    """Take the type of a local zone."""
    name = name_of(values[0], dns.name.root) if values else None
    if not values[1:]:
        reading.missing("type of the local zone", key.place)
    elif name is None:
        reading.wrong("zone", values[0], "a DNS name")
    elif values[1].text not in TYPES:
        reading.wrong("type of the local zone", values[1], f"one such as {TYPE}")
    else:
        reading.content.local_zones[name] = values[1]


def _read_data(values: list[Word], key: Word, reading: Reading) -> None:
    """Take a record. If it is no SRV record, the zones that its name stands in."""
    words = values[0].words() if values else []
    if values and not values[0].complete:
        reading.say("quote-open", values[0].place)
        return
    if not values or not values[0].quoted or not words:
        reading.missing("text in quotation marks", key.place)
        return
    rest = words[1:]
    rest = rest[1:] if rest and _TTL.fullmatch(rest[0].text) else rest
    rest = rest[1:] if rest and rest[0].text.upper() == "IN" else rest
    if not rest:
        reading.missing("type", key.place)
        return
    reading.take(words[0], dns.name.root, rest[0], rest[1:])
    name = name_of(words[0], dns.name.root)
    if name is not None and rest[0].text.upper() != "SRV":
        reading.content.shared_zones |= {*around(name)}
