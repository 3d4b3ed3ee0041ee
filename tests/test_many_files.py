"""Folders, patterns, and files that are no use among those that a command is given."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from macros.cli import NO_OUTPUT, TOO_LARGE, main
from macros.formats.base.reading import MOST_CHARACTERS
from macros.formats.detect import UNKNOWN_KIND
from macros.given import BINARY, NO_FILE, NO_FILES, NO_MATCH, NOT_FOLLOWED, no_text, read_each
from macros.progress import PATIENCE, watched
from macros.render.troubleshoot.diagnosis_rows import COLUMNS
from tests.domain.test_diagnosis import VECTORS
from tests.formats.office.test_configuration import BASES

GOOD, BAD = BASES["suite"], BASES["suite"].replace('64" Channel="PerpetualVL2024"', '64" Channel="Current"')
CLIENT, FAULT = VECTORS["outputs"]["client"], VECTORS["outputs"]["ato-error"]
NOISE = bytes((7 * number * number + 3 * number) % 256 for number in range(4000))


def run(*arguments: object, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)], input=given)


def rows_of(*arguments: object, given: str | bytes | None = None) -> Any:
    return json.loads(run(*arguments, "--format", "json", given=given).stdout)


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def names(rows: Sequence[Any], folder: Path) -> list[str]:
    return [Path(row["file"]).relative_to(folder).as_posix() for row in rows]


# ------------------------------------------------------------------------------------------------- folders, patterns


def test_a_folder_is_walked_by_name_without_what_is_hidden(tmp_path: Path) -> None:
    written(tmp_path, {"b/2.xml": GOOD, "b/10.xml": GOOD, "b/c/z.xml": BAD, "a.xml": GOOD, "c.xml": GOOD})
    written(tmp_path, {".git/config.xml": GOOD, ".hidden.xml": GOOD, "b/.x": "x"})
    result = run("check", tmp_path, "--format", "json")
    rows = json.loads(result.stdout)
    assert names(rows, tmp_path) == ["a.xml", "b/10.xml", "b/2.xml", "b/c/z.xml", "c.xml"]
    assert result.exit_code == 1
    assert f"{tmp_path}: 2 hidden files and folders are left out" in result.stderr.splitlines()
    assert f"{tmp_path / 'b'}: 1 hidden file or folder is left out" in result.stderr.splitlines()


def test_a_hidden_folder_that_is_named_is_walked(tmp_path: Path) -> None:
    written(tmp_path, {".config/a.xml": GOOD})
    assert names(rows_of("check", tmp_path / ".config"), tmp_path) == [".config/a.xml"]


def test_names_that_were_given_keep_their_order_around_folders_and_patterns(tmp_path: Path) -> None:
    written(tmp_path, {"z.xml": BAD, "d/b.xml": GOOD, "d/a.xml": GOOD, "p2.xml": GOOD, "p1.xml": GOOD})
    rows = rows_of(
        "check", tmp_path / "z.xml", tmp_path / "d", tmp_path / "p*.xml", "-", tmp_path / "d" / "a.xml", given=GOOD
    )
    assert [Path(row["file"]).name for row in rows] == ["z.xml", "a.xml", "b.xml", "p1.xml", "p2.xml", "-", "a.xml"]
    assert [row["verdict"] for row in rows] == ["invalid", *["valid"] * 6]


def test_a_pattern_may_go_through_folders_and_names_each_file_once(tmp_path: Path) -> None:
    written(tmp_path, {"a.xml": GOOD, "x/b.xml": GOOD, "x/y/c.xml": GOOD, "x/.h/d.xml": GOOD})
    assert names(rows_of("check", tmp_path / "**"), tmp_path) == ["a.xml", "x/b.xml", "x/y/c.xml"]


def test_a_pattern_that_nothing_matches_is_told_and_ends_nothing(tmp_path: Path) -> None:
    written(tmp_path, {"a.xml": GOOD})
    result = run("check", tmp_path / "*.reg", tmp_path / "a.xml", "--format", "json")
    rows = json.loads(result.stdout)
    assert [(row["kind"], row.get("reason")) for row in rows] == [(None, NO_MATCH), ("odt", None)]
    assert result.exit_code == 1
    assert run("diagnose", tmp_path / "*.log").exit_code == 2


def test_a_name_with_brackets_is_a_file_before_it_is_a_pattern(tmp_path: Path) -> None:
    written(tmp_path, {"a[1].xml": BAD, "a1.xml": GOOD})
    assert names(rows_of("check", tmp_path / "a[1].xml"), tmp_path) == ["a[1].xml"]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    written(tmp_path, {"full/a.xml": GOOD})
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    rows = rows_of("check", tmp_path / "empty", tmp_path / "full")
    assert [row.get("reason") for row in rows] == [NO_FILES, None]


def test_a_link_back_ends_no_walk_and_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    written(tmp_path, {"d/a.xml": GOOD})
    (tmp_path / "d" / "loop").symlink_to(tmp_path / "d", target_is_directory=True)
    (tmp_path / "d" / "lost").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "d" / "pipe")
    rows = rows_of("check", tmp_path / "d")
    assert names(rows, tmp_path / "d") == ["a.xml", "loop", "lost", "pipe"]
    assert [row.get("reason") for row in rows] == [None, NOT_FOLLOWED, "No such file or directory", NO_FILE]


def test_what_may_not_be_opened_has_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, {"a.xml": GOOD, "b/c.xml": GOOD, "secret.xml": GOOD})
    really_open, really_scan = Path.open, os.scandir

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "secret.xml":
            raise PermissionError(13, "Permission denied", str(path))
        return really_open(path, *arguments, **options)

    def refuse_folder(path: Any) -> Any:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", str(path))
        return really_scan(path)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(os, "scandir", refuse_folder)
    rows = [*read_each([str(tmp_path)], 100_000)]
    assert [Path(name).name for name, _ in rows] == ["a.xml", "b", "secret.xml"]
    assert [str(content) for _, content in rows[1:]] == ["Permission denied", "Permission denied"]


def test_a_deep_folder_is_walked_to_its_end(tmp_path: Path) -> None:
    written(tmp_path, {"/".join(["d"] * 300) + "/a.xml": GOOD})
    assert [row["verdict"] for row in rows_of("check", tmp_path)] == ["valid"]


# ------------------------------------------------------------------------------------------------- what is no use


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (NOISE, BINARY),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + NOISE, "it is a picture; the text itself is needed"),
        (b"ElfFile\0" + bytes(4000), "it is an event log (.evtx); save its events as XML or text"),
        (b"PReg\1\0\0\0" + "[Software\\Policies".encode("utf-16-le"), None),
        (b"MZ" + NOISE, "it is a program"),
        (b"x" * (MOST_CHARACTERS + 1), TOO_LARGE),
    ],
)
@pytest.mark.parametrize("command", ["check", "diagnose"])
@pytest.mark.parametrize("name", ["a.xml", "configuration.xml", "a.reg"])
def test_what_is_no_text_has_its_reason_whatever_its_name(
    command: str, name: str, data: bytes, reason: str | None, tmp_path: Path
) -> None:
    good = GOOD if command == "check" else CLIENT
    written(tmp_path, {name: data, "good.txt": good})
    row, other = rows_of(command, tmp_path / name, tmp_path / "good.txt")
    assert row["kind"] is None
    assert row["reason"] == reason if reason else row["reason"].startswith("it is a Registry.pol")
    assert other["kind"] in ("odt", "slmgr-dlv")


@pytest.mark.parametrize(
    "data",
    [
        CLIENT.encode(),
        CLIENT.encode("utf-16"),
        CLIENT.encode("utf-16-le"),
        CLIENT.encode("utf-16-be"),
        "\u0421\u043e\u0441\u0442\u043e\u044f\u043d\u0438\u0435: Windows\n".encode("cp866"),
        "\u540d\u79f0: Windows\n".encode("cp936"),
        b"\x1b[32mLicense Status: Licensed\x1b[0m\n\x1a",
        b"MZ begins a line\n",
        b"PReg\n",
    ],
)
def test_text_in_whatever_encoding_is_text(data: bytes) -> None:
    assert no_text(data) is None


def test_an_encoding_that_no_kind_can_be_told_through_is_the_reason(tmp_path: Path) -> None:
    written(
        tmp_path,
        {
            "notes.txt": b"caf\xe9 au lait\n",
            "configuration.xml": GOOD.replace("<Add", "<!-- \xe9 --><Add").encode("latin-1"),
        },
    )
    notes, configuration = rows_of("check", tmp_path / "notes.txt", tmp_path / "configuration.xml")
    assert (notes["kind"], notes["reason"]) == (None, "the text cannot be read as UTF-8")
    assert [one["id"] for one in configuration["findings"]] == ["encoding"]


def test_nothing_of_use_in_a_folder_is_no_success(tmp_path: Path) -> None:
    written(tmp_path, {"a.txt": "buy milk\n", "b.bin": NOISE})
    for command, said in (("check", UNKNOWN_KIND), ("diagnose", NO_OUTPUT)):
        result = run(command, tmp_path, "--format", "json")
        assert result.exit_code == 2
        assert [row["reason"] for row in json.loads(result.stdout)] == [said, BINARY]


def test_sarif_has_a_notification_for_each_of_a_folder_that_was_not_checked(tmp_path: Path) -> None:
    written(tmp_path, {"a.xml": BAD, "b.bin": NOISE, "c.txt": "buy milk\n"})
    result = run("check", tmp_path, tmp_path / "*.zone", "--format", "sarif")
    [made] = json.loads(result.stdout)["runs"]
    [invocation] = made["invocations"]
    told = [
        (note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], note["message"]["text"])
        for note in invocation["toolExecutionNotifications"]
    ]
    assert [Path(uri).name for uri, _ in told] == ["b.bin", "c.txt", "%2A.zone"]
    assert told[0][1] == f"Not checked: {BINARY}."
    assert invocation["executionSuccessful"] is True
    assert {one["ruleId"] for one in made["results"]} == {"odt/R01"}


# -------------------------------------------------------------------------------------------------------- progress


class Terminal(io.StringIO):
    encoding = "ascii"

    def isatty(self) -> bool:
        return True


def watch(stream: io.StringIO | None, seconds: float, items: Sequence[str]) -> None:
    now = iter(seconds * number for number in range(1000))
    assert [*watched(items, str, stream, lambda: next(now))] == [*items]


def test_what_takes_long_is_counted_on_a_terminal_and_wiped_at_the_end() -> None:
    stream = Terminal()
    watch(stream, PATIENCE / 2, ["a.xml", "b.xml", "caf\xe9.xml"])
    lines = stream.getvalue().split("\r\x1b[K")
    assert lines == ["", "2 read: b.xml", "3 read: caf?.xml", ""]


def test_a_short_run_and_a_pipe_see_nothing() -> None:
    for stream, seconds in ((Terminal(), PATIENCE / 100), (io.StringIO(), PATIENCE)):
        watch(stream, seconds, ["a", "b", "c"])
        assert stream.getvalue() == ""
    watch(None, PATIENCE, ["a"])


def test_a_run_that_ends_early_wipes_its_line() -> None:
    stream = Terminal()
    now = iter((0.0, 5.0, 6.0))
    items = watched(["a", "b"], str, stream, lambda: next(now))
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert stream.getvalue().endswith("\r\x1b[K")


# ------------------------------------------------------------------------------------------------------------- CSV


def table(*arguments: object, given: str | bytes | None = None) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(run("diagnose", "--format", "csv", *arguments, given=given).stdout))]


def test_a_table_has_a_row_for_each_file_and_product(tmp_path: Path) -> None:
    written(tmp_path, {"1.txt": CLIENT, "2.txt": FAULT, "3.txt": "buy milk\n"})
    written(tmp_path, {"4.txt": VECTORS["outputs"]["office"]})
    rows = table(tmp_path)
    assert tuple(rows[0]) == COLUMNS
    objects = rows_of("diagnose", tmp_path)
    assert [Path(row["file"]).name for row in rows] == [
        Path(one["file"]).name for one in objects for _ in one["products"] or [None]
    ]
    client, fault, other = rows[:3]
    [product] = objects[0]["products"]
    assert (client["kind"], client["role"], client["product"]) == ("slmgr-dlv", "client", product["name"])
    assert (client["state"], client["channel"]) == ("licensed", "kms-client")
    assert client["remaining_minutes"] == str(product["remaining_minutes"])
    assert client["kms_host"] == (product["kms_host"] or "")
    assert fault["error_code"] == "0xC004F074"
    assert "error-code" in fault["findings"].split()
    assert (other["kind"], other["reason"], other["product"]) == ("", NO_OUTPUT, "")


def test_the_code_of_a_text_without_products_is_in_the_table() -> None:
    [row] = table("-", given="0xC004F074\n")
    assert row["error_code"] == "0xC004F074"


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example")'])
def test_no_cell_is_a_formula(start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (
        f"Name: {start}\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\nLicense Status: Licensed\n"
    )
    name = start.replace("/", "_") + ".txt"
    written(tmp_path, {name: text})
    rows = table("--", name)
    assert rows[0]["file"] == f"'{name}"
    assert [cell for row in rows for cell in row.values() if cell and cell[0] in "=+-@"] == []


def test_a_name_of_a_file_makes_no_row_of_its_own(tmp_path: Path) -> None:
    written(tmp_path, {'a\n"x,y.txt': CLIENT})
    rows = table(tmp_path)
    assert len(rows) == 1
    assert rows[0]["file"].endswith('a\ufffd"x,y.txt')


@pytest.mark.parametrize("command", ["check", "diagnose"])
def test_the_help_says_what_may_be_given_and_how_it_ends(command: str) -> None:
    said = " ".join(run(command, "--help").stdout.split())
    for words in (
        "a folder with all below it",
        "a pattern such as",
        "- for standard input",
        "Hidden ones",
        "Exit 0",
        "2 when none",
    ):
        assert words in said


def test_a_name_that_is_no_text_is_walked(tmp_path: Path) -> None:
    written(tmp_path, {"caf\udce9.xml": GOOD})
    assert [row["verdict"] for row in rows_of("check", tmp_path)] == ["valid"]
