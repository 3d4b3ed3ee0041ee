"""Files of whoever adopts the guide: no test may depend on what they hold, so that editing one breaks none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from macros.catalog.organization_file import FILE
from tests.built import ROOT

ADOPTED = frozenset({str(FILE), str(FILE.with_name("organization.local.yml"))})
_permitted: set[str] = set()


@contextmanager
def permitted() -> Iterator[Path]:
    """Let one test look at the file beside mkdocs.yml, for what holds whatever stands in it."""
    _permitted.update(ADOPTED)
    try:
        yield FILE
    finally:
        _permitted.clear()


def watch() -> None:
    """Fail whatever reads such a file from now on, or starts a command that would read it."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and str(arguments[0]).endswith(".yml"):
        # No Path here: it is asked for each file that is opened.
        path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100
        if path in ADOPTED - _permitted:
            raise AssertionError(f"a test reads {path}, which every adopter edits; use tests.built.EXAMPLE")
    if event == "subprocess.Popen":
        _, command, folder, environment = arguments
        given = os.environ if environment is None else environment
        there = Path(os.fsdecode(folder) if folder else ".").resolve()
        reads = any(name in str(command) for name in ("macros", "mkdocs"))
        if reads and "ORGANIZATION" not in given and there == ROOT and not _permitted:
            raise AssertionError(
                f"a test runs {command} for organization.yml; keep the ORGANIZATION that conftest.py set"
            )
