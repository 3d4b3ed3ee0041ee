"""Glue with mkdocs-macros: registers the macros and tells them which page they stand on."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any

from macros.rendering.overview import edition
from macros.rendering.registry import MACROS
from macros.site import base_view, version


def define_env(env: Any) -> None:
    """Called by mkdocs-macros once per build."""
    view = base_view()
    env.conf["extra"]["edition"] = edition(view, version())

    def on_page(macro: Any) -> Any:
        @wraps(macro)
        def call(*args: Any, **kwargs: Any) -> str:
            return str(macro(replace(view, page=env.page.file.src_uri), *args, **kwargs))

        return call

    for name, macro in MACROS.items():
        env.macro(on_page(macro), name)
