from __future__ import annotations

from pathlib import Path

import pytest

from macros.staging import prepare, publish


def made(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_site_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    site = made(tmp_path / "site", old="1", both="1")
    built = made(prepare(site), both="2", new="2")
    assert names(site) == ["both", "old"]
    publish(built, site)
    assert names(tmp_path) == ["site"]
    assert {name: (site / name).read_text() for name in names(site)} == {"both": "2", "new": "2"}


def test_the_first_site_needs_no_last_one(tmp_path: Path) -> None:
    site = tmp_path / "deep" / "site"
    publish(made(prepare(site), new="1"), site)
    assert names(site) == ["new"]


def test_what_a_killed_build_left_is_gone(tmp_path: Path) -> None:
    left = made(prepare(tmp_path / "site"), left="1")
    assert prepare(tmp_path / "site") == left
    assert names(left) == []


def test_hidden_files_of_the_folder_stay(tmp_path: Path) -> None:
    site = made(tmp_path / "site", old="1")
    made(site / ".git", HEAD="ref")
    publish(made(prepare(site), new="1"), site)
    assert names(site) == [".git", "new"]
    assert (site / ".git" / "HEAD").read_text() == "ref"


def test_a_link_to_the_site_stays_a_link(tmp_path: Path) -> None:
    made(tmp_path / "srv", old="1")
    site = tmp_path / "site"
    site.symlink_to(tmp_path / "srv")
    publish(made(prepare(site), new="1"), site)
    assert site.is_symlink()
    assert names(tmp_path / "srv") == ["new"]


def test_a_folder_that_cannot_be_renamed_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = made(tmp_path / "site", old="1")
    made(site / "gone", inside="1")
    built = made(prepare(site), new="1")

    def busy(self: Path, target: Path) -> Path:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(Path, "rename", busy)
    publish(built, site)
    assert names(site) == ["new"]
