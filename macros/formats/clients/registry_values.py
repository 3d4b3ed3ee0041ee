"""Licensing values in the registry: which exist, of what type, and what is wrong with one. The same for every format.

What exists is read from the facts `reg.windows.*` and `reg.office.*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from macros.catalog.models import Catalog
from macros.catalog.values import part_of
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Place, Said
from macros.formats.base.hosts import MOST_PORT, WHY, host_problem, is_ip, port_of
from macros.formats.base.keys import KEY_SHAPE, is_placeholder
from macros.formats.base.reading import Lines
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest

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
_GUID = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
POLICIES = "software\\policies\\"
"""Why a text is no host, or no entry of a list of domains."""

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
    """One value as a file sets it. `kind` is None when the file leaves it open, `deleted` when it is taken away."""

    hive: str
    path: str
    name: str
    kind: str | None
    data: Data
    place: Place
    key_place: Place
    deleted: bool = False
    literal: bool = True


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
    low = _seen(path, wanted)[0].lower()
    return any(low == base or low.startswith(f"{base}\\") for base in _bases(wanted))


def judge(entries: Iterable[Entry], wanted: Wanted) -> Iterator[Finding]:
    """What is wrong with the values of a file."""
    kept: list[tuple[Entry, Known | None]] = []
    for entry in entries:
        known, problem = _recognize(entry, wanted)
        if problem:
            yield problem
            continue
        if not is_licensing(entry.path, wanted):
            continue
        kept.append((entry, known))
        if known is None:
            yield RULES["reg-unknown-value"].finding(entry.place, given=entry.name)
        elif not entry.deleted:
            yield from _value_findings(entry, known, wanted)
    yield from _pairs(kept, wanted)
    yield from _roles(kept)
    yield from _twice(kept)


def activation(entries: Iterable[Entry], wanted: Wanted) -> Activation:
    """How the computers activate that a file sets values of: KMS when it fixes clients to a host."""
    names = {known.name.lower() for known in wanted.known if known.client}
    fixes = any(entry.name.lower() in names and is_licensing(entry.path, wanted) for entry in entries)
    return "kms-adba" if fixes else "none"


def stray_keys(text: str, wanted: Wanted, but: frozenset[int] = frozenset()) -> Iterator[Finding]:
    """Product keys anywhere in a text that Microsoft does not publish, outside the lines that were judged already."""
    lines = Lines(text)
    for found in KEY_SHAPE.finditer(text):
        line = lines.line(found.start())
        key = found[0].upper()
        if line not in but and key not in wanted.published_keys and not is_placeholder(key):
            place = Place(line, lines.column(found.start()))
            yield RULES["product-key"].finding(place, given=found[0])


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


def _bases(wanted: Wanted) -> tuple[str, ...]:
    return wanted.windows.lower(), wanted.office.lower(), wanted.legacy.lower()


# ----------------------------------------------------------------------------------------------------- one value


def _recognize(entry: Entry, wanted: Wanted) -> tuple[Known | None, Finding | None]:
    """The value that an entry sets, or what is wrong with its key or name."""
    path, redirected = _seen(entry.path, wanted)
    product = _product(path, wanted)
    if product is None:
        return None, _elsewhere(entry, path, wanted)
    problem = _key_problem(entry, path, redirected, wanted)
    if problem:
        return None, problem
    known = next(
        (one for one in wanted.known if one.product == product and one.name.lower() == entry.name.lower()), None
    )
    return known, None if known else _name_problem(entry, product, wanted)


def _key_problem(entry: Entry, path: str, redirected: bool, wanted: Wanted) -> Finding | None:
    if entry.hive != HIVE:
        return RULES["reg-hive"].finding(entry.key_place, given=entry.hive, hive=Said(HIVE))
    if redirected:
        return RULES["reg-32-bit"].finding(entry.key_place, given=wanted.views)
    if path.lower().startswith(wanted.legacy.lower()):
        last = path.rsplit("\\", 1)[-1]
        return RULES["reg-old-key"].finding(entry.key_place, given=last, key=Said(wanted.windows))
    return None


def _name_problem(entry: Entry, product: Product, wanted: Wanted) -> Finding | None:
    names = [one.name for one in wanted.known if one.product == product]
    near = nearest(entry.name, names, cutoff=0.8)
    if near:
        return RULES["reg-name"].finding(entry.place, given=entry.name, near=Said(near))
    if any(one.name.lower() == entry.name.lower() for one in wanted.known):
        said = Said("Windows" if product == "windows" else "Office")
        return RULES["reg-other-product"].finding(entry.place, product=said, name=entry.name)
    return None


def _seen(path: str, wanted: Wanted) -> tuple[str, bool]:
    """A key without the node of 32-bit programs, and whether it was in it."""
    parts = path.split("\\")
    kept = [part for part in parts if part.lower() != wanted.views.lower()]
    return "\\".join(kept), len(kept) < len(parts)


def _product(path: str, wanted: Wanted) -> Product | None:
    low = path.lower()
    windows, office, legacy = _bases(wanted)
    if any(low == base or low.startswith(f"{base}\\") for base in (windows, legacy)):
        return "windows"
    return "office" if low == office or low.startswith(f"{office}\\") else None


def _elsewhere(entry: Entry, path: str, wanted: Wanted) -> Finding | None:
    """A key that is nearly one of ours, or a value of ours in a key where nothing reads it."""
    if path.lower().startswith(POLICIES):
        return None
    parts = [part for part in path.split("\\") if not _GUID.fullmatch(part)]
    both = (wanted.windows, wanted.office)
    for right in reversed(both) if "office" in path.lower() else both:
        last = right.rsplit("\\", 1)[-1]
        if parts and nearest(parts[-1], [last], cutoff=0.9):
            return RULES["reg-key"].finding(entry.key_place, given=entry.path, key=Said(f"{HIVE}\\{right}"))
    ours = {one.name.lower() for one in wanted.known if one.name.startswith(("KeyManagementService", "VL", "Dns"))}
    if entry.name.lower() in ours and entry.kind is not None:
        right = f"{HIVE}\\{wanted.windows}"
        return RULES["reg-key"].finding(entry.key_place, given=entry.path, key=Said(right))
    return None


def _value_findings(entry: Entry, known: Known, wanted: Wanted) -> Iterator[Finding]:
    if known.kind and entry.kind and entry.kind != known.kind:
        yield RULES["reg-type"].finding(entry.place, name=Said(known.name), given=entry.kind, kind=Said(known.kind))
        return
    if not entry.literal:
        return
    text = entry.data if isinstance(entry.data, str) else str(entry.data)
    name = Said(known.name)
    if known.kind == "REG_DWORD" and not isinstance(entry.data, int):
        yield RULES["reg-number"].finding(entry.place, name=name, given=text)
    elif entry.kind is None and isinstance(entry.data, int) and known.kind not in (None, "REG_DWORD"):
        yield RULES["reg-type-open"].finding(entry.place, name=name, kind=Said(known.kind))
    elif known.name == HOST:
        yield from host_findings(text, name, entry.place)
    elif known.name in (PORT, LISTENING) and port_of(text) is None:
        yield RULES["reg-port"].finding(entry.place, name=name, given=text)
    elif known.name in INTERVALS and isinstance(entry.data, int):
        if not wanted.least_minutes <= entry.data <= wanted.most_minutes:
            range_ = {"least": Said(wanted.least_minutes), "most": Said(f"{wanted.most_minutes:,}")}
            yield RULES["reg-interval"].finding(entry.place, name=name, given=entry.data, **range_)
    elif known.name == PUBLISH and isinstance(entry.data, tuple):
        for line in entry.data:
            why = _publish_problem(line)
            if why:
                yield RULES["reg-publish-list"].finding(entry.place, given=line, why=Said(why))


def host_findings(text: str, name: Said, place: Place) -> Iterator[Finding]:
    """What is wrong with the name of a KMS host that stands alone."""
    host, colon, port = text.partition(":")
    if colon and re.fullmatch("[0-9]+", port) and host_problem(host) is None:
        yield RULES["reg-host-port"].finding(place, name=name, given=text)
        return
    why = host_problem(text)
    if why:
        yield RULES["reg-host"].finding(place, name=name, given=text or Said("empty"), why=Said(why))


def _publish_problem(line: str) -> str | None:
    domain, *numbers = [part.strip() for part in line.split(",")]
    if len(numbers) not in (0, 2):
        return WHY["parts"]
    if any(not re.fullmatch(r"[0-9]{1,5}", number) or int(number) > MOST_PORT for number in numbers):
        return WHY["numbers"]
    return host_problem(domain)


def _pairs(kept: Iterable[tuple[Entry, Known | None]], wanted: Wanted) -> Iterator[Finding]:
    """Hosts and ports that belong together, compared with those of the organization."""
    by_key: dict[str, dict[str, Entry]] = {}
    for entry, known in kept:
        if known and known.client and not entry.deleted and entry.literal:
            by_key.setdefault(entry.path.lower(), {})[known.name] = entry
    for values in by_key.values():
        host, port = values.get(HOST), values.get(PORT)
        if host is None and port is not None:
            yield RULES["reg-port-alone"].finding(port.place)
        if host is None or wanted.hosts is None or host_problem(str(host.data)):
            continue
        name = str(host.data).removesuffix(".").lower()
        listening = wanted.hosts.get(name)
        if listening is None and not is_ip(name):
            yield RULES["reg-host-unknown"].finding(host.place, given=str(host.data))
        elif listening is not None and port is not None and port_of(str(port.data)) not in (None, listening):
            yield RULES["reg-host-other-port"].finding(port.place, given=port.data, host=Said(name), port=listening)


def _roles(kept: Iterable[tuple[Entry, Known | None]]) -> Iterator[Finding]:
    set_here = [(entry, known) for entry, known in kept if known and not entry.deleted]
    if not any(known.client for _, known in set_here):
        return
    for entry, known in set_here:
        if known.host:
            yield RULES["reg-roles"].finding(entry.place, given=Said(known.name))
        elif known.name in INTERVALS:
            yield RULES["reg-interval-on-client"].finding(entry.place, name=Said(known.name))


def _twice(kept: Iterable[tuple[Entry, Known | None]]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Entry] = {}
    for entry, _ in kept:
        earlier = first.setdefault((entry.path.lower(), entry.name.lower()), entry)
        if earlier is not entry:
            yield RULES["reg-twice"].finding(entry.place, given=entry.name, first=Said(earlier.place.line))
