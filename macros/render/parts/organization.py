"""Names of the organization, for commands: bare text that stands in code blocks too."""

from __future__ import annotations

from .view import View


def org_host(view: View) -> str:
    """Name of the organization's first KMS host, for commands; a placeholder when it has none."""
    hosts = view.organization.kms_hosts
    return hosts[0].name if hosts else "<KMS host>"


def org_port(view: View) -> str:
    """TCP port of the organization's first KMS host, for commands."""
    hosts = view.organization.kms_hosts
    return str(hosts[0].port or view.policy.port) if hosts else str(view.policy.port)


def org_zone(view: View) -> str:
    """DNS zone in which the organization's KMS hosts publish, for commands."""
    return view.organization.dns_zone


def org_domain(view: View) -> str:
    """DNS name of the organization's forest, for commands; a placeholder when it has none."""
    forest = view.organization.active_directory
    return forest.dns_name if forest else "<domain>"


MACROS = (org_host, org_port, org_zone, org_domain)
