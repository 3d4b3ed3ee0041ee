"""Why a text is no XML: the cases that the browser runs too, and that each reason has one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.formats.base.reading import UnreadableError
from macros.formats.base.xml_tree import REASONS, read

VECTORS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent.parent / "vectors" / "xml.yaml").read_text("utf-8")
)
DEEP = {"limit": "<a>" * 300, "a long name": f"<{'a' * 60_000}/>"}


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: f"{case['reason']} {case['text']!r}")
def test_what_is_no_xml_has_a_reason_and_a_place(case: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(case["text"])
    error = caught.value
    assert error.rule == "not-well-formed"
    assert error.values == {"detail": REASONS[case["reason"]].format_map(case.get("named", {}))}
    assert (error.line, error.column) == (case["line"], case["column"])


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_what_has_no_end_is_refused_for_its_size(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert caught.value.values == {"detail": REASONS["limit"]}


def test_every_reason_but_the_last_resort_has_a_case() -> None:
    assert set(REASONS) == {case["reason"] for case in VECTORS} | {"limit", "other"}


def test_a_key_in_the_place_of_a_name_is_hidden() -> None:
    key = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])
    with pytest.raises(UnreadableError) as caught:
        read(f"<a{key}>")
    assert key not in str(caught.value.values)
