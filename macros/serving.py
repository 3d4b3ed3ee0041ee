"""While serving: what is wrong is shown in the browser, and the last good site is kept.

The development server of mkdocs answers nothing until a build that failed is followed by one that does not. Here such
a build ends like any other, and the server shows its message in place of each page until the mistake is mended.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any
from urllib.parse import quote

from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer
from watchdog.events import FileSystemEvent, FileSystemEventHandler

from macros.catalog.organization_file import LOCAL, path_from_environment
from macros.catalog.published_keys import without_keys
from macros.staging import prepare, publish
from macros.trouble import in_words

LAST_GOOD = "last-good"
"""Part of an address that asks for the last good page."""
_COLOR = re.compile("\x1b" + r"\[[0-9;]*m")
_log = logging.getLogger("mkdocs.guide")
_PAGE = Template("""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>The site cannot be built</title></head>
<body>
<h1>The site cannot be built</h1>
<p>Mend this and save; the page then loads again by itself.</p>
<pre style="white-space: pre-wrap">$message</pre>
$last
</body>
</html>
""")


class Trouble:
    """What was wrong with the last build, and whether there is a good site to show."""

    def __init__(self) -> None:
        self.message: str | None = None
        self.has_site = False

    def page(self, path: str) -> bytes:
        """The page that stands in for every page of a site that cannot be built."""
        link = f'<p><a href="{escape(quote(path))}?{LAST_GOOD}">See this page as it was built last</a></p>'
        last = link if self.has_site else ""
        return _PAGE.substitute(message=escape(self.message or ""), last=last).encode()

    @contextmanager
    def told(self, *, is_whole: bool = True) -> Iterator[None]:
        """Remember in words why what runs inside went wrong, with the warnings of the build, and go on.

        Only a whole build that ends well takes back what was said before.
        """
        heard = _Warnings()
        logger = logging.getLogger("mkdocs")
        logger.addHandler(heard)
        try:
            yield
        except (Exception, SystemExit) as error:
            said = _said(error)
            logger.removeHandler(heard)
            # The console has the warnings already.
            _log.error("%s\nThe browser shows what is wrong, until it is mended.", said)
            self.message = without_keys(_COLOR.sub("", "\n".join([*heard.said, said]).strip()))
        else:
            if is_whole:
                self.message = None
                self.has_site = True
        finally:
            logger.removeHandler(heard)


class _Warnings(logging.Handler):
    """The warnings of one build."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, MkDocsException | SystemExit) else in_words(error)


def show_in_browser(serve: ModuleType, *, dirty: bool) -> None:
    """Let the command of mkdocs that serves, `mkdocs.commands.serve`, show what is wrong with a build.

    The command looks both names up when it runs, which is after the event of the start-up.
    """
    trouble = Trouble()
    serve.__dict__.update(
        build=_careful(serve.__dict__["build"], trouble, dirty=dirty), LiveReloadServer=_server(trouble)
    )


def _careful(build: Callable[..., None], trouble: Trouble, *, dirty: bool) -> Callable[..., None]:
    """A build that never ends the server: one that fails leaves a message, and the last good site as it was."""

    def run(config: Any, **rest: Any) -> None:
        with trouble.told():
            site = Path(config.site_dir)
            built = prepare(site)
            config.site_dir = str(built)
            try:
                build(config, **rest)
            finally:
                config.site_dir = str(site)
            publish(built, site)

    # A build of what changed alone adds to the site that is there.
    return trouble.told()(build) if dirty else run


def _server(trouble: Trouble) -> type[LiveReloadServer]:
    class Server(LiveReloadServer):
        """The server of mkdocs, which tells what is wrong instead of waiting until nothing is."""

        def __init__(self, builder: Callable[[], None], *arguments: Any, **more: Any) -> None:
            super().__init__(builder, *arguments, **more)
            self.build_by(builder)

        def build_by(self, builder: Callable[[], None]) -> None:
            """Build by this from now on."""

            def build() -> None:
                # A whole build tells of its own trouble; here it is that of reading mkdocs.yml, or of one page alone.
                with trouble.told(is_whole=False):
                    builder()

            self.builder = build

        def is_good(self) -> bool:
            """Whether the last build ended well."""
            return trouble.message is None

        def _serve_request(self, environ: Any, start_response: Any) -> Iterable[bytes] | None:
            path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
            if not path.endswith(("/", ".html")) or environ.get("QUERY_STRING") == LAST_GOOD:
                return super()._serve_request(environ, start_response)
            with self._epoch_cond:
                self._epoch_cond.wait_for(lambda: self._visible_epoch == self._wanted_epoch)
                epoch = self._visible_epoch
            if trouble.message is None:
                return super()._serve_request(environ, start_response)
            content: bytes = self._inject_js_into_html(trouble.page(path), epoch)  # type: ignore[no-untyped-call]
            start_response(
                "500 Internal Server Error",
                [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(content)))],
            )
            return [content]

    return Server


class _Appears(FileSystemEventHandler):
    """Builds again when a file changes that may not be there yet."""

    def __init__(self, file: Path, server: LiveReloadServer) -> None:
        self.file, self.server = file, server

    def on_any_event(self, event: FileSystemEvent) -> None:
        if self.file.name in {Path(str(path)).name for path in (event.src_path, event.dest_path)}:
            with self.server._rebuild_cond:
                self.server._want_rebuild = True
                self.server._rebuild_cond.notify_all()


def watch_organization(server: LiveReloadServer) -> None:
    """Build again when the file of the organization changes: also the adopter's own when somebody makes it now."""
    server.observer.schedule(_Appears(LOCAL, server), str(LOCAL.parent), recursive=False)
    named = path_from_environment()
    if named != LOCAL and named.is_file():
        server.watch(str(named))
