"""What every page asks of the same organization is computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def once(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """A pure function that keeps its last result, for calls with the very same objects.

    The objects are compared by identity: an organization of hundreds of groups takes longer to compare than the
    answer takes to find.
    """
    last: list[tuple[tuple[object, ...], _Result]] = []

    @wraps(function)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        given = (*args, *kwargs.values())
        if not last or len(last[0][0]) != len(given) or any(a is not b for a, b in zip(last[0][0], given, strict=True)):
            last[:] = [(given, function(*args, **kwargs))]
        return last[0][1]

    return call
