"""SRV records in zone files, as BIND, NSD, Knot and PowerDNS load them. dnspython reads them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import dns.exception
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.tokenizer
import dns.zonefile

from macros.catalog.organization import KmsHost, Organization
from macros.domain.policy import Policy

from .dns_judge import PARTS, STANDARD, UNKNOWN_ZONE, Content, Form, Found, judge, rules, text_or_report
from .dns_srv import PLACEHOLDER_SERVER, ZONE_TTL, SrvRecord, Wanted, by_zone, records
from .findings import Place, Report, Rule
from .origin import Origin

PLACEHOLDER_ADDRESS = "192.0.2.1"
_TIMERS = "1 3600 600 86400 3600"

FORM = Form(
    title="a zone file",
    order="<name> IN SRV <priority> <weight> <port> <target>",
    owner="{name}.{zone}. with a dot at its end, or {name} alone inside the zone file",
    sources=STANDARD,
    own=rules(
        Rule(
            "zone-syntax",
            "error",
            "This line is no zone file syntax: {detail}.",
            "Write: {order}.",
        ),
        Rule(
            "target-missing-dot",
            "error",
            "The target has no dot at its end, so the name server reads it as {given}.",
            "Write {meant}. with a dot at its end.",
        ),
        Rule(
            "target-without-address",
            "error",
            "The target {given} belongs to this zone, which has no address for it.",
            "Add an A or AAAA record, or correct the name.",
            STANDARD,
        ),
    ),
    relative=True,
)

# ---------------------------------------------------------------------------------------------------- generate


def zone_file(organization: Organization, policy: Policy, origin: Origin, zone: str | None = None) -> str:
    """A zone that loads alone: the records of a zone, the organization's own by default, with SOA, NS and addresses."""
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
        *(f"{policy.srv_name} IN SRV {data(one)}" for one in records(organization, policy) if one.zone == zone),
        "",
        *_addresses(organization.kms_hosts, zone),
    ]
    return "\n".join(lines) + "\n"


def record_lines(organization: Organization, policy: Policy, origin: Origin) -> str:
    """The SRV records alone, zone by zone, with full names, so that each line means the same in any zone file."""
    blocks = [
        "\n".join([f"; into the zone {zone}", *(f"{policy.srv_name}.{zone}. IN SRV {data(one)}" for one in found)])
        for zone, found in by_zone(organization, policy)
    ]
    head = _comments([*origin.lines(), "Paste into zone files that you keep by hand, then raise their serial number."])
    return "\n".join(head) + "\n\n" + "\n\n".join(blocks) + "\n"


def data(record: SrvRecord) -> str:
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


# ---------------------------------------------------------------------------------------------------- validate


def validate(file: str | bytes, wanted: Wanted) -> Report:
    """Check a zone file or lines of one. Findings name line and column; nothing that is read raises.

    Only a file with an SOA record is expected to hold the addresses of its hosts.
    """
    text = text_or_report(file, FORM)
    return text if isinstance(text, Report) else judge(read(text, wanted), wanted, FORM)


class _Origin:
    """What dnspython's reader asks its zone: names are read against the zone, and stay full names."""

    def __init__(self, zone: dns.name.Name) -> None:
        self._zone = zone

    def origin_information(self) -> tuple[dns.name.Name, bool, dns.name.Name]:
        return self._zone, False, dns.name.root


class _Sink:
    """Stands where dnspython's reader expects a transaction: takes each record."""

    def __init__(self, zone: dns.name.Name, take: Callable[[dns.name.Name, Any], None]) -> None:
        self.manager = _Origin(zone)
        self._take = take

    def add(self, name: dns.name.Name, ttl: int, rdata: Any) -> None:
        self._take(name, rdata)

    def check_put_rdataset(self, check: object) -> None:
        """The rules judge what stands beside an alias."""

    def _set_origin(self, origin: dns.name.Name) -> None:
        """The reader keeps the origin itself."""


class _Reader(dns.zonefile.Reader):
    """A zone file reader that knows on which line each record begins, and reads no other file."""

    started = 1
    inside = False

    def _rr_line(self) -> None:
        self.started, self.inside = self.tok.where()[1], True
        super()._rr_line()
        self.inside = False


def read(text: str, wanted: Wanted) -> Content:
    """What a zone file says. Names are read against its $ORIGIN, or the first of the wanted zones."""
    content = Content()
    origin = dns.name.from_text(wanted.zones[0] if wanted.zones else UNKNOWN_ZONE)
    lines = text.split("\n")
    reader: _Reader

    def take(name: dns.name.Name, rdata: Any) -> None:
        if rdata.rdtype == dns.rdatatype.SRV:
            values = (rdata.priority, rdata.weight, rdata.port)
            content.records.append(Found(name, rdata.target, values, _places(lines, reader.started)))
        elif rdata.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
            content.addresses.add(name)
        elif rdata.rdtype == dns.rdatatype.CNAME:
            content.aliases[name] = reader.started
        elif rdata.rdtype == dns.rdatatype.SOA:
            content.whole = name

    sink: Any = _Sink(origin, take)
    reader = _Reader(
        dns.tokenizer.Tokenizer(text, "zone"),
        dns.rdataclass.IN,
        sink,
        allow_include=False,
        allow_directives=("$ORIGIN", "$TTL"),
        default_ttl=ZONE_TTL,
    )
    # Records outside the zone would be skipped without a word; they are read, and judged by the rules.
    reader.zone_origin = dns.name.root
    try:
        reader.read()
    except (dns.exception.DNSException, ValueError, LookupError) as error:
        detail = re.sub(r"^(zone:\d+: )+", "", str(error)).rstrip(".") or "it cannot be read"
        line = reader.started if reader.inside else reader.tok.where()[1]
        content.problems.append(FORM.finding("zone-syntax", _start(lines, line), detail=detail))
    return content


_TOKEN = re.compile(r'\s++|;.*|[()]|"(?:[^"\\]|\\.)*+"?|(?P<word>(?:[^\s;()"\\]|\\.?)++)')


def _places(lines: list[str], started: int) -> dict[str, Place]:
    """Where the parts of the SRV record stand that begins on a line; the line alone for what is not found."""
    begin = _start(lines, started)
    places = dict.fromkeys(("name", *PARTS), begin)
    # Before the type stand at most name, TTL and class; after it the four parts.
    words: list[tuple[str, Place]] = []
    for number, line in enumerate(lines[started - 1 :], start=started):
        words += [
            (found["word"].upper(), Place(number, found.start() + 1))
            for found in _TOKEN.finditer(line)
            if found["word"]
        ]
        kinds = [index for index, (word, _) in enumerate(words) if word == "SRV" and index <= len(PARTS) - 1]
        if kinds and len(words) > kinds[-1] + len(PARTS):
            after = words[kinds[-1] + 1 :]
            return places | {part: place for part, (_, place) in zip(PARTS, after, strict=False)}
        if number - started > _MOST_LINES_OF_ONE:
            break
    return places


_MOST_LINES_OF_ONE = 20
"""A record that goes on for longer is not searched for its parts."""


def _start(lines: list[str], line: int) -> Place:
    """The first character of a line that is no space."""
    text = lines[line - 1] if line <= len(lines) else ""
    return Place(line, len(text) - len(text.lstrip()) + 1)
