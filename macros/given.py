"""What a command is given: bytes of files, or the reason in words why there are none. Nothing waits for ever.

A name is a file, a folder, a pattern, or `-` for standard input. What each stands for is reported in the order given.
"""

from __future__ import annotations

import glob
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from macros.formats.base.binary import BINARY, no_text

__all__ = ["BINARY", "no_text"]

STANDARD_INPUT = "-"
NOTHING = "it is empty"
CLOSED = "standard input is closed"
NO_NAME = "the name of the file is empty"
NO_WRITER = "nothing writes to this pipe"
NO_MATCH = "no file matches this pattern"
NO_FILES = "the folder holds no file"
NOT_FOLLOWED = "it is a link to a folder, which is not followed; name that folder itself"
NO_FILE = "it is neither a file nor a folder"

_PATIENCE = 3.0
"""Seconds in which somebody must begin to write to a named pipe. Our choice: what starts both at once needs less."""
_PAUSE = 0.05


_Named = tuple[str, str | None]
"""A file by its name, and why it cannot be read when that is known before."""
Hidden = Callable[[str, int], None]
"""What is told a folder, and how many hidden files and folders of it are left out."""


class UnusableError(Exception):
    """Input that cannot be used. The text is the reason, for a person."""


def read_each(
    files: Sequence[str], most: int, hidden: Hidden | None = None
) -> Iterator[tuple[str, bytes | UnusableError]]:
    """Each file with its content, or with the reason why there is none, in the order given.

    `most` is how many bytes are read of each; standard input is read once, however often it is named. Folders are
    walked, patterns expanded; `hidden` is told each folder in which something hidden was left out, and how much.
    """
    standard_input: bytes | UnusableError | None = None
    for file, reason in (found for name in files for found in _named(name, hidden)):
        if reason is not None:
            yield file, UnusableError(reason)
            continue
        if file != STANDARD_INPUT:
            yield file, _attempt(file, most)
            continue
        if standard_input is None:
            standard_input = _attempt(file, most)
        yield file, standard_input


def files_of(names: Sequence[str], hidden: Hidden | None = None) -> Iterator[tuple[str, str | None]]:
    """Each file that names stand for, in the order given, and why it cannot be read when that is known before."""
    return (found for name in names for found in _named(name, hidden))


def opened(file: str) -> BinaryIO:
    """A file, or standard input for `-`, to be read little by little. Raises UnusableError."""
    if not file:
        raise UnusableError(NO_NAME)
    if file == STANDARD_INPUT:
        if sys.stdin is None or sys.stdin.closed:
            raise UnusableError(CLOSED)
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise UnusableError(error.strerror or str(error)) from error


def read_one(file: str, most: int) -> bytes:
    """Up to `most` bytes of a file, or of standard input for `-`. Raises UnusableError."""
    if not file:
        raise UnusableError(NO_NAME)
    try:
        if file == STANDARD_INPUT:
            return _standard_input(most)
        path = Path(file)
        if path.is_fifo():
            return _pipe(file, most)
        with path.open("rb") as stream:
            return _whole(stream.read, most)
    except OSError as error:
        raise UnusableError(error.strerror or str(error)) from error


def _named(name: str, hidden: Hidden | None) -> Iterator[_Named]:
    """The files that a name of the command line stands for."""
    if name in ("", STANDARD_INPUT) or not (os.path.lexists(name) or glob.has_magic(name)):
        yield name, None
    elif os.path.lexists(name):
        # Brackets are letters of names too, which is why a file of this name comes first.
        yield from _walked(Path(name), hidden) if Path(name).is_dir() else [(name, None)]
    else:
        found = sorted(glob.iglob(name, recursive=True))  # noqa: PTH207 - patterns may be absolute
        if "**" in name:
            # It names what is in a folder too.
            found = [one for one in found if not Path(one).is_dir()]
        yield from (file for one in found for file in _named(one, hidden)) if found else [(name, NO_MATCH)]


def _walked(folder: Path, hidden: Hidden | None) -> Iterator[_Named]:
    """Every file below a folder, in the order of names; what is hidden is left out."""
    some = False
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        reason = None
        if path == folder or (path.is_dir() and not path.is_symlink()):
            try:
                entries = sorted(os.scandir(path), key=lambda entry: entry.name)
            except OSError as error:
                reason = error.strerror or str(error)
            else:
                shown = [entry for entry in entries if not _is_hidden(entry)]
                if hidden and len(shown) < len(entries):
                    hidden(str(path), len(entries) - len(shown))
                waiting += [path / entry.name for entry in reversed(shown)]
                continue
        elif path.is_dir():
            reason = NOT_FOLLOWED
        elif not (path.is_file() or path.is_symlink()):
            reason = NO_FILE
        some = True
        yield str(path), reason
    if not some:
        yield str(folder), NO_FILES


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith("."):
        return True
    try:
        # Windows keeps it as an attribute; others have none.
        attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    except OSError:
        return False
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)


def _attempt(file: str, most: int) -> bytes | UnusableError:
    try:
        return read_one(file, most)
    except UnusableError as error:
        return error


def _standard_input(most: int) -> bytes:
    # Python has no stream for a descriptor that was closed before it started, and tests bring one of their own.
    if sys.stdin is None or sys.stdin.closed:
        raise UnusableError(CLOSED)
    return _whole(sys.stdin.buffer.read, most)


def _pipe(file: str, most: int) -> bytes:
    """A named pipe that somebody writes to, or is about to. A slow writer may take its time."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    try:
        begun = _first(descriptor, most)
        os.set_blocking(descriptor, True)
        return begun + _whole(lambda size: os.read(descriptor, size), most - len(begun))
    finally:
        os.close(descriptor)


def _first(descriptor: int, most: int) -> bytes:
    """The first bytes of a pipe; none when somebody has it open and has not written yet."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            found = os.read(descriptor, most)
        except BlockingIOError:
            return b""
        if found:
            return found
        if time.monotonic() > until:
            raise UnusableError(NO_WRITER)
        time.sleep(_PAUSE)


def _whole(read: Callable[[int], bytes], most: int) -> bytes:
    parts: list[bytes] = []
    left = most
    while left > 0 and (part := read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
