"""The command that reads a fleet: paths, exit codes, what goes where, and its speed."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from macros.catalog.models import Catalog
from macros.catalog.organization_file import load_organization
from macros.cli import main
from macros.domain.fleet.kinds import MOST_KINDS, kinds
from macros.domain.fleet.tally import Tally
from macros.domain.policy import Policy
from macros.formats.fleet.files import Files
from macros.formats.fleet.sink import RULES
from macros.given import NO_FILES, no_text
from macros.render.troubleshoot.fleet_data import COLUMNS
from tests.built import EXAMPLE
from tests.conftest import TODAY
from tests.formats.fleet.test_files import GOOD, HEAD, ROW, SLMGR, clixml, zipped
from tests.made_fleet import COLUMNS as COLLECTED
from tests.made_fleet import Maker
from tests.timing import shortest

DAY = "1795478400"
"""Noon of the day of the tests."""


def fleet(*arguments: object, given: str | bytes | None = None) -> Result:
    runner = CliRunner(env={"SOURCE_DATE_EPOCH": DAY})
    return runner.invoke(main, ["fleet", *(str(argument) for argument in arguments)], input=given)


def as_json(*arguments: object, given: str | bytes | None = None) -> Any:
    return json.loads(fleet(*arguments, "--format", "json", given=given).stdout)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A fleet with which all is well."""
    file = tmp_path / "good.csv"
    head, *rows = GOOD.splitlines()
    file.write_text("\n".join([f"{head},CollectedAt", *(f"{row},2026-11-24" for row in rows)]), "utf-8")
    return file


def test_the_exit_code_says_how_it_went(good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(f"{HEAD}\nPC1,Windows,VOLUME_MAK,5,ABCDE,\n", "utf-8")
    other = tmp_path / "other.csv"
    other.write_text("Name,Size\na,1\n", "utf-8")
    broken = tmp_path / "broken.csv"
    broken.write_text(f"{GOOD}PC3,Windows\n", "utf-8")
    assert fleet(good).exit_code == 0
    assert fleet(bad).exit_code == 1
    assert fleet(good, other).exit_code == 1
    assert fleet(broken).exit_code == 1
    assert fleet(other).exit_code == 2
    assert fleet(tmp_path / "nothing.csv").exit_code == 2


def test_nothing_good_is_said_of_what_was_not_read(good: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("Name,Size\na,1\n", "utf-8")
    assert "Nothing to report" in fleet(good).stdout
    unread = fleet(other)
    assert "Nothing to report" not in unread.stdout
    assert "1 of 1 could not be used" in unread.stderr
    assert "not read: It is neither a table of licenses" in unread.stdout


def test_folders_patterns_archives_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "PC7.txt").write_text(SLMGR, "utf-8")
    (tmp_path / "all.xml").write_text(clixml("PC8"), "utf-8")
    (tmp_path / ".hidden.csv").write_text(GOOD, "utf-8")
    (tmp_path / "share.zip").write_bytes(zipped({"a.csv": f"{HEAD}\n{ROW.format('PC9')}\n"}))
    whole = fleet(tmp_path, "--format", "json")
    assert json.loads(whole.stdout)["totals"]["computers"] == 3
    assert "1 hidden file or folder is left out" in whole.stderr
    assert as_json(f"{tmp_path}/*.txt")["totals"]["computers"] == 1
    assert as_json("-", given=GOOD)["totals"]["computers"] == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    assert as_json(empty)["files"][0]["reason"] == NO_FILES


def test_the_day_is_an_argument(good: Path) -> None:
    assert as_json(good)["day"] == TODAY.isoformat()


def test_one_bad_file_hides_nothing_of_the_others(good: Path, tmp_path: Path) -> None:
    report = as_json(tmp_path / "none.csv", good)
    assert [bool(one["reason"]) for one in report["files"]] == [True, False]
    assert report["totals"]["computers"] == 2


def test_csv_is_safe_in_spreadsheets(tmp_path: Path) -> None:
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\uff1d1"]
    file = tmp_path / "bad.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD.split(","))
        writer.writerows([name, "=HYPERLINK(1)", "VOLUME_MAK", "5", "ABCDE", ""] for name in names)
    rows = list(csv.reader(io.StringIO(fleet(file, "--format", "csv").stdout)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 1 + len(names)
    for row in rows[1:]:
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")) for cell in row)


def test_a_calendar_has_a_day_for_each_end(tmp_path: Path) -> None:
    file = tmp_path / "soon.csv"
    name = "PC{:03}, of Köln; and more"
    rows = [ROW.format(name.format(n)).replace("255000", str(1440 * (3 + n % 2) + 5)) for n in range(50)]
    file.write_text("\n".join([HEAD, *rows, ROW.format("late")]), "utf-8")
    lines = fleet(file, "--format", "ics").stdout.replace("\r\n", "\n").splitlines()
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = "\n".join(lines).replace("\n ", "")
    assert [line for line in whole.splitlines() if line.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20261127",
        "DTSTART;VALUE=DATE:20261128",
    ]
    assert whole.count("SUMMARY:25 activations end") == 2
    assert whole.count("and 5 more") == 2
    assert "PC000\\, of Köln\\; and more" in whole
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == 2


def test_markdown_stays_text(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    names = ["[a](javascript:x)", "<b>x</b>", "`x`", "a|b", "*x*"]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD.split(","))
        writer.writerows([name, "Windows", "VOLUME_MAK", "5", "ABCDE", ""] for name in names)
    text = fleet(file, "--format", "markdown").stdout
    assert text.startswith("# Licenses of a fleet, 2026-11-24\n\n5 computers")
    assert r"\[a\](javascript:x), \<b\>x\</b\>, \`x\`, a\|b, \*x\*" in text
    assert "- **Error** `not-activated`: 5 products on 5 computers not activated." in text


def test_no_key_is_repeated(tmp_path: Path) -> None:
    key = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])
    file = tmp_path / f"{key}.csv"
    file.write_text(f"{HEAD},{key}\n{key},Windows {key} edition,VOLUME_MAK {key},5,{key},,x\n{key},a\n", "utf-8")
    for form in ("text", "markdown", "json", "csv", "ics"):
        result = fleet(file, "--format", form)
        assert "BCDFG" not in result.stdout + result.stderr, form


def test_against_a_plan(good: Path) -> None:
    report = as_json(good, "--organization", EXAMPLE)
    assert report["plan"]["organization"]
    assert any(one["rule"] == "no-group" or one["scope"] == "plan" for one in report["findings"])
    assert as_json(good)["plan"] is None
    assert "Against the plan of" in fleet(good, "--organization", EXAMPLE).stdout


def test_a_wrong_plan_is_told(good: Path, tmp_path: Path) -> None:
    plan = tmp_path / "organization.yml"
    plan.write_text("name: x\ngroups: all\n", "utf-8")
    result = fleet(good, "--organization", plan)
    assert result.exit_code == 2
    assert "organization.yml" in result.stderr


def test_a_draft_is_a_file_that_loads(tmp_path: Path, catalog: Catalog) -> None:
    made = Maker(3, TODAY, catalog, size=30).made()
    for name, data in made.files.items():
        (tmp_path / name).write_bytes(data)
    result = fleet(tmp_path, "--draft")
    file = tmp_path / "organization.yml"
    file.write_text(result.stdout, "utf-8")
    assert load_organization(file, catalog).groups
    assert result.stdout.count("# Assumed") >= 1


def test_nothing_to_draft_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "oem.csv"
    file.write_text(f"{HEAD}\nPC1,Windows,OEM_DM channel,1,ABCDE,\n", "utf-8")
    result = fleet(file, "--draft")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing to draft" in result.stderr


# How long it takes


def table(rows: int, catalog: Catalog) -> bytes:
    """A table of our own script with so many rows, of computers that are all alike but for their names and days."""
    made = Maker(1, TODAY, catalog, size=200).made()
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLLECTED)
    for number in range(rows):
        row = made.rows[number % len(made.rows)]
        copy = number // len(made.rows)
        cells = {
            **row,
            "ComputerName": f"{copy}-{row['ComputerName']}",
            "ClientMachineID": f"{copy}{row['ClientMachineID']}",
        }
        writer.writerow([cells.get(column, "") for column in COLLECTED])
    return out.getvalue().encode()


def bare(data: bytes) -> float:
    """Seconds of the processor that the csv module takes for the same bytes."""
    started = time.process_time()
    for _ in csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")):
        pass
    return time.process_time() - started


def whole(data: bytes, catalog: Catalog) -> float:
    started = time.process_time()
    tally = Tally(catalog, Policy.of(catalog))
    Files(catalog, TODAY, tally.add, lambda *_: None, no_text).read("a.csv", io.BytesIO(data))
    seen = tally.seen(TODAY)
    assert seen.rows > 0
    return time.process_time() - started


def hostile(rows: int) -> bytes:
    """A table in which every row names another product."""
    row = 'PC{0},"Windows(R), {0} edition","Windows(R) Operating System {0}, VOLUME_MAK channel",1,ABCDE,5\n'
    return (f"{HEAD}\n" + "".join(row.format(number) for number in range(rows))).encode()


@pytest.mark.slow
def test_kinds_without_end_take_no_time_without_end(catalog: Catalog) -> None:
    """What is looked at is bounded; what is left out is said, row by row."""
    data = hostile(MOST_KINDS * 40)

    def seconds() -> float:
        kinds.cache_clear()
        left: list[str] = []
        tally = Tally(catalog, Policy.of(catalog))
        reading = Files(catalog, TODAY, tally.add, lambda file, line, why: left.append(why), no_text)
        started = time.process_time()
        reading.read("a.csv", io.BytesIO(data))
        taken = time.process_time() - started
        assert tally.seen(TODAY).rows == reading.told[0].rows == MOST_KINDS
        assert len(left) == MOST_KINDS * 39
        assert set(left) == {RULES["row-kinds"].message}
        return taken

    bound = 10 * min(bare(data) for _ in range(3))
    assert shortest(seconds, bound) < bound


@pytest.mark.slow
def test_a_small_file_of_many_kinds_takes_a_moment(catalog: Catalog) -> None:
    """Each kind is looked at once, which costs the same in a file of any size: it has a bound in seconds."""
    data = hostile(MOST_KINDS)

    def seconds() -> float:
        kinds.cache_clear()
        return whole(data, catalog)

    assert shortest(seconds, 1) < 1


@pytest.mark.slow
def test_a_table_takes_at_most_ten_times_what_reading_it_takes_and_grows_with_its_rows(catalog: Catalog) -> None:
    small, large = table(5_000, catalog), table(30_000, catalog)
    times_of_reading = 10 * min(bare(large) for _ in range(3))
    assert shortest(lambda: whole(large, catalog), times_of_reading) < times_of_reading
    times_of_small = 9 * min(whole(small, catalog) for _ in range(3))
    assert shortest(lambda: whole(large, catalog), times_of_small) < times_of_small
