"""Samples of registry preferences for Group Policy."""

from __future__ import annotations

from collections.abc import Mapping

from . import client_settings, dns_srv, group_policy, registry_file
from .findings import Report
from .plan import Context, Mistake, Plan
from .registry_file import Value
from .registry_file_plans import has_hosts

POLICY_NAME = "KMS client settings"
"""Name of the Group Policy object in the sample. Our choice."""


_NO_DOMAIN = "The file of the organization has no KMS host, or no Active Directory, so there is no policy to make."


def _values(context: Context) -> tuple[Value, ...]:
    host = context.organization.kms_hosts[0]
    return registry_file.fixed_host(host, ("windows", "office"), context.policy)


def _check_xml(text: str, context: Context) -> Report:
    hosts = dns_srv.ports(context.organization, context.policy)
    return group_policy.validate(text, context.catalog, context.policy, hosts)


def _check_commands(text: str, context: Context) -> Report:
    hosts = dns_srv.ports(context.organization, context.policy)
    return client_settings.validate_powershell(text, context.catalog, context.policy, hosts)


def _in_domain(context: Context) -> bool:
    return has_hosts(context) and context.organization.active_directory is not None


PLANS: Mapping[str, Plan] = {
    "preferences-commands": Plan(
        file_name="kms-client-preferences.ps1",
        language="powershell",
        make=lambda context, origin: group_policy.preference_commands(
            _values(context),
            POLICY_NAME,
            [
                "Run as a user who may edit the Group Policy object, on a computer with the GroupPolicy module.",
                "The object has to exist: create it first, and link it when the items are in it.",
            ],
            origin,
            context.catalog,
        ),
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
        make=lambda context, origin: group_policy.preference_xml(
            _values(context), ["Registry preference items for the computer."], origin, context.catalog
        ),
        check=_check_xml,
        mistakes=lambda context: (
            Mistake('type="REG_SZ" value="1', 'type="REG_DWORD" value="1', "gpp-number"),
            Mistake('key="SOFTWARE', 'key="HKEY_LOCAL_MACHINE\\SOFTWARE', "gpp-key"),
            Mistake('hive="HKEY_LOCAL_MACHINE"', 'hive="HKEY_CURRENT_USER"', "reg-hive"),
        ),
        possible=_in_domain,
        missing=_NO_DOMAIN,
    ),
}
"""Samples by id."""
