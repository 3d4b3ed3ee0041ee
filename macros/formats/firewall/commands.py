"""Rules of Windows Firewall for KMS, as PowerShell and for netsh: generated for an organization, and checked.

A rule on the KMS host lets in what comes to its own port. A rule on a client lets out what goes to the port of the
host.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from macros.catalog.models import Catalog
from macros.catalog.organization import KmsHost, Organization
from macros.catalog.values import part_of
from macros.domain.policy import Policy
from macros.formats.base.context import Context, SampleContext
from macros.formats.base.findings import Finding, Said
from macros.formats.base.format import File
from macros.formats.base.origin import Origin
from macros.formats.base.reading import plain
from macros.formats.base.spelling import nearest
from macros.formats.shells import batch, powershell
from macros.formats.shells.cmdlets import Bound, Cmdlet, allowed, bind, missing
from macros.formats.shells.elevation import says_elevated

from .rules import RULES, FirewallRule, Item, Wanted, judge_rule

_NETWORK_BITS = {4: 24, 6: 64}
"""Bits of a network around an address. Our choice for the placeholder; the file of the organization has no networks."""

# ---------------------------------------------------------------------------------------------------- generate


@dataclass(frozen=True)
class Listener:
    """KMS hosts that listen on the same port, and the addresses that are known of them."""

    port: int
    hosts: tuple[KmsHost, ...]

    @property
    def names(self) -> str:
        """Their names, as a comment says them."""
        return ", ".join(host.name for host in self.hosts)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Their addresses; none when the file does not tell all of them, because a rule would miss some."""
        found = [str(host.address) for host in self.hosts if host.address is not None]
        return tuple(found) if len(found) == len(self.hosts) else ()


def listeners(organization: Organization, policy: Policy) -> tuple[Listener, ...]:
    """The hosts of an organization, port by port."""
    ports = {host.id: policy.port if host.port is None else host.port for host in organization.kms_hosts}
    return tuple(
        Listener(port, tuple(host for host in organization.kms_hosts if ports[host.id] == port))
        for port in dict.fromkeys(ports.values())
    )


def networks(organization: Organization) -> tuple[str, ...]:
    """Networks to start with where the networks of the clients belong: those around the addresses of the hosts."""
    found = [
        str(ipaddress.ip_network(f"{host.address}/{_NETWORK_BITS[host.address.version]}", strict=False))
        for host in organization.kms_hosts
        if host.address is not None
    ]
    return tuple(dict.fromkeys(found)) or ("LocalSubnet",)


def host_script(context: SampleContext, origin: Origin) -> str:
    """On the KMS host: the rule that Windows brings along, enabled."""
    organization, policy, catalog = context.organization, context.policy, context.catalog
    standard = [one for one in listeners(organization, policy) if one.port == policy.port]
    head = _powershell_head(origin, [f"Run on each KMS host that listens on TCP {policy.port}:", *_names(standard)])
    return "\n".join([*head, "", _setup_command(catalog)]) + "\n"


def limited_host_script(context: SampleContext, origin: Origin) -> str:
    """On the KMS host: the same rule for the networks of the clients alone."""
    organization, policy, catalog = context.organization, context.policy, context.catalog
    head = _powershell_head(
        origin,
        [
            f"Run on each KMS host that listens on TCP {policy.port}.",
            "The networks are placeholders around the addresses of your hosts: write those of your clients.",
        ],
    )
    remote = ", ".join(f"'{network}'" for network in networks(organization))
    command = f"{_setup_command(catalog)} `\n  -RemoteAddress {remote}"
    return "\n".join([*head, "", command]) + "\n"


def own_rule_script(context: SampleContext, origin: Origin) -> str:
    """On the KMS host: a rule of your own, which a host with another port needs."""
    organization, policy = context.organization, context.policy
    head = _powershell_head(
        origin,
        [
            "Run on the KMS host whose port is meant. The rule that Windows brings along is for the standard port.",
            "The networks are placeholders around the addresses of your hosts: write those of your clients.",
        ],
    )
    remote = ", ".join(f"'{network}'" for network in networks(organization))
    lines = head
    for one in listeners(organization, policy):
        lines += [
            "",
            f"# {one.names}",
            f"New-NetFirewallRule -Name KMS-Host-{one.port} -DisplayName 'KMS host (TCP {one.port})' `",
            f"  -Direction Inbound -Action Allow -Protocol TCP -LocalPort {one.port} `",
            f"  -RemoteAddress {remote} `",
            "  -Profile Domain,Private -Enabled True",
        ]
    return "\n".join(lines) + "\n"


def client_script(context: SampleContext, origin: Origin) -> str:
    """On clients whose firewall blocks what goes out: a rule for the KMS hosts."""
    organization, policy = context.organization, context.policy
    lines = _powershell_head(origin, ["Run on clients that block outgoing connections. Others need no rule."])
    for one in listeners(organization, policy):
        remote = ", ".join(f"'{address}'" for address in one.addresses)
        limit = [f"  -RemoteAddress {remote} `"] if remote else []
        lines += [
            "",
            f"# {one.names}",
            f"New-NetFirewallRule -Name KMS-Client-{one.port} -DisplayName 'KMS client (TCP {one.port})' `",
            f"  -Direction Outbound -Action Allow -Protocol TCP -RemotePort {one.port} `",
            *limit,
            "  -Profile Any -Enabled True",
        ]
    return "\n".join(lines) + "\n"


def host_netsh(context: SampleContext, origin: Origin) -> str:
    """The rule of the KMS host for netsh."""
    organization, policy, catalog = context.organization, context.policy, context.catalog
    remote = ",".join(networks(organization))
    lines = _batch_head(
        origin,
        [
            "Run in an elevated Command Prompt on the KMS host whose port is meant.",
            "The networks are placeholders around the addresses of your hosts: write those of your clients.",
        ],
    )
    for one in listeners(organization, policy):
        lines += [
            f"rem {one.names}",
            f'{_netsh(catalog)} name="KMS host (TCP {one.port})" ^',
            f"  dir=in action=allow protocol=TCP localport={one.port} ^",
            f"  remoteip={remote} profile=domain,private enable=yes",
        ]
    return "\n".join(lines) + "\n"


def client_netsh(context: SampleContext, origin: Origin) -> str:
    """The rule of clients for netsh."""
    organization, policy, catalog = context.organization, context.policy, context.catalog
    lines = _batch_head(
        origin, ["Run in an elevated Command Prompt on clients that block outgoing connections. Others need no rule."]
    )
    for one in listeners(organization, policy):
        remote = ",".join(one.addresses)
        limit = f"remoteip={remote} " if remote else ""
        lines += [
            f"rem {one.names}",
            f'{_netsh(catalog)} name="KMS client (TCP {one.port})" ^',
            f"  dir=out action=allow protocol=TCP remoteport={one.port} ^",
            f"  {limit}profile=any enable=yes",
        ]
    return "\n".join(lines) + "\n"


def _setup_command(catalog: Catalog) -> str:
    return str(part_of(catalog.fact("kms.host.setup_commands").value, "firewall"))


def _netsh(catalog: Catalog) -> str:
    return str(part_of(catalog.fact("tools.netsh_advfirewall").value, "add"))


def _names(found: Iterable[Listener]) -> list[str]:
    return [host.name for one in found for host in one.hosts] or ["none of yours"]


def _powershell_head(origin: Origin, note: Iterable[str]) -> list[str]:
    return [*(f"# {line}" for line in [*origin.lines(), *note]), "#Requires -RunAsAdministrator"]


def _batch_head(origin: Origin, note: Iterable[str]) -> list[str]:
    remarks = [f"rem {plain(line)}".replace("%", "%%") for line in [*origin.lines(), *note]]
    return ["@echo off", *remarks]


# ----------------------------------------------------------------------------------------------------- validate

_SHARED = (
    "Name", "Description", "Enabled", "Profile", "Platform", "Direction", "Action", "EdgeTraversalPolicy",
    "LooseSourceMapping", "LocalOnlyMapping", "Owner", "LocalAddress", "RemoteAddress", "Protocol", "LocalPort",
    "RemotePort", "IcmpType", "DynamicTarget", "Program", "Package", "Service", "InterfaceAlias", "InterfaceType",
    "LocalUser", "RemoteUser", "RemoteMachine", "Authentication", "Encryption", "OverrideBlockRules",
    "RemoteDynamicKeywordAddresses", "PolicyStore", "GPOSession", "Group", "DisplayName", "CimSession", "ThrottleLimit",
)  # fmt: skip
_ALIASES = {"ID": "Name", "LSM": "LooseSourceMapping", "DynamicTransport": "DynamicTarget", "Session": "CimSession"}
NEW_RULE = Cmdlet(
    "New-NetFirewallRule", _SHARED, ("AsJob", "WhatIf", "Confirm"), aliases=_ALIASES, sources=("new-netfirewallrule",)
)
SET_RULE = Cmdlet(
    "Set-NetFirewallRule",
    (*_SHARED, "NewDisplayName", "DisplayGroup", "InputObject"),
    ("AsJob", "PassThru", "WhatIf", "Confirm"),
    ("Name",),
    _ALIASES,
    ("set-netfirewallrule",),
)
_SWITCHED = (
    "Name", "DisplayName", "Description", "DisplayGroup", "Group", "Enabled", "Direction", "Action",
    "EdgeTraversalPolicy", "LooseSourceMapping", "LocalOnlyMapping", "Owner", "PrimaryStatus", "Status",
    "PolicyStoreSource", "PolicyStoreSourceType", "PolicyStore", "GPOSession", "CimSession", "ThrottleLimit",
    "InputObject", "AssociatedNetFirewallAddressFilter", "AssociatedNetFirewallApplicationFilter",
    "AssociatedNetFirewallInterfaceFilter", "AssociatedNetFirewallInterfaceTypeFilter",
    "AssociatedNetFirewallPortFilter", "AssociatedNetFirewallProfile", "AssociatedNetFirewallSecurityFilter",
    "AssociatedNetFirewallServiceFilter",
)  # fmt: skip


def _switch(name: str) -> Cmdlet:
    """A cmdlet that switches rules which are there on or off. What else it is given tells which."""
    switches = ("All", "TracePolicyStore", "AsJob", "PassThru", "WhatIf", "Confirm")
    return Cmdlet(name, _SWITCHED, switches, ("Name",), _ALIASES, ("enable-netfirewallrule",))


ENABLE_RULE, DISABLE_RULE = _switch("Enable-NetFirewallRule"), _switch("Disable-NetFirewallRule")
_CMDLETS = {one.name.lower(): one for one in (NEW_RULE, SET_RULE, ENABLE_RULE, DISABLE_RULE)}
_NETSH_PARAMETERS = (
    "name", "dir", "action", "program", "service", "description", "enable", "profile", "localip", "remoteip",
    "localport", "remoteport", "protocol", "interfacetype", "rmtcomputergrp", "rmtusrgrp", "edge", "security",
)  # fmt: skip


@dataclass(frozen=True)
class Script:
    """The firewall rules of a script, in either language."""

    rules: tuple[FirewallRule, ...]
    said: tuple[Finding, ...]
    """What is wrong with its commands."""
    elevated: bool
    """Whether it says that it needs rights."""


def read_powershell(file: File, context: Context) -> Script:
    """The firewall rules of a script. What else it does is not looked at."""
    script, text = powershell.read(file.text), file.text
    wanted = Wanted.of(context)
    said: list[Finding] = [
        RULES["powershell-syntax"].finding(problem.place, detail=problem.message.rstrip("."))
        for problem in script.errors
    ]
    rules: list[FirewallRule] = []
    values = context.catalog.fact("tools.netfirewallrule").value
    found = ""
    for command in script.commands:
        if command.name.lower() == "get-netfirewallrule":
            # Behind a bar, the next cmdlet takes the rules that this one finds.
            found = " ".join(word.text for word in command.arguments)
        cmdlet = _CMDLETS.get(command.name.lower())
        if cmdlet is not None:
            bound = bind(command, cmdlet, said)
            if cmdlet is not NEW_RULE and "GPOSession" in bound.values:
                # Of rules that are there. For New-NetFirewallRule the pages of all releases list it.
                place = bound.place_of("GPOSession")
                said.append(RULES["firewall-gpo-session"].finding(place, cmdlet=Said(cmdlet.name)))
            if cmdlet in (ENABLE_RULE, DISABLE_RULE):
                said += _named(bound, wanted)
                rule = _switched(bound)
                rules.append(rule if rule.title.strip() else replace(rule, title=found))
            else:
                said += _cmdlet_findings(bound, values, wanted)
                rules.append(_rule_of(bound, wanted))
        elif batch.program(command.name) == "netsh":
            words = [batch.Word(command.name, command.place)]
            words += [batch.Word(word.text, word.place, word.literal) for word in command.arguments]
            rules += _netsh_rule(words, said)
    return Script(tuple(rules), tuple(said), says_elevated(text))


def read_netsh(file: File, context: Context) -> Script:
    """The firewall rules of a batch file. What else it does is not looked at."""
    commands = batch.read(file.text)
    said: list[Finding] = []
    rules = [rule for command in commands.commands for rule in _netsh_rule(command.words, said)]
    elevated = any(says_elevated(remark) for remark in commands.remarks) or any(
        says_elevated(" ".join(word.text for word in command.words)) for command in commands.commands
    )
    return Script(tuple(rules), tuple(said), elevated)


def judge(script: Script, context: Context) -> Iterator[Finding]:
    """What is wrong with the rules of a script."""
    wanted = Wanted.of(context)
    yield from script.said
    ours = [rule for rule in script.rules if rule.is_for_kms(wanted)]
    for rule in ours:
        yield from judge_rule(rule, wanted)
    if script.rules and not script.elevated:
        yield RULES["firewall-elevation"].finding(script.rules[0].place)
    if not ours and not script.said:
        yield RULES["firewall-nothing"].finding(None)


# -------------------------------------------------------------------------------------------------- PowerShell


def _cmdlet_findings(bound: Bound, values: object, wanted: Wanted) -> Iterator[Finding]:
    if bound.cmdlet is NEW_RULE:
        yield from missing(bound, "DisplayName")
    for name in ("Direction", "Action", "Profile"):
        yield from allowed(bound, name, tuple(cast(Sequence[str], part_of(values, name.lower()))))
    enabled = bound.word("Enabled")
    if enabled is not None and enabled.text.lower() in ("$true", "$false") and bound.cmdlet is NEW_RULE:
        yield RULES["firewall-enabled-boolean"].finding(enabled.place, given=enabled.text)
    elif enabled is None or not enabled.text.startswith("$"):
        yield from allowed(bound, "Enabled", tuple(cast(Sequence[str], part_of(values, "enabled"))))
    if bound.cmdlet is SET_RULE and bound.complete:
        yield from _named(bound, wanted)


def _named(bound: Bound, wanted: Wanted) -> Iterator[Finding]:
    """Whether a command that changes a rule means the built-in one, and enables it."""
    word = bound.word("Name")
    if word is None or not word.literal:
        return
    if word.text.lower() == wanted.rule_name.lower():
        if bound.cmdlet is SET_RULE and bound.word("Enabled") is None:
            yield RULES["firewall-not-enabled"].finding(bound.place)
    elif nearest(word.text, [wanted.rule_name], cutoff=0.75):
        yield RULES["firewall-rule-name"].finding(word.place, given=word.text, near=Said(wanted.rule_name))


def _switched(bound: Bound) -> FirewallRule:
    """The rules that a command switches on or off, as far as their names tell."""
    return FirewallRule(
        place=bound.place,
        incoming=True,
        new=False,
        netsh=False,
        protocol=Item("TCP", bound.place),
        enabled=Item(str(bound.cmdlet is ENABLE_RULE), bound.place),
        title=_title(bound),
    )


def _title(bound: Bound) -> str:
    return " ".join(bound.text(name) or "" for name in ("Name", "DisplayName", "Description", "Group", "DisplayGroup"))


def _rule_of(bound: Bound, wanted: Wanted) -> FirewallRule:
    direction = (bound.text("Direction") or "Inbound").lower()

    def items(name: str) -> list[Item]:
        word = bound.word(name)
        return [Item(text.strip(), word.place, word.literal) for text in word.items] if word else []

    def single(name: str) -> Item | None:
        found = items(name)
        return found[0] if found else None

    rule = FirewallRule(
        place=bound.place,
        incoming=direction != "outbound",
        new=bound.cmdlet is NEW_RULE and bound.complete,
        netsh=False,
        local=items("LocalPort"),
        remote=items("RemotePort"),
        protocol=single("Protocol"),
        addresses=items("RemoteAddress"),
        profiles=items("Profile"),
        action=single("Action"),
        enabled=single("Enabled"),
        title=_title(bound),
    )
    if bound.cmdlet is SET_RULE and rule.protocol is None:
        # A rule that exists has its protocol already.
        rule.protocol = Item("TCP", bound.place)
    return rule


# ------------------------------------------------------------------------------------------------------- netsh


def _netsh_rule(words: Sequence[batch.Word], said: list[Finding]) -> Iterator[FirewallRule]:
    """The rule that a netsh command adds or changes; none for other commands."""
    texts = [word.text.lower() for word in words]
    if not texts or batch.program(texts[0]) != "netsh":
        return
    if texts[1:2] == ["firewall"]:
        said.append(RULES["netsh-old"].finding(words[0].place))
        return
    if texts[1:3] != ["advfirewall", "firewall"] or texts[3:5] not in (["add", "rule"], ["set", "rule"]):
        return
    given = _netsh_values(words[5:], said)
    new = texts[3] == "add"
    place = words[0].place
    needed = [name for name in ("name", "dir", "action") if new and name not in given]
    said += [RULES["netsh-missing"].finding(place, name=Said(f"{name}=")) for name in needed]
    for name, values in (("dir", ("in", "out")), ("action", ("allow", "block", "bypass")), ("enable", ("yes", "no"))):
        word = given.get(name)
        if word is not None and word.literal and word.text.lower() not in values:
            said.append(
                RULES["netsh-value"].finding(
                    word.place, name=Said(name), given=word.text, values=Said(", ".join(values))
                )
            )

    def items(name: str) -> list[Item]:
        word = given.get(name)
        return [Item(part.strip(), word.place, word.literal) for part in word.text.split(",")] if word else []

    def single(name: str) -> Item | None:
        found = items(name)
        return found[0] if found else None

    rule = FirewallRule(
        place=place,
        incoming=given["dir"].text.lower() != "out" if "dir" in given else True,
        new=new,
        netsh=True,
        local=items("localport"),
        remote=items("remoteport"),
        protocol=single("protocol"),
        addresses=items("remoteip"),
        profiles=items("profile"),
        action=single("action"),
        enabled=single("enable"),
        title=" ".join(given[name].text for name in ("name", "description", "group") if name in given),
    )
    if not new and rule.protocol is None:
        rule.protocol = Item("TCP", place)
    yield rule


def _netsh_values(words: Sequence[batch.Word], said: list[Finding]) -> dict[str, batch.Word]:
    """Values by the names of their parameters. A space may stand after the equals sign."""
    given: dict[str, batch.Word] = {}
    waiting: str | None = None
    for word in words:
        if waiting is not None:
            given[waiting] = word
            waiting = None
            continue
        name, equals, value = word.text.partition("=")
        low = name.strip().lower()
        if not equals:
            # `new` divides what is looked for from what is set.
            continue
        if low not in (*_NETSH_PARAMETERS, "group"):
            near = nearest(low, _NETSH_PARAMETERS, cutoff=0.6)
            hint = Said(f" {near} is probably meant." if near else "")
            said.append(RULES["netsh-parameter"].finding(word.place, given=name, near=hint))
        elif value:
            given[low] = batch.Word(value, word.place, word.literal)
        else:
            waiting = low
    return given
