"""The whole build for other organizations and other days: mkdocs, plugins and hooks included."""

from __future__ import annotations

from calendar import timegm
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from tests.built import EXAMPLE, ORGANIZATIONS, ROOT, Site, build_site

SMALL = ORGANIZATIONS / "small.yml"


def epoch(year: int, month: int, day: int) -> str:
    return str(timegm(date(year, month, day).timetuple()))


@pytest.mark.slow
@pytest.mark.site
def test_hosts_with_a_port_an_address_and_a_zone_of_their_own_long_after_the_last_date(tmp_path: Path) -> None:
    own = EXAMPLE.read_text("utf-8")
    for old, new in (
        ("address: 192.0.2.10", "address: '2001:db8::10'\n    port: 1700\n    weight: 5"),
        ("    priority: 10", "    priority: 10\n    port: 1689\n    publish_in: [plant.example.com]"),
    ):
        assert old in own
        own = own.replace(old, new)
    file = tmp_path / "own.yml"
    file.write_text(own, "utf-8")
    site = Site(build_site(ROOT, tmp_path / "site", ORGANIZATION=str(file), SOURCE_DATE_EPOCH=epoch(2036, 1, 1)))
    script = (site.folder / "downloads" / "kms-host.ps1").read_text("utf-8")
    assert "'kms1.corp.example.com' = @{ Port = 1700; Publish = $true" in script
    assert "'kms2.corp.example.com' = @{ Port = 1689; Publish = $false" in script
    assert "2001:db8::10" in site.page("deploy/firewall.html").get_text()
    assert "1700" in site.page("deploy/dns.html").get_text()


@pytest.mark.slow
@pytest.mark.site
def test_the_least_that_a_file_may_hold_long_before_the_first_fact(tmp_path: Path) -> None:
    settings = {"ORGANIZATION": str(SMALL), "SOURCE_DATE_EPOCH": epoch(1999, 12, 31)}
    site = Site(build_site(ROOT, tmp_path / "site", GUIDE_ADDRESS="https://guide.example/it/", **settings))
    assert not (site.folder / "downloads" / "kms-host.ps1").exists()
    assert "Small" in site.page("index.html").get_text()
    # A site that knows its address has a map of all pages, and lost readers find home without scripts too.
    listed = etree.parse(site.folder / "sitemap.xml").xpath("//*[local-name() = 'loc']/text()")
    assert {*listed} == {f"https://guide.example/it/{page}" for page in site.pages if page != "404.html"}
    assert {link["href"] for link in site.page("404.html").select("a")} >= {"/it/index.html", "/it/choose/index.html"}
