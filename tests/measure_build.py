"""How much the computed pages cost: builds of this site against plain Material building the same pages expanded.

Run it with `make measure`. Both builds run in turn in processes of their own; the figure is the ratio of the medians.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from macros.render.downloads import download_files
from macros.render.parts.usage import fill, usage
from macros.render.registry import render
from macros.site import base_view, read_pages
from tests.built import ROOT

RUNS = int(os.environ.get("RUNS", "7"))


def expanded_project(target: Path) -> Path:
    """The same site without macros and hooks: pages expanded, downloads as plain files."""
    view = base_view()
    shutil.copytree(ROOT / "overrides", target / "overrides")
    shutil.copytree(ROOT / "docs" / "assets", target / "docs" / "assets")
    pages = {path: render(replace(view, page=path), text) for path, text in read_pages(ROOT / "docs").items()}
    used, names = usage(pages), {path: path for path in pages}
    pages = {path: fill(replace(view, page=path), text, used, names) for path, text in pages.items()}
    files = {path: text.encode() for path, text in pages.items()} | download_files(view)
    for path, data in files.items():
        (target / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (target / "docs" / path).write_bytes(data)
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    settings = re.sub(r"^hooks:.*\n", "", settings, flags=re.MULTILINE)
    settings = re.sub(r"^  - macros:\n(?:      .*\n)+", "", settings, flags=re.MULTILINE)
    settings = re.sub(r"^watch:.*\n", "", settings, flags=re.MULTILINE)
    (target / "mkdocs.yml").write_text(settings, "utf-8")
    return target


def seconds(project: Path, site: Path) -> float:
    """Length of one cold build."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)],
        cwd=project,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - start


def main() -> None:
    """Print the medians of both builds and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        plain = expanded_project(Path(folder) / "plain")
        ours, theirs = [], []
        for _ in range(RUNS):
            ours.append(seconds(ROOT, Path(folder) / "ours"))
            theirs.append(seconds(plain, Path(folder) / "theirs"))
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(
        f"{RUNS} runs each, in turn; medians: this site {mine:.2f} s, expanded pages {peer:.2f} s, {mine / peer:.2f} x"
    )


if __name__ == "__main__":
    main()
