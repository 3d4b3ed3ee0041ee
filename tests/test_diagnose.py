"""The command line's reader of license outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from macros.catalog.models import Catalog
from macros.cli import NO_OUTPUT, main
from macros.domain.diagnosis import PRODUCT_SLOTS, reader
from macros.given import NO_FILES
from tests.domain.test_diagnosis import TODAY, VECTORS, text_of_vector

GOOD, BAD = VECTORS["outputs"]["client"], VECTORS["outputs"]["ato-error"]


def diagnose(*arguments: object, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["diagnose", *(str(argument) for argument in arguments)], input=given)


def as_json(*arguments: object, given: str | bytes | None = None) -> Any:
    return json.loads(diagnose(*arguments, "--format", "json", given=given).stdout)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {"good": GOOD, "bad": BAD, "warning": text_of_vector(["client", {"258000": "43199"}]), "other": "Hello\n"}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    return {name: tmp_path / f"{name}.txt" for name in texts}


@pytest.mark.parametrize(
    ("names", "code"),
    [(["good"], 0), (["warning"], 1), (["bad"], 1), (["good", "bad"], 1), (["other"], 2), (["bad", "other"], 1)],
)
def test_the_exit_code_says_how_it_went(files: dict[str, Path], names: list[str], code: int) -> None:
    assert diagnose(*(files[name] for name in names)).exit_code == code


def test_what_cannot_be_read_has_its_own_row_and_hides_no_other(files: dict[str, Path]) -> None:
    folder = files["good"].with_name("folder")
    folder.mkdir()
    given = [files["bad"], files["good"].with_name("none.txt"), files["other"], files["good"], folder]
    result = diagnose(*given, "--format", "json")
    rows = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [row["file"] for row in rows] == [str(file) for file in given]
    assert [row["kind"] for row in rows] == ["slmgr-ato", None, None, "slmgr-dlv", None]
    reasons = [row.get("reason") for row in rows]
    assert reasons == [None, "No such file or directory", NO_OUTPUT, None, NO_FILES]
    text = diagnose(*given)
    assert f"{files['other']}: not read: {NO_OUTPUT}" in text.stdout.splitlines()
    assert "3 of 5 could not be used" in text.stderr


def test_good_files_are_not_all_well_beside_one_that_was_not_read(files: dict[str, Path]) -> None:
    assert diagnose(files["good"], files["other"]).exit_code == 1


def test_the_report_follows_the_order_of_the_files(files: dict[str, Path]) -> None:
    names = [str(files[name]) for name in ("bad", "good", "bad")]
    assert [one["file"] for one in as_json(*names)] == names


def test_the_report_has_what_the_contract_says(files: dict[str, Path]) -> None:
    good, bad = as_json(files["good"], files["bad"])
    assert [*good] == ["file", "kind", "role", "verdict", "products", "findings", "not_understood"]
    assert [*good["products"][0]] == [*PRODUCT_SLOTS, "level"]
    assert (good["kind"], good["role"], bad["kind"]) == ("slmgr-dlv", "client", "slmgr-ato")
    finding = next(one for one in bad["findings"] if one["id"] == "error-code")
    assert finding["severity"] == "error"
    assert finding["lines"] == [2]
    assert {"text": "0xC004F074", "page": "troubleshoot/codes/0xc004f074.html"} in finding["next"]


def test_the_report_says_what_the_reader_read(catalog: Catalog, files: dict[str, Path]) -> None:
    found = reader(catalog).read(text_of_vector(["client", {"258000": "43199"}]), TODAY)
    (report,) = as_json(files["warning"])
    assert [one["id"] for one in report["findings"]] == [one.id for one in found.findings]
    assert [one["summary"] for one in report["findings"]] == [one.summary for one in found.findings]


def test_standard_input_and_encodings(files: dict[str, Path]) -> None:
    for data in (GOOD.encode(), GOOD.encode("utf-16"), b"\xff broken \xe4\n" + GOOD.encode()):
        (report,) = as_json("-", given=data)
        assert report["products"][0]["status"] == "licensed"


def test_text_is_for_reading(files: dict[str, Path]) -> None:
    shown = diagnose(files["bad"]).stdout
    assert (
        shown.splitlines()[0].partition("bad.txt: ")[2].startswith("Fault: Windows(R), Enterprise edition: Error 0xC00")
    )
    assert "Error error-code (line 2): Windows(R), Enterprise edition: Error 0xC004F074" in shown
    assert "Read as slmgr.vbs /ato\n" in shown
    assert not [line for line in shown.splitlines() if "None" in line]


def test_keys_are_not_shown(files: dict[str, Path]) -> None:
    key = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])
    text = f"C:\\>slmgr /ipk {key}\nName: Windows {key} edition\nLicense Status: {key}\n"
    for form in ("text", "json"):
        assert "BCDFG" not in diagnose("-", "--format", form, given=text).stdout
