"""Kinds of files that people bring and that are not checked, so that this is said instead of a list of all kinds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from macros.catalog.strict_yaml import read, validate

from .loaded import shown
from .reading import is_found

_FILE = Path(__file__).with_name("recognized.yaml")


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"this is no pattern: {error}") from error
    return text


_Pattern = Annotated[str, AfterValidator(_pattern)]


class Recognized(BaseModel):
    """A kind of files: what it is, how it is told, and what to do with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    todo: str
    marks: Annotated[tuple[_Pattern, ...], Field(min_length=1)]
    never: tuple[_Pattern, ...] = ()
    first: bool = False

    def fits(self, text: str) -> bool:
        """Whether a text is of this kind. `text`: its head."""
        return all(is_found(mark, text) for mark in self.marks) and not any(is_found(mark, text) for mark in self.never)


class _File(RootModel[tuple[Recognized, ...]]):
    """The file as it stands."""


@cache
def every() -> tuple[Recognized, ...]:
    """All of them, in the order in which they are asked. Raises DataError with line, key and what is allowed."""
    return validate(_File, read(_FILE, shown(_FILE))).root


def recognize(text: str, first: bool) -> Recognized | None:
    """What a text is that is not checked. `first`: before the kinds that are, else after them."""
    return next((one for one in every() if one.first is first and one.fits(text)), None)
