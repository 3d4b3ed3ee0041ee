"""Glue with mkdocs-macros: registers the macros and tells them which page they stand on."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from macros.rendering.registry import MACROS
from macros.site import site_view


def define_env(env: Any) -> None:
    """Called by mkdocs-macros once per build."""
    view = site_view(Path(env.conf["docs_dir"]))

    def on_page(macro: Any) -> Any:
        @wraps(macro)
        def call(*args: Any, **kwargs: Any) -> str:
            return str(macro(replace(view, page=env.page.file.src_uri), *args, **kwargs))

        return call

    for name, macro in MACROS.items():
        env.macro(on_page(macro), name)
