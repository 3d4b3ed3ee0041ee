from __future__ import annotations

import csv
import ipaddress
import random
from datetime import date
from ipaddress import ip_address
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.findings import Report
from macros.formats.base.hosts import host_ports
from macros.formats.base.origin import Origin
from macros.formats.firewall import commands as firewall
from macros.formats.firewall import table as firewall_table
from macros.formats.firewall.rules import RULES
from macros.formats.shells import cmdlets, powershell
from tests.built import ROOT
from tests.formats.reports import made_for, validator

VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "firewall.yaml").read_text("utf-8"))
HOSTS = {"kms1.corp.example.com": 1688, "kms2.corp.example.com": 1689}
ORIGIN = Origin("firewall", "Example Manufacturing", date(2026, 11, 24))
CHECKS = {
    "powershell": validator("firewall-powershell"),
    "netsh": validator("firewall-netsh"),
    "table": validator("firewall-table"),
}


def found(report: Report) -> list[list[object]]:
    return [[finding.id, finding.line] for finding in report.findings]


def cases() -> list[Any]:
    return [pytest.param(form, vector, id=f"{form}: {vector['case']}") for form in CHECKS for vector in VECTORS[form]]


@pytest.mark.parametrize(("form", "vector"), cases())
def test_a_file_is_judged(form: str, vector: dict[str, Any], catalog: Catalog, policy: Policy) -> None:
    assert found(CHECKS[form](vector["text"], catalog, policy, HOSTS)) == vector["expected"]


def test_the_vectors_cover_every_rule() -> None:
    covered = {rule for form in CHECKS for vector in VECTORS[form] for rule, _ in vector["expected"]}
    assert set(RULES) - covered == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("-Enabled True", []), ("-Enabled False", [["firewall-disabled", 2]]), ("", [["firewall-not-enabled", 2]])],
)
def test_the_built_in_rule_is_known_by_its_fact(text: str, expected: object, catalog: Catalog, policy: Policy) -> None:
    name = catalog.fact("kms.firewall_rule").value["rule_name"]
    script = f"#Requires -RunAsAdministrator\nSet-NetFirewallRule -Name {name} {text}"
    assert found(CHECKS["powershell"](script, catalog, policy)) == expected


def with_hosts(organization: Organization, *changes: dict[str, Any]) -> Organization:
    host = organization.kms_hosts[0]
    hosts = tuple(
        host.model_copy(update={"id": f"h{number}", "name": f"h{number}.corp.example.com", **change})
        for number, change in enumerate(changes)
    )
    return organization.model_copy(update={"kms_hosts": hosts})


ORGANIZATIONS: list[tuple[dict[str, Any], ...]] = [
    ({},),
    ({"port": 1700}, {"port": 1700}, {}),
    ({"address": None},),
    ({"address": ip_address("2001:db8::10")}, {"address": ip_address("192.0.2.10")}),
    ({"address": None, "port": 1}, {"port": 65535}),
]


@pytest.mark.parametrize("changes", ORGANIZATIONS, ids=str)
def test_what_is_generated_has_no_finding(
    changes: tuple[dict[str, Any], ...], organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    changed = with_hosts(organization, *changes)
    hosts = host_ports(changed, policy)
    scripts = [
        firewall.own_rule_script(made_for(changed), ORIGIN),
        firewall.client_script(made_for(changed), ORIGIN),
    ]
    for script in scripts:
        assert found(CHECKS["powershell"](script, catalog, policy, hosts)) == []
    for text in (
        firewall.host_netsh(made_for(changed), ORIGIN),
        firewall.client_netsh(made_for(changed), ORIGIN),
    ):
        assert found(CHECKS["netsh"](text, catalog, policy, hosts)) == []
    table = firewall_table.table_csv(made_for(changed), ORIGIN)
    assert found(CHECKS["table"](table, catalog, policy, hosts)) == []


def test_the_command_of_the_page_is_the_one_of_the_sample(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    script = firewall.host_script(made_for(organization), ORIGIN)
    assert script.splitlines()[-1] == catalog.fact("kms.host.setup_commands").value["firewall"]
    limited = firewall.limited_host_script(made_for(organization), ORIGIN)
    (command,) = powershell.read(limited).commands
    assert command.parameters["remoteaddress"].items == firewall.networks(organization)
    assert found(CHECKS["powershell"](limited, catalog, policy)) == []


def test_each_port_gets_one_rule_with_its_hosts(organization: Organization, policy: Policy) -> None:
    changed = with_hosts(organization, {"port": 1700}, {}, {"port": 1700})
    script = powershell.read(firewall.client_script(made_for(changed), ORIGIN))
    rules = {
        command.parameters["remoteport"].text: command.parameters["remoteaddress"].items for command in script.commands
    }
    address = str(organization.kms_hosts[0].address)
    assert rules == {"1700": (address, address), str(policy.port): (address,)}


def test_a_rule_for_clients_leaves_addresses_out_when_one_is_not_known(
    organization: Organization, policy: Policy
) -> None:
    changed = with_hosts(organization, {}, {"address": None})
    (command,) = powershell.read(firewall.client_script(made_for(changed), ORIGIN)).commands
    assert "remoteaddress" not in command.parameters


def test_networks_hold_the_addresses_of_the_hosts(organization: Organization) -> None:
    networks = [ipaddress.ip_network(one) for one in firewall.networks(organization)]
    for host in organization.kms_hosts:
        assert any(host.address in network for network in networks)


def test_the_table_names_every_host_once_and_its_groups(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    rows = firewall_table.table(organization, policy, catalog)
    inside = {row.destination: row for row in rows if row.direction == "inside"}
    assert set(inside) == {host.name for host in organization.kms_hosts}
    for host in organization.kms_hosts:
        users = [group.name for group in organization.groups if group.method == "kms" and host.id in group.kms_hosts]
        assert inside[host.name].source == "; ".join(users)


def test_the_table_sends_who_needs_it_to_microsoft(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    rows = firewall_table.table(organization, policy, catalog)
    value = catalog.fact("mak.activation_hosts").value
    wanted = {(name, value[f"{scheme}_port"]) for scheme in ("https", "http") for name in value[scheme]}
    for rule in ("host-key", "mak-office", "mak-proxy"):
        assert {(row.destination, row.port) for row in rows if row.rule == rule} == wanted
    no_mak = organization.model_copy(
        update={"groups": tuple(group for group in organization.groups if group.method not in ("mak", "azure-kms"))}
    )
    rules = {row.rule for row in firewall_table.table(no_mak, policy, catalog)}
    assert not [rule for rule in rules if rule.startswith(("mak", "azure"))]


def test_what_no_page_and_no_file_states_is_said_in_the_row(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    rows = firewall_table.table(organization, policy, catalog)
    whys = {row.rule: row.why for row in rows}
    assert "Assumed" in whys["host-key"]
    assert "the list is the one for Windows" in whys["mak-office"]
    assert "Assumed" not in whys["mak-proxy"]
    assert "none is stated" not in whys["mak-proxy"]
    offices = {group.name for group in organization.groups if catalog.product(group.product).kind == "office"}
    for row in rows:
        if row.rule.startswith("mak"):
            named = set(row.source.split("; ")) & {group.name for group in organization.groups}
            assert not named or (named <= offices) == row.rule.endswith("-office")


def test_azure_gets_every_address_of_its_cloud(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    rows = [row for row in firewall_table.table(organization, policy, catalog) if row.rule == "azure-kms"]
    assert [row.address for row in rows] == catalog.fact("kms.azure").value["global"]["ips"]


def test_another_reader_finds_the_same_table(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = firewall_table.table_csv(made_for(organization), ORIGIN)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    read = [tuple(row.values()) for row in csv.DictReader(lines)]
    assert read == [row.cells for row in firewall_table.table(organization, policy, catalog)]


def test_parameters_may_be_shortened_where_that_is_clear() -> None:
    assert firewall.NEW_RULE.named("RemoteP") == ("RemotePort",)
    assert set(firewall.NEW_RULE.named("Pro")) == {"Profile", "Program", "Protocol"}
    assert firewall.SET_RULE.named("ID") == ("Name",)
    assert firewall.NEW_RULE.named("Verb") == ("Verbose",)
    assert "asj" in firewall.NEW_RULE.bare


def test_a_finding_about_a_parameter_cites_the_page_of_the_cmdlet() -> None:
    said: list[Any] = []
    (command,) = powershell.read("New-NetFirewallRule -Prot TCP").commands
    cmdlets.bind(command, firewall.NEW_RULE, said)
    assert said == []
    (command,) = powershell.read("New-NetFirewallRule -Protcol TCP").commands
    cmdlets.bind(command, firewall.NEW_RULE, said)
    assert [finding.sources for finding in said] == [("new-netfirewallrule",)]


HOSTILE: list[str | bytes] = [
    "x" * 1_000_000,
    '"' * 100_000,
    "(" * 100_000,
    "a\0b",
    b"\xff\xfe\x00",
    b"\xff\xfea\x00",
    "\ufeff",
    "<script>alert(1)</script>",
    "netsh " * 20_000,
    "\n" * 10_000,
    "rule,source\n" + '"' * 10_001,
    "New-NetFirewallRule " * 5_000,
    "\ud800",
]


@pytest.mark.parametrize("form", CHECKS)
@pytest.mark.parametrize("data", HOSTILE, ids=lambda data: repr(data[:12]))
def test_hostile_input_is_a_finding(form: str, data: str | bytes, catalog: Catalog, policy: Policy) -> None:
    report = CHECKS[form](data, catalog, policy, HOSTS)
    assert report.findings
    assert all("<script" not in finding.message or "&lt;" not in finding.message for finding in report.findings)


WORDS = [
    "New-NetFirewallRule", "Set-NetFirewallRule", "-Name", "SPPSVC-In-TCP", "-LocalPort", "1688", "-Enabled", "True",
    "netsh", "advfirewall", "firewall", "add", "rule", "name=KMS", "dir=in", "localport=1688", "protocol=", "@rule",
    "rule,source,destination,address,protocol,port,direction,why", "kms,a,kms1,any,TCP,1688,b,c", ",", '"', "'", "\n",
    "^\n", "`\n", "#", "rem", "|", "&", "$x", "%x%", "{", "}",
]  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_no_arrangement_of_known_words_raises(catalog: Catalog, policy: Policy, text: str) -> None:
    for check in CHECKS.values():
        for finding in check(text, catalog, policy, HOSTS).findings:
            assert finding.line is None or 1 <= finding.line <= text.count("\n") + 1


def test_damaged_samples_are_reported_on(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    texts = [
        firewall.own_rule_script(made_for(organization), ORIGIN),
        firewall.client_netsh(made_for(organization), ORIGIN),
        firewall_table.table_csv(made_for(organization), ORIGIN),
    ]
    for seed in range(150):
        chance = random.Random(seed)
        characters = list(chance.choice(texts))
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(characters))
            characters[at] = chance.choice(["", "\0", '"', "'", "(", "}", "\n", ",", "é", characters[at] * 40])
        for check in CHECKS.values():
            check("".join(characters), catalog, policy, HOSTS)
