"""Names of the organization, for commands: bare text that stands in code blocks too."""

from __future__ import annotations

from macros.catalog.models import UnknownIdError
from macros.catalog.organization import NO_ZONE

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
    """DNS zone in which the organization's KMS hosts publish, for commands; a placeholder when it has none."""
    return "<DNS zone>" if view.organization.dns_zone == NO_ZONE else view.organization.dns_zone


def org_domain(view: View) -> str:
    """DNS name of the organization's forest, for commands; a placeholder when it has none."""
    forest = view.organization.active_directory
    return forest.dns_name if forest else "<domain>"


def org_has(view: View, what: str) -> bool:
    """Whether the organization has something, so that a page says nothing of what it has not.

    `kms`: computers that ask a KMS host; `hosts`: KMS hosts; `mak`: MAKs; `host-keys`: products by a host key; `dated`:
    groups whose activation has dates. Raises UnknownIdError for another word.
    """
    organization = view.organization
    methods = {group.method for group in organization.groups}
    known = {
        "kms": bool(view.situation.counts),
        "hosts": bool(organization.kms_hosts),
        "mak": bool(organization.mak_allotments),
        "host-keys": bool(methods & {"kms", "adba"}),
        "dated": bool(methods & {"kms", "adba", "mak"}),
    }
    if what not in known:
        raise UnknownIdError("property of an organization", what, known)
    return known[what]


MACROS = (org_has, org_host, org_port, org_zone, org_domain)
