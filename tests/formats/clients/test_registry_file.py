from __future__ import annotations

import codecs
import configparser
import random
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.context import Context
from macros.formats.base.findings import Report
from macros.formats.base.hosts import host_problem
from macros.formats.base.keys import KEY_SHAPE
from macros.formats.base.origin import Origin
from macros.formats.clients import making, registry_values
from macros.formats.clients.making import Value
from macros.formats.clients.registry_file import RULES
from macros.render.downloads import download_files, downloads
from macros.render.parts.view import View
from tests.built import ROOT
from tests.formats.reports import validator

VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "registry_file.yaml").read_text("utf-8"))
validate = validator("registry")
HOSTS = {"kms1.corp.example.com": 1688, "kms2.corp.example.com": 1689}
ORIGIN = Origin("kms-client.reg", "Exämple Manufacturing", date(2026, 11, 24))
SECRET = "-".join(["BCDFG"] * 5)
HEADER = "Windows Registry Editor Version 5.00\n\n"
WINDOWS = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\n"
OF_OTHER_FORMATS = {"reg-number", "reg-type-open"}
"""What a .reg file cannot get wrong, because it always names a type."""


def found(report: Report) -> list[list[object]]:
    return [[finding.id, finding.line] for finding in report.findings]


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=lambda vector: vector["case"])
def test_a_file_is_judged(vector: dict[str, Any], catalog: Catalog, policy: Policy) -> None:
    text = vector["text"].replace("{secret}", SECRET)
    assert found(validate(text, catalog, policy, HOSTS)) == vector["expected"]


def test_the_vectors_cover_every_rule() -> None:
    covered = {rule for vector in VECTORS["cases"] for rule, _ in vector["expected"]}
    assert set(RULES) - covered == OF_OTHER_FORMATS | {"reg-encoding"}


def test_hosts_are_not_compared_without_known_hosts(catalog: Catalog, policy: Policy) -> None:
    text = f'{HEADER}{WINDOWS}"KeyManagementServiceName"="any.example.org"\n"KeyManagementServicePort"="4711"'
    assert found(validate(text, catalog, policy)) == []


def values(organization: Organization, policy: Policy) -> list[tuple[Value, ...]]:
    host = organization.kms_hosts[0]
    return [
        making.fixed_host(host, ("windows", "office"), policy),
        making.fixed_host(host.model_copy(update={"port": 1700}), ("office",), policy),
        making.no_fixed_host(("windows", "office")),
        making.publish_list(organization),
        (Value("windows", "VLRenewalInterval", 10080), Value("windows", "DisableDnsPublishing", 0)),
    ]


@pytest.mark.parametrize("number", range(5))
def test_what_is_generated_has_no_finding(
    number: int, organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    text = making.registration_file(values(organization, policy)[number], ["a remark"], ORIGIN, catalog)
    assert found(validate(text, catalog, policy)) == []
    assert found(validate(making.registration_bytes(text), catalog, policy)) == []
    assert text.isascii()


def test_another_reader_finds_the_same_values(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = making.registration_file(values(organization, policy)[0], [], ORIGIN, catalog)
    parser = configparser.ConfigParser(comment_prefixes=(";",), delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text.split("\n", 1)[1])
    host = organization.kms_hosts[0]
    expected = {
        '"KeyManagementServiceName"': f'"{host.name}"',
        '"KeyManagementServicePort"': f'"{policy.port}"',
    }
    paths = [catalog.fact(f"reg.{product}.path").value["current"] for product in ("windows", "office")]
    assert {section: dict(parser[section]) for section in parser.sections()} == {
        path.replace("HKLM\\", "HKEY_LOCAL_MACHINE\\"): expected for path in paths
    }


def test_domains_are_strings_that_end_with_two_zeros(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    changed = organization.model_copy(update={"further_dns_zones": ("a.example.com", "b.example.com")})
    text = making.registration_file(making.publish_list(changed), [], ORIGIN, catalog)
    data = text.split("hex(7):")[1].replace("\\\n", "").replace(" ", "").strip()
    decoded = bytes(int(pair, 16) for pair in data.split(",")).decode("utf-16-le")
    assert decoded == "a.example.com\0b.example.com\0\0"


def test_the_file_on_disk_is_what_the_registry_editor_writes() -> None:
    data = making.registration_bytes("a\nb\n")
    assert data == codecs.BOM_UTF16_LE + "a\r\nb\r\n".encode("utf-16-le")


@pytest.mark.slow
def test_a_download_is_what_windows_writes(view: View) -> None:
    texts, written = downloads(view), download_files(view)
    assert texts.keys() == written.keys()
    for path, data in written.items():
        if path.endswith(".reg"):
            assert data.startswith(codecs.BOM_UTF16_LE)
            assert data.decode("utf-16").replace("\r\n", "\n") == texts[path]
        elif path.endswith((".cmd", ".bat")):
            # Windows may miss a label of a batch file whose lines end in a line feed alone.
            assert data == texts[path].replace("\n", "\r\n").encode()
            assert b"\r\r" not in data
        else:
            assert data == texts[path].encode()
    assert sum(path.endswith(".cmd") for path in written) > 1
    assert sum(path.endswith(".reg") for path in written) > 1


def test_letters_without_a_mark_are_noticed(catalog: Catalog, policy: Policy) -> None:
    text = f'{HEADER}; Büro\n{WINDOWS}"KeyManagementServiceName"="kms1.corp.example.com"'
    assert found(validate(text.encode("utf-8"), catalog, policy)) == [["reg-encoding", 3]]
    for data in (codecs.BOM_UTF8 + text.encode("utf-8"), making.registration_bytes(text), text):
        assert found(validate(data, catalog, policy)) == []


def test_every_documented_value_can_be_set(catalog: Catalog, policy: Policy) -> None:
    wanted = registry_values.Wanted.of(Context(catalog, policy))
    names = {known.name for known in wanted.known}
    assert {"KeyManagementServiceName", "VLActivationType", "DnsDomainPublishList", "UserOperations"} <= names
    kinds = {known.kind for known in wanted.known}
    assert kinds <= {"REG_SZ", "REG_DWORD", "REG_MULTI_SZ", None}
    assert {known.name for known in wanted.known if known.client} == {
        "KeyManagementServiceName",
        "KeyManagementServicePort",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HKLM:\\SOFTWARE\\A", ("HKEY_LOCAL_MACHINE", "SOFTWARE\\A")),
        ("HKLM\\SOFTWARE/A\\", ("HKEY_LOCAL_MACHINE", "SOFTWARE\\A")),
        ("Registry::HKEY_CURRENT_USER\\A", ("HKEY_CURRENT_USER", "A")),
        ("Microsoft.PowerShell.Core\\Registry::HKEY_USERS", ("HKEY_USERS", "")),
    ],
)
def test_a_key_is_read_in_every_spelling(text: str, expected: tuple[str, str]) -> None:
    assert registry_values.split_key(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "http://a", "a b", "2001:db8::1", "a..b", "-a", "a_b.", "1.2", "x" * 64, ".".join(["abc"] * 70), "é.com"],
)
def test_what_is_no_host_is_not_taken_for_one(text: str) -> None:
    assert (host_problem(text) is None) == (text == "a_b.")


@pytest.mark.parametrize("text", ["kms1", "kms1.corp.example.com", "kms1.corp.example.com.", "192.0.2.10", "K-1"])
def test_a_host_is_taken(text: str) -> None:
    assert host_problem(text) is None


def test_no_message_shows_a_key(catalog: Catalog, policy: Policy) -> None:
    text = f'{HEADER}{WINDOWS}"{SECRET}"={SECRET}\n[{SECRET}]\n"KeyManagementServiceName"="{SECRET}"'
    report = validate(text, catalog, policy)
    assert "product-key" in {finding.id for finding in report.findings}
    assert not any(KEY_SHAPE.search(finding.message + finding.cure) for finding in report.findings)


@pytest.mark.parametrize(
    "data",
    [
        "x" * 1_000_000,
        HEADER + "[" * 100_000,
        HEADER + '"' * 100_001,
        HEADER + WINDOWS + '"a"=hex(7):' + "00," * 200_000,
        HEADER + WINDOWS + '"a"=hex:' + "\\\n" * 10_000,
        HEADER + WINDOWS + '"a"="' + "\\" * 100_001,
        "\n" * 30_000,
        "a\0b",
        "\ud800",
        b"\xff\xfe\x00",
        b"\x00" * 1_000,
        "<script>alert(1)</script>",
        (HEADER + '"KeyManagementServiceName"=\n').encode("utf-16"),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_hostile_input_is_a_finding(data: str | bytes, catalog: Catalog, policy: Policy) -> None:
    assert validate(data, catalog, policy, HOSTS).findings


PIECES = [HEADER, WINDOWS, "[-HKLM\\", "]", '"KeyManagementServiceName"=', '"kms1"', "dword:", "hex(7):", "00,", "\\\n"]


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from([*PIECES, "\n", ";", "-", '"', "@=", "=", "é", "\0", "\r\n"]), max_size=25).map("".join)
)
def test_no_arrangement_of_known_pieces_raises(catalog: Catalog, policy: Policy, text: str) -> None:
    for finding in validate(text, catalog, policy, HOSTS).findings:
        assert finding.line is None or 1 <= finding.line <= text.count("\n") + 1


def test_damaged_samples_are_reported_on(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    texts = [making.registration_file(one, [], ORIGIN, catalog) for one in values(organization, policy)]
    for seed in range(200):
        chance = random.Random(seed)
        characters = list(chance.choice(texts))
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(characters))
            characters[at] = chance.choice(["", "\0", '"', "[", "]", "\n", ",", "\\", characters[at] * 40])
        validate("".join(characters), catalog, policy, HOSTS)
