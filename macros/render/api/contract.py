"""What the readers of the interface may rely on, and which change of a schema would break them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

_ANY = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_REFERENCE = "#/$defs/"


def outward(schema: Any) -> Any:
    """A schema for readers: it leaves out what only those who write the data must keep, so new keys break nobody."""
    if isinstance(schema, list):
        return [outward(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: outward(one) for key, one in schema.items() if not (key == "additionalProperties" and one is False)}


def breaking(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What a reader that relies on the old schema would not find, or not understand, under the new one."""
    return [*_compared(_Part(old, old), _Part(new, new), "", frozenset())]


class _Part(NamedTuple):
    """A schema inside another one, to which its references lead."""

    schema: Mapping[str, Any]
    root: Mapping[str, Any]

    def of(self, schema: Mapping[str, Any]) -> _Part:
        """Another schema inside the same one."""
        return _Part(schema, self.root)

    def resolved(self) -> _Part:
        """What a reference leads to."""
        if "$ref" not in self.schema:
            return self
        return self.of(self.root["$defs"][self.schema["$ref"].removeprefix(_REFERENCE)]).resolved()

    def variants(self) -> Iterator[Mapping[str, Any]]:
        """The schemas of which a value fits one."""
        schema = self.resolved().schema
        several = schema.get("anyOf", schema.get("oneOf"))
        if several is None:
            yield schema
        for each in several or ():
            yield from self.of(each).variants()

    def kinds(self) -> frozenset[str]:
        """Types that a value may have."""
        said = (each.get("type", sorted(_ANY)) for each in self.variants())
        return frozenset(chain.from_iterable([one] if isinstance(one, str) else one for one in said))

    def first(self, word: str) -> Mapping[str, Any] | None:
        """The first variant that says something of what is inside."""
        return next((each for each in self.variants() if isinstance(each.get(word), dict)), None)


def _compared(one: _Part, other: _Part, place: str, seen: frozenset[tuple[str, str]]) -> Iterator[str]:
    pair = (str(one.schema.get("$ref")), str(other.schema.get("$ref")))
    if "$ref" in one.schema and pair in seen:
        return
    seen |= {pair}
    if more := sorted(other.kinds() - one.kinds()):
        yield f"{place or 'the file'} may be {' or '.join(more)} now"
    before, after = one.first("properties") or {}, other.first("properties") or {}
    for key, held in before.get("properties", {}).items():
        here = f"{place}.{key}".lstrip(".")
        if key not in after.get("properties", {}):
            yield f"{here} is gone"
            continue
        if key in before.get("required", ()) and key not in after.get("required", ()):
            yield f"{here} may be missing now"
        yield from _compared(one.of(held), other.of(after["properties"][key]), here, seen)
    for word, sign in (("items", "[]"), ("additionalProperties", ".*")):
        first, second = one.first(word), other.first(word)
        if first and second:
            yield from _compared(one.of(first[word]), other.of(second[word]), f"{place}{sign}", seen)
