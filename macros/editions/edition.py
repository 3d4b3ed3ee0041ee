"""Which edition of the guide it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from macros.domain.clock import OLD_AFTER_DAYS

_NAME = "volume-activation-guide"


@dataclass(frozen=True)
class Edition:
    """Which edition of the guide it is."""

    version: str
    day: date
    """The day for which it was built."""
    organization: str
    """How the build calls the file of the organization."""

    @property
    def name(self) -> str:
        """The name of its files without what they are, and of the folder in an archive."""
        return f"{_NAME}-{self.version}-{self.day}"

    @property
    def replace(self) -> date:
        """The day from which its pages say that they are old."""
        return self.day + timedelta(days=OLD_AFTER_DAYS + 1)
