"""The look at an organization's file alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from macros import doctor
from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.cli import main
from tests.adopted import ADOPTED
from tests.built import EXAMPLE, ORGANIZATIONS, ROOT

KNOWN = sorted(ORGANIZATIONS.glob("*.yml"))
BY_NAME = {file.stem: file for file in KNOWN}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["doctor", *map(str, arguments)])


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """The example with a mistake in its fifth line."""
    file = tmp_path / "own.yml"
    text = EXAMPLE.read_text("utf-8").replace("name: Example Manufacturing", "nmae: Example Manufacturing", 1)
    file.write_text(text, "utf-8")
    return file


@pytest.mark.slow
def test_what_was_read_is_said(organization: Organization) -> None:
    result = run()
    computers = sum(group.count for group in organization.groups if group.product.startswith("windows"))
    said = [int(found.replace(",", "")) for found in re.findall(r"([\d,]+) Windows (?:client|server)", result.stdout)]
    assert result.exit_code == 0
    assert sum(said) == computers
    assert f"Groups: {len(organization.groups)}," in result.stdout
    assert f"KMS hosts: {len(organization.kms_hosts)}," in result.stdout
    assert f"MAK allotments: {len(organization.mak_allotments)}," in result.stdout
    assert "Named by ORGANIZATION." in result.stdout
    assert len(result.stdout.splitlines()) <= 12


@pytest.mark.slow
@pytest.mark.parametrize("file", KNOWN, ids=lambda file: file.stem)
def test_a_known_organization_is_in_order(file: Path) -> None:
    result = run(file)
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_known_organizations_are_told_apart(catalog: Catalog) -> None:
    seen = {name: doctor.look_at(file, catalog).organization for name, file in BY_NAME.items()}
    found = {name: doctor.numbers_of(one, catalog) for name, one in seen.items() if one}
    assert found["nine_pcs"]["windows_clients"] == 9
    assert found["bank"]["groups"] == 280
    assert found["no_kms"]["kms_hosts"] == found["subscription_only"]["mak_allotments"] == 0
    assert found["no_mak"]["mak_allotments"] == 0
    assert found["one_group"]["groups"] == 1
    assert found["service_provider"]["licensed_products"] == 0
    assert len(found) >= 9


@pytest.mark.slow
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(wrong: Path) -> None:
    result = run(wrong)
    assert result.exit_code == 1
    assert f'{wrong}, line 5, nmae: unknown key. Did you mean "name"?' in result.stdout
    assert "No page is built from this file" in result.stdout
    assert "Every key and every value is allowed" not in result.stdout
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_a_program_gets_the_same(wrong: Path) -> None:
    result = run(wrong, "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["verdict"], found["organization"]) == (1, "invalid", None)
    assert (found["problems"][0]["line"], found["problems"][0]["key"]) == (5, "name")
    good = json.loads(run("--format", "json").stdout)
    assert (good["verdict"], good["problems"], good["organization"]["groups"]) == ("valid", [], 11)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nothing.yml", "."])
def test_a_file_that_is_none_is_no_input(name: str, tmp_path: Path) -> None:
    result = run(tmp_path / name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be read: " in result.stderr


def test_which_file_a_build_takes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORGANIZATION")
    said = {Path(path).name: doctor.why(Path(path)) for path in ADOPTED}
    assert "copy it to organization.local.yml" in said["organization.yml"]
    assert "no update touches it" in said["organization.local.yml"]


@pytest.mark.slow
def test_what_tests_would_miss_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "_OF_THE_SYSTEM", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.missing_tools()["named-checkzone"] == "bind9-utils"
    assert {"chromium-headless-shell", "named", "nsupdate", "dnsmasq", "unbound"} <= {*doctor.missing_tools()}
    result = run()
    assert result.exit_code == 0
    assert "chromium" in result.stdout
    for program in doctor.missing_tools():
        (tmp_path / program).write_text("#!/bin/sh\n")
        (tmp_path / program).chmod(0o755)
    assert doctor.missing_tools() == {}
    assert (ROOT / "tests" / "system-packages.sh").is_file()
