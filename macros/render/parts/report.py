"""What a check found, drawn once for every page: a finding, the verdict over all of them, and a file line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from macros.formats.base.findings import Finding, Report, Severity, Verdict

from .citations import source
from .components import State, status
from .html import Html, join
from .quantity import counted
from .templates import Template
from .view import View

SEVERITIES: Mapping[Severity, tuple[State, str]] = {
    "error": ("bad", "Error"),
    "warning": ("warn", "Warning"),
    "info": ("info", "Note"),
}
"""The mark and the word of each weight, the gravest first."""
VERDICTS: Mapping[Verdict, tuple[State, str]] = {
    "valid": ("ok", "Valid"),
    "warning": ("warn", "Valid, with warnings"),
    "invalid": ("bad", "Not valid"),
}
NOTHING, WHOLE = "no finding", "whole file"
PLACES = ("line {line}", "line {line}, column {column}")
"""Where a finding stands: a line, or a line and a column."""

FINDING = Template("finding", "mark", "place", "message", "cure", scripts=["findings", "diagnosis", "fleet-report"])
FOUND = Template("found", "findings", scripts=["findings", "diagnosis", "fleet-report"])
READ_IN = Template("read-in", "sources", scripts=["findings"])
LISTING = Template("listing", "role", "label", "example", "kind", "lines", scripts=["findings"])
LINE = Template("line", "anchor", "focus", "number", "state", "text", "mark", scripts=["findings"])
Template("place", "line", "text", scripts=["findings"])


def finding(view: View, found: Finding) -> Html:
    """A finding in full: weight and rule, place, what is wrong, what to do, and the pages it was read in."""
    place = PLACES[bool(found.column)].format(line=found.line, column=found.column) if found.line else WHOLE
    more = join([" ", read_in(view, found.sources)]) if found.sources else None
    return said(found.severity, found.id, place, found.message, found.cure, more)


def said(severity: Severity, rule: str, place: str, message: object, *cure: object) -> Html:
    """A finding from its parts; without a place it is about the whole."""
    state, word = SEVERITIES[severity]
    where = f" {place}" if place else None
    return FINDING(mark=status(state, f"{word} {rule}"), place=where, message=message, cure=join(cure))


def found_list(findings: Iterable[Html]) -> Html:
    """The findings of a file, one below the other."""
    return FOUND(findings=join(findings))


def read_in(view: View, source_ids: Iterable[str]) -> Html:
    """The pages that a statement was read in."""
    return READ_IN(sources=join((source(view, name) for name in source_ids), "; "))


def verdict_line(report: Report) -> Html:
    """The verdict over a file, and how many findings of each weight it has."""
    counts = [
        counted(sum(found.severity == severity for found in report.findings), word.lower())
        for severity, (_, word) in SEVERITIES.items()
        if any(found.severity == severity for found in report.findings)
    ]
    state, word = VERDICTS[report.verdict]
    return status(state, f"{word}: {', '.join(counts) or NOTHING}")


def gravest(severities: Iterable[Severity]) -> Severity | None:
    """The gravest of some weights; None when there are none."""
    return min(severities, key=list(SEVERITIES).index, default=None)


def lines(text: str, found: Sequence[Finding]) -> Iterator[Html]:
    """A file line by line, each with the rules that it breaks."""
    for number, line in enumerate(text.rstrip("\n").split("\n"), start=1):
        own = [one for one in found if one.line == number]
        worst = gravest(one.severity for one in own)
        state = SEVERITIES[worst][0] if worst else None
        ids = ", ".join(dict.fromkeys(one.id for one in own))
        mark = join([" ", status(state, ids)]) if state else None
        yield LINE(anchor=None, focus=None, number=number, state=state, text=line, mark=mark)


def listing(report: Report, text: str, kind: str | None = None) -> Html:
    """A file that a page's script may open in its form: line by line, with the rules that it breaks."""
    shown = lines(text, report.findings)
    return LISTING(role=None, label=None, example=True, kind=kind, lines=join(shown))
