"""When facts, support dates and whole data files are compared with their sources again.

How long a record may wait follows from its risk; the days are spread, so that no day asks for more than a handful.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from .models import Catalog, Fact, Lifecycle, UnknownIdError
from .strict_yaml import Problem

Risk = Literal["high", "usual", "low"]
LONGEST: dict[Risk, int] = {"high": 183, "usual": 366, "low": 548}
"""Days after which a record of this risk is compared again at the latest: half a year, a year, a year and a half. Our
choice."""
SUPPORT_DATES = "lifecycle.yaml"
MOST_A_DAY = 5
"""Reviews that one day may ask for. Our choice: what a person compares beside other work."""

_HIGH_AREAS = {"esu": "it is about paid updates", "keys": "it is about keys"}
_HIGH_MEASURES = frozenset({"port", "computers", "hosts", "activations"})
_USUAL_AREAS = frozenset({"elig", "mak", "plan"})
_DAY = re.compile(r"\b(19|20)[0-9]{2}-[0-9]{2}(-[0-9]{2})?\b")
_FILES: dict[str, Risk] = {
    "client-keys.yaml": "high", "host-keys.yaml": "high", "conflicts.yaml": "high", "glossary.yaml": "low",
}  # fmt: skip
"""Risk of whole files; the others have the usual one."""


@dataclass(frozen=True)
class Review:
    """Something that somebody compares with its sources again, and by when."""

    file: str
    record: str | None
    """Id of a fact or of a support date; None for all of a file."""
    about: str
    review_by: date
    verified_on: date | None
    risk: Risk
    why: str
    """Why it has this risk."""
    who: str | None = None
    """Who is to compare it; None where nobody is named."""

    @property
    def latest(self) -> date | None:
        """The last day that its risk allows, None when nothing says when it was compared."""
        return self.verified_on + timedelta(days=LONGEST[self.risk]) if self.verified_on else None


def reviews(catalog: Catalog) -> tuple[Review, ...]:
    """Every review, the next one first."""
    newest = max((fact.verified_on for fact in catalog.facts), default=None)
    found = [replace(_of_fact(fact), who=_reviewer(catalog, fact)) for fact in catalog.facts]
    found += [_of_support(entry) for entry in catalog.lifecycle]
    for head in catalog.file_reviews:
        risk = _FILES.get(head.file, "usual")
        about = "All of the file: what its records say, and what is new"
        found.append(Review(head.file, None, about, head.review_by, newest, risk, f"its risk is {risk}"))
    return tuple(sorted(found, key=lambda one: (one.review_by, one.file, one.record or "")))


def due(found: Iterable[Review], today: date) -> tuple[Review, ...]:
    """Those of the reviews whose day has passed: a list for editors, never a failure of the build."""
    return tuple(one for one in found if one.review_by < today)


def risk_of(fact: Fact) -> tuple[Risk, str]:
    """How soon a fact may be wrong or how much depends on it, and why.

    High: pages disagree, or none that says so was read; keys, ports, thresholds and other counts; days; what is paid.
    Usual: other numbers, and what may be activated how. Low: the rest.
    """
    if fact.confidence in ("conflicting", "unconfirmed", "observed"):
        return "high", f"it is {fact.confidence}"
    if fact.area in _HIGH_AREAS:
        return "high", _HIGH_AREAS[fact.area]
    if fact.measures in _HIGH_MEASURES:
        return "high", f"it measures {fact.measures}"
    if _DAY.search(str(fact.value)):
        return "high", "its value has a day"
    if fact.measures:
        return "usual", f"it measures {fact.measures}"
    return (
        ("usual", f"its area is {fact.area}") if fact.area in _USUAL_AREAS else ("low", "nothing in it changes often")
    )


def reviews_in_time(catalog: Catalog) -> Iterator[Problem]:
    """Each review comes after the last comparison and in time for its risk, and no day asks for more than a handful."""
    found = reviews(catalog)
    held = Counter(one.review_by for one in found)
    for one in found:
        key = f"{one.record}, review_by" if one.record else "review_by"
        if one.record and one.verified_on and one.review_by <= one.verified_on:
            message = f"{one.review_by} is too early; expected a day after verified_on ({one.verified_on})"
            yield Problem(one.file, None, key, message)
        elif one.latest and one.review_by > one.latest:
            yield Problem(
                one.file, None, key, f"{one.review_by} is too late; expected {one.latest} or earlier: {one.why}"
            )
    for day, number in sorted(held.items()):
        if number > MOST_A_DAY:
            last = [one for one in found if one.review_by == day][-1]
            message = f"{day} has {number} reviews; expected at most {MOST_A_DAY} a day: {_free(held, day)} has room"
            yield Problem(last.file, None, f"{last.record}, review_by" if last.record else "review_by", message)


def _of_fact(fact: Fact) -> Review:
    risk, why = risk_of(fact)
    return Review(fact.file, fact.id, fact.statement, fact.review_by, fact.verified_on, risk, why)


def _reviewer(catalog: Catalog, fact: Fact) -> str | None:
    try:
        return catalog.family_of(fact.id).reviewer
    except UnknownIdError:
        # Another rule names a fact that stands on no page of the register.
        return None


def _of_support(entry: Lifecycle) -> Review:
    last = max(filter(None, (entry.end_of_support, entry.esu_end)), default=None)
    is_over = entry.confidence == "documented" and last is not None and last < entry.verified_on
    risk: Risk = "low" if is_over else "high"
    why = "support has ended" if is_over else "it is a support date that is to come or that pages do not settle"
    return Review(SUPPORT_DATES, entry.id, entry.name, entry.review_by, entry.verified_on, risk, why)


def _free(held: Counter[date], day: date) -> date:
    """The nearest earlier working day with room: earlier is always in time."""
    while held[day] >= MOST_A_DAY or day.weekday() > _FRIDAY:
        day -= timedelta(days=1)
    return day


_FRIDAY = 4
