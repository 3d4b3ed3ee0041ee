"""Hooks of mkdocs: they call what a build does, reload Python code, and keep the last good site."""

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
_process: dict[str, Any] = {}
"""The command that this process runs, and what its build has so far; mkdocs reads this file once."""
_last: dict[str, Any] = {}
"""The last whole build: its config, nav, files and env."""


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
    """Add downloads, and scripts and styles as pages load them; leave out what no page asks for."""
    from mkdocs.structure.files import File

    from macros.build import site_files, theme_files
    from macros.site import base_view
    from macros.theme import is_style, is_unasked

    styles = {file.src_uri: file.content_string for file in files if is_style(file.src_uri)}
    for unasked in [file for file in files if is_unasked(file.src_uri)]:
        files.remove(unasked)
    for path, content in (site_files(base_view()) | theme_files(styles)).items():
        source = files.get_file_from_path(path)
        if source:
            files.remove(source)
        files.append(File.generated(config, path, content=content))
    return files


@_in_words
def on_nav(nav: Any, config: Any, files: Any) -> Any:
    """Let a page that the navigation does not list stand in the section of its folder's index page.

    So a page of an error code shows the navigation of its section, and not an empty column.
    """
    from macros.build import section_pages

    listed = {page.file.src_uri: page for page in nav.pages}
    for file in files.documentation_pages():
        index = next((listed[path] for path in section_pages(file.src_uri) if path in listed), None)
        if file.src_uri not in listed and index:
            file.page.parent = index.parent
    _process["nav"] = nav
    return nav


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Put the blocks of the page's macros where they stand, and tell which anchors are in them."""
    content, ids = config.extra["held"].put_back(html)
    page.present_anchor_ids |= ids
    return str(content)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Name nothing that the site leaves out."""
    from macros.theme import of_the_site

    return of_the_site(output)


def on_post_template(output: str, template_name: str, config: Any) -> str:
    """A site map names whole addresses: without the one of the site it is left out."""
    return output if config.site_url or template_name != "sitemap.xml" else ""


@_in_words
def on_env(env: Any, config: Any, files: Any) -> Any:
    """Complete the pages: all are there now."""
    from mkdocs.structure.files import File

    from macros.build import completed, search_of
    from macros.site import base_view

    pages = {file.src_uri: file.page for file in files.documentation_pages() if file.page}
    html = {path: page.content or "" for path, page in pages.items()}
    titles = {path: str(page.title) for path, page in pages.items()}
    for path, content in completed(base_view(), html, titles).items():
        pages[path].content = content
    articles = {page.url: page.content for page in pages.values()}
    for path, text in search_of(base_view(), articles).items():
        files.append(File.generated(config, path, content=text))
    _last.update(config=config, nav=_process["nav"], files=files, env=env)
    return env


@event_priority(_LAST)
def on_serve(server: Any, config: Any, builder: Callable[[], None]) -> Any:
    """Let an edit of a page build that page alone, and watch the file of the organization."""
    from macros.live import Live
    from macros.serving import watch_organization

    watch_organization(server)
    server.build_by(Live(builder, _last, server.is_good))
    return server


@event_priority(_LAST)
def on_post_build(config: Any) -> None:
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
