"""Hooks for mkdocs: downloads as files of the site, and live reload of Python code under `mkdocs serve`."""

from __future__ import annotations

import gc
import sys
from typing import Any

from mkdocs.plugins import event_priority

_process: dict[str, str] = {}
"""The command that this process runs; mkdocs reads this file once, and tells the command at the start only."""


def on_startup(command: str, dirty: bool) -> None:
    """Fit the process to the command.

    While serving, edited modules are read from their source: compiled files are told apart by the second only.
    A build is one short run that ends before garbage matters; looking for it costs a tenth of the time.
    """
    _process["command"] = command
    sys.dont_write_bytecode = command == "serve"
    if command == "build":
        gc.disable()


@event_priority(100)
def on_config(config: Any) -> Any:
    """Forget the macros of the last build, so that an edited module is read again.

    A wrong macro call ends the whole process. While serving it is a warning instead: the strict build fails, and the
    next edit starts another one.
    """
    if _process.get("command") == "serve":
        config.plugins["macros"].config["on_error_fail"] = False
    for name in [name for name in sys.modules if name == "macros" or name.startswith("macros.")]:
        del sys.modules[name]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add what the site offers for download."""
    from mkdocs.structure.files import File

    from macros.rendering.downloads import download_files
    from macros.site import base_view

    for path, content in download_files(base_view()).items():
        files.append(File.generated(config, path, content=content))
    return files


def on_nav(nav: Any, config: Any, files: Any) -> Any:
    """Let a page that the navigation does not list stand in the section of its folder's index page.

    So a page of an error code shows the navigation of its section, and not an empty column.
    """
    listed = {page.file.src_uri: page for page in nav.pages}
    for file in files.documentation_pages():
        index = listed.get(f"{file.src_uri.rpartition('/')[0]}/index.md")
        if file.src_uri not in listed and index:
            file.page.parent = index.parent
    return nav


def on_post_build(config: Any) -> None:
    """Serve our scripts and styles small; the sources keep their comments and names."""
    from pathlib import Path

    import minify

    for source in Path(config.docs_dir, "assets").rglob("*"):
        kind = {".css": "text/css", ".js": "application/javascript"}.get(source.suffix)
        if kind:
            served = Path(config.site_dir, source.relative_to(config.docs_dir))
            served.write_text(minify.string(kind, source.read_text("utf-8")), "utf-8")


def on_env(env: Any, config: Any, files: Any) -> Any:
    """Name in the register the pages that show each fact: now that every page is rendered."""
    from dataclasses import replace

    from macros.rendering.usage import fill, usage
    from macros.site import base_view

    pages = {file.src_uri: file.page for file in files.documentation_pages() if file.page}
    used = usage({path: page.content or "" for path, page in pages.items()})
    titles = {path: str(page.title) for path, page in pages.items()}
    for path, page in pages.items():
        if "data-vag-usage" in (page.content or ""):
            page.content = fill(replace(base_view(), page=path), page.content, used, titles)
    return env
