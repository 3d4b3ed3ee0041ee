"""How long pages are, how many elements a browser draws of them, and for how long it works at most in one go.

`python -m tests.measure_pages site reference troubleshoot` measures the pages of a built site whose paths begin so, in
a window of 1440 by 900 and without a brake on the processor. The time is the shortest of several visits: a busy machine
makes each of them longer.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import BROWSERS, FLAGS, serving

RUNS = int(os.environ.get("RUNS", "5"))
WIDE, HIGH = 1440, 900
SETTLED = 150
"""Milliseconds in which scripts that a page asks for later have run."""
_WATCH = """window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask", buffered: true });"""
_DRAWN = "[...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()).length"


class Length(NamedTuple):
    """What a page takes: screens to scroll, elements that are drawn, and all elements."""

    screens: float
    drawn: int
    elements: int


def page_of(page: Page, address: str) -> Length:
    """Measure a page as it opens."""
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    page.goto(address, wait_until="load")
    return Length(
        round(page.evaluate("document.documentElement.scrollHeight") / HIGH, 1),
        page.evaluate(_DRAWN),
        page.evaluate("document.querySelectorAll('body *').length"),
    )


def main() -> None:
    """Print the pages, the longest task first. A task of less than 50 ms is none to the browser: 0."""
    site, *begin = sys.argv[1:]
    paths = sorted(file.relative_to(site).as_posix() for file in Path(site).rglob("*.html"))
    rows = []
    with serving(Path(site)) as base, sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for path in paths:
            if begin and not path.startswith(tuple(begin)):
                continue
            tasks = []
            for _ in range(RUNS):
                context = browser.new_context()
                context.add_init_script(_WATCH)
                page = context.new_page()
                length = page_of(page, f"{base}/{path}")
                page.wait_for_timeout(SETTLED)
                tasks.append(page.evaluate("window.longest"))
                context.close()
            rows.append((min(tasks), length, path))
        browser.close()
    print("task ms  screens  drawn  elements")
    for task, length, path in sorted(rows, reverse=True):
        print(f"{task:7.0f} {length.screens:8.1f} {length.drawn:6} {length.elements:9}  {path}")


if __name__ == "__main__":
    main()
