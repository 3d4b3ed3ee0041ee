"""Builds the site the way `make build` does, in a process of its own, and reads what came out."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import time
from calendar import timegm
from datetime import date
from functools import cache
from pathlib import Path
from posixpath import normpath

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent
ORGANIZATIONS = ROOT / "tests" / "vectors" / "organizations"
EXAMPLE = ORGANIZATIONS / "example.yml"
"""The company that tests look at, whatever organization.yml holds."""
PATIENCE = 1_800
"""Seconds in which another process has built the site, also on a busy machine."""
BUILD_DAY = timegm(date(2026, 11, 24).timetuple())


def build_site(project: Path, target: Path, **environment: str) -> Path:
    """Build the project strictly into a folder. Raises AssertionError with the output when mkdocs refuses or warns."""
    result = run_build(project, target, **environment)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "WARNING" not in result.stdout + result.stderr, result.stdout + result.stderr
    return target


def build_once(folder: Path, project: Path, **environment: str) -> Path:
    """Build into a folder that processes share: the first one builds, the others wait for it.

    Raises AssertionError in each of them when that build fails.
    """
    done, failed = folder.with_name(f"{folder.name}.done"), folder.with_name(f"{folder.name}.failed")
    try:
        folder.with_name(f"{folder.name}.begun").mkdir()
    except FileExistsError:
        until = time.monotonic() + PATIENCE
        while not done.exists():
            assert not failed.exists(), failed.read_text("utf-8")
            assert time.monotonic() < until, f"nobody has finished {folder}"
            time.sleep(0.1)
        return folder
    try:
        build_site(project, folder, **environment)
    except BaseException as error:
        failed.write_text(str(error), "utf-8")
        raise
    done.touch()
    return folder


def run_build(project: Path, target: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the strict build and return what it printed. A copy of the project is built for the organization in it."""
    organization = EXAMPLE if project == ROOT else project / "organization.yml"
    settings = {
        "SOURCE_DATE_EPOCH": str(BUILD_DAY),
        "NO_MKDOCS_2_WARNING": "1",
        "ORGANIZATION": str(organization),
    }
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)],
        cwd=project,
        env={**os.environ, **settings, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


class Site:
    """A built site: its files, and its pages parsed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.page = cache(self._page)

    @property
    def pages(self) -> list[str]:
        """Paths of all pages, 404 included."""
        return sorted(file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*.html"))

    @property
    def files(self) -> list[Path]:
        return sorted(file for file in self.folder.rglob("*") if file.is_file())

    def _page(self, path: str) -> BeautifulSoup:
        # Thousands of objects that stay: looking among them for garbage takes a third of the time.
        gc.disable()
        try:
            return BeautifulSoup((self.folder / path).read_text("utf-8"), "lxml")
        finally:
            gc.enable()


_NAMED = re.compile(r'<(?:link rel="(?:stylesheet|icon)" href|script src|img [^>]*?src)="([^"]+)"')


def first_view(site: Site, path: str) -> list[str]:
    """What a browser asks for to show a page, by path in the site: the page, and the files that it names."""
    named = _NAMED.findall((site.folder / path).read_text("utf-8"))
    found = [normpath(f"{path.rpartition('/')[0]}/{name}").lstrip("/") for name in named]
    return list(dict.fromkeys([path, *found]))
