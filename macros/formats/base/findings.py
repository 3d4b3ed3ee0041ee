"""What a check reports: findings, and the verdict over them. The same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from .reading import quote

Severity = Literal["error", "warning", "info"]
Verdict = Literal["valid", "warning", "invalid"]
Activation = Literal["kms-adba", "mak", "subscription", "retail", "mixed", "none", "unknown"]

MOST_FINDINGS = 100
"""A file that is wrong everywhere is reported up to here. Our choice, so that hostile input stays cheap."""


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
    """A rule as data. `message` and `cure` are templates with names in braces."""

    id: str
    severity: Severity
    message: str
    cure: str
    sources: tuple[str, ...] = ()

    def finding(self, place: Place | None, **values: object) -> Finding:
        """The finding of this rule at a place. Values from the file are clipped, and keys in them masked."""
        shown = {name: value if isinstance(value, Said) else quote(str(value)) for name, value in values.items()}
        return Finding(
            id=self.id,
            severity=self.severity,
            message=self.message.format_map(shown),
            line=place.line if place else None,
            column=place.column if place else None,
            cure=self.cure.format_map(shown),
            sources=self.sources,
        )


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


def report(findings: Iterable[Finding], checks: int, activation: Activation = "none") -> Report:
    """The findings in the order of the file, up to MOST_FINDINGS of them."""
    kept = [*islice(findings, MOST_FINDINGS + 1)]
    ordered = sorted(dict.fromkeys(kept[:MOST_FINDINGS]), key=_order)
    if len(kept) > MOST_FINDINGS:
        ordered.append(MORE.finding(None, count=Said(MOST_FINDINGS)))
    return Report(tuple(ordered), checks, activation)


MORE = Rule(
    "more-findings",
    "info",
    "Only the first {count} findings are listed.",
    "Correct these, then check the file again.",
)

UNREADABLE: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("empty-file", "error", "The file is empty.", "Check the path, and that the file was saved."),
        Rule(
            "too-large",
            "error",
            "The file has {size}, more than any configuration file needs, so it is not read.",
            "Check that this is the right file.",
        ),
        Rule(
            "encoding",
            "error",
            "The text cannot be read as {encoding}.",
            "Save the file as UTF-8.",
        ),
        Rule(
            "document-type",
            "error",
            "The file has a DOCTYPE. A configuration file has none, and its entities would not be safe to read.",
            "Remove the DOCTYPE and everything it declares.",
        ),
        Rule(
            "not-well-formed",
            "error",
            "This is not well-formed XML: {detail}.",
            "Close what is open, quote every attribute, and write & as &amp; and < as &lt;. Inside a comment, two "
            "hyphens in a row are not allowed.",
        ),
    )
}
"""Rules of the reading itself: when one of them fails, no other rule can be checked."""


def _order(finding: Finding) -> tuple[int, int, str]:
    return finding.line or 0, finding.column or 0, finding.id
