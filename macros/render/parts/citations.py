"""Values with their citation: the reader sees the number, and one click further the page it comes from."""

from __future__ import annotations

from macros.catalog.models import Confidence, Fact
from macros.catalog.values import converted, part_of

from .html import Html, escape, join, tag
from .places import fact_place
from .quantity import quantity
from .templates import Template
from .view import View

CITES = Template("cites", "marks", scripts=["diagnosis", "guide"])
CITE = Template("cite", "address", "statement", "fact", "id", scripts=["diagnosis", "guide"])
SOURCE = Template("source", "address", "id", "title", scripts=["findings"])

MARKS: dict[Confidence, str] = {"unconfirmed": "unconfirmed", "conflicting": "sources differ"}
"""Degrees of confidence that are written beside the value."""
CONFIDENCE = Template(
    "confidence",
    "confidence",
    "word",
    scripts=["guide"],
    variants={f"confidence-{name}": {"confidence": name, "word": word} for name, word in MARKS.items()},
)


def fact(view: View, fact_id: str, part: str | None = None, unit: str | None = None, bare: bool = False) -> Html:
    """The value of a fact, linked to its place in the register.

    `part` picks one part of a value with several; `unit` shows a length of time in another unit; `bare` leaves the
    unit out. Raises LookupError for an unknown id or part, ValueError for a unit that does not convert.
    """
    record = view.catalog.fact(fact_id)
    value, shown_unit = part_of(record.value, part), record.unit
    if unit and shown_unit != unit:
        own = view.catalog.unit(shown_unit) if shown_unit else None
        value, shown_unit = converted(value, own, view.catalog.unit(unit)), unit
    text = quantity(value, None if bare and not isinstance(value, bool) else shown_unit, view.catalog)
    return value_link(view, record, text)


def statement(view: View, fact_id: str) -> Html:
    """The sentence of a fact as the register has it, with its citation."""
    record = view.catalog.fact(fact_id)
    return join([escape(record.statement), " ", cite(view, fact_id)])


def cite(view: View, *fact_ids: str) -> Html:
    """Marks that lead from a sentence to the facts it stands on."""
    return CITES(marks=join(_mark(view, view.catalog.fact(fact_id)) for fact_id in fact_ids))


def value_link(view: View, record: Fact, text: object) -> Html:
    """Any text, linked to the fact that it shows."""
    link = tag(
        "a",
        text,
        class_="vag-fact",
        href=view.href(fact_place(view.catalog, record.id)),
        title=record.statement,
        data_fact=record.id,
    )
    return join([link, confidence_mark(record.confidence)])


def confidence_mark(confidence: Confidence) -> Html:
    """A word beside a value that is not simply documented."""
    if confidence not in MARKS:
        return Html("")
    return join([" ", CONFIDENCE(confidence=confidence, word=MARKS[confidence])])


def source(view: View, source_id: str, text: str | None = None) -> Html:
    """A link to the page that a source record describes."""
    record = view.catalog.source(source_id)
    return SOURCE(address=record.url, id=record.id, title=text or record.title)


def _mark(view: View, record: Fact) -> Html:
    address = view.href(fact_place(view.catalog, record.id))
    mark = CITE(address=address, statement=record.statement, fact=record.id, id=record.id)
    return join([mark, confidence_mark(record.confidence)])


MACROS = (fact, statement, cite, source)
