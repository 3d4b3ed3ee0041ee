"""SRV records in zone files, as BIND, NSD, Knot and PowerDNS load them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import dns.name

from macros.catalog.organization import KmsHost
from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Place, Said
from macros.formats.base.origin import Origin
from macros.formats.base.reading import quote
from macros.formats.base.rules import Rules

from .layout import Layout, write
from .prose import without_prose
from .reading import (
    PARTS,
    STANDARD,
    UNKNOWN_ZONE,
    Content,
    Form,
    Found,
    is_address,
    is_number,
    is_type,
    name_of,
)
from .srv import PLACEHOLDER_SERVER, ZONE_TTL, SrvRecord, Wanted, records
from .words import Word

PLACEHOLDER_ADDRESS = "192.0.2.1"
_TIMERS = "1 3600 600 86400 3600"

FORM = Form(
    title="a zone file",
    order="<name> IN SRV <priority> <weight> <port> <target>",
    owner="{name}.{zone}. with a dot at its end, or {name} alone inside the zone file",
    sources=STANDARD,
    own=Rules.beside(__file__, "zone"),
    relative=True,
)

# ---------------------------------------------------------------------------------------------------- generate

LAYOUT = Layout(
    comment="; ",
    head=("Paste into zone files that you keep by hand, then raise their serial number.",),
    before=("; into the zone {zone}",),
    record="{name}.{zone}. IN SRV {priority} {weight} {port} {target}.",
    gap=True,
)


def zone_file(context: SampleContext, origin: Origin, zone: str | None = None) -> str:
    """A zone that loads alone: the records of a zone, the organization's own by default, with SOA, NS and addresses."""
    organization, policy = context.organization, context.policy
    zone = zone or organization.dns_zone
    lines = [
        *_comments(
            [
                *origin.lines(),
                f"Zone: {zone}. Check it with: named-checkzone {zone} {origin.file_name}",
                "SOA, NS and the TTL are placeholders, so that the file loads alone; keep those of your own zone.",
            ]
        ),
        f"$ORIGIN {zone}.",
        f"$TTL {ZONE_TTL}",
        f"@ IN SOA {PLACEHOLDER_SERVER} hostmaster ({_TIMERS})",
        f"@ IN NS {PLACEHOLDER_SERVER}",
        f"{PLACEHOLDER_SERVER} IN A {PLACEHOLDER_ADDRESS}",
        "",
        *(f"{policy.srv_name} IN SRV {_data(one)}" for one in records(organization, policy) if one.zone == zone),
        "",
        *_addresses(organization.kms_hosts, zone),
    ]
    return "\n".join(lines) + "\n"


def record_lines(context: SampleContext, origin: Origin) -> str:
    """The SRV records alone, zone by zone, with full names, so that each line means the same in any zone file."""
    return write(LAYOUT, context, origin)


def _data(record: SrvRecord) -> str:
    """Priority, weight, port and target, in the order of the standard."""
    return f"{record.priority} {record.weight} {record.port} {record.target}."


def _comments(lines: Iterable[str]) -> list[str]:
    return [f"; {line}" for line in lines]


def _addresses(hosts: Iterable[KmsHost], zone: str) -> Iterator[str]:
    for host in hosts:
        if not host.name.endswith(f".{zone}"):
            continue
        name = host.name.removesuffix(f".{zone}")
        if host.address is None:
            yield f"{name} IN A {PLACEHOLDER_ADDRESS} ; a placeholder: put the address of the host here"
        else:
            yield f"{name} IN {'AAAA' if isinstance(host.address, ipaddress.IPv6Address) else 'A'} {host.address}"


# ---------------------------------------------------------------------------------------------------- read


def read(text: str, wanted: Wanted) -> Content:
    """What a zone file says, up to the first line that is no zone file syntax.

    Names are read against its $ORIGIN, or the first of the wanted zones. Only a file with an SOA record is expected to
    hold the addresses of its hosts.
    """
    zone = _Zone(dns.name.from_text(wanted.zones[0] if wanted.zones else UNKNOWN_ZONE))
    text, prose = without_prose(text)
    if prose:
        zone.content.problems.append(FORM.finding("zone-prose", Place(prose[0], 1), count=Said(len(prose))))
    for entry in _entries(text):
        try:
            zone.take(entry)
        except _SyntaxError as error:
            zone.content.problems.append(FORM.finding("zone-syntax", entry.place, detail=Said(error)))
            break
    return zone.content


class _SyntaxError(ValueError):
    """What is wrong with a line, in words."""


@dataclass
class _Entry:
    """A record or a directive. Parentheses let it go on over several lines."""

    place: Place
    """The first character that is no space."""
    indented: bool
    """The record belongs to the name of the one before."""
    words: list[Word] = field(default_factory=list)
    wrong: str = ""
    """What is wrong with its marks."""


_TOKEN = re.compile(r"[()]|\"(?:[^\"\\]|\\.)*+(\"?)|;.*|((?:[^ \t\r;()\"\\]|\\.?)++)")


def _entries(text: str) -> Iterator[_Entry]:
    entry: _Entry | None = None
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if entry is None:
            start = len(line) - len(line.lstrip(" \t\r"))
            entry = _Entry(Place(number, start + 1), indented=start > 0)
        for token in _TOKEN.finditer(line):
            mark = token[0][0]
            depth += (mark == "(") - (mark == ")")
            if token[2]:
                entry.words.append(Word(token[0], Place(number, token.start() + 1)))
            elif mark == '"':
                entry.words.append(Word(token[0][1:-1], Place(number, token.start() + 1), quoted=True))
                if not token[1]:
                    entry.wrong = entry.wrong or "a quotation mark stays open"
            if depth < 0:
                entry.wrong = entry.wrong or "a parenthesis closes that none opens"
        if depth <= 0 or entry.wrong:
            if entry.words or entry.wrong:
                yield entry
            entry, depth = None, 0
    if entry is not None:
        entry.wrong = "a parenthesis stays open"
        yield entry


_TTL = re.compile(r"[0-9]+|(?:[0-9]+[smhdwSMHDW])+")
SOA_PARTS = 7
KNOWN = ("SRV", "A", "AAAA", "CNAME", "SOA")
"""Types of records whose data is read."""
ADDRESSES = {"A": 4, "AAAA": 6}
"""Types of records that hold an address, with its version."""


class _Zone:
    """A zone while it is read line by line."""

    def __init__(self, origin: dns.name.Name) -> None:
        self.origin = self.owner = origin
        self.content = Content()

    def take(self, entry: _Entry) -> None:
        """One entry. Raises _SyntaxError."""
        words = [*entry.words]
        if entry.wrong:
            raise _SyntaxError(entry.wrong)
        if not entry.indented and words[0].text.startswith("$"):
            self._direct(words[0].text.upper(), words[1:])
            return
        if not entry.indented:
            self.owner = self._name(words.pop(0))
        # The time to live may stand before the class or behind it.
        has_ttl = _skip(words, _is_ttl)
        _skip(words, _is_class)
        if not has_ttl:
            _skip(words, _is_ttl)
        if not words or words[0].quoted:
            raise _SyntaxError("it has no type of record")
        self._record(words[0].text.upper(), words[1:], entry.place)

    def _direct(self, directive: str, words: list[Word]) -> None:
        if directive not in ("$ORIGIN", "$TTL"):
            raise _SyntaxError(f"{quote(directive)} is not followed here")
        if len(words) != 1 or words[0].quoted or (directive == "$TTL" and not _is_ttl(words[0].text)):
            raise _SyntaxError(f"{directive} takes one {'time' if directive == '$TTL' else 'name'}")
        if directive == "$ORIGIN":
            self.origin = self._name(words[0])

    def _record(self, kind: str, data: list[Word], begin: Place) -> None:
        content = self.content
        if not is_type(kind):
            raise _SyntaxError(f"there is no type of record {quote(kind)}")
        if not data:
            raise _SyntaxError(f"{kind} stands alone")
        if kind in KNOWN and any(word.quoted for word in data):
            raise _SyntaxError(f"{kind} takes no quotation marks")
        if kind == "SRV":
            self._srv(data, begin)
        elif kind in ADDRESSES:
            if len(data) != 1 or not is_address(data[0].text, ADDRESSES[kind]):
                raise _SyntaxError(f"{kind} takes one address of IPv{ADDRESSES[kind]}")
            content.addresses.add(self.owner)
        elif kind == "CNAME":
            if len(data) != 1:
                raise _SyntaxError(f"{kind} takes one name")
            self._name(data[0])
            content.aliases[self.owner] = begin.line
        elif kind == "SOA":
            if len(data) != SOA_PARTS:
                raise _SyntaxError(f"{kind} takes {SOA_PARTS} parts")
            content.whole = self.owner

    def _srv(self, data: list[Word], begin: Place) -> None:
        if len(data) != len(PARTS):
            raise _SyntaxError(f"SRV takes {', '.join(PARTS[:-1])} and {PARTS[-1]}")
        for word in data[:-1]:
            if not is_number(word.text):
                raise _SyntaxError(f"{quote(word.text)} is no number from 0 to {2**16 - 1}")
        priority, weight, port = (int(word.text) for word in data[:-1])
        places = {"name": begin, **{part: word.place for part, word in zip(PARTS, data, strict=True)}}
        self.content.records.append(Found(self.owner, self._name(data[-1]), (priority, weight, port), places))

    def _name(self, word: Word) -> dns.name.Name:
        name = None if word.quoted else name_of(word, self.origin)
        if name is None:
            raise _SyntaxError(f"{quote(word.text)} is no DNS name")
        return name


def _skip(words: list[Word], is_meant: Callable[[str], bool]) -> bool:
    """Take the first word away when it is what is meant. Says whether it was."""
    if not words or words[0].quoted or not is_meant(words[0].text):
        return False
    words.pop(0)
    return True


def _is_ttl(text: str) -> bool:
    return _TTL.fullmatch(text) is not None


def _is_class(text: str) -> bool:
    return text.upper() == "IN"
