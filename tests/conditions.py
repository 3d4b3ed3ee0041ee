"""The vectors of expressions, for the walkers in Python and in the browser."""

from __future__ import annotations

import re
from typing import Any

import yaml

from macros.formats.base.checks import COMMON
from macros.formats.base.conditions import Functions

from .built import ROOT

VECTORS: dict[str, Any] = yaml.safe_load((ROOT / "tests/vectors/conditions.yaml").read_text("utf-8"))


def functions() -> Functions:
    """The common functions, with the patterns of the vectors."""
    compiled = {name: re.compile(text) for name, text in VECTORS["patterns"].items()}
    return {
        **COMMON,
        "matches": lambda name, text: text is not None and compiled[name].fullmatch(text) is not None,
        "contains": lambda name, text: text is not None and compiled[name].search(text) is not None,
    }
