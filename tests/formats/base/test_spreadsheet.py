from __future__ import annotations

import csv
import io

import pytest
import yaml

from macros.catalog.organization import Organization
from macros.formats.base.spreadsheet import cell
from macros.formats.firewall.table import table_csv
from tests.built import ROOT
from tests.formats.firewall.test_commands import ORIGIN
from tests.formats.reports import made_for

VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "spreadsheet.yaml").read_text("utf-8"))


@pytest.mark.parametrize("text", VECTORS["formulas"])
def test_what_a_spreadsheet_would_compute_stays_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", VECTORS["texts"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_no_written_table_leaves_its_cells_to_a_spreadsheet() -> None:
    """Whoever writes CSV passes each cell through `cell`."""
    said = {file: file.read_text("utf-8") for file in (ROOT / "macros").rglob("*.py")}
    writing = {
        file.relative_to(ROOT).as_posix(): text
        for file, text in said.items()
        if "import csv" in text and ("csv.writer" in text or "csv.DictWriter" in text)
    }
    assert {*writing} == {
        "macros/formats/firewall/table.py",
        "macros/render/troubleshoot/diagnosis_rows.py",
        "macros/render/troubleshoot/fleet.py",
        "macros/render/troubleshoot/fleet_data.py",
    }
    assert all("spreadsheet import cell" in text for text in writing.values())


def test_a_group_with_the_name_of_a_formula_is_text_in_the_table(
    organization: Organization,
) -> None:
    groups = tuple(group.model_copy(update={"name": "=1+1"}) for group in organization.groups)
    made = table_csv(made_for(organization.model_copy(update={"groups": groups})), ORIGIN)
    cells = [each for row in csv.reader(io.StringIO(made)) for each in row if not each.startswith("#")]
    assert any(each.startswith("'=1+1") for each in cells)
    assert not [each for each in cells if each.startswith(("=", "+", "-", "@"))]
