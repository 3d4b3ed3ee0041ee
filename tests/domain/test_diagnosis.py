"""The reader of license outputs: every finding with a near miss, what people paste, and nothing read too well."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.catalog.models import Catalog
from macros.domain.diagnosis import PRODUCT_SLOTS, Reader, Reading, fold, reader, text_of

VECTORS = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "diagnosis.yaml").read_text("utf-8"))
TRUSTED = {"licensed": 3, "extended-grace": 2, "initial-grace": 2, "out-of-tolerance": 1, "non-genuine-grace": 1}
"""How good a state is; those that are missing here are worst."""


def text_of_vector(output: list[Any]) -> str:
    name, replace, times = [*output, 1][:3]
    text: str = VECTORS["outputs"][name]
    for old, new in replace.items():
        assert old in text, old
        text = text.replace(old, new)
    return text * times


@pytest.fixture(scope="module")
def outputs(catalog: Catalog) -> Reader:
    return reader(catalog)


def ids(reading: Reading) -> set[str]:
    return {found.id for found in reading.findings}


def product(reading: Reading, number: int = 0) -> dict[str, Any]:
    return {name: reading.products[number].slots.get(name) for name in PRODUCT_SLOTS}


def test_every_finding_has_its_vectors(catalog: Catalog) -> None:
    assert [*VECTORS["findings"]] == [rule.id for rule in catalog.outputs.findings]


@pytest.mark.parametrize("finding", VECTORS["findings"])
def test_a_finding_is_where_it_belongs_and_not_beside(outputs: Reader, finding: str) -> None:
    has, lacks = (outputs.read(text_of_vector(each)) for each in VECTORS["findings"][finding])
    assert finding in ids(has)
    assert finding not in ids(lacks)
    found = next(one for one in has.findings if one.id == finding)
    assert not re.search(r"[{}]|\?", found.summary + found.todo), "a gap that nothing filled"
    assert "  " not in found.summary


@pytest.mark.parametrize("case", VECTORS["products"], ids=lambda case: case["id"])
def test_a_product_is_read(outputs: Reader, case: dict[str, Any]) -> None:
    reading = outputs.read(text_of_vector(case["output"]))
    assert reading.kind is not None
    assert (reading.kind.id, reading.role) == (case["kind"], case["role"])
    found = product(reading)
    assert {name: found[name] for name in case["expect"]} == case["expect"]


SHAPES: dict[str, Callable[[str], str]] = {
    "prompts": lambda text: "C:\\Windows\\system32>cscript slmgr.vbs /dlv\n" + text + "\nC:\\Windows\\system32>",
    "PowerShell prompt": lambda text: "PS C:\\> slmgr /dlv\n" + text,
    "quotation marks": lambda text: re.sub("^", "> ", text, flags=re.M),
    "quoted twice": lambda text: re.sub("^", "> > ", text, flags=re.M),
    "comments": lambda text: re.sub("^", "# ", text, flags=re.M),
    "slashes": lambda text: re.sub("^", "// ", text, flags=re.M),
    "no indentation": lambda text: re.sub("^ +", "", text, flags=re.M),
    "tabs": lambda text: re.sub("^ +", "\t", text, flags=re.M),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "trailing blanks": lambda text: text.replace("\n", "  \n"),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "hard wraps": lambda text: "\n".join(
        line[at : at + 60] for line in text.split("\n") for at in range(0, len(line), 60)
    ),
    "capitals": str.upper,
    "bidi marks": lambda text: text.replace(":", "\u200e:\u202c"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["client", "host", "office", "adba"])
def test_what_people_paste_reads_the_same(outputs: Reader, shape: str, name: str) -> None:
    plain, pasted = VECTORS["outputs"][name], SHAPES[shape](VECTORS["outputs"][name])
    if shape == "capitals":
        pasted = pasted.replace("KMS01.CORP.EXAMPLE", "kms01.corp.example").replace("VOLUME:", "Volume:")
    expected, found = product(outputs.read(plain)), product(outputs.read(pasted))
    expected["name"], found["name"] = str(expected["name"]).upper(), str(found["name"]).upper()
    assert found == expected


def test_mixed_outputs_are_told_apart(outputs: Reader) -> None:
    texts = [VECTORS["outputs"][name] for name in ("office-two", "mak", "client")]
    found = outputs.read("\n".join(texts))
    channels = [entry.slots["channel"] for entry in found.products]
    assert channels == ["retail", "retail", "mak", "kms-client"]
    assert found.products[-1].slots["kms_host"] == "kms01.corp.example"


def test_a_zone_without_the_record_is_told(outputs: Reader) -> None:
    assert "srv-missing" in ids(outputs.read(VECTORS["outputs"]["srv-no-record"]))


def test_licenses_without_a_key_are_no_fault(outputs: Reader) -> None:
    reading = outputs.read(VECTORS["outputs"]["office-all"])
    assert [entry.slots["channel"] for entry in reading.products] == ["kms-client", "mak"]
    assert {found.severity for found in reading.findings} == {"info"}
    assert "not-in-use" in ids(reading)


@pytest.mark.parametrize(
    "day", ["2027/05/20 09:57:03", "20/05/2027 7:36:14 AM", "20.05.2027 09:57", "5/20/2027, 7:36 PM"]
)
def test_a_date_is_kept_as_it_stands(outputs: Reader, day: str) -> None:
    for text in (
        f"Windows(R), Enterprise edition:\n    Volume activation will expire {day}",
        f"Initial grace period ends {day}",
    ):
        assert outputs.read(text).products[0].slots["until"] == day


def test_a_session_log_keeps_the_error_with_its_product(outputs: Reader) -> None:
    log = f"C:\\>slmgr /ato\n{VECTORS['outputs']['ato-error']}\nC:\\>slmgr /dlv\n{VECTORS['outputs']['mak']}"
    first, second = outputs.read(log).products
    assert (first.slots.get("error_code"), second.slots.get("error_code")) == ("0xC004F074", None)


@pytest.mark.parametrize("seed", range(60))
def test_damage_never_makes_a_status_better(outputs: Reader, seed: int) -> None:
    chance = random.Random(seed)
    for status in ("Notification", "Unlicensed", "Initial grace period", "Non-genuine grace period."):
        text = text_of_vector(["client", {"Status: Licensed": f"Status: {status}"}])
        expected = outputs.read(text).products[0].slots["status"]
        lines = text.split("\n")
        if seed % 2:
            width = chance.randint(8, 50)
            lines = [line[at : at + width] for line in lines for at in range(0, len(line), width)]
        for _ in range(chance.randint(1, 8)):
            lines.pop(chance.randrange(len(lines)))
        for entry in outputs.read("\n".join(lines)).products:
            found = str(entry.slots["status"])
            assert found == "unknown" or TRUSTED.get(found, 0) <= TRUSTED.get(str(expected), 0)


@pytest.mark.parametrize(
    "value",
    ["Licensed?", "Not Licensed", "Licen", "Lizenz", "Licensed (no)", "unlicensed, licensed", "Licensed licensed"],
)
def test_only_a_known_status_counts(outputs: Reader, value: str) -> None:
    reading = outputs.read(text_of_vector(["client", {"Status: Licensed": f"Status: {value}"}]))
    assert reading.products[0].slots["status"] == "unknown"
    assert "status-unknown" in ids(reading)


def test_lines_that_are_not_understood_are_named(outputs: Reader) -> None:
    reading = outputs.read("Name: Windows(R), Enterprise edition\nHello there\nLicense Status: Licensed\n")
    assert [line.number for line in reading.lines if line.meaning is None] == [2]


def test_every_line_of_an_output_is_understood(outputs: Reader) -> None:
    other = {"timeout was 2 seconds.", "corp.example", "---- ---- --- ------- ---------- -------- ------ ----"}
    for name, text in VECTORS["outputs"].items():
        unread = {line.text for line in outputs.read(text).lines if line.meaning is None}
        assert {each for each in unread if not each.startswith("Name ")} <= other, name


@pytest.mark.parametrize("text", ["", "\n \n", "Hello", "License", "Server: dc01", "x" * 300_000])
def test_other_text_is_no_output(outputs: Reader, text: str) -> None:
    reading = outputs.read(text)
    assert (reading.kind, reading.products, reading.findings) == (None, (), ())


KEY = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])


@pytest.mark.parametrize(
    "secret",
    [KEY, KEY.lower(), "00000000-1111-2222-3333-444444444444", "123456789012345678901234567890123456789012345",
     "03612-03308-000-000000-00-2057-26200.0000-0782026", "00201-10998-04614-AA411", "someone@corp.example",
     "1234567-1234567-1234567-1234567-1234567-1234567"],
)  # fmt: skip
def test_keys_and_ids_are_masked_wherever_they_stand(outputs: Reader, secret: str) -> None:
    labels = ("Name: Windows", "License Status:", "Description: RETAIL channel", "Product:", "C:\\>slmgr /ipk", "")
    text = "\n".join(f"{label} {secret} edition" for label in labels) + "\nLicense Status: Licensed\n"
    reading = outputs.read(text)
    shown = [line.text for line in reading.lines] + [found.summary + found.todo for found in reading.findings]
    shown += [str(value) for entry in reading.products for value in entry.slots.values()]
    assert any("•••••" in each for each in shown)
    assert not [each for each in shown if secret.lower() in each.lower()]


def test_a_key_cut_in_two_is_masked(outputs: Reader) -> None:
    shown = " ".join(
        line.text for line in outputs.read(f"slmgr /ipk {KEY[:20]}\n{KEY[20:]}\nLicense Status: Licensed").lines
    )
    assert "BCDFG" not in shown


def test_numbers_come_from_the_facts(catalog: Catalog) -> None:
    fact = catalog.fact("kms.validity")
    changed = fact.model_copy(update={"value": 90})
    facts = tuple(changed if one.id == fact.id else one for one in catalog.facts)
    assert catalog.model_copy(update={"facts": facts}).fact("kms.validity").value == 90
    assert catalog.outputs.policy.validity == fact.value * 24 * 60  # type: ignore[operator]
    assert catalog.outputs.policy.renewal == catalog.fact("kms.renewal_interval").value["default"]  # type: ignore[index,call-overload]


def test_rules_name_facts_and_slots_that_exist(catalog: Catalog) -> None:
    data = catalog.outputs
    known = {mark.id for mark in data.fields} | {"status", "status_unread", "kind", "published_key", "days", "missed"}
    known |= {"office_licenses", "hosts", "foreign", "clipped"}
    for mark in (*data.fields, *data.lines):
        known |= {*(mark.sets or ()), *mark.gives}
    known |= {name for phrase in data.phrases for name in phrase.gives} | {rule.set for rule in data.derive}
    for rule in data.findings:
        for fact_id in rule.facts:
            catalog.fact(fact_id)
        assert {*rule.show, *(condition.slot for condition in rule.when)} <= known, rule.id
    marks = {mark.id for mark in (*data.fields, *data.phrases, *data.lines)}
    assert {mark for kind in data.kinds for mark in (*kind.marks, *kind.marks_all)} <= marks
    for language in data.languages:
        for words in language.tiers:
            assert {*words.fields, *words.phrases} <= marks


def test_next_steps_name_options_that_exist(catalog: Catalog) -> None:
    known = {(one.tool, one.option.partition(":")[0].lower()) for one in catalog.commands}
    named = [
        match for rule in catalog.outputs.findings for match in re.findall(r"(slmgr|ospp)\.vbs (/[a-z-]+)", rule.todo)
    ]
    assert len(named) > 10
    assert [one for one in named if one not in known] == []
    (low,) = (rule for rule in catalog.outputs.findings if rule.id == "low-priority")
    normal = next(one for one in catalog.commands if one.option == "/spri")
    assert "normal" in normal.meaning
    assert "/spri" in low.todo


def test_patterns_mean_the_same_in_both_languages(catalog: Catalog) -> None:
    data = catalog.outputs
    patterns = [each for mark in data.fields for each in (*mark.patterns, mark.loose) if each]
    patterns += (
        [line.pattern for line in data.lines]
        + [mask.pattern for mask in data.masks]
        + [*data.clean.prefixes, data.clean.junk, data.clean.prompt]
    )
    patterns += [
        text
        for rule in (*data.derive, *data.findings)
        for each in rule.when
        for text in (each.like, each.unlike)
        if text
    ]
    for pattern in patterns:
        assert not re.search(r"\\[A-Za-z0-9]|\(\?[^:!]|[*+}]\)[*+]", pattern), pattern
        re.compile(pattern)


@pytest.mark.parametrize(
    "text",
    [
        *("\x00\x01\u202e\ufeff" * 50_000, "Name:\n" * 100_000, "a" * 5_000_000, "> " * 500_000),
        *("License Status: Licensed\n" * 50_000, "0xC004F074, 0x0, " * 50_000, "<script>alert(1)</script>\n" * 20_000),
        "KMS machine name from DNS: " + "x" * 100_000,
    ],
    ids=range(8),
)
def test_hostile_text_is_read_in_time(outputs: Reader, text: str) -> None:
    start = time.process_time()
    outputs.read(text)
    assert time.process_time() - start < 5


def test_files_of_windows_are_decoded() -> None:
    assert text_of("\ufeffÄ".encode("utf-16-le")).lstrip("\ufeff") == "Ä"
    assert text_of("Ä: Licensed".encode("cp1252")).endswith(": Licensed")


def test_fold_compares_what_looks_alike() -> None:
    assert fold("État\u00a0de l\u2019ordinateur\uff1a") == fold("Etat de l'ordinateur:")


@pytest.mark.parametrize(
    ("name", "kind", "role", "found"),
    [
        ("cdns", "slmgr-host-setting", "kms-host", {"setting-waits", "dns-publishing-off"}),
        ("cdns-refused", "slmgr-host-setting", "kms-host", {"setting-refused"}),
        ("sprt", "slmgr-host-setting", "kms-host", {"setting-waits"}),
        ("sprt-refused", "slmgr-host-setting", "kms-host", {"setting-refused"}),
        ("domain-set", "slmgr-skms-domain", "client", {"lookup-domain", "lookup-domain-unused"}),
        ("domain-cleared", "slmgr-skms-domain", "client", {"lookup-domain-cleared", "lookup-domain-unused"}),
        ("ckms-domain-stays", "slmgr-skms", "client", {"host-cleared", "lookup-domain"}),
        ("skms-ipv6", "slmgr-skms", "client", {"host-set"}),
        ("ospp-setting", "ospp-setting", "client", set()),
        ("ospp-inpkey", "ospp-key", "client", {"key-installed"}),
        ("ospp-unpkey", "ospp-key", "client", {"key-removed"}),
    ],
)
def test_what_a_setting_prints_is_recognized(outputs: Reader, name: str, kind: str, role: str, found: set[str]) -> None:
    reading = outputs.read(VECTORS["outputs"][name])
    assert reading.kind is not None
    assert (reading.kind.id, reading.role) == (kind, role)
    assert ids(reading) == found


def test_a_host_is_read_from_the_warning_about_the_lookup_domain(outputs: Reader) -> None:
    (entry,) = outputs.read(VECTORS["outputs"]["domain-set"]).products
    assert (entry.slots["lookup_domain"], entry.slots["kms_host"], entry.slots["kms_port"]) == (
        "corp.example",
        "kms01.corp.example",
        1688,
    )


def test_no_setting_is_said_to_work_before_the_restart(outputs: Reader) -> None:
    for name in ("cdns", "sprt", "host-settings"):
        assert not [found for found in outputs.read(VECTORS["outputs"][name]).findings if found.todo == "Nothing."]
