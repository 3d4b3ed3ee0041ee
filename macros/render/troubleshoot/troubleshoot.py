"""What the pages on fixing share: the organization's names in commands, and links inside the sentences of the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from macros.catalog.models import Catalog, Checklist, ChecklistStep, Symptom, UnknownIdError
from macros.render.methods.methods import org_domain, org_host, org_port
from macros.render.parts.components import code_block, status
from macros.render.parts.html import Html, escape, join, tag
from macros.render.parts.places import checklist_page, code_page
from macros.render.parts.view import View
from macros.render.reference.registers import CONFIDENCE

_MARKS = re.compile(r"\[\[([A-Za-z0-9.-]+)\]\]|0x[0-9A-F]{8}|(?<![\w/.%\\])/[a-z][a-z-]+\b(?!/)")
_SHELLS: Mapping[str, str] = {"cmd": "bat", "powershell": "powershell", "screen": "text"}


def filled(view: View, text: str) -> str:
    """A command with the organization's names in it. `<every KMS host>` and `<every DNS zone>` repeat their line."""
    hosts = [host.name for host in view.organization.kms_hosts] or ["<KMS host>"]
    address = next((str(host.address) for host in view.organization.kms_hosts if host.address), "<address of the host>")
    lines = text.splitlines()
    for name, values in (("<every KMS host>", hosts), ("<every DNS zone>", view.organization.zones)):
        lines = [line.replace(name, value) for line in lines for value in (values if name in line else [""])]
    one = {
        "<KMS host>": org_host(view),
        "<address of the host>": address,
        "<port>": org_port(view),
        "<DNS zone>": view.organization.dns_zone,
        "<domain>": org_domain(view),
    }
    written = "\n".join(lines)
    for name, value in one.items():
        written = written.replace(name, value)
    return written


def _listed(view: View, text: str) -> str:
    """A sentence does not repeat itself for each name: it lists them."""
    hosts = ", ".join(host.name for host in view.organization.kms_hosts) or "<KMS host>"
    return text.replace("<every KMS host>", hosts).replace("<every DNS zone>", ", ".join(view.organization.zones))


def rich(view: View, text: str, own: str = "") -> Html:
    """A sentence of the data: marks, error codes and options become links and code. `own` is the code of this page."""
    known = _codes(view.catalog)
    parts: list[Html] = []
    end = 0
    text = filled(view, _listed(view, text))
    for match in _MARKS.finditer(text):
        parts.append(escape(text[end : match.start()]))
        end = match.end()
        found = match[0]
        if match[1]:
            parts.append(target_link(view, match[1]))
        elif found in known and found != own:
            parts.append(tag("a", tag("code", found), href=view.href(code_page(found))))
        else:
            parts.append(tag("code", found))
    return join([*parts, escape(text[end:])])


def target_link(view: View, target: str) -> Html:
    """A link to a checklist, or to a step of one: `dns`, `dns.srv`. Raises UnknownIdError."""
    checklist, step = resolved(view, target)
    href = checklist_page(checklist.id)
    if step is None:
        return tag("a", f"checklist {checklist.short}", href=view.href(href))
    here = view.page == href
    number = checklist.steps.index(step) + 1
    words = f"step {number}" if here else f"{checklist.short}, step {number}: {step.title}"
    return tag("a", words, href=view.href(f"{href}#{step.id}"), title=step.title if here else None)


def resolved(view: View, target: str) -> tuple[Checklist, ChecklistStep | None]:
    """The checklist, and the step if one is named. Raises UnknownIdError."""
    name, _, step_id = target.partition(".")
    checklist = view.catalog.checklist(name)
    if not step_id:
        return checklist, None
    for step in checklist.steps:
        if step.id == step_id:
            return checklist, step
    raise UnknownIdError(f"step of {name}", step_id, (step.id for step in checklist.steps))


def target_href(view: View, target: str) -> str:
    """Address of a checklist or of one of its steps, from this page."""
    checklist, step = resolved(view, target)
    page = checklist_page(checklist.id)
    return view.href(f"{page}#{step.id}" if step else page)


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


@lru_cache(maxsize=2)
def _codes(catalog: Catalog) -> frozenset[str]:
    return frozenset(record.code for record in catalog.error_codes)


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
