from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.formats.base.findings import Report
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.scripts import activation
from macros.formats.scripts.mak import CMDLETS, RULES, office_script, vamt_script, windows_script
from macros.formats.shells import powershell
from tests.formats import script_tests
from tests.formats.reports import made_for, validator

validate = validator("mak-script")
VECTORS = script_tests.vectors("mak_setup")
ORIGIN = Origin("mak.ps1", "Example Manufacturing", date(2026, 11, 24))


def checked(text: str, catalog: Catalog) -> Report:
    return validate(text, catalog, own=True)


def scripts(organization: Organization, origin: Origin = ORIGIN) -> list[str]:
    context = made_for(organization)
    return [make(context, origin) for make in (windows_script, office_script, vamt_script)]


@pytest.mark.parametrize("vector", VECTORS, ids=script_tests.case)
def test_a_script_is_judged(vector: dict[str, Any], catalog: Catalog) -> None:
    script_tests.judged(vector, validate, catalog)


def test_the_vectors_cover_every_rule_of_a_mak() -> None:
    covered = {rule for vector in VECTORS for rule, _ in vector["expected"]}
    assert set(RULES) - set(activation.RULES) - covered == set()


def test_a_house_rule_counts_for_our_own_scripts_only(catalog: Catalog) -> None:
    script_tests.severe(validate, catalog)


@pytest.mark.slow
@pytest.mark.parametrize("name", script_tests.HOSTILE)
def test_hostile_input_gets_a_clear_finding(name: str, catalog: Catalog) -> None:
    script_tests.hostile(name, validate, catalog)


@given(script_tests.TEXTS)
def test_anything_is_read_without_an_exception(data: str | bytes) -> None:
    assert validate(data, load_cached()).verdict in ("valid", "warning", "invalid")


def test_the_cmdlets_are_those_of_the_fact(catalog: Catalog) -> None:
    value = catalog.fact("vamt.cmdlets").value
    assert isinstance(value, dict)
    named = [one for part in value.values() for one in (part if isinstance(part, list) else [part])]
    assert set(named) <= set(CMDLETS)


# ------------------------------------------------------------------------------------------------------- generate


def test_what_is_generated_has_no_finding(organization: Organization, catalog: Catalog) -> None:
    for text in scripts(organization):
        assert checked(text, catalog).findings == ()
        assert checked(text, catalog).activation == "mak"


def test_no_script_holds_a_key(organization: Organization) -> None:
    for text in scripts(organization):
        assert KEY_SHAPE.findall(text) == [PLACEHOLDER]


def test_no_script_removes_a_key(organization: Organization) -> None:
    for text in scripts(organization):
        assert "/upk" not in text
        assert "/unpkey" not in text


def test_office_is_looked_for_in_both_folders(organization: Organization) -> None:
    text = office_script(made_for(organization), ORIGIN)
    assert '"${env:ProgramFiles}\\Microsoft Office\\Office16\\ospp.vbs"' in text
    assert '"${env:ProgramFiles(x86)}\\Microsoft Office\\Office16\\ospp.vbs"' in text


def test_vamt_knows_both_ways(organization: Organization) -> None:
    names = [one.name for one in powershell.read(vamt_script(made_for(organization), ORIGIN)).commands]
    for wanted in ("Install-VamtProductActivation", "Get-VamtConfirmationId", "Install-VamtConfirmationId"):
        assert wanted in names
    assert names.index("Get-VamtConfirmationId") < names.index("Install-VamtConfirmationId")


@pytest.mark.parametrize("name", ["a'b", "#> $(x)", "\r\nslmgr /upk", "é 😀"])
def test_any_name_of_an_organization_leaves_the_script_valid(
    name: str, organization: Organization, catalog: Catalog
) -> None:
    for text in scripts(organization, Origin("mak.ps1", name, date(2026, 11, 24))):
        assert checked(text, catalog).findings == ()


@pytest.mark.parametrize("name", sorted(name for name, cmdlet in CMDLETS.items() if cmdlet.required))
def test_a_parameter_leads_to_the_page_of_its_cmdlet(name: str, catalog: Catalog) -> None:
    found = checked(f"{name} -Colour Red\nthrow 1", catalog).findings
    told = {finding.sources for finding in found if finding.id in ("vamt-parameter", "vamt-missing")}
    assert told == {(name.lower(),)}
    assert name.lower() in {source.id for source in catalog.sources}
    assert name.lower() in RULES["vamt-parameter"].sources
