from __future__ import annotations

from datetime import date

import pytest

from macros.editions.edition import Edition
from macros.publish.folder import published
from macros.render.parts.view import View

FORMS = {
    "print/guide.html": b'<!doctype html><head><meta charset="utf-8"></head><p>all</p>',
    "print/paper.css": b"p { color: red }",
    "downloads/volume-activation-guide-1.2.3-2026-11-24-handbook.md": b"# Handbook\n",
}
EDITION = Edition("1.2.3", date(2026, 11, 24), "organization.yml")


@pytest.fixture
def built() -> dict[str, bytes]:
    """The files of a small site."""
    page = '<head><meta charset="utf-8"><script>a()</script></head>'
    return {
        "index.html": page.encode() + b"<p>start</p>" * 200,
        "404.html": page.encode(),
        "contributing/publish.html": f"{page}<p data-vag-offline data-vag-unsearched>unpublished</p>".encode(),
        "assets/stylesheets/main.0123abcd.min.css": b"p { color: red }\n" * 100,
        "assets/javascripts/site.js": b"go()",
        "downloads/a.ps1": b"Get-Item",
        "downloads/b.reg": "\ufeffregistry".encode("utf-16-le"),
    }


@pytest.fixture
def files(view: View, built: dict[str, bytes]) -> dict[str, bytes]:
    """What is published of it."""
    return published(view, EDITION, built, FORMS)
