"""A short run of tests/fuzz.py, always the same cases, and every input that failed once."""

from __future__ import annotations

from typing import Any

import pytest

from macros.catalog.models import find
from macros.formats.base.format import AnyFormat, File, Format
from macros.formats.detect import FORMATS
from tests import fuzz

CASES = 12


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_damaged_samples_are_reported_on(kind: AnyFormat) -> None:
    assert [*fuzz.failures(kind, range(CASES))] == []


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_there_are_samples_to_damage(kind: AnyFormat) -> None:
    assert len(fuzz.originals(kind)) > 1


def test_an_input_that_failed_once_is_reported_on() -> None:
    for seed in fuzz.kept():
        assert fuzz.problem(find(FORMATS, seed["kind"], "kind"), fuzz.data_of(seed)) is None, seed["why"]


def test_a_number_gives_the_same_input_every_time() -> None:
    originals = (b"<Configuration/>", b"name IN SRV 0 0 1 host.")
    inputs = [fuzz.mutated(number, originals) for number in range(200)]
    assert inputs == [fuzz.mutated(number, originals) for number in range(200)]
    assert len({*inputs}) > 150


def test_a_check_that_raises_hangs_or_talks_nonsense_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(file: File, context: object) -> Any:
        raise ZeroDivisionError("found")

    kind = Format("broken", "x", "text", read=broken, judge=lambda content, context: (), rules={})
    assert "ZeroDivisionError: found" in (fuzz.problem(kind, b"x") or "")
    monkeypatch.setattr(fuzz, "SLOW", -1)
    assert "took" in (fuzz.problem(FORMATS[0], b"x") or "")
