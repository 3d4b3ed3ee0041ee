"""What the data must say of every release that volume activation knows, and that the parts of odt.yaml fit together.

A release that lacks a part is named with the file to edit. What Microsoft has not published is said in the data:
`not_published` of the product, so that pages say it too instead of leaving a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from .models import Catalog, Part, Product, ProductKind
from .strict_yaml import Problem, nearest

_ALL: tuple[ProductKind, ...] = ("windows-client", "windows-server", "office")


@dataclass(frozen=True)
class _Need:
    """A part of the data that a kind of product has."""

    what: str
    where: str
    kinds: tuple[ProductKind, ...]
    has: Callable[[Catalog], Iterable[str]]
    """Ids of the products that have it."""


_NEEDS: Mapping[Part, _Need] = {
    "client-keys": _Need(
        "client key", "client-keys.yaml", _ALL, lambda catalog: (key.product for key in catalog.client_keys)
    ),
    "lifecycle": _Need(
        "support date",
        "lifecycle.yaml, with its id under products",
        _ALL,
        lambda catalog: (
            name for one in catalog.lifecycle if one.end_of_support or one.end_month for name in one.products
        ),
    ),
    "host-keys": _Need(
        "host key that activates it",
        "host-keys.yaml, under activates of a group",
        _ALL,
        lambda catalog: (
            name for group in catalog.host_keys.groups for line in group.activates for name in line.products
        ),
    ),
    "office-hosts": _Need(
        "host for its key",
        "host-keys.yaml, under office_hosts",
        ("office",),
        lambda catalog: (host.product for host in catalog.host_keys.office_hosts),
    ),
    "odt-products": _Need(
        "product ID of the Office Deployment Tool",
        "odt.yaml, under products",
        ("office",),
        lambda catalog: (one.product for one in catalog.odt.products if one.product),
    ),
    "odt-channels": _Need(
        "channel that one of its product IDs needs",
        "odt.yaml, under channels",
        ("office",),
        lambda catalog: (
            one.product
            for channel in catalog.odt.channels
            for one in catalog.odt.products
            if one.product and one.id in channel.required_for
        ),
    ),
    "odt-systems": _Need(
        "list of supported systems",
        "odt.yaml, under systems",
        ("office",),
        lambda catalog: (one.product for one in catalog.odt.systems),
    ),
}


def releases_complete(catalog: Catalog) -> Iterator[Problem]:
    """Every release has each part that its kind has, or says why that is not published."""
    for part, need in _NEEDS.items():
        having = {*need.has(catalog)}
        for product in catalog.products:
            if problem := _lacking(product, part, need, product.id in having):
                yield Problem("products.yaml", None, *problem)


def _lacking(product: Product, part: Part, need: _Need, is_there: bool) -> tuple[str, str] | None:
    said = part in product.not_published
    if is_there and said:
        return f"{product.id}, not_published", f"{part} is published: {need.where.partition(',')[0]} has it; remove it"
    if said and product.kind not in need.kinds:
        return f"{product.id}, not_published", f"{part} is for {', '.join(need.kinds)} alone; remove it"
    if is_there or said or product.kind not in need.kinds:
        return None
    cure = f"expected one in {need.where}; or, under not_published of this product, {part}: why there is none"
    return product.id, f"has no {need.what}; {cure}"


def odt_fits(catalog: Catalog) -> Iterator[Problem]:
    """Product IDs, channels and editions that odt.yaml names exist."""
    ids = {product.id for product in catalog.odt.products}
    editions: dict[str, list[str]] = {}
    for key in catalog.client_keys:
        editions.setdefault(key.product, []).append(key.edition)
    for channel in catalog.odt.channels:
        yield from _unknown(f"{channel.id}, required_for", channel.required_for, ids, "product ID of odt.yaml")
    yield from _unknown("suite_contents", catalog.odt.suite_contents, ids, "product ID of odt.yaml")
    channels = [channel.id for channel in catalog.odt.channels]
    for element in catalog.odt.elements:
        allowed = [attribute.allowed for attribute in element.attributes if attribute.name == "Channel"]
        for missing in [channel for named in allowed for channel in channels if channel not in named]:
            message = f'leaves out "{missing}", which stands under channels; add it'
            yield Problem("odt.yaml", None, f"{element.name}.Channel, allowed", message)
    elements = {element.name for element in catalog.odt.elements}
    for element in catalog.odt.elements:
        for name, named in (("parents", element.parents), ("children", element.children)):
            yield from _unknown(f"{element.name}, {name}", named, elements, "element of odt.yaml")
    for product in catalog.odt.products:
        if product.gvlk_edition:
            known = editions.get(product.product or "", [])
            what = f"edition of {product.product} in client-keys.yaml"
            yield from _unknown(f"{product.id}, gvlk_edition", [product.gvlk_edition], known, what)
        if product.license == "volume" and not product.product:
            yield Problem("odt.yaml", None, f"{product.id}, product", "is missing; expected the id of its release")


def _unknown(key: str, named: Iterable[str], known: Iterable[str], what: str) -> Iterator[Problem]:
    allowed = {*known}
    for name in named:
        if name not in allowed:
            yield Problem("odt.yaml", None, key, f'names "{name}", which is no {what}.{nearest(name, allowed)}')
