from __future__ import annotations

import re
import time
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.ansible import playbook as ansible
from macros.formats.ansible.rules import MODULES, RULES
from macros.formats.base import yaml_tree
from macros.formats.base.findings import Report
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from macros.formats.base.origin import Origin
from tests.formats import script_tests
from tests.formats.reports import made_for, validator

validate = validator("ansible")
VECTORS = script_tests.vectors("ansible")
ORIGIN = Origin("play.yml", "Example Manufacturing", date(2026, 11, 24))


MAKERS = (ansible.discovery, ansible.fixed_host, ansible.state, ansible.client_keys, ansible.mak)


def playbooks(organization: Organization, origin: Origin = ORIGIN) -> list[str]:
    return [make(made_for(organization), origin) for make in MAKERS]


def checked(text: str, catalog: Catalog) -> Report:
    return validate(text, catalog, own=True)


@pytest.mark.parametrize("vector", VECTORS, ids=script_tests.case)
def test_a_playbook_is_judged(vector: dict[str, Any], catalog: Catalog) -> None:
    script_tests.judged(vector, validate, catalog)


def test_the_vectors_cover_every_rule() -> None:
    covered = {rule for vector in VECTORS for rule, _ in vector["expected"]}
    assert set(RULES) - covered == set()


def test_an_empty_document_is_no_playbook(catalog: Catalog) -> None:
    report = validate("# nothing\n", catalog)
    assert [(one.id, one.line) for one in report.findings] == [("ansible-structure", None)]


def test_a_house_rule_counts_for_our_own_playbooks_only(catalog: Catalog) -> None:
    text = "- name: State\n  ansible.windows.win_shell: slmgr.vbs /dlv\n"
    assert [one.severity for one in validate(text, catalog).findings] == ["info"]
    assert validate(text, catalog).verdict == "valid"
    assert validate(text, catalog, own=True).verdict == "warning"


def test_a_finding_in_a_block_has_its_own_line(catalog: Catalog) -> None:
    text = "- name: A\n  ansible.windows.win_shell: |\n    Get-Service\n\n    slmgr.vbs /dlx\n  changed_when: false\n"
    assert [(one.line, one.column) for one in validate(text, catalog).findings] == [(5, 15)]


def test_a_folded_text_is_blamed_where_it_begins(catalog: Catalog) -> None:
    text = "- name: A\n  ansible.windows.win_shell: 'Get-Service;\n    slmgr.vbs /dlx'\n  changed_when: false\n"
    assert [one.line for one in validate(text, catalog).findings] == [2]


def test_aliases_and_repetition_cost_nothing(catalog: Catalog) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x'}]\n" for n in range(12))
    started = time.process_time()
    report = validate(levels, catalog)
    assert report.verdict == "invalid"
    assert time.process_time() - started < 2


# ------------------------------------------------------------------------------------------------------- generate


def test_what_is_generated_has_no_finding(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    for text in playbooks(organization):
        assert checked(text, catalog).findings == ()


def test_another_reader_finds_plays_with_hosts_and_tasks(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    for text in playbooks(organization):
        plays = yaml.safe_load(text)
        assert plays
        for play in plays:
            assert set(play) <= {"name", "hosts", "gather_facts", "vars", "tasks"}
            assert play["gather_facts"] is False
            for task in play["tasks"]:
                assert len(set(task) & set(MODULES)) == 1
                assert task["name"]


def registry(text: str) -> list[dict[str, Any]]:
    tasks = [task for play in yaml.safe_load(text) for task in play["tasks"]]
    return [task["ansible.windows.win_regedit"] for task in tasks]


def test_a_fixed_host_is_text_with_its_port(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = ansible.fixed_host(made_for(organization), ORIGIN)
    values = registry(text)
    hosts = {host.name for host in organization.kms_hosts}
    assert {one["data"] for one in values if one["name"] == "KeyManagementServiceName"} <= hosts
    assert {one["data"] for one in values if one["name"] == "KeyManagementServicePort"} == {str(policy.port)}
    assert {one["type"] for one in values} == {"string"}


def test_the_port_of_a_host_is_its_own(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    hosts = tuple(host.model_copy(update={"port": 1700}) for host in organization.kms_hosts)
    changed = organization.model_copy(update={"kms_hosts": hosts})
    values = registry(ansible.fixed_host(made_for(changed), ORIGIN))
    assert {one["data"] for one in values if one["name"] == "KeyManagementServicePort"} == {"1700"}


def test_office_has_settings_of_its_own(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    groups = tuple(
        group.model_copy(update={"kms_hosts": ("kms1",)}) for group in organization.groups if group.id == "office-core"
    )
    text = ansible.fixed_host(made_for(organization.model_copy(update={"groups": groups})), ORIGIN)
    assert all("OfficeSoftwareProtectionPlatform" in one["path"] for one in registry(text))
    assert checked(text, catalog).findings == ()


def test_discovery_removes_values_and_never_the_key(organization: Organization, catalog: Catalog) -> None:
    values = registry(ansible.discovery(made_for(organization), ORIGIN))
    assert len(values) == 4
    assert all(one["state"] == "absent" and one["name"] for one in values)


def test_each_group_gets_the_key_of_its_product(organization: Organization, catalog: Catalog) -> None:
    plays = yaml.safe_load(ansible.client_keys(made_for(organization), ORIGIN))
    named = [name for play in plays for name in play["hosts"].split(":")]
    groups = ansible.groups_with_gvlk(organization, catalog)
    assert sorted(named) == sorted(group.id.replace("-", "_") for group in groups)
    products = {group.id.replace("-", "_"): group.product for group in groups}
    for play in plays:
        owners = {key.product for key in catalog.client_keys if key.key == play["vars"]["gvlk"]}
        assert all(products[name] in owners for name in play["hosts"].split(":"))


def test_no_playbook_holds_a_key_that_is_not_published(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    published = {key.key for key in catalog.client_keys}
    for text in playbooks(organization):
        assert set(KEY_SHAPE.findall(text)) <= {*published, PLACEHOLDER}


def test_a_mak_stays_out_of_file_and_log(organization: Organization) -> None:
    (play,) = yaml.safe_load(ansible.mak(made_for(organization), ORIGIN))
    assert play["vars"]["mak"] == "{{ vault_mak }}"
    for task in play["tasks"]:
        if "mak" in str(task.get("ansible.windows.win_shell")):
            assert task["no_log"] is True


def test_reading_changes_nothing_and_runs_in_check_mode(organization: Organization) -> None:
    (play,) = yaml.safe_load(ansible.state(made_for(organization), ORIGIN))
    for task in play["tasks"]:
        if "ansible.windows.win_shell" in task:
            assert task["changed_when"] is False
            assert task["check_mode"] is False


def test_without_groups_there_is_no_playbook(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    alone = organization.model_copy(update={"groups": ()})
    with pytest.raises(ValueError, match="no group"):
        ansible.fixed_host(made_for(alone), ORIGIN)
    with pytest.raises(ValueError, match="no group"):
        ansible.client_keys(made_for(alone), ORIGIN)


def test_a_product_without_a_published_key_raises(catalog: Catalog) -> None:
    with pytest.raises(LookupError, match="office-2010"):
        ansible.usual_key("office-2010", catalog)


NAMES = [
    "a'b",
    'a"b: c',
    "- x",
    "{{ 7*7 }}",
    "{% raw %}",
    "#",
    "x\u2028- hosts: all",
    "x\x85y",
    "\r\n- x",
    "é 😀",
    "!tag",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_leaves_the_playbook_valid(
    name: str, organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    groups = tuple(group.model_copy(update={"name": name}) for group in organization.groups)
    changed = organization.model_copy(update={"groups": groups})
    for text in playbooks(changed, Origin("play.yml", name, date(2026, 11, 24))):
        assert checked(text, catalog).findings == ()
        assert [play["hosts"] for play in yaml.safe_load(text)] == re.findall(r"(?m)^  hosts: (.*)$", text)
        assert all("{{" not in play["name"] for play in yaml.safe_load(text))


# ------------------------------------------------------------------------------------------------- hostile input

HOSTILE: dict[str, str | bytes] = {
    "nothing": "",
    "zero bytes": b"\0" * 100,
    "a zero in the text": "- name: \0",
    "UTF-16": "- hosts: [x".encode("utf-16"),
    "half a character": b"\xff\xfe-",
    "Latin-1": "- é".encode("latin-1"),
    "a line of a megabyte": "- " + "x" * 1_000_000,
    "a bomb": "a: &a [x, x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(100)),
    "a script for browsers": "<script>alert(1)</script>",
    "deep lists": "[" * 10_000,
    "deep tables": "{a: " * 10_000,
    "deep steps": "".join("  " * n + "- \n" for n in range(300)),
    "many values": "- 1\n" * 9_000 + "- [" + "1," * 30_000 + "1]",
    "many lines": "\n" * 100_000 + "x",
    "a tag that builds things": "- !!python/object/apply:os.system ['true']",
    "braces": "{0} {x} %s",
    "a lone half of a pair": "- \ud800",
    "much too large": " " * 3_000_000,
    "two documents": "x\n---\n- hosts: all\n",
    "a directive": "%YAML 9.9\n---\nx",
    "keys that are lists": "? [a]\n: b",
    "an anchor to itself": "- &a [*a]",
    "an unknown anchor": "- *a",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_gets_a_clear_finding(name: str, catalog: Catalog) -> None:
    started = time.process_time()
    report = validate(HOSTILE[name], catalog)
    assert report.verdict == "invalid"
    assert all(one.message and one.cure and len(one.message) < 500 for one in report.findings)
    assert time.process_time() - started < 5


def test_yes_and_no_are_read_as_ansible_does() -> None:
    _, root = yaml_tree.read("- {a: yes, b: 'yes', c: No, d: maybe}")
    assert isinstance(root, yaml_tree.Sequence)
    (item,) = root.items
    assert isinstance(item, yaml_tree.Mapping)
    values = [entry.value for entry in item.entries]
    assert [value.boolean for value in values if isinstance(value, yaml_tree.Scalar)] == [True, None, False, None]


PIECES = st.sampled_from(
    ["- ", "name:", " x", "\n", "  ", "hosts: a", "tasks:", "ansible.windows.win_shell:", " |", "slmgr.vbs /ipk",
     "{{ x }}", "[", "]", "{", "}", "'", '"', "&a", "*a", "!t", "no_log:", " true", "\t", "#",
     "---", "ansible.windows.win_regedit:"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=50).map("".join) | st.binary(max_size=200) | st.text(max_size=200))
def test_anything_is_read_without_an_exception(data: str | bytes) -> None:
    assert validate(data, load_cached()).verdict in ("valid", "warning", "invalid")


@given(st.integers(0, 2000), st.integers(0, 30), st.sampled_from(["", "-", ":", "\n", "{{", "'", " "]))
def test_a_damaged_playbook_is_read_without_an_exception(
    organization: Organization, start: int, length: int, put: str
) -> None:
    text = ansible.mak(made_for(organization), ORIGIN)
    report = validate(text[:start] + put + text[start + length :], load_cached())
    assert all(one.line is None or one.line >= 1 for one in report.findings)
