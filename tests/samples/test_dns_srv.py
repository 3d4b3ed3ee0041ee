from __future__ import annotations

import subprocess
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import dns.rdatatype
import dns.zone
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog.organization import KmsHost, Organization
from macros.domain.policy import Policy
from macros.samples import dns_srv
from macros.samples.dns_srv import RULES, Wanted, validate, validate_powershell
from macros.samples.findings import Report
from macros.samples.origin import Origin

VECTORS = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "dns_srv.yaml").read_text("utf-8"))
WANTED = Wanted("_vlmcs._tcp", ("corp.example.com",), {"kms1.corp.example.com": 1688, "kms2.corp.example.com": 1689})
ORIGIN = Origin("kms-srv.zone", "Example Manufacturing", date(2026, 11, 24))


def case(vector: dict[str, Any]) -> str:
    return str(vector["case"])


def found(report: Report) -> list[list[object]]:
    return [[finding.id, finding.line] for finding in report.findings]


def with_hosts(organization: Organization, *changes: dict[str, Any]) -> Organization:
    host = organization.kms_hosts[0]
    hosts = tuple(host.model_copy(update={"id": f"h{number}", **change}) for number, change in enumerate(changes))
    return organization.model_copy(update={"kms_hosts": hosts})


@pytest.mark.parametrize("vector", VECTORS["zone_cases"], ids=case)
def test_a_zone_file_is_judged(vector: dict[str, Any]) -> None:
    assert found(validate(vector["text"], WANTED)) == vector["expected"]


@pytest.mark.parametrize("vector", VECTORS["powershell_cases"], ids=case)
def test_a_list_of_commands_is_judged(vector: dict[str, Any]) -> None:
    assert found(validate_powershell(vector["text"], WANTED)) == vector["expected"]


def test_the_vectors_cover_every_rule() -> None:
    cases = VECTORS["zone_cases"] + VECTORS["powershell_cases"]
    covered = {rule for vector in cases for rule, _ in vector["expected"]}
    assert set(RULES) - covered == set()


def test_targets_and_ports_are_not_compared_without_known_hosts() -> None:
    wanted = Wanted("_vlmcs._tcp", ("corp.example.com",))
    assert found(validate("_vlmcs._tcp SRV 0 0 4711 any.example.org.", wanted)) == []


def test_what_is_generated_has_no_finding(organization: Organization, policy: Policy) -> None:
    wanted = Wanted.of(organization, policy)
    assert found(validate(dns_srv.zone_file(organization, policy, ORIGIN), wanted)) == []
    assert found(validate(dns_srv.record_lines(organization, policy, ORIGIN), wanted)) == []
    assert found(validate_powershell(dns_srv.powershell(organization, policy, ORIGIN), wanted)) == []


def test_each_zone_gets_its_hosts_with_their_own_values(organization: Organization, policy: Policy) -> None:
    records = dns_srv.records(organization, policy)
    assert [(one.zone, one.target) for one in records] == [
        ("corp.example.com", "kms1.corp.example.com"),
        ("corp.example.com", "kms2.corp.example.com"),
        ("plant.example.com", "plant-kms.plant.example.com"),
    ]
    assert {(one.target, one.priority) for one in records} == {
        ("kms1.corp.example.com", 0),
        ("kms2.corp.example.com", 10),
        ("plant-kms.plant.example.com", 0),
    }
    assert {(one.weight, one.port) for one in records} == {(0, 1688)}


def test_a_record_stands_in_the_zones_that_the_file_names(organization: Organization, policy: Policy) -> None:
    both = ("corp.example.com", "plant.example.com")
    changed = with_hosts(organization, {}, {"name": "b.corp.example.com", "publish_in": both})
    assert [one.zone for one in dns_srv.records(changed, policy) if one.target == "b.corp.example.com"] == [*both]


def test_the_closest_zone_around_a_name_is_its_zone(organization: Organization) -> None:
    nested = organization.model_copy(update={"dns_zone": "example.com", "further_dns_zones": ("corp.example.com",)})
    assert {host.id: nested.zones_of(host) for host in nested.kms_hosts} == {
        "kms1": ("corp.example.com",),
        "kms2": ("corp.example.com",),
        "plant-kms": ("example.com",),
    }


def test_a_host_keeps_the_port_priority_and_weight_of_the_file(organization: Organization, policy: Policy) -> None:
    changed = with_hosts(
        organization, {"port": 65535, "priority": 0, "weight": 65535}, {"name": "b.corp.example.com", "port": 1}
    )
    first, second, *_ = dns_srv.records(changed, policy)
    assert (first.port, first.priority, first.weight) == (65535, 0, 65535)
    assert (second.port, second.priority, second.weight) == (1, 0, 0)


def parsed(organization: Organization, policy: Policy) -> dns.zone.Zone:
    text = dns_srv.zone_file(organization, policy, ORIGIN)
    return dns.zone.from_text(text, origin=organization.dns_zone, relativize=False)


def test_another_reader_finds_the_same_records_in_the_zone(organization: Organization, policy: Policy) -> None:
    zone = parsed(organization, policy)
    answers = {
        (str(data.target).rstrip("."), data.priority, data.weight, data.port)
        for _, _, data in zone.iterate_rdatas(dns.rdatatype.SRV)
    }
    assert answers == {
        (one.target, one.priority, one.weight, one.port)
        for one in dns_srv.records(organization, policy)
        if one.zone == organization.dns_zone
    }


@pytest.mark.parametrize(
    ("address", "kind", "expected"),
    [
        ("192.0.2.77", dns.rdatatype.A, "192.0.2.77"),
        ("2001:db8::77", dns.rdatatype.AAAA, "2001:db8::77"),
        (None, dns.rdatatype.A, dns_srv.PLACEHOLDER_ADDRESS),
    ],
)
def test_a_host_gets_its_address(
    address: str | None, kind: dns.rdatatype.RdataType, expected: str, organization: Organization, policy: Policy
) -> None:
    changed = with_hosts(organization, {"address": ip_address(address) if address else None})
    zone = parsed(changed, policy)
    addresses = [str(data) for name, _, data in zone.iterate_rdatas(kind) if str(name).startswith("kms1.")]
    assert addresses == [expected]
    assert found(validate(dns_srv.zone_file(changed, policy, ORIGIN), Wanted.of(changed, policy))) == []


def check_zone(text: str, zone: str, folder: Path) -> str:
    """What BIND's own checker prints. Its exit code is 0 also for what it only complains about."""
    file = folder / "sample.zone"
    file.write_text(text, "utf-8")
    result = subprocess.run(
        ["named-checkzone", "-i", "local", zone, str(file)], capture_output=True, text=True, check=False, timeout=30
    )
    return result.stdout + result.stderr


def test_bind_loads_the_zone_without_a_complaint(organization: Organization, policy: Policy, tmp_path: Path) -> None:
    zone = organization.dns_zone
    printed = check_zone(dns_srv.zone_file(organization, policy, ORIGIN), zone, tmp_path)
    assert printed.splitlines() == [f"zone {zone}/IN: loaded serial 1", "OK"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("1688 kms1.corp.example.com.", "1688 kms1.corp.example.com", "has no address"),
        ("1688 kms1.corp.example.com.", "1688 192.0.2.10", "has no address"),
        ("kms1 IN A 192.0.2.10", "kms1 IN CNAME kms2", "is a CNAME"),
        ("SRV 0 0 1688 kms1", "SRV 0 1688 kms1", "not a valid number"),
    ],
)
def test_bind_and_we_reject_the_same_mistake(
    old: str, new: str, complaint: str, organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    text = dns_srv.zone_file(organization, policy, ORIGIN)
    assert old in text
    wrong = text.replace(old, new)
    assert complaint in check_zone(wrong, organization.dns_zone, tmp_path)
    assert validate(wrong, Wanted.of(organization, policy)).verdict == "invalid"


def test_the_check_asks_each_zone(organization: Organization, policy: Policy) -> None:
    commands = dns_srv.check_commands(organization, policy).splitlines()
    assert commands == [
        "nslookup -type=srv _vlmcs._tcp.corp.example.com",
        "nslookup -type=srv _vlmcs._tcp.plant.example.com",
    ]


def test_the_expected_answer_names_each_host(organization: Organization, policy: Policy) -> None:
    answer = dns_srv.expected_answer(organization, policy)
    assert [line.split("= ")[1] for line in answer.splitlines() if "svr hostname" in line] == [
        host.name for host in organization.kms_hosts if organization.dns_zone in organization.zones_of(host)
    ]


def test_an_organization_without_hosts_gets_no_records(organization: Organization, policy: Policy) -> None:
    alone: tuple[KmsHost, ...] = ()
    changed = organization.model_copy(update={"kms_hosts": alone})
    assert dns_srv.records(changed, policy) == ()


@pytest.mark.parametrize(
    "data",
    [
        "x" * 1_000_000,
        '"' * 100_000,
        "(" * 100_000,
        "\\" * 100_001,
        "a\0b SRV 0 0 1 c",
        "_vlmcs._tcp SRV 0 0 1688 " + "a." * 200,
        "\ud800",
        b"\xff\xfe\x00",
        "a A 192.0.2.1\n" * 100_000,
        "é SRV 0 0 1 ü\n_vlmcs._tcp SRV 0 0 1 \\255.",
    ],
)
def test_hostile_input_is_a_finding(data: str | bytes) -> None:
    assert validate(data, WANTED).findings
    assert validate_powershell(data, WANTED).findings


@settings(deadline=None)
@given(st.text() | st.binary())
def test_nothing_raises(data: str | bytes) -> None:
    for report in (validate(data, WANTED), validate_powershell(data, WANTED)):
        assert report.findings


RECORD_WORDS = ["_vlmcs._tcp", "SRV", "IN", "0", "1688", "kms1", "kms1.corp.example.com.", "A", "192.0.2.1", "CNAME"]
ZONE_MARKS = ["(", ")", ";", "$TTL", "$ORIGIN", "$UNICODE", '"', "\\", "@", "\n", "\n "]
COMMAND_WORDS = ["-Srv", "-Name", "-ZoneName", "-Port", "Add-DnsServerResourceRecord"]
TOKENS = st.sampled_from([*RECORD_WORDS, *ZONE_MARKS, *COMMAND_WORDS])


@settings(deadline=None)
@given(st.lists(TOKENS, max_size=30).map(" ".join))
def test_no_arrangement_of_known_words_raises(text: str) -> None:
    for report in (validate(text, WANTED), validate_powershell(text, WANTED)):
        assert all(finding.line is None or finding.line >= 1 for finding in report.findings)
