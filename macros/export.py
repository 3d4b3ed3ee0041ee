"""Writes the downloads into a folder, and remembers which files of that folder are its own.

A later export removes what an earlier one wrote and this one does not, and touches nothing of anybody else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from macros.catalog.strict_yaml import DataError, Problem

MANIFEST = "guide-export.json"
"""The list of the files that an export wrote, with the SHA-256 of each."""


@dataclass(frozen=True)
class Drift:
    """How a folder differs from what an export would write, by paths inside it."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()
    """Files of an earlier export that this one does not have."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.strays)

    def lines(self) -> list[str]:
        """What differs, a line for each kind."""
        kinds = {"Missing": self.missing, "Changed": self.changed, "Left over from another export": self.strays}
        return [f"{kind}: {', '.join(paths)}." for kind, paths in kinds.items() if paths]


def compare(folder: Path, wanted: Mapping[str, bytes]) -> Drift:
    """Compare a folder with what an export would write. Raises DataError for a list that cannot be read."""
    listed = _written(folder)
    files = {**wanted, MANIFEST: _manifest(wanted)}
    return Drift(
        missing=tuple(sorted(path for path in files if not (folder / path).is_file())),
        changed=tuple(
            sorted(
                path for path, data in files.items() if (folder / path).is_file() and not _holds(folder / path, data)
            )
        ),
        strays=tuple(sorted(path for path in listed if path not in wanted and (folder / path).is_file())),
    )


def write(folder: Path, wanted: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write every file, and remove those of an earlier export that are not among them.

    Returns what was kept although it is left over, because somebody has changed it. Raises DataError for a list of the
    earlier export that cannot be read, and OSError.
    """
    kept = []
    for path, digest in _written(folder).items():
        file = folder / path
        if path in wanted or not file.is_file():
            continue
        if _digest(file.read_bytes()) == digest:
            file.unlink()
            _remove_empty(file.parent, folder)
        else:
            kept.append(path)
    for path, data in wanted.items():
        # A file that is the same keeps its time: servers tell browsers by it whether to ask again.
        if not _holds(folder / path, data):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    (folder / MANIFEST).write_bytes(_manifest(wanted))
    return tuple(sorted(kept))


def _manifest(wanted: Mapping[str, bytes]) -> bytes:
    files = {path: _digest(data) for path, data in sorted(wanted.items())}
    about = (
        "Written by the Volume Activation Guide. The next export removes those of these files that it does not write."
    )
    return (json.dumps({"about": about, "files": files}, indent=1) + "\n").encode()


def _written(folder: Path) -> dict[str, str]:
    """Files that an earlier export wrote, with their digests; none without a list."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        return {}
    try:
        files = json.loads(text)["files"]
        if all(_is_inside(path) and isinstance(digest, str) for path, digest in files.items()):
            return dict(files)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    message = "is no list of exported files; expected what an export wrote. Remove it, and the files that are left over"
    raise DataError([Problem(str(folder / MANIFEST), None, "", message)])


def _is_inside(path: str) -> bool:
    """Whether a path stays in the folder: a list that somebody changed must not remove anything elsewhere."""
    pure = PurePosixPath(path)
    return bool(pure.parts) and not pure.is_absolute() and ".." not in pure.parts and not {"\\", ":"} & {*path}


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _holds(file: Path, data: bytes) -> bool:
    return file.is_file() and file.read_bytes() == data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
