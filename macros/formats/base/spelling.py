"""Names that are probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 64


def nearest(given: str, names: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The name that is probably meant, None when none is near. Letter case does not count."""
    by_case = {name.lower(): name for name in names}
    if given.lower() in by_case:
        return by_case[given.lower()]
    # Nothing that long is a misspelling, and comparing it would be slow.
    found = difflib.get_close_matches(given[:_LONGEST].lower(), by_case, n=1, cutoff=cutoff)
    return by_case[found[0]] if found else None
