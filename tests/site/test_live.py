"""The site while it is served: an edit of a page shows soon, and everything is what a whole build makes."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.built import BUILD_DAY, EXAMPLE, ROOT

PATIENCE = 180
PAGE = "docs/learn/glossary.md"
FACT = '\n{{ fact("kms.validity") }}\n'


@dataclass
class Served:
    project: Path
    log: Path
    base: str

    def read(self, path: str) -> str:
        with urlopen(f"{self.base}/{path}", timeout=PATIENCE) as answer:
            # The server adds the number of the build.
            return re.sub(r"livereload\(\d+, \d+\);", "", answer.read().decode())

    def edit(self, path: str, change: Callable[[str], str]) -> str:
        """Change a file and wait until the server is done. Returns what it said."""
        said = len(self.log.read_text("utf-8"))
        file = self.project / path
        file.write_text(change(file.read_text("utf-8")), "utf-8")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            new = self.log.read_text("utf-8")[said:]
            if "Reloading browsers" in new:
                return new
            time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8")[said:])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    project = tmp_path_factory.mktemp("served") / "project"
    for folder in ("macros", "overrides", "docs"):
        copytree(ROOT / folder, project / folder)
    for name in ("mkdocs.yml", "pyproject.toml"):
        (project / name).write_bytes((ROOT / name).read_bytes())
    (project / "organization.yml").write_bytes(EXAMPLE.read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = project.parent / "log"
    environment = {key: value for key, value in os.environ.items() if key != "ORGANIZATION"}
    environment |= {"SOURCE_DATE_EPOCH": str(BUILD_DAY), "NO_MKDOCS_2_WARNING": "1"}
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--strict", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=project,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        found = Served(project, log, f"http://127.0.0.1:{port}")
        end = time.monotonic() + PATIENCE
        while server.poll() is None and time.monotonic() < end:
            try:
                found.read("index.html")
                break
            except (URLError, ConnectionError):
                time.sleep(0.2)
        yield found
    finally:
        server.terminate()
        server.wait(30)


def entries(served: Served) -> list[tuple[str, str]]:
    script = served.read("search/index.js").removeprefix("window.vagSearchIndex = JSON.parse('").removesuffix("');\n")
    found = json.loads(script.replace("\\'", "'").replace("\\\\", "\\"))["entries"]
    return [(address, text) for address, *_, text in found]


def same_as_a_whole_build(served: Served) -> None:
    paths = ("learn/glossary.html", "reference/facts/kms-renewal.html", "index.html")
    before = [served.read(path) for path in paths], entries(served)
    said = served.edit("mkdocs.yml", lambda text: text + "\n# edited\n")
    assert "Building documentation" in said
    assert before == ([served.read(path) for path in paths], entries(served))


@pytest.mark.site
def test_an_edited_page_is_built_alone(served: Served) -> None:
    said = served.edit(PAGE, lambda text: text + "\n\nA sentence that was not there.\n\n## A new heading\n")
    assert "Building learn/glossary.md" in said
    assert "Building documentation" not in said
    page = served.read("learn/glossary.html")
    assert "A sentence that was not there." in page
    assert 'id="a-new-heading"' in page
    assert 'class="vag-clock"' in page
    assert any(location == "learn/glossary.html#a-new-heading" for location, _ in entries(served))
    same_as_a_whole_build(served)


@pytest.mark.site
def test_a_page_that_cites_another_fact_changes_the_register(served: Served) -> None:
    said = served.edit(PAGE, lambda text: text + FACT.replace("kms.validity", "kms.isolated"))
    assert "Building documentation" in said
    row = (
        served.read("reference/facts/kms-network.html").partition('id="kms.isolated"')[2].partition("vag-cite-this")[0]
    )
    assert "learn/glossary.html" in row


@pytest.mark.site
def test_a_wrong_page_is_said_and_mended_by_the_next_edit(served: Served) -> None:
    good = (served.project / PAGE).read_text("utf-8")
    said = served.edit(PAGE, lambda text: text + "\n[nowhere](#nothing-has-this-id)\n")
    assert "nothing-has-this-id" in said
    assert "The browser shows what is wrong" in said
    said = served.edit(PAGE, lambda text: good + "\nMended.\n")
    assert "Reloading browsers" in said
    assert "Mended." in served.read("learn/glossary.html")
    same_as_a_whole_build(served)


@pytest.mark.site
def test_an_edit_of_python_and_of_data_shows_after_one_build(served: Served) -> None:
    overview = "macros/render/start/overview.py"
    served.edit(overview, lambda text: text.replace("day=view.today, file=file", 'day=view.today, file="elsewhere"'))
    assert "from elsewhere." in served.read("learn/glossary.html")
    served.edit("organization.yml", lambda text: text.replace("name: Example Manufacturing", "name: Another Firm"))
    assert "Another Firm" in served.read("index.html")
