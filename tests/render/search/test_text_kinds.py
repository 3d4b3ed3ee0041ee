"""By what a pasted text is told: every format and kind is there, and what search.yaml names exists."""

from __future__ import annotations

import pytest

from macros.catalog.models import Catalog, TextReader, UnknownIdError
from macros.formats.base import recognized
from macros.formats.detect import FORMATS
from macros.render.search.text_kinds import text_kinds


def test_every_format_and_kind_has_marks_and_a_page_that_exists_or_none(catalog: Catalog) -> None:
    data = text_kinds(catalog.search)
    assert [title for title, _, _ in data["formats"]] == [form.title for form in FORMATS]
    assert len(data["told"]) == len(recognized.every())
    pages = {page for _, page, _ in data["formats"]} | {one["page"] for one in data["told"]}
    assert pages == {None, *range(len(data["readers"]))}


def test_an_unknown_format_is_named(catalog: Catalog) -> None:
    wrong = TextReader(page="a.html", name="A", about="b", link="C", formats=("odd",))
    with pytest.raises(UnknownIdError, match="odd"):
        text_kinds(catalog.search.model_copy(update={"readers": (wrong,)}))
