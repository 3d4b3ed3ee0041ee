"""Scripts of pages: a page names its tool, and what the tool needs comes before it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from macros.catalog.models import UnknownIdError
from macros.render.parts.script_data import NEEDS, page_scripts, with_needs
from macros.render.parts.view import View
from tests.parsing import as_built as parsed

DOCS = Path(__file__).parents[3] / "docs"


def test_what_a_tool_needs_runs_before_it_and_once() -> None:
    assert with_needs(["dns-build"]) == (
        "keys",
        "text-reading",
        "drawn",
        "text-box",
        "findings",
        "conditions",
        "organization-records",
        "organization-files",
        "dns-check",
        "dns-build",
    )
    for name, needs in NEEDS.items():
        order = with_needs([name])
        assert len({*order}) == len(order)
        assert order[-1] == name
        assert {*needs} <= {*order}


def test_every_script_is_a_file() -> None:
    for name in NEEDS:
        assert (DOCS / "assets/javascripts" / f"{name}.js").is_file(), name


def test_a_page_names_its_tool_alone() -> None:
    """A second script in a call would be an order that the page has to know."""
    for page in DOCS.rglob("*.md"):
        for call in re.findall(r"page_scripts\(([^)]*)\)", page.read_text("utf-8")):
            assert "," not in call, page


def test_keys_bring_the_data_that_they_read(view: View) -> None:
    assert parsed(page_scripts(view, "checklist")).find(id="vag-keys")
    assert not parsed(page_scripts(view, "codes")).find(id="vag-keys")


def test_an_unknown_script_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownIdError, match="dns-check"):
        with_needs(["dns-chek"])
