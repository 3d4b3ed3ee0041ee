"""What the head of every sample says about where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Origin:
    """The name of a file, whom it was made for, the day on which the guide was built, and how fresh its facts are."""

    file_name: str
    organization: str
    built: date
    facts_of: date | None = None
    """Day on which the newest of the facts that the file is made from was verified; None when it uses no fact."""

    def lines(self) -> list[str]:
        """Two lines of comment, without comment marks."""
        name = re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", self.organization)
        facts = f"newest fact in it verified {self.facts_of.isoformat()}" if self.facts_of else "no dated fact in it"
        return [
            f"{self.file_name}: made by the Volume Activation Guide for {name}",
            f"Guide built {self.built.isoformat()}, {facts}.",
        ]
