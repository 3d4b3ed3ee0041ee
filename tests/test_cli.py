from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from macros.catalog.models import Catalog
from macros.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_facts_as_json_are_complete(catalog: Catalog) -> None:
    result = run("facts", "--format", "json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [fact["id"] for fact in found] == [fact.id for fact in catalog.facts]
    assert all(fact["sources"] and fact["verified_on"] for fact in found)


def test_one_fact_names_the_pages_that_show_it() -> None:
    result = run("facts", "--id", "kms.validity")
    assert result.exit_code == 0
    assert "180 days" in result.stdout
    assert "methods/kms.md" in result.stdout


def test_an_unknown_id_is_unusable_input_and_names_near_ones() -> None:
    result = run("facts", "--id", "kms.validty")
    assert result.exit_code == 2
    assert "kms.validity" in result.stderr
    assert result.stdout == ""


def test_facts_that_are_due_are_findings(monkeypatch: pytest.MonkeyPatch, catalog: Catalog) -> None:
    assert run("facts", "--due").exit_code == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")
    result = run("facts", "--due", "--format", "json")
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)) == len(catalog.facts)


def test_an_export_is_whole_and_a_drift_is_noticed(tmp_path: Path) -> None:
    assert run("export", "--check", tmp_path).exit_code == 1
    assert run("export", tmp_path).exit_code == 0
    assert run("export", "--check", tmp_path).exit_code == 0
    (tmp_path / "downloads" / "facts.json").write_text("[]")
    result = run("export", "--check", tmp_path)
    assert result.exit_code == 1
    assert "downloads/facts.json" in result.stderr
    assert "python -m macros export" in result.stderr


def test_a_file_in_the_way_of_an_export_is_unusable_input(tmp_path: Path) -> None:
    (tmp_path / "downloads").write_text("in the way")
    result = run("export", tmp_path)
    assert result.exit_code == 2
    assert "downloads" in result.stderr


def test_a_wrong_organization_is_unusable_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "organization.yml"
    file.write_text("name: 1\n")
    monkeypatch.setenv("ORGANIZATION", str(file))
    result = run("export", tmp_path / "out")
    assert result.exit_code == 2
    assert f"{file}, line 1" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("named", ["nothing.yml", "."])
def test_an_organization_that_is_no_file_says_so(named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORGANIZATION", str(tmp_path / named))
    result = run("export", tmp_path / "out")
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


def test_the_schemas_are_checked() -> None:
    assert run("schemas", "--check").exit_code == 0
