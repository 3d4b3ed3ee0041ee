"""Every form of SRV records: how it is made, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.findings import Report, Rule
from macros.formats.base.origin import Origin

from . import (
    dnsmasq as dns_dnsmasq,
)
from . import (
    nsupdate as dns_nsupdate,
)
from . import (
    samba as dns_samba,
)
from . import (
    unbound as dns_unbound,
)
from . import (
    windows as dns_windows,
)
from . import (
    zone as dns_zone,
)
from .judge import Content, Form
from .srv import Wanted

Make = Callable[[Organization, Policy, Origin], str]
"""Makes a file for an organization."""


@dataclass(frozen=True)
class Kind:
    """One form: what makes it, what reads it and what checks it."""

    form: Form
    makes: Mapping[str, Make]
    """By the id of the sample that comes out."""
    read: Callable[[str, Wanted], Content]
    validate: Callable[[str | bytes, Wanted], Report]
    marks: tuple[str, ...]
    """Patterns, without regard to case, of which a file of this form has at least one."""


KINDS: Mapping[str, Kind] = {
    "dns-powershell": Kind(
        dns_windows.POWERSHELL,
        {"dns-powershell": dns_windows.powershell},
        dns_windows.read_powershell,
        dns_windows.validate_powershell,
        (r"(?<![a-z0-9_])Add-DnsServerResourceRecord",),
    ),
    "dns-dnscmd": Kind(
        dns_windows.DNSCMD,
        {"dns-dnscmd": dns_windows.dnscmd},
        dns_windows.read_dnscmd,
        dns_windows.validate_dnscmd,
        (r"^[ \t]*@?[^ \t\n]{0,200}?dnscmd(\.exe)?[ \t][^\n]{0,200}?/record",),
    ),
    "dns-nsupdate": Kind(
        dns_nsupdate.FORM,
        {"dns-nsupdate": dns_nsupdate.script},
        dns_nsupdate.read,
        dns_nsupdate.validate,
        (r"^[ \t]*update[ \t]+(add|del)",),
    ),
    "dns-dnsmasq": Kind(
        dns_dnsmasq.FORM,
        {"dns-dnsmasq": dns_dnsmasq.configuration},
        dns_dnsmasq.read,
        dns_dnsmasq.validate,
        (r"^[ \t]*srv-host[ \t]*=",),
    ),
    "dns-unbound": Kind(
        dns_unbound.FORM,
        {"dns-unbound": dns_unbound.configuration},
        dns_unbound.read,
        dns_unbound.validate,
        (r"^[ \t]*local-data:",),
    ),
    "dns-samba": Kind(
        dns_samba.FORM,
        {"dns-samba": dns_samba.script},
        dns_samba.read,
        dns_samba.validate,
        (r"^[ \t]*([^ \t\n]+[ \t]+)?[^ \t\n]{0,200}?samba-tool[ \t]+dns",),
    ),
    "dns-zone": Kind(
        dns_zone.FORM,
        {"dns-zone": dns_zone.zone_file, "dns-records": dns_zone.record_lines},
        dns_zone.read,
        dns_zone.validate,
        (
            r"^[^ \t\n]{1,255}[ \t]+([0-9]+[a-z]?[ \t]+)?(IN[ \t]+)?([0-9]+[a-z]?[ \t]+)?SRV[ \t(]+[0-9]",
            r"^\$(ORIGIN|TTL)[ \t]",
            r"^[^ \t\n]{1,255}[ \t]+([0-9]+[a-z]?[ \t]+)?(IN[ \t]+)?SOA[ \t]",
        ),
    ),
}
"""Every form by its id. The id is that of its sample, and may serve as the kind of a file that is checked."""


def validate_any(kind: str, data: str | bytes, policy: Policy, organization: Organization | None = None) -> Report:
    """Check a file of a kind: by its form alone, or against an organization. Raises KeyError for an unknown kind."""
    wanted = Wanted.of(organization, policy) if organization else Wanted.anywhere(policy)
    return KINDS[kind].validate(data, wanted)


def rules_of(kind: str) -> tuple[Rule, ...]:
    """Every rule that a file of a kind is compared with."""
    return tuple(KINDS[kind].form.rules.values())
