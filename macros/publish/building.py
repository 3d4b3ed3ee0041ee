"""Builds the site for publishing, in a process of its own: nothing here knows what builds it."""

from __future__ import annotations

import os
import subprocess
import sys
from calendar import timegm
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from macros.catalog.organization_file import path_from_environment
from macros.site import DOCS

ADDRESS = "GUIDE_ADDRESS"
"""Where the site will stand, as mkdocs.yml reads it from the environment."""


class BuildError(Exception):
    """The site could not be built; what is wrong was said while it was tried."""


def built(address: str, day: date) -> dict[str, bytes]:
    """The files of the site as it is built for a day, by path. What the build says goes to standard error.

    Raises BuildError when it fails, or warns of anything.
    """
    own = {
        ADDRESS: address,
        "ORGANIZATION": str(Path.cwd() / path_from_environment()),
        # The day alone, so that each build of a day gives the same bytes.
        "SOURCE_DATE_EPOCH": str(timegm(day.timetuple())),
        "NO_MKDOCS_2_WARNING": "1",
    }
    with TemporaryDirectory(prefix="guide-") as folder:
        site = Path(folder) / "site"
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
        run = subprocess.run(command, cwd=DOCS.parent, env={**os.environ, **own}, stdout=sys.stderr, check=False)
        if run.returncode:
            raise BuildError("the site could not be built, so nothing was written")
        return files_in(site)


def files_in(site: Path) -> dict[str, bytes]:
    """The files of a built site by path, without hidden ones."""
    found = (file for file in sorted(site.rglob("*")) if file.is_file())
    paths = {file.relative_to(site).as_posix(): file for file in found}
    return {path: file.read_bytes() for path, file in paths.items() if not path.startswith(".")}
