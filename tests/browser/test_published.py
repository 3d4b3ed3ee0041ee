"""The published site on real servers with the files that it ships, and its edition from disk: no tool complains."""

from __future__ import annotations

import gzip
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import APIRequestContext, Browser

from macros.editions.edition import Edition
from macros.export import write
from macros.publish.building import files_in
from macros.publish.folder import published
from macros.publish.served import Served, served
from macros.publish.settings import settings
from macros.render.parts.view import View
from tests.browser.conftest import serving
from tests.browser.tabs import unfolded
from tests.browser.tour import complaints, tools, use_all, use_known
from tests.built import Site
from tests.publish.conftest import FORMS
from tests.servers import apache, nginx

pytestmark = [pytest.mark.browser, pytest.mark.servers]

EDITION = Edition("1.2.3", date(2026, 11, 24), "example.yml")


# What the scripts of the site never do.
OTHER_SCRIPT = """() => {
  try {
    document.createElement("script").src = "https://elsewhere.example/x.js";
  } catch (error) {
    return error.name;
  }
}"""


class Server(Protocol):
    def __call__(self, root: Path, shipped: Path, own: Path) -> AbstractContextManager[str]: ...


SERVERS: Mapping[str, Server] = {"nginx": nginx, "apache": apache}


@pytest.fixture(scope="module")
def folder(site: Site, view: View) -> Iterator[Path]:
    """What is published, where users without rights may read it, as servers do."""
    with tempfile.TemporaryDirectory(prefix="published-") as name:
        place = Path(name)
        place.chmod(0o755)
        write(place / "top", published(view, EDITION, files_in(site.folder), FORMS))
        address = "https://guide.example/it/guide/"
        write(place / "below", published(view, EDITION, files_in(site.folder), FORMS, address, policy_in_pages=True))
        (place / "below" / "it").mkdir()
        (place / "below" / "it" / "guide").symlink_to(place / "below" / "site")
        yield place


@pytest.fixture(scope="module")
def told(site: Site) -> Served:
    return served(settings(), files_in(site.folder))


@pytest.fixture(scope="module", params=SERVERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(name: str, folder: Path) -> Iterator[str]:
    with SERVERS[name](folder / "top" / "site", folder / "top" / "servers" / f"{name}.conf", folder / name) as base:
        yield base


@pytest.fixture(scope="module")
def ask(browser: Browser) -> Iterator[APIRequestContext]:
    context = browser.new_context()
    yield context.request
    context.close()


KINDS = {
    "index.html": "text/html; charset=utf-8",
    "downloads/kms-client.ps1": "text/plain; charset=utf-8",
    "downloads/kms-client-windows.reg": "text/plain; charset=utf-16",
    "downloads/kms-srv.zone": "text/plain; charset=utf-8",
    "downloads/kms-srv.nsupdate": "text/plain; charset=utf-8",
    "downloads/activate-mak.yml": "application/yaml",
    "downloads/facts.json": "application/json",
    "assets/javascripts/site.js": "text/javascript; charset=utf-8",
    "assets/images/favicon.svg": "image/svg+xml",
    "downloads/volume-activation-guide-1.2.3-2026-11-24.zip": "application/zip",
}


def test_every_answer_has_the_headers_and_the_right_kind(
    server: str, folder: Path, told: Served, ask: APIRequestContext
) -> None:
    for path, kind in KINDS.items():
        for coding in ("gzip", "identity"):
            answer = ask.get(f"{server}/{path}", headers={"Accept-Encoding": coding})
            assert answer.status == 200, path
            sent = {name: answer.headers[name.lower()] for name in told.headers}
            assert sent == told.headers
            assert answer.headers["content-type"] == kind
            assert answer.headers["cache-control"] == "no-cache"
            assert answer.body() == (folder / "top" / "site" / path).read_bytes()
            is_packed = (folder / "top" / "site" / f"{path}.gz").exists() and coding == "gzip"
            assert answer.headers.get("content-encoding") == ("gzip" if is_packed else None), path
            assert ("Accept-Encoding" in answer.headers.get("vary", "")) >= is_packed


def test_what_never_changes_is_kept_and_all_else_is_asked_for_again(
    server: str, told: Served, ask: APIRequestContext
) -> None:
    assert told.fixed
    for path in told.fixed:
        assert ask.get(f"{server}/{path}").headers["cache-control"] == settings().cache.fixed
    # Another release of the theme: what is not there may come.
    assert ask.get(f"{server}/{told.fixed[0]}.no").headers["cache-control"] == "no-cache"
    first = ask.get(f"{server}/plan/capacity.html")
    again = ask.get(f"{server}/plan/capacity.html", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body()) == (304, b"")


@pytest.mark.parametrize("path", ["nothing", "a/b/c/", "web.config", "_headers", "staticwebapp.config.json"])
def test_what_leads_nowhere_gets_the_page_for_it(
    path: str, server: str, folder: Path, told: Served, ask: APIRequestContext
) -> None:
    for coding in ("gzip", "identity"):
        answer = ask.get(f"{server}/{path}", headers={"Accept-Encoding": coding})
        assert answer.status == 404
        assert answer.body() == (folder / "top" / "site" / "404.html").read_bytes()
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert {name: answer.headers[name.lower()] for name in told.headers} == told.headers
        assert answer.headers["cache-control"] == "no-cache"


def test_no_tool_makes_the_browser_complain(name: str, server: str, site: Site, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    found = complaints(page)
    use_known(page, server)
    # What both send is compared above: every button of one, and some of the other, are enough.
    pressed = use_all(page, server, [*tools(site).values()][:: 1 if name == "nginx" else 4])
    assert sum(pressed.values()) > (80 if name == "nginx" else 10)
    page.goto(f"{server}/deploy/clients.html", wait_until="load")
    unfolded(page)
    with page.expect_download() as download:
        page.locator("article a[download$='.reg'], article a[href$='.reg']").first.click()
    assert Path(download.value.path()).read_bytes()[:2] == b"\xff\xfe"
    context.close()
    assert found == []


def test_a_policy_without_the_hashes_of_the_pages_would_be_heard_of(
    folder: Path, told: Served, browser: Browser
) -> None:
    other = re.sub(r" 'sha256-[^']*'", "", told.headers["Content-Security-Policy"]).replace(
        "trusted-types guide", "trusted-types 'none'"
    )
    with serving(folder / "top" / "site", other) as base:
        page = browser.new_page()
        found = complaints(page)
        page.goto(f"{base}/index.html", wait_until="load")
        page.close()
    assert any("inline script" in text for text in found)
    assert any("TrustedTypePolicy" in text for text in found)


def test_the_site_can_stand_in_a_folder_of_a_server(name: str, folder: Path, browser: Browser) -> None:
    root = folder / "below" if name == "nginx" else folder / "below" / "site"
    with SERVERS[name](root, folder / "below" / "servers" / f"{name}.conf", folder / f"{name}-below") as base:
        page = browser.new_page()
        found = complaints(page)
        assert page.goto(f"{base}/it/guide").url == f"{base}/it/guide/"
        page.get_by_role("link", name="Capacity").first.click()
        page.wait_for_url(f"{base}/it/guide/plan/capacity.html*")
        assert page.request.get(page.url, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
        assert found == []
        answer = page.goto(f"{base}/it/guide/no/such/page.html")
        assert answer.status == 404
        assert page.locator("h1").inner_text() == "There is no page at this address"
        assert page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor") == "rgb(16, 48, 59)"
        page.close()


def test_a_host_without_headers_gets_the_policy_from_the_pages(folder: Path, browser: Browser) -> None:
    with serving(folder / "below" / "site") as base:
        page = browser.new_page()
        found = complaints(page)
        use_known(page, base)
        page.goto(f"{base}/plan/my-organization.html")
        refused = page.evaluate(OTHER_SCRIPT)
        page.close()
    assert refused == "TypeError"
    assert [text for text in found if "TrustedScriptURL" not in text] == []


def test_the_edition_to_carry_works_from_a_folder_with_any_name(folder: Path, site: Site, browser: Browser) -> None:
    place = folder / "Stick von Jürgen, 活性化 #1 100%"
    with zipfile.ZipFile(next((folder / "top" / "site" / "downloads").glob("*.zip"))) as packed:
        packed.extractall(place)
    (top,) = place.iterdir()
    context = browser.new_context()
    page = context.new_page()
    found = complaints(page)
    base = (top / "site").as_uri()
    use_known(page, base)
    # Only a server shows the page for addresses that lead nowhere.
    pressed = use_all(page, base, [path for path in tools(site).values() if path != "404.html"])
    assert sum(pressed.values()) > 80
    page.goto(f"{base}/contributing/publish.html")
    assert "edition of 2026-11-24 to carry" in page.locator("[data-vag-offline]").inner_text()
    context.close()
    assert found == []


def test_compressed_copies_are_those_of_their_files(folder: Path) -> None:
    copies = [*(folder / "top" / "site").rglob("*.gz")]
    assert len(copies) > 200
    for copy in copies[:: len(copies) // 20]:
        assert gzip.decompress(copy.read_bytes()) == copy.with_suffix("").read_bytes()
