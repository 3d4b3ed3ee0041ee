from __future__ import annotations

import re
from datetime import date
from ipaddress import IPv6Address
from typing import Any

import pytest
from hypothesis import given

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import HostKey, KmsHost, Organization
from macros.domain.policy import Policy
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.scripts import host as host_setup
from macros.formats.scripts.host import RULES, office_script, windows_script
from macros.formats.shells import powershell
from tests.formats import script_tests
from tests.formats.reports import made_for, validator

validate = validator("kms-host-script")
VECTORS = script_tests.vectors("host_setup")
ORIGIN = Origin("kms-host.ps1", "Example Manufacturing", date(2026, 11, 24))


def with_hosts(organization: Organization, *changes: dict[str, Any]) -> Organization:
    host = organization.kms_hosts[0]
    hosts = tuple(host.model_copy(update={"id": f"h{number}", **change}) for number, change in enumerate(changes))
    return organization.model_copy(update={"kms_hosts": hosts})


@pytest.mark.parametrize("vector", VECTORS, ids=script_tests.case)
def test_a_script_is_judged(vector: dict[str, Any], catalog: Catalog) -> None:
    script_tests.judged(vector, validate, catalog)


def test_the_vectors_cover_every_rule() -> None:
    covered = {rule for vector in VECTORS for rule, _ in vector["expected"]}
    assert set(RULES) - covered == set()


def test_a_house_rule_counts_for_our_own_scripts_only(catalog: Catalog) -> None:
    script_tests.severe(validate, catalog)


@pytest.mark.parametrize("name", script_tests.HOSTILE)
def test_hostile_input_gets_a_clear_finding(name: str, catalog: Catalog) -> None:
    script_tests.hostile(name, validate, catalog)


def test_a_long_script_is_read_in_time(catalog: Catalog) -> None:
    script_tests.many_steps(validate, catalog)


@given(script_tests.TEXTS)
def test_anything_is_read_without_an_exception(data: str | bytes) -> None:
    assert validate(data, load_cached()).verdict in ("valid", "warning", "invalid")


# ------------------------------------------------------------------------------------------------------- generate


def commands(text: str) -> list[tuple[str, ...]]:
    script = powershell.read(text)
    assert script.errors == ()
    return [(one.name, *(word.text for word in one.arguments)) for one in script.commands]


def test_the_script_goes_through_the_steps_in_order(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    text = windows_script(made_for(organization), ORIGIN)
    setup = catalog.fact("kms.host.setup_commands").value
    assert isinstance(setup, dict)
    steps = [setup["role"], setup["firewall"], "/ipk $WindowsKey", "/ato", "/sprt", "/cdns", "Restart-Service", "/dlv"]
    places = [text.rindex(step) for step in steps]
    assert places == sorted(places)


def test_every_host_stands_in_the_table_with_its_own_port(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    changed = with_hosts(organization, {}, {"name": "b.corp.example.com", "port": 1700})
    text = windows_script(made_for(changed), ORIGIN)
    assert f"'kms1.corp.example.com' = @{{ Port = {policy.port}; Publish = $true" in text
    assert "'b.corp.example.com' = @{ Port = 1700" in text
    assert ("cscript.exe", "//nologo", "$Slmgr", "/sprt", "$This.Port") in commands(text)
    assert validate(text, catalog, own=True).findings == ()


def test_a_rule_for_another_port_stands_only_where_a_host_has_one(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    assert "New-NetFirewallRule" not in windows_script(made_for(organization), ORIGIN)
    changed = with_hosts(organization, {"port": 1700})
    assert "New-NetFirewallRule" in windows_script(made_for(changed), ORIGIN)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"publish_in": ("plant.example.com",)},
        {"port": 1700},
        {"port": 1700, "publish_in": ("plant.example.com",)},
        {"address": IPv6Address("2001:db8::10")},
    ],
    ids=str,
)
def test_a_host_is_set_after_its_activation_and_before_a_restart(
    change: dict[str, Any], organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    """Anywhere else slmgr.vbs changes nothing, and the service reads the settings when it starts."""
    called = [" ".join(one) for one in commands(windows_script(made_for(with_hosts(organization, change)), ORIGIN))]
    settings = [index for index, one in enumerate(called) if re.search(r"/(sprt|sai|sri|sdns|cdns|spri|cpri)\b", one)]
    activations = [index for index, one in enumerate(called) if re.search(r"/(ato|atp)\b", one)]
    restarts = [index for index, one in enumerate(called) if one == "Restart-Service Name sppsvc"]
    looks = [index for index, one in enumerate(called) if one.startswith("Resolve-DnsName")]
    assert len(settings) == 3
    assert max(activations) < min(settings)
    assert max(settings) < max(restarts) < min(looks)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ("$true", "corp.example.com")),
        ({"name": "kms.a.corp.example.com"}, ("$true", "corp.example.com")),
        ({"publish_in": ("corp.example.com", "plant.example.com")}, ("$true", "corp.example.com")),
        ({"publish_in": ("plant.example.com",)}, ("$false", "corp.example.com")),
        ({"name": "kms.example.org"}, ("$true", "example.org")),
    ],
)
def test_a_host_publishes_unless_its_record_belongs_elsewhere(
    change: dict[str, Any], expected: tuple[str, str], organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    text = windows_script(made_for(with_hosts(organization, change)), ORIGIN)
    assert f"Publish = {expected[0]}; Zone = '{expected[1]}'" in text


def test_a_host_hears_which_key_belongs_on_it(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = windows_script(made_for(organization), ORIGIN)
    for host in organization.kms_hosts:
        row = next(line for line in text.split("\n") if line.strip().startswith(f"'{host.name}' ="))
        for key in host.keys:
            group = next(one for one in catalog.host_keys.groups if one.id == key.group)
            assert (group.name in row) == (group.kind == "windows")


def test_office_commands_name_the_activation_id(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    text = office_script(made_for(organization), ORIGIN)
    calls = [one for one in commands(text) if "$Slmgr" in one and one[3] in ("/ato", "/dti", "/atp", "/dlv", "/upk")]
    assert [one[3] for one in calls] == ["/ato", "/dti", "/atp", "/dlv"]
    assert all(one[-1] == "$Id" for one in calls)


def test_the_office_script_knows_the_releases_that_hosts_hold(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    keys = (HostKey(group="office-2019", activations_used=0), HostKey(group="office-ltsc-2021", activations_used=0))
    changed = with_hosts(organization, {"keys": keys}, {"name": "b.corp.example.com"})
    text = office_script(made_for(changed), ORIGIN)
    for one in catalog.host_keys.office_hosts:
        assert (one.activation_id in text) == (one.product != "office-2016")
    assert validate(text, catalog, own=True).findings == ()


def test_without_an_office_key_there_is_no_office_script(
    organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    alone: tuple[KmsHost, ...] = ()
    with pytest.raises(ValueError, match="no KMS host"):
        office_script(made_for(organization.model_copy(update={"kms_hosts": alone})), ORIGIN)


@pytest.mark.parametrize("name", ["a'b", 'a"b', "#> $(x)", "\u2019", "\r\nslmgr /upk", "`n", "é 😀"])
def test_any_name_of_an_organization_leaves_the_script_valid(
    name: str, organization: Organization, policy: Policy, catalog: Catalog
) -> None:
    origin = Origin("kms-host.ps1", name, date(2026, 11, 24))
    for make in (windows_script, office_script):
        text = make(made_for(organization), origin)
        assert validate(text, catalog, own=True).findings == ()


def test_the_placeholder_is_the_only_key(organization: Organization, policy: Policy, catalog: Catalog) -> None:
    for make in (windows_script, office_script):
        assert set(KEY_SHAPE.findall(make(made_for(organization), ORIGIN))) == {PLACEHOLDER}


def test_a_command_that_names_nothing_is_an_error() -> None:
    with pytest.raises(LookupError, match="-Name"):
        host_setup._named("Install-WindowsFeature")
