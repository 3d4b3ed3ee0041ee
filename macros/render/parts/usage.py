"""Which page shows which fact: read from the citations in the pages' HTML, once all of them are rendered.

The register is rendered before others are known, so it leaves an empty slot in each row, and `fill` completes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .html import Html, join, tag
from .view import View

_CITED = re.compile(r'data-fact="([^"]+)"')
_SLOT = re.compile(r'<dd data-vag-usage="([^"]+)">[^<]*</dd>')
NOBODY = "no other page"


def slot(fact_id: str) -> Html:
    """The place in a row of the register where the pages that show the fact are named."""
    return tag("dd", NOBODY, data_vag_usage=fact_id)


def usage(pages: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Source paths of the pages that cite a fact, by fact id; `pages` is HTML by source path."""
    found: dict[str, list[str]] = {}
    for path, html in sorted(pages.items()):
        for fact_id in dict.fromkeys(_CITED.findall(html)):
            found.setdefault(fact_id, []).append(path)
    return {fact_id: tuple(paths) for fact_id, paths in sorted(found.items())}


def fill(view: View, html: str, used: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]) -> str:
    """A page's HTML with every slot completed: links to the pages, named by their titles."""

    def links(match: re.Match[str]) -> str:
        paths = [path for path in used.get(match[1], ()) if path != view.page]
        named = join((tag("a", titles[path], href=view.href(path)) for path in paths), ", ")
        return tag("dd", named or NOBODY)

    return _SLOT.sub(links, html)
