"""Names, addresses and ports of hosts: what a text may be, and what the KMS hosts of an organization listen on."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from macros.catalog.organization import Organization
from macros.domain.policy import Policy

LONGEST_NAME = 253
MOST_PORT = 65535
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
WHY: Mapping[str, str] = {
    "empty": "it is empty",
    "web": "an address of the web begins like that",
    "space": "it has a space in it",
    "colons": "a name has no colon; an IPv6 address cannot stand here",
    "name": "a DNS name has letters, digits, hyphens and dots",
    "digits": "it is all digits",
    "parts": "it has neither one part nor three",
    "numbers": "priority and weight are numbers of 16 bits",
}


def host_problem(text: str) -> str | None:
    """Why a text is no name of a host, None when it is one. An IPv4 address is taken as well."""
    mistakes = {
        "empty": not text.strip(),
        "web": "://" in text,
        "space": re.search(r"\s", text),
        "colons": text.count(":") > 1,
    }
    made = next((name for name, wrong in mistakes.items() if wrong), None)
    if made or is_ip(text):
        return WHY[made] if made else None
    labels = text.removesuffix(".").split(".")
    if len(text) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        return WHY["name"]
    return WHY["digits"] if labels[-1].isdigit() else None


def is_ip(text: str) -> bool:
    """Whether a text is an IPv4 address, which is not compared with the names of hosts."""
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def port_of(text: str) -> int | None:
    """A TCP port, None when the text is none."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= MOST_PORT:
        return None
    return int(text)


def host_ports(organization: Organization, policy: Policy) -> dict[str, int]:
    """The port that each host of the organization listens on, by its name."""
    return {host.name: policy.port if host.port is None else host.port for host in organization.kms_hosts}
