from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_address
from typing import Any

import dns.rdatatype
import dns.zone
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import KmsHost, Organization
from macros.domain.policy import Policy
from macros.formats.base.context import Context, SampleContext
from macros.formats.base.findings import Report
from macros.formats.base.origin import Origin
from macros.formats.dns import srv as dns_srv
from macros.formats.dns import zone as dns_zone
from macros.formats.dns.format import BY_ID
from macros.formats.dns.srv import SrvRecord, Wanted
from macros.formats.library import SAMPLES, sample
from tests.built import ROOT
from tests.formats.reports import compared, judged_for, made_for

VECTORS = ROOT / "tests" / "vectors"
ORIGIN = Origin("kms-srv.zone", "Example Manufacturing", date(2026, 11, 24))
WANTED = Wanted("_vlmcs._tcp", ("corp.example.com",), {"kms1.corp.example.com": 1688, "kms2.corp.example.com": 1689})
PLANNED = (
    SrvRecord("corp.example.com", 0, 0, 1688, "kms1.corp.example.com"),
    SrvRecord("corp.example.com", 10, 5, 1689, "kms2.corp.example.com"),
    SrvRecord("plant.example.com", 0, 0, 1688, "plant.plant.example.com"),
)
COMPARED = Wanted(
    "_vlmcs._tcp",
    ("corp.example.com", "plant.example.com"),
    {record.target: record.port for record in PLANNED},
    PLANNED,
    1688,
)
MADE = [(kind_id, sample_id) for kind_id, kind in BY_ID.items() for sample_id in kind.samples]


def records_in(kind_id: str, text: str, wanted: Wanted) -> tuple[SrvRecord, ...]:
    return tuple(one.record for one in BY_ID[kind_id].records(text, wanted).records)


def vectors(file: str) -> Any:
    return yaml.safe_load((VECTORS / file).read_text("utf-8"))


def cases(file: str) -> list[Any]:
    return [
        pytest.param(kind, vector, id=f"{kind}-{vector['case']}")
        for kind, listed in vectors(file).items()
        for vector in listed
    ]


def found(report: Report) -> list[list[object]]:
    return [[finding.id, finding.line, finding.column] for finding in report.findings]


def with_hosts(organization: Organization, *changes: Mapping[str, Any]) -> Organization:
    host = organization.kms_hosts[0]
    hosts = tuple(host.model_copy(update={"id": f"h{number}", **change}) for number, change in enumerate(changes))
    return organization.model_copy(update={"kms_hosts": hosts})


# ------------------------------------------------------------------------------------------------------- vectors


@pytest.mark.parametrize(("kind", "vector"), cases("dns_srv.yaml"))
def test_a_file_is_judged(kind: str, vector: dict[str, Any]) -> None:
    assert found(compared(kind, vector["text"], WANTED)) == vector["expected"]


@pytest.mark.parametrize(("kind", "vector"), cases("dns_alone.yaml"))
def test_a_file_is_judged_by_its_form_alone(kind: str, vector: dict[str, Any], policy: Policy) -> None:
    assert found(judged_for(kind, vector["text"], policy)) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("dns_compared.yaml"), ids=lambda vector: vector["case"])
def test_a_file_is_compared_with_the_organization(vector: dict[str, Any]) -> None:
    assert found(compared("dns-zone", vector["text"], COMPARED)) == vector["expected"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", BY_ID)
def test_the_vectors_break_every_rule_that_a_form_has_of_its_own(kind: str) -> None:
    covered = {rule for vector in vectors("dns_srv.yaml")[kind] for rule, *_ in vector["expected"]}
    assert set(BY_ID[kind].form.own) - covered == set()


def test_the_vectors_break_every_rule() -> None:
    listed = [*vectors("dns_srv.yaml").values(), *vectors("dns_alone.yaml").values(), vectors("dns_compared.yaml")]
    covered = {rule for one in listed for vector in one for rule, *_ in vector["expected"]}
    assert {rule for kind in BY_ID.values() for rule in kind.form.rules} - covered == set()


def test_every_source_of_a_rule_exists(catalog: Catalog) -> None:
    known = {source.id for source in catalog.sources}
    for kind in BY_ID.values():
        cited = {*kind.form.sources, *(source for rule in kind.form.rules.values() for source in rule.sources)}
        assert cited <= known


def test_forms_say_the_order_that_their_facts_say(catalog: Catalog) -> None:
    facts = {fact.value: fact for fact in catalog.facts if fact.id.startswith("kms.dns.form.")}
    assert {kind.form.order for kind in BY_ID.values()} == set(facts)
    for kind in BY_ID.values():
        assert set(kind.form.sources) <= set(facts[kind.form.order].sources)


def test_a_finding_of_the_form_leads_to_its_documentation() -> None:
    report = compared("dns-dnsmasq", "srv-host=_vlmcs._tcp.corp.example.com", WANTED)
    assert [finding.sources for finding in report.findings] == [("dnsmasq-manual",)]


# ------------------------------------------------------------------------------------------------------- records


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


def test_the_expected_answer_names_each_host(organization: Organization, policy: Policy) -> None:
    answer = dns_srv.expected_answer(organization, policy)
    assert [line.split("= ")[1] for line in answer.splitlines() if "svr hostname" in line] == [
        host.name for host in organization.kms_hosts if organization.dns_zone in organization.zones_of(host)
    ]


def test_an_organization_without_hosts_gets_no_records(organization: Organization, policy: Policy) -> None:
    alone: tuple[KmsHost, ...] = ()
    changed = organization.model_copy(update={"kms_hosts": alone})
    assert dns_srv.records(changed, policy) == ()


# ------------------------------------------------------------------------------------------------------- samples

NUMBERS = st.integers(0, 65535)
HOSTS = st.lists(
    st.tuples(
        st.sampled_from(["corp.example.com", "plant.example.com", "a.corp.example.com", "example.org"]),
        st.none() | st.sampled_from([("corp.example.com",), ("plant.example.com", "corp.example.com")]),
        st.sampled_from([None, "192.0.2.7", "2001:db8::7"]),
        st.sampled_from([1, 1687, 1688, 65535]) | st.integers(1, 65535),
        st.sampled_from([0, 1688]) | NUMBERS,
        st.sampled_from([0, 1688]) | NUMBERS,
    ),
    min_size=1,
    max_size=6,
)


def generated(organization: Organization, hosts: list[tuple[Any, ...]]) -> Organization:
    return with_hosts(
        organization,
        *(
            {
                "name": f"kms{number}.{zone}",
                "publish_in": publish_in,
                "address": ip_address(address) if address else None,
                "port": port,
                "priority": priority,
                "weight": weight,
            }
            for number, (zone, publish_in, address, port, priority, weight) in enumerate(hosts)
        ),
    )


@pytest.mark.slow
@given(hosts=HOSTS)
@settings(max_examples=50)
def test_what_is_generated_is_read_back_in_every_form(
    hosts: list[tuple[Any, ...]], organization: Organization, policy: Policy
) -> None:
    changed = generated(organization, hosts)
    records = dns_srv.records(changed, policy)
    wanted = Wanted.of(made_for(changed))
    for kind_id, sample_id in MADE:
        if not records:
            continue
        text = SAMPLES[sample_id].make(made_for(changed), ORIGIN)
        expected = [one for one in records if sample_id != "dns-zone" or one.zone == changed.dns_zone]
        if not expected:
            continue
        assert [*records_in(kind_id, text, wanted)] == expected
        assert [*records_in(kind_id, text, Wanted.of(Context(load_cached(), policy)))] == expected
        assert found(judged_for(kind_id, text, policy, changed)) == []


@pytest.mark.slow
def test_every_sample_of_every_organization_has_twins_that_fail(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    # Inside, because hypothesis would print the whole catalog.
    @given(hosts=HOSTS)
    @settings(max_examples=40)
    def check(hosts: list[tuple[Any, ...]]) -> None:
        context = SampleContext(catalog, policy, generated(organization, hosts), date(2026, 11, 24))
        for _, sample_id in MADE:
            if SAMPLES[sample_id].possible(context):
                # Raises when a twin is not rejected on its line by the rule that it is for.
                assert len(sample(sample_id, context).twins) >= 1

    check()


@pytest.mark.parametrize(("kind_id", "sample_id"), MADE)
def test_a_sample_is_valid_for_those_who_know_nothing_of_the_organization(
    kind_id: str, sample_id: str, organization: Organization, policy: Policy
) -> None:
    text = SAMPLES[sample_id].make(made_for(organization), ORIGIN)
    assert found(judged_for(kind_id, text, policy)) == []
    assert found(judged_for(kind_id, text.replace("\n", "\r\n").encode("utf-16"), policy)) == []


@pytest.mark.parametrize("name", ["100% & ^ñ | <b> %~f0", 'A "quoted" \\ name;', "two\nlines\r\nof it", "rem `$x` 'y'"])
@pytest.mark.parametrize(("kind_id", "sample_id"), MADE)
def test_the_name_of_an_organization_stays_a_comment(
    kind_id: str, sample_id: str, name: str, organization: Organization, policy: Policy
) -> None:
    origin = Origin("file", name, date(2026, 11, 24))
    text = SAMPLES[sample_id].make(made_for(organization), origin)
    assert found(judged_for(kind_id, text, policy, organization)) == []
    if kind_id == "dns-dnscmd":
        assert "%" not in text.replace("%%", "")


@pytest.mark.parametrize(("kind_id", "sample_id"), MADE)
def test_a_file_of_one_form_is_recognized_by_its_marks(
    kind_id: str, sample_id: str, organization: Organization, policy: Policy
) -> None:
    text = SAMPLES[sample_id].make(made_for(organization), ORIGIN)
    recognized = [one for one, kind in BY_ID.items() if any(re.search(sign, text, re.I | re.M) for sign in kind.signs)]
    assert recognized == [kind_id]


# --------------------------------------------------------------------------------------------------------- zones


def parsed(organization: Organization, policy: Policy) -> dns.zone.Zone:
    text = dns_zone.zone_file(made_for(organization), ORIGIN)
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
        (None, dns.rdatatype.A, dns_zone.PLACEHOLDER_ADDRESS),
    ],
)
def test_a_host_gets_its_address(
    address: str | None, kind: dns.rdatatype.RdataType, expected: str, organization: Organization, policy: Policy
) -> None:
    changed = with_hosts(organization, {"address": ip_address(address) if address else None})
    zone = parsed(changed, policy)
    addresses = [str(data) for name, _, data in zone.iterate_rdatas(kind) if str(name).startswith("kms1.")]
    assert addresses == [expected]


# ------------------------------------------------------------------------------------------------- hostile input

HOSTILE = (
    "x" * 1_000_000,
    "x" * 400_000,
    '"' * 100_000,
    "(" * 100_000,
    "\\" * 100_001,
    "a\0b SRV 0 0 1 c",
    "_vlmcs._tcp SRV 0 0 1688 " + "a." * 200,
    "srv-host=_vlmcs._tcp.a.b," + "," * 100_000,
    "samba-tool dns add '" + "\n" * 4_000,
    "dnscmd /RecordAdd " + "^\n" * 4_000,
    "<script>alert(1)</script>",
    "\ud800",
    b"\xff\xfe\x00",
    b"\xef\xbb\xbf",
    "a A 192.0.2.1\n" * 100_000,
    "é SRV 0 0 1 ü\n_vlmcs._tcp SRV 0 0 1 \\255.",
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BY_ID)
@pytest.mark.parametrize("data", HOSTILE, ids=lambda data: repr(data[:20]))
def test_hostile_input_is_a_finding(kind: str, data: str | bytes, policy: Policy) -> None:
    assert compared(kind, data, WANTED).verdict == "invalid"
    assert judged_for(kind, data, policy).verdict == "invalid"


@pytest.mark.parametrize("kind", BY_ID)
def test_a_key_in_a_file_is_masked(kind: str, policy: Policy) -> None:
    key = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])
    lines = (
        f"_vlmcs._tcp SRV {key} 0 1688 k",
        f"Add-DnsServerResourceRecord -Srv a.b _vlmcs._tcp -DomainName k.b -Priority {key} -Weight 0 -Port 0",
        f"dnscmd /{key} a",
        f"{key} a",
        f"srv-host=_vlmcs._tcp.a.b,{key},1688",
        f'server:\nlocal-data: "_vlmcs._tcp.a.b. SRV {key} 0 1688 k.b."',
        f"samba-tool dns {key}",
    )
    said = "".join(one.message + one.cure for line in lines for one in judged_for(kind, line, policy).findings)
    assert key not in said
    assert key.lower() not in said


WORDS = (
    *("_vlmcs._tcp", "_vlmcs._tcp.corp.example.com", "SRV", "IN", "0", "1688", "kms1", "kms1.corp.example.com."),
    *("A", "192.0.2.1", "CNAME", "(", ")", ";", "$TTL", "$ORIGIN", "$UNICODE", '"', "'", "\\", "@", "#", "=", ","),
    *("-Srv", "-Name", "-ZoneName", "-Port", "Add-DnsServerResourceRecord", "dnscmd", "/RecordAdd", "/Aging"),
    *("update", "add", "zone", "send", "ttl", "3600", "srv-host=", "local-data:", "local-zone:", "server:", "static"),
    *("samba-tool", "dns", "corp.example.com", "rem", "^", "`", "$x", "%x%", "||", "\n", "\n ", "\r\n", "\0", "…"),
)


@pytest.mark.parametrize("kind", BY_ID)
@given(data=st.text() | st.binary())
def test_nothing_raises(kind: str, data: str | bytes) -> None:
    assert compared(kind, data, WANTED).findings


@pytest.mark.parametrize("kind", BY_ID)
@given(words=st.lists(st.sampled_from(WORDS), max_size=30))
def test_no_arrangement_of_known_words_raises(kind: str, words: list[str]) -> None:
    text = " ".join(words)
    lines = text.split("\n")
    for finding in compared(kind, text, WANTED).findings:
        assert finding.line is None or 1 <= finding.line <= len(lines)
        assert finding.column is None or finding.column >= 1


@pytest.mark.slow
@pytest.mark.parametrize(("kind_id", "sample_id"), MADE)
@given(data=st.data())
@settings(max_examples=60)
def test_a_damaged_sample_is_read_to_its_end(
    kind_id: str, sample_id: str, data: st.DataObject, organization: Organization, policy: Policy
) -> None:
    text = SAMPLES[sample_id].make(made_for(organization), ORIGIN)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    damaged = text[:start] + data.draw(st.sampled_from(["", " ", "\n", '"', *WORDS])) + text[end:]
    assert compared(kind_id, damaged, Wanted.of(made_for(organization))).checks > 0
