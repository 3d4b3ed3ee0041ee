"""Names that several sections write alike: activation methods, products, hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from macros.catalog.models import find
from macros.catalog.organization import Method

from .view import View

VolumeMethod = Literal["mak", "kms", "adba"]

METHOD_NAMES: Mapping[Method, str] = {
    "adba": "ADBA",
    "kms": "KMS",
    "mak": "MAK",
    "avma": "AVMA",
    "azure-kms": "Azure KMS",
    "subscription": "Subscription",
    "own-key": "Their own key",
    "unactivated": "Not activated",
}
KMS_UNMET_NAME = "KMS, count not met: not activated"


def product_name(view: View, product_id: str) -> str:
    """The name of a product. Raises UnknownIdError."""
    return view.catalog.product(product_id).name


def host_key_name(view: View, key: str) -> str:
    """The name of a host key as budgets call it: an id, `ws2025`, or `ws2025/second`. Raises UnknownIdError."""
    group_id, _, which = key.partition("/")
    name = find(view.catalog.host_keys.groups, group_id, "host key group").name
    return f"{name} ({which})" if which else name


def host_label(view: View, host_id: str) -> str:
    """The first label of a host's name when no other host has it, else the full name."""
    name = view.organization.host(host_id).name
    label = name.partition(".")[0]
    same = [host for host in view.organization.kms_hosts if host.name.partition(".")[0] == label]
    return label if len(same) == 1 else name
