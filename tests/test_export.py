from __future__ import annotations

from pathlib import Path

import pytest

from macros.catalog.strict_yaml import DataError
from macros.export import MANIFEST, Drift, compare, write

FIRST = {"downloads/a.ps1": b"a", "downloads/b.cmd": b"b", "old/c.txt": b"c"}
SECOND = {"downloads/a.ps1": b"another", "downloads/d.reg": b"d"}


def names(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_another_export_removes_what_the_first_one_wrote(tmp_path: Path) -> None:
    write(tmp_path, FIRST)
    assert write(tmp_path, SECOND) == ()
    assert names(tmp_path) == sorted([*SECOND, MANIFEST])
    assert not (tmp_path / "old").exists()
    assert not compare(tmp_path, SECOND)


def test_files_of_others_stay(tmp_path: Path) -> None:
    write(tmp_path, FIRST)
    (tmp_path / "old" / "mine.txt").write_text("mine")
    write(tmp_path, SECOND)
    assert (tmp_path / "old" / "mine.txt").read_text() == "mine"
    assert not compare(tmp_path, SECOND)


def test_a_left_over_file_that_somebody_changed_is_kept_and_named(tmp_path: Path) -> None:
    write(tmp_path, FIRST)
    (tmp_path / "downloads" / "b.cmd").write_bytes(b"changed by hand")
    assert write(tmp_path, SECOND) == ("downloads/b.cmd",)
    assert (tmp_path / "downloads" / "b.cmd").read_bytes() == b"changed by hand"


def test_a_check_tells_missing_changed_and_left_over(tmp_path: Path) -> None:
    write(tmp_path, FIRST)
    (tmp_path / "downloads" / "a.ps1").write_bytes(b"changed")
    assert compare(tmp_path, FIRST) == Drift(changed=("downloads/a.ps1",))
    (tmp_path / "downloads" / "a.ps1").unlink()
    assert compare(tmp_path, FIRST) == Drift(missing=("downloads/a.ps1",))
    write(tmp_path, FIRST)
    found = compare(tmp_path, SECOND)
    assert found.missing == ("downloads/d.reg",)
    assert found.strays == ("downloads/b.cmd", "old/c.txt")
    assert found.changed == ("downloads/a.ps1", MANIFEST)
    assert "Left over from another export: downloads/b.cmd, old/c.txt." in found.lines()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"files": 1}', '{"files": {"../x": "0"}}', '{"files": {"/etc/x": "0"}}', "\xff"]
)
def test_a_list_that_is_none_is_refused_and_nothing_is_removed(text: str, tmp_path: Path) -> None:
    write(tmp_path / "out", FIRST)
    (tmp_path / "x").write_text("outside")
    (tmp_path / "out" / MANIFEST).write_text(text, "latin-1")
    for use in (compare, write):
        with pytest.raises(DataError, match="no list of exported files"):
            use(tmp_path / "out", SECOND)
    assert (tmp_path / "x").exists()
    assert (tmp_path / "out" / "old" / "c.txt").exists()
