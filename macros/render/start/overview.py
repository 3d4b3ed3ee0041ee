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
from macros.render.parts.components import Column, cards, figure, numbered, status, table, when
from macros.render.parts.counts import count_name, threshold_of, verdict
from macros.render.parts.html import Html, bullets, escape, join, tag
from macros.render.parts.names import KMS_UNMET_NAME, METHOD_NAMES, product_name
from macros.render.parts.quantity import counted, number
from macros.render.parts.sentences import rich
from macros.render.parts.svg import drawing, line, rect, text
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.plan.mak_budget import missing_activations

Door = Literal["choose", "plan", "deploy", "fix"]

REVIEWS_SHOWN = 5
"""Facts in the list of reviews to come; our own choice."""
DATES_SHOWN = 5
"""Rows in the list of dates to come; our own choice."""

_KINDS: dict[ProductKind, str] = {
    "windows-client": "Windows clients",
    "windows-server": "Windows servers",
    "office": "Office installations",
}
_METHOD_PAGES: dict[Method, str] = {
    "adba": "methods/adba.md",
    "kms": "methods/kms.md",
    "mak": "methods/mak.md",
    "avma": "methods/not-volume-activation.md",
    "azure-kms": "methods/not-volume-activation.md",
    "subscription": "methods/not-volume-activation.md",
    "unactivated": "methods/not-volume-activation.md",
}
_ENDS: dict[End, str] = {
    "mainstream": "Mainstream support ends",
    "extended": "Extended support ends",
    "support": "Support ends",
    "esu": "The last year of Extended Security Updates ends",
    "month": "Support ends in this month",
}


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


def org_name(view: View) -> Html:
    """The organization's name."""
    return escape(view.organization.name)


def org_state(view: View) -> Html:
    """The organization in four numbers: computers, KMS thresholds, MAK activations, and the next date."""
    return cards((_computers_card(view), _thresholds_card(view), _mak_card(view), _date_card(view)))


def org_methods(view: View) -> Html:
    """How many computers of the organization each method activates, by kind of product, and who KMS never activated."""
    of, unmet = view.situation.installed, view.situation.never_activated
    rows = []
    for method, name in METHOD_NAMES.items():
        rows.append(_method_row(view, name, _METHOD_PAGES[method], method, [of[method, kind] for kind in _KINDS]))
        if method == "kms":
            counts = [unmet[kind] for kind in _KINDS]
            rows.append(_method_row(view, KMS_UNMET_NAME, "plan/capacity.md", KMS_UNMET, counts))
    shown = [row for row in rows if row]
    if not shown:
        return tag("p", "No group of the organization has computers.")
    columns = [Column("Method"), *(Column(label, numeric=True) for label in _KINDS.values())]
    return table(f"{view.organization.name}: computers by activation method", columns, shown)


def _method_row(view: View, name: str, page: str, method: str, counts: Sequence[int]) -> list[object] | None:
    """A row of the table, its numbers named for comparisons; None when no computer stands in it."""
    if not any(counts):
        return None
    cells = [numbered(f"computers.{method}:{kind}", number(count)) for kind, count in zip(_KINDS, counts, strict=True)]
    return [tag("a", name, href=view.href(page)), *cells]


def org_thresholds(view: View) -> Html:
    """What each KMS host counts against its thresholds, as a drawing and as a table."""
    standings = view.situation.comparisons
    if not standings:
        return tag("p", "No group of the organization asks a KMS host.")
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
    caption = "Current count and activation threshold of each KMS host"
    columns = [
        Column("KMS host"),
        Column("Activates"),
        Column("Count", numeric=True),
        Column("Threshold", numeric=True),
        Column("Result"),
    ]
    shown = figure(
        _scales(view, standings), "Bar: the count that the host shows. Dashed line: the activation threshold."
    )
    return tag("div", tag("div", shown, class_="vag-narrow"), table(caption, columns, rows))


def org_dates(view: View) -> Html:
    """The next dates that matter to the organization, the earliest first."""
    found = _dates(view)
    nothing = "No date is ahead: no MAK runs out, and no support end is recorded for your products."
    if not found:
        return tag("p", nothing)
    shown = table(
        "Next dates that matter",
        ["Date", Column("Days from today", numeric=True), "What happens"],
        [[due.written, days_to(view, due.day, due.left), due.what] for due in found],
        row_attributes=span_attributes(view, [due.span for due in found], DATES_SHOWN),
        first=DATES_SHOWN,
    )
    return tag("div", shown, once_over(view, _last_of(found), "p", nothing))


def facts_freshness(view: View) -> Html:
    """When the facts were compared with their sources, what these pages do not tell, and which reviews are next."""
    facts, found = view.catalog.facts, freshness(view.catalog)
    compared = f"{number(found.compared)} of {counted(found.facts, 'fact')} were compared with a page that states them"
    last = [", on ", when(found.newest)]
    spread = [f"; {number(found.on_newest)} of them on ", when(found.newest), ", the oldest on ", when(found.oldest)]
    sources = view.href("contributing/facts.md#sources")
    items = [
        join([compared, *(last if found.newest == found.oldest else spread), "."]),
        join(
            [
                f"{counted(found.unconfirmed, 'fact is', 'facts are')} unconfirmed: no page that says so could be "
                f"read. For {number(found.conflicting)} ",
                tag("a", "primary pages disagree", href=view.href("reference/conflicts.md")),
                ".",
            ]
        ),
        join(
            [
                f"The facts cite {counted(found.pages, 'page')}, and not all of them tell their age: ",
                tag("a", f"{number(found.undated)} carry no date", href=sources),
                f", and {counted(found.on_undated_alone, 'fact stands', 'facts stand')} on such pages alone. "
                f"For {number(found.inexact)} the text was read in its public repository, and ",
                tag("a", "the link is not exact", href=sources),
                ".",
            ]
        ),
    ]
    due = sorted(facts, key=lambda fact: (fact.review_by, fact.id))[:REVIEWS_SHOWN]
    rows = [
        [value_link(view, fact, _breakable(fact.id)), fact.statement, when(fact.review_by), review_state(view, fact)]
        for fact in due
    ]
    return join([bullets(items), table("Facts to review next", ["Fact", "What it says", "Review by", "State"], rows)])


def edition(view: View, version: str, file: str) -> Html:
    """Which edition this is, for the footer of every page: version, days of facts and build, organization."""
    days = sorted({fact.verified_on.isoformat() for fact in view.catalog.facts})
    checked = days[0] if len(days) == 1 else f"between {days[0]} and {days[-1]}"
    said = f"Version {version}. Facts checked {checked}. Built for {view.today.isoformat()} from {file}."
    return escape(said)


MACROS = (doors, org_name, org_state, org_methods, org_thresholds, org_dates, facts_freshness)


def _door(view: View, name: Door, words: Words) -> Html:
    pages = [rich(view, page) for page in words.list("pages")]
    return tag(
        "section",
        tag("h2", words.say(view, "title"), id=f"door-{name}"),
        tag("p", words.say(view, "task")),
        tag("p", tag("span", "You bring ", class_="vag-door__term"), words.say(view, "needs"), "."),
        tag("p", tag("span", "You get ", class_="vag-door__term"), words.say(view, "gives"), "."),
        bullets(pages),
        class_="vag-door",
        aria_labelledby=f"door-{name}",
    )


def _computers_card(view: View) -> tuple[object, object, object]:
    of: Counter[ProductKind] = Counter()
    for group in view.organization.groups:
        of[view.catalog.product(group.product).kind] += group.count
    windows = numbered("fleet.windows", number(of["windows-client"] + of["windows-server"]))
    office = numbered("fleet.office", counted(of["office"], "Office installation"))
    groups = numbered("fleet.groups", counted(len(view.organization.groups), "group"))
    return "Windows computers", windows, join(["and ", office, ", in ", groups])


def _thresholds_card(view: View) -> tuple[object, object, object]:
    standings = view.situation.comparisons
    met = sum(row.standing.verdict == "met" for row in standings)
    value = f"{met} of {len(standings)}" if standings else "none"
    missed = [row for row in standings if row.standing.verdict != "met"]
    link = _more(view, "Capacity", "plan/capacity.md")
    if not standings:
        return "KMS thresholds met", value, join(["no group asks a KMS host. ", link])
    if not missed:
        return "KMS thresholds met", value, join([status("ok", "All met"), ". ", link])
    worst = max(missed, key=lambda row: row.standing.short_by)
    line_ = [verdict(worst.host_id, worst.standing), f" on {worst.host_id} for {_KINDS[worst.standing.kind]}. ", link]
    return "KMS thresholds met", value, join(line_)


def _mak_card(view: View) -> tuple[object, object, object]:
    label = "MAK activations left"
    known = budgets(view.organization, view.policy, view.today)
    link = join([*_recommended_missing(view), _more(view, "MAK budget", "plan/mak-budget.md")])
    if not known:
        return label, "none", join(["no MAK in your file. ", link])
    left = numbered("mak.left", f"{number(sum(each.left for each in known))} of {number(sum(e.total for e in known))}")
    short = sum(each.short_by for each in known)
    if short:
        return label, left, join([status("bad", f"Short by {number(short)}"), ". ", link])
    ending = sorted((month, each.product, each.allotment) for each, month in _ends_of_maks(view))
    if not ending:
        shown = f"None runs out within {number(PROJECTED_MONTHS // MONTHS_A_YEAR)} years"
        return label, left, join([status("ok", shown), ". ", link])
    month, product, allotment = ending[0]
    name = product_name(view, product)

    def told(on: View) -> Html:
        shown = numbered(f"mak.runs-out:{allotment}", tag("span", month, class_="vag-date"))
        if month <= Month.of(on.today):
            return join([status("bad", f"By this reckoning {name} is used up"), " since ", shown, ". "])
        return join([f"{name} runs out first, in ", shown, ". "])

    return label, left, join([by_day(view, told, [month.first_day]), link])


def _recommended_missing(view: View) -> list[object]:
    """What the recommended methods lack: the worksheet's answer, which the balance of today's MAKs does not show."""
    sheet = worksheet(view.organization, view.catalog, view.policy, view.tables)
    missing = sum(each.short_by for each in sheet.maks)
    if not missing:
        return []
    shown = status("bad", missing_activations(view, missing))
    return [shown, " with ", _more(view, "the recommended methods", "choose/worksheet.md#mak"), ". "]


def _date_card(view: View) -> tuple[object, object, object]:
    found = _dates(view)
    turns = [due.span.until + timedelta(days=1) for due in found if due.span.until]
    turns += [due.span.since for due in found if due.span.since]

    def first(on: View) -> _Due | None:
        return next((due for due in found if is_within(on.today, due.span.since, due.span.until)), None)

    def value(on: View) -> object:
        due = first(on)
        return days_to(on, due.day, "month-days" if due.left == "month" else "days") if due else "none"

    def line_(on: View) -> object:
        due = first(on)
        return join([due.written, ": ", due.what]) if due else "no date is recorded for your products"

    return "To the next date that matters", by_day(view, value, turns), by_day(view, line_, turns)


def _more(view: View, label: str, page: str) -> Html:
    return tag("a", label, href=view.href(page))


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
            text(0, top + 16, f"{host_id}, for {_KINDS[each.kind]}"),
            text(width, top + 16, f"{each.reported} of {cap}", "vag-svg__muted", "end"),
            rect(0, top + 24, width, bar, "vag-svg__track"),
            rect(0, top + 24, width * each.reported / cap, bar, state),
            line(at, top + 20, at, top + 28 + bar, "vag-svg__threshold"),
        ]
        told.append(f"{host_id}, for {_KINDS[each.kind]}: count {each.reported}, threshold {each.threshold}")
    title = "Counts of the KMS hosts against their activation thresholds"
    return drawing(width, row * len(standings), title, "; ".join(told), *parts)


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
    link = tag("a", f"The MAK for {product_name(view, budget.product)} runs out", href=view.href("plan/mak-budget.md"))
    span = Span(until=month.later(1).first_day - timedelta(days=1))
    shown = numbered(f"mak.runs-out:{budget.allotment}", tag("span", month, class_="vag-date"))
    return _Due(month.first_day, span, shown, join([link, " in this month"]), "month")


def _support_ends(view: View, milestone: Milestone) -> Iterator[_Due]:
    """The end by the earlier date, and once that is past by the later one."""
    product = find(view.catalog.lifecycle, milestone.entry, "lifecycle entry").name
    link = tag("a", f"{_ENDS[milestone.end]}: {product}", href=view.href("plan/lifecycle.md"))
    mark = confidence_mark(milestone.confidence)
    first, last = milestone.earliest, milestone.latest

    ahead = first if first >= view.today else last

    def shown(day: date) -> Html:
        # Other pages print the date that is ahead under this name.
        return numbered(f"support.{milestone.entry}:{milestone.end}", when(day)) if day == ahead else when(day)

    other = f" (another page prints {last})" if last > first else None
    yield _Due(first, Span(until=first), shown(first), join([link, other, mark]))
    if last > first:
        yield _Due(last, Span(since=first + timedelta(days=1), until=last), shown(last), join([link, mark]))


def _breakable(fact_id: str) -> Html:
    """An id that may wrap after its dots and underscores, and nowhere else."""
    return join(
        (piece if index % 2 == 0 else join([piece, tag("wbr")]))
        for index, piece in enumerate(re.split(r"([._])", fact_id))
    )
