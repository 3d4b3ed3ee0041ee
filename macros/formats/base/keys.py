"""Product keys in files: recognized, told apart, and never shown whole unless Microsoft publishes them."""

from __future__ import annotations

import re
from collections.abc import Collection

from macros.catalog.product_keys import LETTERS, pieces_in, without
from macros.catalog.published_keys import bare, published, without_keys

PLACEHOLDER = "-".join(["AAAAA"] * 5)
"""Stands where a MAK belongs. Product keys contain no A, so it is a key to no one."""

KEY_SHAPE = re.compile(r"[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){4}")
_INSTALLED = re.compile(rf"/(?:ipk|inpkey:)[^\n]{{0,20}}?({KEY_SHAPE.pattern})", re.IGNORECASE)
_SHOWN = 5
_ALPHABET = frozenset(LETTERS)
_UNEXPANDED = re.compile(r"[$%<>{}\[\]#*?_]|your|key|mak|kms", re.IGNORECASE)


def is_key_shaped(text: str) -> bool:
    """Five groups of five letters or digits."""
    return KEY_SHAPE.fullmatch(text) is not None


def installs_published_key(text: str) -> bool:
    """Whether a script installs a key that Microsoft publishes, by one of its two scripts."""
    return any(bare(found[1]) in published() for found in _INSTALLED.finditer(text))


def is_placeholder(text: str) -> bool:
    """Text in the place of a key that can be none: a variable, one letter repeated, or letters that keys lack."""
    if not is_key_shaped(text):
        return _UNEXPANDED.search(text) is not None
    letters = set(text.upper().replace("-", ""))
    return len(letters) == 1 or not letters <= _ALPHABET


def mask(key: str) -> str:
    """The last five characters of a key, enough to recognize one's own. A published one is shown."""
    if bare(key) in published():
        return key.upper()
    return "-".join(["•••••"] * 4 + [key[-_SHOWN:].upper()])


def mask_all(text: str) -> str:
    """Text with every key in it hidden, in whatever spelling, but those that Microsoft publishes."""
    return without_keys(text)


def secret_pieces(text: str) -> frozenset[str]:
    """Every piece of the keys in a text that nobody may see."""
    return pieces_in(text, published())


def hide_pieces(text: str, pieces: Collection[str]) -> str:
    """Text with every key hidden, and those pieces of keys wherever they stand."""
    return without(text, pieces, published())
