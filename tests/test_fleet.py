"""Whole fleets, from files to the report: every number and every finding is the truth."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from macros.catalog.json_schema import REPORT, schemas
from macros.catalog.organization import Organization
from macros.domain.fleet.findings import Found
from macros.domain.fleet.plan import asked
from macros.domain.fleet.tally import Tally
from macros.formats.fleet.columns import columns
from macros.formats.fleet.files import Files
from macros.given import no_text
from macros.render.parts.view import View
from macros.render.troubleshoot.fleet_data import LeftOut, Whole, as_csv, as_data, as_text, whole
from macros.render.troubleshoot.fleet_report import as_markdown
from tests import planted
from tests.json_schema import mistakes
from tests.made_fleet import Made, Maker
from tests.workbooks import book, shared, sheet

SEEDS = 200


def read(view: View, files: Mapping[str, bytes], organization: Organization | None = None) -> Whole:
    """What the command says of some files."""
    wanted = asked(organization)
    tally = Tally(view.catalog, view.policy, columns(view.catalog, wanted).places)
    left = LeftOut()
    reading = Files(view.catalog, view.today, tally.add, left.add, no_text, asked=wanted)
    for name, data in files.items():
        reading.read(name, io.BytesIO(data))
    return whole(view, tally.seen(view.today), reading.told, left, organization)


def made(seed: int, view: View) -> Made:
    return Maker(seed, view.today, view.catalog).made()


@pytest.fixture(scope="module")
def told(view: View) -> list[tuple[Made, Whole, Mapping[str, Any]]]:
    found = []
    for seed in range(SEEDS):
        fleet = made(seed, view)
        said = read(view, fleet.files)
        found.append((fleet, said, as_data(view, said)))
    return found


def test_every_total_is_the_truth(told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for seed, (fleet, _, report) in enumerate(told):
        truth = fleet.truth
        assert report["totals"] == {
            "computers": len(truth.computers),
            "products": truth.products,
            "rows": truth.rows,
            "rows_left_out": truth.left,
            "rows_not_in_use": truth.aside,
            "rows_of_older_collections": truth.older,
            "rows_repeated": truth.repeated,
            "rows_without_a_day": truth.undated,
        }, seed


def test_products_states_channels_and_methods_are_the_truth(told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for seed, (fleet, _, report) in enumerate(told):
        truth = fleet.truth
        assert {one["product"]: one["status"] for one in report["products"]} == truth.status, seed
        assert {one["product"]: one["channel"] for one in report["products"]} == truth.channel, seed
        assert report["methods"] == truth.methods, seed
        assert sum(one["products"] for one in report["products"]) == truth.products, seed


def test_days_left_are_the_truth(told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for seed, (fleet, _, report) in enumerate(told):
        expiry = report["expiry"]
        assert expiry["within_days"] == {str(most): fleet.truth.within[most] for most in (7, 30, 60)}, seed
        assert expiry["bars"][0]["products"] == fleet.truth.ended, seed
        by_bars = sum(bar["products"] for bar in expiry["bars"][1:4])
        assert by_bars == fleet.truth.within[60], seed
        assert len(expiry["soonest"]) == fleet.truth.within[60] + fleet.truth.ended, seed


def test_hosts_are_the_truth(told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for seed, (fleet, _, report) in enumerate(told):
        families = {"windows_clients": "windows-client", "windows_servers": "windows-server", "office": "office"}
        found = {
            one["name"]: {family: one[key] for key, family in families.items() if one[key]} for one in report["hosts"]
        }
        wanted = {
            host: {family: len(names) for family, names in by_family.items()}
            for host, by_family in fleet.truth.hosts.items()
        }
        assert found == wanted, seed
        assert {one["name"]: one["set_by_hand"] for one in report["hosts"] if one["set_by_hand"]} == {
            host: len(names) for host, names in fleet.truth.by_hand.items()
        }, seed


def test_every_finding_is_the_truth(told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for seed, (fleet, _, report) in enumerate(told):
        found = {one["id"]: set(one["computers"]) for one in report["findings"] if one["scope"] != "file"}
        assert found == fleet.truth.found, seed
        of_files = {one["id"] for one in report["findings"] if one["scope"] == "file"}
        assert of_files == {
            name for name, count in (("rows-left", fleet.truth.left), ("day-unknown", fleet.truth.undated)) if count
        }, seed


def test_what_is_left_out_is_named_with_its_line(told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for seed, (fleet, _, report) in enumerate(told):
        assert {(one["file"], one["line"]) for one in report["left_out"]} == fleet.truth.lines, seed
        assert all(one["reason"].endswith(".") for one in report["left_out"])


def test_the_fleets_have_everything_in_them(told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    """The truth cannot hold emptily: among the seeds every rule that rows can meet is met, in every form of file."""
    rules = {one["rule"] for _, _, report in told for one in report["findings"]}
    assert rules >= {
        "not-activated", "ended-since", "ends-first", "ends-second", "ends-third", "renewals-missed", "beyond-validity",
        "evaluation", "retail", "host-key-on-client", "subscription-open", "fixed-host", "other-port", "error-code",
        "clone", "office-beside-office", "host-short", "host-few", "rows-left", "day-unknown",
    }  # fmt: skip
    files = [one for _, _, report in told for one in report["files"]]
    assert {one["form"] for one in files} == {"csv", "json", "clixml", "workbook"}
    assert {one["separator"] for one in files} == {",", ";", "\t", "|", ""}
    assert {one["encoding"] for one in files} >= {"UTF-8", "UTF-16"}
    assert all(set(one["unknown_columns"]) == {"Büro", "Asset Tag"} for one in files if one["form"] == "csv")


def test_the_order_of_files_and_rows_changes_nothing(view: View) -> None:
    for seed in range(20):
        fleet = made(seed, view)
        one = as_data(view, read(view, fleet.files))
        other = as_data(view, read(view, dict(reversed([*fleet.files.items()]))))
        for name in ("totals", "methods"):
            assert one[name] == other[name]
        assert _sets(one) == _sets(other)


def _sets(report: Mapping[str, Any]) -> dict[str, set[str]]:
    return {one["id"]: set(one["computers"]) for one in report["findings"]}


def test_the_report_fits_its_schema(view: View, told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    schema = json.loads(schemas(view.catalog)[REPORT])
    for _, _, report in told[:20]:
        assert [*mistakes(json.loads(json.dumps(report)), schema, {REPORT: schema}, REPORT)] == []


def test_text_and_csv_say_the_same_findings(view: View, told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for _, said, report in told[:20]:
        text, rows = as_text(view, said), as_csv(view, said)
        for one in report["findings"]:
            assert one["summary"] in text
            assert rows.count(f",{one['id']},") == max(one["computers_count"], 1)
        assert "None " not in text.replace("None ends", "")
        assert "{" not in text


def test_markdown_says_every_finding_and_total(view: View, told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for _, _, report in told[:20]:
        text = as_markdown(view, report)
        for one in report["findings"]:
            assert f"`{one['id']}`: {one['summary'].replace('_', chr(92) + '_')}" in text
        assert "None" not in text.replace("None ends", "")
        assert "{" not in text
        widths = [line.replace(r"\|", "").count("|") for line in text.splitlines() if line.startswith("|")]
        assert min(widths) >= 4


def test_findings_about_the_same_computers_say_so(
    told: list[tuple[Made, Whole, Mapping[str, Any]]], view: View
) -> None:
    met = 0
    for _, said, report in told:
        above: dict[frozenset[str], str] = {}
        for one in report["findings"]:
            own = frozenset(one["computers"])
            assert one["same_as"] == (above.get(own) if own else None)
            above.setdefault(own, one["id"])
            met += one["same_as"] is not None
        first = next((one for one in report["findings"] if one["same_as"]), None)
        if first:
            assert f"The same computers as in {first['same_as']}: {first['computers'][0]}" in as_text(view, said)
    assert met > 100


def test_ids_of_findings_are_told_apart(told: list[tuple[Made, Whole, Mapping[str, Any]]]) -> None:
    for _, said, _ in told:
        ids = [one.id for one in _found(said)]
        assert len(set(ids)) == len(ids)


def _found(said: Whole) -> Iterator[Found]:
    yield from said.findings


def test_the_computers_of_a_finding_stand_in_the_order_of_their_rows(
    told: list[tuple[Made, Whole, Mapping[str, Any]]], view: View, organization: Organization
) -> None:
    """A computer gets its number with its first row."""
    for _, said, _ in told:
        planned = whole(view, said.seen, said.files, said.left, organization)
        for found in (*_found(said), *planned.findings):
            assert list(found.computers) == sorted(set(found.computers)), found.id


def by_column(organization: Organization) -> Organization:
    """A plan with groups that differ in a column alone: one that nobody else knows, and one that everybody does."""
    first = organization.groups[0].model_dump() | {
        "product": "windows-11",
        "method": "mak",
        "count": 2,
        "platform": "other",
    }
    matches = ("Site=Berlin*", "site = *w?rks", "OperatingSystem=*Pro*")
    groups = [type(organization.groups[0])(**{**first, "id": f"g{n}", "match": one}) for n, one in enumerate(matches)]
    return organization.model_copy(update={"groups": tuple(groups)})


_SITES = ("Berlin-1", "BERLIN 2", "Works", "", "Paris")
_CELLS = [
    {
        "ComputerName": f"PC{number}", "Name": "Windows(R), Enterprise edition", "LicenseStatus": "1",
        "Description": "Windows(R) Operating System, VOLUME_MAK channel", "PartialProductKey": "ABCDE", "Site": site,
        "OperatingSystem": f"Microsoft Windows 11 {'Enterprise' if site else 'Pro'} 10.0.26100",
    }
    for number, site in enumerate(_SITES)
]  # fmt: skip
BY_COLUMN: Mapping[str, bytes] = {
    "csv": "\n".join([";".join(_CELLS[0]), *(";".join(row.values()) for row in _CELLS)]).encode(),
    "json": json.dumps(_CELLS).encode(),
    "workbook": book(
        {"a": sheet((made_book := shared([[*_CELLS[0]], *([*row.values()] for row in _CELLS)]))[0])}, made_book[1]
    ),
}


@pytest.mark.parametrize("form", BY_COLUMN)
def test_groups_are_told_apart_by_a_column(form: str, view: View, organization: Organization) -> None:
    report = as_data(view, read(view, {"a": BY_COLUMN[form]}, by_column(organization)))
    assert [(one["groups"], one["seen"]) for one in report["plan"]["groups"]] == [(["g0"], 2), (["g1"], 1), (["g2"], 1)]
    (other,) = [one for one in report["findings"] if one["rule"] == "no-group"]
    assert other["computers"] == ["PC4"]
    assert report["files"][0]["unknown_columns"] == []


def test_seven_faults_among_five_thousand_computers_are_found(view: View, organization: Organization) -> None:
    for seed in range(3):
        report = as_data(view, read(view, planted.files(view.today, seed), organization))
        found = {one["id"]: one["computers_count"] for one in report["findings"]}
        assert {name: found.get(name) for name in planted.faults(seed)} == planted.faults(seed)
