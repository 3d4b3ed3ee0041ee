"""What is new since the last visit, kept only when asked, and a decision record that is told what changed since."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import FilePayload, Page, expect

from macros import changes
from macros.catalog.loader import load
from tests.browser.axe_script import violations
from tests.built import EXAMPLE, ROOT, Site, build_once
from tests.edited_data import ADDED, CHANGED, NEW, OLD, REMOVED, add, change, remove
from tests.situations import to_adba

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PAGE = "reference/changes.html"
STORED = "Object.keys(localStorage).filter((key) => key.startsWith('vag-'))"
COPIED = ("docs", "macros", "overrides", "mkdocs.yml", "pyproject.toml")
WHY = "A test wanted it so."


@pytest.fixture(scope="session")
def changed(shared_folder: Path) -> Site:
    """The site after a value changed, a fact came, and another one went."""
    project = shared_folder / "changed-project"
    try:
        project.mkdir()
    except FileExistsError:
        # Another process copies it, and then begins to build.
        while not (shared_folder / "changed-site.begun").exists():
            time.sleep(0.1)
        return Site(build_once(shared_folder / "changed-site", project))
    for name in COPIED:
        copied = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copied(ROOT / name, project / name)
    shutil.copy(EXAMPLE, project / "organization.yml")
    data = project / "macros" / "data"
    change(data)
    add(data)
    remove(data)
    changes.save(data, changes.state(data).updated(date(2026, 11, 24), WHY))
    return Site(build_once(shared_folder / "changed-site", project))


def opened(open_page: OpenPage, site: Site, path: str = PAGE, **how: object) -> Page:
    """A page from disk: browsers allow there the least."""
    file, mark, anchor = path.partition("#")
    return open_page(f"{(site.folder / file).as_uri()}{mark}{anchor}", **how)


def last(site: Site) -> int:
    return load(site.folder.parent / "changed-project" / "macros" / "data").changes.last


def test_nothing_is_kept_unless_a_reader_asks(open_page: OpenPage, changed: Site) -> None:
    page = opened(open_page, changed)
    expect(page.locator("[data-vag-change]")).to_have_count(3)
    assert page.evaluate(STORED) == []
    keep = page.locator("[data-vag-keep]")
    expect(keep).not_to_be_checked()
    keep.check()
    expect(page.locator("[data-vag-said]")).to_contain_text("From now on")
    assert page.evaluate(STORED) == ["vag-changes-seen"]
    page.reload()
    expect(page.locator("[data-vag-keep]")).to_be_checked()
    expect(page.locator("[data-vag-said]")).to_contain_text("Nothing has changed since your visit of")
    page.locator("[data-vag-keep]").uncheck()
    assert page.evaluate(STORED) == []
    expect(page.locator("[data-vag-said]")).to_be_empty()


def test_what_came_since_the_last_visit_is_marked_until_it_was_seen(open_page: OpenPage, changed: Site) -> None:
    page = opened(open_page, changed)
    page.evaluate(
        "kept => localStorage.setItem('vag-changes-seen', kept)", json.dumps({"last": 1, "day": "2026-11-20"})
    )
    page.reload()
    expect(page.locator("[data-vag-said]")).to_have_text("New since your visit of 2026-11-20: 2")
    expect(page.locator(".vag-new")).to_have_count(2)
    assert violations(page) == []
    page.get_by_role("button", name="I have seen them").click()
    expect(page.locator(".vag-new")).to_have_count(0)
    assert json.loads(page.evaluate("localStorage.getItem('vag-changes-seen')"))["last"] == last(changed)
    page.evaluate("localStorage.clear()")


@pytest.mark.parametrize("kept", ["no JSON", "3", "null", '{"last": "1"}', '{"last": 1, "day": "<b>"}'])
def test_what_the_browser_keeps_is_not_trusted(open_page: OpenPage, changed: Site, kept: str) -> None:
    page = opened(open_page, changed)
    page.evaluate("kept => localStorage.setItem('vag-changes-seen', kept)", kept)
    page.reload()
    expect(page.locator("[data-vag-keep]")).not_to_be_checked()
    expect(page.locator(".vag-new")).to_have_count(0)
    page.evaluate("localStorage.clear()")


def test_without_scripts_the_changes_stand_there_and_no_box_that_does_nothing(
    open_page: OpenPage, changed: Site
) -> None:
    page = opened(open_page, changed, javascript=False)
    expect(page.locator("[data-vag-change]").first).to_be_visible()
    assert not page.locator("[data-vag-visit]").is_visible()


RECORD = {
    "kind": "volume-activation-decision",
    "format": 1,
    "decided_on": "2026-11-20",
    "outcome": None,
    "answers": {"license": "volume"},
    "facts": [{"id": CHANGED, "statement": "It said something.", "verified_on": "2026-01-01"}],
}


def told(page: Page, record: object) -> str:
    chosen: FilePayload = {"name": "r.json", "mimeType": "application/json", "buffer": json.dumps(record).encode()}
    page.get_by_label("Open a decision record").set_input_files(chosen)
    note = page.locator("[data-vag-guide] > .vag-note[data-vag-report]")
    note.wait_for()
    return note.inner_text()


@pytest.mark.parametrize("known", [{}, {"log": 0}, {"log": 1}])
def test_a_decision_record_says_what_changed_since(open_page: OpenPage, changed: Site, known: dict[str, int]) -> None:
    page = opened(open_page, changed, "choose/index.html")
    said = told(page, RECORD | known)
    assert "Changed since then:" in said
    assert f"Changed: fact {CHANGED}: Value: was {OLD} days; now {NEW} days. {WHY}" in said
    assert ADDED not in said
    assert REMOVED not in said
    link = page.locator("[data-vag-report] a").first
    link.click()
    page.wait_for_url("**/reference/changes.html#change-*")
    expect(page.locator(":target code").first).to_have_text(CHANGED)


@pytest.mark.parametrize("known", [{"log": 2}, {"log": 3}, {"decided_on": "2026-12-24"}])
def test_a_record_that_knew_of_a_change_is_not_told_again(
    open_page: OpenPage, changed: Site, known: dict[str, object]
) -> None:
    said = told(opened(open_page, changed, "choose/index.html"), RECORD | known)
    assert "Changed since then:" not in said
    assert f"{CHANGED} is no longer cited" in said or f"{CHANGED} said: It said something." in said


def test_a_fact_that_went_is_told_to_the_record_that_stands_on_it(open_page: OpenPage, changed: Site) -> None:
    facts = [{"id": REMOVED, "statement": "It said something.", "verified_on": "2026-01-01"}]
    said = told(opened(open_page, changed, "choose/index.html"), RECORD | {"facts": facts})
    assert f"Removed: fact {REMOVED}" in said


def test_a_log_that_cannot_be_read_is_said(open_page: OpenPage, changed: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(changed.folder, folder)
    (folder / "assets" / "data" / "changes.js").unlink()
    said = told(opened(open_page, Site(folder), "choose/index.html"), RECORD)
    assert "The log of changes could not be read" in said
    assert CHANGED in said


def test_a_new_record_carries_what_it_knew(open_page: OpenPage, changed: Site) -> None:
    page = opened(open_page, changed, f"choose/index.html#{urlencode(to_adba())}")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Record as JSON").click()
    assert json.loads(Path(saved.value.path()).read_text("utf-8"))["log"] == last(changed)
