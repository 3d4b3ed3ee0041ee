"""What a reader's clock makes of a page that was built on another day.

A page is read for months. Its texts are those of the day of the build; the browser recomputes what depends on the day
(docs/assets/javascripts/today.js, which does the same; both run tests/vectors/dates.yaml).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

OLD_AFTER_DAYS = 30
"""Age in days up to which nothing is said of the age of a build; our own choice."""
ZONE_DAYS = 1
"""Days by which a right clock may be behind the day of the build: that day is one of UTC, a reader's is a local one."""


@dataclass(frozen=True)
class CountWords:
    """How a number of days is said: for the day itself, for one and for more days, ahead and past.

    `{}` stands for the number.
    """

    ahead_one: str
    ahead: str
    on: str
    past_one: str
    past: str

    def of(self, days: int) -> str:
        """The words for a day that lies so many days ahead; negative when it is past."""
        number = f"{abs(days):,}"
        if days == 0:
            return self.on
        one, more = (self.ahead_one, self.ahead) if days > 0 else (self.past_one, self.past)
        return (one if abs(days) == 1 else more).replace("{}", number)


def chosen(starts: Sequence[date], day: date) -> int | None:
    """Which of several texts holds on a day: the last that has started, by its place; None before the first.

    `starts` is in order; each text holds from its day on.
    """
    place = bisect_right(starts, day) - 1
    return place if place >= 0 else None


def is_within(day: date, since: date | None, until: date | None) -> bool:
    """Whether a day lies in a span, both ends included; None is no end."""
    return (since is None or since <= day) and (until is None or day <= until)


def next_in(first: date, step: int, day: date) -> date:
    """The first of a series of days that is not past: `first`, and each `step` days after it, without end."""
    return first + timedelta(days=max(0, -((first - day).days // step)) * step)


def place_on(first: date, last: date, day: date) -> float | None:
    """Where a day stands on a scale from 0 at `first` to 1 at `last`; None outside of it."""
    if not first <= day <= last:
        return None
    return (day - first) / max(last - first, timedelta(days=1))


def shown(spans: Sequence[tuple[date | None, date | None]], day: date, first: int | None = None) -> tuple[bool, ...]:
    """Which entries of a list show on a day: those whose span holds it, and of these no more than the first ones."""
    left = len(spans) if first is None else first
    answers: list[bool] = []
    for since, until in spans:
        holds = is_within(day, since, until) and left > 0
        left -= holds
        answers.append(holds)
    return tuple(answers)
