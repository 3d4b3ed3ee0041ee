"""Patterns of Python as a page's scripts take them."""

from __future__ import annotations

import re
from typing import Any

from macros.formats.base import recognized

_BLANK = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_LETTER = r"\p{L}\p{N}_"
# Letters of any language: in a script, the shorthand knows those of English alone.
_EDGE = f"(?:(?<=[{_LETTER}])(?![{_LETTER}])|(?<![{_LETTER}])(?=[{_LETTER}]))"


def for_scripts(pattern: str) -> str:
    """A pattern over several lines that means the same in a script: its shorthands and line ends are others there."""

    def written(found: re.Match[str]) -> str:
        part = found[0]
        if part.startswith("["):
            inner = part[1:-1].replace(r"\s", _BLANK).replace(r"\w", _LETTER).replace(r"\"", '"')
            return f"[{inner}]"
        others = {
            "^": r"(?<![^\n])",
            "$": r"(?![^\n])",
            r"\b": _EDGE,
            r"\s": f"[{_BLANK}]",
            r"\w": f"[{_LETTER}]",
            r"\"": '"',
        }
        return others.get(part, part)

    return re.sub(r"\[(?:\\.|[^\]\\])*\]|\\.|\^|\$", written, pattern)


def recognized_as_data() -> list[dict[str, Any]]:
    """Kinds of files that are not checked, for scripts to tell."""
    return [
        {
            "what": one.title,
            "todo": one.todo,
            "first": one.first,
            "marks": [for_scripts(mark) for mark in one.marks],
            "never": [for_scripts(mark) for mark in one.never],
        }
        for one in recognized.every()
    ]
