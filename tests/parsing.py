"""Reads what macros make as a reader sees it on the day of the build."""

from __future__ import annotations

from bs4 import BeautifulSoup


def as_built(html: str) -> BeautifulSoup:
    """HTML without the texts of later days and without rows that do not show yet."""
    page = BeautifulSoup(html, "html5lib")
    for later in page.select("template, [data-vag-since][hidden], [data-vag-until][hidden]"):
        later.decompose()
    return page
