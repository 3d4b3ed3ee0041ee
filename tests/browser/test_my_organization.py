"""The reader's own organization in the browser: files are read and judged as a build does, and written for it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from macros.catalog.organization import Group, KmsHost, MakUse, Organization
from macros.catalog.organization_file import load_organization
from macros.catalog.strict_yaml import DataError, parse
from macros.domain.count import KINDS
from macros.domain.host_keys import GroupCover
from macros.domain.mak_budget import budgets
from macros.domain.policy import Policy
from macros.domain.situation import Comparison, situation
from macros.render.parts.quantity import percent
from tests.browser.check_pages import call, mutant
from tests.browser.test_my_organization_form import opened_file
from tests.browser.test_plan import alike
from tests.built import EXAMPLE, ORGANIZATIONS
from tests.catalog.test_organization import BROKEN, broken_text
from tests.conftest import TODAY
from tests.organizations import organizations

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
CHECK = "plan/my-organization.html"
SEED = 20261129
GAPS = ("client-host-for-server", "product-not-listed", "host-not-listed")
FILES = [EXAMPLE, *sorted(file for file in ORGANIZATIONS.glob("*.yml") if file != EXAMPLE)]
POINTS = ("../data/organization", "decision-boxes", "fleet-sheet", "organization-points")
"""Scripts that come with the first complete organization."""
CHANGED = 1000
WORDS = [
    *(
        "name:",
        "groups:",
        "- id:",
        "kms_hosts: [",
        "]",
        "}",
        "{",
        "count: ",
        ": ",
        ":",
        "#",
        " # note",
        "'",
        '"',
        "-",
        "- ",
        "---",
        "...",
    ),
    *(
        "null",
        "~",
        "true",
        "yes",
        "0",
        "007",
        "-1",
        "1.5",
        "1e3",
        "12:30",
        "2026-02-30",
        "2026-11-24",
        "&a",
        "*a",
        "!!str",
        "|",
        ">",
        "? ",
        "%",
    ),
    *(
        "adba",
        "kms",
        "mak",
        "windows-11",
        "office-ltsc-2024",
        "never",
        "192.0.2.1",
        "2001:db8::1",
        "::1",
        "ad-ready",
        "none",
        "\\u00e9",
        "\\x",
    ),
]
ODD = (
    "",
    "# nothing\n",
    "---\nname: a\n",
    "name: a\n---\nname: b\n",
    "- a\n- - b\n  - c\n-\n  d: 1\n-\n",
    "a:\n- 1\n- 2\nb:\n  - 3\n",
    "a: 'it''s'\nb: \"x\\ty\"\n'c d': 1\n\"e\": 2\n",
    "a: [1, 'b', \"c\", [d], {e: f}]\n",
    "a: {b: 1,\n  c: [2,\n 3], # note\n  d: x}\n",
    '{"a":1,"b":[true,null,"x\\/y"],\n\t"c":{"d":-0}}',
    '{"n\\ame": 1}\n',
    '"n\\ame": 1\n',
    "a: 123456789012345678901234567890\nb: 1234567890123456789012345678901\nc: 1.50\nd: 2.0\n",
    "a: b: c\n",
    "a: b\n  c\n",
    "a\n",
    "a: 1\n b: 2\n",
    "  a: 1\n  b: 2\n",
    "a:\n    b: 1\n  c: 2\n",
    'a: "\\ud83d\\ude00"\n',
    "a: x\u2028y\n",
    "__proto__: 1\nconstructor: 2\n",
    "a: 1\na: {b: 2}\n",
    "a: http://x#y\nb: c#d\ne: f #g\n",
    "[" * 50 + "]" * 50,
)
READ = """(texts) => texts.map((text) => {
  const { organization, problems } = window.vagOrganization.read(text);
  return { organization, problems: problems.map(({ line, key, message }) => [line, key, message]) };
})"""
# Maps as lists of pairs, decimals and large numbers as texts: what JSON can hold of them.
PLAIN = """(texts) => texts.map((text) => {
  const { data, lines, problems } = window.vagYaml.read(text, window.vagOrganization.known.yaml);
  const plain = (value) => {
    if (Array.isArray(value)) return value.map(plain);
    if (value instanceof Map) return { map: [...value].map(([key, each]) => [key, plain(each)]) };
    if (value instanceof window.vagYaml.Decimal) return { decimal: value.value };
    return typeof value === "bigint" ? { whole: String(value) } : value;
  };
  return {
    data: plain(data),
    lines: Object.fromEntries(lines),
    problems: problems.map(({ line, path, message }) => [line, window.vagYaml.dotted(path), message]),
  };
})"""


@pytest.fixture(scope="module")
def scripts(scripts: Page) -> Page:
    """The page with what reads and writes files, which comes with the first one."""
    for name in ("yaml-reading", "organization-reading", "organization-write"):
        scripts.add_script_tag(url=f"../assets/javascripts/{name}.js")
    return scripts


def in_python(text: str, folder: Path, catalog: Catalog) -> dict[str, Any]:
    """What a build says of a file."""
    file = folder / "organization.yml"
    file.write_bytes(text.encode())
    try:
        organization = load_organization(file, catalog)
    except DataError as error:
        return {"organization": None, "problems": [[one.line, one.key, one.message] for one in error.problems]}
    return {"organization": organization.model_dump(mode="json"), "problems": []}


def plainly(value: Any) -> Any:
    """Data as PLAIN gives it."""
    if isinstance(value, list):
        return [plainly(each) for each in value]
    if isinstance(value, dict):
        return {"map": [[key, plainly(each)] for key, each in value.items()]}
    if isinstance(value, float):
        return {"decimal": value}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return {"whole": str(value)}
    return value


# Reading -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_read_as_a_build_reads_it(file: Path, scripts: Page, catalog: Catalog) -> None:
    [found] = call(scripts, READ, [file.read_text("utf-8")])
    assert found == {"organization": load_organization(file, catalog).model_dump(mode="json"), "problems": []}


def test_the_tracked_file_is_read_too(tracked_organization: Path, scripts: Page, catalog: Catalog) -> None:
    [found] = call(scripts, READ, [tracked_organization.read_text("utf-8")])
    wanted = load_organization(tracked_organization, catalog).model_dump(mode="json")
    assert found == {"organization": wanted, "problems": []}


def test_wrong_files_are_told_as_the_build_tells_them(scripts: Page, tmp_path: Path, catalog: Catalog) -> None:
    texts = [broken_text(case) for case in BROKEN]
    found = call(scripts, READ, texts)
    different = []
    for case, text, mine in zip(BROKEN, texts, found, strict=True):
        theirs = in_python(text, tmp_path, catalog)
        assert theirs["problems"]
        # What is no YAML at all is told in words of its own, on the same line.
        if "is not YAML" in theirs["problems"][0][2]:
            assert mine["problems"][0][0] == theirs["problems"][0][0], case["case"]
            assert mine["organization"] is None
        elif mine != theirs:
            different.append((case["case"], mine["problems"], theirs["problems"]))
    assert different == []


def test_changed_files_are_read_as_a_build_reads_them_or_refused(
    scripts: Page, tmp_path: Path, catalog: Catalog
) -> None:
    """What the page takes means the same to a build, line by line; what is no YAML to a build it refuses too."""
    chance = random.Random(SEED)
    starts = [file.read_text("utf-8") for file in FILES if file.stem not in ("bank",)]
    starts += [json.dumps(yaml.safe_load(text), default=str, indent=indent) for text in starts[:3] for indent in (1, 4)]
    texts = [mutant(chance.choice(starts), chance, WORDS) for _ in range(CHANGED)] + [*ODD]
    read, said = call(scripts, PLAIN, texts), call(scripts, READ, texts)
    sound, taken, wrong = 0, 0, []
    for text, mine, judged in zip(texts, read, said, strict=True):
        theirs = in_python(text, tmp_path, catalog)
        try:
            document = parse(text.removeprefix("\ufeff"), "organization.yml")
        except DataError as error:
            # A key that stands twice, a character: said alike, unless it is refused before.
            same = mine["problems"] == [[one.line, one.key, one.message] for one in error.problems]
            if not mine["problems"] or not (same or mine["data"] is None):
                wrong.append(("accepted", text, error.problems[0].message))
            continue
        sound += 1
        if mine["problems"]:
            continue
        taken += 1
        lines = {
            json.dumps([*path], ensure_ascii=False, separators=(",", ":")): at for path, at in document.lines.items()
        }
        if mine["data"] != plainly(document.data) or mine["lines"] != lines:
            wrong.append(("data", text, [each for each in lines.items() if each not in mine["lines"].items()][:3]))
        elif judged != theirs:
            wrong.append(("judged", judged["problems"], theirs["problems"]))
    print(f"{len(texts)} files, {sound} sound, {taken} taken, {len(wrong)} differ")
    assert wrong[:2] == []
    assert taken > 0.8 * sound > 0.1 * len(texts)


# Writing -------------------------------------------------------------------------------------------------------------

WRITE = """(texts) => texts.map((text) => {
  const { organization } = window.vagOrganization.read(text);
  return [window.vagOrganization.asYaml(organization), window.vagOrganization.asJson(organization)];
})"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_the_page_writes_is_what_a_build_reads(
    file: Path, scripts: Page, tmp_path: Path, catalog: Catalog
) -> None:
    wanted = load_organization(file, catalog)
    [texts] = call(scripts, WRITE, [file.read_text("utf-8")])
    for name, text in zip(("organization.yml", "organization.json"), texts, strict=True):
        written = tmp_path / name
        written.write_text(text, "utf-8")
        assert load_organization(written, catalog) == wanted
    again = call(scripts, WRITE, texts)
    assert again == [texts, texts]


def test_the_written_file_says_what_each_key_means(scripts: Page) -> None:
    # Together they have every key.
    files = (EXAMPLE, ORGANIZATIONS / "branches.yml")
    text = "\n".join(written for written, _ in call(scripts, WRITE, [file.read_text("utf-8") for file in files]))
    said = " ".join(line.lstrip("# ") for line in text.splitlines() if line.startswith("#"))
    descriptions = [
        field.description for model in (Organization, Group, KmsHost, MakUse) for field in model.model_fields.values()
    ]
    assert len(descriptions) > 20
    assert [each for each in descriptions if not each or each not in said] == []
    assert max(map(len, text.splitlines())) <= 125


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_organization_survives_the_way_through_the_page(
    data: st.DataObject, scripts: Page, tmp_path: Path, catalog: Catalog
) -> None:
    text = json.dumps(data.draw(organizations(catalog)), ensure_ascii=False)
    file = tmp_path / "organization.yml"
    file.write_text(text, "utf-8")
    wanted = load_organization(file, catalog)
    [[written, _]] = call(scripts, WRITE, [text])
    file.write_text(written, "utf-8")
    assert load_organization(file, catalog) == wanted


# Verdicts ------------------------------------------------------------------------------------------------------------

VERDICTS = """([texts, today]) => texts.map((text) => {
  const { organization } = window.vagOrganization.read(text);
  return window.vagOrganization.verdicts(organization, today);
})"""


def verdicts(organization: Organization, catalog: Catalog, policy: Policy) -> dict[str, Any]:
    """What the pages of the site say of counts and MAKs, as the script has it."""
    seen = situation(organization, catalog, policy)
    hosts = [host.id for host in organization.kms_hosts]
    comparisons = sorted(
        seen.comparisons, key=lambda each: (hosts.index(each.host_id), KINDS.index(each.standing.kind))
    )
    return {
        "counts": [
            {
                "host": each.host_id,
                "kind": each.standing.kind,
                "threshold": each.standing.threshold,
                "computers": each.standing.computers,
                "expected": seen.hold(each.count).expected_seen,
                "chance": each.chance.alone,
                "verdict": each.standing.verdict,
                "holding": each.holding,
                **gaps(each, organization, seen.covers),
            }
            for each in comparisons
        ],
        "maks": [
            {
                "id": each.allotment,
                "product": each.product,
                "needed": each.needed_now,
                "left": each.left,
                "after": each.left_after,
                "year": float(each.a_year),
                "short": each.short_by,
                "until": each.runs_out and str(each.runs_out),
                "stored": each.runs_out_with_stored_ids and str(each.runs_out_with_stored_ids),
                "day": each.counted_on.isoformat() if each.is_dated else None,
            }
            for each in budgets(organization, policy, TODAY)
        ],
    }


def gaps(row: Comparison, organization: Organization, covers: tuple[GroupCover, ...]) -> dict[str, Any]:
    """Products of one count that no key on its host lists, as the page on host keys finds them."""
    groups = {asker.group_id for asker in row.count.askers if asker.kind == row.standing.kind}
    found = {
        cover.product: next((problem for problem in host.problems if problem in GAPS), None)
        for cover in covers
        if cover.group in groups
        for host in cover.hosts
        if host.host == row.host_id
    }
    system = organization.host(row.host_id).operating_system
    return {
        "gaps": [{"product": one, "problem": why, "system": system} for one, why in found.items() if why],
        "isListed": not all(found.values()),
    }


def compare_verdicts(page: Page, texts: list[str], folder: Path, catalog: Catalog, policy: Policy) -> list[Any]:
    """Both sides say the same. Gives what was said."""
    file, said = folder / "organization.yml", []
    for text, found in zip(texts, call(page, VERDICTS, [texts, TODAY.isoformat()]), strict=True):
        file.write_text(text, "utf-8")
        wanted = verdicts(load_organization(file, catalog), catalog, policy)
        assert alike(found, json.loads(json.dumps(wanted))), (found, wanted)
        said.append(wanted)
    return said


def test_verdicts_are_those_of_the_pages(scripts: Page, tmp_path: Path, catalog: Catalog, policy: Policy) -> None:
    texts = [file.read_text("utf-8") for file in FILES]
    said = compare_verdicts(scripts, texts, tmp_path, catalog, policy)
    found = {each["holding"] for one in said for each in one["counts"]}
    assert {"short", "certain"} <= found
    assert any(each["short"] for one in said for each in one["maks"])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_verdicts_of_any_organization_are_those_of_the_pages(
    data: st.DataObject, scripts: Page, tmp_path: Path, catalog: Catalog, policy: Policy
) -> None:
    text = json.dumps(data.draw(organizations(catalog)), ensure_ascii=False)
    compare_verdicts(scripts, [text], tmp_path, catalog, policy)


def hosted(system: str, keys: list[str], groups: dict[str, int]) -> dict[str, Any]:
    """A host with keys, and groups that ask it, by product."""
    return {
        "name": "Harbor",
        "dns_zone": "harbor.example",
        "kms_hosts": [
            {
                "id": "kms",
                "name": "kms.harbor.example",
                "operating_system": system,
                "keys": [{"group": key, "activations_used": 1} for key in keys],
            }
        ],
        "licensed": [],
        "groups": [
            {
                "id": product.replace(".", "-"),
                "name": product,
                "product": product,
                "count": count,
                "method": "kms",
                "directory": "none",
                "network_every_days": 1,
                "kms_hosts": ["kms"],
                "internet": "direct",
            }
            for product, count in groups.items()
        ],
    }


HOLDS = "Activates, and the count holds"
WINDOWS_10 = "Windows 10 (Pro, Enterprise, Education)"
KEYS = [
    (
        ("windows-server-2022", ["ws2022"], {"office-ltsc-2024": 20}),
        [["bad", "No key on this host covers Office LTSC 2024"]],
    ),
    (
        ("windows-server-2016", ["ws2016"], {"windows-server-2022": 30}),
        [["bad", "No key on this host covers Windows Server 2022"]],
    ),
    (
        ("windows-server-2012-r2", ["ws2022"], {"windows-server-2022": 30}),
        [
            [
                "warn",
                "Microsoft does not list Windows Server 2012 R2 as a host for the key that covers Windows Server 2022",
            ]
        ],
    ),
    (
        ("windows-server-2012-r2", ["ws2022"], {"office-ltsc-2024": 20}),
        [["bad", "No key on this host covers Office LTSC 2024"]],
    ),
    (
        ("windows-10", ["win10"], {"windows-server-2016": 30}),
        [["bad", f"A host on {WINDOWS_10} activates client systems only: not Windows Server 2016"]],
    ),
    (
        ("windows-server-2022", ["ws2022"], {"windows-server-2022": 10, "windows-server-2025": 10}),
        [["bad", "No key on this host covers Windows Server 2025"], ["ok", f"Other products: {HOLDS}"]],
    ),
    (
        ("windows-server-2022", ["ws2022"], {"office-ltsc-2024": 4}),
        [
            ["bad", "Short by 1: activates nobody"],
            ["bad", "No key on this host covers Office LTSC 2024"],
        ],
    ),
    (("windows-server-2022", ["ws2022", "office-ltsc-2024"], {"office-ltsc-2024": 20}), [["ok", HOLDS]]),
]
SAID = """([texts, today]) => texts.map((text) => {
  const { counts } = window.vagOrganization.verdicts(window.vagOrganization.read(text).organization, today);
  return counts.map(window.vagOrganization.countSaid);
})"""


def test_a_count_activates_nothing_that_no_key_covers(
    scripts: Page, tmp_path: Path, catalog: Catalog, policy: Policy
) -> None:
    texts = [json.dumps(hosted(*described)) for described, _ in KEYS]
    compare_verdicts(scripts, texts, tmp_path, catalog, policy)
    found = call(scripts, SAID, [texts, TODAY.isoformat()])
    assert found == [[said] for _, said in KEYS]


MAKS = [
    # Granted, counted on, changed hardware in a year in percent of 40 computers; what is left and said on 2026-11-24.
    ((60, None, 0), "20 today", [["ok", "Enough, and nothing uses it up"]]),
    ((60, "2026-10-05", 100), "20 on 2026-10-05", [["warn", "Enough now; used up in 2027-05"]]),
    ((1000, "2026-10-05", 100), "960 on 2026-10-05", [["ok", "Enough until after 2031-10"]]),
    ((60, "2024-10-05", 100), "20 on 2024-10-05", [["bad", "Used up in 2025-05, by this reckoning"]]),
    (
        (60, "2027-01-05", 0),
        "20 on 2027-01-05",
        [
            ["warn", "Counted on 2027-01-05, which is not here yet: check the day"],
            ["ok", "Enough, and nothing uses it up"],
        ],
    ),
]
MAKS_SAID = """(today, ...texts) => texts.map((text) => {
  const { leftSaid, makSaid, read, verdicts } = window.vagOrganization;
  return verdicts(read(text).organization, today).maks.map((mak) => [leftSaid(mak), makSaid(mak, today)]);
})"""


def drawn_on(total: int, day: str | None, percent_a_year: int) -> dict[str, Any]:
    """A MAK that activated the forty computers of a group."""
    found = hosted("windows-server-2022", ["ws2022"], {"office-ltsc-2024": 40})
    use = {"activated": 40, "reimaged_percent_per_year": 0, "hardware_changes_percent_per_year": percent_a_year}
    found["mak_allotments"] = [
        {"id": "office", "product": "office-ltsc-2024", "total": total, "used": 40, "counted_on": day}
    ]
    found["groups"][0] |= {"method": "mak", "kms_hosts": [], "mak": use | {"allotment": "office"}}
    return found


def test_the_balance_of_a_mak_is_told_by_its_day(
    scripts: Page, tmp_path: Path, catalog: Catalog, policy: Policy
) -> None:
    texts = [json.dumps(drawn_on(*numbers)) for numbers, _, _ in MAKS]
    compare_verdicts(scripts, texts, tmp_path, catalog, policy)
    assert call(scripts, MAKS_SAID, TODAY.isoformat(), *texts) == [[[left, said]] for _, left, said in MAKS]


CHANCES = """(...some) => some.map(([chance, holding]) =>
  window.vagOrganization.chanceSaid({ chance, holding, verdict: "met" }))"""


def test_a_probability_is_written_as_on_the_other_pages(scripts: Page) -> None:
    some = [0.0, 1e-9, 0.0009, 0.001, 0.00151, 0.5, 0.98765, 0.9989, 0.9991, 1 - 1e-12, 1.0]
    found = call(scripts, CHANCES, *[[each, "holds"] for each in some])
    assert found == [percent(min(each, 1 - 1e-9)) for each in some]
    assert "100%" not in found
    assert call(scripts, CHANCES, [1.0, "certain"]) == [percent(1)]


def test_the_page_says_that_no_key_covers_a_product(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/{CHECK}")
    described, [[_, text]] = KEYS[0]
    opened_file(page, json.dumps(hosted(*described)))
    row = page.get_by_role("row", name="kms.harbor.example: Office")
    expect(row.locator(".vag-status--bad")).to_contain_text(text)
    assert row.locator(".vag-status--ok").count() == 0
