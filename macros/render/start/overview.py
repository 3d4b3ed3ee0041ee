"""Macros of the start page: doors by task, the organization's state in numbers, and how fresh the facts are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from macros.catalog.models import ProductKind, find
from macros.catalog.organization import Method
from macros.domain.activation import KMS_UNMET
from macros.domain.clock import is_within
from macros.domain.freshness import freshness
from macros.domain.lifecycle import End, Milestone, outlook
from macros.domain.mak_budget import MONTHS_A_YEAR, PROJECTED_MONTHS, Budget, Month, budgets
from macros.domain.situation import Comparison
from macros.domain.worksheet import worksheet
from macros.render.parts.citations import confidence_mark, value_link
from macros.render.parts.clock import Form, Span, by_day, days_to, once_over, review_state, span_attributes
from macros.render.parts.components import Column, cards, columns, figure, numbered, status, table, when
from macros.render.parts.counts import count_name, threshold_of, verdict
from macros.render.parts.html import Html, bullets, escape, join, tag
from macros.render.parts.named import shows_example_names
from macros.render.parts.names import KMS_UNMET_NAME, METHOD_NAMES, product_name
from macros.render.parts.quantity import number
from macros.render.parts.sentences import rich
from macros.render.parts.svg import drawing, line, rect, text
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.plan.mak_budget import missing_activations

Door = Literal["fix", "choose", "plan", "deploy"]

REVIEWS_SHOWN = 5
"""Facts in the list of reviews to come; our own choice."""
DATES_SHOWN = 5
"""Rows in the list of dates to come; our own choice."""

_KIND_IDS: tuple[ProductKind, ...] = get_args(ProductKind)
_KINDS = Words.beside(__file__, "kinds", *_KIND_IDS)
_METHOD_PAGES: dict[Method, str] = {
    "adba": "methods/adba.md",
    "kms": "methods/kms.md",
    "mak": "methods/mak.md",
    "avma": "methods/not-volume-activation.md",
    "azure-kms": "methods/not-volume-activation.md",
    "subscription": "methods/not-volume-activation.md",
    "own-key": "methods/not-volume-activation.md#retail-and-oem",
    "unactivated": "methods/not-volume-activation.md",
}
_ENDS = Words.beside(__file__, "support-ends", *get_args(End))
_STATE = Words.beside(
    __file__,
    "organization",
    "methods organization",
    "method",
    "no-computers",
    "no-asker",
    "thresholds",
    "threshold-columns 5",
    "threshold-caption",
    "dates",
    "date-columns 3",
    "no-date",
    "computers",
    "computers-line office groups",
    "computers-only groups",
    "computers-none",
    "office office",
    "groups groups",
    "met",
    "met-value met all",
    "none",
    "met-nobody",
    "met-all all",
    "all-met",
    "met-worst verdict host products",
    "mak",
    "mak-none",
    "mak-left left total",
    "mak-short short",
    "mak-enough years",
    "mak-used-up state month",
    "mak-used-up-state product",
    "mak-first product month",
    "mak-recommended missing",
    "mak-more before",
    "date",
    "date-line day what",
    "date-none",
    "bar host products",
    "bar-count count most",
    "bar-said host products count threshold",
    "bars",
    "mak-ends product",
    "mak-ends-month mak",
    "support-ends end product",
    "other-day day",
    "origin",
    "origin-example name",
)
_FACTS = Words.beside(
    __file__,
    "facts",
    "compared compared facts day",
    "compared-spread compared facts on day oldest",
    "doubtful unconfirmed conflicting",
    "pages pages undated alone inexact",
    "undated undated",
    "next",
    "next-columns 4",
    "between first last",
    "edition version checked day file",
)
_DOOR = Words.beside(__file__, "doors", "bring", "get")
_SOURCES = "contributing/facts.md#sources"
_DOORS: Mapping[Door, Words] = {
    door: Words.beside(__file__, f"door-{door}", "title", "task", "needs", "gives", "pages") for door in get_args(Door)
}


@dataclass(frozen=True)
class _Due:
    """Something that happens on a day, or in a month, and the days on which it is told."""

    day: date
    span: Span
    written: Html
    what: Html
    left: Form = "number"


def doors(view: View) -> Html:
    """The four tasks that readers come with: what each needs, what it gives, and where it starts."""
    return tag("div", *(_door(view, name, words) for name, words in _DOORS.items()), class_="vag-doors")


def org_origin(view: View) -> Html:
    """Whose numbers follow, and how to see one's own. Hidden where a browser shows those of its reader."""
    is_example = shows_example_names(view, ["<DNS zone>"])
    said = _STATE.say(view, "origin-example", name=view.organization.name) if is_example else _STATE.say(view, "origin")
    return tag("p", said, data_vag_built_only=True)


def org_state(view: View) -> Html:
    """The organization in four numbers: computers, KMS thresholds, MAK activations, and the next date."""
    return cards((_computers_card(view), _thresholds_card(view), _mak_card(view), _date_card(view)))


def org_methods(view: View) -> Html:
    """How many computers of the organization each method activates, by kind of product, and who KMS never activated."""
    of, unmet = view.situation.installed, view.situation.never_activated
    rows = []
    for method, name in METHOD_NAMES.items():
        rows.append(_method_row(view, name, _METHOD_PAGES[method], method, [of[method, kind] for kind in _KIND_IDS]))
        if method == "kms":
            counts = [unmet[kind] for kind in _KIND_IDS]
            rows.append(_method_row(view, KMS_UNMET_NAME, "plan/capacity.md", KMS_UNMET, counts))
    shown = [row for row in rows if row]
    if not shown:
        return tag("p", _STATE["no-computers"])
    heads = [Column(_STATE["method"]), *(Column(label, numeric=True) for label in map(_KINDS.__getitem__, _KIND_IDS))]
    return table(_STATE.plain("methods", organization=view.organization.name), heads, shown)


def _method_row(view: View, name: str, page: str, method: str, counts: Sequence[int]) -> list[object] | None:
    """A row of the table, its numbers named for comparisons; None when no computer stands in it."""
    if not any(counts):
        return None
    cells = [
        numbered(f"computers.{method}:{kind}", number(count)) for kind, count in zip(_KIND_IDS, counts, strict=True)
    ]
    return [tag("a", name, href=view.href(page)), *cells]


def org_thresholds(view: View) -> Html:
    """What each KMS host counts against its thresholds, as a drawing and as a table."""
    standings = view.situation.comparisons
    if not standings:
        return tag("p", _STATE["no-asker"])
    rows = [
        [
            row.host_id,
            _KINDS[row.standing.kind],
            numbered(count_name("count", row.host_id, row.standing), number(row.standing.reported)),
            threshold_of(view, row.standing.kind),
            verdict(row.host_id, row.standing),
        ]
        for row in standings
    ]
    shown = figure(_scales(view, standings), _STATE["threshold-caption"])
    listed = table(_STATE["thresholds"], columns(_STATE.list("threshold-columns"), 2, 3), rows)
    return tag("div", tag("div", shown, class_="vag-narrow"), listed)


def org_dates(view: View) -> Html:
    """The next dates that matter to the organization, the earliest first."""
    found = _dates(view)
    if not found:
        return tag("p", _STATE["no-date"])
    shown = table(
        _STATE["dates"],
        columns(_STATE.list("date-columns"), 1),
        [[due.written, days_to(view, due.day, due.left), due.what] for due in found],
        row_attributes=span_attributes(view, [due.span for due in found], DATES_SHOWN),
        first=DATES_SHOWN,
    )
    return tag("div", shown, once_over(view, _last_of(found), "p", _STATE["no-date"]))


def facts_freshness(view: View) -> Html:
    """When the facts were compared with their sources, what these pages do not tell, and which reviews are next."""
    facts, found = view.catalog.facts, freshness(view.catalog)
    items = [
        _FACTS.say(
            view,
            "compared" if found.newest == found.oldest else "compared-spread",
            compared=found.compared,
            facts=found.facts,
            on=found.on_newest,
            day=when(found.newest),
            oldest=when(found.oldest),
        ),
        _FACTS.say(view, "doubtful", unconfirmed=found.unconfirmed, conflicting=found.conflicting),
        _FACTS.say(
            view,
            "pages",
            pages=found.pages,
            undated=tag("a", _FACTS.plain("undated", undated=found.undated), href=view.href(_SOURCES)),
            alone=found.on_undated_alone,
            inexact=found.inexact,
        ),
    ]
    due = sorted(facts, key=lambda fact: (fact.review_by, fact.id))[:REVIEWS_SHOWN]
    rows = [
        [value_link(view, fact, _breakable(fact.id)), fact.statement, when(fact.review_by), review_state(view, fact)]
        for fact in due
    ]
    return join([bullets(items), table(_FACTS["next"], _FACTS.list("next-columns"), rows)])


def edition(view: View, version: str, file: str) -> Html:
    """Which edition this is, for the footer of every page: version, days of facts and build, organization."""
    days = sorted({fact.verified_on.isoformat() for fact in view.catalog.facts})
    checked = days[0] if len(days) == 1 else _FACTS.plain("between", first=days[0], last=days[-1])
    return escape(_FACTS.plain("edition", version=version, checked=checked, day=view.today, file=file))


MACROS = (doors, org_origin, org_state, org_methods, org_thresholds, org_dates, facts_freshness)


def _door(view: View, name: Door, words: Words) -> Html:
    pages = [rich(view, page) for page in words.list("pages")]
    return tag(
        "section",
        tag("h2", words.say(view, "title"), id=f"door-{name}"),
        tag("p", words.say(view, "task")),
        tag("p", tag("span", _DOOR["bring"], " ", class_="vag-door__term"), words.say(view, "needs"), "."),
        tag("p", tag("span", _DOOR["get"], " ", class_="vag-door__term"), words.say(view, "gives"), "."),
        bullets(pages),
        class_="vag-door",
        aria_labelledby=f"door-{name}",
    )


def _computers_card(view: View) -> tuple[object, object, object]:
    if not view.organization.groups:
        return _STATE["computers"], _STATE["none"], _STATE.say(view, "computers-none")
    of: Counter[ProductKind] = Counter()
    for group in view.organization.groups:
        of[view.catalog.product(group.product).kind] += group.count
    windows = numbered("fleet.windows", number(of["windows-client"] + of["windows-server"]))
    office = numbered("fleet.office", _STATE.plain("office", office=of["office"]))
    groups = numbered("fleet.groups", _STATE.plain("groups", groups=len(view.organization.groups)))
    line = "computers-line" if of["office"] else "computers-only"
    return _STATE["computers"], windows, _STATE.say(view, line, office=office, groups=groups)


def _thresholds_card(view: View) -> tuple[object, object, object]:
    standings = view.situation.comparisons
    met = sum(row.standing.verdict == "met" for row in standings)
    label, value = (
        _STATE["met"],
        _STATE.plain("met-value", met=met, all=len(standings)) if standings else _STATE["none"],
    )
    missed = [row for row in standings if row.standing.verdict != "met"]
    if not standings:
        return label, value, _STATE.say(view, "met-nobody")
    if not missed:
        return label, value, _STATE.say(view, "met-all", all=status("ok", _STATE["all-met"]))
    worst = max(missed, key=lambda row: row.standing.short_by)
    shown = verdict(worst.host_id, worst.standing)
    products = _KINDS[worst.standing.kind]
    return label, value, _STATE.say(view, "met-worst", verdict=shown, host=worst.host_id, products=products)


def _mak_card(view: View) -> tuple[object, object, object]:
    label = _STATE["mak"]
    known = budgets(view.organization, view.policy, view.today)
    link = _STATE.say(view, "mak-more", before=_recommended_missing(view))
    if not known:
        return label, _STATE["none"], join([_STATE["mak-none"], " ", link])
    every = sum(each.total for each in known)
    left = numbered("mak.left", _STATE.plain("mak-left", left=sum(each.left for each in known), total=every))
    short = sum(each.short_by for each in known)
    if short:
        return label, left, join([status("bad", _STATE.plain("mak-short", short=short)), ". ", link])
    ending = sorted((month, each.product, each.allotment) for each, month in _ends_of_maks(view))
    if not ending:
        shown = _STATE.plain("mak-enough", years=PROJECTED_MONTHS // MONTHS_A_YEAR)
        return label, left, join([status("ok", shown), ". ", link])
    month, product, allotment = ending[0]
    name = product_name(view, product)

    def told(on: View) -> Html:
        shown = numbered(f"mak.runs-out:{allotment}", tag("span", month, class_="vag-date"))
        if month <= Month.of(on.today):
            state = status("bad", _STATE.plain("mak-used-up-state", product=name))
            return _STATE.say(on, "mak-used-up", state=state, month=shown)
        return _STATE.say(on, "mak-first", product=name, month=shown)

    return label, left, join([by_day(view, told, [month.first_day]), link])


def _recommended_missing(view: View) -> Html:
    """What the recommended methods lack: the worksheet's answer, which the balance of today's MAKs does not show."""
    sheet = worksheet(view.organization, view.catalog, view.policy, view.tables)
    missing = sum(each.short_by for each in sheet.maks)
    if not missing:
        return Html("")
    return _STATE.say(view, "mak-recommended", missing=status("bad", missing_activations(view, missing)))


def _date_card(view: View) -> tuple[object, object, object]:
    found = _dates(view)
    turns = [due.span.until + timedelta(days=1) for due in found if due.span.until]
    turns += [due.span.since for due in found if due.span.since]

    def first(on: View) -> _Due | None:
        return next((due for due in found if is_within(on.today, due.span.since, due.span.until)), None)

    def value(on: View) -> object:
        due = first(on)
        return days_to(on, due.day, "month-days" if due.left == "month" else "days") if due else _STATE["none"]

    def line_(on: View) -> object:
        due = first(on)
        return _STATE.say(on, "date-line", day=due.written, what=due.what) if due else _STATE["date-none"]

    return _STATE["date"], by_day(view, value, turns), by_day(view, line_, turns)


def _scales(view: View, standings: Sequence[Comparison]) -> Html:
    """One bar per comparison, on a scale that ends at the largest count that the host shows."""
    width, row, bar = 360, 52, 12
    parts: list[Html] = []
    told: list[str] = []
    for index, found in enumerate(standings):
        host_id, cap, each = found.host_id, found.count.cap, found.standing
        top = index * row
        at = width * each.threshold / cap
        state = "vag-svg__bar" if each.verdict == "met" else "vag-svg__bad"
        parts += [
            text(0, top + 16, _STATE.plain("bar", host=host_id, products=_KINDS[each.kind])),
            text(width, top + 16, _STATE.plain("bar-count", count=each.reported, most=cap), "vag-svg__muted", "end"),
            rect(0, top + 24, width, bar, "vag-svg__track"),
            rect(0, top + 24, width * each.reported / cap, bar, state),
            line(at, top + 20, at, top + 28 + bar, "vag-svg__threshold"),
        ]
        told.append(
            _STATE.plain(
                "bar-said",
                host=host_id,
                products=_KINDS[each.kind],
                count=each.reported,
                threshold=each.threshold,
            )
        )
    return drawing(width, row * len(standings), _STATE["bars"], "; ".join(told), *parts)


def _dates(view: View) -> list[_Due]:
    """Ends of MAKs and of support, the earliest first, also those that are told only later."""
    ends = outlook(view.catalog, view.organization, view.today).upcoming
    found = [_mak_end(view, each, month) for each, month in _ends_of_maks(view)]
    found += [due for milestone, _ in ends for due in _support_ends(view, milestone)]
    return sorted((due for due in found if due.span.until and due.span.until >= view.today), key=lambda due: due.day)


def _last_of(found: Sequence[_Due]) -> date:
    return max(due.span.until for due in found if due.span.until)


def _ends_of_maks(view: View) -> Iterator[tuple[Budget, Month]]:
    """MAKs that run out, as far ahead as the MAK budget shows; later months may lie beyond any calendar."""
    for each in budgets(view.organization, view.policy, view.today):
        if each.runs_out and each.runs_out <= Month.of(each.counted_on).later(PROJECTED_MONTHS):
            yield each, each.runs_out


def _mak_end(view: View, budget: Budget, month: Month) -> _Due:
    said = _STATE.plain("mak-ends", product=product_name(view, budget.product))
    link = tag("a", said, href=view.href("plan/mak-budget.md"))
    span = Span(until=month.later(1).first_day - timedelta(days=1))
    shown = numbered(f"mak.runs-out:{budget.allotment}", tag("span", month, class_="vag-date"))
    return _Due(month.first_day, span, shown, _STATE.say(view, "mak-ends-month", mak=link), "month")


def _support_ends(view: View, milestone: Milestone) -> Iterator[_Due]:
    """The end by the earlier date, and once that is past by the later one."""
    product = find(view.catalog.lifecycle, milestone.entry, "lifecycle entry").name
    said = _STATE.plain("support-ends", end=_ENDS[milestone.end], product=product)
    link = tag("a", said, href=view.href("plan/lifecycle.md"))
    mark = confidence_mark(milestone.confidence)
    first, last = milestone.earliest, milestone.latest

    ahead = first if first >= view.today else last

    def shown(day: date) -> Html:
        # Other pages print the date that is ahead under this name.
        return numbered(f"support.{milestone.entry}:{milestone.end}", when(day)) if day == ahead else when(day)

    other = _STATE.plain("other-day", day=last) if last > first else None
    yield _Due(first, Span(until=first), shown(first), join([link, other, mark]))
    if last > first:
        yield _Due(last, Span(since=first + timedelta(days=1), until=last), shown(last), join([link, mark]))


def _breakable(fact_id: str) -> Html:
    """An id that may wrap after its dots and underscores, and nowhere else."""
    return join(
        (piece if index % 2 == 0 else join([piece, tag("wbr")]))
        for index, piece in enumerate(re.split(r"([._])", fact_id))
    )
