"""Reads the organization's file and checks it against the catalog. Errors name file, line and key."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import get_args

from .models import Catalog, Product
from .organization import NO_ZONE, ForestSchema, Group, Organization
from .published_keys import without_keys
from .secrets import refuse_secrets
from .strict_yaml import DataError, nearest, read, short, validate

LONGEST_ZONE = 200
"""Characters; our choice below the 253 of a DNS name."""
FILE = Path(__file__).resolve().parent.parent.parent / "organization.yml"
"""The example that comes with the guide."""
LOCAL = FILE.with_name("organization.local.yml")
"""The file of whoever adopts the guide: no update touches it, because it is not tracked."""


WORDS = Path(__file__).with_name("organization_words.yaml")


@cache
def words() -> Mapping[str, str]:
    """What is said of a file that contradicts itself. Raises DataError for words that cannot be used."""
    return validate(dict[str, str], read(WORDS))


def say(name: str, /, **slots: object) -> str:
    """A sentence of the words with its slots filled."""
    return words()[name].format(**slots)


def path_from_environment() -> Path:
    """The file that ORGANIZATION names; without one the adopter's own, and without that the example."""
    named = os.environ.get("ORGANIZATION")
    if named:
        return Path(named)
    # A link to nowhere is somebody's own file too: reading it says what is wrong.
    return LOCAL if os.path.lexists(LOCAL) else FILE


def name_of(path: Path) -> str:
    """How the build and the site call an organization's file: its path inside the project, elsewhere its name alone."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  (a link keeps the name that somebody gave it)
    shown = absolute.relative_to(FILE.parent).as_posix() if absolute.is_relative_to(FILE.parent) else absolute.name
    return without_keys(shown)


def load_organization(path: Path, catalog: Catalog) -> Organization:
    """Read and check an organization's file.

    Raises DataError with file, line and key, what is wrong, and what is allowed, for every problem.
    """
    document = read(path, path.name if path in (FILE, LOCAL) else str(path))
    refuse_secrets(document.text, document.file, document)
    if not isinstance(document.data, dict):
        raise DataError([document.problem((), say("keys", keys=", ".join(Organization.model_fields)))])
    organization = validate(Organization, document)
    found = (document.problem(key, message) for key, message in _contradictions(organization, catalog))
    if first := next(found, None):
        raise DataError(chain([first], found))
    return organization


Finding = tuple[tuple[str | int, ...], str]


def _contradictions(organization: Organization, catalog: Catalog) -> Iterator[Finding]:
    yield from _repeated_ids(organization)
    yield from _unknown_ids(organization, catalog)
    yield from _zones(organization)
    yield from _forests(organization, catalog)
    yield from _contradicting_groups(organization, catalog)
    yield from _hosts_of_other_sites(organization)
    yield from _sites_alike(organization)
    for index, allotment in enumerate(organization.mak_allotments):
        if allotment.used > allotment.total:
            yield (
                ("mak_allotments", index, "used"),
                say("overdrawn", used=allotment.used, total=allotment.total),
            )
    yield from _activated_beyond_use(organization)
    yield from _repeated_entries(organization)
    yield from _keys_of_clients_on_servers(organization, catalog)
    for index, host in enumerate(organization.kms_hosts):
        for key_group, times in Counter(key.group for key in host.keys).items():
            if times > 1:
                yield (
                    ("kms_hosts", index, "keys"),
                    say("key-twice", key=key_group, times=times),
                )


def _activated_beyond_use(organization: Organization) -> Iterator[Finding]:
    """Each activated computer has used an activation of its MAK."""
    for index, allotment in enumerate(organization.mak_allotments):
        uses = [group.mak for group in organization.groups if group.mak and group.mak.allotment == allotment.id]
        activated = sum(use.activated for use in uses)
        if activated > allotment.used:
            yield (
                ("mak_allotments", index, "used"),
                say("activated-beyond-used", used=allotment.used, activated=activated),
            )


def _keys_of_clients_on_servers(organization: Organization, catalog: Catalog) -> Iterator[Finding]:
    """Source: a host key for a client Windows does not go on Windows Server (fact kms.host.client_csvlk_on_server)."""
    kinds = {product.id: product.kind for product in catalog.products}
    groups = {group.id: group for group in catalog.host_keys.groups}
    for index, host in enumerate(organization.kms_hosts):
        for position, key in enumerate(host.keys):
            holders = groups[key.group].host_systems if key.group in groups else ()
            only_clients = bool(holders) and all(kinds.get(system) == "windows-client" for system in holders)
            if only_clients and kinds.get(host.operating_system) == "windows-server":
                allowed = [one.id for one in groups.values() if host.operating_system in one.host_systems]
                yield (
                    ("kms_hosts", index, "keys", position, "group"),
                    say(
                        "client-key",
                        key=key.group,
                        system=host.operating_system,
                        allowed=", ".join(allowed) or say("none"),
                    ),
                )


def _repeated_ids(organization: Organization) -> Iterator[Finding]:
    for name in ("kms_hosts", "mak_allotments", "groups"):
        first: dict[str, int] = {}
        for index, item in enumerate(getattr(organization, name)):
            if item.id in first:
                yield (name, index, "id"), say("repeated-id", id=item.id, list=name, first=first[item.id])
            first.setdefault(item.id, index)
    names: dict[str, int] = {}
    for index, host in enumerate(organization.kms_hosts):
        if host.name in names:
            yield (
                ("kms_hosts", index, "name"),
                say("repeated-name", name=host.name, first=names[host.name]),
            )
        names.setdefault(host.name, index)
    addresses: dict[object, int] = {}
    for index, host in enumerate(organization.kms_hosts):
        if host.address is not None and host.address in addresses:
            words = say("repeated-address", address=host.address, first=addresses[host.address])
            yield ("kms_hosts", index, "address"), words
        addresses.setdefault(host.address, index)
    products: dict[str, int] = {}
    for index, licensed in enumerate(organization.licensed):
        if licensed.product in products:
            yield (
                ("licensed", index, "product"),
                say("licensed-twice", product=licensed.product, first=products[licensed.product]),
            )
        products.setdefault(licensed.product, index)


def _repeated_entries(organization: Organization) -> Iterator[Finding]:
    lists: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [
        (("groups", index, "kms_hosts"), group.kms_hosts) for index, group in enumerate(organization.groups)
    ]
    lists += [
        (("kms_hosts", index, "publish_in"), host.publish_in or ()) for index, host in enumerate(organization.kms_hosts)
    ]
    for key, entries in lists:
        yield from (
            ((*key, position), say("repeated-entry", entry=entry))
            for position, entry in enumerate(entries)
            if entry in entries[:position]
        )
    for position, zone in enumerate(organization.further_dns_zones):
        if zone in organization.zones[: position + 1]:
            yield ("further_dns_zones", position), say("repeated-zone", zone=zone)


def _unknown_ids(organization: Organization, catalog: Catalog) -> Iterator[Finding]:
    products = [product.id for product in catalog.products]
    systems = sorted({system for group in catalog.host_keys.groups for system in group.host_systems})
    key_groups = [group.id for group in catalog.host_keys.groups]
    hosts = [host.id for host in organization.kms_hosts]
    allotments = [allotment.id for allotment in organization.mak_allotments]
    asked = [question for question in catalog.decision_tables.inputs if question.default]
    answers = {question.id: [answer.id for answer in question.values] for question in asked}
    for index, host in enumerate(organization.kms_hosts):
        yield from _unknown(
            ("kms_hosts", index, "operating_system"),
            host.operating_system,
            systems,
            "what-system",
        )
        for position, key in enumerate(host.keys):
            yield from _unknown(("kms_hosts", index, "keys", position, "group"), key.group, key_groups, "what-key")
    for index, allotment in enumerate(organization.mak_allotments):
        yield from _unknown(("mak_allotments", index, "product"), allotment.product, products, "what-product")
    for index, licensed in enumerate(organization.licensed):
        yield from _unknown(("licensed", index, "product"), licensed.product, products, "what-product")
    for index, group in enumerate(organization.groups):
        yield from _unknown(("groups", index, "product"), group.product, products, "what-product")
        yield from _unknown_release(("groups", index, "release"), group, catalog)
        for question, answer in group.answers:
            yield from _unknown(("groups", index, "answers"), question, answers, "what-question")
            if question in answers:
                where = ("groups", index, "answers", question)
                yield from _unknown(where, answer, answers[question], "what-answer")
        for position, host_id in enumerate(group.kms_hosts):
            yield from _unknown(("groups", index, "kms_hosts", position), host_id, hosts, "what-host")
        if group.mak:
            yield from _unknown(
                ("groups", index, "mak", "allotment"),
                group.mak.allotment,
                allotments,
                "what-mak",
            )


def _unknown_release(key: tuple[str | int, ...], group: Group, catalog: Catalog) -> Iterator[Finding]:
    if group.release is None or group.product not in {product.id for product in catalog.products}:
        return
    known = [entry.id for entry in catalog.lifecycle if entry.release and group.product in entry.products]
    if known:
        yield from _unknown(key, group.release, known, "what-release")
    else:
        yield key, say("release-of-none", release=short(group.release), product=group.product)


def _zones(organization: Organization) -> Iterator[Finding]:
    if organization.dns_zone == NO_ZONE and organization.kms_hosts:
        yield ("dns_zone",), say("zone-missing")
        return
    further = ((("further_dns_zones", index), zone) for index, zone in enumerate(organization.further_dns_zones))
    for key, zone in ((("dns_zone",), organization.dns_zone), *further):
        if len(zone) > LONGEST_ZONE:
            yield key, say("zone-length", characters=len(zone), most=LONGEST_ZONE)
    for index, host in enumerate(organization.kms_hosts):
        for position, zone in enumerate(host.publish_in or ()):
            yield from _unknown(("kms_hosts", index, "publish_in", position), zone, organization.zones, "what-zone")
        if not organization.zones_of(host):
            zones = ", ".join(organization.zones)
            yield ("kms_hosts", index, "name"), say("host-outside-zones", name=host.name, zones=zones)


def _forests(organization: Organization, catalog: Catalog) -> Iterator[Finding]:
    key_groups = [group.id for group in catalog.host_keys.groups]
    if organization.further_forests and organization.active_directory is None:
        yield ("further_forests",), say("forest-without-first")
    first: dict[str, int] = {}
    keys: list[tuple[str | int, ...]] = [("active_directory",)] if organization.active_directory else []
    keys += [("further_forests", index) for index in range(len(organization.further_forests))]
    for number, (key, forest) in enumerate(zip(keys, organization.forests, strict=True)):
        if forest.dns_name in first:
            yield (*key, "dns_name"), say("repeated-forest", forest=forest.dns_name)
        first.setdefault(forest.dns_name, number)
        objects = forest.activation_objects or ()
        for position, held in enumerate(objects):
            where = (*key, "activation_objects", position)
            yield from _unknown(where, held, key_groups, "what-key")
            if held in objects[:position]:
                yield where, say("repeated-entry", entry=held)


def _unknown(key: tuple[str | int, ...], given: str, known: Iterable[str], what: str) -> Iterator[Finding]:
    allowed = list(known)
    if given not in allowed:
        listed = ", ".join(allowed) or say("none-listed")
        yield key, say("unknown", given=short(given), what=say(what), near=nearest(given, allowed), allowed=listed)


def _contradicting_groups(organization: Organization, catalog: Catalog) -> Iterator[Finding]:
    products = {product.id: product for product in catalog.products}
    for index, group in enumerate(organization.groups):
        for rule in (_mak_of, _kms_of, _adba_of, _directory_and_schema, _starts_of, _platform_of, _sites_of):
            yield from ((("groups", index, *key), message) for key, message in rule(group, organization, products))


def _mak_of(group: Group, organization: Organization, products: Mapping[str, Product]) -> Iterator[Finding]:
    if group.method == "mak" and group.mak is None:
        yield ("mak",), say("mak-missing")
    if group.method != "mak" and group.mak is not None:
        yield ("mak",), say("mak-beside", method=group.method)
    if group.mak and group.mak.activated > group.count:
        yield ("mak", "activated"), say("mak-activated", activated=group.mak.activated, count=group.count)
    if group.mak and group.product in products:
        yield from _other_mak(group, organization, products)


def _kms_of(group: Group, organization: Organization, products: Mapping[str, Product]) -> Iterator[Finding]:
    if group.method == "kms" and not group.kms_hosts:
        yield ("kms_hosts",), say("kms-without-host")


def _adba_of(group: Group, organization: Organization, products: Mapping[str, Product]) -> Iterator[Finding]:
    if group.method == "adba" and group.directory != "ad-ready":
        yield ("directory",), say("adba-directory", directory=group.directory)
    if group.method == "adba" and group.product in products and products[group.product].legacy:
        yield ("method",), say("adba-legacy", product=products[group.product].name)
    if group.directory != "none" and organization.active_directory is None:
        yield ("directory",), say("directory-without-forest", directory=group.directory)
    if group.forest is not None and group.directory == "none":
        yield ("forest",), say("forest-without-directory", forest=group.forest)
    elif group.forest is not None:
        known = [forest.dns_name for forest in organization.further_forests]
        yield from _unknown(("forest",), group.forest, known, "what-forest")


def _starts_of(group: Group, organization: Organization, products: Mapping[str, Product]) -> Iterator[Finding]:
    there, starts = group.network_every_days, group.starts_every_days
    if isinstance(starts, int) and (there == "never" or starts < there):
        allowed = "never" if there == "never" else say("starts-from", there=there)
        yield ("starts_every_days",), say("starts", starts=starts, there=there, allowed=allowed)


def _platform_of(group: Group, organization: Organization, products: Mapping[str, Product]) -> Iterator[Finding]:
    if group.method == "azure-kms" and group.platform != "azure-vm":
        yield ("platform",), say("azure-platform", platform=group.platform)
    if group.method == "avma" and group.platform != "hyper-v-datacenter-guest":
        yield ("platform",), say("avma-platform", platform=group.platform)
    if group.method == "avma" and group.product in products and products[group.product].kind != "windows-server":
        yield ("method",), say("avma-kind")


OLD_SCHEMAS = get_args(ForestSchema)[: get_args(ForestSchema).index("windows-server-2012")]
"""Before the schema that ADBA needs (fact adba.schema; a test compares the two)."""


def _directory_and_schema(
    group: Group, organization: Organization, products: Mapping[str, Product]
) -> Iterator[Finding]:
    forest = organization.forest_of(group)
    if forest is None:
        return
    old = forest.schema_level in OLD_SCHEMAS
    if old and group.directory == "ad-ready":
        yield ("directory",), say("schema-too-low", level=forest.schema_level)


def _sites_of(group: Group, organization: Organization, products: Mapping[str, Product]) -> Iterator[Finding]:
    if group.sites is None:
        return
    if group.site is None:
        yield ("sites",), say("sites-without-site", sites=group.sites)
    if group.sites > group.count:
        yield ("sites",), say("sites-beyond-count", sites=group.sites, count=group.count)


def _sites_alike(organization: Organization) -> Iterator[Finding]:
    """What stands for several sites does so in each group, and no host of the file serves all of them."""
    first: dict[str, int] = {}
    for index, group in enumerate(organization.groups):
        if group.site is None:
            continue
        other = first.setdefault(group.site, index)
        sites = organization.groups[other].sites
        if group.sites != sites:
            slots = {"own": group.sites or 1, "other": sites or 1, "site": group.site, "group": other}
            yield ("groups", index, "sites"), say("sites-differ", **slots)
    for index, host in enumerate(organization.kms_hosts):
        sites = organization.groups[first[host.site]].sites if host.site in first else None
        if sites:
            yield ("kms_hosts", index, "site"), say("host-of-many-sites", site=host.site, sites=sites)


def _other_mak(group: Group, organization: Organization, products: Mapping[str, Product]) -> Iterator[Finding]:
    """A MAK of another kind of product: one for Windows does not activate Office, nor one for clients servers."""
    own = products[group.product].kind
    for allotment in organization.mak_allotments:
        if group.mak and allotment.id == group.mak.allotment and allotment.product in products:
            other = products[allotment.product].kind
            if own != other:
                allowed = [
                    one.id
                    for one in organization.mak_allotments
                    if one.product in products and products[one.product].kind == own
                ]
                yield (
                    ("mak", "allotment"),
                    say(
                        "mak-of-other",
                        mak=allotment.id,
                        other=allotment.product,
                        product=group.product,
                        allowed=", ".join(allowed) or say("none-of-product"),
                    ),
                )


def _hosts_of_other_sites(organization: Organization) -> Iterator[Finding]:
    """A host of a site serves that site alone. A host may stand ready in a site that has no group yet."""
    sites = {host.id: host.site for host in organization.kms_hosts}
    for index, group in enumerate(organization.groups):
        usable = [host_id for host_id, site in sites.items() if site in (None, group.site)]
        for position, host_id in enumerate(group.kms_hosts):
            if host_id in sites and host_id not in usable:
                yield (
                    ("groups", index, "kms_hosts", position),
                    say(
                        "other-site",
                        host=host_id,
                        site=sites[host_id],
                        own=say("own-site", site=group.site) if group.site else say("no-site"),
                        allowed=", ".join(usable) or say("none"),
                    ),
                )
