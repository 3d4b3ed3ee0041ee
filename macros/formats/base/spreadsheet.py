"""Cells of CSV files that spreadsheets open."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet may take for a formula. The last four are full-width letters."""


def cell(text: str) -> str:
    """A text that stays text: what a spreadsheet would compute gets an apostrophe in front.

    The browser does the same: csvCell in docs/assets/javascripts/worksheet.js.
    """
    return f"'{text}" if _FORMULA.match(text) else text
