"""While the site is served: an edit of pages builds those pages alone, any other edit builds everything.

Everything is also built when an edit of a page reaches others: when its title changes, or the facts that it cites,
which the register names. So what is served is always what a whole build makes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.exceptions import Abort
from mkdocs.utils import CountHandler

_log = logging.getLogger("mkdocs.hooks.guide")
Stamps = dict[Path, tuple[int, int]]


class Live:
    """What the server calls when files have changed.

    `build` builds everything. `last` is the last whole build, which a new one replaces: config, nav, files and env of
    mkdocs; empty while none ended well. `is_good` tells whether the last one did: after one that did not, everything
    is built.
    """

    def __init__(self, build: Callable[[], None], last: Mapping[str, Any], is_good: Callable[[], bool]) -> None:
        self._build = build
        self._last = last
        self._is_good = is_good
        self._stamps = self._now()

    def __call__(self) -> None:
        """Build what has changed. Raises what a build raises; then the next edit builds everything."""
        now, self._stamps, before = self._now(), {}, self._stamps
        changed = {path for path in now.keys() | before.keys() if now.get(path) != before.get(path)}
        pages = self._pages(changed) if self._is_good() and changed <= before.keys() & now.keys() else []
        if not pages or not self._rebuilt(pages):
            self._build()
        self._stamps = now

    def _now(self) -> Stamps:
        """Every watched file with what tells that it was changed."""
        if not self._last:
            return {}
        config = self._last["config"]
        roots = [Path(root) for root in (config.docs_dir, config.config_file_path, *config.watch)]
        files = [file for root in roots for file in (root, *root.rglob("*")) if file.is_file()]
        stats = {file: file.stat() for file in files if "__pycache__" not in file.parts}
        return {file: (stat.st_mtime_ns, stat.st_size) for file, stat in stats.items()}

    def _pages(self, changed: set[Path]) -> list[Any]:
        """The pages that were edited; none when anything else was, too."""
        docs = Path(self._last["config"].docs_dir)
        paths = [path.relative_to(docs).as_posix() for path in changed if docs in path.parents]
        files = [self._last["files"].get_file_from_path(path) for path in paths]
        pages = [file.page for file in files if file and file.page]
        return pages if len(pages) == len(changed) else []

    def _rebuilt(self, pages: Sequence[Any]) -> bool:
        """Build some pages alone; False when other pages have to follow."""
        # The macros are those of the last whole build, which may be other modules than at the start.
        from macros.build import completed, facts_in, search_of
        from macros.catalog.secrets import refuse_secrets_in
        from macros.site import base_view

        config, nav, files, env = (self._last[name] for name in ("config", "nav", "files", "env"))
        _log.info("Building %s", ", ".join(page.file.src_uri for page in pages))
        docs = Path(config.docs_dir)
        refuse_secrets_in([docs], docs.parent)
        with _strictly(config):
            shown = [(page.title, facts_in(page.content)) for page in pages]
            for page in pages:
                # The whole build wrote it beside the site, into a folder that then took the place of the last one.
                page.file.dest_dir = config.site_dir
                page.file.__dict__.pop("abs_dest_path", None)
                _populate_page(page, config, files)
            if shown != [(page.title, facts_in(page.content)) for page in pages]:
                return False
            documents = files.documentation_pages()
            html = {file.src_uri: file.page.content for file in documents}
            titles = {file.src_uri: str(file.page.title) for file in documents}
            own = {page.file.src_uri: page for page in pages}
            for path, content in completed(base_view(), html, titles, own).items():
                own[path].content = content
            for page in pages:
                _build_page(page, config, documents, nav, env)
            for path, text in search_of(base_view(), {file.url: file.page.content for file in documents}).items():
                (Path(config.site_dir) / path).write_text(text, "utf-8")
            for file in documents:
                file.page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)
            config.plugins.on_post_build(config=config)
        return True


@contextmanager
def _strictly(config: Any) -> Iterator[None]:
    """Raise Abort at the end when there was a warning, as a strict build does."""
    counter = CountHandler()
    counter.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(counter)
    try:
        yield
    finally:
        logging.getLogger("mkdocs").removeHandler(counter)
    if config.strict and counter.get_counts():
        raise Abort("Aborted with warnings in strict mode!")
