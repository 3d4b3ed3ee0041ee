"""Which page shows which fact: found by rendering every page's macros once and reading the citations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from .view import View

_CITED = re.compile(r'data-fact="([^"]+)"')


def usage(view: View, pages: Mapping[str, str], render: Callable[[View, str], str]) -> dict[str, tuple[str, ...]]:
    """Source paths of the pages that cite a fact, by fact id, in the order of the paths."""
    found: dict[str, list[str]] = {}
    for path in sorted(pages):
        if "{{" not in pages[path]:
            continue
        for fact_id in dict.fromkeys(_CITED.findall(render(replace(view, page=path), pages[path]))):
            found.setdefault(fact_id, []).append(path)
    return {fact_id: tuple(paths) for fact_id, paths in sorted(found.items())}
