"""What a command is given, at the edges: pipes, closed streams, readers that leave."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from macros import given
from macros.given import CLOSED, NO_WRITER, UnusableError, read_each, read_one
from tests.built import ROOT

MOST = 1000


def shell(command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PY": f"{sys.executable} -m macros"}
    return subprocess.run(
        ["bash", "-c", command], check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def test_a_pipe_to_which_nobody_writes_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "_PATIENCE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnusableError, match=NO_WRITER):
        read_one(str(tmp_path / "pipe"), MOST)


def test_a_slow_writer_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "_PATIENCE", 5)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write() -> None:
        with pipe.open("wb") as stream:
            time.sleep(0.2)
            stream.write(b"one ")
            stream.flush()
            time.sleep(0.2)
            stream.write(b"two")

    writer = threading.Thread(target=write)
    writer.start()
    assert read_one(str(pipe), MOST) == b"one two"
    writer.join()


def test_an_endless_file_ends_at_the_limit() -> None:
    assert read_one("/dev/zero", MOST) == b"\0" * MOST


def test_a_file_may_be_given_twice(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x")
    assert [content for _, content in read_each([str(file), str(file)], MOST)] == [b"x", b"x"]


@pytest.mark.parametrize("command", ["$PY check -", "$PY diagnose -", "$PY recommend --answers -"])
def test_a_closed_standard_input_is_told(command: str) -> None:
    done = shell(f"{command} <&-")
    assert done.returncode == 2
    assert CLOSED in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_standard_input_given_twice_is_read_once() -> None:
    done = shell("printf hello | $PY check - - --kind odt")
    assert done.stdout.count("-:1:1: error not-well-formed") == 2


def test_a_closed_standard_output_is_told() -> None:
    done = shell("$PY facts >&-")
    assert (done.returncode, done.stderr) == (2, "output: standard output is closed\n")


@pytest.mark.slow
def test_whoever_stops_reading_changes_nothing() -> None:
    done = shell("$PY facts | head -1 >/dev/null; echo ${PIPESTATUS[0]}")
    assert (done.stdout, done.stderr) == ("0\n", "")
    bad = shell("printf hello | $PY check - --kind odt | head -0; echo ${PIPESTATUS[1]}")
    assert (bad.stdout, bad.stderr) == ("1\n", "")


def test_an_export_needs_a_named_folder(tmp_path: Path) -> None:
    done = shell("$PY export ''", tmp_path)
    assert done.returncode == 2
    assert "the name of the folder is empty" in done.stderr
    assert [*tmp_path.iterdir()] == []
