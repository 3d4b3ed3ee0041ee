"""SRV records through which KMS clients find their hosts: generated for an organization, and checked.

Three forms of the same records: a zone that loads alone, lines to paste into a zone file, and PowerShell for a Windows
DNS server. dnspython reads zone files; the PowerShell form is one command a line and has its own small reader.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.tokenizer
import dns.zonefile

from macros.catalog.organization import KmsHost, Organization
from macros.domain.policy import Policy

from .findings import UNREADABLE, Finding, Place, Report, Rule, Said, report
from .origin import Origin
from .reading import UnreadableError, decode, limit
from .spelling import nearest
from .xml_tree import unreadable

ZONE_TTL = 3600
"""Seconds. Our choice for the sample zone; no Microsoft page that was read states a TTL."""

_TIMERS = "1 3600 600 86400 3600"
PLACEHOLDER_ADDRESS = "192.0.2.1"
_PLACEHOLDER_SERVER = "ns-placeholder"
_MOST_LINES = 5_000
_FULL_NAME = 3
"""Labels from which a name without a dot at its end was meant as a full name."""

DNS_PAGE = ("common-troubleshooting-procedures-kms-dns",)
SRV_PAGE = ("kms-create-host",)
CMDLET = "Add-DnsServerResourceRecord"
_REQUIRED = ("-Srv", "-ZoneName", "-Name", "-DomainName", "-Priority", "-Weight", "-Port")
_OPTIONAL = ("-TimeToLive", "-ComputerName", "-AgeRecord", "-AllowUpdateAny", "-PassThru", "-ZoneScope")
_SWITCHES = ("-Srv", "-AgeRecord", "-AllowUpdateAny", "-PassThru")

# ---------------------------------------------------------------------------------------------------- generate


@dataclass(frozen=True)
class SrvRecord:
    """One SRV record: a host that the computers of one zone may ask."""

    zone: str
    priority: int
    weight: int
    port: int
    target: str


def records(organization: Organization, policy: Policy) -> tuple[SrvRecord, ...]:
    """A record for each host in each zone that it belongs to. What the file leaves open is Microsoft's default."""
    zones = {host.id: organization.zones_of(host) for host in organization.kms_hosts}
    return tuple(
        SrvRecord(
            zone=zone,
            priority=_or(host.priority, policy.srv_priority),
            weight=_or(host.weight, policy.srv_weight),
            port=_or(host.port, policy.port),
            target=host.name,
        )
        for zone in organization.zones
        for host in organization.kms_hosts
        if zone in zones[host.id]
    )


def ports(organization: Organization, policy: Policy) -> dict[str, int]:
    """The port that each host of the organization listens on, by its name."""
    return {host.name: _or(host.port, policy.port) for host in organization.kms_hosts}


def zone_file(organization: Organization, policy: Policy, origin: Origin) -> str:
    """A zone that loads alone: the records of the organization's zone with everything a name server asks for."""
    zone = organization.dns_zone
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
        f"@ IN SOA {_PLACEHOLDER_SERVER} hostmaster ({_TIMERS})",
        f"@ IN NS {_PLACEHOLDER_SERVER}",
        f"{_PLACEHOLDER_SERVER} IN A {PLACEHOLDER_ADDRESS}",
        "",
        *(
            f"{policy.srv_name} IN SRV {_data(record)}"
            for record in records(organization, policy)
            if record.zone == zone
        ),
        "",
        *_addresses(organization.kms_hosts, zone),
    ]
    return "\n".join(lines) + "\n"


def record_lines(organization: Organization, policy: Policy, origin: Origin) -> str:
    """The SRV records alone, zone by zone, with full names, so that each line means the same in any zone file."""
    blocks = [
        "\n".join([f"; into the zone {zone}", *(f"{policy.srv_name}.{zone}. IN SRV {_data(one)}" for one in found)])
        for zone, found in groupby(records(organization, policy), key=lambda record: record.zone)
    ]
    head = _comments([*origin.lines(), "Paste into zone files that you keep by hand, then raise their serial number."])
    return "\n".join(head) + "\n\n" + "\n\n".join(blocks) + "\n"


def powershell(organization: Organization, policy: Policy, origin: Origin) -> str:
    """The same records for a Windows DNS server, one command a record."""
    head = [
        f"# {line}"
        for line in [*origin.lines(), "Run on a DNS server, in an elevated PowerShell with the DnsServer module."]
    ]
    commands = [
        f'{CMDLET} -Srv -ZoneName "{record.zone}" -Name "{policy.srv_name}" -DomainName "{record.target}" '
        f"-Priority {record.priority} -Weight {record.weight} -Port {record.port}"
        for record in records(organization, policy)
    ]
    return "\n".join([*head, "", *commands]) + "\n"


def check_commands(organization: Organization, policy: Policy) -> str:
    """One question to the DNS for each zone, for any computer of the organization."""
    return "\n".join(f"nslookup -type=srv {policy.srv_name}.{zone}" for zone in organization.zones)


def expected_answer(organization: Organization, policy: Policy) -> str:
    """What nslookup answers for the organization's own zone when the records are in place."""
    blocks = [
        f"{policy.srv_name}.{record.zone}    SRV service location:\n"
        f"          priority       = {record.priority}\n"
        f"          weight         = {record.weight}\n"
        f"          port           = {record.port}\n"
        f"          svr hostname   = {record.target}"
        for record in records(organization, policy)
        if record.zone == organization.dns_zone
    ]
    return "\n".join(blocks)


def _or(given: int | None, default: int) -> int:
    return default if given is None else given


def _data(record: SrvRecord) -> str:
    return f"{record.priority} {record.weight} {record.port} {record.target}."


def _comments(lines: Iterable[str]) -> list[str]:
    return [*(f"; {line}" for line in lines)]


def _addresses(hosts: Iterable[KmsHost], zone: str) -> Iterator[str]:
    for host in hosts:
        if not host.name.endswith(f".{zone}"):
            continue
        name = host.name.removesuffix(f".{zone}")
        if host.address is None:
            yield f"{name} IN A {PLACEHOLDER_ADDRESS} ; a placeholder: put the address of the host here"
        else:
            yield f"{name} IN {'AAAA' if isinstance(host.address, ipaddress.IPv6Address) else 'A'} {host.address}"


# ----------------------------------------------------------------------------------------------------- rules

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "zone-syntax",
            "error",
            "This line is no zone file syntax: {detail}.",
            "Write: name, IN, SRV, priority, weight, port, target, in this order.",
        ),
        Rule(
            "srv-missing",
            "error",
            "There is no SRV record {name}, so KMS clients find no host here.",
            "Add one for each KMS host.",
            SRV_PAGE,
        ),
        Rule(
            "srv-name",
            "error",
            "The record is named {given}; KMS clients ask for {name}.",
            "Write {name}, with both underscores.",
            SRV_PAGE,
        ),
        Rule(
            "srv-protocol",
            "error",
            "The record is named {given}. KMS uses TCP, and clients ask for {name} only.",
            "Write {name}.",
            SRV_PAGE,
        ),
        Rule(
            "srv-owner",
            "error",
            "The record stands at {given}, where no client of {zones} looks.",
            "Write {name}.{zone}. with a dot at its end, or {name} alone inside the zone file.",
            DNS_PAGE,
        ),
        Rule(
            "target-missing-dot",
            "error",
            "The target has no dot at its end, so the name server reads it as {given}.",
            "Write {meant}. with a dot at its end.",
        ),
        Rule(
            "target-is-address",
            "error",
            "The target {given} is an IP address. An SRV record needs a host name.",
            "Write the full name of the KMS host, and give that name an address record.",
        ),
        Rule(
            "target-is-alias",
            "error",
            "The target {given} is an alias (CNAME, line {line}). The SRV standard, RFC 2782, forbids that.",
            "Write the name that the alias stands for.",
        ),
        Rule(
            "target-without-address",
            "error",
            "The target {given} belongs to this zone, which has no address for it.",
            "Add an A or AAAA record, or correct the name.",
        ),
        Rule(
            "target-empty",
            "error",
            "The target is a single dot, which says that there is no such service.",
            "Write the full name of the KMS host.",
        ),
        Rule(
            "target-not-a-host",
            "warning",
            "The target {given} is not a KMS host of the organization.",
            "Correct the name, add the host to organization.yml, or delete the record of a host that is gone.",
        ),
        Rule(
            "srv-port",
            "error",
            "The record names port {given}, but {target} listens on {port}.",
            "Write {port}, or change the port of the host with slmgr.vbs /sprt.",
            SRV_PAGE,
        ),
        Rule(
            "srv-duplicate",
            "warning",
            "The record stands twice; it is already on line {first}.",
            "Delete one of the two.",
        ),
        Rule(
            "srv-repeated-target",
            "warning",
            "{target} already has a record with other values on line {first}.",
            "Keep the one that is meant; clients use both.",
        ),
        Rule(
            "ps-command",
            "error",
            "This line is not one {cmdlet} command: {given}.",
            "Write one command a line, and begin comments with #.",
        ),
        Rule(
            "ps-parameter",
            "error",
            "{cmdlet} has no parameter {given}.{near}",
            "Check the spelling.",
        ),
        Rule(
            "ps-value",
            "error",
            "{name} has the value {given}, which is not {wanted}.",
            "Give it {wanted}.",
        ),
        Rule(
            "ps-missing",
            "error",
            "The command has no {given}.",
            "Add {given}.",
        ),
    )
}
"""Every rule about SRV records by its id. Rules without source follow from the DNS itself."""

_CHECKS = len(RULES) + len(UNREADABLE)

# ---------------------------------------------------------------------------------------------------- validate


@dataclass(frozen=True)
class Wanted:
    """What a file is compared with: the name that clients ask for, the zones they ask in, and the known hosts."""

    name: str
    zones: tuple[str, ...]
    """The zones that full names may belong to; short names belong to the first."""
    hosts: Mapping[str, int] | None = None
    """Port of each KMS host by its name. Without it, targets and ports are not compared."""

    @classmethod
    def of(cls, organization: Organization, policy: Policy) -> Wanted:
        """Everything that the organization's file says."""
        return cls(policy.srv_name, organization.zones, ports(organization, policy))

    @property
    def labels(self) -> list[str]:
        """Service and protocol."""
        return self.name.split(".")


def validate(data: str | bytes, wanted: Wanted) -> Report:
    """Check a zone file or lines of one. Findings name the line; nothing that is read raises.

    Only a file with an SOA record is expected to hold the addresses of its hosts.
    """
    try:
        text = decode(data)
        limit(text, "\n", _MOST_LINES, "lines")
    except UnreadableError as error:
        return report([unreadable(error)], _CHECKS)
    content, broken = _read_zone(text, wanted.zones[0])
    return report([*broken, *_findings(content, wanted, not broken)], _CHECKS)


def validate_powershell(data: str | bytes, wanted: Wanted) -> Report:
    """Check a list of Add-DnsServerResourceRecord commands by the same rules."""
    try:
        text = decode(data)
        limit(text, "\n", _MOST_LINES, "lines")
    except UnreadableError as error:
        return report([unreadable(error)], _CHECKS)
    content = _Content()
    broken = [*_read_commands(text, content)]
    return report([*broken, *_findings(content, wanted, not broken)], _CHECKS)


@dataclass(frozen=True)
class _Srv:
    owner: dns.name.Name
    target: dns.name.Name
    values: tuple[int, int, int]
    """Priority, weight, port."""
    place: Place

    @property
    def labels(self) -> list[str]:
        return [label.decode("ascii", "replace").lower() for label in self.owner.labels]


@dataclass
class _Content:
    """What a file says: SRV records, names with an address, aliases, and whether it is a whole zone."""

    records: list[_Srv] = field(default_factory=list)
    addresses: set[dns.name.Name] = field(default_factory=set)
    aliases: dict[dns.name.Name, int] = field(default_factory=dict)
    whole: bool = False

    def add(self, name: dns.name.Name, rdata: Any, line: int) -> None:
        if rdata.rdtype == dns.rdatatype.SRV:
            values = (rdata.priority, rdata.weight, rdata.port)
            self.records.append(_Srv(name, rdata.target, values, Place(line)))
        elif rdata.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
            self.addresses.add(name)
        elif rdata.rdtype == dns.rdatatype.CNAME:
            self.aliases[name] = line
        elif rdata.rdtype == dns.rdatatype.SOA:
            self.whole = True


def _findings(content: _Content, wanted: Wanted, complete: bool) -> Iterator[Finding]:
    good: list[_Srv] = []
    for record in content.records:
        if not _looks_ours(record, wanted):
            continue
        problem = _owner_problem(record, wanted)
        if problem:
            yield problem
            continue
        good.append(record)
        yield from _target_findings(record, content, wanted)
    if complete and not any(_looks_ours(record, wanted) for record in content.records):
        yield RULES["srv-missing"].finding(None, name=Said(wanted.name))
    yield from _repeated(good)


def _looks_ours(record: _Srv, wanted: Wanted) -> bool:
    """Other services have SRV records too; those whose name is near ours are meant for KMS."""
    return nearest(record.labels[0], wanted.labels[:1], cutoff=0.7) is not None


def _owner_problem(record: _Srv, wanted: Wanted) -> Finding | None:
    name, given = Said(wanted.name), ".".join(record.labels[:2])
    service, protocol = wanted.labels
    if record.labels[0] != service:
        return RULES["srv-name"].finding(record.place, name=name, given=given)
    if record.labels[1:2] != [protocol]:
        return RULES["srv-protocol"].finding(record.place, name=name, given=given)
    zone = _text(dns.name.Name(record.owner.labels[2:]))
    if zone not in wanted.zones:
        listed = Said(" or ".join(wanted.zones))
        return RULES["srv-owner"].finding(
            record.place, name=name, given=_text(record.owner), zones=listed, zone=wanted.zones[0]
        )
    return None


def _target_findings(record: _Srv, content: _Content, wanted: Wanted) -> Iterator[Finding]:
    target, place, hosts = record.target, record.place, wanted.hosts
    if target == dns.name.root:
        yield RULES["target-empty"].finding(place)
        return
    address = _address(target, wanted.zones)
    if address:
        yield RULES["target-is-address"].finding(place, given=address)
        return
    meant = _without_dot(record, content, hosts)
    if meant:
        yield RULES["target-missing-dot"].finding(place, given=_text(target), meant=meant)
        return
    if target in content.aliases:
        line = Said(content.aliases[target])
        yield RULES["target-is-alias"].finding(place, given=_text(target), line=line)
    elif content.whole and target not in content.addresses and _below(target, wanted.zones[0]):
        yield RULES["target-without-address"].finding(place, given=_text(target))
    if hosts is None:
        return
    port = hosts.get(_text(target))
    if port is None:
        yield RULES["target-not-a-host"].finding(place, given=_text(target))
    elif port != record.values[2]:
        yield RULES["srv-port"].finding(place, given=record.values[2], target=_text(target), port=port)


def _address(target: dns.name.Name, allowed: Sequence[str]) -> str | None:
    """The address that stands where a name belongs; without a dot at its end, the zone has been added to it."""
    text = _text(target)
    for zone in ("", *allowed):
        bare = text.removesuffix(f".{zone}")
        try:
            return str(ipaddress.ip_address(bare))
        except ValueError:
            continue
    return None


def _without_dot(record: _Srv, content: _Content, hosts: Mapping[str, int] | None) -> str | None:
    """The full name that was meant when the zone has been added to a name that was full already."""
    zone = dns.name.Name(record.owner.labels[2:])
    if not record.target.is_subdomain(zone) or record.target == zone or record.target in content.addresses:
        return None
    if hosts and _text(record.target) in hosts:
        return None
    relative = record.target.relativize(zone)
    text = relative.to_text().lower()
    is_host = hosts is not None and text in hosts
    ends_with_zone = f".{text}".endswith(f".{_text(zone)}")
    return text if is_host or ends_with_zone or len(relative.labels) >= _FULL_NAME else None


def _repeated(records: Iterable[_Srv]) -> Iterator[Finding]:
    first: dict[tuple[dns.name.Name, dns.name.Name], _Srv] = {}
    for record in records:
        earlier = first.setdefault((record.owner, record.target), record)
        if earlier is record:
            continue
        line = Said(earlier.place.line)
        if earlier.values == record.values:
            yield RULES["srv-duplicate"].finding(record.place, first=line)
        else:
            yield RULES["srv-repeated-target"].finding(record.place, first=line, target=_text(record.target))


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _below(name: dns.name.Name, zone: str) -> bool:
    return _text(name).endswith(f".{zone}")


# ---------------------------------------------------------------------------------------------------- zone file


class _Origin:
    """What dnspython's reader asks its zone: names are read against the zone, and stay full names."""

    def __init__(self, zone: dns.name.Name) -> None:
        self._zone = zone

    def origin_information(self) -> tuple[dns.name.Name, bool, dns.name.Name]:
        return self._zone, False, dns.name.root


class _Sink:
    """Stands where dnspython's reader expects a transaction: takes each record with its line."""

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


def _read_zone(text: str, zone: str) -> tuple[_Content, list[Finding]]:
    content = _Content()
    origin = dns.name.from_text(zone)
    reader: _Reader

    def take(name: dns.name.Name, rdata: Any) -> None:
        content.add(name, rdata, reader.started)

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
        return content, [RULES["zone-syntax"].finding(Place(line), detail=detail)]
    return content, []


# --------------------------------------------------------------------------------------------------- PowerShell

_WORD = re.compile(r"\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"']++))")


def _read_commands(text: str, content: _Content) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), start=1):
        command = line.strip()
        if command and not command.startswith("#"):
            yield from _read_command(command, Place(number), content)


def _read_command(command: str, place: Place, content: _Content) -> Iterator[Finding]:
    words = _WORD.findall(command)
    cmdlet = Said(CMDLET)
    if not words or words[0][2].lower() != CMDLET.lower():
        yield RULES["ps-command"].finding(place, cmdlet=cmdlet, given=command)
        return
    names = {name.lower(): name for name in (*_REQUIRED, *_OPTIONAL)}
    given: dict[str, str] = {}
    rest = iter(words[1:])
    for word in rest:
        name = names.get(word[2].lower())
        if name is None:
            near = nearest(word[2], [*names.values()]) if word[2] else None
            hint = Said(f" {near} is meant." if near else "")
            yield RULES["ps-parameter"].finding(place, cmdlet=cmdlet, given="".join(word), near=hint)
            return
        given[name] = "" if name in _SWITCHES else "".join(next(rest, ("", "", "")))
    yield from _command_findings(given, place, content)


def _command_findings(given: Mapping[str, str], place: Place, content: _Content) -> Iterator[Finding]:
    missing = [name for name in _REQUIRED if name not in given]
    if missing:
        yield RULES["ps-missing"].finding(place, given=Said(", ".join(missing)))
        return
    numbers: list[int] = []
    for name in ("-Priority", "-Weight", "-Port"):
        if not re.fullmatch(r"\d{1,5}", given[name]) or int(given[name]) >= 2**16:
            yield RULES["ps-value"].finding(
                place, name=Said(name), given=given[name], wanted=Said("a number of 16 bits")
            )
            return
        numbers.append(int(given[name]))
    try:
        zone = dns.name.from_text(given["-ZoneName"])
        owner = dns.name.from_text(given["-Name"], zone)
        target = dns.name.from_text(given["-DomainName"])
    except (dns.exception.DNSException, ValueError):
        names = f"{given['-Name']}, {given['-ZoneName']}, {given['-DomainName']}"
        yield RULES["ps-value"].finding(
            place, name=Said("-Name, -ZoneName or -DomainName"), given=names, wanted=Said("a DNS name")
        )
        return
    content.records.append(_Srv(owner, target, (numbers[0], numbers[1], numbers[2]), place))
