"""A report on an organization: what it has to do, its groups, counts, budgets and dates, and the facts behind them.

The same in the page "My organization" (organization-report.js) and on the command line. One structure of plain texts
comes first; Markdown, the calendar and what is printed are made from that alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NotRequired, TypedDict

from macros.catalog.models import find
from macros.catalog.organization import Group
from macros.domain.host_key_budget import Allowance
from macros.domain.lifecycle import final_days, is_about
from macros.domain.mak_budget import Budget, budgets
from macros.domain.open_points import facts_late_from
from macros.domain.renewal import kind_of, timeline
from macros.domain.situation import Comparison
from macros.domain.worksheet import worksheet
from macros.render.parts.calendar_file import Event, calendar_file
from macros.render.parts.names import METHOD_NAMES, host_key_name, product_name
from macros.render.parts.quantity import number, percent
from macros.render.parts.script_data import data_file
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .act_now import points, sentence
from .answers_data import known

DATA_FILE = "assets/data/report.js"
READ_AGAIN_DAYS = 90
"""Days after which the numbers of a MAK should be read again; our own choice."""
_TIMED = ("kms", "adba")
_FACTS = (
    "kms.threshold.windows_client",
    "kms.threshold.windows_server",
    "kms.threshold.office",
    "kms.count.ageing",
    "kms.validity",
    "kms.renewal_interval",
    "kms.csvlk.max_hosts",
    "kms.csvlk.activations_per_host",
    "adba.validity",
    "mak.count_basis",
    "mak.count_consumption",
)
"""Facts that the figures of a report stand on."""
_MARKS = re.compile(r"[\\`*_\[\]<>|#]")
_SAID = Words.beside(
    __file__,
    "report",
    "title name",
    "intro day",
    "numbers-of as_of",
    "act-now",
    "bad",
    "warn",
    "nothing name",
    "groups",
    "group-columns 6",
    "no-group",
    "counts",
    "count-columns 6",
    "no-count",
    "met-short short",
    "met-unsure",
    "met-holds",
    "met-fails",
    "windows-client",
    "windows-server",
    "office",
    "maks",
    "mak-columns 7",
    "never",
    "keys",
    "key-columns 4",
    "used used total",
    "people",
    "people-columns 2",
    "dates",
    "date-columns 2",
    "no-date",
    "support-end name what",
    "computers computers",
    "hosts hosts",
    "expiry group",
    "mak-ends mak product",
    "read-again mak",
    "facts-due",
    "sources",
    "facts-intro",
)
_LISTS = frozenset(name for name in _SAID.slots if name.endswith("columns"))


class Section(TypedDict):
    """A part of the report: a table, a list, or a sentence that says why it has neither."""

    title: str
    columns: NotRequired[Sequence[str]]
    rows: NotRequired[Sequence[Sequence[str]]]
    items: NotRequired[Sequence[str]]
    text: NotRequired[str]


class Dated(TypedDict):
    """A day that is ahead, and what happens on it."""

    day: str
    mark: str
    say: str


class Report(TypedDict):
    """Plain texts: nothing in them is markup."""

    title: str
    intro: str
    day: str
    sections: Sequence[Section]
    dates: Sequence[Dated]


def report(view: View) -> Report:
    """The report on the view's organization, on the view's day."""
    dates = sorted(_dates(view), key=lambda each: (each["day"], each["mark"]))
    parts = [part(view) for part in (_act_now, _groups, _counts, _maks, _keys, _people)]
    intro, as_of = _SAID.plain("intro", day=view.today), view.organization.as_of
    return {
        "title": _SAID.plain("title", name=view.organization.name),
        "intro": f"{intro} {_SAID.plain('numbers-of', as_of=as_of)}" if as_of else intro,
        "day": view.today.isoformat(),
        "sections": [*(part for part in parts if part), _listed(dates), _cited(view)],
        "dates": dates,
    }


def as_markdown(found: Report) -> str:
    """The report as a page of Markdown."""
    parts = [f"# {_marked(found['title'])}", _marked(found["intro"])]
    for section in found["sections"]:
        parts.append(f"## {_marked(section['title'])}")
        if "text" in section:
            parts.append(_marked(section["text"]))
        if "items" in section:
            parts.append("\n".join(f"- {_marked(item)}" for item in section["items"]))
        if "columns" in section:
            rows = [section["columns"], ["---"] * len(section["columns"]), *section["rows"]]
            marked = [[cell if place == 1 else _marked(cell) for cell in row] for place, row in enumerate(rows)]
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in marked))
    return "\n\n".join(parts) + "\n"


def report_calendar(found: Report) -> str:
    """The dates of the report as a calendar file."""
    events = (Event(date.fromisoformat(each["day"]), each["mark"], each["say"]) for each in found["dates"])
    return calendar_file("Organization", date.fromisoformat(found["day"]), events)


def data_files(view: View) -> dict[str, bytes]:
    """What the page's script makes the same report with, by path in the site."""
    data: Mapping[str, Any] = {
        "said": {name: [*_SAID.list(name)] if name in _LISTS else _SAID[name] for name in _SAID.slots},
        "methods": dict[str, str](METHOD_NAMES.items()),
        "expiry": known(view, "expiry"),
        "facts": _cited(view)["items"],
        "read_again": READ_AGAIN_DAYS,
    }
    return {DATA_FILE: data_file({"vag-report": data})}


def _act_now(view: View) -> Section:
    items = [f"{_SAID[point.severity]}: {sentence(view, point)}" for point in points(view)]
    if not items:
        return {"title": _SAID["act-now"], "text": _SAID.plain("nothing", name=view.organization.name)}
    return {"title": _SAID["act-now"], "items": items}


def _groups(view: View) -> Section:
    sheet = worksheet(view.organization, view.catalog, view.policy, view.tables)
    outcomes = view.catalog.decision_tables.outcomes
    rows = [
        [
            row.group.name,
            product_name(view, row.group.product),
            number(row.group.count),
            METHOD_NAMES[row.group.method],
            find(outcomes, row.outcome, "outcome").name,
            ", ".join(view.organization.host(host).name for host in row.group.kms_hosts),
        ]
        for row in sheet.rows
    ]
    if not rows:
        return {"title": _SAID["groups"], "text": _SAID["no-group"]}
    return {"title": _SAID["groups"], "columns": _SAID.list("group-columns"), "rows": rows}


def _counts(view: View) -> Section | None:
    rows = [
        [
            f"{view.organization.host(row.host_id).name}: {_SAID[row.standing.kind]}",
            number(row.standing.computers),
            _tenths(view.situation.hold(row.count).expected_seen),
            number(row.standing.threshold),
            _chance(row),
            _met(row),
        ]
        for row in _by_host(view)
    ]
    if not rows:
        none: Section = {"title": _SAID["counts"], "text": _SAID["no-count"]}
        return none if view.organization.kms_hosts else None
    return {"title": _SAID["counts"], "columns": _SAID.list("count-columns"), "rows": rows}


def _by_host(view: View) -> Iterator[Comparison]:
    """Comparisons by host, and by kind: Windows clients, servers, Office."""
    found = {(row.host_id, row.standing.kind): row for row in view.situation.comparisons}
    for host in view.organization.kms_hosts:
        for kind in ("windows-client", "windows-server", "office"):
            if row := found.get((host.id, kind)):
                yield row


def _chance(row: Comparison) -> str:
    if row.standing.verdict == "short":
        return percent(0)
    return percent(1 if row.holding == "certain" else min(row.chance.alone, 1 - 1e-9))


def _met(row: Comparison) -> str:
    if row.standing.verdict == "short":
        return _SAID.plain("met-short", short=row.standing.short_by)
    if row.standing.verdict == "not-stated":
        return _SAID["met-unsure"]
    return _SAID["met-holds" if row.holding in ("certain", "holds") else "met-fails"]


def _maks(view: View) -> Section | None:
    rows = [
        [
            f"{product_name(view, each.product)} ({each.allotment})",
            number(each.total),
            number(each.left),
            number(each.needed_now),
            number(each.left_after),
            _tenths(float(each.a_year)),
            str(each.runs_out or _SAID["never"]),
        ]
        for each in _budgets(view)
    ]
    return {"title": _SAID["maks"], "columns": _SAID.list("mak-columns"), "rows": rows} if rows else None


def _budgets(view: View) -> Sequence[Budget]:
    return budgets(view.organization, view.policy, view.today)


def _keys(view: View) -> Section | None:
    rows = [
        [host_key_name(view, each.name), _used(each.hosts), _used(each.in_all), _used(each.strict)]
        for each in view.situation.key_budgets
    ]
    return {"title": _SAID["keys"], "columns": _SAID.list("key-columns"), "rows": rows} if rows else None


def _people(view: View) -> Section | None:
    """Who looks after what, as far as the file says it."""
    own = view.organization
    looked_after = [
        *((group.name, group.responsible) for group in own.groups),
        *((host.name, host.responsible) for host in own.kms_hosts),
        *((f"{product_name(view, mak.product)} ({mak.id})", mak.responsible) for mak in own.mak_allotments),
    ]
    rows = [[what, who] for what, who in looked_after if who]
    return {"title": _SAID["people"], "columns": _SAID.list("people-columns"), "rows": rows} if rows else None


def _used(allowance: Allowance) -> str:
    return _SAID.plain("used", used=allowance.used, total=allowance.total)


def _listed(dates: Sequence[Dated]) -> Section:
    if not dates:
        return {"title": _SAID["dates"], "text": _SAID["no-date"]}
    rows = [[each["day"], each["say"]] for each in dates]
    return {"title": _SAID["dates"], "columns": _SAID.list("date-columns"), "rows": rows}


def _cited(view: View) -> Section:
    items = []
    for fact_id in _FACTS:
        fact = view.catalog.fact(fact_id)
        pages = ", ".join(str(view.catalog.source(source).url) for source in fact.sources)
        items.append(f"{fact.statement} ({pages})")
    return {"title": _SAID["sources"], "text": _SAID["facts-intro"], "items": items}


def _dates(view: View) -> Iterator[Dated]:
    yield from _support_ends(view)
    for group in view.organization.groups:
        if ends := _expiry(view, group):
            said = _SAID.plain("expiry", group=group.name)
            yield {"day": ends.isoformat(), "mark": f"expiry-{group.id}", "say": said}
    for each in _budgets(view):
        named = {"mak": each.allotment, "product": product_name(view, each.product)}
        month = each.runs_out
        if month and not each.short_by and month.first_day >= view.today and month.first_day < date.max:
            said = _SAID.plain("mak-ends", **named)
            yield {"day": month.first_day.isoformat(), "mark": f"mak-{each.allotment}", "say": said}
        again = max(view.today, each.counted_on + timedelta(days=READ_AGAIN_DAYS))
        said = _SAID.plain("read-again", mak=each.allotment)
        yield {"day": again.isoformat(), "mark": f"read-{each.allotment}", "say": said}
    due = max(view.today, facts_late_from(view.catalog))
    yield {"day": due.isoformat(), "mark": "facts", "say": _SAID["facts-due"]}


def _support_ends(view: View) -> Iterator[Dated]:
    """The last days of free support of what the organization has; both, where two pages differ."""
    for entry in view.catalog.lifecycle:
        days = final_days(entry)
        if days is None:
            continue
        computers = sum(group.count for group in view.organization.groups if is_about(entry, group))
        hosts = sum(
            not entry.release and host.operating_system in entry.products for host in view.organization.kms_hosts
        )
        parts = [("computers", computers), ("hosts", hosts)]
        what = ", ".join(_SAID.plain(name, **{name: many}) for name, many in parts if many)
        for day in sorted({*days}):
            if what and day >= view.today:
                said = _SAID.plain("support-end", name=entry.name, what=what)
                yield {"day": day.isoformat(), "mark": f"support-{entry.id}", "say": said}


def _expiry(view: View, group: Group) -> date | None:
    """The day on which the licenses of a group end, if no renewal succeeds, and that is ahead."""
    kind = kind_of(view.catalog.product(group.product).kind, group.method)
    if group.method not in _TIMED or kind is None or group.last_renewal is None or group.last_renewal > view.today:
        return None
    ends = timeline(kind, view.policy, group.last_renewal).expiry
    return ends if ends and ends >= view.today else None


def _tenths(value: float) -> str:
    """A number with one decimal, if it has one, as the page writes it: twelve digits are what floats are good for."""
    shown = Decimal(float(f"{value:.12g}")).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{shown:,}".removesuffix(".0")


def _marked(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
