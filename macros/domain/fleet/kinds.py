"""Rows that differ in nothing but their computer and their numbers are of one kind, which is looked at once.

A kind knows its product, its state, its channel, its KMS host and how it is activated. States, channels and hosts of
clouds are told by the rules that read outputs; products and methods by those of fleet.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from macros.catalog.fleet_models import FleetMethod
from macros.catalog.models import Catalog, ProductKind
from macros.catalog.product_keys import GROUP
from macros.domain.diagnosis import Value, all_hold, reader

Row = Sequence[str]
"""The cells of a row, in the order of the columns of fleet.yaml."""

_LABELS: Mapping[str, str] = {
    "name": "Name",
    "description": "Description",
    "key_channel": "ProductKeyChannel",
    "status": "LicenseStatus",
    "reason": "LicenseStatusReason",
    "ao_name": "ADActivationObjectName",
    "set_host": "KeyManagementServiceMachine",
    "set_port": "KeyManagementServicePort",
    "found_host": "DiscoveredKeyManagementServiceMachineName",
    "found_port": "DiscoveredKeyManagementServiceMachinePort",
}
"""Columns that the rules of outputs read, by the label that they know each of them by."""
_OF_LICENSE = ("name", "description", "key_channel", "status", "reason", "ao_name")
_OF_HOST = ("set_host", "set_port", "found_host", "found_port")
_TOLD_OF_HOST = (*_OF_HOST, "kms_host", "kms_port", "fixed_host", "platform", "platform_host", "bad_port")
"""Slots that follow from the host alone."""
_MOST_READ = 50_000
"""Sets of cells that are remembered. Our choice, far above what a fleet has."""
_READ_AS = "cim-product"
_KEY = "PartialProductKey"
_ANY_KEY = "0" * GROUP
"""Stands for a key of somebody: that there is one matters, and which one does not."""
UNTOLD = "?"
"""The end of a key in a row that does not tell whether there is a key."""
_HEX = re.compile(r"0[xX]([0-9A-Fa-f]{8})")
_NO_DAY = date(2000, 1, 1)
"""The rules compare days of texts with today; a row of a table has none."""


@dataclass(frozen=True, eq=False, slots=True)
class Kind:
    """What all rows of a kind say."""

    slots: Mapping[str, Value]
    license: str
    """Name and channel, by which two rows of a computer are about one license."""
    product: str
    """What the product is called."""
    products: tuple[str, ...]
    """The releases that it may be, by their ids."""
    family: ProductKind | None
    method: FleetMethod
    in_use: bool
    is_host: bool
    suite: str
    """Which Office suite it is; empty for everything else."""

    @property
    def status(self) -> str:
        """The state, by its id in outputs.yaml."""
        return str(self.slots["status"])

    @property
    def channel(self) -> str:
        """The channel, by its id in outputs.yaml."""
        return str(self.slots["channel"])

    @property
    def renews(self) -> bool:
        """Whether the license is activated, and ends unless it is renewed."""
        return "renews" in self.slots

    @property
    def host(self) -> str:
        """The KMS host that it really uses; empty when there is none, or none is told."""
        return str(self.slots.get("kms_host", "")) if "kms_client" in self.slots else ""


class Kinds:
    """Tells kinds by the data of a catalog, each row's once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._reader = reader(catalog)
        self._fleet = catalog.fleet
        self._families = {product.id: product.kind for product in catalog.products}
        self._names = {product.id: product.name for product in catalog.products}
        self._suite = re.compile(catalog.fleet.suites)
        self._of_key: dict[str, tuple[str, ...]] = {}
        for key in catalog.client_keys:
            ending = key.key[-GROUP:]
            self._of_key[ending] = tuple(dict.fromkeys((*self._of_key.get(ending, ()), key.product)))
        self._read: dict[tuple[tuple[str, ...], str], Mapping[str, Value]] = {}
        self.columns = tuple(column.id for column in catalog.fleet.columns)
        self.size = sum(column.of_license for column in catalog.fleet.columns)
        """How many columns, the first ones, make a kind."""
        self.published = frozenset(self._of_key)
        """The last characters of published keys."""

    def kind(self, row: Row, partial_key: str) -> Kind:
        """The kind of a row, by the columns that make one, and by the last characters of its key."""
        told = dict(zip(self.columns[: self.size], (cell.strip() for cell in row), strict=False))
        of_license = tuple(told[name] for name in _OF_LICENSE)
        slots = {
            **self._slots(_OF_LICENSE, of_license, partial_key),
            **self._slots(_OF_HOST, tuple(told[name] for name in _OF_HOST), UNTOLD),
        }
        for name in ("system", "activation_type"):
            if told[name]:
                slots[name] = told[name]
        is_host = told["is_host"] in ("1", "True", "true")
        if is_host:
            slots["channel"] = "kms-host"
        if slots["channel"] == "kms-client":
            slots["kms_client"] = "yes"
        method = next(one for one in self._fleet.methods if all_hold(one.when, slots))
        slots["method"] = method.id
        slots.pop("renews", None)
        if method.renews and slots["status"] == "licensed":
            slots["renews"] = "yes"
        rule = next(one for one in self._fleet.products if all_hold(one.when, slots))
        of_key = self._of_key.get(partial_key, ())
        both = tuple(name for name in rule.products if name in of_key)
        products = both or rule.products
        families = {self._families[name] for name in products}
        suite = self._suite.search(str(slots.get("name", ""))) if slots.get("product") == "office" else None
        return Kind(
            slots=slots,
            license=f"{told['name'].lower()}\n{told['description'].lower()}",
            product=self._names[products[0]] if len(products) == 1 else rule.name,
            products=products,
            family=families.pop() if len(families) == 1 else "office" if slots.get("product") == "office" else None,
            method=method,
            in_use="not_in_use" not in slots,
            is_host=is_host or slots["channel"] == "kms-host",
            suite=" ".join(suite.groups()) if suite else "",
        )

    def _slots(self, columns: Sequence[str], cells: tuple[str, ...], partial_key: str) -> Mapping[str, Value]:
        """What the rules of outputs make of some cells: once for all rows that have them."""
        known = partial_key if partial_key in self.published or partial_key == UNTOLD else partial_key and _ANY_KEY
        key = (cells, known)
        found = self._read.get(key)
        if found is None:
            values = {_LABELS[name]: cell for name, cell in zip(columns, cells, strict=True)}
            if columns is _OF_HOST:
                values |= {label: cell.lower().removesuffix(".") for label, cell in values.items()}
            else:
                values["LicenseStatusReason"] = _decimal(values["LicenseStatusReason"])
            if known != UNTOLD:
                values[_KEY] = known
            slots = self._reader.row(values, _READ_AS, _NO_DAY)
            # Without a license, the rules can tell nothing but the host.
            found = {name: slots[name] for name in _TOLD_OF_HOST if name in slots} if columns is _OF_HOST else slots
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            self._read[key] = found
        return found

    @cached_property
    def suite_ids(self) -> re.Pattern[str]:
        """What makes a product ID of Click-to-Run one of a suite."""
        return re.compile(self._fleet.suite_ids)


@lru_cache(maxsize=2)
def kinds(catalog: Catalog) -> Kinds:
    """What tells kinds by the data of a catalog."""
    return Kinds(catalog)


def _decimal(reason: str) -> str:
    """A reason as the decimal number by which CIM gives it."""
    found = _HEX.search(reason)
    return str(int(found[1], 16)) if found else reason
