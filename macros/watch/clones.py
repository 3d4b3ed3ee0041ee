"""Texts of pages from clones of their repositories, instead of from the network: the same bytes, read the same way."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from macros.catalog.models import Source

from .asking import Answer
from .memory import Seen
from .run import seen_of
from .settings import Settings

_KIND = "text/plain"


class NoCloneError(ValueError):
    """A folder in which git finds no repository with a commit."""


@dataclass(frozen=True)
class Clone:
    """The newest commit of a clone."""

    folder: Path
    commit: str
    committed_at: datetime
    """In UTC."""

    def answer(self, path: str, address: str) -> Answer:
        """The file at this path in that commit, as the host of this address would give it."""
        listed = _git(self.folder, "rev-parse", "--verify", "--quiet", f"{self.commit}:{path}")
        if listed.returncode:
            return Answer(address, 404)
        found = _git(self.folder, "cat-file", "blob", listed.stdout.decode().strip())
        if found.returncode:
            return Answer(address, trouble="lacking")
        return Answer(address, 200, found.stdout, kind=_KIND)


def clone_of(folder: Path) -> Clone:
    """The clone in a folder, with or without a work tree. Raises NoCloneError."""
    found = _git(folder, "log", "-1", "--format=%H %ct", "HEAD")
    if found.returncode:
        raise NoCloneError(f"{folder}: {found.stderr.decode('utf-8', 'replace').strip()}")
    commit, seconds = found.stdout.decode().split()
    return Clone(folder, commit, datetime.fromtimestamp(int(seconds), UTC))


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        # No program that the clone's settings name is run, and nothing is fetched that it lacks.
        safe = ("-c", "core.fsmonitor=false", "-c", "protocol.allow=never")
        return subprocess.run(["git", *safe, "-C", str(folder), *arguments], capture_output=True, check=False)
    except OSError as error:
        raise NoCloneError(f"git: {error.strerror}") from error


def read_clones(clones: Mapping[str, Clone], sources: Mapping[str, Source], settings: Settings) -> dict[str, Seen]:
    """What the clones hold of sources, by the address that their text would be asked for at."""
    found = {}
    for address, source in sources.items():
        clone = clones[source.repository or ""]
        # A page that was read later may say what this clone does not know yet.
        is_older = source.page_date is not None and clone.committed_at.date() < source.page_date
        answer = Answer(address, trouble="older") if is_older else clone.answer(source.path or "", address)
        seen = seen_of(address, answer, None, is_text=True, now=clone.committed_at, settings=settings)
        found[address] = seen.model_copy(update={"commit": clone.commit})
    return found
