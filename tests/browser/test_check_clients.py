"""Client settings checked and built in a real browser: the findings and files of Python, and what one sees."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from macros.domain.policy import Policy
from macros.formats.base.context import Context
from macros.formats.base.findings import Report
from macros.formats.base.format import File
from macros.formats.base.reading import UnreadableError
from macros.formats.base.report import FILES
from macros.formats.clients import making
from macros.formats.clients import requests as client_requests
from macros.formats.clients.format import BY_ID
from macros.formats.clients.requests import Request
from macros.formats.detect import ENOUGH, examine
from macros.formats.library import FORMAT_OF, SAMPLES, available, sample
from macros.render.deploy.client_check_data import AIMS, ELSEWHERE, FORMS, LEFT_OUT, READ, hosts, rules
from macros.render.deploy.client_check_page import READY
from macros.render.deploy.samples import context
from macros.render.parts.view import View
from tests.browser.check_pages import (
    LARGE,
    MARKUP,
    NO_KEY,
    SEED,
    SLOWEST_CHECK,
    Case,
    OpenPage,
    Twin,
    arranged,
    built,
    call,
    duration,
    found_on_page,
    in_python,
    mutant,
    names_what_is_not_checked,
    nothing_asked,
    paste,
    reported,
    says_only_what_the_data_says,
)
from tests.formats.clients.test_settings import call as option_call
from tests.formats.clients.test_settings import filled
from tests.formats.filled import filled as filled_keys
from tests.formats.reports import validator

pytestmark = pytest.mark.browser

Hosts = dict[str, int] | None
CHECK, BUILD = "deploy/check-clients.html", "deploy/build-clients.html"
VECTORS = Path(__file__).parent.parent / "vectors"
MUTATED, ARRANGED, BUILT = 900, 600, 400
SLOWEST_HOSTILE = 1500
"""Milliseconds."""
SECRET = "-".join(["BCDFG"] * 5)
KMS: Hosts = {"kms1.corp.example.com": 1688, "kms2.corp.example.com": 1689}
PLANS = {sample_id: SAMPLES[sample_id] for form_id in READY for sample_id in BY_ID[form_id].samples}


def kind_of(sample_id: str) -> str | None:
    """The kind of a sample, None when the page does not read it."""
    kind = FORMAT_OF[sample_id].id
    return kind if kind in READ else None


# ------------------------------------------------------------------------------------------------------- parity

EXAMINED = Twin(reported("(data, kind, hosts) => vagClients.examine(data, kind, hosts)"), dict)


def compare(page: Page, cases: Sequence[Case], view: View, what: str) -> set[str]:
    """Everything agrees. Gives the rules that were found."""

    def python(data: str | bytes, kind: str, against: Hosts) -> dict[str, Any]:
        return in_python(validator(kind)(data, view.catalog, view.policy, against))

    twin = Twin(reported("(data, kind, hosts) => vagClients.validate(kind, data, hosts)"), python)
    return twin.compare(page, cases, what)


def shown_samples(view: View) -> list[Case]:
    """Every sample and every twin, as the site checks them and by its form alone."""
    made = []
    for sample_id in PLANS:
        kind = kind_of(sample_id)
        if kind:
            one = sample(sample_id, context(view))
            texts: list[str | bytes] = [
                one.text,
                *(twin.text for twin in one.twins),
                FORMAT_OF[sample_id].encode(one.text),
            ]
            made += [Case(text, (kind, against)) for text in texts for against in (hosts(view), None)]
    return made


def written(catalog: Catalog) -> list[Case]:
    """The vectors of the kinds' own tests."""
    texts = {kind: [] for kind in READ}
    for kind, name in (("registry", "registry_file"), ("group-policy", "group_policy")):
        cases = yaml.safe_load((VECTORS / f"{name}.yaml").read_text("utf-8"))["cases"]
        texts[kind] = [each["text"].replace("{secret}", SECRET) for each in cases]
    batches = yaml.safe_load((VECTORS / "client_settings.yaml").read_text("utf-8"))["batch"]
    texts["client-batch"] = [filled(each["text"], catalog) for each in batches]
    told = yaml.safe_load((VECTORS / "told_kinds.yaml").read_text("utf-8"))
    for case in (case for cases in told.values() for case in cases if case["kind"] in READ):
        texts[case["kind"]].append(filled_keys(filled(case["text"], catalog), catalog))
    return [Case(text, (kind, against)) for kind in READ for text in texts[kind] for against in (KMS, None)]


def test_every_sample_and_twin_gets_the_same_findings(scripts: Page, view: View) -> None:
    compare(scripts, shown_samples(view), view, "samples and twins")


def test_every_vector_gets_the_same_findings(scripts: Page, view: View) -> None:
    found = compare(scripts, written(view.catalog), view, "vectors")
    own = {*FILES}
    others = {
        "more-findings",
        "too-large",
        "encoding",
        "empty-file",
        "document-type",
        "not-well-formed",
        "elsewhere",
        "recognized",
        "kind-unknown",
    }
    assert set(rules()) - found - others - own == HOSTILE_ONLY


def test_every_word_of_a_finding_comes_from_the_data(check: Page, catalog: Catalog) -> None:
    says_only_what_the_data_says(check, "vagClients.known", EXAMINED, written(catalog))


def test_hostile_input_gets_the_same_findings(scripts: Page, view: View) -> None:
    cases = [Case(data, (kind, KMS)) for kind in READ for data in NASTY.values()]
    found = compare(scripts, cases, view, "hostile input")
    assert found >= HOSTILE_ONLY | {"empty-file", "too-large", "encoding", "document-type", "not-well-formed"}


def test_files_are_examined_as_on_the_command_line(scripts: Page, view: View) -> None:
    """The kind named or found out, and what is wrong with the encoding."""
    texts = [*shown_samples(view)[::5], *written(view.catalog)[::3]]
    forms = [
        encoded_text
        for one in texts
        if isinstance(one.data, str)
        for encoded_text in (
            one.data.encode(),
            one.data.encode("utf-8-sig"),
            one.data.encode("utf-16"),
            one.data.encode("cp1252", "replace") + b"\xe9",
            one.data.encode() + b"\0",
        )
    ]
    cases = [Case(data, (kind, None)) for data in [*forms, b"Good morning", b"@echo off"] for kind in (*READ, "")]
    reference = Context(view.catalog, view.policy)
    expected = []
    for one in cases:
        kind = one.how[0] or detected(one.data)
        found = examine("-", bytes(one.data), kind, reference) if kind else None
        expected.append([each.id for each in found.report.findings] if found else ["kind-unknown"])
    in_page = EXAMINED.said(scripts, cases)
    found_in_page = [[each["id"] for each in one["findings"]] for one in in_page]
    different = [each for each in zip(cases, expected, found_in_page, strict=True) if each[1] != each[2]]
    print(f"examined: {len(cases)} files, {len(cases) - len(different)} agree")
    assert different[:3] == []


def test_a_file_that_is_not_checked_is_named(scripts: Page) -> None:
    names_what_is_not_checked(scripts, "(text) => vagClients.examine(text, '', null)")


def detected(data: str | bytes) -> str | None:
    """The kind as Python finds it out among the kinds of the page; of what cannot be read, the first that is tried."""
    own = [BY_ID[kind] for kind in (*READ, ELSEWHERE)]
    try:
        file = File(data)
        assert file.text
    except UnreadableError:
        return "registry"
    best = max(own, key=lambda kind: kind.score("", file.head))
    return best.id if best.score("", file.head) >= ENOUGH else None


WORDS = (
    *("KeyManagementServiceName", "KeyManagementServicePort", '"KeyManagementServicePort"="1688"'),
    *("DnsDomainPublishList", "VLRenewalInterval", '"VLActivationInterval"=dword:0000000e'),
    *('"UserOperations"=hex(4):01,00', "SkipRearm", "NoGenTicket"),
    *("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]",),
    *("[HKLM\\x]", "[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\OfficeSoftwareProtectionPlatform]"),
    *("[HKCU:\\SOFTWARE\\Policies\\a]",),
    *("HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlattform", "Wow6432Node\\"),
    *("HKLM::\\", "hex(7):61,00,\\", "  00,00,00,00", "hex(1):6b,00,00,d8,00", "dword:1", "hex:,", "=-"),
    *('="\\"\\\\"', "@=", "\\", "]", "cscript", "//nologo", "//b", "wscript.exe", "slmgr.vbs"),
    *("%windir%\\system32\\slmgr.vbs", "slmgr", "ospp.vbs", "osp.vbs", "/skms", "/skms:kms1.corp.example.com"),
    *("/SKMS", "-ato", "/ato", "/ipk", "/upk", "/sethst:kms2.corp.example.com", "/sethst", "/setprt:1688"),
    *("/setprt:0", "/act", "/act:", "/dstatus", "/sai", "15", "43201", "/sprt", "/skms-domain"),
    *("corp.example.com", "/skms-domain:a b", "/cachst:true", "/cachst:2", "/act-type", "9", "/stao"),
    *("/rearm:x", "/inpkey:", "/dlvv", "/dli", "all", "kms1.corp.example.com:1688"),
    *("kms2.corp.example.com:1688", "kms1.corp.example.com", "kms9.corp.example.com.", ":1689"),
    *("/ckms", "/ckms-domain", "[2001:db8::1]:1688", "[2001:db8::1]", "[::1]:", "[g::1]:1", "/tokact:", "/name"),
    *("http://kms1.corp.example.com", "a:b:c", "2001:db8::1", "192.0.2.1", "192.0.2.010", "kms_1.", "12"),
    *("65536", "\uff11", "reg", "reg.exe", "add", "delete", "/v", "/t", "/d", "REG_SZ", "REG_DWORD"),
    *("reg_multi_sz", "a\\0b", "0x10", "/f", "/reg:32", "set", "set KMS=kms1.corp.example.com"),
    *('set "A=%A%%A%"', "%KMS%", "!KMS!", "%1", "%%a", "%~dp0", "^", "^&", '"', "(", ")", "if", "not", "exist"),
    *("==", "EQU", "else", "for", "do", "call", "start", '"a b"', "/wait", "cmd", "/c", "&&", "|", "2>&1"),
    *(">nul", "rem elevated", "::", "echo", "@", "net session", "SoftwareLicensingService", "title", "\u0131f"),
    *("t\u0131tle x", "\u017fet a=b", 'action="D"', 'action="X"', 'hive="HKLM"', 'type="REG_DWORD"'),
    *('value="00000010"', 'value="16"', 'disabled="1"', "</Registry>", 'userContext="1"', "<Collection>"),
    *("<Filters/>", "<Values><Value>a</Value></Values>", "<Regisrty/>", 'name=""', 'key="\\a"', "\t", "\r\n"),
    *("\n", "\u00e9", "\U0001f600", "\u2028", "\x1c", "\x85", "\u0130", "\ufeff", NO_KEY),
    *("AAAAA" + "-AAAAA" * 4, "<script>", "{given}", "$1", "__proto__", "constructor"),
    *("55c92734-d682-4d71-983e-d6ec3f16059f", "&#10;", "&amp;", "xmlns:a='b'", "a:b='c'"),
)  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_mutated_files_get_the_same_findings(kind: str, scripts: Page, view: View) -> None:
    chance = random.Random(SEED)
    texts = [one for one in [*shown_samples(view), *written(view.catalog)] if one.how[0] == kind]
    starts = [one for one in texts if isinstance(one.data, str)]
    cases = []
    for _ in range(MUTATED):
        one = chance.choice(starts)
        cases.append(Case(mutant(str(one.data), chance, WORDS), one.how))
    found = compare(scripts, cases, view, f"mutated files of {kind}")
    assert len(found) > 20


@pytest.mark.parametrize("kind", ["registry", "client-batch"])
def test_arranged_words_get_the_same_findings(kind: str, scripts: Page, view: View) -> None:
    chance = random.Random(SEED)
    cases = []
    for _ in range(ARRANGED):
        text = arranged(chance, STARTS[kind], WORDS, [" ", " ", "\n"])
        cases.append(Case(text, (kind, chance.choice([KMS, None]))))
    compare(scripts, cases, view, f"arranged words as {kind}")


STARTS = {
    "client-batch": ("cscript slmgr.vbs ", "cscript ospp.vbs ", "reg add ", "if ", "set A=a b\n", ""),
    "registry": ("Windows Registry Editor Version 5.00\n\n", "REGEDIT4\n", ""),
}


def test_every_option_of_both_scripts_is_taken_in_the_browser_too(scripts: Page, view: View) -> None:
    known = [one for one in view.catalog.commands if not one.deprecated]
    texts = [f"rem elevated\n{option_call(view.catalog, one.tool, one.option)}" for one in known]
    found = compare(scripts, [Case(text, ("client-batch", KMS)) for text in texts], view, "options")
    assert found == {"command-upk-all"}, "a call of /upk that names no key is the only one with a finding"


# ------------------------------------------------------------------------------------------------------- hostile

HEAD = "Windows Registry Editor Version 5.00\n"
KEY = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\n"
CLSIDS = '<RegistrySettings clsid="{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}">'
HOSTILE_ONLY = {"reg-encoding", "reg-number"}
"""Rules that the vectors of these kinds do not break."""
NASTY: dict[str, str | bytes] = {
    "nothing": "",
    "blanks": " \t\n" * 50_000,
    "zero bytes": "\0" * 100_000,
    "one long line": HEAD + KEY + '"' + "a" * 900_000,
    "one long string": HEAD + KEY + '"KeyManagementServiceName"="' + "\\\\" * 400_000 + '"',
    "one long number": HEAD + KEY + '"VLRenewalInterval"=hex(4):' + "01," * 200_000,
    "one long list": HEAD + KEY + '"DnsDomainPublishList"=hex(7):' + "61,00,00,00," * 60_000,
    "data that goes on": HEAD + KEY + '"a"=hex:' + "00,\\\n" * 19_000,
    "many lines": HEAD + KEY + '"b"="c"\n' * 19_000,
    "many wrong lines": HEAD + "x\n" * 19_000,
    "many keys": HEAD + "[HKLM\\SOFTWARE\\Microsoft\\SoftwareProtectionPlattform]\n" * 9_000,
    "deep key": HEAD + "[HKLM" + "\\a" * 400_000 + '\\]\n"a"="b"',
    "backslashes": HEAD + "[HKLM" + "\\" * 400_000 + 'a]\n"a"="b"',
    "colons": HEAD + "[HKLM" + ":" * 400_000 + "\\a]",
    "brackets": "(" * 90_000 + ")" * 90_000,
    "carets": "^" * 190_000,
    "percent signs": "%" * 190_000,
    "percent signs and letters": "%a" * 90_000,
    "quotes": '"' * 190_000,
    "calls": "cscript slmgr.vbs /skms a b\n" * 4_900,
    "calls in one line": "slmgr /ato&" * 17_000,
    "many words": "slmgr.vbs " + "a " * 90_000,
    "many reg": "reg add HKLM\\a /v KeyManagementServiceName /d b\n" * 3_900,
    "variables": "set a=b\n" * 3_000 + "slmgr /skms %a%\n" * 1_900,
    "one host of many labels": "slmgr.vbs /skms " + "a." * 90_000,
    "a key": f"slmgr.vbs /ipk {NO_KEY} & reg add HKLM\\a /v {NO_KEY} /t {NO_KEY}",
    "keys": f"{NO_KEY}\n" * 4_000,
    "too much": "é" * 2_000_001,
    "UTF-16": f"\ufeff{HEAD}{KEY}".encode("utf-16-le"),
    "UTF-16 that ends early": f"\ufeff{HEAD}".encode("utf-16-le") + b"a",
    "UTF-16 without a mark": f"{HEAD}{KEY}".encode("utf-16-le"),
    "UTF-8 without a mark": f'{HEAD}{KEY}"é"="é"'.encode(),
    "ANSI": f'{HEAD}{KEY}"é"="é"'.encode("cp1252"),
    "half a character": "slmgr.vbs /skms \ud800",
    "markup": f"slmgr.vbs /skms {MARKUP}",
    "markup in a value": f'{CLSIDS}<Registry name="&lt;script&gt;window.hacked=1&lt;/script&gt;"/></RegistrySettings>',
    "entities": '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><RegistrySettings>&b;</RegistrySettings>',
    "external entity": '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><RegistrySettings>&a;</RegistrySettings>',
    "deep elements": "<Collection>" * 5_000,
    "many items": CLSIDS + '<Registry clsid="x"/>' * 4_000 + "</RegistrySettings>",
    "a number that is none": f'reg add "{KEY[1:-2]}" /v VLRenewalInterval /t REG_DWORD /d x',
    "other XML": '<?xml version="1.0" encoding="utf-8"?>\n<a/>',
}


def test_hostile_input_is_checked_fast(scripts: Page) -> None:
    timed = "(text, kind) => vagClients.examine(text, kind, vagClients.known.hosts.organization)"
    took = {
        (kind, name): duration(scripts, timed, data, kind, bound=SLOWEST_HOSTILE, runs=1)
        for kind in READ
        for name, data in NASTY.items()
        if isinstance(data, str)
    }
    worst = max(took, key=lambda name: took[name])
    print(f"slowest: {worst} in {took[worst]:.0f} ms")
    assert took[worst] < SLOWEST_HOSTILE
    assert scripts.evaluate("window.hacked") is None


LARGE_LINES = {
    "registry": (f"{HEAD}{KEY}", '"UserOperations"=dword:00000001\n', '"KeyManagementServicePort"="0"\n', ""),
    "group-policy": (CLSIDS, '<Collection name="Windows"/>', '<Registry clsid="x" name="y"/>', "</RegistrySettings>"),
    "client-batch": ("", "cscript //nologo slmgr.vbs /dlv\n", "slmgr.vbs /skms a.b.c 1688\n", ""),
}


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("wrong", [False, True], ids=["valid", "wrong everywhere"])
def test_a_large_file_is_checked_within_the_bound(wrong: bool, kind: str, scripts: Page, view: View) -> None:
    start, good, bad, end = LARGE_LINES[kind]
    line = bad if wrong else good
    large = start + line * (LARGE // len(line)) + end
    took = duration(
        scripts,
        "(kind, text) => vagClients.validate(kind, text, vagClients.known.hosts.organization)",
        *(kind, large),
        bound=SLOWEST_CHECK,
    )
    print(f"{kind}, {len(large)} characters: {took:.1f} ms")
    assert took < SLOWEST_CHECK
    compare(scripts, [Case(large, (kind, hosts(view)))], view, "large file")


# ------------------------------------------------------------------------------------------------ what one sees


@pytest.mark.parametrize("sample_id", PLANS)
def test_the_kind_is_found_out(sample_id: str, check: Page, view: View) -> None:
    paste(check, sample(sample_id, context(view)).text)
    kind = kind_of(sample_id)
    if kind:
        expect(check.locator("#result")).to_have_text(re.compile("Valid: no finding"))
        expect(found_on_page(check)).to_contain_text(f"Read as {BY_ID[kind].title}")
    else:
        expect(found_on_page(check)).to_contain_text("python -m macros check")


@pytest.mark.parametrize("encoding", ["utf-16", "ascii"])
def test_a_registration_file_is_opened_as_it_is_saved(encoding: str, check: Page, view: View) -> None:
    text = sample("registry-windows", context(view)).text
    data = making.registration_bytes(text) if encoding == "utf-16" else text.replace("\n", "\r\n").encode("ascii")
    check.get_by_label("Or open a file").set_input_files({"name": "a.reg", "mimeType": "text/plain", "buffer": data})
    expect(check.locator("#result")).to_contain_text("Valid: no finding")
    expect(found_on_page(check).locator(".vag-lines")).to_contain_text("KeyManagementServiceName")


@pytest.mark.parametrize("name", ["markup in a value"])
def test_markup_stays_text(name: str, check: Page) -> None:
    with nothing_asked(check):
        paste(check, str(NASTY[name]))
        expect(found_on_page(check)).to_contain_text("window.hacked")


# ------------------------------------------------------------------------------------------------------- build


def possible_requests() -> list[Request]:
    """One of each kind, as a model."""
    every = [
        Request(form, aim, products, "a.example", 1688, "b.example")
        for form in FORMS
        for aim in AIMS
        for products in client_requests.PRODUCTS
    ]
    return [request for request in every if client_requests.possible(request)]


def random_requests() -> list[Request]:
    chance = random.Random(SEED)
    models = possible_requests()
    names = (
        "kms1.corp.example.com",
        "kms2.corp.example.com",
        "a-b.plant.example.com",
        "x" * 63 + ".test",
        "k9.example",
    )
    made = []
    for number in range(BUILT):
        model = models[number % len(models)]
        port = chance.choice([1688, 1, 65535, 54321, chance.randrange(1, 65536)])
        made.append(Request(model.form, model.aim, model.products, chance.choice(names), port, chance.choice(names)))
    return made


def sent(request: Request) -> dict[str, Any]:
    return asdict(request) | {"products": [*request.products]}


def validate_built(request: Request, text: str, view: View, against: Hosts) -> Report:
    formats = {"registry": "registry", "preferences-xml": "group-policy", "batch": "client-batch"}
    return validator(formats.get(request.form, "client-powershell"))(text, view.catalog, view.policy, against)


BUILT_AND_CHECKED = """(all) => all.map(([request, against]) => {
    const { file, text } = vagBuild.generate(request);
    return [file, text, against.map((hosts) => {
        const { findings, verdict, activation } = vagBuild.check(request, text, hosts);
        return { findings, verdict, activation };
    })];
})"""


def test_every_file_is_the_same_as_that_of_python(build: Page, view: View) -> None:
    """The text, and what the check says about it against the organization, against the request and alone."""
    asked, expected = [], []
    for request in random_requests():
        name = client_requests.file_name(request)
        origin = client_requests.origin(request, context(view))
        text = client_requests.generate(request, origin, view.catalog)
        against: list[Hosts] = [hosts(view), {request.host: 4711}, None]
        asked.append([sent(request), against])
        reports = [in_python(validate_built(request, text, view, one)) for one in against]
        expected.append([name, text, reports])
    found = call(build, BUILT_AND_CHECKED, asked)
    different = [pair for pair in zip(asked, expected, found, strict=True) if pair[1] != pair[2]]
    print(f"built files: {len(asked)}, {len(asked) - len(different)} agree")
    assert different[:2] == []


def choose(page: Page, request: Request) -> None:
    page.get_by_label(AIMS[request.aim]).check()
    for product in ("windows", "office"):
        page.get_by_label(product.title(), exact=True).set_checked(product in request.products)
    page.get_by_label("Form").select_option(request.form)


@pytest.mark.parametrize("request_", possible_requests(), ids=client_requests.file_name)
def test_the_form_starts_with_the_files_of_the_organization(
    request_: Request, build: Page, view: View, policy: Policy
) -> None:
    choose(build, request_)
    name = client_requests.file_name(request_)
    origin = client_requests.origin(request_, context(view))
    text = client_requests.maker(request_.form, request_.aim, request_.products)(context(view), origin)
    assert built(build) == text
    expect(found_on_page(build).locator("h2")).to_contain_text("Valid: no finding")
    with build.expect_download() as download:
        build.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == name
    data = download.value.path().read_bytes()
    end = "\r\n" if name.endswith(".cmd") else "\n"
    as_saved = text.replace("\n", end).encode()
    assert data == (making.registration_bytes(text) if request_.form == "registry" else as_saved)
    same = [one for one in available(context(view)) if one in PLANS and PLANS[one].file_name == name]
    assert [sample(one, context(view)).text for one in same] == [text] * len(same)


def test_the_form_can_make_every_sample_of_clients(view: View) -> None:
    names = {client_requests.file_name(request) for request in possible_requests()}
    assert {plan.file_name for plan in PLANS.values()} - names == {"change-to-kms.cmd", "kms-host-domains.reg"}


def test_a_link_brings_the_file_back(build: Page, open_page: OpenPage) -> None:
    build.get_by_label("Full name").fill("KMS9.plant.example.com.")
    build.get_by_label("Port").fill("04711")
    build.get_by_label("Windows", exact=True).uncheck()
    build.get_by_label("Form").select_option("registry")
    text = built(build)
    assert '"kms9.plant.example.com"' in text
    assert '"4711"' in text
    again = open_page(build.url)
    assert built(again) == text


def test_what_the_link_says_and_the_form_does_not_know_is_told(build: Page, open_page: OpenPage) -> None:
    page = open_page(re.sub(r"#.*|$", "#form=unattend&port=<b>1", build.url, count=1))
    expect(found_on_page(page)).to_contain_text("unattend")


def test_findings_stand_beside_the_file(build: Page) -> None:
    found = found_on_page(build)
    build.get_by_label("Full name").fill("kms.fabrikam.example")
    expect(found).to_contain_text("command-host-unknown")
    build.get_by_label("Form").select_option("powershell")
    expect(found).to_contain_text("reg-host-unknown")
    build.get_by_label("Compare it with organization.yml").uncheck()
    expect(found.locator("h2")).to_contain_text("Valid: no finding")


@pytest.mark.parametrize(
    ("aim", "label", "given", "said"),
    [
        ("host", "Full name", "192.0.2.1", "192.0.2.1 is not the full DNS name"),
        ("host", "Full name", "kms1", "kms1 is not the full DNS name"),
        ("host", "Full name", "kms1.corp.example.com'; calc", "is not the full DNS name"),
        ("host", "Full name", "", "is not the full DNS name"),
        ("host", "Port", "0", "The port is 0"),
        ("host", "Port", "65536", "Enter a number from 1 to 65535"),
        ("domain", "Domain to look up", "corp", "corp is not a DNS domain"),
        ("host", "Full name", NO_KEY, "•••••"),
    ],
)
def test_what_no_file_can_hold_is_refused_with_the_reason(
    aim: Any, label: str, given: str, said: str, build: Page
) -> None:
    build.get_by_label(AIMS[aim]).check()
    build.get_by_label(label).fill(given)
    expect(found_on_page(build).locator("h2")).to_contain_text("No file")
    expect(found_on_page(build)).to_contain_text(said)


@pytest.mark.parametrize(("left", "name"), [("Office", "windows"), ("Windows", "office"), (None, "domain")])
def test_what_the_file_does_not_change_is_said(left: str | None, name: str, build: Page) -> None:
    if left:
        build.get_by_label(left, exact=True).uncheck()
    else:
        build.get_by_label(AIMS["domain"]).check()
    expect(found_on_page(build)).to_contain_text(LEFT_OUT[name])


def test_what_a_form_cannot_do_is_refused_with_the_reason(build: Page) -> None:
    found = found_on_page(build)
    build.get_by_label("Form").select_option("oslicense")
    expect(found).to_contain_text("OSLicense module sets only Windows")
    build.get_by_label(AIMS["domain"]).check()
    expect(found).to_contain_text("Choose the batch file")
    for product in ("Windows", "Office"):
        build.get_by_label(product, exact=True).uncheck()
    expect(found).to_contain_text("Choose Windows, Office or both")
