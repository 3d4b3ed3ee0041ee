"""The model of the organization's file as data: each key of the models, with what the loader would say."""

from __future__ import annotations

import pytest

from macros.catalog.organization import Organization
from macros.catalog.organization_file import words
from macros.catalog.organization_shape import _shape, shapes
from tests.organizations import keys_of


def test_every_key_of_the_models_is_there_and_says_what_it_means() -> None:
    found = shapes()

    def keys(record: str, inside: str = "") -> set[str]:
        names = set()
        for shape in found[record]:
            names.add(f"{inside}{shape['key']}")
            inner = shape.get("name") or shape.get("of", {})
            inner = inner if isinstance(inner, str) else isinstance(inner, dict) and inner.get("name")
            names |= keys(inner, f"{inside}{shape['key']}.") if inner else set()
        return names

    assert keys("Organization") == keys_of(Organization)
    assert [(name, shape["key"]) for name, listed in found.items() for shape in listed if not shape.get("about")] == []


def test_a_type_that_no_browser_reads_yet_is_refused() -> None:
    with pytest.raises(TypeError, match="teach macros"):
        _shape(complex, ())


def test_words_of_contradictions_are_sentences() -> None:
    assert len(words()) > 30
    assert [name for name, text in words().items() if not text or text != text.strip()] == []
