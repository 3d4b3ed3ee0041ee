"""What the decision tables say about one situation, as data for machines and as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from macros.catalog.models import DecisionTables
from macros.domain.decision import Advice, Answers, Change
from macros.render.parts.view import View


def advice_as_data(view: View, answers: Answers, advice: Advice) -> Mapping[str, Any]:
    """The advice with ids, words and facts; with its day and the last change of the log, so that it can be kept.

    `outcome`, `fallback` and `rule` are null while several are possible. `fallback` is null too for an outcome without
    one, and then `no_fallback` says why.
    """
    records = view.catalog.decision_tables
    reasons: list[dict[str, Any]] = [
        {"table": each.table, "rule": each.rule, "text": rule.reason, "facts": [*rule.facts], "certain": each.certain}
        for each in advice.reasons
        for rule in [records.rule(each.table, each.rule)]
    ]
    why_none = records.outcome(advice.outcome).no_fallback if advice.outcome else None
    last = [each["rule"] for each in reasons if each["table"] == records.tables[-1].id]
    return {
        "answers": dict(answers),
        "outcome": advice.outcome,
        "possible": [*advice.possible],
        "fallback": advice.fallback,
        "possible_fallbacks": [*advice.fallbacks],
        "no_fallback": why_none.text if why_none else None,
        "rule": last[0] if len(last) == 1 else None,
        "reasons": reasons,
        "choices": [
            {"table": each["table"], "rule": each["rule"], "text": rule.choice, "facts": [*rule.choice_facts]}
            for each in reasons
            for rule in [records.rule(each["table"], each["rule"])]
            if rule.choice
        ],
        "facts": [*dict.fromkeys(fact_id for each in reasons for fact_id in each["facts"])],
        "would_change": [_change_as_data(change) for change in advice.changes],
        "ask": advice.ask,
        "table_version": view.tables.version,
        "decided_on": view.today.isoformat(),
        "log": view.catalog.changes.last,
    }


def _change_as_data(change: Change) -> Mapping[str, Any]:
    data: dict[str, Any] = {"input": change.question, "value": change.value}
    if change.band:
        data |= {"at_least": change.band.low, "at_most": change.band.high}
    single = change.outcomes[0] if len(change.outcomes) == 1 else None
    return data | {"outcome": single, "possible": [*change.outcomes]}


def advice_as_text(view: View, advice: Advice) -> str:
    """The advice as lines for a terminal."""
    return "\n".join(_lines(view.catalog.decision_tables, advice, view.tables.version))


def _lines(records: DecisionTables, advice: Advice, version: str) -> Iterator[str]:
    if advice.outcome is None:
        yield f"Not decided yet; still possible: {_names(records, advice.possible)}"
        if advice.ask:
            yield f"  next question, {advice.ask}: {records.question(advice.ask).question}"
        return
    outcome = records.outcome(advice.outcome)
    yield f"{outcome.id}: {outcome.name}. {outcome.summary}"
    fallback = outcome.no_fallback.text if outcome.no_fallback else _names(records, advice.fallbacks)
    yield f"  fallback: {fallback}"
    rules = [(each, records.rule(each.table, each.rule)) for each in advice.reasons]
    for each, rule in rules:
        yield f"  {'because' if each.certain else 'perhaps'}: {rule.reason} ({each.rule}; {', '.join(rule.facts)})"
    for each, rule in rules:
        if rule.choice:
            yield f"  choice: {rule.choice} ({each.rule}; {', '.join(rule.choice_facts)})"
    for change in advice.changes:
        yield f"  would change: {change.question} {_value(change)} -> {_names(records, change.outcomes)}"
    yield f"  decision tables {version}"


def _value(change: Change) -> str:
    if change.band is None:
        return str(change.value)
    low, high = change.band.low, change.band.high
    return f"{low} or more" if high is None else f"from {low} to {high}"


def _names(records: DecisionTables, outcomes: tuple[str, ...]) -> str:
    return " or ".join(f"{outcome} ({records.outcome(outcome).name})" for outcome in outcomes)
