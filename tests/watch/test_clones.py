"""Texts read from clones of their repositories: as a host would give them, without asking one."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from macros.catalog.loader import DATA, load
from macros.catalog.models import Source
from macros.catalog.source_digests import FILE, as_yaml, read_digests
from macros.watch.clones import NoCloneError, clone_of
from macros.watch.comparing import asked_of
from macros.watch.settings import settings
from tests.watch.conftest import TEXT, Played, Run, source, states

REPOSITORY, PATH = "MicrosoftDocs/pages", "learn/a page.md"
SAID = TEXT.replace("{number}", "25").replace("{day}", "01/02/2026")


def commit(folder: Path, day: str = "2026-02-03", **files: str) -> Path:
    """A repository whose newest commit, of this day, has these files alone."""
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.example", "GIT_AUTHOR_DATE": f"{day}T12:00:00Z"}
    own = {
        **who,
        **{name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()},
        "PATH": "/usr/bin:/bin",
    }

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, env={**os.environ, **own}, stdout=-1)

    if not folder.exists():
        folder.mkdir()
        git("init", "--quiet")
    (folder / "learn").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "learn" / f"{name.replace('_', ' ')}.md").write_text(text, "utf-8", newline="")
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", "said")
    return folder


def at(folder: Path) -> str:
    return f"--clone={REPOSITORY}={folder}"


def test_a_text_in_a_clone_has_the_digests_that_its_host_would_give(
    sources: list[Source], played: Played, command: Run, tmp_path: Path
) -> None:
    clone = commit(tmp_path / "pages", a_page=SAID)
    sources.append(source(played.at("/a"), repository=REPOSITORY, path=PATH))
    from_clone, from_host = tmp_path / "clone.yaml", tmp_path / "host.yaml"
    result = command(at(clone), "--record", from_clone)
    assert result.exit_code == 0, result.stdout
    assert "Clones were read and nobody was asked" in result.stdout
    assert played.asked == []
    played.page("/a")
    played.page(f"/{REPOSITORY}/HEAD/{PATH.replace(' ', '%20')}", SAID, Content_Type="text/plain; charset=utf-8")
    assert command("--record", from_host).exit_code == 0
    (cloned,), (served,) = (read_digests(file, {"a-page"}) for file in (from_clone, from_host))
    assert cloned.commit == clone_of(clone).commit
    assert cloned.recorded_on == date(2026, 2, 3)
    assert served.commit is None
    same = {"commit": None, "recorded_on": served.recorded_on}
    assert cloned.model_copy(update=same).model_dump() == served.model_dump()
    # What was recorded from the one is compared with the other, and written anew by neither.
    (tmp_path / "watch.jsonl").unlink()
    before = from_clone.read_bytes()
    assert states(command("--record", from_clone, "--only", "a-page", "--format", "json")) == {"a-page": "same"}
    assert from_clone.read_bytes() == before


def test_a_clone_says_what_changed_is_gone_and_what_it_cannot_know(
    sources: list[Source], command: Run, tmp_path: Path
) -> None:
    sources += [
        source("http://127.0.0.1:9/a", name, repository=REPOSITORY, path=f"learn/{name}.md")
        for name in ("same", "changed", "gone")
    ]
    sources.append(source("http://127.0.0.1:9/b", "elsewhere"))
    later = {"repository": REPOSITORY, "path": "learn/later.md", "page_date": "2026-09-01"}
    sources.append(source("http://127.0.0.1:9/c", "later", **later))
    clone, digests = tmp_path / "pages", tmp_path / "digests.yaml"
    commit(clone, same=SAID, changed=SAID, gone=SAID)
    assert command(at(clone), "--record", digests).exit_code == 0
    (clone / "learn" / "gone.md").unlink()
    commit(clone, changed=SAID.replace("25", "5"))
    result = command(at(clone), "--record", digests, "--format", "json")
    assert result.exit_code == 1
    wanted = {"same": "same", "changed": "passage", "gone": "gone", "elsewhere": "unasked", "later": "unasked"}
    assert states(result) == wanted
    found = {one["id"]: one["found"] for one in json.loads(result.stdout)["sources"]}
    assert "older than the page" in found["later"][0]["text"]
    assert found["changed"][0]["sections"] == ["Thresholds"]


def test_a_file_that_a_clone_lists_and_does_not_hold_is_not_said_to_be_gone(
    sources: list[Source], command: Run, tmp_path: Path
) -> None:
    clone = commit(tmp_path / "pages", a_page=SAID)
    blob = subprocess.run(
        ["git", "-C", str(clone), "rev-parse", f"HEAD:{PATH}"], check=True, capture_output=True, text=True
    ).stdout.strip()
    (clone / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    sources.append(source("http://127.0.0.1:9/a", repository=REPOSITORY, path=PATH))
    result = command(at(clone), "--format", "json")
    assert states(result) == {"a-page": "unread"}
    assert "does not hold it" in result.stdout


@pytest.mark.parametrize(
    ("named", "told"), [("MicrosoftDocs/page=.", 'Did you mean "MicrosoftDocs/pages"?'), (f"{REPOSITORY}=none", "none")]
)
def test_a_clone_that_is_none_is_told(named: str, told: str, sources: list[Source], command: Run) -> None:
    sources.append(source("http://127.0.0.1:9/a", repository=REPOSITORY, path=PATH))
    result = command(f"--clone={named}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_folder_without_a_commit_is_no_clone(tmp_path: Path) -> None:
    with pytest.raises(NoCloneError, match="empty"):
        clone_of(tmp_path / "empty")


def test_a_text_of_an_old_commit_cannot_change_and_is_not_asked_for() -> None:
    one = source("https://learn.microsoft.com/a", repository=REPOSITORY, path=PATH, commit="0" * 40)
    assert asked_of(one, settings()).addresses == ("https://learn.microsoft.com/a",)


def test_every_source_records_what_watching_it_needs_or_why_not() -> None:
    catalog = load()
    digests = {one.source: one for one in read_digests(DATA / FILE, {one.id for one in catalog.sources})}
    assert (DATA / FILE).read_text("utf-8") == as_yaml(digests.values())
    for one in catalog.sources:
        assert (one.page_date is None) != (one.undated is None), one.id
        if record := digests.get(one.id):
            asked = asked_of(one, settings())
            assert record.address == (asked.text if record.read == "text" else asked.page), one.id
            # The text that was recorded is not older than the one that records were compared with.
            assert record.recorded_on >= (one.page_date or record.recorded_on), one.id
