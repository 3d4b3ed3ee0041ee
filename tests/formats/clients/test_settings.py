from __future__ import annotations

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
from macros.formats.base.findings import Report
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.clients import making
from macros.formats.clients.cmdlets import CLEAR_KMS, SET_KMS
from macros.formats.clients.command_lines import RULES as COMMAND_RULES
from macros.formats.clients.commands import RULES
from macros.formats.shells import batch
from tests.built import ROOT
from tests.formats.filled import PREVIEW
from tests.formats.reports import validator

VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "client_settings.yaml").read_text("utf-8"))
HOSTS = {"kms1.corp.example.com": 1688, "kms2.corp.example.com": 1689}
ORIGIN = Origin("kms-client.cmd", "100 % Exämple", date(2026, 11, 24))
SECRET = "-".join(["BCDFG"] * 5)
validate_batch, validate_powershell = validator("client-batch"), validator("client-powershell")
CHECKS = {"batch": validate_batch, "powershell": validate_powershell}


def found(report: Report) -> list[list[object]]:
    return [[finding.id, finding.line] for finding in report.findings]


def cases() -> list[Any]:
    return [pytest.param(form, vector, id=f"{form}: {vector['case']}") for form in CHECKS for vector in VECTORS[form]]


def filled(text: str, catalog: Catalog) -> str:
    keys = {
        "{gvlk}": catalog.client_keys[0].key,
        "{secret}": SECRET,
        "{placeholder}": PLACEHOLDER,
        "{preview}": PREVIEW,
    }
    for name, key in keys.items():
        text = text.replace(name, key)
    return text


@pytest.mark.parametrize(("form", "vector"), cases())
def test_a_script_is_judged(form: str, vector: dict[str, Any], catalog: Catalog, policy: Policy) -> None:
    assert found(CHECKS[form](filled(vector["text"], catalog), catalog, policy, HOSTS)) == vector["expected"]


def test_the_vectors_cover_every_rule_of_command_lines() -> None:
    covered = {rule for form in CHECKS for vector in VECTORS[form] for rule, _ in vector["expected"]}
    ours = [rule for rule in RULES if rule in COMMAND_RULES or rule.startswith(("oslicense", "pref", "nothing"))]
    assert set(ours) - covered == set()


def call(catalog: Catalog, tool: str, option: str) -> str:
    """A call of an option with arguments of the kind that it takes."""
    known = next(one for one in catalog.commands if one.tool == tool and one.option == option)
    samples = {
        "<product key>": catalog.client_keys[0].key,
        "<name>[:port] | :port [<activation ID>]": "kms1.corp.example.com:1688",
        "<minutes>": "120",
        "<port>": "1688",
        "<host>": "kms1.corp.example.com",
        "<FQDN>": "corp.example.com",
        "<FQDN> [<activation ID>]": "corp.example.com",
        "TRUE | FALSE": "TRUE",
        "0 | 1 | 2": "2",
    }
    given = known.arguments or ""
    value = samples.get(given, "x" if given.startswith("<") else "")
    words = [value, *["x"] * (given.count("<") - 1)] if given.startswith("<") and given not in samples else [value]
    script = "cscript //nologo slmgr.vbs" if tool == "slmgr" else "cscript //nologo ospp.vbs"
    return f"{script} {option}{'' if tool == 'ospp' else ' '}{' '.join(words)}".rstrip()


def test_every_documented_option_is_taken(catalog: Catalog, policy: Policy) -> None:
    for known in catalog.commands:
        if known.deprecated:
            continue
        text = f"rem elevated\n{call(catalog, known.tool, known.option)}"
        errors = [one for one in validate_batch(text, catalog, policy, HOSTS).findings if one.severity == "error"]
        assert errors == [], (known.option, text)


def test_every_option_that_needs_an_argument_misses_it(catalog: Catalog, policy: Policy) -> None:
    for known in catalog.commands:
        if not known.arguments or known.arguments.startswith("["):
            continue
        script = "slmgr.vbs" if known.tool == "slmgr" else "ospp.vbs"
        text = f"rem elevated\ncscript {script} {known.option}"
        assert ["command-missing", 2] in found(validate_batch(text, catalog, policy)), known.option


def test_the_range_of_an_option_is_that_of_the_catalog(catalog: Catalog, policy: Policy) -> None:
    for known in catalog.commands:
        if known.range:
            least, most = known.range
            for minutes, expected in ((least, []), (most, []), (least - 1, 1), (most + 1, 1)):
                text = f"rem elevated\ncscript slmgr.vbs {known.option} {minutes}"
                rules = [one for one in found(validate_batch(text, catalog, policy)) if one[0] == "command-range"]
                assert len(rules) == (1 if expected else 0)


def scripts(organization: Organization, policy: Policy, catalog: Catalog) -> list[tuple[str, str]]:
    host = organization.kms_hosts[0].model_copy(update={"port": 1700})
    both = ("windows", "office")
    slmgr, ospp = making.slmgr, making.ospp
    return [
        ("powershell", making.powershell_script(one, ["Run elevated."], ORIGIN, catalog))
        for one in (making.fixed_host(host, both, policy), making.no_fixed_host(both))
    ] + [
        (
            "batch",
            making.batch_file(
                [
                    slmgr(catalog, "/skms", making.address(host, policy)),
                    ospp(catalog, "/sethst:", host.name),
                    ospp(catalog, "/setprt:", "1700"),
                ],
                ["Run elevated. 100 %"],
                ORIGIN,
            ),
        ),
        (
            "powershell",
            making.oslicense_script([f"Set-KmsLicenseInfo -ServerName '{host.name}' -Port 1700"], [], ORIGIN, catalog),
        ),
    ]


def test_what_is_generated_has_no_finding(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    hosts = {organization.kms_hosts[0].name: 1700}
    for form, text in scripts(organization, policy, catalog):
        assert found(CHECKS[form](text, catalog, policy, hosts)) == []


def test_an_option_that_a_script_does_not_have_is_refused(catalog: Catalog) -> None:
    with pytest.raises(LookupError, match="/skmz"):
        making.slmgr(catalog, "/skmz")
    with pytest.raises(LookupError, match="/skms"):
        making.ospp(catalog, "/skms")


def test_parameters_of_oslicense_are_those_of_the_facts(catalog: Catalog) -> None:
    assert set(SET_KMS.parameters) == set(catalog.fact("tools.set_kmslicenseinfo").value)
    assert set(catalog.fact("tools.invoke_kmslicense").value) == set(CLEAR_KMS.switches) - {"AsJob"}
    cmdlets = catalog.fact("tools.oslicense").value["cmdlets"]
    assert {SET_KMS.name, CLEAR_KMS.name} <= set(cmdlets)


def test_no_message_shows_a_key(catalog: Catalog, policy: Policy) -> None:
    text = f"cscript slmgr.vbs /ipk {SECRET}\ncscript ospp.vbs /inpkey {SECRET}\ncscript slmgr.vbs /{SECRET}"
    for check in CHECKS.values():
        report = check(text, catalog, policy)
        assert {finding.id for finding in report.findings} & {"command-key-secret", "product-key"}
        assert not any(KEY_SHAPE.search(finding.message + finding.cure) for finding in report.findings)


BATCH = [
    ("a b", [["a", "b"]]),
    ("@a", [["a"]]),
    ("a & b && c || d | e", [["a"], ["b"], ["c"], ["d"], ["e"]]),
    ('a "b & c" d^&e', [["a", "b & c", "d&e"]]),
    ("a b ^\n  c\nd", [["a", "b", "c"], ["d"]]),
    ("rem a\n:: b\n:c\nd", [["d"]]),
    ("echo a & b", [["b"]]),
    ("set X=1 2\na %X% %Y%", [["a", "1 2", "%Y%"]]),
    ('set "X=1"\nset Y=%X%\na !Y! %Y%', [["a", "!Y!", "1"]]),
    ("if exist x (a b) else c", [["a", "b"], ["c"]]),
    ('if not "%1"=="" a', [["a"]]),
    ("if %errorlevel% equ 0 (\n  a b\n)", [["a", "b"]]),
    ("if errorlevel 1 a", [["a"]]),
    ("for %%f in (x y) do a %%f", [["a", "%%f"]]),
    ('call a b\nstart /wait a b\nstart "t t" a\ncmd /c a b', [["a", "b"], ["a", "b"], ["a"], ["a", "b"]]),
    ("a b >nul 2>&1\na > x b", [["a", "b"], ["a", "b"]]),
    ('"%ProgramFiles(x86)%\\a b\\c.exe" d', [["%ProgramFiles(x86)%\\a b\\c.exe", "d"]]),
    ("(a b)", [["a", "b"]]),
    ("a (b)", [["a", "(b)"]]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), BATCH, ids=lambda case: repr(case)[:30])
def test_a_batch_file_is_read(text: str, expected: list[list[str]]) -> None:
    commands = batch.read(text).commands
    assert [[word.text for word in command.words] for command in commands] == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        "x" * 1_000_000,
        '"' * 100_000,
        "(" * 100_000,
        "if " * 60_000,
        "%x%" * 60_000,
        "^\n" * 4_000,
        "\n" * 10_000,
        "set x=%x%%x%\n" * 4_000,
        "a\0b",
        "\ud800",
        b"\xff\xfe\x00",
        b"\xff\xfea\x00",
        "<script>alert(1)</script>",
        "Set-ItemProperty " * 5_000,
    ],
    ids=lambda data: repr(data[:12]),
)
@pytest.mark.parametrize("form", CHECKS)
def test_hostile_input_is_a_finding(form: str, data: str | bytes, catalog: Catalog, policy: Policy) -> None:
    assert CHECKS[form](data, catalog, policy, HOSTS).findings


WORDS = [
    "cscript", "//nologo", "slmgr.vbs", "ospp.vbs", "/skms", "/sethst:", "/ipk", "kms1:1688", "AAAAA-AAAAA", "reg",
    "add", "HKLM\\SOFTWARE", "/v", "/t", "REG_SZ", "/d", "Set-ItemProperty", "-Path", "-Name", "-Value", "$x", "=", "'",
    '"',
    "Set-KmsLicenseInfo", "-ServerName", "(", ")", "{", "}", "&", "|", "^\n", "\n", "%x%", "set", "if", "@x", ",",
]  # fmt: skip


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_no_arrangement_of_known_words_raises(catalog: Catalog, policy: Policy, text: str) -> None:
    for check in CHECKS.values():
        for finding in check(text, catalog, policy, HOSTS).findings:
            assert finding.line is None or 1 <= finding.line <= text.count("\n") + 1


@pytest.mark.slow
def test_damaged_samples_are_reported_on(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    texts = [text for _, text in scripts(organization, policy, catalog)]
    for seed in range(150):
        chance = random.Random(seed)
        characters = list(chance.choice(texts))
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(characters))
            characters[at] = chance.choice(["", "\0", '"', "'", "(", "}", "\n", ",", "é", characters[at] * 40])
        for check in CHECKS.values():
            check("".join(characters), catalog, policy, HOSTS)
