"""What a check reports: findings, and the verdict over them. The same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .reading import quote

Severity = Literal["error", "warning", "info"]
Verdict = Literal["valid", "warning", "invalid"]
Activation = Literal["kms-adba", "mak", "subscription", "retail", "mixed", "none", "unknown"]


@dataclass(frozen=True, order=True)
class Place:
    """A position in a text: line and column from 1, in characters."""

    line: int
    column: int | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that a check noticed.

    `sources` are ids in sources.yaml; empty for what the format itself demands. `line` is None when something is
    missing and no line is to blame.
    """

    id: str
    severity: Severity
    message: str
    line: int | None
    column: int | None
    cure: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule as data. `message` and `cure` are templates with names in braces, or empty where no file can show it."""

    id: str
    severity: Severity
    message: str
    cure: str
    sources: tuple[str, ...] = ()
    statement: str = ""
    """What the rule says in general, for pages."""

    def finding(self, place: Place | None, **values: object) -> Finding:
        """The finding of this rule at a place. Values from the file are clipped, and keys in them masked.

        Raises LookupError when the words ask for a value that the check does not give.
        """
        shown = {name: value if isinstance(value, Said) else quote(str(value)) for name, value in values.items()}
        return Finding(
            id=self.id,
            severity=self.severity,
            message=self._filled(self.message, shown),
            line=place.line if place else None,
            column=place.column if place else None,
            cure=self._filled(self.cure, shown),
            sources=self.sources,
        )

    def _filled(self, words: str, values: Mapping[str, str]) -> str:
        try:
            return words.format_map(values)
        except KeyError as error:
            known = ", ".join(f"{{{name}}}" for name in values) or "nothing"
            raise LookupError(f"rule {self.id} says {{{error.args[0]}}}; its check fills in {known}") from None


class Said(str):
    """Words of ours inside a message, which need no quoting."""

    __slots__ = ()


@dataclass(frozen=True)
class Report:
    """The findings of one file, how many rules it was compared with, and how it activates."""

    findings: tuple[Finding, ...]
    checks: int
    activation: Activation = "none"

    @property
    def verdict(self) -> Verdict:
        """Invalid with an error, warning with a warning; information never changes it."""
        return verdict(self.findings)


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The verdict over findings: invalid with an error, warning with a warning, else valid."""
    severities = {finding.severity for finding in findings}
    if "error" in severities:
        return "invalid"
    return "warning" if "warning" in severities else "valid"
