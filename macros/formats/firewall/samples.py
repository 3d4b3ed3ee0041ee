"""Samples of firewall rules."""

from __future__ import annotations

from macros.formats.base.context import SampleContext
from macros.formats.base.sample import Mistake, Sample, Samples

from . import commands, table


def _has_hosts(context: SampleContext) -> bool:
    return bool(context.organization.kms_hosts)


def _has_standard_port(context: SampleContext) -> bool:
    return context.policy.port in context.hosts.values()


def _first_port(context: SampleContext) -> int:
    return commands.listeners(context.organization, context.policy)[0].port


IN_POWERSHELL = Samples.beside(
    __file__,
    "firewall-powershell",
    {
        "firewall-host": Sample(
            make=commands.host_script,
            mistakes=lambda context: (
                Mistake(" -Enabled True", "", "firewall-not-enabled"),
                Mistake("-Profile", "-Profiles", "cmdlet-parameter"),
            ),
            possible=_has_standard_port,
        ),
        "firewall-host-limited": Sample(
            make=commands.limited_host_script,
            mistakes=lambda context: (
                Mistake("SPPSVC-In-TCP", "SPPSVC-TCP-In", "firewall-rule-name"),
                Mistake(commands.networks(context.organization)[0], "10.0.0.0/33", "firewall-address"),
            ),
            possible=_has_standard_port,
        ),
        "firewall-host-rule": Sample(
            make=commands.own_rule_script,
            mistakes=lambda context: (
                Mistake("-LocalPort", "-RemotePort", "firewall-remote-port"),
                Mistake("-Protocol TCP", "-Protocol UDP", "firewall-protocol"),
                Mistake("-Enabled True", "-Enabled $true", "firewall-enabled-boolean"),
            ),
            possible=_has_hosts,
        ),
        "firewall-client": Sample(
            make=commands.client_script,
            mistakes=lambda context: (
                Mistake("-RemotePort", "-LocalPort", "firewall-local-port"),
                Mistake(
                    f"-RemotePort {_first_port(context)}", f"-RemotePort {_first_port(context) + 1}", "firewall-port"
                ),
            ),
            possible=_has_hosts,
        ),
    },
)
IN_NETSH = Samples.beside(
    __file__,
    "firewall-netsh",
    {
        "firewall-host-netsh": Sample(
            make=commands.host_netsh,
            mistakes=lambda context: (Mistake("protocol=TCP ", "", "firewall-no-protocol"),),
            possible=_has_hosts,
        ),
        "firewall-client-netsh": Sample(
            make=commands.client_netsh,
            mistakes=lambda context: (
                Mistake("dir=out", "dir=in", "firewall-remote-port"),
                Mistake("action=allow", "action=block", "firewall-block"),
            ),
            possible=_has_hosts,
        ),
    },
)
IN_A_TABLE = Samples.beside(
    __file__,
    "firewall-table",
    {
        "firewall-table": Sample(
            make=table.table_csv,
            mistakes=lambda context: (
                Mistake(f",TCP,{_first_port(context)},", f",UDP,{_first_port(context)},", "firewall-protocol"),
            ),
            possible=_has_hosts,
        ),
    },
)
