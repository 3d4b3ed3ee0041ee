"""Where a product stands in its support life on a day, and which ends come next.

A day of support that is printed as the last one is still supported. Where two pages print different dates, every result
carries both; nothing here chooses between them.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from macros.catalog.models import Catalog, Confidence, EsuYear, Lifecycle
from macros.catalog.organization import Group, Organization
from macros.domain.once import once

Phase = Literal[
    "before-start", "unknown", "mainstream", "supported", "extended", "esu", "month-only", "ended"
]  # fmt: skip
"""In the order in which they can follow each other. `supported`: within support, without a printed end of mainstream.
`month-only`: in the last month, of which no day is printed. `unknown`: the record has no date that tells."""

End = Literal["mainstream", "extended", "support", "esu", "month"]
"""What ends: mainstream support before extended support, extended support, support as a whole (one printed end), the
last ESU year, or support in a month of which no day is printed."""


@dataclass(frozen=True)
class Milestone:
    """A day on which something ends, with the other day where a second page prints one."""

    entry: str
    end: End
    day: date
    alternative: date | None
    confidence: Confidence
    final: bool
    """Free support ends here; what follows, if anything, is paid."""

    @property
    def earliest(self) -> date:
        """The earlier of the two dates."""
        return min(self.day, self.alternative or self.day)

    @property
    def latest(self) -> date:
        """The later of the two dates."""
        return max(self.day, self.alternative or self.day)


@dataclass(frozen=True)
class Standing:
    """Where a product stands on a day."""

    entry: str
    phase: Phase
    alternative_phase: Phase | None
    """By the other dates, where they lead to another phase."""
    next: Milestone | None
    """The next end that has not passed by both dates."""


@dataclass(frozen=True)
class Concern:
    """An entry of the lifecycle and what an organization has of it."""

    entry: str
    products: tuple[str, ...]
    groups: tuple[str, ...]
    computers: int
    """Computers of these groups."""
    hosts: tuple[str, ...]
    """KMS hosts that run it."""


@dataclass(frozen=True)
class Releases:
    """A product that ends release by release, and what an organization has of it without saying which release."""

    product: str
    groups: tuple[str, ...]
    computers: int
    supported: tuple[str, ...]
    """Entries that are supported on the day, the one that ends last first."""
    ended: tuple[str, ...]
    """Entries that have ended, the one that ended last first."""


@dataclass(frozen=True)
class Outlook:
    """The support dates that matter to an organization."""

    upcoming: tuple[tuple[Milestone, Concern], ...]
    """Ends to come, the earliest first."""
    ended: tuple[Concern, ...]
    """In use although free support has ended; paid updates may still be sold."""
    releases: tuple[Releases, ...]
    """Products in use whose dates depend on the release."""
    unrecorded: tuple[str, ...]
    """Products in use for which there is no date."""


def standing(entry: Lifecycle, day: date) -> Standing:
    """Phase of an entry on a day, by its dates and by the other dates where those differ, and its next end."""
    phase, other = _phase(entry, day), _phase(_by_alternative(entry), day)
    coming = [milestone for milestone in milestones(entry) if milestone.latest >= day]
    return Standing(
        entry.id,
        phase,
        other if other != phase else None,
        min(coming, key=lambda milestone: milestone.earliest, default=None),
    )


def milestones(entry: Lifecycle) -> tuple[Milestone, ...]:
    """Every end of an entry, in order."""
    other = entry.alternative
    found: list[Milestone] = []
    if entry.mainstream_end:
        more = entry.extended_end is not None
        found.append(
            _milestone(
                entry,
                "mainstream" if more else "support",
                entry.mainstream_end,
                other.mainstream_end if other else None,
                not more,
            )
        )
    if entry.extended_end:
        end: End = "extended" if entry.mainstream_end else "support"
        found.append(_milestone(entry, end, entry.extended_end, other.extended_end if other else None, True))
    if entry.esu_end:
        found.append(_milestone(entry, "esu", entry.esu_end, None, False))
    if entry.end_month:
        found.append(_milestone(entry, "month", _month_end(entry.end_month), None, True))
    return tuple(found)


def final_days(entry: Lifecycle) -> tuple[date, date] | None:
    """The last day of free support, by the earlier and by the later of the dates that pages print; None without any.

    Where only the end of paid updates is known, it is that one.
    """
    known = milestones(entry)
    final = [each for each in known if each.final] or known
    return (final[-1].earliest, final[-1].latest) if final else None


def upcoming(entries: Iterable[Lifecycle], today: date) -> tuple[Milestone, ...]:
    """Ends that have not passed by both dates, the earliest first."""
    found = [milestone for entry in entries for milestone in milestones(entry) if milestone.latest >= today]
    return tuple(sorted(found, key=lambda milestone: (milestone.earliest, milestone.entry, milestone.day)))


def esu_year(entry: Lifecycle, day: date) -> EsuYear | None:
    """The program year of Extended Security Updates that runs on a day; None before the first and after the last.

    Both days of a year belong to it. Where the first year begins on the last day of free support, that day has a year.
    """
    return next((year for year in entry.esu_years if year.start <= day <= year.end), None)


def releases_of(catalog: Catalog, organization: Organization, product: str, today: date) -> Releases:
    """The releases of a product by whether they are supported today, and the computers that run one nobody named."""
    entries = [entry for entry in entries_of(catalog, product) if entry.release]
    latest_first = sorted(entries, key=lambda entry: (max(m.latest for m in milestones(entry)), entry.id), reverse=True)
    groups = [group for group in organization.groups if group.product == product and group.release is None]
    return Releases(
        product,
        tuple(group.id for group in groups),
        sum(group.count for group in groups),
        supported=tuple(entry.id for entry in latest_first if not _has_ended(entry, today)),
        ended=tuple(entry.id for entry in latest_first if _has_ended(entry, today)),
    )


@once
def outlook(catalog: Catalog, organization: Organization, today: date) -> Outlook:
    """The ends to come for the products and hosts of an organization, what has ended, and what has no date."""
    in_use = _products_in_use(organization)
    dated = [entry for entry in catalog.lifecycle if any(product in in_use for product in entry.products)]
    # Where nothing says which release a computer runs, no release's end is the end of its support.
    by_release = {product for entry in dated if entry.release for product in entry.products}
    entries = [entry for entry in dated if not entry.release or _runs(entry, organization)]
    concerns = {entry.id: _concern(entry, organization, in_use) for entry in entries}
    recorded = {product for entry in entries for product in entry.products} | by_release
    return Outlook(
        upcoming=tuple((milestone, concerns[milestone.entry]) for milestone in upcoming(entries, today)),
        ended=tuple(concerns[entry.id] for entry in entries if _is_free_support_over(entry, today)),
        releases=tuple(
            found
            for product in in_use
            if product in by_release
            for found in [releases_of(catalog, organization, product, today)]
            if found.groups or not any(group.product == product for group in organization.groups)
        ),
        unrecorded=tuple(product for product in in_use if product not in recorded),
    )


def entries_in_use(catalog: Catalog, organization: Organization) -> tuple[Lifecycle, ...]:
    """Entries that speak of what an organization has, in the order of the data: of a product that ends release by
    release those that its groups name, and every one where something does not say which it is."""
    in_use = {*_products_in_use(organization)}
    named = {
        product
        for product in in_use
        for groups in [[group for group in organization.groups if group.product == product]]
        if groups and all(group.release for group in groups)
    }
    return tuple(
        entry
        for entry in catalog.lifecycle
        if _runs(entry, organization) or in_use.intersection(entry.products) - (named if entry.release else set())
    )


def is_about(entry: Lifecycle, group: Group) -> bool:
    """Whether an entry's dates are those of a group: of its product, and of its release where releases differ."""
    return group.product in entry.products and (not entry.release or group.release == entry.id)


def turns(entries: Iterable[Lifecycle]) -> tuple[date, ...]:
    """The days on which where entries stand changes, in order: their first days, and the days after their ends."""
    found: set[date] = set()
    for entry in entries:
        found.update(
            moment + timedelta(days=1) for each in milestones(entry) for moment in (each.earliest, each.latest)
        )
        found |= {year.start for year in entry.esu_years} | {year.end + timedelta(days=1) for year in entry.esu_years}
        if entry.start:
            found.add(entry.start)
        if entry.end_month:
            found.add(_month_end(entry.end_month).replace(day=1))
    return tuple(sorted(found))


def entries_of(catalog: Catalog, product: str) -> tuple[Lifecycle, ...]:
    """Entries that speak of a product."""
    return tuple(entry for entry in catalog.lifecycle if product in entry.products)


def _phase(entry: Lifecycle, day: date) -> Phase:
    mainstream, extended, esu = entry.mainstream_end, entry.extended_end, entry.esu_end
    if entry.start and day < entry.start:
        return "before-start"
    steps: tuple[tuple[date | None, Phase], ...] = (
        (mainstream, "mainstream"),
        (extended, "extended" if mainstream else "supported"),
        # Without an end of free support, nothing tells when the paid time began.
        (esu, "esu" if mainstream or extended else "unknown"),
    )
    for last_day, phase in steps:
        if last_day and day <= last_day:
            return phase
    if mainstream or extended or esu:
        return "ended"
    if entry.end_month is None:
        return "unknown"
    if day > _month_end(entry.end_month):
        return "ended"
    return "month-only" if day >= _month_end(entry.end_month).replace(day=1) else "supported"


def _has_ended(entry: Lifecycle, day: date) -> bool:
    now = standing(entry, day)
    return now.phase == "ended" and now.alternative_phase is None


def _is_free_support_over(entry: Lifecycle, day: date) -> bool:
    days = final_days(entry)
    return days is not None and day > days[1]


def _by_alternative(entry: Lifecycle) -> Lifecycle:
    """The entry as the second page would have it."""
    if entry.alternative is None:
        return entry
    printed = {
        "mainstream_end": entry.alternative.mainstream_end,
        "extended_end": entry.alternative.extended_end,
    }
    return entry.model_copy(update={key: day for key, day in printed.items() if day})


def _milestone(entry: Lifecycle, end: End, day: date, alternative: date | None, final: bool) -> Milestone:
    other = alternative if alternative != day else None
    return Milestone(entry.id, end, day, other, entry.confidence, final)


def _month_end(month: str) -> date:
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, 1) + timedelta(days=calendar.monthrange(year, number)[1] - 1)


def _products_in_use(organization: Organization) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            [group.product for group in organization.groups]
            + [licensed.product for licensed in organization.licensed]
            + [allotment.product for allotment in organization.mak_allotments]
            + [host.operating_system for host in organization.kms_hosts]
        )
    )


def _concern(entry: Lifecycle, organization: Organization, in_use: Iterable[str]) -> Concern:
    groups = [group for group in organization.groups if is_about(entry, group)]
    return Concern(
        entry.id,
        products=tuple(product for product in in_use if product in entry.products),
        groups=tuple(group.id for group in groups),
        computers=sum(group.count for group in groups),
        hosts=tuple(
            host.id for host in organization.kms_hosts if not entry.release and host.operating_system in entry.products
        ),
    )


def _runs(entry: Lifecycle, organization: Organization) -> bool:
    return any(is_about(entry, group) for group in organization.groups)
