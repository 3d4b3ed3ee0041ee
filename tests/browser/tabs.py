"""Tabs of the browser that many tests share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

WIDE = 1440
TIMEOUT = 30_000
"""Milliseconds that the browser waits for anything."""
MOST_USES = 30
"""Of one tab: whoever listened to it goes on listening."""


@contextmanager
def one_tab(browser: Browser) -> Iterator[Page]:
    """One tab for many tests: each opens its page anew (`opened`), which costs less than a context of its own."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, reduced_motion="reduce")
    try:
        yield context.new_page()
    finally:
        context.close()


ALL_DATA = "() => window.vagReading?.all()"
"""What the reader of outputs asks for once it is used, asked for at once: tests call its functions."""


def opened(tab: Page, url: str) -> Page:
    """The page as a reader gets it who comes from elsewhere: nothing of what was done in the tab is left."""
    tab.goto("about:blank")
    tab.goto(url, wait_until="load")
    tab.evaluate(ALL_DATA)
    return tab


_UNFOLD = "document.querySelectorAll('.vag-details--folded').forEach((part) => { part.open = true; })"


def unfolded(page: Page) -> Page:
    """The page with every folded part open."""
    page.evaluate(_UNFOLD)
    return page


_MOVE = """(hash) => new Promise((done) => {
    addEventListener("hashchange", () => setTimeout(done), { once: true });
    location.hash = hash;
})"""


def moved(page: Page, fragment: str) -> None:
    """Go to another place of a page, and wait until its scripts have answered."""
    page.evaluate(_MOVE, fragment)


class Tabs:
    """Tabs that tests borrow, each with a context of its own, by whether they are dark and run scripts.

    A context of its own for each page takes longer than most pages. A tab that comes back is as it was when new, and
    is closed when that cannot be said of it.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[tuple[bool, bool], list[Page]] = defaultdict(list)
        self._uses: dict[Page, int] = defaultdict(int)

    def lent(self, dark: bool, javascript: bool, width: int) -> Page:
        """A tab on an empty page."""
        free = self._free[dark, javascript]
        tab = free.pop() if free else self._new(dark, javascript)
        tab.set_viewport_size({"width": width, "height": 900})
        self._uses[tab] += 1
        return tab

    def back(self, tab: Page, dark: bool, javascript: bool, opened_at: str) -> None:
        """Take a tab back from a test that got it for an address, without anything that the test left in it."""
        if self._uses[tab] == MOST_USES or tab.is_closed() or origin(tab.url) != origin(opened_at):
            tab.context.close()
            return
        for other in tab.context.pages:
            if other is not tab:
                other.close()
        if javascript:
            tab.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        tab.goto("about:blank")
        tab.unroute_all()
        tab.context.clear_permissions()
        tab.context.clear_cookies()
        tab.emulate_media(media="null", color_scheme="dark" if dark else "light", reduced_motion="reduce")
        tab.set_default_timeout(TIMEOUT)
        self._free[dark, javascript].append(tab)

    def _new(self, dark: bool, javascript: bool) -> Page:
        return self._browser.new_context(
            color_scheme="dark" if dark else "light", java_script_enabled=javascript, reduced_motion="reduce"
        ).new_page()


def origin(address: str) -> tuple[str, str]:
    """Where what a page keeps belongs to."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
