"""Configuration of each target, against what the makers of servers and hosts document."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from macros.catalog.strict_yaml import DataError
from macros.publish.served import Served, base_of, served
from macros.publish.settings import settings
from macros.publish.targets import TARGETS, configuration
from tests.built import Site

DOCUMENTED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "documented.yaml").read_text("utf-8"))


@pytest.fixture
def of_site(site: Site) -> Served:
    files = {file.relative_to(site.folder).as_posix(): file.read_bytes() for file in site.files}
    return served(settings(), files)


def test_iis_knows_every_element_attribute_and_value(of_site: Served) -> None:
    known, values = DOCUMENTED["web.config"]["keys"], DOCUMENTED["web.config"]["values"]
    root = etree.fromstring(configuration(of_site)["site/web.config"])
    sections = [*root.findall("system.webServer"), *root.findall("location/system.webServer")]
    assert len(sections) == 1 + len(of_site.fixed)
    assert {child.tag for child in root.iterchildren("*")} == {"system.webServer", "location"}
    for section in sections:
        for element in section.iterdescendants("*"):
            ups = [each.tag for each in element.iterancestors()]
            path = "/".join([*reversed(ups[: ups.index("system.webServer")]), element.tag])
            assert {*element.attrib} <= {*known[path]}, path
            for name, value in element.attrib.items():
                assert value in values.get(name, [value]), path


def test_iis_adds_nothing_twice_and_sends_what_all_servers_send(of_site: Served) -> None:
    root = etree.fromstring(configuration(of_site)["site/web.config"])
    for collection, key in (("staticContent", "fileExtension"), ("httpProtocol/customHeaders", "name")):
        added: list[str] = []
        for each in root.find(f"system.webServer/{collection}").iterchildren("add", "mimeMap"):
            before = each.getprevious()
            assert (before.tag, before.get(key)) == ("remove", each.get(key))
            added.append(each.get(key))
        assert len(added) == len({*added})
    sent = {each.get("name"): each.get("value") for each in root.iter("add") if each.get("name")}
    assert sent == of_site.headers


def test_static_web_apps_knows_every_key(of_site: Served) -> None:
    known = DOCUMENTED["staticwebapp.config.json"]
    text = configuration(of_site)["site/staticwebapp.config.json"]
    found = json.loads(text)
    assert len(text) <= known["most_bytes"]
    assert {*found} <= {*known["keys"]}
    assert {*found["responseOverrides"]} <= {*known["override_codes"]}
    for route in found["routes"]:
        assert {*route} <= {*known["route_keys"]}
    assert found["globalHeaders"].items() >= of_site.headers.items()


def test_the_hosts_of_headers_take_every_line(of_site: Served) -> None:
    text = configuration(of_site)["site/_headers"].decode()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rules = [line for line in lines if not line.startswith(" ")]
    assert max(map(len, lines)) <= DOCUMENTED["_headers"]["most_characters"]
    assert 2 < len(rules) <= DOCUMENTED["_headers"]["most_rules"]
    assert len(rules) == len({*rules})
    assert all(rule.startswith("/") and rule.count("*") <= 1 for rule in rules)
    assert all(re.fullmatch(r"  [A-Za-z-]+: \S.*", line) for line in lines if line not in rules)
    # Headers of several rules add up: none may be in two that fit the same file.
    everywhere = {line.split(":")[0] for line in lines[1 : 1 + len(of_site.headers)]}
    elsewhere = {line.split(":")[0] for line in lines[1 + len(of_site.headers) :] if line not in rules}
    assert lines[0] == "/*"
    assert not everywhere & elsewhere


@pytest.mark.parametrize("path", [target.path for target in TARGETS if target.path.endswith("pages.yml")])
def test_a_job_of_a_host_is_yaml_and_runs_what_there_is(path: str, of_site: Served) -> None:
    text = configuration(of_site)[path].decode()
    found = yaml.safe_load(text)
    jobs = found["jobs"].values() if "jobs" in found else found.values()
    steps = [step for job in jobs for step in job.get("steps", [])]
    runs = [step["run"] for step in steps if "run" in step] or [*found["pages"]["script"]]
    assert any("--require-hashes -r requirements.txt" in run for run in runs)
    assert any("macros publish build/publish --policy-in-pages --address" in run for run in runs)
    assert all(re.search(r"@v\d+$", step["uses"]) for step in steps if "uses" in step)
    assert "build/publish/site" in text


def test_what_cannot_be_served_is_refused(of_site: Served) -> None:
    with pytest.raises(DataError, match=r"media: no media type is recorded for \.exe"):
        served(settings(), {"downloads/a.exe": b""})
    with pytest.raises(DataError, match="no media type"):
        served(settings(), {"LICENSE": b""})
    with pytest.raises(DataError, match=r"downloads/a\.ps1: is not utf-8"):
        served(settings(), {"downloads/a.ps1": "é".encode("latin-1")})


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("", "/"),
        ("https://guide.example", "/"),
        ("https://guide.example/", "/"),
        ("http://localhost:8000/guide", "/guide/"),
        ("https://example.com/it/guide/", "/it/guide/"),
    ],
)
def test_an_address_tells_the_folder(address: str, base: str) -> None:
    assert base_of(address) == base


@pytest.mark.parametrize(
    "address",
    [
        "guide.example",
        "ftp://guide.example/",
        "https://",
        "https:///guide/",
        "https://guide.example/?a=b",
        "https://guide.example/#a",
        "https://guide.example/a b/",
        "https://guide.example/{a}/",
        "https://guide.example/$a;/",
        "https://guide.example/é/",
        "https://[guide/",
        'https://guide.example/"/',
        "https://guide.example/../",
        "https://guide.example//a/",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(address: str) -> None:
    with pytest.raises(DataError, match=r"address: must be an address such as https://guide\.example/"):
        base_of(address)


def test_a_folder_of_the_server_is_in_every_file(of_site: Served) -> None:
    from dataclasses import replace  # noqa: PLC0415

    made = configuration(replace(of_site, base="/it/guide/"))
    assert b"location /it/guide/ {" in made["servers/nginx.conf"]
    assert b"error_page 404 /it/guide/404.html;" in made["servers/nginx.conf"]
    assert b'Alias "/it/guide/" "${GUIDE}/"' in made["servers/apache.conf"]
    assert b'path="it\\guide\\404.html"' in made["site/web.config"]


def test_lines_of_the_words_for_people_are_no_longer_than_others(of_site: Served) -> None:
    for path, data in configuration(of_site).items():
        said = [line for line in data.decode().splitlines() if line.startswith(("#", "<!--"))]
        assert all(len(line) <= 130 for line in said), path


def test_every_target_is_told_on_the_page(site: Site) -> None:
    page = (site.folder / "contributing" / "publish.html").read_text("utf-8")
    for target in TARGETS:
        assert all(name in page for name in target.title.split(", ")), target.title
    assert len({target.path for target in TARGETS}) == len(TARGETS)
    assert [one for one, two in pairwise(sorted(target.path for target in TARGETS)) if one == two] == []
