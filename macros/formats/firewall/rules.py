"""What can be wrong with a firewall rule for KMS, whichever language or firewall it is for."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from macros.catalog.values import part_of
from macros.formats.base.context import Context
from macros.formats.base.findings import Finding, Place, Said
from macros.formats.base.format import Limits
from macros.formats.base.hosts import port_of
from macros.formats.base.rules import Rules
from macros.formats.shells import batch, cmdlets

PLANNING = ("kms-activation-planning",)
CLIENTS_PAGE = ("activate-windows-clients-vamt",)
NEW = ("new-netfirewallrule",)
NETSH = ("netsh-advfirewall", "netsh-advfirewall-firewall-context")
LIMITS = Limits(batch.MOST_CHARACTERS, 5_000)

# -------------------------------------------------------------------------------------------------------- rules

RULES = cmdlets.RULES | Rules.beside(__file__, "firewall")
"""Every rule about firewall samples by its id."""


_KEYWORDS = re.compile(
    r"(?:any|localsubnet|dns|dhcp|wins|defaultgateway|internet|intranet|intranetremoteaccess|playtodevice|captiveportal)"
    r"[46]?",
    re.IGNORECASE,
)
# ------------------------------------------------------------------------------------------------- one rule


@dataclass(frozen=True)
class Wanted:
    """What rules are compared with: the standard port, the ports of the organization's hosts, the built-in rule."""

    port: int
    rule_name: str
    hosts: Mapping[str, int] | None = None

    @classmethod
    def of(cls, context: Context) -> Wanted:
        """Everything that the facts say, and the hosts of an organization."""
        name = part_of(context.catalog.fact("kms.firewall_rule").value, "rule_name")
        return cls(context.policy.port, str(name), context.hosts)

    @property
    def ports(self) -> tuple[int, ...]:
        """Ports that a rule for KMS may open."""
        return tuple(sorted({*(self.hosts or {}).values()} or {self.port}))

    @property
    def said(self) -> Said:
        """The ports in words."""
        return Said(" or ".join(str(port) for port in self.ports))


@dataclass(frozen=True)
class Item:
    """One value of a rule, as written, with its place."""

    text: str
    place: Place
    literal: bool = True


@dataclass
class FirewallRule:
    """A rule of Windows Firewall, from either language."""

    place: Place
    incoming: bool
    new: bool
    netsh: bool
    local: list[Item] = field(default_factory=list)
    remote: list[Item] = field(default_factory=list)
    protocol: Item | None = None
    addresses: list[Item] = field(default_factory=list)
    profiles: list[Item] = field(default_factory=list)
    action: Item | None = None
    enabled: Item | None = None
    title: str = ""

    def parameter(self, name: str) -> Said:
        """A parameter as the language of the rule writes it."""
        return Said(f"{name.lower()}=" if self.netsh else f"-{name}")

    def is_for_kms(self, wanted: Wanted) -> bool:
        """Whether the rule is meant for KMS: by its name, or by a port that KMS uses."""
        ports = {item.text for item in (*self.local, *self.remote)}
        named = re.search(r"\bkms\b|key management|sppsvc|vlmcs", self.title, re.IGNORECASE) is not None
        return named or bool(ports & {str(port) for port in (*wanted.ports, wanted.port)})


def judge_rule(rule: FirewallRule, wanted: Wanted) -> Iterator[Finding]:
    """What is wrong with a rule that is meant for KMS."""
    yield from _ports(rule, wanted)
    if rule.protocol is None:
        ports = [*rule.local, *rule.remote]
        if rule.new and ports:
            yield RULES["firewall-no-protocol"].finding(ports[0].place, right=_right(rule, "Protocol", "TCP"))
    elif rule.protocol.literal and rule.protocol.text.lower() not in ("tcp", "6"):
        yield RULES["firewall-protocol"].finding(rule.protocol.place, given=rule.protocol.text)
    if rule.action and rule.action.text.lower() in ("block", "notconfigured"):
        yield RULES["firewall-block"].finding(rule.action.place, right=_right(rule, "Action", "Allow"))
    if rule.enabled and rule.enabled.text.lower() in ("false", "no", "2"):
        yield RULES["firewall-disabled"].finding(rule.enabled.place, right=_right(rule, "Enabled", "True"))
    for item in rule.addresses:
        if item.literal and not is_address(item.text):
            yield RULES["firewall-address"].finding(item.place, given=item.text)
    if rule.incoming:
        any_remote = [item for item in rule.addresses if item.text.lower() in ("any", "*", "0.0.0.0/0", "::/0")]
        if any_remote or (rule.new and not rule.addresses):
            yield RULES["firewall-any-remote"].finding(any_remote[0].place if any_remote else rule.place)
        public = [item for item in rule.profiles if item.text.lower() in ("any", "public")]
        if public or (rule.new and not rule.profiles):
            yield RULES["firewall-public"].finding(public[0].place if public else rule.place)


def _ports(rule: FirewallRule, wanted: Wanted) -> Iterator[Finding]:
    right, wrong = ("LocalPort", "RemotePort") if rule.incoming else ("RemotePort", "LocalPort")
    mine, other = (rule.local, rule.remote) if rule.incoming else (rule.remote, rule.local)
    named = [item for item in other if item.text.lower() != "any"]
    if named:
        id_ = "firewall-remote-port" if rule.incoming else "firewall-local-port"
        yield RULES[id_].finding(named[0].place, given=rule.parameter(wrong), name=rule.parameter(right))
    elif rule.new and not mine:
        yield RULES["firewall-no-port"].finding(rule.place, name=rule.parameter(right))
    for item in mine:
        if item.literal and not _covers(item.text, wanted.ports):
            yield RULES["firewall-port"].finding(item.place, given=item.text, wanted=wanted.said)


def _covers(text: str, ports: Sequence[int]) -> bool:
    low, _, high = text.partition("-")
    if not high:
        return port_of(text) in ports
    return low.isdigit() and high.isdigit() and any(int(low[:6]) <= port <= int(high[:6]) for port in ports)


def is_address(text: str) -> bool:
    """Whether a text is an address, a network, a range, or a word that Windows Firewall knows."""
    if _KEYWORDS.fullmatch(text):
        return True
    low, dash, high = text.partition("-")
    try:
        if dash:
            return ipaddress.ip_address(low).version == ipaddress.ip_address(high).version
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _right(rule: FirewallRule, name: str, value: str) -> Said:
    if not rule.netsh:
        return Said(f"-{name} {value}")
    return Said({"Action": "action=allow", "Enabled": "enable=yes", "Protocol": "protocol=TCP"}[name])
