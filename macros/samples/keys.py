"""Product keys in files: recognized, told apart, and never shown whole unless Microsoft publishes them."""

from __future__ import annotations

import re
from collections.abc import Collection

from macros.catalog.product_keys import LETTERS, find, without
from macros.catalog.published_keys import published, without_keys

PLACEHOLDER = "-".join(["AAAAA"] * 5)
"""Stands where a MAK belongs. Product keys contain no A, so it is a key to no one."""

KEY_SHAPE = re.compile(r"[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){4}")
_SHOWN = 5
_ALPHABET = frozenset(LETTERS)
_UNEXPANDED = re.compile(r"[$%<>{}\[\]]|your|key|mak|kms", re.IGNORECASE)


def is_key_shaped(text: str) -> bool:
    """Five groups of five letters or digits."""
    return KEY_SHAPE.fullmatch(text) is not None


def is_placeholder(text: str) -> bool:
    """Text in the place of a key that can be none: a variable, one letter repeated, or letters that keys lack."""
    if not is_key_shaped(text):
        return _UNEXPANDED.search(text) is not None
    letters = set(text.upper().replace("-", ""))
    return len(letters) == 1 or not letters <= _ALPHABET


def mask(key: str) -> str:
    """The last five characters of a key, enough to recognize one's own."""
    return "-".join(["•••••"] * 4 + [key[-_SHOWN:].upper()])


def mask_all(text: str) -> str:
    """Text with every key in it hidden, in whatever spelling, but those that Microsoft publishes."""
    return without_keys(text)


def groups_in(text: str) -> frozenset[str]:
    """Every group of the keys in a text that nobody may see."""
    return frozenset(group for secret in find(text, published()) for group in secret.groups)


def hide_groups(text: str, groups: Collection[str]) -> str:
    """Text with every key hidden, and those groups wherever they stand alone."""
    return without(text, groups, published())
