"""Organization files made by hypothesis: every key of the model is used, so that a new key cannot be forgotten.

A value comes from the type of its field. Only what must agree with another part of the file has a rule of its own in
`_agree`; everything else that the model allows is made, also where nobody would think of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MinLen
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from macros.catalog.models import Catalog
from macros.catalog.organization import DnsName, Group, HostKey, KmsHost, Organization

Draw = Callable[[st.SearchStrategy[Any]], Any]

SITES = ("plant", "ship")
ZONES = ("corp.example.com", "example.com", "plant.example.com", "a-b.example.org", "xn--bcher-kva.example")
TEXTS = st.one_of(
    st.sampled_from(["Example Manufacturing", "a", "x" * 300, "'", '"', "$(x) `n %PATH% !a!", "{{ 7*7 }} {% x %}", "<b>&amp;"]),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=40).filter(str.strip),
)  # fmt: skip
ADDRESSES = st.one_of(
    st.integers(1, 250).map(lambda last: f"192.0.2.{last}"),
    st.integers(1, 0xFFFE).map(lambda last: f"2001:db8::{last:x}"),
    st.just("10.255.255.254"),
)
DAYS = st.sampled_from([date(1999, 1, 1), date(2026, 11, 20), date(2026, 11, 24), date(2026, 6, 1), date(2060, 2, 29)])


def organizations(catalog: Catalog, *, everything: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Contents of organization files that are in order. With `everything` each key of the model stands in the file."""

    @st.composite
    def made(draw: Draw) -> dict[str, Any]:
        found = _record(draw, Organization, everything)
        return _agree(draw, found, catalog)

    return made()


def keys_of(model: type[BaseModel], inside: str = "") -> set[str]:
    """Every key that the model knows, with the records inside it: `kms_hosts.port`."""
    found = set()
    for name, field in model.model_fields.items():
        found.add(f"{inside}{name}")
        for record in _records(field.annotation):
            found |= keys_of(record, f"{inside}{name}.")
    return found


def keys_in(value: Any, inside: str = "") -> set[str]:
    """Every key that has a value in the contents of a file."""
    if isinstance(value, list):
        return set().union(*(keys_in(one, inside) for one in value))
    if not isinstance(value, dict):
        return set()
    found = {f"{inside}{name}" for name, one in value.items() if one is not None}
    return found.union(*(keys_in(one, f"{inside}{name}.") for name, one in value.items()))


def _records(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [record for part in get_args(annotation) for record in _records(part)]


def _record(draw: Draw, model: type[BaseModel], everything: bool) -> dict[str, Any]:
    found = {}
    for name, field in model.model_fields.items():
        if field.is_required() or everything or draw(st.booleans()):
            found[name] = _value(draw, Annotated[field.annotation, *field.metadata, ...], everything, name)
    return found


def _value(draw: Draw, annotation: Any, everything: bool, name: str) -> Any:
    """A value of a type, within the bounds that stand beside it."""
    bounds: list[Any] = []
    if annotation is DnsName:
        return draw(st.sampled_from(ZONES))
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        bounds += [bound for one in more for bound in (one.metadata if isinstance(one, FieldInfo) else [one])]
        if annotation is DnsName:
            return draw(st.sampled_from(ZONES))
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _value(draw, draw(st.sampled_from(_choices(annotation))), everything, name)
    if origin is Literal:
        return draw(st.sampled_from(get_args(annotation)))
    if origin is tuple:
        least = max([int(everything), *(bound.min_length for bound in bounds if isinstance(bound, MinLen))])
        count = draw(st.integers(least, max(least, 4)))
        return [_value(draw, get_args(annotation)[0], everything, name) for _ in range(count)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _record(draw, annotation, everything)
    if annotation is int:
        low = max((bound.ge for bound in bounds if isinstance(bound, Ge)), default=0)
        high = min((bound.le for bound in bounds if isinstance(bound, Le)), default=10**6)
        return draw(st.one_of(st.integers(low, min(high, 60)), st.sampled_from([low, high]), st.integers(low, high)))
    if annotation is date:
        return draw(DAYS).isoformat()
    patterns = [bound.pattern for bound in bounds if getattr(bound, "pattern", None)]
    if annotation is str and patterns:
        return draw(st.from_regex(re.compile(patterns[0].replace("$", r"\Z"), re.ASCII)))
    if annotation is str:
        return draw(TEXTS)
    if "IPv" in str(annotation) or "IPvAny" in repr(annotation):
        return draw(ADDRESSES)
    raise TypeError(f"{name}: no values are made of {annotation}; teach tests/organizations.py")


def _choices(annotation: Any) -> list[Any]:
    return [part for part in get_args(annotation) if part is not type(None)]
