"""What an organization has to do, as pages say it: all of it on the start page, and each part where it belongs.

The list comes from macros/domain/open_points.py. Sentences have slots alone, so that the page's script fills the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

from macros.catalog.models import find
from macros.domain import open_points as domain
from macros.domain.count import KINDS as PRODUCT_KINDS
from macros.domain.count import threshold
from macros.domain.lifecycle import final_days
from macros.domain.open_points import Kind, Part, Point
from macros.domain.worksheet import ALONE, defaults_of
from macros.render.parts.clock import Span, by_day, span_attributes
from macros.render.parts.components import status
from macros.render.parts.counts import KIND_NAMES
from macros.render.parts.html import Html, join, tag
from macros.render.parts.names import host_key_name, product_name
from macros.render.parts.quantity import percent
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .answers_data import known

_MAY_HAVE: Mapping[Kind, str] = {
    "count-short": "host kind short",
    "silent": "groups computers names",
    "clones": "groups computers names",
    "mak-short": "mak product short",
    "mak-used-up": "mak product month",
    "mak-missing": "product short",
    "change": "groups computers names",
    "object-missing": "forest product",
    "key-product": "host product",
    "key-client-host": "host product",
    "key-ruled-out": "host key",
    "host-key-overdrawn": "key",
    "support-ended": "entry what",
    "licenses-over": "product difference",
    "count-fails": "host kind chance",
    "no-groups": "",
    "count-wavers": "host kind chance",
    "count-unsure": "host",
    "key-host": "host product",
    "key-misfit": "host key",
    "host-key-strict": "key",
    "host-key-last": "key",
    "to-activate": "mak product needed",
    "host-missing": "groups computers names",
    "mak-ends": "mak product month",
    "support-ends": "entry day what",
    "licenses-spare": "product difference",
    "file-old": "day",
    "facts-due": "",
}
"""What the sentence of each kind of point may name."""
WORDS = Words.beside(__file__, "open-points", *(f"{kind} {slots}".strip() for kind, slots in _MAY_HAVE.items()))
PAGES: Mapping[Part, str] = {
    "groups": "plan/my-organization.md",
    "counts": "plan/capacity.md#counts",
    "host-keys": "plan/kms-hosts.md",
    "mak": "plan/mak-budget.md",
    "support": "plan/lifecycle.md",
    "methods": "choose/worksheet.md#findings",
    "facts": "contributing/facts.md#review",
}
"""Where points of each part are solved."""
_LIST = Words.beside(
    __file__,
    "act-now",
    "none name",
    "here points name",
    "none-here name",
    "others points",
    "more first more",
    "last rest last",
    "people people",
    "computers computers",
    "hosts hosts",
    *(f"page-{part}" for part in get_args(Part)),
)
POINT = Template("open-point", "mark", "address", "page", "since", "until", "hidden", scripts=["my-organization"])
START = "index.md#act-now"


def act_now(view: View) -> Html:
    """All that the organization has to do, the most urgent first; that there is nothing when the list is empty."""
    nothing = tag("p", status("ok", _LIST.plain("none", name=view.organization.name)))
    return join(
        [_listed(view, get_args(Part)), by_day(view, lambda on: None if points(on) else nothing, _turns(view), "div")]
    )


def act_now_part(view: View, *parts: Part, is_listed: bool = True) -> Html:
    """What the organization has to do of the parts that a page is about, and how much more there is elsewhere.

    A page that lists the same by itself takes the number alone.
    """

    def title(on: View) -> Html:
        found, name = points(on), on.organization.name
        mine = sum(point.part in parts for point in found)
        others = _LIST.plain("others", points=len(found) - mine)
        link = tag("a", others, href=on.href(START)) if len(found) > mine else None
        said = (
            tag("strong", _LIST.plain("here", points=mine, name=name)) if mine else _LIST.plain("none-here", name=name)
        )
        return join([said, " ", link])

    return tag("div", by_day(view, title, _turns(view), "p"), _listed(view, parts) if is_listed else None)


def points(view: View) -> tuple[Point, ...]:
    """What the organization has to do on the view's day."""
    return domain.open_points(view.organization, view.catalog, view.policy, view.tables, view.today)


def sentence(view: View, point: Point) -> str:
    """A point in words."""
    slots = {slot: _NAMES[slot](view, value) if slot in _NAMES else value for slot, value in point.slots.items()}
    if "names" in point.slots:
        slots["names"] = _names(point.slots)
    if "hosts" in point.slots:
        slots["what"] = _what(point.slots)
    said = WORDS.plain(point.kind, **slots)
    people = point.slots.get("people")
    return f"{said}. {_LIST.plain('people', people=_enumerated(people))}" if isinstance(people, tuple) else said


def sheet_as_data(view: View) -> Mapping[str, Any]:
    """What fleet-sheet.js computes a worksheet with, beside the organization."""
    records, policy = view.catalog.decision_tables, view.policy
    return {
        "defaults": defaults_of(records),
        "contact_days": min(policy.adba_validity_days, policy.validity_days),
        "window_days": policy.window_days,
        "thresholds": {kind: threshold(kind, policy) for kind in PRODUCT_KINDS},
        "alone": {method: dict(answers) for method, answers in ALONE.items()},
        "per_activation": policy.mak_per_activation,
        "unnamed": {outcome.id: outcome.name for outcome in records.outcomes if outcome.method is None},
    }


def act_now_as_data(view: View) -> Mapping[str, Any]:
    """What organization-points.js finds points with, their words, and where they are solved."""
    return {
        "limits": known(view, "host-key"),
        "named": domain.NAMED,
        "soon": domain.SUPPORT_SOON_DAYS,
        "late": domain.facts_late_from(view.catalog).isoformat(),
        "support": [*_support_as_data(view)],
        "products": KIND_NAMES,
        "said": {**WORDS},
        "more": _LIST["more"],
        "last": _LIST["last"],
        "people": _LIST["people"],
        "old": domain.FILE_OLD_DAYS,
        "computers": _LIST["computers"],
        "hosts": _LIST["hosts"],
        "none": _LIST["none"],
        "here": _LIST["here"],
        "none_here": _LIST["none-here"],
        "others": _LIST["others"],
        "kinds": {**domain.KINDS},
        "pages": {part: [view.href(page), _LIST[f"page-{part}"]] for part, page in PAGES.items()},
    }


MACROS = (act_now, act_now_part)


def _turns(view: View) -> Sequence[date]:
    return domain.turns(view.organization, view.catalog, view.policy, view.today)


def _listed(view: View, parts: Collection[Part]) -> Html | None:
    """The points of some parts, each with the days on which it is open; None where there never are any."""
    found = [(point, span) for point, span in _spans(view) if point.part in parts]
    if not found:
        return None
    shown = span_attributes(view, [span for _, span in found])
    items = (_item(view, point, attributes) for (point, _), attributes in zip(found, shown, strict=True))
    return tag("ul", *items, class_="vag-found__list", data_vag_points=True)


def _item(view: View, point: Point, attributes: Mapping[str, object]) -> Html:
    if PAGES[point.part].partition("#")[0] == view.page:
        return tag("li", _mark(view, point), **attributes)
    return POINT(
        mark=_mark(view, point),
        address=view.href(PAGES[point.part]),
        page=_LIST[f"page-{point.part}"],
        **{name.removeprefix("data_vag_"): value for name, value in attributes.items()},
    )


def _spans(view: View) -> Sequence[tuple[Point, Span]]:
    """Every point that is open on some day from today on, with the days on which it is."""
    days = [view.today, *_turns(view)]
    open_on = [points(replace(view, today=day)) for day in days]
    found: list[tuple[Point, Span]] = []
    for place, day in enumerate(days):
        for point in open_on[place]:
            if place and point in open_on[place - 1]:
                continue
            closed = next((later for later in range(place, len(days)) if point not in open_on[later]), None)
            until = None if closed is None else days[closed] - timedelta(days=1)
            found.append((point, Span(day if place else None, until)))
    return sorted(found, key=lambda each: domain.urgency(each[0]))


def _mark(view: View, point: Point) -> Html:
    return status(point.severity, sentence(view, point))


def _support_as_data(view: View) -> Iterator[Sequence[object]]:
    """Of each end of free support: what ends, products, its last day by the earlier and by the later date, and whether
    it is that of one release."""
    for entry in view.catalog.lifecycle:
        days = final_days(entry)
        if days:
            yield entry.id, entry.name, entry.products, *(day.isoformat() for day in days), bool(entry.release)


def _names(slots: Mapping[str, Any]) -> str:
    """The groups that a point names: `Laptops, Desks and 3 more`."""
    names, more = slots["names"], slots["groups"] - len(slots["names"])
    if more:
        return _LIST.plain("more", first=", ".join(names), more=more)
    return _enumerated(names)


def _enumerated(names: Sequence[str]) -> str:
    *rest, last = names
    return _LIST.plain("last", rest=", ".join(rest), last=last) if rest else str(last)


def _what(slots: Mapping[str, Any]) -> str:
    """The computers and hosts that a point is about, as far as there are any."""
    about = [_LIST.plain(name, **{name: slots[name]}) for name in ("computers", "hosts") if slots[name]]
    return _LIST.plain("last", rest=about[0], last=about[1]) if len(about) > 1 else about[0]


_NAMES: Mapping[str, Callable[[View, Any], object]] = {
    "chance": lambda _, share: percent(min(share, 1 - 1e-9)),
    "entry": lambda view, entry: find(view.catalog.lifecycle, entry, "lifecycle entry").name,
    "host": lambda view, host: view.organization.host(host).name,
    "key": host_key_name,
    "kind": lambda _, kind: KIND_NAMES[kind],
    "product": product_name,
}
"""What a slot of a point reads where it is no number."""
