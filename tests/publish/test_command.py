"""The command: what it writes, what it leaves alone, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from macros import cli
from macros.publish.building import BuildError
from tests.publish.conftest import FORMS


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["publish", *map(str, arguments)])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, built: dict[str, bytes]) -> list[tuple[str, date]]:
    """What the builder is asked for; it gives the small site."""
    found: list[tuple[str, date]] = []

    def build(address: str, day: date) -> dict[str, bytes]:
        found.append((address, day))
        return built

    monkeypatch.setattr(cli, "built", build)
    # A site of three pages has none that a chapter asks for.
    monkeypatch.setattr(cli, "other_forms", lambda *_: FORMS)
    return found


def test_it_writes_the_site_and_says_what_is_for_whom(asked: list[tuple[str, date]], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run(tmp_path, "--address", "https://example.com/guide")
    assert result.exit_code == 0, result.stderr
    assert asked == [("https://example.com/guide/", date(2026, 11, 24))]
    assert f"IIS: {tmp_path}/site/web.config" in result.stdout
    assert json.loads((tmp_path / "servers" / "headers.json").read_text())["base"] == "/guide/"
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert len([*(tmp_path / "site" / "downloads").glob("*.zip")]) == 1


def test_the_next_time_replaces_its_own_and_keeps_the_time_of_what_is_the_same(
    asked: list[tuple[str, date]], built: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path)
    same, old = tmp_path / "site" / "index.html", tmp_path / "site" / "downloads" / "a.ps1"
    when = same.stat().st_mtime_ns
    del built["downloads/a.ps1"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796083200")
    assert run(tmp_path).exit_code == 0
    assert asked == [("", date(2026, 11, 24)), ("", date(2026, 12, 1))]
    assert not old.exists()
    assert same.stat().st_mtime_ns == when
    (archive,) = (tmp_path / "site" / "downloads").glob("*.zip")
    assert archive.name.endswith("-2026-12-01.zip")


def test_what_cannot_be_published_leaves_all_as_it_was(
    asked: list[tuple[str, date]], built: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(tmp_path, "--address", "guide").exit_code == 2
    assert asked == []
    built["index.html"] += b"<p style='color: red'>"
    result = run(tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'index.html, line 1: <p> has the attribute "style"' in result.stderr
    monkeypatch.setattr(cli, "built", _fail)
    result = run(tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "could not be built, so nothing was written" in result.stderr
    assert [*tmp_path.iterdir()] == []


def _fail(address: str, day: date) -> dict[str, bytes]:
    raise BuildError("the site could not be built, so nothing was written")
