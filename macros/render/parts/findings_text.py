"""What checks found, for terminals and pipelines: lines of text, JSON, SARIF 2.1.0, and reports of code quality."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from macros.catalog.models import Catalog
from macros.formats.base.findings import Finding, Rule, Severity, Verdict
from macros.formats.base.format import AnyFormat
from macros.formats.detect import Checked, Unchecked

from .quantity import counted

_TOOL = "volume-activation-guide"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_QUALITY: Mapping[Severity, str] = {"error": "critical", "warning": "major", "info": "info"}
_WORDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_VERDICTS: tuple[Verdict, ...] = ("valid", "warning", "invalid")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

# -------------------------------------------------------------------------------------------------------- text


def printable(name: str) -> str:
    """The name of a file as one line that a terminal shows and does not obey."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", name)


def checked_as_text(rows: Iterable[Checked | Unchecked]) -> str:
    """A line for each finding with its cure below, a line for each file, and a last line over all files."""
    return "\n".join(_lines([*rows]))


def _lines(rows: Sequence[Checked | Unchecked]) -> Iterator[str]:
    for one in rows:
        name = printable(one.file)
        if isinstance(one, Unchecked):
            yield f"{name}: not checked: {one.reason}"
            continue
        for finding in one.report.findings:
            yield f"{_place(name, finding)}: {finding.severity} {finding.id}: {finding.message}"
            yield f"    {finding.cure}"
        yield (
            f"{name}: {one.report.verdict}, {one.format.id}, activation {one.report.activation}"
            f" ({counted(one.report.checks, 'check')}, {_count(one.report.findings)})"
        )
    checked = [one for one in rows if isinstance(one, Checked)]
    verdicts = Counter(one.report.verdict for one in checked)
    told = [f"{verdicts[verdict]} {verdict}" for verdict in _VERDICTS if verdicts[verdict]]
    unchecked = len(rows) - len(checked)
    left = f"; {unchecked} not" if unchecked else ""
    yield f"{counted(len(checked), 'file')} checked{': ' if told else ''}{', '.join(told)}{left}"


def _place(name: str, finding: Finding) -> str:
    return ":".join(str(part) for part in (name, finding.line, finding.column) if part is not None)


def _count(findings: Iterable[Finding]) -> str:
    severities = Counter(finding.severity for finding in findings)
    told = [counted(severities[severity], word) for severity, word in _WORDS.items() if severities[severity]]
    return ", ".join(told) or "no finding"


# -------------------------------------------------------------------------------------------------------- JSON


def checked_as_data(rows: Iterable[Checked | Unchecked], catalog: Catalog) -> list[dict[str, Any]]:
    """One object for each file, in the order given."""
    return [_row_as_data(row, catalog) for row in rows]


def _row_as_data(row: Checked | Unchecked, catalog: Catalog) -> dict[str, Any]:
    if isinstance(row, Unchecked):
        nothing: dict[str, Any] = {"verdict": None, "activation": None, "findings": []}
        return {"file": row.file, "kind": None, "reason": row.reason, **nothing}
    return {
        "file": row.file,
        "kind": row.format.id,
        "verdict": row.report.verdict,
        "activation": row.report.activation,
        "findings": [_finding_as_data(finding, catalog) for finding in row.report.findings],
    }


def _finding_as_data(finding: Finding, catalog: Catalog) -> dict[str, Any]:
    sources = [catalog.source(source_id) for source_id in finding.sources]
    return {
        "id": finding.id,
        "severity": finding.severity,
        "message": finding.message,
        "line": finding.line,
        "column": finding.column,
        "cure": finding.cure,
        "source": [{"id": source.id, "url": str(source.url), "title": source.title} for source in sources],
    }


# ------------------------------------------------------------------------------------------------------- SARIF


def checked_as_sarif(rows: Sequence[Checked | Unchecked], catalog: Catalog, version: str) -> dict[str, Any]:
    """A SARIF log with one run: every rule of the kinds that were met, a result for each finding, and a notification
    for each file that was not checked."""
    checked = [row for row in rows if isinstance(row, Checked)]
    rules = _rules(checked, catalog)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [_result(one, finding, index) for one in checked for finding in one.report.findings]
    notices = [_notification(row) for row in rows if isinstance(row, Unchecked)]
    invocation = {"executionSuccessful": bool(checked) or not rows}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": _TOOL, "version": version, "rules": rules}},
                "invocations": [invocation | ({"toolExecutionNotifications": notices} if notices else {})],
                # Our columns count characters, not the halves that UTF-16 makes of some.
                "columnKind": "unicodeCodePoints",
                "artifacts": [*{row.file: _artifact(row) for row in rows}.values()],
                "results": results,
            }
        ],
    }


def _artifact(row: Checked | Unchecked) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": None, "verdict": None, "activation": None}
    if isinstance(row, Checked):
        told = {"kind": row.format.id, "verdict": row.report.verdict, "activation": row.report.activation}
    return {"location": {"uri": _uri(row.file)}, "properties": told}


def _notification(row: Unchecked) -> dict[str, Any]:
    where = {"physicalLocation": {"artifactLocation": {"uri": _uri(row.file)}}}
    return {"level": "error", "message": {"text": f"Not checked: {row.reason}."}, "locations": [where]}


def _rules(checked: Iterable[Checked], catalog: Catalog) -> list[dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for one in checked:
        for rule in one.format.rules.values():
            told.setdefault(_rule_id(one.format, rule.id), _rule(one.format, rule, catalog))
        for found in one.report.findings:
            plain = Rule(found.id, found.severity, found.message, found.cure, found.sources)
            told.setdefault(_rule_id(one.format, found.id), _rule(one.format, plain, catalog))
    return [*told.values()]


def _rule_id(form: AnyFormat, rule_id: str) -> str:
    return f"{form.id}/{rule_id}"


def _rule(form: AnyFormat, rule: Rule, catalog: Catalog) -> dict[str, Any]:
    sources = [catalog.source(source_id) for source_id in rule.sources or form.sources]
    said: dict[str, Any] = {
        "id": _rule_id(form, rule.id),
        "shortDescription": {"text": _template(rule.message)},
        "fullDescription": {"text": _template(f"{rule.message} {rule.cure}")},
        "help": {"text": "\n".join([_template(rule.cure), *(f"{one.title}: {one.url}" for one in sources)])},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"kind": form.title},
    }
    return said | ({"helpUri": str(sources[0].url)} if sources else {})


def _template(text: str) -> str:
    """A template as words: what a file fills in stands in angle brackets."""
    return re.sub(r"\{(\w+)\}", r"<\1>", text)


def _result(one: Checked, finding: Finding, index: Mapping[str, int]) -> dict[str, Any]:
    rule_id = _rule_id(one.format, finding.id)
    where: dict[str, Any] = {"artifactLocation": {"uri": _uri(one.file)}}
    if finding.line:
        where["region"] = {"startLine": finding.line} | ({"startColumn": finding.column} if finding.column else {})
    return {
        "ruleId": rule_id,
        "ruleIndex": index[rule_id],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.cure}"},
        "locations": [{"physicalLocation": where}],
    }


def _uri(file: str) -> str:
    """A path as SARIF wants it: relative as given, absolute as an address of a file."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


# ------------------------------------------------------------------------------------------------ code quality


def checked_as_code_quality(rows: Iterable[Checked | Unchecked]) -> list[dict[str, Any]]:
    """A report of code quality as GitLab shows it in a merge request: an entry for each finding and each file that was
    not checked. The fingerprint is the same while file, rule and message are: GitLab tells by it what is new."""
    found: list[dict[str, Any]] = []
    seen: Counter[str] = Counter()
    for row in rows:
        for rule, severity, line, text in _entries(row):
            told = f"{row.file}\n{rule}\n{text}"
            seen[told] += 1
            found.append(
                {
                    "description": text,
                    "check_name": rule,
                    "fingerprint": hashlib.sha256(f"{told}\n{seen[told]}".encode()).hexdigest(),
                    "severity": _QUALITY[severity],
                    "location": {"path": PurePath(row.file).as_posix(), "lines": {"begin": line or 1}},
                }
            )
    return found


def _entries(row: Checked | Unchecked) -> Iterator[tuple[str, Severity, int | None, str]]:
    if isinstance(row, Unchecked):
        yield "not-checked", "error", None, f"Not checked: {row.reason}."
        return
    for finding in row.report.findings:
        yield _rule_id(row.format, finding.id), finding.severity, finding.line, f"{finding.message} {finding.cure}"
