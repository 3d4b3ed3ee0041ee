"""Situations of the decision guide for tests, complete under the shipped tables.

A question that an editor adds has a usual answer, so the situations here go on to say what they say: what they leave
out is answered as usual. A situation that is about the new question names another answer, or "unknown".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from macros.catalog.decision_tables import compiled, thresholds
from macros.catalog.loader import load_cached
from macros.domain.decision import advise
from macros.domain.worksheet import defaults_of
from tests.built import ROOT

FILE = ROOT / "tests" / "vectors" / "decision.yaml"

_ADBA: Mapping[str, str] = {
    "license": "volume",
    "purpose": "production",
    "platform": "other",
    "directory": "ad-ready",
    "release": "current",
    "corporate_contact": "at-least-every-180-days",
}


def answered(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, with the usual one to each question that has one and is not answered."""
    return {**answers, **{name: value for name, value in _usual().items() if name not in answers}}


@cache
def _usual() -> Mapping[str, str]:
    return defaults_of(load_cached().decision_tables)


@cache
def to_adba() -> dict[str, Any]:
    """Answers that end at ADBA, where the guidance leaves a choice, in the order in which the guide asks for them."""
    catalog = load_cached()
    tables = compiled(catalog.decision_tables, thresholds(catalog))
    known = answered(_ADBA)
    found: dict[str, Any] = {}
    while asked := advise(tables, catalog.decision_tables, found).ask:
        found[asked] = known[asked]
    return found


def cases() -> list[dict[str, Any]]:
    """The situations of the vectors, with what the pages say about them."""
    read: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))["cases"]
    return [{**case, "answers": answered(case["answers"])} for case in read]
