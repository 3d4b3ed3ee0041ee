"""Firewall rules for KMS, as formats: two languages of Windows, and a table for firewalls between networks."""

from __future__ import annotations

from macros.formats.base.format import Format
from macros.formats.shells.marks import BATCH, CMD, OTHER_LANGUAGE, POWERSHELL, PS1

from . import commands, table
from .rules import LIMITS, NETSH, NEW, PLANNING, RULES
from .samples import IN_A_TABLE, IN_NETSH, IN_POWERSHELL

FORMATS = (
    Format(
        id="firewall-powershell",
        title="PowerShell script with firewall rules",
        language="powershell",
        names=(PS1,),
        marks=((r"(^|[|;={(])[ \t]*(new|set|enable|disable)-netfirewallrule\b", 3), POWERSHELL, OTHER_LANGUAGE),
        fenced=True,
        sources=NEW,
        limits=LIMITS,
        rules=RULES,
        read=commands.read_powershell,
        judge=commands.judge,
        samples=IN_POWERSHELL,
    ),
    Format(
        id="firewall-netsh",
        title="batch file with firewall rules",
        language="bat",
        names=(CMD,),
        marks=((r"\bnetsh(\.exe)?[ \t]+advfirewall\b", 3), BATCH, OTHER_LANGUAGE),
        fenced=True,
        sources=NETSH,
        encodings="unmarked",
        limits=LIMITS,
        rules=RULES,
        read=commands.read_netsh,
        judge=commands.judge,
        samples=IN_NETSH,
    ),
    Format(
        id="firewall-table",
        title="table of rules for network firewalls (CSV)",
        language="text",
        names=((r"\.csv$", 1),),
        marks=((r"^[ \t]*rule[ \t]*,[ \t]*source[ \t]*,[ \t]*destination\b", 3),),
        sources=PLANNING,
        limits=LIMITS,
        rules=RULES,
        read=table.read,
        judge=table.judge,
        samples=IN_A_TABLE,
    ),
)
