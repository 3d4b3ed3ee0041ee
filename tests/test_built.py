from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests import built


def test_processes_that_share_a_folder_build_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[Path] = []

    def build(project: Path, target: Path, **environment: str) -> Path:
        times.append(target)
        target.mkdir()
        return target

    monkeypatch.setattr(built, "build_site", build)
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(built.build_once(tmp_path / "site", tmp_path)))]
    threads += [threading.Thread(target=lambda: found.append(built.build_once(tmp_path / "site", tmp_path)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [tmp_path / "site"] * 2
    assert times == [tmp_path / "site"]


def test_a_shared_build_that_fails_fails_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(project: Path, target: Path, **environment: str) -> Path:
        raise AssertionError("a warning")

    monkeypatch.setattr(built, "build_site", build)
    for _ in range(2):
        with pytest.raises(AssertionError, match="a warning"):
            built.build_once(tmp_path / "site", tmp_path)
