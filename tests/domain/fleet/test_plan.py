"""A fleet against an organization, and a draft of one from a fleet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.organization_file import load_organization
from macros.domain.fleet.draft import NothingToDraftError, draft
from macros.domain.fleet.findings import Found, days_of, findings
from macros.domain.fleet.kinds import kinds
from macros.domain.fleet.plan import Compared, compare
from macros.domain.fleet.tally import Seen, Tally, moment
from macros.domain.policy import Policy
from macros.domain.worksheet import worksheet
from macros.render.parts.view import View
from macros.render.troubleshoot.fleet_data import as_draft
from tests.conftest import TODAY
from tests.made_fleet import Maker
from tests.test_fleet import read

WINDOWS_11 = {"name": "Windows(R), Enterprise edition", "system": "Microsoft Windows 11 Enterprise 10.0.26100"}
SERVER = {"name": "Windows(R), ServerStandard edition", "system": "Microsoft Windows Server 2022 Standard 10.0.20348"}
KMS = {
    "description": "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
    "partial_key": "2YT43",
    "minutes": "250000",
}
MAK = {"description": "Windows(R) Operating System, VOLUME_MAK channel", "partial_key": "ABCDE"}
OEM = {"description": "Windows(R) Operating System, OEM_DM channel", "partial_key": "ABCDE"}
OFFICE_MAK = {
    "name": "Office 24, Office24ProPlus2024VL_MAK_AE edition",
    "description": "Office 24, VOLUME_MAK channel",
    "partial_key": "ABCDE",
}


def seen(catalog: Catalog, *rows: Mapping[str, str], count: int = 1) -> Seen:
    tally = Tally(catalog, Policy.of(catalog))
    for place, row in enumerate(rows):
        for number in range(count):
            told = {"computer": f"PC{place}-{number}.corp.example.com", "status": "1", **row}
            tally.add(tuple(told.get(name, "") for name in kinds(catalog).columns))
    return tally.seen(TODAY)


def plan(organization: Organization, *groups: Mapping[str, object], **changes: object) -> Organization:
    """The organization with some groups of its first one, changed."""
    first = organization.groups[0].model_dump() | {"kms_hosts": ("kms1",), "directory": "none"}
    made = [type(organization.groups[0])(**{**first, "id": f"group{n}", **group}) for n, group in enumerate(groups)]  # type: ignore[arg-type]
    return organization.model_copy(update={"groups": tuple(made), **changes})


def found(compared: Compared, rule: str) -> list[Found]:
    return [one for one in compared.findings if one.rule.id == rule]


def test_a_group_is_told_by_product_and_method(catalog: Catalog, organization: Organization) -> None:
    own = plan(
        organization,
        {"product": "windows-11", "method": "kms", "count": 3},
        {"product": "windows-11", "method": "adba", "count": 2},
        {"product": "windows-server-2022", "method": "kms", "count": 5},
    )
    kms = {**WINDOWS_11, **KMS, "found_host": "kms1.corp.example.com"}
    adba = {**WINDOWS_11, **KMS, "ao_name": "Example"}
    compared = compare(seen(catalog, kms, adba, count=3), own, catalog)
    assert [([group.id for group in lot.groups], lot.planned, len(lot.computers)) for lot in compared.lots] == [
        (["group0"], 3, 3),
        (["group1"], 2, 3),
        (["group2"], 5, 0),
    ]
    assert [one.values["seen_count"] for one in found(compared, "group-count")] == [3]
    assert [one.values["group_ids"] for one in found(compared, "empty-group")] == ["group2"]


def test_groups_that_rows_do_not_tell_apart_are_compared_together(catalog: Catalog, organization: Organization) -> None:
    own = plan(
        organization,
        {"product": "windows-11", "method": "kms", "count": 3},
        {"product": "windows-11", "method": "kms", "count": 2},
    )
    kms = {**WINDOWS_11, **KMS, "found_host": "kms1.corp.example.com"}
    compared = compare(seen(catalog, kms, count=5), own, catalog)
    assert [(lot.planned, len(lot.computers)) for lot in compared.lots] == [(5, 5)]
    assert compared.findings == ()


def test_names_and_domains_tell_groups_of_one_product_apart(catalog: Catalog, organization: Organization) -> None:
    own = plan(
        organization,
        {"product": "windows-11", "method": "kms", "count": 2, "match": "LT-*"},
        {"product": "windows-11", "method": "kms", "count": 3, "match": "*.plant.example.com"},
        {"product": "windows-11", "method": "kms", "count": 1},
    )
    kms = {**WINDOWS_11, **KMS, "found_host": "kms1.corp.example.com"}
    names = [f"lt-{n}.corp.example.com" for n in range(2)] + [f"PC{n}.PLANT.example.com" for n in range(3)] + ["PC9"]
    compared = compare(seen(catalog, *({**kms, "computer": name} for name in names)), own, catalog)
    assert [(lot.planned, len(lot.computers)) for lot in compared.lots] == [(2, 2), (3, 3), (1, 1)]
    assert compared.findings == ()


def test_a_computer_that_no_match_fits_is_explained_by_no_group(catalog: Catalog, organization: Organization) -> None:
    own = plan(organization, {"product": "windows-11", "method": "kms", "count": 1, "match": "LT-?"})
    kms = {**WINDOWS_11, **KMS, "found_host": "kms1.corp.example.com"}
    said = seen(catalog, {**kms, "computer": "LT-1"}, {**kms, "computer": "LT-22"})
    assert [one.computers for one in found(compare(said, own, catalog), "no-group")] == [(1,)]


def test_what_no_group_explains_is_named(catalog: Catalog, organization: Organization) -> None:
    own = plan(organization, {"product": "windows-11", "method": "kms", "count": 1})
    kms = {**WINDOWS_11, **KMS, "found_host": "kms1.corp.example.com"}
    compared = compare(seen(catalog, kms, {**SERVER, **MAK}), own, catalog)
    (one,) = found(compared, "no-group")
    assert one.computers == (1,)
    assert one.values["product"] == "Windows Server 2022"


def test_a_mak_where_kms_is_planned_is_no_mere_difference(catalog: Catalog, organization: Organization) -> None:
    own = plan(organization, {"product": "windows-11", "method": "kms", "count": 2})
    compared = compare(seen(catalog, {**WINDOWS_11, **MAK}, {**WINDOWS_11, **OEM}), own, catalog)
    (mak,) = found(compared, "mak-for-kms")
    assert (mak.computers, mak.values["planned"]) == ((0,), "KMS")
    (other,) = found(compared, "method-differs")
    assert (other.computers, other.values["method"]) == ((1,), "OEM")


def test_a_product_that_is_not_activated_differs_from_no_plan(catalog: Catalog, organization: Organization) -> None:
    own = plan(organization, {"product": "windows-11", "method": "kms", "count": 1})
    compared = compare(seen(catalog, {**WINDOWS_11, **KMS, "status": "5"}), own, catalog)
    assert compared.findings == ()
    assert [(len(lot.computers), lot.open) for lot in compared.lots] == [(0, (0,))]


def test_what_may_belong_to_several_groups_joins_none_of_them(catalog: Catalog, organization: Organization) -> None:
    own = plan(
        organization,
        {"product": "windows-11", "method": "kms", "count": 2},
        {"product": "windows-11", "method": "adba", "count": 2},
        {"product": "windows-11", "method": "unactivated", "count": 1},
    )
    kms = {**WINDOWS_11, **KMS, "found_host": "kms1.corp.example.com"}
    rows = [kms, {**WINDOWS_11, **KMS, "ao_name": "Example"}, {**WINDOWS_11, **KMS}, {**kms, "status": "5"}]
    compared = compare(seen(catalog, *rows), own, catalog)
    assert [(lot.computers, lot.open) for lot in compared.lots] == [((0,), (2, 3)), ((1,), (2, 3)), ((), (3,))]
    assert compared.findings == ()


def test_a_group_that_is_not_activated_takes_no_mak_in(catalog: Catalog, organization: Organization) -> None:
    own = plan(
        organization,
        {"product": "windows-11", "method": "kms", "count": 1},
        {"product": "windows-11", "method": "unactivated", "count": 1},
    )
    compared = compare(seen(catalog, {**WINDOWS_11, **MAK}), own, catalog)
    assert [one.computers for one in found(compared, "mak-for-kms")] == [(0,)]


def test_a_host_that_the_organization_does_not_name_is_told(catalog: Catalog, organization: Organization) -> None:
    own = plan(organization, {"product": "windows-11", "method": "kms", "count": 4})
    hosts = ["kms1.corp.example.com", "KMS1", "stray.example.net", "azkms.core.windows.net"]
    rows = [{**WINDOWS_11, **KMS, "found_host": host} for host in hosts]
    compared = compare(seen(catalog, *rows), own, catalog)
    assert [(one.values["host"], one.computers) for one in found(compared, "host-unplanned")] == [
        ("stray.example.net", (2,))
    ]


def test_more_products_with_a_mak_than_activations_are_told(catalog: Catalog, organization: Organization) -> None:
    own = plan(organization, {"product": "office-ltsc-2024", "method": "unactivated", "count": 100})
    used = next(one.used for one in own.mak_allotments if one.product == "office-ltsc-2024")
    fewer, more = (compare(seen(catalog, OFFICE_MAK, count=n), own, catalog) for n in (used, used + 1))
    assert found(fewer, "mak-balance") == []
    assert [one.values["seen_count"] for one in found(more, "mak-balance")] == [used + 1]


# Drafts


@pytest.mark.parametrize("seed", range(40))
def test_a_draft_loads_and_agrees_with_its_fleet(seed: int, view: View, tmp_path: Path) -> None:
    """Round trip: held against its own draft, a fleet differs in nothing that the draft speaks of."""
    fleet = Maker(seed, view.today, view.catalog, size=25).made()
    said = read(view, fleet.files).seen
    file = tmp_path / "organization.yml"
    file.write_text(as_draft(view, said), "utf-8")
    organization = load_organization(file, view.catalog)
    compared = compare(said, organization, view.catalog)
    counts = {group.id: group.count for group in organization.groups}
    assert sum(counts.values()) > 0
    assert {one.rule.id for one in compared.findings} <= {"method-differs", "no-group", "group-count", "mak-for-kms"}
    assert {one.product: one.computers for one in organization.licensed} == {
        product: sum(group.count for group in organization.groups if group.product == product)
        for product in {group.product for group in organization.groups}
    }
    sheet = worksheet(organization, view.catalog, view.policy, view.tables)
    hosts = sum(len(cell.computers) for cell in said.cells if cell.kind.method.id == "kms-host")
    left = sum(int(str(slots["products"])) for name, slots in draft(said, view.catalog).remarks if name == "left")
    assert sheet.computers == sum(line.computers for line in sheet.lines) == said.products - hosts - left
    assert not any(balance.unexplained for balance in sheet.balances)
    outside = {"OEM", "retail", "evaluation"}
    for one in compared.findings:
        assert one.rule.id != "method-differs" or one.values["method"] in outside, one


def test_a_fleet_of_volume_licenses_is_all_in_its_draft(view: View, catalog: Catalog, tmp_path: Path) -> None:
    kms = {**WINDOWS_11, **KMS, "found_host": "kms1.corp.example.com"}
    server = {**SERVER, **KMS, "partial_key": "VMK7H", "found_host": "kms2.plant.example.net"}
    adba = {**SERVER, **KMS, "partial_key": "VMK7H", "ao_name": "Example"}
    said = seen(catalog, kms, server, adba, OFFICE_MAK, {**WINDOWS_11, **MAK}, count=7)
    file = tmp_path / "organization.yml"
    file.write_text(as_draft(view, said), "utf-8")
    organization = load_organization(file, catalog)
    assert compare(said, organization, catalog).findings == ()
    assert sum(group.count for group in organization.groups) == 35
    assert [host.name for host in organization.kms_hosts] == ["kms1.corp.example.com", "kms2.plant.example.net"]
    assert [(one.product, one.used) for one in organization.mak_allotments] == [
        ("office-ltsc-2024", 7),
        ("windows-11", 7),
    ]


def test_what_a_draft_leaves_out_is_told(catalog: Catalog) -> None:
    rows = [{**WINDOWS_11, **KMS, "found_host": "192.0.2.1"}, {**WINDOWS_11, **OEM}]
    remarks = dict(draft(seen(catalog, *rows), catalog).remarks)
    assert remarks["host_left"]["host"] == "192.0.2.1"
    assert remarks["left"] == {"product": "Windows 11 (Pro, Enterprise, Education) (OEM)", "products": 1}


def test_without_a_volume_license_there_is_nothing_to_draft(catalog: Catalog) -> None:
    with pytest.raises(NothingToDraftError):
        draft(seen(catalog, {**WINDOWS_11, **OEM}), catalog)


# Days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-24T08:00:00Z", (2026, 11, 24)),
        ("2026-11-24 08:00", (2026, 11, 24)),
        ("2026-11-24T23:30:00-05:00", (2026, 11, 25)),
        ("11/24/2026 9:12:30 AM", (2026, 11, 24)),
        ("24.11.2026 09:12:30", (2026, 11, 24)),
        ("7/7/2026", (2026, 7, 7)),
        ("/Date(1795509000000)/", (2026, 11, 24)),
        ("3/4/2026", None),
        ("99/99/2026", None),
        ("11/24/26", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_day_is_read_where_it_can_be_read_in_one_way(text: str, day: tuple[int, int, int] | None) -> None:
    found = moment(text)
    assert (found // 1440 or None) == (None if day is None else TODAY.replace(*day).toordinal())


# What is kept of a row


def test_the_newest_collection_of_a_computer_counts(catalog: Catalog) -> None:
    one = {**WINDOWS_11, **KMS, "computer": "PC1"}
    old = {**one, "status": "5", "collected": "2026-11-01"}
    office = {**OFFICE_MAK, "computer": "pc1", "collected": "2026-11-01"}
    new = {**one, "collected": "2026-11-20"}
    for rows in ((old, office, new), (new, office, old)):
        said = seen(catalog, *rows)
        assert (said.computers, said.products, said.older) == (1, 1, 2)
        assert said.cells[0].kind.status == "licensed"


def test_a_computer_with_very_many_licenses_is_read_in_time(catalog: Catalog) -> None:
    rows = [{**KMS, "name": f"Windows(R), Edition{number} edition", "computer": "PC1"} for number in range(300)]
    said = seen(catalog, *rows, *rows[:50], rows[299])
    assert (said.products, said.repeated, said.computers) == (300, 51, 1)


def test_a_time_that_is_not_told_is_not_taken_for_good(catalog: Catalog, policy: Policy) -> None:
    kms = {**WINDOWS_11, **KMS, "found_host": "kms1.corp.example.com"}
    said = seen(catalog, {**kms, "minutes": ""}, {**kms, "minutes": "soon"}, kms)
    found = {one.id: one.computers for one in findings(said, catalog, policy)}
    assert found["time-unknown"] == (0, 1)
    assert "time-unread" in found


def test_releases_that_rows_do_not_tell_apart_are_told_together(catalog: Catalog) -> None:
    server = {**KMS, "name": "Windows(R), ServerStandard edition"}
    told = {
        "": "Windows Server, release not known",
        "VMK7H": "Windows Server 2022",
    }
    for key, name in told.items():
        said = seen(catalog, {**server, "partial_key": key or "ABCDE"})
        assert said.cells[0].kind.product == name


@pytest.mark.parametrize(
    ("edition", "build", "name", "products"),
    [
        ("EnterpriseS", "19044", "Windows 10 Enterprise LTSC 2021", ("windows-10-ltsc-2021",)),
        ("EnterpriseSN", "17763", "Windows 10 Enterprise LTSC 2019", ("windows-10-ltsc-2019",)),
        ("EnterpriseS", "14393", "Windows 10 Enterprise 2016 LTSB", ("windows-10-ltsb-2016",)),
        ("EnterpriseS", "10240", "Windows 10 Enterprise 2015 LTSB", ("windows-10-ltsb-2015",)),
        ("EnterpriseS", "", "Windows 10 Enterprise LTSC, release not known", None),
        ("IoTEnterpriseS", "19044", "Windows 10 IoT Enterprise LTSC 2021", ("windows-10-iot-ltsc-2021",)),
        ("IoTEnterpriseS", "17763", "Windows 10 IoT Enterprise LTSC 2019", ()),
        ("Enterprise", "19044", "Windows 10 (Pro, Enterprise, Education)", ("windows-10",)),
    ],
)
def test_releases_of_ltsc_are_told_by_their_builds(
    edition: str, build: str, name: str, products: tuple[str, ...] | None, catalog: Catalog
) -> None:
    system = f"Microsoft Windows 10 Enterprise LTSC{f' 10.0.{build}' if build else ''}"
    row = {**KMS, "name": f"Windows(R), {edition} edition", "system": system, "partial_key": "ABCDE"}
    kind = seen(catalog, row).cells[0].kind
    assert kind.product == name
    assert products is None or kind.products == products


def test_horizons_of_the_findings_are_those_of_the_data(catalog: Catalog) -> None:
    rules = {one.id: one for one in catalog.fleet.findings}
    bounds = [days_of(rules[name]) for name in ("ends-first", "ends-second", "ends-third", "renewals-missed")]
    first, second, third = catalog.fleet.horizons
    assert bounds == [
        {"low": 0, "high": first, "last": first - 1},
        {"low": first, "high": second, "last": second - 1},
        {"low": second, "high": third, "last": third - 1},
        {"low": third},
    ]


def test_the_bars_end_with_the_validity(catalog: Catalog, policy: Policy) -> None:
    assert catalog.fleet.validity == policy.validity_days
    assert replace(seen(catalog, {**WINDOWS_11, **KMS})).bounds[-1] == policy.validity_days
