"""Glue with mkdocs-macros: registers the macros and tells them which page they stand on."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any

from macros.catalog.secrets import refuse_secrets_in
from macros.catalog.strict_yaml import DataError
from macros.rendering.overview import edition
from macros.rendering.registry import MACROS
from macros.rendering.view import View
from macros.site import DOCS, base_view, version


def define_env(env: Any) -> None:
    """Called by mkdocs-macros once per build."""
    view = _view()
    env.conf["extra"]["edition"] = edition(view, version())

    def on_page(macro: Any) -> Any:
        @wraps(macro)
        def call(*args: Any, **kwargs: Any) -> str:
            return str(macro(replace(view, page=_source_path(env.page)), *args, **kwargs))

        return call

    for name, macro in MACROS.items():
        env.macro(on_page(macro), name)


def _source_path(page: Any) -> str:
    """Path of a page below the docs folder, as mkdocs and its successor Zensical each tell it."""
    return str(page.file.src_uri if hasattr(page, "file") else page.path)


def _view() -> View:
    """The view of this build; data that cannot be used ends it with the problems alone, without a traceback."""
    try:
        refuse_secrets_in([DOCS, DOCS.parent / "overrides"], DOCS.parent)
        return base_view()
    except DataError as error:
        from mkdocs.exceptions import PluginError

        raise PluginError(f"\n{error}") from error
