"""Who is activated at all. The one place that says it: every page and export that counts KMS installations asks here.

A KMS host whose count is below the threshold activates nobody (facts kms.threshold.*), and a client keeps to the host
that answered it (kms.host_caching). So of a group that asks several hosts, the share that asks a host below the
threshold is not activated. A license that was never there cannot expire, needs no renewal and is no KMS installation.

A group with a recorded renewal was activated then, whatever the count is today: its license runs on, but no renewal
succeeds any more (kms.renewal.below_threshold). Computers with a MAK count as activated as far as the organization's
file says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from macros.catalog.models import Catalog
from macros.catalog.organization import Group, Organization

from .count import Standing, counted_in, group_shares, host_counts
from .once import once
from .policy import Policy

State = Literal["activated", "partly", "open", "lapsing", "never"]
"""`activated`: by its method, as far as this file can say. `partly`: some computers are, the others never were. `open`:
it depends on how a KMS host counts Office, which nobody states. `lapsing`: activated once, and no renewal succeeds.
`never`: no computer was activated yet."""


KMS_UNMET = "kms-unmet"
"""Stands beside the methods for computers that ask a KMS host and were never activated."""


@dataclass(frozen=True)
class Activation:
    """How many computers of a group were ever activated; the three numbers add up to all of them.

    `short` are the KMS hosts below the threshold that computers of the group ask, with the count compared. `silent`
    says that the computers are never on the network, so that no KMS host can hear from them.
    """

    group_id: str
    state: State
    activated: int
    open: int
    missing: int
    short: tuple[tuple[str, Standing], ...] = ()
    silent: bool = False

    @property
    def licensed(self) -> int:
        """Computers that have, or may have, a license that runs: all but those that were never activated."""
        return self.activated + self.open


def activation(group: Group, organization: Organization, catalog: Catalog, policy: Policy) -> Activation:
    """How many computers of a group were ever activated.

    Raises UnknownIdError for a product that the catalog does not have.
    """
    if group.method == "kms":
        return _by_kms(group, organization, catalog, policy)
    activated = {"mak": group.mak.activated if group.mak else 0, "unactivated": 0}.get(group.method, group.count)
    missing = group.count - activated
    return Activation(group.id, _state(activated, 0, missing), activated, 0, missing)


@once
def activations(organization: Organization, catalog: Catalog, policy: Policy) -> Mapping[str, Activation]:
    """The same for every group, by group id."""
    return {group.id: activation(group, organization, catalog, policy) for group in organization.groups}


def kms_missing(group: Group, organization: Organization, catalog: Catalog, policy: Policy) -> int:
    """Computers of a group that KMS was to activate and never did; 0 for groups with another method."""
    return activation(group, organization, catalog, policy).missing if group.method == "kms" else 0


def never_by_kms(organization: Organization, catalog: Catalog, policy: Policy) -> Mapping[str, Activation]:
    """Groups with method kms of which some computers were never activated, by group id, in the order of the file."""
    found = activations(organization, catalog, policy)
    by_kms = (group.id for group in organization.groups if group.method == "kms")
    return {group_id: found[group_id] for group_id in by_kms if found[group_id].missing}


def _by_kms(group: Group, organization: Organization, catalog: Catalog, policy: Policy) -> Activation:
    kind = catalog.product(group.product).kind
    silent = group.network_every_days == "never" and group.count > 0
    asked = {host: share for host, share in group_shares(group, organization, policy).items() if share}
    standings = [
        (host, share, each)
        for host, share in asked.items()
        for each in host_counts(organization, catalog, policy)[host, counted_in(kind)].standings
        if each.kind == kind and not silent
    ]
    short = tuple((host, each) for host, _, each in standings if each.verdict == "short")

    def computers(verdict: str) -> int:
        return floor(group.count * sum((share for _, share, each in standings if each.verdict == verdict), Fraction(0)))

    met, unsure = computers("met"), computers("not-stated")
    if group.count and not met + unsure and group.last_renewal:
        return Activation(group.id, "lapsing", group.count, 0, 0, short, silent)
    missing = group.count - met - unsure
    return Activation(group.id, _state(met, unsure, missing), met, unsure, missing, short, silent)


def _state(activated: int, unsure: int, missing: int) -> State:
    if missing:
        return "partly" if activated + unsure else "never"
    return "open" if unsure else "activated"
