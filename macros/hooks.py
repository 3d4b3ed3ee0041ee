"""Hooks for mkdocs: downloads as files, live reload of Python code, and a site that is complete or the last one."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.utils import CountHandler

_LAST = -1000
_log = logging.getLogger("mkdocs.hooks.guide")
_process: dict[str, str] = {}
"""The command that this process runs; mkdocs reads this file once, and tells the command at the start only."""


def on_startup(command: str, dirty: bool) -> None:
    """Fit the process to the command.

    While serving, edited modules are read from their source: compiled files are told apart by the second only.
    A build is one short run that ends before garbage matters; looking for it costs a tenth of the time.
    """
    _process["command"] = "dirty" if dirty else command
    sys.dont_write_bytecode = command == "serve"
    if command == "build":
        gc.disable()
    macros_plugin = logging.getLogger("mkdocs.plugins.mkdocs_macros")
    if not macros_plugin.isEnabledFor(logging.DEBUG):
        # It lists the name of every macro, twice as long as all else that a build says.
        macros_plugin.setLevel(logging.WARNING)
    if command == "serve":
        from mkdocs.commands import serve

        sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
        from macros.serving import show_in_browser

        show_in_browser(serve, dirty=dirty)


def on_serve(server: Any, config: Any, builder: Any) -> Any:
    """Build again when the file of the organization changes."""
    from macros.serving import watch_organization

    watch_organization(server)
    return server


def _in_words(event: Callable[..., Any]) -> Callable[..., Any]:
    """An event whose errors end the build with words and without a traceback."""

    @wraps(event)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return event(*args, **kwargs)
        except Exception as error:
            from macros.trouble import in_words

            raise PluginError(f"\n{in_words(error)}") from error

    return run


@event_priority(100)
def _forget(config: Any) -> Any:
    """Forget the macros of the last build, so that an edited module is read again.

    A wrong macro call ends the whole process. While serving it is a warning instead: the strict build fails, and the
    next edit starts another one.
    """
    if _process.get("command") == "serve":
        config.plugins["macros"].config["on_error_fail"] = False
    for name in [name for name in sys.modules if name == "macros" or name.startswith("macros.")]:
        del sys.modules[name]
    return config


@event_priority(_LAST)
def _stage(config: Any) -> None:
    """Build beside the last site, which a build that fails leaves as it is."""
    if _process.get("command") == "build":
        from macros.staging import prepare

        _process["site"] = config.site_dir
        config.site_dir = str(prepare(Path(config.site_dir)))


on_config = CombinedEvent(_forget, _stage)


@_in_words
def on_files(files: Any, config: Any) -> Any:
    """Add what the site offers for download."""
    from mkdocs.structure.files import File

    from macros.render.downloads import download_files
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


@_in_words
def _minify(config: Any) -> None:
    """Serve our scripts and styles small; the sources keep their comments and names."""
    import minify

    for source in Path(config.docs_dir, "assets").rglob("*"):
        kind = {".css": "text/css", ".js": "application/javascript"}.get(source.suffix)
        if kind:
            served = Path(config.site_dir, source.relative_to(config.docs_dir))
            served.write_text(minify.string(kind, source.read_text("utf-8")), "utf-8")


@event_priority(_LAST)
def _publish(config: Any) -> None:
    """Let the site take the place of the last one, unless a warning is about to end a strict build."""
    site = _process.pop("site", None)
    if site is None:
        return
    built, config.site_dir = config.site_dir, site
    counters = [one for one in logging.getLogger("mkdocs").handlers if isinstance(one, CountHandler)]
    if config.strict and any(counter.get_counts() for counter in counters):
        _log.error("%s is left as it was.", site)
        return
    from macros.staging import publish

    try:
        publish(Path(built), Path(site))
    except OSError as error:
        raise PluginError(f"{error.filename or site} cannot be written: {error.strerror}") from error
    _log.info("Complete, and moved to: %s", site)


on_post_build = CombinedEvent(_minify, _publish)


@_in_words
def on_env(env: Any, config: Any, files: Any) -> Any:
    """Name in the register the pages that show each fact, and say on each page how old it is: all are rendered now."""
    from dataclasses import replace

    from macros.render.parts.clock import with_notes
    from macros.render.parts.usage import fill, usage
    from macros.site import base_view

    pages = {file.src_uri: file.page for file in files.documentation_pages() if file.page}
    used = usage({path: page.content or "" for path, page in pages.items()})
    titles = {path: str(page.title) for path, page in pages.items()}
    base = base_view()
    for path, page in pages.items():
        view = replace(base, page=path)
        page.content = with_notes(view, fill(view, page.content or "", used, titles))
    return env
