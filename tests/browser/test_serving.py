"""A real `mkdocs serve` on loopback: what is wrong is shown in the browser, and gone when it is mended."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.built import EXAMPLE, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 120
"""Seconds in which a build of a few pages ends on a busy machine."""
LATE = PATIENCE * 1000
SERVED = """
site_name: Served
strict: true
use_directory_urls: false
watch: [macros, organization.yml]
exclude_docs: |
  troubleshoot/codes/
  reference/facts/
hooks: [macros/hooks.py]
plugins:
  - macros: {module_name: macros, on_undefined: strict, on_error_fail: true}
"""


@dataclass
class Server:
    """A server at work on a small site of its own, and how to edit what it serves."""

    project: Path
    address: str
    process: subprocess.Popen[bytes]

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self.project / file).read_text("utf-8")
        assert text.count(old) >= 1
        (self.project / file).write_text(text.replace(old, new, 1), "utf-8")

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urlopen(f"{self.address}/{path}", timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def log(self) -> str:
        return (self.project / "log.txt").read_text("utf-8", "replace")


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Started on an organization that is wrong."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "macros", project / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", project)
    # Pages of error codes have to be there; they are not built.
    for pages in ("troubleshoot/codes", "reference/facts"):
        shutil.copytree(ROOT / "docs" / pages, project / "docs" / pages)
    (project / "overrides").mkdir()
    (project / "docs" / "index.md").write_text(
        '# Served\n\nFor {{ org_name() }}.\n\n<h2 id="fix">Something fails</h2>\n\nWords.\n'
    )
    (project / "mkdocs.yml").write_text(SERVED)
    (project / "organization.yml").write_text(EXAMPLE.read_text("utf-8").replace("count: 640", "count: many"))
    port = free_port()
    environment = {**os.environ, "ORGANIZATION": "", "NO_MKDOCS_2_WARNING": "1"}
    with (project / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--strict", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=project, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    served = Server(project, f"http://127.0.0.1:{port}", process)
    try:
        wait_for(served)
        yield served
    finally:
        process.terminate()
        process.wait(30)


def wait_for(served: Server) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and served.process.poll() is None:
        try:
            served.get("index.html")
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(served.log())


def test_what_is_wrong_is_shown_and_the_page_comes_back_when_it_is_mended(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{server.address}/index.html")
    wrong, good = page.locator("pre"), page.get_by_text("For Example Manufacturing.")

    # At the start: there is no last good site yet.
    expect(wrong).to_contain_text(
        re.compile(r"organization\.yml, line \d+, groups\[0\]\.count: must be a whole number")
    )
    assert page.get_by_role("link").count() == 0
    server.edit("organization.yml", "count: many", "count: 640")
    expect(good).to_be_visible(timeout=LATE)

    server.edit("organization.yml", "method: adba", "method: adab")
    expect(wrong).to_contain_text('"adab" is not allowed', timeout=LATE)
    page.get_by_role("link", name="as it was built last").click()
    expect(good).to_be_visible(timeout=LATE)
    assert server.get("index.html")[0] == 500
    assert server.get("assets/nothing.css")[0] == 404
    server.edit("organization.yml", "method: adab", "method: adba")
    page.goto(f"{server.address}/index.html")
    expect(good).to_be_visible(timeout=LATE)

    server.edit("macros/data/units.yaml", "- id:", "- id: [")
    expect(wrong).to_contain_text(re.compile(r"units\.yaml, line \d+"), timeout=LATE)
    server.edit("macros/data/units.yaml", "- id: [", "- id:")
    expect(good).to_be_visible(timeout=LATE)

    # One page alone is built for its edit; what is wrong with it is shown as well.
    server.edit("docs/index.md", "org_name()", "org_nane()")
    expect(wrong).to_contain_text("org_nane", timeout=LATE)
    server.edit("docs/index.md", "org_nane()", "org_name()")
    expect(good).to_be_visible(timeout=LATE)

    code = '    """The organization\'s name."""\n'
    server.edit("macros/render/parts/organization.py", code, f"{code}    [][0]\n")
    expect(wrong).to_contain_text(re.compile(r"organization\.py, line \d+, .*list index out of range"), timeout=LATE)
    server.edit("macros/render/parts/organization.py", f"{code}    [][0]\n", code)
    expect(good).to_be_visible(timeout=LATE)

    # Somebody makes the guide theirs while it is served.
    own = EXAMPLE.read_text("utf-8").replace("Example Manufacturing", "Own Works")
    (server.project / "organization.local.yml").write_text(own, "utf-8")
    expect(page.get_by_text("For Own Works.")).to_be_visible(timeout=LATE)
    (server.project / "organization.local.yml").write_text("name: 1\n", "utf-8")
    expect(wrong).to_contain_text("organization.local.yml, line 1", timeout=LATE)
    assert "Traceback" not in server.log()
    assert "will appear stuck" not in server.log()
