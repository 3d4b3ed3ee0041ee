"""What the pages on fixing share: the organization's names in commands, and links inside the sentences of the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from macros.catalog.models import ChecklistStep, Symptom
from macros.render.parts.components import code_block, status
from macros.render.parts.html import Html, escape, join, tag
from macros.render.parts.sentences import filled, rich, target_href, target_link
from macros.render.parts.view import View
from macros.render.reference.registers import CONFIDENCE

_SHELLS: Mapping[str, str] = {"cmd": "bat", "powershell": "powershell", "screen": "text"}


def step_place(view: View, step: ChecklistStep) -> Html:
    """Where a step is done, and with what rights."""
    return tag(
        "p",
        tag("strong", "Where: "),
        rich(view, step.where),
        ". ",
        tag("strong", "Rights: "),
        rich(view, step.rights),
        ".",
        class_="vag-check__meta",
    )


def step_commands(view: View, step: ChecklistStep) -> Html:
    """What to type or open, as blocks to copy."""
    return join(
        part
        for command in step.commands
        for part in (
            tag("p", command.label, ":", class_="vag-check__label") if command.label else None,
            code_block(filled(view, command.run), _SHELLS[command.shell]),
        )
        if part
    )


def doubt(confidence: str) -> Html | None:
    """A word on what is not simply documented."""
    if confidence == "documented":
        return None
    state, word, meaning = CONFIDENCE[confidence]  # type: ignore[index]
    return tag("p", status(state, word), ": ", meaning)


def dated_sources(view: View, source_ids: Iterable[str]) -> list[Html]:
    """Links to the pages that were read, with the date that each carries."""
    found = []
    for source_id in source_ids:
        record = view.catalog.source(source_id)
        day = f" ({record.page_date})" if record.page_date else " (undated)"
        link = tag("a", record.title, href=str(record.url), class_="vag-source", data_source=record.id)
        found.append(join([link, escape(day)]))
    return found


_METHODS: Mapping[str, str] = {"kms": "KMS", "adba": "ADBA", "mak": "MAK", "other": "Other"}
_PRODUCTS: Mapping[str, str] = {"windows": "Windows", "office": "Office", "azure": "Azure VM", "vamt": "VAMT"}
_SHOWS: Mapping[str, str] = {
    "code": "An error code",
    "event": "An event",
    "count": "A count",
    "dns": "Name or DNS",
    "state": "License state",
    "key": "A product key",
    "tool": "A tool or a way",
}


def symptom_finder(view: View) -> Html:
    """Every symptom, most asked first: each leads to its first check. Scripts narrow the list by what is seen."""
    toolbar = tag(
        "div",
        class_="vag-toolbar",
        data_vag_filter="symptoms",
        data_vag_filter_label="Filter symptoms",
        data_vag_facets="Method|Product|Shown",
    )
    symptoms = sorted(view.catalog.symptoms, key=lambda symptom: symptom.rank)
    rows = (_symptom(view, symptom) for symptom in symptoms)
    return tag("div", toolbar, tag("ul", *rows, class_="vag-register vag-symptoms", id="symptoms"))


def top_symptoms(view: View, count: int = 10) -> Html:
    """The symptoms that are asked about most, each as a link to its first check."""
    symptoms = sorted(view.catalog.symptoms, key=lambda symptom: symptom.rank)[:count]
    links = (tag("a", symptom.seen, href=symptom_href(view, symptom)) for symptom in symptoms)
    return tag("ul", *(tag("li", link) for link in links), class_="vag-symptoms-top")


def symptom_href(view: View, symptom: Symptom) -> str:
    """Where a symptom leads first: its page, or its first check."""
    return view.href(symptom.page) if symptom.page else target_href(view, symptom.checks[0])


def _symptom(view: View, symptom: Symptom) -> Html:
    checks = [target_link(view, target) for target in symptom.checks]
    sources = dated_sources(view, symptom.sources)
    return tag(
        "li",
        tag("p", tag("a", symptom.seen, href=symptom_href(view, symptom)), class_="vag-register__title"),
        tag("p", rich(view, symptom.answer)),
        tag("p", status("warn", "Caution"), ": ", rich(view, symptom.caution)) if symptom.caution else None,
        _known_from(symptom),
        tag("p", "Checks: ", join(checks, "; "), class_="vag-register__meta") if checks else None,
        tag("p", "Sources: ", join(sources, "; "), class_="vag-register__meta") if sources else None,
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
        return tag("p", status("info", "Observed"), ": known from practice; no page of Microsoft says it.")
    return tag("p", status("warn", "Partly documented"), ": pages of Microsoft state a part of it.")


MACROS = (symptom_finder, top_symptoms)
