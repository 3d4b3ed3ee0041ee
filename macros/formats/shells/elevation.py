"""Whether a script says that it needs the rights of an administrator."""

from __future__ import annotations

import re

ELEVATED = re.compile(
    r"elevat|administrator|#requires\s+-runas|net\s+session|fltmc|openfiles|fsutil\s+dirty|whoami\s+/groups",
    re.IGNORECASE | re.ASCII,
)


def says_elevated(text: str) -> bool:
    """Whether a text tells that it needs the rights of an administrator."""
    return ELEVATED.search(text) is not None
