"""MAK, KMS and ADBA side by side, and which one to take in one minute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from macros.catalog.models import Criterion, Outcome, Rule
from macros.render.parts.citations import cite
from macros.render.parts.components import table
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.names import VolumeMethod
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .decision_tables import choice_anchor, rule_anchor

METHODS: tuple[VolumeMethod, ...] = get_args(VolumeMethod)
TABLES = "choose/tables.md"
_SAID = Words.beside(
    __file__, "quick-choice", "title", "columns 3", "rule rule", "choice", "sides sentence sides", "both"
)


def quick_choice(view: View) -> Html:
    """Which method in one minute: the lines of Microsoft's worksheet that end in MAK, KMS or ADBA, in their order."""
    records = view.catalog.decision_tables
    last = records.tables[-1]
    rows = []
    for criterion in records.criteria:
        chosen = [
            (rule, records.outcome(rule.gives))
            for rule in last.rules
            if rule.criterion == criterion.id and records.outcome(rule.gives).method in METHODS
        ]
        if chosen:
            rows.append(_quick_row(view, criterion, last.id, chosen))
    return table(_SAID["title"], _SAID.list("columns"), rows)


MACROS = (quick_choice,)


def _quick_row(view: View, criterion: Criterion, table_id: str, chosen: Sequence[tuple[Rule, Outcome]]) -> list[object]:
    taken = [tag("a", outcome.name, href=view.href(outcome.page)) for _, outcome in chosen]
    why = [_why(view, table_id, rule) for rule, _ in chosen]
    return [criterion.text, _one_or_list(taken), _one_or_list(why)]


def _why(view: View, table_id: str, rule: Rule) -> Html:
    link = tag("a", _SAID.plain("rule", rule=rule.id), href=view.href(f"{TABLES}#{rule_anchor(table_id, rule.id)}"))
    why = join([rule.reason, " ", cite(view, *rule.facts), " ", link])
    return tag("div", tag("p", why), _choice(view, table_id, rule)) if rule.choice else why


def _choice(view: View, table_id: str, rule: Rule) -> Html:
    """That the guidance allows another answer too: the first sentence, and a link to both sides."""
    sides = tag("a", _SAID["both"], href=view.href(f"{TABLES}#{choice_anchor(table_id, rule.id)}"))
    sentence = f"{(rule.choice or '').partition('. ')[0].removesuffix('.')}"
    return tag(
        "p",
        tag("strong", _SAID["choice"], " "),
        _SAID.say(view, "sides", sentence=sentence, sides=sides),
        " ",
        cite(view, *rule.choice_facts),
    )


def _one_or_list(parts: Iterable[Html]) -> Html:
    found = [*parts]
    return found[0] if len(found) == 1 else bullets(found)
