"""What people paste, by kind: five texts of each that differ in form, and a near miss, written for these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.catalog.models import Catalog
from macros.domain.diagnosis import reader
from tests.domain.test_diagnosis import TODAY

FEWEST = 5
FIELD: dict[str, dict[str, list[dict[str, Any]]]] = yaml.safe_load(
    (Path(__file__).parent.parent / "vectors" / "field.yaml").read_text("utf-8")
)


def _cases() -> Iterator[Any]:
    for name, kind in FIELD.items():
        for which, cases in kind.items():
            for number, case in enumerate(cases, 1):
                yield pytest.param(case, id=f"{name}, {which} {number}")


def test_each_kind_has_its_texts_and_a_near_miss() -> None:
    assert len(FIELD) > FEWEST
    short = {
        name: (len(kind["texts"]), len(kind["near"]))
        for name, kind in FIELD.items()
        if len({case["text"] for case in kind["texts"]}) < FEWEST or not kind["near"]
    }
    assert short == {}


@pytest.mark.parametrize("case", [*_cases()])
def test_it_is_read_as_what_it_is(case: dict[str, Any], catalog: Catalog) -> None:
    reading = reader(catalog).read(case["text"], TODAY)
    assert (reading.kind.id if reading.kind else None) == case["kind"]
    assert (reading.verdict.state if reading.verdict else None) == case.get("state")
    slots = reading.products[0].slots if reading.products else {}
    assert {name: slots.get(name) for name in case.get("slots", ())} == case.get("slots", {})
    found = {one.id for one in reading.findings}
    assert {*case.get("finds", ())} <= found
    assert not {*case.get("never", ())} & found
