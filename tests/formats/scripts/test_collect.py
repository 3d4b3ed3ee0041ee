from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.formats.base.keys import KEY_SHAPE
from macros.formats.base.origin import Origin
from macros.formats.fleet.columns import columns as understood
from macros.formats.library import sample
from macros.formats.scripts import activation
from macros.formats.scripts.collect import COUNTERS, PRODUCT, RULES, SERVICE, columns, properties, script
from tests.formats import script_tests
from tests.formats.reports import made_for, validator

validate = validator("collect-script")
VECTORS = script_tests.vectors("collect_script")
ORIGIN = Origin("collect-licenses.ps1", "Example Manufacturing", date(2026, 11, 24))
WANTED = (
    "ComputerName",
    "CollectedAt",
    "Name",
    "Description",
    "ApplicationID",
    "ProductKeyChannel",
    "LicenseStatus",
    "LicenseStatusReason",
    "GracePeriodRemaining",
    "PartialProductKey",
    "KeyManagementServiceMachine",
    "KeyManagementServicePort",
    "DiscoveredKeyManagementServiceMachineName",
    "DiscoveredKeyManagementServiceMachinePort",
    "VLActivationInterval",
    "VLRenewalInterval",
    "VLActivationTypeEnabled",
    "ClientMachineID",
    "OperatingSystem",
    "OfficeClickToRun",
)


@pytest.mark.parametrize("vector", VECTORS, ids=script_tests.case)
def test_a_script_is_judged(vector: dict[str, Any], catalog: Catalog) -> None:
    script_tests.judged(vector, validate, catalog)


def test_the_vectors_cover_every_rule_of_collecting() -> None:
    covered = {rule for vector in VECTORS for rule, _ in vector["expected"]}
    assert set(RULES) - set(activation.RULES) - covered == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", script_tests.HOSTILE)
def test_hostile_input_gets_a_clear_finding(name: str, catalog: Catalog) -> None:
    report = validate(script_tests.HOSTILE[name], catalog)
    assert all(one.message and one.cure and len(one.message) < 500 for one in report.findings)


@given(script_tests.TEXTS)
def test_anything_is_read_without_an_exception(data: str | bytes) -> None:
    assert validate(data, load_cached()).verdict in ("valid", "warning", "invalid")


# ------------------------------------------------------------------------------------------------------- generate


def test_the_columns_stand_in_their_order(catalog: Catalog) -> None:
    assert columns(catalog)[: len(WANTED)] == tuple(WANTED)
    assert columns(catalog)[len(WANTED) :] == (*COUNTERS, "ADActivationObjectName")


def test_the_script_writes_its_columns_in_their_order(organization: Organization, catalog: Catalog) -> None:
    text = script(made_for(organization), ORIGIN)
    at = text.index("$Row = [ordered]")
    lists = text.index("$ProductProperties = @("), text.index("$MoreProductProperties = @(")
    for name in columns(catalog):
        assert name in text, name
    own = [text.index(f"'{name}'") for name in columns(catalog) if name in properties(catalog)[PRODUCT]]
    assert own == sorted(own)
    assert lists[0] < lists[1] < at
    body = text[at:]
    order = ["ComputerName =", "CollectedAt =", "in $ProductProperties", *(f"['{name}']" for name in WANTED[-3:])]
    places = [body.index(one) for one in [*order, "in $MoreProductProperties"]]
    assert places == sorted(places)


def test_every_property_that_is_read_has_a_source(organization: Organization, catalog: Catalog) -> None:
    """The list of properties is one fact with its sources; the script reads no other of these classes."""
    fact = catalog.fact("tools.wmi_collected")
    assert {"sppwmi-softwarelicensingproduct", "sppwmi-softwarelicensingservice", "slmgr-script"} <= set(fact.sources)
    known = properties(catalog)
    text = script(made_for(organization), ORIGIN)
    assert "SoftwareLicensingService).ClientMachineID" in text
    assert known[SERVICE] == ("ClientMachineID",)
    for name in ("DNSHostName", "Domain", "PartOfDomain", "Name"):
        assert f"$Computer.{name}" in text
        assert name in known["Win32_ComputerSystem"]
    for name in ("Caption", "Version"):
        assert f"$Windows.{name}" in text
        assert name in known["Win32_OperatingSystem"]


def test_it_reads_by_cim_alone_and_changes_nothing(organization: Organization, catalog: Catalog) -> None:
    text = script(made_for(organization), ORIGIN)
    assert "slmgr" not in text
    assert "Get-ItemProperty" not in text
    assert "RunAsAdministrator" not in text
    assert text.count("Invoke-CimMethod") == 1
    assert KEY_SHAPE.findall(text) == []
    assert validate(text, catalog, own=True).findings == ()


def test_what_cannot_be_read_is_said(organization: Organization) -> None:
    text = script(made_for(organization), ORIGIN)
    for column in ("OperatingSystem", "ClientMachineID", "OfficeClickToRun"):
        assert f"{column} was not read" in text


def test_the_twins_fail(organization: Organization) -> None:
    twins = sample("collect-licenses", made_for(organization)).twins
    assert [twin.finding.id for twin in twins] == ["collect-property", "script-syntax", "collect-changes"]


def test_the_reader_of_fleets_understands_every_column(catalog: Catalog) -> None:
    head = understood(catalog).head(columns(catalog))
    assert head.unknown == ()
    assert head.missing == ()
    assert set(head.places.values()) == set(range(len(columns(catalog))))
    named = [column.property for column in catalog.fleet.columns]
    assert sorted(filter(None, named)) == sorted(columns(catalog))


@pytest.mark.parametrize("name", ["a'b", "#> $(x)", "\r\nslmgr /upk", "é 😀"])
def test_any_name_of_an_organization_leaves_the_script_valid(
    name: str, organization: Organization, catalog: Catalog
) -> None:
    text = script(made_for(organization), Origin("collect.ps1", name, date(2026, 11, 24)))
    assert validate(text, catalog, own=True).findings == ()
