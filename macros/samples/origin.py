"""What the head of every sample says about where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Origin:
    """The name of a file, whom it was made for, and the day of the facts it was made from."""

    file_name: str
    organization: str
    facts_of: date

    def lines(self) -> list[str]:
        """Two lines of comment, without comment marks."""
        name = re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", self.organization)
        return [
            f"{self.file_name}: made by the Volume Activation Guide for {name}",
            f"from facts as of {self.facts_of.isoformat()}.",
        ]
