"""Names that are probably meant: the cases that the browser runs too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.formats.base.spelling import nearest

VECTORS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent.parent / "vectors" / "nearest.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: f"{case['given']} of {case['names']}")
def test_the_name_that_is_meant(case: dict[str, Any]) -> None:
    assert nearest(case["given"], case["names"], case["cutoff"]) == case["near"]
    assert nearest(case["given"], [*reversed(case["names"])], case["cutoff"]) == case["near"]


def test_a_text_without_end_is_compared_by_its_beginning() -> None:
    assert nearest("a" * 1_000_000, ["a" * 64]) == "a" * 64
