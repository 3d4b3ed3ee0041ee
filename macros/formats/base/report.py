"""What a check gives back: its findings in the order of the file, and the rules that hold for every file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from .findings import Activation, Finding, Report, Rule, Said
from .rules import Rules

MOST_FINDINGS = 100
"""A file that is wrong everywhere is reported up to here. Our choice, so that hostile input stays cheap."""

UNREADABLE = Rules.beside(__file__, "reading")
"""Rules of the reading itself: when one of them fails, no other rule can be checked."""
FILES = Rules.beside(__file__, "files")
"""Rules of a file as a whole: its encoding, and whether it is of its kind at all."""
PAGES = Rules.beside(__file__, "pages")
"""Rules of pages that check in the browser: what they do not read."""


def report(findings: Iterable[Finding], rules: Mapping[str, Rule], activation: Activation = "none") -> Report:
    """The findings in the order of the file, up to MOST_FINDINGS of them, and how many rules it was compared with."""
    kept = [*islice(findings, MOST_FINDINGS + 1)]
    ordered = sorted(dict.fromkeys(kept[:MOST_FINDINGS]), key=_order)
    if len(kept) > MOST_FINDINGS:
        ordered.append(FILES["more-findings"].finding(None, count=Said(MOST_FINDINGS)))
    return Report(tuple(ordered), len(rules) + len(UNREADABLE), activation)


def _order(finding: Finding) -> tuple[int, int, str]:
    return finding.line or 0, finding.column or 0, finding.id
