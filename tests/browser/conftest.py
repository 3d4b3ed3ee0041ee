"""A real browser on the built site, over HTTP and from disk."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.tabs import WIDE, Tabs, one_tab, opened
from tests.built import Site

__all__ = ["NARROW", "WIDE"]

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

NARROW = 390

# The first is Chromium without all that a window needs: the same pages for less of the processor.
BROWSERS = ["chromium-headless-shell", "chromium", "google-chrome", "chrome"]

# A busy machine is no failure: what comes at all may come late.
expect.set_options(timeout=30_000)


@contextmanager
def serving(folder: Path, policy: str | None = None) -> Iterator[str]:
    """Serve a folder on a free port, with a Content-Security-Policy when one is given. Yields the base address."""

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            if policy:
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert chromium, f"these tests need Chromium; on Debian: apt-get install {BROWSERS[0]}"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def address(site: Site) -> Iterator[str]:
    with serving(site.folder) as base:
        yield base


@pytest.fixture(scope="session")
def lendable(browser: Browser) -> Tabs:
    return Tabs(browser)


@pytest.fixture
def open_page(lendable: Tabs) -> Iterator[Callable[..., Page]]:
    """Open an address in a tab that nobody else has: `open_page(url, width=390, dark=True, javascript=False)`."""
    lent: list[tuple[Page, bool, bool, str]] = []

    def open_it(url: str, width: int = WIDE, dark: bool = False, javascript: bool = True) -> Page:
        page = lendable.lent(dark, javascript, width)
        lent.append((page, dark, javascript, url))
        page.goto(url, wait_until="load")
        return page

    yield open_it
    for each in lent:
        lendable.back(*each)


@pytest.fixture(scope="module")
def scripts(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page CHECK of a module of tests: its functions are called, and nobody uses it."""
    with one_tab(browser) as page:
        yield opened(page, f"{address}/{request.module.CHECK}")


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    with one_tab(browser) as page:
        yield page


@pytest.fixture
def check(tab: Page, address: str, request: pytest.FixtureRequest) -> Page:
    """The page CHECK of a module of tests, as a reader gets it."""
    return opened(tab, f"{address}/{request.module.CHECK}")


@pytest.fixture
def build(tab: Page, address: str, request: pytest.FixtureRequest) -> Page:
    """The page BUILD of a module of tests, as a reader gets it."""
    return opened(tab, f"{address}/{request.module.BUILD}")
