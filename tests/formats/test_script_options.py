"""Data, checks and the scripts themselves name the same options, and cmdlets the same parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.catalog.models import Catalog
from macros.formats.clients import command_lines
from macros.formats.clients.commands import CLEAR_KMS, CLIENT_OPTIONS, INSTALLING, OTHERS, SET_KMS
from macros.formats.scripts import activation as activation_script

VECTORS = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "script_options.yaml").read_text("utf-8"))
TOOLS = ("slmgr", "ospp")


def names(catalog: Catalog, tool: str, gone: bool) -> list[str]:
    """Options of a script in the data, as the script compares them."""
    return sorted(
        one.option.lower().lstrip("/") for one in catalog.commands if one.tool == tool and one.deprecated == gone
    )


@pytest.mark.parametrize("tool", TOOLS)
def test_the_data_has_every_option_of_the_script_and_no_other(catalog: Catalog, tool: str) -> None:
    assert names(catalog, tool, gone=False) == sorted(VECTORS[tool]["has"])
    assert names(catalog, tool, gone=True) == sorted(VECTORS[tool]["gone"])


def test_checks_look_for_options_that_exist(catalog: Catalog) -> None:
    known = {one.option for one in catalog.commands}
    named = {*command_lines.TAKES, *command_lines.SETTING, *(one for _, one in command_lines.ACTIVATING)}
    named |= {one for _, *pair in command_lines.FIXING for one in pair}
    assert named - known == set()
    bare = {one.rstrip(":") for one in known}
    steps = {one.rstrip(":") for one in activation_script.STEPS if one.startswith("/")}
    assert {*CLIENT_OPTIONS, *INSTALLING, *steps} - bare == set()


def test_every_option_that_sets_or_clears_a_client_counts_as_one(catalog: Catalog) -> None:
    named = {one.rstrip(":") for one in CLIENT_OPTIONS}
    assert {"/skms-domain", "/ckms-domain"} <= named
    assert {"/ckms", "/ckms-domain", "/skms-domain"} <= set(command_lines.SETTING)


def test_options_that_wait_for_a_restart_are_those_of_the_fact(catalog: Catalog) -> None:
    waiting = {one.option for one in catalog.commands if one.service_restart}
    for fact_id in ("kms.host.settings_restart", "kms.host.settings_activated"):
        value: Any = catalog.fact(fact_id).value
        assert set(value["options"]) == waiting
    hosts = {one.option for one in catalog.commands if one.tool == "slmgr" and one.category == "kms-host"}
    assert hosts - waiting == {"/act-type"}, "a setting of a client that Microsoft lists under hosts"


def test_a_conflict_about_rights_is_named_where_the_pages_differ(catalog: Catalog) -> None:
    known = {conflict.id for conflict in catalog.conflicts}
    slmgr = [one for one in catalog.commands if one.tool == "slmgr"]
    marked = {one.option for one in slmgr if one.rights_conflict}
    assert {one.rights_conflict for one in slmgr if one.rights_conflict} <= known
    everyday = {one.option for one in slmgr if one.category == "global"}
    opened = {one.option for one in slmgr if one.useroperations}
    assert marked == everyday | opened


def test_cmdlets_have_the_parameters_of_their_pages(catalog: Catalog) -> None:
    expected = {name: set(parameters) for name, parameters in VECTORS["cmdlets"].items()}
    listed: Any = catalog.fact("tools.oslicense.parameters").value
    assert {name: set(parameters) for name, parameters in listed.items()} == expected
    checked = (*OTHERS.values(), SET_KMS, CLEAR_KMS)
    assert {one.name: {*one.parameters, *one.switches} for one in checked} == expected
    module: Any = catalog.fact("tools.oslicense").value
    assert sorted(module["cmdlets"]) == sorted(expected)
    pages = {one.id for one in catalog.sources}
    assert {source for one in checked for source in one.sources} <= pages
