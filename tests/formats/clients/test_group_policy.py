from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
import yaml
from lxml import etree

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.findings import Report
from macros.formats.base.origin import Origin
from macros.formats.clients import making
from macros.formats.clients.group_policy import RULES
from macros.formats.clients.making import Value
from macros.formats.shells import powershell
from tests.built import ROOT
from tests.formats.reports import validator

VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "group_policy.yaml").read_text("utf-8"))
validate = validator("group-policy")
HOSTS = {"kms1.corp.example.com": 1688, "kms2.corp.example.com": 1689}
ORIGIN = Origin("kms-client-preferences.xml", "Example -- Manufacturing -", date(2026, 11, 24))
SECRET = "-".join(["BCDFG"] * 5)


def found(report: Report) -> list[list[object]]:
    return [[finding.id, finding.line] for finding in report.findings]


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=lambda vector: vector["case"])
def test_a_file_is_judged(vector: dict[str, Any], catalog: Catalog, policy: Policy) -> None:
    text = vector["text"].replace("{secret}", SECRET)
    assert found(validate(text, catalog, policy, HOSTS)) == vector["expected"]


def test_the_vectors_cover_every_rule_of_the_form() -> None:
    covered = {rule for vector in VECTORS["cases"] for rule, _ in vector["expected"]}
    assert {rule for rule in RULES if rule.startswith("gpp")} - covered == set()


def wanted(organization: Organization, policy: Policy) -> tuple[Value, ...]:
    return making.fixed_host(organization.kms_hosts[0], ("windows", "office"), policy)


def test_what_is_generated_has_no_finding(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = making.preference_xml(wanted(organization, policy), ["a remark --"], ORIGIN, catalog)
    assert found(validate(text, catalog, policy)) == []
    number = (Value("windows", "VLRenewalInterval", 10080),)
    text = making.preference_xml(number, [], ORIGIN, catalog)
    assert 'value="00002760"' in text
    assert found(validate(text, catalog, policy)) == []
    undo = making.preference_xml(making.no_fixed_host(("windows",)), [], ORIGIN, catalog)
    assert found(validate(undo, catalog, policy)) == []


def test_the_items_are_those_of_the_organization(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = making.preference_xml(wanted(organization, policy), [], ORIGIN, catalog)
    root = etree.fromstring(text.encode("utf-8"))
    items = [dict(element.attrib) for element in root.iter("Properties")]
    host = organization.kms_hosts[0]
    assert [(item["key"], item["name"], item["value"]) for item in items] == [
        (catalog.fact(f"reg.{product}.path").value["current"].partition("\\")[2], name, value)
        for product in ("windows", "office")
        for name, value in (
            ("KeyManagementServiceName", host.name),
            ("KeyManagementServicePort", str(policy.port)),
        )
    ]
    assert {item["hive"] for item in items} == {"HKEY_LOCAL_MACHINE"}


def test_the_picture_of_an_item_is_that_of_its_kind(catalog: Catalog) -> None:
    values = (
        Value("windows", "VLRenewalInterval", 10080),
        Value("windows", "KeyManagementServiceName", "kms.example.com"),
    )
    root = etree.fromstring(making.preference_xml(values, [], ORIGIN, catalog).encode("utf-8"))
    shown = {element[0].get("type"): element.get("image") for element in root if isinstance(element.tag, str)}
    assert shown == {"REG_DWORD": "12", "REG_SZ": "7"}


def test_ids_of_items_differ_and_stay_the_same(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    texts = [making.preference_xml(wanted(organization, policy), [], ORIGIN, catalog) for _ in range(2)]
    ids = [element.get("uid") for element in etree.fromstring(texts[0].encode("utf-8")).iter("Registry")]
    assert texts[0] == texts[1]
    assert len(ids) == len(set(ids))


def test_the_commands_add_the_same_items(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = making.preference_commands(wanted(organization, policy), "KMS", [], ORIGIN, catalog)
    assert found(validator("client-powershell")(text, catalog, policy)) == []
    commands = powershell.read(text).commands
    xml = etree.fromstring(making.preference_xml(wanted(organization, policy), [], ORIGIN, catalog).encode("utf-8"))
    items = [(f"HKLM\\{one.get('key')}", one.get("name"), one.get("value")) for one in xml.iter("Properties")]
    assert [
        tuple(command.parameters[name].text for name in ("key", "valuename", "value")) for command in commands
    ] == items
    assert {command.parameters["name"].text for command in commands} == {"KMS"}


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><RegistrySettings>&b;'
    "</RegistrySettings>"
)


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        "x" * 1_000_000,
        "<RegistrySettings>" * 20_000,
        "<RegistrySettings " + 'a="b" ' * 20_000 + "/>",
        "<RegistrySettings><Registry><Properties key='" + "\\" * 100_000 + "'/></Registry></RegistrySettings>",
        "a\0b",
        b"\xff\xfe<\x00",
        "\ud800",
        "<RegistrySettings><script>alert(1)</script></RegistrySettings>",
        "<!--" + "-" * 1_000,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_hostile_input_is_a_finding(data: str | bytes, catalog: Catalog, policy: Policy) -> None:
    assert validate(data, catalog, policy, HOSTS).findings


@pytest.mark.slow
def test_damaged_samples_are_reported_on(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = making.preference_xml(wanted(organization, policy), [], ORIGIN, catalog)
    for seed in range(200):
        chance = random.Random(seed)
        characters = list(text)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(characters))
            characters[at] = chance.choice(["", "é", "a", "0", "\\", " ", "=", characters[at] * 2])
        for finding in validate("".join(characters), catalog, policy, HOSTS).findings:
            assert finding.line is None or finding.line >= 1
