"""Samples of firewall rules."""

from __future__ import annotations

from collections.abc import Mapping

from macros.formats.base.findings import Report
from macros.formats.base.hosts import host_ports
from macros.formats.base.sample import Context, Mistake, Plan

from . import commands as firewall
from . import table as firewall_table

_NO_HOST = "The file of the organization names no KMS host, so there is nothing to let through."
_NO_STANDARD = (
    "None of your KMS hosts listens on the standard port, so the rule that Windows brings along is of no use."
)


def _hosts(context: Context) -> Mapping[str, int]:
    return host_ports(context.organization, context.policy)


def _has_hosts(context: Context) -> bool:
    return bool(context.organization.kms_hosts)


def _has_standard_port(context: Context) -> bool:
    return context.policy.port in _hosts(context).values()


def _first_port(context: Context) -> int:
    return firewall.listeners(context.organization, context.policy)[0].port


def _script(text: str, context: Context) -> Report:
    return firewall.validate_powershell(text, context.catalog, context.policy, _hosts(context))


def _netsh(text: str, context: Context) -> Report:
    return firewall.validate_netsh(text, context.catalog, context.policy, _hosts(context))


def _table(text: str, context: Context) -> Report:
    return firewall_table.validate(text, context.catalog, context.policy, _hosts(context))


PLANS: Mapping[str, Plan] = {
    "firewall-host": Plan(
        file_name="kms-host-firewall.ps1",
        language="powershell",
        make=lambda context, origin: firewall.host_script(
            context.organization, context.policy, origin, context.catalog
        ),
        check=_script,
        mistakes=lambda context: (
            Mistake(" -Enabled True", "", "firewall-not-enabled"),
            Mistake("-Profile", "-Profiles", "cmdlet-parameter"),
        ),
        possible=_has_standard_port,
        missing=_NO_STANDARD,
    ),
    "firewall-host-limited": Plan(
        file_name="kms-host-firewall-limited.ps1",
        language="powershell",
        make=lambda context, origin: firewall.limited_host_script(
            context.organization, context.policy, origin, context.catalog
        ),
        check=_script,
        mistakes=lambda context: (
            Mistake("SPPSVC-In-TCP", "SPPSVC-TCP-In", "firewall-rule-name"),
            Mistake(firewall.networks(context.organization)[0], "10.0.0.0/33", "firewall-address"),
        ),
        possible=_has_standard_port,
        missing=_NO_STANDARD,
    ),
    "firewall-host-rule": Plan(
        file_name="kms-host-firewall-rule.ps1",
        language="powershell",
        make=lambda context, origin: firewall.own_rule_script(context.organization, context.policy, origin),
        check=_script,
        mistakes=lambda context: (
            Mistake("-LocalPort", "-RemotePort", "firewall-remote-port"),
            Mistake("-Protocol TCP", "-Protocol UDP", "firewall-protocol"),
            Mistake("-Enabled True", "-Enabled $true", "firewall-enabled-boolean"),
        ),
        possible=_has_hosts,
        missing=_NO_HOST,
    ),
    "firewall-client": Plan(
        file_name="kms-client-firewall.ps1",
        language="powershell",
        make=lambda context, origin: firewall.client_script(context.organization, context.policy, origin),
        check=_script,
        mistakes=lambda context: (
            Mistake("-RemotePort", "-LocalPort", "firewall-local-port"),
            Mistake(f"-RemotePort {_first_port(context)}", f"-RemotePort {_first_port(context) + 1}", "firewall-port"),
        ),
        possible=_has_hosts,
        missing=_NO_HOST,
    ),
    "firewall-host-netsh": Plan(
        file_name="kms-host-firewall.cmd",
        language="bat",
        make=lambda context, origin: firewall.host_netsh(context.organization, context.policy, origin, context.catalog),
        check=_netsh,
        mistakes=lambda context: (Mistake("protocol=TCP ", "", "firewall-no-protocol"),),
        possible=_has_hosts,
        missing=_NO_HOST,
    ),
    "firewall-client-netsh": Plan(
        file_name="kms-client-firewall.cmd",
        language="bat",
        make=lambda context, origin: firewall.client_netsh(
            context.organization, context.policy, origin, context.catalog
        ),
        check=_netsh,
        mistakes=lambda context: (
            Mistake("dir=out", "dir=in", "firewall-remote-port"),
            Mistake("action=allow", "action=block", "firewall-block"),
        ),
        possible=_has_hosts,
        missing=_NO_HOST,
    ),
    "firewall-table": Plan(
        file_name="kms-firewall.csv",
        language="text",
        make=lambda context, origin: firewall_table.table_csv(
            context.organization, context.policy, origin, context.catalog
        ),
        check=_table,
        mistakes=lambda context: (
            Mistake(f",TCP,{_first_port(context)},", f",UDP,{_first_port(context)},", "firewall-protocol"),
        ),
        possible=_has_hosts,
        missing=_NO_HOST,
    ),
}
"""Samples by id."""
