from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from macros.catalog import organization_file
from macros.catalog.models import Catalog
from macros.catalog.organization import MOST_HOSTS, ForestSchema, Organization
from macros.catalog.organization_file import (
    FILE,
    LOCAL,
    OLD_SCHEMAS,
    load_organization,
    name_of,
    path_from_environment,
)
from macros.catalog.strict_yaml import DataError
from macros.catalog.values import part_of
from tests.built import EXAMPLE

BROKEN = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "organization_broken.yaml").read_text("utf-8"))


def broken_text(case: dict[str, Any]) -> str:
    text = EXAMPLE.read_text("utf-8")
    if "cut_from" in case:
        return text[: text.index(case["cut_from"])] + case["new"]
    for edit in (case, *([case["then"]] if "then" in case else [])):
        assert edit["old"] in text, case["case"]
        text = text.replace(edit["old"], edit["new"], 1)
    return text


@pytest.mark.parametrize("case", BROKEN, ids=[case["case"] for case in BROKEN])
def test_a_wrong_file_is_stopped_with_key_line_and_what_is_allowed(
    case: dict[str, Any], tmp_path: Path, catalog: Catalog
) -> None:
    file = tmp_path / "organization.yml"
    file.write_text(broken_text(case), "utf-8")
    with pytest.raises(DataError) as caught:
        load_organization(file, catalog)
    matching = [p for p in caught.value.problems if p.key == case["key"] and case["says"] in p.message]
    assert matching, str(caught.value)
    assert matching[0].line
    assert str(file) in str(matching[0])


def test_there_are_at_least_25_broken_variants() -> None:
    assert len(BROKEN) >= 25


def test_several_faults_are_reported_together(tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "organization.yml"
    text = EXAMPLE.read_text("utf-8").replace("count: 640", "cuont: 640").replace("priority: 10", "priority: high")
    file.write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        load_organization(file, catalog)
    assert {p.key for p in caught.value.problems} == {"groups[0].count", "groups[0].cuont", "kms_hosts[1].priority"}


def test_a_list_whose_entries_are_all_wrong_is_not_called_empty(tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "organization.yml"
    text = EXAMPLE.read_text("utf-8")
    file.write_text(text.replace("activations_used:", "used:").replace("  count:", "  cuont:"), "utf-8")
    with pytest.raises(DataError) as caught:
        load_organization(file, catalog)
    keys = {p.key for p in caught.value.problems}
    assert {"groups[0].count", "kms_hosts[0].keys[0].activations_used"} <= keys
    assert not {"groups", "kms_hosts", "kms_hosts[0].keys"} & keys


def test_the_line_is_that_of_the_key(tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "organization.yml"
    text = EXAMPLE.read_text("utf-8").replace("count: 640", "count: -1")
    file.write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        load_organization(file, catalog)
    assert text.splitlines()[caught.value.problems[0].line - 1].strip() == "count: -1"


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "just words\n"])
def test_a_file_without_keys_says_which_are_expected(text: str, tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "organization.yml"
    file.write_text(text)
    with pytest.raises(DataError, match="groups"):
        load_organization(file, catalog)


def test_a_missing_file_says_so(tmp_path: Path, catalog: Catalog) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_organization(tmp_path / "nothing.yml", catalog)


def test_the_example_is_a_realistic_company(organization: Organization) -> None:
    assert len(organization.groups) >= 8
    assert {"adba", "kms", "mak", "avma", "azure-kms"} <= {group.method for group in organization.groups}
    assert all(host.name.endswith("example.com") for host in organization.kms_hosts)


def test_groups_that_are_activated_by_volume_do_not_exceed_the_licenses(organization: Organization) -> None:
    licensed = {item.product: item.computers for item in organization.licensed}
    for product, computers in licensed.items():
        assert sum(g.count for g in organization.groups if g.product == product) <= computers


def test_an_organization_without_directory_and_hosts_is_valid(tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "organization.yml"
    file.write_text(
        "name: Small\ndns_zone: small.example\nlicensed: []\ngroups:\n"
        "  - {id: all, name: All, product: windows-11, count: 0, method: unactivated, directory: none,"
        " network_every_days: never, kms_hosts: [], internet: none}\n"
    )
    organization = load_organization(file, catalog)
    assert organization.active_directory is None
    assert organization.groups[0].count == 0


def changed_file(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the example with texts replaced."""
    text = EXAMPLE.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "organization.yml"
    file.write_text(text, "utf-8")
    return file


def test_a_group_of_a_site_may_ask_hosts_of_the_core_network_too(tmp_path: Path, catalog: Catalog) -> None:
    file = changed_file(tmp_path, ("kms_hosts: [plant-kms]", "kms_hosts: [kms1, plant-kms]"))
    groups = {group.id: group for group in load_organization(file, catalog).groups}
    assert (groups["plant"].site, groups["plant"].kms_hosts) == ("plant", ("kms1", "plant-kms"))


def test_a_host_may_stand_ready_in_a_site_without_groups(tmp_path: Path, catalog: Catalog) -> None:
    site = ("    priority: 10", "    priority: 10\n    site: ship")
    file = changed_file(tmp_path, site, ("kms_hosts: [kms1, kms2]", "kms_hosts: [kms1]"))
    assert load_organization(file, catalog).host("kms2").site == "ship"


def test_site_and_explanation_are_optional(organization: Organization) -> None:
    assert {host.site for host in organization.kms_hosts} == {None, "plant"}
    assert {group.site for group in organization.groups} == {None, "plant"}
    assert any(item.explained is None for item in organization.licensed)


def test_the_environment_names_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORGANIZATION", raising=False)
    assert path_from_environment() == FILE
    monkeypatch.setenv("ORGANIZATION", "other.yml")
    assert path_from_environment() == Path("other.yml")


def test_an_own_file_goes_before_the_example(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / LOCAL.name
    monkeypatch.setattr(organization_file, "LOCAL", own)
    monkeypatch.setenv("ORGANIZATION", "")
    assert path_from_environment() == FILE
    own.symlink_to(tmp_path / "nowhere.yml")
    assert path_from_environment() == own
    monkeypatch.setenv("ORGANIZATION", "other.yml")
    assert path_from_environment() == Path("other.yml")


def test_an_own_file_is_left_alone_by_git() -> None:
    assert f"/{LOCAL.name}" in (FILE.parent / ".gitignore").read_text("utf-8").splitlines()


def test_a_file_is_called_by_its_name_and_not_by_where_it_lies(tmp_path: Path) -> None:
    assert name_of(FILE) == "organization.yml"
    assert name_of(LOCAL) == "organization.local.yml"
    assert name_of(EXAMPLE) == "tests/vectors/organizations/example.yml"
    assert name_of(tmp_path / "clients" / "secret-project.yml") == "secret-project.yml"


def test_the_first_line_names_the_schema() -> None:
    first = EXAMPLE.read_text("utf-8").splitlines()[0]
    assert (EXAMPLE.parent / first.split("$schema=", 1)[1]).is_file()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("name: Example Manufacturing", f"name: {'x' * 20_000}", "at most 200 characters"),
        ("name: Head office desktops", f"name: {'x' * 201}", "at most 200 characters"),
        ("explained: One control station is out for repair", f"explained: {'x' * 1_001}", "at most 1000 characters"),
    ],
)
def test_a_text_without_end_is_refused(old: str, new: str, says: str, tmp_path: Path, catalog: Catalog) -> None:
    with pytest.raises(DataError, match=says):
        load_organization(changed_file(tmp_path, (old, new)), catalog)


def test_a_fleet_of_hosts_without_end_is_refused(tmp_path: Path, catalog: Catalog) -> None:
    keys = "keys: [{{group: ws2022, activations_used: 1}}]"
    host = f"  - {{{{id: h{{0}}, name: h{{0}}.corp.example.com, operating_system: windows-server-2022, {keys}}}}}\n"
    hosts = "".join(host.format(number) for number in range(MOST_HOSTS - 2))
    with pytest.raises(DataError, match=f"kms_hosts: .*at most {MOST_HOSTS} entries"):
        load_organization(changed_file(tmp_path, ("mak_allotments:", f"{hosts}\nmak_allotments:")), catalog)


def test_schemas_before_adba_are_those_below_the_level_of_the_fact(catalog: Catalog) -> None:
    level = str(part_of(catalog.fact("adba.schema").value, "min_schema")).lower().replace(" ", "-")
    assert tuple(one for one in get_args(ForestSchema) if one < level) == OLD_SCHEMAS
    assert level in get_args(ForestSchema)


def test_an_old_schema_is_in_order_without_computers_that_need_a_new_one(tmp_path: Path, catalog: Catalog) -> None:
    changes = [
        ("schema_level: windows-server-2016", "schema_level: windows-server-2008-r2"),
        ("directory: ad-ready", "directory: ad-old-schema"),
        ("method: adba", "method: kms"),
    ]
    forest = load_organization(changed_file(tmp_path, *changes), catalog).active_directory
    assert forest
    assert forest.schema_level == "windows-server-2008-r2"
