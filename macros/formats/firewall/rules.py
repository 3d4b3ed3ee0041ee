"""What can be wrong with a firewall rule for KMS, whichever language or firewall it is for."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from macros.catalog.models import Catalog
from macros.catalog.values import part_of
from macros.domain.policy import Policy
from macros.formats.base.findings import UNREADABLE, Finding, Place, Rule, Said
from macros.formats.base.hosts import port_of
from macros.formats.base.reading import UnreadableError, decode, limit
from macros.formats.base.xml_tree import unreadable
from macros.formats.shells import batch, cmdlets

PLANNING = ("kms-activation-planning",)
HOST_PAGE = ("kms-create-host",)
CLIENTS_PAGE = ("activate-windows-clients-vamt",)
NEW = ("new-netfirewallrule",)
BOTH = ("new-netfirewallrule", "set-netfirewallrule")
NETSH = ("netsh-advfirewall", "netsh-advfirewall-firewall-context")
_MOST_LINES = 5_000

# -------------------------------------------------------------------------------------------------------- rules

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        *cmdlets.RULES.values(),
        Rule(
            "firewall-port",
            "error",
            "The rule opens port {given}; KMS here uses {wanted}.",
            "Write {wanted}.",
            PLANNING,
        ),
        Rule("firewall-no-port", "error", "The rule names no port, so it opens all of them.", "Add {name}.", PLANNING),
        Rule(
            "firewall-local-port",
            "error",
            "This rule for what goes out names the port with {given}. That is the client's own port, which changes.",
            "Write {name}: the port of the KMS host.",
            BOTH,
        ),
        Rule(
            "firewall-remote-port",
            "error",
            "This rule for what comes in names the port with {given}. That is the client's port, which changes.",
            "Write {name}: the port on which the host listens.",
            BOTH,
        ),
        Rule(
            "firewall-protocol",
            "error",
            "The rule is for {given}. KMS uses TCP.",
            "Write TCP.",
            CLIENTS_PAGE,
        ),
        Rule(
            "firewall-no-protocol",
            "error",
            "The rule names a port and no protocol.",
            "Add {right}.",
            NEW,
        ),
        Rule(
            "firewall-not-enabled",
            "error",
            "The built-in rule is not enabled by default, and this command does not enable it.",
            "Add -Enabled True.",
            HOST_PAGE,
        ),
        Rule("firewall-disabled", "error", "The rule is disabled.", "Write {right}.", BOTH),
        Rule(
            "firewall-enabled-boolean",
            "error",
            "-Enabled is {given}. New-NetFirewallRule takes the texts True and False only.",
            "Write -Enabled True, without the dollar sign.",
            NEW,
        ),
        Rule("firewall-block", "error", "The rule blocks KMS instead of allowing it.", "Write {right}.", BOTH),
        Rule(
            "firewall-any-remote",
            "info",
            "The rule lets every address in.",
            "Name the networks of your clients.",
        ),
        Rule(
            "firewall-public",
            "info",
            "The rule also holds in public networks.",
            "Limit it to the profiles Domain and Private.",
        ),
        Rule(
            "firewall-address",
            "error",
            "{given} is neither an address, a network, a range nor a word that the firewall knows.",
            "Write it as 192.0.2.0/24, for example.",
            BOTH,
        ),
        Rule(
            "firewall-rule-name",
            "error",
            "There is no rule {given}; {near} is the one for KMS.",
            "Write {near}.",
            HOST_PAGE,
        ),
        Rule(
            "firewall-elevation",
            "info",
            "Firewall rules need the rights of an administrator, and nothing in the file says so.",
            "Say in a remark that it runs elevated.",
            NETSH,
        ),
        Rule(
            "netsh-parameter", "error", "netsh advfirewall has no parameter {given} here.{near}", "Check the spelling."
        ),
        Rule("netsh-missing", "error", "The rule has no {name}.", "Add it.", NETSH),
        Rule(
            "netsh-value",
            "error",
            "{name} is {given}. Allowed: {values}.",
            "Write one of them.",
            NETSH,
        ),
        Rule(
            "netsh-old",
            "warning",
            "netsh firewall is the predecessor of netsh advfirewall and may disappear.",
            "Write netsh advfirewall firewall add rule.",
            NETSH,
        ),
        Rule(
            "csv-columns",
            "error",
            "The first line has the columns {given}. Wanted are {columns}.",
            "Keep the first line of the sample.",
        ),
        Rule(
            "csv-cells",
            "error",
            "The row has another number of cells ({given}) than there are columns ({wanted}).",
            "Quote cells with commas.",
        ),
        Rule("csv-value", "error", "{column} is {given}, which is {why}.", "Correct it."),
        Rule(
            "firewall-missing-host",
            "error",
            "No row lets clients reach the KMS host {given}.",
            "Add one.",
            PLANNING,
        ),
        Rule(
            "firewall-nothing",
            "warning",
            "The file has no rule for KMS.",
            "Check that it is the right file.",
        ),
    )
}
"""Every rule about firewall samples by its id."""

CHECKS = len(RULES) + len(UNREADABLE)

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
    def of(cls, catalog: Catalog, policy: Policy, hosts: Mapping[str, int] | None = None) -> Wanted:
        """Everything that the facts say, and the hosts of an organization."""
        name = part_of(catalog.fact("kms.firewall_rule").value, "rule_name")
        return cls(policy.port, str(name), hosts)

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


def text_of(data: str | bytes) -> str | Finding:
    """Text of a file, or why it cannot be read."""
    try:
        text = decode(data)
        limit(text, "\n", _MOST_LINES, "lines")
        if len(text) > batch.MOST_CHARACTERS:
            raise UnreadableError("too-large", size=f"{len(text):,} characters")
    except UnreadableError as error:
        return unreadable(error)
    return text
