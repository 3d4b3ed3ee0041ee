"""A site is built beside the last one and takes its place when it is complete.

So a build that fails, at whatever point, leaves the last good site as it was.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path


def prepare(site: Path) -> Path:
    """An empty folder to build in: beside the site, so that it can take its place by being renamed.

    Where nothing may be made beside the site, a temporary folder. It is removed when the process ends, if it is still
    there: then the build did not come to its end.
    """
    place = site.resolve()
    folder = place.with_name(f".{place.name}.building")
    try:
        # Left over when a build was killed.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="site-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def publish(built: Path, site: Path) -> None:
    """Let a complete site take the place of the last one. Hidden files at its top stay, such as those of Git.

    Raises OSError when the folder of the site cannot be written.
    """
    place = site.resolve()
    for hidden in place.glob(".*") if place.is_dir() else ():
        if not (built / hidden.name).exists():
            _copy(hidden, built / hidden.name)
    last = place.with_name(f".{place.name}.last")
    shutil.rmtree(last, ignore_errors=True)
    try:
        if place.exists():
            place.rename(last)
        try:
            built.rename(place)
        except OSError:
            if last.exists():
                last.rename(place)
            raise
    except OSError:
        # The folder is a mount, on another disk, or open in a program that holds it.
        _replace(built, place)
    shutil.rmtree(last, ignore_errors=True)


def _replace(built: Path, place: Path) -> None:
    """Copy a site over the last one, and remove what the new one has not."""
    shutil.copytree(built, place, dirs_exist_ok=True, symlinks=True)
    for old in sorted(place.rglob("*"), reverse=True):
        if not (built / old.relative_to(place)).exists():
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)
