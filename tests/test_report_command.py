"""The report on an organization on the command line: Markdown to read, a calendar, and data for programs."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from macros.cli import main
from tests.built import EXAMPLE, ORGANIZATIONS
from tests.conftest import TODAY

FILES = sorted(ORGANIZATIONS.glob("*.yml"))


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments)], env=environment)


def data_of(file: Path, **environment: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("--organization", file, "--format", "json", **environment).stdout)
    return found


def titles(file: Path) -> list[str]:
    return [section["title"] for section in data_of(file)["sections"]]


def test_markdown_is_what_a_report_is_without_a_format() -> None:
    result = run("--organization", EXAMPLE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run("--organization", EXAMPLE, "--format", "markdown").stdout
    assert result.stdout.startswith("# Volume activation of Example Manufacturing\n\n")
    assert result.stdout.endswith("\n")
    assert not result.stdout.endswith("\n\n")


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_three_forms_say_the_same(file: Path) -> None:
    data = data_of(file)
    text = run("--organization", file).stdout
    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == [
        section["title"] for section in data["sections"]
    ]
    tables = [section for section in data["sections"] if "rows" in section]
    rows = sum(len(section["rows"]) + len(("head", "rule")) for section in tables)
    assert sum(line.startswith("|") for line in text.splitlines()) == rows
    # The text of a result has the line ends of the machine; a calendar has those of its format.
    calendar = run("--organization", file, "--format", "ics").stdout_bytes.decode()
    days = [day.replace("-", "") for day in (each["day"] for each in data["dates"])]
    assert re.findall(r"^DTSTART;VALUE=DATE:(\d{8})\r$", calendar, re.MULTILINE) == days
    assert calendar.startswith("BEGIN:VCALENDAR\r\n")
    assert calendar.endswith("END:VCALENDAR\r\n")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_section_has_something_to_read(file: Path) -> None:
    for section in data_of(file)["sections"]:
        assert section.get("text") or section.get("rows") or section.get("items"), section["title"]
        assert all(len(row) == len(section["columns"]) for row in section.get("rows", ()))


def test_a_report_has_no_part_on_what_an_organization_has_not() -> None:
    assert not {"Counts of the KMS hosts", "MAKs", "Host keys", "Who looks after what"} & {
        *titles(ORGANIZATIONS / "subscription_only.yml")
    }
    assert {"Counts of the KMS hosts", "MAKs", "Host keys"} <= {*titles(EXAMPLE)}


def test_who_looks_after_what_and_the_age_of_the_numbers_stand_in_the_report() -> None:
    text = run("--organization", ORGANIZATIONS / "branches.yml").stdout
    assert "The numbers in the description are of 2025-06-30." in text
    assert "| kms.bank.example | Platform team |" in text
    assert "Looked after by Branch support" in text
    assert "more than a year old" in text
    assert "The numbers in the description" not in run("--organization", EXAMPLE).stdout


def test_the_day_comes_from_the_environment() -> None:
    assert data_of(EXAMPLE)["day"] == TODAY.isoformat()
    later = data_of(EXAMPLE, SOURCE_DATE_EPOCH="1830297600")
    assert later["day"] == date(2028, 1, 1).isoformat()
    assert min(each["day"] for each in later["dates"]) >= later["day"]
    assert run("--organization", EXAMPLE).stdout == run("--organization", EXAMPLE).stdout


def test_without_a_file_it_takes_the_one_of_a_build() -> None:
    assert (
        run(ORGANIZATION=str(ORGANIZATIONS / "small.yml")).stdout
        == run("--organization", ORGANIZATIONS / "small.yml").stdout
    )


def test_a_file_that_cannot_be_used_gives_no_report(tmp_path: Path) -> None:
    missing = run("--organization", tmp_path / "none.yml")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "none.yml" in missing.stderr
    wrong = tmp_path / "organization.yml"
    wrong.write_text("name: A\ngroups:\n  - id: b\n")
    found = run("--organization", wrong, "--format", "json")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "groups[0].product" in found.stderr
    assert "line 3" in found.stderr


def test_a_format_that_does_not_exist_is_refused_with_those_that_do() -> None:
    result = run("--organization", EXAMPLE, "--format", "pdf")
    assert result.exit_code == 2
    assert all(form in result.stderr for form in ("markdown", "ics", "json"))
