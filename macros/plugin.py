"""Glue with mkdocs-macros: registers the macros and tells them which page they stand on."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import wraps
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs_macros.errors import format_error

from macros.build import Held
from macros.catalog.organization_file import name_of, path_from_environment
from macros.catalog.reviews import due, reviews
from macros.catalog.secrets import refuse_secrets_in
from macros.render.parts.view import View
from macros.render.registry import MACROS
from macros.render.start.overview import edition
from macros.site import DOCS, base_view, refuse_stale_pages, version
from macros.trouble import in_words, line_of_template

TABLES = "macros.render.tables"
"""The Markdown extension of this project, by the name of its module."""
_log = logging.getLogger("mkdocs.guide")


def define_env(env: Any) -> None:
    """Called by mkdocs-macros once per build."""
    format_error.register(Exception, _page_problem)
    view = _view()
    env.conf["extra"]["held"] = held = Held()
    file = name_of(path_from_environment())
    env.conf["extra"]["edition"] = edition(view, version(), file)
    _log.info("Organization: %s, from %s", view.organization.name, file)
    if late := due(reviews(view.catalog), view.today):
        # Work for editors: as a warning it would end a strict build.
        _log.info(
            "%s reviews are overdue, the first since %s: python -m macros reviews --due", len(late), late[0].review_by
        )
    # Not in mkdocs.yml: mkdocs loads what stands there before it knows the folder of the project.
    if TABLES not in env.conf["markdown_extensions"]:
        env.conf["markdown_extensions"].append(TABLES)

    def on_page(macro: Any) -> Any:
        @wraps(macro)
        def call(*args: Any, **kwargs: Any) -> str:
            return held.hold(str(macro(replace(view, page=env.page.file.src_uri), *args, **kwargs)))

        return call

    for name, macro in MACROS.items():
        env.macro(on_page(macro), name)


def _view() -> View:
    """The view of this build; data that cannot be used ends it with the problems alone, without a traceback."""
    try:
        refuse_secrets_in([DOCS, DOCS.parent / "overrides"], DOCS.parent)
        view = base_view()
        refuse_stale_pages(view.catalog)
        return view
    except Exception as error:
        raise PluginError(f"\n{in_words(error)}") from error


def _page_problem(error: Exception, markdown: str, page: Any) -> str:
    """What the build says of a page that fails, and `mkdocs serve` shows in its place."""
    path = f"docs/{page.file.src_uri}"
    line = line_of_template(error)
    if line:
        # The plugin takes the front matter off before it reads the page.
        line += page.file.content_string.count("\n") - markdown.count("\n")
        path += f", line {line}"
    return f"# This page cannot be built\n\n{in_words(error, path)}"
