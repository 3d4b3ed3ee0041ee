"""How far a long run is, for somebody who watches. Never in what a file or another program gets."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

Item = TypeVar("Item")

PATIENCE = 1.0
"""Seconds after which somebody wants to know. Our choice, as is the pause between two lines."""
_PAUSE = 0.1
_CLEAR = "\r\x1b[K"


def watched(
    items: Iterable[Item],
    name: Callable[[Item], str],
    stream: TextIO | None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Item]:
    """The same items. On a terminal, a line counts them and names the last one while it takes long."""
    if stream is None or stream.closed or not stream.isatty():
        yield from items
        return
    due = clock() + PATIENCE
    shown = False
    encoding = stream.encoding or "ascii"
    try:
        for number, item in enumerate(items, start=1):
            now = clock()
            if now >= due:
                due, shown = now + _PAUSE, True
                line = f"{number:,} read: {name(item)}"[: shutil.get_terminal_size().columns - 1]
                stream.write(_CLEAR + line.encode(encoding, "replace").decode(encoding))
                stream.flush()
            yield item
    finally:
        if shown:
            stream.write(_CLEAR)
            stream.flush()
