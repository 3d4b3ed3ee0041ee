"""Small organizations for tests: KMS hosts, and groups of computers that ask them."""

from __future__ import annotations

from typing import Any

from macros.catalog.organization import Group, HostKey, KmsHost, Organization


def host(id_: str, **changes: Any) -> KmsHost:
    key = HostKey(group="ws2025", activations_used=1)
    return KmsHost(id=id_, name=f"{id_}.example.com", operating_system="windows-server-2025", keys=(key,), **changes)


def group(id_: str, product: str, count: int, hosts: tuple[str, ...], **changes: Any) -> Group:
    values = {
        "method": "kms", "directory": "none", "network_every_days": 1, "internet": "none", "kms_hosts": hosts,
    }  # fmt: skip
    return Group(id=id_, name=id_, product=product, count=count, **(values | changes))


def fleet(hosts: tuple[KmsHost, ...], *groups: Group) -> Organization:
    return Organization(name="Test", dns_zone="example.com", kms_hosts=hosts, licensed=(), groups=groups)
