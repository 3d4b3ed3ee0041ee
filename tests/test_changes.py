"""The history of records: the data agree with the log, and one value changed, one added and one removed are told
by the test of the data, the command, the page, the registers, the feed, the interface and what opens a decision record.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from macros import changes, site
from macros.catalog.changes_file import as_yaml, read_snapshot, snapshot, snapshot_file
from macros.catalog.kept_records import KEPT
from macros.catalog.loader import DATA, load
from macros.catalog.models import Change, Changes
from macros.catalog.published_keys import digest
from macros.catalog.strict_yaml import DataError
from macros.cli import main
from macros.render.api.resources import api_files
from macros.render.choose.record_changes import FILE, record_files
from macros.render.downloads import downloads
from macros.render.parts.view import View
from macros.render.reference import changes as page
from macros.render.reference.facts import facts_index, facts_register
from macros.render.registry import render
from macros.site import data_pages, version
from tests.edited_data import ADDED, CHANGED, NEW, OLD, REMOVED, change, edited, give_reasons
from tests.parsing import as_built

pytestmark = pytest.mark.slow
ATOM = {"a": "http://www.w3.org/2005/Atom"}
WHY = "A test wanted it so."
DAY = date(2026, 12, 1)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["changes", *map(str, arguments)])


def said(problems: Iterator[object]) -> str:
    return "\n".join(map(str, problems))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An edited copy of the data, which the command takes for the guide's own."""
    folder = edited(tmp_path)
    monkeypatch.setattr("macros.cli.DATA", folder)
    return folder


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edited copy of the data with its changes in the log, each with a reason."""
    folder = edited(tmp_path_factory.mktemp("logged"))
    changes.save(folder, changes.state(folder).updated(DAY, WHY))
    return folder


@pytest.fixture(scope="module")
def view_of_edited(view: View, logged: Path) -> View:
    return replace(view, catalog=load(logged), page=page.PAGE)


# The data of the guide


def test_the_log_says_what_the_data_changed_since_the_last_release() -> None:
    """When it fails: `python -m macros changes` writes them down; say why in macros/data/changes.yaml."""
    assert said(changes.state().problems(version())) == ""


def test_the_file_is_as_the_command_writes_it() -> None:
    assert (DATA / "changes.yaml").read_text("utf-8") == as_yaml(load().changes)


def test_the_records_of_the_last_release_hold_no_product_key() -> None:
    [file] = (DATA / "releases").iterdir()
    assert not re.search(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b", file.read_text("utf-8"))


def test_every_kind_of_record_is_kept_with_what_names_it() -> None:
    found = changes.state().now
    assert set(found) == {one.kind for one in KEPT} | {"rule"}
    assert all(found.values())
    assert {"kms.validity", "kms.count.ageing"} <= found["fact"].keys()
    assert "0xC004F074" in found["code"]
    assert "windows-server-2025, Standard" in found["client-key"]
    assert "platform/in-azure" in found["decision"]
    assert "office/reference/R01" in found["rule"]


def test_a_snapshot_reads_back(tmp_path: Path) -> None:
    found = changes.state().now
    file = snapshot_file("1.2.3", tmp_path)
    file.parent.mkdir()
    file.write_text(snapshot("1.2.3", found), "utf-8")
    assert read_snapshot("1.2.3", tmp_path) == json.loads(json.dumps(found))


@pytest.mark.parametrize("text", [None, "", "[]", '{"release": "1.0.0", "records": {}}', '{"release": "1.2.3"}'])
def test_a_snapshot_that_is_none_is_named_with_its_cure(text: str | None, tmp_path: Path) -> None:
    file = snapshot_file("1.2.3", tmp_path)
    file.parent.mkdir()
    if text is not None:
        file.write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"releases/1\.2\.3\.json: .*take the file back from the repository"):
        read_snapshot("1.2.3", tmp_path)


# Changed, added, removed: the test and the command


def test_changes_that_nobody_wrote_down_are_named_with_their_cure(data: Path) -> None:
    found = said(changes.state(data).problems(version()))
    for record, what in ((CHANGED, "changed"), (ADDED, "added"), (REMOVED, "removed")):
        assert f"fact {record}: is {what} since the last release, and the log does not say so." in found
    assert found.count("python -m macros changes") == found.count("\n") + 1 == 3


def test_the_command_writes_them_down_and_asks_for_reasons(data: Path) -> None:
    assert run("--check").exit_code == 1
    before = (data / "changes.yaml").read_text("utf-8")
    assert "unreleased: []" in before
    result = run()
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("3 changes since ")
    assert re.search(r"changes.yaml, line \d+, unreleased\[0\].why: fact .*nobody has said why", result.stderr)
    line = int(re.findall(r"line (\d+)", result.stderr)[0])
    assert (data / "changes.yaml").read_text("utf-8").splitlines()[line - 1].strip() == "why:"
    assert run("--check").exit_code == 1
    give_reasons(data)
    result = run("--check")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_second_run_changes_nothing(data: Path) -> None:
    run("--why", WHY)
    before = (data / "changes.yaml").read_bytes()
    assert run().exit_code == 0
    assert (data / "changes.yaml").read_bytes() == before


def test_a_changed_value_alone_is_written_and_not_the_sentences_that_show_it(data: Path) -> None:
    found = {one["id"]: one for one in json.loads(run("--why", WHY, "--format", "json").stdout)}
    assert set(found) == {CHANGED, ADDED, REMOVED}
    assert (found[CHANGED]["old"], found[CHANGED]["new"]) == ({"value": OLD}, {"value": NEW})
    assert found[CHANGED]["sources"]
    assert found[ADDED]["new"]["statement"].endswith("says 7 days.")
    assert found[REMOVED]["old"]["value"]["kb"] == "KB5026361"


def test_a_change_that_was_taken_back_is_named_and_goes(data: Path) -> None:
    run("--why", WHY)
    change(data, OLD)
    assert f"fact {CHANGED}: is as the last release has it, and the log says changed" in run("--check").stderr
    assert CHANGED not in {one["id"] for one in json.loads(run("--format", "json").stdout)}


def test_what_is_named_in_place_of_a_record_must_be_there(data: Path) -> None:
    run("--why", WHY)
    file = data / "changes.yaml"
    file.write_text(
        file.read_text("utf-8").replace("  what: removed\n", "  what: removed\n  now: kms.validty\n"), "utf-8"
    )
    assert '"kms.validty" is no fact. Did you mean "kms.validity"?' in run("--check").stderr


def test_a_build_without_a_reason_stops_with_line_and_cure(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    monkeypatch.setattr(site, "load_cached", lambda: load(data))
    monkeypatch.setattr(site, "without_reason", lambda log: changes.unreasoned(log, data))
    with pytest.raises(
        DataError, match=r"changes\.yaml, line \d+, unreleased\[0\]\.why: .*write a sentence for readers"
    ):
        site.base_view()


def test_a_client_key_that_goes_leaves_no_key_in_the_log(data: Path) -> None:
    file = data / "client-keys.yaml"
    text = file.read_text("utf-8")
    found = re.search(r"- product: windows-vista\n  edition: .*\n  key: (\S+)\n", text)
    assert found
    file.write_text(text.replace(found[0], ""), "utf-8")
    compared = data / "client-keys-compared.yaml"
    compared.write_text(re.sub(rf".*{digest(found[1])}.*\n", "", compared.read_text("utf-8")), "utf-8")
    result = run("--why", WHY)
    assert result.exit_code == 0, result.stderr
    log = (data / "changes.yaml").read_text("utf-8")
    assert "kind: client-key" in log
    assert f"ends: {found[1][-5:]}" in log
    assert found[1] not in log


# A release


def test_a_release_takes_the_changes_and_becomes_what_is_compared_with(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    monkeypatch.setattr("macros.cli.version", lambda: "0.2.0")
    run("--why", WHY)
    result = run("--release", "0.2.0", "--notes", "What a test did.")
    assert result.exit_code == 0, result.stderr
    assert "Release 0.2.0: 3 changes" in result.stdout
    assert [file.name for file in (data / "releases").iterdir()] == ["0.2.0.json"]
    log = load(data).changes
    assert [one.release for one in log.releases][:1] == ["0.2.0"]
    assert log.releases[0].notes == "What a test did."
    assert len(log.releases[0].changes) == 3
    result = run("--check")
    assert (result.exit_code, result.stdout) == (0, "0 changes since 0.2.0\n")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--release", "0.2.0"], "a release needs --release and --notes"),
        (["--notes", "x"], "a release needs --release and --notes"),
        (["--release", "9.9.9", "--notes", "x"], "9.9.9 is not the version of the guide"),
        (["--release", version(), "--notes", "x"], "is no number of a next release"),
    ],
)
def test_a_release_that_cannot_be_closed_says_why_and_writes_nothing(
    arguments: list[str], text: str, data: Path
) -> None:
    before = {file.name: file.read_bytes() for file in data.rglob("*") if file.is_file()}
    result = run(*arguments)
    assert result.exit_code == 2
    assert text in result.stderr
    assert {file.name: file.read_bytes() for file in data.rglob("*") if file.is_file()} == before


def test_a_release_whose_number_is_not_the_guides_is_named() -> None:
    assert "is the newest release, and the guide is 9.9.9" in said(changes.state().problems("9.9.9"))


# The file


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("last: 3", "last: 2", "last: is 2; expected 3, the highest number, or more"),
        ("number: 2", "number: 3", "number 3: stands 2 times"),
        ("what: changed", "what: added", "is added; expected new and nothing else"),
        ("what: changed", "what: changed\n  now: kms.validity", "only a record that is removed has another one"),
        ("kind: fact", "kind: facts", "unreleased[0].kind"),
    ],
)
def test_a_log_that_cannot_be_is_refused(old: str, new: str, text: str, logged: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(logged, tmp_path / "data"))
    file = folder / "changes.yaml"
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=re.escape(text)) as caught:
        load(folder)
    assert str(caught.value).startswith("changes.yaml")


def test_the_file_reads_back(logged: Path) -> None:
    log = load(logged).changes
    assert (logged / "changes.yaml").read_text("utf-8") == as_yaml(log)
    assert isinstance(log, Changes)


# What readers see


def test_the_page_shows_old_and_new_values_why_and_pages(view_of_edited: View) -> None:
    shown = as_built(page.changes_list(view_of_edited))
    rows = {row.select_one(".vag-register__title code").get_text(): row for row in shown.select(".vag-register__row")}  # type: ignore[union-attr]
    assert set(rows) == {CHANGED, ADDED, REMOVED}
    changed = " ".join(rows[CHANGED].get_text(" ").split())
    assert "Changed fact" in changed
    assert f"was {OLD} days now {NEW} days" in changed
    assert f"Why: {WHY}" in changed
    assert rows[CHANGED].select("a[href*='learn.microsoft.com']")
    assert rows[CHANGED].select(f"a[href='facts/kms-host.html#{CHANGED}'], a[href$='#{CHANGED}']")
    assert "Added fact" in " ".join(rows[ADDED].get_text(" ").split())
    removed = rows[REMOVED]
    assert "Removed fact" in " ".join(removed.get_text(" ").split())
    assert "KB5026361" in removed.get_text()
    assert removed.select_one(f"[id='{REMOVED}']"), "the old anchor works here"


def test_an_old_address_of_a_removed_fact_still_leads_somewhere(view_of_edited: View) -> None:
    there = replace(view_of_edited, page="reference/facts.md")
    item = as_built(facts_index(there)).find(id=REMOVED)
    assert item is not None
    assert item.a["href"].startswith("changes.html#change-")  # type: ignore[index]
    pages = [facts_register(there, family.id) for family in there.catalog.fact_families]
    assert sum(f'id="{REMOVED}"' in one for one in pages) == 1


def test_the_address_of_a_code_that_went_leads_to_what_took_its_place(view: View) -> None:
    old = {"summary": "It meant something."}
    gone = {"number": 9, "day": "2026-11-24", "kind": "code", "id": "0xC004FFFF", "what": "removed", "old": old}
    log = view.catalog.changes
    change = Change.model_validate({**gone, "why": WHY, "now": "0xC004F074"})
    catalog = view.catalog.model_copy(update={"changes": log.model_copy(update={"unreleased": (change,)})})
    path = "troubleshoot/codes/0xc004ffff.md"
    source = {name: text for name, text in data_pages(catalog).items() if name not in data_pages(view.catalog)}
    assert [*source] == [path]
    assert "# 0xC004FFFF: no longer in this guide { #code }" in source[path]
    shown = as_built(render(replace(view, catalog=catalog, page=path), source[path]))
    links = [link["href"] for link in shown.select("a")]
    assert links == ["../../reference/changes.html#change-9", "0xc004f074.html", "index.html"]
    assert old["summary"] in shown.get_text()


def test_registers_say_since_when_and_where_it_changed(view_of_edited: View, view: View) -> None:
    first = view.catalog.changes.releases[-1].release
    assert page.history_said(view_of_edited, "fact", "kms.validity") == f"in the guide since {first}"
    changed = page.history_said(view_of_edited, "fact", CHANGED)
    assert changed.startswith(f"in the guide since {first}; changed in <a")
    assert page.history_said(view_of_edited, "fact", ADDED).startswith("in the guide since its next release")
    assert page.change_mark(view_of_edited, "fact", "kms.validity") is None


def test_the_feed_has_an_entry_for_each_change_and_release(view_of_edited: View) -> None:
    root = etree.fromstring(downloads(view_of_edited)[page.FEED].encode())
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for name in ("title", "id", "updated", "author/a:name"):
        assert root.findtext(f"a:{name}", namespaces=ATOM), name
    entries = root.findall("a:entry", ATOM)
    titles = [one.findtext("a:title", namespaces=ATOM) or "" for one in entries]
    for what, record in (("Changed", CHANGED), ("Added", ADDED), ("Removed", REMOVED)):
        assert sum(title.startswith(f"{what}: fact {record}") for title in titles) == 1
    assert f"Release {version()}" in titles
    ids = [one.findtext("a:id", namespaces=ATOM) or "" for one in entries]
    assert len({*ids}) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)
    summaries = " ".join(one.findtext("a:summary", namespaces=ATOM) or "" for one in entries)
    assert f"Value: was {OLD} days; now {NEW} days" in summaries
    assert WHY in summaries
    updated = [one.findtext("a:updated", namespaces=ATOM) for one in (root, *entries)]
    assert updated[0] == max(filter(None, updated[1:])) == f"{DAY}T00:00:00Z"


def test_the_interface_has_them(view_of_edited: View) -> None:
    found = json.loads(api_files(view_of_edited, "1.2.3")["api/v1/changes.json"])["data"]
    assert found[0]["release"] is None
    assert {(one["what"], one["id"]) for one in found[0]["changes"]} == {
        ("changed", CHANGED),
        ("added", ADDED),
        ("removed", REMOVED),
    }
    assert found[1]["release"] == version()


def test_what_opens_a_decision_record_is_told_of_facts_and_rules_alone(view_of_edited: View) -> None:
    file = record_files(view_of_edited)[FILE].decode()
    assert CHANGED in file
    assert f"Value: was {OLD} days; now {NEW} days" in file
    assert "../reference/changes.html#change-" in file


def test_of_a_list_only_what_differs_is_shown(view: View) -> None:
    one = Change(
        number=1,
        day=DAY,
        kind="code",
        id="0xC004F074",
        what="changed",
        old={"causes": ["A", "B"], "summary": "S"},
        new={"causes": ["B", "C"], "summary": None},
        why=WHY,
    )
    shown = {side.label: (side.old, side.new) for side in page.sides(view.catalog, one)}
    assert shown == {"Causes": ("A", "C"), "Summary": ("S", "nothing")}
