"""Checklists: their steps as a numbered list, which a script turns into something to tick, note, export and print."""

from __future__ import annotations

from macros.catalog.models import Checklist, ChecklistStep
from macros.render.parts.citations import cite
from macros.render.parts.components import details, note, status, table
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.names import METHOD_NAMES
from macros.render.parts.places import checklist_page
from macros.render.parts.sentences import rich
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .troubleshoot import dated_sources, doubt, reach_said, step_commands, step_place

_SAID = Words.beside(
    __file__,
    "checklists",
    "fix",
    "checklists",
    "when",
    "before",
    "ready",
    "rules",
    "steps",
    "done",
    "columns 3",
    "length steps",
    "good",
    "not-good",
    "only-with method",
    "skip",
    "caution",
    "ours",
    "why",
    "sources sources",
)
RULES = Words.beside(__file__, "checklist-rules", "rules")


def checklist(view: View, checklist_id: str) -> Html:
    """A checklist: when to use it, what to have ready, the rules, and every step with its command and result."""
    record = view.catalog.checklist(checklist_id)
    steps = tag(
        "ol",
        *(_step(view, step) for step in record.steps),
        class_="vag-check",
        data_vag_checklist=record.id,
        data_vag_title=record.title,
    )
    return join(
        [
            tag(
                "p",
                tag("a", _SAID["fix"], href=view.href("troubleshoot/index.md")),
                " / ",
                tag("a", _SAID["checklists"], href=view.href("troubleshoot/checklists/index.md")),
                class_="vag-trail",
                data_vag_unsearched=True,
            ),
            tag("p", tag("strong", _SAID["when"], ": "), rich(view, record.when)),
            reach_said(view, record.reach.one, record.reach.many) if record.reach else None,
            details(_SAID["before"], _before(view, record)),
            tag("h2", _SAID["steps"], id="steps"),
            steps,
            tag("h2", _SAID["done"], id="done"),
            tag("p", rich(view, record.done)),
        ]
    )


def _before(view: View, record: Checklist) -> Html:
    """What to have ready, and what holds for every checklist: folded, so that the first step is on the first screen."""
    return join(
        [
            tag("p", tag("strong", _SAID["ready"], ": ")),
            bullets(rich(view, item) for item in record.have_ready),
            tag("div", tag("p", tag("strong", _SAID["rules"], ": ")), checklist_rules(view), data_vag_unsearched=True),
        ]
    )


def checklist_rules(view: View) -> Html:
    """The rules that stand above every checklist."""
    return bullets(rich(view, text) for text in RULES.list("rules"))


def checklists_table(view: View) -> Html:
    """All checklists: when to use which, and how many steps each has."""
    rows = [
        (
            tag("a", record.title, href=view.href(checklist_page(record.id))),
            rich(view, record.when),
            _SAID.plain("length", steps=len(record.steps)),
        )
        for record in view.catalog.checklists
    ]
    return table(_SAID["checklists"], _SAID.list("columns"), rows)


def _step(view: View, step: ChecklistStep) -> Html:
    cited = [" ", cite(view, *step.facts)] if step.facts else []
    return tag(
        "li",
        tag("h3", step.title, id=step.id, class_="vag-check__title"),
        _only_with(step),
        tag(
            "details",
            tag("summary", tag("span", _SAID["why"], data_vag_unsearched=True)),
            tag("p", rich(view, step.why), *cited),
            tag(
                "p",
                _SAID.say(view, "sources", sources=join(dated_sources(view, step.sources), "; ")),
                class_="vag-check__meta vag-check__sources",
            ),
            class_="vag-details vag-details--folded vag-check__why",
        ),
        step_place(view, step),
        step_commands(view, step),
        tag("p", status("ok", _SAID["good"]), ": ", rich(view, step.good)),
        tag("p", status("bad", _SAID["not-good"]), ": ", rich(view, step.otherwise)),
        note("warn", _SAID["caution"], tag("p", rich(view, step.caution))) if step.caution else None,
        tag("p", status("info", _SAID["ours"]), ": ", rich(view, step.ours)) if step.ours else None,
        doubt(step.confidence),
        class_="vag-check__step",
    )


def _only_with(step: ChecklistStep) -> Html | None:
    """A word for those who do not use the method that the step is about."""
    if step.only_with is None:
        return None
    method = METHOD_NAMES[step.only_with]
    return tag("p", status("info", _SAID["only-with"].format(method=method)), ": ", _SAID["skip"])


MACROS = (checklist, checklist_rules, checklists_table)
