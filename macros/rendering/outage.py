"""Outages of KMS hosts or of the domain, and computers with rare contact, as tables and a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from macros.catalog.organization import Group
from macros.domain import outage as outages
from macros.domain.outage import Cadence, adba_cadence, kms_cadence

from . import svg
from .citations import cite, fact
from .components import Column, figure, table, when
from .html import Html, join, tag
from .quantity import counted, day, number, percent
from .view import View

METHODS = {"kms": "KMS", "azure-kms": "Azure KMS", "adba": "ADBA", "mak": "MAK"}

_FACTS_OF_METHOD = {
    "kms": ("kms.validity", "kms.renewal_interval", "kms.activation_interval"),
    "adba": ("adba.validity", "adba.renewal", "adba.retry"),
}


def outage_table(view: View, days: Sequence[int] | None = None) -> Html:
    """What an outage of the given lengths in days does to computers that are on the network every day.

    Without `days`: the renewal interval, half the period, and the lengths around which something changes.
    """
    kms, adba = kms_cadence(view.policy), adba_cadence(view.policy)

    def row(length: int) -> tuple[object, ...]:
        return (
            counted(length, "day"),
            when(view.today + timedelta(days=length)),
            _share(outages.expired_during(kms, 1, length)),
            _share(outages.expired_during(adba, 1, length)),
            _share(outages.expired_ever(adba, length)),
        )

    return table(
        f"Computers that are on the network every day, if an outage began today, {day(view.today)}",
        [
            "Outage lasts",
            "It is over on",
            Column("KMS: expired at the end", numeric=True),
            Column("ADBA: expired at the end", numeric=True),
            Column("ADBA: with those that expire later", numeric=True),
        ],
        [row(length) for length in days or _lengths(kms, adba)],
    )


def outage_limits(view: View) -> Html:
    """The three dates of an outage that begins today, by method, as one table."""

    def row(name: str, cadence: Cadence, method: str) -> tuple[object, ...]:
        start = view.today
        safe = int(cadence.safe)
        back = counted(cadence.retry, "day") if cadence.retry >= 1 else counted(cadence.retry * 24, "hour")
        return (
            name,
            join([counted(safe, "day"), tag("br"), when(start + timedelta(days=safe))]),
            join([counted(cadence.first_expiry, "day"), tag("br"), when(start + timedelta(days=cadence.first_expiry))]),
            join([fact(view, f"{method}.validity"), tag("br"), when(start + timedelta(days=cadence.validity))]),
            join(["within ", back]),
            cite(view, *_FACTS_OF_METHOD[method]),
        )

    return table(
        f"An outage that begins today, {day(view.today)}, for computers that are on the network every day",
        [
            "Method",
            "No harm up to",
            "First expiry after",
            "All expired after",
            "Clients are back",
            "Source",
        ],
        [
            row("KMS", kms_cadence(view.policy), "kms"),
            row("ADBA, if no KMS host answers either", adba_cadence(view.policy), "adba"),
        ],
    )


def outage_groups(view: View, days: Sequence[int] | None = None) -> Html:
    """Per group with KMS or ADBA: computers expired at the end of an outage of each length, as expected numbers."""
    kms = kms_cadence(view.policy)
    lengths = days or (
        kms.validity // 2,
        kms.validity - view.policy.windows_warning_days,
        kms.first_expiry,
        kms.validity,
    )
    return table(
        "Computers expired at the end of an outage, on average",
        ["Group", "On the network", *(Column(counted(length, "day"), numeric=True) for length in lengths)],
        [
            (
                _group_name(group),
                _contact(group),
                *(_expected(group, outages.expired_during(cadence, group.network_every_days, n)) for n in lengths),
            )
            for group, cadence in _renewing_groups(view)
        ],
    )


def outage_chart(view: View) -> Html:
    """Share of computers expired on each day of an outage: there every day, and the group with the rarest contact."""
    kms = kms_cadence(view.policy)
    rates = [(group.network_every_days, cadence) for group, cadence in _renewing_groups(view)]
    rarest = max(
        ((every, cadence) for every, cadence in rates if every != "never"), key=lambda rate: rate[0], default=(1, kms)
    )
    shown = [(1, kms)] + ([rarest] if rarest[0] > 1 else [])
    first, last = kms.validity // 2, kms.validity + kms.renewal * 3
    left, right, top, bottom = 56, 700, 30, 250
    middle = (top + bottom) / 2 + 5

    def x(days: float) -> float:
        return left + (right - left) * (days - first) / (last - first)

    def y(share: float) -> float:
        return bottom - (bottom - top) * share

    def curve(every: int, cadence: Cadence) -> Html:
        shares = [(n, float(outages.expired_during(cadence, every, n))) for n in range(first, last + 1)]
        return svg.polyline([(x(n), y(share)) for n, share in shares], "vag-svg__line")

    parts = [
        *(
            join(
                [
                    svg.line(left, y(level), right, y(level), "vag-svg__grid"),
                    svg.text(left - 8, y(level) + 5, f"{level:.0%}", "vag-svg__muted", "end"),
                ]
            )
            for level in (0, 0.25, 0.5, 0.75, 1)
        ),
        *(
            svg.text(x(days), bottom + 22, days, "vag-svg__muted", "middle")
            for days in (first, (first + kms.first_expiry) // 2, kms.first_expiry, kms.validity)
        ),
        svg.text((left + right) / 2, bottom + 44, "days since the outage began", "vag-svg__muted", "middle"),
        svg.line(x(kms.first_expiry), top, x(kms.first_expiry), bottom, "vag-svg__threshold"),
        *(curve(*pair) for pair in shown),
        svg.text(x(kms.validity) + 12, middle, "every day", "vag-svg__strong"),
        *(
            svg.text(max(x(_half(cadence, every)) - 10, left + 100), middle, _every(every), "vag-svg__strong", "end")
            for every, cadence in shown[1:]
        ),
    ]
    words = ". ".join(
        f"{_every(every).capitalize()}: "
        + ", ".join(
            f"{_share(outages.expired_during(cadence, every, n))} after {counted(n, 'day')}"
            for n in (first, kms.first_expiry, kms.validity)
        )
        for every, cadence in shown
    )
    return figure(
        svg.drawing(720, 305, "Share of computers expired during an outage", f"{words}.", *parts),
        "Share of computers expired, by days since the outage began. Dashed: the first expiry of computers that are "
        f"there every day. {words}.",
    )


def rare_contact_table(view: View) -> Html:
    """Per group with KMS or ADBA: how likely it is that a computer expires for want of contact, without an outage."""

    def row(group: Group, cadence: Cadence) -> tuple[object, ...]:
        every = group.network_every_days
        expired = outages.expired_without_outage(cadence, every)
        missed = _share(outages.every_attempt_missed(cadence, every)) if group.method == "adba" else ""
        return (
            _group_name(group),
            _contact(group),
            _share(outages.without_contact(cadence, every)),
            _share(expired),
            _expected(group, expired),
            missed,
        )

    return table(
        "Rare contact without an outage",
        [
            "Group",
            "On the network",
            Column("No contact for a whole period", numeric=True),
            Column("Expired on an average day", numeric=True),
            Column("Computers", numeric=True),
            Column("All weekly attempts missed (ADBA)", numeric=True),
        ],
        [row(group, cadence) for group, cadence in _renewing_groups(view)],
    )


def _renewing_groups(view: View) -> list[tuple[Group, Cadence]]:
    cadences = {"kms": kms_cadence(view.policy), "adba": adba_cadence(view.policy)}
    return [(group, cadences[group.method]) for group in view.organization.groups if group.method in cadences]


def _group_name(group: Group) -> Html:
    about = f"{METHODS[group.method]}, {counted(group.count, 'computer')}"
    return join([group.name, tag("br"), tag("small", about)])


def _every(every: outages.Contact) -> str:
    if every == "never":
        return "never"
    return "every day" if every == 1 else f"1 day in {every}"


def _contact(group: Group) -> str:
    return _every(group.network_every_days)


def _expected(group: Group, share: Fraction) -> str:
    """An expected number of computers, never rounded to none or all when it is neither."""
    computers = share * group.count
    if 0 < computers < Fraction(1, 20):
        return "under 0.1"
    return f"{number(computers, 1)}"


def _share(share: Fraction) -> str:
    """A share in percent. Exact shares of many digits must not turn into 0% or 100% on their way."""
    smallest = Fraction(1, 10**9)
    return percent(float(share) if share in (0, 1) else float(min(max(share, smallest), 1 - smallest)))


def _lengths(kms: Cadence, adba: Cadence) -> list[int]:
    middle = kms.validity - kms.renewal // 2
    return sorted({kms.renewal, kms.validity // 2, int(adba.safe), int(kms.safe), middle, kms.validity})


def _half(cadence: Cadence, every: int) -> int:
    """First day of an outage on which half of the computers are expired."""
    return next(n for n in range(cadence.validity + 1) if outages.expired_during(cadence, every, n) >= Fraction(1, 2))


MACROS = (outage_table, outage_limits, outage_groups, outage_chart, rare_contact_table)
