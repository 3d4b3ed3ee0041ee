"""Keys in vectors: named by product and edition, so that none is typed."""

from __future__ import annotations

import re

from macros.catalog.models import Catalog

PREVIEW = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "TX3T2"])
"""A key to nobody, with the end by which a key of a preview is told."""


def gvlk(product: str, edition: str, catalog: Catalog) -> str:
    """A published key."""
    return next(one.key for one in catalog.client_keys if (one.product, one.edition) == (product, edition))


def other(key: str) -> str:
    """A key to nobody, with the letters of a published one."""
    return "-".join(reversed(key.split("-")))


def filled(text: str, catalog: Catalog) -> str:
    """A text with {gvlk:product/edition} replaced by that key, and {other:…} and {preview} by keys to nobody."""
    text = text.replace("{preview}", PREVIEW)
    text = re.sub(r"\{gvlk:([^/}]+)/([^}]+)\}", lambda found: gvlk(found[1], found[2], catalog), text)
    return re.sub(r"\{other:([^/}]+)/([^}]+)\}", lambda found: other(gvlk(found[1], found[2], catalog)), text)
