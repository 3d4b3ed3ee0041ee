"""Looks for product keys where none may stand: before a build, in data, the organization's file, and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .product_keys import find
from .published_keys import published
from .strict_yaml import DataError, Document, Problem, dotted

TEXTS = frozenset({".md", ".yaml", ".yml", ".js", ".css", ".svg", ".html", ".json", ".txt", ".csv"})
EXPECTED = (
    "holds a product key that Microsoft does not publish, and whatever is built from it would show it; "
    "remove the key. Allowed: the client setup keys of client-keys.yaml"
)


def secrets_in(text: str, file: str, document: Document | None = None) -> Iterator[Problem]:
    """A problem for each key in a text that is no published one: its line and key path, and never the key."""
    lines: set[int] = set()
    for secret in find(text, published()):
        line = text.count("\n", 0, secret.start) + 1
        if line not in lines:
            lines.add(line)
            yield Problem(file, line, _path(document, line), EXPECTED)


def refuse_secrets(text: str, file: str, document: Document | None = None) -> None:
    """Raise DataError when a text holds a key that is no published one."""
    found = [*secrets_in(text, file, document)]
    if found:
        raise DataError(found)


def refuse_secrets_in(folders: Iterable[Path], root: Path) -> None:
    """Raise DataError when a text file below some folders, or its name, holds a key that is no published one."""
    found = []
    for file in sorted(file for folder in folders for file in folder.rglob("*")):
        name = file.relative_to(root).as_posix()
        if find(file.name, published()):
            found.append(Problem(name, None, "", f"has a name that {EXPECTED}"))
        if file.suffix in TEXTS and file.is_file():
            found += secrets_in(file.read_text("utf-8", "replace"), name)
    if found:
        raise DataError(found)


def _path(document: Document | None, line: int) -> str:
    """The key path that stands on a line, or nearest above it."""
    if document is None:
        return ""
    above = [(at, len(path), path) for path, at in document.lines.items() if at <= line]
    return dotted(max(above, key=lambda found: found[:2])[2]) if above else ""
