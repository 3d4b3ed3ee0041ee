"""What the readers of all forms share: the rules of a form, what a file says, and what stands in a record.

A reader turns a text into `Content`, and says what it cannot read. `records` makes of it what the checks look at.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype

from macros.formats.base.findings import Finding, Place, Rule, Said
from macros.formats.base.format import Limits
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest

from .srv import SrvRecord
from .words import Word

Record = dict[str, Any]

LIMITS = Limits(500_000, lines=5_000)
"""Our choice: what is longer is no list of KMS hosts."""

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
        return self.cited(self.rules[rule_id].finding(place, **said))

    def cited(self, found: Finding) -> Finding:
        """A finding with its sources: what a form demands was read in its own documentation."""
        return replace(found, sources=self.sources) if found.id in (*LINE_RULES, "srv-order") else found


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
    def service(self) -> list[str]:
        """Service and protocol in small letters: the first two labels of the name, as far as there are any."""
        return [_label(label) for label in self.owner.labels[:2] if label]

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
    updates: list[Record] = field(default_factory=list)
    """Names that are sent to a server, and the zone that is named for them."""
    unsent: Place | None = None
    """Of the last update that nothing sends."""
    options: list[Record] = field(default_factory=list)
    """Options that must stand in a clause, and the one that they stand in."""
    local_zones: dict[dns.name.Name, Word] = field(default_factory=dict)
    """Types of local zones by their names."""
    shared_zones: set[dns.name.Name] = field(default_factory=set)
    """What other names of the file than those of SRV records stand in."""
    problems: list[Finding] = field(default_factory=list)
    """What could not be read."""


@lru_cache(maxsize=1000)
def _label(label: bytes) -> str:
    """One label in small letters. Records repeat each other's."""
    return text_of(dns.name.Name((label, b"")))


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


def is_address(text: str, *versions: int) -> bool:
    """An IP address, of one of the versions when they are given."""
    try:
        # The library takes scopes such as %eth0 too, which no record has.
        return "%" not in text and ipaddress.ip_address(text).version in (versions or (4, 6))
    except ValueError:
        return False


def around(name: dns.name.Name) -> Iterator[dns.name.Name]:
    """A name and what it stands in, the closest first."""
    yield name
    while name != dns.name.root:
        name = name.parent()
        yield name
