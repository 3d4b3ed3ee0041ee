"""The values that computations use, each taken from one fact.

Nothing below this module types a number from outside: a computation takes a Policy, and its result can say which
fact a value came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from macros.catalog.models import Catalog
from macros.catalog.values import part_of


def _from(fact_id: str, part: str | None = None) -> Any:
    return field(metadata={"fact": fact_id, "part": part})


_LARGEST = 10**6

_UNITS: Mapping[str, tuple[str | None, ...]] = {
    "minutes": ("minutes",),
    "days": ("days", None),
    "threshold": ("computers",),
    "cap": ("client-ids", "computers"),
    "bytes": ("bytes",),
    "hosts": ("hosts", None),
    "port": ("tcp-port",),
}
"""Units in which a computation takes a value, by a word of its field. None where the parts of a fact say it."""


def _units_of(name: str) -> tuple[str | None, ...] | None:
    return next((units for word, units in _UNITS.items() if word in name.split("_")), None)


@dataclass(frozen=True)
class Policy:
    """Microsoft's values for volume activation. Counts are computers; times name their unit."""

    threshold_client: int = _from("kms.threshold.windows_client")
    threshold_server: int = _from("kms.threshold.windows_server")
    threshold_office: int = _from("kms.threshold.office")
    cap_with_client: int = _from("kms.count.cache_size", "with_windows_client")
    cap_server_only: int = _from("kms.count.cache_size", "server_only")
    cap_office: int = _from("kms.count.cache_size", "office")
    window_days: int = _from("kms.count.ageing")
    validity_days: int = _from("kms.validity")
    renewal_minutes: int = _from("kms.renewal_interval", "default")
    retry_minutes: int = _from("kms.activation_interval", "default")
    interval_minimum_minutes: int = _from("kms.renewal_interval", "min")
    interval_maximum_minutes: int = _from("kms.renewal_interval", "max")
    windows_warning_days: int = _from("kms.expiry.windows.warning", "days_before")
    office_notice_days: int = _from("kms.grace.office.initial")
    adba_validity_days: int = _from("adba.validity")
    adba_renewal_days: int = _from("adba.renewal")
    adba_retry_days: int = _from("adba.retry")
    message_bytes: int = _from("kms.message_size")
    hosts_advised: int = _from("kms.host.count_guidance", "min_hosts")
    hosts_advised_over: int = _from("kms.host.count_guidance", "when_clients_over")
    key_hosts: int = _from("kms.csvlk.max_hosts")
    key_activations_per_host: int = _from("kms.csvlk.activations_per_host", "total")
    port: int = _from("kms.port")
    srv_name: str = _from("kms.dns.srv_name")
    srv_priority: int = _from("kms.dns.srv_defaults", "priority")
    srv_weight: int = _from("kms.dns.srv_defaults", "weight")
    office_tolerance_days: int = _from("kms.expiry.office.states", "1.days")
    renewals_before_expiry: int = _from("kms.renewals_before_expiry")
    mak_per_activation: int = _from("mak.count_consumption")

    @classmethod
    def of(cls, catalog: Catalog) -> Policy:
        """Read every value from its fact.

        Raises LookupError for a fact or part that is missing, TypeError for a value of another type, and ValueError
        for a number that no computation here is made for.
        """
        values: dict[str, Any] = {}
        for item in fields(cls):
            fact = catalog.fact(item.metadata["fact"])
            place = f'{fact.file}, fact "{fact.id}"'
            value = part_of(fact.value, item.metadata["part"])
            units = _units_of(item.name)
            if units is not None and fact.unit not in units:
                needed = " or ".join(map(str, units))
                raise ValueError(f"{place}: {item.name} must be in {needed}, not in {fact.unit}")
            wanted = str if item.type == "str" else int
            if type(value) is not wanted:
                raise TypeError(f"{place}: {item.name} must be {wanted.__name__}, not {value!r}")
            if isinstance(value, int) and not 0 <= value <= _LARGEST:
                raise ValueError(f"{place}: {item.name} must be from 0 to {_LARGEST}, not {value}")
            values[item.name] = value
        return cls(**values)

    @classmethod
    def fact_of(cls, name: str) -> str:
        """Id of the fact that a field is read from."""
        return str(next(item.metadata["fact"] for item in fields(cls) if item.name == name))

    @property
    def renewal(self) -> timedelta:
        """Time between two renewal attempts of an activated client."""
        return timedelta(minutes=self.renewal_minutes)

    @property
    def retry(self) -> timedelta:
        """Time between two attempts of a client that is not activated or whose renewal failed."""
        return timedelta(minutes=self.retry_minutes)
