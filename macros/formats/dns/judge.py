"""The rules about SRV records, the same for every form that they are written in.

A reader turns a text into `Content`; `judge` compares what it holds with what is wanted.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import dns.exception
import dns.name
import dns.rdatatype

from macros.formats.base.findings import Finding, Place, Rule, Said
from macros.formats.base.format import Limits
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest

from .srv import SrvRecord, Wanted
from .words import Word

LIMITS = Limits(500_000, lines=5_000)
"""Our choice: what is longer is no list of KMS hosts."""

_FULL_NAME = 3
"""Labels from which a name without a dot at its end was meant as a full name."""

_ONE_LABEL = 2
"""Labels of a name such as `kms1.`; the root counts."""

UNKNOWN_ZONE = "the-zone"
"""Stands for the zone of a zone file that does not name it."""

EXAMPLE_ZONE = "corp.example.com"
"""Stands for the zone of an organization that nobody described."""

_16_BITS = 2**16
DNS_PAGE = ("common-troubleshooting-procedures-kms-dns",)
STANDARD = ("rfc-2782",)

# ----------------------------------------------------------------------------------------------------- rules


RULES = Rules.beside(__file__, "records")
"""Rules that every form is compared with. Rules without source follow from the organization's own file."""

NAMED_RULES = Rules.beside(__file__, "named-parts")
"""Rules of forms that are read word by word."""
LINE_RULES = NAMED_RULES | Rules.beside(__file__, "lines")
"""Rules of forms in which the place of a word says what it is."""
QUOTE_RULES = Rules.beside(__file__, "quotes")
VARIABLE_RULES = Rules.beside(__file__, "variables")
"""Rules of scripts."""

# ---------------------------------------------------------------------------------------------------- content


@dataclass(frozen=True)
class Form:
    """How records are written for one kind of server."""

    title: str
    order: str
    """One record as a template, in words."""
    owner: str
    """How the name is written, with `{name}` and `{zone}`."""
    sources: tuple[str, ...]
    own: Mapping[str, Rule] = field(default_factory=dict)
    """Rules that this form alone has."""
    relative: bool = False
    """Whether names without a dot at their end belong to the zone."""

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule that a file of this form is compared with."""
        return {**RULES, **self.own}

    def finding(self, rule_id: str, place: Place | None, **values: object) -> Finding:
        """The finding of a rule; what a line should look like is filled in."""
        said = {"form": Said(self.title), "order": Said(self.order), **values}
        found = self.rules[rule_id].finding(place, **said)
        # What a form demands was read in its own documentation.
        cited = rule_id in LINE_RULES or rule_id == "srv-order"
        return replace(found, sources=self.sources) if cited else found


@dataclass(frozen=True)
class Found:
    """One SRV record of a file, and where its parts stand."""

    owner: dns.name.Name
    target: dns.name.Name
    values: tuple[int, int, int]
    """Priority, weight, port."""
    places: Mapping[str, Place]
    """By part: `name`, `priority`, `weight`, `port`, `target`."""

    @cached_property
    def labels(self) -> list[str]:
        """The owner's labels in small letters, without the root."""
        return [text_of(dns.name.Name((label, b""))) for label in self.owner.labels if label]

    @cached_property
    def zone(self) -> dns.name.Name:
        """What the name stands in: all but service and protocol."""
        return dns.name.Name(self.owner.labels[2:])

    @property
    def record(self) -> SrvRecord:
        """The record alone."""
        return SrvRecord(text_of(self.zone), *self.values, text_of(self.target))


@dataclass
class Content:
    """What a file says: SRV records, names with an address, aliases, and what is wrong with its form."""

    records: list[Found] = field(default_factory=list)
    addresses: set[dns.name.Name] = field(default_factory=set)
    aliases: dict[dns.name.Name, int] = field(default_factory=dict)
    whole: dns.name.Name | None = None
    """The zone, when the file is one with everything that belongs to it."""
    problems: list[Finding] = field(default_factory=list)

    @property
    def readable(self) -> bool:
        """Whether everything was understood, so that what is not there is missing."""
        return not any(problem.severity == "error" or problem.id == "line-variable" for problem in self.problems)


PARTS = ("priority", "weight", "port", "target")
"""The parts of a record, in the order of the standard."""


@dataclass(frozen=True)
class Reading:
    """A file while it is read: what was found so far, and what was wrong."""

    form: Form
    order: Sequence[str] = PARTS
    """Of the parts of a record, as the form has it."""
    content: Content = field(default_factory=Content)

    def say(self, rule_id: str, place: Place, **values: object) -> None:
        """Note that a rule is broken."""
        self.content.problems.append(self.form.finding(rule_id, place, **values))

    def missing(self, part: str, place: Place) -> None:
        """Note that a part is not there."""
        self.say("part-missing", place, part=Said(part))

    def wrong(self, part: str, word: Word, wanted: str) -> None:
        """Note that a part cannot be what it says."""
        self.say("part-wrong", word.place, part=Said(part), given=word.text, wanted=Said(wanted))

    def unknown(self, word: Word, names: Iterable[str], rule: str = "line-unknown") -> None:
        """Note a word that the form does not know, with the one that is probably meant."""
        near = nearest(word.text, names)
        self.say(rule, word.place, given=word.text, near=Said(f" {near} is meant." if near else ""))

    def zone(self, word: Word) -> dns.name.Name | None:
        """The zone that a word names."""
        zone = name_of(word, dns.name.root)
        if zone is None or zone == dns.name.root:
            self.wrong("zone", word, "a DNS name")
            return None
        return zone

    def take(self, name: Word, zone: dns.name.Name, kind: Word, data: Sequence[Word]) -> None:
        """Take one record of any type. Its name is read against the zone."""
        written, order = kind.text.upper(), self.order
        if written == "SRV":
            if len(data) < len(order):
                self.missing(order[len(data)], kind.place)
            elif len(data) > len(order):
                self.say("part-extra", data[len(order)].place, given=data[len(order)].text)
            else:
                self.take_srv(name, dict(zip(order, data, strict=True)), zone)
            return
        if not is_type(written):
            self.wrong("type", kind, "a type of record")
            return
        owner = name_of(name, zone)
        if owner is None:
            self.wrong("name", name, "a DNS name")
        elif written == "CNAME":
            self.content.aliases[owner] = kind.place.line
        elif written in ("A", "AAAA"):
            self.content.addresses.add(owner)

    def take_srv(self, name: Word, parts: Mapping[str, Word], zone: dns.name.Name) -> None:
        """Take one SRV record."""
        swapped = _other_order(parts)
        if swapped:
            self.say("srv-order", swapped, **{part: parts[part].text for part in PARTS[:3]})
            return
        for part in PARTS[:3]:
            if not is_number(parts[part].text):
                self.wrong(part, parts[part], f"a number from 0 to {_16_BITS - 1}")
                return
        owner, target = name_of(name, zone), name_of(parts["target"], dns.name.root)
        if owner is None:
            self.wrong("name", name, "a DNS name")
        elif target is None:
            self.wrong("target", parts["target"], "a DNS name")
        else:
            priority, weight, port = (int(parts[part].text) for part in PARTS[:3])
            places = {"name": name.place, **{part: word.place for part, word in parts.items()}}
            self.content.records.append(Found(owner, target, (priority, weight, port), places))


def _other_order(parts: Mapping[str, Word]) -> Place | None:
    """Where the order goes wrong when a number stands in the place of the target, and a name in that of a number."""
    if not is_digits(parts["target"].text):
        return None
    names = [parts[part] for part in PARTS[:3] if re.search(r"[A-Za-z_]", parts[part].text)]
    return min((parts["target"].place, names[0].place)) if names else None


TYPES = tuple(sorted(name.replace("_", "-") for name in dns.rdatatype.RdataType.__members__))
"""Types of records that have a name."""


def is_type(text: str) -> bool:
    """A type of record, in capital letters: by its name, or by its number as in TYPE65."""
    return text in TYPES or (text.startswith("TYPE") and is_number(text.removeprefix("TYPE")))


def is_digits(text: str) -> bool:
    """Digits and nothing else."""
    return re.fullmatch(r"[0-9]+", text) is not None


def is_number(text: str) -> bool:
    """A number of 16 bits, as records have them."""
    return re.fullmatch(r"[0-9]{1,5}", text) is not None and int(text) < _16_BITS


def name_of(word: Word, origin: dns.name.Name) -> dns.name.Name | None:
    """A name against an origin, None when it is none. Letters beyond ASCII have to be written as DNS has them: xn--."""
    if not word.text.isascii():
        return None
    try:
        return dns.name.from_text(word.text, origin) if word.text else dns.name.root
    except (dns.exception.DNSException, ValueError):
        return None


def text_of(name: dns.name.Name) -> str:
    """A name in small letters, without the dot at its end. Nothing for the root."""
    return "" if name == dns.name.root else name.to_text(omit_final_dot=True).lower()


# ------------------------------------------------------------------------------------------------------ judge


def judge(content: Content, wanted: Wanted, form: Form) -> Iterator[Finding]:
    """What is to say about the records of a file."""
    yield from content.problems
    good: list[Found] = []
    flawless = content.readable
    for record in content.records:
        if not looks_ours(record, wanted):
            continue
        problems = [_owner_problem(record, wanted, form) or _Judge(content, wanted, form).target_problem(record)]
        if problems == [None]:
            problems = [*_value_findings(record, wanted, form)]
            good.append(record)
        for problem in problems:
            if problem:
                flawless = False
                yield problem
    if content.readable and not any(looks_ours(record, wanted) for record in content.records):
        yield form.finding("srv-missing", None, name=Said(wanted.name))
    elif flawless:
        yield from _missing_hosts(good, content, wanted, form)
    yield from _repeated(good, form)


def looks_ours(record: Found, wanted: Wanted) -> bool:
    """Other services have SRV records too; those whose name is near ours are meant for KMS."""
    return nearest("".join(record.labels[:1]), wanted.labels[:1], cutoff=0.7) is not None


def _owner_problem(record: Found, wanted: Wanted, form: Form) -> Finding | None:
    name, given, place = Said(wanted.name), ".".join(record.labels[:2]), record.places["name"]
    service, protocol = wanted.labels
    if record.labels[:1] != [service]:
        return form.finding("srv-name", place, name=name, given=given)
    if record.labels[1:2] != [protocol]:
        return form.finding("srv-protocol", place, name=name, given=given)
    zone = text_of(record.zone)
    if zone in wanted.zones or (zone and not wanted.zones and not _dot_forgotten(zone)):
        return None
    listed = Said(" or ".join(wanted.zones) or "any domain")
    first = wanted.zones[0] if wanted.zones else EXAMPLE_ZONE
    owner = Said(form.owner.format(name=wanted.name, zone=first))
    return form.finding("srv-owner", place, given=text_of(record.owner), zones=listed, owner=owner)


def _dot_forgotten(zone: str) -> bool:
    """A full name to which the zone was added once more, as in corp.example.com.corp.example.com."""
    labels = zone.split(".")
    half = len(labels) // 2
    twice = half > 1 and labels[:half] == labels[half:]
    return twice or (labels[-1] == UNKNOWN_ZONE and len(labels) > _ONE_LABEL)


@dataclass(frozen=True)
class _Judge:
    """What a target is compared with."""

    content: Content
    wanted: Wanted
    form: Form

    def target_problem(self, record: Found) -> Finding | None:
        """The first thing that is wrong with a target."""
        target, place, form = record.target, record.places["target"], self.form
        if target == dns.name.root:
            return form.finding("target-empty", place)
        address = _address(target, [*self.wanted.zones, text_of(record.zone)])
        if address:
            return form.finding("target-is-address", place, given=address)
        if form.relative:
            meant = self._without_dot(record)
            if meant:
                return form.finding("target-missing-dot", place, given=text_of(target), meant=meant)
        if len(target.labels) == _ONE_LABEL:
            return form.finding("target-short", place, given=text_of(target))
        return self._elsewhere(target, place)

    def _elsewhere(self, target: dns.name.Name, place: Place) -> Finding | None:
        """What other records of the file say about a target."""
        form = self.form
        if target in self.content.aliases:
            line = Said(self.content.aliases[target])
            return form.finding("target-is-alias", place, given=text_of(target), line=line)
        whole = self.content.whole
        if whole is not None and target.is_subdomain(whole) and target not in self.content.addresses:
            return form.finding("target-without-address", place, given=text_of(target))
        return None

    def _without_dot(self, record: Found) -> str | None:
        """The full name that was meant when the zone has been added to a name that was full already."""
        zone, target, hosts = record.zone, record.target, self.wanted.hosts
        if not target.is_subdomain(zone) or target == zone or target in self.content.addresses:
            return None
        if hosts and text_of(target) in hosts:
            return None
        relative = target.relativize(zone)
        text = relative.to_text().lower()
        is_host = hosts is not None and text in hosts
        ends_with_zone = f".{text}".endswith(f".{text_of(zone)}")
        return text if is_host or ends_with_zone or len(relative.labels) >= _FULL_NAME else None


def _address(target: dns.name.Name, allowed: Sequence[str]) -> str | None:
    """The address that stands where a name belongs; without a dot at its end, the zone has been added to it."""
    text = text_of(target)
    for zone in ("", *allowed):
        bare = text.removesuffix(f".{zone}")
        if is_address(bare):
            return bare
    return None


def is_address(text: str, *versions: int) -> bool:
    """An IP address, of one of the versions when they are given."""
    try:
        # The library takes scopes such as %eth0 too, which no record has.
        return "%" not in text and ipaddress.ip_address(text).version in (versions or (4, 6))
    except ValueError:
        return False


def _value_findings(record: Found, wanted: Wanted, form: Form) -> Iterator[Finding]:
    """What is wrong with priority, weight and port."""
    priority, weight, port = record.values
    target, zone = text_of(record.target), text_of(record.zone)
    shown = {"priority": priority, "weight": weight, "port": port}
    listens = (wanted.hosts or {}).get(target)
    planned = next((one for one in wanted.records or () if (one.zone, one.target) == (zone, target)), None)
    if wanted.hosts is not None and listens is None:
        yield form.finding("target-not-a-host", record.places["target"], given=target)
    expected = listens if listens is not None else wanted.port
    if expected is not None and port != expected and _swapped(record.values, expected, planned):
        yield form.finding("srv-order", record.places["port"], **shown)
    elif listens is not None and port != listens:
        yield form.finding("srv-port", record.places["port"], given=port, target=target, port=listens)
    elif port == 0:
        yield form.finding("srv-port-zero", record.places["port"])
    elif planned and (priority, weight) != (planned.priority, planned.weight):
        said = Said(f"priority {planned.priority} and weight {planned.weight}")
        place = record.places["priority" if priority != planned.priority else "weight"]
        yield form.finding("srv-values", place, priority=priority, weight=weight, target=target, wanted=said)
    elif listens is not None and wanted.records is not None and planned is None:
        yield form.finding("srv-zone", record.places["name"], target=target, zone=zone)


def _swapped(values: tuple[int, int, int], port: int, planned: SrvRecord | None) -> bool:
    """Whether the numbers are the right ones in a wrong order, or the port stands where it has no business."""
    if planned is None:
        return port in values
    right = (planned.priority, planned.weight)
    return sorted(values) == sorted((*right, planned.port)) or (port in values and port not in right)


def _missing_hosts(good: Iterable[Found], content: Content, wanted: Wanted, form: Form) -> Iterator[Finding]:
    """Hosts without a record, in the zones that the file is about."""
    there = {(one.record.zone, one.record.target) for one in good}
    zones = {zone for zone, _ in there} | ({text_of(content.whole)} if content.whole is not None else set())
    for record in wanted.records or ():
        if record.zone in zones and (record.zone, record.target) not in there:
            yield form.finding("srv-host-missing", None, target=record.target, zone=record.zone)


def _repeated(records: Iterable[Found], form: Form) -> Iterator[Finding]:
    first: dict[tuple[dns.name.Name, dns.name.Name], Found] = {}
    for record in records:
        earlier = first.setdefault((record.owner, record.target), record)
        if earlier is record:
            continue
        place, line = record.places["name"], Said(earlier.places["name"].line)
        if earlier.values == record.values:
            yield form.finding("srv-duplicate", place, first=line)
        else:
            yield form.finding("srv-repeated-target", place, first=line, target=text_of(record.target))
