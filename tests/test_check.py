from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from macros.catalog.models import Catalog
from macros.cli import main
from macros.domain.policy import Policy
from macros.formats.base.context import Context
from macros.formats.base.format import AnyFormat
from macros.formats.base.format import check as check_file
from macros.formats.base.reading import MOST_CHARACTERS
from macros.formats.detect import FORMATS, UNKNOWN_KIND, Checked
from macros.formats.office.rules import REFERENCE
from macros.given import NO_FILES, NO_NAME, NOTHING
from macros.render.parts.findings_text import checked_as_data, checked_as_sarif
from tests.built import ROOT
from tests.formats.office.test_configuration import BASES

GOOD = BASES["suite"]
WARNING = GOOD.replace(' AcceptEULA="TRUE"', "")
BAD = GOOD.replace('64" Channel="PerpetualVL2024"', '64" Channel="Current"')
SUBSCRIPTION = BASES["subscription"]


def check(*arguments: object, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["check", *(str(argument) for argument in arguments)], input=given)


def as_json(*arguments: object, given: str | bytes | None = None) -> Any:
    return json.loads(check(*arguments, "--format", "json", given=given).stdout)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {"good": GOOD, "warning": WARNING, "bad": BAD, "subscription": SUBSCRIPTION}
    for name, text in texts.items():
        (tmp_path / f"{name}.xml").write_text(text, "utf-8")
    return {name: tmp_path / f"{name}.xml" for name in texts}


# --------------------------------------------------------------------------------------------------- exit codes


@pytest.mark.parametrize(
    ("names", "options", "code"),
    [
        (["good"], [], 0),
        (["good"], ["--strict"], 0),
        (["warning"], [], 0),
        (["warning"], ["--strict"], 1),
        (["bad"], [], 1),
        (["good", "bad"], [], 1),
        (["good", "warning"], ["--strict"], 1),
        (["good", "subscription"], ["--strict"], 0),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_the_exit_code_tells_the_worst_verdict(
    names: list[str], options: list[str], code: int, form: str, files: dict[str, Path]
) -> None:
    result = check(*(files[name] for name in names), *options, "--format", form)
    assert (result.exit_code, result.stderr) == (code, "")
    assert result.stdout


def test_what_is_no_xml_but_given_as_such_is_a_finding() -> None:
    result = check("-", "--kind", "odt", given="hello")
    assert result.exit_code == 1
    assert "-:1:1: error not-well-formed" in result.stdout


@pytest.mark.parametrize("data", [b"\xff\xfe\xfd", b"", b"<" * (MOST_CHARACTERS + 5), b"<a>\xff</a>"])
@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_damaged_input_of_a_named_kind_is_invalid(kind: AnyFormat, data: bytes) -> None:
    result = check("-", "--kind", kind.id, given=data)
    assert (result.exit_code, result.stderr) == (1, "")
    assert ": invalid, " in result.stdout


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_what_has_nothing_to_do_with_the_named_kind_is_noticed(kind: AnyFormat) -> None:
    for data in (b"\0" * 50, b"buy milk\n", b"[1, 2]"):
        [one] = as_json("-", "--kind", kind.id, given=data)
        assert one["findings"], data


def test_what_cannot_be_used_has_its_own_row_and_hides_no_other(files: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("buy milk")
    (tmp_path / "empty.xml").write_text("")
    (tmp_path / "folder").mkdir()
    given = [
        files["good"],
        tmp_path / "missing.xml",
        tmp_path / "folder",
        tmp_path / "notes.txt",
        tmp_path / "empty.xml",
        "",
        "/dev/null",
        files["good"],
    ]
    result = check(*given, "--format", "json")
    rows = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [row["file"] for row in rows] == [str(file) for file in given]
    assert [row["kind"] for row in rows] == ["odt", None, None, None, None, None, None, "odt"]
    reasons = [row.get("reason") for row in rows]
    assert reasons[1:3] == ["No such file or directory", NO_FILES]
    assert reasons[3] == UNKNOWN_KIND
    assert reasons[4:] == [NOTHING, NO_NAME, NOTHING, None]
    assert rows[0] == rows[-1]
    assert {*rows[1]} == {"file", "kind", "reason", "verdict", "activation", "findings"}
    assert "All kinds: python -m macros check --help" in result.stderr.splitlines()
    assert all(kind.id in check("--help").stdout for kind in FORMATS)
    assert "6 of 8 could not be used: " in result.stderr


def test_text_and_sarif_name_what_was_not_checked(files: dict[str, Path], tmp_path: Path) -> None:
    missing = tmp_path / "missing.xml"
    result = check(missing, files["good"])
    assert f"{missing}: not checked: No such file or directory" in result.stdout.splitlines()
    assert result.stdout.splitlines()[-1] == "1 file checked: 1 valid; 1 not"
    log = sarif(missing, files["good"])
    assert [*misshapen(log, "log")] == []
    [invocation] = log["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is True
    [notice] = invocation["toolExecutionNotifications"]
    assert notice["level"] == "error"
    assert notice["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == missing.as_uri()
    assert sarif(missing)["runs"][0]["invocations"][0]["executionSuccessful"] is False


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_when_no_file_can_be_used_the_code_says_so(form: str, tmp_path: Path) -> None:
    result = check(tmp_path / "missing.xml", tmp_path / "folder", "--format", form)
    assert result.exit_code == 2
    assert "2 of 2 could not be used" in result.stderr


def test_an_unknown_kind_is_refused_with_the_list_of_kinds() -> None:
    result = check("-", "--kind", "word-document", given=GOOD)
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(kind.id in result.stderr for kind in FORMATS)


def test_a_check_of_nothing_is_refused() -> None:
    assert check().exit_code == 2


def test_the_organization_is_not_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ORGANIZATION", str(tmp_path / "nothing.yml"))
    assert check("-", given=GOOD).exit_code == 0


# --------------------------------------------------------------------------------------------------------- text


def test_a_finding_is_a_line_with_its_place_and_a_line_with_its_cure(files: dict[str, Path]) -> None:
    lines = check(files["bad"]).stdout.splitlines()
    assert (
        lines[0] == f"{files['bad']}:2:33: error R01: ProPlus2024Volume takes the channel PerpetualVL2024, not Current."
    )
    assert lines[1] == '    Write Channel="PerpetualVL2024".'
    assert lines[2].startswith(f"{files['bad']}: invalid, odt, activation kms-adba (")
    assert lines[2].endswith(" checks, 1 error)")
    assert lines[3:] == ["1 file checked: 1 invalid"]


def test_the_last_line_counts_the_verdicts(files: dict[str, Path]) -> None:
    last = check(*files.values()).stdout.splitlines()[-1]
    assert last == "4 files checked: 2 valid, 1 warning, 1 invalid"


def test_a_finding_about_the_whole_file_has_no_line() -> None:
    assert "-: error too-large: " in check("-", "--kind", "odt", given=b" " * (MOST_CHARACTERS + 1)).stdout


def test_a_name_of_a_file_cannot_write_lines_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a\nerror R99: x.xml"
    file.write_text(GOOD)
    assert "\nerror R99" not in check(file).stdout


# --------------------------------------------------------------------------------------------------------- JSON


def test_the_list_has_an_object_for_each_file_in_its_order(files: dict[str, Path]) -> None:
    given = [files["bad"], files["subscription"], files["good"], files["bad"]]
    found = as_json(*given)
    assert [one["file"] for one in found] == [str(file) for file in given]
    assert [one["verdict"] for one in found] == ["invalid", "valid", "valid", "invalid"]
    assert [one["activation"] for one in found] == ["kms-adba", "subscription", "kms-adba", "kms-adba"]
    assert {tuple(one) for one in found} == {("file", "kind", "verdict", "activation", "findings")}


def test_a_finding_has_its_place_its_cure_and_its_sources(catalog: Catalog) -> None:
    [one] = as_json("-", given=BAD)
    assert (one["file"], one["kind"]) == ("-", "odt")
    [finding] = one["findings"]
    assert {*finding} == {"id", "severity", "message", "line", "column", "cure", "source"}
    assert (finding["id"], finding["severity"], finding["line"], finding["column"]) == ("R01", "error", 2, 33)
    rule = REFERENCE["R01"]
    assert [source["id"] for source in finding["source"]] == [*rule.sources]
    for source in finding["source"]:
        known = catalog.source(source["id"])
        assert (source["url"], source["title"]) == (str(known.url), known.title)


def test_a_key_is_never_shown_whole(catalog: Catalog) -> None:
    key = "-".join(reversed(catalog.client_keys[0].key.split("-")))
    text = GOOD.replace('ID="ProPlus2024Volume"', f'ID="ProPlus2024Volume" PIDKEY="{key}"')
    for form in ("text", "json", "sarif"):
        result = check("-", "--format", form, given=text)
        assert key[-5:] in result.stdout
        assert key not in result.stdout


@pytest.mark.parametrize(
    ("form", "encoding"), [("text", "ascii"), ("text", "cp1252"), ("json", "ascii"), ("sarif", "ascii")]
)
def test_letters_that_a_pipe_cannot_take_do_no_harm(form: str, encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(GOOD.replace('"PerpetualVL2024">', '"\u4e2d\u6587 \U0001f511">'), "utf-8")
    command = [sys.executable, "-m", "macros", "check", str(file), "--format", form]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, check=False, env=environment, cwd=ROOT, capture_output=True)
    assert (done.returncode, done.stderr) == (1, b"")
    if form == "json":
        assert "\U0001f511" in json.loads(done.stdout)[0]["findings"][0]["message"]


def test_a_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    file = tmp_path / "caf\udce9.xml"
    file.write_text(GOOD)
    for form in ("text", "json", "sarif"):
        result = check(str(file), "--format", form)
        assert result.exit_code == 0
        assert "caf" in result.stdout


# -------------------------------------------------------------------------------------------------------- SARIF

SHAPES: dict[str, tuple[set[str], dict[str, str | None]]] = {
    "log": ({"version", "runs"}, {"$schema": None, "version": None, "runs": "run"}),
    "run": (
        {"tool"},
        {"tool": "tool", "invocations": "invocation", "columnKind": None, "artifacts": "artifact", "results": "result"},
    ),
    "tool": ({"driver"}, {"driver": "component"}),
    "component": ({"name"}, {"name": None, "version": None, "rules": "descriptor"}),
    "descriptor": (
        {"id"},
        {
            "id": None,
            "shortDescription": "text",
            "fullDescription": "text",
            "help": "text",
            "helpUri": None,
            "defaultConfiguration": "configuration",
            "properties": None,
        },
    ),
    "text": ({"text"}, {"text": None}),
    "configuration": (set(), {"level": None}),
    "invocation": (
        {"executionSuccessful"},
        {"executionSuccessful": None, "toolExecutionNotifications": "notification"},
    ),
    "notification": ({"message"}, {"level": None, "message": "text", "locations": "location"}),
    "artifact": (set(), {"location": "address", "properties": None}),
    "address": ({"uri"}, {"uri": None}),
    "result": (
        {"message"},
        {"ruleId": None, "ruleIndex": None, "level": None, "message": "text", "locations": "location"},
    ),
    "location": ({"physicalLocation"}, {"physicalLocation": "physical"}),
    "physical": ({"artifactLocation"}, {"artifactLocation": "address", "region": "region"}),
    "region": ({"startLine"}, {"startLine": None, "startColumn": None}),
}
"""What SARIF 2.1.0 requires of each object that we write, and what it allows, as far as we use it."""


def misshapen(value: Any, shape: str, path: str = "log") -> Iterator[str]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from misshapen(item, shape, f"{path}[{index}]")
        return
    required, allowed = SHAPES[shape]
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    yield from (f"{path} has no {name}" for name in required - {*value})
    for name, part in value.items():
        inner = allowed.get(name, "")
        if inner == "":
            yield f"{path} has {name}"
        elif inner:
            yield from misshapen(part, inner, f"{path}.{name}")


def sarif(*arguments: object, given: str | bytes | None = None) -> Any:
    return json.loads(check(*arguments, "--format", "sarif", given=given).stdout)


def test_the_log_has_the_shape_of_sarif(files: dict[str, Path]) -> None:
    found = sarif(*files.values(), files["bad"])
    assert [*misshapen(found, "log")] == []
    assert found["version"] == "2.1.0"
    [run] = found["runs"]
    for list_ in (run["artifacts"], run["tool"]["driver"]["rules"]):
        assert len({json.dumps(item) for item in list_}) == len(list_)


def test_a_log_that_is_misshapen_would_be_noticed() -> None:
    assert [*misshapen({"version": "2.1.0", "runs": [{"results": [{"lines": 1}]}]}, "log")] == [
        "log.runs[0] has no tool",
        "log.runs[0].results[0] has no message",
        "log.runs[0].results[0] has lines",
    ]


def test_every_rule_has_help_and_an_address(files: dict[str, Path], catalog: Catalog) -> None:
    addresses = {str(source.url) for source in catalog.sources}
    [run] = sarif(*files.values())["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) > 60
    for rule in rules:
        assert rule["help"]["text"]
        assert rule["helpUri"] in addresses
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert "{" not in json.dumps(list(rule["shortDescription"].values()))


def test_a_result_points_at_its_rule_and_its_place(files: dict[str, Path]) -> None:
    [run] = sarif(*files.values())["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {rules[result["ruleIndex"]]["id"] for result in run["results"]} == {
        "odt/R01",
        "odt/silent-without-license",
    }
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    result = next(result for result in run["results"] if result["ruleId"] == "odt/R01")
    where = result["locations"][0]["physicalLocation"]
    assert where == {
        "artifactLocation": {"uri": files["bad"].as_uri()},
        "region": {"startLine": 2, "startColumn": 33},
    }
    assert result["level"] == "error"


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b.xml", "a%20b.xml"),
        ("folder/ä.xml", "folder/%C3%A4.xml"),
        ("c:d.xml", "c%3Ad.xml"),
        ("-", "-"),
        ("/etc/a#b.xml", "file:///etc/a%23b.xml"),
    ],
)
def test_paths_are_addresses(file: str, uri: str, catalog: Catalog, policy: Policy) -> None:
    kind = FORMATS[0]
    checked = Checked(file, kind, check_file(kind, BAD, Context(catalog, policy)))
    log = checked_as_sarif([checked], catalog, "1")
    assert log["runs"][0]["artifacts"][0]["location"]["uri"] == uri
    assert checked_as_data([checked], catalog)[0]["file"] == file


def test_a_finding_about_the_whole_file_points_at_the_file() -> None:
    [run] = sarif("-", "--kind", "odt", given=b" " * (MOST_CHARACTERS + 1))["runs"]
    assert run["results"][0]["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "-"}}}]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_text_of_two_bytes_a_letter_without_its_mark_is_told_as_that(encoding: str, tmp_path: Path) -> None:
    text = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\A]\r\n"
    (tmp_path / "notes.txt").write_bytes(text.encode(encoding))
    (said,) = as_json(tmp_path / "notes.txt")
    assert "UTF-16 without a byte order mark" in json.dumps(said)
    assert "--kind" not in json.dumps(said)
    # With its mark it is read, and its kind is told from what it holds.
    (tmp_path / "notes.txt").write_bytes(f"\ufeff{text}".encode(encoding))
    (read,) = as_json(tmp_path / "notes.txt")
    assert read["kind"] == "registry"
