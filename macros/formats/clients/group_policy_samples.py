"""Samples of registry preferences for Group Policy."""

from __future__ import annotations

from collections.abc import Mapping

from macros.formats.base.findings import Report
from macros.formats.base.hosts import host_ports
from macros.formats.base.sample import Context, Mistake, Plan

from . import group_policy
from . import settings as client_settings
from .registry_samples import has_hosts
from .requests import maker

_NO_DOMAIN = "The file of the organization has no KMS host, or no Active Directory, so there is no policy to make."


def _check_xml(text: str, context: Context) -> Report:
    hosts = host_ports(context.organization, context.policy)
    return group_policy.validate(text, context.catalog, context.policy, hosts)


def _check_commands(text: str, context: Context) -> Report:
    hosts = host_ports(context.organization, context.policy)
    return client_settings.validate_powershell(text, context.catalog, context.policy, hosts)


def _in_domain(context: Context) -> bool:
    return has_hosts(context) and context.organization.active_directory is not None


def _port(context: Context) -> int:
    """The port of the host that the sample names: the first one."""
    host = context.organization.kms_hosts[0]
    return host_ports(context.organization, context.policy)[host.name]


PLANS: Mapping[str, Plan] = {
    "preferences-commands": Plan(
        file_name="kms-client-preferences.ps1",
        language="powershell",
        make=maker("preferences-commands", "host"),
        check=_check_commands,
        mistakes=lambda context: (
            Mistake("-Context Computer", "-Context User", "preference-context"),
            Mistake("-Action Update", "-Action Set", "cmdlet-allowed"),
        ),
        possible=_in_domain,
        missing=_NO_DOMAIN,
    ),
    "preferences-xml": Plan(
        file_name="kms-client-preferences.xml",
        language="xml",
        make=maker("preferences-xml", "host"),
        check=_check_xml,
        mistakes=lambda context: (
            Mistake(
                f'type="REG_SZ" value="{_port(context)}"', f'type="REG_DWORD" value="{_port(context)}"', "gpp-number"
            ),
            Mistake('key="SOFTWARE', 'key="HKEY_LOCAL_MACHINE\\SOFTWARE', "gpp-key"),
            Mistake('hive="HKEY_LOCAL_MACHINE"', 'hive="HKEY_CURRENT_USER"', "reg-hive"),
        ),
        possible=_in_domain,
        missing=_NO_DOMAIN,
    ),
}
"""Samples by id."""
