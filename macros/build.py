"""What a build of the site does beside turning Markdown into pages: plain functions, whatever turns the Markdown.

The hooks of mkdocs call them one by one. For a builder without hooks and macros, `project_files` does all of it before:
pages with their macros called, downloads, small scripts and styles, and a configuration that names nothing of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from macros import theme
from macros.catalog.organization_file import name_of, path_from_environment
from macros.render.api.resources import api_files
from macros.render.choose.record_changes import record_files
from macros.render.downloads import download_files
from macros.render.parts.clock import notes, with_notes
from macros.render.parts.usage import fill, usage
from macros.render.parts.view import View
from macros.render.plan import my_organization, organization_report, own_parts_data
from macros.render.reference.proof import proof_files
from macros.render.registry import render
from macros.render.search import text_kinds
from macros.render.search.index import search_files
from macros.render.start.overview import edition
from macros.render.troubleshoot import first_checks
from macros.render.troubleshoot.diagnosis_data import data_files
from macros.render.troubleshoot.fleet_script import fleet_files
from macros.site import DOCS, read_pages, version

SETTINGS = "mkdocs.yml"
OVERRIDES = "overrides"
ASSETS = "assets"
_BLOCK = re.compile(r"<(?:details|div|dl|figure|form|ol|p|script|section|table|template|ul)\b")
_END = re.compile(r"</figcaption>|</table></div>|</div>(?=<p>)")
_HELD = re.compile(r'<div data-vag-held="(\d+)"></div>')
_ID = re.compile(r' id="([^"]+)"')
_SMALL = {".css": "text/css", ".js": "application/javascript"}
_IMPORT = re.compile(r'^@import "([^"]+)";', re.MULTILINE)
_ARTICLE = re.compile(r"<article\b[^>]*>(.*?)</article>", re.DOTALL)
TABLES = "site_tables"
"""The Markdown extension of this project as a module beside the settings, which need no other code."""
_OURS = re.compile(r"^(?:(?:hooks|watch|site_url):.*\n|  - macros:\n(?:      .*\n)+)", re.MULTILINE)
"""What the configuration says of hooks, macros and this machine: what a project without them leaves out."""
_TITLE = re.compile(r"^# +(?P<title>.+?)(?: *\{[^{}]*\})? *$", re.MULTILINE)
_TITLE_IN_FRONT = re.compile(r'\A---\n(?:.*\n)*?title: "?(?P<title>.+?)"?\n')


class Held:
    """Blocks of HTML that macros made, out of the way while Markdown turns the pages.

    Reading them, which changes nothing in them, is half of the time that Markdown takes.
    """

    def __init__(self) -> None:
        self._blocks: list[str] = []

    def hold(self, html: str) -> str:
        """What stands for a block in the Markdown; other text is left as it is."""
        if not _BLOCK.match(html):
            return html
        # The search reads words on both sides of a table or drawing as one word where nothing stands between.
        self._blocks.append(_END.sub(r"\g<0>\n", html))
        return f'<div data-vag-held="{len(self._blocks) - 1}"></div>'

    def put_back(self, html: str) -> tuple[str, set[str]]:
        """A page's HTML with its blocks, and the ids that stand in them."""
        blocks = [self._blocks[int(number)] for number in _HELD.findall(html)]
        ids = {found for block in blocks for found in _ID.findall(block)}
        return _HELD.sub(lambda match: self._blocks[int(match[1])], html), ids


def site_files(view: View) -> dict[str, bytes]:
    """What the site has beside pages and pictures, by path: downloads, data, and our scripts and styles made small."""
    data = (
        data_files(view)
        | first_checks.data_files(view)
        | own_parts_data.data_files(view)
        | organization_report.data_files(view)
        | my_organization.data_files(view)
        | text_kinds.data_files(view)
    )
    lists = api_files(view, version()) | proof_files(view) | record_files(view)
    return download_files(view) | data | fleet_files(view) | lists | assets()


def assets(docs: Path = DOCS) -> dict[str, bytes]:
    """Our scripts and styles as pages load them, by path in the site: joined and small.

    The sources keep their comments and names. A style that another one imports becomes a part of it.
    """
    # Only a build needs it; the command line starts without it.
    import minify  # noqa: PLC0415

    texts = {file: file.read_text("utf-8") for file in _files(docs / ASSETS) if file.suffix in _SMALL}
    parts = {file.parent / name for file, text in texts.items() for name in _IMPORT.findall(text)}
    return {
        file.relative_to(docs).as_posix(): minify.string(_SMALL[file.suffix], _joined(file, text)).encode()
        for file, text in texts.items()
        if file not in parts
    }


def theme_files(theirs: Mapping[str, str], docs: Path = DOCS) -> dict[str, bytes]:
    """Styles of the theme as pages load them, by path in the site, from its own by path."""
    ours = [file.read_text("utf-8") for file in _files(docs / ASSETS) if file.suffix in _SMALL]
    return {theme.STYLES: theme.styles(theirs, ours).encode()}


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _joined(file: Path, text: str) -> str:
    return _IMPORT.sub(lambda match: (file.parent / match[1]).read_text("utf-8"), text)


def completed(
    view: View, pages: Mapping[str, str], titles: Mapping[str, str], wanted: Iterable[str] | None = None
) -> dict[str, str]:
    """Pages (HTML by source path) with what can be said once all are there; those that are wanted, or all.

    The register names by their titles the pages that show each fact, and each page says how old it is.
    """
    used = usage(pages)
    chosen = pages if wanted is None else {path: pages[path] for path in wanted}
    return {path: with_notes(one, fill(one, html, used, titles)) for path, html, one in _seen(view, chosen)}


def search_of(view: View, articles: Mapping[str, str]) -> dict[str, str]:
    """Files of the search by path in the site, from the HTML of each article by its address."""
    titles = titles_in((DOCS.parent / SETTINGS).read_text("utf-8"))
    names = {f"{path.removesuffix('.md')}.html": title for path, title in titles.items()}
    return search_files(view.catalog, dict(sorted(articles.items())), names)


def articles_in(site: Path) -> dict[str, str]:
    """HTML of each article of a built site by its address."""
    texts = {file.relative_to(site).as_posix(): file.read_text("utf-8") for file in site.rglob("*.html")}
    return {address: article for address, text in texts.items() if (article := article_in(text)) is not None}


def article_in(page: str) -> str | None:
    """HTML of the article of a page; None for a page without one."""
    found = _ARTICLE.search(page)
    return found[1] if found else None


def facts_in(html: str) -> set[str]:
    """Ids of the facts that a page cites."""
    return set(usage({"": html}))


def section_pages(path: str) -> tuple[str, str]:
    """Pages in whose section of the navigation an unlisted page stands: in that of the first one that is listed."""
    folder = path.rpartition("/")[0]
    return f"{folder}/index.md", f"{folder}.md"


def project_files(view: View) -> dict[str, bytes]:
    """A project of plain Markdown that makes the same site without macros and hooks, by path in the project."""
    root = DOCS.parent
    settings = (root / SETTINGS).read_text("utf-8")
    copied = {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in (*_files(root / OVERRIDES), *_files(DOCS / ASSETS))
        if file.suffix not in _SMALL
    }
    made = {path: text.encode() for path, text in expanded_pages(view, titles_in(settings)).items()} | site_files(view)
    return {
        **copied,
        **{f"{DOCS.name}/{path}": data for path, data in made.items()},
        f"{TABLES}.py": (root / "macros/render/tables.py").read_bytes(),
        SETTINGS: plain_settings(settings, edition(view, version(), name_of(path_from_environment()))).encode(),
    }


def expanded_pages(view: View, titles: Mapping[str, str], docs: Path = DOCS) -> dict[str, str]:
    """Markdown of every page by path, with its macros called and completed. `titles` are those of the navigation."""
    pages = {path: render(replace(view, page=path), text) for path, text in read_pages(docs).items()}
    used = usage(pages)
    named = {path: titles.get(path) or _own_title(text) or path for path, text in pages.items()}
    return {path: _with_notes(one, fill(one, text, used, named)) for path, text, one in _seen(view, pages)}


def plain_settings(settings: str, edition: str) -> str:
    """The configuration without hooks and macros; what a macro module sets stands in it: edition and extension."""
    plain = (
        _OURS.sub("", settings)
        .replace("\nplugins:\n\n", "\nplugins: []\n\n")
        .replace("\nextra:\n", f"\nextra:\n  edition: {json.dumps(edition)}\n", 1)
    )
    return plain.replace("\nmarkdown_extensions:\n", f"\nmarkdown_extensions:\n  - {TABLES}\n", 1)


def titles_in(settings: str) -> dict[str, str]:
    """Titles that the navigation of a configuration gives to pages, by source path."""
    return dict(_titles(yaml.load(settings, _AnyTag).get("nav") or ()))


def pages_listed(settings: str) -> list[str]:
    """Source paths of the pages in the navigation of a configuration, in its order."""
    return list(_listed(yaml.load(settings, _AnyTag).get("nav") or ()))


class _AnyTag(yaml.SafeLoader):
    """Reads a configuration whose values name Python functions, without looking for them."""


_AnyTag.add_constructor("!ENV", lambda loader, node: "")
_AnyTag.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)


def _titles(entries: Any) -> Iterator[tuple[str, str]]:
    for entry in entries:
        for title, target in entry.items() if isinstance(entry, dict) else ():
            if isinstance(target, str):
                yield target, title
            else:
                yield from _titles(target)


def _listed(entries: Any) -> Iterator[str]:
    for entry in entries:
        for target in entry.values() if isinstance(entry, dict) else (entry,):
            yield from (target,) if isinstance(target, str) else _listed(target)


def _own_title(text: str) -> str | None:
    found = _TITLE_IN_FRONT.match(text) or _TITLE.search(text)
    return found["title"] if found else None


def _seen(view: View, pages: Mapping[str, str]) -> Iterator[tuple[str, str, View]]:
    for path, text in pages.items():
        yield path, text, replace(view, page=path)


def _with_notes(view: View, text: str) -> str:
    """Markdown with what the page says of its age, below its title."""
    end = found.end() if (found := _TITLE.search(text)) else 0
    return f"{text[:end]}\n\n{notes(view, text)}\n\n{text[end:]}"
