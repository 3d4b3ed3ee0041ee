"""The model of the organization's file as data, for the page that reads and edits one in the browser.

Made from the models, so that a key that is added to them is asked for, checked and written there too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, BaseModel, BeforeValidator, IPvAnyAddress, StringConstraints
from pydantic.fields import FieldInfo

from .models import Day
from .organization import Answers, DnsName, Name, Organization

Shape = dict[str, Any]
_BOUNDS: Mapping[type, tuple[str, str]] = {
    Ge: ("least", "ge"),
    Le: ("most", "le"),
    MinLen: ("least", "min_length"),
    MaxLen: ("most", "max_length"),
}


def shapes() -> Mapping[str, Sequence[Shape]]:
    """The keys of each record of the file, in their order: what is needed, what stands otherwise, what it means.

    Raises TypeError for a type that nobody taught this module.
    """
    found: dict[str, Sequence[Shape]] = {}
    _add(Organization, found)
    return found


def _add(model: type[BaseModel], found: dict[str, Sequence[Shape]]) -> None:
    if model.__name__ in found:
        return
    found[model.__name__] = fields = []
    for key, info in model.model_fields.items():
        shape = _shape(info.annotation, info.metadata)
        fields.append(
            {
                "key": key,
                "required": info.is_required(),
                **({} if info.is_required() else {"otherwise": _plain(info.default, shape)}),
                **({"about": info.description} if info.description else {}),
                **shape,
            }
        )
        for record in _records(info.annotation):
            _add(record, found)


def _plain(value: Any, shape: Shape) -> Any:
    """What stands where a key is left out, as JSON has it."""
    return {} if shape["is"] == "answers" else [*value] if isinstance(value, tuple) else value


def _records(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _records(part)


def _shape(annotation: Any, metadata: Sequence[Any]) -> Shape:
    """What a value may be."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        inside = [each for one in more for each in (one.metadata if isinstance(one, FieldInfo) else [one])]
        return _shape(inner, [*inside, *metadata])
    names = {_MARKS[each.func] for each in metadata if isinstance(each, _VALIDATORS) and each.func in _MARKS}
    if "answers" in names:
        return {"is": "answers"}
    if get_origin(annotation) in (Union, UnionType):
        return _choice(get_args(annotation))
    if made := _made_of(annotation, metadata):
        return made
    kind = "day" if "day" in names else _KINDS.get(annotation)
    if kind is None:
        raise TypeError(f"nobody knows how a browser reads {annotation}; teach {__name__}")
    return {"is": kind, **_bounds(metadata), **dict.fromkeys(sorted(names - {"day"}), True)}


def _choice(parts: Sequence[Any]) -> Shape:
    some = [_shape(part, ()) for part in parts if part is not NoneType]
    one = some[0] if len(some) == 1 else {"is": "any", "of": some}
    return {**one, **({"nullable": True} if NoneType in parts else {})}


def _made_of(annotation: Any, metadata: Sequence[Any]) -> Shape | None:
    """A list, one of some words, or a record."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return {"is": "list", "of": _shape(parts[0], ()), **_bounds(metadata)}
    if origin is Literal:
        return {"is": "one", "of": [*parts]}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"is": "record", "name": annotation.__name__}
    return None


def _bounds(metadata: Sequence[Any]) -> Shape:
    found: Shape = {}
    for each in metadata:
        if type(each) in _BOUNDS:
            name, attribute = _BOUNDS[type(each)]
            found[name] = getattr(each, attribute)
        if isinstance(each, StringConstraints):
            given = {
                "least": each.min_length,
                "most": each.max_length,
                "pattern": each.pattern,
                "strip": each.strip_whitespace,
            }
            found |= {name: value for name, value in given.items() if value is not None}
    return found


def _functions(annotation: Any) -> Iterator[Callable[..., object]]:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from _functions(inner)
        yield from (each.func for each in more if isinstance(each, _VALIDATORS))


_VALIDATORS = (AfterValidator, BeforeValidator)
_KINDS: Mapping[Any, str] = {int: "int", str: "text", IPvAnyAddress: "address"}
_MARKS: Mapping[Callable[..., object], str] = {
    function: name
    for name, annotation in (("dns", DnsName), ("line", Name), ("day", Day), ("answers", Answers))
    for function in _functions(annotation)
}
"""Validators of the models that a browser has a twin of."""
