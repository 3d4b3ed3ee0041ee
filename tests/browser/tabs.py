"""Tabs of the browser that many tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

WIDE = 1440


@contextmanager
def one_tab(browser: Browser) -> Iterator[Page]:
    """One tab for many tests: each opens its page anew (`opened`), which costs less than a context of its own."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, reduced_motion="reduce")
    try:
        yield context.new_page()
    finally:
        context.close()


def opened(tab: Page, url: str) -> Page:
    """The page as a reader gets it who comes from elsewhere: nothing of what was done in the tab is left."""
    tab.goto("about:blank")
    tab.goto(url, wait_until="load")
    return tab
