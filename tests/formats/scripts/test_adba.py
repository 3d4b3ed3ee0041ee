from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import Forest, Organization
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.scripts import activation
from macros.formats.scripts.adba import (
    RULES,
    activation_script_for,
    longest_name,
    object_name,
    removal_script,
)
from tests.formats import script_tests
from tests.formats.reports import made_for, validator

validate = validator("adba-script")
VECTORS = script_tests.vectors("adba_setup")
ORIGIN = Origin("adba-activate.ps1", "Example Manufacturing", date(2026, 11, 24))


@pytest.mark.parametrize("vector", VECTORS, ids=script_tests.case)
def test_a_script_is_judged(vector: dict[str, Any], catalog: Catalog) -> None:
    script_tests.judged(vector, validate, catalog)


def test_the_vectors_cover_every_rule_of_adba() -> None:
    covered = {rule for vector in VECTORS for rule, _ in vector["expected"]}
    assert set(RULES) - set(activation.RULES) - covered == set()


def test_a_house_rule_counts_for_our_own_scripts_only(catalog: Catalog) -> None:
    script_tests.severe(validate, catalog)
    text = "cscript $Slmgr /del-ao $Name"
    assert validate(text, catalog).verdict == "valid"
    assert validate(text, catalog, own=True).verdict == "warning"


@pytest.mark.slow
@pytest.mark.parametrize("name", script_tests.HOSTILE)
def test_hostile_input_gets_a_clear_finding(name: str, catalog: Catalog) -> None:
    script_tests.hostile(name, validate, catalog)


@given(script_tests.TEXTS)
def test_anything_is_read_without_an_exception(data: str | bytes) -> None:
    assert validate(data, load_cached()).verdict in ("valid", "warning", "invalid")


# ------------------------------------------------------------------------------------------------------- generate


def test_the_name_of_the_object_fits(catalog: Catalog) -> None:
    assert 0 < len(object_name(catalog)) <= longest_name(catalog)
    assert object_name(catalog) in {group.name for group in catalog.host_keys.groups}


def test_a_forest_is_named_when_there_is_one(organization: Organization, catalog: Catalog) -> None:
    assert organization.active_directory
    for make in (activation_script_for, removal_script):
        assert f"'{organization.active_directory.dns_name}'" in make(made_for(organization), ORIGIN)
        without = make(made_for(organization.model_copy(update={"active_directory": None})), ORIGIN)
        assert "GetCurrentForest" not in without
        assert validate(without, catalog, own=True).findings == ()


def test_each_of_several_forests_is_taken(organization: Organization, catalog: Catalog) -> None:
    other = Forest(dns_name="lab.example.com", schema_level="windows-server-2016")
    several = organization.model_copy(update={"further_forests": (other,)})
    for make in (activation_script_for, removal_script):
        text = make(made_for(several), ORIGIN)
        assert "@('corp.example.com', 'lab.example.com') -notcontains $Forest" in text
        assert validate(text, catalog, own=True).findings == ()


def test_the_list_is_read_before_and_after(organization: Organization, catalog: Catalog) -> None:
    for make, changing in ((activation_script_for, "/ad-activation-online"), (removal_script, "/del-ao $")):
        text = make(made_for(organization), ORIGIN)
        assert text.index("/ao-list") < text.index(changing) < text.rindex("/ao-list")
        assert text.index("Read-Host") < text.index(changing)


def test_the_container_is_the_one_of_the_fact(organization: Organization, catalog: Catalog) -> None:
    location = str(catalog.fact("adba.object_location").value).split(",CN=Configuration")[0]
    assert f'"LDAP://{location},$Configuration"' in activation_script_for(made_for(organization), ORIGIN)


@pytest.mark.parametrize("name", ["a'b", "#> $(x)", "\r\nslmgr /del-ao x", "é 😀"])
def test_any_name_of_an_organization_leaves_the_script_valid(
    name: str, organization: Organization, catalog: Catalog
) -> None:
    origin = Origin("adba.ps1", name, date(2026, 11, 24))
    for make in (activation_script_for, removal_script):
        text = make(made_for(organization), origin)
        assert validate(text, catalog, own=True).findings == ()
        assert set(KEY_SHAPE.findall(text)) <= {PLACEHOLDER}
