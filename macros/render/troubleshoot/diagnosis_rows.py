"""A diagnosis as CSV for spreadsheets: one row for a file and product."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from macros.domain.diagnosis import Entry, Reading
from macros.formats.base.spreadsheet import cell
from macros.render.parts.findings_text import printable

from .diagnosis_data import Read, Unread

_OF_PRODUCT = {
    "product": "name",
    "state": "status",
    "channel": "channel",
    "error_code": "error_code",
    "remaining_minutes": "remaining_minutes",
    "partial_key": "partial_key",
    "kms_host": "kms_host",
    "kms_port": "kms_port",
    "current_count": "current_count",
    "total_requests": "total_requests",
}
"""Columns with the slot of a product that each shows."""
COLUMNS = ("file", "kind", "role", "verdict", "says", *_OF_PRODUCT, "level", "findings", "reason")
"""The columns, in their order. The names are an interface: others read them."""
_Row = Mapping[str, object]


def readings_as_csv(rows: Iterable[Read | Unread]) -> str:
    """A head and the rows, files in the order given. A file without products has one row, as has one that is unread."""
    out = io.StringIO()
    # Standard output turns the end of a line into that of its system.
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        for values in _rows(row):
            writer.writerow({name: cell(each) if isinstance(each, str) else each for name, each in values.items()})
    return out.getvalue()


def _rows(row: Read | Unread) -> Iterable[_Row]:
    file = {"file": printable(row.file)}
    if isinstance(row, Unread):
        return [{**file, "reason": row.reason}]
    of_file = {**file, **_of_file(row.reading)}
    return [{**of_file, **_of_product(each)} for each in row.reading.products] or [
        {**of_file, "error_code": _code(row.reading)}
    ]


def _of_file(reading: Reading) -> _Row:
    return {
        "kind": reading.kind and reading.kind.id,
        "role": reading.role,
        "verdict": reading.verdict and reading.verdict.state,
        "says": reading.verdict and reading.verdict.text,
        "findings": " ".join(dict.fromkeys(one.id for one in reading.findings)),
    }


def _of_product(product: Entry) -> _Row:
    return {**{column: product.slots.get(slot) for column, slot in _OF_PRODUCT.items()}, "level": product.level}


def _code(reading: Reading) -> str | None:
    """The first code that the findings lead to, where no product has it."""
    return next((target for one in reading.findings for target in one.next if target.startswith("0x")), None)
