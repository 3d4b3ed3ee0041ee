"""Support ends and reviews as calendar files (RFC 5545): of each product, of the organization, and of the data.

A calendar holds every day, past or to come, so that it is the same whenever the site is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from macros.catalog.models import Catalog, Lifecycle, Product
from macros.catalog.reviews import reviews
from macros.domain import lifecycle as domain
from macros.domain.lifecycle import Milestone
from macros.render.parts.calendar_file import Event, calendar_file
from macros.render.parts.components import table
from macros.render.parts.html import Html, tag
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .lifecycle import ENDS

FOLDER = "downloads/calendars"
SUPPORT, ORGANIZATION, REVIEWS = (f"{FOLDER}/{name}.ics" for name in ("support", "support-organization", "reviews"))
_SAID = Words.beside(
    __file__,
    "calendars",
    *("end end name", "last-day", "other day", "doubt confidence", "month", "release", "page page", "review about"),
    *("review-why file why", "table", "columns 2", "every", "own organization"),
)


def calendars(view: View) -> dict[str, str]:
    """Every calendar by its path in the site."""
    catalog = view.catalog
    return {
        SUPPORT: _support(catalog, catalog.lifecycle),
        ORGANIZATION: _support(catalog, domain.entries_in_use(catalog, view.organization)),
        **{_file(one): _support(catalog, domain.entries_of(catalog, one.id)) for one in _dated(catalog)},
        REVIEWS: calendar_file("Reviews", _looked_at(catalog), _reviews(catalog)),
    }


def support_calendars(view: View) -> Html:
    """A calendar of support ends for each product, and one of all."""
    rows = [(_SAID["every"], _link(view, SUPPORT))]
    rows += [(one.name, _link(view, _file(one))) for one in _dated(view.catalog)]
    return table(_SAID["table"], _SAID.list("columns"), rows)


def organization_calendar(view: View) -> Html:
    """The calendar of support ends of what the organization has."""
    link = tag(
        "a", _SAID.plain("own", organization=view.organization.name), href=view.href(ORGANIZATION), download=True
    )
    return tag("p", link)


def review_calendar(view: View) -> Html:
    """The calendar of the days by which records are compared with their sources again."""
    return _link(view, REVIEWS)


def _link(view: View, path: str) -> Html:
    return tag("a", path.rpartition("/")[2], href=view.href(path), download=True)


def _file(product: Product) -> str:
    return f"{FOLDER}/support-{product.id}.ics"


def _dated(catalog: Catalog) -> list[Product]:
    """Products with a support date."""
    dated = {name for entry in catalog.lifecycle if domain.milestones(entry) for name in entry.products}
    return [product for product in catalog.products if product.id in dated]


def _looked_at(catalog: Catalog) -> date:
    """The day on which somebody last compared anything: what a calendar says is of that day."""
    return max([*(fact.verified_on for fact in catalog.facts), *(entry.verified_on for entry in catalog.lifecycle)])


def _support(catalog: Catalog, entries: Iterable[Lifecycle]) -> str:
    named = {entry.id: entry for entry in entries}
    found = ((day, one) for entry in named.values() for one in domain.milestones(entry) for day in _days(one))
    in_order = sorted(found, key=lambda each: (each[0], each[1].entry, each[1].end))
    events = (_end(named[one.entry], one, day) for day, one in in_order)
    return calendar_file("Support dates", _looked_at(catalog), events)


def _days(milestone: Milestone) -> Iterator[date]:
    """The day, and the other one where a second page has another."""
    yield milestone.day
    if milestone.alternative:
        yield milestone.alternative


def _end(entry: Lifecycle, milestone: Milestone, day: date) -> Event:
    other = next((one for one in _days(milestone) if one != day), None)
    doubt = entry.esu_confidence if milestone.end == "esu" else milestone.confidence
    lines = [
        _SAID["month"] if milestone.end == "month" else _SAID["last-day"],
        _SAID.plain("other", day=other) if other else None,
        _SAID.plain("doubt", confidence=doubt) if doubt != "documented" and not other else None,
        _SAID["release"] if entry.release else None,
        _SAID.plain("page", page=f"plan/lifecycle.html#{entry.id}"),
    ]
    summary = _SAID.plain("end", end=ENDS[milestone.end], name=entry.name)
    return Event(day, f"{entry.id}-{milestone.end}", summary, "\n".join(line for line in lines if line))


def _reviews(catalog: Catalog) -> Iterator[Event]:
    for one in reviews(catalog):
        what = one.record or one.file
        why = _SAID.plain("review-why", file=one.file, why=one.why)
        yield Event(one.review_by, f"review-{what}", _SAID.plain("review", about=what), f"{one.about}\n{why}")


MACROS = (support_calendars, organization_calendar, review_calendar)
