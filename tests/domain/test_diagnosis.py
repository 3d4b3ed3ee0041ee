"""The reader of license outputs: every finding with a near miss, what people paste, and nothing read too well."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.catalog.models import Catalog
from macros.domain.diagnosis import PRODUCT_SLOTS, Reader, Reading, advice_of, fold, reader

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


TODAY = date(2026, 12, 20)


class OnADay:
    """The reader on the day of these tests."""

    def __init__(self, own: Reader) -> None:
        self._own = own

    def read(self, text: str, today: date = TODAY) -> Reading:
        return self._own.read(text, today)


@pytest.fixture(scope="module")
def outputs(catalog: Catalog) -> OnADay:
    return OnADay(reader(catalog))


def ids(reading: Reading) -> set[str]:
    return {found.id for found in reading.findings}


def product(reading: Reading, number: int = 0) -> dict[str, Any]:
    return {name: reading.products[number].slots.get(name) for name in PRODUCT_SLOTS}


def test_every_finding_has_its_vectors(catalog: Catalog) -> None:
    """All but the one about a file, which no text has: test_an_encoding_is_told_by_what_the_file_holds."""
    assert [*VECTORS["findings"]] == [rule.id for rule in catalog.outputs.findings if rule.id != "encoding-guessed"]


@pytest.mark.parametrize("finding", VECTORS["findings"])
def test_a_finding_is_where_it_belongs_and_not_beside(outputs: OnADay, finding: str) -> None:
    has, lacks = (outputs.read(text_of_vector(each)) for each in VECTORS["findings"][finding])
    assert finding in ids(has)
    assert finding not in ids(lacks)
    found = next(one for one in has.findings if one.id == finding)
    assert not re.search(r"[{}]|\?", found.summary + found.todo), "a gap that nothing filled"
    assert "  " not in found.summary


@pytest.mark.parametrize("case", VECTORS["products"], ids=lambda case: case["id"])
def test_a_product_is_read(outputs: OnADay, case: dict[str, Any]) -> None:
    reading = outputs.read(text_of_vector(case["output"]))
    assert reading.kind is not None
    assert (reading.kind.id, reading.role) == (case["kind"], case["role"])
    found = product(reading)
    assert {name: found[name] for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", VECTORS["verdicts"], ids=lambda case: case["id"])
@pytest.mark.parametrize("near", ["", "near_"], ids=["itself", "near miss"])
def test_a_verdict_does_no_harm(outputs: OnADay, case: dict[str, Any], near: str) -> None:
    reading = outputs.read(text_of_vector(case[near[:-1] or "output"]))
    said = [reading.verdict.text, reading.verdict.todo] if reading.verdict else []
    said += [text for found in reading.findings for text in (found.summary, found.todo)]
    assert (reading.verdict and reading.verdict.state) == case[f"{near}state"]
    assert [text for text in case[f"{near}says"] if text not in " ".join(said)] == []
    assert [text for text in case[f"{near}never"] if text in " ".join(said)] == []


KMS = "VOLUME_KMSCLIENT"
CLIENT = """Name: Windows(R), Enterprise edition
Description: Windows(R) Operating System, {channel} channel
Partial Product Key: 2YT43
License Status: {status}
{more}
"""


@pytest.mark.parametrize(
    ("channel", "more", "cause", "todo", "target"),
    [
        (KMS, "Notification Reason: 0xC004F074.", "No KMS host could", "page on this code", "0xC004F074"),
        (KMS, "Notification Reason: 0xC0DEAD99.", "no page on it", "slui.exe 0x2a", "0xC0DEAD99"),
        (KMS, "Notification Reason: 0xC004F06C.", "clocks of client", "w32tm /resync", "kms-client.clock"),
        (KMS, "DNS auto-discovery: KMS name not available", "found no KMS host in DNS", "SRV", "dns."),
        ("TIMEBASED_EVAL", "Notification Reason: 0xC004F009.", "Installed from evaluation", "DISM", "kms-client."),
        ("RETAIL", "Notification Reason: 0xC004F009.", "The key has the channel retail", "GVLK", "kms-client.gvlk"),
    ],
)
def test_the_verdict_names_the_cause_and_what_to_do_about_it(
    outputs: OnADay, channel: str, more: str, cause: str, todo: str, target: str
) -> None:
    verdict = outputs.read(CLIENT.format(channel=channel, status="Notification", more=more)).verdict
    assert verdict
    assert cause in verdict.text
    assert todo in verdict.todo
    assert verdict.next[0].startswith(target)
    assert verdict.text.count("Enterprise edition") == 1
    if "Reason" in more:
        assert verdict.text.count(more.rpartition(" ")[2].rstrip(".")) == 1


def test_a_verdict_names_no_cause_where_there_is_none_or_more_than_one_product(outputs: OnADay) -> None:
    bare = outputs.read(CLIENT.format(channel=KMS, status="Notification", more="")).verdict
    assert bare
    assert bare.text.endswith("State: Notification.")
    failed = CLIENT.format(channel=KMS, status="Notification", more="Notification Reason: 0xC004F074.")
    office = failed.replace("Windows(R), Enterprise", "Office 24, Office24ProPlus2024VL")
    two = outputs.read(f"{failed}\n{office}").verdict
    assert two
    assert "No KMS host" not in two.text


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
def test_what_people_paste_reads_the_same(outputs: OnADay, shape: str, name: str) -> None:
    plain, pasted = VECTORS["outputs"][name], SHAPES[shape](VECTORS["outputs"][name])
    if shape == "capitals":
        pasted = pasted.replace("KMS01.CORP.EXAMPLE", "kms01.corp.example").replace("VOLUME:", "Volume:")
    expected, found = product(outputs.read(plain)), product(outputs.read(pasted))
    expected["name"], found["name"] = str(expected["name"]).upper(), str(found["name"]).upper()
    assert found == expected


def test_mixed_outputs_are_told_apart(outputs: OnADay) -> None:
    texts = [VECTORS["outputs"][name] for name in ("office-two", "mak", "client")]
    found = outputs.read("\n".join(texts))
    channels = [entry.slots["channel"] for entry in found.products]
    assert channels == ["retail", "retail", "mak", "kms-client"]
    assert found.products[-1].slots["kms_host"] == "kms01.corp.example"


def test_a_zone_without_the_record_is_told(outputs: OnADay) -> None:
    assert "srv-missing" in ids(outputs.read(VECTORS["outputs"]["srv-no-record"]))


def test_licenses_without_a_key_are_no_fault(outputs: OnADay) -> None:
    reading = outputs.read(VECTORS["outputs"]["office-all"])
    assert [entry.slots["channel"] for entry in reading.products] == ["kms-client", "mak"]
    assert {found.severity for found in reading.findings} == {"info"}
    assert "not-in-use" in ids(reading)


@pytest.mark.parametrize(
    "day", ["2027/05/20 09:57:03", "20/05/2027 7:36:14 AM", "20.05.2027 09:57", "5/20/2027, 7:36 PM"]
)
def test_a_date_is_kept_as_it_stands(outputs: OnADay, day: str) -> None:
    for text in (
        f"Windows(R), Enterprise edition:\n    Volume activation will expire {day}",
        f"Initial grace period ends {day}",
    ):
        assert outputs.read(text).products[0].slots["until"] == day


def test_a_session_log_keeps_the_error_with_its_product(outputs: OnADay) -> None:
    log = f"C:\\>slmgr /ato\n{VECTORS['outputs']['ato-error']}\nC:\\>slmgr /dlv\n{VECTORS['outputs']['mak']}"
    first, second = outputs.read(log).products
    assert (first.slots.get("error_code"), second.slots.get("error_code")) == ("0xC004F074", None)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_damage_never_makes_a_status_better(outputs: OnADay, seed: int) -> None:
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
def test_only_a_known_status_counts(outputs: OnADay, value: str) -> None:
    reading = outputs.read(text_of_vector(["client", {"Status: Licensed": f"Status: {value}"}]))
    assert reading.products[0].slots["status"] == "unknown"
    assert "status-unknown" in ids(reading)


def test_lines_that_are_not_understood_are_named(outputs: OnADay) -> None:
    reading = outputs.read("Name: Windows(R), Enterprise edition\nHello there\nLicense Status: Licensed\n")
    assert [line.number for line in reading.lines if line.meaning is None] == [2]


def test_every_line_of_an_output_is_understood(outputs: OnADay) -> None:
    other = {
        VECTORS["outputs"]["prose"].strip(),
        "timeout was 2 seconds.",
        "corp.example",
        "Stan licencji: Licencjonowany",
        "Stato licenza: Con licenza",
        "---- ---- --- ------- ---------- -------- ------ ----",
    }
    for name, text in VECTORS["outputs"].items():
        unread = {line.text for line in outputs.read(text).lines if line.meaning is None}
        assert {each for each in unread if not each.startswith("Name ")} <= other, name


@pytest.mark.parametrize("text", ["", "\n \n", "Hello", "License", "Server: dc01", "x" * 300_000])
def test_other_text_is_no_output(outputs: OnADay, text: str) -> None:
    reading = outputs.read(text)
    assert (reading.kind, reading.products, reading.findings) == (None, (), ())


KEY = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])


@pytest.mark.parametrize(
    "secret",
    [KEY, KEY.lower(), "00000000-1111-2222-3333-444444444444", "123456789012345678901234567890123456789012345",
     "03612-03308-000-000000-00-2057-26200.0000-0782026", "00201-10998-04614-AA411", "someone@corp.example",
     "1234567-1234567-1234567-1234567-1234567-1234567"],
)  # fmt: skip
def test_keys_and_ids_are_masked_wherever_they_stand(outputs: OnADay, secret: str) -> None:
    labels = ("Name: Windows", "License Status:", "Description: RETAIL channel", "Product:", "C:\\>slmgr /ipk", "")
    text = "\n".join(f"{label} {secret} edition" for label in labels) + "\nLicense Status: Licensed\n"
    reading = outputs.read(text)
    shown = [line.text for line in reading.lines] + [found.summary + found.todo for found in reading.findings]
    shown += [str(value) for entry in reading.products for value in entry.slots.values()]
    assert any("•••••" in each for each in shown)
    assert not [each for each in shown if secret.lower() in each.lower()]


def test_a_key_cut_in_two_is_masked(outputs: OnADay) -> None:
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
    known |= {
        *data.decimals.values(),
        "encoding",
        "until",
        "until_days",
        "until_early",
        "side",
        "again",
        "hosts",
        "foreign",
        "clipped",
        "open",
    }
    known |= {"licenses", "licensed", "others", "kept", "spare", "spare_key", "volume_waits", "beside"}
    for mark in (*data.fields, *data.lines):
        known |= {*(mark.sets or ()), *mark.gives}
    known |= {name for phrase in data.phrases for name in phrase.gives} | {rule.set for rule in data.derive}
    for rule in data.findings:
        for fact_id in rule.facts:
            catalog.fact(fact_id)
        assert {*rule.show, *(condition.slot for condition in rule.when)} <= known, rule.id
    marks = {mark.id for mark in (*data.fields, *data.phrases, *data.lines)}
    named = {mark for kind in data.kinds for mark in (*kind.marks, *kind.marks_all)}
    assert {mark for mark in named if ":" not in mark} <= marks
    assert {mark.partition(":")[0] for mark in named if ":" in mark} <= known
    for language in data.languages:
        for words in language.tiers:
            assert {*words.fields, *words.phrases} <= marks


def test_next_steps_name_options_that_exist(catalog: Catalog) -> None:
    known = {(one.tool, one.option.partition(":")[0].lower()) for one in catalog.commands}
    given = advice_of(catalog)
    named = [
        match
        for rule in catalog.outputs.findings
        for text in (given[rule.advice] if rule.advice else "", rule.todo or "")
        for match in re.findall(r"(slmgr|ospp)\.vbs (/[a-z-]+)", text)
    ]
    assert len(named) > 10
    assert [one for one in named if one not in known] == []
    (low,) = (rule for rule in catalog.outputs.findings if rule.id == "low-priority")
    normal = next(one for one in catalog.commands if one.option == "/spri")
    assert "normal" in normal.meaning
    assert "/spri" in str(low.todo)


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


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        *("\x00\x01\u202e\ufeff" * 50_000, "Name:\n" * 100_000, "a" * 5_000_000, "> " * 500_000),
        *("License Status: Licensed\n" * 50_000, "0xC004F074, 0x0, " * 50_000, "<script>alert(1)</script>\n" * 20_000),
        "KMS machine name from DNS: " + "x" * 100_000,
    ],
    ids=range(8),
)
def test_hostile_text_is_read_in_time(outputs: OnADay, text: str) -> None:
    start = time.process_time()
    outputs.read(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("case", VECTORS["encodings"], ids=lambda case: case["name"] + " " + case["codec"])
def test_an_encoding_is_told_by_what_the_file_holds(catalog: Catalog, case: dict[str, str]) -> None:
    own, text = reader(catalog), case["text"]
    found, guessed = own.text_of(text.encode(case["codec"]))
    assert (guessed, found) == (case["name"], text)
    said, plain = own.read(found, TODAY, guessed), own.read(text, TODAY)
    assert ids(said) == ids(plain) | {"encoding-guessed"}
    assert [entry.slots for entry in said.products] == [entry.slots for entry in plain.products]


@pytest.mark.parametrize("code_page", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_encoding_that_the_file_tells_is_not_guessed(catalog: Catalog, code_page: str) -> None:
    text, guessed = reader(catalog).text_of("Ä: Licensed".encode(code_page))
    assert (text.lstrip("\ufeff"), guessed) == ("Ä: Licensed", "")


def test_letters_that_no_code_page_has_are_replaced(catalog: Catalog) -> None:
    text, _ = reader(catalog).text_of(b"\x81\x8d: x\nLicense Status: Licensed")
    assert text.endswith("License Status: Licensed")


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
        ("ospp-setting", "ospp-setting", "client", {"office-setting"}),
        ("ospp-inpkey", "ospp-key", "client", {"key-installed"}),
        ("ospp-unpkey", "ospp-key", "client", {"office-key-removed"}),
    ],
)
def test_what_a_setting_prints_is_recognized(outputs: OnADay, name: str, kind: str, role: str, found: set[str]) -> None:
    reading = outputs.read(VECTORS["outputs"][name])
    assert reading.kind is not None
    assert (reading.kind.id, reading.role) == (kind, role)
    assert ids(reading) - {"nothing-read"} == found


def test_a_host_is_read_from_the_warning_about_the_lookup_domain(outputs: OnADay) -> None:
    (entry,) = outputs.read(VECTORS["outputs"]["domain-set"]).products
    assert (entry.slots["lookup_domain"], entry.slots["kms_host"], entry.slots["kms_port"]) == (
        "corp.example",
        "kms01.corp.example",
        1688,
    )


def test_no_setting_is_said_to_work_before_the_restart(outputs: OnADay) -> None:
    for name in ("cdns", "sprt", "host-settings"):
        findings = outputs.read(VECTORS["outputs"][name]).findings
        assert not [found for found in findings if found.todo == "Nothing to do."]


# ------------------------------------------------------------------------------------------ said only when it was read

VALUES: dict[str, tuple[str, ...]] = {
    "name": ("Windows(R), Enterprise edition",),
    "description": (
        "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
        "Windows(R) Operating System, RETAIL channel",
        "Windows(R) Operating System, VOLUME_KMS_WS25 channel",
    ),
    "license_name": ("Office 24, Office24ProPlus2024VL_KMS_Client_AE edition",),
    "license_description": ("Office 24, VOLUME_KMSCLIENT channel", "Office 24, RETAIL channel"),
    "channel_key": ("Volume:GVLK", "Volume:CSVLK", "Retail"),
    "status": ("Licensed", "---LICENSED---", "Notification", "Unlicensed", "Something new", ""),
    "vnext_state": ("Licensed", "Notification", "RFM"),
    "current_count": ("11", "0", "4", "25", "50", "", "n/a"),
    "listening_port": ("1688", "1700"),
    "kms_priority": ("Normal", "Low"),
    "total_requests": ("0", "4000"),
    "failed_requests": ("0", "12"),
    "requests_by_status": ("0", "12"),
    "error": ("0xC004F074", "0x4004F040", "nothing"),
    "ospp_error": ("0xC004F074", "0x4004F040"),
    "notification_reason": ("0xC004F009 (grace time expired).",),
    "remaining_grace": ("179 days  (258000 minute(s) before expiring)", "0 days  (0 minute(s) before expiring)"),
    "tcp_test": ("True", "False"),
    "activation_type": ("All", "KMS"),
    "caching": ("Enabled", "Disabled"),
    "vnext_until": ("2027-01-26T16:58:25Z", "2026-01-26T16:58:25Z"),
    "partial_key": ("AAAAA", "2YT43"),
    "last_five": ("AAAAA",),
    "dns_discovery": ("KMS name not available",),
    "registered_kms": ("kms01.corp.example:1688",),
    "kms_from_dns": ("kms01.corp.example:1688",),
    "override": ("kms01.corp.example:1688",),
    "windows_rearm": ("0", "1001"),
}
MINUTES = ("258000 minute(s) (179 day(s))", "10 minute(s) (1 day(s))")
VALUES |= dict.fromkeys(("volume_expiry", "timebased_expiry", "avma_expiry", "time_remaining"), MINUTES)
OF_A_HOST = {
    *("current_count", "listening_port", "kms_priority", "total_requests", "failed_requests", "requests_by_status"),
    *("kms_enabled", "cumulative", "dns_on", "dns_off", "priority_low", "request_processed", "publishing_failed"),
    *("setting_waits", "setting_refused", "priority_normal", "hardware_ready", "hardware_not_ready"),
    *("cim_is_host", "cim_count", "kms_not_started"),
}
"""What slmgr.vbs prints of a KMS host only, and the events that a host logs."""


def lone_lines(catalog: Catalog) -> list[tuple[str, str]]:
    """Every label of every language with good and bad values, and every phrase, each as a line of its own."""
    lines = []
    for language in catalog.outputs.languages:
        for words in language.tiers:
            for name, labels in words.fields.items():
                values = VALUES.get(name, ("1", "yes", "kms01.corp.example"))
                lines += [(name, f"{label}: {value}") for label in labels for value in values]
            lines += [(name, text) for name, texts in words.phrases.items() for text in texts]
    return lines


def says_licensed(reading: Reading) -> bool:
    return any(entry.slots["status"] == "licensed" for entry in reading.products)


@pytest.mark.slow
def test_a_lone_line_never_says_more_than_it_shows(outputs: OnADay, catalog: Catalog) -> None:
    lines = lone_lines(catalog)
    assert len(lines) > 700
    for name, line in lines:
        reading = outputs.read(line)
        if reading.role == "kms-host" and name not in OF_A_HOST:
            assert "VOLUME_KMS_" in line or "CSVLK" in line, line
        assert name not in OF_A_HOST or reading.role in ("kms-host", None), line
        verdict = reading.verdict
        assert (verdict is None) == (reading.kind is None), line
        if verdict:
            assert verdict.text, line
            if verdict.state == "good":
                assert says_licensed(reading), line
                assert {entry.level for entry in reading.products} == {"good"}, line
            else:
                assert "Nothing to report" not in verdict.text, line
                assert "good" not in {entry.level for entry in reading.products}, line
    print(f"{len(lines)} lines")


@pytest.mark.slow
def test_two_lines_never_say_more_than_they_show(outputs: OnADay, catalog: Catalog) -> None:
    english = catalog.outputs.languages[0]
    (words,) = english.tiers
    lines = [(name, f"{words.fields[name][0]}: {value}") for name in words.fields for value in VALUES.get(name, ("1",))]
    lines += [(name, texts[0]) for name, texts in words.phrases.items()]
    telling = {"status", "error", "description", "volume_expiry", "xpr_volume", "activated", "dns_on"} | OF_A_HOST
    tried = shown = 0
    for one, first in ((name, line) for name, line in lines if name in telling):
        for other, second in lines:
            tried += 1
            reading = outputs.read(f"{first}\n{second}")
            verdict = reading.verdict
            if verdict and verdict.state == "good":
                shown += 1
                used = [entry for entry in reading.products if entry.level != "aside"]
                assert used, (first, second)
                assert {entry.slots["status"] for entry in used} == {"licensed"}, (first, second)
                assert "not_activated" not in {name for entry in used for name in entry.slots}
            if {one, other} & OF_A_HOST and reading.kind and not reading.kind.id.startswith("event"):
                assert reading.role == "kms-host", (first, second)
    print(f"{tried} pairs, {shown} good")
    assert shown


@pytest.mark.parametrize(
    ("text", "role", "state"),
    [
        ("Current count: 11", "kms-host", "attention"),
        ("Current count: 0", "kms-host", "attention"),
        ("Current count: 50", "kms-host", "unseen"),
        ("Listening on Port: 1688", "kms-host", "unseen"),
        ("DNS publishing enabled", "kms-host", "unseen"),
        ("License Status: Licensed", None, "good"),
        ("License Status: Notification", None, "fault"),
        ("Client Machine ID (CMID): 00000000-1111-2222-3333-444444444444", "client", "unseen"),
        ("KMS machine name from DNS: kms01.corp.example:1688", "client", "unseen"),
        ("Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel", "client", "unseen"),
        ("Partial Product Key: AAAAA", None, "unseen"),
        ("Volume activation expiration: 258000 minute(s) (179 day(s))", "client", "unseen"),
    ],
)
def test_a_role_is_what_a_line_can_only_belong_to(outputs: OnADay, text: str, role: str | None, state: str) -> None:
    reading = outputs.read(text)
    assert reading.verdict
    assert (reading.role, reading.verdict.state) == (role, state)


@pytest.mark.slow
def test_what_is_not_shown_comes_with_the_command_that_shows_it(outputs: OnADay, catalog: Catalog) -> None:
    for _, line in lone_lines(catalog):
        verdict = outputs.read(line).verdict
        if verdict and verdict.state == "unseen":
            assert re.search(r"slmgr\.vbs /|ospp\.vbs /|nslookup|Test-NetConnection|event 1228|Paste", verdict.todo), (
                line
            )


@pytest.mark.parametrize("name", VECTORS["outputs"])
def test_all_is_well_only_where_every_product_is(outputs: OnADay, name: str) -> None:
    reading = outputs.read(VECTORS["outputs"][name])
    if reading.verdict and reading.verdict.state == "good":
        assert not [found for found in reading.findings if found.severity != "info" or found.unseen]
        assert {entry.slots["status"] for entry in reading.products if entry.level != "aside"} == {"licensed"}


# ------------------------------------------------------------------------------------------------ the gravest first


def test_the_gravest_product_stands_first(outputs: OnADay) -> None:
    reading = outputs.read(VECTORS["outputs"]["office-three"])
    assert reading.verdict
    assert [entry.level for entry in reading.products] == ["error", "good", "good"]
    assert "Visio" in str(reading.products[0].slots["name"])
    assert (reading.verdict.state, "1 of 3" in reading.verdict.text) == ("fault", True)
    assert "Visio" in reading.verdict.text
    assert "0xC004F009" in reading.verdict.text


@pytest.mark.parametrize("seed", range(40))
def test_order_in_the_text_changes_neither_verdict_nor_order(outputs: OnADay, seed: int) -> None:
    chance = random.Random(seed)
    blocks = [text_of_vector([name, {}]) for name in ("mak", "client", "office", "retail")]
    blocks.append(text_of_vector(["mak", {"Professional": "Enterprise", "Licensed": "Notification"}]))
    chance.shuffle(blocks)
    separator = "\n---------------------------------------\n"
    reading = outputs.read(separator.join(blocks))
    assert reading.verdict
    assert reading.verdict.state == "fault"
    order = ["error", "warning", "unseen", "good", "aside"]
    levels = [order.index(entry.level) for entry in reading.products]
    assert levels == sorted(levels)
    severities = [["error", "warning", "info"].index(found.severity) for found in reading.findings]
    assert severities == sorted(severities)


# ------------------------------------------------------------------------------- one wording with the checklists


def test_advice_with_a_counterpart_in_a_checklist_is_its_text(outputs: OnADay, catalog: Catalog) -> None:
    """Read in what readers see: the finding of its vector, and the texts of the step."""
    lists = {checklist.id: checklist for checklist in catalog.checklists}
    steps = {f"{one.id}.{step.id}": step for one in catalog.checklists for step in one.steps}
    taken = 0
    for rule in catalog.outputs.findings:
        if {*rule.next} & {*lists}:
            assert rule.advice, f"{rule.id} leads to a checklist and words its advice by itself"
        if not rule.advice:
            continue
        taken += 1
        step_id, _, name = rule.advice.partition(":")
        step = steps[step_id]
        text = step.advice[name]
        assert text in f"{step.why} {step.good} {step.otherwise} {step.caution}", rule.id
        has = outputs.read(text_of_vector(VECTORS["findings"][rule.id][0]))
        (found, *_) = (one for one in has.findings if one.id == rule.id)
        assert found.todo.startswith(text), rule.id
        assert step_id in found.next, rule.id
    print(f"{taken} findings take their advice from a step")


def test_a_retail_license_of_office_gets_the_volume_product_and_no_client_key(outputs: OnADay) -> None:
    for status in ("LICENSED", "NOTIFICATIONS", "OOB_GRACE"):
        reading = outputs.read(text_of_vector(["office-retail", {"-LICENSED-": f"-{status}-"}]))
        said = " ".join(f"{found.summary} {found.todo}" for found in reading.findings)
        assert "GVLK" not in said
        assert "install the volume product" in said
        assert not {"keys", "kms-client"} & {target for found in reading.findings for target in found.next}


def test_different_products_of_office_get_no_advice_to_remove_a_key(outputs: OnADay) -> None:
    for name in ("office-three", "office-two", "office-all"):
        reading = outputs.read(VECTORS["outputs"][name])
        assert not [found for found in reading.findings if "unpkey" in found.todo or found.id.startswith("same-")]
    older = {"Office 24, Office24ProPlus2024R_Retail": "Office 21, Office21ProPlus2021R_Retail"}
    reading = outputs.read(text_of_vector(["office-same", older]))
    assert not [found for found in reading.findings if found.id.startswith("same-")]


def test_of_two_licenses_of_one_product_the_one_to_remove_is_named(outputs: OnADay) -> None:
    reading = outputs.read(VECTORS["outputs"]["office-same"])
    (found,) = (one for one in reading.findings if one.id == "same-product-spare")
    assert "Licensed: Office 24, VOLUME_KMSCLIENT channel (key ends in AAAAA)" in found.summary
    assert "Not licensed: Office 24, RETAIL channel (key ends in BBBBB)" in found.summary
    assert "/unpkey:BBBBB" in found.todo


# ------------------------------------------------------------------------------------- codes and what shows them

METHOD_OF = {"kms-client": "KMS-client", "mak": "MAK", "adba": "ADBA", "kms-host": "KMS-host"}


def shown_codes(outputs: OnADay) -> set[tuple[str, str, str]]:
    """Codes in the outputs of these tests and of the findings, with the product and channel that show them."""
    texts = [*VECTORS["outputs"].values(), *(text_of_vector(has) for has, _ in VECTORS["findings"].values())]
    return {
        (str(entry.slots["real_error"]), str(entry.slots["product"]), str(entry.slots["channel"]))
        for text in texts
        for entry in outputs.read(text).products
        if {"real_error", "product"} <= {*entry.slots}
    }


@pytest.mark.slow
def test_a_code_applies_to_the_products_and_methods_that_show_it(outputs: OnADay, catalog: Catalog) -> None:
    records = {record.code: record for record in catalog.error_codes}
    shown = shown_codes(outputs)
    assert {("0xC004F009", "office", "retail"), ("0xC004F009", "windows", "kms-client")} <= shown
    for code, product, channel in shown:
        record = records[code]
        own = record.products or (("office",) if record.group.startswith("office") else ("windows",))
        assert product in own, (code, product)
        assert METHOD_OF.get(channel, record.methods[0]) in record.methods, (code, channel)


FORMS = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "output_forms.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case["id"])
def test_a_form_is_read(outputs: OnADay, case: dict[str, Any]) -> None:
    reading = outputs.read(case["text"])
    assert (reading.kind.id if reading.kind else None) == case["kind"]
    assert (reading.verdict.state if reading.verdict else None) == case.get("state")
    if "products" in case:
        found = [product(reading, at) for at in range(len(reading.products))]
        expected = [{**have, **want} for have, want in zip(found, case["products"], strict=True)]
        assert found == expected
    assert {*case.get("finds", ())} <= ids(reading)
    assert not {*case.get("never", ())} & ids(reading)


def test_every_constant_of_both_scripts_has_a_reading(catalog: Catalog) -> None:
    """The numbers are those of the scripts: a constant that is left out of the data is missed here."""
    data = catalog.outputs
    english = data.languages[0].tiers[0]
    known = {*english.fields, *english.phrases, *(line.id for line in data.lines)}
    assert {script: len(constants) for script, constants in data.constants.items()} == {
        "slmgr.vbs": 150,
        "ospp.vbs": 74,
    }
    assert [name for marks in data.constants.values() for name, mark in marks.items() if mark not in known] == []


def test_every_message_of_both_scripts_says_what_next(outputs: OnADay, catalog: Catalog) -> None:
    data = catalog.outputs
    phrases = data.languages[0].tiers[0].phrases
    told = 0
    for mark in {mark for marks in data.constants.values() for mark in marks.values()} & {*phrases}:
        for text in phrases[mark]:
            reading = outputs.read(text)
            assert reading.lines[0].meaning, text
            assert reading.verdict is None or reading.verdict.todo or reading.verdict.state == "good", text
            told += reading.verdict is not None
    print(f"{told} messages alone have a verdict")
    assert told > 80


def test_a_code_that_is_an_example_is_no_error(outputs: OnADay) -> None:
    reading = outputs.read("An error code must start with '0x'. Example: 0xC004F009")
    assert ids(reading) == {"wrong-call"}


def test_a_pattern_that_begins_with_a_letter_has_no_other_way_to_begin(catalog: Catalog) -> None:
    """Patterns of lines are asked only of lines that begin with their letter."""
    for line in catalog.outputs.lines:
        if re.match(r"\^[A-Za-z_]", line.pattern):
            bare = re.sub(r"\\.|\[[^\]]*\]", "x", line.pattern)
            while re.search(r"\([^()]*\)", bare):
                bare = re.sub(r"\([^()]*\)", "x", bare)
            assert "|" not in bare, line.id


def test_phrases_are_long_enough_to_be_found(catalog: Catalog) -> None:
    """Phrases are looked up by their first three letters."""
    words = [
        text
        for one in catalog.outputs.languages
        for tier in one.tiers
        for each in tier.phrases.values()
        for text in each
    ]
    assert [text for text in words if len(fold(text)) < 3] == []
