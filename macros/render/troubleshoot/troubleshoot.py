"""What the pages on fixing share: the organization's names in commands, and links inside the sentences of the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from macros.catalog.models import ChecklistStep, Confidence, Symptom
from macros.render.parts.components import code_block, status
from macros.render.parts.html import Html, escape, join, tag
from macros.render.parts.named import named, shows_example_names
from macros.render.parts.script_data import page_style
from macros.render.parts.sentences import rich, target_href, target_link
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.reference.facts import confidence_said

_SAID = Words.beside(
    __file__,
    "steps-and-symptoms",
    "place where rights",
    "made-up",
    "reach one many",
    "dated day",
    "undated",
    "filter",
    "facets",
    "answer",
    "caution",
    "checks checks",
    "sources sources",
    "example-names",
    "observed",
    "observed-why",
    "partly",
    "partly-why",
)
_METHODS = Words.beside(__file__, "symptom-methods", "kms", "adba", "mak", "other")
_PRODUCTS = Words.beside(__file__, "symptom-products", "windows", "office", "azure", "vamt")
_SHOWS = Words.beside(__file__, "symptom-shows", "code", "event", "count", "dns", "state", "key", "tool")
_OPEN = 4
"""Symptoms whose answers are open from the start: those asked about most. Our choice: a screen."""
_SHELLS: Mapping[str, str] = {"cmd": "bat", "powershell": "powershell"}
"""What is typed. What is found on a screen is no command to copy."""


def step_place(view: View, step: ChecklistStep) -> Html:
    """Where a step is done, and with what rights; a word where the name of the place is nobody's."""
    where = rich(view, step.where)
    if shows_example_names(view, [step.where]):
        where = join([where, tag("span", " ", _SAID["made-up"], data_vag_built_only=True, data_vag_unsearched=True)])
    return tag(
        "p",
        _SAID.say(view, "place", where=where, rights=rich(view, step.rights)),
        class_="vag-check__meta",
    )


def reach_said(view: View, one: str, many: str) -> Html:
    """What a fault points at, on one computer and on many."""
    said = _SAID.say(view, "reach", one=rich(view, one), many=rich(view, many))
    return tag("p", said, data_vag_unsearched=True)


def step_commands(view: View, step: ChecklistStep) -> Html:
    """What to type or open, as blocks to copy; a word below where the names in them are nobody's."""
    blocks = [
        part
        for command in step.commands
        for part in (
            tag("p", command.label, ":", class_="vag-check__label") if command.label else None,
            code_block(named(view, command.run), _SHELLS[command.shell])
            if command.shell in _SHELLS
            else tag("p", named(view, command.run), class_="vag-check__screen"),
        )
        if part
    ]
    typed = (command.run for command in step.commands if command.shell in _SHELLS)
    if shows_example_names(view, (*typed, step.good, step.otherwise)):
        said = _SAID.say(view, "example-names")
        blocks.append(tag("p", said, class_="vag-check__meta", data_vag_built_only=True, data_vag_unsearched=True))
    return join(blocks)


def doubt(confidence: Confidence) -> Html | None:
    """A word on what is not simply documented."""
    return confidence_said(confidence)


def dated_sources(view: View, source_ids: Iterable[str]) -> list[Html]:
    """Links to the pages that were read, with the date that each carries."""
    found = []
    for source_id in source_ids:
        record = view.catalog.source(source_id)
        day = _SAID.plain("dated", day=record.page_date) if record.page_date else _SAID["undated"]
        link = tag("a", record.title, href=str(record.url), class_="vag-source", data_source=record.id)
        found.append(join([link, escape(day)]))
    return found


def symptom_finder(view: View) -> Html:
    """Every symptom, most asked first: each leads to its first check. Scripts narrow the list by what is seen."""
    toolbar = tag(
        "div",
        class_="vag-toolbar",
        data_vag_filter="symptoms",
        data_vag_filter_label=_SAID["filter"],
        data_vag_facets=_SAID["facets"],
    )
    symptoms = sorted(view.catalog.symptoms, key=lambda symptom: symptom.rank)
    rows = (_symptom(view, symptom, is_open=index < _OPEN) for index, symptom in enumerate(symptoms))
    listed = tag("ul", *rows, class_="vag-register vag-symptoms", id="symptoms")
    return tag("div", page_style(view, "register"), toolbar, listed)


def top_symptoms(view: View, count: int = 10) -> Html:
    """The symptoms that are asked about most, each as a link to its first check."""
    symptoms = sorted(view.catalog.symptoms, key=lambda symptom: symptom.rank)[:count]
    links = (tag("a", symptom.seen, href=symptom_href(view, symptom)) for symptom in symptoms)
    return tag("ul", *(tag("li", link) for link in links), class_="vag-symptoms-top")


def symptom_href(view: View, symptom: Symptom) -> str:
    """Where a symptom leads first: its page, or its first check."""
    return view.href(symptom.page) if symptom.page else target_href(view, symptom.checks[0])


def _symptom(view: View, symptom: Symptom, *, is_open: bool) -> Html:
    """What somebody sees, which leads to its first check; the answer opens, below what to be careful about."""
    checks = [target_link(view, target) for target in symptom.checks]
    sources = dated_sources(view, symptom.sources)
    return tag(
        "li",
        tag("p", tag("a", symptom.seen, href=symptom_href(view, symptom)), class_="vag-register__title"),
        tag(
            "details",
            tag("summary", tag("span", _SAID["answer"], data_vag_unsearched=True)),
            tag("p", status("warn", _SAID["caution"]), ": ", rich(view, symptom.caution)) if symptom.caution else None,
            tag("p", rich(view, symptom.answer)),
            _known_from(symptom),
            tag("p", _SAID.say(view, "checks", checks=join(checks, "; ")), class_="vag-register__meta")
            if checks
            else None,
            tag("p", _SAID.say(view, "sources", sources=join(sources, "; ")), class_="vag-register__meta")
            if sources
            else None,
            class_="vag-details vag-details--folded",
            open=is_open,
        ),
        class_="vag-register__row",
        id=f"symptom-{symptom.id}",
        data_method=", ".join(_METHODS[name] for name in symptom.methods),
        data_product=", ".join(_PRODUCTS[name] for name in symptom.products),
        data_shown=_SHOWS[symptom.shows],
    )


def _known_from(symptom: Symptom) -> Html | None:
    """How far pages of Microsoft carry symptom and way out."""
    if symptom.confidence == "documented":
        return None
    if symptom.confidence == "observed":
        return tag("p", status("info", _SAID["observed"]), ": ", _SAID["observed-why"])
    return tag("p", status("warn", _SAID["partly"]), ": ", _SAID["partly-why"])


MACROS = (symptom_finder, top_symptoms)
