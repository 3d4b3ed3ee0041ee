"""SRV records for Unbound, which answers them itself and asks other servers for the rest of the zone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import dns.name

from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Place, Said
from macros.formats.base.origin import Origin
from macros.formats.base.rules import Rules

from .judge import (
    LINE_RULES,
    QUOTE_RULES,
    Content,
    Form,
    Found,
    Reading,
    looks_ours,
    name_of,
    text_of,
)
from .layout import Layout, write
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
ASKS_ON = ("transparent", "typetransparent", "inform", "nodefault")
HIDES = ("static", "deny", "refuse", "redirect", "inform_deny", "inform_redirect")
IGNORES = (
    "always_transparent", "always_refuse", "always_nxdomain", "always_nodata", "always_deny", "always_null", "noview",
)  # fmt: skip
TYPES = (*ASKS_ON, *HIDES, *IGNORES, "ipset", "block_a")
_TTL = re.compile(r"[0-9]+[smhdwSMHDW]?")


def read(text: str, wanted: Wanted) -> Content:
    """What a configuration file says."""
    reading = Reading(FORM)
    zones: dict[dns.name.Name, Word] = {}
    clause = ""
    others: set[dns.name.Name] = set()
    for key, values in _options(text):
        name = key.text[:-1].lower()
        if name in CLAUSES:
            clause = name
        elif name in ("local-data", "local-zone"):
            if clause not in ("server", "view"):
                reading.say("unbound-clause", key.place, given=Said(name))
            if name == "local-zone":
                zones |= _read_zone(values, key, reading)
            else:
                others |= _read_data(values, key, reading)
        elif re.sub(r"[^a-z]", "", name) in ("localdata", "localzone"):
            reading.unknown(key, ["local-data:", "local-zone:"])
    for record in reading.content.records:
        if looks_ours(record, wanted):
            _check_zone(record, zones, others, reading)
    return reading.content


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


def _read_zone(values: list[Word], key: Word, reading: Reading) -> dict[dns.name.Name, Word]:
    """The type of a local zone by its name."""
    name = name_of(values[0], dns.name.root) if values else None
    if not values[1:]:
        reading.missing("type of the local zone", key.place)
    elif name is None:
        reading.wrong("zone", values[0], "a DNS name")
    elif values[1].text not in TYPES:
        reading.wrong("type of the local zone", values[1], f"one such as {TYPE}")
    else:
        return {name: values[1]}
    return {}


def _read_data(values: list[Word], key: Word, reading: Reading) -> set[dns.name.Name]:
    """Take a record. If it is no SRV record, the zones that its name stands in."""
    words = values[0].words() if values else []
    if values and not values[0].complete:
        reading.say("quote-open", values[0].place)
        return set()
    if not values or not values[0].quoted or not words:
        reading.missing("text in quotation marks", key.place)
        return set()
    rest = words[1:]
    rest = rest[1:] if rest and _TTL.fullmatch(rest[0].text) else rest
    rest = rest[1:] if rest and rest[0].text.upper() == "IN" else rest
    if not rest:
        reading.missing("type", key.place)
        return set()
    reading.take(words[0], dns.name.root, rest[0], rest[1:])
    name = name_of(words[0], dns.name.root)
    return set() if name is None or rest[0].text.upper() == "SRV" else {*_around(name)}


def _around(name: dns.name.Name) -> Iterator[dns.name.Name]:
    """A name and what it stands in, the closest first."""
    yield name
    while name != dns.name.root:
        name = name.parent()
        yield name


def _check_zone(
    record: Found, zones: Mapping[dns.name.Name, Word], others: Collection[dns.name.Name], reading: Reading
) -> None:
    """Whether the local zone around a record serves it, and leaves the rest of the zone alone."""
    closest = next((name for name in _around(record.owner) if name in zones), None)
    if closest is None:
        return
    kind = zones[closest]
    shown = {"type": kind.text, "zone": text_of(closest), "wanted": Said(TYPE)}
    # A file that holds other names of the zone may well be all that there is of it.
    whole = closest == record.owner or closest in others
    if kind.text in IGNORES:
        reading.say("unbound-ignored", kind.place, **shown)
    elif kind.text in HIDES and not whole:
        reading.say("unbound-hidden", kind.place, **shown)
