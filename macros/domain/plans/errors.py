"""What is wrong with numbers that have the right form."""

from __future__ import annotations


class NumbersError(ValueError):
    """A number that no plan can be computed from: its key, and what is allowed."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
