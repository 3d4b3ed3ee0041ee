"""Licensing values in the registry: which exist, of what type, and what is wrong with one. The same for every format.

What exists is read from the facts `reg.windows.*` and `reg.office.*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from macros.catalog.models import Catalog
from macros.catalog.values import part_of
from macros.formats.base.context import Context
from macros.formats.base.findings import Place
from macros.formats.base.rules import Rules

HOST = "KeyManagementServiceName"
PORT = "KeyManagementServicePort"
PUBLISH = "DnsDomainPublishList"
HIVE = "HKEY_LOCAL_MACHINE"
LISTENING = "KeyManagementServiceListeningPort"
INTERVALS = ("VLActivationInterval", "VLRenewalInterval")
HIVES = {
    "hklm": HIVE,
    "hkcu": "HKEY_CURRENT_USER",
    "hkcr": "HKEY_CLASSES_ROOT",
    "hku": "HKEY_USERS",
    "hkcc": "HKEY_CURRENT_CONFIG",
}
_ANY_CASE = re.IGNORECASE | re.ASCII
GUID = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
POLICIES = "software\\policies\\"
"""Where policies stand. They are not judged here."""

Product = Literal["windows", "office"]
Data = str | int | tuple[str, ...] | None


RULES = Rules.beside(__file__, "registry-values")
"""What can be wrong with a licensing value, whatever the format."""


@dataclass(frozen=True)
class Known:
    """A value that a page documents."""

    name: str
    key: str
    """Path without the hive, in small letters."""
    kind: str | None
    product: Product
    host: bool
    """Whether it belongs on a KMS host and not on a client."""
    client: bool


@dataclass(frozen=True)
class Entry:
    """One value as a file sets it. `kind` is None when the file leaves it open, `deleted` when it is taken away.

    It has no place of a key when none stands above it, and is not `readable` when nobody can tell what it sets.
    """

    hive: str
    path: str
    name: str
    kind: str | None
    data: Data
    place: Place
    key_place: Place | None
    deleted: bool = False
    literal: bool = True
    readable: bool = True


@dataclass(frozen=True)
class Wanted:
    """What values are compared with."""

    known: tuple[Known, ...]
    windows: str
    office: str
    legacy: str
    views: str
    least_minutes: int
    most_minutes: int
    published_keys: frozenset[str]
    preview_keys: tuple[str, ...]
    """How keys of a preview end that is over."""
    hosts: Mapping[str, int] | None = None
    """Port of each KMS host by its name. Without it, hosts and ports are not compared."""

    @classmethod
    def of(cls, context: Context) -> Wanted:
        """Everything that the facts say, and the hosts of an organization."""
        catalog, policy = context.catalog, context.policy
        return cls(
            known=tuple(_known(catalog)),
            windows=key_path(catalog, "windows"),
            office=key_path(catalog, "office"),
            legacy=_path(str(part_of(catalog.fact("reg.windows.path").value, "legacy"))),
            views=str(catalog.fact("reg.views").value),
            least_minutes=policy.interval_minimum_minutes,
            most_minutes=policy.interval_maximum_minutes,
            published_keys=frozenset(key.key for key in catalog.client_keys),
            preview_keys=tuple(key.ends for key in catalog.odt.preview_keys),
            hosts=context.hosts,
        )

    def base(self, product: Product) -> str:
        """The key of a product, without its hive."""
        return self.windows if product == "windows" else self.office


def key_path(catalog: Catalog, product: Product) -> str:
    """The licensing key of a product without its hive, as Microsoft writes it."""
    return _path(str(part_of(catalog.fact(f"reg.{product}.path").value, "current")))


def kind_of(catalog: Catalog, product: Product, name: str) -> str:
    """The type of a value. Raises LookupError."""
    found = next((one.kind for one in _known(catalog) if one.product == product and one.name == name), None)
    if found is None:
        raise LookupError(f"no page states the type of {name}")
    return found


def type_names(catalog: Catalog) -> Mapping[str, str]:
    """Types of the registry by the names that PowerShell has for them."""
    return cast(Mapping[str, str], catalog.fact("tools.itemproperty").value)


def split_key(text: str) -> tuple[str, str]:
    """Hive and path of a key in any of its spellings: HKLM:\\, Registry::HKEY_LOCAL_MACHINE\\, HKLM\\."""
    bare = re.sub(r"^(?:microsoft\.powershell\.core\\)?registry::", "", text.strip(), flags=_ANY_CASE)
    hive, _, path = bare.replace("/", "\\").partition("\\")
    name = hive.rstrip(":").lower()
    return HIVES.get(name, hive.rstrip(":").upper()), path.strip("\\")


def is_licensing(path: str, wanted: Wanted) -> bool:
    """Whether a key is one that licensing reads, or below one."""
    return product_of(seen(path, wanted), wanted) is not None


def seen(path: str, wanted: Wanted) -> str:
    """A key without the node of 32-bit programs."""
    return "\\".join(part for part in path.split("\\") if part.lower() != wanted.views.lower())


def product_of(path: str, wanted: Wanted) -> Product | None:
    """The product whose licensing reads a key, None when none does."""
    low = path.lower()
    windows, office, legacy = (base.lower() for base in (wanted.windows, wanted.office, wanted.legacy))
    if any(low == base or low.startswith(f"{base}\\") for base in (windows, legacy)):
        return "windows"
    return "office" if low == office or low.startswith(f"{office}\\") else None


# ------------------------------------------------------------------------------------------------------ the facts


def _known(catalog: Catalog) -> Iterator[Known]:
    for fact in catalog.facts:
        area, _, rest = fact.id.partition(".")
        product = rest.split(".")[0]
        value = fact.value
        if area != "reg" or product not in ("windows", "office") or not isinstance(value, Mapping):
            continue
        if not {"key", "name", "type"} <= value.keys():
            continue
        scope = str(value.get("scope") or "")
        yield Known(
            # Values of an application or an edition stand below keys of their IDs.
            name=str(value["name"]).split("\\")[-1],
            key=_path(str(value["key"])).lower(),
            kind=str(value["type"]) if value["type"] else None,
            product="windows" if product == "windows" else "office",
            host="KMS host" in scope and "client" not in scope,
            client=str(value["name"]) in (HOST, PORT),
        )


def _path(key: str) -> str:
    return split_key(key)[1]
