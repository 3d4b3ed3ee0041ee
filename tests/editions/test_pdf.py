"""PDF of the editions for paper: what is read out of one, and what is said where none can be made."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from macros import cli
from macros.editions import pdf
from macros.editions.paper import asked_for

# Two sheets in one branch of the tree and one in another, as Chromium writes them: not in the order of their numbers.
TREE = b"""%PDF-1.4
9 0 obj
<</Type /Page
/Parent 5 0 R>>
endobj
7 0 obj
<</Type /Page
/Parent 5 0 R>>
endobj
3 0 obj
<</Type /Page
/Parent 6 0 R>>
endobj
5 0 obj
<</Type /Pages
/Count 2
/Kids [9 0 R 7 0 R]
/Parent 8 0 R>>
endobj
6 0 obj
<</Type /Pages
/Count 1
/Kids [3 0 R]
/Parent 8 0 R>>
endobj
8 0 obj
<</Type /Pages
/Count 3
/Kids [5 0 R 6 0 R]>>
endobj
2 0 obj
<</plan-capacity [7 0 R /XYZ 6 776.25 0]
/facts--kms.port [3 0 R /XYZ 6 12 0]
/a#23b [9 0 R /XYZ 6 12 0]
/lost [99 0 R /XYZ 6 12 0]>>
endobj
"""


def test_the_sheet_of_each_anchor_is_read_from_the_tree_of_pages() -> None:
    assert pdf.page_numbers(TREE) == {"plan-capacity": 2, "facts--kms.port": 3, "a#b": 1}
    assert pdf.page_numbers(b"%PDF-2.0 of another program") == {}


def test_the_contents_alone_get_the_numbers_of_sheets() -> None:
    page = '<section class="vag-paper-contents"><a href="#a">A</a><a href="#b">B</a></section><a href="#a">A</a>'
    assert pdf.with_page_numbers(page, {"a": 12}) == page.replace('"#a">A</a><a', '"#a" data-page="12">A</a><a', 1)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["pdf", *map(str, arguments)])


@pytest.fixture
def no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be printed is said before anything is built."""

    def build(*_: object) -> Mapping[str, bytes]:
        raise AssertionError("the site was built")

    monkeypatch.setattr(cli, "built", build)


def test_without_chromium_it_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_build: None
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run(tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no Chromium was found, so there is no PDF; looked for chromium-headless-shell, chromium" in result.stderr
    assert "the environment variable CHROMIUM" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_program_that_is_named_and_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_build: None
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nowhere"))
    result = run(tmp_path / "out")
    assert result.exit_code == 2
    assert f"CHROMIUM={tmp_path}/nowhere is no program that can be run" in result.stderr


def test_an_edition_that_there_is_not_is_told(tmp_path: Path, no_build: None) -> None:
    result = run(tmp_path / "out", "--part", "plans")
    assert result.exit_code == 2
    assert '"plans" is no edition; allowed: guide, choose, plan' in result.stderr


def test_what_the_program_says_when_it_fails_is_told(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho one >&2\necho 'no space left' >&2\nexit 3\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(pdf.NoPdfError, match=r"made no PDF of plan\.html: no space left"):
        pdf.as_pdf(str(program), {"print/plan.html": b"<p>"}, "print/plan.html", date(2026, 1, 2))


def test_a_page_takes_along_all_that_it_asks_for(built: Mapping[str, bytes], papers: Mapping[str, bytes]) -> None:
    files = asked_for(built, papers, "print/plan.html")
    assert "print/plan.html" in files
    assert "assets/stylesheets/guide.css" in files
    assert not [path for path in files if path.endswith(".js")]
    text = files["print/plan.html"].decode()
    for path in files.keys() - {"print/plan.html"}:
        name = path.rpartition("/")[2]
        assert f'{name}"' in text
