"""Which product keys Microsoft publishes: those of client-keys.yaml that somebody found in the page that prints them.

Two files must agree, so that a key of an organization that somebody writes into the table of client keys does not
become a published one by standing there.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from .product_keys import GROUP, GROUPS, masked, pieces_in, without

DATA = Path(__file__).resolve().parent.parent / "data"
KEYS, COMPARED = "client-keys.yaml", "client-keys-compared.yaml"
DIGEST = 16
"""Hexadecimal digits that tell a key and do not give it away."""
_SHAPE = re.compile("-".join([rf"[0-9A-Z]{{{GROUP}}}"] * GROUPS))


def digest(key: str) -> str:
    """What stands for a key in the list of compared ones."""
    return hashlib.sha256(bare(key).encode("ascii", "replace")).hexdigest()[:DIGEST]


def bare(key: str) -> str:
    """A key as its letters alone, in capitals."""
    return key.replace("-", "").upper()


def published(folder: Path = DATA) -> frozenset[str]:
    """Every published key as its letters alone. Empty as long as one of the two files is missing."""
    files = [folder / KEYS, folder / COMPARED]
    return _published(folder, tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files))


@lru_cache(maxsize=4)
def _published(folder: Path, state: tuple[int, ...]) -> frozenset[str]:
    if not all(state):
        return frozenset()
    compared = set(re.findall(rf"\b[0-9a-f]{{{DIGEST}}}\b", (folder / COMPARED).read_text("utf-8")))
    keys = _SHAPE.findall((folder / KEYS).read_text("utf-8"))
    return frozenset(bare(key) for key in keys if digest(key) in compared)


def without_keys(text: str) -> str:
    """The text with every key hidden that Microsoft does not publish."""
    return masked(text, published())


def without_keys_of(text: str, origin: str) -> str:
    """A text that repeats parts of another one, with every key hidden, and every piece of a key of the other."""
    return without(text, _pieces_of(origin), published())


@lru_cache(maxsize=2)
def _pieces_of(text: str) -> frozenset[str]:
    return pieces_in(text, published())
