"""Every macro that pages may call, from the modules that define them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment, StrictUndefined

from . import capacity, citations, host_keys, lifecycle, mak_budget, overview, registers, renewal, samples
from .view import View

MACROS: dict[str, Callable[..., str]] = {
    macro.__name__: macro
    for module in (
        citations,
        overview,
        capacity,
        renewal,
        mak_budget,
        host_keys,
        lifecycle,
        samples,
        registers,
    )
    for macro in module.MACROS
}
"""Macros by name. Each takes the view first; pages leave it out."""


def bound(view: View) -> dict[str, Callable[..., str]]:
    """The macros of one page."""
    return {name: partial(macro, view) for name, macro in MACROS.items()}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)


def render(view: View, text: str) -> str:
    """A page's source with its macros called, as mkdocs-macros does it."""
    variables: dict[str, Any] = dict(bound(view))
    return _environment().from_string(text).render(variables)
