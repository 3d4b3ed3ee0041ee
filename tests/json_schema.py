"""What an editor's YAML server says of a file: the words of JSON Schema that our schemas use, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "null": type(None),
    "number": (int, float),
    "object": dict,
    "string": str,
}


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


_FITS: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": _is,
    "enum": lambda value, allowed: value in allowed,
    "const": lambda value, wanted: bool(value == wanted),
    "pattern": lambda value, pattern: not isinstance(value, str) or bool(re.search(pattern, value)),
    "minLength": lambda value, least: not isinstance(value, str) or len(value) >= least,
    "maxLength": lambda value, most: not isinstance(value, str) or len(value) <= most,
    "minItems": lambda value, least: not isinstance(value, list) or len(value) >= least,
    "maxItems": lambda value, most: not isinstance(value, list) or len(value) <= most,
    "minimum": lambda value, least: not _is(value, "number") or value >= least,
    "maximum": lambda value, most: not _is(value, "number") or value <= most,
    "required": lambda value, keys: not isinstance(value, dict) or {*keys} <= {*value},
}
_INSIDE = frozenset(
    {"properties", "patternProperties", "additionalProperties", "propertyNames", "prefixItems", "items"}
)
_NOTES = frozenset({"$defs", "$schema", "default", "description", "format", "title"})
"""Words that refuse nothing here; a `format` is a hint."""


def mistakes(value: Any, rule: Any, files: Mapping[str, Any], file: str, place: str = "") -> Iterator[str]:
    """What does not fit, and where. Raises KeyError for a word that this reader does not know."""
    if isinstance(rule, bool):
        yield from () if rule else (f"{place}: is not allowed",)
        return
    for word in rule.keys() - _NOTES - _INSIDE:
        given = rule[word]
        if word == "$ref":
            other, _, name = given.partition("#/$defs/")
            yield from mistakes(value, files[other or file]["$defs"][name], files, other or file, place)
        elif word == "anyOf":
            if all([*mistakes(value, one, files, file, place)] for one in given):
                yield f"{place}: {str(value)[:60]!r} fits none of {len(given)}"
        elif not _FITS[word](value, given):
            yield f"{place}: {str(value)[:60]!r} does not fit {word} {str(given)[:100]}"
    for name, part, inner in _parts(value, rule):
        yield from mistakes(part, inner, files, file, f"{place}{name}")


def _parts(value: Any, rule: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """What stands inside of a value, and the rule for it."""
    if isinstance(value, list):
        first = rule.get("prefixItems", [])
        for index, part in enumerate(value):
            yield f"[{index}]", part, first[index] if index < len(first) else rule.get("items", True)
    if isinstance(value, dict):
        for key, part in value.items():
            yield f".{key}", key, rule.get("propertyNames", True)
            named = [rule["properties"][key]] if key in rule.get("properties", {}) else []
            named += [one for pattern, one in rule.get("patternProperties", {}).items() if re.search(pattern, key)]
            for one in named or [rule.get("additionalProperties", True)]:
                yield f".{key}", part, one
