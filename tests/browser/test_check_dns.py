"""SRV records checked and built in a real browser: the same findings and files as Python, and what one sees."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from macros.catalog.loader import load_cached
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.context import Context
from macros.formats.base.report import FILES
from macros.formats.detect import examine
from macros.formats.dns.format import BY_ID
from macros.formats.dns.srv import Wanted, records
from macros.formats.library import FORMAT_OF, SAMPLES, on_disk, sample
from macros.render.deploy import dns_check_data
from macros.render.deploy.dns_check_data import ELSEWHERE, LAYOUTS, LEFT_OUT
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
    paste,
    reported,
    says_only_what_the_data_says,
)
from tests.formats.dns.test_srv import COMPARED, HOSTILE, WANTED, WORDS, vectors
from tests.formats.reports import compared, made_for

pytestmark = pytest.mark.browser

CHECK, BUILD = "deploy/check-dns.html", "deploy/build-dns.html"
READ = [kind for kind in BY_ID if kind != ELSEWHERE]
MUTATED, ARRANGED, BUILT = 600, 600, 300
SLOWEST_HOSTILE = 1000
"""Milliseconds."""


# ------------------------------------------------------------------------------------------------------- parity

TWIN = Twin(
    reported("(data, kind, wanted) => vagDns.validate(kind, data, wanted)"),
    lambda data, kind, wanted: in_python(compared(kind, data, wanted)),
    lambda kind, wanted: (kind, dns_check_data.wanted(wanted)),
)


def shown_samples(view: View) -> list[Case]:
    """Every sample and every twin, as the site checks them and by its form alone."""
    against = (Wanted.of(context(view)), Wanted.of(Context(view.catalog, view.policy)))
    made = []
    for kind in READ:
        for sample_id in BY_ID[kind].samples:
            one = sample(sample_id, context(view))
            texts = (one.text, *(twin.text for twin in one.twins))
            made += [Case(text, (kind, wanted)) for text in texts for wanted in against]
    return made


def written(policy: Policy) -> list[Case]:
    """The vectors of the form's own tests."""
    made = [Case(each["text"], (kind, WANTED)) for kind in READ for each in vectors("dns_srv.yaml")[kind]]
    alone = vectors("dns_alone.yaml")
    made += [
        Case(each["text"], (kind, Wanted.of(Context(load_cached(), policy)))) for kind in READ for each in alone[kind]
    ]
    return made + [Case(each["text"], ("dns-zone", COMPARED)) for each in vectors("dns_compared.yaml")]


def test_every_sample_and_twin_gets_the_same_findings(scripts: Page, view: View) -> None:
    TWIN.compare(scripts, shown_samples(view), "samples and twins")


def test_every_vector_gets_the_same_findings(scripts: Page, policy: Policy) -> None:
    found = TWIN.compare(scripts, written(policy), "vectors")
    own = tuple(FILES.values())
    others = {
        "more-findings",
        "too-large",
        "encoding",
        "document-type",
        "not-well-formed",
        "elsewhere",
        "recognized",
        "kind-unknown",
    }
    assert set(dns_check_data.rules()) - found - others - {rule.id for rule in own} == set()


def test_every_word_of_a_finding_comes_from_the_data(check: Page, policy: Policy) -> None:
    says_only_what_the_data_says(check, "vagDns.known", TWIN, written(policy))


@pytest.mark.parametrize("kind", READ)
def test_hostile_input_gets_the_same_findings(kind: str, scripts: Page) -> None:
    TWIN.compare(scripts, [Case(data, (kind, WANTED)) for data in NASTY.values()], f"hostile input as {kind}")


MARKS = (
    *("_vlmcs", "_vlmsc._tcp", "_vlmcs._udp", "kms2.corp.example.com", "kms1.corp.example.com."),
    *("KMS1.CORP.example.com", "1689", "65536", "00001", "99999999999", "-1", "\uff11", "192.0.2.10"),
    *("192.0.2.010", "2001:db8::1", "::ffff:1.2.3.4", "1::2:3:4:5:6:7:8", "fe80::1%eth0", "a..b", ".", "@"),
    *("\\046", "\\300", "\\1", "a\\.b", "x" * 64, "a." * 130, "kms", "oldkms.corp.example.com"),
    *("plant.example.com", "_vlmcs._tcp.plant.example.com.", "1h", "1H2m", "CH", "ANY", "TXT", "TYPE65"),
    *("TYPE65536", "NSAP-PTR", "SOA", "AAAA", "$GENERATE", "$ORIGIN corp.example.com.", "$ORIGIN .", "\t"),
    *("\r\n", ">nul", "2>&1", ">", "&&", "|", ";", "'", '"', "`", "\\", "^", "#", "--srv-host="),
    *("domain=corp.example.com", "cname=a", "always_deny", "refuse", "view:", "local_zone:", "localdata:"),
    *("-U", "add", "del", "samba-tol", "dnscmdd", "/Ageing", "\u0130", "\u017frv", "\u2028", "\u3000", "\x85"),
    *("\x1f", NO_KEY, "<script>", "{given}", "$1", "__proto__", "constructor"),
)  # fmt: skip


def test_mutated_files_get_the_same_findings(scripts: Page, view: View, policy: Policy) -> None:
    chance = random.Random(SEED)
    texts = [*shown_samples(view), *written(policy)]
    by_kind = {kind: [one for one in texts if one.how[0] == kind] for kind in READ}
    cases = []
    for _ in range(MUTATED):
        one = chance.choice(by_kind[chance.choice(READ)])
        cases.append(Case(mutant(str(one.data), chance, [*WORDS, *MARKS]), one.how))
    found = TWIN.compare(scripts, cases, "mutated files")
    assert len(found) > 25


def test_arranged_words_get_the_same_findings(scripts: Page) -> None:
    chance = random.Random(SEED)
    cases = []
    for _ in range(ARRANGED):
        kind = chance.choice(READ)
        text = arranged(chance, STARTS[kind], [*WORDS, *MARKS], [" "])
        cases.append(Case(text, (kind, chance.choice([WANTED, COMPARED]))))
    TWIN.compare(scripts, cases, "arranged words")


STARTS = {
    "dns-dnscmd": ("dnscmd /RecordAdd ", "dnscmd dc ", "@rem ", ""),
    "dns-nsupdate": ("update add ", "ttl 60\nadd ", "zone corp.example.com\nupdate add _vlmcs._tcp ", ""),
    "dns-dnsmasq": ("srv-host=", "cname=", "srv_host=", ""),
    "dns-unbound": ("server:\nlocal-data: '", 'server:\nlocal-zone: "', "local-zone: ", ""),
    "dns-samba": ("samba-tool dns add ", "sudo samba-tool dns ", ""),
    "dns-zone": ("_vlmcs._tcp SRV ", "$ORIGIN ", "@ IN ", " A ", ""),
}


PIECES = ["a", "B", ".", ".", "0", "1", ":", "::", "\\", "\\0", "\\046", "255", "$", "@", "-", "x" * 60]
DIGITS = ["1", "25", "255", "256", "0", "01", ".", ".", "::", ":", "f"]


def test_names_and_addresses_are_read_the_same(scripts: Page) -> None:
    """Each name stands as target, as name and as address of a zone file."""
    chance = random.Random(SEED)
    names = ["".join(chance.choices(PIECES, k=chance.randrange(1, 9))) for _ in range(800)]
    lines = [f"_vlmcs._tcp SRV 0 0 1688 {name}" for name in names]
    lines += [line for name in names for line in (f"{name} A 1.1.1.1", f"a AAAA {name}")]
    numbers = ["".join(chance.choices(DIGITS, k=7)) for _ in range(800)]
    lines += [f"a {kind} {number}" for number in numbers for kind in ("A", "AAAA")]
    TWIN.compare(scripts, [Case(line, ("dns-zone", WANTED)) for line in lines], "names and addresses")


# ------------------------------------------------------------------------------------------------------- hostile

NASTY: dict[str, str | bytes] = {
    **{repr(data[:20]): data for data in HOSTILE},
    "many lines": "_vlmcs._tcp SRV 0 0 1688 a\n" * 2_000,
    "one long line": "_vlmcs._tcp SRV " + "0 " * 50_000,
    "one long line of records": "local-data: x " * 10_000,
    "commands in one line": "dnscmd x;" * 10_000,
    "many options": "srv-host=a,b,c,d\n" * 2_000,
    "one name of many labels": "_vlmcs._tcp SRV 0 0 1688 " + "a." * 100_000,
    "escapes": "_vlmcs._tcp SRV 0 0 1688 " + "\\046" * 100_000,
    "parentheses": "(" * 200_000 + ")" * 200_000,
    "quotes": "\"'" * 50_000,
    "blanks": " " * 450_000 + "x",
    "a key": f"_vlmcs._tcp SRV {NO_KEY} 0 1688 {NO_KEY}",
    "too much": "é" * 500_001,
    "UTF-16": "\ufeff_vlmcs._tcp SRV 0 0 1688 a".encode("utf-16-le"),
    "UTF-16 that ends early": "\ufeff_vlmcs".encode("utf-16-le") + b"a",
    "not UTF-8": b"_vlmcs._tcp SRV 0 0 1688 a\n\xe9",
    "markup": f"{MARKUP} SRV 0 0 1688 {MARKUP}",
    "XML": '<?xml version="1.0" encoding="utf-8"?>\n<a/>',
}


TIMED = "(kind, text) => vagDns.validate(kind, text, vagDns.known.wanted.organization)"


@pytest.mark.parametrize("name", [name for name, data in NASTY.items() if isinstance(data, str)])
def test_hostile_text_is_checked_fast_and_does_nothing_else(name: str, scripts: Page) -> None:
    took = [duration(scripts, TIMED, kind, NASTY[name], bound=SLOWEST_HOSTILE, runs=1) for kind in READ]
    print(f"{name}: at most {max(took):.0f} ms")
    assert max(took) < SLOWEST_HOSTILE
    assert scripts.evaluate("window.hacked") is None


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("wrong", [False, True], ids=["valid", "wrong everywhere"])
def test_a_large_file_is_checked_within_the_bound(wrong: bool, kind: str, scripts: Page, view: View) -> None:
    sample_id = next(iter(BY_ID[kind].samples))
    text = sample(sample_id, context(view)).text
    line = next(line for line in text.splitlines() if view.policy.srv_name in line)
    line = line.replace("1688", "4711") if wrong else line.replace(view.policy.srv_name, "_ldap._tcp")
    large = text + f"{line}\n" * (LARGE // len(line) + 1)
    took = duration(scripts, TIMED, kind, large, bound=SLOWEST_CHECK)
    print(f"{kind}, {len(large)} characters: {took:.1f} ms")
    assert took < SLOWEST_CHECK
    TWIN.compare(scripts, [Case(large, (kind, Wanted.of(context(view))))], "large file")


# ------------------------------------------------------------------------------------------------ what one sees


@pytest.mark.parametrize("kind", READ)
def test_the_kind_is_found_out(kind: str, check: Page, view: View) -> None:
    for sample_id in BY_ID[kind].samples:
        paste(check, sample(sample_id, context(view)).text)
        expect(check.locator("#result")).to_have_text(re.compile("Valid: no finding"))
        expect(found_on_page(check)).to_contain_text(f"Read as {BY_ID[kind].form.title}")


def test_powershell_is_sent_to_the_command_line(check: Page, view: View) -> None:
    paste(check, sample("dns-powershell", context(view)).text)
    expect(found_on_page(check)).to_contain_text("python -m macros check")


def test_a_file_that_is_not_checked_is_named(scripts: Page) -> None:
    names_what_is_not_checked(scripts, "(text) => vagDns.examine(text, '', vagDns.known.wanted[''])")


@pytest.mark.parametrize(
    ("encoding", "rule"), [("utf-8", None), ("utf-8-sig", "byte-order-mark"), ("utf-16", "file-encoding")]
)
def test_a_file_is_read_like_on_the_command_line(
    encoding: str, rule: str | None, check: Page, view: View, tmp_path: Any
) -> None:
    text = sample("dns-dnscmd", context(view)).text
    data = text.encode(encoding)
    check.get_by_label("Or open a file").set_input_files({"name": "a.cmd", "mimeType": "text/plain", "buffer": data})
    expect(check.locator("#result")).to_be_visible()
    listed = [each.inner_text() for each in found_on_page(check).locator(".vag-found__list > li").all()]
    reference = Context(view.catalog, view.policy)
    assert [each.id for each in examine("a.cmd", data, None, reference).report.findings] == [rule] * bool(rule)
    assert len(listed) == bool(rule)
    assert all(str(rule) in each for each in listed)


# ------------------------------------------------------------------------------------------------------- build


def request_of(chance: random.Random) -> dict[str, Any]:
    zones = chance.sample(["corp.example.com", "plant.example.com", "a.corp.example.com", "example.org", "b.test"], 3)
    zones = zones[: chance.randrange(1, 4)]
    return {
        "form": chance.choice([*LAYOUTS]),
        "zones": zones,
        "hosts": [
            {
                "name": f"kms{number % 5}.{chance.choice([*zones, 'elsewhere.example', 'corp.example.com'])}",
                "publish_in": chance.choice([[], [], chance.sample(zones, chance.randrange(1, len(zones) + 1))]),
                "port": chance.choice([None, None, 1, 1688, 65535, chance.randrange(1, 65536)]),
                "priority": chance.choice([None, None, 0, 1688, chance.randrange(65536)]),
                "weight": chance.choice([None, None, 0, 10, chance.randrange(65536)]),
            }
            for number in range(chance.randrange(1, 7))
        ],
    }


def organization_of(request: dict[str, Any], organization: Organization) -> Organization:
    zone, *further = request["zones"]
    model = organization.kms_hosts[0]
    hosts = tuple(
        model.model_copy(update={"id": f"h{number}", **host, "publish_in": tuple(host["publish_in"]) or None})
        for number, host in enumerate(request["hosts"])
    )
    return organization.model_copy(update={"dns_zone": zone, "further_dns_zones": tuple(further), "kms_hosts": hosts})


def requests(organization: Organization, policy: Policy) -> Iterator[tuple[dict[str, Any], Organization]]:
    chance = random.Random(SEED)
    for _ in range(BUILT):
        request = request_of(chance)
        changed = organization_of(request, organization)
        if records(changed, policy):
            yield request, changed


BUILT_AND_CHECKED = """(all) => all.map(([request, against]) => {
    const text = vagBuild.generate(request);
    return [text, against.map((wanted) => {
        const { findings, verdict, activation } = vagBuild.check(request.form, text, wanted);
        return { findings, verdict, activation };
    })];
})"""


def test_every_file_is_the_same_as_that_of_python(build: Page, view: View) -> None:
    """The text, and what the check says about it against the organization, against the request and alone."""
    policy = view.policy
    pairs = [*requests(view.organization, policy)]
    assert len(pairs) > BUILT / 2
    sent, expected = [], []
    for request, changed in pairs:
        kind, planned = FORMAT_OF[request["form"]].id, SAMPLES[request["form"]]
        text = planned.make(made_for(changed), dns_check_data.origin(view, planned.file_name))
        contexts = (context(view), made_for(changed), Context(view.catalog, policy))
        against = tuple(map(Wanted.of, contexts))
        sent.append([request, [dns_check_data.wanted(one) for one in against]])
        expected.append([text, [in_python(compared(kind, text, one)) for one in against]])
    found = call(build, BUILT_AND_CHECKED, sent)
    different = [pair for pair in zip(sent, expected, found, strict=True) if pair[1] != pair[2]]
    print(f"built files: {len(sent)}, {len(sent) - len(different)} agree")
    assert different[:2] == []


@pytest.mark.parametrize("form", LAYOUTS)
def test_the_form_starts_with_the_file_of_the_organization(form: str, build: Page, view: View) -> None:
    build.get_by_label("DNS server").select_option(form)
    assert built(build) == sample(form, context(view)).text
    expect(found_on_page(build).locator("h2")).to_contain_text("Valid: no finding")
    with build.expect_download() as download:
        build.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == SAMPLES[form].file_name
    assert download.value.path().read_bytes() == on_disk(form, sample(form, context(view)).text)


def test_a_link_brings_the_file_back(build: Page, open_page: OpenPage) -> None:
    build.get_by_role("button", name="Add a host").click()
    build.get_by_label("Full name").last.fill("kms9.plant.example.com")
    build.get_by_label("Port").last.fill("4711")
    build.get_by_label("DNS server").select_option("dns-unbound")
    text = built(build)
    assert "4711 kms9.plant.example.com." in text
    again = open_page(build.url)
    assert built(again) == text
    # A row that the link does not name stays empty.
    fewer = open_page(re.sub(r"&(name|port|priority|weight|in)[2-9]=[^&]*", "", build.url))
    assert "kms1." in built(fewer)
    assert "kms2." not in built(fewer)
    assert "kms9." not in built(fewer)


def test_findings_stand_beside_the_file(build: Page) -> None:
    build.get_by_label("Port").first.fill("4711")
    found = found_on_page(build)
    expect(found).to_contain_text("srv-port")
    build.get_by_label("Compare it with organization.yml").uncheck()
    expect(found.locator("h2")).to_contain_text("Valid: no finding")


@pytest.mark.parametrize(
    ("label", "given", "said"),
    [
        ("Full name", "192.0.2.1", "192.0.2.1 is not a full DNS name"),
        ("Full name", "kms1", "kms1 is not a full DNS name"),
        ("Full name", "a_b.corp.example.com", "is not a full DNS name"),
        ("Port", "0", "The port of kms1.corp.example.com is 0"),
        ("Port", "65536", "Enter a number from 1 to 65535"),
        ("Weight", "one", "Enter a number from 0 to 65535"),
        ("Publish in", "example.org", "which is not one of your domains"),
        ("Your DNS domain", NO_KEY, "•••••"),
    ],
)
def test_what_no_file_can_hold_is_refused_with_the_reason(label: str, given: str, said: str, build: Page) -> None:
    build.get_by_label(label).first.fill(given)
    expect(found_on_page(build).locator("h2")).to_contain_text("No file")
    expect(found_on_page(build)).to_contain_text(said)


def test_a_host_in_none_of_the_domains_is_told(build: Page) -> None:
    build.get_by_role("button", name="Add a host").click()
    build.get_by_label("Full name").last.fill("kms9.elsewhere.example")
    expect(found_on_page(build)).to_contain_text(LEFT_OUT["outside"].format(host="kms9.elsewhere.example"))


def test_nothing_to_write_is_refused_with_the_reason(build: Page) -> None:
    for field in build.get_by_label("Full name").all():
        field.fill("")
    expect(found_on_page(build)).to_contain_text("at least one KMS host")
    build.get_by_label("Full name").first.fill("kms1.elsewhere.example")
    expect(found_on_page(build)).to_contain_text("No host is in one of your domains")
    build.get_by_label("Your DNS domain").fill("")
    build.get_by_label("Other domains").fill("")
    expect(found_on_page(build)).to_contain_text("Enter the DNS domain")
