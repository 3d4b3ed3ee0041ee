"""Workbooks as spreadsheets write them, made without one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REFERENCE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

Cells = Sequence[str | int | float]


def shared(rows: Sequence[Cells]) -> tuple[str, list[str]]:
    """A sheet as spreadsheets write it, its texts apart."""
    strings: dict[str, int] = {}
    lines = []
    for number, cells in enumerate(rows, 1):
        made = []
        for place, cell in enumerate(cells):
            at = f'r="{chr(65 + place)}{number}"'
            if isinstance(cell, str):
                made.append(f'<c {at} t="s"><v>{strings.setdefault(cell, len(strings))}</v></c>' if cell else "")
            else:
                made.append(f'<c {at} s="1"><v>{cell}</v></c>')
        lines.append(f'<row r="{number}">{"".join(made)}</row>')
    return "".join(lines), [*strings]


def sheet(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><dimension ref="A1:B2"/><sheetData>{rows}</sheetData></worksheet>'


def book(sheets: Mapping[str, str], strings: Sequence[str] | str = (), properties: str = "") -> bytes:
    """A workbook of sheets by their names."""
    names = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{REFERENCE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in enumerate(sheets, 1)
    )
    texts = strings if isinstance(strings, str) else "".join(f"<si><t>{escape(one)}</t></si>" for one in strings)
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REFERENCE}">{properties}'
            f"<sheets>{names}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{targets}'
            f'<Relationship Id="s" Type="{REFERENCE}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
            **{f"xl/worksheets/sheet{n}.xml": rows for n, rows in enumerate(sheets.values(), 1)},
        }
    )


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """An archive of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
