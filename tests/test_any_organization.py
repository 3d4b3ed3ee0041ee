"""Whatever organization.yml allows builds, on whatever day: every sample, and every page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from macros.catalog.loader import load_cached
from macros.catalog.organization import MOST_HOSTS, Organization
from macros.catalog.organization_file import load_organization
from macros.render.downloads import download_files
from macros.render.parts.view import View
from macros.render.registry import render
from macros.site import DOCS, base_view, read_pages
from tests.built import ORGANIZATIONS
from tests.organizations import keys_in, keys_of, organizations

PAGES = {
    path: text
    for path, text in read_pages(DOCS).items()
    if not path.startswith(("learn/", "contributing/", "troubleshoot/codes/0x"))
}
"""Pages that show something of the organization or of the day."""

SLOWEST_SITE = 40
"""Seconds of the processor for the pages of the largest organization."""

# Shrinking builds the site again and again; the example as it was found says enough.
BUILDS = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[*HealthCheck],
    derandomize=True,
)


@cache
def shipped() -> View:
    """The view of the example. No fixture, because hypothesis prints what a failing test was given."""
    return base_view()


def builds(content: dict[str, Any]) -> None:
    """The file is taken, and everything that the site shows of it is made."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "organization.yml")
        file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        organization = load_organization(file, shipped().catalog)
    everything_of(replace(shipped(), organization=organization))


def everything_of(shown: View) -> None:
    download_files(shown)
    for path, text in PAGES.items():
        render(replace(shown, page=path), text)


@pytest.mark.slow
def test_the_file_beside_the_settings_builds_whoever_wrote_it(tracked_organization: Path) -> None:
    everything_of(base_view())


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(ORGANIZATIONS.glob("*.yml")), ids=lambda file: file.stem)
def test_a_known_organization_builds(file: Path) -> None:
    everything_of(base_view(file))


@pytest.mark.slow
@given(content=organizations(load_cached()))
@BUILDS
def test_an_organization_builds(content: dict[str, Any]) -> None:
    builds(content)


@pytest.mark.slow
@given(content=organizations(load_cached(), everything=True))
@BUILDS
def test_an_organization_with_every_key_builds(content: dict[str, Any]) -> None:
    builds(content)


@pytest.mark.slow
def test_every_key_of_the_model_is_used() -> None:
    used: set[str] = set()

    @given(content=organizations(load_cached(), everything=True))
    @settings(BUILDS, max_examples=25)
    def collect(content: dict[str, Any]) -> None:
        used.update(keys_in(content))

    collect()
    assert keys_of(Organization) - used == set()


@pytest.mark.slow
@pytest.mark.parametrize("day", ["1970-01-01", "1999-12-31", "2024-02-29", "2036-01-01", "2060-02-29", "2106-02-07"])
def test_any_day_builds(day: str) -> None:
    """Long before the first fact and long after the last date, also with renewals that lie ahead of the day."""
    everything_of(replace(shipped(), today=date.fromisoformat(day)))


def many_groups_that_reach_many_hosts(folder: Path) -> View:
    """As many hosts as a file may hold, and names as long as they may be."""
    hosts = [
        {
            "id": f"h{number}", "name": f"h{number}.corp.example.com", "operating_system": "windows-server-2022",
            "keys": [{"group": "ws2022", "activations_used": 1}],
        }
        for number in range(MOST_HOSTS)
    ]  # fmt: skip
    groups = [
        {
            "id": f"g{number}", "name": f"{number:0200}", "product": "windows-11", "count": 30, "method": "kms",
            "directory": "none", "network_every_days": 1 + number % 9, "kms_hosts": [host["id"] for host in hosts],
            "internet": "none",
        }
        for number in range(500)
    ]  # fmt: skip
    content = {"name": "Large", "dns_zone": "corp.example.com", "kms_hosts": hosts, "licensed": [], "groups": groups}
    file = folder / "organization.yml"
    file.write_text(json.dumps(content), "utf-8")
    return replace(shipped(), organization=load_organization(file, shipped().catalog))


@pytest.mark.slow
def test_files_are_made_for_many_groups_that_reach_many_hosts(tmp_path: Path) -> None:
    files = download_files(many_groups_that_reach_many_hosts(tmp_path))
    assert b"and 490 more" in files["downloads/kms-firewall.csv"]


@pytest.mark.slow
def test_pages_are_made_for_many_groups_that_reach_many_hosts(tmp_path: Path) -> None:
    large = many_groups_that_reach_many_hosts(tmp_path)
    started = process_time()
    for path, text in PAGES.items():
        render(replace(large, page=path), text)
    # What computes each count again for each group of each page takes many minutes.
    assert process_time() - started < SLOWEST_SITE
