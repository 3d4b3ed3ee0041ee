"""Files that are recognized and not checked."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from macros.catalog.models import Catalog
from macros.domain.policy import Policy
from macros.formats.base import recognized
from macros.formats.base.context import Context
from macros.formats.base.format import File
from macros.formats.detect import FORMATS, UNKNOWN_KIND, UnknownKindError, examine, most_like
from tests.built import ROOT

VECTORS: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (ROOT / "tests" / "vectors" / "recognized.yaml").read_text("utf-8")
)
INPUTS = [(kind, text) for kind, each in VECTORS.items() for text in each["inputs"]]
NEAR = [(kind, text) for kind, each in VECTORS.items() for text in each["near_misses"]]


def told(text: str, catalog: Catalog, policy: Policy) -> Any:
    try:
        return examine("-", text.encode(), None, Context(catalog, policy)).format.id
    except UnknownKindError as error:
        return str(error)


def test_the_vectors_have_each_kind() -> None:
    assert [*VECTORS] == [one.id for one in recognized.every()]
    assert all(len(each["inputs"]) >= 5 and each["near_misses"] for each in VECTORS.values())


@pytest.mark.parametrize(("kind", "text"), INPUTS)
def test_a_kind_that_is_not_checked_is_named(kind: str, text: str, catalog: Catalog, policy: Policy) -> None:
    one = next(one for one in recognized.every() if one.id == kind)
    assert told(text, catalog, policy).startswith(f"it is {one.title}, which is not checked here")


@pytest.mark.parametrize(("kind", "text"), NEAR)
def test_a_near_miss_is_not_taken_for_it(kind: str, text: str, catalog: Catalog, policy: Policy) -> None:
    one = next(one for one in recognized.every() if one.id == kind)
    assert not one.fits(text)
    assert one.title not in told(text, catalog, policy)


def test_a_file_of_no_kind_names_three_at_most(catalog: Catalog, policy: Policy) -> None:
    said = told("$x = 1\n", catalog, policy)
    assert said.startswith(f"{UNKNOWN_KIND}; most like ")
    assert sum(f"{form.id} (" in said for form in FORMATS) == 3
    assert told("buy milk\n", catalog, policy) == UNKNOWN_KIND
    assert [form.id for form in most_like("x.zone", File("a"))] == ["dns-zone"]


def test_a_named_kind_is_checked_all_the_same(catalog: Catalog, policy: Policy) -> None:
    checked = examine("-", VECTORS["terraform"]["inputs"][0].encode(), "dns-zone", Context(catalog, policy))
    assert checked.report.verdict == "invalid"
