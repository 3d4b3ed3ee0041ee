"""What a page weighs, packed as a server sends it: all that it names, which a browser asks for at once."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import pytest

from tests.built import Site, first_view

pytestmark = pytest.mark.site

MOST = 90_000
"""Bytes of a first view; tests/browser/test_theme.py shows that a page asks for nothing else."""
MOST_OF_OURS = 40_000
"""Bytes of the scripts and styles of this site on a page."""
THEIRS = "theme.css"


@cache
def packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))


def test_a_first_view_of_every_page_is_light(site: Site) -> None:
    views = {path: [site.folder / name for name in first_view(site, path)] for path in site.pages if path != "404.html"}
    weights = {path: sum(map(packed, files)) for path, files in views.items()}
    ours = {
        path: sum(packed(file) for file in files if file.suffix in {".css", ".js"} and file.name != THEIRS)
        for path, files in views.items()
    }
    for path, weight in sorted(weights.items(), key=lambda each: -each[1])[:25]:
        print(f"{weight:7,} with {ours[path]:7,} of our scripts and styles {path}")
    assert len(weights) > 100
    assert {path: weight for path, weight in weights.items() if weight > MOST} == {}
    assert {path: weight for path, weight in ours.items() if weight > MOST_OF_OURS} == {}
