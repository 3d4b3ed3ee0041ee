"""Texts as people bring them: which kind is told, and what is found in them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from macros.catalog.models import Catalog
from macros.domain.policy import Policy
from macros.formats.base.context import Context
from macros.formats.detect import UnknownKindError, examine
from tests.built import ROOT
from tests.formats.filled import filled, other

VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (ROOT / "tests" / "vectors" / "told_kinds.yaml").read_text("utf-8")
)
CASES = [(group, each) for group, cases in VECTORS.items() for each in cases]


def test_each_group_has_inputs_and_a_near_miss() -> None:
    assert all(len(cases) >= 6 for cases in VECTORS.values())
    assert all(any(each["kind"] is None or each.get("near_miss") for each in cases) for cases in VECTORS.values())


@pytest.mark.parametrize(("group", "case"), CASES)
def test_the_kind_is_told_and_every_mistake_is_found(
    group: str, case: dict[str, Any], catalog: Catalog, policy: Policy
) -> None:
    key = catalog.client_keys[0].key
    text = case["text"].replace("{gvlk}", key).replace("{secret}", other(key))
    text = filled(text, catalog)
    try:
        checked = examine("-", text.encode(), None, Context(catalog, policy))
    except UnknownKindError:
        assert case["kind"] is None, group
        return
    assert checked.format.id == case["kind"]
    assert sorted({one.id for one in checked.report.findings}) == sorted(case["rules"])
