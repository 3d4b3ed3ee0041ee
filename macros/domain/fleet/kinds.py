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
from macros.domain.diagnosis import Value, compiled, reader

Row = Sequence[str]
"""The cells of a row, in the order of the columns of fleet.yaml."""

LABELS: Mapping[str, str] = {
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
_BESIDE = ("is_host", "activation_type", "system")
_MOST_READ = 50_000
"""Sets of cells that are remembered. Our choice, far above what a fleet has."""
_READ_AS = "cim-product"
KEY = "PartialProductKey"
MOST_KINDS = 5_000
"""Kinds that are told apart in one fleet. Our choice, far above what one has: each takes long to look at."""
_ANY_KEY = "0" * GROUP
"""Stands for a key of somebody: that there is one matters, and which one does not."""
UNTOLD = "?"
"""The end of a key in a row that does not tell whether there is a key."""
_HEX = re.compile(r"0[xX]([0-9A-Fa-f]{8})")
_NUMBER = re.compile(r"(-?[0-9]{1,10})(?: |$)")
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
        self._products = [(rule, compiled(rule.when)) for rule in catalog.fleet.products]
        self._methods = [(method, compiled(method.when)) for method in catalog.fleet.methods]
        self._releases = [
            re.compile(condition.like)
            for rule in catalog.fleet.products
            for condition in rule.when
            if condition.slot == "system" and condition.like
        ]
        self._systems: dict[str, str] = {}
        self._alike: dict[tuple[bool, ...], str] = {}
        self._known: dict[tuple[object, ...], Kind] = {}
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
        """The kind of a row, by the columns that make one, and by the last characters of its key.

        What rules do not tell apart is of one kind: words beside an error code, builds of one Windows.
        """
        told = dict(zip(self.columns[: self.size], (cell.strip() for cell in row), strict=False))
        told["reason"] = _reason(told["reason"])
        told["system"] = self._system(told["system"])
        of_license = tuple(told[name] for name in _OF_LICENSE)
        of_host = tuple(told[name].lower().removesuffix(".") for name in _OF_HOST)
        key = (of_license, of_host, *(told[name] for name in _BESIDE), self._shape(partial_key))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_KINDS:
                self._known.clear()
            found = self._known[key] = self._made(told, of_license, of_host, partial_key)
        return found

    def _made(
        self, told: Mapping[str, str], of_license: tuple[str, ...], of_host: tuple[str, ...], partial_key: str
    ) -> Kind:
        slots = {
            **self._slots(_OF_LICENSE, of_license, partial_key),
            **self._slots(_OF_HOST, of_host, UNTOLD),
        }
        for name in ("system", "activation_type"):
            if told[name]:
                slots[name] = told[name]
        is_host = told["is_host"] in ("1", "True", "true")
        if is_host:
            slots["channel"] = "kms-host"
        if slots["channel"] == "kms-client":
            slots["kms_client"] = "yes"
        method = next(one for one, hold in self._methods if hold(slots))
        slots["method"] = method.id
        slots.pop("renews", None)
        if method.renews and slots["status"] == "licensed":
            slots["renews"] = "yes"
        rule = next(one for one, hold in self._products if hold(slots))
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
        known = self._shape(partial_key)
        key = (cells, known)
        found = self._read.get(key)
        if found is None:
            values = {LABELS[name]: cell for name, cell in zip(columns, cells, strict=True)}
            if known != UNTOLD:
                values[KEY] = known
            slots = self._reader.row(values, _READ_AS, _NO_DAY)
            # Without a license, the rules can tell nothing but the host.
            found = {name: slots[name] for name in _TOLD_OF_HOST if name in slots} if columns is _OF_HOST else slots
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            self._read[key] = found
        return found

    def _system(self, text: str) -> str:
        """A system that stands for all that no rule tells apart from it."""
        found = self._systems.get(text)
        if found is None:
            told = tuple(bool(pattern.search(text)) for pattern in self._releases)
            if len(self._systems) >= _MOST_READ:
                self._systems.clear()
            found = self._systems[text] = self._alike.setdefault((bool(text), *told), text)
        return found

    def _shape(self, partial_key: str) -> str:
        """What matters of the end of a key: whether there is one, and which published one."""
        return partial_key if partial_key in self.published or partial_key == UNTOLD else partial_key and _ANY_KEY

    @cached_property
    def suite_ids(self) -> re.Pattern[str]:
        """What makes a product ID of Click-to-Run one of a suite."""
        return re.compile(self._fleet.suite_ids)


@lru_cache(maxsize=2)
def kinds(catalog: Catalog) -> Kinds:
    """What tells kinds by the data of a catalog."""
    return Kinds(catalog)


def _reason(text: str) -> str:
    """A reason as the decimal number by which CIM gives it. Words say nothing that a rule asks for."""
    found = _HEX.search(text)
    if found:
        return str(int(found[1], 16))
    number = _NUMBER.match(text)
    return number[1] if number else ""
