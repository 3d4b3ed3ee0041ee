"""What keeps tests from reading a file of whoever adopts the guide."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adopted import ADOPTED
from tests.built import ROOT


@pytest.mark.parametrize("path", sorted(ADOPTED), ids=lambda path: Path(path).name)
def test_a_test_that_reads_a_file_of_an_adopter_fails(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError, match="which every adopter edits"):
        Path(path).read_bytes()
    monkeypatch.chdir(ROOT)
    with pytest.raises(AssertionError, match="which every adopter edits"):
        Path(Path(path).name).read_text("utf-8")


def test_a_test_that_runs_a_command_for_it_fails() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "ORGANIZATION"}
    with pytest.raises(AssertionError, match="keep the ORGANIZATION"):
        subprocess.run([sys.executable, "-m", "macros", "doctor"], cwd=ROOT, env=environment, check=False)


def test_a_test_may_ask_for_the_file_beside_the_settings(tracked_organization: Path) -> None:
    assert tracked_organization.read_text("utf-8")
    assert "ORGANIZATION" not in os.environ
