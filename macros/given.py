"""What a command is given: bytes of files, or the reason in words why there are none. Nothing waits for ever."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

STANDARD_INPUT = "-"
NOTHING = "it is empty"
CLOSED = "standard input is closed"
NO_NAME = "the name of the file is empty"
NO_WRITER = "nothing writes to this pipe"

_PATIENCE = 3.0
"""Seconds in which somebody must begin to write to a named pipe. Our choice: what starts both at once needs less."""
_PAUSE = 0.05


class UnusableError(Exception):
    """Input that cannot be used. The text is the reason, for a person."""


def read_each(files: Sequence[str], most: int) -> Iterator[tuple[str, bytes | UnusableError]]:
    """Each file with its content, or with the reason why there is none, in the order given.

    `most` is how many bytes are read of each; standard input is read once, however often it is named.
    """
    standard_input: bytes | UnusableError | None = None
    for file in files:
        if file != STANDARD_INPUT:
            yield file, _attempt(file, most)
            continue
        if standard_input is None:
            standard_input = _attempt(file, most)
        yield file, standard_input


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
