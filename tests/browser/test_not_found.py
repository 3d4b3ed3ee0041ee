"""The page for addresses that lead nowhere, below any folder of a server."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE
from tests.built import Site

OpenPage = Callable[..., Page]
PLACES = ["", "some/", "some/sub/path/"]
LOST = ["nothing", "a/b/c/d/"]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


class Server(SimpleHTTPRequestHandler):
    """Answers what is not there with the site's own page, as web servers do, and under a strict policy."""

    lost: Path

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(self.lost.read_bytes())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def root(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    for place in PLACES:
        shutil.copytree(site.folder, folder / place, dirs_exist_ok=True)
    handler = type("Handler", (Server,), {"lost": site.folder / "404.html"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("place", PLACES)
def test_it_is_styled_and_leads_home_wherever_it_stands(place: str, lost: str, root: str, open_page: OpenPage) -> None:
    page = open_page(f"{root}{place}{lost}")
    assert page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor") == "rgb(16, 48, 59)"
    links = page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)")
    assert len(links) >= 6
    nearest = f"{root}{place}"
    assert all(link.startswith(nearest) for link in links)
    for link in set(links):
        assert page.request.get(link).status == 200, link


def test_its_search_is_the_search_of_the_site(root: str, open_page: OpenPage) -> None:
    page = open_page(f"{root}some/sub/path/a/b/c")
    page.get_by_label("Search the guide").fill("threshold")
    page.get_by_label("Search the guide").press("Enter")
    page.wait_for_url(f"{root}some/sub/path/index.html?q=threshold")
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_it_is_styled_without_javascript_too(width: int, root: str, open_page: OpenPage) -> None:
    page = open_page(f"{root}some/sub/path/a/b/c", width=width, javascript=False)
    assert page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor") == "rgb(16, 48, 59)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_text("shorten the address above")).to_be_visible()
