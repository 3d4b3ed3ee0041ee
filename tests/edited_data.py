"""A copy of the data that an editor worked on: a value changed, a fact added, another one removed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from macros.catalog.loader import DATA

CHANGED, ADDED, REMOVED = "kms.count.ageing", "kms.count.made_up", "elig.iot_ltsc_2021_convert"
OLD, NEW = 30, 45
"""Days that the changed fact says."""
_MADE_UP = f"""
- id: {ADDED}
  statement: A sentence that a test made up says {{{ADDED}}}.
  value: 7
  unit: days
  measures: time
  applies_to: [kms-host]
  sources: [kms-activation-planning]
  verified_on: 2026-11-24
  review_by: 2027-06-29
  confidence: documented
"""


def edited(folder: Path) -> Path:
    """Copy the data into a folder and edit the copy."""
    data = Path(shutil.copytree(DATA, folder / "data"))
    change(data)
    add(data)
    remove(data)
    return data


def change(data: Path, days: int = NEW) -> None:
    """Let the fact say another number of days."""
    file = data / "facts" / "kms.yaml"
    text = file.read_text("utf-8")
    pattern = rf"(- id: {re.escape(CHANGED)}\n(?:  .*\n)*?  value: )\d+\n"
    assert re.search(pattern, text)
    file.write_text(re.sub(pattern, rf"\g<1>{days}\n", text), "utf-8")


def add(data: Path) -> None:
    """Write one more fact, which no page cites."""
    file = data / "facts" / "kms.yaml"
    file.write_text(f"{file.read_text('utf-8').rstrip()}\n{_MADE_UP}", "utf-8")
    _listed(data, f"    - {REMOVED}\n", f"    - {REMOVED}\n    - {ADDED}\n")


def remove(data: Path) -> None:
    """Take a fact out that no page cites."""
    file = data / "facts" / "elig.yaml"
    text = file.read_text("utf-8")
    pattern = rf"\n- id: {re.escape(REMOVED)}\n(?:  .*\n)+"
    assert re.search(pattern, text)
    file.write_text(re.sub(pattern, "", text), "utf-8")
    _listed(data, f"    - {REMOVED}\n", "")


def give_reasons(data: Path) -> None:
    """Fill in why, as an editor does by hand."""
    file = data / "changes.yaml"
    file.write_text(
        re.sub(r"^  why:$", "  why: A test wanted it so.", file.read_text("utf-8"), flags=re.MULTILINE), "utf-8"
    )


def _listed(data: Path, old: str, new: str) -> None:
    file = data / "reference-only.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
