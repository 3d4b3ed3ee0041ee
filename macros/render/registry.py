"""Every macro that pages may call, from the modules that define them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from inspect import signature
from itertools import chain
from typing import Any

from jinja2 import Environment, StrictUndefined

from macros.render.parts.components import table
from macros.render.parts.html import Html, tag
from macros.render.parts.view import View

from .api import resources
from .choose import clients, compare, decision_tables, guide, worksheet
from .contributing import gallery, offline
from .deploy import check_page, client_check_data, client_check_page, dns_check_data, dns_check_page, samples
from .learn import practice
from .methods import methods, pictures
from .own_parts import owned
from .parts import citations, organization
from .parts import script_data as decision_data
from .plan import (
    act_now,
    calendars,
    capacity,
    command_line,
    host_keys,
    lifecycle,
    mak_budget,
    my_organization,
    own_numbers,
    renewal,
)
from .reference import changes, facts, registers
from .start import overview
from .troubleshoot import checklists, diagnosis, error_codes, fleet, fleet_script, gone_codes, troubleshoot

MODULES = (
    citations,
    overview,
    organization,
    methods,
    pictures,
    act_now,
    capacity,
    renewal,
    mak_budget,
    host_keys,
    lifecycle,
    calendars,
    command_line,
    my_organization,
    own_numbers,
    samples,
    decision_data,
    guide,
    worksheet,
    compare,
    decision_tables,
    check_page,
    dns_check_data,
    dns_check_page,
    client_check_data,
    client_check_page,
    clients,
    error_codes,
    gone_codes,
    checklists,
    troubleshoot,
    diagnosis,
    fleet,
    facts,
    changes,
    fleet_script,
    registers,
    practice,
    gallery,
    resources,
    offline,
)


def macro_table(view: View) -> Html:
    """This table: every macro with its arguments and what it shows."""
    return table(
        "Macros", ["Macro", "Shows"], [(tag("code", _call(macro)), _summary(macro)) for macro in MACROS.values()]
    )


def _by_name(macros: Iterable[Callable[..., str]]) -> dict[str, Callable[..., str]]:
    names: dict[str, Callable[..., str]] = {}
    for macro in macros:
        if macro.__name__ in names:
            raise ValueError(f'two macros are called "{macro.__name__}"')
        names[macro.__name__] = macro
    return names


MACROS = {
    name: owned(name, macro)
    for name, macro in _by_name([*chain.from_iterable(module.MACROS for module in MODULES), macro_table]).items()
}
"""Macros by name. Each takes the view first; pages leave it out."""


def _call(macro: Callable[..., str]) -> str:
    arguments = [
        str(p).split(":")[0] + ("" if p.default is p.empty else "=…") for p in signature(macro).parameters.values()
    ]
    return f"{macro.__name__}({', '.join(arguments[1:])})"


def _summary(macro: Callable[..., str]) -> str:
    return (macro.__doc__ or "").strip().partition("\n")[0]


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
