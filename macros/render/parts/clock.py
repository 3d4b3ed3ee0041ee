"""What depends on the day, written so that the browser can write it anew for the day on which it is read.

The text in the page is that of the day of the build. `today.js` replaces it by the text for the reader's day, from what
stands in the page: words with a number of days, a text for each time, rows with the days on which they show, marks on a
scale of days. Which text belongs to which day is computed here, so there is one engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, Protocol

from macros.catalog.models import Fact
from macros.domain.clock import OLD_AFTER_DAYS, CountWords, next_in, place_on, shown

from .components import State, note, status, when
from .html import Html, bullets, join, tag
from .places import fact_place
from .quantity import counted, day
from .view import View

Form = Literal["ahead", "days", "number", "left", "age", "month", "month-days"]
FORMS: Mapping[Form, CountWords] = {
    "ahead": CountWords("in 1 day", "in {} days", "today", "1 day ago", "{} days ago"),
    "days": CountWords("1 day", "{} days", "today", "over", "over"),
    "number": CountWords("1", "{}", "0", "passed", "passed"),
    # To a month: it has begun and is not over.
    "month": CountWords("1", "{}", "0", "this month", "this month"),
    "month-days": CountWords("1 day", "{} days", "this month", "this month", "this month"),
    "left": CountWords("1 day left", "{} days left", "due today", "Overdue by 1 day", "Overdue by {} days"),
    "age": CountWords("in 1 day", "in {} days", "today", "yesterday", "{} days ago"),
}
"""How a page says the days to a day."""

REVIEWS = "contributing/facts.md"
REVIEWS_NAMED = 5
"""Facts that a page names when their review is due; our own choice."""
_REVIEW_STEPS = (REVIEWS_NAMED, 10, 20, 50, 100, 200)
"""Numbers of late facts that a page tells apart once it does not name all of them; our own choice."""
REVIEW_SOON_DAYS = 30
"""Days before the day of a review from which on it is marked; our own choice."""
_ONE_DAY = timedelta(days=1)
_SHOWN_FACT = re.compile(r'data-fact="([^"]+)"|class="vag-register__row" id="([^"]+)"')
_COUNTED = re.compile(r"(<[^>]* data-vag-(?:to|offset|series)=[^>]*>)[^<]*")
_DATED = re.compile(r" data-vag-(?:to|offset|series|from|until|since|now)=")
_TITLE_END = "</h1>"


@dataclass(frozen=True)
class Span:
    """The days on which a row shows, both ends included; None is no end."""

    since: date | None = None
    until: date | None = None


def days_to(view: View, to: date, form: Form) -> Html:
    """The days from today to a day in words: `in 4 days`."""
    words = FORMS[form]
    parts = (words.ahead_one, words.ahead, words.on, words.past_one, words.past)
    return tag(
        "span",
        words.of((to - view.today).days),
        class_="vag-count",
        data_vag_to=to.isoformat(),
        data_vag_words="|".join(parts),
    )


def shifted(view: View, days: int, weekday: bool = True) -> Html:
    """The day so many days after today; 0 is today."""
    then = view.today + timedelta(days=days)
    return tag(
        "time",
        day(then, weekday),
        datetime=then.isoformat(),
        class_="vag-date",
        data_vag_offset=days,
        data_vag_weekday=weekday,
    )


def next_of_series(view: View, first: date, step: int, weekday: bool = True) -> Html:
    """The first of a series of days that is not past: `first`, and each `step` days after it."""
    then = next_in(first, step, view.today)
    return tag(
        "time",
        day(then, weekday),
        datetime=then.isoformat(),
        class_="vag-date",
        data_vag_series=f"{first.isoformat()} {step}",
        data_vag_weekday=weekday,
    )


def by_day(view: View, render: Callable[[View], object], changes: Iterable[date | None], element: str = "span") -> Html:
    """What `render` makes of today, and of each later day on which it makes something else.

    `changes` are the days on which it may do so; days that are past, and days that change nothing, cost nothing. Counts
    and shifted days inside change by themselves and need no day. Each text holds from its day on.
    """
    current = last = join([render(view)])
    later: list[Html] = []
    days = {moment for moment in changes if moment}
    for moment in sorted(moment for moment in days if moment > view.today):
        text = join([render(replace(view, today=moment))])
        if _outline(text) != _outline(last):
            later.append(tag("template", text, data_vag_from=moment.isoformat(), data_vag_unsearched=True))
            last = text
    # Marked after its last change too: what is marked depends on the day, whichever day it was built on.
    return tag(element, current, *later, data_vag_dated=True) if days else current


def next_of(view: View, days: Sequence[date], nothing: str) -> Html:
    """The first of several days that lies after today, and each later one once it is the first."""

    def first(on: View) -> Html:
        return next((when(moment) for moment in days if moment > on.today), Html(nothing))

    return by_day(view, first, days)


def span_attributes(view: View, spans: Sequence[Span], first: int | None = None) -> list[dict[str, object]]:
    """Attributes for the rows of a list, each with the days on which it shows; at most the first ones show."""
    seen = shown([(span.since, span.until) for span in spans], view.today, first)
    return [
        {
            "data_vag_since": span.since.isoformat() if span.since else None,
            "data_vag_until": span.until.isoformat() if span.until else None,
            "hidden": not is_seen,
        }
        for span, is_seen in zip(spans, seen, strict=True)
    ]


def once_over(view: View, last: date, element: str, *content: object) -> Html:
    """What shows from the day after the last one of a list on."""
    (attributes,) = span_attributes(view, [Span(since=last + _ONE_DAY)])
    return tag(element, *content, **attributes)


def now_mark(view: View, first: date, last: date, left: float, right: float, *children: Html) -> Html:
    """Parts of a drawing, drawn at x = 0, that stand where today is on a scale of days; away when it is outside."""
    place = place_on(first, last, view.today)
    at = left if place is None else left + (right - left) * place
    return tag(
        "g",
        *children,
        transform=f"translate({at:.2f} 0)",
        display="none" if place is None else None,
        data_vag_now=f"{first.isoformat()} {last.isoformat()} {left:g} {right:g}",
    )


class Reviewed(Protocol):
    """What somebody compares with its sources by some day: a fact, a support date, a file."""

    @property
    def review_by(self) -> date:
        """That day."""


def late_from(what: Iterable[Reviewed]) -> list[date]:
    """The days on which reviews begin to be overdue."""
    return sorted({one.review_by + _ONE_DAY for one in what})


def review_state(view: View, what: Reviewed) -> Html:
    """How far a review is away, or how long it is overdue."""
    due = what.review_by

    def said(on: View) -> Html:
        days = (due - on.today).days
        state: State = "bad" if days < 0 else "warn" if days <= REVIEW_SOON_DAYS else "ok"
        return status(state, days_to(on, due, "left"))

    return by_day(view, said, [due - timedelta(days=REVIEW_SOON_DAYS), due + _ONE_DAY])


def today_in_drawing(view: View) -> Html:
    """Today as text of a drawing."""
    return tag("tspan", view.today.isoformat(), data_vag_offset=0)


# What a page says of its age


def with_notes(view: View, html: str) -> str:
    """A page's HTML with what it says of its age, below its title.

    That is: the day of the build where texts depend on it, for browsers without scripts; a note once the build is old;
    a note once facts that the page shows are past their review; and what to say when a clock is before the build.
    """
    title, end, rest = html.partition(_TITLE_END)
    return f"{title}{end}{notes(view, html)}{rest}" if end else f"{notes(view, html)}{html}"


def facts_shown(view: View, html: str) -> tuple[Fact, ...]:
    """The facts that a page cites or lists, in the order of the register."""
    ids = {cited or listed for cited, listed in _SHOWN_FACT.findall(html)}
    return tuple(fact for fact in view.catalog.facts if fact.id in ids)


def notes(view: View, html: str) -> Html:
    """What a page says of its age; `html` is the page, or its Markdown with the macros called."""
    facts = facts_shown(view, html)
    return tag(
        "div",
        _build_day(view) if _DATED.search(html) else None,
        by_day(view, lambda on: _old(view, on), [view.today + timedelta(days=OLD_AFTER_DAYS + 1)], "div"),
        by_day(view, lambda on: _due(on, facts), late_from(facts), "div"),
        tag("template", _behind(view), data_vag_behind=True, data_vag_unsearched=True),
        class_="vag-clock",
        data_vag_built=view.today.isoformat(),
        data_vag_unsearched=True,
    )


def _build_day(view: View) -> Html:
    return tag(
        "p",
        f"Countdowns and states here are those of {day(view.today)}, the day this page was built.",
        class_="vag-build-day",
    )


def _old(built: View, on: View) -> Html | None:
    if (on.today - built.today).days <= OLD_AFTER_DAYS:
        return None
    return _told(
        "info",
        join(["This copy of the site was built ", days_to(on, built.today, "age"), ", on ", when(built.today)]),
        tag(
            "p",
            "Countdowns and states here are calculated with the clock of this computer. Facts, keys, samples and the "
            "numbers of your organization are those of that day. Ask for a newer copy, or ",
            tag("a", "build one", href=built.href("contributing/index.md#serve")),
            ", before you decide on a date or a purchase.",
        ),
    )


def _due(view: View, facts: Sequence[Fact]) -> Html | None:
    late = sorted((fact for fact in facts if fact.review_by < view.today), key=lambda fact: (fact.review_by, fact.id))
    if not late:
        return None
    links = [
        tag("a", tag("code", fact.id), href=view.href(fact_place(view.catalog, fact.id)))
        for fact in late[:REVIEWS_NAMED]
    ]
    is_more = len(late) > REVIEWS_NAMED
    all_reviews = tag("a", "and others", href=view.href(f"{REVIEWS}#review"))
    # Each count would be a text of its own in the page, for each day on which one more becomes late.
    count = max((step for step in _REVIEW_STEPS if step < len(late)), default=0)
    facts_late = f"More than {count} facts" if is_more else counted(len(late), "fact")
    title = f"{facts_late} on this page {'is' if len(late) == 1 else 'are'} past the review date"
    return _told(
        "warn",
        title,
        tag(
            "p",
            "Nobody has compared them with Microsoft's pages since. They may still hold; open the source of one "
            "before you rely on it.",
        ),
        bullets([*links, *([all_reviews] if is_more else [])], class_="vag-clock__facts"),
    )


def _told(state: State, title: object, *content: object) -> Html:
    """A note of one line, which opens: pages begin with their own answer, also when they are old."""
    summary = tag("summary", status(state, title), class_="vag-note__title")
    return tag("details", summary, *content, class_=f"vag-details vag-note vag-note--{state}")


def _behind(view: View) -> Html:
    return note(
        "warn",
        join(["Your clock shows ", tag("span", data_vag_clock=True), ", a day before this page was built"]),
        tag(
            "p",
            f"Countdowns and states here are those of {day(view.today)}, the day of the build. Set the clock of this "
            "computer right.",
        ),
    )


def _outline(html: str) -> str:
    """HTML without what the browser counts by itself."""
    return _COUNTED.sub(r"\1", html)
