"""How much the computed pages cost: builds of this site against plain Material building the same pages expanded.

Run it with `make measure`. Both builds run in turn in processes of their own; the figure is the ratio of the medians of
their processor time, which a busy machine changes less than the time on the clock.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from macros.build import SETTINGS, project_files
from macros.export import write
from macros.site import base_view
from tests.built import ROOT

RUNS = int(os.environ.get("RUNS", "7"))


def expanded_project(target: Path) -> Path:
    """The same site without macros and hooks: pages expanded, downloads as plain files, and Material's own search."""
    write(target, project_files(base_view()))
    settings = target / SETTINGS
    settings.write_text(settings.read_text("utf-8").replace("plugins: []", "plugins: [search]"), "utf-8")
    return target


def seconds(project: Path, site: Path) -> float:
    """Processor time of one cold build."""
    start = os.times()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)],
        cwd=project,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        check=True,
    )
    end = os.times()
    return end.children_user + end.children_system - start.children_user - start.children_system


def main() -> None:
    """Print the medians of both builds and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        plain = expanded_project(Path(folder) / "plain")
        ours, theirs = [], []
        for _ in range(RUNS):
            ours.append(seconds(ROOT, Path(folder) / "ours"))
            theirs.append(seconds(plain, Path(folder) / "theirs"))
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(f"{RUNS} runs each, in turn; medians of processor time:")
    print(f"this site {mine:.2f} s, expanded pages {peer:.2f} s, {mine / peer:.2f} x")


if __name__ == "__main__":
    main()
